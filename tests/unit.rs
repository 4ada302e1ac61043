//! What `init` ships for a server: the systemd unit, and the hook that brings a push to the instance.
//!
//! In: a new instance. Out: what systemd, git and the kernel's own list of calls say of it. The rule it keeps: nothing about the
//! unit is taken for granted: what the service calls is counted while it works.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::instances::*;

/// The unit of an instance, as `init` wrote it.
fn unit(ready: &Ready) -> String {
    ready.read("systemd/hokan.service")
}

/// Whether systemd's own checker is there; where the tests must be complete it has to be.
#[expect(clippy::disallowed_macros, reason = "what was not tried is said")]
fn has_systemd() -> bool {
    let is_there = std::process::Command::new("systemd-analyze").arg("--version").output().is_ok();
    assert!(is_there || std::env::var_os("CI").is_none(), "install the package `systemd`");
    if !is_there {
        eprintln!("systemd-analyze is not there: the unit was not checked");
    }
    is_there
}

#[test]
fn systemd_accepts_the_unit_and_finds_it_confined() {
    let ready = Ready::new();
    let text = unit(&ready);
    assert!(!text.contains("INSTANCE") && text.contains("\nType=notify\n"), "{text}");
    if !has_systemd() {
        return;
    }
    let program = text.replace("/usr/local/bin/hokan", env!("CARGO_BIN_EXE_hokan"));
    ready.write("hokan.service", program);
    let checked = ready.run("systemd-analyze", &["verify", "./hokan.service"]).expect_code(0);
    assert!(!checked.stderr.contains("hokan.service"), "{}", checked.stderr);
    // At most 1.0 of 10, by systemd's own scale.
    let judge = ["security", "--offline=true", "--no-pager", "--threshold=10", "./hokan.service"];
    ready.run("systemd-analyze", &judge).expect_code(0);
}

/// The calls that the unit's filter lets through, by systemd's own lists.
fn let_through(ready: &Ready, unit: &str) -> BTreeSet<String> {
    let listed = ready.run("systemd-analyze", &["syscall-filter", "--no-pager"]).expect_code(0).stdout;
    let mut sets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut set = "";
    for line in listed.lines() {
        match line.strip_prefix("    ") {
            None => set = line.trim(),
            Some(call) if !call.starts_with('#') => sets.entry(set).or_default().push(call),
            Some(_) => {}
        }
    }
    let mut allowed = BTreeSet::new();
    for filter in unit.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        let (is_allowed, names) = filter.strip_prefix('~').map_or((true, filter), |names| (false, names));
        let mut waiting: Vec<&str> = names.split_whitespace().collect();
        while let Some(name) = waiting.pop() {
            match sets.get(name) {
                Some(calls) => waiting.extend(calls),
                None if is_allowed => drop(allowed.insert(name.to_owned())),
                None => drop(allowed.remove(name)),
            }
        }
    }
    allowed
}

#[test]
fn the_unit_lets_through_every_call_the_service_makes() {
    if !has_systemd() {
        return;
    }
    let ready = Ready::with_records();
    let allowed = let_through(&ready, &unit(&ready));
    assert!(allowed.contains("read") && !allowed.contains("ptrace") && !allowed.contains("mount"), "{allowed:?}");
    // A sweep is due at the start, and something to take in, whose class is read with its fields.
    let noted = "INSERT INTO meta (key, value) VALUES ('swept-to', '1577836800000000')";
    ready.catalog().execute(noted, []).unwrap();
    ready.drop_in("receipts/2026-09/M1000009-診療報酬明細書.csv", "x");
    let calls = ready.home().join("calls");
    let log = calls.display().to_string();
    let traced = ["-f", "-qq", "-o", &log, "-e", "signal=none", env!("CARGO_BIN_EXE_hokan"), "run", "--yes"];
    let mut service = ready.command("strace", &traced);
    service.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = Running(service.spawn().unwrap());
    let mut lines = BufReader::new(running.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut told: Vec<String> = Vec::new();
    let mut wait_for = |what: &str| {
        for line in lines.by_ref() {
            let is_there = line.contains(what);
            told.push(line);
            if is_there {
                return;
            }
        }
        panic!("no `{what}` in {told:#?}");
    };
    ["published", "taken in", "swept", "files verified"].into_iter().for_each(&mut wait_for);
    let first: i32 = std::fs::read_to_string(&calls).unwrap().split(' ').next().unwrap().parse().unwrap();
    kill_process(Pid::from_raw(first).unwrap(), Signal::TERM).unwrap();
    wait_for("stopped");
    assert!(until("strace ends", || running.0.try_wait().unwrap()).success());
    let traced = std::fs::read_to_string(&calls).unwrap();
    let made: BTreeSet<&str> = traced
        .lines()
        .filter_map(|line| line.split_once(' ')?.1.trim().split_once('('))
        .map(|(call, _)| call)
        .collect();
    let made = made
        .into_iter()
        .filter(|call| call.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'));
    // SQLite gives its files to the database's owner where root runs it; the unit runs it as somebody else.
    let refused: Vec<&str> = made.filter(|call| !allowed.contains(*call) && *call != "fchown").collect();
    assert!(refused.is_empty(), "the unit refuses {refused:?}");
}

#[test]
fn a_push_reaches_the_instance_and_a_broken_one_is_told_to_whoever_pushes() {
    let ready = Ready::with_records();
    let [bare, clone] = ["minato.git", "clone"].map(|name| ready.home().join(name).display().to_string());
    let root = ready.root().display().to_string();
    ready.git(&["clone", "--quiet", "--bare", &root, &bare]);
    ready.git(&["clone", "--quiet", &bare, &clone]);
    ready.run("cp", &[".githooks/post-receive", &format!("{bare}/hooks/")]).expect_code(0);
    ready.git(&["-C", &bare, "config", "hokan.instance", &root]);
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_hokan")).parent().unwrap().display();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap());
    let push = |file: &str, from: &str, to: &str| {
        let place = format!("{clone}/{file}");
        let text = std::fs::read_to_string(&place).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        std::fs::write(&place, text.replacen(from, to, 1)).unwrap();
        ready.git(&["-C", &clone, "commit", "--quiet", "--no-verify", "--all", "--message", "Edit"]);
        let output =
            ready.command("git", &["-C", &clone, "push", "--quiet", "origin", "HEAD"]).env("PATH", &path).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let head = |of: &str| ready.git(&["-C", of, "rev-parse", "HEAD"]).stdout;
    let told = push("policies/purposes.yaml", "ja: 法定給付", "ja: 改・法定給付");
    assert!(told.contains(&format!("remote: hokan: {root} is at ")), "{told}");
    assert_eq!(head(&root), head(&clone));
    assert!(ready.read("policies/purposes.yaml").contains("改・法定給付"));
    let told = push("policies/retention.yaml", "for: P5Y", "for: 5 yeers");
    assert!(told.contains("retention.period") && told.contains("the policy has errors"), "{told}");
    assert_eq!(ready.json(&["policy", "status"])["waiting"]["has-errors"], true);
    // What somebody changed in the instance itself is not written over.
    ready.write("policies/purposes.yaml", "edited here");
    let told = push("policies/purposes.yaml", "改・法定給付", "再・法定給付");
    assert!(told.contains("did not follow"), "{told}");
    assert_eq!(ready.read("policies/purposes.yaml"), "edited here");
}

#[test]
#[expect(clippy::disallowed_macros, reason = "what was not tried is said")]
fn a_repository_of_another_user_is_read_and_starts_nothing() {
    use std::os::unix::fs::chown;
    let ready = Ready::with_records();
    let trap = ready.home().join("started");
    ready.git(&["config", "core.fsmonitor", &format!("touch {}; false", trap.display())]);
    let all = crate::instances::files_below(&ready.root().join(".git"));
    let owned = all
        .iter()
        .map(|path| path.as_path())
        .chain([ready.root().join(".git").as_path()])
        .try_for_each(|path| chown(path, Some(65534), None));
    let owned = owned.and_then(|()| chown(ready.root(), Some(65534), None));
    if let Err(error) = owned {
        assert!(std::env::var_os("CI").is_none(), "give files to another user as root: {error}");
        eprintln!("not tried, for files can be given away by root alone");
        return;
    }
    let refused = ready.run("git", &["status"]);
    assert!(refused.code != Some(0) && refused.stderr.contains("dubious ownership"), "{refused:?}");
    assert_eq!(ready.json(&["policy", "status"])["waiting"], serde_json::Value::Null);
    ready.hokan(&["status"]).expect_code(0);
    ready.hokan(&["--json", "doctor"]);
    ready.hokan(&["render"]).expect_code(0);
    assert!(!trap.exists(), "a program that the repository's settings name was started");
}
