//! `hokan run`: the service.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Moment};

use tracing::{error, info, warn};

use super::arguments::RunArguments;
use super::out::Out;
use super::stop::{Asked, serving};
use super::{Done, log, program, take_in};
use crate::engine::{Happened, Instance, NotInForce, Stop, run as serve, write_metrics};
use crate::host::{Bounds, Manager};

pub(super) fn run(instance: &Instance, wish: &RunArguments, out: &mut Out) -> Done {
    take_in::agreed(instance, wish.yes, out)?;
    log::serve(wish.log, out.is_coloured());
    let program = program()?;
    let manager = Manager::of_environment().map(Arc::new);
    let told = Reported::to(manager.as_deref());
    let measured = Measured { file: wish.metrics.as_deref(), last: Mutex::new(None) };
    serving(
        felt_by(manager.clone()),
        |asked| told.asked(asked),
        |stop| {
            serve(instance, &program, stop, &mut |happened| {
                told.happened(&happened);
                tell(&happened);
                measured.happened(instance, &happened);
            })
        },
    )??;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Returns what stops the service and whose pulse the manager's watchdog is fed with: at most a few times in its span.
fn felt_by(manager: Option<Arc<Manager>>) -> Stop {
    let Some((manager, span)) = manager.and_then(|manager| Some((manager.clone(), manager.watchdog()?))) else {
        return Stop::default();
    };
    let (rest, last) = (span / 4, Mutex::new(None));
    Stop::with_pulse(span / 3, move || {
        if is_time(&last, rest) {
            manager.alive();
        }
    })
}

/// Whether `rest` has passed since this was last so.
#[expect(clippy::disallowed_methods, reason = "a span between two signs, not a time of day")]
fn is_time(last: &Mutex<Option<Moment>>, rest: Duration) -> bool {
    let (now, mut last) = (Moment::now(), last.lock().unwrap_or_else(PoisonError::into_inner));
    let is_time = last.is_none_or(|last| now.duration_since(last) >= rest);
    if is_time {
        *last = Some(now);
    }
    is_time
}

/// The file for a monitor: written after a look, at most once a minute.
struct Measured<'a> {
    file: Option<&'a Path>,
    last: Mutex<Option<Moment>>,
}

impl Measured<'_> {
    fn happened(&self, instance: &Instance, happened: &Happened<'_>) {
        let Some(file) = self.file.filter(|_| matches!(happened, Happened::Looked)) else { return };
        if !is_time(&self.last, Duration::from_secs(60)) {
            return;
        }
        if let Err(failure) = write_metrics(instance, file) {
            error!(action = "metrics", "failed: {}", failure.without_names());
        }
    }
}

/// What the manager is told: that the service is ready once it works, looks anew when it is asked to, and ends.
struct Reported<'a> {
    manager: Option<&'a Manager>,
    /// Somebody asked to look, and no look has begun since.
    is_asked: AtomicBool,
    /// The look that goes on was asked for.
    is_looking: AtomicBool,
}

impl Reported<'_> {
    fn to(manager: Option<&Manager>) -> Reported<'_> {
        Reported { manager, is_asked: AtomicBool::new(false), is_looking: AtomicBool::new(false) }
    }

    fn asked(&self, asked: Asked) {
        let Some(manager) = self.manager else { return };
        match asked {
            Asked::Stop => manager.stopping(),
            Asked::Look => {
                manager.reloading();
                self.is_asked.store(true, Ordering::SeqCst);
            }
        }
    }

    fn happened(&self, happened: &Happened<'_>) {
        let Some(manager) = self.manager else { return };
        match happened {
            Happened::Started { next_sweep, .. } => {
                let next = next_sweep.map_or("no sweep is scheduled".to_owned(), |at| format!("next sweep {at}"));
                manager.ready(Some(&next));
            }
            Happened::Looking => {
                let is_asked = self.is_asked.swap(false, Ordering::SeqCst);
                self.is_looking.store(is_asked, Ordering::SeqCst);
            }
            Happened::Looked if self.is_looking.swap(false, Ordering::SeqCst) => manager.ready(None),
            Happened::Looked
            | Happened::Watching { .. }
            | Happened::Confined(_)
            | Happened::TakenIn(_)
            | Happened::Lettered(_)
            | Happened::Published(_)
            | Happened::Swept { .. }
            | Happened::Verified(_)
            | Happened::NotInForce(_)
            | Happened::Failed(..) => {}
        }
    }
}

/// Logs carry counts and ids, never names of files, subjects or people.
fn tell(happened: &Happened<'_>) {
    match happened {
        Happened::Started { is_watching, next_sweep } => {
            let next = next_sweep.map_or("none".to_owned(), |at| at.to_string());
            info!(watching = is_watching, next_sweep = %next, "started");
        }
        Happened::Watching { is_watching: true } => info!("the watched folder was made anew, and is watched again"),
        Happened::Watching { is_watching: false } => {
            warn!("the watched folder cannot be watched: looked at by rescans")
        }
        Happened::Confined(Bounds { no_network, write_paths, call_filter, no_privileges }) => {
            info!(no_network, write_paths, call_filter, no_privileges, "confined")
        }
        Happened::Looking | Happened::Looked => {}
        Happened::TakenIn(intake) => {
            if let Some(accepted) = &intake.accepted {
                info!(policy = %accepted.version.digest, entry = accepted.entry, "policy accepted");
            }
            if !intake.taken.is_empty() || !intake.failed.is_empty() {
                info!(records = intake.taken.len(), failed = intake.failed.len(), left = intake.left.len(), "taken in");
            }
        }
        Happened::Lettered(done) => {
            let (run, record, failed) = (done.run.id, done.run.record, done.failed.len());
            info!(run, %record, letters = done.sealed, failed, "letters made");
            if failed > 0 {
                warn!(run, "rows are in no letter: `hokan notice status` lists them");
            }
        }
        Happened::Published(rendered) => {
            info!(policy = %rendered.version.digest, files = rendered.files.len(), "published")
        }
        Happened::Swept { plan, swept, kept } => {
            let (sweep, destroyed, failed) = (swept.sweep.as_deref(), swept.destroyed.len(), swept.failed.len());
            let sweep = sweep.unwrap_or("none");
            if failed > 0 {
                error!(
                    sweep,
                    failed, "records could not be destroyed: each sweep tries again, `hokan sweep run` says why"
                );
            }
            let Some(plan) = plan else {
                info!(sweep, destroyed, kept = swept.refused.len(), failed, "swept");
                return;
            };
            info!(sweep, %plan, destroyed, kept = kept.len(), failed, "swept by an approved plan");
            let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
            kept.iter().for_each(|one| *reasons.entry(one.why.code()).or_default() += 1);
            reasons.iter().for_each(|(why, records)| warn!(%plan, why, records, "kept although approved"));
        }
        Happened::Verified(round) => match round.known_faults() {
            0 => info!(looked = round.looked, "files verified"),
            faults => error!(looked = round.looked, faults, "files verified: run `hokan verify`"),
        },
        Happened::NotInForce(NotInForce::Broken(policy)) => {
            error!(%policy, "the newest commit has errors: the policy before it stays in force, nothing is destroyed")
        }
        Happened::NotInForce(NotInForce::Waiting(policy)) => {
            warn!(%policy, "a commit waits for `hokan policy accept`: the policy before it stays in force")
        }
        Happened::NotInForce(NotInForce::Edited) => {
            warn!("policies or templates are edited and not committed: the edits are not in force")
        }
        Happened::Failed(what, failure) => match failure {
            crate::engine::EngineError::Locked(_) => warn!(action = what, "busy: tried again later"),
            other => error!(action = what, "failed: {}", other.without_names()),
        },
    }
}
