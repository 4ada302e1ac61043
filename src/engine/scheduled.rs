//! The sweeps of the service: what is approved by plans, then what goes by rule.
//!
//! In: the instance, on a day of the schedule. Out: a sweep for each plan of which something is due, and one by rule. The
//! rule it keeps: a plan that nobody approved is never run, and each one that is run goes through the gate exactly as if a
//! person had run it: nothing is destroyed that it does not list, and nothing before its own day.
//!
//! To the byte: `meta` of the catalog holds, under `swept-to`, the moment up to which the schedule was kept, in
//! microseconds since 1970.

use super::accept::policy_state;
use super::approved::approved;
use super::instance::Instance;
use super::sweep::{Swept, run_sweep};
use super::{EngineError, Result};
use crate::Digest;
use crate::calendar::{Date, Instant};
use crate::retention::plan::Plan;
use crate::store::{Catalog, Store, StoreError};

/// Where the catalog notes up to when the schedule was kept.
const SWEPT_TO: &str = "swept-to";

/// What one sweep of the schedule came to.
pub struct Scheduled {
    /// The approved plan it carried out; none where the rules alone decided.
    pub plan: Option<Digest>,
    /// What became of it.
    pub swept: Result<Swept>,
}

/// Carries out every approved plan of which something is due, then what goes by rule.
///
/// Plans come first, so that what an approver signed goes with that approval. One that fails does not keep the others.
///
/// # Errors
/// Fails where plans cannot be read; what each sweep failed with is in its result.
///
/// # Durability
/// As [`run_sweep`], for each. Where every sweep could be done, it is noted that the schedule was kept up to now.
pub fn run_scheduled(instance: &Instance) -> Result<Vec<Scheduled>> {
    let (begun, mut all) = (instance.now(), Vec::new());
    for plan in with_due(instance)? {
        instance.stop.beat();
        if instance.stop.is_asked() {
            return Ok(all);
        }
        let swept = run_sweep(instance, Some(&plan.bytes()));
        let is_busy = matches!(swept, Err(EngineError::Locked(_)));
        all.push(Scheduled { plan: Some(plan.digest()), swept });
        if is_busy {
            return Ok(all);
        }
    }
    all.push(Scheduled { plan: None, swept: run_sweep(instance, None) });
    if all.iter().all(|one| one.swept.is_ok()) {
        note(instance, begun)?;
    }
    Ok(all)
}

/// Returns up to when the schedule was kept; nothing where the service never ran.
///
/// # Errors
/// Fails as the store does, or when the note is damaged.
pub(super) fn swept_to(catalog: &Catalog<'_>) -> Result<Option<Instant>> {
    let Some(text) = catalog.meta(SWEPT_TO)? else { return Ok(None) };
    let damaged = |_| StoreError::Damaged { column: "value", key: SWEPT_TO.to_owned() };
    Ok(Some(serde_json::from_str(&text).map_err(damaged)?))
}

/// Returns the moment from which on the schedule counts: what it named since then and before now was missed. A service
/// that starts for the first time has missed nothing.
///
/// # Errors
/// Fails as the stores do.
///
/// # Durability
/// On return the moment is noted.
pub(super) fn counts_from(instance: &Instance) -> Result<Instant> {
    let now = instance.now();
    if let Some(noted) = swept_to(&instance.store_to_read()?.catalog())? {
        // A clock that was ahead when it was noted must not put off the next sweep.
        return Ok(noted.min(now));
    }
    note(instance, now)?;
    Ok(now)
}

fn note(instance: &Instance, at: Instant) -> Result<()> {
    let mut store = instance.store()?;
    let pending = store.write_pending()?;
    pending.set_meta(SWEPT_TO, &serde_json::json!(at).to_string())?;
    Ok(pending.commit()?)
}

/// The approved plans of which something is held that is due, by day and digest.
fn with_due(instance: &Instance) -> Result<Vec<Plan>> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let policy = &state.accepted()?.policy;
    let today = policy.organization.time_zone.date(instance.now());
    let mut plans = Vec::new();
    for plan in approved(&store, policy)? {
        if is_any_due(&store, &plan, today)? {
            plans.push(plan);
        }
    }
    Ok(plans)
}

fn is_any_due(store: &Store, plan: &Plan, today: Date) -> Result<bool> {
    for item in plan.records.iter().filter(|item| item.due <= today) {
        if store.catalog().record(item.record)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
