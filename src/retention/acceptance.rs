//! Whether another policy needs a person before it is in force (I14).
//!
//! In: the policy in force, the one that waits, the classes and dates of the records that are held. Out: [`Need`]s; none
//! means that it is accepted by itself. The rule it keeps: it is decided by what the change does, not by where it stands
//! in the files; what nobody thought of needs a person.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::earlier::{Side, rule_could_be_earlier};
use super::plan::class_of;
use crate::policy::Policy;

/// Why a person is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "need")]
pub enum Need {
    /// No policy is in force yet.
    First,
    /// Held records of this class fall due earlier, or could once a date is reported.
    Earlier {
        /// The class, as its records were sealed.
        class: String,
    },
    /// It touches recipients, approvers, limits, methods, reviews, or what goes with them.
    Touches {
        /// What, such as `service.approvers` or `retention.receipts.disposal.review`.
        item: String,
    },
    /// It does not descend from the version in force: history was rewritten, or an older version put back.
    History,
}

/// What may change in a class without a person: what is published, and what is taken in from now on.
const FREE_OF_CLASS: [&str; 9] =
    ["id", "was", "title", "information", "accept", "read", "sidecar", "keep", "authority"];
/// What may change in `disposal`: the window does not let a record go earlier.
const FREE_OF_DISPOSAL: [&str; 1] = ["within"];
/// What may change in `service`: how it notices files and when it sweeps.
const FREE_OF_SERVICE: [&str; 4] = ["watch", "file_names", "sweep_schedule", "typesetter"];
/// What may change in a method of disposal.
const FREE_OF_METHOD: [&str; 1] = ["text"];

/// Returns what the change touches that people answer for, sorted.
///
/// `held` are the classes records were sealed under. A class is followed by its id and by what it `was`.
pub fn touched(before: &Policy, after: &Policy, held: &[String]) -> Vec<Need> {
    let mut items = BTreeSet::new();
    let mut compare = |prefix: &str, free: &[&str], was: Value, is: Value| {
        let keys: BTreeSet<&String> =
            [&was, &is].iter().filter_map(|value| value.as_object()).flat_map(|o| o.keys()).collect();
        let differing = keys.into_iter().filter(|key| !free.contains(&key.as_str()) && was.get(*key) != is.get(*key));
        items.extend(differing.map(|key| format!("{prefix}.{}", key.replace('_', "-"))));
    };
    compare("service", &FREE_OF_SERVICE, value(&before.service), value(&after.service));
    for (prefix, of) in [("organization", organization as fn(&Policy) -> Value), ("entrustments", entrustments)] {
        compare(prefix, &[], of(before), of(after));
    }
    let media = |policy: &Policy| policy.disposal_methods.iter().map(|one| one.medium).collect::<BTreeSet<_>>();
    for medium in media(before).union(&media(after)) {
        let of = |policy: &Policy| value(&policy.disposal_methods.iter().find(|one| one.medium == *medium));
        let name = value(medium).as_str().unwrap_or_default().to_owned();
        compare(&format!("disposal-methods.{name}"), &FREE_OF_METHOD, of(before), of(after));
    }
    let names = before.classes.iter().map(|class| &class.id).chain(held);
    for name in names.collect::<BTreeSet<_>>() {
        let (Some(was), Some(is)) = (class_of(before, name), class_of(after, name)) else { continue };
        let prefix = format!("retention.{}", was.id);
        compare(&prefix, &[&FREE_OF_CLASS[..], &["disposal"]].concat(), value(was), value(is));
        compare(&format!("{prefix}.disposal"), &FREE_OF_DISPOSAL, value(&was.disposal), value(&is.disposal));
    }
    items.into_iter().map(|item| Need::Touches { item }).collect()
}

/// Returns those of the classes records were sealed under whose rules alone do not show that no record goes earlier.
pub fn doubtful<'a>(before: &Policy, after: &Policy, held: &'a [String]) -> Vec<&'a str> {
    let could = |name: &&'a str| {
        let side = |policy| Side { policy, class: class_of(policy, name) };
        rule_could_be_earlier(side(before), side(after))
    };
    held.iter().map(String::as_str).filter(could).collect()
}

/// Returns those of the classes with records somebody asked to be destroyed early, whose legal periods may be others now.
///
/// Such a record goes on the day that was granted, or when the law lets it go: what the law counts from are the rule's dates.
pub fn early_doubtful<'a>(before: &Policy, after: &Policy, asked: &'a [String]) -> Vec<&'a str> {
    let differs = |name: &&'a str| match (class_of(before, name), class_of(after, name)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(was), Some(is)) => {
            was.keep != is.keep
                || was.authority.topic != is.authority.topic
                || before.law != after.law
                || before.dates != after.dates
        }
    };
    asked.iter().map(String::as_str).filter(differs).collect()
}

/// When a day turns, and whose ledger it is.
fn organization(policy: &Policy) -> Value {
    serde_json::json!({ "id": policy.organization.id, "time_zone": policy.organization.time_zone })
}

/// To whom print files are sealed.
fn entrustments(policy: &Policy) -> Value {
    let of = policy.entrustments.iter().filter_map(|one| Some((one.id.clone(), Value::from(one.recipient.clone()?))));
    Value::Object(of.collect())
}

/// Parts of a policy as JSON, to compare them key by key.
fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).expect("a checked policy is made of texts, numbers, lists and maps by text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Period;
    use crate::policy::sample::{sample, sample_with};
    use crate::policy::{Approver, Keep, Method, Review};

    fn items(change: impl FnOnce(&mut Policy)) -> Vec<String> {
        let (before, after) = (sample(), sample_with(change));
        let item = |need: Need| match need {
            Need::Touches { item } => item,
            other => panic!("{other:?}"),
        };
        touched(&before, &after, &["receipts".to_owned()]).into_iter().map(item).collect()
    }

    #[test]
    fn what_people_answer_for_is_touched_whatever_section_it_stands_in() {
        let id = sample().classes[0].id.clone();
        let of_class = |key: &str| vec![format!("retention.{id}.{key}")];
        assert_eq!(items(|policy| policy.classes[0].disposal.review = Review::None), of_class("disposal.review"));
        assert_eq!(items(|policy| policy.classes[0].recipients.clear()), of_class("recipients"));
        assert_eq!(items(|policy| policy.classes[0].extension = Some(Period::Months(240))), of_class("extension"));
        assert_eq!(items(|policy| policy.service.sweep_at_most += 1), ["service.sweep-at-most"]);
        let somebody = Approver { name: "somebody".to_owned(), key: "ssh-ed25519 AAAA".to_owned() };
        assert_eq!(items(|policy| policy.service.approvers.push(somebody)), ["service.approvers"]);
        assert_eq!(items(|policy| policy.service.headers_kept = None), ["service.headers-kept"]);
        assert_eq!(items(|policy| policy.service.paths.records = "/home".into()), ["service.paths"]);
        assert_eq!(items(|policy| policy.organization.time_zone = "UTC".parse().unwrap()), ["organization.time-zone"]);
        let method = items(|policy| policy.disposal_methods[0].method = Method::Overwrite);
        assert!(method.len() == 1 && method[0].starts_with("disposal-methods."), "{method:?}");
    }

    #[test]
    fn what_is_published_or_taken_in_is_not() {
        assert_eq!(items(|_| {}), Vec::<String>::new());
        let free = items(|policy| {
            policy.classes[0].title = policy.classes[1].title.clone();
            policy.classes[0].accept.clear();
            policy.classes[0].disposal.within = Period::Days(3);
            policy.service.watch.ignore.clear();
            policy.service.sweep_schedule = None;
            policy.disposal_methods[0].text = policy.classes[0].title.clone();
        });
        assert_eq!(free, Vec::<String>::new());
        assert_eq!(
            items(|policy| policy.classes.truncate(1)),
            Vec::<String>::new(),
            "a class that is gone destroys nothing"
        );
    }

    #[test]
    fn a_class_that_takes_records_up_is_compared_with_the_one_they_belonged_to() {
        let (before, id) = (sample(), sample().classes[0].id.clone());
        let after = sample_with(|policy| {
            let mut heir = policy.classes[0].clone();
            (heir.id, heir.was, heir.disposal.review) = ("heir".to_owned(), vec![id.clone()], Review::None);
            policy.classes[0] = heir;
        });
        let expected = [Need::Touches { item: format!("retention.{id}.disposal.review") }];
        assert_eq!(touched(&before, &after, std::slice::from_ref(&id)), expected);
        assert_eq!(doubtful(&before, &after, std::slice::from_ref(&id)), Vec::<&str>::new());
    }

    #[test]
    fn where_an_early_end_was_granted_another_rule_is_doubtful_also_a_longer_one() {
        let (before, id) = (sample(), sample().classes[0].id.clone());
        let after = sample_with(|policy| match &mut policy.classes[0].keep {
            Keep::For(leg) => leg.period = Period::Months(240),
            other => panic!("{other:?}"),
        });
        assert_eq!(early_doubtful(&before, &after, std::slice::from_ref(&id)), [id.as_str()]);
        assert_eq!(early_doubtful(&before, &before, &[id]), Vec::<&str>::new());
    }

    #[test]
    fn a_shorter_rule_is_doubtful_where_records_are_held_and_only_there() {
        let (before, id) = (sample(), sample().classes[0].id.clone());
        let after = sample_with(|policy| match &mut policy.classes[0].keep {
            Keep::For(leg) => leg.period = Period::Months(1),
            other => panic!("{other:?}"),
        });
        assert_eq!(doubtful(&before, &after, std::slice::from_ref(&id)), [id.as_str()]);
        assert_eq!(doubtful(&before, &after, &[]), Vec::<&str>::new());
        assert_eq!(doubtful(&after, &before, &[id]), Vec::<&str>::new());
    }
}
