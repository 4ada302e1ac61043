//! Security measures.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod categories;
pub(in crate::policy) mod reveals_detail;
