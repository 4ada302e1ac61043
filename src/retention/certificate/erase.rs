//! How records are destroyed, and how much may be claimed of it.
//!
//! In: what the program knows of media and conditions. Out: the words of a certificate for it. The rule it keeps: a
//! condition that is not known counts as one that is not met.
//!
//! # Source
//! NIST SP 800-88 Rev. 2 (2025); Rev. 1 (withdrawn), appendix D.

use serde::{Deserialize, Serialize};

/// How records are destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The header, which holds the only wrapped copies of the record's key, is overwritten in place; then header and
    /// body are unlinked. The body is not overwritten.
    CryptographicErase,
}

/// What records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// Sealed files.
    Electronic,
}

/// The most that may be claimed.
///
/// # Source
/// NIST SP 800-88 Rev. 2: Clear, Purge; cryptographic erase is a Purge under its conditions alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// Purge by cryptographic erase: all six conditions are met.
    Purge,
    /// Clear, for the overwritten headers and under their paths alone; the erase is named, not claimed as a Purge.
    Clear,
}

/// The file systems a sweep worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Media {
    /// The file system of the headers, such as `ext4`.
    pub headers: String,
    /// The file system of the bodies.
    pub bodies: String,
    /// Whether overwriting a header reaches the very place it was stored in.
    pub overwriting: Overwriting,
}

/// Whether writing over a file reaches the place it was stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overwriting {
    /// It does: the medium does not remap.
    InPlace,
    /// It need not: copy-on-write, journaled data, flash, network or snapshots.
    Remapped,
    /// That is not known, which is the honest answer for most disks.
    NotKnown,
}

/// How far one condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// It holds for every record of the sweep.
    Met,
    /// It does not hold for at least one record.
    NotMet,
    /// Nothing in the ledger tells.
    NotKnown,
}

/// The six conditions under which destroying a key sanitizes data.
///
/// # Source
/// NIST SP 800-88 Rev. 1, appendix D, and Rev. 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Conditions {
    /// The data was always encrypted before it was stored.
    pub always_encrypted: Condition,
    /// Cipher strength and key entropy are at least 128 bits.
    pub strength: Condition,
    /// Implementation and random source are vetted.
    pub vetted: Condition,
    /// Every copy of the key is sanitized, backups included.
    pub every_copy: Condition,
    /// It is known that no plaintext was stored before.
    pub no_earlier_plaintext: Condition,
    /// How the key was erased is recorded.
    pub recorded: Condition,
}

impl Conditions {
    /// Returns whether all of them are met: only then may the erase be called a purge.
    pub fn all_met(&self) -> bool {
        let all = [
            self.always_encrypted,
            self.strength,
            self.vetted,
            self.every_copy,
            self.no_earlier_plaintext,
            self.recorded,
        ];
        all.iter().all(|condition| *condition == Condition::Met)
    }
}

/// How much was examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Examination {
    /// Every record.
    Full,
    /// Some.
    Sample,
    /// None.
    None,
}

#[cfg(test)]
mod tests {
    use super::super::sample::sample;
    use super::*;

    #[test]
    fn one_open_condition_is_enough_to_forbid_the_word_purge() {
        let mut conditions = sample(1).0.statement.conditions;
        assert!(!conditions.all_met());
        for condition in
            [&mut conditions.always_encrypted, &mut conditions.every_copy, &mut conditions.no_earlier_plaintext]
        {
            *condition = Condition::Met;
        }
        assert!(conditions.all_met());
        conditions.every_copy = Condition::NotKnown;
        assert!(!conditions.all_met());
    }
}
