//! Databases that are damaged, gone or used by several programs, and a watched folder that is removed and made again.
//!
//! In: an instance with records, an approved plan and a file that waits. Out: a command goes on rightly or says that it does
//! not; nothing is lost, nothing is destroyed that was not approved, and with the good file back everything is as before. The
//! rule it keeps: whatever the database says, the files of records are looked at with `age`.

use std::path::PathBuf;
use std::process::Stdio;

use crate::crash::most;
use crate::instances::{ALL, ELIGIBILITY, LOG, MINUTES, OFFICER, PROVISION, RECEIPT, Ready, Running, content, until};
use crate::scene;

const LATE: &str = "receipts/2026-04/M1000009-後から.csv";

/// What is done to the bytes of a file.
enum Damage {
    Gone,
    Empty,
    Cut,
    /// Every byte of a piece of the file is turned over, at so many hundredths of its length.
    Flipped(usize),
}

impl Damage {
    fn all() -> Vec<Damage> {
        let flipped = (0..100).step_by(most(24, 3)).map(Damage::Flipped);
        [Damage::Gone, Damage::Empty, Damage::Cut].into_iter().chain(flipped).collect()
    }

    fn does(&self, path: &PathBuf) -> String {
        let mut bytes = std::fs::read(path).unwrap();
        match self {
            Damage::Gone => {
                std::fs::remove_file(path).unwrap();
                return "gone".to_owned();
            }
            Damage::Empty => bytes.clear(),
            Damage::Cut => bytes.truncate(bytes.len() / 2),
            Damage::Flipped(hundredth) => {
                let at = bytes.len() * hundredth / 100;
                let end = bytes.len().min(at + 64);
                bytes[at..end].iter_mut().for_each(|byte| *byte = !*byte);
            }
        }
        std::fs::write(path, &bytes).unwrap();
        match self {
            Damage::Gone | Damage::Empty => "empty".to_owned(),
            Damage::Cut => "cut in half".to_owned(),
            Damage::Flipped(hundredth) => format!("turned over at {hundredth} %"),
        }
    }
}

#[test]
fn a_damaged_database_loses_and_destroys_nothing_and_is_found_out() {
    let template = Ready::with_approved_plan();
    template.drop_in(LATE, content(LATE));
    // The whole of both databases is in their files.
    for name in ["catalog", "ledger"] {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let file = rusqlite::Connection::open(template.root().join(format!("vault/{name}.db"))).unwrap();
        file.query_row(sql, [], |_| Ok(())).unwrap();
    }
    let identity = PathBuf::from(template.identity());
    let before = scene::opened(&template, &identity);
    let may_go: Vec<String> = [RECEIPT, PROVISION, LOG].iter().map(|path| template.record(path)).collect();
    for name in ["catalog.db", "ledger.db"] {
        for damage in Damage::all() {
            let case = scene::copy(&template);
            let file = case.root().join("vault").join(name);
            let moment = format!("{name} {}", damage.does(&file));
            let mut codes = Vec::new();
            let commands: [&[&str]; 4] =
                [&["status"], &["verify"], &["take-in", "--yes"], &["sweep", "run", "plan.json"]];
            for command in commands {
                let ran = case.hokan(command);
                let said = format!("{moment}: {command:?}: {}{}", ran.stdout, ran.stderr);
                assert!(!said.contains("panicked") && ran.code.is_some_and(|code| code != 70), "{said}");
                assert!(ran.code == Some(0) || said.contains('`') || said.contains("verify"), "{said}");
                codes.push(ran.code);
            }
            let opened = scene::opened(&case, &identity);
            let inbox = std::fs::read(case.root().join("records/in").join(LATE));
            let is_there = inbox.is_ok() || opened.values().any(|bytes| *bytes == content(LATE).into_bytes());
            assert!(is_there, "{moment}: the file that waited is lost");
            for (id, bytes) in &before {
                let is_there = opened.get(id) == Some(bytes);
                assert!(is_there || may_go.contains(id) && codes[3] == Some(0), "{moment}: {id} is lost");
            }
            // What did not stop it was harmless, or is found by what the ledger committed to.
            if codes.iter().all(|code| *code == Some(0)) {
                case.hokan(&["verify"]).expect_code(0);
            }
            if matches!(damage, Damage::Gone | Damage::Empty | Damage::Cut) {
                assert!(codes.iter().all(|code| *code != Some(0)), "{moment}: {codes:?}");
                assert_eq!(opened, before, "{moment}");
                // With the good file back everything goes on.
                std::fs::copy(template.root().join("vault").join(name), &file).unwrap();
                case.hokan(&["take-in", "--yes"]).expect_code(0);
                case.hokan(&["sweep", "run", "plan.json"]).expect_code(0);
                case.hokan(&["verify"]).expect_code(0);
            }
        }
    }
}

#[test]
fn programs_that_work_at_the_same_time_do_nothing_twice_and_nothing_by_halves() {
    let ready = Ready::with_approved_plan();
    let names: Vec<String> = (0..40).map(|n| format!("receipts/2026-04/M10001{n:02}-明細.csv")).collect();
    names.iter().for_each(|name| ready.drop_in(name, content(name)));
    let minutes = ready.record(MINUTES);
    let commands: [&[&str]; 7] = [
        &["take-in", "--yes"],
        &["take-in", "--yes"],
        &["sweep", "run", "plan.json"],
        &["sweep", "run"],
        &["hold", "place", "--record", &minutes, "--reason", "監査", "--by", OFFICER],
        &["verify", "--resume"],
        &["status"],
    ];
    let start = |command: &&[&str]| {
        let mut program = ready.command(env!("CARGO_BIN_EXE_hokan"), command);
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = commands.iter().map(start).collect();
    for (child, command) in running.into_iter().zip(commands) {
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        // Busy is an answer; a catalog that another program brings up to date just now is refused, and looked at again.
        let code = ended.status.code();
        assert!(matches!(code, Some(0 | 1 | 4 | 75)) && !said.contains("panicked"), "{command:?}: {code:?} {said}");
    }
    ready.take_in();
    ready.json(&["sweep", "run", "plan.json"]);
    let held = scene::listed(&ready);
    for name in names.iter().map(String::as_str).chain([MINUTES, ELIGIBILITY]) {
        assert!(held.contains_key(name), "{name}");
    }
    assert_eq!(held.len(), names.len() + 2);
    assert_eq!((ready.entries_of("sealed"), ready.entries_of("destroyed")), ((names.len() + ALL.len()) as i64, 3));
    ready.expect_verified();
}

#[test]
fn a_watched_folder_that_is_removed_and_made_again_is_watched_again() {
    let ready = Ready::new();
    // Whatever is not heard waits for an hour.
    ready.edit("policies/service.yaml", "rescan: PT10M", "rescan: PT1H");
    ready.commit("Look again each hour");
    ready.accept();
    let mut service = Running(ready.command(env!("CARGO_BIN_EXE_hokan"), &["run", "--yes"]).spawn().unwrap());
    let taken = |path: &str| {
        ready.drop_in(path, content(path));
        until("the service has taken the file in", || (!ready.inbox(path).exists()).then_some(()));
    };
    taken(LOG);
    for (path, next) in [(MINUTES, ELIGIBILITY), (PROVISION, RECEIPT)] {
        let gone = ready.home().join("gone");
        std::fs::rename(ready.root().join("records"), &gone).unwrap();
        std::fs::remove_dir_all(&gone).unwrap();
        // The look that failed is made again; what comes after it is heard.
        taken(path);
        taken(next);
    }
    assert_eq!(service.terminate(), Some(0));
    ready.take_in();
    ready.expect_held(&[LOG, MINUTES, PROVISION, ELIGIBILITY, RECEIPT]);
}
