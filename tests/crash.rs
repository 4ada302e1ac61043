//! Crash tests: the real program is killed at each system call that changes the disk, and started again.
//!
//! In: a ready instance, copied for each moment. Out: nothing is lost, nothing is there twice, everything verifies. The
//! rule it keeps: what was promised before the kill (I1, I3) is looked at twice, as the kill left it and after the same
//! command ran again; records are read with `age` and never through hokan.
//!
//! `cargo test --release -- --nocapture crash::` prints how many moments were tried for each call. Of a restore and of a
//! sweep in groups, whose cases take longest, 150 moments are tried, spread over the calls;
//! `HOKAN_FAULTS=all cargo test --release -- --nocapture crash::` tries all of them.

mod faults;
mod key;
pub mod kill;
mod lasting;
mod migrate;
mod notice_runs;
mod power;
mod publish;
mod rekey;
mod restore;
mod second_copy;
mod sweep;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::scene::{self, Taken};
use crate::support::Instance;
use kill::Point;

/// More calls than this of one kind are thinned out.
const MOST: usize = 1000;
/// Where each case takes long, so many moments are tried.
const SPREAD: usize = 150;

/// Returns how many calls of one kind are tried: few in every run of the tests, many with `HOKAN_FAULTS=all`.
pub fn most(few: usize, many: usize) -> usize {
    if std::env::var_os("HOKAN_FAULTS").is_some_and(|wanted| wanted == "all") { many } else { few }
}

const TAKE_IN: [&str; 2] = ["take-in", "--yes"];

#[test]
fn i1_a_take_in_killed_at_any_moment_loses_nothing_and_is_finished_by_the_next() {
    let (template, files) = (Instance::new(), scene::files());
    scene::ready(&template);
    scene::fill(&template, &files);
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &TAKE_IN, MOST);
    let expected = Taken { identity: template.home().join("identity"), records: scene::listed(&unharmed), files };
    expected.hold_in(&unharmed, "unharmed");
    let killed = at_each(&points, |_, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &TAKE_IN, point, worker);
        let moment = format!("killed at {point:?}");
        expected.nothing_is_lost(&case, &moment);
        case.hokan(&TAKE_IN).expect_code(0);
        expected.hold_in(&case, &moment);
        killed
    });
    report("take-in", &points, killed);
}

#[test]
fn a_sidecar_that_goes_or_is_replaced_once_its_record_is_sealed_makes_its_file_a_new_one() {
    let (template, beside) = (Instance::new(), format!("records/in/{}.meta.yaml", scene::WITH_SIDECAR));
    scene::ready(&template);
    let alone = scene::files().into_iter().filter(|(path, _)| path == scene::WITH_SIDECAR).collect();
    scene::fill(&template, &alone);
    // Where the entry is written and nothing is moved yet.
    let is_sealed = |case: &Instance| {
        let ledger = rusqlite::Connection::open(case.root().join("vault/ledger.db")).unwrap();
        let count = "SELECT count(*) FROM entries WHERE kind = 'sealed'";
        let sealed: i64 = ledger.query_row(count, [], |row| row.get(0)).unwrap();
        sealed == 1 && case.root().join(&beside).exists()
    };
    let stopped = || {
        (1..20).find_map(|number| {
            let case = scene::copy(&template);
            let point = Point { call: "renameat2".to_owned(), number, threads: kill::Threads::Main };
            (kill::killed(&case, &TAKE_IN, &point, 0) && is_sealed(&case)).then_some(case)
        })
    };
    for replaced in [false, true] {
        let case = stopped().unwrap();
        std::fs::remove_file(case.root().join(&beside)).unwrap();
        if replaced {
            case.run("mkfifo", &[&beside]).expect_code(0);
            // It goes back with its pipe, and the record of what was sealed is not open any more.
            let taken = scene::json(&case, &TAKE_IN);
            assert_eq!(taken["recovered"]["put-back"], serde_json::json!([scene::WITH_SIDECAR]), "{taken:#}");
            std::fs::remove_file(case.root().join(&beside)).unwrap();
        }
        let taken = scene::json(&case, &TAKE_IN);
        assert_eq!(taken["taken"].as_array().unwrap().len(), 1, "{taken:#}");
        let list = scene::json(&case, &["records", "list"]);
        let states: Vec<&str> =
            list["records"].as_array().unwrap().iter().map(|record| record["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["held", "held"], "{list:#}");
        assert_eq!(scene::opened(&case, &template.home().join("identity")).len(), 2);
        case.hokan(&["verify"]).expect_code(0);
    }
}

/// Tries every moment, on two processors; returns at how many the program was killed.
fn at_each(points: &[Point], try_one: impl Fn(usize, &Point, usize) -> bool + Sync) -> usize {
    let (next, killed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for worker in 0..std::thread::available_parallelism().map_or(1, usize::from).min(2) {
            let (next, killed, try_one) = (&next, &killed, &try_one);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(point) = points.get(number) else { break };
                    killed.fetch_add(usize::from(try_one(number, point, worker)), Ordering::Relaxed);
                }
            });
        }
    });
    killed.into_inner()
}

/// Says how many moments were tried, and expects that the program was killed at nearly all of them.
#[expect(clippy::disallowed_macros, reason = "what a test tried is for whoever runs it")]
fn report(command: &str, points: &[Point], killed: usize) {
    assert!(killed * 10 >= points.len() * 9, "killed at {killed} of {} moments only", points.len());
    let mut by_call: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for point in points {
        *by_call.entry((&point.call, format!("{:?}", point.threads))).or_default() += 1;
    }
    println!("{command}: killed at {killed} of {} moments: {by_call:?}", points.len());
}
