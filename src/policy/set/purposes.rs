//! What personal information is used for.
//!
//! In: nothing. Out: the types of `purposes`, `information`, `processes`. The rule they keep: a value exists only if the
//! checker made it.

use serde::Serialize;

use super::{Id, Text};
use crate::calendar::Period;

/// One purpose of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Purpose {
    /// Its id.
    pub id: Id,
    /// The group it is printed under, in words.
    pub category: Text,
    /// What it is.
    pub title: Text,
    /// More about it.
    pub text: Option<Text>,
    /// Whether the policy says that information is used for nothing else.
    pub only: bool,
    /// The event after which it goes on.
    pub after: Option<Id>,
    /// For how long it goes on after the event.
    #[serde(rename = "for")]
    pub period: Option<Period>,
}

/// One type of personal information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Information {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: Text,
    /// Its items, where they are listed.
    pub items: Vec<Text>,
    /// Whether it needs special care (要配慮個人情報).
    pub special_care: bool,
    /// Whether it contains Individual Numbers (個人番号).
    pub individual_number: bool,
    /// From whom it is acquired.
    pub acquired_from: Vec<Text>,
    /// The purposes it is used for, at least one.
    pub purposes: Vec<Id>,
}

/// How information of some kind is used, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Process {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: Text,
    /// The types of information it uses.
    pub information: Vec<Id>,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// One step of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its id, if it has one.
    pub id: Option<Id>,
    /// What is done.
    pub text: Text,
    /// What for, at least one purpose.
    pub purposes: Vec<Id>,
    /// Through whom or with whom, where others take part.
    pub by: Option<Through>,
    /// The consent item it rests on.
    pub consent: Option<Id>,
}

/// Through whom or with whom a step is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Through {
    /// An entrustment.
    Entrustment(Id),
    /// A provision to a third party.
    Provision(Id),
    /// A joint use.
    JointUse(Id),
}
