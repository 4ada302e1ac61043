//! `service.schedule`: the schedule of sweeps is not a cron line that ever comes.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The schedule of sweeps is not a cron line that ever comes.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.schedule",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "The schedule of sweeps is not a cron line that ever comes.", ja: "" },
    why: Words { en: "A sweep that never comes leaves records beyond their period.", ja: "" },
    example: "",
    fix: Words { en: "Write five fields such as `0 3 * * *`.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("\"0 3 * * *\"", "\"0 3 31 2 *\"", "\"0 3 31 2 *\"")];
