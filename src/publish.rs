//! Publishing: pages and notices, printed from the policy alone.
//!
//! In: a [`PolicySet`](crate::policy::PolicySet), an [`Imprint`], templates. Out: files for `public/`, jobs for the
//! typesetter. The policy's way is [`facts`] (one view-model per language, worded with [`messages`]) → [`site`] (HTML)
//! and [`notice`] → [`typeset`] (PDF). The rule it keeps: the same policy, templates and imprint give the same bytes;
//! nothing here reads a clock or knows a record.

pub mod booklet;
pub mod facts;
pub mod history;
pub mod messages;
pub mod mirror;
pub mod notice;
pub mod site;
pub mod templates;
pub mod typeset;

use serde::{Deserialize, Serialize};

use crate::Digest;
use crate::calendar::Date;
use history::History;
use messages::{Messages, MessagesError};

/// Which version of the policy is printed, and how it stands. Every output shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imprint {
    /// The git commit of the policy; none where the policy is kept without git.
    pub commit: Option<String>,
    /// The digest of policies and templates.
    pub digest: Digest,
    /// The day since which it is in force, under whose law it is printed; of what is not published, the day whose law that is.
    pub date: Date,
    /// How it stands.
    pub standing: Standing,
}

/// What a rendering is of: a version, and what came before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Which version.
    pub imprint: Imprint,
    /// Its revisions.
    pub history: History,
}

/// How a version that is printed stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Standing {
    /// It is the policy that is published.
    Published,
    /// It is the work tree: every page says so.
    Draft,
    /// It is another state of the repository: every page says so.
    Other {
        /// The revision, as it was asked for.
        revision: String,
    },
}

impl Issue {
    /// A version without revisions.
    pub fn alone(imprint: Imprint) -> Issue {
        Issue { imprint, history: History::default() }
    }

    /// Returns what every page says of a version that is not the published one.
    ///
    /// # Errors
    /// When the language lacks the message.
    pub fn banner(&self, messages: &Messages) -> Result<Option<String>, MessagesError> {
        match &self.imprint.standing {
            Standing::Published => Ok(None),
            Standing::Draft => Ok(Some(messages.word("banner_draft")?.to_owned())),
            Standing::Other { revision } => messages.say("banner_other", &[("revision", revision)]).map(Some),
        }
    }
}

impl Imprint {
    /// A version that is published since a day.
    pub fn published(commit: Option<String>, digest: Digest, date: Date) -> Imprint {
        Imprint { commit, digest, date, standing: Standing::Published }
    }

    /// Returns the day since which it is in force, if it is published.
    pub fn day(&self) -> Option<Date> {
        (self.standing == Standing::Published).then_some(self.date)
    }

    /// Characters of a commit or digest that are printed for people; the whole value stands in `policy.json`.
    pub(in crate::publish) const SHORT: usize = 12;

    /// Returns the first characters of the commit.
    pub fn short_commit(&self) -> Option<String> {
        self.commit.as_ref().map(|commit| commit.chars().take(Imprint::SHORT).collect())
    }

    /// Returns the first characters of the digest.
    pub fn short_digest(&self) -> String {
        self.digest.to_string().chars().take(Imprint::SHORT).collect()
    }
}
