//! Dates, instants, periods, starting rules, fiscal years, eras, time zones and schedules.
//!
//! In: civil dates and rules as text. Out: our own `Date`, `Instant`, `Period`, `Zone`, `Schedule`.
//! The rule it keeps: this is the only arithmetic on dates in hokan and the only user of chrono; no chrono type leaves
//! it. Every due date is one addition from its anchor, and a day that does not exist is never clamped backwards.

mod date;
mod days;
mod english;
mod era;
mod meant;
mod period;
mod wait;
mod zone;

pub use date::{Date, MonthDay, NotADate};
pub use days::{Days, NotDays};
pub use english::{english_date, english_month};
pub use era::{NoEra, japanese_date, japanese_fiscal_year, japanese_month};
pub use meant::half_width;
pub use period::{NotAPeriod, NotAStarting, Period, PeriodFault, Starting, first_day_allowed};
pub use wait::{NotAWait, Wait};
pub use zone::{Instant, NotASchedule, NotAZone, Schedule, ScheduleFault, Zone, zone_data_version};
