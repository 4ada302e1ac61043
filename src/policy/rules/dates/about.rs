//! `dates.about`: a date read from a record is declared as one about a subject.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A date read from a record is declared as one about a subject.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "dates.about",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A date read from a record is declared as one about a subject.", ja: "" },
    why: Words {
        en: "A path or a sidecar speaks of one record; only an event can reach all records of a subject.",
        ja: "",
    },
    example: "",
    fix: Words { en: "Write `about: record`, or `comes-from: event`.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("comes-from: path, about: record", "comes-from: path, about: subject", "subject")];
