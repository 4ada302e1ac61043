//! `rules.expired`: the severity of a rule was changed until a day that has passed.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The severity of a rule was changed until a day that has passed.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "rules.expired",
    severity: Severity::Warning,
    weight: Weight::Fixed,
    what: Words {
        en: "The severity of a rule was changed until a day that has passed.",
        ja: "規則の重さを変えた期限が過ぎています。",
    },
    why: Words {
        en: "The decision has run out; the rule has its own severity again.",
        ja: "期限が過ぎたため、規則は元の重さに戻っています。",
    },
    example: "rules: { joint-use.processor: { severity: note, reason: …, by: …, until: 2026-01-31 } }",
    fix: Words {
        en: "Remove the entry, or decide anew and write a later `until`.",
        ja: "その行を消すか、改めて判断して`until`を延ばしてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "notices:\n",
    "rules: { joint-use.processor: { severity: note, reason: x, by: x, until: 2026-11-21 } }\nnotices:\n",
    "{",
)];
