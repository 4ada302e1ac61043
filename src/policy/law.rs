//! Law packs: what the law says on a day, as data.
//!
//! In: the packs a set names. Out: [`Law`]. The rule it keeps: nothing about the law stands in code.

/// The law packs of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Law {}
