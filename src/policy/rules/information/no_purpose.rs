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
    what: Words { en: "A type of information names no purpose of use.", ja: "" },
    why: Words { en: "Personal information may only be used for purposes that were specified.", ja: "" },
    example: "",
    fix: Words { en: "Name at least one purpose.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("joint-use:\n", "  - { id: other, title: { ja: x, en: x }, purposes: [] }\njoint-use:\n", "[")];

/// Reports types of information without a purpose.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for information in lint.policy.information.iter().filter(|information| information.purposes.is_empty()) {
        let found = said!("this type of information names no purpose", "この種類の個人情報に利用目的がありません");
        lint.report(&RULE, &format!("information.{}.purposes", information.id), found);
    }
}
