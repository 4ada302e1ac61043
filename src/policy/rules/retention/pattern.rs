//! `retention.pattern`: a path pattern cannot be read, or could be read in two ways.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A path pattern cannot be read, or could be read in two ways.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.pattern",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A path pattern cannot be read, or could be read in two ways.", ja: "" },
    why: Words { en: "The path decides a record's class and its dates; it must say them in one way only.", ja: "" },
    example: "",
    fix: Words { en: "Separate captures by `-`, `_`, `.` or `/`; the policy language describes patterns.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("-{subject}.pdf\"", "-{subject}x.pdf\"", "\"letters/")];
