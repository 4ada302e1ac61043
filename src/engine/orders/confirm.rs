//! Confirming: what was handed over by a work order counts as destroyed from here on.
//!
//! In: what somebody states, and a contractor's certificate. Out: the completions in the ledger. The rule it keeps: nothing
//! counts as destroyed that was not handed over, counted, and certified where a contractor did it.

use super::super::accept::policy_state;
use super::super::due::reconcile;
use super::super::facts::said;
use super::super::instance::{Action, Instance};
use super::super::{EngineError, Result};
use super::{open_order, value};
use crate::RecordId;
use crate::calendar::Date;
use crate::ledger::{Entry, OrderStep, What};
use crate::policy::PolicySet;
use crate::retention::hold;
use crate::retention::order::{Confirmed, OrderState};
use crate::retention::plan::class_of;
use crate::retention::sweep::{self, Open};
use crate::store::{OrderFact, Store};

/// What somebody states when an order is confirmed.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// How many were disposed of.
    pub boxes: u64,
    /// When; where nothing is said, the day of the certificate, and without one today.
    pub on: Option<Date>,
    /// Who checked it.
    pub by: String,
    /// The contractor's certificate: a record's id, or the path it was taken in from.
    pub certificate: Option<String>,
    /// What the certificate is called by whom it comes from.
    pub certificate_number: Option<String>,
}

/// Records that what an order lists was disposed of: from here on it counts as destroyed.
///
/// # Errors
/// Refuses another number than was handed over, naming the difference; a missing certificate where a contractor did it;
/// a certificate without its number or older than the hand-over; dates out of order.
///
/// # Durability
/// On return the completions are in the ledger, and the catalog holds nothing about the records.
pub fn confirm(instance: &Instance, id: &str, told: &Confirmation) -> Result<OrderState> {
    said("order.by", "who checked it", &told.by)?;
    let _lock = instance.lock(Action::Disposal)?;
    let (mut store, key) = (instance.store()?, instance.key()?);
    reconcile(instance, &mut store, &key)?;
    let (mut state, open) = open_order(&store, id)?;
    let Some(handed) = &state.handed_over else {
        let why = format!("the work order `{id}` was not handed over yet: nothing can be confirmed");
        return Err(
            EngineError::refused("order.not-handed-over", why).help(format!("next: hokan sweep hand-over {id}"))
        );
    };
    let policy_state = policy_state(instance, &store)?;
    let policy = &policy_state.accepted()?.policy;
    let now = instance.now();
    let today = policy.organization.time_zone.date(now);
    let (count, said) = (open.len() as u64, told.boxes);
    if said != count {
        let difference = count.abs_diff(said);
        let how = if said < count { "fewer" } else { "more" };
        let why = format!("{count} were handed over, {said} are confirmed: {difference} {how}");
        return Err(EngineError::refused("order.count", why).help(format!(
            "ask whoever did it; what came back is taken back with `hokan sweep take-back {id} --record ID --why came-back`, what is listed by `hokan sweep orders {id}`"
        )));
    }
    let certificate = certificate(&store, policy, &state, ([handed.on, today], told))?;
    let dated = certificate.map(|(_, dated)| dated);
    let on = told.on.or(dated).unwrap_or(today);
    if on < handed.on || on > today {
        let why = format!("{on} lies not between the day of handing over, {}, and today", handed.on);
        return Err(EngineError::refused("order.date", why));
    }
    if let Some(dated) = dated.filter(|dated| *dated < on) {
        let why = format!("the certificate is of {dated}, before {on}, the day it is to confirm");
        return Err(EngineError::refused("order.certificate", why)
            .help(format!("name the day with `--on`, such as `--on {dated}`")));
    }
    let certificate = certificate.map(|(id, _)| id);
    let items = state.order.items.iter().filter(|item| open.iter().any(|open| open.record == item.record));
    let confirmed = Confirmed {
        on,
        by: told.by.clone(),
        certificate,
        certificate_number: told.certificate_number.clone(),
        on_hold: held_meanwhile(&store, policy, &open)?,
        items: items.cloned().collect(),
    };
    let (step, fact, salt) = (OrderStep::Confirmed, value(&confirmed), instance.salt()?);
    let fact = OrderFact { order: id.to_owned(), step, fact, salt, entry: None };
    let pending = store.write_pending()?;
    pending.add_order_fact(&fact)?;
    pending.commit()?;
    let mut writing = store.write()?;
    let what = What::WorkOrder { sweep: id.to_owned(), step, count, certificate, fact: fact.commitment() };
    let entry = writing.append(&Entry { at: now, what })?;
    writing.order_entered(&fact, entry)?;
    sweep::complete_order(&mut writing, id, &open, &state.method(), now)?;
    writing.commit(&key)?;
    store.scrub()?;
    state.confirmed = Some(confirmed);
    Ok(state)
}

/// What of an order is on hold by now: a hold that was placed after the hand-over came too late for it.
fn held_meanwhile(store: &Store, policy: &PolicySet, open: &[Open]) -> Result<Vec<RecordId>> {
    let (holds, zone, mut held) = (store.catalog().holds()?, policy.organization.time_zone, Vec::new());
    for one in open {
        let Some(row) = store.catalog().record(one.record)? else { continue };
        let class = class_of(policy, &row.known.class);
        if class.is_some_and(|class| !hold::covering(&holds, &row.known, class, zone).is_empty()) {
            held.push(one.record);
        }
    }
    Ok(held)
}

/// The contractor's certificate with its day: held, of the class the policy names, not older than the hand-over, and not used for
/// another order.
fn certificate(
    store: &Store,
    policy: &PolicySet,
    state: &OrderState,
    ([handed, today], told): ([Date; 2], &Confirmation),
) -> Result<Option<(RecordId, Date)>> {
    let refused = |why: String| Err(EngineError::refused("order.certificate", why));
    let class = policy.disposal_methods.iter().find(|way| way.medium.word() == state.order.medium);
    let class = class.and_then(|way| way.certificates.as_ref());
    let Some(wanted) = &told.certificate else {
        return match &state.order.entrustment {
            None => Ok(None),
            Some(_) => {
                let class = class.map_or("the class the policy names", String::as_str);
                let why = "a contractor did it: only with the contractor's certificate does it count as destroyed";
                Err(EngineError::refused("order.certificate", why).help(format!(
                    "file the certificate below `records/in` as `{class}` says, run `hokan take-in`, then name it with `--certificate`"
                )))
            }
        };
    };
    let record = match wanted.parse::<RecordId>() {
        Ok(id) => store.catalog().record(id)?,
        Err(_) => store.catalog().records()?.into_iter().rev().find(|record| record.known.name == *wanted),
    };
    let Some(record) = record else {
        return refused(format!("no record is held with the id or the path `{wanted}`"));
    };
    let of_class = class_of(policy, &record.known.class).map(|class| class.id.as_str());
    if of_class != class.map(String::as_str) {
        let class = class.map_or("none", String::as_str);
        return refused(format!(
            "`{wanted}` is of class `{}`, certificates are of class `{class}`",
            record.known.class
        ));
    }
    // The newest date it came with that is no day to come is its own; without one the day it was taken in stands for it.
    let arrived = policy.organization.time_zone.date(record.known.arrived());
    let past = record.known.dates.values().filter(|day| **day <= today);
    let dated = past.max().copied().unwrap_or(arrived);
    if dated < handed {
        return refused(format!("`{wanted}` is of {dated}, before the day of handing over, {handed}"));
    }
    if told.certificate_number.as_ref().is_none_or(|number| number.trim().is_empty()) {
        return Err(EngineError::refused("order.certificate-number", format!("the number on `{wanted}` is not given"))
            .help(
                "name it with `--number`, as it stands on the certificate; where it has none, by what tells it apart",
            ));
    }
    let id = record.known.id;
    let used = OrderState::all(store.catalog().order_facts()?)?;
    let used = used.iter().find(|order| order.confirmed.as_ref().is_some_and(|one| one.certificate == Some(id)));
    match used {
        Some(other) => refused(format!("`{wanted}` is the certificate of the work order `{}` already", other.id)),
        None => Ok(Some((id, dated))),
    }
}
