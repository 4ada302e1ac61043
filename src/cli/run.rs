//! `hokan run`: the service.

use std::collections::BTreeMap;
use std::process::ExitCode;

use tracing::{error, info, warn};

use super::arguments::RunArguments;
use super::out::Out;
use super::stop::until_asked;
use super::{Done, log, program, take_in};
use crate::engine::{Happened, Instance, run as serve};

pub(super) fn run(instance: &Instance, wish: &RunArguments, out: &mut Out) -> Done {
    take_in::agreed(instance, wish.yes, out)?;
    log::start(Some("info"), out.is_coloured());
    let program = program()?;
    until_asked(|stop| serve(instance, &program, stop, &mut |happened| tell(&happened)))??;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Logs carry counts and ids, never names of files, subjects or people.
fn tell(happened: &Happened<'_>) {
    match happened {
        Happened::Started { is_watching, next_sweep } => {
            let next = next_sweep.map_or("none".to_owned(), |at| at.to_string());
            info!(watching = is_watching, next_sweep = %next, "started");
        }
        Happened::TakenIn(intake) => {
            if let Some(accepted) = &intake.accepted {
                info!(policy = %accepted.version.digest, entry = accepted.entry, "policy accepted");
            }
            if !intake.taken.is_empty() || !intake.failed.is_empty() {
                info!(records = intake.taken.len(), failed = intake.failed.len(), left = intake.left.len(), "taken in");
            }
        }
        Happened::Published(rendered) => {
            info!(policy = %rendered.version.digest, files = rendered.files.len(), "published")
        }
        Happened::Swept { plan, swept, kept } => {
            let (sweep, destroyed, failed) = (swept.sweep.as_deref(), swept.destroyed.len(), swept.failed.len());
            let sweep = sweep.unwrap_or("none");
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
        Happened::Failed(what, failure) => match failure {
            crate::engine::EngineError::Locked(_) => warn!(action = what, "busy: tried again later"),
            other => error!(action = what, "failed: {other}"),
        },
    }
}
