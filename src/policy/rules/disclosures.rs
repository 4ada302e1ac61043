//! Disclosures: who else handles data.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod exceptions_complete;
pub(in crate::policy) mod re_entrustment;
