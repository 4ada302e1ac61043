//! Other ends: only the Individual Number goes, and records that go early because somebody asks.
//!
//! In: a ready instance of the example policy. Out: what the real program answers and does. The rule it keeps: every test
//! ends with `verify`, and no number is ever printed.

use serde_json::Value;

use crate::scene::{self, json};
use crate::support::{Instance, Ran};

/// The published sample of an Individual Number.
const NUMBER: &str = "123456789018";

fn ready() -> Instance {
    let instance = Instance::new();
    scene::ready(&instance);
    instance
}

fn identity(instance: &Instance) -> String {
    instance.home().join("identity").display().to_string()
}

fn record(instance: &Instance, name: &str) -> String {
    scene::listed(instance)[name]["record"].as_str().unwrap().to_owned()
}

fn refusal(ran: Ran, code: &str) -> String {
    let ran = ran.expect_code(1);
    assert!(ran.stderr.contains(code), "expected {code}: {}", ran.stderr);
    ran.stderr
}

/// Every entry of the ledger as one text.
fn ledger(instance: &Instance) -> String {
    let dump = "SELECT cast(bytes AS TEXT) FROM entries";
    let connection = rusqlite::Connection::open(instance.root().join("vault/ledger.db")).unwrap();
    let mut statement = connection.prepare(dump).unwrap();
    statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(|row| row.unwrap() + "\n").collect()
}

#[test]
fn only_the_number_goes_and_the_rest_has_its_later_date() {
    let instance = ready();
    let name = "number-notices/2023-06-01-list.csv";
    let table = format!("氏名,個人番号,備考\n山田,{NUMBER},x\n佐藤,,y\n");
    instance.write(format!("records/in/{name}"), table);
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let original = record(&instance, name);
    // It is due, and stays as long as nobody masked its number.
    let swept = json(&instance, &["sweep", "run"]);
    let why = swept["refused"].as_array().unwrap().iter().find(|one| one["record"] == original.as_str()).unwrap();
    assert_eq!(why["why"], "number-first", "{swept:#}");
    instance.hokan(&["mask", &original, "-i", "/nowhere", "--by", "Sato"]).expect_code(74);
    let ran = instance.hokan(&["mask", &original, "-i", &identity(&instance), "--by", "Sato"]).expect_code(0);
    assert!(!ran.stdout.contains(NUMBER) && !ran.stderr.contains(NUMBER));
    let masked = format!("{name} (masked)");
    let successor = record(&instance, &masked);
    assert_eq!(scene::listed(&instance)[&masked]["due"], "2029-04-01");
    refusal(instance.hokan(&["mask", &original, "-i", &identity(&instance), "--by", "Sato"]), "mask.done");
    let opened = scene::opened(&instance, &instance.home().join("identity"));
    let rest = String::from_utf8(opened[&successor].clone()).unwrap();
    assert_eq!(rest, "氏名,個人番号,備考\n山田,************,x\n佐藤,,y\n");
    instance.hokan(&["verify"]).expect_code(0);
    scene::approved_plan(&instance, "plan.json", &instance.home().join("approver").display().to_string());
    let swept = json(&instance, &["sweep", "run", "plan.json"]);
    assert_eq!(swept["destroyed"], Value::from(vec![original.clone()]), "{swept:#}");
    let opened = scene::opened(&instance, &instance.home().join("identity"));
    assert!(!opened.contains_key(&original) && opened.contains_key(&successor));
    let ledger = ledger(&instance);
    assert!(
        ledger.contains(&format!("\"kind\":\"succeeded\",\"record\":\"{original}\",\"successor\":\"{successor}\""))
    );
    assert!(!ledger.contains(NUMBER), "a number stands in the ledger");
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn a_file_a_person_masked_is_looked_through_and_the_places_are_told_never_the_number() {
    let instance = ready();
    let name = "number-notices/2015-06-01-list.csv";
    instance.write(format!("records/in/{name}"), format!("氏名,番号\n山田,{NUMBER}\n"));
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let original = record(&instance, name);
    let mask = |with: &[&str]| {
        let identity = identity(&instance);
        instance.hokan(&[&["mask", &original, "-i", &identity, "--by", "Sato"], with].concat())
    };
    refusal(mask(&[]), "mask.table");
    instance.write("left.csv", "氏名,番号\n山田,1234 5678 9018\n".as_bytes());
    let why = refusal(mask(&["--with", "left.csv"]), "mask.number-left");
    assert!(why.contains("line 2, character 4") && !why.contains("5678"), "{why}");
    instance.write("same.csv", format!("氏名,番号\n山田,{NUMBER}\n"));
    refusal(mask(&["--with", "same.csv"]), "mask.same");
    instance.write("ok.csv", "氏名,番号\n山田,（削除済）\n".as_bytes());
    mask(&["--with", "ok.csv"]).expect_code(0);
    let receipts = "receipts/2026-10/M1-fees.csv";
    instance.write(format!("records/in/{receipts}"), b"x");
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let other = record(&instance, receipts);
    refusal(instance.hokan(&["mask", &other, "-i", &identity(&instance), "--by", "Sato"]), "mask.class");
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn a_request_is_answered_for_each_record_and_no_law_or_hold_is_overridden() {
    let instance = ready();
    for (path, bytes) in [
        ("receipts/2026-10/M7-fees.csv", "own rule alone"),
        ("receipts/2026-09/M7-fees.csv", "on hold"),
        ("checkups/2026-05-01/M7-a.xml", "the law keeps it"),
    ] {
        instance.write(format!("records/in/{path}"), bytes);
    }
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let held = record(&instance, "receipts/2026-09/M7-fees.csv");
    instance.hokan(&["hold", "place", "--record", &held, "--reason", "suit", "--by", "Sato"]).expect_code(0);
    let words = ["--subject", "M7", "--requested-by", "M7", "--reason", "request 12", "--by", "Sato"];
    let ask = |more: &[&str]| -> Value {
        let ran = instance.hokan(&[&["--json", "sweep", "early"], &words[..], more].concat()).expect_code(1);
        serde_json::from_str(&ran.stdout).unwrap()
    };
    let codes = |answer: &Value| -> Vec<(String, String)> {
        let answers = answer["answers"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        answers.iter().map(|one| (text(&one["name"]), text(&one["code"]))).collect()
    };
    let expected = |own: &str| {
        let mut all = vec![
            ("receipts/2026-10/M7-fees.csv".to_owned(), own.to_owned()),
            ("receipts/2026-09/M7-fees.csv".to_owned(), "on-hold".to_owned()),
            ("checkups/2026-05-01/M7-a.xml".to_owned(), "legal-minimum".to_owned()),
        ];
        all.sort();
        all
    };
    let sorted = |answer: &Value| {
        let mut codes = codes(answer);
        codes.sort();
        codes
    };
    let asked = ask(&["--ask"]);
    assert_eq!(sorted(&asked), expected("granted"), "{asked:#}");
    let law = asked["answers"].as_array().unwrap().iter().find(|one| one["code"] == "legal-minimum").unwrap();
    assert!(law["why"].as_str().unwrap().contains("`elderly-care.specific-checkups`"), "{law:#}");
    assert_eq!(sorted(&ask(&["--ask"])), expected("granted"), "asking enters nothing");
    assert_eq!(sorted(&ask(&[])), expected("granted"));
    assert_eq!(sorted(&ask(&[])), expected("granted-before"));
    instance.hokan(&["verify"]).expect_code(0);
    // It is due now, and needs an approver like anything that goes by a decision.
    let granted = record(&instance, "receipts/2026-10/M7-fees.csv");
    let swept = json(&instance, &["sweep", "run"]);
    let why = swept["refused"].as_array().unwrap().iter().find(|one| one["record"] == granted.as_str()).unwrap();
    assert_eq!(why["why"], "needs-approval", "{swept:#}");
    let ledger = ledger(&instance);
    assert!(ledger.contains("early-requested") && !ledger.contains("request 12"), "{ledger}");
    // A hold placed after the grant wins.
    instance.hokan(&["hold", "place", "--record", &granted, "--reason", "suit", "--by", "Sato"]).expect_code(0);
    let swept = json(&instance, &["sweep", "run"]);
    let why = swept["refused"].as_array().unwrap().iter().find(|one| one["record"] == granted.as_str()).unwrap();
    assert_eq!(why["why"], "on-hold", "{swept:#}");
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn a_certificate_says_what_went_on_request_and_what_was_masked_and_both_verifiers_check_it() {
    let instance = ready();
    let (number, asked) = ("number-notices/2023-06-01-list.csv", "receipts/2026-10/M7-fees.csv");
    instance.write(format!("records/in/{number}"), format!("氏名,個人番号\n山田,{NUMBER}\n"));
    instance.write(format!("records/in/{asked}"), b"x");
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let [number, asked] = [number, asked].map(|name| record(&instance, name));
    instance.hokan(&["mask", &number, "-i", &identity(&instance), "--by", "Sato"]).expect_code(0);
    let words = ["--requested-by", "M7", "--reason", "request 12", "--by", "Sato"];
    instance.hokan(&[&["sweep", "early", "--subject", "M7"], &words[..]].concat()).expect_code(0);
    scene::approved_plan(&instance, "plan.json", &instance.home().join("approver").display().to_string());
    // A plan out of which somebody took that a record goes early is another plan than the one that could go.
    let text = instance.read("plan.json").replace("\"early\":true,", "");
    assert_ne!(text, instance.read("plan.json"));
    instance.write("quiet.json", text);
    let planner = instance.home().join("planner").display().to_string();
    let ran = instance.hokan(&["sweep", "approve", "quiet.json", "--key", &planner]).expect_code(0);
    assert!(ran.stdout.contains("changed since it was made, and would stay"), "{}", ran.stdout);
    // Who approves is told what goes before its rule allows it, and hears who asked.
    let plan: Value = serde_json::from_str(&instance.read("plan.json")).unwrap();
    let early: Vec<&Value> = plan["records"].as_array().unwrap().iter().filter(|one| one["early"] == true).collect();
    assert_eq!(early.iter().map(|one| &one["record"]).collect::<Vec<_>>(), [&Value::from(asked.clone())]);
    let looked = instance.hokan(&["sweep"]).expect_code(0).stdout;
    assert!(looked.contains("due early on request, needs one approver"), "{looked}");
    let why = instance.hokan(&["explain", &asked]).expect_code(0).stdout;
    assert!(why.contains("asked for by M7 (request 12), entered by Sato"), "{why}");
    assert_eq!(json(&instance, &["sweep", "run", "plan.json"])["destroyed"].as_array().unwrap().len(), 2);
    let folder = instance.home().join("certificates");
    let made = json(&instance, &["certificate", "-o", folder.to_str().unwrap()]);
    let file =
        |ending: &str| folder.join(format!("{}.{ending}", made["sweep"].as_str().unwrap())).display().to_string();
    let value: Value = serde_json::from_str(&std::fs::read_to_string(file("json")).unwrap()).unwrap();
    let classes = value["statement"]["classes"].as_array().unwrap();
    let sum = |of: &str| classes.iter().map(|class| class[of].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("count"), sum("early"), sum("masked")), (2, 1, 1));
    let grounds: Vec<Value> = value["evidence"]["grounds"].as_array().unwrap().iter().map(entry).collect();
    let mut about: Vec<(&str, &str)> =
        grounds.iter().map(|one| (one["kind"].as_str().unwrap(), one["record"].as_str().unwrap())).collect();
    about.sort_unstable();
    assert_eq!(about, [("early-requested", asked.as_str()), ("succeeded", number.as_str())]);
    for (language, words) in [
        ("en", ["Destroyed on request", "Individual Number deleted, the rest kept", "Successor"]),
        ("ja", ["請求により廃棄した記録", "個人番号のみを廃棄した記録", "後継の記録"]),
    ] {
        let text = instance.run("pdftotext", &["-raw", &file(&format!("{language}.pdf")), "-"]).expect_code(0).stdout;
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        // As a word: two such letters may stand in a key's base64 by chance.
        let names_them = text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "M7");
        assert!(!text.contains("request 12") && !names_them && !text.contains(NUMBER), "{text}");
    }
    instance.hokan(&["verify", "--certificate", &file("json")]).expect_code(0);
    assert_eq!(crate::tamper::independent(&["certificate", &file("json")]), (0, "valid\n".to_owned()));
    let mut fewer = value.clone();
    fewer["evidence"]["grounds"].as_array_mut().unwrap().pop();
    std::fs::write(file("json"), fewer.to_string()).unwrap();
    let found = instance.hokan(&["--json", "verify", "--certificate", &file("json")]).expect_code(3);
    assert!(found.stdout.contains("certificate.ground"), "{found:?}");
    assert_eq!(crate::tamper::independent(&["certificate", &file("json")]).0, 3);
    instance.hokan(&["verify"]).expect_code(0);
}

fn entry(proven: &Value) -> Value {
    serde_json::from_str(proven["entry"].as_str().unwrap()).unwrap()
}

#[test]
fn i2_a_granted_request_can_be_withdrawn_and_what_was_approved_is_void() {
    let instance = ready();
    let name = "receipts/2026-10/M7-fees.csv";
    instance.write(format!("records/in/{name}"), b"x");
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let (asked, due) = (record(&instance, name), scene::listed(&instance)[name]["due"].clone());
    let words = ["--requested-by", "M7", "--reason", "request 12", "--by", "Sato"];
    let ask = || instance.hokan(&[&["sweep", "early", "--subject", "M7"], &words[..]].concat()).expect_code(0);
    let withdraw = ["sweep", "withdraw-early", &asked, "--reason", "changed their mind", "--by", "Sato"];
    refusal(instance.hokan(&withdraw), "early.none");
    ask();
    scene::approved_plan(&instance, "plan.json", &instance.home().join("approver").display().to_string());
    let withdrawn = json(&instance, &withdraw);
    assert_eq!((&withdrawn["due"], &withdrawn["too-late-perhaps"]), (&due, &false.into()), "{withdrawn:#}");
    assert_eq!(scene::listed(&instance)[name]["due"], due, "its own day is back");
    refusal(instance.hokan(&withdraw), "early.none");
    let swept = json(&instance, &["sweep", "run", "plan.json"]);
    assert_eq!((&swept["destroyed"], &swept["refused"][0]["why"]), (&Value::from(vec![""; 0]), &"not-due".into()));
    instance.hokan(&["verify"]).expect_code(0);
    // Whoever wants it gone removes the withdrawal from the catalog: the ledger knows it.
    let catalog = rusqlite::Connection::open(instance.root().join("vault/catalog.db")).unwrap();
    let kept: (i64, i64, String, String, Vec<u8>) = catalog
        .query_row("SELECT request, entry, reason, who, salt FROM early_withdrawals", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .unwrap();
    assert_eq!(catalog.execute("DELETE FROM early_withdrawals", []).unwrap(), 1);
    let verified = instance.hokan(&["verify"]).expect_code(3);
    assert!(verified.stdout.contains("verify.early-altered"), "{}", verified.stdout);
    let today = json(&instance, &["status"])["today"].as_str().unwrap().to_owned();
    catalog.execute("UPDATE due SET day = ?1 WHERE class = 'receipts'", [&today]).unwrap();
    let swept = json(&instance, &["sweep", "run", "plan.json"]);
    assert_eq!(swept["refused"][0]["why"], "altered", "{swept:#}");
    let put = "INSERT INTO early_withdrawals(record, request, entry, reason, who, salt) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
    catalog.execute(put, rusqlite::params![asked, kept.0, kept.1, kept.2, kept.3, kept.4]).unwrap();
    catalog.execute("UPDATE due SET day = ?1 WHERE class = 'receipts'", [due.as_str().unwrap()]).unwrap();
    drop(catalog);
    instance.hokan(&["verify"]).expect_code(0);
    // Asked for again, it is granted again: both requests and the withdrawal stay on record.
    ask();
    instance.hokan(&["verify"]).expect_code(0);
    scene::approved_plan(&instance, "again.json", &instance.home().join("approver").display().to_string());
    assert_eq!(json(&instance, &["sweep", "run", "again.json"])["destroyed"], Value::from(vec![asked]));
    assert!(!ledger(&instance).contains("changed their mind"));
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn what_is_to_be_handed_over_to_an_archive_is_refused_in_the_policy() {
    let instance = ready();
    let policy = instance.read("policies/retention.yaml");
    let changed = policy.replacen(
        "disposal: { review: one, then: destroy, within: P1M }",
        "disposal: { review: one, then: transfer, within: P1M }",
        1,
    );
    assert_ne!(policy, changed);
    instance.write("policies/retention.yaml", changed);
    let found = instance.hokan(&["check"]).expect_code(1);
    assert!(format!("{}{}", found.stdout, found.stderr).contains("this version hands no records over"), "{found:?}");
    instance.git(&["commit", "--quiet", "--no-verify", "--all", "--message", "Hand receipts over"]);
    let key = instance.home().join("approver").display().to_string();
    instance.hokan(&["policy", "accept", "--yes", "--key", &key]).expect_code(1);
    refusal(instance.hokan(&["sweep", "run"]), "policy");
    instance.hokan(&["verify"]).expect_code(0);
}
