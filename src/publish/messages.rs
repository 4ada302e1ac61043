//! Messages: the fixed words of one language, such as headings and the wording of periods.
//!
//! In: `messages/LANGUAGE.json` among the templates, a flat object of keys and texts with `{name}` placeholders. Out:
//! texts with their values filled in. The rule it keeps: a missing file, key or value is an error, never an empty
//! place on a page.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::policy::Language;
use crate::publish::templates::Templates;

/// The fixed words of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messages {
    language: Language,
    texts: BTreeMap<String, String>,
}

/// Words that are not there.
#[derive(Debug, thiserror::Error)]
pub enum MessagesError {
    /// The language has no file.
    #[error(
        "`templates/{file}` is missing: the policy is published in `{language}`, and only `ja` and `en` are shipped; copy one of them there and translate it"
    )]
    File {
        /// The language.
        language: Language,
        /// The file that was looked for.
        file: String,
    },
    /// The file is not a flat object of texts.
    #[error("`templates/{file}` is not a JSON object of texts")]
    Json {
        /// The file.
        file: String,
        /// Where and why.
        #[source]
        source: serde_json::Error,
    },
    /// The file lacks a key.
    #[error("`templates/messages/{language}.json` lacks the message `{key}`")]
    Key {
        /// The language.
        language: Language,
        /// The key.
        key: String,
    },
    /// A text asks for a value that this message does not have.
    #[error("message `{key}` in `templates/messages/{language}.json` asks for `{{{value}}}`, and has only {known}")]
    Value {
        /// The language.
        language: Language,
        /// The key.
        key: String,
        /// The placeholder.
        value: String,
        /// The placeholders there are.
        known: String,
    },
}

impl MessagesError {
    /// Returns the file at fault, below `templates/`.
    pub fn file(&self) -> String {
        match self {
            MessagesError::File { file, .. } | MessagesError::Json { file, .. } => file.clone(),
            MessagesError::Key { language, .. } | MessagesError::Value { language, .. } => file_of(language),
        }
    }
}

/// Returns where the words of a language stand, below `templates/`.
fn file_of(language: &str) -> String {
    format!("messages/{language}.json")
}

/// Returns the keys that the words of a language lack, sorted: those of the shipped ones.
///
/// # Errors
/// Those of [`Messages::read`].
pub fn lacking(templates: &Templates, language: &str) -> Result<Vec<String>, MessagesError> {
    let there = Messages::read(templates, language)?;
    let shipped = Messages::read(&Templates::shipped(), "en")?;
    Ok(shipped.texts.into_keys().filter(|key| !there.texts.contains_key(key)).collect())
}

/// A message that cannot be printed as it is written, and its place in `messages/LANGUAGE.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddMessage {
    /// Its key.
    pub key: String,
    /// The line of the key, from 1.
    pub line: usize,
    /// The column of the key, in characters from 1.
    pub column: usize,
    /// What is odd.
    pub odd: Odd,
}

/// What is odd about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Odd {
    /// It asks for a value that it is never given; those it is given, sorted.
    Value(String, Vec<String>),
    /// It has no words.
    Empty,
    /// Its key stands twice: only the last one counts.
    Twice,
}

/// Returns the messages of a language that cannot be printed, in the order of the file: judged by those that are shipped.
///
/// # Errors
/// Those of [`Messages::read`].
pub fn odd(templates: &Templates, language: &str) -> Result<Vec<OddMessage>, MessagesError> {
    Messages::read(templates, language)?;
    let file = file_of(language);
    let bytes = templates.get(&file).unwrap_or_default();
    let Pairs(pairs) = serde_json::from_slice(bytes).map_err(|source| MessagesError::Json { file, source })?;
    let shipped = ["en", "ja"].map(|language| Messages::read(&Templates::shipped(), language));
    let shipped: Vec<Messages> = shipped.into_iter().collect::<Result<_, _>>()?;
    let text = String::from_utf8_lossy(bytes);
    let mut odd = Vec::new();
    let mut from = 0;
    for (n, (key, said)) in pairs.iter().enumerate() {
        let quoted = format!("\"{key}\"");
        let at = text[from..].find(&quoted).map_or(from, |found| from + found);
        from = at + quoted.len().min(text.len() - at);
        let before = &text[..at];
        let line_begins = before.rfind('\n').map_or(0, |end| end + 1);
        let mut tell = |odd_is| {
            odd.push(OddMessage {
                key: key.clone(),
                line: before.matches('\n').count() + 1,
                column: before[line_begins..].chars().count() + 1,
                odd: odd_is,
            });
        };
        if pairs[..n].iter().any(|(earlier, _)| earlier == key) {
            tell(Odd::Twice);
        }
        let own: Vec<&String> = shipped.iter().filter_map(|messages| messages.texts.get(key)).collect();
        if own.is_empty() {
            continue;
        }
        if said.trim().is_empty() && own.iter().all(|text| !text.is_empty()) {
            tell(Odd::Empty);
        }
        let mut known: Vec<String> = own.iter().flat_map(|text| placeholders(text)).collect();
        known.sort();
        known.dedup();
        for name in placeholders(said).filter(|name| !known.contains(name)) {
            tell(Odd::Value(name, known.clone()));
        }
    }
    Ok(odd)
}

/// Returns the names in braces, as [`Messages::say`] reads them.
fn placeholders(text: &str) -> impl Iterator<Item = String> {
    text.split('{').skip(1).map(|after| after.split_once('}').map_or(after, |(name, _)| name).to_owned())
}

/// The pairs of an object as they stand, a key that stands twice too.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl Messages {
    /// Reads the words of `language` from the templates.
    ///
    /// # Errors
    /// When the language has no file, or the file is not a flat JSON object of texts.
    pub fn read(templates: &Templates, language: &str) -> Result<Messages, MessagesError> {
        let file = file_of(language);
        let Some(bytes) = templates.get(&file) else {
            return Err(MessagesError::File { language: language.to_owned(), file });
        };
        let texts = serde_json::from_slice(bytes).map_err(|source| MessagesError::Json { file, source })?;
        Ok(Messages { language: language.to_owned(), texts })
    }

    /// Returns the language.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Returns all texts by key, placeholders unfilled.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// Returns the text of `key` as it is written.
    ///
    /// # Errors
    /// When the language lacks the key.
    pub fn word(&self, key: &str) -> Result<&str, MessagesError> {
        let missing = || MessagesError::Key { language: self.language.clone(), key: key.to_owned() };
        self.texts.get(key).map(String::as_str).ok_or_else(missing)
    }

    /// Returns the text of `key` with `{name}` replaced by its value. Values are not looked into again.
    ///
    /// # Errors
    /// When the language lacks the key, or the text names a placeholder that is not among `values`.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> Result<String, MessagesError> {
        let mut rest = self.word(key)?;
        let mut said = String::with_capacity(rest.len());
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            let value = values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            said.push_str(before);
            said.push_str(value.ok_or_else(|| self.no_value(key, name, values))?);
            rest = behind;
        }
        said.push_str(rest);
        Ok(said)
    }

    fn no_value(&self, key: &str, value: &str, values: &[(&str, &str)]) -> MessagesError {
        let known: Vec<String> = values.iter().map(|(name, _)| format!("`{{{name}}}`")).collect();
        MessagesError::Value {
            language: self.language.clone(),
            key: key.to_owned(),
            value: value.to_owned(),
            known: if known.is_empty() { "none".to_owned() } else { known.join(", ") },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(json: &str) -> Messages {
        let own = BTreeMap::from([("messages/ja.json".to_owned(), json.as_bytes().to_vec())]);
        Messages::read(&Templates::shipped().overridden(own), "ja").unwrap()
    }

    #[test]
    fn what_cannot_be_printed_is_told_at_its_place() {
        let own = concat!(
            "{\n  \"a\": \"{x}\",\n  \"history_changes_many\": \"変更は{cuont}件です。\", \"home\": \" \",\n",
            "  \"home\": \"最初のページ\",\n  \"date\": \"{year}.{month}.{day}\"\n}"
        );
        let own = BTreeMap::from([("messages/ja.json".to_owned(), own.as_bytes().to_vec())]);
        let found = odd(&Templates::shipped().overridden(own), "ja").unwrap();
        let found: Vec<_> = found.into_iter().map(|one| (one.key, one.line, one.column, one.odd)).collect();
        let value = Odd::Value("cuont".to_owned(), vec!["count".to_owned()]);
        assert_eq!(
            found,
            [
                ("history_changes_many".to_owned(), 3, 3, value),
                ("home".to_owned(), 3, 45, Odd::Empty),
                ("home".to_owned(), 4, 3, Odd::Twice),
            ]
        );
    }

    #[test]
    fn nothing_that_is_shipped_is_odd() {
        for language in ["en", "ja"] {
            assert_eq!(odd(&Templates::shipped(), language).unwrap(), []);
        }
    }

    #[test]
    fn values_are_filled_in_once() {
        let messages = messages(r#"{"a": "{x}から{y}"}"#);
        assert_eq!(messages.say("a", &[("x", "{y}"), ("y", "二")]).unwrap(), "{y}から二");
    }

    #[test]
    fn a_missing_message_is_an_error() {
        let error = messages("{}").say("page_top", &[]).unwrap_err();
        assert_eq!(error.to_string(), "`templates/messages/ja.json` lacks the message `page_top`");
    }

    #[test]
    fn a_value_that_is_not_there_is_an_error() {
        for text in ["{z}", "{z", "{}"] {
            let messages = messages(&serde_json::json!({ "a": text }).to_string());
            let error = messages.say("a", &[("x", "1")]).unwrap_err().to_string();
            assert!(error.ends_with("and has only `{x}`"), "{error}");
        }
    }

    #[test]
    fn a_language_without_messages_is_an_error() {
        let error = Messages::read(&Templates::shipped(), "fr").unwrap_err();
        assert!(error.to_string().starts_with("`templates/messages/fr.json` is missing"), "{error}");
    }

    #[test]
    fn both_shipped_languages_have_the_same_keys() {
        let keys = |language: &str| -> Vec<String> {
            Messages::read(&Templates::shipped(), language).unwrap().texts().keys().cloned().collect()
        };
        assert_eq!(keys("ja"), keys("en"));
    }
}
