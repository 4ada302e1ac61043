//! Which fields of a record say its dates and whom it is about: the key `read` of a class.
//!
//! In: the words of the key. Out: names of fields, how a date is written in them, the encoding. The rule it keeps: a
//! date in a field is as strict as one in a path: one spelling for each kind, and no guessing of what is meant.

use crate::calendar::{Date, MonthDay};

use super::pattern::CaptureKind;
use super::{Class, Id};

/// The word for whom a record is about.
pub(super) const SUBJECT: &str = "subject";
/// The word for the encoding of records.
pub(super) const ENCODING: &str = "encoding";
/// The encodings as written.
pub(super) const ENCODINGS: [(&str, Encoding); 2] = [("utf-8", Encoding::Utf8), ("shift-jis", Encoding::ShiftJis)];

/// How a file is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// Shift_JIS as Windows writes it.
    ShiftJis,
}

/// A field that says a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateField<'c> {
    /// The declared date.
    pub date: &'c Id,
    /// The name of the field.
    pub name: &'c str,
    /// How the date is written in it.
    pub kind: CaptureKind,
}

/// What is read from the records of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<'c> {
    /// How they are encoded.
    pub encoding: Encoding,
    /// The field that says whom a record is about.
    pub subject: Option<&'c str>,
    /// The fields that say dates.
    pub dates: Vec<DateField<'c>>,
}

impl Class {
    /// Returns what is read from its records; nothing if they are not read.
    pub fn reading(&self) -> Option<Reading<'_>> {
        if self.read.is_empty() {
            return None;
        }
        let mut reading = Reading { encoding: Encoding::default(), subject: None, dates: Vec::new() };
        for (key, word) in &self.read {
            match key.as_str() {
                SUBJECT => reading.subject = Some(word),
                ENCODING => {
                    let known = ENCODINGS.iter().find(|(name, _)| name == word);
                    reading.encoding = known.map_or(Encoding::default(), |(_, encoding)| *encoding);
                }
                _ => {
                    let (name, kind) = named(word);
                    reading.dates.push(DateField { date: key, name, kind });
                }
            }
        }
        Some(reading)
    }
}

/// `completed-on` is a field that holds a day; `month-of-treatment:month` one that holds a month.
fn named(word: &str) -> (&str, CaptureKind) {
    let kinds = CaptureKind::NAMES.iter().filter(|(_, kind)| kind.is_date());
    let split = word.rsplit_once(':').and_then(|(name, wanted)| {
        let kind = kinds.clone().find(|(known, _)| *known == wanted);
        kind.filter(|_| !name.is_empty()).map(|(_, kind)| (name, *kind))
    });
    split.unwrap_or((word, CaptureKind::Date))
}

impl CaptureKind {
    /// Returns the day that a text of this kind stands for: the last one of the time it names.
    ///
    /// Beside the spellings of paths, `/` may stand for `-`, and a month may be written without either (`202404`).
    pub fn date_in(self, text: &str, fiscal_year_starts: MonthDay) -> Option<Date> {
        let text = text.replace('/', "-");
        let is_run = |length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        let text =
            if self == CaptureKind::Month && is_run(6) { format!("{}-{}", &text[..4], &text[4..]) } else { text };
        super::pattern::whole_date(self, &text, fiscal_year_starts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_in_a_field_has_the_spellings_of_its_kind() {
        let read = |kind: CaptureKind, text: &str| kind.date_in(text, MonthDay::APRIL_1).map(|date| date.to_string());
        for (kind, text, expected) in [
            (CaptureKind::Date, "2024-04-05", Some("2024-04-05")),
            (CaptureKind::Date, "2024/04/05", Some("2024-04-05")),
            (CaptureKind::Date, "20240405", Some("2024-04-05")),
            (CaptureKind::Date, "2024/4/5", None),
            (CaptureKind::Date, "2023-02-29", None),
            (CaptureKind::Date, "2024-04-05 ", None),
            (CaptureKind::Date, "2024-04-05T00:00:00", None),
            (CaptureKind::Date, "4/5/2024", None),
            (CaptureKind::Month, "2024-02", Some("2024-02-29")),
            (CaptureKind::Month, "202402", Some("2024-02-29")),
            (CaptureKind::Month, "2024-13", None),
            (CaptureKind::Year, "2024", Some("2024-12-31")),
            (CaptureKind::FiscalYear, "R6", Some("2025-03-31")),
            (CaptureKind::FiscalYear, "FY2024", Some("2025-03-31")),
            (CaptureKind::FiscalYear, "令和6", None),
        ] {
            assert_eq!(read(kind, text).as_deref(), expected, "{kind:?} {text}");
        }
    }

    #[test]
    fn a_field_says_how_its_date_is_written() {
        assert_eq!(named("made"), ("made", CaptureKind::Date));
        assert_eq!(named("診療年月:month"), ("診療年月", CaptureKind::Month));
        assert_eq!(named("time:of"), ("time:of", CaptureKind::Date));
        assert_eq!(named("a:subject"), ("a:subject", CaptureKind::Date));
    }
}
