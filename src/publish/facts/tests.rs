//! What facts keep: words come from the values that are enforced, the law is that of the day, and what instructs staff is
//! not told.

use super::*;
use crate::diag::Sources;
use crate::policy::sample::{sample, sample_with, text};
use crate::policy::{AsOf, Changeable, Publishes, Then, check};
use crate::publish::templates::Templates;

/// The shipped example.
const EXAMPLE: [(&str, &str); 11] = [
    ("policies/organization.yaml", include_str!("../../../policies/organization.yaml")),
    ("policies/purposes.yaml", include_str!("../../../policies/purposes.yaml")),
    ("policies/processes.yaml", include_str!("../../../policies/processes.yaml")),
    ("policies/joint-use.yaml", include_str!("../../../policies/joint-use.yaml")),
    ("policies/disclosures.yaml", include_str!("../../../policies/disclosures.yaml")),
    ("policies/consent.yaml", include_str!("../../../policies/consent.yaml")),
    ("policies/retention.yaml", include_str!("../../../policies/retention.yaml")),
    ("policies/security.yaml", include_str!("../../../policies/security.yaml")),
    ("policies/procedures.yaml", include_str!("../../../policies/procedures.yaml")),
    ("policies/notices.yaml", include_str!("../../../policies/notices.yaml")),
    ("policies/service.yaml", include_str!("../../../policies/service.yaml")),
];

fn imprint(date: &str) -> Imprint {
    Imprint::published(None, Digest::of(b"policies"), date.parse().unwrap())
}

/// Returns the shipped example, checked.
pub(in crate::publish) fn example() -> PolicySet {
    let sources: Sources = EXAMPLE.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    let (report, set) = check(&sources, AsOf::Day("2026-11-22".parse().unwrap()));
    set.unwrap_or_else(|| panic!("{:?}", report.findings()))
}

fn facts_on(date: &str, policy: &PolicySet, language: &str) -> Facts {
    let messages = Messages::read(&Templates::shipped(), language).unwrap();
    Facts::of(policy, &imprint(date), &messages).unwrap()
}

fn facts(policy: &PolicySet, language: &str) -> Facts {
    facts_on("2026-11-22", policy, language)
}

#[test]
fn the_example_has_facts_in_every_section() {
    let example = example();
    for language in ["ja", "en"] {
        let facts = facts(&example, language);
        let counts = [
            (facts.terms.len(), example.terms.len()),
            (facts.principles.len(), example.principles.len()),
            (facts.information.len(), example.information.len()),
            (facts.processes.len(), example.processes.len()),
            (facts.entrustments.len(), example.entrustments.len()),
            (facts.provisions.len(), example.provisions.len()),
            (facts.security.len(), example.security.len()),
            (facts.procedures.len(), example.procedures.len()),
            (facts.exceptions.cases.len(), 7),
            (facts.notice_exceptions.cases.len(), 4),
            (facts.not_third_parties.cases.len(), 3),
        ];
        for (place, (told, stated)) in counts.into_iter().enumerate() {
            assert!(told == stated && told > 0, "{language}, {place}: {told} of {stated}");
        }
    }
}

#[test]
fn duties_are_cited_by_the_number_of_the_day() {
    let example = example();
    let duty = |date: &str, language: &str| {
        let facts = facts_on(date, &example, language);
        let found = facts.principles.into_iter().find(|principle| principle.id == "purpose-limitation").unwrap();
        found.citation.unwrap()
    };
    assert_eq!(duty("2026-11-22", "ja"), "個人情報の保護に関する法律第17条、第18条");
    assert_eq!(duty("2026-11-22", "en"), "Articles 17 and 18 of the Act on the Protection of Personal Information");
    assert_eq!(duty("2022-03-31", "en"), "Articles 15 and 16 of the Act on the Protection of Personal Information");
}

#[test]
fn without_a_law_pack_nothing_is_cited() {
    let facts = facts(&sample(), "ja");
    assert!(facts.principles.iter().all(|principle| principle.citation.is_none()));
    assert!(facts.exceptions.cases.is_empty() && facts.exceptions.citation.is_none());
}

#[test]
fn what_instructs_staff_is_not_told() {
    let told = serde_json::to_string(&facts(&example(), "en")).unwrap();
    for word in
        ["cryptographic-erase", "erase-software", "physical-destruction", "P-4", "particle", "boxes", "certificate\":"]
    {
        assert!(!told.contains(word), "`{word}` is told");
    }
}

#[test]
fn a_purpose_says_how_long_it_goes_on() {
    let policy = sample_with(|policy| {
        let purpose = &mut policy.purposes[0];
        (purpose.only, purpose.after, purpose.period) = (true, Some("moved".into()), Some(Period::Months(24)));
    });
    let limited = |language| {
        let purpose = facts(&policy, language).purposes[0].purposes[0].clone();
        (purpose.limit.unwrap(), purpose.only.unwrap())
    };
    let ja = ("他の保険者への異動日の後は、2年間に限り利用します。", "この目的のほかには利用しません。");
    assert_eq!(limited("ja"), (ja.0.to_owned(), ja.1.to_owned()));
    let en = ("After the date of moving to another insurer, for at most 2 years.", "Used for nothing else.");
    assert_eq!(limited("en"), (en.0.to_owned(), en.1.to_owned()));
}

#[test]
fn i9_what_is_done_after_the_period_is_what_is_enforced() {
    let said = |then, within, extension| {
        let policy = sample_with(|policy| {
            let class = &mut policy.classes[0];
            (class.disposal.then, class.disposal.within, class.extension) = (then, within, extension);
        });
        let class = facts(&policy, "en").retention[0].clone();
        let example = class.keep.periods[0].example.clone().unwrap().words;
        let done = match then {
            Then::Destroy => "first day on which disposal is allowed is",
            Then::DeleteNumber => "first day on which the Individual Number may be deleted is",
            Then::Transfer => "first day on which transfer is allowed is",
        };
        assert!(example.contains(done), "{example}");
        (class.within_text, class.extension)
    };
    let (month, at_once) = (Period::Months(1), Period::Days(0));
    let cases = [
        (Then::Destroy, month, "Disposed of within 1 month after the period has ended."),
        (Then::Destroy, at_once, "Disposed of at once when the period has ended."),
        (Then::DeleteNumber, month, "The Individual Number is deleted within 1 month after the period has ended."),
        (Then::DeleteNumber, at_once, "The Individual Number is deleted at once when the period has ended."),
        (Then::Transfer, month, "Transferred to an archive within 1 month after the period has ended."),
        (Then::Transfer, at_once, "Transferred to an archive at once when the period has ended."),
    ];
    for (then, within, expected) in cases {
        assert_eq!(said(then, within, None), (expected.to_owned(), None));
    }
    let longer =
        "Records still needed after the period may be kept for up to 3 years longer, with the reason recorded.";
    assert_eq!(said(Then::Destroy, month, Some(Period::Months(36))).1.unwrap(), longer);
}

#[test]
fn i9_the_smallest_group_printed_is_the_one_stated() {
    let said = |publishes, smallest_group| {
        let policy = sample_with(|policy| {
            let purpose = &mut policy.joint_use[0].purposes[0];
            (purpose.publishes, purpose.smallest_group) = (publishes, smallest_group);
        });
        facts(&policy, "en").joint_uses[0].purposes[0].publishes.clone()
    };
    assert_eq!(said(Publishes::None, Some(10)), None);
    assert!(said(Publishes::Statistics, Some(10)).unwrap().contains("at least 10 people"));
    assert!(said(Publishes::Statistics, None).unwrap().contains("identify nobody"));
    assert!(said(Publishes::Cases, None).unwrap().contains("identifies nobody"));
}

#[test]
fn when_a_decision_can_be_changed_and_whether_a_reason_is_asked_is_told() {
    let policy = sample_with(|policy| {
        let objection = &mut policy.consent.as_mut().unwrap().objection;
        (objection.changeable, objection.reason_required) = (Changeable::AtSetTimes, true);
    });
    let consent = facts(&policy, "en").consent.unwrap();
    assert_eq!(
        (consent.changeable.as_str(), consent.reason.as_deref()),
        ("You may change your decision at set times.", Some("Please give a reason."))
    );
    assert_eq!(facts(&sample(), "en").consent.unwrap().reason, None);
}

#[test]
fn silence_about_foreign_countries_and_none_are_told_apart() {
    assert_eq!(facts(&sample(), "ja").abroad, None);
    let policy = sample_with(|policy| policy.abroad = Some(Vec::new()));
    assert_eq!(facts(&policy, "ja").abroad, Some(Vec::new()));
    let measures = facts(&example(), "en").security.last().unwrap().measures.clone();
    assert_eq!(measures, ["No personal data is handled in foreign countries."]);
}

#[test]
fn a_period_names_the_law_beside_the_own_rule() {
    let facts = facts(&example(), "ja");
    let class = facts.retention.iter().find(|class| class.id == "checkups").unwrap();
    let law = class.authority.law.as_ref().unwrap();
    assert_eq!(law.citation.as_deref(), Some("特定健康診査及び特定保健指導の実施に関する基準第10条"));
    assert!(facts.retention.iter().any(|class| class.authority.law.is_some() && class.authority.own_rule.is_some()));
}

#[test]
fn a_contact_has_only_what_the_policy_gives() {
    let policy = sample_with(|policy| {
        let contact = &mut policy.organization.contacts[0];
        (contact.department, contact.telephone, contact.hours) = (None, None, None);
        contact.title = text("相談窓口", "Desk");
    });
    let contact = facts(&policy, "en").contacts[0].clone();
    assert_eq!((contact.department, contact.telephone, contact.hours), (None, None, None));
    assert_eq!(
        contact.handles,
        ["Requests about your own data", "Complaints", "Objections to provision to third parties"]
    );
    assert!(contact.handles_complaints);
}
