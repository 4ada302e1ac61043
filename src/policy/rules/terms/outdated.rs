//! `terms.outdated`: a text names something that is no longer in use.
//!
//! In: every text for readers. Out: findings. The rule it keeps: the longest word counts, and longer words that only contain one do not.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::law::Outdated;
use crate::policy::lint::{Lint, TextAt};
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{covers, in_text, stands};
use crate::said;

/// A text names something that is no longer in use.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "terms.outdated",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A text names something that is no longer in use.",
        ja: "今は使われていないものの名前が書かれています。",
    },
    why: Words {
        en: "Readers would look for something that they cannot get any more.",
        ja: "読んだ人が、もう手に入らないものを探すことになります。",
    },
    example: "text: { ja: 被保険者証を提示してください。, en: Show your insurance card. }",
    fix: Words {
        en: "Write the name of what stands in its place.", ja: "代わりのものの名前を書いてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("how: { ja: 申し出る, en: Tell us }", "how: { ja: 健康保険証を添えて申し出る, en: Tell us }", "健康保険証"),
    ("how: { ja: 申し出る, en: Tell us }", "how: { ja: 申し出る, en: Show your insurance card }", "insurance card"),
];

/// Reports words whose time has passed, with what stands for them now.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let outdated = lint.law.outdated(lint.as_of);
    for language in lint.languages() {
        let is_said = |one: &&&Outdated| {
            one.words.get(language).is_some_and(|words| words.iter().any(|word| lint.says(language, word)))
        };
        let said: Vec<_> = outdated.iter().filter(is_said).collect();
        for text in lint.texts().iter().filter(|text| text.language == language) {
            said.iter().for_each(|one| of_text(lint, text, one));
        }
    }
}

fn of_text(lint: &Lint<'_>, text: &TextAt<'_>, one: &Outdated) {
    let now = one.now.get(text.language);
    let own = lint.policy.terms.iter().filter(|term| term.word.get(text.language) == now);
    // What the set itself says is not to be used is told as that: one word, one finding.
    let told: Vec<_> = own
        .flat_map(|term| term.not.get(text.language).into_iter().flatten())
        .flat_map(|word| stands(text.text, text.language, word))
        .collect();
    let free = |range: &std::ops::Range<usize>| !told.iter().any(|told| covers(range, told));
    for range in one.stands_in(text.text, text.language).into_iter().filter(free) {
        let word = &text.text[range.clone()];
        let until = one.until;
        let found = said!(
            "`{word}` was in use until {until}; now it is `{now}`",
            "「{word}」は{until}までの呼び名で、現在は「{now}」です"
        );
        lint.send(in_text(lint, &RULE, text, range, found, Some(now)));
    }
}
