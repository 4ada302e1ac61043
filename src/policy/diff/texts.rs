//! Everything that has no kind of its own: texts, translations, pages, notices.
//!
//! In: two sets, the changes found before. Out: one change for each section, with a count. The rule it keeps: every
//! difference of two sets shows up somewhere; a part of an item that a change tells of is not counted again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::Kind;
use super::compared::{ByItem, Compared};
use crate::policy::{Language, Policy};
use crate::said;

/// Keys of a policy whose items have names of another section, as findings and changes name them.
const NAMED: [(&str, &str); 1] = [("classes", "retention")];

/// Keys by which the items of a section are told apart.
const IDS: [&str; 5] = ["id", "request", "kind", "medium", "rule"];

/// Sections of which every difference has a kind.
const TOLD: [&str; 2] = ["rules", "accepted-findings"];

/// The items of a section by name, in order.
type Items = Vec<(String, Value)>;

pub(super) fn compare(found: &mut Compared<'_>) {
    let (before, after) = (sections(found.before), sections(found.after));
    let languages = Languages::of(found);
    let none = Items::new();
    let by_item = found.by_item();
    let differences = |was: &Items, is: &Items| differences(found, &by_item, was, is);
    let sections = before.iter().filter_map(|(section, was)| {
        let is = after.get(section).unwrap_or(&none);
        let differing = differences(was, is);
        let differs = |language: &Language| {
            differences(&languages.items(was, language), &languages.items(is, language)).count() > 0
        };
        (differing.count() > 0).then(|| (section, languages.same(differs), differing))
    });
    for (section, same_in, differing) in sections.collect::<Vec<_>>() {
        let many = differing.count();
        let said = said!(
            "{many} of `{section}` reworded, added, removed or moved",
            "`{section}`のうち{many}件の記載又は順序が変わります"
        );
        let change = found.add(Kind::Texts, section.clone(), said);
        (change.about, change.same_in) = (differing.names, same_in);
    }
    let before: BTreeMap<&str, &Value> = before.values().flat_map(by_name).collect();
    let after: BTreeMap<&str, &Value> = after.values().flat_map(by_name).collect();
    found.note_same(|former, change| {
        let both = before.get(former).zip(after.get(change.item.as_str()));
        let Some((was, is)) = both.filter(|_| change.kind != Kind::Texts) else { return change.same_in.clone() };
        let parts = |language: &Language| differing(&languages.only(was, language), &languages.only(is, language));
        languages.same(|language| parts(language).iter().any(|part| change.tells(part)))
    });
}

/// The languages of two sets.
struct Languages(Vec<Language>);

impl Languages {
    fn of(found: &Compared<'_>) -> Languages {
        let both = found.before.organization.languages.iter().chain(&found.after.organization.languages);
        Languages(both.cloned().collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// Returns those in which nothing differs, where something does in another one.
    fn same(&self, differs: impl Fn(&Language) -> bool) -> BTreeSet<Language> {
        let same: BTreeSet<Language> = self.0.iter().filter(|language| !differs(language)).cloned().collect();
        if same.len() < self.0.len() { same } else { BTreeSet::new() }
    }

    /// Returns items with what one language has of each text.
    fn items(&self, items: &Items, language: &Language) -> Items {
        items.iter().map(|(name, item)| (name.clone(), self.only(item, language))).collect()
    }

    /// Returns a value with what one language has of each text.
    fn only(&self, value: &Value, language: &Language) -> Value {
        match value {
            Value::Object(keys) if !keys.is_empty() && keys.keys().all(|key| self.0.contains(key)) => {
                keys.get(language).cloned().unwrap_or(Value::Null)
            }
            Value::Object(keys) => {
                Value::Object(keys.iter().map(|(key, one)| (key.clone(), self.only(one, language))).collect())
            }
            Value::Array(list) => Value::Array(list.iter().map(|one| self.only(one, language)).collect()),
            other => other.clone(),
        }
    }
}

/// What differs in a section.
struct Differing {
    /// The items of which a part differs that is not told of elsewhere, by the names they go by now.
    names: Vec<String>,
    /// Whether those that stay stand in another order.
    is_moved: bool,
}

impl Differing {
    fn count(&self) -> usize {
        self.names.len() + usize::from(self.is_moved)
    }
}

fn differences(found: &Compared<'_>, by_item: &ByItem<'_>, was: &Items, is: &Items) -> Differing {
    let (before, after) = (by_name(was), by_name(is));
    let followed: BTreeSet<&str> = before.keys().map(|name| found.now(name)).collect();
    let differs = |(name, value): &(&&str, &&Value)| {
        let now = found.now(name);
        let parts = after.get(now).map_or(vec![String::new()], |is| differing(value, is));
        parts.iter().any(|part| !by_item.tells(now, part))
    };
    let is_new = |name: &&&str| !followed.contains(**name) && !by_item.tells(name, "");
    let changed = before.iter().filter(differs).map(|(name, _)| found.now(name).to_owned());
    let names = changed.chain(after.keys().filter(is_new).map(|name| (*name).to_owned())).collect();
    let stay = |items: &Items, other: &BTreeMap<&str, &Value>| -> Vec<String> {
        let names = items.iter().map(|(name, _)| name);
        names.filter(|name| other.contains_key(name.as_str())).cloned().collect()
    };
    Differing { names, is_moved: stay(was, &after) != stay(is, &before) }
}

/// The parts in which an item differs, such as `title.ja` and `disposal.within`.
fn differing(was: &Value, is: &Value) -> Vec<String> {
    let (Value::Object(was), Value::Object(is)) = (was, is) else {
        return if was == is { Vec::new() } else { vec![String::new()] };
    };
    let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let inside = |key: &String| match (was.get(key), is.get(key)) {
        (Some(was), Some(is)) => differing(was, is),
        (None, _) | (_, None) => vec![String::new()],
    };
    let joined = |key: &String, part: String| if part.is_empty() { key.clone() } else { format!("{key}.{part}") };
    keys.into_iter().flat_map(|key| inside(key).into_iter().map(move |part| joined(key, part))).collect()
}

fn by_name(items: &Items) -> BTreeMap<&str, &Value> {
    items.iter().map(|(name, value)| (name.as_str(), value)).collect()
}

/// Returns the items of every section; a section without items is one.
fn sections(policy: &Policy) -> BTreeMap<String, Items> {
    let Ok(Value::Object(keys)) = serde_json::to_value(policy) else { return BTreeMap::new() };
    let name = |key: &str| match NAMED.iter().find(|(name, _)| *name == key) {
        Some((_, section)) => (*section).to_owned(),
        None => key.replace('_', "-"),
    };
    let named = keys.into_iter().map(|(key, value)| (name(&key), value));
    let left = named.filter(|(section, _)| !TOLD.contains(&section.as_str()));
    left.map(|(section, value)| (section.clone(), parts(&section, value))).collect()
}

/// Returns the items of one section by their full names.
fn parts(section: &str, value: Value) -> Items {
    let named = |(at, item): (usize, Value)| {
        let id = IDS.iter().find_map(|key| item.get(key)?.as_str().map(str::to_owned));
        (format!("{section}.{}", id.unwrap_or_else(|| at.to_string())), item)
    };
    match value {
        Value::Array(list) => list.into_iter().enumerate().map(named).collect(),
        Value::Object(mut keys) => {
            // Lists inside a section: contacts, consent items, recipients.
            let inner = ["contacts", "items", "recipients"].into_iter().filter_map(|key| keys.remove(key));
            let inner: Items = inner.flat_map(|list| parts(section, list)).collect();
            let own = (section.to_owned(), Value::Object(keys));
            std::iter::once(own).chain(inner).collect()
        }
        other => vec![(section.to_owned(), other)],
    }
}
