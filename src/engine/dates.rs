//! Periods worked out without a record: examples of other people, and questions of one's own.
//!
//! In: examples, or a class and its dates. Out: what each comes to, step by step. The rule it keeps: the same counting
//! that decides about records, with nothing added.

use std::collections::BTreeMap;

use super::accept::policy_state;
use super::instance::Instance;
use super::{EngineError, Result};
use crate::calendar::{Date, MonthDay, Period, Starting};
use crate::diag::nearest;
use crate::policy::{Example, PolicySet, example_line, examples};
use crate::retention::count::{Counted, Step, combined, count};
use crate::retention::plan;

/// An example and what hokan makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// The example.
    pub example: Example,
    /// What it comes to.
    pub counted: Counted,
}

impl Worked {
    /// Returns whether the example expects another day than the one found.
    pub fn differs(&self) -> bool {
        self.example.expected.is_some_and(|expected| expected != self.counted.due.day())
    }

    /// Returns the day of the moment the example asks about, and whether destruction is allowed then.
    pub fn at_the_moment(&self) -> Option<(Date, bool)> {
        let (at, zone) = self.example.moment?;
        let today = zone.date(at);
        Some((today, self.counted.due.day().is_some_and(|day| day <= today)))
    }
}

/// Works an example out; fiscal years start on `year_starts` unless it says otherwise.
fn work_out(example: Example, year_starts: MonthDay) -> Worked {
    let year_starts = example.fiscal_year_starts.unwrap_or(year_starts);
    let steps = example.legs.iter().map(|leg| Step::count(leg.period, &leg.after, leg.starting, leg.date, year_starts));
    let counted = combined(steps.collect(), example.combine);
    Worked { example, counted }
}

/// Works one period out, which counts from `date`.
pub fn work_out_period(period: Period, date: Date, starting: Starting, year_starts: MonthDay) -> Counted {
    combined(vec![Step::count(Some(period), "date", starting, Some(date), year_starts)], None)
}

/// Works the example out that a line of JSON holds.
///
/// # Errors
/// Says in words what is wrong with the line.
pub fn work_out_line(line: &str, year_starts: MonthDay) -> std::result::Result<Worked, String> {
    example_line(line).map(|example| work_out(example, year_starts))
}

/// Works every example of a file out.
///
/// # Errors
/// Refuses a file that is not one of examples.
pub fn work_out_all(text: &str) -> Result<Vec<Worked>> {
    let read = examples(text).map_err(|why| EngineError::refused("dates.vectors", why))?;
    Ok(read.examples.into_iter().map(|example| work_out(example, read.fiscal_year_starts)).collect())
}

/// Counts what the accepted policy says of a class, from these dates; returns with it the day fiscal years start.
///
/// # Errors
/// Refuses a class or a date that the policy does not have.
pub fn dates_of_class(instance: &Instance, class: &str, dates: &BTreeMap<String, Date>) -> Result<(Counted, MonthDay)> {
    let store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let policy: &PolicySet = &state.accepted()?.policy;
    let near = |wrong: &str, known: Vec<&str>| match nearest(wrong, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.join(", ")),
    };
    let Some(class) = plan::class_of(policy, class) else {
        let known = policy.classes.iter().map(|class| class.id.as_str()).collect();
        let refused = EngineError::refused("dates.class", format!("the accepted policy has no class `{class}`"));
        return Err(refused.help(near(class, known)));
    };
    let known: Vec<&str> = class.keep.legs().iter().map(|leg| leg.after.as_str()).collect();
    if let Some(other) = dates.keys().find(|name| !known.contains(&name.as_str())) {
        let why = format!("no period of `{}` counts from `{other}`", class.id);
        return Err(EngineError::refused("dates.name", why).help(near(other, known)));
    }
    let year_starts = policy.organization.fiscal_year_starts;
    Ok((count(&class.keep, year_starts, |name| dates.get(name).copied()), year_starts))
}
