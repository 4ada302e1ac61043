//! What lies below `records/` ends in the same state, however it came there and whatever was heard of it.
//!
//! In: the real service, and files that arrive early, late, in pieces, by renaming, with their folder, or unheard. Out: each is a
//! record that opens to its bytes. The rule it keeps: the next look is an hour away wherever an event is to wake the service,
//! and nothing sleeps: what must come is waited for, and a time that must pass is given through the clock.

use std::os::unix::fs::MetadataExt;
use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use hokan::calendar::Instant;
use hokan::engine::{self, Unwatched};
use hokan::host::Host;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::instances::*;
use crate::service::{Listening, start};

/// A service that has looked at everything and that only an event wakes again.
struct Serving {
    service: Running,
    _log: std::io::BufReader<std::process::ChildStderr>,
}

impl Serving {
    fn of(ready: &Ready) -> Serving {
        ready.edit("policies/service.yaml", "rescan: PT10M", "rescan: PT1H");
        ready.commit("Look each hour");
        ready.accept();
        let path = ready.home().join("notify");
        let manager = Listening::at(&SocketAddr::from_pathname(&path).unwrap());
        let (service, log) = start(ready, &[], &[("NOTIFY_SOCKET", &path.display().to_string())]);
        manager.until("READY=1");
        kill_process(Pid::from_child(&service.0), Signal::HUP).unwrap();
        manager.until("RELOADING=1");
        manager.until("READY=1");
        Serving { service, _log: log }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.service.0), signal).unwrap();
    }

    fn end(mut self) {
        assert_eq!(self.service.terminate(), Some(0));
    }
}

/// Waits until a path below the watched folder is gone.
#[track_caller]
fn taken(ready: &Ready, path: &str) {
    until(&format!("{path} is taken"), || (!ready.inbox(path).exists()).then_some(()));
}

/// Returns the state of each path that was not taken in, by a look that touches nothing.
fn states(ready: &Ready) -> Vec<(String, String)> {
    let looked = ready.json(&["take-in", "--dry-run"]);
    let text = |path: &Value, what: &str| path[what].as_str().unwrap().to_owned();
    looked["left"].as_array().unwrap().iter().map(|path| (text(path, "path"), text(path, "state"))).collect()
}

#[test]
fn files_older_than_the_service_new_folders_renames_and_folders_moved_in_are_found_by_events() {
    let ready = Ready::new();
    let [older, deep, renamed] = [PROVISION, ELIGIBILITY, MINUTES];
    let moved = ["receipts/2019-05/M1000001-明細.csv", "receipts/2019-05/M1000002-明細.csv"];
    ready.drop_in(older, content(older));
    ready.run("touch", &["-d", "2001-02-03", &ready.inbox(older).display().to_string()]).expect_code(0);
    // What no class accepts yet, in a folder of its own.
    ready.drop_in("到着/1.pdf", content(renamed));
    let serving = Serving::of(&ready);
    taken(&ready, older);
    ready.drop_in(deep, content(deep));
    taken(&ready, deep);
    std::fs::create_dir_all(ready.inbox(renamed).parent().unwrap()).unwrap();
    std::fs::rename(ready.inbox("到着/1.pdf"), ready.inbox(renamed)).unwrap();
    taken(&ready, renamed);
    let aside = ready.home().join("moved");
    std::fs::create_dir(&aside).unwrap();
    for path in moved {
        std::fs::write(aside.join(Path::new(path).file_name().unwrap()), content(path)).unwrap();
    }
    std::fs::create_dir_all(ready.inbox("receipts")).unwrap();
    std::fs::rename(&aside, ready.inbox("receipts/2019-05")).unwrap();
    moved.iter().for_each(|path| taken(&ready, path));
    serving.end();
    ready.expect_held(&[&[older, deep, renamed], moved.as_slice()].concat());
}

#[test]
fn a_file_whose_event_the_kernel_dropped_is_found_at_once() {
    let ready = Ready::new();
    ready.take_in();
    let serving = Serving::of(&ready);
    let most: usize =
        std::fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap().trim().parse().unwrap();
    let stat = format!("/proc/{}/stat", serving.service.0.id());
    serving.signal(Signal::STOP);
    until("the service stands still", || std::fs::read_to_string(&stat).unwrap().contains(") T ").then_some(()));
    // More than the queue holds, in hokan's own folder: none of these wakes it.
    let own = ready.inbox(".hokan");
    let names = [own.join("one"), own.join("other")];
    std::fs::write(&names[0], "x").unwrap();
    for n in 0..=most / 2 {
        std::fs::rename(&names[n % 2], &names[(n + 1) % 2]).unwrap();
    }
    ready.drop_in(RECEIPT, content(RECEIPT));
    serving.signal(Signal::CONT);
    taken(&ready, RECEIPT);
    serving.end();
    ready.expect_held(&[RECEIPT]);
}

#[test]
#[expect(clippy::disallowed_macros, reason = "what was not tried is said")]
fn where_nothing_can_be_watched_looking_again_finds_the_same() {
    let ready = Ready::new();
    ready.edit("policies/service.yaml", "rescan: PT10M", "rescan: PT1S");
    ready.commit("Look each second");
    ready.accept();
    // A user's name space has limits of its own.
    let unwatched = format!(
        "echo 0 > /proc/sys/user/max_inotify_watches && exec {} run --yes 2> ../home/log",
        env!("CARGO_BIN_EXE_hokan")
    );
    let mut command = ready.command("unshare", &["--user", "--map-root-user", "sh", "-c", &unwatched]);
    let mut service = Running(command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let log = || std::fs::read_to_string(ready.home().join("log")).unwrap_or_default();
    let started = until("the service runs, or cannot be tried", || match service.0.try_wait().unwrap() {
        Some(_) => Some(None),
        None => log().lines().find(|line| line.contains("started")).map(|line| Some(line.to_owned())),
    });
    let Some(started) = started else {
        assert!(std::env::var_os("CI").is_none(), "no name space for a user: {}", log());
        eprintln!("not tried, for name spaces of users are not allowed here");
        return;
    };
    assert!(started.contains("watching=false"), "{started}");
    for path in [LOG, ELIGIBILITY] {
        ready.drop_in(path, content(path));
        taken(&ready, path);
    }
    ready.drop_in("到着/1.pdf", content(MINUTES));
    std::fs::create_dir_all(ready.inbox(MINUTES).parent().unwrap()).unwrap();
    std::fs::rename(ready.inbox("到着/1.pdf"), ready.inbox(MINUTES)).unwrap();
    taken(&ready, MINUTES);
    assert_eq!(service.terminate(), Some(0));
    ready.expect_held(&[LOG, ELIGIBILITY, MINUTES]);
}

#[test]
fn a_copy_that_stalls_for_less_than_settle_is_not_cut_in_two() {
    let ready = Ready::new();
    ready.edit("policies/service.yaml", "settle: PT0S", "settle: PT1M");
    ready.commit("Wait for a minute");
    ready.accept();
    let (whole, path) = (content(RECEIPT), ready.inbox(RECEIPT));
    let changed = || {
        let meta = path.metadata().unwrap();
        Instant::from_micros(meta.ctime() * 1_000_000 + meta.ctime_nsec() / 1000)
    };
    let taken_at = |at: Instant| {
        let instance = engine::Instance::open(&ready.root(), Host::fixed(at, 1)).unwrap();
        engine::take_in(&instance, &mut Unwatched).unwrap().taken.len()
    };
    let (first, second) = whole.as_bytes().split_at(whole.len() / 2);
    ready.drop_in(RECEIPT, first);
    let stalled = changed();
    assert_eq!(taken_at(stalled.plus_seconds(59)), 0);
    // The clock of files moves in steps.
    until("the second half came later", || {
        std::fs::write(&path, [first, second].concat()).unwrap();
        (changed() > stalled).then_some(())
    });
    // The first half has been there for a minute, the file has not.
    assert_eq!(taken_at(stalled.plus_seconds(60)), 0);
    assert_eq!(taken_at(changed().plus_seconds(60)), 1);
    ready.expect_held(&[RECEIPT]);
}

#[test]
fn a_sidecar_may_come_before_or_after_its_file() {
    let ready = Ready::new();
    let class = "    - id: provision-records\n";
    ready.edit("policies/retention.yaml", class, &format!("{class}      sidecar: required\n"));
    ready.commit("Ask for sidecars");
    let [before, after] = ["provision-records/2021-05-10-前.csv", "provision-records/2021-05-11-後.csv"];
    let beside = |path: &str| format!("{path}.meta.yaml");
    let serving = Serving::of(&ready);
    let alone = [beside(before), after.to_owned()];
    ready.drop_in(&alone[0], "subject: M1000001\n");
    ready.drop_in(&alone[1], content(after));
    assert_eq!(states(&ready), alone.clone().map(|path| (path, "waiting".to_owned())));
    ready.drop_in(before, content(before));
    ready.drop_in(beside(after), "subject: M1000002\n");
    for path in [before, after] {
        taken(&ready, path);
        taken(&ready, &beside(path));
    }
    serving.end();
    for (path, subject) in [(before, "M1000001"), (after, "M1000002")] {
        let shown = ready.json(&["records", "show", &ready.record(path)]);
        assert_eq!(shown["records"][0]["subjects"], serde_json::json!([subject]), "{path}");
    }
    ready.expect_held(&[before, after]);
}

#[test]
fn a_newer_file_of_the_same_name_is_a_record_of_its_own() {
    let ready = Ready::new();
    let serving = Serving::of(&ready);
    let versions = ["first\n", "second\n", "third\n"];
    for version in versions {
        ready.arrive(RECEIPT, version);
        taken(&ready, RECEIPT);
    }
    serving.end();
    let listed = ready.json(&["records", "list"]);
    let ids = listed["records"].as_array().unwrap().iter().map(|record| record["record"].as_str().unwrap());
    let mut opened: Vec<Vec<u8>> = ids.map(|id| ready.opened(id)).collect();
    opened.sort();
    assert_eq!(opened, versions.map(|version| version.as_bytes().to_vec()));
    ready.expect_verified();
}

#[test]
fn what_editors_and_copying_programs_leave_is_ignored_and_said_to_be() {
    let ready = Ready::new();
    let names = [
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "~$M1-明細.csv",
        ".~lock.M1-明細.csv#",
        "M1-明細.csv~",
        ".M1-明細.csv.swp",
        "#M1-明細.csv#",
        "M1-明細.csv.part",
        "M1-明細.csv.partial",
        "M1-明細.csv.crdownload",
        "M1-明細.csv.tmp",
        ".syncthing.M1-明細.csv.tmp",
        ".nfs0000000001",
    ];
    let mut expected: Vec<(String, String)> =
        names.iter().map(|name| (format!("access-logs/2022-01/{name}"), "ignored".to_owned())).collect();
    expected.sort();
    names.iter().for_each(|name| ready.drop_in(format!("access-logs/2022-01/{name}"), content(name)));
    ready.drop_in(LOG, content(LOG));
    let taken = ready.take_in();
    assert_eq!(taken["taken"].as_array().unwrap().len(), 1, "{taken}");
    assert_eq!(states(&ready), expected);
    ready.expect_held(&[LOG]);
}

#[test]
fn folders_that_a_capture_named_go_with_their_last_file_and_no_others() {
    let ready = Ready::new();
    let pattern = "\"minutes/{made:date}-*.pdf\"";
    ready.edit("policies/retention.yaml", pattern, &format!("{pattern}, \"minutes/急ぎ/{{made:date}}-*.pdf\""));
    ready.commit("Spell a folder out");
    let paths = [
        RECEIPT,
        MINUTES,
        ELIGIBILITY,
        "eligibility/M1000003/2015-04-01-資格取得届.pdf",
        "eligibility/急ぎ/2015-04-01-資格取得届.pdf",
        "access-logs/2022-02/受付端末.csv",
    ];
    paths.iter().for_each(|path| ready.drop_in(path, content(path)));
    // Folders that somebody else still needs: one with a file no class accepts, one with a folder in it, one nothing came from.
    ready.drop_in("eligibility/M1000003/控え.txt", "x");
    std::fs::create_dir_all(ready.inbox("access-logs/2022-02/空")).unwrap();
    std::fs::create_dir_all(ready.inbox("receipts/2026-11")).unwrap();
    let taken = ready.take_in();
    assert_eq!(taken["taken"].as_array().unwrap().len(), paths.len(), "{taken}");
    let is_there = |path: &&str| ready.inbox(path).is_dir();
    for path in ["receipts/2019-04", "eligibility/M1000002"] {
        assert!(!ready.inbox(path).exists(), "{path}");
    }
    let stay = [
        "receipts",
        "receipts/2026-11",
        "minutes",
        "eligibility/M1000003",
        "eligibility/急ぎ",
        "access-logs/2022-02/空",
    ];
    assert_eq!(stay.into_iter().filter(is_there).collect::<Vec<_>>(), stay);
    ready.expect_held(&paths);
}
