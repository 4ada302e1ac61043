//! Checks `consent`: how it is explained, how to object, and its items.
//!
//! In: the section. Out: its checked type. The rule it keeps: silence counts only for a stated ground.

use crate::policy::raw::Node;
use crate::policy::rules::consent::GROUND_OF_CONSENT;
use crate::policy::shape::{Between, ID, INFORMATION, Shape, Takes, map, maybe, needed, words};
use crate::policy::{Changeable, Consent, ConsentGround, ConsentItem, ConsentKind, Objection};
use crate::said;

use super::desk::{Checked, Desk, good};
use super::item::Item;
use super::known::Known;
use super::sections::Sections;

/// How consent is asked for and given.
pub(super) const CONSENT: Shape = map(&[
    needed("explanation", Takes::Text, "What consent means here and what follows from it."),
    needed("objection", Takes::Map(&OBJECTION), "How people say no."),
    needed("items", Takes::List(&Takes::Map(&CONSENT_ITEM)), "What people consent to, one by one."),
]);
const OBJECTION: Shape = map(&[
    needed("how", Takes::Text, "How to object."),
    needed("contact", Takes::Reference("organization.contacts"), "At which desk."),
    maybe(
        "changeable",
        Takes::Choice(&words(&CHANGEABLE)),
        "When a choice can be changed; at any time where nothing is said.",
    ),
    maybe("reason-required", Takes::Flag, "Whether a reason must be given."),
]);
const CHANGEABLE: [(&str, Changeable); 2] =
    [("any-time", Changeable::AnyTime), ("at-set-times", Changeable::AtSetTimes)];
const CONSENT_ITEM: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("kind", Takes::Choice(&words(&KINDS)), "Whether silence counts as consent."),
    maybe("ground", Takes::Choice(&words(&GROUNDS)), "Why silence may count: with implied consent only."),
    needed("title", Takes::Text, "What it is about."),
    maybe("text", Takes::Text, "What is done with consent, and what without."),
    needed("information", INFORMATION, "Which types of information."),
    needed("given-to", Takes::Text, "Who gets them."),
])
.between(&[Between::Needs("kind", &["implied"], "ground"), Between::Without("kind", &["explicit"], "ground")]);
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
    let items = item.list("items").map(|nodes| good(nodes, |node| consent_item(desk, node, known)));
    item.needed("items")?;
    Ok(Some(Consent { explanation: explanation?, objection: objection?, items: items? }))
}

fn objection(desk: &Desk, node: &Node, known: &Known) -> Checked<Objection> {
    let item = Item::open(desk, node, &OBJECTION)?;
    let (how, contact) = (item.text("how"), item.reference("contact", &known.contacts));
    let changeable = item.choice_or("changeable", &CHANGEABLE, Changeable::AnyTime);
    let reason_required = item.flag("reason-required");
    Ok(Objection { how: how?, contact: contact?, changeable: changeable?, reason_required: reason_required? })
}

fn consent_item(desk: &Desk, node: &Node, known: &Known) -> Checked<ConsentItem> {
    let item = Item::open(desk, node, &CONSENT_ITEM)?;
    let (id, title, given_to) = (item.id("id"), item.text("title"), item.text("given-to"));
    let text = item.optional_text("text");
    let kind = item.choice("kind", &KINDS);
    let ground = item.perhaps("ground", |_| item.choice("ground", &GROUNDS));
    let information = item.references("information", &known.information);
    let (kind, ground) = (kind?, ground?);
    let wrong = match (kind, ground) {
        (ConsentKind::Implied, None) => {
            Some(said!("implied consent needs a `ground`", "黙示の同意には`ground`が必要です"))
        }
        (ConsentKind::Explicit, Some(_)) => {
            Some(said!("explicit consent has no `ground`", "明示の同意に`ground`は書けません"))
        }
        (ConsentKind::Implied, Some(_)) | (ConsentKind::Explicit, None) => None,
    };
    if let Some(found) = wrong {
        let key = if ground.is_some() { "ground" } else { "kind" };
        return Err(desk.refuse_at(&GROUND_OF_CONSENT, item.place_of(key), found));
    }
    let (title, text) = (title?, text?);
    Ok(ConsentItem { id: id?, kind, ground, title, text, information: information?, given_to: given_to? })
}
