//! Patterns of other languages in the place of one of paths: regular expressions, and lists in braces as shells have them.
//!
//! In: a text. Out: the fault, with the pattern as it is written here where that can be known. The rule it keeps: what is shown can
//! be read; `…` stands for the name of a date, which only the author knows.

use crate::said;

use super::fault::Fault;

/// Signs that only a regular expression has.
const SIGNS: [&str; 14] =
    ["\\d{", "\\d+", "\\d*", "\\d\\d", "\\w{", "\\w+", "\\w*", "[0-9]", "[^", "[a-z", "[A-Z", "(?", ".+", ".*\\."];

/// Signs of a regular expression and what stands for them here, the longer ones first.
const WRITTEN: [(&str, &str); 26] = [
    ("[0-9]", "\\d"),
    ("\\d\\d\\d\\d", "\\d{4}"),
    ("\\d\\d", "\\d{2}"),
    ("\\d{4}-\\d{2}-\\d{2}", "{…:date}"),
    ("\\d{4}\\d{2}\\d{2}", "{…:date}"),
    ("\\d{8}", "{…:date}"),
    ("\\d{4}-\\d{2}", "{…:month}"),
    ("\\d{4}", "{…:year}"),
    ("\\d{2}", "*"),
    ("\\d+", "*"),
    ("\\d*", "*"),
    ("\\d", "*"),
    ("\\w+", "*"),
    ("\\w*", "*"),
    ("[^/]+", "*"),
    ("[^/]*", "*"),
    ("[a-z]+", "*"),
    ("[A-Z]+", "*"),
    ("[A-Za-z]+", "*"),
    ("[a-zA-Z]+", "*"),
    (".*", "*"),
    (".+", "*"),
    ("\\.", "."),
    ("\\-", "-"),
    ("\\_", "_"),
    ("\\/", "/"),
];

/// A regular expression.
pub(super) fn regular_expression(text: &str, is_read: impl Fn(&str) -> bool) -> Option<Box<Fault>> {
    let bare = text.strip_prefix('^').unwrap_or(text);
    let bare = bare.strip_suffix('$').unwrap_or(bare);
    let has_both = text.starts_with('^') && text.ends_with('$');
    if !has_both && !SIGNS.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let mut path = bare.to_owned();
    for (sign, here) in WRITTEN {
        path = path.replace(sign, here);
    }
    while path.contains("**") {
        path = path.replace("**", "*");
    }
    let is_left = path.contains(['\\', '^', '$', '[', ']', '(', ')', '|', '+', '?']);
    let is_whole = !is_left && is_read(&named(&path));
    let why = said!("it is a regular expression", "正規表現が書かれています");
    let help = match is_whole {
        true if path.contains('…') => said!(
            "write `{path}`, with the names of declared dates for `…`",
            "`{path}`の形で、`…`に`dates`にある名前を入れて書いてください"
        ),
        true => said!("write `{path}`", "`{path}`と書いてください"),
        false => said!(
            "write the path with `*` for any characters of one name, and a date as `{{treated:month}}`",
            "1つの名前の任意の文字は`*`、日付は`{{treated:month}}`のように書いてください"
        ),
    };
    Some(Fault::new(0..text.len(), why, help))
}

/// The path with a name of its own for each date.
fn named(path: &str) -> String {
    let mut parts = path.split('…');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.enumerate().fold(first, |text, (n, part)| format!("{text}d{n}{part}"))
}

/// A list in braces, as shells have it: `*.{csv,tsv}`.
pub(super) fn alternatives(text: &str) -> Option<Box<Fault>> {
    /// The most patterns that are shown.
    const MOST: usize = 4;
    let start = text.match_indices('{').map(|(start, _)| start).find(|start| {
        let inside = text[start + 1..].split('}').next().unwrap_or_default();
        inside.contains(',') && !inside.contains(['{', ':', '/'])
    })?;
    let end = start + text[start..].find('}')?;
    let (before, list, after) = (&text[..start], &text[start + 1..end], &text[end + 1..]);
    let each = list.split(',').map(|one| format!("`{before}{}{after}`", one.trim()));
    let shown = each.take(MOST).collect::<Vec<_>>().join(", ");
    let why = said!("`{{{list}}}` is a list", "`{{{list}}}`は列挙です");
    let help = said!(
        "braces capture one value: write a pattern for each, {shown}",
        "波括弧は値を1つ読み取るものです。パターンを1つずつ書いてください（{shown}）"
    );
    Some(Fault::new(start..end + 1, why, help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(text: &str) -> Option<String> {
        let is_read = |path: &str| super::super::Pattern::parse(path).is_ok();
        regular_expression(text, is_read).or_else(|| alternatives(text)).map(|fault| fault.help.en)
    }

    #[test]
    fn what_other_languages_write_is_shown_as_it_is_written_here() {
        for (text, expected) in [
            (r"^receipts/\d{4}-\d{2}/.*\.csv$", "write `receipts/{…:month}/*.csv`"),
            (r"receipts/[0-9]{4}-[0-9]{2}-[0-9]{2}/[^/]+\.csv", "write `receipts/{…:date}/*.csv`"),
            (r"^receipts/(a|b)\.csv$", "write the path with `*`"),
            ("^receipts/a.csv$", "write `receipts/a.csv`"),
            ("receipts/*.{csv,tsv}", "`receipts/*.csv`, `receipts/*.tsv`"),
        ] {
            let help = help(text).unwrap();
            assert!(help.contains(expected), "{text}: {help}");
        }
        for text in ["receipts/{treated:month}/*.csv", r"receipts\data\a.csv", "a/.*", "a/~$*", "a/{b:c,d}"] {
            assert_eq!(help(text), None, "{text}");
        }
    }
}
