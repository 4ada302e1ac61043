//! The built-in typesetter: a worker process of the same program.
//!
//! In: jobs, one after the other. Out: their PDFs or pictures. The rule it keeps: a worker that does not answer in time is
//! ended, one that ended is never waited for, and what it said last stands in the error.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::{Refusal, TypesetError};
use super::wire::{self, Frame};
use super::{Files, Job, LIMITS, Printed, Typesetter, WORKER_ARGUMENT, limits};
use crate::host::{self, Limits};

/// How long a worker may take to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much of a worker's standard error is kept for messages.
const STDERR_KEPT: u64 = 16 * 1024;

/// What a worker says first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Greeting {
    pub(super) version: String,
    pub(super) confinement: String,
}

/// What is asked of a worker; the files went before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Asked<J> {
    pub(super) job: J,
    pub(super) output: Output,
}

/// What a worker makes of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Output {
    Pdf,
    Pictures { dots_per_inch: u32 },
}

/// A running worker. It is ended when this value is dropped.
pub struct Embedded {
    child: Arc<Mutex<Child>>,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    stderr: Option<JoinHandle<String>>,
    confinement: String,
    /// The files the worker has.
    files: Option<Files>,
    limits: Limits,
}

impl Embedded {
    /// Starts `program typeset-worker` with an empty environment and waits for its greeting.
    ///
    /// `program` is an absolute path: normally that of the running program.
    ///
    /// # Errors
    /// Fails when the program cannot be started or is not a worker of this version.
    #[expect(clippy::disallowed_methods, reason = "workers are started here, with their own pipes and deadline")]
    pub fn start(program: &Path) -> Result<Embedded, TypesetError> {
        let failed = |source| TypesetError::Start { program: program.to_owned(), source };
        let mut command = Command::new(program);
        command.arg(WORKER_ARGUMENT).env_clear().current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let stdout = child.stdout.take().ok_or_else(|| failed(io::ErrorKind::BrokenPipe.into()))?;
        let stdin = child.stdin.take();
        let stderr = child.stderr.take().map(|stderr| std::thread::spawn(move || kept(stderr)));
        let child = Arc::new(Mutex::new(child));
        let mut typesetter =
            Embedded { child, stdin, stdout, stderr, confinement: String::new(), files: None, limits: LIMITS };
        typesetter.greet(program)?;
        Ok(typesetter)
    }

    /// Starts one that gets less time and memory for a job than [`Embedded::start`] gives.
    ///
    /// # Errors
    /// Fails as that does, and where the system refuses the limit.
    pub fn within(program: &Path, limits: Limits) -> Result<Embedded, TypesetError> {
        let mut typesetter = Embedded::start(program)?;
        let limited = host::limit_memory_of(&lock(&typesetter.child), limits.memory.min(LIMITS.memory));
        limited.map_err(|source| TypesetError::Start { program: program.to_owned(), source })?;
        let (work, deadline) = (limits.work.min(LIMITS.work), limits.deadline.min(LIMITS.deadline));
        typesetter.limits = Limits { work, deadline, ..limits };
        Ok(typesetter)
    }

    /// Returns how far the worker says it is confined: `full`, `partial` or `none`.
    pub fn confinement(&self) -> &str {
        &self.confinement
    }

    /// Returns the pages of a document as PNG.
    ///
    /// # Errors
    /// Fails as [`Typesetter::print`] does.
    pub fn pictures(&mut self, job: &Job, dots_per_inch: u32) -> Result<Vec<Vec<u8>>, TypesetError> {
        match self.ask_for(job, Output::Pictures { dots_per_inch })? {
            Frame::Pictures(pages) => Ok(pages),
            answer => Err(self.refused(job, answer)),
        }
    }

    /// Sends what the worker lacks of the job, and the job.
    fn ask_for(&mut self, job: &Job, output: Output) -> Result<Frame, TypesetError> {
        let written = |source| TypesetError::Data { job: job.ident.clone(), source };
        let asked = serde_json::to_vec(&Asked { job, output }).map_err(written)?;
        let known = self.files.as_ref().is_some_and(|files| Arc::ptr_eq(files, &job.files) || *files == job.files);
        let (mut frames, limits) = (Vec::new(), limits(self.limits, asked.len()));
        if !known {
            frames.push(Frame::Files(Arc::clone(&job.files)));
            self.files = Some(Arc::clone(&job.files));
        }
        frames.push(Frame::Job(asked));
        self.ask(&job.ident, &frames, limits)
    }

    /// The error that an answer other than a document is.
    fn refused(&mut self, job: &Job, answer: Frame) -> TypesetError {
        let refusal = match answer {
            Frame::Refusal(json) => serde_json::from_slice::<Refusal>(&json).map_err(io::Error::from),
            Frame::Greeting(_) | Frame::Files(_) | Frame::Job(_) | Frame::Document(_) | Frame::Pictures(_) => {
                Err(io::ErrorKind::InvalidData.into())
            }
        };
        match refusal {
            Ok(refusal) => refusal.of(job),
            Err(source) => self.died(&job.ident, source),
        }
    }

    fn close(&mut self) -> Result<(), TypesetError> {
        let name = "the end of the batch";
        self.stdin = None;
        let stdout = &mut self.stdout;
        // Its standard output closes when it ends, so that waiting below cannot take long.
        let (ended, late) = watched(&self.child, self.limits, || io::copy(stdout, &mut io::sink()));
        if late {
            return Err(self.late(name, self.limits));
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
        let Frame::Greeting(json) = self.ask("the worker's greeting", &[], self.limits)? else {
            return Err(stranger("without a greeting".to_owned()));
        };
        let greeting = serde_json::from_slice::<Greeting>(&json).map_err(|e| stranger(e.to_string()))?;
        if greeting.version != env!("CARGO_PKG_VERSION") {
            return Err(stranger(format!("with version `{}`", greeting.version)));
        }
        self.confinement = greeting.confinement;
        Ok(())
    }

    /// Sends frames, if there are any to send, and reads the answer, both within the limits.
    fn ask(&mut self, name: &str, frames: &[Frame], limits: Limits) -> Result<Frame, TypesetError> {
        let (stdin, stdout) = (&mut self.stdin, &mut self.stdout);
        let (answer, late) = watched(&self.child, limits, || {
            for frame in frames {
                let stdin = stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
                wire::write(stdin, frame)?;
            }
            wire::read(stdout)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        });
        if late {
            return Err(self.late(name, limits));
        }
        answer.map_err(|source| self.died(name, source))
    }

    fn died(&mut self, job: &str, source: io::Error) -> TypesetError {
        let (status, stderr) = self.end();
        TypesetError::Died { job: job.to_owned(), status, stderr, source }
    }

    fn late(&mut self, job: &str, limits: Limits) -> TypesetError {
        let (_, stderr) = self.end();
        TypesetError::too_long(job, limits, stderr)
    }

    /// Lets the worker end, or ends it; returns how it ended and what it wrote to standard error.
    fn end(&mut self) -> (String, String) {
        self.stdin = None;
        let reader = self.stderr.take();
        // Standard error closes when the worker ends; one that lingers is ended.
        let read = || Ok(reader.and_then(|reader| reader.join().ok()).unwrap_or_default());
        let (stderr, _) = watched(&self.child, Limits { work: PATIENCE, deadline: PATIENCE, ..self.limits }, read);
        let status = lock(&self.child).wait().map_or_else(|e| e.to_string(), |status| status.to_string());
        (status, stderr.unwrap_or_default())
    }
}

impl Typesetter for Embedded {
    fn print(&mut self, job: &Job) -> Result<Printed, TypesetError> {
        match self.ask_for(job, Output::Pdf)? {
            Frame::Document(printed) => Ok(printed),
            answer => Err(self.refused(job, answer)),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<(), TypesetError> {
        self.close()
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs `act` while a watchdog ends a child that takes too long; returns whether it had to.
fn watched<T>(child: &Mutex<Child>, limits: Limits, act: impl FnOnce() -> io::Result<T>) -> (io::Result<T>, bool) {
    let (done, waiting) = mpsc::channel::<()>();
    let id = lock(child).id();
    std::thread::scope(|scope| {
        let watchdog = scope.spawn(move || {
            let late = host::takes_too_long(id, limits, &waiting);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = Embedded::start(Path::new("/nowhere/hokan")).err().unwrap();
        assert_eq!(error.to_string(), "the typesetting worker `/nowhere/hokan` could not be started");
    }

    #[test]
    fn a_program_that_is_no_worker_is_told_apart_from_a_slow_one() {
        let error = Embedded::start(Path::new("/bin/false")).err().unwrap();
        assert!(matches!(&error, TypesetError::Died { status, .. } if status == "exit status: 1"), "{error:?}");
        let error = Embedded::start(Path::new("/bin/echo")).err().unwrap();
        assert!(matches!(error, TypesetError::Died { .. }), "{error:?}");
    }
}
