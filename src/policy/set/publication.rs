//! What is published: pages and notices.
//!
//! In: nothing. Out: the types of `pages` and `notices`. The rule they keep: a value exists only if the checker made it.

use serde::Serialize;

use super::{Id, Text};
use crate::calendar::Schedule;
use crate::policy::Encoding;

/// A page of the public site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Its id, the file name without `.html`.
    pub id: Id,
    /// Its title.
    pub title: Text,
    /// The sections it shows, in order.
    pub show: Vec<Section>,
    /// Its place in the navigation; pages without one follow in their order.
    pub navigation: Option<u32>,
}

/// A section of the policy that a page can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// The basic policy.
    Principles,
    /// The table of information and purposes.
    Purposes,
    /// How information is used, step by step.
    Processes,
    /// Joint uses.
    JointUse,
    /// Entrustments, provisions and what the law excepts.
    Disclosures,
    /// Consent and how to object.
    Consent,
    /// The retention schedule.
    Retention,
    /// Security measures.
    Security,
    /// How to make requests.
    Procedures,
    /// Contacts.
    Contacts,
}

impl Section {
    /// Returns its word in the policy.
    pub const fn word(self) -> &'static str {
        match self {
            Section::Principles => "principles",
            Section::Purposes => "purposes",
            Section::Processes => "processes",
            Section::JointUse => "joint-use",
            Section::Disclosures => "disclosures",
            Section::Consent => "consent",
            Section::Retention => "retention",
            Section::Security => "security",
            Section::Procedures => "procedures",
            Section::Contacts => "contacts",
        }
    }
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Its id, the file name without `.pdf`.
    pub id: Id,
    /// Its title.
    pub title: Text,
    /// Who reads it.
    pub audience: Audience,
    /// When it is printed.
    pub when: NoticeWhen,
    /// What is read from the record it is printed from.
    pub read: Option<NoticeData>,
    /// How its letters are numbered.
    pub number: Option<Numbering>,
    /// Whether Individual Numbers are masked.
    pub masks_individual_numbers: bool,
    /// The consent it needs.
    pub needs: Option<Needs>,
    /// Its Typst template below `templates/`, such as `notices/announcement.typ`.
    pub template: String,
    /// The retention class it is filed as.
    pub file_as: Option<Id>,
    /// The entrustment that prints it.
    pub print_file: Option<Id>,
}

impl Notice {
    /// Returns whether its letters are printed from the records of a class.
    pub fn is_printed_from(&self, class: &str) -> bool {
        matches!(&self.when, NoticeWhen::Record(of) if of == class)
    }
}

/// What a notice reads from a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoticeData {
    /// The record's format.
    pub format: DataFormat,
    /// Its encoding.
    pub encoding: Encoding,
    /// Whether members of a household share a notice.
    pub by_household: bool,
    /// The field that names the household.
    pub household: Option<String>,
    /// The field that names the member.
    pub member: String,
    /// The fields that hold what a letter about costs says.
    pub columns: Option<Columns>,
    /// Further fields that hold amounts of money.
    pub amounts: Vec<String>,
}

/// The fields that hold what a letter about costs says, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Columns {
    /// The name of the person.
    pub name: String,
    /// The name of the insured person.
    pub insured: String,
    /// The month of treatment.
    pub month: String,
    /// The hospital, clinic or pharmacy.
    pub provider: String,
    /// What the insured paid, in yen.
    pub paid: String,
    /// What the treatment cost, in yen.
    pub total: Option<String>,
    /// The kind of treatment.
    pub kind: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The lines of the address.
    pub address: Vec<String>,
}

/// How letters are numbered: a running series for each year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Numbering {
    /// What stands before the number.
    pub code: Text,
    /// Which year begins a new series.
    pub year: SeriesYear,
}

/// The year of a series of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesYear {
    /// From the first day of the organization's fiscal year.
    Fiscal,
    /// From 1 January.
    Calendar,
}

/// The format of a record that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataFormat {
    /// Rows with a header.
    Csv,
    /// A list of objects.
    Json,
    /// A list of maps.
    Yaml,
}

/// The consent a notice needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Needs {
    /// The item of `consent`.
    pub consent: Id,
    /// What happens with those who object.
    pub otherwise: Otherwise,
}

/// What happens with somebody who objects to a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Otherwise {
    /// They get a notice of their own.
    SplitByMember,
    /// They are left out.
    LeaveOut,
}

/// Who reads a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Everybody: it lies beside the pages in `public`.
    Public,
    /// One member, by letter.
    Member,
    /// The organization's own files.
    Internal,
}

/// When a notice is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeWhen {
    /// With the site, whenever a policy is published: it announces these sections.
    PolicyChanges(Vec<Section>),
    /// When a record of this class is taken in.
    Record(Id),
    /// By `hokan certificate`, for the file, after a sweep.
    SweepCompleted,
    /// At set times.
    Schedule(Schedule),
}
