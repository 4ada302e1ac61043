//! Tampering: what somebody with every right on the machine can alter, and who notices.
//!
//! In: a real vault after a sweep, a certificate, one checkpoint kept elsewhere. Out: a table, one row for each way of
//! tampering, one column for each observer. The rule it keeps: the vault is altered as an attacker would, signing key
//! included; what is not noticed is in the table, too, so that nobody believes more than is true.
//!
//! `cargo test --release --test suite -- --nocapture tamper::` prints the table that docs/claims.md shows, and compares it.

use std::path::{Path, PathBuf};
use std::process::Command;

use hokan::ledger::{Checkpoint, Frontier, LedgerKey, leaf_hash};
use rusqlite::{Connection, params};
use serde_json::Value;

use crate::instances::{RECEIPT, Ready};
use crate::scene;
use crate::site_life::edit;
use crate::support::Instance;

/// A record that is due after the sweep, with a plan of its own.
const SECOND: &str = "receipts/2019-05/M1000009-診療報酬明細書.csv";

/// What the observers work with: all of it lies outside the vault.
struct World {
    vault: Instance,
    /// The vault as it was before the sweep.
    before: Instance,
    keys: Ready,
    certificate: PathBuf,
    /// A checkpoint from before the sweep, and one from long after it.
    early: PathBuf,
    kept: PathBuf,
    key: String,
}

/// One way of tampering: the observers are, in this order, `verify`, `verify` with the kept checkpoint, the certificate with
/// a proof asked of the vault, the independent verifier with the kept checkpoint, and the gate.
struct Case {
    what: &'static str,
    alter: fn(&World, &Instance),
    noticed: [bool; 5],
}

const OBSERVERS: [&str; 5] = ["verify", "--checkpoint", "--certificate", "independent", "gate"];

const CASES: [Case; 17] = [
    Case { what: "nothing", alter: |_, _| {}, noticed: [false; 5] },
    Case { what: "an entry altered", alter: alter_entry, noticed: [true, true, true, true, false] },
    Case { what: "two entries exchanged", alter: exchange_entries, noticed: [true, true, true, true, false] },
    Case { what: "an entry removed", alter: remove_entry, noticed: [true, true, true, true, true] },
    Case {
        what: "a hold removed, and its entry with it",
        alter: remove_hold_and_entry,
        noticed: [true, true, true, true, true],
    },
    Case {
        what: "a hold removed, its entry filed under another kind in a table made anew",
        alter: misfile_hold,
        noticed: [true, true, false, false, true],
    },
    Case {
        what: "the same, and the schema's own text put back",
        alter: misfile_hold_unseen,
        noticed: [true, true, false, false, false],
    },
    Case {
        what: "a hold removed, the bytes of its entry altered to another kind",
        alter: alter_hold_entry,
        noticed: [true, true, true, true, false],
    },
    Case { what: "the tail cut off, signed anew", alter: cut_tail, noticed: [false, true, false, true, false] },
    Case {
        what: "an opening rewritten, everything signed anew",
        alter: rewrite,
        noticed: [false, true, true, true, true],
    },
    Case { what: "the sweep undone: an older vault, continued", alter: fork, noticed: [false, true, true, true, true] },
    Case { what: "a stored subtree altered", alter: alter_subtree, noticed: [true, true, true, false, true] },
    Case { what: "the stored edge of the tree altered", alter: alter_edge, noticed: [true, true, false, false, false] },
    Case { what: "a date in the catalog altered", alter: alter_fact, noticed: [true, true, false, false, true] },
    Case { what: "a hold removed from the catalog", alter: remove_hold, noticed: [true, true, false, false, true] },
    Case {
        what: "the newest accepted policy removed from the catalog",
        alter: remove_acceptance,
        noticed: [true, true, false, false, true],
    },
    Case {
        what: "the same, and its entry filed under another kind in a table made anew",
        alter: misfile_acceptance,
        noticed: [true, true, false, false, true],
    },
];

#[test]
#[expect(clippy::disallowed_macros, reason = "the table is for whoever runs the tests")]
fn i6_every_tampering_is_noticed_by_whom_the_table_says() {
    let world = World::new();
    let mut rows =
        vec![format!("| What was altered | {} |", OBSERVERS.join(" | ")), "|---|---|---|---|---|---|".to_owned()];
    let mut wrong = Vec::new();
    for case in &CASES {
        let vault = scene::copy(&world.vault);
        (case.alter)(&world, &vault);
        let noticed = world.observed(&vault);
        let said = noticed.map(|noticed| if noticed { "noticed" } else { "–" });
        rows.push(format!("| {} | {} |", case.what, said.join(" | ")));
        if noticed != case.noticed {
            wrong.push(case.what);
        }
    }
    let table = rows.join("\n");
    println!("{table}");
    assert!(wrong.is_empty(), "{table}\nnot as expected: {wrong:?}");
    assert!(std::fs::read_to_string("docs/claims.md").unwrap().contains(&table), "docs/claims.md has another table");
}

/// What is altered in the certificate or in its list, and the code that names it.
type Forgery = (&'static str, fn(&mut Value, &mut String), &'static str);

const FORGERIES: [Forgery; 8] = [
    (
        "a condition said to be met",
        |c, _| c["statement"]["conditions"]["every-copy"] = "met".into(),
        "certificate.signature",
    ),
    ("an approver's name", |c, _| c["statement"]["approvals"][0]["name"] = "x".into(), "certificate.signature"),
    ("the claim", |c, _| c["statement"]["claim"] = "purge".into(), "certificate.signature"),
    ("a record left out of the list", |_, list| remove_line(list, 1), "certificate.list"),
    ("a due day in the list", |_, list| *list = list.replacen(",20", ",19", 1), "certificate.list"),
    (
        "a proof",
        |c, _| c["evidence"]["entries"][1]["proof"] = c["evidence"]["entries"][0]["proof"].clone(),
        "certificate.proof",
    ),
    ("the last entry", |c, _| swap_in(&mut c["evidence"]["entries"], "\"count\":", "\"count\":1"), "certificate.proof"),
    ("the form", |c, _| c["format"] = "hokan-certificate/9".into(), "certificate.format"),
];

fn remove_line(list: &mut String, at: usize) {
    *list = list.lines().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| format!("{line}\n")).collect();
}

fn swap_in(entries: &mut Value, from: &str, to: &str) {
    let last = entries.as_array_mut().unwrap().last_mut().unwrap();
    last["entry"] = last["entry"].as_str().unwrap().replace(from, to).into();
}

#[test]
#[expect(clippy::disallowed_macros, reason = "the table is for whoever runs the tests")]
fn a_forged_certificate_is_found_by_both_verifiers() {
    let world = World::new();
    let (data, list) = (read(&world.certificate), read(&world.certificate.with_extension("csv")));
    let elsewhere = Instance::new();
    let path = elsewhere.root().join(world.certificate.file_name().unwrap());
    let put = |value: &Value, list: &str| {
        std::fs::write(&path, value.to_string()).unwrap();
        std::fs::write(path.with_extension("csv"), list).unwrap();
    };
    let value: Value = serde_json::from_str(&data).unwrap();
    put(&value, &list);
    // No instance, no vault, another directory: the file and its list alone, in whatever spelling of JSON.
    let arguments = ["verify", "--certificate", path.to_str().unwrap(), "--key", &world.key];
    let valid = elsewhere.hokan(&arguments).expect_code(0);
    assert!(valid.stdout.ends_with("valid\n"), "{}", valid.stdout);
    assert_eq!(independent(&["certificate", path.to_str().unwrap(), "--key", &world.key]), (0, "valid\n".to_owned()));
    for (what, forge, code) in FORGERIES {
        let (mut value, mut list) = (value.clone(), list.clone());
        forge(&mut value, &mut list);
        put(&value, &list);
        let found = elsewhere.hokan(&[&["--json"], &arguments[..]].concat()).expect_code(3);
        let found: Value = serde_json::from_str(&found.stdout).unwrap();
        let codes: Vec<&str> =
            found["problems"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap()).collect();
        let (independently, said) = independent(&["certificate", path.to_str().unwrap(), "--key", &world.key]);
        println!("| {what} | {} | {} |", codes.join(", "), said.lines().next().unwrap_or_default());
        assert!(codes.contains(&code), "{what}: {codes:?}");
        assert_eq!(independently, 3, "{what}: {said}");
    }
    // A key that is null and is taken out, a key that stands twice, and another proof beside it.
    let null = r#""law":null,"#;
    let beside = path.with_extension("tlog-proof");
    let text = value.to_string();
    assert!(text.contains(null), "{text}");
    let proof = value["evidence"]["entries"].as_array().unwrap().last().unwrap()["proof"].as_str().unwrap().to_owned();
    let twice = text.replacen(r#""claim":"#, r#""claim":"purge","claim":"#, 1);
    for (text, proof, is_valid) in [
        (&text, &proof, true),
        (&text.replacen(null, "", 1), &proof, false),
        (&twice, &proof, false),
        (&text.replacen(r#""proof":"#, r#""note":"genuine","proof":"#, 1), &proof, false),
        (&text, &proof.replacen("index ", "index 1", 1), false),
    ] {
        std::fs::write(&path, text).unwrap();
        std::fs::write(path.with_extension("csv"), &list).unwrap();
        std::fs::write(&beside, proof).unwrap();
        let code = if is_valid { 0 } else { 3 };
        elsewhere.hokan(&arguments).expect_code(code);
        assert_eq!(independent(&["certificate", path.to_str().unwrap()]).0, code);
    }
    std::fs::remove_file(&beside).unwrap();
    put(&value, &list);
    std::fs::remove_file(path.with_extension("csv")).unwrap();
    elsewhere.hokan(&arguments).expect_code(3);
    assert_eq!(independent(&["certificate", path.to_str().unwrap()]).0, 3);
    let other =
        ["verify", "--certificate", path.to_str().unwrap(), "--key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="];
    elsewhere.hokan(&other).expect_code(3);
}

#[test]
fn checkpoints_and_certificates_are_shown_to_be_of_one_history() {
    let world = World::new();
    any_two_checkpoints(&world);
    before_and_after_the_key_was_changed(&world);
}

fn any_two_checkpoints(world: &World) {
    // Which is older does not matter, and the proof beside a certificate has its checkpoint, too.
    let beside = world.certificate.with_extension("tlog-proof");
    let [old, new] = [&beside, &world.kept].map(|path| path.to_str().unwrap().to_owned());
    let proof = world.vault.hokan(&["ledger", "consistency", "--from", &new, "--to", &old]).expect_code(0).stdout;
    let path = world.vault.home().join("proof");
    std::fs::write(&path, &proof).unwrap();
    let path = path.to_str().unwrap();
    let between = ["consistency", path, "--key", &world.key, "--checkpoint", &old, "--checkpoint", &new];
    assert_eq!(independent(&between), (0, "valid\n".to_owned()));
    let turned = ["consistency", path, "--key", &world.key, "--checkpoint", &new, "--checkpoint", &old];
    assert_eq!(independent(&turned).0, 3);
    let forked = scene::copy(&world.vault);
    fork(world, &forked);
    let refused = forked.hokan(&["--json", "ledger", "consistency", "--from", &old, "--to", &new]).expect_code(3);
    assert!(refused.stdout.contains("ledger.forked"), "{}", refused.stdout);
    let none = world.vault.hokan(&["ledger", "consistency", "--from", "policies/service.yaml"]).expect_code(1);
    assert!(none.stderr.contains("ledger.no-checkpoint") && none.stderr.contains(".tlog-proof"), "{}", none.stderr);
}

fn before_and_after_the_key_was_changed(world: &World) {
    let vault = &world.vault;
    as_documented(world, &world.early);
    as_documented(world, &world.kept);
    // After the key was changed twice, an old certificate still leads to the newest checkpoint.
    let rotated = || {
        vault.hokan(&["key", "rotate"]).expect_code(0);
        // The checkpoint of the change itself is signed by both keys, the one after it by the new one alone.
        vault.hokan(&["clock", "confirm", "--reason", "in between", "--by", "Test"]).expect_code(0);
        keep(&world.keys, "rotated", &vault.hokan(&["checkpoint"]).expect_code(0).stdout)
    };
    rotated();
    let newest = rotated();
    as_documented(world, &world.early);
    let proof = as_documented(world, &newest);
    let (path, text) = (proof.to_str().unwrap(), read(&proof));
    assert_eq!(text.matches("\n{\"at\":").count(), 2, "{text}");
    let kept = newest.to_str().unwrap();
    let beside = world.certificate.with_extension("tlog-proof");
    let between = ["consistency", path, "--key", &world.key, "--checkpoint", beside.to_str().unwrap()];
    assert_eq!(independent(&[&between[..], &["--checkpoint", kept]].concat()).0, 0);
    // Whoever noted the newest key alone finds it, too.
    let key = vault.hokan(&["--json", "key", "show"]).expect_code(0).stdout;
    let key: Value = serde_json::from_str(&key).unwrap();
    let certificate = world.certificate.to_str().unwrap();
    let pinned = ["--key", key["key"].as_str().unwrap(), "--consistency", path];
    assert_eq!(both(world, &[&["--checkpoint", kept], &pinned[..]].concat()), 0);
    assert_eq!(both(world, &pinned[..2]), 3, "a key that nothing leads to");
    let (_, said) = independent(&["certificate", certificate, "--key", "ledger"]);
    assert!(said.contains("`ledger` is no key of this ledger (expected 32 bytes in base64"), "{said}");
    // What is not at hand is not compared, which is another thing than not valid.
    let apart = ["--json", "verify", "--certificate", certificate, "--checkpoint", kept];
    let apart: Value = serde_json::from_str(&vault.hokan(&apart).expect_code(1).stdout).unwrap();
    assert_eq!(
        (&apart["valid"], &apart["not-compared"][0]["code"]),
        (&true.into(), &"certificate.not-compared".into())
    );
    assert_eq!(both(world, &["--checkpoint", kept]), 1);
    assert_eq!(both(world, &["--checkpoint", world.kept.to_str().unwrap()]), 1);
    let cut = |at: usize| text.match_indices("\n{\"at\":").nth(at).unwrap().0;
    for (what, altered, code) in [
        ("no change of the key", text[..cut(0)].to_owned(), 1),
        ("the first change alone", text[..cut(1)].to_owned(), 1),
        ("the second change alone", text[..cut(0)].to_owned() + &text[cut(1)..], 1),
        ("an altered change", text.replacen("\"new\":\"", "\"new\":\"A", 1), 3),
        ("a change cut off", text.replacen("\"new\":\"", "\"new\"", 1), 3),
        ("a change of another kind", text.replacen("key-rotated", "key-rotatee", 1), 3),
        ("a change under another checkpoint", swapped(&text, cut(0), cut(1)), 3),
    ] {
        std::fs::write(&proof, altered).unwrap();
        assert_eq!(both(world, &["--checkpoint", kept, "--consistency", path]), code, "{what}");
    }
}

/// The first change with the proof of the second.
fn swapped(proof: &str, first: usize, second: usize) -> String {
    let entry = |at: usize| proof[at + 1..].split_once('\n').unwrap().0;
    proof[..first].to_owned() + &proof[second..].replacen(entry(second), entry(first), 1)
}

/// Asks both verifiers about the certificate; they agree.
fn both(world: &World, arguments: &[&str]) -> i32 {
    let certificate = world.certificate.to_str().unwrap();
    let elsewhere = Instance::new();
    let ours = elsewhere.hokan(&[&["verify", "--certificate", certificate], arguments].concat());
    let (theirs, said) = independent(&[&["certificate", certificate], arguments].concat());
    assert_eq!(ours.code, Some(theirs), "{}\n{said}", ours.stdout);
    theirs
}

/// Does what docs/operating.md says, word by word, with the certificate and this checkpoint; both verifiers agree. Returns
/// the proof.
fn as_documented(world: &World, kept: &Path) -> PathBuf {
    let document = std::fs::read_to_string("docs/operating.md").unwrap();
    let (place, proof) = (world.vault.home(), world.vault.home().join("proof.txt"));
    let certificate = world.certificate.display().to_string();
    let line = |begins: &str, has: &str| -> Vec<String> {
        let mut lines = document.lines().filter(|line| line.starts_with(begins) && line.contains(has));
        let line = lines.next().expect(begins);
        assert!(lines.next().is_none(), "two lines say `{begins}`");
        let words = line.split(' ').skip(1).map(|word| match word {
            "kept.txt" => kept.display().to_string(),
            "proof.txt" => proof.display().to_string(),
            word if word.ends_with(".json") => certificate.clone(),
            word => word.to_owned(),
        });
        words.collect()
    };
    let run = |instance: &Instance, words: &[String]| {
        instance.hokan(&words.iter().map(String::as_str).collect::<Vec<_>>()).expect_code(0).stdout
    };
    let ask = line("hokan ledger consistency --from kept.txt", "> proof.txt");
    let [words @ .., _, _] = ask.as_slice() else { panic!("{ask:?}") };
    std::fs::write(&proof, run(&world.vault, words)).unwrap();
    let check = line("hokan verify --certificate", "--consistency proof.txt");
    let said = run(&Instance::new(), &check);
    assert!(said.ends_with("kept       1 of 1 checkpoints agree\nvalid\n"), "{} {said}", place.display());
    let arguments: Vec<&str> = check[3..].iter().map(String::as_str).collect();
    assert_eq!(both(world, &arguments), 0);
    proof
}

impl World {
    fn new() -> World {
        let ready = Ready::with_approved_plan();
        ready.json(&["hold", "place", "--subject", "M1000001", "--reason", "a claim", "--by", "Test"]);
        let hold = ready.json(&["hold", "list"])["holds"][0]["hold"].as_str().unwrap().to_owned();
        ready.json(&["hold", "release", &hold, "--reason", "settled", "--by", "Test"]);
        open(&ready, RECEIPT, "opened");
        let before = scene::copy(&ready);
        let early = keep(&ready, "early", &ready.hokan(&["checkpoint"]).expect_code(0).stdout);
        ready.json(&["sweep", "run", "plan.json"]);
        let folder = ready.home().join("certificates");
        let made = ready.json(&["certificate", "-o", folder.to_str().unwrap()]);
        let certificate = folder.join(format!("{}.json", made["sweep"].as_str().unwrap()));
        ready.drop_in(SECOND, "another receipt\n");
        // So many entries that a subtree of them is stored.
        (0..256).for_each(|n| ready.drop_in(format!("receipts/2026-10/M2{n:06}-a.csv"), "not due\n"));
        ready.take_in();
        // A second version, which changes a text alone.
        edit(&ready, "policies/purposes.yaml", "ja: 法定給付", "ja: 改・法定給付", "Reword a purpose");
        ready.take_in();
        ready.plan("second.json");
        ready.approve("second.json");
        ready.json(&["hold", "place", "--subject", "M1000002", "--reason", "a lawsuit", "--by", "Test"]);
        open(&ready, crate::instances::MINUTES, "opened later");
        let kept = keep(&ready, "kept", &ready.hokan(&["checkpoint"]).expect_code(0).stdout);
        let key = ready.json(&["key", "show"])["key"].as_str().unwrap().to_owned();
        let vault = scene::copy(&ready);
        World { vault, before, certificate, early, kept, key, keys: ready }
    }

    /// Asks every observer.
    fn observed(&self, vault: &Instance) -> [bool; 5] {
        let kept = self.kept.to_str().unwrap();
        let failed = |arguments: &[&str]| vault.hokan(arguments).code != Some(0);
        let ledger = vault.root().join("vault/ledger.db");
        let ledger = ["ledger", ledger.to_str().unwrap(), "--checkpoint", kept, "--key", &self.key];
        [
            failed(&["verify"]),
            failed(&["verify", "--checkpoint", kept]),
            self.certificate_disagrees(vault),
            independent(&ledger).0 != 0,
            gate_stops(vault, &self.keys.record(SECOND)),
        ]
    }

    /// The holder of a certificate asks the vault for its newest checkpoint and for the proof from the certificate to it.
    fn certificate_disagrees(&self, vault: &Instance) -> bool {
        let newest = vault.hokan(&["checkpoint"]);
        let from = ["ledger", "consistency", "--from", self.certificate.to_str().unwrap()];
        let proof = vault.hokan(&from);
        let [newest, proof] = [("newest", newest), ("proof", proof)].map(|(name, ran)| {
            let path = vault.home().join(name);
            std::fs::write(&path, ran.stdout).unwrap();
            path.display().to_string()
        });
        let certificate = self.certificate.to_str().unwrap();
        let asked = ["verify", "--certificate", certificate, "--key", &self.key];
        let kept = ["--checkpoint", &newest, "--consistency", &proof];
        vault.hokan(&[&asked[..], &kept[..]].concat()).code != Some(0)
    }
}

fn open(ready: &Ready, path: &str, name: &str) {
    let (record, to) = (ready.record(path), ready.home().join(name));
    let identity = ready.identity();
    ready.json(&["open", &record, "-i", &identity, "-o", to.to_str().unwrap(), "--why", "a question", "--by", "Test"]);
}

fn keep(ready: &Ready, name: &str, text: &str) -> PathBuf {
    let path = ready.home().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Runs the independent verifier: its exit code and what it prints.
pub fn independent(arguments: &[&str]) -> (i32, String) {
    for python in ["python3", "/usr/bin/python3"] {
        let has = Command::new(python).args(["-c", "import cryptography"]).output();
        if has.is_ok_and(|ran| ran.status.success()) {
            let ran = Command::new(python).arg("-B").arg("tests/verifier/verify.py").args(arguments).output().unwrap();
            let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
            return (ran.status.code().unwrap(), said);
        }
    }
    panic!("the Python package cryptography is needed here (python3-cryptography)");
}

/// Whether the second plan, which is approved, leaves the record that this is about.
fn gate_stops(vault: &Instance, record: &str) -> bool {
    let ran = vault.hokan(&["--json", "sweep", "run", "second.json"]);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    ran.code != Some(0) || document["destroyed"].as_array().is_none_or(|all| !all.contains(&Value::from(record)))
}

fn database(vault: &Instance, name: &str) -> Connection {
    let database = Connection::open(vault.root().join("vault").join(name)).unwrap();
    database.execute_batch("DROP TRIGGER IF EXISTS entries_stay; DROP TRIGGER IF EXISTS entries_stand;").unwrap();
    database
}

/// The index of the newest entry of a kind.
fn newest(ledger: &Connection, kind: &str) -> i64 {
    ledger.query_row("SELECT max(idx) FROM entries WHERE kind = ?1", [kind], |row| row.get(0)).unwrap()
}

fn alter_entry(_: &World, vault: &Instance) {
    let ledger = database(vault, "ledger.db");
    let at = newest(&ledger, "plan-approved");
    let changed =
        "UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'SHA256:', 'SHA257:') AS BLOB) WHERE idx = ?1";
    assert_eq!(ledger.execute(changed, [at]).unwrap(), 1);
}

fn exchange_entries(_: &World, vault: &Instance) {
    let ledger = database(vault, "ledger.db");
    let first: i64 =
        ledger.query_row("SELECT min(idx) FROM entries WHERE kind = 'sealed'", [], |row| row.get(0)).unwrap();
    for (from, to) in [(first, -1), (first + 1, first), (-1, first + 1)] {
        assert_eq!(ledger.execute("UPDATE entries SET idx = ?2 WHERE idx = ?1", [from, to]).unwrap(), 1);
    }
}

fn remove_entry(_: &World, vault: &Instance) {
    let ledger = database(vault, "ledger.db");
    let at = newest(&ledger, "hold-released");
    assert_eq!(ledger.execute("DELETE FROM entries WHERE idx = ?1", [at]).unwrap(), 1);
}

/// Cuts off the newest opening, makes the catalog forget it, and signs what is left.
fn cut_tail(_: &World, vault: &Instance) {
    let ledger = database(vault, "ledger.db");
    let at = newest(&ledger, "opened");
    assert_eq!(ledger.execute("DELETE FROM entries WHERE idx >= ?1", [at]).unwrap(), 1);
    database(vault, "catalog.db").execute("DELETE FROM openings WHERE entry >= ?1", [at]).unwrap();
    sign_anew(vault, &ledger);
}

/// Turns the first opening into a heartbeat, makes the catalog forget it, and signs every checkpoint anew.
fn rewrite(_: &World, vault: &Instance) {
    let ledger = database(vault, "ledger.db");
    let at: i64 = ledger.query_row("SELECT min(idx) FROM entries WHERE kind = 'opened'", [], |row| row.get(0)).unwrap();
    into_heartbeat(&ledger, at);
    database(vault, "catalog.db").execute("DELETE FROM openings WHERE entry = ?1", [at]).unwrap();
    sign_anew(vault, &ledger);
}

/// Turns an entry into a heartbeat of the same moment.
fn into_heartbeat(ledger: &Connection, at: i64) {
    let bytes: Vec<u8> = ledger.query_row("SELECT bytes FROM entries WHERE idx = ?1", [at], |row| row.get(0)).unwrap();
    let entry: Value = serde_json::from_slice(&bytes).unwrap();
    let beat = format!("{{\"at\":{},\"kind\":\"heartbeat\",\"v\":1}}", entry["at"]);
    let changed = ledger.execute("UPDATE entries SET bytes = ?2 WHERE idx = ?1", params![at, beat.as_bytes()]);
    assert_eq!(changed.unwrap(), 1);
}

/// Signs every checkpoint over the entries as they are now, with the vault's own key.
fn sign_anew(vault: &Instance, ledger: &Connection) {
    let seed: [u8; 32] = std::fs::read(vault.root().join("vault/key.ed25519")).unwrap().try_into().unwrap();
    let key = LedgerKey::from_seed(&seed);
    let text: String =
        ledger.query_row("SELECT text FROM checkpoints ORDER BY size LIMIT 1", [], |row| row.get(0)).unwrap();
    let origin = Checkpoint::open(&text, &key.public()).unwrap().origin;
    let all = |sql: &str| -> Vec<i64> {
        let mut select = ledger.prepare(sql).unwrap();
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let sizes = all("SELECT size FROM checkpoints");
    ledger.execute("DELETE FROM checkpoints", []).unwrap();
    // What is missing of the tree is computed when a proof is asked for.
    ledger.execute("DELETE FROM subtrees", []).unwrap();
    let (mut frontier, indices) = (Frontier::default(), all("SELECT idx FROM entries ORDER BY idx"));
    for index in &indices {
        let bytes: Vec<u8> =
            ledger.query_row("SELECT bytes FROM entries WHERE idx = ?1", [index], |row| row.get(0)).unwrap();
        frontier.append(leaf_hash(&bytes), |_| ());
        if sizes.contains(&(index + 1)) || index + 1 == indices.len() as i64 {
            let known = Checkpoint { origin: origin.clone(), size: frontier.size(), root: frontier.root() };
            ledger.execute("INSERT INTO checkpoints VALUES(?1, ?2)", params![index + 1, known.sign(&key)]).unwrap();
        }
    }
    ledger.execute("UPDATE frontier SET bytes = ?1", [frontier.to_bytes()]).unwrap();
    let reflected = "UPDATE meta SET value = ?1 WHERE key = 'reflected'";
    database(vault, "catalog.db").execute(reflected, [indices.len().to_string()]).unwrap();
}

/// Puts the vault back as it was before the sweep, and goes on with something else until it is longer than what was kept.
fn fork(world: &World, vault: &Instance) {
    let (old, new) = (world.before.root().join("vault"), vault.root().join("vault"));
    std::fs::remove_dir_all(&new).unwrap();
    let copied = Command::new("cp").arg("-a").args([&old, &new]).status().unwrap();
    assert!(copied.success());
    let size = |text: &str| text.lines().nth(1).unwrap().parse::<u64>().unwrap();
    while size(&vault.hokan(&["checkpoint"]).expect_code(0).stdout) <= size(&read(&world.kept)) {
        vault.hokan(&["clock", "confirm", "--reason", "nothing", "--by", "Test"]).expect_code(0);
    }
}

fn alter_subtree(_: &World, vault: &Instance) {
    let changed = "UPDATE subtrees SET root = zeroblob(32) WHERE (level, idx) = (8, 0)";
    assert_eq!(database(vault, "ledger.db").execute(changed, []).unwrap(), 1);
}

/// Puts the edge of another tree of as many entries in the place of the ledger's.
fn alter_edge(_: &World, vault: &Instance) {
    let ledger = database(vault, "ledger.db");
    let size: i64 = ledger.query_row("SELECT count(*) FROM entries", [], |row| row.get(0)).unwrap();
    let mut edge = Frontier::default();
    (0..size).for_each(|n| edge.append(leaf_hash(&n.to_le_bytes()), |_| ()));
    assert_eq!(ledger.execute("UPDATE frontier SET bytes = ?1", [edge.to_bytes()]).unwrap(), 1);
}

fn alter_fact(world: &World, vault: &Instance) {
    let record = world.keys.record(SECOND);
    let changed = "UPDATE dates SET date = '2018-01-31' WHERE record = ?1";
    assert!(database(vault, "catalog.db").execute(changed, [record]).unwrap() > 0);
}

fn remove_hold(_: &World, vault: &Instance) {
    let gone = database(vault, "catalog.db").execute("DELETE FROM holds WHERE release_entry IS NULL", []).unwrap();
    assert_eq!(gone, 1);
}

/// Puts a hold on the record that the second plan lists.
fn hold_what_is_planned(world: &World, vault: &Instance) {
    let record = world.keys.record(SECOND);
    let place = ["hold", "place", "--record", &record, "--reason", "a lawsuit", "--by", "Test"];
    vault.hokan(&place).expect_code(0);
    assert!(gate_stops(vault, &record), "a hold does not stop the gate");
}

fn remove_hold_and_entry(world: &World, vault: &Instance) {
    hold_what_is_planned(world, vault);
    let ledger = database(vault, "ledger.db");
    let at = newest(&ledger, "hold-placed");
    assert_eq!(ledger.execute("DELETE FROM entries WHERE idx = ?1", [at]).unwrap(), 1);
    let gone = database(vault, "catalog.db").execute("DELETE FROM holds WHERE entry = ?1", [at]).unwrap();
    assert_eq!(gone, 1);
}

fn misfile_hold(world: &World, vault: &Instance) {
    hold_what_is_planned(world, vault);
    let ledger = database(vault, "ledger.db");
    let at = newest(&ledger, "hold-placed");
    misfile(&ledger, at);
    let gone = database(vault, "catalog.db").execute("DELETE FROM holds WHERE entry = ?1", [at]).unwrap();
    assert_eq!(gone, 1);
}

/// As above, with the text that the gate compares written into the schema again.
fn misfile_hold_unseen(world: &World, vault: &Instance) {
    let own = "SELECT sql FROM sqlite_schema WHERE name = 'entries'";
    let own: String = database(vault, "ledger.db").query_row(own, [], |row| row.get(0)).unwrap();
    misfile_hold(world, vault);
    let ledger = database(vault, "ledger.db");
    ledger.execute_batch("PRAGMA writable_schema = 1").unwrap();
    let put_back = "UPDATE sqlite_schema SET sql = ?1 WHERE name = 'entries'";
    assert_eq!(ledger.execute(put_back, [own]).unwrap(), 1);
}

/// Files an entry under another kind: no statement can, so the table is made anew with columns of the ordinary sort.
fn misfile(ledger: &Connection, at: i64) {
    let refused = ledger.execute("UPDATE entries SET kind = 'heartbeat' WHERE idx = ?1", [at]);
    assert!(refused.is_err(), "the kind of an entry follows from its bytes");
    let mut indices =
        ledger.prepare("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'entries'").unwrap();
    let indices: Vec<String> = indices.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let anew =
        "CREATE TABLE other(idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL, kind TEXT, record TEXT, sweep TEXT) STRICT;
        INSERT INTO other(idx, bytes, kind, record, sweep) SELECT idx, bytes, kind, record, sweep FROM entries;
        DROP TABLE entries; ALTER TABLE other RENAME TO entries;";
    ledger.execute_batch(anew).unwrap();
    indices.iter().for_each(|sql| ledger.execute_batch(sql).unwrap());
    assert_eq!(ledger.execute("UPDATE entries SET kind = 'heartbeat' WHERE idx = ?1", [at]).unwrap(), 1);
}

fn alter_hold_entry(world: &World, vault: &Instance) {
    hold_what_is_planned(world, vault);
    let ledger = database(vault, "ledger.db");
    let at = newest(&ledger, "hold-placed");
    into_heartbeat(&ledger, at);
    let gone = database(vault, "catalog.db").execute("DELETE FROM holds WHERE entry = ?1", [at]).unwrap();
    assert_eq!(gone, 1);
}

fn misfile_acceptance(world: &World, vault: &Instance) {
    let ledger = database(vault, "ledger.db");
    misfile(&ledger, newest(&ledger, "policy-accepted"));
    drop(ledger);
    remove_acceptance(world, vault);
}

/// Makes an older policy the newest one, in git, too, where it would only be accepted again.
fn remove_acceptance(_: &World, vault: &Instance) {
    let newest = "DELETE FROM policies WHERE entry = (SELECT max(entry) FROM policies)";
    assert_eq!(database(vault, "catalog.db").execute(newest, []).unwrap(), 1);
    vault.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
}
