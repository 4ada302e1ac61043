//! Recovery before a scan: what a stop in the middle of take-in left.
//!
//! In: `incoming/`, `checking/`, `removing/`, unfinished rows. Out: each of them finished or undone. The rule it keeps:
//! what has a ledger entry is finished, what has none is undone, and a plaintext is put back rather than lost.

use std::path::Path;

use super::super::Result;
use super::{NotTakenIn, batch, origin_path};
use crate::RecordId;
use crate::policy::PolicySet;
use crate::store::{Record, RecordState, Store};
use crate::vault::Vault;
use crate::vault::removal::Removal;

/// What was finished or undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Records whose taking in was finished.
    pub finished: Vec<RecordId>,
    /// Records that had no ledger entry and were undone; their files stay where they were.
    pub undone: Vec<RecordId>,
    /// Files that were put back under `records/`.
    pub put_back: Vec<String>,
}

/// Finishes or undoes what a stop left; returns with it the files that are sealed and still cannot be removed.
pub(super) fn recover(
    root: &Path,
    policy: &PolicySet,
    store: &mut Store,
    vault: &Vault,
    removal: &mut Removal,
) -> Result<(Recovered, Vec<NotTakenIn>)> {
    let mut recovered = Recovered::default();
    let (checking, removing) = (removal.checking()?.records, removal.removing()?.records);
    let unfinished = store.catalog().unfinished()?;
    let (sealed, pending): (Vec<Record>, Vec<Record>) =
        unfinished.into_iter().partition(|record| record.state == RecordState::Removing);
    undo(store, vault, &pending, &mut recovered)?;
    // 6: files whose entry is there belong to their final place.
    let ids: Vec<RecordId> = sealed.iter().map(|record| record.known.id).collect();
    let incoming = vault.incoming()?.records;
    let arriving: Vec<RecordId> = incoming.iter().copied().filter(|id| ids.contains(id)).collect();
    vault.publish(&arriving)?;
    for id in incoming.into_iter().filter(|id| !ids.contains(id)) {
        vault.discard(id)?;
    }
    // 7: what lies in `checking` is looked at again; without an entry it goes back.
    let mut same = Vec::new();
    for id in checking {
        let record = sealed.iter().find(|record| record.known.id == id);
        match record {
            // Half of it (its sidecar) lies in `removing`: it was looked at before the stop.
            Some(_) if removing.contains(&id) => same.push(id),
            Some(record) if removal.look(id).is_ok_and(|looked| batch::is_same(&looked, record)) => same.push(id),
            Some(record) => put_back(removal, id, origin_path(record), &mut recovered)?,
            None => {
                let known = pending.iter().find(|record| record.known.id == id);
                put_back(removal, id, known.and_then(origin_path), &mut recovered)?;
            }
        }
    }
    removal.to_removing(&same)?;
    // 8: what lies in `removing` with an entry goes, whatever its bytes are now.
    let rest = removing.into_iter().filter(|id| !same.contains(id));
    let (going, orphans): (Vec<RecordId>, Vec<RecordId>) = rest.partition(|id| ids.contains(id));
    for id in orphans {
        let held = store.catalog().record(id)?.is_some_and(|record| record.entry.is_some());
        if held { same.push(id) } else { put_back(removal, id, None, &mut recovered)? }
    }
    same.extend(going);
    let mut stuck = Vec::new();
    for (id, result) in removal.destroy(&same) {
        match (result, sealed.iter().find(|record| record.known.id == id)) {
            (Err(error), Some(record)) => stuck.push((id, batch::not_removed(record, &error))),
            (result, _) => result?,
        }
    }
    // An entry whose path still holds that file → 7; otherwise the plaintext is gone.
    let waiting = sealed.iter().filter(|record| !same.contains(&record.known.id));
    let there: Vec<Record> = waiting.filter(|record| batch::is_there(root, record)).cloned().collect();
    let removed = batch::remove(root, policy, store, removal, &there)?;
    stuck.extend(removed.stuck);
    recovered.put_back.extend(removed.put_back);
    let is_open =
        |id: &RecordId| stuck.iter().any(|(stuck, _)| stuck == id) || there.iter().any(|record| record.known.id == *id);
    let gone = || sealed.iter().filter(|record| !is_open(&record.known.id));
    removal.remove_empty(&gone().flat_map(|record| batch::folders(policy, record)).collect())?;
    let gone: Vec<RecordId> = gone().map(|record| record.known.id).collect();
    let closing = store.write_pending()?;
    closing.plaintext_gone(&gone)?;
    closing.commit()?;
    let still: Vec<RecordId> = store.catalog().unfinished()?.into_iter().map(|record| record.known.id).collect();
    recovered.finished = sealed.iter().map(|record| record.known.id).filter(|id| !still.contains(id)).collect();
    Ok((recovered, stuck.into_iter().map(|(_, stuck)| stuck).collect()))
}

/// Drops rows without an entry and their files in `incoming/`.
fn undo(store: &mut Store, vault: &Vault, pending: &[Record], recovered: &mut Recovered) -> Result<()> {
    for record in pending {
        vault.discard(record.known.id)?;
        let dropping = store.write_pending()?;
        dropping.drop_record(record.known.id)?;
        dropping.commit()?;
        recovered.undone.push(record.known.id);
    }
    Ok(())
}

fn put_back(removal: &Removal, id: RecordId, path: Option<&Path>, recovered: &mut Recovered) -> Result<()> {
    let name = format!("recovered-{id}");
    let back = removal.put_back(id, path.unwrap_or(Path::new(&name)))?;
    recovered.put_back.push(back.display().to_string());
    Ok(())
}
