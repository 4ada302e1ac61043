//! Rekeying: a record's header is exchanged for one that wraps the same key for other people. Its body is not touched.
//!
//! In: records, the digests of their headers, a person's identities, public keys. Out: `ID.header.new` beside the header,
//! then one good header. The rule it keeps: at every moment the header that the ledger names lies whole under one of the
//! two names; the other one is overwritten before its name goes, and only where the good one is known to be at its place.
//!
//! ```text
//! prepare ──► sync ──► (ledger, catalog) ──► settle: exchange ──► sync ──► overwrite ──► sync ──► unlink ──► sync
//! ```
//!
//! [`settle`] goes by digests alone, so that it is also what finishes or undoes after a stop at any moment.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::files::{self, Dir, Purpose, Unlinked};
use super::open::{Identities, OpenError, verified_header};
use super::seal::RecipientKey;
use super::seal::envelope::{Unopened, is_of_key, unwrap, wrap};
use super::{Part, Vault, VaultError, digest_of};
use crate::{Digest, RecordId};

/// Why a record keeps the header it has.
#[derive(Debug, thiserror::Error)]
pub enum RekeyError {
    /// Its header cannot be used, or the identities do not open it.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What lies on the disk is not what was written.
    #[error("`{}` of record `{record}` does not read back (check the disk and the memory of this machine)", .path.display())]
    ReadBack {
        /// The record.
        record: RecordId,
        /// The file.
        path: PathBuf,
    },
    /// Neither of two headers is the one that the ledger names.
    #[error("record `{record}`: neither its header nor `{}` is the one in the ledger; both stay (bring the header back from a backup)", .path.display())]
    Neither {
        /// The record.
        record: RecordId,
        /// The file aside.
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

/// Writes `ID.header.new`: the record's key, wrapped for `recipients` and nobody else; returns its digest.
///
/// # Errors
/// Fails when the header is not the one in the ledger, none of the identities opens it, or the new one cannot be written
/// or read back; what was written of it is found by [`settle`].
///
/// # Durability
/// None yet: [`Vault::sync`] makes a group durable.
pub fn prepare(
    vault: &Vault,
    record: RecordId,
    expected: Digest,
    identities: &Identities,
    recipients: &[RecipientKey],
) -> Result<Digest, RekeyError> {
    let header = verified_header(vault, record, expected)?;
    let key = unwrap(&header, identities).map_err(|error| match error {
        Unopened::NoMatch => OpenError::NoMatchingIdentity { record },
        Unopened::Io(source) => OpenError::Undecryptable { record, source: source.into() },
        Unopened::Damaged(source) => OpenError::Undecryptable { record, source: source.into() },
    })?;
    let header = wrap(&key, recipients).map_err(At::of(vault, record).failed("make"))?;
    for place in vault.places() {
        let stored = write_aside(place, record, &header)?;
        if stored != header || !is_of_key(&stored, &key) {
            return Err(RekeyError::ReadBack { record, path: At::of(place, record).path });
        }
    }
    Ok(Digest::of(&header))
}

/// Writes a header aside in one place and returns what reads back.
pub(super) fn write_aside(place: &Vault, record: RecordId, header: &[u8]) -> Result<Vec<u8>, RekeyError> {
    let at = At::of(place, record);
    let day = place.headers.dir.make(&at.day).map_err(at.failed("open the directory of"))?;
    let mut file = day.create(&at.aside).map_err(at.failed("make"))?;
    file.write_all(header).map_err(at.failed("write"))?;
    let mut stored = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut stored)).map_err(at.failed("read back"))?;
    Ok(stored)
}

/// Returns whether a header of a record lies aside in any place.
///
/// # Errors
/// Fails when a place cannot be asked.
pub fn is_aside(vault: &Vault, record: RecordId) -> Result<bool, VaultError> {
    for place in vault.places() {
        let at = At::of(place, record);
        if place.headers.dir.has(at.day.join(&at.aside)).map_err(VaultError::io("look at", at.path))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is to be done about two headers of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing lies aside.
    Nothing,
    /// The one aside is the good one: it takes its place.
    Exchange,
    /// The good one is at its place: the one aside goes.
    Destroy,
    /// Neither is good: nothing is touched.
    Leave,
}

/// Decides by digests. A record without an expected header is destroyed: whatever lies aside of it goes too.
fn step(expected: Option<Digest>, place: Option<Digest>, aside: Option<Digest>) -> Step {
    match (expected, aside) {
        (_, None) => Step::Nothing,
        (Some(_), Some(_)) if aside == expected && place != expected => Step::Exchange,
        (Some(_), Some(_)) if place == expected => Step::Destroy,
        (None, Some(_)) if place.is_none() => Step::Destroy,
        (_, Some(_)) => Step::Leave,
    }
}

/// Leaves each record with one header in every place, the one that the ledger names: what lies aside takes its place, or is
/// destroyed.
///
/// An error ends the work on its record, not on the others; a sync that fails, on all of its directory.
///
/// # Durability
/// The header of each record without an error is at its place on disk; the other one is overwritten, and its name gone.
pub fn settle(vault: &Vault, records: &[(RecordId, Option<Digest>)]) -> Vec<(RecordId, Result<(), RekeyError>)> {
    let mut settled = settle_in(vault, records);
    if let Some(second) = vault.second() {
        for ((_, result), (_, other)) in settled.iter_mut().zip(settle_in(second, records)) {
            if result.is_ok() {
                *result = other;
            }
        }
    }
    settled
}

/// As [`settle`], in one place.
pub(super) fn settle_in(
    vault: &Vault,
    records: &[(RecordId, Option<Digest>)],
) -> Vec<(RecordId, Result<(), RekeyError>)> {
    let mut days: BTreeMap<PathBuf, Dir> = BTreeMap::new();
    let mut failed: BTreeMap<RecordId, RekeyError> = BTreeMap::new();
    let mut going = Vec::new();
    for (record, expected) in records {
        let at = At::of(vault, *record);
        match exchanged(vault, &at, *expected, &mut days) {
            Ok(true) => going.push(at),
            Ok(false) => {}
            Err(error) => drop(failed.insert(*record, error)),
        }
    }
    // The good ones are at their places for certain before any other is touched.
    let mut each = |going: &mut Vec<At>, act: &dyn Fn(&Dir, &At) -> Result<(), RekeyError>| {
        going.retain(|at| match act(&days[&at.day], at) {
            Ok(()) => true,
            Err(error) => {
                failed.insert(at.record, error);
                false
            }
        });
    };
    each(&mut going, &|day, at| day.sync().map_err(at.failed("sync the directory of")));
    each(&mut going, &overwrite);
    let synced = if going.is_empty() { Ok(()) } else { vault.headers.dir.sync_file_system() };
    each(&mut going, &|_, at| match &synced {
        Ok(()) => Ok(()),
        Err(error) => Err(at.failed("sync")(io::Error::new(error.kind(), error.to_string()))),
    });
    each(&mut going, &|day, at| {
        let (Unlinked::Now | Unlinked::Before) = day.unlink(&at.aside).map_err(at.failed("unlink"))?;
        Ok(())
    });
    each(&mut going, &|day, at| day.sync().map_err(at.failed("sync the directory of")));
    records.iter().map(|(record, _)| (*record, failed.remove(record).map_or(Ok(()), Err))).collect()
}

/// Puts the good header at its place; returns whether another one lies aside then.
fn exchanged(
    vault: &Vault,
    at: &At,
    expected: Option<Digest>,
    days: &mut BTreeMap<PathBuf, Dir>,
) -> Result<bool, RekeyError> {
    let dir = &vault.headers.dir;
    let digest = |name: &str| digest_at(dir, &at.day.join(name)).map_err(at.failed("read"));
    let (place, aside) = (digest(&at.name)?, digest(&at.aside)?);
    let step = step(expected, place, aside);
    if step == Step::Nothing {
        return Ok(false);
    }
    if !days.contains_key(&at.day) {
        days.insert(at.day.clone(), dir.beneath(&at.day).map_err(at.failed("open the directory of"))?);
    }
    let day = &days[&at.day];
    match (step, place) {
        (Step::Nothing, _) => Ok(false),
        (Step::Leave, _) => Err(RekeyError::Neither { record: at.record, path: at.path.clone() }),
        (Step::Destroy, _) => Ok(true),
        (Step::Exchange, Some(_)) => {
            day.exchange(&at.name, &at.aside).map_err(at.failed("exchange"))?;
            Ok(true)
        }
        (Step::Exchange, None) => {
            day.rename(&at.aside, day, &at.name).map_err(at.failed("rename into its place"))?;
            day.sync().map_err(at.failed("sync the directory of"))?;
            Ok(false)
        }
    }
}

fn overwrite(day: &Dir, at: &At) -> Result<(), RekeyError> {
    let file = day.open_file(&at.aside, Purpose::Overwrite).map_err(at.failed("open"))?;
    files::overwrite(&file).map(drop).map_err(at.failed("overwrite"))
}

/// The names of one record's headers.
struct At {
    record: RecordId,
    day: PathBuf,
    name: String,
    aside: String,
    path: PathBuf,
}

impl At {
    fn of(vault: &Vault, record: RecordId) -> At {
        let (day, aside) = (PathBuf::from(record.day().to_string()), Part::Header.aside(record));
        let path = vault.headers.dir.path_of(day.join(&aside));
        At { record, day, name: Part::Header.file(record), aside, path }
    }

    fn failed(&self, act: &'static str) -> impl FnOnce(io::Error) -> RekeyError + use<> {
        let (record, path) = (self.record, self.path.clone());
        move |source| RekeyError::Io { record, act, path, source }
    }
}

fn digest_at(dir: &Dir, place: &Path) -> io::Result<Option<Digest>> {
    match dir.open_file(place, Purpose::Read) {
        Ok(mut file) => Ok(Some(digest_of(&mut file)?.0)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_good_header_is_found_by_its_digest_whatever_lies_beside_it() {
        let (new, old, other) = (Digest::of(b"new"), Digest::of(b"old"), Digest::of(b"half"));
        let cases = [
            // Before the ledger names the new one: the former is good.
            (Some(old), Some(old), None, Step::Nothing),
            (Some(old), Some(old), Some(other), Step::Destroy),
            (Some(old), Some(old), Some(new), Step::Destroy),
            // From then on the new one is.
            (Some(new), Some(old), Some(new), Step::Exchange),
            (Some(new), Some(other), Some(new), Step::Exchange),
            (Some(new), None, Some(new), Step::Exchange),
            (Some(new), Some(new), Some(old), Step::Destroy),
            (Some(new), Some(new), Some(other), Step::Destroy),
            (Some(new), Some(new), None, Step::Nothing),
            // Nothing good: nothing is touched.
            (Some(new), Some(old), Some(other), Step::Leave),
            (Some(new), None, Some(other), Step::Leave),
            // Destroyed meanwhile.
            (None, None, Some(old), Step::Destroy),
            (None, Some(old), Some(new), Step::Leave),
        ];
        for (expected, place, aside, is) in cases {
            assert_eq!(step(expected, place, aside), is, "{expected:?} {place:?} {aside:?}");
        }
    }
}
