//! `terms.inconsistent`: A text uses a word that is not to stand for its term.
//!
//! In: the checked set. Out: findings. The rule it keeps: a word inside the right one is no mistake; another name of a party or a law is a warning.

use crate::diag::{Finding, Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
use crate::policy::lint::TextAt;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{covers, in_text, stands};
use crate::said;
use std::ops::Range;

/// A text uses a word that is not to stand for its term.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "terms.inconsistent",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "A text uses a word that is not to stand for its term.",
        ja: "用語の定めで使わないこととした語が使われています。",
    },
    why: Words {
        en: "One thing with two names looks like two things, most of all in a translation.",
        ja: "1つのものを2つの名で呼ぶと、別々のものと読まれます。訳文では特に注意が必要です。",
    },
    example: "terms: [{ id: spi, ja: 特定個人情報, en: specific personal information, not: { en: [identifying personal information] } }]\ntext: { en: Identifying personal information is …, ja: … }",
    fix: Words {
        en: "Write the word that `terms` or the law pack gives.",
        ja: "`terms`か法令集に示された語に直してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: 同意とは, en: Consent to a claim sheet means }",
        "claim sheet",
    ),
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: 診療明細の同意とは, en: Consent means }",
        "診療明細",
    ),
];

/// A word that is not to be used, and the one for it.
struct Wrong<'a> {
    word: &'a str,
    right: &'a str,
    severity: Severity,
}

/// Reports words that are not to be used, with the right one.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for language in lint.languages() {
        let mut wrong = wrong(lint, language);
        // A longer word is the better match.
        wrong.sort_by_key(|one| std::cmp::Reverse(one.word.len()));
        for text in lint.texts().iter().filter(|text| text.language == language) {
            of_text(lint, text, &wrong);
        }
    }
}

fn of_text(lint: &Lint<'_>, text: &TextAt<'_>, wrong: &[Wrong<'_>]) {
    let mut taken: Vec<Range<usize>> = Vec::new();
    for one in wrong {
        for at in stands(text.text, text.language, one.word) {
            let is_part = stands(text.text, text.language, one.right).iter().any(|right| covers(right, &at));
            if is_part || taken.iter().any(|known| covers(known, &at)) {
                continue;
            }
            let at = longest(lint, text, one.right, at);
            taken.push(at.clone());
            let (word, right) = (&text.text[at.clone()], one.right);
            let found = said!(
                "`{word}` is not the word for `{right}`",
                "「{word}」ではなく「{right}」と書くことになっています"
            );
            let finding = in_text(lint, &RULE, text, at, found, Some(right));
            lint.send(Finding { severity: one.severity, ..finding });
        }
    }
}

/// The whole of an outdated word of the law that holds this one, where the same word stands for it now.
fn longest(lint: &Lint<'_>, text: &TextAt<'_>, right: &str, at: Range<usize>) -> Range<usize> {
    let same = lint.law.outdated(lint.as_of).into_iter().filter(|one| one.now.get(text.language) == right);
    let whole = same.flat_map(|one| one.stands_in(text.text, text.language));
    whole.filter(|whole| covers(whole, &at)).max_by_key(ExactSizeIterator::len).unwrap_or(at)
}

/// Every word that is not to be used in a language: those of the set, then those of the law packs, unless the set uses
/// them itself. A name of a party or of a law weighs less than a term.
fn wrong<'a>(lint: &Lint<'a>, language: &str) -> Vec<Wrong<'a>> {
    let policy = lint.policy;
    let own: Vec<&str> = policy.terms.iter().map(|term| term.word.get(language)).collect();
    let terms = policy.terms.iter().map(|term| {
        let right = term.word.get(language);
        let is_name = policy.parties.iter().any(|party| party.name.get(language) == right)
            || lint.law.statutes().any(|law| {
                let also = law.also.get(language).into_iter().flatten();
                also.map(String::as_str).chain([law.name.get(language)]).any(|name| name == right)
            });
        (term.not.get(language), right, if is_name { Severity::Warning } else { Severity::Error })
    });
    let renderings =
        lint.law.terms(lint.as_of).map(|term| (term.not.get(language), term.word.get(language), Severity::Error));
    let statutes = lint.law.statutes().map(|law| {
        let short = law.also.get(language).and_then(|names| names.first());
        (law.not.get(language), short.map_or(law.name.get(language), String::as_str), Severity::Warning)
    });
    let all = terms.chain(renderings).chain(statutes);
    let words = all.flat_map(|(words, right, severity)| {
        words.into_iter().flatten().map(move |word| Wrong { word, right, severity })
    });
    let is_looked_for = |one: &Wrong<'_>| !one.word.is_empty() && !one.right.is_empty() && !own.contains(&one.word);
    words.filter(|one| is_looked_for(one) && lint.says(language, one.word)).collect()
}
