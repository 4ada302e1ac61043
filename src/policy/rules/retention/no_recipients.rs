//! `retention.no-recipients`: records of the class would be sealed to nobody.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Records of the class would be sealed to nobody.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.no-recipients",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "Records of the class would be sealed to nobody.", ja: "" },
    why: Words { en: "A record sealed to nobody could never be opened again.", ja: "" },
    example: "",
    fix: Words { en: "Name recipients of `service.recipients`, or mark one of them `always: true`.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
