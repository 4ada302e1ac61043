//! Work orders: boxes, binders and devices on their way out.
//!
//! In: the stores, the accepted policy, a plan, what people state. Out: an order's steps, each in the ledger. The rule it
//! keeps: the gate is asked when an order is made and again when it is handed over; nothing counts as destroyed before
//! somebody confirmed it.

mod confirm;

use std::collections::BTreeMap;
use std::path::Path;

use super::accept::{InForce, OnceAccepted, policy_state};
use super::alike::{Namesake, Things};
use super::due::reconcile;
use super::facts::said;
use super::instance::{Action, Instance};
use super::render::print_all;
use super::{EngineError, Result};
use crate::RecordId;
use crate::calendar::{Date, Period};
use crate::ledger::{Entry, OrderStep, What};
use crate::policy::{Before, Medium, Method, PolicySet, Then};
use crate::publish::notice;
use crate::retention::gate::outside::{self, Allowed, Wanted};
use crate::retention::gate::{Refused, Request, Why};
use crate::retention::order::{Also, HandedOver, Listed, Order, OrderState, is_order, order_id};
use crate::retention::plan::{Plan, Verdict};
use crate::retention::sweep::{self, Open, open_intents};
use crate::store::{Catalog, OrderFact, Store};

pub use confirm::{Confirmation, confirm};

/// Returns what was disposed of among the numbers of one register, and how that is said.
pub(super) fn gone(catalog: &Catalog<'_>, register: &str) -> Result<BTreeMap<String, String>> {
    let mut gone = BTreeMap::new();
    for state in OrderState::all(catalog.order_facts()?)? {
        let Some(confirmed) = &state.confirmed else { continue };
        for item in confirmed.items.iter().filter(|item| item.register == register) {
            let how = if confirmed.certificate.is_some() { " according to the contractor's certificate" } else { "" };
            gone.insert(
                item.number.clone(),
                format!("was destroyed on {}{how} (work order {})", confirmed.on, state.id),
            );
        }
    }
    Ok(gone)
}

/// Returns the work order that lists a record, for every record that is listed in one that is not confirmed.
pub(super) fn open_by_record(store: &Store) -> Result<BTreeMap<RecordId, String>> {
    let mut open = BTreeMap::new();
    for (sweep, finished) in store.reader().sweeps()? {
        if !finished && is_order(&sweep) {
            let intents = open_intents(&store.reader(), &sweep)?;
            open.extend(intents.into_iter().map(|intent| (intent.record, sweep.clone())));
        }
    }
    Ok(open)
}

/// What an order is asked for.
#[derive(Clone, Debug)]
pub struct OrderWish {
    /// Paper or devices.
    pub medium: Medium,
    /// Whether Individual Numbers on paper are masked instead of the paper being disposed of.
    pub masks_numbers: bool,
    /// Before what devices are erased; their disposal where nothing is said.
    pub before: Option<Before>,
    /// The method, where the policy names two.
    pub method: Option<Method>,
}

/// An order that was made.
pub struct OrderMade {
    /// The order; none where nothing may go.
    pub state: Option<OrderState>,
    /// What of its kind stays, with the reason.
    pub refused: Vec<Refused>,
}

/// Makes a work order of everything due that the rule or the approved plan allows.
///
/// # Errors
/// Refuses without a way of disposal in the policy, and as the gate does.
///
/// # Durability
/// On return the intents and the list are in the ledger; nothing has left.
pub fn make_order(instance: &Instance, plan: Option<&[u8]>, wish: &OrderWish) -> Result<OrderMade> {
    let _lock = instance.lock(Action::Disposal)?;
    let (mut store, key) = (instance.store()?, instance.key()?);
    reconcile(instance, &mut store, &key)?;
    let state = policy_state(instance, &store)?;
    let InForce { policy, version, .. } = state.accepted()?;
    let plan = plan.map(|bytes| Plan::parse(bytes, &store.origin())).transpose()?;
    let now = instance.now();
    let day = policy.organization.time_zone.date(now);
    let id = order_id(day, instance.host.random()?);
    let request = Request {
        policy,
        version: version.digest,
        waiting: state.respected()?,
        sweep: &id,
        now,
        key: &key,
        rules: &OnceAccepted,
    };
    let then = if wish.masks_numbers { Then::DeleteNumber } else { Then::Destroy };
    let wanted = Wanted { medium: wish.medium, then };
    let (allowed, refused) = outside::look(&mut store, &request, plan.as_ref(), wanted)?;
    if allowed.is_empty() {
        return Ok(OrderMade { state: None, refused });
    }
    let order = order(policy, &store, wish, &allowed, day)?;
    let fact = OrderFact {
        order: id.clone(),
        step: OrderStep::Ordered,
        fact: value(&order),
        salt: instance.salt()?,
        entry: None,
    };
    let pending = store.write_pending()?;
    pending.add_order_fact(&fact)?;
    pending.commit()?;
    let listed: Vec<RecordId> = allowed.iter().map(|one| one.judged.record).collect();
    outside::pass(&mut store, &request, plan.as_ref(), wanted, &fact, &listed)?;
    Ok(OrderMade { state: Some(OrderState { id, order, handed_over: None, confirmed: None }), refused })
}

/// Facts of our own are always JSON.
fn value(fact: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(fact).expect("texts, numbers and dates are always JSON")
}

/// How the things are disposed of, and the list of them.
fn order(policy: &PolicySet, store: &Store, wish: &OrderWish, allowed: &[Allowed], day: Date) -> Result<Order> {
    let word = wish.medium.word();
    let way = policy.disposal_methods.iter().find(|way| way.medium == wish.medium).ok_or_else(|| {
        EngineError::refused("order.method", format!("the accepted policy does not say how {word} is disposed of"))
            .help(format!("add `{word}` to `disposal-methods`"))
    })?;
    let own = [Some(way.method), way.second];
    let method = match (wish.masks_numbers, wish.method) {
        (true, _) => "mask",
        (false, None) => way.method.word(),
        (false, Some(method)) if own.contains(&Some(method)) => method.word(),
        (false, Some(method)) => {
            let why = format!("the accepted policy does not dispose of {word} by `{}`", method.word());
            return Err(EngineError::refused("order.method", why));
        }
    };
    let before = match (wish.medium, wish.before) {
        (Medium::Device, before) => Some(before.unwrap_or(Before::Disposal)),
        (Medium::Paper | Medium::Electronic, None) => None,
        (Medium::Paper | Medium::Electronic, Some(_)) => {
            return Err(EngineError::refused("order.before", "only a device is returned to a lessor"));
        }
    };
    if let Some(before) = before.filter(|before| !way.before.is_empty() && !way.before.contains(before)) {
        let why = format!("the accepted policy does not erase devices before `{}`", before.word());
        return Err(EngineError::refused("order.before", why).help("see `before` in `disposal-methods`"));
    }
    let many = way.over.as_ref().filter(|over| allowed.len() > over.boxes as usize).map(|over| &over.entrustment);
    let by_others = way.entrustment.as_ref().filter(|_| method != way.method.word());
    let entrustment = many.or(by_others).filter(|_| !wish.masks_numbers).cloned();
    if entrustment.is_some() && way.certificates.is_none() {
        let why = format!("`disposal-methods.{word}` names no class for the contractor's certificates");
        return Err(EngineError::refused("order.certificates", why)
            .help("add `certificates: CLASS`, the electronic class such certificates are filed in"));
    }
    let year = policy.organization.fiscal_year_starts.fiscal_year_of(day).map_or(day.year(), |first| first.year());
    let earlier = OrderState::all(store.catalog().order_facts()?)?;
    let number = earlier.iter().filter(|one| one.order.fiscal_year == year).map(|one| one.order.number).max();
    let particle = way.particle.clone().filter(|_| method == Method::Shred.word());
    Ok(Order {
        number: number.unwrap_or(0) + 1,
        fiscal_year: year,
        day,
        medium: word.to_owned(),
        method: method.to_owned(),
        particle,
        before: before.map(|before| before.word().to_owned()),
        entrustment,
        plan: allowed.iter().find_map(|one| one.plan),
        by: allowed.iter().filter_map(|one| one.judged.by).min(),
        items: listed(&store.catalog(), policy, allowed)?,
    })
}

/// What an order says of each thing, by place and number.
fn listed(catalog: &Catalog<'_>, policy: &PolicySet, allowed: &[Allowed]) -> Result<Vec<Listed>> {
    let (mut items, things) = (Vec::new(), Things::read(catalog, policy)?);
    for one in allowed {
        let (Some(item), Some(due)) = (catalog.item(one.judged.record)?, one.judged.due.day()) else { continue };
        let told = item.told;
        let (register, number) = (told.register, told.number);
        items.push(Listed {
            record: item.record,
            class: one.judged.class.clone(),
            place: told.place,
            title: told.title,
            details: told.details,
            due,
            also: things.namesakes(&register, &number)?.into_iter().map(also).collect(),
            register,
            number,
        });
    }
    items.sort_by(|a, b| (&a.place, &a.number, a.record).cmp(&(&b.place, &b.number, b.record)));
    Ok(items)
}

fn also(Namesake { number, register, holds, .. }: Namesake) -> Also {
    Also { register, number, on_hold: !holds.is_empty() }
}

/// Returns every work order, oldest first, with how many things it is about: those it listed less those taken back.
///
/// # Errors
/// Fails as the stores do.
pub fn work_orders(instance: &Instance) -> Result<Vec<(OrderState, usize)>> {
    let store = instance.store_to_read()?;
    let counted = |state: OrderState| {
        let standing = sweep::standing(&store.reader(), &state.id)?;
        Ok((state, standing.open.len() + standing.lines.len()))
    };
    OrderState::all(store.catalog().order_facts()?)?.into_iter().map(counted).collect()
}

/// An order that waits for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderWaiting {
    /// Where it stands.
    pub state: OrderState,
    /// What of it is still open.
    pub open: Vec<RecordId>,
    /// Whether its confirmation is late.
    pub is_late: bool,
}

/// Returns the orders that wait to be handed over or confirmed.
pub(super) fn waiting(store: &Store, today: Date) -> Result<Vec<OrderWaiting>> {
    let mut waiting = Vec::new();
    for state in OrderState::all(store.catalog().order_facts()?)?.into_iter().filter(|one| one.confirmed.is_none()) {
        let open: Vec<RecordId> =
            open_intents(&store.reader(), &state.id)?.into_iter().map(|open| open.record).collect();
        if !open.is_empty() {
            waiting.push(OrderWaiting { is_late: state.is_late(today), open, state });
        }
    }
    Ok(waiting)
}

/// Finds an order that is not confirmed, with what of it is still open.
fn open_order(store: &Store, id: &str) -> Result<(OrderState, Vec<Open>)> {
    let state = found(OrderState::all(store.catalog().order_facts()?)?, id)?;
    if let Some(confirmed) = &state.confirmed {
        let why = format!("the work order `{id}` was confirmed for {}", confirmed.on);
        return Err(EngineError::refused("order.confirmed", why));
    }
    let open = open_intents(&store.reader(), id)?;
    if open.is_empty() {
        let why = format!("everything in the work order `{id}` was taken back: there is nothing to do");
        return Err(EngineError::refused("order.empty", why).help("make a new one with `hokan sweep order`"));
    }
    Ok((state, open))
}

pub(super) fn found(orders: Vec<OrderState>, id: &str) -> Result<OrderState> {
    let known: Vec<String> = orders.iter().rev().take(5).map(|order| order.id.clone()).collect();
    orders.into_iter().find(|order| order.id == id).ok_or_else(|| {
        let error = EngineError::refused("order.unknown", format!("there is no work order `{id}`"));
        match known.is_empty() {
            true => error.help("none was made yet: `hokan sweep order` makes one"),
            false => error.help(format!("the newest are: {}", known.join(", "))),
        }
    })
}

/// Notes that the things of an order leave now, after the gate looked at each of them again.
///
/// # Errors
/// Refuses as a whole when one of them may not go any more, such as under a hold placed meanwhile.
///
/// # Durability
/// On return the step is in the ledger.
pub fn hand_over(instance: &Instance, id: &str, on: Option<Date>, by: &str) -> Result<OrderState> {
    said("order.by", "who hands over", by)?;
    let _lock = instance.lock(Action::Disposal)?;
    let (mut store, key) = (instance.store()?, instance.key()?);
    reconcile(instance, &mut store, &key)?;
    let (mut state, open) = open_order(&store, id)?;
    if let Some(handed) = &state.handed_over {
        let why = format!("the work order `{id}` was handed over on {}", handed.on);
        return Err(EngineError::refused("order.handed-over", why).help(format!("next: hokan sweep confirm {id}")));
    }
    let policy_state = policy_state(instance, &store)?;
    let InForce { policy, version, .. } = policy_state.accepted()?;
    let now = instance.now();
    let today = policy.organization.time_zone.date(now);
    let on = on.unwrap_or(today);
    if on < state.order.day || on > today {
        let why = format!("{on} lies not between the day of the order, {}, and today", state.order.day);
        return Err(EngineError::refused("order.date", why));
    }
    let way = policy.disposal_methods.iter().find(|way| way.medium.word() == state.order.medium);
    let within = way.and_then(|way| way.certified_within).unwrap_or(CERTIFIED_WITHIN);
    let expected = within.after(on).unwrap_or(on);
    let records = open.iter().map(|open| open.record).collect();
    let handed = HandedOver { on, by: by.to_owned(), expected, records };
    let (step, fact, salt) = (OrderStep::HandedOver, value(&handed), instance.salt()?);
    let fact = OrderFact { order: id.to_owned(), step, fact, salt, entry: None };
    let pending = store.write_pending()?;
    pending.add_order_fact(&fact)?;
    pending.commit()?;
    let waiting = policy_state.respected()?;
    let request = Request { policy, version: version.digest, waiting, sweep: id, now, key: &key, rules: &OnceAccepted };
    let refused = outside::hand_over(&mut store, &request, &fact, &open)?;
    if !refused.is_empty() {
        let number = |record: RecordId| {
            let item = state.order.items.iter().find(|item| item.record == record);
            item.map_or_else(|| record.to_string(), |item| item.number.clone())
        };
        let stays: Vec<String> =
            refused.iter().map(|one| format!("`{}` ({})", number(one.record), one.why.code())).collect();
        let why = format!("nothing was handed over: {} may not go now", stays.join(", "));
        let is_held = |one: &&Refused| matches!(one.why, Why::Verdict(Verdict::OnHold(_)));
        let of = |held: bool| {
            refused.iter().filter(move |one| is_held(one) == held).map(|one| format!(" --record {}", one.record))
        };
        let back = |records: Vec<String>, why| {
            let records = records.concat();
            (!records.is_empty()).then(|| format!("`hokan sweep take-back {id}{records} --why {why}`"))
        };
        let calls = [back(of(true).collect(), "on-hold"), back(of(false).collect(), "mistake")];
        let calls = calls.into_iter().flatten().collect::<Vec<_>>().join(" and ");
        return Err(EngineError::refused("order.stays", why).help(format!(
            "keep them back, run {calls}, print the order again, then hand over; what is due all the same goes by a new plan and a new order"
        )));
    }
    state.handed_over = Some(handed);
    Ok(state)
}

/// How soon a certificate is expected where the policy does not say.
const CERTIFIED_WITHIN: Period = Period::Days(14);

/// Why something is taken out of an order, as the ledger names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// A hold was placed on it.
    OnHold,
    /// It is not where the register says.
    NotFound,
    /// It was handed over and came back unprocessed.
    CameBack,
    /// The order was a mistake.
    Mistake,
}

impl TakenBack {
    fn code(self) -> &'static str {
        match self {
            TakenBack::OnHold => "on-hold",
            TakenBack::NotFound => "not-found",
            TakenBack::CameBack => "came-back",
            TakenBack::Mistake => "mistake",
        }
    }
}

/// Takes things out of an order: they stay, and are due as before.
///
/// # Errors
/// Refuses what the order does not list, or what was confirmed.
///
/// # Durability
/// On return it is in the ledger that they stay.
pub fn take_back(instance: &Instance, id: &str, records: &[RecordId], why: TakenBack) -> Result<OrderState> {
    let _lock = instance.lock(Action::Disposal)?;
    let (mut store, key) = (instance.store()?, instance.key()?);
    reconcile(instance, &mut store, &key)?;
    let (mut state, open) = open_order(&store, id)?;
    let now = instance.now();
    let mut writing = store.write()?;
    for record in records {
        let Some(open) = open.iter().find(|open| open.record == *record) else {
            let why = format!("the work order `{id}` does not list the record `{record}`, or not any more");
            let help = format!("`hokan sweep orders {id}` shows its list");
            return Err(EngineError::refused("order.not-listed", why).help(help));
        };
        let (sweep, why) = (id.to_owned(), why.code().to_owned());
        writing
            .append(&Entry { at: now, what: What::Abandoned { record: *record, sweep, intent: open.intent, why } })?;
    }
    writing.commit(&key)?;
    state.order.items.retain(|item| !records.contains(&item.record));
    Ok(state)
}

/// An order and its documents.
pub struct OrderPrinted {
    /// Where it stands.
    pub state: OrderState,
    /// The PDF by language.
    pub documents: BTreeMap<String, Vec<u8>>,
}

/// Prints an order, or after its confirmation the record of disposal.
///
/// # Errors
/// Refuses an unknown order; fails as the typesetter does.
pub fn print_order(instance: &Instance, id: &str, program: &Path) -> Result<OrderPrinted> {
    let store = instance.store_to_read()?;
    let mut state = found(OrderState::all(store.catalog().order_facts()?)?, id)?;
    if state.confirmed.is_none() {
        // What was taken back is not printed any more.
        let open = open_intents(&store.reader(), id)?;
        state.order.items.retain(|item| open.iter().any(|open| open.record == item.record));
    }
    let policy_state = policy_state(instance, &store)?;
    let in_force = policy_state.accepted()?;
    let templates = in_force.templates.below("notices/");
    let files: BTreeMap<String, Vec<u8>> = templates.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    let mut jobs = Vec::new();
    let steps = store.catalog().order_facts()?;
    let newest = steps.iter().rev().find(|fact| fact.order == id).and_then(|fact| fact.entry);
    // The moment of the step, not of printing: the same step prints the same bytes.
    let at = newest.map(|entry| store.reader().entry(entry)).transpose()?.map_or(instance.now(), |entry| entry.at);
    let imprint = (in_force.version.commit.as_deref(), in_force.version.digest);
    for language in &in_force.policy.organization.languages {
        let job = notice::work_order(&in_force.policy, imprint, &state, language, &files, at)?;
        jobs.push((language.clone(), job));
    }
    Ok(OrderPrinted { documents: print_all(program, &in_force.policy, jobs)?, state })
}
