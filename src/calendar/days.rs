//! Days from one to another.
//!
//! In: text such as `2026-04-01..2027-03-31`. Out: [`Days`]. The rule it keeps: both ends belong to it, an end that is left
//! out has no limit, and days that end before they begin are refused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Date;

/// Days from a first to a last one; at least one end is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Days {
    first: Option<Date>,
    last: Option<Date>,
}

/// Text that is no such days.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a day or days: expected `2026-04-01`, `2026-04-01..2027-03-31`, `2026-04-01..` or `..2027-03-31`"
)]
pub struct NotDays(pub String);

impl Days {
    /// Returns whether `day` is one of them.
    pub fn contain(&self, day: Date) -> bool {
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (Some(first), Some(last)) if first == last => write!(f, "{first}"),
            (first, last) => {
                let end = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
                write!(f, "{}..{}", end(first), end(last))
            }
        }
    }
}

impl FromStr for Days {
    type Err = NotDays;

    fn from_str(text: &str) -> Result<Days, NotDays> {
        let refuse = || NotDays(text.to_owned());
        let end = |text: &str| match text {
            "" => Ok(None),
            day => day.parse::<Date>().map(Some).map_err(|_| refuse()),
        };
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let days = Days { first: end(first)?, last: end(last)? };
        match (days.first, days.last) {
            (None, None) => Err(refuse()),
            (Some(first), Some(last)) if last < first => Err(refuse()),
            _ => Ok(days),
        }
    }
}

impl TryFrom<String> for Days {
    type Error = NotDays;

    fn try_from(text: String) -> Result<Days, NotDays> {
        text.parse()
    }
}

impl From<Days> for String {
    fn from(days: Days) -> String {
        days.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong_to_the_days_and_a_missing_end_has_no_limit() {
        let contain = |days: &str, day: &str| days.parse::<Days>().unwrap().contain(day.parse().unwrap());
        for (days, day, expected) in [
            ("2026-04-01..2027-03-31", "2026-04-01", true),
            ("2026-04-01..2027-03-31", "2027-03-31", true),
            ("2026-04-01..2027-03-31", "2026-03-31", false),
            ("2026-04-01..2027-03-31", "2027-04-01", false),
            ("2026-04-01..", "2999-01-01", true),
            ("..2026-04-01", "1999-01-01", true),
            ("..2026-04-01", "2026-04-02", false),
            ("2026-04-01", "2026-04-01", true),
            ("2026-04-01", "2026-04-02", false),
        ] {
            assert_eq!(contain(days, day), expected, "{day} in {days}");
        }
    }

    #[test]
    fn what_is_written_reads_back_and_everything_else_is_refused() {
        for text in ["2026-04-01", "2026-04-01..2027-03-31", "2026-04-01..", "..2027-03-31"] {
            assert_eq!(text.parse::<Days>().unwrap().to_string(), text);
        }
        for text in ["", "..", "2026-04", "2027-04-01..2026-04-01", "2026-04-01..x", "2026-04-01...2027-04-01"] {
            assert!(text.parse::<Days>().is_err(), "{text}");
        }
    }
}
