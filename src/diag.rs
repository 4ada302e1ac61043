//! Findings: what is wrong in a user's files, where, and what to do next.
//!
//! In: rule name, severity, message, places, help. Out: a sorted [`Report`], printed as text with source lines or as
//! JSON. The rule it keeps: all findings of a run are collected and come out in one order; nothing here knows what a
//! policy is.

mod render;

use std::ops::Range;

use serde::Serialize;

pub use render::{Sources, json, text};

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
    /// A place that means the whole file: its first character.
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: file.into(), line: 1, column: 1, start: 0, end: 0 }
    }

    /// Returns the bytes of the place.
    pub fn bytes(&self) -> Range<usize> {
        self.start..self.end.max(self.start)
    }
}

/// A rule's page: what `hokan explain` prints.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The stable name, `section.what`.
    pub name: &'static str,
    /// The severity it has unless the policy says otherwise.
    pub severity: Severity,
    /// What it finds, in one sentence.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How to mend it.
    pub fix: &'static str,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Name of the rule, `section.what`.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found and what was expected: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where; the first place is the main one. Empty when the finding is about the whole set.
    pub places: Vec<Place>,
    /// What to do next.
    pub help: Option<String>,
}

impl Finding {
    /// Makes a finding of `rule` at `place`; the rule's fix is its help until a nearer one is given.
    pub fn at(rule: &Rule, place: Place, message: impl Into<String>) -> Finding {
        Finding { places: vec![place], ..Finding::whole(rule, message) }
    }

    /// Makes a finding of `rule` about the whole set.
    pub fn whole(rule: &Rule, message: impl Into<String>) -> Finding {
        let help = (!rule.fix.is_empty()).then(|| rule.fix.to_owned());
        Finding { rule: rule.name, severity: rule.severity, message: message.into(), places: Vec::new(), help }
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// Adds a further place, such as the first definition of a duplicate.
    #[must_use]
    pub fn also(mut self, place: Place) -> Finding {
        self.places.push(place);
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
        findings.dedup();
        Report(findings)
    }

    /// Returns the findings in order.
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }

    /// Returns how many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Returns whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }
}

/// Returns the known name nearest to `wrong`, if one is near enough to be a typing error.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = wrong.chars().count() / 3 + 1;
    let scored = known.into_iter().map(|name| (distance(wrong, name), name));
    scored.filter(|(far, _)| *far <= most).min().map(|(_, name)| name)
}

/// The number of single-character edits between two names, a swap of neighbours counting as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_its_neighbour() {
        let known = ["next-day", "month-end", "year-end"];
        assert_eq!(nearest("mouth-end", known), Some("month-end"));
        assert_eq!(nearest("nxet-day", known), Some("next-day"));
        assert_eq!(nearest("something-else", known), None);
    }

    #[test]
    fn a_report_is_sorted_by_file_and_place() {
        let rule = Rule { name: "a.b", severity: Severity::Error, what: "", why: "", fix: "" };
        let place = |file: &str, line| Place { line, ..Place::file(file) };
        let report = Report::new(vec![
            Finding::at(&rule, place("b", 1), "x"),
            Finding::at(&rule, place("a", 9), "x"),
            Finding::at(&rule, place("a", 9), "x"),
        ]);
        let files: Vec<_> = report.findings().iter().map(|f| f.places[0].file.as_str()).collect();
        assert_eq!(files, ["a", "b"]);
    }
}
