//! The book of cases: broken policy sets, each with everything hokan says about it.
//!
//! In: the pages below `tests/book/`. Out: nothing, or how what was found differs from what a case says. The rule it
//! keeps: a case lists all findings, each at its exact line and column; whatever a file holds, the answer comes within a
//! second and points into that file. The README there says how to write a case.

mod case;
mod charity;
mod generate;
mod mistakes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use hokan::diag::{self, Finding, Locale, Place, Report, Said, Severity, Sources};
use hokan::policy::{self, AsOf};
use serde_json::Value;

use crate::support::Instance;
use case::{Book, Case, Expected, Files};

/// The day whose law holds in the book.
const DAY: &str = "2026-11-22";
/// What a case may take.
const MOST: Duration = Duration::from_secs(1);
/// Set to `write`, the pages get the findings of this run; what changed is read in review.
const WRITE: &str = "HOKAN_BOOK";

/// Returns a place in the repository.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Checks a set on the day of the book.
pub fn check(sources: &Sources) -> (Report, Option<hokan::policy::PolicySet>) {
    policy::check(sources, AsOf::Day(DAY.parse().unwrap()))
}

/// The texts of a set, if all of them are UTF-8.
fn texts(files: &Files) -> Option<Sources> {
    files.iter().map(|(path, bytes)| Some((path.clone(), String::from_utf8(bytes.clone()).ok()?))).collect()
}

/// A finding as a case writes it, without a part of its message.
fn line_of(finding: &Finding) -> String {
    let place = match finding.places.first() {
        Some(Place { file, line, column, .. }) => format!("{file}:{line}:{column}"),
        None => case::WHOLE_SET.to_owned(),
    };
    let accepted = if finding.accepted.is_some() { case::ACCEPTED } else { "" };
    format!("{place} {} {}{accepted}", finding.severity.word(Locale::English), finding.rule)
}

/// What hokan says about a finding in English: message and help.
fn words_of(finding: &Finding) -> String {
    let help = finding.help.as_ref().map_or("", |help| help.en.as_str());
    format!("{}\n{help}", finding.message.en)
}

/// The time this thread has worked: what others do on a busy machine does not count.
fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

/// Measures a check of the set: `check` reads files on the threads of a pool, so the pool has one and is asked itself.
fn measured(sources: &Sources) -> Duration {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        let begun = worked();
        let (report, _) = check(sources);
        let took = worked() - begun;
        drop(report);
        took
    })
}

/// How what was found differs from what a case expects; nothing where it does not.
fn differences(expected: &[Expected], found: &[(String, String)]) -> Option<String> {
    let same = expected.len() == found.len() && expected.iter().zip(found).all(|(one, (line, _))| one.line == *line);
    if !same {
        let found: Vec<&str> = found.iter().map(|(line, _)| line.as_str()).collect();
        let wanted: Vec<&str> = expected.iter().map(|one| one.line.as_str()).collect();
        return Some(format!("expected:\n  {}\nfound:\n  {}", wanted.join("\n  "), found.join("\n  ")));
    }
    let unsaid =
        expected.iter().zip(found).find(|(one, (_, words))| !one.parts.iter().all(|part| words.contains(part)));
    unsaid.map(|(one, (_, words))| format!("{} does not say {:?} but:\n  {words}", one.line, one.parts))
}

/// The findings of a case as the library finds them: line and words.
fn found_by_library(case: &Case) -> Option<Vec<(String, String)>> {
    let sources = texts(&case.files())?;
    let report = check(&sources).0;
    Some(case::listed(report.findings().iter().map(|finding| (line_of(finding), words_of(finding))).collect()))
}

/// The findings of a case as the program prints them, which has a second of the processor for it and is killed after that.
fn found_by_program(case: &Case) -> Vec<(String, String)> {
    let instance = Instance::new();
    case.files().iter().for_each(|(path, bytes)| instance.write(path, bytes));
    let limited = format!("ulimit -t {} && exec \"$0\" \"$@\"", MOST.as_secs());
    let ran = instance.run("sh", &["-c", &limited, env!("CARGO_BIN_EXE_hokan"), "--json", "check"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{} (or it took more than {MOST:?}): {ran:?}", case.title);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    case::listed(document["findings"].as_array().unwrap().iter().map(printed).collect())
}

/// A finding of the program's JSON: its line and its words.
fn printed(finding: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = match finding["places"].get(0) {
        Some(place) => format!("{}:{}:{}", text(&place["file"]), place["line"], place["column"]),
        None => case::WHOLE_SET.to_owned(),
    };
    let accepted = if finding["accepted"].is_null() { "" } else { case::ACCEPTED };
    let line = format!("{place} {} {}{accepted}", text(&finding["severity"]), text(&finding["rule"]));
    (line, format!("{}\n{}", text(&finding["message"]), text(&finding["help"])))
}

#[test]
fn the_set_that_cases_change_is_clean() {
    let report = check(&texts(&case::base()).unwrap()).0;
    assert!(report.findings().is_empty(), "{:#?}", report.findings());
}

#[test]
#[expect(clippy::disallowed_macros, reason = "how many cases there are, and what they say, is for whoever runs it")]
fn every_case_has_exactly_its_findings() {
    let mut books = Book::all();
    let writes = std::env::var(WRITE).is_ok_and(|value| value == "write");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for book in &mut books {
        for case in &mut book.cases {
            count += 1;
            let found = found_by_library(case).unwrap_or_else(|| found_by_program(case));
            if writes {
                found
                    .iter()
                    .for_each(|(line, words)| println!("{} § {}\n  {line}\n  {words:.600}", book.file, case.title));
                case.expect(&found);
            } else if let Some(how) = differences(&case.expected, &found) {
                wrong.push(format!("{} § {}\n{how}", book.file, case.title));
            }
        }
        if writes {
            book.write();
        }
    }
    println!("{count} cases");
    assert!(wrong.is_empty(), "{} of {count} cases differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(count >= 130, "only {count} cases were found");
}

#[test]
fn the_program_says_the_same_as_the_library() {
    let books = Book::all();
    let chosen: Vec<&Case> = books.iter().flat_map(|book| &book.cases).filter(|case| case.is_run).collect();
    assert!(chosen.len() >= 10, "only {} cases go through the program", chosen.len());
    for case in chosen {
        let how = differences(&case.expected, &found_by_program(case));
        assert!(how.is_none(), "{}\n{}", case.title, how.unwrap_or_default());
    }
}

#[test]
fn no_case_takes_a_second() {
    let mut slow = Vec::new();
    for case in Book::all().iter().flat_map(|book| &book.cases) {
        let Some(sources) = texts(&case.files()) else { continue };
        let took = measured(&sources);
        slow.extend((took >= MOST).then(|| format!("{} takes {took:?}", case.title)));
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn every_place_lies_in_its_file() {
    for case in Book::all().iter().flat_map(|book| &book.cases) {
        let Some(sources) = texts(&case.files()) else { continue };
        let report = check(&sources).0;
        for finding in report.findings() {
            let replaced = finding.replacement.iter().map(|replacement| &replacement.place);
            for place in finding.places.iter().chain(replaced) {
                assert_in_file(&sources, place, &format!("{}: {finding:?}", case.title));
            }
        }
        for locale in [Locale::English, Locale::Japanese] {
            let shown = diag::text(&report, &sources, locale, false);
            assert_eq!(shown.is_empty(), report.findings().is_empty(), "{}", case.title);
        }
    }
}

/// Expects a place's line, column and bytes to be one place within its file.
fn assert_in_file(sources: &Sources, place: &Place, context: &str) {
    let text = sources.get(&place.file).unwrap_or_else(|| panic!("no file `{}`: {context}", place.file));
    assert!(text.get(place.start..place.end).is_some(), "{}..{} of {}: {context}", place.start, place.end, text.len());
    // A byte order mark in front is no column, and a carriage return alone ends a line as well.
    let before = text[..place.start].trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    assert_eq!((place.line as usize, place.column as usize), (line, column), "{context}");
}

#[test]
fn every_finding_speaks_both_languages() {
    let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
    // What a rule says in Japanese, and what it says there in English.
    let mut told: BTreeMap<(&str, String), (String, String)> = BTreeMap::new();
    for case in Book::all().iter().flat_map(|book| &book.cases) {
        let Some(sources) = texts(&case.files()) else { continue };
        for finding in check(&sources).0.findings() {
            let context = format!("{}: {finding:?}", case.title);
            for said in [Some(&finding.message), finding.help.as_ref()].into_iter().flatten() {
                assert!(said.ja.chars().any(is_japanese), "no Japanese: {context}");
                assert!(said.en != said.ja && !said.en.is_empty(), "{context}");
                assert!(!said.ja.ends_with('。') && !said.en.ends_with('.'), "a full stop at the end: {context}");
            }
            assert!(finding.help.is_some(), "no next step: {context}");
            let Said { en, ja } = &finding.message;
            assert!(!en.starts_with(char::is_uppercase), "{context}");
            let first = told.entry((finding.rule, ja.clone())).or_insert_with(|| (en.clone(), case.title.clone()));
            assert_eq!(*en, first.0, "two messages in English are one in Japanese, {ja}: {} and {context}", first.1);
        }
    }
}

#[test]
fn a_replacement_mends_what_it_was_made_for() {
    let mut wrong = Vec::new();
    for case in Book::all().iter().flat_map(|book| &book.cases) {
        let Some(sources) = texts(&case.files()) else { continue };
        let before = check(&sources).0;
        for finding in before.findings() {
            let Some(replacement) = &finding.replacement else { continue };
            let mut mended = sources.clone();
            let text = mended.get_mut(&replacement.place.file).unwrap();
            text.replace_range(replacement.place.start..replacement.place.end, &replacement.text);
            let (after, _) = check(&mended);
            let same = |other: &&Finding| (other.rule, &other.message) == (finding.rule, &finding.message);
            let count = |report: &Report| report.findings().iter().filter(same).count();
            let broken = |report: &Report| report.findings().iter().filter(|one| one.rule == "section.syntax").count();
            let place = &replacement.place;
            // A text over several lines is named in one.
            let replaced = sources[&place.file][place.start..place.end].split('\n').map(str::trim).collect::<Vec<_>>();
            let replaced = replaced.join(" ");
            let replaced = replaced.trim_matches('"');
            // What is only taken away needs no name, and a letter that cannot be seen is named by its number.
            let needs_name = !replacement.text.is_empty() && !finding.message.en.contains("\\u{");
            for (is_so, how) in [
                (count(&after) >= count(&before), "it is still found"),
                (needs_name && !words_of(finding).contains(&format!("`{replaced}`")), "it is not named"),
                (broken(&after) > broken(&before), "the file is broken"),
            ] {
                let told = || format!("{}: `{replaced}` → `{}`: {how}: {finding:?}", case.title, replacement.text);
                wrong.extend(is_so.then(told));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_wrong_in_shape_the_schema_refuses() {
    const SHAPE: [&str; 4] =
        ["section.unknown-key", "section.missing-key", "section.wrong-type", "section.unknown-word"];
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(repository("policies/policy.schema.json")).unwrap()).unwrap();
    // What stands in another item, or in another file, no schema of one file can see.
    let unseen = ["A term that forbids words of an unknown language", "An organization without its keys"];
    let mut documents: BTreeMap<String, Value> = BTreeMap::new();
    let books = Book::all();
    let mut no_json = Vec::new();
    for case in books.iter().flat_map(|book| &book.cases) {
        let Some(sources) = texts(&case.files()) else { continue };
        for finding in check(&sources).0.findings().iter().filter(|finding| SHAPE.contains(&finding.rule)) {
            let Some(place) = finding.places.first().filter(|place| !place.file.contains("/laws/")) else { continue };
            // Of thousands of findings in one file, the first shows it.
            let name = format!("{} in {}", case.title, place.file);
            if documents.contains_key(&name) {
                continue;
            }
            let options = serde_saphyr::options! { strict_booleans: true };
            let read = serde_saphyr::from_str_with_options(&sources[&place.file], options);
            match read {
                Ok(value) => drop(documents.insert(name, value)),
                Err(_) => no_json.push(case.title.as_str()),
            }
        }
    }
    assert!(documents.len() > 30, "only {} files", documents.len());
    no_json.dedup();
    assert_eq!(no_json, ["Nothing as a key"], "what no JSON can say, no schema sees");
    let named: Vec<(&str, &Value)> = documents.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let Some(found) = crate::formats::faults(&schema, &named) else { return };
    let passed = documents.keys().filter(|name| !found.lines().any(|line| line.starts_with(&format!("{name}\t"))));
    let passed: Vec<&str> = passed.filter_map(|name| name.split(" in policies/").next()).collect();
    assert_eq!(passed, unseen, "what the schema takes and the checker refuses");
}

#[test]
fn which_language_comes_first_changes_no_finding_of_the_example() {
    let folder = repository("policies");
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut sources: Sources = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .map(|(name, text)| (format!("policies/{name}"), text))
        .collect();
    let rules = |sources: &Sources| -> Vec<&str> { check(sources).0.findings().iter().map(|one| one.rule).collect() };
    let before = rules(&sources);
    let text = sources.get_mut("policies/organization.yaml").unwrap();
    let turned = text.replace("languages: [ja, en]", "languages: [en, ja]");
    assert_ne!(*text, turned);
    *text = turned;
    assert_eq!(rules(&sources), before);
}

#[test]
fn every_rule_has_a_case() {
    let books = Book::all();
    let expected = books.iter().flat_map(|book| &book.cases).flat_map(|case| &case.expected);
    let shown: BTreeSet<&str> =
        expected.filter_map(|one| one.line.split(' ').rev().find(|word| word.contains('.'))).collect();
    let missing: Vec<&str> = policy::rules().map(|rule| rule.name).filter(|name| !shown.contains(name)).collect();
    assert!(missing.is_empty(), "rules without a case: {missing:?}");
}

#[test]
fn an_error_leaves_no_set_and_nothing_less_does() {
    for case in Book::all().iter().flat_map(|book| &book.cases) {
        let Some(sources) = texts(&case.files()) else { continue };
        let (report, set) = check(&sources);
        assert_eq!(set.is_none(), report.count(Severity::Error) > 0, "{}", case.title);
    }
}
