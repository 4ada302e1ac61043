//! `policy.unreadable`: a file of the policy cannot be read.
//!
//! In: the path of such a file, and why. Out: the rule's page, the findings, and what letters can be told. The rule it keeps:
//! a file that cannot be read hides nothing of the others, and its finding says that more may follow.

use crate::diag::{Finding, Place, Rule, Severity, Weight, Words};
use crate::policy::more_may_follow;
use crate::said;

/// A file that cannot be read.
pub(in crate::engine) const RULE: Rule = Rule {
    name: "policy.unreadable",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words { en: "A file of the policy cannot be read.", ja: "方針のファイルを読み込めません。" },
    why: Words {
        en: "A policy that is only partly read could mean something else; hokan never acts on a part.",
        ja: "一部だけを読み込んだ方針は、別の意味になるおそれがあります。一部だけに従って動くことはありません。",
    },
    example: "# policies/organization.yaml, saved as Shift_JIS and not as UTF-8\norganization: …",
    fix: Words {
        en: "Make the file readable, or remove it.",
        ja: "ファイルを読み込めるようにするか、取り除いてください。",
    },
};

/// The finding for a file that cannot be read.
pub(super) fn finding(path: &str, why: &str, ja: &str) -> Finding {
    let found = said!("`{path}` cannot be read: {why}", "`{path}`を読み込めません（{ja}）");
    Finding::at(&RULE, Place::file(path), found)
}

/// The finding for a file that the system does not let read.
pub(super) fn failed(path: &str, error: &std::io::Error) -> Finding {
    let why = error.to_string();
    finding(path, &why, &why)
}

/// The finding for a policy file in another encoding.
pub(super) fn no_text(path: &str) -> Finding {
    let help = said!("save the file as UTF-8", "ファイルをUTF-8で保存してください");
    more_may_follow(finding(path, "it is not UTF-8", "UTF-8で書かれていません").help(help))
}

/// Returns the path of a policy file, or of a folder of them, whose bytes this finding says are not known.
pub(super) fn unknown(finding: &Finding) -> Option<&str> {
    let path = finding.places.first().filter(|_| finding.rule == RULE.name)?.file.as_str();
    let name = path.strip_prefix("policies/")?.rsplit('/').next()?;
    let is_policy = !name.contains('.') || name.ends_with(".yaml") || name.ends_with(".yml");
    is_policy.then_some(path)
}

/// Returns the letters that most encodings write alike, as those of ids and keys are; UTF-16 puts a zero beside each.
pub(super) fn legible(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace(['\0', char::REPLACEMENT_CHARACTER], "")
}
