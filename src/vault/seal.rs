//! Sealing: plaintext goes in, an encrypted body and its header come out, read back before they count.
//!
//! In: an open file and public keys. Out: both files in `incoming/` and their digests. The rule it keeps: public keys
//! only; the record's key stays in memory until the stored bytes were opened with it once, then it is erased; a seal that
//! fails leaves nothing behind.

pub(in crate::vault) mod envelope;
mod summing;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::num::NonZeroU64;
use std::path::PathBuf;

use super::{Digests, Part, Vault, VaultError, files};
use crate::{Digest, RecordId};
use envelope::{CHUNK, Enveloped, RecordKey, Sealing, Unopened, Zeroizing, body_length, open_with_key};
use summing::Summing;

pub use envelope::{NewIdentity, NotARecipientKey, RecipientKey, SecretText, new_identity};

/// Plaintexts up to this length are read back whole.
const WHOLE: u64 = 1024 * 1024;

/// So much of a long body is sent to the disk at once, in bytes.
const PIECE: u64 = 16 * 1024 * 1024;

/// A record whose two files lie in `incoming/` and were read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its id.
    pub record: RecordId,
    /// The digest of its body.
    pub body: Digest,
    /// The digest of its header.
    pub header: Digest,
    /// The digest of its plaintext: kept until the plaintext is removed, no longer.
    pub plaintext: Digest,
    /// The length of its plaintext.
    pub bytes: u64,
}

impl Sealed {
    /// Returns the digests of its two files.
    fn digests(&self) -> Digests {
        Digests { header: self.header, body: self.body }
    }
}

/// Why a record was not sealed. Nothing of it is left in `incoming/`.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There is nobody to seal it to.
    #[error(
        "record `{record}` cannot be sealed: its class has no recipient (add the public key of at least one, better two)"
    )]
    NoRecipients {
        /// The record.
        record: RecordId,
    },
    /// The plaintext could not be read.
    #[error("the plaintext of record `{record}` could not be read")]
    Read {
        /// The record.
        record: RecordId,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The vault did not take the bytes: a full disk, a name that is taken.
    #[error("could not write `{}` for record `{record}`", .path.display())]
    Write {
        /// The record.
        record: RecordId,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The second place did not take the bytes.
    #[error("record `{record}` could not be copied to the second place")]
    Copy {
        /// The record.
        record: RecordId,
        /// Why.
        #[source]
        source: VaultError,
    },
    /// What lies on the disk does not open to what was read.
    #[error("`{}` of record `{record}` does not read back: {found} (check the disk and the memory of this machine)", .path.display())]
    ReadBack {
        /// The record.
        record: RecordId,
        /// The file.
        path: PathBuf,
        /// What was found and what was expected.
        found: String,
    },
}

/// Seals `source`, from where it stands to its end, to `recipients`, in every place of the vault.
///
/// # Errors
/// Fails when reading, writing or reading back does; both files are gone then.
///
/// # Durability
/// None yet: [`Vault::sync`] makes a batch durable, [`Vault::publish`] gives it its final names.
pub fn seal(
    vault: &Vault,
    record: RecordId,
    source: &mut File,
    recipients: &[RecipientKey],
) -> Result<Sealed, SealError> {
    if recipients.is_empty() {
        return Err(SealError::NoRecipients { record });
    }
    let work = Work::begin(vault, record)?;
    let sealed = work.carry_out(source, recipients).and_then(|sealed| {
        let copied = vault.copy_sealed(record, sealed.digests());
        copied.map_err(|source| SealError::Copy { record, source }).map(|()| sealed)
    });
    if sealed.is_err() {
        // The first error is the one to report; what cannot be removed now is found in `incoming/` and discarded later.
        let _ = vault.discard(record);
    }
    sealed
}

/// The two files of a record, created and empty.
struct Work<'a> {
    vault: &'a Vault,
    record: RecordId,
    body: File,
    header: File,
}

/// What was written, for the read-back.
struct Written {
    sealed: Sealed,
    header: Vec<u8>,
    key: RecordKey,
}

impl Work<'_> {
    /// Creates both files. One that is there already belongs to another seal and stays.
    fn begin(vault: &Vault, record: RecordId) -> Result<Work<'_>, SealError> {
        let create = |part: Part| {
            let incoming = &vault.shelf(part).incoming;
            let path = incoming.path_of(part.file(record));
            incoming.create(part.file(record)).map_err(|source| SealError::Write { record, path, source })
        };
        let body = create(Part::Body)?;
        let header = create(Part::Header).inspect_err(|_| {
            // As above: only litter, found again.
            let _ = vault.bodies.incoming.unlink(Part::Body.file(record));
        })?;
        Ok(Work { vault, record, body, header })
    }

    fn path(&self, part: Part) -> PathBuf {
        self.vault.shelf(part).incoming.path_of(part.file(self.record))
    }

    fn unwritten(&self, part: Part) -> impl Fn(io::Error) -> SealError + use<> {
        let (record, path) = (self.record, self.path(part));
        move |source| SealError::Write { record, path: path.clone(), source }
    }

    fn unequal(&self, part: Part, found: impl Into<String>) -> SealError {
        SealError::ReadBack { record: self.record, path: self.path(part), found: found.into() }
    }

    fn carry_out(mut self, source: &mut File, recipients: &[RecipientKey]) -> Result<Sealed, SealError> {
        let written = self.write(source, recipients)?;
        self.read_back_header(&written)?;
        self.read_back_body(&written)?;
        Ok(written.sealed)
    }

    fn write(&mut self, source: &mut File, recipients: &[RecipientKey]) -> Result<Written, SealError> {
        let unwritten = self.unwritten(Part::Body);
        let length = source.metadata().map_err(|source| SealError::Read { record: self.record, source })?.len();
        let body = Tally::new(&self.body, length);
        let mut sealing = Sealing::begin(recipients, body).map_err(&unwritten)?;
        let mut plaintext = Summing::of_about(length);
        let mut bytes = 0;
        // No larger than the file needs: it is wiped byte by byte.
        let mut buffer = Zeroizing::new(vec![0; length.clamp(1, 2 * CHUNK) as usize]);
        loop {
            let read = match source.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(SealError::Read { record: self.record, source }),
            };
            plaintext.update(&buffer[..read]);
            sealing.write(&buffer[..read]).map_err(&unwritten)?;
            bytes += read as u64;
        }
        let Enveloped { header, body, key } = sealing.finish().map_err(&unwritten)?;
        let body = body.summing.finish();
        self.header.write_all(&header).map_err(self.unwritten(Part::Header))?;
        let sealed =
            Sealed { record: self.record, body, header: Digest::of(&header), plaintext: plaintext.finish(), bytes };
        Ok(Written { sealed, header, key })
    }

    fn read_back_header(&mut self, written: &Written) -> Result<(), SealError> {
        let mut stored = Vec::new();
        let read = self.header.rewind().and_then(|()| self.header.read_to_end(&mut stored));
        read.map_err(|error| self.unequal(Part::Header, error.to_string()))?;
        if stored != written.header {
            return Err(self.unequal(Part::Header, "its bytes differ from those written"));
        }
        Ok(())
    }

    fn read_back_body(&mut self, written: &Written) -> Result<(), SealError> {
        let unequal = |found: String| self.unequal(Part::Body, found);
        let unreadable = |error: io::Error| unequal(error.to_string());
        let expected = body_length(written.sealed.bytes);
        let length = self.body.metadata().map_err(unreadable)?.len();
        if length != expected {
            return Err(unequal(format!("{length} bytes, expected {expected}")));
        }
        let mut body = &self.body;
        body.rewind().map_err(unreadable)?;
        let opened = open_with_key(&written.header, body, &written.key).map_err(|error| unequal(reason(&error)))?;
        match written.sealed.bytes <= WHOLE {
            true => whole(opened, &written.sealed),
            false => ends(opened, &written.sealed),
        }
        .map_err(unequal)
    }
}

/// Reads all of the plaintext back and compares it.
fn whole(mut opened: impl Read, sealed: &Sealed) -> Result<(), String> {
    let capacity = usize::try_from(sealed.bytes).map_err(|error| error.to_string())?;
    let mut plaintext = Zeroizing::new(Vec::with_capacity(capacity + 1));
    opened.read_to_end(&mut plaintext).map_err(|error| error.to_string())?;
    match Digest::of(&plaintext) == sealed.plaintext {
        true => Ok(()),
        false => Err("it opens to other bytes than were read".to_owned()),
    }
}

/// Opens the first and the last chunk. Each chunk's tag is bound to the key and to its place, and the last one's to being
/// the last, so these two and the length leave only the chunks between them unread.
fn ends(mut opened: impl Read + Seek, sealed: &Sealed) -> Result<(), String> {
    let mut chunk = Zeroizing::new(vec![0; CHUNK as usize]);
    opened.read_exact(&mut chunk).map_err(|error| format!("the first chunk: {error}"))?;
    let start = (sealed.bytes - 1) / CHUNK * CHUNK;
    opened.seek(SeekFrom::Start(start)).map_err(|error| format!("the last chunk: {error}"))?;
    chunk.clear();
    let read = opened.read_to_end(&mut chunk).map_err(|error| format!("the last chunk: {error}"))?;
    match read as u64 == sealed.bytes - start {
        true => Ok(()),
        false => Err(format!("the last chunk: {read} bytes, expected {}", sealed.bytes - start)),
    }
}

fn reason(error: &Unopened) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    format!("{error}: {source}")
}

/// Writes to a file and digests what it writes. What was written goes to the disk while the rest is still encrypted.
struct Tally<'a> {
    file: &'a File,
    summing: Summing,
    written: u64,
    /// How much of it is on its way to the disk.
    begun: u64,
}

impl Tally<'_> {
    fn new(file: &File, length: u64) -> Tally<'_> {
        Tally { file, summing: Summing::of_about(length), written: 0, begun: 0 }
    }
}

impl Write for Tally<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.summing.update(&bytes[..written]);
        self.written += written as u64;
        if let Some(length) = NonZeroU64::new(self.written - self.begun).filter(|length| length.get() >= PIECE) {
            files::begin_writing(self.file, self.begun, length);
            self.begun = self.written;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::envelope::new_identity;
    use super::*;
    use crate::calendar::Instant;
    use std::os::unix::fs::FileExt;

    /// Seals `length` bytes, flips one bit of the stored file at `at` and reads it back.
    fn read_back(length: usize, part: Part, at: Option<u64>) -> Result<(), SealError> {
        let temporary = tempfile::tempdir().unwrap();
        let vault = Vault::create(&temporary.path().join("vault")).unwrap();
        let record = RecordId::new(Instant::from_micros(0), [1; 10]);
        let mut work = Work::begin(&vault, record).unwrap();
        let mut source = tempfile::tempfile().unwrap();
        source.write_all(&vec![7; length]).unwrap();
        source.rewind().unwrap();
        let written = work.write(&mut source, &[new_identity().recipient]).unwrap();
        if let Some(at) = at {
            let stored = match part {
                Part::Body => &work.body,
                Part::Header => &work.header,
            };
            let mut byte = [0];
            stored.read_exact_at(&mut byte, at).unwrap();
            stored.write_all_at(&[byte[0] ^ 1], at).unwrap();
        }
        work.read_back_header(&written)?;
        work.read_back_body(&written)
    }

    #[test]
    fn i1_bytes_that_changed_on_their_way_to_the_disk_are_found() {
        let long = WHOLE + CHUNK + 5;
        let last = body_length(long) - 1;
        let chunk = CHUNK + 16;
        for (length, at) in [(1, 0), (1, 16), (1, 32), (WHOLE, 9 * chunk), (long, 0), (long, chunk), (long, last)] {
            assert!(read_back(length as usize, Part::Body, None).is_ok(), "{length}");
            let found = read_back(length as usize, Part::Body, Some(at));
            assert!(matches!(found, Err(SealError::ReadBack { .. })), "{length} {at}");
        }
        assert!(matches!(read_back(1, Part::Header, Some(30)), Err(SealError::ReadBack { .. })));
    }

    #[test]
    fn i1_a_body_that_was_cut_or_lengthened_is_found() {
        let temporary = tempfile::tempdir().unwrap();
        let vault = Vault::create(&temporary.path().join("vault")).unwrap();
        let record = RecordId::new(Instant::from_micros(0), [1; 10]);
        let mut work = Work::begin(&vault, record).unwrap();
        let mut source = tempfile::tempfile().unwrap();
        source.set_len(2 * WHOLE).unwrap();
        let written = work.write(&mut source, &[new_identity().recipient]).unwrap();
        let length = body_length(2 * WHOLE);
        for other in [0, length - 1, length + 1] {
            work.body.set_len(other).unwrap();
            assert!(matches!(work.read_back_body(&written), Err(SealError::ReadBack { .. })), "{other}");
        }
    }
}
