//! The ledger's tree as it is stored: complete subtrees, from which proofs are made without reading every entry.
//!
//! In: ranges of entries. Out: the roots over them. The rule it keeps: what is stored only saves time; a subtree that is
//! missing is computed from the entries, and whoever makes a proof checks it.
//!
//! Stored are the roots of complete subtrees of at least 2^[`LEAST`] entries: two for each 2^`LEAST`. A proof reads one of
//! them for each level above, and hashes the entries of at most two such stretches.

use std::ops::Range;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{LedgerReader, Paths, StoreError};
use crate::Digest;
use crate::ledger::{Subtree, consistency_ranges, halves, inclusion_ranges, leaf_hash, node_hash, root};

/// The smallest subtrees that are stored have 2^8 entries.
pub(super) const LEAST: u32 = 8;

impl LedgerReader<'_> {
    /// Returns the inclusion proof of the entry at `index` in the tree of the first `size` entries, which there are.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Option<Vec<Digest>>, StoreError> {
        self.roots(inclusion_ranges(index, size))
    }

    /// Returns the proof that the first `old` entries are the beginning of the first `new` ones, which there are.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Option<Vec<Digest>>, StoreError> {
        self.roots(consistency_ranges(old, new))
    }

    fn roots(&self, ranges: Option<Vec<Range<u64>>>) -> Result<Option<Vec<Digest>>, StoreError> {
        ranges.map(|ranges| ranges.into_iter().map(|range| self.range_root(range)).collect()).transpose()
    }

    /// Returns the root over a range of entries, all of which there are.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn range_root(&self, range: Range<u64>) -> Result<Digest, StoreError> {
        let count = range.end - range.start;
        if count < 1 << LEAST {
            return Ok(root(&self.leaves_of(range)?));
        }
        if count.is_power_of_two()
            && range.start.is_multiple_of(count)
            && let Some(root) = self.stored(count.ilog2(), range.start / count)?
        {
            return Ok(root);
        }
        match halves(&range) {
            Some((left, right)) => Ok(node_hash(&self.range_root(left)?, &self.range_root(right)?)),
            None => Ok(root(&self.leaves_of(range)?)),
        }
    }

    fn stored(&self, level: u32, index: u64) -> Result<Option<Digest>, StoreError> {
        let sql = "SELECT root FROM subtrees WHERE level = ?1 AND idx = ?2";
        let mut statement = self.ledger.prepare_cached(sql).map_err(|e| self.paths.ledger(e))?;
        let found =
            statement.query_row(params![level, index.cast_signed()], |row| row.get::<_, [u8; 32]>(0)).optional();
        Ok(found.map_err(|e| self.paths.ledger(e))?.map(Digest::from_bytes))
    }

    /// Returns the leaf hashes of a range of entries.
    fn leaves_of(&self, range: Range<u64>) -> Result<Vec<Digest>, StoreError> {
        let fail = |e| self.paths.ledger(e);
        let sql = "SELECT bytes FROM entries WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
        let mut statement = self.ledger.prepare_cached(sql).map_err(fail)?;
        let mut rows = statement.query([range.start.cast_signed(), range.end.cast_signed()]).map_err(fail)?;
        let mut leaves = Vec::new();
        while let Some(row) = rows.next().map_err(fail)? {
            leaves.push(leaf_hash(row.get_ref(0).map_err(fail)?.as_blob().map_err(|e| fail(e.into()))?));
        }
        Ok(leaves)
    }
}

/// Stores a subtree that was completed, if it is large enough.
pub(super) fn put(ledger: &Transaction<'_>, paths: &Paths, subtree: &Subtree) -> Result<(), StoreError> {
    let sql = "INSERT INTO subtrees(level, idx, root) VALUES(?1, ?2, ?3)";
    let values = params![subtree.level, subtree.index.cast_signed(), subtree.root.as_bytes()];
    ledger.prepare_cached(sql).and_then(|mut insert| insert.execute(values)).map_err(|e| paths.ledger(e))?;
    Ok(())
}
