//! The gate for what lies outside the vault: boxes, binders and devices.
//!
//! In: the stores, the accepted policy, an approved plan, a work order. Out: the order's intents in the ledger, or what
//! stands against it. The rule it keeps (I2): hold, due day, approval and commitment are checked by the same functions
//! as for files, under both write locks, when the order is made and again when it is handed over.

use super::{GateError, Judged, Plan, Refused, Request, Why};
use super::{again, check_clock, check_stores, find, is_as_committed};
use crate::ledger::{Entry, OrderStep, What};
use crate::policy::{Medium, Then};
use crate::retention::plan::class_of;
use crate::retention::sweep::Open;
use crate::store::{OrderFact, Record, Store, Writing};
use crate::{Digest, RecordId};

/// What an order is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The medium.
    pub medium: Medium,
    /// What becomes of it.
    pub then: Then,
}

/// One thing that may go.
pub struct Allowed {
    /// What the gate found.
    pub judged: Judged,
    /// The plan that allows it; none where the rule alone does.
    pub plan: Option<Digest>,
    record: Record,
}

/// Looks at what an order would list, without writing anything.
///
/// # Errors
/// As [`super::pass`].
pub fn look(
    store: &mut Store,
    request: &Request<'_>,
    plan: Option<&Plan>,
    wanted: Wanted,
) -> Result<(Vec<Allowed>, Vec<Refused>), GateError> {
    check_clock(store, request.now)?;
    let writing = store.write()?;
    check_stores(&writing, request)?;
    sorted(&writing, request, plan, wanted)
}

/// Commits the intents of an order and its list, where exactly what it lists may go.
///
/// # Errors
/// Fails with `Moved` where something else may go by now, and as [`super::pass`].
///
/// # Durability
/// On return intents and list are in the ledger.
pub fn pass(
    store: &mut Store,
    request: &Request<'_>,
    plan: Option<&Plan>,
    wanted: Wanted,
    order: &OrderFact,
    listed: &[RecordId],
) -> Result<(), GateError> {
    let mut writing = store.write()?;
    check_stores(&writing, request)?;
    let (allowed, _) = sorted(&writing, request, plan, wanted)?;
    if !allowed.iter().map(|one| one.judged.record).eq(listed.iter().copied()) {
        return Err(GateError::Moved);
    }
    for Allowed { judged, plan, record } in &allowed {
        let what = What::Intent {
            record: judged.record,
            sweep: request.sweep.to_owned(),
            header: record.known.header,
            body: record.known.body,
            rule: judged.rule,
            plan: *plan,
            due: judged.due.day(),
        };
        writing.append(&Entry { at: request.now, what })?;
    }
    step(&mut writing, request, order, OrderStep::Ordered, allowed.len())?;
    Ok(writing.commit(request.key)?)
}

/// Looks at every open intent of an order again and notes that its things leave; what may not go any more is returned,
/// and then nothing was noted.
///
/// # Errors
/// As [`super::pass`].
///
/// # Durability
/// On return the step is in the ledger, where nothing stood against it.
pub fn hand_over(
    store: &mut Store,
    request: &Request<'_>,
    order: &OrderFact,
    intents: &[Open],
) -> Result<Vec<Refused>, GateError> {
    check_clock(store, request.now)?;
    let mut writing = store.write()?;
    check_stores(&writing, request)?;
    let mut refused = Vec::new();
    for (open, decision) in intents.iter().zip(again(&writing, request, intents)?) {
        let class = |row: Option<Record>| row.map_or_else(String::new, |row| row.known.class);
        let why = match decision {
            Ok(row) if (row.known.header, row.known.body) == (open.header, open.body) => continue,
            Ok(_) => Why::Altered,
            Err(why) => why,
        };
        let class = class(writing.catalog().record(open.record)?);
        refused.push(Refused { record: open.record, class, why });
    }
    if refused.is_empty() {
        step(&mut writing, request, order, OrderStep::HandedOver, intents.len())?;
        writing.commit(request.key)?;
    }
    Ok(refused)
}

fn step(
    writing: &mut Writing<'_>,
    request: &Request<'_>,
    order: &OrderFact,
    step: OrderStep,
    count: usize,
) -> Result<(), GateError> {
    let (sweep, count, fact) = (request.sweep.to_owned(), count as u64, order.commitment());
    let what = What::WorkOrder { sweep, step, count, certificate: None, fact };
    let entry = writing.append(&Entry { at: request.now, what })?;
    Ok(writing.order_entered(order, entry)?)
}

/// What of the wanted kind may go, and what of it stays; what an order lists already is neither.
fn sorted(
    writing: &Writing<'_>,
    request: &Request<'_>,
    plan: Option<&Plan>,
    wanted: Wanted,
) -> Result<(Vec<Allowed>, Vec<Refused>), GateError> {
    let (outside, reader) = (writing.catalog().outside_vault()?, writing.reader());
    let is_wanted = |class: &str, record: &RecordId| {
        let class = class_of(request.policy, class);
        outside.contains(record)
            && class.is_some_and(|class| (class.medium, class.disposal.then) == (wanted.medium, wanted.then))
    };
    let (found, mut refused) = find(writing, request, plan, is_wanted)?;
    let mut allowed = Vec::new();
    for (judged, plan) in found {
        if reader.open_intent(judged.record)?.is_some() {
            continue;
        }
        let Some(record) = writing.catalog().record(judged.record)? else { continue };
        if is_as_committed(writing, &record)? {
            allowed.push(Allowed { judged, plan, record });
        } else {
            refused.push(Refused { record: judged.record, class: judged.class, why: Why::Altered });
        }
    }
    allowed.sort_by_key(|one| one.judged.record);
    Ok((allowed, refused))
}
