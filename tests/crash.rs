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
