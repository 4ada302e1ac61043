//! `consent.ground`: implied consent has no ground, or explicit consent has one.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Implied consent has no ground, or explicit consent has one.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "consent.ground",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "Implied consent has no ground, or explicit consent has one.", ja: "" },
    why: Words {
        en: "Silence may count as consent only for a stated reason; where people are asked, no reason is needed.",
        ja: "",
    },
    example: "",
    fix: Words {
        en: "Add `ground: benefits-the-person` or `ground: undue-burden` to an implied item; remove `ground` from an explicit one.",
        ja: "",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("ground: benefits-the-person, ", "", "implied"), ("kind: implied", "kind: explicit", "benefits-the-person")];
