//! What a page template sees: facts, fixed words, and where the page stands among the others.
//!
//! In: facts and messages of all languages, the policy's pages. Out: [`View`] for a page, [`Index`] for the page that
//! leads to all. The rule it keeps: headings, their numbers and anchors are computed here once, so that the table of
//! contents and the page agree.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Edited;
use crate::policy::{Audience, Id, Language, NoticeWhen, Page, PolicySet, Section};
use crate::publish::facts::Facts;
use crate::publish::messages::{Messages, MessagesError};

/// Headings a page needs before it gets a table of contents.
const CONTENTS_FROM: usize = 3;

/// Everything a page template sees.
#[derive(Serialize)]
pub(super) struct View<'a> {
    /// What leads from the page to the root of the site: `../`.
    root: &'static str,
    words: &'a BTreeMap<String, String>,
    facts: &'a Facts,
    page: PageView,
    navigation: Vec<Link>,
    languages: Vec<Link>,
    /// Where the authoritative text of this page stands; none on the authoritative page itself.
    authoritative: Option<Link>,
}

/// A link to a page.
#[derive(Serialize)]
struct Link {
    /// The language of what it leads to.
    language: Language,
    href: String,
    text: String,
    is_current: bool,
}

#[derive(Serialize)]
struct PageView {
    id: Id,
    title: String,
    sections: Vec<SectionView>,
    has_contents: bool,
}

/// One section on a page. Alone on its page it has no heading of its own: the page's title is its heading.
#[derive(Serialize)]
struct SectionView {
    kind: Section,
    heading: Option<Heading>,
    parts: Vec<Heading>,
}

/// A numbered heading with its place on the page.
#[derive(Serialize)]
struct Heading {
    /// Which part of its section it heads.
    key: String,
    anchor: String,
    number: String,
    title: String,
    level: u8,
}

impl<'a> View<'a> {
    pub(super) fn of(
        policy: &PolicySet,
        languages: &'a [Edited],
        edited: &'a Edited,
        page: &Page,
    ) -> Result<View<'a>, MessagesError> {
        let switch = languages.iter().map(|other| page_in(other, page, edited)).collect::<Result<Vec<_>, _>>()?;
        let authoritative = languages.first().filter(|first| first.language != edited.language);
        let navigation = policy.pages.iter().map(|other| Link {
            language: edited.language.clone(),
            href: format!("{}.html", other.id),
            text: other.title.get(&edited.language).to_owned(),
            is_current: other.id == page.id,
        });
        Ok(View {
            root: "../",
            words: edited.messages.texts(),
            facts: &edited.facts,
            page: page_view(page, edited)?,
            navigation: navigation.collect(),
            languages: switch,
            authoritative: authoritative.map(|first| page_in(first, page, edited)).transpose()?,
        })
    }
}

/// Returns the link from a page to the same page in another language, named after that language.
fn page_in(other: &Edited, page: &Page, from: &Edited) -> Result<Link, MessagesError> {
    Ok(Link {
        language: other.language.clone(),
        href: format!("../{}/{}.html", other.language, page.id),
        text: other.messages.word("language_name")?.to_owned(),
        is_current: other.language == from.language,
    })
}

fn page_view(page: &Page, edited: &Edited) -> Result<PageView, MessagesError> {
    let is_alone = page.show.len() == 1;
    let numbered = page.show.iter().enumerate();
    let sections = numbered.map(|(index, section)| section_view(*section, index + 1, is_alone, edited));
    let sections = sections.collect::<Result<Vec<_>, _>>()?;
    let headings: usize = sections.iter().map(|section| section.parts.len() + usize::from(!is_alone)).sum();
    Ok(PageView {
        id: page.id.clone(),
        title: page.title.get(&edited.language).to_owned(),
        sections,
        has_contents: headings >= CONTENTS_FROM,
    })
}

fn section_view(
    section: Section,
    number: usize,
    is_alone: bool,
    edited: &Edited,
) -> Result<SectionView, MessagesError> {
    let name = section_name(section);
    let heading = Heading {
        key: name.to_owned(),
        anchor: name.to_owned(),
        number: number.to_string(),
        title: edited.messages.word(&format!("section_{}", name.replace('-', "_")))?.to_owned(),
        level: 2,
    };
    let parts = parts(section, &edited.facts, &edited.messages)?.into_iter().enumerate();
    let parts = parts.map(|(index, (key, title))| Heading {
        anchor: format!("{name}-{key}"),
        number: if is_alone { (index + 1).to_string() } else { format!("{number}.{}", index + 1) },
        level: if is_alone { 2 } else { 3 },
        key,
        title,
    });
    Ok(SectionView { kind: section, heading: (!is_alone).then_some(heading), parts: parts.collect() })
}

fn section_name(section: Section) -> &'static str {
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

/// Returns key and title of each part of a section, in the order in which the section's template prints them.
fn parts(section: Section, facts: &Facts, messages: &Messages) -> Result<Vec<(String, String)>, MessagesError> {
    let fixed = |parts: &[(bool, &str, &str)]| {
        let there = parts.iter().filter(|(is_there, _, _)| *is_there);
        there.map(|(_, key, word)| Ok(((*key).to_owned(), messages.word(word)?.to_owned()))).collect()
    };
    let of = |id: &Id, title: &String| (id.clone(), title.clone());
    match section {
        Section::Principles => Ok(facts.principles.iter().map(|one| of(&one.id, &one.title)).collect()),
        Section::JointUse => Ok(facts.joint_uses.iter().map(|one| of(&one.id, &one.title)).collect()),
        Section::Contacts => {
            let name = [("organization", facts.organization.short_name.as_str())];
            let organization = ("organization".to_owned(), messages.say("about_organization", &name)?);
            let contacts = facts.contacts.iter().map(|one| (format!("at-{}", one.id), one.title.clone()));
            Ok(std::iter::once(organization).chain(contacts).collect())
        }
        Section::Processes | Section::Disclosures | Section::Security | Section::Procedures => Ok(Vec::new()),
        Section::Purposes => fixed(&[
            (!facts.purposes.is_empty(), "list", "purposes_heading"),
            (!facts.information.is_empty(), "information", "information_heading"),
        ]),
        Section::Consent => fixed(&[
            (facts.consent.is_some(), "explanation", "consent_explanation"),
            (facts.consent.as_ref().is_some_and(|consent| !consent.items.is_empty()), "items", "consent_items"),
            (facts.consent.is_some(), "objection", "consent_objection"),
        ]),
        Section::Retention => fixed(&[
            (!facts.retention.is_empty(), "schedule", "retention_heading"),
            (!facts.disposal_methods.is_empty(), "disposal", "disposal_methods"),
        ]),
    }
}

/// Everything the template of the leading page sees.
#[derive(Serialize)]
pub(super) struct Index<'a> {
    root: &'static str,
    words: &'a BTreeMap<String, String>,
    facts: &'a Facts,
    choices: Vec<Choice<'a>>,
}

/// One language on the leading page.
#[derive(Serialize)]
struct Choice<'a> {
    words: &'a BTreeMap<String, String>,
    facts: &'a Facts,
    lead: String,
    pages: Vec<Link>,
    notices: Vec<Link>,
}

impl<'a> Index<'a> {
    pub(super) fn of(
        policy: &PolicySet,
        languages: &'a [Edited],
        authoritative: &'a Edited,
    ) -> Result<Index<'a>, MessagesError> {
        let choices = languages.iter().map(|edited| choice(policy, edited)).collect::<Result<Vec<_>, _>>()?;
        Ok(Index { root: "", words: authoritative.messages.texts(), facts: &authoritative.facts, choices })
    }
}

fn choice<'a>(policy: &PolicySet, edited: &'a Edited) -> Result<Choice<'a>, MessagesError> {
    let link = |href: String, text: &str| Link {
        language: edited.language.clone(),
        href: format!("{}/{href}", edited.language),
        text: text.to_owned(),
        is_current: false,
    };
    let pages = policy.pages.iter().map(|page| link(format!("{}.html", page.id), page.title.get(&edited.language)));
    let public = policy.notices.iter().filter(|notice| match (notice.audience, &notice.when) {
        (Audience::Public, NoticeWhen::PolicyChanges(_)) => true,
        (Audience::Public | Audience::Internal | Audience::Member, _) => false,
    });
    let notices = public.map(|notice| link(format!("{}.pdf", notice.id), notice.title.get(&edited.language)));
    Ok(Choice {
        words: edited.messages.texts(),
        facts: &edited.facts,
        lead: edited.messages.say("index_lead", &[("organization", &edited.facts.organization.name)])?,
        pages: pages.collect(),
        notices: notices.collect(),
    })
}
