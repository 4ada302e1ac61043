//! Checks who else handles personal data: `joint-use`, `entrustments`, `provisions`, what the law excepts, `abroad`.
//!
//! In: these sections and the parties they name. Out: their checked types. The rule it keeps: who, what and on which basis
//! stand in the policy itself, never behind a link.

use crate::diag::{Finding, Said, nearest};
use crate::policy::raw::{Node, Value};
use crate::policy::rules::{organization::DATE, provisions::BASIS, section, service::RECIPIENT_KEY};
use crate::policy::shape::{
    Between, ID, INFORMATION, PARTY, Shape, TEXTS, TOPIC, Takes, forms, map, maybe, needed, words,
};
use crate::policy::{
    Abroad, AbroadBasis, Basis, Cases, Entrustment, Id, JointPurpose, JointUse, JointUser, Provision, Publishes,
    ReEntrustment,
};
use crate::said;

use super::desk::{Checked, Desk, all, good};
use super::item::{Item, id, list, meant, referred, word};
use super::known::Known;
use super::sections::Sections;
use super::service::keys;

/// A joint use.
pub(super) const JOINT_USE: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("title", Takes::Text, "What it is for, in a few words."),
    maybe("persons", Takes::Text, "Whose data it is, where that is not everybody."),
    needed("information", INFORMATION, "Which types of information are used jointly."),
    needed("items", TEXTS, "Which items of them, each by its name: no `etc.`."),
    needed("users", Takes::List(&Takes::Map(&USER)), "Who uses them."),
    needed("purposes", Takes::List(&Takes::Map(&JOINT_PURPOSE)), "What each of them uses them for."),
    needed("responsible", PARTY, "Which of the users is responsible."),
    needed("contact", Takes::Reference("organization.contacts"), "Which desk answers questions."),
    needed("since", Takes::Form(&forms::DATE), "Since when it has been published."),
]);
const USER: Shape = map(&[
    needed("party", PARTY, "Who uses the data."),
    needed("scope", Takes::Text, "Which part of it, or which staff."),
]);
const JOINT_PURPOSE: Shape = map(&[
    needed("party", PARTY, "Whose purpose it is."),
    needed("text", Takes::Text, "What the data is used for."),
    maybe(
        "publishes",
        Takes::Choice(&words(&PUBLISHES)),
        "What the party makes public of it; nothing where nothing is said.",
    ),
    maybe("smallest-group", Takes::Number, "The smallest number of people a published figure counts."),
]);
const PUBLISHES: [(&str, Publishes); 3] =
    [("none", Publishes::None), ("statistics", Publishes::Statistics), ("cases", Publishes::Cases)];
/// An entrustment.
pub(super) const ENTRUSTMENT: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("to", Takes::Reference("parties"), "Who is entrusted."),
    needed("title", Takes::Text, "What with, in a few words."),
    needed("work", Takes::Text, "What they do."),
    needed("information", INFORMATION, "Which types of information they get."),
    needed("re-entrustment", Takes::Choice(&words(&RE_ENTRUSTMENT)), "Whether they may entrust others."),
    maybe("safeguards", Takes::Text, "How they are supervised."),
    maybe("certificate", Takes::Flag, "Whether they certify that the data was destroyed."),
    maybe("recipient", Takes::Form(&forms::RECIPIENT_KEY), "The key print files for them are sealed to."),
]);
const RE_ENTRUSTMENT: [(&str, ReEntrustment); 3] = [
    ("none", ReEntrustment::None),
    ("with-permission", ReEntrustment::WithPermission),
    ("allowed", ReEntrustment::Allowed),
];
/// A provision to a third party.
pub(super) const PROVISION: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("to", Takes::Reference("parties"), "Who gets the data."),
    needed("title", Takes::Text, "What it is, in a few words."),
    maybe("text", Takes::Text, "What is done and why."),
    needed("items", TEXTS, "Which items are handed over."),
    needed("information", INFORMATION, "From which types of information."),
    needed("basis", Takes::Choice(&["consent", "law"]), "What allows it."),
    maybe("consent", Takes::Reference("consent.items"), "The item of consent, with `basis: consent` only."),
    maybe("topic", Takes::Form(&TOPIC), "The topic of the law, with `basis: law` only."),
])
.between(&[
    Between::Needs("basis", &["consent"], "consent"),
    Between::Without("basis", &["consent"], "topic"),
    Between::Needs("basis", &["law"], "topic"),
    Between::Without("basis", &["law"], "consent"),
]);
/// A receiver in another country.
pub(super) const ABROAD: Shape = map(&[
    needed("id", Takes::Form(&ID), "The name other parts use for it."),
    needed("to", Takes::Reference("parties"), "Who gets the data."),
    needed("country", Takes::Text, "Where they are."),
    needed("basis", Takes::Choice(&words(&ABROAD_BASES)), "What allows it."),
    needed("text", Takes::Text, "How people's rights are protected there."),
]);
const ABROAD_BASES: [(&str, AbroadBasis); 3] = [
    ("equivalent-country", AbroadBasis::EquivalentCountry),
    ("consent", AbroadBasis::Consent),
    ("safeguards", AbroadBasis::Safeguards),
];

/// The organization itself, where a party can stand.
const ORGANIZATION: &str = "organization";

/// Checks the joint uses.
pub(super) fn joint_uses(sections: &Sections, known: &Known, desk: &Desk) -> Vec<JointUse> {
    good(&sections.joint_use, |node| joint_use(node, known, desk))
}

fn joint_use(node: &Node, known: &Known, desk: &Desk) -> Checked<JointUse> {
    let item = Item::open(desk, node, &JOINT_USE)?;
    let (id, title, persons) = (item.id("id"), item.text("title"), item.optional_text("persons"));
    let information = item.references("information", &known.information);
    let items = item.texts("items");
    let users = item.list("users").and_then(|nodes| all(nodes, |node| user(node, known, desk)));
    let purposes = item.list("purposes").and_then(|nodes| all(nodes, |node| purpose(node, known, desk)));
    let responsible = item.needed("responsible").and_then(|node| responsible(desk, node, known));
    let contact = item.reference("contact", &known.contacts);
    let since = item.parsed("since", &DATE);
    for key in ["items", "users", "purposes", "responsible"] {
        item.needed(key)?;
    }
    Ok(JointUse {
        id: id?,
        title: title?,
        persons: persons?,
        information: information?,
        items: items?,
        users: users?,
        purposes: purposes?,
        responsible: responsible?,
        contact: contact?,
        since: since?,
    })
}

/// The one party that answers for a joint use.
fn responsible(desk: &Desk, node: &Node, known: &Known) -> Checked<Option<Id>> {
    if let Value::List(_) = &node.value {
        let found = said!(
            "found a list, expected exactly one party: people turn to the one that answers for the data",
            "リストが書かれていますが、1者だけを書きます（本人は、管理について責任を有する1者に問い合わせます）"
        );
        return Err(desk.refuse_at(&section::WRONG_TYPE, node.place(), found));
    }
    party(desk, node, known)
}

/// `organization`, or the id of a party.
fn party(desk: &Desk, node: &Node, known: &Known) -> Checked<Option<Id>> {
    if word(desk, node)? == ORGANIZATION {
        return Ok(None);
    }
    referred(desk, node, &known.parties).map(Some)
}

fn user(node: &Node, known: &Known, desk: &Desk) -> Checked<JointUser> {
    let item = Item::open(desk, node, &USER)?;
    let (party, scope) = (item.needed("party").and_then(|node| party(desk, node, known)), item.text("scope"));
    Ok(JointUser { party: party?, scope: scope? })
}

fn purpose(node: &Node, known: &Known, desk: &Desk) -> Checked<JointPurpose> {
    let item = Item::open(desk, node, &JOINT_PURPOSE)?;
    let (party, text) = (item.needed("party").and_then(|node| party(desk, node, known)), item.text("text"));
    let publishes = item.choice_or("publishes", &PUBLISHES, Publishes::None);
    let smallest_group = item.optional_number("smallest-group");
    Ok(JointPurpose { party: party?, text: text?, publishes: publishes?, smallest_group: smallest_group? })
}

/// Checks the entrustments.
pub(super) fn entrustments(sections: &Sections, known: &Known, desk: &Desk) -> Vec<Entrustment> {
    good(&sections.entrustments, |node| {
        let item = Item::open(desk, node, &ENTRUSTMENT)?;
        let (id, to, title) = (item.id("id"), item.reference("to", &known.parties), item.text("title"));
        let (work, information) = (item.text("work"), item.references("information", &known.information));
        let re_entrustment = item.choice("re-entrustment", &RE_ENTRUSTMENT);
        let (safeguards, certificate) = (item.optional_text("safeguards"), item.flag("certificate"));
        let recipient = item.perhaps("recipient", |node| keys::age_recipient(desk, node, &RECIPIENT_KEY));
        Ok(Entrustment {
            id: id?,
            to: to?,
            title: title?,
            work: work?,
            information: information?,
            re_entrustment: re_entrustment?,
            safeguards: safeguards?,
            certificate: certificate?,
            recipient: recipient?,
        })
    })
}

/// Checks the provisions to third parties.
pub(super) fn provisions(sections: &Sections, known: &Known, desk: &Desk) -> Vec<Provision> {
    good(&sections.provisions, |node| {
        let item = Item::open(desk, node, &PROVISION)?;
        let (id, to, title) = (item.id("id"), item.reference("to", &known.parties), item.text("title"));
        let (text, items) = (item.optional_text("text"), item.texts("items"));
        let information = item.references("information", &known.information);
        let basis = basis(&item, known);
        Ok(Provision {
            id: id?,
            to: to?,
            title: title?,
            text: text?,
            items: items?,
            information: information?,
            basis: basis?,
        })
    })
}

/// `consent` with the item it rests on, or `law` with the topic.
fn basis(item: &Item<'_>, known: &Known) -> Checked<Basis> {
    let by_consent = item.choice("basis", &[("consent", true), ("law", false)])?;
    match (by_consent, item.get("consent")?, item.get("topic")?) {
        (true, Some(_), None) => item.reference("consent", &known.consent).map(Basis::Consent),
        (false, None, Some(_)) => item.topic("topic").map(Basis::Law),
        (true, _, _) => {
            let found = said!(
                "a provision by consent names the item in `consent`, and no `topic`",
                "同意による提供には`consent`で同意の事項を示し、`topic`は書きません"
            );
            Err(item.desk().refuse_at(&BASIS, item.place_of("basis"), found))
        }
        (false, _, _) => {
            let found = said!(
                "a provision by law names the topic in `topic`, and no `consent`",
                "法令による提供には`topic`で根拠を示し、`consent`は書きません"
            );
            Err(item.desk().refuse_at(&BASIS, item.place_of("basis"), found))
        }
    }
}

/// Checks a section that names cases of the law: `all`, or topics.
pub(super) fn cases(node: Option<&Node>, desk: &Desk) -> Cases {
    let Some(node) = node else {
        return Cases::default();
    };
    if node.scalar() == Some("all") {
        return Cases::All;
    }
    if let Some(written) = node.scalar().filter(|written| nearest(written, ["all"]).is_some()) {
        let found = said!(
            "`{written}` is not known here (expected `all` or a list of topics)",
            "`{written}`はここでは使えません（`all`か、事項のリストを書きます）"
        );
        desk.refuse(meant(Finding::at(&section::UNKNOWN_WORD, node.place(), found), "all"));
        return Cases::default();
    }
    if let Some(written) = node.scalar().filter(|written| !written.contains('.')) {
        let found = said!(
            "`{written}` is not known here (expected `all` or a list of topics)",
            "`{written}`はここでは使えません（`all`か、事項のリストを書きます）"
        );
        desk.refuse(Finding::at(&section::UNKNOWN_WORD, node.place(), found).help(said!(
            "write `all` for every case of the law, or topics: `[appi.provision.law]`",
            "法令のすべての場合なら`all`、一部なら`[appi.provision.law]`のように事項を並べてください"
        )));
        return Cases::default();
    }
    let topics = list(desk, node).and_then(|nodes| all(nodes, |node| super::item::topic(desk, node)));
    topics.map(Cases::Topics).unwrap_or_default()
}

/// Checks `abroad`: `none`, or receivers.
pub(super) fn abroad(sections: &Sections, known: &Known, desk: &Desk) -> Option<Vec<Abroad>> {
    let node = sections.abroad.as_ref()?;
    match &node.value {
        Value::Scalar(word) if word == "none" => Some(Vec::new()),
        Value::List(items) => Some(good(items, |node| receiver(node, known, desk))),
        Value::Scalar(written) => {
            let found = said!(
                "`{written}` is not known here (expected `none` or a list of receivers)",
                "`{written}`はここでは使えません（`none`か、受領者のリストを書きます）"
            );
            let finding = Finding::at(&section::UNKNOWN_WORD, node.place(), found);
            let says_none = NOBODY.contains(&written.trim().to_lowercase().as_str());
            let near = Some("none").filter(|none| says_none || nearest(written, [*none]).is_some());
            desk.refuse(match near {
                Some(near) => meant(finding, near),
                None => finding.help(none_or_list()),
            });
            None
        }
        Value::Nothing | Value::Map(_) => {
            let found = said!("expected `none` or a list of receivers", "`none`か、受領者のリストが必要です");
            desk.refuse(Finding::at(&section::WRONG_TYPE, node.place(), found).help(none_or_list()));
            None
        }
    }
}

/// How people say that there is nobody.
const NOBODY: [&str; 8] = ["no", "none", "nobody", "n/a", "nothing", "なし", "無し", "無"];

fn none_or_list() -> Said {
    said!(
        "write `none` where nobody abroad gets data, or a list: `[{{ id: …, … }}]`",
        "外国にある受領者がいなければ`none`、いれば`[{{ id: …, … }}]`の形で並べてください"
    )
}

fn receiver(node: &Node, known: &Known, desk: &Desk) -> Checked<Abroad> {
    let item = Item::open(desk, node, &ABROAD)?;
    let (own, to) = (item.needed("id").and_then(|node| id(desk, node)), item.reference("to", &known.parties));
    let (country, basis) = (item.text("country"), item.choice("basis", &ABROAD_BASES));
    let text = item.text("text");
    Ok(Abroad { id: own?, to: to?, country: country?, basis: basis?, text: text? })
}
