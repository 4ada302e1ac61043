//! `hokan doctor`: each fault of an installation, made for real, is told, and a sound one has none.
//!
//! In: an instance in working order, and one thing done to it. Out: the diagnoses. The rule it keeps: what the machine
//! itself is like (its disk, its swap) may be warned of, and decides nothing here.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::instances::{Ready, Running, until};

/// The names of what is bad.
fn bad(ready: &Ready, code: i32) -> Vec<String> {
    named(&ready.json_with_code(&["doctor"], code), "bad")
}

fn named(document: &Value, health: &str) -> Vec<String> {
    let found = document["found"].as_array().unwrap().iter().filter(|one| one["health"] == health);
    found.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_sound_installation_has_nothing_to_mend() {
    let ready = Ready::with_records();
    let document = ready.json(&["doctor"]);
    assert_eq!(document["format"], "hokan-doctor/1");
    assert_eq!(document["bad"], 0, "{document}");
    let good = named(&document, "good");
    for name in ["policy", "permissions", "recipients", "git", "strangers", "clock", "schedule"] {
        assert!(good.contains(&format!("doctor.{name}")), "{name}: {document}");
    }
    let told = ready.hokan(&["doctor", "--lang", "ja"]).expect_code(0).stdout;
    assert!(told.contains("時計は台帳と矛盾しません") && told.contains("要対応0件"), "{told}");
    ready.expect_held(&crate::instances::ALL);
}

#[test]
fn a_vault_others_can_read_is_told() {
    let ready = Ready::new();
    let key = ready.root().join("vault/key.ed25519");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(bad(&ready, 1), ["doctor.permissions"]);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(bad(&ready, 0).is_empty());
}

#[test]
fn keys_backups_and_copying_programs_below_the_instance_are_told() {
    let ready = Ready::new();
    let identity = std::fs::read(ready.identity()).unwrap();
    ready.write("notes/key.txt", identity);
    ready.write("policies/retention.yaml~", "x");
    ready.write(".stfolder/marker", "");
    let document = ready.json_with_code(&["doctor"], 1);
    let mut bad = named(&document, "bad");
    bad.sort();
    assert_eq!(bad, ["doctor.copied", "doctor.identity"], "{document}");
    assert!(named(&document, "warning").contains(&"doctor.editor-backup".to_owned()), "{document}");
    // What the file says is repeated nowhere.
    assert!(!document.to_string().contains("AGE-SECRET-KEY"), "{document}");
}

#[test]
fn a_vault_that_git_tracks_or_would_clean_away_is_told() {
    let ready = Ready::with_records();
    std::fs::remove_dir_all(ready.root().join("vault/.git")).unwrap();
    std::fs::remove_dir_all(ready.root().join("records/in/.git")).unwrap();
    assert_eq!(bad(&ready, 1), ["doctor.unguarded"]);
    ready.git(&["add", "-f", "vault/catalog.db"]);
    assert_eq!(bad(&ready, 1), ["doctor.tracked", "doctor.unguarded"]);
}

#[test]
fn git_is_asked_about_the_watched_folder_that_the_policy_names() {
    let ready = Ready::new();
    ready.edit("policies/service.yaml", "records: records/in", "records: 受付");
    ready.commit("Watch another folder");
    ready.accept();
    ready.write("受付/receipts/2019-04/M1000009-明細.csv", "x");
    assert_eq!(bad(&ready, 1), ["doctor.unguarded"]);
    ready.git(&["add", "-f", "受付"]);
    assert_eq!(bad(&ready, 1), ["doctor.tracked"]);
}

#[test]
fn a_policy_that_stops_the_service_is_told() {
    let ready = Ready::new();
    ready.edit("policies/retention.yaml", "for: P5Y", "for: 5 yeers");
    ready.git(&["commit", "-qanm", "Break"]);
    assert_eq!(bad(&ready, 1), ["doctor.policy"]);
}

#[test]
fn a_vault_that_is_not_there_is_said_plainly() {
    let ready = Ready::new();
    let nowhere = Path::new("nowhere").display().to_string();
    ready.hokan(&["--dir", &nowhere, "doctor"]).expect_code(1);
}

#[test]
fn a_service_states_what_confines_it_and_its_statement_is_told() {
    let ready = Ready::new();
    let said = || {
        let document = ready.json(&["doctor"]);
        let found = document["found"].as_array().unwrap().iter().map(|one| one["found"].as_str().unwrap().to_owned());
        found.collect::<Vec<_>>()
    };
    assert!(said().iter().any(|one| one.starts_with("no service has run here yet")), "{:?}", said());
    let mut service = Running(ready.command(env!("CARGO_BIN_EXE_hokan"), &["run", "--yes"]).spawn().unwrap());
    until("the service has stated it", || said().iter().any(|one| one.starts_with("the service of ")).then_some(()));
    assert_eq!(service.terminate(), Some(0));
    // A network of its own, and no way to more privileges: the statement follows what is so.
    let confined = format!("exec setpriv --no-new-privs {} run --yes 2> ../home/log", env!("CARGO_BIN_EXE_hokan"));
    let mut command = ready.command("unshare", &["--user", "--map-root-user", "--net", "sh", "-c", &confined]);
    let mut service = Running(command.spawn().unwrap());
    let log = || std::fs::read_to_string(ready.home().join("log")).unwrap_or_default();
    let stated = until("the service has logged it", || {
        let line = log().lines().find(|line| line.contains(" confined ")).map(str::to_owned);
        line.or_else(|| service.0.try_wait().unwrap().map(|_| String::new()))
    });
    assert!(stated.is_empty() && std::env::var_os("CI").is_none() || stated.contains("no_network=true"), "{}", log());
}
