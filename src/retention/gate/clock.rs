//! Whether the clock is believed (I12).
//!
//! In: the times of the ledger, the moment. Out: nothing, or what is not believed. The rule it keeps: a clock that moved in
//! a way nobody explained destroys nothing until a person looked at it.

use super::GateError;
use crate::Digest;
use crate::calendar::Instant;
use crate::ledger::{Entry, What};
use crate::store::{Store, StoreError, Writing};

/// The longest silence of the ledger that is believed: a clock that jumped further needs a person.
const LONGEST_SILENCE_DAYS: i64 = 40;

/// Commands that work beside each other read their clocks once each: this much disorder is theirs.
const DISORDER_SECONDS: i64 = 3600;

/// Where the gate noted up to which entry the times were believed.
const CLOCK_CHECKED: &str = "clock-checked";

/// Refuses when the ledger's times went back or were silent for too long since somebody last confirmed the clock (I12).
///
/// What was looked at is noted: each entry is looked at once.
///
/// # Errors
/// Says what is not believed; fails as the stores do.
pub fn check_clock(store: &mut Store, now: Instant) -> Result<(), GateError> {
    if let Some(index) = believed(store, now)? {
        let pending = store.write_pending()?;
        pending.set_meta(CLOCK_CHECKED, &index.to_string())?;
        pending.commit()?;
    }
    Ok(())
}

/// Looks whether the gate would believe the clock; returns the newest entry whose time it believes.
///
/// # Errors
/// Says what is not believed (I12); fails as the stores do.
fn believed(store: &Store, now: Instant) -> Result<Option<u64>, GateError> {
    let (noted, size) = (store.catalog().meta(CLOCK_CHECKED)?, store.reader().size()?);
    // A note that cannot be right counts as none: then every entry is looked at.
    let checked: u64 = noted.and_then(|text| text.parse().ok()).filter(|index| *index < size).unwrap_or(0);
    let mut last: Option<(u64, Instant)> = None;
    store.reader().times(checked, |index, at, confirmed| {
        if let (Some((_, before)), false) = (last, confirmed) {
            implausible(before, at, index)?;
        }
        last = Some((index, at));
        Ok::<_, GateError>(())
    })?;
    if let Some((index, before)) = last {
        implausible(before, now, index + 1)?;
    }
    Ok(last.map(|(index, _)| index))
}

/// Refuses when a clock cannot have moved as it did from one moment to the next; `index` is the ledger entry meant.
///
/// # Errors
/// Says what is not believed (I12).
pub fn implausible(before: Instant, after: Instant, index: u64) -> Result<(), GateError> {
    if after.plus_seconds(DISORDER_SECONDS) < before {
        return Err(GateError::Clock(format!("it went back from {before} to {after} (ledger entry {index})")));
    }
    if before.plus_days(LONGEST_SILENCE_DAYS) < after {
        let days = LONGEST_SILENCE_DAYS;
        return Err(GateError::Clock(format!(
            "more than {days} days lie between {before} and {after} (ledger entry {index})"
        )));
    }
    Ok(())
}

/// Notes that a person checked the clock.
///
/// # Errors
/// Fails as the stores do.
pub fn confirm_clock(writing: &mut Writing<'_>, now: Instant, fact: Digest) -> Result<(), StoreError> {
    let index = writing.append(&Entry { at: now, what: What::ClockConfirmed { fact } })?;
    writing.set_meta(CLOCK_CHECKED, &index.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 January 2026, 00:00 UTC.
    const NOW: Instant = Instant::from_micros(1_767_225_600_000_000);

    #[test]
    fn i12_a_clock_that_jumped_is_not_believed() {
        for (after, believed) in [
            (NOW, true),
            (NOW.plus_days(40), true),
            (NOW.plus_days(40).plus_seconds(1), false),
            (NOW.plus_seconds(-3600), true),
            (NOW.plus_seconds(-3601), false),
        ] {
            assert_eq!(implausible(NOW, after, 1).is_ok(), believed, "{after}");
        }
    }
}
