//! `accepted-findings.expired`: a finding was accepted until a day that has passed.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A finding was accepted until a day that has passed.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "accepted-findings.expired",
    severity: Severity::Warning,
    weight: Weight::Fixed,
    what: Words {
        en: "A finding was accepted until a day that has passed.",
        ja: "指摘を受け入れた期限が過ぎています。",
    },
    why: Words {
        en: "The decision has run out; the finding counts again.",
        ja: "期限が過ぎたため、指摘は再び数えられています。",
    },
    example: "accepted-findings: [{ rule: …, at: …, reason: …, by: …, until: 2026-01-31 }]",
    fix: Words {
        en: "Mend the finding, or decide anew and write a later `until`.",
        ja: "指摘を直すか、改めて判断して`until`を延ばしてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "notices:\n",
    "accepted-findings: [{ rule: joint-use.processor, at: joint-use.high-cost-grant, reason: x, by: x, until: 2026-11-21 }]\nnotices:\n",
    "2026-11-21",
)];
