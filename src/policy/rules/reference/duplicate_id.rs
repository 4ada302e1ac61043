//! `reference.duplicate-id`: two items of one section have the same id.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Two items of one section have the same id.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "reference.duplicate-id",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "Two items of one section have the same id.", ja: "同じ節の2つの項目に同じIDが付いています。"
    },
    why: Words {
        en: "A reference to the id would mean either of them.",
        ja: "このIDを参照しても、どちらを指すのかが決まりません。",
    },
    example: "parties: [{ id: federation, … }, { id: federation, … }]",
    fix: Words {
        en: "Rename one of the two places shown, together with the references to it.",
        ja: "示された2か所の一方のIDを変え、それを参照している箇所も合わせて直してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("id: boxes", "id: letters", "letters"), ("was: [old-letters]", "was: [boxes]", "boxes")];
