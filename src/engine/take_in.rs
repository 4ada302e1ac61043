//! Taking in: from the scan to the removal of the plaintexts.
//!
//! In: what lies under `records/`. Out: sealed records, their ledger entries, and no plaintext. The rule it keeps (I1):
//! no plaintext goes before its body, its header, their read-back check, its catalog row and its ledger entry are
//! durable. The numbers in the comments are the steps of the design's order of writing.

mod batch;
mod failing;
mod recover;
mod register;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use super::accept::{Acceptance, InForce, policy_state, settled};
use super::due::reconcile;
use super::instance::{Action, Instance};
use super::open::unconfirmed;
use super::second;
use super::witness::{self, Need};
use super::{EngineError, Result, places};
use crate::calendar::Instant;
use crate::intake::{
    self, FieldFacts, Found, FoundKind, Grounds, Ready, SIDECAR, State, classify, field_facts, read_class, register_of,
    scan,
};
use crate::policy::{self, PolicySet};
use crate::rows::MOST_TABLE;
use crate::store::{Record, Store};
use crate::vault::Vault;
use crate::vault::files::open_beneath;
use crate::vault::removal::Removal;
use crate::{Digest, RecordId};

pub(super) use batch::due_day;
pub(super) use failing::failing;
pub use recover::Recovered;
pub use register::RegisterTaken;

/// The largest sidecar.
const MOST_SIDECAR: u64 = 64 << 10;

/// How far long work is.
pub trait Progress {
    /// Work of `total` steps begins.
    fn begin(&mut self, what: &str, total: u64);
    /// Some of them are done.
    fn advance(&mut self, steps: u64);
    /// It is over.
    fn end(&mut self);
}

/// Nobody watches.
pub struct Unwatched;

impl Progress for Unwatched {
    fn begin(&mut self, _what: &str, _total: u64) {}
    fn advance(&mut self, _steps: u64) {}
    fn end(&mut self) {}
}

/// A record that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// Its id.
    pub record: RecordId,
    /// Its class.
    pub class: String,
    /// The path it came from.
    pub name: String,
}

/// A file that could not be taken in although nothing was wrong with it before.
#[derive(Debug)]
pub struct NotTakenIn {
    /// Its path.
    pub name: String,
    /// Its number on the file system; none where it is sealed.
    pub inode: Option<u64>,
    /// What stood in the way: `section.what`.
    pub code: &'static str,
    /// Why.
    pub why: String,
}

/// What taking in came to.
#[derive(Debug, Default)]
pub struct Intake {
    /// Acceptance of a policy on the way.
    pub accepted: Option<Acceptance>,
    /// What an earlier stop had left.
    pub recovered: Recovered,
    /// Records taken in now.
    pub taken: Vec<TakenIn>,
    /// Files that changed or failed while they were taken in; they stay where they are.
    pub failed: Vec<NotTakenIn>,
    /// Every other path and its state.
    pub left: Vec<(String, State)>,
    /// Registers among them, and what they changed.
    pub registers: Vec<RegisterTaken>,
    /// Calls that made data durable on a whole file system.
    pub syncs: u64,
    /// Records whose plaintext stays until their letters are made.
    pub in_use: Vec<RecordId>,
}

/// Every path under `records/` and its state, without touching anything.
pub struct Preview {
    /// Paths and states in order.
    pub paths: Vec<(String, State)>,
}

/// Looks at every path under `records/`.
///
/// # Errors
/// Refuses without an accepted policy; fails when the folder cannot be listed.
pub fn preview(instance: &Instance) -> Result<Preview> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    Ok(Preview { paths: states(instance, &store, &state.accepted()?.policy)?.into_iter().map(named).collect() })
}

/// Where the catalog keeps that somebody agreed that originals are destroyed.
const AGREED: &str = "originals-are-destroyed";

/// Returns whether somebody agreed that originals are destroyed once they are sealed.
///
/// # Errors
/// Fails as the store does.
pub fn has_agreed(instance: &Instance) -> Result<bool> {
    Ok(instance.store()?.catalog().meta(AGREED)?.is_some())
}

/// Notes that somebody agreed.
///
/// # Errors
/// Fails as the store does.
pub fn agree(instance: &Instance) -> Result<()> {
    let mut store = instance.store()?;
    let pending = store.write_pending()?;
    pending.set_meta(AGREED, "yes")?;
    Ok(pending.commit()?)
}

fn named((found, state): (Found, State)) -> (String, State) {
    (String::from_utf8_lossy(&found.path).into_owned(), state)
}

/// Scans and classifies.
pub(super) fn states(instance: &Instance, store: &Store, policy: &PolicySet) -> Result<Vec<(Found, State)>> {
    places::apart(instance, policy)?;
    let root = instance.records_dir(policy);
    let seen = instance.looks.as_ref().map(|looks| (looks, looks.sightings().room()));
    let mut found = scan(&root).map_err(EngineError::io("list", &root))?;
    let unfinished = store.catalog().unfinished()?;
    let claimed: BTreeSet<RecordId> = store.catalog().claims()?.into_iter().map(|claim| claim.record).collect();
    let inode = |record: &Record| record.origin.as_ref().map(|origin| origin.inode);
    let pending: BTreeSet<u64> = unfinished.iter().filter_map(inode).collect();
    let is_claimed = |record: &&Record| claimed.contains(&record.known.id);
    let in_use: BTreeSet<u64> = unfinished.iter().filter(is_claimed).filter_map(inode).collect();
    let now = instance.now();
    if let Some((looks, room)) = seen {
        let settle = Duration::from_secs(policy.service.watch.settle.as_seconds().into());
        looks.sightings().look(room, &mut found, now, looks.since.elapsed(), settle);
    }
    let sidecars = sidecars(&root, &found, policy, now);
    let fields = fields(&root, &found, policy, now);
    let registers = register::read(instance, store, policy, &root, &found)?;
    let grounds = Grounds {
        policy,
        now,
        sidecars: &sidecars,
        fields: &fields,
        registers: &registers,
        pending: &pending,
        in_use: &in_use,
    };
    let states = classify(&found, &grounds);
    Ok(found.into_iter().zip(states).collect())
}

/// What was read from a file, by its path, or why it could not be.
type Read<T> = BTreeMap<Vec<u8>, std::result::Result<T, String>>;

/// Reads the fields of the files whose class reads any.
fn fields(root: &Path, found: &[Found], policy: &PolicySet, now: Instant) -> Read<FieldFacts> {
    if policy.classes.iter().all(|class| class.read.is_empty()) {
        return Read::new();
    }
    let starts = policy.organization.fiscal_year_starts;
    let read = |found: &Found| {
        let (class, name) = read_class(found, policy, now)?;
        let facts = match content(root, found, MOST_TABLE) {
            Ok(bytes) => field_facts(class, &name, &bytes, starts)?,
            Err(why) => Err(format!("its fields are not read: {why}")),
        };
        Some((found.path.clone(), facts))
    };
    found.iter().filter_map(read).collect()
}

/// Reads the content of a file that was found: beneath the root, following no link, waiting for no pipe.
fn content(root: &Path, found: &Found, most: u64) -> std::result::Result<Vec<u8>, String> {
    let file = open_beneath(root, Path::new(OsStr::from_bytes(&found.path))).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("it has more than {most} bytes"));
    }
    Ok(bytes)
}

/// Whether a path is a regular file that has settled: nothing else is opened.
fn is_settled_file(found: &Found, policy: &PolicySet, now: Instant) -> bool {
    matches!(&found.kind, FoundKind::File(meta) if intake::settled(meta, policy, now))
}

/// Reads the sidecars that lie beside their files.
fn sidecars(root: &Path, found: &[Found], policy: &PolicySet, now: Instant) -> Read<policy::SidecarFacts> {
    let paths: BTreeSet<&[u8]> = found.iter().map(|found| found.path.as_slice()).collect();
    let beside =
        |path: &&Found| path.path.strip_suffix(SIDECAR.as_bytes()).is_some_and(|record| paths.contains(record));
    let settled = found.iter().filter(beside).filter(|found| is_settled_file(found, policy, now));
    settled
        .map(|found| {
            let text = content(root, found, MOST_SIDECAR)
                .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
            (found.path.clone(), text.and_then(|text| policy::sidecar(&text)))
        })
        .collect()
}

/// Takes in everything that is ready.
///
/// # Errors
/// Refuses without an accepted policy, with recipients nobody has confirmed, without the second place its policy names, or
/// beside another take-in. A full disk or a failing store stops it: what was durable by then counts, everything else is as it was.
///
/// # Durability
/// On return every record in `taken` is sealed, in catalog and ledger, and its plaintext overwritten and gone; that of a record
/// in `in_use` stays until its letters are made.
pub fn take_in(instance: &Instance, progress: &mut dyn Progress) -> Result<Intake> {
    let _lock = instance.lock(Action::Intake)?;
    let (mut store, vault, key) = (instance.store()?, instance.vault()?, instance.key()?);
    reconcile(instance, &mut store, &key)?;
    let (state, accepted) = settled(instance, &mut store)?;
    let mut intake = Intake { accepted, ..Intake::default() };
    let InForce { policy, version, .. } = state.accepted()?;
    places::apart(instance, policy)?;
    witness::check(instance, &store, policy, Need::Seal)?;
    let root = instance.records_dir(policy);
    // Open before the first write, so that it hears of every write the disk refuses.
    let mut removal = Removal::new(&root)?;
    let vault = second::attach_to_seal(instance, &mut store, policy, vault, progress)?;
    (intake.recovered, intake.failed) = recover::recover(&root, policy, &mut store, &vault, &mut removal)?;
    let missing = unconfirmed(&store, policy)?;
    if let Some(first) = missing.first() {
        let why = format!("nobody has shown yet that the recipient `{first}` can open what is sealed to it");
        return Err(EngineError::refused("recipients.unconfirmed", why)
            .help("run `hokan recipients confirm -i IDENTITY` with the identity of each recipient"));
    }
    let (ready, left) = sorted(states(instance, &store, policy)?);
    intake.left = left;
    progress.begin("taking in", ready.len() as u64);
    let mut taking =
        batch::Taking { instance, store: &mut store, vault: &vault, removal: &mut removal, key: &key, policy, version };
    for batch in batches(&ready) {
        // What is not begun stays as it is: the next look finds it.
        if instance.stop.is_asked() {
            break;
        }
        taking.take(batch, &mut intake)?;
        instance.stop.beat();
        progress.advance(batch.len() as u64);
    }
    progress.end();
    failing::note(&mut store, &intake.failed)?;
    witness::catch_up(instance, &mut store, policy, Need::Seal)?;
    intake.in_use = store.catalog().claims()?.into_iter().map(|claim| claim.record).collect();
    intake.in_use.dedup();
    Ok(intake)
}

/// Finishes or undoes what a stop left, for verbs that seal without taking in.
pub(super) fn finish_stopped(instance: &Instance, policy: &PolicySet, store: &mut Store, vault: &Vault) -> Result<()> {
    let root = instance.records_dir(policy);
    let mut removal = Removal::new(&root)?;
    recover::recover(&root, policy, store, vault, &mut removal).map(drop)
}

/// Removes the plaintext of a record whose letters are made; one that cannot be removed yet stays pending.
pub(super) fn remove_used(instance: &Instance, policy: &PolicySet, store: &mut Store, record: Record) -> Result<()> {
    let root = instance.records_dir(policy);
    let mut removal = Removal::new(&root)?;
    batch::remove(&root, policy, store, &mut removal, &[record]).map(drop)
}

/// Reads the plaintext of a record that is in use; nothing where it is not what was sealed any more.
pub(super) fn read_used(
    instance: &Instance,
    policy: &PolicySet,
    record: &Record,
) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let root = instance.records_dir(policy);
    let (Some(origin), Some(path)) = (&record.origin, origin_path(record)) else { return Ok(None) };
    let file = match open_beneath(&root, path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(EngineError::io("open", path))?,
    };
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(record.known.bytes + 1).read_to_end(&mut bytes).map_err(EngineError::io("read", path))?;
    Ok((Digest::of(&bytes) == origin.plaintext).then_some(bytes))
}

/// A path that is ready, and the file found there.
type ReadyFile = (Vec<u8>, Ready);

fn sorted(states: Vec<(Found, State)>) -> (Vec<ReadyFile>, Vec<(String, State)>) {
    let (mut ready, mut left) = (Vec::new(), Vec::new());
    for (found, state) in states {
        match state {
            State::Ready(file) => ready.push((found.path, *file)),
            other => left.push(named((found, other))),
        }
    }
    // Registers of a folder in the order of their dates: one that is older than one taken in counts no more.
    ready.sort_by_cached_key(|(_, file)| match file.register {
        Some(_) => (register_of(&file.name).to_owned(), file.dates.values().copied().collect(), file.name.clone()),
        None => (file.name.clone(), Vec::new(), String::new()),
    });
    let taken: BTreeSet<&[u8]> =
        ready.iter().filter_map(|(_, file)| Some(file.sidecar.as_ref()?.path.as_slice())).collect();
    left.retain(|(name, state)| !(matches!(state, State::SidecarOf(_)) && taken.contains(name.as_bytes())));
    (ready, left)
}

/// Cuts the work into groups that share their syncs: 1024 files or 64 MiB.
fn batches(ready: &[ReadyFile]) -> Vec<&[ReadyFile]> {
    let (mut groups, mut rest) = (Vec::new(), ready);
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = rest.iter().take(1024).take_while(|(_, file)| {
            let first = bytes == 0;
            bytes += file.bytes;
            // A register is compared with what the one before it said: it begins a group.
            first || bytes <= 64 << 20 && file.register.is_none()
        });
        let (group, others) = rest.split_at(fits.count().max(1));
        groups.push(group);
        rest = others;
    }
    groups
}

/// Whether a record's original file is the one at its path still.
fn origin_path(record: &Record) -> Option<&Path> {
    record.origin.as_ref().map(|origin| Path::new(OsStr::from_bytes(&origin.path)))
}
