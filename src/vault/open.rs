//! Opening: a record's plaintext, for a person who holds a private identity.
//!
//! In: a record id, the digests its files must have, identities. Out: plaintext, to where the caller says. The rule it
//! keeps: the bytes are compared with the ledger's digests before anything is decrypted, and each way to fail has its own
//! error, because each has another next step.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::files::Purpose;
use super::seal::RecipientKey;
use super::seal::envelope::{Enveloped, Sealing, Unopened, Zeroizing, open_with_identities};
use super::{Digests, Part, Vault, digest_of};
use crate::{Digest, RecordId};

pub use super::seal::envelope::{Identities, NotIdentities};

/// Why a record was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The header is not there.
    #[error("record `{record}` cannot be opened: its header `{}` is missing (the ledger says whether it was destroyed; if not, bring the header back from a backup)", .path.display())]
    MissingHeader {
        /// The record.
        record: RecordId,
        /// Where the header was looked for.
        path: PathBuf,
    },
    /// The body is not there.
    #[error("record `{record}` cannot be opened: its body `{}` is missing (the ledger says whether it was destroyed; if not, bring the body back from a backup)", .path.display())]
    MissingBody {
        /// The record.
        record: RecordId,
        /// Where the body was looked for.
        path: PathBuf,
    },
    /// The header is not the one in the ledger.
    #[error("the header `{}` of record `{record}` was altered: its digest is `{found}`, the ledger says `{expected}` (bring it back from a backup)", .path.display())]
    AlteredHeader {
        /// The record.
        record: RecordId,
        /// The file.
        path: PathBuf,
        /// The digest of its bytes.
        found: Digest,
        /// The digest in the ledger.
        expected: Digest,
    },
    /// The body is not the one in the ledger.
    #[error("the body `{}` of record `{record}` is corrupted: its digest is `{found}`, the ledger says `{expected}` (bring it back from a backup)", .path.display())]
    CorruptedBody {
        /// The record.
        record: RecordId,
        /// The file.
        path: PathBuf,
        /// The digest of its bytes.
        found: Digest,
        /// The digest in the ledger.
        expected: Digest,
    },
    /// The record was sealed to others.
    #[error(
        "none of the identities opens record `{record}` (use the identity of one of the recipients its class had when it was sealed)"
    )]
    NoMatchingIdentity {
        /// The record.
        record: RecordId,
    },
    /// The files are those of the ledger and still do not open.
    #[error(
        "record `{record}` does not decrypt although both its files have the digests of the ledger (header and body belong to different seals, or this program has a fault)"
    )]
    Undecryptable {
        /// The record.
        record: RecordId,
        /// What the age format says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file could not be read.
    #[error("`{}` of record `{record}` could not be read", .path.display())]
    Read {
        /// The record.
        record: RecordId,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The plaintext could not be handed on.
    #[error("the plaintext of record `{record}` could not be written out (what came out so far is incomplete)")]
    Write {
        /// The record.
        record: RecordId,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Opens a record and writes its plaintext to `out`; returns how many bytes it has.
///
/// The caller writes the opening into the ledger.
///
/// # Errors
/// Fails before the first byte when a file is missing, differs from its digest, or was sealed to others; later only when
/// the disk or `out` fails.
pub fn open(
    vault: &Vault,
    record: RecordId,
    expected: Digests,
    identities: &Identities,
    out: &mut dyn Write,
) -> Result<u64, OpenError> {
    let at_body = At { record, path: vault.bodies.dir.path_of(vault.bodies.place(record)) };
    let header = verified_header(vault, record, expected.header)?;
    let body = verified_body(vault, &at_body, expected.body)?;
    let opened = open_with_identities(&header, body, identities).map_err(|error| match error {
        Unopened::NoMatch => OpenError::NoMatchingIdentity { record },
        Unopened::Io(source) => at_body.unread(source),
        Unopened::Damaged(source) => OpenError::Undecryptable { record, source: source.into() },
    })?;
    copy(opened, out, &at_body)
}

/// Returns a record as it is sealed, header and body in one: any age tool opens it with an identity.
///
/// # Errors
/// Fails when a file is missing, differs from its digest or cannot be read.
pub fn read_sealed(vault: &Vault, record: RecordId, expected: Digests) -> Result<Vec<u8>, OpenError> {
    let at_body = At { record, path: vault.bodies.dir.path_of(vault.bodies.place(record)) };
    let mut sealed = verified_header(vault, record, expected.header)?;
    let mut body = verified_body(vault, &at_body, expected.body)?;
    body.read_to_end(&mut sealed).map_err(|error| at_body.unread(error))?;
    Ok(sealed)
}

/// A file of a record, for messages.
struct At {
    record: RecordId,
    path: PathBuf,
}

impl At {
    fn unread(&self, source: io::Error) -> OpenError {
        OpenError::Read { record: self.record, path: self.path.clone(), source }
    }
}

/// Returns a record's header as the ledger names it. While it is exchanged for another it may lie aside still.
pub(super) fn verified_header(vault: &Vault, record: RecordId, expected: Digest) -> Result<Vec<u8>, OpenError> {
    let shelf = vault.shelf(Part::Header);
    let place = shelf.place(record);
    let found = header_at(vault, &place, record, expected);
    match found {
        Err(OpenError::MissingHeader { .. } | OpenError::AlteredHeader { .. }) => {
            header_at(vault, &place.with_file_name(Part::Header.aside(record)), record, expected).or(found)
        }
        found => found,
    }
}

fn header_at(vault: &Vault, place: &Path, record: RecordId, expected: Digest) -> Result<Vec<u8>, OpenError> {
    let dir = &vault.shelf(Part::Header).dir;
    let at = At { record, path: dir.path_of(place) };
    let mut header = Vec::new();
    let read = dir.open_file(place, Purpose::Read).and_then(|mut file| file.read_to_end(&mut header));
    match read {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(OpenError::MissingHeader { record: at.record, path: at.path });
        }
        Err(error) => return Err(at.unread(error)),
    }
    let found = Digest::of(&header);
    if found != expected {
        return Err(OpenError::AlteredHeader { record: at.record, path: at.path, found, expected });
    }
    Ok(header)
}

fn verified_body(vault: &Vault, at: &At, expected: Digest) -> Result<File, OpenError> {
    let shelf = vault.shelf(Part::Body);
    let mut body = match shelf.dir.open_file(shelf.place(at.record), Purpose::Read) {
        Ok(body) => body,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(OpenError::MissingBody { record: at.record, path: at.path.clone() });
        }
        Err(error) => return Err(at.unread(error)),
    };
    let (found, _) = digest_of(&mut body).map_err(|error| at.unread(error))?;
    if found != expected {
        return Err(OpenError::CorruptedBody { record: at.record, path: at.path.clone(), found, expected });
    }
    body.rewind().map_err(|error| at.unread(error))?;
    Ok(body)
}

fn copy(mut opened: impl Read, out: &mut dyn Write, at: &At) -> Result<u64, OpenError> {
    let record = at.record;
    let mut buffer = Zeroizing::new(vec![0; 64 * 1024]);
    let mut bytes = 0;
    loop {
        let read = match opened.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => {
                return Err(OpenError::Undecryptable { record, source: error.into() });
            }
            Err(error) => return Err(at.unread(error)),
        };
        out.write_all(&buffer[..read]).map_err(|source| OpenError::Write { record, source })?;
        bytes += read as u64;
    }
    out.flush().map_err(|source| OpenError::Write { record, source })?;
    Ok(bytes)
}

/// Returns whether the identities open what is sealed to `key`: proof of possession, by sealing a probe and opening it.
///
/// The probe's key is fresh from the system's generator each time.
pub fn opens(key: &RecipientKey, identities: &Identities) -> bool {
    const PROBE: &[u8] = b"hokan proof of possession";
    let probe = || -> io::Result<Enveloped<Vec<u8>>> {
        let mut sealing = Sealing::begin(std::slice::from_ref(key), Vec::new())?;
        sealing.write(PROBE)?;
        sealing.finish()
    };
    let Ok(sealed) = probe() else { return false };
    let mut read = Vec::new();
    open_with_identities(&sealed.header, Cursor::new(sealed.body), identities)
        .is_ok_and(|mut opened| opened.read_to_end(&mut read).is_ok() && read == PROBE)
}
