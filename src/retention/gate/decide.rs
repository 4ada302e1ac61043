//! Deciding, record by record, what the gate lets through: values in, values out.
//!
//! In: judged records, a plan with the number of its valid approvals, the limit. Out: what may go, and what stays with
//! the reason. The rule it keeps: a plan allows exactly what it names, as it names it; a rule alone never allows more than
//! the limit, and above it nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::retention::plan::{Change, Item, Judged, Plan, Verdict};
use crate::{Digest, RecordId};

/// A record the gate did not let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The record.
    pub record: RecordId,
    /// Its class.
    pub class: String,
    /// Why.
    pub why: Why,
}

/// Why a record is not destroyed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It may not be destroyed at all today.
    Verdict(Verdict),
    /// It needs the signatures of this many approvers, and has fewer.
    NeedsApproval {
        /// Signatures needed.
        needed: usize,
        /// Valid signatures of different approvers there are.
        found: usize,
    },
    /// Something of it is no longer as the plan names it.
    ChangedSincePlan(Change),
    /// The catalog knows no such record: it is destroyed already.
    Gone,
    /// What the catalog says of it, or of an event it depends on, is not what the ledger committed to (I6).
    Altered,
    /// Its destruction began in an earlier sweep, which is finished first.
    Begun,
    /// Its Individual Number is to be masked first.
    NumberFirst,
    /// It is to be handed over to an archive, which this version does not do.
    ToBeHandedOver,
    /// It lies outside the vault: people dispose of it, by a work order.
    ByHand,
    /// Another policy was accepted since its sweep began: it is decided about in a sweep of its own.
    PolicyChanged,
    /// More records than `service.sweep.at-most` allows without an approved plan.
    OverLimit {
        /// The limit.
        at_most: u32,
        /// Records it would have been.
        found: usize,
    },
}

impl Why {
    /// Returns the code that stands in the ledger.
    pub fn code(&self) -> &'static str {
        match self {
            Why::Verdict(Verdict::Due) => "due",
            Why::Verdict(Verdict::NotYet(_)) => "not-due",
            Why::Verdict(Verdict::Permanent) => "permanent",
            Why::Verdict(Verdict::WaitsForDate(_)) => "waits-for-date",
            Why::Verdict(Verdict::OnHold(_)) => "on-hold",
            Why::Verdict(Verdict::KeptLonger(..)) => "kept-longer",
            Why::Verdict(Verdict::UnknownClass) => "unknown-class",
            Why::Verdict(Verdict::RemovalPending) => "removal-pending",
            Why::Verdict(Verdict::KeptByWaitingPolicy(_)) => "kept-by-waiting-policy",
            Why::NeedsApproval { .. } => "needs-approval",
            Why::ChangedSincePlan(_) => "changed-since-plan",
            Why::Gone => "gone",
            Why::Altered => "altered",
            Why::Begun => "begun",
            Why::ByHand => "by-hand",
            Why::PolicyChanged => "policy-changed",
            Why::NumberFirst => "number-first",
            Why::ToBeHandedOver => "transfer",
            Why::OverLimit { .. } => "over-limit",
        }
    }
}

/// What a plan names, and how many approvers signed it.
pub(super) struct Approved<'a> {
    digest: Digest,
    items: BTreeMap<RecordId, &'a Item>,
    approvers: usize,
    /// What changed of records in between, and does not show in them as they are now.
    moved: BTreeMap<RecordId, Change>,
}

impl Approved<'_> {
    pub(super) fn by(plan: &Plan, approvers: usize, moved: BTreeMap<RecordId, Change>) -> Approved<'_> {
        let items = plan.records.iter().map(|item| (item.record, item)).collect();
        Approved { digest: plan.digest(), items, approvers, moved }
    }
}

/// What may go, with the plan that allows it, and what stays.
pub(super) struct Decided<'a> {
    pub(super) allowed: Vec<(&'a Judged, Option<Digest>)>,
    pub(super) refused: Vec<Refused>,
}

impl Decided<'_> {
    /// Returns how many go by rule alone.
    pub(super) fn by_rule(&self) -> usize {
        self.allowed.iter().filter(|(_, plan)| plan.is_none()).count()
    }

    /// Keeps what `why` finds a reason to keep; that reason is told before a missing approval.
    pub(super) fn stop<E>(&mut self, why: impl Fn(RecordId, &str) -> Result<Option<Why>, E>) -> Result<(), E> {
        for refused in self.refused.iter_mut().filter(|one| matches!(one.why, Why::NeedsApproval { .. })) {
            if let Some(why) = why(refused.record, &refused.class)? {
                refused.why = why;
            }
        }
        for allowed in std::mem::take(&mut self.allowed) {
            match why(allowed.0.record, &allowed.0.class)? {
                None => self.allowed.push(allowed),
                Some(why) => {
                    let (record, class) = (allowed.0.record, allowed.0.class.clone());
                    self.refused.push(Refused { record, class, why });
                }
            }
        }
        self.refused.sort_by_key(|refused| refused.record);
        Ok(())
    }

    /// Leaves boxes, binders and devices to work orders.
    pub(super) fn leave_to_people(&mut self, outside: &BTreeSet<RecordId>) {
        let (theirs, ours): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.allowed).into_iter().partition(|(one, _)| outside.contains(&one.record));
        let refuse = |one: &Judged| Refused { record: one.record, class: one.class.clone(), why: Why::ByHand };
        self.refused.extend(theirs.into_iter().map(|(one, _)| refuse(one)));
        self.refused.sort_by_key(|refused| refused.record);
        self.allowed = ours;
    }

    /// Refuses all that go by rule, where more than `at_most` of them stand in no approved `forecast`.
    pub(super) fn limit(&mut self, at_most: u32, forecast: &BTreeSet<RecordId>) {
        let counts = |(one, plan): &(&Judged, Option<Digest>)| plan.is_none() && !forecast.contains(&one.record);
        let found = self.allowed.iter().filter(|allowed| counts(allowed)).count();
        if found <= at_most as usize {
            return;
        }
        let (over, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.allowed).into_iter().partition(counts);
        let why = Why::OverLimit { at_most, found };
        let refuse = |one: &Judged| Refused { record: one.record, class: one.class.clone(), why: why.clone() };
        self.refused.extend(over.into_iter().map(|(one, _)| refuse(one)));
        self.refused.sort_by_key(|refused| refused.record);
        self.allowed = kept;
    }
}

/// Decides every record that was judged; what `plan` names besides is gone.
pub(super) fn decide<'a>(judged: &'a [Judged], plan: Option<&Approved<'_>>) -> Decided<'a> {
    let (mut allowed, mut refused) = (Vec::new(), Vec::new());
    for one in judged {
        match decide_one(one, plan) {
            Ok(plan) => allowed.push((one, plan)),
            Err(why) => refused.push(Refused { record: one.record, class: one.class.clone(), why }),
        }
    }
    let known: BTreeSet<RecordId> = judged.iter().map(|one| one.record).collect();
    let gone = plan.into_iter().flat_map(|plan| plan.items.values()).filter(|item| !known.contains(&item.record));
    refused.extend(gone.map(|item| Refused { record: item.record, class: item.class.clone(), why: Why::Gone }));
    refused.sort_by_key(|refused| refused.record);
    Decided { allowed, refused }
}

/// Decides one record: allowed by rule (`None`) or by the plan it stands in, or refused.
pub(super) fn decide_one(judged: &Judged, plan: Option<&Approved<'_>>) -> Result<Option<Digest>, Why> {
    if judged.verdict != Verdict::Due {
        return Err(Why::Verdict(judged.verdict.clone()));
    }
    let needed = judged.review.approvers();
    let Some(plan) = plan else {
        return if needed == 0 { Ok(None) } else { Err(Why::NeedsApproval { needed, found: 0 }) };
    };
    // A plan is somebody's decision whatever the class needs: one approver at least.
    let (needed, found) = (needed.max(1), plan.approvers);
    let (Some(item), Some(now)) = (plan.items.get(&judged.record), Item::of(judged)) else {
        return Err(Why::NeedsApproval { needed, found: 0 });
    };
    let moved = plan.moved.get(&item.record).copied();
    match moved.or_else(|| item.change(&now)) {
        Some(change) => Err(Why::ChangedSincePlan(change)),
        None if found < needed => Err(Why::NeedsApproval { needed, found }),
        None => Ok(Some(plan.digest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Instant;
    use crate::policy::Review;
    use crate::retention::due::Due;
    use crate::retention::plan::{Basis, Moment, Planner};
    use crate::store::How;

    /// 1 January 2026, 00:00 UTC.
    const NOW: Instant = Instant::from_micros(1_767_225_600_000_000);

    fn due_record(n: u8, review: Review) -> Judged {
        let digest = Digest::of(&[n]);
        Judged {
            record: RecordId::new(NOW, [n; 10]),
            class: "receipts".into(),
            due: Due::On("2025-04-01".parse().unwrap()),
            verdict: Verdict::Due,
            review,
            is_early: false,
            rule: digest,
            header: digest,
            by: None,
            kept: None,
            basis: Some(Basis { facts: digest, released: Vec::new() }),
        }
    }

    fn plan_of(judged: &[Judged]) -> Plan {
        let planner = Planner { name: "planner".into(), key: "ssh-ed25519 AAAA".into() };
        let day = "2026-01-01".parse().unwrap();
        let now = Moment { made: NOW, entries: 0, root: Digest::of(b"") };
        Plan::make("hokan/a/b", Digest::of(b"policy"), now, day, &planner, judged).unwrap()
    }

    fn decided<'a>(judged: &'a [Judged], plan: Option<&Plan>, approvers: usize) -> Decided<'a> {
        decide(judged, plan.map(|plan| Approved::by(plan, approvers, BTreeMap::new())).as_ref())
    }

    fn codes(decided: &Decided<'_>) -> Vec<&'static str> {
        decided.refused.iter().map(|refused| refused.why.code()).collect()
    }

    #[test]
    fn a_record_goes_by_rule_or_with_as_many_approvers_as_its_class_needs_and_in_a_plan_with_one_at_least() {
        for (review, needed) in [(Review::None, 1), (Review::One, 1), (Review::Two, 2)] {
            let judged = [due_record(1, review)];
            let plan = plan_of(&judged);
            for approvers in 0..3 {
                let passes = decided(&judged, Some(&plan), approvers).allowed.len() == 1;
                assert_eq!(passes, approvers >= needed, "{review:?} with {approvers} approvers");
            }
            assert_eq!(decided(&judged, None, 0).allowed.len(), usize::from(review == Review::None));
        }
    }

    #[test]
    fn every_verdict_but_due_is_refused_whatever_was_signed() {
        let day = "2027-01-01".parse().unwrap();
        for verdict in [
            Verdict::NotYet(day),
            Verdict::Permanent,
            Verdict::WaitsForDate(vec!["moved".into()]),
            Verdict::UnknownClass,
            Verdict::KeptLonger(day, How::Extended),
            Verdict::OnHold(vec!["hold-1".into()]),
            Verdict::RemovalPending,
            Verdict::KeptByWaitingPolicy(None),
        ] {
            let planned = plan_of(&[due_record(1, Review::One)]);
            let judged = [Judged { verdict: verdict.clone(), ..due_record(1, Review::One) }];
            let decided = decided(&judged, Some(&planned), 9);
            assert!(decided.allowed.is_empty(), "{verdict:?}");
            assert_eq!(decided.refused[0].why, Why::Verdict(verdict));
        }
    }

    #[test]
    fn a_plan_is_stale_for_each_record_whose_rule_dates_holds_or_header_changed_and_for_no_other() {
        let as_planned = due_record(2, Review::One);
        let plan = plan_of(&[due_record(1, Review::One), as_planned.clone()]);
        let other = Digest::of(b"other");
        let basis = Basis { facts: other, released: Vec::new() };
        let released = Basis { facts: Digest::of(&[1]), released: vec!["hold-1".into()] };
        let day = Due::On("2025-05-01".parse().unwrap());
        for (changed, change) in [
            (Judged { rule: other, ..due_record(1, Review::One) }, Change::Rule),
            (Judged { header: other, ..due_record(1, Review::One) }, Change::Header),
            (Judged { basis: Some(basis), ..due_record(1, Review::One) }, Change::Facts),
            (Judged { due: day, ..due_record(1, Review::One) }, Change::Facts),
            (Judged { basis: Some(released), ..due_record(1, Review::One) }, Change::Holds),
        ] {
            let judged = [changed, as_planned.clone()];
            let decided = decided(&judged, Some(&plan), 1);
            assert_eq!(decided.refused[0].why, Why::ChangedSincePlan(change));
            assert_eq!((decided.refused.len(), decided.allowed.len()), (1, 1), "{change:?}");
        }
    }

    #[test]
    fn a_plan_is_stale_for_a_record_whose_rule_was_another_in_between_and_for_no_other() {
        let judged = [due_record(1, Review::One), Judged { class: "letters".into(), ..due_record(2, Review::One) }];
        let plan = plan_of(&judged);
        let decided =
            decide(&judged, Some(&Approved::by(&plan, 2, BTreeMap::from([(judged[1].record, Change::Rule)]))));
        let stays: Vec<_> = decided.refused.iter().map(|one| (one.class.as_str(), &one.why)).collect();
        assert_eq!(stays, [("letters", &Why::ChangedSincePlan(Change::Rule))]);
        assert_eq!(decided.allowed.len(), 1);
    }

    #[test]
    fn a_planned_record_that_nobody_knows_any_more_is_gone() {
        let plan = plan_of(&[due_record(1, Review::One), due_record(2, Review::One)]);
        assert_eq!(codes(&decided(&[due_record(1, Review::One)], Some(&plan), 1)), ["gone"]);
    }

    #[test]
    fn more_than_the_limit_by_rule_alone_is_none_at_all_and_limits_count_what_no_approved_forecast_covers() {
        let judged = [due_record(1, Review::None), due_record(2, Review::None), due_record(3, Review::None)];
        let limited = |at_most, forecast: &[u8]| {
            let mut decided = decided(&judged, None, 0);
            decided.limit(at_most, &forecast.iter().map(|n| due_record(*n, Review::None).record).collect());
            (decided.allowed.len(), codes(&decided))
        };
        assert_eq!(limited(3, &[]), (3, vec![]));
        assert_eq!(limited(2, &[]), (0, vec!["over-limit"; 3]));
        assert_eq!(limited(2, &[1]), (3, vec![]), "two are left that no forecast covers");
        assert_eq!(limited(1, &[1]), (1, vec!["over-limit"; 2]), "what the forecast covers goes all the same");
        let plan = plan_of(&judged);
        let mut all = decided(&judged, Some(&plan), 1);
        assert_eq!(all.by_rule(), 0, "what an approved plan names does not count");
        all.limit(1, &BTreeSet::new());
        assert_eq!(all.allowed.len(), 3);
    }
}
