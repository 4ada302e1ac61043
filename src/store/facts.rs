//! Facts people state: approvals, openings; `events`, `hold` and `kept` have the others.
//!
//! In: who states what, with a salt. Out: rows. The rule it keeps: a fact is committed as pending first and gets the
//! index of its ledger entry second; the entry holds only a salted commitment, so a fact can be erased with the last
//! record it is about.

use rusqlite::{Row, params};

use super::catalog::Catalog;
use super::commitment;
use super::{Pending, StoreError, Writing};
use crate::calendar::Instant;
use crate::{Digest, RecordId};

/// One approver's signature of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The plan's digest.
    pub plan: Digest,
    /// The fingerprint of the approver's key.
    pub fingerprint: String,
    /// The approver's name in the policy.
    pub name: String,
    /// The SSH signature.
    pub signature: String,
    /// When it was recorded.
    pub at: Instant,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

impl Approval {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let fact = serde_json::json!({ "fingerprint": self.fingerprint, "name": self.name, "plan": self.plan,
            "signature": self.signature });
        commitment(&self.salt, &fact)
    }
}

/// One opening of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The record.
    pub record: RecordId,
    /// Who opened it.
    pub by: String,
    /// Why.
    pub why: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
}

impl Opening {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let fact = serde_json::json!({ "by": self.by, "record": self.record, "why": self.why });
        commitment(&self.salt, &fact)
    }
}

/// A fact in the catalog with the index of its ledger entry, for checking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Which one, in words without personal data.
    pub what: String,
    /// The index of its ledger entry.
    pub entry: u64,
    /// The commitment recomputed from the catalog.
    pub commitment: Digest,
}

impl Catalog<'_> {
    /// Returns the approvals of a plan, ledger entry there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn approvals(&self, plan: Digest) -> Result<Vec<Approval>, StoreError> {
        let sql = "SELECT fingerprint, name, signature, at, salt, entry FROM approvals
            WHERE plan = ?1 AND entry IS NOT NULL ORDER BY entry";
        self.select(sql, &[&plan.to_string()], |row| {
            let (fingerprint, name, signature, salt) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(4)?);
            let (at, entry) = (Instant::from_micros(row.get(3)?), Some(row.get::<_, i64>(5)?.unsigned_abs()));
            Ok(Approval { plan, fingerprint, name, signature, at, salt, entry })
        })
    }

    /// Returns the digests of the plans that somebody signed.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn plans(&self) -> Result<Vec<Digest>, StoreError> {
        let damaged = |_| StoreError::Damaged { column: "digest", key: "plans".to_owned() };
        let digests = self.select("SELECT digest FROM plans ORDER BY digest", &[], |row| row.get::<_, String>(0))?;
        digests.into_iter().map(|digest| digest.parse().map_err(damaged)).collect()
    }

    /// Returns the bytes of a plan somebody signed.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn plan(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT bytes FROM plans WHERE digest = ?1";
        Ok(self.select(sql, &[&digest.to_string()], |row| row.get(0))?.pop())
    }

    /// Returns every fact that has a ledger entry, with its commitment recomputed from the catalog.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn recorded(&self) -> Result<Vec<Recorded>, StoreError> {
        let mut all = self.event_facts(None)?;
        let mut add = |what: String, entry: Option<i64>, commitment: Digest| {
            all.extend(entry.map(|entry| Recorded { what, entry: entry.unsigned_abs(), commitment }));
        };
        for (hold, release) in self.all_holds()? {
            add(format!("hold {}", hold.id), hold.entry.map(u64::cast_signed), hold.commitment());
            if let Some((release, entry)) = release {
                add(format!("release of hold {}", hold.id), entry.map(u64::cast_signed), release.commitment());
            }
        }
        for (review, entry) in self.hold_reviews()? {
            add(format!("review of hold {}", review.hold), Some(entry.cast_signed()), review.commitment());
        }
        for kept in self.kept()? {
            add(format!("record {} kept longer", kept.record), kept.entry.map(u64::cast_signed), kept.commitment());
        }
        let sql = "SELECT record, who, why, salt, entry FROM openings";
        let openings = self.select(sql, &[], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, Option<i64>>(4)?))
        })?;
        for (record, by, why, salt, entry) in openings {
            let record =
                record.parse().map_err(|_| StoreError::Damaged { column: "record", key: "openings".to_owned() })?;
            add("opening".to_owned(), entry, Opening { record, by, why, salt }.commitment());
        }
        all.extend(self.item_facts()?);
        all.extend(self.recorded_consents()?);
        all.extend(self.recorded_orders()?);
        all.extend(self.recorded_ends()?);
        let mut add = |what: String, entry: Option<i64>, commitment: Digest| {
            all.extend(entry.map(|entry| Recorded { what, entry: entry.unsigned_abs(), commitment }));
        };
        let sql = "SELECT DISTINCT plan FROM approvals";
        for plan in self.select(sql, &[], |row| row.get::<_, String>(0))? {
            let plan = plan.parse().map_err(|_| StoreError::Damaged { column: "plan", key: "approvals".to_owned() })?;
            for approval in self.approvals(plan)? {
                add("approval".to_owned(), approval.entry.map(u64::cast_signed), approval.commitment());
            }
        }
        Ok(all)
    }

    pub(super) fn select<T>(
        &self,
        sql: &str,
        values: &[&dyn rusqlite::ToSql],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map(values, read);
        rows.and_then(Iterator::collect).map_err(|e| self.fail(e))
    }
}

impl Pending<'_> {
    pub(super) fn run(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<usize, StoreError> {
        self.catalog.execute(sql, values).map_err(|e| self.paths.catalog(e))
    }

    /// Adds an approval and the plan it is for.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_approval(&self, approval: &Approval, plan: &[u8]) -> Result<(), StoreError> {
        self.run(
            "INSERT OR IGNORE INTO plans(digest, bytes) VALUES(?1, ?2)",
            params![approval.plan.to_string(), plan],
        )?;
        let sql = "INSERT OR REPLACE INTO approvals(plan, fingerprint, name, signature, at, salt) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![
            approval.plan.to_string(),
            approval.fingerprint,
            approval.name,
            approval.signature,
            approval.at.micros(),
            approval.salt
        ];
        self.run(sql, values)?;
        Ok(())
    }

    /// Adds an opening and returns its row.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_opening(&self, opening: &Opening) -> Result<i64, StoreError> {
        let sql = "INSERT INTO openings(record, who, why, salt) VALUES(?1, ?2, ?3, ?4)";
        self.run(sql, params![opening.record.to_string(), opening.by, opening.why, opening.salt])?;
        Ok(self.catalog.last_insert_rowid())
    }
}

impl Writing<'_> {
    /// Updates one row; a row that is not there any more was dropped meanwhile, and the entry is not written.
    pub(super) fn mark(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), StoreError> {
        match self.catalog.execute(sql, values).map_err(|e| self.paths.catalog(e))? {
            0 => Err(StoreError::Dropped),
            _ => Ok(()),
        }
    }

    /// Notes the ledger entry of an approval.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn approval_entered(&self, approval: &Approval, entry: u64) -> Result<(), StoreError> {
        let sql = "UPDATE approvals SET entry = ?3 WHERE plan = ?1 AND fingerprint = ?2";
        self.mark(sql, params![approval.plan.to_string(), approval.fingerprint, entry.cast_signed()])
    }

    /// Notes the ledger entry of an opening.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn opening_entered(&self, row: i64, entry: u64) -> Result<(), StoreError> {
        self.mark("UPDATE openings SET entry = ?2 WHERE id = ?1", params![row, entry.cast_signed()])
    }
}
