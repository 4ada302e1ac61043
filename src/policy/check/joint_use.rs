//! Checks `joint-use`: the elements the law asks for.
//!
//! In: the section and the parties it names. Out: its checked type. The rule it keeps: each joint use says what, who, for
//! what and who answers, in the policy itself.
//!
//! # Source
//! Act on the Protection of Personal Information, the article on joint use (topic `appi.joint-use`).

use crate::diag::{Finding, Place, Rule};
use crate::policy::raw::Node;
use crate::policy::rules::{joint_use as rules, organization::DATE};
use crate::policy::{Id, JointPurpose, JointUse, JointUser, Responsible, Text};

use super::desk::{Checked, Desk, advice, all};
use super::item::{Item, readers_text, referred, word};
use super::known::Known;
use super::sections::Sections;

const JOINT_USE: [&str; 9] =
    ["id", "title", "information", "items", "users", "purposes", "responsible", "contact", "since"];
const USER: [&str; 2] = ["party", "scope"];
const PURPOSE: [&str; 2] = ["party", "text"];

/// The organization itself, where a party can stand.
const ORGANIZATION: &str = "organization";

/// Words that leave a list open. A Latin one counts where it stands alone.
const OPEN_JAPANESE: [&str; 4] = ["など", "等", "ほか", "その他"];
const OPEN_LATIN: [&str; 5] = ["etc", "and so on", "and others", "including but not limited to", "among others"];

/// Checks the joint uses.
pub(super) fn joint_uses(sections: &Sections, known: &Known, desk: &Desk) -> Checked<Vec<JointUse>> {
    all(&sections.joint_use, |node| joint_use(sections, node, known, desk))
}

fn joint_use(sections: &Sections, node: &Node, known: &Known, desk: &Desk) -> Checked<JointUse> {
    let item = Item::open(desk, node, &JOINT_USE)?;
    let (id, title) = (item.id("id"), item.text("title"));
    let information = item.references("information", &known.information);
    let items = all(item.list("items")?, |node| closed_item(desk, node));
    let users = all(item.list("users")?, |node| user(sections, node, known, desk));
    let purposes = all(item.list("purposes")?, |node| purpose(node, known, desk));
    let responsible = item.needed("responsible").and_then(|node| party(desk, node, known));
    let contact = item.reference("contact", &known.contacts);
    let since = item.parsed("since", &DATE);
    for key in ["items", "users", "purposes"] {
        if item.optional(key).is_some_and(|node| node.value.is_empty_list()) {
            let found = format!("the joint use names no {key}");
            desk.report(Finding::at(&rules::ELEMENTS, item.place_of(key), found));
        }
    }
    if let (Ok(responsible), Ok(users)) = (&responsible, &users) {
        answers(sections, responsible.as_ref(), users, item.place_of("responsible"), desk);
    }
    Ok(JointUse {
        id: id?,
        title: title?,
        information: information?,
        items: items?,
        users: users?,
        purposes: purposes?,
        responsible: responsible?.map_or(Responsible::Organization, Responsible::Party),
        contact: contact?,
        since: since?,
    })
}

/// `organization`, or the id of a party.
fn party(desk: &Desk, node: &Node, known: &Known) -> Checked<Option<Id>> {
    if word(desk, node)? == ORGANIZATION {
        return Ok(None);
    }
    referred(desk, node, &known.parties).map(Some)
}

fn user(sections: &Sections, node: &Node, known: &Known, desk: &Desk) -> Checked<JointUser> {
    let item = Item::open(desk, node, &USER)?;
    let (party, scope) = (item.needed("party").and_then(|node| party(desk, node, known)), item.text("scope"));
    if let Ok(Some(id)) = &party
        && is_kind(declared(sections, id), "processor")
    {
        let found = format!("`{id}` is a processor, so it cannot be a joint user");
        let finding = Finding::at(&rules::PROCESSOR, item.place_of("party"), found);
        desk.report(finding.help("an entrustment is not a joint use; remove it here"));
    }
    Ok(JointUser { party: party?, scope: scope? })
}

fn purpose(node: &Node, known: &Known, desk: &Desk) -> Checked<JointPurpose> {
    let item = Item::open(desk, node, &PURPOSE)?;
    let (party, text) = (item.needed("party").and_then(|node| party(desk, node, known)), item.text("text"));
    Ok(JointPurpose { party: party?, text: text? })
}

fn declared<'n>(sections: &'n Sections, id: &str) -> Option<&'n Node> {
    sections.parties.iter().find(|node| node.get("id").and_then(Node::scalar) == Some(id))
}

fn is_kind(party: Option<&Node>, kind: &str) -> bool {
    party.and_then(|node| node.get("kind")).and_then(Node::scalar) == Some(kind)
}

/// The responsible party is a user, not a processor, and has an address and a representative.
fn answers(sections: &Sections, responsible: Option<&Id>, users: &[JointUser], place: Place, desk: &Desk) {
    let name = responsible.map_or(ORGANIZATION, String::as_str);
    let report = |rule: &Rule, found: String| {
        let declared = responsible.and_then(|id| declared(sections, id)).map(Node::place);
        let finding = Finding::at(rule, place.clone(), found).help(advice(rule));
        desk.report(declared.into_iter().fold(finding, Finding::also));
    };
    if !users.iter().any(|user| user.party.as_ref() == responsible) {
        report(&rules::RESPONSIBLE_USER, format!("`{name}` is responsible, but not one of the users"));
    }
    let Some(id) = responsible else {
        return;
    };
    let party = declared(sections, id);
    if is_kind(party, "processor") {
        report(&rules::PROCESSOR, format!("`{name}` is a processor, so it cannot be responsible"));
        return;
    }
    let has = |key: &str| party.is_some_and(|node| node.get(key).is_some());
    if !has("address") {
        report(&rules::RESPONSIBLE_ADDRESS, format!("`{name}` is responsible, but has no `address`"));
    }
    if !has("representative") && !is_kind(party, "person") {
        report(&rules::RESPONSIBLE_REPRESENTATIVE, format!("`{name}` is responsible, but has no `representative`"));
    }
}

fn closed_item(desk: &Desk, node: &Node) -> Checked<Text> {
    let text = readers_text(desk, node)?;
    for language in desk.languages() {
        let place = node.get(language).unwrap_or(node).place();
        if let Some(open) = open_word(text.get(language)) {
            let found = format!("the item has an open end: `{open}`");
            desk.report(Finding::at(&rules::OPEN_ENDED, place, found).help(advice(&rules::OPEN_ENDED)));
        }
    }
    Ok(text)
}

/// The first word of the text that leaves the list open.
fn open_word(text: &str) -> Option<&'static str> {
    // 等級 (grade), 同等 (equal), 平等, 対等, 均等, 高等, 初等 and 優等 are whole words of their own.
    const WHOLE: [&str; 8] = ["等級", "同等", "平等", "対等", "均等", "高等", "初等", "優等"];
    let japanese = WHOLE.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
    let lower = text.to_lowercase();
    let stands_alone = |word: &&str| {
        lower.match_indices(*word).any(|(at, word)| {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !letter(lower[..at].chars().next_back()) && !letter(lower[at + word.len()..].chars().next())
        })
    };
    let in_japanese = OPEN_JAPANESE.into_iter().find(|word| japanese.contains(word));
    in_japanese.or_else(|| OPEN_LATIN.into_iter().find(stands_alone))
}

#[cfg(test)]
mod tests {
    use super::open_word;

    #[test]
    fn open_ends_are_seen_and_whole_words_are_not() {
        let cases = [
            ("氏名、住所等", Some("等")),
            ("氏名など", Some("など")),
            ("その他の項目", Some("その他")),
            ("障害等級", None),
            ("標準報酬月額", None),
            ("Name, address, etc.", Some("etc")),
            ("sketch of the injury", None),
            ("Data including but not limited to names", Some("including but not limited to")),
        ];
        for (text, expected) in cases {
            assert_eq!(open_word(text), expected, "{text}");
        }
    }
}
