//! `retention.accept-missing`: an electronic class accepts no path.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// An electronic class accepts no path.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.accept-missing",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "An electronic class accepts no path.", ja: "" },
    why: Words {
        en: "No file could ever belong to the class, and what people file for it would stay unclassified.",
        ja: "",
    },
    example: "",
    fix: Words { en: "Add `accept` with at least one path pattern.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("      accept: [\"letters/{treated:date}-{subject}.pdf\"]\n", "", "letters")];
