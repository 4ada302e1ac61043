//! Words that rules look for in texts for readers.
//!
//! In: a text. Out: where a word stands, by its bytes. The rule it keeps: a Latin word counts where it stands alone, in
//! whatever case; a Japanese one where it is not part of another word.

use std::ops::Range;

use memchr::memmem;

use crate::diag::{Finding, Place, Rule, Said};
use crate::policy::lint::{Lint, TextAt};

/// Words that leave a list open.
const OPEN_JAPANESE: [&str; 5] = ["など", "等", "ほか", "その他", "といった"];
const OPEN_LATIN: [&str; 11] = [
    "etc",
    "and so on",
    "and others",
    "and partners",
    "including but not limited to",
    "among others",
    "and the like",
    "such as",
    "e.g",
    "and similar",
    "or similar",
];
/// The word 他 (others), which leaves a list open only at its end: 他人 (another person) does not.
const OTHERS: &str = "他";
/// Words of their own in which 等 (and so on) stands, such as 等級 (grade) and 平等 (equal).
const WHOLE: [&str; 18] = [
    "親等",
    "不等",
    "等身",
    "等級",
    "等分",
    "等しい",
    "同等",
    "平等",
    "対等",
    "均等",
    "高等",
    "中等",
    "初等",
    "優等",
    "劣等",
    "上等",
    "何等",
    "一等",
];

/// Returns the first word that leaves a list open, outside of `names`.
pub(super) fn open_end(text: &str, names: &[&str]) -> Option<Range<usize>> {
    // Nearly no text holds one of these letters, and there are many names.
    let names = if OPEN_JAPANESE.iter().any(|word| text.contains(word)) { names } else { &[] };
    let whole: Vec<Range<usize>> = WHOLE.iter().chain(names).flat_map(|word| japanese(text, word)).collect();
    let free = |at: &Range<usize>| !whole.iter().any(|word| covers(word, at));
    let is_last = |at: &Range<usize>| text[at.end..].trim_start().chars().all(|c| matches!(c, '。' | '）' | ')'));
    let others = japanese(text, OTHERS).filter(|at| is_last(at));
    let in_japanese = OPEN_JAPANESE.iter().flat_map(|word| japanese(text, word)).chain(others).filter(free);
    let in_latin = OPEN_LATIN.iter().flat_map(|word| latin(text, word));
    in_japanese.chain(in_latin).min_by_key(|at| at.start)
}

/// Returns the names of the laws, which may hold 等 themselves.
pub(super) fn names_of_laws<'a>(lint: &Lint<'a>) -> Vec<&'a str> {
    let names = lint.law.statutes().flat_map(|law| {
        let other = law.also.values().chain(law.not.values()).flatten();
        law.name.0.values().chain(other).map(String::as_str)
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// Returns where a word of a language stands in a text of it.
pub(super) fn stands<'t>(text: &'t str, language: &str, word: &'t str) -> Vec<Range<usize>> {
    if language == "ja" { japanese(text, word).collect() } else { latin(text, word).collect() }
}

/// Returns where a Japanese word stands.
pub(super) fn japanese<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = Range<usize>> {
    memmem::find_iter(text.as_bytes(), word).map(|at| at..at + word.len())
}

/// Returns where a Latin word or phrase stands on its own, in whatever case.
pub(super) fn latin<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = Range<usize>> {
    let first = word.bytes().next().unwrap_or_default().to_ascii_lowercase();
    let begins = memchr::memchr2_iter(first, first.to_ascii_uppercase(), text.as_bytes());
    begins.filter_map(move |at| {
        let end = at + word.len();
        let stands = text.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(word));
        (stands && !joined(text[..at].chars().next_back()) && !joined(text[end..].chars().next())).then_some(at..end)
    })
}

/// Whether a character beside a word makes it part of a longer one.
fn joined(beside: Option<char>) -> bool {
    beside.is_some_and(char::is_alphanumeric)
}

/// Returns whether the first range holds the second.
pub(super) fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Returns whether a character is a kanji.
pub(super) fn is_kanji(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || c == '々'
}

/// Returns the Japanese of the `n`th text: the languages of a text stand beside each other.
pub(super) fn japanese_of<'l>(texts: &'l [TextAt<'l>], n: usize) -> Option<&'l str> {
    let stem = |text: &'l TextAt<'l>| text.path.rsplit_once('.').map_or(text.path.as_str(), |(stem, _)| stem);
    let beside = &texts[n.saturating_sub(4)..texts.len().min(n + 5)];
    beside.iter().find(|other| other.language == "ja" && stem(other) == stem(&texts[n])).map(|found| found.text)
}

/// Makes a finding at a part of a text, and says what could stand there instead.
pub(super) fn in_text(
    lint: &Lint<'_>,
    rule: &Rule,
    text: &TextAt<'_>,
    range: Range<usize>,
    found: Said,
    instead: Option<&str>,
) -> Finding {
    match (lint.span(text, range), instead) {
        (Some(place), Some(instead)) => Finding::at(rule, place, found).replace_by(instead),
        (Some(place), None) => Finding::at(rule, place, found),
        (None, _) => Finding::at(rule, lint.place(&text.path), found),
    }
}

/// Returns the place of a part of a text; of the whole text where the file writes it otherwise.
pub(super) fn place_in(lint: &Lint<'_>, text: &TextAt<'_>, range: Range<usize>) -> Place {
    lint.span(text, range).unwrap_or_else(|| lint.place(&text.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_ends_are_seen_and_whole_words_are_not() {
        let cases = [
            ("氏名、住所等", Some("等")),
            ("氏名など", Some("など")),
            ("その他の項目", Some("その他")),
            ("障害等級", None),
            ("障害等級等", Some("等")),
            ("標準報酬月額", None),
            ("Name, address, etc.", Some("etc")),
            ("sketch of the injury", None),
            ("三親等内の親族の氏名", None),
            ("標準報酬月額 他", Some("他")),
            ("他人の氏名", None),
            ("病名といった情報", Some("といった")),
            ("Pay, e.g. bonuses", Some("e.g")),
            ("Data Including But Not Limited To names", Some("Including But Not Limited To")),
        ];
        for (text, expected) in cases {
            assert_eq!(open_end(text, &[]).map(|at| &text[at]), expected, "{text}");
        }
        assert_eq!(open_end("障害等級等", &[]), Some(12..15));
        assert_eq!(open_end("利用等に関する法律の番号", &["利用等に関する法律"]), None);
    }

    #[test]
    fn a_latin_word_stands_alone() {
        let found: Vec<_> = latin("Claims, a claim; disclaim", "claim").collect();
        assert_eq!((found.len(), found.first()), (1, Some(&(10..15))));
        assert_eq!(latin("Été: The Society", "the society").count(), 1);
    }
}
