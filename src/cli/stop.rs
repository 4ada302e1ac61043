//! Working until somebody asks the program to end.
//!
//! In: what goes on until then. Out: what it came to. The rule it keeps: SIGINT and SIGTERM only ask; the action that goes on
//! is finished first.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::failure::Failure;
use crate::engine::Stop;

/// Does something until it ends by itself or is asked to stop.
pub(super) fn until_asked<T>(act: impl FnOnce(&Stop) -> T) -> Result<T, Failure> {
    let stop = Stop::default();
    let mut signals = Signals::new([SIGINT, SIGTERM])
        .map_err(|error| Failure::Internal(format!("signals cannot be heard: {error}")))?;
    let (handle, asked) = (signals.handle(), stop.clone());
    let listener = std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            asked.now();
        }
    });
    let ended = act(&stop);
    handle.close();
    let _ = listener.join();
    Ok(ended)
}
