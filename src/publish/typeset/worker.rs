//! The child's side of typesetting.
//!
//! In: job frames on standard input. Out: one answer frame for each on standard output, and nothing else there. The
//! rule it keeps: it gives up files and network before it reads the first byte of a job, and ends when its input does.

use std::io::{self, BufReader};

use super::embedded::{Asked, Greeting, Output};
use super::press::Press;
use super::wire::{self, Frame};
use super::{Files, Job, LIMITS, TypesetError, fonts};
use crate::host::{self, Confinement};

/// Stack of the thread that typesets: nested layouts recurse.
const STACK: usize = 64 * 1024 * 1024;

/// Runs a typesetting worker until its standard input ends.
///
/// Call it before the process starts any thread.
///
/// # Errors
/// Fails when its limits cannot be set, a pipe breaks, or what it reads is not a job.
pub fn worker() -> Result<(), TypesetError> {
    let confinement = host::confine_worker();
    host::limit_memory(LIMITS.memory).map_err(|source| TypesetError::Worker { what: "limit its memory", source })?;
    size_pool();
    let thread = std::thread::Builder::new().name("typeset".to_owned()).stack_size(STACK);
    let failed = |source| TypesetError::Worker { what: "start its thread", source };
    let working = thread.spawn(move || serve(confinement)).map_err(failed)?;
    working.join().map_err(|_| failed(io::Error::other("it panicked")))?
}

/// Gives Typst one thread with a stack that is large enough: it works in rayon's global pool.
pub(super) fn size_pool() {
    // Somebody else in this process may have sized it first, which happens in tests alone.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build_global();
}

fn serve(confinement: Confinement) -> Result<(), TypesetError> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = io::stdout().lock();
    let answering = |source| TypesetError::Worker { what: "answer", source };
    let reading = |source| TypesetError::Worker { what: "read a job", source };

    wire::write(&mut output, &greeting(confinement)).map_err(answering)?;
    let press = Press::new(fonts::EMBEDDED);
    let mut files = Files::default();
    while let Some(frame) = wire::read(&mut input).map_err(reading)? {
        let json = match frame {
            Frame::Files(sent) => {
                files = sent;
                continue;
            }
            Frame::Job(json) => json,
            Frame::Greeting(_) | Frame::Document(_) | Frame::Pictures(_) | Frame::Refusal(_) => {
                return Err(reading(io::ErrorKind::InvalidData.into()));
            }
        };
        let Asked { job, output: wanted } =
            serde_json::from_slice::<Asked<Job>>(&json).map_err(|e| reading(e.into()))?;
        let job = Job { files: Files::clone(&files), ..job };
        let answer = match wanted {
            Output::Pdf => press.print(&job).map(Frame::Document),
            Output::Pictures { dots_per_inch } => press.pictures(&job, dots_per_inch).map(Frame::Pictures),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(refusal) => Frame::Refusal(serde_json::to_vec(&refusal).map_err(|e| answering(e.into()))?),
        };
        wire::write(&mut output, &answer).map_err(answering)?;
    }
    Ok(())
}

fn greeting(confinement: Confinement) -> Frame {
    let confinement = match confinement {
        Confinement::Full => "full",
        Confinement::Partial => "partial",
        Confinement::None => "none",
    };
    let greeting = Greeting { version: env!("CARGO_PKG_VERSION").to_owned(), confinement: confinement.to_owned() };
    Frame::Greeting(serde_json::json!(greeting).to_string().into_bytes())
}

/// Prints a job without a child process, for tests of templates.
#[cfg(test)]
pub(in crate::publish) fn print_here(job: Job) -> Result<Vec<u8>, TypesetError> {
    size_pool();
    let printing =
        move || Press::new(fonts::EMBEDDED).print(&job).map(|printed| printed.pdf).map_err(|refusal| refusal.of(&job));
    std::thread::Builder::new().stack_size(STACK).spawn(printing).unwrap().join().unwrap()
}
