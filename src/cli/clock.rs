//! `hokan clock`: a person's word for the time.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::ClockCommand;
use super::out::Out;
use super::{Done, who};
use crate::engine::{Instance, confirm_clock};

pub(super) fn run(instance: &Instance, what: &ClockCommand, out: &mut Out) -> Done {
    let ClockCommand::Confirm { reason, by } = what;
    confirm_clock(instance, reason, &who(by.as_deref())?)?;
    out.result("clock-confirm", json!({}), |out| out.line("the clock is confirmed; sweeps go on"));
    Ok(ExitCode::SUCCESS)
}
