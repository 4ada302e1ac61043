//! Where a text stopped being YAML, if that is in the marks at the beginning of a line: dashes, comments and colons that are others.
//!
//! In: a line. Out: faults with what belongs there. The rule it keeps: what looks like a mark of YAML, or is one of another
//! language, is shown itself.

use crate::diag::Said;
use crate::said;

use super::cause::Cause;

/// Marks before the items of a list in other texts.
const DASHES: [char; 16] = ['・', '•', '–', '—', '―', '−', '‐', '‑', 'ー', '－', '·', '●', '○', '◦', '*', '+'];
/// How comments begin elsewhere.
const COMMENTS: [&str; 6] = ["//", "/*", "--", ";", "＃", "<!--"];
/// Spaces that are none for YAML.
const SPACES: [char; 5] = ['\u{a0}', '\u{3000}', '\u{2003}', '\u{2009}', '\u{202f}'];

/// Returns the first mark of a conflict that git left in a text; `stopped` is the line where reading stopped.
pub(super) fn conflict(text: &str, stopped: u32) -> Option<Cause> {
    let is_mark = |(number, line): &(u32, &str)| {
        ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark))
            || (line.trim_end() == "=======" && (*number == stopped || number.saturating_add(1) == stopped))
    };
    let (number, line) = (1..).zip(text.lines()).find(|line| is_mark(line))?;
    let found = said!("a conflict of two versions is not resolved here", "2つの版の競合が解消されていません");
    let help = said!(
        "choose between the two sides, then remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
        "どちらかの内容を選び、`<<<<<<<`、`=======`、`>>>>>>>`の行を取り除いてください"
    );
    Some(cause(number, line, (0, line.trim_end()), (found, help), None))
}

/// Returns the faults of a line's marks, the likeliest first.
pub(super) fn faults(number: u32, line: &str) -> Vec<Cause> {
    looked_at(number, line, &[comment, dash, touching, space, equals, glued])
}

/// Returns what a line lacks if it is none that goes on with the one before.
pub(super) fn lacks(number: u32, line: &str) -> Vec<Cause> {
    looked_at(number, line, &[no_colon])
}

fn looked_at(number: u32, line: &str, for_what: &[fn(&str) -> Option<Mark<'_>>]) -> Vec<Cause> {
    let rest = line.trim_start_matches(' ');
    let start = line.len() - rest.len();
    let marks = for_what.iter().filter_map(|look| look(rest));
    let at = |(skipped, letters, said, instead): Mark<'_>| {
        cause(number, line, (start + skipped, letters), said, Some(instead))
    };
    marks.map(at).collect()
}

/// Bytes that come before, the letters, what is said, what belongs there.
type Mark<'l> = (usize, &'l str, (Said, Said), String);

fn cause(
    number: u32,
    line: &str,
    (start, letters): (usize, &str),
    (found, help): (Said, Said),
    instead: Option<String>,
) -> Cause {
    let column = u32::try_from(line[..start].chars().count()).unwrap_or(u32::MAX).saturating_add(1);
    Cause { line: number, column, letters: letters.to_owned(), found, help, instead }
}

fn comment(rest: &str) -> Option<Mark<'_>> {
    let mark = COMMENTS.into_iter().find(|mark| rest.starts_with(mark) && !rest.starts_with("---"))?;
    let found = said!("a comment does not begin with `{mark}`", "コメントは`{mark}`では始まりません");
    let help = said!("begin it with `#` and a space", "`#`と半角の空白で始めてください");
    Some((0, &rest[..mark.len()], (found, help), "#".to_owned()))
}

fn dash(rest: &str) -> Option<Mark<'_>> {
    let mark = rest.chars().next().filter(|c| DASHES.contains(c))?;
    let letters = &rest[..mark.len_utf8()];
    let after = &rest[letters.len()..];
    let instead = if after.starts_with(' ') { "-" } else { "- " };
    let found = said!(
        "the item of a list begins with `{mark}`, which is no dash",
        "リストの項目が`{mark}`で始まっていますが、ハイフンではありません"
    );
    let help = said!("begin it with a hyphen and a space: `- `", "半角のハイフンと空白（`- `）で始めてください");
    Some((0, letters, (found, help), instead.to_owned()))
}

/// A dash that touches the braces, the brackets or the quotes of its item.
fn touching(rest: &str) -> Option<Mark<'_>> {
    let open = rest.strip_prefix('-')?.chars().next().filter(|c| matches!(c, '{' | '[' | '"' | '\''))?;
    let letters = rest.trim_end();
    let found = said!("the dash touches what follows in `{letters}`", "`{letters}`のハイフンの後に空白がありません");
    let help =
        said!("put a space after the dash: `- {open}`", "ハイフンの後に半角の空白を入れてください（`- {open}`）");
    Some((0, letters, (found, help), format!("- {}", &letters[1..])))
}

/// A space behind a colon that is none for YAML.
fn space(rest: &str) -> Option<Mark<'_>> {
    let (at, space) = rest.char_indices().find(|(at, c)| SPACES.contains(c) && rest[..*at].ends_with(':'))?;
    let code = space.escape_unicode();
    let found = said!(
        "the space behind the colon is another character (`{code}`)",
        "コロンの後の空白が別の文字（`{code}`）です"
    );
    let help = said!("write the space with the space bar, in half width", "半角の空白に打ち直してください");
    Some((at, &rest[at..at + space.len_utf8()], (found, help), " ".to_owned()))
}

/// The key that a line begins with behind its dashes: how many bytes come before, and its letters.
fn key(rest: &str) -> Option<(usize, &str)> {
    let begin = rest.len() - rest.trim_start_matches(['-', ' ']).len();
    let length = rest[begin..].find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))?;
    (length > 0).then(|| (begin, &rest[begin..begin + length]))
}

fn equals(rest: &str) -> Option<Mark<'_>> {
    let (begin, key) = key(rest)?;
    let after = &rest[begin + key.len()..];
    let sign = ["=>", "->", ":=", "="].into_iter().find(|sign| after.trim_start().starts_with(sign))?;
    let end = begin + key.len() + after.find(sign)? + sign.len();
    let letters = &rest[begin..end];
    let instead = if rest[end..].starts_with(' ') { format!("{key}:") } else { format!("{key}: ") };
    let found = said!("`{letters}` has no colon", "`{letters}`にはコロンがありません");
    let help = said!(
        "a key and its value are separated by a colon and a space: `{key}: …`",
        "キーと値は、コロンと半角の空白で区切ってください（`{key}: …`）"
    );
    Some((begin, letters, (found, help), instead))
}

/// A colon that touches its value.
fn glued(rest: &str) -> Option<Mark<'_>> {
    let (begin, key) = key(rest)?;
    let after =
        rest[begin + key.len()..].strip_prefix(':').filter(|after| !after.starts_with(' ') && !after.is_empty())?;
    let letters = rest[begin..].trim_end();
    let found = said!("the colon touches the value in `{letters}`", "`{letters}`のコロンと値の間に空白がありません");
    let help = said!("put a space after the colon: `{key}: …`", "コロンの後に半角の空白を入れてください（`{key}: …`）");
    Some((begin, letters, (found, help), format!("{key}: {}", after.trim_end())))
}

/// A word alone in front of its value, where a key belongs.
fn no_colon(rest: &str) -> Option<Mark<'_>> {
    let (begin, key) = key(rest)?;
    let is_word = rest[begin + key.len()..].starts_with(' ') && !rest.contains(": ");
    let found = said!("no colon stands behind `{key}`", "`{key}`の後にコロンがありません");
    let help = said!("put a colon after the key: `{key}: …`", "キーの後にコロンを入れてください（`{key}: …`）");
    is_word.then(|| (begin, key, (found, help), format!("{key}:")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_has_what_belongs_in_its_place() {
        for (line, expected) in [
            ("  ・ id: x", &[(3, "・", "-")][..]),
            ("  –id: x", &[(3, "–", "- ")]),
            ("  // how", &[(3, "//", "#")]),
            ("  -{ ja: x }", &[(3, "-{ ja: x }", "- { ja: x }")]),
            ("  medium = paper", &[(3, "medium =", "medium:")]),
            ("  - medium=paper", &[(5, "medium=", "medium: ")]),
            ("  medium:\u{a0}paper", &[(10, "\u{a0}", " "), (3, "medium:\u{a0}paper", "medium: \u{a0}paper")]),
            ("  medium:paper", &[(3, "medium:paper", "medium: paper")]),
            ("  medium: paper", &[]),
            ("", &[]),
        ] {
            let found = faults(1, line);
            let found: Vec<(u32, &str, &str)> =
                found.iter().map(|one| (one.column, &*one.letters, one.instead.as_deref().unwrap())).collect();
            assert_eq!(found, expected, "{line}");
        }
        assert_eq!(lacks(1, "  - medium paper")[0].instead.as_deref(), Some("medium:"));
        assert!(lacks(1, "  - medium: paper").is_empty());
    }

    #[test]
    fn the_first_mark_of_a_conflict_is_shown() {
        let found = conflict("a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n", 4).unwrap();
        assert_eq!((found.line, found.column, &*found.letters), (2, 1, "<<<<<<< HEAD"));
        assert!(conflict("a: \"<<<<<<< x\"\n=======\n", 4).is_none());
        assert!(conflict("a: b\n=======\n", 2).is_some());
    }
}
