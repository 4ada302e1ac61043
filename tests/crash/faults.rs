//! Disks and machines that refuse: each file operation of take-in, sweep, rekeying and restore fails once, with each error that
//! fits it.
//!
//! In: a ready instance, copied for each point. Out: the program goes on rightly, or ends with a code of its own and says what
//! could not be done with which file; the next call, without the fault, finishes. The rule it keeps: whether anything is lost
//! is asked of `age`, before and after.
//!
//! A few points of each kind are tried in every run, many with `HOKAN_FAULTS=all`; `--nocapture` prints the table.

use std::collections::BTreeMap;
use std::process::Output;
use std::sync::Mutex;

use super::kill;
use super::rekey::Handed;
use super::restore::LastWeek;
use super::sweep::Planned;
use super::{TAKE_IN, at_each, most};
use crate::scene::{self, Taken};
use crate::support::Instance;

/// Each error, and the calls that can end with it.
const FAULTS: [(&str, &[&str]); 4] = [
    ("ENOSPC", &["openat", "openat2", "mkdirat", "write", "pwrite64", "renameat2", "fsync", "fdatasync", "syncfs"]),
    (
        "EIO",
        &[
            "openat",
            "openat2",
            "read",
            "pread64",
            "getdents64",
            "write",
            "pwrite64",
            "renameat2",
            "unlink",
            "unlinkat",
            "ftruncate",
            "fsync",
            "fdatasync",
            "syncfs",
        ],
    ),
    ("EROFS", &["openat", "openat2", "mkdirat", "renameat2", "unlink", "unlinkat", "ftruncate"]),
    ("EMFILE", &["openat", "openat2"]),
];

/// The codes a command may end with; 127 is the system's, which could not start it.
const CODES: [i32; 6] = [0, 1, 4, 74, 75, 127];

/// What was tried and what was said.
#[derive(Default)]
pub(super) struct Table {
    tried: BTreeMap<&'static str, usize>,
    codes: BTreeMap<i32, usize>,
    said: BTreeMap<String, usize>,
}

/// Lets every call fail in turn, each in a case of its own; `check` looks at what is left, lets the command run again and looks
/// once more.
fn try_all(command: &str, new: impl Fn() -> Instance + Sync, run: &[&str], check: impl Fn(&Instance, &str) + Sync) {
    let table = Mutex::new(Table::default());
    for (error, calls) in FAULTS {
        let points = kill::points_among(&new(), kill::hokan(run), calls, most(2, 30));
        at_each(&points, |_, point, worker| {
            let case = new();
            let output = kill::injected(&case, kill::hokan(run), point, &format!("error={error}"), worker);
            let moment = format!("{command}: {error} at {point:?}");
            judge(&table, error, &output, &moment);
            check(&case, &moment);
            true
        });
    }
    tell(command, table.into_inner().unwrap(), 40);
}

/// It ends with a code of its own, and says what could not be done with what.
pub(super) fn judge(table: &Mutex<Table>, error: &'static str, output: &Output, moment: &str) {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let code = output.status.code().unwrap_or_else(|| panic!("{moment}: ended by a signal: {said}"));
    assert!(CODES.contains(&code), "{moment}: ended with {code}: {said}");
    assert!(!said.contains("panicked"), "{moment}: {said}");
    // What cannot be printed cannot be read; where even the loader fails, it is the loader that speaks.
    let is_told = code == 0 || code == 127 || said.is_empty() || said.contains('`') || said.contains("could not");
    assert!(is_told, "{moment}: ended with {code} and said: {said}");
    let mut table = table.lock().unwrap();
    *table.tried.entry(error).or_default() += 1;
    *table.codes.entry(code).or_default() += 1;
    if code != 0 {
        let line = said.lines().rev().find(|line| line.contains("error")).unwrap_or("(nothing)").to_owned();
        *table.said.entry(format!("{code} {}", masked(&line))).or_default() += 1;
    }
}

/// A message without what differs each time.
fn masked(line: &str) -> String {
    let words = line.split(' ').map(|word| if word.contains('/') || word.len() > 34 { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[expect(clippy::disallowed_macros, reason = "what a test tried is for whoever runs it")]
pub(super) fn tell(command: &str, table: Table, least: usize) {
    let total: usize = table.tried.values().sum();
    println!("{command}: {total} points, 0 lost, 0 half done: {:?}, exit codes {:?}", table.tried, table.codes);
    if most(0, 1) == 1 {
        table.said.iter().for_each(|(line, count)| println!("  {count:4} {line}"));
    }
    assert!(total > least, "{command}: {total} points only");
}

#[test]
fn i1_a_take_in_whose_file_operations_fail_loses_nothing_and_is_finished_by_the_next() {
    let (template, files) = (Instance::new(), scene::files());
    scene::ready(&template);
    scene::fill(&template, &files);
    let unharmed = scene::copy(&template);
    unharmed.hokan(&TAKE_IN).expect_code(0);
    let expected = Taken { identity: template.home().join("identity"), records: scene::listed(&unharmed), files };
    let new = || scene::copy(&template);
    try_all("take-in", new, &TAKE_IN, |case, moment| {
        expected.nothing_is_lost(case, moment);
        case.hokan(&TAKE_IN).expect_code(0);
        expected.hold_in(case, moment);
    });
}

#[test]
fn i3_a_sweep_whose_file_operations_fail_is_finished_once_by_the_next() {
    let template = Instance::new();
    let planned = Planned::new(&template);
    let run = ["sweep", "run", planned.plan.to_str().unwrap()];
    let new = || scene::copy(&template);
    try_all("sweep run", new, &run, |case, moment| {
        planned.keeps_what_it_must(case, moment);
        case.hokan(&run).expect_code(0);
        planned.is_done(case, moment, &[]);
    });
}

#[test]
fn a_rekeying_whose_file_operations_fail_is_finished_by_the_next() {
    let template = Instance::new();
    let handed = Handed::new(&template);
    let new = || scene::copy(&template);
    try_all("rekey", new, &handed.run(), |case, moment| {
        handed.opens(case, moment);
        case.hokan(&handed.again()).expect_code(0);
        handed.is_done(case, moment);
    });
}

#[test]
fn i11_a_restore_whose_file_operations_fail_is_finished_by_the_next() {
    let template = Instance::new();
    let last_week = LastWeek::new(&template);
    let new = || {
        let case = scene::copy(&template);
        last_week.witness_of(&case);
        case
    };
    let run = ["restore", "--apply", "../home/witness"];
    try_all("restore", new, &run, |case, moment| {
        last_week.nothing_is_lost(case, moment);
        case.hokan(&run).expect_code(0);
        last_week.is_done(case, moment);
    });
}
