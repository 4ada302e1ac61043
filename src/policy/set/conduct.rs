//! How data is protected, and how people make requests about it.
//!
//! In: nothing. Out: the types of `security` and `procedures`. The rule they keep: a value exists only if the checker made
//! it.

use serde::Serialize;

use super::{Id, Text};
use crate::calendar::Period;

/// One category of security measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecurityCategory {
    /// Which one.
    pub kind: SecurityKind,
    /// The measures; empty where the policy says `none`.
    pub measures: Vec<Text>,
}

/// The categories of security measures.
///
/// # Source
/// Guidelines on the Act on the Protection of Personal Information (General Rules), chapter 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecurityKind {
    /// The basic policy.
    BasicPolicy,
    /// Rules on handling.
    Rules,
    /// Organizational measures.
    Organizational,
    /// Measures about people.
    Personnel,
    /// Physical measures.
    Physical,
    /// Technical measures.
    Technical,
    /// What is known of foreign countries where data is handled.
    ExternalEnvironment,
}

impl SecurityKind {
    /// Returns its key in the policy.
    pub fn key(self) -> &'static str {
        match self {
            SecurityKind::BasicPolicy => "basic-policy",
            SecurityKind::Rules => "rules",
            SecurityKind::Organizational => "organizational",
            SecurityKind::Personnel => "personnel",
            SecurityKind::Physical => "physical",
            SecurityKind::Technical => "technical",
            SecurityKind::ExternalEnvironment => "external-environment",
        }
    }
}

/// How one kind of request is made and answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Procedure {
    /// The kind, such as `disclosure`; its id.
    pub request: Id,
    /// What it is.
    pub title: Text,
    /// How to make it.
    pub how: Text,
    /// Who may make it.
    pub who: Text,
    /// How identity and agency are checked.
    pub identification: Text,
    /// In which ways it can be answered.
    pub ways: Vec<Way>,
    /// Who chooses the way.
    pub chosen_by: Option<Chooser>,
    /// The fee in words; none if there is none.
    pub fee: Option<Text>,
    /// Within which time it is answered.
    pub answer_within: Option<Period>,
    /// The topic of a law pack behind it.
    pub topic: Option<Id>,
    /// Where to: a contact of the organization.
    pub contact: Option<Id>,
}

/// A way of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// On paper.
    Paper,
    /// As an electronic file.
    Electronic,
}

/// Who chooses the way of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chooser {
    /// The person who asks.
    Person,
    /// The organization.
    Organization,
}
