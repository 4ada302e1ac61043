//! A typing error in any key of a set is one finding, at the key, with the key that was meant.

use std::collections::BTreeMap;

use super::{FILE, VALID, findings};
use crate::policy::raw::{self, Key, Node, Value};

/// Maps whose keys are names of dates, fields or rules.
const NAMES: [&str; 3] = ["rules", "read", "dates"];

/// Collects the first key of each kind: by the keys above it.
fn keys<'n>(node: &'n Node, path: &str, found: &mut BTreeMap<String, &'n Key>) {
    match &node.value {
        Value::Map(entries) => entries.iter().for_each(|(key, node)| {
            let path = format!("{path}/{}", key.name);
            if key.name.len() > 2 || key.name == "id" || key.name == "to" {
                found.entry(path.clone()).or_insert(key);
            }
            keys(node, &path, found);
        }),
        Value::List(items) => items.iter().for_each(|node| keys(node, path, found)),
        Value::Nothing | Value::Scalar(_) => {}
    }
}

#[test]
fn a_typing_error_in_a_key_is_one_finding() {
    let tree = raw::read(FILE, VALID).unwrap();
    let mut found = BTreeMap::new();
    keys(&tree, "", &mut found);
    found.retain(|path, _| {
        !NAMES.iter().any(|names| path.rsplit('/').nth(1) == Some(names) && path.matches('/').count() > 1)
    });
    assert!(found.len() > 60, "only {} keys", found.len());
    let mut wrong = Vec::new();
    for (path, key) in found {
        let (name, place) = (&key.name, key.place());
        let typed = format!("{}{name}", &name[..1]);
        let mut edited = VALID.to_owned();
        edited.replace_range(place.start..place.end, &typed);
        let new = findings(&edited);
        let meant = new.first().and_then(|one| one.replacement.as_ref()).map(|one| one.text.as_str());
        if new.len() != 1 || new[0].rule != "section.unknown-key" || meant != Some(name) {
            let told: Vec<_> = new.iter().take(5).map(|one| format!("{} {}", one.rule, one.message.en)).collect();
            wrong.push(format!("{path}: {} findings: {told:#?}", new.len()));
        }
    }
    assert!(wrong.is_empty(), "{} keys:\n{}", wrong.len(), wrong.join("\n"));
}
