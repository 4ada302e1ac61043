//! Whether the stores say what the ledger committed to (I6).
//!
//! In: both stores under their locks. Out: nothing, or what is altered. The rule it keeps: what decides about a record is
//! compared with the ledger before it counts; while policy or holds are not those of the ledger nothing goes.

use std::collections::BTreeMap;

use super::{GateError, Request};
use crate::Digest;
use crate::ledger::What;
use crate::store::{NewRecord, Record, StoreError, Writing};

/// Whether what decides about a record is what the ledger committed to: its row, and the events about it (I6).
pub(super) fn is_as_committed(writing: &Writing<'_>, record: &Record) -> Result<bool, StoreError> {
    let (known, reader) = (&record.known, writing.reader());
    let entries = reader.of_record(known.id)?;
    let stated = entries.iter().filter_map(|(index, entry)| match entry.what {
        What::KeptLonger { fact, .. } => Some((*index, fact)),
        _ => None,
    });
    let kept = writing.catalog().kept_of(known.id)?.into_iter();
    if stated.ne(kept.filter_map(|kept| Some((kept.entry?, kept.commitment())))) {
        return Ok(false);
    }
    if let Some(item) = writing.catalog().item(known.id)? {
        let newest = entries.into_iter().rev().find_map(|(_, entry)| match entry.what {
            What::Registered { class, fact, .. } | What::Corrected { class, fact, .. } => Some((class, fact)),
            _ => None,
        });
        let is_newest = newest.is_some_and(|newest| newest == (item.told.class.clone(), item.commitment()));
        return Ok(is_newest && item.is_repeated_by(known) && events_are_as_committed(writing, known)?);
    }
    let rekeyed = entries.iter().rev().find_map(|(_, entry)| match entry.what {
        What::Rekeyed { header, .. } => Some(header),
        _ => None,
    });
    let sealed = entries.into_iter().any(|(_, entry)| match entry.what {
        What::Sealed { class, body, header, fact, .. } => {
            let header = rekeyed.unwrap_or(header);
            (class.as_str(), body, header, fact) == (&known.class, known.body, known.header, known.commitment())
        }
        _ => false,
    });
    Ok(sealed && events_are_as_committed(writing, known)?)
}

/// Whether the events and requests about a record are what the ledger committed to.
pub(super) fn events_are_as_committed(writing: &Writing<'_>, known: &NewRecord) -> Result<bool, StoreError> {
    Ok(writing.early_as_committed(known.id)? && writing.events_as_committed(known)?)
}

/// Refuses when another policy was accepted since the request was made, or by the ledger another one is in force (I6).
pub(super) fn check_policy(writing: &Writing<'_>, request: &Request<'_>) -> Result<(), GateError> {
    let accepted = writing.catalog().accepted()?.filter(|accepted| accepted.version.digest == request.version);
    let Some(accepted) = accepted else { return Err(GateError::PolicyChanged) };
    match writing.reader().newest_acceptance()? {
        Some(newest) if newest == accepted.entry => Ok(()),
        newest => Err(GateError::Policy(newest.unwrap_or_default())),
    }
}

/// Refuses while an entry of the ledger is missing or may be filed under what it is not, since it may be the hold or the
/// event that matters, and while policy or holds are not those of the ledger (I6).
pub(super) fn check_stores(writing: &Writing<'_>, request: &Request<'_>) -> Result<(), GateError> {
    if !writing.reader().is_gapless()? {
        return Err(GateError::Gap);
    }
    if !writing.reader().has_own_tables()? {
        return Err(GateError::Tables);
    }
    check_policy(writing, request)?;
    check_holds(writing)
}

/// Refuses while a hold of the ledger's is not in the catalog as it was placed (I6).
pub(super) fn check_holds(writing: &Writing<'_>) -> Result<(), GateError> {
    let held: BTreeMap<String, Digest> =
        writing.catalog().holds()?.into_iter().map(|hold| (hold.id.clone(), hold.commitment())).collect();
    let lost = writing.reader().holds_in_force()?.into_iter().find(|(id, fact)| held.get(id) != Some(fact));
    lost.map_or(Ok(()), |(id, _)| Err(GateError::Hold(id)))
}
