//! `hokan demo`: the whole job on a fictional society.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::arguments::DemoArguments;
use super::out::Out;
use super::words::{acceptance, counted};
use super::{Done, certificate, new_place, program};
use crate::engine::{DemoOutcome, Instance, agree, demo, save, state_name};
use crate::host::Host;
use crate::intake::State;
use crate::retention::plan::Verdict;

pub(super) fn run(wish: &DemoArguments, named: Option<&Path>, out: &mut Out) -> Done {
    let dir = new_place(wish.place.as_deref(), named)?.unwrap_or(Path::new("hokan-demo"));
    let (host, program) = (Host::machine(), program()?);
    let outcome = demo(&host, dir, &program, out)?;
    // Whoever goes on with the instance knows what taking in does.
    agree(&Instance::open(dir, host)?)?;
    for (path, bytes) in certificate::files(&outcome.certified, &outcome.dir.join("certificates"))? {
        save(&path, &bytes)?;
    }
    let document = json!({
        "dir": outcome.dir, "files": outcome.files, "taken": outcome.intake.taken.len(), "planned": outcome.planned.0,
        "destroyed": outcome.swept.destroyed.len(), "sweep": outcome.certified.certificate.statement.sweep, "problems": outcome.verified.problems.len(),
    });
    out.result("demo", document, |out| tell(&outcome, out));
    Ok(if outcome.verified.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn tell(outcome: &DemoOutcome, out: &mut Out) {
    let dir = outcome.dir.display();
    let odd = outcome.intake.left.iter().filter(|(_, state)| matches!(state, State::Refused(..) | State::Unclassified));
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for (_, state) in odd {
        let code = match state {
            State::Refused(code, _) => (*code).to_owned(),
            other => format!("intake.{}", state_name(other)),
        };
        *refused.entry(code).or_default() += 1;
    }
    let reasons: Vec<String> = refused
        .iter()
        .map(|(code, count)| if *count == 1 { code.clone() } else { format!("{code} ({count})") })
        .collect();
    let bytes: usize = outcome.rendered.files.values().sum();
    let held = outcome.forecast.judged.iter().filter(|one| matches!(one.verdict, Verdict::OnHold(_))).count();
    let moved: usize = outcome.events.iter().map(|(_, moved)| moved).sum();
    for line in [
        "みなと健康保険組合 (fictional): the whole job, with the verbs you would use".to_owned(),
        String::new(),
        format!("policy     {}", acceptance(&outcome.accepted)),
        format!("published  {} files, {} KiB", outcome.rendered.files.len(), bytes / 1024),
        format!(
            "taken in   {} of {} files: sealed with age, originals overwritten and gone",
            outcome.intake.taken.len(),
            outcome.files
        ),
        format!("not taken  {}: {}", refused.values().sum::<usize>(), reasons.join(", ")),
        format!(
            "hold       {} on the records of one member: {} kept although due",
            outcome.hold,
            counted(held, "record", "records")
        ),
        format!(
            "events     {} added, {} got another due day",
            outcome.events.len(),
            counted(moved, "record", "records")
        ),
        format!("plan       {} due, signed by {}", counted(outcome.planned.0, "record", "records"), outcome.planned.1),
        format!(
            "destroyed  {} in sweep {}",
            counted(outcome.swept.destroyed.len(), "record", "records"),
            outcome.certified.certificate.statement.sweep
        ),
    ] {
        out.line(&line);
    }
    out.line(&format!(
        "verified   {} ledger entries, {} files: {}",
        outcome.verified.entries,
        outcome.verified.files,
        if outcome.verified.problems.is_empty() { "everything agrees" } else { "SOMETHING IS WRONG" }
    ));
    outcome.verified.problems.iter().for_each(|one| out.line(&format!("  wrong[{}]: {}", one.code, one.message)));
    out.line("");
    out.line("open:");
    for path in ["public/index.html", "public/ja/purposes-announcement.pdf", "certificates/", "policies/retention.yaml"]
    {
        out.line(&format!("  {dir}/{path}"));
    }
    out.line("go on:");
    for command in ["status", "sweep", "records list --class receipts", "verify"] {
        out.line(&format!("  hokan --dir {dir} {command}"));
    }
    out.line("");
    out.line(&format!("The private keys of this demonstration lie in {dir}/demo-keys; in an instance of your own they never lie inside it."));
}
