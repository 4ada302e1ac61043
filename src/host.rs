//! The outside: clock, randomness, environment, reading files, starting programs.
//!
//! In: the operating system. Out: values. The rule it keeps: everything that differs between two runs enters hokan
//! here, so that tests can hand in their own; it knows no policy, no record, no rule.

mod confine;
mod files;
mod machine;
mod manager;
mod process;
mod scratch;

use std::sync::Arc;
use std::time::SystemTime;

use crate::calendar::Instant;

pub use confine::{Bounds, Confinement, bounds, can_confine, confine_worker, limit_memory, limit_work};
pub use files::{Listed, ListedKind, is_elsewhere, is_mount_point, list, read_input, read_limited, removable};
pub use machine::{Guard, Space, Swap, device_of, guard_of, is_encrypted, space_of, swaps, user};
pub use manager::{Manager, is_journal};
pub use process::{
    Ended, Limits, ProcessError, limit_memory_of, own_program, person, program_on_path, run, run_confined,
    takes_too_long,
};
pub use scratch::Scratch;

type Clock = dyn Fn() -> Instant + Send + Sync;
type Entropy = dyn Fn(&mut [u8]) -> Result<(), EntropyError> + Send + Sync;

/// Clock and randomness of one command, handed to everything that acts.
#[derive(Clone)]
pub struct Host {
    clock: Arc<Clock>,
    entropy: Arc<Entropy>,
}

/// The system's generator of random bytes did not answer.
#[derive(Debug, thiserror::Error)]
#[error("the system's random generator failed: {0}")]
pub struct EntropyError(pub String);

impl Host {
    /// The machine's own clock and generator.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn machine() -> Host {
        Host {
            clock: Arc::new(|| Instant::from_system(SystemTime::now())),
            entropy: Arc::new(|bytes| getrandom::fill(bytes).map_err(|e| EntropyError(e.to_string()))),
        }
    }

    /// A host whose clock stands still at `now` and whose randomness follows from `seed`: for tests.
    pub fn fixed(now: Instant, seed: u64) -> Host {
        let counter = Arc::new(std::sync::atomic::AtomicU64::new(0));
        let entropy = move |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(32) {
                let n = counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let block = crate::Digest::of_parts(&[&seed.to_le_bytes(), &n.to_le_bytes()]);
                chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
            }
            Ok(())
        };
        Host { clock: Arc::new(move || now), entropy: Arc::new(entropy) }
    }

    /// Returns the present moment. Commands read it once and pass it on.
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// Returns `N` random bytes.
    ///
    /// # Errors
    /// Fails when the system's generator does.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], EntropyError> {
        let mut bytes = [0u8; N];
        (self.entropy)(&mut bytes)?;
        Ok(bytes)
    }
}

/// How long something has been running, by a clock that nobody sets.
#[derive(Clone, Copy, Debug)]
pub struct Running(std::time::Instant);

impl Running {
    /// Begins now.
    #[expect(clippy::disallowed_methods, reason = "a span between two looks, not a time of day")]
    pub fn now() -> Running {
        Running(std::time::Instant::now())
    }

    /// Returns how long ago that was.
    pub fn elapsed(&self) -> std::time::Duration {
        self.0.elapsed()
    }
}
