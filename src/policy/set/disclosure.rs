//! Who else handles personal data: joint users, processors, third parties, receivers abroad.
//!
//! In: nothing. Out: the types of `joint-use`, `entrustments`, `provisions`, `exceptions`, `not-third-parties`, `abroad`.
//! The rule they keep: a value exists only if the checker made it.

use serde::Serialize;

use super::{Id, Text};
use crate::calendar::Date;

/// One joint use, with the elements the law asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointUse {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: Text,
    /// Whose data it is, in words.
    pub persons: Option<Text>,
    /// The types of information used.
    pub information: Vec<Id>,
    /// The items used, one by one.
    pub items: Vec<Text>,
    /// Who uses them.
    pub users: Vec<JointUser>,
    /// What each user uses them for.
    pub purposes: Vec<JointPurpose>,
    /// The one party that answers for them; `None` is the organization itself.
    pub responsible: Option<Id>,
    /// Where people turn to: a contact of the organization.
    pub contact: Id,
    /// Since when.
    pub since: Date,
}

/// One user of a joint use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointUser {
    /// The party; `None` is the organization itself (written `organization`).
    pub party: Option<Id>,
    /// Which part of it.
    pub scope: Text,
}

/// What one user of a joint use does with the items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointPurpose {
    /// The party; `None` is the organization itself (written `organization`).
    pub party: Option<Id>,
    /// The purpose.
    pub text: Text,
    /// What of it is published.
    pub publishes: Publishes,
    /// The smallest group a published figure may be about.
    pub smallest_group: Option<u32>,
}

/// What a purpose publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publishes {
    /// Nothing.
    None,
    /// Figures about groups.
    Statistics,
    /// Single cases, without names.
    Cases,
}

/// Work that somebody does on the organization's behalf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entrustment {
    /// Its id.
    pub id: Id,
    /// To whom: a party.
    pub to: Id,
    /// What it is.
    pub title: Text,
    /// What is done.
    pub work: Text,
    /// The types of information handed over.
    pub information: Vec<Id>,
    /// Whether the work may be passed on.
    pub re_entrustment: ReEntrustment,
    /// How it is supervised.
    pub safeguards: Option<Text>,
    /// Whether completion is confirmed by a certificate.
    pub certificate: bool,
    /// The public key, `age1…`, that files for it are sealed to.
    pub recipient: Option<String>,
}

/// Whether entrusted work may be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReEntrustment {
    /// It may not.
    None,
    /// With the organization's permission.
    WithPermission,
    /// It may.
    Allowed,
}

/// A provision to a third party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Provision {
    /// Its id.
    pub id: Id,
    /// To whom: a party.
    pub to: Id,
    /// What it is.
    pub title: Text,
    /// More about it.
    pub text: Option<Text>,
    /// The items provided.
    pub items: Vec<Text>,
    /// The types of information they come from.
    pub information: Vec<Id>,
    /// On which basis.
    pub basis: Basis,
}

/// On which basis data is provided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Consent: an item of `consent`.
    Consent(Id),
    /// The law: a topic of a law pack.
    Law(Id),
}

/// Somebody in another country who receives data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Abroad {
    /// Its id.
    pub id: Id,
    /// To whom: a party.
    pub to: Id,
    /// The country.
    pub country: Text,
    /// On which basis.
    pub basis: AbroadBasis,
    /// In words.
    pub text: Text,
}

/// On which basis data goes abroad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbroadBasis {
    /// The country protects personal data to an equivalent standard.
    EquivalentCountry,
    /// The person consented.
    Consent,
    /// The receiver keeps safeguards.
    Safeguards,
}

/// The cases of the law that a policy names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cases {
    /// Every case of the law packs on the day.
    All,
    /// These topics.
    Topics(Vec<Id>),
}

impl Default for Cases {
    fn default() -> Cases {
        Cases::Topics(Vec::new())
    }
}
