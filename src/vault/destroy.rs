//! Destroying: the headers of a group are overwritten, made durable together, unlinked; then its bodies are unlinked.
//!
//! In: warrants, which only the gate can issue. Out: one outcome for each, in the order given. The rule it keeps: a header
//! is overwritten only while it is the one the warrant names, no name goes before the zeros of the whole group are on disk,
//! a body goes only after its header; a record is reported destroyed only when that is on disk. It never asks who wanted it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use tracing::debug;

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
    /// Another header of the record lies aside. Nothing was touched.
    #[error("record `{record}` was being rekeyed when the machine stopped: `{}` is settled first (run the command again)", .path.display())]
    Rekeying {
        /// The record.
        record: RecordId,
        /// The file aside.
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

/// Destroys the headers of a group of records: all are overwritten in place with zeros, then synced with one call, then
/// unlinked.
///
/// From the overwriting on, no key opens a record on this machine. A header that is missing is `AlreadyGone`; one whose
/// digest differs is left alone. An error ends the work on its record, not on the others; a sync that fails, on all.
///
/// # Durability
/// The header of each record reported as destroyed is overwritten and its name gone on disk.
pub fn headers(vault: &Vault, warrants: &[Warrant]) -> Vec<Outcome> {
    everywhere(vault, warrants, Pass::First)
}

/// Finishes headers whose destruction had begun when the machine stopped: what is left of each.
///
/// A header that still has its digest was not begun: it is left alone as `Unharmed`; so is one that was put there by
/// somebody else, as `Differs`.
///
/// # Durability
/// As for [`headers`].
pub fn finish_headers(vault: &Vault, warrants: &[Warrant]) -> Vec<Outcome> {
    everywhere(vault, warrants, Pass::Finish)
}

/// Destroys headers of records that were destroyed before and came back from a backup, whatever header of theirs it is.
///
/// # Durability
/// As for [`headers`].
pub fn headers_again(vault: &Vault, warrants: &[Warrant]) -> Vec<Outcome> {
    everywhere(vault, warrants, Pass::Again)
}

/// Destroys headers in the first place, then the copies of those that are gone there: where the first one is unharmed,
/// the destruction was not begun.
fn everywhere(vault: &Vault, warrants: &[Warrant], pass: Pass) -> Vec<Outcome> {
    let mut outcomes = destroy_headers(&vault.headers, warrants.iter(), pass);
    if let Some(second) = vault.second() {
        let pass = match pass {
            Pass::First | Pass::Finish => Pass::Copy,
            Pass::Copy | Pass::Again => pass,
        };
        in_second(warrants, &mut outcomes, |going| destroy_headers(&second.headers, going, pass));
    }
    outcomes
}

/// Acts in the second place on what went well in the first, and takes back what did not go there too.
fn in_second<'a>(
    warrants: &'a [Warrant],
    outcomes: &mut [Outcome],
    act: impl FnOnce(std::vec::IntoIter<&'a Warrant>) -> Vec<Outcome>,
) {
    let going: Vec<&Warrant> = warrants
        .iter()
        .zip(outcomes.iter())
        .filter(|(_, one)| one.result.is_ok())
        .map(|(warrant, _)| warrant)
        .collect();
    let mut second = act(going.into_iter()).into_iter();
    for one in outcomes.iter_mut().filter(|one| one.result.is_ok()) {
        match second.next() {
            Some(Outcome { result: Err(error), .. }) => one.result = Err(error),
            // The copy may be there still where the first one was gone before.
            Some(Outcome { result: Ok(Destroyed::Now), .. }) => one.result = Ok(Destroyed::Now),
            Some(Outcome { result: Ok(Destroyed::AlreadyGone), .. }) | None => {}
        }
    }
}

fn destroy_headers<'a>(shelf: &Shelf, warrants: impl Iterator<Item = &'a Warrant>, pass: Pass) -> Vec<Outcome> {
    let mut days = Days::new(shelf);
    let at: Vec<At<'_>> = warrants.map(|warrant| At::on(shelf, warrant)).collect();
    let mut acted: Vec<Acted> = at.iter().map(|at| days.act(at, |day| overwrite_header(day, at, pass))).collect();
    // Before this nothing is certain to be on the disk; a name that went earlier could leave the old bytes behind.
    let synced = if acted.iter().any(|acted| matches!(acted, Ok(Destroyed::Now))) { days.sync_all() } else { Ok(()) };
    debug!(records = at.len(), "headers overwritten and synced");
    for (at, acted) in at.iter().zip(&mut acted).filter(|(_, acted)| matches!(acted, Ok(Destroyed::Now))) {
        *acted = match &synced {
            Ok(()) => days.act(at, |day| unlink(day, at).map(|_| Destroyed::Now)),
            Err(error) => Err(at.failed("sync")(again(error))),
        };
    }
    let outcomes = days.finish(at, acted);
    debug!(records = outcomes.len(), "headers unlinked");
    outcomes
}

/// Unlinks the body of each record whose header is gone.
///
/// # Durability
/// The name of each body reported as destroyed is gone on disk. Its blocks are not overwritten: they are encrypted, and
/// the key is gone.
pub fn bodies(vault: &Vault, warrants: &[Warrant]) -> Vec<Outcome> {
    let mut outcomes = unlink_bodies(vault, &vault.bodies, warrants.iter());
    if let Some(second) = vault.second() {
        in_second(warrants, &mut outcomes, |going| unlink_bodies(vault, &second.bodies, going));
    }
    outcomes
}

fn unlink_bodies<'a>(vault: &Vault, shelf: &Shelf, warrants: impl Iterator<Item = &'a Warrant>) -> Vec<Outcome> {
    let mut days = Days::new(shelf);
    let at: Vec<At<'_>> = warrants.map(|warrant| At::on(shelf, warrant)).collect();
    let unlinked = |days: &mut Days<'_>, at: &At<'_>| {
        days.act(at, |day| {
            vault.places().try_for_each(|place| header_is_gone(&place.headers, at))?;
            unlink(day, at)
        })
    };
    let acted = at.iter().map(|at| unlinked(&mut days, at)).collect();
    days.finish(at, acted)
}

fn unlink(day: &Dir, at: &At<'_>) -> Acted {
    Ok(match day.unlink(&at.name).map_err(at.failed("unlink"))? {
        Unlinked::Now => Destroyed::Now,
        Unlinked::Before => Destroyed::AlreadyGone,
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

/// Whether a header is destroyed for the first time, a begun destruction is finished, or a finished one is repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    First,
    Finish,
    Again,
    /// The copy of a header that is gone from the first place: it may be whole, or begun.
    Copy,
}

/// One file to destroy.
struct At<'a> {
    warrant: &'a Warrant,
    name: String,
    path: PathBuf,
}

impl<'a> At<'a> {
    fn on(shelf: &Shelf, warrant: &'a Warrant) -> At<'a> {
        let record = warrant.record();
        At { warrant, name: shelf.part.file(record), path: shelf.dir.path_of(shelf.place(record)) }
    }

    fn failed(&self, act: &'static str) -> impl FnOnce(io::Error) -> DestroyError {
        let (record, path) = (self.warrant.record(), self.path.clone());
        move |source| DestroyError::Io { record, act, path, source }
    }
}

type Acted = Result<Destroyed, DestroyError>;

/// The directories of the days that a group of records lies in, each opened once.
struct Days<'a> {
    shelf: &'a Shelf,
    open: BTreeMap<String, Dir>,
}

impl<'a> Days<'a> {
    fn new(shelf: &'a Shelf) -> Days<'a> {
        Days { shelf, open: BTreeMap::new() }
    }

    /// Acts on one file in the directory of its day.
    fn act(&mut self, at: &At<'_>, act: impl FnOnce(&Dir) -> Acted) -> Acted {
        let record = at.warrant.record();
        if self.shelf.incoming.has(&at.name).map_err(at.failed("look for an unpublished copy of"))? {
            return Err(DestroyError::Unpublished { record, path: self.shelf.incoming.path_of(&at.name) });
        }
        let day = record.day().to_string();
        if !self.open.contains_key(&day) {
            match self.shelf.dir.beneath(Path::new(&day)) {
                Ok(dir) => drop(self.open.insert(day.clone(), dir)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Destroyed::AlreadyGone),
                Err(error) => return Err(at.failed("open the directory of")(error)),
            }
        }
        let day = &self.open[&day];
        let aside = self.shelf.part.aside(record);
        if day.has(&aside).map_err(at.failed("look for another copy of"))? {
            return Err(DestroyError::Rekeying { record, path: day.path_of(&aside) });
        }
        act(day)
    }

    /// Makes durable what was written. The directories were opened before: the kernel reports a failure to those alone.
    fn sync_all(&self) -> io::Result<()> {
        self.shelf.dir.sync_file_system()
    }

    /// Syncs each directory once; one that does not sync takes its records' outcomes back.
    fn finish(self, at: Vec<At<'_>>, acted: Vec<Acted>) -> Vec<Outcome> {
        let unsynced: BTreeMap<&String, io::Error> =
            self.open.iter().filter_map(|(name, dir)| Some((name, dir.sync().err()?))).collect();
        let outcome = |(at, acted): (At<'_>, Acted)| {
            let record = at.warrant.record();
            let result = match (acted, unsynced.get(&record.day().to_string())) {
                (Ok(_), Some(error)) => Err(at.failed("sync the directory of")(again(error))),
                (acted, _) => acted,
            };
            Outcome { record, result }
        };
        at.into_iter().zip(acted).map(outcome).collect()
    }
}

/// The same failure, for another record.
fn again(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| io::Error::new(error.kind(), error.to_string()), io::Error::from_raw_os_error)
}

fn overwrite_header(day: &Dir, at: &At<'_>, pass: Pass) -> Acted {
    let mut header = match day.open_file(&at.name, Purpose::Overwrite) {
        Ok(header) => header,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Destroyed::AlreadyGone),
        Err(error) => return Err(at.failed("open")(error)),
    };
    permitted(&mut header, at, pass)?;
    files::overwrite(&header).map_err(at.failed("overwrite"))?;
    Ok(Destroyed::Now)
}

/// Compares the header with the warrant before anything is done to it.
fn permitted(header: &mut File, at: &At<'_>, pass: Pass) -> Result<(), DestroyError> {
    let (found, _) = digest_of(header).map_err(at.failed("read"))?;
    let (record, path, expected) = (at.warrant.record(), at.path.clone(), at.warrant.header());
    match (pass, found == expected) {
        (Pass::First | Pass::Copy, true) | (Pass::Again, _) => Ok(()),
        (Pass::Finish | Pass::Copy, false) if is_begun(header).map_err(at.failed("read"))? => Ok(()),
        (Pass::First | Pass::Finish | Pass::Copy, false) => {
            Err(DestroyError::Differs { record, path, found, expected })
        }
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
