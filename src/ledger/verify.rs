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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::{self, What, sample};

    fn numbered(entries: &[Vec<u8>]) -> impl Iterator<Item = (u64, &[u8])> {
        (0..).zip(entries.iter().map(Vec::as_slice))
    }

    fn read(entries: &[Vec<u8>], checkpoints: &[String]) -> Verified {
        verify(numbered(entries), checkpoints, &sample::key().public())
    }

    /// Verifies the sample story followed by more entries, with a checkpoint over all of it.
    fn continued(whats: impl IntoIterator<Item = What>) -> Verified {
        told(&sample::after(sample::story(), whats))
    }

    fn told(story: &[Entry]) -> Verified {
        let bytes: Vec<Vec<u8>> = story.iter().map(Entry::encode).collect();
        read(&bytes, &[sample::checkpoint(&bytes)])
    }

    fn only(verified: &Verified) -> (Option<u64>, &Fault) {
        assert_eq!(verified.problems.len(), 1, "{:#?}", verified.problems);
        (verified.problems[0].index, &verified.problems[0].fault)
    }

    #[test]
    fn a_sound_ledger_has_no_problem_and_tells_its_story() {
        let bytes = sample::bytes();
        let verified = read(&bytes, &[sample::checkpoint(&bytes), sample::checkpoint(&bytes[..4])]);
        assert!(verified.problems.is_empty(), "{:#?}", verified.problems);
        assert!(verified.notes.is_empty());
        assert_eq!((verified.size, verified.confirmed), (19, Some(19)));
        assert_eq!(verified.origin, Some(sample::origin()));
        let standing = |n| &verified.records[&sample::record(n)];
        assert_eq!((standing(1).sealed, standing(1).intent, standing(1).destroyed), (3, Some(12), Some(15)));
        assert_eq!((standing(3).intent, standing(3).destroyed), (None, None));
        assert_eq!(verified.holds["h-1"], HoldSeen { placed: 8, released: Some(18) });
        assert_eq!(verified.accepted[0].index, 1);
        let sweep = &verified.sweeps["s-1"];
        assert_eq!((sweep.destroyed.len(), sweep.swept), (2, Some(17)));
        assert_eq!(sweep.abandoned[&sample::record(3)], "on-hold");
        assert_eq!(verified.facts.keys().copied().collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8, 9, 10, 18]);
    }

    #[test]
    fn the_readers_tree_is_the_writers_tree() {
        let leaves: Vec<Digest> = (0..70u32).map(|n| leaf(&n.to_be_bytes())).collect();
        let tree = Tree::over(leaves.clone());
        for size in 0..=leaves.len() {
            assert_eq!(tree.root(size as u64), ledger::root(&leaves[..size]), "{size} leaves");
        }
        assert_eq!(Tree::over(Vec::new()).root(0), ledger::root(&[]));
    }

    #[test]
    fn an_empty_ledger_is_a_problem() {
        let verified = read(&[], &[]);
        assert!(matches!(only(&verified), (Some(0), Fault::NoBeginning)));
    }

    #[test]
    fn a_ledger_of_another_key_is_named() {
        let bytes = sample::bytes();
        let other = ledger::LedgerKey::from_seed(&[1; 32]).public();
        let verified = verify(numbered(&bytes), &[], &other);
        assert!(matches!(only(&verified), (Some(0), Fault::AnotherKey { given, .. }) if *given == other));
    }

    #[test]
    fn a_checkpoint_of_another_key_or_another_ledger_is_no_confirmation() {
        let bytes = sample::bytes();
        let known = Checkpoint { origin: Origin::new("other", "00").unwrap(), size: 0, root: Digest::of(b"") };
        let forged = known.sign(&ledger::LedgerKey::from_seed(&[1; 32]));
        let verified = read(&bytes, &[forged, known.sign(&sample::key())]);
        assert_eq!(verified.confirmed, None);
        let [first, second] = &verified.problems[..] else { panic!("{:#?}", verified.problems) };
        assert!(matches!(first.fault, Fault::Checkpoint { position: 0, .. }));
        assert!(matches!(second.fault, Fault::AnotherLedger { position: 1, .. }));
    }

    /// The story, then a change of the key, then one entry more; and the checkpoints over it: before, at, after the change.
    fn rotated() -> (Vec<Vec<u8>>, Vec<String>, ledger::LedgerKey) {
        let new = ledger::LedgerKey::from_seed(&[8; 32]);
        let change = What::KeyRotated { old: sample::key().public(), new: new.public() };
        let story = sample::after(sample::story(), [change, What::Heartbeat {}]);
        let bytes: Vec<Vec<u8>> = story.iter().map(Entry::encode).collect();
        let at = |size: usize| {
            let leaves: Vec<Digest> = bytes[..size].iter().map(|entry| leaf(entry)).collect();
            Checkpoint { origin: sample::origin(), size: size as u64, root: ledger::root(&leaves) }
        };
        let checkpoints = vec![at(19).sign(&sample::key()), at(20).sign_by(&[&sample::key(), &new]), at(21).sign(&new)];
        (bytes, checkpoints, new)
    }

    #[test]
    fn checkpoints_of_an_old_key_stay_valid_after_its_change() {
        let (bytes, checkpoints, new) = rotated();
        let verified = verify(numbered(&bytes), &checkpoints, &new.public());
        assert!(verified.problems.is_empty(), "{:#?}", verified.problems);
        assert_eq!(verified.confirmed, Some(21));
        let old = verify(numbered(&bytes), &checkpoints, &sample::key().public());
        assert!(matches!(only(&old), (Some(19), Fault::AnotherKey { claimed, .. }) if *claimed == new.public()));
    }

    #[test]
    fn a_change_of_the_key_needs_both_signatures_and_ends_the_old_one() {
        let (bytes, checkpoints, new) = rotated();
        let by_new_alone = Checkpoint::open(&checkpoints[1], &new.public()).unwrap().sign(&new);
        let forged = [checkpoints[0].clone(), by_new_alone, checkpoints[2].clone()];
        let verified = verify(numbered(&bytes), &forged, &new.public());
        assert!(matches!(only(&verified), (Some(19), Fault::RotationUnsigned)));

        let late = Checkpoint::open(&checkpoints[2], &new.public()).unwrap().sign(&sample::key());
        let verified = verify(numbered(&bytes), &[checkpoints[1].clone(), late], &new.public());
        assert!(matches!(only(&verified), (None, Fault::KeyOutOfForce { position: 1, size: 21 })));
        let early = Checkpoint::open(&checkpoints[0], &sample::key().public()).unwrap().sign(&new);
        let verified = verify(numbered(&bytes), &[checkpoints[1].clone(), early], &new.public());
        assert!(matches!(only(&verified), (None, Fault::KeyOutOfForce { position: 1, size: 19 })));
    }

    #[test]
    fn a_change_from_a_key_the_ledger_did_not_have_is_named() {
        let stranger = ledger::LedgerKey::from_seed(&[3; 32]);
        let change = What::KeyRotated { old: stranger.public(), new: sample::key().public() };
        let verified = continued([change]);
        assert!(matches!(only(&verified), (Some(19), Fault::RotatedFromAnother { .. })));
    }

    #[test]
    fn a_clock_that_went_back_is_a_note() {
        let mut story = sample::story();
        story[9].at = story[3].at;
        let verified = told(&story);
        assert!(verified.problems.is_empty());
        assert_eq!(verified.notes, [TimeWentBack { index: 9, at: story[3].at, newest: story[8].at }]);
    }

    #[test]
    fn acts_that_contradict_earlier_ones_are_named_at_their_entry() {
        let begun = sample::story()[0].what.clone();
        let sealed = sample::story()[3].what.clone();
        let (placed, released) = (sample::story()[8].what.clone(), sample::story()[18].what.clone());
        let unknown = What::HoldReleased { hold: "h-2".into(), fact: Digest::of(b"") };
        type Expected = fn(&Fault) -> bool;
        let cases: [(What, Expected); 8] = [
            (begun, |fault| matches!(fault, Fault::CreatedAgain)),
            (sealed, |fault| matches!(fault, Fault::SealedTwice { first: 3, .. })),
            (placed, |fault| matches!(fault, Fault::HoldPlacedTwice { first: 8, .. })),
            (released, |fault| matches!(fault, Fault::HoldReleasedTwice { first: 18, .. })),
            (unknown, |fault| matches!(fault, Fault::HoldNeverPlaced { .. })),
            (sample::intent(1), |fault| matches!(fault, Fault::IntentAfterDestruction { destroyed: 15, .. })),
            (sample::destroyed(1, 12), |fault| matches!(fault, Fault::DestroyedTwice { first: 15, .. })),
            (sample::swept(&[(1, 15), (2, 16)]), |fault| matches!(fault, Fault::SweptTwice { first: 17, .. })),
        ];
        for (what, is_named) in cases {
            let verified = continued([what]);
            let (index, fault) = only(&verified);
            assert_eq!(index, Some(19), "{fault}");
            assert!(is_named(fault), "{fault}");
        }
    }

    #[test]
    fn a_destruction_needs_its_own_open_intent() {
        let without = continued([sample::destroyed(4, 12), sample::swept(&[(1, 15), (2, 16), (4, 19)])]);
        let named = without.problems.iter().find(|problem| problem.index == Some(19)).unwrap();
        assert!(matches!(named.fault, Fault::WithoutIntent { claimed: 12, open: None, .. }), "{named}");

        let never_sealed = continued([sample::intent(9)]);
        assert!(matches!(only(&never_sealed), (Some(19), Fault::NeverSealed { .. })));
    }

    #[test]
    fn an_intent_is_of_the_sealed_bytes_and_is_finished_once() {
        let What::Intent { record, sweep, header, rule, plan, due, .. } = sample::intent(4) else { unreachable!() };
        let other = What::Intent { record, sweep, header, body: Digest::of(b"other"), rule, plan, due };
        let why = |intent| What::Abandoned { record: sample::record(4), sweep: "s-1".into(), intent, why: "x".into() };
        let verified = continued([other, why(19)]);
        assert!(matches!(only(&verified), (Some(19), Fault::IntentDiffers { sealed: 6, .. })));

        let open = continued([sample::intent(4)]);
        assert!(matches!(only(&open), (Some(19), Fault::IntentOpen { .. })));

        let twice = continued([sample::intent(4), sample::intent(4), why(19)]);
        assert!(matches!(only(&twice), (Some(20), Fault::IntentTwice { first: 19, .. })));
    }

    #[test]
    fn an_intent_is_of_the_header_that_a_record_was_rekeyed_to_and_nothing_that_goes_is_rekeyed() {
        let header = Digest::of(b"another");
        let rekeyed = |n| What::Rekeyed { record: sample::record(n), policy: Digest::of(b"policy"), header };
        let of = |index: u64| What::Abandoned {
            record: sample::record(4),
            sweep: "s-1".into(),
            intent: index,
            why: "x".into(),
        };
        let What::Intent { record, sweep, body, rule, plan, due, .. } = sample::intent(4) else { unreachable!() };
        let newer = What::Intent { record, sweep, header, body, rule, plan, due };
        assert!(continued([rekeyed(4), newer, of(20)]).problems.is_empty());
        let older = continued([rekeyed(4), sample::intent(4), of(20)]);
        assert!(matches!(only(&older), (Some(20), Fault::IntentDiffers { part: "header", .. })));
        let gone = continued([rekeyed(1)]);
        assert!(matches!(only(&gone), (Some(19), Fault::RekeyedAfterDestruction { destroyed: 15, .. })));
        let going = continued([sample::intent(4), rekeyed(4), of(19)]);
        assert!(matches!(only(&going), (Some(20), Fault::RekeyedUnderIntent { intent: 19, .. })));
    }

    #[test]
    fn a_sweep_says_what_the_entries_say() {
        let mut story = sample::story();
        story[17].what = sample::swept(&[(1, 15)]);
        let verified = told(&story);
        let [count, list] = &verified.problems[..] else { panic!("{:#?}", verified.problems) };
        assert!(matches!(count.fault, Fault::SweptCount { claimed: 1, computed: 2, .. }));
        assert!(matches!(list.fault, Fault::SweptAnnex { .. }));

        story.truncate(17);
        assert!(matches!(only(&told(&story)), (Some(16), Fault::NeverSwept { .. })));
    }

    #[test]
    fn a_destruction_after_the_end_of_its_sweep_is_named() {
        let verified = continued([sample::intent(4), sample::destroyed(4, 19)]);
        assert!(matches!(only(&verified), (Some(20), Fault::DestroyedAfterSwept { swept: 17, .. })));
    }

    #[test]
    fn an_event_is_replaced_once_by_one_about_the_same_subject() {
        let (about, other, fact) = (Some(sample::record(9)), Some(sample::record(8)), Digest::of(b"correction"));
        let corrected = |about, event| What::EventCorrected { about, event, fact };
        let withdrawn = |about, event| What::EventWithdrawn { about, event, fact };
        assert!(continued([corrected(about, 7), withdrawn(about, 19)]).problems.is_empty());
        type Expected = fn(&Fault) -> bool;
        let cases: [(Vec<What>, u64, Expected); 3] = [
            (vec![corrected(about, 8)], 19, |it| matches!(it, Fault::EventNeverAdded { event: 8 })),
            (vec![corrected(other, 7)], 19, |it| matches!(it, Fault::EventNeverAdded { event: 7 })),
            (vec![corrected(about, 7), withdrawn(about, 7)], 20, |it| {
                matches!(it, Fault::EventReplacedTwice { event: 7, first: 19 })
            }),
        ];
        for (whats, at, is_it) in cases {
            let verified = continued(whats);
            let (index, fault) = only(&verified);
            assert!(index == Some(at) && is_it(fault), "{verified:#?}");
        }
    }

    #[test]
    fn an_entry_of_a_newer_program_is_told_apart() {
        let mut bytes = sample::bytes();
        bytes.push(br#"{"at":1795273300000000,"kind":"melted","v":1}"#.to_vec());
        let verified = read(&bytes, &[]);
        let newer = |fault: &Fault| matches!(fault, Fault::Undecodable(ledger::EntryError::UnknownKind { .. }));
        assert!(matches!(only(&verified), (Some(19), fault) if newer(fault)));
    }

    #[test]
    fn checkpoints_narrow_down_where_history_was_changed() {
        let honest = sample::bytes();
        let checkpoints: Vec<String> = [19, 10, 6, 14].map(|size| sample::checkpoint(&honest[..size])).into();
        let mut story = sample::story();
        story[7].what = What::EventAdded { about: None, fact: Digest::of(b"another event") };
        let changed: Vec<Vec<u8>> = story.iter().map(Entry::encode).collect();
        let verified = read(&changed, &checkpoints);
        assert!(matches!(only(&verified), (Some(6), Fault::RootDiffers { size: 10, .. })));
        assert_eq!(verified.confirmed, Some(6));
    }

    #[test]
    fn i6_a_removed_row_leaves_a_gap() {
        let bytes = sample::bytes();
        let rows = numbered(&bytes).filter(|(index, _)| *index != 7);
        let verified = verify(rows, &[sample::checkpoint(&bytes)], &sample::key().public());
        let gap = |problem: &Problem| matches!(problem.fault, Fault::IndexGap { expected: 7 });
        assert!(verified.problems.iter().any(|problem| problem.index == Some(8) && gap(problem)));
        assert!(
            verified.problems.iter().any(|problem| matches!(problem.fault, Fault::CutOff { size: 18, claimed: 19 }))
        );
    }

    /// A change of history, and the first entry it touches.
    fn changed(honest: &[Vec<u8>], kind: u8, at: usize, with: usize, bit: u8) -> (Vec<Vec<u8>>, usize) {
        let mut entries = honest.to_vec();
        match kind {
            0 => {
                let place = with % entries[at].len();
                entries[at][place] ^= 1 << bit;
                (entries, at)
            }
            1 => {
                entries.remove(at);
                (entries, at)
            }
            2 => {
                entries.swap(at, with);
                (entries, at.min(with))
            }
            _ => {
                entries.truncate(at);
                (entries, at)
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn i6_every_changed_removed_reordered_or_cut_off_entry_is_found(
            kind in 0u8..4,
            at in 0usize..19,
            with in 0usize..19,
            place in 0usize..1000,
            bit in 0u8..8,
            sizes in prop::collection::vec(0usize..20, 0..4),
        ) {
            let honest = sample::bytes();
            let with = if kind == 0 { place } else { with };
            prop_assume!(kind != 2 || at != with);
            let sizes: Vec<usize> = sizes.into_iter().chain([honest.len()]).collect();
            let checkpoints: Vec<String> = sizes.iter().map(|size| sample::checkpoint(&honest[..*size])).collect();
            let (entries, first) = changed(&honest, kind, at, with, bit);
            let verified = read(&entries, &checkpoints);

            let confirmed = verified.confirmed.unwrap_or(0) as usize;
            prop_assert!(confirmed <= first, "a checkpoint at {confirmed} confirms a change at {first}");
            let place = verified.problems.iter().find_map(|problem| match problem.fault {
                Fault::RootDiffers { size, .. } => Some((problem.index, size)),
                Fault::AnotherLedger { .. } => Some((problem.index, 1)),
                Fault::CutOff { size, claimed } => Some((Some(size.min(confirmed as u64)), claimed)),
                _ => None,
            });
            let (from, until) = place.expect("the change is found");
            prop_assert!(from.is_some_and(|from| from <= first as u64) && first < until as usize, "{from:?} {until} {first}");
            if kind == 0 && Entry::decode(&entries[at]).is_err() {
                let named = |problem: &Problem| matches!(problem.fault, Fault::Undecodable(_)) && problem.index == Some(at as u64);
                prop_assert!(verified.problems.iter().any(named), "the damaged entry itself is named");
            }
        }
    }
}
