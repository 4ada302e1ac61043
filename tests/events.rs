//! Events: stated one by one or by the table, corrected, taken back, explained.
//!
//! In: an instance with records. Out: due days that follow what counts, and a ledger that never forgets what did. The rule
//! it keeps: nothing is edited, nothing applies to all, and a row that is gone is noticed.

use serde_json::{Value, json};

use crate::instances::*;

const LOST: &str = "qualification-lost";
/// A second notice, about somebody else.
const OTHER: &str = "eligibility/M1000003/2015-04-01-資格取得届.pdf";

/// Returns an instance with notices about two people.
fn ready() -> Ready {
    let ready = Ready::new();
    for path in [ELIGIBILITY, OTHER] {
        ready.drop_in(path, content(path));
    }
    assert_eq!(ready.take_in()["taken"].as_array().unwrap().len(), 2);
    ready
}

fn due(ready: &Ready, path: &str) -> Value {
    ready.json(&["records", "show", &ready.record(path)])["records"][0]["due"].clone()
}

/// Adds an event about M1000002 and returns its number.
fn add(ready: &Ready, event: &str, date: &str) -> String {
    let ask = ["event", "add", "--subject", "M1000002", "--event", event, "--date", date, "--by", OFFICER];
    ready.json(&ask)["entries"][0].to_string()
}

#[test]
fn a_table_is_entered_whole_after_a_look() {
    let ready = ready();
    ready.write("leavers.csv", format!("date,subject,event\n2018-03-31,M1000002,{LOST}\n2019/03/31,M1000003,{LOST}\n"));
    let entries = ready.entries().len();
    let looked = ready.json(&["event", "add", "--from", "leavers.csv", "--dry-run"]);
    assert_eq!(
        (&looked["events"], &looked["moved"], &looked["entries"]),
        (&2.into(), &2.into(), &json!([])),
        "{looked}"
    );
    let moved = looked["records"].as_array().unwrap().iter().find(|moved| moved["name"] == ELIGIBILITY).unwrap();
    assert_eq!((&moved["from"], &moved["to"]), (&Value::Null, &json!("2023-04-01")), "{looked}");
    let shown = ready.hokan(&["event", "add", "--from", "leavers.csv", "--dry-run"]).expect_code(0).stdout;
    assert!(
        shown.contains("WOULD BE") && shown.contains("2 records get another due day; nothing was written"),
        "{shown}"
    );
    // Without a terminal nobody can be asked.
    let refused = ready.hokan(&["event", "add", "--from", "leavers.csv"]).expect_code(1);
    assert!(refused.stderr.contains("error[event.not-confirmed]: nothing was written"), "{}", refused.stderr);
    assert_eq!((ready.entries().len(), due(&ready, ELIGIBILITY)), (entries, Value::Null), "nothing was written so far");
    let done = ready.json(&["event", "add", "--from", "leavers.csv", "--yes", "--by", OFFICER]);
    assert_eq!((&done["events"], done["entries"].as_array().unwrap().len()), (&2.into(), 2), "{done}");
    assert_eq!((due(&ready, ELIGIBILITY), due(&ready, OTHER)), (json!("2023-04-01"), json!("2024-04-01")));
    ready.expect_verified();
}

#[test]
fn one_bad_row_keeps_the_whole_table_out_and_every_bad_row_is_named() {
    let ready = ready();
    let record = ready.record(ELIGIBILITY);
    let table = format!(
        "subject,record,event,date\nM1000002,,{LOST},2018-03-31\nM1000002,,qualification-los,2018-03-31\n\
         M1000003,,{LOST},2999-01-01\nM9,,{LOST},2018-03-31\nM1000003,,{LOST},2018-02-30\n,,{LOST},2018-03-31\n\
         M1000002,,{LOST},2018-04-30\n,{record},{LOST},2018-03-31\nM1000002,{record},{LOST},2018-03-31\n"
    );
    ready.write("leavers.csv", table);
    let entries = ready.entries().len();
    for mode in [&["--dry-run"] as &[&str], &["--yes"]] {
        let ran = ready.hokan(&[&["event", "add", "--from", "leavers.csv"] as &[&str], mode].concat()).expect_code(1);
        for words in [
            "error[event.undeclared]: leavers.csv:3:3: the policy declares no event `qualification-los`",
            "did you mean `qualification-lost`?",
            "error[event.future]: leavers.csv:4:4: 2999-01-01 lies in the future",
            "error[event.unknown-subject]: leavers.csv:5:1: nothing is held about `M9`",
            "error[event.date]: leavers.csv:6:4: `2018-02-30` is not a date",
            "error[event.whom]: leavers.csv:7:1: it names neither a subject nor a record",
            "error[event.twice]: leavers.csv:8:3: `qualification-lost` of the same one stands in line 2 already",
            "error[event.about]: leavers.csv:9:3: `qualification-lost` is about a subject",
            "error[event.whom]: leavers.csv:10:2: it names a subject and a record",
            "8 of 9 rows of `leavers.csv` cannot be used: nothing was written",
        ] {
            assert!(ran.stderr.contains(words), "`{words}` is not said:\n{}", ran.stderr);
        }
    }
    let document = ready.json_with_code(&["event", "add", "--from", "leavers.csv", "--yes"], 1);
    assert_eq!(document["error"]["rows"].as_array().unwrap().len(), 8, "{document}");
    assert_eq!((ready.entries().len(), due(&ready, ELIGIBILITY)), (entries, Value::Null));
    for (table, words) in [
        ("subject,event,dat\nM1000002,x,2018-03-31\n", "unknown column `dat`"),
        ("event,date\nx,2018-03-31\n", "an event is about somebody"),
        ("subject,event,date\nM1000002,x\n", "leavers.csv:2:1: the row has 2 values"),
        ("", "it is empty"),
    ] {
        ready.write("leavers.csv", table);
        let ran = ready.hokan(&["event", "add", "--from", "leavers.csv", "--yes"]).expect_code(1);
        assert!(ran.stderr.contains(words), "`{words}` is not said:\n{}", ran.stderr);
    }
    ready.expect_verified();
}

#[test]
fn an_event_is_about_the_one_it_names() {
    let ready = ready();
    add(&ready, LOST, "2018-03-31");
    assert_eq!((due(&ready, ELIGIBILITY), due(&ready, OTHER)), (json!("2023-04-01"), Value::Null));
    ready.hokan(&["event", "add", "--event", LOST, "--date", "2018-03-31"]).expect_code(2);
    ready.hokan(&["event", "add", "--subject", "M1000003", "--event", LOST]).expect_code(2);
    let both = ["event", "add", "--subject", "M1000003", "--record", &ready.record(OTHER)];
    ready.hokan(&[&both as &[&str], &["--event", LOST, "--date", "2018-03-31"]].concat()).expect_code(2);
    assert_eq!(due(&ready, OTHER), Value::Null);
}

#[test]
fn a_wrong_event_is_corrected_and_withdrawn_and_stays_on_record() {
    let ready = ready();
    let first = add(&ready, LOST, "2018-03-31");
    let looked = ready.json(&["event", "correct", &first, "--date", "2019-03-31", "--reason", "誤記", "--dry-run"]);
    assert_eq!((&looked["moved"], due(&ready, ELIGIBILITY)), (&1.into(), json!("2023-04-01")), "{looked}");
    let corrected = ready.json(&["event", "correct", &first, "--date", "2019-03-31", "--reason", "誤記"]);
    let second = corrected["entries"][0].to_string();
    assert_eq!(due(&ready, ELIGIBILITY), "2024-04-01");
    let again = ready.hokan(&["event", "correct", &first, "--date", "2020-03-31", "--reason", "x"]).expect_code(1);
    assert!(
        again.stderr.contains(&format!("event {first} was replaced by event {second} already")),
        "{}",
        again.stderr
    );
    let same = ready.hokan(&["event", "correct", &second, "--date", "2019-03-31", "--reason", "x"]).expect_code(1);
    assert!(same.stderr.contains("says 2019-03-31 already"), "{}", same.stderr);
    ready.hokan(&["event", "correct", &second, "--date", "2999-03-31", "--reason", "x"]).expect_code(1);
    ready.hokan(&["event", "correct", &second, "--date", "2018-03-31", "--reason", " "]).expect_code(1);
    ready.hokan(&["event", "withdraw", "99999", "--reason", "x"]).expect_code(1);
    ready.json(&["event", "withdraw", &second, "--reason", "別の人", "--by", OFFICER]);
    assert_eq!(due(&ready, ELIGIBILITY), Value::Null);
    let counts = ready.json(&["event", "list"]);
    assert_eq!(counts["events"], json!([]), "{counts}");
    let all = ready.json(&["event", "list", "--subject", "M1000002", "--all"]);
    let kinds: Vec<&Value> = all["events"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["added", "correction", "withdrawal"], "{all}");
    assert_eq!(all["events"][0]["replaced-by"].to_string(), second);
    assert_eq!(all["events"][1]["reason"], "誤記");
    for (kind, count) in [("event-added", 1), ("event-corrected", 1), ("event-withdrawn", 1)] {
        assert_eq!(ready.entries_of(kind), count, "{kind}");
    }
    let text = ready.hokan(&["event", "list", "--all"]).expect_code(0).stdout;
    assert!(text.contains(&format!("withdraws event {second} (別の人)")), "{text}");
    add(&ready, LOST, "2017-03-31");
    assert_eq!(due(&ready, ELIGIBILITY), "2022-04-01");
    ready.expect_verified();
}

#[test]
fn a_correction_does_not_outdo_what_was_stated_later() {
    let ready = ready();
    let first = add(&ready, LOST, "2015-03-31");
    add(&ready, LOST, "2018-03-31");
    ready.json(&["event", "correct", &first, "--date", "2016-03-31", "--reason", "誤記"]);
    assert_eq!(due(&ready, ELIGIBILITY), "2023-04-01", "the one stated last still counts");
    ready.expect_verified();
}

#[test]
fn i6_an_event_that_is_gone_from_the_catalog_is_noticed_and_keeps_the_record() {
    let ready = ready();
    let first = add(&ready, LOST, "2015-03-31");
    ready.json(&["event", "correct", &first, "--date", "2024-03-31", "--reason", "誤記"]);
    assert_eq!(due(&ready, ELIGIBILITY), "2029-04-01");
    // Whoever wants the record gone removes the correction; the older event counts again.
    assert_eq!(ready.catalog().execute("DELETE FROM events WHERE replaces IS NOT NULL", []).unwrap(), 1);
    add(&ready, "moved-to-other-insurer", "2020-01-01");
    assert_eq!(due(&ready, ELIGIBILITY), "2020-04-01");
    let verified = ready.hokan(&["verify"]).expect_code(3);
    assert!(verified.stdout.contains("verify.event-missing"), "{}", verified.stdout);
    ready.plan("plan.json");
    ready.approve("plan.json");
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(Ready::refusals(&swept), [(ready.record(ELIGIBILITY), "altered".to_owned())], "{swept}");
}

#[test]
fn i5_the_ledger_names_subjects_by_random_ids_alone() {
    let ready = ready();
    add(&ready, LOST, "2015-03-31");
    let entry: Value = serde_json::from_str(ready.entries().last().unwrap()).unwrap();
    let handle: String = ready
        .catalog()
        .query_row("SELECT DISTINCT handle FROM subjects WHERE subject = 'M1000002'", [], |row| row.get(0))
        .unwrap();
    assert_eq!((&entry["kind"], &entry["about"]), (&json!("event-added"), &json!(handle)));
    assert!(ready.entries().iter().filter(|entry| entry.contains(&handle)).count() == 1, "only its events name it");
}

#[test]
fn i6_the_ledger_names_a_device_of_a_register_too_and_shows_that_its_event_is_gone() {
    let ready = ready();
    let register =
        "資産番号,機器の種類,設置場所,品名,管理番号,メーカー,型番,製造番号\nP-1,devices,2階,業務端末,L0001,x,y,z\n";
    ready.drop_in("registers/devices/office/2026-04-01.csv", register);
    ready.take_in();
    let returned = ["event", "add", "--subject", "L0001", "--event", "lease-returned", "--date", "2026-03-31"];
    let added = ready.json(&[&returned[..], &["--by", OFFICER]].concat());
    let entry: Value = serde_json::from_str(ready.entries().last().unwrap()).unwrap();
    let catalog = ready.catalog();
    let (handle, fact): (String, String) = catalog
        .query_row(
            "SELECT handle, fact FROM subjects JOIN items ON items.record = subjects.record WHERE subject = 'L0001'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((&entry["kind"], &entry["about"]), (&json!("event-added"), &json!(handle)));
    // The register's own commitment says whom that id stands for, also once the event is gone.
    assert!(fact.contains(&format!("\"handles\":{{\"L0001\":\"{handle}\"}}")), "{fact}");
    ready.expect_verified();
    // A later register says the same of the device: the id stays, and nothing is corrected.
    ready.drop_in("registers/devices/office/2026-04-02.csv", register);
    assert_eq!(ready.take_in()["registers"][0]["corrected"], 0);
    assert_eq!(catalog.execute("DELETE FROM events WHERE entry = ?1", [added["entries"][0].as_i64()]).unwrap(), 1);
    let verified = ready.hokan(&["verify"]).expect_code(3);
    assert!(verified.stdout.contains("verify.event-missing"), "{}", verified.stdout);
}

#[test]
fn events_are_told_in_japanese_too() {
    let ready = ready();
    let say = |arguments: &[&str]| ready.hokan(&[&["--lang", "ja"], arguments].concat()).expect_code(0).stdout;
    ready.write("leavers.csv", format!("date,subject,event\n2018-03-31,M1000002,{LOST}\n2019/03/31,M1000003,{LOST}\n"));
    let looked = say(&["event", "add", "--from", "leavers.csv", "--dry-run"]);
    assert!(looked.contains("変更前") && looked.contains("出来事2件：2件の記録の廃棄可能日が変わります"), "{looked}");
    let first = add(&ready, LOST, "2018-03-31");
    let corrected = say(&["event", "correct", &first, "--date", "2019-03-31", "--reason", "誤記"]);
    let words = format!("出来事{first}の日付の訂正（2019-03-31）を登録しました");
    assert!(corrected.contains(&words) && corrected.contains("1件の記録の廃棄可能日が変わりました"), "{corrected}");
    let listed = say(&["event", "list"]);
    assert!(
        listed.contains("対象者") && listed.contains(&format!("有効、番号{first}の訂正（理由：誤記）")),
        "{listed}"
    );
    assert!(listed.contains("出来事1件（ほかに効力のないもの1件、`--all`で表示します）"), "{listed}");
}

#[test]
fn why_a_record_falls_due_is_told_in_both_languages() {
    let ready = Ready::with_records();
    ready.json(&["hold", "place", "--subject", "M1000001", "--reason", "係争中", "--by", OFFICER]);
    let receipt = ready.record(RECEIPT);
    let english = ready.hokan(&["explain", &receipt]).expect_code(0).stdout;
    for words in [
        "Fee statements",
        "may be destroyed  from 1 May 2024 on",
        "30 April 2019 (from its path)",
        "counting begins on 1 May 2019: the first day of the next month",
        "5 years from 1 May 2019 are over at the end of 30 April 2024",
        "its period is over, and a hold keeps it",
        "係争中; while it is there, the record stays",
        "one approver must sign the plan",
        "accepted on",
    ] {
        assert!(english.to_lowercase().contains(&words.to_lowercase()), "`{words}` is not said:\n{english}");
    }
    let japanese = ready.hokan(&["--lang", "ja", "explain", &receipt]).expect_code(0).stdout;
    for words in [
        "廃棄できる最初の日：令和6年（2024年）5月1日",
        "診療月：平成31年（2019年）4月30日（ファイルの場所と名前から）",
        "起算日は令和元年（2019年）5月1日",
        "令和元年（2019年）5月1日から5年間、令和6年（2024年）4月30日まで保存します",
        "廃棄停止の措置がとられています",
        "廃棄計画に承認者1名の署名が必要です",
    ] {
        assert!(japanese.contains(words), "`{words}` is not said:\n{japanese}");
    }
    let eligibility = ready.record(ELIGIBILITY);
    let waiting = ready.hokan(&["explain", &eligibility]).expect_code(0).stdout;
    assert!(waiting.contains("not known yet (no event for M1000002)"), "{waiting}");
    let number = add(&ready, LOST, "2018-03-31");
    let told = ready.hokan(&["explain", &eligibility]).expect_code(0).stdout;
    assert!(told.contains(&format!("31 March 2018 (event {number})")), "{told}");
    let document = ready.json(&["explain", &eligibility]);
    assert_eq!((&document["format"], &document["due"]), (&json!("hokan-explain/1"), &json!("2023-04-01")));
    assert_eq!(document["steps"][0]["first-day"], "2018-04-01", "{document}");
    assert_eq!(document["steps"][0]["events"][0].to_string(), number);
    let minutes = ready.hokan(&["--lang", "ja", "explain", &ready.record(MINUTES)]).expect_code(0).stdout;
    assert!(minutes.contains("期限なく保存します"), "{minutes}");
    let unknown = ready.hokan(&["explain", "01a20546-9eed-777d-80a1-34ae945ba731"]).expect_code(1);
    assert!(unknown.stderr.contains("knows no record"), "{}", unknown.stderr);
}
