//! Runs of letters that are killed at any moment: the next call goes on, and each letter is there exactly once.
//!
//! In: an instance with a sealed record of many households. Out: after the second call every row is in one letter, and the
//! numbers have neither gap nor double. The rule it keeps: letters are counted in the catalog's file, beside hokan.

use super::{at_each, kill, report};
use crate::instances::{OFFICER, Ready};
use crate::support::Instance;
use crate::{notice_runs, print_files, scene};

/// More letters than are entered together.
const HOUSEHOLDS: usize = 40;
/// More calls than this of one kind are thinned out.
const FEWER: usize = 3;

#[test]
fn a_run_of_letters_killed_at_any_moment_is_finished_by_the_next_each_letter_once() {
    let template = Ready::new();
    print_files::with_print_house(&template);
    let record = notice_runs::taken_in(&template, &notice_runs::many(HOUSEHOLDS));
    let identity = template.identity();
    let run = ["notice", "run", "--from", &record, "-i", &identity, "--by", OFFICER];
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &run, FEWER);
    let each_once = |case: &Instance, moment: &str| {
        notice_runs::each_once(case, HOUSEHOLDS, moment);
        print_files::each_in_one(case, HOUSEHOLDS as i64, moment);
    };
    each_once(&unharmed, "unharmed");
    let killed = at_each(&points, |_, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("killed at {point:?}");
        let again = case.hokan(&run);
        // Killed after the last write: there is nothing left to do.
        let is_done = again.stderr.contains("notice.done");
        assert!(is_done || again.code == Some(0), "{moment}: {}", again.stderr);
        each_once(&case, &moment);
        case.hokan(&["verify"]).expect_code(0);
        killed
    });
    report("notice run", &points, killed);
}
