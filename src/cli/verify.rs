//! `hokan verify`: everything against everything.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::VerifyArguments;
use super::out::Out;
use super::words::counted;
use super::{Done, read_text};
use crate::engine::{Instance, VerifyReport, verify};

pub(super) fn run(instance: &Instance, wish: &VerifyArguments, out: &mut Out) -> Done {
    let mut kept = Vec::new();
    for path in &wish.checkpoint {
        kept.push(read_text(path)?.to_string());
    }
    let report = verify(instance, &kept, out)?;
    out.result("verify", document(&report), |out| tell(&report, out));
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn document(report: &VerifyReport) -> Value {
    let problems: Vec<Value> =
        report.problems.iter().map(|one| json!({ "code": one.code, "message": one.message })).collect();
    json!({
        "entries": report.entries, "root": report.root, "confirmed": report.confirmed, "records": report.records,
        "destroyed": report.destroyed, "files": report.files, "facts": report.facts, "problems": problems,
        "notes": report.notes,
    })
}

/// Prints what was checked.
pub(super) fn tell(report: &VerifyReport, out: &mut Out) {
    report.problems.iter().for_each(|one| out.line(&format!("wrong[{}]: {}", one.code, one.message)));
    report.notes.iter().for_each(|note| out.line(&format!("note: {note}")));
    out.line(&format!(
        "ledger: {} entries, root {}, confirmed by checkpoints up to {}",
        report.entries,
        report.root,
        report.confirmed.map_or("none".to_owned(), |size| size.to_string())
    ));
    out.line(&format!(
        "records: {} held, {} destroyed; {} files and {} facts compared with the ledger",
        report.records, report.destroyed, report.files, report.facts
    ));
    out.line(&match report.problems.len() {
        0 => "everything agrees".to_owned(),
        n => counted(n, "problem", "problems"),
    });
}
