//! `text.unlisted-language`: a text is given in a language the organization does not list.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A text is given in a language the organization does not list.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.unlisted-language",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A text is given in a language the organization does not list.",
        ja: "組織の言語に挙げられていない言語の文です。",
    },
    why: Words { en: "It would never be shown.", ja: "この文が表示されることはありません。" },
    example: "title: { ja: 利用目的, en: Purposes, fr: Finalités }",
    fix: Words {
        en: "Add the language to `organization.languages`, or remove the text.",
        ja: "`organization.languages`にその言語を加えるか、この文を取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("{ ja: 当組合, en: the Society }", "{ ja: 当組合, en: the Society, fr: x }", "fr")];
