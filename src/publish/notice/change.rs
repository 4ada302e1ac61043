//! The announcement that a change of purposes or of a joint use owes: what was, and what is.
//!
//! In: two policies, and what the comparison says is owed. Out: a [`Job`] with the same words as the pages have, side by side.
//! The rule it keeps: what is announced is what `hokan diff` says people must be told, and only what differs is shown.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Imprint;
use super::super::facts::{Facts, FactsError, InformationFacts, JointUseFacts, PurposeFacts};
use super::super::messages::Messages;
use super::super::typeset::Job;
use crate::calendar::{Date, Instant};
use crate::diag::Said;
use crate::policy::PolicySet;
use crate::policy::diff::{Change, Concern, Group};

/// Its template.
const TEMPLATE: &str = "notices/change.typ";
/// Its name, beside those of the notices.
pub const NAME: &str = "change-notice";

/// Two versions, and what people are told of their difference.
pub struct Announced<'a> {
    /// The version before.
    pub before: &'a PolicySet,
    /// The version after.
    pub after: &'a PolicySet,
    /// What changes.
    pub changes: &'a [Change],
    /// The day of the letter.
    pub day: Date,
    /// The day from which the change holds, where it is known.
    pub since: Option<Date>,
}

impl Announced<'_> {
    /// Returns the changes of purposes and joint uses that people must be told.
    pub fn owed(&self) -> impl Iterator<Item = &Change> {
        let is_theirs = |change: &&Change| matches!(change.group, Group::Purposes | Group::JointUse);
        self.changes.iter().filter(is_theirs).filter(|change| change.raises(Concern::Notice))
    }
}

/// Writes the announcement in the language of `messages`, and returns the items that it tells of; nothing where nothing that is
/// owed differs in that language. `imprint` is of the version after,
/// with what every page says of one that is only a draft.
///
/// # Errors
/// When the language lacks a message, or a date cannot be printed.
pub fn change_notice(
    announced: &Announced<'_>,
    (imprint, banner): (&Imprint, Option<&str>),
    messages: &Messages,
    files: &BTreeMap<String, Vec<u8>>,
    at: Instant,
) -> Result<Option<(Job, Vec<String>)>, FactsError> {
    let Announced { before, after, day, since, .. } = announced;
    let mut items: Vec<&str> = announced.owed().map(|change| change.item.as_str()).collect();
    items.dedup();
    let language = messages.language();
    let sides = [Facts::of(before, imprint, messages)?, Facts::of(after, imprint, messages)?];
    let (mut matters, mut told) = (Vec::new(), Vec::new());
    for item in items {
        let owed = announced.owed().filter(|change| change.item == item).flat_map(|change| &change.owes);
        let mut cited: Vec<&str> =
            owed.filter_map(|owed| owed.cited.as_ref()).map(|law| in_language(law, language)).collect();
        cited.sort_unstable();
        cited.dedup();
        let (kind, id) = item.split_once('.').unwrap_or((item, ""));
        let [was, is] = matters_of(&sides, kind, id);
        let title = is.as_ref().or(was.as_ref()).map(|matter| matter.title.clone());
        let rows = differing(was, is);
        // A text may differ in another language alone.
        if !rows.is_empty() {
            matters.push(json!({ "kind": kind, "title": title, "law": cited, "rows": rows }));
            told.push(item.to_owned());
        }
    }
    if matters.is_empty() {
        return Ok(None);
    }
    let [_, is] = &sides;
    let organization = &is.organization;
    let day_words = |date: Date| super::super::facts::date_facts(messages, date).map(|date| date.text);
    let data = json!({
        "sender": {
            "name": organization.name,
            "short-name": organization.short_name,
            "address": organization.address,
            "representative": { "title": organization.representative.title, "name": organization.representative.name },
        },
        "date": day_words(*day)?,
        "since": since.map(day_words).transpose()?,
        "matters": matters,
        "contacts": is.contacts.iter().take(1).collect::<Vec<_>>(),
        "imprint": { "commit": is.imprint.short_commit, "digest": is.imprint.short_digest },
        "banner": banner,
    });
    let id = &after.organization.id;
    let job = Job {
        template: TEMPLATE.to_owned(),
        files: files.clone().into(),
        data,
        language: language.to_owned(),
        title: format!("{NAME} - {}", organization.name),
        at,
        ident: format!("hokan/{id}/{language}/{NAME}"),
    };
    Ok(Some((job, told)))
}

fn in_language<'a>(said: &'a Said, language: &str) -> &'a str {
    if language == "ja" { &said.ja } else { &said.en }
}

/// What the pages say of a purpose, a type of information or a joint use.
struct Matter {
    id: String,
    title: String,
    /// The key of each row, and its lines.
    rows: Vec<(&'static str, Vec<String>)>,
}

/// The same item before and after; one whose id alone was changed is found by its title.
fn matters_of(sides: &[Facts; 2], kind: &str, id: &str) -> [Option<Matter>; 2] {
    let [former, now] = [matters(&sides[0], kind), matters(&sides[1], kind)];
    let is_there = |id: &str| now.iter().any(|matter| matter.id == id);
    let title = now.iter().find(|matter| matter.id == id).map(|matter| matter.title.clone());
    let place = former.iter().position(|matter| matter.id == id);
    let place = place
        .or_else(|| former.iter().position(|matter| Some(&matter.title) == title.as_ref() && !is_there(&matter.id)));
    let was = place.and_then(|place| former.into_iter().nth(place));
    [was, now.into_iter().find(|matter| matter.id == id)]
}

/// The rows that differ: key, what was, what is.
fn differing(was: Option<Matter>, is: Option<Matter>) -> Vec<Value> {
    let [was, is] = [was, is].map(|matter| matter.map(|matter| matter.rows).unwrap_or_default());
    let keys = if is.is_empty() { &was } else { &is }.iter().map(|row| row.0);
    let of = |rows: &[(&str, Vec<String>)], key: &str| {
        rows.iter().find(|row| row.0 == key).map(|row| row.1.clone()).unwrap_or_default()
    };
    let rows = keys.map(|key| (key, of(&was, key), of(&is, key))).filter(|(_, was, is)| was != is);
    rows.map(|(key, was, is)| json!({ "key": key, "was": was, "is": is })).collect()
}

fn matters(facts: &Facts, kind: &str) -> Vec<Matter> {
    match kind {
        "joint-use" => facts.joint_uses.iter().map(joint_use).collect(),
        "information" => facts.information.iter().map(information).collect(),
        _ => facts.purposes.iter().flat_map(|category| &category.purposes).map(purpose).collect(),
    }
}

fn purpose(one: &PurposeFacts) -> Matter {
    let limits = one.limit.iter().chain(&one.only).cloned().collect();
    let rows =
        vec![("name", vec![one.title.clone()]), ("text", one.text.iter().cloned().collect()), ("limits", limits)];
    Matter { id: one.id.to_string(), title: one.title.clone(), rows }
}

fn information(one: &InformationFacts) -> Matter {
    let purposes = one.purposes.iter().map(|purpose| purpose.title.clone()).collect();
    let rows = vec![("items", one.items.clone()), ("purposes", purposes)];
    Matter { id: one.id.to_string(), title: one.title.clone(), rows }
}

fn joint_use(one: &JointUseFacts) -> Matter {
    let users = one.users.iter().map(|user| format!("{} / {}", user.name, user.scope)).collect();
    let uses = one.purposes.iter().map(|purpose| {
        let parts = [&purpose.name, &purpose.text].into_iter().chain(&purpose.publishes);
        parts.map(String::as_str).collect::<Vec<_>>().join(" / ")
    });
    let responsible = &one.responsible;
    let officer = responsible.representative.iter().map(|officer| format!("{} {}", officer.title, officer.name));
    let address = Some(responsible.address.clone()).filter(|address| !address.is_empty());
    let responsible = std::iter::once(responsible.name.clone()).chain(address).chain(officer).collect();
    let rows = vec![
        ("name", vec![one.title.clone()]),
        ("persons", one.persons.iter().cloned().collect()),
        ("items", one.items.clone()),
        ("users", users),
        ("uses", uses.collect()),
        ("responsible", responsible),
        ("since", vec![one.since.text.clone()]),
    ];
    Matter { id: one.id.to_string(), title: one.title.clone(), rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::diff::diff;
    use crate::policy::sample::{sample, sample_with, text};
    use crate::publish::facts::tests::example;
    use crate::publish::notice::tests::imprint;
    use crate::publish::templates::Templates;

    fn announced(before: &PolicySet, after: &PolicySet, language: &str) -> Option<(Job, Vec<String>)> {
        let day = "2026-11-29".parse().unwrap();
        let effect = diff(before, after, day);
        let announced = Announced { before, after, changes: &effect.changes, day, since: None };
        let messages = Messages::read(&Templates::shipped(), language).unwrap();
        let at = Instant::from_micros(0);
        change_notice(&announced, (&imprint(), None), &messages, &BTreeMap::new(), at).unwrap()
    }

    #[test]
    fn a_purpose_whose_id_was_changed_too_is_told_with_what_it_was() {
        let worded = |id: &str, ja: &str| {
            let (id, words) = (id.into(), text(ja, ja));
            sample_with(|policy| {
                policy.law = example().law.clone();
                (policy.purposes[0].id, policy.purposes[0].text) = (id, Some(words));
                let ids = policy.purposes.iter().map(|purpose| purpose.id.clone()).collect::<Vec<_>>();
                policy.information.iter_mut().for_each(|one| one.purposes = ids.clone());
            })
        };
        let (was, is) = (worded("benefit-review", "これまで"), worded("reviewing", "これから"));
        let (job, told) = announced(&was, &is, "ja").unwrap();
        assert_eq!(told, ["purposes.reviewing"]);
        let matter = &job.data["matters"][0];
        assert_eq!(matter["rows"], json!([{ "key": "text", "was": ["これまで"], "is": ["これから"] }]), "{matter}");
    }

    #[test]
    fn what_differs_in_another_language_alone_makes_no_letter() {
        let worded = |ja: &str| {
            let words = text(ja, "as before");
            sample_with(|policy| {
                policy.law = example().law.clone();
                policy.purposes[0].text = Some(words);
            })
        };
        let (was, is) = (worded("これまで"), worded("これから"));
        assert!(announced(&was, &is, "ja").is_some() && announced(&was, &is, "en").is_none());
    }

    #[test]
    fn nothing_owed_is_no_letter() {
        assert!(announced(&sample(), &sample(), "en").is_none());
    }
}
