//! One batch of take-in: files that share their syncs.
//!
//! In: files that are ready. Out: records, durable, their plaintexts gone. The rule it keeps: the steps below come in
//! this order and each is durable before the next.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::instance::Instance;
use super::super::{EngineError, Result};
use super::{Intake, NotTakenIn, ReadyFile, TakenIn, origin_path};
use crate::intake::Ready;
use crate::ledger::{Entry, Exposure, LedgerKey, What};
use crate::policy::{Class, PolicySet};
use crate::retention::due::{Known, due};
use crate::retention::gate;
use crate::store::{Catalog, NewRecord, Origin, Record, RecordState, Store, Version};
use crate::vault::removal::{Looked, Removal, RemovalError};
use crate::vault::seal::{RecipientKey, SealError, Sealed, seal};
use crate::vault::{Vault, files, medium_of};
use crate::{Digest, RecordId};

/// Everything a batch works with.
pub(super) struct Taking<'a> {
    pub(super) instance: &'a Instance,
    pub(super) store: &'a mut Store,
    pub(super) vault: &'a Vault,
    pub(super) key: &'a LedgerKey,
    pub(super) policy: &'a PolicySet,
    pub(super) version: &'a Version,
}

/// A sealed file, before anything about it is durable.
struct SealedFile {
    record: NewRecord,
    origin: Origin,
}

/// What stops one file, or everything.
enum Stopped {
    /// This file stays; the others go on.
    File(String),
    /// The medium is full or failing: nothing more is tried.
    Everything(EngineError),
}

impl Taking<'_> {
    pub(super) fn take(&mut self, batch: &[ReadyFile], intake: &mut Intake) -> Result<()> {
        let sealed = self.seal_all(batch, intake)?; // 1–3
        if sealed.is_empty() {
            return Ok(());
        }
        let ids: Vec<RecordId> = sealed.iter().map(|file| file.record.id).collect();
        let entered = self.enter(&sealed, intake); // 4–5
        if let Err(error) = entered {
            return Err(self.give_up(&ids, error));
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
        let removed = remove(self.instance, self.store, self.policy, &records)?; // 7–9
        intake.syncs += removed.syncs;
        intake.failed.extend(removed.stuck.iter().map(Stuck::told));
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
        Sealing { instance: self.instance, vault: self.vault, policy: self.policy }
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
                        let stop = matches!(result, Err(Stopped::Everything(_)));
                        done.lock()
                            .unwrap_or_else(std::sync::PoisonError::into_inner)
                            .push((ready.name.clone(), result));
                        if stop {
                            next.store(batch.len(), Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let (mut sealed, mut stopped) = (Vec::new(), None);
        for (name, result) in done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
            match result {
                Ok(file) => sealed.push(file),
                Err(Stopped::File(why)) => intake.failed.push(NotTakenIn { name, why }),
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

    /// Step 4: one sync for the batch. Step 5: the rows, pending; then the entries.
    fn enter(&mut self, sealed: &[SealedFile], intake: &mut Intake) -> Result<()> {
        intake.syncs += self.vault.sync()? as u64;
        let pending = self.store.write_pending()?;
        for file in sealed {
            pending.add_record(&file.record, &file.origin, None)?;
        }
        pending.commit()?;
        let now = self.instance.now();
        let mut writing = self.store.write()?;
        for SealedFile { record, .. } in sealed {
            let what = What::Sealed {
                record: record.id,
                class: record.class.clone(),
                policy: self.version.digest,
                rule: record.rule,
                body: record.body,
                header: record.header,
                medium: "electronic".to_owned(),
                exposure: if record.persistent { Exposure::Persistent } else { Exposure::Memory },
                fact: record.commitment(),
            };
            let entry = writing.append(&Entry { at: now, what })?;
            writing.record_sealed(record.id, entry)?;
            writing.set_due(record.id, due_day(self.policy, &writing.catalog(), record)?)?;
        }
        Ok(writing.commit(self.key)?)
    }
}

fn due_day(policy: &PolicySet, catalog: &Catalog<'_>, record: &NewRecord) -> Result<Option<crate::calendar::Date>> {
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
}

impl Sealing<'_> {
    fn seal_one(&self, path: &[u8], ready: &Ready) -> std::result::Result<SealedFile, Stopped> {
        let root = self.instance.records_dir(self.policy);
        let below = Path::new(OsStr::from_bytes(path));
        let mut file = files::open_beneath(&root, below).map_err(|error| Stopped::File(error.to_string()))?;
        let before = Seen::of(&file).map_err(|error| Stopped::File(error.to_string()))?;
        if (before.device, before.inode, before.links, before.bytes) != (ready.device, ready.inode, 1, ready.bytes) {
            return Err(Stopped::File("it changed since it was listed".to_owned()));
        }
        let sidecar = match &ready.sidecar {
            None => None,
            Some(path) => Some((path.clone(), self.sidecar_digest(&root, path)?)),
        };
        let (class, keys) = self.class(ready).map_err(Stopped::Everything)?;
        let id =
            RecordId::new(self.instance.now(), self.instance.host.random().map_err(|e| Stopped::Everything(e.into()))?);
        let sealed = seal(self.vault, id, &mut file, &keys).map_err(stopped_by)?;
        let after = Seen::of(&file).map_err(|error| Stopped::File(error.to_string()))?;
        if after != before {
            let _ = self.vault.discard(id);
            return Err(Stopped::File("it is being written to".to_owned()));
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
        Ok(SealedFile { record, origin })
    }

    fn record(&self, ready: &Ready, class: &Class, sealed: &Sealed, persistent: bool, salt: [u8; 16]) -> NewRecord {
        NewRecord {
            id: sealed.record,
            class: class.id.clone(),
            arrived: self.instance.now(),
            name: ready.name.clone(),
            bytes: sealed.bytes,
            body: sealed.body,
            header: sealed.header,
            rule: self.policy.rule_digest(class),
            persistent,
            salt,
            subjects: ready.subjects.clone(),
            dates: ready.dates.clone(),
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

    fn sidecar_digest(&self, root: &Path, path: &[u8]) -> std::result::Result<Digest, Stopped> {
        let path = root.join(OsStr::from_bytes(path));
        let bytes = crate::host::read_limited(&path, super::MOST_SIDECAR);
        bytes.map(|bytes| Digest::of(&bytes)).map_err(|error| Stopped::File(format!("its sidecar: {error}")))
    }
}

fn stopped_by(error: SealError) -> Stopped {
    match error {
        SealError::Read { .. } => Stopped::File(error.to_string()),
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

/// A file that is sealed and could not be removed: it is tried again with every take-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stuck {
    pub(super) record: RecordId,
    name: String,
    why: String,
}

impl Stuck {
    pub(super) fn of(record: &Record, error: &RemovalError) -> Stuck {
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
        tracing::warn!(record = %record.known.id, "its plaintext could not be removed yet: {error}{cause}");
        Stuck { record: record.known.id, name: record.known.name.clone(), why: format!("{error}{cause}") }
    }

    /// Returns what people are told.
    pub(super) fn told(&self) -> NotTakenIn {
        let Stuck { record, name, why } = self;
        let why = format!("it is sealed as record {record}, but could not be removed: {why}; make it removable and run `hokan take-in` again");
        NotTakenIn { name: name.clone(), why }
    }
}

/// What became of plaintexts.
pub(super) struct Removed {
    pub(super) syncs: u64,
    pub(super) stuck: Vec<Stuck>,
}

/// Steps 7 to 9 for records whose entries are durable: the plaintexts go.
///
/// A file that is no longer the one that was sealed goes back to its place and is a new file for the next scan; the
/// record of what was sealed stays.
pub(super) fn remove(instance: &Instance, store: &mut Store, policy: &PolicySet, records: &[Record]) -> Result<Removed> {
    let mut removal = Removal::new(&instance.records_dir(policy))?;
    let (mut same, mut stuck) = (Vec::new(), Vec::new());
    for record in records {
        let (Some(origin), Some(path)) = (&record.origin, origin_path(record)) else { continue };
        let sidecar = origin.sidecar.as_ref().map(|(path, _)| Path::new(OsStr::from_bytes(path)));
        let id = record.known.id;
        if let Err(error) = removal.to_checking(path, id, sidecar) {
            // A sidecar that went ahead comes back; a file that is still there is tried again later.
            let _ = removal.put_back(id, path);
            if instance.records_dir(policy).join(path).symlink_metadata().is_ok_and(|meta| meta.ino() == origin.inode) {
                stuck.push(Stuck::of(record, &error));
            }
            continue;
        }
        match removal.look(id) {
            Ok(looked) if is_same(&looked, record) => same.push(id),
            Ok(_) | Err(_) => drop(removal.put_back(id, path)?),
        }
    }
    removal.to_removing(&same)?;
    for (id, result) in removal.destroy(&same) {
        if let (Err(error), Some(record)) = (result, records.iter().find(|record| record.known.id == id)) {
            stuck.push(Stuck::of(record, &error));
        }
    }
    let open = |id: &RecordId| stuck.iter().any(|stuck| stuck.record == *id);
    let closed: Vec<RecordId> = records.iter().map(|record| record.known.id).filter(|id| !open(id)).collect();
    let pending = store.write_pending()?;
    pending.plaintext_gone(&closed)?;
    pending.commit()?;
    Ok(Removed { syncs: 1, stuck })
}

/// Whether what lies in `checking` is what was sealed, sidecar included.
pub(super) fn is_same(looked: &Looked, record: &Record) -> bool {
    let Some(origin) = &record.origin else { return false };
    let file = &looked.file;
    let same_file =
        (file.device, file.inode, file.links, file.digest) == (origin.device, origin.inode, 1, origin.plaintext);
    let sidecar = match (&looked.sidecar, &origin.sidecar) {
        (None, None) => true,
        (Some(seen), Some((_, digest))) => seen.digest == *digest && seen.links == 1,
        (None, Some(_)) | (Some(_), None) => false,
    };
    same_file && sidecar
}
