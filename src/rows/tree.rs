//! Trees of values, and the way to a field in them.
//!
//! In: YAML, or a tree that another reader made. Out: the values of a field. The rule it keeps: a path goes through every
//! list it meets, and each item must have the field.

use super::{Cell, Fault, Spot};
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
}
