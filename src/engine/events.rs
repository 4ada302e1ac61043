//! Events: what periods count from, stated one by one or from a table, corrected and taken back.
//!
//! In: who states what about whom. Out: rows, ledger entries, and the due days that move. The rule it keeps: many are
//! stated together or not at all; an event is about the one it names, never about all; what was stated is replaced, never
//! edited; a dry run counts what would move by the same steps and drops them.

use std::collections::{BTreeMap, BTreeSet};

use super::accept::{InForce, policy_state, still_in_force};
use super::alike::{Alike, alike};
use super::due::recompute;
use super::facts::said;
use super::instance::Instance;
use super::{BadRow, EngineError, Result};
use crate::RecordId;
use crate::calendar::Date;
use crate::diag::nearest;
use crate::intake::unfit;
use crate::ledger::{Entry, What};
use crate::policy::{About, CaptureKind, ComesFrom, Encoding, PolicySet};
use crate::retention::due::due;
use crate::retention::{gate, plan};
use crate::rows::{self, Row, Table};
use crate::store::{Catalog, Event, Listed, Record, Stated, Store, Writing};

/// The columns of a table of events.
const COLUMNS: [&str; 4] = ["subject", "record", "event", "date"];

/// Whom an event is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    /// A subject.
    Subject(String),
    /// One record.
    Record(RecordId),
}

/// Whether something is done, or only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is written.
    DryRun,
    /// It is entered.
    Act,
}

/// An event that somebody states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventWish {
    /// Whom it is about.
    pub whom: Whom,
    /// The declared event.
    pub event: String,
    /// When it happened.
    pub date: Date,
}

/// A record whose due day moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedRecord {
    /// The record.
    pub record: RecordId,
    /// Its class.
    pub class: String,
    /// The path it came from.
    pub name: String,
    /// The first day allowed before.
    pub from: Option<Date>,
    /// The first day allowed now.
    pub to: Option<Date>,
}

/// What stating events came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedEvents {
    /// How many there are.
    pub count: usize,
    /// Their ledger entries; none after a dry run.
    pub entries: Vec<u64>,
    /// The records whose due day moves, by id.
    pub moved: Vec<MovedRecord>,
    /// Subjects written like those they name, which they say nothing about.
    pub alike: Vec<Alike>,
}

/// Adds an event.
///
/// # Errors
/// Refuses an event the policy does not declare, one about somebody nothing is held of, and a date to come.
///
/// # Durability
/// On return the event is in the ledger and the due days follow it; after a dry run nothing is written.
pub fn add_event(instance: &Instance, wish: &EventWish, by: &str, mode: Mode) -> Result<StatedEvents> {
    said("event.by", "who reports it", by)?;
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let in_force = state.accepted()?;
    let subject = checked(instance, &store.catalog(), &in_force.policy, wish)?;
    let event = new_event(instance, subject, wish, by)?;
    enter(instance, &mut store, in_force, &[event], mode)
}

/// Adds every event of a table (CSV with the columns `subject` or `record`, `event`, `date`), or none of them.
///
/// # Errors
/// Names every row that cannot be used, by line and column; then nothing was written.
///
/// # Durability
/// As [`add_event`], for all of them in one transaction.
pub fn add_events(
    instance: &Instance,
    (file, bytes): (&str, &[u8]),
    encoding: Encoding,
    by: &str,
    mode: Mode,
) -> Result<StatedEvents> {
    said("event.by", "who reports it", by)?;
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let in_force = state.accepted()?;
    let refuse = |bad: Vec<BadRow>, rows: usize| EngineError::Rows { file: file.to_owned(), rows, bad };
    let whole = |fault: rows::Fault| {
        let (line, column) = fault.spot.map_or((1, 1), |spot| (spot.line, spot.column));
        refuse(vec![BadRow { line, column, code: "event.table", message: fault.what, help: None }], 0)
    };
    let table = rows::decode(bytes, encoding).and_then(|text| rows::table(&text)).map_err(whole)?;
    let columns = columns(&table).map_err(|bad| refuse(bad, table.rows.len()))?;
    let (mut bad, mut events) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<(Whom, String), u64> = BTreeMap::new();
    for row in &table.rows {
        let read = columns.wish(row, in_force).and_then(|wish| {
            if let Some(first) = seen.insert((wish.whom.clone(), wish.event.clone()), row.line) {
                let message = format!("`{}` of the same one stands in line {first} already", wish.event);
                return Err(columns.bad(row, "event", "event.twice", message, None));
            }
            match checked(instance, &store.catalog(), &in_force.policy, &wish) {
                Ok(subject) => Ok((subject, wish)),
                Err(error) => Err(columns.of_error(row, &wish, error)),
            }
        });
        match read {
            Ok((subject, wish)) => events.push(new_event(instance, subject, &wish, by)?),
            Err(one) => bad.push(one),
        }
    }
    if !bad.is_empty() {
        return Err(refuse(bad, table.rows.len()));
    }
    enter(instance, &mut store, in_force, &events, mode)
}

/// States an event again with another date: the one of ledger entry `of` does not count any more.
///
/// # Errors
/// Refuses an event that is not there or was replaced already, a date to come, and empty words.
///
/// # Durability
/// As [`add_event`].
pub fn correct_event(
    instance: &Instance,
    of: u64,
    date: Date,
    (reason, by): (&str, &str),
    mode: Mode,
) -> Result<StatedEvents> {
    let stated = Stated::Corrected { of, reason: reason.to_owned() };
    replace(instance, of, stated, Some(date), by, mode)
}

/// Takes an event back: it never happened.
///
/// # Errors
/// As [`correct_event`].
///
/// # Durability
/// As [`add_event`].
pub fn withdraw_event(instance: &Instance, of: u64, (reason, by): (&str, &str), mode: Mode) -> Result<StatedEvents> {
    replace(instance, of, Stated::Withdrawn { of, reason: reason.to_owned() }, None, by, mode)
}

fn replace(
    instance: &Instance,
    of: u64,
    stated: Stated,
    date: Option<Date>,
    by: &str,
    mode: Mode,
) -> Result<StatedEvents> {
    said("event.by", "who corrects it", by)?;
    said("event.reason", "a reason", stated.reason().unwrap_or_default())?;
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let in_force = state.accepted()?;
    let old = replaceable(&store.catalog(), of)?;
    if let Some(date) = date {
        not_to_come(instance, &in_force.policy, date)?;
        if date == old.event.date {
            return Err(EngineError::refused("event.same", format!("event {of} says {date} already")));
        }
    }
    let Event { subject, event, date: was, .. } = old.event;
    let (by, salt) = (by.to_owned(), instance.salt()?);
    let event = Event { subject, event, date: date.unwrap_or(was), by, stated, salt };
    enter(instance, &mut store, in_force, &[event], mode)
}

/// Returns an event that can be replaced.
fn replaceable(catalog: &Catalog<'_>, of: u64) -> Result<Listed> {
    let Some(old) = catalog.event(of)? else {
        let why = format!("the catalog knows no event {of}");
        return Err(
            EngineError::refused("event.unknown", why).help("`hokan event list` shows the events with their numbers")
        );
    };
    if let Some(by) = old.replaced_by {
        let why = format!("event {of} was replaced by event {by} already");
        return Err(
            EngineError::refused("event.replaced", why).help("replace that one; `hokan event list --all` shows both")
        );
    }
    if matches!(old.event.stated, Stated::Withdrawn { .. }) {
        let why = format!("event {of} is a withdrawal: it cannot be replaced");
        return Err(EngineError::refused("event.replaced", why).help("add the event anew with `hokan event add`"));
    }
    Ok(old)
}

/// Which events are asked for.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// About this one.
    pub whom: Option<Whom>,
    /// Of this name.
    pub event: Option<String>,
}

/// Lists events, by ledger entry.
///
/// # Errors
/// Fails as the store does.
pub fn events(instance: &Instance, filter: &EventFilter) -> Result<Vec<Listed>> {
    let store = instance.store()?;
    let subject = filter.whom.as_ref().map(|whom| match whom {
        Whom::Subject(subject) => subject.clone(),
        Whom::Record(id) => id.to_string(),
    });
    let listed = store.catalog().events(subject.as_deref())?;
    let is_asked = |it: &Listed| filter.event.as_ref().is_none_or(|event| *event == it.event.event);
    Ok(listed.into_iter().filter(is_asked).collect())
}

/// Enters events, all in one transaction, or drops them after looking what they would move.
fn enter(
    instance: &Instance,
    store: &mut Store,
    in_force: &InForce,
    events: &[Event],
    mode: Mode,
) -> Result<StatedEvents> {
    let InForce { policy, version, .. } = in_force;
    let rows = match mode {
        Mode::DryRun => Vec::new(),
        Mode::Act => {
            let pending = store.write_pending()?;
            let rows =
                events.iter().map(|event| pending.add_event(event)).collect::<std::result::Result<Vec<_>, _>>()?;
            pending.commit()?;
            rows
        }
    };
    let key = instance.key()?;
    let mut writing = store.write()?;
    still_in_force(&writing, version)?;
    let records = concerned(&writing.catalog(), events)?;
    let before = days(&writing.catalog(), policy, &records)?;
    let mut stated = StatedEvents { count: events.len(), ..StatedEvents::default() };
    match mode {
        Mode::DryRun => {
            let size = writing.reader().size()?;
            for (entry, event) in (size..).zip(events) {
                writing.suppose_event(event, entry)?;
            }
        }
        Mode::Act => {
            for (row, event) in rows.into_iter().zip(events) {
                let about = about(&writing, event)?;
                let entry = writing.append(&Entry { at: instance.now(), what: event.what(about) })?;
                writing.event_entered(row, entry)?;
                stated.entries.push(entry);
            }
        }
    }
    let after = days(&writing.catalog(), policy, &records)?;
    let moved = records.iter().zip(before.into_iter().zip(after)).filter(|(_, (from, to))| from != to);
    stated.moved = moved.map(|(record, (from, to))| moved_record(record, from, to)).collect();
    if mode == Mode::Act {
        recompute(&writing, policy, records)?;
        writing.commit(&key)?;
    } else {
        drop(writing);
    }
    // The events stand, whatever hinders this.
    stated.alike = alike(&store.catalog(), events.iter().map(|event| event.subject.as_str())).unwrap_or_default();
    Ok(stated)
}

fn moved_record(record: &Record, from: Option<Date>, to: Option<Date>) -> MovedRecord {
    let known = &record.known;
    MovedRecord { record: known.id, class: known.class.clone(), name: known.name.clone(), from, to }
}

/// What stands for whom an event is about in the ledger; one that replaces another names the same.
fn about(writing: &Writing<'_>, event: &Event) -> Result<Option<RecordId>> {
    if let Some(of) = event.stated.of() {
        if replaceable(&writing.catalog(), of)?.event.subject != event.subject {
            return Err(EngineError::refused("event.unknown", format!("event {of} is about another subject by now")));
        }
        return Ok(match writing.reader().entry(of)?.what {
            What::EventAdded { about, .. } | What::EventCorrected { about, .. } => about,
            _ => None,
        });
    }
    let handle = writing.catalog().handle(&event.subject)?;
    Ok(handle.or_else(|| event.subject.parse().ok()))
}

/// The due days of these records by what the catalog says now.
fn days(catalog: &Catalog<'_>, policy: &PolicySet, records: &[Record]) -> Result<Vec<Option<Date>>> {
    let day = |record: &Record| {
        let known = gate::known(catalog, record)?;
        Ok(plan::class_of(policy, &record.known.class).and_then(|class| due(policy, class, &known).day()))
    };
    records.iter().map(day).collect()
}

/// The records whose due days these events can move, by id.
fn concerned(catalog: &Catalog<'_>, events: &[Event]) -> Result<Vec<Record>> {
    let mut records: BTreeMap<RecordId, Record> = BTreeMap::new();
    let names: BTreeSet<&str> = events.iter().map(|event| event.subject.as_str()).collect();
    for name in names {
        let own = match name.parse::<RecordId>() {
            Ok(id) => catalog.record(id)?,
            Err(_) => None,
        };
        for record in catalog.about(name)?.into_iter().chain(own) {
            records.insert(record.known.id, record);
        }
    }
    Ok(records.into_values().collect())
}

fn new_event(instance: &Instance, subject: String, wish: &EventWish, by: &str) -> Result<Event> {
    let (event, by, salt) = (wish.event.clone(), by.to_owned(), instance.salt()?);
    Ok(Event { subject, event, date: wish.date, by, stated: Stated::Added, salt })
}

/// Checks that an event can be stated, and returns the name of whom it is about.
fn checked(instance: &Instance, catalog: &Catalog<'_>, policy: &PolicySet, wish: &EventWish) -> Result<String> {
    let subject = declared(policy, &wish.whom, &wish.event)?;
    not_to_come(instance, policy, wish.date)?;
    let is_held = match &wish.whom {
        Whom::Subject(subject) => catalog.is_subject(subject)?,
        Whom::Record(id) => catalog.record(*id)?.is_some(),
    };
    if is_held {
        return Ok(subject);
    }
    let near: Vec<String> =
        alike(catalog, [subject.as_str()])?.iter().map(|one| format!("`{}`", one.subject)).collect();
    let near = if near.is_empty() { String::new() } else { format!("nearly the same is {}; ", near.join(", ")) };
    Err(EngineError::refused("event.unknown-subject", format!("nothing is held about `{subject}`"))
        .help(format!("{near}check the spelling; `hokan records list --subject SUBJECT` shows what is held")))
}

fn not_to_come(instance: &Instance, policy: &PolicySet, date: Date) -> Result<()> {
    if date <= policy.organization.time_zone.date(instance.now()) {
        return Ok(());
    }
    let why = format!("{date} lies in the future: an event is added once it has happened");
    Err(EngineError::refused("event.future", why))
}

/// Checks that the policy declares the event for this kind of subject, and returns the subject's name.
fn declared(policy: &PolicySet, whom: &Whom, event: &str) -> Result<String> {
    let events: Vec<&str> =
        policy.dates.iter().filter(|date| date.comes_from == ComesFrom::Event).map(|date| date.id.as_str()).collect();
    let Some(name) = policy.date(event).filter(|date| date.comes_from == ComesFrom::Event) else {
        let near =
            nearest(event, events.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        return Err(EngineError::refused("event.undeclared", format!("the policy declares no event `{event}`"))
            .help(format!("{near}the events are: {}", events.join(", "))));
    };
    match (whom, name.about) {
        (Whom::Subject(subject), About::Subject) => Ok(subject.clone()),
        (Whom::Record(id), About::Record) => Ok(id.to_string()),
        (Whom::Subject(_), About::Record) => {
            Err(EngineError::refused("event.about", format!("`{event}` is about one record"))
                .help("name it with `--record ID`; in a table, in the column `record`"))
        }
        (Whom::Record(_), About::Subject) => {
            Err(EngineError::refused("event.about", format!("`{event}` is about a subject"))
                .help("name it with `--subject SUBJECT`; in a table, in the column `subject`"))
        }
    }
}

/// Where the columns of a table of events stand.
struct Columns {
    subject: Option<usize>,
    record: Option<usize>,
    event: usize,
    date: usize,
}

/// Finds the columns; every other name is a fault.
fn columns(table: &Table) -> std::result::Result<Columns, Vec<BadRow>> {
    let mut bad = Vec::new();
    let mut report = |column: usize, message: String, help: Option<String>| {
        bad.push(BadRow { line: 1, column: column as u64 + 1, code: "event.table", message, help });
    };
    for (n, name) in table.names.iter().enumerate().filter(|(_, name)| !COLUMNS.contains(&name.as_str())) {
        let help = nearest(name, COLUMNS).map(|near| format!("did you mean `{near}`?"));
        let help = help.unwrap_or_else(|| format!("the columns are {}", COLUMNS.join(", ")));
        report(n, format!("unknown column `{name}`"), Some(help));
    }
    let [subject, record, event, date] = COLUMNS.map(|name| table.column(name));
    for (name, at) in [("event", event), ("date", date)] {
        if at.is_none() {
            report(0, format!("the column `{name}` is missing"), None);
        }
    }
    if subject.is_none() && record.is_none() {
        report(0, "neither a column `subject` nor a column `record`: an event is about somebody".to_owned(), None);
    }
    match (event, date, bad.is_empty()) {
        (Some(event), Some(date), true) => Ok(Columns { subject, record, event, date }),
        _ => Err(bad),
    }
}

impl Columns {
    fn wish(&self, row: &Row, in_force: &InForce) -> std::result::Result<EventWish, BadRow> {
        let value = |at: Option<usize>| at.and_then(|at| row.values.get(at)).map_or("", String::as_str);
        let whom = match (value(self.subject), value(self.record)) {
            ("", "") => {
                let message = "it names neither a subject nor a record: an event never applies to all".to_owned();
                return Err(self.bad(row, "subject", "event.whom", message, None));
            }
            (subject, "") if unfit(subject).is_some() => {
                let message = format!("`{subject}` {}", unfit(subject).unwrap_or_default());
                return Err(self.bad(row, "subject", "event.whom", message, None));
            }
            (subject, "") => Whom::Subject(subject.to_owned()),
            ("", record) => match record.parse() {
                Ok(id) => Whom::Record(id),
                Err(_) => {
                    let message = format!("`{record}` is not the id of a record");
                    return Err(self.bad(row, "record", "event.whom", message, None));
                }
            },
            (_, _) => {
                let message = "it names a subject and a record: an event is about one of them".to_owned();
                return Err(self.bad(row, "record", "event.whom", message, None));
            }
        };
        let (event, date) = (value(Some(self.event)), value(Some(self.date)));
        if event.is_empty() {
            return Err(self.bad(row, "event", "event.undeclared", "`event` is empty".to_owned(), None));
        }
        let starts = in_force.policy.organization.fiscal_year_starts;
        let Some(day) = CaptureKind::Date.date_in(date, starts) else {
            let message = format!("`{date}` is not a date (expected such as 2024-04-30)");
            return Err(self.bad(row, "date", "event.date", message, None));
        };
        Ok(EventWish { whom, event: event.to_owned(), date: day })
    }

    fn bad(&self, row: &Row, column: &str, code: &'static str, message: String, help: Option<String>) -> BadRow {
        let at = match column {
            "subject" => self.subject.or(self.record),
            "record" => self.record,
            "event" => Some(self.event),
            _ => Some(self.date),
        };
        BadRow { line: row.line, column: at.unwrap_or(0) as u64 + 1, code, message, help }
    }

    /// Turns the refusal of one event into a bad row, at the column it is about.
    fn of_error(&self, row: &Row, wish: &EventWish, error: EngineError) -> BadRow {
        let about = match wish.whom {
            Whom::Subject(_) => "subject",
            Whom::Record(_) => "record",
        };
        match error {
            EngineError::Refused { code, message, help } => {
                let column = match code {
                    "event.future" => "date",
                    "event.unknown-subject" => about,
                    _ => "event",
                };
                self.bad(row, column, code, message, help)
            }
            other => self.bad(row, about, "event.table", other.to_string(), None),
        }
    }
}
