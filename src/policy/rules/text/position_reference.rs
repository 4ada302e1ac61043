//! `text.position-reference`: A text points to something by its position.
//!
//! In: the checked set. Out: findings. The rule it keeps: the tables of a law, and amounts, are no positions.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::rules::words::{in_text, is_kanji, japanese, latin};
use crate::said;
use std::ops::Range;

/// A text points to something by its position.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "text.position-reference",
    severity: Severity::Warning,
    weight: Weight::Adjustable,
    what: Words {
        en: "A text points to something by its position.", ja: "文が位置によって何かを指しています。"
    },
    why: Words {
        en: "`1 and 2 above` or `the attached table` means nothing once a list is reordered or shown on another page.",
        ja: "「上記1及び2」や「別表」は、並び順や載せるページが変わると、何を指すのか分からなくなります。",
    },
    example: "text: { ja: 上記1及び2の目的のため, en: For purposes 1 and 2 above }",
    fix: Words {
        en: "Name what is meant by its title.", ja: "指すものを、その名称で書いてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[
    ("ja: 特定する。", "ja: 上記1及び2のとおり特定する。", "上記1"),
    ("ja: 特定する。", "ja: 別表のとおり特定する。", "別表"),
    ("en: They are specified.", "en: They are specified in items 1 and 2 above.", "2 above"),
];

/// Words for a place on a page, before a number.
const BEFORE_NUMBER: [&str; 7] = ["上記", "前記", "下記", "右記", "左記", "上の", "下の"];
/// What is counted, not numbered: 下記の3点.
const COUNTED: [char; 20] = [
    'つ', '点', '件', '者', '種', '項', '人', '名', '年', '月', '日', 'か', 'ヶ', '区', '社', '歳', '割', '回', '部',
    '箇',
];
/// Places that need no number.
const ALONE: [&str; 10] = ["前項", "前条", "前号", "前各号", "次項", "次条", "次号", "別表", "別紙", "別添"];
const LATIN: [&str; 12] = [
    "preceding paragraph",
    "preceding article",
    "preceding item",
    "preceding section",
    "previous paragraph",
    "previous article",
    "following article",
    "attached table",
    "attached sheet",
    "appended table",
    "separate table",
    "separate sheet",
];

/// Reports positions, once for each text.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for text in lint.texts() {
        let found = if text.language == "ja" { in_japanese(text.text) } else { in_latin(text.text) };
        if let Some(range) = found {
            let word = &text.text[range.clone()];
            let found = said!("`{word}` points to a position", "「{word}」は位置による参照です");
            lint.send(in_text(lint, &RULE, text, range, found, None));
        }
    }
}

fn in_japanese(text: &str) -> Option<Range<usize>> {
    let before = |at: &Range<usize>| text[..at.start].chars().next_back();
    let numbered = BEFORE_NUMBER.iter().flat_map(|word| japanese(text, word)).find_map(|at| {
        let rest = text[at.end..].trim_start_matches(['の', ' ', '　', '(', '（', '第']);
        let digits = rest.find(|c: char| !is_number(c)).unwrap_or(rest.len());
        let goes_on = rest[digits..].chars().next();
        let is_one =
            digits > 0 && !goes_on.is_some_and(|c| COUNTED.contains(&c)) && before(&at).is_none_or(|c| c != '以');
        is_one.then(|| at.start..text.len() - rest.len() + digits)
    });
    let alone = ALONE.iter().flat_map(|word| japanese(text, word)).find(|at| {
        let rest = &text[at.end..];
        let of_law = text[..at.start].trim_end_matches('の');
        !before(at).is_some_and(is_kanji)
            && !rest.starts_with('目')
            && !of_law.ends_with(['法', '令', '則', '規', '程', '約'])
    });
    numbered.into_iter().chain(alone).min_by_key(|at| at.start)
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c) || ('①'..='⑳').contains(&c) || "一二三四五六七八九十".contains(c)
}

fn in_latin(text: &str) -> Option<Range<usize>> {
    let named = LATIN.iter().flat_map(|words| latin(text, words));
    let numbered = ["above", "below"].into_iter().flat_map(|word| latin(text, word)).filter_map(|at| {
        let before = text[..at.start].trim_end();
        let number = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let digits = number.trim_matches(['(', ')', '.', ',']);
        let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let amount = ["aged", "age", "than", "over", "under", "degrees"]
            .iter()
            .any(|word| before[..before.len() - number.len()].trim_end().to_lowercase().ends_with(word));
        (is_number && !amount).then(|| before.len() - number.len()..at.end)
    });
    named.chain(numbered).min_by_key(|at| at.start)
}

#[cfg(test)]
mod tests {
    use super::{in_japanese, in_latin};

    #[test]
    fn positions_are_told_from_laws_and_amounts() {
        let cases = [
            ("上記1及び2の目的", Some("上記1")),
            ("前記の（２）", Some("前記の（２")),
            ("上の①に掲げる", Some("上の①")),
            ("65歳以上の1割負担の方", None),
            ("下記の3点を確かめます", None),
            ("前項に定める", Some("前項")),
            ("以前号外で示した", None),
            ("次の各号", None),
            ("別表第1のとおり", Some("別表")),
            ("番号法別表に掲げる事務", None),
            ("文書管理規程の別表", None),
        ];
        for (text, expected) in cases {
            assert_eq!(in_japanese(text).map(|at| &text[at]), expected, "{text}");
        }
        let cases = [
            ("for purposes 1 and 2 above", Some("2 above")),
            ("see (3) below", Some("(3) below")),
            ("persons aged 75 above", None),
            ("the purposes above", None),
            ("as in the Attached Table", Some("Attached Table")),
        ];
        for (text, expected) in cases {
            assert_eq!(in_latin(text).map(|at| &text[at]), expected, "{text}");
        }
    }
}
