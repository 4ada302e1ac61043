//! Why the version that waits needs a person, or that it needs nobody (I14).
//!
//! In: the policy in force, the one that waits, git. Out: [`Need`]s. The rule it keeps: beside what the change does, it
//! must carry on from what is in force.

use super::Result;
use super::accept::PolicyState;
use super::bundle;
use super::instance::Instance;
use crate::policy::PolicySet;
use crate::retention::acceptance::Need;
use crate::retention::needs;
use crate::store::Catalog;

/// Returns why `policy`, the version that waits, needs a person; no reason means that it is accepted by itself.
pub(super) fn needs(
    instance: &Instance,
    catalog: &Catalog<'_>,
    state: &PolicyState,
    policy: &PolicySet,
) -> Result<Vec<Need>> {
    let (Some(before), Some(waiting)) = (&state.in_force, &state.waiting) else { return Ok(vec![Need::First]) };
    let mut found = needs::needs(catalog, &before.policy, policy)?;
    if let (Some(was), Some(is)) = (&before.version.commit, &waiting.version.commit)
        && !bundle::descends(&instance.dir, was, is)?
    {
        found.push(Need::History);
    }
    Ok(found)
}

/// Returns the holds that would lose records under `policy`, which nobody can accept.
pub(super) fn lost_holds(catalog: &Catalog<'_>, state: &PolicyState, policy: &PolicySet) -> Result<Vec<Need>> {
    let Some(before) = &state.in_force else { return Ok(Vec::new()) };
    Ok(needs::lost_holds(catalog, &before.policy, policy)?)
}
