//! The ids a set declares, by section.
//!
//! In: the joined sections. Out: what references may name. The rule it keeps: an id is collected even if its item has
//! other faults, so one fault does not become many.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Finding, Place, Words, nearest};
use crate::policy::pattern::{is_kebab_case, kebab_case};
use crate::policy::raw::{Node, Value};
use crate::policy::rules::reference;
use crate::said;

use super::desk::{Desk, Refused};
use super::item::{dangling, meant};
use super::sections::Sections;
use super::unread::Unread;

/// The ids of one section.
pub(super) struct Ids {
    /// The section's key in the file.
    pub(super) section: &'static str,
    /// What its items are called in a message.
    pub(super) what: Words,
    places: BTreeMap<String, Place>,
    /// Whether an item could not be read, so that it is not known which ids there are.
    is_open: bool,
    /// The ids that something names.
    named: RefCell<BTreeSet<String>>,
    /// The ids by what the items are called for readers.
    titles: BTreeMap<String, String>,
    /// What files that cannot be read may declare.
    unread: Arc<Unread>,
    /// Names that no item has, with the places that say them.
    lacking: RefCell<BTreeMap<String, Vec<Lacking>>>,
}

/// A place that names what no item has.
struct Lacking {
    place: Place,
    /// Whether the place is that of the name alone, so that another can be put there.
    is_exact: bool,
}

/// How many places must name what is not declared, so that the declaration is what is wrong.
const MANY: usize = 2;

impl Ids {
    /// Collects the ids of a section's items; one that comes twice is reported with both places.
    pub(super) fn collect<'n>(
        desk: &Desk,
        section: &'static str,
        what: Words,
        items: impl IntoIterator<Item = &'n Node>,
    ) -> Ids {
        let mut ids = Ids {
            section,
            what,
            places: BTreeMap::new(),
            is_open: false,
            named: RefCell::default(),
            lacking: RefCell::default(),
            titles: BTreeMap::new(),
            unread: Arc::clone(desk.unread()),
        };
        for item in items {
            let Some((id, place)) = declared(item) else {
                ids.is_open = true;
                continue;
            };
            // `High_Cost` is no id, and what names `high-cost` names this item.
            let meant = Some(id).filter(|id| !is_kebab_case(id)).and_then(kebab_case);
            let id = meant.as_deref().unwrap_or(id);
            for title in titles(item) {
                ids.titles.entry(title.to_owned()).or_insert_with(|| id.to_owned());
            }
            match ids.places.get(id) {
                Some(first) => {
                    let found = said!(
                        "the id `{id}` is already taken in `{section}`",
                        "ID `{id}`は`{section}`の中ですでに使われています"
                    );
                    desk.report(Finding::at(&reference::DUPLICATE_ID, place, found).also(first.clone()));
                }
                None => drop(ids.places.insert(id.to_owned(), place)),
            }
        }
        ids
    }

    /// Returns whether the section declares this id, or may declare it in a part that could not be read.
    pub(super) fn has(&self, id: &str) -> bool {
        if !self.is_open && self.places.contains_key(id) && !self.named.borrow().contains(id) {
            self.named.borrow_mut().insert(id.to_owned());
        }
        self.is_open || self.places.contains_key(id) || self.may_be_elsewhere(id)
    }

    /// Returns whether a file that cannot be read may declare an id: where its word stands in the file, and where the file has
    /// a part of the section and no other name is near.
    fn may_be_elsewhere(&self, id: &str) -> bool {
        !self.unread.is_empty()
            && (self.unread.may_declare(id) || (self.is_open() && nearest(id, self.names()).is_none()))
    }

    /// Notes a place that names what no item has; [`Known::tell`] says what is wrong once all places are known.
    pub(super) fn lacks(&self, desk: &Desk, written: &str, place: Place, is_exact: bool) -> Refused {
        let receipt = desk.owe(place.clone());
        self.lacking.borrow_mut().entry(written.to_owned()).or_default().push(Lacking { place, is_exact });
        receipt
    }

    /// Reports the names that no item has: at a declaration that nothing names, where it is the odd one out; otherwise
    /// at each place that says the name.
    pub(super) fn tell(&self, desk: &Desk) {
        let named = self.named.borrow();
        let unnamed = || self.names().filter(|id| !named.contains(*id) && !self.unread.may_declare(id));
        for (written, places) in self.lacking.take() {
            let count = places.len();
            let odd = nearest(&written, unnamed()).filter(|_| count >= MANY).and_then(|id| Some((id, self.place(id)?)));
            let Some((id, declared)) = odd else {
                places.into_iter().for_each(|Lacking { place, is_exact }| {
                    if desk.passed_over(&reference::DANGLING).is_some() {
                        return;
                    }
                    let finding = dangling(&written, place, self);
                    desk.refuse(Finding { replacement: finding.replacement.filter(|_| is_exact), ..finding });
                });
                continue;
            };
            let found = said!(
                "nothing names `{id}`, and {count} places name `{written}`, which is declared nowhere",
                "`{id}`を参照するものはなく、{count}か所で参照されている`{written}`はどこにもありません"
            );
            let finding = Finding::at(&reference::DANGLING, declared.clone(), found);
            desk.refuse(meant(finding.also(places[0].place.clone()), &written));
        }
    }

    /// Returns whether a part of the section could not be read.
    pub(super) fn is_open(&self) -> bool {
        self.is_open || self.unread.has(self.section.split('.').next().unwrap_or(self.section))
    }

    /// Returns the ids in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Returns the id that somebody means who writes what readers call the item.
    pub(super) fn titled(&self, title: &str) -> Option<&str> {
        self.titles.get(title).map(String::as_str)
    }

    /// Returns the ids of a text that is several of them, with another sign between them than a comma.
    pub(super) fn several(&self, written: &str) -> Option<Vec<&str>> {
        let parts = written.split([' ', '、', '，', '・', ';', '/']).filter(|part| !part.is_empty());
        let ids: Option<Vec<&str>> =
            parts.map(|part| self.places.get_key_value(part).map(|(id, _)| id.as_str())).collect();
        ids.filter(|ids| ids.len() > 1)
    }

    /// Returns where an id is declared.
    pub(super) fn place(&self, id: &str) -> Option<&Place> {
        self.places.get(id)
    }
}

/// The id of an item, and where it stands; that of a procedure is its `request`.
fn declared(item: &Node) -> Option<(&str, Place)> {
    let id = item.get("id").or_else(|| item.get("request"))?;
    Some((id.scalar()?, id.place()))
}

/// What readers call an item, in each language.
fn titles(item: &Node) -> impl Iterator<Item = &str> {
    let text = item.get("title").or_else(|| item.get("name")).map(|node| &node.value);
    let entries = match text {
        Some(Value::Map(entries)) => entries.as_slice(),
        Some(Value::Nothing | Value::Scalar(_) | Value::List(_)) | None => &[],
    };
    entries.iter().filter_map(|(_, node)| node.scalar())
}

/// The ids of every section that is referred to, or whose ids become file names.
pub(super) struct Known {
    pub(super) parties: Ids,
    pub(super) contacts: Ids,
    pub(super) purposes: Ids,
    pub(super) information: Ids,
    pub(super) joint_use: Ids,
    pub(super) entrustments: Ids,
    pub(super) provisions: Ids,
    pub(super) consent: Ids,
    pub(super) dates: Ids,
    pub(super) classes: Ids,
    pub(super) recipients: Ids,
}

impl Known {
    /// Reports what is named and declared nowhere.
    pub(super) fn tell(&self, desk: &Desk) {
        for ids in [
            &self.parties,
            &self.contacts,
            &self.purposes,
            &self.information,
            &self.joint_use,
            &self.entrustments,
            &self.provisions,
            &self.consent,
            &self.dates,
            &self.classes,
            &self.recipients,
        ] {
            ids.tell(desk);
        }
    }

    /// Collects the ids of a set.
    pub(super) fn collect(sections: &Sections, desk: &Desk) -> Known {
        let ids = |section: &'static str, en, ja, items: &[Node]| {
            let ids = Ids::collect(desk, section, Words { en, ja }, items);
            Ids { is_open: ids.is_open || sections.unread.contains(section), ..ids }
        };
        for (section, items) in [
            ("terms", &sections.terms[..]),
            ("principles", &sections.principles),
            ("processes", &sections.processes),
            ("abroad", list_of(sections.abroad.as_ref())),
            ("procedures", &sections.procedures),
            ("pages", &sections.pages),
            ("notices", &sections.notices),
        ] {
            ids(section, section, section, items);
        }
        let inside = |section: Option<&'_ Node>, key: &str| list_of(section.and_then(|node| node.get(key))).to_vec();
        let (contacts, consent) =
            (inside(sections.organization.as_ref(), "contacts"), inside(sections.consent.as_ref(), "items"));
        let (classes, recipients) =
            (inside(sections.retention.as_ref(), "classes"), inside(sections.service.as_ref(), "recipients"));
        Known {
            parties: ids("parties", "parties", "関係者", &sections.parties),
            contacts: ids("organization.contacts", "contacts", "窓口", &contacts),
            purposes: ids("purposes", "purposes", "利用目的", &sections.purposes),
            information: ids("information", "types of information", "個人情報の種類", &sections.information),
            joint_use: ids("joint-use", "joint uses", "共同利用", &sections.joint_use),
            entrustments: ids("entrustments", "entrustments", "委託", &sections.entrustments),
            provisions: ids("provisions", "provisions", "第三者提供", &sections.provisions),
            consent: ids("consent.items", "consent items", "同意の事項", &consent),
            dates: ids("dates", "declared dates", "日付", &sections.dates),
            classes: ids("retention.classes", "classes", "記録の種類", &classes),
            recipients: ids("service.recipients", "recipients", "開封者", &recipients),
        }
    }
}

/// The items of a list; anything else has none.
fn list_of(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        Some(Value::Nothing | Value::Scalar(_) | Value::Map(_)) | None => &[],
    }
}
