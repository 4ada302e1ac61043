//! The service: take-in on events and rescans, pages on new policies, sweeps on schedule, until stopped.
//!
//! In: an instance, a bell. Out: reports to whoever listens. The rule it keeps: no lock is held between actions, so that
//! people can place holds, add events and approve plans beside it; an error of one action is reported and the next one
//! is tried again later.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::accept::{accepted_mark, policy_state};
use super::attention::is_edited;
use super::bundle;
use super::confined;
use super::heartbeat::heartbeat;
use super::instance::Instance;
use super::notices::{NoticeRun, run_claimed};
use super::render::{Rendered, render};
use super::scheduled::{Scheduled, counts_from, run_scheduled};
use super::stop::Stop;
use super::sweep::Swept;
use super::take_in::{Intake, Unwatched, take_in};
use super::verify::{Round, Share, verify_round, verify_share};
use super::{EngineError, Result};
use crate::calendar::Instant;
use crate::host::Bounds;
use crate::intake::{Depth, NameWatcher, State, Wake, Watcher};
use crate::policy::PolicySet;
use crate::retention::gate::{Refused, Why};
use crate::retention::plan::Verdict;
use crate::store::Version;
use crate::{Digest, RecordId};

/// What the service did.
pub enum Report<'a> {
    /// It began, or goes on under another policy.
    Started {
        /// Whether the policy's folder can be watched; otherwise files are found by rescans.
        is_watching: bool,
        /// When the next sweep is.
        next_sweep: Option<Instant>,
    },
    /// The folder was made anew or could not be watched, and was tried again.
    Watching {
        /// Whether it can be watched now.
        is_watching: bool,
    },
    /// It has stated what confines it.
    Confined(Bounds),
    /// It begins to look at everything.
    Looking,
    /// It has looked at everything, and waits.
    Looked,
    /// It took records in, or looked and found nothing.
    TakenIn(&'a Intake),
    /// It made the letters of a record that was taken in for them.
    Lettered(&'a NoticeRun),
    /// It published.
    Published(&'a Rendered),
    /// It swept: by an approved plan, or by rule.
    Swept {
        /// The plan.
        plan: Option<Digest>,
        /// What became of it.
        swept: &'a Swept,
        /// Of the plan's records whose own day has come, those that stay, where that was not told before.
        kept: Vec<&'a Refused>,
    },
    /// It looked at a share of the records' files.
    Verified(&'a Round),
    /// A policy is there that is not in force; told when that begins, and each hour until it ends.
    NotInForce(NotInForce),
    /// An action failed; it is tried again.
    Failed(&'static str, &'a EngineError),
}

/// Why what was written is not the policy in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotInForce {
    /// The newest commit has errors: nothing is destroyed.
    Broken(Digest),
    /// It waits for a person.
    Waiting(Digest),
    /// Files were edited and not committed.
    Edited,
}

/// Runs until stopped.
///
/// # Errors
/// Refuses to start without an accepted policy; afterwards every failure is reported and tried again.
pub fn run(instance: &Instance, program: &Path, stop: &Stop, listen: &mut dyn FnMut(Report<'_>)) -> Result<()> {
    let instance = &instance.heeding(stop).serving();
    let mut course = Course::of(instance)?;
    let mut schedule = ScheduleKept { from: counts_from(instance)?, line: course.line() };
    let _edits = watch_edits(instance, stop);
    let mut told = Told::default();
    while let Some(next) = run_under(&course, &mut schedule, &mut told, instance, program, listen) {
        course = next;
        // What another schedule would have named before it was in force was not missed.
        if schedule.line != course.line() {
            schedule = ScheduleKept { from: instance.now(), line: course.line() };
        }
    }
    Ok(())
}

/// Wakes the service when a commit is made or a policy is accepted; where that cannot be heard, rescans find it.
fn watch_edits(instance: &Instance, stop: &Stop) -> Option<NameWatcher> {
    let git = bundle::git_folders(&instance.dir).unwrap_or_default();
    let refs: Vec<PathBuf> = git.iter().flat_map(|git| [git.join("refs"), git.join("reftable")]).collect();
    let mut files: Vec<PathBuf> = git.iter().flat_map(|git| [git.join("HEAD"), git.join("packed-refs")]).collect();
    let mark = accepted_mark(instance);
    files.push(std::path::absolute(&mark).unwrap_or(mark));
    let here = git.into_iter().chain([instance.vault_dir().to_owned()]).map(|folder| (folder, Depth::Here));
    let folders: Vec<_> = here.chain(refs.iter().map(|folder| (folder.clone(), Depth::Below))).collect();
    let counts = move |path: &Path| {
        let is_temporary = path.extension().is_some_and(|ending| ending == "lock");
        files.iter().any(|file| file == path) || !is_temporary && refs.iter().any(|folder| path.starts_with(folder))
    };
    NameWatcher::start(&folders, counts, stop.bell()).ok()
}

/// What decides what is published: the accepted version, and the commit that may be accepted.
#[derive(Clone, PartialEq, Eq)]
struct Source {
    accepted: Option<Digest>,
    head: Option<String>,
}

impl Source {
    fn of(instance: &Instance) -> Result<Source> {
        let accepted = instance.store_to_read()?.catalog().accepted()?.map(|accepted| accepted.version.digest);
        Ok(Source { accepted, head: bundle::head(&instance.dir)? })
    }
}

/// What was done and said already.
#[derive(Default)]
struct Told {
    /// What confines it.
    is_confinement_stated: bool,
    /// What the published pages come from.
    published: Option<Source>,
    /// What stays of each plan, with the reason: a plan is told once, and again when that changes.
    kept: BTreeMap<Digest, BTreeSet<(RecordId, &'static str)>>,
    /// What is not in force, and when that was said last.
    not_in_force: Option<(NotInForce, Instant)>,
}

/// Works under one version; returns the next one once another is in force, nothing when stopped.
fn run_under(
    course: &Course,
    schedule: &mut ScheduleKept,
    told: &mut Told,
    instance: &Instance,
    program: &Path,
    listen: &mut dyn FnMut(Report<'_>),
) -> Option<Course> {
    let (policy, stop) = (&course.policy, &instance.stop);
    let records = instance.records_dir(policy);
    let mut watcher = Watcher::start(&records, stop.bell());
    listen(Report::Started { is_watching: watcher.is_ok(), next_sweep: next(policy, schedule.from) });
    let mut retry = Retry::default();
    loop {
        listen(Report::Looking);
        let mut failed = false;
        let mut report = |report: Report<'_>| {
            failed |= matches!(report, Report::Failed(..));
            listen(report);
        };
        if !told.is_confinement_stated {
            match confined::state(instance) {
                Ok(bounds) => {
                    told.is_confinement_stated = true;
                    report(Report::Confined(bounds));
                }
                Err(error) => report(Report::Failed("confinement", &error)),
            }
        }
        // Before taking in, which may be long: an edit shows at once.
        publish(instance, program, told, &mut report);
        stop.beat();
        let settling = take(instance, &mut report);
        write_letters(instance, program, &mut report);
        let now = instance.now();
        if !stop.is_asked() && next(policy, schedule.from).is_some_and(|at| at <= now) {
            let is_done = sweep(instance, told, &mut report);
            schedule.from = if is_done { now } else { schedule.from };
        }
        if !stop.is_asked() {
            verify_slowly(instance, now, &mut report);
            heartbeat(instance).unwrap_or_else(|error| report(Report::Failed("heartbeat", &error)));
        }
        listen(Report::Looked);
        if stop.is_asked() {
            return None;
        }
        // Where this cannot be told, taking in has said why, and the next round asks again.
        if let Ok(other) = Course::of(instance) {
            remind(instance, other.waiting, told, listen);
            if other.version != course.version {
                return Some(other);
            }
        }
        if !watcher.as_ref().is_ok_and(Watcher::is_of_folder) && records.is_dir() {
            let was_watching = watcher.is_ok();
            watcher = Watcher::start(&records, stop.bell());
            let is_watching = watcher.is_ok();
            if was_watching || is_watching {
                listen(Report::Watching { is_watching });
            }
            if is_watching {
                // What came before it was watched is found by another look.
                stop.look();
            }
        }
        let next_sweep = next(policy, schedule.from);
        let most = retry.after(failed).unwrap_or_else(|| pause(policy, settling, next_sweep, instance.now()));
        if let Wake::Stopped = stop.wait(most) {
            return None;
        }
    }
}

/// What the service goes by: a version may differ from the one before in its texts or templates alone.
struct Course {
    version: Version,
    policy: PolicySet,
    waiting: Option<NotInForce>,
}

/// From when on which schedule counts.
struct ScheduleKept {
    from: Instant,
    line: Option<String>,
}

impl Course {
    fn line(&self) -> Option<String> {
        self.policy.service.sweep_schedule.as_ref().map(ToString::to_string)
    }

    fn of(instance: &Instance) -> Result<Course> {
        let store = instance.store()?;
        let state = policy_state(instance, &store)?;
        let accepted = state.accepted()?;
        let waiting = state.waiting.as_ref().map(|waiting| match &waiting.policy {
            Err(_) => NotInForce::Broken(waiting.version.digest),
            Ok(_) => NotInForce::Waiting(waiting.version.digest),
        });
        Ok(Course { version: accepted.version.clone(), policy: accepted.policy.clone(), waiting })
    }
}

/// Says what is not in force: at once where that is new, and each hour until it is mended or accepted.
fn remind(instance: &Instance, waiting: Option<NotInForce>, told: &mut Told, listen: &mut dyn FnMut(Report<'_>)) {
    let now = instance.now();
    let last = told.not_in_force.filter(|(_, at)| at.plus_seconds(3600) > now && *at <= now);
    let is_told = match (waiting, last) {
        (Some(waiting), Some((said, _))) => waiting == said,
        // An edit that goes on is no news; whether there is one is asked once an hour.
        (None, Some((said, _))) => said == NotInForce::Edited,
        (_, None) => false,
    };
    if is_told {
        return;
    }
    let edited = || is_edited(instance).unwrap_or(false).then_some(NotInForce::Edited);
    let found = waiting.or_else(edited);
    told.not_in_force = found.map(|found| (found, now));
    found.into_iter().for_each(|found| listen(Report::NotInForce(found)));
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

/// Makes the letters of what was taken in for them.
fn write_letters(instance: &Instance, program: &Path, listen: &mut dyn FnMut(Report<'_>)) {
    match run_claimed(instance, program, None, &mut Unwatched) {
        Ok(runs) => runs.iter().for_each(|run| match run {
            Ok(run) => listen(Report::Lettered(run)),
            Err(error) => listen(Report::Failed("letters", error)),
        }),
        Err(error) => listen(Report::Failed("letters", &error)),
    }
}

/// Sweeps what is approved and what goes by rule; returns whether each sweep could be done.
fn sweep(instance: &Instance, told: &mut Told, listen: &mut dyn FnMut(Report<'_>)) -> bool {
    match run_scheduled(instance) {
        Ok(all) => {
            all.iter().for_each(|one| tell(one, told, listen));
            !instance.stop.is_asked() && all.iter().all(|one| one.swept.is_ok())
        }
        Err(error) => {
            listen(Report::Failed("sweep", &error));
            false
        }
    }
}

fn tell(Scheduled { plan, swept }: &Scheduled, told: &mut Told, listen: &mut dyn FnMut(Report<'_>)) {
    let swept = match swept {
        Ok(swept) => swept,
        Err(error) => return listen(Report::Failed("sweep", error)),
    };
    let mut kept = Vec::new();
    if let Some(plan) = plan {
        // What is destroyed already is no news, and what comes later comes with its own day.
        let is_news = |one: &&Refused| !matches!(one.why, Why::Gone | Why::Verdict(Verdict::NotYet(_)));
        kept = swept.refused.iter().filter(is_news).collect();
        let reasons = kept.iter().map(|one| (one.record, one.why.code())).collect();
        let is_told = told.kept.get(plan) == Some(&reasons);
        told.kept.insert(*plan, reasons);
        if is_told && swept.destroyed.is_empty() && swept.failed.is_empty() && swept.finished.is_empty() {
            return;
        }
    }
    listen(Report::Swept { plan: *plan, swept, kept });
}

/// Looks at the next share of the files, once an hour.
fn verify_slowly(instance: &Instance, now: Instant, listen: &mut dyn FnMut(Report<'_>)) {
    match verify_round(instance) {
        Ok(round) if !round.is_due(now) => return,
        Ok(_) => {}
        Err(error) => return listen(Report::Failed("verify", &error)),
    }
    match verify_share(instance, Share::Hour, &mut Unwatched) {
        Ok(round) => listen(Report::Verified(&round)),
        Err(error) => listen(Report::Failed("verify", &error)),
    }
}

/// Publishes where what is shown comes from another source than what is there now.
fn publish(instance: &Instance, program: &Path, told: &mut Told, listen: &mut dyn FnMut(Report<'_>)) {
    let source = Source::of(instance).ok();
    if source.is_some() && told.published == source {
        return;
    }
    match render(instance, program, &mut Unwatched) {
        Ok(rendered) => {
            // As it was read before: what somebody commits or accepts meanwhile is another source, and published next.
            let accepted = Some(rendered.version.digest);
            told.published = source.map(|before| Source { accepted, ..before });
            listen(Report::Published(&rendered));
        }
        Err(error) => {
            told.published = None;
            listen(Report::Failed("render", &error));
        }
    }
}

/// When to try again after a failure, which nothing else may wake the service for: soon, and later each time.
#[derive(Default)]
struct Retry {
    failures: u32,
}

impl Retry {
    /// The longest pause between two tries, in seconds.
    const LONGEST: u64 = 300;

    fn after(&mut self, is_failed: bool) -> Option<Duration> {
        self.failures = if is_failed { self.failures.saturating_add(1) } else { 0 };
        let doublings = self.failures.checked_sub(1)?;
        Some(Duration::from_secs(1u64.checked_shl(doublings).unwrap_or(Self::LONGEST).clamp(1, Self::LONGEST)))
    }
}

fn next(policy: &PolicySet, after: Instant) -> Option<Instant> {
    policy.service.sweep_schedule.as_ref()?.next_after(after, policy.organization.time_zone)
}

/// How long to wait for a hint: until something has settled, the next rescan, or the next sweep.
fn pause(policy: &PolicySet, settling: bool, next_sweep: Option<Instant>, now: Instant) -> Duration {
    let watch = &policy.service.watch;
    let seconds = |wait: u32| Duration::from_secs(u64::from(wait));
    let look = match settling {
        // What has settled waits for an eighth of that time at most, and never long.
        true => (seconds(watch.settle.as_seconds()) / 8).clamp(Duration::from_millis(200), seconds(5)),
        false => seconds(watch.rescan.as_seconds().max(1)),
    };
    let sweep = next_sweep.map(|at| Duration::from_micros(u64::try_from(at.micros() - now.micros()).unwrap_or(0)));
    sweep.map_or(look, |sweep| look.min(sweep))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_tried_again_soon_and_then_later_each_time() {
        let mut retry = Retry::default();
        assert_eq!(retry.after(false), None);
        let pauses: Vec<u64> = (0..70).map(|_| retry.after(true).unwrap().as_secs()).collect();
        assert_eq!(pauses[..4], [1, 2, 4, 8]);
        assert!(pauses.is_sorted() && pauses[69] == 300, "{pauses:?}");
        assert_eq!(retry.after(false), None);
        assert_eq!(retry.after(true), Some(Duration::from_secs(1)));
    }
}
