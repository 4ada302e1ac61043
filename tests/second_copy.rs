//! The second copy: the same files once more in another place, before a plaintext goes and after a header is overwritten.
//!
//! In: an instance whose policy names a second place. Out: what lies in both. The rule it keeps: whether a record opens from
//! a place alone is asked of `age`, never of hokan.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::instances::{ALL, RECEIPT, Ready, content, files_below};
use crate::rekey::hand_over;
use crate::restore;
use crate::scene;
use crate::support::Instance;

/// Names a second place in the policy and has it accepted; returns its folder, which is empty.
pub fn with_second_copy(instance: &Instance) -> PathBuf {
    let place = instance.home().join("copy");
    std::fs::create_dir_all(&place).unwrap();
    let text = instance.read("policies/service.yaml");
    // As the instance sees it: a copy of the instance has a second place of its own.
    let named = text.replacen("  sweep:\n", "  second-copy: ../home/copy\n  sweep:\n", 1);
    assert!(named != text, "{text}");
    instance.write("policies/service.yaml", named);
    instance.git(&["commit", "--quiet", "--no-verify", "--all", "--message", "Keep a second copy"]);
    let approver = instance.home().join("approver").display().to_string();
    instance.hokan(&["policy", "accept", "--key", &approver]).expect_code(0);
    place
}

/// What opens from the second place alone, by record.
pub fn opened(instance: &Instance, identity: &Path) -> BTreeMap<String, Vec<u8>> {
    let place = instance.home().join("copy");
    // Before the first take-in that knows of it there is nothing in it.
    if place.join("headers/incoming").exists() { scene::opened_in(&place, identity) } else { BTreeMap::new() }
}

fn count(ready: &Ready, arguments: &[&str], field: &str) -> u64 {
    ready.json(arguments)[field].as_u64().unwrap()
}

#[test]
fn i1_what_is_held_and_what_arrives_is_in_both_places_and_each_opens_alone() {
    let ready = Ready::with_records();
    let identity = PathBuf::from(ready.identity());
    with_second_copy(&ready);
    let late = "receipts/2026-04/M1000009-後から.csv";
    let told = || ready.hokan(&["status", "--attention"]).stdout;
    let stale = "the second copy does not hold every record";
    assert!(told().contains(stale), "{}", told());
    ready.drop_in(late, content(late));
    ready.take_in();
    assert!(!told().contains(stale), "{}", told());
    let first = scene::opened(&ready, &identity);
    assert_eq!(first.len(), ALL.len() + 1);
    assert_eq!(opened(&ready, &identity), first);
    ready.expect_verified();
    assert_eq!(count(&ready, &["verify"], "files"), 4 * first.len() as u64);
    assert_eq!(count(&ready, &["second-copy"], "copied"), 0);
}

#[test]
fn i1_without_its_second_place_nothing_is_taken_in_and_nothing_destroyed() {
    let ready = Ready::with_records();
    let place = with_second_copy(&ready);
    ready.take_in();
    ready.plan("plan.json");
    ready.approve("plan.json");
    let away = ready.home().join("away");
    std::fs::rename(&place, &away).unwrap();
    let late = "receipts/2026-04/M1000009-後から.csv";
    ready.drop_in(late, content(late));
    // Away, and a mount point whose disk is not there.
    for step in ["away", "empty"] {
        if step == "empty" {
            std::fs::create_dir(&place).unwrap();
        }
        for arguments in [&["take-in", "--yes"][..], &["sweep", "run", "plan.json"], &["second-copy"]] {
            let said = ready.hokan(arguments).expect_code(1).stderr;
            assert!(
                said.contains("second-copy.away") && said.contains("mount the disk"),
                "{step} {arguments:?}: {said}"
            );
        }
        assert_eq!(std::fs::read(ready.inbox(late)).unwrap(), content(late).into_bytes(), "{step}");
        assert_eq!(ready.entries_of("intent"), 0, "{step}");
        let wrong = ready.json_with_code(&["verify"], 3);
        assert_eq!(wrong["problems"][0]["code"], "verify.copy-away", "{wrong}");
        let told = ready.hokan(&["status", "--attention"]).expect_code(1).stdout;
        assert!(told.contains("sweeps are stopped (second-copy.away)"), "{told}");
        let told = ready.hokan(&["doctor"]).expect_code(1).stdout;
        assert!(told.contains("second copy") && told.contains("mount"), "{told}");
    }
    assert!(files_below(&place).is_empty(), "nothing is made up in the place of a disk");
    std::fs::remove_dir(&place).unwrap();
    std::fs::rename(&away, &place).unwrap();
    ready.take_in();
    ready.json(&["sweep", "run", "plan.json"]);
    ready.expect_verified();
}

#[test]
fn i3_a_destroyed_record_opens_in_neither_place() {
    let ready = Ready::with_records();
    let (identity, place) = (PathBuf::from(ready.identity()), with_second_copy(&ready));
    ready.take_in();
    let before = opened(&ready, &identity);
    ready.plan("plan.json");
    ready.approve("plan.json");
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    let destroyed = swept["destroyed"].as_array().unwrap().len();
    assert!(destroyed > 1, "{swept}");
    let after = opened(&ready, &identity);
    assert_eq!((after.len(), &after), (before.len() - destroyed, &scene::opened(&ready, &identity)));
    assert_eq!(files_below(&place.join("headers")).len(), after.len());
    assert_eq!(files_below(&place.join("bodies")).len(), after.len());
    ready.expect_verified();
    // The certificate speaks of both places, and is not written where one cannot be looked at.
    ready.hokan(&["certificate", "-o", "out"]).expect_code(0);
    std::fs::rename(&place, ready.home().join("away")).unwrap();
    let said = ready.hokan(&["certificate", "-o", "again"]).expect_code(1).stderr;
    assert!(said.contains("second-copy.away"), "{said}");
}

#[test]
fn i3_a_copy_that_cannot_be_destroyed_leaves_the_record_open_until_it_can() {
    let ready = Ready::with_records();
    let place = with_second_copy(&ready);
    ready.take_in();
    ready.plan("plan.json");
    ready.approve("plan.json");
    let receipt = ready.record(RECEIPT);
    let header =
        files_below(&place.join("headers")).into_iter().find(|path| path.ends_with(format!("{receipt}.header")));
    let (header, aside) = (header.unwrap(), ready.home().join("header"));
    std::fs::rename(&header, &aside).unwrap();
    std::fs::create_dir(&header).unwrap();
    let swept = ready.json_with_code(&["sweep", "run", "plan.json"], 4);
    assert_eq!(swept["failed"][0]["record"], serde_json::json!(receipt), "{swept}");
    let wrong = ready.json_with_code(&["verify"], 3);
    assert!(wrong["problems"].to_string().contains("verify.copy-unreadable"), "{wrong}");
    std::fs::remove_dir(&header).unwrap();
    std::fs::rename(&aside, &header).unwrap();
    // It is whole there, and gone from the first place: nothing brings it back.
    let copied = ready.json(&["second-copy"]);
    assert_eq!((&copied["going"], &copied["brought-back"]), (&1.into(), &0.into()), "{copied}");
    ready.json(&["sweep", "run"]);
    assert!(!header.exists());
    ready.expect_verified();
}

#[test]
fn a_rekeying_exchanges_the_headers_of_both_places() {
    let ready = Ready::with_records();
    let identity = PathBuf::from(ready.identity());
    with_second_copy(&ready);
    ready.take_in();
    let before = opened(&ready, &identity);
    let new = hand_over(&ready);
    ready.json(&["rekey", "--all", "-i", identity.to_str().unwrap()]);
    assert_eq!((opened(&ready, &new), opened(&ready, &identity)), (before, BTreeMap::new()));
    ready.expect_verified();
}

#[test]
fn what_is_damaged_in_one_place_is_named_and_comes_back_from_the_other() {
    let ready = Ready::with_records();
    let place = with_second_copy(&ready);
    ready.take_in();
    let of = |n: usize, part: &str| {
        let id = ready.record(ALL[n]);
        let here = ready.files_of(&id)[usize::from(part == "bodies")].clone();
        let there = place.join(part).join(here.strip_prefix(ready.root().join("vault").join(part)).unwrap());
        (here, there)
    };
    let flip = |path: &Path| {
        let mut bytes = std::fs::read(path).unwrap();
        bytes[20] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    std::fs::remove_file(of(0, "headers").1).unwrap();
    flip(&of(1, "headers").1);
    flip(&of(2, "bodies").1);
    flip(&of(3, "bodies").0);
    std::fs::remove_file(of(3, "headers").0).unwrap();
    for path in [of(4, "bodies").0, of(4, "bodies").1] {
        flip(&path);
    }
    let wrong = ready.json_with_code(&["verify"], 3);
    let codes: Vec<&str> =
        wrong["problems"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    let expected = ["altered", "altered", "altered", "missing"].map(|what| format!("verify.copy-{what}"));
    assert_eq!(codes[..4], expected, "{wrong:#}");
    assert_eq!(codes[4..], ["verify.file-altered", "verify.file-altered", "verify.file-missing"], "{wrong:#}");
    let copied = ready.json_with_code(&["second-copy"], 3);
    assert_eq!(copied["lost"][0]["part"], "body", "{copied}");
    assert_eq!((&copied["copied"], &copied["brought-back"]), (&3.into(), &1.into()), "{copied}");
    let wrong = ready.json_with_code(&["verify"], 3);
    assert_eq!(wrong["problems"].as_array().unwrap().len(), 2, "{wrong:#}");
    let identity = PathBuf::from(ready.identity());
    assert_eq!((scene::opened(&ready, &identity).len(), opened(&ready, &identity).len()), (4, 4));
}

#[test]
fn a_folder_that_cannot_be_the_second_place_is_refused() {
    let ready = Ready::with_records();
    let place = with_second_copy(&ready);
    std::fs::write(place.join("holiday.jpg"), "x").unwrap();
    let said = ready.hokan(&["take-in", "--yes"]).expect_code(1).stderr;
    assert!(said.contains("second-copy.foreign") && said.contains("empty"), "{said}");
    std::fs::remove_file(place.join("holiday.jpg")).unwrap();
    std::fs::write(place.join("copy-of"), "hokan/other/1\n").unwrap();
    let said = ready.hokan(&["take-in", "--yes"]).expect_code(1).stderr;
    assert!(said.contains("second-copy.foreign") && said.contains("another vault"), "{said}");
    ready.edit("policies/service.yaml", "../home/copy", "vault/copy");
    ready.commit("A copy in the vault");
    ready.accept();
    let said = ready.hokan(&["second-copy"]).expect_code(1).stderr;
    assert!(said.contains("second-copy.inside"), "{said}");
    ready.edit("policies/service.yaml", "  second-copy: vault/copy\n", "");
    ready.commit("No copy");
    ready.accept();
    ready.take_in();
    let said = ready.hokan(&["second-copy"]).expect_code(1).stderr;
    assert!(said.contains("second-copy.none"), "{said}");
}

#[test]
fn i11_a_restore_destroys_again_in_both_places() {
    let ready = Ready::with_records();
    let (witness, place) = (restore::with_witness(&ready), with_second_copy(&ready));
    ready.take_in();
    ready.plan("plan.json");
    ready.approve("plan.json");
    restore::put(&ready, "vault", "../home/vault");
    restore::put(&ready, "../home/copy", "../home/copy-of-last-week");
    ready.json(&["sweep", "run", "plan.json"]);
    let identity = PathBuf::from(ready.identity());
    let after = opened(&ready, &identity);
    restore::put(&ready, "../home/vault", "vault");
    restore::put(&ready, "../home/copy-of-last-week", "../home/copy");
    assert!(opened(&ready, &identity).len() > after.len(), "the test brings nothing back");
    ready.json(&["restore", "--apply", witness.to_str().unwrap()]);
    assert_eq!((&opened(&ready, &identity), &scene::opened(&ready, &identity)), (&after, &after));
    assert_eq!(files_below(&place.join("headers")).len(), after.len());
    ready.take_in();
    ready.expect_verified();
}
