//! `retention.date-unknown`: a rule counts from a date that some records of the class can never have.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A rule counts from a date that some records of the class can never have.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.date-unknown",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A rule counts from a date that some records of the class can never have.", ja: "" },
    why: Words { en: "Such a record would never fall due, or fall due by only a part of its rule.", ja: "" },
    example: "",
    fix: Words {
        en: "Capture the date in every pattern of the class, allow a sidecar for it, or count from another date.",
        ja: "",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("accept: [\"receipts/", "accept: [\"post/{subject}-*.csv\", \"receipts/", "treated")];
