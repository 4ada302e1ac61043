//! What a page template sees: facts, fixed words, and where the page stands among the others.
//!
//! In: facts and messages of all languages, the policy's pages. Out: [`View`] for a page and for the contents of the
//! site, [`Index`] for the page that leads to all. The rule it keeps: every page leads to every other, and to itself in
//! every language.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Edited;
use super::outline::{Heading, SectionView, outline, section_name};
use crate::policy::{Audience, Id, Language, NoticeWhen, Page, PolicySet};
use crate::publish::messages::MessagesError;

/// Headings a page needs before it gets a table of contents.
const CONTENTS_FROM: usize = 3;

/// The page of contents and search; no page of a policy may have this id.
pub(super) const CONTENTS: &str = "contents";

/// What a page template sees besides facts and words.
#[derive(Serialize)]
pub(super) struct View {
    /// What leads from the page to the root of the site: `../`.
    root: &'static str,
    page: PageView,
    navigation: Vec<Link>,
    languages: Vec<Link>,
    /// Where the authoritative text of this page stands; none on the authoritative page itself.
    authoritative: Option<Link>,
    /// Where the search of the site stands.
    search: String,
    /// The page that shows a section, by the section's name with underscores.
    shown_on: BTreeMap<String, String>,
    /// The contents of the whole site; empty on every page but that of contents.
    site: Vec<Listed>,
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

/// A page in the contents of the site.
#[derive(Serialize)]
struct Listed {
    href: String,
    title: String,
    entries: Vec<Entry>,
}

/// A heading or a row in the contents of the site.
#[derive(Serialize)]
struct Entry {
    href: String,
    /// The number of a heading; none for a row.
    number: Option<String>,
    title: String,
    text: String,
    /// How far it stands below the page, from 1.
    depth: u8,
}

impl View {
    pub(super) fn of(
        policy: &PolicySet,
        languages: &[Edited],
        edited: &Edited,
        page: &Page,
    ) -> Result<View, MessagesError> {
        let sections = outline(page, &edited.facts, &edited.messages)?;
        let headings = sections.iter().map(|section| counted(&section.parts) + usize::from(section.heading.is_some()));
        let shown = PageView {
            id: page.id.clone(),
            title: page.title.get(&edited.language).to_owned(),
            has_contents: headings.sum::<usize>() >= CONTENTS_FROM,
            sections,
        };
        View::around(policy, languages, edited, shown)
    }

    /// Returns the view of the contents of the whole site.
    pub(super) fn contents(policy: &PolicySet, languages: &[Edited], edited: &Edited) -> Result<View, MessagesError> {
        let title = edited.messages.word("site_contents")?.to_owned();
        let page = PageView { id: CONTENTS.to_owned(), title, sections: Vec::new(), has_contents: false };
        let pages = ordered(policy).into_iter().map(|page| listed(page, edited));
        Ok(View { site: pages.collect::<Result<_, _>>()?, ..View::around(policy, languages, edited, page)? })
    }

    fn around(
        policy: &PolicySet,
        languages: &[Edited],
        edited: &Edited,
        page: PageView,
    ) -> Result<View, MessagesError> {
        let switch = languages.iter().map(|other| page_in(other, &page.id, edited)).collect::<Result<Vec<_>, _>>()?;
        let authoritative = languages.first().filter(|first| first.language != edited.language);
        let navigation = ordered(policy).into_iter().map(|other| Link {
            language: edited.language.clone(),
            href: format!("{}.html", other.id),
            text: other.title.get(&edited.language).to_owned(),
            is_current: other.id == page.id,
        });
        Ok(View {
            root: "../",
            navigation: navigation.collect(),
            languages: switch,
            authoritative: authoritative.map(|first| page_in(first, &page.id, edited)).transpose()?,
            search: format!("{CONTENTS}.html#search"),
            shown_on: shown_on(policy),
            site: Vec::new(),
            page,
        })
    }
}

/// Returns the pages in the order of the navigation: those with a place by their place, then the others in their order.
fn ordered(policy: &PolicySet) -> Vec<&Page> {
    let mut pages: Vec<&Page> = policy.pages.iter().collect();
    pages.sort_by_key(|page| page.navigation.unwrap_or(u32::MAX));
    pages
}

/// Returns the link from a page to the same page in another language, named after that language.
fn page_in(other: &Edited, page: &str, from: &Edited) -> Result<Link, MessagesError> {
    Ok(Link {
        language: other.language.clone(),
        href: format!("../{}/{page}.html", other.language),
        text: other.messages.word("language_name")?.to_owned(),
        is_current: other.language == from.language,
    })
}

/// Returns for every section that is shown the page that shows it with the fewest others.
fn shown_on(policy: &PolicySet) -> BTreeMap<String, String> {
    let mut pages = ordered(policy);
    pages.sort_by_key(|page| page.show.len());
    let mut shown = BTreeMap::new();
    for page in pages {
        for section in &page.show {
            let name = section_name(*section).replace('-', "_");
            shown.entry(name).or_insert_with(|| format!("{}.html", page.id));
        }
    }
    shown
}

/// Counts headings with the ones below them.
fn counted(headings: &[Heading]) -> usize {
    headings.iter().map(|heading| 1 + counted(&heading.parts)).sum()
}

fn listed(page: &Page, edited: &Edited) -> Result<Listed, MessagesError> {
    let href = format!("{}.html", page.id);
    let mut entries = Vec::new();
    for section in outline(page, &edited.facts, &edited.messages)? {
        let below = if section.heading.is_some() { 2 } else { 1 };
        section.heading.iter().for_each(|heading| enter(heading, &href, 1, &mut entries));
        section.parts.iter().for_each(|part| enter(part, &href, below, &mut entries));
    }
    Ok(Listed { title: page.title.get(&edited.language).to_owned(), href, entries })
}

/// Lists a heading and everything below it.
fn enter(heading: &Heading, page: &str, depth: u8, entries: &mut Vec<Entry>) {
    entries.push(Entry {
        href: format!("{page}#{}", heading.anchor),
        number: Some(heading.number.clone()),
        title: heading.title.clone(),
        text: heading.text.clone(),
        depth,
    });
    let rows = heading.rows.iter().map(|row| Entry {
        href: format!("{page}#{}", row.anchor),
        number: None,
        title: row.title.clone(),
        text: row.text.clone(),
        depth: depth + 1,
    });
    entries.extend(rows);
    heading.parts.iter().for_each(|part| enter(part, page, depth + 1, entries));
}

/// What the template of the leading page sees besides the facts and words of the authoritative language.
#[derive(Serialize)]
pub(super) struct Index<'a> {
    root: &'static str,
    search: String,
    choices: Vec<Choice<'a>>,
}

/// One language on the leading page.
#[derive(Serialize)]
struct Choice<'a> {
    language: &'a Language,
    words: &'a BTreeMap<String, String>,
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
        let search = format!("{}/{CONTENTS}.html#search", authoritative.language);
        Ok(Index { root: "", search, choices })
    }
}

fn choice<'a>(policy: &PolicySet, edited: &'a Edited) -> Result<Choice<'a>, MessagesError> {
    let link = |href: String, text: &str| Link {
        language: edited.language.clone(),
        href: format!("{}/{href}", edited.language),
        text: text.to_owned(),
        is_current: false,
    };
    let pages = ordered(policy).into_iter();
    let pages = pages.map(|page| link(format!("{}.html", page.id), page.title.get(&edited.language)));
    let contents = link(format!("{CONTENTS}.html"), edited.messages.word("site_contents")?);
    let public = policy.notices.iter().filter(|notice| match (notice.audience, &notice.when) {
        (Audience::Public, NoticeWhen::PolicyChanges(_)) => true,
        (Audience::Public | Audience::Internal | Audience::Member, _) => false,
    });
    let notices = public.map(|notice| link(format!("{}.pdf", notice.id), notice.title.get(&edited.language)));
    Ok(Choice {
        language: &edited.language,
        words: edited.messages.texts(),
        lead: edited.messages.say("index_lead", &[("organization", &edited.facts.organization.name)])?,
        pages: pages.chain(std::iter::once(contents)).collect(),
        notices: notices.collect(),
    })
}
