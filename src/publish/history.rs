//! The history of the policy: its revisions in words, as a page and as a feed show them.
//!
//! In: two policies that follow each other; the revisions found. Out: [`What`] a revision changed, [`HistoryFacts`] in one
//! language. The rule it keeps: a revision that cannot be read is said, never skipped; what is not published (who opens and
//! approves, how the service runs, where files lie) is counted and not told.

mod told;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Digest;
use crate::calendar::{Date, Instant};
use crate::policy::Language;
use crate::publish::facts::{DateFacts, FactsError, date_facts};
use crate::publish::messages::{Messages, MessagesError};
use crate::publish::{Imprint, Standing};

pub use told::told;

/// The revisions of the policy, up to the one that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The revisions, the newest first.
    pub revisions: Vec<Revision>,
    /// How far back they go.
    pub reach: Reach,
}

/// How far back a history goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// What tells it from every other: the commit, or the digest of an accepted version without one.
    pub id: String,
    /// Whether the id is that of a commit.
    pub is_commit: bool,
    /// How often it was in force before, with another in between.
    pub again: usize,
    /// The day of the commit, or of the acceptance where there is none.
    pub date: Date,
    /// The moment of the acceptance, or of the commit where it was never in force.
    pub at: Instant,
    /// The day from which it was in force; none if it never was.
    pub in_force: Option<Date>,
    /// What it changed.
    pub what: What,
}

/// What a revision changed: one that was in force against the last one in force before it, any other against the last one of
/// its line before it; those that cannot be read are passed over.
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
    /// The languages whose texts are as they were: another one's changed.
    pub same_in: BTreeSet<Language>,
}

/// The history in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryFacts {
    /// The revisions that were in force, the newest first.
    pub revisions: Vec<RevisionFacts>,
    /// Those after the last one in force, the newest first: none in what is published.
    pub pending: Vec<RevisionFacts>,
    /// What is said where it does not go back to the beginning.
    pub reach: Option<String>,
    /// What changed last for readers, for every page; none while nothing did.
    pub since: Option<SinceFacts>,
    /// The moment of the newest revision in force, in UTC; the day of the imprint where there is none.
    pub updated: String,
    /// The feed's name for machines: a UUID made of the organization's id and the language, and of how the imprint stands
    /// where it is not published.
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
    /// The moment from which it was in force, or that of the commit, in UTC: it orders the revisions of one day.
    pub updated: String,
    /// What it did, as a sentence.
    pub summary: String,
    /// The published changes: against the revision in force before it, or where it never was in force against the last one.
    pub changes: Vec<ChangeFacts>,
    /// That more was changed which is not published; none where that is not so.
    pub internal: Option<String>,
    /// What stands above its stages; none where it has none.
    pub stages_title: Option<String>,
    /// The revisions after the one in force before it that never were in force, the newest first.
    pub stages: Vec<RevisionFacts>,
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
        let (key, same_in) = ("change_period_longer".to_owned(), BTreeSet::new());
        let after = BTreeMap::from([("en".to_owned(), "other text".to_owned())]);
        let told = Told { key, title: text(), before: text(), after, same_in };
        let changed = || What::Changed { told: vec![told.clone()], internal: 1 };
        let whats = [
            (changed(), None),
            (changed(), Some(date)),
            (What::Unreadable { errors: 1 }, None),
            (changed(), None),
            (What::First, Some(date)),
        ];
        let revisions = whats.into_iter().enumerate().map(|(place, (what, in_force))| Revision {
            id: Digest::of(&[u8::try_from(place).unwrap_or(0)]).to_string(),
            is_commit: place == 0,
            again: 0,
            date,
            at: Instant::EPOCH,
            in_force,
            what,
        });
        History { revisions: revisions.collect(), reach: Reach::Shallow }
    }

    /// Words the history in the language of `messages`, up to an imprint.
    ///
    /// # Errors
    /// When the language lacks a message.
    pub fn facts(
        &self,
        organization: &str,
        imprint: &Imprint,
        messages: &Messages,
    ) -> Result<HistoryFacts, FactsError> {
        let (mut revisions, mut pending): (Vec<RevisionFacts>, Vec<RevisionFacts>) = (Vec::new(), Vec::new());
        for revision in &self.revisions {
            let facts = revision.facts(organization, self.reach, messages)?;
            match (revision.in_force, revisions.last_mut()) {
                (Some(_), _) => revisions.push(facts),
                (None, Some(later)) => later.stages.push(facts),
                (None, None) => pending.push(facts),
            }
        }
        for revision in &mut revisions {
            revision.stages_title = stages_title(revision.stages.len(), messages)?;
        }
        let changed = revisions.iter().find(|revision| !revision.changes.is_empty());
        let since = changed.map(|facts| facts.since(messages)).transpose()?;
        let reach = match self.reach {
            Reach::Beginning => None,
            Reach::Shallow => Some(messages.word("history_shallow")?.to_owned()),
            Reach::Accepted => Some(messages.word("history_accepted_only")?.to_owned()),
        };
        Ok(HistoryFacts {
            updated: revisions
                .first()
                .map_or_else(|| format!("{}T00:00:00Z", imprint.date), |newest| newest.updated.clone()),
            feed: match &imprint.standing {
                Standing::Published => uuid(&["feed", organization, messages.language()]),
                Standing::Draft => uuid(&["feed", organization, messages.language(), "draft"]),
                Standing::Other { revision } => uuid(&["feed", organization, messages.language(), "at", revision]),
            },
            revisions,
            pending,
            reach,
            since,
        })
    }
}

impl Revision {
    fn facts(&self, organization: &str, reach: Reach, messages: &Messages) -> Result<RevisionFacts, FactsError> {
        let short_id: String = self.id.chars().take(Imprint::SHORT).collect();
        let count = |key: &str, count: usize| messages.say(key, &[("count", &count.to_string())]);
        let (told, internal): (&[Told], usize) = match &self.what {
            What::Changed { told, internal } => (told, *internal),
            What::First | What::Unreadable { .. } => (&[], 0),
        };
        let summary = match &self.what {
            What::First if reach != Reach::Beginning => messages.word("history_oldest")?.to_owned(),
            What::First if self.in_force.is_some() => messages.word("history_first")?.to_owned(),
            What::First => messages.word("history_begun")?.to_owned(),
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
        let again = if self.again == 0 { String::new() } else { format!("-{}", self.again + 1) };
        Ok(RevisionFacts {
            anchor: format!("revision-{short_id}{again}"),
            uuid: uuid(&["revision", organization, messages.language(), &format!("{}{again}", self.id)]),
            commit: self.is_commit.then(|| self.id.clone()),
            short_id,
            date: date_facts(messages, self.in_force.unwrap_or(self.date))?,
            updated: self.at.to_string(),
            summary,
            changes: told.iter().map(|told| told.facts(messages)).collect::<Result<_, _>>()?,
            internal,
            stages_title: None,
            stages: Vec::new(),
        })
    }
}

/// What stands above so many stages.
fn stages_title(count: usize, messages: &Messages) -> Result<Option<String>, MessagesError> {
    match count {
        0 => Ok(None),
        1 => Ok(Some(messages.word("history_stages_one")?.to_owned())),
        many => messages.say("history_stages_many", &[("count", &many.to_string())]).map(Some),
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
        let (text, title) = (messages.word(&self.key)?.to_owned(), say(&self.title));
        if self.same_in.contains(messages.language()) {
            let text = messages.say("change_only_elsewhere", &[("text", &text)])?;
            return Ok(ChangeFacts { title, text, before: None, after: None });
        }
        // What another part of the item changed leaves both the same: the same words twice would puzzle.
        let (before, after) = (say(&self.before), say(&self.after));
        let (before, after) = if before == after { (None, None) } else { (before, after) };
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
