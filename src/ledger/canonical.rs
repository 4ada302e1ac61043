//! Canonical JSON (RFC 8785): one value, one sequence of bytes.
//!
//! In: a JSON value of texts, integers, booleans, nulls, lists and objects. Out: its bytes, or a refusal.
//! The rule it keeps: a value whose canonical form two programs could compute differently is refused, not rounded.
//!
//! To the byte: UTF-8, no white space; the keys of an object sorted by their UTF-16 code units; integers in decimal
//! without plus sign, exponent or leading zero; in texts `"` and `\` are escaped, and the control characters below
//! U+0020 as `\b` `\t` `\n` `\f` `\r` or `\u00xx` with lower-case digits; every other character stands for itself.

use serde_json::{Number, Value};

/// The largest integer whose neighbours are exact in every JSON reader: 2^53 − 1.
const LARGEST: u64 = (1 << 53) - 1;

/// A value that has no canonical form here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the number `{0}` cannot be written canonically (expected an integer of at most 2^53 - 1; write it as a text)")]
pub struct NotCanonical(pub String);

/// Returns the canonical bytes of `value`.
///
/// # Errors
/// Fractions, exponents and integers beyond ±(2^53 − 1) are refused.
///
/// # Source
/// RFC 8785; the bound on integers is that of RFC 7493, section 2.2.
pub fn canonical(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    check(value)?;
    Ok(written(value).into_bytes())
}

fn check(value: &Value) -> Result<(), NotCanonical> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
        Value::Number(number) if is_exact(number) => Ok(()),
        Value::Number(number) => Err(NotCanonical(number.to_string())),
        Value::Array(values) => values.iter().try_for_each(check),
        Value::Object(fields) => fields.values().try_for_each(check),
    }
}

fn is_exact(number: &Number) -> bool {
    let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    size.is_some_and(|size| size <= LARGEST)
}

/// Returns the text of a value whose numbers are known to be integers, of whatever size.
pub(super) fn written(value: &Value) -> String {
    let mut out = String::new();
    put(value, &mut out);
    out
}

fn put(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(fact) => out.push_str(if *fact { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => put_text(text, out),
        Value::Array(values) => put_separated('[', values, ']', out, put),
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            put_separated('{', sorted, '}', out, |(key, value), out| {
                put_text(key, out);
                out.push(':');
                put(value, out);
            });
        }
    }
}

fn put_separated<T>(
    open: char,
    items: impl IntoIterator<Item = T>,
    close: char,
    out: &mut String,
    put_one: impl Fn(T, &mut String),
) {
    out.push(open);
    for (position, item) in items.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        put_one(item, out);
    }
    out.push(close);
}

fn put_text(text: &str, out: &mut String) {
    out.push('"');
    if text.contains(|c| c < ' ' || c == '"' || c == '\\') {
        text.chars().for_each(|character| put_escaped(character, out));
    } else {
        out.push_str(text);
    }
    out.push('"');
}

fn put_escaped(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> String {
        String::from_utf8(canonical(value).unwrap()).unwrap()
    }

    #[test]
    fn the_sorting_example_of_the_rfc_comes_out_in_its_order() {
        // RFC 8785, section 3.2.3: by UTF-16 code units U+1F600 comes before U+FB33.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O",
        });
        let expected = "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\
             \"\u{f6}\":\"Latin Small Letter O\",\"\u{20ac}\":\"Euro Sign\",\
             \"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}";
        assert_eq!(text(&value), expected);
    }

    #[test]
    fn texts_are_escaped_as_the_rfc_says_and_no_more() {
        // RFC 8785, section 3.2.2.2.
        let value = json!("\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}");
        assert_eq!(text(&value), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\"");
    }

    #[test]
    fn only_exact_integers_are_numbers() {
        assert_eq!(
            text(&json!([0, -1, 9_007_199_254_740_991_u64, null, true, []])),
            "[0,-1,9007199254740991,null,true,[]]"
        );
        for refused in [json!(0.5), json!(1.0), json!({ "a": [9_007_199_254_740_992_u64] }), json!(i64::MIN)] {
            assert!(canonical(&refused).is_err(), "{refused}");
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_bytes_read_back_as_the_same_value(value in values()) {
            let bytes = canonical(&value).unwrap();
            let back: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(&back, &value);
            prop_assert_eq!(canonical(&back).unwrap(), bytes);
        }
    }
}
