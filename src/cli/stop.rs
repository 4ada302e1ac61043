//! Working until somebody asks the program to end.
//!
//! In: what goes on until then. Out: what it came to. The rule it keeps: signals only ask. SIGINT and SIGTERM: what goes on is
//! finished first, or left where it can be taken up again. SIGHUP, where it is heard: look now.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::failure::Failure;
use crate::engine::Stop;

/// What somebody asks of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To end.
    Stop,
    /// To look at its settings and its files now.
    Look,
}

/// Does something until it ends by itself or is asked to stop.
pub(super) fn until_asked<T>(act: impl FnOnce(&Stop) -> T) -> Result<T, Failure> {
    listening(Stop::default(), &[SIGINT, SIGTERM], |_| {}, act)
}

/// Does something as a service does: `heard` is told of each wish before the work is.
pub(super) fn serving<T>(stop: Stop, heard: impl Fn(Asked) + Send, act: impl FnOnce(&Stop) -> T) -> Result<T, Failure> {
    listening(stop, &[SIGINT, SIGTERM, SIGHUP], heard, act)
}

fn listening<T>(
    stop: Stop,
    wanted: &[i32],
    heard: impl Fn(Asked) + Send,
    act: impl FnOnce(&Stop) -> T,
) -> Result<T, Failure> {
    let mut signals =
        Signals::new(wanted).map_err(|error| Failure::Internal(format!("signals cannot be heard: {error}")))?;
    let closed = Closed(signals.handle());
    let asked = &stop;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for signal in signals.forever() {
                if signal == SIGHUP {
                    heard(Asked::Look);
                    asked.look();
                } else {
                    heard(Asked::Stop);
                    asked.now();
                }
            }
        });
        // Closed also where the work ends by a panic: nothing may wait for a signal then.
        let _closed = closed;
        Ok(act(asked))
    })
}

/// Ends the listening when it is dropped.
struct Closed(Handle);

impl Drop for Closed {
    fn drop(&mut self) {
        self.0.close();
    }
}
