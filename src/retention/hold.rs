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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Instant;
    use crate::{Digest, RecordId};

    #[test]
    fn a_hold_covers_its_record_its_subject_and_its_class_under_both_names() {
        let digest = Digest::of(b"x");
        let id = RecordId::new(Instant::from_micros(0), [1; 10]);
        let record = NewRecord {
            id,
            class: "receipts".into(),
            arrived: Instant::from_micros(0),
            name: "a".into(),
            bytes: 1,
            body: digest,
            header: digest,
            rule: digest,
            persistent: true,
            salt: [0; 16],
            subjects: vec!["M1".into(), "M2".into()],
            dates: Default::default(),
        };
        let covers = |scope: Scope| {
            let (reason, by) = ("audit".to_owned(), "A".to_owned());
            let hold = Hold { id: "hold-1".into(), scope, reason, by, salt: [0; 16], entry: None };
            !covering(&[hold], &record, "fee-statements").is_empty()
        };
        for scope in [
            Scope::Record(id),
            Scope::Subject("M2".into()),
            Scope::Class("receipts".into()),
            Scope::Class("fee-statements".into()),
        ] {
            assert!(covers(scope.clone()), "{scope:?}");
        }
        let other = RecordId::new(Instant::from_micros(0), [2; 10]);
        for scope in [Scope::Record(other), Scope::Subject("M".into()), Scope::Class("checkups".into())] {
            assert!(!covers(scope.clone()), "{scope:?}");
        }
    }
}
