//! What people signed: plans, and how much of them still counts.
//!
//! In: a plan, the signatures in the catalog, the ledger. Out: who signed, and what was changed since. The rule it keeps: a
//! plan without its planner's signature approves nothing, and its planner never counts as an approver of it.

use std::collections::{BTreeMap, BTreeSet};

use super::GateError;
use super::decide::Approved;
use crate::ledger::What;
use crate::policy::PolicySet;
use crate::retention::approval::{self, Purpose};
use crate::retention::plan::{Change, Item, Judged, Plan};
use crate::store::{Catalog, LedgerReader, StoreError, Writing};
use crate::{Digest, RecordId};

/// The policies that were accepted once, as far as the gate asks for them.
pub trait Rules {
    /// Returns the digests of the rules that these classes had under an accepted version; a class it did not have is left
    /// out, and all of them are where the version cannot be read any more.
    fn rules(&self, catalog: &Catalog<'_>, version: Digest, classes: &BTreeSet<&str>) -> BTreeMap<String, Digest>;
}

/// Both stores to read, and the policies that were accepted once.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    /// The catalog.
    pub catalog: &'a Catalog<'a>,
    /// The ledger.
    pub reader: &'a LedgerReader<'a>,
    /// The policies.
    pub rules: &'a dyn Rules,
}

impl Past<'_> {
    /// Returns what changed in between of the records of a plan, where the records as they are now do not show it.
    ///
    /// Another ledger than the one the plan was made by, a hold that was stated anew since, and one that came and went since and
    /// is not known any more: what may have covered the records nobody can tell, so the approvals count for none of them. And another rule, under a policy that was accepted since: who approved the plan approved the
    /// rule as it stood then, and it has not stood since.
    pub(super) fn moved(&self, plan: &Plan) -> Result<BTreeMap<RecordId, Change>, StoreError> {
        let all = |change| Ok(plan.records.iter().map(|item| (item.record, change)).collect());
        if !is_of(self.reader, plan)? {
            return all(Change::History);
        }
        // From the entry on after which it was written: it may have been signed, and handed in, long after.
        let made = self.reader.plan_made(plan.digest())?;
        let since = made.map_or(plan.entries, |made| plan.entries.min(made));
        if self.reader.holds_restated()?.values().any(|(entry, _)| *entry >= since) {
            return all(Change::HoldRestated);
        }
        // Of a hold that came and went since, and that the catalog does not know as it was stated, nobody can tell the same.
        // One that was there before covered nothing that the plan lists.
        let known = self.catalog.hold_rows()?.into_iter().filter_map(|row| row.whole);
        let known: BTreeMap<String, Digest> = known.map(|(hold, _)| (hold.id.clone(), hold.commitment())).collect();
        if self.reader.holds_come_and_gone(since)?.iter().any(|(hold, fact)| known.get(hold) != Some(fact)) {
            return all(Change::Holds);
        }
        let mut accepted = self.reader.acceptances()?;
        accepted.retain(|(index, _)| *index >= since);
        if accepted.is_empty() {
            return Ok(BTreeMap::new());
        }
        // By the class it was sealed as: another class may have taken that one up for a while, and given it back.
        let mut signed: BTreeMap<(String, Digest), Vec<RecordId>> = BTreeMap::new();
        for item in &plan.records {
            if let Some(row) = self.catalog.record(item.record)? {
                signed.entry((row.known.class, item.rule)).or_default().push(item.record);
            }
        }
        let (classes, mut moved) = (signed.keys().map(|(class, _)| class.as_str()).collect(), BTreeMap::new());
        for (_, entry) in accepted {
            let What::PolicyAccepted { policy, .. } = entry.what else { continue };
            let rules = self.rules.rules(self.catalog, policy, &classes);
            let differs = signed.iter().filter(|((class, rule), _)| rules.get(class) != Some(rule));
            moved.extend(differs.flat_map(|(_, records)| records).map(|record| (*record, Change::Rule)));
        }
        Ok(moved)
    }
}

/// Returns whether a plan was made after entries that this ledger has.
///
/// # Errors
/// Fails as the database does.
pub fn is_of(reader: &LedgerReader<'_>, plan: &Plan) -> Result<bool, StoreError> {
    Ok(plan.entries <= reader.size()? && reader.range_root(0..plan.entries)? == plan.root)
}

/// Returns the plan with the number of approvers of the accepted policy who signed it, its planner apart.
///
/// # Errors
/// Refuses a plan that its planner did not sign.
pub(super) fn approved<'a>(past: Past<'_>, policy: &PolicySet, plan: &'a Plan) -> Result<Approved<'a>, GateError> {
    let signatures = signatures(past.catalog, policy, plan)?;
    if !signatures.by_planner {
        return Err(GateError::Unsigned(plan.planner.name.clone()));
    }
    Ok(Approved::by(plan, signatures.approvers.len(), past.moved(plan)?))
}

/// The signatures of a plan that are valid now.
pub struct Signatures {
    /// Whether its planner signed it.
    pub by_planner: bool,
    /// The fingerprints of the different approvers of the accepted policy who did, without the planner's.
    pub approvers: BTreeSet<String>,
}

/// Returns the signatures of `plan` that are valid now.
///
/// # Errors
/// Fails as the database does.
pub fn signatures(catalog: &Catalog<'_>, policy: &PolicySet, plan: &Plan) -> Result<Signatures, StoreError> {
    let bytes = plan.bytes();
    let planner = approval::planner(plan);
    let signed = catalog.approvals(plan.digest())?;
    let by = |signature: &str, keys: &[_]| approval::check(signature, Purpose::Plan, &bytes, keys).ok();
    let by_planner = signed.iter().any(|one| by(&one.signature, std::slice::from_ref(&planner)).is_some());
    let others = approval::others(&policy.service.approvers, &planner);
    let approvers = signed.iter().filter_map(|one| by(&one.signature, &others)).map(|signed| signed.fingerprint);
    Ok(Signatures { by_planner, approvers: approvers.collect() })
}

/// Returns the records that may go by rule and stand unchanged in a plan that somebody approved.
pub(super) fn forecast(
    writing: &Writing<'_>,
    policy: &PolicySet,
    rules: &dyn Rules,
    judged: &[Judged],
) -> Result<BTreeSet<RecordId>, StoreError> {
    let (catalog, reader) = (writing.catalog(), writing.reader());
    let past = Past { catalog: &catalog, reader: &reader, rules };
    let due: BTreeMap<RecordId, Item> = judged.iter().filter_map(Item::of).map(|item| (item.record, item)).collect();
    let mut covered = BTreeSet::new();
    for digest in catalog.plans()? {
        let Some(plan) = catalog.plan(digest)?.and_then(|bytes| Plan::parse(&bytes, &writing.origin()).ok()) else {
            continue;
        };
        if !plan.records.iter().any(|item| due.contains_key(&item.record)) {
            continue;
        }
        let signatures = signatures(&catalog, policy, &plan)?;
        if signatures.by_planner && !signatures.approvers.is_empty() {
            let moved = past.moved(&plan)?;
            let unchanged = |item: &&Item| {
                let now = due.get(&item.record);
                now.is_some_and(|now| item.change(now).is_none()) && !moved.contains_key(&item.record)
            };
            covered.extend(plan.records.iter().filter(unchanged).map(|item| item.record));
        }
    }
    Ok(covered)
}
