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
pub struct Listening(UnixDatagram);

impl Listening {
    pub fn at(address: &SocketAddr) -> Listening {
        let socket = UnixDatagram::bind_addr(address).unwrap();
        socket.set_read_timeout(Some(LONGEST)).unwrap();
        Listening(socket)
    }

    /// Returns the first message that has the line, and all that came before it.
    pub fn until(&self, line: &str) -> (String, Vec<String>) {
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

/// Starts the service; its log is to be kept until it has ended.
pub fn start(ready: &Ready, arguments: &[&str], variables: &[(&str, &str)]) -> (Running, BufReader<ChildStderr>) {
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

/// Reads the text format: families of gauges with help, type and samples, each name once.
fn gauges(text: &str) -> std::collections::BTreeMap<String, f64> {
    let (mut samples, mut family) = (std::collections::BTreeMap::new(), String::new());
    let mut families = std::collections::BTreeSet::new();
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            family = help.split(' ').next().unwrap().to_owned();
            assert!(is_name(&family) && families.insert(family.clone()), "{line}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert_eq!(kind, format!("{family} gauge"));
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let (name, label) = sample.split_once('{').map_or((sample, None), |(name, rest)| (name, Some(rest)));
            assert_eq!(name, family, "{line}");
            if let Some(label) = label {
                let (label, value) = label.split_once("=\"").unwrap();
                assert!(is_name(label) && value.ends_with("\"}") && value.matches('"').count() == 1, "{line}");
            }
            assert!(samples.insert(sample.to_owned(), value.parse().unwrap()).is_none(), "{line}");
        }
    }
    assert!(text.ends_with('\n'));
    samples
}

#[test]
fn the_figures_for_a_monitor_are_those_of_the_status_in_the_form_exporters_read() {
    let ready = Ready::with_records();
    ready.drop_in("秘密太郎/メモ.txt", "no class has this path");
    std::fs::create_dir(ready.root().join("metrics")).unwrap();
    let (mut service, log) = start(&ready, &["--metrics", "metrics/hokan.prom"], &[]);
    let file = ready.root().join("metrics/hokan.prom");
    until("the figures are written", || file.exists().then_some(()));
    assert_eq!(service.terminate(), Some(0));
    drop(log);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("秘密太郎") && !text.contains("M1000001"), "{text}");
    let (samples, status) = (gauges(&text), ready.json(&["status"]));
    for (class, counts) in status["classes"].as_object().unwrap() {
        assert_eq!(Some(samples[&format!("hokan_records{{class=\"{class}\"}}")]), counts["held"].as_f64(), "{class}");
    }
    for (name, value) in [
        ("hokan_paths{state=\"unclassified\"}", 1.0),
        ("hokan_oldest_unsettled_seconds", 0.0),
        ("hokan_verify_faults", 0.0),
        ("hokan_sweeps_stopped", 0.0),
        ("hokan_policy{state=\"broken\"}", 0.0),
    ] {
        assert_eq!(samples[name], value, "{name}");
    }
    let now = Host::machine().now().micros() as f64 / 1e6;
    for name in ["hokan_last_sweep", "hokan_last_verify", "hokan_written"] {
        let at = samples[&format!("{name}_timestamp_seconds")];
        assert!(now - 600.0 < at && at <= now, "{name} {at} {now}");
    }
    assert!(samples["hokan_ledger_entries"] >= 5.0);
    // Nothing but the file itself: it is put in place whole.
    assert_eq!(std::fs::read_dir(ready.root().join("metrics")).unwrap().count(), 1);
}

#[test]
fn i13_a_policy_that_is_not_in_force_is_said_each_hour_and_after_a_restart_until_it_is_mended() {
    let ready = Ready::new();
    let begin = Host::machine().now();
    let said = |seconds: i64, looks: usize| {
        let instance = Instance::open(&ready.root(), Host::fixed(begin.plus_seconds(seconds), 1)).unwrap();
        let (stop, mut said, mut left) = (Stop::default(), Vec::new(), looks);
        let program = Path::new(env!("CARGO_BIN_EXE_hokan"));
        run(&instance, program, &stop, &mut |happened| match happened {
            Happened::NotInForce(what) => said.push(format!("{what:?}").split('(').next().unwrap().to_owned()),
            Happened::Looking if left == 0 => stop.now(),
            Happened::Looking => {
                left -= 1;
                stop.look();
            }
            _ => {}
        })
        .unwrap();
        said
    };
    let attention = |code: i32| ready.hokan(&["status", "--attention"]).expect_code(code).stdout;
    assert!(attention(0).is_empty());
    ready.edit("policies/retention.yaml", "for: P5Y", "for: P6Y");
    assert_eq!(said(1, 3), ["Edited"]);
    assert!(attention(1).contains("edited and not committed"));
    ready.edit("policies/retention.yaml", "for: P6Y", "for: 5 yeers");
    ready.commit("Break");
    // Once however often it looks, and again by the next service.
    assert_eq!([said(2, 3), said(3, 3)], [["Broken"], ["Broken"]]);
    assert!(attention(1).contains("has errors: nothing is destroyed"));
    ready.edit("policies/retention.yaml", "for: 5 yeers", "for: P5Y");
    ready.edit("policies/service.yaml", "records: 5000", "records: 6000");
    ready.commit("Destroy more at once");
    assert_eq!(said(4, 3), ["Waiting"]);
    ready.accept();
    assert!(attention(0).is_empty());
}

#[test]
#[expect(clippy::disallowed_macros, reason = "what was not tried is said")]
fn a_mount_below_records_is_refused_and_not_passed_over() {
    let ready = Ready::new();
    // In a name space of its own: the mount ends with the program.
    std::fs::create_dir(ready.home().join("bound")).unwrap();
    // Another file system, a folder of the same one, and a file of it.
    let [folder, file] = ["receipts/2019-04", "receipts/2019-04/M1000009-a.csv"];
    for (mount, refused) in [
        ("mount -t tmpfs none $D && echo x > $D/M1000009-a.csv", folder),
        ("mount --bind ../home/bound $D && echo x > $D/M1000009-a.csv", folder),
        (
            "echo x > ../home/bound/one && touch $D/M1000009-a.csv && mount --bind ../home/bound/one $D/M1000009-a.csv",
            file,
        ),
    ] {
        let mounted = format!(
            "D=records/in/receipts/2019-04; mkdir -p $D && {mount} && exec {} --json take-in --yes",
            env!("CARGO_BIN_EXE_hokan")
        );
        let ran = ready.run("unshare", &["--mount", "sh", "-c", &mounted]);
        if ran.stdout.is_empty() {
            assert!(std::env::var_os("CI").is_none(), "mount as root: {ran:?}");
            eprintln!("not tried, for root alone mounts");
            return;
        }
        let taken: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!((&taken["taken"], &taken["failed"]), (&serde_json::json!([]), &serde_json::json!([])), "{taken}");
        let left: Vec<_> =
            taken["left"].as_array().unwrap().iter().map(|left| (&left["path"], &left["code"])).collect();
        assert_eq!(left, [(&Value::from(refused), &Value::from("intake.mount"))], "{mount}: {taken}");
    }
}

#[test]
fn what_needs_a_person_is_a_line_each_and_names_nobody() {
    let ready = Ready::with_records();
    ready.drop_in("秘密太郎/メモ.txt", "no class has this path");
    std::fs::create_dir_all(ready.inbox("receipts/2019-04")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", ready.inbox("receipts/2019-04/M1000077-秘密太郎.csv")).unwrap();
    ready.catalog().execute("INSERT INTO meta (key, value) VALUES ('swept-to', '1577836800000000')", []).unwrap();
    let told = ready.hokan(&["status", "--attention"]).expect_code(1).stdout;
    for line in [
        "1 path not taken in (intake.unclassified): hokan status",
        "1 path not taken in (intake.symlink): hokan status",
        "the sweep of 2020-01-01T18:00:00Z was not made: see whether the service runs, or hokan sweep run",
    ] {
        assert!(told.lines().any(|one| one == line), "{line}\n{told}");
    }
    assert!(!told.contains("秘密太郎"), "{told}");
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

#[test]
fn a_site_that_stays_behind_is_told_at_once_with_the_policy_and_as_attention_after_ten_minutes() {
    let ready = Ready::new();
    let change = |from: &str, to: &str| {
        ready.edit("policies/purposes.yaml", from, to);
        ready.commit("Reword a purpose");
        ready.accept();
    };
    let behind = |minutes: i64| {
        let later = Host::machine().now().plus_seconds(minutes * 60);
        let instance = Instance::open(&ready.root(), Host::fixed(later, 1)).unwrap();
        hokan::engine::status(&instance).unwrap().attention.still_shown.map(|version| version.digest.to_string())
    };
    let told = || ready.hokan(&["policy", "status"]).expect_code(0).stdout;
    // Nobody publishes here.
    change("ja: 法定給付", "ja: 新・法定給付");
    assert!(behind(60).is_none() && !told().contains("the site still shows"));
    ready.hokan(&["render"]).expect_code(0);
    let shown = ready.json(&["policy", "status"])["policy"]["digest"].as_str().unwrap().to_owned();
    // What is in force cannot be published: somebody has put a file there.
    ready.write("public/mine.html", "mine");
    change("ja: 新・法定給付", "ja: 法定の給付");
    ready.hokan(&["render"]).expect_code(1);
    let line = format!("the site still shows policy {}", &shown[..12]);
    assert!(told().lines().any(|one| one.trim_start().starts_with(&line)), "{}", told());
    assert!(ready.hokan(&["--lang", "ja", "policy", "status"]).stdout.contains("hokan renderが施行中の方針を公表する"));
    assert_eq!((behind(0), behind(11)), (None, Some(shown)));
    std::fs::remove_file(ready.root().join("public/mine.html")).unwrap();
    ready.hokan(&["render"]).expect_code(0);
    assert!(behind(60).is_none() && !told().contains("the site still shows"));
}
