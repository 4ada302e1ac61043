//! What was published is kept: every file once, by its digest, and a list of what was published when.
//!
//! In: the files of a site. Out: below the vault's `published/`, `objects/DIGEST` for each file, `editions/DIGEST` for each
//! site (its `SHA256SUMS`, under that list's own digest), `publications.jsonl` with one line for each publication. The rule
//! it keeps: what readers see is durable here before they see it, and nothing here is ever changed or removed.
//!
//! The order: objects, the edition, the line in `next.json`; then the site is exchanged; then the line joins
//! `publications.jsonl` and `next.json` goes. After a stop, what the published folder holds decides whether the line counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::instance::Instance;
use super::verify::Wrong;
use super::{EngineError, Result};
use crate::Digest;
use crate::calendar::{Date, Instant, Zone};
use crate::host::read_limited;
use crate::vault::files::{self, Readers};

/// The most bytes of a file that is kept.
const LARGEST: u64 = 256 << 20;

/// One publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// When, in microseconds since 1970 UTC.
    pub at: Instant,
    /// The digest of its list of files.
    pub edition: Digest,
    /// The digest of the policy's version.
    pub policy: Digest,
    /// Its commit.
    pub commit: Option<String>,
    /// How many files.
    pub files: usize,
    /// The version of the program that rendered it.
    pub program: String,
}

/// Returns the folder of what was published.
pub(super) fn dir(instance: &Instance) -> PathBuf {
    instance.vault_dir().join("published")
}

fn line_file(instance: &Instance) -> PathBuf {
    dir(instance).join("publications.jsonl")
}

fn next_file(instance: &Instance) -> PathBuf {
    dir(instance).join("next.json")
}

/// Writes the list of a site, as `sha256sum` does.
pub(super) fn list_of(site: &BTreeMap<String, Vec<u8>>) -> String {
    site.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect()
}

/// Keeps the files of a site that is about to be published, and notes that it is.
///
/// # Durability
/// On return every file, the edition and the note are on disk.
pub(super) fn begin(instance: &Instance, site: &BTreeMap<String, Vec<u8>>, publication: &Publication) -> Result<()> {
    let dir = dir(instance);
    let (objects, incoming, editions) = (dir.join("objects"), dir.join("incoming"), dir.join("editions"));
    for folder in [&objects, &editions] {
        files::make_dirs(folder, Readers::Owner).map_err(EngineError::io("make", folder))?;
    }
    files::remove_tree(&incoming).map_err(EngineError::io("empty", &incoming))?;
    let by_digest: BTreeMap<String, &[u8]> =
        site.values().map(|bytes| (Digest::of(bytes).to_string(), bytes.as_slice())).collect();
    // A damaged file is no file: it is written again.
    let new: Vec<(String, &[u8])> =
        by_digest.into_iter().filter(|(name, bytes)| !has_bytes(&objects.join(name), bytes)).collect();
    if !new.is_empty() {
        keep(&incoming, &objects, &new).inspect_err(|_| {
            // A full disk must not stay full.
            let _ = files::remove_tree(&incoming);
        })?;
    }
    let (edition, list) = (editions.join(publication.edition.to_string()), list_of(site));
    if !has_bytes(&edition, list.as_bytes()) {
        files::replace_file(&edition, list.as_bytes(), Readers::Owner).map_err(EngineError::io("write", &edition))?;
    }
    let next = next_file(instance);
    let line = serde_json::to_vec(publication).unwrap_or_default();
    files::replace_file(&next, &line, Readers::Owner).map_err(EngineError::io("write", &next))
}

/// Writes files into a folder beside and moves them in; the folder goes.
fn keep(incoming: &Path, objects: &Path, new: &[(String, &[u8])]) -> Result<()> {
    let named = new.iter().map(|(name, bytes)| (name.as_str(), *bytes));
    files::write_group(incoming, named, Readers::Owner).map_err(EngineError::io("write", incoming))?;
    let names: Vec<&str> = new.iter().map(|(name, _)| name.as_str()).collect();
    files::move_group(incoming, objects, &names).map_err(EngineError::io("write", objects))?;
    files::remove_tree(incoming).map_err(EngineError::io("remove", incoming))
}

/// Whether a file holds these bytes.
fn has_bytes(path: &Path, bytes: &[u8]) -> bool {
    read_limited(path, bytes.len() as u64).is_ok_and(|there| there == bytes)
}

/// Enters the publication that was noted, if the published folder holds it; called after the exchange, and before the next
/// one for what a stop left behind.
///
/// # Durability
/// On return the line is on disk.
pub(super) fn finish(instance: &Instance, shown: Option<Digest>) -> Result<()> {
    let next = next_file(instance);
    let Ok(bytes) = read_limited(&next, 1 << 16) else { return Ok(()) };
    if let Ok(noted) = serde_json::from_slice::<Publication>(&bytes) {
        let mut lines = publications(instance)?;
        if shown == Some(noted.edition) && lines.last().is_none_or(|last| last.edition != noted.edition) {
            lines.push(noted);
            let text: String =
                lines.iter().map(|line| serde_json::to_string(line).unwrap_or_default() + "\n").collect();
            let path = line_file(instance);
            files::replace_file(&path, text.as_bytes(), Readers::Owner).map_err(EngineError::io("write", &path))?;
        }
    }
    files::remove(&next).map_err(EngineError::io("remove", &next))
}

/// Returns everything that was published, the oldest first.
///
/// # Errors
/// Refuses a list with a line that cannot be read.
pub fn publications(instance: &Instance) -> Result<Vec<Publication>> {
    let path = line_file(instance);
    let bytes = match read_limited(&path, LARGEST) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(EngineError::io("read", &path))?,
    };
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.lines().enumerate().map(|(number, line)| {
        serde_json::from_str(line).map_err(|error| {
            let why = format!("line {} of `{}` cannot be read: {error}", number + 1, path.display());
            EngineError::refused("render.archive", why).help("bring the file back from a backup of the vault")
        })
    });
    lines.collect()
}

/// Returns the zone in which the days of this instance turn: that of the accepted policy.
///
/// # Errors
/// Refuses where nothing was accepted yet.
pub fn zone(instance: &Instance) -> Result<Zone> {
    let store = instance.store_to_read()?;
    let state = super::accept::policy_state(instance, &store)?;
    Ok(state.accepted()?.policy.organization.time_zone)
}

/// Returns what was published on a day: what stood there when it began, and what came in the course of it.
pub fn published_on(publications: &[Publication], day: Date, zone: Zone) -> &[Publication] {
    let first = publications.iter().rposition(|one| zone.date(one.at) < day).unwrap_or(0);
    let after = publications.iter().position(|one| zone.date(one.at) > day).unwrap_or(publications.len());
    publications.get(first..after).unwrap_or_default()
}

/// Reads the files of an edition back and compares each with its digest.
///
/// # Errors
/// Refuses an edition that is not there, and one of which a file is missing or altered.
pub(super) fn edition(instance: &Instance, edition: Digest) -> Result<BTreeMap<String, Vec<u8>>> {
    let path = dir(instance).join("editions").join(edition.to_string());
    let damaged = |path: &Path| {
        let why = format!("`{}` is missing or altered: this edition cannot be shown whole", path.display());
        EngineError::refused("render.archive", why).help("bring the file back from a backup of the vault")
    };
    let list = read_limited(&path, LARGEST).ok().filter(|bytes| Digest::of(bytes) == edition);
    let list = list.ok_or_else(|| damaged(&path))?;
    let mut site = BTreeMap::new();
    for line in String::from_utf8_lossy(&list).lines() {
        let (digest, name) = line.split_once("  ").ok_or_else(|| damaged(&path))?;
        let object = dir(instance).join("objects").join(digest);
        let bytes = read_limited(&object, LARGEST).ok().filter(|bytes| Digest::of(bytes).to_string() == digest);
        site.insert(name.to_owned(), bytes.ok_or_else(|| damaged(&object))?);
    }
    Ok(site)
}

/// Returns what is wrong with what was kept: each edition that was published, and each file of it once.
pub(super) fn problems(instance: &Instance) -> Vec<Wrong> {
    let wrong = |message: String| Wrong { code: "verify.archive", message };
    let publications = match publications(instance) {
        Ok(publications) => publications,
        Err(error) => return vec![wrong(error.to_string())],
    };
    let editions: BTreeSet<Digest> = publications.iter().map(|one| one.edition).collect();
    let (mut problems, mut objects) = (Vec::new(), BTreeSet::new());
    for edition in editions {
        let path = dir(instance).join("editions").join(edition.to_string());
        match read_limited(&path, LARGEST).ok().filter(|bytes| Digest::of(bytes) == edition) {
            None => problems.push(wrong(format!("the list of the published edition {edition} is missing or altered"))),
            Some(list) => {
                let list = String::from_utf8_lossy(&list);
                objects.extend(list.lines().filter_map(|line| Some(line.split_once("  ")?.0.to_owned())));
            }
        }
    }
    for name in objects {
        let bytes = read_limited(&dir(instance).join("objects").join(&name), LARGEST);
        if bytes.map(|bytes| Digest::of(&bytes).to_string()).ok().as_ref() != Some(&name) {
            problems.push(wrong(format!("the published file {name} is missing in the archive or altered")));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str, hour: i64) -> Publication {
        let date: Date = day.parse().unwrap();
        let days = date.days_since("1970-01-01".parse().unwrap());
        Publication {
            at: Instant::from_micros((days * 24 + hour) * 3_600_000_000),
            edition: Digest::of(day.as_bytes()),
            policy: Digest::of(b""),
            commit: None,
            files: 1,
            program: "0".to_owned(),
        }
    }

    #[test]
    fn a_day_shows_what_stood_there_when_it_began_and_what_came_in_its_course() {
        let zone: Zone = "UTC".parse().unwrap();
        let all = [at("2026-01-01", 9), at("2026-01-05", 9), at("2026-01-05", 17), at("2026-01-09", 9)];
        let on = |day: &str| published_on(&all, day.parse().unwrap(), zone).len();
        assert_eq!((on("2025-12-31"), on("2026-01-01"), on("2026-01-03")), (0, 1, 1));
        assert_eq!((on("2026-01-05"), on("2026-01-06"), on("2027-01-01")), (3, 1, 1));
    }
}
