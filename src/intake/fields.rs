//! What the content of a record says of it: subjects and dates in the fields that its class reads.
//!
//! In: a class, the name and the bytes of a file. Out: [`FieldFacts`], or why not. The rule it keeps: a file is read whole
//! or refused with the place of its first fault; where its rows say several dates, the last one counts, because the file
//! goes as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::names::unfit;
use crate::Digest;
use crate::calendar::{Date, MonthDay};
use crate::policy::{CaptureKind, Class, DateField, Reading};
use crate::rows::{self, Cell, Fault, Kind};

/// The longest name of a subject.
const LONGEST_SUBJECT: usize = 200;

/// What the fields of a file say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFacts {
    /// Whom it is about, sorted, each once.
    pub subjects: Vec<String>,
    /// Its dates by declared name.
    pub dates: BTreeMap<String, Date>,
    /// The digest of the bytes they were read from.
    pub content: Digest,
}

/// Reads the fields that `class` reads; nothing if it reads none.
///
/// # Errors
/// Says in words what cannot be read, with its line and column.
pub fn field_facts(
    class: &Class,
    name: &str,
    bytes: &[u8],
    fiscal_year_starts: MonthDay,
) -> Option<Result<FieldFacts, String>> {
    let reading = class.reading()?;
    Some(facts(&reading, name, bytes, fiscal_year_starts).map_err(|fault| fault.to_string()))
}

fn facts(reading: &Reading<'_>, name: &str, bytes: &[u8], starts: MonthDay) -> Result<FieldFacts, Fault> {
    let Some(kind) = Kind::of(name) else {
        return Err(Fault::whole(
            "its fields cannot be read: its name does not end with .csv, .json, .yaml, .yml or .xml",
        ));
    };
    let text = rows::decode(bytes, reading.encoding)?;
    let names: Vec<&str> = reading.subject.into_iter().chain(reading.dates.iter().map(|field| field.name)).collect();
    let mut columns = if names.is_empty() { Vec::new() } else { rows::fields(kind, &text, &names)? }.into_iter();
    let mut subjects = BTreeSet::new();
    if let Some(field) = reading.subject {
        for cell in columns.next().into_iter().flatten() {
            subjects.insert(subject(field, cell)?);
        }
    }
    let mut dates = BTreeMap::new();
    for (field, cells) in reading.dates.iter().zip(columns) {
        let days = cells.into_iter().map(|cell| day(field, &cell, starts)).collect::<Result<Vec<Date>, Fault>>()?;
        dates.extend(days.into_iter().max().map(|last| (field.date.clone(), last)));
    }
    Ok(FieldFacts { subjects: subjects.into_iter().collect(), dates, content: Digest::of(bytes) })
}

fn subject(field: &str, cell: Cell) -> Result<String, Fault> {
    let Cell { text, spot } = cell;
    if let Some(fault) = unfit(&text) {
        return Err(Fault::at(spot, format!("`{text}` for `{field}` {fault}")));
    }
    if text.chars().count() > LONGEST_SUBJECT {
        return Err(Fault::at(spot, format!("the value of `{field}` is longer than {LONGEST_SUBJECT} characters")));
    }
    Ok(text)
}

fn day(field: &DateField<'_>, cell: &Cell, starts: MonthDay) -> Result<Date, Fault> {
    field.kind.date_in(&cell.text, starts).ok_or_else(|| {
        let example = match field.kind {
            CaptureKind::Month => "2024-04",
            CaptureKind::Year => "2024",
            CaptureKind::FiscalYear => "FY2024 or R6",
            CaptureKind::Date | CaptureKind::Subject | CaptureKind::Text => "2024-04-30",
        };
        let (text, name) = (&cell.text, field.name);
        Fault::at(cell.spot, format!("`{text}` for `{name}` is not a date hokan reads (expected such as {example})"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::sample;

    fn class(read: &[(&str, &str)]) -> Class {
        let read = read.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned())).collect();
        Class { read, ..sample().classes[0].clone() }
    }

    fn read(read: &[(&str, &str)], name: &str, bytes: &[u8]) -> Result<FieldFacts, String> {
        field_facts(&class(read), name, bytes, MonthDay::APRIL_1).unwrap()
    }

    #[test]
    fn every_subject_is_entered_and_the_last_date_counts() {
        let table = "member-id,month\nM2,202402\nM1,2024-01\nM2,2023/12\n";
        let facts = read(&[("subject", "member-id"), ("treated", "month:month")], "a.csv", table.as_bytes()).unwrap();
        assert_eq!(facts.subjects, ["M1", "M2"]);
        assert_eq!(facts.dates["treated"].to_string(), "2024-02-29");
        assert_eq!(facts.content, Digest::of(table.as_bytes()));
        assert!(field_facts(&class(&[]), "a.csv", b"", MonthDay::APRIL_1).is_none());
    }

    #[test]
    fn a_table_in_shift_jis_is_read_where_the_policy_says_so() {
        let bytes = b"\x94\xd4\x8d\x86,made\nM1,2024-01-31\n";
        let fields = [("subject", "番号"), ("made", "made"), ("encoding", "shift-jis")];
        assert_eq!(read(&fields, "a.csv", bytes).unwrap().subjects, ["M1"]);
        let why = read(&fields[..2], "a.csv", bytes).unwrap_err();
        assert!(why.contains("line 1 is not UTF-8"), "{why}");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_place() {
        for (name, text, part) in [
            ("a.csv", "id,made\nM1,2024-02-30\n", "line 2, column 2: `2024-02-30` for `made` is not a date"),
            ("a.csv", "id,made\n M1,2024-02-29\n", "line 2, column 1: ` M1` for `id` has white space"),
            ("a.json", "[{\"id\":\"M\\n1\",\"made\":\"2024-02-29\"}]", "control character"),
            ("a.pdf", "id,made\nM1,2024-02-29\n", "does not end with .csv"),
        ] {
            let why = read(&[("subject", "id"), ("made", "made")], name, text.as_bytes()).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
