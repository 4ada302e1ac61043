//! Why the version that waits needs a person, or that it needs nobody (I14).
//!
//! In: the policy in force, the one that waits, the records. Out: [`Need`]s. The rule it keeps: what the files and git say
//! is asked first; records are looked at only where a rule alone does not show that none of them could go earlier.

use super::Result;
use super::accept::PolicyState;
use super::bundle;
use super::instance::Instance;
use crate::policy::{Policy, PolicySet};
use crate::retention::acceptance::{self, Need};
use crate::retention::due::Known;
use crate::retention::earlier::{Side, could_be_earlier};
use crate::retention::hold;
use crate::retention::plan::class_of;
use crate::store::{Catalog, StoreError};

/// Returns why `policy`, the version that waits, needs a person; no reason means that it is accepted by itself.
pub(super) fn needs(
    instance: &Instance,
    catalog: &Catalog<'_>,
    state: &PolicyState,
    policy: &PolicySet,
) -> Result<Vec<Need>> {
    let (Some(before), Some(waiting)) = (&state.in_force, &state.waiting) else { return Ok(vec![Need::First]) };
    let held = catalog.classes()?;
    let mut needs = lost_holds(catalog, state, policy)?;
    needs.extend(acceptance::touched(&before.policy, policy, &held));
    if let (Some(was), Some(is)) = (&before.version.commit, &waiting.version.commit)
        && !bundle::descends(&instance.dir, was, is)?
    {
        needs.push(Need::History);
    }
    let asked = catalog.early_classes()?;
    let early = acceptance::early_doubtful(&before.policy, policy, &asked);
    needs.extend(early.iter().map(|class| Need::Earlier { class: (*class).to_owned() }));
    let mut doubtful = acceptance::doubtful(&before.policy, policy, &held);
    doubtful.retain(|class| !early.contains(class));
    while !doubtful.is_empty()
        && let Some(class) = first_earlier(catalog, &before.policy, policy, &doubtful)?
    {
        doubtful.retain(|name| *name != class);
        needs.push(Need::Earlier { class });
    }
    Ok(needs)
}

/// Returns the holds that would lose records under `policy`, which nobody can accept.
pub(super) fn lost_holds(catalog: &Catalog<'_>, state: &PolicyState, policy: &PolicySet) -> Result<Vec<Need>> {
    let Some(before) = &state.in_force else { return Ok(Vec::new()) };
    let lost = hold::lost(&before.policy, policy, &catalog.classes()?, &catalog.holds()?).into_iter();
    Ok(lost.map(|(hold, class)| Need::Hold { hold, class }).collect())
}

/// Why a walk over the records ended before its end.
enum Ended {
    /// A record of this class could go earlier.
    Found(String),
    Failed(StoreError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Ended {
        Ended::Failed(error)
    }
}

/// Returns the class of the first record, of those named, that could go earlier.
fn first_earlier(catalog: &Catalog<'_>, before: &Policy, after: &Policy, of: &[&str]) -> Result<Option<String>> {
    let ended = catalog.walk(|standing| {
        if !of.contains(&standing.class.as_str()) {
            return Ok(());
        }
        let known = Known { dates: std::mem::take(&mut standing.dates), ..Known::default() };
        let (was, is) = (class_of(before, &standing.class), class_of(after, &standing.class));
        let (was, is) = (Side { policy: before, class: was }, Side { policy: after, class: is });
        if could_be_earlier(was, is, &known) { Err(Ended::Found(standing.class.clone())) } else { Ok(()) }
    });
    match ended {
        Ok(()) => Ok(None),
        Err(Ended::Found(class)) => Ok(Some(class)),
        Err(Ended::Failed(error)) => Err(error.into()),
    }
}
