//! `section.syntax`: a policy file is not valid YAML.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A policy file is not valid YAML.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.syntax",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A policy file is not valid YAML.", ja: "方針のファイルがYAMLとして正しくありません。"
    },
    why: Words {
        en: "Nothing in an unreadable file can be checked, and a policy that cannot be read stops publishing and sweeping.",
        ja: "読めないファイルの中身は確かめられません。読めない方針があると、公表も廃棄も止まります。",
    },
    example: "title: { ja: 相談窓口, en: \"Privacy desk }",
    fix: Words {
        en: "Look at the line shown and the one above: indent by spaces, close quotes and brackets, quote a text that holds `: ` or ` #`.",
        ja: "示された行とその上の行を見てください。字下げは空白で行い、引用符と括弧は閉じ、`: `や` #`を含む文は引用符で囲みます。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("  id: minato-kenpo", "\tid: minato-kenpo", "\t"),
    ("    kind: body", "\t  kind: body", "\t"),
    ("address: { ja: 東京都, en: Tokyo }", "address: { ja: \"東京都, en: Tokyo }", ""),
];
