//! The log: what happens inside, on standard error, for operators and measurements.
//!
//! In: `HOKAN_LOG`. Out: lines with time and counts. The rule it keeps: only the service logs unasked; logs carry counts
//! and ids, never names of files, subjects or people.

use std::fmt;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{Format, Full, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::arguments::LogForm;
use crate::host::is_journal;

/// Starts the log as text at the level `HOKAN_LOG` asks for, or not at all.
pub(super) fn start(is_coloured: bool) {
    begin(None, LogForm::Text, is_coloured);
}

/// Starts the log of a service, which is there unasked.
pub(super) fn serve(form: LogForm, is_coloured: bool) {
    begin(Some("info"), form, is_coloured);
}

fn begin(unasked: Option<&str>, form: LogForm, is_coloured: bool) {
    let Some(filter) = EnvFilter::try_from_env("HOKAN_LOG").ok().or_else(|| unasked.map(EnvFilter::new)) else {
        return;
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A log that nobody reads any more stops nothing.
    let log = log.log_internal_errors(false);
    // A second start in one process changes nothing.
    let _ = match form {
        LogForm::Json => log.json().flatten_event(true).try_init(),
        LogForm::Text if is_journal() => log.with_ansi(false).event_format(Journal::default()).try_init(),
        LogForm::Text => log.with_ansi(is_coloured).try_init(),
    };
}

/// Lines for the journal: it adds the time itself and reads the level from the line's head.
///
/// # Source
/// `sd-daemon(3)`: `<N>` with the level of syslog, before each line.
struct Journal(Format<Full, ()>);

impl Default for Journal {
    fn default() -> Journal {
        Journal(Format::default().without_time().with_level(false).with_target(false).with_ansi(false))
    }
}

impl<S, N> FormatEvent<S, N> for Journal
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let level = match *event.metadata().level() {
            Level::ERROR => 3,
            Level::WARN => 4,
            Level::INFO => 6,
            Level::DEBUG | Level::TRACE => 7,
        };
        write!(writer, "<{level}>")?;
        self.0.format_event(context, writer, event)
    }
}
