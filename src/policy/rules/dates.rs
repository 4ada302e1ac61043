//! Declared dates.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod about;
pub(in crate::policy) mod unused;

pub(in crate::policy) use about::RULE as DATE_ABOUT;
