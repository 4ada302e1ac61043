//! Rules about how requests are made and answered.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule.

pub(in crate::policy) mod fee;
pub(in crate::policy) mod kinds;
pub(in crate::policy) mod method_choice;
