//! Checks `register`: which columns of a table tell of boxes, binders and devices.
//!
//! In: its node and what the set declares. Out: the checked columns. The rule it keeps: each date that is read is
//! declared and does not come from an event, and no column says two things.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Finding;
use crate::policy::raw::Node;
use crate::policy::rules::retention::REGISTER as RULE;
use crate::policy::shape::{Shape, Takes, map, maybe, needed};
use crate::policy::{ComesFrom, Medium, Register};
use crate::said;

use crate::policy::check::desk::{Checked, Desk, all};
use crate::policy::check::item::{Item, entries, word};
use crate::policy::check::known::Known;

use super::class::Patterns;
use super::dates::Declared;

/// The columns of a register.
pub(super) const REGISTER: Shape = map(&[
    needed("number", Takes::Word, "The column with the number on the box, binder or device."),
    needed("class", Takes::Word, "The column with its class: the id or a title of one."),
    needed("place", Takes::Word, "The column with the place where it stands."),
    maybe("title", Takes::Word, "The column with what it is called."),
    maybe("subject", Takes::Word, "The column with whom or what it is about."),
    maybe("details", Takes::List(&Takes::Word), "Columns that a work order prints, such as a serial number."),
    maybe("dates", Takes::Names(&Takes::Reference("dates"), &Takes::Word), "Columns with dates, by declared date."),
]);

/// The endings of files that can be read as a register.
const ENDINGS: [&str; 3] = [".csv", ".yaml", ".yml"];

/// Checks the columns.
pub(super) fn register(desk: &Desk, node: &Node, known: &Known, declared: &Declared<'_>) -> Checked<Register> {
    let item = Item::open(desk, node, &REGISTER)?;
    let column = |key: &str| item.word(key).map(str::to_owned);
    let (number, class, place) = (column("number"), column("class"), column("place"));
    let (title, subject) = (item.optional_word("title"), item.optional_word("subject"));
    let details = item.words("details");
    let dates = dates(&item, known, declared);
    let register = Register {
        number: number?,
        class: class?,
        place: place?,
        title: title?,
        subject: subject?,
        details: details?,
        dates: dates?,
    };
    let mut seen = BTreeSet::new();
    if let Some(twice) = register.columns().find(|column| !seen.insert(*column)) {
        let found = said!("the column `{twice}` is named twice", "列`{twice}`が2度書かれています");
        return Err(desk.refuse_at(&RULE, node.place(), found));
    }
    Ok(register)
}

fn dates(item: &Item<'_>, known: &Known, declared: &Declared<'_>) -> Checked<BTreeMap<String, String>> {
    let (desk, Some(node)) = (item.desk(), item.get("dates")?) else { return Ok(BTreeMap::new()) };
    let read = all(entries(desk, node)?, |(key, node)| {
        let name = &key.name;
        match declared.get(name.as_str()) {
            None if !known.dates.has(name) => return Err(known.dates.lacks(desk, name, key.place(), true)),
            Some((Some(ComesFrom::Event), _)) => {
                let found = said!(
                    "`{name}` comes from an event, not from a register",
                    "`{name}`は出来事から得る日付で、台帳からは読み取りません"
                );
                return Err(desk.refuse(Finding::at(&RULE, key.place(), found)));
            }
            None | Some(_) => {}
        }
        Ok((name.clone(), word(desk, node)?.to_owned()))
    });
    Ok(read?.into_iter().collect())
}

/// Reports a register whose files could not be read as one.
pub(super) fn readable(item: &Item<'_>, medium: Medium, patterns: &Patterns<'_>) {
    let desk = item.desk();
    if medium != Medium::Electronic {
        let found = said!(
            "a register is a file: its class is electronic, the classes it tells of are not",
            "台帳はファイルなので、台帳の種類は電子データとします（台帳に書かれるものは紙や機器です）"
        );
        desk.report(Finding::at(&RULE, item.place_of("register"), found));
    }
    for (node, pattern) in patterns {
        let written = pattern.to_string();
        if !ENDINGS.iter().any(|ending| written.ends_with(ending)) {
            let found = said!(
                "`{written}` accepts files that are neither CSV nor YAML",
                "`{written}`には、CSVでもYAMLでもないファイルが当てはまります"
            );
            desk.report(Finding::at(&RULE, node.place(), found));
        }
    }
}
