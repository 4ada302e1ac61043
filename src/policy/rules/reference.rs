//! Ids and what refers to them.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod dangling;
pub(in crate::policy) mod duplicate_id;
pub(in crate::policy) mod id;

pub(in crate::policy) use dangling::RULE as DANGLING;
pub(in crate::policy) use duplicate_id::RULE as DUPLICATE_ID;
pub(in crate::policy) use id::RULE as ID;
