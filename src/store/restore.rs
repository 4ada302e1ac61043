//! Bringing stores of an earlier day up to a copy of the ledger that was kept elsewhere.
//!
//! In: entries and a checkpoint that the caller has verified. Out: a ledger that has them, a catalog that has seen them.
//! The rule it keeps: entries are taken over byte for byte, in one transaction; what the catalog lacks is counted, never
//! made up.

use rusqlite::{TransactionBehavior, params};

use super::{LedgerReader, Store, StoreError, ledger, tree};
use crate::ledger::{Entry, leaf_hash};

impl LedgerReader<'_> {
    /// Returns the bytes of the entries from `first` up to, not including, `end`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn bytes_between(&self, first: u64, end: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT bytes FROM entries WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
        let mut statement = self.ledger.prepare_cached(sql).map_err(|e| self.paths.ledger(e))?;
        let rows = statement.query_map(params![first.cast_signed(), end.cast_signed()], |row| row.get(0));
        rows.and_then(Iterator::collect).map_err(|e| self.paths.ledger(e))
    }
}

impl Store {
    /// Appends the entries that a verified copy has beyond this ledger, with the checkpoint over all of them.
    ///
    /// The catalog has not seen them then.
    ///
    /// # Errors
    /// Fails as the database does; then nothing was appended.
    ///
    /// # Durability
    /// On return they are on disk.
    pub fn adopt(&mut self, entries: &[Vec<u8>], checkpoint: &str) -> Result<(), StoreError> {
        let paths = self.paths.clone();
        let fail = |e| paths.ledger(e);
        let transaction = self.ledger.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
        let mut frontier = ledger::frontier(&transaction, &paths)?;
        for bytes in entries {
            let index = frontier.size();
            Entry::decode(bytes).map_err(|source| StoreError::Entry { index, source })?;
            ledger::insert(&transaction, &paths, index, bytes)?;
            let mut completed = Vec::new();
            frontier.append(leaf_hash(bytes), |subtree| {
                completed.extend((subtree.level >= tree::LEAST).then_some(subtree));
            });
            completed.iter().try_for_each(|subtree| tree::put(&transaction, &paths, subtree))?;
        }
        ledger::put_signed(&transaction, &paths, &frontier, checkpoint)?;
        transaction.commit().map_err(fail)
    }
}
