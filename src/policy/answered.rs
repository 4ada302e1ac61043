//! What people answer for: changes of it need a person, whatever section they stand in (I14).
//!
//! In: two policies. Out: the names of what differs, such as `service.approvers`. The rule it keeps: what may change
//! without a person is listed here, once; every other key, also one that nobody thought of, needs one.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::{Class, Policy};

/// What may change in a class without a person: what is published, and what is taken in from now on; of `authority` all but
/// a topic with a least period.
const FREE_OF_CLASS: [&str; 9] =
    ["id", "was", "title", "information", "accept", "read", "sidecar", "keep", "authority"];
/// What may change in `disposal`: the window does not let a record go earlier.
const FREE_OF_DISPOSAL: [&str; 1] = ["within"];
/// What may change in `service`: how it notices files and when it sweeps.
const FREE_OF_SERVICE: [&str; 4] = ["watch", "file_names", "sweep_schedule", "typesetter"];
/// What may change in a method of disposal.
const FREE_OF_METHOD: [&str; 1] = ["text"];

/// Returns what differs that people answer for, such as `service.approvers` or `retention.receipts.disposal.review`.
///
/// `held` are further classes that records were sealed under. A class is followed by its id and by what it `was`.
pub fn answered_for(before: &Policy, after: &Policy, held: &[String]) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    let mut compare = |prefix: &str, free: &[&str], was: Value, is: Value| {
        let keys: BTreeSet<&String> =
            [&was, &is].iter().filter_map(|value| value.as_object()).flat_map(|o| o.keys()).collect();
        let differing = keys.into_iter().filter(|key| !free.contains(&key.as_str()) && was.get(*key) != is.get(*key));
        items.extend(differing.map(|key| format!("{prefix}.{}", key.replace('_', "-"))));
    };
    compare("service", &FREE_OF_SERVICE, value(&before.service), value(&after.service));
    for of in [organization, entrustments, print_files] {
        let (prefix, was) = of(before);
        compare(prefix, &[], was, of(after).1);
    }
    let media = |policy: &Policy| policy.disposal_methods.iter().map(|one| one.medium).collect::<BTreeSet<_>>();
    for medium in media(before).union(&media(after)) {
        let of = |policy: &Policy| value(&policy.disposal_methods.iter().find(|one| one.medium == *medium));
        compare(&format!("disposal-methods.{}", medium.word()), &FREE_OF_METHOD, of(before), of(after));
    }
    let names = before.classes.iter().map(|class| &class.id).chain(held);
    for name in names.collect::<BTreeSet<_>>() {
        let (Some(was), Some(is)) = (before.class_of(name), after.class_of(name)) else { continue };
        let prefix = format!("retention.{}", was.id);
        compare(&prefix, &[&FREE_OF_CLASS[..], &["disposal"]].concat(), value(was), value(is));
        compare(&format!("{prefix}.disposal"), &FREE_OF_DISPOSAL, value(&was.disposal), value(&is.disposal));
        if is_law_lost((before, was), (after, is)) {
            compare(&prefix, &[], serde_json::json!({ "authority": true }), serde_json::json!({}));
        }
    }
    items
}

/// Whether a least period of the law that stands against destroying records of a class early is gone or another one.
fn is_law_lost((before, was): (&Policy, &Class), (after, is): (&Policy, &Class)) -> bool {
    let Some(topic) = &was.authority.topic else { return false };
    let of = |policy: &Policy| {
        let minimums = policy.law.topic(topic).map(|found| found.minimums.clone()).unwrap_or_default();
        (minimums, policy.law.fiscal_year_starts(topic))
    };
    let had = of(before);
    !had.0.is_empty() && (is.authority.topic.as_ref() != Some(topic) || of(after) != had)
}

/// When a day turns, and whose ledger it is.
fn organization(policy: &Policy) -> (&'static str, Value) {
    let organization = &policy.organization;
    ("organization", serde_json::json!({ "id": organization.id, "time_zone": organization.time_zone }))
}

/// To whom print files are sealed.
fn entrustments(policy: &Policy) -> (&'static str, Value) {
    let of = policy.entrustments.iter().filter_map(|one| Some((one.id.clone(), Value::from(one.recipient.clone()?))));
    ("entrustments", Value::Object(of.collect()))
}

/// Who gets the print files of a notice.
fn print_files(policy: &Policy) -> (&'static str, Value) {
    let of = policy.notices.iter().filter_map(|one| Some((one.id.clone(), Value::from(one.print_file.clone()?))));
    ("notices", Value::Object(of.collect()))
}

/// Parts of a policy as JSON, to compare them key by key.
fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).expect("a checked policy is made of texts, numbers, lists and maps by text")
}
