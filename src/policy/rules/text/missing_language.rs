//! `text.missing-language`: a text lacks one of the organization's languages.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A text lacks one of the organization's languages.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.missing-language",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A text lacks one of the organization's languages.",
        ja: "組織の言語のうち、書かれていないものがあります。",
    },
    why: Words {
        en: "Readers of that language would see a gap.", ja: "その言語で読む人には、空白が表示されます。"
    },
    example: "title: { ja: 利用目的 }   # en is missing",
    fix: Words {
        en: "Add the translation, or take the language out of `organization.languages`.",
        ja: "訳文を書き加えるか、`organization.languages`からその言語を外してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("{ ja: 当組合, en: the Society }", "{ ja: 当組合 }", "{")];
