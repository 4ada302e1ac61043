//! Other ends of records: early destruction on request, and masked successors.
//!
//! In: what people state. Out: rows. The rule it keeps: as for every fact, pending first and its ledger entry second; a
//! row is erased with the record it is about.

use std::collections::BTreeMap;

use rusqlite::params;

use super::catalog::Catalog;
use super::facts::Recorded;
use super::{Pending, StoreError, Writing, commitment};
use crate::calendar::Date;
use crate::ledger::What;
use crate::{Digest, RecordId};

/// Somebody asked that a record be destroyed before its period is over, and that was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyRequest {
    /// The record.
    pub record: RecordId,
    /// From which day on it may go.
    pub day: Date,
    /// Who asked.
    pub requested_by: String,
    /// Why.
    pub reason: String,
    /// Who entered it.
    pub by: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

impl EarlyRequest {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let fact = serde_json::json!({ "by": self.by, "day": self.day, "reason": self.reason, "record": self.record,
            "requested-by": self.requested_by });
        commitment(&self.salt, &fact)
    }
}

/// A request that was taken back: the record is kept as long as its rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyWithdrawal {
    /// The record.
    pub record: RecordId,
    /// The ledger entry of the request.
    pub request: u64,
    /// Why.
    pub reason: String,
    /// Who entered it.
    pub by: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

impl EarlyWithdrawal {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let fact = serde_json::json!({ "by": self.by, "reason": self.reason, "record": self.record,
            "withdraws": self.request });
        commitment(&self.salt, &fact)
    }
}

/// A record in which the Individual Number of another one is masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// The successor.
    pub record: RecordId,
    /// The record with the number.
    pub original: RecordId,
    /// Who masked it.
    pub by: String,
    /// Why it was opened.
    pub why: String,
    /// How it was looked through: `text` or `bytes`.
    pub looked: String,
    /// How many places look like a number and were stated to be none.
    pub stated: u64,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

impl Successor {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let fact = serde_json::json!({ "by": self.by, "looked": self.looked, "original": self.original,
            "record": self.record, "stated": self.stated, "why": self.why });
        commitment(&self.salt, &fact)
    }
}

/// The condition that a request was not taken back.
const STANDS: &str = "NOT EXISTS (SELECT 1 FROM early_withdrawals AS back WHERE back.request = early.entry)";

impl Catalog<'_> {
    /// Returns the request that `record` be destroyed early: the newest whose ledger entry is there, unless it was taken
    /// back, with or without an entry yet.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn early(&self, record: RecordId) -> Result<Option<EarlyRequest>, StoreError> {
        let stands = format!("record = ?1 AND entry IS NOT NULL AND {STANDS} ORDER BY entry");
        Ok(self.early_rows(&stands, &[&record.to_string()])?.pop())
    }

    /// Returns the requests that were taken back whose own ledger entry fulfils a condition.
    pub(super) fn early_withdrawals(&self, entry: &str) -> Result<Vec<EarlyWithdrawal>, StoreError> {
        let sql =
            format!("SELECT record, request, reason, who, salt, entry FROM early_withdrawals WHERE entry {entry}");
        let mut statement = self.connection().prepare_cached(&sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([], |row| {
            let texts: (String, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
            Ok((texts, row.get::<_, i64>(1)?, row.get::<_, [u8; 16]>(4)?, row.get::<_, Option<i64>>(5)?))
        });
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        let mut withdrawals = Vec::new();
        for ((id, reason, by), request, salt, entry) in rows {
            let (record, request) = (parsed(&id, "early_withdrawals.record", &id)?, request.unsigned_abs());
            withdrawals.push(EarlyWithdrawal {
                record,
                request,
                reason,
                by,
                salt,
                entry: entry.map(i64::unsigned_abs),
            });
        }
        Ok(withdrawals)
    }

    /// Returns the classes of the records somebody asked to be destroyed early, each once.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn early_classes(&self) -> Result<Vec<String>, StoreError> {
        let sql = format!(
            "SELECT DISTINCT class FROM early CROSS JOIN records ON records.id = early.record WHERE {STANDS} ORDER BY class"
        );
        let mut statement = self.connection().prepare_cached(&sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([], |row| row.get(0));
        rows.and_then(Iterator::collect).map_err(|e| self.fail(e))
    }

    /// Returns the successor of `original`, ledger entry there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn successor_of(&self, original: RecordId) -> Result<Option<Successor>, StoreError> {
        Ok(self.successor_rows("original = ?1 AND entry IS NOT NULL", &[&original.to_string()])?.pop())
    }

    /// Returns what `record` succeeds, ledger entry there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn succeeds(&self, record: RecordId) -> Result<Option<Successor>, StoreError> {
        Ok(self.successor_rows("record = ?1 AND entry IS NOT NULL", &[&record.to_string()])?.pop())
    }

    pub(super) fn waiting_early(&self) -> Result<Vec<EarlyRequest>, StoreError> {
        self.early_rows("entry IS NULL", &[])
    }

    pub(super) fn waiting_successors(&self) -> Result<Vec<Successor>, StoreError> {
        self.successor_rows("entry IS NULL", &[])
    }

    pub(super) fn recorded_ends(&self) -> Result<Vec<Recorded>, StoreError> {
        let recorded = |what: &str, entry: Option<u64>, commitment| {
            entry.map(|entry| Recorded { what: what.to_owned(), entry, commitment })
        };
        let early = self.early_rows("entry IS NOT NULL", &[])?;
        let early =
            early.iter().filter_map(|one| recorded("request for early destruction", one.entry, one.commitment()));
        let withdrawn = self.early_withdrawals("IS NOT NULL")?;
        let withdrawn =
            withdrawn.iter().filter_map(|one| recorded("withdrawal of such a request", one.entry, one.commitment()));
        let successors = self.successor_rows("entry IS NOT NULL", &[])?;
        let successors = successors.iter().filter_map(|one| recorded("masked successor", one.entry, one.commitment()));
        Ok(early.chain(withdrawn).chain(successors).collect())
    }

    fn early_rows(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<EarlyRequest>, StoreError> {
        let sql = format!("SELECT record, day, requested_by, reason, who, salt, entry FROM early WHERE {condition}");
        let mut statement = self.connection().prepare_cached(&sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map(values, |row| {
            let texts: (String, String) = (row.get(0)?, row.get(1)?);
            let words: (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok((texts, words, row.get::<_, [u8; 16]>(5)?, row.get::<_, Option<i64>>(6)?))
        });
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        let mut requests = Vec::new();
        for ((id, day), (requested_by, reason, by), salt, entry) in rows {
            let (record, entry) = (parsed(&id, "early.record", &id)?, entry.map(i64::unsigned_abs));
            let day = parsed(&day, "early.day", &id)?;
            requests.push(EarlyRequest { record, day, requested_by, reason, by, salt, entry });
        }
        Ok(requests)
    }

    fn successor_rows(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Successor>, StoreError> {
        let sql =
            format!("SELECT record, original, who, why, looked, stated, salt, entry FROM successors WHERE {condition}");
        let mut statement = self.connection().prepare_cached(&sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map(values, |row| {
            let ids: (String, String) = (row.get(0)?, row.get(1)?);
            let words: (String, String, String, i64) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
            Ok((ids, words, row.get::<_, [u8; 16]>(6)?, row.get::<_, Option<i64>>(7)?))
        });
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        let mut successors = Vec::new();
        for ((id, original), (by, why, looked, stated), salt, entry) in rows {
            let (record, entry) = (parsed(&id, "successors.record", &id)?, entry.map(i64::unsigned_abs));
            let original = parsed(&original, "successors.original", &id)?;
            let stated = stated.unsigned_abs();
            successors.push(Successor { record, original, by, why, looked, stated, salt, entry });
        }
        Ok(successors)
    }
}

fn parsed<T: std::str::FromStr>(text: &str, column: &'static str, key: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged { column, key: key.to_owned() })
}

impl Pending<'_> {
    /// Adds a request for early destruction before its ledger entry is there; one that waited is replaced.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_early(&self, request: &EarlyRequest) -> Result<(), StoreError> {
        self.run("DELETE FROM early WHERE record = ?1 AND entry IS NULL", &[&request.record.to_string()])?;
        let sql = "INSERT INTO early(record, day, requested_by, reason, who, salt) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
        let EarlyRequest { record, day, requested_by, reason, by, salt, .. } = request;
        let values = params![record.to_string(), day.to_string(), requested_by, reason, by, salt];
        self.catalog.execute(sql, values).map(drop).map_err(|e| self.paths.catalog(e))
    }

    /// Adds the withdrawal of a request before its ledger entry is there; one that waited is replaced.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_early_withdrawal(&self, one: &EarlyWithdrawal) -> Result<(), StoreError> {
        let record = one.record.to_string();
        self.run("DELETE FROM early_withdrawals WHERE record = ?1 AND entry IS NULL", &[&record])?;
        let sql = "INSERT INTO early_withdrawals(record, request, reason, who, salt) VALUES(?1, ?2, ?3, ?4, ?5)";
        self.run(sql, params![record, one.request.cast_signed(), one.reason, one.by, one.salt]).map(drop)
    }

    /// Adds a masked successor before its ledger entry is there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_successor(&self, one: &Successor) -> Result<(), StoreError> {
        let sql = "INSERT INTO successors(record, original, who, why, looked, stated, salt)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (record, original) = (one.record.to_string(), one.original.to_string());
        let values = params![record, original, one.by, one.why, one.looked, one.stated.cast_signed(), one.salt];
        self.catalog.execute(sql, values).map(drop).map_err(|e| self.paths.catalog(e))
    }
}

impl Writing<'_> {
    /// Whether the request that `record` be destroyed early is one the ledger has, and that nobody took back there (I6).
    ///
    /// # Errors
    /// Fails as the databases do.
    pub fn early_as_committed(&self, record: RecordId) -> Result<bool, StoreError> {
        let Some(request) = self.catalog().early(record)? else { return Ok(true) };
        let mut stands = BTreeMap::new();
        for (index, entry) in self.reader().of_record(record)? {
            match entry.what {
                What::EarlyRequested { fact, .. } => drop(stands.insert(index, fact)),
                What::EarlyWithdrawn { request, .. } => drop(stands.remove(&request)),
                _ => {}
            }
        }
        Ok(request.entry.and_then(|entry| stands.get(&entry)) == Some(&request.commitment()))
    }

    /// Notes the ledger entry of a request for early destruction.
    ///
    /// # Errors
    /// Fails as the database does, with `Dropped` where the request is not there any more.
    pub fn early_entered(&self, request: &EarlyRequest, entry: u64) -> Result<(), StoreError> {
        let sql = "UPDATE early SET entry = ?2 WHERE record = ?1 AND salt = ?3 AND entry IS NULL";
        self.entered(sql, request.record, entry, &request.salt)
    }

    /// Notes the ledger entry of the withdrawal of a request.
    ///
    /// # Errors
    /// Fails as the database does, with `Dropped` where it is not there any more.
    pub fn early_withdrawal_entered(&self, one: &EarlyWithdrawal, entry: u64) -> Result<(), StoreError> {
        let sql = "UPDATE early_withdrawals SET entry = ?2 WHERE record = ?1 AND salt = ?3 AND entry IS NULL";
        self.entered(sql, one.record, entry, &one.salt)
    }

    /// Notes the ledger entry of a masked successor.
    ///
    /// # Errors
    /// Fails as the database does, with `Dropped` where it is not there any more.
    pub fn successor_entered(&self, one: &Successor, entry: u64) -> Result<(), StoreError> {
        let sql = "UPDATE successors SET entry = ?2 WHERE record = ?1 AND salt = ?3 AND entry IS NULL";
        self.entered(sql, one.record, entry, &one.salt)
    }

    fn entered(&self, sql: &str, record: RecordId, entry: u64, salt: &[u8; 16]) -> Result<(), StoreError> {
        let values = params![record.to_string(), entry.cast_signed(), salt];
        match self.catalog.execute(sql, values).map_err(|e| self.paths.catalog(e))? {
            0 => Err(StoreError::Dropped),
            _ => Ok(()),
        }
    }
}
