//! Records that are kept longer than their rule says: disposal postponed within its window, or a period extended.
//!
//! In: who keeps what until when, with a salt. Out: rows. The rule it keeps: it counts from its ledger entry on, which
//! names the record, so that a row that is gone is noticed; rows are added and never changed.

use std::collections::BTreeMap;

use rusqlite::{Row, params};

use super::catalog::Catalog;
use super::commitment;
use super::{Pending, StoreError, Writing};
use crate::calendar::Date;
use crate::{Digest, RecordId};

/// How a record is kept longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Its disposal is put off, within the window its class sets.
    Postponed,
    /// Its period is extended, because it is still needed.
    Extended,
}

impl How {
    /// Returns the word it is written with.
    pub fn as_str(self) -> &'static str {
        match self {
            How::Postponed => "postponed",
            How::Extended => "extended",
        }
    }

    fn parse(text: &str) -> Option<How> {
        [How::Postponed, How::Extended].into_iter().find(|how| how.as_str() == text)
    }
}

/// One statement that a record is kept longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The record.
    pub record: RecordId,
    /// How.
    pub how: How,
    /// The first day on which it may go after all.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

impl Kept {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let fact = serde_json::json!({ "by": self.by, "how": self.how.as_str(), "reason": self.reason,
            "record": self.record, "until": self.until });
        commitment(&self.salt, &fact)
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Option<Kept>> {
        let (record, until) = (row.get::<_, String>(0)?.parse(), row.get::<_, String>(2)?.parse());
        let (how, reason, by, salt) = (How::parse(&row.get::<_, String>(1)?), row.get(3)?, row.get(4)?, row.get(5)?);
        let entry = row.get::<_, Option<i64>>(6)?.map(i64::unsigned_abs);
        let parts = (record.ok(), how, until.ok());
        Ok(match parts {
            (Some(record), Some(how), Some(until)) => Some(Kept { record, how, until, reason, by, salt, entry }),
            _ => None,
        })
    }
}

/// Until when each record is kept longer, and how: the latest day stated of it.
pub type KeptUntil = BTreeMap<RecordId, (Date, How)>;

impl Catalog<'_> {
    /// Returns every statement that counts, in the order they were entered.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn kept(&self) -> Result<Vec<Kept>, StoreError> {
        self.kept_where("entry IS NOT NULL", &[])
    }

    /// Returns the statements that count about one record, in the order they were entered.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn kept_of(&self, record: RecordId) -> Result<Vec<Kept>, StoreError> {
        self.kept_where("entry IS NOT NULL AND record = ?1", &[&record.to_string()])
    }

    /// Returns the statements that wait for their entry, with their rows.
    pub(super) fn kept_pending(&self) -> Result<Vec<(i64, Kept)>, StoreError> {
        let ids = self.select("SELECT id FROM kept WHERE entry IS NULL ORDER BY id", &[], |row| row.get(0))?;
        Ok(ids.into_iter().zip(self.kept_where("entry IS NULL", &[])?).collect())
    }

    /// Returns until when records are kept longer.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn kept_until(&self) -> Result<KeptUntil, StoreError> {
        let mut until = KeptUntil::new();
        for kept in self.kept()? {
            let latest = until.entry(kept.record).or_insert((kept.until, kept.how));
            *latest = (*latest).max((kept.until, kept.how));
        }
        Ok(until)
    }

    fn kept_where(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Kept>, StoreError> {
        let sql = format!(
            "SELECT record, how, until, reason, who, salt, entry FROM kept WHERE {condition} ORDER BY entry, id"
        );
        let damaged = || StoreError::Damaged { column: "until", key: "kept".to_owned() };
        self.select(&sql, values, Kept::read)?.into_iter().map(|kept| kept.ok_or_else(damaged)).collect()
    }
}

impl Pending<'_> {
    /// Adds a statement and returns its row.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_kept(&self, kept: &Kept) -> Result<i64, StoreError> {
        let sql = "INSERT INTO kept(record, how, until, reason, who, salt) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
        let (record, until) = (kept.record.to_string(), kept.until.to_string());
        self.run(sql, params![record, kept.how.as_str(), until, kept.reason, kept.by, kept.salt])?;
        Ok(self.catalog.last_insert_rowid())
    }
}

impl Writing<'_> {
    /// Notes the ledger entry of a statement.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn kept_entered(&self, row: i64, entry: u64) -> Result<(), StoreError> {
        self.mark("UPDATE kept SET entry = ?2 WHERE id = ?1", params![row, entry.cast_signed()])
    }
}
