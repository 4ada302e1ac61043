//! `organization.insurer-number`: the insurer number is not eight digits with the right check digit.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The insurer number is not eight digits with the right check digit.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.insurer-number",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "The insurer number is not eight digits with the right check digit.", ja: "" },
    why: Words { en: "A mistyped insurer number names nobody, or somebody else.", ja: "" },
    example: "",
    fix: Words { en: "Compare it with the notice of designation; keep leading zeros and put it in quotes.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("\"06990014\"", "06990015", "06990015"), ("\"06990014\"", "6990014", "6990014")];
