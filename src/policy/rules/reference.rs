//! Ids and what refers to them.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::error;
use crate::diag::Rule;

/// An id is not a kebab-case name.
pub(in crate::policy) const ID: Rule = error(
    "reference.id",
    "An id is not a kebab-case name.",
    "Ids become file names, names in patterns and names in the ledger; they are lower-case letters, digits and single hyphens, starting with a letter.",
    "Write a name such as `high-cost-grant`.",
);

/// Two items of one section have the same id.
pub(in crate::policy) const DUPLICATE_ID: Rule = error(
    "reference.duplicate-id",
    "Two items of one section have the same id.",
    "A reference to the id would mean either of them.",
    "Rename one of the two places shown, together with the references to it.",
);

/// A reference names something that is not declared.
pub(in crate::policy) const DANGLING: Rule = error(
    "reference.dangling",
    "A reference names something that is not declared.",
    "A page would point to nothing, or a rule would count from a date that never comes.",
    "Use the nearest known id shown, or declare the item.",
);
