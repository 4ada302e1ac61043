//! `joint-use.users-open-ended`: the scope of the users has an open end, such as `and partners` or `など`.
//!
//! In: the checked set. Out: findings. The rule it keeps: whole words such as 等級 are not open ends.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{in_text, names_of_laws, open_end};
use crate::said;

/// The scope of the users has an open end, such as `and partners` or `など`.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.users-open-ended",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "The scope of the users has an open end, such as `and partners` or `など`.",
        ja: "共同して利用する者の範囲が「など」や「等」のような、定まらない書き方になっています。",
    },
    why: Words {
        en: "People must be able to tell who uses their data; not every name is needed, but an open end lets in anybody.",
        ja: "誰が利用するのかを本人が判断できなければなりません。すべての名を挙げる必要はありませんが、範囲の定まらない書き方では誰でも含まれてしまいます。",
    },
    example: "users: [{ party: organization, scope: { ja: 担当職員及び協力会社等, en: \"Staff in charge, and partners\" } }]",
    fix: Words {
        en: "Say by a clear criterion who is in, and take the open end away.",
        ja: "誰が含まれるのかを明らかな基準で書き、「など」「等」を取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("scope: { ja: 交付課, en: Grants section }", "scope: { ja: 交付課等, en: Grants section }", "等"),
    (
        "scope: { ja: 交付課, en: Grants section }",
        "scope: { ja: 交付課, en: Grants section and partners }",
        "and partners",
    ),
];

/// Reports scopes with an open end, at the word that opens it.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let names = names_of_laws(lint);
    for text in lint.texts().iter().filter(|text| text.path.starts_with("joint-use.") && text.key == "scope") {
        if let Some(range) = open_end(text.text, &names) {
            let word = &text.text[range.clone()];
            let found = said!(
                "the scope has an open end: `{word}`",
                "利用する者の範囲が「{word}」で定まらない書き方になっています"
            );
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
    }
}
