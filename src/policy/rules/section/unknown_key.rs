//! `section.unknown-key`: a key is not part of the policy language.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A key is not part of the policy language.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.unknown-key",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A key is not part of the policy language.", ja: "方針の書式にないキーです。" },
    why: Words {
        en: "A misspelt key would otherwise be ignored, and the policy would not say what its author meant.",
        ja: "つづりを誤ったキーを読み飛ばすと、書いた人の意図と違う方針になってしまいます。",
    },
    example: "pages: [{ id: consent, titel: {…}, show: [consent] }]",
    fix: Words {
        en: "Use the nearest known name shown, or remove the key.",
        ja: "示された近い名前に直すか、そのキーを取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("disposal-methods:", "disposal-method:", "disposal-method"),
    ("    kind: body", "    knid: body\n    kind: body", "knid"),
    ("  languages: [ja, en]\n  time", "  languages: [ja, en]\n  enacted-on: x\n  time", "enacted-on"),
];
