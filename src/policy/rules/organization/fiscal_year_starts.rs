//! `organization.fiscal-year-starts`: the first day of the fiscal year is not a day of every year.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The first day of the fiscal year is not a day of every year.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "organization.fiscal-year-starts",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "The first day of the fiscal year is not a day of every year.", ja: "" },
    why: Words { en: "Periods that count from the end of a fiscal year need it.", ja: "" },
    example: "",
    fix: Words { en: "Write `MM-DD`, such as `04-01`; `02-29` does not exist every year.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("fiscal-year-starts: 04-01", "fiscal-year-starts: 02-29", "02-29")];
