//! Where people edit: the schema, the formats of findings, pages of rules, the hook, the workflow, a new class.
//!
//! In: an instance as `init` makes it. Out: documents, judged by a validator that is not hokan's. The rule it keeps: what
//! is shipped works as it is shipped; nothing generated is stale.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::instances::Ready;
use crate::support::{Instance, Ran};

/// What the line begins with by which editors find the schema, which a path relative to the file follows.
const SCHEMA_LINE: &str = "# yaml-language-server: $schema=";

/// Says what is wrong with documents by a schema; `None`, which is printed, where there is no validator on this machine.
#[expect(clippy::disallowed_macros, reason = "what was not looked at is for whoever runs it")]
pub fn faults(schema: &Value, documents: &[(&str, &Value)]) -> Option<String> {
    let asked = json!({ "schema": schema, "documents": documents }).to_string();
    for python in ["python3", "/usr/bin/python3"] {
        let mut command = Command::new(python);
        command.arg("tests/schemas/validate.py").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let Ok(mut child) = command.spawn() else { continue };
        // A program that ends at once does not read on; its exit code says so.
        let _ = child.stdin.take().unwrap().write_all(asked.as_bytes());
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        if ended.status.success() {
            let lines = String::from_utf8(ended.stdout).unwrap();
            return Some(lines.lines().filter(|line| !line.ends_with('\t')).collect::<Vec<&str>>().join("\n"));
        }
        assert!(said.contains("is not installed"), "{said}");
    }
    assert!(std::env::var_os("CI").is_none(), "the Python package jsonschema is needed here");
    println!("not looked at by a validator: the Python package jsonschema is not installed");
    None
}

/// A copy of the repository's file.
fn shipped(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn shipped_schema() -> String {
    shipped("policies/policy.schema.json")
}

fn document(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
}

/// Makes two errors: a period that cannot be read, and a reference with the replacement that mends it.
fn break_in_several_ways(ready: &Ready) {
    ready.edit("policies/retention.yaml", "for: P5Y", "for: 5 yeers");
    ready.edit("policies/joint-use.yaml", "responsible: federation", "responsible: federatoin");
}

/// Adds a warning that the organization accepts.
fn accept_one(ready: &Ready) {
    let purposes = ready.read("policies/purposes.yaml");
    assert!(!purposes.contains("id: kept-aside"), "{purposes}");
    let unused = "\npurposes:\n  - id: kept-aside\n    category: { ja: その他, en: Other }\n    title: { ja: 使われない目的, en: A purpose nothing has }\n";
    let accepted = "accepted-findings:\n  - rule: purposes.unused\n    at: purposes.kept-aside\n    reason: it is for the next year\n    by: Records officer\n    until: 2999-12-31\n";
    ready.write("policies/more.yaml", format!("{unused}{accepted}"));
}

#[test]
fn the_schema_in_the_repository_and_in_an_instance_is_the_one_printed() {
    let ready = Ready::new();
    let printed = ready.hokan(&["schema"]).expect_code(0).stdout;
    assert_eq!(shipped_schema(), printed, "run `hokan schema > policies/policy.schema.json`");
    assert_eq!(ready.read("policies/policy.schema.json"), printed);
    let printed = ready.hokan(&["schema", "--law-pack"]).expect_code(0).stdout;
    let (path, of_packs) = ("policies/law-pack.schema.json", shipped("policies/law-pack.schema.json"));
    assert_eq!(of_packs, printed, "run `hokan schema --law-pack > {path}`");
    assert_eq!(ready.read(path), printed);
}

/// Every policy file and law pack of a folder and of those below it.
fn policy_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| match path.is_dir() {
        true => policy_files(&path),
        false => vec![path],
    };
    entries.flat_map(below).filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect()
}

#[test]
fn every_shipped_policy_file_names_the_schema() {
    let ready = Ready::new();
    let files = [Path::new("policies"), Path::new("docs/examples"), &ready.root().join("policies")].map(policy_files);
    let (of_files, of_packs) = (shipped_schema(), shipped("policies/law-pack.schema.json"));
    for path in files.iter().inspect(|files| assert!(files.len() >= 6)).flatten() {
        let text = std::fs::read_to_string(path).unwrap();
        let named = text.lines().next().and_then(|line| line.strip_prefix(SCHEMA_LINE));
        let named = named.unwrap_or_else(|| panic!("{} names no schema", path.display()));
        let found = std::fs::read_to_string(path.parent().unwrap().join(named));
        let schema = if path.parent().is_some_and(|folder| folder.ends_with("laws")) { &of_packs } else { &of_files };
        assert!(found.is_ok_and(|found| found == *schema), "{}: `{named}`", path.display());
    }
}

#[test]
fn an_instance_gets_every_shipped_policy_file() {
    let ready = Ready::new();
    for entry in std::fs::read_dir("policies").unwrap() {
        let name = entry.unwrap().file_name();
        if name.to_string_lossy().ends_with(".yaml") {
            assert!(ready.root().join("policies").join(&name).exists(), "{name:?} is not shipped by `init`");
        }
    }
}

#[test]
fn sarif_is_valid_by_its_published_schema() {
    let ready = Ready::new();
    let clean = document(&ready.hokan(&["check", "--format", "sarif"]).expect_code(0));
    break_in_several_ways(&ready);
    accept_one(&ready);
    let broken = document(&ready.hokan(&["check", "--format", "sarif", "--lang", "ja"]).expect_code(1));
    let schema: Value = serde_json::from_str(&shipped("tests/schemas/sarif-schema-2.1.0.json")).unwrap();
    if let Some(found) = faults(&schema, &[("clean", &clean), ("broken", &broken)]) {
        assert_eq!(found, "");
    }
    let run = &broken["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule).unwrap_or_else(|| panic!("{broken}"));
    let period = of("retention.period");
    let index = usize::try_from(period["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(rules[index]["id"], "retention.period");
    let place = &period["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "policies/retention.yaml");
    let text = ready.read("policies/retention.yaml");
    let line = text.lines().nth(usize::try_from(place["region"]["startLine"].as_u64().unwrap()).unwrap() - 1).unwrap();
    let column = |key: &str| usize::try_from(place["region"][key].as_u64().unwrap()).unwrap() - 1;
    let shown: String =
        line.chars().skip(column("startColumn")).take(column("endColumn") - column("startColumn")).collect();
    assert_eq!(shown, "5 yeers");
    // Machine formats speak English, whatever people read.
    let said = "`5 yeers` is not a period: it does not start with `P`";
    assert!(period["message"]["text"].as_str().unwrap().starts_with(said), "{period}");
    assert_eq!(broken, document(&ready.hokan(&["check", "--format", "sarif", "--lang", "en"]).expect_code(1)));
    let fixed = &of("reference.dangling")["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(fixed["insertedContent"]["text"], "federation");
}

#[test]
fn what_was_accepted_is_suppressed_in_sarif_and_one_line_in_text() {
    let ready = Ready::new();
    accept_one(&ready);
    let log = document(&ready.hokan(&["check", "--format", "sarif"]).expect_code(0));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let unused = results.iter().find(|result| result["ruleId"] == "purposes.unused").unwrap_or_else(|| panic!("{log}"));
    let reason = unused["suppressions"][0]["justification"].as_str().unwrap();
    assert_eq!(reason, "it is for the next year (Records officer, until 2999-12-31)");
    let ran = ready.hokan(&["check"]).expect_code(0);
    let line = "accepted: purposes.unused at purposes.kept-aside until 2999-12-31, by Records officer";
    assert!(ran.stderr.contains(line) && ran.stdout.contains("1 accepted"), "{ran:?}");
    let ran = ready.hokan(&["check", "--lang", "ja"]).expect_code(0);
    assert!(ran.stderr.contains("受入れ済み：purposes.kept-asideのpurposes.unused"), "{ran:?}");
    assert!(ran.stdout.contains("受入れ済み1件"), "{ran:?}");
}

#[test]
fn annotations_name_file_line_and_columns() {
    let ready = Ready::new();
    break_in_several_ways(&ready);
    let printed = ready.hokan(&["check", "--format", "github", "--lang", "ja"]).expect_code(1).stdout;
    let period =
        printed.lines().find(|line| line.contains("title=retention.period::")).unwrap_or_else(|| panic!("{printed}"));
    let text = ready.read("policies/retention.yaml");
    let (number, line) = text.lines().enumerate().find(|(_, line)| line.contains("5 yeers")).unwrap();
    let column = line[..line.find("5 yeers").unwrap()].chars().count() + 1;
    let start =
        format!("::error file=policies/retention.yaml,line={},col={column},endColumn={},", number + 1, column + 6);
    assert!(period.starts_with(&start), "{period}");
    assert!(printed.lines().all(|line| line.starts_with("::")), "{printed}");
}

/// A letter of a Japanese sentence.
fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

#[test]
fn json_speaks_english_in_every_language() {
    let ready = Ready::new();
    break_in_several_ways(&ready);
    let printed = |language| ready.hokan(&["check", "--json", "--lang", language]).expect_code(1).stdout;
    let ja = printed("ja");
    assert!(ja.contains("`5 yeers` is not a period: it does not start with `P`"), "{ja}");
    assert!(!ja.chars().any(is_japanese), "{ja}");
    assert_eq!(ja, printed("en"));
}

#[test]
fn json_has_two_spellings_and_one_format_at_a_time() {
    let ready = Ready::new();
    let one = ready.hokan(&["check", "--json"]).expect_code(0).stdout;
    assert_eq!(one, ready.hokan(&["check", "--format", "json"]).expect_code(0).stdout);
    assert_eq!(one, ready.hokan(&["check", "--json", "--format", "json"]).expect_code(0).stdout);
    ready.hokan(&["check", "--json", "--format", "sarif"]).expect_code(2);
    ready.hokan(&["check", "--format", "xml"]).expect_code(2);
}

#[test]
fn the_pages_of_rules_in_docs_are_the_ones_printed() {
    let instance = Instance::new();
    for (language, path) in [("en", "docs/rules.md"), ("ja", "docs/rules.ja.md")] {
        let printed = instance.hokan(&["explain", "--markdown", "--lang", language]).expect_code(0).stdout;
        let pages = printed.matches("\n### ").count();
        let parts = ["\n```yaml\n", "\n```\n"].map(|part| printed.matches(part).count());
        assert!(pages > 100 && parts == [pages, pages], "{path}: not every page shows an example");
        let stale = format!("{path} is stale: run `hokan explain --markdown --lang {language} > {path}`");
        assert!(shipped(path) == printed, "{stale}");
    }
}

#[test]
fn a_page_is_whole_in_both_languages() {
    let instance = Instance::new();
    let page =
        |language| instance.hokan(&["explain", "joint-use.items-open-ended", "--lang", language]).expect_code(0).stdout;
    let (en, ja) = (page("en"), page("ja"));
    for part in
        ["joint-use.items-open-ended (warning; `rules` may change", "\nWhat\n", "\nWhy\n", "\nExample\n", "\nFix\n"]
    {
        assert!(en.contains(part), "{part}: {en}");
    }
    for part in ["joint-use.items-open-ended (警告。`rules`で", "\n内容\n", "\n理由\n", "\n例\n", "\n直し方\n"]
    {
        assert!(ja.contains(part), "{part}: {ja}");
    }
    let fixed = instance.hokan(&["explain", "section.syntax"]).expect_code(0).stdout;
    assert!(fixed.contains("its severity is fixed"), "{fixed}");
}

/// `PATH` with the program that is tested first.
fn path() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_hokan")).parent().unwrap().display().to_string();
    format!("PATH={program}:{}", std::env::var("PATH").unwrap())
}

#[test]
fn a_clone_has_the_hook_too() {
    let ready = Ready::new();
    ready.git(&["add", ".githooks"]);
    ready.git(&["commit", "-q", "--no-verify", "-m", "Keep the hook"]);
    ready.git(&["clone", "-q", ".", "clone"]);
    ready.git(&["-C", "clone", "config", "core.hooksPath", ".githooks"]);
    let broken = ready.read("clone/policies/retention.yaml").replacen("for: P5Y", "for: 5 yeers", 1);
    ready.write("clone/policies/retention.yaml", broken);
    let commit = ["-C", "clone", "commit", "-q", "-a", "-m", "Break"];
    let stopped = ready.run("env", &[&[path().as_str(), "git"], &commit[..]].concat()).expect_code(1);
    assert!(stopped.stderr.contains("5 yeers"), "{}", stopped.stderr);
    assert!(ready.git(&["-C", "clone", "status", "--short"]).stdout.contains("retention.yaml"));
    ready.git(&[&commit[..], &["--no-verify"]].concat());
}

#[test]
fn the_workflows_last_steps_stop_a_broken_policy_and_a_shorter_period() {
    let ready = Ready::new();
    let workflow = ready.read(".github/workflows/policies.yml");
    let steps: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("run: ")).collect();
    let [_, check, effect] = steps[..] else { panic!("{steps:?}") };
    assert_eq!(check, "hokan check --format github");
    let run = |step: &str, code| {
        let words = [path().as_str(), "GITHUB_BASE_REF=main", "sh", "-e", "-c", step].map(str::to_owned);
        ready.run("env", &words.each_ref().map(String::as_str)).expect_code(code).stdout
    };
    assert!(!run(check, 0).contains("::error"));
    ready.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    run(effect, 0);
    let retention = ready.read("policies/retention.yaml");
    ready.write("policies/retention.yaml", retention.replacen("for: P5Y", "for: P4Y", 1));
    ready.git(&["commit", "-q", "-a", "--no-verify", "-m", "Keep some records shorter"]);
    assert!(run(effect, 1).contains("shorter"));
    ready.write("policies/retention.yaml", retention);
    break_in_several_ways(&ready);
    assert!(run(check, 1).contains("::error file=policies/retention.yaml,line="));
}

#[test]
fn the_hook_does_not_pass_a_policy_unchecked_where_hokan_is_missing() {
    let ready = Ready::new();
    // A folder with what the hook and git need, and no hokan.
    let tools = "mkdir tools && for tool in git sh env; do ln -s \"$(command -v $tool)\" tools/$tool; done";
    ready.run("sh", &["-c", tools]).expect_code(0);
    let root = ready.run("pwd", &[]).expect_code(0).stdout;
    let bare = format!("PATH={}/tools", root.trim());
    let commit = |code| {
        let words = [bare.as_str(), "git", "commit", "-q", "-m", "Edit"];
        ready.run("env", &words).expect_code(code).stderr
    };
    ready.write("notes.txt", "not a policy");
    ready.git(&["add", "notes.txt"]);
    commit(0);
    ready.write("policies/notes.yaml", "# nothing yet\n");
    ready.git(&["add", "policies/notes.yaml"]);
    let told = commit(1);
    assert!(told.contains("--no-verify") && told.contains("PATH"), "{told}");
    assert!(ready.git(&["status", "--short"]).stdout.contains("A  policies/notes.yaml"));
}

#[test]
fn a_new_class_is_accepted_once_its_places_are_filled_in() {
    let ready = Ready::new();
    let new = |more: &[&str]| {
        let first = ["policy", "new-class", "seal-register", "--medium", "paper", "--title", "en=Register of seals"];
        ready.hokan(&[&first[..], more].concat())
    };
    let printed = new(&[]).expect_code(0).stdout;
    assert!(printed.contains("en: \"Register of seals\"") && printed.contains("# fill in"), "{printed}");
    new(&["--append", "policies/seals.yaml"]).expect_code(0);
    assert_eq!(ready.read("policies/seals.yaml"), printed);
    let found = ready.hokan(&["check"]).expect_code(1).stderr;
    assert_eq!(found.matches("policies/seals.yaml:").count(), printed.matches("fill in\n").count(), "{found}");
    let filled = printed
        .replace("        ja:  # fill in", "        ja: 印章管理簿")
        .replace("information:  # fill in", "information: [receipts]")
        .replace("for:  # fill in", "for: P10Y")
        .replace("after:  # fill in", "after: last-entry")
        .replace("en:  # fill in", "en: The Society's document rules")
        .replace("ja:  # fill in", "ja: 当組合の文書管理規程");
    assert!(!filled.contains("fill in\n"), "{filled}");
    ready.write("policies/seals.yaml", filled);
    ready.hokan(&["check"]).expect_code(0);
    let taken = new(&["--append", "policies/seals.yaml"]).expect_code(1);
    assert!(taken.stderr.contains("policy.new-class-taken"), "{}", taken.stderr);
    let other = ["policy", "new-class", "charts", "--append", "policies/joint-use.yaml", "--lang", "ja"];
    assert!(ready.hokan(&other).expect_code(0).stdout.contains("charts"));
    assert!(ready.read("policies/joint-use.yaml").contains("    # 新しい記録の種類です"));
}

#[test]
fn the_classes_of_the_page_about_spreadsheets_are_accepted() {
    let ready = Ready::new();
    let page = shipped("docs/from-a-spreadsheet.md");
    let blocks: Vec<&str> = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 6);
    for (n, block) in blocks.iter().enumerate() {
        ready.write(format!("policies/sheet-{n}.yaml"), block);
    }
    let found = ready.hokan(&["check", "--format", "github"]).expect_code(0).stdout;
    assert!(!found.contains("policies/sheet-"), "{found}");
}
