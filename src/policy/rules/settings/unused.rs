//! `accepted-findings.unused`: a finding is accepted that does not occur.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A finding is accepted that does not occur.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "accepted-findings.unused",
    severity: Severity::Warning,
    weight: Weight::Fixed,
    what: Words {
        en: "A finding is accepted that does not occur.", ja: "もう出ていない指摘を受け入れています。"
    },
    why: Words {
        en: "It would silence a new fault that looks the same.",
        ja: "残しておくと、後から出た同じ指摘まで見えなくなります。",
    },
    example: "accepted-findings: [{ rule: joint-use.processor, at: joint-use.ended, … }]",
    fix: Words { en: "Remove the entry.", ja: "その行を消してください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "notices:\n",
    "accepted-findings: [{ rule: joint-use.processor, at: joint-use.high-cost-grant, reason: x, by: x, until: 2026-11-22 }]\nnotices:\n",
    "joint-use.high-cost-grant",
)];
