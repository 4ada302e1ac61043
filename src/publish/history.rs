//! The history of the policy: its revisions in words, as a page and as a feed show them.
//!
//! In: two policies that follow each other; the revisions found. Out: [`What`] a revision changed, [`HistoryFacts`] in one
//! language. The rule it keeps: a revision that cannot be read is said, never skipped; what is not published (who opens and
//! approves, how the service runs, where files lie) is counted and not told.

mod told;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Digest;
use crate::calendar::Date;
use crate::policy::Language;
use crate::publish::facts::{DateFacts, FactsError, date_facts};
use crate::publish::messages::Messages;

pub use told::told;

/// The revisions of the policy, up to the one that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The revisions, the newest first.
    pub revisions: Vec<Revision>,
    /// How far back they go.
    pub reach: Reach,
}

/// How far back a history goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// To the first revision.
    #[default]
    Beginning,
    /// To where the repository was cut off when it was cloned.
    Shallow,
    /// Only to what was accepted here: there is no repository, or it does not have the commit.
    Accepted,
}

/// One revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// What tells it from every other: the commit, or the digest of an accepted version without one.
    pub id: String,
    /// Whether the id is that of a commit.
    pub is_commit: bool,
    /// The day of the commit, or of the acceptance where there is none.
    pub date: Date,
    /// The day from which it was in force; none if it never was.
    pub in_force: Option<Date>,
    /// What it changed.
    pub what: What,
}

/// What a revision changed against the last one before it that could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// Nothing stood before it.
    First,
    /// These things.
    Changed {
        /// What is published.
        told: Vec<Told>,
        /// How many changes are not.
        internal: usize,
    },
    /// It has errors and cannot be read.
    Unreadable {
        /// How many errors.
        errors: usize,
    },
}

/// One published change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Told {
    /// The message that words it.
    pub key: String,
    /// What it is about, by language; empty where the message says it.
    pub title: BTreeMap<Language, String>,
    /// What stood there, by language, where that is shown.
    pub before: BTreeMap<Language, String>,
    /// What stands there now.
    pub after: BTreeMap<Language, String>,
}

/// The history in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryFacts {
    /// The revisions, the newest first.
    pub revisions: Vec<RevisionFacts>,
    /// What is said where it does not go back to the beginning.
    pub reach: Option<String>,
    /// What changed last, for every page; none while there is only one revision.
    pub since: Option<SinceFacts>,
    /// The day of the newest revision; that of publication where there is none.
    pub updated: Date,
    /// The feed's name for machines: a UUID made of the organization's id and the language.
    pub feed: String,
}

/// What changed last, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SinceFacts {
    /// The day of that revision.
    pub date: DateFacts,
    /// The same with the number of changes, as a sentence.
    pub text: String,
    /// Where the history tells more.
    pub href: String,
}

/// One revision in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RevisionFacts {
    /// Its place on the page.
    pub anchor: String,
    /// Its name for machines: a UUID made of its id.
    pub uuid: String,
    /// The commit.
    pub commit: Option<String>,
    /// The first characters of the commit, or of the version's digest.
    pub short_id: String,
    /// Its day: that from which it was in force, or that of the commit.
    pub date: DateFacts,
    /// Whether it was ever in force.
    pub was_in_force: bool,
    /// What it did, as a sentence.
    pub summary: String,
    /// The published changes.
    pub changes: Vec<ChangeFacts>,
    /// That more was changed which is not published; none where that is not so.
    pub internal: Option<String>,
}

/// One change in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeFacts {
    /// What it is about; none where the text says it.
    pub title: Option<String>,
    /// What was done.
    pub text: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
}

impl History {
    /// A history in which everything occurs that a template can meet: for checking templates.
    pub fn specimen(date: Date) -> History {
        let text = || BTreeMap::from([("en".to_owned(), "text".to_owned())]);
        let told = Told { key: "change_period_longer".to_owned(), title: text(), before: text(), after: text() };
        let whats = [What::Changed { told: vec![told], internal: 1 }, What::Unreadable { errors: 1 }, What::First];
        let revisions = whats.into_iter().enumerate().map(|(place, what)| Revision {
            id: Digest::of(&[u8::try_from(place).unwrap_or(0)]).to_string(),
            is_commit: place == 0,
            date,
            in_force: (place == 0).then_some(date),
            what,
        });
        History { revisions: revisions.collect(), reach: Reach::Shallow }
    }

    /// Words the history in the language of `messages`; `published` is the day of publication.
    ///
    /// # Errors
    /// When the language lacks a message.
    pub fn facts(&self, organization: &str, published: Date, messages: &Messages) -> Result<HistoryFacts, FactsError> {
        let revisions = self.revisions.iter().map(|revision| revision.facts(organization, self.reach, messages));
        let revisions = revisions.collect::<Result<Vec<_>, _>>()?;
        let changed = self.revisions.iter().zip(&revisions).find(|(revision, _)| match &revision.what {
            What::Changed { told, .. } => !told.is_empty(),
            What::First | What::Unreadable { .. } => false,
        });
        let since = changed.map(|(_, facts)| facts.since(messages)).transpose()?;
        let reach = match self.reach {
            Reach::Beginning => None,
            Reach::Shallow => Some(messages.word("history_shallow")?.to_owned()),
            Reach::Accepted => Some(messages.word("history_accepted_only")?.to_owned()),
        };
        Ok(HistoryFacts {
            updated: revisions.first().map_or(published, |newest| newest.date.date),
            feed: uuid(&["feed", organization, messages.language()]),
            revisions,
            reach,
            since,
        })
    }
}

impl Revision {
    fn facts(&self, organization: &str, reach: Reach, messages: &Messages) -> Result<RevisionFacts, FactsError> {
        let short_id: String = self.id.chars().take(super::Edition::SHORT).collect();
        let count = |key: &str, count: usize| messages.say(key, &[("count", &count.to_string())]);
        let (told, internal): (&[Told], usize) = match &self.what {
            What::Changed { told, internal } => (told, *internal),
            What::First | What::Unreadable { .. } => (&[], 0),
        };
        let summary = match &self.what {
            What::First if reach == Reach::Beginning => messages.word("history_first")?.to_owned(),
            What::First => messages.word("history_oldest")?.to_owned(),
            What::Unreadable { errors } => count("history_unreadable", *errors)?,
            What::Changed { told, .. } if told.is_empty() => messages.word("history_nothing_published")?.to_owned(),
            What::Changed { told, .. } if told.len() == 1 => messages.word("history_changes_one")?.to_owned(),
            What::Changed { told, .. } => count("history_changes_many", told.len())?,
        };
        let internal = match internal {
            0 => None,
            1 => Some(messages.word("history_internal_one")?.to_owned()),
            many => Some(count("history_internal_many", many)?),
        };
        Ok(RevisionFacts {
            anchor: format!("revision-{short_id}"),
            uuid: uuid(&["revision", organization, messages.language(), &self.id]),
            commit: self.is_commit.then(|| self.id.clone()),
            short_id,
            date: date_facts(messages, self.in_force.unwrap_or(self.date))?,
            was_in_force: self.in_force.is_some(),
            summary,
            changes: told.iter().map(|told| told.facts(messages)).collect::<Result<_, _>>()?,
            internal,
        })
    }
}

impl RevisionFacts {
    fn since(&self, messages: &Messages) -> Result<SinceFacts, FactsError> {
        let (date, count) = (self.date.text.as_str(), self.changes.len().to_string());
        let key = if self.changes.len() == 1 { "changed_since_one" } else { "changed_since_many" };
        let text = messages.say(key, &[("date", date), ("count", &count)])?;
        Ok(SinceFacts { date: self.date.clone(), text, href: format!("{PAGE}.html#{}", self.anchor) })
    }
}

impl Told {
    fn facts(&self, messages: &Messages) -> Result<ChangeFacts, FactsError> {
        let say = |texts: &BTreeMap<Language, String>| {
            let text = texts.get(messages.language()).or_else(|| texts.values().next());
            text.filter(|text| !text.is_empty()).cloned()
        };
        let (text, before, after) = (messages.word(&self.key)?.to_owned(), say(&self.before), say(&self.after));
        let title = say(&self.title);
        if before.is_some() && before == after {
            // Another language's text was changed: the same words twice would puzzle.
            let text = messages.say("change_only_elsewhere", &[("text", &text)])?;
            return Ok(ChangeFacts { title, text, before: None, after: None });
        }
        Ok(ChangeFacts { title, text, before, after })
    }
}

/// The page that shows the history, and the feed beside it; no page of a policy may have this id.
pub const PAGE: &str = "history";

/// Makes a UUID of version 8 from texts: the same texts give the same one.
///
/// # Source
/// RFC 9562, section 5.8.
fn uuid(of: &[&str]) -> String {
    let digest = Digest::of(of.join("\n").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests;
