//! The schema against a validator that is not hokan's: it takes what the checker takes, and refuses what the checker
//! refuses for its shape.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use super::{FORMS, law_pack_schema, schema};
use crate::calendar::{Period, Starting, Wait};
use crate::policy::rules::{self, Case};

const VALID: &str = include_str!("../check/tests/valid.yaml");

/// Rules that the reader of a section names, and that no schema of one file can see: why, by rule.
const UNSEEN: &[(&str, &str)] = &[
    ("section.syntax", "the file is no YAML"),
    ("section.too-large", "it is about the text, not the values"),
    ("section.yaml-feature", "anchors and tags are gone once the values are read"),
    ("section.duplicate-key", "of two equal keys a reader of JSON sees one"),
    ("section.stated-twice", "it is about two files"),
    ("section.empty-set", "it is about the whole set"),
    ("reference.duplicate-id", "it is about two items"),
    ("reference.dangling", "it is about two items, which may stand in two files"),
    ("text.missing-language", "the languages stand in another item"),
    ("text.unlisted-language", "the languages stand in another item"),
    ("organization.time-zone", "there are too many time zones to list"),
    ("organization.insurer-number", "a check digit is a sum"),
    ("organization.corporate-number", "a check digit is a sum"),
    ("law.unknown-pack", "a pack may lie beside the set"),
    ("retention.period", "its bounds are sums"),
    ("retention.read", "where a date comes from, and what a file is, stands elsewhere"),
    ("retention.accept-missing", "an empty list is a list"),
    ("retention.pattern", "a pattern has a grammar of its own"),
    ("retention.same-path", "it is about two classes"),
    ("retention.capture", "it is about a class and a date"),
    ("retention.date-unknown", "it is about a class and a date"),
    ("retention.no-recipients", "it is about classes and recipients"),
    ("retention.one-recipient", "it is about classes and recipients"),
    ("retention.no-electronic-class", "it is about all classes"),
    ("service.same-key", "it is about two people"),
    ("service.too-few-approvers", "it is about classes and approvers"),
    ("service.paths", "whether one path lies in another is no question of form"),
    ("service.schedule", "a line of cron has a grammar of its own"),
    ("service.wait", "its bounds are sums"),
    ("service.ignore", "a glob has a grammar of its own"),
    ("service.headers-kept", "a set without the key can be used"),
    ("law.unknown-pack", "a pack of the set is a file of its own"),
    ("pages.reserved", "an id has the same form everywhere"),
    ("rules.no-reason", "it depends on the rule"),
    ("rules.expired", "it depends on the day"),
    ("accepted-findings.unused", "it depends on the findings"),
    ("accepted-findings.expired", "it depends on the day"),
];

/// The policy files below a directory: every `.yaml` that is no law pack.
fn policy_files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| match path.is_dir() {
        true if path.ends_with("laws") => Vec::new(),
        true => policy_files(&path),
        false => vec![path],
    };
    entries.flat_map(below).filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect()
}

/// Reads YAML as an editor would; `None` where it is no YAML.
fn values(text: &str) -> Option<Value> {
    // Of YAML 1.2, as editors read it: `yes` is a word.
    serde_saphyr::from_str_with_options(text, serde_saphyr::options! { strict_booleans: true }).ok()
}

/// Says of each document, by name, what is wrong with it first; `None`, which is printed, where there is no validator on
/// this machine.
#[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "the other validator is a program")]
fn faults(schema: &Value, documents: &[(String, Value)]) -> Option<Vec<String>> {
    let asked = serde_json::json!({ "schema": schema, "documents": documents }).to_string();
    for python in ["python3", "/usr/bin/python3"] {
        let mut command = std::process::Command::new(python);
        command.arg("tests/schemas/validate.py").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let Ok(mut child) = command.spawn() else { continue };
        // A program that ends at once does not read on; its exit code says so.
        let _ = child.stdin.take().unwrap().write_all(asked.as_bytes());
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        if ended.status.success() {
            let lines = String::from_utf8(ended.stdout).unwrap();
            let found: Vec<String> = lines.lines().map(|line| line.split_once('\t').unwrap().1.to_owned()).collect();
            assert_eq!(found.len(), documents.len());
            return Some(found);
        }
        assert!(said.contains("is not installed"), "{said}");
    }
    assert!(std::env::var_os("CI").is_none(), "the Python package jsonschema is needed here");
    println!("not looked at by a validator: the Python package jsonschema is not installed");
    None
}

/// The cases of the rules that `chosen` takes: what is wrong with each edited set, by the schema.
fn judged(chosen: impl Fn(&rules::Page) -> bool) -> Vec<(String, String)> {
    let edit = |rule: &str, (from, to, _): &Case| {
        let text = VALID.replace(from, to);
        (format!("{rule}: `{}`", to.trim().replace('\n', " ")), values(&text).unwrap_or(Value::from("no YAML")))
    };
    let pages = rules::pages().filter(|page| chosen(page));
    let edited: Vec<(String, Value)> =
        pages.flat_map(|page| page.cases.iter().map(|case| edit(page.rule.name, case))).collect();
    let found = faults(&schema(), &edited).unwrap_or_default();
    edited.into_iter().map(|(name, _)| name).zip(found).collect()
}

#[test]
fn what_the_checker_takes_is_valid() {
    let shipped = ["policies", "docs/examples"].into_iter().flat_map(|dir| policy_files(Path::new(dir)));
    let shipped = shipped.map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap()));
    let own = [VALID, "# nothing yet\n", "organization: { enacted: 2020-02-02 }\n", "retention:\n  classes: []\n"];
    let own = own.map(|text| (text.lines().next().unwrap().to_owned(), text.to_owned()));
    let documents: Vec<(String, Value)> =
        shipped.chain(own).map(|(name, text)| (name, values(&text).unwrap())).collect();
    assert!(documents.len() > 8);
    let Some(found) = faults(&schema(), &documents) else { return };
    let wrong: Vec<String> = documents
        .iter()
        .zip(found)
        .filter(|(_, fault)| !fault.is_empty())
        .map(|((name, _), fault)| format!("{name}: {fault}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn law_packs_are_valid_and_packs_with_another_shape_are_not() {
    let own = "docs/examples/saltmarsh-community-trust/policies/laws/uk.yaml";
    let mut documents: Vec<(String, Value)> = crate::policy::law::SHIPPED
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .chain([(own.to_owned(), std::fs::read_to_string(own).unwrap())])
        .map(|(name, text)| (name.clone(), values(&text).unwrap_or_else(|| panic!("{name}"))))
        .collect();
    let right = documents.len();
    for (from, to) in [
        ("certainty: unconfirmed", "certainty: sure"),
        ("topics:\n", "topic:\n"),
        ("cite: \"5(1)\"", "number: \"5(1)\""),
        ("keep: { for: P6Y,", "keep: { years: 6,"),
        ("fee: none", "fee: 5"),
    ] {
        let text = std::fs::read_to_string(own).unwrap().replacen(from, to, 1);
        documents.push((to.trim().to_owned(), values(&text).unwrap()));
    }
    let Some(found) = faults(&law_pack_schema(), &documents) else { return };
    let (valid, refused) = found.split_at(right);
    assert!(valid.iter().all(String::is_empty), "{valid:?}");
    assert!(refused.iter().all(|fault| !fault.is_empty()), "{refused:?}");
}

#[test]
fn what_the_checker_refuses_for_its_shape_is_not() {
    let seen = |page: &rules::Page| page.check.is_none() && !UNSEEN.iter().any(|(name, _)| *name == page.rule.name);
    let missed: Vec<String> =
        judged(seen).into_iter().filter(|(_, fault)| fault.is_empty()).map(|(name, _)| name).collect();
    assert!(missed.is_empty(), "valid by the schema, but refused:\n{}", missed.join("\n"));
}

/// Rules of which the reader of a section finds one part, which a schema sees, and the whole set the other.
const OF_BOTH: [&str; 4] = ["reference.id", "notices.template", "pages.show", "service.paths"];

#[test]
fn what_only_the_rules_find_is_valid() {
    let wrong: Vec<String> = judged(|page| page.check.is_some() && !OF_BOTH.contains(&page.rule.name))
        .into_iter()
        .filter(|(_, fault)| !fault.is_empty())
        .map(|(name, fault)| format!("{name}: {fault}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_listed_as_unseen_is_a_rule_of_shape() {
    for (name, why) in UNSEEN {
        let page = rules::pages().find(|page| page.rule.name == *name);
        assert!(page.is_some_and(|page| page.check.is_none() || OF_BOTH.contains(name)), "{name}");
        assert!(why.len() > 10);
    }
}

#[test]
fn every_key_is_explained_in_one_line() {
    fn walk(value: &Value, path: &str, faults: &mut Vec<String>) {
        let Value::Object(entries) = value else { return };
        for (key, inner) in entries.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let about = inner["description"].as_str().unwrap_or_default();
            if inner.is_object() && (!about.ends_with('.') || about.len() > 120 || about.contains('\n')) {
                faults.push(format!("{path}.{key}: {about}"));
            }
            walk(inner, &format!("{path}.{key}"), faults);
        }
        entries.get("items").into_iter().for_each(|items| walk(items, path, faults));
        let each = entries.get("anyOf").and_then(Value::as_array);
        each.into_iter().flatten().for_each(|inner| walk(inner, path, faults));
    }
    let mut faults = Vec::new();
    walk(&schema(), "", &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn forms_take_what_the_reader_takes() {
    let periods = ["P1Y6M", "P2W", "P2W3D", "P0D", "P18M", "5Y", "P", "P1M1Y", "PT1M", "P1Y1D", "p5y"];
    let waits = ["PT1M", "PT1H30M", "PT10S", "PT", "P1D", "PT1S1M"];
    let read = periods.map(|text| ("period", text.to_owned(), text.parse::<Period>().is_ok()));
    let read = read.into_iter().chain(waits.map(|text| ("wait", text.to_owned(), text.parse::<Wait>().is_ok())));
    let starting = Starting::NAMES.map(|name| ("starting", name.replace("MM-DD", "03-10"), true));
    let examples = FORMS.map(|form| (form.name, form.example.to_owned(), true));
    for form in FORMS {
        let mine = |(name, _, _): &(&str, String, bool)| *name == form.name;
        let lines: Vec<_> = read.clone().chain(starting.clone()).chain(examples.clone()).filter(mine).collect();
        let documents: Vec<(String, Value)> =
            lines.iter().map(|(_, text, _)| (text.clone(), Value::from(text.as_str()))).collect();
        let Some(found) = faults(&super::definition(form), &documents) else { return };
        for ((name, text, is_read), fault) in lines.iter().zip(found) {
            assert_eq!(*is_read, fault.is_empty(), "{name} `{text}`: {fault}");
        }
    }
}
