//! The register of consents: stated, asked, committed to, and what happens when somebody alters it.
//!
//! In: an instance with records about two members. Out: answers, ledger entries without personal data. The rule it keeps:
//! an answer is read from the program, never from the tables it keeps.

use serde_json::json;

use crate::instances::*;

const ITEM: &str = "household-cost-notice";

/// The answer for a member about an item, on a day or today.
#[track_caller]
fn answer(ready: &Ready, member: &str, item: &str, on: Option<&str>) -> String {
    let on = on.map(|on| vec!["--on", on]).unwrap_or_default();
    let listed = ready.json(&[&["consent", "list", "--member", member, "--item", item], on.as_slice()].concat());
    listed["answers"][0]["answer"].as_str().unwrap().to_owned()
}

#[test]
fn silence_objection_withdrawal_and_consent_answer_by_the_day() {
    let ready = Ready::with_records();
    for (member, item, expected) in [
        ("M1000001", ITEM, "implied"),
        ("M1000001", "stress-check-results", "not-given"),
        ("M9999999", ITEM, "unknown-member"),
        ("M9999999", "stress-check-results", "unknown-member"),
    ] {
        assert_eq!(answer(&ready, member, item, None), expected, "{member} {item}");
    }
    let evidence = ready.record(RECEIPT);
    let object = ["consent", "object", ITEM, "--member", "M1000001", "--evidence", &evidence, "--by", OFFICER];
    let stated = ready.json(&[&object as &[&str], &["--said", "2026-04-01", "--since", "2026-05-01"]].concat());
    assert_eq!((&stated["may"], &stated["known"]), (&json!(false), &json!(true)), "{stated}");
    let withdraw = ["consent", "withdraw", ITEM, "--member", "M1000001", "--by", OFFICER];
    ready.json(&[&withdraw as &[&str], &["--said", "2026-06-01"]].concat());
    for (on, expected) in [("2026-04-30", "implied"), ("2026-05-01", "objected"), ("2026-06-01", "implied")] {
        assert_eq!(answer(&ready, "M1000001", ITEM, Some(on)), expected, "{on}");
    }
    let grant = ["consent", "grant", "stress-check-results", "--member", "M1000001", "--evidence", &evidence];
    ready.json(&[&grant as &[&str], &["--by", OFFICER]].concat());
    assert_eq!(answer(&ready, "M1000001", "stress-check-results", None), "granted");
    let list = ready.hokan(&["consent", "list", "--member", "M1000001"]).expect_code(0).stdout;
    for word in ["objected", "withdrawn", "granted", "3 statements", "may not", &evidence] {
        assert!(list.contains(word), "{word}: {list}");
    }
    assert_eq!(ready.entries_of("consent-stated"), 3);
    ready.expect_verified();
}

#[test]
fn what_makes_no_sense_is_refused_and_leaves_nothing() {
    let ready = Ready::with_records();
    let unknown = "0193d3a0-0000-7000-8000-000000000000";
    for (words, code) in [
        (
            &["object", "household-cost-notic", "--member", "M1000001"] as &[&str],
            "did you mean `household-cost-notice`",
        ),
        (&["object", ITEM, "--member", " "], "consent.member"),
        (&["object", ITEM, "--member", "M1000001", "--said", "2999-01-01"], "consent.said"),
        (&["object", ITEM, "--member", "M1000001", "--since", "2020-01-01"], "consent.since"),
        (&["object", ITEM, "--member", "M1000001", "--evidence", unknown], "consent.evidence"),
        (&["grant", "stress-check-results", "--member", "M1000001"], "consent.evidence"),
        (&["withdraw", ITEM, "--member", "M1000001"], "consent.nothing"),
    ] {
        let ran = ready.hokan(&[&["consent"], words].concat()).expect_code(1);
        assert!(ran.stderr.contains(code), "{code}: {}", ran.stderr);
    }
    assert_eq!(ready.entries_of("consent-stated"), 0);
}

#[test]
fn i5_the_ledger_says_neither_who_objected_nor_to_what() {
    let ready = Ready::with_records();
    ready.json(&["consent", "object", ITEM, "--member", "M1000001", "--by", OFFICER]);
    let stated = ready.entries().into_iter().find(|entry| entry.contains("consent-stated")).unwrap();
    for word in ["M1000001", ITEM, "objected", OFFICER] {
        assert!(!stated.contains(word), "{word}: {stated}");
    }
}

#[test]
fn i6_an_altered_and_a_removed_statement_are_found_and_answer_nothing() {
    for (sql, code) in [
        ("UPDATE consents SET choice = 'withdrawn'", "verify.fact-altered"),
        ("UPDATE consents SET since = '2999-01-01'", "verify.fact-altered"),
        ("DELETE FROM consents", "verify.consent-missing"),
    ] {
        let ready = Ready::with_records();
        ready.json(&["consent", "object", ITEM, "--member", "M1000001", "--by", OFFICER]);
        ready.expect_verified();
        ready.catalog().execute(sql, []).unwrap();
        let ran = ready.hokan(&["verify"]).expect_code(3);
        assert!(ran.stdout.contains(code), "{sql}: {}", ran.stdout);
        let ran = ready.hokan(&["consent", "list", "--member", "M1000001"]).expect_code(1);
        assert!(ran.stderr.contains("consent.altered"), "{sql}: {}", ran.stderr);
    }
}

#[test]
fn statements_go_with_the_last_record_about_the_member() {
    let ready = Ready::with_approved_plan();
    ready.json(&["consent", "object", ITEM, "--member", "M1000001", "--by", OFFICER]);
    ready.json(&["consent", "object", ITEM, "--member", "M1000002", "--by", OFFICER]);
    ready.json(&["sweep", "run", "plan.json"]);
    let listed = ready.json(&["consent", "list"]);
    let members: Vec<_> = listed["statements"].as_array().unwrap().iter().map(|said| said["member"].clone()).collect();
    assert_eq!(members, ["M1000002"], "{listed}");
    ready.expect_verified();
}
