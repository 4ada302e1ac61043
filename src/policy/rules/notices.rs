//! Notices.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod announced;
pub(in crate::policy) mod print_file;
pub(in crate::policy) mod reserved;
pub(in crate::policy) mod template;

pub(in crate::policy) use template::RULE as TEMPLATE;
