//! `hokan event`: what periods count from.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::EventCommand;
use super::out::Out;
use super::words::counted;
use super::{Done, Failure, who};
use crate::engine::{Instance, Whom, add_event};

pub(super) fn run(instance: &Instance, what: &EventCommand, out: &mut Out) -> Done {
    let EventCommand::Add { whom, event, date, by } = what;
    let whom = match (&whom.subject, whom.record) {
        (Some(subject), _) => Whom::Subject(subject.clone()),
        (None, Some(id)) => Whom::Record(id),
        (None, None) => return Err(Failure::Usage("name whom it is about with `--subject` or `--record`".to_owned())),
    };
    let moved = add_event(instance, &whom, event, *date, &who(by.as_deref()))?;
    out.result("event-add", json!({ "moved": moved }), |out| {
        let records = counted(moved, "record gets", "records get");
        out.line(&format!("{event} on {date} added; {records} another due day"));
    });
    Ok(ExitCode::SUCCESS)
}
