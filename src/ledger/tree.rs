//! The Merkle tree over the ledger's entries.
//!
//! In: the hashes of entries. Out: roots, a frontier to append to, inclusion proofs and their check. The rule it keeps:
//! hashes of leaves and of nodes differ in their first byte, so that no entry can pass for a part of the tree.
//!
//! # Source
//! RFC 6962, section 2.1 (tree and proofs); RFC 9162, section 2.1.3.2 (check of an inclusion proof).

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
    leaves.iter().for_each(|leaf| frontier.append(*leaf));
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

    /// Appends the hash of the next leaf, with at most one hash for each level of the tree.
    pub fn append(&mut self, leaf: Digest) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.nodes.pop().expect("each bit set in the size has its node");
            node = node_hash(&left, &node);
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

/// Returns the inclusion proof of the leaf at `index`: the siblings on its way to the root, from the leaf upwards.
///
/// Nothing is returned for an index beyond the leaves.
pub fn inclusion_proof(leaves: &[Digest], index: u64) -> Option<Vec<Digest>> {
    let index = usize::try_from(index).ok().filter(|index| *index < leaves.len())?;
    let mut siblings = Vec::new();
    collect_siblings(leaves, index, &mut siblings);
    Some(siblings)
}

fn collect_siblings(leaves: &[Digest], index: usize, siblings: &mut Vec<Digest>) {
    if leaves.len() < 2 {
        return;
    }
    // The largest power of two below the number of leaves.
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    if index < left.len() {
        collect_siblings(left, index, siblings);
        siblings.push(root(right));
    } else {
        collect_siblings(right, index - left.len(), siblings);
        siblings.push(root(left));
    }
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
        numbered(6).into_iter().for_each(|leaf| frontier.append(leaf));
        let bytes = frontier.to_bytes();
        assert_eq!(bytes.len(), 9 + 2 * 32);
        let newer = [&[2], &bytes[1..]].concat();
        for refused in [&[][..], &bytes[..8], &bytes[..40], &bytes[..9 + 32], &newer] {
            assert_eq!(Frontier::from_bytes(refused), Err(NotAFrontier { found: refused.len() }));
        }
    }

    proptest! {
        #[test]
        fn the_frontier_grows_as_the_definition_says(size in 0usize..200) {
            let leaves = numbered(size);
            let mut frontier = Frontier::default();
            for (already, leaf) in leaves.iter().enumerate() {
                prop_assert_eq!(frontier.root(), naive(&leaves[..already]));
                frontier = Frontier::from_bytes(&frontier.to_bytes()).unwrap();
                frontier.append(*leaf);
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
