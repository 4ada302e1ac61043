//! Sweeps: what is due, and its destruction.
//!
//! In: the accepted policy, the stores, a plan. Out: a forecast, destroyed records. The rule it keeps: the dry
//! run judges with the very functions the gate uses; a forecast for another day can never act.

use std::num::NonZeroUsize;

use super::Result;
use super::accept::{InForce, OnceAccepted, PolicyState, policy_state, settled};
use super::approved::note_done;
use super::certify;
use super::due::reconcile;
use super::heartbeat;
use super::instance::{Action, Instance};
use super::note;
use super::witness::{self, Need};
use crate::calendar::Date;
use crate::ledger::What;
use crate::policy::PolicySet;
use crate::retention::gate::{self, Refused, Request};
use crate::retention::order::is_order;
use crate::retention::plan::{Grounds, Judged, Plan, Verdict};
use crate::retention::sweep::{self, Failed, Order, Since};
use crate::store::{LedgerReader, Store};
use crate::vault::{Found, Vault, rekey};
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
    /// Holds that the catalog lost: until they are put right nothing goes at all.
    pub holds_lost: Vec<String>,
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
    /// Sweeps that an earlier stop had left open.
    pub finished: Vec<Finished>,
    /// Records that stay, with the reason.
    pub refused: Vec<Refused>,
    /// Records whose files could not be destroyed; their intents stay open.
    pub failed: Vec<Failed>,
}

/// A sweep that an earlier stop had left open.
#[derive(Debug)]
pub struct Finished {
    /// Its id.
    pub sweep: String,
    /// The records of it that were destroyed now.
    pub destroyed: Vec<RecordId>,
    /// The records of it that were given up now and stay, with the reason.
    pub stay: Vec<Refused>,
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
    let kept = store.catalog().kept_until()?;
    let grounds = Grounds { policy, waiting, holds: &holds, released: &released, kept: &kept, day };
    let judged = gate::judge_all(&store.catalog(), &grounds)?;
    let (at_most, holds_lost) = (policy.service.sweep_at_most, super::holds::lost(store)?);
    Ok(Forecast { day, today: day == today, judged, at_most, holds_lost })
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
    super::key::finish(instance, &store)?;
    let (state, _) = settled(instance, &mut store)?;
    let InForce { policy, version, .. } = state.accepted()?;
    witness::check(instance, &store, policy, Need::Destroy)?;
    let vault = super::second::attach(instance, &store, policy, vault)?;
    // A record that stays between two headers is refused on its own when its turn comes.
    super::rekey::finish(&mut store, &vault)?;
    let plan = plan.map(|bytes| Plan::parse(bytes, &store.origin())).transpose()?;
    let now = instance.now();
    let day = policy.organization.time_zone.date(now);
    let random = instance.host.random::<4>()?;
    let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let sweep = format!("{day}-{id}");
    let waiting = state.respected()?;
    let request =
        Request { policy, version: version.digest, waiting, sweep: &sweep, now, key: &key, rules: &OnceAccepted };
    let mut swept = Swept::default();
    finish_earlier(&mut store, &vault, &request, instance.group, &mut swept)?;
    let passed = gate::pass(&mut store, &request, plan.as_ref())?;
    swept.refused = passed.refused;
    if passed.warrants.is_empty() {
        plan.iter().try_for_each(|plan| note_done(&mut store, plan))?;
        heartbeat::append(&mut store, &key, now)?;
        witness::catch_up(instance, &mut store, policy, Need::Destroy)?;
        return Ok(swept);
    }
    let open = sweep::open_intents(&store.reader(), &sweep)?;
    note::note(&mut store, policy, &sweep, &open, instance.group)?;
    drop(open);
    if plan.is_some() {
        note::note_left(&mut store, &sweep, &swept.refused)?;
    }
    let since = since(&store, policy, &sweep)?;
    let order = Order { group: instance.group, whole: passed.warrants, begun: Vec::new(), since: Some(since) };
    settle_asides(&vault, order.whole.iter().map(|warrant| (warrant.record(), Some(warrant.header()))));
    let outcome = sweep::carry_out(&mut store, &vault, &key, &sweep, order, instance.now())?;
    plan.iter().try_for_each(|plan| note_done(&mut store, plan))?;
    swept.destroyed = outcome.destroyed;
    swept.failed.extend(outcome.failed);
    swept.sweep = Some(sweep);
    witness::catch_up(instance, &mut store, policy, Need::Destroy)?;
    Ok(swept)
}

/// What the lateness of a sweep is counted by: the days of the policy it began under, and the approvals that counted then.
fn since(store: &Store, policy: &PolicySet, sweep: &str) -> Result<Since> {
    let (zone, began) = (policy.organization.time_zone, store.reader().sweep_began(sweep)?.unwrap_or_default());
    let plan = match store.reader().entry(began)?.what {
        What::Intent { plan, .. } => plan,
        _ => None,
    };
    let approved = certify::approvals(store, policy, plan, began)?.last().map(|(_, approval)| zone.date(approval.at));
    Ok(Since { zone, approved })
}

/// The policy that a sweep began under.
fn policy_of(store: &Store, sweep: &str) -> Result<PolicySet> {
    let began = store.reader().sweep_began(sweep)?.unwrap_or_default();
    Ok(certify::policy_of(store, began)?.0)
}

/// Continues every sweep whose last entry is missing.
fn finish_earlier(
    store: &mut Store,
    vault: &Vault,
    request: &Request<'_>,
    group: NonZeroUsize,
    swept: &mut Swept,
) -> Result<()> {
    let unfinished: Vec<String> = store
        .reader()
        .sweeps()?
        .into_iter()
        .filter(|(_, finished)| !finished)
        .map(|(sweep, _)| sweep)
        .filter(|sweep| !is_order(sweep))
        .collect();
    for sweep in unfinished {
        let open = sweep::open_intents(&store.reader(), &sweep)?;
        // Before the headers are looked at: the one that the ledger names may lie aside.
        settle_asides(vault, open.iter().map(|open| (open.record, Some(open.header))));
        note::note(store, request.policy, &sweep, &open, group)?;
        let since = policy_of(store, &sweep).and_then(|policy| since(store, &policy, &sweep)).ok();
        let (mut order, mut whole) = (Order { group, whole: Vec::new(), begun: Vec::new(), since }, Vec::new());
        let mut stay = Vec::new();
        for open in open {
            match vault.look_at_header(open.record)? {
                // One that another sweep destroyed is given up: it goes once.
                _ if is_destroyed(&store.reader(), open.record)? => whole.push(open),
                Found::Present { digest, .. } if digest == open.header => whole.push(open),
                Found::Present { .. } | Found::Missing => order.begun.push(gate::finish(&open)),
            }
        }
        if !whole.is_empty() {
            let again = Request { sweep: &sweep, ..*request };
            let passed = gate::pass_again(store, &again, &whole)?;
            (order.whole, stay) = (passed.warrants, passed.refused);
        }
        settle_asides(
            vault,
            order.begun.iter().map(|warrant| (warrant.record(), at_its_place(vault, warrant.record()))),
        );
        let outcome = sweep::carry_out(store, vault, request.key, &sweep, order, request.now)?;
        swept.failed.extend(outcome.failed);
        swept.finished.push(Finished { sweep, destroyed: outcome.destroyed, stay });
    }
    Ok(())
}

/// Settles the headers that lie aside of what is to be destroyed: a backup made while headers were exchanged brings back both.
/// One that cannot be settled is told by the destruction of its record.
fn settle_asides(vault: &Vault, expected: impl Iterator<Item = (RecordId, Option<Digest>)>) {
    let is_aside = |one: &(RecordId, Option<Digest>)| rekey::is_aside(vault, one.0).unwrap_or(false);
    let _ = rekey::settle(vault, &expected.filter(is_aside).collect::<Vec<_>>());
}

/// The digest of the header that lies at a record's place.
fn at_its_place(vault: &Vault, record: RecordId) -> Option<Digest> {
    match vault.look_at_header(record) {
        Ok(Found::Present { digest, .. }) => Some(digest),
        Ok(Found::Missing) | Err(_) => None,
    }
}

/// Whether the ledger says that a record was destroyed.
fn is_destroyed(reader: &LedgerReader<'_>, record: RecordId) -> Result<bool> {
    Ok(reader.of_record(record)?.iter().any(|(_, entry)| matches!(entry.what, What::Destroyed { .. })))
}
