//! What began and is not finished: intents without completion.
//!
//! In: the ledger. Out: open intents, of one sweep or of all. The rule it keeps: an intent is open until its own completion or
//! the entry that gives it up.

use std::collections::{BTreeMap, BTreeSet};

use super::Open;
use crate::RecordId;
use crate::ledger::What;
use crate::store::{LedgerReader, StoreError};

/// Returns the intents of a sweep or a work order that have neither been carried out nor abandoned.
///
/// # Errors
/// Fails as the store does.
pub fn open_intents(reader: &LedgerReader<'_>, sweep: &str) -> Result<Vec<Open>, StoreError> {
    let mut open = BTreeMap::new();
    reader.each_of_sweep(sweep, |index, entry| match entry.what {
        What::Intent { record, header, body, plan, .. } => {
            open.insert(index, Open { intent: index, record, header, body, plan });
        }
        What::Destroyed { intent, .. } | What::Abandoned { intent, .. } => drop(open.remove(&intent)),
        _ => {}
    })?;
    Ok(open.into_values().collect())
}

/// Returns the records whose destruction began in a sweep that is not finished.
pub(super) fn begun(reader: &LedgerReader<'_>) -> Result<BTreeSet<RecordId>, StoreError> {
    let mut begun = BTreeSet::new();
    for (sweep, _) in reader.sweeps()?.into_iter().filter(|(_, is_finished)| !is_finished) {
        begun.extend(open_intents(reader, &sweep)?.into_iter().map(|open| open.record));
    }
    Ok(begun)
}
