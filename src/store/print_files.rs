//! Print files: the letters of a batch in one document, and its manifest, each sealed as a record.
//!
//! In: a record that is about to be entered beside the letters of its batch. Out: which records a print house gets. The rule
//! it keeps: a print file is entered in the transaction of its letters, so that each letter is in exactly one.

use rusqlite::{Row, params};

use super::catalog::Catalog;
use super::{LetterRun, NewRecord, Pending, StoreError, commitment};
use crate::{Digest, RecordId};

/// What a record is for the print house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrintPart {
    /// The letters of a batch in one document.
    Letters,
    /// Which letters these are, with their pages.
    Manifest,
}

impl PrintPart {
    /// Returns its word.
    pub fn as_str(self) -> &'static str {
        match self {
            PrintPart::Letters => "letters",
            PrintPart::Manifest => "manifest",
        }
    }
}

/// A print file that is about to be sealed, or is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintFile {
    /// The run.
    pub run: i64,
    /// The series of its letters' numbers.
    pub series: String,
    /// The number of its first letter.
    pub first: u64,
    /// The number of its last.
    pub last: u64,
    /// What it is.
    pub part: PrintPart,
    /// The record it is sealed as.
    pub record: RecordId,
}

impl PrintFile {
    /// Returns the commitment to its row, under the salt of its record.
    pub fn commitment(&self, salt: &[u8; 16], run: &LetterRun) -> Digest {
        let fact = serde_json::json!({
            "first": self.first,
            "from": run.record,
            "last": self.last,
            "notice": run.notice,
            "part": self.part.as_str(),
            "series": self.series,
        });
        commitment(salt, &fact)
    }
}

const COLUMNS: &str = "run, series, first, last, part, record";

fn read(row: &Row<'_>) -> rusqlite::Result<Option<PrintFile>> {
    let word: String = row.get(4)?;
    let part = [PrintPart::Letters, PrintPart::Manifest].into_iter().find(|part| part.as_str() == word);
    let (run, series) = (row.get(0)?, row.get(1)?);
    let (first, last) = (row.get::<_, i64>(2)?.unsigned_abs(), row.get::<_, i64>(3)?.unsigned_abs());
    let parts = part.zip(row.get::<_, String>(5)?.parse().ok());
    Ok(parts.map(|(part, record)| PrintFile { run, series, first, last, part, record }))
}

impl Catalog<'_> {
    fn print_files_where(
        &self,
        condition: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<PrintFile>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM print_files WHERE {condition} ORDER BY run, series, first, part");
        let damaged = || StoreError::Damaged { column: "part", key: "print_files".to_owned() };
        self.select(&sql, values, read)?.into_iter().map(|file| file.ok_or_else(damaged)).collect()
    }

    /// Returns the print files of a run that are sealed, by number.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn print_files(&self, run: i64) -> Result<Vec<PrintFile>, StoreError> {
        self.print_files_where("entry IS NOT NULL AND run = ?1", &[&run])
    }

    /// Returns the print file that a record is.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn print_file(&self, record: RecordId) -> Result<Option<PrintFile>, StoreError> {
        Ok(self.print_files_where("record = ?1", &[&record.to_string()])?.pop())
    }

    /// Returns the commitment to the row of the print file that a record is; nothing where it is none.
    pub(super) fn print_file_said(&self, record: &NewRecord) -> Result<Option<Digest>, StoreError> {
        let Some(file) = self.print_file(record.id)? else { return Ok(None) };
        let run = self.letter_runs()?.into_iter().find(|run| run.id == file.run);
        Ok(run.map(|run| file.commitment(&record.salt, &run)))
    }
}

impl Pending<'_> {
    /// Adds a print file beside its record, which is pending, too.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_print_file(&self, file: &PrintFile) -> Result<(), StoreError> {
        let sql = format!("INSERT INTO print_files({COLUMNS}) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
        let PrintFile { run, series, first, last, part, record } = file;
        let (first, last) = (first.cast_signed(), last.cast_signed());
        self.run(&sql, params![run, series, first, last, part.as_str(), record.to_string()])?;
        Ok(())
    }
}

/// Notes the ledger entry of a record, if it is a print file.
pub(super) fn print_file_sealed(
    connection: &rusqlite::Connection,
    record: RecordId,
    entry: u64,
) -> rusqlite::Result<()> {
    let sql = "UPDATE print_files SET entry = ?2 WHERE record = ?1";
    connection.prepare_cached(sql)?.execute(params![record.to_string(), entry.cast_signed()])?;
    Ok(())
}
