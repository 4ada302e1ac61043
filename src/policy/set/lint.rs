//! What an organization decides about findings: severities, and findings it accepts.
//!
//! In: nothing. Out: the types of `rules` and `accepted-findings`. The rule they keep: nothing is silent; who lowers or
//! accepts says why, by whom and until when.

use serde::Serialize;

use crate::calendar::Date;
use crate::diag::Severity;

/// The severity of a rule for this organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleSeverity {
    /// The rule's name.
    pub rule: String,
    /// Its severity.
    pub severity: Severity,
    /// Why, by whom, until when; needed to lower an error.
    pub reasoned: Option<Reasoned>,
}

/// A finding that is accepted at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AcceptedFinding {
    /// The rule's name.
    pub rule: String,
    /// The item, such as `joint-use.high-cost-grant`.
    pub at: String,
    /// Why, by whom, until when.
    pub reasoned: Reasoned,
}

/// Why something was decided, by whom, and until when it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reasoned {
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// The last day on which it holds.
    pub until: Date,
}
