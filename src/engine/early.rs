//! Early destruction: somebody asks that records about them go before their period is over.
//!
//! In: a record or a subject, who asks, why. Out: for each record yes or no with the reason; what is granted is due from
//! today on, and goes through plan, approval and gate like everything else. The rule it keeps: no law and no hold is
//! overridden, and nothing is granted that is about other people too.

use super::accept::{InForce, policy_state};
use super::due::recompute;
use super::events::Whom;
use super::facts::said;
use super::instance::Instance;
use super::{EngineError, Result};
use crate::RecordId;
use crate::calendar::Date;
use crate::ledger::{Entry, What};
use crate::policy::{PolicySet, Then};
use crate::retention::due::{Legal, legal};
use crate::retention::gate::{self, judge_row};
use crate::retention::plan::{Grounds, Verdict, class_of};
use crate::store::{Catalog, EarlyRequest, EarlyWithdrawal, Record, Store};

/// What is asked for.
pub struct EarlyWish {
    /// One record, or every record about a subject.
    pub whom: Whom,
    /// Who asks.
    pub requested_by: String,
    /// Why.
    pub reason: String,
    /// Who enters it.
    pub by: String,
    /// Whether the answer alone is wanted.
    pub only_asks: bool,
}

/// The answer for one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyAnswer {
    /// The record.
    pub record: RecordId,
    /// Its class.
    pub class: String,
    /// What it is known by.
    pub name: String,
    /// Yes or no.
    pub answer: Early,
}

/// Whether a record may go early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Early {
    /// It may, from this day on, once a plan is approved.
    Granted(Date),
    /// Its own rule lets it go already.
    DueAlready,
    /// It was granted before.
    GrantedBefore(Date),
    /// It stays: a code, and the reason in words.
    Stays(&'static str, String),
}

/// Answers for each record, and enters what is granted.
///
/// # Errors
/// Refuses an unknown record, a subject without records, and empty words.
///
/// # Durability
/// On return every grant is in the ledger and the due days follow it.
pub fn early(instance: &Instance, wish: &EarlyWish) -> Result<Vec<EarlyAnswer>> {
    said("early.requested-by", "who asks", &wish.requested_by)?;
    said("early.reason", "a reason", &wish.reason)?;
    said("early.by", "who enters it", &wish.by)?;
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let InForce { policy, .. } = state.accepted()?;
    let today = policy.organization.time_zone.date(instance.now());
    let rows = rows(&store.catalog(), &wish.whom)?;
    let holds = store.catalog().holds()?;
    let released = store.catalog().released_holds()?;
    let waiting = state.respected()?.map(|waiting| &**waiting);
    let kept = store.catalog().kept_until()?;
    let grounds = Grounds { policy, waiting, holds: &holds, released: &released, kept: &kept, day: today };
    let mut answers = Vec::new();
    for record in &rows {
        let answer = answer(&store, policy, &grounds, record, today)?;
        let class = class_of(policy, &record.known.class).map_or(&record.known.class, |class| &class.id).clone();
        answers.push(EarlyAnswer { record: record.known.id, class, name: record.known.name.clone(), answer });
    }
    if !wish.only_asks {
        let granted = answers.iter().filter(|one| matches!(one.answer, Early::Granted(_))).map(|one| one.record);
        enter(instance, &mut store, policy, wish, granted.collect(), today)?;
    }
    Ok(answers)
}

fn rows(catalog: &Catalog<'_>, whom: &Whom) -> Result<Vec<Record>> {
    let (rows, what) = match whom {
        Whom::Record(id) => (catalog.record(*id)?.into_iter().collect::<Vec<_>>(), format!("record `{id}`")),
        Whom::Subject(subject) => (catalog.about(subject)?, format!("record about `{subject}`")),
    };
    if rows.is_empty() {
        return Err(EngineError::refused("early.unknown", format!("the catalog knows no {what}"))
            .help("`hokan records list` shows what is held"));
    }
    Ok(rows)
}

fn answer(store: &Store, policy: &PolicySet, grounds: &Grounds<'_>, record: &Record, today: Date) -> Result<Early> {
    let catalog = store.catalog();
    let judged = judge_row(&catalog, grounds, record)?;
    let kept = judged.kept.filter(|(until, _)| *until > today);
    let stays = |code, why: String| Ok(Early::Stays(code, why));
    if let Some(request) = catalog.early(record.known.id)? {
        return match &judged.verdict {
            Verdict::OnHold(holds) => stays("on-hold", format!("on hold ({})", holds.join(", "))),
            Verdict::KeptLonger(until, how) => stays("kept-longer", format!("{} until {until}", how.as_str())),
            _ => Ok(Early::GrantedBefore(request.day)),
        };
    }
    match &judged.verdict {
        Verdict::Due => return Ok(Early::DueAlready),
        Verdict::OnHold(holds) => return stays("on-hold", format!("on hold ({})", holds.join(", "))),
        Verdict::KeptLonger(until, how) => return stays("kept-longer", format!("{} until {until}", how.as_str())),
        Verdict::UnknownClass => return stays("unknown-class", "its class is not in the accepted policy".to_owned()),
        Verdict::RemovalPending => return stays("removal-pending", "its plaintext is still to be removed".to_owned()),
        Verdict::KeptByWaitingPolicy(_) => {
            return stays("kept-by-waiting-policy", "a policy that waits for acceptance keeps it".to_owned());
        }
        Verdict::Permanent => {
            return stays("permanent", "its class is kept for ever, as the published policy says".to_owned());
        }
        Verdict::NotYet(_) | Verdict::WaitsForDate(_) => {}
    }
    let Some(class) = class_of(policy, &record.known.class) else {
        return stays("unknown-class", "its class is not in the accepted policy".to_owned());
    };
    // A hold counts although the day has not come yet.
    let holds = crate::retention::hold::covering(grounds.holds, &record.known, class, policy.organization.time_zone);
    if !holds.is_empty() {
        return stays("on-hold", format!("on hold ({})", holds.join(", ")));
    }
    if let Some((until, how)) = kept {
        return stays("kept-longer", format!("{} until {until}", how.as_str()));
    }
    match class.disposal.then {
        Then::Destroy => {}
        Then::DeleteNumber => {
            return stays("delete-number", "only its Individual Number is deleted: `hokan mask` does that".to_owned());
        }
        Then::Transfer => {
            return stays("transfer", "it is to be handed over, which this version does not do".to_owned());
        }
    }
    if record.known.subjects.is_empty() {
        return stays("no-subject", "it is about nobody who could ask for it".to_owned());
    }
    if record.known.subjects.len() > 1 {
        let others = record.known.subjects.len() - 1;
        return stays("other-subjects", format!("it is about {others} other subjects too"));
    }
    let known = gate::known(&catalog, record)?;
    let law = |topic: &str| {
        let title = policy.law.title(topic, "en");
        let cited = policy.law.citation(topic, today, "en").unwrap_or_default();
        format!("{title} (`{topic}`{}{cited})", if cited.is_empty() { "" } else { ", " })
    };
    let topic = class.authority.topic.as_deref().unwrap_or_default();
    match legal(policy, class, &known, today) {
        Legal::Free => Ok(Early::Granted(today)),
        Legal::From(day) if day <= today => Ok(Early::Granted(today)),
        Legal::From(day) => stays("legal-minimum", format!("the law wants it kept, not before {day}: {}", law(topic))),
        Legal::Unknown(names) if names.is_empty() => stays(
            "legal-minimum",
            format!("the law wants it kept, and from when on it may go cannot be told: {}", law(topic)),
        ),
        Legal::Unknown(names) => stays(
            "legal-minimum",
            format!(
                "the law wants it kept for a time that counts from {}, not known yet: {}",
                names.join(", "),
                law(topic)
            ),
        ),
    }
}

/// What taking a request back came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyWithdrawn {
    /// The ledger entry of the request.
    pub request: u64,
    /// The ledger entry of its withdrawal.
    pub entry: u64,
    /// The first day allowed by the record's own rule.
    pub due: Option<Date>,
    /// Whether a sweep has begun with it: it may be too late.
    pub is_begun: bool,
}

/// Takes a granted request back: the record is kept as long as its rule says, an approved plan or not.
///
/// # Errors
/// Refuses a record of which no request stands, and empty words.
///
/// # Durability
/// On return the withdrawal is in the ledger and the due day follows it.
pub fn withdraw_early(instance: &Instance, record: RecordId, (reason, by): (&str, &str)) -> Result<EarlyWithdrawn> {
    said("early.reason", "a reason", reason)?;
    said("early.by", "who enters it", by)?;
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let InForce { policy, .. } = state.accepted()?;
    let asked = store.catalog().early(record)?.and_then(|request| request.entry);
    let Some(request) = asked else {
        let why = format!("no request that record `{record}` be destroyed early stands");
        return Err(EngineError::refused("early.none", why)
            .help("`hokan records show ID` tells what was granted; what is destroyed does not come back"));
    };
    let (reason, by, salt) = (reason.to_owned(), by.to_owned(), instance.salt()?);
    let withdrawal = EarlyWithdrawal { record, request, reason, by, salt, entry: None };
    let pending = store.write_pending()?;
    pending.add_early_withdrawal(&withdrawal)?;
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let what = What::EarlyWithdrawn { record, request, fact: withdrawal.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.early_withdrawal_entered(&withdrawal, entry)?;
    let rows: Vec<Record> = writing.catalog().record(record)?.into_iter().collect();
    recompute(&writing, policy, rows)?;
    let due = writing.catalog().record(record)?.and_then(|row| row.due);
    let is_begun = writing.reader().open_intent(record)?.is_some();
    writing.commit(&key)?;
    Ok(EarlyWithdrawn { request, entry, due, is_begun })
}

fn enter(
    instance: &Instance,
    store: &mut Store,
    policy: &PolicySet,
    wish: &EarlyWish,
    granted: Vec<RecordId>,
    today: Date,
) -> Result<()> {
    if granted.is_empty() {
        return Ok(());
    }
    let mut requests = Vec::new();
    for record in granted {
        let (requested_by, reason) = (wish.requested_by.clone(), wish.reason.clone());
        let (by, salt) = (wish.by.clone(), instance.salt()?);
        requests.push(EarlyRequest { record, day: today, requested_by, reason, by, salt, entry: None });
    }
    let pending = store.write_pending()?;
    for request in &requests {
        pending.add_early(request)?;
    }
    pending.commit()?;
    let (key, now) = (instance.key()?, instance.now());
    let mut writing = store.write()?;
    for request in &requests {
        let what = What::EarlyRequested { record: request.record, fact: request.commitment() };
        let entry = writing.append(&Entry { at: now, what })?;
        writing.early_entered(request, entry)?;
        let row: Vec<Record> = writing.catalog().record(request.record)?.into_iter().collect();
        recompute(&writing, policy, row)?;
    }
    Ok(writing.commit(&key)?)
}
