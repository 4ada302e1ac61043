//! Rules.
use crate::diag::Rule;
/// Every rule.
pub const RULES: &[&Rule] = &[];
