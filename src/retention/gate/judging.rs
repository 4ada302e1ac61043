//! Judging records by what the catalog knows of them.
//!
//! In: the catalog, the grounds of a verdict. Out: judged records. The rule it keeps: the stored due day only finds a
//! record; the day that counts is computed again from the rule.

use std::collections::{BTreeMap, BTreeSet};

use super::Request;
use crate::RecordId;
use crate::calendar::Date;
use crate::retention::due::Known;
use crate::retention::plan::{Grounds, Judged, Plan, judge};
use crate::store::{Catalog, Hold, KeptUntil, Record, StoreError};

/// What was stated about records and counts whatever their rules say.
pub(super) struct Facts {
    holds: Vec<Hold>,
    released: Vec<Hold>,
    kept: KeptUntil,
}

impl Facts {
    pub(super) fn read(catalog: &Catalog<'_>) -> Result<Facts, StoreError> {
        let (holds, released) = (catalog.holds()?, catalog.released_holds()?);
        Ok(Facts { holds, released, kept: catalog.kept_until()? })
    }

    pub(super) fn grounds<'a>(&'a self, request: &Request<'a>) -> Grounds<'a> {
        let day = request.policy.organization.time_zone.date(request.now);
        let waiting = request.waiting.map(|waiting| &**waiting);
        let Facts { holds, released, kept } = self;
        Grounds { policy: request.policy, waiting, holds, released, kept, day }
    }
}

/// Judges every record whose stored due day has come; the day itself is computed again from the rule.
///
/// # Errors
/// Fails as the database does.
pub fn judge_all(catalog: &Catalog<'_>, grounds: &Grounds<'_>) -> Result<Vec<Judged>, StoreError> {
    let due = catalog.find_due(grounds.day)?.into_iter().filter_map(|found| catalog.dated(found).transpose());
    let mut judged = due.map(|record| judge_row(catalog, grounds, &record?)).collect::<Result<Vec<_>, _>>()?;
    judged.sort_by_key(|one| one.record);
    Ok(judged)
}

/// Judges the records that `plan` names; without one, every record whose day has come.
pub(super) fn judge_named(
    catalog: &Catalog<'_>,
    grounds: &Grounds<'_>,
    plan: Option<&Plan>,
) -> Result<Vec<Judged>, StoreError> {
    let Some(plan) = plan else { return judge_all(catalog, grounds) };
    let mut judged = Vec::new();
    for item in &plan.records {
        if let Some(record) = catalog.record(item.record)? {
            judged.push(judge_row(catalog, grounds, &record)?);
        }
    }
    Ok(judged)
}

/// Judges one record by what the catalog knows of it.
///
/// # Errors
/// Fails as the database does.
pub fn judge_row(catalog: &Catalog<'_>, grounds: &Grounds<'_>, record: &Record) -> Result<Judged, StoreError> {
    Ok(judge(grounds, record, &known(catalog, record)?))
}

/// Returns the dates known of a record: its own, and the events of it and of its subjects.
///
/// # Errors
/// Fails as the database does.
pub fn known(catalog: &Catalog<'_>, record: &Record) -> Result<Known, StoreError> {
    let known = &record.known;
    known_of(catalog, known.id, &known.subjects, known.dates.clone())
}

/// Returns the dates known of a record with these subjects and dates of its own.
///
/// # Errors
/// Fails as the database does.
pub fn known_of(
    catalog: &Catalog<'_>,
    record: RecordId,
    subjects: &[String],
    dates: BTreeMap<String, Date>,
) -> Result<Known, StoreError> {
    let mut entries = BTreeSet::new();
    let mut events = |subject: &str| {
        let counting = catalog.events_of(subject)?.into_iter();
        let dates = counting.map(|one| {
            entries.insert(one.entry);
            (one.event.event, one.event.date)
        });
        Ok(dates.collect::<BTreeMap<_, _>>())
    };
    let of_subjects: Result<Vec<_>, StoreError> = subjects.iter().map(|subject| events(subject)).collect();
    let (of_record, of_subjects) = (events(&record.to_string())?, of_subjects?);
    let early = catalog.early(record)?;
    entries.extend(early.as_ref().and_then(|request| request.entry));
    Ok(Known { dates, of_record, of_subjects, early: early.map(|request| request.day), entries })
}
