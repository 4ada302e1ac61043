//! The gate: the last check before anything is destroyed, and the only maker of warrants.
//!
//! In: the stores, the accepted policy, an approved plan. Out: warrants with their intents committed, and what was
//! refused with the reason. The rule it keeps (I2): everything is read again while both stores' write locks are held,
//! and the intent is committed under the same locks; what a selector found before does not count.

mod decide;
pub mod outside;

use std::collections::{BTreeMap, BTreeSet};

use super::approval::{self, Purpose};
use super::due::Known;
use super::plan::{Grounds, Item, Judged, Plan, Verdict, class_of, judge};
use super::warrant::Warrant;
use crate::calendar::{Date, Instant};
use crate::ledger::{Entry, LedgerKey, What};
use crate::policy::{PolicySet, Then};
use crate::store::{
    Catalog, Hold, KeptUntil, LedgerReader, NewRecord, Record, RecordState, Store, StoreError, Writing,
};
use crate::{Digest, RecordId};
use decide::{Approved, decide, decide_one};

pub use decide::{Refused, Why};

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

impl Request<'_> {
    /// The most records that go by rule alone; of the policy in force and one that waits, the lower limit.
    fn at_most(&self) -> u32 {
        let waiting = self.waiting.map_or(u32::MAX, |waiting| waiting.service.sweep_at_most);
        self.policy.service.sweep_at_most.min(waiting)
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
    /// An acceptance in the ledger that the catalog does not know.
    #[error(
        "ledger entry {0} accepted another policy than the one that is in force by the catalog: nothing is destroyed until the catalog is put right (run `hokan verify`)"
    )]
    Policy(u64),
    /// Entries of the ledger are missing.
    #[error("entries of the ledger are missing: nothing is destroyed until it is put right (run `hokan verify`)")]
    Gap,
    /// Something else may go than was looked at a moment before.
    #[error("what may go changed at this moment: nothing was ordered; run the command again")]
    Moved,
    /// A hold in the ledger that the catalog does not hold, or holds with other words.
    #[error(
        "the hold `{0}` stands in the ledger and is missing or altered in the catalog: nothing is destroyed until the catalog is put right (run `hokan verify`)"
    )]
    Hold(String),
    /// A plan that its planner never signed, or that was changed since.
    #[error(
        "nobody signed this plan as its planner `{0}`: it was never signed, or its bytes were changed since; nothing is destroyed by it"
    )]
    Unsigned(String),
    /// The stores.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks what may go, commits the intents of that, and makes the warrants.
///
/// With a `plan`, exactly the records it names are looked at, and go if enough approvers signed it. Without one, what is
/// due and needs no review goes by rule; what an approved plan lists unchanged does not count against the limit.
///
/// # Errors
/// Fails as a whole when the clock is not believed, a hold is altered, another policy is in force by now, the plan's
/// planner did not sign it, or a store fails; then nothing was decided.
///
/// # Durability
/// On return the intents are on disk; nothing is destroyed yet.
pub fn pass(store: &mut Store, request: &Request<'_>, plan: Option<&Plan>) -> Result<Passed, GateError> {
    if request.policy.service.headers_kept.is_none() {
        return Err(GateError::HeadersKept);
    }
    check_clock(store, request.now)?;
    let mut writing = store.write()?;
    check_stores(&writing, request)?;
    let facts = Facts::read(&writing.catalog())?;
    let judged = judge_named(&writing.catalog(), &facts.grounds(request), plan)?;
    let approved = plan.map(|plan| approved(&writing.catalog(), request.policy, plan)).transpose()?;
    let mut decided = decide(&judged, approved.as_ref());
    decided.leave_to_people(&writing.catalog().outside_vault()?);
    let (catalog, reader) = (writing.catalog(), writing.reader());
    decided.stop(|record, class| other_end(&catalog, &reader, request.policy, record, class))?;
    let at_most = request.at_most();
    if decided.by_rule() > at_most as usize {
        let forecast = forecast(&writing, request.policy, &judged)?;
        decided.limit(at_most, &forecast);
    }
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
            due: judged.due.day(),
        };
        let intent = writing.append(&Entry { at: request.now, what })?;
        passed.warrants.push(Warrant::issue(intent, judged.record, record.known.header, record.known.body));
    }
    writing.commit(request.key)?;
    Ok(passed)
}

/// A plan, looked at without acting.
pub struct Looked {
    /// How many approvers the strictest of its records needs.
    pub needed: usize,
    /// What could not go on the plan's day or today, the later of the two, however many signed it.
    pub refused: Vec<Refused>,
}

/// What of an approved plan is held although its day has come.
pub struct Stays {
    /// What the gate would keep now.
    pub refused: Vec<Refused>,
    /// What it would let go, by id and class.
    pub free: Vec<(RecordId, String)>,
}

/// Looks at what a plan names as the gate would.
///
/// # Errors
/// Fails as the database does.
pub fn look(catalog: &Catalog<'_>, grounds: &Grounds<'_>, plan: &Plan) -> Result<Looked, StoreError> {
    let grounds = Grounds { day: grounds.day.max(plan.day), ..*grounds };
    let judged = judge_named(catalog, &grounds, Some(plan))?;
    let needed = judged.iter().map(|one| one.review.approvers()).max().unwrap_or(0).max(1);
    Ok(Looked { needed, refused: decide(&judged, Some(&Approved::by(plan, usize::MAX))).refused })
}

/// Decides, without acting, about what a plan names and whose day has come, as the gate would; what the ledger would
/// contradict is not looked for.
///
/// # Errors
/// Fails as the database does.
pub fn look_today(store: &Store, policy: &PolicySet, grounds: &Grounds<'_>, plan: &Plan) -> Result<Stays, StoreError> {
    let (catalog, reader) = (store.catalog(), store.reader());
    let judged = judge_named(&catalog, grounds, Some(plan))?;
    let signed = signatures(&catalog, policy, plan)?.approvers.len();
    let approved = Approved::by(plan, signed);
    let mut decided = decide(&judged, Some(&approved));
    decided.leave_to_people(&catalog.outside_vault()?);
    decided.stop(|record, class| other_end(&catalog, &reader, policy, record, class))?;
    let free = decided.allowed.iter().map(|(one, _)| (one.record, one.class.clone())).collect();
    decided.refused.retain(|one| !matches!(one.why, Why::Gone | Why::Verdict(Verdict::NotYet(_))));
    Ok(Stays { refused: decided.refused, free })
}

/// An intent without completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its index in the ledger.
    pub intent: u64,
    /// The record.
    pub record: RecordId,
    /// The digest of the header that was to be overwritten.
    pub header: Digest,
    /// The digest of the body.
    pub body: Digest,
    /// The plan that allowed it.
    pub plan: Option<Digest>,
}

/// Checks intents of one sweep that were left open and whose headers are still there as they were. Under another policy than
/// the one it began under none of them is carried out: its certificate names one policy.
///
/// Returns the warrants; a record that stays after all has its reason in the ledger, as `abandoned`.
///
/// # Errors
/// As [`pass`].
///
/// # Durability
/// On return the decisions are on disk.
pub fn pass_again(store: &mut Store, request: &Request<'_>, open: &[Open]) -> Result<Vec<Warrant>, GateError> {
    check_clock(store, request.now)?;
    let mut writing = store.write()?;
    check_stores(&writing, request)?;
    let facts = Facts::read(&writing.catalog())?;
    let plan = open.iter().find_map(|open| open.plan);
    let bytes = plan.map(|digest| writing.catalog().plan(digest)).transpose()?.flatten();
    let parsed = bytes.and_then(|bytes| Plan::parse(&bytes, &writing.origin()).ok());
    // A plan whose planner's signature is not there any more approves nothing.
    let approved = parsed.as_ref().and_then(|plan| approved(&writing.catalog(), request.policy, plan).ok());
    let is_same_policy = began_under(&writing.reader(), request)?;
    let mut warrants = Vec::new();
    for open in open {
        let approved = approved.as_ref().filter(|_| open.plan == plan);
        let decision = match stands(&writing, &facts.grounds(request), open.record, approved)? {
            Ok(_) if !is_same_policy => Err(Why::PolicyChanged),
            Ok(row) => {
                match other_end(&writing.catalog(), &writing.reader(), request.policy, open.record, &row.known.class)? {
                    None => Ok(row),
                    Some(why) => Err(why),
                }
            }
            Err(why) => Err(why),
        };
        match decision {
            Ok(row) => {
                let (header, body) = (row.known.header, row.known.body);
                warrants.push(Warrant::issue(open.intent, open.record, header, body));
            }
            Err(why) => {
                let (record, sweep, why) = (open.record, request.sweep.to_owned(), why.code().to_owned());
                let what = What::Abandoned { record, sweep, intent: open.intent, why };
                writing.append(&Entry { at: request.now, what })?;
            }
        }
    }
    writing.commit(request.key)?;
    Ok(warrants)
}

/// Whether a sweep began under the policy in force.
fn began_under(reader: &LedgerReader<'_>, request: &Request<'_>) -> Result<bool, StoreError> {
    let began = reader.sweep_began(request.sweep)?.unwrap_or_default();
    let policy = reader.policy_before(began)?.map(|(_, entry)| entry.what);
    Ok(matches!(policy, Some(What::PolicyAccepted { policy, .. }) if policy == request.version))
}

/// Why a record does not end by being destroyed as it is: its number is not masked yet, or it is to be handed over.
fn other_end(
    catalog: &Catalog<'_>,
    reader: &LedgerReader<'_>,
    policy: &PolicySet,
    record: RecordId,
    class: &str,
) -> Result<Option<Why>, StoreError> {
    match class_of(policy, class).map(|class| class.disposal.then) {
        Some(Then::Destroy) | None => Ok(None),
        Some(Then::Transfer) => Ok(Some(Why::ToBeHandedOver)),
        Some(Then::DeleteNumber) => {
            let successor = catalog.successor_of(record)?;
            let Some((one, entry)) = successor.and_then(|one| one.entry.map(|entry| (one, entry))) else {
                return Ok(Some(Why::NumberFirst));
            };
            let fact = one.commitment();
            let is_entered = matches!(&reader.entry(entry)?.what,
                What::Succeeded { record: of, successor, fact: is } if *of == record && *successor == one.record && *is == fact);
            let is_held = catalog.record(one.record)?.is_some_and(|row| row.state == RecordState::Held);
            Ok(if is_entered && is_held { None } else { Some(Why::NumberFirst) })
        }
    }
}

/// Decides anew about a record with an open intent: its row, or why it stays.
fn again(
    writing: &Writing<'_>,
    request: &Request<'_>,
    record: RecordId,
    plan: Option<Digest>,
) -> Result<Result<Record, Why>, GateError> {
    let catalog = writing.catalog();
    let facts = Facts::read(&catalog)?;
    let plan = plan.map(|digest| catalog.plan(digest)).transpose()?.flatten();
    let plan = plan.and_then(|bytes| Plan::parse(&bytes, &writing.origin()).ok());
    // A plan whose planner's signature is not there any more approves nothing.
    let approved = plan.as_ref().and_then(|plan| approved(&catalog, request.policy, plan).ok());
    Ok(stands(writing, &facts.grounds(request), record, approved.as_ref())?)
}

/// Decides anew about a record under a plan that was read: its row, or why it stays.
fn stands(
    writing: &Writing<'_>,
    grounds: &Grounds<'_>,
    record: RecordId,
    approved: Option<&Approved<'_>>,
) -> Result<Result<Record, Why>, StoreError> {
    let catalog = writing.catalog();
    let Some(row) = catalog.record(record)? else { return Ok(Err(Why::Gone)) };
    if !is_as_committed(writing, &row)? {
        return Ok(Err(Why::Altered));
    }
    let judged = judge_row(&catalog, grounds, &row)?;
    Ok(decide_one(&judged, approved).map(|_| row))
}

/// A judged record that may go, with the plan that allows it.
type Found = (Judged, Option<Digest>);

/// What of the records that `is_wanted` may go by rule or plan, and what stays.
fn find(
    writing: &Writing<'_>,
    request: &Request<'_>,
    plan: Option<&Plan>,
    is_wanted: impl Fn(&str, &RecordId) -> bool,
) -> Result<(Vec<Found>, Vec<Refused>), GateError> {
    let catalog = writing.catalog();
    let facts = Facts::read(&catalog)?;
    let judged = judge_named(&catalog, &facts.grounds(request), plan)?;
    let approved = plan.map(|plan| approved(&catalog, request.policy, plan)).transpose()?;
    let mut decided = decide(&judged, approved.as_ref());
    decided.allowed.retain(|(one, _)| is_wanted(&one.class, &one.record));
    decided.refused.retain(|one| is_wanted(&one.class, &one.record));
    let at_most = request.at_most();
    if decided.by_rule() > at_most as usize {
        let forecast = forecast(writing, request.policy, &judged)?;
        decided.limit(at_most, &forecast);
    }
    let allowed = decided.allowed.into_iter().map(|(one, plan)| (one.clone(), plan));
    Ok((allowed.collect(), decided.refused))
}

/// Makes the warrant for an intent whose header differs from its recorded digest or is missing: the act had begun, the
/// record cannot be opened any more, and it is finished.
pub fn finish(open: &Open) -> Warrant {
    Warrant::issue(open.intent, open.record, open.header, open.body)
}

/// What was stated about records and counts whatever their rules say.
struct Facts {
    holds: Vec<Hold>,
    released: Vec<Hold>,
    kept: KeptUntil,
}

impl Facts {
    fn read(catalog: &Catalog<'_>) -> Result<Facts, StoreError> {
        let (holds, released) = (catalog.holds()?, catalog.released_holds()?);
        Ok(Facts { holds, released, kept: catalog.kept_until()? })
    }

    fn grounds<'a>(&'a self, request: &Request<'a>) -> Grounds<'a> {
        let day = request.policy.organization.time_zone.date(request.now);
        let waiting = request.waiting.map(|waiting| &**waiting);
        let Facts { holds, released, kept } = self;
        Grounds { policy: request.policy, waiting, holds, released, kept, day }
    }
}

/// Judges every record whose stored due day has come; the day itself is computed again from the rule.
///
/// # Errors
/// Fails as the database does.
pub fn judge_all(catalog: &Catalog<'_>, grounds: &Grounds<'_>) -> Result<Vec<Judged>, StoreError> {
    let due = catalog.find_due(grounds.day)?.into_iter().filter_map(|found| catalog.dated(found).transpose());
    let mut judged = due.map(|record| judge_row(catalog, grounds, &record?)).collect::<Result<Vec<_>, _>>()?;
    judged.sort_by_key(|one| one.record);
    Ok(judged)
}

/// Judges the records that `plan` names; without one, every record whose day has come.
fn judge_named(catalog: &Catalog<'_>, grounds: &Grounds<'_>, plan: Option<&Plan>) -> Result<Vec<Judged>, StoreError> {
    let Some(plan) = plan else { return judge_all(catalog, grounds) };
    let mut judged = Vec::new();
    for item in &plan.records {
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
    let known = &record.known;
    known_of(catalog, known.id, &known.subjects, known.dates.clone())
}

/// Returns the dates known of a record with these subjects and dates of its own.
///
/// # Errors
/// Fails as the database does.
pub fn known_of(
    catalog: &Catalog<'_>,
    record: RecordId,
    subjects: &[String],
    dates: BTreeMap<String, Date>,
) -> Result<Known, StoreError> {
    let mut entries = BTreeSet::new();
    let mut events = |subject: &str| {
        let counting = catalog.events_of(subject)?.into_iter();
        let dates = counting.map(|one| {
            entries.insert(one.entry);
            (one.event.event, one.event.date)
        });
        Ok(dates.collect::<BTreeMap<_, _>>())
    };
    let of_subjects: Result<Vec<_>, StoreError> = subjects.iter().map(|subject| events(subject)).collect();
    let (of_record, of_subjects) = (events(&record.to_string())?, of_subjects?);
    let early = catalog.early(record)?;
    entries.extend(early.as_ref().and_then(|request| request.entry));
    Ok(Known { dates, of_record, of_subjects, early: early.map(|request| request.day), entries })
}

/// Returns the plan with the number of approvers of the accepted policy who signed it, its planner apart.
///
/// # Errors
/// Refuses a plan that its planner did not sign.
fn approved<'a>(catalog: &Catalog<'_>, policy: &PolicySet, plan: &'a Plan) -> Result<Approved<'a>, GateError> {
    let signatures = signatures(catalog, policy, plan)?;
    if !signatures.by_planner {
        return Err(GateError::Unsigned(plan.planner.name.clone()));
    }
    Ok(Approved::by(plan, signatures.approvers.len()))
}

/// The signatures of a plan that are valid now.
pub struct Signatures {
    /// Whether its planner signed it.
    pub by_planner: bool,
    /// The fingerprints of the different approvers of the accepted policy who did, without the planner's.
    pub approvers: BTreeSet<String>,
}

/// Returns the signatures of `plan` that are valid now.
///
/// # Errors
/// Fails as the database does.
pub fn signatures(catalog: &Catalog<'_>, policy: &PolicySet, plan: &Plan) -> Result<Signatures, StoreError> {
    let bytes = plan.bytes();
    let planner = approval::planner(plan);
    let signed = catalog.approvals(plan.digest())?;
    let by = |signature: &str, keys: &[_]| approval::check(signature, Purpose::Plan, &bytes, keys).ok();
    let by_planner = signed.iter().any(|one| by(&one.signature, std::slice::from_ref(&planner)).is_some());
    let others = approval::others(&policy.service.approvers, &planner);
    let approvers = signed.iter().filter_map(|one| by(&one.signature, &others)).map(|signed| signed.fingerprint);
    Ok(Signatures { by_planner, approvers: approvers.collect() })
}

/// Returns the records that may go by rule and stand unchanged in a plan that somebody approved.
fn forecast(writing: &Writing<'_>, policy: &PolicySet, judged: &[Judged]) -> Result<BTreeSet<RecordId>, StoreError> {
    let catalog = writing.catalog();
    let due: BTreeMap<RecordId, Item> = judged.iter().filter_map(Item::of).map(|item| (item.record, item)).collect();
    let mut covered = BTreeSet::new();
    for digest in catalog.plans()? {
        let Some(plan) = catalog.plan(digest)?.and_then(|bytes| Plan::parse(&bytes, &writing.origin()).ok()) else {
            continue;
        };
        let signatures = signatures(&catalog, policy, &plan)?;
        if signatures.by_planner && !signatures.approvers.is_empty() {
            let unchanged = |item: &&Item| due.get(&item.record).is_some_and(|now| item.change(now).is_none());
            covered.extend(plan.records.iter().filter(unchanged).map(|item| item.record));
        }
    }
    Ok(covered)
}

/// Whether what decides about a record is what the ledger committed to: its row, and the events about it (I6).
fn is_as_committed(writing: &Writing<'_>, record: &Record) -> Result<bool, StoreError> {
    let (known, reader) = (&record.known, writing.reader());
    let entries = reader.of_record(known.id)?;
    let stated = entries.iter().filter_map(|(index, entry)| match entry.what {
        What::KeptLonger { fact, .. } => Some((*index, fact)),
        _ => None,
    });
    let kept = writing.catalog().kept_of(known.id)?.into_iter();
    if stated.ne(kept.filter_map(|kept| Some((kept.entry?, kept.commitment())))) {
        return Ok(false);
    }
    if let Some(item) = writing.catalog().item(known.id)? {
        let newest = entries.into_iter().rev().find_map(|(_, entry)| match entry.what {
            What::Registered { class, fact, .. } | What::Corrected { class, fact, .. } => Some((class, fact)),
            _ => None,
        });
        let is_newest = newest.is_some_and(|newest| newest == (item.told.class.clone(), item.commitment()));
        return Ok(is_newest && item.is_repeated_by(known) && events_are_as_committed(writing, known)?);
    }
    let rekeyed = entries.iter().rev().find_map(|(_, entry)| match entry.what {
        What::Rekeyed { header, .. } => Some(header),
        _ => None,
    });
    let sealed = entries.into_iter().any(|(_, entry)| match entry.what {
        What::Sealed { class, body, header, fact, .. } => {
            let header = rekeyed.unwrap_or(header);
            (class.as_str(), body, header, fact) == (&known.class, known.body, known.header, known.commitment())
        }
        _ => false,
    });
    Ok(sealed && events_are_as_committed(writing, known)?)
}

/// Whether the events and requests about a record are what the ledger committed to.
fn events_are_as_committed(writing: &Writing<'_>, known: &NewRecord) -> Result<bool, StoreError> {
    Ok(writing.early_as_committed(known.id)? && writing.events_as_committed(known)?)
}

/// Refuses when another policy was accepted since the request was made, or by the ledger another one is in force (I6).
fn check_policy(writing: &Writing<'_>, request: &Request<'_>) -> Result<(), GateError> {
    let accepted = writing.catalog().accepted()?.filter(|accepted| accepted.version.digest == request.version);
    let Some(accepted) = accepted else { return Err(GateError::PolicyChanged) };
    match writing.reader().newest_acceptance()? {
        Some(newest) if newest == accepted.entry => Ok(()),
        newest => Err(GateError::Policy(newest.unwrap_or_default())),
    }
}

/// Refuses while an entry of the ledger is missing, since it may be the hold or the event that matters, and while policy or
/// holds are not those of the ledger (I6).
fn check_stores(writing: &Writing<'_>, request: &Request<'_>) -> Result<(), GateError> {
    if !writing.reader().is_gapless()? {
        return Err(GateError::Gap);
    }
    check_policy(writing, request)?;
    check_holds(writing)
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

/// Refuses when a clock cannot have moved as it did from one moment to the next; `index` is the ledger entry meant.
///
/// # Errors
/// Says what is not believed (I12).
pub fn implausible(before: Instant, after: Instant, index: u64) -> Result<(), GateError> {
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

    /// 1 January 2026, 00:00 UTC.
    const NOW: Instant = Instant::from_micros(1_767_225_600_000_000);

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
