//! Reads one map of a policy file: which keys it takes, and each value in the shape its key takes.
//!
//! In: a node and the keys its map takes (`?` after a key: it may be missing). Out: checked values. The rule it keeps: a
//! wrong shape is one finding at the exact place; unknown keys name the nearest known one.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::diag::{Finding, Place, Rule, nearest};
use crate::policy::pattern::is_kebab_case;
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::{reference, section, text as text_rules};
use crate::policy::{Id, Text};

use super::desk::{Checked, Desk, Refused, advice, all};
use super::known::Ids;

/// A map whose keys have been checked.
pub(super) struct Item<'d> {
    desk: &'d Desk,
    node: &'d Node,
    /// The receipt, if a key it needs is missing.
    missing: Option<Refused>,
}

impl<'d> Item<'d> {
    /// Opens a map that takes `keys`; unknown, doubled and missing ones are reported.
    pub(super) fn open(desk: &'d Desk, node: &'d Node, keys: &[&str]) -> Checked<Item<'d>> {
        let Value::Map(entries) = &node.value else {
            return Err(wrong_type(desk, node, "a map"));
        };
        let known = || keys.iter().map(|key| key.trim_end_matches('?'));
        for (key, _) in entries {
            if !known().any(|known| known == key.name) {
                let found = format!("`{}` is not a key here", key.name);
                desk.report(Finding::at(&section::UNKNOWN_KEY, key.place(), found).help(suggest(&key.name, known())));
            }
        }
        distinct(desk, entries);
        let needed = keys.iter().filter(|key| !key.ends_with('?') && node.get(key).is_none());
        let refused = needed
            .map(|key| desk.refuse_at(&section::MISSING_KEY, node.place(), format!("the key `{key}` is missing here")));
        Ok(Item { desk, node, missing: refused.last() })
    }

    /// Returns where findings go.
    pub(super) fn desk(&self) -> &'d Desk {
        self.desk
    }

    /// Returns the place of the map.
    pub(super) fn place(&self) -> Place {
        self.node.place()
    }

    /// Returns the place of a key's value, or of the map where the key is missing.
    pub(super) fn place_of(&self, key: &str) -> Place {
        self.optional(key).unwrap_or(self.node).place()
    }

    /// Returns the value of a key that may be missing.
    pub(super) fn optional(&self, key: &str) -> Option<&'d Node> {
        self.node.get(key)
    }

    /// Returns the value of a key that is needed.
    pub(super) fn needed(&self, key: &str) -> Checked<&'d Node> {
        let missing = || self.missing.unwrap_or_else(|| wrong_type(self.desk, self.node, &format!("the key `{key}`")));
        self.optional(key).ok_or_else(missing)
    }

    /// Returns the items of a list; a missing key has none.
    pub(super) fn list(&self, key: &str) -> Checked<&'d [Node]> {
        self.optional(key).map_or(Ok(&[]), |node| list(self.desk, node))
    }

    /// Returns a word as typed.
    pub(super) fn word(&self, key: &str) -> Checked<&'d str> {
        word(self.desk, self.needed(key)?)
    }

    /// Returns an id: a word in kebab-case.
    pub(super) fn id(&self, key: &str) -> Checked<Id> {
        id(self.desk, self.needed(key)?)
    }

    /// Returns a text for readers.
    pub(super) fn text(&self, key: &str) -> Checked<Text> {
        readers_text(self.desk, self.needed(key)?)
    }

    /// Returns a list of texts for readers.
    pub(super) fn texts(&self, key: &str) -> Checked<Vec<Text>> {
        all(self.list(key)?, |node| readers_text(self.desk, node))
    }

    /// Returns a word read as `T`; `rule` names the finding if it cannot be.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, key: &str, rule: &Rule) -> Checked<T> {
        parsed(self.desk, self.needed(key)?, rule)
    }

    /// Returns the meaning of one of the words a key takes.
    pub(super) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Checked<T> {
        choice(self.desk, self.needed(key)?, choices)
    }

    /// Returns whether a key is `true`; a missing one is not.
    pub(super) fn flag(&self, key: &str) -> Checked<bool> {
        let Some(node) = self.optional(key) else {
            return Ok(false);
        };
        choice(self.desk, node, &[("true", true), ("false", false)])
    }

    /// Returns a reference to one of `ids`.
    pub(super) fn reference(&self, key: &str, ids: &Ids) -> Checked<Id> {
        referred(self.desk, self.needed(key)?, ids)
    }

    /// Returns a list of references to `ids`.
    pub(super) fn references(&self, key: &str, ids: &Ids) -> Checked<Vec<Id>> {
        all(self.list(key)?, |node| referred(self.desk, node, ids))
    }
}

/// Reports keys that stand twice in one map.
pub(super) fn distinct(desk: &Desk, entries: &[(Key, Node)]) {
    let mut seen: BTreeMap<&str, &Key> = BTreeMap::new();
    for (key, _) in entries {
        if let Some(first) = seen.insert(&key.name, key) {
            let found = format!("`{}` stands twice in one map", key.name);
            desk.report(Finding::at(&section::DUPLICATE_KEY, key.place(), found).also(first.place()));
        }
    }
}

/// Returns the items of a list.
pub(super) fn list<'n>(desk: &Desk, node: &'n Node) -> Checked<&'n [Node]> {
    match &node.value {
        Value::List(items) => Ok(items),
        Value::Nothing | Value::Scalar(_) | Value::Map(_) => Err(wrong_type(desk, node, "a list")),
    }
}

/// Returns a word as typed; it is never empty.
pub(super) fn word<'n>(desk: &Desk, node: &'n Node) -> Checked<&'n str> {
    match &node.value {
        Value::Scalar(word) if word.trim().is_empty() => {
            Err(desk.refuse_at(&text_rules::EMPTY, node.place(), "the text is empty"))
        }
        Value::Scalar(word) => Ok(word),
        Value::Nothing | Value::List(_) | Value::Map(_) => Err(wrong_type(desk, node, "a text")),
    }
}

/// Returns an id: a word in kebab-case.
pub(super) fn id(desk: &Desk, node: &Node) -> Checked<Id> {
    let id = word(desk, node)?;
    if !is_kebab_case(id) {
        let found =
            format!("`{id}` is not an id (expected lower-case letters, digits and hyphens, such as `high-cost-grant`)");
        return Err(desk.refuse_at(&reference::ID, node.place(), found));
    }
    Ok(id.to_owned())
}

/// Returns a word read as `T`; `rule` names the finding if it cannot be.
pub(super) fn parsed<T: FromStr<Err: Display>>(desk: &Desk, node: &Node, rule: &Rule) -> Checked<T> {
    let refuse = |error: T::Err| desk.refuse(Finding::at(rule, node.place(), error.to_string()).help(advice(rule)));
    word(desk, node)?.parse().map_err(refuse)
}

/// Returns the meaning of one of the words a value may be.
pub(super) fn choice<T: Copy>(desk: &Desk, node: &Node, choices: &[(&str, T)]) -> Checked<T> {
    let written = word(desk, node)?;
    let found = choices.iter().find(|(known, _)| *known == written);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let known = choices.iter().map(|(known, _)| *known);
        let message = format!("`{written}` is not known here (expected {})", listed(known.clone()));
        desk.refuse(Finding::at(&section::UNKNOWN_WORD, node.place(), message).help(suggest(written, known)))
    })
}

/// Returns a reference to one of `ids`.
pub(super) fn referred(desk: &Desk, node: &Node, ids: &Ids) -> Checked<Id> {
    let written = word(desk, node)?;
    if ids.has(written) {
        return Ok(written.to_owned());
    }
    Err(desk.refuse(dangling(written, node.place(), ids)))
}

/// The finding for a name that none of `ids` has.
pub(super) fn dangling(written: &str, place: Place, ids: &Ids) -> Finding {
    let help = match nearest(written, ids.names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if ids.names().next().is_none() => format!("declare it under `{}`; there is none yet", ids.section),
        None => format!("declare it under `{}`", ids.section),
    };
    Finding::at(&reference::DANGLING, place, format!("`{written}` is not among the {}", ids.what)).help(help)
}

/// Returns a text that every language of the organization has.
pub(super) fn readers_text(desk: &Desk, node: &Node) -> Checked<Text> {
    let Value::Map(entries) = &node.value else {
        return Err(wrong_type(desk, node, "a text in each language, such as `{ ja: …, en: … }`"));
    };
    let mut refused = None;
    let mut text = BTreeMap::new();
    for (language, node) in entries {
        if !desk.languages().is_empty() && !desk.languages().contains(&language.name) {
            let found = format!("`{}` is not among the organization's languages", language.name);
            let help = suggest(&language.name, desk.languages().iter().map(String::as_str));
            refused =
                Some(desk.refuse(Finding::at(&text_rules::UNLISTED_LANGUAGE, language.place(), found).help(help)));
        }
        match word(desk, node) {
            Ok(word) => drop(text.insert(language.name.clone(), word.trim().to_owned())),
            Err(receipt) => refused = Some(receipt),
        }
    }
    distinct(desk, entries);
    for language in desk.languages().iter().filter(|language| node.get(language).is_none()) {
        let found = format!("the text lacks `{language}`");
        refused = Some(desk.refuse_at(&text_rules::MISSING_LANGUAGE, node.place(), found));
    }
    refused.map_or(Ok(Text(text)), Err)
}

/// Reports a value of another shape than expected.
pub(super) fn wrong_type(desk: &Desk, node: &Node, expected: &str) -> Refused {
    let found = format!("found {}, expected {expected}", node.value.kind());
    desk.refuse_at(&section::WRONG_TYPE, node.place(), found)
}

/// What to do about a name that is not known: the nearest one, or all of them.
pub(super) fn suggest<'k>(written: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    match nearest(written, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", listed(known)),
    }
}

fn listed<'k>(known: impl Iterator<Item = &'k str>) -> String {
    known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
