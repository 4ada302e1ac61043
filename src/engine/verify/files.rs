//! The files of records, compared with what the ledger says of them; with an identity they are opened, too.
//!
//! In: rows, the vault, perhaps identities. Out: what is wrong with each file, in a word of its own: missing, extra, cut
//! off, altered, a former one, not readable, not to be opened. The rule it keeps: no fault ends the check of the others,
//! and nothing that was opened goes anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::Result;
use super::super::facts::said;
use super::super::instance::Instance;
use super::super::open::parse;
use super::super::take_in::Progress;
use super::Wrong;
use crate::ledger::{Entry, LedgerKey, Verified, What};
use crate::store::{LedgerReader, NewRecord, Opening, Record, RecordState, Store};
use crate::vault::open::{Identities, OpenError, open};
use crate::vault::{Digests, Found, Vault, VaultError, rekey};
use crate::{Digest, RecordId};

/// How many openings share a ledger commit.
const GROUP: usize = 512;

/// Which records' files are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of them.
    All,
    /// So many, picked at random.
    Records(u64),
    /// So many of a hundred, picked at random.
    Percent(u64),
}

/// Who opens records to see whether they open, and with what.
pub struct Opener<'a> {
    /// The text of identity files.
    pub identities: &'a str,
    /// Who opens them.
    pub by: &'a str,
}

/// Draws the records whose files are looked at, among those whose files lie in the vault; nothing where all of them are.
pub(super) fn chosen(
    instance: &Instance,
    store: &Store,
    outside: &BTreeSet<RecordId>,
    extent: Extent,
) -> Result<Option<BTreeSet<RecordId>>> {
    if extent == Extent::All {
        return Ok(None);
    }
    // The order of digests over a random salt is a random order.
    let salt = instance.salt()?;
    let mut by_lot: BTreeMap<Digest, RecordId> = BTreeMap::new();
    store.catalog().each(|record| {
        if record.state != RecordState::Pending && !outside.contains(&record.known.id) {
            let drawn = Digest::of_parts(&[&salt, record.known.id.to_string().as_bytes()]);
            by_lot.insert(drawn, record.known.id);
        }
        Ok(())
    })?;
    let wanted = match extent {
        Extent::All => u64::MAX,
        Extent::Records(count) => count,
        Extent::Percent(percent) => (by_lot.len() as u64 * percent).div_ceil(100),
    };
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    Ok(Some(by_lot.into_values().take(wanted).collect()))
}

/// What looks at the files of records.
pub(super) struct Looking<'a> {
    pub(super) vault: &'a Vault,
    pub(super) reader: LedgerReader<'a>,
    /// Records that were being rekeyed when it was noted last.
    pub(super) rekeying: BTreeSet<RecordId>,
}

impl<'a> Looking<'a> {
    pub(super) fn of(store: &'a Store, vault: &'a Vault) -> Result<Looking<'a>> {
        let rekeying = store.catalog().rekeying()?.into_iter().collect();
        Ok(Looking { vault, reader: store.reader(), rekeying })
    }

    /// Says what is wrong with the two files of one record.
    pub(super) fn look(&self, record: &Record) -> Vec<Wrong> {
        let id = record.known.id;
        if self.rekeying.contains(&id) && matches!(rekey::is_aside(self.vault, id), Ok(true)) {
            let message = format!(
                "record {id} was being rekeyed when the machine stopped; it opens, and the next `hokan rekey` or `hokan sweep run` finishes"
            );
            return vec![Wrong { code: "verify.rekey-unfinished", message }];
        }
        let header = self.of_part("header", record, self.vault.look_at_header(id), record.known.header);
        let body = self.of_part("body", record, self.vault.look_at_body(id), record.known.body);
        header.into_iter().chain(body).chain(self.of_copy(record)).collect()
    }

    /// How many files are compared of each record.
    pub(super) fn files_of_one(&self) -> u64 {
        if self.vault.second().is_some() { 4 } else { 2 }
    }

    /// Says what is wrong with the second copy of one record.
    fn of_copy(&self, record: &Record) -> Vec<Wrong> {
        let (Some(copy), NewRecord { id, header, body, .. }) = (self.vault.second(), &record.known) else {
            return Vec::new();
        };
        let parts = [("header", copy.look_at_header(*id), header), ("body", copy.look_at_body(*id), body)];
        let wrong = |(part, found, expected): (&str, std::result::Result<Found, VaultError>, &Digest)| {
            let (code, what) = match found {
                Err(error) => ("verify.copy-unreadable", format!("cannot be read: {error}")),
                Ok(Found::Missing) => ("verify.copy-missing", "is missing".to_owned()),
                Ok(Found::Present { digest, .. }) if digest == *expected => return None,
                Ok(Found::Present { digest, .. }) => {
                    ("verify.copy-altered", format!("has digest {digest}, the ledger says {expected}"))
                }
            };
            Some(Wrong { code, message: format!("the {part} of record {id} in the second copy {what}") })
        };
        parts.into_iter().filter_map(wrong).collect()
    }

    fn of_part(
        &self,
        part: &'static str,
        record: &Record,
        found: std::result::Result<Found, VaultError>,
        expected: Digest,
    ) -> Option<Wrong> {
        let id = record.known.id;
        match found {
            Err(error) => {
                let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
                let message = format!("the {part} of record {id} cannot be read: {error}{cause}");
                Some(Wrong { code: "verify.file-unreadable", message })
            }
            Ok(Found::Missing) => {
                Some(Wrong { code: "verify.file-missing", message: format!("the {part} of record {id} is missing") })
            }
            Ok(Found::Present { digest, .. }) if digest == expected => None,
            Ok(Found::Present { digest, bytes }) => {
                if part == "header"
                    && let Some(entry) = self.former(id, digest)
                {
                    let message = format!(
                        "the header of record {id} is a former one, of ledger entry {entry}: it came back from a backup, and opens for whom it was sealed to then"
                    );
                    return Some(Wrong { code: "verify.header-former", message });
                }
                let whole = match part {
                    "body" => Some(Vault::body_length(record.known.bytes)),
                    _ => None,
                };
                let is_cut = match whole {
                    Some(whole) => bytes < whole,
                    None => self.vault.is_header_cut(id).unwrap_or(false),
                };
                if is_cut {
                    let of = whole.map_or(String::new(), |whole| format!(" of {whole}"));
                    let message = format!("the {part} of record {id} is cut off: {bytes} bytes{of} are there");
                    return Some(Wrong { code: "verify.file-truncated", message });
                }
                let message = format!("the {part} of record {id} has digest {digest}, the ledger says {expected}");
                Some(Wrong { code: "verify.file-altered", message })
            }
        }
    }

    /// Returns the entry by which a header was a record's, where it is not any more.
    fn former(&self, id: RecordId, found: Digest) -> Option<u64> {
        let entries = self.reader.of_record(id).ok()?;
        entries.into_iter().find_map(|(index, entry)| match entry.what {
            What::Sealed { header, .. } | What::Rekeyed { header, .. } if header == found => Some(index),
            _ => None,
        })
    }

    /// Says what lies in the vault that no row tells of.
    pub(super) fn strangers(&self, ledger: &Verified, known: &BTreeSet<RecordId>, wrong: &mut Vec<Wrong>) {
        let listing = self.vault.list();
        for kept in listing.kept.iter().filter(|kept| !known.contains(&kept.record)) {
            let gone = ledger.records.get(&kept.record).is_some_and(|standing| standing.destroyed.is_some());
            let (code, what) = if gone {
                ("verify.file-left", "was destroyed by the ledger")
            } else {
                ("verify.file-extra", "is in no store")
            };
            let message = format!("a file of record {} lies in the vault, but the record {what}", kept.record);
            wrong.push(Wrong { code, message });
        }
        let is_aside = |path: &Path| {
            let name =
                path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".header.new"));
            name.and_then(|id| id.parse().ok()).is_some_and(|id: RecordId| self.rekeying.contains(&id))
        };
        for strange in listing.strange.iter().filter(|path| !is_aside(path)) {
            let message = format!("`{}` does not belong in the vault", strange.display());
            wrong.push(Wrong { code: "verify.file-strange", message });
        }
    }
}

/// Opens records to nowhere, each entered in the ledger before; returns how many opened, and what is wrong with the others.
pub(super) fn open_all(
    instance: &Instance,
    store: &mut Store,
    vault: &Vault,
    opener: &Opener<'_>,
    records: &[Record],
    progress: &mut dyn Progress,
) -> Result<(u64, Vec<Wrong>)> {
    let (identities, key) = (parse(opener.identities)?, instance.key()?);
    let (mut opened, mut wrong) = (0, Vec::new());
    progress.begin("opening", records.len() as u64);
    for group in records.chunks(GROUP) {
        enter(instance, store, &key, opener, group)?;
        for record in group {
            match opens(vault, record, &identities) {
                Ok(()) => opened += 1,
                Err(fault) => wrong.push(fault),
            }
        }
        progress.advance(group.len() as u64);
    }
    progress.end();
    Ok((opened, wrong))
}

fn enter(instance: &Instance, store: &mut Store, key: &LedgerKey, opener: &Opener<'_>, group: &[Record]) -> Result<()> {
    let mut rows = Vec::new();
    let pending = store.write_pending()?;
    for record in group {
        let (by, why) = (opener.by.to_owned(), "verify".to_owned());
        let opening = Opening { record: record.known.id, by, why, salt: instance.salt()? };
        rows.push((pending.add_opening(&opening)?, opening));
    }
    pending.commit()?;
    let mut writing = store.write()?;
    for (row, opening) in rows {
        let what = What::Opened { record: opening.record, fact: opening.commitment() };
        let entry = writing.append(&Entry { at: instance.now(), what })?;
        writing.opening_entered(row, entry)?;
    }
    Ok(writing.commit(key)?)
}

fn opens(vault: &Vault, record: &Record, identities: &Identities) -> std::result::Result<(), Wrong> {
    let expected = Digests { header: record.known.header, body: record.known.body };
    let error = match open(vault, record.known.id, expected, identities, &mut std::io::sink()) {
        Ok(bytes) if bytes == record.known.bytes => return Ok(()),
        Ok(bytes) => {
            let message =
                format!("record {} opens to {bytes} bytes, the catalog says {}", record.known.id, record.known.bytes);
            return Err(Wrong { code: "verify.row-altered", message });
        }
        Err(error) => error,
    };
    let code = match error {
        OpenError::NoMatchingIdentity { .. } => "verify.no-match",
        OpenError::Undecryptable { .. } => "verify.undecryptable",
        OpenError::MissingHeader { .. } | OpenError::MissingBody { .. } => "verify.file-missing",
        OpenError::AlteredHeader { .. } | OpenError::CorruptedBody { .. } => "verify.file-altered",
        OpenError::Read { .. } | OpenError::Write { .. } => "verify.file-unreadable",
    };
    Err(Wrong { code, message: error.to_string() })
}

/// Refuses an opener who says nothing of himself, or whose text holds no identity, before anything is read.
pub(super) fn check_opener(opener: &Opener<'_>) -> Result<()> {
    said("open.by", "who opens the records", opener.by)?;
    parse(opener.identities).map(drop)
}
