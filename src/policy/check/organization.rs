//! Checks who speaks and who is named: `organization`, `parties`, `principles`.
//!
//! In: these sections. Out: their checked types. The rule it keeps: whatever else is wrong, the languages are read first,
//! because every text is checked against them.

use crate::calendar::MonthDay;
use crate::diag::Finding;
use crate::policy::raw::{Node, Value};
use crate::policy::rules::{organization as rules, section};
use crate::policy::{Contact, Language, Officer, Organization, Party, PartyKind, Principle};

use super::desk::{Checked, Desk, advice, all};
use super::item::{Item, word};
use super::known::Known;
use super::sections::Sections;

const ORGANIZATION: [&str; 13] = [
    "id",
    "name",
    "short-name",
    "address",
    "representative",
    "privacy-officer",
    "insurer-number?",
    "contacts",
    "accredited-body",
    "languages",
    "time-zone",
    "fiscal-year-starts",
    "enacted",
];
const OFFICER: [&str; 2] = ["title", "name"];
const CONTACT: [&str; 7] = ["id", "title", "department", "address", "telephone", "email", "hours"];
const PARTY: [&str; 5] = ["id", "kind", "name", "address?", "representative?"];
const PRINCIPLE: [&str; 3] = ["id", "title", "text"];
const KINDS: [(&str, PartyKind); 5] = [
    ("body", PartyKind::Body),
    ("employer", PartyKind::Employer),
    ("processor", PartyKind::Processor),
    ("authority", PartyKind::Authority),
    ("person", PartyKind::Person),
];

/// Returns the languages as far as they can be read; what is wrong with them is reported with the organization.
pub(super) fn languages(sections: &Sections) -> Vec<Language> {
    let node = sections.organization.as_ref().and_then(|organization| organization.get("languages"));
    let Some(Value::List(items)) = node.map(|node| &node.value) else {
        return Vec::new();
    };
    items.iter().filter_map(Node::scalar).map(str::to_owned).collect()
}

/// Checks the organization; a set without one is empty.
pub(super) fn organization(sections: &Sections, known: &Known, desk: &Desk) -> Checked<Organization> {
    let Some(node) = &sections.organization else {
        let found = "the set says nothing about the organization, so it is taken for empty";
        let help = "add the section `organization`; hokan reads the `.yaml` files below `policies/`";
        return Err(desk.refuse(Finding::whole(&section::EMPTY_SET, found).help(help)));
    };
    let item = Item::open(desk, node, &ORGANIZATION)?;
    let (id, name, short_name) = (item.id("id"), item.text("name"), item.text("short-name"));
    let address = item.text("address");
    let representative = item.needed("representative").and_then(|node| officer(desk, node));
    let privacy_officer = item.needed("privacy-officer").and_then(|node| officer(desk, node));
    let insurer_number = item.optional("insurer-number").map(|node| insurer_number(desk, node)).transpose();
    let contacts = item.list("contacts").and_then(|nodes| all(nodes, |node| contact(desk, node)));
    let accredited_body = accredited_body(&item, known);
    let languages = item.needed("languages").and_then(|node| language_codes(&item, node));
    let time_zone = item.parsed("time-zone", &rules::TIME_ZONE);
    let fiscal_year_starts = fiscal_year_starts(&item);
    let enacted = item.parsed("enacted", &rules::DATE);
    Ok(Organization {
        id: id?,
        name: name?,
        short_name: short_name?,
        address: address?,
        representative: representative?,
        privacy_officer: privacy_officer?,
        insurer_number: insurer_number?,
        contacts: contacts?,
        accredited_body: accredited_body?,
        languages: languages?,
        time_zone: time_zone?,
        fiscal_year_starts: fiscal_year_starts?,
        enacted: enacted?,
    })
}

fn officer(desk: &Desk, node: &Node) -> Checked<Officer> {
    let item = Item::open(desk, node, &OFFICER)?;
    let (title, name) = (item.text("title"), item.text("name"));
    Ok(Officer { title: title?, name: name? })
}

fn contact(desk: &Desk, node: &Node) -> Checked<Contact> {
    let item = Item::open(desk, node, &CONTACT)?;
    let (id, title, department) = (item.id("id"), item.text("title"), item.text("department"));
    let (address, hours) = (item.text("address"), item.text("hours"));
    let (telephone, email) = (item.word("telephone"), item.word("email"));
    Ok(Contact {
        id: id?,
        title: title?,
        department: department?,
        address: address?,
        telephone: telephone?.to_owned(),
        email: email?.to_owned(),
        hours: hours?,
    })
}

fn fiscal_year_starts(item: &Item<'_>) -> Checked<MonthDay> {
    let written = item.word("fiscal-year-starts")?;
    written.parse().map_err(|_| {
        let found = format!("`{written}` is not a day of every year (expected `MM-DD`, such as `04-01`)");
        item.desk().refuse_at(&rules::FISCAL_YEAR, item.place_of("fiscal-year-starts"), found)
    })
}

/// `none` or a party.
fn accredited_body(item: &Item<'_>, known: &Known) -> Checked<Option<String>> {
    if item.word("accredited-body")? == "none" {
        return Ok(None);
    }
    item.reference("accredited-body", &known.parties).map(Some)
}

fn language_codes(item: &Item<'_>, node: &Node) -> Checked<Vec<Language>> {
    let desk = item.desk();
    let mut codes: Vec<Language> = Vec::new();
    let checked = all(item.list("languages")?, |node| {
        let code = word(desk, node)?;
        let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase());
        if !is_code || codes.iter().any(|earlier| earlier == code) {
            let found = format!("`{code}` is not a language code, or stands twice (expected codes such as `ja`)");
            return Err(desk.refuse_at(&rules::LANGUAGES, node.place(), found));
        }
        codes.push(code.to_owned());
        Ok(())
    });
    if node.value.is_empty_list() {
        return Err(desk.refuse_at(&rules::LANGUAGES, node.place(), "no language is listed"));
    }
    checked.map(|_| codes)
}

/// Eight digits, the last one by the Luhn rule.
fn insurer_number(desk: &Desk, node: &Node) -> Checked<String> {
    let number = word(desk, node)?;
    let refuse = |why: &str| {
        let found = format!("`{number}` is not an insurer number: {why}");
        desk.refuse(Finding::at(&rules::INSURER_NUMBER, node.place(), found).help(advice(&rules::INSURER_NUMBER)))
    };
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() == 8) else {
        return Err(refuse("expected eight digits"));
    };
    let doubled = |(n, digit): (usize, &u32)| if n % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit };
    let sum: u32 = digits[..7].iter().rev().enumerate().map(doubled).sum();
    let check = (10 - sum % 10) % 10;
    if digits[7] != check {
        return Err(refuse(&format!("its check digit would be `{check}`")));
    }
    Ok(number.to_owned())
}

/// Checks the parties.
pub(super) fn parties(sections: &Sections, desk: &Desk) -> Checked<Vec<Party>> {
    all(&sections.parties, |node| {
        let item = Item::open(desk, node, &PARTY)?;
        let (id, kind, name) = (item.id("id"), item.choice("kind", &KINDS), item.text("name"));
        let address = item.optional("address").map(|_| item.text("address")).transpose();
        let representative = item.optional("representative").map(|node| officer(desk, node)).transpose();
        Ok(Party { id: id?, kind: kind?, name: name?, address: address?, representative: representative? })
    })
}

/// Checks the basic policy.
pub(super) fn principles(sections: &Sections, desk: &Desk) -> Checked<Vec<Principle>> {
    all(&sections.principles, |node| {
        let item = Item::open(desk, node, &PRINCIPLE)?;
        let (id, title, text) = (item.id("id"), item.text("title"), item.text("text"));
        Ok(Principle { id: id?, title: title?, text: text? })
    })
}
