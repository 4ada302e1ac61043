//! Facts people state: holds, approvals, openings; `events` has the events.
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

/// What a hold covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One record, by id.
    Record(RecordId),
    /// Every record about a subject.
    Subject(String),
    /// Every record of a class.
    Class(String),
}

impl Scope {
    /// Returns the kind of scope as it is written: `record`, `subject` or `class`.
    pub fn kind(&self) -> &'static str {
        match self {
            Scope::Record(_) => "record",
            Scope::Subject(_) => "subject",
            Scope::Class(_) => "class",
        }
    }

    /// Returns what is covered: an id, a subject, a class.
    pub fn target(&self) -> String {
        match self {
            Scope::Record(id) => id.to_string(),
            Scope::Subject(target) | Scope::Class(target) => target.clone(),
        }
    }

    fn read(kind: &str, target: String) -> Option<Scope> {
        match kind {
            "record" => target.parse().ok().map(Scope::Record),
            "subject" => Some(Scope::Subject(target)),
            "class" => Some(Scope::Class(target)),
            _ => None,
        }
    }
}

/// A hold: nothing it covers is destroyed until it is released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: String,
    /// What it covers.
    pub scope: Scope,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub by: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry; a hold without one counts all the same.
    pub entry: Option<u64>,
}

impl Hold {
    /// Returns the fact its ledger entry commits to.
    pub fn fact(&self) -> serde_json::Value {
        serde_json::json!({ "by": self.by, "hold": self.id, "reason": self.reason,
            "scope": self.scope.kind(), "target": self.scope.target() })
    }

    /// Returns the salted commitment to [`Hold::fact`].
    pub fn commitment(&self) -> Digest {
        commitment(&self.salt, &self.fact())
    }
}

/// The release of a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The hold.
    pub hold: String,
    /// Who released it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
}

impl Release {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        commitment(&self.salt, &serde_json::json!({ "by": self.by, "hold": self.hold, "reason": self.reason }))
    }
}

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
    /// Returns the holds in force: those without a release in the ledger, pending ones included.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        let sql =
            "SELECT id, scope, target, reason, who, salt, entry FROM holds WHERE release_entry IS NULL ORDER BY id";
        self.select(sql, &[], |row| {
            let id: String = row.get(0)?;
            let scope = Scope::read(&row.get::<_, String>(1)?, row.get(2)?);
            let entry: Option<i64> = row.get(6)?;
            let (reason, by, salt) = (row.get(3)?, row.get(4)?, row.get(5)?);
            Ok(scope.map(|scope| Hold { id, scope, reason, by, salt, entry: entry.map(i64::unsigned_abs) }))
        })?
        .into_iter()
        .map(|hold| hold.ok_or(StoreError::Damaged { column: "scope", key: "holds".to_owned() }))
        .collect()
    }

    /// Returns the holds that were released, as far as they are still known.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn released_holds(&self) -> Result<Vec<Hold>, StoreError> {
        let released = |(hold, release): (Hold, Option<(Release, Option<i64>)>)| {
            matches!(release, Some((_, Some(_)))).then_some(hold)
        };
        Ok(self.all_holds()?.into_iter().filter_map(released).collect())
    }

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
        for hold in self.all_holds()? {
            let (hold, release) = hold;
            add(format!("hold {}", hold.id), hold.entry.map(u64::cast_signed), hold.commitment());
            if let Some((release, entry)) = release {
                add(format!("release of hold {}", hold.id), entry, release.commitment());
            }
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

    #[expect(clippy::type_complexity, reason = "a hold, and its release with the index of its entry, for one caller")]
    fn all_holds(&self) -> Result<Vec<(Hold, Option<(Release, Option<i64>)>)>, StoreError> {
        let sql = "SELECT id, scope, target, reason, who, salt, entry, released_by, released_why, release_salt,
            release_entry FROM holds ORDER BY id";
        let rows = self.select(sql, &[], |row| {
            let id: String = row.get(0)?;
            let scope = Scope::read(&row.get::<_, String>(1)?, row.get(2)?).unwrap_or(Scope::Class(String::new()));
            let entry: Option<i64> = row.get(6)?;
            let (reason, by, salt) = (row.get(3)?, row.get(4)?, row.get(5)?);
            let hold = Hold { id: id.clone(), scope, reason, by, salt, entry: entry.map(i64::unsigned_abs) };
            let Some(salt) = row.get::<_, Option<[u8; 16]>>(9)? else { return Ok((hold, None)) };
            let release = Release { hold: id, by: row.get(7)?, reason: row.get(8)?, salt };
            Ok((hold, Some((release, row.get(10)?))))
        })?;
        Ok(rows)
    }

    fn select<T>(
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
    fn run(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<usize, StoreError> {
        self.catalog.execute(sql, values).map_err(|e| self.paths.catalog(e))
    }

    /// Adds a hold; it counts from this commit on.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_hold(&self, hold: &Hold) -> Result<(), StoreError> {
        let sql = "INSERT INTO holds(id, scope, target, reason, who, salt) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
        self.run(sql, params![hold.id, hold.scope.kind(), hold.scope.target(), hold.reason, hold.by, hold.salt])?;
        Ok(())
    }

    /// Notes a release; the hold counts until the release has its ledger entry. Returns whether there was such a hold.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_release(&self, release: &Release) -> Result<bool, StoreError> {
        let sql = "UPDATE holds SET released_by = ?2, released_why = ?3, release_salt = ?4
            WHERE id = ?1 AND release_entry IS NULL AND entry IS NOT NULL";
        Ok(self.run(sql, params![release.hold, release.by, release.reason, release.salt])? > 0)
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

    /// Notes the ledger entry of a hold.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn hold_entered(&self, id: &str, entry: u64) -> Result<(), StoreError> {
        self.mark("UPDATE holds SET entry = ?2 WHERE id = ?1", params![id, entry.cast_signed()])
    }

    /// Notes the ledger entry of a release: the hold ends here.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn release_entered(&self, id: &str, entry: u64) -> Result<(), StoreError> {
        self.mark("UPDATE holds SET release_entry = ?2 WHERE id = ?1", params![id, entry.cast_signed()])
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
