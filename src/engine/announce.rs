//! The announcement that a change of policy owes, printed for people to send or to hang out.
//!
//! In: two versions, as `hokan diff` names them. Out: a document in each language, in a folder that a person names. The rule it
//! keeps: nothing is published and nothing is entered; what is owed is what `hokan diff` says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::diff::{Which, sides};
use super::instance::Instance;
use super::render::print_all;
use super::{Result, save};
use crate::calendar::Date;
use crate::policy::diff::{Change, Concern, Group, diff as compare};
use crate::publish::messages::Messages;
use crate::publish::notice::{Announced, CHANGE_NOTICE, change_notice};
use crate::publish::{Imprint, Issue, Standing};

/// Which change is announced.
pub struct AnnounceWish<'a> {
    /// The version before; `HEAD` by default.
    pub before: Option<&'a str>,
    /// The version after; the work tree by default.
    pub after: Option<&'a str>,
    /// The day from which it holds.
    pub since: Option<Date>,
    /// The folder for the documents.
    pub to: &'a Path,
}

/// What was printed.
pub struct AnnouncedChange {
    /// The documents, one for each language; none where nothing is owed.
    pub files: Vec<PathBuf>,
    /// The items that people are told of, such as `joint-use.grant`.
    pub items: Vec<String>,
    /// The items that need consent besides: telling people of them is not enough.
    pub need_consent: Vec<String>,
    /// The items of which no page says what differs, so that no document does: they are told in words of one's own.
    pub untold: Vec<String>,
}

/// Prints the announcement that a change of purposes or joint uses owes, with what was and what is.
///
/// # Errors
/// Refuses a version with errors, and to overwrite another file; fails as [`diff`](super::diff()) and printing do.
///
/// # Durability
/// On return the documents are on disk.
pub fn announce_change(instance: &Instance, program: &Path, wish: &AnnounceWish<'_>) -> Result<AnnouncedChange> {
    let (before, after) = sides(instance, wish.before, wish.after)?;
    let version = after.side.version.clone();
    // What is not committed is no version that anybody could look up.
    let standing = if after.side.which == Which::WorkTree { Standing::Draft } else { Standing::Published };
    let templates = after.bundle.templates();
    let (before, after) = (before.checked.accepted()?, after.checked.accepted()?);
    let now = instance.now();
    let day = after.organization.time_zone.date(now);
    let effect = compare(&before, &after, day);
    let issue = Issue::alone(Imprint { commit: version.commit, digest: version.digest, date: day, standing });
    let announced = Announced { before: &before, after: &after, changes: &effect.changes, day, since: wish.since };
    let items = unique(announced.owed());
    let asked = effect.of_concern(Concern::Consent);
    let need_consent = unique(asked.filter(|change| matches!(change.group, Group::Purposes | Group::JointUse)));
    let sources = templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    let (mut jobs, mut told) = (Vec::new(), BTreeSet::new());
    for language in &after.organization.languages {
        let messages = Messages::read(&templates, language).map_err(crate::publish::facts::FactsError::from)?;
        let banner = issue.banner(&messages).map_err(crate::publish::facts::FactsError::from)?;
        if let Some((job, items)) =
            change_notice(&announced, (&issue.imprint, banner.as_deref()), &messages, &sources, now)?
        {
            told.extend(items);
            jobs.push((format!("{CHANGE_NOTICE}.{language}.pdf"), job));
        }
    }
    let mut files = Vec::new();
    for (name, pdf) in print_all(program, &after, jobs)? {
        let path = wish.to.join(name);
        save(&path, &pdf)?;
        files.push(path);
    }
    let untold = items.iter().filter(|item| !told.contains(*item)).cloned().collect();
    Ok(AnnouncedChange { files, items, need_consent, untold })
}

/// The items of changes, each once, in their order.
fn unique<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<String> {
    let mut items: Vec<String> = changes.map(|change| change.item.clone()).collect();
    items.dedup();
    items
}
