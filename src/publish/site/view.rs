//! What a page template sees: facts, fixed words, and where the page stands among the others.
//!
//! In: facts and messages of all languages, the policy's pages. Out: one [`View`] for each page, whichever its template. The
//! rule it keeps: every page leads to every other, and to itself in every language.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Edited;
use super::form::{self, Form};
use super::outline::{Heading, SectionView, outline, spots};
use super::search::{Entry, Spot};
use crate::policy::{Audience, Id, Language, NoticeWhen, Page, PolicySet, Section};
use crate::publish::messages::MessagesError;
use crate::publish::{booklet, history, notice};

/// Headings a page needs before it gets a table of contents.
const CONTENTS_FROM: usize = 2;

/// Rows of a table from which on a page with no more than so many headings lists them in its contents.
const ROWS_FROM: usize = 10;

/// The page of contents and search; no page of a policy may have this id.
pub(super) const CONTENTS: &str = "contents";

/// The page that leads to all others; no page of a policy may have this id.
const INDEX: &str = "index";

/// What a page template sees besides facts and words.
#[derive(Serialize)]
pub(super) struct View<'a> {
    /// What leads from the page to the root of the site: `../`, or nothing.
    root: &'static str,
    page: &'a PageView,
    navigation: Vec<Link>,
    /// The same page in every language; empty on the page that leads to all others.
    languages: Vec<Link>,
    /// Where the authoritative text of this page stands; none on the authoritative page itself.
    authoritative: Option<Link>,
    /// Where the contents of the site stand, and the search.
    contents: String,
    /// The page that shows a section, by the section's name with underscores.
    shown_on: BTreeMap<String, String>,
    /// The forms to print.
    forms: FormLinks,
    /// The contents of the whole site; empty on every page but that of contents.
    site: Vec<Listed>,
    /// The languages to choose from; empty on every page but the one that leads to all others.
    choices: Vec<Choice<'a>>,
}

/// A link to a page.
#[derive(Clone, Serialize)]
struct Link {
    /// The language of what it leads to.
    language: Language,
    href: String,
    text: String,
    is_current: bool,
}

/// The page itself.
#[derive(Serialize)]
pub(super) struct PageView {
    id: Id,
    title: String,
    sections: Vec<SectionView>,
    has_contents: bool,
    /// Whether the contents list rows of tables, since there is little else to list.
    lists_rows: bool,
    /// The pages above it, below the first page of the site.
    above: Vec<Link>,
    /// What is asked for, where the page is a form.
    form: Option<Form>,
}

/// The forms to print.
#[derive(Clone, Serialize)]
struct FormLinks {
    /// Requests, by their kind.
    requests: BTreeMap<Id, Link>,
    /// Objections to provision by implied consent.
    objection: Option<Link>,
}

/// A page in the contents of the site.
#[derive(Serialize)]
struct Listed {
    href: String,
    title: String,
    entries: Vec<ListedEntry>,
}

/// A heading or a row in the contents of the site.
#[derive(Serialize)]
struct ListedEntry {
    href: String,
    /// The number of a heading; none for a row.
    number: Option<String>,
    title: String,
    /// How it begins.
    text: String,
    /// How far it stands below the page, from 1.
    depth: u8,
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

impl PageView {
    /// Returns every page of a language but the contents: those of the policy in the order of the navigation, then forms.
    pub(super) fn all(policy: &PolicySet, edited: &Edited) -> Result<Vec<PageView>, MessagesError> {
        let pages = ordered(policy).into_iter().map(|page| PageView::of(page, edited));
        let forms = form::all(policy, &edited.facts, &edited.messages)?.into_iter();
        let forms = forms.map(|form| {
            let shown = shown_on(policy).into_iter();
            let above = shown.filter(|(section, _)| *section == section_key(form.section())).map(|(_, page)| page);
            let above = above.map(|page| link(edited, format!("{}.html", page.id), page.title.get(&edited.language)));
            let above = above.collect();
            PageView { id: form.id().to_owned(), title: form.title().to_owned(), above, ..PageView::empty(Some(form)) }
        });
        pages.chain(forms.map(Ok)).collect()
    }

    fn of(page: &Page, edited: &Edited) -> Result<PageView, MessagesError> {
        let sections = outline(page, &edited.facts, &edited.messages)?;
        let headings = sections.iter().map(|section| counted(&section.parts) + usize::from(section.heading.is_some()));
        let headings = headings.sum::<usize>();
        let rows = sections.iter().flat_map(|section| &section.parts).map(|part| part.rows.len());
        let lists_rows = headings <= CONTENTS_FROM && rows.sum::<usize>() >= ROWS_FROM;
        let title = page.title.get(&edited.language).to_owned();
        let has_contents = headings >= CONTENTS_FROM || lists_rows;
        Ok(PageView { id: page.id.clone(), title, has_contents, lists_rows, sections, ..PageView::empty(None) })
    }

    /// Returns the page of contents.
    pub(super) fn contents(edited: &Edited) -> Result<PageView, MessagesError> {
        let title = edited.messages.word("site_contents")?.to_owned();
        Ok(PageView { id: CONTENTS.to_owned(), title, ..PageView::empty(None) })
    }

    /// Returns the page of the history.
    pub(super) fn history(edited: &Edited) -> Result<PageView, MessagesError> {
        let title = edited.messages.word("history_title")?.to_owned();
        Ok(PageView { id: history::PAGE.to_owned(), title, ..PageView::empty(None) })
    }

    /// Returns the page that leads to all others.
    pub(super) fn index(edited: &Edited) -> Result<PageView, MessagesError> {
        let title = edited.messages.word("site_title")?.to_owned();
        Ok(PageView { id: INDEX.to_owned(), title, ..PageView::empty(None) })
    }

    fn empty(form: Option<Form>) -> PageView {
        let (id, title) = (Id::default(), String::new());
        PageView { id, title, sections: Vec::new(), has_contents: false, lists_rows: false, above: Vec::new(), form }
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn form(&self) -> Option<&Form> {
        self.form.as_ref()
    }

    /// Returns its file name.
    pub(super) fn file(&self) -> String {
        format!("{}.html", self.id)
    }

    pub(super) fn spots(&self) -> Vec<Spot> {
        spots(&self.sections)
    }
}

impl<'a> View<'a> {
    /// Returns the view of a page.
    pub(super) fn of(
        policy: &PolicySet,
        languages: &'a [Edited],
        edited: &Edited,
        page: &'a PageView,
    ) -> Result<View<'a>, MessagesError> {
        let switch = languages.iter().map(|other| page_in(other, &page.id, edited)).collect::<Result<Vec<_>, _>>()?;
        let authoritative = languages.first().filter(|first| first.language != edited.language);
        let navigation = ordered(policy).into_iter().map(|other| Link {
            is_current: other.id == page.id,
            ..link(edited, format!("{}.html", other.id), other.title.get(&edited.language))
        });
        let shown = shown_on(policy).into_iter();
        let history = Link { is_current: page.id == history::PAGE, ..history_link(edited)? };
        Ok(View {
            root: "../",
            navigation: navigation.chain(std::iter::once(history)).collect(),
            languages: switch,
            authoritative: authoritative.map(|first| page_in(first, &page.id, edited)).transpose()?,
            contents: format!("{CONTENTS}.html"),
            shown_on: shown.map(|(section, page)| (section, format!("{}.html", page.id))).collect(),
            forms: form_links(policy, edited)?,
            site: Vec::new(),
            choices: Vec::new(),
            page,
        })
    }

    /// Returns the view of the contents of the whole site.
    pub(super) fn contents(
        policy: &PolicySet,
        languages: &'a [Edited],
        edited: &Edited,
        page: &'a PageView,
        listed: &[(PageView, Vec<Entry>)],
    ) -> Result<View<'a>, MessagesError> {
        let site = listed.iter().map(|(page, entries)| listed_page(page, entries)).collect();
        Ok(View { site, ..View::of(policy, languages, edited, page)? })
    }

    /// Returns the view of the page that leads to all others.
    pub(super) fn index(
        policy: &PolicySet,
        languages: &'a [Edited],
        authoritative: &Edited,
        page: &'a PageView,
    ) -> Result<View<'a>, MessagesError> {
        let below = |href: String| format!("{}/{href}", authoritative.language);
        let choices = languages.iter().map(|edited| choice(policy, edited)).collect::<Result<Vec<_>, _>>()?;
        let view = View::of(policy, &[], authoritative, page)?;
        Ok(View {
            root: "",
            choices,
            contents: below(view.contents),
            navigation: Vec::new(),
            authoritative: None,
            shown_on: view.shown_on.into_iter().map(|(section, page)| (section, below(page))).collect(),
            ..view
        })
    }
}

/// Returns the pages in the order of the navigation: those with a place by their place, then the others in their order.
fn ordered(policy: &PolicySet) -> Vec<&Page> {
    let mut pages: Vec<&Page> = policy.pages.iter().collect();
    pages.sort_by_key(|page| page.navigation.unwrap_or(u32::MAX));
    pages
}

fn link(edited: &Edited, href: String, text: &str) -> Link {
    Link { language: edited.language.clone(), href, text: text.to_owned(), is_current: false }
}

/// Returns the link to the history from another page of the language.
fn history_link(edited: &Edited) -> Result<Link, MessagesError> {
    Ok(link(edited, format!("{}.html", history::PAGE), edited.messages.word("history_title")?))
}

/// Returns the link from a page to the same page in another language, named after that language.
fn page_in(other: &Edited, page: &str, from: &Edited) -> Result<Link, MessagesError> {
    let is_current = other.language == from.language;
    let href = format!("../{}/{page}.html", other.language);
    Ok(Link { is_current, ..link(other, href, other.messages.word("language_name")?) })
}

/// Returns the name of a section as templates write it.
fn section_key(section: Section) -> String {
    section.word().replace('-', "_")
}

/// Returns for every section that is shown the page that shows it with the fewest others.
fn shown_on(policy: &PolicySet) -> BTreeMap<String, &Page> {
    let mut pages = ordered(policy);
    pages.sort_by_key(|page| page.show.len());
    let mut shown = BTreeMap::new();
    for page in pages {
        for section in &page.show {
            shown.entry(section_key(*section)).or_insert(page);
        }
    }
    shown
}

fn form_links(policy: &PolicySet, edited: &Edited) -> Result<FormLinks, MessagesError> {
    let mut links = FormLinks { requests: BTreeMap::new(), objection: None };
    for form in form::all(policy, &edited.facts, &edited.messages)? {
        let link = link(edited, format!("{}.html", form.id()), form.title());
        match form.request() {
            Some(request) => drop(links.requests.insert(request.clone(), link)),
            None => links.objection = Some(link),
        }
    }
    Ok(links)
}

/// Counts headings with the ones below them.
fn counted(headings: &[Heading]) -> usize {
    headings.iter().map(|heading| 1 + counted(&heading.parts)).sum()
}

/// Lists a page with everything on it; the first of its entries is the page itself.
fn listed_page(page: &PageView, entries: &[Entry]) -> Listed {
    let spots = page.spots().into_iter().zip(entries.iter().skip(1));
    let entries = spots.map(|(spot, entry)| ListedEntry {
        href: entry.href.clone(),
        number: spot.number,
        title: spot.title,
        text: entry.beginning(),
        depth: spot.depth,
    });
    Listed { href: page.file(), title: page.title.clone(), entries: entries.collect() }
}

fn choice<'a>(policy: &PolicySet, edited: &'a Edited) -> Result<Choice<'a>, MessagesError> {
    let link = |href: String, text: &str| link(edited, format!("{}/{href}", edited.language), text);
    let pages = ordered(policy).into_iter();
    let pages = pages.map(|page| link(format!("{}.html", page.id), page.title.get(&edited.language)));
    let changes = link(format!("{}.html", history::PAGE), edited.messages.word("history_title")?);
    let contents = link(format!("{CONTENTS}.html"), edited.messages.word("site_contents")?);
    let public = policy.notices.iter().filter(|notice| match (notice.audience, &notice.when) {
        (Audience::Public, NoticeWhen::PolicyChanges(_)) => true,
        (Audience::Public | Audience::Internal | Audience::Member, _) => false,
    });
    let notices = public.flat_map(|notice| notice::parts(policy, notice).into_iter().map(move |part| (notice, part)));
    let notices = notices.map(|(notice, part)| {
        let which = part.title(&edited.messages)?.map(|which| format!(" ({which})")).unwrap_or_default();
        Ok(link(format!("{}.pdf", part.name(notice)), &format!("{}{which}", notice.title.get(&edited.language))))
    });
    let notices: Vec<_> = notices.collect::<Result<_, MessagesError>>()?;
    let whole = edited.messages.word("booklet_link")?;
    let volumes = booklet::volumes(policy).into_iter().map(|volume| {
        let which = volume.title(&edited.messages)?.map(|which| format!(" ({which})")).unwrap_or_default();
        Ok(link(format!("{}.pdf", volume.name()), &format!("{whole}{which}")))
    });
    let volumes: Vec<_> = volumes.collect::<Result<_, MessagesError>>()?;
    Ok(Choice {
        language: &edited.language,
        words: edited.messages.texts(),
        lead: edited.messages.say("index_lead", &[("organization", &edited.facts.organization.name)])?,
        pages: pages.chain([changes, contents]).collect(),
        notices: volumes.into_iter().chain(notices).collect(),
    })
}
