//! Which key a map lacks that one which is not known may stand for.
//!
//! In: the entries of a map, the keys it lacks. Out: pairs of an unknown key and a missing one. The rule it keeps: a pair is one
//! fault, so it is one finding; the replacement is the other name only where the value can be nothing but what that key takes.

use crate::calendar::{Date, Period, Wait};
use crate::diag::{Finding, Near, near};
use crate::policy::Language;
use crate::policy::check::spelling::fits;
use crate::policy::pattern::is_kebab_case;
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::section;
use crate::policy::shape::written::written;
use crate::policy::shape::{ID, Takes, forms};
use crate::said;

use super::Wanted;
use super::advice::meant;

/// In a map with more entries nobody wrote one key in the place of another.
const MOST: usize = 50;

/// A missing key that one which is not known may stand for.
pub(super) struct Pair<'k> {
    /// The place of the one that is not known, among the entries.
    pub(super) at: usize,
    wanted: Wanted<'k>,
    takes: &'static Takes,
    is_certain: bool,
}

/// Returns the pairs: each key that is not known, and near to none, with the only missing one that takes such a value.
pub(super) fn pairs<'k>(entries: &[(Key, Node)], wanted: &[Wanted<'k>]) -> Vec<Pair<'k>> {
    let is_there = |name: &str| entries.iter().any(|(key, _)| key.name == name);
    let missing: Vec<(Wanted<'k>, &'static Takes)> = wanted
        .iter()
        .filter(|one| one.is_needed && !is_there(one.name))
        .filter_map(|one| Some((*one, one.takes?)))
        .collect();
    if missing.is_empty() || entries.len() > MOST {
        return Vec::new();
    }
    let is_strange = |key: &Key| {
        let known = || wanted.iter().map(|one| one.name);
        !known().any(|name| name == key.name)
            && !key.name.contains([':', '：'])
            && matches!(near(&key.name, known().filter(|name| !is_there(name))), Near::Nothing)
    };
    let strange: Vec<(usize, &Value)> = entries
        .iter()
        .enumerate()
        .filter(|(_, (key, _))| is_strange(key))
        .map(|(at, (_, node))| (at, &node.value))
        .collect();
    let only = |(wanted, takes): &(Wanted<'k>, &'static Takes)| {
        let mut fitting = strange.iter().filter(|(_, value)| may_be(takes, value));
        let (at, value) = fitting.next().filter(|_| fitting.next().is_none())?;
        let is_only = missing.iter().filter(|(_, takes)| may_be(takes, value)).count() == 1;
        is_only.then(|| Pair { at: *at, wanted: *wanted, takes, is_certain: is_certain(takes, value) })
    };
    missing.iter().filter_map(only).collect()
}

impl<'k> Pair<'k> {
    /// Returns the name of the missing key.
    pub(super) fn name(&self) -> &'k str {
        self.wanted.name
    }

    /// The finding for both.
    pub(super) fn finding(&self, key: &Key, languages: &[Language]) -> Finding {
        let (name, missing) = (&key.name, self.wanted.name);
        let found = said!(
            "`{name}` is not a key here, and `{missing}` is missing",
            "`{name}`というキーはここでは使えず、`{missing}`がありません"
        );
        let finding = Finding::at(&section::UNKNOWN_KEY, key.place(), found);
        if self.is_certain {
            return meant(finding, missing);
        }
        let value = written(self.takes, languages);
        finding.help(said!(
            "write `{missing}: {value}` here, or rename `{name}` if that is what it says",
            "`{missing}: {value}`の形で書いてください（`{name}`がその内容なら、名前を変えてください）"
        ))
    }
}

/// Whether a value is one that a key takes, as far as its letters tell.
fn may_be(takes: &Takes, value: &Value) -> bool {
    match (takes, value) {
        (Takes::Text, Value::Map(entries)) => !entries.is_empty() && entries.iter().all(|(key, _)| key.name.len() == 2),
        (Takes::Form(form), Value::Scalar(word)) if form.name == ID.name => is_kebab_case(word),
        (Takes::Reference(_), Value::Scalar(word)) => is_kebab_case(word),
        (Takes::Number, Value::Scalar(word)) => word.parse::<u32>().is_ok(),
        (Takes::Form(_) | Takes::Choice(_) | Takes::Flag, Value::Scalar(_)) => is_certain(takes, value),
        _ => fits(takes, value),
    }
}

/// Whether a value can be nothing but what a key takes: a period, a day, a waiting time, a word of a choice.
fn is_certain(takes: &Takes, value: &Value) -> bool {
    match (takes, value) {
        (Takes::Form(form), Value::Scalar(word)) if form.name == forms::PERIOD.name => word.parse::<Period>().is_ok(),
        (Takes::Form(form), Value::Scalar(word)) if form.name == forms::DATE.name => word.parse::<Date>().is_ok(),
        (Takes::Form(form), Value::Scalar(word)) if form.name == forms::WAIT.name => word.parse::<Wait>().is_ok(),
        (Takes::Choice(words), Value::Scalar(word)) => words.contains(&word.as_str()),
        _ => false,
    }
}
