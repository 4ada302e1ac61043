//! `information.no-purpose`: a type of information names no purpose of use.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A type of information names no purpose of use.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "information.no-purpose",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A type of information names no purpose of use.",
        ja: "利用目的のない個人情報の種類があります。",
    },
    why: Words {
        en: "Personal information may only be used for purposes that were specified, so information without a purpose may not be used at all.",
        ja: "個人情報は、あらかじめ特定した利用目的のためにだけ利用できます。目的のない情報は、利用できないことになります。",
    },
    example: "information: [{ id: receipts, title: {…}, purposes: [] }]",
    fix: Words {
        en: "Name at least one purpose of `purposes`, or remove the type of information.",
        ja: "`purposes`に挙げた利用目的を1つ以上書くか、この種類を取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("purposes: [ benefit-review ]", "purposes: []", "[")];

/// Reports types of information without a purpose.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for information in lint.policy.information.iter().filter(|information| information.purposes.is_empty()) {
        let found = said!("this type of information names no purpose", "この種類の個人情報に利用目的がありません");
        lint.report(&RULE, &format!("information.{}.purposes", information.id), found);
    }
}
