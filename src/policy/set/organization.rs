//! Who speaks: the organization, everybody it names, its words and its basic policy.
//!
//! In: nothing. Out: the types of `organization`, `parties`, `terms`, `principles`. The rule they keep: a value exists only
//! if the checker made it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Id, Language, Text};
use crate::calendar::{Date, MonthDay, Zone};

/// The organization itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organization {
    /// Its id, part of the ledger's name.
    pub id: Id,
    /// Its full name.
    pub name: Text,
    /// The one way texts refer to it.
    pub short_name: Text,
    /// Its postal address.
    pub address: Text,
    /// Who represents it.
    pub representative: Officer,
    /// Who answers for personal data.
    pub privacy_officer: Officer,
    /// Its insurer number of eight digits, check digit checked.
    pub insurer_number: Option<String>,
    /// Its corporate number (法人番号) of thirteen digits, check digit checked.
    pub corporate_number: Option<String>,
    /// Where people turn to.
    pub contacts: Vec<Contact>,
    /// The accredited personal information protection organization it belongs to, a party; none if it belongs to none.
    pub accredited_body: Option<Id>,
    /// Its languages; the first is the authoritative one.
    pub languages: Vec<Language>,
    /// The zone in which its days turn.
    pub time_zone: Zone,
    /// The first day of its fiscal years.
    pub fiscal_year_starts: MonthDay,
    /// The law packs it answers to, by name.
    pub law: Vec<Id>,
    /// When the policy was enacted.
    pub enacted: Date,
    /// When the policy was last revised, where it was.
    pub revised: Option<Date>,
}

/// A person in an office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Officer {
    /// The office.
    pub title: Text,
    /// The person.
    pub name: Text,
}

/// Where people turn to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Its id.
    pub id: Id,
    /// What it is for.
    pub title: Text,
    /// The department.
    pub department: Option<Text>,
    /// Its postal address.
    pub address: Option<Text>,
    /// Its telephone number, as printed.
    pub telephone: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// When it is open.
    pub hours: Option<Text>,
    /// What it takes beside questions.
    pub handles: Vec<Handles>,
}

/// What a contact takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handles {
    /// Requests for disclosure and the like.
    Requests,
    /// Complaints.
    Complaints,
}

/// Somebody else: a body, an employer, a processor, an authority, a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub kind: PartyKind,
    /// Its name.
    pub name: Text,
    /// Its postal address.
    pub address: Option<Text>,
    /// Who represents it.
    pub representative: Option<Officer>,
    /// Its corporate number (法人番号).
    pub corporate_number: Option<String>,
}

/// What a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyKind {
    /// A legal person of its own.
    Body,
    /// An employer of members.
    Employer,
    /// Somebody who works on the organization's behalf.
    Processor,
    /// A public authority.
    Authority,
    /// A natural person.
    Person,
}

/// One article of the basic policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Principle {
    /// Its id.
    pub id: Id,
    /// The duties behind it: topics of the law packs.
    pub duty: Vec<Id>,
    /// Its heading.
    pub title: Text,
    /// What it says.
    pub text: Text,
}

/// One word for one concept, in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Term {
    /// Its id.
    pub id: Id,
    /// The word.
    pub word: Text,
    /// Words that are not to stand for it, by language.
    pub not: BTreeMap<Language, Vec<String>>,
}
