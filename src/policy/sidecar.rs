//! Sidecars: what a file `NAME.meta.yaml` says about the record beside it.
//!
//! In: YAML. Out: class, subjects and dates. The rule it keeps: a sidecar only adds to what the path says, and what it
//! says that hokan does not know is refused.

use std::collections::BTreeMap;

use super::raw::{self, Node, Value};
use crate::calendar::Date;
use crate::diag::nearest;

/// The keys of a sidecar.
const KEYS: [&str; 4] = ["class", "subject", "subjects", "dates"];

/// What a sidecar says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SidecarFacts {
    /// The class, which must be the one the path says.
    pub class: Option<String>,
    /// Further subjects.
    pub subjects: Vec<String>,
    /// Dates by declared name.
    pub dates: BTreeMap<String, Date>,
}

/// Reads a sidecar.
///
/// # Errors
/// Says in words what is wrong with it, with the line.
pub fn sidecar(text: &str) -> Result<SidecarFacts, String> {
    let node = raw::read_plain("sidecar", text)?;
    let Value::Map(entries) = &node.value else {
        return Err(format!("it holds {}, expected the keys {}", node.value.kind().en, KEYS.join(", ")));
    };
    let mut facts = SidecarFacts::default();
    for (n, (key, node)) in entries.iter().enumerate() {
        let wrong = |why: &str| format!("line {}: `{}` {why}", node.place().line, key.name);
        if entries[..n].iter().any(|(earlier, _)| earlier.name == key.name) {
            return Err(wrong("stands twice"));
        }
        match key.name.as_str() {
            "class" => facts.class = Some(node.scalar().ok_or_else(|| wrong("is not a text"))?.to_owned()),
            "subject" => facts.subjects.push(subject(node).ok_or_else(|| wrong("is not a subject"))?),
            "subjects" => {
                let Value::List(items) = &node.value else { return Err(wrong("is not a list")) };
                let subjects: Option<Vec<String>> = items.iter().map(subject).collect();
                facts.subjects.extend(subjects.ok_or_else(|| wrong("holds something that is not a subject"))?);
            }
            "dates" => facts.dates = dates(node).map_err(|why| wrong(&why))?,
            other => {
                let near = nearest(other, KEYS).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
                return Err(format!("line {}: unknown key `{other}`{near}", key.place().line));
            }
        }
    }
    Ok(facts)
}

fn subject(node: &Node) -> Option<String> {
    let text = node.scalar()?;
    let fits = !text.is_empty() && !text.contains(['.', '_', '-', '/']) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

fn dates(node: &Node) -> Result<BTreeMap<String, Date>, String> {
    let Value::Map(entries) = &node.value else { return Err("is not a map of dates".to_owned()) };
    let mut dates = BTreeMap::new();
    for (key, value) in entries {
        let text = value.scalar().unwrap_or_default();
        let date = text.parse().map_err(|error: crate::calendar::NotADate| format!("`{}`: {error}", key.name))?;
        if dates.insert(key.name.clone(), date).is_some() {
            return Err(format!("names `{}` twice", key.name));
        }
    }
    Ok(dates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_adds_class_subjects_and_dates() {
        let facts = sidecar("class: receipts\nsubject: M1\ndates:\n  made: 2024-02-29\n").unwrap();
        assert_eq!(facts.class.as_deref(), Some("receipts"));
        assert_eq!(facts.subjects, ["M1"]);
        assert_eq!(facts.dates["made"].to_string(), "2024-02-29");
    }

    #[test]
    fn what_a_sidecar_says_and_hokan_does_not_know_is_refused() {
        for (text, part) in [
            ("clas: x\n", "did you mean `class`"),
            ("dates: { made: 2023-02-29 }\n", "not a date"),
            ("class: a\nclass: b\n", "stands twice"),
            ("- a\n", "expected the keys"),
            ("subject: a-b\n", "not a subject"),
            ("a: [\n", "line"),
        ] {
            let why = sidecar(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
