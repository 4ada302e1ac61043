//! `text.empty`: a text is empty.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A text is empty.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.empty",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A text is empty.", ja: "文が空です。" },
    why: Words {
        en: "An empty text is a gap on the published page.",
        ja: "空の文は、公表するページの空白になります。",
    },
    example: "title: { ja: 利用目的, en: \"\" }",
    fix: Words { en: "Write the text.", ja: "文を書いてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("{ ja: 当組合, en: the Society }", "{ ja: 当組合, en: \"\" }", "\"\"")];
