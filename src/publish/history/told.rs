//! What one revision changed, in a form that outlives both policies: message keys, titles, sentences.
//!
//! In: two policies, the fixed words of each language. Out: [`What::Changed`]. The rule it keeps: the same comparison as
//! `hokan diff`; every change it finds is either told or counted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Told, What};
use crate::calendar::{Date, Period};
use crate::policy::diff::{Change, Group, Kind, diff};
use crate::policy::{Class, Language, Policy, Text};
use crate::publish::facts::{FactsError, duration_words, keep_facts};
use crate::publish::messages::Messages;

/// Sections whose texts are published.
pub(super) const PUBLISHED: [&str; 21] = [
    "abroad",
    "consent",
    "dates",
    "disposal-methods",
    "entrustments",
    "exceptions",
    "information",
    "joint-use",
    "not-third-parties",
    "notice-exceptions",
    "organization",
    "pages",
    "parties",
    "principles",
    "procedures",
    "processes",
    "provisions",
    "purposes",
    "retention",
    "security",
    "terms",
];

/// Returns what changed from one policy to the next, told in the languages of `messages`; `on` is the day of the change.
///
/// # Errors
/// When a language lacks a message.
pub fn told(before: &Policy, after: &Policy, on: Date, messages: &[Messages]) -> Result<What, FactsError> {
    let sides = Sides { before, after, on, messages };
    let (mut told, mut internal) = (Vec::new(), 0);
    for change in &diff(before, after, on).changes {
        match sides.told(change)? {
            Some(one) => told.push(one),
            None => internal += 1,
        }
    }
    Ok(What::Changed { told, internal })
}

struct Sides<'a> {
    before: &'a Policy,
    after: &'a Policy,
    on: Date,
    messages: &'a [Messages],
}

type Said = BTreeMap<Language, String>;

impl Sides<'_> {
    /// Tells a change; nothing where it is not published.
    fn told(&self, change: &Change) -> Result<Option<Told>, FactsError> {
        let (section, id) = change.item.split_once('.').unwrap_or((&change.item, ""));
        if !is_published(change, section) {
            return Ok(None);
        }
        let kind = match change.kind {
            Kind::Texts => format!("in_{section}"),
            kind => serde_json::to_value(kind).ok().as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        };
        let shown = |policy, id| self.shown(change.kind, policy, section, id);
        Ok(Some(Told {
            key: format!("change_{}", kind.replace('-', "_")),
            title: self.title(section, id),
            before: shown(self.before, self.former(section, id))?,
            after: shown(self.after, id)?,
        }))
    }

    /// The id an item had before: a class says it itself.
    fn former<'b>(&'b self, section: &str, id: &'b str) -> &'b str {
        let class = self.after.class(id).filter(|_| section == "retention" && self.before.class(id).is_none());
        let was = class.and_then(|class| class.was.iter().find(|was| self.before.class(was).is_some()));
        was.map_or(id, String::as_str)
    }

    fn title(&self, section: &str, id: &str) -> Said {
        let found = [self.after, self.before].into_iter().find_map(|policy| title(policy, section, id));
        found.map(|text| self.each(|messages| text.get(messages.language()).to_owned())).unwrap_or_default()
    }

    /// What stands on one side, where it is shown: periods, purposes and times for an answer.
    fn shown(&self, kind: Kind, policy: &Policy, section: &str, id: &str) -> Result<Said, FactsError> {
        match kind {
            Kind::PeriodShorter | Kind::PeriodLonger | Kind::PeriodDiffers | Kind::ClassAppears => {
                policy.class(id).map_or(Ok(Said::new()), |class| self.keep(policy, class))
            }
            Kind::PurposeReworded | Kind::ClassRenamed => {
                let text = title(policy, section, id);
                Ok(text.map(|text| self.each(|messages| text.get(messages.language()).to_owned())).unwrap_or_default())
            }
            Kind::AnswerWithin => {
                let procedure = policy.procedures.iter().find(|one| one.request == id);
                procedure.and_then(|one| one.answer_within).map_or(Ok(Said::new()), |period| self.duration(period))
            }
            _ => Ok(Said::new()),
        }
    }

    fn duration(&self, period: Period) -> Result<Said, FactsError> {
        let said = |messages: &Messages| Ok((messages.language().to_owned(), duration_words(period, messages)?));
        self.messages.iter().map(said).collect()
    }

    fn keep(&self, policy: &Policy, class: &Class) -> Result<Said, FactsError> {
        let said = |messages: &Messages| {
            let facts = keep_facts(policy, &class.keep, class.disposal.then, messages, self.on)?;
            Ok((messages.language().to_owned(), facts.sentence))
        };
        self.messages.iter().map(said).collect()
    }

    fn each(&self, say: impl Fn(&Messages) -> String) -> Said {
        let said = self.messages.iter().map(|messages| (messages.language().to_owned(), say(messages)));
        said.filter(|(_, text)| !text.is_empty()).collect()
    }
}

/// Whether a change shows on the pages: where files lie, who opens and approves, and how the service runs does not.
fn is_published(change: &Change, section: &str) -> bool {
    match change.kind {
        Kind::Accept | Kind::Read | Kind::Register | Kind::Sidecar => false,
        Kind::Disposal | Kind::DisposalMethod => true,
        Kind::Texts => PUBLISHED.contains(&section),
        _ => match change.group {
            Group::People | Group::Service => false,
            Group::Records | Group::JointUse | Group::Purposes | Group::Consent => true,
            Group::Others | Group::Requests | Group::Security | Group::Texts => true,
        },
    }
}

/// Returns what an item is called.
fn title<'a>(policy: &'a Policy, section: &str, id: &str) -> Option<&'a Text> {
    fn of<'a, T>(list: &'a [T], is: impl Fn(&T) -> bool, title: impl Fn(&'a T) -> &'a Text) -> Option<&'a Text> {
        list.iter().find(|item| is(item)).map(title)
    }
    match section {
        "purposes" => of(&policy.purposes, |one| one.id == id, |one| &one.title),
        "information" => of(&policy.information, |one| one.id == id, |one| &one.title),
        "procedures" => of(&policy.procedures, |one| one.request == id, |one| &one.title),
        "processes" => of(&policy.processes, |one| one.id == id, |one| &one.title),
        "joint-use" => of(&policy.joint_use, |one| one.id == id, |one| &one.title),
        "entrustments" => of(&policy.entrustments, |one| one.id == id, |one| &one.title),
        "provisions" => of(&policy.provisions, |one| one.id == id, |one| &one.title),
        "consent" => policy.consent.as_ref().and_then(|it| of(&it.items, |one| one.id == id, |one| &one.title)),
        "retention" => policy.class(id).map(|class| &class.title),
        "dates" => policy.date(id).map(|date| &date.title),
        "abroad" => {
            let one = policy.abroad.iter().flatten().find(|one| one.id == id)?;
            policy.party(&one.to).map(|party| &party.name)
        }
        _ => None,
    }
}
