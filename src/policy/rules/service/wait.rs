//! `service.wait`: a waiting time cannot be read.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A waiting time cannot be read.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.wait",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A waiting time cannot be read.", ja: "" },
    why: Words { en: "A file is taken in when it has been left alone for this long.", ja: "" },
    example: "",
    fix: Words { en: "Write hours, minutes or seconds such as `PT1M`, up to a day.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("settle: PT1M", "settle: P1D", "P1D")];
