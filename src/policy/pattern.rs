//! Path patterns of retention classes (`accept`) and globs of ignored paths.
//!
//! In: a pattern's text, a path below `records` with `/` between its segments. Out: whether the whole path matches, and
//! what it says: dates and a subject. The rule it keeps: a path can be read in one way only. Patterns that could be read
//! in two ways are refused, and matching takes time bounded by pattern length times path length.

mod fault;
mod foreign;
mod matching;
mod overlap;
mod parse;
mod reach;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::Serialize;

use crate::calendar::{Date, MonthDay};

use fault::Fault;
pub(in crate::policy) use matching::whole_date;
pub(in crate::policy) use overlap::Outline;
pub(in crate::policy) use parse::{is_kebab_case, kebab_case};

/// Paths below `records` that never are records: sidecars, and folders that hokan or git keep there.
const LEFT_ALONE: [&str; 3] = ["**/*.meta.yaml", "**/.git/**", "**/.hokan/**"];

/// A path pattern below `records`: `*` within a segment, `**` across segments, `{name:kind}` captures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

/// One piece of a pattern or a glob.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Exactly this text; it may hold `/`.
    Literal(String),
    /// `?`: one character other than `/`.
    One,
    /// `*`: any characters other than `/`, also none.
    Star,
    /// `**/`: any number of whole segments, also none.
    Folders,
    /// `**` at the end: everything below, at least one character.
    Rest,
    /// `{name:kind}`.
    Capture(String, CaptureKind),
}

/// What a capture stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureKind {
    /// A day: `2026-11-22` or `20261122`.
    Date,
    /// A month, `2026-11`; it stands for its last day.
    Month,
    /// A year, `2026`; it stands for its last day.
    Year,
    /// A fiscal year, `FY2026` or `R8`, named after the year of its first day; it stands for its last day.
    FiscalYear,
    /// The member or case the record is about: no `.`, `_`, `-` or `/` in it.
    Subject,
    /// Any text without `.`, `_`, `-` or `/`; it is not kept.
    Text,
}

impl CaptureKind {
    /// The kinds as written in patterns.
    pub(super) const NAMES: [(&'static str, CaptureKind); 6] = [
        ("date", CaptureKind::Date),
        ("month", CaptureKind::Month),
        ("year", CaptureKind::Year),
        ("fiscal-year", CaptureKind::FiscalYear),
        ("subject", CaptureKind::Subject),
        ("text", CaptureKind::Text),
    ];

    /// Returns whether a capture of this kind is a date of the record.
    pub fn is_date(self) -> bool {
        match self {
            CaptureKind::Date | CaptureKind::Month | CaptureKind::Year | CaptureKind::FiscalYear => true,
            CaptureKind::Subject | CaptureKind::Text => false,
        }
    }
}

/// What a path says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Captured {
    /// Dates by declared name.
    pub dates: BTreeMap<String, Date>,
    /// The subject, if the pattern names one.
    pub subject: Option<String>,
}

/// A text that is not a path pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a path pattern: {}", fault.why.en)]
pub struct NotAPattern {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub(in crate::policy) fault: Box<Fault>,
    /// The whole text as it was meant, where that can be known.
    pub(in crate::policy) meant: Option<String>,
}

/// Reads the parts of a text.
type Read = fn(&str) -> Result<Vec<Part>, Box<Fault>>;

impl NotAPattern {
    fn new(text: &str, fault: Box<Fault>, read: Read) -> NotAPattern {
        NotAPattern { text: text.to_owned(), fault, meant: parse::mended(text, read) }
    }
}

impl Pattern {
    /// Returns the bytes of the name of a capture, in the text of the pattern.
    pub(super) fn name_at(&self, name: &str) -> Option<Range<usize>> {
        let at = self.text.find(&format!("{{{name}:"))? + 1;
        Some(at..at + name.len())
    }

    /// Reads a pattern.
    ///
    /// # Errors
    /// Refuses a pattern that is not a relative path of whole segments, or that could read a path in two ways.
    pub fn parse(text: &str) -> Result<Pattern, NotAPattern> {
        let parts = parse::pattern(text).map_err(|fault| NotAPattern::new(text, fault, parse::pattern))?;
        Ok(Pattern { text: text.to_owned(), parts })
    }

    /// Returns the names it captures and their kinds, from left to right.
    pub fn capture_names(&self) -> impl Iterator<Item = (&str, CaptureKind)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Capture(name, kind) => Some((name.as_str(), *kind)),
            Part::Literal(_) | Part::One | Part::Star | Part::Folders | Part::Rest => None,
        })
    }

    /// Returns how many of the folders right above a file a capture names, from the file upwards.
    pub(super) fn captured_folders(&self) -> usize {
        if self.text.ends_with("**") {
            return 0;
        }
        self.text.split('/').rev().skip(1).take_while(|folder| folder.contains('{')).count()
    }

    /// Returns whether it spells out a folder of this name.
    pub(super) fn spells_folder(&self, name: &str) -> bool {
        let (folders, _file) = self.text.rsplit_once('/').unwrap_or_default();
        folders.split('/').any(|folder| folder == name)
    }

    /// Returns what `path` says if the whole of it matches; a path that has the shape but names no such date is an
    /// error, told in words.
    pub fn captures(&self, path: &str, fiscal_year_starts: MonthDay) -> Option<Result<Captured, String>> {
        let pieces = matching::pieces(&self.parts, path)?;
        Some(matching::read(&self.parts, &pieces, path, fiscal_year_starts))
    }

    /// Returns whether some path has the shape of both patterns.
    #[cfg(test)]
    fn overlaps(&self, other: &Pattern) -> bool {
        Outline::of(self).meets(&Outline::of(other))
    }

    /// Returns whether some path that matches both is read differently by them: another date or subject.
    pub(super) fn reads_otherwise(&self, other: &Pattern) -> bool {
        overlap::differ(&self.parts, &other.parts)
    }

    /// Returns whether every path it matches ends with one of these.
    pub(super) fn ends_with_one_of(&self, endings: &[&str]) -> bool {
        let end = self.fixed_end().to_ascii_lowercase();
        endings.iter().any(|ending| end.ends_with(ending))
    }

    /// Returns whether the texts that matching paths end with fit each other; if not, no path matches both.
    pub(super) fn ends_like(&self, other: &Pattern) -> bool {
        let (one, other) = (self.fixed_end(), other.fixed_end());
        one.ends_with(other) || other.ends_with(one)
    }

    /// Returns the text every matching path ends with.
    fn fixed_end(&self) -> &str {
        match self.parts.last() {
            Some(Part::Literal(text)) => text,
            Some(Part::One | Part::Star | Part::Folders | Part::Rest | Part::Capture(..)) | None => "",
        }
    }

    /// Returns whether some file below `records` can match it: one that is not ignored, not a sidecar, and not in a folder
    /// that is left alone.
    pub(super) fn reaches(&self, ignored: &[Glob]) -> bool {
        let likely = self.example();
        let hiding: Vec<Glob> = LEFT_ALONE.iter().filter_map(|glob| glob.parse().ok()).collect();
        let hiding = || ignored.iter().chain(&hiding);
        let is_plain = likely.split('/').all(|name| name.len() < 256 && !name.is_empty());
        (is_plain && !hiding().any(|glob| glob.matches(&likely)))
            || reach::reaches(&self.parts, &hiding().map(|glob| glob.parts.as_slice()).collect::<Vec<_>>())
    }

    /// A path that matches, where a pattern is an ordinary one.
    fn example(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Folders => "",
            Part::One => "q",
            Part::Star | Part::Rest | Part::Capture(_, CaptureKind::Subject | CaptureKind::Text) => "q7",
            Part::Capture(_, CaptureKind::Date) => "2026-04-01",
            Part::Capture(_, CaptureKind::Month) => "2026-04",
            Part::Capture(_, CaptureKind::Year) => "2026",
            Part::Capture(_, CaptureKind::FiscalYear) => "FY2026",
        });
        parts.collect()
    }

    /// Returns the text every matching path begins with.
    pub(super) fn fixed_start(&self) -> &str {
        match self.parts.first() {
            Some(Part::Literal(text)) => text,
            Some(Part::One | Part::Star | Part::Folders | Part::Rest | Part::Capture(..)) | None => "",
        }
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> String {
        pattern.text
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Pattern {
    type Err = NotAPattern;

    fn from_str(text: &str) -> Result<Pattern, NotAPattern> {
        Pattern::parse(text)
    }
}

/// A glob of ignored paths: `*` within a segment, `**` across segments, `?` for one character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Glob {
    text: String,
    parts: Vec<Part>,
}

impl Glob {
    /// Returns whether the whole of `path` matches.
    pub fn matches(&self, path: &str) -> bool {
        matching::pieces(&self.parts, path).is_some()
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> String {
        glob.text
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Glob {
    type Err = NotAPattern;

    fn from_str(text: &str) -> Result<Glob, NotAPattern> {
        let parts = parse::glob(text).map_err(|fault| NotAPattern::new(text, fault, parse::glob))?;
        Ok(Glob { text: text.to_owned(), parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(pattern: &str, path: &str) -> Option<Result<Captured, String>> {
        Pattern::parse(pattern).unwrap().captures(path, MonthDay::APRIL_1)
    }

    #[test]
    fn the_folders_that_captures_name_are_counted_from_the_file_upwards() {
        let cases = [
            ("{subject}.csv", 0),
            ("a/{d:date}.csv", 0),
            ("a/{d:month}/{subject}.csv", 1),
            ("a/{d:year}/m-{t:text}/*.csv", 2),
            ("a/{d:year}/b/*.csv", 0),
            ("{subject}/**/{d:month}/x.csv", 1),
            ("{subject}/*/x.csv", 0),
            ("a/{d:month}/**", 0),
        ];
        for (pattern, expected) in cases {
            assert_eq!(Pattern::parse(pattern).unwrap().captured_folders(), expected, "{pattern}");
        }
        let pattern = Pattern::parse("a/b-{d:month}/**/c/d.csv").unwrap();
        let spelt: Vec<&str> =
            ["a", "b-2026-01", "**", "c", "d.csv"].into_iter().filter(|name| pattern.spells_folder(name)).collect();
        assert_eq!(spelt, ["a", "**", "c"]);
        assert!(!Pattern::parse("d.csv").unwrap().spells_folder("d.csv"));
    }

    #[test]
    fn a_captured_date_stands_for_its_last_day() {
        let cases = [
            ("a/{d:date}/x.pdf", "a/2026-11-22/x.pdf", "2026-11-22"),
            ("a/{d:date}-*.pdf", "a/20261122-x.pdf", "2026-11-22"),
            ("a/{d:month}/*.csv", "a/2026-02/x.csv", "2026-02-28"),
            ("a/{d:month}/*.csv", "a/2028-02/x.csv", "2028-02-29"),
            ("a/{d:year}_*.csv", "a/2026_x.csv", "2026-12-31"),
            ("a/{d:fiscal-year}/*", "a/FY2026/x", "2027-03-31"),
            ("a/{d:fiscal-year}/*", "a/R8/x", "2027-03-31"),
            ("a/{d:fiscal-year}/*", "a/R1/x", "2020-03-31"),
        ];
        for (pattern, path, expected) in cases {
            let captured = says(pattern, path).unwrap().unwrap();
            assert_eq!(captured.dates["d"].to_string(), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn a_path_with_an_impossible_date_has_the_shape_and_is_an_error() {
        let cases = [
            ("a/{d:date}/x", "a/2026-02-30/x"),
            ("a/{d:date}/x", "a/20261322/x"),
            ("a/{d:month}/x", "a/2026-13/x"),
            ("a/{d:year}/x", "a/0026/x"),
            ("a/{d:fiscal-year}/x", "a/R0/x"),
            ("a/{d:fiscal-year}/x", "a/FY9999/x"),
        ];
        for (pattern, path) in cases {
            let message = says(pattern, path).unwrap().unwrap_err();
            assert!(message.contains("`d`"), "{message}");
        }
    }

    #[test]
    fn the_subject_ends_at_a_separator() {
        let receipts = "receipts/{treated:month}/{subject}-*.csv";
        let captured = says(receipts, "receipts/2026-11/00120034-a-b.csv").unwrap().unwrap();
        assert_eq!(captured.subject.as_deref(), Some("00120034"));
        for path in ["receipts/2026-11/0012.0034.csv", "receipts/2026-11/-x.csv", "receipts/2026-11/0012-x.csv/y"] {
            assert_eq!(says(receipts, path), None, "{path}");
        }
        let last = says("x/*-{subject}.csv", "x/a-b-c.csv").unwrap().unwrap();
        assert_eq!(last.subject.as_deref(), Some("c"));
        let japanese = says("会議/{d:date}_{subject}.pdf", "会議/2026-11-22_みなと太郎.pdf").unwrap().unwrap();
        assert_eq!(japanese.subject.as_deref(), Some("みなと太郎"));
    }

    #[test]
    fn a_pattern_matches_the_whole_path() {
        let cases = [
            ("a/*.csv", "a/x.csv", true),
            ("a/*.csv", "a/.csv", true),
            ("a/*.csv", "a/b/x.csv", false),
            ("a/*.csv", "a/x.csv.bak", false),
            ("a/*.csv", "b/a/x.csv", false),
            ("a/**/*.csv", "a/x.csv", true),
            ("a/**/*.csv", "a/b/c/x.csv", true),
            ("a/**/*.csv", "ab/x.csv", false),
            ("a/**", "a/b/c", true),
            ("a/**", "a/", false),
            ("**/{d:date}-*.pdf", "a/b/2026-11-22-x.pdf", true),
            ("a/{t:text}/b", "a//b", false),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(says(pattern, path).is_some(), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn patterns_that_can_be_misread_are_refused() {
        let cases = [
            ("", "empty"),
            ("/a/b", "begins with `/`"),
            ("a/../b", "`..`"),
            ("a/./b", "`.`"),
            ("a//b", "empty segment"),
            ("a/", "ends with `/`"),
            ("a/b**/c", "whole segment"),
            ("a/{d:date", "never closed"),
            ("a/d}", "never opened"),
            ("a/{d:day}", "kinds are"),
            ("a/{d}", "no kind"),
            ("a/{month}", "names no date"),
            ("a/{month:d}", "before the name"),
            ("a/{d:date-x.csv", "never closed"),
            ("a/{d{e:date}.csv", "never closed"),
            ("a/{d：date}", "full-width"),
            ("a/{D:date}", "name"),
            ("a/{d:date}*", "touches"),
            ("a/*{d:date}", "touches"),
            ("a/{d:date}{subject}", "touches"),
            ("a/{subject}x.csv", "could be part of it"),
            ("a/{f:fiscal-year}1", "could be part of it"),
            ("a/*x{subject}.csv", "could be part of it"),
            ("a/*-{subject}-*.csv", "between two wildcards"),
            ("**/{subject}/**/x", "between two wildcards"),
            ("a/{d:date}/{d:date}-x", "twice"),
            ("a/{subject}/{other:subject}-x", "two subjects"),
            ("a/b?.csv", "`?`"),
            ("a\\b", "`\\`"),
        ];
        for (text, why) in cases {
            let error = Pattern::parse(text).unwrap_err();
            let fault = &error.fault;
            assert!(fault.why.en.contains(why), "{text}: {}", fault.why.en);
            assert!(text.get(fault.at.clone()).is_some(), "{text}: {:?}", fault.at);
        }
    }

    #[test]
    fn what_was_meant_is_known_where_it_can_be_one_thing_only() {
        let cases = [
            ("/a/b.csv", Some("a/b.csv")),
            ("//a//./b.csv", Some("a/b.csv")),
            ("a/{treated}/b", Some("a/{treated:date}/b")),
            ("a/{Subject}.csv", Some("a/{subject}.csv")),
            ("a/{month:treated}/b", Some("a/{treated:month}/b")),
            ("a/{Treated:Month}/b", Some("a/{treated:month}/b")),
            ("a/{treated:YYYY-MM}/b", Some("a/{treated:month}/b")),
            ("a/{treated：month}/b", Some("a/{treated:month}/b")),
            ("a/{treated:month/b", Some("a/{treated:month}/b")),
            ("a/{treated:month}/{subject", Some("a/{treated:month}/{subject}")),
            ("a/{d:date-{subject}.csv", Some("a/{d:date}-{subject}.csv")),
            ("a/treated:month}/b", Some("a/{treated:month}/b")),
            (r"a\{d:date}\b.csv", Some("a/{d:date}/b.csv")),
            ("a/{d:date}/{d:date}-x", Some("a/{d:date}/*-x")),
            ("a/{subject}/{case:subject}-x", Some("a/{subject}/{case:text}-x")),
            ("/a/{Treated}/{subject", Some("a/{treated:date}/{subject}")),
            ("a/../b", None),
            ("a/", None),
            ("a/b?", None),
            ("a/{d:date}{subject}", None),
            ("a/{d:date}/{d:date}{subject}", None),
            ("a/x}", None),
            ("a/{}", None),
            ("a/{month}", None),
            ("a/{d:quarter}", None),
        ];
        for (text, expected) in cases {
            let error = Pattern::parse(text).unwrap_err();
            assert_eq!(error.meant.as_deref(), expected, "{text}: {}", error.fault.why.en);
        }
        assert_eq!("/a\\b".parse::<Glob>().unwrap_err().meant.as_deref(), Some("a/b"));
    }

    #[test]
    fn globs_ignore_what_they_name() {
        let cases = [
            ("**/Thumbs.db", "Thumbs.db", true),
            ("**/Thumbs.db", "a/b/Thumbs.db", true),
            ("**/Thumbs.db", "a/Thumbs.dbx", false),
            ("**/~$*", "a/~$list.xlsx", true),
            ("**/.~lock.*", ".~lock.list.ods#", true),
            ("README.md", "README.md", true),
            ("README.md", "a/README.md", false),
            ("a/?.tmp", "a/あ.tmp", true),
            ("a/?.tmp", "a/ab.tmp", false),
        ];
        for (glob, path, expected) in cases {
            assert_eq!(glob.parse::<Glob>().unwrap().matches(path), expected, "{glob} on {path}");
        }
        assert!("a/{x}".parse::<Glob>().is_err());
    }

    #[test]
    fn overlapping_patterns_are_found_in_both_directions() {
        let cases = [
            ("a/*.csv", "a/x-*.csv", true),
            ("a/*.csv", "a/*.xml", false),
            ("a/{d:month}/*.csv", "a/2026-11/*", true),
            ("a/{d:month}/*.csv", "a/{d:date}/*.csv", false),
            ("a/{d:date}/x", "a/20261122/x", true),
            ("a/{d:year}/x", "a/{f:fiscal-year}/x", false),
            ("a/{s:subject}/x", "a/R8/x", true),
            ("a/{s:subject}/x", "a/2026-11/x", false),
            ("**/*.csv", "b/c/*.csv", true),
            ("a/**", "b/**", false),
            ("a/**", "a/**/x", true),
        ];
        for (a, b, expected) in cases {
            let (a, b) = (Pattern::parse(a).unwrap(), Pattern::parse(b).unwrap());
            assert_eq!((a.overlaps(&b), b.overlaps(&a)), (expected, expected), "{a} and {b}");
        }
    }

    #[test]
    fn patterns_that_read_one_path_differently_are_found_in_both_directions() {
        let cases = [
            ("rr/{d:date}-*.pdf", "rr/*-{d:date}.pdf", true),
            ("rr/{subject}-*.pdf", "rr/*-{subject}.pdf", true),
            ("rr/{d:date}-*.pdf", "rr/{e:date}-*.pdf", true),
            ("rr/{d:date}-*.pdf", "rr/**", true),
            ("rr/{d:date}-*.pdf", "rr/**/{d:date}-*.pdf", false),
            ("rr/{d:date}-*.pdf", "rr/{d:date}-a-*.pdf", false),
            ("rr/{d:date}-{subject}.pdf", "rr/{d:date}-{subject}.*", false),
            ("rr/{d:date}-{t:text}.pdf", "rr/{d:date}-*.pdf", false),
            ("rr/{d:date}-{t:text}.pdf", "rr/{d:date}-{subject}.pdf", true),
            ("rr/{d:month}/*", "rr/*/{d:month}", true),
            ("rr/{d:month}/*", "ss/{d:month}/*", false),
            ("rr/*.csv", "rr/x*.csv", false),
        ];
        for (a, b, expected) in cases {
            let (a, b) = (Pattern::parse(a).unwrap(), Pattern::parse(b).unwrap());
            assert_eq!((a.reads_otherwise(&b), b.reads_otherwise(&a)), (expected, expected), "{a} and {b}");
        }
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let pattern = Pattern::parse(&format!("{}b", "*a".repeat(40))).unwrap();
        assert_eq!(pattern.captures(&"a".repeat(4000), MonthDay::APRIL_1), None);
    }

    mod properties {
        use super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn no_pattern_and_no_path_makes_it_panic(
                pattern in "[a*/{}:.?é-]{0,24}|\\PC{0,24}|(a|/|\\*\\*|\\*|\\{d:date\\}|\\{subject\\}|-|あ){0,9}",
                path in "[a/.éあ2026-]{0,24}|\\PC{0,24}",
            ) {
                if let Ok(pattern) = Pattern::parse(&pattern) {
                    pattern.captures(&path, MonthDay::APRIL_1);
                    prop_assert!(pattern.overlaps(&pattern));
                    prop_assert!(!pattern.reads_otherwise(&pattern), "{} reads a path in two ways", pattern);
                }
                if let Ok(glob) = pattern.parse::<Glob>() {
                    glob.matches(&path);
                }
            }

            #[test]
            fn what_is_written_into_a_path_is_read_back(
                (year, month, day) in (1873i32..=2998, 1u32..=12, 1u32..=28),
                subject in "[0-9A-Za-zぁ-ん]{1,12}",
                rest in "[0-9a-z._-]{0,9}",
                folders in "([a-z]{1,3}/){0,3}",
            ) {
                let date = Date::from_ymd(year, month, day).unwrap();
                let pattern = Pattern::parse("r/**/{made:date}_{at:month}/{subject}-*.csv").unwrap();
                let path = format!("r/{folders}{date}_{year:04}-{month:02}/{subject}-{rest}.csv");
                let captured = pattern.captures(&path, MonthDay::APRIL_1).unwrap().unwrap();
                prop_assert_eq!(captured.dates["made"], date);
                prop_assert_eq!(captured.dates["at"], date.last_of_month());
                prop_assert_eq!(captured.subject, Some(subject));
            }

            #[test]
            fn a_pattern_reads_a_path_in_one_way(
                pattern in "(a|-|_|/|0|\\*|\\*\\*/|\\{d:date\\}|\\{m:month\\}|\\{f:fiscal-year\\}|\\{subject\\}|\\{t:text\\}){1,8}",
            ) {
                if let Ok(pattern) = Pattern::parse(&pattern) {
                    prop_assert!(!pattern.reads_otherwise(&pattern), "{} reads a path in two ways", pattern);
                }
            }

            #[test]
            fn patterns_that_match_one_path_overlap(
                a in "(a|/|b|\\*|\\*\\*/|\\{t:text\\}-){1,6}",
                b in "(a|/|b|\\*|\\*\\*/|\\{t:text\\}-){1,6}",
                path in "[ab/-]{1,8}",
            ) {
                if let (Ok(a), Ok(b)) = (Pattern::parse(&a), Pattern::parse(&b)) {
                    let both = [&a, &b].iter().all(|p| p.captures(&path, MonthDay::APRIL_1).is_some());
                    prop_assert!(!both || a.overlaps(&b), "{} {} {}", a, b, path);
                }
            }
        }
    }
}
