//! `hokan checkpoint`: what to keep elsewhere, so that a cut or changed ledger is found.

use std::process::ExitCode;

use serde_json::json;

use super::Done;
use super::out::Out;
use crate::engine::{Instance, checkpoint};

pub(super) fn run(instance: &Instance, out: &mut Out) -> Done {
    let text = checkpoint(instance)?;
    out.result("checkpoint", json!({ "checkpoint": text }), |out| out.lines(&text));
    Ok(ExitCode::SUCCESS)
}
