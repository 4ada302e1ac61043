//! What another policy does to the records that are held.
//!
//! In: two policies, the records with what is known of them, the holds, a day. Out: [`Moves`], counts and spans of days by
//! class. The rule it keeps: both policies are asked with the function that sweeps are decided by, and a record without a
//! due day counts as later than every other.

use std::collections::BTreeMap;

use serde::Serialize;

use super::due::{Known, due};
use super::earlier::{Side, could_be_earlier, rule_could_be_earlier};
use super::hold;
use super::plan::class_of;
use crate::calendar::Date;
use crate::policy::{Class, Policy};
use crate::store::{Hold, Record, RecordState};

/// What an edit does to the records that are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Moves {
    /// The day on which this was asked.
    pub day: Date,
    /// All of them together.
    pub all: Moved,
    /// By class, as it is called before the edit.
    pub classes: Vec<ClassMoves>,
}

/// What an edit does to the records of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ClassMoves {
    /// The class.
    pub class: String,
    /// What it is called afterwards; nothing where no class takes the records up.
    pub becomes: Option<String>,
    /// The counts.
    pub moved: Moved,
}

/// Counts of records, and the days between which they move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Moved {
    /// Records held.
    pub held: usize,
    /// Of them: fall due on another day.
    pub moves: usize,
    /// Fall due earlier, or at all.
    pub earlier: usize,
    /// Do not fall due earlier by what is known today, but could once a date is reported or corrected.
    pub may_be_earlier: usize,
    /// Fall due later, or never.
    pub later: usize,
    /// May be destroyed today and might not before.
    pub at_once: usize,
    /// Of those: without anybody's approval.
    pub at_once_unapproved: usize,
    /// Of those that may be destroyed today: are kept by a hold.
    pub at_once_on_hold: usize,
    /// The days on which those that move were due, from the first to the last.
    pub from: Option<Span>,
    /// The days on which they are due now.
    pub to: Option<Span>,
    /// Of those that move: had no due day.
    pub from_none: usize,
    /// Have no due day any more.
    pub to_none: usize,
}

/// Days from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

/// One edit and the day it is looked at.
pub struct Edit<'a> {
    /// The policy before.
    pub before: &'a Policy,
    /// The policy after.
    pub after: &'a Policy,
    /// The holds in force.
    pub holds: &'a [Hold],
    /// The day, in the organization's zone.
    pub day: Date,
}

/// One record under one policy: its class, where there is one, and its due day.
struct Stand<'a> {
    class: Option<&'a Class>,
    due: Option<Date>,
}

impl<'a> Stand<'a> {
    fn of(policy: &'a Policy, record: &Record, known: &Known) -> Stand<'a> {
        let class = class_of(policy, &record.known.class);
        Stand { class, due: class.and_then(|class| due(policy, class, known).day()) }
    }

    fn side<'b>(&self, policy: &'b Policy) -> Side<'b>
    where
        'a: 'b,
    {
        Side { policy, class: self.class }
    }
}

/// The counts of an edit, while the records are looked at one after the other.
pub struct Counting<'a> {
    edit: &'a Edit<'a>,
    all: Moved,
    classes: BTreeMap<(String, Option<String>), Moved>,
    /// By the class a record was sealed under: whether the rules alone leave it open that it goes earlier.
    doubtful: BTreeMap<String, bool>,
}

impl<'a> Counting<'a> {
    /// Begins with no record.
    pub fn begin(edit: &'a Edit<'a>) -> Counting<'a> {
        Counting { edit, all: Moved::default(), classes: BTreeMap::new(), doubtful: BTreeMap::new() }
    }

    /// Looks at one record under both policies.
    pub fn count(&mut self, record: &Record, known: &Known) {
        let edit = self.edit;
        let (was, is) = (Stand::of(edit.before, record, known), Stand::of(edit.after, record, known));
        let (before, after) = (was.side(edit.before), is.side(edit.after));
        let sealed = &record.known.class;
        let is_doubtful = match self.doubtful.get(sealed) {
            Some(known) => *known,
            None => *self.doubtful.entry(sealed.clone()).or_insert_with(|| rule_could_be_earlier(before, after)),
        };
        let may_be_earlier = is_doubtful && could_be_earlier(before, after, known);
        let class = was.class.map_or(sealed, |class| &class.id).clone();
        let becomes = is.class.map(|class| class.id.clone());
        let moved = self.classes.entry((class, becomes)).or_default();
        for moved in [moved, &mut self.all] {
            let earlier = moved.earlier;
            moved.count(edit, record, &was, &is);
            moved.may_be_earlier += usize::from(may_be_earlier && moved.earlier == earlier);
        }
    }

    /// Returns the counts.
    pub fn done(self) -> Moves {
        let classes = self.classes.into_iter().map(|((class, becomes), moved)| ClassMoves { class, becomes, moved });
        Moves { day: self.edit.day, all: self.all, classes: classes.collect() }
    }
}

impl Moves {
    /// Looks at every record under both policies.
    pub fn of(edit: &Edit<'_>, records: &[(Record, Known)]) -> Moves {
        let mut counting = Counting::begin(edit);
        records.iter().for_each(|(record, known)| counting.count(record, known));
        counting.done()
    }
}

impl ClassMoves {
    /// Returns whether the edit does anything to these records.
    pub fn is_news(&self) -> bool {
        self.moved.moves > 0 || self.moved.may_be_earlier > 0 || self.becomes.as_ref() != Some(&self.class)
    }
}

impl Moved {
    fn count(&mut self, edit: &Edit<'_>, record: &Record, was: &Stand<'_>, is: &Stand<'_>) {
        self.held += 1;
        let (from, to) = (was.due, is.due);
        if from == to {
            return;
        }
        self.moves += 1;
        let is_earlier = match (from, to) {
            (Some(from), Some(to)) => to < from,
            (None, _) => true,
            (Some(_), None) => false,
        };
        if is_earlier {
            self.earlier += 1
        } else {
            self.later += 1
        }
        self.from = Span::with(self.from, from);
        self.to = Span::with(self.to, to);
        self.from_none += usize::from(from.is_none());
        self.to_none += usize::from(to.is_none());
        let has_come = |due: Option<Date>| due.is_some_and(|due| due <= edit.day);
        if let (Some(class), true) = (is.class, has_come(to) && !has_come(from)) {
            self.count_at_once(edit, record, class, to);
        }
    }

    fn count_at_once(&mut self, edit: &Edit<'_>, record: &Record, class: &Class, due: Option<Date>) {
        self.at_once += 1;
        let zone = edit.after.organization.time_zone;
        let on_hold = !hold::covering(edit.holds, &record.known, class, zone).is_empty();
        self.at_once_on_hold += usize::from(on_hold);
        // What was due on arrival needs somebody whatever its class says, as for a sweep.
        let arrived = zone.date(record.known.arrived());
        let was_due_on_arrival = due.is_some_and(|due| due <= arrived);
        let needs_nobody = class.disposal.review.approvers() == 0 && !was_due_on_arrival;
        self.at_once_unapproved += usize::from(needs_nobody && !on_hold && record.state == RecordState::Held);
    }
}

impl Span {
    fn with(span: Option<Span>, day: Option<Date>) -> Option<Span> {
        match (span, day) {
            (Some(span), Some(day)) => Some(Span { first: span.first.min(day), last: span.last.max(day) }),
            (None, Some(day)) => Some(Span { first: day, last: day }),
            (span, None) => span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Instant, Period};
    use crate::policy::sample::{sample, sample_with};
    use crate::policy::{Keep, Review};
    use crate::store::{NewRecord, Scope};
    use crate::{Digest, RecordId};

    /// Returns a record of `class` that arrived on 1 January 2026, with its date of treatment.
    fn record(class: &str, treated: &str) -> (Record, Known) {
        let dates = BTreeMap::from([("treated".to_owned(), treated.parse().unwrap())]);
        let arrived = Instant::EPOCH.plus_days(20_454);
        let known = NewRecord {
            id: RecordId::new(arrived, [7; 10]),
            class: class.to_owned(),
            name: treated.to_owned(),
            bytes: 1,
            subjects: vec!["M1".to_owned()],
            handles: BTreeMap::new(),
            dates: dates.clone(),
            letter: None,
            body: Digest::of(b""),
            header: Digest::of(b""),
            rule: Digest::of(b""),
            persistent: true,
            salt: [0; 16],
        };
        let record = Record { known, state: RecordState::Held, origin: None, due: None, entry: Some(0) };
        (record, Known { dates, ..Known::default() })
    }

    fn moves(after: &Policy, holds: &[Hold], records: &[(Record, Known)]) -> Moves {
        let edit = Edit { before: &sample(), after, holds, day: "2026-06-01".parse().unwrap() };
        Moves::of(&edit, records)
    }

    fn shorter(review: Review) -> crate::policy::PolicySet {
        sample_with(|policy| {
            policy.classes[0].disposal.review = review;
            match &mut policy.classes[0].keep {
                Keep::For(leg) => leg.period = Period::Months(36),
                other => panic!("{other:?}"),
            }
        })
    }

    #[test]
    fn a_shorter_period_moves_every_record_and_frees_those_whose_day_is_past() {
        let held =
            [record("receipts", "2020-04-10"), record("receipts", "2023-01-10"), record("receipts", "2024-05-10")];
        let moves = moves(&shorter(Review::None), &[], &held);
        let all = moves.all;
        assert_eq!((all.held, all.moves, all.earlier, all.later), (3, 3, 3, 0));
        // The first was due before already; the second is due now since February, after its arrival.
        assert_eq!((all.at_once, all.at_once_unapproved, all.at_once_on_hold), (1, 1, 0));
        let span = |span: Option<Span>| span.map(|span| (span.first.to_string(), span.last.to_string())).unwrap();
        assert_eq!(span(all.from), ("2025-05-01".into(), "2029-06-01".into()));
        assert_eq!(span(all.to), ("2023-05-01".into(), "2027-06-01".into()));
    }

    #[test]
    fn a_hold_and_a_review_are_counted_with_what_could_go() {
        let held = [record("receipts", "2023-01-10")];
        let hold = Hold {
            id: "hold-1".into(),
            scope: Scope::Subject("M1".into()),
            reason: "x".into(),
            by: "x".into(),
            owner: "x".into(),
            review: None,
            salt: [0; 16],
            entry: None,
        };
        let all = moves(&shorter(Review::None), &[hold], &held).all;
        assert_eq!((all.at_once, all.at_once_unapproved, all.at_once_on_hold), (1, 0, 1));
        let all = moves(&shorter(Review::One), &[], &held).all;
        assert_eq!((all.at_once, all.at_once_unapproved, all.at_once_on_hold), (1, 0, 0));
    }

    #[test]
    fn classes_that_go_or_are_renamed_are_told_with_their_records() {
        let held = [record("receipts", "2023-01-10"), record("minutes", "2023-01-10")];
        let renamed = sample_with(|policy| {
            policy.classes[0].was = vec!["receipts".into()];
            policy.classes[0].id = "fee-statements".into();
            policy.classes.retain(|class| class.id != "minutes");
        });
        let moves = moves(&renamed, &[], &held);
        let told: Vec<_> = moves.classes.iter().map(|one| (one.class.as_str(), one.becomes.as_deref())).collect();
        assert_eq!(told, [("minutes", None), ("receipts", Some("fee-statements"))]);
        assert!(moves.classes.iter().all(ClassMoves::is_news));
        assert_eq!(moves.all.moves, 0, "a permanent class that goes has no day to move");
    }

    #[test]
    fn what_an_event_to_come_could_bring_forward_is_counted_apart() {
        let held = [record("receipts", "2023-01-10"), record("minutes", "2023-01-10")];
        let with_a_leg = sample_with(|policy| {
            let Keep::For(leg) = policy.classes[0].keep.clone() else { panic!("one leg") };
            let event = crate::policy::Leg { after: "moved".to_owned(), ..leg.clone() };
            policy.classes[0].keep = Keep::EarlierOf(vec![leg, event]);
        });
        let all = moves(&with_a_leg, &[], &held).all;
        assert_eq!((all.moves, all.earlier, all.may_be_earlier), (0, 0, 1));
        let all = moves(&shorter(Review::None), &[], &held).all;
        assert_eq!((all.earlier, all.may_be_earlier), (1, 0), "what is earlier today is not counted twice");
    }

    #[test]
    fn a_period_without_end_is_later_than_every_day() {
        let held = [record("receipts", "2023-01-10")];
        let permanent = sample_with(|policy| policy.classes[0].keep = Keep::Permanent);
        let all = moves(&permanent, &[], &held).all;
        assert_eq!((all.later, all.to_none, all.to), (1, 1, None));
    }
}
