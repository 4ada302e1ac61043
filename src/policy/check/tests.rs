//! What the checker finds: one valid set in two languages, and small edits of it, each with the one finding it causes.

use crate::diag::{Finding, Severity, Sources};
use crate::policy::{Keep, PolicySet, RULES, check};

const VALID: &str = include_str!("tests/valid.yaml");
const FILE: &str = "policies/all.yaml";

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

/// Each edit, the one rule it breaks, and what the finding underlines.
const EDITS: &[(&str, &str, &str, &str)] = &[
    // The shape of files.
    ("  id: minato-kenpo", "\tid: minato-kenpo", "section.syntax", "\t"),
    ("    kind: body", "\t  kind: body", "section.syntax", "\t"),
    ("address: { ja: 東京都, en: Tokyo }", "address: { ja: \"東京都, en: Tokyo }", "section.syntax", ""),
    ("  accredited-body: none", "  accredited-body: &none none", "section.yaml-feature", ""),
    ("disposal-methods: {", "disposal-method: {", "section.unknown-key", "disposal-method"),
    ("    kind: body", "    knid: body\n    kind: body", "section.unknown-key", "knid"),
    ("  time-zone: Asia/Tokyo", "  time-zone: Asia/Tokyo\n  time-zone: UTC", "section.duplicate-key", "time-zone"),
    ("pages:\n", "parties: []\npages:\n", "section.duplicate-key", "parties"),
    ("{ ja: 当組合, en: the Society }", "{ ja: 当組合, ja: x, en: the Society }", "section.duplicate-key", "ja"),
    ("    since: 2022-04-01\n", "", "section.missing-key", "id"),
    (
        "  languages: [ja, en]\n  time",
        "  languages: [ja, en]\n  enacted-on: x\n  time",
        "section.unknown-key",
        "enacted-on",
    ),
    ("purposes: [benefit-review]", "purposes: benefit-review", "section.wrong-type", "benefit-review"),
    ("short-name: { ja: 当組合, en: the Society }", "short-name: 当組合", "section.wrong-type", "当組合"),
    ("special-care: true", "special-care: yes", "section.unknown-word", "yes"),
    ("    kind: body", "    kind: bodie", "section.unknown-word", "bodie"),
    ("unclassified: report", "unclassified: seal", "section.unknown-word", "seal"),
    ("when: { sweep: completed }", "when: {}", "section.wrong-type", "{"),
    // Ids and references.
    ("id: limits", "id: Limits", "reference.id", "Limits"),
    ("id: boxes", "id: letters", "reference.duplicate-id", "letters"),
    ("was: [old-letters]", "was: [boxes]", "reference.duplicate-id", "boxes"),
    (
        "    purposes: [benefit-review]",
        "    purposes: [benefit-review, benefit-reveiw]",
        "reference.dangling",
        "benefit-reveiw",
    ),
    ("recipients: [benefits]", "recipients: [benefit]", "reference.dangling", "benefit"),
    ("accredited-body: none", "accredited-body: nobody", "reference.dangling", "nobody"),
    ("    contact: privacy-desk", "    contact: desk", "reference.dangling", "desk"),
    ("{ for: P3Y, after: treated }", "{ for: P3Y, after: treted }", "reference.dangling", "treted"),
    ("\"receipts/{treated:month}/", "\"receipts/{treated:month}/{trated:date}/", "reference.dangling", "\"receipts/"),
    // Texts.
    ("{ ja: 当組合, en: the Society }", "{ ja: 当組合 }", "text.missing-language", "{"),
    ("{ ja: 当組合, en: the Society }", "{ ja: 当組合, en: the Society, fr: x }", "text.unlisted-language", "fr"),
    ("{ ja: 当組合, en: the Society }", "{ ja: 当組合, en: \"\" }", "text.empty", "\"\""),
    // The organization.
    ("\"06990014\"", "06990015", "organization.insurer-number", "06990015"),
    ("\"06990014\"", "6990014", "organization.insurer-number", "6990014"),
    ("Asia/Tokyo", "Asia/Edo", "organization.time-zone", "Asia/Edo"),
    ("fiscal-year-starts: 04-01", "fiscal-year-starts: 02-29", "organization.fiscal-year-starts", "02-29"),
    ("enacted: 2005-04-01", "enacted: 2005-04-31", "organization.date", "2005-04-31"),
    ("languages: [ja, en]", "languages: [ja, en, en]", "organization.languages", "en"),
    // Purposes and consent.
    (
        "information:\n  - id",
        "  - { id: extra, category: { ja: x, en: x }, title: { ja: x, en: x } }\ninformation:\n  - id",
        "purposes.unused",
        "extra",
    ),
    (
        "joint-use:\n",
        "  - { id: other, title: { ja: x, en: x }, purposes: [] }\njoint-use:\n",
        "information.no-purpose",
        "[",
    ),
    ("ground: benefits-the-person, ", "", "consent.ground", "implied"),
    ("kind: implied", "kind: explicit", "consent.ground", "benefits-the-person"),
    // Joint use.
    ("items: [{ ja: 氏名, en: Name }]", "items: []", "joint-use.required-elements", "["),
    ("    address: { ja: 東京都, en: Tokyo }\n", "", "joint-use.responsible-address", "federation"),
    (
        "    representative: { title: { ja: 会長, en: President }, name: { ja: 沖 進, en: Susumu Oki } }\n",
        "",
        "joint-use.responsible-representative",
        "federation",
    ),
    (
        "users: [{ party: federation, scope: { ja: 交付課, en: Grants section } }, ",
        "users: [",
        "joint-use.responsible-user",
        "federation",
    ),
    ("users: [", "users: [{ party: print-house, scope: { ja: x, en: x } }, ", "joint-use.processor", "print-house"),
    ("{ ja: 氏名, en: Name }", "{ ja: 氏名など, en: Name }", "joint-use.items-open-ended", "氏名など"),
    // Retention.
    ("for: P5Y", "for: 5 yeers", "retention.period", "5 yeers"),
    ("starting: month-end", "starting: mouth-end", "retention.starting", "mouth-end"),
    ("keep: permanent", "keep: for-ever", "retention.keep", "for-ever"),
    ("keep: permanent", "keep: { later-of: [{ for: P1Y, after: moved }] }", "retention.keep", "["),
    ("keep: permanent", "keep: {}", "retention.keep", "{"),
    ("-{subject}.pdf\"", "-{subject}x.pdf\"", "retention.pattern", "\"letters/"),
    ("      accept: [\"letters/{treated:date}-{subject}.pdf\"]\n", "", "retention.accept-missing", "letters"),
    ("      medium: paper\n", "      medium: paper\n      accept: [\"boxes/*\"]\n", "retention.accept-medium", "["),
    (
        "\"letters/{treated:date}-{subject}.pdf\"",
        "\"receipts/**/{treated:date}-{subject}.pdf\", \"receipts/{treated:month}/*\"",
        "retention.same-path",
        "\"receipts/",
    ),
    ("{subject}-*.csv", "{moved:date}/{subject}-*.csv", "retention.capture", "\"receipts/"),
    ("accept: [\"receipts/", "accept: [\"post/{subject}-*.csv\", \"receipts/", "retention.date-unknown", "treated"),
    ("comes-from: path, about: record", "comes-from: path, about: subject", "dates.about", "subject"),
    (
        "      information: [receipts]\n      medium: paper\n",
        "      medium: paper\n",
        "retention.no-information",
        "boxes",
    ),
    // Pages and notices.
    ("id: privacy-policy", "id: index", "pages.reserved", "index"),
    ("notices/certificate.typ", "../certificate.typ", "notices.template", "../certificate.typ"),
    // The service.
    ("9aqmcac8p }", "9aqmcac8 }", "service.recipient-key", "age1"),
    ("AAAAC3NzaC1lZDI1NTE5AAAAIAcH", "AAAAC3NzaC1lZDI1NTE5AAAAIAc", "service.approver-key", "ssh-ed25519"),
    (
        "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg",
        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        "service.same-key",
        "age1ql3",
    ),
    (
        "    - { name: 沖 進, key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI }\n",
        "",
        "service.too-few-approvers",
        "receipts",
    ),
    ("  backup: { headers-kept: P30D }\n", "", "service.headers-kept", ""),
    ("headers-kept: P30D", "headers-kept: 30 days", "retention.period", "30 days"),
    ("  watch:", "  paths: { vault: records/in/vault }\n  watch:", "service.paths", "records/in/vault"),
    ("  watch:", "  paths: { vault: ../vault }\n  watch:", "service.paths", "../vault"),
    ("\"0 3 * * *\"", "\"0 3 31 2 *\"", "service.schedule", "\"0 3 31 2 *\""),
    ("settle: PT1M", "settle: P1D", "service.wait", "P1D"),
    ("\"**/~$*\"", "\"{a}\"", "service.ignore", "\"{a}\""),
    ("records: 5000", "records: 0", "service.limit", "0"),
];

#[test]
fn each_broken_policy_has_its_finding_at_its_place() {
    let mut wrong = Vec::new();
    for (from, to, rule, underlined) in EDITS {
        let text = edited(from, to);
        let found = findings(&text);
        let named: Vec<(&str, String)> = found.iter().map(|f| (f.rule, shown(f, 0, &text))).collect();
        let hit =
            named.iter().all(|(found, _)| found == rule) && named.iter().any(|(_, at)| at.starts_with(underlined));
        if named.len() != 1 || !hit {
            wrong.push(format!("{rule} at `{underlined}`: {found:#?}, underlines {named:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn an_error_yields_no_set_and_a_warning_yields_one() {
    for (from, to, rule, _) in EDITS {
        let (report, set) = check(&sources(&edited(from, to)));
        assert_eq!(set.is_none(), report.has_errors(), "{rule}");
    }
}

#[test]
fn every_finding_has_a_known_place() {
    for (from, to, rule, _) in EDITS {
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
    let covered: Vec<&str> = EDITS.iter().map(|(_, _, rule, _)| *rule).collect();
    let elsewhere = [
        "section.too-large",
        "section.stated-twice",
        "section.empty-set",
        "service.no-recipients",
        "retention.no-recipients",
        "retention.one-recipient",
        "retention.no-electronic-class",
    ];
    for rule in RULES {
        assert!(covered.contains(&rule.name) || elsewhere.contains(&rule.name), "{}", rule.name);
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
    let rules: Vec<&str> = report.findings().iter().map(|finding| finding.rule).collect();
    assert_eq!((rules, set.is_some()), (vec!["retention.no-electronic-class"], true));
}

#[test]
fn a_typing_error_is_answered_with_the_nearest_name() {
    let cases = [
        ("address: { ja: 東京都, en: Tokyo }", "address: { ja: \"東京都, en: Tokyo }", "line 26"),
        ("for: P5Y, after: treated, starting: month-end", "for: P5Y, after: treated, starting: mouth-end", "month-end"),
        ("recipients: [benefits]", "recipients: [benefit]", "benefits"),
        ("    kind: body", "    kind: bodie", "body"),
        ("disposal-methods: {", "disposal-method: {", "disposal-methods"),
    ];
    for (from, to, near) in cases {
        let found = findings(&edited(from, to));
        assert!(found[0].help.as_deref().is_some_and(|help| help.contains(near)), "{found:?}");
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
