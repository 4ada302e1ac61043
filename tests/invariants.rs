//! The invariants of the design, each shown on the real program and carrying its number.
//!
//! In: an instance in working order. Out: what must never happen does not. The rule it keeps: a test attacks from where
//! an attacker or an accident would come (a lock, a forged plan, a file that cannot go), not through an inner door.
//! Crashes (I1, I3) and raw media are tests of their own.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::instances::*;

/// Writes a plan that names records whatever their state, exactly as hokan writes plans, and has it approved.
fn approved_forgery(ready: &Ready, paths: &[&str]) {
    let genuine: Value = ready.plan("genuine.json");
    assert!(genuine["records"].as_u64() > Some(0), "{genuine}");
    let genuine: Value = serde_json::from_str(&ready.read("genuine.json")).unwrap();
    let mut records: Vec<String> = paths.iter().map(|path| forged_item(ready, path, &genuine)).collect();
    records.sort_by_key(|item| item.split_once("\"record\":").unwrap().1.to_owned());
    let text = format!(
        r#"{{"day":{},"entries":{},"format":"hokan-plan/3","ledger":{},"made":{},"planner":{},"policy":{},"records":[{}],"root":{}}}"#,
        genuine["day"],
        genuine["entries"],
        genuine["ledger"],
        genuine["made"],
        genuine["planner"],
        genuine["policy"],
        records.join(","),
        genuine["root"]
    );
    ready.write("forged.json", text);
    for key in [ready.planner(), ready.approver()] {
        ready.json(&["sweep", "approve", "forged.json", "--key", &key]);
    }
}

fn forged_item(ready: &Ready, path: &str, genuine: &Value) -> String {
    let select = "SELECT class, header, id, rule FROM records WHERE name = ?1";
    let row = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
    let [class, header, record, rule]: [String; 4] = ready.catalog().query_row(select, [path], row).unwrap();
    if let Some(item) = genuine["records"].as_array().unwrap().iter().find(|item| item["record"] == *record) {
        return item.to_string();
    }
    let facts = "0".repeat(64);
    format!(
        r#"{{"class":"{class}","due":"2020-01-01","facts":"{facts}","header":"{header}","record":"{record}","rule":"{rule}"}}"#
    )
}

/// Runs a sweep that must destroy nothing, and returns the one reason given for the record of `path`.
#[track_caller]
fn refusal_of(ready: &Ready, path: &str, plan: &str) -> String {
    let record = ready.record(path);
    let swept = ready.json(&["sweep", "run", plan]);
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), 0, "{swept}");
    let why: Vec<String> =
        Ready::refusals(&swept).into_iter().filter(|(id, _)| *id == record).map(|(_, why)| why).collect();
    assert_eq!(why.len(), 1, "{swept}");
    why.into_iter().next().unwrap()
}

fn lock(database: Connection) -> Connection {
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    database
}

#[test]
fn i1_no_plaintext_goes_while_the_ledger_cannot_be_written() {
    let ready = Ready::new();
    ready.drop_in(RECEIPT, content(RECEIPT));
    let held = lock(ready.ledger());
    let refused = ready.hokan(&["take-in", "--yes"]).expect_code(75);
    assert!(refused.stderr.contains("ledger.db") && refused.stderr.contains("try again"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(ready.inbox(RECEIPT)).unwrap(), content(RECEIPT));
    drop(held);
    assert_eq!(ready.json(&["status"])["records"], 0);
    ready.take_in();
    assert!(!ready.inbox(RECEIPT).exists());
    ready.expect_held(&[RECEIPT]);
}

#[test]
fn i1_no_plaintext_goes_while_the_catalog_cannot_be_written() {
    let ready = Ready::new();
    ready.drop_in(RECEIPT, content(RECEIPT));
    let held = lock(ready.catalog());
    ready.hokan(&["take-in", "--yes"]).expect_code(75);
    assert_eq!(std::fs::read_to_string(ready.inbox(RECEIPT)).unwrap(), content(RECEIPT));
    drop(held);
    ready.take_in();
    ready.expect_held(&[RECEIPT]);
}

#[test]
fn i2_what_is_on_hold_is_not_destroyed_even_if_the_hold_came_after_the_approval() {
    let ready = Ready::with_approved_plan();
    let placed = ready.json(&["hold", "place", "--subject", "M1000001", "--reason", "再審査の請求", "--by", OFFICER]);
    let receipt = ready.record(RECEIPT);
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert!(Ready::refusals(&swept).contains(&(receipt.clone(), "on-hold".to_owned())), "{swept}");
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), 2, "the two others of the plan: {swept}");
    ready.expect_held(&[RECEIPT]);
    let hold = placed["hold"].as_str().unwrap();
    ready.hokan(&["hold", "release", hold, "--reason", "終結", "--by", OFFICER]).expect_code(0);
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    let stale = (receipt.clone(), "changed-since-plan".to_owned());
    assert!(Ready::refusals(&swept).contains(&stale), "approved before the hold: {swept}");
    ready.plan("after.json");
    ready.approve("after.json");
    let swept = ready.json(&["sweep", "run", "after.json"]);
    assert_eq!(swept["destroyed"], serde_json::json!([receipt]), "a released hold holds no longer");
    ready.expect_verified();
}

#[test]
fn i2_a_hold_on_a_class_covers_records_sealed_under_its_earlier_name() {
    let ready = Ready::with_records();
    ready.edit("policies/retention.yaml", "    - id: receipts\n", "    - id: fee-statements\n      was: [receipts]\n");
    ready.commit("Rename a class");
    ready.accept();
    ready.json(&["hold", "place", "--class", "fee-statements", "--reason", "監査", "--by", OFFICER]);
    approved_forgery(&ready, &[RECEIPT]);
    let record = ready.record(RECEIPT);
    let swept = ready.json(&["sweep", "run", "forged.json"]);
    assert!(Ready::refusals(&swept).contains(&(record, "on-hold".to_owned())), "{swept}");
    ready.expect_held(&[RECEIPT]);
}

#[test]
fn i2_an_approved_plan_destroys_nothing_that_is_not_due_or_lacks_its_date_or_is_permanent() {
    let ready = Ready::with_records();
    let today = ready.json(&["status"])["today"].as_str().unwrap().to_owned();
    let fresh = format!("requests/{today}/M1000003-開示請求書.pdf");
    ready.drop_in(&fresh, content(&fresh));
    ready.take_in();
    approved_forgery(&ready, &[&fresh, MINUTES, ELIGIBILITY]);
    assert_eq!(refusal_of(&ready, &fresh, "forged.json"), "not-due");
    assert_eq!(refusal_of(&ready, MINUTES, "forged.json"), "permanent");
    assert_eq!(refusal_of(&ready, ELIGIBILITY, "forged.json"), "waits-for-date");
    ready.expect_held(&[RECEIPT, PROVISION, LOG, MINUTES, ELIGIBILITY, &fresh]);
}

#[test]
fn i2_a_record_whose_class_the_policy_no_longer_knows_stays() {
    let ready = Ready::with_records();
    approved_forgery(&ready, &[LOG]);
    ready.edit("policies/retention.yaml", "- id: access-logs\n", "- id: access-records\n");
    ready.commit("Drop a class");
    ready.accept();
    assert_eq!(refusal_of(&ready, LOG, "forged.json"), "unknown-class");
    assert_eq!(ready.json(&["status"])["classes"]["access-logs"]["unknown-class"], 1);
    ready.expect_held(&ALL);
}

#[test]
fn i2_what_needs_approval_stays_without_it() {
    let ready = Ready::with_records();
    ready.plan("plan.json");
    for arguments in [&["sweep", "run"] as &[&str], &["sweep", "run", "plan.json"]] {
        let swept = ready.json(arguments);
        assert_eq!(swept["destroyed"].as_array().unwrap().len(), 0, "{swept}");
        let refusals = Ready::refusals(&swept);
        assert_eq!(refusals.len(), 3, "{swept}");
        assert!(refusals.iter().all(|(_, why)| why == "needs-approval"), "{swept}");
    }
    ready.expect_held(&ALL);
}

#[test]
fn i2_a_record_whose_plaintext_could_not_be_removed_stays_and_is_one_record_only() {
    let ready = Ready::new();
    ready.drop_in(RECEIPT, content(RECEIPT));
    let stuck = Immovable::new(&ready, RECEIPT);
    for _ in 0..2 {
        let taken = ready.json_with_code(&["take-in", "--yes"], 1);
        let why = taken["failed"][0]["why"].as_str().unwrap();
        assert!(why.contains("could not be removed") && why.contains("hokan take-in"), "{taken}");
        let status = ready.json(&["status"]);
        assert_eq!(status["paths"]["by-state"]["removal-pending"], 1, "{status}");
        assert_eq!(status["records"], 1, "{status}");
    }
    ready.drop_in(LOG, content(LOG));
    ready.json_with_code(&["take-in", "--yes"], 1);
    approved_forgery(&ready, &[RECEIPT]);
    assert_eq!(refusal_of(&ready, RECEIPT, "forged.json"), "removal-pending");
    drop(stuck);
    ready.take_in();
    assert!(!ready.inbox(RECEIPT).exists());
    assert_eq!(ready.entries_of("sealed"), 2);
    ready.expect_held(&[RECEIPT, LOG]);
}

/// A file that the file system lets nobody rename or remove, until dropped.
struct Immovable<'a>(&'a Ready, String);

impl Immovable<'_> {
    fn new<'a>(ready: &'a Ready, path: &str) -> Immovable<'a> {
        let path = ready.inbox(path).display().to_string();
        ready.run("chattr", &["+i", &path]).expect_code(0);
        Immovable(ready, path)
    }
}

impl Drop for Immovable<'_> {
    fn drop(&mut self) {
        self.0.run("chattr", &["-i", &self.1]);
    }
}

#[test]
fn i2_a_plan_changed_by_one_byte_is_refused() {
    let ready = Ready::with_approved_plan();
    let plan = ready.read("plan.json");
    ready.write("longer.json", format!("{plan} "));
    let refused = ready.hokan(&["sweep", "run", "longer.json"]).expect_code(1);
    assert!(refused.stderr.contains("sweep plan -o"), "{}", refused.stderr);
    let made = plan.find("\"made\":").unwrap() + 10;
    let digit = if plan.as_bytes()[made] == b'7' { "8" } else { "7" };
    ready.write("changed.json", [&plan[..made], digit, &plan[made + 1..]].concat());
    let refused = ready.hokan(&["sweep", "run", "changed.json"]).expect_code(1);
    assert!(refused.stderr.contains("plan.unsigned") && refused.stderr.contains("changed since"), "{}", refused.stderr);
    ready.expect_held(&ALL);
}

#[test]
fn i2_a_strangers_signature_is_refused() {
    let ready = Ready::with_records();
    ready.plan("plan.json");
    ready.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "stranger"]).expect_code(0);
    let by_key = ready.hokan(&["sweep", "approve", "plan.json", "--key", "stranger"]).expect_code(1);
    assert!(by_key.stderr.contains("may not sign this"), "{}", by_key.stderr);
    ready.run("ssh-keygen", &["-q", "-Y", "sign", "-n", "hokan-plan", "-f", "stranger", "plan.json"]).expect_code(0);
    ready.hokan(&["sweep", "approve", "plan.json", "--signature", "plan.json.sig"]).expect_code(1);
    assert_eq!(ready.entries_of("plan-approved"), 0);
    assert_eq!(refusal_of(&ready, RECEIPT, "plan.json"), "needs-approval");
    ready.expect_held(&[RECEIPT]);
}

#[test]
fn i2_the_signature_of_another_plan_or_purpose_is_refused() {
    let ready = Ready::with_records();
    ready.plan("first.json");
    ready.json(&["hold", "place", "--subject", "M1000001", "--reason", "監査", "--by", OFFICER]);
    ready.plan("second.json");
    for purpose in ["hokan-plan", "hokan-policy"] {
        let signed = if purpose == "hokan-plan" { "first.json" } else { "second.json" };
        ready.run("ssh-keygen", &["-q", "-Y", "sign", "-n", purpose, "-f", &ready.approver(), signed]).expect_code(0);
        let signature = format!("{signed}.sig");
        let refused = ready.hokan(&["sweep", "approve", "second.json", "--signature", &signature]).expect_code(1);
        let said = match purpose {
            "hokan-plan" => "not an approver's signature of these bytes",
            _ => "for the namespace `hokan-policy`, expected `hokan-plan`",
        };
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
    }
    ready.expect_held(&ALL);
}

#[test]
fn i4_no_identity_lies_in_the_instance_or_reaches_the_service() {
    let ready = Ready::with_approved_plan();
    ready.json(&["sweep", "run", "plan.json"]);
    let record = ready.record(MINUTES);
    assert_eq!(ready.opened(&record), content(MINUTES).into_bytes());
    let secret = std::fs::read(ready.identity()).unwrap();
    assert!(contains(&secret, b"AGE-SECRET-KEY-1"));
    let mut service = Running(ready.command(env!("CARGO_BIN_EXE_hokan"), &["run", "--yes"]).spawn().unwrap());
    ready.drop_in(RECEIPT, content(RECEIPT));
    until("the service has taken the file in", || (!ready.inbox(RECEIPT).exists()).then_some(()));
    let process = Path::new("/proc").join(service.0.id().to_string());
    let environment = std::fs::read(process.join("environ")).unwrap();
    assert!(!contains(&environment, b"AGE-SECRET-KEY"));
    for descriptor in std::fs::read_dir(process.join("fd")).unwrap() {
        let target = std::fs::read_link(descriptor.unwrap().path()).unwrap_or_default();
        assert!(!target.starts_with(ready.home()), "{}", target.display());
    }
    assert_eq!(service.terminate(), Some(0));
    for file in files_below(&ready.root()) {
        assert!(!contains(&std::fs::read(&file).unwrap(), b"AGE-SECRET-KEY"), "{}", file.display());
    }
}

#[test]
fn i4_each_opening_is_a_ledger_entry() {
    let ready = Ready::with_records();
    let record = ready.record(RECEIPT);
    ready.opened(&record);
    ready.opened(&record);
    assert_eq!(ready.entries_of("opened"), 2);
    ready.expect_verified();
}

/// Everything personal the test data holds.
const PERSONAL: [&str; 14] = [
    "M1000001",
    "M1000002",
    "診療",
    "事業主",
    "受付端末",
    "理事会",
    "資格取得",
    "2019-04",
    "2021-05-10",
    "2012-06-01",
    "2015-04-01",
    "山田花子",
    "係争",
    "本文",
];

#[test]
fn i5_the_ledger_holds_no_personal_data() {
    let ready = Ready::with_records();
    let place = ["hold", "place", "--subject", "M1000001", "--reason", "係争中", "--by", OFFICER];
    let hold = ready.json(&place)["hold"].as_str().unwrap().to_owned();
    let event = ["--event", "qualification-lost", "--date", "2015-04-01", "--by", OFFICER];
    ready.json(&[&["event", "add", "--subject", "M1000002"] as &[&str], &event].concat());
    ready.json(&["hold", "release", &hold, "--reason", "係争の終結", "--by", OFFICER]);
    ready.plan("plan.json");
    ready.approve("plan.json");
    let record = ready.record(MINUTES);
    ready.opened(&record);
    ready.json(&["sweep", "run", "plan.json"]);
    let entries = ready.entries();
    for entry in &entries {
        let found: Vec<&&str> = PERSONAL.iter().filter(|word| entry.contains(**word)).collect();
        assert!(found.is_empty(), "{found:?} in {entry}");
        assert!(!entry.contains("\\u"), "an escape could hide a word: {entry}");
    }
    for kind in ["sealed", "hold-placed", "event-added", "plan-approved", "opened", "destroyed", "swept"] {
        assert!(ready.entries_of(kind) > 0, "no entry `{kind}` was looked at");
    }
    let file = std::fs::read(ready.root().join("vault/ledger.db")).unwrap();
    assert!(PERSONAL.iter().all(|word| !contains(&file, word.as_bytes())));
}

#[test]
fn i5_nothing_of_a_destroyed_record_stays_in_the_catalog() {
    let ready = Ready::with_approved_plan();
    let words = ["M1000001", "-診療報酬明細書.csv", "受付端末", "-事業主提供記録"];
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), 3, "{swept}");
    for name in ["catalog.db", "catalog.db-wal", "catalog.db-journal"] {
        let bytes = std::fs::read(ready.root().join("vault").join(name)).unwrap_or_default();
        // The plan that was approved lists ids, classes and days, no names.
        let left: Vec<&&str> = words.iter().filter(|word| contains(&bytes, word.as_bytes())).collect();
        assert!(left.is_empty(), "{name} still holds {left:?}");
    }
    let bytes = std::fs::read(ready.root().join("vault/catalog.db")).unwrap();
    assert!(contains(&bytes, "理事会会議録".as_bytes()), "the search finds what is still held");
    ready.expect_held(&[MINUTES, ELIGIBILITY]);
}

#[test]
fn i7_every_path_is_in_exactly_one_state_and_the_sum_is_what_find_counts() {
    let ready = Ready::new();
    for path in
        ["memo.txt", "access-logs/2022-01/Thumbs.db", "README.md", "minutes/2999-01-01-未来.pdf", "a.csv.meta.yaml"]
    {
        ready.drop_in(path, "x");
    }
    ready.drop_in("minutes/2012-06-01-空.pdf", "");
    ready.drop_in("vouchers/2019/領収書.png", "x");
    std::os::unix::fs::symlink("/etc/hostname", ready.inbox("minutes/2012-06-02-link.pdf")).unwrap();
    ready.run("mkfifo", &["records/in/minutes/2012-06-03-fifo.pdf"]).expect_code(0);
    std::fs::hard_link(ready.inbox("memo.txt"), ready.inbox("memo-2.txt")).unwrap();
    ready.run("bash", &["-c", r"echo x > $'records/in/minutes/2012-06-04-\x97\x5c.pdf'"]).expect_code(0);
    ready.drop_in(RECEIPT, content(RECEIPT));
    // A repository and an instance in the wrong place, and a link of such a name.
    ready.drop_in("receipts/2019-04/.git/M1000009-明細.csv", "x");
    ready.drop_in("receipts/2019-04/.hokan/checking/x", "x");
    std::os::unix::fs::symlink("/etc", ready.inbox("minutes/.git")).unwrap();
    let find = "find records/in -path records/in/.git -prune -o -path records/in/.hokan -prune \
        -o -type d '(' -name .git -o -name .hokan ')' -printf x -prune -o ! -type d -printf x";
    for _ in 0..2 {
        let status = ready.json(&["status"]);
        let counted = ready.run("sh", &["-c", find]).expect_code(0).stdout.len() as u64;
        let states = status["paths"]["by-state"].as_object().unwrap();
        let sum: u64 = states.values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!((status["paths"]["found"].as_u64(), sum), (Some(counted), counted), "{status}");
        let listed: Vec<&Value> = status["not-taken"].as_array().unwrap().iter().map(|one| &one["path"]).collect();
        let distinct: std::collections::BTreeSet<String> = listed.iter().map(|path| path.to_string()).collect();
        assert_eq!(distinct.len(), listed.len(), "{status}");
        assert!(
            ["ignored", "waiting", "unclassified", "refused"].iter().all(|state| states[*state].as_u64() > Some(0)),
            "{status}"
        );
        ready.take_in();
    }
    ready.expect_held(&[RECEIPT]);
}

/// Returns the published files with their bytes.
fn published(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let public = root.join("public");
    let name = |path: &Path| path.strip_prefix(&public).unwrap().display().to_string();
    files_below(&public).iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

#[test]
fn i8_the_same_policy_gives_the_same_bytes_again_and_elsewhere() {
    let ready = Ready::new();
    ready.json(&["render"]);
    let first = published(&ready.root());
    assert!(first.keys().any(|path| path.ends_with(".pdf")) && first.keys().any(|path| path.ends_with(".html")));
    ready.json(&["render"]);
    let again = published(&ready.root());
    let other = ready.home().join("another place");
    ready.run("cp", &["-a", ".", &other.display().to_string()]).expect_code(0);
    std::fs::remove_dir_all(other.join("public")).unwrap();
    ready.hokan(&["--dir", &other.display().to_string(), "render"]).expect_code(0);
    let elsewhere = published(&other);
    for (path, bytes) in &first {
        assert!(again.get(path) == Some(bytes) && elsewhere.get(path) == Some(bytes), "{path} differs");
    }
    assert_eq!((first.len(), first.len()), (again.len(), elsewhere.len()));
}

#[test]
fn i9_every_page_and_notice_shows_the_policy_version() {
    let ready = Ready::with_approved_plan();
    let rendered = ready.json(&["render"]);
    let digest = &rendered["policy"]["digest"].as_str().unwrap()[..12];
    let commit = &rendered["policy"]["commit"].as_str().unwrap()[..12];
    ready.json(&["sweep", "run", "plan.json"]);
    ready.json(&["certificate", "-o", "certificates"]);
    let mut seen = 0;
    for file in
        files_below(&ready.root().join("public")).into_iter().chain(files_below(&ready.root().join("certificates")))
    {
        let path = file.display().to_string();
        let text = match file.extension().and_then(|extension| extension.to_str()) {
            Some("html") => std::fs::read_to_string(&file).unwrap(),
            Some("pdf") => ready.run("pdftotext", &[&path, "-"]).expect_code(0).stdout,
            _ => continue,
        };
        assert!(text.contains(commit), "{path} does not show {commit}:\n{text}");
        assert!(text.contains(digest) || !path.ends_with(".html"), "{path} does not name {digest}:\n{text}");
        seen += 1;
    }
    assert!(seen > 12, "only {seen} pages and notices");
}

#[test]
fn i9_a_published_period_is_the_enforced_one() {
    let ready = Ready::with_records();
    ready.edit("policies/retention.yaml", "keep: { for: P5Y, after: treated", "keep: { for: P9Y, after: treated");
    ready.commit("Keep receipts longer");
    ready.accept();
    ready.json(&["render"]);
    let page = ready.read("public/en/retention.html");
    assert!(page.contains("9 years") || page.contains("nine years"), "{page}");
    let shown = ready.json(&["records", "show", &ready.record(RECEIPT)]);
    assert_eq!(shown["records"][0]["due"], "2028-05-01", "{shown}");
}

/// Sweeps with an approved plan and expects a refusal of the whole sweep that names `word`.
#[track_caller]
fn expect_no_sweep(ready: &Ready, word: &str) {
    for arguments in [&["sweep"] as &[&str], &["sweep", "run"], &["sweep", "run", "plan.json"]] {
        let refused = ready.hokan(arguments).expect_code(1);
        assert!(refused.stderr.contains(word), "{} does not say `{word}`: {}", refused.command, refused.stderr);
    }
    assert_eq!((ready.entries_of("intent"), ready.entries_of("destroyed")), (0, 0));
}

#[test]
fn i10_a_broken_committed_policy_stops_the_sweep() {
    let ready = Ready::with_approved_plan();
    let whole = ready.read("policies/retention.yaml");
    ready.edit("policies/retention.yaml", "for: P5Y", "for: 5 yeers");
    ready.commit("Break the policy");
    expect_no_sweep(&ready, "5 yeers");
    ready.write("policies/retention.yaml", whole);
    ready.commit("Mend the policy");
    ready.expect_held(&ALL);
}

#[test]
fn i10_an_empty_policy_never_means_keep_nothing() {
    let ready = Ready::with_approved_plan();
    for file in files_below(&ready.root().join("policies")) {
        std::fs::write(file, "").unwrap();
    }
    ready.commit("Empty the policies");
    expect_no_sweep(&ready, "error");
    std::fs::remove_dir_all(ready.root().join("policies")).unwrap();
    ready.git(&["add", "--all", "."]);
    ready.commit_removal();
    expect_no_sweep(&ready, "error");
    let accept = ready.hokan(&["policy", "accept", "--key", &ready.approver()]);
    assert_eq!(accept.code, Some(1), "{}", accept.stderr);
    assert_eq!(ready.json(&["status"])["records"], 5);
}

#[test]
fn i10_a_committed_policy_file_that_cannot_be_read_stops_the_sweep() {
    let ready = Ready::with_approved_plan();
    std::os::unix::fs::symlink("retention.yaml", ready.root().join("policies/more.yaml")).unwrap();
    ready.commit("Add a link");
    expect_no_sweep(&ready, "policies/more.yaml");
    std::fs::remove_file(ready.root().join("policies/more.yaml")).unwrap();
    ready.write("policies/more.yaml", b"organization: { name: \x97\x5c }\n");
    ready.commit("Add what is no text");
    expect_no_sweep(&ready, "not UTF-8");
    assert_eq!(ready.json(&["status"])["records"], 5);
}

#[test]
fn i10_a_damaged_accepted_policy_stops_everything() {
    let ready = Ready::with_approved_plan();
    ready.catalog().execute("UPDATE policies SET bundle = zeroblob(16)", []).unwrap();
    expect_no_sweep(&ready, "damaged");
    ready.drop_in("minutes/2013-01-01-会議録.pdf", "x");
    ready.hokan(&["take-in", "--yes"]).expect_code(1);
    assert!(ready.inbox("minutes/2013-01-01-会議録.pdf").exists());
    ready.hokan(&["verify"]).expect_code(3);
}

#[test]
fn i13_a_commit_that_changes_only_texts_is_published_at_once() {
    let ready = Ready::new();
    ready.json(&["render"]);
    ready.edit(
        "policies/organization.yaml",
        "title: { ja: 法令の遵守, en: Compliance with the law }",
        "title: { ja: 法令等の遵守, en: Obeying the law }",
    );
    ready.json(&["render"]);
    assert!(!ready.read("public/en/privacy-policy.html").contains("Obeying the law"), "the work tree was published");
    let commit = ready.commit("Say it in other words");
    let rendered = ready.json(&["render"]);
    assert_eq!(rendered["policy"]["commit"], Value::from(commit.clone()));
    assert!(ready.read("public/en/privacy-policy.html").contains("Obeying the law"));
    assert_eq!(ready.json(&["status"])["policy"]["commit"], Value::from(commit));
    assert_eq!(ready.entries_of("policy-accepted"), 2);
    ready.edit("policies/organization.yaml", "en: Obeying the law", "en: Keeping to the law");
    ready.commit("Say it in other words again");
    ready.take_in();
    assert!(ready.read("public/en/privacy-policy.html").contains("Keeping to the law"), "take-in did not publish");
    ready.expect_verified();
}

#[test]
fn i13_a_commit_that_waits_for_a_person_keeps_records_longer_meanwhile() {
    let ready = Ready::with_approved_plan();
    ready.edit("policies/retention.yaml", "keep: { for: P5Y, after: treated", "keep: { for: P90Y, after: treated");
    ready.edit("policies/service.yaml", "records: 5000", "records: 6000");
    let commit = ready.commit("Keep receipts longer");
    let rendered = ready.json(&["render"]);
    assert_ne!(rendered["policy"]["commit"], Value::from(commit.clone()));
    assert!(!ready.read("public/en/retention.html").contains("90 years"));
    let status = ready.json(&["status"]);
    assert_eq!(status["waiting"]["commit"], Value::from(commit), "{status}");
    let (receipt, due) = (ready.record(RECEIPT), ready.json(&["records", "show", &ready.record(RECEIPT)]));
    assert_eq!(due["records"][0]["due"], "2024-05-01", "the accepted policy is in force: {due}");
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(Ready::refusals(&swept), [(receipt, "kept-by-waiting-policy".to_owned())]);
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), 2, "{swept}");
    ready.expect_held(&[RECEIPT]);
}

#[test]
fn i14_an_earlier_due_day_needs_an_approvers_signature() {
    let ready = Ready::with_records();
    ready.edit("policies/retention.yaml", "keep: permanent", "keep: { for: P1Y, after: made }");
    ready.commit("Keep minutes for a year");
    ready.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "stranger"]).expect_code(0);
    ready.hokan(&["policy", "accept", "--key", "stranger"]).expect_code(1);
    ready.take_in();
    assert_eq!(ready.json(&["status"])["classes"]["minutes"]["permanent"], 1);
    ready.write("message", ready.hokan(&["policy", "message"]).expect_code(0).stdout);
    ready
        .run("ssh-keygen", &["-q", "-Y", "sign", "-n", "hokan-policy", "-f", &ready.approver(), "message"])
        .expect_code(0);
    ready.hokan(&["policy", "accept", "--signature", "message.sig"]).expect_code(0);
    assert_eq!(ready.json(&["status"])["classes"]["minutes"]["review"], 1);
    ready.expect_verified();
}

#[test]
fn i14_a_signature_lets_a_policy_in_once() {
    let ready = Ready::with_records();
    let sign = || {
        ready.write("message", ready.hokan(&["policy", "message"]).expect_code(0).stdout);
        let _ = std::fs::remove_file(ready.root().join("message.sig"));
        let sign = ["-q", "-Y", "sign", "-n", "hokan-policy", "-f", &ready.approver(), "message"];
        ready.run("ssh-keygen", &sign).expect_code(0);
    };
    ready.edit("policies/retention.yaml", "keep: permanent", "keep: { for: P9Y, after: made }");
    ready.commit("Keep minutes for nine years");
    sign();
    ready.hokan(&["policy", "accept", "--signature", "message.sig"]).expect_code(0);
    let first = ready.read("message.sig");
    ready.edit("policies/retention.yaml", "keep: { for: P9Y, after: made }", "keep: permanent");
    ready.commit("Keep minutes for ever");
    ready.take_in();
    ready.edit("policies/retention.yaml", "keep: permanent", "keep: { for: P9Y, after: made }");
    ready.commit("Keep minutes for nine years again");
    ready.write("message.sig", first);
    let ran = ready.hokan(&["policy", "accept", "--signature", "message.sig"]).expect_code(1);
    assert!(ran.stderr.contains("error[approval.refused]"), "{}", ran.stderr);
    sign();
    ready.hokan(&["policy", "accept", "--signature", "message.sig"]).expect_code(0);
    ready.expect_verified();
}

#[test]
fn i14_policies_taken_out_of_the_catalog_do_not_make_room_for_anybodys_key() {
    let ready = Ready::with_records();
    let catalog = ready.catalog();
    assert!(catalog.execute("DELETE FROM policies", []).unwrap() > 0);
    ready.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "stranger"]).expect_code(0);
    ready.edit("policies/retention.yaml", "keep: permanent", "keep: { for: P1Y, after: made }");
    ready.commit("Keep minutes for a year");
    for verb in [&["policy", "accept", "--key", "stranger"][..], &["sweep", "run"], &["render"], &["status"]] {
        let ran = ready.hokan(verb);
        assert_ne!(ran.code, Some(0), "{verb:?}");
        assert!(ran.stderr.contains("policy.altered"), "{verb:?}: {}", ran.stderr);
    }
    let found = ready.json_with_code(&["verify"], 3);
    assert!(found["problems"].to_string().contains("verify.policy-altered"), "{found}");
}
