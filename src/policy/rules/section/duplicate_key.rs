//! `section.duplicate-key`: a key stands twice in one map.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A key stands twice in one map.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.duplicate-key",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A key stands twice in one map.", ja: "同じ場所に同じキーが2回書かれています。"
    },
    why: Words {
        en: "Only one of the two values could count, and a reader cannot tell which.",
        ja: "有効になる値は一方だけですが、読む人にはどちらか分かりません。",
    },
    example: "organization:\n  time-zone: Asia/Tokyo\n  time-zone: UTC",
    fix: Words { en: "Keep one of the two.", ja: "一方だけを残してください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("  time-zone: Asia/Tokyo", "  time-zone: Asia/Tokyo\n  time-zone: UTC", "time-zone"),
    ("pages:\n", "parties: []\npages:\n", "parties"),
    ("{ ja: 当組合, en: the Society }", "{ ja: 当組合, ja: x, en: the Society }", "ja"),
];
