//! `hokan records`: what is held.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::{KeepArguments, RecordsCommand};
use super::out::Out;
use super::words::{counted, verdict, verdict_code};
use super::{Done, who};
use crate::engine::{Held, Instance, KeepWish, RecordFilter, RecordView, keep_longer, records};
use crate::retention::plan::Verdict;
use crate::store::{How, Kept, RecordState};

pub(super) fn run(instance: &Instance, what: &RecordsCommand, out: &mut Out) -> Done {
    let filter = match what {
        RecordsCommand::Postpone(wish) => return keep(instance, How::Postponed, wish, out),
        RecordsCommand::Extend(wish) => return keep(instance, How::Extended, wish, out),
        RecordsCommand::List { class, subject, due_before } => {
            RecordFilter { class: class.clone(), subject: subject.clone(), due_before: *due_before, id: None }
        }
        RecordsCommand::Show { id } => RecordFilter { id: Some(*id), ..RecordFilter::default() },
    };
    let Held { views, is_stopped } = records(instance, &filter)?;
    let document = json!({ "records": views.iter().map(record).collect::<Vec<_>>(), "is-stopped": is_stopped });
    out.result("records", document, |out| {
        match what {
            RecordsCommand::List { .. } => list(&views, out),
            _ => views.iter().for_each(|view| show(view, out)),
        }
        if is_stopped && views.iter().any(|view| view.judged.verdict == Verdict::Due) {
            out.line("the committed policy has errors: nothing is destroyed, also what is due, until it is mended (hokan check)");
        }
    });
    Ok(ExitCode::SUCCESS)
}

fn keep(instance: &Instance, how: How, wish: &KeepArguments, out: &mut Out) -> Done {
    let (records, until) = (wish.ids.clone(), wish.until);
    let (reason, by) = (wish.reason.clone(), who(wish.by.as_deref())?);
    keep_longer(instance, &KeepWish { records, how, until, reason, by })?;
    let (name, count) = (how.as_str(), counted(wish.ids.len(), "record", "records"));
    let document = json!({ "records": wish.ids, "how": name, "until": until });
    out.result("records-keep", document, |out| out.line(&format!("{count} {name} until {until}")));
    Ok(ExitCode::SUCCESS)
}

fn kept_json(kept: &Kept) -> Value {
    json!({
        "how": kept.how.as_str(), "until": kept.until, "reason": kept.reason, "by": kept.by, "entry": kept.entry,
    })
}

fn record(view: &RecordView) -> Value {
    let known = &view.record.known;
    let entries: Vec<Value> = view
        .entries
        .iter()
        .map(|(index, entry)| json!({ "index": index, "at": entry.at.to_string(), "kind": entry.what.kind() }))
        .collect();
    let item = view.item.as_ref().map(|told| {
        json!({
            "medium": told.medium, "register": told.register, "number": told.number, "place": told.place,
            "title": told.title, "details": told.details, "listed": told.listed,
        })
    });
    json!({
        "item": item, "successor": view.successor, "succeeds": view.succeeds, "early": view.early,
        "record": known.id, "class": view.judged.class, "name": known.name, "bytes": known.bytes,
        "arrived": known.arrived().to_string(), "subjects": known.subjects, "dates": known.dates,
        "state": state(view.record.state), "due": view.judged.due.day(), "by": view.judged.by,
        "verdict": verdict_code(&view.judged.verdict), "review": view.judged.review, "entries": entries,
        "header": known.header, "body": known.body, "kept": view.kept.iter().map(kept_json).collect::<Vec<_>>(),
    })
}

fn state(state: RecordState) -> &'static str {
    match state {
        RecordState::Pending => "pending",
        RecordState::Removing => "removal-pending",
        RecordState::Held => "held",
    }
}

fn list(views: &[RecordView], out: &mut Out) {
    let rows = views.iter().map(|view| {
        let due = view.judged.due.day().map_or("-".to_owned(), |day| day.to_string());
        vec![
            view.record.known.id.to_string(),
            view.judged.class.clone(),
            due,
            verdict(&view.judged),
            view.record.known.name.clone(),
        ]
    });
    out.table(&["RECORD", "CLASS", "MAY GO FROM", "TODAY", "NAME"], rows.collect(), &[]);
    out.line(&counted(views.len(), "record", "records"));
}

fn show(view: &RecordView, out: &mut Out) {
    let known = &view.record.known;
    let dates: Vec<String> = known.dates.iter().map(|(name, date)| format!("{name} {date}")).collect();
    let due = view.judged.due.day().map_or("none".to_owned(), |day| day.to_string());
    for (what, said) in [
        ("record", known.id.to_string()),
        ("class", view.judged.class.clone()),
        ("name", known.name.clone()),
        ("subjects", known.subjects.join(", ")),
        ("dates", dates.join(", ")),
        ("bytes", known.bytes.to_string()),
        ("taken in", known.arrived().to_string()),
        ("may go from", due),
        ("today", verdict(&view.judged)),
        ("header", known.header.to_string()),
        ("body", known.body.to_string()),
    ] {
        out.line(&format!("{what:<12} {said}"));
    }
    if let Some(told) = &view.item {
        let listed = if told.listed { "" } else { ", not listed any more" };
        out.line(&format!("medium       {}", told.medium));
        out.line(&format!("place        {}", told.place));
        out.line(&format!("register     {}{listed}", told.register));
        told.details.iter().for_each(|(column, text)| out.line(&format!("{column:<12} {text}")));
    }
    for (what, other) in [("successor", view.successor), ("succeeds", view.succeeds)] {
        if let Some(id) = other {
            out.line(&format!("{what:<12} {id}"));
        }
    }
    if let Some(day) = view.early {
        out.line(&format!("early        granted on {day}, because somebody asked"));
    }
    for kept in &view.kept {
        let (how, until) = (kept.how.as_str(), kept.until);
        out.line(&format!("{how:<12} until {until} by {}: {}", kept.by, kept.reason));
    }
    for (index, entry) in &view.entries {
        out.line(&format!("ledger       {index}  {}  {}", entry.at, entry.what.kind()));
    }
}
