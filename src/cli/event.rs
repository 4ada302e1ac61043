//! `hokan event`: what periods count from.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::{EventCommand, Letters, StatingArguments, WhomArguments};
use super::out::Out;
use super::words::counted;
use super::{Done, Failure, read_bytes, who};
use crate::calendar::Date;
use crate::engine::{
    EventFilter, EventWish, Instance, Mode, MovedRecord, StatedEvents, Whom, add_event, add_events, correct_event,
    events, withdraw_event,
};
use crate::policy::Encoding;
use crate::store::{Listed, Stated};

/// The most records that are listed with their days.
const MOST_LISTED: usize = 20;

pub(super) fn run(instance: &Instance, what: &EventCommand, out: &mut Out) -> Done {
    match what {
        EventCommand::Add { whom, event, date, from, encoding, yes, stating } => match (from, event, date) {
            (Some(file), _, _) => from_file(instance, file, *encoding, *yes, stating, out),
            (None, Some(event), Some(date)) => {
                let wish = EventWish { whom: named(whom)?, event: event.clone(), date: *date };
                let stated = add_event(instance, &wish, &who(stating.by.as_deref()), mode(stating))?;
                tell("event-add", &format!("{event} on {date}"), &stated, stating, out)
            }
            (None, _, _) => Err(Failure::Usage("an event needs `--event` and `--date`, many need `--from`".to_owned())),
        },
        EventCommand::Correct { event, date, reason, stating } => {
            let by = who(stating.by.as_deref());
            let stated = correct_event(instance, *event, *date, (reason, &by), mode(stating))?;
            tell("event-correct", &format!("correction of event {event} to {date}"), &stated, stating, out)
        }
        EventCommand::Withdraw { event, reason, stating } => {
            let by = who(stating.by.as_deref());
            let stated = withdraw_event(instance, *event, (reason, &by), mode(stating))?;
            tell("event-withdraw", &format!("withdrawal of event {event}"), &stated, stating, out)
        }
        EventCommand::List { whom, event, all } => {
            let whom = match (&whom.subject, whom.record) {
                (None, None) => None,
                (..) => Some(named(whom)?),
            };
            list(&events(instance, &EventFilter { whom, event: event.clone() })?, *all, out)
        }
    }
}

fn named(whom: &WhomArguments) -> Result<Whom, Failure> {
    match (&whom.subject, whom.record) {
        (Some(subject), _) => Ok(Whom::Subject(subject.clone())),
        (None, Some(id)) => Ok(Whom::Record(id)),
        (None, None) => Err(Failure::Usage("name whom it is about with `--subject` or `--record`".to_owned())),
    }
}

fn mode(stating: &StatingArguments) -> Mode {
    if stating.dry_run { Mode::DryRun } else { Mode::Act }
}

/// Shows what the table would move, asks, then enters it.
fn from_file(
    instance: &Instance,
    file: &Path,
    letters: Letters,
    yes: bool,
    stating: &StatingArguments,
    out: &mut Out,
) -> Done {
    let bytes = read_bytes(file)?;
    let name = file.display().to_string();
    let encoding = match letters {
        Letters::Utf8 => Encoding::Utf8,
        Letters::ShiftJis => Encoding::ShiftJis,
    };
    let by = who(stating.by.as_deref());
    let state = |mode| add_events(instance, (&name, &bytes), encoding, &by, mode);
    let title = |stated: &StatedEvents| counted(stated.count, "event", "events");
    if stating.dry_run || !yes {
        let looked = state(Mode::DryRun)?;
        if stating.dry_run {
            return tell("event-add", &title(&looked), &looked, stating, out);
        }
        out.before_result(|out| moves(&looked.moved, out));
        let question = format!("{} would move {}. Enter them? [y/N]", title(&looked), records(looked.moved.len()));
        let answer = out.ask(&question);
        if !answer.is_some_and(|answer| matches!(answer.as_str(), "y" | "yes" | "Y")) {
            return Err(Failure::Refused {
                code: "event.not-confirmed",
                message: "nothing was written".to_owned(),
                help: Some("look at `--dry-run`, then run it with `--yes`".to_owned()),
            });
        }
    }
    let stated = state(Mode::Act)?;
    tell("event-add", &title(&stated), &stated, stating, out)
}

fn records(count: usize) -> String {
    counted(count, "due day", "due days")
}

fn tell(name: &str, title: &str, stated: &StatedEvents, stating: &StatingArguments, out: &mut Out) -> Done {
    let document = json!({
        "events": stated.count, "entries": stated.entries, "moved": stated.moved.len(), "dry-run": stating.dry_run,
        "records": stated.moved.iter().map(moved_json).collect::<Vec<Value>>(),
    });
    out.result(name, document, |out| {
        let moved = counted(stated.moved.len(), "record gets", "records get");
        if stating.dry_run {
            moves(&stated.moved, out);
            out.line(&format!("{title}: {moved} another due day; nothing was written"));
            return;
        }
        let entry = match stated.entries.as_slice() {
            [one] => format!(" as event {one}"),
            [first, .., last] => format!(" as events {first} to {last}"),
            [] => String::new(),
        };
        out.line(&format!("{title} entered{entry}; {moved} another due day"));
    });
    Ok(ExitCode::SUCCESS)
}

fn moved_json(moved: &MovedRecord) -> Value {
    json!({ "record": moved.record, "class": moved.class, "name": moved.name, "from": moved.from, "to": moved.to })
}

fn moves(moved: &[MovedRecord], out: &mut Out) {
    let day = |day: Option<Date>| day.map_or("none".to_owned(), |day| day.to_string());
    let row =
        |it: &MovedRecord| vec![it.record.to_string(), it.class.clone(), day(it.from), day(it.to), it.name.clone()];
    let rows = moved.iter().take(MOST_LISTED).map(row).collect();
    out.table(&["RECORD", "CLASS", "WAS", "WOULD BE", "NAME"], rows, &[]);
    if moved.len() > MOST_LISTED {
        out.line(&format!("… and {} more (`--json` lists all)", moved.len() - MOST_LISTED));
    }
}

fn list(listed: &[Listed], all: bool, out: &mut Out) -> Done {
    let shown: Vec<&Listed> = listed.iter().filter(|it| all || it.counts).collect();
    let documents: Vec<Value> = shown.iter().map(|it| event_json(it)).collect();
    out.result("events", json!({ "events": documents }), |out| {
        let row = |it: &&Listed| {
            let event = &it.event;
            let (date, by) = (event.date.to_string(), event.by.clone());
            vec![it.entry.to_string(), event.event.clone(), date, event.subject.clone(), by, standing(it)]
        };
        out.table(&["ID", "EVENT", "DATE", "ABOUT", "BY", ""], shown.iter().map(row).collect(), &[0]);
        let hidden = listed.len() - shown.len();
        let more = if hidden > 0 { format!(", {hidden} that do not count (`--all`)") } else { String::new() };
        out.line(&format!("{}{more}", counted(shown.len(), "event", "events")));
    });
    Ok(ExitCode::SUCCESS)
}

/// Returns what became of an event, in words.
pub(super) fn standing(it: &Listed) -> String {
    match (&it.event.stated, it.replaced_by, it.counts) {
        (_, Some(by), _) => format!("replaced by event {by}"),
        (Stated::Withdrawn { of, reason }, None, _) => format!("withdraws event {of}: {reason}"),
        (Stated::Corrected { of, reason }, None, true) => format!("counts; corrects event {of}: {reason}"),
        (Stated::Corrected { of, reason }, None, false) => format!("stated again later; corrects event {of}: {reason}"),
        (Stated::Added, None, true) => "counts".to_owned(),
        (Stated::Added, None, false) => "stated again later".to_owned(),
    }
}

/// Returns an event as JSON.
pub(super) fn event_json(it: &Listed) -> Value {
    let event = &it.event;
    let kind = match event.stated {
        Stated::Added => "added",
        Stated::Corrected { .. } => "correction",
        Stated::Withdrawn { .. } => "withdrawal",
    };
    json!({
        "id": it.entry, "about": event.subject, "event": event.event, "date": event.date, "by": event.by, "kind": kind,
        "replaces": event.stated.of(), "reason": event.stated.reason(), "replaced-by": it.replaced_by, "counts": it.counts,
    })
}
