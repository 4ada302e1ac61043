//! Names of files as text.
//!
//! In: the bytes of a name. Out: text in Unicode, composed where the policy reads it. The rule it keeps: a name that
//! cannot be read without guessing is refused, never replaced.

use crate::policy::FileNames;

/// Returns a path below `records` as text, read as the policy says; nothing if it cannot be.
pub fn decoded(path: &[u8], names: FileNames) -> Option<String> {
    match (std::str::from_utf8(path), names) {
        (Ok(text), _) => Some(text.to_owned()),
        (Err(_), FileNames::Utf8) => None,
        (Err(_), FileNames::Utf8OrShiftJis) => {
            let text = encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(path)?;
            Some(text.into_owned())
        }
    }
}

/// Returns a name without what people do not see or type alike: full-width letters and digits, composed and decomposed letters,
/// white space, marks without width, capitals, every kind of dash.
///
/// # Source
/// NFKC: Unicode Standard Annex #15.
pub fn spelling(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let is_seen = |c: &char| !c.is_whitespace() && !is_unseen(*c) && !is_variant(*c);
    let dash = |c| if matches!(c, '‐'..='―' | '−' | '－' | 'ー') { '-' } else { c };
    name.nfkc().filter(is_seen).map(dash).flat_map(char::to_lowercase).nfkc().collect()
}

/// Returns what makes a text unfit to stand for a subject or a thing: who types it again would not type it.
pub fn unfit(text: &str) -> Option<&'static str> {
    if text.trim() != text {
        Some("has white space around it")
    } else if text.chars().any(char::is_control) {
        Some("holds a control character")
    } else if text.chars().any(is_unseen) {
        Some("holds a character that nobody sees")
    } else {
        None
    }
}

/// Whether nobody sees a character: the format characters (Cf) but for those that are drawn, and separators of lines.
///
/// # Source
/// Unicode 16, `DerivedGeneralCategory.txt`, Cf, Zl and Zp.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Whether a character chooses another drawing of the one before it, as names in Japanese have it.
fn is_variant(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_alike_has_one_spelling() {
        for name in ["Mé１", "Me\u{301}1", "ｍé 1", "\u{3000}MÉ1"] {
            assert_eq!(spelling(name), "mé1", "{name}");
        }
        for name in ["B-1", "ｂ－１", "B‐1", "B−1", "Ｂー1", "B\u{200b}-1\u{202e}"] {
            assert_eq!(spelling(name), "b-1", "{name}");
        }
        assert_eq!(spelling("\u{845b}\u{e0100}"), spelling("\u{845b}"), "another drawing of the same letter");
        assert_ne!(spelling("M1"), spelling("M2"));
        assert_ne!(spelling("B-1-11"), spelling("B-11-1"));
    }

    #[test]
    fn shift_jis_is_read_only_where_the_policy_says_so() {
        let bytes = b"\x97\x5c\x8e\x5a.csv";
        assert_eq!(decoded(bytes, FileNames::Utf8), None);
        assert_eq!(decoded(bytes, FileNames::Utf8OrShiftJis).as_deref(), Some("予算.csv"));
        assert_eq!(decoded("予算.csv".as_bytes(), FileNames::Utf8OrShiftJis).as_deref(), Some("予算.csv"));
        assert_eq!(decoded(b"\xff\xff", FileNames::Utf8OrShiftJis), None);
    }

    #[test]
    fn what_nobody_sees_is_unfit_to_stand_for_anybody() {
        for text in ["M1", "佐伯 1", "葛\u{e0100}", "M-1"] {
            assert_eq!(unfit(text), None, "{text}");
        }
        for text in
            [" M1", "M1\u{3000}", "M\u{200b}1", "M\u{202e}1", "M\u{ad}1", "M1\u{feff}", "M\u{e0041}1", "M\u{7}1"]
        {
            assert!(unfit(text).is_some(), "{text:?}");
        }
    }
}
