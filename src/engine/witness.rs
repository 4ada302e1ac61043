//! The witness: a copy of the ledger in a place that the vault's machine does not lose with the vault.
//!
//! In: the ledger, the folder that `service.witness` names. Out: the copy, caught up; or the refusal to work on a ledger
//! that is older than it. The rule it keeps (I11): nothing is destroyed while the witness cannot be reached, and what it
//! holds is believed only with the signature of the ledger's key.
//!
//! To the byte: `ledger.jsonl` has the bytes of each entry, in order, each ended by a line feed; `checkpoint.txt` the newest
//! signed checkpoint, over as many entries or fewer; `checkpoint-SIZE.txt` that of each change of the ledger's key.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::instance::{Action, Instance};
use super::{EngineError, Result};
use crate::host::read_limited;
use crate::ledger::{Checkpoint, Verified, verify};
use crate::policy::PolicySet;
use crate::store::{Catalog, Store, StoreError};
use crate::vault::files::{self, Readers};

/// The names in the folder.
const ENTRIES: &str = "ledger.jsonl";
const CHECKPOINT: &str = "checkpoint.txt";
/// The largest copy that is read: some ten million entries.
const MOST_ENTRIES: u64 = 8 << 30;
const MOST_CHECKPOINT: u64 = 64 << 10;
/// How many entries are copied at a time.
const PAGE: u64 = 10_000;
/// Where the catalog notes how far the witness was written.
const NOTE: &str = "witness";
/// Where the catalog notes that a restore is under way.
pub(super) const RESTORING: &str = "restoring";

/// How far a witness was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Note {
    /// The folder.
    place: String,
    /// Entries in it.
    entries: u64,
    /// Bytes of them.
    bytes: u64,
}

/// What somebody is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// To seal: an old ledger is refused; a witness that is away is waited for.
    Seal,
    /// To destroy: the witness must be there.
    Destroy,
}

/// A copy of a ledger, verified.
pub(super) struct Copy {
    /// The bytes of the entries that the checkpoint covers.
    pub(super) entries: Vec<Vec<u8>>,
    /// The signed checkpoint over them.
    pub(super) checkpoint: String,
}

/// Returns the folder of the witness.
pub(super) fn place(instance: &Instance, policy: &PolicySet) -> Option<PathBuf> {
    policy.service.witness.as_ref().map(|path| instance.dir.join(path))
}

fn note(catalog: &Catalog<'_>) -> Result<Note> {
    let Some(text) = catalog.meta(NOTE)? else { return Ok(Note::default()) };
    let damaged = |_| StoreError::Damaged { column: "value", key: NOTE.to_owned() };
    Ok(serde_json::from_str(&text).map_err(damaged)?)
}

/// Refuses to work on a ledger that is older than the witness it was copied to last, and beside a restore that was begun.
///
/// # Errors
/// Refuses as said, and where the witness is there and cannot be read: only one that is not there says nothing.
pub(super) fn check_known(store: &Store) -> Result<()> {
    if store.catalog().meta(RESTORING)?.is_some_and(|text| !text.is_empty()) {
        let why = "a restore was begun and is not finished: nothing is sealed or destroyed until it is";
        return Err(EngineError::refused("restore.unfinished", why).help("run `hokan restore --apply WITNESS` again"));
    }
    let known = note(&store.catalog())?;
    if known.place.is_empty() {
        return Ok(());
    }
    match newest(Path::new(&known.place))? {
        Some(text) => compare(store, &text, &known.place),
        None => Ok(()),
    }
}

/// Reads the checkpoint of a witness; none where it is not there.
fn newest(place: &Path) -> Result<Option<String>> {
    let path = place.join(CHECKPOINT);
    match read_limited(&path, MOST_CHECKPOINT) {
        Ok(text) => Ok(Some(String::from_utf8_lossy(&text).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(EngineError::Io { act: "read", path, source }),
    }
}

/// Refuses to go on with a ledger that is older than the witness of the policy, or without that witness.
///
/// # Errors
/// Refuses as said; with [`Need::Destroy`] also when the witness is away or empty.
pub(super) fn check(instance: &Instance, store: &Store, policy: &PolicySet, need: Need) -> Result<()> {
    let Some(place) = place(instance, policy) else { return Ok(()) };
    let shown = place.display();
    let away = |code, why: String| match need {
        Need::Seal => Ok(()),
        Need::Destroy => Err(EngineError::refused(code, why)
            .help("mount the disk it lies on, or name another folder in `service.witness`")),
    };
    let Ok(real) = place.canonicalize() else {
        return away("witness.away", format!("the witness `{shown}` is not there: nothing is destroyed without it"));
    };
    if instance.vault_dir().canonicalize().is_ok_and(|vault| real.starts_with(vault)) {
        let why = format!("the witness `{shown}` lies below the vault: it would be lost and restored with it");
        return Err(EngineError::refused("witness.inside", why).help("name a folder on another disk"));
    }
    match newest(&place)? {
        Some(text) => compare(store, &text, &shown.to_string()),
        None if is_emptied(store, &real)? => {
            away("witness.empty", format!("the witness `{shown}` is empty, and was written before"))
        }
        None => Ok(()),
    }
}

/// Whether a folder has nothing of the copy that was written to it before: its disk is not mounted, most likely.
fn is_emptied(store: &Store, real: &Path) -> Result<bool> {
    let known = note(&store.catalog())?;
    Ok(known.entries > 0 && known.place == real.to_string_lossy() && !real.join(CHECKPOINT).exists())
}

fn compare(store: &Store, text: &str, shown: &str) -> Result<()> {
    let restore = "put the newest copies of the vault's files back, or run `hokan restore --apply WITNESS`";
    let reader = store.reader();
    let known = reader.keys()?.into_iter().rev().find_map(|(_, key)| Checkpoint::open(text, &key).ok());
    let Some(known) = known.filter(|known| known.origin.to_string() == store.origin()) else {
        let why = format!("the checkpoint of the witness `{shown}` is not signed by a key that this ledger knows");
        return Err(EngineError::refused("witness.foreign", why).help(restore));
    };
    let size = reader.size()?;
    if known.size > size {
        let why = format!(
            "the ledger has {size} entries, its witness `{shown}` {}: this vault is an old copy, and records destroyed since then would come back",
            known.size
        );
        return Err(EngineError::refused("witness.ledger-older", why).help(restore));
    }
    if reader.range_root(0..known.size)? != known.root {
        let why = format!("the ledger's first {} entries are not those that its witness `{shown}` has", known.size);
        return Err(EngineError::refused("witness.forked", why)
            .help("keep both, run `hokan verify`, and find out which of the two was changed"));
    }
    Ok(())
}

/// Writes to the witness what the ledger has beyond it.
///
/// # Errors
/// Refuses to write over a witness that has more than the ledger or other entries; fails as writing does, and the next call
/// catches up.
///
/// # Durability
/// On return the entries and the checkpoint are on disk there.
pub(super) fn catch_up(instance: &Instance, store: &mut Store, policy: &PolicySet, need: Need) -> Result<()> {
    let Some(place) = place(instance, policy) else { return Ok(()) };
    let is_away = match place.canonicalize() {
        Ok(real) => is_emptied(store, &real)?,
        Err(_) => true,
    };
    if need == Need::Seal && is_away {
        return Ok(());
    }
    write(instance, store, &place)
}

/// As [`catch_up`], into a folder that is there.
pub(super) fn write(instance: &Instance, store: &mut Store, place: &Path) -> Result<()> {
    let _lock = instance.lock_soon(Action::Witness)?;
    let place = &place.canonicalize().map_err(EngineError::io("find", place))?;
    // It may have come back since it was looked at: what an older ledger lacks is never cut off.
    if let Some(text) = newest(place)? {
        compare(store, &text, &place.display().to_string())?;
    }
    let (file, size) = (place.join(ENTRIES), store.reader().size()?);
    let mut known = note(&store.catalog())?;
    let length = std::fs::metadata(&file).map(|meta| meta.len()).unwrap_or(0);
    if known.place != place.to_string_lossy() || length < known.bytes || known.entries == 0 || known.entries > size {
        known = counted(store, &file)?;
        known.place = place.to_string_lossy().into_owned();
    }
    let is_new = known.entries < size;
    while known.entries < size {
        let end = size.min(known.entries + PAGE);
        let mut lines = Vec::new();
        for entry in store.reader().bytes_between(known.entries, end)? {
            lines.extend_from_slice(&entry);
            lines.push(b'\n');
        }
        files::append(&file, known.bytes, &lines).map_err(EngineError::io("write", &file))?;
        (known.entries, known.bytes) = (end, known.bytes + lines.len() as u64);
    }
    for (index, _) in store.reader().keys()?.into_iter().skip(1) {
        let path = place.join(format!("checkpoint-{}.txt", index + 1));
        if !path.exists() {
            let text = store.reader().checkpoint_at(index + 1)?;
            files::write_new(&path, text.as_bytes(), Readers::Owner).map_err(EngineError::io("write", &path))?;
        }
    }
    let path = place.join(CHECKPOINT);
    if !is_new && path.exists() {
        return Ok(());
    }
    let text = store.reader().checkpoint()?;
    files::replace_file(&path, text.as_bytes(), Readers::Owner).map_err(EngineError::io("write", &path))?;
    let noted = serde_json::to_string(&known).unwrap_or_default();
    let pending = store.write_pending()?;
    pending.set_meta(NOTE, &noted)?;
    Ok(pending.commit()?)
}

/// Counts the whole lines of a copy that are this ledger's entries.
fn counted(store: &Store, file: &Path) -> Result<Note> {
    let bytes = match read_limited(file, MOST_ENTRIES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Note::default()),
        Err(source) => return Err(EngineError::Io { act: "read", path: file.to_owned(), source }),
    };
    let (size, mut known) = (store.reader().size()?, Note::default());
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    while known.entries < size {
        let end = size.min(known.entries + PAGE);
        for entry in store.reader().bytes_between(known.entries, end)? {
            let Some(line) = lines.next() else { return Ok(known) };
            if line[..line.len() - 1] != entry {
                let why = format!(
                    "entry {} of the witness `{}` is not the ledger's: it is of another ledger, or one of the two was changed",
                    known.entries,
                    file.display()
                );
                return Err(EngineError::refused("witness.forked", why).help(
                    "keep both, run `hokan verify`; name an empty folder in `service.witness` to begin another",
                ));
            }
            (known.entries, known.bytes) = (known.entries + 1, known.bytes + line.len() as u64);
        }
    }
    Ok(known)
}

/// Reads a witness and verifies it; `public` is the key that the vault holds.
///
/// # Errors
/// Refuses what is no copy of a ledger of that key, or does not verify.
pub(super) fn read(place: &Path, public: &str) -> Result<(Copy, Verified)> {
    let text = |path: &Path, most| read_limited(path, most).map_err(EngineError::io("read", path));
    let (file, newest) = (place.join(ENTRIES), place.join(CHECKPOINT));
    let bytes = text(&file, MOST_ENTRIES)?;
    let checkpoint = String::from_utf8_lossy(&text(&newest, MOST_CHECKPOINT)?).into_owned();
    let damaged = |why: String| {
        EngineError::refused("restore.witness", why).help("hand in the folder that `service.witness` names")
    };
    let known = Checkpoint::open(&checkpoint, public)
        .map_err(|error| damaged(format!("`{}` is no checkpoint of this vault's key: {error}", newest.display())))?;
    let mut entries: Vec<Vec<u8>> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .filter_map(|line| Some(line.strip_suffix(b"\n")?.to_vec()))
        .collect();
    // Beyond the checkpoint nothing is signed: a stop came between the two files.
    entries.truncate(usize::try_from(known.size).unwrap_or(usize::MAX));
    let mut checkpoints = vec![checkpoint.clone()];
    for (index, _) in (0u64..).zip(&entries).filter(|(_, bytes)| is_rotation(bytes)) {
        let path = place.join(format!("checkpoint-{}.txt", index + 1));
        checkpoints.push(String::from_utf8_lossy(&text(&path, MOST_CHECKPOINT)?).into_owned());
    }
    let verified = verify((0u64..).zip(&entries), &checkpoints, public);
    let fatal = verified.problems.iter().find(|problem| !is_unfinished(&problem.fault));
    if let Some(problem) = fatal {
        return Err(damaged(format!("the witness `{}` does not verify: {problem}", place.display())));
    }
    if verified.confirmed != Some(entries.len() as u64) || verified.size != known.size {
        let why = format!("the witness `{}` has fewer entries than its checkpoint says", place.display());
        return Err(damaged(why));
    }
    Ok((Copy { entries, checkpoint }, verified))
}

fn is_rotation(bytes: &[u8]) -> bool {
    use crate::ledger::{Entry, What};
    Entry::decode(bytes).is_ok_and(|entry| matches!(entry.what, What::KeyRotated { .. }))
}

/// A sweep that goes on is no fault of the copy.
fn is_unfinished(fault: &crate::ledger::Fault) -> bool {
    use crate::ledger::Fault;
    matches!(fault, Fault::IntentOpen { .. } | Fault::NeverSwept { .. })
}
