//! Provisions to third parties.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod basis;
pub(in crate::policy) mod individual_number;

pub(in crate::policy) use basis::RULE as BASIS;
