//! `text.banned-word`: A text holds a word that machine translation leaves behind, or a placeholder.
//!
//! In: the checked set. Out: findings. The rule it keeps: an English word is judged beside the Japanese one it stands for.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{in_text, japanese_of, latin};
use crate::said;
use std::ops::Range;

/// A text holds a word that machine translation leaves behind, or a placeholder.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.banned-word",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "A text holds a word that machine translation leaves behind, or a placeholder.",
        ja: "機械翻訳に特有の誤訳か、下書きの仮の文字が残っています。",
    },
    why: Words {
        en: "Such a word says something else than the other language, or nothing.",
        ja: "そのような語は、もう一方の言語と違う意味になるか、何の意味も持ちません。",
    },
    example: "title: { ja: 被扶養者の認定, en: Probate of dependants }",
    fix: Words {
        en: "Have the sentence read by somebody who knows both languages.",
        ja: "両方の言語が分かる人に読んでもらい、書き直してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("ja: 審査, en: Review }", "ja: 被扶養者の認定, en: Probate of dependants }", "Probate"),
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: ○○健康保険組合の同意とは, en: Consent means }",
        "○○",
    ),
];

/// A Japanese word, and English ones that do not mean it in a text about personal information.
const NOISE: [(&str, &[&str]); 12] = [
    ("認定", &["probate", "recognization"]),
    ("番号法", &["numbering method", "number method"]),
    ("毀損", &["defamation"]),
    ("滅失", &["perishing", "extinction"]),
    ("資格喪失", &["disqualification", "disqualified"]),
    ("窓口", &["window"]),
    ("突合", &["butting", "butt joint"]),
    ("保険者", &["insurancer"]),
    ("事業主", &["business lord", "business master"]),
    ("被扶養者", &["supported person's person", "supportee"]),
    ("レセプト", &["recept", "recepts"]),
    ("開示", &["unveiling"]),
];
/// What a draft leaves for later.
const PLACEHOLDERS: [&str; 9] = ["○○", "〇〇", "◯◯", "●●", "△△", "××", "lorem ipsum", "tbd", "xxxx"];

/// Reports such words, once for each text.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    let texts = lint.texts();
    for (n, text) in texts.iter().enumerate() {
        let left = PLACEHOLDERS.iter().find_map(|word| find(text.text, word));
        let noise = || noise(text.text, japanese_of(texts, n).unwrap_or_default());
        if let Some(range) = left.or_else(|| if text.language == "en" { noise() } else { None }) {
            let word = &text.text[range.clone()];
            let found =
                said!("`{word}` is not a word for readers here", "「{word}」は公表する文の語として適当ではありません");
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
    }
}

fn noise(text: &str, original: &str) -> Option<Range<usize>> {
    let meant = NOISE.iter().filter(|(japanese, _)| original.contains(japanese));
    meant.flat_map(|(_, words)| *words).find_map(|word| latin(text, word).next())
}

fn find(text: &str, word: &str) -> Option<Range<usize>> {
    if word.is_ascii() { latin(text, word).next() } else { text.find(word).map(|at| at..at + word.len()) }
}
