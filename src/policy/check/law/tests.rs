//! The shipped pack is sound and quick to read; broken packs have their findings.

use super::*;
use crate::calendar::Date;
use crate::diag::Finding;
use crate::policy::law::List;
use crate::policy::{AsOf, PolicySet};

const VALID: &str = include_str!("../tests/valid.yaml");

/// A small pack of another country.
const UK: &str = "\
pack: uk
title: { en: Data protection in the United Kingdom }
version: 2026-11-22
languages: [en]
sources: [{ id: act, title: { en: the act } }]
laws:
  - { id: gdpr, main: true, name: { en: UK GDPR }, form: { en: \"Article {cite} {name}\" } }
topics:
  - id: gdpr.lawfulness
    law: gdpr
    title: { en: lawfulness of processing }
    entries: [{ cite: 6(1), from: 2018-05-25, until: 2021-12-31, certainty: primary, source: act }, { cite: 6(2), from: 2022-01-01, certainty: primary, source: act }]
";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn check(law: &str, packs: &[(&str, &str)]) -> (Vec<Finding>, Option<PolicySet>) {
    let mut sources = Sources::from([(
        "policies/all.yaml".to_owned(),
        VALID.replace("law: [jp]", law).replace("notice-exceptions: all\n", ""),
    )]);
    sources.extend(packs.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())));
    let (report, set) = crate::policy::check(&sources, AsOf::Day(day("2026-11-22")));
    (report.findings().to_vec(), set)
}

#[test]
fn the_shipped_packs_are_sound() {
    for (name, text) in SHIPPED {
        let desk = Desk::new(day("2026-11-22"));
        let pack = read(&format!("{name}.yaml"), text, name, &desk);
        assert_eq!(desk.into_findings(), []);
        assert!(pack.is_some());
    }
}

#[test]
fn editions_follow_each_other() {
    let with = |editions: &str| {
        let law = "  - { id: gdpr, main: true, name: { en: UK GDPR }, form: { en: \"Article {cite} {name}\" }";
        let pack = UK.replace(&format!("{law} }}"), &format!("{law}, editions: [{editions}] }}"));
        assert_ne!(pack, UK);
        let found = check("law: [uk]", &[("policies/laws/uk.yaml", &pack)]).0;
        found.into_iter().filter(|one| one.rule == "law.pack").map(|one| one.message.en).collect::<Vec<_>>()
    };
    let first = "{ id: first, from: 2018-05-25, until: 2021-12-31 }";
    assert_eq!(with(&format!("{first}, {{ id: second, from: 2022-01-01 }}")), [] as [String; 0]);
    let overlap = with(&format!("{first}, {{ id: second, from: 2021-06-01 }}"));
    assert!(overlap.len() == 1 && overlap[0].contains("before the one above it has ended"), "{overlap:?}");
    let gap = with(&format!("{first}, {{ id: second, from: 2023-01-01 }}"));
    assert!(gap.len() == 1 && gap[0].contains("nothing holds from 2022-01-01"), "{gap:?}");
}

#[test]
fn the_numbers_of_each_day_are_known() {
    let (_, set) = check("law: [jp]", &[]);
    let law = &set.unwrap().law;
    let joint = |date| law.citation("appi.joint-use", day(date), "ja").unwrap();
    assert_eq!(joint("2017-05-29"), "個人情報の保護に関する法律第23条第4項第3号");
    assert_eq!(joint("2017-05-30"), "個人情報の保護に関する法律第23条第5項第3号");
    assert_eq!(joint("2022-04-01"), "個人情報の保護に関する法律第27条第5項第3号");
    let english = law.citation("appi.joint-use", day("2026-11-22"), "en").unwrap();
    assert_eq!(english, "Article 27(5)(iii) of the Act on the Protection of Personal Information");
    assert_eq!(law.citation("appi.leak", day("2022-03-31"), "en"), None);
    let count = |list, date| law.list(list, day(date)).len();
    assert_eq!([count(List::Exceptions, "2022-03-31"), count(List::Exceptions, "2022-04-01")], [4, 7]);
    assert_eq!([count(List::NoticeExceptions, "2026-11-22"), count(List::NotThirdParties, "2026-11-22")], [4, 3]);
    let health = &law.cases(List::Exceptions, day("2026-11-22"), "ja")[2];
    assert!(health.text.contains("特に必要"), "{health:?}");
    assert_eq!(
        law.elements("appi.joint-use", day("2022-03-31")).len() + 2,
        law.elements("appi.joint-use", day("2022-04-01")).len()
    );
    assert_eq!(law.requests(day("2026-11-22")).len(), 6);
    assert_eq!(law.categories(day("2022-03-31")).len(), 6);
    assert_eq!(law.amendments(day("2028-07-17")), [] as [&crate::policy::law::Amendment; 0]);
    let terms = |date| law.terms(day(date)).map(|term| term.id.clone()).collect::<Vec<_>>();
    assert_eq!(terms("2015-10-04"), ["retained-personal-data", "joint-use"]);
    assert_eq!(terms("2015-10-05").len(), 4);
    assert!(law.outdated(day("2025-12-01")).iter().all(|one| one.id != "insurance-card"));
}

#[test]
fn a_pack_of_the_set_is_read_and_takes_the_place_of_the_shipped_one() {
    let valid = VALID.split("security:").next().unwrap();
    assert!(valid.contains("languages: [ja, en]"));
    let (found, set) = check("law: [uk]", &[("policies/laws/uk.yaml", UK)]);
    assert_eq!(found, []);
    let law = set.unwrap().law.clone();
    assert_eq!(law.citation("gdpr.lawfulness", day("2020-01-01"), "en").as_deref(), Some("Article 6(1) UK GDPR"));
    assert_eq!(law.title("gdpr.lawfulness", "ja"), "lawfulness of processing");
    let own = UK.replace("pack: uk", "pack: jp");
    let (found, set) = check("law: [jp]", &[("policies/laws/jp.yaml", &own)]);
    assert_eq!(found, []);
    assert_eq!(set.unwrap().law.topics().count(), 1);
}

#[test]
fn a_broken_pack_is_an_error_at_its_place() {
    let cases = [
        ("cite: 6(1)", "cite: 6(i)(1)", "law.pack", "6(i)(1)"),
        ("until: 2021-12-31", "until: 2021-12-30", "law.pack", "{"),
        ("until: 2021-12-31", "until: 2022-01-01", "law.pack", "{"),
        ("until: 2021-12-31, ", "", "law.pack", "{"),
        ("until: 2021-12-31", "until: 2017-12-31", "law.pack", "2017-12-31"),
        ("from: 2018-05-25", "from: 2018-13-25", "law.pack", "2018-13-25"),
        ("pack: uk", "pack: gb", "law.pack", "gb"),
        ("law: gdpr", "law: dpa", "reference.dangling", "dpa"),
        ("source: act }, {", "source: acts }, {", "reference.dangling", "acts"),
        ("certainty: primary, source: act }, {", "certainty: sure, source: act }, {", "section.unknown-word", "sure"),
        ("title: { en: lawfulness", "title: { ja: x, en: lawfulness", "text.unlisted-language", "ja"),
        ("title: { en: lawfulness", "title: { ja: lawfulness", "text.missing-language", "{"),
        ("    entries: [", "    entry: [", "section.unknown-key", "entry"),
        ("version: 2026-11-22\n", "", "section.missing-key", "pack"),
        ("law: gdpr\n", "law: gdpr\n    words: { fr: [x] }\n", "law.pack", "fr"),
        ("id: gdpr.lawfulness", "id: lawfulness", "reference.id", "lawfulness"),
        ("topics:\n", "topics: &x\n", "section.yaml-feature", ""),
    ];
    for (from, to, rule, underlined) in cases {
        let text = UK.replacen(from, to, 1);
        assert_ne!(text, UK, "{from}");
        let (found, set) = check("law: [uk]", &[("policies/laws/uk.yaml", &text)]);
        let hit = found.iter().find(|finding| finding.rule == rule);
        let hit = hit.unwrap_or_else(|| panic!("{to}: {found:?}"));
        let place = &hit.places[0];
        assert_eq!((place.file.as_str(), set), ("policies/laws/uk.yaml", None), "{to}");
        assert!(text[place.start..].starts_with(underlined), "{to}: {}", &text[place.start..place.end]);
    }
}

#[test]
fn a_pack_nobody_has_is_answered_with_the_nearest_name() {
    let (found, _) = check("law: [ukk]", &[("policies/laws/uk.yaml", UK)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].replacement.as_ref().map(|one| one.text.as_str()), Some("uk"));
    let (found, _) = check("law: []", &[]);
    assert_eq!(found, []);
}

#[test]
fn numbers_of_several_editions_are_a_finding_of_their_own() {
    let edit = |text: &str| VALID.replace("text: { ja: 特定する。, en: They are specified. }", text);
    let findings = |text: &str| {
        let sources = Sources::from([("policies/all.yaml".to_owned(), edit(text))]);
        let (report, _) = crate::policy::check(&sources, AsOf::Day(day("2026-11-22")));
        report.findings().iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    let mixed = "text: { ja: 法第23条第4項第3号及び法第21条第4項による。, en: They are specified. }";
    assert_eq!(findings(mixed), ["citation.outdated", "citation.mixed-generations"]);
    let one = "text: { ja: 法第27条第5項第3号及び法第21条第4項による。, en: They are specified. }";
    assert_eq!(findings(one), [] as [&str; 0]);
    let own = "text: { ja: 規約第23条第4項第3号及び規程第21条による。, en: Article 23(4)(iii) of our statutes. }";
    assert_eq!(findings(own), [] as [&str; 0]);
}
