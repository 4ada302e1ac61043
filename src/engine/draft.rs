//! Other states of the policy, for people to look at: the work tree, a revision, an edition of the archive.
//!
//! In: which state, a folder to write. Out: the site of that state in the folder. The rule it keeps: neither `public/` nor
//! the archive is touched, and what is rendered anew says on every page that it is not the published policy.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::accept::policy_state;
use super::archive::Publication;
use super::bundle::{self, Bundle};
use super::diff::resolved;
use super::history::history;
use super::instance::Instance;
use super::places::real;
use super::render::{self, Presses, Printing};
use super::take_in::Progress;
use super::{EngineError, Result, archive};
use crate::Digest;
use crate::calendar::Instant;
use crate::policy::{AsOf, PolicySet};
use crate::publish::templates::Templates;
use crate::publish::{Imprint, Issue, Standing};
use crate::store::Version;
use crate::vault::files;

/// Which state is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The files as they lie there.
    WorkTree,
    /// A commit, by the name it was asked for; templates are those that lie there.
    Revision(String),
}

/// What was printed.
#[derive(Debug)]
pub struct Drafted {
    /// Which version.
    pub version: Version,
    /// Where.
    pub folder: PathBuf,
    /// The files, with their lengths.
    pub files: BTreeMap<String, usize>,
}

/// The file by which a folder is known to hold no published site.
const MARK: &str = "NOT-PUBLISHED.txt";

/// A state that is ready to be printed.
pub(super) struct Ready {
    pub(super) version: Version,
    pub(super) policy: PolicySet,
    pub(super) templates: Templates,
    pub(super) source: Bundle,
    pub(super) issue: Issue,
    pub(super) at: Instant,
}

impl Ready {
    pub(super) fn printing(&self) -> Printing<'_> {
        let Ready { policy, templates, source, issue, at, .. } = self;
        Printing { policy, templates, source, issue: issue.clone(), at: *at }
    }
}

/// Prints a state of the policy into a folder.
///
/// # Errors
/// Refuses a policy with errors, an unknown revision, and a folder that is published, belongs to the instance or holds what
/// no draft wrote; fails where a template or a letter cannot be printed. Then the folder is as it was.
pub fn draft(
    instance: &Instance,
    program: &Path,
    state: &State,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<Drafted> {
    let presses = Presses::start(program);
    let ready = ready(instance, state)?;
    let folder = free(instance, &ready.policy, folder)?;
    let mut site = render::printed(&ready.printing(), presses, progress)?;
    site.insert(
        MARK.to_owned(),
        b"This folder was printed by hokan for people to look at. It is not the published policy.\n".to_vec(),
    );
    write(ready.version, &folder, &site)
}

/// Writes an edition of the archive into a folder, as it was published; `named` is the beginning of its digest.
///
/// # Errors
/// Refuses an edition that is not known or not whole, and a folder as [`draft`] does.
pub fn archived(instance: &Instance, named: &str, folder: &Path) -> Result<Drafted> {
    let publications = archive::publications(instance)?;
    let named_so = publications.iter().filter(|one| one.edition.to_string().starts_with(named));
    // The same edition may have been published several times, with others in between.
    let found: BTreeMap<Digest, &Publication> = named_so.map(|one| (one.edition, one)).collect();
    let one = match found.values().collect::<Vec<_>>().as_slice() {
        [one] if named.len() >= 4 => *one,
        [] => {
            let why = format!("no edition `{named}` was published");
            return Err(EngineError::refused("render.unknown-edition", why).help("`hokan render --list` shows them"));
        }
        _ => {
            let why = format!("`{named}` does not name one edition");
            return Err(EngineError::refused("render.unknown-edition", why).help("give more characters of its digest"));
        }
    };
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let folder = free(instance, &state.accepted()?.policy, folder)?;
    let mut site = archive::edition(instance, one.edition)?;
    site.insert(MARK.to_owned(), format!("This folder is a copy of the edition {}.\n", one.edition).into_bytes());
    let version = Version { digest: one.policy, commit: one.commit.clone() };
    write(version, &folder, &site)
}

fn write(version: Version, folder: &Path, site: &BTreeMap<String, Vec<u8>>) -> Result<Drafted> {
    if let Some(former) = render::replace(folder, site)? {
        files::remove_tree(&former).map_err(EngineError::io("remove", &former))?;
    }
    let files = site.iter().map(|(path, bytes)| (path.clone(), bytes.len())).collect();
    Ok(Drafted { version, folder: folder.to_owned(), files })
}

/// Returns where the folder lies, if a draft may be written there.
fn free(instance: &Instance, policy: &PolicySet, folder: &Path) -> Result<PathBuf> {
    let refuse = |why: String| {
        Err(EngineError::refused("render.output", why).help("name a new folder, such as `-o /tmp/draft`"))
    };
    if folder.components().any(|part| part == Component::ParentDir) && !folder.exists() {
        return refuse(format!("`{}` leads upwards through `..`", folder.display()));
    }
    let folder = std::path::absolute(folder).map_err(EngineError::io("find", folder))?;
    if folder.file_name().is_none() {
        return refuse(format!("`{}` is not a folder of its own", folder.display()));
    }
    let place = real(&folder);
    let own = [
        instance.public_dir(policy),
        instance.vault_dir().to_owned(),
        instance.records_dir(policy),
        instance.dir.join("policies"),
        instance.dir.join("templates"),
    ];
    if let Some(own) = own.iter().map(|own| real(own)).find(|own| place.starts_with(own) || own.starts_with(&place)) {
        return refuse(format!("`{}` belongs to the instance (`{}`)", folder.display(), own.display()));
    }
    let place = render::replaceable(&place)?;
    let is_empty = place.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if place.exists() && !is_empty && !place.join(MARK).is_file() {
        return refuse(format!("`{}` holds a site that is not a draft", folder.display()));
    }
    Ok(place)
}

/// Reads and checks a state.
pub(super) fn ready(instance: &Instance, state: &State) -> Result<Ready> {
    let (work_tree, unread) = bundle::work_tree(&instance.dir)?;
    match state {
        State::WorkTree => {
            let policy = work_tree.check_whole(instance, unread, AsOf::Now(instance.now())).accepted()?;
            ready_work_tree(instance, &work_tree, policy)
        }
        State::Revision(name) => {
            let commit = resolved(instance, name)?;
            let at = bundle::time_of(&instance.dir, &commit)?;
            let bundle = bundle::committed(&instance.dir, &commit)?;
            let policy = bundle.read().accepted()?;
            let date = policy.organization.time_zone.date(at);
            let standing = Standing::Other { revision: name.clone() };
            let imprint = Imprint { commit: Some(commit.clone()), digest: bundle.digest(), date, standing };
            let version = Version { digest: bundle.digest(), commit: Some(commit) };
            ready_as(instance, bundle.with_templates_of(&work_tree), version, policy, imprint, at)
        }
    }
}

/// Makes the work tree ready, whose policy was checked: under the law of today, and with the time of the newest commit in
/// its documents, so that the same state gives the same bytes.
pub(super) fn ready_work_tree(instance: &Instance, work_tree: &Bundle, policy: PolicySet) -> Result<Ready> {
    let commit = bundle::head(&instance.dir)?;
    let at = commit.as_ref().map(|commit| bundle::time_of(&instance.dir, commit)).transpose()?;
    let date = policy.organization.time_zone.date(instance.now());
    let imprint = Imprint { commit: None, digest: work_tree.digest(), date, standing: Standing::Draft };
    let version = Version { digest: work_tree.digest(), commit };
    ready_as(instance, work_tree.clone(), version, policy, imprint, at.unwrap_or(Instant::EPOCH))
}

fn ready_as(
    instance: &Instance,
    source: Bundle,
    version: Version,
    policy: PolicySet,
    imprint: Imprint,
    at: Instant,
) -> Result<Ready> {
    let templates = source.templates();
    let store = instance.vault_dir().is_dir().then(|| instance.store_to_read()).transpose()?;
    let (history, _) = history(instance, store.as_ref(), &version, &policy, &templates)?;
    Ok(Ready { version, policy, templates, source, issue: Issue { imprint, history }, at })
}
