//! Why a record falls due on its day: everything the decision rests on, for one record.
//!
//! In: an id. Out: an [`Explained`], with the values that decide and the words of the policy. The rule it keeps: nothing is
//! computed for the explanation; it shows the steps, holds and events that a sweep decides by.

use std::collections::BTreeMap;

use super::accept::{InForce, policy_state};
use super::instance::Instance;
use super::{EngineError, Result};
use crate::RecordId;
use crate::calendar::{Date, Instant};
use crate::ledger::{Entry, What};
use crate::policy::law::{LegalKeep, in_language};
use crate::policy::{Class, Combine, ComesFrom};
use crate::publish::facts::keep_facts;
use crate::publish::messages::Messages;
use crate::retention::count::{Counted, Step};
use crate::retention::due::{Known, counted};
use crate::retention::gate::{judge_row, known};
use crate::retention::hold;
use crate::retention::plan::{Grounds, Judged, class_of};
use crate::store::{EarlyRequest, Hold, Kept, Listed, Record};

/// The languages that explanations are given in.
const LANGUAGES: [&str; 2] = ["en", "ja"];

/// A text by language.
pub type ByLanguage = BTreeMap<&'static str, String>;

/// Why a record falls due on its day.
pub struct Explained {
    /// The record.
    pub record: Record,
    /// Today, in the organization's zone.
    pub today: Date,
    /// The policy that decides.
    pub in_force: InForce,
    /// The ledger entry by which it was accepted, and the fingerprints of those who did; none: by the service.
    pub accepted: (u64, Vec<String>),
    /// The verdict of today.
    pub judged: Judged,
    /// Its class, where the policy has it.
    pub class: Option<ClassSaid>,
    /// Each period, step by step, with where its date comes from.
    pub legs: Vec<Origin>,
    /// What they come to.
    pub counted: Option<Counted>,
    /// The holds that cover it.
    pub holds: Vec<Hold>,
    /// The events about it and its subjects, replaced ones too.
    pub events: Vec<Listed>,
    /// The request by which it may go before its period is over.
    pub early: Option<EarlyRequest>,
    /// Who kept it longer, in the order this was stated; of each kind the last counts.
    pub kept: Vec<Kept>,
}

/// What the policy says of a class, in words.
pub struct ClassSaid {
    /// What the records are called.
    pub title: ByLanguage,
    /// The rule as one sentence.
    pub rule: ByLanguage,
    /// The organization's own rule.
    pub own_rule: Option<ByLanguage>,
    /// The law that sets a minimum.
    pub law: Option<LawSaid>,
}

/// What the law says of a class today.
pub struct LawSaid {
    /// The topic the policy names.
    pub topic: String,
    /// What it is.
    pub title: ByLanguage,
    /// The law and the number of today.
    pub citation: Option<ByLanguage>,
    /// The least periods, where the pack knows any.
    pub minimum: Option<LegalMinimum>,
}

/// The least time the law wants.
pub struct LegalMinimum {
    /// How several periods are combined.
    pub combine: Option<Combine>,
    /// Period, starting rule as written, and what it counts from.
    pub legs: Vec<(crate::calendar::Period, crate::calendar::Starting, ByLanguage)>,
}

/// Where the date of one period comes from.
pub struct Origin {
    /// What the date is called.
    pub title: ByLanguage,
    /// Where it is read from; nothing if the policy does not declare it any more.
    pub comes_from: Option<ComesFrom>,
    /// The field it was read from.
    pub field: Option<String>,
    /// The events that say it, by ledger entry.
    pub events: Vec<u64>,
    /// Of several subjects, those for whom it is not known.
    pub missing: Vec<String>,
}

impl Explained {
    /// Returns the steps with the origin of each date.
    pub fn steps(&self) -> impl Iterator<Item = (&Step, &Origin)> {
        self.counted.iter().flat_map(|counted| &counted.steps).zip(&self.legs)
    }

    /// Returns when the policy was accepted.
    pub fn accepted_at(&self) -> Instant {
        self.in_force.accepted
    }
}

/// Explains why a record falls due on its day, or why it does not.
///
/// # Errors
/// Refuses an unknown id, and without an accepted policy.
pub fn explain_record(instance: &Instance, id: RecordId) -> Result<Explained> {
    let store = instance.store()?;
    let mut state = policy_state(instance, &store)?;
    state.accepted()?;
    let catalog = store.catalog();
    let Some(record) = catalog.record(id)? else {
        return Err(super::status::unknown(&store.reader().of_record(id)?, id));
    };
    let Some(in_force) = state.in_force.take() else {
        return Err(EngineError::refused("policy.not-accepted", "no policy was accepted yet"));
    };
    let policy = &in_force.policy;
    let waiting = state.waiting.as_ref().and_then(|waiting| waiting.policy.as_ref().ok());
    let holds = catalog.holds()?;
    let today = policy.organization.time_zone.date(instance.now());
    let waiting = waiting.map(|waiting| &**waiting);
    let kept = catalog.kept_until()?;
    let grounds = Grounds { policy, waiting, holds: &holds, released: &[], kept: &kept, day: today };
    let judged = judge_row(&catalog, &grounds, &record)?;
    let facts = known(&catalog, &record)?;
    let mut events = Vec::new();
    for subject in record.known.subjects.iter().chain([&id.to_string()]) {
        events.extend(catalog.events(Some(subject))?);
    }
    events.sort_by_key(|event| event.entry);
    let class = class_of(policy, &record.known.class);
    let counted = class.map(|class| counted(policy, class, &facts));
    let steps = counted.iter().flat_map(|counted| &counted.steps);
    let legs = steps.map(|step| origin(&in_force, class, &record, step, &facts, &events)).collect();
    let zone = policy.organization.time_zone;
    let covering = class.map(|class| hold::covering(&holds, &record.known, class, zone)).unwrap_or_default();
    let accepted =
        acceptance(&store.catalog().accepted()?.map(|it| it.entry), |entry| Ok(store.reader().entry(entry)?))?;
    Ok(Explained {
        today,
        accepted,
        judged,
        class: class.map(|class| class_said(&in_force, class, today)).transpose()?,
        legs,
        counted,
        early: catalog.early(id)?,
        kept: catalog.kept_of(id)?,
        holds: holds.iter().filter(|hold| covering.contains(&hold.id)).cloned().collect(),
        events,
        record,
        in_force,
    })
}

fn acceptance(entry: &Option<u64>, read: impl Fn(u64) -> Result<Entry>) -> Result<(u64, Vec<String>)> {
    let index = entry.unwrap_or(0);
    Ok(match read(index)?.what {
        What::PolicyAccepted { by, .. } => (index, by),
        _ => (index, Vec::new()),
    })
}

/// Where the date of a period comes from.
fn origin(
    in_force: &InForce,
    class: Option<&Class>,
    record: &Record,
    step: &Step,
    facts: &Known,
    events: &[Listed],
) -> Origin {
    let declared = in_force.policy.date(&step.after);
    let title = |language: &&'static str| {
        (*language, declared.map_or(step.after.as_str(), |it| in_language(&it.title, language)).to_owned())
    };
    let is_event = declared.is_some_and(|it| it.comes_from == ComesFrom::Event);
    let saying = events.iter().filter(|it| is_event && it.counts && it.event.event == step.after);
    let about_subject = declared.is_some_and(|it| it.about == crate::policy::About::Subject);
    let unknown = record.known.subjects.iter().zip(&facts.of_subjects);
    let unknown = unknown.filter(|(_, known)| is_event && about_subject && !known.contains_key(&step.after));
    let reading = class.and_then(Class::reading);
    let field =
        reading.and_then(|it| it.dates.iter().find(|field| *field.date == step.after).map(|it| it.name.to_owned()));
    Origin {
        title: LANGUAGES.iter().map(title).collect(),
        comes_from: declared.map(|it| it.comes_from),
        field: field.filter(|_| declared.is_some_and(|it| it.comes_from == ComesFrom::Field)),
        events: saying.map(|it| it.entry).collect(),
        missing: unknown.map(|(subject, _)| subject.clone()).collect(),
    }
}

fn class_said(in_force: &InForce, class: &Class, today: Date) -> Result<ClassSaid> {
    let InForce { policy, templates, .. } = in_force;
    let both =
        |text: &crate::policy::Text| LANGUAGES.map(|language| (language, in_language(text, language).to_owned()));
    let mut rule = ByLanguage::new();
    for language in LANGUAGES {
        // A policy in one language has no titles in the other: then its own language says the rule.
        let has = policy.organization.languages.iter().any(|known| known == language);
        let spoken =
            if has { language } else { policy.organization.languages.first().map_or(language, String::as_str) };
        let said = Messages::read(templates, spoken)
            .map_err(crate::publish::facts::FactsError::from)
            .and_then(|messages| keep_facts(policy, &class.keep, class.disposal.then, &messages, today))?;
        rule.insert(language, said.sentence);
    }
    let law = class.authority.topic.as_ref().map(|topic| {
        let law = &policy.law;
        let citation = law.citation(topic, today, "en").zip(law.citation(topic, today, "ja"));
        LawSaid {
            topic: topic.clone(),
            title: LANGUAGES.iter().map(|language| (*language, law.title(topic, language))).collect(),
            citation: citation.map(|(en, ja)| ByLanguage::from([("en", en), ("ja", ja)])),
            minimum: law.minimum(topic, today).map(|minimum| LegalMinimum {
                combine: match minimum.keep {
                    LegalKeep::For(_) => None,
                    LegalKeep::EarlierOf(_) => Some(Combine::EarlierOf),
                    LegalKeep::LaterOf(_) => Some(Combine::LaterOf),
                },
                legs: minimum
                    .keep
                    .legs()
                    .iter()
                    .map(|leg| (leg.period, leg.starting, both(&leg.counted_from).into_iter().collect()))
                    .collect(),
            }),
        }
    });
    Ok(ClassSaid {
        title: both(&class.title).into_iter().collect(),
        rule,
        own_rule: class.authority.own_rule.as_ref().map(|text| both(text).into_iter().collect()),
        law,
    })
}
