//! Finds a period that is written as the key of its unit: `years: 5` in the place of `for: P5Y`.
//!
//! In: the map of a period. Out: the receipt for such keys, or nothing. The rule it keeps: they are one fault, and the period they
//! mean is shown as it is to be written.

use crate::calendar::{Period, half_width};
use crate::diag::{Finding, Place, Replacement};
use crate::policy::check::desk::{Desk, Refused};
use crate::policy::check::item::referred;
use crate::policy::check::known::Known;
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::section;
use crate::said;

/// The keys that people write for a unit, with its letter, in the order of a period.
const UNITS: [(char, &[&str]); 4] = [
    ('Y', &["years", "year", "年", "年数", "年間"]),
    ('M', &["months", "month", "月", "月数", "か月", "ヶ月", "カ月"]),
    ('W', &["weeks", "week", "週", "週間"]),
    ('D', &["days", "day", "日", "日数", "日間"]),
];

/// A key that names a unit: which one, and how many of it there are.
struct Counted<'n> {
    unit: usize,
    count: u32,
    key: &'n Key,
    node: &'n Node,
}

/// Refuses such a map; the date it counts from is looked up all the same.
pub(super) fn refused(desk: &Desk, node: &Node, known: &Known) -> Option<Refused> {
    let Value::Map(entries) = &node.value else { return None };
    let mut counted: Vec<Counted<'_>> = entries.iter().filter_map(counted).collect();
    if counted.is_empty() || node.get("for").is_some() {
        return None;
    }
    counted.sort_by_key(|one| one.unit);
    let letters: String = counted.iter().map(|one| format!("{}{}", one.count, UNITS[one.unit].0)).collect();
    let period: Period = format!("P{letters}").parse().ok()?;
    let after = node.get("after");
    let finding = finding(&counted, period, after.is_some());
    let receipt = desk.refuse(finding);
    // What is wrong with the date is told with the period.
    after.map(|after| referred(desk, after, &known.dates)).and_then(Result::err).or(Some(receipt))
}

fn finding(counted: &[Counted<'_>], period: Period, has_after: bool) -> Finding {
    let Counted { key, node, .. } = counted[0];
    let name = &key.name;
    let found = said!("`{name}` is not a key here", "`{name}`というキーはここでは使えません");
    let finding = Finding::at(&section::UNKNOWN_KEY, key.place(), found);
    let (from, to) = (key.place(), node.place());
    let written = format!("{name}: {}", node.scalar().unwrap_or_default());
    if !has_after {
        return finding.help(said!(
            "write `for: {period}, after: …`, with the date from which it counts",
            "`for: {period}, after: …`の形で、どの日から数えるかも書いてください"
        ));
    }
    let finding = finding.help(said!(
        "write `for: {period}` in the place of `{written}`",
        "`{written}`ではなく`for: {period}`と書いてください"
    ));
    let is_as_written = counted.len() == 1 && from.line == to.line && to.end == from.start + written.len();
    let place = Place { end: to.end, ..from };
    let replacement = is_as_written.then(|| Replacement { place, text: format!("for: {period}") });
    Finding { replacement, ..finding }
}

fn counted((key, node): &(Key, Node)) -> Option<Counted<'_>> {
    let unit = UNITS.iter().position(|(_, names)| names.contains(&key.name.to_lowercase().as_str()))?;
    let count = half_width(node.scalar()?.trim()).parse().ok().filter(|count| *count > 0)?;
    Some(Counted { unit, count, key, node })
}
