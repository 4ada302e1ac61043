//! Boxes, binders and devices: registers on their way in, work orders on their way out.
//!
//! In: a ready instance, registers as an office writes them. Out: what the real
//! program makes of them. The rule it keeps: each test ends with `verify`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::crash::kill;
use crate::scene::{self, json};
use crate::support::{Instance, Ran};

const HEADS: &str = "箱番号,文書の種類,保管場所,内容,完結日,作成日,備考\n";
const REGISTER: &str = "records/in/registers/papers/archive/2026-11-01.csv";
const LATER: &str = "records/in/registers/papers/archive/2026-11-02.csv";

/// A ready instance.
fn ready() -> Instance {
    let instance = Instance::new();
    scene::ready(&instance);
    instance
}

/// Writes a register of paper originals whose period ended long ago.
fn register(numbers: std::ops::RangeInclusive<u32>) -> String {
    let row = |n| format!("B-{n:03},届書、申請書及び明細書の紙の原本,第1書庫A棚,平成27年度 届書,2015/9/30,,\n");
    numbers.map(row).fold(HEADS.to_owned(), |text, row| text + &row)
}

fn take_in(instance: &Instance) -> Value {
    json(instance, &["take-in", "--yes"])
}

/// How many boxes the first register taken in added, corrected and no longer lists.
fn changed(taken: &Value) -> [u64; 3] {
    ["registered", "corrected", "unlisted"].map(|key| taken["registers"][0][key].as_u64().unwrap())
}

/// Returns the records of boxes by number.
fn boxes(instance: &Instance) -> BTreeMap<String, Value> {
    let listed = scene::listed(instance);
    listed.into_iter().filter(|(_, record)| record["class"] == "paper-originals").collect()
}

/// Makes an order of everything due, by a plan of its own that is approved: what was due on arrival needs one.
fn ordered(instance: &Instance) -> String {
    let plan = format!("plan-{}.json", scene::below(&instance.root()).len());
    scene::approved_plan(instance, &plan, &instance.home().join("approver").display().to_string());
    let made = json(instance, &["sweep", "order", &plan, "--medium", "paper", "-o", "orders"]);
    made["order"]["id"].as_str().unwrap_or_else(|| panic!("{made:#}")).to_owned()
}

fn refusal(ran: Ran, code: &str) -> String {
    let ran = ran.expect_code(1);
    assert!(ran.stderr.contains(code), "expected {code}: {}", ran.stderr);
    ran.stderr
}

fn pdf_text(instance: &Instance, path: &str) -> String {
    instance.run("pdftotext", &["-layout", path, "-"]).expect_code(0).stdout
}

#[test]
fn a_register_makes_each_row_a_record_and_a_later_one_corrects() {
    let instance = ready();
    instance.write("utf-8.csv", register(1..=3));
    instance
        .run("sh", &["-c", "mkdir -p $(dirname $1) && iconv -f UTF-8 -t CP932 utf-8.csv > $1", "sh", REGISTER])
        .expect_code(0);
    let taken = take_in(&instance);
    assert_eq!(taken["registers"][0]["registered"], 3, "{taken:#}");
    let first = boxes(&instance);
    assert_eq!(first.keys().collect::<Vec<_>>(), ["B-001", "B-002", "B-003"]);
    assert_eq!(first["B-001"]["due"], "2021-04-01");
    assert!(!instance.root().join(REGISTER).exists(), "the register is a record itself");
    instance.hokan(&["verify"]).expect_code(0);
    // B-002 was put elsewhere and its date was wrong, B-003 is gone from the list, B-004 is new.
    let later = register(1..=4).replace(
        "B-002,届書、申請書及び明細書の紙の原本,第1書庫A棚,平成27年度 届書,2015/9/30",
        "B-002,paper-originals,第2書庫,平成27年度 届書,2025-09-30",
    );
    let later: String =
        later.lines().filter(|line| !line.starts_with("B-003")).map(|line| format!("{line}\n")).collect();
    instance.write(LATER, &later);
    let taken = take_in(&instance);
    assert_eq!(changed(&taken), [1, 1, 1]);
    let second = boxes(&instance);
    assert_eq!(second["B-002"]["record"], first["B-002"]["record"], "a correction is no new record");
    assert_eq!(second["B-002"]["due"], "2031-04-01");
    assert_eq!(second["B-003"]["record"], first["B-003"]["record"], "what is no longer listed is held all the same");
    assert_eq!(json(&instance, &["status"])["unlisted"], 1);
    instance.hokan(&["verify"]).expect_code(0);
    // The same again changes nothing.
    instance.write("records/in/registers/papers/archive/2026-11-03.csv", &later);
    let same = take_in(&instance);
    assert_eq!(changed(&same), [0, 0, 0]);
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn registers_that_come_at_once_count_in_the_order_of_their_dates() {
    let instance = ready();
    let [older, newer] = ["20261001", "2026-11-01"].map(|day| format!("records/in/registers/papers/archive/{day}.csv"));
    instance.write(&older, register(1..=2));
    instance.write(&newer, register(1..=3));
    let taken = take_in(&instance);
    let names: Vec<&str> =
        taken["registers"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, [&older["records/in/".len()..], &newer["records/in/".len()..]], "{taken:#}");
    assert_eq!(boxes(&instance).keys().collect::<Vec<_>>(), ["B-001", "B-002", "B-003"]);
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn a_register_that_counts_no_more_once_it_is_sealed_stays_and_the_files_beside_it_go_on() {
    let instance = ready();
    instance.write(REGISTER, register(1..=2));
    // As long as the first one is not taken in, nothing is known that this one contradicts.
    let respelled = register(1..=3).replacen("B-001", "Ｂ‐001", 1);
    instance.write(LATER, &respelled);
    let beside = "requests/2015-05-01/M3-disclosure.pdf";
    instance.write(format!("records/in/{beside}"), "asked");
    let ran = instance.hokan(&["--json", "take-in", "--yes"]).expect_code(1);
    let taken: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(taken["failed"][0]["code"], "intake.register-number", "{taken:#}");
    assert_eq!((taken["failed"].as_array().unwrap().len(), taken["registers"].as_array().unwrap().len()), (1, 1));
    let names: Vec<&str> = taken["taken"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, [&REGISTER["records/in/".len()..], beside], "{taken:#}");
    assert!(instance.root().join(LATER).exists());
    // Of what it said nothing waits.
    assert_eq!(boxes(&instance).keys().collect::<Vec<_>>(), ["B-001", "B-002"]);
    let catalog = rusqlite::Connection::open(instance.root().join("vault/catalog.db")).unwrap();
    let waiting: i64 = catalog
        .query_row("SELECT (SELECT count(*) FROM items WHERE entry IS NULL) + (SELECT count(*) FROM records WHERE entry IS NULL)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(waiting, 0);
    instance.write(LATER, register(1..=3));
    assert_eq!(changed(&take_in(&instance)), [1, 0, 0]);
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn i7_a_register_with_a_fault_stays_where_it_is_with_the_line() {
    let instance = ready();
    for (n, (rows, code, part)) in [
        (
            "B-1,paper-originals,A,x,2015-09-30\n",
            "intake.register",
            "line 2, column 1: the row has 5 values, the first row names 7",
        ),
        (
            "B-1,paper-originals,A,,,,\nB-2,paper-originals,A,,,,\nB-1,paper-originals,A,,,,\n",
            "intake.register-number",
            "line 4: the number `B-1` stands in line 2 already",
        ),
        ("B-1,paper-original,A,,,,\n", "intake.register-class", "did you mean `paper-originals`?"),
        ("B-1,receipts,A,,,,\n", "intake.register", "electronic"),
        ("B-1,paper-originals,A,,平成27年,,\n", "intake.register-date", "line 2, column `完結日`"),
    ]
    .into_iter()
    .enumerate()
    {
        instance.write(format!("records/in/registers/papers/r{n}/2026-11-01.csv"), format!("{HEADS}{rows}"));
        let taken = take_in(&instance);
        let left = taken["left"].as_array().unwrap();
        let one = left.iter().find(|left| left["path"].as_str().unwrap().contains(&format!("/r{n}/"))).unwrap();
        assert_eq!(one["code"], code, "{one:#}");
        assert!(one["why"].as_str().unwrap().contains(part), "{one:#}");
    }
    instance.write("records/in/registers/papers/r9/2026-11-01.csv", b"\xff\xfe\x00\x41\x00");
    let taken = take_in(&instance);
    assert_eq!(taken["paths"]["refused"], 6, "{taken:#}");
    assert!(boxes(&instance).is_empty());
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn i2_nothing_on_hold_is_ordered_or_handed_over() {
    let instance = ready();
    instance.write(REGISTER, register(1..=3));
    take_in(&instance);
    let records = boxes(&instance);
    let id = |number: &str| records[number]["record"].as_str().unwrap().to_owned();
    let hold = |number: &str| {
        instance.hokan(&["hold", "place", "--record", &id(number), "--reason", "suit", "--by", "Sato"]).expect_code(0);
    };
    // A sweep leaves boxes alone and says who takes care of them.
    scene::approved_plan(&instance, "all.json", &instance.home().join("approver").display().to_string());
    let swept = json(&instance, &["sweep", "run", "all.json"]);
    let whys: Vec<&Value> = swept["refused"].as_array().unwrap().iter().map(|one| &one["why"]).collect();
    assert_eq!(whys, ["by-hand"; 3], "{swept:#}");
    hold("B-001");
    let order = ordered(&instance);
    let listed = json(&instance, &["sweep", "orders", &order]);
    let numbers = |order: &Value| -> Vec<String> {
        order["order"]["ordered"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["number"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(numbers(&listed), ["B-002", "B-003"]);
    hold("B-002");
    let why = refusal(instance.hokan(&["sweep", "hand-over", &order, "--by", "Sato"]), "order.stays");
    assert!(why.contains("`B-002` (on-hold)"), "{why}");
    assert_eq!(json(&instance, &["status"])["orders"][0]["step"], "ordered");
    instance.hokan(&["sweep", "take-back", &order, "--record", &id("B-002"), "--why", "on-hold"]).expect_code(0);
    instance.hokan(&["sweep", "hand-over", &order, "--by", "Sato"]).expect_code(0);
    let state = json(&instance, &["status"]);
    assert_eq!(state["orders"][0]["step"], "handed-over");
    assert_eq!(state["orders"][0]["count"], 1);
    assert_eq!(json(&instance, &["sweep", "orders"])["orders"][0]["count"], 1, "what was taken back is no part of it");
    instance.hokan(&["verify"]).expect_code(0);
    let why = refusal(instance.hokan(&["sweep", "confirm", &order, "--boxes", "2", "--by", "Sato"]), "order.count");
    assert!(why.contains("1 were handed over, 2 are confirmed: 1 more"), "{why}");
    instance.hokan(&["sweep", "confirm", &order, "--boxes", "1", "--by", "Sato"]).expect_code(0);
    assert_eq!(boxes(&instance).keys().collect::<Vec<_>>(), ["B-001", "B-002"]);
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn a_contractor_counts_only_with_a_certificate_and_a_number_is_never_used_again() {
    let instance = ready();
    instance.write(REGISTER, register(1..=21));
    take_in(&instance);
    let order = ordered(&instance);
    let ja = pdf_text(&instance, &format!("orders/{order}-ordered-21.ja.pdf"));
    for part in
        ["廃棄第1号", "見本機密処理株式会社", "御中", "記", "以", "紙文書", "21箱", "P-4", "B-021", "第1書庫A棚"]
    {
        assert!(ja.contains(part), "{part} is missing:\n{ja}");
    }
    let en = pdf_text(&instance, &format!("orders/{order}-ordered-21.en.pdf"));
    for part in ["Disposal order 1 of fiscal year", "Mihon Confidential Disposal", "21 boxes", "Not handed over yet"] {
        assert!(en.contains(part), "{part} is missing:\n{en}");
    }
    assert!(!en.to_lowercase().contains("destroyed"), "nothing was destroyed yet:\n{en}");
    let said = instance.hokan(&["sweep", "hand-over", &order, "--by", "Sato"]).expect_code(0).stdout;
    assert!(said.contains("do not count as destroyed"), "{said}");
    let confirm = |certificate: &[&str], boxes: &str| {
        let words = ["sweep", "confirm", &order, "--boxes", boxes, "--by", "Sato"];
        instance.hokan(&[&words, certificate].concat())
    };
    refusal(confirm(&[], "21"), "order.certificate");
    let today = instance.run("date", &["+%F"]).stdout;
    let (path, old) =
        (&*format!("disposal-certificates/{}-mihon.pdf", today.trim()), "disposal-certificates/2026-11-02-old.pdf");
    instance.write(Path::new("records/in").join(path), b"%PDF-1.7 certificate of 21 boxes");
    instance.write(Path::new("records/in").join(old), b"%PDF-1.7 certificate of other boxes");
    instance.write("records/in/access-logs/2026-01/a.csv", b"log");
    take_in(&instance);
    refusal(confirm(&["--certificate", "access-logs/2026-01/a.csv"], "21"), "order.certificate");
    let why = refusal(confirm(&["--certificate", path], "20"), "order.count");
    assert!(why.contains("21 were handed over, 20 are confirmed: 1 fewer"), "{why}");
    let why = refusal(confirm(&["--certificate", old, "--number", "No. 90"], "21"), "order.certificate");
    assert!(why.contains("is of 2026-11-02, before the day of handing over"), "{why}");
    refusal(confirm(&["--certificate", path], "21"), "order.certificate-number");
    // A hold that comes after the boxes have left keeps nothing; it is told when they are confirmed.
    instance.hokan(&["hold", "place", "--class", "paper-originals", "--reason", "suit", "--by", "Sato"]).expect_code(4);
    let said = confirm(&["--certificate", path, "--number", "No. 118"], "21").expect_code(0).stdout;
    assert!(said.contains("21 destroyed according to the contractor's certificate"), "{said}");
    assert!(said.contains("21 things were put on hold after leaving"), "{said}");
    assert!(boxes(&instance).is_empty());
    instance.hokan(&["verify"]).expect_code(0);
    instance.hokan(&["sweep", "orders", &order, "-o", "orders"]).expect_code(0);
    let record = pdf_text(&instance, &format!("orders/{order}-confirmed-21.en.pdf"));
    for part in [
        "Record of disposal",
        "according to the contractor",
        "No. 118",
        "B-021",
        "A hold that covers these was placed after they had left",
    ] {
        assert!(record.contains(part), "{part} is missing:\n{record}");
    }
    refusal(confirm(&["--certificate", path], "21"), "order.confirmed");
    // The box reappears in a register.
    instance.write(LATER, register(21..=22));
    let taken = take_in(&instance);
    assert_eq!(taken["left"][0]["code"], "intake.register-gone", "{taken:#}");
    assert!(taken["left"][0]["why"].as_str().unwrap().contains("B-021"), "{taken:#}");
    assert!(boxes(&instance).is_empty());
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn what_an_order_lists_does_not_change_under_it_and_what_is_taken_back_is_due_again() {
    let instance = ready();
    instance.write(REGISTER, register(1..=2));
    take_in(&instance);
    let order = ordered(&instance);
    instance.write(LATER, register(1..=2).replace("第1書庫A棚", "第2書庫"));
    assert_eq!(take_in(&instance)["left"][0]["code"], "intake.register-ordered");
    let plan =
        scene::below(&instance.root()).into_iter().find(|path| path.to_string_lossy().contains("/plan-")).unwrap();
    let again = json(&instance, &["sweep", "order", plan.to_str().unwrap(), "--medium", "paper", "-o", "orders"]);
    assert!(again["order"].is_null(), "a box is listed in one order only: {again:#}");
    let records: Vec<String> =
        boxes(&instance).values().map(|one| one["record"].as_str().unwrap().to_owned()).collect();
    let back = ["sweep", "take-back", &order, "--why", "mistake", "--record", &records[0], "--record", &records[1]];
    instance.hokan(&back).expect_code(0);
    refusal(instance.hokan(&["sweep", "hand-over", &order, "--by", "Sato"]), "order.empty");
    assert_eq!(take_in(&instance)["registers"][0]["corrected"], 2);
    let next = ordered(&instance);
    assert_ne!(next, order);
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn i2_a_register_lets_no_box_out_of_a_hold_and_an_older_one_does_not_count() {
    let instance = ready();
    instance.write(REGISTER, register(1..=2));
    assert_eq!(changed(&take_in(&instance)), [2, 0, 0]);
    let hold = ["hold", "place", "--date", "completed=2015-04-01..2016-03-31", "--reason", "suit", "--by", "Sato"];
    let placed = json(&instance, &[&hold[..], &["--class", "paper-originals"]].concat());
    assert_eq!(placed["covers"], 2);
    let moved = register(1..=2).replacen("2015/9/30", "2016/4/30", 1);
    instance.write(LATER, &moved);
    let taken = instance.hokan(&["take-in", "--yes"]);
    assert!(taken.stdout.contains("is on hold (hold-"), "{taken:?}");
    assert!(boxes(&instance).values().all(|one| one["dates"]["completed"] == "2015-09-30"), "{:?}", boxes(&instance));
    json(&instance, &["hold", "release", placed["hold"].as_str().unwrap(), "--reason", "over", "--by", "Sato"]);
    assert_eq!(changed(&take_in(&instance)), [0, 1, 0]);
    instance.write("records/in/registers/papers/archive/2026-11-03.csv", moved.replacen("B-001", "Ｂ‐001", 1));
    let taken = instance.hokan(&["take-in", "--yes"]);
    assert!(taken.stdout.contains("`Ｂ‐001` is nearly the same as `B-001`"), "{taken:?}");
    instance.write("records/in/registers/papers/archive/2026-10-01.csv", register(1..=2));
    let taken = instance.hokan(&["take-in", "--yes"]);
    assert!(taken.stdout.contains(".csv` is newer and was taken in"), "{taken:?}");
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn the_same_number_in_another_register_is_named_at_take_in_and_on_the_order_and_so_is_what_leaves_a_register_on_hold() {
    let instance = ready();
    instance.write(REGISTER, register(1..=2));
    take_in(&instance);
    let record = boxes(&instance)["B-001"]["record"].as_str().unwrap().to_owned();
    json(&instance, &["hold", "place", "--record", &record, "--reason", "suit", "--by", "Sato"]);
    // Another folder has the number in another spelling: another thing for hokan, perhaps the same for people.
    instance.write("records/in/registers/papers/other/2026-11-02.csv", register(1..=1).replace("B-001", "Ｂ-001"));
    let taken = instance.hokan(&["take-in", "--yes"]);
    assert!(
        taken.stdout.contains("`Ｂ-001`: the register registers/papers/archive has `B-001`, too, which is on hold"),
        "{taken:?}"
    );
    instance.write(LATER, register(2..=2));
    let taken = take_in(&instance);
    assert_eq!(taken["registers"][0]["unlisted-on-hold"], serde_json::json!(["B-001"]), "{taken:#}");
    let order = ordered(&instance);
    let path = format!("orders/{order}-ordered-2.ja.pdf");
    let text: String = instance.run("pdftotext", &[&path, "-"]).expect_code(0).stdout.split_whitespace().collect();
    assert!(text.contains("廃棄停止中です") && text.contains("registers/papers/archive"), "{text}");
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn i3_a_hand_over_or_confirmation_killed_at_any_moment_is_done_once_or_not_at_all() {
    let template = ready();
    template.write(REGISTER, register(1..=2));
    take_in(&template);
    let order = ordered(&template);
    let hand_over = ["sweep", "hand-over", &order, "--by", "Sato"];
    let confirm = ["sweep", "confirm", &order, "--boxes", "2", "--by", "Sato"];
    for (command, before, after) in
        [(&hand_over[..], "ordered", "handed-over"), (&confirm[..], "handed-over", "confirmed")]
    {
        let points = kill::points(&scene::copy(&template), command, 12);
        for (n, point) in points.iter().enumerate() {
            let case = scene::copy(&template);
            kill::killed(&case, command, point, n);
            let step = || json(&case, &["sweep", "orders", &order])["order"]["step"].as_str().unwrap().to_owned();
            let found = step();
            assert!(found == before || found == after, "killed at {point:?}: {found}");
            let again = case.hokan(command);
            assert!(
                again.code == Some(0) || again.stderr.contains(&format!("order.{after}")),
                "killed at {point:?}: {again:?}"
            );
            assert_eq!(step(), after, "killed at {point:?}");
            case.hokan(&["verify"]).expect_code(0);
        }
        template.hokan(command).expect_code(0);
    }
}
