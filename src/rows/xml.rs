//! XML: elements below one root, by their local names.
//!
//! In: text. Out: the values of fields. The rule it keeps: a document type is refused, so that no entity is expanded and
//! nothing outside the file is read.

use roxmltree::{Document, Error, Node, ParsingOptions};

use super::{Cell, Fault, Spot};

/// The most elements, attributes and texts of one file.
const MOST_NODES: u32 = 5_000_000;

/// Returns the values of these fields.
pub(super) fn values(text: &str, names: &[&str]) -> Result<Vec<Vec<Cell>>, Fault> {
    declared(text)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| fault(&error))?;
    let lines = Lines::of(text);
    let field = |name: &&str| {
        let path: Vec<&str> = name.split('.').collect();
        let mut found = Vec::new();
        collect(document.root_element(), &path, &lines, &mut found)?;
        Ok(found)
    };
    names.iter().map(field).collect()
}

/// The text was decoded as the policy says; a file that declares another encoding was decoded wrongly.
fn declared(text: &str) -> Result<(), Fault> {
    let Some((head, _)) = text.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) else {
        return Ok(());
    };
    let Some((_, rest)) = head.split_once("encoding") else { return Ok(()) };
    let label = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '=');
    let label = label.trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
    let label = label.split(['"', '\'']).next().unwrap_or_default();
    let known = encoding_rs::Encoding::for_label(label.as_bytes());
    let is_known = known.is_some_and(|known| known == encoding_rs::UTF_8 || known == encoding_rs::SHIFT_JIS);
    if is_known {
        return Ok(());
    }
    Err(Fault::at(Spot { line: 1, column: 1 }, format!("it is encoded as {label}, expected UTF-8 or Shift_JIS")))
}

fn fault(error: &Error) -> Fault {
    if matches!(error, Error::DtdDetected) {
        return Fault::whole(
            "it has a document type (`<!DOCTYPE`), which is refused: nothing outside the file is read",
        );
    }
    let at = error.pos();
    let said = error.to_string();
    let said = said.split(" at ").next().unwrap_or_default().to_owned();
    Fault::at(Spot { line: u64::from(at.row), column: u64::from(at.col) }, format!("not XML: {said}"))
}

fn collect(element: Node<'_, '_>, path: &[&str], lines: &Lines<'_>, found: &mut Vec<Cell>) -> Result<(), Fault> {
    let spot = lines.spot(element.range().start);
    let Some((name, rest)) = path.split_first() else {
        return value(element, spot, lines, found);
    };
    let missing = || Err(Fault::at(spot, format!("`{name}` is missing")));
    if let (Some(attribute), true) = (name.strip_prefix('@'), rest.is_empty()) {
        let Some(it) = element.attributes().find(|it| it.name() == attribute) else { return missing() };
        let spot = lines.spot(it.range().start);
        if it.value().trim().is_empty() {
            return Err(Fault::at(spot, format!("`{name}` is empty")));
        }
        found.push(Cell { text: it.value().trim().to_owned(), spot });
        return Ok(());
    }
    let children: Vec<Node<'_, '_>> =
        element.children().filter(|child| child.is_element() && child.tag_name().name() == *name).collect();
    if children.is_empty() {
        return missing();
    }
    children.into_iter().try_for_each(|child| collect(child, rest, lines, found))
}

/// The text of an element, without the white space around it.
fn value(element: Node<'_, '_>, spot: Spot, lines: &Lines<'_>, found: &mut Vec<Cell>) -> Result<(), Fault> {
    let name = element.tag_name().name();
    if let Some(inner) = element.children().find(|child| child.is_element()) {
        return Err(Fault::at(lines.spot(inner.range().start), format!("`{name}` holds an element, expected a value")));
    }
    let texts = element.children().filter(|child| child.is_text());
    let text: String = texts.filter_map(|text| text.text()).collect();
    if text.trim().is_empty() {
        return Err(Fault::at(spot, format!("`{name}` is empty")));
    }
    let first = element.children().find(|child| child.is_text()).map_or(spot, |text| lines.spot(text.range().start));
    found.push(Cell { text: text.trim().to_owned(), spot: first });
    Ok(())
}

/// The first byte of each line.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl Lines<'_> {
    fn of(text: &str) -> Lines<'_> {
        Lines { text, starts: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect() }
    }

    fn spot(&self, byte: usize) -> Spot {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count());
        Spot { line: line as u64, column: column as u64 + 1 }
    }
}
