//! What files that cannot be read may hold.
//!
//! In: their texts. Out: which names they may declare, and which sections they have a part of. The rule it keeps: what
//! stands in the other files is looked at as ever. Nothing is said to be missing that may stand in a file that cannot be
//! read, and that file's finding says that more may follow.

use std::collections::BTreeSet;

use crate::diag::{Finding, Place, Sources, near};
use crate::policy::Unreadable;
use crate::policy::raw::{Node, Value};
use crate::policy::rules::{retention, section, service};
use crate::said;

use super::law::FOLDER;
use super::sections::SECTIONS;

/// What the files of a set that cannot be read may hold.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// Sections they have a part of, as far as their lines tell.
    sections: BTreeSet<&'static str>,
    /// Every word that stands in them, as ids are written.
    words: BTreeSet<String>,
    /// Whether nothing is known of one of them, so that every id may stand in it.
    is_dark: bool,
    /// The files of law packs that are no text, and folders of them.
    packs: BTreeSet<String>,
}

/// Rules that find something to be missing, with the section in which it may stand.
const ABSENT: [(&str, &str); 7] = [
    (section::EMPTY_SET.name, "organization"),
    (service::NO_RECIPIENTS.name, "service"),
    (service::TOO_FEW_APPROVERS.name, "service"),
    (service::HEADERS_KEPT.name, "service"),
    (retention::NO_RECIPIENTS.name, "service"),
    (retention::ONE_RECIPIENT.name, "service"),
    (retention::NO_ELECTRONIC_CLASS.name, "retention"),
];

impl Unread {
    /// Looks at the texts of the files that these findings are about, and at the files that are no text.
    pub(super) fn of(unreadable: &[Finding], sources: &Sources, beside: &Unreadable) -> Unread {
        let mut unread = Unread::default();
        let files = unreadable.iter().filter_map(|finding| finding.places.first());
        for (file, text) in files.filter_map(|place| sources.get_key_value(&place.file)) {
            unread.add(file, text);
        }
        for (file, text) in beside {
            match text {
                _ if format!("{file}/").starts_with(FOLDER) => drop(unread.packs.insert(file.clone())),
                Some(text) => unread.add(file, text),
                None => {
                    unread.is_dark = true;
                    unread.sections.extend(SECTIONS);
                }
            }
        }
        unread
    }

    fn add(&mut self, file: &str, text: &str) {
        let stem = file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        self.sections.extend(SECTIONS.into_iter().filter(|section| *section == stem));
        self.sections.extend(sections(text));
        self.words.extend(words(text));
    }

    /// Returns whether every file could be read.
    pub(super) fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.words.is_empty() && self.packs.is_empty()
    }

    /// Returns the sections that a file which cannot be read has a part of.
    pub(super) fn sections(&self) -> impl Iterator<Item = &'static str> {
        self.sections.iter().copied()
    }

    /// Returns whether such a file has a part of a section.
    pub(super) fn has(&self, section: &str) -> bool {
        self.sections.contains(section)
    }

    /// Returns whether such a file may declare an id: it cannot where the word does not stand in it.
    pub(super) fn may_declare(&self, id: &str) -> bool {
        self.is_dark || self.words.contains(id)
    }

    /// Returns whether the file of this law pack is one that is no text, or may lie in a folder that cannot be read.
    pub(super) fn has_pack(&self, name: &str) -> bool {
        let is_of = |file: &String| match file.strip_prefix(FOLDER) {
            Some(file) => file.rsplit_once('.').is_some_and(|(stem, _)| stem == name),
            None => true,
        };
        self.packs.iter().any(is_of)
    }

    /// Returns the findings that hold whatever such a file says.
    pub(super) fn certain(&self, findings: Vec<Finding>, trees: &[Node]) -> Vec<Finding> {
        if self.is_empty() {
            return findings;
        }
        let parts = self.parts(trees);
        let is_absent = |finding: &Finding| {
            let of_part = finding.rule == section::MISSING_KEY.name;
            (of_part && finding.places.first().is_some_and(|place| parts.contains(place)))
                || ABSENT.iter().any(|(rule, section)| *rule == finding.rule && self.has(section))
        };
        findings.into_iter().filter(|finding| !is_absent(finding)).collect()
    }

    /// The places of sections whose other keys may stand in a file that cannot be read.
    fn parts(&self, trees: &[Node]) -> BTreeSet<Place> {
        let sections = trees.iter().filter_map(|tree| match &tree.value {
            Value::Map(entries) => Some(entries),
            Value::Nothing | Value::Scalar(_) | Value::List(_) => None,
        });
        sections.flatten().filter(|(key, _)| self.has(&key.name)).map(|(key, _)| key.place()).collect()
    }
}

/// Says of a file that cannot be read that what depends on it is not looked at.
pub fn more_may_follow(finding: Finding) -> Finding {
    let Some(help) = finding.help.clone() else { return finding };
    let (en, ja) = (help.en, help.ja);
    finding.help(said!(
        "{en}; more may be found once this file can be read",
        "{ja}。このファイルに関わるほかの指摘は、読み込めるようになってから示されます"
    ))
}

/// The words of a text, as ids are written.
fn words(text: &str) -> impl Iterator<Item = String> {
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let words = text.split(is_end).map(|word| word.trim_matches(['-', '_'])).filter(|word| !word.is_empty());
    words.map(|word| word.to_ascii_lowercase().replace('_', "-"))
}

/// The sections that a text has a part of: the words before a colon of lines that are not indented, or of any place where
/// the whole file stands in braces. One that is misspelt counts as the one that was meant.
fn sections(text: &str) -> BTreeSet<&'static str> {
    const BLANK: [char; 5] = [' ', '\t', '\u{3000}', '\u{a0}', '\u{feff}'];
    let is_in_braces = text.trim_start().starts_with('{');
    let keys = text.lines().flat_map(|line| {
        let bare = line.trim_start_matches(BLANK);
        let is_outer = is_in_braces || line.chars().count() - bare.chars().count() < 2;
        let pieces: Vec<&str> = if is_in_braces { bare.split([',', '{']).collect() } else { vec![bare] };
        pieces.into_iter().filter(move |_| is_outer).filter_map(|piece| piece.split_once([':', '：']))
    });
    let names = keys.map(|(key, _)| key.trim_matches([' ', '"', '\'']));
    names.flat_map(|name| near(name, SECTIONS).names().collect::<Vec<_>>()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_told_by_the_lines_that_are_not_indented() {
        for (text, expected) in [
            ("security:\n  rules: [x\n", &["security"][..]),
            ("\u{3000}purposes:\n  - information: [\n", &["purposes"]),
            ("# rules: none\nretentoin:\n", &["retention"]),
            ("{ terms: [], \"dates\": [ }", &["dates", "terms"]),
            ("x: [\n", &[]),
        ] {
            let found: Vec<&str> = sections(text).into_iter().collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_declared_only_where_its_word_stands() {
        let unread = Unread { words: words("  - id: High_Cost\n  -id: made:").collect(), ..Unread::default() };
        for (id, expected) in [("high-cost", true), ("made", true), ("id", true), ("madde", false), ("cost", false)] {
            assert_eq!(unread.may_declare(id), expected, "{id}");
        }
    }
}
