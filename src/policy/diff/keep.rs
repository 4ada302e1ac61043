//! Whether an edit makes a period shorter, longer, or now this and now that.
//!
//! In: two rules with the sets they stand in. Out: [`Order`]. The rule it keeps: "shorter" and "longer" hold for every
//! possible date; what cannot be shown for every date is "differs".

use crate::calendar::{MonthDay, Period, Starting};
use crate::policy::{Keep, Leg, Policy};

/// How a rule after an edit stands to the rule before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// It is the same rule.
    Same,
    /// No record falls due earlier.
    Longer,
    /// No record falls due later.
    Shorter,
    /// It depends on the dates, or cannot be told.
    Differs,
}

/// A rule and the set that gives its dates and fiscal years their meaning.
#[derive(Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) policy: &'a Policy,
    pub(super) keep: &'a Keep,
}

/// Compares two rules.
pub(super) fn order(before: Rule<'_>, after: Rule<'_>) -> Order {
    let years = |rule: Rule<'_>| rule.policy.organization.fiscal_year_starts;
    let dates_alike = before.keep.legs().iter().all(|leg| is_same_date(before.policy, after.policy, &leg.after));
    let years_alike = years(before) == years(after) || !before.keep.legs().iter().any(|leg| is_fiscal(leg.starting));
    if before.keep == after.keep && dates_alike && years_alike {
        return Order::Same;
    }
    match (never_earlier(before, after), never_earlier(after, before)) {
        (true, true) => Order::Same,
        (true, false) => Order::Longer,
        (false, true) => Order::Shorter,
        (false, false) => Order::Differs,
    }
}

/// Returns a rule as the policy writes it.
pub(super) fn written(keep: &Keep) -> String {
    let leg = |leg: &Leg| format!("{{ for: {}, after: {}, starting: {} }}", leg.period, leg.after, leg.starting);
    let list = |legs: &[Leg]| legs.iter().map(leg).collect::<Vec<_>>().join(", ");
    match keep {
        Keep::Permanent => "permanent".to_owned(),
        Keep::For(one) => leg(one),
        Keep::EarlierOf(legs) => format!("{{ earlier-of: [{}] }}", list(legs)),
        Keep::LaterOf(legs) => format!("{{ later-of: [{}] }}", list(legs)),
    }
}

/// Whether under `after` no record falls due before the day it has under `before`, whatever its dates.
fn never_earlier(before: Rule<'_>, after: Rule<'_>) -> bool {
    let no_earlier = |a: &Leg, b: &Leg| leg_never_earlier(before.policy, a, after.policy, b);
    let (was, is) = (before.keep.legs(), after.keep.legs());
    match (before.keep, after.keep) {
        (_, Keep::Permanent) => true,
        (Keep::Permanent, Keep::For(_) | Keep::EarlierOf(_) | Keep::LaterOf(_)) => false,
        (Keep::LaterOf(_), Keep::EarlierOf(_)) => is.iter().all(|b| was.iter().all(|a| no_earlier(a, b))),
        (Keep::For(_) | Keep::EarlierOf(_), Keep::For(_) | Keep::EarlierOf(_)) => {
            is.iter().all(|b| was.iter().any(|a| no_earlier(a, b)))
        }
        (Keep::For(_) | Keep::EarlierOf(_), Keep::LaterOf(_)) => {
            is.iter().any(|b| was.iter().any(|a| no_earlier(a, b)))
        }
        // A date that is missing leaves a record without a due day, so every former period must live on in a later one.
        (Keep::LaterOf(_), Keep::For(_) | Keep::LaterOf(_)) => was.iter().all(|a| is.iter().any(|b| no_earlier(a, b))),
    }
}

/// Returns whether the leg `b` of `after` ends no earlier than the leg `a` of `before`, whatever date they count from.
///
/// "No" also where it cannot be shown; legs that count from different dates are never comparable.
pub fn leg_never_earlier(before: &Policy, a: &Leg, after: &Policy, b: &Leg) -> bool {
    if a.after != b.after || !is_same_date(before, after, &a.after) {
        return false;
    }
    let years = (before.organization.fiscal_year_starts, after.organization.fiscal_year_starts);
    let comparable = years.0 == years.1 || !is_fiscal(a.starting) && !is_fiscal(b.starting);
    if comparable && starts_no_earlier(a.starting, b.starting, years.0) && lasts_no_less(a.period, b.period) {
        return true;
    }
    most_days(a) <= least_days(b)
}

/// Whether a date means the same in both sets.
fn is_same_date(before: &Policy, after: &Policy, id: &str) -> bool {
    match (before.date(id), after.date(id)) {
        (Some(was), Some(is)) => was.comes_from == is.comes_from && was.about == is.about,
        (Some(_) | None, Some(_) | None) => false,
    }
}

fn is_fiscal(starting: Starting) -> bool {
    matches!(starting, Starting::FiscalYearEnd | Starting::NextFiscalYearEnd)
}

/// Whether counting by `b` never begins before counting by `a`.
fn starts_no_earlier(a: Starting, b: Starting, year_starts: MonthDay) -> bool {
    let first = year_starts.in_year(2001);
    let on_a_first = first.is_some_and(|day| day.day() == 1);
    let on_new_year = on_a_first && first.is_some_and(|day| day.month() == 1);
    match (a, b) {
        (Starting::SameDay, _) => true,
        (Starting::Following(a), Starting::Following(b)) => a <= b,
        _ if a == b => true,
        (Starting::NextDay, other) => other != Starting::SameDay,
        (Starting::MonthEnd | Starting::YearEnd, Starting::Following(_) | Starting::NextFiscalYearEnd) => true,
        (Starting::MonthEnd, Starting::YearEnd) => true,
        (Starting::MonthEnd, Starting::FiscalYearEnd) => on_a_first,
        (Starting::YearEnd, Starting::FiscalYearEnd) | (Starting::FiscalYearEnd, Starting::YearEnd) => on_new_year,
        (Starting::FiscalYearEnd, Starting::Following(_)) => on_new_year,
        (Starting::FiscalYearEnd, Starting::NextFiscalYearEnd) => true,
        (
            Starting::MonthEnd
            | Starting::YearEnd
            | Starting::FiscalYearEnd
            | Starting::NextFiscalYearEnd
            | Starting::Following(_),
            _,
        ) => false,
    }
}

pub(super) fn lasts_no_less(a: Period, b: Period) -> bool {
    match (a, b) {
        (Period::Months(a), Period::Months(b)) => a <= b,
        (Period::Days(a), Period::Days(b)) => a <= b,
        (Period::Months(_), Period::Days(_)) | (Period::Days(_), Period::Months(_)) => days(a).1 <= days(b).0,
    }
}

/// The fewest and the most days between a date and the first day a period lets a record go.
fn least_days(leg: &Leg) -> u64 {
    days(leg.period).0 + wait(leg.starting).0
}

fn most_days(leg: &Leg) -> u64 {
    days(leg.period).1 + wait(leg.starting).1
}

fn days(period: Period) -> (u64, u64) {
    match period {
        Period::Days(days) => (u64::from(days), u64::from(days)),
        // A month of 28 days at the least; a day that a month lacks moves to the next one.
        Period::Months(months) => {
            let (years, rest) = (u64::from(months / 12), u64::from(months % 12));
            (years * 365 + rest * 28, years * 366 + rest * 31 + 3)
        }
    }
}

fn wait(starting: Starting) -> (u64, u64) {
    match starting {
        Starting::SameDay => (0, 0),
        Starting::NextDay => (1, 1),
        Starting::MonthEnd => (1, 31),
        Starting::YearEnd | Starting::FiscalYearEnd => (1, 366),
        Starting::NextFiscalYearEnd => (366, 732),
        Starting::Following(_) => (2, 732),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::{sample, sample_with};

    fn leg(text: &str) -> Leg {
        let mut words = text.splitn(3, ' ');
        let mut next = || words.next().unwrap();
        Leg { period: next().parse().unwrap(), after: next().to_owned(), starting: next().parse().unwrap() }
    }

    fn keep(combine: &str, legs: &[&str]) -> Keep {
        let mut legs: Vec<Leg> = legs.iter().map(|text| leg(text)).collect();
        match combine {
            "for" => Keep::For(legs.remove(0)),
            "earlier" => Keep::EarlierOf(legs),
            _ => Keep::LaterOf(legs),
        }
    }

    #[test]
    fn an_order_holds_for_every_date_or_is_not_claimed() {
        let policy = sample();
        let of = |before: &Keep, after: &Keep| {
            order(Rule { policy: &policy, keep: before }, Rule { policy: &policy, keep: after })
        };
        let alone = |text: &str| keep("for", &[text]);
        for (before, after, expected) in [
            (alone("P5Y treated month-end"), alone("P5Y treated month-end"), Order::Same),
            (alone("P5Y treated month-end"), alone("P3Y treated month-end"), Order::Shorter),
            (alone("P5Y treated month-end"), alone("P7Y treated month-end"), Order::Longer),
            (alone("P5Y treated month-end"), alone("P5Y treated fiscal-year-end"), Order::Longer),
            (alone("P5Y treated fiscal-year-end"), alone("P5Y treated year-end"), Order::Differs),
            (alone("P5Y treated month-end"), alone("P6Y treated next-day"), Order::Longer),
            (alone("P5Y treated month-end"), alone("P5Y completed month-end"), Order::Differs),
            (alone("P1Y treated next-day"), alone("P370D treated next-day"), Order::Longer),
            (alone("P1M treated next-day"), alone("P30D treated next-day"), Order::Differs),
            (alone("P1Y treated following 01-10"), alone("P1Y treated following 03-10"), Order::Longer),
            (Keep::Permanent, alone("P100Y treated next-day"), Order::Shorter),
            (alone("P5Y treated month-end"), Keep::Permanent, Order::Longer),
            (
                keep("earlier", &["P5Y treated month-end", "P0D moved next-day"]),
                alone("P5Y treated month-end"),
                Order::Longer,
            ),
            (
                keep("later", &["P5Y treated month-end", "P1Y moved next-day"]),
                alone("P5Y treated month-end"),
                Order::Shorter,
            ),
            (
                keep("earlier", &["P5Y treated month-end", "P1Y moved next-day"]),
                keep("later", &["P5Y treated month-end", "P1Y moved next-day"]),
                Order::Longer,
            ),
            (
                keep("later", &["P5Y treated month-end", "P1Y moved next-day"]),
                keep("later", &["P6Y treated month-end", "P0D moved next-day"]),
                Order::Differs,
            ),
        ] {
            assert_eq!(of(&before, &after), expected, "{} → {}", written(&before), written(&after));
        }
    }

    #[test]
    fn a_date_or_a_fiscal_year_with_another_meaning_is_another_rule() {
        let before = sample();
        let keep = keep("for", &["P5Y completed fiscal-year-end"]);
        let other_year = sample_with(|policy| policy.organization.fiscal_year_starts = "01-01".parse().unwrap());
        let other_date = sample_with(|policy| policy.dates[1].comes_from = crate::policy::ComesFrom::Sidecar);
        for after in [&other_year, &other_date] {
            let found = order(Rule { policy: &before, keep: &keep }, Rule { policy: after, keep: &keep });
            assert_eq!(found, Order::Differs);
        }
    }

    /// The claims are compared with the calendar itself on many dates.
    #[test]
    fn the_calendar_agrees() {
        use crate::calendar::{Date, first_day_allowed};
        let policy = sample();
        let year = policy.organization.fiscal_year_starts;
        let periods = ["P0D", "P31D", "P1M", "P366D", "P1Y", "P13M", "P5Y"];
        let startings = [
            "same-day",
            "next-day",
            "month-end",
            "year-end",
            "fiscal-year-end",
            "next-fiscal-year-end",
            "following 03-10",
        ];
        let legs: Vec<Leg> = periods
            .iter()
            .flat_map(|period| startings.iter().map(move |starting| leg(&format!("{period} treated {starting}"))))
            .collect();
        let dates: Vec<Date> = (0..500)
            .filter_map(|n| Date::from_ymd(2023, 1, 1)?.plus_days(n * 3))
            .chain([Date::from_ymd(2024, 2, 29).unwrap(), Date::from_ymd(2024, 12, 31).unwrap()])
            .collect();
        for (a, b) in legs.iter().flat_map(|a| legs.iter().map(move |b| (a, b))) {
            let (before, after) = (Keep::For(a.clone()), Keep::For(b.clone()));
            let found = order(Rule { policy: &policy, keep: &before }, Rule { policy: &policy, keep: &after });
            let day = |leg: &Leg, date: Date| first_day_allowed(date, leg.period, leg.starting, year).unwrap();
            let holds = |date: Date| match found {
                Order::Same => day(a, date) == day(b, date),
                Order::Longer => day(a, date) <= day(b, date),
                Order::Shorter => day(a, date) >= day(b, date),
                Order::Differs => true,
            };
            let wrong = dates.iter().find(|date| !holds(**date));
            assert_eq!(wrong, None, "{} → {}: {found:?}", written(&before), written(&after));
        }
    }
}
