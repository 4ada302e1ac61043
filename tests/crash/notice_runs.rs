//! Runs of letters that are killed at any moment: the next call goes on, and each letter is there exactly once.
//!
//! In: an instance with a record of many households that was taken in for its letters. Out: after the second call every row is in
//! one letter and one print file, the numbers have neither gap nor double, and the plaintext is gone, which stayed until then. The
//! rule it keeps: letters are counted in the catalog's file, beside hokan.
//!
//! `HOKAN_KILLS_SEED` repeats the moments of the long run; its seed is printed.

use std::process::Stdio;

use super::{at_each, kill, report};
use crate::instances::{Ready, until};
use crate::soak::{Lot, asked, said};
use crate::support::Instance;
use crate::{notice_runs, print_files, scene};

/// More letters than are entered together.
const HOUSEHOLDS: usize = 40;
/// More calls than this of one kind are thinned out.
const FEWER: usize = 3;
const TAKE_IN_FEWER: usize = 6;

#[test]
fn a_run_of_letters_killed_at_any_moment_is_finished_by_the_next_each_letter_once() {
    let template = Ready::new();
    print_files::with_print_house(&template);
    template.drop_in(notice_runs::SECOND, notice_runs::table(HOUSEHOLDS));
    // A copy is another file to the disk: it is taken in where it lies.
    let prepared = || {
        let case = scene::copy(&template);
        case.hokan(&["take-in", "--yes"]).expect_code(0);
        case
    };
    let run = ["notice", "run"];
    let unharmed = prepared();
    let points = kill::points(&unharmed, &run, FEWER);
    let each_once = |case: &Instance, moment: &str| {
        notice_runs::each_once(case, HOUSEHOLDS, moment);
        print_files::each_in_one(case, HOUSEHOLDS as i64, moment);
    };
    each_once(&unharmed, "unharmed");
    let plaintext = |case: &Instance| case.root().join("records/in").join(notice_runs::SECOND).exists();
    assert!(!plaintext(&unharmed));
    let killed = at_each(&points, |_, point, worker| {
        let case = prepared();
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("killed at {point:?}");
        let is_early = !plaintext(&case) && !notice_runs::ended(&case);
        assert!(!is_early, "{moment}: the plaintext went before the last letter");
        // Killed after the last write: there is nothing left to do.
        case.hokan(&run).expect_code(0);
        each_once(&case, &moment);
        assert!(!plaintext(&case), "{moment}: the plaintext stayed");
        case.hokan(&["verify"]).expect_code(0);
        killed
    });
    report("notice run", &points, killed);
}

/// How many letters the long run has, and how often it is killed.
const LETTERS: usize = 1_000;
const KILLS: usize = 5;

/// A letter of one line: what is looked at is when it is entered, not how it is set.
const SHORT: &str = "#import \"lib.typ\": *
#let job = json(\"/job.json\")
#let data = json(\"/data.json\")
#show: notice.with(job)
#data.number
";

/// Returns how many letters the catalog has.
fn entered(case: &Instance) -> usize {
    let catalog = rusqlite::Connection::open(case.root().join("vault/catalog.db")).unwrap();
    let count: i64 = catalog.query_row("SELECT count(*) FROM letters", [], |row| row.get(0)).unwrap();
    usize::try_from(count).unwrap()
}

#[test]
fn a_thousand_letters_killed_again_and_again_are_there_once_each() {
    let case = Ready::new();
    case.write("templates/notices/medical-cost.typ", SHORT);
    case.commit("A short letter");
    case.accept();
    case.drop_in(notice_runs::SECOND, notice_runs::table(LETTERS));
    case.take_in();
    let seed = asked("HOKAN_KILLS_SEED").unwrap_or_else(|| u64::from(std::process::id()) << 20 | 0x5eed);
    said(&format!("HOKAN_KILLS_SEED={seed}"));
    let mut lot = Lot(seed.max(1));
    let mut moments: Vec<usize> = (0..KILLS).map(|_| lot.below(LETTERS as u64) as usize).collect();
    moments.sort_unstable();
    let mut killed = 0;
    for moment in moments {
        let mut run = case.command(env!("CARGO_BIN_EXE_hokan"), &["notice", "run"]);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until("so many letters are entered", || {
            (entered(&case) >= moment || run.try_wait().unwrap().is_some()).then_some(())
        });
        // From here on the kernel decides what it was about to do.
        for _ in 0..lot.below(1 << 16) {
            std::hint::spin_loop();
        }
        run.kill().unwrap();
        killed += usize::from(!run.wait().unwrap().success());
    }
    assert!(killed > 0, "none was killed at work: {seed}");
    case.hokan(&["notice", "run"]).expect_code(0);
    notice_runs::each_once(&case, LETTERS, &format!("seed {seed}"));
    assert!(!case.inbox(notice_runs::SECOND).exists());
    case.expect_verified();
}

#[test]
fn i1_a_take_in_of_what_letters_wait_for_killed_at_any_moment_claims_it_once() {
    let template = Ready::new();
    template.drop_in(notice_runs::SECOND, notice_runs::table(3));
    let (take_in, run) = (["take-in", "--yes"], ["notice", "run"]);
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &take_in, TAKE_IN_FEWER);
    let killed = at_each(&points, |_, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &take_in, point, worker);
        let moment = format!("killed at {point:?}");
        let place = case.root().join("records/in").join(notice_runs::SECOND);
        let bytes = std::fs::read(&place).ok();
        assert_eq!(bytes, Some(notice_runs::table(3).into_bytes()), "{moment}: the plaintext went before its letters");
        case.hokan(&take_in).expect_code(0);
        assert!(place.exists(), "{moment}: the plaintext went before its letters");
        case.hokan(&run).expect_code(0);
        notice_runs::each_once(&case, 3, &moment);
        assert!(!place.exists(), "{moment}: the plaintext stayed");
        case.hokan(&["verify"]).expect_code(0);
        killed
    });
    report("take-in of what letters wait for", &points, killed);
}
