//! Reads the topics of a law pack: numbers, elements, least periods, each with its dates.
//!
//! In: the nodes of a pack. Out: checked topics. The rule it keeps: the entries of a topic follow each other without gap or
//! overlap, so every day has one answer.

use crate::calendar::{Date, Period, Starting};
use crate::diag::{Finding, Place};
use crate::policy::law::{Element, Entry, LegalKeep, LegalLeg, Minimum, Span, Topic};
use crate::policy::raw::Node;
use crate::policy::rules::law as rules;
use crate::policy::rules::retention;
use crate::said;

use super::super::desk::{Checked, Desk, all};
use super::super::item::{Item, list, parsed};
use super::packs::{Inside, certain, words};

pub(super) const TOPIC: [&str; 8] = ["id", "law", "title", "text?", "words?", "entries", "elements?", "minimums?"];
pub(super) const ENTRY: [&str; 7] = ["cite", "paragraphs?", "items?", "from", "until?", "certainty", "source"];
pub(super) const ELEMENT: [&str; 3] = ["key", "from", "until?"];
pub(super) const MINIMUM: [&str; 6] = ["keep", "from", "until?", "certainty", "source", "note?"];
pub(super) const KEEP: [&str; 5] = ["for?", "starting?", "counted-from?", "earlier-of?", "later-of?"];
pub(super) const LEG: [&str; 3] = ["for", "starting?", "counted-from"];

/// Reads a topic.
pub(super) fn topic(desk: &Desk, node: &Node, inside: &Inside) -> Checked<Topic> {
    let item = Item::with_keys(desk, node, &TOPIC)?;
    let (id, statute) = (item.topic("id"), item.reference("law", &inside.statutes));
    let (title, text, words) = (item.text("title"), item.optional_text("text"), words(&item, "words"));
    let entries = each(&item, "entries", |node| entry(desk, node, inside));
    let elements = each(&item, "elements", |node| element(desk, node));
    let minimums = each(&item, "minimums", |node| minimum(desk, node, inside));
    if let Ok(entries) = &entries {
        if entries.is_empty() {
            let found = said!("the topic has no entry", "項目に条番号がありません");
            desk.report(Finding::at(&rules::pack::RULE, item.place_of("entries"), found));
        }
        follows(desk, entries.iter().map(|(place, entry)| (place, entry.span)));
    }
    if let Ok(minimums) = &minimums {
        follows(desk, minimums.iter().map(|(place, minimum)| (place, minimum.span)));
    }
    Ok(Topic {
        id: id?,
        statute: statute?,
        title: title?,
        text: text?,
        words: words?,
        entries: entries?.into_iter().map(|(_, entry)| entry).collect(),
        elements: elements?.into_iter().map(|(_, element)| element).collect(),
        minimums: minimums?.into_iter().map(|(_, minimum)| minimum).collect(),
    })
}

fn each<T>(item: &Item<'_>, key: &str, mut read: impl FnMut(&Node) -> Checked<T>) -> Checked<Vec<(Place, T)>> {
    all(item.list(key)?, |node| Ok((node.place(), read(node)?)))
}

fn entry(desk: &Desk, node: &Node, inside: &Inside) -> Checked<Entry> {
    let item = Item::with_keys(desk, node, &ENTRY)?;
    let (cite, span) = (item.parsed("cite", &rules::pack::RULE), span(&item));
    let count = |key: &str| {
        let small = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
        item.optional_number(key).map(|number| number.map_or(0, small))
    };
    let (paragraphs, items) = (count("paragraphs"), count("items"));
    let (certainty, source) = certain(&item, inside);
    Ok(Entry {
        cite: cite?,
        paragraphs: paragraphs?,
        items: items?,
        span: span?,
        certainty: certainty?,
        source: source?,
    })
}

fn element(desk: &Desk, node: &Node) -> Checked<Element> {
    let item = Item::with_keys(desk, node, &ELEMENT)?;
    let (key, span) = (item.word("key"), span(&item));
    Ok(Element { key: key?.to_owned(), span: span? })
}

fn minimum(desk: &Desk, node: &Node, inside: &Inside) -> Checked<Minimum> {
    let item = Item::with_keys(desk, node, &MINIMUM)?;
    let keep = item.needed("keep").and_then(|node| keep(desk, node));
    let (span, note) = (span(&item), item.optional_text("note"));
    let (certainty, source) = certain(&item, inside);
    Ok(Minimum { keep: keep?, span: span?, certainty: certainty?, source: source?, note: note? })
}

fn keep(desk: &Desk, node: &Node) -> Checked<LegalKeep> {
    let item = Item::with_keys(desk, node, &KEEP)?;
    item.spelt()?;
    let single = ["for", "starting", "counted-from"].iter().any(|key| item.optional(key).is_some());
    match (single, item.optional("earlier-of"), item.optional("later-of")) {
        (true, None, None) => leg(desk, node).map(LegalKeep::For),
        (false, Some(several), None) => legs(desk, several).map(LegalKeep::EarlierOf),
        (false, None, Some(several)) => legs(desk, several).map(LegalKeep::LaterOf),
        _ => {
            let found = said!(
                "expected one of: `for` with `counted-from`, `earlier-of`, `later-of`",
                "`for`と`counted-from`の組、`earlier-of`、`later-of`のいずれか1つを書いてください"
            );
            Err(desk.refuse_at(&rules::pack::RULE, node.place(), found))
        }
    }
}

fn legs(desk: &Desk, node: &Node) -> Checked<Vec<LegalLeg>> {
    let legs = all(list(desk, node)?, |node| leg(desk, node))?;
    if legs.len() < 2 {
        let count = legs.len();
        let found =
            said!("expected two or more periods, found {count}", "期間が{count}個しかありません（2個以上必要です）");
        return Err(desk.refuse_at(&rules::pack::RULE, node.place(), found));
    }
    Ok(legs)
}

fn leg(desk: &Desk, node: &Node) -> Checked<LegalLeg> {
    let item = Item::with_keys(desk, node, &LEG)?;
    let period: Checked<Period> = item.parsed("for", &retention::PERIOD);
    let starting = item.perhaps("starting", |node| parsed(desk, node, &retention::STARTING));
    let counted_from = item.text("counted-from");
    Ok(LegalLeg { period: period?, starting: starting?.unwrap_or(Starting::NextDay), counted_from: counted_from? })
}

/// Reads `from` and `until`.
pub(super) fn span(item: &Item<'_>) -> Checked<Span> {
    let from: Checked<Date> = item.parsed("from", &rules::pack::RULE);
    let until = item.perhaps("until", |_| item.parsed::<Date>("until", &rules::pack::RULE));
    let (from, until) = (from?, until?);
    if until.is_some_and(|until| until < from) {
        return Err(item.desk().refuse(backwards(item, from)));
    }
    Ok(Span { from, until })
}

/// The finding for an `until` that comes before `from`.
pub(super) fn backwards(item: &Item<'_>, from: Date) -> Finding {
    let found = said!("the last day comes before the first, {from}", "最後の日が最初の日（{from}）より前です");
    Finding::at(&rules::pack::RULE, item.place_of("until"), found)
}

/// Reports entries that overlap, or leave a day between them without an answer.
pub(super) fn follows<'p>(desk: &Desk, entries: impl Iterator<Item = (&'p Place, Span)>) {
    let mut before: Option<Span> = None;
    for (place, span) in entries {
        let expected = before.and_then(|before| before.until.map(|until| until.plus_days(1)));
        let fault = match (before, expected) {
            (None, _) => None,
            (Some(_), Some(Some(next))) if next == span.from => None,
            (Some(_), Some(Some(next))) if next < span.from => Some(said!(
                "nothing holds from {next} until this entry begins",
                "{next}からこの記載が始まるまでの間に、効力のある記載がありません"
            )),
            (Some(_), _) => Some(said!(
                "this entry begins before the one above it has ended",
                "前の記載が終わる前にこの記載が始まっています"
            )),
        };
        fault.into_iter().for_each(|found| desk.report(Finding::at(&rules::pack::RULE, place.clone(), found)));
        before = Some(span);
    }
}
