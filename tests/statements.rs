//! What a policy set must be able to say: 200 statements, each printed where its item stands, in every language.
//!
//! In: the shipped example, rendered by the real program, and a table that names for each statement an item of the policy
//! and a phrase in each language. Out: how many were found. The rule it keeps: a phrase counts only inside the element
//! with the item's anchor. `link to` an item's page is one that another page has, `title of` it is the document's title, and
//! a `message` of the templates, which no policy says, counts where every page prints it.
#![expect(clippy::disallowed_macros, reason = "what was looked at is printed")]

mod page;

use std::collections::{BTreeMap, BTreeSet};

use crate::instances::Ready;

/// The statements: number, item, and a phrase in each language.
const COVERAGE: &str = include_str!("statements/coverage.csv");

/// How many there are.
const STATEMENTS: usize = 200;

/// The languages of the table and the least length of a phrase in each.
const LANGUAGES: [(&str, usize); 2] = [("ja", 4), ("en", 8)];

/// Stands between the parts of a phrase, each of which follows the one before within the item.
const LATER: &str = " … ";

/// One row of the table.
#[derive(Debug, serde::Deserialize)]
struct Statement {
    row: usize,
    item: String,
    ja: String,
    en: String,
}

/// Where a statement is looked for.
enum Where<'s> {
    /// In the element of an item.
    Item(&'s str),
    /// In a link of another page to the page of the item.
    LinkTo(&'s str),
    /// In the title of the document that has the item.
    TitleOf(&'s str),
    /// On every page, in the words of a message of the templates.
    Message(&'s str),
}

impl Statement {
    fn phrase(&self, language: &str) -> &str {
        if language == "ja" { &self.ja } else { &self.en }
    }

    fn place(&self) -> Where<'_> {
        let item = self.item.as_str();
        let named =
            [("link to ", Where::LinkTo as fn(_) -> _), ("title of ", Where::TitleOf), ("message ", Where::Message)];
        let found = named.iter().find_map(|(word, place)| item.strip_prefix(word).map(place));
        found.unwrap_or(Where::Item(item))
    }
}

/// The anchor of an item.
fn anchor(item: &str) -> String {
    item.replace('.', "-")
}

/// Whether a text says every part of a phrase, in order.
fn says(text: &str, phrase: &str) -> bool {
    let mut rest = text;
    phrase.split(LATER).all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

fn statements() -> Vec<Statement> {
    let mut reader = csv::Reader::from_reader(COVERAGE.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// The pages of one language, by file name.
fn pages(ready: &Ready, language: &str) -> BTreeMap<String, String> {
    let folder = ready.root().join("public").join(language);
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pages = files.filter(|name| name.ends_with(".html") && name != "contents.html");
    pages.map(|name| (name.clone(), std::fs::read_to_string(folder.join(&name)).unwrap())).collect()
}

/// How a statement is missing from the pages of a language; nothing where it is there.
fn missing(pages: &BTreeMap<String, String>, statement: &Statement, language: &str) -> Option<&'static str> {
    let phrase = statement.phrase(language);
    let with = |item: &str| {
        let anchor = anchor(item);
        pages.iter().find(|(_, html)| page::element(html, &anchor).is_some())
    };
    let is_said = match statement.place() {
        Where::Item(item) => {
            let anchor = anchor(item);
            let elements = pages.values().filter_map(|html| page::element(html, &anchor)).map(page::text);
            let elements: Vec<String> = elements.collect();
            if elements.is_empty() {
                return Some("no page has the item");
            }
            elements.iter().any(|text| says(text, phrase))
        }
        Where::LinkTo(item) => {
            let Some((to, _)) = with(item) else { return Some("no page has the item") };
            let others = pages.iter().filter(|(name, _)| *name != to);
            others.flat_map(|(_, html)| page::links(html)).any(|(href, text)| href == to && says(&text, phrase))
        }
        Where::TitleOf(item) => {
            let Some((_, html)) = with(item) else { return Some("no page has the item") };
            page::title(html).is_some_and(|title| title == phrase)
        }
        Where::Message(key) => {
            let messages = std::fs::read_to_string(format!("templates/messages/{language}.json")).unwrap();
            let messages: BTreeMap<String, String> = serde_json::from_str(&messages).unwrap();
            let Some(message) = messages.get(key) else { return Some("no message has this name") };
            phrase.contains(message) && pages.values().all(|html| says(&page::text(html), phrase))
        }
    };
    (!is_said).then_some("it is not said there")
}

#[test]
fn the_table_has_every_statement_once_with_a_phrase_of_its_own() {
    let statements = statements();
    let rows: Vec<usize> = statements.iter().map(|statement| statement.row).collect();
    assert_eq!(rows, (1..=STATEMENTS).collect::<Vec<_>>());
    for (language, least) in LANGUAGES {
        for statement in &statements {
            let (row, mut parts) = (statement.row, statement.phrase(language).split(LATER));
            assert!(parts.all(|part| part.chars().count() >= least), "row {row} ({language}): a part is too short");
        }
        // The first part says what the row is about: found for one row, it proves no other.
        let first = |one: &Statement| one.phrase(language).split(LATER).next().unwrap_or_default().to_owned();
        for (one, other) in statements.iter().flat_map(|one| statements.iter().map(move |other| (one, other))) {
            let (inner, outer) = (first(one), first(other));
            let is_alone = one.row == other.row || !outer.contains(&inner);
            assert!(is_alone, "({language}) `{inner}` of row {} stands in row {} too", one.row, other.row);
        }
    }
}

#[test]
fn every_statement_is_printed_where_its_item_stands() {
    let ready = Ready::new();
    ready.hokan(&["render"]).expect_code(0);
    let (mut found, mut wrong) = (0, Vec::new());
    for (language, _) in LANGUAGES {
        let pages = pages(&ready, language);
        for statement in statements() {
            match missing(&pages, &statement, language) {
                None => found += 1,
                Some(why) => {
                    let Statement { row, item, .. } = &statement;
                    wrong.push(format!("{row} {item} ({language}): {why}: {}", statement.phrase(language)));
                }
            }
        }
    }
    println!("{STATEMENTS} rows, {found} phrases found");
    assert!(wrong.is_empty(), "{} phrases are missing:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_phrase_in_parts_is_said_in_order() {
    assert!(says("a b c", "a … c") && says("a b c", "b"));
    assert!(!says("a b c", "c … a") && !says("a b", "a … c") && !says("ab", "ab … b"));
}

#[test]
fn no_page_has_an_anchor_twice() {
    let ready = Ready::new();
    ready.hokan(&["render"]).expect_code(0);
    for (language, _) in LANGUAGES {
        for (name, html) in pages(&ready, language) {
            let mut seen = BTreeSet::new();
            for anchor in page::anchors(&html) {
                assert!(seen.insert(anchor), "{language}/{name}: `{anchor}` stands twice");
            }
        }
    }
}
