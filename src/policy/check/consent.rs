//! Checks `consent`: how it is explained, how to object, and its items.
//!
//! In: the section. Out: its checked type. The rule it keeps: silence counts only for a stated ground.

use crate::policy::raw::Node;
use crate::policy::rules::purposes::CONSENT_GROUND;
use crate::policy::{Consent, ConsentGround, ConsentItem, ConsentKind, Objection};

use super::desk::{Checked, Desk, all};
use super::item::Item;
use super::known::Known;
use super::sections::Sections;

const CONSENT: [&str; 3] = ["explanation", "objection", "items"];
const OBJECTION: [&str; 2] = ["how", "contact"];
const CONSENT_ITEM: [&str; 6] = ["id", "kind", "ground?", "title", "information", "given-to"];
const KINDS: [(&str, ConsentKind); 2] = [("implied", ConsentKind::Implied), ("explicit", ConsentKind::Explicit)];
const GROUNDS: [(&str, ConsentGround); 2] =
    [("benefits-the-person", ConsentGround::BenefitsThePerson), ("undue-burden", ConsentGround::UndueBurden)];

/// Checks consent, if the set speaks of it.
pub(super) fn consent(sections: &Sections, known: &Known, desk: &Desk) -> Checked<Option<Consent>> {
    let Some(node) = &sections.consent else {
        return Ok(None);
    };
    let item = Item::open(desk, node, &CONSENT)?;
    let explanation = item.text("explanation");
    let objection = item.needed("objection").and_then(|node| objection(desk, node, known));
    let items = item.list("items").and_then(|nodes| all(nodes, |node| consent_item(desk, node, known)));
    item.needed("items")?;
    Ok(Some(Consent { explanation: explanation?, objection: objection?, items: items? }))
}

fn objection(desk: &Desk, node: &Node, known: &Known) -> Checked<Objection> {
    let item = Item::open(desk, node, &OBJECTION)?;
    let (how, contact) = (item.text("how"), item.reference("contact", &known.contacts));
    Ok(Objection { how: how?, contact: contact? })
}

fn consent_item(desk: &Desk, node: &Node, known: &Known) -> Checked<ConsentItem> {
    let item = Item::open(desk, node, &CONSENT_ITEM)?;
    let (id, title, given_to) = (item.id("id"), item.text("title"), item.text("given-to"));
    let kind = item.choice("kind", &KINDS);
    let ground = item.optional("ground").map(|_| item.choice("ground", &GROUNDS)).transpose();
    let information = item.references("information", &known.information);
    let (kind, ground) = (kind?, ground?);
    let wrong = match (kind, ground) {
        (ConsentKind::Implied, None) => Some("implied consent needs a `ground`"),
        (ConsentKind::Explicit, Some(_)) => Some("explicit consent has no `ground`"),
        (ConsentKind::Implied, Some(_)) | (ConsentKind::Explicit, None) => None,
    };
    if let Some(found) = wrong {
        let key = if ground.is_some() { "ground" } else { "kind" };
        return Err(desk.refuse_at(&CONSENT_GROUND, item.place_of(key), found));
    }
    Ok(ConsentItem { id: id?, kind, ground, title: title?, information: information?, given_to: given_to? })
}
