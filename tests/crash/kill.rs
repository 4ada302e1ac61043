//! Stopping the real program at a chosen system call, with `strace`.
//!
//! In: an instance, a command, a system call and its number. Out: whether the program was killed there. The rule it
//! keeps: the signal is `SIGKILL`, sent when the call is entered and before it does anything, so that every state the
//! disk goes through is left behind once. The program runs on one processor: it seals with one thread then, and the
//! order of its calls is the same each time.
//!
//! `strace` counts the calls of each thread on its own. Points of the main thread are reached without following others;
//! those of the sealing thread by following all, from the first number that no child process (git) reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::process::{Output, Stdio};

use crate::support::Instance;

/// The calls that change what is on the disk, or what is promised about it. `?` is for those a processor does not have.
const CALLS: [&str; 13] = [
    "fsync",
    "fdatasync",
    "syncfs",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "write",
    "pwrite64",
    "ftruncate",
    "truncate",
    "mkdirat",
];

/// Which threads count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// The main thread alone.
    Main,
    /// Every thread and child.
    All,
}

/// One moment to stop at.
#[derive(Clone, Debug)]
pub struct Point {
    pub call: String,
    pub number: usize,
    pub threads: Threads,
}

/// What can be killed: hokan itself, or another program that calls it.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    pub path: &'a str,
    pub arguments: &'a [&'a str],
}

/// hokan with these arguments.
pub fn hokan<'a>(arguments: &'a [&'a str]) -> Program<'a> {
    Program { path: env!("CARGO_BIN_EXE_hokan"), arguments }
}

/// As [`points_of`], for hokan.
pub fn points(instance: &Instance, arguments: &[&str], most: usize) -> Vec<Point> {
    points_of(instance, hokan(arguments), most)
}

/// Returns the moments at which `program` can be stopped on `instance`, which is used up. Where there are more than
/// `most` for one call, all of the first half of `most` and every so-manieth of the others.
pub fn points_of(instance: &Instance, program: Program<'_>, most: usize) -> Vec<Point> {
    let counted = counted(instance, program, &CALLS);
    let beyond = |call: &str| counted.children.get(call).copied().unwrap_or(0) + 1;
    all_of(&counted, beyond, most)
}

/// As [`points_of`], for any calls, of which those of a child process may be reached with those of a thread.
pub fn points_among(instance: &Instance, program: Program<'_>, calls: &[&str], most: usize) -> Vec<Point> {
    all_of(&counted(instance, program, calls), |_| 1, most)
}

fn all_of(counted: &Counted, first: impl Fn(&str) -> usize, most: usize) -> Vec<Point> {
    let main = counted.main.iter().flat_map(|(call, count)| picked(call, Threads::Main, 1..=*count, most));
    let sealing = counted.threads.iter();
    let sealing = sealing.flat_map(|(call, count)| picked(call, Threads::All, first(call)..=*count, most));
    main.chain(sealing).collect()
}

/// Runs the program and counts its calls.
fn counted(instance: &Instance, program: Program<'_>, calls: &[&str]) -> Counted {
    let log = instance.home().join("calls");
    let all = format!("trace=?{},execve", calls.join(",?"));
    let ran = instance.run("taskset", &strace(&["-f", "-o", log.to_str().unwrap(), "-e", &all], program, 0));
    ran.expect_code(0);
    Counted::read(&std::fs::read_to_string(&log).unwrap(), calls)
}

fn picked(call: &str, threads: Threads, numbers: std::ops::RangeInclusive<usize>, most: usize) -> Vec<Point> {
    let numbers: Vec<usize> = numbers.collect();
    let (near, far) = numbers.split_at(numbers.len().min(if numbers.len() <= most { most } else { most / 2 }));
    let step = far.len().div_ceil((most / 2).max(1)).max(1);
    let chosen = near.iter().chain(far.iter().step_by(step));
    chosen.map(|number| Point { call: call.to_owned(), number: *number, threads }).collect()
}

/// Returns at most so many of the moments: all of the calls that are made a few times, and of the others as many each,
/// spread evenly. The same moments give the same choice.
pub fn spread(points: Vec<Point>, most: usize) -> Vec<Point> {
    let mut calls: BTreeMap<(String, bool), Vec<Point>> = BTreeMap::new();
    for point in points {
        calls.entry((point.call.clone(), point.threads == Threads::All)).or_default().push(point);
    }
    let tried = |share: usize| calls.values().map(|of_call| of_call.len().min(share)).sum::<usize>();
    let longest = calls.values().map(Vec::len).max().unwrap_or(0);
    let share = (1..=longest).take_while(|share| tried(*share) <= most).last().unwrap_or(1);
    let chosen = calls.into_values().flat_map(|of_call| {
        let (all, count) = (of_call.len(), of_call.len().min(share));
        (0..count).map(move |n| of_call[n * all / count].clone())
    });
    chosen.collect()
}

#[test]
fn moments_are_spread_over_the_calls_and_rare_calls_keep_all_of_theirs() {
    let point = |call: &str, number| Point { call: call.to_owned(), number, threads: Threads::Main };
    let points: Vec<Point> = (1..=90).map(|n| point("write", n)).chain((1..=3).map(|n| point("syncfs", n))).collect();
    let numbers = |call: &str| {
        let chosen = spread(points.clone(), 13);
        chosen.into_iter().filter(|one| one.call == call).map(|one| one.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers("syncfs"), [1, 2, 3]);
    assert_eq!(numbers("write"), [1, 10, 19, 28, 37, 46, 55, 64, 73, 82]);
    assert_eq!(spread(Vec::new(), 13).len(), 0);
}

/// How often each call was made: by the main thread, most often by another thread, most often by a child process.
#[derive(Default)]
struct Counted {
    main: BTreeMap<String, usize>,
    threads: BTreeMap<String, usize>,
    children: BTreeMap<String, usize>,
}

impl Counted {
    /// Reads a log of `strace -f`: each line is `PID CALL(…`.
    fn read(log: &str, calls: &[&str]) -> Counted {
        let lines: Vec<(&str, &str)> = log.lines().filter_map(|line| line.split_once(char::is_whitespace)).collect();
        let main = lines.first().map(|(pid, _)| *pid);
        let mut by_pid: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut programs = BTreeSet::new();
        for (pid, rest) in &lines {
            let Some((call, _)) = rest.trim_start().split_once('(') else { continue };
            if call == "execve" {
                programs.insert(*pid);
            } else if calls.contains(&call) {
                *by_pid.entry((pid, call)).or_default() += 1;
            }
        }
        let mut counted = Counted::default();
        for ((pid, call), count) in by_pid {
            let group = match (Some(pid) == main, programs.contains(pid)) {
                (true, _) => &mut counted.main,
                (false, true) => &mut counted.children,
                (false, false) => &mut counted.threads,
            };
            let most = group.entry(call.to_owned()).or_default();
            *most = count.max(*most);
        }
        counted
    }
}

/// Runs hokan and kills it at `point`; returns whether it got that far.
pub fn killed(instance: &Instance, arguments: &[&str], point: &Point, worker: usize) -> bool {
    killed_of(instance, hokan(arguments), point, worker)
}

/// Runs a program and kills it at `point`; returns whether it got that far.
pub fn killed_of(instance: &Instance, program: Program<'_>, point: &Point, worker: usize) -> bool {
    // strace ends by the signal that ended the program.
    injected(instance, program, point, "signal=KILL", worker).status.signal() == Some(9)
}

/// Runs a program in which the call of `point` meets `what` in strace's words, such as `error=EIO`.
pub fn injected(instance: &Instance, program: Program<'_>, point: &Point, what: &str, worker: usize) -> Output {
    injected_when(instance, program, point, (what, ""), worker)
}

/// As [`injected`], and every later call of that kind meets the same.
pub fn injected_from(instance: &Instance, program: Program<'_>, point: &Point, what: &str, worker: usize) -> Output {
    injected_when(instance, program, point, (what, "+"), worker)
}

fn injected_when(
    instance: &Instance,
    program: Program<'_>,
    point: &Point,
    (what, on): (&str, &str),
    worker: usize,
) -> Output {
    let inject = format!("inject={}:{what}:when={}{on}", point.call, point.number);
    let (trace, log) = (format!("trace={}", point.call), instance.home().join("injected"));
    let mut options = vec!["-o", log.to_str().unwrap(), "-e", &trace, "-e", &inject];
    if point.threads == Threads::All {
        options.push("-f");
    }
    let arguments = strace(&options, program, worker);
    instance.command("taskset", &arguments).stdin(Stdio::null()).output().unwrap()
}

/// The arguments of `taskset` that run a program under `strace` on one processor.
fn strace<'a>(options: &[&'a str], program: Program<'a>, worker: usize) -> Vec<&'a str> {
    let processor = if worker.is_multiple_of(2) { "0" } else { "1" };
    [&["-c", processor, "strace", "-qq"], options, &["--", program.path], program.arguments].concat()
}
