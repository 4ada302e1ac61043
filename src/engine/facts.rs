//! What people state: holds, releases, that the clock is right; `events` has the events.
//!
//! In: who states what. Out: a row in the catalog and a ledger entry that commits to it. The rule it keeps: pending in
//! the catalog first, then the entry; a hold counts from the first commit on, everything else from the second.

use super::accept::policy_state;
use super::instance::Instance;
use super::{EngineError, Result};
use crate::diag::nearest;
use crate::ledger::{Entry, What};
use crate::policy::PolicySet;
use crate::retention::{gate, hold, plan};
use crate::store::{Hold, Record, Release, Scope, Store};

/// Places a hold: from now on nothing it covers is destroyed. Returns it with the number of
/// records it covers now, where that can be told.
///
/// # Errors
/// Refuses an unknown record or class, and empty words.
///
/// # Durability
/// The hold counts from the first commit on; on return it is in the ledger too.
pub fn place_hold(instance: &Instance, scope: Scope, reason: &str, by: &str) -> Result<(Hold, Option<usize>)> {
    said("hold.reason", "a reason", reason)?;
    said("hold.by", "who places it", by)?;
    let mut store = instance.store()?;
    match &scope {
        Scope::Record(id) if store.catalog().record(*id)?.is_none() => {
            return Err(EngineError::refused("hold.unknown-record", format!("the catalog knows no record `{id}`")));
        }
        Scope::Class(class) => {
            let state = policy_state(instance, &store)?;
            known_class(&state.accepted()?.policy, class)?;
        }
        Scope::Subject(subject) => said("hold.subject", "a subject", subject)?,
        Scope::Record(_) => {}
    }
    let random = instance.host.random::<4>()?;
    let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let hold = Hold {
        id: format!("hold-{id}"),
        scope,
        reason: reason.to_owned(),
        by: by.to_owned(),
        salt: instance.salt()?,
        entry: None,
    };
    let pending = store.write_pending()?;
    pending.add_hold(&hold)?;
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let entered = writing.catalog().holds()?.iter().any(|other| other.id == hold.id && other.entry.is_some());
    if !entered {
        let what = What::HoldPlaced { hold: hold.id.clone(), fact: hold.commitment() };
        let entry = writing.append(&Entry { at: instance.now(), what })?;
        writing.hold_entered(&hold.id, entry)?;
    }
    writing.commit(&key)?;
    // The hold stands, whatever hinders the counting.
    let covered = covered(instance, &store, &hold).ok();
    Ok((hold, covered))
}

/// Counts the records that a hold covers now.
fn covered(instance: &Instance, store: &Store, hold: &Hold) -> Result<usize> {
    let state = policy_state(instance, store)?;
    let policy = &state.accepted()?.policy;
    let holds = std::slice::from_ref(hold);
    let covers = |record: &Record| {
        let class = plan::class_of(policy, &record.known.class);
        class.is_some_and(|class| !hold::covering(holds, &record.known, class).is_empty())
    };
    Ok(store.catalog().records()?.iter().filter(|record| covers(record)).count())
}

/// Releases a hold.
///
/// # Errors
/// Refuses an unknown or released hold, and empty words.
///
/// # Durability
/// The hold ends when the release is in the ledger, which it is on return.
pub fn release_hold(instance: &Instance, id: &str, reason: &str, by: &str) -> Result<()> {
    said("hold.reason", "a reason", reason)?;
    said("hold.by", "who releases it", by)?;
    let mut store = instance.store()?;
    let release = Release { hold: id.to_owned(), by: by.to_owned(), reason: reason.to_owned(), salt: instance.salt()? };
    let pending = store.write_pending()?;
    if !pending.add_release(&release)? {
        drop(pending);
        let known = store.catalog().holds()?;
        let help = match nearest(id, known.iter().map(|hold| hold.id.as_str())) {
            Some(near) => format!("did you mean `{near}`? `hokan hold list` shows the holds in force"),
            None => "`hokan hold list` shows the holds in force".to_owned(),
        };
        return Err(EngineError::refused("hold.unknown", format!("no hold `{id}` is in force")).help(help));
    }
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let what = What::HoldReleased { hold: id.to_owned(), fact: release.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.release_entered(id, entry)?;
    Ok(writing.commit(&key)?)
}

/// Returns the holds in force.
///
/// # Errors
/// Fails as the store does.
pub fn holds(instance: &Instance) -> Result<Vec<Hold>> {
    Ok(instance.store_to_read()?.catalog().holds()?)
}

fn known_class(policy: &PolicySet, class: &str) -> Result<()> {
    if plan::class_of(policy, class).is_some() {
        return Ok(());
    }
    let near = nearest(class, policy.classes.iter().map(|class| class.id.as_str()));
    let error = EngineError::refused("hold.unknown-class", format!("the accepted policy has no class `{class}`"));
    Err(match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    })
}

pub(super) fn said(code: &'static str, what: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(EngineError::refused(
            code,
            format!("{what} is needed: it stands in the catalog as long as the records do"),
        ));
    }
    Ok(())
}

/// Notes that a person checked the clock.
///
/// # Errors
/// Refuses empty words; fails as the stores do.
///
/// # Durability
/// On return the confirmation is in the ledger; who and why stand in the catalog, the ledger commits to them.
pub fn confirm_clock(instance: &Instance, reason: &str, by: &str) -> Result<()> {
    said("clock.reason", "a reason", reason)?;
    said("clock.by", "who confirms it", by)?;
    let (mut store, key) = (instance.store()?, instance.key()?);
    let (at, salt) = (instance.now(), instance.salt()?);
    let fact = serde_json::json!({ "by": by, "reason": reason });
    let commitment = crate::ledger::commit(&salt, &fact).expect("a name and a reason are texts");
    let hex: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
    let kept = serde_json::json!({ "fact": fact, "salt": hex });
    let mut writing = store.write()?;
    writing.set_meta(&format!("clock:{}", at.micros()), &kept.to_string())?;
    gate::confirm_clock(&mut writing, at, commitment)?;
    Ok(writing.commit(&key)?)
}
