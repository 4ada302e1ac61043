//! `section.too-large`: a policy file is larger or more deeply nested than hokan reads.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A policy file is larger or more deeply nested than hokan reads.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "section.too-large",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A policy file is larger or more deeply nested than hokan reads.",
        ja: "方針のファイルが大きすぎるか、入れ子が深すぎます。",
    },
    why: Words {
        en: "A file may be at most 1 MiB and 32 levels deep, so that a slip or an attack cannot exhaust the machine.",
        ja: "誤りや攻撃で機器の処理能力を使い切らないよう、ファイルは1MiB、入れ子は32段までとしています。",
    },
    example: "terms: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    fix: Words {
        en: "Spread the section over several files; lists of the same section are joined.",
        ja: "節を複数のファイルに分けてください。同じ節のリストは1つにまとめて読まれます。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("law: [jp]", "law: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "[")];
