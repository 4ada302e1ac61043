//! What a change of policy does: two versions, and the records that are held.
//!
//! In: two revisions, or one and the work tree, or the policy in force and the one that waits. Out: [`Difference`]. The
//! rule it keeps: nothing is written; the version before is read as it stands, the one after is checked whole.

use super::accept::policy_state;
use super::bundle::{self, Bundle, Checked};
use super::instance::Instance;
use super::{EngineError, Result};
use crate::diag::{Report, Sources, nearest};
use crate::policy::diff::{Change, Concern, Effect, diff as compare};
use crate::policy::{AsOf, Policy, PolicySet};
use crate::retention::gate;
use crate::retention::moves::{Counting, Edit, Moves};
use crate::store::{Store, Version};

/// Which version a side is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// A commit, by the name it was asked for.
    Revision(String),
    /// The files as they lie there.
    WorkTree,
    /// The accepted policy.
    InForce,
    /// The one that waits for its acceptance.
    Waiting,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Which version it is.
    pub which: Which,
    /// Its digest and commit.
    pub version: Version,
}

/// What a change of policy does.
pub struct Difference {
    /// The version before.
    pub before: Side,
    /// The version after.
    pub after: Side,
    /// What changes.
    pub effect: Effect,
    /// What becomes of the records; nothing where there is no vault.
    pub records: Option<Moves>,
    /// The files that differ, templates included.
    pub files: Vec<String>,
}

/// A side whose policy has errors: what it does cannot be told.
pub struct Faulty {
    /// Which side.
    pub side: Side,
    /// Its findings.
    pub report: Report,
    /// The texts they point into.
    pub sources: Sources,
}

/// What a comparison came to.
pub enum Diffed {
    /// Both sides could be read.
    Told(Box<Difference>),
    /// One could not.
    Faulty(Box<Faulty>),
}

impl Difference {
    /// Returns the templates that differ.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(|path| path.starts_with("templates/"))
    }

    /// Returns whether nothing that is published or done changes.
    pub fn is_nothing(&self) -> bool {
        self.effect.changes.is_empty() && self.templates().next().is_none()
    }

    /// Returns how many changes raise a concern; records that fall due earlier count as one, and so do templates.
    pub fn raised(&self, concern: Concern) -> usize {
        let changes = self.effect.of_concern(concern).count();
        let earlier = self.records.as_ref().is_some_and(|moves| moves.all.earlier + moves.all.may_be_earlier > 0);
        let more = match concern {
            Concern::Shortening => changes == 0 && earlier,
            Concern::Any => self.templates().next().is_some(),
            Concern::Notice | Concern::Consent | Concern::People | Concern::Classes => false,
        };
        changes + usize::from(more)
    }

    /// Returns the changes of one group, in order.
    pub fn of_group(&self, group: crate::policy::diff::Group) -> impl Iterator<Item = &Change> {
        self.effect.changes.iter().filter(move |change| change.group == group)
    }
}

/// One version, loaded.
pub(super) struct Loaded {
    pub(super) side: Side,
    pub(super) bundle: Bundle,
    pub(super) checked: Checked,
}

/// Compares `from` (by default `HEAD`; without git, the policy in force) with `to` (by default the work tree).
///
/// # Errors
/// Refuses a revision that git does not know, and a repository without a commit; fails as git and the stores do.
pub fn diff(instance: &Instance, from: Option<&str>, to: Option<&str>) -> Result<Diffed> {
    let (before, after) = sides(instance, from, to)?;
    let store = instance.vault_dir().is_dir().then(|| instance.store_to_read()).transpose()?;
    let (was, is) = match (before.checked.policy, after.checked.policy) {
        (Some(was), Some(is)) => (was, is),
        (None, _) => return Ok(faulty(before.side, before.checked.report, before.checked.sources)),
        (_, None) => return Ok(faulty(after.side, after.checked.report, after.checked.sources)),
    };
    let files = before.bundle.differing(&after.bundle);
    difference(instance, store.as_ref(), (before.side, &was), (after.side, &is), files)
        .map(|difference| Diffed::Told(Box::new(difference)))
}

/// Loads both versions of a comparison, as [`diff`] names them.
pub(super) fn sides(instance: &Instance, from: Option<&str>, to: Option<&str>) -> Result<(Loaded, Loaded)> {
    let has_git = instance.dir.join(".git").exists();
    let before = match from {
        None if !has_git => in_force(instance)?,
        None => revision(instance, "HEAD", Bundle::read)?,
        Some(revision_before) => revision(instance, revision_before, Bundle::read)?,
    };
    let after = match to {
        None => work_tree(instance)?,
        Some(to) => revision(instance, to, |bundle| bundle.check(Vec::new(), AsOf::Now(instance.now())))?,
    };
    Ok((before, after))
}

fn faulty(side: Side, report: Report, sources: Sources) -> Diffed {
    Diffed::Faulty(Box::new(Faulty { side, report, sources }))
}

/// Compares the policy in force with the one that waits; nothing where none of them is there or the latter has errors.
///
/// # Errors
/// Fails as the stores and git do.
pub fn waiting_effect(instance: &Instance) -> Result<Option<Difference>> {
    let store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let (Some(was), Some(waiting)) = (&state.in_force, &state.waiting) else { return Ok(None) };
    let Ok(is) = &waiting.policy else { return Ok(None) };
    let before = store.catalog().accepted()?.and_then(|accepted| Bundle::unpack(&accepted.bundle));
    let files = before.map(|before| before.differing(&waiting.bundle)).unwrap_or_default();
    let before = Side { which: Which::InForce, version: was.version.clone() };
    let after = Side { which: Which::Waiting, version: waiting.version.clone() };
    difference(instance, Some(&store), (before, &was.policy), (after, is), files).map(Some)
}

fn difference(
    instance: &Instance,
    store: Option<&Store>,
    (before, was): (Side, &PolicySet),
    (after, is): (Side, &PolicySet),
    files: Vec<String>,
) -> Result<Difference> {
    let records = store.map(|store| moves(instance, store, was, is)).transpose()?;
    let today = is.organization.time_zone.date(instance.now());
    Ok(Difference { before, after, effect: compare(was, is, today), records, files })
}

/// Asks both policies about every record.
fn moves(instance: &Instance, store: &Store, before: &Policy, after: &Policy) -> Result<Moves> {
    let catalog = store.catalog();
    let (day, holds) = (after.organization.time_zone.date(instance.now()), catalog.holds()?);
    let edit = Edit { before, after, holds: &holds, day };
    let mut counting = Counting::begin(&edit);
    catalog.each(|record| {
        counting.count(record, &gate::known(&catalog, record)?);
        Ok(())
    })?;
    Ok(counting.done())
}

fn work_tree(instance: &Instance) -> Result<Loaded> {
    let (bundle, unread) = bundle::work_tree(&instance.dir)?;
    let side = Side { which: Which::WorkTree, version: Version { digest: bundle.digest(), commit: None } };
    let checked = bundle.check(unread, AsOf::Now(instance.now()));
    Ok(Loaded { side, bundle, checked })
}

fn revision(instance: &Instance, name: &str, look: impl FnOnce(&Bundle) -> Checked) -> Result<Loaded> {
    let commit = resolved(instance, name)?;
    let bundle = bundle::committed(&instance.dir, &commit)?;
    let version = Version { digest: bundle.digest(), commit: Some(commit) };
    let checked = look(&bundle);
    Ok(Loaded { side: Side { which: Which::Revision(name.to_owned()), version }, bundle, checked })
}

fn in_force(instance: &Instance) -> Result<Loaded> {
    let nothing = || {
        let (why, help) = bundle::no_repository(&instance.dir);
        let why = format!("there is no accepted policy to compare with, and {why}");
        EngineError::refused("diff.nothing-before", why).help(help)
    };
    if !instance.vault_dir().is_dir() {
        return Err(nothing());
    }
    let store = instance.store_to_read()?;
    let accepted = store.catalog().accepted()?.ok_or_else(nothing)?;
    let bundle = Bundle::unpack(&accepted.bundle).ok_or_else(nothing)?;
    let checked = bundle.read();
    Ok(Loaded { side: Side { which: Which::InForce, version: accepted.version }, bundle, checked })
}

/// Returns the commit that a revision names.
pub(super) fn resolved(instance: &Instance, name: &str) -> Result<String> {
    let dir = &instance.dir;
    if !dir.join(".git").exists() {
        let (why, help) = bundle::no_repository(dir);
        return Err(
            EngineError::refused("diff.no-repository", format!("`{name}` cannot be looked up: {why}")).help(help)
        );
    }
    let has_commit = bundle::head(dir)?.is_some();
    if name == "HEAD" && !has_commit {
        let why = "the repository has no commit yet: there is nothing to compare with";
        return Err(EngineError::refused("diff.no-commit", why).help("run `git add policies && git commit` first"));
    }
    // What is left of the dots or right of them may be missing: that is no range.
    if let Some((from, to)) = name.split_once("..").filter(|(from, to)| !from.is_empty() && !to.is_empty()) {
        let why = format!("`{name}` is a range, not a revision");
        return Err(EngineError::refused("diff.unknown-revision", why)
            .help(format!("write the two revisions apart: `hokan diff {from} {}`", to.trim_start_matches('.'))));
    }
    let wanted = format!("{name}^{{commit}}");
    let ended = bundle::git(dir, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted], &[])?;
    let commit = String::from_utf8_lossy(&ended.stdout).trim().to_owned();
    if ended.code == 0 && !commit.is_empty() {
        return Ok(commit);
    }
    let listed = bundle::git(dir, &["for-each-ref", "--format=%(refname:short)"], &[])?;
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    let near = nearest(name, names.lines()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let help = format!("{near}`git log --oneline` shows the commits; a shallow clone has to fetch older ones first");
    Err(EngineError::refused("diff.unknown-revision", format!("git knows no revision `{name}`")).help(help))
}
