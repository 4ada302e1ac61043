//! Due days against other people's arithmetic: worked examples, and a calendar that is walked through day by day.
//!
//! In: `dates/retention-vectors.yaml`, `dates/walk.py`. Out: nothing, or what differs. The rule it keeps: whoever judges
//! shares no line with the program.

use std::path::PathBuf;

use crate::scene::json;
use crate::support::Instance;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/dates").join(name)
}

#[test]
fn every_worked_example_agrees() {
    let instance = Instance::new();
    let path = file("retention-vectors.yaml");
    let ran = instance.hokan(&["dates", "--vectors", path.to_str().unwrap()]).expect_code(0);
    assert!(ran.stdout.ends_with("118 vectors: all agree\n"), "{}", ran.stdout);
    for (id, day) in [("receipt-of-april-2021", "2026-05-01"), ("checkup-earlier-of", "2024-04-01")] {
        let row = ran.stdout.lines().find(|line| line.starts_with(id)).unwrap();
        assert_eq!(row.matches(day).count(), 2, "{row}");
    }
    let document = json(&instance, &["dates", "--vectors", path.to_str().unwrap()]);
    assert_eq!(document["format"], "hokan-dates/1");
    assert_eq!((document["wrong"].as_u64(), document["vectors"].as_array().unwrap().len()), (Some(0), 118));
}

#[test]
fn an_example_that_is_wrong_is_found() {
    let instance = Instance::new();
    let text = std::fs::read_to_string(file("retention-vectors.yaml")).unwrap();
    let id = text.lines().filter(|line| line.contains("first_day_disposal_allowed: 20")).count();
    assert!(id > 100, "{id}");
    for (from, to) in [
        ("first_day_disposal_allowed: 2026-05-01", "first_day_disposal_allowed: 2026-04-30"),
        ("first_day_disposal_allowed: null", "first_day_disposal_allowed: 2026-04-30"),
        ("first_day_disposal_allowed: 2027-04-01", "first_day_disposal_allowed: null"),
        ("after: { treated: 2021-04-15 }", "after: { treated: 2021-05-15 }"),
        ("fiscal_year_starts: \"04-01\"", "fiscal_year_starts: \"04-02\""),
    ] {
        assert!(text.contains(from), "{from}");
        instance.write("vectors.yaml", text.replacen(from, to, 1));
        let ran = instance.hokan(&["dates", "--vectors", "vectors.yaml"]).expect_code(1);
        assert!(ran.stdout.contains("  differs\n"), "{from} → {to}\n{}", ran.stdout);
    }
    instance.write("vectors.yaml", text.replacen("for: P5Y", "for: 5 years", 1));
    let ran = instance.hokan(&["dates", "--vectors", "vectors.yaml"]).expect_code(1);
    assert!(ran.stderr.contains("error[dates.vectors]: line 19: `5 years` is not a period"), "{}", ran.stderr);
}

#[test]
fn a_hundred_thousand_random_cases_agree_with_days_counted_one_by_one() {
    let instance = Instance::new();
    let (program, walk) = (env!("CARGO_BIN_EXE_hokan"), file("walk.py"));
    let ran = instance.run("python3", &[walk.to_str().unwrap(), program, "100000"]).expect_code(0);
    assert!(ran.stdout.contains("100000 of 100000 cases agree"), "{}", ran.stdout);
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_the_others_are_answered() {
    let instance = Instance::new();
    instance.write(
        "cases",
        "{\"for\":\"P1Y\",\"after\":{\"made\":\"2024-02-29\"},\"starting\":\"same-day\"}\n\n{\"for\":\"P1Y\"}\n",
    );
    let program = env!("CARGO_BIN_EXE_hokan");
    let ran = instance.run("sh", &["-c", &format!("{program} dates --lines < cases")]).expect_code(1);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], r#"{"first_day_disposal_allowed":"2025-03-01","id":""}"#);
    assert!(lines[1].contains(r#""line":3"#) && lines[1].contains("`after`"), "{}", lines[1]);
}

#[test]
fn a_period_is_worked_out_step_by_step_in_both_languages() {
    let instance = Instance::new();
    let ask = ["dates", "--for", "P1Y", "--after", "2024-02-29", "--starting", "same-day"];
    let english = instance.hokan(&ask).expect_code(0).stdout;
    assert!(english.contains("counting begins on 29 February 2024: that day itself counts"), "{english}");
    assert!(english.contains("that month has no day 29, so the period ends with the month"), "{english}");
    assert!(english.ends_with("may be destroyed from 1 March 2025 on\n"), "{english}");
    let japanese = instance.hokan(&[&ask[..], &["--lang", "ja"]].concat()).expect_code(0).stdout;
    assert!(japanese.contains("起算日は令和6年（2024年）2月29日：当日を算入します"), "{japanese}");
    assert!(japanese.ends_with("廃棄できる最初の日：令和7年（2025年）3月1日\n"), "{japanese}");
}
