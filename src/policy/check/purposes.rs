//! Checks the published table: `purposes`, `information`, `processes`.
//!
//! In: these sections. Out: their checked types. The rule it keeps: every use has a purpose that the table lists.

use crate::diag::Finding;
use crate::policy::raw::Node;
use crate::policy::rules::{purposes::FOR, retention::PERIOD, section};
use crate::policy::shape::{self, Between, ID, Shape, TEXTS, Takes, forms, map, maybe, needed};
use crate::policy::{Information, Process, Purpose, Step, Text, Through};
use crate::said;

use super::desk::{Checked, Desk, all, good};
use super::item::{Item, known_text};
use super::known::Known;
use super::sections::Sections;

/// A purpose of use.
pub(super) const PURPOSE: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("category", Takes::Text, "The group it is listed under."),
    needed("title", Takes::Text, "What data is used for."),
    maybe("text", Takes::Text, "More about it."),
    maybe("only", Takes::Flag, "Whether the data is used for nothing else."),
    maybe("after", Takes::Reference("dates"), "The event beyond which the use goes on."),
    maybe("for", Takes::Form(&forms::PERIOD), "How long it goes on after that."),
])
.between(&[Between::With("for", "after")]);
/// A type of information.
pub(super) const INFORMATION: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("title", Takes::Text, "What it is called."),
    maybe("items", TEXTS, "What it consists of."),
    maybe("special-care", Takes::Flag, "Whether the law asks for special care, as with health."),
    maybe("individual-number", Takes::Flag, "Whether it holds a number given to each person by the state."),
    maybe("acquired-from", TEXTS, "Where it comes from, if not from the person."),
    needed("purposes", Takes::Each(&Takes::Reference("purposes")), "What it is used for."),
]);
/// How information is used, for one kind of document.
pub(super) const PROCESS: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("title", Takes::Text, "Which document or task."),
    needed("information", shape::INFORMATION, "Which types of information."),
    needed("steps", Takes::List(&Takes::Map(&STEP)), "What is done with them, in order."),
]);
const STEP: Shape = map(&[
    maybe("id", Takes::Form(&ID), "A name of its own."),
    needed("text", Takes::Text, "What is done."),
    needed("purposes", Takes::Distinct(&Takes::Reference("purposes")), "For which purposes."),
    maybe("by", Takes::Map(&BY), "By whom, where others do it."),
    maybe("needs", Takes::Map(&CONSENT), "The consent without which it is not done."),
]);
const CONSENT: Shape = map(&[needed("consent", Takes::Reference("consent.items"), "The item of consent.")]);
const BY: Shape = map(&[
    maybe("entrustment", Takes::Reference("entrustments"), "Somebody who is entrusted with it."),
    maybe("provision", Takes::Reference("provisions"), "A third party that gets the data."),
    maybe("joint-use", Takes::Reference("joint-use"), "The users of a joint use."),
])
.between(&[Between::OneOf(&[&["entrustment"], &["provision"], &["joint-use"]])]);

/// Checks the purposes of use.
pub(super) fn purposes(sections: &Sections, known: &Known, desk: &Desk) -> Vec<Purpose> {
    good(&sections.purposes, |node| {
        let item = Item::open(desk, node, &PURPOSE)?;
        let (id, category, title) = (item.id("id"), category(&item, sections), item.text("title"));
        let (text, only) = (item.optional_text("text"), item.flag("only"));
        let after = item.perhaps("after", |_| item.reference("after", &known.dates));
        let period = item.perhaps("for", |_| item.parsed("for", &PERIOD));
        if let (Some(node), None) = (item.get("for")?, item.get("after")?) {
            let found = said!(
                "`for` counts from the event in `after`, which is missing",
                "`for`の起点となる`after`がありません"
            );
            return Err(desk.refuse_at(&FOR, node.place(), found));
        }
        Ok(Purpose {
            id: id?,
            category: category?,
            title: title?,
            text: text?,
            only: only?,
            after: after?,
            period: period?,
        })
    })
}

/// Reads the group of a purpose; a word of another purpose's group stands for the whole of it.
fn category(item: &Item<'_>, sections: &Sections) -> Checked<Text> {
    let others = sections.purposes.iter().filter_map(|other| other.get("category"));
    match item.optional("category").and_then(|node| known_text(item.desk(), node, others)) {
        Some(finding) => Err(item.desk().refuse(finding)),
        None => item.text("category"),
    }
}

/// Checks the types of information.
pub(super) fn information(sections: &Sections, known: &Known, desk: &Desk) -> Vec<Information> {
    good(&sections.information, |node| {
        let item = Item::open(desk, node, &INFORMATION)?;
        let (id, title, items) = (item.id("id"), item.text("title"), item.texts("items"));
        let (special_care, individual_number) = (item.flag("special-care"), item.flag("individual-number"));
        let (acquired_from, purposes) = (item.texts("acquired-from"), item.references("purposes", &known.purposes));
        Ok(Information {
            id: id?,
            title: title?,
            items: items?,
            special_care: special_care?,
            individual_number: individual_number?,
            acquired_from: acquired_from?,
            purposes: purposes?,
        })
    })
}

/// Checks the processes.
pub(super) fn processes(sections: &Sections, known: &Known, desk: &Desk) -> Vec<Process> {
    good(&sections.processes, |node| {
        let item = Item::open(desk, node, &PROCESS)?;
        let (id, title) = (item.id("id"), item.text("title"));
        let information = item.references("information", &known.information);
        let steps = all(item.list("steps")?, |node| step(desk, node, known));
        item.needed("steps")?;
        Ok(Process { id: id?, title: title?, information: information?, steps: steps? })
    })
}

fn step(desk: &Desk, node: &Node, known: &Known) -> Checked<Step> {
    let item = Item::open(desk, node, &STEP)?;
    let (id, text) = (item.perhaps("id", |_| item.id("id")), item.text("text"));
    let purposes = item.references("purposes", &known.purposes);
    if purposes.as_ref().is_ok_and(Vec::is_empty) && item.optional("purposes").is_some() {
        let found = said!("the step serves no purpose", "この手順に利用目的が1つもありません");
        let help = said!("name at least one of `purposes`", "`purposes`のIDを1つ以上書いてください");
        desk.report(Finding::at(&section::MISSING_KEY, item.place_of("purposes"), found).help(help));
    }
    let by = item.perhaps("by", |node| through(desk, node, known));
    let consent = item.perhaps("needs", |node| needs(desk, node, known));
    Ok(Step { id: id?, text: text?, purposes: purposes?, by: by?, consent: consent? })
}

fn needs(desk: &Desk, node: &Node, known: &Known) -> Checked<String> {
    Item::open(desk, node, &CONSENT)?.reference("consent", &known.consent)
}

fn through(desk: &Desk, node: &Node, known: &Known) -> Checked<Through> {
    let item = Item::open(desk, node, &BY)?;
    item.spelt()?;
    match (item.optional("entrustment"), item.optional("provision"), item.optional("joint-use")) {
        (Some(_), None, None) => item.reference("entrustment", &known.entrustments).map(Through::Entrustment),
        (None, Some(_), None) => item.reference("provision", &known.provisions).map(Through::Provision),
        (None, None, Some(_)) => item.reference("joint-use", &known.joint_use).map(Through::JointUse),
        _ => {
            let found = said!(
                "expected one of `entrustment`, `provision`, `joint-use`",
                "`entrustment`、`provision`、`joint-use`のいずれか1つが必要です"
            );
            let finding = Finding::at(&section::WRONG_TYPE, node.place(), found);
            Err(desk.refuse(finding.help(said!(
                "write one of them, such as `{{ entrustment: … }}`",
                "`{{ entrustment: … }}`のように、1つだけ書いてください"
            ))))
        }
    }
}
