//! The second example: a small charity, not Japanese and not an insurer.
//!
//! In: `docs/examples/saltmarsh-community-trust`. Out: its policy checks clean, its pages render in its one language, and
//! each way in which a period begins gives the day that was computed by hand. The rule it keeps: the dates below are
//! written down, never computed.

use std::collections::BTreeMap;

use hokan::Digest;
use hokan::calendar::{Date, Period};
use hokan::diag::Sources;
use hokan::policy::PolicySet;
use hokan::publish::site;
use hokan::publish::templates::Templates;
use hokan::publish::{Imprint, Issue};
use hokan::retention::due::{Due, Known, due};

use super::{check, repository};

/// Where the example lies.
pub const CHARITY: &str = "docs/examples/saltmarsh-community-trust";

/// Returns the texts of the example's policy files.
pub fn sources() -> Sources {
    let mut sources = Sources::new();
    for folder in ["policies", "policies/laws"] {
        for entry in std::fs::read_dir(repository(CHARITY).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                sources.insert(format!("{folder}/{name}"), std::fs::read_to_string(path).unwrap());
            }
        }
    }
    sources
}

fn policy() -> PolicySet {
    check(&sources()).1.unwrap()
}

#[test]
fn the_charitys_policy_is_clean() {
    let report = check(&sources()).0;
    assert!(report.findings().is_empty(), "{:#?}", report.findings());
}

#[test]
fn the_charitys_pages_speak_one_language() {
    let imprint = Imprint::published(None, Digest::of(b"charity"), day("2026-11-22"));
    let site = site::render(&policy(), &Issue::alone(imprint), &Templates::shipped()).unwrap();
    let pages: Vec<&str> = site.keys().filter_map(|path| path.strip_suffix(".html")).collect();
    for page in ["en/privacy-notice", "en/sharing", "en/keeping", "en/rights"] {
        assert!(pages.contains(&page), "{pages:?}");
    }
    assert!(!pages.iter().any(|page| page.starts_with("ja/")), "{pages:?}");
    let keeping = String::from_utf8(site["en/keeping.html"].clone()).unwrap();
    assert!(keeping.contains("Children&#39;s club files"), "{keeping}");
    assert!(!keeping.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')), "{keeping}");
}

/// What is known of a record: with it, as an event of its own, as an event of its subject.
enum Told {
    With,
    OfRecord,
    OfSubject,
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn due_day(class: &str, told: &Told, name: &str, date: &str) -> Due {
    let policy = policy();
    let dates = BTreeMap::from([(name.to_owned(), day(date))]);
    let known = match told {
        Told::With => Known { dates, ..Known::default() },
        Told::OfRecord => Known { of_record: dates, ..Known::default() },
        Told::OfSubject => Known { of_subjects: vec![dates], ..Known::default() },
    };
    due(&policy, policy.class(class).unwrap(), &known)
}

#[test]
fn each_way_to_begin_gives_the_day_computed_by_hand() {
    use Told::{OfRecord, OfSubject, With};
    for (class, told, name, date, expected) in [
        // An age is reached on the birthday; 2037 has no 29 February, so the first day is 1 March.
        ("children", With, "born", "2010-06-15", "2035-06-15"),
        ("children", With, "born", "2012-02-29", "2037-03-01"),
        // 1 May 2024 and 18 months; the next renewal puts it off by a year.
        ("members", OfSubject, "renewed", "2024-04-10", "2025-11-01"),
        ("members", OfSubject, "renewed", "2025-04-10", "2026-11-01"),
        // 1 February 2026 and 15 months.
        ("minibus", OfSubject, "inspected", "2026-01-31", "2027-05-01"),
        // The last day of a financial year and the first one of the next: a year apart.
        ("donation-ledger", OfRecord, "last-entry", "2024-03-31", "2031-04-01"),
        ("donation-ledger", OfRecord, "last-entry", "2024-04-01", "2032-04-01"),
        // The day after the end, and years.
        ("volunteers", OfSubject, "volunteering-ended", "2023-09-30", "2026-10-01"),
        ("staff", OfSubject, "employment-ended", "2020-02-29", "2026-03-01"),
        // The tax year ends on 5 April, the Trust's own year on 31 March.
        ("pay", With, "tax-year-ended", "2025-04-05", "2031-04-06"),
        ("complaints", With, "answered", "2024-11-22", "2026-11-23"),
    ] {
        assert_eq!(due_day(class, &told, name, date), Due::On(day(expected)), "{class} {name} {date}");
    }
}

#[test]
fn what_has_no_end_and_what_waits_for_its_date() {
    let policy = policy();
    assert_eq!(due(&policy, policy.class("minutes").unwrap(), &Known::default()), Due::Permanent);
    let waiting = due(&policy, policy.class("staff").unwrap(), &Known::default());
    assert_eq!(waiting, Due::Waiting(vec!["employment-ended".to_owned()]));
}

#[test]
fn windows_extensions_and_an_own_period_beside_the_laws() {
    let policy = policy();
    let complaints = policy.class("complaints").unwrap();
    assert_eq!(complaints.disposal.within.after(day("2026-11-23")), Some(day("2026-12-07")));
    assert_eq!(complaints.extension, Some("P1Y".parse::<Period>().unwrap()));
    for (class, topic) in [("donation-ledger", "charities.accounting-records"), ("pay", "payroll.records")] {
        let authority = &policy.class(class).unwrap().authority;
        assert!(authority.own_rule.is_some() && authority.topic.as_deref() == Some(topic), "{class}");
    }
}

#[test]
fn a_period_below_the_laws_is_found() {
    let mut short = sources();
    let classes = short.get_mut("policies/retention.yaml").unwrap();
    *classes =
        classes.replace("keep: { for: P6Y, after: tax-year-ended }", "keep: { for: P2Y, after: tax-year-ended }");
    let rules: Vec<&str> = check(&short).0.findings().iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["retention.below-minimum"]);
}
