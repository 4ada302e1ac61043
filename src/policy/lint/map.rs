//! Where the items of a set stand, by name.
//!
//! In: the trees of the files. Out: places by path, items by place, the texts for readers. The rule it keeps: an item of a
//! list is `section.id`, anything else is its section; `accepted-findings` calls that `at`, or a part of it by its path.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem;

use crate::diag::{Place, Sources, nearest};
use crate::policy::Language;
use crate::policy::raw::{Node, Value};

/// The items of a set and where they stand.
pub(in crate::policy) struct Map<'a> {
    sources: &'a Sources,
    /// By name, the node of every part: a section may be spread over files.
    nodes: BTreeMap<String, Vec<&'a Node>>,
    /// By file and first byte, the name of what begins there.
    marks: BTreeMap<(String, usize), String>,
    /// Every text for readers in each of its languages, in the order of the files.
    texts: Vec<TextAt<'a>>,
    /// By language, all texts one after the other, with small Latin letters.
    corpus: BTreeMap<&'a str, String>,
    /// The words looked up so far.
    spans: RefCell<BTreeMap<Word, BTreeMap<usize, Place>>>,
}

/// A word of a text: the file and the first byte of the text, and the word; its places are known by their byte in the text.
type Word = (String, usize, String);

/// A text for readers in one language.
#[derive(Clone)]
pub(in crate::policy) struct TextAt<'a> {
    /// The item it belongs to, such as `joint-use.grant`.
    pub(in crate::policy) at: String,
    /// Its path, such as `joint-use.grant.items.0.ja`.
    pub(in crate::policy) path: String,
    /// The key it is the value of, such as `items`.
    pub(in crate::policy) key: String,
    /// Its language.
    pub(in crate::policy) language: &'a str,
    /// What it says.
    pub(in crate::policy) text: &'a str,
    node: &'a Node,
}

/// Lists inside sections whose items have names of their own.
const NAMED_LISTS: [(&str, &str); 4] =
    [("organization", "contacts"), ("consent", "items"), ("retention", "classes"), ("service", "recipients")];

impl<'a> Map<'a> {
    /// Reads the places and the texts of a set in these languages.
    pub(in crate::policy) fn new(trees: &'a [Node], sources: &'a Sources, languages: &[Language]) -> Map<'a> {
        let mut map = Map {
            sources,
            nodes: BTreeMap::new(),
            marks: BTreeMap::new(),
            texts: Vec::new(),
            corpus: BTreeMap::new(),
            spans: RefCell::default(),
        };
        for tree in trees {
            let Value::Map(entries) = &tree.value else { continue };
            for (key, node) in entries {
                map.mark(key.place(), &key.name);
                let name = key.name.as_str();
                collect(node, name, name, name, languages, &mut map.texts);
                map.section(&key.name, node);
            }
        }
        for text in &map.texts {
            let corpus = map.corpus.entry(text.language).or_default();
            corpus.push_str(&text.text.to_ascii_lowercase());
            corpus.push('\n');
        }
        map
    }

    /// Returns the texts of the files.
    pub(super) fn sources(&self) -> &'a Sources {
        self.sources
    }

    fn section(&mut self, name: &str, node: &'a Node) {
        self.nodes.entry(name.to_owned()).or_default().push(node);
        match &node.value {
            Value::List(items) => self.items(name, items),
            Value::Map(entries) => {
                for (key, value) in entries {
                    self.mark(key.place(), name);
                    let is_named = NAMED_LISTS.contains(&(name, key.name.as_str()));
                    if let (Value::List(items), true) = (&value.value, is_named) {
                        self.items(name, items);
                    }
                }
            }
            Value::Nothing | Value::Scalar(_) => {}
        }
    }

    fn items(&mut self, section: &str, items: &'a [Node]) {
        for item in items {
            let name = match name_of(item) {
                Some(id) => format!("{section}.{id}"),
                None => section.to_owned(),
            };
            self.mark(item.place(), &name);
            self.nodes.entry(name).or_default().push(item);
        }
    }

    fn mark(&mut self, place: Place, name: &str) {
        self.marks.insert((place.file, place.start), name.to_owned());
    }

    /// Returns the name of the item that a place lies in.
    pub(in crate::policy) fn item_at(&self, place: &Place) -> Option<&str> {
        let upto = (place.file.clone(), place.start);
        let ((file, _), name) = self.marks.range(..=upto).next_back()?;
        (*file == place.file).then_some(name)
    }

    /// Returns whether there is an item or a section of this name.
    pub(in crate::policy) fn has(&self, name: &str) -> bool {
        self.nodes.contains_key(name)
    }

    /// Returns whether a place lies in a part of an item, such as `joint-use.grant.items.2`.
    pub(super) fn is_part(&self, path: &str, place: &Place) -> bool {
        let (Some(node), true) = self.deepest(path) else { return false };
        let part = node.place();
        !self.has(path) && part.file == place.file && (part.start..end(node)).contains(&place.start)
    }

    /// Returns the place of a path, or of the nearest thing above it that exists.
    pub(in crate::policy) fn place(&self, path: &str) -> Place {
        self.deepest(path).0.map_or_else(|| Place::file(""), Node::place)
    }

    /// Returns the place of a key of the first item of a list that says all of this.
    pub(super) fn place_where(&self, section: &str, says: &[(&str, &str)], key: &str) -> Place {
        let parts = self.nodes.get(section).into_iter().flatten();
        let items = parts.flat_map(|part| match &part.value {
            Value::List(items) => items.as_slice(),
            Value::Nothing | Value::Scalar(_) | Value::Map(_) => &[],
        });
        let is_meant =
            |item: &&Node| says.iter().all(|(key, word)| item.get(key).and_then(Node::scalar) == Some(*word));
        let item = items.into_iter().find(is_meant);
        item.map_or_else(|| Place::file(""), |item| item.get(key).unwrap_or(item).place())
    }

    /// Returns whether the whole of a path is written.
    pub(super) fn states(&self, path: &str) -> bool {
        self.deepest(path).1
    }

    /// Returns the path that was meant by one that names nothing: with the typing error mended, or with the section in front.
    pub(super) fn meant(&self, path: &str) -> Option<String> {
        /// The most typing errors of one path that are mended together.
        const MOST: usize = 3;
        let mut path = path.to_owned();
        for _ in 0..MOST {
            if self.has(&path) || self.states(&path) {
                return Some(path);
            }
            path = self.nearer(&path)?;
        }
        (self.has(&path) || self.states(&path)).then_some(path)
    }

    /// The path with its first wrong part mended.
    fn nearer(&self, path: &str) -> Option<String> {
        let segments: Vec<&str> = path.split('.').collect();
        if let (Some(Node { value: Value::Map(entries), .. }), left) = self.descended(path) {
            let at = segments.len().checked_sub(left)?;
            let key = nearest(segments.get(at)?, entries.iter().map(|(key, _)| key.name.as_str()));
            if let Some(key) = key {
                let mended = segments.iter().enumerate().map(|(n, segment)| if n == at { key } else { *segment });
                return Some(mended.collect::<Vec<_>>().join("."));
            }
        }
        let names = || self.nodes.keys().map(String::as_str);
        if let Some(name) = nearest(path, names()) {
            return Some(name.to_owned());
        }
        let last = segments.last()?;
        let section = segments.first().filter(|_| segments.len() > 1);
        let is_meant = |name: &&str| {
            let (of, id) = name.split_once('.').unwrap_or((name, ""));
            id == *last && section.is_none_or(|section| of == *section)
        };
        let mut meant = names().filter(is_meant);
        let first = meant.next()?;
        meant.next().is_none().then(|| first.to_owned())
    }

    /// The nearest node to a path, and whether that is the path's own.
    fn deepest(&self, path: &str) -> (Option<&Node>, bool) {
        let (node, left) = self.descended(path);
        (node, node.is_some() && left == 0)
    }

    /// The nearest node to a path, and how many parts of the path are left.
    fn descended(&self, path: &str) -> (Option<&Node>, usize) {
        let segments: Vec<&str> = path.split('.').collect();
        let item = segments.get(..2).map(|two| two.join(".")).filter(|name| self.nodes.contains_key(name));
        let (name, rest) = match item {
            Some(name) => (name, &segments[2..]),
            None => (segments[0].to_owned(), &segments[1..]),
        };
        let parts = self.nodes.get(&name).map(Vec::as_slice).unwrap_or_default();
        let found = parts.iter().map(|node| descend(node, rest)).max_by_key(|(_, left)| std::cmp::Reverse(*left));
        found.map_or((None, segments.len()), |(node, left)| (Some(node), left))
    }

    /// Returns every text for readers, in each of its languages.
    pub(super) fn texts(&self) -> &[TextAt<'a>] {
        &self.texts
    }

    /// Returns whether any text of a language has these letters, in whatever case.
    pub(super) fn says(&self, language: &str, letters: &str) -> bool {
        self.corpus.get(language).is_some_and(|corpus| corpus.contains(&letters.to_ascii_lowercase()))
    }

    /// Returns the place of a part of a text; nothing where the file writes it otherwise.
    pub(super) fn span(&self, text: &TextAt<'_>, range: Range<usize>) -> Option<Place> {
        self.span_in(text.node, text.text, range)
    }

    /// Returns the place of a part of the word at a path; that of the path where the file writes it otherwise.
    pub(super) fn part(&self, path: &str, word: &str, range: Range<usize>) -> Place {
        let node = match self.deepest(path) {
            (node, true) => node,
            (_, false) => None,
        };
        node.and_then(|node| self.span_in(node, word, range)).unwrap_or_else(|| self.place(path))
    }

    fn span_in(&self, node: &Node, text: &str, range: Range<usize>) -> Option<Place> {
        let whole = node.place();
        let word = text.get(range.clone())?;
        let mut spans = self.spans.borrow_mut();
        let key = (whole.file.clone(), whole.start, word.to_owned());
        spans.entry(key).or_insert_with(|| self.places(text, &whole, word)).get(&range.start).cloned()
    }

    /// The places of a word in the file, by its bytes in the text; none where the two do not have it equally often, as
    /// when one of them is escaped.
    fn places(&self, text: &str, whole: &Place, word: &str) -> BTreeMap<usize, Place> {
        let Some(source) = self.sources.get(&whole.file).and_then(|file| file.get(whole.start..whole.end)) else {
            return BTreeMap::new();
        };
        let (said, written) = (occurrences(text, word), occurrences(source, word));
        if said.len() != written.len() {
            return BTreeMap::new();
        }
        let (mut at, mut line, mut column) = (0, whole.line, whole.column);
        let mut places = BTreeMap::new();
        for (said, Range { start, end }) in said.into_iter().zip(written) {
            (line, column) = after(&source[at..start], line, column);
            at = start;
            let (start, end) = (whole.start + start, whole.start + end);
            places.insert(said.start, Place { line, column, start, end, file: whole.file.clone() });
        }
        places
    }
}

/// The byte after the last thing inside a node: the place of a list or a map is where it begins.
fn end(node: &Node) -> usize {
    let inside = match &node.value {
        Value::List(items) => items.iter().map(end).max(),
        Value::Map(entries) => entries.iter().map(|(_, value)| end(value)).max(),
        Value::Nothing | Value::Scalar(_) => None,
    };
    inside.unwrap_or_default().max(node.place().end)
}

/// The line and the column after some letters; a carriage return ends a line, also alone.
fn after(letters: &str, mut line: u32, mut column: u32) -> (u32, u32) {
    let mut rest = letters.chars().peekable();
    while let Some(letter) = rest.next() {
        let ends = letter == '\n' || (letter == '\r' && rest.peek() != Some(&'\n'));
        (line, column) = if ends { (line.saturating_add(1), 1) } else { (line, column.saturating_add(1)) };
    }
    (line, column)
}

/// The id of an item; that of a procedure is its `request`.
fn name_of(item: &Node) -> Option<&str> {
    item.get("id").or_else(|| item.get("request")).and_then(Node::scalar)
}

/// Follows keys and indexes as far as they exist; returns how many are left.
fn descend<'n>(node: &'n Node, path: &[&str]) -> (&'n Node, usize) {
    let Some((first, rest)) = path.split_first() else {
        return (node, 0);
    };
    let next = match &node.value {
        Value::List(items) => first.parse::<usize>().ok().and_then(|index| items.get(index)).map(|next| (next, rest)),
        // A key may have points in it, as the name of a rule has.
        Value::Map(_) => (1..=path.len()).find_map(|n| Some((node.get(&path[..n].join("."))?, &path[n..]))),
        Value::Nothing | Value::Scalar(_) => None,
    };
    next.map_or((node, path.len()), |(next, rest)| descend(next, rest))
}

/// Every occurrence of `word`; a space in it stands for any blanks and line breaks, as in a folded text.
fn occurrences(text: &str, word: &str) -> Vec<Range<usize>> {
    let first = word.split(' ').next().unwrap_or_default();
    let begins = memmem::find_iter(text.as_bytes(), first).filter(|at| text.is_char_boundary(*at));
    begins.filter_map(|at| Some(at..at + reads(&text[at..], word)?)).collect()
}

/// How many bytes `word` takes at the beginning of `text`.
fn reads(text: &str, word: &str) -> Option<usize> {
    let mut rest = text;
    for c in word.chars() {
        let after = rest.strip_prefix(c);
        rest = match (c, after) {
            (' ', _) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
            (_, after) => after?,
        };
    }
    Some(text.len() - rest.len())
}

fn collect<'a>(node: &'a Node, at: &str, path: &str, key: &str, languages: &[Language], found: &mut Vec<TextAt<'a>>) {
    match &node.value {
        Value::Map(entries) if is_text(entries, languages) => {
            for (language, node) in entries {
                let Some(text) = node.scalar() else { continue };
                let path = format!("{path}.{}", language.name);
                let (at, key, language) = (at.to_owned(), key.to_owned(), language.name.as_str());
                found.push(TextAt { at, path, key, language, text, node });
            }
        }
        Value::Map(entries) => {
            for (inner, node) in entries {
                collect(node, at, &format!("{path}.{}", inner.name), &inner.name, languages, found);
            }
        }
        Value::List(items) => {
            let section = path.split('.').next().unwrap_or_default();
            let is_named = path == section || NAMED_LISTS.iter().any(|(of, list)| path == format!("{of}.{list}"));
            for (index, item) in items.iter().enumerate() {
                match name_of(item).filter(|_| is_named) {
                    Some(id) => {
                        let name = format!("{section}.{id}");
                        collect(item, &name, &name, key, languages, found);
                    }
                    None => collect(item, at, &format!("{path}.{index}"), key, languages, found),
                }
            }
        }
        Value::Nothing | Value::Scalar(_) => {}
    }
}

/// A map of nothing but languages to words.
fn is_text(entries: &[(crate::policy::raw::Key, Node)], languages: &[Language]) -> bool {
    !entries.is_empty() && entries.iter().all(|(key, node)| languages.contains(&key.name) && node.scalar().is_some())
}
