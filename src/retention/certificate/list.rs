//! The list of a certificate: every record of the sweep as one line of CSV.
//!
//! In: records destroyed and left, or the bytes of a list. Out: its bytes, or the records. The rule it keeps: a list reads
//! back to the very bytes it was written with, whatever its length; no field holds a comma, a quote or a line feed.
//!
//! To the byte: UTF-8, lines end in U+000A, the first line is [`HEAD`]; first the destroyed records, then those left, each
//! sorted by id. A field without a value is empty. `plaintext` is `persistent` or `memory`, `outcome` is `destroyed` or why
//! the record was left. `early-entry` is there for a record that went at a request, `successor` and `succeeded-entry` for one
//! of which a masked record stays.

use std::fmt::Write;
use std::str::FromStr;

use super::{Exposure, Lateness, Masked, RecordLeft, RecordSwept};
use crate::ledger::AnnexLine;

/// The first line.
pub const HEAD: &str = "record,class,rule,first-day-allowed,sealed-on,destroyed-on,plaintext,opened,\
    days-after-first-day-allowed,days-after-approval,sealed-entry,intent-entry,destroyed-entry,\
    early-entry,successor,succeeded-entry,outcome";

/// How many fields a line has.
const FIELDS: usize = 17;

/// What a list says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The records destroyed, sorted by id.
    pub destroyed: Vec<RecordSwept>,
    /// The records left, sorted by id.
    pub left: Vec<RecordLeft>,
}

/// A line that hokan would not have written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the list is `{found}` (expected {expected})")]
pub struct NotAList {
    /// The line, from 1.
    pub line: usize,
    /// What it says.
    pub found: String,
    /// What it should be.
    pub expected: &'static str,
}

impl List {
    /// Returns the bytes of the list.
    pub fn text(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for one in &self.destroyed {
            put_destroyed(one, &mut text);
        }
        for one in &self.left {
            let _ = writeln!(text, "{},{},,,,,,,,,,,,,,,{}", one.id, one.class, one.why);
        }
        text
    }

    /// Returns how late its records went.
    pub fn lateness(&self) -> Lateness {
        let mut lateness = Lateness::default();
        for one in &self.destroyed {
            lateness.after_first_day.add(one.days_after_first());
            one.days_after_approval.iter().for_each(|days| lateness.after_approval.add(i64::from(*days)));
        }
        lateness
    }

    /// Returns the destroyed records as the digest in the entry `swept` lists them.
    pub fn annex(&self) -> Vec<AnnexLine> {
        let line = |one: &RecordSwept| AnnexLine {
            record: one.id,
            class: one.class.clone(),
            rule: one.rule,
            destroyed: one.destroyed_entry,
            due: Some(one.first_day_allowed),
        };
        self.destroyed.iter().map(line).collect()
    }

    /// Reads a list.
    ///
    /// # Errors
    /// Names the first line that hokan would not have written in its place.
    pub fn parse(text: &str) -> Result<List, NotAList> {
        let mut list = List::default();
        let mut lines = text.split_inclusive('\n').enumerate();
        let refuse = |line: usize, found: &str, expected| NotAList {
            line: line + 1,
            found: found.trim_end_matches('\n').chars().take(200).collect(),
            expected,
        };
        match lines.next() {
            Some((_, first)) if first.strip_suffix('\n') == Some(HEAD) => {}
            first => return Err(refuse(0, first.map_or("", |(_, line)| line), "the names of the fields")),
        }
        for (number, line) in lines {
            let Some(fields) = line.strip_suffix('\n').map(|line| line.split(',').collect::<Vec<_>>()) else {
                return Err(refuse(number, line, "a line feed at its end"));
            };
            let malformed = || refuse(number, line, "the fields of one record as hokan writes them");
            let fields: [&str; FIELDS] = fields.try_into().map_err(|_| malformed())?;
            let sorted = if fields[FIELDS - 1] == "destroyed" {
                let one = destroyed(&fields).ok_or_else(malformed)?;
                let sorted = list.left.is_empty() && list.destroyed.last().is_none_or(|last| last.id < one.id);
                list.destroyed.push(one);
                sorted
            } else {
                let one = left(&fields).ok_or_else(malformed)?;
                let sorted = list.left.last().is_none_or(|last| last.id < one.id);
                list.left.push(one);
                sorted
            };
            if !sorted {
                return Err(refuse(number, line, "records sorted by id, each once, those left behind the destroyed"));
            }
        }
        // Numbers with leading zeros or signs read like others: only the bytes themselves show them.
        match list.text().split('\n').zip(text.split('\n')).position(|(written, found)| written != found) {
            Some(line) => Err(refuse(line, text.split('\n').nth(line).unwrap_or(""), "the spelling hokan writes")),
            None => Ok(list),
        }
    }
}

fn put_destroyed(one: &RecordSwept, text: &mut String) {
    let plaintext = match one.exposure {
        Exposure::Persistent => "persistent",
        Exposure::Memory => "memory",
    };
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let approval = number(one.days_after_approval.map(u64::from));
    let successor = one.masked.map(|masked| masked.successor.to_string()).unwrap_or_default();
    let _ = writeln!(
        text,
        "{},{},{},{},{},{},{plaintext},{},{},{approval},{},{},{},{},{successor},{},destroyed",
        one.id,
        one.class,
        one.rule,
        one.first_day_allowed,
        one.sealed_on,
        one.destroyed_on,
        one.opened,
        one.days_after_first(),
        one.sealed_entry,
        one.intent_entry,
        one.destroyed_entry,
        number(one.early_entry),
        number(one.masked.map(|masked| masked.entry)),
    );
}

fn read<T: FromStr>(field: &str) -> Option<T> {
    field.parse().ok()
}

/// Reads a field that may be empty; nothing where it says something else.
fn read_if<T: FromStr>(field: &str) -> Option<Option<T>> {
    if field.is_empty() { Some(None) } else { Some(Some(read(field)?)) }
}

fn destroyed(fields: &[&str; FIELDS]) -> Option<RecordSwept> {
    let [
        id,
        class,
        rule,
        first,
        sealed_on,
        destroyed_on,
        plaintext,
        opened,
        _,
        approval,
        sealed,
        intent,
        gone,
        rest @ ..,
    ] = fields;
    let [early, successor, succeeded, _] = rest;
    Some(RecordSwept {
        id: read(id)?,
        class: (*class).to_owned(),
        rule: read(rule)?,
        first_day_allowed: read(first)?,
        sealed_on: read(sealed_on)?,
        destroyed_on: read(destroyed_on)?,
        exposure: match *plaintext {
            "persistent" => Exposure::Persistent,
            "memory" => Exposure::Memory,
            _ => return None,
        },
        opened: read(opened)?,
        days_after_approval: read_if(approval)?,
        sealed_entry: read(sealed)?,
        intent_entry: read(intent)?,
        destroyed_entry: read(gone)?,
        early_entry: read_if(early)?,
        masked: match (read_if(successor)?, read_if(succeeded)?) {
            (Some(successor), Some(entry)) => Some(Masked { successor, entry }),
            (None, None) => None,
            _ => return None,
        },
    })
}

fn left(fields: &[&str; FIELDS]) -> Option<RecordLeft> {
    let [id, class, .., why] = fields;
    let named = !why.is_empty() && !class.is_empty();
    named.then(|| Some(RecordLeft { id: read(id)?, class: (*class).to_owned(), why: (*why).to_owned() }))?
}

#[cfg(test)]
mod tests {
    use super::super::sample::list;
    use super::*;

    #[test]
    fn a_list_reads_back_to_its_bytes() {
        let list = list(20);
        assert!(list.text().starts_with(HEAD) && list.text().lines().count() == 1 + 20 + 1);
        assert_eq!(List::parse(&list.text()).unwrap(), list);
    }

    #[test]
    fn every_other_spelling_is_refused_at_its_line() {
        let text = list(3).text();
        let line = |altered: &str| List::parse(altered).unwrap_err().line;
        let lines: Vec<&str> = text.lines().collect();
        let of = |order: &[usize]| order.iter().map(|n| format!("{}\n", lines[*n])).collect::<String>();
        assert_eq!(line(""), 1);
        assert_eq!(line(&text.replace("record,", "id,")), 1);
        assert_eq!(line(&of(&[0, 2, 1, 3, 4])), 3);
        assert_eq!(line(&of(&[0, 1, 1, 2, 3, 4])), 3);
        assert_eq!(line(&of(&[0, 4, 1, 2, 3])), 3);
        assert_eq!(line(text.trim_end()), 5);
        assert_eq!(line(&text.replacen("persistent", "Persistent", 1)), 3);
        assert_eq!(line(&text.replacen(",0,", ",00,", 1)), 2);
        assert_eq!(line(&format!("{text}\n")), 6);
        let succeeded = lines[3].rsplit(',').nth(1).unwrap();
        assert_eq!(
            line(&text.replacen(&format!(",{succeeded},destroyed"), ",,destroyed", 1)),
            4,
            "a link without entry"
        );
    }
}
