//! What a key looks like when it is written: the next step of whoever left it out or wrote something else.
//!
//! In: what a key takes, the languages of the set. Out: a line of YAML with `…` where only a person knows the words. The
//! rule it keeps: what is shown has the shape that the reader takes.

use super::{Between, Key, Look, Shape, Takes};
use crate::policy::Language;

/// What a person fills in.
const OPEN: &str = "…";

/// Writes what a key takes.
pub(in crate::policy) fn written(takes: &Takes, languages: &[Language]) -> String {
    match takes {
        Takes::Text => in_each(languages, None),
        Takes::Word | Takes::Number | Takes::Reference(_) | Takes::Rule => OPEN.to_owned(),
        Takes::Form(form) => form.example.to_owned(),
        Takes::Flag => "true".to_owned(),
        Takes::Choice(words) => words.join(" | "),
        Takes::Map(shape) | Takes::Spread(shape) => map(shape, languages),
        Takes::List(of) | Takes::AtLeast(_, of) | Takes::Each(of) | Takes::Distinct(of) => {
            format!("[{}]", written(of, languages))
        }
        Takes::Names(..) => format!("{{ {OPEN}: {OPEN} }}"),
        Takes::Either(ways) => ways.iter().map(|way| written(way, languages)).collect::<Vec<_>>().join(" | "),
    }
}

/// The most keys of a map that are written out.
const MOST: usize = 3;

/// Writes a map: every key that it needs, or where these are many the first one.
fn map(shape: &Shape, languages: &[Language]) -> String {
    let of_group = shape.between.iter().find_map(|between| match between {
        Between::OneOf(groups) => groups.first().copied(),
        Between::AnyOf(keys) => keys.get(..1),
        Between::With(..) | Between::Needs(..) | Between::Without(..) | Between::Fixes(..) => None,
    });
    let is_of_group = |key: &&Key| of_group.is_some_and(|group| group.contains(&key.name));
    let needed: Vec<&Key> = shape.keys.iter().filter(|key| key.is_needed || is_of_group(key)).collect();
    let (shown, is_whole) = match needed.len() {
        0 => (shape.keys.get(..1).unwrap_or_default().iter().collect(), shape.keys.len() == 1),
        1..=MOST => (needed, true),
        _ => (vec![needed[0]], false),
    };
    let written = shown.iter().map(|key| format!("{}: {}", key.name, inside(&key.takes, languages)));
    let parts: Vec<String> = written.chain((!is_whole).then(|| OPEN.to_owned())).collect();
    if parts.is_empty() { format!("{{ {OPEN} }}") } else { format!("{{ {} }}", parts.join(", ")) }
}

/// Writes what a key takes inside of another map.
fn inside(takes: &Takes, languages: &[Language]) -> String {
    match takes.look() {
        Look::Map(_) | Look::Names(_) => format!("{{ {OPEN} }}"),
        Look::List(_) => format!("[{OPEN}]"),
        Look::Text | Look::Line | Look::Either(_) => written(takes, languages),
    }
}

/// Writes a text for readers, one language of which may be known.
pub(in crate::policy) fn in_each(languages: &[Language], known: Option<(&str, &str)>) -> String {
    let each = |language: &str| match known {
        Some((of, text)) if of == language => format!("{language}: {}", quoted(text)),
        Some(_) | None => format!("{language}: {OPEN}"),
    };
    let parts: Vec<String> = match languages {
        [] => vec![each("ja"), each("en")],
        _ => languages.iter().map(|language| each(language)).collect(),
    };
    format!("{{ {} }}", parts.join(", "))
}

/// Returns the language a word is probably in: one whose letters it has, or the first that is written in others.
pub(in crate::policy) fn language_of<'l>(languages: &'l [Language], text: &str) -> Option<&'l Language> {
    let is_japanese = text.chars().any(|c| matches!(c, 'ぁ'..='ヿ' | '一'..='鿿'));
    languages.iter().find(|language| (language.as_str() == "ja") == is_japanese)
}

/// Writes a text so that it may stand inside braces.
pub(in crate::policy) fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '、' | '。' | '・' | 'ー'));
    if is_plain { text.trim_end().to_owned() } else { serde_json::to_string(text).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_in_the_languages_of_the_set() {
        let (both, one): (Vec<Language>, Vec<Language>) = (vec!["ja".into(), "en".into()], vec!["de".into()]);
        assert_eq!(written(&Takes::Text, &both), "{ ja: …, en: … }");
        assert_eq!(written(&Takes::List(&Takes::Text), &one), "[{ de: … }]");
        let known = language_of(&both, "発送日").map(|language| (language.as_str(), "発送日"));
        assert_eq!(in_each(&both, known), "{ ja: 発送日, en: … }");
        assert_eq!(language_of(&one, "発送日"), None);
        assert_eq!(in_each(&one, Some(("de", "a: b"))), "{ de: \"a: b\" }");
    }
}
