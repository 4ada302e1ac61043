//! `service.limit`: the limit of a sweep is not a whole number above zero.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// The limit of a sweep is not a whole number above zero.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.limit",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The limit of a sweep is not a whole number above zero.",
        ja: "一度に廃棄できる件数が、1以上の整数ではありません。",
    },
    why: Words {
        en: "The limit keeps one mistake from destroying everything at once; it must be a number.",
        ja: "この上限は、1つの誤りですべてが廃棄されることを防ぐものです。必ず数を書きます。",
    },
    example: "sweep: { at-most: { records: 0 } }",
    fix: Words {
        en: "Write `at-most: { records: 5000 }`.",
        ja: "`at-most: { records: 5000 }`のように書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("records: 5000", "records: 0", "0")];
