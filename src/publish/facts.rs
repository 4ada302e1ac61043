//! Facts: what a policy says to its readers, in one language, ready to be printed.
//!
//! In: the checked policy, the edition, the words of one language. Out: [`Facts`], the one view-model of pages,
//! `policy.json` and notices, references resolved to texts. The rule it keeps: what is printed is computed from the
//! values that are enforced; a page and a due date cannot disagree (I9).

mod keep;
mod wording;

use serde::Serialize;

use crate::Digest;
use crate::calendar::{Date, NoEra, Period, japanese_date};
use crate::policy::{ConsentKind, Id, Language, Medium, PolicySet};
use crate::publish::Edition;
use crate::publish::messages::{Messages, MessagesError};

pub use keep::{ExampleFacts, KeepFacts, PeriodFacts, duration_words, keep_facts};

use wording::Wording;

/// Everything a policy says, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The language.
    pub language: Language,
    /// The language whose text is authoritative.
    pub authoritative: Language,
    /// Which version this is.
    pub edition: EditionFacts,
    /// Who speaks.
    pub organization: OrganizationFacts,
    /// The basic policy, in order.
    pub principles: Vec<PrincipleFacts>,
    /// Purposes of use by category, categories in the order in which they first stand in the policy.
    pub purposes: Vec<CategoryFacts>,
    /// Types of personal information and the purposes of each.
    pub information: Vec<InformationFacts>,
    /// Joint uses.
    pub joint_uses: Vec<JointUseFacts>,
    /// Consent, where the policy speaks of it.
    pub consent: Option<ConsentFacts>,
    /// The retention schedule.
    pub retention: Vec<ClassFacts>,
    /// How each medium is disposed of.
    pub disposal_methods: Vec<DisposalMethodFacts>,
    /// Where people turn to.
    pub contacts: Vec<ContactFacts>,
}

/// A date for people and for machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DateFacts {
    /// `YYYY-MM-DD`.
    pub date: Date,
    /// As the language writes it.
    pub text: String,
}

/// The version of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditionFacts {
    /// The commit, if there is one.
    pub commit: Option<String>,
    /// Its first characters.
    pub short_commit: Option<String>,
    /// The digest of policies and templates.
    pub digest: Digest,
    /// Its first characters.
    pub short_digest: String,
    /// The date of publication.
    pub date: DateFacts,
}

/// The organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrganizationFacts {
    /// Its id.
    pub id: Id,
    /// Its full name.
    pub name: String,
    /// The way texts refer to it.
    pub short_name: String,
    /// Its address.
    pub address: String,
    /// Who represents it.
    pub representative: OfficerFacts,
    /// Who answers for personal data.
    pub privacy_officer: OfficerFacts,
    /// Its insurer number.
    pub insurer_number: Option<String>,
    /// The name of the accredited body it belongs to.
    pub accredited_body: Option<String>,
    /// When the policy was enacted.
    pub enacted: DateFacts,
}

/// A person in an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfficerFacts {
    /// The office.
    pub title: String,
    /// The person.
    pub name: String,
    /// Both, as the language puts them.
    pub text: String,
}

/// One article of the basic policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PrincipleFacts {
    /// Its id.
    pub id: Id,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub text: String,
}

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
}

/// One type of personal information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InformationFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// Whether it needs special care.
    pub special_care: bool,
    /// Whether it contains Individual Numbers.
    pub individual_number: bool,
    /// From whom it is acquired.
    pub acquired_from: Vec<String>,
    /// The purposes it is used for.
    pub purposes: Vec<PurposeFacts>,
}

/// One joint use, its elements in the order of the law.
///
/// # Source
/// Act on the Protection of Personal Information of Japan, art. 27(5)(iii).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointUseFacts {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
    /// The fact of joint use, as a sentence.
    pub fact: String,
    /// Titles of the types of information concerned.
    pub information: Vec<String>,
    /// The items used.
    pub items: Vec<String>,
    /// Who uses them.
    pub users: Vec<JointUserFacts>,
    /// What each user uses them for.
    pub purposes: Vec<JointPurposeFacts>,
    /// Who answers for them.
    pub responsible: ResponsibleFacts,
    /// Where people turn to.
    pub contact: Option<ContactFacts>,
    /// Since when.
    pub since: DateFacts,
}

/// One user of a joint use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointUserFacts {
    /// Its name.
    pub name: String,
    /// Which part of it.
    pub scope: String,
}

/// What one user of a joint use does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointPurposeFacts {
    /// The user's name.
    pub name: String,
    /// The purpose.
    pub text: String,
}

/// Who answers for jointly used data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResponsibleFacts {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Who represents it; none for a natural person.
    pub representative: Option<OfficerFacts>,
}

/// Consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsentFacts {
    /// What consent means here.
    pub explanation: String,
    /// How to object, in words.
    pub objection: String,
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
    /// Where the period comes from.
    pub authority: String,
    /// How many approvers a disposal needs.
    pub approvers: usize,
    /// The same in words.
    pub review: String,
    /// How soon after the period a record is disposed of.
    pub within: Period,
    /// The same in words.
    pub within_text: String,
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

/// Where people turn to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContactFacts {
    /// Its id.
    pub id: Id,
    /// What it is for.
    pub title: String,
    /// The department.
    pub department: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Its telephone number.
    pub telephone: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// When it is open.
    pub hours: Option<String>,
}

/// Facts that cannot be worded.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// A fixed word is missing.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// A date has no name in the Japanese calendar.
    #[error("a date cannot be printed")]
    Era(#[from] NoEra),
}

impl Facts {
    /// Returns what the policy says, in the language of `messages`.
    ///
    /// # Errors
    /// When the language lacks a message.
    pub fn of(policy: &PolicySet, edition: &Edition, messages: &Messages) -> Result<Facts, FactsError> {
        Wording::new(policy, edition, messages).facts(edition)
    }
}

/// Returns the date as the language of `messages` writes it; Japanese uses eras.
///
/// # Errors
/// When the language lacks a message.
pub fn date_facts(messages: &Messages, date: Date) -> Result<DateFacts, FactsError> {
    let japanese = japanese_date(date)?;
    let month = messages.word(&format!("month_{}", date.month()))?;
    let (year, day) = (date.year().to_string(), date.day().to_string());
    let values = [("japanese", japanese.as_str()), ("year", &year), ("month", month), ("day", &day)];
    Ok(DateFacts { date, text: messages.say("date", &values)? })
}
