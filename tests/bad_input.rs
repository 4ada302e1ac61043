//! What people, programs and disks get wrong: each is named, the next step is said, and nothing is lost.
//!
//! In: one wrong thing in an instance in working order. Out: the right exit code and words. The rule it keeps: after
//! every refusal the rest still works, what was refused is untouched, and `verify` finds nothing wrong.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use crate::instances::*;

/// A good file beside the bad ones: it must be taken in whatever happens to them.
const GOOD: &str = "minutes/2013-01-01-会議録.pdf";

/// Breaks a policy file and expects `check` to name the place, the fault and the way out.
#[track_caller]
fn expect_finding(file: &str, from: &str, to: &str, words: &[&str]) {
    let ready = Ready::new();
    ready.edit(file, from, to);
    let checked = ready.hokan(&["check"]).expect_code(1);
    for word in words.iter().chain([&file]) {
        assert!(checked.stderr.contains(word), "`{word}` is not said:\n{}", checked.stderr);
    }
    ready.commit("Break the policy");
    ready.drop_in(GOOD, content(GOOD));
    ready.take_in();
    ready.expect_held(&[GOOD]);
    ready.hokan(&["policy", "accept", "--key", &ready.approver()]).expect_code(1);
    ready.hokan(&["sweep", "run"]).expect_code(1);
}

/// Takes in beside a good file and expects `path` to be refused with a code and words, and to be as it was.
#[track_caller]
fn expect_refused(ready: &Ready, path: &str, code: &str, words: &[&str]) {
    ready.drop_in(GOOD, content(GOOD));
    let before = std::fs::symlink_metadata(ready.inbox(path)).ok().map(|meta| (meta.len(), meta.modified().unwrap()));
    let taken = ready.take_in();
    let left = taken["left"].as_array().unwrap().iter().find(|left| left["path"] == path);
    let left = left.unwrap_or_else(|| panic!("`{path}` is not listed: {taken}"));
    assert_eq!((&left["state"], &left["code"]), (&"refused".into(), &code.into()), "{taken}");
    for word in words {
        assert!(left["why"].as_str().unwrap().contains(word), "`{word}` is not said: {left}");
    }
    let after = std::fs::symlink_metadata(ready.inbox(path)).ok().map(|meta| (meta.len(), meta.modified().unwrap()));
    assert_eq!(before, after, "the refused file was touched");
    assert_eq!(ready.json(&["status"])["records"], 1);
    ready.expect_held(&[GOOD]);
}

#[test]
fn a_policy_that_is_no_yaml() {
    expect_finding("policies/consent.yaml", "\nconsent:", "\nconsent: [", &["error"]);
}

#[test]
fn a_policy_with_an_unknown_key() {
    expect_finding(
        "policies/retention.yaml",
        "medium: electronic",
        "medum: electronic",
        &["`medum`", "did you mean `medium`"],
    );
}

#[test]
fn a_policy_with_the_same_id_twice() {
    expect_finding("policies/retention.yaml", "- id: checkups\n", "- id: receipts\n", &["`receipts`", "already taken"]);
}

#[test]
fn a_policy_that_refers_to_nothing() {
    expect_finding(
        "policies/retention.yaml",
        "information: [receipts]",
        "information: [receips]",
        &["`receips`", "did you mean `receipts`"],
    );
}

#[test]
fn a_policy_with_an_impossible_period() {
    expect_finding("policies/retention.yaml", "for: P5Y", "for: P5Y3D", &["`P5Y3D`", "P5Y"]);
}

#[test]
fn a_policy_without_recipients() {
    let service = Ready::new().read("policies/service.yaml");
    let begin = service.find("  recipients:\n").unwrap();
    let end = service.find("  # Who signs policies").unwrap();
    expect_finding("policies/service.yaml", &service[begin..end], "  recipients: []\n", &["recipients"]);
}

#[test]
fn a_symbolic_link() {
    let ready = Ready::new();
    let target = ready.home().join("elsewhere.pdf");
    std::fs::write(&target, "mine").unwrap();
    let path = "minutes/2012-06-01-link.pdf";
    ready.drop_in("minutes/2012-06-02-x.pdf", "");
    std::os::unix::fs::symlink(&target, ready.inbox(path)).unwrap();
    expect_refused(&ready, path, "intake.symlink", &["symbolic link", "put the file itself here"]);
    assert_eq!(std::fs::read_to_string(target).unwrap(), "mine");
}

#[test]
fn a_hard_link() {
    let ready = Ready::new();
    let (path, other) = (MINUTES, ready.home().join("other name"));
    ready.drop_in(path, content(path));
    std::fs::hard_link(ready.inbox(path), &other).unwrap();
    expect_refused(&ready, path, "intake.hard-link", &["2 names"]);
    assert_eq!(std::fs::read_to_string(&other).unwrap(), content(path));
    std::fs::remove_file(other).unwrap();
    ready.take_in();
    ready.expect_held(&[path]);
}

#[test]
fn a_pipe() {
    let ready = Ready::new();
    ready.drop_in("minutes/x", "x");
    ready.run("mkfifo", &["records/in/minutes/2012-06-01-fifo.pdf"]).expect_code(0);
    expect_refused(&ready, "minutes/2012-06-01-fifo.pdf", "intake.special", &["pipe"]);
}

#[test]
fn a_pipe_or_a_link_in_the_place_of_a_sidecar() {
    let ready = Ready::new();
    let class = "    - id: provision-records\n";
    ready.edit("policies/retention.yaml", class, &format!("{class}      sidecar: optional\n"));
    ready.commit("Allow sidecars");
    let path = "provision-records/2021-05-10-提供.csv";
    let sidecar = ready.inbox(format!("{path}.meta.yaml"));
    let outside = ready.home().join("mine.yaml");
    std::fs::write(&outside, "subject: M1000001\n").unwrap();
    let pipe = ready.home().join("pipe");
    ready.run("mkfifo", &[&pipe.display().to_string()]).expect_code(0);
    ready.drop_in(path, content(path));
    ready.accept();
    for stranger in ["a pipe", "a link to a pipe", "a link to a file elsewhere"] {
        match stranger {
            "a pipe" => std::fs::rename(&pipe, &sidecar).unwrap(),
            "a link to a pipe" => {
                std::fs::rename(&sidecar, &pipe).unwrap();
                std::os::unix::fs::symlink(&pipe, &sidecar).unwrap();
            }
            _ => {
                std::fs::remove_file(&sidecar).unwrap();
                std::os::unix::fs::symlink(&outside, &sidecar).unwrap();
            }
        }
        // Whoever waits for the other end of a pipe is ended.
        for command in [&["take-in", "--yes"][..], &["status", "--attention"], &["take-in", "--dry-run"]] {
            let ran = ready.run("timeout", &[&["60", env!("CARGO_BIN_EXE_hokan")], command].concat());
            assert!(matches!(ran.code, Some(0 | 1)), "{stranger}: {command:?}: {ran:?}");
        }
        let status = ready.json(&["status"]);
        let refused = status["not-taken"].as_array().unwrap().iter().find(|one| one["path"] == path).unwrap();
        assert_eq!(refused["code"], "intake.sidecar", "{stranger}: {refused}");
        assert!(refused["why"].as_str().unwrap().contains("not a regular file"), "{stranger}: {refused}");
    }
    std::fs::remove_file(&sidecar).unwrap();
    ready.take_in();
    ready.expect_held(&[path]);
}

#[test]
fn an_empty_file() {
    let ready = Ready::new();
    ready.drop_in(MINUTES, "");
    expect_refused(&ready, MINUTES, "intake.empty", &["empty"]);
    ready.drop_in(MINUTES, content(MINUTES));
    ready.take_in();
    ready.expect_held(&[MINUTES]);
}

#[test]
fn a_date_in_the_future_or_in_no_calendar() {
    let ready = Ready::new();
    ready.drop_in("minutes/2999-01-01-未来.pdf", "x");
    ready.drop_in("minutes/2023-02-30-不存在.pdf", "x");
    expect_refused(&ready, "minutes/2999-01-01-未来.pdf", "intake.future-date", &["2999-01-01", "future"]);
    let status = ready.json(&["status"]);
    let impossible =
        status["not-taken"].as_array().unwrap().iter().find(|one| one["path"] == "minutes/2023-02-30-不存在.pdf");
    assert_eq!(impossible.unwrap()["code"], "intake.date", "{status}");
}

#[test]
fn a_file_that_is_still_being_written() {
    let ready = Ready::new();
    ready.edit("policies/service.yaml", "settle: PT0S", "settle: PT1H");
    ready.commit("Let files settle for an hour");
    ready.hokan(&["policy", "accept", "--key", &ready.approver()]);
    ready.drop_in(MINUTES, "the first half,");
    let mut writer = std::fs::OpenOptions::new().append(true).open(ready.inbox(MINUTES)).unwrap();
    let taken = ready.take_in();
    assert_eq!((&taken["paths"]["settling"], taken["taken"].as_array().unwrap().len()), (&1.into(), 0), "{taken}");
    writer.write_all(b" and the second").unwrap();
    assert_eq!(std::fs::read_to_string(ready.inbox(MINUTES)).unwrap(), "the first half, and the second");
}

#[test]
fn a_name_that_is_not_utf_8_is_refused_unless_the_policy_reads_shift_jis() {
    let ready = Ready::new();
    ready.drop_in("minutes/x", "x");
    let make = r"printf %s '議事' > $'records/in/minutes/2012-06-04-\x97\x5c\x8e\x5a.pdf'";
    ready.run("bash", &["-c", make]).expect_code(0);
    let shown = "minutes/2012-06-04-\u{fffd}\\\u{fffd}Z.pdf";
    let taken = ready.take_in();
    let refused = taken["left"].as_array().unwrap().iter().find(|left| left["code"] == "intake.name");
    let refused = refused.unwrap_or_else(|| panic!("{taken}"));
    assert_eq!(refused["path"], shown, "{taken}");
    assert!(refused["why"].as_str().unwrap().contains("service.intake.file-names"), "{taken}");
    ready.edit("policies/service.yaml", "  watch:\n", "  intake: { file-names: utf-8-or-shift-jis }\n  watch:\n");
    ready.commit("Read old names");
    ready.accept();
    let taken = ready.take_in();
    assert_eq!(taken["taken"][0]["name"], "minutes/2012-06-04-予算.pdf", "{taken}");
    assert_eq!(ready.opened(&ready.record("minutes/2012-06-04-予算.pdf")), "議事".as_bytes());
    ready.expect_verified();
}

#[test]
fn a_sidecar_that_contradicts_the_path_or_says_what_nobody_knows() {
    for (sidecar, code, word) in [
        ("class: minutes\n", "intake.sidecar-contradicts", "its path says `receipts`"),
        ("dates: { treated: 2019-05-01 }\n", "intake.sidecar-contradicts", "2019-04-30"),
        ("dates: { made: 2019-05-01 }\n", "intake.sidecar", "does not come from sidecars"),
        ("clas: receipts\n", "intake.sidecar", "did you mean `class`"),
    ] {
        let ready = Ready::new();
        ready.drop_in(RECEIPT, content(RECEIPT));
        ready.drop_in(format!("{RECEIPT}.meta.yaml"), sidecar);
        expect_refused(&ready, RECEIPT, code, &[word]);
        assert!(ready.inbox(format!("{RECEIPT}.meta.yaml")).exists());
    }
}

#[test]
fn a_sidecar_goes_with_its_record_and_what_it_adds_counts() {
    let ready = Ready::new();
    ready.drop_in(RECEIPT, content(RECEIPT));
    ready.drop_in(format!("{RECEIPT}.meta.yaml"), "subjects: [M1000077]\n");
    ready.take_in();
    assert!(!ready.inbox(RECEIPT).exists() && !ready.inbox(format!("{RECEIPT}.meta.yaml")).exists());
    let listed = ready.json(&["records", "list", "--subject", "M1000077"]);
    assert_eq!(listed["records"][0]["subjects"], serde_json::json!(["M1000001", "M1000077"]), "{listed}");
    ready.expect_held(&[RECEIPT]);
}

#[test]
fn a_path_that_no_class_accepts() {
    let ready = Ready::new();
    ready.drop_in("引継ぎ/memo.txt", "x");
    let taken = ready.take_in();
    assert_eq!(taken["left"][0]["code"], "intake.unclassified", "{taken}");
    assert!(ready.inbox("引継ぎ/memo.txt").exists());
}

#[test]
fn a_file_the_service_user_cannot_read() {
    let ready = Ready::new();
    ready.drop_in(MINUTES, content(MINUTES));
    let place = ready.inbox(MINUTES).display().to_string();
    // Root reads everything: as root the service runs as somebody else, who owns all but this file.
    let is_root = ready.run("id", &["-u"]).stdout.trim() == "0";
    let shell = |command: &str| drop(ready.run("sh", &["-c", command]).expect_code(0));
    if is_root {
        shell("chown -R 65534:65534 . ../home && chmod 755 .. && chown 0:0 \"$(find records -name '*.pdf')\"");
    }
    shell(&format!("chmod 000 '{place}'"));
    let hokan = [env!("CARGO_BIN_EXE_hokan"), "--json", "take-in", "--yes"];
    let clear = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let ran = match is_root {
        true => ready.run("setpriv", &[clear.as_slice(), &hokan].concat()),
        false => ready.run(hokan[0], &hokan[1..]),
    };
    let taken: Value = serde_json::from_str(&ran.expect_code(0).stdout).unwrap();
    assert_eq!(
        (&taken["left"][0]["path"], &taken["left"][0]["code"]),
        (&MINUTES.into(), &"intake.access".into()),
        "{taken}"
    );
    assert!(taken["left"][0]["why"].as_str().unwrap().contains("cannot be read"), "{taken}");
    shell(&format!("chmod 600 '{place}'"));
    assert_eq!(std::fs::read_to_string(&place).unwrap_or_default(), content(MINUTES));
}

/// A directory that the file system keeps from being changed, until dropped.
struct Fixed<'a>(&'a Ready, String);

impl Fixed<'_> {
    fn new<'a>(ready: &'a Ready, path: &Path) -> Fixed<'a> {
        let path = path.display().to_string();
        ready.run("chattr", &["+i", &path]).expect_code(0);
        Fixed(ready, path)
    }
}

impl Drop for Fixed<'_> {
    fn drop(&mut self) {
        self.0.run("chattr", &["-i", &self.1]);
    }
}

#[test]
fn a_directory_that_cannot_be_changed() {
    let ready = Ready::new();
    ready.drop_in(RECEIPT, content(RECEIPT));
    let fixed = Fixed::new(&ready, ready.inbox(RECEIPT).parent().unwrap());
    ready.drop_in(GOOD, content(GOOD));
    let taken = ready.take_in();
    assert!(ready.inbox(RECEIPT).exists() && !ready.inbox(GOOD).exists(), "{taken}");
    let status = ready.json(&["status"]);
    let state = ["refused", "removal-pending"].iter().filter(|state| status["paths"]["by-state"][**state] == 1).count();
    assert_eq!(state, 1, "{status}");
    drop(fixed);
    ready.take_in();
    assert!(!ready.inbox(RECEIPT).exists());
    ready.expect_held(&[RECEIPT, GOOD]);
    assert_eq!(ready.entries_of("sealed"), 2);
}

#[test]
fn a_missing_header() {
    let ready = Ready::with_records();
    let record = ready.record(RECEIPT);
    let [header, _] = ready.files_of(&record);
    std::fs::remove_file(header).unwrap();
    expect_does_not_open(&ready, &record, &["missing"]);
}

#[test]
fn an_altered_header() {
    let ready = Ready::with_records();
    let record = ready.record(RECEIPT);
    let [header, _] = ready.files_of(&record);
    let mut bytes = std::fs::read(&header).unwrap();
    let last = bytes.len() - 3;
    bytes[last] ^= 1;
    std::fs::write(header, bytes).unwrap();
    expect_does_not_open(&ready, &record, &["header"]);
}

#[test]
fn a_corrupted_body() {
    let ready = Ready::with_records();
    let record = ready.record(RECEIPT);
    let [_, body] = ready.files_of(&record);
    let mut bytes = std::fs::read(&body).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x80;
    std::fs::write(&body, bytes).unwrap();
    expect_does_not_open(&ready, &record, &["body"]);
    std::fs::write(&body, "short").unwrap();
    expect_does_not_open(&ready, &record, &["body"]);
}

/// Expects a record not to open, no half plaintext to be left, and `verify` to name the record.
#[track_caller]
fn expect_does_not_open(ready: &Ready, record: &str, words: &[&str]) {
    let target = ready.home().join("half");
    let to = target.display().to_string();
    let ran = ready.hokan(&["open", record, "-i", &ready.identity(), "-o", &to, "--why", "試験"]);
    assert!(matches!(ran.code, Some(1 | 74)), "{ran:?}");
    for word in words.iter().chain([&record]) {
        assert!(ran.stderr.contains(word), "`{word}` is not said: {}", ran.stderr);
    }
    assert!(!target.exists());
    let verified = ready.hokan(&["verify"]).expect_code(3).stdout;
    assert!(verified.contains(record), "{verified}");
    assert_eq!(ready.opened(&ready.record(MINUTES)), content(MINUTES).into_bytes(), "the others still open");
}

#[test]
fn another_hokan_at_work() {
    let ready = Ready::with_approved_plan();
    ready.drop_in(GOOD, content(GOOD));
    for (lock, arguments) in
        [("intake.lock", &["take-in", "--yes"] as &[&str]), ("disposal.lock", &["sweep", "run", "plan.json"])]
    {
        let path = ready.root().join("vault").join(lock);
        let held = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        held.lock().unwrap();
        let busy = ready.hokan(arguments).expect_code(75);
        assert!(busy.stderr.contains(lock) && busy.stderr.contains("try again"), "{}", busy.stderr);
    }
    assert!(ready.inbox(GOOD).exists());
    ready.take_in();
    ready.expect_held(&[GOOD, RECEIPT, PROVISION, LOG, MINUTES, ELIGIBILITY]);
}

#[test]
fn a_database_of_a_newer_version_is_not_written_to() {
    for database in ["catalog.db", "ledger.db"] {
        let ready = Ready::with_records();
        ready.drop_in(GOOD, content(GOOD));
        let path = ready.root().join("vault").join(database);
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(connection);
        let before = std::fs::read(&path).unwrap();
        for arguments in [&["take-in", "--yes"] as &[&str], &["status"], &["verify"], &["sweep", "run"]] {
            let refused = ready.hokan(arguments).expect_code(1);
            assert!(refused.stderr.contains(database) && refused.stderr.contains("newer hokan"), "{}", refused.stderr);
        }
        assert!(std::fs::read(&path).unwrap() == before, "{database} was written to");
        assert!(ready.inbox(GOOD).exists());
    }
}

#[test]
fn a_database_of_another_program_is_not_written_to() {
    let ready = Ready::with_records();
    let path = ready.root().join("vault/catalog.db");
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "this is no database at all, but a long enough text to be looked at").unwrap();
    let refused = ready.hokan(&["status"]).expect_code(1);
    assert!(refused.stderr.contains("not a database of hokan's"), "{}", refused.stderr);
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("this is no database"));
}

#[test]
fn a_catalog_restored_from_an_older_day_destroys_nothing() {
    let ready = Ready::with_approved_plan();
    let (live, old) = (ready.root().join("vault/ledger.db"), ready.home().join("ledger.db"));
    ready.ledger().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    std::fs::copy(&live, &old).unwrap();
    ready.json(&["hold", "place", "--subject", "M1000001", "--reason", "係争", "--by", OFFICER]);
    ready.ledger().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    std::fs::copy(&old, &live).unwrap();
    let refused = ready.hokan(&["sweep", "run", "plan.json"]).expect_code(1);
    assert!(refused.stderr.contains("old copy"), "{}", refused.stderr);
    assert_eq!(ready.entries_of("intent"), 0);
}

#[test]
fn a_signing_key_that_is_gone() {
    let ready = Ready::new();
    std::fs::remove_file(ready.root().join("vault/key.ed25519")).unwrap();
    ready.drop_in(GOOD, content(GOOD));
    let refused = ready.hokan(&["take-in", "--yes"]).expect_code(1);
    assert!(refused.stderr.contains("key.ed25519") && refused.stderr.contains("restore"), "{}", refused.stderr);
    assert!(ready.inbox(GOOD).exists());
}
