//! What the rules see: the checked set, the law of a day, and where everything stands.
//!
//! In: the policy as far as it could be read, the places of its items. Out: findings, weighed by what the organization
//! decided. The rule it keeps: a rule names a place by its path (`joint-use.grant.items.0.ja`) and gets the exact bytes; a
//! rule never sees YAML.

mod map;
mod weigh;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::calendar::Date;
use crate::diag::{Finding, Place, Rule, Said, Sources};
use crate::policy::check::desk::Desk;
use crate::policy::law::{Citation, Judged, Law};
use crate::policy::{Language, Policy};

pub(super) use map::{Map, TextAt};
pub(super) use weigh::weigh;

/// What a rule looks at.
pub(super) struct Lint<'a> {
    /// The set as far as it could be read: references are ids, the items they name may be missing.
    pub(super) policy: &'a Policy,
    /// The law packs of the set.
    pub(super) law: &'a Law,
    /// The day whose law holds.
    pub(super) as_of: Date,
    map: &'a Map<'a>,
    desk: &'a Desk,
    /// The sections in which something could not be used.
    broken: BTreeSet<String>,
    /// The numbers of laws in the texts, once a rule asks for them.
    cited: OnceCell<Vec<Cited<'a>>>,
}

/// A number of a law in a text for readers, judged.
pub(super) struct Cited<'a> {
    /// The text.
    pub(super) text: TextAt<'a>,
    /// The number.
    pub(super) citation: Citation,
    /// What it is worth on the day.
    pub(super) judged: Judged<'a>,
}

impl<'a> Lint<'a> {
    /// Puts together what the rules see.
    pub(super) fn new(policy: &'a Policy, map: &'a Map<'a>, desk: &'a Desk) -> Lint<'a> {
        Lint {
            policy,
            law: &policy.law,
            as_of: desk.as_of(),
            map,
            desk,
            broken: desk.refused_in(map),
            cited: OnceCell::new(),
        }
    }

    /// Returns whether everything in these sections could be read: only then is something missing that is not there.
    pub(super) fn is_whole(&self, sections: &[&str]) -> bool {
        !sections.iter().any(|section| self.broken.contains(*section))
    }

    /// Returns whether everything in every section could be read.
    pub(super) fn is_unbroken(&self) -> bool {
        self.broken.is_empty()
    }

    /// Returns whether a law pack of the organization has this topic on the day: only then does the law ask for it.
    pub(super) fn has_law(&self, topic: &str) -> bool {
        self.law.topic(topic).is_some_and(|topic| topic.entry(self.as_of).is_some())
    }

    /// Returns the languages of the organization.
    pub(super) fn languages(&self) -> &'a [Language] {
        self.desk.languages()
    }

    /// Returns the place of a path; of the nearest thing above it that exists, where it does not.
    pub(super) fn place(&self, path: &str) -> Place {
        self.map.place(path)
    }

    /// Returns every text for readers in each of its languages, in the order of the files.
    pub(super) fn texts(&self) -> &'a [TextAt<'a>] {
        self.map.texts()
    }

    /// Returns the files of the set as they are written, by path.
    pub(super) fn files(&self) -> &'a Sources {
        self.map.sources()
    }

    /// Returns whether any text of a language has these letters, in whatever case: a rule with many words looks only
    /// for those.
    pub(super) fn says(&self, language: &str, letters: &str) -> bool {
        self.map.says(language, letters)
    }

    /// Returns the place of a part of a text, by its bytes; nothing where the file writes it otherwise.
    pub(super) fn span(&self, text: &TextAt<'_>, range: Range<usize>) -> Option<Place> {
        self.map.span(text, range)
    }

    /// Returns the place of a part of the word at a path, by its bytes; of the whole word where the file writes it
    /// otherwise.
    pub(super) fn part(&self, path: &str, word: &str, range: Range<usize>) -> Place {
        self.map.part(path, word, range)
    }

    /// Returns the numbers of laws in the texts; `find` looks for them the first time.
    pub(super) fn cited(&self, find: impl FnOnce() -> Vec<Cited<'a>>) -> &[Cited<'a>] {
        self.cited.get_or_init(find)
    }

    /// Returns whether the set itself writes a path, in any of its files.
    pub(super) fn states(&self, path: &str) -> bool {
        self.map.states(path)
    }

    /// Makes a finding at a path.
    pub(super) fn finding(&self, rule: &Rule, path: &str, message: Said) -> Finding {
        let place = self.place(path);
        // Nothing of the set stands there: its file may be one that cannot be read.
        if place.file.is_empty() { Finding::whole(rule, message) } else { Finding::at(rule, place, message) }
    }

    /// Reports a finding.
    pub(super) fn send(&self, finding: Finding) {
        self.desk.report(finding);
    }

    /// Reports a finding at a path.
    pub(super) fn report(&self, rule: &Rule, path: &str, message: Said) {
        self.send(self.finding(rule, path, message));
    }
}
