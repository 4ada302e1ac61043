//! What a history says: every change is told or counted, and nothing internal is told.

use super::*;
use crate::policy::diff::{Group, Kind};
use crate::policy::sample::{sample, sample_with};
use crate::publish::templates::Templates;

fn day() -> Date {
    Date::from_ymd(2026, 11, 22).unwrap()
}

fn imprint() -> Imprint {
    Imprint::published(None, Digest::of(b"x"), day())
}

fn messages() -> Vec<Messages> {
    ["ja", "en"].iter().map(|language| Messages::read(&Templates::shipped(), language).unwrap()).collect()
}

fn changed(what: What) -> (Vec<Told>, usize) {
    match what {
        What::Changed { told, internal } => (told, internal),
        other => panic!("{other:?}"),
    }
}

fn revision(id: &str, in_force: Option<Date>, what: What) -> Revision {
    Revision { id: id.to_owned(), is_commit: true, again: 0, date: day(), at: Instant::EPOCH, in_force, what }
}

fn one_revision(what: What) -> History {
    History { revisions: vec![revision("0123456789abcdef", Some(day()), what)], reach: Reach::Beginning }
}

#[test]
fn a_longer_period_is_told_with_both_sentences_in_both_languages() {
    let after = sample_with(|policy| {
        let crate::policy::Keep::For(leg) = &mut policy.classes[0].keep else { panic!("the sample has one period") };
        leg.period = "P7Y".parse().unwrap();
    });
    let what = told(&sample(), &after, day(), &messages()).unwrap();
    let history = one_revision(what);
    let [ja, en] = ["ja", "en"].map(|language| {
        let messages = Messages::read(&Templates::shipped(), language).unwrap();
        history.facts("minato", &imprint(), &messages).unwrap()
    });
    let change = &ja.revisions[0].changes[0];
    assert_eq!(change.text, "保存期間を長くしました。");
    assert_eq!(change.title.as_deref(), Some(after.classes[0].title.get("ja")));
    assert!(change.before.as_deref().unwrap().ends_with("5年間"), "{change:?}");
    assert!(change.after.as_deref().unwrap().ends_with("7年間"), "{change:?}");
    assert!(en.revisions[0].changes[0].after.as_deref().unwrap().starts_with("7 years"), "{en:?}");
    assert_eq!(ja.since.as_ref().unwrap().text, "令和8年11月22日の改定で1件を変更しました。");
    assert_eq!(en.since.unwrap().href, "history.html#revision-0123456789ab");
    assert_ne!(ja.revisions[0].uuid, en.revisions[0].uuid);
}

#[test]
fn a_text_that_changed_in_another_language_alone_is_not_shown_twice() {
    let texts = |ja: &str| BTreeMap::from([("ja".to_owned(), ja.to_owned()), ("en".to_owned(), "the same".to_owned())]);
    let title = texts("標題");
    let told = Told { key: "change_period_longer".to_owned(), title, before: texts("前"), after: texts("後") };
    let [ja, en] =
        ["ja", "en"].map(|language| told.facts(&Messages::read(&Templates::shipped(), language).unwrap()).unwrap());
    assert_eq!((ja.before.as_deref(), ja.after.as_deref()), (Some("前"), Some("後")));
    assert_eq!((&en.before, &en.after), (&None, &None));
    assert_eq!(en.text, "The retention period was lengthened. The text in this language is as it was.");
}

#[test]
fn who_opens_and_approves_and_how_the_service_runs_is_counted_and_not_told() {
    let after = sample_with(|policy| {
        policy.service.sweep_at_most += 1;
        policy.service.paths.records = "elsewhere".into();
    });
    let (told, internal) = changed(told(&sample(), &after, day(), &messages()).unwrap());
    assert_eq!((told.len(), internal), (0, 2));
}

#[test]
fn the_same_policy_changes_nothing() {
    assert_eq!(told(&sample(), &sample(), day(), &messages()).unwrap(), What::Changed { told: vec![], internal: 0 });
}

#[test]
fn every_kind_that_is_told_has_a_message() {
    let internal = [Kind::Accept, Kind::Read, Kind::Register, Kind::Sidecar];
    for messages in messages() {
        for kind in Kind::ALL.iter().filter(|kind| !internal.contains(kind) && **kind != Kind::Texts) {
            let is_told = [Kind::Disposal, Kind::DisposalMethod].contains(kind)
                || ![Group::People, Group::Service].contains(&kind.group());
            let name = serde_json::to_value(kind).unwrap().as_str().unwrap().replace('-', "_");
            assert!(!is_told || messages.word(&format!("change_{name}")).is_ok(), "{name} in {}", messages.language());
        }
        for section in told::PUBLISHED {
            assert!(messages.word(&format!("change_in_{}", section.replace('-', "_"))).is_ok(), "{section}");
        }
    }
}

#[test]
fn a_specimen_has_words_in_every_language() {
    for messages in messages() {
        let facts = History::specimen(day()).facts("minato", &imprint(), &messages).unwrap();
        let stages: Vec<usize> = facts.revisions.iter().map(|one| one.stages.len()).collect();
        assert_eq!((facts.pending.len(), stages), (1, vec![2, 0]));
    }
}

#[test]
fn what_was_never_in_force_is_a_stage_of_the_next_that_was_and_no_change_since() {
    let what = |count: usize| What::Changed { told: vec![changed_once(); count], internal: 0 };
    let revisions = vec![
        revision("e", None, what(1)),
        revision("d", Some(day()), what(2)),
        revision("c", None, What::Unreadable { errors: 3 }),
        revision("b", None, what(4)),
        revision("a", Some(day()), What::First),
    ];
    let history = History { revisions, reach: Reach::Beginning };
    let facts = history.facts("minato", &imprint(), &messages()[1]).unwrap();
    let ids = |list: &[RevisionFacts]| list.iter().map(|one| one.short_id.clone()).collect::<Vec<_>>();
    assert_eq!((ids(&facts.pending), ids(&facts.revisions)), (vec!["e".into()], vec!["d".into(), "a".into()]));
    assert_eq!(ids(&facts.revisions[0].stages), ["c", "b"]);
    assert_eq!(
        facts.revisions[0].stages_title.as_deref(),
        Some("How it came about: 2 revisions that were not published")
    );
    assert_eq!(facts.since.unwrap().text, "Last changed on 22 November 2026: 2 changes.");
}

fn changed_once() -> Told {
    Told {
        key: "change_period_longer".to_owned(),
        title: BTreeMap::new(),
        before: BTreeMap::new(),
        after: BTreeMap::new(),
    }
}

#[test]
fn a_uuid_has_the_version_and_variant_of_the_standard() {
    let made = uuid(&["a", "b"]);
    assert_eq!((made.len(), &made[14..15]), (36, "8"));
    assert!(["8", "9", "a", "b"].contains(&&made[19..20]), "{made}");
    assert_eq!(made, uuid(&["a", "b"]));
}
