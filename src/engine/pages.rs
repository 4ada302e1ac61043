//! Printing pages: here, or with templates of the instance's own in a process of its own that cannot go on for ever.
//!
//! In: a version that is printed. Out: its pages. The rule it keeps: a template is a program that somebody wrote. The engine
//! of templates cannot be stopped from outside while it prints nothing, so that it works where the system ends it: a worker of
//! this program reads policy and templates from its standard input, can open no file and reach no network, and the kernel
//! ends it when it has worked too long, whatever has become of who started it. What is built in prints without one.
//!
//! The worker writes the pages to standard output, packed as a version of a policy is, and ends with 0; or the faults of the
//! templates as JSON, and ends with 1. To standard error it writes `+PAGE` when a page is begun and `-PAGE` when it is done.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use super::bundle::Bundle;
use super::render::Printing;
use super::{EngineError, Result};
use crate::host;
use crate::publish::Issue;
use crate::publish::site::{self, Fault, SiteError, Step};
use crate::publish::templates::Templates;

/// The argument that makes the program a worker that prints pages.
pub const PAGES_WORKER: &str = "pages-worker";

/// How long all pages may take on the processor, and how much longer for each mebibyte of policy and templates: the example
/// takes a fiftieth of it.
const WORK: Duration = Duration::from_secs(10);

/// The most memory it may map.
const MEMORY: u64 = 4 << 30;

/// The most bytes a worker reads.
const LARGEST: u64 = 1 << 30;

/// The name under which a worker finds what the pages are of, beside the files of the version.
const ISSUE: &str = "issue.json";

/// The exit code of a program that the kernel ended because it worked too long. One that it ended for want of memory has another:
/// that may go well at the next look.
const ENDED: i32 = 128 + 24;

/// Prints the pages of a version.
///
/// # Errors
/// Where a template is wrong, a word is missing, or the printing does not end.
pub(super) fn pages(printing: &Printing<'_>) -> Result<BTreeMap<String, Vec<u8>>> {
    let Printing { policy, templates, issue, source, .. } = printing;
    if templates.own("pages/").next().is_none() {
        return Ok(site::render(policy, issue, templates)?);
    }
    // What words lack is told here, with what it is.
    site::check_words(policy, issue, templates)?;
    let issue = serde_json::to_vec(issue).map_err(|source| SiteError::Data { page: ISSUE.to_owned(), source })?;
    let input = source.with(ISSUE, issue).pack();
    let program = host::own_program().map_err(EngineError::io("find", "hokan"))?;
    let ended = host::run(&program.display().to_string(), &[PAGES_WORKER], Path::new("/"), &[], &input)?;
    let told = Told::of(&ended.stderr);
    match ended.code {
        0 => Bundle::unpack(&ended.stdout).map(Bundle::into_files).ok_or_else(|| told.died("its answer is damaged")),
        1 => match serde_json::from_slice(&ended.stdout) {
            Ok(faults) => Err(SiteError::Templates { faults }.into()),
            Err(_) => Err(told.died("its answer is damaged")),
        },
        ENDED => Err(told.took_too_long(templates, work(input.len()))),
        code => Err(told.died(&format!("exit code {code}"))),
    }
}

/// How many seconds of work so many bytes may take.
fn work(bytes: usize) -> Duration {
    WORK.saturating_mul(u32::try_from(1 + (bytes >> 20)).unwrap_or(u32::MAX))
}

/// What a worker told: the pages it had begun and not done, and whatever else it wrote.
struct Told<'t> {
    begun: Vec<&'t str>,
    rest: String,
}

impl<'t> Told<'t> {
    fn of(stderr: &'t str) -> Told<'t> {
        let mut told = Told { begun: Vec::new(), rest: String::new() };
        for line in stderr.lines() {
            match (line.strip_prefix('+'), line.strip_prefix('-')) {
                (Some(page), _) => told.begun.push(page),
                (None, Some(page)) => told.begun.retain(|begun| *begun != page),
                (None, None) => told.rest = format!("{}; it wrote: {line}", told.rest),
            }
        }
        told
    }

    fn pages(&self) -> String {
        self.begun.iter().map(|page| format!("`{page}`")).collect::<Vec<_>>().join(", ")
    }

    fn took_too_long(&self, templates: &Templates, work: Duration) -> EngineError {
        let (pages, seconds) = (self.pages(), work.as_secs());
        let message = format!(
            "printing {pages} did not end within {seconds} seconds of work: a template repeats something too often"
        );
        let mut own = templates.own("pages/");
        let template = own.next().filter(|_| own.next().is_none()).map(str::to_owned);
        SiteError::Templates { faults: vec![Fault { template, line: 1, column: 1, message }] }.into()
    }

    fn died(&self, how: &str) -> EngineError {
        let why = format!("the worker that prints pages ended before it was done: {how}{}", self.rest);
        EngineError::refused("render.worker", why).help(format!("unfinished: {}", self.pages()))
    }
}

/// Becomes the worker: reads a version from standard input and prints its pages.
///
/// Returns the exit code and the answer for standard output. Call it before the process starts any thread.
///
/// # Errors
/// Fails where the input cannot be read or is none, and where the limits cannot be set.
pub fn pages_worker() -> io::Result<(u8, Vec<u8>)> {
    host::confine_worker();
    host::limit_memory(MEMORY)?;
    let input = host::read_input(LARGEST)?;
    host::limit_work(work(input.len()))?;
    let damaged = || io::Error::from(io::ErrorKind::InvalidData);
    let mut files = Bundle::unpack(&input).ok_or_else(damaged)?.into_files();
    let issue: Issue = serde_json::from_slice(&files.remove(ISSUE).ok_or_else(damaged)?)?;
    let source = Bundle::from_files(files);
    let policy = source.read().policy.ok_or_else(damaged)?;
    let watcher = |step: Step<'_>| {
        let line = match step {
            Step::Begun(page) => format!("+{page}\n"),
            Step::Done(page) => format!("-{page}\n"),
        };
        // Whoever started it may be gone.
        let _ = io::stderr().lock().write_all(line.as_bytes());
    };
    match site::render_watched(&policy, &issue, &source.templates(), &watcher) {
        Ok(pages) => Ok((0, Bundle::from_files(pages).pack())),
        Err(error) => Ok((1, serde_json::to_vec(&error.faults())?)),
    }
}
