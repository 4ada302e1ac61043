//! Facts: what a policy says to its readers, in one language, ready to be printed.
//!
//! In: the checked policy, the imprint, the words of one language. Out: [`Facts`], the one view-model of pages,
//! `policy.json` and notices, references resolved to texts. The rule it keeps: what is printed is computed from the
//! values that are enforced; a page and a due date cannot disagree (I9). What instructs staff is not among the facts.

mod conduct;
mod consent;
mod disclosure;
mod keep;
mod organization;
mod purposes;
mod retention;
#[cfg(test)]
pub(in crate::publish) mod tests;
mod wording;

use serde::Serialize;

use crate::Digest;
use crate::calendar::{Date, NoEra, Period, japanese_date};
use crate::policy::law::Case;
use crate::policy::{ConsentKind, Id, Language, Medium, PolicySet, SecurityKind};
use crate::publish::Imprint;
use crate::publish::messages::{Messages, MessagesError};

pub use conduct::*;
pub use consent::*;
pub use disclosure::*;
pub(in crate::publish) use keep::within_words;
pub use keep::{ExampleFacts, KeepFacts, PeriodFacts, duration_words, keep_facts};
pub use organization::*;
pub use purposes::*;
pub use retention::*;

use wording::Wording;

/// Everything a policy says, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The language.
    pub language: Language,
    /// The language whose text is authoritative.
    pub authoritative: Language,
    /// Which version this is.
    pub imprint: ImprintFacts,
    /// Who speaks.
    pub organization: OrganizationFacts,
    /// The words that are used, one for each thing.
    pub terms: Vec<TermFacts>,
    /// The basic policy, in order.
    pub principles: Vec<PrincipleFacts>,
    /// Purposes of use by category, categories in the order in which they first stand in the policy.
    pub purposes: Vec<CategoryFacts>,
    /// Types of personal information and the purposes of each.
    pub information: Vec<InformationFacts>,
    /// How information is used, step by step.
    pub processes: Vec<ProcessFacts>,
    /// Joint uses.
    pub joint_uses: Vec<JointUseFacts>,
    /// Work done on the organization's behalf.
    pub entrustments: Vec<EntrustmentFacts>,
    /// Provisions to third parties.
    pub provisions: Vec<ProvisionFacts>,
    /// When data is provided without consent.
    pub exceptions: CasesFacts,
    /// When a purpose need not be notified or published.
    pub notice_exceptions: CasesFacts,
    /// Who is not a third party.
    pub not_third_parties: CasesFacts,
    /// Receivers abroad; none where the policy is silent about them.
    pub abroad: Option<Vec<AbroadFacts>>,
    /// Consent, where the policy speaks of it.
    pub consent: Option<ConsentFacts>,
    /// The retention schedule.
    pub retention: Vec<ClassFacts>,
    /// How each medium is disposed of.
    pub disposal_methods: Vec<DisposalMethodFacts>,
    /// Security measures, by category.
    pub security: Vec<SecurityFacts>,
    /// How requests are made and answered.
    pub procedures: Vec<ProcedureFacts>,
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
pub struct ImprintFacts {
    /// The commit, if there is one.
    pub commit: Option<String>,
    /// Its first characters.
    pub short_commit: Option<String>,
    /// The digest of policies and templates.
    pub digest: Digest,
    /// Its first characters.
    pub short_digest: String,
    /// How it stands: `published`, `draft` (the work tree), or `other` (another revision).
    pub standing: &'static str,
    /// The revision, as it was asked for, where another than the published one is printed.
    pub revision: Option<String>,
    /// The day since which it is in force; none where it is not published.
    pub date: Option<DateFacts>,
}

/// Something a text refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: String,
}

/// What the law says about a topic on the day since which the policy is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LawFacts {
    /// The topic.
    pub topic: Id,
    /// What it is.
    pub title: String,
    /// The name of the law and the number, where the law has one on that day.
    pub citation: Option<String>,
}

/// Cases that the law makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CasesFacts {
    /// Where the law makes them.
    pub citation: Option<String>,
    /// The cases the policy names.
    pub cases: Vec<Case>,
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
    /// Returns what the policy says, in the language of `messages`, under the law of the day of the imprint.
    ///
    /// # Errors
    /// When the language lacks a message.
    pub fn of(policy: &PolicySet, imprint: &Imprint, messages: &Messages) -> Result<Facts, FactsError> {
        Wording::new(policy, imprint, messages).facts(imprint)
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
