//! The Merkle tree over the ledger's entries.
//!
//! In: the hashes of entries. Out: roots, a frontier to append to, proofs and their checks. The rule it keeps: hashes of
//! leaves and of nodes differ in their first byte, so that no entry can pass for a part of the tree; a proof is named by
//! the ranges of entries it is made of, and whoever keeps the entries finds the hashes.
//!
//! # Source
//! RFC 6962, section 2.1 (tree and proofs); RFC 9162, sections 2.1.3.2 and 2.1.4.2 (check of both kinds of proofs).

use std::ops::Range;

use crate::Digest;

/// Returns the hash of a leaf: SHA-256 of the byte 0 and the entry's bytes.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], entry])
}

/// Returns the hash of a node: SHA-256 of the byte 1 and the hashes of its two halves.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// Returns the root of the tree over `leaves`; that of the empty tree is SHA-256 of nothing.
pub fn root(leaves: &[Digest]) -> Digest {
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.append(*leaf, |_| ()));
    frontier.root()
}

/// The right edge of a tree: all that is needed to append to it and to know its root.
///
/// It holds the roots of the largest complete subtrees from the left, one for each bit that is set in the size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    nodes: Vec<Digest>,
}

/// A complete subtree: the entries from `index` · 2^`level` on, 2^`level` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subtree {
    /// The logarithm of how many entries it covers.
    pub level: u32,
    /// Which one of its level, from the left.
    pub index: u64,
    /// Its root.
    pub root: Digest,
}

/// Bytes that are not a frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found} bytes are not the frontier of a tree (expected 9 bytes, the first of them 1, and 32 for each complete subtree)"
)]
pub struct NotAFrontier {
    /// How many bytes were found.
    pub found: usize,
}

impl Frontier {
    const VERSION: u8 = 1;

    /// Appends the hash of the next leaf, with at most one hash for each level of the tree, and hands over the root of
    /// each complete subtree that ends with it: over two leaves, over four, and so on.
    pub fn append(&mut self, leaf: Digest, mut completed: impl FnMut(Subtree)) {
        let mut node = leaf;
        for level in 1..=self.size.trailing_ones() {
            let left = self.nodes.pop().expect("each bit set in the size has its node");
            node = node_hash(&left, &node);
            completed(Subtree { level, index: self.size >> level, root: node });
        }
        self.nodes.push(node);
        self.size += 1;
    }

    /// Returns how many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root of the tree.
    pub fn root(&self) -> Digest {
        let mut nodes = self.nodes.iter().rev();
        match nodes.next() {
            None => Digest::of(b""),
            Some(last) => nodes.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// Returns the frontier as bytes: the byte 1 (version), the size as 8 bytes, most significant first, and the 32
    /// bytes of each node from left to right.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![Frontier::VERSION];
        bytes.extend(self.size.to_be_bytes());
        self.nodes.iter().for_each(|node| bytes.extend(node.as_bytes()));
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote.
    ///
    /// # Errors
    /// Bytes of another version, or with more or fewer nodes than the size asks for, are refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Frontier, NotAFrontier> {
        let refused = NotAFrontier { found: bytes.len() };
        let (head, rest) = bytes.split_first_chunk::<9>().ok_or(refused)?;
        let (version, size) = head.split_first_chunk::<1>().ok_or(refused)?;
        let size = u64::from_be_bytes(size.try_into().map_err(|_| refused)?);
        let (nodes, left_over) = rest.as_chunks::<32>();
        if *version != [Frontier::VERSION] || !left_over.is_empty() || nodes.len() != size.count_ones() as usize {
            return Err(refused);
        }
        Ok(Frontier { size, nodes: nodes.iter().map(|node| Digest::from_bytes(*node)).collect() })
    }
}

/// Where the range `of` is cut: behind the largest power of two of entries that leaves some over.
fn cut(of: &Range<u64>) -> u64 {
    of.start + (of.end - of.start).next_power_of_two() / 2
}

/// Returns the two ranges whose roots make the root over `of`; nothing where it is a single entry, or none.
pub fn halves(of: &Range<u64>) -> Option<(Range<u64>, Range<u64>)> {
    (of.start + 1 < of.end).then(|| (of.start..cut(of), cut(of)..of.end))
}

/// Returns the ranges of entries whose roots prove that the entry at `index` is in the tree of `size`: the siblings on
/// its way to the root, from the leaf upwards. Nothing for an index beyond the tree.
///
/// # Source
/// RFC 6962, section 2.1.1.
pub fn inclusion_ranges(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    let (mut at, mut siblings) = (0..size, Vec::new());
    if index >= size {
        return None;
    }
    while let Some((left, right)) = halves(&at) {
        let (way, sibling) = if index < left.end { (left, right) } else { (right, left) };
        siblings.push(sibling);
        at = way;
    }
    siblings.reverse();
    Some(siblings)
}

/// Returns the ranges of entries whose roots prove that the tree of `old` entries is the beginning of that of `new`.
/// None are needed from the empty tree and to the same one; nothing is returned where `old` is the larger.
///
/// # Source
/// RFC 6962, section 2.1.2.
pub fn consistency_ranges(old: u64, new: u64) -> Option<Vec<Range<u64>>> {
    if old > new {
        return None;
    }
    let (mut at, mut parts) = (0..new, Vec::new());
    if old == 0 || old == new {
        return Some(parts);
    }
    while old != at.end {
        let Some((left, right)) = halves(&at) else { break };
        let (way, sibling) = if old <= left.end { (left, right) } else { (right, left) };
        parts.push(sibling);
        at = way;
    }
    // The old root itself is known to whoever checks; another part of the old tree is not.
    if at.start > 0 {
        parts.push(at);
    }
    parts.reverse();
    Some(parts)
}

/// Returns the inclusion proof of the leaf at `index`: the siblings on its way to the root, from the leaf upwards.
///
/// Nothing is returned for an index beyond the leaves.
pub fn inclusion_proof(leaves: &[Digest], index: u64) -> Option<Vec<Digest>> {
    let over = |range: Range<u64>| root(&leaves[range.start as usize..range.end as usize]);
    Some(inclusion_ranges(index, leaves.len() as u64)?.into_iter().map(over).collect())
}

/// Returns whether `proof` shows that the tree of `old` entries with `old_root` is the beginning of the tree of `new`
/// entries with `new_root`.
///
/// # Source
/// RFC 9162, section 2.1.4.2.
pub fn verify_consistency(old: u64, old_root: Digest, new: u64, new_root: Digest, proof: &[Digest]) -> bool {
    if old == 0 || old == new {
        let same = if old == 0 { old_root == Digest::of(b"") } else { old_root == new_root };
        return old <= new && proof.is_empty() && same;
    }
    if old > new {
        return false;
    }
    let whole = old.is_power_of_two().then_some(old_root);
    let mut parts = whole.into_iter().chain(proof.iter().copied());
    let Some(first) = parts.next() else { return false };
    let (mut at, mut last) = (old - 1, new - 1);
    let skip = at.trailing_ones();
    (at, last) = (at >> skip, last >> skip);
    let (mut left, mut all) = (first, first);
    for part in parts {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            (left, all) = (node_hash(&part, &left), node_hash(&part, &all));
            let alone = if at % 2 == 0 { at.trailing_zeros() } else { 0 };
            (at, last) = (at >> alone, last >> alone);
        } else {
            all = node_hash(&all, &part);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && left == old_root && all == new_root
}

/// Returns whether `proof` shows that `leaf` is the leaf at `index` in the tree of `size` leaves with this root.
///
/// # Source
/// RFC 9162, section 2.1.3.2.
pub fn verify_inclusion(leaf: Digest, index: u64, size: u64, proof: &[Digest], root: Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut at, mut last) = (leaf, index, size - 1);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            node = node_hash(sibling, &node);
            // A node without a right neighbour moves up unchanged until it is somebody's right half.
            let alone = if at % 2 == 0 { at.trailing_zeros() } else { 0 };
            (at, last) = (at >> alone, last >> alone);
        } else {
            node = node_hash(&node, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && node == root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The leaves and roots of the reference tests of Certificate Transparency.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn vector() -> Vec<Digest> {
        LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect()
    }

    /// The definition of RFC 6962, section 2.1, word for word.
    fn naive(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(b""),
            [leaf] => *leaf,
            _ => {
                let mut k = 1;
                while k * 2 < leaves.len() {
                    k *= 2;
                }
                node_hash(&naive(&leaves[..k]), &naive(&leaves[k..]))
            }
        }
    }

    fn numbered(size: usize) -> Vec<Digest> {
        (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    #[test]
    fn the_roots_are_those_of_certificate_transparency() {
        for (size, expected) in ROOTS.iter().enumerate() {
            assert_eq!(root(&vector()[..size]).to_string(), *expected, "{size} leaves");
        }
    }

    #[test]
    fn a_published_inclusion_proof_verifies() {
        let published = [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ];
        let published: Vec<Digest> = published.iter().map(|hash| hash.parse().unwrap()).collect();
        assert_eq!(inclusion_proof(&vector(), 5).unwrap(), published);
        assert!(verify_inclusion(leaf_hash(LEAVES[5]), 5, 8, &published, ROOTS[8].parse().unwrap()));
    }

    #[test]
    fn there_is_no_proof_beyond_the_leaves() {
        assert_eq!(inclusion_proof(&[], 0), None);
        assert_eq!(inclusion_proof(&numbered(3), 3), None);
        assert!(!verify_inclusion(numbered(1)[0], 1, 1, &[], numbered(1)[0]));
    }

    #[test]
    fn damaged_frontiers_are_refused() {
        let mut frontier = Frontier::default();
        numbered(6).into_iter().for_each(|leaf| frontier.append(leaf, |_| ()));
        let bytes = frontier.to_bytes();
        assert_eq!(bytes.len(), 9 + 2 * 32);
        let newer = [&[2], &bytes[1..]].concat();
        for refused in [&[][..], &bytes[..8], &bytes[..40], &bytes[..9 + 32], &newer] {
            assert_eq!(Frontier::from_bytes(refused), Err(NotAFrontier { found: refused.len() }));
        }
    }

    /// PROOF and SUBPROOF of RFC 6962, section 2.1.2, word for word.
    fn subproof(old: usize, leaves: &[Digest], is_whole: bool) -> Vec<Digest> {
        if old == leaves.len() {
            return if is_whole { Vec::new() } else { vec![naive(leaves)] };
        }
        let mut k = 1;
        while k * 2 < leaves.len() {
            k *= 2;
        }
        if old <= k {
            [subproof(old, &leaves[..k], is_whole), vec![naive(&leaves[k..])]].concat()
        } else {
            [subproof(old - k, &leaves[k..], false), vec![naive(&leaves[..k])]].concat()
        }
    }

    fn consistency_proof(leaves: &[Digest], old: usize) -> Vec<Digest> {
        let ranges = consistency_ranges(old as u64, leaves.len() as u64).unwrap();
        ranges.into_iter().map(|range| root(&leaves[range.start as usize..range.end as usize])).collect()
    }

    #[test]
    fn consistency_holds_between_every_two_sizes_and_between_no_others() {
        let leaves = numbered(70);
        for new in 1..=leaves.len() {
            for old in 1..=new {
                let proof = consistency_proof(&leaves[..new], old);
                assert_eq!(proof, subproof(old, &leaves[..new], true), "from {old} to {new}");
                let (before, after) = (root(&leaves[..old]), root(&leaves[..new]));
                let holds = |old, before, after| verify_consistency(old, before, new as u64, after, &proof);
                assert!(holds(old as u64, before, after), "from {old} to {new}");
                assert!(!holds(old as u64, leaf_hash(b"forked"), after) && !holds(old as u64, before, leaf_hash(b"")));
                for other in (1..=new).filter(|other| *other != old) {
                    assert!(!holds(other as u64, before, after), "{old} passes for {other} in {new}");
                }
                for left_out in 0..proof.len() {
                    let mut shorter = proof.clone();
                    shorter.remove(left_out);
                    assert!(!verify_consistency(old as u64, before, new as u64, after, &shorter));
                }
            }
        }
        assert_eq!(consistency_ranges(3, 2), None);
        assert!(verify_consistency(0, Digest::of(b""), 9, root(&leaves[..9]), &[]));
        assert!(!verify_consistency(0, leaf_hash(b""), 9, root(&leaves[..9]), &[]));
    }

    proptest! {
        #[test]
        fn the_frontier_grows_as_the_definition_says(size in 0usize..200) {
            let leaves = numbered(size);
            let mut frontier = Frontier::default();
            for (already, leaf) in leaves.iter().enumerate() {
                prop_assert_eq!(frontier.root(), naive(&leaves[..already]));
                frontier = Frontier::from_bytes(&frontier.to_bytes()).unwrap();
                frontier.append(*leaf, |subtree| {
                    let (first, count) = ((subtree.index << subtree.level) as usize, 1 << subtree.level);
                    assert_eq!(first + count, already + 1, "a subtree is handed over when its last leaf arrives");
                    assert_eq!(subtree.root, naive(&leaves[first..first + count]));
                });
            }
            prop_assert_eq!(frontier.size(), size as u64);
            prop_assert_eq!(frontier.root(), naive(&leaves));
        }

        #[test]
        fn a_proof_holds_for_its_own_leaf_index_size_and_root_alone(size in 1usize..130, which in any::<prop::sample::Index>()) {
            let (leaves, at) = (numbered(size), which.index(size));
            let (leaf, index, size) = (leaves[at], at as u64, size as u64);
            let (head, proof) = (root(&leaves), inclusion_proof(&leaves, index).unwrap());
            prop_assert!(verify_inclusion(leaf, index, size, &proof, head));

            prop_assert!(!verify_inclusion(leaf_hash(b"another"), index, size, &proof, head));
            prop_assert!(!verify_inclusion(leaf, index, size, &proof, leaf_hash(b"another")));
            prop_assert!(!verify_inclusion(leaf, index, size, &[&proof[..], &[head]].concat(), head));
            for other in (0..size).filter(|other| *other != index) {
                prop_assert!(!verify_inclusion(leaf, other, size, &proof, head));
            }
            for left_out in 0..proof.len() {
                let mut shorter = proof.clone();
                shorter.remove(left_out);
                prop_assert!(!verify_inclusion(leaf, index, size, &shorter, head));
            }
        }
    }
}
