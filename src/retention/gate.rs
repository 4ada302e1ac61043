//! The gate: the last check before anything is destroyed, and the only maker of warrants.
//!
//! In: the stores, the accepted policy, an approved plan. Out: warrants with their intents committed, and what was
//! refused with the reason. The rule it keeps (I2): everything is read again while both stores' write locks are held,
//! and the intent is committed under the same locks; what a selector found before does not count.

use std::collections::BTreeMap;

use super::approval::{self, Purpose};
use super::due::Known;
use super::plan::{Grounds, Item, Judged, Plan, Verdict, judge};
use super::warrant::Warrant;
use crate::calendar::Instant;
use crate::ledger::{Entry, LedgerKey, What};
use crate::policy::PolicySet;
use crate::store::{Catalog, Hold, Record, Store, StoreError, Writing};
use crate::{Digest, RecordId};

/// The longest silence of the ledger that is believed: a clock that jumped further needs a person.
const LONGEST_SILENCE_DAYS: i64 = 40;

/// Commands that work beside each other read their clocks once each: this much disorder is theirs.
const DISORDER_SECONDS: i64 = 3600;

/// Where the gate noted up to which entry the times were believed.
const CLOCK_CHECKED: &str = "clock-checked";

/// What is asked of the gate.
pub struct Request<'a> {
    /// The accepted policy.
    pub policy: &'a PolicySet,
    /// Its version: another one accepted meanwhile keeps the gate shut.
    pub version: Digest,
    /// A committed policy that waits for its acceptance.
    pub waiting: Option<&'a PolicySet>,
    /// The sweep's id.
    pub sweep: &'a str,
    /// The moment, read once.
    pub now: Instant,
    /// Signs the ledger's checkpoints.
    pub key: &'a LedgerKey,
}

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
    /// Its rule or its header is no longer the one the plan names.
    ChangedSincePlan,
    /// The catalog knows no such record: it is destroyed already.
    Gone,
    /// What the catalog says of it, or of an event it depends on, is not what the ledger committed to (I6).
    Altered,
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
            Why::Verdict(Verdict::UnknownClass) => "unknown-class",
            Why::Verdict(Verdict::RemovalPending) => "removal-pending",
            Why::Verdict(Verdict::KeptByWaitingPolicy(_)) => "kept-by-waiting-policy",
            Why::NeedsApproval { .. } => "needs-approval",
            Why::ChangedSincePlan => "changed-since-plan",
            Why::Gone => "gone",
            Why::Altered => "altered",
            Why::OverLimit { .. } => "over-limit",
        }
    }
}

/// What the gate let through.
#[derive(Default)]
pub struct Passed {
    /// One warrant for each record; its intent is in the ledger.
    pub warrants: Vec<Warrant>,
    /// Everything else that is due or was planned.
    pub refused: Vec<Refused>,
}

/// Why the gate stays shut for everything.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The policy says too little to destroy anything.
    #[error(
        "`service.backup.headers-kept` is not set: hokan must know how long backups of headers live before it destroys anything"
    )]
    HeadersKept,
    /// The clock moved in a way nobody explained.
    #[error(
        "the clock is not believed: {0}; nothing is destroyed until somebody checks it and runs `hokan clock confirm`"
    )]
    Clock(String),
    /// Another policy was accepted after the request was made.
    #[error("another policy was accepted at this moment: nothing was destroyed; run the sweep again")]
    PolicyChanged,
    /// A hold in the ledger that the catalog does not hold, or holds with other words.
    #[error(
        "the hold `{0}` stands in the ledger and is missing or altered in the catalog: nothing is destroyed until the catalog is put right (run `hokan verify`)"
    )]
    Hold(String),
    /// The stores.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks everything that is due, commits the intents of what may go, and makes the warrants.
///
/// What needs no review goes by rule; what needs one goes if `plan` names it and carries enough signatures.
///
/// # Errors
/// Fails as a whole when the clock is not believed, a hold is altered, another policy is in force by now, or a store
/// fails; then nothing was decided.
///
/// # Durability
/// On return the intents are on disk; nothing is destroyed yet.
pub fn pass(store: &mut Store, request: &Request<'_>, plan: Option<&Plan>) -> Result<Passed, GateError> {
    if request.policy.service.headers_kept.is_none() {
        return Err(GateError::HeadersKept);
    }
    check_clock(store, request.now)?;
    let mut writing = store.write()?;
    check_policy(&writing, request)?;
    check_holds(&writing)?;
    let holds = writing.catalog().holds()?;
    let judged = judge_named(&writing.catalog(), &grounds(request, &holds), plan)?;
    let signatures = match plan {
        Some(plan) => signatures(&writing.catalog(), request.policy, plan)?,
        None => 0,
    };
    let decided = decide(&judged, plan, signatures, request.policy.service.sweep_at_most);
    let mut passed = Passed { refused: decided.refused, ..Passed::default() };
    for (judged, plan) in decided.allowed {
        let Some(record) = writing.catalog().record(judged.record)? else { continue };
        if !is_as_committed(&writing, &record)? {
            passed.refused.push(Refused { record: judged.record, class: judged.class.clone(), why: Why::Altered });
            continue;
        }
        let what = What::Intent {
            record: judged.record,
            sweep: request.sweep.to_owned(),
            header: record.known.header,
            body: record.known.body,
            rule: judged.rule,
            plan,
        };
        writing.append(&Entry { at: request.now, what })?;
        passed.warrants.push(Warrant::issue(judged.record, record.known.header, record.known.body));
    }
    writing.commit(request.key)?;
    Ok(passed)
}

/// Checks an intent that an earlier sweep left open, whose header is still there as it was.
///
/// Returns the warrant, or why the record stays after all; the reason is then in the ledger as `abandoned`.
///
/// # Errors
/// As [`pass`].
///
/// # Durability
/// On return the decision is on disk.
pub fn pass_again(
    store: &mut Store,
    request: &Request<'_>,
    intent: u64,
    record: RecordId,
    plan: Option<Digest>,
) -> Result<Result<Warrant, Why>, GateError> {
    check_clock(store, request.now)?;
    let mut writing = store.write()?;
    check_policy(&writing, request)?;
    check_holds(&writing)?;
    let catalog = writing.catalog();
    let decision = match catalog.record(record)? {
        None => Err(Why::Gone),
        Some(row) if !is_as_committed(&writing, &row)? => Err(Why::Altered),
        Some(row) => {
            let judged = judge_row(&catalog, &grounds(request, &catalog.holds()?), &row)?;
            let plan = plan.map(|digest| catalog.plan(digest)).transpose()?.flatten();
            let plan = plan.and_then(|bytes| Plan::parse(&bytes, &writing.origin()).ok());
            let found = plan.as_ref().map_or(Ok(0), |plan| signatures(&catalog, request.policy, plan))?;
            let covered = plan.as_ref().map(|plan| Covered::by(plan, found));
            decide_one(&judged, covered.as_ref()).map(|_| Warrant::issue(record, row.known.header, row.known.body))
        }
    };
    if let Err(why) = &decision {
        let (sweep, why) = (request.sweep.to_owned(), why.code().to_owned());
        let what = What::Abandoned { record, sweep, intent, why };
        writing.append(&Entry { at: request.now, what })?;
    }
    writing.commit(request.key)?;
    Ok(decision)
}

/// Makes the warrant for an intent whose header differs from its recorded digest or is missing: the act had begun, the
/// record cannot be opened any more, and it is finished.
pub fn finish(record: RecordId, header: Digest, body: Digest) -> Warrant {
    Warrant::issue(record, header, body)
}

fn grounds<'a>(request: &Request<'a>, holds: &'a [Hold]) -> Grounds<'a> {
    let day = request.policy.organization.time_zone.date(request.now);
    Grounds { policy: request.policy, waiting: request.waiting.map(|w| &**w), holds, day }
}

/// What a plan names, and how many valid signatures it carries.
struct Covered<'a> {
    plan: Digest,
    items: BTreeMap<RecordId, &'a Item>,
    signatures: usize,
}

impl Covered<'_> {
    fn by(plan: &Plan, signatures: usize) -> Covered<'_> {
        let items = plan.records.iter().map(|item| (item.record, item)).collect();
        Covered { plan: plan.digest(), items, signatures }
    }
}

struct Decided<'a> {
    allowed: Vec<(&'a Judged, Option<Digest>)>,
    refused: Vec<Refused>,
}

fn decide<'a>(judged: &'a [Judged], plan: Option<&Plan>, signatures: usize, at_most: u32) -> Decided<'a> {
    let (mut allowed, mut refused) = (Vec::new(), Vec::new());
    let covered = plan.map(|plan| Covered::by(plan, signatures));
    for one in judged {
        match decide_one(one, covered.as_ref()) {
            Ok(plan) => allowed.push((one, plan)),
            Err(why) => refused.push(Refused { record: one.record, class: one.class.clone(), why }),
        }
    }
    let known: std::collections::BTreeSet<RecordId> = judged.iter().map(|one| one.record).collect();
    let gone = plan.into_iter().flat_map(|plan| &plan.records).filter(|item| !known.contains(&item.record));
    refused.extend(gone.map(|item| Refused { record: item.record, class: item.class.clone(), why: Why::Gone }));
    let by_rule = allowed.iter().filter(|(_, plan)| plan.is_none()).count();
    if by_rule > at_most as usize {
        let why = Why::OverLimit { at_most, found: by_rule };
        let (over, kept): (Vec<_>, Vec<_>) = allowed.into_iter().partition(|(_, plan)| plan.is_none());
        let refuse = |one: &Judged| Refused { record: one.record, class: one.class.clone(), why: why.clone() };
        refused.extend(over.into_iter().map(|(one, _)| refuse(one)));
        allowed = kept;
    }
    refused.sort_by_key(|refused| refused.record);
    Decided { allowed, refused }
}

/// Decides one record: allowed by rule (`None`) or by the plan it stands in, or refused.
fn decide_one(judged: &Judged, covered: Option<&Covered<'_>>) -> Result<Option<Digest>, Why> {
    if judged.verdict != Verdict::Due {
        return Err(Why::Verdict(judged.verdict.clone()));
    }
    let needed = judged.review.approvers();
    let named = covered.and_then(|covered| Some((covered, covered.items.get(&judged.record)?)));
    let Some((covered, item)) = named else {
        return if needed == 0 { Ok(None) } else { Err(Why::NeedsApproval { needed, found: 0 }) };
    };
    if item.rule != judged.rule || item.header != judged.header {
        return if needed == 0 { Ok(None) } else { Err(Why::ChangedSincePlan) };
    }
    if covered.signatures < needed.max(1) {
        return if needed == 0 { Ok(None) } else { Err(Why::NeedsApproval { needed, found: covered.signatures }) };
    }
    Ok(Some(covered.plan))
}

/// Judges every record whose stored due day has come; the day itself is computed again from the rule.
///
/// # Errors
/// Fails as the database does.
pub fn judge_all(catalog: &Catalog<'_>, grounds: &Grounds<'_>) -> Result<Vec<Judged>, StoreError> {
    catalog.due_by(grounds.day)?.iter().map(|record| judge_row(catalog, grounds, record)).collect()
}

/// Judges every record whose day has come, and those that `plan` names besides: they get their true reason.
fn judge_named(catalog: &Catalog<'_>, grounds: &Grounds<'_>, plan: Option<&Plan>) -> Result<Vec<Judged>, StoreError> {
    let mut judged = judge_all(catalog, grounds)?;
    let found: std::collections::BTreeSet<RecordId> = judged.iter().map(|one| one.record).collect();
    for item in plan.iter().flat_map(|plan| &plan.records).filter(|item| !found.contains(&item.record)) {
        if let Some(record) = catalog.record(item.record)? {
            judged.push(judge_row(catalog, grounds, &record)?);
        }
    }
    Ok(judged)
}

/// Judges one record by what the catalog knows of it.
///
/// # Errors
/// Fails as the database does.
pub fn judge_row(catalog: &Catalog<'_>, grounds: &Grounds<'_>, record: &Record) -> Result<Judged, StoreError> {
    Ok(judge(grounds, record, &known(catalog, record)?))
}

/// Returns the dates known of a record: its own, and the events of it and of its subjects.
///
/// # Errors
/// Fails as the database does.
pub fn known(catalog: &Catalog<'_>, record: &Record) -> Result<Known, StoreError> {
    // Of each event the one stated last counts: a map keeps the last of equal keys.
    let events = |subject: &str| Ok(catalog.events_of(subject)?.into_iter().collect::<BTreeMap<_, _>>());
    let of_subjects: Result<Vec<_>, StoreError> = record.known.subjects.iter().map(|subject| events(subject)).collect();
    let of_record = events(&record.known.id.to_string())?;
    Ok(Known { dates: record.known.dates.clone(), of_record, of_subjects: of_subjects? })
}

/// Counts the different approvers of the accepted policy whose signatures of `plan` are valid now.
fn signatures(catalog: &Catalog<'_>, policy: &PolicySet, plan: &Plan) -> Result<usize, StoreError> {
    let bytes = plan.bytes();
    let approvers = &policy.service.approvers;
    let valid = catalog.approvals(plan.digest())?.into_iter().filter_map(|approval| {
        approval::check(&approval.signature, Purpose::Plan, &bytes, approvers).ok().map(|signed| signed.fingerprint)
    });
    Ok(valid.collect::<std::collections::BTreeSet<_>>().len())
}

/// Whether what decides about a record is what the ledger committed to: its row, and the events about it (I6).
fn is_as_committed(writing: &Writing<'_>, record: &Record) -> Result<bool, StoreError> {
    let (known, reader) = (&record.known, writing.reader());
    let sealed = reader.of_record(known.id)?.into_iter().any(|(_, entry)| match entry.what {
        What::Sealed { class, body, header, fact, .. } => {
            (class.as_str(), body, header, fact) == (&known.class, known.body, known.header, known.commitment())
        }
        _ => false,
    });
    if !sealed {
        return Ok(false);
    }
    let own = known.id.to_string();
    for subject in known.subjects.iter().chain([&own]) {
        for event in writing.catalog().event_facts(subject)? {
            if !matches!(reader.entry(event.entry)?.what, What::EventAdded { fact } if fact == event.commitment) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Refuses when another policy was accepted since the request was made.
fn check_policy(writing: &Writing<'_>, request: &Request<'_>) -> Result<(), GateError> {
    let accepted = writing.catalog().accepted()?.map(|accepted| accepted.version.digest);
    if accepted == Some(request.version) { Ok(()) } else { Err(GateError::PolicyChanged) }
}

/// Refuses while a hold of the ledger's is not in the catalog as it was placed (I6).
fn check_holds(writing: &Writing<'_>) -> Result<(), GateError> {
    let held: BTreeMap<String, Digest> =
        writing.catalog().holds()?.into_iter().map(|hold| (hold.id.clone(), hold.commitment())).collect();
    let lost = writing.reader().holds_in_force()?.into_iter().find(|(id, fact)| held.get(id) != Some(fact));
    lost.map_or(Ok(()), |(id, _)| Err(GateError::Hold(id)))
}

/// Refuses when the ledger's times went back or were silent for too long since somebody last confirmed the clock (I12).
fn check_clock(store: &mut Store, now: Instant) -> Result<(), GateError> {
    let (noted, size) = (store.catalog().meta(CLOCK_CHECKED)?, store.reader().size()?);
    // A note that cannot be right counts as none: then every entry is looked at.
    let checked: u64 = noted.and_then(|text| text.parse().ok()).filter(|index| *index < size).unwrap_or(0);
    let entries = store.reader().from(checked)?;
    let mut last: Option<Instant> = None;
    for (index, entry) in &entries {
        if let (Some(before), false) = (last, matches!(entry.what, What::ClockConfirmed { .. })) {
            implausible(before, entry.at, *index)?;
        }
        last = Some(entry.at);
    }
    if let Some(before) = last {
        implausible(before, now, entries.len() as u64 + checked)?;
    }
    if let Some((index, _)) = entries.last() {
        let pending = store.write_pending()?;
        pending.set_meta(CLOCK_CHECKED, &index.to_string())?;
        pending.commit()?;
    }
    Ok(())
}

fn implausible(before: Instant, after: Instant, index: u64) -> Result<(), GateError> {
    if after.plus_seconds(DISORDER_SECONDS) < before {
        return Err(GateError::Clock(format!("it went back from {before} to {after} (ledger entry {index})")));
    }
    if before.plus_days(LONGEST_SILENCE_DAYS) < after {
        let days = LONGEST_SILENCE_DAYS;
        return Err(GateError::Clock(format!(
            "more than {days} days lie between {before} and {after} (ledger entry {index})"
        )));
    }
    Ok(())
}

/// Notes that a person checked the clock.
///
/// # Errors
/// Fails as the stores do.
pub fn confirm_clock(writing: &mut Writing<'_>, now: Instant, fact: Digest) -> Result<(), StoreError> {
    let index = writing.append(&Entry { at: now, what: What::ClockConfirmed { fact } })?;
    writing.set_meta(CLOCK_CHECKED, &index.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Review;
    use crate::retention::due::Due;
    use crate::retention::plan::Item;

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
            rule: digest,
            header: digest,
            by: None,
        }
    }

    fn plan_of(judged: &[Judged]) -> Plan {
        Plan::make("hokan/a/b", Digest::of(b"policy"), NOW, "2026-01-01".parse().unwrap(), judged).unwrap()
    }

    fn reasons(judged: &[Judged], plan: Option<&Plan>, signatures: usize, at_most: u32) -> Vec<&'static str> {
        decide(judged, plan, signatures, at_most).refused.iter().map(|refused| refused.why.code()).collect()
    }

    #[test]
    fn a_record_goes_by_rule_or_with_as_many_signatures_as_its_class_needs() {
        for (review, needed) in [(Review::None, 0), (Review::One, 1), (Review::Two, 2)] {
            let judged = [due_record(1, review)];
            let plan = plan_of(&judged);
            for signatures in 0..3 {
                let passes = decide(&judged, Some(&plan), signatures, 10).allowed.len() == 1;
                assert_eq!(passes, signatures >= needed, "{review:?} with {signatures} signatures");
            }
            assert_eq!(decide(&judged, None, 0, 10).allowed.len(), usize::from(needed == 0));
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
            Verdict::OnHold(vec!["hold-1".into()]),
            Verdict::RemovalPending,
            Verdict::KeptByWaitingPolicy(None),
        ] {
            let planned = plan_of(&[due_record(1, Review::One)]);
            let judged = [Judged { verdict: verdict.clone(), ..due_record(1, Review::One) }];
            let decided = decide(&judged, Some(&planned), 9, 10);
            assert!(decided.allowed.is_empty(), "{verdict:?}");
            assert_eq!(decided.refused[0].why, Why::Verdict(verdict));
        }
    }

    #[test]
    fn what_changed_since_the_plan_is_refused() {
        let plan = plan_of(&[due_record(1, Review::One)]);
        let other = Digest::of(b"other");
        let rule = Judged { rule: other, ..due_record(1, Review::One) };
        let header = Judged { header: other, ..due_record(1, Review::One) };
        for changed in [rule, header] {
            assert_eq!(reasons(&[changed], Some(&plan), 1, 10), ["changed-since-plan"]);
        }
    }

    #[test]
    fn a_planned_record_that_nobody_knows_any_more_is_gone() {
        let mut plan = plan_of(&[due_record(1, Review::One)]);
        let item = Item { record: due_record(2, Review::One).record, ..plan.records[0].clone() };
        plan.records.push(item);
        assert_eq!(reasons(&[due_record(1, Review::One)], Some(&plan), 1, 10), ["gone"]);
    }

    #[test]
    fn more_than_the_limit_by_rule_alone_is_none_at_all() {
        let judged = [due_record(1, Review::None), due_record(2, Review::None), due_record(3, Review::One)];
        assert_eq!(decide(&judged[..2], None, 0, 2).allowed.len(), 2);
        assert_eq!(reasons(&judged[..2], None, 0, 1), ["over-limit", "over-limit"]);
        let plan = plan_of(&judged[2..]);
        let decided = decide(&judged, Some(&plan), 1, 1);
        let allowed: Vec<RecordId> = decided.allowed.iter().map(|(one, _)| one.record).collect();
        assert_eq!(allowed, [judged[2].record], "what a plan covers does not count");
        let all = plan_of(&judged);
        assert_eq!(decide(&judged, Some(&all), 1, 1).allowed.len(), 3);
    }

    #[test]
    fn i12_a_clock_that_jumped_is_not_believed() {
        for (after, believed) in [
            (NOW, true),
            (NOW.plus_days(40), true),
            (NOW.plus_days(40).plus_seconds(1), false),
            (NOW.plus_seconds(-3600), true),
            (NOW.plus_seconds(-3601), false),
        ] {
            assert_eq!(implausible(NOW, after, 1).is_ok(), believed, "{after}");
        }
    }
}
