//! Verifying files: each fault has a name of its own, and none hides another.
//!
//! In: an instance whose vault was damaged by hand. Out: what `verify` names. The rule it keeps: the faults are put there
//! with other programs than hokan.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::instances::{ALL, Ready};
use crate::rekey::hand_over;

fn codes(report: &Value) -> Vec<String> {
    report["problems"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

fn cut(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

#[test]
fn every_fault_of_a_file_is_named_and_none_ends_the_check() {
    let ready = Ready::with_records();
    let of = |n: usize| ready.files_of(&ready.record(ALL[n]));
    let former = std::fs::read(&of(0)[0]).unwrap();
    hand_over(&ready);
    ready.json(&["rekey", "--record", &ready.record(ALL[0]), "-i", &ready.identity()]);
    ready.expect_verified();

    // A former header; a body gone and a header cut; a body cut; a header and a body altered; a folder in the place.
    std::fs::write(&of(0)[0], former).unwrap();
    cut(&of(1)[0]);
    cut(&of(2)[1]);
    flip(&of(3)[1]);
    let header = of(4)[0].clone();
    std::fs::remove_file(&of(1)[1]).unwrap();
    std::fs::remove_file(&header).unwrap();
    std::fs::create_dir(&header).unwrap();
    // The id of a record tells its day.
    let stranger = header.parent().unwrap().with_file_name("2026-11-22");
    std::fs::create_dir_all(&stranger).unwrap();
    std::fs::write(stranger.join("01a20516-0000-7000-8000-000000000000.header"), "x").unwrap();
    let report = ready.json_with_code(&["verify"], 3);
    let found: BTreeSet<String> = codes(&report).into_iter().collect();
    let expected = [
        "verify.file-missing",
        "verify.file-truncated",
        "verify.file-altered",
        "verify.file-unreadable",
        "verify.file-extra",
        "verify.file-strange",
        "verify.header-former",
    ];
    assert_eq!(found, expected.map(str::to_owned).into(), "{report:#}");
    let truncated = codes(&report).iter().filter(|code| *code == "verify.file-truncated").count();
    assert_eq!(truncated, 2, "{report:#}");
}

#[test]
fn a_sample_looks_at_some_and_an_identity_opens_what_is_looked_at() {
    let ready = Ready::with_records();
    for (sample, files) in [("2", 4), ("40%", 4), ("41%", 6), ("99", 10), ("100%", 10)] {
        let report = ready.json(&["verify", "--sample", sample]);
        assert_eq!(report["files"], files, "{sample}: {report}");
    }
    for wrong in ["0", "0%", "101%", "many"] {
        ready.hokan(&["verify", "--sample", wrong]).expect_code(2);
    }
    let before = ready.entries_of("opened");
    let report = ready.json(&["verify", "--sample", "3", "-i", &ready.identity(), "--by", "監査 佐藤"]);
    assert_eq!(report["opened"], 3, "{report}");
    assert_eq!(ready.entries_of("opened") - before, 3, "each opening is in the ledger");
    let stranger = ready.home().join("stranger");
    ready.run("age-keygen", &["-o", stranger.to_str().unwrap()]).expect_code(0);
    let report = ready.json_with_code(&["verify", "-i", stranger.to_str().unwrap(), "--by", "監査 佐藤"], 3);
    assert_eq!(codes(&report), vec!["verify.no-match"; ALL.len()], "{report}");
    ready.expect_verified();
}

#[test]
fn the_slow_round_goes_on_where_it_stopped_and_what_it_finds_needs_a_person() {
    let ready = Ready::with_records();
    let mut ids: Vec<String> = ALL.iter().map(|path| ready.record(path)).collect();
    ids.sort();
    // As a stop left it: three of five were looked at, and the file of one of them was damaged afterwards.
    let note = serde_json::json!({ "at": 1, "after": ids[2], "looked": 3, "faults": 0, "wrong": [], "last": null });
    let put = "INSERT INTO meta(key, value) VALUES('verify-round', ?1)";
    ready.catalog().execute(put, [note.to_string()]).unwrap();
    flip(&ready.files_of(&ids[0])[1]);
    let round = ready.json(&["verify", "--resume"]);
    assert_eq!((&round["last"]["looked"], &round["last"]["faults"]), (&5.into(), &0.into()), "{round}");
    // The next round begins anew and finds it.
    let round = ready.json_with_code(&["verify", "--resume"], 3);
    assert_eq!((&round["last"]["looked"], &round["last"]["faults"]), (&5.into(), &1.into()), "{round}");
    assert_eq!(round["last"]["wrong"][0]["code"], "verify.file-altered", "{round}");
    let attention = ready.hokan(&["status", "--attention"]).expect_code(1).stdout;
    assert!(attention.contains("1 fault in the files of records"), "{attention}");
    flip(&ready.files_of(&ids[0])[1]);
    ready.json(&["verify", "--resume"]);
    let attention = ready.hokan(&["status", "--attention"]).stdout;
    assert!(!attention.contains("in the files of records"), "{attention}");
}

#[test]
fn an_opened_record_never_lands_below_records_vault_or_public_also_by_a_link() {
    let ready = Ready::with_records();
    let record = ready.record(ALL[0]);
    let link = ready.home().join("link");
    std::os::unix::fs::symlink(ready.root().join("records/in"), &link).unwrap();
    let before = ready.entries_of("opened");
    let linked = link.join("opened.csv").display().to_string();
    for target in ["-", "records/in/opened.csv", "vault/opened.csv", "public/../vault/x", &linked] {
        std::fs::create_dir_all(ready.root().join("public")).unwrap();
        let open = ["open", &record, "-i", &ready.identity(), "-o", target, "--why", "試験", "--by", "佐藤"];
        let said = ready.hokan(&open).expect_code(1).stderr;
        assert!(said.contains("open.target"), "{target}: {said}");
    }
    assert_eq!(ready.entries_of("opened"), before, "what was refused was not opened");
    assert!(!ready.inbox("opened.csv").exists());
}

#[test]
fn the_ledger_says_of_each_record_whether_its_plaintext_lay_on_a_disk_or_in_memory() {
    /// A folder in memory, gone with the test.
    struct Memory(std::path::PathBuf);
    impl Drop for Memory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
    let kind = |ready: &Ready, path: &str| ready.run("stat", &["-f", "-c", "%T", path]).expect_code(0).stdout;
    let exposures = |ready: &Ready| -> Vec<String> {
        let sealed = ready.entries().into_iter().filter(|entry| entry.contains(r#""kind":"sealed""#));
        let value = |entry: String| serde_json::from_str::<Value>(&entry).unwrap()["exposure"].to_string();
        sealed.map(value).collect()
    };
    let ready = Ready::with_records();
    let here = if kind(&ready, "records").trim() == "tmpfs" { r#""memory""# } else { r#""persistent""# };
    assert_eq!(exposures(&ready), vec![here; ALL.len()]);
    assert_eq!(kind(&ready, "/dev/shm").trim(), "tmpfs", "this machine has no memory to put files in");
    let memory = Memory(Path::new("/dev/shm").join(format!("hokan-{}", std::process::id())));
    std::fs::create_dir_all(&memory.0).unwrap();
    let policy = ready.read("policies/service.yaml");
    let from = policy.lines().find(|line| line.trim_start().starts_with("records:")).unwrap().to_owned();
    let to = format!("    records: {}", memory.0.display());
    ready.edit("policies/service.yaml", &from, &to);
    ready.commit("Take in from memory");
    ready.accept();
    let path = memory.0.join(ALL[0]);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "別の本文\n").unwrap();
    ready.take_in();
    assert_eq!(exposures(&ready).last().map(String::as_str), Some(r#""memory""#));
}
