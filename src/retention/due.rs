//! When a record falls due: pure arithmetic on the accepted rule and the dates that are known.
//!
//! In: a class, the record's dates, the events about its subjects. Out: [`Due`]. The rule it keeps: a missing date means
//! later than everything, never "now".

mod legal;

use std::collections::{BTreeMap, BTreeSet};

use super::count::{Counted, count};
use crate::calendar::Date;
use crate::policy::{About, Class, ComesFrom, Leg, Policy};

pub use legal::{Legal, legal};

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
    /// The day from which on somebody asked that it be destroyed early.
    pub early: Option<Date>,
    /// The ledger entries of these events and this request: what is taken back and stated anew has another.
    pub entries: BTreeSet<u64>,
}

impl Known {
    /// Returns the declared date `name`, as far as it is known.
    ///
    /// An event about subjects counts when it is known for all of them, from the last of them.
    fn date(&self, policy: &Policy, name: &str) -> Option<Date> {
        let declared = policy.date(name)?;
        match (declared.comes_from, declared.about) {
            (ComesFrom::Path | ComesFrom::Sidecar | ComesFrom::Field, _) => self.dates.get(name).copied(),
            (ComesFrom::Event, About::Record) => self.of_record.get(name).copied(),
            (ComesFrom::Event, About::Subject) => {
                let all: Option<Vec<Date>> = self.of_subjects.iter().map(|events| events.get(name).copied()).collect();
                all?.into_iter().max()
            }
        }
    }
}

/// Returns whether a rule counts from something that may be reported, or corrected, after a record was taken in.
pub fn counts_from_events(policy: &Policy, class: &Class) -> bool {
    let is_event = |leg: &Leg| policy.date(&leg.after).is_some_and(|date| date.comes_from == ComesFrom::Event);
    class.keep.legs().iter().any(is_event)
}

/// Returns when disposal of a record of `class` is allowed: by its rule, or earlier where that was asked for and no law
/// stands against it.
pub fn due(policy: &Policy, class: &Class, known: &Known) -> Due {
    let by_rule = counted(policy, class, known).due;
    legal::early(policy, class, known, &by_rule).unwrap_or(by_rule)
}

/// Returns the same with each step on the way.
pub fn counted(policy: &Policy, class: &Class, known: &Known) -> Counted {
    count(&class.keep, policy.organization.fiscal_year_starts, |name| known.date(policy, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Keep;
    use crate::policy::sample::{sample, sample_with};

    /// A leg as the vectors write it: period, date (`-` when it is not known), starting rule.
    type Told = (&'static str, &'static str, &'static str);

    /// Returns the first day allowed under these legs; each leg counts from a date of its own.
    fn first_day(combine: fn(Vec<Leg>) -> Keep, told: &[Told]) -> Option<String> {
        let mut known = Known::default();
        let mut legs = Vec::new();
        let policy = sample_with(|policy| {
            for (n, (period, date, starting)) in told.iter().enumerate() {
                let name = format!("date-{n}");
                let declared = policy.dates.iter().find(|date| date.comes_from == ComesFrom::Path).unwrap();
                policy.dates.push(crate::policy::DateName { id: name.clone(), ..declared.clone() });
                if *date != "-" {
                    known.dates.insert(name.clone(), date.parse().unwrap());
                }
                legs.push(Leg { period: period.parse().unwrap(), after: name, starting: starting.parse().unwrap() });
            }
        });
        let class = Class { keep: combine(legs), ..policy.classes[0].clone() };
        due(&policy, &class, &known).day().map(|day| day.to_string())
    }

    #[test]
    fn one_date_decides_by_the_calendar() {
        let alone = |legs: Vec<Leg>| Keep::For(legs.into_iter().next().unwrap());
        for (told, expected) in [
            (("P5Y", "2021-04-15", "month-end"), "2026-05-01"),
            (("P5Y", "2021-06-30", "fiscal-year-end"), "2027-04-01"),
            (("P3Y", "2020-03-31", "next-day"), "2023-04-01"),
            (("P7Y", "2018-01-24", "following 01-10"), "2026-01-11"),
            (("P0D", "2022-08-01", "next-fiscal-year-end"), "2024-04-01"),
            (("P1Y", "2024-02-29", "same-day"), "2025-03-01"),
            (("P2M", "2024-12-31", "same-day"), "2025-03-01"),
            (("P5Y", "2021-12-31", "year-end"), "2027-01-01"),
            (("P18M", "2024-01-31", "month-end"), "2025-08-01"),
        ] {
            assert_eq!(first_day(alone, &[told]).as_deref(), Some(expected), "{told:?}");
        }
        assert_eq!(first_day(alone, &[("P0D", "-", "next-day")]), None, "an empty period does not make a date");
    }

    #[test]
    fn the_earlier_of_two_leaves_out_what_has_not_happened() {
        let made = |date| ("P5Y", date, "fiscal-year-end");
        let moved = |date| ("P0D", date, "next-fiscal-year-end");
        for (legs, expected) in [
            ([made("2020-10-15"), moved("2022-08-01")], Some("2024-04-01")),
            ([made("2020-10-15"), moved("2025-06-01")], Some("2026-04-01")),
            ([made("2020-10-15"), moved("-")], Some("2026-04-01")),
            ([made("-"), moved("-")], None),
        ] {
            assert_eq!(first_day(Keep::EarlierOf, &legs).as_deref(), expected, "{legs:?}");
        }
    }

    #[test]
    fn the_later_of_two_needs_both() {
        for (legs, expected) in [
            ([("P2Y", "2024-11-20", "month-end"), ("P2Y", "2025-01-15", "next-day")], Some("2027-01-16")),
            ([("P2Y", "2024-11-20", "month-end"), ("P2Y", "2024-11-25", "next-day")], Some("2026-12-01")),
            ([("P3Y", "2021-03-25", "next-day"), ("P3Y", "-", "next-day")], None),
        ] {
            assert_eq!(first_day(Keep::LaterOf, &legs).as_deref(), expected, "{legs:?}");
        }
    }

    #[test]
    fn an_event_about_subjects_counts_from_the_last_of_all_of_them() {
        let policy = sample();
        let leg = Leg { period: "P0D".parse().unwrap(), after: "moved".into(), starting: "next-day".parse().unwrap() };
        let class = Class { keep: Keep::For(leg), ..policy.classes[0].clone() };
        let moved = |date: &str| BTreeMap::from([("moved".to_owned(), date.parse().unwrap())]);
        let of = |of_subjects: Vec<BTreeMap<String, Date>>| {
            due(&policy, &class, &Known { of_subjects, ..Known::default() }).day().map(|day| day.to_string())
        };
        assert_eq!(of(vec![moved("2022-08-01"), moved("2023-01-31")]).as_deref(), Some("2023-02-01"));
        assert_eq!(of(vec![moved("2022-08-01"), BTreeMap::new()]), None, "one of them has not moved");
        assert_eq!(of(Vec::new()), None, "nobody moved");
    }

    #[test]
    fn permanent_has_no_day() {
        let policy = sample();
        let class = Class { keep: Keep::Permanent, ..policy.classes[0].clone() };
        assert_eq!(due(&policy, &class, &Known::default()), Due::Permanent);
    }
}
