//! Rules about words in texts for readers.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule.

pub(in crate::policy) mod outdated;
