//! Reads texts for readers: a map from each language of the set to words.
//!
//! In: a node, the languages. Out: the text. The rule it keeps: each language that is missing, empty or not listed is told at its
//! own place; a map without any language is one fault.

use std::collections::BTreeMap;

use crate::diag::{Finding, nearest};
use crate::policy::check::desk::{Checked, Desk, Refused};
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::{section, text as text_rules};
use crate::policy::shape::Takes;
use crate::policy::shape::written::{quoted, written};
use crate::policy::{Language, Text};
use crate::said;

use super::advice::{half_width_colon, listed, meant, suggest};
use super::wrong::{is_as_typed, one_language};
use super::{distinct, unfilled, word};

/// Returns a text that every language of the organization has.
pub(in crate::policy::check) fn readers_text(desk: &Desk, node: &Node) -> Checked<Text> {
    let Value::Map(entries) = &node.value else {
        return Err(desk.refuse(one_language(desk, node)));
    };
    let touches = |(language, _): &&(Key, Node)| {
        language.name.contains('：')
            || glued(&language.name).is_some_and(|(word, _)| desk.languages().iter().any(|one| one == word))
    };
    if let Some((language, node)) = entries.iter().find(touches) {
        return Err(unlisted(desk, language, node));
    }
    if is_no_text(desk, entries) {
        return Err(desk.refuse(no_text(desk, node, entries)));
    }
    let mut refused = None;
    let mut text = BTreeMap::new();
    for (language, node) in entries {
        if !desk.languages().is_empty() && !desk.languages().contains(&language.name) {
            refused = Some(unlisted(desk, language, node));
            if matches!(node.value, Value::Nothing) {
                continue;
            }
        }
        if matches!(node.value, Value::Nothing) {
            refused = Some(unfilled(desk, &language.name, node));
            continue;
        }
        match word(desk, node) {
            Ok(word) => drop(text.insert(language.name.clone(), word.trim().to_owned())),
            Err(receipt) => refused = Some(receipt),
        }
    }
    distinct(desk, entries);
    // A language that is there with a typing error is not missing.
    let languages = || desk.languages().iter().map(String::as_str);
    let unlisted = entries.iter().filter(|(key, _)| !desk.languages().contains(&key.name));
    let meant: Vec<&str> = unlisted.filter_map(|(key, _)| nearest(&key.name, languages())).collect();
    let is_meant = |language: &String| meant.contains(&language.as_str());
    for language in desk.languages().iter().filter(|language| node.get(language).is_none() && !is_meant(language)) {
        refused = Some(lacks(desk, node, language));
    }
    refused.map_or(Ok(Text(text)), Err)
}

/// Whether none of the keys is a language, not even one that is not listed or misspelt: the map says something else.
fn is_no_text(desk: &Desk, entries: &[(Key, Node)]) -> bool {
    let languages = || desk.languages().iter().map(String::as_str);
    let is_language = |key: &Key| key.name.chars().count() < 3 || nearest(&key.name, languages()).is_some();
    let is_cut = |node: &Node| matches!(node.value, Value::Nothing);
    !desk.languages().is_empty()
        && !entries.is_empty()
        && !entries.iter().any(|(key, node)| is_language(key) || is_cut(node))
}

/// The finding for a map that says something else.
fn no_text(desk: &Desk, node: &Node, entries: &[(Key, Node)]) -> Finding {
    /// The most keys that are named.
    const MOST: usize = 3;
    let keys = listed(entries.iter().take(MOST).map(|(key, _)| key.name.as_str()));
    let found = said!(
        "found a map of {keys}, expected a text in each language",
        "{keys}の組が書かれていますが、言語ごとの文が必要です"
    );
    let shape = written(&Takes::Text, desk.languages());
    let finding = Finding::at(&section::WRONG_TYPE, node.place(), found);
    finding.help(said!("write it in words: `{shape}`", "`{shape}`の形で、文で書いてください"))
}

/// Returns one of the texts of `others`, where a text is needed and a word of it stands: `category: Insurance benefits`.
pub(in crate::policy::check) fn known_text<'n>(
    desk: &Desk,
    node: &Node,
    others: impl Iterator<Item = &'n Node>,
) -> Option<Finding> {
    let word = node.scalar().filter(|word| is_as_typed(node, word))?;
    let texts: Vec<Vec<(&str, &str)>> = others.filter_map(in_languages).collect();
    let near = nearest(word, texts.iter().flatten().map(|(_, text)| *text))?;
    let text = texts.iter().find(|text| text.iter().any(|(_, one)| *one == near))?;
    let parts: Vec<String> = text.iter().map(|(language, one)| format!("{language}: {}", quoted(one))).collect();
    let whole = format!("{{ {} }}", parts.join(", "));
    let found = said!(
        "found the text `{word}`, expected one in each language",
        "文字列`{word}`だけが書かれていますが、言語ごとの文が必要です"
    );
    let finding = Finding::at(&section::WRONG_TYPE, node.place(), found);
    let is_complete = desk.languages().iter().all(|language| text.iter().any(|(of, _)| of == language));
    is_complete.then(|| meant(finding, &whole))
}

/// The words of a text by language.
fn in_languages(node: &Node) -> Option<Vec<(&str, &str)>> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().map(|(language, node)| Some((language.name.as_str(), node.scalar()?))).collect()
}

/// Reports a language that is not listed; a word without a value is the rest of a text that a comma cut in two.
fn unlisted(desk: &Desk, language: &Key, node: &Node) -> Refused {
    let name = &language.name;
    let found = match desk.is_of_pack() {
        true => said!("`{name}` is not among the pack's languages", "`{name}`は法令集の言語に含まれていません"),
        false => said!("`{name}` is not among the organization's languages", "`{name}`は組織の言語に含まれていません"),
    };
    let finding = Finding::at(&text_rules::UNLISTED_LANGUAGE, language.place(), found);
    if let Some((word, rest)) = glued(name).filter(|_| matches!(node.value, Value::Nothing)) {
        return desk.refuse(finding.help(half_width_colon()).replace_by(parted(word, rest, desk.languages())));
    }
    match &node.value {
        Value::Nothing => desk.refuse(finding.help(said!(
            "inside braces a comma or a bracket ends a text: put the whole text into quotes",
            "波括弧の中では、カンマや括弧で文が切れます。文全体を引用符で囲んでください"
        ))),
        Value::Scalar(_) | Value::List(_) | Value::Map(_) => {
            desk.refuse(suggest(finding, name, desk.languages().iter().map(String::as_str)))
        }
    }
}

/// A key and a value that are one word, because the colon or the space behind it is another character, or because there is no
/// space.
pub(super) fn glued(name: &str) -> Option<(&str, &str)> {
    name.split_once(['：', ':']).map(|(word, rest)| (word, rest.trim()))
}

/// A text in several languages whose commas and colons are of full width, with those of half width.
fn parted(language: &str, text: &str, languages: &[Language]) -> String {
    let next = languages.iter().filter_map(|one| {
        let (before, after) = text.split_once(&format!("{one}：")).or_else(|| text.split_once(&format!("{one}:")))?;
        before.ends_with(['、', '，', ',', ' ']).then_some((
            before.trim_end_matches(['、', '，', ',', ' ']),
            one,
            after,
        ))
    });
    match next.min_by_key(|(before, _, _)| before.len()) {
        Some((before, one, after)) => {
            format!("{language}: {}, {}", quoted(before), parted(one, after.trim(), languages))
        }
        None => format!("{language}: {}", quoted(text)),
    }
}

/// Reports a text that a language lacks.
pub(in crate::policy::check) fn lacks(desk: &Desk, node: &Node, language: &str) -> Refused {
    let found = said!("the text lacks `{language}`", "`{language}`の文がありません");
    desk.refuse_at(&text_rules::MISSING_LANGUAGE, node.place(), found)
}
