//! One batch of take-in: files that share their syncs.
//!
//! In: files that are ready. Out: records, durable, their plaintexts gone. The rule it keeps: the steps below come in
//! this order and each is durable before the next.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::super::accept::still_in_force;
use super::super::instance::Instance;
use super::super::{EngineError, Result};
use super::failing::NO_ROOM;
use super::{Intake, NotTakenIn, ReadyFile, RegisterTaken, TakenIn, origin_path, register};
use crate::calendar::Instant;
use crate::intake::{Ready, RegisterFile, SidecarFile};
use crate::ledger::{Entry, LedgerKey};
use crate::policy::{Class, PolicySet};
use crate::retention::due::{Known, due};
use crate::retention::gate;
use crate::store::{Catalog, NewRecord, Origin, Record, RecordState, Store, Version};
use crate::vault::removal::{Looked, Removal, RemovalError};
use crate::vault::seal::{RecipientKey, SealError, Sealed, seal};
use crate::vault::{Vault, files, medium_of};
use crate::{Digest, RecordId};

/// A file longer than this must find room, and leave as much, before it is begun, in bytes.
const LONG: u64 = 1 << 20;

/// Who begins the runs of letters of what is taken in.
const TAKING_IN: &str = "hokan take-in";

/// Everything a batch works with.
pub(super) struct Taking<'a> {
    pub(super) instance: &'a Instance,
    pub(super) store: &'a mut Store,
    pub(super) vault: &'a Vault,
    pub(super) removal: &'a mut Removal,
    pub(super) key: &'a LedgerKey,
    pub(super) policy: &'a PolicySet,
    pub(super) version: &'a Version,
}

/// A sealed file, before anything about it is durable.
struct SealedFile {
    record: NewRecord,
    origin: Origin,
    register: Option<RegisterFile>,
}

/// What stops one file, or everything.
enum Stopped {
    /// This file stays, for a reason with a code; the others go on.
    File(&'static str, String),
    /// The medium is full or failing: nothing more is tried.
    Everything(EngineError),
}

impl Taking<'_> {
    pub(super) fn take(&mut self, batch: &[ReadyFile], intake: &mut Intake) -> Result<()> {
        let mut sealed = self.seal_all(batch, intake)?; // 1–3
        if sealed.is_empty() {
            return Ok(());
        }
        let ids: Vec<RecordId> = sealed.iter().map(|file| file.record.id).collect();
        let entered = self.enter(&mut sealed, intake); // 4–5
        if let Err(error) = entered {
            return Err(self.give_up(&ids, error));
        }
        let ids: Vec<RecordId> = sealed.iter().map(|file| file.record.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        self.vault.publish(&ids)?; // 6
        let records = sealed.into_iter().map(|file| Record {
            known: file.record,
            state: RecordState::Removing,
            origin: Some(file.origin),
            due: None,
            entry: None,
        });
        let records: Vec<Record> = records.collect();
        let root = self.instance.records_dir(self.policy);
        let removed = remove(&root, self.policy, self.store, self.removal, &records)?; // 7–9
        intake.syncs += removed.syncs;
        intake.recovered.put_back.extend(removed.put_back);
        intake.failed.extend(removed.stuck.into_iter().map(|(_, stuck)| stuck));
        intake.taken.extend(records.into_iter().map(|record| {
            let NewRecord { id, class, name, .. } = record.known;
            TakenIn { record: id, class, name }
        }));
        Ok(())
    }

    /// After an error of a commit nothing is assumed: what has its entry stays, the rest is dropped.
    fn give_up(&mut self, ids: &[RecordId], error: EngineError) -> EngineError {
        for id in ids {
            let entered = self.store.reader().of_record(*id).map(|entries| !entries.is_empty());
            // Without an answer the files stay: the next take-in looks again.
            if matches!(entered, Ok(false))
                && self.vault.discard(*id).is_ok()
                && let Ok(pending) = self.store.write_pending()
            {
                let _ = pending.drop_record(*id).and_then(|()| pending.commit());
            }
        }
        error
    }

    fn sealing(&self) -> Sealing<'_> {
        let (instance, vault, policy) = (self.instance, self.vault, self.policy);
        Sealing { instance, vault, policy, promised: AtomicU64::new(0) }
    }

    /// Steps 1 to 3 for each file, on as many threads as there are processors.
    fn seal_all(&self, batch: &[ReadyFile], intake: &mut Intake) -> Result<Vec<SealedFile>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(batch.len()).min(8);
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let sealing = self.sealing();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some((path, ready)) = batch.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let result = sealing.seal_one(path, ready);
                        sealing.instance.stop.beat();
                        let stop = matches!(result, Err(Stopped::Everything(_)));
                        done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((ready, result));
                        if stop {
                            next.store(batch.len(), Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let (mut sealed, mut stopped) = (Vec::new(), None);
        for (ready, result) in done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
            match result {
                Ok(file) => sealed.push(file),
                Err(Stopped::File(code, why)) => {
                    intake.failed.push(NotTakenIn { name: ready.name.clone(), inode: Some(ready.inode), code, why });
                }
                Err(Stopped::Everything(error)) => stopped = Some(error),
            }
        }
        sealed.sort_by(|a, b| a.record.name.cmp(&b.record.name));
        intake.failed.sort_by(|a, b| a.name.cmp(&b.name));
        match stopped {
            None => Ok(sealed),
            Some(error) => {
                sealed.iter().for_each(|file| drop(self.vault.discard(file.record.id)));
                Err(error)
            }
        }
    }

    /// Step 4: one sync for the batch. Step 5: the rows, pending; then the entries. A register that does not count any more by
    /// then stays where it is, and leaves `sealed`.
    fn enter(&mut self, sealed: &mut Vec<SealedFile>, intake: &mut Intake) -> Result<()> {
        intake.syncs += self.vault.sync()? as u64;
        let (mut changes, mut registers) = (Vec::new(), Vec::new());
        for (record, file) in sealed.iter().filter_map(|one| Some((&one.record, one.register.as_ref()?))) {
            let name = record.name.clone();
            let mut taken = RegisterTaken::of(name);
            changes.extend(register::changes(self.instance, self.policy, self.store, record, file, &mut taken)?);
            registers.push((record.id, taken));
        }
        let pending = self.store.write_pending()?;
        let (host, now) = (&self.instance.host, self.instance.now());
        for file in sealed.iter_mut() {
            let make = || Ok::<RecordId, EngineError>(RecordId::new(now, host.random()?));
            file.record.handles = pending.handles(&file.record.subjects, make)?;
            // With its due day: after a stop here reconciliation has only the entry to add.
            let due = due_day(self.policy, &pending.catalog(), &file.record)?;
            pending.add_record(&file.record, &file.origin, due)?;
            for notice in self.policy.notices.iter().filter(|notice| notice.is_printed_from(&file.record.class)) {
                pending.add_claim(&notice.id, file.record.id, now, TAKING_IN)?;
            }
        }
        register::add(self.instance, &pending, self.policy, &mut changes)?;
        pending.commit()?;
        let mut writing = self.store.write()?;
        still_in_force(&writing, self.version)?;
        let read = sealed.iter().filter_map(|one| Some((&one.record, one.register.as_ref()?)));
        let refused = register::refused(&writing, self.policy, read)?;
        let (changes, dropped): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|change| !refused.contains_key(&change.evidence()));
        for SealedFile { record, .. } in sealed.iter().filter(|file| !refused.contains_key(&file.record.id)) {
            let entry = writing.append(&Entry { at: now, what: record.what(self.version.digest) })?;
            writing.record_sealed(record.id, entry)?;
        }
        register::enter(&mut writing, self.policy, self.version, &changes, now)?;
        match refused.len() == sealed.len() {
            true => drop(writing),
            false => writing.commit(self.key)?,
        }
        intake
            .registers
            .extend(registers.into_iter().filter(|(id, _)| !refused.contains_key(id)).map(|(_, taken)| taken));
        for (id, (code, why)) in refused {
            let Some(at) = sealed.iter().position(|file| file.record.id == id) else { continue };
            let SealedFile { record, origin, .. } = sealed.remove(at);
            intake.failed.push(NotTakenIn { name: record.name, inode: Some(origin.inode), code, why });
            self.vault.discard(id)?;
            let pending = self.store.write_pending()?;
            pending.drop_record(id)?;
            dropped.iter().try_for_each(|change| change.drop_in(&pending))?;
            pending.commit()?;
        }
        Ok(())
    }
}

pub(in crate::engine) fn due_day(
    policy: &PolicySet,
    catalog: &Catalog<'_>,
    record: &NewRecord,
) -> Result<Option<crate::calendar::Date>> {
    let Some(class) = policy.class(&record.class) else { return Ok(None) };
    let row = Record { known: record.clone(), state: RecordState::Removing, origin: None, due: None, entry: None };
    let known: Known = gate::known(catalog, &row)?;
    Ok(due(policy, class, &known).day())
}

/// What sealing one file needs: it happens on several threads, none of which may touch the stores.
struct Sealing<'a> {
    instance: &'a Instance,
    vault: &'a Vault,
    policy: &'a PolicySet,
    /// The room that long files being sealed just now take.
    promised: AtomicU64,
}

impl Sealing<'_> {
    /// Seals a file. A long one for which there is no room is not begun: it would take that of all others.
    fn seal_one(&self, path: &[u8], ready: &Ready) -> std::result::Result<SealedFile, Stopped> {
        if ready.bytes <= LONG {
            return self.seal(path, ready);
        }
        let needed = ready.bytes + ready.bytes / 2048;
        let promised = self.promised.fetch_add(needed, Ordering::Relaxed);
        // Where the room cannot be told, writing tells.
        let free = self.vault.room().unwrap_or(u64::MAX);
        let sealed = match promised + needed + LONG > free {
            true => {
                Err(Stopped::File(NO_ROOM, format!("it has {} bytes, and {free} are free: make room", ready.bytes)))
            }
            false => self.seal(path, ready),
        };
        self.promised.fetch_sub(needed, Ordering::Relaxed);
        sealed
    }

    fn seal(&self, path: &[u8], ready: &Ready) -> std::result::Result<SealedFile, Stopped> {
        let root = self.instance.records_dir(self.policy);
        let below = Path::new(OsStr::from_bytes(path));
        let mut file = files::open_beneath(&root, below).map_err(|error| unreadable(&error))?;
        let before = Seen::of(&file).map_err(|error| unreadable(&error))?;
        if (before.device, before.inode, before.links, before.bytes) != (ready.device, ready.inode, 1, ready.bytes) {
            return Err(changed("it changed since it was listed"));
        }
        let sidecar = match &ready.sidecar {
            None => None,
            Some(seen) => Some((seen.path.clone(), sidecar_digest(&root, seen)?)),
        };
        let (class, keys) = self.class(ready).map_err(Stopped::Everything)?;
        let id =
            RecordId::new(self.instance.now(), self.instance.host.random().map_err(|e| Stopped::Everything(e.into()))?);
        let sealed = seal(self.vault, id, &mut file, &keys).map_err(stopped_by)?;
        let after = Seen::of(&file).map_err(|error| unreadable(&error))?;
        if after != before {
            let _ = self.vault.discard(id);
            return Err(changed("it is being written to"));
        }
        if ready.content.is_some_and(|content| content != sealed.plaintext) {
            let _ = self.vault.discard(id);
            return Err(changed("it changed since its fields were read"));
        }
        if ready.register.as_ref().is_some_and(|register| register.digest != sealed.plaintext) {
            let _ = self.vault.discard(id);
            return Err(changed("it changed since it was read"));
        }
        let persistent = medium_of(&root).map_or(true, |medium| medium.persistent);
        let salt = self.instance.salt().map_err(Stopped::Everything)?;
        let record = self.record(ready, class, &sealed, persistent, salt);
        let origin = Origin {
            path: path.to_vec(),
            sidecar,
            device: before.device,
            inode: before.inode,
            plaintext: sealed.plaintext,
        };
        Ok(SealedFile { record, origin, register: ready.register.clone() })
    }

    fn record(&self, ready: &Ready, class: &Class, sealed: &Sealed, persistent: bool, salt: [u8; 16]) -> NewRecord {
        NewRecord {
            id: sealed.record,
            class: class.id.clone(),
            name: ready.name.clone(),
            bytes: sealed.bytes,
            body: sealed.body,
            header: sealed.header,
            rule: self.policy.rule_digest(class),
            persistent,
            salt,
            subjects: ready.subjects.clone(),
            // Given under the catalog's lock, where it is known who has one.
            handles: BTreeMap::new(),
            dates: ready.dates.clone(),
            letter: None,
        }
    }

    fn class(&self, ready: &Ready) -> Result<(&Class, Vec<RecipientKey>)> {
        let missing = || {
            EngineError::refused("intake.class", format!("the class `{}` is not in the accepted policy", ready.class))
        };
        let class = self.policy.class(&ready.class).ok_or_else(missing)?;
        let keys = self.policy.recipients_of(class).into_iter().map(|recipient| {
            RecipientKey::parse(&recipient.key).map_err(|_| {
                EngineError::refused(
                    "recipients.key",
                    format!("the key of the recipient `{}` is not an age X25519 key", recipient.id),
                )
            })
        });
        Ok((class, keys.collect::<Result<_>>()?))
    }
}

/// Returns the digest of a sidecar that is still as the scan saw it: its facts were read then.
fn sidecar_digest(root: &Path, seen: &SidecarFile) -> std::result::Result<Digest, Stopped> {
    let failed = |error: std::io::Error| Stopped::File("intake.unreadable", format!("its sidecar: {error}"));
    let file = files::open_beneath(root, Path::new(OsStr::from_bytes(&seen.path))).map_err(failed)?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(&file, super::MOST_SIDECAR), &mut bytes).map_err(failed)?;
    let now = Seen::of(&file).map_err(failed)?;
    if (now.device, now.inode, now.links, now.changed_at()) != (seen.device, seen.inode, 1, seen.changed) {
        return Err(changed("its sidecar changed since it was listed"));
    }
    Ok(Digest::of(&bytes))
}

fn changed(why: &str) -> Stopped {
    Stopped::File("intake.changed", why.to_owned())
}

fn unreadable(error: &std::io::Error) -> Stopped {
    Stopped::File("intake.unreadable", error.to_string())
}

fn stopped_by(error: SealError) -> Stopped {
    match error {
        SealError::Read { .. } => Stopped::File("intake.unreadable", with_cause(&error)),
        other => Stopped::Everything(other.into()),
    }
}

/// What an open file looks like; two looks that differ mean that somebody wrote to it.
#[derive(PartialEq, Eq)]
struct Seen {
    device: u64,
    inode: u64,
    links: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Seen {
    fn changed_at(&self) -> Instant {
        let (seconds, nanos) = self.changed;
        Instant::from_micros(seconds.saturating_mul(1_000_000).saturating_add(nanos / 1000))
    }

    fn of(file: &File) -> std::io::Result<Seen> {
        let meta = file.metadata()?;
        Ok(Seen {
            device: meta.dev(),
            inode: meta.ino(),
            links: meta.nlink(),
            bytes: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        })
    }
}

/// What became of plaintexts that were to go.
#[derive(Default)]
pub(super) struct Removed {
    /// Calls that made data durable on a whole file system.
    pub(super) syncs: u64,
    /// Records whose plaintext is still there: their removal stays pending and is tried again.
    pub(super) stuck: Vec<(RecordId, NotTakenIn)>,
    /// Files that are no longer what was sealed and lie under `records/` again.
    pub(super) put_back: Vec<String>,
}

impl Removed {
    fn stuck(&mut self, record: &Record, error: &RemovalError) {
        self.stuck.push((record.known.id, not_removed(record, error)));
    }
}

/// Returns what people are told of a file that is sealed and still lies there.
pub(super) fn not_removed(record: &Record, error: &RemovalError) -> NotTakenIn {
    let cause = with_cause(error);
    let why =
        format!("it is sealed, but could not be removed yet: {cause}; make it removable and run `hokan take-in` again");
    NotTakenIn { name: record.known.name.clone(), inode: None, code: "intake.not-removed", why }
}

/// Steps 7 to 9 for records whose entries are durable: the plaintexts go, but for those that letters are still made from.
///
/// A file that is no longer the one that was sealed goes back to its place and is a new file for the next scan; the
/// record of what was sealed stays.
pub(super) fn remove(
    root: &Path,
    policy: &PolicySet,
    store: &mut Store,
    removal: &mut Removal,
    records: &[Record],
) -> Result<Removed> {
    let claimed: BTreeSet<RecordId> = store.catalog().claims()?.into_iter().map(|claim| claim.record).collect();
    let records: Vec<&Record> = records.iter().filter(|record| !claimed.contains(&record.known.id)).collect();
    let (mut same, mut removed) = (Vec::new(), Removed { syncs: 1, ..Removed::default() });
    for record in &records {
        let (Some(origin), Some(path)) = (&record.origin, origin_path(record)) else { continue };
        let sidecar = origin.sidecar.as_ref().map(|(path, _)| Path::new(OsStr::from_bytes(path)));
        let id = record.known.id;
        if let Err(error) = removal.to_checking(path, id, sidecar) {
            // A sidecar that went ahead comes back; a file that is still there, or stuck half-way, is tried again later.
            let is_stuck = !matches!(removal.put_back(id, path), Ok(_) | Err(RemovalError::Missing { .. }));
            if is_stuck || is_there(root, record) {
                removed.stuck(record, &error);
            }
            continue;
        }
        match removal.look(id) {
            Ok(looked) if is_same(&looked, record) => same.push(id),
            Err(error) if !error.is_no_file() => removed.stuck(record, &error),
            Ok(_) | Err(_) => removed.put_back.push(removal.put_back(id, path)?.display().to_string()),
        }
    }
    removal.to_removing(&same)?;
    for (id, result) in removal.destroy(&same) {
        if let (Err(error), Some(record)) = (result, records.iter().find(|record| record.known.id == id)) {
            removed.stuck(record, &error);
        }
    }
    let is_stuck = |id: &RecordId| removed.stuck.iter().any(|(stuck, _)| stuck == id);
    let closed = || records.iter().filter(|record| !is_stuck(&record.known.id));
    // Before the rows are closed: after a stop here the next take-in comes by again.
    removal.remove_empty(&closed().flat_map(|record| folders(policy, record)).collect())?;
    let closed: Vec<RecordId> = closed().map(|record| record.known.id).collect();
    let pending = store.write_pending()?;
    pending.plaintext_gone(&closed)?;
    pending.commit()?;
    Ok(removed)
}

/// Returns the folders that were there for a record's file: those that a capture named, deepest first.
pub(super) fn folders(policy: &PolicySet, record: &Record) -> Vec<PathBuf> {
    let Some(path) = origin_path(record) else { return Vec::new() };
    path.ancestors().skip(1).take(policy.captured_folders(&record.known.name)).map(Path::to_owned).collect()
}

/// Whether the file a record was sealed from still lies at its path, or nobody can tell. The number of its file system says
/// nothing: it is another one after the machine was started again.
pub(super) fn is_there(root: &Path, record: &Record) -> bool {
    let (Some(origin), Some(path)) = (&record.origin, origin_path(record)) else { return false };
    match std::fs::symlink_metadata(root.join(path)) {
        Ok(meta) => meta.ino() == origin.inode,
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

fn with_cause(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

/// Whether what lies in `checking` is what was sealed, sidecar included.
pub(super) fn is_same(looked: &Looked, record: &Record) -> bool {
    let Some(origin) = &record.origin else { return false };
    let file = &looked.file;
    let same_file = (file.inode, file.links, file.digest) == (origin.inode, 1, origin.plaintext);
    let sidecar = match (&looked.sidecar, &origin.sidecar) {
        (None, None) => true,
        (Some(seen), Some((_, digest))) => seen.digest == *digest && seen.links == 1,
        (None, Some(_)) | (Some(_), None) => false,
    };
    same_file && sidecar
}
