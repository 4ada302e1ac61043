//! Publishing: pages and notices, printed from the policy alone.
//!
//! In: a [`PolicySet`](crate::policy::PolicySet), an [`Edition`], templates. Out: files for `public/`, jobs for the
//! typesetter. The policy's way is [`facts`] (one view-model per language, worded with [`messages`]) → [`site`] (HTML)
//! and [`notice`] → [`typeset`] (PDF). The rule it keeps: the same policy, templates and edition give the same bytes;
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

use serde::Serialize;

use crate::Digest;
use crate::calendar::Date;
use history::History;
use messages::{Messages, MessagesError};

/// Which version of the policy is published, and on which day. Every output shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// The git commit of the policy; none where the policy is kept without git.
    pub commit: Option<String>,
    /// The digest of policies and templates.
    pub digest: Digest,
    /// The date of publication.
    pub date: Date,
}

/// What a rendering is of: a version, how it stands, and what came before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Which version.
    pub edition: Edition,
    /// How it stands.
    pub standing: Standing,
    /// Its revisions.
    pub history: History,
}

/// How a version that is printed stands.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// A published version without revisions.
    pub fn published(edition: Edition) -> Issue {
        Issue { edition, standing: Standing::Published, history: History::default() }
    }

    /// Returns what every page says of a version that is not the published one.
    ///
    /// # Errors
    /// When the language lacks the message.
    pub fn banner(&self, messages: &Messages) -> Result<Option<String>, MessagesError> {
        match &self.standing {
            Standing::Published => Ok(None),
            Standing::Draft => Ok(Some(messages.word("banner_draft")?.to_owned())),
            Standing::Other { revision } => messages.say("banner_other", &[("revision", revision)]).map(Some),
        }
    }
}

impl Edition {
    /// Characters of a commit or digest that are printed for people; the whole value stands in `policy.json`.
    pub(in crate::publish) const SHORT: usize = 12;

    /// Returns the first characters of the commit.
    pub fn short_commit(&self) -> Option<String> {
        self.commit.as_ref().map(|commit| commit.chars().take(Edition::SHORT).collect())
    }

    /// Returns the first characters of the digest.
    pub fn short_digest(&self) -> String {
        self.digest.to_string().chars().take(Edition::SHORT).collect()
    }
}
