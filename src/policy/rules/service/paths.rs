//! `service.paths`: a path of the service climbs out of its place, or lies inside another one.
//!
//! In: nothing. Out: the rule's page. The rule it keeps: the reader of the section names it.

use crate::diag::{Rule, Severity, Weight, Words};
#[cfg(test)]
use crate::policy::rules::Case;

/// A path of the service climbs out of its place, or lies inside another one.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.paths",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A path of the service climbs out of its place, or lies inside another one.",
        ja: "パスが`..`で外へ出ているか、ほかのパスの中にあります。",
    },
    why: Words {
        en: "Records, vault and public site must lie apart: the site is replaced as a whole, and what lies in `records` is taken in.",
        ja: "記録の置き場、保管庫、公開サイトは別々の場所に置きます。サイトは丸ごと置き換えられ、記録の置き場にあるものはすべて取り込まれるからです。",
    },
    example: "paths: { vault: records/in/vault }",
    fix: Words {
        en: "Write three separate paths without `..`, relative to the instance or absolute.",
        ja: "`..`を含まない、互いに別の3つのパスを書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("  watch:", "  paths: { vault: records/in/vault }\n  watch:", "records/in/vault"),
    ("  watch:", "  paths: { vault: ../vault }\n  watch:", "../vault"),
];
