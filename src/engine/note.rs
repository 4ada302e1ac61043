//! What a sweep notes for its certificate, because the rows it comes from are erased.
//!
//! In: what the gate let through, the ledger. Out: the due day of each record, and why records stay. The rule it keeps: a due day is noted before its record is touched, and no name and no subject is noted at all.
//!
//! To the byte: `meta` of the catalog holds, for the sweep `ID`, lists of records as a plan has them under `sweep:ID/N`
//! (`N` counts from 0, each as long as a group of the sweep at most), and under `sweep:ID/left` an object: why each record of its plan stays that the gate did not let through. Sweeps before this
//! form have their one list under `sweep:ID`.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::{Result, certify};
use crate::calendar::{Date, Instant, Zone};
use crate::ledger::What;
use crate::policy::PolicySet;
use crate::retention::certificate::{Days, Lateness};
use crate::retention::due::{Due, counted, due};
use crate::retention::gate::{self, Open, Refused};
use crate::retention::plan::class_of;
use crate::store::{Catalog, Store, StoreError};
use crate::{Digest, RecordId};

fn key(sweep: &str) -> String {
    format!("sweep:{sweep}")
}

fn key_of(sweep: &str, number: usize) -> String {
    format!("sweep:{sweep}/{number}")
}

fn key_of_left(sweep: &str) -> String {
    format!("sweep:{sweep}/left")
}

/// What a sweep notes of a record before it destroys it: what its certificate states and the catalog forgets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Noted {
    /// The record.
    pub(super) record: RecordId,
    /// Its class.
    pub(super) class: String,
    /// The first day on which its disposal was allowed.
    pub(super) due: Date,
    /// The digest of the rule it was sealed under.
    pub(super) rule: Digest,
    /// The digest of its header.
    pub(super) header: Digest,
    /// Whether that day is before the end of its period, because somebody asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) early: bool,
}

/// Notes what a sweep is about to destroy, as far as it is not noted yet.
///
/// # Durability
/// On return it is on disk.
pub(super) fn note(
    store: &mut Store,
    policy: &PolicySet,
    sweep: &str,
    open: &[Open],
    group: NonZeroUsize,
) -> Result<()> {
    let known: BTreeSet<RecordId> = noted(store, sweep)?.into_keys().collect();
    let new: Vec<&Open> = open.iter().filter(|open| !known.contains(&open.record)).collect();
    let pending = store.write_pending()?;
    let catalog = pending.catalog();
    let mut number = 0;
    while catalog.meta(&key_of(sweep, number))?.is_some() {
        number += 1;
    }
    for (place, group) in new.chunks(group.get()).enumerate() {
        let mut items = Vec::new();
        for open in group {
            items.extend(noted_of(&catalog, policy, open)?);
        }
        let text = serde_json::to_string(&items).expect("ids, dates and digests are always JSON");
        pending.set_meta(&key_of(sweep, number + place), &text)?;
    }
    Ok(pending.commit()?)
}

fn noted_of(catalog: &Catalog<'_>, policy: &PolicySet, open: &Open) -> Result<Option<Noted>> {
    let Some(row) = catalog.record(open.record)? else { return Ok(None) };
    let dates = gate::known(catalog, &row)?;
    let due = class_of(policy, &row.known.class).and_then(|class| Some((class, due(policy, class, &dates).day()?)));
    let (record, rule, header) = (open.record, row.known.rule, open.header);
    Ok(due.map(|(class, due)| {
        let early = dates.early.is_some() && counted(policy, class, &dates).due != Due::On(due);
        Noted { record, class: class.id.clone(), due, rule, header, early }
    }))
}

/// Notes why records of a plan stay, for the certificate: nothing else remembers it.
///
/// # Durability
/// On return it is on disk.
pub(super) fn note_left(store: &mut Store, sweep: &str, refused: &[Refused]) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let left: BTreeMap<String, &str> = refused.iter().map(|one| (one.record.to_string(), one.why.code())).collect();
    let text = serde_json::to_string(&left).expect("ids and codes are always JSON");
    let pending = store.write_pending()?;
    pending.set_meta(&key_of_left(sweep), &text)?;
    Ok(pending.commit()?)
}

/// Returns why records of a sweep's plan stayed, as far as it was noted.
pub(super) fn noted_left(store: &Store, sweep: &str) -> Result<BTreeMap<String, String>> {
    let key = key_of_left(sweep);
    let Some(text) = store.catalog().meta(&key)? else { return Ok(BTreeMap::new()) };
    Ok(serde_json::from_str(&text).map_err(|_| StoreError::Damaged { column: "meta.value", key })?)
}

/// Returns what a sweep noted about its records.
pub(super) fn noted(store: &Store, sweep: &str) -> Result<BTreeMap<RecordId, Noted>> {
    let mut items = BTreeMap::new();
    let mut read = |key: &str, text: &str| -> Result<()> {
        let damaged = |_| StoreError::Damaged { column: "meta.value", key: key.to_owned() };
        let group: Vec<Noted> = serde_json::from_str(text).map_err(damaged)?;
        items.extend(group.into_iter().map(|item| (item.record, item)));
        Ok(())
    };
    if let Some(text) = store.catalog().meta(&key(sweep))?.filter(|text| text.starts_with('[')) {
        read(&key(sweep), &text)?;
    }
    for number in 0.. {
        let key = key_of(sweep, number);
        let Some(text) = store.catalog().meta(&key)? else { break };
        read(&key, &text)?;
    }
    Ok(items)
}

/// Returns how late the records of a finished sweep went: as its last entry says; what says nothing is counted anew.
pub(super) fn lateness_of(store: &Store, zone: Zone, sweep: &str) -> Result<Lateness> {
    match store.reader().last_of_sweep(sweep)?.map(|entry| entry.what) {
        Some(What::Swept { late: Some(late), waited: Some(waited), .. }) => {
            Ok(Lateness { after_first_day: Days::of_pairs(late), after_approval: Days::of_pairs(waited) })
        }
        _ => count(store, zone, sweep),
    }
}

fn count(store: &Store, zone: Zone, sweep: &str) -> Result<Lateness> {
    let mut due: BTreeMap<RecordId, Date> = noted(store, sweep)?.into_iter().map(|(id, item)| (id, item.due)).collect();
    let (mut lateness, mut approved) = (Lateness::default(), BTreeMap::new());
    let mut destroyed: Vec<(RecordId, u64, Instant)> = Vec::new();
    store.reader().each_of_sweep(sweep, |index, entry| match entry.what {
        What::Intent { record, plan, due: first, .. } => {
            approved.extend(plan.map(|plan| (index, plan)));
            due.extend(first.map(|first| (record, first)));
        }
        What::Destroyed { record, intent, .. } => destroyed.push((record, intent, entry.at)),
        _ => {}
    })?;
    let began = store.reader().sweep_began(sweep)?.unwrap_or_default();
    let last = match approved.values().next() {
        None => None,
        Some(plan) => {
            let (policy, ..) = certify::policy_of(store, began)?;
            let counted = certify::approvals(store, &policy, Some(*plan), began)?;
            counted.last().map(|(_, approval)| zone.date(approval.at))
        }
    };
    for (record, intent, at) in destroyed {
        let day = zone.date(at);
        if let Some(due) = due.get(&record) {
            lateness.after_first_day.add(day.days_since(*due));
        }
        if let Some(last) = last.filter(|_| approved.contains_key(&intent)) {
            lateness.after_approval.add(day.days_since(last));
        }
    }
    Ok(lateness)
}
