//! What became of each record of a sweep.
//!
//! In: the ledger and what the sweep noted. Out: the list of its certificate. The rule it keeps: a record whose story is not
//! whole is not certified.

use std::collections::BTreeMap;

use super::super::note::{noted, noted_left};
use super::super::{EngineError, Result};
use super::{Later, Told};
use crate::calendar::{Date, Instant};
use crate::ledger::{Exposure as Lay, What};
use crate::policy::PolicySet;
use crate::retention::certificate::list::List;
use crate::retention::certificate::{Approval, Exposure, Masked, RecordLeft, RecordSwept, TakenUp};
use crate::retention::plan::Plan;
use crate::store::Store;
use crate::{Digest, RecordId};

/// One destruction as the entries of the sweep tell it.
struct Gone {
    record: RecordId,
    index: u64,
    intent: u64,
    at: Instant,
}

/// What an intent says: the rule, the plan, the first day allowed.
type Intended = (Digest, Option<Digest>, Option<Date>);

/// What the entries of one sweep tell.
#[derive(Default)]
struct Entries {
    intents: BTreeMap<u64, Intended>,
    gone: Vec<Gone>,
    abandoned: BTreeMap<RecordId, String>,
    given_up: Option<u64>,
    started: Option<Instant>,
    swept: Option<(u64, Instant)>,
}

/// Returns what the ledger and the note tell of a finished sweep that began at the entry `began`.
pub(super) fn of(store: &Store, policy: &PolicySet, sweep: &str, began: u64) -> Result<Told> {
    let entries = read(store, sweep)?;
    let unfinished = || EngineError::refused("certificate.unfinished", format!("the sweep `{sweep}` is not finished"));
    let (swept, finished) = entries.swept.ok_or_else(unfinished)?;
    let plan = entries.intents.values().find_map(|(_, plan, _)| *plan);
    let zone = policy.organization.time_zone;
    let approvals = super::approvals(store, policy, plan, began)?;
    let approved = approvals.last().map(|(_, approval)| zone.date(approval.at));
    let mut noted = noted(store, sweep)?;
    let (mut destroyed, mut classes) = (Vec::new(), Vec::new());
    for gone in &entries.gone {
        let incomplete = |what: &str| incomplete(gone.record, what);
        let item = noted.remove(&gone.record).ok_or_else(|| incomplete("the sweep's note"))?;
        let (rule, plan, due) =
            entries.intents.get(&gone.intent).ok_or_else(|| incomplete("the ledger entry `intent`"))?;
        let sealed = sealed(store, gone.record)?.ok_or_else(|| incomplete("the ledger entry `sealed`"))?;
        let destroyed_on = zone.date(gone.at);
        let waited = plan.and(approved).map(|approved| destroyed_on.days_since(approved));
        destroyed.push(RecordSwept {
            id: gone.record,
            class: sealed.class,
            rule: *rule,
            // What the ledger says; where it does not yet, what the sweep noted.
            first_day_allowed: due.unwrap_or(item.due),
            sealed_on: zone.date(sealed.at),
            destroyed_on,
            exposure: sealed.exposure,
            opened: sealed.opened,
            days_after_approval: waited.map(|days| u32::try_from(days).unwrap_or(0)),
            sealed_entry: sealed.index,
            intent_entry: gone.intent,
            destroyed_entry: gone.index,
            early_entry: sealed.early.filter(|_| item.early),
            masked: sealed.masked,
        });
        classes.push(item.class);
    }
    let left = left(store, sweep, plan, &entries)?;
    let list = List { destroyed, left };
    let started = entries.started.unwrap_or(finished);
    let taken_up = entries.given_up.map(|at| taken_up(store, plan, began, at, &approvals)).transpose()?.flatten();
    Ok(Told { sweep: sweep.to_owned(), list, classes, plan, approvals, taken_up, started, finished, swept })
}

/// What decided at the entry `at`, by which records were given up; nothing where it is what decided at the beginning.
fn taken_up(
    store: &Store,
    plan: Option<Digest>,
    began: u64,
    at: u64,
    at_first: &[(u64, Approval)],
) -> Result<Option<Later>> {
    let reader = store.reader();
    let entry =
        |before| Ok::<_, EngineError>(reader.policy_before(before)?.map(|(index, _)| index).unwrap_or_default());
    let (policy, _, version) = super::policy_of(store, at)?;
    let (approvals, holds) = (super::approvals(store, &policy, plan, at)?, reader.holds_before(at)?);
    let is_same = entry(began)? == entry(at)? && approvals == at_first && holds == reader.holds_before(began)?;
    let stated = TakenUp { policy: version, approvals: approvals.iter().map(|(_, one)| one.clone()).collect(), holds };
    let entries = std::iter::once(entry(at)?).chain(approvals.iter().map(|(index, _)| *index)).collect();
    Ok((!is_same).then_some(Later { stated, entries }))
}

fn incomplete(record: RecordId, what: &str) -> EngineError {
    let why = format!("{what} of the destroyed record `{record}` is missing: nothing is certified that is not known");
    EngineError::refused("certificate.incomplete", why)
        .help("run `hokan verify`; put back the newest copy of the catalog")
}

fn read(store: &Store, sweep: &str) -> Result<Entries> {
    let mut entries = Entries::default();
    store.reader().each_of_sweep(sweep, |index, entry| match entry.what {
        What::Intent { rule, plan, due, .. } => {
            entries.started.get_or_insert(entry.at);
            entries.intents.insert(index, (rule, plan, due));
        }
        What::Destroyed { record, intent, .. } => entries.gone.push(Gone { record, index, intent, at: entry.at }),
        What::Abandoned { record, why, .. } => {
            entries.given_up = Some(index);
            entries.abandoned.insert(record, why);
        }
        What::Swept { .. } => entries.swept = Some((index, entry.at)),
        _ => {}
    })?;
    entries.gone.sort_by_key(|gone| gone.record);
    Ok(entries)
}

/// What the ledger says of a record before its destruction.
struct Sealed {
    index: u64,
    at: Instant,
    class: String,
    exposure: Exposure,
    opened: u64,
    early: Option<u64>,
    masked: Option<Masked>,
}

fn sealed(store: &Store, record: RecordId) -> Result<Option<Sealed>> {
    let (mut found, mut opened, mut early, mut masked) = (None, 0, None, None);
    for (index, entry) in store.reader().of_record(record)? {
        match entry.what {
            What::Sealed { class, exposure, .. } => {
                let exposure = match exposure {
                    Lay::Persistent => Exposure::Persistent,
                    Lay::Memory => Exposure::Memory,
                };
                found = Some(Sealed { index, at: entry.at, class, exposure, opened: 0, early: None, masked: None });
            }
            What::Opened { .. } => opened += 1,
            What::EarlyRequested { .. } => early = Some(index),
            What::EarlyWithdrawn { .. } => early = None,
            What::Succeeded { record: of, successor, .. } if of == record => {
                masked = Some(Masked { successor, entry: index })
            }
            _ => {}
        }
    }
    Ok(found.map(|sealed| Sealed { opened, early, masked, ..sealed }))
}

/// The records of the plan that this sweep did not destroy.
fn left(store: &Store, sweep: &str, plan: Option<Digest>, entries: &Entries) -> Result<Vec<RecordLeft>> {
    let noted = noted_left(store, sweep)?;
    let Some(bytes) = plan.map(|plan| store.catalog().plan(plan)).transpose()?.flatten() else { return Ok(Vec::new()) };
    let mut left = Vec::new();
    for (id, class) in Plan::listed(&bytes) {
        if entries.gone.binary_search_by_key(&id, |gone| gone.record).is_ok() {
            continue;
        }
        let why = match entries.abandoned.get(&id) {
            Some(why) => why.clone(),
            None if is_destroyed(store, id)? => "gone".to_owned(),
            None => noted.get(&id.to_string()).cloned().unwrap_or_else(|| "refused-at-the-gate".to_owned()),
        };
        left.push(RecordLeft { id, class, why });
    }
    left.sort_by_key(|left| left.id);
    Ok(left)
}

fn is_destroyed(store: &Store, record: RecordId) -> Result<bool> {
    let of_record = store.reader().of_record(record)?;
    Ok(of_record.iter().any(|(_, entry)| matches!(entry.what, What::Destroyed { .. })))
}
