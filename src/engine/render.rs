//! Publishing: the site and the public notices of the accepted policy, and of other states for people to look at.
//!
//! In: a policy version and templates. Out: `public/`, replaced as a whole and kept in the archive; or a folder a person
//! names, every page of which says that it is not the published policy. The rule it keeps: what is not in force is never
//! published, and a folder that hokan did not write is never replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;

use super::accept::{Acceptance, InForce, settled};
use super::archive::{self, Publication};
use super::bundle::Bundle;
use super::history::{Memory, history, remember};
use super::instance::{Action, Instance};
use super::pages::pages;
use super::take_in::{Progress, Unwatched};
use super::{EngineError, Result, places};
use crate::Digest;
use crate::calendar::Instant;
use crate::host::{self, Listed, ListedKind};
use crate::policy::{self, Audience, NoticeWhen, PolicySet};
use crate::publish::messages::Messages;
use crate::publish::templates::Templates;
use crate::publish::typeset::{Choice, Embedded, Job, TypesetError, Typesetter, print_each};
use crate::publish::{Imprint, Issue, booklet, notice};
use crate::store::{Store, Version};
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
    /// The digest of their list, under which they are kept.
    pub edition: Digest,
    /// An acceptance on the way.
    pub accepted: Option<Acceptance>,
    /// A version that waits for its acceptance and was therefore not published.
    pub waiting: Option<Version>,
}

/// A version that is printed, with what is around it.
pub(super) struct Printing<'a> {
    pub(super) policy: &'a PolicySet,
    pub(super) templates: &'a Templates,
    /// The files that policy and templates were read from.
    pub(super) source: &'a Bundle,
    pub(super) issue: Issue,
    /// The moment in the properties of documents.
    pub(super) at: Instant,
}

impl Printing<'_> {
    /// Returns the version in force as it is published, and what to remember of its history.
    pub(super) fn in_force<'a>(
        instance: &Instance,
        store: &Store,
        in_force: &'a InForce,
    ) -> Result<(Printing<'a>, Memory)> {
        let InForce { version, policy, templates, source, accepted: at, .. } = in_force;
        let (history, memory) = history(instance, Some(store), version, policy, templates)?;
        let date = policy.organization.time_zone.date(*at);
        let imprint = Imprint::published(version.commit.clone(), version.digest, date);
        Ok((Printing { policy, templates, source, issue: Issue { imprint, history }, at: *at }, memory))
    }
}

/// Publishes the accepted policy into `public/`.
///
/// # Errors
/// Refuses without an accepted policy, where `public/` holds what hokan did not write, and where it is a mount point; fails
/// where a template or a letter cannot be printed. Then `public/` is as it was.
///
/// # Durability
/// On return the site is shown, and every file of it is in the archive. Whenever it stops, `public/` is wholly the former
/// site or wholly this one.
pub fn render(instance: &Instance, program: &Path, progress: &mut dyn Progress) -> Result<Rendered> {
    let _lock = instance.lock(Action::Publish)?;
    let mut store = instance.store()?;
    let presses = Presses::start(program);
    let (state, accepted) = settled(instance, &mut store)?;
    let in_force = state.accepted()?;
    let (printing, memory) = Printing::in_force(instance, &store, in_force)?;
    let files = printed(&printing, presses, progress)?;
    remember(instance, &memory)?;
    let InForce { version, policy, .. } = in_force;
    let edition = publish(instance, policy, version, &files)?;
    Ok(Rendered {
        version: version.clone(),
        public: instance.public_dir(policy),
        files: files.iter().map(|(path, bytes)| (path.clone(), bytes.len())).collect(),
        edition,
        accepted,
        waiting: state.waiting.map(|waiting| waiting.version),
    })
}

/// Keeps the files and puts them in the place of the published folder.
fn publish(
    instance: &Instance,
    policy: &PolicySet,
    version: &Version,
    site: &BTreeMap<String, Vec<u8>>,
) -> Result<Digest> {
    places::apart(instance, policy)?;
    let public = replaceable(&instance.public_dir(policy))?;
    archive::finish(instance, shown(&public))?;
    let edition = Digest::of(archive::list_of(site).as_bytes());
    let publication = Publication {
        at: instance.now(),
        edition,
        policy: version.digest,
        commit: version.commit.clone(),
        files: site.len(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
    };
    archive::begin(instance, site, &publication)?;
    let former = replace(&public, site)?;
    archive::finish(instance, shown(&public))?;
    if let Some(former) = former {
        files::remove_tree(&former).map_err(EngineError::io("remove", &former))?;
    }
    Ok(edition)
}

/// Returns the digest of the list that a published folder holds.
fn shown(public: &Path) -> Option<Digest> {
    host::read_limited(&public.join(LIST), LONGEST_LIST).ok().map(|list| Digest::of(&list))
}

/// Prints everything that is public, in memory: the pages while the documents are typeset.
pub(super) fn printed(
    printing: &Printing<'_>,
    presses: Presses,
    progress: &mut dyn Progress,
) -> Result<BTreeMap<String, Vec<u8>>> {
    let jobs = documents(printing)?;
    std::thread::scope(|scope| {
        let pages = scope.spawn(|| pages(printing));
        let documents = presses.print_of(printing.policy, jobs, progress);
        let mut files = joined(pages.join())?;
        files.extend(documents?);
        Ok(files)
    })
}

/// Returns the documents beside the pages, by path below `public/`.
pub(super) fn documents(printing: &Printing<'_>) -> Result<Vec<(String, Job)>> {
    let Printing { policy, templates, issue, at, .. } = printing;
    let sources: BTreeMap<String, Vec<u8>> =
        templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    let (mut booklets, mut letters) = (Vec::new(), Vec::new());
    for language in &policy.organization.languages {
        let messages = Messages::read(templates, language)?;
        let banner = issue.banner(&messages)?;
        let volumes = booklet::booklet(policy, issue, templates, &messages, *at)?;
        booklets.extend(volumes.into_iter().map(|(name, job)| (format!("{language}/{name}.pdf"), job)));
        let public = policy.notices.iter().filter(|notice| notice.audience == Audience::Public);
        for wanted in public.filter(|notice| matches!(notice.when, NoticeWhen::PolicyChanges(_))) {
            if wanted.id == booklet::NAME {
                let why = format!("a notice is called `{}`, as the booklet of the policy is", wanted.id);
                return Err(EngineError::refused("render.name-taken", why).help("give the notice another id"));
            }
            for part in notice::parts(policy, wanted) {
                let which = part.title(&messages)?;
                let (banner, which) = (banner.as_deref(), which.as_deref());
                let shown = notice::Shown { imprint: &issue.imprint, banner, which };
                let job = notice::announcement(policy, &shown, (wanted, &part), language, &sources, *at)?;
                letters.push((format!("{language}/{}.pdf", part.name(wanted)), job));
            }
        }
    }
    // The long ones first, so that each worker gets one.
    Ok(booklets.into_iter().chain(letters).collect())
}

/// Prints letters with the typesetter of the policy, on every processor.
pub(super) fn print_all(
    program: &Path,
    policy: &PolicySet,
    jobs: Vec<(String, Job)>,
) -> Result<BTreeMap<String, Vec<u8>>> {
    match typesetter(policy, program) {
        Choice::Embedded(program) => Presses::start_at_most(&program, jobs.len()).print(jobs, &mut Unwatched),
        command @ Choice::Command(_) => print_with(&command, jobs, &mut Unwatched),
    }
}

/// The program that `service.typesetter: typst-cli` asks for.
const TYPST: &str = "typst";

/// Returns which typesetter a policy asks for. `program` is this one.
pub(super) fn typesetter(policy: &PolicySet, program: &Path) -> Choice {
    match policy.service.typesetter {
        policy::Typesetter::Embedded => Choice::Embedded(program.to_owned()),
        policy::Typesetter::TypstCli => Choice::Command(TYPST.into()),
    }
}

/// Prints letters until one cannot be printed.
fn print_with(
    choice: &Choice,
    jobs: Vec<(String, Job)>,
    progress: &mut dyn Progress,
) -> Result<BTreeMap<String, Vec<u8>>> {
    let (mut printed, mut failed) = (BTreeMap::new(), None);
    progress.begin("documents", jobs.len() as u64);
    print_each(choice, jobs.into_iter(), |name, answer| match answer {
        Ok(document) => {
            progress.advance(1);
            printed.insert(name, document.pdf);
            ControlFlow::Continue(())
        }
        Err(error) => {
            failed.get_or_insert(error);
            ControlFlow::Break(())
        }
    })?;
    progress.end();
    failed.map_or(Ok(printed), |error| Err(error.into()))
}

/// Worker processes, one for each processor, which start while it is still being made what they will print.
pub(super) struct Presses(Vec<JoinHandle<std::result::Result<Embedded, TypesetError>>>);

impl Presses {
    /// Has them started; that this failed is told when they are to print.
    pub(super) fn start(program: &Path) -> Presses {
        Presses::start_at_most(program, usize::MAX)
    }

    pub(super) fn start_at_most(program: &Path, most: usize) -> Presses {
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(most);
        let start = |program: PathBuf| std::thread::spawn(move || Embedded::start(&program));
        Presses((0..workers).map(|_| start(program.to_owned())).collect())
    }

    /// Prints letters of a policy; another typesetter than these takes their place where the policy asks for it.
    fn print_of(
        self,
        policy: &PolicySet,
        jobs: Vec<(String, Job)>,
        progress: &mut dyn Progress,
    ) -> Result<BTreeMap<String, Vec<u8>>> {
        match policy.service.typesetter {
            policy::Typesetter::Embedded => self.print(jobs, progress),
            policy::Typesetter::TypstCli => print_with(&Choice::Command(TYPST.into()), jobs, progress),
        }
    }

    /// Prints letters, each worker an equal number of them.
    pub(super) fn print(
        self,
        jobs: Vec<(String, Job)>,
        progress: &mut dyn Progress,
    ) -> Result<BTreeMap<String, Vec<u8>>> {
        progress.begin("documents", jobs.len() as u64);
        let workers = self.0.len().max(1);
        let mut batches: Vec<Vec<(String, Job)>> = (0..workers).map(|_| Vec::new()).collect();
        for (place, job) in jobs.into_iter().enumerate() {
            batches[place % workers].push(job);
        }
        std::thread::scope(|scope| {
            let working = self.0.into_iter().zip(batches).filter(|(_, batch)| !batch.is_empty());
            let (done, each_done) = mpsc::channel();
            let start = |(press, batch)| {
                let done = done.clone();
                scope.spawn(move || print_batch(press, batch, &done))
            };
            let working: Vec<_> = working.map(start).collect();
            drop(done);
            each_done.iter().for_each(|()| progress.advance(1));
            progress.end();
            let mut printed = BTreeMap::new();
            for worker in working {
                printed.extend(joined(worker.join())?);
            }
            Ok(printed)
        })
    }
}

/// Goes on with a panic of another thread.
fn joined<T>(ended: std::thread::Result<T>) -> T {
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn print_batch(
    press: JoinHandle<std::result::Result<Embedded, TypesetError>>,
    jobs: Vec<(String, Job)>,
    done: &Sender<()>,
) -> Result<Vec<(String, Vec<u8>)>> {
    let mut typesetter = Box::new(joined(press.join())?);
    let mut printed = Vec::new();
    for (name, job) in jobs {
        printed.push((name, typesetter.print(&job)?.pdf));
        // Nobody counts any more where another worker has failed.
        let _ = done.send(());
    }
    typesetter.finish()?;
    Ok(printed)
}

/// The list of everything published, as `sha256sum` writes it: what hokan may replace, and what anyone can check.
pub(super) const LIST: &str = "SHA256SUMS";

/// The most bytes of such a list that are read.
const LONGEST_LIST: u64 = 4 << 20;

/// Returns where a folder really lies, if hokan may replace it as a whole.
pub(super) fn replaceable(folder: &Path) -> Result<PathBuf> {
    // A link to the folder stays a link: what it leads to is replaced.
    let folder = match folder.canonicalize() {
        Ok(folder) => folder,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let leads_nowhere = folder.symlink_metadata().is_ok_and(|found| found.is_symlink());
            return if leads_nowhere { behind_link(folder) } else { Ok(folder.to_owned()) };
        }
        Err(error) => return Err(EngineError::io("find", folder)(error)),
    };
    if host::is_mount_point(&folder).map_err(EngineError::io("look at", &folder))? {
        let why = format!("`{}` is a mount point: it cannot be replaced as a whole", folder.display());
        return Err(EngineError::refused("render.mount-point", why)
            .help("set `service.paths.public` to a folder inside it, such as `public/site`, and let the web server serve that one"));
    }
    let there = host::list(&folder, |_| false).map_err(EngineError::io("list", &folder))?;
    if let Some(mounted) = mounted(&folder, &there)? {
        let why = format!("`{}` in `{}` is a mount point", mounted.display(), folder.display());
        return Err(EngineError::refused("render.mount-point", why)
            .help("the folder is replaced as a whole, with all below it: mount that somewhere else"));
    }
    if let Some(foreign) = foreign(&folder, &there) {
        let why = format!("`{}` in `{}` was not written by hokan", foreign.display(), folder.display());
        return Err(EngineError::refused("render.foreign", why)
            .help("the folder is replaced as a whole: move the file away, or name a folder of its own"));
    }
    Ok(folder)
}

/// Returns where a folder will lie that a link leads to and that is not there yet: in a folder that is there.
fn behind_link(link: &Path) -> Result<PathBuf> {
    let target = link.read_link().map_err(EngineError::io("read the link", link))?;
    let target = link.parent().unwrap_or(Path::new("")).join(target);
    match (target.parent().and_then(|parent| parent.canonicalize().ok()), target.file_name()) {
        (Some(parent), Some(name)) if !parent.join(name).is_symlink() => Ok(parent.join(name)),
        _ => {
            let why = format!("`{}` is a link to `{}`, which is not there", link.display(), target.display());
            Err(EngineError::refused("render.link", why).help("make the folder the link leads to, or remove the link"))
        }
    }
}

/// Puts the files in the place of the folder, in one step; returns where the former folder lies now, to be removed.
///
/// # Durability
/// Where writing fails the folder is as it was, and what was written beside it is removed again. What else fails leaves what
/// lies beside it, for that may be the former site: the next publication removes it.
pub(super) fn replace(folder: &Path, site: &BTreeMap<String, Vec<u8>>) -> Result<Option<PathBuf>> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let next = folder.with_file_name(format!(".{name}.next"));
    files::remove_tree(&next).map_err(EngineError::io("empty", &next))?;
    if let Some(parent) = next.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        files::make_dirs(parent, Readers::Everyone).map_err(EngineError::io("make", parent))?;
    }
    let list = archive::list_of(site);
    let all = site.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).chain([(LIST, list.as_bytes())]);
    // A full disk must not stay full; what cannot be removed now is removed before the next site is written.
    let clean_up = || drop(files::remove_tree(&next));
    files::write_group(&next, all, Readers::Everyone)
        .inspect_err(|_| clean_up())
        .map_err(EngineError::io("write", &next))?;
    if !folder.exists() {
        files::rename_dir(&next, folder).map_err(EngineError::io("make", folder))?;
        return Ok(None);
    }
    match files::exchange(&next, folder) {
        Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
            clean_up();
            let why = format!("the file system of `{}` cannot exchange two folders", folder.display());
            Err(EngineError::refused("render.no-exchange", why)
                .help("set `service.paths.public` to a folder on a local file system such as ext4 or XFS"))
        }
        other => other.map(|()| Some(next)).map_err(EngineError::io("replace", folder)),
    }
}

/// Returns the first of the folders in a folder that is a mount point: what lies in it belongs to somebody else.
fn mounted<'l>(public: &Path, there: &'l [Listed]) -> Result<Option<&'l Path>> {
    for found in there.iter().filter(|found| matches!(found.kind, Ok(ListedKind::Directory))) {
        let path = public.join(&found.path);
        if host::is_mount_point(&path).map_err(EngineError::io("look at", &path))? {
            return Ok(Some(&found.path));
        }
    }
    Ok(None)
}

/// Returns the first file in the folder that its own list does not name.
fn foreign<'l>(public: &Path, there: &'l [Listed]) -> Option<&'l Path> {
    let list = host::read_limited(&public.join(LIST), LONGEST_LIST).unwrap_or_default();
    let list = String::from_utf8_lossy(&list).into_owned();
    let ours: BTreeSet<&str> = list.lines().filter_map(|line| Some(line.split_once("  ")?.1)).chain([LIST]).collect();
    let foreign = there.iter().find(|found| {
        !matches!(found.kind, Ok(ListedKind::Directory)) && found.path.to_str().is_none_or(|path| !ours.contains(path))
    });
    foreign.map(|found| found.path.as_path())
}
