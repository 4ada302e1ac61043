//! The evidence of a certificate: entries of the ledger with their proofs.
//!
//! In: the ledger. Out: entries, proofs, the changes of its key. The rule it keeps: the entries that decide about a sweep
//! are handed over as they were hashed, under the checkpoint that was signed when it ended.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::{EngineError, Result};
use super::{Told, origin};
use crate::ledger::{Checkpoint, write_proof};
use crate::retention::certificate::{Evidence, PROVED, ProvenEntry};
use crate::store::{LedgerReader, Store};

/// Returns the evidence of the sweep that began at the entry `began`.
pub(super) fn of(store: &Store, began: u64, told: &Told) -> Result<Evidence> {
    let (reader, origin) = (store.reader(), origin(store)?);
    let (size, keys) = (told.swept + 1, store.reader().keys()?);
    let checkpoint = reader.checkpoint_at(size)?;
    let signed = |key: &&(u64, String)| Checkpoint::open(&checkpoint, &key.1).is_ok_and(|known| known.origin == origin);
    let key = keys.iter().rev().find(signed).map(|(_, key)| key.clone()).unwrap_or_default();
    let policy = reader.policy_before(began)?.map(|(index, _)| index);
    let approvals = told.approvals.iter().map(|(index, _)| *index);
    let later = told.taken_up.iter().flat_map(|later| later.entries.iter().copied());
    let indices: BTreeSet<u64> = [0, told.swept].into_iter().chain(policy).chain(approvals).chain(later).collect();
    let entries = indices.into_iter().map(|index| proven(&reader, index, size, &checkpoint));
    let key_changes = key_changes(&reader, 1..u64::MAX)?;
    let grounds = told.list.destroyed.iter().flat_map(|one| one.grounds()).take(PROVED);
    let grounds = grounds.map(|index| proven(&reader, index, size, &checkpoint));
    let (entries, grounds) = (entries.collect::<Result<_>>()?, grounds.collect::<Result<_>>()?);
    Ok(Evidence { key, entries, grounds, key_changes })
}

/// Returns the changes of the ledger's key in these entries, each under the checkpoint that both keys signed.
pub(in crate::engine) fn key_changes(reader: &LedgerReader<'_>, within: Range<u64>) -> Result<Vec<ProvenEntry>> {
    let changes = reader.keys()?.into_iter().skip(1).filter(|(index, _)| within.contains(index));
    let change = |(index, _)| proven(reader, index, index + 1, &reader.checkpoint_at(index + 1)?);
    changes.map(change).collect()
}

fn proven(reader: &LedgerReader<'_>, index: u64, size: u64, checkpoint: &str) -> Result<ProvenEntry> {
    let unreadable =
        || EngineError::refused("certificate.incomplete", format!("ledger entry {index} cannot be proved"));
    let siblings = reader.inclusion(index, size)?.ok_or_else(unreadable)?;
    let entry = String::from_utf8(reader.bytes_of(index)?).map_err(|_| unreadable())?;
    Ok(ProvenEntry { entry, proof: write_proof(index, &siblings, checkpoint) })
}
