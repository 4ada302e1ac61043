//! Purposes of use, types of information, consent.
//!
//! In: nothing. Out: the pages of these rules. The rule it keeps: one constant per rule; the checker refers to it by name.

use super::{error, warning};
use crate::diag::Rule;

/// No type of information is used for this purpose.
pub(in crate::policy) const UNUSED: Rule = warning(
    "purposes.unused",
    "No type of information is used for this purpose.",
    "A published purpose that nothing serves raises questions, or a type of information lacks it.",
    "Name the purpose at the information it is for, or remove it.",
);

/// A type of information names no purpose of use.
pub(in crate::policy) const NO_PURPOSE: Rule = warning(
    "information.no-purpose",
    "A type of information names no purpose of use.",
    "Personal information may only be used for purposes that were specified.",
    "Name at least one purpose.",
);

/// Implied consent has no ground, or explicit consent has one.
pub(in crate::policy) const CONSENT_GROUND: Rule = error(
    "consent.ground",
    "Implied consent has no ground, or explicit consent has one.",
    "Silence may count as consent only for a stated reason; where people are asked, no reason is needed.",
    "Add `ground: benefits-the-person` or `ground: undue-burden` to an implied item; remove `ground` from an explicit one.",
);
