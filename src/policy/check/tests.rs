//! What the checker finds: one valid set in two languages, and small edits of it, each with the one finding it causes.

mod property;
mod spelling;

use crate::diag::{Finding, Report, Severity, Sources};
use crate::policy::{AsOf, Keep, PolicySet, Unreadable, rules};

const VALID: &str = include_str!("tests/valid.yaml");
const FILE: &str = "policies/all.yaml";

/// Checks a set under the law of one day.
fn check(sources: &Sources) -> (Report, Option<PolicySet>) {
    super::check(sources, &Unreadable::new(), AsOf::Day("2026-11-22".parse().unwrap()))
}

fn sources(text: &str) -> Sources {
    Sources::from([(FILE.to_owned(), text.to_owned())])
}

fn findings(text: &str) -> Vec<Finding> {
    check(&sources(text)).0.findings().to_vec()
}

/// The valid set with `from` replaced by `to`.
fn edited(from: &str, to: &str) -> String {
    assert_eq!(VALID.matches(from).count(), 1, "`{from}` must stand once in the valid set");
    VALID.replace(from, to)
}

/// The text a place underlines.
fn shown(finding: &Finding, n: usize, text: &str) -> String {
    let place = &finding.places[n];
    text[place.start..place.end].to_owned()
}

#[test]
fn a_valid_set_is_made_whole() {
    let (report, set) = check(&sources(VALID));
    assert_eq!(report.findings(), []);
    let set: PolicySet = set.unwrap();
    assert_eq!(set.organization.short_name.get("ja"), "当組合");
    assert_eq!(set.organization.insurer_number.as_deref(), Some("06990014"));
    assert_eq!(set.classes.len(), 3);
    assert_eq!(set.recipients_of(&set.classes[0]).len(), 3);
    assert!(matches!(&set.class("letters").unwrap().keep, Keep::EarlierOf(legs) if legs.len() == 2));
    assert_eq!(set.class("boxes").unwrap().keep, Keep::Permanent);
    assert_eq!(set.service.paths.records, "records/in");
    assert_eq!(set.service.sweep_at_most, 5000);
}

#[test]
fn a_set_may_be_spread_over_files() {
    let at = VALID.find("joint-use:").unwrap();
    let classes = VALID.find("    - id: boxes").unwrap();
    let methods = VALID.find("disposal-methods:").unwrap();
    let parts = [
        ("policies/a.yaml", VALID[..at].to_owned()),
        ("policies/b.yml", VALID[at..classes].to_owned()),
        ("policies/c/c.yaml", format!("retention:\n  classes:\n{}", &VALID[classes..methods])),
        ("policies/d.yaml", VALID[methods..].to_owned()),
        ("policies/e.yaml", "# nothing yet\n".to_owned()),
    ];
    let spread: Sources = parts.into_iter().map(|(file, text)| (file.to_owned(), text)).collect();
    let (report, set) = check(&spread);
    assert_eq!(report.findings(), []);
    assert_eq!(set, check(&sources(VALID)).1);
}

/// Every case of every rule: the edit, the rule it breaks, what the finding underlines.
fn cases() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    rules::pages().flat_map(|page| page.cases.iter().map(|(from, to, at)| (*from, *to, page.rule.name, *at)))
}

#[test]
fn each_broken_policy_has_its_finding_at_its_place() {
    let mut wrong = Vec::new();
    for (from, to, rule, underlined) in cases() {
        let text = edited(from, to);
        let found = findings(&text);
        let named: Vec<(&str, String)> = found.iter().map(|f| (f.rule, shown(f, 0, &text))).collect();
        let own: Vec<_> = named.iter().filter(|(found, _)| *found == rule).collect();
        // A number of an earlier edition is outdated as well.
        let beside =
            named.iter().filter(|(found, _)| (rule, *found) == ("citation.mixed-generations", "citation.outdated"));
        let hit = own.len() == 1 && own[0].1.starts_with(underlined);
        if named.len() != own.len() + beside.count() || !hit {
            wrong.push(format!("{rule} at `{underlined}`: {found:#?}, underlines {named:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn an_error_yields_no_set_and_a_warning_yields_one() {
    for (from, to, rule, _) in cases() {
        let (report, set) = check(&sources(&edited(from, to)));
        assert_eq!(set.is_none(), report.has_errors(), "{rule}");
    }
}

#[test]
fn an_accepted_set_is_read_whatever_is_found_in_it_as_long_as_no_value_is_missing() {
    for (from, to, is_read) in [
        ("id: boxes", "id: letters", true),
        ("was: [old-letters]", "was: [boxes]", true),
        ("was: [old-letters]", "was: [old-letters, old-letters]", true),
        ("name: 沖 進", "name: 浜 静", true),
        ("key: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "key: age1ql3z7", true),
        ("key: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "key: AGE-SECRET-KEY-1", false),
        ("pages:\n", "rules: { period.of-tomorrow: note }\npages:\n", true),
        ("for: P5Y, after: treated", "for: Q5Y, after: treated", false),
        ("approvers:", "aprovers:", false),
        ("retention:", "retentions:", false),
    ] {
        let text = edited(from, to);
        let (report, set) = check(&sources(&text));
        assert!(report.has_errors() && set.is_none(), "`{to}` is found before it is accepted");
        let (report, set) = super::read(&sources(&text));
        assert_eq!((set.is_some(), report.has_errors()), (is_read, !is_read), "`{to}`: {report:?}");
    }
}

#[test]
fn every_finding_has_a_known_place() {
    for (from, to, rule, _) in cases() {
        let text = edited(from, to);
        for place in findings(&text).iter().flat_map(|finding| &finding.places) {
            let before = &text[..place.start];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
            assert_eq!(
                (place.file.as_str(), place.line as usize, place.column as usize),
                (FILE, line, column),
                "{rule}"
            );
        }
    }
}

#[test]
fn every_rule_has_a_case() {
    let elsewhere = [
        "law.pack",
        "section.stated-twice",
        "section.empty-set",
        "service.no-recipients",
        "retention.no-recipients",
        "retention.one-recipient",
        "retention.no-electronic-class",
    ];
    for page in rules::pages() {
        assert!(!page.cases.is_empty() || elsewhere.contains(&page.rule.name), "{}", page.rule.name);
    }
}

#[test]
fn i10_an_empty_set_is_an_error() {
    for set in [Sources::new(), sources(""), sources("# nothing\n"), sources("pages: []\n")] {
        let (report, policy) = check(&set);
        assert!(report.findings().iter().any(|finding| finding.rule == "section.empty-set"), "{report:?}");
        assert_eq!(policy, None);
    }
}

#[test]
fn a_key_in_two_files_shows_both() {
    let mut set = sources(VALID);
    set.insert("policies/z.yaml".to_owned(), "organization:\n  enacted: 2006-04-01\n".to_owned());
    let found = check(&set).0;
    let [finding] = found.findings() else { panic!("{found:?}") };
    let files: Vec<&str> = finding.places.iter().map(|place| place.file.as_str()).collect();
    assert_eq!((finding.rule, files), ("section.stated-twice", vec!["policies/z.yaml", FILE]));
}

#[test]
fn records_nobody_could_open_are_refused() {
    let recipients = VALID.find("  recipients:\n    - { id: benefits").unwrap();
    let approvers = VALID.find("  approvers:").unwrap();
    let none = format!("{}{}", &VALID[..recipients], &VALID[approvers..]).replace("      recipients: [benefits]\n", "");
    let rules: Vec<&str> = findings(&none).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["service.no-recipients"]);

    let two_less = VALID.replace(", always: true", "");
    let named: Vec<(&str, Severity)> = findings(&two_less).iter().map(|f| (f.rule, f.severity)).collect();
    let expected = [("retention.one-recipient", Severity::Warning), ("retention.no-recipients", Severity::Error)];
    assert_eq!(named, expected);
}

#[test]
fn a_set_without_electronic_classes_is_warned_about() {
    let classes = VALID.find("    - id: receipts\n      title").unwrap();
    let boxes = VALID.find("    - id: boxes").unwrap();
    let text = format!("{}{}", &VALID[..classes], &VALID[boxes..]);
    let (report, set) = check(&sources(&text));
    let warnings = report.findings().iter().filter(|finding| finding.severity != Severity::Note);
    let rules: Vec<&str> = warnings.map(|finding| finding.rule).collect();
    assert_eq!((rules, set.is_some()), (vec!["retention.no-electronic-class"], true));
}

#[test]
fn a_typing_error_is_answered_with_the_nearest_name() {
    let cases = [
        ("address: { ja: 東京都, en: Tokyo }", "address: { ja: \"東京都, en: Tokyo }", "line 28"),
        ("for: P5Y, after: treated, starting: month-end", "for: P5Y, after: treated, starting: mouth-end", "month-end"),
        ("recipients: [benefits]", "recipients: [benefit]", "benefits"),
        ("    kind: body", "    kind: bodie", "body"),
        ("disposal-methods:", "disposal-method:", "disposal-methods"),
    ];
    for (from, to, near) in cases {
        let found = findings(&edited(from, to));
        assert!(found[0].help.as_ref().is_some_and(|help| help.en.contains(near)), "{found:?}");
    }
}

#[test]
fn all_faults_of_a_set_come_in_one_run() {
    let text = edited("for: P5Y", "for: 5Y")
        .replace("Asia/Tokyo", "Asia/Edo")
        .replace("[principles, contacts]", "[principals]");
    let rules: Vec<&str> = findings(&text).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["organization.time-zone", "retention.period", "section.unknown-word"]);
}

#[test]
fn two_thousand_classes_are_checked_at_once() {
    let boxes = VALID.find("    - id: boxes").unwrap();
    let letters = VALID.find("    - id: letters").unwrap();
    let class = VALID[letters..boxes].replace("      was: [old-letters]\n", "");
    let more: String = (0..2000)
        .map(|n| {
            class.replace("id: letters", &format!("id: letters-{n}")).replace("\"letters/", &format!("\"letters-{n}/"))
        })
        .collect();
    let mut set = sources(VALID);
    for (n, half) in [more.split_at(more.find("    - id: letters-1000\n").unwrap())].into_iter().enumerate() {
        set.insert(format!("policies/{n}-a.yaml"), format!("retention:\n  classes:\n{}", half.0));
        set.insert(format!("policies/{n}-b.yaml"), format!("retention:\n  classes:\n{}", half.1));
    }
    let (report, policy) = check(&set);
    assert_eq!(report.findings(), []);
    assert_eq!(policy.unwrap().classes.len(), 2003);
}
