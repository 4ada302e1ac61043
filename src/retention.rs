//! Retention and disposal: when a record falls due, what stops it, who approved, how it goes, what proves it.
//!
//! In: the accepted policy, rows of the catalog, events, holds, approvals, the day. Out: a plan, warrants, destroyed
//! records, a certificate. The rule it keeps: `due`, `hold` and `plan` decide purely; only `gate` makes a warrant, under
//! both stores' locks; `sweep` carries out what the gate let through and decides nothing.

pub mod acceptance;
pub mod approval;
pub mod certificate;
pub mod count;
pub mod due;
pub mod earlier;
pub mod gate;
pub mod hold;
pub mod moves;
pub mod needs;
pub mod order;
pub mod plan;
pub mod sweep;
#[cfg(test)]
mod tests;
pub mod warrant;
