//! Edits of the sample and what they do.

use super::*;
use crate::policy::check;
use crate::policy::sample::{sample, sample_with, text};
use crate::policy::{
    Approver, Basis, Cases, Class, ConsentKind, Information, JointUser, Keep, Officer, Policy, Procedure, Provision,
    Purpose, Review, Text,
};

/// Returns the sample of an organization that answers to a law.
fn under_law(change: impl FnOnce(&mut Policy)) -> crate::policy::PolicySet {
    sample_with(|policy| {
        policy.organization.law = vec!["jp".into()];
        policy.law = check::shipped_law(&["jp"]);
        change(policy);
    })
}

/// Compares under the law of a day in 2026.
fn diff(before: &Policy, after: &Policy) -> Effect {
    super::diff(before, after, "2026-11-22".parse().unwrap())
}

/// Returns what an edit does: item, kind, and what is owed when, under which topic.
fn effect(change: impl FnOnce(&mut Policy)) -> Vec<String> {
    let effect = diff(&under_law(|_| {}), &under_law(change));
    effect.changes.iter().map(told).collect()
}

fn told(change: &Change) -> String {
    let owed = change.owes.iter().map(|owed| {
        let (duty, when) = (compared::written(&owed.duty), compared::written(&owed.when));
        format!(", {duty} {when} {}", owed.topic.unwrap_or("-"))
    });
    format!("{} {}{}", change.item, compared::written(&change.kind), owed.collect::<String>())
}

#[test]
fn nothing_follows_from_nothing() {
    assert_eq!(effect(|_| {}), Vec::<String>::new());
}

#[test]
fn periods_and_classes() {
    let period = |policy: &mut Policy, period: &str| match &mut policy.classes[0].keep {
        Keep::For(leg) => leg.period = period.parse().unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(effect(|policy| period(policy, "P3Y")), ["retention.receipts period-shorter"]);
    assert_eq!(effect(|policy| period(policy, "P9Y")), ["retention.receipts period-longer"]);
    let renamed = |policy: &mut Policy| {
        policy.classes[0].was = vec!["receipts".into()];
        policy.classes[0].id = "statements".into();
    };
    assert_eq!(effect(renamed), ["retention.statements class-renamed"]);
    assert_eq!(effect(|policy| policy.classes.truncate(3)), ["retention.forms class-vanishes"]);
    let added = |policy: &mut Policy| {
        let class = Class { id: "more".into(), ..policy.classes[0].clone() };
        policy.classes.push(class);
    };
    assert_eq!(effect(added), ["retention.more class-appears"]);
    let joined = |policy: &mut Policy| {
        policy.classes.pop();
        policy.classes[0].was = vec!["forms".into()];
    };
    let joined = effect(joined);
    assert_eq!(joined[0], "retention.receipts class-renamed", "{joined:?}");
    assert!(joined.contains(&"retention.receipts period-differs".to_owned()), "{joined:?}");
}

#[test]
fn review_steps_recipients_approvers_and_limits_need_a_person() {
    let approver = Approver { name: "浜 静".into(), key: "ssh-ed25519 AAAA".into() };
    for (change, expected) in [
        (
            Box::new(|policy: &mut Policy| policy.classes[1].disposal.review = Review::None)
                as Box<dyn FnOnce(&mut Policy)>,
            "retention.checkups review-looser",
        ),
        (Box::new(move |policy: &mut Policy| policy.service.approvers.push(approver)), "service approver-appears"),
        (Box::new(|policy: &mut Policy| policy.service.sweep_at_most = 9), "service limit"),
        (Box::new(|policy: &mut Policy| drop(policy.service.recipients.pop())), "service.escrow recipient-vanishes"),
        (
            Box::new(|policy: &mut Policy| policy.disposal_methods[0].record = false),
            "disposal-methods.electronic disposal-method",
        ),
        (Box::new(|policy: &mut Policy| policy.classes[0].recipients.clear()), "retention.receipts recipient-differs"),
    ] {
        let effect = diff(&under_law(|_| {}), &under_law(change));
        assert_eq!(effect.changes.iter().map(told).collect::<Vec<_>>(), [expected]);
        assert_eq!(effect.of_concern(Concern::People).count(), 1, "{expected}");
    }
}

/// An edit of something people answer for.
type Edit = fn(&mut Policy);

/// An edit of every key that is not free.
const ANSWERED: [Edit; 25] = [
    |policy| policy.service.paths.vault = "elsewhere".into(),
    |policy| policy.service.recipients[0].key = "age1other".into(),
    |policy| policy.service.recipients[0].name = text("別", "Other"),
    |policy| policy.service.approvers.push(Approver { name: "浜 静".into(), key: "ssh-ed25519 AAAA".into() }),
    |policy| policy.service.headers_kept = None,
    |policy| policy.service.second_copy = Some("/mnt".into()),
    |policy| policy.service.witness = Some("somebody".into()),
    |policy| policy.service.sweep_at_most = 9,
    |policy| policy.organization.id = "other".into(),
    |policy| policy.organization.time_zone = crate::calendar::Zone::UTC,
    |policy| policy.classes[0].medium = crate::policy::Medium::Paper,
    |policy| policy.classes[0].recipients.clear(),
    |policy| policy.classes[0].extension = Some(crate::calendar::Period::Months(12)),
    |policy| {
        policy.classes[0].register = Some(crate::policy::Register {
            number: "no".into(),
            class: "kind".into(),
            place: "shelf".into(),
            title: None,
            subject: None,
            details: Vec::new(),
            dates: Default::default(),
        });
    },
    |policy| policy.classes[1].disposal.review = Review::None,
    |policy| policy.classes[0].disposal.then = crate::policy::Then::Transfer,
    |policy| policy.classes[0].disposal.rest = Some("forms".into()),
    |policy| policy.classes[0].disposal.mask = vec!["number".into()],
    |policy| policy.disposal_methods[0].method = crate::policy::Method::Overwrite,
    |policy| policy.disposal_methods[0].second = Some(crate::policy::Method::Shred),
    |policy| policy.disposal_methods[0].particle = Some("P-5".into()),
    |policy| policy.disposal_methods[0].over = Some(crate::policy::Over { boxes: 9, entrustment: "printing".into() }),
    |policy| {
        let method = &mut policy.disposal_methods[0];
        (method.entrustment, method.certificates) = (Some("printing".into()), Some("forms".into()));
    },
    |policy| policy.disposal_methods[0].certified_within = Some(crate::calendar::Period::Days(30)),
    |policy| {
        policy.disposal_methods[0].record = !policy.disposal_methods[0].record;
        policy.disposal_methods[0].before = vec![crate::policy::Before::Disposal];
    },
];

#[test]
fn i14_diff_names_exactly_what_acceptance_asks_a_person_for() {
    let before = under_law(|_| {});
    let mut keys = std::collections::BTreeSet::new();
    for (n, edit) in ANSWERED.into_iter().enumerate() {
        for (from, to) in [(&before, &under_law(edit)), (&under_law(edit), &before)] {
            let answered = crate::policy::answered_for(from, to, &[]);
            assert!(!answered.is_empty(), "edit {n} is free");
            let effect = diff(from, to);
            let named: Vec<String> = effect.of_concern(Concern::People).map(told).collect();
            assert!(!named.is_empty(), "edit {n}: {answered:?}");
            let untold = effect
                .changes
                .iter()
                .find(|change| change.message.en.ends_with(" differs") && change.message.en.contains("`retention."));
            assert_eq!(untold, None, "edit {n} has no words of its own");
            keys.extend(answered.into_iter().map(|key| key.rsplit('.').next().unwrap_or_default().to_owned()));
        }
    }
    let all = |value: serde_json::Value, free: &[&str]| -> Vec<String> {
        let keys = value.as_object().unwrap().keys().filter(|key| !free.contains(&key.as_str()));
        keys.map(|key| key.replace('_', "-")).collect()
    };
    let of_service =
        all(serde_json::to_value(&before.service).unwrap(), &["watch", "file_names", "sweep_schedule", "typesetter"]);
    let published = ["id", "was", "title", "information", "accept", "read", "sidecar", "keep", "authority", "disposal"];
    let of_class = all(serde_json::to_value(&before.classes[0]).unwrap(), &published);
    let of_disposal = all(serde_json::to_value(&before.classes[0].disposal).unwrap(), &["within"]);
    let of_method = all(serde_json::to_value(&before.disposal_methods[0]).unwrap(), &["text", "medium"]);
    for key in [of_service, of_class, of_disposal, of_method].concat() {
        assert!(keys.contains(&key), "no edit of `{key}`");
    }
}

#[test]
fn what_is_free_asks_for_nobody() {
    let free: [Edit; 7] = [
        |policy| policy.service.watch.settle = "PT9M".parse().unwrap(),
        |policy| policy.service.sweep_schedule = Some("0 4 * * *".parse().unwrap()),
        |policy| policy.classes[0].title = text("別", "Other"),
        |policy| policy.classes[0].accept = vec!["receipts/{treated:month}/*.csv".parse().unwrap()],
        |policy| policy.classes[0].disposal.within = crate::calendar::Period::Days(3),
        |policy| policy.disposal_methods[0].text = text("別", "Other"),
        |policy| policy.organization.short_name = text("別", "Other"),
    ];
    for (n, edit) in free.into_iter().enumerate() {
        let (before, after) = (under_law(|_| {}), under_law(edit));
        assert!(crate::policy::answered_for(&before, &after, &[]).is_empty(), "edit {n}");
        let effect = diff(&before, &after);
        assert!(!effect.changes.is_empty(), "edit {n} is passed over");
        assert_eq!(effect.of_concern(Concern::People).count(), 0, "edit {n}");
    }
}

#[test]
fn a_told_change_hides_no_other_part_of_its_item() {
    let edits: [(Edit, &[&str]); 5] = [
        (
            |policy| {
                policy.classes[0].disposal.within = crate::calendar::Period::Days(3);
                policy.classes[0].title = text("別", "Other");
            },
            &["retention.receipts within", "retention texts"],
        ),
        (
            |policy| {
                policy.classes[0].id = "statements".into();
                policy.classes[0].was = vec!["receipts".into()];
                policy.classes[0].title = text("別", "Other");
            },
            &["retention.statements class-renamed", "retention texts"],
        ),
        (
            |policy| {
                let objection = &mut policy.consent.as_mut().unwrap().objection;
                objection.reason_required = !objection.reason_required;
                objection.how = text("別", "Other");
            },
            &["consent objection", "consent texts"],
        ),
        (
            |policy| {
                policy.joint_use[0].persons = Some(text("全員", "Everybody"));
                policy.joint_use[0].title = text("別", "Other");
            },
            &["joint-use.high-cost-grant joint-use-persons, notify before appi.joint-use", "joint-use texts"],
        ),
        (
            |policy| {
                policy.organization.fiscal_year_starts = "01-01".parse().unwrap();
                policy.organization.short_name = text("別", "Other");
            },
            &["organization calendar", "organization texts"],
        ),
    ];
    for (edit, expected) in edits {
        let found = effect(edit);
        assert!(expected.iter().all(|one| found.iter().any(|found| found == one)), "{expected:?} {found:?}");
    }
}

#[test]
fn joint_use_by_element() {
    let change = "appi.joint-use.change";
    let reworded = |policy: &mut Policy| policy.joint_use[0].purposes[0].text = text("交付のため", "For grants");
    assert_eq!(effect(reworded), [format!("joint-use.high-cost-grant joint-use-purposes, notify before {change}")]);
    let other = |policy: &mut Policy| policy.joint_use[0].responsible = None;
    assert_eq!(effect(other), [format!("joint-use.high-cost-grant joint-use-responsible, notify before {change}")]);
    let moved = |policy: &mut Policy| policy.parties[0].address = Some(text("〒999-0000", "Elsewhere"));
    assert_eq!(
        effect(moved),
        [
            format!("joint-use.high-cost-grant joint-use-responsible-details, notify without-delay {change}"),
            "parties texts".into()
        ]
    );
    let head = |policy: &mut Policy| {
        policy.parties[0].representative =
            Some(Officer { title: text("会長", "President"), name: text("例示 二郎", "Jiro Reiji") });
    };
    assert!(effect(head)[0].contains("joint-use-responsible-details, notify without-delay"));
    let wider = |policy: &mut Policy| policy.joint_use[0].items.push(text("住所", "Address"));
    assert_eq!(effect(wider), ["joint-use.high-cost-grant joint-use-widened, consent before appi.provision"]);
    let narrower = |policy: &mut Policy| drop(policy.joint_use[0].items.pop());
    assert_eq!(effect(narrower), ["joint-use.high-cost-grant joint-use-narrowed"]);
    let scope = |policy: &mut Policy| policy.joint_use[0].users[0].scope = text("全職員", "All staff");
    assert_eq!(effect(scope), ["joint-use.high-cost-grant joint-use-users-widened, consent before appi.provision"]);
    let new = |policy: &mut Policy| {
        let mut joint_use = policy.joint_use[0].clone();
        (joint_use.id, joint_use.title) = ("more".into(), text("健診", "Checkups"));
        policy.joint_use.push(joint_use);
    };
    assert_eq!(effect(new), ["joint-use.more joint-use-appears, notify before appi.joint-use"]);
    assert_eq!(effect(|policy| policy.joint_use.clear()), ["joint-use.high-cost-grant joint-use-vanishes"]);
    let since = |policy: &mut Policy| policy.joint_use[0].since = "2001-01-01".parse().unwrap();
    assert_eq!(effect(since), ["joint-use.high-cost-grant joint-use-since"]);
}

#[test]
fn a_party_with_another_id_is_the_party_it_was() {
    let renamed = |policy: &mut Policy| {
        policy.parties[0].id = "national-federation".into();
        policy.joint_use[0].responsible = Some("national-federation".into());
        policy.joint_use[0].users[1].party = Some("national-federation".into());
        policy.joint_use[0].purposes[1].party = Some("national-federation".into());
    };
    let found = effect(renamed);
    assert!(found.iter().all(|change| change.ends_with(" texts")), "{found:?}");
    let mut other = sample().parties[0].clone();
    (other.id, other.name) = ("other".into(), text("別の団体", "Another body"));
    let joined = move |policy: &mut Policy| {
        policy.parties.push(other);
        let user = JointUser { party: Some("other".into()), scope: text("全部", "All") };
        policy.joint_use[0].users.push(user);
    };
    assert!(effect(joined)[0].contains("joint-use-users-widened, consent before"));
}

#[test]
fn a_user_whose_name_alone_changed_needs_no_consent() {
    let before = |policy: &mut Policy| policy.joint_use[0].responsible = None;
    let after = |policy: &mut Policy| {
        policy.joint_use[0].responsible = None;
        policy.parties[0].name = text("新連合会", "New Federation");
    };
    let found = diff(&under_law(before), &under_law(after));
    assert_eq!(
        found.changes.iter().map(told).collect::<Vec<_>>()[0],
        "joint-use.high-cost-grant joint-use-user-renamed"
    );
}

#[test]
fn purposes_and_the_information_that_gains_them() {
    let gains = |policy: &mut Policy| policy.information[1].purposes.push("cost-notices".into());
    let owed = "stay-related before appi.purpose-change, publish with-it appi.notice.change";
    assert_eq!(effect(gains), [format!("information.eligibility information-gains-purpose, {owed}")]);
    let reworded = |policy: &mut Policy| policy.purposes[0].title = text("審査等", "Review and more");
    assert_eq!(effect(reworded), [format!("purposes.benefit-review purpose-reworded, {owed}")]);
    let loses = |policy: &mut Policy| drop(policy.information[0].purposes.pop());
    assert_eq!(effect(loses), ["information.receipts information-loses-purpose"]);
    let only = |policy: &mut Policy| policy.purposes[0].only = true;
    assert_eq!(effect(only), ["purposes.benefit-review purpose-narrowed"]);
    let information = |policy: &mut Policy| {
        let new = Information { id: "voices".into(), title: text("音声", "Voices"), ..policy.information[1].clone() };
        policy.information.push(new);
    };
    assert_eq!(effect(information), ["information.voices information-appears, publish with-it appi.notice"]);
    let purpose = |policy: &mut Policy| {
        let new = Purpose { id: "new".into(), title: text("新", "New"), ..policy.purposes[0].clone() };
        policy.purposes.push(new);
    };
    assert_eq!(effect(purpose), ["purposes.new purpose-appears"]);
}

/// A procedure for requests of disclosure.
fn disclosure() -> Procedure {
    Procedure {
        request: "disclosure".into(),
        title: text("開示", "Disclosure"),
        how: text("書面で", "By letter"),
        who: text("本人", "The person"),
        identification: text("身分証", "Identity paper"),
        ways: Vec::new(),
        chosen_by: None,
        fee: None,
        answer_within: None,
        topic: None,
        contact: None,
    }
}

#[test]
fn what_a_request_costs_and_how_identity_is_checked_is_told_as_such() {
    let with = |edit: fn(&mut Procedure)| {
        let mut procedure = disclosure();
        edit(&mut procedure);
        sample_with(|policy| policy.procedures = vec![procedure])
    };
    let none = sample_with(|policy| policy.procedures.clear());
    let told = |was: &Policy, is: &Policy| {
        let changes = super::diff(was, is, "2026-11-22".parse().unwrap()).changes;
        changes.iter().map(|one| (one.item.clone(), one.kind, one.group)).collect::<Vec<_>>()
    };
    let one = |kind| vec![("procedures.disclosure".to_owned(), kind, Group::Requests)];
    let fee: fn(&mut Procedure) = |one| one.fee = Some(text("300円", "300 yen"));
    let other: fn(&mut Procedure) = |one| one.identification = text("顔写真", "A photograph");
    let how: fn(&mut Procedure) = |one| one.how = text("窓口で", "At the desk");
    assert_eq!(told(&with(|_| {}), &with(fee)), one(Kind::Fee));
    assert_eq!(told(&with(fee), &with(|_| {})), one(Kind::Fee));
    assert_eq!(told(&with(|_| {}), &with(other)), one(Kind::Identification));
    assert_eq!(told(&none, &with(fee)), one(Kind::RequestAppears));
    assert_eq!(told(&with(fee), &none), one(Kind::RequestVanishes));
    assert_eq!(told(&with(|_| {}), &with(how)), [("procedures".to_owned(), Kind::Texts, Group::Texts)]);
}

#[test]
fn security_measures_are_told_by_category() {
    let with = |measures: &[&str]| {
        let measures: Vec<_> = measures.iter().map(|words| text(words, words)).collect();
        let category = crate::policy::SecurityCategory { kind: crate::policy::SecurityKind::Technical, measures };
        sample_with(|policy| policy.security = vec![category])
    };
    let none = sample_with(|policy| policy.security.clear());
    for (was, is, shown) in [
        (with(&["施錠"]), with(&["施錠", "巡回"]), (Some("施錠"), Some("施錠 / 巡回"))),
        (with(&["施錠"]), none.clone(), (Some("施錠"), None)),
        (none, with(&["施錠"]), (None, Some("施錠"))),
    ] {
        let changes = super::diff(&was, &is, "2026-11-22".parse().unwrap()).changes;
        let [one] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!((one.item.as_str(), one.kind, one.group), ("security.technical", Kind::Security, Group::Security));
        assert_eq!((one.before.as_deref(), one.after.as_deref()), shown);
    }
}

#[test]
fn a_class_that_has_another_id_only_is_shown_with_what_is_missing() {
    let renamed = |title: Option<Text>, accept: Option<&str>| {
        let paths = |path: &str| vec![path.parse().unwrap()];
        let changes = diff(
            &under_law(|policy| policy.classes[0].accept = paths("receipts/*.csv")),
            &under_law(|policy| {
                let class = &mut policy.classes[0];
                class.id = "claims".into();
                class.title = title.unwrap_or(class.title.clone());
                class.accept = paths(accept.unwrap_or("receipts/*.csv"));
            }),
        );
        let gone = changes.changes.iter().find(|one| one.kind == Kind::ClassVanishes).unwrap();
        let id = gone.item.strip_prefix("retention.").unwrap();
        gone.message.en.contains(&format!("if it is called `claims` now, write `was: [{id}]` there"))
    };
    assert!(renamed(None, None));
    assert!(renamed(Some(text("別", "Other")), None), "the same paths");
    assert!(renamed(None, Some("claims/*.csv")), "the same title");
    assert!(!renamed(Some(text("別", "Other")), Some("claims/*.csv")));
}

#[test]
fn the_time_for_an_answer_is_told_from_one_to_the_other() {
    let procedure = |within: Option<&str>| Procedure {
        answer_within: within.map(|period| period.parse().unwrap()),
        ..disclosure()
    };
    let told = |was, is| {
        let with = |within| sample_with(|policy| policy.procedures = vec![procedure(within)]);
        let changes = diff(&with(was), &with(is)).changes;
        let told = changes.iter().map(|one| (one.item.clone(), one.kind, one.before.clone(), one.after.clone()));
        told.collect::<Vec<_>>()
    };
    let one = |before: Option<&str>, after: Option<&str>| {
        vec![(
            "procedures.disclosure".to_owned(),
            Kind::AnswerWithin,
            before.map(str::to_owned),
            after.map(str::to_owned),
        )]
    };
    for (was, is) in [(Some("P14D"), Some("P1M")), (Some("P14D"), None), (None, Some("P1M"))] {
        assert_eq!(told(was, is), one(was, is));
    }
    assert_eq!(told(Some("P14D"), Some("P14D")), []);
}

#[test]
fn an_id_alone_changes_no_purpose() {
    let renamed = |policy: &mut Policy| {
        policy.purposes[0].id = "review".into();
        let ids = policy.information.iter_mut().flat_map(|one| &mut one.purposes);
        ids.filter(|id| *id == "benefit-review").for_each(|id| *id = "review".into());
    };
    let found = effect(renamed);
    assert!(found.iter().all(|change| change.ends_with(" texts")), "{found:?}");
}

#[test]
fn consents_to_renew() {
    let item = |change: fn(&mut crate::policy::ConsentItem), at: usize| {
        effect(move |policy| change(&mut policy.consent.as_mut().unwrap().items[at]))
    };
    let wider = |item: &mut crate::policy::ConsentItem| item.information.push("eligibility".into());
    assert_eq!(item(wider, 0), ["consent.household-cost-notice consent-widened, announce-again before appi.provision"]);
    assert_eq!(item(wider, 1), ["consent.checkups-to-employer consent-widened, ask-again before appi.provision"]);
    let given = |item: &mut crate::policy::ConsentItem| item.given_to = text("誰にでも", "Anybody");
    assert_eq!(item(given, 1), ["consent.checkups-to-employer consent-widened, ask-again before appi.provision"]);
    let silent = |item: &mut crate::policy::ConsentItem| item.kind = ConsentKind::Implied;
    assert_eq!(item(silent, 1), ["consent.checkups-to-employer consent-kind, announce before appi.provision"]);
    let harder = |policy: &mut Policy| policy.consent.as_mut().unwrap().objection.reason_required = true;
    assert_eq!(effect(harder), ["consent objection"]);
}

#[test]
fn a_provision_that_rests_on_consent_and_goes_further_needs_it_again() {
    let provision = Provision {
        id: "checkups".into(),
        to: "federation".into(),
        title: text("健診結果の提供", "Checkup results"),
        text: None,
        items: vec![text("氏名", "Name")],
        information: vec!["receipts".into()],
        basis: Basis::Consent("checkups-to-employer".into()),
    };
    let with = |items: &[&str], basis: Basis| {
        let items: Vec<_> = items.iter().map(|item| text(item, item)).collect();
        let provision = Provision { items, basis, ..provision.clone() };
        under_law(|policy| policy.provisions.push(provision))
    };
    let consent = || Basis::Consent("checkups-to-employer".into());
    let told = |effect: Effect| effect.changes.iter().map(told).collect::<Vec<_>>();
    assert_eq!(
        told(diff(&under_law(|_| {}), &with(&["氏名"], consent()))),
        ["provisions.checkups provision-appears, consent before appi.provision"]
    );
    assert_eq!(
        told(diff(&with(&["氏名"], consent()), &with(&["氏名", "住所"], consent()))),
        ["provisions.checkups provision-widened, ask-again before appi.provision"]
    );
    let law = || Basis::Law("appi.provision.law".into());
    assert_eq!(
        told(diff(&with(&["氏名"], law()), &with(&["氏名", "住所"], law()))),
        ["provisions.checkups provision-widened"]
    );
}

#[test]
fn a_mended_translation_changes_a_text_only() {
    let translated = |policy: &mut Policy| {
        policy.joint_use[0].purposes[0].text = text("交付金を申請するため", "To apply for grants");
        policy.purposes[0].title = text("保険給付の審査及び支払", "Assessing and paying benefits");
    };
    assert_eq!(effect(translated), ["joint-use texts", "purposes texts"]);
    let broken_up = |policy: &mut Policy| policy.classes[0].title = text("診療報酬明細書等 ", "Medical fee statements");
    assert_eq!(effect(broken_up), ["retention texts"]);
}

#[test]
fn without_a_law_nothing_is_said_about_notices_but_consent_stays_consent() {
    let edit = |policy: &mut Policy| {
        policy.joint_use[0].purposes[0].text = text("別", "Other");
        policy.consent.as_mut().unwrap().items[1].information.push("eligibility".into());
    };
    let effect = diff(&sample(), &sample_with(edit));
    assert!(effect.law.is_empty());
    assert_eq!(
        effect.changes.iter().map(told).collect::<Vec<_>>(),
        [
            "joint-use.high-cost-grant joint-use-purposes",
            "consent.checkups-to-employer consent-widened, ask-again before -"
        ]
    );
}

#[test]
fn the_article_is_that_of_the_day() {
    let edit = |policy: &mut Policy| policy.joint_use[0].responsible = None;
    let on = |day: &str| {
        let effect = super::diff(&under_law(|_| {}), &under_law(edit), day.parse().unwrap());
        effect.changes[0].owes[0].cited.clone().unwrap()
    };
    assert!(on("2026-11-22").en.contains("27(6)") && on("2026-11-22").ja.contains("第27条第6項"));
    assert!(on("2020-11-22").en.contains("23(6)"));
}

#[test]
fn no_difference_is_passed_over() {
    let edits: Vec<fn(&mut Policy)> = vec![
        |policy| policy.principles.reverse(),
        |policy| policy.principles[0].text = text("別", "Other"),
        |policy| policy.organization.contacts[0].telephone = None,
        |policy| policy.organization.address = text("別", "Other"),
        |policy| policy.organization.revised = policy.organization.enacted.plus_days(1),
        |policy| policy.organization.id = "other".into(),
        |policy| policy.parties[0].kind = crate::policy::PartyKind::Authority,
        |policy| policy.purposes[0].category = text("別", "Other"),
        |policy| policy.purposes[0].period = Some(crate::calendar::Period::Days(1)),
        |policy| policy.information[0].individual_number = true,
        |policy| policy.joint_use[0].since = policy.organization.enacted,
        |policy| policy.joint_use[0].contact = "other".into(),
        |policy| policy.exceptions = Cases::All,
        |policy| policy.abroad = Some(Vec::new()),
        |policy| policy.consent = None,
        |policy| policy.consent.as_mut().unwrap().objection.how = text("別", "Other"),
        |policy| policy.dates[0].title = text("別", "Other"),
        |policy| policy.dates[2].about = crate::policy::About::Record,
        |policy| policy.classes[0].title = text("別", "Other"),
        |policy| policy.classes[0].extension = Some(crate::calendar::Period::Months(12)),
        |policy| policy.classes[0].sidecar = crate::policy::Sidecar::Required,
        |policy| policy.classes[0].disposal.then = crate::policy::Then::Transfer,
        |policy| policy.classes.reverse(),
        |policy| policy.disposal_methods[0].text = text("別", "Other"),
        |policy| policy.pages.truncate(2),
        |policy| policy.notices[0].template = "notices/other.typ".into(),
        |policy| policy.service.second_copy = Some("/mnt".into()),
        |policy| policy.service.headers_kept = None,
        |policy| policy.service.recipients[0].name = text("別", "Other"),
        |policy| policy.service.recipients[0].always = true,
        |policy| policy.organization.time_zone = crate::calendar::Zone::UTC,
        |policy| {
            policy.organization.law.clear();
            policy.law = Default::default();
        },
    ];
    for (at, edit) in edits.into_iter().enumerate() {
        let found = effect(edit);
        assert!(!found.is_empty(), "edit {at} was passed over");
        let undone = diff(&under_law(edit), &under_law(|_| {}));
        assert!(!undone.changes.is_empty(), "edit {at} was passed over backwards");
    }
}

#[test]
fn every_message_is_there_in_both_languages() {
    let effect = diff(
        &under_law(|_| {}),
        &under_law(|policy| {
            policy.classes.truncate(2);
            policy.joint_use.clear();
            policy.purposes[0].title = text("別", "Other");
            policy.service.recipients.clear();
            policy.consent = None;
        }),
    );
    for change in &effect.changes {
        let japanese = |text: &str| text.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c));
        assert!(japanese(&change.message.ja) && !japanese(&change.message.en), "{:?}", change.message);
        assert!(change.owes.iter().all(|owed| japanese(&owed.said().ja) && !japanese(&owed.said().en)));
    }
}
