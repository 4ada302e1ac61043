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
use crate::publish::facts::{FactsError, date_facts, duration_words, keep_facts, within_words};
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

/// One policy and the one it is compared with.
#[derive(Clone, Copy)]
struct Side<'a> {
    policy: &'a Policy,
    other: &'a Policy,
}

type Said = BTreeMap<Language, String>;

/// Of how many items of a section a change gives the names.
const NAMED: usize = 3;

/// A text on one line, however its lines are broken.
fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

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
        let (was, is) =
            (Side { policy: self.before, other: self.after }, Side { policy: self.after, other: self.before });
        let former = self.former(section, id);
        Ok(Some(Told {
            key: format!("change_{}", kind.replace('-', "_")),
            title: self.titles(change, section, id)?,
            before: self.shown(change.kind, was, section, former)?,
            after: self.shown(change.kind, is, section, id)?,
            same_in: change.same_in.clone(),
        }))
    }

    /// The id an item had before: a class says it itself.
    fn former<'b>(&'b self, section: &str, id: &'b str) -> &'b str {
        let class = self.after.class(id).filter(|_| section == "retention" && self.before.class(id).is_none());
        let was = class.and_then(|class| class.was.iter().find(|was| self.before.class(was).is_some()));
        was.map_or(id, String::as_str)
    }

    /// What the items of a change are called; nothing where they are many or one has no name.
    fn titles(&self, change: &Change, section: &str, id: &str) -> Result<Said, FactsError> {
        if change.about.is_empty() {
            return self.title(section, id);
        }
        let ids = change.about.iter().map(|item| item.split_once('.').map_or("", |(_, id)| id));
        let mut titles: Vec<Said> = Vec::new();
        for id in ids {
            // An item that only has another id is there twice, and called the same.
            let title = self.title(section, id)?;
            if titles.len() <= NAMED && !titles.contains(&title) {
                titles.push(title);
            }
        }
        if titles.len() > NAMED || titles.iter().any(BTreeMap::is_empty) {
            return Ok(Said::new());
        }
        self.said(|messages| {
            let titles = titles.iter().filter_map(|title| title.get(messages.language()));
            let titles: Vec<&str> = titles.map(String::as_str).collect();
            Ok(titles.join(messages.word("list_separator")?))
        })
    }

    fn title(&self, section: &str, id: &str) -> Result<Said, FactsError> {
        let word = match section {
            "security" => format!("security_{}", id.replace('-', "_")),
            "disposal-methods" => format!("medium_{id}"),
            _ => {
                let found = [self.after, self.before].into_iter().find_map(|policy| title(policy, section, id));
                return Ok(found.map(|text| self.text(text)).unwrap_or_default());
            }
        };
        self.said(|messages| Ok(messages.word(&word)?.to_owned()))
    }

    /// What stands on one side, where it is shown: what fits into a line or two.
    fn shown(&self, kind: Kind, side: Side<'_>, section: &str, id: &str) -> Result<Said, FactsError> {
        let Side { policy, other } = side;
        let procedure = || policy.procedures.iter().find(|one| one.request == id);
        match kind {
            Kind::PeriodShorter | Kind::PeriodLonger | Kind::PeriodDiffers | Kind::ClassAppears => {
                policy.class(id).map_or(Ok(Said::new()), |class| self.keep(policy, class))
            }
            Kind::Within => policy.class(id).map_or(Ok(Said::new()), |class| {
                self.said(|messages| within_words(&class.keep, &class.disposal, messages))
            }),
            Kind::Extension => policy
                .class(id)
                .and_then(|class| class.extension)
                .map_or(Ok(Said::new()), |period| self.duration(period)),
            Kind::ClassRenamed => Ok(title(policy, section, id).map(|text| self.text(text)).unwrap_or_default()),
            Kind::PurposeReworded => self.purpose(policy, other, id),
            Kind::AnswerWithin => {
                procedure().and_then(|one| one.answer_within).map_or(Ok(Said::new()), |period| self.duration(period))
            }
            Kind::Fee => match procedure().map(|one| &one.fee) {
                Some(Some(fee)) => Ok(self.text(fee)),
                Some(None) => self.said(|messages| Ok(messages.word("fee_none")?.to_owned())),
                None => Ok(Said::new()),
            },
            Kind::Identification => Ok(procedure().map(|one| self.text(&one.identification)).unwrap_or_default()),
            Kind::JointUseSince => match policy.joint_use.iter().find(|one| one.id == id) {
                Some(joint) => self.said(|messages| Ok(date_facts(messages, joint.since)?.text)),
                None => Ok(Said::new()),
            },
            Kind::Security => self.measures(policy, other, id),
            Kind::JointUseWidened | Kind::JointUseNarrowed => {
                self.only_here(side, |policy, language| joint_items(policy, id, language))
            }
            Kind::JointUseUsersWidened | Kind::JointUseUsersNarrowed => self.only_here(side, |policy, language| {
                let joint = policy.joint_use.iter().find(|one| one.id == id);
                joint.iter().flat_map(|one| &one.users).map(|user| in_a_line(user.scope.get(language))).collect()
            }),
            _ => Ok(Said::new()),
        }
    }

    /// The title of a purpose, or what is said of it where both sides call it the same.
    fn purpose(&self, policy: &Policy, other: &Policy, id: &str) -> Result<Said, FactsError> {
        let find = |policy: &'_ Policy| policy.purposes.iter().find(|one| one.id == id).cloned();
        let (Some(one), Some(against)) = (find(policy), find(other)) else { return Ok(Said::new()) };
        // What stands on neither side in a language is empty there: the words of another language do not take its place.
        self.said(|messages| {
            let language = messages.language();
            let is_called_the_same = one.title.get(language) == against.title.get(language);
            Ok(match &one.text {
                Some(text) if is_called_the_same => in_a_line(text.get(language)),
                Some(_) | None if is_called_the_same => String::new(),
                Some(_) | None => in_a_line(one.title.get(language)),
            })
        })
    }

    /// The measures of a category that the other side does not have.
    fn measures(&self, policy: &Policy, other: &Policy, category: &str) -> Result<Said, FactsError> {
        self.only_here(Side { policy, other }, |policy, language| {
            let category = policy.security.iter().find(|one| one.kind.key() == category);
            let measures = category.iter().flat_map(|one| &one.measures);
            measures.map(|measure| in_a_line(measure.get(language))).collect()
        })
    }

    /// The texts of one side that the other does not have, in each language.
    fn only_here(&self, side: Side<'_>, texts: impl Fn(&Policy, &str) -> Vec<String>) -> Result<Said, FactsError> {
        self.said(|messages| {
            let there = texts(side.other, messages.language());
            let mut own = texts(side.policy, messages.language());
            own.retain(|text| !there.contains(text));
            Ok(own.join(" / "))
        })
    }

    fn duration(&self, period: Period) -> Result<Said, FactsError> {
        self.said(|messages| duration_words(period, messages))
    }

    fn keep(&self, policy: &Policy, class: &Class) -> Result<Said, FactsError> {
        self.said(|messages| Ok(keep_facts(policy, &class.keep, class.disposal.then, messages, self.on)?.sentence))
    }

    fn text(&self, text: &Text) -> Said {
        self.each(|messages| in_a_line(text.get(messages.language())))
    }

    fn said(&self, say: impl Fn(&Messages) -> Result<String, FactsError>) -> Result<Said, FactsError> {
        self.messages.iter().map(|messages| Ok((messages.language().to_owned(), say(messages)?))).collect()
    }

    fn each(&self, say: impl Fn(&Messages) -> String) -> Said {
        let said = self.messages.iter().map(|messages| (messages.language().to_owned(), say(messages)));
        said.filter(|(_, text)| !text.is_empty()).collect()
    }
}

/// What is used jointly, as the page says it: the items one by one, or the kinds of information.
fn joint_items(policy: &Policy, id: &str, language: &str) -> Vec<String> {
    let Some(joint) = policy.joint_use.iter().find(|one| one.id == id) else { return Vec::new() };
    let kinds = policy.information.iter().filter(|one| joint.information.contains(&one.id)).map(|one| &one.title);
    kinds.chain(&joint.items).map(|text| in_a_line(text.get(language))).collect()
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
        "principles" => of(&policy.principles, |one| one.id == id, |one| &one.title),
        "parties" => of(&policy.parties, |one| one.id == id, |one| &one.name),
        "pages" => of(&policy.pages, |one| one.id == id, |one| &one.title),
        "terms" => of(&policy.terms, |one| one.id == id, |one| &one.word),
        "organization" => of(&policy.organization.contacts, |one| one.id == id, |one| &one.title),
        "retention" => policy.class(id).map(|class| &class.title),
        "dates" => policy.date(id).map(|date| &date.title),
        "abroad" => {
            let one = policy.abroad.iter().flatten().find(|one| one.id == id)?;
            policy.party(&one.to).map(|party| &party.name)
        }
        _ => None,
    }
}
