//! Plans: the list of what will be due, and the signatures that let it go.
//!
//! In: a day, a planner, signatures. Out: a [`Plan`], entries in the ledger. The rule it keeps: a plan counts for nothing
//! before its planner signed it, and the planner never counts as an approver of it.

use std::collections::BTreeMap;
use std::path::Path;

use super::accept::{OnceAccepted, policy_state};
use super::instance::Instance;
use super::render::print_all;
use super::signing::Consent;
use super::sweep::judged;
use super::{EngineError, Result};
use crate::calendar::Date;
use crate::diag::nearest;
use crate::intake::spelling;
use crate::ledger::{Entry, What};
use crate::policy::{Approver, PolicySet};
use crate::publish::notice;
use crate::publish::notice::plan::{Row, Sheet};
use crate::retention::approval::{self, KeyFile, Purpose, Signed};
use crate::retention::gate::{self, Past, Refused, Why};
use crate::retention::plan::{Grounds, Item, Moment, Plan, PlanError, Planner, class_of};
use crate::store::{Approval, Store};

/// What a plan is wanted for.
pub struct PlanWish {
    /// The day up to which records fall due; today by default.
    pub day: Option<Date>,
    /// Of these classes only; of all where none is named.
    pub classes: Vec<String>,
    /// The planner's OpenSSH key, private or public.
    pub key: zeroize::Zeroizing<String>,
    /// The planner's name, where the key is no approver's.
    pub by: Option<String>,
}

/// As what somebody signed a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who made it.
    Planner,
    /// Who approves it.
    Approver,
}

/// A signature of a plan, and where the plan stands with it.
pub struct PlanSigned {
    /// The plan.
    pub plan: Plan,
    /// The signature.
    pub signed: Signed,
    /// As what.
    pub role: Role,
    /// How many approvers have signed now.
    pub found: usize,
    /// How many the strictest of its classes needs.
    pub needed: usize,
    /// What of it could not go any more, however many sign.
    pub differences: Vec<Refused>,
    /// How many of its records are boxes, binders or devices, which go by a work order.
    pub by_hand: usize,
    /// How many go before their rules allow it, because somebody asked.
    pub early: usize,
}

/// A plan that nobody has signed yet.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// How many approvers each of its classes needs.
    pub needed: BTreeMap<String, usize>,
}

/// Makes the plan of everything that falls due up to a day, today or some days ahead.
///
/// # Errors
/// Refuses a clock that is not believed, a day that is past or too far ahead, an unknown class, a key that is none, and when nothing is due.
pub fn make_plan(instance: &Instance, wish: &PlanWish) -> Result<Planned> {
    let mut store = instance.store()?;
    gate::check_clock(&mut store, instance.now())?;
    let state = policy_state(instance, &store)?;
    let accepted = state.accepted()?;
    let today = accepted.policy.organization.time_zone.date(instance.now());
    let day = wish.day.unwrap_or(today);
    if !(0..=Plan::DAYS_AHEAD).contains(&day.days_since(today)) {
        let why = format!("a plan is made for today, {today}, or up to {} days ahead, not for {day}", Plan::DAYS_AHEAD);
        return Err(
            EngineError::refused("plan.day", why).help("`hokan sweep --as-of DATE` looks further ahead without a plan")
        );
    }
    wish.classes.iter().try_for_each(|class| known_class(&accepted.policy, class))?;
    let planner = planner(&accepted.policy.service.approvers, wish)?;
    let mut forecast = judged(instance, &store, &state, Some(day))?;
    forecast.judged.retain(|one| wish.classes.is_empty() || wish.classes.contains(&one.class));
    let policy = accepted.version.digest;
    let entries = store.reader().size()?;
    let now = Moment { made: instance.now(), entries, root: store.reader().range_root(0..entries)? };
    let plan = Plan::make(&store.origin(), policy, now, day, &planner, &forecast.judged)?;
    let mut needed: BTreeMap<String, usize> = BTreeMap::new();
    for one in forecast.due() {
        let most = needed.entry(one.class.clone()).or_insert(1);
        *most = one.review.approvers().max(*most);
    }
    Ok(Planned { plan, needed })
}

/// Prints what a plan lists, in each language of the organization.
///
/// # Errors
/// Refuses another policy than the plan's; fails as the typesetter does.
pub fn plan_sheets(instance: &Instance, planned: &Planned, program: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let accepted = state.accepted()?;
    let plan = &planned.plan;
    if accepted.version.digest != plan.policy {
        let why = "another policy was accepted at this moment: nothing was written";
        return Err(EngineError::refused("policy.changed", why).help("run the command again"));
    }
    let sheet = Sheet {
        digest: plan.digest().to_string(),
        ledger: plan.ledger.clone(),
        made: plan.made,
        day: plan.day,
        planner: plan.planner.name.clone(),
        fingerprint: approval::fingerprint(&plan.planner.key).unwrap_or_default(),
        commit: accepted.version.commit.clone(),
        policy: plan.policy.to_string(),
        needed: planned.needed.clone(),
        records: plan.records.iter().map(row).collect(),
    };
    let templates = accepted.templates.below("notices/");
    let files: BTreeMap<String, Vec<u8>> = templates.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    let mut jobs = Vec::new();
    for language in &accepted.policy.organization.languages {
        jobs.push((language.clone(), notice::plan::sheet(&accepted.policy, &sheet, language, &files)?));
    }
    print_all(program, &accepted.policy, jobs)
}

fn row(item: &Item) -> Row {
    Row { record: item.record.to_string(), class: item.class.clone(), due: item.due, is_early: item.early }
}

fn known_class(policy: &PolicySet, class: &str) -> Result<()> {
    if class_of(policy, class).is_some_and(|found| found.id == class) {
        return Ok(());
    }
    let near = nearest(class, policy.classes.iter().map(|class| class.id.as_str()));
    let error = EngineError::refused("plan.unknown-class", format!("the accepted policy has no class `{class}`"));
    Err(match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    })
}

fn planner(approvers: &[Approver], wish: &PlanWish) -> Result<Planner> {
    let key = KeyFile::parse(&wish.key)?.public_line().ok_or(approval::ApprovalError::NotAKey)?;
    let listed = approvers.iter().find(|one| approval::public_line(&one.key).as_ref() == Some(&key));
    let name = match (listed, &wish.by) {
        (Some(one), _) => one.name.clone(),
        (None, Some(by)) if !by.trim().is_empty() => by.clone(),
        (None, _) => {
            return Err(EngineError::refused(
                "plan.planner",
                "nobody is named as the planner, and the key is no approver's",
            )
            .help("name who makes the plan with `--by NAME`"));
        }
    };
    if listed.is_none() && approvers.iter().any(|one| spelling(&one.name) == spelling(&name)) {
        let why = format!("`{name}` is an approver, whose key is another than the planner's");
        return Err(EngineError::refused("plan.planner", why)
            .help("name who makes the plan with `--by NAME`, or use the approver's key"));
    }
    Ok(Planner { name, key })
}

/// Records a signature of a plan: its planner's first, then those of approvers.
///
/// # Errors
/// Refuses a clock that is not believed, anything that is not a plan for this ledger, a signature of nobody who may sign it, a second one by the same
/// key, one before the planner's, and one of a plan nothing of which could go any more.
///
/// # Durability
/// On return plan, signature and ledger entry are on disk.
pub fn approve_plan(instance: &Instance, bytes: &[u8], consent: &Consent) -> Result<PlanSigned> {
    let mut store = instance.store()?;
    gate::check_clock(&mut store, instance.now())?;
    let plan = Plan::parse(bytes, &store.origin())?;
    if !gate::is_of(&store.reader(), &plan)? {
        return Err(PlanError::OtherHistory(plan.entries).into());
    }
    let state = policy_state(instance, &store)?;
    let policy = &state.accepted()?.policy;
    let planner = approval::planner(&plan);
    let mut signers = approval::others(&policy.service.approvers, &planner);
    signers.insert(0, planner.clone());
    let signed = consent.signed(Purpose::Plan, bytes, &signers)?;
    let role = match approval::fingerprint(&planner.key).as_ref() == Some(&signed.fingerprint) {
        true => Role::Planner,
        false => Role::Approver,
    };
    let before = gate::signatures(&store.catalog(), policy, &plan)?;
    if role == Role::Planner && before.by_planner {
        let why = format!("`{}` made this plan: `one` and `two` count the keys of others", plan.planner.name);
        return Err(EngineError::refused("approval.planner", why).help("have another approver sign it"));
    }
    if before.approvers.contains(&signed.fingerprint) {
        let why = format!("the key of `{}` has approved this plan already: one key counts once", signed.name);
        return Err(EngineError::refused("approval.again", why).help("a second approval needs another approver's key"));
    }
    if role == Role::Approver && !before.by_planner {
        return Err(gate::GateError::Unsigned(plan.planner.name).into());
    }
    let looked = look(&store, policy, &plan, instance)?;
    if looked.refused.iter().filter(|one| is_void(&one.why)).count() == plan.records.len() {
        let why = "every record of this plan was changed or destroyed since it was made: nothing of it could go";
        return Err(
            EngineError::refused("plan.stale", why).help("make a new plan with `hokan sweep plan -o FILE --key KEY`")
        );
    }
    record(instance, &mut store, &plan, &signed, role)?;
    let found = before.approvers.len() + usize::from(role == Role::Approver);
    let outside = store.catalog().outside_vault()?;
    let early = plan.records.iter().filter(|item| item.early).count();
    let by_hand = plan.records.iter().filter(|item| outside.contains(&item.record)).count();
    Ok(PlanSigned { plan, signed, role, found, needed: looked.needed, differences: looked.refused, by_hand, early })
}

/// Whether a record of a plan can never go by it any more; a hold may be released, a day will come.
fn is_void(why: &Why) -> bool {
    matches!(why, Why::ChangedSincePlan(_) | Why::Gone)
}

fn look(store: &Store, policy: &PolicySet, plan: &Plan, instance: &Instance) -> Result<gate::Looked> {
    let (holds, released) = (store.catalog().holds()?, store.catalog().released_holds()?);
    let day = policy.organization.time_zone.date(instance.now());
    let kept = store.catalog().kept_until()?;
    let grounds = Grounds { policy, waiting: None, holds: &holds, released: &released, kept: &kept, day };
    let (catalog, reader) = (store.catalog(), store.reader());
    Ok(gate::look(Past { catalog: &catalog, reader: &reader, rules: &OnceAccepted }, &grounds, plan)?)
}

fn record(instance: &Instance, store: &mut Store, plan: &Plan, signed: &Signed, role: Role) -> Result<()> {
    let approval = Approval {
        plan: plan.digest(),
        fingerprint: signed.fingerprint.clone(),
        name: signed.name.clone(),
        signature: signed.signature.clone(),
        at: instance.now(),
        salt: instance.salt()?,
        entry: None,
    };
    let pending = store.write_pending()?;
    pending.add_approval(&approval, &plan.bytes())?;
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let (plan, by, fact) = (approval.plan, approval.fingerprint.clone(), approval.commitment());
    let what = match role {
        Role::Planner => What::PlanMade { plan, by, fact },
        Role::Approver => What::PlanApproved { plan, by, fact },
    };
    let entry = writing.append(&Entry { at: approval.at, what })?;
    writing.approval_entered(&approval, entry)?;
    Ok(writing.commit(&key)?)
}
