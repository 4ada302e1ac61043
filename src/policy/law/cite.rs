//! Numbers by which a law is cited: article, paragraph, item.
//!
//! In: the form of law packs, such as `27(5)(iii)`, `24-7` or `S2` (supplementary provisions). Out: [`Cite`], printed in
//! that form or as Japanese law writes it. The rule it keeps: what is printed reads back as the same number.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// The number of a provision inside a law.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cite {
    /// Whether it stands in the supplementary provisions (附則).
    pub(in crate::policy) supplementary: bool,
    /// The article, followed by the numbers of articles put in after it (`66-10` is 第66条の10).
    pub(in crate::policy) article: Vec<u16>,
    /// The paragraph (項).
    pub(in crate::policy) paragraph: Option<u16>,
    /// The item (号).
    pub(in crate::policy) item: Option<u16>,
}

/// A text that is not the number of a provision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the number of a provision (expected a form such as `27(5)(iii)`, `24-7` or `S2`)")]
pub struct NotACite(pub String);

impl Cite {
    /// Returns the number as Japanese law writes it, such as 第27条第5項第3号.
    pub fn japanese(&self) -> String {
        let (first, branches) = self.article.split_first().map_or((0, [].as_slice()), |(first, rest)| (*first, rest));
        let mut printed = if self.supplementary { "附則".to_owned() } else { String::new() };
        printed += &format!("第{first}条");
        branches.iter().for_each(|branch| printed += &format!("の{branch}"));
        self.paragraph.iter().for_each(|paragraph| printed += &format!("第{paragraph}項"));
        self.item.iter().for_each(|item| printed += &format!("第{item}号"));
        printed
    }

    /// Returns whether the other number is of the same article.
    pub(super) fn is_of_article(&self, other: &Cite) -> bool {
        self.supplementary == other.supplementary && self.article == other.article
    }
}

impl fmt::Display for Cite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.supplementary {
            f.write_str("S")?;
        }
        let article: Vec<String> = self.article.iter().map(u16::to_string).collect();
        f.write_str(&article.join("-"))?;
        self.paragraph.iter().try_for_each(|paragraph| write!(f, "({paragraph})"))?;
        self.item.iter().try_for_each(|item| write!(f, "({})", roman(*item)))
    }
}

impl FromStr for Cite {
    type Err = NotACite;

    fn from_str(text: &str) -> Result<Cite, NotACite> {
        let refuse = || NotACite(text.to_owned());
        let (supplementary, rest) = text.strip_prefix('S').map_or((false, text), |rest| (true, rest));
        let (article, mut parts) = rest.split_at(rest.find('(').unwrap_or(rest.len()));
        let article: Option<Vec<u16>> = article.split('-').map(number).collect();
        let mut cite = Cite { supplementary, article: article.ok_or_else(refuse)?, paragraph: None, item: None };
        while let Some(inner) = parts.strip_prefix('(') {
            let (part, rest) = inner.split_once(')').ok_or_else(refuse)?;
            match (number(part), from_roman(part)) {
                (Some(paragraph), _) if cite.paragraph.is_none() && cite.item.is_none() => {
                    cite.paragraph = Some(paragraph);
                }
                (None, Some(item)) if cite.item.is_none() => cite.item = Some(item),
                (Some(_) | None, _) => return Err(refuse()),
            }
            parts = rest;
        }
        if parts.is_empty() { Ok(cite) } else { Err(refuse()) }
    }
}

impl Serialize for Cite {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A number above zero in ASCII digits.
fn number(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number > 0)
}

const ROMAN: [(u16, &str); 7] = [(50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")];

/// Prints a small roman number; the numbers of items are.
fn roman(number: u16) -> String {
    let mut rest = number;
    let mut printed = String::new();
    for (value, letters) in ROMAN {
        while rest >= value {
            printed += letters;
            rest -= value;
        }
    }
    printed
}

/// Reads a small roman number as it would be printed.
pub(super) fn from_roman(text: &str) -> Option<u16> {
    let mut rest = text;
    let mut number: u16 = 0;
    for (value, letters) in ROMAN {
        while let Some(shorter) = rest.strip_prefix(letters) {
            rest = shorter;
            number = number.checked_add(value)?;
        }
    }
    (number > 0 && rest.is_empty() && roman(number) == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_are_written_as_japanese_law_does() {
        let cases = [
            ("27(5)(iii)", "第27条第5項第3号"),
            ("23", "第23条"),
            ("24-7", "第24条の7"),
            ("66-10(2)", "第66条の10第2項"),
            ("2(1)(ix)", "第2条第1項第9号"),
            ("24(iv)", "第24条第4号"),
            ("S2", "附則第2条"),
        ];
        for (written, japanese) in cases {
            let cite: Cite = written.parse().unwrap();
            assert_eq!(cite.to_string(), written);
            assert_eq!(cite.japanese(), japanese);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "S",
            "a",
            "27(",
            "27()",
            "27(5",
            "27(iii)(5)",
            "27(5)(5)",
            "27(iiii)",
            "27(0)",
            "27 (5)",
            "27-",
            "27(5)x",
        ] {
            assert!(text.parse::<Cite>().is_err(), "{text}");
        }
    }
}
