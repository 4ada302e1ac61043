//! Each command as a person or a script calls it: what it prints, its JSON, its exit code.
//!
//! In: arguments. Out: text, documents, files. The rule it keeps: JSON is read by its keys, text by its key words; a
//! command is tested with what it leaves, not with how it does it.

use std::path::Path;

use serde_json::Value;

use crate::instances::*;
use crate::support::Instance;

/// Every command that has a help page.
const COMMANDS: [&str; 70] = [
    "dates",
    "init",
    "check",
    "diff",
    "render",
    "policy",
    "policy status",
    "policy accept",
    "policy message",
    "policy new-class",
    "recipients",
    "recipients confirm",
    "rekey",
    "restore",
    "second-copy",
    "take-in",
    "run",
    "status",
    "records",
    "records list",
    "records show",
    "records postpone",
    "records extend",
    "hold",
    "hold place",
    "hold review",
    "hold show",
    "hold release",
    "hold list",
    "consent",
    "consent object",
    "consent grant",
    "consent withdraw",
    "consent list",
    "notice",
    "notice run",
    "notice retry",
    "notice status",
    "notice print-files",
    "notice change",
    "notice preview",
    "event",
    "event add",
    "event correct",
    "event withdraw",
    "event list",
    "sweep",
    "sweep plan",
    "sweep approve",
    "sweep run",
    "sweep order",
    "sweep orders",
    "sweep hand-over",
    "sweep take-back",
    "sweep confirm",
    "sweep early",
    "sweep withdraw-early",
    "mask",
    "clock",
    "open",
    "certificate",
    "verify",
    "ledger",
    "ledger consistency",
    "key",
    "key show",
    "key rotate",
    "schema",
    "template",
    "explain",
];

/// Expects a document of `format` with exactly these keys besides.
#[track_caller]
fn expect_keys(document: &Value, format: &str, keys: &[&str]) {
    assert_eq!(document["format"], format, "{document}");
    let found: std::collections::BTreeSet<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = keys.iter().copied().chain(["format"]).collect();
    assert_eq!(found, expected, "{document}");
}

/// Expects a command to succeed and to print these words.
#[track_caller]
fn expect_text(ready: &Ready, arguments: &[&str], words: &[&str]) {
    let ran = ready.hokan(arguments).expect_code(0);
    for word in words {
        assert!(ran.stdout.contains(word), "{} does not print `{word}`:\n{}", ran.command, ran.stdout);
    }
}

/// Expects a command to fail with a code, naming what is wrong and the next step.
#[track_caller]
fn expect_failure(instance: &Instance, arguments: &[&str], code: i32, words: &[&str]) {
    let ran = instance.hokan(arguments).expect_code(code);
    assert!(ran.stderr.contains("error"), "{}: {}", ran.command, ran.stderr);
    for word in words {
        assert!(ran.stderr.contains(word), "{} does not say `{word}`:\n{}", ran.command, ran.stderr);
    }
}

#[test]
fn every_command_explains_itself() {
    let instance = Instance::new();
    let first = instance.hokan(&["--help"]).expect_code(0).stdout;
    assert!(first.contains("Examples:") && first.contains("Exit codes:"), "{first}");
    for command in COMMANDS {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = instance.hokan(&arguments).expect_code(0).stdout;
        assert!(help.contains("Usage: hokan"), "{command}: {help}");
        assert!(help.contains("Example"), "`{command}` shows no example:\n{help}");
        assert!(help.contains("--dir <DIR>"), "`{command}` does not take `--dir`:\n{help}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let instance = Instance::new();
    for arguments in [
        &["swep"] as &[&str],
        &["hold", "place", "--reason", "x"],
        &["records", "show", "no-id"],
        &["sweep", "--as-of", "soon"],
    ] {
        instance.hokan(arguments).expect_code(2);
    }
}

#[test]
fn what_is_no_instance_is_told_apart_from_one() {
    let instance = Instance::new();
    expect_failure(&instance, &["status"], 1, &["not an instance", "hokan init"]);
    expect_failure(&instance, &["--dir", "nowhere", "status"], 1, &["`nowhere`", "--dir"]);
    let refused = instance.hokan(&["--json", "status"]).expect_code(1);
    let document: Value = serde_json::from_str(&refused.stdout).unwrap();
    expect_keys(&document, "hokan-error/1", &["error"]);
    assert!(document["error"]["message"].is_string(), "{document}");
}

#[test]
fn init_makes_an_instance_and_says_what_comes_next() {
    let instance = Instance::new();
    let made = instance.hokan(&["init", "minato"]).expect_code(0).stdout;
    for word in ["identity", "approver", "git commit", "policy accept", "recipients confirm", "take-in"] {
        assert!(made.contains(word), "{word}: {made}");
    }
    let keys = instance.home().join(".config/hokan/minato");
    for name in ["identity", "identity.escrow", "approver"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(keys.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    instance.hokan(&["--dir", "minato", "check"]).expect_code(0);
    let key = instance.root().join("minato/vault/key.ed25519");
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(key).unwrap().permissions()) & 0o777, 0o600);
}

#[test]
fn init_takes_an_approvers_own_key() {
    let instance = Instance::new();
    instance.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "own"]).expect_code(0);
    instance.hokan(&["init", "minato", "--approver", "own.pub"]).expect_code(0);
    instance.git(&["-C", "minato", "add", "."]);
    instance.git(&["-C", "minato", "commit", "-q", "--no-verify", "-m", "Begin"]);
    instance.hokan(&["--dir", "minato", "policy", "accept", "--key", "own"]).expect_code(0);
}

#[test]
fn init_overwrites_nothing_and_puts_no_identity_inside() {
    let instance = Instance::new();
    instance.write("full/letter.txt", "mine");
    expect_failure(&instance, &["init", "full"], 1, &["not empty", "new directory"]);
    assert_eq!(instance.read("full/letter.txt"), "mine");
    for inside in ["minato/identity", "minato/../minato/keys/identity"] {
        expect_failure(
            &instance,
            &["init", "minato", "--identity-out", inside],
            1,
            &["inside the instance", "elsewhere"],
        );
    }
    instance.write("taken", "a key");
    expect_failure(&instance, &["init", "minato", "--identity-out", "taken"], 1, &["/taken` exists", "--identity-out"]);
    assert_eq!(instance.read("taken"), "a key");
    assert!(!instance.root().join("minato").exists());
}

#[test]
fn git_clean_leaves_vault_and_records() {
    let ready = Ready::with_records();
    ready.drop_in("minutes/2013-01-01-会議録.pdf", "x");
    ready.json(&["render"]);
    let cleaned = ready.git(&["clean", "-fdxn"]).stdout;
    assert!(!cleaned.contains("remove vault") && !cleaned.contains("remove records"), "{cleaned}");
    ready.git(&["clean", "-fdxq"]);
    assert!(ready.inbox("minutes/2013-01-01-会議録.pdf").exists());
    ready.expect_held(&ALL);
}

#[test]
fn the_commit_hook_shows_findings_before_they_are_committed() {
    let ready = Ready::new();
    ready.edit("policies/retention.yaml", "for: P5Y", "for: 5 yeers");
    ready.git(&["add", "policies"]);
    let program = Path::new(env!("CARGO_BIN_EXE_hokan")).parent().unwrap().display().to_string();
    let path = format!("PATH={program}:{}", std::env::var("PATH").unwrap());
    let stopped = ready.run("env", &[&path, "git", "commit", "-q", "-m", "Break"]).expect_code(1);
    assert!(stopped.stderr.contains("5 yeers"), "{}", stopped.stderr);
    ready.edit("policies/retention.yaml", "for: 5 yeers", "for: P6Y");
    ready.git(&["add", "policies"]);
    ready.run("env", &[&path, "git", "commit", "-q", "-m", "Mend"]).expect_code(0);
}

#[test]
fn check_prints_findings_with_their_place() {
    let ready = Ready::new();
    let clean = ready.json(&["check"]);
    expect_keys(&clean, "hokan-check/1", &["findings", "errors", "accepted"]);
    assert_eq!(clean["errors"], 0, "{clean}");
    expect_text(&ready, &["check"], &["policy files"]);
    ready.edit("policies/retention.yaml", "for: P5Y", "for: 5 yeers");
    let broken = ready.json_with_code(&["check"], 1);
    assert_eq!(broken["errors"], 1, "{broken}");
    let ran = ready.hokan(&["check"]).expect_code(1);
    assert!(ran.stderr.contains("policies/retention.yaml:") && ran.stderr.contains("P5Y"), "{}", ran.stderr);
    assert!(ready.hokan(&["--color", "always", "check"]).stderr.contains("\u{1b}["));
    assert!(!ran.stderr.contains("\u{1b}["), "colour only where it is asked for");
}

#[test]
fn check_looks_at_the_law_of_another_day() {
    let ready = Ready::new();
    let findings = |day: &str| ready.json(&["check", "--as-of", day])["findings"].to_string();
    assert!(findings("2026-11-22").contains("law.pending"), "{}", findings("2026-11-22"));
    // An amendment is news until it is in force.
    assert!(!findings("2031-01-01").contains("law.pending"), "{}", findings("2031-01-01"));
    expect_failure(&ready, &["check", "--as-of", "2026-02-30"], 2, &["2026-02-30"]);
}

#[test]
fn explain_knows_every_rule() {
    let instance = Instance::new();
    let all = instance.hokan(&["explain", "--json"]).expect_code(0).stdout;
    let all: Value = serde_json::from_str(&all).unwrap();
    let rules = all["rules"].as_array().unwrap();
    assert!(rules.len() > 10, "{all}");
    let name = rules[0]["rule"].as_str().unwrap();
    let page = instance.hokan(&["explain", name]).expect_code(0).stdout;
    assert!(page.contains("Why") && page.contains("Fix"), "{page}");
    expect_failure(&instance, &["explain", "retention.perio"], 1, &["did you mean `retention.period`"]);
}

#[test]
fn render_publishes_pages_and_notices() {
    let ready = Ready::new();
    let rendered = ready.json(&["render"]);
    expect_keys(&rendered, "hokan-render/1", &["policy", "public", "files", "edition"]);
    let files = rendered["files"].as_object().unwrap();
    for path in [
        "index.html",
        "ja/retention.html",
        "en/retention.html",
        "ja/purposes-announcement.pdf",
        "en/purposes-announcement.pdf",
    ] {
        let length = std::fs::metadata(ready.root().join("public").join(path)).unwrap().len();
        assert_eq!(files.get(path), Some(&Value::from(length)), "{path}");
    }
    expect_text(&ready, &["render"], &["published policy", "notices"]);
    let page = ready.read("public/ja/retention.html");
    assert!(page.contains("診療報酬明細書等") && page.contains("5年"), "{page}");
}

#[test]
fn render_replaces_nothing_that_hokan_did_not_write() {
    let ready = Ready::new();
    ready.write("public/mine.html", "mine");
    expect_failure(&ready, &["render"], 1, &["not written by hokan", "a folder of its own"]);
    assert_eq!(ready.read("public/mine.html"), "mine");
}

#[test]
fn policy_status_tells_what_is_in_force_and_what_waits() {
    let ready = Ready::new();
    let status = ready.json(&["policy", "status"]);
    expect_keys(&status, "hokan-policy-status/1", &["policy", "waiting", "still-shown"]);
    assert!(status["waiting"].is_null(), "{status}");
    ready.edit("policies/retention.yaml", "for: P5Y", "for: P6Y");
    let commit = ready.commit("Keep longer");
    let status = ready.json(&["policy", "status"]);
    assert_eq!(status["waiting"]["commit"], Value::from(commit), "{status}");
    assert_eq!(status["waiting"]["needs-approver"], false, "{status}");
    expect_text(&ready, &["policy", "status"], &["in force:", "waiting:", "needs nobody"]);
    ready.edit("policies/service.yaml", "records: 5000", "records: 6000");
    ready.commit("Raise the limit");
    let status = ready.json(&["policy", "status"]);
    assert_eq!(status["waiting"]["needs-approver"], true, "{status}");
    assert_eq!(status["waiting"]["needs"][0]["item"], "service.sweep-at-most", "{status}");
    expect_text(&ready, &["policy", "status"], &["waiting:", "policy accept", "`service.sweep-at-most` changes"]);
    expect_failure(&ready, &["policy", "accept"], 1, &["policy.needs-approver", "service.sweep-at-most", "--key"]);
    let accepted = ready.accept().stdout;
    assert!(accepted.contains("accepted") && accepted.contains("ledger entry"), "{accepted}");
    expect_failure(&ready, &["policy", "accept", "--key", &ready.approver()], 1, &["nothing to accept"]);
}

#[test]
fn take_in_shows_first_asks_once_and_then_acts() {
    let ready = Ready::new();
    ready.drop_in(RECEIPT, content(RECEIPT));
    ready.drop_in("memo.txt", "x");
    expect_failure(&ready, &["take-in"], 1, &["nobody has agreed", "--dry-run", "--yes"]);
    let preview = ready.json(&["take-in", "--dry-run"]);
    expect_keys(&preview, "hokan-take-in-preview/1", &["paths", "left"]);
    assert_eq!((&preview["paths"]["ready"], &preview["paths"]["unclassified"]), (&1.into(), &1.into()), "{preview}");
    expect_text(&ready, &["take-in", "--dry-run"], &["would be sealed as receipts", "nothing was changed"]);
    assert!(ready.inbox(RECEIPT).exists());
    let taken = ready.json(&["take-in", "--yes"]);
    expect_keys(
        &taken,
        "hokan-take-in/1",
        &["taken", "failed", "registers", "recovered", "paths", "left", "syncs", "in-use"],
    );
    assert_eq!(taken["taken"][0]["name"], RECEIPT, "{taken}");
    assert_eq!(taken["left"][0]["code"], "intake.unclassified", "{taken}");
    expect_text(&ready, &["take-in"], &["0 records taken in", "unclassified", "memo.txt"]);
}

#[test]
fn records_are_listed_by_class_subject_and_due_day() {
    let ready = Ready::with_records();
    let all = ready.json(&["records", "list"]);
    expect_keys(&all, "hokan-records/1", &["records", "is-stopped"]);
    assert_eq!(all["records"].as_array().unwrap().len(), ALL.len());
    let names = |arguments: &[&str]| -> Vec<String> {
        let listed = ready.json(&[&["records", "list"], arguments].concat());
        let names =
            listed["records"].as_array().unwrap().iter().map(|record| record["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    assert_eq!(names(&["--class", "receipts"]), [RECEIPT]);
    assert_eq!(names(&["--subject", "M1000002"]), [ELIGIBILITY]);
    assert_eq!(names(&["--due-before", "2024-01-01"]), [LOG]);
    let record = ready.record(RECEIPT);
    let shown = ready.json(&["records", "show", &record]);
    assert_eq!(shown["records"][0]["due"], "2024-05-01", "{shown}");
    assert_eq!(shown["records"][0]["entries"][0]["kind"], "sealed", "{shown}");
    expect_text(&ready, &["records", "show", &record], &[RECEIPT, "M1000001", "2019-04-30", "2024-05-01", "ledger"]);
    expect_text(&ready, &["records", "list"], &["needs one approver", "kept for ever", "waits for qualification-lost"]);
    let unknown = "0190a000-0000-7000-8000-000000000000";
    expect_failure(&ready, &["records", "show", unknown], 1, &["no record", "records list"]);
}

#[test]
fn status_counts_what_is_held() {
    let ready = Ready::with_records();
    let status = ready.json(&["status"]);
    let keys = [
        "today",
        "policy",
        "waiting",
        "classes",
        "records",
        "paths",
        "not-taken",
        "holds",
        "holds-to-review",
        "overdue",
        "left",
        "lateness",
        "attention",
        "unconfirmed",
        "unfinished-sweeps",
        "orders",
        "unlisted",
        "entries",
        "verify",
    ];
    expect_keys(&status, "hokan-status/1", &keys);
    assert_eq!(status["records"], ALL.len(), "{status}");
    assert_eq!(status["classes"]["eligibility"]["waits-for-date"], 1, "{status}");
    expect_text(&ready, &["status"], &["in force", "receipts", "5 records held", "paths under records/"]);
}

#[test]
fn holds_are_placed_listed_and_released() {
    let ready = Ready::with_records();
    let record = ready.record(RECEIPT);
    let placed = ready.json(&["hold", "place", "--record", &record, "--reason", "再審査", "--by", OFFICER]);
    expect_keys(&placed, "hokan-hold-place/1", &["hold", "covers", "owner", "review", "too-late", "alike", "entered"]);
    ready.json(&["hold", "place", "--class", "minutes", "--reason", "監査"]);
    let listed = ready.json(&["hold", "list"]);
    let mut reasons: Vec<&str> =
        listed["holds"].as_array().unwrap().iter().map(|hold| hold["reason"].as_str().unwrap()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["再審査", "監査"], "{listed}");
    expect_text(&ready, &["hold", "list"], &[OFFICER, "監査", "2 holds in force"]);
    let hold = placed["hold"].as_str().unwrap();
    expect_text(&ready, &["hold", "release", hold, "--reason", "終結"], &["released"]);
    expect_failure(&ready, &["hold", "release", hold, "--reason", "終結"], 1, &["no hold", "hold list"]);
    expect_failure(&ready, &["hold", "place", "--class", "receipt", "--reason", "x"], 1, &["did you mean `receipts`"]);
    expect_failure(&ready, &["hold", "place", "--class", "receipts", "--reason", " "], 1, &["reason"]);
    ready.expect_verified();
}

#[test]
fn events_move_due_days() {
    let ready = Ready::with_records();
    let about = ["event", "add", "--subject", "M1000002"];
    let added = ready.json(&[&about as &[&str], &["--event", "qualification-lost", "--date", "2018-03-31"]].concat());
    expect_keys(&added, "hokan-event-add/1", &["events", "entries", "moved", "dry-run", "records", "alike"]);
    assert_eq!(added["moved"], 1);
    let shown = ready.json(&["records", "show", &ready.record(ELIGIBILITY)]);
    assert_eq!(shown["records"][0]["due"], "2023-04-01", "{shown}");
    let wrong =
        |event: &'static str, date: &'static str| [&about as &[&str], &["--event", event, "--date", date]].concat();
    expect_failure(&ready, &wrong("qualification-los", "2018-03-31"), 1, &["did you mean `qualification-lost`"]);
    expect_failure(&ready, &wrong("qualification-lost", "2999-03-31"), 1, &["future"]);
    let nobody = ["event", "add", "--subject", "M9", "--event", "qualification-lost", "--date", "2018-03-31"];
    expect_failure(&ready, &nobody, 1, &["nothing is held about `M9`", "--subject"]);
    ready.expect_verified();
}

#[test]
fn a_sweep_goes_from_the_dry_run_over_the_plan_to_the_certificate() {
    let ready = Ready::with_records();
    let looked = ready.json(&["sweep"]);
    expect_keys(&looked, "hokan-sweep/1", &["day", "today", "by-rule", "review", "records", "holds-lost"]);
    assert_eq!((&looked["by-rule"], &looked["review"]), (&0.into(), &3.into()), "{looked}");
    expect_text(&ready, &["sweep"], &["dry run", "needs one approver", "next: hokan sweep plan"]);
    expect_text(&ready, &["sweep", "--as-of", "2099-01-01"], &["looking at 2099-01-01", "nothing is destroyed"]);
    let planned = ready.plan("plan.json");
    expect_keys(
        &planned,
        "hokan-sweep-plan/1",
        &["plan", "digest", "day", "early", "records", "planner", "signed", "lists"],
    );
    assert_eq!(
        planned["digest"],
        ready.run("sha256sum", &["plan.json"]).stdout[..64],
        "the digest is that of the file"
    );
    let approved = ready.approve("plan.json");
    expect_keys(
        &approved,
        "hokan-sweep-approve/1",
        &["plan-digest", "by", "fingerprint", "as", "approvals", "needed", "differences", "by-hand", "early"],
    );
    assert_eq!(approved["plan-digest"], planned["digest"]);
    let [header, body] = ready.files_of(&ready.record(RECEIPT));
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    expect_keys(&swept, "hokan-sweep-run/1", &["sweep", "destroyed", "finished", "refused", "failed"]);
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), 3, "{swept}");
    assert!(!header.exists() && !body.exists());
    let certified = ready.json(&["certificate", "-o", "certificates"]);
    expect_keys(&certified, "hokan-certificate/1", &["sweep", "records", "statement", "entry", "files", "note"]);
    let sweep = certified["sweep"].as_str().unwrap();
    for ending in ["json", "csv", "tlog-proof", "ja.pdf", "en.pdf"] {
        assert!(ready.root().join(format!("certificates/{sweep}.{ending}")).is_file(), "{ending}");
    }
    let file = format!("certificates/{sweep}.json");
    let checked = ready.json(&["verify", "--certificate", &file]);
    assert_eq!((&checked["valid"], &checked["destroyed"]), (&true.into(), &3.into()), "{checked}");
    assert_eq!(checked["statement"], certified["statement"]);
    expect_text(
        &ready,
        &["verify", "--certificate", &file],
        &["3 destroyed", "compare it with one you noted", "valid"],
    );
    let again = ready.json(&["certificate", "-o", "certificates"]);
    assert_eq!(again["statement"], certified["statement"], "a certificate made twice is the same");
    let again = ready.json(&["sweep", "run", "plan.json"]);
    assert!(again["sweep"].is_null() && Ready::refusals(&again).iter().all(|(_, why)| why == "gone"), "{again}");
    expect_text(&ready, &["sweep", "run"], &["nothing to destroy now"]);
    let planner = ready.planner();
    expect_failure(&ready, &["sweep", "plan", "-o", "empty.json", "--key", &planner], 1, &["nothing is due"]);
    ready.expect_held(&[MINUTES, ELIGIBILITY]);
}

#[test]
fn a_plan_signed_with_ssh_keygen_counts() {
    let ready = Ready::with_records();
    ready.plan("plan.json");
    ready
        .run("ssh-keygen", &["-q", "-Y", "sign", "-n", "hokan-plan", "-f", &ready.approver(), "plan.json"])
        .expect_code(0);
    expect_text(&ready, &["sweep", "approve", "plan.json", "--signature", "plan.json.sig"], &["approved", "sweep run"]);
    assert_eq!(ready.json(&["sweep", "run", "plan.json"])["destroyed"].as_array().unwrap().len(), 3);
}

#[test]
fn a_signature_that_hokan_made_verifies_with_ssh_keygen() {
    let ready = Ready::with_approved_plan();
    let signature: String =
        ready.catalog().query_row("SELECT signature FROM approvals ORDER BY entry DESC", [], |row| row.get(0)).unwrap();
    ready.write("plan.sig", signature);
    let public = std::fs::read_to_string(ready.home().join("approver.pub")).unwrap();
    ready.write("signers", format!("approver {public}"));
    let check = "ssh-keygen -Y verify -f signers -I approver -n hokan-plan -s plan.sig < plan.json";
    ready.run("sh", &["-c", check]).expect_code(0);
}

#[test]
fn a_record_opens_with_stock_age() {
    let ready = Ready::with_records();
    let [header, body] = ready.files_of(&ready.record(RECEIPT));
    let (header, body) = (header.display(), body.display());
    for identity in [ready.identity(), format!("{}.escrow", ready.identity())] {
        let opened = ready.run("sh", &["-c", &format!("cat {header} {body} | age -d -i {identity}")]).expect_code(0);
        assert_eq!(opened.stdout, content(RECEIPT));
    }
}

#[test]
fn open_refuses_targets_that_exist_or_lie_below_records() {
    let ready = Ready::with_records();
    let record = ready.record(RECEIPT);
    let (identity, before) = (ready.identity(), ready.entries_of("opened"));
    ready.write("letter.txt", "mine");
    let open = |to: &'static str| ["open", record.as_str(), "-i", identity.as_str(), "-o", to, "--why", "試験"];
    let existing = ready.hokan(&open("letter.txt"));
    assert!(existing.code.is_some_and(|code| code != 0) && existing.stderr.contains("letter.txt"), "{existing:?}");
    assert_eq!(ready.read("letter.txt"), "mine");
    for inside in ["records/in/receipts/x.csv", "vault/x.csv", "records/in/../in/x.csv"] {
        ready.write("records/in/receipts/.keep", "");
        let refused = ready.hokan(&open(inside)).expect_code(1);
        assert!(
            refused.stderr.contains("lies below") && refused.stderr.contains("place of your own"),
            "{}",
            refused.stderr
        );
        assert!(!ready.root().join(inside).exists());
    }
    assert_eq!(ready.entries_of("opened"), before, "what was not opened is not in the ledger as opened");
}

#[test]
fn an_opening_is_in_the_ledger_without_saying_who_or_why() {
    let ready = Ready::with_records();
    let record = ready.record(RECEIPT);
    let target = ready.home().join("opened.csv").display().to_string();
    let open = ["open", &record, "-i", &ready.identity(), "-o", &target, "--why", "開示請求12号", "--by", OFFICER];
    let opened = ready.json(&open);
    expect_keys(&opened, "hokan-open/1", &["record", "file", "bytes"]);
    assert_eq!(std::fs::read_to_string(&target).unwrap(), content(RECEIPT));
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&target).unwrap().permissions()) & 0o777,
        0o600
    );
    let entries = ready.entries();
    let entry = entries.iter().find(|entry| entry.contains("opened")).unwrap();
    assert!(entry.contains(&record) && !entry.contains("開示請求") && !entry.contains(OFFICER), "{entry}");
    let stranger = ready.home().join("stranger").display().to_string();
    ready.run("age-keygen", &["-o", &stranger]).expect_code(0);
    let refused = ready.hokan(&["open", &record, "-i", &stranger, "-o", "other.csv", "--why", "x"]).expect_code(1);
    assert!(!refused.stderr.is_empty() && !ready.root().join("other.csv").exists());
}

#[test]
fn recipients_are_confirmed_by_their_identities_before_the_first_take_in() {
    let instance = Instance::new();
    instance.hokan(&["init", "minato", "--settle", "PT0S"]).expect_code(0);
    instance.git(&["-C", "minato", "add", "."]);
    instance.git(&["-C", "minato", "commit", "-q", "--no-verify", "-m", "Begin"]);
    let keys = instance.home().join(".config/hokan/minato");
    let key = |name: &str| keys.join(name).display().to_string();
    let hokan = |arguments: &[&str]| instance.hokan(&[&["--dir", "minato"], arguments].concat());
    expect_failure(&instance, &["--dir", "minato", "take-in", "--yes"], 1, &["no policy is accepted", "policy accept"]);
    hokan(&["policy", "accept", "--key", &key("approver")]).expect_code(0);
    instance.write(format!("minato/records/in/{RECEIPT}"), content(RECEIPT));
    expect_failure(&instance, &["--dir", "minato", "take-in", "--yes"], 1, &["recipient", "recipients confirm"]);
    let one = hokan(&["--json", "recipients", "confirm", "-i", &key("identity")]).expect_code(0).stdout;
    let one: Value = serde_json::from_str(&one).unwrap();
    assert_eq!((&one["confirmed"][0], &one["missing"][0]), (&"benefits".into(), &"escrow".into()), "{one}");
    let through = format!(
        "'{}' --dir minato recipients confirm -i - < '{}'",
        env!("CARGO_BIN_EXE_hokan"),
        key("identity.escrow")
    );
    instance.run("sh", &["-c", &through]).expect_code(0);
    hokan(&["take-in", "--yes"]).expect_code(0);
    instance.run("age-keygen", &["-o", "stranger"]).expect_code(0);
    expect_failure(
        &instance,
        &["--dir", "minato", "recipients", "confirm", "-i", "stranger"],
        1,
        &["none of the recipients"],
    );
}

#[test]
fn run_takes_in_what_arrives_and_ends_on_sigterm() {
    let ready = Ready::new();
    let mut service = Running(ready.command(env!("CARGO_BIN_EXE_hokan"), &["run", "--yes"]).spawn().unwrap());
    ready.drop_in(LOG, content(LOG));
    until("the service has taken the file in", || (!ready.inbox(LOG).exists()).then_some(()));
    let hold = ["hold", "place", "--class", "access-logs", "--reason", "監査", "--by", OFFICER];
    ready.hokan(&hold).expect_code(0);
    until("the pages are published", || ready.root().join("public/index.html").exists().then_some(()));
    ready.write("templates/assets/site.css", "/* other clothes */");
    ready.commit("Change the templates alone");
    ready.drop_in(MINUTES, content(MINUTES));
    let shown = || std::fs::read_to_string(ready.root().join("public/assets/site.css")).unwrap_or_default();
    until("the new templates are published", || shown().contains("other clothes").then_some(()));
    until("the service has taken the other file in", || (!ready.inbox(MINUTES).exists()).then_some(()));
    assert_eq!(service.terminate(), Some(0));
    ready.expect_held(&[LOG, MINUTES]);
}

#[test]
fn clock_confirm_is_in_the_ledger() {
    let ready = Ready::new();
    ready.hokan(&["clock", "confirm", "--reason", "休業", "--by", OFFICER]).expect_code(0);
    assert_eq!(ready.entries_of("clock-confirmed"), 1);
    ready.expect_verified();
}

/// Expects `verify` to end with 3 and to name the problem.
#[track_caller]
fn expect_problem(ready: &Ready, arguments: &[&str], code: &str) {
    let report = ready.json_with_code(&[&["verify"], arguments].concat(), 3);
    let keys =
        ["entries", "root", "confirmed", "records", "destroyed", "files", "facts", "opened", "problems", "notes"];
    expect_keys(&report, "hokan-verify/1", &keys);
    let problems = report["problems"].as_array().unwrap();
    assert!(problems.iter().any(|problem| problem["code"] == code), "no `{code}`: {report}");
    let said = ready.hokan(&[&["verify"], arguments].concat()).expect_code(3).stdout;
    assert!(said.contains(&format!("wrong[{code}]")), "{said}");
}

/// Lets the ledger's rows be changed, as somebody would who has the file.
fn unguarded(ready: &Ready) -> rusqlite::Connection {
    let ledger = ready.ledger();
    ledger.execute_batch("DROP TRIGGER entries_stay; DROP TRIGGER entries_stand;").unwrap();
    ledger
}

#[test]
fn verify_finds_nothing_in_a_whole_instance() {
    let ready = Ready::with_records();
    expect_text(&ready, &["verify"], &["everything agrees", "5 held"]);
}

#[test]
fn i6_one_flipped_bit_in_a_body_is_found() {
    let ready = Ready::with_records();
    let [_, body] = ready.files_of(&ready.record(RECEIPT));
    let mut bytes = std::fs::read(&body).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&body, bytes).unwrap();
    expect_problem(&ready, &[], "verify.file-altered");
}

#[test]
fn i6_a_removed_header_is_found() {
    let ready = Ready::with_records();
    let [header, _] = ready.files_of(&ready.record(RECEIPT));
    std::fs::remove_file(header).unwrap();
    expect_problem(&ready, &[], "verify.file-missing");
}

#[test]
fn i6_a_changed_or_missing_fact_in_the_catalog_is_found() {
    let ready = Ready::with_records();
    ready.json(&["hold", "place", "--class", "receipts", "--reason", "監査", "--by", OFFICER]);
    for (change, code) in [
        ("UPDATE records SET name = 'receipts/2019-04/M1000001-x.csv' WHERE class = 'receipts'", "verify.fact-altered"),
        (
            "INSERT INTO due(row, class, day) SELECT row, class, '2020-01-01' FROM records WHERE class = 'minutes'",
            "verify.due-altered",
        ),
        ("UPDATE records SET class = 'minutes' WHERE class = 'receipts'", "verify.row-altered"),
        ("UPDATE dates SET date = '2011-04-30'", "verify.fact-altered"),
        ("DELETE FROM records WHERE class = 'access-logs'", "verify.row-missing"),
        ("UPDATE holds SET reason = '別件'", "verify.fact-altered"),
        ("DELETE FROM holds", "verify.hold-missing"),
    ] {
        let copy = ready.home().join("catalog");
        let live = ready.root().join("vault/catalog.db");
        ready.catalog().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        std::fs::copy(&live, &copy).unwrap();
        assert!(ready.catalog().execute(change, []).unwrap() > 0, "{change}");
        expect_problem(&ready, &[], code);
        ready.catalog().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        std::fs::copy(&copy, &live).unwrap();
    }
    ready.expect_verified();
}

#[test]
fn i6_a_replaced_or_removed_ledger_row_is_found() {
    for change in [
        "UPDATE entries SET bytes = (SELECT bytes FROM entries WHERE idx = 4) WHERE idx = 3",
        "UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'receipts', 'minutes') AS BLOB)",
        "DELETE FROM entries WHERE idx = 4",
    ] {
        let ready = Ready::with_records();
        unguarded(&ready).execute(change, []).unwrap();
        expect_problem(&ready, &[], "verify.ledger");
    }
}

#[test]
fn i6_a_cut_tail_is_found_with_a_checkpoint_kept_elsewhere() {
    let ready = Ready::with_records();
    let before = ready.ledger().query_row("SELECT count(*) FROM entries", [], |row| row.get::<_, i64>(0)).unwrap();
    ready.run("cp", &["-a", "vault", "earlier"]).expect_code(0);
    ready.json(&["hold", "place", "--class", "receipts", "--reason", "監査", "--by", OFFICER]);
    let newest = "SELECT text FROM checkpoints ORDER BY size DESC LIMIT 1";
    let checkpoint: String = ready.ledger().query_row(newest, [], |row| row.get(0)).unwrap();
    ready.write("checkpoint", checkpoint);
    ready.expect_verified();
    ready.json(&["verify", "--checkpoint", "checkpoint"]);
    ready.run("rm", &["-r", "vault"]).expect_code(0);
    ready.run("mv", &["earlier", "vault"]).expect_code(0);
    assert_eq!(ready.json(&["verify"])["entries"], before, "by itself the older copy is whole");
    expect_problem(&ready, &["--checkpoint", "checkpoint"], "verify.ledger");
}
