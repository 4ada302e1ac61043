//! The slow round: the files of all records, a share at a time, so that a bad disk is noticed before a backup is needed.
//!
//! In: where the round stands. Out: where it stands then, and what it found. The rule it keeps: it reads and notes, under
//! no lock but that of its note; a stop forgets at most one share.
//!
//! To the byte: `meta` of the catalog holds, under `verify-round`, the JSON object [`Round`].

use serde::{Deserialize, Serialize};

use super::super::instance::Instance;
use super::super::take_in::Progress;
use super::super::{EngineError, Result};
use super::files::Looking;
use crate::RecordId;
use crate::calendar::Instant;
use crate::store::StoreError;

/// Where it is noted.
const ROUND: &str = "verify-round";
/// A round takes so many hours: thirty days.
const HOURS: u64 = 720;
/// The smallest share.
const LEAST: u64 = 64;
/// How many records are looked at between two notes.
const PAGE: u32 = 256;
/// How many faults are kept in the note; what is beyond is counted.
const MOST_KEPT: usize = 1000;

/// A fault that the round found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fault {
    /// Its stable name.
    pub code: String,
    /// What was found and what was expected.
    pub message: String,
}

/// Where the slow round stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Round {
    /// When a share was looked at last.
    pub at: Option<Instant>,
    /// The last record looked at; none at the beginning of a round.
    pub after: Option<RecordId>,
    /// Records looked at in this round.
    pub looked: u64,
    /// Faults found in this round.
    pub faults: u64,
    /// The first of them.
    pub wrong: Vec<Fault>,
    /// The last round that was finished.
    pub last: Option<Finished>,
}

/// A round that was finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Finished {
    /// When.
    pub at: Instant,
    /// Records looked at.
    pub looked: u64,
    /// Faults found.
    pub faults: u64,
    /// The first of them.
    pub wrong: Vec<Fault>,
}

impl Round {
    /// Returns how many faults are known: of this round, and of the one before as far as this one has not come again.
    pub fn known_faults(&self) -> u64 {
        self.faults.max(self.last.as_ref().map_or(0, |last| last.faults))
    }

    /// Returns whether another share is due: an hour after the last one.
    pub fn is_due(&self, now: Instant) -> bool {
        self.at.is_none_or(|at| at.plus_seconds(3600) <= now || at > now)
    }
}

/// How much of the round is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// What is done in an hour: a round takes thirty days, and at least 64 records are looked at.
    Hour,
    /// Everything that is left of the round.
    Rest,
}

/// Returns where the slow round stands.
///
/// # Errors
/// Fails as the store does, or when the note is damaged.
pub fn verify_round(instance: &Instance) -> Result<Round> {
    read(&instance.store_to_read()?.catalog())
}

pub(in crate::engine) fn read(catalog: &crate::store::Catalog<'_>) -> Result<Round> {
    let Some(text) = catalog.meta(ROUND)? else { return Ok(Round::default()) };
    let damaged = |_| StoreError::Damaged { column: "value", key: ROUND.to_owned() };
    Ok(serde_json::from_str(&text).map_err(damaged)?)
}

/// Looks at the next share of records and notes how far it came; at the end of a round the next one begins.
///
/// # Errors
/// Fails as the stores do. What is wrong with files is no error: it stands in the round.
///
/// # Durability
/// On return the note is on disk.
pub fn verify_share(instance: &Instance, share: Share, progress: &mut dyn Progress) -> Result<Round> {
    let (mut store, vault) = (instance.store()?, instance.vault()?);
    // One that is away is told by `verify` and `doctor`; the files here are looked at all the same.
    let vault = super::second_place(instance, &store, vault, &mut Vec::new())?;
    let mut round = read(&store.catalog())?;
    let outside = store.catalog().outside_vault()?;
    let total = store.catalog().record_count()?;
    let left = total.saturating_sub(round.looked);
    let mut most = match share {
        Share::Hour => (total / HOURS + 1).max(LEAST),
        Share::Rest => u64::MAX,
    };
    progress.begin("verifying", left.min(most));
    loop {
        let page = store.catalog().held_after(round.after, u32::try_from(most).unwrap_or(PAGE).min(PAGE))?;
        let is_last = page.is_empty();
        let looking = Looking::of(&store, &vault)?;
        for record in &page {
            round.looked += 1;
            round.after = Some(record.known.id);
            let found = if outside.contains(&record.known.id) { Vec::new() } else { looking.look(record) };
            round.faults += found.len() as u64;
            let room = MOST_KEPT.saturating_sub(round.wrong.len());
            let kept =
                found.into_iter().take(room).map(|one| Fault { code: one.code.to_owned(), message: one.message });
            round.wrong.extend(kept);
        }
        progress.advance(page.len() as u64);
        instance.stop.beat();
        most = most.saturating_sub(page.len() as u64);
        let now = instance.now();
        round.at = Some(now);
        if is_last {
            let (looked, faults, wrong) = (round.looked, round.faults, std::mem::take(&mut round.wrong));
            round = Round { at: round.at, last: Some(Finished { at: now, looked, faults, wrong }), ..Round::default() };
        }
        let text = serde_json::to_string(&round)
            .map_err(|error| EngineError::refused("verify.note", format!("what was found cannot be noted: {error}")))?;
        let pending = store.write_pending()?;
        pending.set_meta(ROUND, &text)?;
        pending.commit()?;
        if is_last || most == 0 || instance.stop.is_asked() {
            progress.end();
            return Ok(round);
        }
    }
}
