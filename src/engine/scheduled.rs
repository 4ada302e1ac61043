//! The sweeps of the service: what is approved by plans, then what goes by rule.
//!
//! In: the instance, on a day of the schedule. Out: a sweep for each plan of which something is due, and one by rule. The
//! rule it keeps: a plan that nobody approved is never run, and each one that is run goes through the gate exactly as if a
//! person had run it: nothing is destroyed that it does not list, and nothing before its own day.

use super::accept::policy_state;
use super::instance::Instance;
use super::sweep::{Swept, run_sweep};
use super::{EngineError, Result};
use crate::Digest;
use crate::calendar::Date;
use crate::policy::PolicySet;
use crate::retention::gate;
use crate::retention::plan::Plan;
use crate::store::Store;

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
/// As [`run_sweep`], for each.
pub fn run_scheduled(instance: &Instance) -> Result<Vec<Scheduled>> {
    let mut all = Vec::new();
    for plan in approved(instance)? {
        let swept = run_sweep(instance, Some(&plan.bytes()));
        let is_busy = matches!(swept, Err(EngineError::Locked(_)));
        all.push(Scheduled { plan: Some(plan.digest()), swept });
        if is_busy {
            return Ok(all);
        }
    }
    all.push(Scheduled { plan: None, swept: run_sweep(instance, None) });
    Ok(all)
}

/// The plans that their planner and an approver signed, of which something is held that is due, by day and digest.
fn approved(instance: &Instance) -> Result<Vec<Plan>> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let policy = &state.accepted()?.policy;
    let today = policy.organization.time_zone.date(instance.now());
    let mut plans = Vec::new();
    for digest in store.catalog().plans()? {
        let Some(bytes) = store.catalog().plan(digest)? else { continue };
        // A plan of an older format is kept for the certificates of its time alone.
        let Ok(plan) = Plan::parse(&bytes, &store.origin()) else { continue };
        if is_approved(&store, policy, &plan)? && is_any_due(&store, &plan, today)? {
            plans.push(plan);
        }
    }
    plans.sort_by_key(|plan| (plan.day, plan.digest()));
    Ok(plans)
}

fn is_approved(store: &Store, policy: &PolicySet, plan: &Plan) -> Result<bool> {
    let signatures = gate::signatures(&store.catalog(), policy, plan)?;
    Ok(signatures.by_planner && !signatures.approvers.is_empty())
}

fn is_any_due(store: &Store, plan: &Plan, today: Date) -> Result<bool> {
    for item in plan.records.iter().filter(|item| item.due <= today) {
        if store.catalog().record(item.record)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
