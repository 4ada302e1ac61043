//! Where a text stopped being YAML, if that is in its lines: spaces and dashes in front of the keys.
//!
//! In: the text, the line where reading stopped. Out: the fault with its own place. The rule it keeps: the reader of YAML
//! notices a line that is indented wrongly only by what follows; the line that is wrong is shown, not the one that is right.

use crate::diag::Said;
use crate::said;

/// A fault in the lines of a text.
#[derive(Debug)]
pub(super) struct Cause {
    /// The line, from 1.
    pub(super) line: u32,
    /// The column in characters, from 1.
    pub(super) column: u32,
    /// The letters that are wrong.
    pub(super) letters: String,
    /// What is wrong.
    pub(super) found: Said,
    /// What to do.
    pub(super) help: Said,
    /// What belongs there.
    pub(super) instead: Option<String>,
}

/// The space of a Japanese keyboard.
const WIDE: char = '\u{3000}';

/// A line with something in it.
#[derive(Clone, Copy)]
struct Line<'t> {
    number: u32,
    /// How many spaces stand in front.
    indentation: usize,
    /// What follows these.
    rest: &'t str,
}

/// Looks for a fault in the line where reading stopped, and in the one before.
pub(super) fn cause(text: &str, line: u32) -> Option<Cause> {
    let lines: Vec<Line<'_>> =
        (1..=line).zip(text.lines()).filter_map(|(number, line)| content(number, line)).collect();
    let last = lines.len().checked_sub(1)?;
    [last.checked_sub(1), Some(last)].into_iter().flatten().find_map(|n| {
        let (above, line) = (&lines[..n], lines[n]);
        wide(line)
            .or_else(|| glued(line))
            .or_else(|| after_end(line))
            .or_else(|| no_dash(above, line))
            .or_else(|| too_deep(above, line))
    })
}

fn content(number: u32, line: &str) -> Option<Line<'_>> {
    let rest = line.trim_start_matches(' ');
    let indentation = line.len() - rest.len();
    (!rest.trim().is_empty() && !rest.starts_with('#')).then_some(Line { number, indentation, rest })
}

impl Line<'_> {
    /// The column of what follows the spaces, and `skipped` letters of it.
    fn column(&self, skipped: usize) -> u32 {
        u32::try_from(self.indentation + skipped).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Whether it is an item of a list.
    fn is_item(&self) -> bool {
        self.rest == "-" || self.rest.starts_with("- ")
    }

    /// The key of a line `key: value`, and the value.
    fn key(&self) -> Option<(&str, &str)> {
        let (key, value) = self.rest.trim_start_matches(['-', ' ']).split_once(':')?;
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        (is_key && (value.is_empty() || value.starts_with(' '))).then(|| (key, value.trim()))
    }

    /// In which column its key begins, from 0.
    fn begins(&self) -> usize {
        self.indentation + self.rest.len() - self.rest.trim_start_matches(['-', ' ']).len()
    }
}

fn wide(line: Line<'_>) -> Option<Cause> {
    let before = line.rest.len() - line.rest.trim_start_matches([' ', WIDE]).len();
    let at = line.rest[..before].find(WIDE)?;
    Some(Cause {
        line: line.number,
        column: line.column(line.rest[..at].chars().count()),
        letters: WIDE.to_string(),
        found: said!("the line is indented by a full-width space", "行頭の字下げに全角の空白が使われています"),
        help: said!("indent by spaces of half width", "字下げには半角の空白を使ってください"),
        instead: None,
    })
}

fn glued(line: Line<'_>) -> Option<Cause> {
    let word = line.rest.strip_prefix('-')?;
    let (key, value) = word.split_once(':')?;
    let is_key = key.starts_with(|c: char| c.is_ascii_lowercase()) && (value.is_empty() || value.starts_with(' '));
    if !is_key || !key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
        return None;
    }
    Some(Cause {
        line: line.number,
        column: line.column(0),
        letters: format!("-{key}"),
        found: said!("the dash touches the word in `-{key}`", "`-{key}`のハイフンと語の間に空白がありません"),
        help: said!(
            "put a space after the dash: `- {key}: …`",
            "ハイフンの後に半角の空白を入れてください（`- {key}: …`）"
        ),
        instead: Some(format!("- {key}")),
    })
}

/// A word behind the bracket that ends a list or a map.
fn after_end(line: Line<'_>) -> Option<Cause> {
    let (key, value) = line.key()?;
    let mut open: Vec<char> = Vec::new();
    let mut quote = None;
    let ends = |(at, c): (usize, char)| {
        match (c, quote) {
            (_, Some(end)) => quote = Some(end).filter(|end| *end != c),
            ('"' | '\'', None) => quote = Some(c),
            ('[' | '{', None) => open.push(c),
            (']' | '}', None) => drop(open.pop()),
            _ => {}
        }
        (open.is_empty() && quote.is_none()).then_some(at + c.len_utf8())
    };
    let end = value.char_indices().find_map(ends).filter(|_| value.starts_with(['[', '{']))?;
    let word = value[end..].trim();
    if word.is_empty() || word.starts_with('#') {
        return None;
    }
    let before = line.rest.find(value)? + value.rfind(word)?;
    let bracket = &value[end - 1..end];
    Some(Cause {
        line: line.number,
        column: line.column(line.rest[..before].chars().count()),
        letters: word.to_owned(),
        found: said!(
            "`{word}` stands behind the `{bracket}` that ends the value of `{key}`",
            "`{key}`の値は`{bracket}`で終わっていますが、その後に`{word}`があります"
        ),
        help: said!(
            "write it before the `{bracket}`, put `#` in front of a remark, or take it away",
            "`{bracket}`の前に書くか、注記なら前に`#`を付けるか、取り除いてください"
        ),
        instead: None,
    })
}

/// A key in the column of the dashes of a list, whose items it is none of.
fn no_dash(above: &[Line<'_>], line: Line<'_>) -> Option<Cause> {
    let (key, _) = line.key().filter(|_| !line.is_item())?;
    let outer: Vec<&Line<'_>> = above.iter().filter(|other| other.indentation <= line.indentation).collect();
    let items = outer.iter().rev().take_while(|other| other.indentation == line.indentation && other.is_item()).count();
    let parent = outer.len().checked_sub(items + 1).and_then(|n| outer.get(n))?;
    // A list may stand in the column of the key it belongs to; the next key is no item of it then.
    if items == 0 || parent.indentation == line.indentation {
        return None;
    }
    let number = line.number;
    Some(Cause {
        line: number,
        column: line.column(0),
        letters: key.to_owned(),
        found: said!(
            "`{key}` stands where an item of the list begins, and has no dash",
            "`{key}`はリストの項目の始まる桁にありますが、ハイフンがありません"
        ),
        help: said!(
            "begin the item with a dash: `- {key}: …`, or indent line {number} further",
            "項目の始まりにハイフンを付ける（`- {key}: …`）か、{number}行目の字下げを増やしてください"
        ),
        instead: None,
    })
}

/// A key that stands further in than the key above, which has a value already.
fn too_deep(above: &[Line<'_>], line: Line<'_>) -> Option<Cause> {
    let (key, _) = line.key().filter(|_| !line.is_item())?;
    let before = above.last()?;
    let (_, value) = before.key()?;
    let is_whole = !value.is_empty() && !value.starts_with(['|', '>', '#']);
    let is_closed = [('{', '}'), ('[', ']'), ('"', '"'), ('\'', '\'')]
        .iter()
        .all(|(open, close)| !value.starts_with(*open) || (value.len() > 1 && value.ends_with(*close)));
    if !is_whole || !is_closed || line.indentation <= before.begins() {
        return None;
    }
    let (number, spaces, expected) = (line.number, line.indentation, before.begins());
    Some(Cause {
        line: number,
        column: line.column(0),
        letters: key.to_owned(),
        found: said!(
            "`{key}` is indented by {spaces} spaces, the key above it by {expected}",
            "`{key}`の字下げは空白{spaces}個ですが、すぐ上のキーは{expected}個です"
        ),
        help: said!(
            "compare the indentation of line {number} (spaces: {spaces}) with the lines above: the keys of one item begin in one column",
            "{number}行目の字下げ（空白{spaces}個）を前の行と比べてください。同じ項目のキーは同じ桁から始めます"
        ),
        instead: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_at_fault_is_shown() {
        for (text, line, expected) in [
            ("a:\n\u{3000}name: x\n  b: y\n", 3, Some((2, 1, "full-width space"))),
            ("a:\n  id: x\n   name: { ja: y }\n", 3, Some((3, 4, "3 spaces"))),
            ("a:\n  - id: x\n    b: y\n  id: z\n    b: y\n", 5, Some((4, 3, "has no dash"))),
            ("a:\n  -id: x\n   b: y\n", 3, Some((2, 3, "`-id`"))),
            ("a: [x] y\n", 1, Some((1, 8, "behind the `]`"))),
            ("a: [x, \"]\"] # y\nb: c: d\n", 2, None),
            ("a:\n- id: x\nb: c: d\n", 3, None),
            ("a:\n  b: >\n    text: more\n c: d\n", 4, None),
            ("a: x\nb: c: d\n", 2, None),
            ("", 9, None),
        ] {
            let found = cause(text, line);
            let place = found.as_ref().map(|cause| (cause.line, cause.column));
            assert_eq!(place, expected.map(|(line, column, _)| (line, column)), "{text}: {found:?}");
            if let (Some(found), Some((_, _, words))) = (found, expected) {
                assert!(found.found.en.contains(words), "{found:?}");
            }
        }
    }
}
