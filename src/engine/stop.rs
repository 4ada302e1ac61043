//! Long work and whoever started it: the wish to stop, the wish to look, and the sign that it goes on.
//!
//! In: a bell, and who feels the pulse. Out: waits that end in time. The rule it keeps: the pulse is felt only where work
//! really got further, or where there is nothing to do; work that hangs has none.

use std::sync::Arc;
use std::time::Duration;

use crate::intake::{Bell, Wake};

/// Stops long work, or wakes it, and lets it show that it goes on.
#[derive(Clone, Default)]
pub struct Stop {
    bell: Arc<Bell>,
    pulse: Option<Pulse>,
}

#[derive(Clone)]
struct Pulse {
    every: Duration,
    felt: Arc<dyn Fn() + Send + Sync>,
}

impl Stop {
    /// Returns one whose work calls `felt` whenever it got further, and at least `every` so often while it waits.
    pub fn with_pulse(every: Duration, felt: impl Fn() + Send + Sync + 'static) -> Stop {
        let every = every.max(Duration::from_millis(1));
        Stop { bell: Arc::default(), pulse: Some(Pulse { every, felt: Arc::new(felt) }) }
    }

    /// Asks the work to end at the next place where it can.
    pub fn now(&self) {
        self.bell.stop();
    }

    /// Wakes the work: there may be something to do.
    pub fn look(&self) {
        self.bell.ring();
    }

    /// Returns whether the work is to end.
    pub fn is_asked(&self) -> bool {
        self.bell.is_stopped()
    }

    /// What watchers ring.
    pub(super) fn bell(&self) -> Arc<Bell> {
        self.bell.clone()
    }

    /// Shows that the work got further.
    pub(super) fn beat(&self) {
        if let Some(pulse) = &self.pulse {
            (pulse.felt)();
        }
    }

    /// Waits for a hint or the wish to stop, at most `most`.
    pub(super) fn wait(&self, most: Duration) -> Wake {
        let mut left = most;
        loop {
            self.beat();
            let step = self.pulse.as_ref().map_or(left, |pulse| pulse.every.min(left));
            let wake = self.bell.wait(step);
            left = left.saturating_sub(step);
            if wake != Wake::Quiet || left.is_zero() {
                return wake;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_wait_shows_that_it_goes_on_and_ends_when_it_is_over_or_asked_to() {
        let felt = Arc::new(AtomicUsize::new(0));
        let counter = felt.clone();
        let stop = Stop::with_pulse(Duration::from_millis(2), move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(stop.wait(Duration::from_millis(9)), Wake::Quiet);
        assert_eq!(felt.load(Ordering::Relaxed), 5);
        stop.look();
        assert_eq!(stop.wait(Duration::from_secs(3600)), Wake::Changed);
        assert!(!stop.is_asked());
        stop.now();
        assert!(stop.is_asked());
        assert_eq!(stop.wait(Duration::from_secs(3600)), Wake::Stopped);
        assert_eq!(felt.load(Ordering::Relaxed), 7);
    }
}
