//! Checks the published table: `purposes` and `information`.
//!
//! In: these sections. Out: their checked types. The rule it keeps: every purpose serves some information, and every type
//! of information has a purpose.

use crate::diag::Finding;
use crate::policy::raw::Node;
use crate::policy::rules::purposes as rules;
use crate::policy::{Information, Purpose};

use super::desk::{Checked, Desk, advice, all};
use super::item::Item;
use super::known::Known;
use super::sections::Sections;

const PURPOSE: [&str; 3] = ["id", "category", "title"];
const INFORMATION: [&str; 6] = ["id", "title", "special-care?", "individual-number?", "acquired-from?", "purposes"];

/// Checks the purposes of use.
pub(super) fn purposes(sections: &Sections, desk: &Desk) -> Checked<Vec<Purpose>> {
    all(&sections.purposes, |node| {
        let item = Item::open(desk, node, &PURPOSE)?;
        let (id, category, title) = (item.id("id"), item.text("category"), item.text("title"));
        Ok(Purpose { id: id?, category: category?, title: title? })
    })
}

/// Checks the types of information, and that each purpose is used.
pub(super) fn information(sections: &Sections, known: &Known, desk: &Desk) -> Checked<Vec<Information>> {
    let information = all(&sections.information, |node| one(desk, node, known))?;
    for purpose in known.purposes.names() {
        let used = information.iter().any(|item| item.purposes.iter().any(|named| named == purpose));
        if let Some(place) = known.purposes.place(purpose).filter(|_| !used) {
            let found = format!("no type of information is used for `{purpose}`");
            desk.report(Finding::at(&rules::UNUSED, place.clone(), found).help(advice(&rules::UNUSED)));
        }
    }
    Ok(information)
}

fn one(desk: &Desk, node: &Node, known: &Known) -> Checked<Information> {
    let item = Item::open(desk, node, &INFORMATION)?;
    let (id, title) = (item.id("id"), item.text("title"));
    let (special_care, individual_number) = (item.flag("special-care"), item.flag("individual-number"));
    let (acquired_from, purposes) = (item.texts("acquired-from"), item.references("purposes", &known.purposes));
    if item.optional("purposes").is_some_and(|node| node.value.is_empty_list()) {
        let found = "this type of information names no purpose";
        desk.report(Finding::at(&rules::NO_PURPOSE, item.place_of("purposes"), found));
    }
    Ok(Information {
        id: id?,
        title: title?,
        special_care: special_care?,
        individual_number: individual_number?,
        acquired_from: acquired_from?,
        purposes: purposes?,
    })
}
