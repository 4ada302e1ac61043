//! `section.wrong-type`: a value has another shape than its key takes.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A value has another shape than its key takes.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.wrong-type",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A value has another shape than its key takes.", ja: "値の形が、このキーに書ける形と違います。"
    },
    why: Words {
        en: "A list where a text belongs, or a text where a map belongs, cannot be understood as it was meant.",
        ja: "文を書くところにリストがあるなど、形が違うと、書いた人の意図を読み取れません。",
    },
    example: "purposes: benefit-review   # a list: [benefit-review]",
    fix: Words {
        en: "Write the value in the shape the message names.", ja: "示された形で値を書いてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("purposes: [benefit-review]", "purposes: benefit-review", "benefit-review"),
    ("short-name: { ja: 当組合, en: the Society }", "short-name: 当組合", "当組合"),
    ("when: { sweep: completed }", "when: {}", "{"),
];
