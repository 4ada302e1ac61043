//! What can go wrong in typesetting, and how it is said.
//!
//! In: faults, missing characters, a worker's end. Out: [`TypesetError`]. The rule it keeps: every error names its job,
//! and a template's fault its file, line and column.

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Job;
use crate::host::Limits;

/// A fault in a template, with the place where it shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fault {
    /// The file below `templates/`; none when the fault is about the whole document.
    pub file: Option<String>,
    /// Line, from 1; 0 without a file.
    pub line: u32,
    /// Column in characters, from 1; 0 without a file.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What may help.
    pub hints: Vec<String>,
}

/// A character, or a character with its variation selector, that no font can show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Missing {
    /// The text that cannot be shown.
    pub text: String,
    /// JSON pointers of the data strings it stands in; none when it comes from the template.
    pub pointers: Vec<String>,
}

/// A document that was not typeset.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The worker could not be started.
    #[error("the typesetting worker `{program}` could not be started")]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no such program.
    #[error("there is no program `{program}` for `service.typesetter: typst-cli` (expected: version {version})")]
    NoCommand {
        /// The program.
        program: PathBuf,
        /// The version it has to be.
        version: &'static str,
    },
    /// The program `typst` is of another version.
    #[error("`{program}` is not Typst {version}: it says `{found}`")]
    OtherVersion {
        /// The program.
        program: PathBuf,
        /// The version it has to be.
        version: &'static str,
        /// What it said.
        found: String,
    },
    /// There is no folder in memory for what the program reads.
    #[error("what a document says may lie in memory alone, and there it cannot be written")]
    Memory {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What answered is not a worker of this version.
    #[error("`{program}` is not a typesetting worker of hokan {expected}: it answered {found}")]
    Stranger {
        /// The program.
        program: PathBuf,
        /// Our version.
        expected: String,
        /// What it said.
        found: String,
    },
    /// A job that cannot be written down.
    #[error("the data of `{job}` cannot be handed to the typesetting worker")]
    Data {
        /// The job.
        job: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The worker ended before it answered.
    #[error("the typesetting worker ended while it worked on `{job}` ({status}){}", said(.stderr))]
    Died {
        /// The job.
        job: String,
        /// How it ended.
        status: String,
        /// What it wrote to standard error.
        stderr: String,
        /// What reading or writing said.
        #[source]
        source: io::Error,
    },
    /// The job took too long; the worker was ended.
    #[error("`{job}` was not typeset within {work} seconds of work and {minutes} minutes in all, so its worker was ended{}", said(.stderr))]
    Deadline {
        /// The job.
        job: String,
        /// How many seconds of work it was given.
        work: u64,
        /// How many minutes in all.
        minutes: u64,
        /// What the worker wrote to standard error.
        stderr: String,
    },
    /// The template has faults.
    #[error("`{job}` cannot be typeset: {}", listed(.faults))]
    Template {
        /// The job.
        job: String,
        /// All of them, sorted by place.
        faults: Vec<Fault>,
    },
    /// Characters have no glyph in the fonts.
    #[error("`{job}` contains characters that no font can show: {}", listed(.missing))]
    Glyphs {
        /// The job.
        job: String,
        /// All of them, sorted.
        missing: Vec<Missing>,
    },
    /// The document has no page or no text.
    #[error("`{job}` came out empty (expected a document with at least one line of text)")]
    Empty {
        /// The job.
        job: String,
    },
    /// The worker's own side: its pipes, its limits or its threads failed.
    #[error("the typesetting worker cannot {what}")]
    Worker {
        /// What it tried.
        what: &'static str,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

impl TypesetError {
    /// A job that took too long.
    pub(super) fn too_long(job: &str, limits: Limits, stderr: String) -> TypesetError {
        let (work, minutes) = (limits.work.as_secs(), limits.deadline.as_secs() / 60);
        TypesetError::Deadline { job: job.to_owned(), work, minutes, stderr }
    }

    /// Returns whether the same document may go well at another time: what failed was the machine, or may have been.
    pub fn may_pass(&self) -> bool {
        match self {
            TypesetError::Start { .. }
            | TypesetError::NoCommand { .. }
            | TypesetError::OtherVersion { .. }
            | TypesetError::Memory { .. }
            | TypesetError::Stranger { .. }
            | TypesetError::Died { .. }
            | TypesetError::Worker { .. } => true,
            TypesetError::Template { .. }
            | TypesetError::Glyphs { .. }
            | TypesetError::Empty { .. }
            | TypesetError::Data { .. }
            | TypesetError::Deadline { .. } => false,
        }
    }

    /// Returns whether template or data are to blame: another template may do.
    pub fn is_of_the_template(&self) -> bool {
        match self {
            TypesetError::Template { .. } | TypesetError::Glyphs { .. } | TypesetError::Empty { .. } => true,
            TypesetError::Start { .. }
            | TypesetError::NoCommand { .. }
            | TypesetError::OtherVersion { .. }
            | TypesetError::Memory { .. }
            | TypesetError::Stranger { .. }
            | TypesetError::Data { .. }
            | TypesetError::Died { .. }
            | TypesetError::Deadline { .. }
            | TypesetError::Worker { .. } => false,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "templates/{file}:{}:{}: ", self.line, self.column)?;
        }
        f.write_str(&self.message)?;
        self.hints.iter().try_for_each(|hint| write!(f, " ({hint})"))
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let codes: Vec<String> = self.text.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
        write!(f, "`{}` {}", self.text.escape_debug(), codes.join(" "))?;
        match self.pointers.is_empty() {
            true => f.write_str(" in the template"),
            false => write!(f, " at `{}`", self.pointers.join("`, `")),
        }
    }
}

fn listed<T: std::fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join("; ")
}

fn said(stderr: &str) -> String {
    match stderr.trim() {
        "" => String::new(),
        text => format!("; it wrote: {text}"),
    }
}

/// Why the press printed nothing; travels from the worker to its parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Refusal {
    Faults(Vec<Fault>),
    Missing(Vec<Missing>),
    Empty,
}

impl Refusal {
    /// Returns it as the error of `job`.
    pub(super) fn of(self, job: &Job) -> TypesetError {
        let job = job.ident.clone();
        match self {
            Refusal::Faults(faults) => TypesetError::Template { job, faults },
            Refusal::Missing(missing) => TypesetError::Glyphs { job, missing },
            Refusal::Empty => TypesetError::Empty { job },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_place_and_the_character() {
        let fault = Fault {
            file: Some("notices/a.typ".into()),
            line: 3,
            column: 7,
            message: "unknown variable: x".into(),
            hints: vec!["did you mean y?".into()],
        };
        let error = Refusal::Faults(vec![fault]).of(&job());
        let expected = "`test` cannot be typeset: templates/notices/a.typ:3:7: unknown variable: x (did you mean y?)";
        assert_eq!(error.to_string(), expected);

        let missing =
            Missing { text: "\u{9089}\u{E0102}".into(), pointers: vec!["/fields/0/1".into(), "/title".into()] };
        let error = Refusal::Missing(vec![missing]).of(&job());
        assert!(error.to_string().ends_with("U+9089 U+E0102 at `/fields/0/1`, `/title`"), "{error}");
    }

    fn job() -> Job {
        Job {
            template: String::new(),
            files: super::super::Files::default(),
            data: serde_json::Value::Null,
            language: "ja".into(),
            title: String::new(),
            at: crate::calendar::Instant::from_micros(0),
            ident: "test".into(),
        }
    }
}
