//! The second place: the same two files of every record once more, on another disk.
//!
//! In: an open vault, another one. Out: copies, compared with the ledger's digests while they are written and once more when
//! they are read back. The rule it keeps: a good file is never written over; one that is not good goes only where a good
//! one was read just before.

use std::io::{Read, Seek, Write};
use std::path::Path;

use super::files::{self, Purpose, Unlinked};
use super::rekey::{settle_in, write_aside};
use super::shelf::Shelf;
use super::{Digests, Found, Part, Vault, VaultError, digest_of};
use crate::{Digest, Digesting, RecordId};

/// What became of a record whose files were not the same in both places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mended {
    /// The second place has its files again.
    Copied,
    /// The first place has its files again, from the second.
    BroughtBack,
    /// In neither place a file is the one in the ledger: nothing was touched.
    Lost(Part),
}

impl Vault {
    /// Returns the vault with a second place, in which everything is done that is done in the first.
    pub fn with_second(self, second: Vault) -> Vault {
        Vault { second: Some(Box::new(second)), ..self }
    }

    /// Returns the second place.
    pub fn second(&self) -> Option<&Vault> {
        self.second.as_deref()
    }

    /// The first place, and the second where there is one.
    pub(super) fn places(&self) -> impl Iterator<Item = &Vault> {
        std::iter::once(self).chain(self.second())
    }

    /// Copies what was sealed to `incoming` of the second place.
    pub(super) fn copy_sealed(&self, record: RecordId, digests: Digests) -> Result<(), VaultError> {
        let Some(second) = self.second() else { return Ok(()) };
        for (from, to, expected) in pairs(self, second, digests) {
            copy(from, Path::new(super::INCOMING).join(from.part.file(record)).as_path(), to, record, expected)?;
        }
        Ok(())
    }

    /// Moves what lies of a record in `incoming` of either place to its final place; what is not there is passed over.
    ///
    /// # Errors
    /// Fails as moving does.
    ///
    /// # Durability
    /// As [`Vault::publish`].
    pub fn publish_where_there(&self, record: RecordId) -> Result<(), VaultError> {
        for shelf in self.shelves() {
            let name = shelf.part.file(record);
            if shelf.incoming.has(&name).map_err(VaultError::io("look at", shelf.incoming.path_of(&name)))? {
                shelf.publish(&[record])?;
            }
        }
        Ok(())
    }

    /// Looks at both files of each record in both places, and copies each one that is missing or not the ledger's from the
    /// place where it is. Records whose files are good in both are not in the answer.
    ///
    /// The caller sees to it that none of them is being destroyed, rekeyed or taken in.
    ///
    /// # Errors
    /// Fails as reading and writing do; calling it again goes on.
    ///
    /// # Durability
    /// On return what was copied is on disk at its place, and a header it took the place of is overwritten and gone.
    pub fn mend(&self, records: &[(RecordId, Digests)]) -> Result<Vec<(RecordId, Mended)>, VaultError> {
        let Some(second) = self.second() else { return Ok(Vec::new()) };
        let (mut mended, mut work) = (Vec::new(), Vec::new());
        for &(record, digests) in records {
            for (one, other, expected) in pairs(self, second, digests) {
                let is_good = |shelf: &Shelf| {
                    Ok(matches!(shelf.found(record)?, Found::Present { digest, .. } if digest == expected))
                };
                let (from, to, done) = match (is_good(one)?, is_good(other)?) {
                    (true, true) => continue,
                    (true, false) => (self, second, Mended::Copied),
                    (false, true) => (second, self, Mended::BroughtBack),
                    (false, false) => {
                        mended.push((record, Mended::Lost(one.part)));
                        continue;
                    }
                };
                work.push((to, one.part, record, expected, bring(from, to, one.part, record, expected)?));
                mended.push((record, done));
            }
        }
        self.sync()?;
        for (to, part, record, expected, lies) in work {
            match lies {
                Lies::Incoming => {
                    remove(to.shelf(part), record)?;
                    to.shelf(part).publish(&[record])?;
                }
                Lies::Aside => settle_in(to, &[(record, Some(expected))])
                    .into_iter()
                    .try_for_each(|(_, settled)| settled)
                    .map_err(|error| VaultError::Unsettled { record, source: Box::new(error) })?,
            }
        }
        mended.dedup();
        Ok(mended)
    }
}

/// Where a copy lies before it has its place.
enum Lies {
    /// In `incoming`; a damaged body at its place goes.
    Incoming,
    /// Beside the header whose place it takes: that one is overwritten.
    Aside,
}

/// Both parts of a record with their shelves in two places.
fn pairs<'a>(one: &'a Vault, other: &'a Vault, digests: Digests) -> [(&'a Shelf, &'a Shelf, Digest); 2] {
    [(&one.bodies, &other.bodies, digests.body), (&one.headers, &other.headers, digests.header)]
}

/// Brings a good file into the other place, where it has not its final name yet.
fn bring(from: &Vault, to: &Vault, part: Part, record: RecordId, expected: Digest) -> Result<Lies, VaultError> {
    let (source, target) = (from.shelf(part), to.shelf(part));
    let place = source.place(record);
    if part == Part::Body || !target.has(record)? {
        let name = part.file(record);
        // What an earlier call left half-way.
        target.incoming.unlink(&name).map_err(VaultError::io("remove", target.incoming.path_of(&name)))?;
        copy(source, &place, target, record, expected)?;
        return Ok(Lies::Incoming);
    }
    let unreadable = VaultError::io("read", source.dir.path_of(&place));
    let mut header = Vec::new();
    source
        .dir
        .open_file(&place, Purpose::Read)
        .and_then(|mut file| file.read_to_end(&mut header))
        .map_err(unreadable)?;
    clear_aside(target, record)?;
    let stored =
        write_aside(to, record, &header).map_err(|error| VaultError::Unsettled { record, source: Box::new(error) })?;
    match Digest::of(&stored) == expected {
        true => Ok(Lies::Aside),
        false => Err(VaultError::NotCopied { record, path: target.dir.path_of(target.place(record)) }),
    }
}

/// Removes a damaged body from its place; a good one lies in `incoming`.
fn remove(shelf: &Shelf, record: RecordId) -> Result<(), VaultError> {
    let place = shelf.place(record);
    let failed = VaultError::io("remove", shelf.dir.path_of(&place));
    match shelf.dir.unlink(&place).map_err(failed)? {
        Unlinked::Now | Unlinked::Before => Ok(()),
    }
}

/// Overwrites and removes the part of a header that an earlier call left aside.
fn clear_aside(shelf: &Shelf, record: RecordId) -> Result<(), VaultError> {
    let aside = shelf.place(record).with_file_name(shelf.part.aside(record));
    let failed = || VaultError::io("remove", shelf.dir.path_of(&aside));
    if shelf.dir.has(&aside).map_err(failed())? {
        let file = shelf.dir.open_file(&aside, Purpose::Overwrite).map_err(failed())?;
        files::overwrite(&file).and_then(|_| file.sync_all()).map_err(failed())?;
        shelf.dir.unlink(&aside).map_err(failed())?;
    }
    Ok(())
}

/// Copies one file to `incoming` of another shelf and reads it back.
fn copy(from: &Shelf, path: &Path, to: &Shelf, record: RecordId, expected: Digest) -> Result<(), VaultError> {
    let name = to.part.file(record);
    let target = to.incoming.path_of(&name);
    let mut source = from.dir.open_file(path, Purpose::Read).map_err(VaultError::io("read", from.dir.path_of(path)))?;
    let mut copy = to.incoming.create(&name).map_err(VaultError::io("make", &target))?;
    let (mut digesting, mut buffer) = (Digesting::default(), vec![0; 256 * 1024]);
    loop {
        let read = source.read(&mut buffer).map_err(VaultError::io("read", from.dir.path_of(path)))?;
        if read == 0 {
            break;
        }
        digesting.update(&buffer[..read]);
        copy.write_all(&buffer[..read]).map_err(VaultError::io("write", &target))?;
    }
    copy.rewind().map_err(VaultError::io("read back", &target))?;
    let (stored, _) = digest_of(&mut copy).map_err(VaultError::io("read back", &target))?;
    match digesting.finish() == expected && stored == expected {
        true => Ok(()),
        false => Err(VaultError::NotCopied { record, path: target }),
    }
}
