//! `hokan verify`: everything against everything; or one certificate, without a vault.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::VerifyArguments;
use super::out::Out;
use super::words::counted;
use super::{Done, Failure, read_bytes, read_text};
use crate::engine::{Checked, Instance, Kept, VerifyReport, list_of, verify, verify_certificate};

pub(super) fn run(instance: &Instance, wish: &VerifyArguments, out: &mut Out) -> Done {
    let mut kept = Vec::new();
    for path in &wish.checkpoint {
        kept.push(read_text(path)?.to_string());
    }
    let report = verify(instance, &kept, out)?;
    out.result("verify", document(&report), |out| tell(&report, out));
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// Checks a certificate on a machine that need not have the vault, nor any instance.
pub(super) fn certificate(path: &Path, wish: &VerifyArguments, out: &mut Out) -> Done {
    let certificate = read_bytes(path)?;
    let beside = list_of(&certificate).map(|name| path.with_file_name(name)).filter(|list| list.is_file());
    let list = wish.list.clone().or(beside).map(|list| read_bytes(&list)).transpose()?;
    let read = |paths: &[PathBuf]| -> Result<Vec<String>, Failure> {
        paths.iter().map(|path| Ok(read_text(path)?.to_string())).collect()
    };
    let kept =
        Kept { key: wish.key.clone(), checkpoints: read(&wish.checkpoint)?, consistency: read(&wish.consistency)? };
    let checked = verify_certificate(&certificate, list.as_deref(), &kept);
    out.result("verify-certificate", checked_document(&checked), |out| tell_checked(&checked, wish, out));
    Ok(if checked.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn checked_document(checked: &Checked) -> Value {
    let problems: Vec<Value> =
        checked.problems.iter().map(|one| json!({ "code": one.code, "message": one.message })).collect();
    let statement = checked.statement.as_ref();
    let checkpoint = checked.checkpoint.as_ref();
    json!({
        "valid": checked.problems.is_empty(),
        "organization": statement.map(|said| &said.organization),
        "sweep": statement.map(|said| &said.sweep),
        "destroyed": statement.map(|said| said.list.destroyed),
        "left": statement.map(|said| said.list.left),
        "finished": statement.map(|said| said.finished.to_string()),
        "statement": statement.map(|said| said.digest()),
        "ledger": checkpoint.map(|known| known.origin.to_string()),
        "size": checkpoint.map(|known| known.size),
        "root": checkpoint.map(|known| known.root),
        "key": checked.key,
        "key-compared": checked.is_pinned,
        "checkpoints-agreeing": checked.agreeing,
        "problems": problems,
    })
}

fn tell_checked(checked: &Checked, wish: &VerifyArguments, out: &mut Out) {
    checked.problems.iter().for_each(|one| out.line(&format!("wrong[{}]: {}", one.code, one.message)));
    if let Some(said) = &checked.statement {
        let (destroyed, left) = (said.list.destroyed, said.list.left);
        out.line(&format!("sweep      {} of {}, ended {}", said.sweep, said.organization, said.finished));
        out.line(&format!("records    {destroyed} destroyed, {left} left"));
        out.line(&format!("statement  {}", said.digest()));
    }
    if let (Some(known), Some(key)) = (&checked.checkpoint, &checked.key) {
        out.line(&format!("ledger     {}, {} entries, root {}", known.origin, known.size, known.root));
        let compared = match (checked.is_pinned, wish.key.is_some()) {
            (true, _) => "it is the one you named, or follows from it or leads to it",
            (false, true) => "it is not the one you named",
            (false, false) => "compare it with one you noted (`--key`), or it proves only that the file is whole",
        };
        out.line(&format!("key        {key}: {compared}"));
    }
    if !wish.checkpoint.is_empty() {
        out.line(&format!("kept       {} of {} checkpoints agree", checked.agreeing, wish.checkpoint.len()));
    }
    out.line(&match checked.problems.len() {
        0 => "valid".to_owned(),
        n => format!("not valid: {}", counted(n, "problem", "problems")),
    });
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
