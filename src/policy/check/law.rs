//! Reads the law packs that an organization answers to.
//!
//! In: the names in `organization.law`, the files below `policies/laws/`, the packs that are shipped. Out: [`Law`]. The
//! rule it keeps: a pack of the set takes the place of the shipped one of its name; a pack with a fault is not used, and
//! its fault is an error.

mod entries;
mod packs;
pub(in crate::policy) mod shape;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use crate::calendar::half_width;
use crate::diag::{Finding, Sources};
use crate::policy::glyphs::unshown;
use crate::policy::law::{Law, Pack, SHIPPED};
use crate::policy::pattern::is_kebab_case;
use crate::policy::raw::{self, Node, Value};
use crate::policy::rules::law as rules;
use crate::policy::rules::text::{UNLISTED_LANGUAGE, no_glyph};
use crate::said;

use super::desk::{Desk, good};
use super::item::{id, list, meant, suggest};
use super::sections::Sections;
use super::unread::more_may_follow;

/// Where the packs of a set lie.
pub(super) const FOLDER: &str = "policies/laws/";

/// Reads the packs the organization names.
pub(super) fn law(sources: &Sources, sections: &Sections, desk: &Desk) -> Law {
    let named = sections.organization.as_ref().and_then(|node| node.get("law"));
    // A list of another shape is reported where the organization is read.
    let nodes = match named.map(|node| &node.value) {
        Some(Value::List(nodes)) => nodes.as_slice(),
        Some(Value::Nothing | Value::Scalar(_) | Value::Map(_)) | None => &[],
    };
    // What is named twice is told where the organization is read.
    let mut named_once = BTreeSet::new();
    let once = nodes.iter().filter(|node| node.scalar().is_none_or(|name| named_once.insert(name)));
    let found: Vec<Option<Arc<Pack>>> = once.map(|node| pack(sources, node, desk)).collect();
    let is_list = match named {
        Some(node) => matches!(node.value, Value::List(_)),
        // A file that cannot be read may say which law holds.
        None => !desk.unread().has("organization"),
    };
    let is_whole = is_list && found.iter().all(Option::is_some);
    Law::of(found.into_iter().flatten().collect(), is_whole)
}

fn pack(sources: &Sources, node: &Node, desk: &Desk) -> Option<Arc<Pack>> {
    let name = node.scalar().filter(|name| !desk.unread().has_pack(name))?;
    let own = [".yaml", ".yml"].into_iter().map(|ending| format!("{FOLDER}{name}{ending}"));
    if let Some((file, text)) = own.filter_map(|file| sources.get_key_value(&file)).next() {
        return read(file, text, name, desk).map(Arc::new);
    }
    match shipped(name) {
        Some(pack) => Some(pack),
        // What is no name at all is told where the organization is read.
        None if !is_kebab_case(name) => None,
        None => {
            desk.refuse(unknown(sources, node, name));
            None
        }
    }
}

fn unknown(sources: &Sources, node: &Node, name: &str) -> Finding {
    let found = said!("there is no law pack `{name}`", "法令集`{name}`はありません");
    let finding = Finding::at(&rules::unknown_pack::RULE, node.place(), found);
    let own = sources.keys().filter_map(|file| file.strip_prefix(FOLDER)?.rsplit_once('.').map(|(name, _)| name));
    let known: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).chain(own).collect();
    match named(name) {
        Some(pack) => meant(finding, pack),
        None => suggest(finding, name, known.into_iter()),
    }
}

/// Returns the shipped pack that somebody means who writes its name, or a word of its title such as a country.
pub(super) fn named(written: &str) -> Option<&'static str> {
    /// The fewest bytes of a word that says which law is meant.
    const FEWEST: usize = 5;
    let written = half_width(written.trim()).to_lowercase();
    let is_of = |pack: &&Pack| {
        let mut titles = pack.title.0.values().map(|title| title.to_lowercase());
        pack.name == written || (written.len() >= FEWEST && titles.any(|title| title.contains(&written)))
    };
    shipped_packs().find(is_of).map(|pack| pack.name.as_str())
}

/// The shipped packs, once they are read.
static PREPARED: LazyLock<Vec<Arc<Pack>>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| {
        let desk = Desk::new(crate::calendar::Zone::UTC.date(crate::calendar::Instant::EPOCH));
        read(&format!("{name}.yaml"), text, name, &desk).map(Arc::new)
    };
    SHIPPED.iter().filter_map(read).collect()
});

/// Reads the shipped packs, so that they are there when a set names one.
pub(super) fn prepare() {
    LazyLock::force(&PREPARED);
}

/// Returns the shipped packs.
pub(super) fn shipped_packs() -> impl Iterator<Item = &'static Pack> {
    PREPARED.iter().map(Arc::as_ref)
}

/// The shipped pack of a name.
fn shipped(name: &str) -> Option<Arc<Pack>> {
    PREPARED.iter().find(|pack| pack.name == name).map(Arc::clone)
}

/// Returns the shipped packs of these names.
#[cfg(test)]
pub(super) fn shipped_law(names: &[&str]) -> Law {
    Law::of(names.iter().filter_map(|name| shipped(name)).collect(), true)
}

/// Reads one pack; its texts are checked against its own languages.
fn read(file: &str, text: &str, name: &str, desk: &Desk) -> Option<Pack> {
    let mut tree = raw::read(file, text).map_err(|finding| desk.refuse(more_may_follow(*finding))).ok()?;
    printable(&tree, desk);
    let mut own = Desk::of_pack(desk.as_of());
    packs::mend(&mut tree, &own);
    own.speak(languages(&tree, &own));
    let pack = packs::pack(&own, &tree, name);
    // A language that the pack does not list stands in every text of it: one fault, one finding.
    let mut told = BTreeSet::new();
    let is_new = |finding: &Finding| finding.rule != UNLISTED_LANGUAGE.name || told.insert(finding.message.en.clone());
    let is_whole = own.hand_on(desk, is_new);
    pack.ok().filter(|_| is_whole)
}

/// Keys whose words are looked for in texts and never printed.
const LOOKED_FOR: [&str; 4] = ["also", "not", "words", "except"];

/// Reports what no document can show: titles, cases and citations of a pack are printed like the texts of the set.
fn printable(node: &Node, desk: &Desk) {
    match &node.value {
        Value::Nothing => {}
        Value::Scalar(text) => {
            let Some(range) = unshown(text) else { return };
            let place = node.part(range.clone()).unwrap_or_else(|| node.place());
            desk.report(no_glyph::finding(place, &text[range]));
        }
        Value::List(items) => items.iter().for_each(|item| printable(item, desk)),
        Value::Map(entries) => {
            let printed = entries.iter().filter(|(key, _)| !LOOKED_FOR.contains(&key.name.as_str()));
            printed.for_each(|(_, node)| printable(node, desk));
        }
    }
}

/// The languages of a pack, before anything else of it is read; faults in them are reported later.
fn languages(tree: &Node, desk: &Desk) -> Vec<String> {
    let quiet = Desk::new(desk.as_of());
    let nodes = tree.get("languages").and_then(|node| list(&quiet, node).ok()).unwrap_or_default();
    good(nodes, |node| id(&quiet, node))
}

#[cfg(test)]
mod tests;
