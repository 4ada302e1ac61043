//! `retention.unmatched-path`: A class accepts only paths that no file can have.
//!
//! In: the checked set. Out: findings. The rule it keeps: it is decided from the patterns, not tried on files.

use crate::diag::{Finding, Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// A class accepts only paths that no file can have.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "retention.unmatched-path",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A class accepts only paths that no file can have.",
        ja: "この種類が受け入れるパスを持つファイルは存在し得ません。",
    },
    why: Words {
        en: "Nothing would ever be taken into the class: `service.watch.ignore` hides its paths, they lie in a folder that is left alone, or a name is too long.",
        ja: "この種類には何も取り込まれません。`service.watch.ignore`で除かれているか、取り込まないフォルダーの中にあるか、名前が長すぎます。",
    },
    example: "accept: [\"drafts/*.tmp\"]\nignore: [\"**/*.tmp\"]",
    fix: Words {
        en: "Change the pattern, or what `service.watch.ignore` hides.",
        ja: "パターンか`service.watch.ignore`を直してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("ignore: [\"**/~$*\"]", "ignore: [\"**/~$*\", \"letters/**\"]", "\"letters/"),
    ("accept: [\"receipts/", "accept: [\"records/in/{treated:month}.csv\", \"receipts/", "records/in/"),
    ("accept: [\"receipts/", "accept: [\"receipts/.git/{treated:month}.csv\", \"receipts/", "\"receipts/.git"),
];

/// Reports classes, and single patterns of classes, that no file can belong to.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let ignored = &lint.policy.service.watch.ignore;
    let folder = lint.policy.service.paths.records.trim_end_matches('/');
    for class in &lint.policy.classes {
        let dead: Vec<usize> = (0..class.accept.len()).filter(|n| !class.accept[*n].reaches(ignored)).collect();
        for n in &dead {
            let pattern = &class.accept[*n];
            let found = if dead.len() == class.accept.len() {
                let class = &class.id;
                said!(
                    "no file can ever match `{pattern}`, so nothing can belong to `{class}`",
                    "`{pattern}`に当てはまるファイルは存在し得ないため、`{class}`には何も入りません"
                )
            } else {
                said!("no file can ever match `{pattern}`", "`{pattern}`に当てはまるファイルは存在し得ません")
            };
            lint.report(&RULE, &format!("retention.{}.accept.{n}", class.id), found);
        }
        let doubled = (0..class.accept.len()).filter(|n| !dead.contains(n) && !folder.is_empty());
        for n in doubled {
            let (pattern, path) = (class.accept[n].to_string(), format!("retention.{}.accept.{n}", class.id));
            if pattern.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) {
                let found = said!(
                    "`{pattern}` repeats `{folder}/`: patterns are counted from that folder on",
                    "`{pattern}`に`{folder}/`が書かれていますが、パターンはそのフォルダーの中から数えます"
                );
                let place = lint.part(&path, &pattern, 0..folder.len() + 1);
                let is_exact = place.end - place.start == folder.len() + 1;
                let help = said!("take `{folder}/` away", "`{folder}/`を取り除いてください");
                let finding = Finding::at(&RULE, place, found).help(help);
                lint.send(if is_exact { finding.replace_by("") } else { finding });
            }
        }
    }
}
