//! Which records are kept, how long, and how they end.
//!
//! In: nothing. Out: the types of `dates`, `retention`, `disposal-methods`. The rule they keep: a value exists only if the
//! checker made it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Id, Text};
use crate::calendar::{Period, Starting};
use crate::policy::Pattern;

/// A declared date or event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DateName {
    /// Its id, the name patterns and rules use.
    pub id: Id,
    /// What it is.
    pub title: Text,
    /// Where it is read from.
    pub comes_from: ComesFrom,
    /// What it is about.
    pub about: About,
}

/// Where a date is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComesFrom {
    /// The record's path.
    Path,
    /// The sidecar beside the record.
    Sidecar,
    /// A field of the record itself.
    Field,
    /// An event that somebody reports; of one that recurs, the last one stated counts.
    Event,
}

/// What a date is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// One record.
    Record,
    /// A subject: all records about it.
    Subject,
}

/// A retention class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Class {
    /// Its id.
    pub id: Id,
    /// Ids it had before.
    pub was: Vec<Id>,
    /// What it is.
    pub title: Text,
    /// The types of information in it.
    pub information: Vec<Id>,
    /// What its records are.
    pub medium: Medium,
    /// Which paths below `records` belong to it; empty unless the medium is electronic.
    pub accept: Vec<Pattern>,
    /// Fields read from the record while its plaintext is there, by date or `subject`.
    pub read: BTreeMap<Id, String>,
    /// Which columns of its records tell of boxes, binders and devices; none where its records are no registers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<Register>,
    /// Whether a sidecar may or must lie beside a record.
    pub sidecar: Sidecar,
    /// Who can open its records: ids of `service.recipients`.
    pub recipients: Vec<Id>,
    /// How long its records are kept.
    pub keep: Keep,
    /// Where the period comes from.
    pub authority: Authority,
    /// What happens when the period is over.
    pub disposal: Disposal,
    /// How much longer a record may be kept that is still needed.
    pub extension: Option<Period>,
}

/// Where a period comes from: at least one of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Authority {
    /// The organization's own rule, in words.
    pub own_rule: Option<Text>,
    /// The topic of a law pack that sets a minimum.
    pub topic: Option<Id>,
}

/// What records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// Files, which hokan seals and destroys.
    Electronic,
    /// Paper: boxes and binders that registers tell of.
    Paper,
    /// Devices and storage media that registers tell of.
    Device,
}

impl Medium {
    /// Every medium.
    pub const ALL: [Medium; 3] = [Medium::Electronic, Medium::Paper, Medium::Device];

    /// Returns its word in the policy.
    pub const fn word(self) -> &'static str {
        match self {
            Medium::Electronic => "electronic",
            Medium::Paper => "paper",
            Medium::Device => "device",
        }
    }
}

/// The columns of a register: a table with one line for each box, binder or device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Register {
    /// The number on the thing, which names it within the register.
    pub number: String,
    /// Its class: an id or a title of one.
    pub class: String,
    /// Where it stands.
    pub place: String,
    /// What it is called.
    pub title: Option<String>,
    /// Whom or what it is about.
    pub subject: Option<String>,
    /// What a work order says of it besides, such as the maker and the serial number.
    pub details: Vec<String>,
    /// Dates by declared name.
    pub dates: BTreeMap<Id, String>,
}

impl Register {
    /// Returns every column that is read.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let named =
            [Some(&self.number), Some(&self.class), Some(&self.place), self.title.as_ref(), self.subject.as_ref()];
        let more = self.details.iter().chain(self.dates.values());
        named.into_iter().flatten().chain(more).map(String::as_str)
    }
}

/// Whether a file `NAME.meta.yaml` lies beside a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sidecar {
    /// It may.
    Optional,
    /// It must; the record waits for it.
    Required,
    /// It must not.
    None,
}

/// How long records are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// For ever.
    Permanent,
    /// One period.
    For(Leg),
    /// Until the first of several periods is over; legs without a date are left out.
    EarlierOf(Vec<Leg>),
    /// Until the last of several periods is over; a missing date means no due date.
    LaterOf(Vec<Leg>),
}

impl Keep {
    /// Returns the periods it is made of.
    pub fn legs(&self) -> &[Leg] {
        match self {
            Keep::Permanent => &[],
            Keep::For(leg) => std::slice::from_ref(leg),
            Keep::EarlierOf(legs) | Keep::LaterOf(legs) => legs,
        }
    }

    /// Returns whether a period counts from the date `id`.
    pub fn names(&self, id: &str) -> bool {
        self.legs().iter().any(|leg| leg.after == id)
    }
}

/// One period: how long, from which date, counting from when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leg {
    /// How long.
    #[serde(rename = "for")]
    pub period: Period,
    /// The declared date it counts from.
    pub after: Id,
    /// When counting begins.
    pub starting: Starting,
}

/// What happens when the period is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disposal {
    /// How many people must approve.
    pub review: Review,
    /// What is done with a record.
    pub then: Then,
    /// How long after the first allowed day it must have happened.
    pub within: Period,
    /// The class of what stays of a record whose Individual Number is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Id>,
    /// The columns of a table that hold Individual Numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mask: Vec<String>,
}

/// What is done with a record when its period is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// It is destroyed.
    Destroy,
    /// Its Individual Number is deleted, the rest is kept.
    DeleteNumber,
    /// It is handed over to an archive.
    Transfer,
}

/// How many approvers must sign the plan that destroys a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Review {
    /// Nobody: the rule suffices.
    None,
    /// One.
    One,
    /// Two different ones.
    Two,
}

impl Review {
    /// Returns the number of different approvers needed.
    pub fn approvers(&self) -> usize {
        match self {
            Review::None => 0,
            Review::One => 1,
            Review::Two => 2,
        }
    }
}

/// How a medium is disposed of: words for readers (no detail that weakens security) and instructions for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisposalMethod {
    /// The medium.
    pub medium: Medium,
    /// In words; only this is published.
    pub text: Text,
    /// The method.
    pub method: Method,
    /// A second one, in addition to the first or instead of it.
    pub second: Option<Method>,
    /// The security level of shredding, such as `P-4`.
    ///
    /// # Source
    /// ISO/IEC 21964-1 (DIN 66399-1): security levels of paper.
    pub particle: Option<String>,
    /// From how many boxes on the work is entrusted, and which entrustment that is.
    pub over: Option<Over>,
    /// Before what it is done.
    pub before: Vec<Before>,
    /// The entrustment of the work on devices that the organization's own staff does not do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrustment: Option<Id>,
    /// The class of the contractor's certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Id>,
    /// How soon after handing over a certificate is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certified_within: Option<Period>,
    /// Whether a record of the disposal is kept.
    pub record: bool,
}

/// A method of disposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The only copies of a record's keys are destroyed.
    CryptographicErase,
    /// The bytes are written over.
    Overwrite,
    /// Paper is cut.
    Shred,
    /// Paper is dissolved.
    Dissolve,
    /// Paper is burnt.
    Burn,
    /// A device is erased by software.
    EraseSoftware,
    /// A device is destroyed.
    PhysicalDestruction,
}

impl Method {
    /// Returns its word in the policy.
    pub fn word(self) -> &'static str {
        match self {
            Method::CryptographicErase => "cryptographic-erase",
            Method::Overwrite => "overwrite",
            Method::Shred => "shred",
            Method::Dissolve => "dissolve",
            Method::Burn => "burn",
            Method::EraseSoftware => "erase-software",
            Method::PhysicalDestruction => "physical-destruction",
        }
    }
}

/// From how many boxes on disposal is entrusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Over {
    /// The number of boxes.
    pub boxes: u32,
    /// The entrustment.
    pub entrustment: Id,
}

/// Before what a device is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Before {
    /// Its disposal.
    Disposal,
    /// Its return to the lessor.
    LeaseReturn,
}

impl Before {
    /// Returns its word in the policy.
    pub fn word(self) -> &'static str {
        match self {
            Before::Disposal => "disposal",
            Before::LeaseReturn => "lease-return",
        }
    }
}
