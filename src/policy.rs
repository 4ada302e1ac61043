//! The policy: what an organization publishes about personal data, and what hokan enforces.
//!
//! In: the texts of the YAML files. Out: a [`PolicySet`], or findings. The data's way is `raw` (YAML with places) →
//! `check` (all findings at once) → [`PolicySet`] (used everywhere else). The rule it keeps: a set is checked from text
//! alone, without files, clock or records; only the checker can make a `PolicySet`.

mod answered;
mod check;
mod days;
pub mod diff;
mod field;
pub mod glyphs;
pub mod law;
mod lint;
mod pattern;
mod raw;
mod rules;
#[cfg(test)]
pub(crate) mod sample;
mod schema;
mod set;
mod shape;
mod sidecar;
mod stanza;
mod table;
mod vectors;

use std::collections::BTreeMap;

use crate::calendar::{Date, Instant};
use crate::diag::{Place, Report, Rule, Sources};

pub use answered::answered_for;
pub use check::more_may_follow;
pub use days::days_of;
pub use field::{DateField, Encoding, Reading};
pub use pattern::{CaptureKind, Captured, Glob, NotAPattern, Pattern};
// YAML with places, for records that are read by the rules of policies.
pub(crate) use raw::{Node, Value, read_record};
pub use schema::{law_pack_schema, schema};
pub use set::*;
pub use sidecar::{SidecarFacts, sidecar};
pub use stanza::{ClassWish, NotAStanza, stanza, with_stanza};
pub use table::{TableRow, table};
pub use vectors::{Combine, Example, ExampleLeg, Examples, example_line, examples};

/// Reads and checks a policy set from the texts of its files, by path (`policies/retention.yaml`), under the law of a day.
///
/// Returns every finding of the set, and the set itself when none of them is an error.
pub fn check(sources: &Sources, as_of: AsOf) -> (Report, Option<PolicySet>) {
    check_beside(sources, &Unreadable::new(), as_of)
}

/// Checks what can be read of a set, beside files that cannot: nothing is said to be missing that may stand in one of them.
///
/// What is wrong with those files is the caller's to say; as one of them is an error, the set is none.
pub fn check_beside(sources: &Sources, unreadable: &Unreadable, as_of: AsOf) -> (Report, Option<PolicySet>) {
    check::check(sources, unreadable, as_of)
}

/// Files of a set that are no text, by path: what letters of theirs can be told, or nothing where not even their bytes are known.
pub type Unreadable = BTreeMap<String, Option<String>>;

/// Reads a set that was checked when it was accepted: its values alone, without the rules of this program or of today.
///
/// A newer program, a newer law or a decision that has run out is news for the next edit, not for what is in force: only a
/// value that cannot be read at all, so that the set would lack it, is an error here.
pub fn read(sources: &Sources) -> (Report, Option<PolicySet>) {
    check::read(sources)
}

/// The day whose law holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// This day.
    Day(Date),
    /// The day that it is in the set's own time zone.
    Now(Instant),
}

/// Returns the place of a path such as `service.paths.records`, or of the nearest thing above it that is written.
pub fn place_of(sources: &Sources, path: &str) -> Place {
    check::place_of(sources, path)
}

/// Returns every rule policies are checked by.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::all()
}
