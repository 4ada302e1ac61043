//! The independent reader: what a ledger says, and whether it can be believed.
//!
//! In: the stored entries, checkpoints kept elsewhere (witness, certificates) and the ledger's public key. Out: every
//! problem with its place, and the state the entries add up to. The rule it keeps: it shares nothing with the writer
//! but the reader of one entry, of one checkpoint and of the annex; it computes the tree in its own way, so that a bug
//! cannot hide itself.
//!
//! What it can see: entries changed, removed, reordered or cut off, as far as the largest checkpoint given reaches; and
//! anywhere, acts that contradict each other (destroyed without intent, swept with another list, and so on). Entries
//! after the largest checkpoint are protected by nothing yet: [`Verified::confirmed`] says where that begins.

mod fault;
mod replay;

use std::collections::{BTreeMap, BTreeSet};

use super::checkpoint::{Checkpoint, Origin};
use super::entry::{Entry, OrderStep};
use crate::calendar::Instant;
use crate::ledger::AnnexLine;
use crate::{Digest, RecordId};

pub use fault::{Fault, Problem};
use replay::Replay;

/// What a ledger was found to be.
#[derive(Debug)]
pub struct Verified {
    /// Everything that is wrong, first what concerns the whole ledger, then by entry. Empty: the ledger verifies.
    pub problems: Vec<Problem>,
    /// Entries whose clock was before an earlier entry's: worth a look, not a contradiction.
    pub notes: Vec<TimeWentBack>,
    /// How many entries there are.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// The ledger's name, from its first entry.
    pub origin: Option<Origin>,
    /// The largest size at which a given checkpoint agrees; entries from this index on are confirmed by none.
    pub confirmed: Option<u64>,
    /// Every sealed record.
    pub records: BTreeMap<RecordId, Standing>,
    /// Every hold, by id.
    pub holds: BTreeMap<String, HoldSeen>,
    /// The accepted policies, in order.
    pub accepted: Vec<Accepted>,
    /// Every sweep, by id.
    pub sweeps: BTreeMap<String, SweepSeen>,
    /// The commitments, by the index of their entry.
    pub facts: BTreeMap<u64, Digest>,
    /// The events: whom each is about, a record or the random id of a subject, by the index of its entry.
    pub events: BTreeMap<u64, Option<RecordId>>,
    /// The requests for early destruction that nobody took back: the record, by the index of the entry.
    pub early: BTreeMap<u64, RecordId>,
    /// The statements about consent: the random id of the member, by the index of the entry.
    pub consents: BTreeMap<u64, RecordId>,
}

/// What the ledger says of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The index of the entry `sealed`.
    pub sealed: u64,
    /// Its class.
    pub class: String,
    /// The digest of its header.
    pub header: Digest,
    /// The digest of its body.
    pub body: Digest,
    /// The digest of the policy it was sealed under.
    pub policy: Digest,
    /// The digest of its class's rule then.
    pub rule: Digest,
    /// Commitment to what the catalog holds about it.
    pub fact: Digest,
    /// The index of its `intent`, unless that was abandoned.
    pub intent: Option<u64>,
    /// The index of its `destroyed`.
    pub destroyed: Option<u64>,
}

/// What the ledger says of one hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldSeen {
    /// The index of the entry `hold-placed`.
    pub placed: u64,
    /// The index of the entry `hold-released`.
    pub released: Option<u64>,
}

/// An accepted policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The index of the entry.
    pub index: u64,
    /// The git commit, where there was one.
    pub commit: Option<String>,
    /// The digest of the policy's files.
    pub policy: Digest,
    /// The digest of what hokan enforces of it.
    pub enforced: Digest,
    /// Fingerprints of those who accepted it; empty when the service did so alone.
    pub by: Vec<String>,
}

/// What the ledger says of one sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepSeen {
    /// What it destroyed, in the order of the entries.
    pub destroyed: Vec<AnnexLine>,
    /// What it gave up, and why.
    pub abandoned: BTreeMap<RecordId, String>,
    /// How far it is, where it is a work order.
    pub step: Option<OrderStep>,
    /// The index of the entry `swept`.
    pub swept: Option<u64>,
}

/// An entry whose clock was before that of an earlier entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {index}: its time {at} is before {newest}, the time of an earlier entry")]
pub struct TimeWentBack {
    /// The entry.
    pub index: u64,
    /// Its time.
    pub at: Instant,
    /// The newest time before it.
    pub newest: Instant,
}

/// Reads a whole ledger and says what it finds.
///
/// `entries` are the stored bytes with their indices, in order; `checkpoints` the signed texts known from elsewhere, in
/// any order; `public` the ledger's present public key in base64, from elsewhere too.
pub fn verify<B: AsRef<[u8]>>(
    entries: impl IntoIterator<Item = (u64, B)>,
    checkpoints: &[String],
    public: &str,
) -> Verified {
    let mut replay = Replay::default();
    let mut leaves = Vec::new();
    let mut expected = 0;
    for (index, bytes) in entries {
        if index != expected {
            replay.fault(index, Fault::IndexGap { expected });
        }
        expected = index.saturating_add(1);
        leaves.push(leaf(bytes.as_ref()));
        match Entry::decode(bytes.as_ref()) {
            Ok(entry) => replay.entry(index, entry),
            Err(error) => replay.fault(index, Fault::Undecodable(error)),
        }
    }
    replay.finish(public);
    let tree = Tree::over(leaves);
    let confirmed = compare(&tree, checkpoints, public, &mut replay);
    verified(replay, &tree, confirmed)
}

fn verified(mut replay: Replay, tree: &Tree, confirmed: Option<u64>) -> Verified {
    replay.problems.sort_by_key(|problem| problem.index);
    Verified {
        problems: replay.problems,
        notes: replay.notes,
        size: tree.size(),
        root: tree.root(tree.size()),
        origin: replay.origin,
        confirmed,
        records: replay.records,
        holds: replay.holds,
        accepted: replay.accepted,
        sweeps: replay.sweeps,
        facts: replay.facts,
        events: replay.events,
        early: replay.early,
        consents: replay.consents,
    }
}

/// Holds the ledger against the checkpoints; returns the largest size at which one agrees.
///
/// Of several that disagree only the smallest is reported (every larger one must disagree too), of several beyond the
/// end only the largest.
fn compare(tree: &Tree, checkpoints: &[String], public: &str, replay: &mut Replay) -> Option<u64> {
    let opened = open_all(checkpoints, public, replay);
    let (within, beyond): (Vec<_>, Vec<_>) = opened.into_iter().partition(|known| known.size <= tree.size());
    let (agreeing, differing): (Vec<_>, Vec<_>) =
        within.into_iter().partition(|known| tree.root(known.size) == known.root);
    if let Some(first) = differing.iter().min_by_key(|known| known.size) {
        let sound = agreeing.iter().map(|known| known.size).filter(|size| *size < first.size).max().unwrap_or(0);
        let computed = tree.root(first.size);
        replay.fault(sound, Fault::RootDiffers { size: first.size, claimed: first.root, computed });
    }
    if let Some(last) = beyond.iter().max_by_key(|known| known.size) {
        replay.fault(tree.size(), Fault::CutOff { size: tree.size(), claimed: last.size });
    }
    agreeing.iter().map(|known| known.size).max()
}

fn open_all(checkpoints: &[String], public: &str, replay: &mut Replay) -> Vec<Checkpoint> {
    let (mut opened, mut signed_by_both) = (Vec::new(), BTreeSet::new());
    // Where an altered entry names another key, checkpoints of the given one must still be able to show it.
    let (mut keys, named) = (replay.keys.clone(), replay.keys.len());
    if keys.iter().all(|(_, key)| key != public) {
        keys.push((0, public.to_owned()));
    }
    let newest = keys.len() - 1;
    for (position, text) in checkpoints.iter().enumerate() {
        let by = |place: usize| Checkpoint::open(text, &keys[place].1);
        // Tried from the newest key on: it has signed most of them.
        let found = (0..newest).rev().find_map(|place| Some((place, by(place).ok()?)));
        let (place, known) = match (by(newest), found) {
            (Ok(known), older) => {
                // The checkpoint that ends with the change of a key has the signature of the one before, too.
                let both = older.is_some_and(|(place, _)| place + 1 == newest);
                signed_by_both.extend(both.then_some((newest, known.size)));
                (newest, Ok(known))
            }
            (Err(_), Some((place, known))) => {
                let both = place > 0 && by(place - 1).is_ok();
                signed_by_both.extend(both.then_some((place, known.size)));
                (place, Ok(known))
            }
            (Err(error), None) => (newest, Err(error)),
        };
        match known {
            Err(error) => replay.fault(None, Fault::Checkpoint { position, source: error }),
            Ok(known) if place < named && !in_force(&keys[..named], place, known.size) => {
                replay.fault(None, Fault::KeyOutOfForce { position, size: known.size });
            }
            Ok(known) if replay.origin.as_ref().is_some_and(|origin| *origin != known.origin) => {
                replay.fault(0, Fault::AnotherLedger { position, claimed: known.origin });
            }
            Ok(known) => opened.push(known),
        }
    }
    for place in 1..replay.keys.len() {
        let index = replay.keys[place].0;
        if !signed_by_both.contains(&(place, index + 1)) {
            replay.fault(index, Fault::RotationUnsigned);
        }
    }
    opened
}

/// Whether a key was the ledger's when it had `size` entries: from the entry that named it to the one that replaced it.
fn in_force(keys: &[(u64, String)], place: usize, size: u64) -> bool {
    let from = if place == 0 { 0 } else { keys.get(place).map_or(0, |(index, _)| index + 1) };
    let until = keys.get(place + 1).map_or(u64::MAX, |(index, _)| index + 1);
    (from..=until).contains(&size)
}

fn leaf(entry: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], entry])
}

/// The tree as the reader computes it: every complete subtree once, level by level, so that the root at any size is
/// the recursive definition of RFC 6962 with its left halves looked up.
struct Tree {
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    fn over(leaves: Vec<Digest>) -> Tree {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let pairs = below.chunks_exact(2);
            let level = pairs.map(|pair| Digest::of_parts(&[&[1], pair[0].as_bytes(), pair[1].as_bytes()])).collect();
            levels.push(level);
        }
        Tree { levels }
    }

    fn size(&self) -> u64 {
        self.levels[0].len() as u64
    }

    /// Returns the root over the first `size` leaves; there are at least that many.
    fn root(&self, size: u64) -> Digest {
        let size = size as usize;
        if size == 0 { Digest::of(b"") } else { self.range(0, size) }
    }

    /// Returns the root over the leaves from `start` to `end`; `start` is a multiple of a power of two that is not
    /// smaller than their number.
    fn range(&self, start: usize, end: usize) -> Digest {
        let count = end - start;
        if count.is_power_of_two() {
            return self.levels[count.ilog2() as usize][start / count];
        }
        let middle = start + count.next_power_of_two() / 2;
        let (left, right) = (self.range(start, middle), self.range(middle, end));
        Digest::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
    }
}

#[cfg(test)]
mod tests;
