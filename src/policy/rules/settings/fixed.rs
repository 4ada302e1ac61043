//! `rules.fixed`: a rule is lowered or accepted that is not the organization's to weigh.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A rule is lowered or accepted that is not the organization's to weigh.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "rules.fixed",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A rule is lowered or accepted that is not the organization's to weigh.",
        ja: "組織の判断で軽くできない規則を軽くし、又は受け入れています。",
    },
    why: Words {
        en: "What it finds cannot be used, or would endanger records.",
        ja: "その指摘の対象は使えないか、記録を危うくするものです。",
    },
    example: "rules: { retention.period: note }",
    fix: Words { en: "Mend what the rule finds.", ja: "指摘された箇所を直してください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("notices:\n", "rules: { retention.period: note }\nnotices:\n", "retention.period")];
