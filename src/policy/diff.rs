//! What an edit of the policy does: two checked sets, compared by meaning.
//!
//! In: the set before and the set after, the day whose law holds. Out: [`Effect`], a list of typed changes with what is owed for each. The rule it
//! keeps: no difference is passed over. What has no kind of its own counts as a changed text of its section, and where it
//! cannot be decided whether a change makes a period shorter or lets somebody do more, it counts as if it did.

mod change;
mod classes;
mod compared;
mod consent;
mod joint_use;
mod keep;
mod others;
mod owed;
mod people;
mod purposes;
mod requests;
mod security;
#[cfg(test)]
mod tests;
mod texts;

use serde::Serialize;

use super::{Id, Policy};
use crate::calendar::Date;
use compared::Compared;

pub use change::{Change, Concern, Group, Kind};
pub use keep::leg_never_earlier;
pub use owed::{Duty, Owed, When};

/// What an edit does, apart from the records that are held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The changes, by group, item and kind.
    pub changes: Vec<Change>,
    /// The law packs by which it is known what is owed; where there are none, nothing is said about notices.
    pub law: Vec<Id>,
}

impl Effect {
    /// Returns the changes somebody may want to be stopped by.
    pub fn of_concern(&self, concern: Concern) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.raises(concern))
    }
}

/// Compares two policies by what they do, under the law of a day.
pub fn diff(before: &Policy, after: &Policy, on: Date) -> Effect {
    let mut compared = Compared::new(before, after, on);
    classes::compare(&mut compared);
    joint_use::compare(&mut compared);
    purposes::compare(&mut compared);
    consent::compare(&mut compared);
    others::compare(&mut compared);
    requests::compare(&mut compared);
    security::compare(&mut compared);
    people::compare(&mut compared);
    texts::compare(&mut compared);
    compared.effect()
}
