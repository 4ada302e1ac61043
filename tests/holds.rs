//! Holds: by record, subject, class, path and conditions; several at once; looked at again; too late.
//!
//! In: an instance with due records and an approved plan. Out: what a hold covers stays, now and among what arrives later.
//! The rule it keeps: coverage is shown by what a sweep destroys, not by what a list says.

use serde_json::{Value, json};

use crate::instances::*;

/// Places a hold with these conditions and returns the document.
#[track_caller]
fn place(ready: &Ready, conditions: &[&str]) -> Value {
    ready.json(&[&["hold", "place", "--reason", "監査", "--by", OFFICER], conditions].concat())
}

/// Approves everything due and sweeps; returns the paths that are still held.
fn left_after_sweep(ready: &Ready) -> Vec<&'static str> {
    ready.plan("everything.json");
    ready.approve("everything.json");
    ready.json(&["sweep", "run", "everything.json"]);
    ready.expect_verified();
    [RECEIPT, PROVISION, LOG].into_iter().filter(|path| ready.find(path).is_some()).collect()
}

#[test]
fn i2_each_kind_of_hold_keeps_what_it_covers_and_nothing_else() {
    for (conditions, covered) in [
        (&["--path", "receipts/**"] as &[&str], RECEIPT),
        (&["--path", "*/2021-05-10-*.csv"], PROVISION),
        (&["--class", "receipts", "--date", "treated=2019-04-01..2019-04-30"], RECEIPT),
        (&["--class", "access-logs", "--taken-in", "2020-01-01.."], LOG),
        (&["--subject", "M1000001", "--path", "receipts/2019-*/*"], RECEIPT),
        (&["--date", "made=2021-05-10"], PROVISION),
        (&["--class", "provision-records"], PROVISION),
        (&["--subject", "M1000001"], RECEIPT),
    ] {
        let ready = Ready::with_records();
        let placed = place(&ready, conditions);
        assert_eq!((&placed["covers"], &placed["too-late"]), (&1.into(), &json!([])), "{conditions:?}: {placed}");
        let shown = ready.json(&["hold", "show", placed["hold"].as_str().unwrap()]);
        assert_eq!(shown["covers"], json!([ready.record(covered)]), "{conditions:?}");
        assert_eq!(left_after_sweep(&ready), [covered], "{conditions:?}");
    }
}

#[test]
fn a_subject_in_another_spelling_is_named_and_one_with_white_space_is_not_taken_in() {
    let ready = Ready::with_records();
    let other = RECEIPT.replace("M1000001", "Ｍ1000001");
    ready.drop_in(&other, "full-width");
    let spaced = RECEIPT.replace("M1000001", "M1000001 ");
    ready.drop_in(&spaced, "with a space");
    let turned = RECEIPT.replace("M1000001-", "M1000009-\u{202e}");
    ready.drop_in(&turned, "turned");
    let unseen = RECEIPT.replace("M1000001", "M\u{200b}1000001");
    ready.drop_in(&unseen, "with a character that nobody sees");
    let said = ready.hokan(&["take-in", "--yes"]).stdout;
    assert!(said.contains("`M1000001 ` has white space around it"), "{said}");
    assert!(said.contains("1000001` holds a character that nobody sees"), "{said}");
    assert!(ready.find(&spaced).is_none() && ready.find(&unseen).is_none(), "they stay where they are");
    let refused = ["hold", "place", "--subject", "M\u{200b}1000001", "--reason", "suit", "--by", OFFICER];
    assert!(ready.hokan(&refused).expect_code(1).stderr.contains("holds a character that nobody sees"));
    let alike = json!([{ "subject": "Ｍ1000001", "records": 1 }]);
    let placed = place(&ready, &["--subject", "M1000001"]);
    assert_eq!((&placed["covers"], &placed["alike"]), (&1.into(), &alike));
    let event = ["event", "add", "--subject", "M1000001", "--event", "qualification-lost", "--date", "2020-03-31"];
    assert_eq!(ready.json(&event)["alike"], alike);
    assert_eq!(place(&ready, &["--subject", "M1000009"])["alike"], json!([]));
    let list = ready.hokan(&["records", "list"]).stdout;
    assert!(list.contains("M1000009-\u{fffd}") && !list.contains('\u{202e}'), "{list}");
}

#[test]
fn i2_conditions_that_nothing_meets_hold_nothing() {
    let ready = Ready::with_records();
    for conditions in [
        &["--class", "access-logs", "--subject", "M1000001"] as &[&str],
        &["--class", "receipts", "--date", "treated=2019-05-01.."],
        &["--taken-in", "..2020-01-01"],
        &["--path", "receipts/*"],
    ] {
        assert_eq!(place(&ready, conditions)["covers"], 0, "{conditions:?}");
    }
    assert_eq!(left_after_sweep(&ready), Vec::<&str>::new());
}

#[test]
fn i2_a_hold_by_path_or_conditions_covers_records_that_arrive_later() {
    let ready = Ready::new();
    place(&ready, &["--path", "receipts/**"]);
    place(&ready, &["--class", "access-logs", "--date", "logged=2022-01-01..2022-01-31"]);
    ALL.iter().for_each(|path| ready.drop_in(path, content(path)));
    ready.take_in();
    assert_eq!(left_after_sweep(&ready), [RECEIPT, LOG]);
}

#[test]
fn i2_several_holds_keep_one_record_until_the_last_is_released() {
    let ready = Ready::with_records();
    let receipt = ready.record(RECEIPT);
    let holds = [
        place(&ready, &["--record", &receipt]),
        place(&ready, &["--path", "receipts/**"]),
        place(&ready, &["--class", "receipts", "--taken-in", "2020-01-01.."]),
    ];
    let ids: Vec<&str> = holds.iter().map(|hold| hold["hold"].as_str().unwrap()).collect();
    for id in &ids {
        assert_eq!(left_after_sweep(&ready).first(), Some(&RECEIPT));
        let release = ["hold", "release", id, "--reason", "終結", "--by", OFFICER];
        ready.json(&release);
        // Nothing is due but the receipt: without it there is no plan to make.
        ready.run("rm", &["everything.json"]).expect_code(0);
        if *id == ids[2] {
            break;
        }
        ready.drop_in(format!("{}-{id}.csv", LOG.trim_end_matches(".csv")), content(LOG));
        ready.take_in();
    }
    assert_eq!(left_after_sweep(&ready), Vec::<&str>::new());
}

#[test]
fn i6_a_hold_whose_conditions_were_altered_in_the_catalog_stops_everything() {
    for (column, value) in [
        ("target", r#"{"class":"access-logs","taken-in":"2020-01-01.."}"#),
        ("owner", "somebody else"),
        ("review", "2999-01-01"),
        ("scope", "path"),
        ("scope", "nothing known"),
    ] {
        let ready = Ready::with_approved_plan();
        place(&ready, &["--class", "receipts", "--taken-in", "2020-01-01.."]);
        ready.catalog().execute(&format!("UPDATE holds SET {column} = ?1"), [value]).unwrap();
        let ran = ready.hokan(&["sweep", "run", "plan.json"]).expect_code(1);
        let words = ["sweep.hold-altered", "store.inconsistent"];
        assert!(words.iter().any(|word| ran.stderr.contains(word)), "{column}: {}", ran.stderr);
        assert_eq!(ready.entries_of("intent"), 0, "{column}");
    }
}

#[test]
fn i6_a_hold_that_the_catalog_lost_is_stated_anew_and_the_gate_believes_the_newest_statement() {
    for lost in ["DELETE FROM holds", "UPDATE holds SET target = 'minutes'", "UPDATE holds SET scope = 'nothing known'"]
    {
        let ready = Ready::with_approved_plan();
        let hold = place(&ready, &["--class", "receipts"])["hold"].as_str().unwrap().to_owned();
        let anew = ["--anew", &hold, "--subject", "M1000001"];
        let again = [&["hold", "place", "--reason", "監査", "--by", OFFICER], &anew[..]].concat();
        let ran = ready.hokan(&again).expect_code(1);
        assert!(ran.stderr.contains("hold.not-lost"), "{}", ran.stderr);
        assert_eq!(ready.catalog().execute(lost, []).unwrap(), 1);
        let ran = ready.hokan(&["sweep", "run", "plan.json"]).expect_code(1);
        assert!(
            ran.stderr.contains("sweep.hold-altered") || ran.stderr.contains("store.inconsistent"),
            "{}",
            ran.stderr
        );
        if lost.contains("minutes") {
            // What a row still says that it covers is not let go in passing.
            let ran = ready.hokan(&again).expect_code(1);
            assert!(ran.stderr.contains("hold.other-scope"), "{}", ran.stderr);
            place(&ready, &["--anew", &hold, "--class", "minutes"]);
            place(&ready, &["--subject", "M1000001"]);
        } else {
            let stated = place(&ready, &anew);
            assert_eq!((&stated["hold"], &stated["covers"]), (&hold.clone().into(), &1.into()), "{stated}");
        }
        ready.expect_verified();
        // What it covered before is not known: who approved the plan before approved it for no record any more.
        let swept = ready.json(&["sweep", "run", "plan.json"]);
        let swept = Ready::refusals(&swept);
        let why = |path| swept.iter().find(|(id, _)| *id == ready.record(path)).map(|(_, why)| why.as_str());
        assert_eq!((why(RECEIPT), why(PROVISION)), (Some("on-hold"), Some("changed-since-plan")), "{lost}");
        assert_eq!(ready.entries_of("intent"), 0, "{lost}");
        // It is said wherever the hold is shown, and asked about until somebody looked.
        let restated = |ready: &Ready| ready.json(&["hold", "show", &hold])["restated"]["reviewed"].clone();
        let asked = |ready: &Ready| ready.json(&["status"])["holds-to-review"].clone();
        let today = ready.json(&["status"])["today"].clone();
        assert_eq!(restated(&ready), json!(false));
        assert_eq!(asked(&ready), json!([{ "hold": hold, "review": today, "owner": OFFICER, "restated": true }]));
        assert!(ready.hokan(&["hold", "list"]).stdout.contains("stated anew on"));
        assert!(ready.hokan(&["status", "--attention"]).expect_code(1).stdout.contains("was stated anew on"));
        let review = ["hold", "review", &hold, "--next", "2999-12-31", "--reason", "all of it", "--by", OFFICER];
        ready.json(&review);
        assert_eq!((restated(&ready), asked(&ready)), (json!(true), json!([])));
        ready.json(&["hold", "release", &hold, "--reason", "over", "--by", OFFICER]);
        let left = ready.json(&["hold", "list"])["holds"].clone();
        assert!(left.as_array().unwrap().iter().all(|one| one["hold"] != hold.as_str()), "{left}");
        ready.expect_verified();
    }
    let ready = Ready::with_records();
    let unknown = ["hold", "place", "--anew", "hold-00000000", "--class", "receipts", "--reason", "x", "--by", OFFICER];
    assert!(ready.hokan(&unknown).expect_code(1).stderr.contains("hold.unknown"));
}

#[test]
fn i6_a_hold_that_is_not_lost_stays_as_it_is_whatever_happened_to_another() {
    let ready = Ready::with_records();
    let [one, two] = [["--class", "receipts"], ["--subject", "M1000001"]].map(|scope| {
        let hold = place(&ready, &scope)["hold"].as_str().unwrap().to_owned();
        (hold, scope)
    });
    let anew = |hold: &str, scope: &[&str], code| {
        let words = ["hold", "place", "--anew", hold, "--reason", "監査", "--by", OFFICER];
        ready.hokan(&[&words[..], scope].concat()).expect_code(code).stderr
    };
    let damage = |hold: &str, column: &str| {
        let sql = format!("UPDATE holds SET {column} = 'nothing known' WHERE id = ?1");
        assert_eq!(ready.catalog().execute(&sql, [hold]).unwrap(), 1);
    };
    damage(&two.0, "review");
    let said = anew(&one.0, &["--subject", "NOBODY"], 1);
    assert!(said.contains("hold.not-lost"), "{said}");
    // What is damaged is named, with the way on; what of it can be read still binds.
    let said = ready.hokan(&["hold", "list"]).expect_code(1).stderr;
    assert!(said.contains(&format!("hokan hold place --anew {}", two.0)), "{said}");
    let said = anew(&two.0, &["--subject", "NOBODY"], 1);
    assert!(said.contains("hold.other-scope"), "{said}");
    // A new hold stands in the ledger all the same.
    let placed = ready.json(&["hold", "place", "--class", "minutes", "--reason", "x", "--by", OFFICER]);
    assert_eq!((&placed["entered"], ready.entries_of("hold-placed")), (&true.into(), 3), "{placed}");
    // Whatever of a row cannot be read, the hold is named.
    assert_eq!(ready.catalog().execute("UPDATE holds SET salt = x'00' WHERE id = ?1", [&two.0]).unwrap(), 1);
    let said = ready.hokan(&["status"]).expect_code(1).stderr;
    assert!(said.contains(&format!("the hold `{}` cannot be read", two.0)), "{said}");
    // Where both cannot be read, each is stated anew, one after the other.
    damage(&one.0, "scope");
    damage(&two.0, "scope");
    anew(&one.0, &one.1, 0);
    anew(&two.0, &two.1, 0);
    ready.expect_verified();
    let listed = ready.json(&["hold", "list"])["holds"].clone();
    let targets: Vec<&Value> = listed.as_array().unwrap().iter().map(|one| &one["target"]).collect();
    assert!(targets.contains(&&"receipts".into()) && targets.contains(&&"M1000001".into()), "{listed}");
}

#[test]
fn i6_a_plan_written_before_a_hold_was_stated_anew_is_void_whenever_it_was_signed() {
    let ready = Ready::with_records();
    let public = format!("{}.pub", ready.planner());
    ready.json(&["sweep", "plan", "--no-pdf", "-o", "late.json", "--planner", &public, "--by", OFFICER]);
    let hold = place(&ready, &["--class", "receipts"])["hold"].as_str().unwrap().to_owned();
    assert_eq!(ready.catalog().execute("DELETE FROM holds", []).unwrap(), 1);
    // While it is lost nothing goes, and whoever looks is told.
    let attention = ready.hokan(&["status", "--attention"]).expect_code(1).stdout;
    assert!(attention.contains(&format!("hokan hold place --anew {hold}")), "{attention}");
    let looked = ready.hokan(&["sweep"]).expect_code(0).stdout;
    assert!(looked.contains(&format!("nothing goes before the hold {hold} is put right")), "{looked}");
    place(&ready, &["--anew", &hold, "--subject", "NOBODY"]);
    let ran = ready.hokan(&["sweep", "approve", "late.json", "--key", &ready.planner()]).expect_code(1);
    assert!(ran.stderr.contains("plan.stale"), "{}", ran.stderr);
}

#[test]
fn i6_who_approved_before_a_hold_that_was_released_and_is_not_known_any_more_approved_nothing() {
    for change in
        ["DELETE FROM holds", "UPDATE holds SET target = 'minutes'", "UPDATE holds SET review = 'nothing known'"]
    {
        let ready = Ready::with_approved_plan();
        let hold = place(&ready, &["--class", "receipts"])["hold"].as_str().unwrap().to_owned();
        if change.contains("minutes") {
            // What is not as the ledger has it is stated anew before it ends.
            assert_eq!(ready.catalog().execute(change, []).unwrap(), 1);
            let ran = ready.hokan(&["hold", "release", &hold, "--reason", "x", "--by", OFFICER]).expect_code(1);
            assert!(ran.stderr.contains("hold.lost"), "{}", ran.stderr);
            continue;
        }
        ready.json(&["hold", "release", &hold, "--reason", "over", "--by", OFFICER]);
        assert_eq!(ready.catalog().execute(change, []).unwrap(), 1);
        let swept = ready.json(&["sweep", "run", "plan.json"]);
        assert!(Ready::refusals(&swept).iter().all(|(_, why)| why == "changed-since-plan"), "{change}: {swept}");
        assert_eq!(ready.entries_of("intent"), 0, "{change}");
        // The next plan knows no approval that could be older.
        ready.plan("next.json");
        ready.approve("next.json");
        assert_eq!(ready.json(&["sweep", "run", "next.json"])["destroyed"].as_array().unwrap().len(), 3, "{change}");
    }
}

#[test]
fn a_hold_that_was_there_before_a_plan_and_is_forgotten_with_its_records_voids_nothing() {
    let ready = Ready::with_records();
    let hold = place(&ready, &["--record", &ready.record(RECEIPT)])["hold"].as_str().unwrap().to_owned();
    ready.plan("plan.json");
    ready.approve("plan.json");
    ready.json(&["hold", "release", &hold, "--reason", "over", "--by", OFFICER]);
    ready.plan("receipt.json");
    ready.approve("receipt.json");
    // What is forgotten with the record that it covered.
    assert_eq!(ready.catalog().execute("DELETE FROM holds", []).unwrap(), 1);
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), 2, "{swept}");
}

#[test]
fn i6_a_hold_whose_release_no_entry_states_is_lost_and_can_be_stated_anew() {
    let ready = Ready::with_approved_plan();
    let hold = place(&ready, &["--class", "receipts"])["hold"].as_str().unwrap().to_owned();
    let forged = "UPDATE holds SET released_by = 'x', released_why = 'y', release_salt = salt, release_entry = 3";
    assert_eq!(ready.catalog().execute(forged, []).unwrap(), 1);
    let attention = ready.hokan(&["status", "--attention"]).expect_code(1).stdout;
    assert!(attention.contains(&format!("hokan hold place --anew {hold}")), "{attention}");
    let ran = ready.hokan(&["sweep", "run", "plan.json"]).expect_code(1);
    assert!(ran.stderr.contains("sweep.hold-altered"), "{}", ran.stderr);
    place(&ready, &["--anew", &hold, "--class", "receipts"]);
    ready.expect_verified();
    assert_eq!(ready.entries_of("hold-restated"), 1);
}

#[test]
fn a_path_that_no_record_has_is_told_and_so_is_a_hold_that_only_the_ledger_knows() {
    let ready = Ready::with_records();
    let hold = |path: &str| {
        ready.hokan(&["hold", "place", "--path", path, "--reason", "x", "--by", OFFICER]).expect_code(0).stdout
    };
    for path in ["records/in/receipts/**", "Receipts/**", "[a"] {
        assert!(hold(path).contains("no record has such a path now"), "{path}");
    }
    assert!(!hold("receipts/**").contains("no record has such a path"));
    let id = place(&ready, &["--class", "receipts"])["hold"].as_str().unwrap().to_owned();
    ready.catalog().execute("DELETE FROM holds", []).unwrap();
    let ran = ready.hokan(&["hold", "release", &id, "--reason", "x", "--by", OFFICER]).expect_code(1);
    assert!(ran.stderr.contains("hold.lost") && ran.stderr.contains("--anew"), "{}", ran.stderr);
}

#[test]
fn who_acts_is_named_or_nothing_is_done() {
    let ready = Ready::with_records();
    let place = ["hold", "place", "--class", "receipts", "--reason", "x"];
    let mut command = ready.command(env!("CARGO_BIN_EXE_hokan"), &place);
    let ran = command.env_remove("USER").output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("--by NAME"), "{said}");
    assert_eq!(ready.entries_of("hold-placed"), 0);
    // What nobody has to answer for goes without a name, such as a check by a timer.
    let mut verify = ready.command(env!("CARGO_BIN_EXE_hokan"), &["verify"]);
    assert!(verify.env_remove("USER").output().unwrap().status.success());
}

#[test]
fn a_hold_has_an_owner_and_a_review_date_that_status_reminds_of_until_somebody_looked() {
    let ready = Ready::with_records();
    let placed = place(&ready, &["--subject", "M1000001", "--owner", "田中", "--review", "2999-12-31"]);
    let id = placed["hold"].as_str().unwrap().to_owned();
    assert_eq!((&placed["owner"], &placed["review"]), (&"田中".into(), &"2999-12-31".into()));
    assert_eq!(ready.json(&["status"])["holds-to-review"], json!([]));
    let by_default = place(&ready, &["--class", "minutes"]);
    let today = ready.json(&["status"])["today"].as_str().unwrap().to_owned();
    let year = |date: &str| date[..4].parse::<i32>().unwrap();
    assert_eq!(by_default["owner"], OFFICER);
    assert_eq!(year(by_default["review"].as_str().unwrap()), year(&today) + 1, "a year later: {by_default}");
    for day in [today.as_str(), "2020-01-01"] {
        let ran =
            ready.hokan(&["hold", "place", "--class", "minutes", "--reason", "x", "--review", day]).expect_code(1);
        assert!(ran.stderr.contains("hold.review") && ran.stderr.contains("--review"), "{}", ran.stderr);
    }
    // As if the hold had been placed long ago with a date that has come: row and commitment agree.
    let old = ready.hokan(&["hold", "review", &id, "--next", &today, "--reason", "x", "--by", OFFICER]).expect_code(1);
    assert!(old.stderr.contains("hold.review"), "{}", old.stderr);
    ready.catalog().execute("UPDATE holds SET review = ?1 WHERE id = ?2", [&today, &id]).unwrap();
    let status = ready.json(&["status"]);
    assert_eq!(status["holds-to-review"], json!([{ "hold": id, "review": today, "owner": "田中", "restated": false }]));
    let text = ready.hokan(&["status"]).expect_code(0).stdout;
    assert!(text.contains(&format!("{id} is to be looked at since {today} by 田中")), "{text}");
    ready.catalog().execute("UPDATE holds SET review = '2999-12-31' WHERE id = ?1", [&id]).unwrap();
    ready.json(&["hold", "review", &id, "--next", "2999-06-30", "--reason", "係争中", "--by", "鈴木"]);
    assert_eq!(ready.json(&["status"])["holds-to-review"], json!([]));
    let shown = ready.json(&["hold", "show", &id]);
    assert_eq!(shown["review"], "2999-06-30");
    assert_eq!(shown["reviews"], json!([{ "review": "2999-06-30", "reason": "係争中", "by": "鈴木" }]));
    assert_eq!(shown["covers"], json!([ready.record(RECEIPT)]));
    assert_eq!(ready.entries_of("hold-reviewed"), 1);
    ready.expect_verified();
}

#[test]
fn i6_an_altered_review_of_a_hold_is_found() {
    let ready = Ready::with_records();
    let id = place(&ready, &["--subject", "M1000001"])["hold"].as_str().unwrap().to_owned();
    ready.json(&["hold", "review", &id, "--next", "2999-06-30", "--reason", "係争中", "--by", OFFICER]);
    ready.expect_verified();
    ready.catalog().execute("UPDATE hold_reviews SET reason = 'another'", []).unwrap();
    let ran = ready.hokan(&["verify"]).expect_code(3);
    assert!(ran.stdout.contains("verify.fact-altered") && ran.stdout.contains("review of hold"), "{}", ran.stdout);
}

#[test]
fn holds_are_listed_shown_and_told_apart_in_words() {
    let ready = Ready::with_records();
    let conditions = ["--class", "receipts", "--date", "treated=2019-04-01..", "--path", "receipts/**"];
    let id = place(&ready, &conditions)["hold"].as_str().unwrap().to_owned();
    let list = ready.json(&["hold", "list"]);
    let expected = json!({ "class": "receipts", "path": "receipts/**", "dates": { "treated": "2019-04-01.." } });
    assert_eq!((&list["holds"][0]["scope"], &list["holds"][0]["target"]), (&"query".into(), &expected), "{list}");
    let text = ready.hokan(&["hold", "list"]).expect_code(0).stdout;
    for word in [id.as_str(), "class receipts, path receipts/**, treated 2019-04-01..", "OWNER", "REVIEW"] {
        assert!(text.contains(word), "{text}");
    }
    ready.json(&["hold", "release", &id, "--reason", "終結", "--by", OFFICER]);
    let shown = ready.hokan(&["hold", "show", &id]).expect_code(0).stdout;
    assert!(shown.contains("released   終結 by") && shown.contains(&ready.record(RECEIPT)), "{shown}");
    for (arguments, words) in [
        (&["hold", "show", "hold-0"] as &[&str], ["hold.unknown", "hold list"]),
        (&["hold", "review", &id, "--next", "2999-01-01", "--reason", "x"], ["hold.unknown", "hold list"]),
    ] {
        let ran = ready.hokan(arguments).expect_code(1);
        assert!(words.iter().all(|word| ran.stderr.contains(word)), "{}", ran.stderr);
    }
}

#[test]
fn conditions_that_make_no_sense_are_refused_with_the_next_step() {
    let ready = Ready::with_records();
    let receipt = ready.record(RECEIPT);
    for (conditions, code, words) in [
        (&["--path", "receipts/{x}"] as &[&str], 1, ["hold.path", "`**` across folders"]),
        (&["--path", ""], 1, ["hold.path", "write a path below"]),
        (&["--class", "receipt", "--taken-in", "2020-01-01"], 1, ["hold.unknown-class", "did you mean `receipts`"]),
        (&["--date", "treatd=2020-01-01"], 1, ["hold.date", "did you mean `treated`"]),
        (&["--date", "qualification-lost=2020-01-01.."], 1, ["hold.date", "hold its subject instead"]),
        (&["--date", "treated=2020-02-30"], 2, ["treated=2020-02-30", "2026-04-01..2027-03-31"]),
        (&["--date", "treated=2021-01-01..2020-01-01"], 2, ["is not a day or days", "expected"]),
        (&["--date", "treated"], 2, ["NAME=DAYS", "treated"]),
        (&["--date", "made=2020-01-01..", "--date", "made=..2021-01-01"], 2, ["`made`", "named twice"]),
        (&["--record", &receipt, "--class", "receipts"], 2, ["--record", "no further condition"]),
        (&[], 2, ["--record", "--taken-in"]),
    ] {
        let all = [&["hold", "place", "--reason", "監査", "--by", OFFICER], conditions].concat();
        let ran = ready.hokan(&all).expect_code(code);
        assert!(words.iter().all(|word| ran.stderr.contains(word)), "{conditions:?}: {}", ran.stderr);
    }
    assert_eq!(ready.json(&["hold", "list"])["holds"], json!([]));
    assert_eq!(ready.entries_of("hold-placed"), 0);
}

#[test]
fn a_released_hold_goes_from_the_catalog_with_the_last_record_of_its_subject() {
    let ready = Ready::with_records();
    let conditions = ["--subject", "M1000001", "--path", "receipts/**"];
    let id = place(&ready, &conditions)["hold"].as_str().unwrap().to_owned();
    ready.json(&["hold", "review", &id, "--next", "2999-06-30", "--reason", "係争中", "--by", OFFICER]);
    ready.json(&["hold", "release", &id, "--reason", "終結", "--by", OFFICER]);
    left_after_sweep(&ready);
    for table in ["holds", "hold_reviews"] {
        let left: i64 =
            ready.catalog().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
    ready.expect_verified();
}
