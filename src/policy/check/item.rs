//! Reads one map of a policy file: which keys it takes, and each value in the shape its key takes.
//!
//! In: a node and the shape of its map. Out: checked values. The rule it keeps: a wrong shape is one finding at the exact
//! place; unknown keys name the nearest known one.

mod advice;
mod paired;
mod texts;
mod wrong;

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::calendar::{Date, Period, Wait};
use crate::diag::{Finding, Place, Rule, Said, near, nearest};
use crate::policy::pattern::{is_kebab_case, kebab_case};
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::{reference, retention, section, text as text_rules};
use crate::policy::shape::written::written;
use crate::policy::shape::{self, Look, Shape, Takes};
use crate::policy::{Id, Language, Text};
use crate::said;

use super::desk::{Checked, Desk, Refused, all};
use super::known::Ids;
use super::reason::Reason;

pub(super) use advice::{dangling, last_day, rewritten, suggest, suggested, topics_of_law};
pub(in crate::policy) use advice::{half_width_colon, meant};
pub(super) use texts::{known_text, lacks, readers_text};
pub(super) use wrong::{Expected, wrong_type};

use advice::{every, listed, otherwise, topic_meant, unseparated};
use texts::glued;

/// A map whose keys have been checked.
pub(super) struct Item<'d> {
    desk: &'d Desk,
    node: &'d Node,
    /// What it takes, where that is known.
    shape: Option<&'static Shape>,
    /// The receipt, if a key it needs is missing or one is not known.
    missing: Option<Refused>,
    /// Keys that may be there with a typing error, each with the receipt for that.
    meant: Vec<(String, Refused)>,
}

/// A key that a map takes.
#[derive(Clone, Copy)]
struct Wanted<'k> {
    name: &'k str,
    is_needed: bool,
    /// What it takes, where that stands in a shape.
    takes: Option<&'static Takes>,
}

impl<'k> Wanted<'k> {
    fn of_pack(key: &'k str) -> Wanted<'k> {
        Wanted { name: key.trim_end_matches('?'), is_needed: !key.ends_with('?'), takes: None }
    }

    /// The finding for a map that lacks it: what to write.
    fn missing(self, desk: &Desk, place: Place) -> Finding {
        let key = self.name;
        let found = said!("the key `{key}` is missing here", "キー`{key}`がありません");
        let finding = Finding::at(&section::MISSING_KEY, place, found);
        let Some(takes) = self.takes else { return finding };
        let value = written(takes, desk.languages());
        finding.help(said!("write `{key}: {value}` here", "`{key}: {value}`の形で書き加えてください"))
    }
}

impl<'d> Item<'d> {
    /// Opens a map of this shape; unknown, doubled and missing keys are reported.
    pub(super) fn open(desk: &'d Desk, node: &'d Node, shape: &'static Shape) -> Checked<Item<'d>> {
        let languages = if shape.languages.is_some() { desk.languages() } else { &[] };
        let of_shape =
            |key: &'static shape::Key| Wanted { name: key.name, is_needed: key.is_needed, takes: Some(&key.takes) };
        let spoken = |language: &'d Language| Wanted { name: language, is_needed: false, takes: None };
        Item::opened(desk, node, Some(shape), shape.keys.iter().map(of_shape).chain(languages.iter().map(spoken)))
    }

    /// Opens a map of a law pack that takes `keys`; `?` after a key: it may be missing.
    pub(super) fn with_keys(desk: &'d Desk, node: &'d Node, keys: &[&str]) -> Checked<Item<'d>> {
        Item::opened(desk, node, None, keys.iter().map(|key| Wanted::of_pack(key)))
    }

    /// Opens a map that takes these keys, of which some are needed.
    fn opened<'k>(
        desk: &'d Desk,
        node: &'d Node,
        shape: Option<&'static Shape>,
        keys: impl Iterator<Item = Wanted<'k>> + Clone,
    ) -> Checked<Item<'d>> {
        let Value::Map(entries) = &node.value else {
            return Err(wrong_type(desk, node, Expected::Map(shape)));
        };
        let known = || keys.clone().map(|key| key.name);
        let absent: Vec<&str> = known().filter(|known| node.get(known).is_none()).collect();
        let (mut meant, mut missing) = (Vec::new(), None);
        let has_unknown = entries.len() + absent.len() > known().count();
        let pairs = if has_unknown { paired::pairs(entries, &keys.clone().collect::<Vec<_>>()) } else { Vec::new() };
        for (at, (key, _)) in entries.iter().enumerate() {
            if let Some(pair) = pairs.iter().find(|pair| pair.at == at) {
                let receipt = desk.refuse(pair.finding(key, desk.languages()));
                meant.push((pair.name().to_owned(), receipt));
                missing = Some(receipt);
                continue;
            }
            if !known().any(|known| known == key.name) {
                if let Some(receipt) = desk.passed_over(&section::UNKNOWN_KEY) {
                    missing = Some(receipt);
                    continue;
                }
                let name = &key.name;
                let found = said!("`{name}` is not a key here", "`{name}`というキーはここでは使えません");
                let finding = Finding::at(&section::UNKNOWN_KEY, key.place(), found);
                let glued = glued(name).filter(|(word, _)| absent.contains(word));
                let near = near(glued.map_or(name, |(word, _)| word), absent.iter().copied());
                let receipt = desk.refuse(match glued {
                    Some((word, rest)) => self::meant(finding, &format!("{word}: {rest}")),
                    None => suggested(finding, &near, known()),
                });
                meant.extend(near.names().map(|name| (name.to_owned(), receipt)));
                missing = Some(receipt);
            }
        }
        distinct(desk, entries);
        // A key that is there with a typing error is not missing: one fault, one finding.
        let needed = keys.clone().filter(|key| key.is_needed && node.get(key.name).is_none());
        for key in needed.filter(|key| !meant.iter().any(|(meant, _)| meant == key.name)) {
            missing = Some(desk.refuse(key.missing(desk, node.place())));
        }
        Ok(Item { desk, node, shape, missing, meant })
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

    /// Returns the value of a key that is there, rightly spelt.
    pub(super) fn optional(&self, key: &str) -> Option<&'d Node> {
        self.node.get(key)
    }

    /// Returns the value of a key that may be missing; refused where it may be one that is misspelt, or has no value.
    pub(super) fn get(&self, key: &str) -> Checked<Option<&'d Node>> {
        match (self.optional(key), self.meant.iter().find(|(meant, _)| meant == key)) {
            (None, Some((_, refused))) => Err(*refused),
            (Some(node), _) if matches!(node.value, Value::Nothing) => Err(self.unfilled(key, node)),
            (found, _) => Ok(found),
        }
    }

    /// Reports a key that is there and has no value yet.
    fn unfilled(&self, key: &str, node: &Node) -> Refused {
        let Some(takes) = self.takes(key) else { return unfilled(self.desk, key, node) };
        let value = written(takes, self.desk.languages());
        let help =
            said!("fill in `{key}`, in the form `{key}: {value}`", "`{key}`を`{key}: {value}`の形で記入してください");
        self.desk.refuse(no_value(key, node).help(help))
    }

    /// Returns what a key takes, where that stands in a shape.
    fn takes(&self, key: &str) -> Option<&'static Takes> {
        self.shape?.keys.iter().find(|known| known.name == key).map(|known| &known.takes)
    }

    /// Returns nothing where every key is one that is known; the receipt where one may be another that is misspelt.
    pub(super) fn spelt(&self) -> Checked<()> {
        self.meant.first().map_or(Ok(()), |(_, refused)| Err(*refused))
    }

    /// Returns what is read from a key that may be missing.
    pub(super) fn perhaps<T>(&self, key: &str, read: impl FnOnce(&'d Node) -> Checked<T>) -> Checked<Option<T>> {
        self.get(key)?.map(read).transpose()
    }

    /// Returns the value of a key that is needed.
    pub(super) fn needed(&self, key: &str) -> Checked<&'d Node> {
        let missing = || self.missing.unwrap_or_else(|| wrong_type(self.desk, self.node, Expected::Map(self.shape)));
        self.get(key)?.ok_or_else(missing)
    }

    /// Returns the items of a list; a missing key has none.
    pub(super) fn list(&self, key: &str) -> Checked<&'d [Node]> {
        let of = self.takes(key).and_then(|takes| takes.items());
        self.get(key)?.map_or(Ok(&[]), |node| list_of(self.desk, node, of))
    }

    /// Returns the items of a list of words; one that stands there twice is reported.
    pub(super) fn distinct(&self, key: &str) -> Checked<&'d [Node]> {
        let nodes = self.list(key)?;
        once(self.desk, nodes.iter().filter_map(|node| Some((node.scalar()?, node.place()))), twice_in_list);
        Ok(nodes)
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

    /// Returns a text for readers that may be missing.
    pub(super) fn optional_text(&self, key: &str) -> Checked<Option<Text>> {
        self.perhaps(key, |node| readers_text(self.desk, node))
    }

    /// Returns a word as typed that may be missing.
    pub(super) fn optional_word(&self, key: &str) -> Checked<Option<String>> {
        self.perhaps(key, |node| word(self.desk, node).map(str::to_owned))
    }

    /// Returns a whole number above zero that may be missing.
    pub(super) fn optional_number(&self, key: &str) -> Checked<Option<u32>> {
        self.perhaps(key, |node| number(self.desk, node))
    }

    /// Returns a list of texts for readers.
    pub(super) fn texts(&self, key: &str) -> Checked<Vec<Text>> {
        all(self.list(key)?, |node| readers_text(self.desk, node))
    }

    /// Returns a word read as `T`; `rule` names the finding if it cannot be.
    pub(super) fn parsed<T: FromStr<Err: Reason>>(&self, key: &str, rule: &Rule) -> Checked<T> {
        parsed(self.desk, self.needed(key)?, rule)
    }

    /// Returns the meaning of one of the words a key takes.
    pub(super) fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Checked<T> {
        choice(self.desk, self.needed(key)?, choices)
    }

    /// Returns the meaning of one of the words a key takes, or `default` where it is missing.
    pub(super) fn choice_or<T: Copy>(&self, key: &str, choices: &[(&str, T)], default: T) -> Checked<T> {
        Ok(self.perhaps(key, |node| choice(self.desk, node, choices))?.unwrap_or(default))
    }

    /// Returns the meanings of a list of such words; a missing key has none.
    pub(super) fn choices<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Checked<Vec<T>> {
        all(self.distinct(key)?, |node| choice(self.desk, node, choices))
    }

    /// Returns a topic of a law pack: whether there is one of that name is a question of the law.
    pub(super) fn topic(&self, key: &str) -> Checked<Id> {
        topic(self.desk, self.needed(key)?)
    }

    /// Returns a list of topics; a missing key has none.
    pub(super) fn topics(&self, key: &str) -> Checked<Vec<Id>> {
        all(self.distinct(key)?, |node| topic(self.desk, node))
    }

    /// Returns whether a key is `true`; a missing one is not.
    pub(super) fn flag(&self, key: &str) -> Checked<bool> {
        let read = |node: &Node| match node.scalar() {
            // The other spellings that YAML has for them.
            Some("True" | "TRUE") => Ok(true),
            Some("False" | "FALSE") => Ok(false),
            _ => choice(self.desk, node, &[("true", true), ("false", false)]),
        };
        Ok(self.perhaps(key, read)?.unwrap_or(false))
    }

    /// Returns the receipt, if a key is not known or one that is needed is missing.
    pub(super) fn refusal(&self) -> Option<Refused> {
        self.missing
    }

    /// Returns a reference to one of `ids`.
    pub(super) fn reference(&self, key: &str, ids: &Ids) -> Checked<Id> {
        referred(self.desk, self.needed(key)?, ids)
    }

    /// Returns a list of references to `ids`, each named once.
    pub(super) fn references(&self, key: &str, ids: &Ids) -> Checked<Vec<Id>> {
        if let Some(finding) = self.optional(key).and_then(|node| every(node, ids)) {
            return Err(self.desk.refuse(finding));
        }
        all(self.distinct(key)?, |node| {
            match node.scalar().and_then(|written| Some((written, ids.several(written)?))) {
                Some((written, several)) => Err(self.desk.refuse(unseparated(written, node.place(), &several))),
                None => referred(self.desk, node, ids),
            }
        })
    }

    /// Returns the words of a list, as typed; a missing key has none.
    pub(super) fn words(&self, key: &str) -> Checked<Vec<String>> {
        all(self.distinct(key)?, |node| word(self.desk, node).map(str::to_owned))
    }
}

/// Reports names that stand there before, with both places.
pub(super) fn once<'n>(desk: &Desk, named: impl Iterator<Item = (&'n str, Place)>, said: impl Fn(&str) -> Said) {
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for (name, place) in named {
        match seen.get(name) {
            Some(first) => {
                desk.report(Finding::at(&reference::DUPLICATE_ID, place, said(name)).also(first.clone()));
            }
            None => drop(seen.insert(name, place)),
        }
    }
}

/// What is said of a name that stands in a list before.
pub(super) fn twice_in_list(name: &str) -> Said {
    said!("`{name}` is named twice in this list", "このリストに`{name}`が2回書かれています")
}

/// Reports a key, or a language, that is there and has no value yet.
fn unfilled(desk: &Desk, key: &str, node: &Node) -> Refused {
    desk.refuse(no_value(key, node).help(said!("fill in `{key}`", "`{key}`を記入してください")))
}

fn no_value(key: &str, node: &Node) -> Finding {
    let found = said!("`{key}` has no value yet", "`{key}`の値がまだ書かれていません");
    Finding::at(&section::WRONG_TYPE, node.place(), found)
}

/// Reports keys that stand twice in one map.
pub(super) fn distinct(desk: &Desk, entries: &[(Key, Node)]) {
    let mut seen: BTreeMap<&str, &Key> = BTreeMap::new();
    for (key, _) in entries {
        if let Some(first) = seen.insert(&key.name, key) {
            let name = &key.name;
            let found = said!("`{name}` stands twice in one map", "同じ場所に`{name}`が2回書かれています");
            desk.report(Finding::at(&section::DUPLICATE_KEY, key.place(), found).also(first.place()));
        }
    }
}

/// Returns the entries of a map whose keys are names; doubled ones are reported.
pub(super) fn entries<'n>(desk: &Desk, node: &'n Node) -> Checked<&'n [(Key, Node)]> {
    let Value::Map(entries) = &node.value else {
        return Err(wrong_type(desk, node, Expected::Map(None)));
    };
    distinct(desk, entries);
    Ok(entries)
}

/// Returns the items of a list.
pub(super) fn list<'n>(desk: &Desk, node: &'n Node) -> Checked<&'n [Node]> {
    list_of(desk, node, None)
}

/// Returns the items of a list of these.
pub(super) fn list_of<'n>(desk: &Desk, node: &'n Node, of: Option<&'static Takes>) -> Checked<&'n [Node]> {
    let Value::List(items) = &node.value else {
        return Err(wrong_type(desk, node, Expected::List(of)));
    };
    // An item that is a line has its form here; others are told by their readers.
    let line = of.filter(|of| matches!(of.look(), Look::Line)).map(|of| written(of, desk.languages()));
    let open = items.iter().filter(|item| line.is_some() && matches!(item.value, Value::Nothing));
    let refused = open.map(|item| {
        let line = line.as_deref().unwrap_or_default();
        let found = said!("this item of the list has no value yet", "リストのこの項目の値がまだ書かれていません");
        let help = said!("fill it in, in the form `- {line}`", "`- {line}`の形で記入してください");
        desk.refuse(Finding::at(&section::WRONG_TYPE, item.place(), found).help(help))
    });
    refused.last().map_or(Ok(items), Err)
}

/// Returns a word as typed; it is never empty.
pub(super) fn word<'n>(desk: &Desk, node: &'n Node) -> Checked<&'n str> {
    match &node.value {
        Value::Scalar(word) if word.trim().is_empty() => {
            Err(desk.refuse_at(&text_rules::EMPTY, node.place(), said!("the text is empty", "文が空です")))
        }
        Value::Scalar(word) => Ok(word),
        Value::Nothing | Value::List(_) | Value::Map(_) => Err(wrong_type(desk, node, Expected::Text)),
    }
}

/// Returns an id: a word in kebab-case.
pub(super) fn id(desk: &Desk, node: &Node) -> Checked<Id> {
    let id = word(desk, node)?;
    if !is_kebab_case(id) {
        let found = said!(
            "`{id}` is not an id (expected lower-case letters, digits and hyphens, such as `high-cost-grant`)",
            "`{id}`はIDとして使えません（`high-cost-grant`のように小文字の英字・数字・ハイフンで書きます）"
        );
        let finding = Finding::at(&reference::ID, node.place(), found);
        return Err(desk.refuse(kebab_case(id).into_iter().fold(finding, |finding, near| meant(finding, &near))));
    }
    Ok(id.to_owned())
}

/// Returns the name of a topic: kebab-case words joined by points, such as `appi.joint-use`.
pub(super) fn topic(desk: &Desk, node: &Node) -> Checked<Id> {
    let written = word(desk, node)?;
    if written.contains('.') && written.split('.').all(is_kebab_case) {
        return Ok(written.to_owned());
    }
    let found = said!(
        "`{written}` is not a topic of a law pack (expected a name such as `appi.joint-use`)",
        "`{written}`は法令の事項の名前ではありません（`appi.joint-use`のように書きます）"
    );
    let finding = Finding::at(&reference::ID, node.place(), found);
    let parts: Option<Vec<String>> = written.split('.').map(kebab_case).collect();
    let known = || desk.law().topics().map(|topic| topic.id.as_str());
    if let Some(topics) = desk.law().topics_of_law(written) {
        return Err(desk.refuse(topics_of_law(finding, written, &topics)));
    }
    Err(desk.refuse(match parts.filter(|parts| parts.len() > 1) {
        Some(parts) => meant(finding, nearest(&parts.join("."), known()).unwrap_or(&parts.join("."))),
        None => topic_meant(finding, &desk.law().topics_meant(written, desk.as_of())),
    }))
}

/// Returns a whole number above zero.
pub(super) fn number(desk: &Desk, node: &Node) -> Checked<u32> {
    let written = word(desk, node)?;
    written.parse::<u32>().ok().filter(|number| *number > 0).ok_or_else(|| {
        let found = said!("`{written}` is not a whole number above zero", "`{written}`は1以上の整数ではありません");
        let help = said!("write digits alone, such as `1`", "`1`のように数字だけで書いてください");
        desk.refuse(Finding::at(&section::WRONG_TYPE, node.place(), found).help(help))
    })
}

/// Returns a word read as `T`; `rule` names the finding if it cannot be.
pub(super) fn parsed<T: FromStr<Err: Reason>>(desk: &Desk, node: &Node, rule: &Rule) -> Checked<T> {
    let written = word(desk, node)?;
    written.parse().map_err(|error: T::Err| {
        let finding = Finding::at(rule, node.place(), error.said());
        let period = Period::meant_by(written).filter(|_| rule.name == retention::PERIOD.name);
        let near =
            period.map(|period| period.to_string()).or_else(|| Date::meant_by(written).map(|date| date.to_string()));
        let near = near.or_else(|| last_day(written).map(|date| date.to_string()));
        let near = near.or_else(|| Wait::meant_by(written).map(|wait| wait.to_string()));
        let near = near.filter(|near| near.parse::<T>().is_ok());
        let finding = near.into_iter().fold(finding, |finding, near| meant(finding, &near));
        let finding = error.help().into_iter().fold(finding, Finding::help);
        desk.refuse(error.meant().into_iter().fold(finding, |finding, meant| rewritten(finding, node, meant)))
    })
}

/// Returns the meaning of one of the words a value may be.
pub(super) fn choice<T: Copy>(desk: &Desk, node: &Node, choices: &[(&str, T)]) -> Checked<T> {
    let written = word(desk, node)?;
    let found = choices.iter().find(|(known, _)| *known == written);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let known = choices.iter().map(|(known, _)| *known);
        let all = listed(known.clone());
        let message = said!(
            "`{written}` is not known here (expected {all})",
            "`{written}`はここでは使えません（使える語：{all}）"
        );
        let finding = Finding::at(&section::UNKNOWN_WORD, node.place(), message);
        desk.refuse(match otherwise(written, known.clone()) {
            Some(word) => meant(finding, word),
            None => suggest(finding, written, known),
        })
    })
}

/// Returns a reference to one of `ids`.
pub(super) fn referred(desk: &Desk, node: &Node, ids: &Ids) -> Checked<Id> {
    let written = word(desk, node)?;
    if ids.has(written) {
        return Ok(written.to_owned());
    }
    Err(ids.lacks(desk, written, node.place(), true))
}
