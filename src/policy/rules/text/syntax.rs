//! `text.syntax`: quotation marks or brackets have no partner, or a heading ends like a sentence.
//!
//! In: the checked set. Out: findings. The rule it keeps: numbers such as `1)` need no partner.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::in_text;
use crate::said;
use std::ops::Range;

/// Quotation marks or brackets have no partner, or a heading ends like a sentence.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.syntax",
    severity: Severity::Note,
    weight: Weight::Adjustable,
    what: Words {
        en: "Quotation marks or brackets have no partner, or a heading ends like a sentence.",
        ja: "かぎ括弧や括弧が対になっていないか、見出しが文のように終わっています。",
    },
    why: Words {
        en: "A mark without its partner is a slip that readers see at once; a heading that ends in a full stop runs into the text below.",
        ja: "対にならない記号は、読む人にすぐ分かる誤りです。句点で終わる見出しは、続く文と見分けにくくなります。",
    },
    example: "title: { ja: 「利用目的の通知, en: Notice of purposes. }",
    fix: Words {
        en: "Close what was opened, and take the full stop off the heading.",
        ja: "開いた括弧を閉じ、見出しの句点を取り除いてください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("explanation: { ja: 同意とは, en: Consent means }", "explanation: { ja: 「同意とは, en: Consent means }", "「"),
    (
        "explanation: { ja: 同意とは, en: Consent means }",
        "explanation: { ja: 同意とは, en: Consent (or silence means }",
        "(",
    ),
    ("title: { ja: 通知, en: Notices }", "title: { ja: 通知。, en: Notices }", "。"),
    ("title: { ja: 通知, en: Notices }", "title: { ja: 通知, en: Notices. }", "."),
];

const PAIRS: [(char, char); 10] = [
    ('「', '」'),
    ('『', '』'),
    ('（', '）'),
    ('(', ')'),
    ('“', '”'),
    ('[', ']'),
    ('【', '】'),
    ('〔', '〕'),
    ('〈', '〉'),
    ('《', '》'),
];
/// English headings may end in one of these.
const SHORTENED: [&str; 9] = ["Inc.", "Ltd.", "Co.", "Corp.", "No.", "Dept.", "etc.", "St.", "p.m."];

/// Reports marks without a partner and headings that end like sentences.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for text in lint.texts() {
        if let Some(range) = unpaired(text.text) {
            let mark = &text.text[range.clone()];
            let found = said!("`{mark}` has no partner", "`{mark}`が対になっていません");
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
        let is_heading = matches!(text.key.as_str(), "title" | "category");
        if let Some(range) = full_stop(text.text).filter(|_| is_heading) {
            let found = said!("the heading ends like a sentence", "見出しが句点で終わっています");
            lint.send(in_text(lint, &RULE, text, range, found, Some("")));
        }
    }
}

/// The first mark without a partner.
fn unpaired(text: &str) -> Option<Range<usize>> {
    let mut open: Vec<(usize, char)> = Vec::new();
    for (at, c) in text.char_indices() {
        if PAIRS.iter().any(|(opening, _)| *opening == c) {
            open.push((at, c));
        } else if let Some((opening, _)) = PAIRS.iter().find(|(_, closing)| *closing == c) {
            match open.last() {
                Some((_, last)) if last == opening => drop(open.pop()),
                Some((at, last)) => return Some(*at..at + last.len_utf8()),
                None if is_number(&text[..at]) => {}
                None => return Some(at..at + c.len_utf8()),
            }
        }
    }
    let straight: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    let odd = straight.last().filter(|_| straight.len() % 2 == 1).map(|at| *at..at + 1);
    open.first().map(|(at, c)| *at..at + c.len_utf8()).or(odd)
}

/// Whether what stands before a closing bracket numbers an item, as in `1)` and `（文頭）ア）`.
fn is_number(before: &str) -> bool {
    let word =
        before.rsplit(|c: char| c.is_whitespace() || matches!(c, '、' | '。' | ',' | '.')).next().unwrap_or_default();
    (1..=2).contains(&word.chars().count())
}

/// The full stop at the end of a heading.
fn full_stop(text: &str) -> Option<Range<usize>> {
    let is_short = SHORTENED.iter().any(|word| text.ends_with(word)) || text.ends_with("...");
    let last = text.chars().next_back().filter(|c| matches!(c, '。' | '.') && !is_short)?;
    Some(text.len() - last.len_utf8()..text.len())
}

#[cfg(test)]
mod tests {
    use super::{full_stop, unpaired};

    #[test]
    fn marks_come_in_pairs() {
        let cases = [
            ("「利用目的」（別に定める『規程』）", None),
            ("「利用目的", Some("「")),
            ("利用目的」", Some("」")),
            ("（「利用）目的」", Some("「")),
            ("1) first 2) second", None),
            ("(one) and (two", Some("(")),
            ("a \"word", Some("\"")),
            ("ア）氏名　イ）住所", None),
        ];
        for (text, expected) in cases {
            assert_eq!(unpaired(text).map(|at| &text[at]), expected, "{text}");
        }
    }

    #[test]
    fn a_heading_does_not_end_like_a_sentence() {
        assert_eq!(full_stop("Notices."), Some(7..8));
        assert_eq!(full_stop("Minato Printing Co."), None);
        assert_eq!(full_stop("お知らせ。"), Some(12..15));
    }
}
