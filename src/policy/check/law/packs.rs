//! Reads the parts of a law pack that are not about topics: laws, requests, words, amendments.
//!
//! In: the tree of a pack. Out: [`Pack`]. The rule it keeps: every reference inside a pack names something the pack has.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{Date, MonthDay};
use crate::diag::{Finding, Words, nearest};
use crate::policy::law::{
    Amendment, Category, Certainty, Edition, ExplicitConsent, Fee, List, Missing, Outdated, Pack, Rendering, Request,
    Source, SpecialCare, Statute,
};
use crate::policy::raw::{Key, Node, Value};
use crate::policy::rules::{law as rules, section};
use crate::policy::{Id, Language, Text};
use crate::said;

use super::super::desk::{Checked, Desk, all};
use super::super::item::{Expected, Item, entries, lacks, meant, suggest, word, wrong_type};
use super::super::known::Ids;
use super::entries::{self as topics, backwards, follows, span};

pub(super) const PACK: [&str; 16] = [
    "pack",
    "title",
    "version",
    "languages",
    "fiscal-year-starts?",
    "sources",
    "laws",
    "topics",
    "lists?",
    "places?",
    "requests?",
    "security-categories?",
    "special-care?",
    "terms?",
    "outdated?",
    "amendments?",
];
pub(super) const STATUTE: [&str; 7] = ["id", "name", "main?", "also?", "not?", "form?", "editions?"];
pub(super) const EDITION: [&str; 3] = ["id", "from", "until?"];
pub(super) const REQUEST: [&str; 6] = ["id", "topic", "title", "missing", "fee", "person-chooses-way?"];
pub(super) const CATEGORY: [&str; 5] = ["id", "number", "title", "from", "until?"];
pub(super) const CARE: [&str; 5] = ["id", "topic", "title", "words", "explicit-consent?"];
pub(super) const OUTDATED: [&str; 7] = ["id", "until", "words", "except?", "now", "certainty", "source"];
pub(super) const AMENDMENT: [&str; 10] =
    ["id", "law", "title", "text", "promulgated", "not-before?", "not-after", "topics", "certainty", "source"];
pub(super) const CERTAINTIES: [(&str, Certainty); 3] =
    [("primary", Certainty::Primary), ("secondary", Certainty::Secondary), ("unconfirmed", Certainty::Unconfirmed)];
pub(super) const MISSING: [(&str, Missing); 3] =
    [("allowed", Missing::Allowed), ("note", Missing::Note), ("warning", Missing::Warning)];
pub(super) const FEES: [(&str, Fee); 2] = [("allowed", Fee::Allowed), ("none", Fee::None)];

/// What references inside a pack may name.
pub(super) struct Inside {
    pub(super) sources: Ids,
    pub(super) statutes: Ids,
    pub(super) topics: Ids,
}

/// Reads a misspelt key of a pack as the one that was meant, and says so: what the key holds is not missing.
pub(super) fn mend(tree: &mut Node, desk: &Desk) {
    let Value::Map(entries) = &mut tree.value else { return };
    let known = || PACK.into_iter().map(|key| key.trim_end_matches('?'));
    let mut free: Vec<&str> = known().filter(|key| !entries.iter().any(|(there, _)| there.name == *key)).collect();
    for (key, _) in entries.iter_mut().filter(|(key, _)| !known().any(|known| known == key.name)) {
        let Some(name) = nearest(&key.name, free.iter().copied()) else { continue };
        let written = &key.name;
        let found = said!("`{written}` is not a key here", "`{written}`というキーはここでは使えません");
        desk.refuse(meant(Finding::at(&section::UNKNOWN_KEY, key.place(), found), name));
        free.retain(|free| *free != name);
        name.clone_into(&mut key.name);
    }
}

/// Reads a pack that is named `name`.
pub(super) fn pack(desk: &Desk, tree: &Node, name: &str) -> Checked<Pack> {
    let item = Item::with_keys(desk, tree, &PACK)?;
    let inside = Inside {
        sources: ids(&item, "sources", Words { en: "sources", ja: "出典" }),
        statutes: ids(&item, "laws", Words { en: "laws", ja: "法令" }),
        topics: ids(&item, "topics", Words { en: "topics", ja: "事項" }),
    };
    let (title, version) = (item.text("title"), item.parsed("version", &rules::pack::RULE));
    let languages = each(&item, "languages", |node| super::super::item::id(desk, node));
    let starts = item.perhaps("fiscal-year-starts", |_| item.parsed("fiscal-year-starts", &rules::pack::RULE));
    let sources = each(&item, "sources", |node| source(desk, node));
    let statutes = each(&item, "laws", |node| statute(desk, node));
    let topics = each(&item, "topics", |node| topics::topic(desk, node, &inside));
    let lists = lists(&item, &inside);
    let places = places(&item, &inside);
    let requests = each(&item, "requests", |node| request(desk, node, &inside));
    let categories = each(&item, "security-categories", |node| category(desk, node));
    let special_care = each(&item, "special-care", |node| care(desk, node, &inside));
    let terms = each(&item, "terms", |node| rendering(desk, node));
    let outdated = each(&item, "outdated", |node| outdated(desk, node, &inside));
    let amendments = each(&item, "amendments", |node| amendment(desk, node, &inside));
    inside.tell(desk);
    let written = item.word("pack")?;
    if written != name {
        let found = said!("the pack calls itself `{written}`", "法令集の名前が`{written}`になっています");
        let help = said!("write `{name}`, like the file's name", "ファイル名と同じ`{name}`にしてください");
        let finding = Finding::at(&rules::pack::RULE, item.place_of("pack"), found);
        desk.report(finding.help(help).replace_by(name));
    }
    Ok(Pack {
        name: name.to_owned(),
        title: title?,
        version: version?,
        languages: languages?,
        fiscal_year_starts: starts?.unwrap_or(MonthDay::APRIL_1),
        sources: sources?,
        statutes: statutes?,
        topics: topics?,
        lists: lists?,
        places: places?,
        requests: requests?,
        categories: categories?,
        special_care: special_care?,
        terms: terms?,
        outdated: outdated?,
        amendments: amendments?,
    })
}

impl Inside {
    fn tell(&self, desk: &Desk) {
        [&self.sources, &self.statutes, &self.topics].into_iter().for_each(|ids| ids.tell(desk));
    }
}

fn ids(item: &Item<'_>, section: &'static str, what: Words) -> Ids {
    let nodes = item.optional(section).map(|node| &node.value);
    let nodes = match nodes {
        Some(Value::List(nodes)) => nodes.as_slice(),
        Some(Value::Nothing | Value::Scalar(_) | Value::Map(_)) | None => &[],
    };
    Ids::collect(item.desk(), section, what, nodes)
}

fn each<T>(item: &Item<'_>, key: &str, read: impl FnMut(&Node) -> Checked<T>) -> Checked<Vec<T>> {
    all(item.list(key)?, read)
}

fn source(desk: &Desk, node: &Node) -> Checked<Source> {
    let item = Item::with_keys(desk, node, &["id", "title"])?;
    let (id, title) = (item.id("id"), item.text("title"));
    Ok(Source { id: id?, title: title? })
}

fn statute(desk: &Desk, node: &Node) -> Checked<Statute> {
    let item = Item::with_keys(desk, node, &STATUTE)?;
    let (id, name, main) = (item.id("id"), item.text("name"), item.flag("main"));
    let (also, not) = (words(&item, "also"), words(&item, "not"));
    let form = item.perhaps("form", |node| forms(desk, node)).map(Option::unwrap_or_default);
    let editions = each(&item, "editions", |node| {
        let item = Item::with_keys(desk, node, &EDITION)?;
        let (id, span) = (item.id("id"), span(&item));
        Ok((node.place(), Edition { id: id?, span: span? }))
    });
    if let Ok(editions) = &editions {
        follows(desk, editions.iter().map(|(place, edition)| (place, edition.span)));
    }
    let editions = editions.map(|editions| editions.into_iter().map(|(_, edition)| edition).collect());
    Ok(Statute { id: id?, main: main?, name: name?, also: also?, not: not?, form: form?, editions: editions? })
}

fn forms(desk: &Desk, node: &Node) -> Checked<BTreeMap<Language, String>> {
    let keys = optional_languages(desk);
    let item = Item::with_keys(desk, node, &keys.iter().map(String::as_str).collect::<Vec<_>>())?;
    let form = |language: &Language| {
        let Some(form) = item.optional_word(language)? else { return Ok(None) };
        let rest = form.replacen("{cite}", "", 1).replacen("{name}", "", 1);
        if !form.contains("{cite}") || rest.contains(['{', '}']) {
            let found = said!(
                "`{form}` is no form of citing (expected one `{{cite}}`, and at most one `{{name}}`)",
                "`{form}`は引用の形式ではありません（`{{cite}}`を1つ、`{{name}}`を多くて1つ含めます）"
            );
            return Err(desk.refuse_at(&rules::pack::RULE, item.place_of(language), found));
        }
        Ok(Some((language.clone(), form)))
    };
    Ok(all(desk.languages(), form)?.into_iter().flatten().collect())
}

fn lists(item: &Item<'_>, inside: &Inside) -> Checked<BTreeMap<List, Vec<Id>>> {
    let Some(node) = item.get("lists")? else {
        return Ok(BTreeMap::new());
    };
    let optional = List::ALL.map(|list| format!("{}?", list.key()));
    let lists = Item::with_keys(item.desk(), node, &optional.each_ref().map(String::as_str))?;
    let read = |list: List| Ok((list, lists.references(list.key(), &inside.topics)?));
    Ok(all(List::ALL, read)?.into_iter().collect())
}

fn places(item: &Item<'_>, inside: &Inside) -> Checked<BTreeMap<String, Vec<Id>>> {
    let Some(node) = item.get("places")? else {
        return Ok(BTreeMap::new());
    };
    let optional = super::super::sections::SECTIONS.map(|section| format!("{section}?"));
    let places = Item::with_keys(item.desk(), node, &optional.each_ref().map(String::as_str))?;
    let read = |section: &str| Ok((section.to_owned(), places.references(section, &inside.topics)?));
    Ok(all(super::super::sections::SECTIONS, read)?.into_iter().collect())
}

fn request(desk: &Desk, node: &Node, inside: &Inside) -> Checked<Request> {
    let item = Item::with_keys(desk, node, &REQUEST)?;
    let (id, topic, title) = (item.id("id"), item.reference("topic", &inside.topics), item.text("title"));
    let (missing, fee) = (item.choice("missing", &MISSING), item.choice("fee", &FEES));
    let person_chooses_way = item.flag("person-chooses-way");
    Ok(Request {
        id: id?,
        topic: topic?,
        title: title?,
        missing: missing?,
        fee: fee?,
        person_chooses_way: person_chooses_way?,
    })
}

fn category(desk: &Desk, node: &Node) -> Checked<Category> {
    let item = Item::with_keys(desk, node, &CATEGORY)?;
    let (id, number, title) = (item.id("id"), item.word("number"), item.text("title"));
    let span = span(&item);
    Ok(Category { id: id?, number: number?.to_owned(), title: title?, span: span? })
}

fn care(desk: &Desk, node: &Node, inside: &Inside) -> Checked<SpecialCare> {
    let item = Item::with_keys(desk, node, &CARE)?;
    let (id, topic, title) = (item.id("id"), item.reference("topic", &inside.topics), item.text("title"));
    let words = words(&item, "words");
    let explicit_consent = item.get("explicit-consent")?.map(|node| {
        let item = Item::with_keys(desk, node, &["to", "topic"])?;
        let to = item.choices("to", &super::super::organization::KINDS);
        let topic = item.reference("topic", &inside.topics);
        Ok(ExplicitConsent { to: to?, topic: topic? })
    });
    let explicit_consent = explicit_consent.transpose();
    Ok(SpecialCare { id: id?, topic: topic?, title: title?, words: words?, explicit_consent: explicit_consent? })
}

/// A term: an id, a word in each language of the pack, words that are not to stand for it, and when that holds.
fn rendering(desk: &Desk, node: &Node) -> Checked<Rendering> {
    let optional = optional_languages(desk);
    let keys: Vec<&str> =
        ["id", "not?", "from?", "until?"].into_iter().chain(optional.iter().map(String::as_str)).collect();
    let item = Item::with_keys(desk, node, &keys)?;
    let (id, not) = (item.id("id"), words(&item, "not"));
    let day = |key: &str| item.perhaps(key, |_| item.parsed::<Date>(key, &rules::pack::RULE));
    let (from, until) = (day("from"), day("until"));
    if let (Ok(Some(from)), Ok(Some(until))) = (&from, &until)
        && until < from
    {
        desk.report(backwards(&item, *from));
    }
    let word = all(desk.languages(), |language| match item.get(language)? {
        Some(node) => word(desk, node).map(|word| (language.clone(), word.trim().to_owned())),
        None => Err(lacks(desk, node, language)),
    });
    Ok(Rendering { id: id?, word: Text(word?.into_iter().collect()), not: not?, from: from?, until: until? })
}

fn outdated(desk: &Desk, node: &Node, inside: &Inside) -> Checked<Outdated> {
    let item = Item::with_keys(desk, node, &OUTDATED)?;
    let (id, until) = (item.id("id"), item.parsed("until", &rules::pack::RULE));
    let (words, except, now) = (words(&item, "words"), words(&item, "except"), item.text("now"));
    let (certainty, source) = certain(&item, inside);
    Ok(Outdated {
        id: id?,
        until: until?,
        words: words?,
        except: except?,
        now: now?,
        certainty: certainty?,
        source: source?,
    })
}

fn amendment(desk: &Desk, node: &Node, inside: &Inside) -> Checked<Amendment> {
    let item = Item::with_keys(desk, node, &AMENDMENT)?;
    let (id, statute) = (item.id("id"), item.reference("law", &inside.statutes));
    let (title, text) = (item.text("title"), item.text("text"));
    let day = |key: &str| item.parsed::<Date>(key, &rules::pack::RULE);
    let (promulgated, not_after) = (day("promulgated"), day("not-after"));
    let not_before = item.perhaps("not-before", |_| day("not-before"));
    let topics = item.references("topics", &inside.topics);
    let (certainty, source) = certain(&item, inside);
    Ok(Amendment {
        id: id?,
        statute: statute?,
        title: title?,
        text: text?,
        promulgated: promulgated?,
        not_before: not_before?,
        not_after: not_after?,
        topics: topics?,
        certainty: certainty?,
        source: source?,
    })
}

/// How sure an entry is, and where it was read.
pub(super) fn certain(item: &Item<'_>, inside: &Inside) -> (Checked<Certainty>, Checked<Id>) {
    (item.choice("certainty", &CERTAINTIES), item.reference("source", &inside.sources))
}

/// Words by language: `{ ja: [委託], en: [entrust] }`; a missing key has none.
pub(super) fn words(item: &Item<'_>, key: &str) -> Checked<BTreeMap<Language, Vec<String>>> {
    let (desk, Some(node)) = (item.desk(), item.get(key)?) else {
        return Ok(BTreeMap::new());
    };
    let entries = entries(desk, node)?;
    let known: BTreeSet<&str> = desk.languages().iter().map(String::as_str).collect();
    let one = |(language, node): &(Key, Node)| {
        if !known.contains(language.name.as_str()) {
            let name = &language.name;
            let found = said!("`{name}` is not among the pack's languages", "`{name}`は法令集の言語に含まれていません");
            let finding = Finding::at(&rules::pack::RULE, language.place(), found);
            return Err(desk.refuse(suggest(finding, name, known.iter().copied())));
        }
        let Value::List(words) = &node.value else {
            return Err(wrong_type(desk, node, Expected::List(None)));
        };
        Ok((language.name.clone(), all(words, |node| word(desk, node).map(|word| word.trim().to_owned()))?))
    };
    Ok(all(entries, one)?.into_iter().collect())
}

fn optional_languages(desk: &Desk) -> Vec<String> {
    desk.languages().iter().map(|language| format!("{language}?")).collect()
}
