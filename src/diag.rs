//! Findings: what is wrong in a user's files, where, and what to do next.
//!
//! In: rule name, severity, message, places, help. Out: a sorted [`Report`], printed as text with source lines, as
//! JSON, as SARIF or as annotations of a workflow; the pages of rules. The rule it keeps: all findings of a run are
//! collected and come out in one order; nothing here knows what a policy is.

mod github;
mod near;
mod pages;
mod render;
mod sarif;

use std::ops::Range;

use serde::Serialize;

pub use crate::said;
pub use github::github;
pub use near::{Near, has_words_more, near, nearest};
pub use pages::{markdown, page};
pub use render::{Sources, json, plain, text};
pub use sarif::sarif;

/// How much a finding weighs: an error stops rendering and sweeping, the others do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing is published or destroyed while it stands.
    Error,
    /// Ambiguous or incomplete; hokan goes on.
    Warning,
    /// Worth a look.
    Note,
}

impl Severity {
    /// Returns its name in a language.
    pub fn word(self, locale: Locale) -> &'static str {
        let words = match self {
            Severity::Error => Words { en: "error", ja: "エラー" },
            Severity::Warning => Words { en: "warning", ja: "警告" },
            Severity::Note => Words { en: "note", ja: "参考" },
        };
        words.of(locale)
    }
}

/// A place in a file, for people (line, column) and for machines (bytes).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Path as the user writes it, with `/`, relative to the instance.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// First byte in the file, from 0.
    pub start: usize,
    /// First byte after the place.
    pub end: usize,
}

impl Place {
    /// A part of a file's text, by its bytes.
    pub fn of_bytes(file: &str, text: &str, bytes: std::ops::Range<usize>) -> Place {
        let before = text[..bytes.start].trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        let line = number(before.matches('\n').count());
        let column = number(before.rsplit('\n').next().unwrap_or_default().chars().count());
        Place { file: file.to_owned(), line, column, start: bytes.start, end: bytes.end }
    }

    /// A place that means the whole file: its first character.
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: file.into(), line: 1, column: 1, start: 0, end: 0 }
    }

    /// Returns the bytes of the place.
    pub fn bytes(&self) -> Range<usize> {
        self.start..self.end.max(self.start)
    }
}

/// A language in which hokan speaks to the people who edit policies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// English, the language of machine formats.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

/// Fixed words in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// In English.
    pub en: &'static str,
    /// In Japanese.
    pub ja: &'static str,
}

impl Words {
    /// Returns the words of a language.
    pub fn of(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::English => self.en,
            Locale::Japanese => self.ja,
        }
    }
}

/// A message in both languages; as JSON it is the English one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// In English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
}

impl Said {
    /// Returns the message in a language.
    pub fn of(&self, locale: Locale) -> &str {
        match locale {
            Locale::English => &self.en,
            Locale::Japanese => &self.ja,
        }
    }
}

impl Serialize for Said {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.en)
    }
}

impl Said {
    /// Words how to mend something as help is worded: lower case, no full stop.
    fn advice(fix: Words) -> Said {
        let mut letters = fix.en.chars();
        let first = letters.next().map(|c| c.to_ascii_lowercase());
        let en: String = first.into_iter().chain(letters).collect();
        Said { en: en.trim_end_matches('.').to_owned(), ja: fix.ja.trim_end_matches('。').to_owned() }
    }
}

/// Makes a [`Said`] of two format strings, English and Japanese, whose names are taken from the place where it stands.
#[macro_export]
macro_rules! said {
    ($en:literal, $ja:literal $(,)?) => {
        $crate::diag::Said { en: format!($en), ja: format!($ja) }
    };
}

/// A rule's page: what `hokan explain` prints.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The stable name, `section.what`.
    pub name: &'static str,
    /// The severity it has unless the policy says otherwise.
    pub severity: Severity,
    /// Whether a policy may change the severity or accept a finding.
    pub weight: Weight,
    /// What it finds, in one sentence.
    pub what: Words,
    /// Why that matters.
    pub why: Words,
    /// Policy text that it finds, as YAML; empty where none can be shown.
    pub example: &'static str,
    /// How to mend it.
    pub fix: Words,
}

/// Whether the severity of a rule is the organization's to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It is not: what it finds cannot be used, or must not be silenced.
    Fixed,
    /// It is: `rules` may change it, `accepted-findings` may accept what it finds at one place.
    Adjustable,
}

/// A change of one place that would mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Replacement {
    /// What to replace.
    pub place: Place,
    /// The new text.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Name of the rule, `section.what`.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found and what was expected: lower case, no full stop, names in backticks.
    pub message: Said,
    /// Where; the first place is the main one. Empty when the finding is about the whole set.
    pub places: Vec<Place>,
    /// What to do next.
    pub help: Option<Said>,
    /// The change that would mend it, where that can be computed.
    pub replacement: Option<Replacement>,
    /// The item it is about, such as `joint-use.grant`, where that is known.
    pub at: Option<String>,
    /// Who accepted it, where somebody did; then it stops nothing.
    pub accepted: Option<Accepted>,
}

/// The decision to live with a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// The last day on which it holds, `YYYY-MM-DD`.
    pub until: String,
}

/// Returns a text with a capital letter at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Longer messages are shortened.
const MOST_CHARACTERS: usize = 600;

impl Finding {
    /// Makes a finding of `rule` at `place`; the rule's fix is its help until a nearer one is given.
    pub fn at(rule: &Rule, place: Place, message: Said) -> Finding {
        Finding { places: vec![place], ..Finding::whole(rule, message) }
    }

    /// Makes a finding of `rule` about the whole set.
    pub fn whole(rule: &Rule, message: Said) -> Finding {
        let message = Said { en: readable(&message.en), ja: readable(&message.ja) };
        let (rule, severity, help) = (rule.name, rule.severity, Some(Said::advice(rule.fix)));
        Finding { rule, severity, message, places: Vec::new(), help, replacement: None, at: None, accepted: None }
    }

    /// Says the next step.
    #[must_use]
    pub fn help(mut self, help: Said) -> Finding {
        self.help = Some(help);
        self
    }

    /// Adds a further place, such as the first definition of a duplicate.
    #[must_use]
    pub fn also(mut self, place: Place) -> Finding {
        self.places.push(place);
        self
    }

    /// Says which text at the main place would mend the finding.
    #[must_use]
    pub fn replace_by(mut self, text: impl Into<String>) -> Finding {
        self.replacement = self.places.first().map(|place| Replacement { place: place.clone(), text: text.into() });
        self
    }
}

/// The findings of one run, sorted by file, place and rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Report(Vec<Finding>);

impl Report {
    /// Sorts the findings and removes exact doubles.
    pub fn new(mut findings: Vec<Finding>) -> Report {
        findings.sort_by(|a, b| (&a.places, a.rule, &a.message).cmp(&(&b.places, b.rule, &b.message)));
        // What two readers say of one place is one finding, also where the help differs.
        findings.dedup_by(|b, a| (a.rule, &a.places, &a.message) == (b.rule, &b.places, &b.message));
        Report(findings)
    }

    /// Returns the findings in order.
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Returns how many findings have this severity and were not accepted.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|finding| finding.accepted.is_none() && finding.severity == severity).count()
    }

    /// Returns how many findings were accepted.
    pub fn accepted(&self) -> usize {
        self.0.iter().filter(|finding| finding.accepted.is_some()).count()
    }

    /// Returns whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }
}

/// A message that repeats words of a file, in a length that can be read and with everything visible: the middle of a long
/// one is left out; characters that cannot be seen, or that change how others are shown, stand as their numbers.
fn readable(message: &str) -> String {
    let visible: String = message.chars().flat_map(|c| if is_hidden(c) { shown(c) } else { vec![c] }).collect();
    let count = visible.chars().count();
    if count <= MOST_CHARACTERS {
        return visible;
    }
    let begin: String = visible.chars().take(MOST_CHARACTERS / 2).collect();
    let end: String = visible.chars().skip(count - MOST_CHARACTERS / 4).collect();
    format!("{begin} … {end}")
}

fn shown(c: char) -> Vec<char> {
    c.escape_unicode().collect()
}

/// Controls, spaces without width and marks of direction.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A rule without words, for tests.
#[cfg(test)]
pub(crate) fn rule(name: &'static str) -> Rule {
    let none = Words { en: "", ja: "" };
    let (severity, weight) = (Severity::Error, Weight::Fixed);
    Rule { name, severity, weight, what: none, why: none, example: "", fix: none }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_about_a_word_without_end_has_one() {
        let word = "記".repeat(100_000);
        let finding = Finding::whole(&rule("a.b"), said!("`{word}` is not a key here", "`{word}`は使えません"));
        assert!(finding.message.en.chars().count() < 500 && finding.message.ja.chars().count() < 500);
        let odd = Finding::whole(&rule("a.b"), said!("`a\u{202e}b\u{1b}[2J`", "x"));
        assert_eq!(odd.message.en, r"`a\u{202e}b\u{1b}[2J`");
        assert!(finding.message.en.starts_with("`記") && finding.message.en.ends_with("` is not a key here"));
    }

    #[test]
    fn a_report_is_sorted_by_file_and_place() {
        let rule = rule("a.b");
        let place = |file: &str, line| Place { line, ..Place::file(file) };
        let report = Report::new(vec![
            Finding::at(&rule, place("b", 1), said!("x", "x")),
            Finding::at(&rule, place("a", 9), said!("x", "x")),
            Finding::at(&rule, place("a", 9), said!("x", "x")),
        ]);
        let files: Vec<_> = report.findings().iter().map(|f| f.places[0].file.as_str()).collect();
        assert_eq!(files, ["a", "b"]);
    }
}
