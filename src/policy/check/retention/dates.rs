//! Checks `dates`, and tells the classes where each date comes from.
//!
//! In: the section. Out: its checked type. The rule it keeps: a date read from a record is about that record.

use std::collections::BTreeMap;

use crate::policy::raw::Node;
use crate::policy::rules::dates::DATE_ABOUT;
use crate::policy::shape::{Between, ID, Shape, Takes, map, needed, words};
use crate::policy::{About, ComesFrom, DateName};
use crate::said;

use crate::policy::check::desk::{Desk, good};
use crate::policy::check::item::Item;
use crate::policy::check::sections::Sections;

/// A date that periods count from.
pub(in crate::policy::check) const DATE: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name patterns, sidecars and events use for it."),
    needed("title", Takes::Text, "What readers are told it is."),
    needed("comes-from", Takes::Choice(&words(&SOURCES)), "Where hokan learns it."),
    needed("about", Takes::Choice(&words(&ABOUT)), "Whether it belongs to one record or to everything about a person."),
])
.between(&[Between::Fixes("comes-from", &["path", "sidecar", "field"], "about", "record")]);
const SOURCES: [(&str, ComesFrom); 4] = [
    ("path", ComesFrom::Path),
    ("sidecar", ComesFrom::Sidecar),
    ("field", ComesFrom::Field),
    ("event", ComesFrom::Event),
];
const ABOUT: [(&str, About); 2] = [("record", About::Record), ("subject", About::Subject)];

/// Checks the declared dates.
pub(in crate::policy::check) fn dates(sections: &Sections, desk: &Desk) -> Vec<DateName> {
    good(&sections.dates, |node| {
        let item = Item::open(desk, node, &DATE)?;
        let (id, title) = (item.id("id"), item.text("title"));
        let (comes_from, about) = (item.choice("comes-from", &SOURCES), item.choice("about", &ABOUT));
        let (comes_from, about) = (comes_from?, about?);
        if comes_from != ComesFrom::Event && about == About::Subject {
            let found = said!(
                "a date that does not come from an event is about one record",
                "出来事（`event`）以外から得る日付は、1件の記録についてのものです"
            );
            return Err(desk.refuse_at(&DATE_ABOUT, item.place_of("about"), found));
        }
        Ok(DateName { id: id?, title: title?, comes_from, about })
    })
}

/// Where a date comes from and what it is about, as far as it can be read.
type Source = (Option<ComesFrom>, Option<About>);

/// The sources of the declared dates, by id.
pub(super) type Declared<'n> = BTreeMap<&'n str, Source>;

/// Returns what is declared; what is wrong with it is reported with the dates.
pub(super) fn declared(sections: &Sections) -> Declared<'_> {
    sections.dates.iter().filter_map(one_declared).collect()
}

fn one_declared(node: &Node) -> Option<(&str, Source)> {
    let word = |key: &str| node.get(key).and_then(Node::scalar);
    let comes_from = SOURCES.iter().find(|(known, _)| word("comes-from") == Some(known)).map(|(_, meaning)| *meaning);
    let about = ABOUT.iter().find(|(known, _)| word("about") == Some(known)).map(|(_, meaning)| *meaning);
    Some((word("id")?, (comes_from, about)))
}
