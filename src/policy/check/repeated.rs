//! Finds files that repeat another one: a copy that somebody left beside the original.
//!
//! In: the trees of a set. Out: the same trees without the copies, and a finding for each. The rule it keeps: a copy is one fault;
//! only a file that states nothing of its own is taken for one, so nothing of the set is lost with it.

use std::collections::BTreeSet;

use crate::diag::{Finding, Place};
use crate::policy::raw::{Node, Value};
use crate::policy::rules::section;
use crate::said;

/// Takes out the files that repeat another, and says so.
pub(super) fn take_out(trees: &mut Vec<Node>) -> Vec<Finding> {
    let stated: Vec<Option<Stated>> = trees.iter().map(Stated::of).collect();
    // A copy is called so, or has the longer name: `copy.yaml`, `retention (1).yaml`.
    let mut order: Vec<usize> = (0..trees.len()).collect();
    order.sort_by_cached_key(|n| {
        let file = trees[*n].place().file;
        (is_called_copy(&file), file.len(), *n)
    });
    let mut kept: Vec<usize> = Vec::new();
    let mut copies: Vec<(usize, usize)> = Vec::new();
    for n in order {
        let is_original = |m: &&usize| stated[n].as_ref().zip(stated[**m].as_ref()).is_some_and(|(a, b)| a.repeats(b));
        match kept.iter().find(is_original) {
            Some(original) => copies.push((n, *original)),
            None => kept.push(n),
        }
    }
    let findings = copies.iter().map(|(copy, original)| finding(&trees[*copy].place(), &trees[*original].place()));
    let findings = findings.collect();
    let is_copy: BTreeSet<usize> = copies.into_iter().map(|(copy, _)| copy).collect();
    let mut n = 0..;
    trees.retain(|_| n.next().is_none_or(|n| !is_copy.contains(&n)));
    findings
}

/// Whether the name of a file says that it is a copy, or an earlier state.
fn is_called_copy(file: &str) -> bool {
    const WORDS: [&str; 7] = ["copy", "backup", "old", "コピー", "複写", "控え", "旧"];
    let name = file.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

fn finding(copy: &Place, original: &Place) -> Finding {
    let (file, first) = (&copy.file, &original.file);
    let found = said!("`{file}` repeats `{first}`", "`{file}`は`{first}`と同じ内容です");
    let help = said!(
        "remove one of the two files, or make what stands in both different",
        "どちらかのファイルを取り除くか、両方にある項目を別のものにしてください"
    );
    Finding::at(&section::STATED_TWICE, Place::file(file), found).help(help).also(Place::file(first))
}

/// What a file states: its items by section and id, and the keys of its other sections, in order of their names.
struct Stated<'n>(Vec<Part<'n>>);

/// A part of what a file states.
struct Part<'n> {
    name: String,
    value: &'n Value,
    /// Whether the name may stand once over the whole set; what has no such name repeats another only in the same words.
    is_named: bool,
}

impl<'n> Stated<'n> {
    fn of(tree: &'n Node) -> Option<Stated<'n>> {
        let Value::Map(sections) = &tree.value else { return None };
        let mut stated = Vec::new();
        for (key, node) in sections {
            match &node.value {
                Value::Map(entries) => entries.iter().for_each(|(inner, node)| {
                    let name = format!("{}.{}", key.name, inner.name);
                    match &node.value {
                        Value::List(items) if name == CLASSES => stated.extend(listed(&name, items)),
                        value => stated.push(Part { name, value, is_named: true }),
                    }
                }),
                Value::List(items) => stated.extend(listed(&key.name, items)),
                value @ Value::Scalar(_) => stated.push(Part { name: key.name.clone(), value, is_named: true }),
                Value::Nothing => {}
            }
        }
        stated.sort_by(|a, b| a.name.cmp(&b.name));
        (!stated.is_empty()).then_some(Stated(stated))
    }

    /// Whether another file states all of it, and at least half of it in the same words.
    fn repeats(&self, Stated(others): &Stated<'_>) -> bool {
        let (mut count, mut alike) = (0, 0);
        for Part { name, value, is_named } in &self.0 {
            let Ok(at) = others.binary_search_by(|other| other.name.as_str().cmp(name)) else { return false };
            let is_alike = same(others[at].value, value);
            if !is_named && !is_alike {
                return false;
            }
            count += 1;
            alike += usize::from(is_alike);
        }
        // A single item that is worded otherwise is another one whose id was not changed.
        alike * 2 >= count && alike > 0
    }
}

/// The list that files share: its items are named by their ids.
const CLASSES: &str = "retention.classes";

/// The items of a list, by id, or by number where they have none.
fn listed<'n>(section: &str, items: &'n [Node]) -> Vec<Part<'n>> {
    let part = |(n, item): (usize, &'n Node)| {
        let id = item.get("id").or_else(|| item.get("request")).and_then(Node::scalar);
        let name = format!("{section}.{}", id.map_or_else(|| n.to_string(), str::to_owned));
        Part { name, value: &item.value, is_named: id.is_some() }
    };
    items.iter().enumerate().map(part).collect()
}

/// Whether two values say the same, wherever they stand.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Nothing, Value::Nothing) => true,
        (Value::Scalar(a), Value::Scalar(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.value, &b.value))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((a, x), (b, y))| a.name == b.name && same(&x.value, &y.value))
        }
        (Value::Nothing | Value::Scalar(_) | Value::List(_) | Value::Map(_), _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::raw::read;

    #[test]
    fn the_copy_is_the_one_that_is_called_so_or_has_the_longer_name() {
        let text = "dates:\n  - { id: made, about: record }\n  - { id: left, about: subject }\n";
        for (files, copy) in [
            (["policies/copy.yaml", "policies/dates.yaml"], "policies/copy.yaml"),
            (["policies/dates (1).yaml", "policies/dates.yaml"], "policies/dates (1).yaml"),
            (["policies/a.yaml", "policies/b.yaml"], "policies/b.yaml"),
        ] {
            let mut trees: Vec<Node> = files.iter().map(|file| read(file, text).unwrap()).collect();
            let found = take_out(&mut trees);
            assert_eq!((found.len(), trees.len()), (1, 1), "{files:?}");
            assert_eq!(found[0].places[0].file, copy);
        }
    }

    #[test]
    fn what_states_something_of_its_own_is_no_copy() {
        let first = "dates:\n  - { id: made, about: record }\n  - { id: left, about: subject }\n";
        for second in [
            "dates:\n  - { id: made, about: record }\n  - { id: gone, about: subject }\n",
            "dates:\n  - { id: made, about: subject }\n",
            "rules: { a.b: note }\ndates:\n  - { id: made, about: record }\n",
            "# nothing\n",
        ] {
            let mut trees = vec![read("a.yaml", first).unwrap(), read("b.yaml", second).unwrap()];
            assert!(take_out(&mut trees).is_empty(), "{second}");
            assert_eq!(trees.len(), 2);
        }
    }
}
