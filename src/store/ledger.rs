//! The ledger's file: entries in, entries out.
//!
//! In: encoded entries. Out: decoded ones, by index, record or sweep. The rule it keeps: the bytes that were hashed are
//! the bytes that are stored, in one column that no statement here updates or deletes.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Paths, StoreError, migrate, schema};
use crate::calendar::Instant;
use crate::ledger::Frontier;
use crate::ledger::{Checkpoint, LedgerKey, Origin};
use crate::ledger::{Entry, What};
use crate::{Digest, RecordId};

/// Reads the ledger.
pub struct LedgerReader<'a> {
    pub(super) ledger: &'a rusqlite::Connection,
    pub(super) paths: &'a Paths,
}

impl LedgerReader<'_> {
    /// Returns how many entries there are.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn size(&self) -> Result<u64, StoreError> {
        let size: i64 = self.one("SELECT coalesce(max(idx) + 1, 0) FROM entries")?;
        Ok(size.unsigned_abs())
    }

    /// Whether every index up to the newest entry is there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn is_gapless(&self) -> Result<bool, StoreError> {
        self.one("SELECT count(*) = coalesce(max(idx) + 1, 0) FROM entries")
    }

    /// Whether tables and indices are those of this format: what an entry is found by follows from its bytes.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn has_own_tables(&self) -> Result<bool, StoreError> {
        static RIGHT: OnceLock<Tables> = OnceLock::new();
        let fail = |e| self.paths.ledger(e);
        let right = match RIGHT.get() {
            Some(right) => right,
            None => {
                let pattern = migrate::pattern(&schema::LEDGER).and_then(|pattern| tables(&pattern)).map_err(fail)?;
                RIGHT.get_or_init(|| pattern)
            }
        };
        Ok(*right == tables(self.ledger).map_err(fail)?)
    }

    /// Returns the index of the newest `policy-accepted`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn newest_acceptance(&self) -> Result<Option<u64>, StoreError> {
        let newest: Option<i64> = self.one("SELECT max(idx) FROM entries WHERE kind = 'policy-accepted'")?;
        Ok(newest.map(i64::unsigned_abs))
    }

    /// Returns the entry at `index`.
    ///
    /// # Errors
    /// Fails when there is none, or it cannot be decoded.
    pub fn entry(&self, index: u64) -> Result<Entry, StoreError> {
        let sql = "SELECT bytes FROM entries WHERE idx = ?1";
        let bytes: Vec<u8> =
            self.ledger.query_row(sql, [index.cast_signed()], |row| row.get(0)).map_err(|e| self.paths.ledger(e))?;
        decode(index, &bytes)
    }

    /// Returns the newest entry's index and content.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn newest(&self) -> Result<(u64, Entry), StoreError> {
        let last = self.size()?.saturating_sub(1);
        Ok((last, self.entry(last)?))
    }

    /// Returns the entries from `first` on, with their indices.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn from(&self, first: u64) -> Result<Vec<(u64, Entry)>, StoreError> {
        self.select("SELECT idx, bytes FROM entries WHERE idx >= ?1 ORDER BY idx", &[&first.cast_signed()])
    }

    /// Hands over, for each entry from `first` on, its index, when it was made, and whether it confirms the clock.
    ///
    /// Only that much of an entry is read, one at a time: a first year of a million records is in no memory at once.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`]; what `each` returns ends it.
    pub fn times<E: From<StoreError>>(
        &self,
        first: u64,
        mut each: impl FnMut(u64, Instant, bool) -> Result<(), E>,
    ) -> Result<(), E> {
        let fail = |e| self.paths.ledger(e);
        let sql = "SELECT idx, bytes FROM entries WHERE idx >= ?1 ORDER BY idx";
        let mut statement = self.ledger.prepare_cached(sql).map_err(fail)?;
        let mut rows = statement.query([first.cast_signed()]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let index = row.get::<_, i64>(0).map_err(fail)?.unsigned_abs();
            let bytes = row.get_ref(1).map_err(fail)?.as_blob().map_err(|e| fail(e.into()))?;
            let (at, confirmed) = Entry::time(bytes).map_err(|source| StoreError::Entry { index, source })?;
            each(index, at, confirmed)?;
        }
        Ok(())
    }

    /// Returns the entries that name `record`.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn of_record(&self, record: RecordId) -> Result<Vec<(u64, Entry)>, StoreError> {
        self.select("SELECT idx, bytes FROM entries WHERE record = ?1 ORDER BY idx", &[&record.to_string()])
    }

    /// Returns the newest entry that tells what `record` is: how it was sealed, or what a register says of it.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn taken_in(&self, record: RecordId) -> Result<Option<Entry>, StoreError> {
        let sql = "SELECT idx, bytes FROM entries WHERE record = ?1 AND kind IN ('sealed', 'registered', 'corrected')
            ORDER BY idx DESC LIMIT 1";
        Ok(self.select(sql, &[&record.to_string()])?.pop().map(|(_, entry)| entry))
    }

    /// Returns the index of the intent on `record` that is neither carried out nor abandoned.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn open_intent(&self, record: RecordId) -> Result<Option<u64>, StoreError> {
        let mut open = None;
        for (index, entry) in self.of_record(record)? {
            match entry.what {
                What::Intent { .. } => open = Some(index),
                What::Destroyed { .. } | What::Abandoned { .. } => open = None,
                _ => {}
            }
        }
        Ok(open)
    }

    /// Returns the indices of the events about a record, or about the subject that a random id stands for.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn events_about(&self, about: RecordId) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT idx FROM entries WHERE record = ?1
            AND kind IN ('event-added', 'event-corrected', 'event-withdrawn') ORDER BY idx";
        let mut statement = self.ledger.prepare_cached(sql).map_err(|e| self.paths.ledger(e))?;
        let rows = statement.query_map([about.to_string()], |row| row.get::<_, i64>(0));
        let rows: Vec<i64> = rows.and_then(Iterator::collect).map_err(|e| self.paths.ledger(e))?;
        Ok(rows.into_iter().map(i64::unsigned_abs).collect())
    }

    /// Returns the statements about consent: index, the random id of the member, the commitment; in order.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn consents(&self) -> Result<Vec<(u64, RecordId, Digest)>, StoreError> {
        let entries = self.select("SELECT idx, bytes FROM entries WHERE kind = 'consent-stated' ORDER BY idx", &[])?;
        let stated = entries.into_iter().filter_map(|(index, entry)| match entry.what {
            What::ConsentStated { about, fact } => Some((index, about, fact)),
            _ => None,
        });
        Ok(stated.collect())
    }

    /// Returns the entries of one sweep.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn of_sweep(&self, sweep: &str) -> Result<Vec<(u64, Entry)>, StoreError> {
        self.select("SELECT idx, bytes FROM entries WHERE sweep = ?1 ORDER BY idx", &[&sweep])
    }

    /// Returns the index of the first entry of a sweep.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn sweep_began(&self, sweep: &str) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT min(idx) FROM entries WHERE sweep = ?1";
        let first: Option<i64> =
            self.ledger.query_row(sql, [sweep], |row| row.get(0)).map_err(|e| self.paths.ledger(e))?;
        Ok(first.map(i64::cast_unsigned))
    }

    /// Returns the newest entry of a sweep.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn last_of_sweep(&self, sweep: &str) -> Result<Option<Entry>, StoreError> {
        let sql = "SELECT idx, bytes FROM entries WHERE sweep = ?1 ORDER BY idx DESC LIMIT 1";
        Ok(self.select(sql, &[&sweep])?.pop().map(|(_, entry)| entry))
    }

    /// Hands over the entries of one sweep one after the other, without holding all of them.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn each_of_sweep(&self, sweep: &str, mut take: impl FnMut(u64, Entry)) -> Result<(), StoreError> {
        let fail = |e| self.paths.ledger(e);
        let sql = "SELECT idx, bytes FROM entries WHERE sweep = ?1 ORDER BY idx";
        let mut statement = self.ledger.prepare_cached(sql).map_err(fail)?;
        let mut rows = statement.query([sweep]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let index = row.get::<_, i64>(0).map_err(fail)?.unsigned_abs();
            let bytes = row.get_ref(1).map_err(fail)?.as_blob().map_err(|e| fail(e.into()))?;
            take(index, decode(index, bytes)?);
        }
        Ok(())
    }

    /// Returns the ledger's public keys in base64, oldest first, each with the entry that named it.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn keys(&self) -> Result<Vec<(u64, String)>, StoreError> {
        let mut keys = Vec::new();
        if let What::Created { key, .. } = self.entry(0)?.what {
            keys.push((0, key));
        }
        for (index, entry) in
            self.select("SELECT idx, bytes FROM entries WHERE kind = 'key-rotated' ORDER BY idx", &[])?
        {
            if let What::KeyRotated { new, .. } = entry.what {
                keys.push((index, new));
            }
        }
        Ok(keys)
    }

    /// Returns the ledger's present public key in base64.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn key(&self) -> Result<String, StoreError> {
        let sql = "SELECT idx, bytes FROM entries WHERE kind = 'key-rotated' ORDER BY idx DESC LIMIT 1";
        let newest = self.select(sql, &[])?.pop().map_or_else(|| self.entry(0), |(_, entry)| Ok(entry))?;
        match newest.what {
            What::Created { key, .. } | What::KeyRotated { new: key, .. } => Ok(key),
            _ => Err(StoreError::Foreign(self.paths.ledger.clone())),
        }
    }

    /// Returns the bytes of the entry at `index` as they were hashed.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn bytes_of(&self, index: u64) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT bytes FROM entries WHERE idx = ?1";
        self.ledger.query_row(sql, [index.cast_signed()], |row| row.get(0)).map_err(|e| self.paths.ledger(e))
    }

    /// Returns the newest `policy-accepted` before the entry at `before`.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn policy_before(&self, before: u64) -> Result<Option<(u64, Entry)>, StoreError> {
        let sql =
            "SELECT idx, bytes FROM entries WHERE kind = 'policy-accepted' AND idx < ?1 ORDER BY idx DESC LIMIT 1";
        Ok(self.select(sql, &[&before.cast_signed()])?.pop())
    }

    /// Returns the approvals before the entry at `before`, in order.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn approvals_before(&self, before: u64) -> Result<Vec<(u64, Entry)>, StoreError> {
        let sql = "SELECT idx, bytes FROM entries WHERE kind = 'plan-approved' AND idx < ?1 ORDER BY idx";
        self.select(sql, &[&before.cast_signed()])
    }

    /// Returns the index of the entry by which a plan was made; nothing where its planner has not signed it.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn plan_made(&self, plan: Digest) -> Result<Option<u64>, StoreError> {
        let fail = |e| self.paths.ledger(e);
        let sql = "SELECT idx, bytes FROM entries WHERE kind = 'plan-made' ORDER BY idx DESC";
        let mut statement = self.ledger.prepare_cached(sql).map_err(fail)?;
        let mut rows = statement.query([]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let index = row.get::<_, i64>(0).map_err(fail)?.unsigned_abs();
            let bytes = row.get_ref(1).map_err(fail)?.as_blob().map_err(|e| fail(e.into()))?;
            if matches!(decode(index, bytes)?.what, What::PlanMade { plan: of, .. } if of == plan) {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Returns the ids of the holds that were in force before the entry at `before`, sorted.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn holds_before(&self, before: u64) -> Result<Vec<String>, StoreError> {
        Ok(self.holds(before)?.into_keys().collect())
    }

    /// Returns the holds that were placed and not released, with the commitments to them.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn holds_in_force(&self) -> Result<BTreeMap<String, Digest>, StoreError> {
        self.holds(i64::MAX.cast_unsigned())
    }

    fn holds(&self, before: u64) -> Result<BTreeMap<String, Digest>, StoreError> {
        let mut holds = BTreeMap::new();
        let sql = "SELECT idx, bytes FROM entries WHERE kind IN ('hold-placed', 'hold-restated', 'hold-released') AND idx < ?1
            ORDER BY idx";
        for (_, entry) in self.select(sql, &[&before.cast_signed()])? {
            match entry.what {
                What::HoldPlaced { hold, fact } | What::HoldRestated { hold, fact } => drop(holds.insert(hold, fact)),
                What::HoldReleased { hold, .. } => drop(holds.remove(&hold)),
                _ => {}
            }
        }
        Ok(holds)
    }

    /// Returns the holds that were placed by an entry at `since` or later and released, with the commitments to their last
    /// words.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn holds_come_and_gone(&self, since: u64) -> Result<BTreeMap<String, Digest>, StoreError> {
        let (mut stated, mut released) = (BTreeMap::new(), BTreeMap::new());
        let sql = "SELECT idx, bytes FROM entries WHERE kind IN ('hold-placed', 'hold-restated', 'hold-released') ORDER BY idx";
        for (index, entry) in self.select(sql, &[])? {
            match entry.what {
                What::HoldPlaced { hold, fact } if index >= since => drop(stated.insert(hold, fact)),
                What::HoldRestated { hold, fact } if stated.contains_key(&hold) => drop(stated.insert(hold, fact)),
                What::HoldReleased { hold, .. } => {
                    if let Some(fact) = stated.remove(&hold) {
                        released.insert(hold, fact);
                    }
                }
                _ => {}
            }
        }
        Ok(released)
    }

    /// Returns the holds that were stated anew, each with its newest such entry and the moment of it.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn holds_restated(&self) -> Result<BTreeMap<String, (u64, Instant)>, StoreError> {
        let sql = "SELECT idx, bytes FROM entries WHERE kind IN ('hold-placed', 'hold-restated', 'hold-released') ORDER BY idx";
        let restated = self.select(sql, &[])?.into_iter().filter_map(|(index, entry)| match entry.what {
            What::HoldRestated { hold, .. } => Some((hold, (index, entry.at))),
            _ => None,
        });
        Ok(restated.collect())
    }

    /// Returns the entries by which policies were accepted, in order.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn acceptances(&self) -> Result<Vec<(u64, Entry)>, StoreError> {
        self.select("SELECT idx, bytes FROM entries WHERE kind = 'policy-accepted' ORDER BY idx", &[])
    }

    /// Returns which records were kept longer, with the indices of those entries.
    ///
    /// # Errors
    /// As [`LedgerReader::entry`].
    pub fn kept_longer(&self) -> Result<Vec<(u64, RecordId)>, StoreError> {
        let entries = self.select("SELECT idx, bytes FROM entries WHERE kind = 'kept-longer' ORDER BY idx", &[])?;
        let kept = entries.into_iter().filter_map(|(index, entry)| match entry.what {
            What::KeptLonger { record, .. } => Some((index, record)),
            _ => None,
        });
        Ok(kept.collect())
    }

    /// Returns the ids of the sweeps that began, in order; `finished` tells whether their last entry is there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn sweeps(&self) -> Result<Vec<(String, bool)>, StoreError> {
        // From one sweep to the next by the index, and of each only the first and the last entry: however much was destroyed.
        let sql = "WITH RECURSIVE each(sweep) AS (SELECT min(sweep) FROM entries WHERE sweep IS NOT NULL
              UNION ALL SELECT (SELECT min(sweep) FROM entries WHERE sweep > each.sweep) FROM each WHERE sweep IS NOT NULL)
            SELECT sweep,
              (SELECT kind FROM entries WHERE entries.sweep = each.sweep ORDER BY idx DESC LIMIT 1) = 'swept',
              (SELECT idx FROM entries WHERE entries.sweep = each.sweep ORDER BY idx LIMIT 1) AS began
            FROM each WHERE sweep IS NOT NULL ORDER BY began";
        let mut statement = self.ledger.prepare(sql).map_err(|e| self.paths.ledger(e))?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? == 1)));
        rows.and_then(Iterator::collect).map_err(|e| self.paths.ledger(e))
    }

    /// Returns all entries as stored, for the independent reader.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn bytes(&self) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let mut statement =
            self.ledger.prepare("SELECT idx, bytes FROM entries ORDER BY idx").map_err(|e| self.paths.ledger(e))?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)));
        rows.and_then(Iterator::collect).map_err(|e| self.paths.ledger(e))
    }

    /// Returns the indices of entries whose finding columns do not say what their bytes say.
    ///
    /// # Errors
    /// Fails as the database does; entries that cannot be decoded are left to the independent reader.
    pub fn misfiled(&self) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT idx, bytes, kind, record, sweep FROM entries ORDER BY idx";
        let mut statement = self.ledger.prepare(sql).map_err(|e| self.paths.ledger(e))?;
        let rows = statement.query_map([], |row| {
            let columns: (Option<String>, Option<String>, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, Vec<u8>>(1)?, columns))
        });
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(|e| self.paths.ledger(e))?;
        let wrong = rows.into_iter().filter_map(|(index, bytes, (kind, record, sweep))| {
            let what = Entry::decode(&bytes).ok()?.what;
            let (of_record, of_sweep) = keys(&what);
            let right = kind.as_deref() == Some(what.kind())
                && of_record.map(|id| id.to_string()) == record
                && of_sweep == sweep.as_deref();
            (!right).then_some(index)
        });
        Ok(wrong.collect())
    }

    /// Returns the signed checkpoints, oldest first.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn checkpoints(&self) -> Result<Vec<String>, StoreError> {
        let mut statement =
            self.ledger.prepare("SELECT text FROM checkpoints ORDER BY size").map_err(|e| self.paths.ledger(e))?;
        let rows = statement.query_map([], |row| row.get(0));
        rows.and_then(Iterator::collect).map_err(|e| self.paths.ledger(e))
    }

    /// Returns the checkpoint that was signed when the ledger had `size` entries.
    ///
    /// # Errors
    /// Fails when there is none, or as the database does.
    pub fn checkpoint_at(&self, size: u64) -> Result<String, StoreError> {
        let sql = "SELECT text FROM checkpoints WHERE size = ?1";
        self.ledger.query_row(sql, [size.cast_signed()], |row| row.get(0)).map_err(|e| self.paths.ledger(e))
    }

    /// Returns the newest checkpoint.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn checkpoint(&self) -> Result<String, StoreError> {
        self.one("SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1")
    }

    /// Returns the leaf hashes of all entries.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn leaves(&self) -> Result<Vec<Digest>, StoreError> {
        Ok(self.bytes()?.iter().map(|(_, bytes)| crate::ledger::leaf_hash(bytes)).collect())
    }

    fn one<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<T, StoreError> {
        self.ledger.query_row(sql, [], |row| row.get(0)).map_err(|e| self.paths.ledger(e))
    }

    fn select(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<(u64, Entry)>, StoreError> {
        let mut statement = self.ledger.prepare_cached(sql).map_err(|e| self.paths.ledger(e))?;
        let rows =
            statement.query_map(values, |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, Vec<u8>>(1)?)));
        let rows: Vec<(u64, Vec<u8>)> = rows.and_then(Iterator::collect).map_err(|e| self.paths.ledger(e))?;
        rows.into_iter().map(|(index, bytes)| Ok((index, decode(index, &bytes)?))).collect()
    }
}

/// Names of tables, indices and views, each with the statement that made it.
type Tables = Vec<(String, String)>;

fn tables(ledger: &rusqlite::Connection) -> rusqlite::Result<Tables> {
    let sql = "SELECT name, sql FROM sqlite_schema
        WHERE type IN ('table', 'index', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    ledger.prepare_cached(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn decode(index: u64, bytes: &[u8]) -> Result<Entry, StoreError> {
    Entry::decode(bytes).map_err(|source| StoreError::Entry { index, source })
}

pub(super) fn frontier(ledger: &Transaction<'_>, paths: &Paths) -> Result<Frontier, StoreError> {
    let bytes: Option<Vec<u8>> =
        ledger.query_row("SELECT bytes FROM frontier", [], |row| row.get(0)).optional().map_err(|e| paths.ledger(e))?;
    match bytes {
        None => Ok(Frontier::default()),
        Some(bytes) => Frontier::from_bytes(&bytes)
            .map_err(|_| StoreError::Damaged { column: "frontier", key: paths.ledger.display().to_string() }),
    }
}

pub(super) fn insert(ledger: &Transaction<'_>, paths: &Paths, index: u64, bytes: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT INTO entries(idx, bytes) VALUES(?1, ?2)";
    let values = params![index.cast_signed(), bytes];
    ledger.prepare_cached(sql).and_then(|mut insert| insert.execute(values)).map_err(|e| paths.ledger(e))?;
    Ok(())
}

pub(super) fn put_frontier(
    ledger: &Transaction<'_>,
    paths: &Paths,
    frontier: &Frontier,
    origin: &Origin,
    keys: &[&LedgerKey],
) -> Result<(), StoreError> {
    let checkpoint = Checkpoint { origin: origin.clone(), size: frontier.size(), root: frontier.root() };
    put_signed(ledger, paths, frontier, &checkpoint.sign_by(keys))
}

/// As [`put_frontier`], with the checkpoint over it signed already.
pub(super) fn put_signed(
    ledger: &Transaction<'_>,
    paths: &Paths,
    frontier: &Frontier,
    checkpoint: &str,
) -> Result<(), StoreError> {
    let put = "INSERT INTO frontier(one, bytes) VALUES(1, ?1) ON CONFLICT(one) DO UPDATE SET bytes = excluded.bytes";
    ledger.execute(put, [frontier.to_bytes()]).map_err(|e| paths.ledger(e))?;
    let values = params![frontier.size().cast_signed(), checkpoint];
    ledger.execute("INSERT INTO checkpoints(size, text) VALUES(?1, ?2)", values).map_err(|e| paths.ledger(e))?;
    Ok(())
}

/// The record and the sweep an entry is about: what its row is to be found by.
fn keys(what: &What) -> (Option<RecordId>, Option<&str>) {
    match what {
        What::Sealed { record, .. }
        | What::Registered { record, .. }
        | What::Corrected { record, .. }
        | What::EarlyRequested { record, .. }
        | What::EarlyWithdrawn { record, .. }
        | What::Succeeded { record, .. }
        | What::Rekeyed { record, .. }
        | What::KeptLonger { record, .. }
        | What::Opened { record, .. } => (Some(*record), None),
        What::EventAdded { about, .. } | What::EventCorrected { about, .. } | What::EventWithdrawn { about, .. } => {
            (*about, None)
        }
        What::ConsentStated { about, .. } => (Some(*about), None),
        What::Intent { record, sweep, .. }
        | What::Destroyed { record, sweep, .. }
        | What::Abandoned { record, sweep, .. } => (Some(*record), Some(sweep)),
        What::Swept { sweep, .. } | What::WorkOrder { sweep, .. } => (None, Some(sweep)),
        What::Created { .. }
        | What::PolicyAccepted { .. }
        | What::RecipientsConfirmed { .. }
        | What::HoldPlaced { .. }
        | What::HoldRestated { .. }
        | What::HoldReviewed { .. }
        | What::HoldReleased { .. }
        | What::PlanMade { .. }
        | What::PlanApproved { .. }
        | What::ClockConfirmed { .. }
        | What::Heartbeat {}
        | What::Restored { .. }
        | What::KeyRotated { .. } => (None, None),
    }
}
