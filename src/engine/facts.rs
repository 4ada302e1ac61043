//! What people state: that the clock is right; `events` has the events, `holds` the holds.
//!
//! In: who states what. Out: a row in the catalog and a ledger entry that commits to it. The rule it keeps: pending in
//! the catalog first, then the entry; a hold counts from the first commit on, everything else from the second.

use super::instance::Instance;
use super::{EngineError, Result};
use crate::retention::gate;

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
