//! Proofs of consistency: one checkpoint is the beginning of another.
//!
//! In: two checkpoints, the hashes and the changes of the key between them; or the text of a proof. Out: the text; or
//! whether it leads from the one to the other, and the changes. The rule it keeps: nothing but the two roots and the text
//! decides.
//!
//! To the byte: the body of a request to a C2SP `tlog-witness`, so that a witness takes it as it is. Lines end in U+000A:
//!
//! ```text
//! old 42                                           the size of the older checkpoint, decimal
//! gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=     the hashes of RFC 6962, each 32 bytes in base64
//!                                                  (empty line)
//! hokan/minato-kenpo/00112233aabbccdd              the newer checkpoint, signed, verbatim
//! …
//!                                                  (empty line)
//! {"at":…,"kind":"key-rotated","new":…,"old":…}    for each change of the key between the two: the entry, as it was hashed
//! c2sp.org/tlog-proof@v1                           its proof, under the checkpoint that both keys signed
//! …
//! ```
//!
//! What stands before the first line that begins with `{` is what a witness takes.
//!
//! # Source
//! c2sp.org/tlog-witness, "add-checkpoint"; RFC 6962, section 2.1.2.

use super::checkpoint::{Checkpoint, base64, decimal, digest};
use super::tree::verify_consistency;
use crate::Digest;

/// A tree of 2^63 leaves has no longer proof.
const MOST_HASHES: usize = 63;

/// Returns the text of a proof from the older size, its hashes, the newer checkpoint, and the changes of the ledger's key
/// between the two: each an entry `key-rotated` as it was hashed, and its proof.
pub fn write_consistency(old: u64, hashes: &[Digest], newer: &str, changes: &[(String, String)]) -> String {
    let hashes: String = hashes.iter().map(|hash| base64(hash) + "\n").collect();
    let changes: String = changes.iter().map(|(entry, proof)| format!("\n{entry}\n{proof}")).collect();
    format!("old {old}\n{hashes}\n{newer}{changes}")
}

/// Returns the changes of the key that a proof carries: entries and proofs, neither of them checked.
pub fn changes_in(proof: &str) -> Vec<(String, String)> {
    let parts = proof.split("\n\n{").skip(1).filter_map(|part| part.split_once('\n'));
    parts.map(|(entry, proof)| (format!("{{{entry}"), format!("{}\n", proof.trim_end_matches('\n')))).collect()
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
        write_consistency(old as u64, &hashes, &at(new).sign(&sample::key()), &[])
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

    #[test]
    fn changes_of_the_key_follow_the_proof_and_are_no_part_of_it() {
        let change =
            |n: u32| (format!("{{\"v\":{n}}}"), format!("c2sp.org/tlog-proof@v1\nindex {n}\n\nhokan/a/b\n\n— x\n"));
        let changes = [change(5), change(9)];
        let plain = proof(4, 19);
        let text = format!("{plain}{}", changes.clone().map(|(entry, proof)| format!("\n{entry}\n{proof}")).concat());
        assert_eq!(write_consistency(4, &[], "", &changes).matches("tlog-proof").count(), 2);
        assert_eq!((changes_in(&text), changes_in(&plain)), (changes.to_vec(), Vec::new()));
        assert!(check_consistency(&text, &at(4), &at(19)));
    }
}
