//! Restoring (I11): headers of last week, the whole vault of last week, with a witness that knows better.
//!
//! In: an instance with a witness, copies of its vault. Out: what was destroyed is destroyed again. The rule it keeps: copies
//! are put back with `cp`, as an operator would; until `restore` nothing is sealed, opened or destroyed.

use std::path::PathBuf;

use crate::instances::{Ready, content, files_below};
use crate::scene;
use crate::support::Instance;

/// Adds a witness to the policy and has it accepted; returns its folder.
pub fn with_witness(instance: &Instance) -> PathBuf {
    let place = instance.home().join("witness");
    std::fs::create_dir_all(&place).unwrap();
    let text = instance.read("policies/service.yaml");
    // As the instance sees it: a copy of the instance has a witness of its own.
    let line = "  witness: ../home/witness\n  sweep:\n";
    assert!(text.contains("  sweep:\n"), "{text}");
    instance.write("policies/service.yaml", text.replacen("  sweep:\n", line, 1));
    instance.git(&["commit", "--quiet", "--no-verify", "--all", "--message", "Keep a witness"]);
    let approver = instance.home().join("approver").display().to_string();
    instance.hokan(&["policy", "accept", "--key", &approver]).expect_code(0);
    place
}

/// Copies a directory to a new place, or back over what is there.
pub fn put(instance: &Instance, from: &str, to: &str) {
    instance.run("rm", &["-rf", to]).expect_code(0);
    instance.run("cp", &["-a", from, to]).expect_code(0);
}

fn witness_text(place: &std::path::Path) -> String {
    std::fs::read_to_string(place.join("ledger.jsonl")).unwrap()
}

#[test]
fn the_witness_has_the_ledger_byte_for_byte_after_every_take_in_and_sweep() {
    let ready = Ready::with_records();
    let place = with_witness(&ready);
    ready.plan("plan.json");
    ready.approve("plan.json");
    ready.take_in();
    let lines = |ready: &Ready| ready.entries().iter().map(|entry| format!("{entry}\n")).collect::<String>();
    assert_eq!(witness_text(&place), lines(&ready));
    ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(witness_text(&place), lines(&ready));
    ready.hokan(&["verify", "--checkpoint", place.join("checkpoint.txt").to_str().unwrap()]).expect_code(0);
    // A stop in the middle of a line is mended by the next.
    let mut cut = witness_text(&place).into_bytes();
    cut.truncate(cut.len() - 30);
    std::fs::write(place.join("ledger.jsonl"), cut).unwrap();
    ready.hokan(&["key", "rotate"]).expect_code(0);
    ready.take_in();
    assert_eq!(witness_text(&place), lines(&ready));
    // Without it nothing is destroyed, and records are still taken in.
    let away = ready.home().join("away");
    std::fs::rename(&place, &away).unwrap();
    let refused = ready.hokan(&["sweep", "run"]).expect_code(1).stderr;
    assert!(refused.contains("witness.away"), "{refused}");
    ready.take_in();
    std::fs::create_dir(&place).unwrap();
    let refused = ready.hokan(&["sweep", "run"]).expect_code(1).stderr;
    assert!(refused.contains("witness.empty"), "{refused}");
    std::fs::remove_dir(&place).unwrap();
    std::fs::rename(&away, &place).unwrap();
    ready.json(&["sweep", "run"]);
    ready.expect_verified();
}

#[test]
fn i11_headers_of_last_week_do_not_bring_a_destroyed_record_back() {
    let ready = Ready::with_records();
    let place = with_witness(&ready);
    let plan = "plan.json";
    ready.plan(plan);
    ready.approve(plan);
    for folder in ["headers", "bodies"] {
        put(&ready, &format!("vault/{folder}"), &format!("../home/{folder}"));
    }
    let kept = scene::opened(&ready, &ready.home().join("identity"));
    let destroyed = ready.json(&["sweep", "run", plan])["destroyed"].as_array().unwrap().len();
    assert!(destroyed > 1);
    let after = scene::opened(&ready, &ready.home().join("identity"));
    for folder in ["headers", "bodies"] {
        put(&ready, &format!("../home/{folder}"), &format!("vault/{folder}"));
    }
    assert_eq!(scene::opened(&ready, &ready.home().join("identity")), kept, "the test brings nothing back");
    // The backup was made while headers were exchanged: of each record another one lies aside.
    for header in files_below(&ready.root().join("vault/headers")) {
        let aside = header.with_file_name(format!("{}.new", header.file_name().unwrap().to_str().unwrap()));
        std::fs::write(aside, "age-encryption.org/v1\n-> X25519 x\n--- x\n").unwrap();
    }
    let wrong = ready.json_with_code(&["verify"], 3);
    assert!(wrong["problems"][0]["code"] == "verify.file-left", "{wrong}");
    let restored = ready.json(&["restore", "--apply", place.to_str().unwrap()]);
    assert_eq!(restored["destroyed-again"].as_array().unwrap().len(), destroyed, "{restored}");
    assert_eq!(restored["adopted"], 0, "{restored}");
    assert_eq!(scene::opened(&ready, &ready.home().join("identity")), after);
    assert_eq!(ready.entries_of("restored"), 1);
    ready.expect_verified();
    let again = ready.json(&["restore", "--apply", place.to_str().unwrap()]);
    assert!(again["entry"].is_null() && ready.entries_of("restored") == 1, "{again}");
}

#[test]
fn i11_the_whole_vault_of_last_week_is_refused_until_it_is_restored() {
    let ready = Ready::with_records();
    let place = with_witness(&ready);
    let plan = "plan.json";
    ready.plan(plan);
    ready.approve(plan);
    ready.take_in();
    put(&ready, "vault", "../home/vault");
    // Since then one version was accepted by itself and one by an approver.
    ready.edit("policies/organization.yaml", "en: Compliance with the law", "en: Obeying the law");
    ready.commit("Reword");
    let late = "receipts/2026-04/M1000009-後から.csv";
    ready.drop_in(late, content(late));
    ready.take_in();
    ready.edit("policies/service.yaml", "records: 5000", "records: 6000");
    let newest = ready.commit("Allow more");
    ready.accept();
    ready.json(&["sweep", "run", plan]);
    let after = scene::opened(&ready, &ready.home().join("identity"));
    let newer = ready.home().join("newer");
    put(&ready, "vault", newer.to_str().unwrap());
    put(&ready, "../home/vault", "vault");
    // The body and the header of what was taken in since, as a newer backup of files alone would have them.
    for part in ["headers", "bodies"] {
        for file in files_below(&newer.join(part)) {
            let to = ready.root().join("vault").join(part).join(file.strip_prefix(newer.join(part)).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&file, &to).unwrap();
        }
    }
    let refused = [
        vec!["take-in", "--yes"],
        vec!["sweep", "run"],
        vec!["hold", "place", "--class", "receipts", "--reason", "試験", "--by", "佐藤"],
    ];
    for arguments in &refused {
        let said = ready.hokan(arguments).expect_code(1).stderr;
        assert!(said.contains("witness.ledger-older") && said.contains("hokan restore"), "{arguments:?}: {said}");
    }
    let wrong = ready.json_with_code(&["verify"], 3);
    let codes: Vec<&str> =
        wrong["problems"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"verify.witness"), "{wrong}");
    // Without the commits everything is destroyed again, and nothing goes on under an older policy.
    std::fs::rename(ready.root().join(".git"), ready.home().join("git")).unwrap();
    let restored = ready.json(&["restore", "--apply", place.to_str().unwrap()]);
    assert!(restored["adopted"].as_u64().unwrap() > 3, "{restored}");
    assert_eq!(restored["lost"]["policy-accepted"], 2, "{restored}");
    assert_eq!(scene::opened(&ready, &ready.home().join("identity")), after);
    let said = ready.hokan(&["take-in", "--yes"]).expect_code(1).stderr;
    assert!(said.contains("policy.altered") && said.contains("hokan restore"), "{said}");
    std::fs::rename(ready.home().join("git"), ready.root().join(".git")).unwrap();
    put(&ready, "../home/vault", "vault");
    for part in ["headers", "bodies"] {
        ready.run("cp", &["-a", newer.join(part).to_str().unwrap(), "vault"]).expect_code(0);
    }
    let restored = ready.json(&["restore", "--apply", place.to_str().unwrap()]);
    assert!(restored["adopted"].as_u64().unwrap() > 3, "{restored}");
    assert!(restored["lost"]["policy-accepted"].is_null(), "{restored}");
    let status = ready.json(&["policy", "status"]);
    assert_eq!(status["policy"]["commit"], newest, "{status}");
    assert_eq!(restored["quarantined"].as_array().unwrap().len(), 1, "{restored}");
    assert_eq!(restored["lost"]["sealed"], 1, "{restored}");
    // Each is named, so that somebody can look for it.
    let sealed = restored["lost-entries"].as_array().unwrap().iter().find(|lost| lost["kind"] == "sealed");
    let about = sealed.unwrap()["about"].as_str().unwrap();
    assert!(
        files_below(&ready.root().join("vault/bodies/quarantine"))[0].ends_with(format!("{about}.body")),
        "{restored}"
    );
    let quarantine = files_below(&ready.root().join("vault/bodies/quarantine"));
    assert_eq!(quarantine.len(), 1);
    let opened = scene::opened(&ready, &ready.home().join("identity"));
    assert_eq!(opened, after, "nothing that was destroyed opens, nothing else is lost");
    // What lacks its row is named, and nothing else is.
    let wrong = ready.json_with_code(&["verify"], 3);
    let codes: Vec<&str> =
        wrong["problems"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["verify.row-missing"], "{wrong}");
    ready.take_in();
    ready.json(&["sweep", "run"]);
    // The same files once more, from the same backup: both lie in quarantine.
    ready.run("sh", &["-c", "cp -a ../home/newer/bodies ../home/newer/headers vault/"]).expect_code(0);
    let again = ready.json(&["restore", "--apply", place.to_str().unwrap()]);
    assert_eq!(again["quarantined"], restored["quarantined"], "{again}");
    // With the newest catalog the record in quarantine is there again.
    ready.run("sh", &["-c", "rm vault/catalog.db* && cp -a ../home/newer/catalog.db* vault/"]).expect_code(0);
    let restored = ready.json(&["restore", "--apply", place.to_str().unwrap()]);
    assert_eq!(restored["returned"].as_array().unwrap().len(), 1, "{restored}");
    ready.expect_verified();
    assert_eq!(ready.opened(&ready.record(late)), content(late).into_bytes());
}

#[test]
fn a_witness_of_another_history_or_an_altered_one_is_refused() {
    let ready = Ready::with_records();
    let place = with_witness(&ready);
    ready.take_in();
    let other = Ready::new();
    let foreign = with_witness(&other);
    other.take_in();
    let said = ready.hokan(&["restore", "--apply", foreign.to_str().unwrap()]).expect_code(1).stderr;
    assert!(said.contains("restore."), "{said}");
    let text = witness_text(&place);
    let class = text.find("receipts").unwrap();
    let mut altered = text.into_bytes();
    altered[class] = b'x';
    std::fs::write(place.join("ledger.jsonl"), altered).unwrap();
    let said = ready.hokan(&["restore", "--apply", place.to_str().unwrap()]).expect_code(1).stderr;
    assert!(said.contains("restore.witness"), "{said}");
    let inside = ready.root().join("vault/witness");
    std::fs::create_dir(&inside).unwrap();
    ready.edit("policies/service.yaml", "witness: ../home/witness", &format!("witness: {}", inside.display()));
    ready.commit("A witness in the vault");
    let said = ready.hokan(&["policy", "accept", "--key", &ready.approver()]).expect_code(1).stderr;
    assert!(said.contains("witness.inside"), "{said}");
}

#[test]
fn i11_an_old_vault_is_told_from_the_acceptance_of_its_witness_on_and_never_cuts_the_witness() {
    let ready = Ready::with_records();
    let place = with_witness(&ready);
    // Before the first take-in under the policy that names the witness.
    put(&ready, "vault", "../home/vault");
    let plan = "plan.json";
    ready.plan(plan);
    ready.approve(plan);
    ready.json(&["sweep", "run", plan]);
    let after = scene::opened(&ready, &ready.home().join("identity"));
    let known = witness_text(&place);
    put(&ready, "../home/vault", "vault");
    for arguments in
        [&["take-in", "--yes"][..], &["hold", "place", "--class", "receipts", "--reason", "x", "--by", "S"]]
    {
        let said = ready.hokan(arguments).expect_code(1).stderr;
        assert!(said.contains("witness.ledger-older"), "{said}");
    }
    // A checkpoint that is there and cannot be read says no less.
    let (checkpoint, aside) = (place.join("checkpoint.txt"), place.join("aside"));
    std::fs::rename(&checkpoint, &aside).unwrap();
    std::fs::create_dir(&checkpoint).unwrap();
    let said = ready.hokan(&["take-in", "--yes"]).expect_code(74).stderr;
    assert!(said.contains("checkpoint.txt"), "{said}");
    std::fs::remove_dir(&checkpoint).unwrap();
    std::fs::rename(&aside, &checkpoint).unwrap();
    assert_eq!(witness_text(&place), known);
    ready.json(&["restore", "--apply", place.to_str().unwrap()]);
    assert_eq!(scene::opened(&ready, &ready.home().join("identity")), after);
    ready.expect_verified();
}
