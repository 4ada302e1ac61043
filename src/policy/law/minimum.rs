//! The least time for which the law wants records kept, compared with an organization's own rule.
//!
//! In: both rules. Out: whether some date would let a record go too early, and which. The rule it keeps: two rules are
//! compared by the days they yield, for every day of thirteen years (leap years, and a century without a leap day), never
//! by their names; which event a date stands for is for people to say.

use serde::Serialize;

use super::pack::{Certainty, Span};
use crate::calendar::{Date, MonthDay, Period, Starting, first_day_allowed};
use crate::policy::{Id, Keep, Leg, Text};

/// A legal minimum for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Minimum {
    /// The rule.
    pub keep: LegalKeep,
    /// When it holds.
    pub span: Span,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it was read: an id of the pack's sources.
    pub source: Id,
    /// What else to know about it.
    pub note: Option<Text>,
}

/// A legal rule of keeping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegalKeep {
    /// One period.
    For(LegalLeg),
    /// Until the first of several periods is over.
    EarlierOf(Vec<LegalLeg>),
    /// Until the last of several periods is over.
    LaterOf(Vec<LegalLeg>),
}

/// One period the law sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegalLeg {
    /// How long.
    #[serde(rename = "for")]
    pub period: Period,
    /// When counting begins.
    pub starting: Starting,
    /// The event it counts from, in words.
    pub counted_from: Text,
}

/// A date for which an own rule lets a record go before the law does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall<'k> {
    /// The period of the own rule that is too short; its index among the rule's periods.
    pub own: usize,
    /// The period of the law it falls short of.
    pub law: &'k LegalLeg,
    /// The date both count from.
    pub date: Date,
    /// The first day on which the own rule allows disposal.
    pub own_day: Date,
    /// The first day on which the law does.
    pub law_day: Date,
}

/// The first days of fiscal years: of the organization and of the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FiscalYears {
    /// Of the organization.
    pub own: MonthDay,
    /// Of the law.
    pub law: MonthDay,
}

impl LegalKeep {
    /// Returns the periods it is made of.
    pub fn legs(&self) -> &[LegalLeg] {
        match self {
            LegalKeep::For(leg) => std::slice::from_ref(leg),
            LegalKeep::EarlierOf(legs) | LegalKeep::LaterOf(legs) => legs,
        }
    }

    /// Returns a date for which `own` ends before the law allows, if there is one.
    ///
    /// A period of the own rule is held against each period of the law. Where the law takes the earliest of several, each
    /// of its periods counts from an event that may never happen: one own period must reach all of them, several must
    /// each reach another one.
    pub fn shortfall(&self, own: &Keep, years: FiscalYears) -> Option<Shortfall<'_>> {
        let judge = |leg: &Leg| short_of_all(leg, self.legs(), years);
        match (self, own) {
            (_, Keep::Permanent) => None,
            (LegalKeep::EarlierOf(legs), Keep::EarlierOf(mine)) if pairs_up(mine, legs, years) => None,
            (_, Keep::For(_) | Keep::EarlierOf(_)) => shortfalls(own, judge).find_map(|short| short),
            (LegalKeep::LaterOf(legs), Keep::LaterOf(_)) => legs.iter().find_map(|leg| {
                let short: Option<Vec<_>> = shortfalls(own, |mine| of_leg(mine, leg, years)).collect();
                short.and_then(nearest)
            }),
            (LegalKeep::For(_) | LegalKeep::EarlierOf(_), Keep::LaterOf(_)) => {
                let short: Option<Vec<_>> = shortfalls(own, judge).collect();
                short.and_then(nearest)
            }
        }
    }
}

/// The shortfall of each period of a rule.
fn shortfalls<'k>(
    own: &Keep,
    judge: impl Fn(&Leg) -> Option<Shortfall<'k>>,
) -> impl Iterator<Item = Option<Shortfall<'k>>> {
    own.legs().iter().enumerate().map(move |(own, leg)| judge(leg).map(|short| Shortfall { own, ..short }))
}

/// The shortfall that lacks the fewest days.
fn nearest(short: Vec<Shortfall<'_>>) -> Option<Shortfall<'_>> {
    short.into_iter().min_by_key(|one| one.law_day.days_since(one.own_day))
}

/// The period of the law that an own one falls short of; the one counted alike, if there is one.
fn short_of_all<'k>(own: &Leg, legs: &'k [LegalLeg], years: FiscalYears) -> Option<Shortfall<'k>> {
    let short = |alike: bool| {
        let legs = legs.iter().filter(move |leg| (leg.starting == own.starting) == alike);
        legs.filter_map(|leg| of_leg(own, leg, years)).next()
    };
    short(true).or_else(|| short(false))
}

/// Whether each own period reaches another period of the law.
fn pairs_up(own: &[Leg], law: &[LegalLeg], years: FiscalYears) -> bool {
    let Some((first, rest)) = own.split_first() else {
        return true;
    };
    (0..law.len()).any(|n| {
        let mut others = law.to_vec();
        let leg = others.remove(n);
        of_leg(first, &leg, years).is_none() && pairs_up(rest, &others, years)
    })
}

fn of_leg<'k>(own: &Leg, law: &'k LegalLeg, years: FiscalYears) -> Option<Shortfall<'k>> {
    if is_longer(own.period, law.period) && is_later(own.starting, law.starting, years) {
        return None;
    }
    every_day().find_map(|date| {
        let own_day = first_day_allowed(date, own.period, own.starting, years.own)?;
        let law_day = first_day_allowed(date, law.period, law.starting, years.law)?;
        (own_day < law_day).then_some(Shortfall { own: 0, law, date, own_day, law_day })
    })
}

/// Whether two periods of one kind show it at once.
fn is_longer(own: Period, law: Period) -> bool {
    match (own, law) {
        (Period::Months(own), Period::Months(law)) | (Period::Days(own), Period::Days(law)) => own >= law,
        (Period::Months(_), Period::Days(_)) | (Period::Days(_), Period::Months(_)) => false,
    }
}

/// Whether two starting rules show at once that counting never begins earlier.
fn is_later(own: Starting, law: Starting, years: FiscalYears) -> bool {
    match (own, law) {
        (_, Starting::SameDay) => true,
        (own, Starting::NextDay) => own != Starting::SameDay,
        (Starting::Following(own), Starting::Following(law)) => own == law,
        (Starting::YearEnd | Starting::Following(_), Starting::MonthEnd | Starting::YearEnd) => true,
        (Starting::FiscalYearEnd | Starting::NextFiscalYearEnd, Starting::FiscalYearEnd)
        | (Starting::NextFiscalYearEnd, Starting::NextFiscalYearEnd) => years.own == years.law,
        (own, law) => own == law && years.own == years.law,
    }
}

/// Every day of four years from a leap year on, and of nine around a century without a leap day.
fn every_day() -> impl Iterator<Item = Date> {
    let years = |first: i32, count: i32| (first..first + count).flat_map(days_of);
    years(2024, 4).chain(years(2096, 9))
}

fn days_of(year: i32) -> impl Iterator<Item = Date> {
    (1..=12).flat_map(move |month| (1..=31).filter_map(move |day| Date::from_ymd(year, month, day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(written: &str) -> Keep {
        let leg = |text: &str| {
            let (period, starting) = text.trim().split_once(' ').unwrap();
            Leg { period: period.parse().unwrap(), after: "made".into(), starting: starting.parse().unwrap() }
        };
        let legs = |text: &str| text.split('|').map(leg).collect();
        match written.split_once(": ") {
            Some(("earlier-of", rest)) => Keep::EarlierOf(legs(rest)),
            Some(("later-of", rest)) => Keep::LaterOf(legs(rest)),
            _ if written == "permanent" => Keep::Permanent,
            _ => Keep::For(leg(written)),
        }
    }

    fn law(written: &str) -> LegalKeep {
        let of = |legs: &[Leg]| -> Vec<LegalLeg> {
            let leg =
                |leg: &Leg| LegalLeg { period: leg.period, starting: leg.starting, counted_from: Text::default() };
            legs.iter().map(leg).collect()
        };
        match own(written) {
            Keep::EarlierOf(legs) => LegalKeep::EarlierOf(of(&legs)),
            Keep::LaterOf(legs) => LegalKeep::LaterOf(of(&legs)),
            other => LegalKeep::For(of(other.legs()).remove(0)),
        }
    }

    fn years() -> FiscalYears {
        FiscalYears { own: MonthDay::APRIL_1, law: MonthDay::APRIL_1 }
    }

    #[test]
    fn a_rule_is_short_if_any_date_makes_it_so() {
        let checkups = "earlier-of: P5Y fiscal-year-end | P0D next-fiscal-year-end";
        let cases = [
            ("P3Y next-day", "P3Y next-day", None),
            ("P5Y next-day", "P3Y next-day", None),
            ("permanent", "P3Y next-day", None),
            ("P2Y next-day", "P3Y next-day", Some(("2024-01-01", "2026-01-02", "2027-01-02"))),
            ("P3Y same-day", "P3Y next-day", Some(("2024-01-01", "2027-01-01", "2027-01-02"))),
            ("P3Y month-end", "P3Y next-day", None),
            ("P3Y fiscal-year-end", "P3Y next-day", None),
            ("P2Y fiscal-year-end", "P3Y next-day", Some(("2024-01-01", "2026-04-01", "2027-01-02"))),
            ("P36M next-day", "P3Y next-day", None),
            ("P1095D next-day", "P3Y next-day", Some(("2024-01-01", "2027-01-01", "2027-01-02"))),
            ("P1096D next-day", "P3Y next-day", None),
            ("P7Y following 01-10", "P7Y following 01-10", None),
            ("P7Y next-day", "P7Y following 01-10", Some(("2024-01-01", "2031-01-02", "2032-01-11"))),
            ("P8Y fiscal-year-end", "P7Y following 01-10", None),
            (
                "earlier-of: P3Y next-day | P1Y next-day",
                "P3Y next-day",
                Some(("2024-01-01", "2025-01-02", "2027-01-02")),
            ),
            ("later-of: P3Y next-day | P1Y next-day", "P3Y next-day", None),
            (checkups, checkups, None),
            ("P5Y fiscal-year-end", checkups, None),
            ("P4Y fiscal-year-end", checkups, Some(("2024-01-01", "2028-04-01", "2029-04-01"))),
            ("P1Y next-day", checkups, Some(("2024-01-01", "2025-01-02", "2029-04-01"))),
            (
                "earlier-of: P4Y fiscal-year-end | P0D next-fiscal-year-end",
                checkups,
                Some(("2024-01-01", "2028-04-01", "2029-04-01")),
            ),
            ("earlier-of: P0D next-fiscal-year-end | P6Y fiscal-year-end", checkups, None),
            ("later-of: P5Y fiscal-year-end | P0D next-fiscal-year-end", checkups, None),
            ("P3Y next-day", "later-of: P3Y next-day | P3Y next-day", None),
            ("P2Y next-day", "later-of: P3Y next-day | P3Y next-day", Some(("2024-01-01", "2026-01-02", "2027-01-02"))),
        ];
        for (mine, theirs, expected) in cases {
            let theirs = law(theirs);
            let found = theirs.shortfall(&own(mine), years());
            let days = found.map(|short| [short.date, short.own_day, short.law_day].map(|day| day.to_string()));
            let expected = expected.map(|(date, own, law)| [date, own, law].map(str::to_owned));
            assert_eq!(days, expected, "{mine} against {theirs:?}");
        }
    }

    #[test]
    fn fiscal_years_that_begin_on_other_days_are_compared_by_their_days() {
        let january = FiscalYears { own: "01-01".parse().unwrap(), law: MonthDay::APRIL_1 };
        let short = law("P5Y fiscal-year-end");
        assert!(short.shortfall(&own("P5Y fiscal-year-end"), january).is_some());
        assert!(short.shortfall(&own("P6Y fiscal-year-end"), january).is_none());
    }
}
