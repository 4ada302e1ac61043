//! `hokan status`: where everything stands.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::Done;
use super::arguments::StatusArguments;
use super::out::Out;
use super::take_in::one;
use super::verify::round_document;
use super::words::{counted, reason, version, version_json};
use crate::engine::{ClassStatus, Figures, Instance, Lateness, OrderWaiting, Status, state_name, status};
use crate::intake::State;
use crate::policy::Review;

pub(super) fn run(instance: &Instance, wish: &StatusArguments, out: &mut Out) -> Done {
    let status = status(instance)?;
    let attention = attention(&status);
    out.result("status", document(&status, &attention), |out| match wish.attention {
        true => attention.iter().for_each(|line| out.line(line)),
        false => tell(&status, &attention, out),
    });
    Ok(if wish.attention && !attention.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// What needs a person, the most pressing first.
fn attention(status: &Status) -> Vec<String> {
    let mut lines = Vec::new();
    for one in &status.overdue {
        let count = counted(one.records as usize, "record", "records");
        let next = match one.review {
            Review::None => "nobody must approve: hokan sweep run",
            Review::One => "one approver must sign a plan: hokan sweep plan",
            Review::Two => "two approvers must sign a plan: hokan sweep plan",
        };
        let days = counted(usize::try_from(one.days).unwrap_or(0), "day", "days");
        lines.push(format!("overdue: {count} of {}, up to {days} past the window; {next}", one.class));
    }
    match &status.waiting {
        Some((waiting, true)) => {
            lines.push(format!("{} has errors: nothing is destroyed until it is mended", version(waiting)))
        }
        Some((waiting, false)) => lines.push(format!("{} waits for its acceptance", version(waiting))),
        None => {}
    }
    if !status.unconfirmed.is_empty() {
        lines.push(format!("recipients to confirm before records are taken in: {}", status.unconfirmed.join(", ")));
    }
    for one in &status.holds_to_review {
        let next = format!("hokan hold review {0}, or hokan hold release {0}", one.hold);
        lines.push(format!("{} is to be looked at since {} by {}: {next}", one.hold, one.review, one.owner));
    }
    let unfinished = status.unfinished_sweeps.iter();
    lines.extend(unfinished.map(|sweep| format!("sweep {sweep} is not finished: run `hokan sweep run`")));
    lines.extend(status.orders.iter().map(tell_order));
    if status.verify.known_faults() > 0 {
        let faults = counted(usize::try_from(status.verify.known_faults()).unwrap_or(usize::MAX), "fault", "faults");
        lines.push(format!("{faults} in the files of records: run `hokan verify`"));
    }
    lines
}

fn figures(figures: &Figures) -> Value {
    json!({ "records": figures.records, "p99": figures.p99, "most": figures.most })
}

fn tell_lateness(lateness: &Lateness, out: &mut Out) {
    let said = |figures: &Figures| format!("99 % within {}, all within {}", figures.p99, figures.most);
    let first = &lateness.after_first_day;
    let count = counted(first.records as usize, "record", "records");
    out.line(&format!("destroyed so far: {count}; days after the first allowed day: {}", said(first)));
    if let Some(approval) = &lateness.after_approval {
        let count = counted(approval.records as usize, "record", "records");
        out.line(&format!("of those by a plan: {count}; days after the last approval: {}", said(approval)));
    }
}

fn document(status: &Status, attention: &[String]) -> Value {
    let classes: serde_json::Map<String, Value> =
        status.classes.iter().map(|(id, class)| (id.clone(), class_json(class))).collect();
    let waiting = status.waiting.as_ref().map(
        |(version, has_errors)| json!({ "digest": version.digest, "commit": version.commit, "has-errors": has_errors }),
    );
    let overdue = status
        .overdue
        .iter()
        .map(|one| json!({ "class": one.class, "review": one.review, "records": one.records, "days": one.days }));
    let lateness = status.lateness.as_ref().map(|lateness| {
        json!({
            "after-first-day": figures(&lateness.after_first_day),
            "after-approval": lateness.after_approval.as_ref().map(figures),
        })
    });
    let odd = status.paths.iter().filter(|path| reason(&path.state).is_some());
    json!({
        "today": status.today,
        "policy": version_json(&status.policy),
        "waiting": waiting,
        "classes": classes,
        "records": status.classes.values().map(|class| class.held).sum::<u64>(),
        "paths": { "found": status.paths.len(), "by-state": status.paths_by_state() },
        "not-taken": odd.map(|path| one(&path.path, &path.state)).collect::<Vec<_>>(),
        "holds": status.holds,
        "holds-to-review": status.holds_to_review.iter().map(|one| json!({ "hold": one.hold, "review": one.review, "owner": one.owner })).collect::<Vec<_>>(),
        "overdue": overdue.collect::<Vec<_>>(),
        "lateness": lateness,
        "attention": attention,
        "unconfirmed": status.unconfirmed,
        "unfinished-sweeps": status.unfinished_sweeps,
        "orders": status.orders.iter().map(order_json).collect::<Vec<_>>(),
        "unlisted": status.unlisted,
        "verify": round_document(&status.verify),
        "entries": status.entries,
    })
}

fn order_json(waiting: &OrderWaiting) -> Value {
    json!({
        "id": waiting.state.id, "step": waiting.state.step(), "medium": waiting.state.order.medium,
        "count": waiting.open.len(), "late": waiting.is_late,
        "expected": waiting.state.handed_over.as_ref().map(|handed| handed.expected),
    })
}

/// What an order waits for; a confirmation that is late is asked for.
fn tell_order(waiting: &OrderWaiting) -> String {
    let (id, count) = (&waiting.state.id, counted(waiting.open.len(), "box or device", "boxes or devices"));
    match &waiting.state.handed_over {
        None => format!("work order {id}: {count} to be handed over: hokan sweep hand-over {id}"),
        Some(handed) if waiting.is_late => format!(
            "work order {id}: {count} handed over on {}, not confirmed; the confirmation was expected by {}: ask for it",
            handed.on, handed.expected
        ),
        Some(handed) => format!("work order {id}: {count} handed over on {}, not confirmed yet", handed.on),
    }
}

fn class_json(class: &ClassStatus) -> Value {
    json!({
        "held": class.held, "due": class.due, "review": class.review, "on-hold": class.on_hold,
        "kept-longer": class.kept_longer,
        "waiting-policy": class.waiting_policy, "later": class.later, "waits-for-date": class.waits_for_date,
        "permanent": class.permanent, "unknown-class": class.unknown_class, "removal-pending": class.removal_pending,
        "next": class.next,
    })
}

fn tell(status: &Status, attention: &[String], out: &mut Out) {
    out.line(&format!(
        "{}: {} in force, {} ledger entries, {}",
        status.today,
        version(&status.policy),
        status.entries,
        counted(status.holds as usize, "hold", "holds")
    ));
    attention.iter().for_each(|line| out.line(line));
    if status.unlisted > 0 {
        let count = counted(status.unlisted as usize, "box or device is", "boxes or devices are");
        out.line(&format!("{count} not in the newest register any more, and held all the same"));
    }
    out.line("");
    let rows = status.classes.iter().map(|(id, class)| {
        let numbers =
            [class.held, class.due, class.review, class.on_hold, class.later, class.waits_for_date, class.permanent];
        let other = class.kept_longer + class.unknown_class + class.removal_pending + class.waiting_policy;
        let cells = numbers.into_iter().chain([other]).map(|n| if n == 0 { "-".to_owned() } else { n.to_string() });
        let next = class.next.map_or("-".to_owned(), |day| day.to_string());
        std::iter::once(id.clone()).chain(cells).chain([next]).collect()
    });
    let head = ["CLASS", "HELD", "DUE", "TO APPROVE", "ON HOLD", "LATER", "NO DATE", "FOR EVER", "OTHER", "NEXT DUE"];
    let held: u64 = status.classes.values().map(|class| class.held).sum();
    out.table(&head, rows.collect(), &[1, 2, 3, 4, 5, 6, 7, 8]);
    out.line(&format!("{held} records held"));
    status.lateness.iter().for_each(|lateness| tell_lateness(lateness, out));
    out.line("");
    let states: Vec<String> =
        status.paths_by_state().into_iter().map(|(state, count)| format!("{count} {state}")).collect();
    out.line(&format!(
        "{} paths under records/: {}",
        status.paths.len(),
        if states.is_empty() { "none".to_owned() } else { states.join(", ") }
    ));
    for path in status.paths.iter().filter(|path| !matches!(path.state, State::Ignored | State::Ready(_))) {
        let why = reason(&path.state).map_or(String::new(), |(_, why)| format!(": {why}"));
        out.line(&format!("  {:<12} {}{why}", state_name(&path.state), path.path));
    }
}
