//! What personal information is used for, and how, step by step.
//!
//! In: `purposes`, `information`, `processes`. Out: their facts. The rule it keeps: how long a purpose goes on is worded
//! from the period the policy states.

use super::wording::{Wording, collected};
use super::*;
use crate::policy::{Process, Purpose, Step, Through};

/// Purposes that are printed under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CategoryFacts {
    /// The heading.
    pub title: String,
    /// The purposes.
    pub purposes: Vec<PurposeFacts>,
}

/// One purpose of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PurposeFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// More about it.
    pub text: Option<String>,
    /// That information is used for nothing else, in words.
    pub only: Option<String>,
    /// After which event and for how long it goes on, in words.
    pub limit: Option<String>,
    /// For how long it goes on.
    pub period: Option<Period>,
}

/// One type of personal information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InformationFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// Its items, where they are listed.
    pub items: Vec<String>,
    /// Whether it needs special care.
    pub special_care: bool,
    /// Whether it contains Individual Numbers.
    pub individual_number: bool,
    /// From whom it is acquired.
    pub acquired_from: Vec<String>,
    /// The purposes it is used for.
    pub purposes: Vec<PurposeFacts>,
}

/// How information of some kind is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProcessFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// Titles of the types of information it uses.
    pub information: Vec<String>,
    /// Its steps, in order.
    pub steps: Vec<StepFacts>,
}

/// One step of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepFacts {
    /// Its id, if it has one.
    pub id: Option<Id>,
    /// What is done.
    pub text: String,
    /// Titles of what it is done for.
    pub purposes: Vec<String>,
    /// Through whom or with whom, where others take part.
    pub through: Option<ThroughFacts>,
    /// The consent item it rests on.
    pub consent: Option<Named>,
}

/// Through whom or with whom a step is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThroughFacts {
    /// `entrustment`, `provision` or `joint-use`.
    pub kind: &'static str,
    /// The same in words.
    pub kind_text: String,
    /// The entrustment, provision or joint use.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// To whom; none for a joint use.
    pub to: Option<String>,
}

impl Wording<'_> {
    fn purpose(&self, purpose: &Purpose) -> Result<PurposeFacts, FactsError> {
        let only = purpose.only.then(|| self.word("purpose_only")).transpose()?;
        Ok(PurposeFacts {
            id: purpose.id.clone(),
            title: self.text(&purpose.title),
            text: self.optional(purpose.text.as_ref()),
            only,
            limit: self.limit(purpose)?,
            period: purpose.period,
        })
    }

    /// Returns after which event and for how long a purpose goes on.
    fn limit(&self, purpose: &Purpose) -> Result<Option<String>, FactsError> {
        let date = purpose.after.as_ref().and_then(|id| self.policy.date(id));
        let event = date.map(|date| self.text(&date.title));
        let duration = purpose.period.map(|period| self.duration(period)).transpose()?;
        let said = match (&event, &duration) {
            (Some(event), Some(time)) => self.say("purpose_after_for", &[("date", event), ("duration", time)])?,
            (Some(event), None) => self.say("purpose_after", &[("date", event)])?,
            (None, Some(time)) => self.say("purpose_for", &[("duration", time)])?,
            (None, None) => return Ok(None),
        };
        Ok(Some(said))
    }

    pub(super) fn categories(&self) -> Result<Vec<CategoryFacts>, FactsError> {
        let mut categories: Vec<CategoryFacts> = Vec::new();
        for purpose in &self.policy.purposes {
            let title = self.text(&purpose.category);
            let fact = self.purpose(purpose)?;
            match categories.iter_mut().find(|category| category.title == title) {
                Some(category) => category.purposes.push(fact),
                None => categories.push(CategoryFacts { title, purposes: vec![fact] }),
            }
        }
        Ok(categories)
    }

    pub(super) fn information(&self) -> Result<Vec<InformationFacts>, FactsError> {
        collected(self.policy.information.iter().map(|information| {
            let used = self.policy.purposes.iter().filter(|purpose| information.purposes.contains(&purpose.id));
            Ok(InformationFacts {
                id: information.id.clone(),
                title: self.text(&information.title),
                items: self.texts(&information.items),
                special_care: information.special_care,
                individual_number: information.individual_number,
                acquired_from: self.texts(&information.acquired_from),
                purposes: collected(used.map(|purpose| self.purpose(purpose)))?,
            })
        }))
    }

    pub(super) fn processes(&self) -> Result<Vec<ProcessFacts>, FactsError> {
        collected(self.policy.processes.iter().map(|process| self.process(process)))
    }

    fn process(&self, process: &Process) -> Result<ProcessFacts, FactsError> {
        Ok(ProcessFacts {
            id: process.id.clone(),
            title: self.text(&process.title),
            information: self.information_titles(&process.information),
            steps: collected(process.steps.iter().map(|step| self.step(step)))?,
        })
    }

    fn step(&self, step: &Step) -> Result<StepFacts, FactsError> {
        let purposes = self.policy.purposes.iter().filter(|purpose| step.purposes.contains(&purpose.id));
        Ok(StepFacts {
            id: step.id.clone(),
            text: self.text(&step.text),
            purposes: purposes.map(|purpose| self.text(&purpose.title)).collect(),
            through: step.by.as_ref().map(|through| self.through(through)).transpose()?,
            consent: step.consent.as_ref().map(|id| self.consent_named(id)),
        })
    }

    fn through(&self, through: &Through) -> Result<ThroughFacts, FactsError> {
        let policy = self.policy;
        let (kind, word, id) = match through {
            Through::Entrustment(id) => ("entrustment", "through_entrustment", id),
            Through::Provision(id) => ("provision", "through_provision", id),
            Through::JointUse(id) => ("joint-use", "through_joint_use", id),
        };
        let found = match through {
            Through::Entrustment(id) => {
                policy.entrustments.iter().find(|one| one.id == *id).map(|one| (&one.title, Some(&one.to)))
            }
            Through::Provision(id) => {
                policy.provisions.iter().find(|one| one.id == *id).map(|one| (&one.title, Some(&one.to)))
            }
            Through::JointUse(id) => policy.joint_use.iter().find(|one| one.id == *id).map(|one| (&one.title, None)),
        };
        Ok(ThroughFacts {
            kind,
            kind_text: self.word(word)?,
            id: id.clone(),
            title: found.map_or_else(|| id.clone(), |(title, _)| self.text(title)),
            to: found.and_then(|(_, to)| to).map(|to| self.party_name(Some(to))),
        })
    }
}
