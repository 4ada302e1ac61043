//! Carrying out what the gate let through.
//!
//! In: the id of a sweep whose intents are in the ledger. Out: records destroyed, completions, the entry `swept`. The
//! rule it keeps (I3): an intent, then the act, then a completion, each durable before the next; a sweep that was
//! interrupted is continued from the ledger alone. It decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::warrant::Warrant;
use crate::calendar::Instant;
use crate::ledger::{AnnexLine, Entry, LedgerKey, What, annex};
use crate::store::{LedgerReader, Store, StoreError, Writing};
use crate::vault::Vault;
use crate::vault::destroy::{self, DestroyError};
use crate::{Digest, RecordId};

/// How records are destroyed, as ledger and certificate name it.
pub const METHOD: &str = "cryptographic-erase";

/// An intent without completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its index in the ledger.
    pub intent: u64,
    /// The record.
    pub record: RecordId,
    /// The digest of the header that was to be overwritten.
    pub header: Digest,
    /// The digest of the body.
    pub body: Digest,
    /// The plan that allowed it.
    pub plan: Option<Digest>,
}

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

/// Returns the intents of a sweep that have neither been carried out nor abandoned.
///
/// # Errors
/// Fails as the store does.
pub fn open_intents(reader: &LedgerReader<'_>, sweep: &str) -> Result<Vec<Open>, StoreError> {
    let entries = reader.of_sweep(sweep)?;
    let closed: BTreeSet<u64> = entries
        .iter()
        .filter_map(|(_, entry)| match entry.what {
            What::Destroyed { intent, .. } | What::Abandoned { intent, .. } => Some(intent),
            _ => None,
        })
        .collect();
    let open = entries.into_iter().filter_map(|(index, entry)| match entry.what {
        What::Intent { record, header, body, plan, .. } if !closed.contains(&index) => {
            Some(Open { intent: index, record, header, body, plan })
        }
        _ => None,
    });
    Ok(open.collect())
}

/// What is to be destroyed: headers that are whole, and headers whose destruction had begun before a stop.
#[derive(Default)]
pub struct Order {
    /// Records whose header still has its recorded digest.
    pub whole: Vec<Warrant>,
    /// Records whose header differs or is missing.
    pub begun: Vec<Warrant>,
}

/// Destroys what the order names, records it, and closes the sweep when nothing of it is open any more.
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
    let mut outcome = Outcome::default();
    let headers = destroy::headers(vault, &order.whole).into_iter().chain(destroy::finish_headers(vault, &order.begun));
    let mut erased = BTreeSet::new();
    for one in headers {
        match one.result {
            Ok(_) => drop(erased.insert(one.record)),
            Err(why) => outcome.failed.push(Failed { record: one.record, why }),
        }
    }
    let warrants: Vec<Warrant> =
        order.whole.into_iter().chain(order.begun).filter(|w| erased.contains(&w.record())).collect();
    for one in destroy::bodies(vault, &warrants) {
        match one.result {
            Ok(_) => outcome.destroyed.push(one.record),
            Err(why) => outcome.failed.push(Failed { record: one.record, why }),
        }
    }
    complete(store, key, sweep, &outcome.destroyed, now)?;
    // Also where nothing was left to complete: a stop may have come between completing and this.
    store.scrub()?;
    outcome.swept = close(store, key, sweep, now)?;
    Ok(outcome)
}

/// Writes the completions and erases the rows.
fn complete(
    store: &mut Store,
    key: &LedgerKey,
    sweep: &str,
    destroyed: &[RecordId],
    now: Instant,
) -> Result<(), StoreError> {
    let open = open_intents(&store.reader(), sweep)?;
    let intents: BTreeMap<RecordId, u64> = open.iter().map(|open| (open.record, open.intent)).collect();
    let mut writing = store.write()?;
    for record in destroyed {
        let Some(intent) = intents.get(record) else { continue };
        let (sweep, method) = (sweep.to_owned(), METHOD.to_owned());
        let what = What::Destroyed { record: *record, sweep, intent: *intent, method };
        writing.append(&Entry { at: now, what })?;
        writing.erase_record(*record)?;
    }
    writing.commit(key)
}

/// Writes the entry `swept` once every intent of the sweep is closed.
///
/// # Errors
/// Fails as the stores do.
pub fn close(store: &mut Store, key: &LedgerKey, sweep: &str, now: Instant) -> Result<Option<u64>, StoreError> {
    let reader = store.reader();
    if !open_intents(&reader, sweep)?.is_empty() {
        return Ok(None);
    }
    let entries = reader.of_sweep(sweep)?;
    if let Some((index, _)) = entries.iter().find(|(_, entry)| matches!(entry.what, What::Swept { .. })) {
        return Ok(Some(*index));
    }
    let lines = annex_lines(&reader, sweep)?;
    let mut writing = store.write()?;
    let (count, method) = (lines.len() as u64, METHOD.to_owned());
    let what = What::Swept { sweep: sweep.to_owned(), count, method, annex: annex(&lines) };
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
        let What::Intent { rule, .. } = writing.reader().entry(*intent)?.what else { return Err(damaged()) };
        let class = class_in(&writing.reader(), *record)?.ok_or_else(damaged)?;
        let (sweep, method) = (order.to_owned(), method.to_owned());
        let what = What::Destroyed { record: *record, sweep, intent: *intent, method };
        let destroyed = writing.append(&Entry { at: now, what })?;
        writing.erase_record(*record)?;
        lines.push(AnnexLine { record: *record, class, rule, destroyed });
    }
    lines.sort_by_key(|line| line.record);
    let (sweep, count, method) = (order.to_owned(), lines.len() as u64, method.to_owned());
    let what = What::Swept { sweep, count, method, annex: annex(&lines) };
    writing.append(&Entry { at: now, what }).map(drop)
}

/// The class a record has by the ledger: of what registers tell, the newest.
fn class_in(reader: &LedgerReader<'_>, record: RecordId) -> Result<Option<String>, StoreError> {
    let newest = reader.of_record(record)?.into_iter().rev().find_map(|(_, entry)| match entry.what {
        What::Sealed { class, .. } | What::Registered { class, .. } | What::Corrected { class, .. } => Some(class),
        _ => None,
    });
    Ok(newest)
}

/// Returns the destroyed records of a sweep as its annex lists them, from the ledger alone.
///
/// # Errors
/// Fails as the store does.
pub fn annex_lines(reader: &LedgerReader<'_>, sweep: &str) -> Result<Vec<AnnexLine>, StoreError> {
    let entries = reader.of_sweep(sweep)?;
    let rules: BTreeMap<u64, Digest> = entries
        .iter()
        .filter_map(|(index, entry)| match entry.what {
            What::Intent { rule, .. } => Some((*index, rule)),
            _ => None,
        })
        .collect();
    let mut lines = Vec::new();
    for (destroyed, entry) in &entries {
        let What::Destroyed { record, intent, .. } = &entry.what else { continue };
        let rule = rules.get(intent).copied();
        let (Some(rule), Some(class)) = (rule, class_in(reader, *record)?) else {
            return Err(StoreError::Damaged { column: "entries", key: format!("ledger entry {destroyed}") });
        };
        lines.push(AnnexLine { record: *record, class, rule, destroyed: *destroyed });
    }
    lines.sort_by_key(|line| line.record);
    Ok(lines)
}
