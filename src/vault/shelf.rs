//! One half of the vault: `bodies` or `headers`, with one directory a day and `incoming` beside them.
//!
//! In: record ids. Out: places, digests, moved files. The rule it keeps: a file is at its final place only by being
//! renamed there, and a missing directory is an error, never made in silence.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{Dir, Purpose};
use super::{Found, INCOMING, Part, QUARANTINE, VaultError, digest_of};
use crate::RecordId;
use crate::host::{self, ListedKind};

/// The half of the vault that holds one part of every record.
pub(super) struct Shelf {
    /// Which part.
    pub(super) part: Part,
    /// `bodies` or `headers`.
    pub(super) dir: Dir,
    /// Its `incoming`.
    pub(super) incoming: Dir,
}

impl Shelf {
    pub(super) fn open(root: &Path, part: Part) -> Result<Shelf, VaultError> {
        let path = root.join(part.folder());
        let missing = |path: PathBuf| {
            move |source: io::Error| match source.kind() {
                io::ErrorKind::NotFound => VaultError::Missing { root: root.to_owned(), missing: path },
                _ => VaultError::Io { act: "open", path, source },
            }
        };
        let dir = Dir::open(&path).map_err(missing(path.clone()))?;
        let incoming = dir.beneath(Path::new(INCOMING)).map_err(missing(path.join(INCOMING)))?;
        Ok(Shelf { part, dir, incoming })
    }

    /// Returns the path of a record's final place below the shelf.
    pub(super) fn place(&self, record: RecordId) -> PathBuf {
        Path::new(&record.day().to_string()).join(self.part.file(record))
    }

    pub(super) fn found(&self, record: RecordId) -> Result<Found, VaultError> {
        let place = self.place(record);
        let failed = |source| VaultError::Io { act: "read", path: self.dir.path_of(&place), source };
        match self.dir.open_file(&place, Purpose::Read) {
            Ok(mut file) => {
                let (digest, bytes) = digest_of(&mut file).map_err(failed)?;
                Ok(Found::Present { digest, bytes })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Missing),
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) fn has(&self, record: RecordId) -> Result<bool, VaultError> {
        let place = self.place(record);
        self.dir.has(&place).map_err(VaultError::io("look at", self.dir.path_of(&place)))
    }

    pub(super) fn publish(&self, records: &[RecordId]) -> Result<(), VaultError> {
        let mut days: BTreeMap<String, Dir> = BTreeMap::new();
        for &record in records {
            let name = record.day().to_string();
            if !days.contains_key(&name) {
                let made = self.dir.make(Path::new(&name));
                days.insert(name.clone(), made.map_err(VaultError::io("make", self.dir.path_of(&name)))?);
            }
            self.publish_one(record, &days[&name])?;
        }
        // The new names before the old ones go: a file system without a journal must never lose both.
        for dir in days.values().chain([&self.incoming]) {
            dir.sync().map_err(VaultError::io("sync", dir.path()))?;
        }
        Ok(())
    }

    fn publish_one(&self, record: RecordId, day: &Dir) -> Result<(), VaultError> {
        let name = self.part.file(record);
        let failed = VaultError::io("rename into its place", self.incoming.path_of(&name));
        match self.incoming.rename(&name, day, &name) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match day.has(&name).map_err(failed)? {
                true => Ok(()),
                false => Err(VaultError::NotIncoming { record, path: self.incoming.path_of(&name) }),
            },
            Err(error) => Err(failed(error)),
        }
    }

    /// Moves these records' files from their final place into quarantine, beside what lies there of them; what is not there is
    /// passed over.
    pub(super) fn set_aside(&self, records: &[RecordId]) -> Result<(), VaultError> {
        if records.is_empty() {
            return Ok(());
        }
        let failed = || VaultError::io("move into quarantine", self.dir.path_of(QUARANTINE));
        let aside = self.dir.make(Path::new(QUARANTINE)).map_err(failed())?;
        for record in records {
            let name = self.part.file(*record);
            let moved = self.dir.beneath(Path::new(&record.day().to_string())).and_then(|day| {
                let mut moved = day.rename(&name, &aside, &name);
                for number in 2.. {
                    match &moved {
                        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                        _ => break,
                    }
                    moved = day.rename(&name, &aside, format!("{name}.{number}"));
                }
                moved?;
                day.sync()
            });
            match moved {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed()(error)),
                _ => {}
            }
        }
        aside.sync().map_err(failed())
    }

    /// Moves these records' files from quarantine back to their final place, where that is free.
    pub(super) fn bring_back(&self, records: &[RecordId]) -> Result<(), VaultError> {
        if records.is_empty() {
            return Ok(());
        }
        let failed = || VaultError::io("move out of quarantine", self.dir.path_of(QUARANTINE));
        let aside = match self.dir.beneath(Path::new(QUARANTINE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            aside => aside.map_err(failed())?,
        };
        for record in records {
            let name = self.part.file(*record);
            let day = self.dir.make(Path::new(&record.day().to_string())).map_err(failed())?;
            match aside.rename(&name, &day, &name) {
                Ok(()) => day.sync().map_err(failed())?,
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => {}
                Err(error) => return Err(failed()(error)),
            }
        }
        aside.sync().map_err(failed())
    }

    /// Lists the records at their final place, and the paths that do not belong there.
    pub(super) fn list(&self) -> (Vec<RecordId>, Vec<PathBuf>) {
        let (mut records, mut strange) = (Vec::new(), Vec::new());
        let Ok(all) = host::list(self.dir.path(), |path| path == Path::new(INCOMING) || path == Path::new(QUARANTINE))
        else {
            return (records, vec![self.dir.path().to_owned()]);
        };
        for listed in all {
            let at_its_place = |record: &RecordId| self.place(*record) == listed.path;
            let record =
                listed.path.file_name().and_then(|name| self.part.record(Path::new(name))).filter(at_its_place);
            match (&listed.kind, record) {
                (Ok(ListedKind::File), Some(record)) => records.push(record),
                (Ok(ListedKind::Directory), _) if listed.path.components().count() == 1 => {}
                (
                    Ok(ListedKind::File | ListedKind::Directory | ListedKind::Symlink | ListedKind::Other) | Err(_),
                    _,
                ) => {
                    strange.push(self.dir.path_of(&listed.path));
                }
            }
        }
        (records, strange)
    }
}
