//! Retention classes: which paths, how long, and how they end.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod accept_medium;
pub(in crate::policy) mod accept_missing;
pub(in crate::policy) mod below_minimum;
pub(in crate::policy) mod capture;
pub(in crate::policy) mod date_unknown;
pub(in crate::policy) mod disposal_record;
pub(in crate::policy) mod individual_number;
pub(in crate::policy) mod keep;
pub(in crate::policy) mod no_electronic_class;
pub(in crate::policy) mod no_information;
pub(in crate::policy) mod no_recipients;
pub(in crate::policy) mod one_recipient;
pub(in crate::policy) mod pattern;
pub(in crate::policy) mod pattern_letters;
pub(in crate::policy) mod period;
pub(in crate::policy) mod read;
pub(in crate::policy) mod register;
pub(in crate::policy) mod rest;
pub(in crate::policy) mod same_path;
pub(in crate::policy) mod starting;
pub(in crate::policy) mod two_readings;
pub(in crate::policy) mod unmatched_path;

pub(in crate::policy) use accept_medium::RULE as ACCEPT_MEDIUM;
pub(in crate::policy) use accept_missing::RULE as ACCEPT_MISSING;
pub(in crate::policy) use capture::RULE as CAPTURE;
pub(in crate::policy) use date_unknown::RULE as DATE_UNKNOWN;
pub(in crate::policy) use keep::RULE as KEEP;
pub(in crate::policy) use no_electronic_class::RULE as NO_ELECTRONIC_CLASS;
pub(in crate::policy) use no_recipients::RULE as NO_RECIPIENTS;
pub(in crate::policy) use one_recipient::RULE as ONE_RECIPIENT;
pub(in crate::policy) use pattern::RULE as PATTERN;
pub(in crate::policy) use period::RULE as PERIOD;
pub(in crate::policy) use read::RULE as READ;
pub(in crate::policy) use register::RULE as REGISTER;
pub(in crate::policy) use same_path::RULE as SAME_PATH;
pub(in crate::policy) use starting::RULE as STARTING;
