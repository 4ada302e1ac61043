//! The organization and its calendar.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod complaints;
pub(in crate::policy) mod corporate_number;
pub(in crate::policy) mod date;
pub(in crate::policy) mod dates;
pub(in crate::policy) mod email;
pub(in crate::policy) mod fiscal_year_starts;
pub(in crate::policy) mod insurer_number;
pub(in crate::policy) mod languages;
pub(in crate::policy) mod name_consistent;
pub(in crate::policy) mod time_zone;

pub(in crate::policy) use corporate_number::RULE as CORPORATE_NUMBER;
pub(in crate::policy) use date::RULE as DATE;
pub(in crate::policy) use email::RULE as EMAIL;
pub(in crate::policy) use fiscal_year_starts::RULE as FISCAL_YEAR;
pub(in crate::policy) use insurer_number::RULE as INSURER_NUMBER;
pub(in crate::policy) use languages::RULE as LANGUAGES;
pub(in crate::policy) use time_zone::RULE as TIME_ZONE;
