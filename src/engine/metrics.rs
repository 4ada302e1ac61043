//! Figures for a monitor: one text file, as exporters for Prometheus read it.
//!
//! In: the status. Out: the file, whole. The rule it keeps: counts, days and moments; of names, only those that the policy
//! gives to classes.

use std::fmt::Write;
use std::path::Path;

use super::instance::Instance;
use super::status::{Status, status};
use super::{EngineError, Result};
use crate::calendar::Instant;
use crate::vault::files::{Readers, replace_file};

/// Writes where everything stands into a file for a monitor.
///
/// # Errors
/// As [`status`], and as writing fails.
///
/// # Durability
/// A reader finds the former file or the new one, whole.
pub fn write_metrics(instance: &Instance, file: &Path) -> Result<()> {
    let text = metrics(&status(instance)?, instance.now());
    replace_file(file, text.as_bytes(), Readers::Everyone).map_err(EngineError::io("write", file))
}

/// The figures in the text format of Prometheus.
///
/// # Source
/// Prometheus, text-based exposition format, version 0.0.4: `# HELP`, `# TYPE`, then `NAME{LABEL="VALUE"} NUMBER`.
fn metrics(status: &Status, now: Instant) -> String {
    let mut out = Text(String::new());
    let classes = |count: fn(&super::status::ClassStatus) -> u64| {
        status.classes.iter().map(move |(id, class)| (Some(("class", id.as_str())), count(class)))
    };
    out.family("hokan_records", "Records held", classes(|class| class.held));
    out.family("hokan_records_due", "Records that may go now by rule", classes(|class| class.due));
    out.family(
        "hokan_records_to_approve",
        "Records that may go once a plan is approved",
        classes(|class| class.review),
    );
    out.family("hokan_records_on_hold", "Records kept by a hold although due", classes(|class| class.on_hold));
    let states = status.paths_by_state();
    let paths = states.iter().map(|(state, count)| (Some(("state", *state)), *count));
    out.family("hokan_paths", "Paths below records by their state", paths);
    let seconds = |since: Instant| u64::try_from(now.micros() - since.micros()).unwrap_or(0) / 1_000_000;
    let oldest = status.oldest_unsettled.map_or(0, seconds);
    out.one("hokan_oldest_unsettled_seconds", "Since when the oldest file waits that is to be taken in", Some(oldest));
    let overdue = |count: fn(&super::status::Overdue) -> u64| {
        status.overdue.iter().map(move |one| (Some(("class", one.class.as_str())), count(one)))
    };
    out.family("hokan_overdue_records", "Records past the window their class sets", overdue(|one| one.records));
    let days = overdue(|one| u64::try_from(one.days).unwrap_or(0));
    out.family("hokan_overdue_days", "Days since the first of these windows ended", days);
    let late = status.lateness.as_ref().map(|lateness| lateness.after_first_day);
    let late = late.iter().flat_map(|late| [("0.99", late.p99), ("1", late.most)]);
    let late = late.map(|(share, days)| (Some(("quantile", share)), u64::from(days)));
    out.family("hokan_lateness_days", "Days from the first allowed day to destruction", late);
    out.one("hokan_holds", "Holds in force", Some(status.holds));
    out.one("hokan_ledger_entries", "Entries in the ledger", Some(status.entries));
    let moment = |at: Option<Instant>| at.and_then(|at| u64::try_from(at.micros() / 1_000_000).ok());
    let swept = moment(status.attention.swept_to);
    out.one("hokan_last_sweep_timestamp_seconds", "Up to when the schedule of sweeps was kept", swept);
    let verified = moment(status.verify.at);
    out.one("hokan_last_verify_timestamp_seconds", "When files of records were looked at last", verified);
    out.one("hokan_verify_faults", "Faults found in the files of records", Some(status.verify.known_faults()));
    let stopped = u64::from(!status.attention.stopped.is_empty());
    out.one("hokan_sweeps_stopped", "Whether no sweep can be made", Some(stopped));
    out.one(
        "hokan_second_copy_stale",
        "Whether the second copy does not hold every record",
        Some(u64::from(status.attention.is_copy_stale)),
    );
    let is_behind = u64::from(status.attention.still_shown.is_some());
    out.one("hokan_site_behind", "Whether the site shows another policy than the one in force", Some(is_behind));
    let waiting = status.waiting.as_ref().map(|(_, has_errors)| if *has_errors { "broken" } else { "waiting" });
    let policy = ["broken", "waiting", "edited"].map(|state| {
        let is_so = waiting == Some(state) || state == "edited" && status.attention.is_edited;
        (Some(("state", state)), u64::from(is_so))
    });
    out.family("hokan_policy", "Whether a policy is there that is not in force", policy.into_iter());
    out.one("hokan_written_timestamp_seconds", "When this was written", moment(Some(now)));
    out.0
}

struct Text(String);

impl Text {
    /// A family of gauges; one without samples is left out.
    fn family<'a>(&mut self, name: &str, help: &str, samples: impl Iterator<Item = (Option<(&'a str, &'a str)>, u64)>) {
        let mut samples = samples.peekable();
        if samples.peek().is_none() {
            return;
        }
        // Writing into a text cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}.\n# TYPE {name} gauge");
        for (label, value) in samples {
            let label = label.map_or(String::new(), |(label, value)| format!("{{{label}=\"{}\"}}", escaped(value)));
            let _ = writeln!(self.0, "{name}{label} {value}");
        }
    }

    fn one(&mut self, name: &str, help: &str, value: Option<u64>) {
        self.family(name, help, value.into_iter().map(|value| (None, value)));
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
