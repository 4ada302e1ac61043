//! Faults that last: from the middle of a command on every call of a kind fails, in three commands one after the other.
//!
//! In: an instance with a witness and a second place, copied for each fault. Out: once the disk works again the next call
//! finishes, in both places, and `verify` agrees. The rule it keeps: nothing is entered twice, however often it was tried.

use std::sync::Mutex;

use super::faults::{Table, judge, tell};
use super::kill::{self, Point};
use super::rekey::Handed;
use super::second_copy::{copied, is_same};
use super::sweep::Planned;
use super::{TAKE_IN, at_each};
use crate::restore;
use crate::scene::{self, Taken};
use crate::second_copy::with_second_copy;
use crate::support::Instance;

/// Each error, and the calls that end with it. Where every `write` failed nothing could be said of it: full disks are in `image`.
const FAULTS: [(&str, &[&str]); 4] = [
    ("ENOSPC", &["openat", "pwrite64"]),
    ("EIO", &["fsync", "syncfs", "pread64", "getdents64"]),
    ("EROFS", &["renameat2", "unlinkat", "ftruncate"]),
    ("EMFILE", &["openat2"]),
];

/// How many commands meet the same fault.
const COMMANDS: usize = 3;

/// A ready instance with a witness and a second place.
fn template() -> Instance {
    let template = Instance::new();
    scene::ready(&template);
    with_second_copy(&template);
    restore::with_witness(&template);
    template
}

/// Copies an instance with its second place and its witness.
fn copied_with_all(from: &Instance) -> Instance {
    let to = copied(from);
    restore::put(&to, from.home().join("witness").to_str().unwrap(), "../home/witness");
    to
}

/// Returns, for each call, its middle one.
fn middles(points: Vec<Point>) -> Vec<Point> {
    let mut middles: Vec<Point> = Vec::new();
    for point in points {
        match middles.iter_mut().find(|one| (&one.call, one.threads) == (&point.call, point.threads)) {
            // Every second one moves it by one.
            Some(middle) => middle.number = point.number.div_ceil(2),
            None => middles.push(point),
        }
    }
    middles
}

fn try_all(command: &str, template: &Instance, run: &[&str], check: impl Fn(&Instance, &str) + Sync) {
    let table = Mutex::new(Table::default());
    for (error, calls) in FAULTS {
        let points = middles(kill::points_among(&copied_with_all(template), kill::hokan(run), calls, usize::MAX));
        at_each(&points, |_, point, worker| {
            let case = copied_with_all(template);
            let moment = format!("{command}: {error} from {point:?} on, {COMMANDS} times");
            for _ in 0..COMMANDS {
                let output = kill::injected_from(&case, kill::hokan(run), point, &format!("error={error}"), worker);
                judge(&table, error, &output, &moment);
            }
            check(&case, &moment);
            true
        });
    }
    tell(command, table.into_inner().unwrap(), 8 * COMMANDS);
}

/// The witness has what the ledger has, and both places hold the same.
fn is_everywhere(case: &Instance, identity: &std::path::Path, moment: &str) {
    is_same(case, identity, moment);
    let ledger = rusqlite::Connection::open(case.root().join("vault/ledger.db")).unwrap();
    let entries: i64 = ledger.query_row("SELECT count(*) FROM entries", [], |row| row.get(0)).unwrap();
    let witness = std::fs::read_to_string(case.home().join("witness/ledger.jsonl")).unwrap();
    assert_eq!(witness.lines().count() as i64, entries, "{moment}: the witness lacks entries");
}

#[test]
fn i1_a_take_in_that_fails_again_and_again_loses_nothing_and_takes_each_file_once() {
    let (template, files) = (template(), scene::files());
    scene::fill(&template, &files);
    let unharmed = copied_with_all(&template);
    unharmed.hokan(&TAKE_IN).expect_code(0);
    let identity = template.home().join("identity");
    let expected = Taken { identity: identity.clone(), records: scene::listed(&unharmed), files };
    try_all("take-in", &template, &TAKE_IN, |case, moment| {
        expected.nothing_is_lost(case, moment);
        case.hokan(&TAKE_IN).expect_code(0);
        expected.hold_in(case, moment);
        is_everywhere(case, &identity, moment);
    });
}

#[test]
fn i3_a_sweep_that_fails_again_and_again_destroys_each_record_once() {
    let template = template();
    let planned = Planned::of_ready(&template);
    let identity = template.home().join("identity");
    let run = ["sweep", "run", planned.plan.to_str().unwrap()];
    try_all("sweep run", &template, &run, |case, moment| {
        planned.keeps_what_it_must(case, moment);
        case.hokan(&run).expect_code(0);
        planned.is_done(case, moment, &[]);
        is_everywhere(case, &identity, moment);
    });
}

#[test]
fn a_rekeying_that_fails_again_and_again_leaves_one_good_header_in_each_place() {
    let template = template();
    let handed = Handed::of_ready(&template);
    try_all("rekey", &template, &handed.run(), |case, moment| {
        handed.opens(case, moment);
        case.hokan(&handed.again()).expect_code(0);
        handed.is_done(case, moment);
        is_everywhere(case, &handed.new, moment);
    });
}

#[test]
fn a_second_copy_that_fails_again_and_again_is_whole_once_the_disk_works() {
    let template = template();
    scene::fill(&template, &scene::files());
    template.hokan(&TAKE_IN).expect_code(0);
    let identity = template.home().join("identity");
    // Of the second place a header and a body are gone, of the first a body; none of a record in both.
    let files = |place: &std::path::Path| {
        let all = scene::below(place).into_iter();
        all.filter(|path| path.extension().is_some_and(|e| e == "body" || e == "header")).collect::<Vec<_>>()
    };
    let (there, here) = (files(&template.home().join("copy")), files(&template.root().join("vault")));
    [&there[0], &there[there.len() - 1], &here[1]].into_iter().for_each(|path| std::fs::remove_file(path).unwrap());
    try_all("second-copy", &template, &["second-copy"], |case, moment| {
        case.hokan(&["second-copy"]).expect_code(0);
        assert_eq!(scene::opened(case, &identity).len(), scene::files().len(), "{moment}");
        is_same(case, &identity, moment);
        case.hokan(&["verify"]).expect_code(0);
    });
}
