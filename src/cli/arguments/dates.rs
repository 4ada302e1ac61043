//! What can be asked of `hokan dates`.
//!
//! In: words. Out: [`DatesArguments`]. The rule it keeps: one question at a time.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use crate::calendar::{Date, MonthDay, NotADate, Period, Starting};

#[derive(Args)]
#[command(group = ArgGroup::new("question").required(true).args(["period", "class", "vectors", "lines"]))]
pub(in crate::cli) struct DatesArguments {
    /// How long, such as P5Y.
    #[arg(long = "for", value_name = "PERIOD", requires = "after")]
    pub period: Option<Period>,
    /// The date it counts from.
    #[arg(long, value_name = "DATE", requires = "period")]
    pub after: Option<Date>,
    /// When counting begins, as in policies: same-day, next-day, month-end, year-end, fiscal-year-end,
    /// next-fiscal-year-end or 'following MM-DD'.
    #[arg(long, value_name = "RULE", default_value = "next-day")]
    pub starting: Starting,
    /// When fiscal years start, where neither policy nor file says so.
    #[arg(long, value_name = "MM-DD", default_value = "04-01")]
    pub fiscal_year_starts: MonthDay,
    /// A class of the accepted policy.
    #[arg(long)]
    pub class: Option<String>,
    /// A date of that class, as NAME=DATE; once for each.
    #[arg(long, value_name = "NAME=DATE", value_parser = dated, requires = "class")]
    pub date: Vec<(String, Date)>,
    /// A file of worked examples: each is worked out and compared.
    #[arg(long, value_name = "FILE")]
    pub vectors: Option<PathBuf>,
    /// Answer examples from standard input, one in JSON on each line.
    #[arg(long)]
    pub lines: bool,
}

fn dated(text: &str) -> Result<(String, Date), String> {
    let (name, date) = text.split_once('=').ok_or("expected NAME=DATE, such as `made=2020-10-15`")?;
    Ok((name.to_owned(), date.parse().map_err(|error: NotADate| error.to_string())?))
}
