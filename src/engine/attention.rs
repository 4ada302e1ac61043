//! What needs a person besides what the counts show: sweeps that cannot be made, a policy that is not in force, decisions that run out.
//!
//! In: the stores, the accepted policy, git, the clock. Out: facts, and the reasons of those that stop something. The rule it keeps:
//! it asks what a sweep would ask, and changes nothing.

use super::accept::InForce;
use super::archive::{self, Publication};
use super::bundle;
use super::instance::Instance;
use super::scheduled::swept_to;
use super::second::{self, Standing};
use super::witness::{self, Need};
use super::{EngineError, Result};
use crate::calendar::{Date, Instant};
use crate::policy::PolicySet;
use crate::retention::gate::{self, GateError};
use crate::store::{Store, Version};

/// How long after its moment a sweep of the schedule counts as missed, in seconds.
const GRACE: i64 = 3600;
/// How long after its acceptance a policy may be on its way to readers, in seconds.
const ON_ITS_WAY: i64 = 600;
/// How many days ahead the end of a decision is told.
const AHEAD: i64 = 30;

/// What needs a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// Why no sweep can be made, each reason by its name.
    pub stopped: Vec<(&'static str, String)>,
    /// The first moment of the schedule at which no sweep was made, where that is an hour ago.
    pub missed: Option<Instant>,
    /// Up to when the schedule was kept; nothing where the service never ran.
    pub swept_to: Option<Instant>,
    /// Whether the second copy does not hold every record: it was never filled, or a restore left it to be compared again.
    pub is_copy_stale: bool,
    /// Whether policies or templates were edited and not committed.
    pub is_edited: bool,
    /// The version that readers still see, where another one was accepted ten minutes ago or longer.
    pub still_shown: Option<Version>,
    /// Findings that were accepted, and soon will not be.
    pub expiring: Vec<Expiring>,
}

/// An accepted finding that soon counts again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiring {
    /// Its rule.
    pub rule: String,
    /// Where in the policy it is.
    pub at: String,
    /// The last day on which it is accepted.
    pub until: Date,
}

/// Looks at everything that needs a person, under the policy in force.
pub(super) fn attention(instance: &Instance, store: &Store, in_force: &InForce) -> Result<Attention> {
    let policy = &in_force.policy;
    let (now, zone) = (instance.now(), policy.organization.time_zone);
    let swept_to = swept_to(&store.catalog())?;
    let next = |from| policy.service.sweep_schedule.as_ref()?.next_after(from, zone);
    let today = zone.date(now);
    let soon = policy.accepted_findings.iter().filter(|one| one.reasoned.until.days_since(today) <= AHEAD);
    let mut expiring: Vec<Expiring> =
        soon.map(|one| Expiring { rule: one.rule.clone(), at: one.at.clone(), until: one.reasoned.until }).collect();
    expiring.sort_by_key(|one| one.until);
    let mut stopped = stopped(instance, store, policy)?;
    let is_copy_stale = match second::place(instance, policy).map(|_| second::standing(instance, store, policy)) {
        None | Some(Ok(Standing::Filled)) => false,
        Some(Ok(Standing::NotFilled)) => true,
        Some(Err(EngineError::Refused { code, message, .. })) => {
            stopped.push((code, message));
            false
        }
        Some(Err(other)) => return Err(other),
    };
    Ok(Attention {
        stopped,
        is_copy_stale,
        missed: swept_to.and_then(next).filter(|at| at.plus_seconds(GRACE) <= now),
        swept_to,
        is_edited: is_edited(instance)?,
        still_shown: still_shown(instance, &in_force.version)
            .filter(|_| in_force.accepted.plus_seconds(ON_ITS_WAY) <= now),
        expiring,
    })
}

fn stopped(instance: &Instance, store: &Store, policy: &PolicySet) -> Result<Vec<(&'static str, String)>> {
    let mut reasons = Vec::new();
    let (index, newest) = store.reader().newest()?;
    if let Err(error) = gate::implausible(newest.at, instance.now(), index) {
        reasons.push(("sweep.clock", error.to_string()));
    }
    match witness::check(instance, store, policy, Need::Destroy) {
        Ok(()) => {}
        Err(EngineError::Refused { code, message, .. }) => reasons.push((code, message)),
        Err(other) => return Err(other),
    }
    let lost =
        super::holds::lost(store)?.into_iter().map(|hold| ("sweep.hold-altered", GateError::Hold(hold).to_string()));
    reasons.extend(lost);
    if !store.reader().is_gapless()? {
        reasons.push(("sweep.ledger-gap", GateError::Gap.to_string()));
    }
    if !store.reader().has_own_tables()? {
        reasons.push(("sweep.ledger-tables", GateError::Tables.to_string()));
    }
    if policy.service.headers_kept.is_none() {
        let why = "`service.backup.headers-kept` is not set: no certificate could say until when backups last";
        reasons.push(("sweep.headers-kept", why.to_owned()));
    }
    Ok(reasons)
}

/// Returns the version that was published last, where it is another than the one in force; nothing where nothing was published.
pub(super) fn still_shown(instance: &Instance, in_force: &Version) -> Option<Version> {
    // A list that cannot be read is told by `hokan verify` and by `hokan render`.
    let newest = archive::publications(instance).ok()?.pop()?;
    let Publication { policy: digest, commit, .. } = newest;
    (digest != in_force.digest).then_some(Version { digest, commit })
}

/// Returns whether policies or templates were edited and not committed: such edits are in force nowhere.
pub(super) fn is_edited(instance: &Instance) -> Result<bool> {
    if bundle::head(&instance.dir)?.is_none() {
        return Ok(false);
    }
    let asked = ["status", "--porcelain", "--untracked-files=all", "--", "policies", "templates"];
    let ended = bundle::git(&instance.dir, &asked, &[])?;
    Ok(ended.code == 0 && !ended.stdout.is_empty())
}
