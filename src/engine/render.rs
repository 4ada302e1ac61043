//! Publishing: the site and the public notices of the accepted policy.
//!
//! In: the accepted policy and its templates. Out: `public/`, replaced as a whole. The rule it keeps: what is not in
//! force is never published, and a folder that hokan did not write is never replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::accept::{Acceptance, InForce, policy_state, settle_policy};
use super::instance::{Action, Instance};
use super::{EngineError, Result};
use crate::Digest;
use crate::host::{self, ListedKind};
use crate::policy::{Audience, NoticeWhen};
use crate::publish::typeset::{Job, Typesetter};
use crate::publish::{Edition, notice, site};
use crate::store::Version;
use crate::vault::files::{self, Readers};

/// What was published.
#[derive(Debug)]
pub struct Rendered {
    /// Which version.
    pub version: Version,
    /// Where.
    pub public: PathBuf,
    /// The files, by path below `public`, with their lengths.
    pub files: BTreeMap<String, usize>,
    /// An acceptance on the way.
    pub accepted: Option<Acceptance>,
    /// A version that waits for its acceptance and was therefore not published.
    pub waiting: Option<Version>,
}

/// Publishes the accepted policy into `public/`.
///
/// # Errors
/// Refuses without an accepted policy, and where `public/` holds what hokan did not write; fails where a template or a
/// letter cannot be printed. Then `public/` is as it was.
pub fn render(instance: &Instance, program: &Path) -> Result<Rendered> {
    let _lock = instance.lock(Action::Publish)?;
    let mut store = instance.store()?;
    let accepted = settle_policy(instance, &mut store)?;
    let state = policy_state(instance, &store)?;
    let in_force = state.accepted()?;
    let files = published(in_force, program)?;
    let public = instance.public_dir(&in_force.policy);
    replace(&public, &files)?;
    Ok(Rendered {
        version: in_force.version.clone(),
        public,
        files: files.iter().map(|(path, bytes)| (path.clone(), bytes.len())).collect(),
        accepted,
        waiting: state.waiting.map(|waiting| waiting.version),
    })
}

/// Prints everything that is public, in memory.
fn published(in_force: &InForce, program: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let InForce { version, policy, templates, accepted } = in_force;
    let date = policy.organization.time_zone.date(*accepted);
    let edition = Edition { commit: version.commit.clone(), digest: version.digest, date };
    let mut files = site::render(policy, &edition, templates)?;
    let sources: BTreeMap<String, Vec<u8>> =
        templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    let mut jobs = Vec::new();
    let public = policy.notices.iter().filter(|notice| notice.audience == Audience::Public);
    for wanted in public.filter(|notice| matches!(notice.when, NoticeWhen::PolicyChanges(_))) {
        for language in &policy.organization.languages {
            let job = notice::announcement(policy, &edition, wanted, language, &sources, *accepted)?;
            jobs.push((format!("{language}/{}.pdf", wanted.id), job));
        }
    }
    files.extend(print_all(program, jobs)?);
    Ok(files)
}

/// Prints letters in one worker process.
pub(super) fn print_all(program: &Path, jobs: Vec<(String, Job)>) -> Result<BTreeMap<String, Vec<u8>>> {
    if jobs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut typesetter = Typesetter::start(program)?;
    let mut printed = BTreeMap::new();
    for (name, job) in jobs {
        printed.insert(name, typesetter.print(&job)?);
    }
    typesetter.finish()?;
    Ok(printed)
}

/// The list of everything published, as `sha256sum` writes it: what hokan may replace, and what anyone can check.
const LIST: &str = "SHA256SUMS";

/// Puts the files in the place of the folder, in one step.
fn replace(public: &Path, published: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    if let Some(foreign) = foreign(public)? {
        let why = format!("`{}` in `{}` was not written by hokan", foreign.display(), public.display());
        return Err(EngineError::refused("render.foreign", why)
            .help("the folder is replaced as a whole: move the file away, or set `service.paths.public` to a folder of its own"));
    }
    let name = public.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let next = public.with_file_name(format!(".{name}.next"));
    files::remove_tree(&next).map_err(EngineError::io("empty", &next))?;
    let list: String = published.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect();
    let list = (LIST.to_owned(), list.into_bytes());
    for (path, bytes) in published.iter().chain([(&list.0, &list.1)]) {
        let target = next.join(path);
        let parent = target.parent().unwrap_or(&next);
        files::make_dirs(parent, Readers::Everyone).map_err(EngineError::io("make", parent))?;
        files::write_new(&target, bytes, Readers::Everyone).map_err(EngineError::io("write", &target))?;
    }
    if public.exists() {
        files::exchange(&next, public).map_err(EngineError::io("replace", public))?;
        return files::remove_tree(&next).map_err(EngineError::io("remove", &next));
    }
    files::rename_dir(&next, public).map_err(EngineError::io("make", public))
}

/// Returns the first file in the folder that its own list does not name.
fn foreign(public: &Path) -> Result<Option<PathBuf>> {
    if !public.exists() {
        return Ok(None);
    }
    let list = host::read_limited(&public.join(LIST), 4 << 20).unwrap_or_default();
    let list = String::from_utf8_lossy(&list).into_owned();
    let ours: BTreeSet<&str> = list.lines().filter_map(|line| Some(line.split_once("  ")?.1)).chain([LIST]).collect();
    let there = host::list(public, |_| false).map_err(EngineError::io("list", public))?;
    let foreign = there.into_iter().find(|found| {
        !matches!(found.kind, Ok(ListedKind::Directory)) && found.path.to_str().is_none_or(|path| !ours.contains(path))
    });
    Ok(foreign.map(|found| found.path))
}
