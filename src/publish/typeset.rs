//! Typesetting: a template and its data become one PDF, in a child process that can do nothing else.
//!
//! In: a [`Job`], complete in itself. Out: the bytes of a PDF (PDF/A-2a and PDF/UA-1 as far as the exporter checks), or
//! every fault of the template, or the characters that no font has. The rule it keeps: the same job gives the same
//! bytes, and what cannot be printed whole is not printed: no blank page, no empty box.
//!
//! [`Typesetter`] is the parent's side and lives for a batch; [`worker()`] is the child's main. Between them go frames of
//! `wire`; `press` is the only place that knows Typst's world.

mod error;
mod fonts;
mod press;
mod wire;
mod worker;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::calendar::Instant;
use error::Refusal;
use wire::Frame;

pub use error::{Fault, Missing, TypesetError};
pub use worker::worker;

#[cfg(test)]
pub(in crate::publish) use worker::print_here;

/// The argument that makes the program a typesetting worker.
pub const WORKER_ARGUMENT: &str = "typeset-worker";

/// How long one job may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// How long a worker may take to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much of a worker's standard error is kept for messages.
const STDERR_KEPT: u64 = 16 * 1024;

/// One document to be typeset, complete in itself.
///
/// The template reads its data with `json("/data.json")`, and title and language with `json("/job.json")`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Job {
    /// The path of the main template in `files`, such as `notices/announcement.typ`.
    pub template: String,
    /// Templates and assets by their path below `templates/`; nothing else can be read.
    #[serde(with = "base64_files")]
    pub files: BTreeMap<String, Vec<u8>>,
    /// What the document says.
    pub data: serde_json::Value,
    /// The language of the document, such as `ja`.
    pub language: String,
    /// The title in the document's properties.
    pub title: String,
    /// The moment printed into the document's properties; its UTC day is the template's `datetime.today()`.
    pub at: Instant,
    /// What identifies the document from edition to edition; also its name in messages.
    pub ident: String,
}

/// What a worker says first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Greeting {
    version: String,
    confinement: String,
}

/// A running worker. It is ended when this value is dropped.
pub struct Typesetter {
    child: Arc<Mutex<Child>>,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    stderr: Option<JoinHandle<String>>,
    confinement: String,
}

impl Typesetter {
    /// Starts `program typeset-worker` with an empty environment and waits for its greeting.
    ///
    /// `program` is an absolute path: normally that of the running program.
    ///
    /// # Errors
    /// Fails when the program cannot be started or is not a worker of this version.
    #[expect(clippy::disallowed_methods, reason = "workers are started here, with their own pipes and deadline")]
    pub fn start(program: &Path) -> Result<Typesetter, TypesetError> {
        let failed = |source| TypesetError::Start { program: program.to_owned(), source };
        let mut command = Command::new(program);
        command.arg(WORKER_ARGUMENT).env_clear().current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let stdout = child.stdout.take().ok_or_else(|| failed(io::ErrorKind::BrokenPipe.into()))?;
        let stdin = child.stdin.take();
        let stderr = child.stderr.take().map(|stderr| std::thread::spawn(move || kept(stderr)));
        let child = Arc::new(Mutex::new(child));
        let mut typesetter = Typesetter { child, stdin, stdout, stderr, confinement: String::new() };
        typesetter.greet(program)?;
        Ok(typesetter)
    }

    /// Returns how far the worker says it is confined: `full`, `partial` or `none`.
    pub fn confinement(&self) -> &str {
        &self.confinement
    }

    /// Typesets one document.
    ///
    /// # Errors
    /// Fails when the template is faulty, a character has no glyph or the document is empty; the worker then takes the
    /// next job. After [`TypesetError::Died`] and [`TypesetError::Deadline`] it is gone: start another.
    pub fn print(&mut self, job: &Job) -> Result<Vec<u8>, TypesetError> {
        let asked = serde_json::to_vec(job).map_err(|source| TypesetError::Data { job: job.ident.clone(), source })?;
        let refusal = match self.ask(&job.ident, Some(Frame::Job(asked)))? {
            Frame::Document(pdf) => return Ok(pdf),
            Frame::Refusal(json) => serde_json::from_slice::<Refusal>(&json).map_err(io::Error::from),
            Frame::Job(_) | Frame::Greeting(_) => Err(io::ErrorKind::InvalidData.into()),
        };
        match refusal {
            Ok(refusal) => Err(refusal.of(job)),
            Err(source) => Err(self.died(&job.ident, source)),
        }
    }

    /// Lets the worker end and waits for it.
    ///
    /// # Errors
    /// Fails when it does not end well: then something it answered may not be trusted either.
    pub fn finish(mut self) -> Result<(), TypesetError> {
        let name = "the end of the batch";
        self.stdin = None;
        let stdout = &mut self.stdout;
        // Its standard output closes when it ends, so that waiting below cannot take long.
        let (ended, late) = watched(&self.child, DEADLINE, || io::copy(stdout, &mut io::sink()));
        if late {
            return Err(self.late(name));
        }
        ended.map_err(|source| self.died(name, source))?;
        let waited = lock(&self.child).wait();
        let status = waited.map_err(|source| self.died(name, source))?;
        match status.success() {
            true => Ok(()),
            false => Err(self.died(name, io::Error::other("the exit code is not 0"))),
        }
    }

    fn greet(&mut self, program: &Path) -> Result<(), TypesetError> {
        let stranger = |found: String| TypesetError::Stranger {
            program: program.to_owned(),
            expected: env!("CARGO_PKG_VERSION").to_owned(),
            found,
        };
        let Frame::Greeting(json) = self.ask("the worker's greeting", None)? else {
            return Err(stranger("without a greeting".to_owned()));
        };
        let greeting = serde_json::from_slice::<Greeting>(&json).map_err(|e| stranger(e.to_string()))?;
        if greeting.version != env!("CARGO_PKG_VERSION") {
            return Err(stranger(format!("with version `{}`", greeting.version)));
        }
        self.confinement = greeting.confinement;
        Ok(())
    }

    /// Sends a frame, if there is one to send, and reads the answer, both within the deadline.
    fn ask(&mut self, name: &str, frame: Option<Frame>) -> Result<Frame, TypesetError> {
        let (stdin, stdout) = (&mut self.stdin, &mut self.stdout);
        let (answer, late) = watched(&self.child, DEADLINE, || {
            if let Some(frame) = frame {
                let stdin = stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
                wire::write(stdin, &frame)?;
            }
            wire::read(stdout)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        });
        if late {
            return Err(self.late(name));
        }
        answer.map_err(|source| self.died(name, source))
    }

    fn died(&mut self, job: &str, source: io::Error) -> TypesetError {
        let (status, stderr) = self.end();
        TypesetError::Died { job: job.to_owned(), status, stderr, source }
    }

    fn late(&mut self, job: &str) -> TypesetError {
        let (_, stderr) = self.end();
        TypesetError::Deadline { job: job.to_owned(), seconds: DEADLINE.as_secs(), stderr }
    }

    /// Lets the worker end, or ends it; returns how it ended and what it wrote to standard error.
    fn end(&mut self) -> (String, String) {
        self.stdin = None;
        let reader = self.stderr.take();
        // Standard error closes when the worker ends; one that lingers is ended.
        let read = || Ok(reader.and_then(|reader| reader.join().ok()).unwrap_or_default());
        let (stderr, _) = watched(&self.child, PATIENCE, read);
        let status = lock(&self.child).wait().map_or_else(|e| e.to_string(), |status| status.to_string());
        (status, stderr.unwrap_or_default())
    }
}

impl Drop for Typesetter {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs `act` while a watchdog ends the child after `deadline`; returns whether it had to.
fn watched<T>(child: &Mutex<Child>, deadline: Duration, act: impl FnOnce() -> io::Result<T>) -> (io::Result<T>, bool) {
    let (done, waiting) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let watchdog = scope.spawn(move || {
            let late = waiting.recv_timeout(deadline) == Err(RecvTimeoutError::Timeout);
            if late {
                // It may have ended by itself in this moment: then there is nothing to end.
                let _ = lock(child).kill();
            }
            late
        });
        let result = act();
        drop(done);
        (result, watchdog.join().unwrap_or(false))
    })
}

/// A panic while the lock was held leaves a child as good as before.
fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads standard error to its end and keeps the beginning.
fn kept(mut stderr: ChildStderr) -> String {
    let mut bytes = Vec::new();
    let _ = stderr.by_ref().take(STDERR_KEPT).read_to_end(&mut bytes);
    let _ = io::copy(&mut stderr, &mut io::sink());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Files travel as base64 texts.
mod base64_files {
    use std::collections::BTreeMap;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(files: &BTreeMap<String, Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(files.iter().map(|(path, bytes)| (path, STANDARD.encode(bytes))))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Vec<u8>>, D::Error> {
        let texts = BTreeMap::<String, String>::deserialize(from)?;
        texts.into_iter().map(|(path, text)| Ok((path, STANDARD.decode(text).map_err(D::Error::custom)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = Typesetter::start(Path::new("/nowhere/hokan")).err().unwrap();
        assert_eq!(error.to_string(), "the typesetting worker `/nowhere/hokan` could not be started");
    }

    #[test]
    fn a_program_that_is_no_worker_is_told_apart_from_a_slow_one() {
        let error = Typesetter::start(Path::new("/bin/false")).err().unwrap();
        assert!(matches!(&error, TypesetError::Died { status, .. } if status == "exit status: 1"), "{error:?}");
        let error = Typesetter::start(Path::new("/bin/echo")).err().unwrap();
        assert!(matches!(error, TypesetError::Died { .. }), "{error:?}");
    }
}
