//! Rekeying: somebody leaves, somebody else opens the records, and no body is touched.
//!
//! In: an instance with records and a policy that names another recipient. Out: headers for the new recipients. The rule it
//! keeps: what opens and what does not is asked of `age`, never of hokan.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::instances::{ALL, RECEIPT, Ready};
use crate::scene;
use crate::support::Instance;

/// Puts another daily recipient into the policy, has it accepted and confirmed; returns the new identity.
pub fn hand_over(instance: &Instance) -> PathBuf {
    let new = instance.home().join("successor");
    let key = |name: &str| instance.home().join(name).display().to_string();
    instance.run("age-keygen", &["-o", new.to_str().unwrap()]).expect_code(0);
    let public = |file: &str| instance.run("age-keygen", &["-y", file]).expect_code(0).stdout.trim().to_owned();
    let (old, successor) = (public(&key("identity")), public(new.to_str().unwrap()));
    let policy = instance.read("policies/service.yaml");
    assert!(policy.contains(&old), "the policy does not name the daily recipient: {policy}");
    instance.write("policies/service.yaml", policy.replace(&old, &successor));
    instance.git(&["commit", "--quiet", "--no-verify", "--all", "--message", "Hand the records over"]);
    instance.hokan(&["policy", "accept", "--key", &key("approver")]).expect_code(0);
    instance.hokan(&["recipients", "confirm", "-i", new.to_str().unwrap()]).expect_code(0);
    new
}

/// The files below a folder of the vault, by path.
fn files(instance: &Instance, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let dir = instance.root().join("vault").join(folder);
    scene::below(&dir).into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn count(report: &Value, field: &str) -> usize {
    report[field].as_array().unwrap_or_else(|| panic!("{report}")).len()
}

#[test]
fn the_new_recipient_opens_every_record_the_former_one_none_and_no_body_changed() {
    let ready = Ready::with_records();
    let old = PathBuf::from(ready.identity());
    let (before, bodies, headers) = (scene::opened(&ready, &old), files(&ready, "bodies"), files(&ready, "headers"));
    let new = hand_over(&ready);
    let identity = ready.identity();

    let dry = ready.json(&["rekey", "--all", "-i", &identity, "--dry-run"]);
    assert_eq!((count(&dry, "rekeyed"), dry["dry-run"].as_bool()), (ALL.len(), Some(true)), "{dry}");
    assert_eq!(files(&ready, "headers"), headers, "a dry run changed something");

    let one = scene::listed(&ready)[RECEIPT]["record"].as_str().unwrap().to_owned();
    let first = ready.json(&["rekey", "--record", &one, "-i", &identity]);
    assert_eq!(first["rekeyed"], serde_json::json!([one]), "{first}");
    let report = ready.json(&["rekey", "--all", "-i", &identity]);
    assert_eq!((count(&report, "rekeyed"), report["unchanged"].as_u64()), (ALL.len() - 1, Some(1)), "{report}");
    assert_eq!(report["removed"][0]["records"], ALL.len() - 1, "{report}");
    assert_eq!(report["removed"][0]["recipient"], report["added"][0]["recipient"], "{report}");
    let gone = report["header-backups-gone"].as_str().unwrap();
    // What was rekeyed before, by a call that was stopped or by another, is told with it.
    let earlier = &report["removed-earlier"];
    assert_eq!((earlier[0]["records"].as_u64(), earlier[0]["header-backups-gone"].as_str()), (Some(1), Some(gone)));
    assert_eq!(earlier[0]["key"], report["removed"][0]["key"], "{report}");
    assert_eq!(first["removed-earlier"], serde_json::json!([]), "{first}");

    assert_eq!(scene::opened(&ready, &new), before);
    assert!(scene::opened(&ready, &old).is_empty());
    assert_eq!(scene::opened(&ready, &ready.home().join("identity.escrow")), before);
    assert_eq!(files(&ready, "bodies"), bodies);
    assert_eq!(files(&ready, "headers").len(), headers.len());
    ready.hokan(&["verify"]).expect_code(0);

    // Nobody is asked twice, and what a removed recipient keeps is said in words.
    let again = ready.hokan(&["rekey", "--all", "-i", new.to_str().unwrap()]).expect_code(0).stdout;
    assert!(again.starts_with("0 record(s) rekeyed, 5 sealed to these recipients already"), "{again}");
    assert!(again.contains("was removed from 5 record(s) by an earlier rekeying") && again.contains(gone), "{again}");
    let second = Ready::with_records();
    hand_over(&second);
    let said = second.hokan(&["--lang", "ja", "rekey", "--all", "-i", &second.identity()]).expect_code(0).stdout;
    assert!(said.contains(gone) && said.contains("バックアップ") && said.contains("再暗号化ではありません"), "{said}");

    // A record opens with the identity of today, and the opening names the header of today.
    let target = ready.home().join("opened");
    let open = ["open", &one, "-i", new.to_str().unwrap(), "-o", target.to_str().unwrap(), "--why", "test"];
    ready.hokan(&open).expect_code(0);
    assert_eq!(std::fs::read(&target).unwrap(), before[&one]);
}

#[test]
fn an_identity_that_opens_nothing_changes_nothing_and_nothing_is_said_to_mean_everything() {
    let ready = Ready::with_records();
    let new = hand_over(&ready);
    let headers = files(&ready, "headers");
    let report = ready.json_with_code(&["rekey", "--all", "-i", new.to_str().unwrap()], 1);
    assert_eq!((count(&report, "rekeyed"), count(&report, "left")), (0, ALL.len()), "{report}");
    assert_eq!(report["left"][0]["code"], "rekey.no-match", "{report}");
    assert_eq!(files(&ready, "headers"), headers);
    ready.hokan(&["rekey", "-i", &ready.identity()]).expect_code(2);
    let unknown = ready.hokan(&["rekey", "--class", "reciepts", "-i", &ready.identity()]).expect_code(1).stderr;
    assert!(unknown.contains("rekey.unknown-class") && unknown.contains("did you mean `receipts`?"), "{unknown}");
    ready.hokan(&["verify"]).expect_code(0);
}

#[test]
fn an_approved_plan_is_void_for_a_record_that_was_rekeyed_since() {
    let ready = Ready::with_approved_plan();
    hand_over(&ready);
    ready.json(&["rekey", "--class", "receipts", "-i", &ready.identity()]);
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    let receipt = ready.record(RECEIPT);
    assert_eq!(Ready::refusals(&swept), [(receipt, "changed-since-plan".to_owned())], "{swept}");
    ready.plan("again.json");
    ready.approve("again.json");
    ready.json(&["sweep", "run", "again.json"]);
    assert!(!scene::listed(&ready).contains_key(RECEIPT), "{swept}");
    ready.hokan(&["verify"]).expect_code(0);
}
