//! Tables as RFC 4180 has them: a row of names, then rows of as many values.
//!
//! In: text. Out: rows with their lines. The rule it keeps: quotation marks stand where the RFC puts them, so that no mark
//! that was forgotten can swallow the rows after it.

use std::collections::BTreeSet;

use csv::{ErrorKind, ReaderBuilder};

use super::{Cell, Fault, Spot};
use crate::diag::nearest;

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The names of its columns.
    pub names: Vec<String>,
    /// Its rows, each with as many values.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line it begins on.
    pub line: u64,
    /// Its values.
    pub values: Vec<String>,
}

impl Table {
    /// Returns the number of the column `name`.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }
}

/// Reads a table.
///
/// # Errors
/// The first fault found.
pub fn table(text: &str) -> Result<Table, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::whole("it is empty"));
    }
    marks(text)?;
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| fault(&error))?;
    let names: Vec<String> = headers.iter().map(|name| name.trim().to_owned()).collect();
    let mut seen = BTreeSet::new();
    for (n, name) in names.iter().enumerate() {
        let spot = Spot { line: 1, column: n as u64 + 1 };
        if name.is_empty() {
            return Err(Fault::at(spot, "the column has no name"));
        }
        if !seen.insert(name) {
            return Err(Fault::at(spot, format!("the column `{name}` stands twice")));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| fault(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push(Row { line, values: record.iter().map(str::to_owned).collect() });
    }
    if rows.is_empty() {
        return Err(Fault::whole("it has no rows below the names of its columns"));
    }
    Ok(Table { names, rows })
}

/// Returns the values of these columns; none may be empty.
pub(super) fn columns(text: &str, names: &[&str]) -> Result<Vec<Vec<Cell>>, Fault> {
    let table = table(text)?;
    let column = |name: &str| {
        let missing = || {
            let near = nearest(name, table.names.iter().map(String::as_str));
            let known = || format!(": there are {}", table.names.join(", "));
            let help = near.map_or_else(known, |near| format!(": did you mean `{near}`?"));
            Fault::at(Spot { line: 1, column: 1 }, format!("no column `{name}`{help}"))
        };
        let at = table.column(name).ok_or_else(missing)?;
        table.rows.iter().map(|row| value(row, at, name)).collect()
    };
    names.iter().map(|name| column(name)).collect()
}

fn value(row: &Row, at: usize, name: &str) -> Result<Cell, Fault> {
    let spot = Spot { line: row.line, column: at as u64 + 1 };
    match row.values.get(at).filter(|text| !text.trim().is_empty()) {
        Some(text) => Ok(Cell { text: text.clone(), spot }),
        None => Err(Fault::at(spot, format!("`{name}` is empty"))),
    }
}

fn fault(error: &csv::Error) -> Fault {
    match error.kind() {
        ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let spot = Spot { line: pos.as_ref().map_or(0, csv::Position::line), column: 1 };
            let values = if *len == 1 { "value" } else { "values" };
            Fault::at(spot, format!("the row has {len} {values}, the first row names {expected_len}"))
        }
        _ => Fault::whole(error.to_string()),
    }
}

/// Checks that a quotation mark opens a value at its beginning, closes it at its end, or stands doubled inside.
fn marks(text: &str) -> Result<(), Fault> {
    let (mut spot, mut opened, mut begins) = (Spot { line: 1, column: 1 }, None, true);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let here = spot;
        match letter {
            '\n' => spot = Spot { line: spot.line + 1, column: 1 },
            _ => spot.column += 1,
        }
        match (letter, opened) {
            ('"', Some(_)) if letters.next_if_eq(&'"').is_some() => spot.column += 1,
            ('"', Some(_)) => {
                opened = None;
                if !matches!(letters.peek(), None | Some(',' | '\r' | '\n')) {
                    return Err(Fault::at(
                        spot,
                        "after a closing quotation mark a comma or the end of the line follows",
                    ));
                }
            }
            ('"', None) if begins => opened = Some(here),
            ('"', None) => {
                return Err(Fault::at(
                    here,
                    "a quotation mark inside a value: put the value in quotation marks and double it",
                ));
            }
            _ => {}
        }
        begins = opened.is_none() && matches!(letter, ',' | '\n' | '\r');
    }
    opened.map_or(Ok(()), |spot| Err(Fault::at(spot, "the quotation mark is not closed")))
}
