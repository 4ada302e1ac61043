//! Letters from records: who gets which, numbered and sealed, each exactly once.
//!
//! In: an instance with the data of two months. Out: sealed letters whose text is compared with the data. The rule it
//! keeps: letters are opened as people open records, and read with `pdftotext`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::instances::*;
use crate::support::Instance;

const HEAD: &str = "世帯番号,加入者番号,受診者氏名,被保険者氏名,診療年月,医療機関等,区分,医療費の総額,窓口負担額,郵便番号,住所1,住所2\n";
const ADDRESS: &str = "100-0001,東京都千代田区千代田1-1,汐見台ハイツ101";

/// A row of the table: household, member, name, insured person, provider, what was paid.
fn row(household: &str, member: &str, name: &str, insured: &str, provider: &str, paid: &str) -> String {
    format!("{household},{member},{name},{insured},2026-05,{provider},外来,,{paid},{ADDRESS}\n")
}

/// Three households, the first of three people.
fn rows() -> String {
    [
        row("S1", "M2000001", "港太郎", "港太郎", "汐見台内科", "3690"),
        row("S1", "M2000002", "港花子", "港太郎", "海岸通歯科", "1200"),
        row("S1", "M2000003", "港次郎", "港太郎", "波止場眼科", "980"),
        row("S2", "M2000004", "山田一郎", "山田一郎", "汐見台内科", "450"),
        row("S3", "M2000005", "佐藤三郎", "佐藤三郎", "灯台薬局", "2110"),
        row("S1", "M2000001", "港太郎", "港太郎", "灯台薬局", "640"),
    ]
    .concat()
}

/// Where the data of the second month comes.
pub const SECOND: &str = "medical-costs/2026-09/医療費.csv";

/// Takes in two months of data, so that the members are known; returns the record of the second. Nobody has made letters of
/// either: both files stay.
pub fn taken_in(ready: &Ready, rows: &str) -> String {
    let known = "medical-costs/2026-08/医療費.csv";
    ready.drop_in(known, format!("{HEAD}{}", self::rows().replace("2026-05", "2026-04")));
    ready.take_in();
    ready.drop_in(SECOND, format!("{HEAD}{rows}"));
    ready.take_in();
    ready.record(SECOND)
}

/// The letters of an instance: name, text, by record.
fn letters(ready: &Ready) -> Vec<(String, String)> {
    let listed = ready.json(&["records", "list", "--class", "issued-notices"]);
    let records = listed["records"].as_array().unwrap();
    let mut letters: Vec<(String, String)> = records
        .iter()
        .map(|record| {
            let (id, name) = (record["record"].as_str().unwrap(), record["name"].as_str().unwrap());
            let pdf = format!("{id}.pdf");
            std::fs::write(ready.root().join(&pdf), ready.opened(id)).unwrap();
            let text = ready.run("pdftotext", &["-layout", &pdf, "-"]);
            (name.to_owned(), text.stdout.split_whitespace().collect::<String>())
        })
        .collect();
    letters.sort();
    letters
}

fn run(ready: &Ready, verb: &str, record: &str, code: i32) -> Value {
    let identity = ready.identity();
    ready.json_with_code(&["notice", verb, "--from", record, "-i", &identity, "--by", OFFICER], code)
}

#[test]
fn one_letter_for_each_household_and_an_own_one_for_who_objected() {
    let ready = Ready::new();
    let record = taken_in(&ready, &rows());
    ready.json(&["consent", "object", "household-cost-notice", "--member", "M2000003", "--by", OFFICER]);
    assert!(ready.inbox(SECOND).exists(), "it stays until its letters are made");
    let done = run(&ready, "run", &record, 0);
    assert!(!ready.inbox(SECOND).exists(), "its letters are made");
    assert_eq!((&done["sealed"], &done["resumed"], &done["failed"]), (&json!(4), &json!(false), &json!([])), "{done}");
    assert_eq!(ready.entries_of("opened"), 0, "the letters were made of the plaintext");
    let letters = letters(&ready);
    let numbers: Vec<&str> = letters.iter().map(|(name, _)| name.rsplit('/').next().unwrap()).collect();
    assert_eq!(numbers, ["み健給発第1号.pdf", "み健給発第2号.pdf", "み健給発第3号.pdf", "み健給発第4号.pdf"]);
    let of = |words: &[&str]| letters.iter().filter(|(_, text)| words.iter().all(|word| text.contains(word))).count();
    assert_eq!(of(&["港太郎", "港花子", "汐見台内科", "3,690", "灯台薬局", "640"]), 1, "the household's: {letters:?}");
    assert_eq!(of(&["港次郎", "波止場眼科", "980"]), 1, "the one of who objected");
    for (_, text) in letters.iter().filter(|(_, text)| text.contains("波止場眼科")) {
        for word in ["港花子", "汐見台内科", "灯台薬局", "M2000003", "S1"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    assert!(letters.iter().all(|(_, text)| !text.contains("M200000")), "no member's number: {letters:?}");
    let again = ready.hokan(&["notice", "run", "--from", &record, "-i", &ready.identity(), "--by", OFFICER]);
    assert!(again.expect_code(1).stderr.contains("notice.done"));
    run(&ready, "retry", &record, 1);
    assert_eq!(ready.json(&["notice", "status"])["runs"][1]["sealed"], 4);
    ready.expect_verified();
}

#[test]
fn a_letter_that_is_gone_from_the_catalog_is_noticed() {
    let ready = Ready::new();
    let record = taken_in(&ready, &many(2));
    run(&ready, "run", &record, 0);
    ready.expect_verified();
    let path = ready.root().join("vault/catalog.db");
    for (tampering, code) in [
        ("UPDATE letters SET lines = '9' WHERE number = 1", "verify.letter-altered"),
        ("DELETE FROM letters WHERE number = 1", "verify.letter-missing"),
        (
            "INSERT INTO letters SELECT run, series, 7, 'x' || record, lines, pages, 1 FROM letters; UPDATE letters SET
             record = '019b0000-0000-7000-8000-000000000000' WHERE number = 7",
            "verify.letter-extra",
        ),
    ] {
        rusqlite::Connection::open(&path).unwrap().execute_batch(tampering).unwrap();
        let ran = ready.hokan(&["verify"]).expect_code(3);
        assert!(ran.stdout.contains(code) || ran.stderr.contains(code), "{code}: {ran:?}");
    }
}

#[test]
fn a_member_nobody_knows_does_not_share_a_letter() {
    let ready = Ready::new();
    let stranger = row("S2", "M2999999", "山田二郎", "山田一郎", "波止場眼科", "77");
    let record = taken_in(&ready, &[rows(), stranger].concat());
    assert_eq!(run(&ready, "run", &record, 0)["sealed"], 4);
    let letters = letters(&ready);
    let shared: Vec<_> =
        letters.iter().filter(|(_, text)| text.contains("波止場眼科") && text.contains("450")).collect();
    assert!(shared.is_empty(), "{shared:?}");
}

#[test]
fn a_bad_row_stops_its_letter_and_no_other_and_is_listed_without_its_content() {
    let ready = Ready::new();
    let bad = [
        rows(),
        row("S2", "M2000004", "山田一郎", "山田一郎", "汐見台内科", "-300"),
        row("S4", "M2000006", "個人 123456789018", "個人太郎", "汐見台内科", "10"),
        row("S5", "M2000005", "佐藤三郎", "佐藤三郎", "汐見台内科", "10"),
    ];
    let record = taken_in(&ready, &bad.concat());
    let done = run(&ready, "run", &record, 1);
    assert_eq!(done["sealed"], 1, "only the first household's: {done}");
    let codes: BTreeSet<&str> =
        done["failed"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    let expected = ["notice.amount", "notice.individual-number", "notice.two-households", "notice.waits"];
    assert_eq!(codes, BTreeSet::from(expected), "{done}");
    let failed: BTreeSet<u64> = done["failed"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["rows"].as_array().unwrap().iter().map(|row| row.as_u64().unwrap()))
        .collect();
    assert_eq!(failed, BTreeSet::from([5, 6, 8, 9, 10]), "no row is lost: {done}");
    for place in ["catalog.db", "catalog.db-wal", "ledger.db"] {
        let bytes = std::fs::read(ready.root().join("vault").join(place)).unwrap_or_default();
        assert!(!contains(&bytes, b"123456789018"), "{place}");
    }
    assert!(!done.to_string().contains("123456789018") && !done.to_string().contains("-300"), "{done}");
    assert_eq!(run(&ready, "retry", &record, 1)["sealed"], 0);
    ready.expect_verified();
}

#[test]
fn an_individual_number_in_a_column_that_no_letter_prints_stops_the_letter_unless_numbers_are_masked() {
    let ready = Ready::new();
    let with_note = |note: &str, rows: String| rows.lines().map(|row| format!("{row},{note}\n")).collect::<String>();
    let head = HEAD.trim_end();
    ready.drop_in("medical-costs/2026-08/医療費.csv", format!("{HEAD}{}", rows().replace("2026-05", "2026-04")));
    ready.take_in();
    let path = SECOND;
    let (first, second) = (row("S2", "M2000004", "山田一郎", "山田一郎", "汐見台内科", "450"), many(1));
    let table = format!("{head},備考\n{}{}", with_note("個人番号 123456789018", first), with_note("", second));
    ready.drop_in(path, table);
    ready.take_in();
    let record = ready.record(path);
    let done = run(&ready, "run", &record, 1);
    assert_eq!(done["sealed"], 1, "{done}");
    let failed = &done["failed"][0];
    assert_eq!((&failed["rows"], &failed["code"]), (&json!([2]), &json!("notice.individual-number")), "{done}");
    let why = failed["why"].as_str().unwrap();
    assert!(why.starts_with("line 2, column 13: `備考` looks as if") && !why.contains("123456"), "{why}");
    ready.edit("policies/notices.yaml", "    number: {", "    mask: [individual-number]\n    number: {");
    ready.commit("Mask Individual Numbers");
    ready.accept();
    assert_eq!(run(&ready, "retry", &record, 0)["sealed"], 1, "no letter prints the column: nothing is to be masked");
    ready.expect_verified();
}

#[test]
fn a_file_that_cannot_be_read_whole_makes_no_letter() {
    let ready = Ready::new();
    let record = taken_in(&ready, &rows());
    ready.edit("policies/notices.yaml", "paid: 窓口負担額", "paid: 窓口負担");
    ready.commit("Name another column");
    ready.accept();
    let done = ready.json_with_code(&["notice", "run", "--from", &record], 1);
    let failed = &done["failed"][0];
    assert_eq!((&done["sealed"], &failed["code"]), (&json!(0), &json!("notice.data")), "{done}");
    assert!(failed["why"].as_str().unwrap().contains("did you mean `窓口負担額`"), "{done}");
    assert!(!ready.inbox(SECOND).exists(), "the run ended: the file is kept like any other");
    let again = ready.hokan(&["notice", "retry", "--from", &record, "-i", &ready.identity()]).expect_code(1);
    assert!(again.stderr.contains("notice.data"), "{}", again.stderr);
    ready.edit("policies/notices.yaml", "paid: 窓口負担", "paid: 窓口負担額");
    ready.commit("Name the right column");
    ready.accept();
    assert_eq!(run(&ready, "retry", &record, 0)["sealed"], 3, "of the sealed record, by whoever opens it");
    assert_eq!(ready.entries_of("opened"), 2, "each try opened it");
}

#[test]
fn everything_that_waits_gets_its_letters_and_no_identity_is_read() {
    let ready = Ready::new();
    taken_in(&ready, &rows());
    let status = ready.json(&["status"]);
    assert_eq!(status["paths"]["by-state"]["in-use"], 2, "{status}");
    assert_eq!(ready.json(&["take-in"])["in-use"].as_array().unwrap().len(), 2, "another take-in leaves them alone");
    let runs = ready.json(&["notice", "run"])["runs"].as_array().unwrap().clone();
    assert_eq!(runs.iter().map(|run| run["sealed"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 3], "{runs:?}");
    assert!(!ready.inbox("medical-costs/2026-08").exists(), "its folder went with it");
    assert!(!ready.inbox("medical-costs/2026-09").exists(), "its folder went with it");
    let held = ready.json(&["records", "list", "--class", "medical-costs"]);
    assert!(held["records"].as_array().unwrap().iter().all(|one| one["state"] == "held"), "{held}");
    assert_eq!(ready.entries_of("opened"), 0);
    assert_eq!(ready.json(&["notice", "run"])["runs"], json!([]));
    ready.expect_verified();
}

#[test]
fn the_service_makes_the_letters_of_what_arrives_and_says_so_without_names() {
    let ready = Ready::new();
    let (mut service, log) = crate::service::start(&ready, &[], &[]);
    ready.arrive(SECOND, table(2));
    until("the letters are made", || {
        let runs = ready.json(&["notice", "status"])["runs"].clone();
        (runs[0]["finished"] == true && !ready.inbox(SECOND).exists()).then_some(())
    });
    assert_eq!(service.terminate(), Some(0));
    let log = std::io::read_to_string(log).unwrap();
    let said = log.lines().find(|line| line.contains("letters made")).unwrap_or_else(|| panic!("{log}"));
    assert!(said.contains("letters=2") && !log.contains("医療費.csv") && !log.contains("M30"), "{log}");
    each_once(&ready, 2, "by the service");
    ready.expect_verified();
}

#[test]
fn a_file_that_is_changed_while_it_waits_is_a_new_record_with_letters_of_its_own() {
    let ready = Ready::new();
    let record = taken_in(&ready, &rows());
    std::fs::write(ready.inbox(SECOND), format!("{HEAD}{}", many(2))).unwrap();
    let runs = ready.json_with_code(&["notice", "run"], 1)["runs"].as_array().unwrap().clone();
    let changed = runs.iter().find(|run| run["record"] == record.as_str()).unwrap();
    assert_eq!(
        (&changed["sealed"], &changed["failed"][0]["code"]),
        (&json!(0), &json!("notice.plaintext")),
        "{runs:?}"
    );
    assert!(ready.inbox(SECOND).exists(), "what nobody sealed is put back");
    ready.take_in();
    assert_eq!(ready.json(&["notice", "run"])["runs"][0]["sealed"], 2);
    assert!(!ready.inbox(SECOND).exists());
    ready.expect_verified();
}

#[test]
fn a_run_of_another_notice_makes_no_letters_of_this_one() {
    let ready = Ready::new();
    let record = taken_in(&ready, &rows());
    let asked = ["notice", "run", "another-notice", "--from", &record, "-i", &ready.identity(), "--by", OFFICER];
    let refused = ready.hokan(&asked).expect_code(1);
    assert!(refused.stderr.contains("notice."), "{}", refused.stderr);
    let runs = ready.json(&["notice", "status"])["runs"].clone();
    assert!(runs.as_array().unwrap().iter().all(|run| run["sealed"] == 0 && run["finished"] == false), "{runs}");
    assert_eq!(ready.json(&["notice", "run", "medical-cost-notice", "--from", &record])["sealed"], 3);
}

#[test]
fn a_letter_whose_worker_was_ended_for_want_of_memory_is_tried_again() {
    let ready = Ready::new();
    let template = ready.hokan(&["template", "notices/medical-cost.typ"]).expect_code(0).stdout;
    let greedy = format!("{template}\n#if data.insured == \"山田一郎\" {{ hide(str(\"x\" * 6000000000).len()) }}\n");
    ready.write("templates/notices/medical-cost.typ", &greedy);
    ready.commit("A template that wants much memory for one letter");
    ready.accept();
    let record = taken_in(&ready, &rows());
    let failed = ready.hokan(&["notice", "run", "--from", &record]);
    assert_ne!(failed.code, Some(0), "{failed:?}");
    let run = || ready.json(&["notice", "status"])["runs"][1].clone();
    assert_eq!((&run()["sealed"], &run()["finished"]), (&json!(2), &json!(false)), "the others are sealed: {}", run());
    assert!(ready.inbox(SECOND).exists(), "its plaintext waits");
    ready.write("templates/notices/medical-cost.typ", &template);
    ready.commit("A template that wants little");
    ready.accept();
    assert_eq!(ready.json(&["notice", "run", "--from", &record])["sealed"], 1);
    assert_eq!((&run()["sealed"], &run()["failed"]), (&json!(3), &json!([])), "{}", run());
    let numbers: Vec<String> = letters(&ready).into_iter().map(|(name, _)| name).collect();
    assert!((1..=3).all(|n| numbers.iter().any(|name| name.ends_with(&format!("第{n}号.pdf")))), "{numbers:?}");
    assert!(!ready.inbox(SECOND).exists());
}

#[test]
fn a_preview_enters_nothing_and_says_what_the_letter_would_say() {
    let ready = Ready::new();
    std::fs::write(ready.root().join("sample.csv"), format!("{HEAD}{}", rows())).unwrap();
    let asked = ["notice", "preview", "medical-cost-notice", "--data", "sample.csv", "--row", "6", "-o", "letter.pdf"];
    let seen = ready.json(&asked);
    assert_eq!(seen["rows"], json!([6]), "{seen}");
    let text = ready.run("pdftotext", &["-layout", "letter.pdf", "-"]).stdout;
    assert!(text.contains("佐藤三郎") && text.contains("2,110"), "{text}");
    let picture = std::fs::read(ready.root().join("letter.1.png")).unwrap();
    assert_eq!((&seen["pictures"], picture.starts_with(b"\x89PNG")), (&json!(["letter.1.png"]), true), "{seen}");
    let none = ["notice", "preview", "medical-cost-notice", "--data", "sample.csv", "--row", "1", "-o", "other.pdf"];
    assert!(ready.hokan(&none).expect_code(1).stderr.contains("notice.row"));
    assert_eq!((ready.entries_of("opened"), ready.json(&["notice", "status"])["runs"].clone()), (0, json!([])));
}

/// Many households of one row each.
pub fn many(households: usize) -> String {
    let mut rows = String::new();
    for n in 0..households {
        let (household, member) = (format!("T{n}"), format!("M30{n:05}"));
        write!(rows, "{}", row(&household, &member, "港太郎", "港太郎", "汐見台内科", &format!("{}", 100 + n)))
            .unwrap();
    }
    rows
}

/// A table of many households of one row each.
pub fn table(households: usize) -> String {
    format!("{HEAD}{}", many(households))
}

/// Returns whether the newest run of letters ended.
pub fn ended(case: &Instance) -> bool {
    let catalog = rusqlite::Connection::open(case.root().join("vault/catalog.db")).unwrap();
    catalog.query_row("SELECT finished FROM letter_runs ORDER BY id DESC LIMIT 1", [], |row| row.get(0)).unwrap()
}

/// Expects that each of these rows is in exactly one sealed letter, and that numbers have neither gap nor double.
#[track_caller]
pub fn each_once(case: &Instance, households: usize, moment: &str) {
    let catalog = rusqlite::Connection::open(case.root().join("vault/catalog.db")).unwrap();
    let mut select = catalog.prepare("SELECT number, lines FROM letters ORDER BY number").unwrap();
    let found: Vec<(i64, String)> =
        select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    let numbers: Vec<i64> = found.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=households as i64).collect::<Vec<_>>(), "{moment}");
    let lines: BTreeSet<&str> = found.iter().map(|(_, lines)| lines.as_str()).collect();
    assert_eq!(lines.len(), households, "{moment}");
    let records: i64 = catalog
        .query_row(
            "SELECT count(*) FROM records WHERE name LIKE 'issued-notices/%号.pdf' AND name NOT LIKE '%–%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(records, households as i64, "{moment}");
}
