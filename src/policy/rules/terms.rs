//! One word for one concept.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod business_operator;
pub(in crate::policy) mod inconsistent;
pub(in crate::policy) mod outdated;
