//! Ledgers that are sound, and ledgers that are not: what the reader says of each.

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
    let of =
        |index: u64| What::Abandoned { record: sample::record(4), sweep: "s-1".into(), intent: index, why: "x".into() };
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
    assert!(verified.problems.iter().any(|problem| matches!(problem.fault, Fault::CutOff { size: 18, claimed: 19 })));
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
