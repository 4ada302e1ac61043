//! The age format, parted into header and body: the only file that knows the age crates.
//!
//! In: public keys and plaintext, or identities and both parts. Out: both parts, or plaintext. The rule it keeps: the key
//! of a record exists in memory only between its seal and its read-back, and no secret can be printed.
//!
//! An age file is a text header, ended by the line `--- MAC`, then a nonce of 16 bytes, then the plaintext in chunks of
//! 64 KiB, each followed by a tag of 16 bytes. The header is what comes up to and including the MAC line's newline.
//! Keys and nonces come from the system's generator, inside the age crate. The one thing that crate does not do is to
//! wrap a key that exists: then it writes the stanzas, and the MAC over them is made here.
//!
//! # Source
//! C2SP, "The age file encryption format, v1" (c2sp.org/age).

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use age::secrecy::{ExposeSecret, SecretString};
use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, EncryptError, Encryptor, Identity, Recipient, x25519};
use age_core::format::{FileKey, Stanza};
use age_core::primitives::{bech32_decode, hkdf};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Erases a buffer of plaintext when it is dropped.
pub(in crate::vault) use zeroize::Zeroizing;

/// Plaintext bytes in a full chunk.
pub(in crate::vault) const CHUNK: u64 = 64 * 1024;
const NONCE: u64 = 16;
const TAG: u64 = 16;

/// Returns the length of the body of a plaintext of this length.
pub(in crate::vault) fn body_length(plaintext: u64) -> u64 {
    NONCE + plaintext + plaintext.div_ceil(CHUNK).max(1) * TAG
}

/// A text that is not the public key of a recipient.
#[derive(Debug, thiserror::Error)]
pub enum NotARecipientKey {
    /// It is a private identity. It is not repeated here.
    #[error(
        "the text is a private identity, a public key `age1…` was expected (make a new identity: this one was written down where it is read by others)"
    )]
    Private,
    /// It is something else.
    #[error(
        "`{0}` is not a public key of the age kind X25519 (expected `age1` and 58 more characters, as `age-keygen` prints)"
    )]
    Unknown(String),
    /// It is a point with which every secret is the same.
    #[error(
        "`{0}` is a key for which there is no secret: what is sealed to it would be open to everyone (make one with `age-keygen`)"
    )]
    Weak(String),
}

/// The public key of somebody who can open what is sealed to it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RecipientKey(x25519::Recipient);

impl RecipientKey {
    /// Reads a public key as `age-keygen` prints it.
    ///
    /// # Errors
    /// Fails on any other spelling and any other kind of key, and on points without a secret.
    pub fn parse(text: &str) -> Result<RecipientKey, NotARecipientKey> {
        if text.to_ascii_uppercase().contains("AGE-SECRET-KEY-") {
            return Err(NotARecipientKey::Private);
        }
        let unknown = || NotARecipientKey::Unknown(text.to_owned());
        let key: x25519::Recipient = text.parse().map_err(|_| unknown())?;
        if key.to_string() != text {
            return Err(unknown());
        }
        if is_weak(text) {
            return Err(NotARecipientKey::Weak(text.to_owned()));
        }
        Ok(RecipientKey(key))
    }
}

impl fmt::Display for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The two points of order eight, as little-endian u-coordinates.
///
/// # Source
/// Curve25519, y² = x³ + 486662x² + x over 2²⁵⁵ − 19. The other points of small order are 0, 1, −1 and their spellings
/// beyond the prime. RFC 7748, section 6.1, asks to refuse the shared secret they lead to, which is always zero.
const ORDER_EIGHT: [[u8; 32]; 2] = [
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09,
        0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44,
        0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
];

/// Whether a public key is a point of small order. The age crate panics when it seals to one.
fn is_weak(text: &str) -> bool {
    let decoded = bech32_decode(text, |_| (), |_| Ok(()), |_, bytes| Ok(bytes.collect::<Vec<u8>>()));
    let Some(mut point) = decoded.ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()) else {
        return true;
    };
    point[31] &= 0x7f;
    let middle = &point[1..31];
    let near_zero = point[0] <= 1 && point[31] == 0 && middle.iter().all(|byte| *byte == 0);
    let near_prime = (0xec..=0xee).contains(&point[0]) && point[31] == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    near_zero || near_prime || ORDER_EIGHT.contains(&point)
}

/// A text that holds no usable identities. What it holds is not repeated.
#[derive(Debug, thiserror::Error)]
pub enum NotIdentities {
    /// A line is neither a comment nor an identity.
    #[error(
        "the identity file has a line that is no identity of the age kind X25519 (expected `AGE-SECRET-KEY-1…`; a file locked with a passphrase is unlocked with `age -d` first)"
    )]
    Unreadable,
    /// There are only comments.
    #[error("the identity file holds no identity (expected a line `AGE-SECRET-KEY-1…`)")]
    Empty,
}

/// Private identities that a person handed in to open records. They cannot be printed.
pub struct Identities(Vec<Box<dyn Identity + Send + Sync>>);

impl Identities {
    /// Reads an age identity file: one identity a line, empty lines and comments.
    ///
    /// # Errors
    /// Fails when a line is anything else, or there is none.
    pub fn parse(text: &str) -> Result<Identities, NotIdentities> {
        // The crate's own error names a line number at most; it is dropped so that no text of the file can follow it.
        let file = age::IdentityFile::from_buffer(text.as_bytes()).map_err(|_| NotIdentities::Unreadable)?;
        let identities = file.into_identities().map_err(|_| NotIdentities::Unreadable)?;
        if identities.is_empty() {
            return Err(NotIdentities::Empty);
        }
        Ok(Identities(identities))
    }

    fn each(&self) -> impl Iterator<Item = &dyn Identity> {
        self.0.iter().map(|identity| identity.as_ref() as &dyn Identity)
    }
}

/// A secret text, erased from memory when dropped. It cannot be printed.
pub struct SecretText(SecretString);

impl SecretText {
    /// Returns the text, to be written to the person's file and nowhere else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// A fresh pair of keys.
pub struct NewIdentity {
    /// The private part: `AGE-SECRET-KEY-1…`.
    pub secret: SecretText,
    /// The public part.
    pub recipient: RecipientKey,
}

/// Makes a fresh pair of keys from the system's generator.
pub fn new_identity() -> NewIdentity {
    let identity = x25519::Identity::generate();
    NewIdentity { secret: SecretText(identity.to_string()), recipient: RecipientKey(identity.to_public()) }
}

/// The key of one record while it is sealed and read back; erased when dropped.
pub(in crate::vault) struct RecordKey(FileKey);

impl RecordKey {
    fn copy(key: &FileKey) -> RecordKey {
        RecordKey(FileKey::init_with_mut(|bytes| bytes.copy_from_slice(key.expose_secret())))
    }
}

impl Identity for RecordKey {
    /// Answers with the key itself: nothing is unwrapped, but the header's MAC is still checked with it.
    fn unwrap_stanza(&self, _stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        Some(Ok(RecordKey::copy(&self.0).0))
    }
}

/// A recipient that wraps the key as its own does, and remembers a copy.
struct Remembering<'a> {
    recipient: &'a RecipientKey,
    key: &'a RefCell<Option<RecordKey>>,
}

impl Recipient for Remembering<'_> {
    fn wrap_file_key(&self, key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        *self.key.borrow_mut() = Some(RecordKey::copy(key));
        self.recipient.0.wrap_file_key(key)
    }
}

/// Parts what is written at the end of the header: the header is collected, the rest goes on to the body.
struct Parted<W> {
    header: Vec<u8>,
    is_whole: bool,
    body: W,
}

impl<W> Parted<W> {
    /// Returns where the header ends in what was collected, once its MAC line is there.
    fn end(&self) -> Option<usize> {
        let mac = self.header.windows(5).position(|five| five == b"\n--- ")? + 1;
        let newline = self.header[mac..].iter().position(|byte| *byte == b'\n')?;
        Some(mac + newline + 1)
    }
}

impl<W: Write> Write for Parted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_whole {
            return self.body.write(bytes);
        }
        self.header.extend_from_slice(bytes);
        if let Some(end) = self.end() {
            self.is_whole = true;
            let rest = self.header.split_off(end);
            self.body.write_all(&rest)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.body.flush()
    }
}

/// A record being sealed.
pub(in crate::vault) struct Sealing<W: Write> {
    stream: StreamWriter<Parted<W>>,
    key: RecordKey,
}

/// What a finished seal leaves.
pub(in crate::vault) struct Enveloped<W> {
    /// The header, byte for byte.
    pub(in crate::vault) header: Vec<u8>,
    /// Where the body was written.
    pub(in crate::vault) body: W,
    /// The record's key, for the read-back.
    pub(in crate::vault) key: RecordKey,
}

impl<W: Write> Sealing<W> {
    /// Makes a fresh key, wraps it for each recipient and begins the body.
    pub(in crate::vault) fn begin(recipients: &[RecipientKey], body: W) -> io::Result<Sealing<W>> {
        let key = RefCell::new(None);
        let remembering: Vec<_> = recipients.iter().map(|recipient| Remembering { recipient, key: &key }).collect();
        let each = remembering.iter().map(|recipient| recipient as &dyn Recipient);
        let encryptor = Encryptor::with_recipients(each).map_err(io::Error::other)?;
        let stream = encryptor.wrap_output(Parted { header: Vec::new(), is_whole: false, body })?;
        let key = key.take().ok_or_else(|| io::Error::other("no recipient was asked to wrap the key"))?;
        Ok(Sealing { stream, key })
    }

    /// Encrypts the next bytes of the plaintext.
    pub(in crate::vault) fn write(&mut self, plaintext: &[u8]) -> io::Result<()> {
        self.stream.write_all(plaintext)
    }

    /// Writes the last chunk. Without it the body would be cut off and never open.
    pub(in crate::vault) fn finish(self) -> io::Result<Enveloped<W>> {
        let parted = self.stream.finish()?;
        if !parted.is_whole {
            return Err(io::Error::other("the age header has no MAC line"));
        }
        Ok(Enveloped { header: parted.header, body: parted.body, key: self.key })
    }
}

/// Header and body as one age file. Positions are those in the body: the header is read once, first.
pub(in crate::vault) struct Joined<'a, B> {
    header: &'a [u8],
    body: BufReader<B>,
}

impl<B: Read> Read for Joined<'_, B> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.header.is_empty() {
            true => self.body.read(out),
            false => self.header.read(out),
        }
    }
}

impl<B: Read> BufRead for Joined<'_, B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.header.is_empty() {
            true => self.body.fill_buf(),
            false => Ok(self.header),
        }
    }

    fn consume(&mut self, bytes: usize) {
        match self.header.is_empty() {
            true => self.body.consume(bytes),
            false => self.header.consume(bytes),
        }
    }
}

impl<B: Read + Seek> Seek for Joined<'_, B> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.body.seek(to)
    }
}

/// Why an envelope does not open.
#[derive(Debug, thiserror::Error)]
pub(in crate::vault) enum Unopened {
    /// It was not sealed to any of the identities.
    #[error("no identity matches")]
    NoMatch,
    /// A file could not be read.
    #[error("the file could not be read")]
    Io(#[source] io::Error),
    /// The bytes are not what was sealed.
    #[error("the bytes are not what was sealed")]
    Damaged(#[source] DecryptError),
}

impl From<DecryptError> for Unopened {
    fn from(error: DecryptError) -> Unopened {
        match error {
            DecryptError::NoMatchingKeys => Unopened::NoMatch,
            DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => Unopened::Io(error),
            other => Unopened::Damaged(other),
        }
    }
}

/// The plaintext of an opened envelope, as it is read.
pub(in crate::vault) type Opened<'a, B> = StreamReader<Joined<'a, B>>;

/// Opens an envelope with the record's own key.
pub(in crate::vault) fn open_with_key<'a, B: Read>(
    header: &'a [u8],
    body: B,
    key: &RecordKey,
) -> Result<Opened<'a, B>, Unopened> {
    open_with(header, body, [key as &dyn Identity].into_iter())
}

/// Opens an envelope with the identities of a person.
pub(in crate::vault) fn open_with_identities<'a, B: Read>(
    header: &'a [u8],
    body: B,
    identities: &Identities,
) -> Result<Opened<'a, B>, Unopened> {
    open_with(header, body, identities.each())
}

fn open_with<'a, 'i, B: Read>(
    header: &'a [u8],
    body: B,
    identities: impl Iterator<Item = &'i dyn Identity>,
) -> Result<Opened<'a, B>, Unopened> {
    // The tool joins the two parts at the MAC line; a header with anything after it would shift the body.
    let joined = Joined { header, body: BufReader::with_capacity(64 * 1024, body) };
    Ok(Decryptor::new_buffered(joined)?.decrypt(identities)?)
}

/// An identity that remembers the key it unwrapped.
struct Unwrapping<'a> {
    identity: &'a dyn Identity,
    key: &'a RefCell<Option<RecordKey>>,
}

impl Unwrapping<'_> {
    fn remember(&self, found: Option<Result<FileKey, DecryptError>>) -> Option<Result<FileKey, DecryptError>> {
        if let Some(Ok(key)) = &found {
            *self.key.borrow_mut() = Some(RecordKey::copy(key));
        }
        found
    }
}

impl Identity for Unwrapping<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.remember(self.identity.unwrap_stanza(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        self.remember(self.identity.unwrap_stanzas(stanzas))
    }
}

/// A recipient that wraps a key that exists, whatever key it is handed.
struct Rewrapping<'a> {
    recipient: &'a RecipientKey,
    key: &'a RecordKey,
}

impl Recipient for Rewrapping<'_> {
    fn wrap_file_key(&self, _fresh: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        self.recipient.0.wrap_file_key(&self.key.0)
    }
}

/// A body of which nothing is looked at: a nonce, without which no header is read.
const NO_BODY: [u8; NONCE as usize] = [0; NONCE as usize];

/// Takes the key of a record out of its header, whose MAC is checked.
pub(in crate::vault) fn unwrap(header: &[u8], identities: &Identities) -> Result<RecordKey, Unopened> {
    let key = RefCell::new(None);
    let unwrapping: Vec<_> = identities.each().map(|identity| Unwrapping { identity, key: &key }).collect();
    open_with(header, NO_BODY.as_slice(), unwrapping.iter().map(|each| each as &dyn Identity))?;
    key.take().ok_or(Unopened::NoMatch)
}

/// Whether a header is whole and its MAC is made with this key.
pub(in crate::vault) fn is_of_key(header: &[u8], key: &RecordKey) -> bool {
    open_with_key(header, NO_BODY.as_slice(), key).is_ok()
}

/// Returns a header that wraps a record's key for these recipients and for nobody else.
///
/// # Source
/// C2SP, "The age file encryption format, v1": the MAC is HMAC-SHA-256 over the header up to and including `---`, with the
/// key HKDF-SHA-256 gives for the record's key and the label `header`.
pub(in crate::vault) fn wrap(key: &RecordKey, recipients: &[RecipientKey]) -> io::Result<Vec<u8>> {
    let each: Vec<_> = recipients.iter().map(|recipient| Rewrapping { recipient, key }).collect();
    let encryptor = Encryptor::with_recipients(each.iter().map(|each| each as &dyn Recipient));
    let parted = Parted { header: Vec::new(), is_whole: false, body: io::sink() };
    let mut header = encryptor.map_err(io::Error::other)?.wrap_output(parted)?.finish()?.header;
    // The MAC there is of the fresh key that nobody holds.
    let mac = header.windows(5).rposition(|five| five == b"\n--- ");
    header.truncate(mac.ok_or_else(|| io::Error::other("the age header has no MAC line"))? + 4);
    let of_header = Zeroizing::new(hkdf(&[], b"header", key.0.expose_secret()));
    let mut mac = Hmac::<Sha256>::new_from_slice(of_header.as_slice()).map_err(io::Error::other)?;
    mac.update(&header);
    let line = format!(" {}\n", STANDARD_NO_PAD.encode(mac.finalize().into_bytes()));
    header.extend_from_slice(line.as_bytes());
    Ok(header)
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_written_anew_opens_for_the_new_recipients_alone_and_has_one_stanza_for_each() {
        let (old, one, two) = (new_identity(), new_identity(), new_identity());
        let of = |key: &NewIdentity| Identities::parse(key.secret.expose()).unwrap();
        let mut sealing = Sealing::begin(std::slice::from_ref(&old.recipient), Vec::new()).unwrap();
        sealing.write(b"the record").unwrap();
        let sealed = sealing.finish().unwrap();
        let key = unwrap(&sealed.header, &of(&old)).unwrap();
        let header = wrap(&key, &[one.recipient.clone(), two.recipient.clone()]).unwrap();
        assert!(is_of_key(&header, &key) && is_of_key(&sealed.header, &sealed.key));
        let stanzas = header.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"-> X25519 ")).count();
        assert_eq!(stanzas, 2);
        for identity in [&one, &two] {
            let mut read = Vec::new();
            let opened = open_with_identities(&header, sealed.body.as_slice(), &of(identity));
            opened.unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(read, b"the record");
        }
        assert!(matches!(unwrap(&header, &of(&old)), Err(Unopened::NoMatch)));
        let mut altered = header.clone();
        altered[40] ^= 1;
        assert!(!is_of_key(&altered, &key) && unwrap(&altered, &of(&one)).is_err());
    }

    #[test]
    fn a_private_identity_in_the_place_of_a_key_is_refused_and_not_repeated() {
        let identity = new_identity();
        for text in [identity.secret.expose().to_owned(), identity.secret.expose().to_lowercase()] {
            let error = RecipientKey::parse(&text).unwrap_err();
            assert!(matches!(error, NotARecipientKey::Private));
            assert!(!error.to_string().contains(&text[20..]));
        }
        let public = identity.recipient.to_string();
        assert_eq!(RecipientKey::parse(&public).unwrap(), identity.recipient);
        for text in ["", "age1pq", &public.to_uppercase(), &public[..60], &format!(" {public}")] {
            assert!(matches!(RecipientKey::parse(text), Err(NotARecipientKey::Unknown(_))), "{text}");
        }
    }

    #[test]
    fn keys_without_a_secret_are_refused() {
        let prefix = age_core::primitives::bech32_encode;
        let mut weak: Vec<[u8; 32]> = ORDER_EIGHT.to_vec();
        for (first, rest, last) in [(0, 0, 0), (1, 0, 0), (0xec, 0xff, 0x7f), (0xed, 0xff, 0x7f), (0xee, 0xff, 0x7f)] {
            let mut point = [rest; 32];
            (point[0], point[31]) = (first, last);
            weak.push(point);
        }
        for mut point in weak {
            for top in [0, 0x80] {
                point[31] |= top;
                // The prefix type is not ours to name: take it from the decoder.
                let (mut hrp, some) = (None, new_identity().recipient.to_string());
                let keep = |found| {
                    hrp = Some(found);
                    Ok(())
                };
                bech32_decode(&some, |_| (), keep, |_, _| Ok(())).unwrap();
                let text = prefix(hrp.unwrap(), &point);
                assert!(matches!(RecipientKey::parse(&text), Err(NotARecipientKey::Weak(_))), "{text}");
            }
        }
    }

    #[test]
    fn an_identity_file_is_read_with_its_comments_and_nothing_else() {
        let identity = new_identity();
        let secret = identity.secret.expose();
        assert!(Identities::parse(&format!("# created: x\n# public key: y\n{secret}\r\n\n")).is_ok());
        assert!(matches!(Identities::parse("# nothing\n"), Err(NotIdentities::Empty)));
        let error = Identities::parse(&format!("{secret}x")).err().unwrap();
        assert!(matches!(error, NotIdentities::Unreadable) && !error.to_string().contains(&secret[20..]));
    }

    #[test]
    fn the_header_ends_where_the_mac_line_does_however_it_is_cut_into_writes() {
        let header = b"age-encryption.org/v1\n-> X25519 abc\nbody\n--- mac+line\n";
        let whole: Vec<u8> = [header.as_slice(), b"\n--- not a header\nrest"].concat();
        for size in 1..whole.len() {
            let mut parted = Parted { header: Vec::new(), is_whole: false, body: Vec::new() };
            whole.chunks(size).for_each(|piece| parted.write_all(piece).unwrap());
            assert_eq!(parted.header, header);
            assert_eq!(parted.body, &whole[header.len()..]);
        }
    }

    #[test]
    fn the_length_of_a_body_is_nonce_and_chunks_with_their_tags() {
        assert_eq!(body_length(0), 32);
        assert_eq!(body_length(1), 33);
        assert_eq!(body_length(CHUNK), 32 + CHUNK);
        assert_eq!(body_length(CHUNK + 1), 48 + CHUNK + 1);
    }
}
