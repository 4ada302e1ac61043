//! Proofs: one entry is in the ledger, to be checked without the ledger.
//!
//! In: index, inclusion proof and signed checkpoint; or the text of a proof, the entry's bytes and the ledger's public
//! key. Out: the text; or what it proves. The rule it keeps: a proof is checked from its text and a key alone, as any
//! other reader of the format would.
//!
//! To the byte: C2SP `tlog-proof`, lines ending in U+000A:
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index 7                                          the entry's index, from 0, decimal
//! gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=     siblings from the leaf to the root, each 32 bytes in base64
//!                                                  (empty line)
//! hokan/minato-kenpo/00112233aabbccdd              the signed checkpoint, verbatim
//! …
//! ```
//!
//! # Source
//! c2sp.org/tlog-proof. A line `extra …` before the index may be there; it is not authenticated and not used.

use super::checkpoint::{Checkpoint, CheckpointError, base64, decimal, digest};
use super::tree::{leaf_hash, verify_inclusion};
use crate::Digest;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A tree of 2^64 leaves has no longer proof.
const MOST_SIBLINGS: usize = 64;

/// Returns the text of a proof from an entry's index, its inclusion proof and the checkpoint the proof leads to.
pub fn write_proof(index: u64, siblings: &[Digest], checkpoint: &str) -> String {
    let siblings: String = siblings.iter().map(|sibling| base64(sibling) + "\n").collect();
    format!("{FIRST_LINE}\nindex {index}\n{siblings}\n{checkpoint}")
}

/// Returns the text of the checkpoint inside a proof.
pub fn proof_checkpoint(proof: &str) -> Option<&str> {
    proof.split_once("\n\n").map(|(_, checkpoint)| checkpoint)
}

/// What a proof proves: the entry has this index in the ledger that had this checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The index of the entry.
    pub index: u64,
    /// The checkpoint that covers it, its signature checked.
    pub checkpoint: Checkpoint,
}

/// A text that does not prove that the entry is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A line is not what the format asks for.
    #[error("line {line} of the proof is `{found}` (expected {expected})")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What it says.
        found: String,
        /// What it should say.
        expected: &'static str,
    },
    /// The checkpoint inside does not hold.
    #[error("the checkpoint inside the proof does not hold")]
    Checkpoint(#[from] CheckpointError),
    /// The way from this entry does not lead to the checkpoint's root.
    #[error("the proof does not lead from this entry at index {index} to the root of the checkpoint of size {size}")]
    NotIncluded {
        /// The index claimed.
        index: u64,
        /// The size of the checkpoint.
        size: u64,
    },
}

/// Checks that `proof` shows `entry` (its stored bytes) to be in the ledger whose public key, in base64, is `public`.
///
/// # Errors
/// A malformed text, a checkpoint that `public` did not sign, or a proof of something else.
pub fn check_proof(proof: &str, entry: &[u8], public: &str) -> Result<Proven, ProofError> {
    let (head, checkpoint) = proof.split_once("\n\n").unwrap_or((proof, ""));
    let (index, siblings) = parse_head(head)?;
    let checkpoint = Checkpoint::open(checkpoint, public)?;
    if !verify_inclusion(leaf_hash(entry), index, checkpoint.size, &siblings, checkpoint.root) {
        return Err(ProofError::NotIncluded { index, size: checkpoint.size });
    }
    Ok(Proven { index, checkpoint })
}

fn parse_head(head: &str) -> Result<(u64, Vec<Digest>), ProofError> {
    let lines: Vec<&str> = head.split('\n').collect();
    let wrong = |position: usize, expected: &'static str| ProofError::Line {
        line: position + 1,
        found: lines.get(position).copied().unwrap_or_default().to_owned(),
        expected,
    };
    if lines[0] != FIRST_LINE {
        return Err(wrong(0, FIRST_LINE));
    }
    let at = if lines.get(1).is_some_and(|line| line.starts_with("extra ")) { 2 } else { 1 };
    let index = lines.get(at).and_then(|line| line.strip_prefix("index ")).and_then(decimal);
    let index = index.ok_or_else(|| wrong(at, "`index` and a number without leading zeros"))?;
    if lines.len() > at + 1 + MOST_SIBLINGS {
        return Err(wrong(at + 1 + MOST_SIBLINGS, "an empty line after at most 64 siblings"));
    }
    let siblings = lines.iter().enumerate().skip(at + 1);
    let siblings =
        siblings.map(|(position, line)| digest(line).ok_or_else(|| wrong(position, "a sibling, 32 bytes in base64")));
    Ok((index, siblings.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{inclusion_proof, sample};

    fn proof_of(index: u64) -> (String, Vec<u8>, String) {
        let bytes = sample::bytes();
        let leaves: Vec<Digest> = bytes.iter().map(|entry| leaf_hash(entry)).collect();
        let siblings = inclusion_proof(&leaves, index).unwrap();
        let checkpoint = sample::checkpoint(&bytes);
        (write_proof(index, &siblings, &checkpoint), bytes[index as usize].clone(), sample::key().public())
    }

    #[test]
    fn the_proof_of_every_entry_holds() {
        for index in 0..sample::bytes().len() as u64 {
            let (proof, entry, public) = proof_of(index);
            let proven = check_proof(&proof, &entry, &public).unwrap();
            assert_eq!((proven.index, proven.checkpoint.origin), (index, sample::origin()));
        }
    }

    #[test]
    fn a_proof_is_of_its_own_entry_alone() {
        let (proof, entry, public) = proof_of(7);
        let (_, other, _) = proof_of(8);
        let size = sample::bytes().len() as u64;
        assert_eq!(check_proof(&proof, &other, &public), Err(ProofError::NotIncluded { index: 7, size }));
        let moved = proof.replace("index 7\n", "index 8\n");
        assert_eq!(check_proof(&moved, &entry, &public), Err(ProofError::NotIncluded { index: 8, size }));
    }

    #[test]
    fn extra_data_is_passed_over() {
        let (proof, entry, public) = proof_of(7);
        let extra = proof.replace("index 7\n", "extra YQ==\nindex 7\n");
        assert_eq!(check_proof(&extra, &entry, &public).unwrap().index, 7);
    }

    #[test]
    fn damaged_proofs_name_their_line() {
        let (proof, entry, public) = proof_of(7);
        let wrong = |text: &str| match check_proof(text, &entry, &public) {
            Err(ProofError::Line { line, .. }) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong(""), 1);
        assert_eq!(wrong(&proof.replace("@v1", "@v2")), 1);
        assert_eq!(wrong(&proof.replace("index 7", "index 07")), 2);
        assert_eq!(wrong(&proof.replacen("=\n", "\n", 1)), 3);
        let truncated = &proof[..proof.find("\n\n").unwrap() + 2];
        assert!(matches!(check_proof(truncated, &entry, &public), Err(ProofError::Checkpoint(_))));
    }

    #[test]
    fn a_proof_by_another_key_is_refused() {
        let (proof, entry, _) = proof_of(7);
        let other = crate::ledger::LedgerKey::from_seed(&[9; 32]).public();
        let error = check_proof(&proof, &entry, &other).unwrap_err();
        assert!(matches!(error, ProofError::Checkpoint(CheckpointError::NoSignature { .. })));
    }
}
