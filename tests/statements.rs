//! What a policy set must be able to say: 200 statements, each printed where its item stands, in every language.
//!
//! In: the shipped example, rendered by the real program, and a table that names for each statement an item of the policy
//! and a phrase in each language. Out: how many were found. The rule it keeps: a phrase counts only inside the element
//! with the item's anchor; a statement about the pages themselves counts where a page prints it.
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

/// The item of statements about the pages themselves.
const ANY_PAGE: &str = "page";

/// One row of the table.
#[derive(Debug, serde::Deserialize)]
struct Statement {
    row: usize,
    item: String,
    ja: String,
    en: String,
}

impl Statement {
    fn phrase(&self, language: &str) -> &str {
        if language == "ja" { &self.ja } else { &self.en }
    }

    /// The anchor of the item.
    fn anchor(&self) -> String {
        self.item.replace('.', "-")
    }
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

/// Where a statement's phrase may stand: the texts of its item's elements, or of whole pages.
fn places(pages: &BTreeMap<String, String>, statement: &Statement) -> Vec<String> {
    if statement.item == ANY_PAGE {
        return pages.values().map(|html| page::text(html)).collect();
    }
    pages.values().filter_map(|html| page::element(html, &statement.anchor())).map(page::text).collect()
}

#[test]
fn the_table_has_every_statement_once_with_a_phrase_of_its_own() {
    let statements = statements();
    let rows: Vec<usize> = statements.iter().map(|statement| statement.row).collect();
    assert_eq!(rows, (1..=STATEMENTS).collect::<Vec<_>>());
    for (language, least) in LANGUAGES {
        let mut seen = BTreeSet::new();
        for statement in &statements {
            let phrase = statement.phrase(language);
            assert!(phrase.chars().count() >= least, "row {} ({language}): `{phrase}` is too short", statement.row);
            assert!(seen.insert(phrase), "row {} ({language}): `{phrase}` is used twice", statement.row);
        }
    }
}

#[test]
fn every_statement_is_printed_where_its_item_stands() {
    let ready = Ready::new();
    ready.hokan(&["render"]).expect_code(0);
    let (mut found, mut missing) = (0, Vec::new());
    for (language, _) in LANGUAGES {
        let pages = pages(&ready, language);
        for statement in statements() {
            let (phrase, places) = (statement.phrase(language), places(&pages, &statement));
            if places.iter().any(|text| text.contains(phrase)) {
                found += 1;
            } else {
                let why = if places.is_empty() { "no page has the item" } else { "the item does not say it" };
                missing.push(format!("{} {} ({language}): {why}: {phrase}", statement.row, statement.item));
            }
        }
    }
    println!("{STATEMENTS} rows, {found} phrases found");
    assert!(missing.is_empty(), "{} phrases are missing:\n{}", missing.len(), missing.join("\n"));
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
