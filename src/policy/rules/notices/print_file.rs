//! `notices.print-file`: files for a print house that has no key, or of a notice that is no letter.
//!
//! In: the checked set. Out: findings. The rule it keeps: a file for somebody else is sealed to a key of theirs.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::Audience;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// Files for a print house that has no key, or of a notice that is no letter.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "notices.print-file",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "A print file is asked for of an entrustment that names no key, or for a notice that is no letter to members.",
        ja: "印刷用ファイルの委託先に公開鍵がないか、個別の通知でないお知らせに印刷用ファイルが指定されています。",
    },
    why: Words {
        en: "The file holds many people's data. It is sealed to the print house's own key, so that nobody can read it on the way.",
        ja: "印刷用ファイルには多くの方の個人データが含まれます。受渡しの途中で読まれないよう、印刷業者の鍵に宛てて封かんします。",
    },
    example: "print-file: { entrustment: cost-notice-printing }   # without `recipient` in that entrustment",
    fix: Words {
        en: "Ask the print house for its age public key and write it as `recipient: age1…` into the entrustment.",
        ja: "印刷業者からageの公開鍵を受け取り、委託の`recipient: age1…`に書いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "template: notices/announcement.typ }",
    "template: notices/announcement.typ, print-file: { entrustment: printing } }",
    "{",
)];

/// Reports print files that nobody could be given.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for notice in &lint.policy.notices {
        let Some(to) = &notice.print_file else { continue };
        let entrustment = lint.policy.entrustments.iter().find(|one| one.id == *to);
        let found = if notice.audience != Audience::Member {
            said!("only letters to members have print files", "印刷用ファイルを作れるのは個別の通知だけです")
        } else if entrustment.is_some_and(|one| one.recipient.is_none()) {
            said!(
                "the entrustment `{to}` names no `recipient` to seal print files to",
                "委託`{to}`に、印刷用ファイルを封かんする宛先の公開鍵（`recipient`）がありません"
            )
        } else {
            continue;
        };
        lint.report(&RULE, &format!("notices.{}.print-file", notice.id), found);
    }
}
