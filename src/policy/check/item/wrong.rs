//! What is said of a value in another shape than its key takes, and what to write instead.
//!
//! In: the node, what the key takes as far as that is known. Out: findings of `section.wrong-type`. The rule it keeps: the
//! help shows the line to write; where the value that is there belongs into it, the replacement is that line.

use crate::diag::{Finding, Said};
use crate::policy::check::desk::{Desk, Refused};
use crate::policy::pattern::is_kebab_case;
use crate::policy::raw::{Node, Value};
use crate::policy::rules::section;
use crate::policy::shape::written::{in_each, language_of, quoted, written};
use crate::policy::shape::{Look, Shape, Takes};
use crate::said;

use super::advice::half_width_colon;

/// The shape that a place takes, as far as its reader knows it.
#[derive(Clone, Copy)]
pub(in crate::policy::check) enum Expected {
    /// A map, of this shape.
    Map(Option<&'static Shape>),
    /// A list of these.
    List(Option<&'static Takes>),
    /// One line of text.
    Text,
}

/// Reports a value of another shape than expected.
pub(in crate::policy::check) fn wrong_type(desk: &Desk, node: &Node, expected: Expected) -> Refused {
    let word = shown(node);
    if is_full_width(node) {
        return desk.refuse(mismatch(node, expected).help(half_width_colon()));
    }
    desk.refuse(match (expected, word) {
        (Expected::List(of), Some(word)) => one_item(desk, node, word, of),
        (Expected::Map(Some(shape)), Some(word)) => one_key(desk, node, word, shape),
        (Expected::List(_) | Expected::Map(_), _) | (Expected::Text, _) => {
            mismatch(node, expected).help(next_step(desk, node, expected))
        }
    })
}

/// The most bytes of a value that are shown in what is to be written.
const MOST_SHOWN: usize = 400;

/// What is written there, if it can be shown again.
fn shown(node: &Node) -> Option<&str> {
    node.scalar().filter(|word| !word.trim().is_empty() && word.len() <= MOST_SHOWN)
}

fn mismatch(node: &Node, expected: Expected) -> Finding {
    let kind = node.value.kind();
    let (kind, kind_ja) = (kind.en, kind.ja);
    let Said { en, ja } = match expected {
        Expected::Map(_) => said!("a map", "キーと値の組"),
        Expected::List(_) => said!("a list", "リスト"),
        Expected::Text => said!("a text", "文字列"),
    };
    let found = said!("found {kind}, expected {en}", "{kind_ja}が書かれていますが、{ja}が必要です");
    Finding::at(&section::WRONG_TYPE, node.place(), found)
}

/// What to do about a value of another shape.
fn next_step(desk: &Desk, node: &Node, expected: Expected) -> Said {
    match (expected, &node.value) {
        (Expected::Text, Value::List(_)) => {
            said!("write one text, without dashes and brackets", "`-`や角括弧を付けずに、1つだけ書いてください")
        }
        (Expected::Text, _) => said!("write a text in one line", "1行の文字列で書いてください"),
        (Expected::Map(_), Value::List(_)) => said!(
            "write the keys without dashes, each with its value: `key: value`",
            "`-`を付けずに、`キー: 値`の形で書いてください"
        ),
        (Expected::Map(Some(shape)), _) => {
            let shown = written(&Takes::Map(shape), desk.languages());
            said!("write it as `{shown}`", "`{shown}`の形で書いてください")
        }
        (Expected::Map(None), _) => {
            said!("write keys below it, each with its value: `key: value`", "その下に`キー: 値`の形で書いてください")
        }
        (Expected::List(Some(of)), Value::Map(_)) if matches!(of.look(), Look::Line) => {
            let item = written(of, desk.languages());
            said!("write the items in brackets: `[{item}]`", "`[{item}]`のように、項目を角括弧で囲んでください")
        }
        (Expected::List(_), Value::Map(_)) => said!(
            "begin each item with a dash, or put it into brackets: `[{{ … }}]`",
            "項目ごとに先頭に`-`を付けるか、`[{{ … }}]`のように角括弧で囲んでください"
        ),
        (Expected::List(of), _) => {
            let item = of.map_or_else(|| "…".to_owned(), |of| written(of, desk.languages()));
            said!(
                "write `[{item}]`, or leave the key out where there is none",
                "`[{item}]`の形で書くか、なければキーごと除いてください"
            )
        }
    }
}

/// The finding for one word in the place of a map: it is shown behind the key that it belongs to.
fn one_key(desk: &Desk, node: &Node, word: &str, shape: &'static Shape) -> Finding {
    let found =
        said!("found the text `{word}`, expected a map", "文字列`{word}`が書かれていますが、キーと値の組が必要です");
    let finding = Finding::at(&section::WRONG_TYPE, node.place(), found);
    let [key] = shape.keys else {
        return finding.help(next_step(desk, node, Expected::Map(Some(shape))));
    };
    let value = match key.takes {
        Takes::Number => word.replace([',', '_', ' '], ""),
        _ => word.to_owned(),
    };
    if matches!(key.takes, Takes::Number) && value.parse::<u32>().is_err() {
        return finding.help(next_step(desk, node, Expected::Map(Some(shape))));
    }
    let shown = format!("{{ {}: {value} }}", key.name);
    let finding = finding.help(said!("write `{shown}`", "`{shown}`の形で書いてください"));
    if is_as_typed(node, word) && is_plain(&value) { finding.replace_by(shown) } else { finding }
}

/// The finding for one word, or words with commas, in the place of a list: they are shown in brackets.
fn one_item(desk: &Desk, node: &Node, word: &str, of: Option<&'static Takes>) -> Finding {
    let found = said!("found the text `{word}`, expected a list", "文字列`{word}`が書かれていますが、リストが必要です");
    let finding = Finding::at(&section::WRONG_TYPE, node.place(), found);
    let (list, is_whole) = match of {
        Some(of) if word == "all" => {
            let item = written(of, desk.languages());
            return finding
                .help(said!("name each of them: `[{item}, …]`", "1つずつ書き並べてください（`[{item}, …]`）"));
        }
        _ if word == "none" => ("[]".to_owned(), is_as_typed(node, word)),
        Some(Takes::Text) => {
            let (text, is_whole) = in_languages(desk, word);
            (format!("[{text}]"), is_whole && is_as_typed(node, word))
        }
        Some(map @ Takes::Map(_)) => (format!("[{}]", written(map, desk.languages())), false),
        Some(_) | None if word.len() > 1 && word.starts_with('-') => {
            let (list, help) = dashes(word);
            let is_one_line = node.part(0..word.len()).is_some();
            return if is_one_line { finding.help(help).replace_by(list) } else { finding.help(help) };
        }
        Some(_) | None if several(word).is_some() => {
            (format!("[{}]", several(word).unwrap_or_default().join(", ")), node.part(0..word.len()).is_some())
        }
        Some(_) | None if is_as_typed(node, word) && is_plain(word) => (format!("[{word}]"), true),
        Some(_) | None => {
            let quoted = serde_json::to_string(word).unwrap_or_default();
            (format!("[{quoted}]"), node.part(0..word.len()).is_some())
        }
    };
    let help = said!("write `{list}`: a list stands in brackets", "リストは角括弧で囲みます（`{list}`）");
    let finding = finding.help(help);
    if is_whole { finding.replace_by(list) } else { finding }
}

/// The list of items whose dashes touch them, and what to do: YAML reads them all as one text.
fn dashes(word: &str) -> (String, Said) {
    let item =
        |part: &str| if is_plain(part) { part.to_owned() } else { serde_json::to_string(part).unwrap_or_default() };
    let items: Vec<String> = word[1..].split(" -").map(|part| item(part.trim())).collect();
    let (first, list) = (&items[0], format!("[{}]", items.join(", ")));
    let help = said!(
        "put a space after each dash: `- {first}`; or write `{list}`",
        "ハイフンの後に半角の空白を入れてください（`- {first}`）。`{list}`と書くこともできます"
    );
    (list, help)
}

/// The names of a list whose items lost their commas, or the spaces behind their dashes.
fn several(word: &str) -> Option<Vec<&str>> {
    let parts = word.split([' ', '、', '，']).map(|part| part.trim_start_matches('-').trim_end_matches(','));
    let names: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    (names.len() > 1 && names.iter().all(|name| is_kebab_case(name))).then_some(names)
}

/// The finding for a value that is no text in each language: a plain word is shown in its place among them.
pub(super) fn one_language(desk: &Desk, node: &Node) -> Finding {
    let languages = desk.languages();
    let shape = in_each(languages, None);
    let Some(word) = shown(node) else {
        let kind = node.value.kind();
        let (kind, kind_ja) = (kind.en, kind.ja);
        let found = said!(
            "found {kind}, expected a text in each language",
            "{kind_ja}が書かれていますが、言語ごとの文が必要です"
        );
        let finding = Finding::at(&section::WRONG_TYPE, node.place(), found);
        return finding.help(said!("write `{shape}`", "`{shape}`の形で書いてください"));
    };
    let found = said!(
        "found the text `{word}`, expected one in each language",
        "文字列`{word}`だけが書かれていますが、言語ごとの文が必要です"
    );
    let finding = Finding::at(&section::WRONG_TYPE, node.place(), found);
    if is_full_width(node) {
        return finding.help(half_width_colon());
    }
    let shown = in_each(languages, language_of(languages, word).map(|language| (language.as_str(), word)));
    let help = said!("write `{shown}` in the place of `{word}`", "`{word}`ではなく`{shown}`の形で書いてください");
    let (text, is_whole) = in_languages(desk, word);
    let finding = finding.help(help);
    if is_whole && is_as_typed(node, word) { finding.replace_by(text) } else { finding }
}

/// A word as the text of its language, and whether it is certain which one that is: the others are then found to be
/// missing.
fn in_languages(desk: &Desk, word: &str) -> (String, bool) {
    let languages = desk.languages();
    let mut fitting = languages.iter().filter(|language| language_of(std::slice::from_ref(*language), word).is_some());
    match (fitting.next(), fitting.next()) {
        (Some(language), None) => (format!("{{ {language}: {} }}", quoted(word)), true),
        (None, _) | (Some(_), Some(_)) => (in_each(languages, None), false),
    }
}

/// Whether a word needs no quotes between brackets or braces.
fn is_plain(word: &str) -> bool {
    !word.contains(['[', ']', '{', '}', '#', '"', ':', '*', '&', '!'])
}

/// Whether the file writes a word letter by letter, without quotes.
pub(super) fn is_as_typed(node: &Node, word: &str) -> bool {
    let place = node.place();
    place.end - place.start == word.len()
}

/// Whether a colon or a space of full width made one word of a key and its value: `key：value` and `key:　value` are one for
/// YAML.
fn is_full_width(node: &Node) -> bool {
    node.scalar().is_some_and(|text| text.contains('：') || text.contains(":\u{3000}"))
}
