//! What a key looks like when it is written: the next step of whoever left it out or wrote something else.
//!
//! In: what a key takes, the languages of the set. Out: a line of YAML with `…` where only a person knows the words. The
//! rule it keeps: what is shown has the shape that the reader takes.

use super::Takes;
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
        Takes::Map(shape) | Takes::Spread(shape) => {
            let needed = shape.keys.iter().filter(|key| key.is_needed).map(|key| key.name);
            match needed.chain(shape.keys.iter().map(|key| key.name)).next() {
                Some(name) => format!("{{ {name}: {OPEN}, {OPEN} }}"),
                None => format!("{{ {OPEN} }}"),
            }
        }
        Takes::List(of) | Takes::AtLeast(_, of) | Takes::Each(of) | Takes::Distinct(of) => {
            format!("[{}]", written(of, languages))
        }
        Takes::Names(..) => format!("{{ {OPEN}: {OPEN} }}"),
        Takes::Either(ways) => ways.iter().map(|way| written(way, languages)).collect::<Vec<_>>().join(" | "),
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
