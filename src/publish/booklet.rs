//! The booklet: the whole policy as one document, as a job for the typesetter.
//!
//! In: the checked policy, its issue, the templates. Out: a [`Job`] whose data holds the facts, the fixed words and the
//! history that the pages print. The rule it keeps: it says what the pages say, because it is made of the same values.

use std::collections::BTreeMap;

use serde_json::json;

use super::Issue;
use super::facts::{Facts, FactsError};
use super::messages::Messages;
use super::templates::Templates;
use super::typeset::Job;
use crate::calendar::Instant;
use crate::policy::PolicySet;

/// The name of the booklet beside the pages of a language, without `.pdf`; no notice may have this id.
pub const NAME: &str = "booklet";

/// Its template below `templates/`.
const TEMPLATE: &str = "notices/booklet.typ";

/// Writes the booklet in the language of `messages`; `at` is the moment in its properties.
///
/// # Errors
/// When the language lacks a message.
pub fn booklet(
    policy: &PolicySet,
    issue: &Issue,
    templates: &Templates,
    messages: &Messages,
    at: Instant,
) -> Result<Job, FactsError> {
    let organization = &policy.organization;
    let facts = Facts::of(policy, &issue.edition, messages)?;
    let history = issue.history.facts(&organization.id, issue.edition.date, messages)?;
    let is_translation = organization.languages.first().is_some_and(|first| first != messages.language());
    let authoritative = is_translation.then(|| messages.word("booklet_translation")).transpose()?;
    let title = messages.word("booklet_title")?;
    let short = |text: &Option<String>| text.as_deref().map(|text| text.chars().take(12).collect::<String>());
    let data = json!({
        "title": title,
        "facts": facts,
        "words": messages.texts(),
        "history": history,
        "authoritative": authoritative,
        "banner": issue.banner(messages)?,
        "edition": { "commit": short(&issue.edition.commit), "digest": issue.edition.short_digest() },
    });
    let files: BTreeMap<String, Vec<u8>> =
        templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    Ok(Job {
        template: TEMPLATE.to_owned(),
        files: files.into(),
        data,
        language: messages.language().to_owned(),
        title: format!("{title} - {}", organization.name.get(messages.language())),
        at,
        ident: format!("hokan/{}/{}/{NAME}", organization.id, messages.language()),
    })
}
