//! The vault: where the sealed bytes of records lie, and the only ways in, through and out.
//!
//! In: record ids, digests, public keys, warrants. Out: two files a record, its body (random bytes on their own) and its
//! header (without any copy of it the body cannot be opened). The rule it keeps: bytes and ids only. It knows no policy,
//! no due date, no ledger and no person, and destroys nothing without a [`Warrant`](crate::retention::warrant::Warrant).
//!
//! ```text
//! vault/bodies/incoming/ID.body     vault/bodies/2026-11-22/ID.body
//! vault/headers/incoming/ID.header  vault/headers/2026-11-22/ID.header    ID.header.new while it is rekeyed
//!       seal ──► sync ──► (catalog, ledger) ──► publish ──► open … rekey … destroy
//! ```
//!
//! `bodies` and `headers` may be mount points or links to other disks. A [second place](Vault::with_second) has the same two. `cat ID.header ID.body | age -d -i identity`
//! opens a record with any age tool.

pub mod destroy;
pub(crate) mod files;
pub mod open;
pub mod rekey;
pub mod removal;
pub mod seal;
mod second;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::{Digest, Digesting, RecordId};
use files::{Dir, Purpose, Unlinked};
use shelf::Shelf;

pub use files::{Medium, Placement, medium_of};
pub use second::Mended;

/// The name of the directory for files whose ledger entry is not known to be durable.
const INCOMING: &str = "incoming";
/// The name of the directory for files that no row tells of, put there when a backup came back.
const QUARANTINE: &str = "quarantine";

/// One of the two files of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `ID.body`: nonce and encrypted chunks.
    Body,
    /// `ID.header`: the wrapped copies of the key, up to and including the MAC line.
    Header,
}

impl Part {
    /// Returns the directory of the vault that holds this part.
    fn folder(self) -> &'static str {
        match self {
            Part::Body => "bodies",
            Part::Header => "headers",
        }
    }

    /// Returns the name of this part's file.
    fn file(self, record: RecordId) -> String {
        match self {
            Part::Body => format!("{record}.body"),
            Part::Header => format!("{record}.header"),
        }
    }

    /// Returns the name beside it under which a file lies that is to take its place, or did.
    fn aside(self, record: RecordId) -> String {
        format!("{}.new", self.file(record))
    }

    /// Returns the record whose part has this file name, if it is one.
    fn record(self, name: &Path) -> Option<RecordId> {
        let id = name.to_str()?.strip_suffix(match self {
            Part::Body => ".body",
            Part::Header => ".header",
        })?;
        id.parse().ok()
    }
}

/// What failed in the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The vault is not where it was looked for.
    #[error("there is no vault at `{}`: the directory `{}` is missing (mount the disk it lies on, or make a vault with `hokan init`)", .root.display(), .missing.display())]
    Missing {
        /// Where the vault was looked for.
        root: PathBuf,
        /// The directory that is not there.
        missing: PathBuf,
    },
    /// A record that should be published lies in neither place.
    #[error("the file `{}` of record `{record}` is neither incoming nor at its place", .path.display())]
    NotIncoming {
        /// The record.
        record: RecordId,
        /// Where it was looked for first.
        path: PathBuf,
    },
    /// What was copied is not what the ledger names, or does not read back.
    #[error("`{}` is not what the ledger says of record `{record}`, or does not read back (check the disk and the memory of this machine)", .path.display())]
    NotCopied {
        /// The record.
        record: RecordId,
        /// The copy.
        path: PathBuf,
    },
    /// A header could not take its place.
    #[error("the header of record `{record}` could not be put at its place")]
    Unsettled {
        /// The record.
        record: RecordId,
        /// Why.
        #[source]
        source: Box<rekey::RekeyError>,
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

impl VaultError {
    fn io(act: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> VaultError {
        let path = path.into();
        move |source| VaultError::Io { act, path, source }
    }
}

/// The digests a record's two files have according to the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of the header.
    pub header: Digest,
    /// Of the body.
    pub body: Digest,
}

/// One file of a record as it lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// There is no such file.
    Missing,
    /// It is there.
    Present {
        /// The digest of its bytes.
        digest: Digest,
        /// How many they are.
        bytes: u64,
    },
}

/// Both files of a record at their final place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its header.
    pub header: Found,
    /// Its body.
    pub body: Found,
}

/// Which files of a record lie at their final place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The record.
    pub record: RecordId,
    /// Whether its header is there.
    pub has_header: bool,
    /// Whether its body is there.
    pub has_body: bool,
}

/// Everything below `bodies` and `headers`.
#[derive(Debug, Default)]
pub struct Listing {
    /// The records at their final place, sorted by id.
    pub kept: Vec<Kept>,
    /// Paths that hokan did not put there, or could not read; sorted.
    pub strange: Vec<PathBuf>,
}

impl Listing {
    /// Returns the records of which another header lies aside: a rekeying was under way, here or when a backup was made.
    pub fn asides(&self) -> BTreeSet<RecordId> {
        let record = |path: &PathBuf| Part::Header.record(Path::new(path.file_name()?.to_str()?.strip_suffix(".new")?));
        self.strange.iter().filter_map(record).collect()
    }
}

/// The records whose files lie in a directory of passage, and what else lies there.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Passing {
    /// The records, sorted by id.
    pub records: Vec<RecordId>,
    /// Paths that hokan did not put there; sorted.
    pub strange: Vec<PathBuf>,
}

/// An open vault.
///
/// Open it before the first write of a command: a write the disk refused later is reported only to those who had the
/// file system open before.
pub struct Vault {
    bodies: Shelf,
    headers: Shelf,
    /// A second place with the same files: what is done to the files of a record is done in both.
    second: Option<Box<Vault>>,
}

impl Vault {
    /// Makes an empty vault at `root`, whose parent must be there. What is there already stays.
    ///
    /// # Errors
    /// Fails as making and syncing directories does.
    ///
    /// # Durability
    /// All directories are on disk, with mode 0700.
    pub fn create(root: &Path) -> Result<Vault, VaultError> {
        let failed = || VaultError::io("make", root);
        let name = root.file_name().ok_or_else(|| failed()(io::ErrorKind::InvalidInput.into()))?;
        let parent = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let dir = Dir::open(parent).and_then(|parent| parent.make(Path::new(name))).map_err(failed())?;
        for part in [Part::Body, Part::Header] {
            let below = Path::new(part.folder()).join(INCOMING);
            dir.make(&below).map_err(VaultError::io("make", dir.path_of(&below)))?;
        }
        Vault::open(root)
    }

    /// Opens the vault at `root`.
    ///
    /// # Errors
    /// Fails when one of its directories is missing: nothing is made up in place of a disk that is not mounted.
    pub fn open(root: &Path) -> Result<Vault, VaultError> {
        Ok(Vault { bodies: Shelf::open(root, Part::Body)?, headers: Shelf::open(root, Part::Header)?, second: None })
    }

    /// The shelves of every place.
    fn shelves(&self) -> impl Iterator<Item = &Shelf> {
        self.places().flat_map(|place| [&place.bodies, &place.headers])
    }

    fn shelf(&self, part: Part) -> &Shelf {
        match part {
            Part::Body => &self.bodies,
            Part::Header => &self.headers,
        }
    }

    /// Returns the room for new files, in bytes: the least of all places.
    ///
    /// # Errors
    /// Fails as looking at a place does.
    pub fn room(&self) -> io::Result<u64> {
        let mut spaces = self.places().map(|place| crate::host::space_of(place.bodies.dir.path()));
        spaces.try_fold(u64::MAX, |least, space| Ok(least.min(space?.free)))
    }

    /// Makes everything durable that was sealed, with one call for each file system the vault lies on; returns how many
    /// those are.
    ///
    /// # Errors
    /// Fails when any write since the vault was opened did not reach the disk: nothing of the batch may count as sealed.
    ///
    /// # Durability
    /// All bytes and names written to the vault before the call are on disk.
    pub fn sync(&self) -> Result<usize, VaultError> {
        let mut devices = BTreeSet::new();
        for Shelf { dir, .. } in self.shelves() {
            if devices.insert(dir.device().map_err(VaultError::io("look at", dir.path()))?) {
                dir.sync_file_system().map_err(VaultError::io("sync the file system of", dir.path()))?;
            }
        }
        Ok(devices.len())
    }

    /// Moves both files of each record from `incoming` to their final place; a file that is there already is fine.
    ///
    /// # Errors
    /// Fails at the first file that is in neither place or cannot be moved; calling it again goes on where it stopped.
    ///
    /// # Durability
    /// The files are on disk under their final names, if they were synced before.
    pub fn publish(&self, records: &[RecordId]) -> Result<(), VaultError> {
        self.shelves().try_for_each(|shelf| shelf.publish(records))
    }

    /// Moves what lies of these records at their final place into `quarantine`, from where [`Vault::release`] brings it back.
    ///
    /// # Errors
    /// Fails as moving does; calling it again goes on.
    ///
    /// # Durability
    /// The files are on disk in `quarantine`.
    pub fn quarantine(&self, records: &[RecordId]) -> Result<(), VaultError> {
        self.shelves().try_for_each(|shelf| shelf.set_aside(records))
    }

    /// Moves what lies of these records in `quarantine` back to its final place; a file whose place is taken stays.
    ///
    /// # Errors
    /// Fails as moving does; calling it again goes on.
    ///
    /// # Durability
    /// The files are on disk at their places.
    pub fn release(&self, records: &[RecordId]) -> Result<(), VaultError> {
        self.shelves().try_for_each(|shelf| shelf.bring_back(records))
    }

    /// Returns the records of which anything lies in `quarantine`, sorted.
    ///
    /// # Errors
    /// Fails as listing does.
    pub fn quarantined(&self) -> Result<Vec<RecordId>, VaultError> {
        let mut records = BTreeSet::new();
        for Shelf { part, dir, .. } in self.shelves() {
            let names = match dir.beneath(Path::new(QUARANTINE)).and_then(|aside| aside.names()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                names => names.map_err(VaultError::io("list", dir.path_of(QUARANTINE)))?,
            };
            records.extend(names.iter().filter_map(|name| part.record(name)));
        }
        Ok(records.into_iter().collect())
    }

    /// Removes what lies of a record in `incoming`: its seal did not reach the ledger.
    ///
    /// # Errors
    /// Fails as unlinking does.
    ///
    /// # Durability
    /// None: after a crash the files may be there again, and are found and discarded again.
    pub fn discard(&self, record: RecordId) -> Result<(), VaultError> {
        for Shelf { part, incoming, .. } in self.shelves() {
            let name = part.file(record);
            let (Unlinked::Now | Unlinked::Before) =
                incoming.unlink(&name).map_err(VaultError::io("remove", incoming.path_of(&name)))?;
        }
        Ok(())
    }

    /// Returns the records of which anything lies in `incoming`.
    ///
    /// # Errors
    /// Fails as listing does.
    pub fn incoming(&self) -> Result<Passing, VaultError> {
        let mut records = BTreeSet::new();
        let mut strange = BTreeSet::new();
        for Shelf { part, incoming, .. } in self.shelves() {
            for name in incoming.names().map_err(VaultError::io("list", incoming.path()))? {
                match part.record(&name) {
                    Some(record) => records.insert(record),
                    None => strange.insert(incoming.path_of(name)),
                };
            }
        }
        Ok(Passing { records: records.into_iter().collect(), strange: strange.into_iter().collect() })
    }

    /// Reads the body of a record at its final place and returns its digest.
    ///
    /// # Errors
    /// Fails as reading does; a missing file is a result.
    pub fn look_at_body(&self, record: RecordId) -> Result<Found, VaultError> {
        self.bodies.found(record)
    }

    /// Returns the length that the body of so many bytes of plaintext has.
    pub fn body_length(plaintext: u64) -> u64 {
        seal::envelope::body_length(plaintext)
    }

    /// Returns whether a record's header ends before its MAC line does.
    ///
    /// # Errors
    /// Fails when it cannot be read.
    pub fn is_header_cut(&self, record: RecordId) -> Result<bool, VaultError> {
        let place = self.headers.place(record);
        let mut header = Vec::new();
        let read = self.headers.dir.open_file(&place, Purpose::Read).and_then(|mut file| file.read_to_end(&mut header));
        read.map_err(VaultError::io("read", self.headers.dir.path_of(&place)))?;
        let last = header.strip_suffix(b"\n").map(|lines| lines.rsplit(|byte| *byte == b'\n').next().unwrap_or(lines));
        Ok(!last.is_some_and(|line| line.starts_with(b"--- ")))
    }

    /// Reads the header of a record at its final place and returns its digest.
    ///
    /// # Errors
    /// Fails as reading does; a missing file is a result.
    pub fn look_at_header(&self, record: RecordId) -> Result<Found, VaultError> {
        self.headers.found(record)
    }

    /// Returns the digests of a record's two files as they lie at their final places.
    ///
    /// # Errors
    /// Fails when a file is there and cannot be read.
    pub fn look(&self, record: RecordId) -> Result<Look, VaultError> {
        Ok(Look { header: self.headers.found(record)?, body: self.bodies.found(record)? })
    }

    /// Returns which files of a record lie at their final place, without reading them.
    ///
    /// # Errors
    /// Fails when the directories cannot be asked.
    pub fn kept(&self, record: RecordId) -> Result<Kept, VaultError> {
        Ok(Kept { record, has_header: self.headers.has(record)?, has_body: self.bodies.has(record)? })
    }

    /// Lists every record at its final place, in either place, and every path that does not belong there.
    pub fn list(&self) -> Listing {
        let mut kept: BTreeMap<RecordId, Kept> = BTreeMap::new();
        let mut strange = Vec::new();
        for shelf in self.shelves() {
            let (records, others) = shelf.list();
            strange.extend(others);
            for record in records {
                let at = kept.entry(record).or_insert(Kept { record, has_header: false, has_body: false });
                match shelf.part {
                    Part::Body => at.has_body = true,
                    Part::Header => at.has_header = true,
                }
            }
        }
        strange.sort();
        Listing { kept: kept.into_values().collect(), strange }
    }

    /// Returns the kind of file system a part lies on, in each place.
    ///
    /// # Errors
    /// Fails when the system cannot be asked.
    pub fn media(&self, part: Part) -> Result<Vec<Medium>, VaultError> {
        let medium = |place: &Vault| {
            let path = place.shelf(part).dir.path();
            medium_of(path).map_err(VaultError::io("look at", path))
        };
        self.places().map(medium).collect()
    }
}

/// Reads a file to its end and returns the digest and number of its bytes.
fn digest_of(file: &mut File) -> io::Result<(Digest, u64)> {
    let mut digesting = Digesting::default();
    let mut buffer = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((digesting.finish(), bytes)),
            Ok(read) => {
                digesting.update(&buffer[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
