//! Words that rules look for in texts for readers.
//!
//! In: a text. Out: the word found. The rule it keeps: a Latin word counts where it stands alone, a Japanese one where it
//! is not part of another word.

/// Words that leave a list open.
const OPEN_JAPANESE: [&str; 4] = ["など", "等", "ほか", "その他"];
const OPEN_LATIN: [&str; 7] =
    ["etc", "and so on", "and others", "and partners", "including but not limited to", "among others", "and the like"];
/// 等級 (grade), 同等 (equal), 平等, 対等, 均等, 高等, 初等 and 優等 are whole words of their own.
const WHOLE: [&str; 8] = ["等級", "同等", "平等", "対等", "均等", "高等", "初等", "優等"];

/// Returns the first word that leaves a list open.
pub(super) fn open_end(text: &str) -> Option<&'static str> {
    let japanese = WHOLE.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
    let in_japanese = OPEN_JAPANESE.into_iter().find(|word| japanese.contains(word));
    in_japanese.or_else(|| OPEN_LATIN.into_iter().find(|word| stands_alone(text, word)))
}

/// Returns whether a Latin word or phrase stands in a text on its own, in whatever case.
pub(super) fn stands_alone(text: &str, word: &str) -> bool {
    let lower = text.to_lowercase();
    lower.match_indices(word).any(|(at, word)| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !letter(lower[..at].chars().next_back()) && !letter(lower[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::open_end;

    #[test]
    fn open_ends_are_seen_and_whole_words_are_not() {
        let cases = [
            ("氏名、住所等", Some("等")),
            ("氏名など", Some("など")),
            ("その他の項目", Some("その他")),
            ("障害等級", None),
            ("標準報酬月額", None),
            ("Name, address, etc.", Some("etc")),
            ("sketch of the injury", None),
            ("Data including but not limited to names", Some("including but not limited to")),
        ];
        for (text, expected) in cases {
            assert_eq!(open_end(text), expected, "{text}");
        }
    }
}
