//! The two identities every module may use: the id of a record and the digest of bytes.
//!
//! In: randomness and a clock reading, or bytes. Out: values that order, print and parse the same everywhere.
//! The rule it keeps: an id is made from values handed in, never from a hidden clock or generator.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::calendar::{Date, Instant};

/// The id of one record: a UUID of version 7, printed in lower case.
///
/// The first 48 bits are the Unix time in milliseconds at which the record was taken in, so ids sort by arrival and
/// reveal it; they are neither secret nor anonymous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(uuid::Uuid);

impl RecordId {
    /// Makes an id from the time of arrival and ten random bytes.
    pub fn new(at: Instant, random: [u8; 10]) -> RecordId {
        let milliseconds = u64::try_from(at.micros() / 1000).unwrap_or(0);
        RecordId(uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
    }

    /// Returns the id's time, in whole milliseconds: when the record was taken in.
    pub fn time(&self) -> Instant {
        let bytes = self.0.as_bytes();
        let milliseconds = bytes[..6].iter().fold(0i64, |sum, byte| (sum << 8) | i64::from(*byte));
        Instant::from_micros(milliseconds * 1000)
    }

    /// Returns the UTC day of the id's time: the name of the directory its files lie in.
    pub fn day(&self) -> Date {
        self.time().utc_date()
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// A text that is not a record id.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a record id (expected a UUID of version 7 such as `01933b2e-…`)")]
pub struct NotARecordId(pub String);

impl FromStr for RecordId {
    type Err = NotARecordId;

    fn from_str(text: &str) -> Result<RecordId, NotARecordId> {
        let id = uuid::Uuid::parse_str(text).map_err(|_| NotARecordId(text.to_owned()))?;
        if id.get_version_num() != 7 || id.hyphenated().to_string() != text {
            return Err(NotARecordId(text.to_owned()));
        }
        Ok(RecordId(id))
    }
}

/// A SHA-256 digest, printed as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// Returns the digest of the parts one after the other, as if they were one text.
    pub fn of_parts(parts: &[&[u8]]) -> Digest {
        let mut digesting = Digesting::default();
        parts.iter().for_each(|part| digesting.update(part));
        digesting.finish()
    }

    /// Wraps 32 bytes that already are a digest.
    pub fn from_bytes(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }

    /// Returns the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

/// A text that is not a SHA-256 digest.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a SHA-256 digest (expected 64 lower-case hexadecimal digits)")]
pub struct NotADigest(pub String);

impl TryFrom<String> for Digest {
    type Error = NotADigest;

    fn try_from(text: String) -> Result<Digest, NotADigest> {
        text.parse()
    }
}

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Digest, NotADigest> {
        let refuse = || NotADigest(text.to_owned());
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(refuse());
        }
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| refuse())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| refuse())?;
        }
        Ok(Digest(bytes))
    }
}

/// A digest being computed over bytes that come in pieces.
#[derive(Default)]
pub struct Digesting(sha2::Sha256);

impl Digesting {
    /// Adds `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the digest of everything added.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_id_names_the_utc_day_it_was_made_on() {
        let id = RecordId::new(Instant::from_micros(1_795_392_000_000_000), [7; 10]);
        assert_eq!(id.day().to_string(), Instant::from_micros(1_795_392_000_000_000).utc_date().to_string());
        assert_eq!(id.to_string().parse::<RecordId>().unwrap(), id);
    }

    #[test]
    fn other_spellings_of_an_id_are_refused() {
        let id = RecordId::new(Instant::from_micros(1_795_392_000_000_000), [7; 10]).to_string();
        assert!(id.to_uppercase().parse::<RecordId>().is_err());
        assert!("00000000-0000-4000-8000-000000000000".parse::<RecordId>().is_err());
    }

    #[test]
    fn a_digest_reads_back_what_it_prints() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        assert!(digest.to_string().to_uppercase().parse::<Digest>().is_err());
    }
}
