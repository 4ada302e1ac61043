//! `section.too-large`: a policy file is larger or more deeply nested than hokan reads.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A policy file is larger or more deeply nested than hokan reads.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.too-large",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A policy file is larger or more deeply nested than hokan reads.", ja: "" },
    why: Words {
        en: "A file may be at most 1 MiB and 32 levels deep, so that a slip or an attack cannot exhaust the machine.",
        ja: "",
    },
    example: "",
    fix: Words { en: "Spread the section over several files; lists of the same section are joined.", ja: "" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[];
