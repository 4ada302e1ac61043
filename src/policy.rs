//! The policy: what an organization publishes about personal data, and what hokan enforces.
//!
//! In: the texts of the YAML files. Out: a [`PolicySet`], or findings. The data's way is `raw` (YAML with places) →
//! `check` (all findings at once) → [`PolicySet`] (used everywhere else). The rule it keeps: a set is checked from text
//! alone, without files, clock or records; only the checker can make a `PolicySet`.

mod check;
mod pattern;
mod raw;
mod rules;
#[cfg(test)]
pub(crate) mod sample;
mod sidecar;

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::Serialize;

use crate::Digest;
use crate::calendar::{Date, MonthDay, Period, Schedule, Starting, Wait, Zone};
use crate::diag::{Report, Rule, Sources};

pub use pattern::{CaptureKind, Captured, NotAPattern, Pattern};
pub use rules::RULES;
pub use sidecar::{SidecarFacts, sidecar};

/// Reads and checks a policy set from the texts of its files, by path (`policies/retention.yaml`).
///
/// Returns every finding of the set, and the set itself when none of them is an error.
pub fn check(sources: &Sources) -> (Report, Option<PolicySet>) {
    check::check(sources)
}

/// The kebab-case name of an item, unique within its section.
pub type Id = String;

/// A language of the policy: an ISO 639-1 code such as `ja`.
pub type Language = String;

/// A text for readers in every language of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(pub(in crate::policy) BTreeMap<Language, String>);

impl Text {
    /// Returns the text in `language`; the checker has made sure that it is there.
    pub fn get(&self, language: &str) -> &str {
        self.0.get(language).map_or("", String::as_str)
    }
}

/// A checked policy set. Only [`check()`] makes one; it reads like the [`Policy`] inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySet(pub(in crate::policy) Policy);

impl Deref for PolicySet {
    type Target = Policy;

    fn deref(&self) -> &Policy {
        &self.0
    }
}

/// Everything a policy set says, references resolved to ids that exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Who speaks.
    pub organization: Organization,
    /// Everybody else who is named.
    pub parties: Vec<Party>,
    /// The basic policy, in order.
    pub principles: Vec<Principle>,
    /// Purposes of use.
    pub purposes: Vec<Purpose>,
    /// Types of personal information and the purposes of each.
    pub information: Vec<Information>,
    /// Joint uses.
    pub joint_use: Vec<JointUse>,
    /// Consent, where the set speaks of it.
    pub consent: Option<Consent>,
    /// The dates and events a rule may count from.
    pub dates: Vec<DateName>,
    /// Retention classes.
    pub classes: Vec<Class>,
    /// How each medium is disposed of, in words for readers.
    pub disposal_methods: Vec<DisposalMethod>,
    /// The public pages, in order.
    pub pages: Vec<Page>,
    /// Notices.
    pub notices: Vec<Notice>,
    /// How the service runs.
    pub service: Service,
}

impl Policy {
    /// Returns the retention class with this id.
    pub fn class(&self, id: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.id == id)
    }

    /// Returns the declared date with this id.
    pub fn date(&self, id: &str) -> Option<&DateName> {
        self.dates.iter().find(|date| date.id == id)
    }

    /// Returns the party with this id.
    pub fn party(&self, id: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == id)
    }

    /// Returns the recipients that records of `class` are sealed to: the ones it names and those marked `always`.
    pub fn recipients_of(&self, class: &Class) -> Vec<&Recipient> {
        let named = |recipient: &&Recipient| recipient.always || class.recipients.contains(&recipient.id);
        self.service.recipients.iter().filter(named).collect()
    }

    /// Returns the digest of everything that decides when a record of `class` falls due and how it goes.
    ///
    /// Two policies with the same rule digest treat a record of the class alike.
    pub fn rule_digest(&self, class: &Class) -> Digest {
        let named: Vec<&DateName> = self.dates.iter().filter(|date| class.keep.names(&date.id)).collect();
        let rule = serde_json::json!({
            "keep": class.keep,
            "disposal": class.disposal,
            "dates": named,
            "time-zone": self.organization.time_zone,
            "fiscal-year-starts": self.organization.fiscal_year_starts,
        });
        Digest::of(rule.to_string().as_bytes())
    }

    /// Returns the digest of everything that is enforced: classes, dates, time zone, fiscal year and service.
    ///
    /// A policy that differs from the accepted one only outside this digest changes what is published, not what is
    /// destroyed, sealed or approved.
    pub fn enforced_digest(&self) -> Digest {
        let enforced = serde_json::json!({
            "classes": self.classes,
            "dates": self.dates,
            "disposal-methods": self.disposal_methods,
            "time-zone": self.organization.time_zone,
            "fiscal-year-starts": self.organization.fiscal_year_starts,
            "organization": self.organization.id,
            "service": self.service,
        });
        Digest::of(enforced.to_string().as_bytes())
    }
}

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
    /// When the policy was enacted.
    pub enacted: Date,
}

/// A person in an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    pub department: Text,
    /// Its postal address.
    pub address: Text,
    /// Its telephone number, as printed.
    pub telephone: String,
    /// Its e-mail address.
    pub email: String,
    /// When it is open.
    pub hours: Text,
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
    /// Its heading.
    pub title: Text,
    /// What it says.
    pub text: Text,
}

/// One purpose of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Purpose {
    /// Its id.
    pub id: Id,
    /// The group it is printed under, in words.
    pub category: Text,
    /// What it is.
    pub title: Text,
}

/// One type of personal information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Information {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: Text,
    /// Whether it needs special care (要配慮個人情報).
    pub special_care: bool,
    /// Whether it contains Individual Numbers (個人番号).
    pub individual_number: bool,
    /// From whom it is acquired.
    pub acquired_from: Vec<Text>,
    /// The purposes it is used for, at least one.
    pub purposes: Vec<Id>,
}

/// One joint use, with the elements the law asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JointUse {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: Text,
    /// The types of information used.
    pub information: Vec<Id>,
    /// The items used, one by one.
    pub items: Vec<Text>,
    /// Who uses them.
    pub users: Vec<JointUser>,
    /// What each user uses them for.
    pub purposes: Vec<JointPurpose>,
    /// The one party that answers for them; `None` is the organization itself.
    pub responsible: Responsible,
    /// Where people turn to: a contact of the organization.
    pub contact: Id,
    /// Since when.
    pub since: Date,
}

/// Who answers for jointly used data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Responsible {
    /// The organization that publishes the policy (written `organization`).
    Organization,
    /// A party with address and representative.
    Party(Id),
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
}

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
    /// An event that somebody reports.
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
    /// Whether a sidecar may or must lie beside a record.
    pub sidecar: Sidecar,
    /// Who can open its records: ids of `service.recipients`.
    pub recipients: Vec<Id>,
    /// How long its records are kept.
    pub keep: Keep,
    /// Where the period comes from, in words.
    pub authority: Text,
    /// What happens when the period is over.
    pub disposal: Disposal,
}

/// What records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// Files, which hokan seals and destroys.
    Electronic,
    /// Paper, whose rule hokan publishes.
    Paper,
    /// Devices, whose rule hokan publishes.
    Device,
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
    /// How long after the first allowed day it must have happened.
    pub within: Period,
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

/// How a medium is disposed of, in words for readers (no detail that weakens security).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DisposalMethod {
    /// The medium.
    pub medium: Medium,
    /// In words.
    pub text: Text,
}

/// A page of the public site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Its id, the file name without `.html`.
    pub id: Id,
    /// Its title.
    pub title: Text,
    /// The sections it shows, in order.
    pub show: Vec<Section>,
}

/// A section of the policy that a page can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// The basic policy.
    Principles,
    /// The table of information and purposes.
    Purposes,
    /// Joint uses.
    JointUse,
    /// Consent and how to object.
    Consent,
    /// The retention schedule.
    Retention,
    /// Contacts.
    Contacts,
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
    /// Its Typst template below `templates/`, such as `notices/announcement.typ`.
    pub template: String,
}

/// Who reads a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Everybody: it lies beside the pages in `public`.
    Public,
    /// The organization's own files.
    Internal,
}

/// When a notice is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeWhen {
    /// With the site, whenever a policy is published: it announces these sections.
    PolicyChanges(Vec<Section>),
    /// By `hokan certificate`, for the file, after a sweep.
    SweepCompleted,
}

/// How the service runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Where things lie, relative to the instance or absolute.
    pub paths: Paths,
    /// Who can open records.
    pub recipients: Vec<Recipient>,
    /// Who can approve plans and policies.
    pub approvers: Vec<Approver>,
    /// How long backups of headers and catalog live; needed before the first sweep.
    pub headers_kept: Option<Period>,
    /// In which encoding names of files below `records` are read.
    pub file_names: FileNames,
    /// How files are noticed.
    pub watch: Watch,
    /// When sweeps run by themselves.
    pub sweep_schedule: Option<Schedule>,
    /// The most records one sweep destroys without an approved plan that names them.
    pub sweep_at_most: u32,
}

/// Where things lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// The watched folder.
    pub records: String,
    /// The vault.
    pub vault: String,
    /// The rendered site.
    pub public: String,
}

/// Somebody who can open records: an age X25519 public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipient {
    /// Its id.
    pub id: Id,
    /// Who that is.
    pub name: Text,
    /// The public key, `age1…`.
    pub key: String,
    /// Whether every record is sealed to it, whatever its class names.
    pub always: bool,
}

/// Somebody who approves: an SSH Ed25519 public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approver {
    /// Their name.
    pub name: String,
    /// The public key, `ssh-ed25519 AAAA…`.
    pub key: String,
}

/// In which encoding file names are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileNames {
    /// UTF-8 only.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-8, or Shift_JIS where it is not UTF-8.
    #[serde(rename = "utf-8-or-shift-jis")]
    Utf8OrShiftJis,
}

/// How files below `records` are noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watch {
    /// How long a file must stay unchanged before it is taken in.
    pub settle: Wait,
    /// How often the whole folder is read again.
    pub rescan: Wait,
    /// Paths that are left alone: glob patterns with `*`, `**` and `?`.
    pub ignore: Vec<Glob>,
}

pub use pattern::Glob;

/// Returns the rule with this name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}
