//! Dates and subjects that a record says itself: read at take-in, from tables and trees, or refused with the place.
//!
//! In: files below `records/in` whose class reads fields. Out: records with every subject and the last date, or files that
//! are left as they were. The rule it keeps: a file is taken in whole or not at all.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::instances::Ready;

/// A class that reads fields, for files of every kind.
const CLASS: &str = "
dates:
  - { id: billed, title: { ja: 請求月, en: month of billing }, comes-from: field, about: record }
retention:
  classes:
    - id: bulk-statements
      title: { ja: 請求一覧, en: Lists of bills }
      information: [receipts]
      medium: electronic
      accept: [\"bulk/*.csv\", \"bulk/*.json\", \"bulk/*.yaml\", \"bulk/*.xml\"]
      read: { subject: member.id, billed: \"billed:month\" }
      recipients: [benefits]
      keep: { for: P5Y, after: billed, starting: month-end }
      authority: { own-rule: { ja: 文書管理規程（要確認）, en: Document rules (to be confirmed) } }
      disposal: { review: none, then: destroy, within: P1M }
";

fn ready(change: impl Fn(&str) -> String) -> Ready {
    let ready = Ready::new();
    ready.write("policies/bulk.yaml", change(CLASS));
    ready.commit("Read lists of bills");
    ready.accept();
    ready
}

/// Returns the list of what was left, by path.
fn left(taken: &Value, path: &str) -> Value {
    let left = taken["left"].as_array().unwrap().iter().find(|left| left["path"] == path);
    left.unwrap_or_else(|| panic!("`{path}` is not listed: {taken}")).clone()
}

#[test]
fn every_kind_of_file_says_its_dates_and_subjects() {
    let ready = ready(str::to_owned);
    let files = [
        (
            "bulk/a.csv",
            "member.id,name,billed\nM1000002,\"Sato, A\",2016-04\nM1000001,Abe,201605\nM1000002,Sato,2016/03\n",
        ),
        ("bulk/b.json", "[{\"member\":{\"id\":\"M1000003\"},\"billed\":\"2016-02\"}]"),
        ("bulk/c.yaml", "billed: 2016-01\nmember:\n  - id: M1000001\n  - id: M1000004\n"),
        ("bulk/d.xml", "<list><billed>2016-01</billed><member><id>M1000005</id></member></list>"),
    ];
    files.iter().for_each(|(path, text)| ready.drop_in(path, text));
    assert_eq!(ready.take_in()["taken"].as_array().unwrap().len(), 4);
    for (path, subjects, date, due) in [
        ("bulk/a.csv", json!(["M1000001", "M1000002"]), "2016-05-31", "2021-06-01"),
        ("bulk/b.json", json!(["M1000003"]), "2016-02-29", "2021-03-01"),
        ("bulk/c.yaml", json!(["M1000001", "M1000004"]), "2016-01-31", "2021-02-01"),
        ("bulk/d.xml", json!(["M1000005"]), "2016-01-31", "2021-02-01"),
    ] {
        let record = &ready.json(&["records", "show", &ready.record(path)])["records"][0];
        assert_eq!((&record["subjects"], &record["dates"]), (&subjects, &json!({ "billed": date })), "{path}");
        assert_eq!(record["due"], due, "{path}");
    }
    ready.expect_verified();
}

#[test]
fn i2_a_hold_on_one_of_many_members_holds_the_file() {
    let ready = ready(str::to_owned);
    ready.drop_in("bulk/a.csv", "member.id,billed\nM1000001,2016-04\nM1000002,2016-04\n");
    ready.drop_in("bulk/b.csv", "member.id,billed\nM1000003,2016-04\n");
    ready.take_in();
    let placed = ready.json(&["hold", "place", "--subject", "M1000002", "--reason", "suit", "--by", "Sato"]);
    assert_eq!(placed["covers"], 1, "{placed}");
    ready.plan("plan.json");
    ready.approve("plan.json");
    let swept = ready.json(&["sweep", "run", "plan.json"]);
    assert_eq!(swept["destroyed"].as_array().unwrap().len(), 1, "{swept}");
    assert!(ready.find("bulk/b.csv").is_none());
    let held = &ready.json(&["records", "show", &ready.record("bulk/a.csv")])["records"][0];
    assert_eq!(held["verdict"], "on-hold", "{held}");
}

#[test]
fn a_file_whose_fields_cannot_be_read_is_refused_with_the_place_and_left_as_it_was() {
    let ready = ready(str::to_owned);
    let files: [(&str, &[u8], &str); 8] = [
        ("bulk/ragged.csv", b"member.id,billed\nM1,2016-04\nM2\n", "line 3, column 1: the row has 1 value"),
        ("bulk/date.csv", b"member.id,billed\nM1,2016-04\nM2,2016-13\n", "line 3, column 2: `2016-13` for `billed`"),
        ("bulk/column.csv", b"member_id,billed\nM1,2016-04\n", "no column `member.id`: did you mean `member_id`?"),
        ("bulk/quote.csv", b"member.id,billed\nM1,\"2016-04\nM2,2016-04\n", "line 2, column 4: the quotation mark"),
        ("bulk/sjis.csv", b"member.id,billed,\x94\xd4\nM1,2016-04,x\n", "line 1 is not UTF-8"),
        ("bulk/twice.json", b"{\"billed\":\"2016-04\",\n\"billed\":\"2017-04\",\"member\":{\"id\":\"M1\"}}", "line 2"),
        ("bulk/entity.xml", b"<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>", "document type"),
        ("bulk/none.yaml", b"[]\n", "no rows"),
    ];
    for (path, bytes, _) in files {
        ready.drop_in(path, bytes);
    }
    ready.drop_in("bulk/good.csv", "member.id,billed\nM1,2016-04\n");
    let taken = ready.take_in();
    for (path, bytes, words) in files {
        let left = left(&taken, path);
        assert_eq!((&left["state"], &left["code"]), (&"refused".into(), &"intake.field".into()), "{left}");
        assert!(left["why"].as_str().unwrap().contains(words), "`{words}` is not said: {left}");
        assert_eq!(std::fs::read(ready.inbox(path)).unwrap(), bytes, "{path}");
    }
    ready.record("bulk/good.csv");
    assert_eq!(ready.json(&["status"])["records"], 1);
    ready.expect_verified();
}

#[test]
fn shift_jis_is_read_where_the_policy_says_so() {
    let ready =
        ready(|class| class.replace("member.id", "番号").replace("billed: \"", "encoding: shift-jis, billed: \""));
    ready.drop_in("bulk/a.csv", b"\x94\xd4\x8d\x86,billed\nM1000001,2016-04\n");
    assert_eq!(ready.take_in()["taken"].as_array().unwrap().len(), 1);
    let record = &ready.json(&["records", "show", &ready.record("bulk/a.csv")])["records"][0];
    assert_eq!(record["subjects"], json!(["M1000001"]));
}

#[test]
fn a_dry_run_tells_what_take_in_will_refuse() {
    let ready = ready(str::to_owned);
    ready.drop_in("bulk/a.csv", "member.id,billed\nM1,soon\n");
    let seen = ready.json(&["take-in", "--dry-run"]);
    assert_eq!(left(&seen, "bulk/a.csv")["code"], "intake.field", "{seen}");
    std::fs::set_permissions(ready.inbox("bulk/a.csv"), PermissionsExt::from_mode(0o640)).unwrap();
    ready.drop_in("bulk/a.csv", "member.id,billed\nM1,2016-04\n");
    assert_eq!(ready.take_in()["taken"].as_array().unwrap().len(), 1);
}

#[test]
fn a_date_of_a_field_must_be_read_by_the_class() {
    let ready = Ready::new();
    for (from, to, words) in [
        (", billed: \"billed:month\"", "", "`billed` comes from a field, but the class does not `read` it"),
        ("\"bulk/*.csv\"", "\"bulk/*.pdf\"", "accepts files that are not CSV, JSON, YAML or XML"),
        ("comes-from: field", "comes-from: sidecar", "declared to come from elsewhere"),
    ] {
        ready.write("policies/bulk.yaml", CLASS.replacen(from, to, 1));
        let checked = ready.hokan(&["check"]).expect_code(1);
        assert!(checked.stderr.contains(words), "`{words}` is not said:\n{}", checked.stderr);
    }
}
