//! Reads a misspelt key as the one that was meant.
//!
//! In: the trees of a set. Out: the same trees, in which a key with a typing error bears its right name, and the languages
//! that texts are written in. The rule it keeps: one typing error is one finding. What the key holds is checked like
//! everything else, and nothing that looks for it misses it; the finding is an error, so no set is made of such a tree.

use std::collections::BTreeMap;

use crate::diag::{Finding, nearest};
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::section;
use crate::policy::shape::{self, Look, Shape, Takes};
use crate::said;

use super::desk::Desk;
use super::item::meant;
use super::sections::POLICY;

/// The most keys of one map that may all be misspelt.
const MOST: usize = 50;

/// How many texts for readers a set has in each language.
pub(super) type Spoken = BTreeMap<String, usize>;

/// Mends the keys of these files, and says so.
pub(super) fn mend(trees: &mut [Node], desk: &Desk) -> Spoken {
    let mut walk = Walk { desk, spoken: Spoken::new(), weighs: false };
    for tree in trees {
        walk.map(tree, &POLICY, true);
    }
    walk.spoken
}

struct Walk<'d> {
    desk: &'d Desk,
    spoken: Spoken,
    /// Whether what is looked at only weighs findings: nothing of the set is missing where that cannot be used.
    weighs: bool,
}

impl Walk<'_> {
    fn value(&mut self, node: &mut Node, takes: &Takes) {
        match (takes.look(), &mut node.value) {
            (Look::Text, _) => self.text(node),
            (Look::Map(shape), _) => self.map(node, shape, false),
            (Look::List(item), Value::List(items)) => items.iter_mut().for_each(|node| self.value(node, item)),
            (Look::Names(value), Value::Map(entries)) => {
                entries.iter_mut().for_each(|(_, node)| self.value(node, value));
            }
            (Look::Either(ways), value) => {
                if let Some(takes) = ways.iter().find(|takes| fits(takes, value)) {
                    self.value(node, takes);
                }
            }
            (Look::Line | Look::List(_) | Look::Names(_), _) => {}
        }
    }

    fn text(&mut self, node: &Node) {
        let Value::Map(entries) = &node.value else { return };
        for (language, _) in entries.iter().filter(|(_, node)| node.scalar().is_some()) {
            match self.spoken.get_mut(&language.name) {
                Some(count) => *count += 1,
                None => drop(self.spoken.insert(language.name.clone(), 1)),
            }
        }
    }

    fn map(&mut self, node: &mut Node, shape: &'static Shape, is_file: bool) {
        let Value::Map(entries) = &mut node.value else { return };
        let is_unknown = |(key, _): &&(Key, Node)| !shape.keys.iter().any(|known| known.name == key.name);
        let count = entries.iter().filter(is_unknown).count();
        // Keys that are there; where none or very many are unknown, nobody misspelt them.
        let there: Vec<String> = match count {
            1..=MOST => entries.iter().map(|(key, _)| key.name.clone()).collect(),
            _ => Vec::new(),
        };
        let mut free: Vec<_> = shape.keys.iter().filter(|known| !there.iter().any(|key| key == known.name)).collect();
        for (key, node) in entries {
            if (1..=MOST).contains(&count)
                && let Some(known) = misspelt(key, node, shape, &free)
            {
                free.retain(|free| free.name != known);
                self.report(key, known, is_file);
                known.clone_into(&mut key.name);
            }
            if let Some(known) = shape.keys.iter().find(|known| known.name == key.name) {
                self.weighs = if is_file { matches!(known.name, "rules" | "accepted-findings") } else { self.weighs };
                self.value(node, &known.takes);
            }
        }
    }

    fn report(&self, key: &Key, name: &str, is_file: bool) {
        let written = &key.name;
        let found = match is_file {
            true => said!("`{written}` is not a section of the policy language", "`{written}`という節はありません"),
            false => said!("`{written}` is not a key here", "`{written}`というキーはここでは使えません"),
        };
        let finding = meant(Finding::at(&section::UNKNOWN_KEY, key.place(), found), name);
        match self.weighs {
            true => self.desk.report(finding),
            false => drop(self.desk.refuse(finding)),
        }
    }
}

/// The key that was meant by one that is not known: only one that is not there, and that takes such a value.
fn misspelt(key: &Key, node: &Node, shape: &'static Shape, free: &[&'static shape::Key]) -> Option<&'static str> {
    let is_language = shape.languages.is_some() && key.name.len() == 2;
    if is_language || shape.keys.iter().any(|known| known.name == key.name) {
        return None;
    }
    let name = nearest(&key.name, free.iter().map(|known| known.name))?;
    let known = free.iter().find(|known| known.name == name)?;
    fits(&known.takes, &node.value).then_some(known.name)
}

/// Whether a value has the form a key takes.
pub(super) fn fits(takes: &Takes, value: &Value) -> bool {
    match takes.look() {
        Look::Text | Look::Map(_) | Look::Names(_) => matches!(value, Value::Map(_)),
        Look::List(_) => matches!(value, Value::List(_)),
        Look::Either(ways) => ways.iter().any(|takes| fits(takes, value)),
        Look::Line => matches!(value, Value::Scalar(_)),
    }
}
