//! `retention.rest`: an Individual Number is to be deleted, and nobody says what becomes of the rest.
//!
//! In: the checked set. Out: findings. The rule it keeps: what stays without its number is a record of a class of its own.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Medium, Then};
use crate::said;

/// An Individual Number is to be deleted, and nobody says what becomes of the rest.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.rest",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "An Individual Number is to be deleted, and nobody says what becomes of the rest.",
        ja: "個人番号を削除する定めがありますが、残りの記録の扱いが書かれていません。",
    },
    why: Words {
        en: "What stays is a record of its own, with a period of its own; without a class it could be neither sealed nor destroyed.",
        ja: "残るものは別の記録であり、その保存期間が要ります。種類がなければ、封かんも廃棄もできません。",
    },
    example: "disposal: { review: one, then: delete-number, within: P1M }   # rest is missing",
    fix: Words {
        en: "Name an electronic class that is destroyed in `rest`; write `rest` and `mask` with `then: delete-number` alone.",
        ja: "丸ごと廃棄する電子データの種類を`rest`に書いてください。`rest`と`mask`は`then: delete-number`のときだけ書きます。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("review: two, then: destroy", "review: two, then: delete-number", "delete-number"),
    ("review: two, then: destroy", "rest: receipts, review: two, then: destroy", "receipts"),
];

/// Reports classes whose rest has no class, and a rest where nothing stays.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for class in &lint.policy.classes {
        let report = |key: &str, found| lint.report(&RULE, &format!("retention.{}.disposal.{key}", class.id), found);
        let rest = class.disposal.rest.as_ref();
        match (class.disposal.then, class.medium, rest) {
            (Then::DeleteNumber, Medium::Electronic, None) => report(
                "then",
                said!("`rest` does not say which class the rest is of", "残りの記録の種類が`rest`に書かれていません"),
            ),
            (Then::DeleteNumber, Medium::Electronic, Some(id)) => {
                let ends = |one: &&crate::policy::Class| {
                    one.medium == Medium::Electronic && one.disposal.then == Then::Destroy
                };
                // While a class cannot be read, it is not known how its records end.
                let is_known = lint.policy.class(id).is_some() || lint.is_whole(&["retention"]);
                if is_known && lint.policy.class(id).filter(ends).is_none() {
                    report(
                        "rest",
                        said!(
                            "`{id}` is not an electronic class whose records are destroyed",
                            "`{id}`は、丸ごと廃棄する電子データの種類ではありません"
                        ),
                    );
                }
            }
            (Then::DeleteNumber, Medium::Paper | Medium::Device, _) | (_, _, None) => {}
            (Then::Destroy | Then::Transfer, _, Some(_)) => report(
                "rest",
                said!("nothing stays of a record of this class", "この種類の記録には、残るものがありません"),
            ),
        }
    }
}
