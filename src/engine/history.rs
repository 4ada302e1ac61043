//! The history of the policy: its revisions, from git or from what was accepted here.
//!
//! In: the version that is shown, its repository, the ledger. Out: a [`History`]. The rule it keeps: it ends at the version
//! shown, everything the ledger says was in force stands in it, whatever was merged since, no revision of the main line is
//! passed over, what was in force is compared with what was in force before it, and what two revisions differ by is computed
//! once: it is remembered by the ids of both trees, so that a long history costs what is new in it.

mod woven;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::bundle::{self, Bundle};
use super::instance::Instance;
use super::{EngineError, Result};
use crate::Digest;
use crate::calendar::{Date, Instant, Zone};
use crate::host::read_limited;
use crate::ledger::What as LedgerWhat;
use crate::policy::PolicySet;
use crate::publish::history::{History, Reach, Revision, What, told};
use crate::publish::messages::Messages;
use crate::publish::templates::Templates;
use crate::store::{Store, Version};
use crate::vault::files::{self, Readers};

/// The file of remembered differences, below the vault's folder of what was published.
const MEMORY: &str = "history.json";

/// The most bytes of it that are read.
const LARGEST_MEMORY: u64 = 64 << 20;

/// How many revisions are held in memory at a time.
const AT_A_TIME: usize = 32;

/// What is remembered about trees: what reading and comparing them came to.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Memory {
    /// The program and the words it was made with.
    made: String,
    /// Errors by tree; none for one that can be read.
    errors: BTreeMap<String, usize>,
    /// What changed from one tree to the other, by `BEFORE AFTER`.
    changes: BTreeMap<String, What>,
}

/// A revision before its difference is known.
#[derive(Clone)]
struct Found {
    revision: Revision,
    /// What identifies its policies.
    tree: String,
    /// Where to read them.
    from: Place,
    /// Whether it is a revision of the main line, or the same as one.
    is_on_line: bool,
}

#[derive(Clone)]
enum Place {
    Commit(String),
    Accepted(Digest),
}

/// Returns the history that ends at a version, and what to remember of it.
///
/// # Errors
/// Fails as git and the stores do, and where a language lacks a message.
pub(super) fn history(
    instance: &Instance,
    store: Option<&Store>,
    version: &Version,
    policy: &PolicySet,
    templates: &Templates,
) -> Result<(History, Memory)> {
    let (languages, zone) = (&policy.organization.languages, policy.organization.time_zone);
    let messages: Vec<Messages> =
        languages.iter().map(|language| Messages::read(templates, language)).collect::<std::result::Result<_, _>>()?;
    let accepted = store.map(|store| acceptances(store, zone)).transpose()?.unwrap_or_default();
    let (found, reach) = match &version.commit {
        Some(commit) if has(instance, commit)? => repository(instance, commit, version.digest, zone, &accepted)?,
        _ => (accepted_here(&accepted), Reach::Accepted),
    };
    let made = made_with(&messages);
    let known = remembered(instance).filter(|memory| memory.made == made).unwrap_or_default();
    let mut telling =
        Telling { instance, store, messages: &messages, known, memory: Memory { made, ..Memory::default() } };
    let mut revisions = telling.tell(found)?;
    revisions.reverse();
    Ok((History { revisions, reach }, telling.memory))
}

/// Keeps what was computed for the next time.
///
/// # Durability
/// None is needed: what is lost is computed again.
pub(super) fn remember(instance: &Instance, memory: &Memory) -> Result<()> {
    let path = memory_file(instance);
    let bytes = serde_json::to_vec(memory).unwrap_or_default();
    if read_limited(&path, LARGEST_MEMORY).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        files::make_dirs(parent, Readers::Owner).map_err(EngineError::io("make", parent))?;
    }
    files::replace_file(&path, &bytes, Readers::Owner).map_err(EngineError::io("write", &path))
}

fn memory_file(instance: &Instance) -> PathBuf {
    super::archive::dir(instance).join(MEMORY)
}

/// Returns what is remembered; a file that cannot be read is no memory.
fn remembered(instance: &Instance) -> Option<Memory> {
    serde_json::from_slice(&read_limited(&memory_file(instance), LARGEST_MEMORY).ok()?).ok()
}

/// What the words of a difference depend on besides both trees.
fn made_with(messages: &[Messages]) -> String {
    let mut parts = vec![env!("CARGO_PKG_VERSION").to_owned()];
    parts.extend(messages.iter().map(|one| format!("{} {:?}", one.language(), one.texts())));
    Digest::of(parts.join("\n").as_bytes()).to_string()
}

/// A version that was accepted here.
struct Accepted {
    commit: Option<String>,
    digest: Digest,
    at: Instant,
    day: Date,
}

/// Returns the versions that were accepted here, in order.
fn acceptances(store: &Store, zone: Zone) -> Result<Vec<Accepted>> {
    let entries = store.reader().acceptances()?.into_iter();
    let accepted = entries.filter_map(|(_, entry)| match entry.what {
        LedgerWhat::PolicyAccepted { commit, policy, .. } => {
            Some(Accepted { commit, digest: policy, at: entry.at, day: zone.date(entry.at) })
        }
        _ => None,
    });
    Ok(accepted.collect())
}

/// Whether the repository has this commit.
fn has(instance: &Instance, commit: &str) -> Result<bool> {
    if !instance.dir.join(".git").exists() {
        return Ok(false);
    }
    let wanted = format!("{commit}^{{commit}}");
    Ok(bundle::git(&instance.dir, &["cat-file", "-e", &wanted], &[])?.code == 0)
}

/// What git answers, line by line.
fn lines(instance: &Instance, arguments: &[&str], input: &[u8]) -> Result<Vec<String>> {
    let ended = bundle::git(&instance.dir, arguments, input)?;
    if ended.code != 0 {
        let why = format!("git could not list the history: {}", ended.stderr.trim());
        return Err(EngineError::refused("policy.git", why).help("run `git fsck`"));
    }
    Ok(String::from_utf8_lossy(&ended.stdout).lines().map(str::to_owned).collect())
}

/// Lists the commits of a main line, each with its time.
const WALK: [&str; 3] = ["rev-list", "--first-parent", "--timestamp"];

/// A revision that a line of that list tells, as one that was never in force.
fn listed(line: &str, zone: Zone) -> Found {
    let (at, id) = line.split_once(' ').unwrap_or_default();
    let at = Instant::from_micros(at.parse::<i64>().unwrap_or(0).saturating_mul(1_000_000));
    let date = zone.date(at);
    let revision =
        Revision { id: id.to_owned(), is_commit: true, again: 0, date, at, in_force: None, what: What::First };
    Found { revision, tree: String::new(), from: Place::Commit(id.to_owned()), is_on_line: true }
}

/// What was in force up to a version, and between it the revisions of the main line that never were, the oldest first: each
/// merge is one, with all it brought.
fn repository(
    instance: &Instance,
    commit: &str,
    version: Digest,
    zone: Zone,
    accepted: &[Accepted],
) -> Result<(Vec<Found>, Reach)> {
    let all = lines(instance, &[&WALK[..], &["--reverse", commit, "--"]].concat(), &[])?;
    let edits = lines(instance, &[&WALK[..], &["--reverse", commit, "--", "policies"]].concat(), &[])?;
    let is_shallow = lines(instance, &["rev-parse", "--is-shallow-repository"], &[])?;
    let is_shallow = is_shallow.first().is_some_and(|it| it == "true");
    let edits: BTreeSet<String> = edits.into_iter().collect();
    let mut line: Vec<Found> = Vec::new();
    // What is accepted at a commit is the newest revision at or before it.
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &all {
        if edits.contains(one) {
            line.push(listed(one, zone));
        }
        if let (Some((_, id)), Some(place)) = (one.split_once(' '), line.len().checked_sub(1)) {
            places.insert(id, place);
        }
    }
    let place = |one: &Accepted| places.get(one.commit.as_deref()?).copied();
    // Of another version than one in force, all that its line holds or that was accepted before it was committed.
    let made = all.last().map(|last| listed(last, zone).revision.at);
    let is_it = |one: &Accepted| one.digest == version && one.commit.as_deref() == Some(commit);
    let is_before = |one: &Accepted| place(one).is_some() || made.is_some_and(|made| one.at <= made);
    let last = accepted.iter().rposition(is_it).or_else(|| accepted.iter().rposition(is_before));
    let accepted = &accepted[..last.map_or(0, |last| last + 1)];
    let mut in_force: Vec<(Found, Option<usize>)> = Vec::new();
    for one in accepted {
        let found = match (place(one), one.commit.as_deref()) {
            (Some(place), _) => line[place].clone(),
            (None, Some(commit)) => aside(instance, commit, zone)?.unwrap_or_else(|| accepted_as(one)),
            (None, None) => accepted_as(one),
        };
        let revision = Revision { in_force: Some(one.day), at: one.at, ..found.revision };
        in_force.push((Found { revision, ..found }, place(one)));
    }
    let mut named: Vec<&mut Found> = line.iter_mut().chain(in_force.iter_mut().map(|(found, _)| found)).collect();
    named.retain(|one| matches!(one.from, Place::Commit(_)));
    let names: String = named.iter().map(|one| format!("{}:policies\n", one.revision.id)).collect();
    let trees = lines(instance, &["cat-file", "--batch-check=%(objectname)"], names.as_bytes())?;
    for (one, tree) in named.into_iter().zip(trees) {
        one.tree = tree;
    }
    Ok((woven::woven(&line, in_force), if is_shallow { Reach::Shallow } else { Reach::Beginning }))
}

/// The revision that a commit beside the main line had when it was its end; none where the commit is gone.
fn aside(instance: &Instance, commit: &str, zone: Zone) -> Result<Option<Found>> {
    if !has(instance, commit)? {
        return Ok(None);
    }
    let walk = [&WALK[..], &["--max-count=1", commit, "--", "policies"]].concat();
    Ok(lines(instance, &walk, &[])?.first().map(|line| listed(line, zone)))
}

/// The versions accepted here, each as a revision.
fn accepted_here(accepted: &[Accepted]) -> Vec<Found> {
    let alone = |one: &Accepted| accepted_as(&Accepted { commit: None, ..*one });
    woven::woven(&[], accepted.iter().map(|one| (alone(one), None)).collect())
}

/// A version as it was accepted, read from what is kept here.
fn accepted_as(Accepted { commit, digest, at, day }: &Accepted) -> Found {
    let id = commit.clone().unwrap_or_else(|| digest.to_string());
    let (is_commit, in_force) = (commit.is_some(), Some(*day));
    let revision = Revision { id, is_commit, again: 0, date: *day, at: *at, in_force, what: What::First };
    Found { revision, tree: digest.to_string(), from: Place::Accepted(*digest), is_on_line: true }
}

/// Tells revisions one after the other, out of memory where it can.
struct Telling<'a> {
    instance: &'a Instance,
    store: Option<&'a Store>,
    messages: &'a [Messages],
    known: Memory,
    memory: Memory,
}

/// Policies by tree; none for one that cannot be read.
type Read = BTreeMap<String, Option<PolicySet>>;

impl Telling<'_> {
    /// Fills in what each revision changed; the oldest comes first. One that was in force is compared with the last readable
    /// one in force before it, any other with the last readable one of its line before it.
    fn tell(&mut self, found: Vec<Found>) -> Result<Vec<Revision>> {
        let mut told = Vec::new();
        let (mut last, mut in_force, mut read): (Option<usize>, Option<usize>, Read) = (None, None, Read::new());
        for start in (0..found.len()).step_by(AT_A_TIME) {
            let window = start..found.len().min(start + AT_A_TIME);
            read.retain(|tree, _| [last, in_force].iter().flatten().any(|kept| found[*kept].tree == *tree));
            let unknown = window.clone().filter(|at| !self.known.errors.contains_key(&found[*at].tree)).collect();
            self.read(&found, unknown, &mut read)?;
            let mut pairs = Vec::new();
            for at in window.clone() {
                let was_in_force = found[at].revision.in_force.is_some();
                pairs.push((if was_in_force { in_force } else { last }, at));
                if self.errors(&found[at].tree) == 0 {
                    last = if found[at].is_on_line { Some(at) } else { last };
                    in_force = if was_in_force { Some(at) } else { in_force };
                }
            }
            let untold = pairs.iter().filter_map(|(before, at)| Some(((*before)?, *at)));
            let untold = untold.filter(|(before, at)| {
                let is_known = self.known.changes.contains_key(&pair(&found[*before].tree, &found[*at].tree));
                !is_known && self.errors(&found[*at].tree) == 0
            });
            let needed: BTreeSet<usize> = untold.flat_map(|(before, at)| [before, at]).collect();
            let needed = needed.into_iter().filter(|at| !read.contains_key(&found[*at].tree)).collect();
            self.read(&found, needed, &mut read)?;
            for (before, at) in pairs {
                let what = self.what(before.map(|before| &found[before]), &found[at], &read)?;
                told.push(Revision { what, ..found[at].revision.clone() });
            }
        }
        Ok(told)
    }

    fn errors(&self, tree: &str) -> usize {
        self.memory.errors.get(tree).or_else(|| self.known.errors.get(tree)).copied().unwrap_or(1)
    }

    fn what(&mut self, before: Option<&Found>, found: &Found, read: &Read) -> Result<What> {
        let errors = self.errors(&found.tree);
        self.memory.errors.insert(found.tree.clone(), errors);
        if errors > 0 {
            return Ok(What::Unreadable { errors });
        }
        let Some(before) = before else { return Ok(What::First) };
        let key = pair(&before.tree, &found.tree);
        let what = match (self.known.changes.remove(&key), read.get(&before.tree), read.get(&found.tree)) {
            (Some(known), ..) => known,
            (None, Some(Some(was)), Some(Some(is))) => told(was, is, found.revision.date, self.messages)?,
            // The same tree twice, with one in between: it is in the new memory already.
            (None, ..) => self.memory.changes.get(&key).cloned().unwrap_or(What::Changed { told: vec![], internal: 0 }),
        };
        self.memory.changes.insert(key, what.clone());
        Ok(what)
    }

    /// Reads the policies of some revisions and notes whether they can be read.
    fn read(&mut self, found: &[Found], wanted: Vec<usize>, read: &mut Read) -> Result<()> {
        let commit = |at: &usize| match &found[*at].from {
            Place::Commit(commit) => Some(commit.as_str()),
            Place::Accepted(_) => None,
        };
        let commits: Vec<&str> = wanted.iter().filter_map(commit).collect();
        let mut bundles = match commits.is_empty() {
            true => Vec::new(),
            false => bundle::policies_of(&self.instance.dir, &commits)?,
        }
        .into_iter();
        for at in wanted {
            let bundle = match &found[at].from {
                Place::Commit(_) => bundles.next().and_then(Result::ok),
                Place::Accepted(digest) => self.accepted(*digest)?,
            };
            let checked = bundle.map(|bundle| bundle.read());
            let policy = checked.as_ref().and_then(|checked| checked.policy.clone());
            let count = |checked: &bundle::Checked| checked.report.count(crate::diag::Severity::Error).max(1);
            let errors = if policy.is_some() { 0 } else { checked.as_ref().map_or(1, count) };
            self.memory.errors.insert(found[at].tree.clone(), errors);
            read.insert(found[at].tree.clone(), policy);
        }
        Ok(())
    }

    fn accepted(&self, digest: Digest) -> Result<Option<Bundle>> {
        let Some(store) = self.store else { return Ok(None) };
        Ok(store.catalog().policy(digest)?.and_then(|packed| Bundle::unpack(&packed)))
    }
}

fn pair(before: &str, after: &str) -> String {
    format!("{before} {after}")
}
