//! Days of the demo's past, counted back from today.
//!
//! In: today and how far back. Out: dates that are never after today, and their spellings.
//! The rule it keeps: no arithmetic of its own; every step is one of `calendar`'s, and a day before the calendar's
//! beginning becomes today.

use crate::calendar::{Date, MonthDay, japanese_date};

use super::chance::Chance;

/// A known Monday, from which the days of the week are counted.
const MONDAY: (i32, u32, u32) = (2001, 1, 1);

/// Today, and the ways back from it.
#[derive(Clone, Copy)]
pub(super) struct Past {
    /// The day on which the demo runs.
    pub(super) today: Date,
}

impl Past {
    /// Returns the day `days` before today.
    pub(super) fn days_ago(&self, days: u32) -> Date {
        self.today.minus_days(days).unwrap_or(self.today)
    }

    /// Returns the last day of the month that lies `months` before this one (1: last month).
    pub(super) fn month_ago(&self, months: u32) -> Date {
        (0..months).fold(self.today, |day, _| day.minus_days(day.day()).unwrap_or(day))
    }

    /// Returns the number of the fiscal year that began `years` before the current one.
    pub(super) fn fiscal_year(&self, years: i32) -> i32 {
        MonthDay::APRIL_1.fiscal_year_of(self.today).map_or(self.today.year(), |first| first.year()) - years
    }

    /// Returns month and day in the fiscal year that began `years` before the current one.
    pub(super) fn in_fiscal_year(&self, years: i32, month: u32, day: u32) -> Date {
        let year = self.fiscal_year(years) + i32::from(month < 4);
        Date::from_ymd(year, month, day).unwrap_or(self.today)
    }

    /// Draws a working day of the fiscal year that began `years` (at least one) before the current one.
    pub(super) fn day_in_fiscal_year(&self, years: i32, chance: &mut Chance) -> Date {
        let first = self.in_fiscal_year(years, 4, 4);
        working_day(first.plus_days(chance.between(0, 355)).unwrap_or(first))
    }

    /// Returns the day on which one member moved to another insurer, more than a fiscal year ago.
    pub(super) fn moved(&self) -> Date {
        self.in_fiscal_year(3, 5, 10)
    }

    /// Returns the day on which one member lost the qualification, more than five years ago.
    pub(super) fn lost(&self) -> Date {
        self.in_fiscal_year(7, 3, 31)
    }

    /// Returns the id of the case that was settled.
    pub(super) fn settled_case(&self) -> String {
        self.case(8, 2)
    }

    /// Returns the day on which that case was settled, more than five years ago.
    pub(super) fn settled(&self) -> Date {
        self.in_fiscal_year(7, 9, 30)
    }

    /// Returns the id of a case of the fiscal year that began `years` before the current one, such as `C2021003`.
    pub(super) fn case(&self, years: i32, number: u32) -> String {
        format!("C{:04}{number:03}", self.fiscal_year(years))
    }

    /// Draws a working day that lies between `least` and `most` days before today.
    pub(super) fn day_between(&self, least: u32, most: u32, chance: &mut Chance) -> Date {
        working_day(self.days_ago(chance.between(least.max(3), most)))
    }
}

/// Returns the day itself, or the Friday before where it is a Saturday or Sunday.
pub(super) fn working_day(day: Date) -> Date {
    let Some(monday) = Date::from_ymd(MONDAY.0, MONDAY.1, MONDAY.2) else { return day };
    match day.days_since(monday).rem_euclid(7) {
        5 => day.minus_days(1).unwrap_or(day),
        6 => day.minus_days(2).unwrap_or(day),
        _ => day,
    }
}

/// Returns the year and month of a date as a path writes them, such as 2021-04.
pub(super) fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Returns the date as an official paper prints it, such as 令和8年11月22日.
pub(super) fn era(day: Date) -> String {
    japanese_date(day).unwrap_or_else(|_| day.to_string())
}

/// Returns the month as an official paper prints it, such as 令和8年11月.
pub(super) fn era_month(day: Date) -> String {
    let text = era(day);
    text.find('月').map_or(text.clone(), |end| text[..end + '月'.len_utf8()].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(today: &str) -> Past {
        Past { today: today.parse().unwrap() }
    }

    #[test]
    fn months_ago_end_on_their_last_day() {
        let cases =
            [("2026-11-22", 1, "2026-10-31"), ("2026-03-31", 1, "2026-02-28"), ("2026-01-01", 13, "2024-12-31")];
        for (today, months, expected) in cases {
            assert_eq!(past(today).month_ago(months).to_string(), expected);
        }
    }

    #[test]
    fn fiscal_years_are_counted_from_the_current_one() {
        assert_eq!(past("2026-11-22").fiscal_year(11), 2015);
        assert_eq!(past("2026-03-31").fiscal_year(0), 2025);
        assert_eq!(past("2026-11-22").in_fiscal_year(7, 3, 31).to_string(), "2020-03-31");
    }

    #[test]
    fn papers_are_dated_on_working_days() {
        assert_eq!(working_day("2026-11-22".parse().unwrap()).to_string(), "2026-11-20");
        assert_eq!(working_day("2026-11-20".parse().unwrap()).to_string(), "2026-11-20");
    }

    #[test]
    fn months_are_printed_by_era() {
        assert_eq!(era_month("2019-05-31".parse().unwrap()), "令和元年5月");
    }
}
