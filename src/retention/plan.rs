//! What a sweep would destroy, and why it would not.
//!
//! In: policy, rows, events, holds, a day. Out: a verdict for each record, and the [`Plan`] as bytes that are signed.
//! The rule it keeps: the dry run prints the very value that is executed, and an empty plan is an error, never
//! "everything".

mod document;

use super::due::{Due, Known, counted, due};
use super::hold;
use crate::calendar::Date;
use crate::policy::{Class, Policy, Review, Then};
use crate::store::{Hold, How, KeptUntil, Record, RecordState};
use crate::{Digest, RecordId};

pub use document::{Change, Item, Moment, Plan, PlanError, Planner};

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
    /// Somebody keeps it until this day, in this way.
    KeptLonger(Date, How),
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
    /// Whether it may go before its rule allows it, because somebody asked.
    pub is_early: bool,
    /// The digest of the rule that decided.
    pub rule: Digest,
    /// The digest of its header.
    pub header: Digest,
    /// The last day of the window the policy sets for its disposal.
    pub by: Option<Date>,
    /// Until when somebody keeps it longer, and how; also where that day has come.
    pub kept: Option<(Date, How)>,
    /// What a plan remembers of it; only where it may be destroyed.
    pub basis: Option<Basis>,
}

impl Judged {
    /// Returns until when somebody keeps it longer, and how, where that is after its first allowed day `day`.
    pub fn kept_past(&self, day: Date) -> Option<(Date, How)> {
        self.kept.filter(|(until, _)| *until > day)
    }
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
    /// The records that are kept longer than their rules say.
    pub kept: &'a KeptUntil,
    /// The day, in the organization's zone.
    pub day: Date,
}

/// Returns the class a record belongs to under `policy`: by its id, or by an earlier id.
pub fn class_of<'a>(policy: &'a Policy, id: &str) -> Option<&'a Class> {
    policy.class_of(id)
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
            is_early: false,
            rule,
            header,
            by: None,
            kept: None,
            basis: None,
        };
    };
    let due = due(grounds.policy, class, known);
    let arrived = grounds.policy.organization.time_zone.date(known_record.arrived());
    let is_early = known.early.is_some() && counted(grounds.policy, class, known).due != due;
    // Due on arrival, or because somebody asked for it: never by rule alone.
    let asks_people = known.early.is_some() || due.day().is_some_and(|day| day <= arrived);
    let waiting = grounds.waiting.and_then(|waiting| class_of(waiting, &known_record.class));
    let stricter = waiting.map_or(Review::None, |class| class.disposal.review).max(class.disposal.review);
    let review = if asks_people { stricter.max(Review::One) } else { stricter };
    let verdict = verdict(grounds, record, class, known, &due);
    let kept = grounds.kept.get(&known_record.id).copied();
    Judged {
        record: known_record.id,
        class: class.id.clone(),
        basis: (verdict == Verdict::Due).then(|| basis(grounds, record, class, known)),
        verdict,
        by: due.day().and_then(|day| window(class, day, kept)),
        kept,
        due,
        review,
        is_early,
        rule: grounds.policy.rule_digest(class),
        header: known_record.header,
    }
}

/// The last day of the window for disposal; an extended period has its window after its own end.
fn window(class: &Class, day: Date, kept: Option<(Date, How)>) -> Option<Date> {
    let begins = match kept {
        Some((until, How::Extended)) => day.max(until),
        Some((_, How::Postponed)) | None => day,
    };
    class.disposal.within.after(begins)?.minus_days(1)
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
    let holds = hold::covering(grounds.holds, &record.known, class, grounds.policy.organization.time_zone);
    if !holds.is_empty() {
        return Verdict::OnHold(holds);
    }
    if let Some((until, how)) = grounds.kept.get(&record.known.id).filter(|(until, _)| *until > grounds.day) {
        return Verdict::KeptLonger(*until, *how);
    }
    let then =
        grounds.waiting.and_then(|waiting| class_of(waiting, &record.known.class)).map(|class| class.disposal.then);
    if then.is_some_and(|then| then != Then::Destroy && then != class.disposal.then) {
        return Verdict::KeptByWaitingPolicy(None);
    }
    match grounds.waiting.map(|waiting| waiting_day(waiting, record, known)) {
        Some(Some(day)) if day <= grounds.day => Verdict::Due,
        Some(later) => Verdict::KeptByWaitingPolicy(later),
        None => Verdict::Due,
    }
}

fn basis(grounds: &Grounds<'_>, record: &Record, class: &Class, known: &Known) -> Basis {
    let mut fact =
        serde_json::json!({ "dates": known.dates, "record": known.of_record, "subjects": known.of_subjects });
    if !known.entries.is_empty() {
        fact["entries"] = serde_json::json!(known.entries);
    }
    if let Some((until, _)) = grounds.kept.get(&record.known.id) {
        fact["kept-until"] = until.to_string().into();
    }
    let facts = crate::ledger::commit(&record.known.salt, &fact).expect("names and dates are texts");
    let zone = grounds.policy.organization.time_zone;
    Basis { facts, released: hold::covering(grounds.released, &record.known, class, zone) }
}

fn waiting_day(waiting: &Policy, record: &Record, known: &Known) -> Option<Date> {
    class_of(waiting, &record.known.class).and_then(|class| super::due::due(waiting, class, known).day())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Instant;
    use crate::policy::sample::sample;
    use crate::store::NewRecord;

    /// A record that arrived in 1970, long before anything it could be due on.
    fn record() -> Record {
        let known = NewRecord {
            id: RecordId::new(Instant::EPOCH, [7; 10]),
            class: "receipts".to_owned(),
            name: "x".to_owned(),
            bytes: 1,
            subjects: vec!["M1".to_owned()],
            handles: BTreeMap::new(),
            dates: BTreeMap::from([("treated".to_owned(), "2020-04-10".parse().unwrap())]),
            letter: None,
            body: Digest::of(b""),
            header: Digest::of(b""),
            rule: Digest::of(b""),
            persistent: true,
            salt: [0; 16],
        };
        Record { known, state: RecordState::Held, origin: None, due: None, entry: Some(0) }
    }

    proptest! {
        #[test]
        fn keeping_longer_never_shortens_and_an_extension_moves_the_window(
            until in 0u32..4000, day in 0u32..4000, extended in any::<bool>(),
        ) {
            let (policy, record) = (sample(), record());
            let known = Known { dates: record.known.dates.clone(), ..Known::default() };
            let begin: Date = "2020-01-01".parse().unwrap();
            let (until, day) = (begin.plus_days(until).unwrap(), begin.plus_days(day).unwrap());
            let how = if extended { How::Extended } else { How::Postponed };
            let kept = KeptUntil::from([(record.known.id, (until, how))]);
            let nothing = KeptUntil::new();
            let judged = |kept: &KeptUntil| {
                let grounds = Grounds { policy: &policy, waiting: None, holds: &[], released: &[], kept, day };
                judge(&grounds, &record, &known)
            };
            let (with, without) = (judged(&kept), judged(&nothing));
            prop_assert_eq!(with.verdict == Verdict::Due, without.verdict == Verdict::Due && until <= day);
            prop_assert_eq!(&with.due, &without.due);
            prop_assert!(with.by >= without.by);
            prop_assert!(extended || with.by == without.by);
            if let (Some(with), Some(without)) = (with.basis, without.basis) {
                prop_assert_ne!(with.facts, without.facts, "an approval from before is void");
            }
        }
    }
}
