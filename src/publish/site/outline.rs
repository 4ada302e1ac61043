//! The outline of the site: which headings each page has, where they stand, and which rows of tables have a place of
//! their own.
//!
//! In: facts and messages of one language. Out: [`SectionView`]s with numbered headings. The rule it keeps: headings,
//! numbers and anchors are made here once, so that pages, their contents, the contents of the site and its search agree.
//!
//! The anchor of an item is its name in the policy with a hyphen for the dot (`security-organizational`); the anchor of a
//! part that is no item has an underscore, which no name of an item has (`retention_schedule`).

use serde::Serialize;

use super::search::Spot;
use crate::policy::{Page, Section};
use crate::publish::facts::{AbroadFacts, CasesFacts, ConsentFacts, Facts, ProcedureFacts};
use crate::publish::messages::{Messages, MessagesError};

/// One section on a page. Alone on its page it has no heading of its own: the page's title is its heading.
#[derive(Clone, Serialize)]
pub(super) struct SectionView {
    pub(super) kind: Section,
    pub(super) anchor: &'static str,
    pub(super) heading: Option<Heading>,
    pub(super) parts: Vec<Heading>,
}

/// A numbered heading with its place on the page.
#[derive(Clone, Serialize)]
pub(super) struct Heading {
    /// Which part of its section it heads.
    pub(super) key: String,
    pub(super) anchor: String,
    pub(super) number: String,
    pub(super) title: String,
    /// The legal duty it answers, in brackets.
    pub(super) duty: Option<String>,
    pub(super) level: u8,
    pub(super) parts: Vec<Heading>,
    /// Rows of its table that have a place of their own.
    pub(super) rows: Vec<Row>,
}

/// A row of a table that has a place of its own.
#[derive(Clone, Serialize)]
pub(super) struct Row {
    pub(super) anchor: String,
    pub(super) title: String,
}

/// A part of a section before it has a number.
#[derive(Default)]
struct Part {
    key: String,
    anchor: String,
    title: String,
    citation: Option<String>,
    parts: Vec<Part>,
    rows: Vec<Row>,
}

/// Returns the sections of a page in one language.
pub(super) fn outline(page: &Page, facts: &Facts, messages: &Messages) -> Result<Vec<SectionView>, MessagesError> {
    let is_alone = page.show.len() == 1;
    let numbered = page.show.iter().enumerate();
    numbered.map(|(index, section)| section_view(*section, index + 1, is_alone, facts, messages)).collect()
}

fn section_view(
    section: Section,
    number: usize,
    is_alone: bool,
    facts: &Facts,
    messages: &Messages,
) -> Result<SectionView, MessagesError> {
    let anchor = section.word();
    let title = messages.word(&format!("section_{}", anchor.replace('-', "_")))?.to_owned();
    let part = Part { key: anchor.to_owned(), anchor: anchor.to_owned(), title, ..Part::default() };
    let heading = (!is_alone).then(|| numbered(part, number.to_string(), 2, messages)).transpose()?;
    let (before, level) = if is_alone { (String::new(), 2) } else { (format!("{number}."), 3) };
    let parts = parts(section, facts, messages)?;
    Ok(SectionView { kind: section, anchor, heading, parts: all_numbered(parts, &before, level, messages)? })
}

fn all_numbered(parts: Vec<Part>, before: &str, level: u8, messages: &Messages) -> Result<Vec<Heading>, MessagesError> {
    let places = parts.into_iter().enumerate();
    places.map(|(place, part)| numbered(part, format!("{before}{}", place + 1), level, messages)).collect()
}

fn numbered(part: Part, number: String, level: u8, messages: &Messages) -> Result<Heading, MessagesError> {
    let duty = part.citation.map(|citation| messages.say("duty", &[("citation", &citation)])).transpose()?;
    let parts = all_numbered(part.parts, &format!("{number}."), level + 1, messages)?;
    Ok(Heading { key: part.key, anchor: part.anchor, number, title: part.title, duty, level, parts, rows: part.rows })
}

/// Returns the parts of a section in the order in which its template prints them.
fn parts(section: Section, facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    Ok(match section {
        Section::Principles => principles(facts),
        Section::Purposes => purposes(facts, messages)?,
        Section::Processes => processes(facts),
        Section::JointUse => joint_uses(facts),
        Section::Disclosures => disclosures(facts, messages)?,
        Section::Consent => {
            facts.consent.as_ref().map_or(Ok(Vec::new()), |consent| consent_parts(consent, messages))?
        }
        Section::Retention => retention(facts, messages)?,
        Section::Security => security(facts),
        Section::Procedures => procedures(facts, messages)?,
        Section::Contacts => contacts(facts, messages)?,
    })
}

/// Returns the places of a page that have a link of their own, in the order in which they stand there.
pub(super) fn spots(sections: &[SectionView]) -> Vec<Spot> {
    let mut spots = Vec::new();
    for section in sections {
        let below = if section.heading.is_some() { 2 } else { 1 };
        section.heading.iter().for_each(|heading| add_spots(heading, 1, &mut spots));
        section.parts.iter().for_each(|part| add_spots(part, below, &mut spots));
    }
    spots
}

/// Adds a heading and everything below it.
fn add_spots(heading: &Heading, depth: u8, spots: &mut Vec<Spot>) {
    spots.push(Spot {
        anchor: heading.anchor.clone(),
        number: Some(heading.number.clone()),
        title: heading.title.clone(),
        duty: heading.duty.clone(),
        depth,
    });
    let rows = heading.rows.iter().map(|row| Spot {
        anchor: row.anchor.clone(),
        number: None,
        title: row.title.clone(),
        duty: None,
        depth: depth + 1,
    });
    spots.extend(rows);
    heading.parts.iter().for_each(|part| add_spots(part, depth + 1, spots));
}

/// A part that is an item of the policy.
fn item(section: &str, id: &str, title: &str) -> Part {
    Part { key: id.to_owned(), anchor: format!("{section}-{id}"), title: title.to_owned(), ..Part::default() }
}

/// A part that every policy has under the same title.
fn fixed(key: &str, anchor: &str, word: &str, messages: &Messages) -> Result<Part, MessagesError> {
    let title = messages.word(word)?.to_owned();
    Ok(Part { key: key.to_owned(), anchor: anchor.to_owned(), title, ..Part::default() })
}

fn row(section: &str, id: &str, title: &str) -> Row {
    Row { anchor: format!("{section}-{id}"), title: title.to_owned() }
}

fn principles(facts: &Facts) -> Vec<Part> {
    let parts = facts.principles.iter();
    parts.map(|one| Part { citation: one.citation.clone(), ..item("principles", &one.id, &one.title) }).collect()
}

fn purposes(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let mut parts = Vec::new();
    if !facts.purposes.is_empty() {
        let purposes = facts.purposes.iter().flat_map(|category| &category.purposes);
        let rows = purposes.map(|purpose| row("purposes", &purpose.id, &purpose.title)).collect();
        parts.push(Part { rows, ..fixed("list", "purposes_list", "purposes_heading", messages)? });
    }
    if !facts.information.is_empty() {
        let rows = facts.information.iter().map(|one| row("information", &one.id, &one.title)).collect();
        parts.push(Part { rows, ..fixed("information", "information", "information_heading", messages)? });
    }
    parts.extend(cases(&facts.notice_exceptions, "notice-exceptions", "notice_exceptions_heading", messages)?);
    Ok(parts)
}

/// The part of a list of cases that the law makes; none if the policy names none of them.
fn cases(list: &CasesFacts, name: &str, word: &str, messages: &Messages) -> Result<Option<Part>, MessagesError> {
    if list.cases.is_empty() {
        return Ok(None);
    }
    Ok(Some(Part { citation: list.citation.clone(), ..fixed(name, name, word, messages)? }))
}

fn processes(facts: &Facts) -> Vec<Part> {
    facts.processes.iter().map(|one| item("processes", &one.id, &one.title)).collect()
}

fn joint_uses(facts: &Facts) -> Vec<Part> {
    let parts = facts.joint_uses.iter();
    parts.map(|one| Part { citation: one.citation.clone(), ..item("joint-use", &one.id, &one.title) }).collect()
}

fn disclosures(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let mut parts = Vec::new();
    if !facts.entrustments.is_empty() {
        let inner = facts.entrustments.iter().map(|one| item("entrustments", &one.id, &one.title)).collect();
        parts.push(Part { parts: inner, ..fixed("entrustments", "entrustments", "entrustments_heading", messages)? });
    }
    if !facts.provisions.is_empty() {
        let inner = facts.provisions.iter().map(|one| item("provisions", &one.id, &one.title)).collect();
        parts.push(Part { parts: inner, ..fixed("provisions", "provisions", "provisions_heading", messages)? });
    }
    parts.extend(cases(&facts.not_third_parties, "not-third-parties", "not_third_parties_heading", messages)?);
    parts.extend(cases(&facts.exceptions, "exceptions", "exceptions_heading", messages)?);
    parts.extend(facts.abroad.as_deref().map(|all| abroad(all, messages)).transpose()?);
    Ok(parts)
}

fn abroad(all: &[AbroadFacts], messages: &Messages) -> Result<Part, MessagesError> {
    let parts = all.iter().map(|one| item("abroad", &one.id, &one.to.name)).collect();
    Ok(Part { parts, ..fixed("abroad", "abroad", "abroad_heading", messages)? })
}

fn consent_parts(consent: &ConsentFacts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let mut parts = vec![fixed("explanation", "consent_explanation", "consent_explanation", messages)?];
    if !consent.items.is_empty() {
        let rows = consent.items.iter().map(|one| row("consent", &one.id, &one.title)).collect();
        parts.push(Part { rows, ..fixed("items", "consent_items", "consent_items", messages)? });
    }
    parts.push(fixed("objection", "consent_objection", "consent_objection", messages)?);
    Ok(parts)
}

fn retention(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let mut parts = Vec::new();
    if !facts.retention.is_empty() {
        let rows = facts.retention.iter().map(|class| row("retention", &class.id, &class.title)).collect();
        parts.push(Part { rows, ..fixed("schedule", "retention_schedule", "retention_heading", messages)? });
    }
    if !facts.disposal_methods.is_empty() {
        parts.push(fixed("disposal", "disposal-methods", "disposal_methods", messages)?);
    }
    Ok(parts)
}

fn security(facts: &Facts) -> Vec<Part> {
    facts.security.iter().map(|one| item("security", one.kind.key(), &one.title)).collect()
}

fn procedures(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    if facts.procedures.is_empty() {
        return Ok(Vec::new());
    }
    let about = fixed("retained-data", "procedures_about", "retained_data", messages)?;
    Ok(std::iter::once(about).chain(facts.procedures.iter().map(procedure)).collect())
}

fn procedure(procedure: &ProcedureFacts) -> Part {
    let citation = procedure.law.as_ref().and_then(|law| law.citation.clone());
    Part { citation, ..item("procedures", &procedure.request, &procedure.title) }
}

fn contacts(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let title = messages.say("about_organization", &[("organization", &facts.organization.short_name)])?;
    let (key, anchor) = ("organization".to_owned(), "organization".to_owned());
    let organization = Part { key, anchor, title, ..Part::default() };
    let contacts = facts.contacts.iter().map(|one| item("organization", &one.id, &one.title));
    Ok(std::iter::once(organization).chain(contacts).collect())
}
