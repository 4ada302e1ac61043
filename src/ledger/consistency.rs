//! Proofs of consistency: one checkpoint is the beginning of another.
//!
//! In: two checkpoints and the hashes between them; or the text of a proof. Out: the text; or whether it leads from the one
//! to the other. The rule it keeps: nothing but the two roots and the text decides.
//!
//! To the byte: the body of a request to a C2SP `tlog-witness`, so that a witness takes it as it is. Lines end in U+000A:
//!
//! ```text
//! old 42                                           the size of the older checkpoint, decimal
//! gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=     the hashes of RFC 6962, each 32 bytes in base64
//!                                                  (empty line)
//! hokan/minato-kenpo/00112233aabbccdd              the newer checkpoint, signed, verbatim
//! …
//! ```
//!
//! # Source
//! c2sp.org/tlog-witness, "add-checkpoint"; RFC 6962, section 2.1.2.

use super::checkpoint::{Checkpoint, base64, decimal, digest};
use super::tree::verify_consistency;
use crate::Digest;

/// A tree of 2^63 leaves has no longer proof.
const MOST_HASHES: usize = 63;

/// Returns the text of a proof from the older size, its hashes and the newer checkpoint.
pub fn write_consistency(old: u64, hashes: &[Digest], newer: &str) -> String {
    let hashes: String = hashes.iter().map(|hash| base64(hash) + "\n").collect();
    format!("old {old}\n{hashes}\n{newer}")
}

/// Returns whether `proof` leads from `old` to `new`. The checkpoint inside it is passed over: both are known already.
pub fn check_consistency(proof: &str, old: &Checkpoint, new: &Checkpoint) -> bool {
    let head = proof.split_once("\n\n").map_or(proof.trim_end_matches('\n'), |(head, _)| head);
    let mut lines = head.split('\n');
    let size = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal);
    let hashes: Option<Vec<Digest>> = lines.map(digest).collect();
    let Some(hashes) = hashes.filter(|hashes| hashes.len() <= MOST_HASHES) else { return false };
    size == Some(old.size)
        && old.origin == new.origin
        && verify_consistency(old.size, old.root, new.size, new.root, &hashes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{consistency_ranges, leaf_hash, root, sample};

    fn at(size: usize) -> Checkpoint {
        let leaves: Vec<Digest> = sample::bytes().iter().map(|entry| leaf_hash(entry)).collect();
        Checkpoint { origin: sample::origin(), size: size as u64, root: root(&leaves[..size]) }
    }

    fn proof(old: usize, new: usize) -> String {
        let leaves: Vec<Digest> = sample::bytes().iter().map(|entry| leaf_hash(entry)).collect();
        let ranges = consistency_ranges(old as u64, new as u64).unwrap().into_iter();
        let hashes: Vec<Digest> = ranges.map(|range| root(&leaves[range.start as usize..range.end as usize])).collect();
        write_consistency(old as u64, &hashes, &at(new).sign(&sample::key()))
    }

    #[test]
    fn a_proof_leads_from_its_own_checkpoint_to_its_own() {
        for (old, new) in [(0, 5), (3, 3), (1, 2), (3, 7), (4, 19), (7, 19), (18, 19)] {
            let text = proof(old, new);
            assert!(check_consistency(&text, &at(old), &at(new)), "from {old} to {new}\n{text}");
            let other = Checkpoint { root: Digest::of(b"forked"), ..at(new) };
            assert!(old == 0 || !check_consistency(&text, &at(old), &other), "from {old} to a fork");
            assert!(!check_consistency(&text, &at(old + 1), &at(new)));
        }
        let elsewhere = Checkpoint { origin: "hokan/a/b".parse().unwrap(), ..at(19) };
        assert!(!check_consistency(&proof(4, 19), &at(4), &elsewhere));
        assert!(!check_consistency(&proof(4, 19).replace("old 4", "old 04"), &at(4), &at(19)));
        assert!(!check_consistency("", &at(4), &at(19)));
    }
}
