//! `hokan verify`: everything against everything; or one certificate, without a vault.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::arguments::VerifyArguments;
use super::out::Out;
use super::words::counted;
use super::{Done, Failure, read_bytes, read_text, who};
use crate::engine::{
    Checked, Instance, Kept, Opener, Round, Share, VerifyReport, VerifyWish, list_of, verify, verify_certificate,
    verify_share,
};
use crate::said;

pub(super) fn run(instance: &Instance, wish: &VerifyArguments, out: &mut Out) -> Done {
    if wish.resume {
        return resume(instance, out);
    }
    let mut kept = Vec::new();
    for path in &wish.checkpoint {
        kept.push(read_text(path)?.to_string());
    }
    let mut identities = Zeroizing::new(String::new());
    for path in &wish.identities {
        identities.push_str(&read_text(path)?);
        identities.push('\n');
    }
    let by = (!wish.identities.is_empty()).then(|| who(wish.by.as_deref())).transpose()?;
    let opener = by.as_deref().map(|by| Opener { identities: &identities, by });
    let report = verify(instance, &VerifyWish { kept: &kept, extent: wish.sample, opener }, out)?;
    out.result("verify", document(&report), |out| tell(&report, out));
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// Goes on with the slow round to its end.
fn resume(instance: &Instance, out: &mut Out) -> Done {
    let round = verify_share(instance, Share::Rest, out)?;
    let locale = out.locale();
    let faults = round.last.as_ref().map_or(0, |last| last.faults);
    out.result("verify-round", round_document(&round), |out| {
        let Some(last) = &round.last else { return };
        last.wrong.iter().for_each(|one| out.line(&format!("wrong[{}]: {}", one.code, one.message)));
        let (looked, faults) = (last.looked, last.faults);
        let said = said!(
            "the round is finished: the files of {looked} records were looked at, {faults} fault(s)",
            "一巡の検査が終わりました：記録{looked}件のファイルを確かめ、異常は{faults}件です"
        );
        out.line(said.of(locale));
    });
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// Where the slow round stands, as JSON.
pub(super) fn round_document(round: &Round) -> Value {
    let last = round.last.as_ref().map(
        |last| json!({ "at": last.at.to_string(), "looked": last.looked, "faults": last.faults, "wrong": last.wrong }),
    );
    json!({
        "at": round.at.map(|at| at.to_string()), "after": round.after, "looked": round.looked, "faults": round.faults,
        "wrong": round.wrong, "last": last,
    })
}

/// Checks a certificate on a machine that need not have the vault, nor any instance.
pub(super) fn certificate(path: &Path, wish: &VerifyArguments, out: &mut Out) -> Done {
    let certificate = read_bytes(path)?;
    let beside = list_of(&certificate).map(|name| path.with_file_name(name)).filter(|list| list.is_file());
    let list = wish.list.clone().or(beside).map(|list| read_bytes(&list)).transpose()?;
    let read = |paths: &[PathBuf]| -> Result<Vec<String>, Failure> {
        paths.iter().map(|path| Ok(read_text(path)?.to_string())).collect()
    };
    let proof = path.with_extension("tlog-proof");
    let proof = Some(proof).filter(|proof| proof.is_file()).map(|proof| read_text(&proof)).transpose()?;
    let kept = Kept {
        key: wish.key.clone(),
        checkpoints: read(&wish.checkpoint)?,
        consistency: read(&wish.consistency)?,
        proof: proof.map(|proof| proof.to_string()),
    };
    let checked = verify_certificate(&certificate, list.as_deref(), &kept);
    out.result("verify-certificate", checked_document(&checked), |out| tell_checked(&checked, wish, out));
    Ok(match (checked.problems.is_empty(), checked.not_compared.is_empty()) {
        (true, true) => ExitCode::SUCCESS,
        (true, false) => ExitCode::FAILURE,
        (false, _) => ExitCode::from(3),
    })
}

fn checked_document(checked: &Checked) -> Value {
    let [not_compared, problems] = [&checked.not_compared, &checked.problems]
        .map(|all| all.iter().map(|one| json!({ "code": one.code, "message": one.message })).collect::<Vec<Value>>());
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
        "not-compared": not_compared,
        "problems": problems,
    })
}

fn tell_checked(checked: &Checked, wish: &VerifyArguments, out: &mut Out) {
    checked.problems.iter().for_each(|one| out.line(&format!("wrong[{}]: {}", one.code, one.message)));
    for one in &checked.not_compared {
        out.line(&format!("not compared[{}]: {}", one.code, one.message));
        out.line("  help: `hokan ledger consistency --from KEPT --to CERTIFICATE`, run where the vault is, prints the proof for `--consistency`");
    }
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
    out.line(&match (checked.problems.len(), checked.not_compared.len()) {
        (0, 0) => "valid".to_owned(),
        (0, n) => format!("valid by itself; not compared with {}", counted(n, "checkpoint", "checkpoints")),
        (n, _) => format!("not valid: {}", counted(n, "problem", "problems")),
    });
}

fn document(report: &VerifyReport) -> Value {
    let problems: Vec<Value> =
        report.problems.iter().map(|one| json!({ "code": one.code, "message": one.message })).collect();
    json!({
        "entries": report.entries, "root": report.root, "confirmed": report.confirmed, "records": report.records,
        "destroyed": report.destroyed, "files": report.files, "facts": report.facts, "opened": report.opened,
        "problems": problems,
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
    if report.opened > 0 {
        out.line(&format!("opened: {} to their end, each entered in the ledger", report.opened));
    }
    out.line(&match report.problems.len() {
        0 => "everything agrees".to_owned(),
        n => counted(n, "problem", "problems"),
    });
}
