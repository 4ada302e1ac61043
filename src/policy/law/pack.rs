//! What a law pack says: laws, topics with their numbers, lists, requests, words, amendments, each with its dates.
//!
//! In: nothing. Out: the types of a pack. The rule they keep: a value exists only if the checker made it; every `until` is
//! the last day, and one that is missing means in force.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cite::Cite;
use super::minimum::Minimum;
use crate::calendar::{Date, MonthDay};
use crate::policy::{Id, Language, PartyKind, Text};

/// A law pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pack {
    /// Its name, such as `jp`.
    pub name: Id,
    /// What it covers.
    pub title: Text,
    /// The day on which it was brought up to date; printed in reports.
    pub version: Date,
    /// The languages of its texts; the first stands in for one it does not have.
    pub languages: Vec<Language>,
    /// The first day of fiscal years in its laws.
    pub fiscal_year_starts: MonthDay,
    /// Where its entries were read.
    pub sources: Vec<Source>,
    /// The laws it knows.
    pub statutes: Vec<Statute>,
    /// What those laws speak of.
    pub topics: Vec<Topic>,
    /// Topics that make up a list of cases, in the order of the law.
    pub lists: BTreeMap<List, Vec<Id>>,
    /// By section of a policy, the topics it speaks of.
    pub places: BTreeMap<String, Vec<Id>>,
    /// Requests people may make.
    pub requests: Vec<Request>,
    /// Categories of security measures.
    pub categories: Vec<Category>,
    /// Kinds of information that need special care.
    pub special_care: Vec<SpecialCare>,
    /// One rendering per term and language.
    pub terms: Vec<Rendering>,
    /// Words whose time has passed.
    pub outdated: Vec<Outdated>,
    /// Amendments that are not in force yet.
    pub amendments: Vec<Amendment>,
}

/// Where entries were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub title: Text,
}

/// How sure an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Read in the law or in its official guidance.
    Primary,
    /// Read in a secondary source.
    Secondary,
    /// Not confirmed yet.
    Unconfirmed,
}

/// A law, a cabinet order or a ministerial ordinance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statute {
    /// Its id.
    pub id: Id,
    /// Whether it is the one that `法` or `the Act` means where no other is named.
    pub main: bool,
    /// Its name.
    pub name: Text,
    /// Shorter names it may be called by.
    pub also: BTreeMap<Language, Vec<String>>,
    /// Names it must not be called by.
    pub not: BTreeMap<Language, Vec<String>>,
    /// How it is cited, with `{cite}` and `{name}`; the usual form of the language where none is given.
    pub form: BTreeMap<Language, String>,
    /// The times between renumberings.
    pub editions: Vec<Edition>,
}

/// A time in which the numbers of a law stayed the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// Its id.
    pub id: Id,
    /// When it holds.
    pub span: Span,
}

/// From a first day to a last one; without a last one it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Option<Date>,
}

impl Span {
    /// Returns whether the day lies in it.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Returns whether it is over on the day.
    pub fn is_past(&self, day: Date) -> bool {
        self.until.is_some_and(|until| until < day)
    }
}

/// Something the law speaks of, which policies name instead of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// Its id, such as `appi.joint-use`.
    pub id: Id,
    /// The law it stands in: an id of the pack's laws.
    pub statute: Id,
    /// What it is.
    pub title: Text,
    /// What pages print, where the topic is a case of a list.
    pub text: Option<Text>,
    /// Words that betray it in a sentence.
    pub words: BTreeMap<Language, Vec<String>>,
    /// Its numbers, one after the other.
    pub entries: Vec<Entry>,
    /// What must be said about it.
    pub elements: Vec<Element>,
    /// How long records of it must be kept at least.
    pub minimums: Vec<Minimum>,
}

impl Topic {
    /// Returns the number that holds on a day.
    pub fn entry(&self, on: Date) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.span.holds(on))
    }

    /// Returns whether this topic and that one are the same, or one is a case of the other.
    pub fn is_kin(&self, other: &str) -> bool {
        let inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
        self.id == other || inside(&self.id, other) || inside(other, &self.id)
    }
}

/// The number of a topic for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The number.
    pub cite: Cite,
    /// How many paragraphs the article has, where a whole article is cited; zero where it is not divided.
    pub paragraphs: u16,
    /// How many items the paragraph has, where a paragraph is cited.
    pub items: u16,
    /// When it holds.
    pub span: Span,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it was read: an id of the pack's sources.
    pub source: Id,
}

/// Something that must be said about a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Element {
    /// What, such as `responsible.address`.
    pub key: String,
    /// When it must.
    pub span: Span,
}

/// A list of cases that pages print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// When data is provided without consent.
    Exceptions,
    /// When a purpose need not be notified or published.
    NoticeExceptions,
    /// Who is not a third party.
    NotThirdParties,
}

impl List {
    /// Every list.
    pub const ALL: [List; 3] = [List::Exceptions, List::NoticeExceptions, List::NotThirdParties];

    /// Returns its key in packs and policies.
    pub fn key(self) -> &'static str {
        match self {
            List::Exceptions => "exceptions",
            List::NoticeExceptions => "notice-exceptions",
            List::NotThirdParties => "not-third-parties",
        }
    }
}

/// A kind of request people may make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Its id: what a procedure names in `request`.
    pub id: Id,
    /// The topic behind it; the request exists while the topic has an entry.
    pub topic: Id,
    /// What it is.
    pub title: Text,
    /// What it weighs that a policy does not offer it.
    pub missing: Missing,
    /// Whether a fee may be asked.
    pub fee: Fee,
    /// Whether the person chooses the way of answering.
    pub person_chooses_way: bool,
}

/// What it weighs that a policy does not offer a kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// Nothing.
    Allowed,
    /// Worth a look.
    Note,
    /// People would not learn of a right they have.
    Warning,
}

/// Whether a fee may be asked for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fee {
    /// A reasonable one.
    Allowed,
    /// None.
    None,
}

/// A category of security measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Its key in the section `security`.
    pub id: Id,
    /// Its number in the guidance.
    pub number: String,
    /// What it is.
    pub title: Text,
    /// When it is asked for.
    pub span: Span,
}

/// A kind of information that needs special care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpecialCare {
    /// Its id.
    pub id: Id,
    /// The topic that says so.
    pub topic: Id,
    /// What it is.
    pub title: Text,
    /// Words that betray it.
    pub words: BTreeMap<Language, Vec<String>>,
    /// Who may get it with explicit consent only.
    pub explicit_consent: Option<ExplicitConsent>,
}

/// Who may get something with explicit consent only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplicitConsent {
    /// Kinds of parties.
    pub to: Vec<PartyKind>,
    /// The topic that says so.
    pub topic: Id,
}

/// The one rendering of a term for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rendering {
    /// Its id.
    pub id: Id,
    /// The word.
    pub word: Text,
    /// Words that are not to stand for it.
    pub not: BTreeMap<Language, Vec<String>>,
    /// The first day on which it holds; none where it always did.
    pub from: Option<Date>,
    /// The last day on which it holds; none where it goes on.
    pub until: Option<Date>,
}

impl Rendering {
    /// Returns whether it holds on a day.
    pub fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// Words for something that is no longer in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outdated {
    /// Its id.
    pub id: Id,
    /// The last day on which they named something in use.
    pub until: Date,
    /// The words; longer ones come first where one contains another.
    pub words: BTreeMap<Language, Vec<String>>,
    /// Longer words that only contain one of them.
    pub except: BTreeMap<Language, Vec<String>>,
    /// What stands for it now.
    pub now: Text,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it was read.
    pub source: Id,
}

/// An amendment that is not in force yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Amendment {
    /// Its id.
    pub id: Id,
    /// The law it changes.
    pub statute: Id,
    /// What it is called.
    pub title: Text,
    /// What it does, in a few words.
    pub text: Text,
    /// When it was promulgated.
    pub promulgated: Date,
    /// The first day on which it can come into force, where that is known.
    pub not_before: Option<Date>,
    /// The last day on which it must have come into force.
    pub not_after: Date,
    /// The topics it touches.
    pub topics: Vec<Id>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it was read.
    pub source: Id,
}
