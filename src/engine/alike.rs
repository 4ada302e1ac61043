//! Subjects and things that are written alike: a hold or an event by one of them does not reach the others.
//!
//! In: a subject or the number of a thing that somebody names. Out: the others that look or are typed like it. The rule it
//! keeps: they are told, never taken for each other.

use std::collections::BTreeMap;

use crate::intake::spelling;
use crate::policy::PolicySet;
use crate::retention::hold::covering;
use crate::store::{Catalog, Hold, Item, StoreError};

/// Another subject that is written like the one somebody named.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Alike {
    /// The other subject.
    pub subject: String,
    /// How many records are about it.
    pub records: u64,
}

/// Returns the other subjects that are written like one of `named`, sorted.
pub(super) fn alike<'a>(
    catalog: &Catalog<'_>,
    named: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Alike>, StoreError> {
    let named: std::collections::BTreeSet<&str> = named.into_iter().collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let spelled: std::collections::BTreeSet<String> = named.iter().map(|name| spelling(name)).collect();
    let is_alike = |subject: &str| !named.contains(subject) && spelled.contains(&spelling(subject));
    let found = catalog.subjects()?.into_iter().filter(|(subject, _)| is_alike(subject));
    Ok(found.map(|(subject, records)| Alike { subject, records }).collect())
}

/// A thing in another register that has the same number as one, or one written like it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Namesake {
    /// The number somebody names.
    pub of: String,
    /// The other thing's number.
    pub number: String,
    /// The other thing's register.
    pub register: String,
    /// The holds that cover the other thing.
    pub holds: Vec<String>,
}

/// The things of all registers by how their numbers are written, and the holds.
pub(super) struct Things<'a> {
    catalog: &'a Catalog<'a>,
    policy: &'a PolicySet,
    by_spelling: BTreeMap<String, Vec<Item>>,
    holds: Vec<Hold>,
}

impl<'a> Things<'a> {
    /// Reads every thing that is known.
    pub(super) fn read(catalog: &'a Catalog<'a>, policy: &'a PolicySet) -> Result<Things<'a>, StoreError> {
        let mut by_spelling: BTreeMap<String, Vec<Item>> = BTreeMap::new();
        for item in catalog.items()? {
            by_spelling.entry(spelling(&item.told.number)).or_default().push(item);
        }
        Ok(Things { catalog, policy, by_spelling, holds: catalog.holds()? })
    }

    /// Returns the things of other registers with this number.
    pub(super) fn namesakes(&self, register: &str, number: &str) -> Result<Vec<Namesake>, StoreError> {
        let same = self.by_spelling.get(&spelling(number)).into_iter().flatten();
        let others = same.filter(|item| item.told.register != register);
        let namesake = |item: &Item| {
            let (of, told, holds) = (number.to_owned(), &item.told, self.holds_of(item)?);
            Ok(Namesake { of, number: told.number.clone(), register: told.register.clone(), holds })
        };
        others.map(namesake).collect()
    }

    /// Returns the holds that cover a thing.
    pub(super) fn holds_of(&self, item: &Item) -> Result<Vec<String>, StoreError> {
        let Some(record) = self.catalog.record(item.record)? else { return Ok(Vec::new()) };
        let zone = self.policy.organization.time_zone;
        let class = self.policy.class_of(&record.known.class);
        Ok(class.map(|class| covering(&self.holds, &record.known, class, zone)).unwrap_or_default())
    }
}
