//! Path patterns of retention classes (`accept`) and globs of ignored paths.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::calendar::{Date, MonthDay};

/// A path pattern below `records`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Pattern(String);
impl From<Pattern> for String {
    fn from(p: Pattern) -> String {
        p.0
    }
}

/// What a capture stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureKind {
    /// d
    Date,
    /// m
    Month,
    /// y
    Year,
    /// fy
    FiscalYear,
    /// s
    Subject,
    /// t
    Text,
}

/// What a path says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Captured {
    /// Dates by declared name.
    pub dates: BTreeMap<String, Date>,
    /// The subject, if the pattern names one.
    pub subject: Option<String>,
}

/// Not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a path pattern: {why}")]
pub struct NotAPattern {
    /// text
    pub text: String,
    /// why
    pub why: String,
}

impl Pattern {
    /// Returns what `path` says if it matches; a path that has the shape but no such date is an error.
    pub fn captures(&self, _path: &str, _fiscal_year_starts: MonthDay) -> Option<Result<Captured, String>> {
        None
    }
}

/// A glob pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Glob(String);
impl From<Glob> for String {
    fn from(p: Glob) -> String {
        p.0
    }
}
impl Glob {
    /// Matches.
    pub fn matches(&self, _path: &str) -> bool {
        false
    }
}
