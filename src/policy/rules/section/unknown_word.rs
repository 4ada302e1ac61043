//! `section.unknown-word`: a value is not one of the words its key takes.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A value is not one of the words its key takes.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.unknown-word",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A value is not one of the words its key takes.", ja: "このキーに書ける語ではありません。"
    },
    why: Words {
        en: "A word that is not known would have to be guessed.",
        ja: "知られていない語の意味を、推測で決めることはできません。",
    },
    example: "special-care: yes   # true or false",
    fix: Words { en: "Use one of the words shown.", ja: "示された語のいずれかを書いてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("special-care: true", "special-care: yes", "yes"),
    ("    kind: body", "    kind: bodie", "bodie"),
    ("unclassified: report", "unclassified: burn", "burn"),
];
