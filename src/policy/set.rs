//! A policy set as the rest of hokan uses it: checked types, references resolved to ids that exist.
//!
//! In: nothing. Out: [`Policy`] and its parts, one file per group of sections. The rule it keeps: only the checker makes a
//! [`PolicySet`]; where its parts are enforced, a digest says so.

mod conduct;
mod consent;
mod disclosure;
mod lint;
mod organization;
mod publication;
mod purposes;
mod retention;
mod service;

use std::collections::BTreeMap;
use std::ops::Deref;

use serde::Serialize;

use super::law::Law;
use super::pattern::Pattern;
use crate::Digest;

pub use conduct::*;
pub use consent::*;
pub use disclosure::*;
pub use lint::*;
pub use organization::*;
pub use publication::*;
pub use purposes::*;
pub use retention::*;
pub use service::*;

/// The kebab-case name of an item, unique within its section.
pub type Id = String;

/// A language of the policy: an ISO 639-1 code such as `ja`.
pub type Language = String;

/// A text for readers in every language of the organization.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(pub(in crate::policy) BTreeMap<Language, String>);

impl Text {
    /// Returns the text in `language`; the checker has made sure that it is there.
    pub fn get(&self, language: &str) -> &str {
        self.0.get(language).map_or("", String::as_str)
    }
}

/// A checked policy set. Only the checker makes one; it reads like the [`Policy`] inside.
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
    /// One word for one concept.
    pub terms: Vec<Term>,
    /// The basic policy, in order.
    pub principles: Vec<Principle>,
    /// Purposes of use.
    pub purposes: Vec<Purpose>,
    /// Types of personal information and the purposes of each.
    pub information: Vec<Information>,
    /// How information is used, step by step.
    pub processes: Vec<Process>,
    /// Joint uses.
    pub joint_use: Vec<JointUse>,
    /// Work done on the organization's behalf.
    pub entrustments: Vec<Entrustment>,
    /// Provisions to third parties.
    pub provisions: Vec<Provision>,
    /// When data is provided without consent.
    pub exceptions: Cases,
    /// When a purpose need not be notified or published.
    pub notice_exceptions: Cases,
    /// Who is not a third party.
    pub not_third_parties: Cases,
    /// Receivers abroad; nothing is said where the section is missing.
    pub abroad: Option<Vec<Abroad>>,
    /// Consent, where the set speaks of it.
    pub consent: Option<Consent>,
    /// The dates and events a rule may count from.
    pub dates: Vec<DateName>,
    /// Retention classes.
    pub classes: Vec<Class>,
    /// How each medium is disposed of, in words for readers.
    pub disposal_methods: Vec<DisposalMethod>,
    /// Security measures, by category.
    pub security: Vec<SecurityCategory>,
    /// How requests are made and answered.
    pub procedures: Vec<Procedure>,
    /// The public pages, in order.
    pub pages: Vec<Page>,
    /// Notices.
    pub notices: Vec<Notice>,
    /// How the service runs.
    pub service: Service,
    /// Severities of rules.
    pub rules: Vec<RuleSeverity>,
    /// Findings that are accepted.
    pub accepted_findings: Vec<AcceptedFinding>,
    /// The law packs the organization answers to.
    #[serde(skip)]
    pub law: Law,
}

impl Policy {
    /// Returns the retention class with this id.
    pub fn class(&self, id: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.id == id)
    }

    /// Returns the class that records of `id` belong to: by its id, or by an earlier id.
    pub fn class_of(&self, id: &str) -> Option<&Class> {
        self.class(id).or_else(|| self.classes.iter().find(|class| class.was.iter().any(|was| was == id)))
    }

    /// Returns how many of the folders right above the file `name` are there for its record alone: a capture names them,
    /// from the file upwards, and no pattern of any class spells one of them out.
    pub fn captured_folders(&self, name: &str) -> usize {
        let patterns = || self.classes.iter().flat_map(|class| &class.accept);
        let matches = |pattern: &&Pattern| pattern.captures(name, self.organization.fiscal_year_starts).is_some();
        let most = patterns().filter(matches).map(Pattern::captured_folders).min().unwrap_or(0);
        let folders = name.rsplit('/').skip(1).take(most);
        folders.take_while(|folder| !patterns().any(|pattern| pattern.spells_folder(folder))).count()
    }

    /// Returns whether some of these types of information hold Individual Numbers.
    pub fn holds_numbers(&self, information: &[Id]) -> bool {
        self.information.iter().any(|one| one.individual_number && information.contains(&one.id))
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

    /// Returns the digest of everything that is enforced: classes, dates, disposal methods, the organization's id, time
    /// zone and fiscal year, and the service.
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
