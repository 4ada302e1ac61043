//! Whether another policy needs a person before it is in force (I14).
//!
//! In: the policy in force, the one that waits, the classes and dates of the records that are held. Out: [`Need`]s; none
//! means that it is accepted by itself. The rule it keeps: it is decided by what the change does, not by where it stands
//! in the files; what nobody thought of needs a person.

use std::collections::BTreeSet;

use serde::Serialize;

use super::earlier::{Side, rule_could_be_earlier};
use crate::policy::{Policy, answered_for};

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
    /// Held records that the policy in force knows no class for belong to this class again: what people answered for when it
    /// was taken out is compared with nothing.
    TakenUp {
        /// The class.
        class: String,
    },
    /// A hold on a class would not cover all that it covers: nobody can accept that.
    Hold {
        /// The hold.
        hold: String,
        /// The class it names.
        class: String,
    },
    /// It does not descend from the version in force: history was rewritten, or an older version put back.
    History,
}

/// Returns what the change touches that people answer for, sorted.
///
/// `held` are the classes records were sealed under. A class is followed by its id and by what it `was`.
pub fn touched(before: &Policy, after: &Policy, held: &[String]) -> Vec<Need> {
    let touches = answered_for(before, after, held).into_iter().map(|item| Need::Touches { item });
    let unknown = held.iter().filter(|name| before.class_of(name).is_none());
    let taken_up: BTreeSet<&String> = unknown.filter_map(|name| Some(&after.class_of(name)?.id)).collect();
    touches.chain(taken_up.into_iter().map(|class| Need::TakenUp { class: class.clone() })).collect()
}

/// Returns those of the classes records were sealed under whose rules alone do not show that no record goes earlier.
pub fn doubtful<'a>(before: &Policy, after: &Policy, held: &'a [String]) -> Vec<&'a str> {
    let could = |name: &&'a str| {
        let side = |policy| Side { policy, class: policy.class_of(name) };
        rule_could_be_earlier(side(before), side(after))
    };
    held.iter().map(String::as_str).filter(could).collect()
}

/// Returns those of the classes with records somebody asked to be destroyed early, whose legal periods may be others now.
///
/// Such a record goes on the day that was granted, or when the law lets it go: what the law counts from are the rule's dates.
pub fn early_doubtful<'a>(before: &Policy, after: &Policy, asked: &'a [String]) -> Vec<&'a str> {
    let differs = |name: &&'a str| match (before.class_of(name), after.class_of(name)) {
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
    fn a_class_that_was_taken_out_and_comes_back_needs_a_person_where_it_has_records() {
        let (whole, id) = (sample(), sample().classes[0].id.clone());
        let without = sample_with(|policy| drop(policy.classes.remove(0)));
        let back = sample_with(|policy| {
            (policy.classes[0].keep, policy.classes[0].disposal.review) = (Keep::Permanent, Review::None);
        });
        let held = std::slice::from_ref(&id);
        assert_eq!(touched(&whole, &without, held), [], "a class that is gone destroys nothing");
        assert_eq!(touched(&without, &back, held), [Need::TakenUp { class: id.clone() }]);
        assert_eq!(touched(&without, &back, &[]), []);
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
