//! Worked examples of periods: what a period makes of a date, as somebody computed it by hand.
//!
//! In: a YAML file of examples, or one example as a line of JSON. Out: [`Example`]s. The rule it keeps: an example is
//! written with the words of a class's `keep`; what is not understood is refused with its line.
//!
//! A file holds `fiscal_year_starts` (`MM-DD`) and `vectors`, a list. An example has `id`, `for` (a period, or
//! `permanent`), `after` (named dates; `null` is one that is not known), `starting` (`next-day` where it is missing),
//! `combine` (`earlier-of` or `later-of`, over several dates), or `of` (legs with `for`, `after` and `starting` of their
//! own), `first_day_disposal_allowed` (a date, or `null` for none) and `why`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

use super::raw::{self, Node, Value};
use crate::calendar::{Date, Instant, MonthDay, Period, Starting, Zone};

/// How several periods become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// The first of them that ends.
    EarlierOf,
    /// The last of them that ends.
    LaterOf,
}

/// One period of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleLeg {
    /// How long; without one, for ever.
    pub period: Option<Period>,
    /// The name of the date it counts from.
    pub after: String,
    /// The date, where it is known.
    pub date: Option<Date>,
    /// When counting begins.
    pub starting: Starting,
}

/// An example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its name.
    pub id: String,
    /// How its periods are combined; nothing where it has one.
    pub combine: Option<Combine>,
    /// Its periods.
    pub legs: Vec<ExampleLeg>,
    /// The first day on which destruction is allowed, as the example has it; the inner nothing is no such day.
    pub expected: Option<Option<Date>>,
    /// Why.
    pub why: Option<String>,
    /// When fiscal years start, where the example has a day of its own.
    pub fiscal_year_starts: Option<MonthDay>,
    /// The moment at which is asked whether destruction is allowed, and in which zone its day is told.
    pub moment: Option<(Instant, Zone)>,
}

/// A file of examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examples {
    /// When fiscal years start.
    pub fiscal_year_starts: MonthDay,
    /// The examples, in order.
    pub examples: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    id: String,
    #[serde(rename = "for")]
    period: Option<String>,
    after: Option<BTreeMap<String, Option<Date>>>,
    starting: Option<Starting>,
    combine: Option<Combine>,
    of: Option<Vec<WrittenLeg>>,
    #[serde(default, deserialize_with = "stated")]
    first_day_disposal_allowed: Option<Option<Date>>,
    why: Option<String>,
    fiscal_year_starts: Option<MonthDay>,
    time_zone: Option<Zone>,
    at: Option<Instant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLeg {
    #[serde(rename = "for")]
    period: String,
    after: BTreeMap<String, Option<Date>>,
    starting: Option<Starting>,
}

/// Tells `null` from a key that is not there.
fn stated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Date>>, D::Error> {
    Option::<Date>::deserialize(deserializer).map(Some)
}

/// Reads a file of examples.
///
/// # Errors
/// Says in words what is wrong with it, with the line.
pub fn examples(text: &str) -> Result<Examples, String> {
    let node = raw::read_plain("vectors", text)?;
    let (starts, vectors) = (node.get("fiscal_year_starts"), node.get("vectors"));
    let starts = starts.and_then(Node::scalar).ok_or("it has no `fiscal_year_starts` such as `\"04-01\"`")?;
    let fiscal_year_starts = starts.parse().map_err(|_| format!("`fiscal_year_starts`: `{starts}` is no day"))?;
    let Some(Value::List(items)) = vectors.map(|node| &node.value) else {
        return Err("it has no list `vectors`".to_owned());
    };
    if items.is_empty() {
        return Err("`vectors` is empty".to_owned());
    }
    let (mut examples, mut ids) = (Vec::new(), BTreeSet::new());
    for item in items {
        let line = item.place().line;
        let wrong = |why: String| format!("line {line}: {why}");
        let example = as_json(item).and_then(example).map_err(wrong)?;
        if example.id.is_empty() || !ids.insert(example.id.clone()) {
            return Err(wrong(format!("the `id` `{}` is missing or stands twice", example.id)));
        }
        if example.expected.is_none() {
            return Err(wrong(format!("`{}` has no `first_day_disposal_allowed`", example.id)));
        }
        examples.push(example);
    }
    Ok(Examples { fiscal_year_starts, examples })
}

/// Reads one example from a line of JSON; `fiscal_year_starts`, `time_zone` and `at` (microseconds since 1970 UTC) may be
/// said in it.
///
/// # Errors
/// Says in words what is wrong with it.
pub fn example_line(line: &str) -> Result<Example, String> {
    serde_json::from_str(line).map_err(|error| error.to_string()).and_then(example)
}

/// The tree as JSON: scalars as the letters that were typed.
fn as_json(node: &Node) -> Result<serde_json::Value, String> {
    Ok(match &node.value {
        Value::Nothing => serde_json::Value::Null,
        Value::Scalar(text) => text.clone().into(),
        Value::List(items) => items.iter().map(as_json).collect::<Result<_, _>>()?,
        Value::Map(entries) => {
            let mut map = serde_json::Map::new();
            for (key, value) in entries {
                if map.insert(key.name.clone(), as_json(value)?).is_some() {
                    return Err(format!("`{}` stands twice", key.name));
                }
            }
            map.into()
        }
    })
}

fn example(json: serde_json::Value) -> Result<Example, String> {
    let written: Written = serde_json::from_value(json).map_err(|error| error.to_string())?;
    let moment = match (written.at, written.time_zone) {
        (Some(at), Some(zone)) => Some((at, zone)),
        (None, None) => None,
        _ => return Err("`at` and `time_zone` belong together".to_owned()),
    };
    let legs = match (written.of, written.period, written.after) {
        (Some(legs), None, None) if written.starting.is_none() => {
            legs.into_iter().map(own_leg).collect::<Result<Vec<_>, _>>()?
        }
        (None, Some(period), Some(after)) => {
            let starting = written.starting.unwrap_or(Starting::NextDay);
            let period = length(&period)?;
            let leg = |(after, date)| ExampleLeg { period, after, date, starting };
            after.into_iter().map(leg).collect()
        }
        _ => return Err("expected `for` with `after`, or `of`".to_owned()),
    };
    match (legs.len(), written.combine) {
        (0, _) => return Err("it names no date".to_owned()),
        (1, None) => {}
        (1, Some(_)) => return Err("`combine` needs several dates".to_owned()),
        (_, None) => return Err("several dates need `combine`".to_owned()),
        (_, Some(_)) => {}
    }
    Ok(Example {
        id: written.id,
        combine: written.combine,
        legs,
        expected: written.first_day_disposal_allowed,
        why: written.why,
        fiscal_year_starts: written.fiscal_year_starts,
        moment,
    })
}

fn own_leg(leg: WrittenLeg) -> Result<ExampleLeg, String> {
    let period = length(&leg.period)?;
    let mut after = leg.after.into_iter();
    let (Some((after, date)), None) = (after.next(), after.next()) else {
        return Err("a leg of `of` counts from one date".to_owned());
    };
    Ok(ExampleLeg { period, after, date, starting: leg.starting.unwrap_or(Starting::NextDay) })
}

fn length(text: &str) -> Result<Option<Period>, String> {
    if text == "permanent" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error: crate::calendar::NotAPeriod| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_one_period_or_several() {
        let read = |line: &str| example_line(line);
        let one = read(r#"{"id":"a","for":"P5Y","after":{"made":"2020-01-31"},"first_day_disposal_allowed":null}"#);
        let one = one.unwrap();
        assert_eq!((one.legs.len(), one.legs[0].starting, one.expected), (1, Starting::NextDay, Some(None)));
        let two = read(r#"{"for":"P1Y","after":{"a":null,"b":"2020-01-01"},"combine":"later-of"}"#).unwrap();
        assert_eq!((two.legs.len(), two.expected), (2, None));
        for (line, part) in [
            (r#"{"for":"P5Y"}"#, "`after`"),
            (r#"{"for":"P5Y","after":{}}"#, "no date"),
            (r#"{"for":"P5Y","after":{"a":null,"b":null}}"#, "`combine`"),
            (r#"{"for":"P5Y","after":{"a":null},"combine":"later-of"}"#, "several"),
            (r#"{"for":"5 years","after":{"a":null}}"#, "not a period"),
            (r#"{"for":"P5Y","after":{"a":"2023-02-29"}}"#, "not a date"),
            (r#"{"for":"P5Y","after":{"a":null},"starts":"next-day"}"#, "unknown field"),
            (r#"{"for":"P5Y","after":{"a":null},"at":5}"#, "together"),
        ] {
            let why = read(line).unwrap_err();
            assert!(why.contains(part), "{line}: {why}");
        }
    }

    #[test]
    fn a_file_of_examples_names_the_line_of_a_fault() {
        let head = "fiscal_year_starts: \"04-01\"\nvectors:\n";
        let good = "  - { id: a, for: P1Y, after: { made: 2020-01-01 }, first_day_disposal_allowed: 2021-01-02 }\n";
        assert_eq!(examples(&format!("{head}{good}")).unwrap().examples.len(), 1);
        for (text, part) in [
            (format!("{head}{good}{good}"), "line 4: the `id` `a`"),
            (format!("{head}  - {{ id: a, for: P1Y, after: {{ made: 2020-01-01 }} }}\n"), "line 3: `a` has no"),
            (format!("{head}  - {{ id: a, id: b }}\n"), "line 3: `id` stands twice"),
            (head.to_owned(), "no list"),
            ("vectors: [a]\n".to_owned(), "fiscal_year_starts"),
            ("a: [\n".to_owned(), "line"),
        ] {
            let why = examples(&text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
