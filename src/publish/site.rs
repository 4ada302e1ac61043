//! The public site: plain HTML pages in every language, made of facts and templates.
//!
//! In: the checked policy, what is known of its version, the templates. Out: files by path below `public/`: `LANG/PAGE.html`,
//! `LANG/contents.html` (every heading of the site, and the search) with `LANG/search-index.js`, `LANG/history.html` with its
//! feed `LANG/history.xml`, `index.html`, `assets/*`, `policy.json`. The rule it keeps: the same input gives the same bytes
//! (I8); policy texts are data, escaped wherever they are printed; nothing is fetched from anywhere.

mod faults;
mod form;
mod outline;
mod search;
mod view;

use std::collections::BTreeMap;
use std::io::{self, Write};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

use crate::policy::{Language, PolicySet};
use crate::publish::Issue;
use crate::publish::facts::{Facts, FactsError};
use crate::publish::history::{self, HistoryFacts};
use crate::publish::messages::{Messages, MessagesError};
use crate::publish::templates::Templates;

pub use faults::Fault;
use search::entries;
use view::{PageView, View};

/// The most bytes one page may have; a template that loops without end stops here.
const LARGEST_PAGE: usize = 64 * 1024 * 1024;

/// The template of every page.
const PAGE: &str = "pages/page.html";

/// The template of the page of contents and search.
const CONTENTS_PAGE: &str = "pages/contents.html";

/// The template of forms to print.
const FORM: &str = "pages/form.html";

/// What the search of the site looks into, beside the pages of a language.
const SEARCH_INDEX: &str = "search-index.js";

/// The templates of the history: its page and its feed.
const HISTORY_PAGE: &str = "pages/history.html";
const FEED: &str = "pages/history.xml";

/// The template of the page that leads to all others.
const INDEX: &str = "pages/index.html";

/// A site that cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// Facts cannot be worded.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// A fixed word is missing.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// Templates are wrong, or do not fit together.
    #[error("{}", listed(.faults))]
    Templates {
        /// What is wrong, by place.
        faults: Vec<Fault>,
    },
    /// A page does not end.
    #[error("`{page}` grows beyond {LARGEST_PAGE} bytes: its template repeats something too often")]
    TooLarge {
        /// Path below `public/`.
        page: String,
    },
    /// Facts cannot be handed to a template or written as JSON.
    #[error("the facts of `{page}` cannot be written")]
    Data {
        /// Path below `public/`.
        page: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl SiteError {
    /// Returns what is wrong, each with its place.
    pub fn faults(&self) -> Vec<Fault> {
        match self {
            SiteError::Templates { faults } => faults.clone(),
            SiteError::Messages(error) | SiteError::Facts(FactsError::Messages(error)) => {
                vec![Fault::whole(Some(&error.file()), self.to_string())]
            }
            SiteError::Facts(_) | SiteError::TooLarge { .. } | SiteError::Data { .. } => {
                vec![Fault::whole(None, self.to_string())]
            }
        }
    }
}

fn listed(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}

/// How far the printing of pages is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'p> {
    /// This page, by its path below `public/`, is begun.
    Begun(&'p str),
    /// It is done.
    Done(&'p str),
}

/// Who is told of each step; several pages are printed at a time.
type Watcher<'w> = &'w (dyn Fn(Step<'_>) + Sync);

/// Whatever prints pages from templates.
#[derive(Clone, Copy)]
struct Press<'a> {
    engine: &'a Tera,
    templates: &'a Templates,
    watcher: Watcher<'a>,
}

/// One language of the site.
struct Edited {
    language: Language,
    facts: Facts,
    history: HistoryFacts,
    messages: Messages,
    /// The facts and the words as every template sees them, made once for all pages.
    shared: Context,
}

/// Renders the whole site: bytes by path below `public/`.
///
/// # Errors
/// When a template is wrong (its name and line are told), a fixed word is missing, or a page does not end.
pub fn render(
    policy: &PolicySet,
    issue: &Issue,
    templates: &Templates,
) -> Result<BTreeMap<String, Vec<u8>>, SiteError> {
    render_watched(policy, issue, templates, &|_| {})
}

/// Renders the whole site, and tells of each page when it is begun and done.
///
/// # Errors
/// Those of [`render()`].
pub fn render_watched(
    policy: &PolicySet,
    issue: &Issue,
    templates: &Templates,
    watcher: Watcher<'_>,
) -> Result<BTreeMap<String, Vec<u8>>, SiteError> {
    let languages = edited(policy, issue, templates)?;
    let (pages, facts) = rayon::join(|| pages(policy, &languages, templates, watcher), || published_facts(&languages));
    let mut site = pages?;
    site.insert(FACTS.to_owned(), facts?);
    site.insert(SCHEMA.to_owned(), SCHEMA_TEXT.to_vec());
    site.extend(templates.below("assets/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())));
    Ok(site)
}

/// Puts everything into words that the pages say, and prints none: enough where every template is a built-in one.
///
/// # Errors
/// When a fixed word is missing.
pub fn check_words(policy: &PolicySet, issue: &Issue, templates: &Templates) -> Result<(), SiteError> {
    edited(policy, issue, templates).map(drop)
}

/// Renders every page: bytes by path below `public/`.
fn pages(
    policy: &PolicySet,
    languages: &[Edited],
    templates: &Templates,
    watcher: Watcher<'_>,
) -> Result<BTreeMap<String, Vec<u8>>, SiteError> {
    let engine = engine(templates)?;
    let press = Press { engine: &engine, templates, watcher };
    let each = languages.par_iter().map(|edited| pages_in(press, policy, languages, edited));
    let mut pages: BTreeMap<String, Vec<u8>> = each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    if let Some(authoritative) = languages.first() {
        let page = PageView::index(authoritative)?;
        let view = View::index(policy, languages, authoritative, &page)?;
        pages.insert("index.html".to_owned(), press.print(INDEX, "index.html", authoritative, &view)?);
    }
    Ok(pages)
}

/// Renders the pages of a language, and what the search looks into.
fn pages_in(
    press: Press<'_>,
    policy: &PolicySet,
    languages: &[Edited],
    edited: &Edited,
) -> Result<Vec<(String, Vec<u8>)>, SiteError> {
    let path = |file: &str| format!("{}/{file}", edited.language);
    let (mut pages, mut listed) = (Vec::new(), Vec::new());
    for page in PageView::all(policy, edited)? {
        let file = page.file();
        let template = if page.form().is_some() { FORM } else { PAGE };
        let html = press.print(template, &path(&file), edited, &View::of(policy, languages, edited, &page)?)?;
        let found = entries(&file, page.title(), &page.spots(), &html);
        pages.push((path(&file), html));
        listed.push((page, found));
    }
    let page = PageView::history(edited)?;
    let view = View::of(policy, languages, edited, &page)?;
    let feed = path(&format!("{}.xml", history::PAGE));
    pages.push((feed.clone(), press.print(FEED, &feed, edited, &view)?));
    let html = press.print(HISTORY_PAGE, &path(&page.file()), edited, &view)?;
    let found = entries(&page.file(), page.title(), &page.spots(), &html);
    pages.push((path(&page.file()), html));
    listed.push((page, found));
    let contents = PageView::contents(edited)?;
    let view = View::contents(policy, languages, edited, &contents, &listed)?;
    let file = path(&contents.file());
    pages.push((file.clone(), press.print(CONTENTS_PAGE, &file, edited, &view)?));
    let index = search::index(listed.iter().flat_map(|(_, found)| found));
    pages.push((path(SEARCH_INDEX), index.map_err(|source| SiteError::Data { page: path(SEARCH_INDEX), source })?));
    Ok(pages)
}

fn edited(policy: &PolicySet, issue: &Issue, templates: &Templates) -> Result<Vec<Edited>, SiteError> {
    let one = |language: &Language| -> Result<Edited, SiteError> {
        let messages = Messages::read(templates, language)?;
        let facts = Facts::of(policy, &issue.imprint, &messages)?;
        let history = issue.history.facts(&policy.organization.id, &issue.imprint, &messages)?;
        let mut shared = Context::new();
        for (name, value) in [
            ("facts", Value::try_from_serializable(&facts)),
            ("history", Value::try_from_serializable(&history)),
            ("words", Value::try_from_serializable(messages.texts())),
            ("banner", Value::try_from_serializable(&issue.banner(&messages)?)),
        ] {
            shared.insert_value(name, value.map_err(|error| unfit(&error, templates))?);
        }
        Ok(Edited { language: language.clone(), facts, history, messages, shared })
    };
    policy.organization.languages.par_iter().map(one).collect()
}

/// `policy.json`: everything that is published, for machines; described by `policy.schema.json`.
#[derive(Serialize)]
struct Published<'a> {
    /// The schema of this file.
    #[serde(rename = "$schema")]
    schema: &'static str,
    /// The format.
    format: &'static str,
    /// What the policy says, by language.
    languages: BTreeMap<&'a str, &'a Facts>,
    /// The revisions of the policy, by language.
    history: BTreeMap<&'a str, &'a HistoryFacts>,
}

/// The published facts and their schema, by path below `public/`.
const FACTS: &str = "policy.json";
const SCHEMA: &str = "policy.schema.json";

/// The schema (JSON Schema 2020-12). It allows no field it does not describe, so that a test finds what it lacks.
const SCHEMA_TEXT: &[u8] = include_bytes!("site/policy.schema.json");

/// Writes the facts of all languages as JSON, keys sorted.
fn published_facts(languages: &[Edited]) -> Result<Vec<u8>, SiteError> {
    let published = Published {
        schema: SCHEMA,
        format: "hokan-policy-facts/5",
        languages: languages.iter().map(|one| (one.language.as_str(), &one.facts)).collect(),
        history: languages.iter().map(|one| (one.language.as_str(), &one.history)).collect(),
    };
    written(FACTS, serde_json::to_value(published))
}

fn written(page: &str, value: serde_json::Result<serde_json::Value>) -> Result<Vec<u8>, SiteError> {
    let data = |source| SiteError::Data { page: page.to_owned(), source };
    let mut value = value.map_err(data)?;
    value.sort_all_objects();
    let mut bytes = serde_json::to_vec_pretty(&value).map_err(data)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads all page templates at once, so that parents and includes are found.
fn engine(templates: &Templates) -> Result<Tera, SiteError> {
    let mut texts = Vec::new();
    for (name, bytes) in templates.below("pages/").filter(|(name, _)| name.ends_with(".html") || name.ends_with(".xml"))
    {
        let not_text = |error| Fault::whole(Some(name), format!("it is not UTF-8 text: {error}"));
        let text = std::str::from_utf8(bytes).map_err(|error| SiteError::Templates { faults: vec![not_text(error)] });
        texts.push((name, text?));
    }
    let mut engine = Tera::default();
    engine.register_filter("lines", lines);
    engine.add_raw_templates(texts).map_err(|error| unfit(&error, templates))?;
    Ok(engine)
}

/// The filter `lines`: a text as it is always printed, each of its lines on a line of its own.
fn lines(text: &str, _: Kwargs, state: &State<'_>) -> TeraResult<Value> {
    Ok(Value::safe_string(&state.escape(text)?.replace('\n', "<br>")))
}

impl Press<'_> {
    fn print(&self, template: &str, page: &str, edited: &Edited, view: &impl Serialize) -> Result<Vec<u8>, SiteError> {
        (self.watcher)(Step::Begun(page));
        let mut context = edited.shared.clone();
        context.extend(Context::from_serialize(view).map_err(|error| unfit(&error, self.templates))?);
        let mut paper = Paper::default();
        let printed = self.engine.render_to(template, &context, &mut paper);
        if paper.is_full {
            return Err(SiteError::TooLarge { page: page.to_owned() });
        }
        printed.map_err(|error| unfit(&error, self.templates))?;
        (self.watcher)(Step::Done(page));
        Ok(paper.bytes)
    }
}

fn unfit(error: &tera::Error, templates: &Templates) -> SiteError {
    SiteError::Templates { faults: faults::faults(error, templates) }
}

/// A page being written, which takes no more than [`LARGEST_PAGE`] bytes.
#[derive(Default)]
struct Paper {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LARGEST_PAGE {
            self.is_full = true;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
