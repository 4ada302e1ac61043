//! Two places, killed at any moment: no plaintext goes before both hold the record, no record counts as destroyed before its
//! headers are overwritten in both, and after the next call both are the same.
//!
//! In: an instance whose policy names a second place. Out: what lies in both after take-in, the first filling, a sweep and a
//! rekeying that were killed. The rule it keeps: each place is read alone, with `age`.

use super::{TAKE_IN, at_each, kill, most, report};
use crate::scene::{self, Taken};
use crate::second_copy::{opened, with_second_copy};
use crate::support::Instance;
use crate::{rekey, restore};

/// More calls than this of one kind are thinned out.
fn calls() -> usize {
    most(3, 1000)
}

/// Copies an instance with its second place.
pub fn copied(from: &Instance) -> Instance {
    let to = scene::copy(from);
    let place = from.home().join("copy");
    restore::put(&to, place.to_str().unwrap(), "../home/copy");
    to
}

/// Both places hold the same records, whole, and nothing else.
pub fn is_same(case: &Instance, identity: &std::path::Path, moment: &str) {
    assert_eq!(opened(case, identity), scene::opened(case, identity), "{moment}: the places differ");
    for part in ["headers", "bodies"] {
        let names = |dir: std::path::PathBuf| -> Vec<std::path::PathBuf> {
            let below = scene::below(&dir).into_iter();
            below.map(|path| path.strip_prefix(&dir).unwrap().to_owned()).collect()
        };
        let (first, second) = (names(case.root().join("vault").join(part)), names(case.home().join("copy").join(part)));
        assert_eq!(first, second, "{moment}: files below {part}");
    }
}

#[test]
fn i1_a_take_in_of_two_places_killed_at_any_moment_loses_nothing_in_either() {
    let (template, files) = (Instance::new(), scene::files());
    scene::ready(&template);
    // One record is there before the second place is: it is copied by the first take-in that knows of it.
    let (name, bytes) = files.iter().next().unwrap();
    template.write(std::path::Path::new("records/in").join(name), bytes);
    template.hokan(&TAKE_IN).expect_code(0);
    with_second_copy(&template);
    scene::fill(&template, &files);
    let filled_again = template.root().join("records/in").join(name);
    std::fs::remove_file(&filled_again).unwrap();
    // Its folder had gone with it before.
    std::fs::remove_dir(filled_again.parent().unwrap()).unwrap();
    let identity = template.home().join("identity");
    let unharmed = copied(&template);
    let points = kill::points(&unharmed, &TAKE_IN, calls());
    let expected = Taken { identity: identity.clone(), records: scene::listed(&unharmed), files };
    expected.hold_in(&unharmed, "unharmed");
    is_same(&unharmed, &identity, "unharmed");
    let killed = at_each(&points, |_, point, worker| {
        let case = copied(&template);
        let killed = kill::killed(&case, &TAKE_IN, point, worker);
        let moment = format!("two places, killed at {point:?}");
        expected.nothing_is_lost(&case, &moment);
        // What is no longer below `records/in` opens from the second place alone, but for what was sealed before it was.
        let plain = scene::below(&case.root().join("records/in"));
        let plain: Vec<Vec<u8>> = plain.iter().map(|path| std::fs::read(path).unwrap()).collect();
        let there = opened(&case, &identity);
        for (path, bytes) in expected.files.iter().skip(1) {
            let is_there = plain.contains(bytes) || there.values().any(|opened| opened == bytes);
            assert!(is_there, "{moment}: `{path}` is neither below records/in nor in the second place");
        }
        case.hokan(&TAKE_IN).expect_code(0);
        expected.hold_in(&case, &moment);
        is_same(&case, &identity, &moment);
        killed
    });
    report("take-in of two places", &points, killed);
}

#[test]
fn i3_a_sweep_of_two_places_killed_at_any_moment_is_finished_in_both() {
    let (template, files) = (Instance::new(), scene::files());
    scene::ready(&template);
    with_second_copy(&template);
    scene::fill(&template, &files);
    template.hokan(&TAKE_IN).expect_code(0);
    let identity = template.home().join("identity");
    let (plan, approver) = (template.home().join("plan.json"), template.home().join("approver"));
    scene::approved_plan(&template, plan.to_str().unwrap(), approver.to_str().unwrap());
    let run = ["sweep", "run", plan.to_str().unwrap()];
    let unharmed = copied(&template);
    let points = kill::points(&unharmed, &run, calls());
    let after = scene::opened(&unharmed, &identity);
    assert!(after.len() < files.len() - 3, "{after:?}");
    is_same(&unharmed, &identity, "unharmed");
    let killed = at_each(&points, |_, point, worker| {
        let case = copied(&template);
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("sweep of two places killed at {point:?}");
        let ledger = rusqlite::Connection::open(case.root().join("vault/ledger.db")).unwrap();
        let mut select = ledger.prepare("SELECT record FROM entries WHERE kind = 'destroyed'").unwrap();
        let destroyed: Vec<String> = select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let there = opened(&case, &identity);
        assert!(destroyed.iter().all(|id| !there.contains_key(id)), "{moment}: a destroyed record opens from the copy");
        case.hokan(&run).expect_code(0);
        assert_eq!(scene::opened(&case, &identity), after, "{moment}");
        is_same(&case, &identity, &moment);
        case.hokan(&["verify"]).expect_code(0);
        killed
    });
    report("sweep run of two places", &points, killed);
}

#[test]
fn a_rekeying_of_two_places_killed_at_any_moment_leaves_the_same_header_in_both() {
    let (template, files) = (Instance::new(), scene::files());
    scene::ready(&template);
    with_second_copy(&template);
    scene::fill(&template, &files);
    template.hokan(&TAKE_IN).expect_code(0);
    let new = rekey::hand_over(&template);
    let old = template.home().join("identity");
    let before = scene::opened(&template, &old);
    let (old_name, new_name) = (old.to_str().unwrap(), new.to_str().unwrap());
    let run = ["rekey", "--all", "-i", old_name];
    let again = ["rekey", "--all", "-i", old_name, "-i", new_name];
    let unharmed = copied(&template);
    let points = kill::points(&unharmed, &run, calls());
    is_same(&unharmed, &new, "unharmed");
    let killed = at_each(&points, |_, point, worker| {
        let case = copied(&template);
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("rekey of two places killed at {point:?}");
        let mut there = opened(&case, &old);
        there.extend(opened(&case, &new));
        assert_eq!(there, before, "{moment}: a copy opens for nobody");
        case.hokan(&again).expect_code(0);
        assert_eq!(scene::opened(&case, &new), before, "{moment}");
        assert!(opened(&case, &old).is_empty(), "{moment}: the former recipient opens a copy");
        is_same(&case, &new, &moment);
        case.hokan(&["verify"]).expect_code(0);
        killed
    });
    report("rekey of two places", &points, killed);
}
