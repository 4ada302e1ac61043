//! `service.limit`: the limit of a sweep is not a whole number above zero.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The limit of a sweep is not a whole number above zero.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.limit",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "The limit of a sweep is not a whole number above zero.", ja: "" },
    why: Words { en: "The limit keeps one mistake from destroying everything at once; it must be a number.", ja: "" },
    example: "",
    fix: Words { en: "Write `at-most: { records: 5000 }`.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("records: 5000", "records: 0", "0")];
