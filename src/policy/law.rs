//! Law packs: what the law says on a day, as data.
//!
//! In: the packs an organization answers to, and a day. Out: [`Law`] and its answers: numbers and how they are cited, lists
//! of cases, least periods, requests, words, amendments; and which citation in a sentence is out of date. The rule it
//! keeps: nothing about the law stands in code; a question about what holds always takes the day.

mod cite;
mod judge;
mod listed;
mod meant;
mod minimum;
mod pack;
mod prose;

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::{Id, Text};
use crate::calendar::{Date, MonthDay};

pub use cite::{Cite, NotACite};
pub use judge::{Judged, Verdict};
pub use minimum::{FiscalYears, LegalKeep, LegalLeg, Minimum, Shortfall};
pub use pack::*;
pub use prose::Citation;

/// The pack of Japan as it is shipped; `policies/laws/jp.yaml` takes its place.
pub(in crate::policy) const SHIPPED: &[(&str, &str)] = &[("jp", include_str!("law/packs/jp.yaml"))];

/// The law packs of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Law {
    packs: Vec<Arc<Pack>>,
    /// Whether every pack the organization names could be read.
    is_whole: bool,
}

/// A case of a list, ready to be printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    /// The topic.
    pub topic: Id,
    /// What it is.
    pub title: String,
    /// What it says.
    pub text: String,
    /// How the law is cited for it.
    pub citation: String,
}

impl Law {
    /// Puts packs together, in the order in which the organization names them.
    pub(in crate::policy) fn of(packs: Vec<Arc<Pack>>, is_whole: bool) -> Law {
        Law { packs, is_whole }
    }

    /// Returns whether every pack the organization names could be read: a topic it does not know does not exist.
    pub(in crate::policy) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns the packs.
    pub fn packs(&self) -> impl Iterator<Item = &Pack> {
        self.packs.iter().map(Arc::as_ref)
    }

    /// Returns every topic.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.packs().flat_map(|pack| &pack.topics)
    }

    /// Returns the topic with this id.
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics().find(|topic| topic.id == id)
    }

    /// Returns every law.
    pub fn statutes(&self) -> impl Iterator<Item = &Statute> {
        self.packs().flat_map(|pack| &pack.statutes)
    }

    /// Returns the law with this id.
    pub fn statute(&self, id: &str) -> Option<&Statute> {
        self.statutes().find(|statute| statute.id == id)
    }

    /// Returns the title of a topic in a language, or its id where no pack knows it.
    pub fn title(&self, topic: &str, language: &str) -> String {
        self.topic(topic).map_or(topic, |topic| in_language(&topic.title, language)).to_owned()
    }

    /// Returns how a topic is cited on a day, such as `Article 27(5)(iii) of the Act on the Protection of Personal
    /// Information`; nothing if it has no number then.
    pub fn citation(&self, topic: &str, on: Date, language: &str) -> Option<String> {
        let topic = self.topic(topic)?;
        Some(self.statute(&topic.statute)?.cites(&topic.entry(on)?.cite, language))
    }

    /// Returns the topics of a list that the law has on a day, in its order.
    pub fn list(&self, list: List, on: Date) -> Vec<&Topic> {
        let named = self.packs().filter_map(|pack| pack.lists.get(&list)).flatten();
        named.filter_map(|id| self.topic(id)).filter(|topic| topic.entry(on).is_some()).collect()
    }

    /// Returns the cases of a list as they are printed in a language.
    pub fn cases(&self, list: List, on: Date, language: &str) -> Vec<Case> {
        self.list(list, on).into_iter().map(|topic| self.case(topic, on, language)).collect()
    }

    /// Returns a topic as it is printed in a language.
    pub fn case(&self, topic: &Topic, on: Date, language: &str) -> Case {
        Case {
            topic: topic.id.clone(),
            title: in_language(&topic.title, language).to_owned(),
            text: in_language(topic.text.as_ref().unwrap_or(&topic.title), language).to_owned(),
            citation: self.citation(&topic.id, on, language).unwrap_or_default(),
        }
    }

    /// Returns what must be said about a topic on a day.
    pub fn elements(&self, topic: &str, on: Date) -> Vec<&str> {
        let elements = self.topic(topic).into_iter().flat_map(|topic| &topic.elements);
        elements.filter(|element| element.span.holds(on)).map(|element| element.key.as_str()).collect()
    }

    /// Returns the least time for which records of a topic must be kept on a day.
    pub fn minimum(&self, topic: &str, on: Date) -> Option<&Minimum> {
        self.topic(topic)?.minimums.iter().find(|minimum| minimum.span.holds(on))
    }

    /// Returns the first day of fiscal years in the law of a topic.
    pub fn fiscal_year_starts(&self, topic: &str) -> MonthDay {
        let pack = self.packs().find(|pack| pack.topics.iter().any(|known| known.id == topic));
        pack.map_or(MonthDay::APRIL_1, |pack| pack.fiscal_year_starts)
    }

    /// Returns the requests people may make on a day.
    pub fn requests(&self, on: Date) -> Vec<&Request> {
        let has_number = |topic: &str| self.topic(topic).is_some_and(|topic| topic.entry(on).is_some());
        self.packs().flat_map(|pack| &pack.requests).filter(|request| has_number(&request.topic)).collect()
    }

    /// Returns the categories of security measures asked for on a day.
    pub fn categories(&self, on: Date) -> Vec<&Category> {
        self.packs().flat_map(|pack| &pack.categories).filter(|category| category.span.holds(on)).collect()
    }

    /// Returns the kinds of information that need special care on a day.
    pub fn special_care(&self, on: Date) -> Vec<&SpecialCare> {
        let kinds = self.packs().flat_map(|pack| &pack.special_care);
        kinds.filter(|kind| self.topic(&kind.topic).is_some_and(|topic| topic.entry(on).is_some())).collect()
    }

    /// Returns the terms that have one rendering on a day.
    pub fn terms(&self, on: Date) -> impl Iterator<Item = &Rendering> {
        self.packs().flat_map(|pack| &pack.terms).filter(move |term| term.holds(on))
    }

    /// Returns the words whose time has passed on a day.
    pub fn outdated(&self, on: Date) -> Vec<&Outdated> {
        self.packs().flat_map(|pack| &pack.outdated).filter(|one| one.until < on).collect()
    }

    /// Returns the amendments that are promulgated and not in force for certain on a day.
    pub fn amendments(&self, on: Date) -> Vec<&Amendment> {
        let pending = |one: &&Amendment| one.promulgated <= on && on <= one.not_after;
        self.packs().flat_map(|pack| &pack.amendments).filter(pending).collect()
    }

    /// Returns the topics that a section of a policy speaks of, the nearest first.
    pub fn topics_of(&self, section: &str) -> Vec<&str> {
        self.packs().filter_map(|pack| pack.places.get(section)).flatten().map(String::as_str).collect()
    }
}

impl SpecialCare {
    /// Returns where the first of its words stands in a text.
    pub fn betrayed_by(&self, text: &str, language: &str) -> Option<Range<usize>> {
        let words = self.words.get(language).into_iter().flatten();
        words.filter_map(|word| find(text, word).next()).next()
    }

    /// Returns whether one of its words stands in a text for readers.
    pub fn is_in(&self, text: &Text) -> bool {
        text.0.iter().any(|(language, text)| self.betrayed_by(text, language).is_some())
    }
}

impl Outdated {
    /// Returns where the words for it stand in a text; the earlier word of the pack counts where two meet, and none
    /// inside a word that is excepted.
    pub fn stands_in(&self, text: &str, language: &str) -> Vec<Range<usize>> {
        let excepted = self.except.get(language).into_iter().flatten();
        let mut taken = vec![false; text.len()];
        let longer = excepted.flat_map(|longer| text.match_indices(longer).map(|(at, longer)| at..at + longer.len()));
        longer.for_each(|range| taken[range].fill(true));
        let mut found = Vec::new();
        for word in self.words.get(language).into_iter().flatten() {
            for range in find(text, word) {
                if !taken[range.clone()].contains(&true) {
                    taken[range.clone()].fill(true);
                    found.push(range);
                }
            }
        }
        found
    }
}

/// Where a word stands: a Latin one in whatever case, on its own (a plural is the same word).
fn find<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = Range<usize>> {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let stands = move |at: usize| {
        let (front, after) = (&text[..at], &text[at + word.len()..]);
        let after = after.strip_prefix('s').unwrap_or(after);
        !is_letter(front.chars().next_back()) && !is_letter(after.chars().next())
    };
    let latin = word.is_ascii().then(|| {
        let alike = move |at: &usize| text.as_bytes()[*at..*at + word.len()].eq_ignore_ascii_case(word.as_bytes());
        let begins = 0..(text.len() + 1).saturating_sub(word.len().max(1));
        begins.filter(alike).filter(move |at| stands(*at))
    });
    let other = (!word.is_ascii()).then(|| text.match_indices(word).map(|(at, _)| at));
    latin.into_iter().flatten().chain(other.into_iter().flatten()).map(|at| at..at + word.len())
}

impl Statute {
    /// Returns a number of this law as it is cited in a language.
    pub fn cites(&self, cite: &Cite, language: &str) -> String {
        let name = in_language(&self.name, language);
        let (form, cite) = match (self.form.get(language), language) {
            (Some(form), "ja") => (form.as_str(), cite.japanese()),
            (Some(form), _) => (form.as_str(), cite.to_string()),
            (None, "ja") => ("{name}{cite}", cite.japanese()),
            (None, _) if cite.supplementary => {
                ("Supplementary Article {cite} of the {name}", cite.to_string().replacen('S', "", 1))
            }
            (None, _) => ("Article {cite} of the {name}", cite.to_string()),
        };
        form.replace("{cite}", &cite).replace("{name}", name)
    }
}

/// Returns a text of a pack in a language; in English where it lacks that, else in the first it has.
pub fn in_language<'t>(text: &'t Text, language: &str) -> &'t str {
    let other = || text.0.get("en").or_else(|| text.0.values().next()).map_or("", String::as_str);
    text.0.get(language).map_or_else(other, String::as_str)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_search_for_an_old_word_goes_on_behind_it_whatever_it_is() {
        let law = crate::policy::check::shipped_law(&["jp"]);
        let mut one = law.outdated("2026-11-22".parse().unwrap())[0].clone();
        let words = vec!["\u{1}".to_owned(), "card".to_owned()];
        one.words = std::collections::BTreeMap::from([("en".to_owned(), words)]);
        one.except.clear();
        let found = one.stands_in("a \u{1} card, \u{1}\u{1} cards", "en");
        assert_eq!(found, [2..3, 10..11, 11..12, 4..8, 13..17]);
    }
}
