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
    let is_seen = |c: &char| {
        !c.is_whitespace()
            && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let dash = |c| if matches!(c, '‐'..='―' | '−' | '－' | 'ー') { '-' } else { c };
    name.nfkc().filter(is_seen).map(dash).flat_map(char::to_lowercase).nfkc().collect()
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
}
