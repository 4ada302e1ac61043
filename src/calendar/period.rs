//! Periods, the rules for when counting starts, and the first day on which disposal is allowed.
//!
//! In: an ISO 8601 calendar duration, a date, a starting rule. Out: one date. The rule it keeps: one addition from the
//! anchor, by the calendar, never clamped to an earlier day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::meant::in_digits;
use super::{Date, MonthDay, half_width};

/// A calendar duration: months (years are twelve), or days (weeks are seven), never both. Serialised as ISO 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// Years and months, counted by the calendar.
    Months(u32),
    /// Days and weeks.
    Days(u32),
}

/// A text that is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a period: {why}")]
pub struct NotAPeriod {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub why: PeriodFault,
}

/// What is wrong with a text that is not a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodFault {
    /// The first letter is another one.
    #[error("it does not start with `P`")]
    Start,
    /// A part after `T`.
    #[error("hours, minutes and seconds cannot be counted in a retention period")]
    Clock,
    /// Digits at the end.
    #[error("a number has no unit")]
    NoUnit,
    /// A letter without digits before it.
    #[error("a unit has no number")]
    NoNumber,
    /// A letter that is no unit.
    #[error("the units are `Y`, `M`, `W` and `D`")]
    Unit,
    /// A unit again, or after a smaller one.
    #[error("units come once each, in the order `Y`, `M`, `W`, `D`")]
    Order,
    /// More than hokan counts.
    #[error("it is longer than 200 years")]
    TooLong,
    /// Two kinds of calendar.
    #[error("years and months cannot be mixed with weeks and days")]
    Mixed,
    /// `P` alone.
    #[error("it names no duration")]
    Nothing,
}

impl Period {
    /// The longest period: 200 years, beyond every retention rule known.
    const MOST_MONTHS: u32 = 2400;
    const MOST_DAYS: u32 = 73_000;

    /// Returns the period that people mean who write `5 years`, `5y` or `5年`: one number and one unit.
    pub fn meant_by(text: &str) -> Option<Period> {
        const UNITS: [(&str, &[&str]); 4] = [
            ("Y", &["y", "yr", "yrs", "year", "years", "年", "年間"]),
            ("M", &["m", "month", "months", "か月", "ヶ月", "カ月", "ヵ月", "箇月", "か月間", "ヶ月間"]),
            ("W", &["w", "week", "weeks", "週", "週間"]),
            ("D", &["d", "day", "days", "日", "日間"]),
        ];
        let text = in_digits(&half_width(text.trim()).to_lowercase());
        let mut rest = text.strip_prefix('p').unwrap_or(&text).trim();
        // `PY5` has letter and number the wrong way round.
        if let Some(number) = rest.strip_prefix(['y', 'm', 'w', 'd']).filter(|number| number.parse::<u32>().is_ok()) {
            return format!("P{number}{}", rest[..1].to_uppercase()).parse().ok();
        }
        let mut written = String::from("P");
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let end = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |n| digits + n);
            let (count, unit) = (&rest[..digits], rest[digits..end].trim().trim_end_matches([',', 'と']).trim());
            let unit = unit.trim_end_matches("and").trim();
            let (letter, _) = UNITS.iter().find(|(_, words)| words.contains(&unit))?;
            written.push_str(count);
            written.push_str(letter);
            rest = &rest[end..];
        }
        written.parse().ok()
    }

    /// Returns the first day after the period that starts on `first`, or nothing beyond 2999.
    ///
    /// # Source
    /// Civil Code of Japan, art. 143.
    pub fn after(&self, first: Date) -> Option<Date> {
        match self {
            Period::Months(months) => first.plus_months_unclamped(*months),
            Period::Days(days) => first.plus_days(*days),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Period::Days(days) => write!(f, "P{days}D"),
            Period::Months(months) if months > 0 && months.is_multiple_of(12) => write!(f, "P{}Y", months / 12),
            Period::Months(months) if months > 12 => write!(f, "P{}Y{}M", months / 12, months % 12),
            Period::Months(months) => write!(f, "P{months}M"),
        }
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Period, NotAPeriod> {
        let refuse = |why| NotAPeriod { text: text.to_owned(), why };
        let mut rest = text.strip_prefix('P').ok_or_else(|| refuse(PeriodFault::Start))?;
        if rest.contains('T') {
            return Err(refuse(PeriodFault::Clock));
        }
        let (mut months, mut days, mut last) = (None::<u32>, None::<u32>, 0usize);
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(|| refuse(PeriodFault::NoUnit))?;
            if digits == 0 {
                return Err(refuse(PeriodFault::NoNumber));
            }
            let count: u32 = rest[..digits].parse().map_err(|_| refuse(PeriodFault::TooLong))?;
            let order = ["Y", "M", "W", "D"].iter().position(|unit| rest[digits..].starts_with(unit));
            let order = order.ok_or_else(|| refuse(PeriodFault::Unit))? + 1;
            if order <= last {
                return Err(refuse(PeriodFault::Order));
            }
            last = order;
            let (sum, factor, most) = match order {
                1 => (&mut months, 12, Self::MOST_MONTHS),
                2 => (&mut months, 1, Self::MOST_MONTHS),
                3 => (&mut days, 7, Self::MOST_DAYS),
                _ => (&mut days, 1, Self::MOST_DAYS),
            };
            let total = count.checked_mul(factor).and_then(|n| n.checked_add(sum.unwrap_or(0)));
            *sum = Some(total.filter(|n| *n <= most).ok_or_else(|| refuse(PeriodFault::TooLong))?);
            rest = &rest[digits + 1..];
        }
        match (months, days) {
            (Some(months), None) => Ok(Period::Months(months)),
            (None, Some(days)) => Ok(Period::Days(days)),
            (Some(_), Some(_)) => Err(refuse(PeriodFault::Mixed)),
            (None, None) => Err(refuse(PeriodFault::Nothing)),
        }
    }
}

impl TryFrom<String> for Period {
    type Error = NotAPeriod;

    fn try_from(text: String) -> Result<Period, NotAPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

/// When counting begins: how a date becomes the first day of a period. Serialised as written in policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Starting {
    /// The date itself.
    SameDay,
    /// The day after (Civil Code art. 140).
    NextDay,
    /// The day after the end of that month.
    MonthEnd,
    /// 1 January of the next year.
    YearEnd,
    /// The first day of the next fiscal year.
    FiscalYearEnd,
    /// The first day of the fiscal year after the next.
    NextFiscalYearEnd,
    /// The day after that day of the next calendar year.
    Following(MonthDay),
}

/// A text that is not a starting rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a starting rule")]
pub struct NotAStarting(pub String);

impl Starting {
    /// The rules without parameter, as written in policies.
    pub const NAMES: [&'static str; 7] =
        ["same-day", "next-day", "month-end", "year-end", "fiscal-year-end", "next-fiscal-year-end", "following MM-DD"];

    /// Returns the first day of a period that counts from `date`, or nothing beyond 2999.
    pub fn first_day(&self, date: Date, fiscal_year_starts: MonthDay) -> Option<Date> {
        let next_fiscal_year = |years: i32| {
            let starts_later = fiscal_year_starts.in_year(date.year())? > date;
            fiscal_year_starts.in_year(date.year() + years - i32::from(starts_later))
        };
        match self {
            Starting::SameDay => Some(date),
            Starting::NextDay => date.plus_days(1),
            Starting::MonthEnd => date.first_of_next_month(),
            Starting::YearEnd => Date::from_ymd(date.year() + 1, 1, 1),
            Starting::FiscalYearEnd => next_fiscal_year(1),
            Starting::NextFiscalYearEnd => next_fiscal_year(2),
            Starting::Following(day) => day.in_year(date.year() + 1)?.plus_days(1),
        }
    }
}

impl fmt::Display for Starting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Starting::SameDay => f.write_str("same-day"),
            Starting::NextDay => f.write_str("next-day"),
            Starting::MonthEnd => f.write_str("month-end"),
            Starting::YearEnd => f.write_str("year-end"),
            Starting::FiscalYearEnd => f.write_str("fiscal-year-end"),
            Starting::NextFiscalYearEnd => f.write_str("next-fiscal-year-end"),
            Starting::Following(day) => write!(f, "following {day}"),
        }
    }
}

impl FromStr for Starting {
    type Err = NotAStarting;

    fn from_str(text: &str) -> Result<Starting, NotAStarting> {
        match text {
            "same-day" => Ok(Starting::SameDay),
            "next-day" => Ok(Starting::NextDay),
            "month-end" => Ok(Starting::MonthEnd),
            "year-end" => Ok(Starting::YearEnd),
            "fiscal-year-end" => Ok(Starting::FiscalYearEnd),
            "next-fiscal-year-end" => Ok(Starting::NextFiscalYearEnd),
            other => {
                let day = other.strip_prefix("following ").and_then(|day| day.parse().ok());
                day.map(Starting::Following).ok_or_else(|| NotAStarting(text.to_owned()))
            }
        }
    }
}

impl TryFrom<String> for Starting {
    type Error = NotAStarting;

    fn try_from(text: String) -> Result<Starting, NotAStarting> {
        text.parse()
    }
}

impl From<Starting> for String {
    fn from(starting: Starting) -> String {
        starting.to_string()
    }
}

/// Returns the first day on which disposal is allowed: the day after the period that counts from `date`.
///
/// Nothing is returned beyond the year 2999: such a record is kept.
///
/// # Source
/// Civil Code of Japan, arts. 138–143.
pub fn first_day_allowed(date: Date, period: Period, starting: Starting, fiscal_year_starts: MonthDay) -> Option<Date> {
    period.after(starting.first_day(date, fiscal_year_starts)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_print_as_they_are_read() {
        for text in ["P5Y", "P18M", "P6M", "P30D", "P0D", "P1Y6M", "P0M"] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period, period.to_string().parse().unwrap(), "{text}");
        }
        assert_eq!("P2W".parse::<Period>().unwrap(), Period::Days(14));
    }

    #[test]
    fn impossible_periods_are_refused() {
        for (text, why) in [
            ("", PeriodFault::Start),
            ("P", PeriodFault::Nothing),
            ("5Y", PeriodFault::Start),
            ("P5", PeriodFault::NoUnit),
            ("PY", PeriodFault::NoNumber),
            ("P5X", PeriodFault::Unit),
            ("P1M1Y", PeriodFault::Order),
            ("P1Y1Y", PeriodFault::Order),
            ("P1Y30D", PeriodFault::Mixed),
            ("PT5H", PeriodFault::Clock),
            ("P201Y", PeriodFault::TooLong),
            ("P99999999999Y", PeriodFault::TooLong),
            ("P-1Y", PeriodFault::NoNumber),
            ("P1.5Y", PeriodFault::Unit),
            ("5 yeers", PeriodFault::Start),
        ] {
            assert_eq!(text.parse::<Period>().unwrap_err().why, why, "{text}");
        }
    }

    #[test]
    fn a_period_in_words_is_understood() {
        let meant = |text: &str| Period::meant_by(text).map(|period| period.to_string());
        for (text, period) in [
            ("5 years", "P5Y"),
            ("5Y", "P5Y"),
            ("p5y", "P5Y"),
            ("5年", "P5Y"),
            ("6か月", "P6M"),
            ("6 months", "P6M"),
            ("2 weeks", "P14D"),
            ("30日間", "P30D"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(period), "{text}");
        }
        for text in ["", "P", "years", "5", "5 yeers", "999 years", "0.5 years", "five years", "99999999999 days"] {
            assert_eq!(meant(text), None, "{text}");
        }
    }

    #[test]
    fn starting_rules_read_back() {
        for text in [
            "same-day",
            "next-day",
            "month-end",
            "year-end",
            "fiscal-year-end",
            "next-fiscal-year-end",
            "following 01-10",
        ] {
            assert_eq!(text.parse::<Starting>().unwrap().to_string(), text);
        }
        assert!("following 02-29".parse::<Starting>().is_err());
    }
}
