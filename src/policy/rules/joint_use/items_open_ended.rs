//! `joint-use.items-open-ended`: an item has an open end, such as `etc.` or `など`.
//!
//! In: the checked set. Out: findings. The rule it keeps: it looks at checked values only.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{in_text, names_of_laws, open_end};
use crate::said;

/// An item has an open end, such as `etc.` or `など`.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "joint-use.items-open-ended",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "An item has an open end, such as `etc.` or `など`.",
        ja: "項目が「など」や「等」のような、範囲の定まらない書き方になっています。",
    },
    why: Words {
        en: "People must be able to see which items are used; an open end says that there are others.",
        ja: "どの項目が共同して利用されるのかを、本人が読み取れなければなりません。範囲の定まらない書き方は、ほかにも項目があると言うのと同じです。",
    },
    example: "items: [{ ja: 氏名、住所等, en: \"Name, address, etc.\" }]",
    fix: Words {
        en: "List every item and take the open end away.",
        ja: "すべての項目を挙げ、「など」「等」を取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[("{ ja: 氏名, en: Name }", "{ ja: 氏名など, en: Name }", "など")];

/// Reports items with an open end, at the word that opens it.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let names = names_of_laws(lint);
    for text in lint.texts().iter().filter(|text| text.path.starts_with("joint-use.") && text.key == "items") {
        if let Some(range) = open_end(text.text, &names) {
            let word = &text.text[range.clone()];
            let found =
                said!("the item has an open end: `{word}`", "項目が「{word}」で範囲の定まらない書き方になっています");
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
    }
}
