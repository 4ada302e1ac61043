//! Which policies come into force by themselves, and which wait for a person (I13, I14).
//!
//! In: an instance with records, and commits. Out: accepted or waiting, with the reasons. The rule it keeps: what is
//! decided is the effect on the records that are held and on what people answer for, wherever it stands in the files.

use hokan::Digest;
use hokan::ledger::{Entry, LedgerKey, What};
use hokan::store::{Store, Version};
use serde_json::Value;

use crate::instances::*;

const RETENTION: &str = "policies/retention.yaml";
const RECEIPTS: &str = "keep: { for: P5Y, after: treated";
const OF_REQUESTS: (&str, &str) = (
    "pdf\"]\n      recipients: [benefits]\n      keep: { for: P5Y, after: completed, starting: next-day }",
    "pdf\"]\n      recipients: [benefits]\n      keep: { for: P3Y, after: completed, starting: next-day }",
);
const A_TITLE: &str = "Medical fee statements and the like";

/// Returns why what waits needs an approver, each reason as `need` or `need item`; nothing where nothing waits.
#[track_caller]
fn needs(ready: &Ready) -> Option<Vec<String>> {
    let status = ready.json(&["policy", "status"]);
    let waiting = status["waiting"].as_object()?;
    let reason = |need: &Value| {
        let what = need.get("item").or(need.get("class")).and_then(Value::as_str).unwrap_or_default();
        format!("{} {what}", need["need"].as_str().unwrap()).trim().to_owned()
    };
    let needs: Vec<String> = waiting["needs"].as_array().unwrap().iter().map(reason).collect();
    assert_eq!(waiting["needs-approver"], Value::from(!needs.is_empty()), "{status}");
    Some(needs)
}

/// What waits needs an approver for these reasons: neither hokan nor a command without a key accepts it.
#[track_caller]
fn waits(ready: &Ready, reasons: &[&str]) {
    assert_eq!(
        needs(ready).as_deref(),
        Some(reasons.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>().as_slice())
    );
    let in_force = ready.json(&["status"])["policy"].clone();
    ready.take_in();
    assert_eq!(ready.json(&["status"])["policy"], in_force);
    let refused = ready.hokan(&["policy", "accept"]).expect_code(1);
    assert!(refused.stderr.contains("policy.needs-approver"), "{refused:?}");
    assert_eq!(ready.json(&["status"])["policy"], in_force);
}

/// The next take-in accepts what waits, by nobody.
#[track_caller]
fn comes_by_itself(ready: &Ready, commit: &str) {
    assert_eq!(needs(ready), Some(Vec::new()));
    ready.take_in();
    assert_eq!(ready.json(&["status"])["policy"]["commit"], Value::from(commit));
    assert!(ready.entries().last().unwrap().contains(r#""by":[]"#), "{:?}", ready.entries().last());
    assert_eq!(needs(ready), None);
}

#[test]
fn i14_a_longer_period_needs_nobody_and_moves_the_due_days() {
    let ready = Ready::with_records();
    ready.edit(RETENTION, RECEIPTS, "keep: { for: P7Y, after: treated");
    ready.edit(RETENTION, A_TITLE, "Statements of fees");
    let commit = ready.commit("Keep receipts longer, and call them otherwise");
    comes_by_itself(&ready, &commit);
    let shown = ready.json(&["records", "show", &ready.record(RECEIPT)]);
    assert_eq!(shown["records"][0]["due"], "2026-05-01", "{shown}");
    ready.expect_verified();
}

#[test]
fn i14_a_shorter_period_waits_where_records_are_held_and_only_there() {
    let ready = Ready::with_records();
    ready.edit(RETENTION, OF_REQUESTS.0, OF_REQUESTS.1);
    let commit = ready.commit("Keep shorter what nothing is held of");
    comes_by_itself(&ready, &commit);
    ready.edit(RETENTION, RECEIPTS, "keep: { for: P4Y, after: treated");
    ready.commit("Keep receipts shorter");
    waits(&ready, &["earlier receipts"]);
    let accepted = ready.accept().stdout;
    assert!(accepted.contains("accepted") && accepted.contains("1 record has another due day"), "{accepted}");
    assert_eq!(needs(&ready), None);
    ready.expect_verified();
}

#[test]
fn i14_a_leg_whose_event_has_not_come_waits_although_no_day_moves() {
    let ready = Ready::with_records();
    let earlier = "keep:\n        earlier-of:\n          - { for: P5Y, after: treated, starting: month-end }\n          - { for: P6Y, after: moved-to-other-insurer, starting: next-day }";
    ready.edit(RETENTION, "keep: { for: P5Y, after: treated, starting: month-end }", earlier);
    ready.commit("Let receipts go when somebody moves");
    waits(&ready, &["earlier receipts"]);
    let moves = ready.json(&["diff", "HEAD~1", "HEAD"]);
    let all = &moves["records"]["all"];
    assert_eq!((&all["earlier"], &all["may-be-earlier"]), (&0.into(), &1.into()), "{moves:#}");
    ready.accept();
    // To take the leg away again can only be later.
    ready.edit(RETENTION, earlier, "keep: { for: P5Y, after: treated, starting: month-end }");
    let commit = ready.commit("Keep receipts as before");
    comes_by_itself(&ready, &commit);
}

#[test]
fn i14_what_people_answer_for_waits_whatever_else_the_commit_does() {
    let ready = Ready::with_records();
    ready.edit(RETENTION, "disposal: { review: one", "disposal: { review: none");
    ready.edit(RETENTION, RECEIPTS, "keep: { for: P90Y, after: treated");
    ready.edit("policies/service.yaml", "records: 5000", "records: 6000");
    ready.commit("Ask nobody, keep longer, raise the limit");
    waits(&ready, &["touches retention.receipts.disposal.review", "touches service.sweep-at-most"]);
    ready.accept();
    ready.edit("policies/service.yaml", "schedule: \"0 3 * * *\"", "schedule: \"0 4 * * *\"");
    let commit = ready.commit("Sweep an hour later");
    comes_by_itself(&ready, &commit);
}

#[test]
fn i14_a_class_that_is_taken_out_and_brought_back_keeps_its_review() {
    let ready = Ready::with_records();
    let text = ready.read(RETENTION);
    let stanza = |text: &str| {
        let begin = text.find("    - id: receipts\n").unwrap();
        let rest = &text[begin + 1..];
        begin..begin + 1 + rest.find("\n    - id: ").map_or(rest.len(), |end| end + 1)
    };
    let (mut without, mut back) = (text.clone(), text.clone());
    without.replace_range(stanza(&text), "");
    ready.write(RETENTION, &without);
    let commit = ready.commit("Take receipts out");
    comes_by_itself(&ready, &commit);
    let changed = text[stanza(&text)].replace("review: one", "review: none").replace("for: P5Y", "for: P50Y");
    back.replace_range(stanza(&text), &changed);
    assert_ne!(back, text);
    ready.write(RETENTION, &back);
    ready.commit("Bring receipts back, and ask nobody");
    waits(&ready, &["taken-up receipts", "earlier receipts"]);
}

#[test]
fn i13_an_older_version_put_back_waits_although_its_effect_is_none() {
    let ready = Ready::with_records();
    ready.edit(RETENTION, A_TITLE, "Statements of fees");
    let commit = ready.commit("Call them otherwise");
    comes_by_itself(&ready, &commit);
    ready.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    waits(&ready, &["history"]);
    // A revert says the same, but carries on.
    ready.git(&["reset", "--quiet", "--hard", &commit]);
    ready.git(&["-c", "core.hooksPath=/dev/null", "revert", "--no-edit", "HEAD"]);
    comes_by_itself(&ready, ready.git(&["rev-parse", "HEAD"]).stdout.trim());
    // What was reverted is older, although a commit before it says what is in force now.
    ready.git(&["checkout", "--quiet", "--detach", &commit]);
    waits(&ready, &["history"]);
}

#[test]
fn i13_a_rewritten_history_that_holds_the_accepted_policy_goes_on() {
    let ready = Ready::with_records();
    ready.edit(RETENTION, A_TITLE, "Statements of fees");
    let commit = ready.commit("Call them otherwise");
    comes_by_itself(&ready, &commit);
    // Another commit with the same policy is the same version.
    ready.git(&["commit", "--quiet", "--amend", "--no-verify", "--message", "In better words"]);
    assert_eq!(needs(&ready), None);
    ready.edit(RETENTION, "Statements of fees", "Fee statements");
    let commit = ready.commit("Shorter");
    comes_by_itself(&ready, &commit);
    // A branch that was merged carries on from both of its sides.
    ready.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    ready.edit("policies/organization.yaml", "en: Compliance with the law", "en: Obeying the law");
    ready.commit("Say it in other words");
    waits(&ready, &["history"]);
    ready.git(&["checkout", "--quiet", "-"]);
    ready.git(&["-c", "core.hooksPath=/dev/null", "merge", "--quiet", "--no-ff", "--no-verify", "--no-edit", "side"]);
    comes_by_itself(&ready, ready.git(&["rev-parse", "HEAD"]).stdout.trim());
    // Work that was never based on what is in force does not.
    ready.git(&["checkout", "--quiet", "--orphan", "elsewhere"]);
    ready.edit(RETENTION, "Fee statements", "Fees");
    ready.commit("Begin anew");
    waits(&ready, &["history"]);
    ready.accept();
    assert_eq!(needs(&ready), None);
}

#[test]
fn a_person_may_accept_without_a_key_what_needs_none() {
    let ready = Ready::with_records();
    ready.edit(RETENTION, RECEIPTS, "keep: { for: P6Y, after: treated");
    let commit = ready.commit("Keep receipts longer");
    let accepted = ready.json(&["policy", "accept"]);
    assert_eq!((&accepted["by"], &accepted["moved"]), (&Value::Null, &1.into()), "{accepted}");
    assert_eq!(accepted["policy"]["commit"], Value::from(commit));
    ready.expect_verified();
}

/// Puts the committed policy in force as a program did that knew fewer checks.
fn accepted_by_an_older_program(ready: &Ready, commit: &str) {
    let vault = ready.root().join("vault");
    let files: std::collections::BTreeMap<String, Vec<u8>> = ["policies", "templates"]
        .iter()
        .flat_map(|part| files_below(&ready.root().join(part)))
        .map(|path| (path.strip_prefix(ready.root()).unwrap().display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    let lines: String = files.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect();
    let of_length = |bytes: &[u8]| [&(bytes.len() as u64).to_be_bytes()[..], bytes].concat();
    let packed: Vec<u8> =
        files.iter().flat_map(|(path, bytes)| [of_length(path.as_bytes()), of_length(bytes)].concat()).collect();
    let version = Version { digest: Digest::of(lines.as_bytes()), commit: Some(commit.to_owned()) };
    let key = LedgerKey::from_seed(&std::fs::read(vault.join("key.ed25519")).unwrap().try_into().unwrap());
    let (mut store, enforced) = (Store::open(&vault).unwrap(), Digest::of(b"what it enforces"));
    let pending = store.write_pending().unwrap();
    pending.add_policy(&version, enforced, &packed, &serde_json::json!([])).unwrap();
    pending.commit().unwrap();
    let at = hokan::host::Host::machine().now();
    let what = What::PolicyAccepted { commit: version.commit, policy: version.digest, enforced, by: Vec::new() };
    let mut writing = store.write().unwrap();
    let entry = writing.append(&Entry { at, what }).unwrap();
    writing.policy_accepted(version.digest, entry).unwrap();
    writing.commit(&key).unwrap();
}

#[test]
fn i13_an_accepted_policy_in_which_newer_checks_find_faults_stays_in_force_and_the_next_commit_mends_them() {
    let ready = Ready::with_records();
    let service = ready.read("policies/service.yaml");
    let key = service.split("key: ").nth(1).and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next()).unwrap();
    let other = if key.ends_with('q') { 'p' } else { 'q' };
    let broken = format!("{}{other}", &key[..key.len() - 1]);
    assert_ne!(key, broken);
    ready.edit("policies/service.yaml", key, &broken);
    ready.write("policies/decisions.yaml", "rules: { period.of-yesterday: note }\n");
    let commit = ready.commit("Let a wrong letter and a rule that was taken back pass");
    accepted_by_an_older_program(&ready, &commit);
    assert!(ready.hokan(&["check"]).expect_code(1).stderr.contains("service.recipient-key"));
    assert_eq!(ready.json(&["status"])["policy"]["commit"], Value::from(commit));
    let doctor = ready.hokan(&["doctor"]).stdout;
    assert!(doctor.contains("this version finds 2 errors in the policy in force"), "{doctor}");
    ready.plan("plan.json");
    ready.approve("plan.json");
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(swept["destroyed"].as_array().map(Vec::len), Some(3), "{swept}");
    ready.json(&["certificate"]);
    ready.expect_verified();
    ready.edit("policies/service.yaml", &broken, key);
    ready.write("policies/decisions.yaml", "rules: {}\n");
    ready.commit("Mend both");
    ready.accept();
    ready.hokan(&["check"]).expect_code(0);
}

#[test]
fn i2_a_class_under_a_hold_keeps_each_of_its_names_and_nobody_can_accept_otherwise() {
    let ready = Ready::with_records();
    ready.edit(RETENTION, "id: access-logs\n", "id: logs\n      was: [access-logs]\n");
    ready.commit("Call them logs");
    ready.take_in();
    let placed = ready.json(&["hold", "place", "--class", "logs", "--reason", "監査", "--by", OFFICER]);
    assert_eq!(placed["covers"], 1);
    ready.edit(RETENTION, "id: logs\n", "id: journal\n");
    ready.commit("Call them otherwise, and forget the name between");
    let expected = ["hold logs"];
    assert_eq!(needs(&ready).as_deref(), Some(&expected.map(str::to_owned)[..]));
    for how in [&["policy", "accept"][..], &["policy", "accept", "--key", &ready.approver()]] {
        let refused = ready.hokan(how).expect_code(1);
        assert!(refused.stderr.contains("policy.hold") && refused.stderr.contains("name `logs`"), "{refused:?}");
    }
    ready.edit(RETENTION, "was: [access-logs]", "was: [access-logs, logs]");
    let commit = ready.commit("Remember it");
    comes_by_itself(&ready, &commit);
    let shown = ready.json(&["hold", "show", placed["hold"].as_str().unwrap()]);
    assert_eq!(shown["covers"].as_array().map(Vec::len), Some(1), "{shown}");
}

#[test]
fn i14_a_law_that_stands_against_early_destruction_is_not_taken_out_by_nobody() {
    let ready = Ready::with_records();
    let authority = "authority: { topic: elderly-care.specific-checkups }";
    ready.edit(RETENTION, authority, "authority: { own-rule: { ja: 規程, en: Our own rule } }");
    ready.commit("Rest checkups on a rule of our own");
    waits(&ready, &["touches retention.checkups.authority"]);
}

#[test]
fn i14_while_a_stricter_review_or_a_lower_limit_waits_nothing_goes_by_rule_that_it_would_stop() {
    let ready = Ready::new();
    let (path, days) = ready.due_soon();
    // A clock that jumps by more than forty days is not believed.
    let by_rule = |days: &[u32]| {
        let mut destroyed = 0;
        for days in days {
            let then = hokan::host::Host::machine().now().plus_days(i64::from(*days));
            let host = hokan::host::Host::fixed(then, u64::from(*days));
            let instance = hokan::engine::Instance::open(&ready.root(), host).unwrap();
            destroyed = hokan::engine::run_sweep(&instance, None).unwrap().destroyed.len();
        }
        destroyed
    };
    let class = path.split('/').next().unwrap().to_owned();
    let text = ready.read(RETENTION);
    let at = text.find(&format!("id: {class}\n")).unwrap();
    let (before, after) = text.split_at(at);
    ready.write(RETENTION, format!("{before}{}", after.replacen("review: none", "review: one", 1)));
    ready.commit("Let somebody look first");
    assert_eq!(needs(&ready), Some(vec![format!("touches retention.{class}.disposal.review")]));
    assert_eq!(by_rule(&[days / 2, days]), 0);
    ready.write(RETENTION, text);
    ready.commit("As it was");
    assert_eq!(by_rule(&[days]), 1);
}
