//! Consent: how it is explained, how to object, and for what it is asked.
//!
//! In: `consent`. Out: its facts. The rule it keeps: whether silence counts, and when a decision may be changed, is worded
//! from the values that decide.

use super::wording::{Wording, collected};
use super::*;
use crate::policy::{Changeable, Consent, ConsentGround, ConsentItem};

/// Consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsentFacts {
    /// What consent means here.
    pub explanation: String,
    /// How to object, in words.
    pub objection: String,
    /// When a decision may be changed, in words.
    pub changeable: String,
    /// That a reason must be given, in words; none where it need not be.
    pub reason: Option<String>,
    /// Where to object.
    pub contact: Option<ContactFacts>,
    /// The items.
    pub items: Vec<ConsentItemFacts>,
}

/// One item people consent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsentItemFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// More about it.
    pub text: Option<String>,
    /// Whether silence counts.
    pub kind: ConsentKind,
    /// The same in words.
    pub kind_text: String,
    /// Why silence may count, in words.
    pub ground: Option<String>,
    /// Titles of the types of information provided.
    pub information: Vec<String>,
    /// To whom.
    pub given_to: String,
}

impl Wording<'_> {
    pub(super) fn consent(&self, consent: &Consent) -> Result<ConsentFacts, FactsError> {
        let objection = &consent.objection;
        let changeable = match objection.changeable {
            Changeable::AnyTime => "changeable_any_time",
            Changeable::AtSetTimes => "changeable_at_set_times",
        };
        Ok(ConsentFacts {
            explanation: self.text(&consent.explanation),
            objection: self.text(&objection.how),
            changeable: self.word(changeable)?,
            reason: objection.reason_required.then(|| self.word("reason_required")).transpose()?,
            contact: self.contact_of(&objection.contact)?,
            items: collected(consent.items.iter().map(|item| self.consent_item(item)))?,
        })
    }

    fn consent_item(&self, item: &ConsentItem) -> Result<ConsentItemFacts, FactsError> {
        let kind = match item.kind {
            ConsentKind::Implied => "consent_implied",
            ConsentKind::Explicit => "consent_explicit",
        };
        let ground = item.ground.map(|ground| match ground {
            ConsentGround::BenefitsThePerson => "consent_ground_benefits_the_person",
            ConsentGround::UndueBurden => "consent_ground_undue_burden",
        });
        Ok(ConsentItemFacts {
            id: item.id.clone(),
            title: self.text(&item.title),
            text: self.optional(item.text.as_ref()),
            kind: item.kind,
            kind_text: self.word(kind)?,
            ground: ground.map(|key| self.word(key)).transpose()?,
            information: self.information_titles(&item.information),
            given_to: self.text(&item.given_to),
        })
    }
}
