//! People's tables: CSV, JSON, YAML and XML as values that know where they stand.
//!
//! In: the bytes of a file, what it is, how it is encoded, the names of fields. Out: the values of each field with line
//! and column, or the one place where the file stops making sense. The rule it keeps: everything is read or nothing is;
//! a ragged row, a missing field, a mark that is not closed and a character that cannot be decoded are faults, never
//! guessed at. Nothing outside the file is ever read: XML with a document type is refused, so are YAML's references.

mod csv;
mod json;
mod tree;
mod xml;

use std::fmt;

use crate::policy::Encoding;

pub use self::csv::{Row, Table, table};

/// The largest table that is read: 256 MiB.
pub const MOST_TABLE: u64 = 256 << 20;

/// The largest tree (JSON, YAML, XML) that is read: 32 MiB.
const MOST_TREE: usize = 32 << 20;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A table with a row of names, RFC 4180.
    Csv,
    /// One object, or lists of them.
    Json,
    /// The same in YAML.
    Yaml,
    /// Elements below one root.
    Xml,
}

impl Kind {
    /// The endings of names, and what they mean.
    pub const ENDINGS: [(&'static str, Kind); 5] =
        [(".csv", Kind::Csv), (".json", Kind::Json), (".yaml", Kind::Yaml), (".yml", Kind::Yaml), (".xml", Kind::Xml)];

    /// Returns what a file is by its name, capitals or not.
    pub fn of(name: &str) -> Option<Kind> {
        let name = name.to_ascii_lowercase();
        Kind::ENDINGS.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, kind)| kind)
    }
}

/// Where something stands: for tables the row's first line and the column's number, else line and character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The value as it was typed.
    pub text: String,
    /// Where.
    pub spot: Spot,
}

/// A value that stands in none of the fields that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// The row it belongs to, from 0.
    pub row: usize,
    /// The name of its field.
    pub name: String,
    /// The value.
    pub cell: Cell,
}

/// Why a file cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}", .spot.map(|spot| format!("{spot}: ")).unwrap_or_default())]
pub struct Fault {
    /// Where; nothing if it is about the whole file.
    pub spot: Option<Spot>,
    /// What was found and what was expected.
    pub what: String,
}

impl Fault {
    /// Makes a fault at a place.
    pub fn at(spot: Spot, what: impl Into<String>) -> Fault {
        Fault { spot: Some(spot), what: what.into() }
    }

    /// Makes a fault of the whole file.
    pub fn whole(what: impl Into<String>) -> Fault {
        Fault { spot: None, what: what.into() }
    }
}

/// Decodes a file.
///
/// # Errors
/// A byte that does not belong to the encoding is a fault, with its line.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<String, Fault> {
    let newlines = |valid: &[u8]| valid.iter().filter(|byte| **byte == b'\n').count() as u64;
    match encoding {
        Encoding::Utf8 => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
                let line = newlines(&bytes[..error.valid_up_to()]) + 1;
                Fault::whole(format!("line {line} is not UTF-8 (Shift_JIS needs `encoding: shift-jis` in the policy)"))
            })
        }
        Encoding::ShiftJis => {
            let decoded = encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
            decoded.map(std::borrow::Cow::into_owned).ok_or_else(|| Fault::whole("it is not Shift_JIS"))
        }
    }
}

/// Returns the values of each of these fields, in the order of the file.
///
/// A field of a table is a column. A field of a tree is a path of names joined by points, through every list on the way:
/// `members.id`; in XML it begins below the root, and `@` before the last name means an attribute.
///
/// # Errors
/// The first fault found: also a field that is missing or empty in one place where the others have it.
pub fn fields(kind: Kind, text: &str, names: &[&str]) -> Result<Vec<Vec<Cell>>, Fault> {
    if kind != Kind::Csv && text.len() > MOST_TREE {
        return Err(Fault::whole(format!("it has {} bytes, the most is {MOST_TREE}", text.len())));
    }
    match kind {
        Kind::Csv => csv::columns(text, names),
        Kind::Json => names.iter().map(|name| json::read(text)?.values(name)).collect(),
        Kind::Yaml => names.iter().map(|name| tree::yaml(text)?.values(name)).collect(),
        Kind::Xml => xml::values(text, names),
    }
}

/// Returns the values of a JSON or YAML file that stand in none of the fields `names`. The field `key` has one value in each
/// row; what stands outside of every row belongs to the first.
///
/// # Errors
/// The first fault found.
pub fn others(kind: Kind, text: &str, names: &[&str], key: &str) -> Result<Vec<Other>, Fault> {
    match kind {
        Kind::Json => Ok(json::read(text)?.others(names, key)),
        Kind::Yaml => Ok(tree::yaml(text)?.others(names, key)),
        Kind::Csv | Kind::Xml => Err(Fault::whole("only JSON and YAML are trees of fields")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of one field, as `value@line`.
    fn values(kind: Kind, text: &str, name: &str) -> Result<Vec<String>, String> {
        let found = fields(kind, text, &[name]).map_err(|fault| fault.to_string())?;
        Ok(found[0].iter().map(|cell| format!("{}@{}:{}", cell.text, cell.spot.line, cell.spot.column)).collect())
    }

    #[test]
    fn the_same_field_is_found_in_every_kind_of_file() {
        for (kind, text, name, expected) in [
            (Kind::Csv, "member-id,made\nM1,2024-05-01\n\"M,2\",2024-05-02\n", "member-id", ["M1@2:1", "M,2@3:1"]),
            (Kind::Json, "[\n  {\"id\": \"M1\"},\n\t{ \"x\": 1, \"id\": 2 }\n]", "id", ["M1@2:10", "2@3:18"]),
            (
                Kind::Json,
                "{\"members\":[{\"id\":\"\\ud842\\udfb7\"},\n{\"id\":0}]}",
                "members.id",
                ["𠮷@1:19", "0@2:7"],
            ),
            (Kind::Yaml, "members:\n  - id: 001\n  - { id: M2 }\n", "members.id", ["001@2:9", "M2@3:11"]),
            (Kind::Xml, "<a>\n <m><id>M1</id></m>\n <m><id> M2 </id></m></a>", "m.id", ["M1@2:9", "M2@3:9"]),
            (Kind::Xml, "<a><m id=\"M1\"/>\n<m id='M2'/></a>", "m.@id", ["M1@1:7", "M2@2:4"]),
        ] {
            assert_eq!(values(kind, text, name).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_file_is_read_whole_or_not_at_all() {
        for (kind, text, name, part) in [
            (Kind::Csv, "id,made\nM1\n", "id", "line 2, column 1: the row has 1 value, the first row names 2"),
            (Kind::Csv, "id,made\nM1,a\n,b\n", "id", "line 3, column 1: `id` is empty"),
            (Kind::Csv, "id,made\nM1,a\n", "ids", "line 1, column 1: no column `ids`: did you mean `id`?"),
            (Kind::Csv, "id,id\nM1,a\n", "id", "line 1, column 2: the column `id` stands twice"),
            (Kind::Csv, "id,made\nM1,\"a\nM2,b\nM3,c\n", "id", "line 2, column 4: the quotation mark is not closed"),
            (Kind::Csv, "id,made\nM1,\"a\nM2,\"b\n", "id", "line 3, column 5: after a closing quotation mark"),
            (Kind::Csv, "id,made\nM1,5\" disk\n", "id", "line 2, column 5: a quotation mark inside a value"),
            (Kind::Csv, "id,made\n", "id", "no rows"),
            (Kind::Csv, "", "id", "empty"),
            (Kind::Json, "[{\"id\":\"M1\"},\n{\"ID\":\"M2\"}]", "id", "line 2, column 1: `id` is missing"),
            (Kind::Json, "[{\"id\":\"M1\",\"id\":\"M2\"}]", "id", "line 1, column 18: `id` stands twice"),
            (Kind::Json, "[{\"id\":\"M1\"},]", "id", "trailing comma"),
            (Kind::Json, "[{\"id\":{\"a\":1}}]", "id", "`id` holds an object"),
            (Kind::Json, "[{\"id\":null}]", "id", "`id` is empty"),
            (Kind::Json, "[]", "id", "no rows"),
            (Kind::Json, "{\"id\":\"M1\"}{}", "id", "trailing characters"),
            (Kind::Yaml, "a: &x M1\nid: *x\n", "id", "line 1"),
            (Kind::Yaml, "id: M1\nid: M2\n", "id", "line 2, column 1: `id` stands twice"),
            (Kind::Xml, "<a><m><id>M1</id></m><m/></a>", "m.id", "line 1, column 22: `id` is missing"),
            (Kind::Xml, "<a><m><id></id></m></a>", "m.id", "`id` is empty"),
            (Kind::Xml, "<a><m><id><b/></id></m></a>", "m.id", "`id` holds an element"),
            (Kind::Xml, "<!DOCTYPE a [<!ENTITY e \"M1\">]><a><id>&e;</id></a>", "id", "document type"),
            (Kind::Xml, "<a><id>&e;</id></a>", "id", "line 1"),
            (Kind::Xml, "<?xml version=\"1.0\" encoding=\"EUC-JP\"?><a><id>M1</id></a>", "id", "EUC-JP"),
        ] {
            let why = values(kind, text, name).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }

    #[test]
    fn what_stands_in_none_of_the_fields_is_told_with_its_row() {
        let json = r#"{"made":"2026","rows":[{"note":"a","id":"M1"},{"id":"M2","more":{"x":"b","y":["c",null]}}]}"#;
        let yaml = "made: 2026\nrows:\n  - { note: a, id: M1 }\n  - { id: M2, more: { x: b, y: [c, ] } }\n";
        for (kind, text) in [(Kind::Json, json), (Kind::Yaml, yaml)] {
            let others = others(kind, text, &["rows.id"], "rows.id").unwrap();
            let seen: Vec<_> = others.iter().map(|one| (one.row, one.name.as_str(), one.cell.text.as_str())).collect();
            let expected =
                [(0, "made", "2026"), (0, "rows.note", "a"), (1, "rows.more.x", "b"), (1, "rows.more.y", "c")];
            assert_eq!(seen, expected, "{kind:?}");
        }
    }

    #[test]
    fn text_is_decoded_without_guessing() {
        assert_eq!(decode(b"\xef\xbb\xbfid\n", Encoding::Utf8).unwrap(), "id\n");
        assert_eq!(decode(b"\x94\xd4\x8d\x86,x\n", Encoding::ShiftJis).unwrap(), "番号,x\n");
        assert!(decode(b"id\n\x94\xd4\n", Encoding::Utf8).unwrap_err().to_string().contains("line 2 is not UTF-8"));
        assert!(decode(b"\xff\xff", Encoding::ShiftJis).is_err());
    }

    #[test]
    fn a_name_says_what_a_file_is() {
        let of = |name| Kind::of(name);
        assert_eq!((of("a/B.CSV"), of("x.yml"), of("x.xml")), (Some(Kind::Csv), Some(Kind::Yaml), Some(Kind::Xml)));
        assert_eq!((of("x.pdf"), of("csv")), (None, None));
    }
}
