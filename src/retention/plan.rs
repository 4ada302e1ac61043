//! What a sweep would destroy, and why it would not: the plan people read and approve.
//!
//! In: policy, rows, events, holds, a day. Out: a verdict for each record, and the [`Plan`] as bytes that are signed.
//! The rule it keeps: the dry run prints the very value that is executed, and an empty plan is an error, never
//! "everything".

use serde::{Deserialize, Serialize};

use super::due::{Due, Known, due};
use super::hold;
use crate::calendar::{Date, Instant};
use crate::ledger::canonical;
use crate::policy::{Class, Policy, Review};
use crate::store::{Hold, Record, RecordState};
use crate::{Digest, RecordId};

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
}

/// Everything a verdict depends on besides the record.
pub struct Grounds<'a> {
    /// The accepted policy.
    pub policy: &'a Policy,
    /// A committed policy that waits for its acceptance.
    pub waiting: Option<&'a Policy>,
    /// The holds in force.
    pub holds: &'a [Hold],
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
        return Judged { record: known_record.id, class, due, verdict, review: Review::One, rule, header, by: None };
    };
    let due = due(grounds.policy, class, known);
    let arrived = grounds.policy.organization.time_zone.date(known_record.arrived);
    let early = due.day().is_some_and(|day| day <= arrived);
    let review = if early { class.disposal.review.max(Review::One) } else { class.disposal.review };
    Judged {
        record: known_record.id,
        class: class.id.clone(),
        verdict: verdict(grounds, record, known, class, &due),
        by: due.day().and_then(|day| class.disposal.within.after(day)).and_then(|after| after.minus_days(1)),
        due,
        review,
        rule: grounds.policy.rule_digest(class),
        header: known_record.header,
    }
}

fn verdict(grounds: &Grounds<'_>, record: &Record, known: &Known, class: &Class, due: &Due) -> Verdict {
    if record.state != RecordState::Held {
        return Verdict::RemovalPending;
    }
    match due {
        Due::Permanent => return Verdict::Permanent,
        Due::Waiting(names) => return Verdict::WaitsForDate(names.clone()),
        Due::On(day) if *day > grounds.day => return Verdict::NotYet(*day),
        Due::On(_) => {}
    }
    let holds = hold::covering(grounds.holds, &record.known, &class.id);
    if !holds.is_empty() {
        return Verdict::OnHold(holds);
    }
    match grounds.waiting.map(|waiting| waiting_day(waiting, record, known)) {
        Some(Some(day)) if day <= grounds.day => Verdict::Due,
        Some(later) => Verdict::KeptByWaitingPolicy(later),
        None => Verdict::Due,
    }
}

fn waiting_day(waiting: &Policy, record: &Record, known: &Known) -> Option<Date> {
    class_of(waiting, &record.known.class).and_then(|class| super::due::due(waiting, class, known).day())
}

/// One record of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Item {
    /// The record.
    pub record: RecordId,
    /// Its class.
    pub class: String,
    /// The first day on which its disposal is allowed.
    pub due: Date,
    /// The digest of the rule that decided.
    pub rule: Digest,
    /// The digest of its header.
    pub header: Digest,
}

/// A list of records to destroy, as people approve it. Its bytes are canonical JSON; its digest is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// Always `hokan-plan/1`.
    pub format: String,
    /// The ledger it is for.
    pub ledger: String,
    /// The digest of the accepted policy.
    pub policy: Digest,
    /// When it was made, in microseconds since 1970 UTC.
    pub made: Instant,
    /// The day it is for.
    pub day: Date,
    /// The records, by id.
    pub records: Vec<Item>,
}

/// A file that is not a plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Not the bytes hokan wrote.
    #[error("this is not a plan of hokan's, or it was changed: make one with `hokan sweep plan -o FILE`")]
    NotAPlan,
    /// Made for another ledger.
    #[error("the plan is for the ledger `{found}`, this is `{here}`")]
    OtherLedger {
        /// The plan's ledger.
        found: String,
        /// This ledger.
        here: String,
    },
    /// Nothing to destroy.
    #[error("nothing is due on {0}: there is no plan to make")]
    Empty(Date),
}

impl Plan {
    /// The format this hokan writes.
    pub const FORMAT: &'static str = "hokan-plan/1";

    /// Makes the plan of everything that is due on `day`.
    ///
    /// # Errors
    /// Refuses an empty plan.
    pub fn make(ledger: &str, policy: Digest, made: Instant, day: Date, judged: &[Judged]) -> Result<Plan, PlanError> {
        let due = judged.iter().filter(|judged| judged.verdict == Verdict::Due);
        let item = |judged: &Judged| {
            let (record, class, due) = (judged.record, judged.class.clone(), judged.due.day()?);
            Some(Item { record, class, due, rule: judged.rule, header: judged.header })
        };
        let mut records: Vec<Item> = due.filter_map(item).collect();
        records.sort_by_key(|item| item.record);
        if records.is_empty() {
            return Err(PlanError::Empty(day));
        }
        let (format, ledger) = (Plan::FORMAT.to_owned(), ledger.to_owned());
        Ok(Plan { format, ledger, policy, made, day, records })
    }

    /// Returns the canonical bytes that approvers sign.
    pub fn bytes(&self) -> Vec<u8> {
        let value = serde_json::to_value(self).expect("ids, dates and digests are always JSON");
        canonical(&value).expect("a plan holds texts and one whole number of microseconds")
    }

    /// Returns the digest of [`Plan::bytes`].
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes())
    }

    /// Reads a plan for `ledger`; any byte that hokan would not have written is refused.
    ///
    /// # Errors
    /// Refuses anything but a plan for this ledger.
    pub fn parse(bytes: &[u8], ledger: &str) -> Result<Plan, PlanError> {
        let plan: Plan = serde_json::from_slice(bytes).map_err(|_| PlanError::NotAPlan)?;
        if plan.format != Plan::FORMAT || plan.bytes() != bytes || plan.records.is_empty() {
            return Err(PlanError::NotAPlan);
        }
        if plan.ledger != ledger {
            return Err(PlanError::OtherLedger { found: plan.ledger, here: ledger.to_owned() });
        }
        Ok(plan)
    }
}
