//! Consent.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod ground;
pub(in crate::policy) mod not_opt_out;
pub(in crate::policy) mod objection_burden;
pub(in crate::policy) mod stress_check;

pub(in crate::policy) use ground::RULE as GROUND_OF_CONSENT;
