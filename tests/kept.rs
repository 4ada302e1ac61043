//! Records kept longer, and disposal that is late: postponed, extended, overdue, and by how many days.
//!
//! In: an instance with due records. Out: the gate obeys who keeps a record longer, nothing is ever shortened by it, and
//! lateness is a figure. The rule it keeps: what is shown is compared with what a sweep does.

use serde_json::{Value, json};

use crate::instances::*;

/// Today plus so many days.
fn day(ready: &Ready, days: i64) -> String {
    let today = ready.json(&["status"])["today"].as_str().unwrap().to_owned();
    ready.run("date", &["-d", &format!("{today} {days} days"), "+%F"]).stdout.trim().to_owned()
}

/// Puts an access log under `records/in` that fell due within the last month, and returns its path.
fn fresh_log(ready: &Ready) -> String {
    // Kept for a year from the end of its month: the month thirteen months ago ended its year this month.
    let first = format!("{}-01 -13 months", &day(ready, 0)[..7]);
    let month = ready.run("date", &["-d", &first, "+%Y-%m"]);
    let path = format!("access-logs/{}/業務端末.csv", month.stdout.trim());
    ready.drop_in(&path, content(&path));
    ready.take_in();
    path
}

/// Lets records of a class be kept a hundred years longer at most.
fn with_extension(ready: &Ready, class: &str) {
    let from = format!("    - id: {class}\n");
    let to = format!("{from}      extension: {{ at-most: P100Y, reason: required }}\n");
    ready.edit("policies/retention.yaml", &from, &to);
    ready.commit("Let records be kept longer");
    ready.accept();
}

#[test]
fn i2_an_extended_record_stays_though_a_plan_for_it_was_approved_before() {
    let ready = Ready::with_records();
    with_extension(&ready, "receipts");
    ready.plan("plan.json");
    ready.approve("plan.json");
    let (receipt, until) = (ready.record(RECEIPT), day(&ready, 40));
    let extend = ["records", "extend", &receipt, "--until", &until, "--reason", "不服申立て", "--by", OFFICER];
    ready.json(&extend);
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(Ready::refusals(&swept), [(receipt.clone(), "kept-longer".to_owned())], "{swept}");
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), 2);
    let shown = ready.json(&["records", "show", &receipt]);
    let shown = &shown["records"][0];
    assert_eq!(shown["verdict"], "kept-longer");
    assert_eq!(shown["due"], "2024-05-01", "the day by the rule is still told");
    let kept = &shown["kept"][0];
    let told = [&kept["how"], &kept["until"], &kept["reason"], &kept["by"]];
    assert_eq!(told, [&json!("extended"), &json!(until), &json!("不服申立て"), &json!(OFFICER)]);
    let text = ready.hokan(&["records", "show", &receipt]).expect_code(0).stdout;
    assert!(text.contains(&format!("extended     until {until} by {OFFICER}: 不服申立て")), "{text}");
    assert!(text.contains("kept-longer"), "the ledger entry is shown: {text}");
    // The first day is the one until which it is kept, with who said so and why; the day by the rule stands beside it.
    let why = ready.json(&["explain", &receipt])["kept-longer"][0].clone();
    assert_eq!([&why["until"], &why["reason"], &why["by"]], [&json!(until), &json!("不服申立て"), &json!(OFFICER)]);
    let told = ready.hokan(&["explain", &receipt]).expect_code(0).stdout;
    assert!(told.contains("; by its rule from 1 May 2024 on") && told.contains(": 不服申立て"), "{told}");
    let told = ready.hokan(&["--lang", "ja", "explain", &receipt]).expect_code(0).stdout;
    assert!(told.contains("（保存期間の定めでは令和6年（2024年）5月1日）"), "{told}");
    assert!(told.contains("理由：不服申立て"), "{told}");
    let status = ready.json(&["status"]);
    assert_eq!(status["classes"]["receipts"]["kept-longer"], 1, "{status}");
    assert_eq!(ready.entries_of("kept-longer"), 1);
    ready.expect_held(&[RECEIPT]);
}

#[test]
fn keeping_longer_never_shortens_and_stays_within_what_the_class_allows() {
    let ready = Ready::with_records();
    with_extension(&ready, "receipts");
    let (receipt, provision, minutes) = (ready.record(RECEIPT), ready.record(PROVISION), ready.record(MINUTES));
    let log = fresh_log(&ready);
    let log = ready.record(&log);
    let [past, today, soon, later] = [-3, 0, 2, 40].map(|days| day(&ready, days));
    let keep = |how: &'static str, record: &str, until: &str, code: i32| {
        let arguments = ["records", how, record, "--until", until, "--reason", "審査中", "--by", OFFICER];
        let ran = ready.hokan(&arguments).expect_code(code);
        ran.stderr
    };
    keep("extend", &receipt, &later, 0);
    for (how, record, until, words) in [
        ("extend", &receipt, &later, ["keep.shorter", "name a later day"]),
        ("extend", &receipt, &soon, ["keep.shorter", "would keep it no longer"]),
        ("extend", &receipt, &past, ["keep.shorter", "today is"]),
        ("extend", &receipt, &"2500-01-01".to_owned(), ["keep.too-long", "2124-05-01"]),
        ("extend", &provision, &later, ["keep.no-extension", "records postpone"]),
        ("postpone", &provision, &later, ["keep.too-long", "records extend"]),
        ("postpone", &log, &today, ["keep.shorter", "name a later day"]),
        ("postpone", &log, &"2500-01-01".to_owned(), ["keep.too-long", "not postponed beyond it"]),
        ("postpone", &minutes, &later, ["keep.no-day", "for ever"]),
    ] {
        let said = keep(how, record, until, 1);
        assert!(words.iter().all(|word| said.contains(word)), "{how} until {until}: {said}");
    }
    let unknown = "01a20516-0000-7000-8000-000000000000";
    assert!(keep("extend", unknown, &later, 1).contains("keep.unknown"));
    let empty = ready.hokan(&["records", "extend", &receipt, "--until", "2090-01-01", "--reason", " "]).expect_code(1);
    assert!(empty.stderr.contains("keep.reason"), "{}", empty.stderr);
    assert_eq!(ready.entries_of("kept-longer"), 1, "what was refused left nothing");
    // Two records, one of which is refused: neither is kept.
    let both = ["records", "extend", &receipt, &provision, "--until", "2090-01-01", "--reason", "審査中"];
    ready.hokan(&both).expect_code(1);
    assert_eq!(ready.entries_of("kept-longer"), 1);
    ready.expect_verified();
}

#[test]
fn i2_a_postponed_record_goes_on_no_day_before_the_one_named() {
    let ready = Ready::new();
    let path = fresh_log(&ready);
    let record = ready.record(&path);
    let by = ready.json(&["records", "show", &record])["records"][0]["by"].as_str().unwrap().to_owned();
    let until = day(&ready, 1);
    let postpone = ["records", "postpone", &record, "--until", &until, "--reason", "承認者不在", "--by", OFFICER];
    if until > by {
        // On the last day of a month the window is over tomorrow: there is nothing to postpone to.
        let ran = ready.hokan(&postpone).expect_code(1);
        assert!(ran.stderr.contains("keep.too-long"), "{}", ran.stderr);
        return;
    }
    ready.json(&postpone);
    let looked = ready.json(&["sweep"]);
    assert_eq!(looked["records"][0]["verdict"], "kept-longer", "{looked}");
    assert_eq!(looked["records"][0]["by"], json!(by), "the window is as it was");
    let ahead = ready.json(&["sweep", "--as-of", &until]);
    assert_eq!(ahead["records"][0]["verdict"], "due", "{ahead}");
    ready.hokan(&["sweep", "plan", "--no-pdf", "-o", "plan.json", "--key", &ready.planner()]).expect_code(1);
    ready.json(&["sweep", "plan", "--no-pdf", "-o", "ahead.json", "--for", &until, "--key", &ready.planner()]);
    ready.approve("ahead.json");
    let swept = ready.json(&["sweep", "run", "ahead.json"]);
    assert_eq!(Ready::refusals(&swept), [(record, "kept-longer".to_owned())], "{swept}");
    assert!(ready.find(&path).is_some());
    ready.expect_verified();
}

#[test]
fn i6_an_altered_or_removed_extension_is_found_and_its_record_stays() {
    for (change, code) in [
        ("UPDATE kept SET until = '2024-05-02'", "verify.fact-altered"),
        ("UPDATE kept SET reason = 'another'", "verify.fact-altered"),
        ("DELETE FROM kept", "verify.kept-missing"),
    ] {
        let ready = Ready::with_records();
        with_extension(&ready, "receipts");
        let (receipt, until) = (ready.record(RECEIPT), day(&ready, 40));
        ready.json(&["records", "extend", &receipt, "--until", &until, "--reason", "審査中", "--by", OFFICER]);
        ready.expect_verified();
        ready.catalog().execute(change, []).unwrap();
        ready.plan("plan.json");
        ready.approve("plan.json");
        let swept = ready.json(&["sweep", "run", "plan.json"]);
        let why: Vec<String> =
            Ready::refusals(&swept).into_iter().filter(|(id, _)| *id == receipt).map(|(_, why)| why).collect();
        // Where the altered row still keeps it, it was not in the plan at all.
        assert!(why == ["altered"] || why.is_empty() && change.contains("reason"), "{change}: {swept}");
        assert!(ready.find(RECEIPT).is_some(), "{change}");
        let ran = ready.hokan(&["verify"]).expect_code(3);
        assert!(ran.stdout.contains(code), "{change}: {}", ran.stdout);
    }
}

#[test]
fn overdue_reviews_come_first_in_status_with_their_days_and_who_must_approve() {
    let ready = Ready::with_records();
    let status = ready.json(&["status"]);
    let overdue = status["overdue"].as_array().unwrap();
    let days = |class: &str| -> i64 {
        let by = ready.json(&["sweep"]);
        let one = by["records"].as_array().unwrap().iter().find(|one| one["class"] == class).unwrap().clone();
        let (today, by) = (status["today"].as_str().unwrap(), one["by"].as_str().unwrap());
        let seconds = |day: &str| ready.run("date", &["-u", "-d", day, "+%s"]).stdout.trim().parse::<i64>().unwrap();
        (seconds(today) - seconds(by)) / 86_400
    };
    assert_eq!(overdue.len(), 3, "{status}");
    for one in overdue {
        let class = one["class"].as_str().unwrap();
        assert_eq!((&one["days"], &one["records"], &one["review"]), (&days(class).into(), &1.into(), &"one".into()));
    }
    let sorted = overdue.windows(2).all(|pair| pair[0]["days"].as_i64() >= pair[1]["days"].as_i64());
    assert!(sorted, "the longest first: {status}");
    let attention = ready.hokan(&["status", "--attention"]).expect_code(1).stdout;
    let line = format!("overdue: 1 record of receipts, up to {} days past the window; one approver", days("receipts"));
    assert!(attention.contains(&line), "{attention}");
    assert_eq!(attention.lines().count(), 3, "{attention}");
    ready.plan("plan.json");
    ready.approve("plan.json");
    ready.json(&["sweep", "run", "plan.json"]);
    let calm = ready.hokan(&["status", "--attention"]).expect_code(0).stdout;
    assert_eq!(calm, "");
}

#[test]
fn lateness_is_a_figure_from_the_first_allowed_day_and_from_the_last_approval() {
    let ready = Ready::with_records();
    assert_eq!(ready.json(&["status"])["lateness"], Value::Null);
    let looked = ready.json(&["sweep"]);
    let today = looked["day"].as_str().unwrap();
    let seconds = |day: &str| ready.run("date", &["-u", "-d", day, "+%s"]).stdout.trim().parse::<i64>().unwrap();
    let late = |one: &Value| (seconds(today) - seconds(one["due"].as_str().unwrap())) / 86_400;
    let most = looked["records"].as_array().unwrap().iter().map(late).max().unwrap();
    ready.plan("plan.json");
    ready.approve("plan.json");
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    let expected = json!({
        "after-first-day": { "records": 3, "p99": most, "most": most },
        "after-approval": { "records": 3, "p99": 0, "most": 0 },
    });
    assert_eq!(ready.json(&["status"])["lateness"], expected);
    let text = ready.hokan(&["status"]).expect_code(0).stdout;
    let words = format!("3 records; days after the first allowed day: 99 % within {most}, all within {most}");
    assert!(text.contains(&words) && text.contains("days after the last approval: 99 % within 0"), "{text}");
    // It stands in the ledger: what the catalog notes of the sweep changes nothing.
    let sweep = swept["sweep"].as_str().unwrap();
    let note = r#"{"after-first-day":{"0":3},"after-approval":{"9":3}}"#;
    let noted = "INSERT OR REPLACE INTO meta(key, value) VALUES('sweep:' || ?1, ?2)";
    ready.catalog().execute(noted, [sweep, note]).unwrap();
    ready.catalog().execute("UPDATE meta SET value = '[]' WHERE key = 'sweep:' || ?1 || '/0'", [sweep]).unwrap();
    assert_eq!(ready.json(&["status"])["lateness"], expected);
}
