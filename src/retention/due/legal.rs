//! Until when the law wants a record kept: what stands against destroying it early.
//!
//! In: the class, its law, the dates that are known. Out: [`Legal`]. The rule it keeps: where the law sets a period and a
//! date is missing, nothing may go; of several readings the one that keeps longest counts.

use super::{Due, Known};
use crate::calendar::{Date, first_day_allowed};
use crate::policy::{Class, Keep, Leg, Policy};

/// What the law says about one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Legal {
    /// The class names no topic that sets a period.
    Free,
    /// Not before this day, by the topic's period.
    From(Date),
    /// It sets a period that cannot be counted: these dates are missing.
    Unknown(Vec<String>),
}

/// Returns from when on the law of `on` lets a record go.
///
/// The own rule names the dates; each period of the law is counted from each of them, and the latest day is taken.
pub fn legal(policy: &Policy, class: &Class, known: &Known, on: Date) -> Legal {
    let Some(topic) = &class.authority.topic else { return Legal::Free };
    let Some(minimum) = policy.law.minimum(topic, on) else { return Legal::Free };
    let starts = policy.law.fiscal_year_starts(topic);
    let date = |leg: &Leg| known.date(policy, &leg.after);
    let missing = class.keep.legs().iter().filter(|leg| date(leg).is_none());
    let missing: Vec<String> = missing.map(|leg| leg.after.clone()).collect();
    let dates: Vec<Date> = class.keep.legs().iter().filter_map(date).collect();
    let may_lack_some = matches!(class.keep, Keep::EarlierOf(_)) && !dates.is_empty();
    if dates.is_empty() || !missing.is_empty() && !may_lack_some {
        return Legal::Unknown(missing);
    }
    let each = minimum
        .keep
        .legs()
        .iter()
        .flat_map(|leg| dates.iter().map(move |date| first_day_allowed(*date, leg.period, leg.starting, starts)));
    // A day beyond the calendar is later than all others.
    match each.collect::<Option<Vec<Date>>>().and_then(|days| days.into_iter().max()) {
        Some(day) => Legal::From(day),
        None => Legal::Unknown(Vec::new()),
    }
}

/// Returns when a record may go that somebody asked to be destroyed early, where that is before its rule lets it go.
pub(super) fn early(policy: &Policy, class: &Class, known: &Known, by_rule: &Due) -> Option<Due> {
    let asked = known.early?;
    let day = match legal(policy, class, known, asked) {
        Legal::Free => asked,
        Legal::From(day) => day.max(asked),
        Legal::Unknown(_) => return None,
    };
    by_rule.day().is_none_or(|rule| day < rule).then_some(Due::On(day))
}
