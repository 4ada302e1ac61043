//! The JSON Schemas of a policy file and of a law pack, for editors and other validators.
//!
//! In: the shape of the language. Out: one document of JSON Schema 2020-12. The rule it keeps: it refuses nothing that the
//! checker takes, except a value that an editor would read as a number where letters count (`06990014` without quotes).
//! A set may be spread over files, so that no section is needed, nor any key of a section that files can share.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use super::check::law::shape::PACK;
use super::check::sections::POLICY;
use super::rules;
use super::shape::{Between, FORMS, Form, Key, Shape, Takes};
use crate::diag::Weight;

/// Returns the schema.
pub fn schema() -> Value {
    let mut document = map(&POLICY, Needed::Stated);
    document["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    document["title"] = json!("A policy file of hokan");
    document["description"] = json!(
        "What an organization publishes about personal data, and what hokan enforces. The sections may be spread over any number of files below policies/."
    );
    // A file with nothing but comments is one too.
    document["type"] = json!(["object", "null"]);
    document["$defs"] = definitions();
    document
}

/// Returns the schema of a law pack.
pub fn law_pack_schema() -> Value {
    let mut document = map(&PACK, Needed::Stated);
    document["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    document["title"] = json!("A law pack of hokan");
    document["description"] =
        json!("What policies cite of a law, with its numbers over time. A file below policies/laws/.");
    document["$defs"] = definitions();
    document
}

/// Whether the keys that a map needs are needed here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needed {
    /// They are.
    Stated,
    /// They may stand in another file.
    Elsewhere,
}

fn definitions() -> Value {
    let forms = FORMS.iter().map(|form| (form.name.to_owned(), definition(form)));
    let text = json!({
        "description": "A text for readers, in each of the organization's languages.",
        "type": "object",
        "patternProperties": { "^[a-z]{2}$": { "type": "string", "pattern": "\\S" } },
        "additionalProperties": false,
        "minProperties": 1,
        "examples": [{ "ja": "個人情報保護方針", "en": "Privacy policy" }],
    });
    let adjustable: Vec<&str> =
        rules::all().filter(|rule| rule.weight == Weight::Adjustable).map(|rule| rule.name).collect();
    let rule = json!({ "description": "A rule whose findings can be weighed otherwise.", "enum": adjustable });
    let own = [("text".to_owned(), text), ("rule".to_owned(), rule)];
    Value::Object(forms.chain(own).collect())
}

fn definition(form: &Form) -> Value {
    let Form { about, pattern, example, .. } = form;
    json!({ "description": about, "type": "string", "pattern": pattern, "examples": [example] })
}

fn map(shape: &Shape, needed: Needed) -> Value {
    let properties: Map<String, Value> = shape.keys.iter().map(property).collect();
    let mut map = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let needed: Vec<&str> = match needed {
        Needed::Stated => shape.keys.iter().filter(|key| key.is_needed).map(|key| key.name).collect(),
        Needed::Elsewhere => Vec::new(),
    };
    if !needed.is_empty() {
        map["required"] = json!(needed);
    }
    if let Some(takes) = &shape.languages {
        map["patternProperties"] = json!({ "^[a-z]{2}$": value(takes) });
    }
    if !shape.between.is_empty() {
        map["allOf"] = shape.between.iter().map(between).collect();
    }
    map
}

fn property(key: &Key) -> (String, Value) {
    let mut taken = value(&key.takes);
    taken["description"] = json!(key.about);
    (key.name.to_owned(), taken)
}

fn value(takes: &Takes) -> Value {
    match takes {
        Takes::Text => json!({ "$ref": "#/$defs/text" }),
        Takes::Word => json!({ "type": "string", "pattern": "\\S" }),
        Takes::Form(form) => json!({ "$ref": format!("#/$defs/{}", form.name) }),
        Takes::Number => json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Choice(words) => json!({ "enum": words }),
        Takes::Reference(section) => {
            json!({ "$ref": "#/$defs/id", "description": format!("The id of an item of `{section}`.") })
        }
        Takes::Rule => json!({ "$ref": "#/$defs/rule" }),
        Takes::Map(shape) => map(shape, Needed::Stated),
        Takes::Spread(shape) => map(shape, Needed::Elsewhere),
        Takes::List(items) => json!({ "type": "array", "items": value(items) }),
        Takes::AtLeast(least, items) => json!({ "type": "array", "items": value(items), "minItems": least }),
        Takes::Each(items) => json!({ "type": "array", "items": value(items), "uniqueItems": true }),
        Takes::Distinct(items) => {
            json!({ "type": "array", "items": value(items), "minItems": 1, "uniqueItems": true })
        }
        Takes::Names(names, values) => {
            json!({ "type": "object", "propertyNames": value(names), "additionalProperties": value(values) })
        }
        Takes::Either(each) => json!({ "anyOf": each.iter().map(value).collect::<Vec<Value>>() }),
    }
}

fn between(between: &Between) -> Value {
    match between {
        Between::OneOf(groups) => {
            let each: Vec<Value> = groups.iter().map(|group| json!({ "required": group })).collect();
            json!({ "oneOf": each })
        }
        Between::AnyOf(keys) => {
            let each: Vec<Value> = keys.iter().map(|key| json!({ "required": [key] })).collect();
            json!({ "anyOf": each })
        }
        Between::With(key, other) => json!({ "dependentRequired": { *key: [other] } }),
        Between::Needs(key, words, other) => json!({ "if": is(key, words), "then": { "required": [other] } }),
        Between::Without(key, words, other) => {
            json!({ "if": is(key, words), "then": { "properties": { *other: false } } })
        }
        Between::Fixes(key, words, other, word) => {
            json!({ "if": is(key, words), "then": { "properties": { *other: { "const": word } } } })
        }
    }
}

fn is(key: &str, words: &[&str]) -> Value {
    json!({ "properties": { key: { "enum": words } }, "required": [key] })
}
