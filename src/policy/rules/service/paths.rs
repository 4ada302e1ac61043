//! `service.paths`: a path of the service climbs out of its place, or lies inside another one.
//!
//! In: the checked set. Out: findings. The rule it keeps: paths that cannot be used are named by the reader of the
//! section, those into the instance's own folders here; where links lead is looked at with the files.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A path of the service climbs out of its place, or lies inside another one.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "service.paths",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A path of the service climbs out of its place, or lies inside another one or inside the instance's own folders.",
        ja: "パスが`..`で外へ出ているか、ほかのパスやインスタンス自身のフォルダーの中にあります。",
    },
    why: Words {
        en: "Records, vault and public site must lie apart from each other and from policies, templates and git: the site is replaced as a whole, and what lies in `records` is taken in and removed.",
        ja: "記録の置き場、保管庫、公開サイトは、互いに、また方針・テンプレート・gitとも別の場所に置きます。サイトは丸ごと置き換えられ、記録の置き場にあるものは取り込まれて消えるからです。",
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
    ("  watch:", "  paths: { public: policies }\n  watch:", "policies"),
    ("  watch:", "  paths: { records: .git/in }\n  watch:", ".git/in"),
];

/// Folders the instance is made of, which the service must neither empty nor replace.
const OWN: [&str; 5] = ["policies", "templates", ".git", ".github", ".hokan"];

/// Reports paths into folders that the instance is made of.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let paths = &lint.policy.service.paths;
    for (key, path) in [("records", &paths.records), ("vault", &paths.vault), ("public", &paths.public)] {
        let first = path.split('/').next().unwrap_or_default();
        if OWN.contains(&first) {
            let found = said!(
                "`{path}` is or lies in `{first}`, which the instance needs for itself",
                "`{path}`は使えません。`{first}`はインスタンスそのものに使われます"
            );
            lint.report(&RULE, &format!("service.paths.{key}"), found);
        }
    }
}
