//! JSON with places: the reader counts the bytes it has taken when a value begins.
//!
//! In: text. Out: a tree. The rule it keeps: numbers, `true` and `false` keep the letters that were typed; a name that
//! stands twice in one object is a fault, which JSON itself would let pass.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::tree::{Placed, Tree};
use super::{Fault, Spot};

/// Reads JSON.
pub(super) fn read(text: &str) -> Result<Placed, Fault> {
    let source = Source { text, taken: Cell::new(0), starts: starts(text), twice: RefCell::new(None) };
    let mut reader = serde_json::Deserializer::from_reader(Counted { source: &source });
    let read = Seed(&source).deserialize(&mut reader).and_then(|placed| reader.end().map(|()| placed));
    read.map_err(|error| match source.twice.take() {
        Some(fault) => fault,
        None => {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default().to_owned();
            Fault::at(Spot { line: error.line() as u64, column: error.column() as u64 }, format!("not JSON: {said}"))
        }
    })
}

/// The text, how much of it was taken, and the first byte of each line.
struct Source<'t> {
    text: &'t str,
    taken: Cell<usize>,
    starts: Vec<usize>,
    twice: RefCell<Option<Fault>>,
}

fn starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

impl Source<'_> {
    /// The byte at which the next value begins: the reader has taken at most its first one.
    fn next_value(&self, is_peeked: IsPeeked) -> usize {
        let from = match is_peeked {
            IsPeeked::Yes => self.taken.get().saturating_sub(1),
            IsPeeked::No => self.taken.get(),
        };
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(0)
    }

    fn spot(&self, byte: usize) -> Spot {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count());
        Spot { line: line as u64, column: column as u64 + 1 }
    }

    /// The letters of a number or a word that begins at `byte`.
    fn letters(&self, byte: usize) -> String {
        let rest = self.text.get(byte..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(rest.len());
        rest[..end].to_owned()
    }
}

/// Whether the reader has looked at the first byte of the value.
#[derive(Clone, Copy)]
enum IsPeeked {
    Yes,
    No,
}

/// Hands the text out byte by byte, so that what was taken is what was read.
struct Counted<'s, 't> {
    source: &'s Source<'t>,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let taken = self.source.taken.get();
        match (self.source.text.as_bytes().get(taken), buffer.first_mut()) {
            (Some(byte), Some(place)) => {
                *place = *byte;
                self.source.taken.set(taken + 1);
                Ok(1)
            }
            _ => Ok(0),
        }
    }
}

struct Seed<'s, 't>(&'s Source<'t>);

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Placed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Placed, D::Error> {
        let begins = self.0.next_value(IsPeeked::No);
        deserializer.deserialize_any(At { source: self.0, begins })
    }
}

/// An item of a list: the reader has looked at its first byte already.
struct ItemSeed<'s, 't>(&'s Source<'t>);

impl<'de> DeserializeSeed<'de> for ItemSeed<'_, '_> {
    type Value = Placed;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Placed, D::Error> {
        let begins = self.0.next_value(IsPeeked::Yes);
        deserializer.deserialize_any(At { source: self.0, begins })
    }
}

struct At<'s, 't> {
    source: &'s Source<'t>,
    begins: usize,
}

impl At<'_, '_> {
    fn typed(&self) -> Placed {
        let text = self.source.letters(self.begins);
        Placed { tree: Tree::Text(text), spot: self.source.spot(self.begins) }
    }

    fn with(&self, tree: Tree) -> Placed {
        Placed { tree, spot: self.source.spot(self.begins) }
    }
}

impl<'de> Visitor<'de> for At<'_, '_> {
    type Value = Placed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Placed, E> {
        Ok(self.with(Tree::Nothing))
    }

    fn visit_str<E>(self, text: &str) -> Result<Placed, E> {
        Ok(self.with(Tree::Text(text.to_owned())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Placed, E> {
        Ok(self.typed())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Placed, E> {
        Ok(self.typed())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Placed, E> {
        Ok(self.typed())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Placed, E> {
        Ok(self.typed())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Placed, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(ItemSeed(self.source))? {
            list.push(item);
        }
        Ok(self.with(Tree::List(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Placed, A::Error> {
        let (mut map, mut names) = (Vec::new(), BTreeSet::new());
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Seed(self.source))?;
            if !names.insert(name.clone()) {
                let fault = Fault::at(value.spot, format!("`{name}` stands twice"));
                *self.source.twice.borrow_mut() = Some(fault);
                return Err(A::Error::custom("a name stands twice"));
            }
            map.push((name, value));
        }
        Ok(self.with(Tree::Map(map)))
    }
}
