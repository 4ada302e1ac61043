//! What can be written after `hokan hold`.
//!
//! In: words. Out: [`HoldCommand`]. The rule it keeps: each condition is a flag of its own, and those that stand together
//! must all be met.

use clap::{Args, Subcommand};

use crate::RecordId;
use crate::calendar::{Date, Days, NotDays};

#[derive(Subcommand)]
pub(in crate::cli) enum HoldCommand {
    /// Place a hold; conditions that stand together must all be met.
    #[command(after_help = "Examples:
  hokan hold place --subject M1004217 --reason 'claim pending' --by 'Sato'
  hokan hold place --path 'receipts/2024-*/**' --reason 'audit 2026' --owner 'Tanaka' --review 2027-03-31
  hokan hold place --class receipts --date treated=2024-04-01..2025-03-31 --taken-in 2025-01-01.. --reason 'suit 12'

A hold covers records that arrive later, too. Exit code 4 when a sweep had begun on a covered record before.")]
    Place(PlaceArguments),
    /// Note that a hold was looked at and stays, and when it is looked at again.
    #[command(
        after_help = "Example:\n  hokan hold review hold-edd0b3f9 --next 2027-09-30 --reason 'suit goes on' --by 'Sato'"
    )]
    Review {
        /// The hold.
        hold: String,
        /// The day on which it is looked at again.
        #[arg(long, value_name = "DATE")]
        next: Date,
        /// Why it stays.
        #[arg(long)]
        reason: String,
        /// Who looked at it.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Show one hold, released ones included, and the records it covers.
    #[command(after_help = "Example:\n  hokan hold show hold-edd0b3f9")]
    Show {
        /// The hold.
        hold: String,
    },
    /// Release a hold.
    #[command(after_help = "Example:\n  hokan hold release hold-edd0b3f9 --reason 'claim settled' --by 'Sato'")]
    Release {
        /// The hold.
        hold: String,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Who releases it.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// List the holds in force.
    #[command(after_help = "Example:\n  hokan hold list")]
    List,
}

#[derive(Args)]
pub(in crate::cli) struct PlaceArguments {
    #[command(flatten)]
    pub scope: ScopeArguments,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Who places it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Who answers for it; who places it by default.
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// When it is looked at again; in a year by default. `status` reminds of it from that day on.
    #[arg(long, value_name = "DATE")]
    pub review: Option<Date>,
    /// State a hold in force anew, under its own id, because the catalog lost it or has other words for it.
    #[arg(long, value_name = "HOLD")]
    pub anew: Option<String>,
}

#[derive(Args)]
#[group(required = true, multiple = true)]
pub(in crate::cli) struct ScopeArguments {
    /// One record.
    #[arg(long, value_name = "ID")]
    pub record: Option<RecordId>,
    /// Every record about a subject.
    #[arg(long)]
    pub subject: Option<String>,
    /// Every record of a class.
    #[arg(long)]
    pub class: Option<String>,
    /// Every record whose path below records/ matches; `*` within a folder, `**` across folders.
    #[arg(long, value_name = "GLOB")]
    pub path: Option<String>,
    /// Every record taken in on these days, such as 2026-04-01..2026-04-30.
    #[arg(long, value_name = "DAYS")]
    pub taken_in: Option<Days>,
    /// Every record that came with this date on these days; may be given for several dates.
    #[arg(long, value_name = "NAME=DAYS", value_parser = dated)]
    pub date: Vec<(String, Days)>,
}

fn dated(text: &str) -> Result<(String, Days), String> {
    let (name, days) = text.split_once('=').ok_or("expected NAME=DAYS, such as `treated=2024-04-01..2025-03-31`")?;
    Ok((name.to_owned(), days.parse().map_err(|error: NotDays| error.to_string())?))
}
