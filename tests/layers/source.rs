//! Reads Rust source just far enough to see which modules and crates it names.
//!
//! In: the text of one file. Out: its code without comments, contents of strings and unit tests, and the paths it names,
//! with lines. The rule it keeps: a name in doubt counts as named, so that nothing is allowed by mistake.

/// One word or sign of the code, with its line from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// A path the code names: `crate::policy::Period` is `["crate", "policy", "Period"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// Returns the tokens of `source` without its comments, literals and unit tests.
pub fn tokens(source: &str) -> Vec<Token> {
    let blank = without_text(source);
    let lines = blank.lines().enumerate();
    let all = lines.flat_map(|(n, line)| words(line).map(move |text| Token { text: text.to_owned(), line: n + 1 }));
    without_tests(all.collect())
}

/// Splits a line into words, `::` and single signs.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        rest = after;
        Some(word)
    })
}

/// Replaces comments and literals by spaces; line breaks stay.
fn without_text(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let in_word = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        match text_length(rest, in_word) {
            Some(length) => {
                out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
                rest = &rest[length..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// Returns the length of the comment or literal that `rest` begins with.
fn text_length(rest: &str, in_word: bool) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if rest.starts_with('"') {
        return Some(quoted(rest));
    }
    if rest.starts_with('\'') {
        return character(rest);
    }
    if in_word {
        return None;
    }
    let prefix = ["br", "cr", "r", "b", "c"].into_iter().find(|prefix| rest.starts_with(prefix))?;
    let after = &rest[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    match (after[hashes..].starts_with('"'), prefix.ends_with('r')) {
        (true, true) => {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = prefix.len() + hashes + 1;
            Some(rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len()))
        }
        (true, false) if hashes == 0 => Some(prefix.len() + quoted(after)),
        _ if prefix == "b" && after.starts_with('\'') => character(after).map(|length| length + 1),
        _ => None,
    }
}

/// Returns the length of a block comment, the comments inside it included.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Returns the length of a string in `"`, the quotes included.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Returns the length of a character literal, or `None` where `'` begins a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        return chars.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1)
}

/// Leaves out what stands under `#[cfg(test)]`: an item up to its closing brace or its semicolon.
fn without_tests(all: Vec<Token>) -> Vec<Token> {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::with_capacity(all.len());
    let mut at = 0;
    while at < all.len() {
        let marked = all[at..].iter().take(mark.len()).map(|token| token.text.as_str()).eq(mark);
        if marked {
            at += mark.len();
            at += item_length(&all[at..]);
        } else {
            kept.push(all[at].clone());
            at += 1;
        }
    }
    kept
}

/// Returns the number of tokens of the item at the beginning of `rest`.
fn item_length(rest: &[Token]) -> usize {
    let mut depth = 0usize;
    for (at, token) in rest.iter().enumerate() {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        // A closing brace ends a body, a semicolon everything else; `use a::{b, c};` is both.
        let ends = matches!(token.text.as_str(), "}" | ";") && depth == 0;
        if ends {
            let semicolon = rest.get(at + 1).is_some_and(|next| token.text == "}" && next.text == ";");
            return at + 1 + usize::from(semicolon);
        }
    }
    rest.len()
}

/// Returns every path of the code with at least two segments, the branches of `use` trees one by one, and the lone names
/// of `use name;`.
pub fn paths(tokens: &[Token]) -> Vec<Named> {
    let text = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.text.as_str());
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (before, second) = (text(at.checked_sub(1)), text(at.checked_sub(2)));
        let goes_on = before == "::" && (second == ">" || at >= 2 && is_name(&tokens[at - 2]));
        let is_visibility = second == "(" && before == "in";
        if !is_name(&tokens[at]) || goes_on || is_visibility {
            at += 1;
            continue;
        }
        let count = found.len();
        at = branch(tokens, at, &[], &mut found).max(at + 1);
        let is_import = before == "use" || before == "::" && second == "use";
        if !is_import && found[count..].iter().all(|named| named.path.len() == 1) {
            found.truncate(count);
        }
    }
    found
}

/// Words that may stand before a path without belonging to it.
const WORDS: &[&str] = &["as", "dyn", "else", "if", "impl", "in", "match", "move", "mut", "return", "use", "while"];

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name(token: &Token) -> bool {
    token.text.starts_with(is_name_start) && !WORDS.contains(&token.text.as_str())
}

/// Reads one branch of a path that begins at `at`; returns where it ends.
fn branch(tokens: &[Token], mut at: usize, above: &[String], found: &mut Vec<Named>) -> usize {
    let mut path = above.to_vec();
    let line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => return group(tokens, at + 1, &path, found),
            "self" if !path.is_empty() => {}
            "*" => path.push("*".to_owned()),
            _ if is_name(token) => path.push(token.text.clone()),
            _ => break,
        }
        at += 1;
        if tokens.get(at).is_none_or(|next| next.text != "::") {
            break;
        }
        at += 1;
    }
    found.push(Named { path, line });
    at
}

/// Reads the branches between braces; returns where the group ends.
fn group(tokens: &[Token], mut at: usize, above: &[String], found: &mut Vec<Named>) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "}" => return at + 1,
            "," => at += 1,
            "as" => at += 2,
            _ => at = branch(tokens, at, above, found).max(at + 1),
        }
    }
    at
}

mod tests {
    use super::*;

    fn named(source: &str) -> Vec<String> {
        paths(&tokens(source)).into_iter().map(|named| named.path.join("::")).collect()
    }

    #[test]
    fn use_trees_are_taken_apart() {
        let source = "use crate::{policy::{Keep as K, Leg}, calendar::{self, Date}, vault::*};";
        let expected = [
            "crate::policy::Keep",
            "crate::policy::Leg",
            "crate::calendar",
            "crate::calendar::Date",
            "crate::vault::*",
        ];
        assert_eq!(named(source), expected);
        assert_eq!(named("use age;\npub use png as p;"), ["age", "png"]);
        assert_eq!(named("use ::age::Identity;"), ["age::Identity"]);
        assert_eq!(named("use ::age;"), ["age"]);
    }

    #[test]
    fn paths_in_expressions_and_types_are_found() {
        let source = "fn f(a: &crate::policy::Class) -> super::Held { age::x::<u8>(a.b, self::c()) }";
        assert_eq!(named(source), ["crate::policy::Class", "super::Held", "age::x", "self::c"]);
        assert_eq!(named("pub(in crate::policy) struct A; match x { Kind::A => {} }"), ["Kind::A"]);
    }

    #[test]
    fn comments_and_literals_name_nothing() {
        let source = r###"
            //! [`crate::policy`]
            /* crate::a /* crate::b */ crate::c */
            const A: &str = "crate::d \" crate::e"; const B: &[u8] = br#"crate::f " "#; // crate::g
            const C: (char, char, u8) = ('"', '\'', b'"'); fn f<'a>(x: &'a crate::H) {}
        "###;
        assert_eq!(named(source), ["crate::H"]);
    }

    #[test]
    fn unit_tests_are_left_out_and_lines_stay() {
        let source = "use crate::a::B;\n#[cfg(test)]\nmod tests {\n  use crate::c::D;\n  fn f() {}\n}\n\
                      #[cfg(test)]\nuse crate::{e, f};\n#[cfg(test)]\nfn g() { crate::h::i() }\nuse crate::j::K;";
        let found = paths(&tokens(source));
        let lines: Vec<_> = found.iter().map(|named| (named.path.join("::"), named.line)).collect();
        assert_eq!(lines, [("crate::a::B".to_owned(), 1), ("crate::j::K".to_owned(), 11)]);
    }
}
