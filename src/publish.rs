//! Publishing: pages and notices, printed from the policy alone.
//!
//! In: a [`PolicySet`](crate::policy::PolicySet), an [`Edition`], templates. Out: files for `public/`, jobs for the
//! typesetter. The policy's way is [`facts`] (one view-model per language, worded with [`messages`]) → [`site`] (HTML)
//! and [`notice`] → [`typeset`] (PDF). The rule it keeps: the same policy, templates and edition give the same bytes;
//! nothing here reads a clock or knows a record.

pub mod facts;
pub mod messages;
pub mod notice;
pub mod site;
pub mod templates;
pub mod typeset;

use serde::Serialize;

use crate::Digest;
use crate::calendar::Date;

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

impl Edition {
    /// Characters of a commit or digest that are printed for people; the whole value stands in `policy.json`.
    const SHORT: usize = 12;

    /// Returns the first characters of the commit.
    pub fn short_commit(&self) -> Option<String> {
        self.commit.as_ref().map(|commit| commit.chars().take(Edition::SHORT).collect())
    }

    /// Returns the first characters of the digest.
    pub fn short_digest(&self) -> String {
        self.digest.to_string().chars().take(Edition::SHORT).collect()
    }
}
