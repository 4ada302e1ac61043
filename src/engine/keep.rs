//! Keeping records longer: disposal postponed within its window, or a period extended because they are still needed.
//!
//! In: records, a day, who and why. Out: rows in the catalog and ledger entries that name the records. The rule it keeps:
//! nothing is ever shortened by this, and no record is kept longer than its class allows.

use super::accept::{policy_state, still_in_force};
use super::facts::said;
use super::instance::Instance;
use super::{EngineError, Result};
use crate::RecordId;
use crate::calendar::Date;
use crate::ledger::{Entry, What};
use crate::policy::{Class, PolicySet};
use crate::retention::due::due;
use crate::retention::{gate, plan};
use crate::store::{How, Kept, KeptUntil, Store};

/// What is to be kept longer.
pub struct KeepWish {
    /// The records.
    pub records: Vec<RecordId>,
    /// How.
    pub how: How,
    /// The first day on which they may go after all.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: String,
}

/// Keeps records longer: all of them, or none where one is refused.
///
/// # Errors
/// Refuses an unknown record, one without a due day, a day that is not later than what holds already, a day beyond what
/// the class allows, and empty words.
///
/// # Durability
/// On return every statement is in the ledger.
pub fn keep_longer(instance: &Instance, wish: &KeepWish) -> Result<()> {
    said("keep.reason", "a reason", &wish.reason)?;
    said("keep.by", "who keeps it", &wish.by)?;
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let accepted = state.accepted()?;
    let today = accepted.policy.organization.time_zone.date(instance.now());
    let mut records = wish.records.clone();
    records.sort();
    records.dedup();
    let before = store.catalog().kept_until()?;
    for record in &records {
        check(&store, &accepted.policy, &before, *record, today, wish)?;
    }
    let statement = |record: &RecordId| {
        let (reason, by, salt) = (wish.reason.clone(), wish.by.clone(), instance.salt()?);
        Ok(Kept { record: *record, how: wish.how, until: wish.until, reason, by, salt, entry: None })
    };
    let statements: Vec<Kept> = records.iter().map(statement).collect::<Result<_>>()?;
    let pending = store.write_pending()?;
    let rows: Vec<i64> = statements.iter().map(|kept| pending.add_kept(kept)).collect::<std::result::Result<_, _>>()?;
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    still_in_force(&writing, &accepted.version)?;
    for (kept, row) in statements.iter().zip(rows) {
        if writing.catalog().record(kept.record)?.is_none() {
            let why = format!("record {} was destroyed at this moment: nothing was written", kept.record);
            return Err(EngineError::refused("keep.gone", why).help("run the command again without it"));
        }
        let what = What::KeptLonger { record: kept.record, fact: kept.commitment() };
        let entry = writing.append(&Entry { at: instance.now(), what })?;
        writing.kept_entered(row, entry)?;
    }
    Ok(writing.commit(&key)?)
}

fn check(
    store: &Store,
    policy: &PolicySet,
    before: &KeptUntil,
    id: RecordId,
    today: Date,
    wish: &KeepWish,
) -> Result<()> {
    let catalog = store.catalog();
    let record = catalog.record(id)?.ok_or_else(|| {
        EngineError::refused("keep.unknown", format!("the catalog knows no record `{id}`"))
            .help("`hokan records list` shows what is held")
    })?;
    let class = plan::class_of(policy, &record.known.class).ok_or_else(|| {
        EngineError::refused("keep.class", format!("the accepted policy has no class `{}`", record.known.class))
    })?;
    let day = due(policy, class, &gate::known(&catalog, &record)?).day().ok_or_else(|| {
        EngineError::refused("keep.no-day", format!("record {id} has no day on which it falls due"))
            .help("it is kept already: for ever, or until the dates its rule needs are known")
    })?;
    let now = before.get(&id).map_or(day, |(until, _)| day.max(*until));
    if wish.until <= now.max(today) {
        let why = format!("record {id} may go from {now} and today is {today}: {} would keep it no longer", wish.until);
        return Err(EngineError::refused("keep.shorter", why).help("name a later day with `--until`"));
    }
    let last = last_day(class, day, wish.how)?;
    if wish.until > last {
        let (why, help) = match wish.how {
            How::Postponed => {
                let why = format!(
                    "the window of class `{}` ends on {last} for record {id}: disposal is not postponed beyond it",
                    class.id
                );
                (why, "`hokan records extend` keeps what is still needed, where its class allows that")
            }
            How::Extended => {
                let why = format!(
                    "class `{}` lets record {id} be kept until {last} at most, not until {}",
                    class.id, wish.until
                );
                (why, "name an earlier day; place a hold where a law suit or an inspection needs the record")
            }
        };
        return Err(EngineError::refused("keep.too-long", why).help(help));
    }
    Ok(())
}

/// The latest day until which a record that is due on `day` may be kept.
fn last_day(class: &Class, day: Date, how: How) -> Result<Date> {
    let last = match how {
        How::Postponed => class.disposal.within.after(day).and_then(|after| after.minus_days(1)),
        How::Extended => match class.extension {
            Some(at_most) => at_most.after(day),
            None => {
                let why = format!("class `{}` has no `extension`: its records are not kept longer", class.id);
                return Err(EngineError::refused("keep.no-extension", why).help("`hokan records postpone` puts disposal off within its window; a hold keeps what a law suit or an inspection needs"));
            }
        },
    };
    Ok(last.unwrap_or(day))
}
