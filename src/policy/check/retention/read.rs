//! Checks `read`: the fields of a class's records that say dates and subjects.
//!
//! In: the key's node. Out: field names by date, `subject` and `encoding`. The rule it keeps: what cannot be read at
//! take-in is a finding now.

use std::collections::BTreeMap;

use crate::diag::Finding;
use crate::policy::field::{ENCODING, ENCODINGS, SUBJECT};
use crate::policy::raw::Node;
use crate::policy::rules::retention as rules;
use crate::policy::{ComesFrom, Pattern};
use crate::said;

use crate::policy::check::desk::{Checked, all};
use crate::policy::check::item::{Item, entries, suggest, word};
use crate::policy::check::known::Known;

use super::dates::Declared;

/// The endings of the files that fields are read from.
const ENDINGS: [&str; 5] = [".csv", ".json", ".yaml", ".yml", ".xml"];

/// Fields that are read from a record: by the id of a date, or `subject`; and `encoding`.
pub(super) fn read(item: &Item<'_>, known: &Known, declared: &Declared<'_>) -> Checked<BTreeMap<String, String>> {
    let Some(node) = item.get("read")? else {
        return Ok(BTreeMap::new());
    };
    let desk = item.desk();
    let fields = all(entries(desk, node)?, |(key, node)| {
        let written = word(desk, node)?;
        match key.name.as_str() {
            SUBJECT => {}
            ENCODING => {
                if !ENCODINGS.iter().any(|(known, _)| *known == written) {
                    let found =
                        said!("`{written}` is not an encoding", "`{written}`という文字コードの指定はありません");
                    let finding = Finding::at(&rules::READ, node.place(), found);
                    return Err(desk.refuse(suggest(finding, written, ENCODINGS.iter().map(|(known, _)| *known))));
                }
            }
            date if !known.dates.has(date) => return Err(known.dates.lacks(desk, date, key.place(), true)),
            date => {
                if let Some((Some(ComesFrom::Path | ComesFrom::Sidecar | ComesFrom::Event), _)) = declared.get(date) {
                    let found = said!(
                        "`{date}` is read from a field, and is declared to come from elsewhere",
                        "`{date}`を項目から読み取りますが、項目から得る日付として書かれていません"
                    );
                    let finding = Finding::at(&rules::READ, node.place(), found);
                    desk.report(known.dates.place(date).cloned().into_iter().fold(finding, Finding::also));
                }
            }
        }
        Ok((key.name.clone(), written.to_owned()))
    });
    Ok(fields?.into_iter().collect())
}

/// Reports patterns that accept files whose fields cannot be read.
pub(super) fn readable(item: &Item<'_>, patterns: &[(&Node, Pattern)]) {
    if item.optional("read").is_none() {
        return;
    }
    for (node, pattern) in patterns.iter().filter(|(_, pattern)| !pattern.ends_with_one_of(&ENDINGS)) {
        let found = said!(
            "the class reads fields, but `{pattern}` accepts files that are not CSV, JSON, YAML or XML",
            "この種類は項目を読み取りますが、`{pattern}`はCSV、JSON、YAML、XML以外のファイルも受け入れます"
        );
        item.desk().report(Finding::at(&rules::READ, node.place(), found));
    }
}
