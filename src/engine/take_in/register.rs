//! Registers on their way in: what their rows change.
//!
//! In: register files below `records/`, what is known of boxes, binders and devices. Out: rows that were read or the
//! reason why not; new records and corrections with their ledger entries. The rule it keeps: what a register no longer
//! lists is marked, never forgotten; what a work order lists does not change under it; a number that was disposed of is
//! never used again.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::alike::{Namesake, Things};
use super::super::due::recompute;
use super::super::instance::Instance;
use super::super::orders;
use super::super::{EngineError, Result};
use super::batch::due_day;
use super::{content, is_settled_file};
use crate::RecordId;
use crate::calendar::Date;
use crate::calendar::Instant;
use crate::intake::{
    Found, Refusal, RegisterFile, RegisterGrounds, RegisterRow, decoded, read_register, register_of, spelling,
};
use crate::ledger::{Entry, What};
use crate::policy::{Class, PolicySet};
use crate::retention::hold;
use crate::store::{Catalog, Item, NewRecord, Pending, Store, StoreError, Told, Version, Writing};

/// The largest register file.
const MOST_BYTES: u64 = 256 << 20;

/// What a register changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterTaken {
    /// The path it came from.
    pub name: String,
    /// Boxes, binders and devices that were not known before.
    pub registered: u64,
    /// Those it says something else of than before.
    pub corrected: u64,
    /// Those that it does not list any more.
    pub unlisted: u64,
    /// The numbers of those it does not list any more that are on hold.
    pub unlisted_on_hold: Vec<String>,
    /// What other registers have under the number of something that was not known before.
    pub namesakes: Vec<Namesake>,
}

impl RegisterTaken {
    pub(super) fn of(name: String) -> RegisterTaken {
        let (unlisted_on_hold, namesakes) = (Vec::new(), Vec::new());
        RegisterTaken { name, registered: 0, corrected: 0, unlisted: 0, unlisted_on_hold, namesakes }
    }
}

/// Reads every register that lies below `root`.
pub(super) fn read(
    instance: &Instance,
    store: &Store,
    policy: &PolicySet,
    root: &Path,
    found: &[Found],
) -> Result<BTreeMap<Vec<u8>, std::result::Result<RegisterFile, Refusal>>> {
    let mut registers = BTreeMap::new();
    let now = instance.now();
    for found in found.iter().filter(|found| is_settled_file(found, policy, now)) {
        let Some(name) = decoded(&found.path, policy.service.file_names) else { continue };
        let starts = policy.organization.fiscal_year_starts;
        let accepts = |class: &&Class| class.accept.iter().any(|pattern| pattern.captures(&name, starts).is_some());
        let registering = policy.classes.iter().filter(|class| class.register.is_some());
        let Some(columns) = registering.filter(accepts).find_map(|class| class.register.as_ref()) else { continue };
        let outcome = match content(root, found, MOST_BYTES) {
            Err(why) => Err(("intake.unreadable", format!("it cannot be read: {why}"))),
            Ok(bytes) => {
                let register = register_of(&name);
                let gone = orders::gone(&store.catalog(), register)?;
                let today = policy.organization.time_zone.date(now);
                let grounds = RegisterGrounds { policy, today, gone: &gone };
                match read_register(&name, &bytes, columns, &grounds) {
                    Ok(file) => acceptable(store, policy, &name, file)?,
                    refused => refused,
                }
            }
        };
        registers.insert(found.path.clone(), outcome);
    }
    Ok(registers)
}

/// Refuses a register that is older than what stands, that lets a box out of a hold, or that changes what a work order lists.
fn acceptable(
    store: &Store,
    policy: &PolicySet,
    name: &str,
    file: RegisterFile,
) -> Result<std::result::Result<RegisterFile, Refusal>> {
    match refusal(&store.catalog(), policy, name, &file)? {
        Some(refusal) => Ok(Err(refusal)),
        None => unordered(store, register_of(name), file),
    }
}

/// Returns the registers that do not count by what stands under the catalog's lock: a hold may have been placed, and another
/// register taken in, since they were read.
pub(super) fn refused<'a>(
    writing: &Writing<'_>,
    policy: &PolicySet,
    registers: impl Iterator<Item = (&'a NewRecord, &'a RegisterFile)>,
) -> Result<BTreeMap<RecordId, Refusal>> {
    let mut found = BTreeMap::new();
    for (record, file) in registers {
        found.extend(refusal(&writing.catalog(), policy, &record.name, file)?.map(|refusal| (record.id, refusal)));
    }
    Ok(found)
}

/// Why a register does not count by what stands.
fn refusal(catalog: &Catalog<'_>, policy: &PolicySet, name: &str, file: &RegisterFile) -> Result<Option<Refusal>> {
    let register = register_of(name);
    match older(catalog, policy, name)? {
        Some(older) => Ok(Some(older)),
        None => match respelled(&catalog.items_of(register)?, file) {
            Some(respelled) => Ok(Some(respelled)),
            None => out_of_hold(catalog, policy, register, file),
        },
    }
}

/// The refusal of a register that writes the number of a thing in another way: it would be another thing, which no hold covers.
fn respelled(known: &BTreeMap<String, Item>, file: &RegisterFile) -> Option<Refusal> {
    let mut written: BTreeMap<String, &str> = known.keys().map(|number| (spelling(number), number.as_str())).collect();
    for (number, row) in file.rows.iter().filter(|(number, _)| !known.contains_key(*number)) {
        if let Some(other) = written.insert(spelling(number), number) {
            let line = row.line;
            let why = format!(
                "line {line}: `{number}` is nearly the same as `{other}`: write the number of a thing the same way"
            );
            return Some(("intake.register-number", why));
        }
    }
    None
}

/// The refusal of a register whose path has an earlier date than one of its folder that was taken in.
fn older(catalog: &Catalog<'_>, policy: &PolicySet, name: &str) -> Result<Option<Refusal>> {
    let starts = policy.organization.fiscal_year_starts;
    let dates_of = |class: &Class| {
        class.accept.iter().find_map(|pattern| pattern.captures(name, starts)?.ok()).map(|captured| captured.dates)
    };
    for class in policy.classes.iter().filter(|class| class.register.is_some()) {
        let Some(dates) = dates_of(class) else { continue };
        let is_newer = |known: &NewRecord| {
            let later = |(date, day): (&String, &Date)| known.dates.get(date).is_some_and(|other| other > day);
            register_of(&known.name) == register_of(name) && dates.iter().any(later)
        };
        for sealed in std::iter::once(&class.id).chain(&class.was) {
            let newer = catalog.of_class(sealed)?.into_iter().find(|record| is_newer(&record.known));
            if let Some(newer) = newer {
                let why = format!("`{}` is newer and was taken in: an older register counts no more", newer.known.name);
                return Ok(Some(("intake.register-older", why)));
            }
        }
    }
    Ok(None)
}

/// The refusal of a register by which a box would slip out of a hold that covers it.
fn out_of_hold(
    catalog: &Catalog<'_>,
    policy: &PolicySet,
    register: &str,
    file: &RegisterFile,
) -> Result<Option<Refusal>> {
    let (holds, zone) = (catalog.holds()?, policy.organization.time_zone);
    if holds.is_empty() {
        return Ok(None);
    }
    let covering = |known: &NewRecord| {
        policy.class_of(&known.class).map(|class| hold::covering(&holds, known, class, zone)).unwrap_or_default()
    };
    for (number, item) in catalog.items_of(register)? {
        let Some(row) = file.rows.get(&number) else { continue };
        let Some(record) = catalog.record(item.record)? else { continue };
        let (class, subjects, dates) = (row.class.clone(), row.subjects.clone(), row.dates.clone());
        let after = covering(&NewRecord { class, subjects, dates, ..record.known.clone() });
        if let Some(hold) = covering(&record.known).into_iter().find(|hold| !after.contains(hold)) {
            let line = row.line;
            let why = format!(
                "line {line}: `{number}` is on hold ({hold}) and would not be by what stands here: release the hold first"
            );
            return Ok(Some(("intake.register-held", why)));
        }
    }
    Ok(None)
}

/// Refuses a register that changes what a work order lists.
fn unordered(store: &Store, register: &str, file: RegisterFile) -> Result<std::result::Result<RegisterFile, Refusal>> {
    let catalog = store.catalog();
    let ordered = orders::open_by_record(store)?;
    if ordered.is_empty() {
        return Ok(Ok(file));
    }
    for (number, item) in catalog.items_of(register)? {
        let (Some(order), Some(row)) = (ordered.get(&item.record), file.rows.get(&number)) else { continue };
        if differs(&item.told, &told(register, item.told.evidence, &number, row)) {
            let why = format!(
                "line {}: `{number}` is listed in the work order {order}: what is said of it cannot change until that is confirmed or taken back",
                row.line
            );
            return Ok(Err(("intake.register-ordered", why)));
        }
    }
    Ok(Ok(file))
}

/// A new record, or what is now said of one.
pub(super) struct Change {
    item: Item,
    new: Option<NewRecord>,
}

impl Change {
    /// The record of the register that says so.
    pub(super) fn evidence(&self) -> RecordId {
        self.item.told.evidence
    }

    /// Drops what waits for an entry that it will not get.
    pub(super) fn drop_in(&self, pending: &Pending<'_>) -> Result<()> {
        pending.drop_record(self.item.record)?;
        Ok(pending.drop_correction(self.item.record)?)
    }
}

/// What the rows of a register change; `evidence` is its own record.
pub(super) fn changes(
    instance: &Instance,
    policy: &PolicySet,
    store: &Store,
    evidence: &NewRecord,
    file: &RegisterFile,
    taken: &mut RegisterTaken,
) -> Result<Vec<Change>> {
    let register = register_of(&evidence.name);
    let known = store.catalog().items_of(register)?;
    let ordered = orders::open_by_record(store)?;
    let catalog = store.catalog();
    let things = Things::read(&catalog, policy)?;
    let mut changes = Vec::new();
    for (number, row) in &file.rows {
        let told = told(register, evidence.id, number, row);
        match known.get(number) {
            Some(item) if !differs(&item.told, &told) => {}
            Some(item) => {
                taken.corrected += 1;
                let item = Item { record: item.record, told, salt: instance.salt()?, entry: None };
                changes.push(Change { item, new: None });
            }
            None => {
                taken.registered += 1;
                taken.namesakes.extend(things.namesakes(register, number)?);
                changes.push(new_item(instance, policy, told)?);
            }
        }
    }
    let missing = known.values().filter(|item| item.told.listed && !file.rows.contains_key(&item.told.number));
    for item in missing.filter(|item| !ordered.contains_key(&item.record)) {
        taken.unlisted += 1;
        taken.unlisted_on_hold.extend((!things.holds_of(item)?.is_empty()).then(|| item.told.number.clone()));
        let told = Told { listed: false, evidence: evidence.id, ..item.told.clone() };
        changes
            .push(Change { item: Item { record: item.record, told, salt: instance.salt()?, entry: None }, new: None });
    }
    Ok(changes)
}

fn told(register: &str, evidence: RecordId, number: &str, row: &RegisterRow) -> Told {
    Told {
        class: row.class.clone(),
        medium: row.medium.word().to_owned(),
        register: register.to_owned(),
        evidence,
        number: number.to_owned(),
        place: row.place.clone(),
        title: row.title.clone(),
        details: row.details.clone(),
        subjects: row.subjects.clone(),
        handles: BTreeMap::new(),
        dates: row.dates.clone(),
        listed: true,
    }
}

/// Whether two versions differ in more than the file that said so and the ids that stand for subjects.
fn differs(known: &Told, told: &Told) -> bool {
    Told { evidence: told.evidence, handles: told.handles.clone(), ..known.clone() } != *told
}

fn new_item(instance: &Instance, policy: &PolicySet, told: Told) -> Result<Change> {
    let (now, salt) = (instance.now(), instance.salt()?);
    let record = RecordId::new(now, instance.host.random()?);
    let item = Item { record, told, salt, entry: None };
    let (told, fact) = (&item.told, item.commitment());
    let rule = policy.class(&told.class).map_or(fact, |class| policy.rule_digest(class));
    let new = NewRecord {
        id: record,
        class: told.class.clone(),
        name: told.number.clone(),
        bytes: 0,
        body: fact,
        header: fact,
        rule,
        persistent: true,
        salt,
        subjects: told.subjects.clone(),
        handles: BTreeMap::new(),
        dates: told.dates.clone(),
        letter: None,
    };
    Ok(Change { item, new: Some(new) })
}

/// Adds the rows, pending; each subject gets the id that stands for it in the ledger.
pub(super) fn add(
    instance: &Instance,
    pending: &Pending<'_>,
    policy: &PolicySet,
    changes: &mut [Change],
) -> Result<()> {
    let now = instance.now();
    let make = || Ok::<RecordId, EngineError>(RecordId::new(now, instance.host.random()?));
    let mut given: BTreeMap<String, RecordId> = BTreeMap::new();
    for Change { item, new } in changes {
        for subject in &item.told.subjects {
            if !given.contains_key(subject) {
                given.extend(pending.handles(std::slice::from_ref(subject), make)?);
            }
        }
        let of = |subject: &String| Some((subject.clone(), *given.get(subject)?));
        item.told.handles = item.told.subjects.iter().filter_map(of).collect();
        match new {
            Some(row) => {
                row.handles = item.told.handles.clone();
                (row.header, row.body) = (item.commitment(), item.commitment());
                pending.add_item(item, row, due_day(policy, &pending.catalog(), row)?)?;
            }
            None => pending.add_correction(item)?,
        }
    }
    Ok(())
}

/// Adds their ledger entries; the due days follow what is now said.
pub(super) fn enter(
    writing: &mut Writing<'_>,
    policy: &PolicySet,
    version: &Version,
    changes: &[Change],
    now: Instant,
) -> Result<()> {
    for Change { item, new } in changes {
        let class = policy.class(&item.told.class);
        let rule = class.map_or(item.commitment(), |class| policy.rule_digest(class));
        let (record, class, medium) = (item.record, item.told.class.clone(), item.told.medium.clone());
        let (policy_digest, fact) = (version.digest, item.commitment());
        let what = match new {
            Some(_) => What::Registered { record, class, policy: policy_digest, rule, medium, fact },
            None => What::Corrected { record, class, policy: policy_digest, rule, medium, fact },
        };
        let entry = writing.append(&Entry { at: now, what })?;
        writing.item_entered(item, entry)?;
        if new.is_none() {
            let row = row(&writing.catalog(), record)?;
            recompute(writing, policy, row)?;
        }
    }
    Ok(())
}

fn row(catalog: &Catalog<'_>, record: RecordId) -> std::result::Result<Vec<crate::store::Record>, StoreError> {
    Ok(catalog.record(record)?.into_iter().collect())
}
