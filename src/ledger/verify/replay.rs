//! Reading the entries one after the other: the state they add up to, and where they contradict each other.
//!
//! In: entries in order. Out: records, holds, policies, sweeps, commitments, problems. The rule it keeps: an entry that
//! contradicts an earlier one is reported and changes nothing, so that one fault is not reported as many.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use super::{Accepted, Fault, HoldSeen, Problem, Standing, SweepSeen, TimeWentBack};
use crate::calendar::{Date, Instant};
use crate::ledger::entry::{Entry, OrderStep, What};
use crate::ledger::{AnnexLine, Origin, annex};
use crate::{Digest, RecordId};

/// The reader's state between two entries.
#[derive(Default)]
pub(super) struct Replay {
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<TimeWentBack>,
    pub(super) origin: Option<Origin>,
    pub(super) records: BTreeMap<RecordId, Standing>,
    pub(super) holds: BTreeMap<String, HoldSeen>,
    pub(super) accepted: Vec<Accepted>,
    pub(super) sweeps: BTreeMap<String, SweepSeen>,
    pub(super) facts: BTreeMap<u64, Digest>,
    pub(super) events: BTreeMap<u64, Option<RecordId>>,
    replaced: BTreeMap<u64, u64>,
    pub(super) early: BTreeMap<u64, RecordId>,
    pub(super) consents: BTreeMap<u64, RecordId>,
    /// The keys of the ledger, each with the entry that named it.
    pub(super) keys: Vec<(u64, String)>,
    has_begun: bool,
    newest: Option<Instant>,
    open: BTreeMap<RecordId, OpenIntent>,
}

/// An intent that is neither carried out nor abandoned yet.
struct OpenIntent {
    index: u64,
    sweep: String,
    rule: Digest,
    due: Option<Date>,
}

impl Replay {
    /// Reports a fault at an entry, or at none.
    pub(super) fn fault(&mut self, index: impl Into<Option<u64>>, fault: Fault) {
        self.problems.push(Problem { index: index.into(), fault });
    }

    /// Reads the next entry.
    pub(super) fn entry(&mut self, index: u64, entry: Entry) {
        self.clock(index, entry.at);
        if let Some(fact) = entry.what.fact() {
            self.facts.insert(index, fact);
        }
        let outcome = match entry.what {
            What::Created { log, organization, key } => self.created(index, &organization, &log, key),
            What::KeyRotated { old, new } => self.key_rotated(index, old, new),
            What::PolicyAccepted { commit, policy, enforced, by } => {
                self.accepted.push(Accepted { index, commit, policy, enforced, by });
                Ok(())
            }
            What::RecipientsConfirmed { .. }
            | What::PlanMade { .. }
            | What::PlanApproved { .. }
            | What::ClockConfirmed { .. }
            | What::Restored { .. }
            | What::Heartbeat {} => Ok(()),
            What::Sealed { record, class, policy, rule, body, header, medium: _, exposure: _, fact } => {
                let (intent, destroyed) = (None, None);
                let standing = Standing { sealed: index, class, header, body, policy, rule, fact, intent, destroyed };
                self.sealed(record, standing)
            }
            // Outside the vault there are no files: what is destroyed is what the newest commitment names.
            What::Registered { record, class, policy, rule, medium: _, fact } => {
                let (header, body, intent, destroyed) = (fact, fact, None, None);
                let standing = Standing { sealed: index, class, header, body, policy, rule, fact, intent, destroyed };
                self.sealed(record, standing)
            }
            What::Corrected { record, class, policy, rule, medium: _, fact } => self.corrected(
                record,
                Standing {
                    sealed: index,
                    class,
                    header: fact,
                    body: fact,
                    policy,
                    rule,
                    fact,
                    intent: None,
                    destroyed: None,
                },
            ),
            What::Rekeyed { record, policy: _, header } => self.rekeyed(record, header),
            What::WorkOrder { sweep, step, count, certificate, fact: _ } => {
                self.work_order(sweep, step, count, certificate)
            }
            What::EarlyRequested { record, fact: _ } => {
                self.early.insert(index, record);
                self.standing(record).map(|_| ())
            }
            What::EarlyWithdrawn { record, request, fact: _ } => match self.early.get(&request) {
                Some(of) if *of == record => {
                    self.early.remove(&request);
                    Ok(())
                }
                Some(_) | None => Err(Fault::EarlyNotStanding { request }),
            },
            What::Succeeded { record, successor, fact: _ } => {
                self.standing(record).map(|_| ()).and_then(|()| self.standing(successor).map(|_| ()))
            }
            What::EventAdded { about, fact: _ } => self.event(index, about, None),
            What::EventCorrected { about, event, fact: _ } | What::EventWithdrawn { about, event, fact: _ } => {
                self.event(index, about, Some(event))
            }
            What::KeptLonger { record, fact: _ } | What::Opened { record, fact: _ } => {
                self.standing(record).map(|_| ())
            }
            What::ConsentStated { about, fact: _ } => {
                self.consents.insert(index, about);
                Ok(())
            }
            What::HoldPlaced { hold, fact: _ } => self.hold_placed(index, hold),
            What::HoldRestated { hold, fact: _ } | What::HoldReviewed { hold, fact: _ } => self.hold_in_force(hold),
            What::HoldReleased { hold, fact: _ } => self.hold_released(index, hold),
            What::Intent { record, sweep, header, body, rule, plan: _, due } => {
                self.intent(record, header, body, OpenIntent { index, sweep, rule, due })
            }
            What::Destroyed { record, sweep, intent, method: _ } => self.destroyed(index, record, sweep, intent),
            What::Abandoned { record, sweep, intent, why } => self.abandoned(record, sweep, intent, why),
            What::Swept { sweep, count, method: _, annex, late: _, waited: _ } => {
                self.swept(index, sweep, count, annex)
            }
        };
        if let Err(fault) = outcome {
            self.fault(index, fault);
        }
    }

    /// Reports what the ledger leaves unfinished; `public` is the key it should have now.
    pub(super) fn finish(&mut self, public: &str) {
        if !self.has_begun {
            self.fault(0, Fault::NoBeginning);
        }
        if let Some((index, key)) = self.keys.last().filter(|(_, key)| key != public).cloned() {
            self.fault(index, Fault::AnotherKey { claimed: key, given: public.to_owned() });
        }
        for (record, open) in std::mem::take(&mut self.open) {
            // A work order takes people weeks: what it waits for is no fault.
            if self.sweeps.get(&open.sweep).is_some_and(|seen| seen.step.is_some()) {
                continue;
            }
            self.fault(open.index, Fault::IntentOpen { record });
        }
        let unended =
            |seen: &SweepSeen| seen.destroyed.last().map(|line| line.destroyed).filter(|_| seen.swept.is_none());
        let faults: Vec<(u64, Fault)> = self
            .sweeps
            .iter()
            .filter_map(|(sweep, seen)| Some((unended(seen)?, Fault::NeverSwept { sweep: sweep.clone() })))
            .collect();
        faults.into_iter().for_each(|(index, fault)| self.fault(index, fault));
    }

    fn clock(&mut self, index: u64, at: Instant) {
        match self.newest.filter(|newest| at < *newest) {
            Some(newest) => self.notes.push(TimeWentBack { index, at, newest }),
            None => self.newest = Some(at),
        }
    }

    fn created(&mut self, index: u64, organization: &str, log: &str, key: String) -> Result<(), Fault> {
        if index != 0 || self.has_begun {
            return Err(Fault::CreatedAgain);
        }
        self.has_begun = true;
        self.keys.push((index, key));
        let origin = Origin::new(organization, log).map_err(|refused| Fault::BadOrigin { claimed: refused.0 })?;
        self.origin = Some(origin);
        Ok(())
    }

    fn key_rotated(&mut self, index: u64, old: String, new: String) -> Result<(), Fault> {
        let known = self.keys.last().map(|(_, key)| key.clone()).unwrap_or_default();
        if old != known {
            return Err(Fault::RotatedFromAnother { claimed: old, known });
        }
        self.keys.push((index, new));
        Ok(())
    }

    fn sealed(&mut self, record: RecordId, standing: Standing) -> Result<(), Fault> {
        match self.records.entry(record) {
            Slot::Occupied(known) => Err(Fault::SealedTwice { record, first: known.get().sealed }),
            Slot::Vacant(slot) => {
                slot.insert(standing);
                Ok(())
            }
        }
    }

    /// What is corrected was registered and is neither destroyed nor about to be.
    fn corrected(&mut self, record: RecordId, newer: Standing) -> Result<(), Fault> {
        let standing = self.standing(record)?;
        if let Some(destroyed) = standing.destroyed {
            return Err(Fault::CorrectedAfterDestruction { record, destroyed });
        }
        if standing.header != standing.body {
            return Err(Fault::CorrectedInVault { record, sealed: standing.sealed });
        }
        if let Some(intent) = standing.intent {
            return Err(Fault::CorrectedUnderIntent { record, intent });
        }
        *standing = newer;
        Ok(())
    }

    /// What is rekeyed lies in the vault and is neither destroyed nor about to be.
    fn rekeyed(&mut self, record: RecordId, header: Digest) -> Result<(), Fault> {
        let standing = self.standing(record)?;
        if let Some(destroyed) = standing.destroyed {
            return Err(Fault::RekeyedAfterDestruction { record, destroyed });
        }
        if standing.header == standing.body {
            return Err(Fault::RekeyedOutside { record, registered: standing.sealed });
        }
        if let Some(intent) = standing.intent {
            return Err(Fault::RekeyedUnderIntent { record, intent });
        }
        standing.header = header;
        Ok(())
    }

    /// A step comes after the ones before it, and is about the intents that are open then.
    fn work_order(
        &mut self,
        sweep: String,
        step: OrderStep,
        claimed: u64,
        certificate: Option<RecordId>,
    ) -> Result<(), Fault> {
        if let Some(record) = certificate {
            self.standing(record)?;
        }
        let computed = self.open.values().filter(|open| open.sweep == sweep).count() as u64;
        let seen = self.sweeps.entry(sweep.clone()).or_default();
        let before = seen.step.replace(step);
        if before >= Some(step) || step > OrderStep::Ordered && before.is_none() {
            return Err(Fault::OrderOutOfTurn { sweep });
        }
        if claimed == computed { Ok(()) } else { Err(Fault::OrderCount { sweep, claimed, computed }) }
    }

    fn standing(&mut self, record: RecordId) -> Result<&mut Standing, Fault> {
        self.records.get_mut(&record).ok_or(Fault::NeverSealed { record })
    }

    /// An event that replaces another is about the same subject or record, and the first to replace it.
    fn event(&mut self, index: u64, about: Option<RecordId>, replaces: Option<u64>) -> Result<(), Fault> {
        if let Some(event) = replaces {
            match self.events.get(&event) {
                Some(known) if *known == about => {}
                Some(_) | None => return Err(Fault::EventNeverAdded { event }),
            }
            if let Some(first) = self.replaced.insert(event, index) {
                return Err(Fault::EventReplacedTwice { event, first });
            }
        }
        self.events.insert(index, about);
        Ok(())
    }

    fn hold_placed(&mut self, index: u64, hold: String) -> Result<(), Fault> {
        if let Some(seen) = self.holds.get(&hold) {
            return Err(Fault::HoldPlacedTwice { hold, first: seen.placed });
        }
        self.holds.insert(hold, HoldSeen { placed: index, released: None });
        Ok(())
    }

    fn hold_in_force(&self, hold: String) -> Result<(), Fault> {
        match self.holds.get(&hold) {
            None => Err(Fault::HoldNeverPlaced { hold }),
            Some(HoldSeen { released: Some(first), .. }) => Err(Fault::HoldReleasedTwice { hold, first: *first }),
            Some(_) => Ok(()),
        }
    }

    fn hold_released(&mut self, index: u64, hold: String) -> Result<(), Fault> {
        let Some(seen) = self.holds.get_mut(&hold) else {
            return Err(Fault::HoldNeverPlaced { hold });
        };
        if let Some(first) = seen.released {
            return Err(Fault::HoldReleasedTwice { hold, first });
        }
        seen.released = Some(index);
        Ok(())
    }

    fn intent(&mut self, record: RecordId, header: Digest, body: Digest, intent: OpenIntent) -> Result<(), Fault> {
        let standing = self.standing(record)?;
        if let Some(destroyed) = standing.destroyed {
            return Err(Fault::IntentAfterDestruction { record, destroyed });
        }
        if let Some(first) = standing.intent {
            return Err(Fault::IntentTwice { record, first });
        }
        standing.intent = Some(intent.index);
        let sealed = standing.sealed;
        let parts = [("header", header, standing.header), ("body", body, standing.body)];
        self.open.insert(record, intent);
        let differing = parts.into_iter().find(|(_, claimed, computed)| claimed != computed);
        differing.map_or(Ok(()), |(part, claimed, computed)| {
            Err(Fault::IntentDiffers { record, part, claimed, computed, sealed })
        })
    }

    /// Takes the open intent that a `destroyed` or `abandoned` answers.
    fn take_intent(&mut self, record: RecordId, sweep: &str, claimed: u64) -> Result<OpenIntent, Fault> {
        if let Some(first) = self.standing(record)?.destroyed {
            return Err(Fault::DestroyedTwice { record, first });
        }
        let open = match self.open.entry(record) {
            Slot::Occupied(open) if open.get().index == claimed && open.get().sweep == sweep => {
                return Ok(open.remove());
            }
            Slot::Occupied(open) => Some(open.get().index),
            Slot::Vacant(_) => None,
        };
        Err(Fault::WithoutIntent { record, sweep: sweep.to_owned(), claimed, open })
    }

    fn destroyed(&mut self, index: u64, record: RecordId, sweep: String, intent: u64) -> Result<(), Fault> {
        let open = self.take_intent(record, &sweep, intent);
        let standing = self.standing(record)?;
        // Even without an intent the record counts as destroyed: its bytes are gone.
        standing.destroyed.get_or_insert(index);
        let class = standing.class.clone();
        let OpenIntent { rule, due, .. } = open?;
        let seen = self.sweeps.entry(sweep.clone()).or_default();
        if let Some(swept) = seen.swept {
            return Err(Fault::DestroyedAfterSwept { sweep, swept });
        }
        seen.destroyed.push(AnnexLine { record, class, rule, destroyed: index, due });
        Ok(())
    }

    fn abandoned(&mut self, record: RecordId, sweep: String, intent: u64, why: String) -> Result<(), Fault> {
        self.take_intent(record, &sweep, intent)?;
        self.standing(record)?.intent = None;
        self.sweeps.entry(sweep).or_default().abandoned.insert(record, why);
        Ok(())
    }

    fn swept(&mut self, index: u64, sweep: String, claimed: u64, list: Digest) -> Result<(), Fault> {
        let seen = self.sweeps.entry(sweep.clone()).or_default();
        if let Some(first) = seen.swept {
            return Err(Fault::SweptTwice { sweep, first });
        }
        seen.swept = Some(index);
        let (computed, computed_list) = (seen.destroyed.len() as u64, annex(&seen.destroyed));
        if claimed != computed {
            self.fault(index, Fault::SweptCount { sweep: sweep.clone(), claimed, computed });
        }
        if list != computed_list {
            return Err(Fault::SweptAnnex { sweep, claimed: list, computed: computed_list });
        }
        Ok(())
    }
}
