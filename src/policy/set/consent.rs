//! Consent: how it is explained, how to object, and for what it is asked.
//!
//! In: nothing. Out: the types of `consent`. The rule they keep: a value exists only if the checker made it.

use serde::Serialize;

use super::{Id, Text};

/// Consent: how it is explained and which items there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consent {
    /// What consent means here.
    pub explanation: Text,
    /// How to object.
    pub objection: Objection,
    /// The items.
    pub items: Vec<ConsentItem>,
}

/// How to object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Objection {
    /// In words.
    pub how: Text,
    /// Where to: a contact of the organization.
    pub contact: Id,
    /// When a decision may be changed.
    pub changeable: Changeable,
    /// Whether a reason must be given.
    pub reason_required: bool,
}

/// When a decision about consent may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Changeable {
    /// At any time.
    AnyTime,
    /// At set times.
    AtSetTimes,
}

/// One item people consent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsentItem {
    /// Its id.
    pub id: Id,
    /// Whether silence counts.
    pub kind: ConsentKind,
    /// Why silence may count; only for implied consent.
    pub ground: Option<ConsentGround>,
    /// What it is.
    pub title: Text,
    /// More about it.
    pub text: Option<Text>,
    /// The types of information provided.
    pub information: Vec<Id>,
    /// To whom.
    pub given_to: Text,
}

/// Whether silence counts as consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentKind {
    /// It does, after the announcement and until somebody objects.
    Implied,
    /// It does not.
    Explicit,
}

/// Why silence may count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentGround {
    /// The item benefits the person.
    BenefitsThePerson,
    /// Asking everybody would be an undue burden and not reasonable for the person either.
    UndueBurden,
}
