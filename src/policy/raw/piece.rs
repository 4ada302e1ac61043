//! The values of one line as a person reads them.
//!
//! In: a line, and the bracket that is open where it begins. Out: its pieces with their bytes. The rule it keeps: a bracket or a
//! brace within a word belongs to the word, as in `receipts/{treated:month}-*.csv`, whatever YAML makes of it.

use std::ops::Range;

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// Behind a key or a dash, up to the end of the line.
    Line,
    /// Between square brackets.
    List,
    /// Between braces.
    Map,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A value that is one text.
    Value {
        /// Its bytes in the line.
        at: Range<usize>,
        /// Where it stands.
        within: Within,
        /// The key that it belongs to, if there is one in the line.
        key: Option<Range<usize>>,
    },
    /// A comma with nothing in front of it: from the comma or bracket before.
    Empty(Range<usize>),
    /// What follows a closing bracket at the end of a line.
    After(Range<usize>),
}

impl Piece {
    /// Returns a value with as many bytes more as follow in the next lines.
    pub(super) fn longer_by(self, more: usize) -> Piece {
        match self {
            Piece::Value { at, within, key } => Piece::Value { at: at.start..at.end + more, within, key },
            other => other,
        }
    }
}

/// Returns the pieces of a line; `open` is the bracket that is open where it begins.
pub(super) fn pieces(line: &str, open: Option<char>) -> Vec<Piece> {
    let mut scan = Scan { line, at: 0, stack: open.into_iter().collect(), found: Vec::new() };
    scan.spaces();
    match open {
        Some(_) => scan.flow(),
        None => scan.block(),
    }
    scan.found
}

struct Scan<'l> {
    line: &'l str,
    at: usize,
    /// The brackets that are open.
    stack: Vec<char>,
    found: Vec<Piece>,
}

impl<'l> Scan<'l> {
    fn rest(&self) -> &'l str {
        &self.line[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn spaces(&mut self) {
        self.at = self.line.len() - self.rest().trim_start_matches(' ').len();
    }

    /// What stands behind dashes and a key.
    fn block(&mut self) {
        while self.rest().starts_with("- ") {
            self.at += 1;
            self.spaces();
        }
        let key = self.key();
        match self.next() {
            None | Some('#') => {}
            Some('[' | '{') if !self.is_word() => self.flow(),
            Some(_) => {
                let rest = self.rest();
                let end = if rest.starts_with(['"', '\'']) { None } else { rest.find(" #") };
                let length = rest[..end.unwrap_or(rest.len())].trim_end().len();
                self.found.push(Piece::Value { at: self.at..self.at + length, within: Within::Line, key });
            }
        }
    }

    /// Takes a key and the spaces behind it, if one stands here.
    fn key(&mut self) -> Option<Range<usize>> {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
        let after = rest[length..].strip_prefix(':')?;
        if length == 0 || !(after.is_empty() || after.starts_with(' ')) {
            return None;
        }
        let key = self.at..self.at + length;
        self.at += length + 1;
        self.spaces();
        Some(key)
    }

    /// Whether the bracket that stands here begins a word: something follows the closing one at once.
    fn is_word(&self) -> bool {
        let mut depth = 0_usize;
        for (at, c) in self.rest().char_indices() {
            match c {
                '[' | '{' => depth += 1,
                ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                let after = self.rest()[at + c.len_utf8()..].chars().next();
                return !matches!(after, None | Some(',' | ']' | '}' | ' ' | ':' | '#'));
            }
        }
        false
    }

    /// Values between brackets, up to the last closing one.
    fn flow(&mut self) {
        // Where the last comma or opening bracket stands with nothing behind it yet.
        let mut bare: Option<usize> = None;
        while let Some(c) = self.next() {
            let at = self.at;
            match c {
                ' ' => self.spaces(),
                '#' if at == 0 || self.line[..at].ends_with(' ') => return,
                '[' | '{' if !self.is_word() => {
                    self.stack.push(c);
                    self.at += 1;
                    bare = Some(at);
                }
                ']' | '}' => {
                    self.stack.pop();
                    self.at += 1;
                    bare = None;
                    if self.stack.is_empty() {
                        let rest = self.rest();
                        if !rest.trim().is_empty() && !rest.trim_start_matches(' ').starts_with('#')
                            || rest.starts_with('#')
                        {
                            self.found.push(Piece::After(self.at..self.line.trim_end().len()));
                        }
                        return;
                    }
                }
                ',' => {
                    self.at += 1;
                    if let Some(before) = bare {
                        self.found.push(Piece::Empty(before..self.at));
                    }
                    bare = Some(at);
                }
                _ => {
                    bare = None;
                    self.value();
                }
            }
        }
    }

    fn value(&mut self) {
        let within = if self.stack.last() == Some(&'{') { Within::Map } else { Within::List };
        let key = self.key();
        if matches!(self.next(), None | Some(',' | ']' | '}'))
            || (matches!(self.next(), Some('[' | '{')) && !self.is_word())
        {
            return;
        }
        let length = self.rest()[..self.value_end()].trim_end().len();
        self.found.push(Piece::Value { at: self.at..self.at + length, within, key });
        self.at += length;
    }

    /// Where a value between brackets ends, in bytes from here.
    fn value_end(&self) -> usize {
        let rest = self.rest();
        let is_end = |after: &str| after.trim_start().is_empty() || after.trim_start().starts_with([',', ']', '}']);
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '“' | '‘')) {
            let close = match quote {
                '“' => '”',
                '‘' => '’',
                same => same,
            };
            let mut is_escaped = false;
            for (at, c) in rest.char_indices().skip(1) {
                if c == close && !is_escaped && is_end(&rest[at + c.len_utf8()..]) {
                    return at + c.len_utf8();
                }
                is_escaped = quote == '"' && c == '\\' && !is_escaped;
            }
        }
        let mut depth = 0_usize;
        for (at, c) in rest.char_indices() {
            match c {
                '[' | '{' => depth += 1,
                ']' | '}' if depth > 0 => depth -= 1,
                ']' | '}' => return at,
                ',' if depth == 0 => return at,
                '#' if rest[..at].ends_with(' ') => return at,
                _ => {}
            }
        }
        rest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of a line, as they are written there.
    fn shown(line: &str, open: Option<char>) -> Vec<String> {
        let show = |piece: Piece| match piece {
            Piece::Value { at, .. } => line[at].to_owned(),
            Piece::Empty(at) => format!("empty {}", &line[at]),
            Piece::After(at) => format!("after {}", &line[at]),
        };
        pieces(line, open).into_iter().map(show).collect()
    }

    #[test]
    fn a_line_falls_into_what_a_person_reads_in_it() {
        for (line, open, expected) in [
            ("  a: b c # d", None, &["b c"][..]),
            ("  - - a: \"b # c\"", None, &["\"b # c\""]),
            ("a: [x/{t:month}/{s}-*.csv, {t:month}/y]", None, &["x/{t:month}/{s}-*.csv", "{t:month}/y"]),
            ("a: [b, , c,, d]", None, &["b", "empty , ,", "c", "empty ,,", "d"]),
            ("a: [, b]", None, &["empty [,", "b"]),
            ("a: { b: c: d, e: 'f's g', h: \"i, j\" }", None, &["c: d", "'f's g'", "\"i, j\""]),
            ("a: { b: [c, d], e: {} } f", None, &["c", "d", "after  f"]),
            ("a: [b]#c", None, &["b", "after #c"]),
            ("a: [b] # c", None, &["b"]),
            ("  b: “c, d” }", Some('{'), &["“c, d”"]),
            ("a: {b: ", None, &[]),
            ("", None, &[]),
        ] {
            assert_eq!(shown(line, open), expected, "{line}");
        }
    }
}
