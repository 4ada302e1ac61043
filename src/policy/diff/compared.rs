//! Two sets side by side, and the changes found so far.
//!
//! In: two policies. Out: pairs of items, changes, what is owed. The rule it keeps: meaning is compared in the
//! authoritative language; a mended translation changes a text, not what is done.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Group, Kind};
use super::owed::{Duty, Owed, When};
use super::{Effect, Id, Policy};
use crate::calendar::Date;
use crate::diag::Said;
use crate::policy::law::Law;
use crate::policy::{Language, Organization, Party, Text, answered_for};
use crate::said;

/// The topics that ask for a notice of a change.
const TOPICS: [&str; 2] = ["appi.joint-use.change", "appi.notice.change"];

/// Two sets and what is known of their differences.
pub(super) struct Compared<'a> {
    pub(super) before: &'a Policy,
    pub(super) after: &'a Policy,
    changes: Vec<Change>,
    covered: BTreeSet<String>,
    followed: BTreeMap<String, String>,
    on: Date,
}

/// One item before and after.
pub(super) enum Pair<'a, T> {
    Both(&'a T, &'a T),
    Vanished(&'a T),
    Appeared(&'a T),
}

/// The changes found, by the item they are about.
pub(super) struct ByItem<'c> {
    changes: BTreeMap<&'c str, Vec<&'c Change>>,
    covered: &'c BTreeSet<String>,
}

impl ByItem<'_> {
    /// Returns whether what became of a part of this item, such as `disposal.within`, is told.
    pub(super) fn tells(&self, item: &str, part: &str) -> bool {
        let is_told = |changes: &Vec<&Change>| changes.iter().any(|change| change.tells(part));
        self.covered.contains(item) || self.changes.get(item).is_some_and(is_told)
    }
}

impl<'a> Compared<'a> {
    pub(super) fn new(before: &'a Policy, after: &'a Policy, on: Date) -> Compared<'a> {
        Compared { before, after, changes: Vec::new(), covered: BTreeSet::new(), followed: BTreeMap::new(), on }
    }

    /// Adds a change.
    pub(super) fn add(&mut self, kind: Kind, item: impl Into<String>, message: Said) -> &mut Change {
        self.changes.push(Change::new(kind, item.into(), message));
        self.changes.last_mut().expect("one was pushed just above")
    }

    /// Notes that what became of this item is told elsewhere.
    pub(super) fn cover(&mut self, item: String) {
        self.covered.insert(item);
    }

    /// Notes that an item goes by another name now.
    pub(super) fn follow(&mut self, item: String, now: String) {
        self.followed.insert(item, now);
    }

    /// Returns the name an item goes by now.
    pub(super) fn now<'n>(&'n self, item: &'n str) -> &'n str {
        self.followed.get(item).map_or(item, String::as_str)
    }

    /// Notes for each change in which languages what it tells of reads as before; asked with the name its item had before.
    pub(super) fn note_same(&mut self, same_in: impl Fn(&str, &Change) -> BTreeSet<Language>) {
        let former: BTreeMap<&str, &str> =
            self.followed.iter().map(|(was, now)| (now.as_str(), was.as_str())).collect();
        for change in &mut self.changes {
            let was = former.get(change.item.as_str()).copied().unwrap_or(&change.item);
            change.same_in = same_in(was, change);
        }
    }

    /// Returns the changes found by item.
    pub(super) fn by_item(&self) -> ByItem<'_> {
        let mut changes: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        self.changes.iter().for_each(|change| changes.entry(&change.item).or_default().push(change));
        ByItem { changes, covered: &self.covered }
    }

    /// Marks the changes a person has to accept; what is told nowhere becomes one.
    pub(super) fn mark(&mut self) {
        for answered in answered_for(self.before, self.after, &[]) {
            let parts: Vec<&str> = answered.split('.').collect();
            let depth = if ["organization", "service"].contains(&parts[0]) { 1 } else { 2 };
            let (item, part) = (parts[..depth.min(parts.len())].join("."), parts[depth.min(parts.len())..].join("."));
            let (item, part) = (self.now(&item).to_owned(), part.replace('-', "_"));
            let told = |change: &Change| match part.as_str() {
                // Whom something is sealed to: each is an item.
                "recipients" if item == "service" => {
                    change.item.starts_with("service.") && change.group == Group::People
                }
                "" => change.item == item && change.group == Group::People,
                part => change.item == item && change.tells(part),
            };
            let mut is_told = false;
            for change in self.changes.iter_mut().filter(|change| told(change)) {
                (change.needs_person, is_told) = (true, true);
            }
            if !is_told {
                let said = said!("`{answered}` differs", "`{answered}`が変わります");
                self.add(Kind::Service, item, said).needs_person = true;
            }
        }
    }

    /// Returns the text in the authoritative language, however its lines are broken.
    pub(super) fn words(&self, text: &Text) -> String {
        let first = |organization: &Organization| organization.languages.first().cloned().unwrap_or_default();
        let language = first(&self.before.organization);
        let shared = self.after.organization.languages.contains(&language);
        let language = if shared { language } else { first(&self.after.organization) };
        text.get(&language).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Returns whether two texts say the same.
    pub(super) fn says_same(&self, was: &Text, is: &Text) -> bool {
        self.words(was) == self.words(is)
    }

    /// Returns an optional text as [`Compared::words`] does, empty where there is none.
    pub(super) fn perhaps(&self, text: Option<&Text>) -> String {
        text.map(|text| self.words(text)).unwrap_or_default()
    }

    /// Returns several texts as one, in a list.
    pub(super) fn list(&self, texts: &[Text]) -> String {
        texts.iter().map(|text| self.words(text)).collect::<Vec<_>>().join(" / ")
    }

    /// Returns the texts of `to` that are not in `from`.
    pub(super) fn beyond(&self, from: &[Text], to: &[Text]) -> Vec<String> {
        let known: BTreeSet<String> = from.iter().map(|text| self.words(text)).collect();
        to.iter().map(|text| self.words(text)).filter(|text| !known.contains(text)).collect()
    }

    /// Returns what is owed under a topic, where the organization answers to a law that has it.
    pub(super) fn law(&self, topic: &'static str, duty: Duty, when: When) -> Option<Owed> {
        let law = self.law_of(topic)?;
        let cited = |language| law.citation(topic, self.on, language);
        let cited = cited("en").zip(cited("ja")).map(|(en, ja)| Said { en, ja });
        Some(Owed { duty, when, topic: Some(topic), cited })
    }

    /// Returns what is owed whatever the law, with its topic where there is one.
    pub(super) fn always(&self, topic: &'static str, duty: Duty, when: When) -> Option<Owed> {
        self.law(topic, duty, when).or(Some(Owed { duty, when, topic: None, cited: None }))
    }

    /// The law of either set that has a topic: who leaves a law with an edit is told what that law asks for it.
    fn law_of(&self, topic: &str) -> Option<&'a Law> {
        [&self.after.law, &self.before.law].into_iter().find(|law| law.topic(topic).is_some())
    }

    /// The law packs by which notices are known.
    fn packs(&self) -> Vec<Id> {
        if !TOPICS.iter().any(|topic| self.law_of(topic).is_some()) {
            return Vec::new();
        }
        let both = self.before.organization.law.iter().chain(&self.after.organization.law);
        both.cloned().collect::<BTreeSet<Id>>().into_iter().collect()
    }

    /// Returns whether two references mean the same party, by id or, after its id was changed, by number or name.
    pub(super) fn is_same_party(&self, before: Option<&Id>, after: Option<&Id>) -> bool {
        let (Some(before), Some(after)) = (before, after) else { return before.is_none() && after.is_none() };
        if before == after {
            return true;
        }
        let (Some(was), Some(is)) = (self.before.party(before), self.after.party(after)) else { return false };
        // Both ids are in use on one side: two parties.
        if self.after.party(before).is_some() || self.before.party(after).is_some() {
            return false;
        }
        let number = |party: &Party| party.corporate_number.clone();
        number(was).is_some() && number(was) == number(is) || self.words(&was.name) == self.words(&is.name)
    }

    /// Returns everything found, in order.
    pub(super) fn effect(mut self) -> Effect {
        self.mark();
        self.changes
            .sort_by(|a, b| (a.group, &a.item, a.kind, &a.message).cmp(&(b.group, &b.item, b.kind, &b.message)));
        Effect { law: self.packs(), changes: self.changes }
    }
}

/// Pairs the items of two lists by id, and those whose id alone was changed by `same`.
pub(super) fn pairs<'a, T>(
    before: &'a [T],
    after: &'a [T],
    id: impl Fn(&T) -> &str,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<Pair<'a, T>> {
    let by_id = |list: &'a [T], wanted: &T| list.iter().find(|item| id(item) == id(wanted));
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut pairs = Vec::new();
    for was in before {
        let free = |is: &&T| by_id(before, is).is_none() && !taken.contains(id(is)) && same(was, is);
        match by_id(after, was).or_else(|| after.iter().find(free)) {
            Some(is) => {
                taken.insert(id(is).to_owned());
                pairs.push(Pair::Both(was, is));
            }
            None => pairs.push(Pair::Vanished(was)),
        }
    }
    pairs.extend(after.iter().filter(|is| !taken.contains(id(is))).map(Pair::Appeared));
    pairs
}

/// Returns the ids of `to` that are not in `from`.
pub(super) fn new_ids<'a>(from: &[Id], to: &'a [Id]) -> Vec<&'a str> {
    to.iter().filter(|id| !from.contains(id)).map(String::as_str).collect()
}

/// Returns ids as they stand in messages.
pub(super) fn ticked<S: AsRef<str>>(ids: &[S]) -> String {
    ids.iter().map(|id| format!("`{}`", id.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Returns a value as the policy writes it.
pub(super) fn written(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Null) | Err(_) => String::new(),
        Ok(other) => other.to_string(),
    }
}
