//! The texts of policy files as trees of values that know their places.
//!
//! In: a path and a text. Out: a [`Node`] tree, or the finding that says where YAML stopped making sense. The rule it
//! keeps: every value and every key carries a known place; nothing is interpreted here, so a scalar keeps the letters
//! the author typed (`06990014` stays eight digits, `NO` stays two letters). Anchors, aliases, merge keys and tags are
//! refused, and this is the only user of the YAML reader.

mod cause;
mod hint;
mod japanese;
mod mark;
mod piece;
mod quoting;
mod trial;

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{DefaultMessageFormatter, Error, Location, MessageFormatter, Spanned, Tagged, budget, options};

use crate::diag::{Finding, Place, Said, Words};
use crate::said;

use super::rules::section;
use cause::Cause;

/// The largest file that is read: 1 MiB.
const MOST_BYTES: usize = 1 << 20;

/// The most values within each other.
const MOST_DEPTH: usize = 32;

/// A value of a policy file and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) value: Value,
    at: At,
}

/// What a value is. Scalars are the text the author typed, whatever YAML would make of it.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing: a key without a value, or `null`.
    Nothing,
    /// Plain or quoted text.
    Scalar(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order of the file; a key may stand twice.
    Map(Vec<(Key, Node)>),
}

impl Value {
    /// Returns whether it is a list without items.
    pub(super) fn is_empty_list(&self) -> bool {
        matches!(self, Value::List(items) if items.is_empty())
    }

    /// Returns what a message calls it.
    pub(super) fn kind(&self) -> Words {
        match self {
            Value::Nothing => Words { en: "nothing", ja: "空の値" },
            Value::Scalar(_) => Words { en: "a text", ja: "文字列" },
            Value::List(_) => Words { en: "a list", ja: "リスト" },
            Value::Map(_) => Words { en: "a map", ja: "キーと値の組" },
        }
    }
}

/// A key and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The key.
    pub(crate) name: String,
    at: At,
}

impl Key {
    /// Returns its place.
    pub(crate) fn place(&self) -> Place {
        self.at.place()
    }
}

impl Node {
    /// Returns its place; a map or a list is shown by its first line.
    pub(crate) fn place(&self) -> Place {
        self.at.place()
    }

    /// Returns the place of some bytes of its text; nothing where the file does not write the text letter by letter, as
    /// where a part of it is escaped.
    pub(super) fn part(&self, bytes: std::ops::Range<usize>) -> Option<Place> {
        // The only escapes that are not longer than what they stand for: a text without these that is as long as its place,
        // or shorter by two quotation marks, has none.
        const SHORT_ESCAPES: [char; 4] = ['\u{85}', '\u{a0}', '\u{2028}', '\u{2029}'];
        let (text, place) = (self.scalar()?, self.place());
        let before = match (place.end - place.start).checked_sub(text.len())? {
            0 => 0,
            2 => 1,
            _ => return None,
        };
        text.get(bytes.clone()).filter(|_| !text.contains(SHORT_ESCAPES))?;
        let columns = u32::try_from(text[..bytes.start].chars().count()).ok()?;
        let column = place.column.saturating_add(columns).saturating_add(u32::from(before == 1));
        let start = place.start + before;
        Some(Place { column, start: start + bytes.start, end: start + bytes.end, ..place })
    }

    /// Returns a map of these entries that stands at `key`: how parts of one section become one value.
    pub(super) fn joined(key: &Key, entries: Vec<(Key, Node)>) -> Node {
        Node { value: Value::Map(entries), at: key.at.clone() }
    }

    /// Returns the text of a scalar.
    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            Value::Nothing | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Returns the value of `name`, if this is a map that has it.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node),
            Value::Nothing | Value::Scalar(_) | Value::List(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
struct At {
    file: Arc<str>,
    line: u32,
    column: u32,
    start: usize,
    end: usize,
}

impl At {
    fn place(&self) -> Place {
        let At { line, column, start, end, .. } = *self;
        Place { file: self.file.to_string(), line, column, start, end }
    }
}

/// Reads one file; a file with nothing but comments is [`Value::Nothing`].
///
/// # Errors
/// Returns the finding for a text that is too large or that is not YAML as hokan reads it.
pub(super) fn read(file: &str, text: &str) -> Result<Node, Box<Finding>> {
    parsed(file, text, MOST_BYTES)
}

/// Reads a file that is no policy; what is wrong is said in words, with the line.
pub(super) fn read_plain(file: &str, text: &str) -> Result<Node, String> {
    read(file, text).map_err(|finding| {
        let line = finding.places.first().map_or(1, |place| place.line);
        format!("line {line}: {}", finding.message.en)
    })
}

/// Reads a file of somebody else's, of at most `most` bytes, by the same rules.
///
/// # Errors
/// Returns line, column and words.
pub(crate) fn read_record(text: &str, most: usize) -> Result<Node, (u32, u32, String)> {
    parsed("", text, most).map_err(|finding| {
        let (line, column) = finding.places.first().map_or((1, 1), |place| (place.line, place.column));
        (line, column, finding.message.en)
    })
}

fn parsed(file: &str, text: &str, most: usize) -> Result<Node, Box<Finding>> {
    let source = Source { file: Arc::from(file), text, faults: RefCell::default() };
    if text.len() > most {
        let bytes = text.len();
        let found = said!(
            "the file has {bytes} bytes, the most is {most}",
            "ファイルが{bytes}バイトあります（上限は{most}バイトです）"
        );
        return Err(Box::new(Finding::at(&section::TOO_LARGE, Place::file(file), found)));
    }
    let tree = reading(text).map_err(|error| Box::new(source.finding(&error)))?;
    let node = source.node(tree);
    // The first of them in the order of the file.
    match source.faults.into_inner().into_iter().next() {
        Some(fault) => Err(Box::new(fault)),
        None => Ok(node),
    }
}

/// Reads a text as YAML.
fn reading(text: &str) -> Result<Placed, Error> {
    let options = options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        reject_unsupported_tags: true,
        reject_tagged_field_names: true,
        with_snippet: false,
        budget: budget! { max_depth: MOST_DEPTH, max_nodes: 2_000_000, max_aliases: 0, max_anchors: 0 },
    };
    serde_saphyr::from_str_with_options(text, options)
}

/// What the YAML reader hands over: a value, its tag, its place.
type Placed = Spanned<Tagged<Parsed>>;

/// A file's name and text, to turn the reader's locations into places.
struct Source<'t> {
    file: Arc<str>,
    text: &'t str,
    /// What the YAML reader takes and the policy language does not.
    faults: RefCell<Vec<Finding>>,
}

impl Source<'_> {
    fn node(&self, tree: Placed) -> Node {
        let at = self.at(tree.referenced);
        let Tagged(value, tag) = tree.value;
        self.tagged(tag.as_deref(), &at);
        let value = match value {
            Parsed::Nothing => Value::Nothing,
            Parsed::Text(text) => Value::Scalar(text),
            Parsed::Typed => Value::Scalar(self.letters(&at)),
            Parsed::List(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            Parsed::Map(entries) => Value::Map(entries.into_iter().map(|(k, v)| (self.key(k), self.node(v))).collect()),
        };
        Node { value, at }
    }

    /// The letters of a plain scalar that YAML takes for a number, a boolean or nothing: they are what counts.
    fn letters(&self, at: &At) -> String {
        self.text.get(at.start..at.end).unwrap_or_default().trim().to_owned()
    }

    /// A tag would make a value another one than its letters say: `!!binary` hides a text from whoever reviews it.
    fn tagged(&self, tag: Option<&str>, at: &At) {
        if tag.is_some() {
            self.faults.borrow_mut().push(outside(at.place(), "tags", "タグ"));
        }
    }

    fn key(&self, key: Placed) -> Key {
        let at = self.at(key.referenced);
        let Tagged(value, tag) = key.value;
        self.tagged(tag.as_deref(), &at);
        let name = match value {
            Parsed::Text(text) => text,
            Parsed::Typed | Parsed::Nothing => self.letters(&at),
            Parsed::List(_) | Parsed::Map(_) => {
                let found = said!("a list or a map cannot be a key", "リストやキーと値の組はキーとして使えません");
                let help = said!(
                    "a key is one word; a text that begins with `{{` or `[` needs quotes",
                    "キーは1語で書きます。`{{`や`[`で始まる文は引用符で囲んでください"
                );
                self.faults.borrow_mut().push(Finding::at(&section::SYNTAX, at.place(), found).help(help));
                String::new()
            }
        };
        Key { at, name }
    }

    /// Line and column count from 1; the bytes are computed where the reader gives none.
    fn at(&self, location: Location) -> At {
        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).max(1);
        let (line, column) = (number(location.line()), number(location.column()));
        let known = location.span().byte_offset().and_then(|start| usize::try_from(start).ok());
        let start = known.unwrap_or_else(|| byte_of(self.text, line, column)).min(self.text.len());
        let length = location.span().byte_len().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let end = if length > 0 { start.saturating_add(length).min(self.text.len()) } else { self.word_end(start) };
        At { file: Arc::clone(&self.file), line, column, start, end }
    }

    /// A place without length (a map, a list, a syntax error) is shown by the word that stands there.
    fn word_end(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        start + rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '}' | ']')).unwrap_or(rest.len())
    }

    fn finding(&self, error: &Error) -> Finding {
        let error = error.without_snippet();
        let place = error.location().map_or_else(|| Place::file(&*self.file), |at| self.at(at).place());
        let outside = |what: &str, ja: &str| outside(place.clone(), what, ja);
        let too_large = |place: Place| {
            let found = said!(
                "the file is nested too deeply or has too many values",
                "ファイルの入れ子が深すぎるか、値が多すぎます"
            );
            Finding::at(&section::TOO_LARGE, place, found)
        };
        match error {
            Error::Budget { breach: BudgetBreach::Aliases { .. } | BudgetBreach::Anchors { .. }, .. } => {
                outside("anchors and aliases", "アンカーとエイリアス")
            }
            Error::UnknownAnchor { .. } => {
                match trial::cause(self.text, &place).filter(|cause| is_no_name(&cause.letters)) {
                    Some(pattern) => self.fault(pattern, place),
                    None => outside("anchors and aliases", "アンカーとエイリアス"),
                }
            }
            Error::MergeKeyNotAllowed { .. } => outside("merge keys", "マージキー"),
            Error::UnsupportedTag { .. } | Error::TaggedStructFieldName { .. } => outside("tags", "タグ"),
            Error::Budget { .. } => too_large(place),
            // The reader has a limit of its own for brackets, which it meets while it looks ahead.
            _ if hint::depth(self.text, place.line, place.column) > MOST_DEPTH => too_large(place),
            _ => self.syntax(error, place),
        }
    }

    /// Says what is wrong with the YAML; a tab in the indentation is shown itself, not the value before it.
    fn syntax(&self, error: &Error, place: Place) -> Finding {
        let tab = (place.line..=place.line.saturating_add(1)).find_map(|line| {
            let start = byte_of(self.text, line, 1);
            let indentation = self.text[start..].split(|c| c != ' ' && c != '\t').next().unwrap_or_default();
            indentation.find('\t').map(|at| (line, at, start + at))
        });
        if let Some((line, at, start)) = tab {
            let column = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
            let place = Place { line, column, start, end: start + 1, ..place };
            let found = said!(
                "this is not YAML: the line is indented by a tab",
                "YAMLとして読めません：行頭の字下げにタブが使われています"
            );
            let help = said!("indent by spaces", "字下げには半角の空白を使ってください");
            return Finding::at(&section::SYNTAX, place, found).help(help);
        }
        if let Some(fault) = trial::cause(self.text, &place) {
            return self.fault(fault, place);
        }
        if let Some(fault) = cause::cause(self.text, place.line).filter(|_| !hint::is_open(self.text, place.line)) {
            return self.fault(fault, place);
        }
        if matches!(error, Error::MultipleDocuments { .. }) {
            let place = self.second_document(place);
            let found = said!("a second document begins here", "ここから2つ目の文書が始まっています");
            let help = said!(
                "one file is one document: remove the `---`",
                "1つのファイルに書ける文書は1つです。`---`を消してください"
            );
            return Finding::at(&section::SYNTAX, place, found).help(help);
        }
        let said = DefaultMessageFormatter.format_message(error);
        let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let help = hint::hint(self.text, place.line, place.column);
        let japanese = japanese::japanese(error, &said);
        let found = said!("this is not YAML: {said}", "YAMLとして読めません：{japanese}");
        Finding::at(&section::SYNTAX, place, found).help(help)
    }
}

impl Source<'_> {
    /// The place of the last `---` before what follows it.
    fn second_document(&self, place: Place) -> Place {
        let begins = |line: &str| line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let mark = (1..=place.line).zip(self.text.lines()).filter(|(_, line)| begins(line.trim_end())).last();
        let Some((line, _)) = mark else { return place };
        let start = byte_of(self.text, line, 1);
        Place { line, column: 1, start, end: start + 3, ..place }
    }

    /// The finding for a fault of lines, at its own place.
    fn fault(&self, fault: Cause, place: Place) -> Finding {
        let Cause { line, column, letters, found: Said { en, ja }, help, instead } = fault;
        let start = byte_of(self.text, line, column);
        let place = Place { line, column, start, end: start + letters.len(), ..place };
        let found = said!("this is not YAML: {en}", "YAMLとして読めません：{ja}");
        let finding = Finding::at(&section::SYNTAX, place, found).help(help);
        instead.into_iter().fold(finding, Finding::replace_by)
    }
}

/// Whether a word that begins with an asterisk is no name of an alias, but a pattern or a schedule.
fn is_no_name(word: &str) -> bool {
    word.starts_with('*') && word[1..].contains(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
}

/// A part of YAML that policies do without.
fn outside(place: Place, what: &str, ja: &str) -> Finding {
    let found = said!("{what} are not part of the policy language", "{ja}は使えません");
    let help = said!(
        "write the values out; a text that begins with `*`, `&` or `!` needs quotes",
        "値をそのまま書いてください。`*`、`&`、`!`で始まる文は引用符で囲みます"
    );
    Finding::at(&section::FEATURE, place, found).help(help)
}

/// The byte at which a line and a column in characters, both from 1, stand in a text.
fn byte_of(text: &str, line: u32, column: u32) -> usize {
    let mut start = 0;
    for _ in 1..line {
        start = next_line(&text[start..]).map_or(text.len(), |n| start + n);
    }
    let rest = &text[start..];
    let rest = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let skipped = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    start + rest.char_indices().nth(skipped).map_or(rest.len(), |(byte, _)| byte)
}

/// The first byte of the next line; a carriage return alone ends one as well.
fn next_line(text: &str) -> Option<usize> {
    let end = text.find(['\n', '\r'])?;
    Some(end + if text[end..].starts_with("\r\n") { 2 } else { 1 })
}

/// What the YAML reader hands over, before places are computed.
enum Parsed {
    Nothing,
    Text(String),
    Typed,
    List(Vec<Placed>),
    Map(Vec<(Placed, Placed)>),
}

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Parsed, D::Error> {
        deserializer.deserialize_any(ParsedVisitor)
    }
}

struct ParsedVisitor;

impl<'de> Visitor<'de> for ParsedVisitor {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Nothing)
    }

    fn visit_none<E>(self) -> Result<Parsed, E> {
        Ok(Parsed::Nothing)
    }

    fn visit_str<E>(self, text: &str) -> Result<Parsed, E> {
        Ok(Parsed::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Parsed, E> {
        Ok(Parsed::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Parsed, E> {
        Ok(Parsed::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Parsed, E> {
        Ok(Parsed::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Parsed, E> {
        Ok(Parsed::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Parsed, E> {
        Ok(Parsed::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Parsed, E> {
        Ok(Parsed::Typed)
    }

    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Parsed, E> {
        Err(E::custom("binary values are not part of the policy language"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Parsed, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Parsed::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Parsed, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Parsed::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(node: &Node, text: &str, seen: &mut Vec<(String, String)>) {
        let place = node.place();
        let shown = text[place.start..place.end].to_owned();
        match &node.value {
            Value::Nothing => seen.push(("~".to_owned(), shown)),
            Value::Scalar(scalar) => seen.push((scalar.clone(), shown)),
            Value::List(items) => items.iter().for_each(|item| places(item, text, seen)),
            Value::Map(entries) => entries.iter().for_each(|(key, value)| {
                let at = key.place();
                seen.push((key.name.clone(), text[at.start..at.end].to_owned()));
                places(value, text, seen);
            }),
        }
    }

    #[test]
    fn scalars_keep_the_letters_that_were_typed() {
        let text = "a: 06990014\nb: NO\nc: true\nd: 1.50\ne: 0x1F\nf: 2005-04-01\ng: .inf\nh: \"x\"\n# c\ni: 12 # d\n";
        let mut seen = Vec::new();
        places(&read("p.yaml", text).unwrap(), text, &mut seen);
        let values: Vec<&str> = seen.iter().skip(1).step_by(2).map(|(value, _)| value.as_str()).collect();
        assert_eq!(values, ["06990014", "NO", "true", "1.50", "0x1F", "2005-04-01", ".inf", "x", "12"]);
    }

    #[test]
    fn every_key_and_value_has_a_known_place() {
        let text = "題: { ja: みなと, en: Minato }\nlist:\n  - one\n  - key: [two, \"3\"]\n    other:\n";
        let mut seen = Vec::new();
        places(&read("p.yaml", text).unwrap(), text, &mut seen);
        for (value, shown) in &seen {
            assert!(shown.trim_matches('"').starts_with(value.as_str()) || value == "~", "{value}: {shown}");
        }
        assert_eq!(seen.len(), 12, "{seen:?}");
    }

    #[test]
    fn a_part_of_a_text_has_a_place_where_the_file_writes_it_letter_by_letter() {
        let cases = [
            ("a: \"受付/{d:mnth}\"", 10..14, Some((11, "mnth"))),
            ("a: '受付/{d:mnth}'", 10..14, Some((11, "mnth"))),
            ("a: 受付/{d:mnth}", 10..14, Some((10, "mnth"))),
            ("a: \"x\\u0041mnth\"", 2..6, None),
            ("a: \"\\_mnth\"", 2..6, None),
            ("a: 'it''s mnth'", 5..9, None),
            ("a: mnth", 0..5, None),
        ];
        for (yaml, bytes, expected) in cases {
            let tree = read("a.yaml", yaml).unwrap();
            let part = tree.get("a").unwrap().part(bytes);
            let found = part.map(|part| (part.column, &yaml[part.start..part.end]));
            assert_eq!(found, expected, "{yaml}");
        }
    }

    #[test]
    fn a_syntax_error_without_byte_offset_gets_one() {
        let text = "題: みなと\n\tkey: x\n";
        let finding = read("p.yaml", text).unwrap_err();
        let place = &finding.places[0];
        assert_eq!((finding.rule, place.line), ("section.syntax", 2), "{finding:?}");
        assert_eq!(&text[place.start..place.end], "\t");
        let unclosed = read("p.yaml", "題: \"みなと\n").unwrap_err();
        assert_eq!((unclosed.rule, unclosed.places[0].start), ("section.syntax", 5), "{unclosed:?}");
        assert_eq!(byte_of(text, 1, 4), "題: ".len());
        assert_eq!(byte_of(text, 99, 99), text.len());
    }

    #[test]
    fn yaml_beyond_the_language_is_refused() {
        let cases = [
            ("a: &x 1\n", "section.yaml-feature"),
            ("a: *x\n", "section.yaml-feature"),
            ("a: {<<: {b: 1}}\n", "section.yaml-feature"),
            ("a: !secret 1\n", "section.yaml-feature"),
            ("a: \"x\n", "section.syntax"),
            ("a: 1\n---\nb: 1\n", "section.syntax"),
            ("? [a]\n: 1\n", "section.syntax"),
        ];
        for (text, rule) in cases {
            let finding = read("p.yaml", text).unwrap_err();
            assert_eq!(finding.rule, rule, "{text}: {finding:?}");
            assert!(!finding.places.is_empty());
        }
        let deep = "[".repeat(40) + &"]".repeat(40);
        assert_eq!(read("p.yaml", &deep).unwrap_err().rule, "section.too-large");
        assert_eq!(read("p.yaml", &"#".repeat(MOST_BYTES + 1)).unwrap_err().rule, "section.too-large");
    }
}
