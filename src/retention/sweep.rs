//! Carrying out what the gate let through.
//!
//! In: the id of a sweep whose intents are in the ledger. Out: records destroyed, completions, the entry `swept`. The
//! rule it keeps (I3): an intent, then the act, then a completion, each durable before the next; a sweep that was
//! interrupted is continued from the ledger alone. It decides nothing.
//!
//! Records go in groups, usually of [`GROUP`]: all headers of a group are overwritten and synced together before the first of them
//! is unlinked, so that the disk is waited for once a group and not once a record.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use tracing::debug;

use super::certificate::Lateness;
pub use super::gate::{Open, open_intents};
use super::warrant::Warrant;
use crate::calendar::{Date, Instant, Zone};
use crate::ledger::{AnnexLine, Entry, LedgerKey, What, annex};
use crate::store::{LedgerReader, Store, StoreError, Writing};
use crate::vault::Vault;
use crate::vault::destroy::{self, DestroyError};
use crate::{Digest, RecordId};

/// How records are destroyed, as ledger and certificate name it.
pub const METHOD: &str = "cryptographic-erase";

/// How many records are usually destroyed together.
pub const GROUP: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// A record that could not be destroyed; its intent stays open.
#[derive(Debug)]
pub struct Failed {
    /// The record.
    pub record: RecordId,
    /// Why.
    pub why: DestroyError,
}

/// What a sweep came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The records destroyed.
    pub destroyed: Vec<RecordId>,
    /// The records whose intent stays open.
    pub failed: Vec<Failed>,
    /// The index of the entry `swept`, once nothing is open any more.
    pub swept: Option<u64>,
}

/// What the lateness of a sweep is counted by.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    /// The organization's zone.
    pub zone: Zone,
    /// The day of the last approval that counted, where a plan allowed the sweep.
    pub approved: Option<Date>,
}

/// What the ledger says of one sweep.
#[derive(Debug, Default)]
pub struct Standing {
    /// The intents that have neither been carried out nor abandoned.
    pub open: Vec<Open>,
    /// The records destroyed, as the annex lists them: sorted by id.
    pub lines: Vec<AnnexLine>,
    /// When each of them went, and whether a plan allowed it.
    pub gone: Vec<(Instant, bool)>,
    /// The index of the entry `swept`.
    pub swept: Option<u64>,
}

impl Standing {
    /// Returns how late the records went; nothing where an intent names no first day, as those of before do not.
    fn lateness(&self, since: Since) -> Option<Lateness> {
        let mut late = Lateness::default();
        for (line, (at, is_planned)) in self.lines.iter().zip(&self.gone) {
            let day = since.zone.date(*at);
            late.after_first_day.add(day.days_since(line.due?));
            if let Some(approved) = since.approved.filter(|_| *is_planned) {
                late.after_approval.add(day.days_since(approved));
            }
        }
        Some(late)
    }
}

/// Returns what the ledger says of a sweep.
///
/// # Errors
/// Fails as the store does.
pub fn standing(reader: &LedgerReader<'_>, sweep: &str) -> Result<Standing, StoreError> {
    let (mut intents, mut destroyed, mut swept) = (BTreeMap::new(), Vec::new(), None);
    let mut rules: BTreeMap<u64, (Digest, Option<Date>, bool)> = BTreeMap::new();
    reader.each_of_sweep(sweep, |index, entry| match entry.what {
        What::Intent { record, header, body, plan, rule, due, .. } => {
            rules.insert(index, (rule, due, plan.is_some()));
            intents.insert(index, Open { intent: index, record, header, body, plan });
        }
        What::Destroyed { record, intent, .. } => {
            intents.remove(&intent);
            destroyed.push((record, index, intent, entry.at));
        }
        What::Abandoned { intent, .. } => drop(intents.remove(&intent)),
        What::Swept { .. } => swept = Some(index),
        _ => {}
    })?;
    destroyed.sort_unstable();
    let line = |(record, destroyed, intent, at): (RecordId, u64, u64, Instant)| {
        let damaged = || StoreError::Damaged { column: "entries", key: format!("ledger entry {destroyed}") };
        let (rule, due, is_planned) = rules.get(&intent).copied().ok_or_else(damaged)?;
        let class = class_in(reader, record)?.ok_or_else(damaged)?;
        Ok((AnnexLine { record, class, rule, destroyed, due }, (at, is_planned)))
    };
    let (lines, gone) = destroyed.into_iter().map(line).collect::<Result<Vec<_>, StoreError>>()?.into_iter().unzip();
    Ok(Standing { open: intents.into_values().collect(), lines, gone, swept })
}

/// What is to be destroyed: headers that are whole, and headers whose destruction had begun before a stop.
pub struct Order {
    /// How many are destroyed together.
    pub group: NonZeroUsize,
    /// Records whose header still has its recorded digest.
    pub whole: Vec<Warrant>,
    /// Records whose header differs or is missing.
    pub begun: Vec<Warrant>,
    /// What their lateness is counted by; nothing where that cannot be told.
    pub since: Option<Since>,
}

/// Destroys what the order names, group by group, records it, and closes the sweep when nothing of it is open any more.
///
/// Headers are overwritten and synced first: from then on this machine cannot open the records. A record whose files
/// cannot be reached stays open and is returned in `failed`.
///
/// # Errors
/// Fails as the stores do; then what was done is finished by the next run.
///
/// # Durability
/// On return every destroyed record's header is overwritten on the medium, its files are unlinked, its completion is in
/// the ledger, and the catalog holds nothing about it.
pub fn carry_out(
    store: &mut Store,
    vault: &Vault,
    key: &LedgerKey,
    sweep: &str,
    order: Order,
    now: Instant,
) -> Result<Outcome, StoreError> {
    debug!(records = order.whole.len() + order.begun.len(), "intents written");
    let mut outcome = Outcome::default();
    for (warrants, destroy_headers) in [
        (order.whole, destroy::headers as fn(&Vault, &[Warrant]) -> Vec<destroy::Outcome>),
        (order.begun, destroy::finish_headers),
    ] {
        for group in groups(warrants, order.group) {
            let headers = destroy_headers(vault, &group);
            let destroyed = destroy_rest(vault, group, headers, &mut outcome);
            complete(store, key, sweep, &destroyed, now)?;
            outcome.destroyed.extend(destroyed.iter().map(Warrant::record));
        }
    }
    // Also where nothing was left to complete: a stop may have come between completing and this.
    store.scrub()?;
    outcome.swept = close(store, key, sweep, order.since, now)?;
    Ok(outcome)
}

/// Cuts warrants, which cannot be copied, into groups.
fn groups(mut warrants: Vec<Warrant>, most: NonZeroUsize) -> impl Iterator<Item = Vec<Warrant>> {
    std::iter::from_fn(move || {
        let rest = warrants.split_off(warrants.len().min(most.get()));
        let group = std::mem::replace(&mut warrants, rest);
        (!group.is_empty()).then_some(group)
    })
}

/// Destroys the bodies of the records whose headers are gone; returns the warrants that are carried out.
fn destroy_rest(
    vault: &Vault,
    mut group: Vec<Warrant>,
    headers: Vec<destroy::Outcome>,
    outcome: &mut Outcome,
) -> Vec<Warrant> {
    keep_done(&mut group, headers, outcome);
    let bodies = destroy::bodies(vault, &group);
    keep_done(&mut group, bodies, outcome);
    debug!(records = group.len(), "bodies unlinked");
    group
}

fn keep_done(group: &mut Vec<Warrant>, acted: Vec<destroy::Outcome>, outcome: &mut Outcome) {
    let mut failed = BTreeSet::new();
    for one in acted {
        if let Err(why) = one.result {
            failed.insert(one.record);
            outcome.failed.push(Failed { record: one.record, why });
        }
    }
    group.retain(|warrant| !failed.contains(&warrant.record()));
}

/// Writes the completions and erases the rows.
pub(super) fn complete(
    store: &mut Store,
    key: &LedgerKey,
    sweep: &str,
    destroyed: &[Warrant],
    now: Instant,
) -> Result<(), StoreError> {
    let mut writing = store.write()?;
    for warrant in destroyed {
        let (record, intent) = (warrant.record(), warrant.intent());
        let (sweep, method) = (sweep.to_owned(), METHOD.to_owned());
        writing.append(&Entry { at: now, what: What::Destroyed { record, sweep, intent, method } })?;
        writing.erase_record(record)?;
    }
    writing.commit(key)?;
    debug!(records = destroyed.len(), "completions written");
    Ok(())
}

/// Writes the entry `swept` once every intent of the sweep is closed.
///
/// # Errors
/// Fails as the stores do.
pub fn close(
    store: &mut Store,
    key: &LedgerKey,
    sweep: &str,
    since: Option<Since>,
    now: Instant,
) -> Result<Option<u64>, StoreError> {
    let standing = standing(&store.reader(), sweep)?;
    if !standing.open.is_empty() || standing.swept.is_some() {
        return Ok(standing.swept);
    }
    let mut writing = store.write()?;
    let (count, method) = (standing.lines.len() as u64, METHOD.to_owned());
    let late = since.and_then(|since| standing.lateness(since));
    let waited = late.as_ref().map(|late| late.after_approval.pairs());
    let late = late.map(|late| late.after_first_day.pairs());
    let what = What::Swept { sweep: sweep.to_owned(), count, method, annex: annex(&standing.lines), late, waited };
    let index = writing.append(&Entry { at: now, what })?;
    writing.commit(key)?;
    Ok(Some(index))
}

/// Writes the completions and the end of a work order that somebody confirmed, and erases its rows.
///
/// # Errors
/// Fails as the databases do.
pub fn complete_order(
    writing: &mut Writing<'_>,
    order: &str,
    open: &[Open],
    method: &str,
    now: Instant,
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for Open { intent, record, .. } in open {
        let damaged = || StoreError::Damaged { column: "entries", key: format!("ledger entry {intent}") };
        let What::Intent { rule, due, .. } = writing.reader().entry(*intent)?.what else { return Err(damaged()) };
        let class = class_in(&writing.reader(), *record)?.ok_or_else(damaged)?;
        let (sweep, method) = (order.to_owned(), method.to_owned());
        let what = What::Destroyed { record: *record, sweep, intent: *intent, method };
        let destroyed = writing.append(&Entry { at: now, what })?;
        writing.erase_record(*record)?;
        lines.push(AnnexLine { record: *record, class, rule, destroyed, due });
    }
    lines.sort_by_key(|line| line.record);
    let (sweep, count, method) = (order.to_owned(), lines.len() as u64, method.to_owned());
    let what = What::Swept { sweep, count, method, annex: annex(&lines), late: None, waited: None };
    writing.append(&Entry { at: now, what }).map(drop)
}

/// The class a record has by the ledger: of what registers tell, the newest.
fn class_in(reader: &LedgerReader<'_>, record: RecordId) -> Result<Option<String>, StoreError> {
    Ok(reader.taken_in(record)?.and_then(|entry| match entry.what {
        What::Sealed { class, .. } | What::Registered { class, .. } | What::Corrected { class, .. } => Some(class),
        _ => None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_the_order_and_lose_nothing() {
        let warrant = |n: u64| {
            let random = Digest::of(&n.to_le_bytes()).as_bytes()[..10].try_into().unwrap();
            Warrant::for_test(RecordId::new(Instant::from_micros(0), random), Digest::of(b""), Digest::of(b""))
        };
        let ids = |warrants: &[Warrant]| warrants.iter().map(Warrant::record).collect::<Vec<_>>();
        let most = NonZeroUsize::new(4).unwrap();
        for (count, sizes) in [(0, vec![]), (1, vec![1]), (4, vec![4]), (5, vec![4, 1]), (9, vec![4, 4, 1])] {
            let all: Vec<Warrant> = (0..count).map(warrant).collect();
            let expected = ids(&all);
            let found: Vec<Vec<RecordId>> = groups(all, most).map(|group| ids(&group)).collect();
            assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
            assert_eq!(found.concat(), expected);
        }
    }
}
