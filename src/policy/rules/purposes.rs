//! Purposes of use.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod category;
pub(in crate::policy) mod contradiction;
pub(in crate::policy) mod coverage;
pub(in crate::policy) mod for_without_after;
pub(in crate::policy) mod unused;
pub(in crate::policy) mod without_end;

pub(in crate::policy) use for_without_after::RULE as FOR;
