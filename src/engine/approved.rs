//! Approved plans: which of them something is left of, and what of that stays although its day has come.
//!
//! In: the plans people signed, the catalog. Out: plans, or records with the reason why they stay. The rule it keeps: what
//! is told is what the gate would decide now, by the plan that was made last; nothing is destroyed here.

use std::collections::BTreeSet;

use super::Result;
use super::accept::{OnceAccepted, PolicyState};
use crate::calendar::{Date, Zone};
use crate::policy::PolicySet;
use crate::retention::gate::{self, Past, Stays, Why};
use crate::retention::plan::{Grounds, Plan};
use crate::store::{Store, StoreError};
use crate::{Digest, RecordId};

/// A record that stays although an approved plan lists it and its day has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The plan.
    pub plan: Digest,
    /// The record.
    pub record: RecordId,
    /// Its class.
    pub class: String,
    /// Since when it could be gone: its own first allowed day or that of the last approval, the later of the two.
    pub since: Date,
    /// Why it stays; nothing where the next sweep takes it.
    pub why: Option<Why>,
}

/// The mark that nothing is left of a plan: it is not read again.
fn done(plan: Digest) -> String {
    format!("plan-done:{plan}")
}

/// Returns the plans that their planner and an approver signed and of which something may be left, by day and digest.
pub(super) fn approved(store: &Store, policy: &PolicySet) -> Result<Vec<Plan>> {
    let catalog = store.catalog();
    let mut plans = Vec::new();
    for digest in catalog.plans()? {
        if catalog.meta(&done(digest))?.is_some() {
            continue;
        }
        let Some(bytes) = catalog.plan(digest)? else { continue };
        // A plan of an older format is kept for the certificates of its time alone.
        let Ok(plan) = Plan::parse(&bytes, &store.origin()) else { continue };
        let signatures = gate::signatures(&catalog, policy, &plan)?;
        if signatures.by_planner && !signatures.approvers.is_empty() {
            plans.push(plan);
        }
    }
    plans.sort_by_key(|plan| (plan.day, plan.digest()));
    Ok(plans)
}

/// Marks a plan of which no record is held any more.
///
/// # Durability
/// On return the mark is on disk.
pub(super) fn note_done(store: &mut Store, plan: &Plan) -> Result<()> {
    for item in &plan.records {
        if store.catalog().record(item.record)?.is_some() {
            return Ok(());
        }
    }
    let pending = store.write_pending()?;
    pending.set_meta(&done(plan.digest()), "1")?;
    Ok(pending.commit()?)
}

/// Returns what stays of the approved plans although its day has come, by plan and record; what a work order lists is told
/// with the order.
///
/// A record of several plans is told with the one made last. What the ledger would contradict is found by `verify` and by
/// the sweep, not here.
pub(super) fn left(store: &Store, state: &PolicyState, today: Date) -> Result<Vec<Left>> {
    let policy = &state.accepted()?.policy;
    let mut plans = approved(store, policy)?;
    if plans.is_empty() {
        return Ok(Vec::new());
    }
    let catalog = store.catalog();
    let (holds, released, kept) = (catalog.holds()?, catalog.released_holds()?, catalog.kept_until()?);
    let waiting = state.waiting.as_ref().and_then(|waiting| waiting.policy.as_ref().ok()).map(|waiting| &**waiting);
    let grounds = Grounds { policy, waiting, holds: &holds, released: &released, kept: &kept, day: today };
    let reader = store.reader();
    let past = Past { catalog: &catalog, reader: &reader, rules: &OnceAccepted };
    let (mut told, mut all) = (super::orders::open_by_record(store)?.into_keys().collect::<BTreeSet<_>>(), Vec::new());
    plans.sort_by_key(|plan| std::cmp::Reverse((plan.made, plan.digest())));
    for plan in &plans {
        let since = last_approval(store, plan, policy.organization.time_zone)?;
        let Stays { refused, free } = gate::look_today(past, policy, &grounds, plan)?;
        let stays = refused.into_iter().map(|one| (one.record, one.class, Some(one.why)));
        let place = |record: &RecordId| plan.records.binary_search_by_key(record, |item| item.record).ok();
        let due = |record: &RecordId| place(record).map(|at| plan.records[at].due);
        for (record, class, why) in stays.chain(free.into_iter().map(|(record, class)| (record, class, None))) {
            if told.insert(record) {
                let since = due(&record).map_or(since, |due| due.max(since));
                all.push(Left { plan: plan.digest(), record, class, since, why });
            }
        }
    }
    all.sort_by_key(|left| (left.since, left.plan, left.record));
    Ok(all)
}

fn last_approval(store: &Store, plan: &Plan, zone: Zone) -> std::result::Result<Date, StoreError> {
    let signed = store.catalog().approvals(plan.digest())?;
    Ok(zone.date(signed.iter().map(|one| one.at).max().unwrap_or(plan.made)))
}
