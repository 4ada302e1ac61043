//! `law.unknown-topic`: the policy names a topic of the law that no law pack has on this day.
//!
//! In: the topics a policy names. Out: findings. The rule it keeps: nothing is said while a pack could not be read.

use crate::diag::{Finding, Rule, Severity, Weight, Words, nearest};
use crate::policy::Cases;
use crate::policy::law::List;
use crate::policy::lint::Lint;
#[cfg(test)]
use crate::policy::rules::Case;
use crate::said;

/// The policy names a topic of the law that no law pack has on this day.
pub(in crate::policy) const RULE: Rule = Rule {
    name: "law.unknown-topic",
    severity: Severity::Error,
    weight: Weight::Fixed,
    what: Words {
        en: "The policy names a topic of the law that no law pack has on this day.",
        ja: "法令集にない事項、又はその日に効力のない事項が書かれています。",
    },
    why: Words {
        en: "Pages print the article behind a topic; a topic without one would print nothing.",
        ja: "ページには事項に当たる条文を載せます。該当する条文がなければ何も載せられません。",
    },
    example: "principles:\n  - { id: joint-use, duty: [appi.joint-usage], … }",
    fix: Words {
        en: "Name a topic of the organization's law packs.", ja: "組織の法令集にある事項を書いてください。"
    },
};

/// Edits of the valid set that it finds.
#[cfg(test)]
pub(in crate::policy) const CASES: &[Case] =
    &[("{ id: limits, title", "{ id: limits, duty: [appi.purpose-limits], title", "appi.purpose-limits")];

/// Reports topics that the law does not have on the day.
pub(in crate::policy) fn check(lint: &Lint<'_>) {
    if !lint.law.is_whole() {
        return;
    }
    for (path, topic) in super::topics(lint) {
        match lint.law.topic(&topic) {
            Some(known) if known.entry(lint.as_of).is_some() => {}
            Some(_) => {
                let day = lint.as_of;
                let found =
                    said!("`{topic}` has no article on {day}", "{day}の時点で`{topic}`に当たる条文はありません");
                lint.report(&RULE, &path, found);
            }
            None => lint.send(unknown(lint, &path, &topic)),
        }
    }
    let policy = lint.policy;
    for (list, cases) in [
        (List::Exceptions, &policy.exceptions),
        (List::NoticeExceptions, &policy.notice_exceptions),
        (List::NotThirdParties, &policy.not_third_parties),
    ] {
        if *cases == Cases::All && lint.law.list(list, lint.as_of).is_empty() {
            let found = said!("no law pack lists cases for this", "この一覧を持つ法令集がありません");
            lint.report(&RULE, list.key(), found);
        }
    }
}

fn unknown(lint: &Lint<'_>, path: &str, topic: &str) -> Finding {
    let found = said!("no law pack knows the topic `{topic}`", "`{topic}`という事項は法令集にありません");
    let finding = lint.finding(&RULE, path, found);
    if lint.law.packs().next().is_none() {
        return finding.help(said!(
            "name a law pack in `organization.law`; there is none",
            "`organization.law`に法令集の名前を書いてください（まだ一つもありません）"
        ));
    }
    match nearest(topic, lint.law.topics().map(|known| known.id.as_str())) {
        Some(near) => {
            finding.help(said!("did you mean `{near}`?", "`{near}`の間違いではありませんか")).replace_by(near)
        }
        None => finding,
    }
}
