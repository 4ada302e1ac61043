//! The ledger's tree as it is stored: complete subtrees, from which proofs are made without reading every entry.
//!
//! In: ranges of entries. Out: the roots over them. The rule it keeps: what is stored only saves time; a subtree that is
//! missing is computed from the entries, and whoever makes a proof checks it; `verify` compares all of it.
//!
//! Stored are the roots of complete subtrees of at least 2^[`LEAST`] entries: two for each 2^`LEAST`. A proof reads one of
//! them for each level above, and hashes the entries of at most two such stretches.

use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{LedgerReader, Paths, StoreError};
use crate::Digest;
use crate::ledger::{Frontier, Subtree, consistency_ranges, halves, inclusion_ranges, leaf_hash, node_hash, root};

/// What is stored of the tree and is not what the entries make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeFaults {
    /// The ranges of entries over which another root is stored, or one although not all of them are there.
    pub subtrees: Vec<Range<u64>>,
    /// Whether the right edge, from which the next checkpoint is made, is another.
    pub edge: bool,
}

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

    /// Compares every stored subtree and the right edge with what the entries make; subtrees that are missing are none.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn tree_faults(&self) -> Result<TreeFaults, StoreError> {
        let fail = |e| self.paths.ledger(e);
        let (mut edge, mut made) = (Frontier::default(), BTreeMap::new());
        let mut statement = self.ledger.prepare("SELECT bytes FROM entries ORDER BY idx").map_err(fail)?;
        let mut rows = statement.query([]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let leaf = leaf_hash(row.get_ref(0).map_err(fail)?.as_blob().map_err(|e| fail(e.into()))?);
            edge.append(leaf, |subtree| {
                if subtree.level >= LEAST {
                    made.insert((u64::from(subtree.level), subtree.index), subtree.root);
                }
            });
        }
        let mut statement =
            self.ledger.prepare("SELECT level, idx, root FROM subtrees ORDER BY level, idx").map_err(fail)?;
        let stored = statement.query_map([], |row| {
            let place = (row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs());
            Ok((place, row.get::<_, Vec<u8>>(2)?))
        });
        let stored: Vec<_> = stored.and_then(Iterator::collect).map_err(fail)?;
        let is_wrong = |(place, root): &((u64, u64), Vec<u8>)| {
            made.get(place).is_none_or(|made| made.as_bytes().as_slice() != root.as_slice())
        };
        // A level that no ledger reaches is a fault all the same, and its range ends where numbers do.
        let range = |(level, index): (u64, u64)| {
            let count = 1u64.checked_shl(u32::try_from(level).unwrap_or(u32::MAX)).unwrap_or(u64::MAX);
            let start = index.saturating_mul(count);
            start..start.saturating_add(count)
        };
        let subtrees = stored.into_iter().filter(is_wrong).map(|(place, _)| range(place)).collect();
        let bytes = self.ledger.query_row("SELECT bytes FROM frontier", [], |row| row.get::<_, Vec<u8>>(0)).optional();
        let edge = bytes.map_err(fail)?.is_none_or(|bytes| bytes != edge.to_bytes());
        Ok(TreeFaults { subtrees, edge })
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
