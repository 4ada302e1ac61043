//! `reference.id`: an id is not a kebab-case name, or too long for a file.
//!
//! In: the checked set. Out: findings. The rule it keeps: letters are named by the reader of the section, lengths here.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// An id is not a kebab-case name, or too long for a file.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "reference.id",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "An id is not a kebab-case name, or too long for a file.",
        ja: "IDが、小文字の英字・数字・ハイフンの名前になっていないか、ファイル名として長すぎます。",
    },
    why: Words {
        en: "Ids become file names, names in patterns and names in the ledger; they are lower-case letters, digits and single hyphens, starting with a letter.",
        ja: "IDはファイル名、パターンの中の名前、台帳の名前になります。英小文字で始まり、英小文字と数字を1つずつのハイフンでつないだものだけが使えます。",
    },
    example: "id: High_Cost_Grant",
    fix: Words {
        en: "Write a name such as `high-cost-grant`, of at most 100 letters where it names a page, a notice or a request.",
        ja: "`high-cost-grant`のような名前にしてください。ページ、お知らせ及び請求のIDは100文字までです。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("id: limits", "id: Limits", "Limits"),
    (
        "{ id: announcement,",
        "{ id: announcement-announcement-announcement-announcement-announcement-announcement-announcement-announcement,",
        "announcement",
    ),
];

/// The longest id that names a file.
const MOST_LETTERS: usize = 100;

/// Reports ids that are too long for the files they name.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let policy = lint.policy;
    let pages = policy.pages.iter().map(|page| ("pages", &page.id, "id"));
    let notices = policy.notices.iter().map(|notice| ("notices", &notice.id, "id"));
    let procedures = policy.procedures.iter().map(|procedure| ("procedures", &procedure.request, "request"));
    for (section, id, key) in pages.chain(notices).chain(procedures) {
        let letters = id.len();
        if letters > MOST_LETTERS {
            let found = said!(
                "this id has {letters} letters, and files are named after it (the most is {MOST_LETTERS})",
                "このIDは{letters}文字あり、ファイル名として長すぎます（{MOST_LETTERS}文字まで）"
            );
            lint.report(&RULE, &format!("{section}.{id}.{key}"), found);
        }
    }
}
