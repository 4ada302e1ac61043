//! Rules about what is said about provision to third parties.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule.

pub(in crate::policy) mod exceptions_complete;
