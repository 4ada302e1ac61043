//! Plans: who signs, what makes them void, and every way in which one is refused.
//!
//! In: an instance with due records, keys, an SSH agent. Out: what an approved plan lists goes, and nothing else ever
//! does. The rule it keeps: every refusal names what was found and the next step, and the records are still there.

use std::process::Stdio;

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
fn an_approved_plan_destroys_exactly_what_it_lists() {
    let ready = Ready::with_records();
    let planner = ready.planner();
    ready.json(&["sweep", "plan", "-o", "logs.json", "--class", "access-logs", "--key", &planner]);
    ready.approve("logs.json");
    let log = ready.record(LOG);
    let swept = ready.json(&["sweep", "run", "logs.json"]);
    assert_eq!(swept["destroyed"], serde_json::json!([log]), "{swept}");
    assert_eq!(swept["refused"], serde_json::json!([]), "what the plan does not list is not looked at: {swept}");
    ready.expect_held(&[RECEIPT, PROVISION, MINUTES, ELIGIBILITY]);
    ready.expect_verified();
}

#[test]
fn a_planner_approving_the_own_plan_is_refused() {
    let ready = Ready::with_records();
    let approver = ready.approver();
    let planned = ready.json(&["sweep", "plan", "-o", "plan.json", "--key", &approver]);
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
    let planned = ready.json(&["sweep", "plan", "-o", "plan.json", "--planner", &public, "--by", OFFICER]);
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
fn a_plan_all_of_which_changed_is_refused_when_it_is_approved() {
    let ready = Ready::with_records();
    let planner = ready.planner();
    ready.json(&["sweep", "plan", "-o", "plan.json", "--class", "receipts", "--key", &planner]);
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
    let today = ready.json(&["status"])["today"].as_str().unwrap().to_owned();
    let shell = |days: u32| ready.run("date", &["-d", &format!("{today} {days} days"), "+%F"]).stdout.trim().to_owned();
    // An access log is kept for a time from its month; this one falls due within the next 60 days.
    let days: Vec<String> = (0..=60).map(shell).collect();
    let first = |path: &str| ready.json(&["records", "show", &ready.record(path)])["records"][0]["due"].clone();
    let month = |back: u32| ready.run("date", &["-d", &format!("{today} -{back} months"), "+%Y-%m"]).stdout;
    let soon = (1..100).map(|back| format!("access-logs/{}/業務端末.csv", month(back).trim()));
    let soon = soon.take(40).find(|path| {
        ready.drop_in(path, content(path));
        ready.take_in();
        let due = first(path);
        days[1..].iter().any(|day| due == **day)
    });
    let soon = soon.expect("some month falls due within sixty days");
    let planner = ready.planner();
    ready.json(&["sweep", "plan", "-o", "ahead.json", "--for", &days[60], "--key", &planner]);
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
        let arguments = ["sweep", "plan", "-o", &name, "--for", &day, "--key", &planner];
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
        ("newer", changed(&|value| value["format"] = "hokan-plan/3".into()), "use the hokan that wrote it"),
        ("older", changed(&|value| value["format"] = "hokan-plan/1".into()), "names no planner: make a new one"),
        ("twice", twice, "stands twice or out of order"),
        ("nothing", changed(&|value| value["records"] = serde_json::json!([])), "cut off or changed"),
        ("foreign", "[".repeat(100_000), "cut off or changed"),
    ];
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
    let plan = ["sweep", "plan", "-o", "plan.json", "--key", &planner];
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
