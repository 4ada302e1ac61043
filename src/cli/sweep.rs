//! `hokan sweep`: what is due, plans, and destruction.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::{PlanArguments, Signature, SweepArguments, SweepCommand};
use super::out::Out;
use super::policy::consent;
use super::words::{counted, verdict, verdict_code, why};
use super::{Done, Failure, early, program, read_bytes, read_text, who, work};
use crate::calendar::Date;
use crate::engine::{
    Consent, Forecast, Instance, PlanSigned, PlanWish, Role, Swept, approve_plan, forecast, make_plan, plan_sheets,
    run_sweep, save,
};
use crate::retention::gate::Refused;
use crate::retention::plan::{Judged, Verdict};

/// How many records a list for people shows.
const SHOWN: usize = 20;

pub(super) fn run(instance: &Instance, wish: &SweepArguments, out: &mut Out) -> Done {
    match &wish.what {
        None => look(instance, wish.as_of, out),
        Some(SweepCommand::Plan(wish)) => plan(instance, wish, out),
        Some(SweepCommand::Approve { plan, signature }) => approve(instance, plan, signature, out),
        Some(SweepCommand::Run { plan }) => destroy(instance, plan.as_deref(), out),
        Some(SweepCommand::Early(wish)) => early::run(instance, wish, out),
        Some(SweepCommand::WithdrawEarly(wish)) => early::withdraw(instance, wish, out),
        Some(SweepCommand::Work(wish)) => work::run(instance, wish, out),
    }
}

fn look(instance: &Instance, day: Option<Date>, out: &mut Out) -> Done {
    let forecast = forecast(instance, day)?;
    let records: Vec<Value> = forecast.judged.iter().map(judged).collect();
    let by_rule = forecast.by_rule();
    let review = forecast.due().count() - by_rule;
    let document = json!({
        "day": forecast.day, "today": forecast.today, "by-rule": by_rule, "review": review, "records": records, "holds-lost": forecast.holds_lost,
    });
    out.result("sweep", document, |out| tell(&forecast, by_rule, review, out));
    Ok(ExitCode::SUCCESS)
}

fn judged(judged: &Judged) -> Value {
    json!({
        "record": judged.record, "class": judged.class, "due": judged.due.day(), "by": judged.by,
        "verdict": verdict_code(&judged.verdict), "review": judged.review, "early": judged.is_early,
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
    for hold in &forecast.holds_lost {
        out.line(&format!(
            "nothing goes before the hold {hold} is put right, which the catalog lost: hokan hold place --anew {hold}"
        ));
    }
    if by_rule > forecast.at_most as usize {
        out.line(&format!("more than {} without an approved plan: none of those {by_rule} would go", forecast.at_most));
    }
    if review > 0 && forecast.today {
        out.line(
            "next: hokan sweep plan -o plan.json --key KEY; hokan sweep approve plan.json --key APPROVER_KEY; hokan sweep run plan.json",
        );
    }
}

fn plan(instance: &Instance, wish: &PlanArguments, out: &mut Out) -> Done {
    let path = wish.planner.key.as_ref().or(wish.planner.planner.as_ref());
    let path = path.ok_or_else(|| Failure::Usage("a plan names its planner with `--key` or `--planner`".to_owned()))?;
    let text = read_text(path)?;
    let (day, classes, by) = (wish.day, wish.class.clone(), who(wish.by.as_deref()).ok());
    let planned = make_plan(instance, &PlanWish { day, classes, key: text.clone(), by })?;
    let plan = &planned.plan;
    let (bytes, output) = (plan.bytes(), wish.output.display());
    out.working("printing");
    let sheets = if wish.no_pdf { BTreeMap::new() } else { plan_sheets(instance, &planned, &program()?)? };
    let sheets: BTreeMap<PathBuf, Vec<u8>> = sheets
        .into_iter()
        .map(|(language, pdf)| (wish.output.with_extension(format!("{language}.pdf")), pdf))
        .collect();
    save(&wish.output, &bytes)?;
    let consent = wish.planner.key.as_ref().map(|key| Consent::Key { path: key.clone(), text });
    let signed = consent.map(|consent| approve_plan(instance, &bytes, &consent)).transpose()?;
    sheets.iter().try_for_each(|(path, pdf)| save(path, pdf))?;
    let early = plan.records.iter().filter(|item| item.early).count();
    let document = json!({
        "early": early, "lists": sheets.keys().collect::<Vec<_>>(), "plan": wish.output, "digest": plan.digest(), "day": plan.day, "records": plan.records.len(),
        "planner": plan.planner.name, "signed": signed.is_some(),
    });
    out.result("sweep-plan", document, |out| {
        let count = counted(plan.records.len(), "record", "records");
        out.line(&format!("{count} due by {} in {output}, digest {}", plan.day, plan.digest()));
        sheets.keys().for_each(|path| out.line(&format!("  {}", path.display())));
        tell_early(early, out);
        let name = &plan.planner.name;
        out.line(&match &signed {
            Some(signed) => format!("signed by its planner {name}; needs {} of others", approvals(signed.needed)),
            None => format!("not signed yet by its planner {name}: sign it with ssh-keygen -Y sign -n hokan-plan -f KEY {output}, then hokan sweep approve {output} --signature {output}.sig"),
        });
        out.line(&format!("next: read it, then hokan sweep approve {output} --key APPROVER_KEY"));
    });
    Ok(ExitCode::SUCCESS)
}

/// Says what goes before its rule allows it, since no list of days shows it.
fn tell_early(count: usize, out: &mut Out) {
    if count > 0 {
        let goes = counted(count, "record goes", "records go");
        out.line(&format!(
            "{goes} before the rule allows it, because somebody asked: hokan explain ID tells who and why"
        ));
    }
}

fn approvals(count: usize) -> String {
    counted(count, "approval", "approvals")
}

fn approve(instance: &Instance, file: &Path, signature: &Signature, out: &mut Out) -> Done {
    let bytes = read_bytes(file)?;
    let approved = approve_plan(instance, &bytes, &consent(signature)?)?;
    let PlanSigned { plan, signed, role, found, needed, differences, by_hand, early } = &approved;
    let as_what = match role {
        Role::Planner => "planner",
        Role::Approver => "approver",
    };
    let document = json!({
        "plan-digest": plan.digest(), "by": signed.name, "fingerprint": signed.fingerprint, "as": as_what,
        "approvals": found, "needed": needed, "differences": refusals(differences), "by-hand": by_hand, "early": early,
    });
    out.result("sweep-approve", document, |out| {
        let (name, file) = (&signed.name, file.display());
        let count = counted(plan.records.len(), "record", "records");
        out.line(&match role {
            Role::Planner => format!("{name} signed {file} as its planner ({count})"),
            Role::Approver => format!("{name} approved {file} ({count})"),
        });
        tell_early(*early, out);
        if !differences.is_empty() {
            out.line("changed since it was made, and would stay:");
            groups(differences, out);
        }
        match needed.saturating_sub(*found) {
            0 => {
                if *by_hand < plan.records.len() {
                    out.line("the service carries it out at its sweeps, each record from its own day on");
                    out.line(&format!("next, where no service runs or at once: hokan sweep run {file}"));
                }
                if *by_hand > 0 {
                    let things = counted(*by_hand, "box or device goes", "boxes or devices go");
                    out.line(&format!("{things} by a work order: hokan sweep order {file} --medium paper -o orders"));
                }
            }
            missing => out.line(&format!(
                "{} of others still needed: hokan sweep approve {file} --key APPROVER_KEY",
                approvals(missing)
            )),
        }
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

fn refusals(refused: &[Refused]) -> Vec<Value> {
    let one = |one: &Refused| json!({ "record": one.record, "class": one.class, "why": one.why.code(), "detail": why(&one.why).en });
    refused.iter().map(one).collect()
}

/// Shows what stays, by class and reason.
fn groups<'a>(refused: impl IntoIterator<Item = &'a Refused>, out: &mut Out) {
    let mut groups: BTreeMap<(&str, String), usize> = BTreeMap::new();
    refused.into_iter().for_each(|one| *groups.entry((&one.class, why(&one.why).en)).or_default() += 1);
    let rows = groups.into_iter().map(|((class, said), count)| vec![format!("  {class}"), count.to_string(), said]);
    out.table(&["", "", ""], rows.collect(), &[1]);
}

fn document(swept: &Swept) -> Value {
    let failed: Vec<Value> =
        swept.failed.iter().map(|one| json!({ "record": one.record, "why": one.why.to_string() })).collect();
    let finished = swept.finished.iter();
    let finished = finished
        .map(|one| json!({ "sweep": one.sweep, "destroyed": one.destroyed, "stay": refusals(&one.stay) }))
        .collect::<Vec<Value>>();
    json!({ "sweep": swept.sweep, "destroyed": swept.destroyed, "finished": finished, "refused": refusals(&swept.refused), "failed": failed })
}

fn tell_swept(swept: &Swept, out: &mut Out) {
    for one in &swept.finished {
        let stay = if one.stay.is_empty() { String::new() } else { format!(", {} stay:", one.stay.len()) };
        let destroyed = counted(one.destroyed.len(), "record", "records");
        out.line(&format!("finished the interrupted sweep {}: {destroyed} destroyed{stay}", one.sweep));
        groups(&one.stay, out);
    }
    match &swept.sweep {
        Some(sweep) => {
            out.line(&format!("sweep {sweep}: {} destroyed", counted(swept.destroyed.len(), "record", "records")));
            out.line(&format!("next: hokan certificate {sweep}"));
        }
        None => out.line("nothing to destroy now"),
    }
    let kept =
        swept.refused.iter().filter(|one| !matches!(one.why, crate::retention::gate::Why::Verdict(Verdict::Permanent)));
    let kept: Vec<&Refused> = kept.collect();
    if !kept.is_empty() {
        out.line("stays:");
        groups(kept, out);
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
