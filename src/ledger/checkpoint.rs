//! Checkpoints: the size and root of the ledger at one moment, signed.
//!
//! In: origin, size, root and the ledger's key; or the text of a checkpoint and a public key. Out: the text; or the
//! checkpoint. The rule it keeps: nothing of a checkpoint is used before the ledger's own signature on it is checked,
//! strictly.
//!
//! To the byte: a C2SP `tlog-checkpoint` in a C2SP `signed-note`. All in UTF-8, lines end in U+000A, base64 is the
//! standard alphabet with padding:
//!
//! ```text
//! hokan/minato-kenpo/00112233aabbccdd                     origin: hokan/<organization id>/<log id>
//! 42                                                      number of entries, decimal
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=            root of the tree
//!                                                         (empty line)
//! — hokan/minato-kenpo/00112233aabbccdd Az3grlgtzPIC…     em dash, key name, base64(key id ‖ signature)
//! ```
//!
//! The key's name is the origin; the key id is the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key); the
//! signature is Ed25519 over everything before the empty line. The checkpoint over a change of the key has two signature
//! lines, of the old and of the new key: same name, different ids.
//!
//! # Source
//! c2sp.org/tlog-checkpoint and c2sp.org/signed-note (signature type 0x01).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::Digest;

/// The signature type of Ed25519 in a signed note.
const ED25519: u8 = 1;

/// How many signatures a note may carry before it is refused; the format asks for at least 16.
const MOST_SIGNATURES: usize = 64;

/// The name of one ledger: `hokan/<organization id>/<log id>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// A text that is not the name of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the origin of a ledger (expected `hokan/ORGANIZATION/LOG`, without spaces or `+`)")]
pub struct NotAnOrigin(pub String);

impl Origin {
    /// Returns the origin of the ledger `log` of an organization.
    ///
    /// # Errors
    /// Ids that are empty or hold a space, a control character, `/` or `+` are refused: a signed note forbids them.
    pub fn new(organization: &str, log: &str) -> Result<Origin, NotAnOrigin> {
        let text = format!("hokan/{organization}/{log}");
        let fits = |id: &str| {
            !id.is_empty() && !id.chars().any(|c| c.is_whitespace() || c.is_control() || c == '/' || c == '+')
        };
        if fits(organization) && fits(log) { Ok(Origin(text)) } else { Err(NotAnOrigin(text)) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Origin, NotAnOrigin> {
        let refuse = || NotAnOrigin(text.to_owned());
        let (organization, log) = text.strip_prefix("hokan/").and_then(|ids| ids.split_once('/')).ok_or_else(refuse)?;
        Origin::new(organization, log)
    }
}

/// The private key that signs a ledger's checkpoints. It is wiped from memory when dropped and is never printed.
pub struct LedgerKey(SigningKey);

impl LedgerKey {
    /// Makes the key that follows from 32 random bytes, which the caller keeps secret and wipes.
    pub fn from_seed(seed: &[u8; 32]) -> LedgerKey {
        LedgerKey(SigningKey::from_bytes(seed))
    }

    /// Returns the public key: 32 bytes in base64, as the first entry of the ledger holds it.
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.verifying_key().as_bytes())
    }

    /// Returns the public key as other readers of signed notes take it: `origin+key id+base64(0x01 ‖ public key)`.
    pub fn verifier_key(&self, origin: &Origin) -> String {
        verifier_key(&origin.0, &self.0.verifying_key())
    }
}

/// Returns the public key, in base64, that `text` names: in base64 itself, or as other readers of signed notes take it
/// (`origin+key id+base64(0x01 ‖ public key)`), then of this origin alone.
pub fn public_of(text: &str, origin: &Origin) -> Option<String> {
    let text = text.trim();
    let public = match text.rsplit_once('+').filter(|_| text.starts_with("hokan/")) {
        None => public_key(text).ok()?,
        Some(_) => {
            // The base64 itself may hold a `+`.
            let blob = text.strip_prefix(&origin.0)?.strip_prefix('+')?.split_once('+')?.1;
            let typed = STANDARD.decode(blob).ok()?;
            let bytes = typed.strip_prefix(&[ED25519])?.try_into().ok()?;
            VerifyingKey::from_bytes(bytes).ok().filter(|key| verifier_key(&origin.0, key) == text)?
        }
    };
    Some(STANDARD.encode(public.as_bytes()))
}

fn verifier_key(name: &str, public: &VerifyingKey) -> String {
    let id: String = key_id(name, public).iter().map(|byte| format!("{byte:02x}")).collect();
    let typed = [&[ED25519], public.as_bytes().as_slice()].concat();
    format!("{name}+{id}+{}", STANDARD.encode(typed))
}

fn key_id(name: &str, public: &VerifyingKey) -> [u8; 4] {
    let digest = Digest::of_parts(&[name.as_bytes(), b"\n", &[ED25519], public.as_bytes()]);
    let [a, b, c, d, ..] = *digest.as_bytes();
    [a, b, c, d]
}

/// The ledger at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger.
    pub origin: Origin,
    /// How many entries it had.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
}

/// A text that is not a checkpoint of the ledger with this key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The public key is none.
    #[error("`{0}` is not an Ed25519 public key (expected 32 bytes in base64)")]
    NotAKey(String),
    /// The text has not the form of a signed note.
    #[error("the text is not a signed note: {0}")]
    NotANote(&'static str),
    /// A line of the body is not what it must be.
    #[error("line {line} of the checkpoint is `{found}` (expected {expected})")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What it says.
        found: String,
        /// What it should say.
        expected: &'static str,
    },
    /// The first line names no ledger of hokan.
    #[error("the checkpoint is of no ledger of hokan")]
    Origin(#[from] NotAnOrigin),
    /// No signature is by the given key.
    #[error("the checkpoint has no signature of the key `{expected}`: compare it with the key the ledger began with")]
    NoSignature {
        /// The key, in the form other readers take.
        expected: String,
    },
    /// The signature of the given key is wrong.
    #[error("the signature of `{origin}` on the checkpoint of size {size} is wrong: the text was altered")]
    BadSignature {
        /// The ledger named.
        origin: Origin,
        /// The size claimed.
        size: u64,
    },
}

impl Checkpoint {
    /// Returns the signed text of the checkpoint, to be kept where the ledger's writer cannot change it.
    pub fn sign(&self, key: &LedgerKey) -> String {
        self.sign_by(&[key])
    }

    /// Returns the text signed by several keys of the ledger: the old and the new one, where the key changes.
    pub fn sign_by(&self, keys: &[&LedgerKey]) -> String {
        let body = format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.as_bytes()));
        let signatures: String = keys.iter().map(|key| signature_line(&self.origin.0, &body, key)).collect();
        format!("{body}\n{signatures}")
    }

    /// Reads a signed checkpoint. `public` is the ledger's public key in base64, from a place other than the text.
    ///
    /// Signatures of other keys (of a former key, of a witness) and extension lines are passed over.
    ///
    /// # Errors
    /// Anything but a well-formed note with a valid signature of `public` under the checkpoint's origin.
    pub fn open(text: &str, public: &str) -> Result<Checkpoint, CheckpointError> {
        let public = public_key(public)?;
        let (body, signatures) = split_note(text)?;
        let checkpoint = parse_body(body)?;
        match signed_by(&checkpoint.origin.0, body, signatures, &public)? {
            Signed::Valid => Ok(checkpoint),
            Signed::Wrong => Err(CheckpointError::BadSignature { origin: checkpoint.origin, size: checkpoint.size }),
            Signed::Missing => {
                Err(CheckpointError::NoSignature { expected: verifier_key(&checkpoint.origin.0, &public) })
            }
        }
    }
}

/// Returns a signed note over `body`, whose lines all end in a line feed, by the key under the given name.
pub fn sign_note(body: &str, name: &str, key: &LedgerKey) -> String {
    format!("{body}\n{}", signature_line(name, body, key))
}

/// Returns the text that the key `public` signed under `name`.
///
/// # Errors
/// Anything but a well-formed note with a valid signature of that key.
pub fn open_note<'a>(text: &'a str, name: &str, public: &str) -> Result<&'a str, CheckpointError> {
    let public = public_key(public)?;
    let (body, signatures) = split_note(text)?;
    match signed_by(name, body, signatures, &public)? {
        Signed::Valid => Ok(body),
        Signed::Wrong => Err(CheckpointError::NotANote("the signature is not over this text")),
        Signed::Missing => Err(CheckpointError::NoSignature { expected: verifier_key(name, &public) }),
    }
}

fn signature_line(name: &str, body: &str, key: &LedgerKey) -> String {
    let signature = key.0.sign(body.as_bytes()).to_bytes();
    let blob = [&key_id(name, &key.0.verifying_key())[..], &signature].concat();
    format!("— {name} {}\n", STANDARD.encode(blob))
}

fn public_key(text: &str) -> Result<VerifyingKey, CheckpointError> {
    let refuse = || CheckpointError::NotAKey(text.to_owned());
    let bytes = STANDARD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or_else(refuse)?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| refuse())
}

/// Splits a note at its last empty line: the text that is signed, and the signature lines.
fn split_note(note: &str) -> Result<(&str, &str), CheckpointError> {
    if note.chars().any(|c| c < ' ' && c != '\n') {
        return Err(CheckpointError::NotANote("it holds a control character"));
    }
    let at = note.rfind("\n\n").ok_or(CheckpointError::NotANote("it has no empty line before the signatures"))?;
    let (body, signatures) = (&note[..=at], &note[at + 2..]);
    if signatures.is_empty() || !signatures.ends_with('\n') {
        return Err(CheckpointError::NotANote("it does not end in a complete signature line"));
    }
    Ok((body, signatures))
}

fn parse_body(body: &str) -> Result<Checkpoint, CheckpointError> {
    let lines: Vec<&str> = body.lines().collect();
    let wrong = |line: usize, expected: &'static str| CheckpointError::Line {
        line,
        found: lines.get(line - 1).copied().unwrap_or_default().to_owned(),
        expected,
    };
    if let Some(empty) = lines.iter().position(|line| line.is_empty()) {
        return Err(wrong(empty + 1, "no empty line"));
    }
    let [origin, size, root, ..] = lines[..] else {
        return Err(wrong(lines.len() + 1, "origin, size and root, one a line"));
    };
    let origin = origin.parse()?;
    let size = decimal(size).ok_or_else(|| wrong(2, "the number of entries, without leading zeros"))?;
    let root = digest(root).ok_or_else(|| wrong(3, "the root, 32 bytes in base64"))?;
    Ok(Checkpoint { origin, size, root })
}

/// Reads a decimal number with neither sign nor leading zeros.
pub(super) fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

/// Reads a digest in base64.
pub(super) fn digest(text: &str) -> Option<Digest> {
    STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).map(Digest::from_bytes)
}

/// Returns a digest in base64.
pub(super) fn base64(digest: &Digest) -> String {
    STANDARD.encode(digest.as_bytes())
}

enum Signed {
    Valid,
    Wrong,
    Missing,
}

fn signed_by(name: &str, body: &str, signatures: &str, public: &VerifyingKey) -> Result<Signed, CheckpointError> {
    if signatures.lines().count() > MOST_SIGNATURES {
        return Err(CheckpointError::NotANote("it has more than 64 signatures"));
    }
    let id = key_id(name, public);
    let mut found = Signed::Missing;
    for line in signatures.lines() {
        let (signer, blob) = signature_parts(line).ok_or(CheckpointError::NotANote("a signature line is malformed"))?;
        let Some(signature) = blob.strip_prefix(&id).filter(|_| signer == name) else {
            continue;
        };
        let valid = Signature::from_slice(signature).and_then(|s| public.verify_strict(body.as_bytes(), &s)).is_ok();
        if !valid {
            return Ok(Signed::Wrong);
        }
        found = Signed::Valid;
    }
    Ok(found)
}

fn signature_parts(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, blob) = line.strip_prefix("— ")?.split_once(' ')?;
    let blob = STANDARD.decode(blob).ok().filter(|blob| blob.len() > 4)?;
    (!name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')).then_some((name, blob))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> LedgerKey {
        LedgerKey::from_seed(&[7; 32])
    }

    fn checkpoint() -> Checkpoint {
        let origin = Origin::new("minato-kenpo", "00112233aabbccdd").unwrap();
        Checkpoint { origin, size: 42, root: Digest::of(b"root") }
    }

    /// The key and note of the tests of golang.org/x/mod/sumdb/note: Ed25519 is deterministic, so ours must be equal.
    #[test]
    fn the_published_note_of_another_program_comes_out_byte_for_byte() {
        let secret = STANDARD.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        let key = LedgerKey::from_seed(secret[1..].try_into().unwrap());
        let body = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        assert_eq!(signature_line("PeterNeumann", body, &key), line);
        let public = key.0.verifying_key();
        assert_eq!(
            verifier_key("PeterNeumann", &public),
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        );
        assert!(matches!(signed_by("PeterNeumann", body, line, &public), Ok(Signed::Valid)));
    }

    #[test]
    fn a_checkpoint_opens_with_its_key_and_says_what_was_signed() {
        let text = checkpoint().sign(&key());
        assert!(text.starts_with("hokan/minato-kenpo/00112233aabbccdd\n42\n"), "{text}");
        assert_eq!(Checkpoint::open(&text, &key().public()).unwrap(), checkpoint());
    }

    #[test]
    fn another_key_does_not_open_it() {
        let other = LedgerKey::from_seed(&[8; 32]);
        let error = Checkpoint::open(&checkpoint().sign(&key()), &other.public()).unwrap_err();
        let expected = other.verifier_key(&checkpoint().origin);
        assert_eq!(error, CheckpointError::NoSignature { expected });
        assert!(matches!(Checkpoint::open("", "not a key"), Err(CheckpointError::NotAKey(_))));
    }

    #[test]
    fn signatures_of_others_and_extension_lines_are_passed_over() {
        let mut body = checkpoint().sign(&key());
        body.truncate(body.find("\n\n").unwrap() + 1);
        body.push_str("extension\n");
        let mine = signature_line(&checkpoint().origin.0, &body, &key());
        let witness = signature_line("witness.example", "another text\n", &LedgerKey::from_seed(&[9; 32]));
        let text = format!("{body}\n{witness}{mine}{witness}");
        assert_eq!(Checkpoint::open(&text, &key().public()).unwrap(), checkpoint());
        let text = format!("{body}\n{witness}");
        assert!(matches!(Checkpoint::open(&text, &key().public()), Err(CheckpointError::NoSignature { .. })));
    }

    #[test]
    fn a_checkpoint_of_two_keys_opens_with_either() {
        let other = LedgerKey::from_seed(&[8; 32]);
        let text = checkpoint().sign_by(&[&key(), &other]);
        for public in [key().public(), other.public()] {
            assert_eq!(Checkpoint::open(&text, &public).unwrap(), checkpoint());
        }
    }

    #[test]
    fn a_key_is_named_in_base64_or_as_a_verifier_of_its_own_ledger() {
        let (public, origin) = (key().public(), checkpoint().origin);
        assert_eq!(public_of(&public, &origin), Some(public.clone()));
        assert_eq!(public_of(&key().verifier_key(&origin), &origin), Some(public));
        let other = Origin::new("minato-kenpo", "ff").unwrap();
        assert_eq!(public_of(&key().verifier_key(&other), &origin), None);
        assert_eq!(public_of("no key", &origin), None);
    }

    #[test]
    fn a_note_is_of_its_name_its_key_and_its_text() {
        let note = sign_note("one\ntwo\n", "hokan/a/b/certificates", &key());
        assert_eq!(open_note(&note, "hokan/a/b/certificates", &key().public()).unwrap(), "one\ntwo\n");
        assert!(open_note(&note, "hokan/a/b", &key().public()).is_err());
        assert!(open_note(&note, "hokan/a/b/certificates", &LedgerKey::from_seed(&[8; 32]).public()).is_err());
        assert!(open_note(&note.replace("two", "too"), "hokan/a/b/certificates", &key().public()).is_err());
        assert!(Checkpoint::open(&note, &key().public()).is_err(), "a note on a certificate is no checkpoint");
    }

    #[test]
    fn one_wrong_signature_of_the_key_spoils_the_note() {
        let good = checkpoint().sign(&key());
        let bad = signature_line(&checkpoint().origin.0, "another text\n", &key());
        let error = Checkpoint::open(&format!("{good}{bad}"), &key().public()).unwrap_err();
        assert_eq!(error, CheckpointError::BadSignature { origin: checkpoint().origin, size: 42 });
    }

    #[test]
    fn a_malformed_body_names_its_line_even_when_signed() {
        let root = STANDARD.encode([0; 32]);
        let bodies = [
            (format!("hokan/a/b\n042\n{root}\n"), 2),
            (format!("hokan/a/b\n+42\n{root}\n"), 2),
            ("hokan/a/b\n42\nAAAA\n".to_owned(), 3),
            ("hokan/a/b\n42\n".to_owned(), 3),
            (format!("hokan/a/b\n42\n{root}\n\nmore\n"), 4),
        ];
        for (body, expected) in bodies {
            let text = format!("{body}\n{}", signature_line("hokan/a/b", &body, &key()));
            let error = Checkpoint::open(&text, &key().public()).unwrap_err();
            assert!(matches!(error, CheckpointError::Line { line, .. } if line == expected), "{body:?}: {error}");
        }
    }

    #[test]
    fn an_origin_has_two_ids_that_a_note_can_name() {
        assert_eq!("hokan/a/b".parse::<Origin>().unwrap(), Origin::new("a", "b").unwrap());
        for refused in
            ["", "hokan", "hokan/a", "hokan//b", "hokan/a/", "hokan/a/b/c", "hokan/a b/c", "hokan/a/b+c", "other/a/b"]
        {
            assert!(refused.parse::<Origin>().is_err(), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn no_altered_byte_of_a_checkpoint_goes_unseen(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let text = checkpoint().sign(&key());
            let mut bytes = text.clone().into_bytes();
            bytes[at.index(text.len())] = byte;
            let Ok(altered) = String::from_utf8(bytes) else { return Ok(()) };
            prop_assert_eq!(Checkpoint::open(&altered, &key().public()).is_ok(), altered == text);
        }
    }
}
