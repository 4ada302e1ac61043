//! The shape of policy files.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one file per rule; the checker refers to it by name.

pub(in crate::policy) mod duplicate_key;
pub(in crate::policy) mod empty_set;
pub(in crate::policy) mod missing_key;
pub(in crate::policy) mod stated_twice;
pub(in crate::policy) mod syntax;
pub(in crate::policy) mod too_large;
pub(in crate::policy) mod unknown_key;
pub(in crate::policy) mod unknown_word;
pub(in crate::policy) mod wrong_type;
pub(in crate::policy) mod yaml_feature;

pub(in crate::policy) use duplicate_key::RULE as DUPLICATE_KEY;
pub(in crate::policy) use empty_set::RULE as EMPTY_SET;
pub(in crate::policy) use missing_key::RULE as MISSING_KEY;
pub(in crate::policy) use stated_twice::RULE as STATED_TWICE;
pub(in crate::policy) use syntax::RULE as SYNTAX;
pub(in crate::policy) use too_large::RULE as TOO_LARGE;
pub(in crate::policy) use unknown_key::RULE as UNKNOWN_KEY;
pub(in crate::policy) use unknown_word::RULE as UNKNOWN_WORD;
pub(in crate::policy) use wrong_type::RULE as WRONG_TYPE;
pub(in crate::policy) use yaml_feature::RULE as FEATURE;
