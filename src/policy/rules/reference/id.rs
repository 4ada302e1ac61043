//! `reference.id`: an id is not a kebab-case name.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// An id is not a kebab-case name.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "reference.id",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "An id is not a kebab-case name.", ja: "" },
    why: Words {
        en: "Ids become file names, names in patterns and names in the ledger; they are lower-case letters, digits and single hyphens, starting with a letter.",
        ja: "",
    },
    example: "",
    fix: Words { en: "Write a name such as `high-cost-grant`.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("id: limits", "id: Limits", "Limits")];
