//! What an organization decides about findings, and what this version cannot do.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod expired;
pub(in crate::policy) mod fixed;
pub(in crate::policy) mod no_reason;
pub(in crate::policy) mod not_carried_out;
pub(in crate::policy) mod severity_expired;
pub(in crate::policy) mod unused;
