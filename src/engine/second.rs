//! The second copy: the sealed files of every record once more, in the folder that `service.second-copy` names.
//!
//! In: the accepted policy, the stores, the vault. Out: the vault with its second place, or the refusal to go on without
//! it. The rule it keeps (I1): a plaintext goes only when both places are durable, and a record counts as destroyed only when
//! its headers are overwritten in both; a folder that was written before and is not there now is never made anew.
//!
//! To the byte: `copy-of` holds the origin of the ledger and a line feed; `bodies` and `headers` are as in the vault.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::accept::{InForce, policy_state};
use super::due::reconcile;
use super::instance::{Action, Instance};
use super::places::{meet, real};
use super::take_in::Progress;
use super::{EngineError, Result};
use crate::RecordId;
use crate::host::read_limited;
use crate::policy::PolicySet;
use crate::store::{Catalog, Record, RecordState, Store, StoreError};
use crate::vault::files::{self, Readers};
use crate::vault::{Digests, Mended, Part, Vault};

/// Where the catalog notes which folder is written to, and whether every record is there.
const NOTE: &str = "second-copy";
/// The file that says whose copy a folder is.
const COPY_OF: &str = "copy-of";
/// How many records share their syncs.
const GROUP: u32 = 512;

/// The second place, as the catalog knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Note {
    /// The folder.
    place: String,
    /// Whether every record held was copied there.
    complete: bool,
}

/// What bringing the two places into line came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Records looked at.
    pub looked: u64,
    /// Records whose copy is there again.
    pub copied: u64,
    /// Records whose files came back from the copy.
    pub brought_back: u64,
    /// Records of which a file is good in neither place: the name of the part.
    pub lost: Vec<(RecordId, &'static str)>,
    /// Records that are being destroyed: they are not copied any more.
    pub going: u64,
}

/// Returns the folder of the second place.
pub(super) fn place(instance: &Instance, policy: &PolicySet) -> Option<PathBuf> {
    policy.service.second_copy.as_ref().map(|path| instance.dir.join(path))
}

fn note(catalog: &Catalog<'_>) -> Result<Note> {
    let Some(text) = catalog.meta(NOTE)? else { return Ok(Note::default()) };
    let damaged = |_| StoreError::Damaged { column: "value", key: NOTE.to_owned() };
    Ok(serde_json::from_str(&text).map_err(damaged)?)
}

fn set_note(store: &mut Store, note: &Note) -> Result<()> {
    let text = serde_json::to_string(note).unwrap_or_default();
    let pending = store.write_pending()?;
    pending.set_meta(NOTE, &text)?;
    Ok(pending.commit()?)
}

/// Returns whether anything was ever copied to this folder.
fn is_known(store: &Store, place: &Path) -> Result<bool> {
    Ok(note(&store.catalog())?.place == place.to_string_lossy())
}

/// Opens the second place, where records were copied to it before.
///
/// # Errors
/// Refuses when it is not there, or is the copy of another vault: nothing is sealed, rekeyed or destroyed without it.
pub(super) fn attach(instance: &Instance, store: &Store, policy: &PolicySet, vault: Vault) -> Result<Vault> {
    match place(instance, policy) {
        Some(place) if is_known(store, &place)? => Ok(vault.with_second(open(store, &place)?)),
        Some(_) | None => Ok(vault),
    }
}

/// As [`attach`], after a restore, whose catalog may not know yet that records were copied there.
pub(super) fn attach_if_there(instance: &Instance, store: &Store, policy: &PolicySet, vault: Vault) -> Result<Vault> {
    match place(instance, policy) {
        Some(place) if is_known(store, &place)? || place.join(COPY_OF).exists() => {
            Ok(vault.with_second(open(store, &place)?))
        }
        Some(_) | None => Ok(vault),
    }
}

/// Notes that the copies have to be compared again: a vault of another day came back.
pub(super) fn compare_again(instance: &Instance, store: &mut Store, policy: &PolicySet) -> Result<()> {
    let Some(place) = place(instance, policy) else { return Ok(()) };
    set_note(store, &Note { place: place.to_string_lossy().into_owned(), complete: false })
}

/// Opens the second place for sealing; one that was never written to is made and filled with every record held.
///
/// The caller holds the intake lock.
///
/// # Errors
/// As [`attach`]; also beside a sweep or a rekeying while the place is filled.
///
/// # Durability
/// On return every record held is on disk in both places, but for those whose files are good in neither.
pub(super) fn attach_to_seal(
    instance: &Instance,
    store: &mut Store,
    policy: &PolicySet,
    vault: Vault,
    progress: &mut dyn Progress,
) -> Result<Vault> {
    let Some(place) = place(instance, policy) else { return Ok(vault) };
    if is_known(store, &place)? && note(&store.catalog())?.complete {
        return Ok(vault.with_second(open(store, &place)?));
    }
    let _lock = instance.lock(Action::Disposal)?;
    let vault = vault.with_second(begin(instance, store, policy, &place)?);
    fill(store, &vault, &place, progress)?;
    Ok(vault)
}

/// How the second place stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was not written to yet, or not to the end.
    NotFilled,
    /// Every record is copied there.
    Filled,
}

/// Returns how the second place stands.
///
/// # Errors
/// As [`attach`].
pub(super) fn standing(instance: &Instance, store: &Store, policy: &PolicySet) -> Result<Standing> {
    let vault = attach(instance, store, policy, instance.vault()?)?;
    match vault.second().is_some() && note(&store.catalog())?.complete {
        true => Ok(Standing::Filled),
        false => Ok(Standing::NotFilled),
    }
}

/// Compares both places, record by record, and copies what is missing or damaged in one of them from the other.
///
/// # Errors
/// Refuses where the policy names no second place, where it is away, and beside a take-in, sweep or rekeying.
///
/// # Durability
/// On return every record held is on disk in both places, but for those whose files are good in neither.
pub fn copy_again(instance: &Instance, progress: &mut dyn Progress) -> Result<Copied> {
    let _intake = instance.lock(Action::Intake)?;
    let _disposal = instance.lock(Action::Disposal)?;
    let (mut store, vault, key) = (instance.store()?, instance.vault()?, instance.key()?);
    reconcile(instance, &mut store, &key)?;
    super::rekey::finish(&mut store, &vault)?;
    let state = policy_state(instance, &store)?;
    let InForce { policy, .. } = state.accepted()?;
    let Some(place) = place(instance, policy) else {
        return Err(EngineError::refused("second-copy.none", "the accepted policy names no second place")
            .help("name a folder on another disk in `service.second-copy`"));
    };
    let vault = vault.with_second(begin(instance, &mut store, policy, &place)?);
    super::rekey::finish(&mut store, &vault)?;
    fill(&mut store, &vault, &place, progress)
}

fn open(store: &Store, place: &Path) -> Result<Vault> {
    let shown = place.display();
    let away = |why: String| {
        EngineError::refused("second-copy.away", why).help(
            "mount the disk it lies on; a copy that is lost for good: name an empty folder in `service.second-copy`",
        )
    };
    let origin = match read_limited(&place.join(COPY_OF), 4096) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => {
            let why =
                format!("the second copy `{shown}` is not there ({error}): nothing is sealed or destroyed without it");
            return Err(away(why));
        }
    };
    if origin.trim_end() != store.origin() {
        let why = format!("`{shown}` holds the copy of another vault: its `{COPY_OF}` names `{}`", origin.trim_end());
        return Err(EngineError::refused("second-copy.foreign", why).help("name a folder of its own for each instance"));
    }
    Vault::open(place).map_err(|error| away(error.to_string()))
}

/// Opens the second place, or makes it in a folder that is there and empty.
fn begin(instance: &Instance, store: &mut Store, policy: &PolicySet, place: &Path) -> Result<Vault> {
    let shown = place.display();
    let others = [instance.vault_dir().to_owned(), instance.records_dir(policy), instance.public_dir(policy)];
    if let Some(other) = others.iter().find(|other| meet(&real(place), &real(other))) {
        let why = format!("the second copy `{shown}` and `{}` lie inside one another", other.display());
        return Err(EngineError::refused("second-copy.inside", why).help("name a folder on another disk"));
    }
    if !is_known(store, place)? {
        if !place.join(COPY_OF).exists() {
            // A stop may have left a temporary of the file that is written first.
            let is_empty = crate::host::list(place, |path| path.to_string_lossy().starts_with(".copy-of."))
                .map_err(|error| {
                    let why = format!("the second copy `{shown}` is not there: {error}");
                    EngineError::refused("second-copy.away", why).help("make the folder, or mount the disk it lies on")
                })?
                .is_empty();
            if !is_empty {
                let why = format!("`{shown}` is to hold the second copy and has other files in it");
                return Err(EngineError::refused("second-copy.foreign", why).help("name an empty folder"));
            }
            let path = place.join(COPY_OF);
            files::write_new(&path, format!("{}\n", store.origin()).as_bytes(), Readers::Owner)
                .map_err(EngineError::io("write", &path))?;
        }
        // Before the first header is copied: from here on no sweep goes without this place.
        set_note(store, &Note { place: place.to_string_lossy().into_owned(), complete: false })?;
    }
    if !note(&store.catalog())?.complete && place.join(COPY_OF).exists() {
        // What an interrupted beginning may lack.
        Vault::create(place)?;
    }
    open(store, place)
}

/// Copies every record that is not the same in both places.
fn fill(store: &mut Store, vault: &Vault, place: &Path, progress: &mut dyn Progress) -> Result<Copied> {
    let outside = store.catalog().outside_vault()?;
    let mut copied = Copied::default();
    progress.begin("copying", store.catalog().record_count()?);
    // Sealed, but not at their places yet, if a stop came in between.
    let sealed: Vec<Record> =
        store.catalog().unfinished()?.into_iter().filter(|record| record.state == RecordState::Removing).collect();
    let incoming: BTreeSet<RecordId> = vault.incoming()?.records.into_iter().collect();
    let mut page: Vec<Record> = Vec::new();
    for record in sealed {
        if incoming.contains(&record.known.id) {
            vault.publish_where_there(record.known.id)?;
        }
        page.push(record);
    }
    let mut after = None;
    loop {
        let next = store.catalog().held_after(after, GROUP)?;
        after = next.last().map(|record| record.known.id).or(after);
        let is_last = next.is_empty();
        page.extend(next);
        let mut wanted = Vec::new();
        for record in page.drain(..).filter(|record| !outside.contains(&record.known.id)) {
            match store.reader().open_intent(record.known.id)? {
                Some(_) => copied.going += 1,
                None => {
                    wanted.push((record.known.id, Digests { header: record.known.header, body: record.known.body }))
                }
            }
        }
        for (record, mended) in vault.mend(&wanted)? {
            match mended {
                Mended::Copied => copied.copied += 1,
                Mended::BroughtBack => copied.brought_back += 1,
                Mended::Lost(Part::Header) => copied.lost.push((record, "header")),
                Mended::Lost(Part::Body) => copied.lost.push((record, "body")),
            }
        }
        copied.looked += wanted.len() as u64;
        progress.advance(wanted.len() as u64);
        if is_last {
            break;
        }
    }
    progress.end();
    set_note(store, &Note { place: place.to_string_lossy().into_owned(), complete: true })?;
    Ok(copied)
}
