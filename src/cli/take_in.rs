//! `hokan take-in`: sealing what lies under records/.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::TakeInArguments;
use super::failure::chain;
use super::out::Out;
use super::words::{acceptance, counted, namesakes, reason, version};
use super::{Done, Failure, program};
use crate::engine::{Instance, Intake, agree, has_agreed, preview, render, state_name, take_in};
use crate::intake::State;

pub(super) fn run(instance: &Instance, wish: &TakeInArguments, out: &mut Out) -> Done {
    if wish.dry_run {
        return look(instance, out);
    }
    agreed(instance, wish.yes, out)?;
    let intake = take_in(instance, out)?;
    let mut is_published = true;
    if let Some(accepted) = &intake.accepted {
        out.note(&acceptance(accepted));
        is_published = published(instance, out)?;
    }
    out.result("take-in", document(&intake), |out| tell(&intake, out));
    Ok(ExitCode::from(u8::from(!intake.failed.is_empty() || !is_published)))
}

/// Publishes a policy that came into force on the way; says so where that fails, since the records are taken in.
fn published(instance: &Instance, out: &mut Out) -> Result<bool, Failure> {
    match render(instance, &program()?, out) {
        Ok(rendered) => out.note(&format!("published {}", version(&rendered.version))),
        Err(error) => {
            out.note(&format!("not published: {}; mend that, then run `hokan render`", chain(&error)));
            return Ok(false);
        }
    }
    Ok(true)
}

/// Asks once, since originals are destroyed; without a terminal `--yes` answers.
pub(super) fn agreed(instance: &Instance, yes: bool, out: &mut Out) -> Result<(), Failure> {
    if has_agreed(instance)? {
        return Ok(());
    }
    let question = "Files under records/ are sealed and the originals destroyed; working copies must live elsewhere. Go on? [yes/no]";
    let answer = if yes { Some("yes".to_owned()) } else { out.ask(question) };
    match answer.as_deref() {
        Some("yes" | "y") => Ok(agree(instance)?),
        Some(_) | None => Err(Failure::Refused {
            code: "intake.not-agreed",
            message: "nobody has agreed yet that originals are destroyed once they are sealed".to_owned(),
            help: Some("look with `hokan take-in --dry-run`, then run `hokan take-in --yes`".to_owned()),
        }),
    }
}

fn look(instance: &Instance, out: &mut Out) -> Done {
    let paths = preview(instance)?.paths;
    let document = json!({ "paths": counts(&paths), "left": listed(&paths) });
    out.result("take-in-preview", document, |out| {
        let rows = paths.iter().map(|(path, state)| {
            let said = match state {
                State::Ready(ready) => format!("would be sealed as {}", ready.class),
                other => reason(other).map_or(String::new(), |(_, why)| why.to_owned()),
            };
            vec![state_name(state).to_owned(), path.clone(), said]
        });
        out.table(&["STATE", "PATH", "WHY"], rows.collect(), &[]);
        out.line(&format!("{}; nothing was changed", summary(&paths)));
    });
    Ok(ExitCode::SUCCESS)
}

fn counts(paths: &[(String, State)]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    paths.iter().for_each(|(_, state)| *counts.entry(state_name(state)).or_default() += 1);
    counts
}

fn summary(paths: &[(String, State)]) -> String {
    let states: Vec<String> = counts(paths).into_iter().map(|(state, count)| format!("{count} {state}")).collect();
    format!(
        "{}{}{}",
        counted(paths.len(), "path", "paths"),
        if states.is_empty() { "" } else { ": " },
        states.join(", ")
    )
}

/// Returns paths with their states as JSON.
pub(super) fn listed(paths: &[(String, State)]) -> Value {
    paths.iter().map(|(path, state)| one(path, state)).collect()
}

/// Returns one path with its state as JSON.
pub(super) fn one(path: &str, state: &State) -> Value {
    let mut value = json!({ "path": path, "state": state_name(state) });
    if let Some((code, why)) = reason(state) {
        value["code"] = Value::from(code);
        value["why"] = Value::from(why);
    }
    value
}

fn document(intake: &Intake) -> Value {
    let taken: Vec<Value> =
        intake.taken.iter().map(|one| json!({ "record": one.record, "class": one.class, "name": one.name })).collect();
    let failed: Vec<Value> =
        intake.failed.iter().map(|one| json!({ "name": one.name, "code": one.code, "why": one.why })).collect();
    let registers = intake.registers.iter().map(|one| {
        json!({ "name": one.name, "registered": one.registered, "corrected": one.corrected, "unlisted": one.unlisted,
            "unlisted-on-hold": one.unlisted_on_hold, "namesakes": one.namesakes })
    });
    let registers: Vec<Value> = registers.collect();
    json!({
        "taken": taken,
        "failed": failed,
        "registers": registers,
        "recovered": { "finished": intake.recovered.finished, "undone": intake.recovered.undone, "put-back": intake.recovered.put_back },
        "paths": counts(&intake.left),
        "left": listed(&intake.left),
        "syncs": intake.syncs,
        "in-use": intake.in_use,
    })
}

fn tell(intake: &Intake, out: &mut Out) {
    let recovered = &intake.recovered;
    if !recovered.finished.is_empty() || !recovered.undone.is_empty() {
        out.line(&format!(
            "after an earlier stop: {} finished, {} undone",
            recovered.finished.len(),
            recovered.undone.len()
        ));
    }
    recovered.put_back.iter().for_each(|path| out.line(&format!("put back: {path}")));
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    intake.taken.iter().for_each(|one| *classes.entry(&one.class).or_default() += 1);
    out.line(&format!("{} taken in", counted(intake.taken.len(), "record", "records")));
    out.table(
        &["", ""],
        classes.into_iter().map(|(class, count)| vec![format!("  {class}"), count.to_string()]).collect(),
        &[1],
    );
    for one in &intake.registers {
        let (new, other, gone) = (one.registered, one.corrected, one.unlisted);
        out.line(&format!("register {}: {new} registered, {other} corrected, {gone} no longer listed", one.name));
        for number in &one.unlisted_on_hold {
            out.line(&format!("  `{number}` is no longer listed and on hold: it stays, look where it is"));
        }
        namesakes(&one.namesakes, out);
    }
    if !intake.in_use.is_empty() {
        let files =
            counted(intake.in_use.len(), "file stays until its letters are", "files stay until their letters are");
        out.line(&format!("{files} made: hokan notice run"));
    }
    intake.failed.iter().for_each(|one| out.line(&format!("failed: {}: {}", one.name, one.why)));
    for (path, state) in intake.left.iter().filter(|(_, state)| *state != State::Ignored) {
        let why = reason(state).map_or(String::new(), |(_, why)| format!(": {why}"));
        out.line(&format!("{:<12} {path}{why}", state_name(state)));
    }
}
