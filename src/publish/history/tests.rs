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

/// Tells an edit of the sample in Japanese and in English: each change with its title, what was done, before and after.
fn in_words(change: impl Fn(&mut crate::policy::Policy, bool)) -> [Vec<String>; 2] {
    let [before, after] = [false, true].map(|is_after| sample_with(|policy| change(policy, is_after)));
    let history = one_revision(told(&before, &after, day(), &messages()).unwrap());
    let words = |messages: &Messages| {
        let facts = history.facts("minato", &imprint(), messages).unwrap();
        let changes = facts.revisions[0].changes.iter();
        let said = changes.map(|one| {
            let [title, before, after] = [&one.title, &one.before, &one.after].map(|it| it.as_deref().unwrap_or("-"));
            format!("{title} | {} | {before} | {after}", one.text)
        });
        said.collect()
    };
    [words(&messages()[0]), words(&messages()[1])]
}

#[test]
fn the_deadline_of_a_disposal_and_the_day_of_a_joint_use_are_told_with_what_was_and_what_is() {
    let [ja, en] = in_words(|policy, is_after| {
        policy.classes[0].disposal.within = if is_after { "P2M" } else { "P1M" }.parse().unwrap();
        policy.joint_use[0].since = if is_after { "2022-04-02" } else { "2022-04-01" }.parse().unwrap();
    });
    let (class, joint) = (&sample().classes[0].title, &sample().joint_use[0].title);
    assert_eq!(
        ja,
        [
            format!(
                "{} | 保存期間の満了後に廃棄するまでの期間を変更しました。 | 期間満了後1か月以内に廃棄します。 | 期間満了後2か月以内に廃棄します。",
                class.get("ja")
            ),
            format!("{} | 共同利用の開始日を変更しました。 | 令和4年4月1日 | 令和4年4月2日", joint.get("ja")),
        ]
    );
    assert!(en[0].ends_with("| Disposed of within 1 month after the period has ended. | Disposed of within 2 months after the period has ended."), "{en:?}");
    assert!(en[1].ends_with("in effect was changed. | 1 April 2022 | 2 April 2022"), "{en:?}");
}

#[test]
fn what_is_used_jointly_is_told_with_what_was_and_what_is_and_a_rewording_as_one() {
    use crate::policy::sample::text;
    let [ja, en] = in_words(|policy, is_after| {
        let item = if is_after { "受診日" } else { "記号・番号及び受診日" };
        policy.joint_use[0].items = vec![text(item, "Dates"), text("有無", "Whether")];
        let scope = if is_after { "保健師" } else { "産業医及び保健師" };
        policy.joint_use[0].users[0].scope = text(scope, "Nurses");
    });
    assert!(
        ja[0].ends_with("| 共同利用する項目を追加し、又は記載を改めました。 | 記号・番号及び受診日 | 受診日"),
        "{ja:?}"
    );
    assert!(ja[1].ends_with("| 共同利用者の範囲を広げ、又は記載を改めました。 | 産業医及び保健師 | 保健師"), "{ja:?}");
    let same = "The text in this language is as it was. | - | -";
    assert!(en.iter().all(|one| one.ends_with(same)), "{en:?}");
}

#[test]
fn a_security_measure_is_told_under_its_category_and_only_in_the_language_it_was_changed_in() {
    use crate::policy::sample::text;
    use crate::policy::{SecurityCategory, SecurityKind};
    let [ja, en] = in_words(|policy, is_after| {
        let ja = if is_after { "鍵を二重に\n掛けます。" } else { "鍵を掛けます。" };
        let measures = vec![text("入退室を管理します。", "Entry is controlled."), text(ja, "Doors are locked.")];
        policy.security = vec![SecurityCategory { kind: SecurityKind::Physical, measures }];
    });
    assert_eq!(
        ja,
        ["物理的安全管理措置 | 安全管理措置の内容を変更しました。 | 鍵を掛けます。 | 鍵を二重に 掛けます。"]
    );
    assert_eq!(
        en,
        ["Physical measures | The security measures were changed. The text in this language is as it was. | - | -"]
    );
}

#[test]
fn measures_that_only_moved_in_one_language_are_not_told_in_the_words_of_the_other() {
    use crate::policy::sample::text;
    use crate::policy::{SecurityCategory, SecurityKind};
    let [ja, en] = in_words(|policy, is_after| {
        let [first, second] = if is_after { ["B.", "A."] } else { ["A.", "B."] };
        let ja = if is_after { "丙。" } else { "甲。" };
        policy.security = vec![SecurityCategory {
            kind: SecurityKind::Physical,
            measures: vec![text(ja, first), text("乙。", second)],
        }];
    });
    assert!(ja[0].ends_with("| 甲。 | 丙。"), "{ja:?}");
    assert_eq!(en, ["Physical measures | The security measures were changed. | - | -"]);
}

#[test]
fn an_edit_of_one_language_is_told_as_none_in_the_other_and_names_the_items_where_they_are_few() {
    use crate::policy::sample::text;
    let joint = |ja: &'static str, en: &'static str| {
        in_words(move |policy, is_after| {
            policy.joint_use[0].title = if is_after { text(ja, en) } else { text("交付金事業", "Grant") };
        })
    };
    let [ja, en] = joint("交付金事業", "Grants");
    assert_eq!(ja, ["交付金事業 | 共同利用に関する記載を改めました。この言語の本文に変更はありません。 | - | -"]);
    assert!(en[0].starts_with("Grants | ") && !en[0].contains("as it was"), "{en:?}");
    let [ja, en] = joint("交付金交付事業", "Grant");
    assert_eq!(ja, ["交付金交付事業 | 共同利用に関する記載を改めました。 | - | -"]);
    assert!(en[0].contains("The text in this language is as it was."), "{en:?}");
    let [ja, _] = in_words(|policy, is_after| {
        if is_after {
            policy.principles.iter_mut().for_each(|one| one.text = text("別", "other"));
        }
    });
    let policy = sample();
    let titles: Vec<&str> = policy.principles.iter().map(|one| one.title.get("ja")).collect();
    assert_eq!(ja, [format!("{} | 基本方針の記載を改めました。 | - | -", titles.join("、"))]);
    let all = |policy: &mut crate::policy::Policy, is_after: bool| {
        let one = policy.principles[0].clone();
        policy.principles = ["a", "b", "c", "d"]
            .map(|id| crate::policy::Principle { id: id.into(), title: text(id, id), ..one.clone() })
            .into();
        if is_after {
            policy.principles.iter_mut().for_each(|one| one.text = text("別", "other"));
        }
    };
    assert_eq!(in_words(all)[0], ["- | 基本方針の記載を改めました。 | - | -"]);
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
        same_in: BTreeSet::new(),
    }
}

#[test]
fn a_uuid_has_the_version_and_variant_of_the_standard() {
    let made = uuid(&["a", "b"]);
    assert_eq!((made.len(), &made[14..15]), (36, "8"));
    assert!(["8", "9", "a", "b"].contains(&&made[19..20]), "{made}");
    assert_eq!(made, uuid(&["a", "b"]));
}
