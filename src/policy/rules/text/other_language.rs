//! `text.other-language`: the Japanese text is in another language, and the other one is in Japanese.
//!
//! In: the checked set. Out: findings. The rule it keeps: a name or a code in Latin letters is none, whatever stands beside it in
//! Latin letters.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::{Lint, TextAt};
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The Japanese text is in another language, and the other one is in Japanese.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.other-language",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "The text under `ja` has no Japanese letter, and one under another language has.",
        ja: "`ja`の文に日本語の文字がなく、別の言語の文にあります。",
    },
    why: Words {
        en: "The two were probably exchanged: each page would show the sentence of the other language.",
        ja: "2つの言語の文が入れ替わっていると、どちらのページにも別の言語の文が載ります。",
    },
    example: "name: { ja: Todai Federation, en: 灯台連合会 }",
    fix: Words { en: "Exchange the two texts.", ja: "2つの文を入れ替えてください。" },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("{ ja: 審査, en: Review }", "{ ja: Review, en: しんさ }", "Review"),
    ("{ ja: 審査, en: Review }", "{ ja: Review, en: 審査 }", "Review"),
];

/// Languages that have Chinese characters of their own.
const OF_CHARACTERS: [&str; 3] = ["ja", "zh", "ko"];

/// Reports such texts, and words that are used in one meaning.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let texts = lint.texts();
    let languages = lint.languages().len();
    for (n, text) in texts.iter().enumerate().filter(|(_, text)| text.language == "ja" && !is_japanese(text.text)) {
        // The texts of one map follow each other.
        let around = n.saturating_sub(languages)..(n + languages + 1).min(texts.len());
        if let Some(other) = texts[around].iter().find(|other| is_beside(text, other) && is_exchanged(other)) {
            report(lint, &text.path, (&other.path, other.language));
        }
    }
    for term in &lint.policy.terms {
        let Some(_) = term.word.0.get("ja").filter(|word| !is_japanese(word)) else { continue };
        let others = term.word.0.iter().filter(|(language, word)| is_of_japanese(language, word));
        for (language, _) in others.take(1) {
            let path = |language: &str| format!("terms.{}.{language}", term.id);
            report(lint, &path("ja"), (&path(language), language));
        }
    }
}

fn report(lint: &Lint<'_>, ja: &str, (path, language): (&str, &str)) {
    let found = said!(
        "the text under `ja` has no Japanese letter, and the one under `{language}` is Japanese",
        "`ja`の文に日本語の文字がなく、`{language}`の文が日本語です"
    );
    lint.send(lint.finding(&RULE, ja, found).also(lint.place(path)));
}

/// Whether two texts are one in two languages.
fn is_beside(text: &TextAt<'_>, other: &TextAt<'_>) -> bool {
    let base = |text: &TextAt<'_>| text.path.len() - text.language.len();
    text.path[..base(text)] == other.path[..base(other)]
}

fn is_exchanged(other: &TextAt<'_>) -> bool {
    is_of_japanese(other.language, other.text)
}

/// Whether a text of another language is Japanese: it has kana, or Chinese characters and no Latin letter.
fn is_of_japanese(language: &str, text: &str) -> bool {
    let has_kana = text.chars().any(|c| matches!(c, 'ぁ'..='ヺ'));
    !OF_CHARACTERS.contains(&language)
        && (has_kana || (is_japanese(text) && !text.contains(|c: char| c.is_ascii_alphabetic())))
}

/// Whether a text has kana or Chinese characters.
fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, 'ぁ'..='ヺ' | '々' | '〆' | '㐀'..='鿿' | '豈'..='﫿' | '\u{20000}'..='\u{3ffff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_latin_letters_is_no_japanese_text_and_needs_to_be_none() {
        for (language, text, expected) in [
            ("en", "しんさ", true),
            ("en", "灯台連合会", true),
            ("en", "Todai", false),
            ("en", "Form 様式", false),
            ("en", "A3・B4", false),
            ("zh", "審査", false),
        ] {
            assert_eq!(is_of_japanese(language, text), expected, "{language} {text}");
        }
        assert!(is_japanese("様式A") && !is_japanese("GDPR 5(1)・②"));
    }
}
