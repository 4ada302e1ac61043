//! The service beside its manager and its clock: what it says of itself, what it catches up with, what it writes alone.
//!
//! In: the running program and a socket that listens to it; or the engine's own loop under a clock that stands still. Out:
//! datagrams, log lines, ledger entries. The rule it keeps: nothing sleeps; what must come is waited for.

use std::io::{BufRead, BufReader};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use std::process::{ChildStderr, Stdio};
use std::time::Duration;

use hokan::calendar::Instant;
use hokan::engine::{Happened, Instance, Stop, run};
use hokan::host::Host;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::instances::*;

/// How long a datagram is waited for, many times what it takes on a busy machine.
const LONGEST: Duration = Duration::from_secs(300);

/// A service manager that only listens.
struct Listening(UnixDatagram);

impl Listening {
    fn at(address: &SocketAddr) -> Listening {
        let socket = UnixDatagram::bind_addr(address).unwrap();
        socket.set_read_timeout(Some(LONGEST)).unwrap();
        Listening(socket)
    }

    /// Returns the first message that has the line, and all that came before it.
    fn until(&self, line: &str) -> (String, Vec<String>) {
        let mut before = Vec::new();
        loop {
            let mut bytes = [0; 4096];
            let length = self.0.recv(&mut bytes).unwrap_or_else(|error| panic!("no `{line}`: {error}, {before:?}"));
            let message = String::from_utf8(bytes[..length].to_vec()).unwrap();
            if message.lines().any(|one| one == line) {
                return (message, before);
            }
            before.push(message);
        }
    }
}

fn start(ready: &Ready, arguments: &[&str], variables: &[(&str, &str)]) -> (Running, BufReader<ChildStderr>) {
    let mut service = ready.command(env!("CARGO_BIN_EXE_hokan"), &[&["run", "--yes"], arguments].concat());
    service.envs(variables.iter().copied()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = Running(service.spawn().unwrap());
    let log = BufReader::new(running.0.stderr.take().unwrap());
    (running, log)
}

#[test]
fn a_service_tells_its_manager_that_it_is_ready_goes_on_looks_anew_and_ends() {
    let ready = Ready::new();
    let path = ready.home().join("notify");
    let named = format!("hokan-test-{}", std::process::id());
    let by_path = (SocketAddr::from_pathname(&path).unwrap(), path.display().to_string());
    let by_name = (SocketAddr::from_abstract_name(&named).unwrap(), format!("@{named}"));
    for (address, variable) in [by_path, by_name] {
        let manager = Listening::at(&address);
        let (mut service, _log) = start(&ready, &[], &[("NOTIFY_SOCKET", &variable), ("WATCHDOG_USEC", "200000")]);
        let (message, before) = manager.until("READY=1");
        assert!(message.contains("\nSTATUS=next sweep ") && before.is_empty(), "{message} {before:?}");
        // Before and while it waits, and again after that.
        (0..3).for_each(|_| drop(manager.until("WATCHDOG=1")));
        kill_process(Pid::from_child(&service.0), Signal::HUP).unwrap();
        let (reloading, _) = manager.until("RELOADING=1");
        assert!(reloading.contains("\nMONOTONIC_USEC="), "{reloading}");
        manager.until("READY=1");
        assert_eq!(service.terminate(), Some(0));
        manager.until("STOPPING=1");
    }
}

/// What the service told of one look at everything, `days` after `begin`.
#[derive(Debug, Default)]
struct Look {
    swept: usize,
    failed: Vec<String>,
}

fn look(ready: &Ready, begin: Instant, days: i64) -> Look {
    let instance = Instance::open(&ready.root(), Host::fixed(begin.plus_days(days), days.unsigned_abs() + 1)).unwrap();
    let (stop, mut look) = (Stop::default(), Look::default());
    let program = Path::new(env!("CARGO_BIN_EXE_hokan"));
    run(&instance, program, &stop, &mut |happened| match happened {
        Happened::Swept { .. } => look.swept += 1,
        Happened::Failed(action, error) => look.failed.push(format!("{action}: {error}")),
        Happened::Looked => stop.now(),
        _ => {}
    })
    .unwrap();
    look
}

#[test]
fn a_sweep_whose_moment_passed_while_the_service_was_down_is_made_at_the_start() {
    let ready = Ready::new();
    let begin = Host::machine().now();
    let swept: Vec<usize> = [0, 0, 2, 2].map(|days| look(&ready, begin, days).swept).to_vec();
    // The first start has missed nothing, nor has a restart; two days later one sweep makes up for both nights.
    assert_eq!(swept, [0, 0, 1, 0]);
    // A change of the schedule does not call up the moments that it would have named before it was in force.
    ready.edit("policies/service.yaml", "schedule: \"0 3 * * *\"", "schedule: \"* * * * *\"");
    ready.commit("Sweep each minute");
    let after = look(&ready, begin, 2);
    assert!(after.swept == 0 && after.failed.is_empty(), "{after:?}");
    ready.expect_verified();
}

#[test]
fn i12_a_day_without_an_entry_gets_a_heartbeat_also_where_nothing_is_swept_and_a_doubtful_clock_gets_none() {
    let ready = Ready::new();
    ready.edit("policies/service.yaml", "schedule: \"0 3 * * *\"", "at-most: { records: 5000 }");
    ready.edit("policies/service.yaml", "    at-most: { records: 5000 }\n    at-most", "    at-most");
    ready.commit("Sweep by hand");
    let begin = Host::machine().now();
    let beats: Vec<i64> =
        [0, 2, 2, 3, 60].map(|days| (look(&ready, begin, days), ready.entries_of("heartbeat")).1).to_vec();
    assert_eq!(beats, [0, 1, 1, 2, 2]);
    ready.expect_verified();
}

#[test]
fn a_log_of_json_has_an_object_a_line_and_no_names() {
    let ready = Ready::new();
    let names = ["M1000077", "秘密太郎"];
    ready.drop_in("receipts/2019-04/M1000077-秘密太郎.csv", "x");
    ready.drop_in("秘密太郎/メモ.txt", "no class has this path");
    std::os::unix::fs::symlink("/etc/hostname", ready.inbox("receipts/2019-04/M1000077-秘密太郎-2.csv")).unwrap();
    let (mut service, log) = start(&ready, &["--log", "json"], &[("HOKAN_LOG", "debug")]);
    let mut lines = Vec::new();
    for line in log.lines().map(Result::unwrap) {
        let entry: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let is_taken = entry["message"] == "taken in";
        lines.push(line);
        if is_taken {
            assert_eq!((&entry["records"], &entry["left"]), (&Value::from(1), &Value::from(2)), "{entry}");
            break;
        }
    }
    assert_eq!(service.terminate(), Some(0));
    let told: Vec<&String> = lines.iter().filter(|line| names.iter().any(|name| line.contains(name))).collect();
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_log_for_the_journal_has_levels_and_neither_time_nor_colour() {
    use std::os::unix::fs::MetadataExt;
    let ready = Ready::new();
    let path = ready.home().join("journal");
    let file = std::fs::File::create(&path).unwrap();
    let stream = file.metadata().map(|meta| format!("{}:{}", meta.dev(), meta.ino())).unwrap();
    let mut service = ready.command(env!("CARGO_BIN_EXE_hokan"), &["--color", "always", "run", "--yes"]);
    service.env("JOURNAL_STREAM", stream).stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
    let mut running = Running(service.spawn().unwrap());
    let read = || std::fs::read_to_string(&path).unwrap();
    until("the service has published", || read().contains("published").then_some(()));
    assert_eq!(running.terminate(), Some(0));
    let (log, year) = (read(), Host::machine().now().to_string()[..4].to_owned());
    assert!(log.lines().all(|line| line.starts_with("<6>") && !line.contains('\u{1b}')), "{log}");
    assert!(log.starts_with("<6>started watching=true next_sweep=") && !log.starts_with(&year), "{log}");
}
