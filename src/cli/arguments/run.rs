//! What can be asked of `hokan run`.
//!
//! In: words. Out: [`RunArguments`]. The rule it keeps: what decides about records stands in the
//! policy, not here.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Args)]
pub(in crate::cli) struct RunArguments {
    /// Agree that originals are destroyed once they are sealed.
    #[arg(long)]
    pub yes: bool,
    /// The form of the log on standard error.
    #[arg(long, default_value = "text", value_name = "FORM")]
    pub log: LogForm,
    /// Write figures for a monitor into this file, in the text format of Prometheus.
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
}

/// The form of the log: a line for people, or a JSON object a line.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogForm {
    Text,
    Json,
}
