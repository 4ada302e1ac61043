//! Japanese eras: how a date is printed in an official letter.
//!
//! In: a [`Date`]. Out: text such as 令和8年11月22日. The rule it keeps: eras are data with first days; a new era needs
//! one more row.

use super::Date;

/// Name and first day of each era since Japan uses the Gregorian calendar, newest first.
const ERAS: [(&str, (i32, u32, u32)); 5] = [
    ("令和", (2019, 5, 1)),
    ("平成", (1989, 1, 8)),
    ("昭和", (1926, 12, 25)),
    ("大正", (1912, 7, 30)),
    ("明治", (1873, 1, 1)),
];

/// The year number from which 明治 counts; its first day in the table is the first Gregorian one.
const MEIJI_1: i32 = 1868;

/// A date before the first era in the table.
#[derive(Debug, thiserror::Error)]
#[error("{0} lies before the eras hokan knows")]
pub struct NoEra(pub Date);

fn era_year(date: Date) -> Result<(&'static str, String), NoEra> {
    let started = |first: (i32, u32, u32)| (date.year(), date.month(), date.day()) >= first;
    let (name, first) = ERAS.into_iter().find(|(_, first)| started(*first)).ok_or(NoEra(date))?;
    let first_year = if name == "明治" { MEIJI_1 } else { first.0 };
    let year = date.year() - first_year + 1;
    Ok((name, if year == 1 { "元".to_owned() } else { year.to_string() }))
}

/// Returns the year that is the first of the era a text begins with, by name or by letter, and the rest of the text.
pub(super) fn first_year(text: &str) -> Option<(i32, &str)> {
    const LETTERS: [&str; 5] = ["R", "H", "S", "T", "M"];
    let mut eras = ERAS.into_iter().zip(LETTERS);
    eras.find_map(|((name, (year, _, _)), letter)| {
        let rest = text.strip_prefix(name).or_else(|| text.strip_prefix(letter))?;
        Some((if name == "明治" { MEIJI_1 } else { year }, rest))
    })
}

/// Returns the date as an official letter prints it, such as 令和8年11月22日; a first year is 元年.
///
/// # Errors
/// Refuses a date before the first era.
pub fn japanese_date(date: Date) -> Result<String, NoEra> {
    let (era, year) = era_year(date)?;
    Ok(format!("{era}{year}年{}月{}日", date.month(), date.day()))
}

/// Returns the month of the date as an official letter prints it, such as 令和8年11月; where the era changes within a month,
/// the date decides.
///
/// # Errors
/// Refuses a date before the first era.
pub fn japanese_month(date: Date) -> Result<String, NoEra> {
    let (era, year) = era_year(date)?;
    Ok(format!("{era}{year}年{}月", date.month()))
}

/// Returns the name of the fiscal year that starts on `first_day`, such as 令和8年度.
///
/// A fiscal year is named after the era year of its last calendar day's start: the one in which it begins.
///
/// # Errors
/// Refuses a date before the first era.
pub fn japanese_fiscal_year(first_day: Date) -> Result<String, NoEra> {
    // The year 2019 began on 1 April, still 平成31年; it is called 令和元年度 since the era changed within it.
    let named_on = first_day.plus_months_unclamped(11).unwrap_or(first_day);
    let (era, year) = era_year(first_day)?;
    let (later_era, _) = era_year(named_on)?;
    if era != later_era {
        return Ok(format!("{later_era}元年度"));
    }
    Ok(format!("{era}{year}年度"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_change_on_their_first_day() {
        let cases = [
            ("1912-07-29", "明治45年7月29日"),
            ("1912-07-30", "大正元年7月30日"),
            ("1926-12-24", "大正15年12月24日"),
            ("1926-12-25", "昭和元年12月25日"),
            ("1989-01-07", "昭和64年1月7日"),
            ("1989-01-08", "平成元年1月8日"),
            ("2019-04-30", "平成31年4月30日"),
            ("2019-05-01", "令和元年5月1日"),
            ("2020-01-01", "令和2年1月1日"),
            ("2026-11-22", "令和8年11月22日"),
        ];
        for (date, expected) in cases {
            assert_eq!(japanese_date(date.parse().unwrap()).unwrap(), expected);
        }
    }

    #[test]
    fn a_month_is_of_the_era_of_its_day() {
        for (date, expected) in
            [("2019-04-01", "平成31年4月"), ("2019-05-01", "令和元年5月"), ("2026-11-30", "令和8年11月")]
        {
            assert_eq!(japanese_month(date.parse().unwrap()).unwrap(), expected);
        }
    }

    #[test]
    fn fiscal_years_are_named_after_the_year_of_their_first_day() {
        for (first, expected) in [
            ("2026-04-01", "令和8年度"),
            ("2027-04-01", "令和9年度"),
            ("2019-04-01", "令和元年度"),
            ("2018-04-01", "平成30年度"),
        ] {
            assert_eq!(japanese_fiscal_year(first.parse().unwrap()).unwrap(), expected);
        }
    }
}
