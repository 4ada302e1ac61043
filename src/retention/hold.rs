//! Holds: what keeps a record whatever its date.
//!
//! In: the holds in force and a record. Out: the ones that cover it. The rule it keeps: a hold that is merely pending
//! counts like any other.

use crate::store::{Hold, NewRecord, Scope};

/// Returns the ids of the holds that cover `record`.
pub fn covering(holds: &[Hold], record: &NewRecord) -> Vec<String> {
    let covers = |hold: &&Hold| match &hold.scope {
        Scope::Record(target) => *target == record.id,
        Scope::Subject(target) => record.subjects.contains(target),
        Scope::Class(target) => *target == record.class,
    };
    holds.iter().filter(covers).map(|hold| hold.id.clone()).collect()
}
