//! Brings the catalog up to date with the ledger after a stop between two commits.
//!
//! In: ledger entries the catalog has not seen, rows that wait for theirs. Out: rows with their entries, destroyed
//! records erased. The rule it keeps: only take-in, sweeps and `restore` call it, under their own lock; a pending hold
//! gets its entry, any other pending fact without one is dropped, for nobody was told that it was done.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use super::facts::{Approval, Opening};
use super::hold::{Hold, HoldReview, Release};
use super::{Catalog, Store, StoreError, Writing, catalog, items, rekey};
use crate::Digest;
use crate::calendar::Instant;
use crate::ledger::LedgerKey;
use crate::ledger::{Entry, What};

/// What was brought up to date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Ledger entries the catalog had not seen.
    pub entries: u64,
    /// Pending holds that got their entry now.
    pub holds: u64,
    /// Pending events, approvals, releases and openings that were dropped.
    pub dropped: u64,
}

/// A row that waits for its ledger entry: the table, how to find it, and the commitment its entry must hold.
struct Waiting {
    update: &'static str,
    /// How it is dropped; a hold never is.
    delete: Option<&'static str>,
    key: String,
    commitment: Digest,
}

impl Store {
    /// Applies the entries the catalog has not seen, enters pending holds, drops other pending facts.
    ///
    /// Everything is read under both write locks: a fact that somebody states meanwhile is neither half seen nor dropped
    /// after its entry was written.
    ///
    /// # Errors
    /// Fails as the databases do, with `LedgerBehind` when the ledger is older than the catalog, and with `CatalogOld`
    /// when the catalog lacks what an entry states: every fact is committed to the catalog first.
    ///
    /// # Durability
    /// On return both databases agree on disk.
    pub fn reconcile(&mut self, key: &LedgerKey, now: Instant) -> Result<Reconciled, StoreError> {
        let (done, _) = self.bring_up(key, now, Lack::Refused)?;
        Ok(done)
    }

    /// As [`Store::reconcile`], on a catalog of an earlier day: returns the entries that state what it never held, of
    /// which it knows nothing from here on. Only a restore does this.
    ///
    /// # Errors
    /// As [`Store::reconcile`], but for `CatalogOld`.
    ///
    /// # Durability
    /// On return both databases agree on disk, as far as they can.
    pub fn catch_up(&mut self, key: &LedgerKey, now: Instant) -> Result<Vec<u64>, StoreError> {
        let (_, lost) = self.bring_up(key, now, Lack::Counted)?;
        Ok(lost)
    }

    fn bring_up(&mut self, key: &LedgerKey, now: Instant, lack: Lack) -> Result<(Reconciled, Vec<u64>), StoreError> {
        let mut writing = self.lock()?;
        let (reflected, size) = (writing.catalog().reflected()?, writing.reader().size()?);
        if reflected > size {
            return Err(StoreError::LedgerBehind { reflected, size });
        }
        let mut done = Reconciled { entries: size - reflected, ..Reconciled::default() };
        let unseen = writing.reader().from(reflected)?;
        let waiting = waiting(&writing.catalog())?;
        let (entered, mut lost) = writing.apply(&unseen)?;
        let known: BTreeSet<Digest> = waiting.iter().map(|row| row.commitment).collect();
        lost.extend(entered.iter().filter(|(fact, _)| !known.contains(fact)).map(|(_, index)| *index));
        lost.sort_unstable();
        if let (Some(index), Lack::Refused) = (lost.first(), lack) {
            return Err(StoreError::CatalogOld(*index));
        }
        done.dropped = writing.settle(&waiting, &entered)?;
        catalog::set_reflected(&writing.catalog, &writing.paths, size)?;
        let pending = writing.catalog().holds()?.into_iter().filter(|hold| hold.entry.is_none());
        for hold in pending.collect::<Vec<Hold>>() {
            match writing.reader().holds_in_force()?.contains_key(&hold.id) {
                true => writing.enter_hold_anew(&hold, now)?,
                false => writing.enter_hold(&hold, now)?,
            }
            done.holds += 1;
        }
        writing.commit(key)?;
        Ok((done, lost))
    }
}

/// What becomes of entries that state what the catalog never held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lack {
    /// The catalog is an old copy: nothing is done.
    Refused,
    /// They are counted.
    Counted,
}

impl Writing<'_> {
    /// Applies unseen entries to the rows they name; returns the facts that others of them commit to, and the entries
    /// whose rows are not there.
    #[expect(clippy::type_complexity, reason = "two lists of indices, named by the one caller")]
    fn apply(&self, unseen: &[(u64, Entry)]) -> Result<(Vec<(Digest, u64)>, Vec<u64>), StoreError> {
        let (connection, paths) = (&self.catalog, &self.paths);
        let (mut entered, mut lost) = (Vec::new(), Vec::new());
        for (index, entry) in unseen {
            let marked = match &entry.what {
                What::Sealed { record, .. } => catalog::record_sealed(connection, paths, *record, *index)?,
                What::Registered { record, fact, .. } | What::Corrected { record, fact, .. } => {
                    items::item_entered(connection, paths, *record, *fact, *index)?
                }
                What::Rekeyed { record, header, .. } => rekey::put_header(connection, paths, *record, *header)?,
                What::PolicyAccepted { policy, .. } => catalog::policy_accepted(connection, paths, *policy, *index)?,
                What::Destroyed { record, .. } => {
                    catalog::erase_record(connection, paths, *record)?;
                    1
                }
                What::HoldPlaced { fact, .. }
                | What::HoldRestated { fact, .. }
                | What::HoldReviewed { fact, .. }
                | What::HoldReleased { fact, .. }
                | What::WorkOrder { fact, .. }
                | What::EarlyRequested { fact, .. }
                | What::EarlyWithdrawn { fact, .. }
                | What::Succeeded { fact, .. }
                | What::EventAdded { fact, .. }
                | What::EventCorrected { fact, .. }
                | What::EventWithdrawn { fact, .. }
                | What::ConsentStated { fact, .. }
                | What::PlanMade { fact, .. }
                | What::PlanApproved { fact, .. }
                | What::KeptLonger { fact, .. }
                | What::Opened { fact, .. } => {
                    entered.push((*fact, *index));
                    1
                }
                What::Created { .. }
                | What::RecipientsConfirmed { .. }
                | What::ClockConfirmed { .. }
                | What::Heartbeat {}
                | What::KeyRotated { .. }
                | What::Restored { .. }
                | What::Intent { .. }
                | What::Abandoned { .. }
                | What::Swept { .. } => 1,
            };
            if marked == 0 {
                lost.push(*index);
            }
        }
        Ok((entered, lost))
    }

    /// Gives waiting rows their entries and drops those without one; returns how many were dropped.
    fn settle(&self, waiting: &[Waiting], entered: &[(Digest, u64)]) -> Result<u64, StoreError> {
        let entries: BTreeMap<Digest, u64> = entered.iter().copied().collect();
        let mut dropped = 0;
        for row in waiting {
            let entry = entries.get(&row.commitment).copied();
            let run = match (entry, row.delete) {
                (Some(entry), _) => self.catalog.execute(row.update, params![row.key, entry.cast_signed()]),
                (None, Some(delete)) => self.catalog.execute(delete, [&row.key]).inspect(|_| dropped += 1),
                (None, None) => Ok(0),
            };
            run.map_err(|e| self.paths.catalog(e))?;
        }
        // A correction without its entry; the first version of a record goes with its record, which take-in undoes.
        let sql = "DELETE FROM items WHERE entry IS NULL AND seq > 0";
        dropped += self.catalog.execute(sql, []).map_err(|e| self.paths.catalog(e))? as u64;
        Ok(dropped)
    }
}

/// Returns the rows that wait for their ledger entry.
fn waiting(catalog: &Catalog<'_>) -> Result<Vec<Waiting>, StoreError> {
    let (connection, mut found) = (catalog.connection(), Vec::new());
    let fail = |e| catalog.fail(e);
    let mut add = |update, delete, key: String, commitment| found.push(Waiting { update, delete, key, commitment });
    let damaged = |table: &str| StoreError::Damaged { column: "date", key: table.to_owned() };
    for hold in catalog.holds()?.into_iter().filter(|hold| hold.entry.is_none()) {
        // Kept without an entry too: the next step of reconciliation enters it.
        let update = "UPDATE holds SET entry = ?2 WHERE id = ?1";
        add(update, None, hold.id.clone(), hold.commitment());
    }
    let sql = "SELECT id, released_by, released_why, release_salt FROM holds
            WHERE release_salt IS NOT NULL AND release_entry IS NULL";
    let mut statement = connection.prepare(sql).map_err(fail)?;
    let rows = statement.query_map([], |row| {
        Ok(Release { hold: row.get(0)?, by: row.get(1)?, reason: row.get(2)?, salt: row.get(3)? })
    });
    for release in rows.and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(fail)? {
        let update = "UPDATE holds SET release_entry = ?2 WHERE id = ?1";
        let delete = "UPDATE holds SET released_by = NULL, released_why = NULL, release_salt = NULL
                WHERE id = ?1";
        add(update, Some(delete), release.hold.clone(), release.commitment());
    }
    for (id, kept) in catalog.kept_pending()? {
        let update = "UPDATE kept SET entry = ?2 WHERE id = ?1";
        add(update, Some("DELETE FROM kept WHERE id = ?1"), id.to_string(), kept.commitment());
    }
    let sql = "SELECT id, hold, review, reason, who, salt FROM hold_reviews WHERE entry IS NULL";
    let mut statement = connection.prepare(sql).map_err(fail)?;
    let rows = statement.query_map([], |row| {
        let parts = (row.get(1)?, row.get::<_, String>(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
        Ok((row.get::<_, i64>(0)?, parts))
    });
    for (id, parts) in rows.and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(fail)? {
        let (hold, review, reason, by, salt) = parts;
        let review = review.parse().map_err(|_| damaged("hold_reviews"))?;
        let commitment = HoldReview { hold, review, reason, by, salt }.commitment();
        let update = "UPDATE hold_reviews SET entry = ?2 WHERE id = ?1";
        add(update, Some("DELETE FROM hold_reviews WHERE id = ?1"), id.to_string(), commitment);
    }
    for (row, statement) in catalog.waiting_consents()? {
        let update = "UPDATE consents SET entry = ?2 WHERE id = ?1";
        add(update, Some("DELETE FROM consents WHERE id = ?1"), row.to_string(), statement.commitment());
    }
    for (row, event) in catalog.pending_events()? {
        let update = "UPDATE events SET entry = ?2 WHERE id = ?1";
        add(update, Some("DELETE FROM events WHERE id = ?1"), row.to_string(), event.commitment());
    }
    let sql = "SELECT rowid, plan, fingerprint, name, signature, at, salt FROM approvals WHERE entry IS NULL";
    let mut statement = connection.prepare(sql).map_err(fail)?;
    let rows = statement.query_map([], |row| {
        let parts = (row.get(2)?, row.get(3)?, row.get(4)?, row.get::<_, i64>(5)?, row.get(6)?);
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, parts))
    });
    for (id, plan, parts) in rows.and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(fail)? {
        let (fingerprint, name, signature, at, salt) = parts;
        let plan = plan.parse().map_err(|_| damaged("approvals"))?;
        let at = Instant::from_micros(at);
        let approval = Approval { plan, fingerprint, name, signature, at, salt, entry: None };
        let update = "UPDATE approvals SET entry = ?2 WHERE rowid = ?1";
        add(update, Some("DELETE FROM approvals WHERE rowid = ?1"), id.to_string(), approval.commitment());
    }
    for one in catalog.waiting_early()? {
        let update = "UPDATE early SET entry = ?2 WHERE record = ?1 AND entry IS NULL";
        add(
            update,
            Some("DELETE FROM early WHERE record = ?1 AND entry IS NULL"),
            one.record.to_string(),
            one.commitment(),
        );
    }
    for one in catalog.early_withdrawals("IS NULL")? {
        let update = "UPDATE early_withdrawals SET entry = ?2 WHERE record = ?1 AND entry IS NULL";
        let delete = "DELETE FROM early_withdrawals WHERE record = ?1 AND entry IS NULL";
        add(update, Some(delete), one.record.to_string(), one.commitment());
    }
    for one in catalog.waiting_successors()? {
        let update = "UPDATE successors SET entry = ?2 WHERE record = ?1";
        add(update, Some("DELETE FROM successors WHERE record = ?1"), one.record.to_string(), one.commitment());
    }
    for fact in catalog.waiting_order_facts()? {
        let update = "UPDATE orders SET entry = ?2 WHERE salt = unhex(?1) AND entry IS NULL";
        let delete = "DELETE FROM orders WHERE salt = unhex(?1) AND entry IS NULL";
        let salt: String = fact.salt.iter().map(|byte| format!("{byte:02x}")).collect();
        add(update, Some(delete), salt, fact.commitment());
    }
    let sql = "SELECT id, record, who, why, salt FROM openings WHERE entry IS NULL";
    let mut statement = connection.prepare(sql).map_err(fail)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    });
    for (id, record, by, why, salt) in rows.and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(fail)? {
        let record = record.parse().map_err(|_| damaged("openings"))?;
        let commitment = Opening { record, by, why, salt }.commitment();
        let update = "UPDATE openings SET entry = ?2 WHERE id = ?1";
        add(update, Some("DELETE FROM openings WHERE id = ?1"), id.to_string(), commitment);
    }
    Ok(found)
}
