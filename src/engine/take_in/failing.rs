//! Files that cannot be taken in although nothing is wrong with them: what is noted, so that `hokan status` can tell of them.
//!
//! In: what a take-in could not seal. Out: a note in the catalog, which the next take-in replaces. The rule it keeps: a file
//! is noted by its number, never by its name, which would outlive the record.

use std::collections::BTreeMap;

use super::super::Result;
use super::NotTakenIn;
use crate::intake::{Found, FoundKind, State};
use crate::store::{Catalog, Store};

/// Where the catalog keeps the note: a line each, the file's number, the code, how often.
const NOTE: &str = "intake-failing";
/// A file for which there is no room.
pub(super) const NO_ROOM: &str = "intake.no-room";
/// How often something may fail before it is told: a file that is written to now is another one at the next look.
const AGAIN: u8 = 2;

/// What stood in the way of a file, and how often, counted up to [`AGAIN`].
type Failing = BTreeMap<u64, (String, u8)>;

/// Notes what failed, in the place of what failed before.
pub(super) fn note(store: &mut Store, failed: &[NotTakenIn]) -> Result<()> {
    let before = noted(&store.catalog())?;
    let times = |inode: &u64, code: &str| match before.get(inode) {
        Some((known, times)) if known == code => (times + 1).min(AGAIN),
        _ => 1,
    };
    let counted = |one: &NotTakenIn| Some((one.inode?, (one.code.to_owned(), times(&one.inode?, one.code))));
    let now: Failing = failed.iter().filter_map(counted).collect();
    if now == before {
        return Ok(());
    }
    let lines: Vec<String> = now.iter().map(|(inode, (code, times))| format!("{inode} {code} {times}")).collect();
    let pending = store.write_pending()?;
    pending.set_meta(NOTE, &lines.join("\n"))?;
    Ok(pending.commit()?)
}

/// Reads the note; a line that cannot be read says nothing.
fn noted(catalog: &Catalog<'_>) -> Result<Failing> {
    let text = catalog.meta(NOTE)?.unwrap_or_default();
    let read = |line: &str| {
        let mut parts = line.split(' ');
        Some((parts.next()?.parse().ok()?, (parts.next()?.to_owned(), parts.next()?.parse().ok()?)))
    };
    Ok(text.lines().filter_map(read).collect())
}

/// Counts the files that are ready and fail again and again, or have no room, by what stands in their way.
pub(in crate::engine) fn failing(catalog: &Catalog<'_>, found: &[(Found, State)]) -> Result<BTreeMap<String, u64>> {
    let (noted, mut counts) = (noted(catalog)?, BTreeMap::new());
    for (found, state) in found {
        let (State::Ready(_), FoundKind::File(meta)) = (state, &found.kind) else { continue };
        let Some((code, times)) = noted.get(&meta.inode) else { continue };
        if *times >= AGAIN || code == NO_ROOM {
            *counts.entry(code.clone()).or_default() += 1;
        }
    }
    Ok(counts)
}
