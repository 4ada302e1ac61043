//! The ids a set declares, by section.
//!
//! In: the joined sections. Out: what references may name. The rule it keeps: an id is collected even if its item has
//! other faults, so one fault does not become many.

use std::collections::BTreeMap;

use crate::diag::{Finding, Place};
use crate::policy::raw::{Node, Value};
use crate::policy::rules::reference;

use super::desk::Desk;
use super::sections::Sections;

/// The ids of one section.
pub(super) struct Ids {
    /// The section's key in the file.
    pub(super) section: &'static str,
    /// What its items are called in a message.
    pub(super) what: &'static str,
    places: BTreeMap<String, Place>,
}

impl Ids {
    /// Collects the ids of a section's items; one that comes twice is reported with both places.
    fn collect<'n>(
        desk: &Desk,
        section: &'static str,
        what: &'static str,
        items: impl IntoIterator<Item = &'n Node>,
    ) -> Ids {
        let mut ids = Ids { section, what, places: BTreeMap::new() };
        for (id, place) in items.into_iter().filter_map(declared) {
            match ids.places.get(id) {
                Some(first) => {
                    let found = format!("the id `{id}` is already taken in `{section}`");
                    desk.report(Finding::at(&reference::DUPLICATE_ID, place, found).also(first.clone()));
                }
                None => drop(ids.places.insert(id.to_owned(), place)),
            }
        }
        ids
    }

    /// Returns whether the section declares this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.places.contains_key(id)
    }

    /// Returns the ids in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Returns where an id is declared.
    pub(super) fn place(&self, id: &str) -> Option<&Place> {
        self.places.get(id)
    }
}

fn declared(item: &Node) -> Option<(&str, Place)> {
    let id = item.get("id")?;
    Some((id.scalar()?, id.place()))
}

/// The ids of every section that is referred to, or whose ids become file names.
pub(super) struct Known {
    pub(super) parties: Ids,
    pub(super) contacts: Ids,
    pub(super) purposes: Ids,
    pub(super) information: Ids,
    pub(super) dates: Ids,
    pub(super) classes: Ids,
    pub(super) recipients: Ids,
}

impl Known {
    /// Collects the ids of a set.
    pub(super) fn collect(sections: &Sections, desk: &Desk) -> Known {
        let inside = |section: Option<&'_ Node>, key: &str| items_of(section.and_then(|node| node.get(key)));
        let ids = |section, what, items: &[Node]| Ids::collect(desk, section, what, items);
        for (section, items) in [
            ("principles", &sections.principles[..]),
            ("joint-use", &sections.joint_use),
            ("pages", &sections.pages),
            ("notices", &sections.notices),
            ("consent.items", &inside(sections.consent.as_ref(), "items")),
        ] {
            ids(section, section, items);
        }
        Known {
            parties: ids("parties", "parties", &sections.parties),
            contacts: ids("organization.contacts", "contacts", &inside(sections.organization.as_ref(), "contacts")),
            purposes: ids("purposes", "purposes", &sections.purposes),
            information: ids("information", "types of information", &sections.information),
            dates: ids("dates", "declared dates", &sections.dates),
            classes: ids("retention.classes", "classes", &inside(sections.retention.as_ref(), "classes")),
            recipients: ids("service.recipients", "recipients", &inside(sections.service.as_ref(), "recipients")),
        }
    }
}

fn items_of(node: Option<&Node>) -> Vec<Node> {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items.clone(),
        Some(Value::Nothing | Value::Scalar(_) | Value::Map(_)) | None => Vec::new(),
    }
}
