//! The outline of the site: which headings each page has, where they stand, and what stands under them.
//!
//! In: facts and messages of one language. Out: [`SectionView`]s with numbered headings. The rule it keeps: headings,
//! numbers and anchors are made here once, so that pages, their contents and the contents of the site agree.
//!
//! The anchor of an item is its name in the policy with a hyphen for the dot (`security-organizational`); the anchor of a
//! part that is no item has an underscore, which no name of an item has (`retention_schedule`).

use serde::Serialize;

use crate::policy::{Page, Section};
use crate::publish::facts::{
    AbroadFacts, CasesFacts, ConsentFacts, ContactFacts, Facts, JointUseFacts, OrganizationFacts, ProcedureFacts,
};
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
    /// What stands under it, as plain text.
    #[serde(skip)]
    pub(super) text: String,
    /// Rows of its table that have a place of their own.
    #[serde(skip)]
    pub(super) rows: Vec<Row>,
}

/// A row of a table that has a place of its own.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) anchor: String,
    pub(super) title: String,
    pub(super) text: String,
}

/// A part of a section before it has a number.
#[derive(Default)]
struct Part {
    key: String,
    anchor: String,
    title: String,
    citation: Option<String>,
    text: String,
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
    let anchor = section_name(section);
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
    let Part { key, anchor, title, text, rows, .. } = Part { citation: None, parts: Vec::new(), ..part };
    Ok(Heading { key, anchor, number, title, duty, level, parts, text, rows })
}

/// Returns the name of a section in the policy, its anchor.
pub(super) fn section_name(section: Section) -> &'static str {
    match section {
        Section::Principles => "principles",
        Section::Purposes => "purposes",
        Section::Processes => "processes",
        Section::JointUse => "joint-use",
        Section::Disclosures => "disclosures",
        Section::Consent => "consent",
        Section::Retention => "retention",
        Section::Security => "security",
        Section::Procedures => "procedures",
        Section::Contacts => "contacts",
    }
}

/// Returns the parts of a section in the order in which its template prints them.
fn parts(section: Section, facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    Ok(match section {
        Section::Principles => principles(facts),
        Section::Purposes => purposes(facts, messages)?,
        Section::Processes => processes(facts),
        Section::JointUse => {
            facts.joint_uses.iter().map(|joint| joint_use(joint, messages)).collect::<Result<_, _>>()?
        }
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

/// A part that is an item of the policy.
fn item(section: &str, id: &str, title: &str, text: String) -> Part {
    let anchor = format!("{section}-{id}");
    Part { key: id.to_owned(), anchor, title: title.to_owned(), text, ..Part::default() }
}

/// A part that every policy has under the same title.
fn fixed(key: &str, anchor: &str, word: &str, messages: &Messages) -> Result<Part, MessagesError> {
    let title = messages.word(word)?.to_owned();
    Ok(Part { key: key.to_owned(), anchor: anchor.to_owned(), title, ..Part::default() })
}

fn row(section: &str, id: &str, title: &str, text: String) -> Row {
    Row { anchor: format!("{section}-{id}"), title: title.to_owned(), text }
}

/// Puts texts together to one, with a space between them.
fn joined<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    texts.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Puts the entries of lists together to one text.
fn listed<'a>(messages: &Messages, entries: impl IntoIterator<Item = &'a String>) -> Result<String, MessagesError> {
    let entries: Vec<&str> = entries.into_iter().map(String::as_str).collect();
    Ok(entries.join(messages.word("list_separator")?))
}

fn principles(facts: &Facts) -> Vec<Part> {
    let parts = facts.principles.iter().map(|one| Part {
        citation: one.citation.clone(),
        ..item("principles", &one.id, &one.title, one.text.clone())
    });
    parts.collect()
}

fn purposes(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let mut parts = Vec::new();
    if !facts.purposes.is_empty() {
        let rows = facts.purposes.iter().flat_map(|category| {
            category.purposes.iter().map(|purpose| {
                let text = joined([&category.title].into_iter().chain(&purpose.text).chain(&purpose.limit));
                row("purposes", &purpose.id, &purpose.title, text)
            })
        });
        let rows = rows.collect();
        parts.push(Part { rows, ..fixed("list", "purposes_list", "purposes_heading", messages)? });
    }
    if !facts.information.is_empty() {
        let rows = facts.information.iter().map(|information| {
            let text = listed(messages, information.items.iter().chain(&information.acquired_from))?;
            Ok(row("information", &information.id, &information.title, text))
        });
        let rows = rows.collect::<Result<_, _>>()?;
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
    let text = joined(list.cases.iter().map(|case| &case.text));
    Ok(Some(Part { citation: list.citation.clone(), text, ..fixed(name, name, word, messages)? }))
}

fn processes(facts: &Facts) -> Vec<Part> {
    let parts = facts.processes.iter();
    parts.map(|one| item("processes", &one.id, &one.title, joined(one.steps.iter().map(|step| &step.text)))).collect()
}

fn joint_use(joint: &JointUseFacts, messages: &Messages) -> Result<Part, MessagesError> {
    let users = joint.users.iter().flat_map(|user| [&user.name, &user.scope]);
    let purposes = joint.purposes.iter().map(|purpose| &purpose.text);
    let text = listed(messages, joint.persons.iter().chain(&joint.items).chain(users).chain(purposes))?;
    Ok(Part { citation: joint.citation.clone(), ..item("joint-use", &joint.id, &joint.title, text) })
}

fn disclosures(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let mut parts = Vec::new();
    if !facts.entrustments.is_empty() {
        let inner = facts.entrustments.iter().map(|one| {
            let text = joined([&one.to.name, &one.work].into_iter().chain(&one.safeguards));
            item("entrustments", &one.id, &one.title, text)
        });
        let inner = inner.collect();
        parts.push(Part { parts: inner, ..fixed("entrustments", "entrustments", "entrustments_heading", messages)? });
    }
    if !facts.provisions.is_empty() {
        let inner = facts.provisions.iter().map(|one| {
            let text = joined([&one.to.name, &listed(messages, &one.items)?].into_iter().chain(&one.text));
            Ok(item("provisions", &one.id, &one.title, text))
        });
        let inner = inner.collect::<Result<_, _>>()?;
        parts.push(Part { parts: inner, ..fixed("provisions", "provisions", "provisions_heading", messages)? });
    }
    parts.extend(cases(&facts.not_third_parties, "not-third-parties", "not_third_parties_heading", messages)?);
    parts.extend(cases(&facts.exceptions, "exceptions", "exceptions_heading", messages)?);
    parts.extend(facts.abroad.as_deref().map(|all| abroad(all, messages)).transpose()?);
    Ok(parts)
}

fn abroad(all: &[AbroadFacts], messages: &Messages) -> Result<Part, MessagesError> {
    let none = if all.is_empty() { messages.word("abroad_none")?.to_owned() } else { String::new() };
    let parts = all.iter().map(|one| {
        let text = joined([&one.country, &one.text]);
        item("abroad", &one.id, &one.to.name, text)
    });
    let parts = parts.collect();
    Ok(Part { text: none, parts, ..fixed("abroad", "abroad", "abroad_heading", messages)? })
}

fn consent_parts(consent: &ConsentFacts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let explanation = fixed("explanation", "consent_explanation", "consent_explanation", messages)?;
    let mut parts = vec![Part { text: consent.explanation.clone(), ..explanation }];
    if !consent.items.is_empty() {
        let rows = consent.items.iter().map(|one| {
            let text = joined(one.text.iter().chain([&one.kind_text, &one.given_to]));
            row("consent", &one.id, &one.title, text)
        });
        let rows = rows.collect();
        parts.push(Part { rows, ..fixed("items", "consent_items", "consent_items", messages)? });
    }
    let objection = fixed("objection", "consent_objection", "consent_objection", messages)?;
    parts.push(Part { text: consent.objection.clone(), ..objection });
    Ok(parts)
}

fn retention(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let mut parts = Vec::new();
    if !facts.retention.is_empty() {
        let rows = facts.retention.iter().map(|class| {
            let text = joined([&class.keep.sentence, &class.within_text]);
            row("retention", &class.id, &class.title, text)
        });
        let rows = rows.collect();
        parts.push(Part { rows, ..fixed("schedule", "retention_schedule", "retention_heading", messages)? });
    }
    if !facts.disposal_methods.is_empty() {
        let text = joined(facts.disposal_methods.iter().map(|method| &method.text));
        parts.push(Part { text, ..fixed("disposal", "disposal-methods", "disposal_methods", messages)? });
    }
    Ok(parts)
}

fn security(facts: &Facts) -> Vec<Part> {
    let parts = facts.security.iter();
    parts.map(|one| item("security", one.kind.key(), &one.title, joined(&one.measures))).collect()
}

fn procedures(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    if facts.procedures.is_empty() {
        return Ok(Vec::new());
    }
    let text = about(&facts.organization);
    let about = Part { text, ..fixed("retained-data", "procedures_about", "retained_data", messages)? };
    let requests = facts.procedures.iter().map(procedure);
    Ok(std::iter::once(about).chain(requests).collect())
}

fn procedure(procedure: &ProcedureFacts) -> Part {
    let citation = procedure.law.as_ref().and_then(|law| law.citation.clone());
    let text = joined([&procedure.how, &procedure.who]);
    Part { citation, ..item("procedures", &procedure.request, &procedure.title, text) }
}

/// The organization as plain text.
fn about(organization: &OrganizationFacts) -> String {
    let officers = [&organization.representative.text, &organization.privacy_officer.text];
    joined([&organization.name, &organization.address].into_iter().chain(officers))
}

fn contacts(facts: &Facts, messages: &Messages) -> Result<Vec<Part>, MessagesError> {
    let title = messages.say("about_organization", &[("organization", &facts.organization.short_name)])?;
    let (key, anchor) = ("organization".to_owned(), "organization".to_owned());
    let organization = Part { key, anchor, title, text: about(&facts.organization), ..Part::default() };
    Ok(std::iter::once(organization).chain(facts.contacts.iter().map(contact)).collect())
}

fn contact(contact: &ContactFacts) -> Part {
    let known = [&contact.department, &contact.address, &contact.telephone, &contact.email, &contact.hours];
    item("organization", &contact.id, &contact.title, joined(known.into_iter().flatten()))
}
