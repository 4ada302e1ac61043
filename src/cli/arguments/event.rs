//! What can be said about events.
//!
//! In: words. Out: [`EventCommand`]. The rule it keeps: an event that is added names whom it is about.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use crate::RecordId;
use crate::calendar::Date;

#[derive(Subcommand)]
pub(in crate::cli) enum EventCommand {
    /// Add one event, or every event of a table.
    #[command(
        group = ArgGroup::new("which").required(true).args(["subject", "record", "from"]),
        after_help = "\
Examples:
  hokan event add --subject M1004217 --event qualification-lost --date 2026-03-31
  hokan event add --from leavers.csv --dry-run      show which due days would move
  hokan event add --from leavers.csv --yes          all rows, or none

A table is CSV with the columns `subject` or `record`, `event` and `date`."
    )]
    Add {
        #[command(flatten)]
        whom: WhomArguments,
        /// The event, as the policy declares it.
        #[arg(long, conflicts_with = "from", required_unless_present = "from")]
        event: Option<String>,
        /// When it happened.
        #[arg(long, conflicts_with = "from", required_unless_present = "from")]
        date: Option<Date>,
        /// A table of events; `-` reads standard input.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// How the table is encoded.
        #[arg(long, value_name = "ENCODING", default_value = "utf-8", requires = "from")]
        encoding: Letters,
        /// Do not ask before a table is entered.
        #[arg(long, requires = "from")]
        yes: bool,
        #[command(flatten)]
        stating: StatingArguments,
    },
    /// State an event again with another date; the wrong one stays on record and counts no more.
    #[command(after_help = "Example:\n  hokan event correct 412 --date 2026-03-30 --reason 'typing error'")]
    Correct {
        /// The event, by the number that `hokan event list` shows.
        event: u64,
        /// When it happened.
        #[arg(long)]
        date: Date,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        stating: StatingArguments,
    },
    /// Take an event back that never happened; it stays on record and counts no more.
    #[command(after_help = "Example:\n  hokan event withdraw 412 --reason 'another person of the same name'")]
    Withdraw {
        /// The event, by the number that `hokan event list` shows.
        event: u64,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        stating: StatingArguments,
    },
    /// List events with their numbers.
    #[command(
        after_help = "Examples:\n  hokan event list --subject M1004217\n  hokan event list --all      also those that do not count any more"
    )]
    List {
        #[command(flatten)]
        whom: WhomArguments,
        /// Of this name.
        #[arg(long)]
        event: Option<String>,
        /// Also those that were replaced, withdrawn or stated again.
        #[arg(long)]
        all: bool,
    },
}

#[derive(Args)]
#[group(multiple = false)]
pub(in crate::cli) struct WhomArguments {
    /// The subject it happened to.
    #[arg(long)]
    pub subject: Option<String>,
    /// The one record it is about.
    #[arg(long, value_name = "ID")]
    pub record: Option<RecordId>,
}

#[derive(Args)]
pub(in crate::cli) struct StatingArguments {
    /// Who reports it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Show which due days would move, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// How a table is encoded.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Letters {
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "shift-jis")]
    ShiftJis,
}
