//! Sweeps: what is due, and its destruction.
//!
//! In: the accepted policy, the stores, a plan. Out: a forecast, destroyed records. The rule it keeps: the dry
//! run judges with the very functions the gate uses; a forecast for another day can never act.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Result;
use super::accept::{InForce, PolicyState, policy_state, reconcile, settle_policy};
use super::instance::{Action, Instance};
use crate::calendar::Date;
use crate::ledger::{Entry, What};
use crate::policy::PolicySet;
use crate::retention::due::due;
use crate::retention::gate::{self, Refused, Request};
use crate::retention::order::is_order;
use crate::retention::plan::{Grounds, Judged, Plan, Verdict, class_of};
use crate::retention::sweep::{self, Failed, Order};
use crate::store::{Store, StoreError};
use crate::vault::{Found, Vault};
use crate::{Digest, RecordId};

/// What a sweep on a day would do.
pub struct Forecast {
    /// The day.
    pub day: Date,
    /// Whether it is today.
    pub today: bool,
    /// Every record whose day has come by then, judged.
    pub judged: Vec<Judged>,
    /// The most records a sweep destroys by rule alone.
    pub at_most: u32,
}

impl Forecast {
    /// Returns the records that would go by rule alone.
    pub fn by_rule(&self) -> usize {
        self.due().filter(|judged| judged.review.approvers() == 0).count()
    }

    /// Returns the records that may be destroyed, by rule or by an approved plan.
    pub fn due(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|judged| judged.verdict == Verdict::Due)
    }
}

/// What one run of sweeps came to.
#[derive(Debug, Default)]
pub struct Swept {
    /// The sweep's id, if it had anything to do.
    pub sweep: Option<String>,
    /// Records destroyed now.
    pub destroyed: Vec<RecordId>,
    /// Sweeps that an earlier stop had left open, and the records of them finished now.
    pub finished: Vec<(String, Vec<RecordId>)>,
    /// Records that stay, with the reason.
    pub refused: Vec<Refused>,
    /// Records whose files could not be destroyed; their intents stay open.
    pub failed: Vec<Failed>,
}

/// Judges everything due by `day` (today by default), without touching anything.
///
/// # Errors
/// Refuses without an accepted policy, or with a committed one that has errors (I10).
pub fn forecast(instance: &Instance, day: Option<Date>) -> Result<Forecast> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    judged(instance, &store, &state, day)
}

pub(super) fn judged(instance: &Instance, store: &Store, state: &PolicyState, day: Option<Date>) -> Result<Forecast> {
    let policy = &state.accepted()?.policy;
    let today = policy.organization.time_zone.date(instance.now());
    let day = day.unwrap_or(today);
    let (holds, released) = (store.catalog().holds()?, store.catalog().released_holds()?);
    let waiting = state.respected()?.map(|waiting| &**waiting);
    let grounds = Grounds { policy, waiting, holds: &holds, released: &released, day };
    let judged = gate::judge_all(&store.catalog(), &grounds)?;
    Ok(Forecast { day, today: day == today, judged, at_most: policy.service.sweep_at_most })
}

/// Destroys exactly what the approved plan lists, or without one what needs no review; finishes earlier sweeps first.
///
/// # Errors
/// Refuses as a whole without an accepted policy, beside another sweep, with a clock that is not believed, or with a
/// committed policy that has errors.
///
/// # Durability
/// On return every record in `destroyed` and `finished` is destroyed and its completion is in the ledger.
pub fn run_sweep(instance: &Instance, plan: Option<&[u8]>) -> Result<Swept> {
    let _lock = instance.lock(Action::Disposal)?;
    let (mut store, vault, key) = (instance.store()?, instance.vault()?, instance.key()?);
    reconcile(instance, &mut store, &key)?;
    settle_policy(instance, &mut store)?;
    let state = policy_state(instance, &store)?;
    let InForce { policy, version, .. } = state.accepted()?;
    let plan = plan.map(|bytes| Plan::parse(bytes, &store.origin())).transpose()?;
    let now = instance.now();
    let day = policy.organization.time_zone.date(now);
    let random = instance.host.random::<4>()?;
    let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let sweep = format!("{day}-{id}");
    let waiting = state.respected()?;
    let request = Request { policy, version: version.digest, waiting, sweep: &sweep, now, key: &key };
    let mut swept = Swept::default();
    finish_earlier(&mut store, &vault, &request, &mut swept)?;
    let passed = gate::pass(&mut store, &request, plan.as_ref())?;
    swept.refused = passed.refused;
    if passed.warrants.is_empty() {
        heartbeat(&mut store, &request)?;
        return Ok(swept);
    }
    let order = Order { whole: passed.warrants, begun: Vec::new() };
    note(&mut store, policy, &sweep)?;
    let outcome = sweep::carry_out(&mut store, &vault, &key, &sweep, order, instance.now())?;
    swept.destroyed = outcome.destroyed;
    swept.failed.extend(outcome.failed);
    swept.sweep = Some(sweep);
    Ok(swept)
}

/// Continues every sweep whose last entry is missing.
fn finish_earlier(store: &mut Store, vault: &Vault, request: &Request<'_>, swept: &mut Swept) -> Result<()> {
    let unfinished: Vec<String> = store
        .reader()
        .sweeps()?
        .into_iter()
        .filter(|(_, finished)| !finished)
        .map(|(sweep, _)| sweep)
        .filter(|sweep| !is_order(sweep))
        .collect();
    for sweep in unfinished {
        note(store, request.policy, &sweep)?;
        let mut order = Order::default();
        for open in sweep::open_intents(&store.reader(), &sweep)? {
            let whole =
                matches!(vault.look(open.record)?.header, Found::Present { digest, .. } if digest == open.header);
            if !whole {
                order.begun.push(gate::finish(open.record, open.header, open.body));
                continue;
            }
            let again = Request { sweep: &sweep, ..*request };
            if let Ok(warrant) = gate::pass_again(store, &again, open.intent, open.record, open.plan)? {
                order.whole.push(warrant);
            }
        }
        let outcome = sweep::carry_out(store, vault, request.key, &sweep, order, request.now)?;
        swept.failed.extend(outcome.failed);
        swept.finished.push((sweep, outcome.destroyed));
    }
    Ok(())
}

/// What a sweep notes of a record before it destroys it: what its certificate states and the catalog forgets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Noted {
    /// The record.
    pub(super) record: RecordId,
    /// Its class.
    pub(super) class: String,
    /// The first day on which its disposal was allowed.
    pub(super) due: Date,
    /// The digest of the rule it was sealed under.
    pub(super) rule: Digest,
    /// The digest of its header.
    pub(super) header: Digest,
}

/// Notes what the sweep is about to destroy, for its certificate: the due days, which are erased with the records.
fn note(store: &mut Store, policy: &PolicySet, sweep: &str) -> Result<()> {
    let mut items = noted(store, sweep)?;
    let known: BTreeSet<RecordId> = items.iter().map(|item| item.record).collect();
    for open in sweep::open_intents(&store.reader(), sweep)?.into_iter().filter(|open| !known.contains(&open.record)) {
        let Some(row) = store.catalog().record(open.record)? else { continue };
        let known = gate::known(&store.catalog(), &row)?;
        let Some(class) = class_of(policy, &row.known.class) else { continue };
        if let Some(due) = due(policy, class, &known).day() {
            let (record, class, rule, header) = (open.record, class.id.clone(), row.known.rule, open.header);
            items.push(Noted { record, class, due, rule, header });
        }
    }
    let text = serde_json::to_string(&items).expect("ids, dates and digests are always JSON");
    let pending = store.write_pending()?;
    pending.set_meta(&note_key(sweep), &text)?;
    Ok(pending.commit()?)
}

/// Returns what a sweep noted about its records.
pub(super) fn noted(store: &Store, sweep: &str) -> Result<Vec<Noted>> {
    let Some(text) = store.catalog().meta(&note_key(sweep))? else { return Ok(Vec::new()) };
    let damaged = |_| StoreError::Damaged { column: "meta.value", key: note_key(sweep) };
    Ok(serde_json::from_str(&text).map_err(damaged)?)
}

fn note_key(sweep: &str) -> String {
    format!("sweep:{sweep}")
}

/// Notes once a day that the service is alive; the clock was believed just before.
fn heartbeat(store: &mut Store, request: &Request<'_>) -> Result<()> {
    let (_, newest) = store.reader().newest()?;
    if newest.at.plus_days(1) > request.now {
        return Ok(());
    }
    let mut writing = store.write()?;
    writing.append(&Entry { at: request.now, what: What::Heartbeat {} })?;
    Ok(writing.commit(request.key)?)
}

/// Returns the digest of the plan a sweep followed, if its intents name one.
pub(super) fn plan_of(entries: &[(u64, Entry)]) -> Option<Digest> {
    entries.iter().find_map(|(_, entry)| match &entry.what {
        What::Intent { plan, .. } => *plan,
        _ => None,
    })
}
