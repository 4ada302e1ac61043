//! Holds: what keeps a record whatever its date.
//!
//! In: the holds in force, a record, its class of today. Out: the ones that cover it. The rule it keeps: a hold that is
//! merely pending counts like any other, and a class that was renamed is covered under both names.

use crate::store::{Hold, NewRecord, Scope};

/// Returns the ids of the holds that cover `record`, which is of `class` today.
pub fn covering(holds: &[Hold], record: &NewRecord, class: &str) -> Vec<String> {
    let covers = |hold: &&Hold| match &hold.scope {
        Scope::Record(target) => *target == record.id,
        Scope::Subject(target) => record.subjects.contains(target),
        Scope::Class(target) => *target == record.class || target == class,
    };
    holds.iter().filter(covers).map(|hold| hold.id.clone()).collect()
}
