//! Databases of older formats: stored vaults that this program migrates, verifies and sweeps.
//!
//! In: `tests/vaults/format-N.tar.gz`, made by the hokan of that format (`tests/vaults/make.sh`). Out: the vault works on as
//! if this program had made it. The rule it keeps: the archive never changes, so every step ever added runs on it.
//!
//! A stored vault holds one record each that is on hold, was on hold, waits for an event, is not due, is due, and was
//! destroyed in a finished sweep; one opening, one plan with its approval, one event, one release.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Instance, Ran};

/// The newest stored formats; a new archive is added when a version is released.
const STORED: [&str; 1] = ["format-1"];
const HELD: &str = "receipts/2015-05/M2-fees.csv";
const DUE: [&str; 2] = ["receipts/2015-06/M3-fees.csv", "receipts/2015-07/M5-fees.csv"];
const KEPT: [&str; 3] = ["letters/2020-01-15-M2.pdf", HELD, "receipts/2025-08/M4-fees.csv"];

/// Unpacks a stored vault.
pub fn stored(name: &str) -> Instance {
    let instance = Instance::new();
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vaults/{name}.tar.gz"));
    let parent = instance.root().parent().unwrap().display().to_string();
    instance.run("tar", &["-xzf", archive.to_str().unwrap(), "-C", &parent]).expect_code(0);
    instance
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

fn databases(instance: &Instance) -> [Connection; 2] {
    ["catalog", "ledger"].map(|name| Connection::open(instance.root().join(format!("vault/{name}.db"))).unwrap())
}

pub fn formats(instance: &Instance) -> [i64; 2] {
    databases(instance).map(|file| file.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap())
}

/// The statements that make a database, in the words of the file itself.
pub fn tables(instance: &Instance) -> [Vec<String>; 2] {
    databases(instance).map(|file| {
        let mut select = file.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
        let rows = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
        // A table that was changed has its statement joined from parts: spaces say nothing.
        rows.map(|sql| sql.unwrap().split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    })
}

fn names(instance: &Instance) -> Vec<String> {
    let listed = json(&instance.hokan(&["--json", "records", "list"]).expect_code(0));
    let mut names: Vec<String> =
        listed["records"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Everything is there and works: it verifies, sweeps what is due, and keeps what is not.
pub fn works(instance: &Instance, moment: &str) {
    instance.hokan(&["verify"]).expect_code(0);
    assert_eq!(names(instance).len(), KEPT.len() + DUE.len(), "{moment}");
    let approver = instance.home().join("approver").display().to_string();
    // The archive may be older than the silence that a clock is believed over.
    instance.hokan(&["clock", "confirm", "--reason", "stored", "--by", "Test"]).expect_code(0);
    crate::scene::approved_plan(instance, "next.json", &approver);
    let swept = json(&instance.hokan(&["--json", "sweep", "run", "next.json"]).expect_code(0));
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), DUE.len(), "{moment}: {swept:#}");
    assert_eq!(swept["refused"], serde_json::json!([]), "{moment}: what is on hold is in no plan: {swept:#}");
    assert_eq!(names(instance), KEPT, "{moment}");
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn a_stored_vault_of_each_format_migrates_verifies_and_sweeps() {
    for name in STORED {
        let instance = stored(name);
        let before = formats(&instance);
        let done = json(&instance.hokan(&["--json", "migrate"]).expect_code(0));
        let after = formats(&instance);
        for (n, one) in done["databases"].as_array().unwrap().iter().enumerate() {
            assert_eq!((one["from"].as_i64(), one["to"].as_i64()), (Some(before[n]), Some(after[n])), "{done}");
            let steps = one["steps"].as_array().unwrap().len();
            assert_eq!(i64::try_from(steps).unwrap(), after[n] - before[n], "{done}");
        }
        works(&instance, name);
        let again = instance.hokan(&["migrate"]).expect_code(0).stdout;
        assert_eq!(again.matches("nothing to do").count(), 2, "{again}");
    }
}

#[test]
fn a_migrated_vault_has_the_tables_of_a_new_one() {
    let new = Instance::new();
    let key = |name: &str| new.home().join(name).display().to_string();
    let place = new.root().display().to_string();
    new.hokan(&["init", &place, "--identity-out", &key("identity"), "--approver-out", &key("approver")]).expect_code(0);
    for name in STORED {
        let old = stored(name);
        old.hokan(&["migrate"]).expect_code(0);
        assert_eq!(tables(&old), tables(&new), "{name}");
        assert_eq!(formats(&old), formats(&new), "{name}");
    }
}

#[test]
fn a_reader_leaves_an_older_format_alone_and_a_writer_migrates_it() {
    let instance = stored("format-1");
    let before = formats(&instance);
    for reader in [&["status"][..], &["verify"], &["records", "list"], &["sweep"], &["checkpoint"]] {
        let ran = instance.hokan(reader).expect_code(1);
        assert!(ran.stderr.contains("store.unusable") && ran.stderr.contains("hokan migrate"), "{ran:?}");
    }
    assert_eq!(formats(&instance), before);
    instance.hokan(&["hold", "place", "--subject", "M4", "--reason", "audit", "--by", "Test"]).expect_code(0);
    assert!(formats(&instance).iter().zip(before).all(|(after, before)| *after > before));
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn the_first_run_of_letters_after_an_update_migrates() {
    let instance = stored("format-1");
    let before = formats(&instance);
    let ran = instance.hokan(&["notice", "run"]).expect_code(0);
    assert!(ran.stdout.contains("nothing waits"), "{ran:?}");
    assert!(formats(&instance)[0] > before[0]);
}

#[test]
fn a_database_of_a_newer_format_is_neither_read_nor_written() {
    for which in ["catalog", "ledger"] {
        let instance = stored("format-1");
        instance.hokan(&["migrate"]).expect_code(0);
        let path = instance.root().join(format!("vault/{which}.db"));
        Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 999").unwrap();
        let before = std::fs::read(&path).unwrap();
        for command in [&["status"][..], &["sweep", "run"], &["migrate"], &["take-in", "--yes"]] {
            let ran = instance.hokan(command).expect_code(1);
            assert!(ran.stderr.contains("store.unusable") && ran.stderr.contains("format 999"), "{ran:?}");
        }
        assert!(std::fs::read(&path).unwrap() == before, "{which}.db was changed");
    }
}
