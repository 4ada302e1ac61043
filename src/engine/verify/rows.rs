//! The rows of the catalog, compared with the ledger one after the other.
//!
//! In: the ledger as it was read, the catalog. Out: what is wrong with each row, and with what is not there. The rule it
//! keeps: of a row that was looked at nothing is remembered but its id, however many there are.

use std::collections::{BTreeMap, BTreeSet};

use super::super::accept::{InForce, policy_state};
use super::super::instance::Instance;
use super::super::{EngineError, Result};
use super::Wrong;
use crate::RecordId;
use crate::ledger::Verified;
use crate::policy::PolicySet;
use crate::retention::due::due;
use crate::retention::{gate, plan};
use crate::store::{Record, RecordState, Store, StoreError};

/// Looks at every row by id, and stops at the first failure.
pub(super) fn each_row(store: &Store, mut look: impl FnMut(&Record) -> Result<()>) -> Result<()> {
    let mut failed = None;
    let read = store.catalog().each(|record| {
        look(record).map_err(|error| {
            failed = Some(error);
            // Only ends the reading: what failed is told in its place.
            StoreError::Dropped
        })
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(read?),
    }
}

/// What rows are compared with, and what was seen of them.
pub(super) struct Rows<'a> {
    store: &'a Store,
    ledger: &'a Verified,
    /// The accepted policy, where it can be used.
    policy: Option<PolicySet>,
    /// The entries that ask for an early end, by record.
    early: BTreeMap<RecordId, u64>,
    /// Rows of boxes and devices, which have no files.
    pub(super) outside: BTreeSet<RecordId>,
    known: BTreeSet<RecordId>,
    /// The records by their own ids and by the handles of their subjects, where the ledger knows events.
    held: BTreeMap<RecordId, RecordId>,
    compared: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn of(
        instance: &Instance,
        store: &'a Store,
        ledger: &'a Verified,
        wrong: &mut Vec<Wrong>,
    ) -> Result<Rows<'a>> {
        Ok(Rows {
            store,
            ledger,
            policy: accepted(instance, store, wrong)?,
            early: ledger.early.iter().map(|(entry, record)| (*record, *entry)).collect(),
            outside: store.catalog().outside_vault()?,
            known: BTreeSet::new(),
            held: BTreeMap::new(),
            compared: 0,
        })
    }

    /// Compares one row with the ledger, its rule and its register.
    pub(super) fn check(&mut self, record: &Record, wrong: &mut Vec<Wrong>) -> Result<()> {
        let id = record.known.id;
        self.known.insert(id);
        if !self.ledger.events.is_empty() {
            self.held.insert(id, id);
            self.held.extend(record.known.handles.values().map(|handle| (*handle, id)));
        }
        self.facts(record, wrong)?;
        self.early(record, wrong)?;
        self.due(record, wrong)?;
        self.letter(record, wrong)?;
        self.item(record, wrong)
    }

    /// Compares the row of a letter with what its record commits to.
    fn letter(&self, record: &Record, wrong: &mut Vec<Wrong>) -> Result<()> {
        let Some(expected) = record.known.letter else { return Ok(()) };
        let id = record.known.id;
        let (code, what) = match self.store.catalog().letter_of(&record.known)? {
            Some(found) if found == expected => return Ok(()),
            Some(_) => ("verify.letter-altered", "is not what the ledger committed to"),
            None => {
                ("verify.letter-missing", "is not in the catalog any more: its rows could be printed a second time")
            }
        };
        wrong.push(Wrong { code, message: format!("which number and rows the letter {id} has {what}") });
        Ok(())
    }

    fn facts(&mut self, record: &Record, wrong: &mut Vec<Wrong>) -> Result<()> {
        let id = record.known.id;
        let Some(standing) = self.ledger.records.get(&id) else {
            if record.state != RecordState::Pending {
                let message = format!("record {id} is in the catalog, but the ledger never sealed it");
                wrong.push(Wrong { code: "verify.row-extra", message });
            }
            return Ok(());
        };
        if let Some(index) = standing.destroyed {
            let message = format!("record {id} was destroyed (entry {index}), but is still in the catalog");
            wrong.push(Wrong { code: "verify.row-left", message });
            return Ok(());
        }
        self.compared += 1;
        let item = self.store.catalog().item(id)?;
        if item.map_or(record.known.commitment(), |item| item.commitment()) != standing.fact {
            let message = format!(
                "what the catalog says about record {id} is not what ledger entry {} committed to",
                standing.sealed
            );
            wrong.push(Wrong { code: "verify.fact-altered", message });
        }
        let row = (record.known.header, record.known.body, &record.known.class);
        if row != (standing.header, standing.body, &standing.class) {
            let message = format!("class or digests of record {id} differ from ledger entry {}", standing.sealed);
            wrong.push(Wrong { code: "verify.row-altered", message });
        }
        Ok(())
    }

    fn early(&self, record: &Record, wrong: &mut Vec<Wrong>) -> Result<()> {
        let standing = self.early.get(&record.known.id).copied();
        let known = self.store.catalog().early(record.known.id)?.and_then(|request| request.entry);
        if known != standing {
            let said =
                |entry: Option<u64>| entry.map_or("none".to_owned(), |entry| format!("the one of entry {entry}"));
            let message = format!(
                "which request for early destruction of record {} stands: {} by the catalog, {} by the ledger",
                record.known.id,
                said(known),
                said(standing)
            );
            wrong.push(Wrong { code: "verify.early-altered", message });
        }
        Ok(())
    }

    /// Compares the stored due day with the rule.
    fn due(&self, record: &Record, wrong: &mut Vec<Wrong>) -> Result<()> {
        let Some(policy) = &self.policy else { return Ok(()) };
        let known = gate::known(&self.store.catalog(), record)?;
        let class = plan::class_of(policy, &record.known.class);
        let day = class.and_then(|class| due(policy, class, &known).day());
        if day != record.due {
            let said = |day: Option<crate::calendar::Date>| day.map_or("none".to_owned(), |day| day.to_string());
            let message = format!(
                "the catalog says record {} may go from {}, the rule says {}",
                record.known.id,
                said(record.due),
                said(day)
            );
            wrong.push(Wrong { code: "verify.due-altered", message });
        }
        Ok(())
    }

    /// Compares the row of a box, binder or device with what its register says of it.
    fn item(&self, record: &Record, wrong: &mut Vec<Wrong>) -> Result<()> {
        if record.state == RecordState::Pending || !self.outside.contains(&record.known.id) {
            return Ok(());
        }
        let item = self.store.catalog().item(record.known.id)?;
        if item.is_some_and(|item| !item.is_repeated_by(&record.known)) {
            let message = format!("the row of record {} is not what its register says", record.known.id);
            wrong.push(Wrong { code: "verify.row-altered", message });
        }
        Ok(())
    }

    /// Names what the ledger knows and the catalog does not; returns the ids of all rows, and how many facts were compared.
    pub(super) fn finish(mut self, wrong: &mut Vec<Wrong>) -> Result<(BTreeSet<RecordId>, u64)> {
        let is_held = |id: &RecordId| self.known.contains(id);
        let missing = self.ledger.records.iter().filter(|(id, standing)| standing.destroyed.is_none() && !is_held(id));
        for (id, standing) in missing {
            let message = format!("record {id} is in the ledger (entry {}), but not in the catalog", standing.sealed);
            wrong.push(Wrong { code: "verify.row-missing", message });
        }
        for fact in self.store.catalog().recorded()? {
            self.compared += 1;
            if self.ledger.facts.get(&fact.entry) != Some(&fact.commitment) {
                let message =
                    format!("{} in the catalog is not what ledger entry {} committed to", fact.what, fact.entry);
                wrong.push(Wrong { code: "verify.fact-altered", message });
            }
        }
        self.missing_events(wrong)?;
        self.missing_consents(wrong)?;
        for (id, entry) in self.store.catalog().lettered_records()? {
            if self.ledger.records.get(&id).is_none_or(|standing| standing.sealed != entry) {
                let message = format!("the letter {id} is in the catalog, but no ledger entry sealed it");
                wrong.push(Wrong { code: "verify.letter-extra", message });
            }
        }
        let kept: BTreeSet<Option<u64>> = self.store.catalog().kept()?.into_iter().map(|kept| kept.entry).collect();
        for (index, record) in self.store.reader().kept_longer()? {
            if is_held(&record) && !kept.contains(&Some(index)) {
                let message =
                    format!("entry {index} keeps record {record} longer; the catalog does not know it any more");
                wrong.push(Wrong { code: "verify.kept-missing", message });
            }
        }
        self.policy_in_force(wrong)?;
        let rows = self.store.catalog().hold_rows()?;
        for row in rows.iter().filter(|row| row.whole.is_none()) {
            let message = format!("the row of the hold `{}` cannot be read", row.id);
            wrong.push(Wrong { code: "verify.fact-altered", message });
        }
        let holds = self.store.catalog().holds()?;
        let held: BTreeSet<&str> = holds.iter().map(|hold| hold.id.as_str()).collect();
        for hold in holds.iter().filter(|hold| hold.entry.is_none() && self.ledger.holds.contains_key(&hold.id)) {
            let message = format!(
                "the hold `{}` has other words in the catalog than its entry committed to, and no entry for them",
                hold.id
            );
            wrong.push(Wrong { code: "verify.fact-altered", message });
        }
        for (id, seen) in self.ledger.holds.iter().filter(|(_, seen)| seen.released.is_none()) {
            if !held.contains(id.as_str()) {
                let message = format!("the hold `{id}` (entry {}) is not in the catalog any more", seen.placed);
                wrong.push(Wrong { code: "verify.hold-missing", message });
            }
        }
        Ok((self.known, self.compared))
    }

    /// Compares which acceptance the catalog believes in with the ledger's newest.
    fn policy_in_force(&self, wrong: &mut Vec<Wrong>) -> Result<()> {
        let known = self.store.catalog().accepted()?.map(|accepted| accepted.entry);
        let newest = self.store.reader().newest_acceptance()?;
        if known != newest {
            let said = |entry: Option<u64>| entry.map_or("none".to_owned(), |entry| format!("that of entry {entry}"));
            let message =
                format!("which policy is in force: {} by the catalog, {} by the ledger", said(known), said(newest));
            wrong.push(Wrong { code: "verify.policy-altered", message });
        }
        Ok(())
    }

    /// Names the statements about consent of the ledger's that are about somebody known and are not in the catalog.
    fn missing_consents(&self, wrong: &mut Vec<Wrong>) -> Result<()> {
        let catalog = self.store.catalog();
        let there: BTreeSet<Option<u64>> = catalog.consents()?.into_iter().map(|said| said.entry).collect();
        for (entry, about) in self.ledger.consents.iter().filter(|(entry, _)| !there.contains(&Some(**entry))) {
            if catalog.knows_handle(*about)? {
                let message = format!("the statement about consent of ledger entry {entry} is not in the catalog");
                wrong.push(Wrong { code: "verify.consent-missing", message });
            }
        }
        Ok(())
    }

    /// Names the events of the ledger's that are about a record held, or its subject, and are not in the catalog.
    fn missing_events(&self, wrong: &mut Vec<Wrong>) -> Result<()> {
        let there: BTreeSet<u64> = self.store.catalog().event_facts(None)?.into_iter().map(|fact| fact.entry).collect();
        for (entry, about) in self.ledger.events.iter().filter(|(entry, _)| !there.contains(entry)) {
            if let Some(record) = about.as_ref().and_then(|about| self.held.get(about)) {
                let message = format!(
                    "the event of ledger entry {entry}, which record {record} depends on, is not in the catalog"
                );
                wrong.push(Wrong { code: "verify.event-missing", message });
            }
        }
        Ok(())
    }
}

/// Returns the accepted policy; one that cannot be used is a problem in the report.
fn accepted(instance: &Instance, store: &Store, wrong: &mut Vec<Wrong>) -> Result<Option<PolicySet>> {
    match policy_state(instance, store) {
        Ok(state) => Ok(state.in_force.map(|InForce { policy, .. }| policy)),
        Err(error @ (EngineError::Policy { .. } | EngineError::Refused { .. })) => {
            let message = format!("the accepted policy cannot be used: {error}");
            wrong.push(Wrong { code: "verify.policy", message });
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
