//! Civil dates without a time zone, and days of the year such as 1 April.
//!
//! In: ISO text or year, month, day. Out: [`Date`], [`MonthDay`]. The rule it keeps: years are bounded to 1873–2999, so
//! that a typing error cannot become a date hokan acts on.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A civil date between 1873-01-01 and 2999-12-31, without time or zone. Serialised as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(pub(super) NaiveDate);

/// A text or a day that is not a date hokan knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date between 1873-01-01 and 2999-12-31 (expected `YYYY-MM-DD`)")]
pub struct NotADate(pub String);

impl Date {
    /// Returns the date, if that day exists between 1873 and 2999.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        let within = (1873..=2999).contains(&year);
        NaiveDate::from_ymd_opt(year, month, day).filter(|_| within).map(Date)
    }

    /// Returns the year.
    pub fn year(&self) -> i32 {
        self.0.year()
    }

    /// Returns the month, 1 to 12.
    pub fn month(&self) -> u32 {
        self.0.month()
    }

    /// Returns the day of the month, 1 to 31.
    pub fn day(&self) -> u32 {
        self.0.day()
    }

    /// Returns the date `days` later, or nothing beyond 2999.
    pub fn plus_days(&self, days: u32) -> Option<Date> {
        self.0.checked_add_days(Days::new(u64::from(days))).and_then(Date::bounded)
    }

    /// Returns the date `days` earlier, or nothing before 1873.
    pub fn minus_days(&self, days: u32) -> Option<Date> {
        self.0.checked_sub_days(Days::new(u64::from(days))).and_then(Date::bounded)
    }

    /// Returns the date `months` later; where that day does not exist, the first day of the month after.
    ///
    /// # Source
    /// Civil Code of Japan, art. 143(2): a period whose last month lacks the day ends with that month, so the first
    /// day after the period is the first of the next one.
    pub fn plus_months_unclamped(&self, months: u32) -> Option<Date> {
        let clamped = self.0.checked_add_months(Months::new(months))?;
        if clamped.day() == self.0.day() {
            return Date::bounded(clamped);
        }
        Date::bounded(clamped.checked_add_days(Days::new(1))?)
    }

    /// Returns the first day of the next month.
    pub fn first_of_next_month(&self) -> Option<Date> {
        let (year, month) = if self.month() == 12 { (self.year() + 1, 1) } else { (self.year(), self.month() + 1) };
        Date::from_ymd(year, month, 1)
    }

    /// Returns the last day of this date's month.
    pub fn last_of_month(&self) -> Date {
        let next = self.0.checked_add_months(Months::new(1)).and_then(|d| d.with_day(1));
        next.and_then(|d| d.pred_opt()).map_or(*self, Date)
    }

    /// Returns how many days `self` is after `other` (negative: before).
    pub fn days_since(&self, other: Date) -> i64 {
        self.0.signed_duration_since(other.0).num_days()
    }

    fn bounded(date: NaiveDate) -> Option<Date> {
        Date::from_ymd(date.year(), date.month(), date.day())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Date, NotADate> {
        let refuse = || NotADate(text.to_owned());
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !shaped {
            return Err(refuse());
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().map_err(|_| refuse());
        let year = i32::try_from(number(0..4)?).map_err(|_| refuse())?;
        Date::from_ymd(year, number(5..7)?, number(8..10)?).ok_or_else(refuse)
    }
}

impl TryFrom<String> for Date {
    type Error = NotADate;

    fn try_from(text: String) -> Result<Date, NotADate> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

/// A day of the year that exists every year, written `MM-DD` (02-29 is refused).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u32,
    day: u32,
}

impl MonthDay {
    /// The Japanese fiscal year's first day, 1 April.
    pub const APRIL_1: MonthDay = MonthDay { month: 4, day: 1 };

    /// Returns this day in `year`.
    pub fn in_year(&self, year: i32) -> Option<Date> {
        Date::from_ymd(year, self.month, self.day)
    }

    /// Returns the first day of the fiscal year that `date` lies in, where fiscal years start on this day.
    pub fn fiscal_year_of(&self, date: Date) -> Option<Date> {
        let this_year = self.in_year(date.year())?;
        if date >= this_year { Some(this_year) } else { self.in_year(date.year() - 1) }
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl FromStr for MonthDay {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<MonthDay, NotADate> {
        // 2023 is no leap year: 02-29 does not exist in it.
        let date: Date = format!("2023-{text}").parse().map_err(|_| NotADate(text.to_owned()))?;
        Ok(MonthDay { month: date.month(), day: date.day() })
    }
}

impl TryFrom<String> for MonthDay {
    type Error = NotADate;

    fn try_from(text: String) -> Result<MonthDay, NotADate> {
        text.parse()
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> String {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ten_characters_are_a_date() {
        for text in ["2026-4-1", "2026-04-1", "+026-04-01", "2026-02-30", "1872-12-31", "3000-01-01", "２０２６-04-01"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!("2026-04-01".parse::<Date>().unwrap().to_string(), "2026-04-01");
    }

    #[test]
    fn a_day_that_does_not_exist_becomes_the_first_of_the_next_month() {
        let cases = [
            ("2024-02-29", 12, "2025-03-01"),
            ("2023-01-31", 1, "2023-03-01"),
            ("2024-12-31", 2, "2025-03-01"),
            ("2024-01-29", 1, "2024-02-29"),
            ("2023-02-28", 1, "2023-03-28"),
        ];
        for (from, months, expected) in cases {
            let date: Date = from.parse().unwrap();
            assert_eq!(date.plus_months_unclamped(months).unwrap().to_string(), expected, "{from} + {months} months");
        }
    }

    #[test]
    fn a_day_of_the_year_exists_every_year() {
        assert!("02-29".parse::<MonthDay>().is_err());
        assert!("4-1".parse::<MonthDay>().is_err());
        assert_eq!("04-01".parse::<MonthDay>().unwrap(), MonthDay::APRIL_1);
    }

    #[test]
    fn a_fiscal_year_is_found_on_both_sides_of_its_first_day() {
        for (date, expected) in [("2027-03-31", "2026-04-01"), ("2027-04-01", "2027-04-01")] {
            let found = MonthDay::APRIL_1.fiscal_year_of(date.parse().unwrap()).unwrap();
            assert_eq!(found.to_string(), expected);
        }
    }
}
