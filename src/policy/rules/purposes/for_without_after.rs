//! `purposes.for-without-after`: a purpose says for how long it goes on, but not after what.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A purpose says for how long it goes on, but not after what.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "purposes.for-without-after",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A purpose says for how long it goes on, but not after what.",
        ja: "利用目的に期間（`for`）だけがあり、起算日（`after`）がありません。",
    },
    why: Words {
        en: "A period without a beginning never ends.", ja: "起点のない期間には終わりがありません。"
    },
    example: "purposes: [{ id: contact-after-leaving, for: P1Y, … }]",
    fix: Words {
        en: "Add `after` with a declared date, or remove `for`.",
        ja: "`after`に日付のIDを書くか、`for`を消してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("{ id: benefit-review, category", "{ id: benefit-review, for: P1Y, category", "P1Y")];
