//! Trees of values, and the way to a field in them.
//!
//! In: YAML, or a tree that another reader made. Out: the values of a field. The rule it keeps: a path goes through every
//! list it meets, and each item must have the field.

use super::{Cell, Fault, Other, Spot};
use crate::policy::{Node, Value, read_record};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) tree: Tree,
    pub(super) spot: Spot,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Nothing,
    Text(String),
    List(Vec<Placed>),
    /// Names with their places; none stands twice.
    Map(Vec<(String, Placed)>),
}

/// Reads YAML as policies are read: no anchors, no references, no tags.
pub(super) fn yaml(text: &str) -> Result<Placed, Fault> {
    let node = read_record(text, super::MOST_TREE)
        .map_err(|(line, column, what)| Fault::at(Spot { line: u64::from(line), column: u64::from(column) }, what))?;
    placed(&node)
}

fn placed(node: &Node) -> Result<Placed, Fault> {
    let spot = |place: crate::diag::Place| Spot { line: u64::from(place.line), column: u64::from(place.column) };
    let tree = match &node.value {
        Value::Nothing => Tree::Nothing,
        Value::Scalar(text) => Tree::Text(text.clone()),
        Value::List(items) => Tree::List(items.iter().map(placed).collect::<Result<_, _>>()?),
        Value::Map(entries) => {
            let mut map: Vec<(String, Placed)> = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                if map.iter().any(|(name, _)| *name == key.name) {
                    return Err(Fault::at(spot(key.place()), format!("`{}` stands twice", key.name)));
                }
                map.push((key.name.clone(), placed(value)?));
            }
            Tree::Map(map)
        }
    };
    Ok(Placed { tree, spot: spot(node.place()) })
}

impl Placed {
    /// Returns the values of the field `name`.
    pub(super) fn values(&self, name: &str) -> Result<Vec<Cell>, Fault> {
        let path: Vec<&str> = name.split('.').collect();
        let mut found = Vec::new();
        self.collect(&path, path.first().copied().unwrap_or_default(), &mut found)?;
        if found.is_empty() {
            return Err(Fault::whole(format!("it has no rows with `{name}`")));
        }
        Ok(found)
    }

    fn collect(&self, path: &[&str], last: &str, found: &mut Vec<Cell>) -> Result<(), Fault> {
        let wrong = |what: String| Err(Fault::at(self.spot, what));
        match (&self.tree, path.split_first()) {
            (Tree::List(items), _) => items.iter().try_for_each(|item| item.collect(path, last, found)),
            (Tree::Map(entries), Some((name, rest))) => match entries.iter().find(|(known, _)| known == name) {
                Some((_, value)) => value.collect(rest, name, found),
                None => wrong(format!("`{name}` is missing")),
            },
            (Tree::Map(_), None) => wrong(format!("`{last}` holds an object, expected a value")),
            (Tree::Nothing, None) => wrong(format!("`{last}` is empty")),
            (Tree::Text(text), None) if text.trim().is_empty() => wrong(format!("`{last}` is empty")),
            (Tree::Text(text), None) => {
                found.push(Cell { text: text.clone(), spot: self.spot });
                Ok(())
            }
            (Tree::Text(_) | Tree::Nothing, Some((name, _))) => wrong(format!("expected an object with `{name}`")),
        }
    }

    /// Returns every value that stands in none of the fields `names`; the field `key` has one value in each row.
    pub(super) fn others(&self, names: &[&str], key: &str) -> Vec<Other> {
        let split = |name: &str| name.split('.').map(str::to_owned).collect::<Vec<_>>();
        let mut walk =
            Walk { names: names.iter().map(|name| split(name)).collect(), key: split(key), ..Walk::default() };
        walk.through(self, 0);
        walk.found
    }
}

/// A walk through all values of a tree.
#[derive(Default)]
struct Walk {
    names: Vec<Vec<String>>,
    key: Vec<String>,
    path: Vec<String>,
    /// How many rows were begun: values of the key.
    keys: usize,
    found: Vec<Other>,
}

impl Walk {
    fn through(&mut self, placed: &Placed, row: usize) {
        match &placed.tree {
            Tree::Nothing => {}
            // What stands in an item of a list belongs to the first row in it; a list within a row is part of it.
            Tree::List(items) if self.key.starts_with(&self.path) => {
                items.iter().for_each(|item| self.through(item, self.keys));
            }
            Tree::List(items) => items.iter().for_each(|item| self.through(item, row)),
            Tree::Map(entries) => entries.iter().for_each(|(name, value)| {
                self.path.push(name.clone());
                self.through(value, row);
                self.path.pop();
            }),
            Tree::Text(text) => {
                self.keys += usize::from(self.path == self.key);
                if !self.names.contains(&self.path) {
                    let cell = Cell { text: text.clone(), spot: placed.spot };
                    self.found.push(Other { row, name: self.path.join("."), cell });
                }
            }
        }
    }
}
