//! `consent.stress-check`: stress check results go to an employer without explicit consent.
//!
//! In: joint uses, provisions, consent items. Out: findings. The rule it keeps: the law packs say which kinds of information this holds for, and for which receivers.

use crate::diag::{Rule, Severity, Weight, Words};
use crate::policy::law::SpecialCare;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::policy::{Basis, ConsentKind, Id};
use crate::said;

/// Stress check results go to an employer without explicit consent.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "consent.stress-check",
    severity: Severity::Error,
    weight: Weight::Adjustable,
    what: Words {
        en: "Stress check results go to an employer without explicit consent.",
        ja: "ストレスチェックの結果が、明示の同意なしに事業者に渡ることになっています。",
    },
    why: Words {
        en: "Whoever does the check may pass results on only if the worker agreed beforehand; joint use or silence is not enough.",
        ja: "検査の結果は、働く人があらかじめ同意した場合に限り事業者に渡せます。共同利用や黙示の同意では足りません。",
    },
    example: "provisions:\n  - { id: stress, to: employer, information: [stress-checks], basis: law, topic: appi.provision.law, … }",
    fix: Words {
        en: "Provide the results by a consent item of kind `explicit`, and take them out of joint use and implied consent.",
        ja: "`kind: explicit`の同意に基づく提供とし、共同利用や黙示の同意から外してください。",
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] = &[(
    "title: { ja: 通知, en: Notices }, information",
    "title: { ja: ストレスチェックの結果, en: Results }, information",
    "ストレスチェックの結果",
)];

/// Reports ways by which such results reach a receiver without explicit consent.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    for kind in lint.law.special_care(lint.as_of) {
        if kind.explicit_consent.is_some() {
            by_joint_use(lint, kind);
            by_provision(lint, kind);
            by_silence(lint, kind);
        }
    }
}

fn by_joint_use(lint: &Lint<'_>, kind: &SpecialCare) {
    for joint in &lint.policy.joint_use {
        let mut users = joint.users.iter().filter_map(|user| user.party.as_deref());
        let Some(receiver) = users.find(|party| is_receiver(lint, kind, party)) else { continue };
        let information = joint.information.iter().position(|id| is_of(lint, kind, id));
        let item = joint.items.iter().position(|item| kind.is_in(item));
        let path = match (information, item) {
            (Some(n), _) => format!("joint-use.{}.information.{n}", joint.id),
            (None, Some(n)) => format!("joint-use.{}.items.{n}", joint.id),
            (None, None) => continue,
        };
        let found = said!(
            "the results are used jointly with `{receiver}`, which is not explicit consent",
            "結果を`{receiver}`と共同して利用することになっており、明示の同意がありません"
        );
        report(lint, kind, &path, found);
    }
}

fn by_provision(lint: &Lint<'_>, kind: &SpecialCare) {
    // While an item of consent cannot be read, it is not known whether it is explicit.
    if !lint.is_whole(&["consent"]) {
        return;
    }
    for provision in &lint.policy.provisions {
        let holds = provision.information.iter().any(|id| is_of(lint, kind, id))
            || provision.items.iter().any(|item| kind.is_in(item));
        if !holds || !is_receiver(lint, kind, &provision.to) {
            continue;
        }
        let (key, receiver) = match &provision.basis {
            Basis::Consent(item) if is_explicit(lint, item) => continue,
            Basis::Consent(_) => ("consent", &provision.to),
            Basis::Law(_) => ("basis", &provision.to),
        };
        let found = said!(
            "the results go to `{receiver}` without explicit consent",
            "結果が明示の同意なしに`{receiver}`に提供されることになっています"
        );
        report(lint, kind, &format!("provisions.{}.{key}", provision.id), found);
    }
}

fn by_silence(lint: &Lint<'_>, kind: &SpecialCare) {
    let items = lint.policy.consent.iter().flat_map(|consent| &consent.items);
    let language = lint.policy.organization.languages.first().map_or("", String::as_str);
    for item in items.filter(|item| item.kind == ConsentKind::Implied) {
        let key = match item.information.iter().position(|id| is_of(lint, kind, id)) {
            Some(n) => format!("information.{n}"),
            None if kind.is_in(&item.title) => format!("title.{language}"),
            None if item.text.as_ref().is_some_and(|text| kind.is_in(text)) => format!("text.{language}"),
            None => continue,
        };
        let found =
            said!("silence is taken for consent to pass the results on", "結果の提供に黙示の同意を用いています");
        report(lint, kind, &format!("consent.{}.{key}", item.id), found);
    }
}

fn report(lint: &Lint<'_>, kind: &SpecialCare, path: &str, found: crate::diag::Said) {
    let topic = kind.explicit_consent.as_ref().map_or("", |consent| consent.topic.as_str());
    let cited = |language| lint.law.citation(topic, lint.as_of, language).unwrap_or_default();
    let (cited, cited_ja) = (cited("en"), cited("ja"));
    let help = said!(
        "ask for consent of kind `explicit` before ({cited})",
        "あらかじめ`explicit`の同意を得てください（{cited_ja}）"
    );
    lint.send(lint.finding(&RULE, path, found).help(help));
}

fn is_explicit(lint: &Lint<'_>, id: &Id) -> bool {
    let mut items = lint.policy.consent.iter().flat_map(|consent| &consent.items);
    items.any(|item| item.id == *id && item.kind == ConsentKind::Explicit)
}

fn is_receiver(lint: &Lint<'_>, kind: &SpecialCare, party: &str) -> bool {
    let receivers = kind.explicit_consent.as_ref().map_or(&[][..], |consent| &consent.to);
    lint.policy.party(party).is_some_and(|party| receivers.contains(&party.kind))
}

/// Whether a type of information is of the kind, by its words.
fn is_of(lint: &Lint<'_>, kind: &SpecialCare, id: &Id) -> bool {
    let mut types = lint.policy.information.iter().filter(|information| information.id == *id);
    types.any(|information| kind.is_in(&information.title) || information.items.iter().any(|item| kind.is_in(item)))
}
