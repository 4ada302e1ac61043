//! Which records are kept, how long, and how they end.
//!
//! In: `retention`, `disposal-methods`. Out: their facts. The rule it keeps: periods, deadlines and approvals are worded
//! from the values that are enforced (I9); how a medium is disposed of is told in the policy's own words alone.

use super::keep::within_words;
use super::wording::{Wording, collected};
use super::*;
use crate::policy::{Authority, Class, Review};

/// One row of the retention schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// Titles of the types of information in it.
    pub information: Vec<String>,
    /// What its records are.
    pub medium: Medium,
    /// The same in words.
    pub medium_text: String,
    /// How long its records are kept: the enforced rule, in words.
    pub keep: KeepFacts,
    /// How much longer a record may be kept that is still needed, in words.
    pub extension: Option<String>,
    /// Where the period comes from.
    pub authority: AuthorityFacts,
    /// How many approvers a disposal needs.
    pub approvers: usize,
    /// The same in words.
    pub review: String,
    /// How soon after the period a record is disposed of.
    pub within: Period,
    /// The same in words, with what is done.
    pub within_text: String,
}

/// Where a period comes from: at least one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuthorityFacts {
    /// The organization's own rule.
    pub own_rule: Option<String>,
    /// The law that sets a minimum.
    pub law: Option<LawFacts>,
}

/// How a medium is disposed of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisposalMethodFacts {
    /// The medium.
    pub medium: Medium,
    /// The same in words.
    pub medium_text: String,
    /// How.
    pub text: String,
}

impl Wording<'_> {
    pub(super) fn class(&self, class: &Class) -> Result<ClassFacts, FactsError> {
        let review = match class.disposal.review {
            Review::None => "review_none",
            Review::One => "review_one",
            Review::Two => "review_two",
        };
        let extension = class.extension.map(|period| self.duration(period)).transpose()?;
        let extension = extension.map(|most| self.say("extension", &[("duration", &most)])).transpose()?;
        Ok(ClassFacts {
            id: class.id.clone(),
            title: self.text(&class.title),
            information: self.information_titles(&class.information),
            medium: class.medium,
            medium_text: self.medium(class.medium)?,
            keep: keep_facts(self.policy, &class.keep, class.disposal.then, self.messages, self.example)?,
            extension,
            authority: self.authority(&class.authority),
            approvers: class.disposal.review.approvers(),
            review: self.word(review)?,
            within: class.disposal.within,
            within_text: within_words(&class.keep, &class.disposal, self.messages)?,
        })
    }

    fn authority(&self, authority: &Authority) -> AuthorityFacts {
        AuthorityFacts {
            own_rule: self.optional(authority.own_rule.as_ref()),
            law: authority.topic.as_ref().map(|topic| self.law(topic)),
        }
    }

    fn medium(&self, medium: Medium) -> Result<String, FactsError> {
        self.word(match medium {
            Medium::Electronic => "medium_electronic",
            Medium::Paper => "medium_paper",
            Medium::Device => "medium_device",
        })
    }

    pub(super) fn disposal_methods(&self) -> Result<Vec<DisposalMethodFacts>, FactsError> {
        collected(self.policy.disposal_methods.iter().map(|method| {
            Ok(DisposalMethodFacts {
                medium: method.medium,
                medium_text: self.medium(method.medium)?,
                text: self.text(&method.text),
            })
        }))
    }
}
