//! Many documents: one typesetter for each processor, and jobs that are made as they are needed.
//!
//! In: jobs, each with what the caller wants back. Out: each with its document or its error, as they are done. The rule it
//! keeps: every job that was taken is answered exactly once, and never more wait than there are typesetters.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Mutex, PoisonError};

use super::{Choice, Job, Printed, TypesetError, Typesetter};

/// Prints jobs on all processors and hands each to `done`, in the order in which they are done, on this thread.
///
/// A job whose typesetter ended or was too slow is answered with that and not tried again; the next job gets a new
/// typesetter. When `done` breaks off, the jobs that were taken are still answered and no other is taken.
///
/// # Errors
/// Fails when no typesetter can be started; the jobs that were taken have been answered.
pub fn print_each<T: Send>(
    choice: &Choice,
    jobs: impl Iterator<Item = (T, Job)> + Send,
    mut done: impl FnMut(T, Result<Printed, TypesetError>) -> ControlFlow<()>,
) -> Result<(), TypesetError> {
    let many = std::thread::available_parallelism().map_or(1, usize::from);
    let (jobs, stop) = (Mutex::new(jobs), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (answers, answered) = mpsc::sync_channel(many);
        let working: Vec<_> = (0..many)
            .map(|_| {
                let (jobs, stop, answers) = (&jobs, &stop, answers.clone());
                scope.spawn(move || print_some(choice, jobs, stop, &answers))
            })
            .collect();
        drop(answers);
        for (wanted, printed) in answered {
            if done(wanted, printed).is_break() {
                stop.store(true, Ordering::Relaxed);
            }
        }
        let mut ended = working.into_iter().map(|worker| worker.join());
        ended.try_for_each(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Prints jobs until there is none.
fn print_some<T>(
    choice: &Choice,
    jobs: &Mutex<impl Iterator<Item = (T, Job)>>,
    stop: &AtomicBool,
    answers: &SyncSender<(T, Result<Printed, TypesetError>)>,
) -> Result<(), TypesetError> {
    let mut running: Option<Box<dyn Typesetter>> = None;
    while !stop.load(Ordering::Relaxed) {
        let mut typesetter = match running.take() {
            Some(typesetter) => typesetter,
            // Started before a job is taken, so that none is taken that nobody prints.
            None => choice.start().inspect_err(|_| stop.store(true, Ordering::Relaxed))?,
        };
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((wanted, job)) = next else {
            return typesetter.finish();
        };
        let printed = typesetter.print(&job);
        if printed.as_ref().err().is_none_or(TypesetError::is_of_the_template) {
            running = Some(typesetter);
        }
        if answers.send((wanted, printed)).is_err() {
            break;
        }
    }
    running.map_or(Ok(()), Typesetter::finish)
}
