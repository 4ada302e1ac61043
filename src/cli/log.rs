//! The log: what happens inside, on standard error, for operators and measurements.
//!
//! In: `HOKAN_LOG`. Out: lines with time and counts. The rule it keeps: only the service logs unasked; logs carry counts
//! and ids, never names of files, subjects or people.

use tracing_subscriber::EnvFilter;

/// Starts the log at the level `HOKAN_LOG` asks for, or at `unasked`; with neither there is none.
pub(super) fn start(unasked: Option<&str>, is_coloured: bool) {
    let Some(filter) = EnvFilter::try_from_env("HOKAN_LOG").ok().or_else(|| unasked.map(EnvFilter::new)) else {
        return;
    };
    // A second start in one process changes nothing.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(is_coloured)
        .try_init();
}
