//! The gate: the last check before anything is destroyed, and the only maker of warrants.
//!
//! In: the stores, the accepted policy, an approved plan. Out: warrants with their intents committed, and what was
//! refused with the reason. The rule it keeps (I2): everything is read again while both stores' write locks are held,
//! and the intent is committed under the same locks; what a selector found before does not count.

mod begun;
mod clock;
mod committed;
mod decide;
mod judging;
pub mod outside;
mod signed;

use super::plan::{Grounds, Judged, Plan, Verdict, class_of};
use super::warrant::Warrant;
use crate::calendar::Instant;
use crate::ledger::{Entry, LedgerKey, What};
use crate::policy::{PolicySet, Then};
use crate::store::{Catalog, LedgerReader, Record, RecordState, Store, StoreError, Writing};
use crate::{Digest, RecordId};
use begun::begun;
use committed::{check_stores, is_as_committed};
use decide::{Approved, decide, decide_one};
use judging::{Facts, judge_named};
use signed::{approved, forecast};

pub use begun::open_intents;
pub use clock::{check_clock, confirm_clock, implausible};
pub use decide::{Refused, Why};
pub use judging::{judge_all, judge_row, known, known_of};
pub use signed::{Past, Rules, Signatures, is_of, signatures};

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
    /// The policies that were accepted before.
    pub rules: &'a dyn Rules,
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
    /// The ledger's tables are not those hokan made: an entry may be filed under what it is not.
    #[error(
        "the tables of `ledger.db` are not those hokan made: nothing is destroyed until it is put right (put back a copy of the file, or run `hokan verify`)"
    )]
    Tables,
    /// Something else may go than was looked at a moment before.
    #[error("what may go changed at this moment: nothing was ordered; run the command again")]
    Moved,
    /// A hold in the ledger that the catalog does not hold, or holds with other words.
    #[error(
        "the hold `{0}` stands in the ledger and is missing or altered in the catalog: nothing is destroyed until the newest copy of `catalog.db` is put back, or somebody who knows it states it anew with `hokan hold place --anew {0}`"
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
    let (catalog, reader) = (writing.catalog(), writing.reader());
    let past = Past { catalog: &catalog, reader: &reader, rules: request.rules };
    let approved = plan.map(|plan| approved(past, request.policy, plan)).transpose()?;
    let mut decided = decide(&judged, approved.as_ref());
    decided.leave_to_people(&catalog.outside_vault()?);
    // What began once goes by that sweep: another intent would have it destroyed twice.
    let begun = begun(&reader)?;
    decided.stop(|record, class| match begun.contains(&record) {
        true => Ok::<_, StoreError>(Some(Why::Begun)),
        false => other_end(&catalog, &reader, request.policy, record, class),
    })?;
    let at_most = request.at_most();
    if decided.by_rule() > at_most as usize {
        let forecast = forecast(&writing, request.policy, request.rules, &judged)?;
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
pub fn look(past: Past<'_>, grounds: &Grounds<'_>, plan: &Plan) -> Result<Looked, StoreError> {
    let grounds = Grounds { day: grounds.day.max(plan.day), ..*grounds };
    let judged = judge_named(past.catalog, &grounds, Some(plan))?;
    let needed = judged.iter().map(|one| one.review.approvers()).max().unwrap_or(0).max(1);
    Ok(Looked { needed, refused: decide(&judged, Some(&Approved::by(plan, usize::MAX, past.moved(plan)?))).refused })
}

/// Decides, without acting, about what a plan names and whose day has come, as the gate would; what the ledger would
/// contradict is not looked for.
///
/// # Errors
/// Fails as the database does.
pub fn look_today(past: Past<'_>, policy: &PolicySet, grounds: &Grounds<'_>, plan: &Plan) -> Result<Stays, StoreError> {
    let Past { catalog, reader, .. } = past;
    let judged = judge_named(catalog, grounds, Some(plan))?;
    let signed = signatures(catalog, policy, plan)?.approvers.len();
    let approved = Approved::by(plan, signed, past.moved(plan)?);
    let mut decided = decide(&judged, Some(&approved));
    decided.leave_to_people(&catalog.outside_vault()?);
    decided.stop(|record, class| other_end(catalog, reader, policy, record, class))?;
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
/// Returns the warrants, and what stays after all; its reason is in the ledger, as `abandoned`.
///
/// # Errors
/// As [`pass`].
///
/// # Durability
/// On return the decisions are on disk.
pub fn pass_again(store: &mut Store, request: &Request<'_>, open: &[Open]) -> Result<Passed, GateError> {
    check_clock(store, request.now)?;
    let mut writing = store.write()?;
    check_stores(&writing, request)?;
    let is_same_policy = began_under(&writing.reader(), request)?;
    let mut passed = Passed::default();
    for (open, decision) in open.iter().zip(again(&writing, request, open)?) {
        let decision = match decision {
            Ok(_) if !is_same_policy => Err(Why::PolicyChanged),
            Ok(row) => {
                let (catalog, reader) = (writing.catalog(), writing.reader());
                other_end(&catalog, &reader, request.policy, open.record, &row.known.class)?.map_or(Ok(row), Err)
            }
            Err(why) => Err(why),
        };
        match decision {
            Ok(row) => {
                let (header, body) = (row.known.header, row.known.body);
                passed.warrants.push(Warrant::issue(open.intent, open.record, header, body));
            }
            Err(why) => {
                let (record, sweep, code) = (open.record, request.sweep.to_owned(), why.code().to_owned());
                let what = What::Abandoned { record, sweep, intent: open.intent, why: code };
                writing.append(&Entry { at: request.now, what })?;
                let class = writing.catalog().record(record)?.map_or_else(String::new, |row| row.known.class);
                passed.refused.push(Refused { record, class, why });
            }
        }
    }
    writing.commit(request.key)?;
    Ok(passed)
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

/// Decides anew about records with open intents of one sweep or work order: the row of each, or why it stays.
fn again(writing: &Writing<'_>, request: &Request<'_>, open: &[Open]) -> Result<Vec<Result<Record, Why>>, GateError> {
    let (catalog, reader) = (writing.catalog(), writing.reader());
    let past = Past { catalog: &catalog, reader: &reader, rules: request.rules };
    let facts = Facts::read(&catalog)?;
    let digest = open.iter().find_map(|open| open.plan);
    let bytes = digest.map(|digest| catalog.plan(digest)).transpose()?.flatten();
    let plan = bytes.and_then(|bytes| Plan::parse(&bytes, &writing.origin()).ok());
    // A plan whose planner's signature is not there any more approves nothing.
    let approved = match plan.as_ref().map(|plan| approved(past, request.policy, plan)) {
        Some(Err(GateError::Store(error))) => return Err(error.into()),
        approved => approved.and_then(Result::ok),
    };
    let stands = |open: &Open| {
        let Some(row) = catalog.record(open.record)? else { return Ok(Err(Why::Gone)) };
        if !is_as_committed(writing, &row)? {
            return Ok(Err(Why::Altered));
        }
        let judged = judge_row(&catalog, &facts.grounds(request), &row)?;
        let approved = approved.as_ref().filter(|_| open.plan == digest);
        Ok(decide_one(&judged, approved).map(|_| row))
    };
    open.iter().map(stands).collect()
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
    let reader = writing.reader();
    let past = Past { catalog: &catalog, reader: &reader, rules: request.rules };
    let approved = plan.map(|plan| approved(past, request.policy, plan)).transpose()?;
    let mut decided = decide(&judged, approved.as_ref());
    decided.allowed.retain(|(one, _)| is_wanted(&one.class, &one.record));
    decided.refused.retain(|one| is_wanted(&one.class, &one.record));
    let at_most = request.at_most();
    if decided.by_rule() > at_most as usize {
        let forecast = forecast(writing, request.policy, request.rules, &judged)?;
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
