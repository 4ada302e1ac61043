//! `hokan sweep`: what is due, plans, and destruction.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::{Signature, SweepArguments, SweepCommand};
use super::out::Out;
use super::policy::consent;
use super::words::{counted, verdict, verdict_code, why};
use super::{Done, read_bytes};
use crate::calendar::Date;
use crate::engine::{Forecast, Instance, Swept, approve_plan, forecast, make_plan, run_sweep, save};
use crate::retention::plan::{Judged, Verdict};

/// How many records a list for people shows.
const SHOWN: usize = 20;

pub(super) fn run(instance: &Instance, wish: &SweepArguments, out: &mut Out) -> Done {
    match &wish.what {
        None => look(instance, wish.as_of, out),
        Some(SweepCommand::Plan { output }) => plan(instance, output, out),
        Some(SweepCommand::Approve { plan, signature }) => approve(instance, plan, signature, out),
        Some(SweepCommand::Run { plan }) => destroy(instance, plan.as_deref(), out),
    }
}

fn look(instance: &Instance, day: Option<Date>, out: &mut Out) -> Done {
    let forecast = forecast(instance, day)?;
    let records: Vec<Value> = forecast.judged.iter().map(judged).collect();
    let by_rule = forecast.by_rule();
    let review = forecast.due().count() - by_rule;
    let document = json!({
        "day": forecast.day, "today": forecast.today, "by-rule": by_rule, "review": review, "records": records,
    });
    out.result("sweep", document, |out| tell(&forecast, by_rule, review, out));
    Ok(ExitCode::SUCCESS)
}

fn judged(judged: &Judged) -> Value {
    json!({
        "record": judged.record, "class": judged.class, "due": judged.due.day(), "by": judged.by,
        "verdict": verdict_code(&judged.verdict), "review": judged.review,
    })
}

fn tell(forecast: &Forecast, by_rule: usize, review: usize, out: &mut Out) {
    let day = forecast.day;
    out.line(&match forecast.today {
        true => format!("dry run for today, {day}: nothing is destroyed"),
        false => format!("looking at {day}: nothing is destroyed, and nothing ever is on another day than today"),
    });
    let mut groups: BTreeMap<(String, String), usize> = BTreeMap::new();
    forecast.judged.iter().for_each(|one| *groups.entry((one.class.clone(), verdict(one))).or_default() += 1);
    let rows = groups.into_iter().map(|((class, said), count)| vec![class, count.to_string(), said]);
    out.table(&["CLASS", "RECORDS", "STATE"], rows.collect(), &[1]);
    let late = forecast.due().filter(|one| one.by.is_some_and(|by| by < day)).count();
    out.line(&format!("{by_rule} may go by rule, {review} once a plan is approved"));
    if late > 0 {
        out.line(&format!("{late} of them are past the window their class sets"));
    }
    if by_rule > forecast.at_most as usize {
        out.line(&format!("more than {} without an approved plan: none of those {by_rule} would go", forecast.at_most));
    }
    if review > 0 && forecast.today {
        out.line(
            "next: hokan sweep plan -o plan.json; hokan sweep approve plan.json --key KEY; hokan sweep run plan.json",
        );
    }
}

fn plan(instance: &Instance, output: &Path, out: &mut Out) -> Done {
    let plan = make_plan(instance)?;
    save(output, &plan.bytes())?;
    let document = json!({ "plan": output, "digest": plan.digest(), "records": plan.records.len() });
    out.result("sweep-plan", document, |out| {
        out.line(&format!(
            "{} in {}, digest {}",
            counted(plan.records.len(), "record", "records"),
            output.display(),
            plan.digest()
        ));
        out.line(&format!("next: read it, then hokan sweep approve {} --key APPROVER_KEY", output.display()));
    });
    Ok(ExitCode::SUCCESS)
}

fn approve(instance: &Instance, plan: &Path, signature: &Signature, out: &mut Out) -> Done {
    let bytes = read_bytes(plan)?;
    let (approved, signed) = approve_plan(instance, &bytes, &consent(signature)?)?;
    let document = json!({ "plan-digest": approved.digest(), "by": signed.name, "fingerprint": signed.fingerprint });
    out.result("sweep-approve", document, |out| {
        out.line(&format!(
            "{} approved {} ({})",
            signed.name,
            plan.display(),
            counted(approved.records.len(), "record", "records")
        ));
        out.line(&format!("next: hokan sweep run {}", plan.display()));
    });
    Ok(ExitCode::SUCCESS)
}

fn destroy(instance: &Instance, plan: Option<&Path>, out: &mut Out) -> Done {
    let bytes = plan.map(read_bytes).transpose()?;
    out.working("sweeping");
    let swept = run_sweep(instance, bytes.as_deref())?;
    out.result("sweep-run", document(&swept), |out| tell_swept(&swept, out));
    Ok(if swept.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(4) })
}

fn document(swept: &Swept) -> Value {
    let refused: Vec<Value> = swept
        .refused
        .iter()
        .map(|one| json!({ "record": one.record, "class": one.class, "why": one.why.code(), "detail": why(&one.why) }))
        .collect();
    let failed: Vec<Value> =
        swept.failed.iter().map(|one| json!({ "record": one.record, "why": one.why.to_string() })).collect();
    let finished: Vec<Value> =
        swept.finished.iter().map(|(sweep, ids)| json!({ "sweep": sweep, "destroyed": ids })).collect();
    json!({ "sweep": swept.sweep, "destroyed": swept.destroyed, "finished": finished, "refused": refused, "failed": failed })
}

fn tell_swept(swept: &Swept, out: &mut Out) {
    for (sweep, ids) in &swept.finished {
        out.line(&format!(
            "finished the interrupted sweep {sweep}: {} destroyed",
            counted(ids.len(), "record", "records")
        ));
    }
    match &swept.sweep {
        Some(sweep) => {
            out.line(&format!("sweep {sweep}: {} destroyed", counted(swept.destroyed.len(), "record", "records")));
            out.line(&format!("next: hokan certificate {sweep}"));
        }
        None => out.line("nothing to destroy now"),
    }
    let mut groups: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let kept =
        swept.refused.iter().filter(|one| !matches!(one.why, crate::retention::gate::Why::Verdict(Verdict::Permanent)));
    kept.for_each(|one| *groups.entry((&one.class, why(&one.why))).or_default() += 1);
    if !groups.is_empty() {
        out.line("stays:");
        let rows = groups.into_iter().map(|((class, said), count)| vec![format!("  {class}"), count.to_string(), said]);
        out.table(&["", "", ""], rows.collect(), &[1]);
    }
    for one in swept.failed.iter().take(SHOWN) {
        out.line(&format!("not finished: record {}: {}", one.record, one.why));
    }
    if !swept.failed.is_empty() {
        out.line(&format!(
            "{} begun and not finished: mend the cause, then run `hokan sweep run` again",
            swept.failed.len()
        ));
    }
}
