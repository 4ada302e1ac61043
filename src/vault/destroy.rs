//! Destroying: headers are overwritten and unlinked, then bodies are unlinked.
//!
//! In: warrants, which only the gate can issue. Out: one outcome for each, in the order given. The rule it keeps: a header
//! is destroyed only while it is the one the warrant names, a body only after its header; a record is reported destroyed
//! only when that is on disk. It never asks who wanted it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use super::files::{self, Dir, Purpose, Unlinked};
use super::shelf::Shelf;
use super::{Vault, digest_of};
use crate::retention::warrant::Warrant;
use crate::{Digest, RecordId};

/// What became of one warrant.
#[derive(Debug)]
pub struct Outcome {
    /// The record.
    pub record: RecordId,
    /// What was done, or why not; after an error nothing is claimed about the file.
    pub result: Result<Destroyed, DestroyError>,
}

/// A file that is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destroyed {
    /// It was there and is gone.
    Now,
    /// It was gone before.
    AlreadyGone,
}

/// Why a file was not destroyed.
#[derive(Debug, thiserror::Error)]
pub enum DestroyError {
    /// The header is not the one the warrant names. It was not touched.
    #[error("the header `{}` of record `{record}` is not the one that was decided on: its digest is `{found}`, the warrant says `{expected}`", .path.display())]
    Differs {
        /// The record.
        record: RecordId,
        /// The file.
        path: PathBuf,
        /// The digest of its bytes.
        found: Digest,
        /// The digest in the warrant.
        expected: Digest,
    },
    /// The header is unharmed, so its destruction was not begun. It was not touched.
    #[error("the header `{}` of record `{record}` is unharmed: an open intent goes through the gate again before it is carried out", .path.display())]
    Unharmed {
        /// The record.
        record: RecordId,
        /// The file.
        path: PathBuf,
    },
    /// The file is not at its final place yet.
    #[error("`{}` of record `{record}` was never published: taking in must be recovered first", .path.display())]
    Unpublished {
        /// The record.
        record: RecordId,
        /// The file in `incoming`.
        path: PathBuf,
    },
    /// The body's header is still there. The body was not touched.
    #[error("the body of record `{record}` stays: its header `{}` is still there and goes first", .path.display())]
    HeaderStands {
        /// The record.
        record: RecordId,
        /// The header.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("could not {act} `{}` of record `{record}`", .path.display())]
    Io {
        /// The record.
        record: RecordId,
        /// What was tried.
        act: &'static str,
        /// With what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

/// Destroys the header of each record: overwritten in place with zeros, synced, truncated, unlinked.
///
/// From the overwriting on, no key opens the record on this machine. A header that is missing is `AlreadyGone`; one whose
/// digest differs is left alone. An error ends the work on its record, not on the others.
///
/// # Durability
/// The header of each record reported as destroyed is overwritten and its name gone on disk.
pub fn headers(vault: &Vault, warrants: &[Warrant]) -> Vec<Outcome> {
    each(&vault.headers, warrants, |day, at| erase_header(day, at, Pass::First))
}

/// Finishes headers whose destruction had begun when the machine stopped: what is left of each.
///
/// A header that still has its digest was not begun: it is left alone as `Unharmed`; so is one that was put there by
/// somebody else, as `Differs`.
///
/// # Durability
/// As for [`headers`].
pub fn finish_headers(vault: &Vault, warrants: &[Warrant]) -> Vec<Outcome> {
    each(&vault.headers, warrants, |day, at| erase_header(day, at, Pass::Finish))
}

/// Unlinks the body of each record whose header is gone.
///
/// # Durability
/// The name of each body reported as destroyed is gone on disk. Its blocks are not overwritten: they are encrypted, and
/// the key is gone.
pub fn bodies(vault: &Vault, warrants: &[Warrant]) -> Vec<Outcome> {
    each(&vault.bodies, warrants, |day, at| {
        header_is_gone(&vault.headers, at)?;
        Ok(match day.unlink(&at.name).map_err(at.failed("unlink"))? {
            Unlinked::Now => Destroyed::Now,
            Unlinked::Before => Destroyed::AlreadyGone,
        })
    })
}

fn header_is_gone(headers: &Shelf, at: &At<'_>) -> Result<(), DestroyError> {
    let record = at.warrant.record();
    let (place, name) = (headers.place(record), headers.part.file(record));
    let failed = || at.failed("look for the header that belongs to");
    if headers.dir.has(&place).map_err(failed())? {
        return Err(DestroyError::HeaderStands { record, path: headers.dir.path_of(&place) });
    }
    if headers.incoming.has(&name).map_err(failed())? {
        return Err(DestroyError::HeaderStands { record, path: headers.incoming.path_of(&name) });
    }
    Ok(())
}

/// Whether a header is destroyed for the first time or a begun destruction is finished.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    First,
    Finish,
}

/// One file to destroy.
struct At<'a> {
    warrant: &'a Warrant,
    name: String,
    path: PathBuf,
}

impl At<'_> {
    fn failed(&self, act: &'static str) -> impl FnOnce(io::Error) -> DestroyError {
        let (record, path) = (self.warrant.record(), self.path.clone());
        move |source| DestroyError::Io { record, act, path, source }
    }
}

type Acted = Result<Destroyed, DestroyError>;

/// Acts on the file of each record and syncs each directory once; a directory that does not sync takes its records'
/// outcomes back.
fn each(shelf: &Shelf, warrants: &[Warrant], act: impl Fn(&Dir, &At<'_>) -> Acted) -> Vec<Outcome> {
    let mut days: BTreeMap<String, Dir> = BTreeMap::new();
    let mut results: Vec<(At<'_>, Acted)> = Vec::with_capacity(warrants.len());
    for warrant in warrants {
        let record = warrant.record();
        let at = At { warrant, name: shelf.part.file(record), path: shelf.dir.path_of(shelf.place(record)) };
        let result = one(shelf, &mut days, &at, &act);
        results.push((at, result));
    }
    let unsynced: BTreeMap<&String, io::Error> =
        days.iter().filter_map(|(name, dir)| Some((name, dir.sync().err()?))).collect();
    let outcome = |(at, result): (At<'_>, Acted)| {
        let record = at.warrant.record();
        let result = match (result, unsynced.get(&record.day().to_string())) {
            (Ok(_), Some(error)) => {
                Err(at.failed("sync the directory of")(io::Error::new(error.kind(), error.to_string())))
            }
            (result, _) => result,
        };
        Outcome { record, result }
    };
    results.into_iter().map(outcome).collect()
}

fn one(shelf: &Shelf, days: &mut BTreeMap<String, Dir>, at: &At<'_>, act: impl Fn(&Dir, &At<'_>) -> Acted) -> Acted {
    let record = at.warrant.record();
    if shelf.incoming.has(&at.name).map_err(at.failed("look for an unpublished copy of"))? {
        return Err(DestroyError::Unpublished { record, path: shelf.incoming.path_of(&at.name) });
    }
    let day = record.day().to_string();
    if !days.contains_key(&day) {
        match shelf.dir.beneath(Path::new(&day)) {
            Ok(dir) => days.insert(day.clone(), dir),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Destroyed::AlreadyGone),
            Err(error) => return Err(at.failed("open the directory of")(error)),
        };
    }
    act(&days[&day], at)
}

fn erase_header(day: &Dir, at: &At<'_>, pass: Pass) -> Acted {
    let mut header = match day.open_file(&at.name, Purpose::Overwrite) {
        Ok(header) => header,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Destroyed::AlreadyGone),
        Err(error) => return Err(at.failed("open")(error)),
    };
    permitted(&mut header, at, pass)?;
    files::overwrite(&header).map_err(at.failed("overwrite"))?;
    // Without this sync before the truncation the zeros would never reach the disk.
    header.sync_all().map_err(at.failed("sync"))?;
    header.set_len(0).map_err(at.failed("truncate"))?;
    day.unlink(&at.name).map_err(at.failed("unlink"))?;
    Ok(Destroyed::Now)
}

/// Compares the header with the warrant before anything is done to it.
fn permitted(header: &mut File, at: &At<'_>, pass: Pass) -> Result<(), DestroyError> {
    let (found, _) = digest_of(header).map_err(at.failed("read"))?;
    let (record, path, expected) = (at.warrant.record(), at.path.clone(), at.warrant.header());
    match (pass, found == expected) {
        (Pass::First, true) => Ok(()),
        (Pass::Finish, false) if is_begun(header).map_err(at.failed("read"))? => Ok(()),
        (Pass::First | Pass::Finish, false) => Err(DestroyError::Differs { record, path, found, expected }),
        (Pass::Finish, true) => Err(DestroyError::Unharmed { record, path }),
    }
}

/// Whether the overwriting of a header had begun: it is empty, or holds a zero, which the text of a header never does.
///
/// Any other bytes came from elsewhere: they may be the only header of another record.
fn is_begun(mut header: &File) -> io::Result<bool> {
    let mut bytes = Vec::new();
    header.rewind()?;
    header.read_to_end(&mut bytes)?;
    Ok(bytes.is_empty() || bytes.contains(&0))
}
