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
use crate::store::Version;

/// What the service did.
pub enum Report<'a> {
    /// It began; whether events are heard.
    Started {
        /// Whether the folder can be watched; otherwise files are found by rescans.
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
    let (version, policy) = in_force(instance)?;
    let watcher = Watcher::start(&instance.records_dir(&policy), stop.0.clone());
    let next_sweep = next(&policy, instance.now());
    let mut course = Course { version, policy, published: None, next_sweep };
    listen(Report::Started { is_watching: watcher.is_ok(), next_sweep });
    course.publish(instance, program, listen);
    loop {
        let settling = take(instance, listen);
        course.sweep(instance, listen);
        course.follow(instance);
        course.publish(instance, program, listen);
        if let Wake::Stopped = stop.0.wait(pause(&course.policy, settling, course.next_sweep, instance.now())) {
            return Ok(());
        }
    }
}

/// What the service goes by, and how far it is.
struct Course {
    version: Version,
    policy: PolicySet,
    /// What this service published last.
    published: Option<Version>,
    next_sweep: Option<Instant>,
}

impl Course {
    /// Goes by the policy that is in force now; where that cannot be read, by the last one.
    fn follow(&mut self, instance: &Instance) {
        let Ok((version, policy)) = in_force(instance) else { return };
        if policy != self.policy {
            self.next_sweep = next(&policy, instance.now());
        }
        (self.version, self.policy) = (version, policy);
    }

    /// Publishes what is in force, unless it is published: a version may differ in its templates alone.
    fn publish(&mut self, instance: &Instance, program: &Path, listen: &mut dyn FnMut(Report<'_>)) {
        if self.published.as_ref() == Some(&self.version) {
            return;
        }
        match render(instance, program) {
            Ok(rendered) => {
                listen(Report::Published(&rendered));
                self.published = Some(rendered.version);
            }
            Err(error) => listen(Report::Failed("render", &error)),
        }
    }

    fn sweep(&mut self, instance: &Instance, listen: &mut dyn FnMut(Report<'_>)) {
        let now = instance.now();
        if self.next_sweep.is_none_or(|at| at > now) {
            return;
        }
        match run_sweep(instance, None) {
            Ok(swept) => listen(Report::Swept(&swept)),
            Err(error) => listen(Report::Failed("sweep", &error)),
        }
        self.next_sweep = next(&self.policy, now);
    }
}

fn in_force(instance: &Instance) -> Result<(Version, PolicySet)> {
    let store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let in_force = state.accepted()?;
    Ok((in_force.version.clone(), in_force.policy.clone()))
}

/// Takes in. Returns whether something is settling.
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
