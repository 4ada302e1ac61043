//! `rules.no-reason`: an error is lowered without a reason, a person and a last day.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// An error is lowered without a reason, a person and a last day.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "rules.no-reason",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "An error is lowered without a reason, a person and a last day.",
        ja: "理由・決めた人・期限を示さずに、エラーを軽くしています。",
    },
    why: Words {
        en: "Whoever lives with a fault of this weight decides so on the record, and not for ever.",
        ja: "重い指摘を残す判断は、記録に残し、期限を定めて行うものです。",
    },
    example: "rules: { joint-use.processor: note }",
    fix: Words {
        en: "Write `{ severity, reason, by, until }`.",
        ja: "`{ severity, reason, by, until }`の形で書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("notices:\n", "rules: { joint-use.processor: note }\nnotices:\n", "note")];
