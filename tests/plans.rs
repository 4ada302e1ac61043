//! Plans: who signs, what makes them void, and every way in which one is refused.
//!
//! In: an instance with due records, keys, an SSH agent. Out: what an approved plan lists goes, and nothing else ever
//! does. The rule it keeps: every refusal names what was found and the next step, and the records are still there.

use std::process::Stdio;

use hokan::host::Host;
use serde_json::Value;

use crate::instances::*;

/// Makes another person's key and returns its path.
fn key(ready: &Ready, name: &str, passphrase: &str) -> String {
    let path = ready.home().join(name).display().to_string();
    ready.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", &path]).expect_code(0);
    path
}

/// Lets the key at `path` approve, beside the approver there is.
fn second_approver(ready: &Ready, path: &str) {
    let public = std::fs::read_to_string(format!("{path}.pub")).unwrap();
    let public = public.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let line = format!("  approvers:\n    - {{ name: 監事, key: \"{public}\" }}\n");
    ready.edit("policies/service.yaml", "  approvers:\n", &line);
    ready.commit("Add an approver");
    ready.accept();
}

/// Runs hokan, expects a refusal that says all of `words`, and that nothing was destroyed.
#[track_caller]
fn refused(ready: &Ready, arguments: &[&str], words: &[&str]) {
    let ran = ready.hokan(arguments).expect_code(1);
    for word in words {
        assert!(ran.stderr.contains(word), "{} does not say `{word}`:\n{}", ran.command, ran.stderr);
    }
    assert_eq!(ready.entries_of("intent"), 0);
}

fn reasons(swept: &Value) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Ready::refusals(swept);
    found.sort();
    found
}

#[test]
fn i3_what_is_hindered_in_several_sweeps_is_destroyed_once_and_certified_once() {
    let ready = Ready::with_records();
    let plan = "plan.json";
    ready.plan(plan);
    ready.approve(plan);
    // A copy of its header that was never published lies in the way.
    let log = ready.record(LOG);
    let [header, _] = ready.files_of(&log);
    let hindrance = ready.root().join("vault/headers/incoming").join(header.file_name().unwrap());
    std::fs::copy(&header, &hindrance).unwrap();
    let first = ready.json_with_code(&["sweep", "run", plan], 4);
    let (planned, intents) = (first["destroyed"].as_array().unwrap().len() + 1, ready.entries_of("intent"));
    assert!(planned > 1 && intents == planned as i64, "{first}");
    for arguments in [&["sweep", "run", plan][..], &["sweep", "run"]] {
        let hindered = ready.json_with_code(arguments, 4);
        assert_eq!(hindered["failed"].as_array().unwrap().len(), 1, "{hindered}");
        assert_eq!(ready.entries_of("intent"), intents, "{hindered}");
    }
    let told = ready.json_with_code(&["sweep", "run", plan], 4);
    assert!(reasons(&told).contains(&(log.clone(), "begun".to_owned())), "{told}");
    std::fs::remove_file(&hindrance).unwrap();
    ready.json(&["sweep", "run", plan]);
    assert_eq!((ready.entries_of("intent"), ready.entries_of("destroyed")), (intents, intents));
    assert_eq!(ready.entries_of("swept"), 1);
    ready.expect_verified();
}

#[test]
fn i3_a_header_aside_that_a_backup_brought_back_does_not_keep_its_record() {
    let ready = Ready::with_records();
    let plan = "plan.json";
    ready.plan(plan);
    ready.approve(plan);
    let [header, _] = ready.files_of(&ready.record(LOG));
    let aside = header.with_file_name(format!("{}.new", header.file_name().unwrap().to_str().unwrap()));
    std::fs::write(&aside, "age-encryption.org/v1\n-> X25519 x\n--- x\n").unwrap();
    ready.json(&["sweep", "run", plan]);
    assert!(!header.exists() && !aside.exists());
    ready.expect_verified();
}

#[test]
fn an_approved_plan_destroys_exactly_what_it_lists() {
    let ready = Ready::with_records();
    let planner = ready.planner();
    ready.json(&["sweep", "plan", "--no-pdf", "-o", "logs.json", "--class", "access-logs", "--key", &planner]);
    ready.approve("logs.json");
    let log = ready.record(LOG);
    let swept = ready.json(&["sweep", "run", "logs.json"]);
    assert_eq!(swept["destroyed"], serde_json::json!([log]), "{swept}");
    assert_eq!(swept["refused"], serde_json::json!([]), "what the plan does not list is not looked at: {swept}");
    ready.expect_held(&[RECEIPT, PROVISION, MINUTES, ELIGIBILITY]);
    ready.expect_verified();
}

#[test]
fn a_planner_is_named_and_by_no_approvers_name() {
    let ready = Ready::with_records();
    let approver = "佐伯 由紀子 (Yukiko Saeki)";
    let other = "whose key is another than the planner's";
    let alike = "佐伯　由紀子（YUKIKO Saeki）";
    for (by, said) in [(" ", "nobody is named as the planner"), (approver, other), (alike, other)] {
        let plan = ["sweep", "plan", "--no-pdf", "-o", "plan.json", "--key", &ready.planner(), "--by", by];
        refused(&ready, &plan, &["plan.planner", said, "--by NAME"]);
    }
    assert_eq!(ready.entries_of("plan-made"), 0);
}

#[test]
fn a_planner_approving_the_own_plan_is_refused() {
    let ready = Ready::with_records();
    let approver = ready.approver();
    let planned = ready.json(&["sweep", "plan", "--no-pdf", "-o", "plan.json", "--key", &approver]);
    assert_eq!((&planned["signed"], &planned["records"]), (&true.into(), &3.into()), "{planned}");
    refused(
        &ready,
        &["sweep", "approve", "plan.json", "--key", &approver],
        &["approval.planner", "count the keys of others", "have another approver sign it"],
    );
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert!(reasons(&swept).iter().all(|(_, why)| why == "needs-approval"), "{swept}");
    let detail = swept["refused"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("has 0"), "the planner's own signature is no approval: {detail}");
    ready.expect_held(&ALL);
}

#[test]
fn two_approvals_by_one_key_count_once_and_the_second_is_refused() {
    let ready = Ready::with_records();
    ready.edit("policies/retention.yaml", "review: one", "review: two");
    let second = key(&ready, "second", "");
    second_approver(&ready, &second);
    ready.plan("plan.json");
    let approved = ready.approve("plan.json");
    assert_eq!((&approved["approvals"], &approved["needed"]), (&1.into(), &2.into()), "{approved}");
    let approver = ready.approver();
    refused(
        &ready,
        &["sweep", "approve", "plan.json", "--key", &approver],
        &["approval.again", "one key counts once", "another approver's key"],
    );
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    let two = ready.record(RECEIPT);
    assert!(reasons(&swept).contains(&(two, "needs-approval".into())), "{swept}");
    let approved = ready.json(&["sweep", "approve", "plan.json", "--key", &second]);
    assert_eq!((&approved["approvals"], &approved["as"]), (&2.into(), &"approver".into()), "{approved}");
    ready.json(&["sweep", "run", "plan.json"]);
    ready.expect_held(&[MINUTES, ELIGIBILITY]);
    ready.expect_verified();
}

#[test]
fn an_unsigned_plan_is_refused_by_approval_and_by_the_sweep() {
    let ready = Ready::with_records();
    let (public, approver) = (format!("{}.pub", ready.planner()), ready.approver());
    let planned = ready.json(&["sweep", "plan", "--no-pdf", "-o", "plan.json", "--planner", &public, "--by", OFFICER]);
    assert_eq!((&planned["signed"], &planned["planner"]), (&false.into(), &OFFICER.into()), "{planned}");
    let words = ["plan.unsigned", "nobody signed this plan", OFFICER, "ssh-keygen -Y sign -n hokan-plan"];
    refused(&ready, &["sweep", "approve", "plan.json", "--key", &approver], &words);
    refused(&ready, &["sweep", "run", "plan.json"], &words);
    let sign = ["-q", "-Y", "sign", "-n", "hokan-plan", "-f", &ready.planner(), "plan.json"];
    ready.run("ssh-keygen", &sign).expect_code(0);
    let signed = ready.json(&["sweep", "approve", "plan.json", "--signature", "plan.json.sig"]);
    assert_eq!((&signed["as"], &signed["approvals"]), (&"planner".into(), &0.into()), "{signed}");
    ready.approve("plan.json");
    ready.json(&["sweep", "run", "plan.json"]);
    ready.expect_held(&[MINUTES, ELIGIBILITY]);
}

#[test]
fn an_altered_plan_is_refused_though_every_byte_is_one_hokan_would_write() {
    let ready = Ready::with_approved_plan();
    let plan = ready.read("plan.json");
    let mut altered: Value = serde_json::from_str(&plan).unwrap();
    altered["records"].as_array_mut().unwrap().pop();
    ready.write("altered.json", altered.to_string());
    let approver = ready.approver();
    refused(&ready, &["sweep", "run", "altered.json"], &["plan.unsigned", "changed since"]);
    refused(&ready, &["sweep", "approve", "altered.json", "--key", &approver], &["plan.unsigned"]);
    ready.expect_held(&ALL);
}

#[test]
fn a_stale_plan_is_refused_record_by_record() {
    let ready = Ready::with_approved_plan();
    let [receipt, provision, log] = [RECEIPT, PROVISION, LOG].map(|path| ready.record(path));
    ready.edit("policies/retention.yaml", "for: P5Y, after: treated", "for: P4Y, after: treated");
    ready.commit("Shorten a period");
    ready.accept();
    let place = ["hold", "place", "--record", &provision, "--reason", "監査", "--by", OFFICER];
    let hold = ready.json(&place)["hold"].as_str().unwrap().to_owned();
    ready.json(&["hold", "release", &hold, "--reason", "終結", "--by", OFFICER]);
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(swept["destroyed"], serde_json::json!([log]), "{swept}");
    let mut expected = vec![(receipt, "changed-since-plan".to_owned()), (provision, "changed-since-plan".to_owned())];
    expected.sort();
    assert_eq!(reasons(&swept), expected);
    let text = ready.hokan(&["sweep", "run", "plan.json"]).expect_code(0).stdout;
    for word in ["its rule changed", "a hold on it was placed and released", "make a new plan", "destroyed already"] {
        assert!(text.contains(word), "{text}");
    }
    let planner = ready.planner();
    let refused = ready.hokan(&["sweep", "approve", "plan.json", "--key", &planner]).expect_code(1);
    assert!(refused.stderr.contains("approval.planner"), "{}", refused.stderr);
    ready.expect_held(&[RECEIPT, PROVISION, MINUTES, ELIGIBILITY]);
}

#[test]
fn i2_an_event_taken_back_and_stated_anew_makes_the_approval_void() {
    let ready = Ready::with_records();
    let person = |ready: &Ready| {
        let shown = ready.json(&["records", "show", &ready.record(ELIGIBILITY)]);
        shown["records"][0]["subjects"][0].as_str().unwrap().to_owned()
    };
    let whom = person(&ready);
    let state = ["event", "add", "--subject", &whom, "--event", "qualification-lost", "--date", "2015-03-31"];
    let entry = ready.json(&state)["entries"][0].to_string();
    ready.plan("plan.json");
    ready.approve("plan.json");
    let eligibility = ready.record(ELIGIBILITY);
    ready.json(&["event", "withdraw", &entry, "--reason", "別の人", "--by", OFFICER]);
    ready.json(&state);
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(reasons(&swept), [(eligibility, "changed-since-plan".to_owned())], "{swept}");
    ready.expect_held(&[MINUTES, ELIGIBILITY]);
    ready.expect_verified();
}

#[test]
fn i2_a_rule_made_longer_and_shorter_again_makes_the_approval_void_for_its_class_and_for_no_other() {
    let ready = Ready::with_approved_plan();
    let receipt = ready.record(RECEIPT);
    // One more year lets nothing go earlier, so the sweep accepts it by itself; the record is still due.
    ready.edit("policies/retention.yaml", "for: P5Y, after: treated", "for: P6Y, after: treated");
    ready.commit("Keep receipts longer");
    ready.take_in();
    ready.git(&["revert", "--no-edit", "--quiet", "HEAD"]);
    let before = ready.json(&["policy", "status"])["policy"]["commit"].clone();
    ready.accept();
    assert_ne!(ready.json(&["policy", "status"])["policy"]["commit"], before, "the longer rule was in force");
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(reasons(&swept), [(receipt, "changed-since-plan".to_owned())], "{swept}");
    assert!(ready.find(PROVISION).is_none() && ready.find(LOG).is_none(), "what did not change goes");
    ready.plan("again.json");
    ready.approve("again.json");
    assert_eq!(ready.json(&["sweep", "run", "again.json"])["destroyed"].as_array().unwrap().len(), 1);
    ready.expect_verified();
}

#[test]
fn a_certificate_lists_the_approvals_that_counted_and_its_days_come_from_the_ledger() {
    let ready = Ready::with_records();
    let other = key(&ready, "other", "");
    second_approver(&ready, &other);
    ready.plan("plan.json");
    ready.approve("plan.json");
    // The first approver leaves the policy; the other one signs, too.
    take_first_approver_out(&ready);
    ready.json(&["policy", "accept", "--key", &other]);
    let run = ["sweep", "run", "plan.json"];
    let left = ready.json(&run);
    assert!(reasons(&left).iter().any(|(_, why)| why == "needs-approval"), "{left}");
    ready.json(&["sweep", "approve", "plan.json", "--key", &other]);
    let sweep = ready.json(&run)["sweep"].as_str().unwrap().to_owned();
    let certified = |to: &str| {
        ready.json(&["certificate", &sweep, "-o", to]);
        let read = |ending: &str| ready.read(format!("{to}/{sweep}.{ending}"));
        (serde_json::from_str::<Value>(&read("json")).unwrap(), read("csv"))
    };
    let (certificate, list) = certified("first");
    let names: Vec<&str> = certificate["statement"]["approvals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["監事"], "{certificate}");
    // Whoever alters the note that the catalog keeps alters no certificate.
    let note = format!("sweep:{sweep}/0");
    let catalog = ready.catalog();
    let text: String = catalog.query_row("SELECT value FROM meta WHERE key = ?1", [&note], |row| row.get(0)).unwrap();
    let due = text.split("\"due\":\"").nth(1).unwrap()[..10].to_owned();
    let altered = text.replace(&due, "2026-11-20");
    assert_ne!(altered, text);
    catalog.execute("UPDATE meta SET value = ?2 WHERE key = ?1", [&note, &altered]).unwrap();
    drop(catalog);
    assert_eq!(certified("second").1, list);
    // And no list with another day is valid.
    let path = format!("first/{sweep}.json");
    ready.hokan(&["verify", "--certificate", &path]).expect_code(0);
    ready.write(format!("first/{sweep}.csv"), list.replace(&due, "2020-01-01"));
    ready.hokan(&["verify", "--certificate", &path]).expect_code(3);
    ready.expect_verified();
}

#[test]
fn lateness_counts_from_the_last_approval_that_counted_in_status_as_in_the_certificate() {
    let ready = Ready::with_records();
    let other = key(&ready, "other", "");
    second_approver(&ready, &other);
    ready.plan("plan.json");
    ready.json(&["sweep", "approve", "plan.json", "--key", &other]);
    let consent = |path: &str| {
        let text = zeroize::Zeroizing::new(std::fs::read_to_string(path).unwrap());
        hokan::engine::Consent::Key { path: path.into(), text }
    };
    // The first approver signs, too, five days later, and leaves the policy.
    let plan = ready.read("plan.json").into_bytes();
    hokan::engine::approve_plan(&on(&ready, 5, 1), &plan, &consent(&ready.approver())).unwrap();
    take_first_approver_out(&ready);
    hokan::engine::accept(&on(&ready, 6, 2), &consent(&other), None).unwrap();
    let swept = hokan::engine::run_sweep(&on(&ready, 7, 3), Some(&plan)).unwrap();
    assert_eq!(swept.destroyed.len(), 3, "{swept:?}");
    let late = &ready.json(&["status"])["lateness"]["after-approval"];
    assert_eq!(*late, serde_json::json!({ "records": 3, "p99": 7, "most": 7 }));
    let sweep = swept.sweep.unwrap();
    ready.json(&["certificate", &sweep, "-o", "certificates"]);
    let certificate: Value = serde_json::from_str(&ready.read(format!("certificates/{sweep}.json"))).unwrap();
    assert_eq!(certificate["statement"]["lateness"]["after-approval"], serde_json::json!({ "7": 3 }));
}

/// Edits and commits the policy without its first approver.
fn take_first_approver_out(ready: &Ready) {
    let service = ready.read("policies/service.yaml");
    let first: String = service
        .split_inclusive('\n')
        .skip_while(|line| !line.contains("name: 監事"))
        .skip(1)
        .take_while(|line| line.starts_with("    "))
        .collect();
    ready.edit("policies/service.yaml", &first, "");
    ready.commit("Take an approver out");
}

#[test]
fn a_plan_all_of_which_changed_is_refused_when_it_is_approved() {
    let ready = Ready::with_records();
    let planner = ready.planner();
    ready.json(&["sweep", "plan", "--no-pdf", "-o", "plan.json", "--class", "receipts", "--key", &planner]);
    ready.edit("policies/retention.yaml", "for: P5Y, after: treated", "for: P4Y, after: treated");
    ready.commit("Shorten a period");
    ready.accept();
    let approver = ready.approver();
    let words = ["plan.stale", "changed or destroyed since it was made", "make a new plan"];
    refused(&ready, &["sweep", "approve", "plan.json", "--key", &approver], &words);
}

#[test]
fn a_plan_made_ahead_destroys_nothing_before_each_records_own_first_day() {
    let ready = Ready::with_records();
    let (soon, _) = ready.due_soon();
    let sixty = ready.run("date", &["-d", "60 days", "+%F"]).stdout.trim().to_owned();
    let planner = ready.planner();
    ready.json(&["sweep", "plan", "--no-pdf", "-o", "ahead.json", "--for", &sixty, "--key", &planner]);
    let plan: Value = serde_json::from_str(&ready.read("ahead.json")).unwrap();
    let record = ready.record(&soon);
    assert!(plan["records"].as_array().unwrap().iter().any(|item| item["record"] == *record), "{plan}");
    ready.approve("ahead.json");
    let swept = ready.json(&["sweep", "run", "ahead.json"]);
    assert!(reasons(&swept).contains(&(record, "not-due".to_owned())), "{swept}");
    assert!(ready.find(&soon).is_some());
    assert!(ready.find(RECEIPT).is_none(), "what is due today goes today");
    ready.expect_verified();
}

#[test]
fn a_plan_for_a_day_past_or_more_than_sixty_days_ahead_is_refused() {
    let ready = Ready::with_records();
    let today = ready.json(&["status"])["today"].as_str().unwrap().to_owned();
    let planner = ready.planner();
    for (days, allowed) in [("-1 day", false), ("0 days", true), ("60 days", true), ("61 days", false)] {
        let day = ready.run("date", &["-d", &format!("{today} {days}"), "+%F"]).stdout.trim().to_owned();
        let name = format!("plan{}.json", days.replace(' ', ""));
        let arguments = ["sweep", "plan", "--no-pdf", "-o", &name, "--for", &day, "--key", &planner];
        if allowed {
            ready.json(&arguments);
        } else {
            refused(&ready, &arguments, &["plan.day", "up to 60 days ahead", &day, "--as-of"]);
            assert!(!ready.root().join(&name).exists());
        }
    }
}

#[test]
fn broken_and_strange_plan_files_are_refused_each_with_its_reason() {
    let ready = Ready::with_approved_plan();
    let plan = ready.read("plan.json");
    let value: Value = serde_json::from_str(&plan).unwrap();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value = value.clone();
        change(&mut value);
        value.to_string()
    };
    let first = value["records"][0].clone();
    let twice = changed(&|value| value["records"].as_array_mut().unwrap().insert(0, first.clone()));
    let cases: [(&str, String, &str); 9] = [
        ("truncated", plan[..plan.len() / 2].to_owned(), "cut off or changed"),
        ("empty", String::new(), "cut off or changed"),
        ("longer", format!("{plan}\n"), "cut off or changed"),
        ("another", changed(&|value| value["ledger"] = "hokan/other/0011223344556677".into()), "is for the ledger"),
        ("newer", changed(&|value| value["format"] = "hokan-plan/4".into()), "use the hokan that wrote it"),
        ("older", changed(&|value| value["format"] = "hokan-plan/1".into()), "does not say after which ledger entries"),
        ("twice", twice, "stands twice or out of order"),
        ("nothing", changed(&|value| value["records"] = serde_json::json!([])), "cut off or changed"),
        ("foreign", "[".repeat(100_000), "cut off or changed"),
    ];
    let [entries, root] = ["entries", "root"].map(|key| &value[key]);
    assert!(entries.as_u64() > Some(0) && root.is_string(), "{value}");
    let other = changed(&|value| value["root"] = "00".repeat(32).into());
    ready.write("other.json", other);
    refused(
        &ready,
        &["sweep", "approve", "other.json", "--key", &ready.planner()],
        &["that this ledger does not have"],
    );
    // One that claims to be younger than the ledger could outlive what makes plans void.
    ready.write("ahead.json", changed(&|value| value["entries"] = 1_000_000.into()));
    refused(
        &ready,
        &["sweep", "approve", "ahead.json", "--key", &ready.planner()],
        &["plan.refused", "that this ledger does not have"],
    );
    for (name, text, words) in cases {
        let file = format!("{name}.json");
        ready.write(&file, text);
        let approver = ready.approver();
        refused(&ready, &["sweep", "run", &file], &["plan.refused", words]);
        refused(&ready, &["sweep", "approve", &file, "--key", &approver], &["plan.refused", words]);
    }
    let huge = std::fs::File::create(ready.root().join("huge.json")).unwrap();
    huge.set_len(300 << 20).unwrap();
    let ran = ready.hokan(&["sweep", "run", "huge.json"]).expect_code(74);
    assert!(ran.stderr.contains("huge.json"), "{}", ran.stderr);
    ready.expect_held(&ALL);
}

#[test]
fn a_signature_in_another_namespace_is_refused_by_its_name() {
    let ready = Ready::with_records();
    ready.plan("plan.json");
    let sign = ["-q", "-Y", "sign", "-n", "file", "-f", &ready.approver(), "plan.json"];
    ready.run("ssh-keygen", &sign).expect_code(0);
    let words = ["approval.refused", "namespace `file`, expected `hokan-plan`", "ssh-keygen -Y sign -n hokan-plan"];
    refused(&ready, &["sweep", "approve", "plan.json", "--signature", "plan.json.sig"], &words);
    for (name, text) in
        [("empty.sig", ""), ("noise.sig", "-----BEGIN SSH SIGNATURE-----\nAAAA\n"), ("key.sig", "ssh-ed25519 AAAA")]
    {
        ready.write(name, text);
        refused(&ready, &["sweep", "approve", "plan.json", "--signature", name], &["approval.refused"]);
    }
    assert_eq!(ready.entries_of("plan-approved"), 0);
}

/// An SSH agent of its own, ended when dropped.
struct Agent<'a> {
    ready: &'a Ready,
    process: std::process::Child,
    socket: String,
}

impl Agent<'_> {
    fn new(ready: &Ready) -> Agent<'_> {
        let socket = ready.home().join("agent").display().to_string();
        let mut agent = ready.command("ssh-agent", &["-D", "-a", &socket]);
        let process = agent.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until("the agent listens", || std::os::unix::net::UnixStream::connect(&socket).ok());
        Agent { ready, process, socket }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> std::process::Output {
        let mut command = self.ready.command(program, arguments);
        command.env("SSH_AUTH_SOCK", &self.socket).stdin(Stdio::null()).output().unwrap()
    }
}

impl Drop for Agent<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_key_in_an_ssh_agent_plans_and_approves_by_its_public_half() {
    let ready = Ready::with_records();
    let agent = Agent::new(&ready);
    for name in ["planner", "approver"] {
        let private = ready.home().join(name).display().to_string();
        assert!(agent.run("ssh-add", &["-q", &private]).status.success());
        std::fs::remove_file(private).unwrap();
    }
    let hokan = env!("CARGO_BIN_EXE_hokan");
    let (planner, approver) = (format!("{}.pub", ready.planner()), format!("{}.pub", ready.approver()));
    let plan = ["sweep", "plan", "--no-pdf", "-o", "plan.json", "--key", &planner];
    let approve = ["sweep", "approve", "plan.json", "--key", &approver];
    for arguments in [plan.as_slice(), &approve] {
        let ran = agent.run(hokan, arguments);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    ready.json(&["sweep", "run", "plan.json"]);
    ready.expect_held(&[MINUTES, ELIGIBILITY]);
    ready.expect_verified();
}

#[test]
fn without_its_agent_a_public_key_is_refused_with_what_ssh_keygen_said() {
    let ready = Ready::with_records();
    ready.plan("plan.json");
    let approver = ready.home().join("approver").display().to_string();
    std::fs::remove_file(&approver).unwrap();
    let public = format!("{approver}.pub");
    let words = ["approval.refused", "`ssh-keygen -Y sign` did not sign", "approver.pub"];
    refused(&ready, &["sweep", "approve", "plan.json", "--key", &public], &words);
}

#[test]
fn a_key_behind_a_passphrase_signs_through_ssh_keygen() {
    let ready = Ready::with_records();
    let second = key(&ready, "second", "correct horse");
    second_approver(&ready, &second);
    ready.plan("plan.json");
    let ask = ready.home().join("ask");
    std::fs::write(&ask, "#!/bin/sh\necho 'correct horse'\n").unwrap();
    ready.run("chmod", &["+x", &ask.display().to_string()]).expect_code(0);
    let mut approve = ready.command(env!("CARGO_BIN_EXE_hokan"), &["sweep", "approve", "plan.json", "--key", &second]);
    approve.env("SSH_ASKPASS", &ask).env("SSH_ASKPASS_REQUIRE", "force").stdin(Stdio::null());
    let ran = approve.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(ready.entries_of("plan-approved"), 1);
    ready.json(&["sweep", "run", "plan.json"]);
    ready.expect_held(&[MINUTES, ELIGIBILITY]);
}

#[test]
fn a_plan_has_a_list_to_read_in_each_language_without_names_of_records_or_subjects() {
    let ready = Ready::with_records();
    let planner = ready.planner();
    let planned = ready.json(&["sweep", "plan", "-o", "plan.json", "--key", &planner, "--by", "記録管理担当"]);
    assert_eq!(planned["lists"], serde_json::json!(["plan.en.pdf", "plan.ja.pdf"]));
    let plan: Value = serde_json::from_str(&ready.read("plan.json")).unwrap();
    for (file, words) in [
        ("plan.ja.pdf", ["廃棄計画書", "診療報酬明細書", "令和6年5月1日", "必要な承認", "計画ファイルの要約値"]),
        ("plan.en.pdf", ["Disposal plan", "Medical fee statements", "1 May 2024", "Approvals", "Digest of the plan"]),
    ] {
        let text = ready.run("pdftotext", &["-layout", file, "-"]).expect_code(0).stdout;
        for word in words.into_iter().chain(["記録管理担当", "SHA256:", "2024-05-01"]) {
            assert!(text.contains(word), "{file} does not say `{word}`:\n{text}");
        }
        let digest = planned["digest"].as_str().unwrap();
        assert!(text.contains(digest), "{file} does not name the file's digest:\n{text}");
        for item in plan["records"].as_array().unwrap() {
            assert!(text.contains(item["record"].as_str().unwrap()), "{file}: {item}");
        }
        for name in ["M1000001", "受付端末", "事業主提供記録", "-診療報酬明細書.csv"] {
            assert!(!text.contains(name), "{file} names `{name}`:\n{text}");
        }
    }
}

/// Opens the instance as on another day; what is random follows from `seed`.
fn on(ready: &Ready, days: i64, seed: u64) -> hokan::engine::Instance {
    let now = Host::machine().now().plus_days(days);
    hokan::engine::Instance::open(&ready.root(), Host::fixed(now, seed)).unwrap()
}

#[test]
fn limits_count_what_no_approved_forecast_covers() {
    for (planned, approved) in [(false, false), (true, false), (true, true)] {
        let ready = Ready::new();
        ready.edit("policies/service.yaml", "at-most: { records: 5000 }", "at-most: { records: 1 }");
        ready.commit("Let one record go by rule");
        ready.accept();
        let today = ready.json(&["status"])["today"].as_str().unwrap().to_owned();
        let shell = |day: &str, format: &str| ready.run("date", &["-u", "-d", day, format]).stdout.trim().to_owned();
        let first = format!("{}-01", &today[..7]);
        // Kept for a year from the end of its month, and not due when it arrives: nobody needs to approve.
        let month = shell(&format!("{first} -12 months"), "+%Y-%m");
        let day = shell(&format!("{first} +1 month"), "+%F");
        for name in ["一号機", "二号機"] {
            ready.drop_in(format!("access-logs/{month}/{name}.csv"), name);
        }
        ready.take_in();
        if planned {
            let planner = ready.planner();
            ready.json(&["sweep", "plan", "--no-pdf", "-o", "ahead.json", "--for", &day, "--key", &planner]);
        }
        if approved {
            ready.approve("ahead.json");
        }
        let seconds = |day: &str| shell(day, "+%s").parse::<i64>().unwrap();
        let then = on(&ready, (seconds(&day) - seconds(&today)) / 86_400, 1);
        let swept = hokan::engine::run_sweep(&then, None).unwrap();
        let over = swept.refused.iter().filter(|one| one.why.code() == "over-limit").count();
        let expected = if approved { (2, 0) } else { (0, 2) };
        assert_eq!((swept.destroyed.len(), over), expected, "planned {planned}, approved {approved}");
    }
}

#[test]
fn i12_an_approved_plan_is_refused_by_a_clock_that_jumped_until_a_person_confirms_it() {
    for (days, words) in [(41, "more than 40 days"), (-2, "it went back")] {
        let ready = Ready::with_approved_plan();
        let plan = ready.read("plan.json");
        let refused = hokan::engine::run_sweep(&on(&ready, days, 1), Some(plan.as_bytes())).unwrap_err().to_string();
        assert!(refused.contains(words) && refused.contains("hokan clock confirm"), "{refused}");
        assert_eq!(ready.entries_of("intent"), 0);
        // Nor is a plan made or signed by such a clock, whose time would stand in the ledger.
        let key = zeroize::Zeroizing::new(std::fs::read_to_string(ready.planner()).unwrap());
        let wish = hokan::engine::PlanWish { day: None, classes: Vec::new(), key, by: Some(OFFICER.to_owned()) };
        let planned = hokan::engine::make_plan(&on(&ready, days, 4), &wish);
        assert!(planned.err().unwrap().to_string().contains(words));
        hokan::engine::confirm_clock(&on(&ready, days, 2), "事務所の閉鎖", OFFICER).unwrap();
        let swept = hokan::engine::run_sweep(&on(&ready, days, 3), Some(plan.as_bytes())).unwrap();
        assert_eq!(swept.destroyed.len(), 3, "{days}");
    }
}

#[test]
fn a_planned_record_about_which_a_fact_was_altered_stays() {
    for (change, why) in [
        ("UPDATE records SET name = 'receipts/another.csv' WHERE id = ?1", "altered"),
        ("UPDATE subjects SET subject = 'M9999999' WHERE record = ?1", "altered"),
        ("UPDATE dates SET date = '2018-01-31' WHERE record = ?1", "changed-since-plan"),
        ("UPDATE dates SET date = '2900-01-31' WHERE record = ?1", "not-due"),
    ] {
        let ready = Ready::with_approved_plan();
        let receipt = ready.record(RECEIPT);
        assert_eq!(ready.catalog().execute(change, [&receipt]).unwrap(), 1);
        let swept = ready.json(&["sweep", "run", "plan.json"]);
        assert_eq!(reasons(&swept), [(receipt.clone(), why.to_owned())], "{change}");
        assert_eq!(swept["destroyed"].as_array().unwrap().len(), 2);
        ready.files_of(&receipt);
        ready.hokan(&["verify"]).expect_code(3);
    }
}

#[test]
fn a_certificate_names_the_approvers_of_a_plan_and_not_its_planner() {
    let ready = Ready::with_approved_plan();
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    ready.json(&["certificate", "-o", "certificates"]);
    let file = format!("certificates/{}.json", swept["sweep"].as_str().unwrap());
    let certificate: Value = serde_json::from_str(&ready.read(file)).unwrap();
    let approvals = certificate["statement"]["approvals"].as_array().unwrap();
    assert_eq!(approvals.len(), 1, "{certificate:#}");
    let public = |path: String| ready.run("ssh-keygen", &["-l", "-f", &path]).expect_code(0).stdout;
    let fingerprint = approvals[0]["fingerprint"].as_str().unwrap();
    assert!(public(format!("{}.pub", ready.approver())).contains(fingerprint));
    assert!(!public(format!("{}.pub", ready.planner())).contains(fingerprint));
}
