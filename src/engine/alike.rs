//! Subjects that are written alike: a hold or an event by one of them does not reach the others.
//!
//! In: a subject somebody names. Out: the others that look or are typed like it. The rule it keeps: they are told, never
//! taken for each other.

use crate::intake::spelling;
use crate::store::{Catalog, StoreError};

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
