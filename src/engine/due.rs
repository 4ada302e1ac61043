//! The stored due days, kept in step with what they are computed from.
//!
//! In: the accepted policy, rows, events. Out: rewritten days. The rule it keeps: a due day is written in the transaction
//! that changes what it follows from; for all records at once they are computed one row at a time.

use std::collections::BTreeMap;

use super::Result;
use super::accept::in_force;
use super::instance::Instance;
use crate::calendar::Date;
use crate::ledger::LedgerKey;
use crate::policy::{Class, PolicySet};
use crate::retention::due::{Known, counts_from_events, due};
use crate::retention::{gate, plan};
use crate::store::{Catalog, Record, Standing, Store, StoreError, Writing};

/// Computes due days of one policy, with what is asked of it again and again looked up once.
struct Days<'a> {
    policy: &'a PolicySet,
    classes: BTreeMap<String, Option<(&'a Class, bool)>>,
    /// Whether anybody asked for an early end of any record: then each is asked about.
    is_any_early: bool,
}

impl<'a> Days<'a> {
    fn of(policy: &'a PolicySet, catalog: &Catalog<'_>) -> Result<Days<'a>> {
        Ok(Days { policy, classes: BTreeMap::new(), is_any_early: !catalog.early_classes()?.is_empty() })
    }

    /// Returns the day of a row; its dates are used up.
    fn day(&mut self, catalog: &Catalog<'_>, standing: &mut Standing) -> std::result::Result<Option<Date>, StoreError> {
        let policy = self.policy;
        if !self.classes.contains_key(&standing.class) {
            let class = plan::class_of(policy, &standing.class);
            let class = class.map(|class| (class, counts_from_events(policy, class)));
            self.classes.insert(standing.class.clone(), class);
        }
        let Some(Some((class, from_events))) = self.classes.get(&standing.class) else { return Ok(None) };
        let dates = std::mem::take(&mut standing.dates);
        let known = match *from_events || self.is_any_early {
            true => gate::known_of(catalog, standing.record, &standing.subjects, dates)?,
            false => Known { dates, ..Known::default() },
        };
        Ok(due(policy, class, &known).day())
    }
}

/// Writes the due days of all records anew and returns how many moved.
pub(super) fn recompute_all(writing: &Writing<'_>, policy: &PolicySet) -> Result<usize> {
    let catalog = writing.catalog();
    let mut days = Days::of(policy, &catalog)?;
    Ok(writing.rewrite_due(|standing| days.day(&catalog, standing))?)
}

/// Writes the due days of these records anew and returns how many moved.
pub(super) fn recompute(writing: &Writing<'_>, policy: &PolicySet, records: Vec<Record>) -> Result<usize> {
    let catalog = writing.catalog();
    let mut moved = 0;
    for record in records {
        let known = gate::known(&catalog, &record)?;
        let day = plan::class_of(policy, &record.known.class).and_then(|class| due(policy, class, &known).day());
        if day != record.due {
            writing.set_due(record.known.id, day)?;
            moved += 1;
        }
    }
    Ok(moved)
}

/// Brings the catalog up to date with the ledger; the due days follow the entries it had not seen.
pub(super) fn reconcile(instance: &Instance, store: &mut Store, key: &LedgerKey) -> Result<()> {
    if store.reconcile(key, instance.now())?.entries == 0 {
        return Ok(());
    }
    let Some(in_force) = in_force(store)? else { return Ok(()) };
    let writing = store.write()?;
    recompute_all(&writing, &in_force.policy)?;
    Ok(writing.commit(key)?)
}
