//! `hokan ledger consistency`: that one checkpoint is the beginning of another.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::{ConsistencyArguments, LedgerCommand};
use super::out::Out;
use super::{Done, read_text};
use crate::engine::{Instance, consistency};

pub(super) fn run(instance: &Instance, what: &LedgerCommand, out: &mut Out) -> Done {
    match what {
        LedgerCommand::Consistency(wish) => prove(instance, wish, out),
    }
}

fn prove(instance: &Instance, wish: &ConsistencyArguments, out: &mut Out) -> Done {
    let from = read_text(&wish.from)?;
    let to = wish.to.as_deref().map(read_text).transpose()?;
    let between = consistency(instance, &from, to.as_ref().map(|text| text.as_str()))?;
    let (proof, problem) = match &between.proof {
        Ok(proof) => (Some(proof), None),
        Err(wrong) => (None, Some(json!({ "code": wrong.code, "message": wrong.message }))),
    };
    let document = json!({ "old": between.old.size, "new": between.new.size, "proof": proof, "problem": problem });
    out.result("ledger-consistency", document, |out| match &between.proof {
        Ok(proof) => out.lines(proof),
        Err(wrong) => out.line(&format!("wrong[{}]: {}", wrong.code, wrong.message)),
    });
    Ok(if between.proof.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}
