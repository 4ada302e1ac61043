//! The service: take-in on events and rescans, pages on new policies, sweeps on schedule, until stopped.
//!
//! In: an instance, a bell. Out: reports to whoever listens. The rule it keeps: no lock is held between actions, so that
//! people can place holds, add events and approve plans beside it; an error of one action is reported and the next one
//! is tried again later.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::accept::policy_state;
use super::instance::Instance;
use super::render::{Rendered, render};
use super::sweep::{Swept, run_sweep};
use super::take_in::{Intake, Unwatched, take_in};
use super::{EngineError, Result};
use crate::calendar::Instant;
use crate::intake::{Bell, State, Wake, Watcher};
use crate::policy::PolicySet;

/// What the service did.
pub enum Report<'a> {
    /// It began, or goes on under another policy.
    Started {
        /// Whether the policy's folder can be watched; otherwise files are found by rescans.
        is_watching: bool,
        /// When the next sweep is.
        next_sweep: Option<Instant>,
    },
    /// It took records in, or looked and found nothing.
    TakenIn(&'a Intake),
    /// It published.
    Published(&'a Rendered),
    /// It swept.
    Swept(&'a Swept),
    /// An action failed; it is tried again.
    Failed(&'static str, &'a EngineError),
}

/// Stops the service.
#[derive(Clone, Default)]
pub struct Stop(pub(super) Arc<Bell>);

impl Stop {
    /// Asks the service to end after the action it is in.
    pub fn now(&self) {
        self.0.stop();
    }
}

/// Runs until stopped.
///
/// # Errors
/// Refuses to start without an accepted policy; afterwards every failure is reported and tried again.
pub fn run(instance: &Instance, program: &Path, stop: &Stop, listen: &mut dyn FnMut(Report<'_>)) -> Result<()> {
    let mut policy = in_force(instance)?;
    while let Some(next) = run_under(&policy, instance, program, stop, listen) {
        policy = next;
    }
    Ok(())
}

/// Works under one policy; returns the next one once another is in force, nothing when stopped.
fn run_under(
    policy: &PolicySet,
    instance: &Instance,
    program: &Path,
    stop: &Stop,
    listen: &mut dyn FnMut(Report<'_>),
) -> Option<PolicySet> {
    let watcher = Watcher::start(&instance.records_dir(policy), stop.0.clone());
    let mut next_sweep = next(policy, instance.now());
    listen(Report::Started { is_watching: watcher.is_ok(), next_sweep });
    let mut is_published = false;
    loop {
        is_published = is_published || publish(instance, program, listen);
        let settling = take(instance, listen);
        let now = instance.now();
        if next_sweep.is_some_and(|at| at <= now) {
            match run_sweep(instance, None) {
                Ok(swept) => listen(Report::Swept(&swept)),
                Err(error) => listen(Report::Failed("sweep", &error)),
            }
            next_sweep = next(policy, now);
        }
        // Where this cannot be told, taking in has said why, and the next round asks again.
        if let Some(other) = in_force(instance).ok().filter(|other| other != policy) {
            return Some(other);
        }
        if let Wake::Stopped = stop.0.wait(pause(policy, settling, next_sweep, instance.now())) {
            return None;
        }
    }
}

fn in_force(instance: &Instance) -> Result<PolicySet> {
    let store = instance.store()?;
    Ok(policy_state(instance, &store)?.accepted()?.policy.clone())
}

/// Takes in; returns whether something is settling.
fn take(instance: &Instance, listen: &mut dyn FnMut(Report<'_>)) -> bool {
    match take_in(instance, &mut Unwatched) {
        Ok(intake) => {
            listen(Report::TakenIn(&intake));
            intake.left.iter().any(|(_, state)| *state == State::Settling)
        }
        Err(error) => {
            listen(Report::Failed("take-in", &error));
            false
        }
    }
}

/// Publishes; returns whether that was done.
fn publish(instance: &Instance, program: &Path, listen: &mut dyn FnMut(Report<'_>)) -> bool {
    match render(instance, program) {
        Ok(rendered) => listen(Report::Published(&rendered)),
        Err(error) => {
            listen(Report::Failed("render", &error));
            return false;
        }
    }
    true
}

fn next(policy: &PolicySet, after: Instant) -> Option<Instant> {
    policy.service.sweep_schedule.as_ref()?.next_after(after, policy.organization.time_zone)
}

/// How long to wait for a hint: until something has settled, the next rescan, or the next sweep.
fn pause(policy: &PolicySet, settling: bool, next_sweep: Option<Instant>, now: Instant) -> Duration {
    let watch = &policy.service.watch;
    let look = if settling { watch.settle.as_seconds().max(1) } else { watch.rescan.as_seconds().max(1) };
    let look = Duration::from_secs(u64::from(look));
    let sweep = next_sweep.map(|at| Duration::from_micros(u64::try_from(at.micros() - now.micros()).unwrap_or(0)));
    sweep.map_or(look, |sweep| look.min(sweep))
}
