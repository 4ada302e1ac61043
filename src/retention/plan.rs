//! What a sweep would destroy, and why it would not.
//!
//! In: policy, rows, events, holds, a day. Out: a verdict for each record, and the [`Plan`] as bytes that are signed.
//! The rule it keeps: the dry run prints the very value that is executed, and an empty plan is an error, never
//! "everything".

mod document;

use super::due::{Due, Known, due};
use super::hold;
use crate::calendar::Date;
use crate::policy::{Class, Policy, Review};
use crate::store::{Hold, Record, RecordState};
use crate::{Digest, RecordId};

pub use document::{Change, Item, Plan, PlanError, Planner};

/// What a sweep may do with one record on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Disposal is allowed; `Review` says who must approve.
    Due,
    /// Not before this day.
    NotYet(Date),
    /// Kept for ever.
    Permanent,
    /// A date its rule needs is not known.
    WaitsForDate(Vec<String>),
    /// These holds cover it.
    OnHold(Vec<String>),
    /// The accepted policy knows no such class.
    UnknownClass,
    /// Its plaintext is still there.
    RemovalPending,
    /// A policy that waits for its acceptance would keep it until this day, or without end.
    KeptByWaitingPolicy(Option<Date>),
}

/// One record, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The record.
    pub record: RecordId,
    /// Its class today.
    pub class: String,
    /// When its disposal is allowed.
    pub due: Due,
    /// What may be done with it.
    pub verdict: Verdict,
    /// Who must approve; at least one person where the record was due when it arrived.
    pub review: Review,
    /// The digest of the rule that decided.
    pub rule: Digest,
    /// The digest of its header.
    pub header: Digest,
    /// The last day of the window the policy sets for its disposal.
    pub by: Option<Date>,
    /// What a plan remembers of it; only where it may be destroyed.
    pub basis: Option<Basis>,
}

/// What an approval of a record's disposal rests on besides its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The digest of its dates and events, under the salt that is erased with the record.
    pub facts: Digest,
    /// The holds that covered it and were released, sorted.
    pub released: Vec<String>,
}

/// Everything a verdict depends on besides the record.
pub struct Grounds<'a> {
    /// The accepted policy.
    pub policy: &'a Policy,
    /// A committed policy that waits for its acceptance.
    pub waiting: Option<&'a Policy>,
    /// The holds in force.
    pub holds: &'a [Hold],
    /// The holds that were released: who approves a plan approves it after them.
    pub released: &'a [Hold],
    /// The day, in the organization's zone.
    pub day: Date,
}

/// Returns the class a record belongs to under `policy`: by its id, or by an earlier id.
pub fn class_of<'a>(policy: &'a Policy, id: &str) -> Option<&'a Class> {
    policy.class(id).or_else(|| policy.classes.iter().find(|class| class.was.iter().any(|was| was == id)))
}

/// Judges one record.
pub fn judge(grounds: &Grounds<'_>, record: &Record, known: &Known) -> Judged {
    let known_record = &record.known;
    let Some(class) = class_of(grounds.policy, &known_record.class) else {
        let (due, verdict) = (Due::Waiting(Vec::new()), Verdict::UnknownClass);
        let (rule, header) = (known_record.rule, known_record.header);
        let class = known_record.class.clone();
        return Judged {
            record: known_record.id,
            class,
            due,
            verdict,
            review: Review::One,
            rule,
            header,
            by: None,
            basis: None,
        };
    };
    let due = due(grounds.policy, class, known);
    let arrived = grounds.policy.organization.time_zone.date(known_record.arrived);
    // Due on arrival, or because somebody asked for it: never by rule alone.
    let early = known.early.is_some() || due.day().is_some_and(|day| day <= arrived);
    let review = if early { class.disposal.review.max(Review::One) } else { class.disposal.review };
    let verdict = verdict(grounds, record, class, known, &due);
    Judged {
        record: known_record.id,
        class: class.id.clone(),
        basis: (verdict == Verdict::Due).then(|| basis(grounds, record, class, known)),
        verdict,
        by: due.day().and_then(|day| class.disposal.within.after(day)).and_then(|after| after.minus_days(1)),
        due,
        review,
        rule: grounds.policy.rule_digest(class),
        header: known_record.header,
    }
}

fn verdict(grounds: &Grounds<'_>, record: &Record, class: &Class, known: &Known, due: &Due) -> Verdict {
    if record.state != RecordState::Held {
        return Verdict::RemovalPending;
    }
    match due {
        Due::Permanent => return Verdict::Permanent,
        Due::Waiting(names) => return Verdict::WaitsForDate(names.clone()),
        Due::On(day) if *day > grounds.day => return Verdict::NotYet(*day),
        Due::On(_) => {}
    }
    let holds = hold::covering(grounds.holds, &record.known, class);
    if !holds.is_empty() {
        return Verdict::OnHold(holds);
    }
    match grounds.waiting.map(|waiting| waiting_day(waiting, record, known)) {
        Some(Some(day)) if day <= grounds.day => Verdict::Due,
        Some(later) => Verdict::KeptByWaitingPolicy(later),
        None => Verdict::Due,
    }
}

fn basis(grounds: &Grounds<'_>, record: &Record, class: &Class, known: &Known) -> Basis {
    let fact = serde_json::json!({ "dates": known.dates, "record": known.of_record, "subjects": known.of_subjects });
    let facts = crate::ledger::commit(&record.known.salt, &fact).expect("names and dates are texts");
    Basis { facts, released: hold::covering(grounds.released, &record.known, class) }
}

fn waiting_day(waiting: &Policy, record: &Record, known: &Known) -> Option<Date> {
    class_of(waiting, &record.known.class).and_then(|class| super::due::due(waiting, class, known).day())
}
