//! Dates as English text has them.
//!
//! In: a [`Date`]. Out: text such as 22 November 2026. The rule it keeps: no number stands for a month, so that nobody
//! takes the day for it.

use super::Date;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Returns the name of a month, counted from 1; nothing where there is none of that number.
pub fn english_month(month: u32) -> &'static str {
    let place = usize::try_from(month).ok().and_then(|month| month.checked_sub(1));
    place.and_then(|place| MONTHS.get(place)).copied().unwrap_or_default()
}

/// Returns the date as an English letter prints it, such as `22 November 2026`.
pub fn english_date(date: Date) -> String {
    format!("{} {} {}", date.day(), english_month(date.month()), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_with_the_name_of_its_month() {
        assert_eq!(english_date("2026-01-05".parse().unwrap()), "5 January 2026");
        assert_eq!(english_date("2026-12-31".parse().unwrap()), "31 December 2026");
        assert_eq!((english_month(0), english_month(13)), ("", ""));
    }
}
