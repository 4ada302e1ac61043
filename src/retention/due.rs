//! When a record falls due: pure arithmetic on the accepted rule and the dates that are known.
//!
//! In: a class, the record's dates, the events about its subjects. Out: [`Due`]. The rule it keeps: a missing date means
//! later than everything, never "now".

use std::collections::BTreeMap;

use crate::calendar::{Date, MonthDay, first_day_allowed};
use crate::policy::{About, Class, ComesFrom, Keep, Leg, Policy};

/// When disposal of a record is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// From this day on.
    On(Date),
    /// Not before these dates are known.
    Waiting(Vec<String>),
    /// Never.
    Permanent,
}

impl Due {
    /// Returns the first day on which disposal is allowed, if there is one.
    pub fn day(&self) -> Option<Date> {
        match self {
            Due::On(day) => Some(*day),
            Due::Waiting(_) | Due::Permanent => None,
        }
    }
}

/// The dates that are known of one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The dates it came with.
    pub dates: BTreeMap<String, Date>,
    /// The events of the record itself.
    pub of_record: BTreeMap<String, Date>,
    /// The events of each subject it is about.
    pub of_subjects: Vec<BTreeMap<String, Date>>,
}

impl Known {
    /// Returns the declared date `name`, as far as it is known.
    ///
    /// An event about subjects counts when it is known for all of them, from the last of them.
    fn date(&self, policy: &Policy, name: &str) -> Option<Date> {
        let declared = policy.date(name)?;
        match (declared.comes_from, declared.about) {
            (ComesFrom::Path | ComesFrom::Sidecar, _) => self.dates.get(name).copied(),
            (ComesFrom::Event, About::Record) => self.of_record.get(name).copied(),
            (ComesFrom::Event, About::Subject) => {
                let all: Option<Vec<Date>> = self.of_subjects.iter().map(|events| events.get(name).copied()).collect();
                all?.into_iter().max()
            }
        }
    }
}

/// Returns when disposal of a record of `class` is allowed.
pub fn due(policy: &Policy, class: &Class, known: &Known) -> Due {
    let year_starts = policy.organization.fiscal_year_starts;
    let day = |leg: &Leg| known.date(policy, &leg.after).map(|date| leg_day(leg, date, year_starts));
    let missing = |legs: &[Leg]| {
        let mut names: Vec<String> =
            legs.iter().filter(|leg| day(leg).is_none()).map(|leg| leg.after.clone()).collect();
        names.sort();
        names.dedup();
        Due::Waiting(names)
    };
    match &class.keep {
        Keep::Permanent => Due::Permanent,
        Keep::For(leg) => day(leg).unwrap_or_else(|| missing(std::slice::from_ref(leg))),
        Keep::EarlierOf(legs) => {
            let days: Vec<Due> = legs.iter().filter_map(day).collect();
            match days.iter().filter_map(Due::day).min() {
                Some(first) => Due::On(first),
                None if days.is_empty() => missing(legs),
                None => Due::Permanent,
            }
        }
        Keep::LaterOf(legs) => {
            let days: Vec<Due> = legs.iter().filter_map(day).collect();
            if days.len() < legs.len() {
                return missing(legs);
            }
            match days.iter().map(Due::day).collect::<Option<Vec<_>>>() {
                Some(all) => all.into_iter().max().map_or(Due::Permanent, Due::On),
                None => Due::Permanent,
            }
        }
    }
}

/// The day one leg ends; beyond the year 2999 it never does.
fn leg_day(leg: &Leg, date: Date, year_starts: MonthDay) -> Due {
    first_day_allowed(date, leg.period, leg.starting, year_starts).map_or(Due::Permanent, Due::On)
}
