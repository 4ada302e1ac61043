//! `reference.duplicate-id`: two items of one section have the same id, or a list names one twice.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// Two items of one section have the same id, or a list names one twice.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "reference.duplicate-id",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "Two items of one section have the same id, or a list names one id twice.",
        ja: "同じ節の2つの項目に同じIDが付いているか、1つのリストに同じIDが2回書かれています。",
    },
    why: Words {
        en: "A reference to the id would mean either of them; an id that is named twice was mostly meant to be another.",
        ja: "このIDを参照しても、どちらを指すのかが決まりません。リストの重複は、別のIDの書き誤りであることが多くあります。",
    },
    example: "parties: [{ id: federation, … }, { id: federation, … }]",
    fix: Words {
        en: "Rename one of the two places shown, together with the references to it; in a list, take one away.",
        ja: "示された2か所の一方のIDを変え、それを参照している箇所も合わせて直してください。リストの重複は、一方を消してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("id: boxes", "id: letters", "letters"),
    ("was: [old-letters]", "was: [boxes]", "boxes"),
    ("was: [old-letters]", "was: [old-letters, old-letters]", "old-letters"),
];
