//! Checks how data is protected and how people make requests: `security`, `procedures`.
//!
//! In: these sections. Out: their checked types. The rule it keeps: a category that is missing says nothing; `none` says
//! that there is nothing to say.

use crate::diag::Finding;
use crate::policy::raw::Node;
use crate::policy::rules::{retention::PERIOD, section};
use crate::policy::shape::{ID, Shape, TOPIC, Takes, forms, map, maybe, needed, words};
use crate::policy::{Chooser, Procedure, SecurityCategory, SecurityKind, Text, Way};

use crate::said;

use super::desk::{Checked, Desk, all, good};
use super::item::{Item, list_of, meant, readers_text};
use super::known::Known;
use super::sections::Sections;

const MEASURES: Takes = Takes::List(&Takes::Text);
/// How data is protected, by the categories of the guidelines.
pub(super) const SECURITY: Shape = map(&[
    maybe("basic-policy", MEASURES, "What the organization has decided to protect, and how."),
    maybe("rules", MEASURES, "The rules that staff work by."),
    maybe("organizational", MEASURES, "Who is responsible, how work is recorded, what happens after a leak."),
    maybe("personnel", MEASURES, "What staff are taught and have promised."),
    maybe("physical", MEASURES, "Rooms, cabinets, devices that leave the building."),
    maybe("technical", MEASURES, "Access, sign-in, protection against attacks."),
    maybe(
        "external-environment",
        Takes::Either(&[Takes::Choice(&["none"]), MEASURES]),
        "What was learned about the law of the countries where data is handled; `none` where it stays at home.",
    ),
]);
const KINDS: [SecurityKind; 7] = [
    SecurityKind::BasicPolicy,
    SecurityKind::Rules,
    SecurityKind::Organizational,
    SecurityKind::Personnel,
    SecurityKind::Physical,
    SecurityKind::Technical,
    SecurityKind::ExternalEnvironment,
];
/// A procedure for the requests of the people concerned.
pub(super) const PROCEDURE: Shape = map(&[
    needed("request", Takes::Form(&ID), "The kind of request, which is the procedure's id."),
    needed("title", Takes::Text, "Its heading."),
    needed("how", Takes::Text, "How a request is made."),
    needed("who", Takes::Text, "Who may make it."),
    needed("identification", Takes::Text, "How people show who they are."),
    maybe("ways", Takes::Each(&Takes::Choice(&words(&WAYS))), "In which forms the answer can be given."),
    maybe("chosen-by", Takes::Choice(&words(&CHOOSERS)), "Who chooses among these forms."),
    needed(
        "fee",
        Takes::Either(&[Takes::Choice(&["none"]), Takes::Text]),
        "What it costs and how that is paid; `none` where it is free.",
    ),
    maybe("answer-within", Takes::Form(&forms::PERIOD), "How soon an answer is given."),
    maybe("topic", Takes::Form(&TOPIC), "Which topic of the law it rests on."),
    maybe("contact", Takes::Reference("organization.contacts"), "Which desk takes it."),
]);
const WAYS: [(&str, Way); 2] = [("paper", Way::Paper), ("electronic", Way::Electronic)];
const CHOOSERS: [(&str, Chooser); 2] = [("person", Chooser::Person), ("organization", Chooser::Organization)];

/// Checks the security measures, by category in the order of the guidelines.
pub(super) fn security(sections: &Sections, desk: &Desk) -> Vec<SecurityCategory> {
    let Some(Ok(item)) = sections.security.as_ref().map(|node| Item::open(desk, node, &SECURITY)) else {
        return Vec::new();
    };
    let stated = KINDS.into_iter().filter_map(|kind| Some((kind, item.optional(kind.key())?)));
    good(stated, |(kind, node)| Ok(SecurityCategory { kind, measures: measures(desk, kind, node)? }))
}

fn measures(desk: &Desk, kind: SecurityKind, node: &Node) -> Checked<Vec<Text>> {
    if kind == SecurityKind::ExternalEnvironment && node.scalar() == Some("none") {
        return Ok(Vec::new());
    }
    all(list_of(desk, node, Some(&Takes::Text))?, |node| readers_text(desk, node))
}

/// Checks the procedures.
pub(super) fn procedures(sections: &Sections, known: &Known, desk: &Desk) -> Vec<Procedure> {
    good(&sections.procedures, |node| {
        let item = Item::open(desk, node, &PROCEDURE)?;
        let (request, title) = (item.id("request"), item.text("title"));
        let (how, who, identification) = (item.text("how"), item.text("who"), item.text("identification"));
        let ways = item.choices("ways", &WAYS);
        let chosen_by = item.perhaps("chosen-by", |_| item.choice("chosen-by", &CHOOSERS));
        let fee = item.needed("fee").and_then(|node| fee(desk, node));
        let answer_within = item.perhaps("answer-within", |_| item.parsed("answer-within", &PERIOD));
        let topic = item.perhaps("topic", |_| item.topic("topic"));
        let contact = item.perhaps("contact", |_| item.reference("contact", &known.contacts));
        Ok(Procedure {
            request: request?,
            title: title?,
            how: how?,
            who: who?,
            identification: identification?,
            ways: ways?,
            chosen_by: chosen_by?,
            fee: fee?,
            answer_within: answer_within?,
            topic: topic?,
            contact: contact?,
        })
    })
}

/// How people say that nothing is charged.
const FREE: [&str; 8] = ["0", "0円", "no", "none", "free", "無料", "なし", "無し"];

/// `none`, or words in each language.
fn fee(desk: &Desk, node: &Node) -> Checked<Option<Text>> {
    if node.scalar() == Some("none") {
        return Ok(None);
    }
    if let Some(written) = node.scalar().filter(|written| FREE.contains(&written.trim().to_lowercase().as_str())) {
        let found = said!(
            "`{written}` is not a fee (expected `none` or a text in each language)",
            "`{written}`は手数料の書き方ではありません（`none`か、言語ごとの文を書きます）"
        );
        return Err(desk.refuse(meant(Finding::at(&section::WRONG_TYPE, node.place(), found), "none")));
    }
    readers_text(desk, node).map(Some)
}
