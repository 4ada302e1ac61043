//! `retention.no-electronic-class`: no class is electronic.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// No class is electronic.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.no-electronic-class",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words { en: "No class is electronic.", ja: "" },
    why: Words { en: "Nothing that is filed will be taken in.", ja: "" },
    example: "",
    fix: Words { en: "Add a class with `medium: electronic` and `accept`.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
