//! What to do about a text that is not YAML: the reader of YAML stops where it noticed, people err further up.
//!
//! In: the text, the line and column where reading stopped. Out: the likely cause and the next step. The rule it keeps: a
//! guess names the line it speaks of, so that it can be seen at once whether it is right.

use crate::diag::Said;
use crate::policy::check::half_width_colon;
use crate::said;

/// Says what was probably meant, for a text that stopped making sense at a line and a column from 1.
pub(super) fn hint(text: &str, line: u32, column: u32) -> Said {
    let index = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    if line_of(text, line).chars().nth(index).is_some_and(char::is_control) {
        return said!(
            "remove the control character, which many editors do not show",
            "多くのエディターでは見えない制御文字があります。取り除いてください"
        );
    }
    if [line.saturating_sub(1), line].into_iter().any(|line| full_width(line_of(text, line))) {
        return half_width_colon();
    }
    if let Some(line) = open_quote(text, line) {
        return said!(
            "line {line} has a `\"` without its partner: close it there",
            "{line}行目の`\"`に対になるものがありません：その行で閉じてください"
        );
    }
    if let Some((line, _, open)) = open_brackets(text, line, column).pop() {
        let is_cut = line_of(text, line).contains(" #");
        return match is_cut {
            true => said!(
                "the `{open}` of line {line} has no partner, because ` #` begins a comment: put the text into quotes",
                "{line}行目の`{open}`に対になるものがありません。` #`から後ろはコメントになるので、文を引用符で囲んでください"
            ),
            false => said!(
                "the `{open}` of line {line} has no partner before this place: close it, or look for a comma that is missing",
                "{line}行目の`{open}`がここまでに閉じられていません：閉じるか、抜けているカンマを補ってください"
            ),
        };
    }
    if let Some(key) = glued(line_of(text, line)) {
        return said!(
            "put a space after the colon: `{key}: …`",
            "コロンの後に半角の空白を入れてください（`{key}: …`）"
        );
    }
    let indentation = indentation(line_of(text, line));
    if line > 1 && usize::try_from(column).is_ok_and(|column| column == indentation + 1) {
        return said!(
            "compare the indentation of line {line} (spaces: {indentation}) with the lines above: the keys of one item begin in one column",
            "{line}行目の字下げ（空白{indentation}個）を前の行と比べてください。同じ項目のキーは同じ桁から始めます"
        );
    }
    said!(
        "quotes and brackets come in pairs, and a text with `: ` or ` #` in it needs quotes",
        "引用符と括弧は必ず対にし、`: `や` #`を含む文は引用符で囲んでください"
    )
}

/// A line by its number; an empty one where there is none.
pub(super) fn line_of(text: &str, line: u32) -> &str {
    let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    text.lines().nth(index).unwrap_or_default()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The first line up to `last` with an odd number of quotes: reading goes wrong only at the next quote, far below.
fn open_quote(text: &str, last: u32) -> Option<u32> {
    let odd = |line: &str| !line.trim_start().starts_with('#') && line.matches('"').count() % 2 == 1;
    (1..=last).zip(text.lines()).find(|(_, line)| odd(line)).map(|(number, _)| number)
}

/// Returns whether a quote or a bracket is open where a line begins: then its spaces say nothing.
pub(super) fn is_open(text: &str, line: u32) -> bool {
    open_quote(text, line).is_some() || depth(text, line, 1) > 0
}

/// Returns the innermost bracket that is open where a line begins.
pub(super) fn open_bracket(text: &str, line: u32) -> Option<char> {
    open_brackets(text, line, 1).pop().map(|(_, _, bracket)| bracket)
}

/// Returns how many brackets are open at a place.
pub(super) fn depth(text: &str, line: u32, column: u32) -> usize {
    open_brackets(text, line, column).len()
}

/// The brackets that are open at a place, the innermost last, with their lines and columns; quoted texts and comments hold
/// none.
pub(super) fn open_brackets(text: &str, last: u32, column: u32) -> Vec<(u32, u32, char)> {
    let mut open: Vec<(u32, u32, char)> = Vec::new();
    for (number, line) in (1..=last).zip(text.lines()) {
        let length =
            if number == last { usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1) } else { usize::MAX };
        let (mut is_quoted, mut before) = (false, ' ');
        for (column, c) in (1..).zip(line.chars().take(length)) {
            match c {
                '"' => is_quoted = !is_quoted,
                '#' if !is_quoted && before == ' ' => break,
                // Inside a word a bracket is a letter, unless another one is open already.
                '{' | '[' if !is_quoted && (!open.is_empty() || matches!(before, ' ' | '-')) => {
                    open.push((number, column, c))
                }
                '}' | ']' if !is_quoted => drop(open.pop()),
                _ => {}
            }
            before = c;
        }
    }
    open
}

/// Whether after the key of a line a colon or a space of full width stands.
fn full_width(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '-']);
    let key = line.len() - line.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '-').len();
    key > 0 && (line[key..].starts_with('：') || line[key..].starts_with(":\u{3000}"))
}

/// The key of a line `key:value`, which is one word for YAML.
fn glued(line: &str) -> Option<&str> {
    let line = line.trim_start_matches([' ', '-']);
    let (key, rest) = line.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    (is_key && rest.starts_with(|c: char| c.is_alphanumeric() || c == '"')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_cause_is_named_with_its_line() {
        for (text, line, column, words) in [
            ("a: \"x\nb: \"y\"\n", 2, 5, "line 1 has a `\"`"),
            ("a: { b: x\nc: 1\n", 2, 2, "the `{` of line 1"),
            ("a: [x, \"]\"\nc: 1\n", 2, 2, "the `[` of line 1"),
            ("a: { b: x #1 }\nc: 1\n", 2, 2, "` #` begins a comment"),
            ("a: 1\nb:2\nc: 3\n", 2, 1, "`b: …`"),
            ("a:\n  b: 1\n c: 2\n", 3, 2, "line 3 (spaces: 1)"),
            ("a: b: c\n", 1, 5, "come in pairs"),
            ("a: 1\ndates：[]\nb: 2\n", 3, 1, "of half width"),
            ("a: 1\ndates:\u{3000}[]\nb: 2\n", 2, 1, "of half width"),
            ("a: x{y\nb: c: d\n", 2, 5, "come in pairs"),
        ] {
            assert!(hint(text, line, column).en.contains(words), "{text}: {:?}", hint(text, line, column));
        }
    }

    #[test]
    fn places_outside_of_the_text_are_no_reason_to_stop() {
        for (text, line, column) in [("", 1, 1), ("", 9, 9), ("{", 1, 99), ("あ", u32::MAX, u32::MAX)] {
            assert!(!hint(text, line, column).ja.is_empty());
        }
    }
}
