//! Restoring: a vault that came back from a backup is brought to what its witness knows.
//!
//! In: a vault of an earlier day, or one whose headers are, and a copy of the ledger that was kept elsewhere. Out: every
//! record that was destroyed is destroyed again, files that no row tells of lie in quarantine, an entry says so. The rule
//! it keeps (I11): what is destroyed here was destroyed before, by entries that the ledger's key signed; nothing is
//! decided anew, and each step may be repeated.
//!
//! ```text
//! witness verified ─► noted ─► ledger caught up ─► catalog caught up, policies brought back ─► quarantine ─► destroyed again ─► entry `restored`
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::accept::{bring_back, newest_known};
use super::due::recompute_all;
use super::instance::{Action, Instance};
use super::second;
use super::take_in::Progress;
use super::witness::{self, RESTORING};
use super::{EngineError, Result};
use crate::calendar::Instant;
use crate::ledger::{Entry, LedgerKey, Standing, What, verify};
use crate::retention::gate::{self, Open};
use crate::store::Store;
use crate::vault::destroy::{self, Destroyed};
use crate::vault::rekey::settle;
use crate::vault::{Found, Vault};
use crate::{Digest, RecordId};

/// What restoring came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Ledger entries that this ledger lacked and the witness had.
    pub adopted: u64,
    /// Records destroyed before whose files were there again, and are gone.
    pub destroyed_again: Vec<RecordId>,
    /// Those whose files could not be destroyed: run it again.
    pub stuck: Vec<(RecordId, String)>,
    /// Records whose files no row tells of: they lie in quarantine.
    pub quarantined: Vec<RecordId>,
    /// Records whose files came back from quarantine: their rows are there again.
    pub returned: Vec<RecordId>,
    /// Records whose headers are former ones: they open for whom they were sealed to then.
    pub former: Vec<RecordId>,
    /// What the ledger states and this catalog never held.
    pub lost: Vec<Lost>,
    /// The index of the entry `restored`; none where nothing was to be done.
    pub entry: Option<u64>,
}

/// An entry whose facts are in no catalog any more: the ledger commits to them and does not hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Its index.
    pub entry: u64,
    /// When it was written.
    pub at: Instant,
    /// Its kind.
    pub kind: &'static str,
    /// What it is about, as the ledger names it: a hold, a record, a plan.
    pub about: Option<String>,
}

impl Lost {
    fn of(index: u64, entry: &Entry) -> Lost {
        let fields: serde_json::Value = serde_json::from_slice(&entry.encode()).unwrap_or_default();
        let about = ["hold", "record", "plan", "order", "policy"].into_iter().find_map(|key| fields.get(key)?.as_str());
        Lost { entry: index, at: entry.at, kind: entry.what.kind(), about: about.map(str::to_owned) }
    }
}

/// Brings a restored vault to what its witness knows.
///
/// # Errors
/// Refuses a witness that does not verify or is of another history, and a key that is not the ledger's newest. Stopped at
/// any moment, calling it again goes on; until then nothing is sealed or destroyed.
///
/// # Durability
/// On return no file of a record that was destroyed is left but those in `stuck`, and the entry is in the ledger.
pub fn restore(instance: &Instance, place: &Path, progress: &mut dyn Progress) -> Result<Restored> {
    let _intake = instance.lock(Action::Intake)?;
    let _disposal = instance.lock(Action::Disposal)?;
    let (mut store, vault, key) = (instance.store_of_any_day()?, instance.vault()?, instance.key()?);
    let (copy, _) = witness::read(place, &key.public())?;
    let missing = compared(&store, &copy.entries)?;
    let mut restored = Restored { adopted: missing.len() as u64, ..Restored::default() };
    let was_begun = store.catalog().meta(RESTORING)?.is_some_and(|text| !text.is_empty());
    note(&mut store, "begun")?;
    if !missing.is_empty() {
        store.adopt(missing, &copy.checkpoint)?;
    }
    let lost = store.catch_up(&key, instance.now())?;
    bring_back(instance, &mut store)?;
    for index in lost {
        let entry = store.reader().entry(index)?;
        let is_there = match entry.what {
            What::PolicyAccepted { policy, .. } => store.catalog().policy(policy)?.is_some(),
            _ => false,
        };
        if !is_there {
            restored.lost.push(Lost::of(index, &entry));
        }
    }
    let known = newest_known(&store)?;
    let vault = match &known {
        Some(known) => {
            let writing = store.write()?;
            recompute_all(&writing, &known.policy)?;
            writing.commit(&key)?;
            second::attach_if_there(instance, &store, &known.policy, vault)?
        }
        None => vault,
    };
    super::rekey::finish(&mut store, &vault)?;
    let standing = verify(store.reader().bytes()?, &store.reader().checkpoints()?, &key.public()).records;
    files(instance, &mut store, &vault, &standing, &mut restored, progress)?;
    formers(&mut store, &vault, &key, instance, &mut restored)?;
    store.scrub()?;
    // A stop may have come between the entry and the note that it is over.
    let is_entered = matches!(store.reader().newest()?.1.what, What::Restored { .. });
    let is_something = was_begun && !is_entered
        || restored.adopted > 0
        || !restored.destroyed_again.is_empty()
        || !restored.quarantined.is_empty()
        || !restored.returned.is_empty()
        || !restored.former.is_empty();
    if restored.stuck.is_empty() && is_something {
        restored.entry = Some(enter(&mut store, &key, instance, &restored)?);
    }
    if restored.stuck.is_empty() {
        if let (Some(known), Some(_)) = (&known, vault.second()) {
            second::compare_again(instance, &mut store, &known.policy)?;
        }
        note(&mut store, "")?;
        witness::write(instance, &mut store, place)?;
    }
    Ok(restored)
}

fn note(store: &mut Store, text: &str) -> Result<()> {
    let pending = store.write_pending()?;
    pending.set_meta(RESTORING, text)?;
    Ok(pending.commit()?)
}

/// Returns the entries of the copy that this ledger lacks; both are of one history.
fn compared<'a>(store: &Store, copy: &'a [Vec<u8>]) -> Result<&'a [Vec<u8>]> {
    let own = store.reader().size()?;
    let common = own.min(copy.len() as u64);
    let mut at = 0;
    while at < common {
        let end = common.min(at + 10_000);
        let (from, to) = (usize::try_from(at).unwrap_or(usize::MAX), usize::try_from(end).unwrap_or(usize::MAX));
        if store.reader().bytes_between(at, end)? != copy[from..to] {
            let why = format!("ledger and witness part before entry {end}: they are not of one history");
            return Err(EngineError::refused("restore.forked", why)
                .help("keep both, run `hokan verify`, and find out which of the two was changed"));
        }
        at = end;
    }
    Ok(copy.get(usize::try_from(own).unwrap_or(usize::MAX)..).unwrap_or_default())
}

/// Brings files back from quarantine, puts there what no row tells of, and destroys again what was destroyed.
fn files(
    instance: &Instance,
    store: &mut Store,
    vault: &Vault,
    standing: &BTreeMap<RecordId, Standing>,
    restored: &mut Restored,
    progress: &mut dyn Progress,
) -> Result<()> {
    let mut rows = BTreeMap::new();
    store.catalog().each(|row| {
        rows.insert(row.known.id, row.known.header);
        Ok(())
    })?;
    let gone = |id: &RecordId| standing.get(id).is_some_and(|standing| standing.destroyed.is_some());
    let back: Vec<RecordId> = vault.quarantined()?.into_iter().filter(|id| rows.contains_key(id) || gone(id)).collect();
    vault.release(&back)?;
    restored.returned = back.into_iter().filter(|id| !gone(id)).collect();
    let listing = vault.list();
    // A backup made while headers were exchanged brings back both of them.
    let asides = listing.asides().into_iter().filter_map(|id| match vault.look_at_header(id) {
        Ok(Found::Present { digest, .. }) if gone(&id) => Some((id, Some(digest))),
        Ok(Found::Missing) if gone(&id) => Some((id, None)),
        // Of a record that nothing tells of, what lies there stays.
        _ => Some((id, Some(rows.get(&id).copied().or_else(|| Some(standing.get(&id)?.header))?))),
    });
    // One that cannot be settled stays, and destroying says so when its turn comes.
    let _ = settle(vault, &asides.collect::<Vec<_>>());
    let there: Vec<RecordId> = listing.kept.into_iter().map(|kept| kept.record).collect();
    restored.quarantined = there.iter().copied().filter(|id| !rows.contains_key(id) && !gone(id)).collect();
    vault.quarantine(&restored.quarantined)?;
    let again: Vec<&RecordId> = there.iter().filter(|id| gone(id)).collect();
    progress.begin("destroying again", again.len() as u64);
    for group in again.chunks(instance.group.get()) {
        let warrants: Vec<_> =
            group.iter().filter_map(|id| Some(gate::finish(&intent(**id, &standing[*id])?))).collect();
        let mut failed = BTreeSet::new();
        for outcome in destroy::headers_again(vault, &warrants) {
            if let Err(error) = outcome.result {
                failed.insert(outcome.record);
                restored.stuck.push((outcome.record, error.to_string()));
            }
        }
        let warrants: Vec<_> = warrants.into_iter().filter(|warrant| !failed.contains(&warrant.record())).collect();
        for outcome in destroy::bodies(vault, &warrants) {
            match outcome.result {
                Ok(Destroyed::Now | Destroyed::AlreadyGone) => restored.destroyed_again.push(outcome.record),
                Err(error) => restored.stuck.push((outcome.record, error.to_string())),
            }
        }
        progress.advance(group.len() as u64);
    }
    progress.end();
    Ok(())
}

/// The intent by which a record was destroyed.
fn intent(record: RecordId, standing: &Standing) -> Option<Open> {
    let (intent, Standing { header, body, .. }) = (standing.intent?, standing);
    Some(Open { intent, record, header: *header, body: *body, plan: None })
}

/// Enters the headers that are a record's former ones: what lies there counts again, and can be rekeyed.
fn formers(
    store: &mut Store,
    vault: &Vault,
    key: &LedgerKey,
    instance: &Instance,
    restored: &mut Restored,
) -> Result<()> {
    let outside = store.catalog().outside_vault()?;
    let mut rows: Vec<(RecordId, Digest)> = Vec::new();
    store.catalog().each(|row| {
        rows.push((row.known.id, row.known.header));
        Ok(())
    })?;
    let mut found = Vec::new();
    for (id, expected) in rows.into_iter().filter(|(id, _)| !outside.contains(id)) {
        let Ok(Found::Present { digest, .. }) = vault.look_at_header(id) else { continue };
        if digest == expected {
            continue;
        }
        let under = store.reader().of_record(id)?.into_iter().find_map(|(_, entry)| match entry.what {
            What::Sealed { header, policy, .. } | What::Rekeyed { header, policy, .. } if header == digest => {
                Some(policy)
            }
            _ => None,
        });
        if let (Some(policy), None) = (under, store.reader().open_intent(id)?) {
            found.push((id, digest, policy));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let mut writing = store.write()?;
    for (record, header, policy) in &found {
        let what = What::Rekeyed { record: *record, policy: *policy, header: *header };
        writing.append(&Entry { at: instance.now(), what })?;
        writing.record_rekeyed(*record, *header)?;
    }
    writing.commit(key)?;
    restored.former = found.into_iter().map(|(record, ..)| record).collect();
    Ok(())
}

fn enter(store: &mut Store, key: &LedgerKey, instance: &Instance, restored: &Restored) -> Result<u64> {
    let what = What::Restored {
        adopted: restored.adopted,
        again: restored.destroyed_again.len() as u64,
        quarantined: restored.quarantined.len() as u64,
        lost: restored.lost.len() as u64,
    };
    let mut writing = store.write()?;
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.commit(key)?;
    Ok(entry)
}
