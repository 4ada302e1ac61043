//! Partial disposal: a record is opened, its Individual Number is masked, the rest is sealed as a record of its own.
//!
//! In: a record of a class with `then: delete-number`, an identity, perhaps a file masked by a person. Out: the masked
//! successor, linked in catalog and ledger. The rule it keeps: nothing in which a number is found is sealed as masked,
//! no number is ever told, and the original goes through the gate like everything else.

use std::fs::File;
use std::path::Path;

use zeroize::Zeroizing;

use super::accept::{InForce, policy_state, still_in_force};
use super::due::reconcile;
use super::facts::said;
use super::instance::{Action, Instance};
use super::open::parse;
use super::take_in::due_day;
use super::{EngineError, Result};
use crate::RecordId;
use crate::intake::{individual_numbers, mask_columns};
use crate::ledger::{Entry, What};
use crate::policy::{Class, PolicySet, Then};
use crate::retention::plan::class_of;
use crate::store::{NewRecord, Opening, Record, RecordState, Store, Successor};
use crate::vault::open::open;
use crate::vault::seal::{RecipientKey, seal};
use crate::vault::{Digests, files};

/// What is asked for.
pub struct MaskWish<'a> {
    /// The record with the number.
    pub record: RecordId,
    /// The text of age identities.
    pub identities: &'a str,
    /// The file in which a person masked the number; without one hokan masks the columns that the policy names.
    pub with: Option<&'a Path>,
    /// How many places look like a number and are none, as a person states.
    pub stated: u64,
    /// Who does it.
    pub by: &'a str,
    /// Why the record is opened.
    pub why: &'a str,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskDone {
    /// The record with the number.
    pub original: RecordId,
    /// The record without it.
    pub successor: RecordId,
    /// The class of the successor.
    pub class: String,
    /// How the successor was looked through: `text` or `bytes`.
    pub looked: &'static str,
    /// How many cells hokan masked, where it did.
    pub cells: Option<u64>,
    /// The first day on which the successor may go.
    pub due: Option<crate::calendar::Date>,
}

/// Seals the masked successor of a record.
///
/// # Errors
/// Refuses a record of another class, one that has a successor, an identity that does not fit, a masked file in which
/// something looks like a number, and one that is the original itself.
///
/// # Durability
/// On return opening, successor and link are in the ledger; the original is as it was.
pub fn mask(instance: &Instance, wish: &MaskWish<'_>) -> Result<MaskDone> {
    said("mask.why", "a reason", wish.why)?;
    said("mask.by", "who masks it", wish.by)?;
    let _lock = instance.lock(Action::Intake)?;
    let (mut store, vault, key) = (instance.store()?, instance.vault()?, instance.key()?);
    reconcile(instance, &mut store, &key)?;
    let state = policy_state(instance, &store)?;
    let InForce { policy, version, .. } = state.accepted()?;
    let (original, rest) = maskable(&store, policy, wish.record)?;
    let vault = super::second::attach_to_seal(instance, &mut store, policy, vault, &mut super::take_in::Unwatched)?;
    let columns = class_of(policy, &original.known.class).map(|class| class.disposal.mask.clone()).unwrap_or_default();
    let identities = parse(wish.identities)?;
    opened(instance, &mut store, wish)?;
    let expected = Digests { header: original.known.header, body: original.known.body };
    let mut plain = Zeroizing::new(Vec::new());
    open(&vault, wish.record, expected, &identities, &mut *plain)?;
    let (masked, cells) = masked(wish, &columns, &plain)?;
    let looked = checked(wish, &plain, &masked)?;
    let mut source = in_memory(&masked)?;
    let keys = policy.recipients_of(rest).into_iter().map(|one| RecipientKey::parse(&one.key));
    let keys = keys.collect::<std::result::Result<Vec<_>, _>>().map_err(|_| {
        EngineError::refused("recipients.key", format!("a recipient of `{}` has no age X25519 key", rest.id))
    })?;
    let id = RecordId::new(instance.now(), instance.host.random()?);
    let sealed = seal(&vault, id, &mut source, &keys)?;
    vault.sync()?;
    let record = NewRecord {
        id,
        class: rest.id.clone(),
        name: format!("{} (masked)", original.known.name),
        bytes: sealed.bytes,
        body: sealed.body,
        header: sealed.header,
        rule: policy.rule_digest(rest),
        persistent: original.known.persistent,
        salt: instance.salt()?,
        subjects: original.known.subjects.clone(),
        handles: original.known.handles.clone(),
        dates: original.known.dates.clone(),
        letter: None,
    };
    let successor = Successor {
        record: id,
        original: wish.record,
        by: wish.by.to_owned(),
        why: wish.why.to_owned(),
        looked: looked.to_owned(),
        stated: wish.stated,
        salt: instance.salt()?,
        entry: None,
    };
    let pending = store.write_pending()?;
    let due = due_day(policy, &pending.catalog(), &record)?;
    pending.add_sealed(&record, due)?;
    pending.add_successor(&successor)?;
    pending.commit()?;
    let mut writing = store.write()?;
    still_in_force(&writing, version)?;
    let entry = writing.append(&Entry { at: instance.now(), what: record.what(version.digest) })?;
    writing.record_sealed(id, entry)?;
    let what = What::Succeeded { record: wish.record, successor: id, fact: successor.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.successor_entered(&successor, entry)?;
    writing.commit(&key)?;
    vault.publish(&[id])?;
    let closing = store.write_pending()?;
    closing.plaintext_gone(&[id])?;
    closing.commit()?;
    Ok(MaskDone { original: wish.record, successor: id, class: rest.id.clone(), looked, cells, due })
}

/// The record, and the class of what stays of it.
fn maskable<'a>(store: &Store, policy: &'a PolicySet, id: RecordId) -> Result<(Record, &'a Class)> {
    let record = store.catalog().record(id)?.ok_or_else(|| {
        EngineError::refused("mask.unknown", format!("the catalog knows no record `{id}`"))
            .help("`hokan records list` shows what is held")
    })?;
    let refused = |code, why: String| Err(EngineError::refused(code, why));
    if store.catalog().item(id)?.is_some() {
        return Err(EngineError::refused("mask.outside", "it is a box or a device: its number is masked by people")
            .help("run `hokan sweep order --medium paper --numbers -o DIR`"));
    }
    if record.state != RecordState::Held {
        return refused("mask.pending", "its plaintext is still to be removed: run `hokan take-in` first".to_owned());
    }
    let class = class_of(policy, &record.known.class).filter(|class| class.disposal.then == Then::DeleteNumber);
    let Some(class) = class else {
        let class = &record.known.class;
        return refused(
            "mask.class",
            format!("the records of `{class}` do not end by `delete-number`: nothing is masked"),
        );
    };
    if let Some(successor) = store.catalog().successor_of(id)? {
        return refused("mask.done", format!("its masked successor is `{}` already", successor.record));
    }
    match class.disposal.rest.as_ref().and_then(|rest| policy.class(rest)) {
        Some(rest) => Ok((record, rest)),
        None => refused("mask.rest", format!("`{}` names no class for what stays (`disposal.rest`)", class.id)),
    }
}

/// Enters that the record is opened, before it is.
fn opened(instance: &Instance, store: &mut Store, wish: &MaskWish<'_>) -> Result<()> {
    let (by, why) = (wish.by.to_owned(), wish.why.to_owned());
    let opening = Opening { record: wish.record, by, why, salt: instance.salt()? };
    let pending = store.write_pending()?;
    let row = pending.add_opening(&opening)?;
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let what = What::Opened { record: wish.record, fact: opening.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.opening_entered(row, entry)?;
    Ok(writing.commit(&key)?)
}

/// The masked bytes: a person's, or the table with its columns masked.
fn masked(wish: &MaskWish<'_>, columns: &[String], plain: &[u8]) -> Result<(Zeroizing<Vec<u8>>, Option<u64>)> {
    if let Some(path) = wish.with {
        let bytes = crate::host::read_limited(path, 256 << 20).map_err(EngineError::io("read", path))?;
        return Ok((Zeroizing::new(bytes), None));
    }
    let help = "hand in the file in which you masked the number with `--with FILE`";
    if columns.is_empty() {
        let why = "the policy names no columns to mask in the records of this class (`disposal.mask`)";
        return Err(EngineError::refused("mask.by-hand", why).help(help));
    }
    let masked = mask_columns(plain, columns).map_err(|why| EngineError::refused("mask.table", why).help(help))?;
    if masked.cells == 0 {
        return Err(
            EngineError::refused("mask.nothing", "the columns to mask are empty: nothing was masked").help(help)
        );
    }
    Ok((Zeroizing::new(masked.bytes), Some(masked.cells)))
}

/// Refuses what is the original itself or holds what looks like a number; returns how it was looked through.
fn checked(wish: &MaskWish<'_>, plain: &[u8], masked: &[u8]) -> Result<&'static str> {
    if masked.is_empty() || masked == plain {
        let why = "the masked file is empty or is the original itself";
        return Err(EngineError::refused("mask.same", why).help("mask the Individual Number in it, keep the rest"));
    }
    let (looked, places) = individual_numbers(masked);
    if places.len() as u64 != wish.stated {
        let shown: Vec<String> =
            places.iter().take(10).map(|(line, column)| format!("line {line}, character {column}")).collect();
        let why = format!(
            "{} in the masked file look like Individual Numbers, {} were stated to be none: {}",
            places.len(),
            wish.stated,
            if shown.is_empty() { "none is there".to_owned() } else { shown.join("; ") }
        );
        return Err(EngineError::refused("mask.number-left", why).help(
            "mask them too; if all of these places are other numbers, state how many with `--not-numbers COUNT`",
        ));
    }
    Ok(looked.word())
}

/// A file that is in memory alone.
fn in_memory(bytes: &[u8]) -> Result<File> {
    files::memory_file(bytes).map_err(EngineError::io("write", "memory"))
}
