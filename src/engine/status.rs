//! Where everything stands.
//!
//! In: the stores, the accepted policy, the scan. Out: counts that add up, and lists. The rule it keeps (I7): the paths
//! found are the sum of the paths by state; the records held are the sum of the records by standing.

use std::collections::BTreeMap;

use super::accept::policy_state;
use super::approved::{Left, left};
use super::attention::{Attention, attention};
use super::holds::in_force;
use super::instance::Instance;
use super::lateness::{Lateness, lateness};
use super::open::unconfirmed;
use super::orders::OrderWaiting;
use super::take_in::{failing, states};
use super::verify::{Round, read_round};
use super::{EngineError, Result};
use crate::RecordId;
use crate::calendar::{Date, Instant};
use crate::intake::{Found, FoundKind, State};
use crate::ledger::{Entry, What};
use crate::policy::{Keep, Review};
use crate::retention::gate::judge_row;
use crate::retention::order::is_order;
use crate::retention::plan::{Grounds, Judged, Verdict, class_of};
use crate::store::{Kept, Record, RecordState, Store, Told, Version};

/// What is held of one class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassStatus {
    /// Records held.
    pub held: u64,
    /// Of them: may go now by rule.
    pub due: u64,
    /// May go now once a plan is approved.
    pub review: u64,
    /// On hold although their day has come.
    pub on_hold: u64,
    /// Kept longer by somebody, postponed or extended.
    pub kept_longer: u64,
    /// Kept by a policy that waits for its acceptance.
    pub waiting_policy: u64,
    /// Not yet due.
    pub later: u64,
    /// Wait for a date.
    pub waits_for_date: u64,
    /// Kept for ever.
    pub permanent: u64,
    /// Of a class the policy does not know.
    pub unknown_class: u64,
    /// Their plaintext is still there.
    pub removal_pending: u64,
    /// The next day on which one of those not yet due may go.
    pub next: Option<Date>,
}

/// One path under `records/` that is not simply ignored or settling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathStatus {
    /// The path.
    pub path: String,
    /// Its state.
    pub state: State,
}

/// Where everything stands.
pub struct Status {
    /// Today, in the organization's zone.
    pub today: Date,
    /// The policy in force.
    pub policy: Version,
    /// A version that waits for its acceptance, and whether it has errors.
    pub waiting: Option<(Version, bool)>,
    /// Classes by id.
    pub classes: BTreeMap<String, ClassStatus>,
    /// Every path under `records/`.
    pub paths: Vec<PathStatus>,
    /// Files that are ready and fail again and again, by what stands in their way.
    pub failing: BTreeMap<String, u64>,
    /// Holds in force.
    pub holds: u64,
    /// Of those: the ones whose review date has come, earliest first.
    pub holds_to_review: Vec<HoldToReview>,
    /// Reviews whose window is over, the longest first.
    pub overdue: Vec<Overdue>,
    /// What stays although an approved plan lists it and its day has come, the longest first.
    pub left: Vec<Left>,
    /// How late records went; nothing where none was destroyed yet.
    pub lateness: Option<Lateness>,
    /// Recipients nobody has confirmed.
    pub unconfirmed: Vec<String>,
    /// Sweeps begun and not finished.
    pub unfinished_sweeps: Vec<String>,
    /// Work orders that are not confirmed.
    pub orders: Vec<OrderWaiting>,
    /// Boxes, binders and devices that the newest register does not list any more.
    pub unlisted: u64,
    /// Since when the oldest file is unchanged that is to be taken in and is not yet.
    pub oldest_unsettled: Option<Instant>,
    /// What needs a person besides all this.
    pub attention: Attention,
    /// Where the slow check of all files stands.
    pub verify: Round,
    /// Ledger entries.
    pub entries: u64,
}

/// Records of a class that may go and whose window for going is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// The class.
    pub class: String,
    /// Who must approve; nobody where a sweep has not run.
    pub review: Review,
    /// How many there are.
    pub records: u64,
    /// How many days ago the window of the first of them ended.
    pub days: i64,
}

fn overdue(classes: &mut BTreeMap<(String, Review), (u64, i64)>, judged: &Judged, today: Date) {
    let past = judged.by.map_or(0, |by| today.days_since(by));
    if judged.verdict == Verdict::Due && past > 0 {
        let (records, days) = classes.entry((judged.class.clone(), judged.review)).or_default();
        *records += 1;
        *days = past.max(*days);
    }
}

fn longest_first(late: BTreeMap<(String, Review), (u64, i64)>) -> Vec<Overdue> {
    let all = late.into_iter().map(|((class, review), (records, days))| Overdue { class, review, records, days });
    let mut all: Vec<Overdue> = all.collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.days));
    all
}

/// A hold that is to be looked at again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HoldToReview {
    /// Since when.
    pub review: Date,
    /// Its id.
    pub hold: String,
    /// Who answers for it.
    pub owner: String,
    /// Whether it was stated anew, and nobody has looked since whether it covers all that it should.
    pub is_restated: bool,
}

fn to_review(instance: &Instance, store: &Store, today: Date) -> Result<Vec<HoldToReview>> {
    let come = in_force(instance, store)?.into_iter().filter_map(|view| {
        let (restated, is_restated) = (view.restated.map(|restated| restated.on), view.awaits_look());
        let review = restated.filter(|_| is_restated).or(view.next_review().filter(|day| *day <= today))?;
        Some(HoldToReview { review, hold: view.hold.id, owner: view.hold.owner, is_restated })
    });
    let mut come: Vec<HoldToReview> = come.collect();
    come.sort();
    Ok(come)
}

impl Status {
    /// Returns how many paths are in each state, by the state's name.
    pub fn paths_by_state(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        self.paths.iter().for_each(|path| *counts.entry(state_name(&path.state)).or_default() += 1);
        counts
    }
}

/// Returns the name of a state as it is printed and counted.
pub fn state_name(state: &State) -> &'static str {
    match state {
        State::Ignored => "ignored",
        State::Settling => "settling",
        State::Waiting => "waiting",
        State::Unclassified => "unclassified",
        State::Refused(..) => "refused",
        State::RemovalPending => "removal-pending",
        State::InUse => "in-use",
        State::SidecarOf(_) => "sidecar",
        State::Ready(_) => "ready",
    }
}

/// Looks at everything, changes nothing.
///
/// # Errors
/// Refuses without an accepted policy; fails as stores and the scan do.
pub fn status(instance: &Instance) -> Result<Status> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let accepted = state.accepted()?;
    let policy = &accepted.policy;
    let today = policy.organization.time_zone.date(instance.now());
    let mut classes: BTreeMap<String, ClassStatus> = BTreeMap::new();
    let electronic = policy.classes.iter().filter(|class| !class.accept.is_empty());
    classes.extend(electronic.map(|class| (class.id.clone(), ClassStatus::default())));
    let (holds, kept) = (store.catalog().holds()?, store.catalog().kept_until()?);
    let waiting = state.waiting.as_ref().and_then(|waiting| waiting.policy.as_ref().ok());
    let grounds = Grounds {
        policy,
        waiting: waiting.map(|waiting| &**waiting),
        holds: &holds,
        released: &[],
        kept: &kept,
        day: today,
    };
    let late = count_all(&store, &grounds, &mut classes)?;
    let found = states(instance, &store, policy)?;
    let failing = failing(&store.catalog(), &found)?;
    let oldest_unsettled = found.iter().filter_map(unsettled_since).min();
    let paths = found
        .into_iter()
        .map(|(found, state)| PathStatus { path: String::from_utf8_lossy(&found.path).into_owned(), state });
    let sweeps = store.reader().sweeps()?;
    Ok(Status {
        today,
        policy: accepted.version.clone(),
        waiting: state.waiting.as_ref().map(|waiting| (waiting.version.clone(), waiting.policy.is_err())),
        classes,
        paths: paths.collect(),
        failing,
        holds: holds.len() as u64,
        holds_to_review: to_review(instance, &store, today)?,
        overdue: longest_first(late),
        left: left(&store, &state, today)?,
        lateness: lateness(&store, policy.organization.time_zone)?,
        unconfirmed: unconfirmed(&store, policy)?,
        unfinished_sweeps: sweeps
            .into_iter()
            .filter(|(sweep, finished)| !finished && !is_order(sweep))
            .map(|(sweep, _)| sweep)
            .collect(),
        orders: super::orders::waiting(&store, today)?,
        unlisted: store.catalog().items()?.iter().filter(|item| !item.told.listed).count() as u64,
        oldest_unsettled,
        attention: attention(instance, &store, accepted)?,
        verify: read_round(&store.catalog())?,
        entries: store.reader().size()?,
    })
}

/// Since when a file is unchanged that is to be taken in.
fn unsettled_since((found, state): &(Found, State)) -> Option<Instant> {
    match (state, &found.kind) {
        (
            State::Settling | State::Waiting | State::Ready(_) | State::RemovalPending | State::InUse,
            FoundKind::File(meta),
        ) => Some(meta.changed),
        _ => None,
    }
}

/// Counts every record: one by one where it has to be judged, by its class and its stored day where that says all.
/// Returns those past their window.
///
/// What a work order lists is not told as past its window: the order is told.
fn count_all(
    store: &Store,
    grounds: &Grounds<'_>,
    classes: &mut BTreeMap<String, ClassStatus>,
) -> Result<BTreeMap<(String, Review), (u64, i64)>> {
    let (catalog, ordered) = (store.catalog(), super::orders::open_by_record(store)?);
    let mut late = BTreeMap::new();
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    let mut judge = |record: &Record| -> Result<()> {
        let judged = judge_row(&catalog, grounds, record)?;
        if !ordered.contains_key(&judged.record) {
            overdue(&mut late, &judged, grounds.day);
        }
        count(classes.entry(judged.class.clone()).or_default(), &judged);
        let seen = seen.entry(record.known.class.clone()).or_default();
        seen.records += 1;
        seen.dated += u64::from(record.due.is_some());
        Ok(())
    };
    // Either has come due, or its plaintext is not gone; one that is both is looked at once.
    let unfinished = catalog.unfinished()?;
    let due = catalog.due_by(grounds.day)?;
    unfinished.iter().chain(due.iter().filter(|one| one.state == RecordState::Held)).try_for_each(&mut judge)?;
    for counted in catalog.class_counts(grounds.day)? {
        let seen = seen.remove(&counted.class).unwrap_or_default();
        let class = class_of(grounds.policy, &counted.class);
        let status = classes.entry(class.map_or(&counted.class, |class| &class.id).clone()).or_default();
        let rest = counted.records.saturating_sub(seen.records);
        let dated = counted.dated.saturating_sub(seen.dated).min(rest);
        status.held += rest;
        match class.map(|class| &class.keep) {
            None => status.unknown_class += rest,
            Some(Keep::Permanent) => status.permanent += rest,
            Some(Keep::For(_) | Keep::EarlierOf(_) | Keep::LaterOf(_)) => {
                status.later += dated;
                status.waits_for_date += rest - dated;
                status.next = [status.next, counted.next.filter(|_| dated > 0)].into_iter().flatten().min();
            }
        }
    }
    Ok(late)
}

/// Records of a class that were judged one by one.
#[derive(Default)]
struct Seen {
    records: u64,
    dated: u64,
}

fn count(class: &mut ClassStatus, judged: &Judged) {
    class.held += 1;
    match &judged.verdict {
        Verdict::Due if judged.review == Review::None => class.due += 1,
        Verdict::Due => class.review += 1,
        Verdict::NotYet(day) => {
            class.later += 1;
            class.next = Some(class.next.map_or(*day, |next| next.min(*day)));
        }
        Verdict::Permanent => class.permanent += 1,
        Verdict::WaitsForDate(_) => class.waits_for_date += 1,
        Verdict::OnHold(_) => class.on_hold += 1,
        Verdict::KeptLonger(until, _) => {
            class.kept_longer += 1;
            class.next = Some(class.next.map_or(*until, |next| next.min(*until)));
        }
        Verdict::UnknownClass => class.unknown_class += 1,
        Verdict::RemovalPending => class.removal_pending += 1,
        Verdict::KeptByWaitingPolicy(_) => class.waiting_policy += 1,
    }
}

/// Which records are asked for.
#[derive(Clone, Debug, Default)]
pub struct RecordFilter {
    /// Of this class.
    pub class: Option<String>,
    /// About this subject.
    pub subject: Option<String>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// With this id.
    pub id: Option<RecordId>,
}

/// One record, with what may be done with it today and what the ledger says of it.
pub struct RecordView {
    /// The row.
    pub record: Record,
    /// The verdict of today.
    pub judged: Judged,
    /// Statements that it is kept longer, in the order they were entered.
    pub kept: Vec<Kept>,
    /// Its entries in the ledger; only for one record asked for by id.
    pub entries: Vec<(u64, Entry)>,
    /// What a register says of it, where it is a box, a binder or a device.
    pub item: Option<Told>,
    /// The record in which its Individual Number is masked.
    pub successor: Option<RecordId>,
    /// The record of which it is what stayed.
    pub succeeds: Option<RecordId>,
    /// From when on it may go because somebody asked.
    pub early: Option<Date>,
}

/// Records that are held.
pub struct Held {
    /// The records, by id.
    pub views: Vec<RecordView>,
    /// Whether the committed policy has errors: until it is mended nothing is destroyed, also what is due.
    pub is_stopped: bool,
}

/// Lists records, by id.
///
/// # Errors
/// Refuses an unknown id, and as [`status`].
pub fn records(instance: &Instance, filter: &RecordFilter) -> Result<Held> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let policy = &state.accepted()?.policy;
    let waiting = state.waiting.as_ref().and_then(|waiting| waiting.policy.as_ref().ok());
    let catalog = store.catalog();
    let rows = match (&filter.id, &filter.subject) {
        (Some(id), _) => catalog.record(*id)?.into_iter().collect(),
        (None, Some(subject)) => catalog.about(subject)?,
        (None, None) => catalog.records()?,
    };
    if let (Some(id), true) = (filter.id, rows.is_empty()) {
        return Err(unknown(&store.reader().of_record(id)?, id));
    }
    let (holds, kept) = (catalog.holds()?, catalog.kept_until()?);
    let grounds = Grounds {
        policy,
        waiting: waiting.map(|waiting| &**waiting),
        holds: &holds,
        released: &[],
        kept: &kept,
        day: policy.organization.time_zone.date(instance.now()),
    };
    let mut views = Vec::new();
    for record in rows {
        let judged = judge_row(&catalog, &grounds, &record)?;
        let class = filter.class.as_ref().is_none_or(|class| *class == judged.class);
        let due = filter.due_before.is_none_or(|day| judged.due.day().is_some_and(|due| due < day));
        if class && due {
            let entries = filter.id.map(|id| store.reader().of_record(id)).transpose()?.unwrap_or_default();
            let kept = if judged.kept.is_some() { catalog.kept_of(record.known.id)? } else { Vec::new() };
            // One record alone is told in full: a list of a million asks for nothing besides its rows.
            let told = filter.id;
            let (item, successor) = (told.map(|id| catalog.item(id)), told.map(|id| catalog.successor_of(id)));
            let (succeeds, early) = (told.map(|id| catalog.succeeds(id)), told.map(|id| catalog.early(id)));
            views.push(RecordView {
                item: item.transpose()?.flatten().map(|item| item.told),
                successor: successor.transpose()?.flatten().map(|one| one.record),
                succeeds: succeeds.transpose()?.flatten().map(|one| one.original),
                early: early.transpose()?.flatten().map(|request| request.day),
                record,
                judged,
                kept,
                entries,
            });
        }
    }
    let is_stopped = state.respected().is_err();
    Ok(Held { views, is_stopped })
}

pub(super) fn unknown(entries: &[(u64, Entry)], id: RecordId) -> EngineError {
    let destroyed = entries.iter().find_map(|(index, entry)| match &entry.what {
        What::Destroyed { sweep, method, .. } if is_order(sweep) => {
            let by = if method.ends_with("-by-contractor") {
                "according to the contractor's certificate"
            } else {
                "by the own staff"
            };
            Some(format!(
                "it was disposed of {by}, confirmed on {} in the work order `{sweep}` (ledger entry {index})",
                entry.at
            ))
        }
        What::Destroyed { sweep, .. } => {
            Some(format!("it was destroyed on {} by the sweep `{sweep}` (ledger entry {index})", entry.at))
        }
        _ => None,
    });
    let error = EngineError::refused("records.unknown", format!("the catalog knows no record `{id}`"));
    error.help(destroyed.unwrap_or_else(|| "`hokan records list` shows what is held".to_owned()))
}
