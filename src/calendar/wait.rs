//! Waiting times on the clock, such as a minute.
//!
//! In: ISO 8601 time durations (`PT1M`). Out: seconds. The rule it keeps: clock time and calendar time are different
//! types; a waiting time never counts days.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A waiting time in whole seconds, at most a day. Serialised as ISO 8601, such as `PT1M`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Wait(u32);

/// A text that is not a waiting time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a waiting time (expected hours, minutes or seconds up to a day, such as `PT1M`)")]
pub struct NotAWait(pub String);

impl Wait {
    /// Wraps a number of seconds; more than a day becomes a day.
    pub const fn seconds(seconds: u32) -> Wait {
        Wait(if seconds > 86_400 { 86_400 } else { seconds })
    }

    /// Returns the number of seconds.
    pub const fn as_seconds(&self) -> u32 {
        self.0
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("PT0S"),
            n if n.is_multiple_of(3600) => write!(f, "PT{}H", n / 3600),
            n if n.is_multiple_of(60) => write!(f, "PT{}M", n / 60),
            n => write!(f, "PT{n}S"),
        }
    }
}

impl FromStr for Wait {
    type Err = NotAWait;

    fn from_str(text: &str) -> Result<Wait, NotAWait> {
        let refuse = || NotAWait(text.to_owned());
        let mut rest = text.strip_prefix("PT").filter(|rest| !rest.is_empty()).ok_or_else(refuse)?;
        let (mut total, mut last) = (0u32, 0usize);
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(refuse)?;
            let count: u32 = rest[..digits].parse().map_err(|_| refuse())?;
            let order =
                ["H", "M", "S"].iter().position(|unit| rest[digits..].starts_with(unit)).ok_or_else(refuse)? + 1;
            let factor = [3600, 60, 1][order - 1];
            let sum = count.checked_mul(factor).and_then(|n| n.checked_add(total));
            total = sum.filter(|n| *n <= 86_400 && order > last).ok_or_else(refuse)?;
            last = order;
            rest = &rest[digits + 1..];
        }
        Ok(Wait(total))
    }
}

impl TryFrom<String> for Wait {
    type Error = NotAWait;

    fn try_from(text: String) -> Result<Wait, NotAWait> {
        text.parse()
    }
}

impl From<Wait> for String {
    fn from(wait: Wait) -> String {
        wait.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_other_words_is_understood() {
        for (text, meant) in [("1m", Some(60)), ("60", Some(60)), ("10 minutes", Some(600)), ("３０秒", Some(30))] {
            assert_eq!(Wait::meant_by(text).map(|wait| wait.as_seconds()), meant, "{text}");
        }
        assert_eq!([Wait::meant_by("soon"), Wait::meant_by("0"), Wait::meant_by("25h")], [None; 3]);
    }

    #[test]
    fn waiting_times_read_back_and_nonsense_is_refused() {
        for (text, seconds) in [("PT1M", 60), ("PT1S", 1), ("PT10M", 600), ("PT0S", 0), ("PT1H30M", 5400)] {
            assert_eq!(text.parse::<Wait>().unwrap().as_seconds(), seconds);
        }
        for text in ["", "PT", "P1D", "PT1", "PT25H", "PT1M1H", "PT99999999999S", "1m"] {
            assert!(text.parse::<Wait>().is_err(), "{text}");
        }
    }
}
