//! Instants, time zones and schedules.
//!
//! In: microseconds since 1970 UTC, a zone's name, a cron line. Out: civil dates in that zone, the next time a schedule
//! is due. The rule it keeps: a civil date is always computed in a named zone from the zone data inside the binary.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::Date;

/// A moment in microseconds since 1970-01-01T00:00:00Z. Serialised as that integer; printed as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The first instant hokan counts from, 1970-01-01 in UTC.
    pub const EPOCH: Instant = Instant(0);

    /// Wraps microseconds since 1970 UTC.
    pub const fn from_micros(micros: i64) -> Instant {
        Instant(micros)
    }

    /// Returns the system time as an instant; a time before 1970 becomes 1970.
    pub fn from_system(time: SystemTime) -> Instant {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_micros());
        Instant(i64::try_from(since).unwrap_or(i64::MAX))
    }

    /// Returns microseconds since 1970 UTC.
    pub const fn micros(&self) -> i64 {
        self.0
    }

    /// Returns the civil date of this instant in UTC.
    pub fn utc_date(&self) -> Date {
        Date(self.utc().date_naive())
    }

    /// Returns the instant `seconds` later.
    pub fn plus_seconds(&self, seconds: i64) -> Instant {
        Instant(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Returns the instant `days` of 24 hours later.
    pub fn plus_days(&self, days: i64) -> Instant {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    fn utc(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// A named time zone of the IANA database, from the data inside the binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(chrono_tz::Tz);

/// A text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone (expected an IANA name such as `Asia/Tokyo`)")]
pub struct NotAZone(pub String);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(chrono_tz::Tz::UTC);

    /// Returns the names of all zones.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// Returns the civil date of `instant` in this zone.
    pub fn date(&self, instant: Instant) -> Date {
        Date(instant.utc().with_timezone(&self.0).date_naive())
    }

    /// Returns civil date and minute of `instant` in this zone, such as `2026-11-22 09:30`.
    pub fn minute(&self, instant: Instant) -> String {
        instant.utc().with_timezone(&self.0).format("%Y-%m-%d %H:%M").to_string()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Zone {
    type Err = NotAZone;

    fn from_str(text: &str) -> Result<Zone, NotAZone> {
        text.parse().map(Zone).map_err(|_| NotAZone(text.to_owned()))
    }
}

impl TryFrom<String> for Zone {
    type Error = NotAZone;

    fn try_from(text: String) -> Result<Zone, NotAZone> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.to_string()
    }
}

/// Returns the release of the IANA time-zone data inside the binary, such as `2025b`.
pub fn zone_data_version() -> &'static str {
    chrono_tz::IANA_TZDB_VERSION
}

/// A cron line of five fields (minute, hour, day of month, month, day of week), read in a named zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Schedule(String);

/// A text that is not a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a schedule: {why}")]
pub struct NotASchedule {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub why: ScheduleFault,
}

/// What is wrong with a text that is not a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleFault {
    /// It is not five fields.
    #[error("it is not five fields (minute, hour, day of the month, month, day of the week)")]
    Fields,
    /// A field, from 0 for the minute to 4 for the day of the week, has no such value.
    #[error("`{written}` is no {}", Schedule::FIELDS[*field])]
    Field {
        /// Which one.
        field: usize,
        /// What was written there.
        written: String,
    },
    /// No day is like that.
    #[error("it never comes")]
    Never,
}

impl Schedule {
    /// What the five fields take, from left to right.
    const FIELDS: [&str; 5] = [
        "minute (0 to 59)",
        "hour (0 to 23)",
        "day of the month (1 to 31)",
        "month (1 to 12)",
        "day of the week (0 to 7, Sunday being both)",
    ];

    /// Returns the first moment after `after` that the schedule names in `zone`.
    ///
    /// Nothing is returned for a schedule that never comes (31 February); such a one is refused when it is read.
    pub fn next_after(&self, after: Instant, zone: Zone) -> Option<Instant> {
        let cron = parse(&self.0).ok()?;
        let next = cron.find_next_occurrence(&after.utc().with_timezone(&zone.0), false).ok()?;
        Some(Instant(next.timestamp_micros()))
    }
}

fn parse(text: &str) -> Result<croner::Cron, croner::errors::CronError> {
    use croner::parser::{CronParser, Seconds, Year};
    CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build().parse(text)
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Schedule {
    type Err = NotASchedule;

    fn from_str(text: &str) -> Result<Schedule, NotASchedule> {
        let refuse = |why| NotASchedule { text: text.to_owned(), why };
        let cron = parse(text).map_err(|_| refuse(fault(text)))?;
        let start = DateTime::<Utc>::UNIX_EPOCH;
        cron.find_next_occurrence(&start, false).map_err(|_| refuse(ScheduleFault::Never))?;
        Ok(Schedule(text.to_owned()))
    }
}

/// What is wrong with a text that is no cron line: the first field that is none among fields that are.
fn fault(text: &str) -> ScheduleFault {
    let written: Vec<&str> = text.split_whitespace().collect();
    if written.len() != Schedule::FIELDS.len() {
        return ScheduleFault::Fields;
    }
    let is_none = |field: &usize| {
        let mut alone = ["*"; Schedule::FIELDS.len()];
        alone[*field] = written[*field];
        parse(&alone.join(" ")).is_err()
    };
    let wrong = (0..written.len()).find(is_none);
    wrong.map_or(ScheduleFault::Fields, |field| ScheduleFault::Field { field, written: written[field].to_owned() })
}

impl TryFrom<String> for Schedule {
    type Error = NotASchedule;

    fn try_from(text: String) -> Result<Schedule, NotASchedule> {
        text.parse()
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> String {
        schedule.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_civil_date_turns_at_midnight_in_its_zone() {
        let tokyo: Zone = "Asia/Tokyo".parse().unwrap();
        // 2026-11-21T15:00:00Z is midnight of the 22nd in Tokyo.
        let midnight = Instant::from_micros(1_795_273_200_000_000);
        assert_eq!(midnight.to_string(), "2026-11-21T15:00:00Z");
        assert_eq!(tokyo.date(midnight).to_string(), "2026-11-22");
        assert_eq!(tokyo.date(midnight.plus_seconds(-1)).to_string(), "2026-11-21");
    }

    #[test]
    fn a_schedule_comes_at_its_local_hour() {
        let tokyo: Zone = "Asia/Tokyo".parse().unwrap();
        let schedule: Schedule = "0 3 * * *".parse().unwrap();
        let next = schedule.next_after(Instant::from_micros(1_795_273_200_000_000), tokyo).unwrap();
        assert_eq!(tokyo.minute(next), "2026-11-22 03:00");
    }

    #[test]
    fn a_schedule_that_never_comes_is_refused() {
        assert_eq!("0 3 31 2 *".parse::<Schedule>().unwrap_err().why, ScheduleFault::Never);
    }

    #[test]
    fn the_field_that_is_wrong_is_named() {
        let told = |text: &str| text.parse::<Schedule>().unwrap_err().why.to_string();
        for (text, why) in [
            ("every day", "it is not five fields (minute, hour, day of the month, month, day of the week)"),
            ("0 0 3 * * *", "it is not five fields (minute, hour, day of the month, month, day of the week)"),
            ("0 25 * * *", "`25` is no hour (0 to 23)"),
            ("0 3 * 13 *", "`13` is no month (1 to 12)"),
            ("x 3 * * *", "`x` is no minute (0 to 59)"),
        ] {
            assert_eq!(told(text), why, "{text}");
        }
    }
}
