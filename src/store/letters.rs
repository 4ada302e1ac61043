//! Runs of letters: which rows of which record went into which letter, and what failed.
//!
//! In: a run that begins, letters that are sealed, rows that could not be used. Out: what is still to do. The rule it
//! keeps: a letter's row stands there with its record, and counts from the record's ledger entry on; a number is allotted
//! in the transaction that adds it, and comes free again only if that transaction never counts.

use std::collections::BTreeSet;

use rusqlite::{Row, params};

use super::catalog::Catalog;
use super::{NewRecord, Pending, StoreError, commitment};
use crate::calendar::Instant;
use crate::{Digest, RecordId};

/// A run: one notice, printed from one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterRun {
    /// Its number.
    pub id: i64,
    /// The notice.
    pub notice: String,
    /// The record its rows stand in.
    pub record: RecordId,
    /// When it began: the day of its letters.
    pub at: Instant,
    /// Who began it.
    pub by: String,
    /// Whether every row is in a letter that is sealed, or in the list of what failed.
    pub is_finished: bool,
    /// Whether it began when its record was taken in, whose plaintext stays until the run ended.
    pub is_claim: bool,
}

/// A letter that is about to be sealed, or is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedLetter {
    /// The run.
    pub run: i64,
    /// The series its number belongs to.
    pub series: String,
    /// Its number in the series, from 1.
    pub number: u64,
    /// The record it is sealed as.
    pub record: RecordId,
    /// The lines of its rows.
    pub rows: Vec<u64>,
    /// How many pages it has.
    pub pages: u64,
}

impl IssuedLetter {
    /// Returns the commitment to its row, under the salt of its record: which rows of which record it says, under which
    /// number.
    pub fn commitment(&self, salt: &[u8; 16], run: &LetterRun) -> Digest {
        let fact = serde_json::json!({
            "from": run.record,
            "lines": lines(&self.rows),
            "notice": run.notice,
            "number": self.number,
            "pages": self.pages,
            "series": self.series,
        });
        commitment(salt, &fact)
    }
}

/// Rows of a run that are in no letter, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRows {
    /// The lines.
    pub rows: Vec<u64>,
    /// The name of the refusal.
    pub code: String,
    /// What was found, without personal data.
    pub why: String,
}

fn lines(rows: &[u64]) -> String {
    rows.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

fn read_lines(text: &str) -> Option<Vec<u64>> {
    text.split(',').map(|line| line.parse().ok()).collect()
}

/// The columns of a run.
const RUN: &str = "id, notice, record, at, who, finished, claimed";

fn run(row: &Row<'_>) -> rusqlite::Result<Option<LetterRun>> {
    let record = row.get::<_, String>(2)?.parse();
    let (id, notice, by) = (row.get(0)?, row.get(1)?, row.get(4)?);
    let (at, is_finished, is_claim) = (Instant::from_micros(row.get(3)?), row.get(5)?, row.get(6)?);
    Ok(record.ok().map(|record| LetterRun { id, notice, record, at, by, is_finished, is_claim }))
}

impl Catalog<'_> {
    /// Returns every run, in the order they began.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn letter_runs(&self) -> Result<Vec<LetterRun>, StoreError> {
        self.letter_runs_where("1")
    }

    /// Returns the runs that began when their records were taken in and have not ended: these records' plaintexts stay.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn claims(&self) -> Result<Vec<LetterRun>, StoreError> {
        self.letter_runs_where("claimed <> 0 AND finished = 0")
    }

    fn letter_runs_where(&self, condition: &str) -> Result<Vec<LetterRun>, StoreError> {
        let sql = format!("SELECT {RUN} FROM letter_runs WHERE {condition} ORDER BY id");
        let damaged = || StoreError::Damaged { column: "record", key: "letter_runs".to_owned() };
        self.select(&sql, &[], run)?.into_iter().map(|run| run.ok_or_else(damaged)).collect()
    }

    /// Returns the letters of a run that are sealed, by number.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn letters(&self, run: i64) -> Result<Vec<IssuedLetter>, StoreError> {
        let sql = "SELECT series, number, record, lines, pages FROM letters
            WHERE run = ?1 AND entry IS NOT NULL ORDER BY series, number";
        let rows = self.select(sql, &[&run], |row| {
            let (series, number) = (row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
            let (record, rows) = (row.get::<_, String>(2)?.parse().ok(), read_lines(&row.get::<_, String>(3)?));
            let pages = row.get::<_, i64>(4)?.unsigned_abs();
            let parts = record.zip(rows);
            Ok(parts.map(|(record, rows)| IssuedLetter { run, series, number, record, rows, pages }))
        })?;
        let damaged = || StoreError::Damaged { column: "lines", key: "letters".to_owned() };
        rows.into_iter().map(|letter| letter.ok_or_else(damaged)).collect()
    }

    /// Returns the commitment to what is said of a record that is a letter or a print file; nothing where nothing is said.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn letter_of(&self, record: &NewRecord) -> Result<Option<Digest>, StoreError> {
        let sql = "SELECT id, notice, letter_runs.record, at, who, finished, claimed, series, number, lines, pages
            FROM letters JOIN letter_runs ON letter_runs.id = letters.run WHERE letters.record = ?1";
        let rows = self.select(sql, &[&record.id.to_string()], |row| {
            let (run, rows) = (run(row)?, read_lines(&row.get::<_, String>(9)?));
            let (series, number, pages) = (row.get(7)?, row.get::<_, i64>(8)?.unsigned_abs(), row.get::<_, i64>(10)?);
            Ok(run.zip(rows).map(|(run, rows)| {
                let pages = pages.unsigned_abs();
                let letter = IssuedLetter { run: run.id, series, number, record: record.id, rows, pages };
                letter.commitment(&record.salt, &run)
            }))
        })?;
        match rows.into_iter().next().flatten() {
            Some(letter) => Ok(Some(letter)),
            None => self.print_file_said(record),
        }
    }

    /// Returns the records of letters whose ledger entries are there, in the order of their numbers.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn lettered_records(&self) -> Result<Vec<(RecordId, u64)>, StoreError> {
        let sql = "SELECT record, entry FROM letters WHERE entry IS NOT NULL ORDER BY series, number";
        let rows = self.select(sql, &[], |row| {
            Ok(row.get::<_, String>(0)?.parse().ok().zip(Some(row.get::<_, i64>(1)?.unsigned_abs())))
        })?;
        let damaged = || StoreError::Damaged { column: "record", key: "letters".to_owned() };
        rows.into_iter().map(|row| row.ok_or_else(damaged)).collect()
    }

    /// Returns what failed in a run, in the order it was found.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn failed_rows(&self, run: i64) -> Result<Vec<FailedRows>, StoreError> {
        let sql = "SELECT lines, code, why FROM letters_failed WHERE run = ?1 ORDER BY id";
        let rows = self.select(sql, &[&run], |row| {
            let rows = read_lines(&row.get::<_, String>(0)?);
            let (code, why) = (row.get(1)?, row.get(2)?);
            Ok(rows.map(|rows| FailedRows { rows, code, why }))
        })?;
        let damaged = || StoreError::Damaged { column: "lines", key: "letters_failed".to_owned() };
        rows.into_iter().map(|failed| failed.ok_or_else(damaged)).collect()
    }

    /// Returns the lines of a run whose letters are sealed.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn lettered(&self, run: i64) -> Result<BTreeSet<u64>, StoreError> {
        Ok(self.letters(run)?.into_iter().flat_map(|letter| letter.rows).collect())
    }

    /// Returns the next number of a series.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn next_number(&self, series: &str) -> Result<u64, StoreError> {
        let sql = "SELECT max(number) FROM letters WHERE series = ?1";
        let last: Option<i64> =
            self.connection().query_row(sql, [series], |row| row.get(0)).map_err(|e| self.fail(e))?;
        Ok(last.unwrap_or_default().unsigned_abs() + 1)
    }
}

impl Pending<'_> {
    /// Adds a run and returns its number.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_letter_run(&self, notice: &str, record: RecordId, at: Instant, by: &str) -> Result<i64, StoreError> {
        let sql = "INSERT INTO letter_runs(notice, record, at, who) VALUES(?1, ?2, ?3, ?4)";
        self.run(sql, params![notice, record.to_string(), at.micros(), by])?;
        Ok(self.catalog.last_insert_rowid())
    }

    /// Adds a run that begins with the record that is being taken in, and holds its plaintext until it ended.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_claim(&self, notice: &str, record: RecordId, at: Instant, by: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO letter_runs(notice, record, at, who, claimed) VALUES(?1, ?2, ?3, ?4, 1)";
        self.run(sql, params![notice, record.to_string(), at.micros(), by])?;
        Ok(())
    }

    /// Says when the letters of a run are made, before there is any: it is their day.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn set_run_at(&self, run: i64, at: Instant) -> Result<(), StoreError> {
        self.run("UPDATE letter_runs SET at = ?2 WHERE id = ?1", params![run, at.micros()])?;
        Ok(())
    }

    /// Adds a letter beside its record, which is pending, too; a number that is taken is refused.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_letter(&self, letter: &IssuedLetter) -> Result<(), StoreError> {
        let sql = "INSERT INTO letters(run, series, number, record, lines, pages) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
        let IssuedLetter { run, series, number, record, rows, pages } = letter;
        let (number, pages) = (number.cast_signed(), pages.cast_signed());
        self.run(sql, params![run, series, number, record.to_string(), lines(rows), pages])?;
        Ok(())
    }

    /// Replaces the list of what failed in a run.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn set_failed_rows(&self, run: i64, failed: &[FailedRows]) -> Result<(), StoreError> {
        self.run("DELETE FROM letters_failed WHERE run = ?1", params![run])?;
        let sql = "INSERT INTO letters_failed(run, lines, code, why) VALUES(?1, ?2, ?3, ?4)";
        for one in failed {
            self.run(sql, params![run, lines(&one.rows), one.code, one.why])?;
        }
        Ok(())
    }

    /// Says whether every row of a run is in a sealed letter or in the list of what failed.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn set_run_finished(&self, run: i64, is_finished: bool) -> Result<(), StoreError> {
        self.run("UPDATE letter_runs SET finished = ?2 WHERE id = ?1", params![run, is_finished])?;
        Ok(())
    }
}

/// Notes the ledger entry of a record, if it is a letter or a print file.
pub(super) fn letter_sealed(connection: &rusqlite::Connection, record: RecordId, entry: u64) -> rusqlite::Result<()> {
    let sql = "UPDATE letters SET entry = ?2 WHERE record = ?1";
    connection.prepare_cached(sql)?.execute(params![record.to_string(), entry.cast_signed()])?;
    super::print_files::print_file_sealed(connection, record, entry)
}
