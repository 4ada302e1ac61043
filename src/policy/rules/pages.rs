//! Pages.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod made_known;
pub(in crate::policy) mod none;
pub(in crate::policy) mod reserved;
pub(in crate::policy) mod show;

pub(in crate::policy) use reserved::RULE as RESERVED_PAGE;
