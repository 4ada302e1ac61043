//! The plaintext's way out of `records/`, after its seal is durable.
//!
//! In: a record id and the path its plaintext arrived at. Out: `.hokan/checking/ID`, then `.hokan/removing/ID`, then
//! nothing. The rule it keeps: what is destroyed is what was sealed. A file is first moved to where nobody else looks for
//! it, then compared, and goes back without replacing anything if it is not the same.
//!
//! ```text
//! to_checking ─► look ─┬─ same ──────► to_removing ─► destroy
//!                      └─ different ─► put_back
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{self, Dir, Purpose};
use super::{Passing, digest_of};
use crate::{Digest, RecordId};

/// What a sidecar's name adds to that of its file.
const SIDECAR: &str = ".meta.yaml";
/// How many names are tried for a file whose own is taken.
const NAMES: u32 = 1000;

/// What failed on the way out.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// There is nothing of the record where it was looked for.
    #[error("nothing of record `{record}` lies at `{}`", .path.display())]
    Missing {
        /// The record.
        record: RecordId,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Every name that was tried is taken.
    #[error("`{}` and {NAMES} names like it are taken: the file of record `{record}` stays below `.hokan` (rename some and scan again)", .path.display())]
    NoFreeName {
        /// The record.
        record: RecordId,
        /// Where it came from.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("could not {act} `{}`", .path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// With what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

impl RemovalError {
    /// Returns what happened without the names that people gave to files: for logs.
    pub fn without_names(&self) -> String {
        match self {
            RemovalError::Missing { record, .. } => {
                format!("nothing of record `{record}` lies where it was looked for")
            }
            RemovalError::NoFreeName { record, .. } => format!("no name is free for the file of record `{record}`"),
            RemovalError::Io { act, source, .. } => format!("could not {act} a path below `records`: {source}"),
        }
    }

    /// Returns whether something else than a regular file lies where one was looked for: it was put there since.
    pub fn is_no_file(&self) -> bool {
        matches!(self, RemovalError::Io { source, .. } if files::is_no_file(source))
    }

    fn io(act: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> RemovalError {
        let path = path.into();
        move |source| RemovalError::Io { act, path, source }
    }
}

/// A file as it lies in `checking`, to be compared with what was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The number of its file system.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// How many names it has.
    pub links: u64,
    /// Its length.
    pub bytes: u64,
    /// The digest of its bytes.
    pub digest: Digest,
}

/// What lies in `checking` of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The record's file.
    pub file: Seen,
    /// Its sidecar, if one came with it.
    pub sidecar: Option<Seen>,
}

/// The way out of one `records` directory.
///
/// Open it before the first write of a command, as a [`Vault`](super::Vault).
pub struct Removal {
    root: Dir,
    checking: Dir,
    removing: Dir,
    /// Directories that files left and that were not synced since.
    left: BTreeSet<PathBuf>,
}

impl Removal {
    /// Opens the way out of `records_root` and makes `.hokan/checking` and `.hokan/removing` where they are missing.
    ///
    /// # Errors
    /// Fails when the root is missing, or one of the directories is a link or lies on another file system.
    ///
    /// # Durability
    /// The directories are on disk, with mode 0700.
    pub fn new(records_root: &Path) -> Result<Removal, RemovalError> {
        let root = Dir::open(records_root).map_err(RemovalError::io("open", records_root))?;
        let make = |path: &str| root.make(Path::new(path)).map_err(RemovalError::io("make", root.path_of(path)));
        let (checking, removing) = (make(".hokan/checking")?, make(".hokan/removing")?);
        Ok(Removal { root, checking, removing, left: BTreeSet::new() })
    }

    /// Moves a record's plaintext, and its sidecar, to `checking`: both paths are below the root. A sidecar that is not there
    /// any more does not hinder: the file goes alone, and is not what was sealed.
    ///
    /// # Errors
    /// Fails when a path leads through a link, or the file is not there. The sidecar goes first; when the file does not
    /// follow, [`Removal::put_back`] returns it.
    ///
    /// # Durability
    /// None yet: after a crash each file is at its old or its new place. [`Removal::to_removing`] syncs.
    pub fn to_checking(
        &mut self,
        path_below: &Path,
        record: RecordId,
        sidecar: Option<&Path>,
    ) -> Result<(), RemovalError> {
        if let Some(sidecar) = sidecar {
            match self.take(sidecar, &sidecar_of(&record.to_string())) {
                Err(RemovalError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
                taken => taken?,
            }
        }
        self.take(path_below, &record.to_string())
    }

    fn take(&mut self, path_below: &Path, name: &str) -> Result<(), RemovalError> {
        let failed = || RemovalError::io("move away", self.root.path_of(path_below));
        let (parent, last) = parted(path_below).ok_or_else(|| failed()(io::ErrorKind::InvalidInput.into()))?;
        let from = self.root.beneath(parent).map_err(failed())?;
        from.rename(last, &self.checking, name).map_err(failed())?;
        self.left.insert(parent.to_owned());
        Ok(())
    }

    /// Reads what lies in `checking` of a record.
    ///
    /// # Errors
    /// Fails when it is not there, is not a regular file, or cannot be read; each means that it is not what was sealed.
    pub fn look(&self, record: RecordId) -> Result<Looked, RemovalError> {
        let name = record.to_string();
        let file = self.seen(&name)?;
        let file = file.ok_or_else(|| RemovalError::Missing { record, path: self.checking.path_of(&name) })?;
        Ok(Looked { file, sidecar: self.seen(&sidecar_of(&name))? })
    }

    fn seen(&self, name: &str) -> Result<Option<Seen>, RemovalError> {
        let failed = || RemovalError::io("read", self.checking.path_of(name));
        let mut file = match self.checking.open_file(name, Purpose::Read) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed()(error)),
        };
        let identity = files::identity(&file).map_err(failed())?;
        let (digest, bytes) = digest_of(&mut file).map_err(failed())?;
        Ok(Some(Seen { device: identity.device, inode: identity.inode, links: identity.links, bytes, digest }))
    }

    /// Moves records that are what was sealed from `checking` to `removing`; one that is there already is fine.
    ///
    /// # Errors
    /// Fails at the first record that is in neither place or cannot be moved; calling it again goes on.
    ///
    /// # Durability
    /// The files lie in `removing` on disk, and are gone from where they came from.
    pub fn to_removing(&mut self, records: &[RecordId]) -> Result<(), RemovalError> {
        for record in records {
            let name = record.to_string();
            self.pass_on(&sidecar_of(&name))?;
            let path = self.checking.path_of(&name);
            let is_there = self.pass_on(&name)?
                || self.removing.has(&name).map_err(RemovalError::io("look at", self.removing.path_of(&name)))?;
            if !is_there {
                return Err(RemovalError::Missing { record: *record, path });
            }
        }
        for dir in [&self.removing, &self.checking] {
            dir.sync().map_err(RemovalError::io("sync", dir.path()))?;
        }
        self.sync_left()
    }

    /// Moves one name on; returns whether it was there.
    fn pass_on(&self, name: &str) -> Result<bool, RemovalError> {
        match self.checking.rename(name, &self.removing, name) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(RemovalError::io("move on", self.checking.path_of(name))(error)),
        }
    }

    fn sync_left(&mut self) -> Result<(), RemovalError> {
        for path in &self.left {
            match self.root.beneath(path).and_then(|dir| dir.sync()) {
                Ok(()) => {}
                // Removed since: then its names are gone with it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(RemovalError::io("sync", self.root.path_of(path))(error)),
            }
        }
        self.left.clear();
        Ok(())
    }

    /// Moves what lies of a record in `checking` or `removing` back to where it came from, and returns where it is now:
    /// `NAME (2).ext` and so on when its name was taken meanwhile. Missing directories are made again.
    ///
    /// # Errors
    /// Fails when nothing is there, no name is free, or the file system refuses; the file stays below `.hokan` then.
    ///
    /// # Durability
    /// The file is on disk at the path returned.
    pub fn put_back(&self, record: RecordId, path_below: &Path) -> Result<PathBuf, RemovalError> {
        let failed = || RemovalError::io("move back to", self.root.path_of(path_below));
        let (parent, last) = parted(path_below).ok_or_else(|| failed()(io::ErrorKind::InvalidInput.into()))?;
        let name = record.to_string();
        let has = |dir: &Dir| Ok(dir.has(&name)? || dir.has(sidecar_of(&name))?);
        let from = match (has(&self.checking).map_err(failed())?, has(&self.removing).map_err(failed())?) {
            (true, _) => &self.checking,
            (false, true) => &self.removing,
            (false, false) => return Err(RemovalError::Missing { record, path: self.checking.path_of(&name) }),
        };
        let to = self.root.make(parent).map_err(failed())?;
        for number in 1..=NAMES {
            let candidate = numbered(last, number);
            if settle(from, &name, &to, &candidate).map_err(failed())? == Settled::Yes {
                to.sync().and_then(|()| from.sync()).map_err(failed())?;
                return Ok(parent.join(candidate));
            }
        }
        Err(RemovalError::NoFreeName { record, path: self.root.path_of(path_below) })
    }

    /// Destroys what lies of each record in `removing`, whatever its bytes are: all are overwritten with zeros, synced
    /// together, truncated and unlinked. A record of which nothing is there counts as destroyed.
    ///
    /// # Durability
    /// The bytes of each record reported as destroyed are overwritten and its names gone on disk, here and in the
    /// directory it came from.
    pub fn destroy(&self, records: &[RecordId]) -> Vec<(RecordId, Result<(), RemovalError>)> {
        let mut results: Vec<_> = records.iter().map(|record| (*record, self.overwrite(*record))).collect();
        // Without this sync before the truncation the zeros would never reach the disk.
        let synced = self.removing.sync_file_system();
        self.after_sync(&mut results, synced, "sync the file system of");
        for (record, result) in &mut results {
            if result.is_ok() {
                *result = self.unlink(*record);
            }
        }
        let synced = self.removing.sync();
        self.after_sync(&mut results, synced, "sync");
        results
    }

    /// Removes each of these folders below the root that is empty, the deepest first; any other stays.
    ///
    /// # Errors
    /// Fails where the disk does not write, or what was removed cannot be made durable; calling it again goes on.
    ///
    /// # Durability
    /// What was removed is gone on disk.
    pub fn remove_empty(&self, folders: &BTreeSet<PathBuf>) -> Result<(), RemovalError> {
        let mut left = BTreeMap::new();
        for path in folders.iter().rev() {
            let removed = self.root.remove_empty(path).map_err(RemovalError::io("remove", self.root.path_of(path)))?;
            if let Some(parent) = removed {
                left.insert(parent.path().to_owned(), parent);
            }
        }
        for dir in left.values() {
            dir.sync().map_err(RemovalError::io("sync", dir.path()))?;
        }
        Ok(())
    }

    /// Takes all successes back when they did not reach the disk.
    fn after_sync(
        &self,
        results: &mut [(RecordId, Result<(), RemovalError>)],
        synced: io::Result<()>,
        act: &'static str,
    ) {
        let Err(error) = synced else { return };
        for (_, result) in results.iter_mut().filter(|(_, result)| result.is_ok()) {
            let source = io::Error::new(error.kind(), error.to_string());
            *result = Err(RemovalError::Io { act, path: self.removing.path().to_owned(), source });
        }
    }

    fn overwrite(&self, record: RecordId) -> Result<(), RemovalError> {
        for name in both(record) {
            let failed = || RemovalError::io("overwrite", self.removing.path_of(&name));
            if let Some(file) = self.open_to_write(&name).map_err(failed())? {
                files::overwrite(&file).map_err(failed())?;
            }
        }
        Ok(())
    }

    fn unlink(&self, record: RecordId) -> Result<(), RemovalError> {
        for name in both(record) {
            let failed = || RemovalError::io("remove", self.removing.path_of(&name));
            if let Some(file) = self.open_to_write(&name).map_err(failed())? {
                file.set_len(0).map_err(failed())?;
                self.removing.unlink(&name).map_err(failed())?;
            }
        }
        Ok(())
    }

    /// Opens a file to write over it, also one its owner made read-only.
    fn open_to_write(&self, name: &str) -> io::Result<Option<File>> {
        let opened = match self.removing.open_file(name, Purpose::Overwrite) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                files::allow_writing(&self.removing.open_file(name, Purpose::Read)?)?;
                self.removing.open_file(name, Purpose::Overwrite)
            }
            opened => opened,
        };
        match opened {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the records of which anything lies in `checking`.
    ///
    /// # Errors
    /// Fails as listing does.
    pub fn checking(&self) -> Result<Passing, RemovalError> {
        passing(&self.checking)
    }

    /// Returns the records of which anything lies in `removing`.
    ///
    /// # Errors
    /// Fails as listing does.
    pub fn removing(&self) -> Result<Passing, RemovalError> {
        passing(&self.removing)
    }
}

/// Whether a file and its sidecar got a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settled {
    Yes,
    Taken,
}

/// Gives what lies of a record (the file, its sidecar, or both) a name in `to`; both or neither.
fn settle(from: &Dir, name: &str, to: &Dir, candidate: &Path) -> io::Result<Settled> {
    let sidecar = sidecar_of(name);
    let mut sidecar_to = candidate.as_os_str().to_owned();
    sidecar_to.push(SIDECAR);
    let (has_file, has_sidecar) = (from.has(name)?, from.has(&sidecar)?);
    if has_file {
        match from.rename(name, to, candidate) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(Settled::Taken),
            Err(error) => return Err(error),
        }
    }
    if !has_sidecar {
        return Ok(Settled::Yes);
    }
    match from.rename(&sidecar, to, &sidecar_to) {
        Ok(()) => Ok(Settled::Yes),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if has_file {
                to.rename(candidate, from, name)?;
            }
            Ok(Settled::Taken)
        }
        Err(error) => Err(error),
    }
}

fn passing(dir: &Dir) -> Result<Passing, RemovalError> {
    let mut records = BTreeSet::new();
    let mut strange = Vec::new();
    for name in dir.names().map_err(RemovalError::io("list", dir.path()))? {
        let record = name.to_str().and_then(|name| name.strip_suffix(SIDECAR).unwrap_or(name).parse().ok());
        match record {
            Some(record) => {
                records.insert(record);
            }
            None => strange.push(dir.path_of(name)),
        }
    }
    Ok(Passing { records: records.into_iter().collect(), strange })
}

/// Returns the names of a record's file and its sidecar below `.hokan`.
fn both(record: RecordId) -> [String; 2] {
    let name = record.to_string();
    let sidecar = sidecar_of(&name);
    [name, sidecar]
}

fn sidecar_of(name: &str) -> String {
    format!("{name}{SIDECAR}")
}

/// Parts a path below the root into its directory and its last name.
fn parted(path: &Path) -> Option<(&Path, &OsStr)> {
    Some((path.parent()?, path.file_name()?))
}

/// Returns the name itself for 1, `NAME (2).ext` for 2 and so on.
fn numbered(name: &OsStr, number: u32) -> PathBuf {
    if number == 1 {
        return PathBuf::from(name);
    }
    let path = Path::new(name);
    let mut numbered = path.file_stem().unwrap_or(name).to_owned();
    numbered.push(format!(" ({number})"));
    if let Some(extension) = path.extension() {
        numbered.push(".");
        numbered.push(extension);
    }
    PathBuf::from(numbered)
}

#[cfg(test)]
mod tests;
