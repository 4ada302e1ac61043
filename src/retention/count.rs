//! How a due day is counted: each period step by step, and what their combination comes to.
//!
//! In: periods, the dates they count from as far as they are known, the day fiscal years start. Out: [`Counted`]. The
//! rule it keeps: a missing date and a period without end are later than every day; what is explained to people is
//! what is decided by, because both are this value.

use super::due::Due;
use crate::calendar::{Date, MonthDay, Period, Starting};
use crate::policy::{Combine, Keep, Leg};

/// One period, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The name of the date it counts from.
    pub after: String,
    /// How long; without one, for ever.
    pub period: Option<Period>,
    /// When counting begins.
    pub starting: Starting,
    /// The date, where it is known.
    pub date: Option<Date>,
    /// The first day of the period; nothing without a date, or beyond the calendar.
    pub first: Option<Date>,
    /// When it is over.
    pub due: Due,
}

/// Periods, counted and combined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Each of them.
    pub steps: Vec<Step>,
    /// How they are combined; nothing where there is one, or none.
    pub combine: Option<Combine>,
    /// What they come to.
    pub due: Due,
}

impl Counted {
    /// Returns whether this step decides: its day is the one they come to.
    pub fn decides(&self, step: &Step) -> bool {
        step.due.day().is_some() && step.due == self.due
    }
}

impl Step {
    /// Counts one period.
    pub fn count(
        period: Option<Period>,
        after: &str,
        starting: Starting,
        date: Option<Date>,
        year_starts: MonthDay,
    ) -> Step {
        let first = date.and_then(|date| starting.first_day(date, year_starts));
        let due = match (period, date) {
            (None, _) => Due::Permanent,
            (Some(_), None) => Due::Waiting(vec![after.to_owned()]),
            // Beyond the year 2999 a period never ends.
            (Some(period), Some(_)) => first.and_then(|first| period.after(first)).map_or(Due::Permanent, Due::On),
        };
        Step { after: after.to_owned(), period, starting, date, first, due }
    }
}

/// Counts what a rule says; `date` returns a declared date as far as it is known.
pub fn count(keep: &Keep, year_starts: MonthDay, date: impl Fn(&str) -> Option<Date>) -> Counted {
    let step = |leg: &Leg| Step::count(Some(leg.period), &leg.after, leg.starting, date(&leg.after), year_starts);
    let steps: Vec<Step> = keep.legs().iter().map(step).collect();
    match keep {
        Keep::Permanent => Counted { steps, combine: None, due: Due::Permanent },
        Keep::For(_) => combined(steps, None),
        Keep::EarlierOf(_) => combined(steps, Some(Combine::EarlierOf)),
        Keep::LaterOf(_) => combined(steps, Some(Combine::LaterOf)),
    }
}

/// Combines counted periods.
pub fn combined(steps: Vec<Step>, combine: Option<Combine>) -> Counted {
    let days = steps.iter().filter_map(|step| step.due.day());
    let due = match combine.unwrap_or(Combine::EarlierOf) {
        Combine::EarlierOf => days.min().map_or_else(|| open(&steps), Due::On),
        Combine::LaterOf if steps.iter().any(|step| step.due == Due::Permanent) => Due::Permanent,
        Combine::LaterOf if steps.iter().any(|step| step.due.day().is_none()) => open(&steps),
        Combine::LaterOf => days.max().map_or(Due::Permanent, Due::On),
    };
    Counted { steps, combine, due }
}

/// Without a day: the dates that are missing, or never.
fn open(steps: &[Step]) -> Due {
    let missing = |step: &Step| match &step.due {
        Due::Waiting(names) => names.clone(),
        Due::On(_) | Due::Permanent => Vec::new(),
    };
    let mut names: Vec<String> = steps.iter().flat_map(missing).collect();
    names.sort();
    names.dedup();
    if names.is_empty() { Due::Permanent } else { Due::Waiting(names) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(period: Option<&str>, date: Option<&str>) -> Step {
        let period = period.map(|text| text.parse().unwrap());
        let date = date.map(|text| text.parse().unwrap());
        Step::count(period, "made", Starting::NextDay, date, MonthDay::APRIL_1)
    }

    #[test]
    fn a_period_without_end_counts_as_later_than_every_day() {
        let (day, never, missing) =
            (step(Some("P1Y"), Some("2020-01-01")), step(None, Some("2020-01-01")), step(Some("P1Y"), None));
        let of = |steps: &[&Step], combine| combined(steps.iter().copied().cloned().collect(), Some(combine));
        let waiting = Due::Waiting(vec!["made".to_owned()]);
        for (steps, earlier, later) in [
            ([&day, &never], day.due.clone(), Due::Permanent),
            ([&day, &missing], day.due.clone(), waiting.clone()),
            ([&never, &missing], waiting, Due::Permanent),
            ([&never, &never], Due::Permanent, Due::Permanent),
        ] {
            assert_eq!(of(&steps, Combine::EarlierOf).due, earlier, "{steps:?}");
            assert_eq!(of(&steps, Combine::LaterOf).due, later, "{steps:?}");
        }
    }

    #[test]
    fn the_step_that_decides_is_the_one_whose_day_it_is() {
        let counted = combined(
            vec![step(Some("P1Y"), Some("2020-01-01")), step(Some("P2Y"), Some("2020-01-01"))],
            Some(Combine::LaterOf),
        );
        let decides: Vec<bool> = counted.steps.iter().map(|step| counted.decides(step)).collect();
        assert_eq!(decides, [false, true]);
    }
}
