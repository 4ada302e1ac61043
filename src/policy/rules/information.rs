//! Types of information.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod no_class;
pub(in crate::policy) mod no_purpose;
pub(in crate::policy) mod special_care;
