//! Holds: what keeps a record whatever its date.
//!
//! In: the holds in force, a record, its class of today. Out: the ones that cover it. The rule it keeps: a hold that is
//! merely pending counts like any other, and a class that was renamed is covered under both names.

use crate::policy::Class;
use crate::store::{Hold, NewRecord, Scope};

/// Returns the ids of the holds that cover `record`, which is of `class` today.
///
/// A hold on a class covers its records under every name the class has or had: a record keeps the name it was sealed
/// under, and a hold the name it was placed under.
pub fn covering(holds: &[Hold], record: &NewRecord, class: &Class) -> Vec<String> {
    let covers = |hold: &&Hold| match &hold.scope {
        Scope::Record(target) => *target == record.id,
        Scope::Subject(target) => record.subjects.contains(target),
        Scope::Class(target) => *target == record.class || *target == class.id || class.was.contains(target),
    };
    holds.iter().filter(covers).map(|hold| hold.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Instant;
    use crate::policy::sample::sample;
    use crate::{Digest, RecordId};

    #[test]
    fn i2_a_hold_on_a_class_covers_its_records_under_every_name_it_has_or_had() {
        let mut class = sample().classes[0].clone();
        class.was = vec!["earlier".to_owned()];
        let hold = |target: &str| Hold {
            id: format!("on-{target}"),
            scope: Scope::Class(target.to_owned()),
            reason: "court".to_owned(),
            by: "somebody".to_owned(),
            salt: [0; 16],
            entry: None,
        };
        let holds = [hold(&class.id), hold("earlier"), hold("another")];
        for sealed_as in [class.id.as_str(), "earlier"] {
            let record = NewRecord {
                id: RecordId::new(Instant::from_micros(0), [1; 10]),
                class: sealed_as.to_owned(),
                arrived: Instant::from_micros(0),
                name: "x".to_owned(),
                bytes: 1,
                body: Digest::of(b"body"),
                header: Digest::of(b"header"),
                rule: Digest::of(b"rule"),
                persistent: true,
                salt: [0; 16],
                subjects: Vec::new(),
                handles: std::collections::BTreeMap::new(),
                dates: std::collections::BTreeMap::new(),
            };
            assert_eq!(covering(&holds, &record, &class), [format!("on-{}", class.id), "on-earlier".to_owned()]);
        }
    }
}
