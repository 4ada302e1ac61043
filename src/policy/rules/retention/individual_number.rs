//! `retention.individual-number`: records with Individual Numbers are kept for ever, or handed over.
//!
//! In: the checked set. Out: findings. The rule it keeps: it speaks where a law pack asks for it.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Keep, Then};
use crate::said;

/// Records with Individual Numbers are kept for ever, or handed over.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.individual-number",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "Records with Individual Numbers are kept for ever, or handed over.",
        ja: "個人番号を含む記録が、永久保存か移管とされています。",
    },
    why: Words {
        en: "Once the work is done and the period is over, the number must be deleted as soon as possible; masking a printed copy does not end that duty.",
        ja: "事務が終わり、保存期間が過ぎたときは、個人番号をできるだけ速やかに廃棄又は削除しなければなりません。写しを伏せ字にするだけでは足りません。",
    },
    example: "information: [{ id: eligibility, individual-number: true, … }]\nclasses: [{ id: notices, information: [eligibility], keep: permanent, … }]",
    fix: Words {
        en: "Give the class a period and `then: destroy` or `then: delete-number`.",
        ja: "期間を定め、`then: destroy`か`then: delete-number`としてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "title: { ja: 会議録, en: Minutes }",
    "individual-number: true, title: { ja: 会議録, en: Minutes }",
    "permanent",
)];

/// Reports classes whose Individual Numbers are never deleted.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let policy = lint.policy;
    if !lint.has_law("number-act.deletion") {
        return;
    }
    for class in policy.classes.iter().filter(|class| policy.holds_numbers(&class.information)) {
        let id = &class.id;
        match class.disposal.then {
            Then::Destroy | Then::DeleteNumber => {}
            Then::Transfer => {
                let found = said!(
                    "`{id}` holds Individual Numbers, which go along when it is handed over",
                    "`{id}`には個人番号が含まれており、移管すると個人番号も渡ることになります"
                );
                lint.report(&RULE, &format!("retention.{id}.disposal.then"), found);
            }
        }
        if class.keep == Keep::Permanent {
            let found = said!(
                "`{id}` holds Individual Numbers, which would be kept for ever",
                "`{id}`には個人番号が含まれていますが、永久保存とされています"
            );
            lint.report(&RULE, &format!("retention.{id}.keep"), found);
        }
    }
}
