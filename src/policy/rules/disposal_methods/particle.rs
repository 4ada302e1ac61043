//! `disposal-methods.particle`: the security level of shredding is not known.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The security level of shredding is not known.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "disposal-methods.particle",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The security level of shredding is not known.", ja: "細断の水準として使えない値です。"
    },
    why: Words {
        en: "Staff and contractors shred to the level that stands here.",
        ja: "職員も委託先も、ここに書かれた水準で細断します。",
    },
    example: "paper: { text: {…}, method: shred, particle: P-9 }",
    fix: Words {
        en: "Write one of `P-1` to `P-7`.", ja: "`P-1`から`P-7`までのいずれかを書いてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("method: shred }", "method: shred, particle: P-9 }", "P-9")];
