//! Typesetting: a template and its data become one PDF, in a child process that can do nothing else.
//!
//! In: a [`Job`], complete in itself. Out: the bytes of a PDF (PDF/A-2a and PDF/UA-1 as far as the exporter checks), or
//! every fault of the template, or the characters that no font has. The rule it keeps: the same job gives the same
//! bytes, and what cannot be printed whole is not printed: no blank page, no empty box.
//!
//! A [`Typesetter`] lives for a batch; [`Choice`] says which one: `embedded` is the parent's side of worker processes of
//! this program, whose main is [`worker()`], and `command` runs `typst`. [`print_each`] prints a batch on all processors.
//! `press` is the only place that knows Typst's world.

mod batch;
mod command;
mod embedded;
mod error;
mod fonts;
mod press;
mod wire;
mod worker;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::calendar::Instant;
use crate::host::Limits;

pub use batch::print_each;
pub use embedded::Embedded;
pub use error::{Fault, Missing, TypesetError};
pub use worker::worker;

#[cfg(test)]
pub(in crate::publish) use worker::print_here;

/// The argument that makes the program a typesetting worker.
pub const WORKER_ARGUMENT: &str = "typeset-worker";

/// What a document may take, whatever is in it: a template that loops or eats memory is stopped there. Its work grows with
/// its data, see [`limits`].
const LIMITS: Limits =
    Limits { work: Duration::from_secs(60), deadline: Duration::from_secs(15 * 60), memory: 4 * 1024 * 1024 * 1024 };

/// How much longer the work may take for each mebibyte of data.
const WORK_A_MEBIBYTE: Duration = Duration::from_secs(60);

/// Returns the limits of a document with so many bytes of data.
fn limits(of: Limits, data: usize) -> Limits {
    let mebibytes = u32::try_from(data >> 20).unwrap_or(u32::MAX);
    Limits { work: of.work.saturating_add(WORK_A_MEBIBYTE.saturating_mul(mebibytes)), ..of }
}

/// Templates and assets by their path below `templates/`, shared by the jobs of a batch.
pub type Files = Arc<BTreeMap<String, Vec<u8>>>;

/// One document to be typeset, complete in itself.
///
/// The template reads its data with `json("/data.json")`, and title and language with `json("/job.json")`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Job {
    /// The path of the main template in `files`, such as `notices/announcement.typ`.
    pub template: String,
    /// What the template can read; nothing else can be read.
    #[serde(skip)]
    pub files: Files,
    /// What the document says.
    pub data: serde_json::Value,
    /// The language of the document, such as `ja`.
    pub language: String,
    /// The title in the document's properties.
    pub title: String,
    /// The moment printed into the document's properties; its UTC day is the template's `datetime.today()`.
    pub at: Instant,
    /// What identifies the document from version to version; also its name in messages.
    pub ident: String,
}

impl Job {
    /// What a template finds as `/job.json`.
    fn about(&self) -> serde_json::Value {
        serde_json::json!({ "title": self.title, "language": self.language })
    }
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Its bytes.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
}

/// What sets documents, one after the other.
pub trait Typesetter: Send {
    /// Typesets one document.
    ///
    /// # Errors
    /// Fails when the template is faulty, a character has no glyph or the document is empty; then the next job can be
    /// printed. After [`TypesetError::Died`] and [`TypesetError::Deadline`] the typesetter is gone: start another.
    fn print(&mut self, job: &Job) -> Result<Printed, TypesetError>;

    /// Ends the typesetter.
    ///
    /// # Errors
    /// Fails when it does not end well: then something it answered may not be trusted either.
    fn finish(self: Box<Self>) -> Result<(), TypesetError>;
}

/// Which typesetter there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Worker processes of this program, which lies at this absolute path.
    Embedded(PathBuf),
    /// The program `typst`: its absolute path, or its name, which is looked for on the path.
    Command(PathBuf),
}

impl Choice {
    /// Starts one.
    ///
    /// # Errors
    /// Fails when the program cannot be started or is not of the version this one works with.
    pub fn start(&self) -> Result<Box<dyn Typesetter>, TypesetError> {
        match self {
            Choice::Embedded(program) => Ok(Box::new(Embedded::start(program)?)),
            Choice::Command(program) => Ok(Box::new(command::TypstCommand::start(program)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_a_document_may_take_grows_with_its_data() {
        let seconds = |data| limits(LIMITS, data).work.as_secs();
        assert_eq!([seconds(0), seconds(100_000), seconds(1 << 20), seconds(5 << 20)], [60, 60, 120, 360]);
        assert_eq!(limits(LIMITS, 5 << 20).deadline, LIMITS.deadline);
    }
}
