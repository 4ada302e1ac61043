//! The heartbeat: an entry a day that the service is alive, so that a silence in the ledger means something.
//!
//! In: the newest entry, the clock. Out: at most one entry a day. The rule it keeps (I12): a clock that is not believed gets
//! none; the silence stays visible until a person has looked.

use super::Result;
use super::instance::Instance;
use crate::calendar::Instant;
use crate::ledger::{Entry, LedgerKey, What};
use crate::retention::gate;
use crate::store::Store;

/// Appends one where the newest entry is a day old and the clock is believed.
///
/// # Errors
/// Fails as the stores do.
///
/// # Durability
/// On return the entry is in the ledger.
pub(super) fn heartbeat(instance: &Instance) -> Result<()> {
    let now = instance.now();
    let (index, newest) = instance.store_to_read()?.reader().newest()?;
    if is_silent(newest.at, now) && gate::implausible(newest.at, now, index).is_ok() {
        append(&mut instance.store()?, &instance.key()?, now)?;
    }
    Ok(())
}

/// Appends one where the newest entry is a day old; the clock was believed just before.
pub(super) fn append(store: &mut Store, key: &LedgerKey, now: Instant) -> Result<()> {
    let (_, newest) = store.reader().newest()?;
    if !is_silent(newest.at, now) {
        return Ok(());
    }
    let mut writing = store.write()?;
    writing.append(&Entry { at: now, what: What::Heartbeat {} })?;
    Ok(writing.commit(key)?)
}

fn is_silent(newest: Instant, now: Instant) -> bool {
    newest.plus_days(1) <= now
}
