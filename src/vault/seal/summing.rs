//! Digesting bytes as they pass: where they pass, or for a long file on another processor.
//!
//! In: the bytes, in order. Out: their digest. The rule it keeps: what waits to be digested is bounded, and every copy of
//! plaintext is erased when it is dropped.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};

use super::envelope::Zeroizing;
use crate::{Digest, Digesting};

/// From this length on a thread of its own is worth its start, in bytes.
const LONG: u64 = 4 * 1024 * 1024;

/// How many chunks may wait to be digested.
const WAITING: usize = 4;

type Chunk = Zeroizing<Vec<u8>>;

/// A digest in the making.
pub(super) enum Summing {
    /// Made at once, by whoever hands in the bytes.
    Here(Digesting),
    /// Made by a thread of its own, from copies.
    Beside(Beside),
}

/// A thread that digests, and the way to it.
pub(super) struct Beside {
    chunks: SyncSender<Chunk>,
    used: Receiver<Chunk>,
    thread: JoinHandle<Digest>,
}

impl Summing {
    /// Begins the digest of about `length` bytes. Where no thread can be had it is made at once.
    pub(super) fn of_about(length: u64) -> Summing {
        match length < LONG {
            true => Summing::Here(Digesting::default()),
            false => begin().map_or_else(|_| Summing::Here(Digesting::default()), Summing::Beside),
        }
    }

    /// Adds the next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Summing::Here(digesting) => digesting.update(bytes),
            Summing::Beside(beside) => {
                // A chunk never grows: growing would leave a copy behind that nobody erases.
                let chunk = beside.used.try_recv().ok().filter(|chunk| chunk.capacity() >= bytes.len());
                let mut chunk = chunk.unwrap_or_else(|| Zeroizing::new(Vec::with_capacity(bytes.len())));
                chunk.extend_from_slice(bytes);
                // The thread takes chunks until there are no more; if it ended before, `finish` tells.
                let _ = beside.chunks.send(chunk);
            }
        }
    }

    /// Returns the digest of all that was added.
    pub(super) fn finish(self) -> Digest {
        match self {
            Summing::Here(digesting) => digesting.finish(),
            Summing::Beside(Beside { chunks, used: _used, thread }) => {
                drop(chunks);
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }
        }
    }
}

fn begin() -> std::io::Result<Beside> {
    let (chunks, waiting) = sync_channel(WAITING);
    let (done, used) = channel();
    let thread = Builder::new().name("digest".to_owned()).spawn(move || digest(&waiting, &done))?;
    Ok(Beside { chunks, used, thread })
}

fn digest(waiting: &Receiver<Chunk>, done: &Sender<Chunk>) -> Digest {
    let mut digesting = Digesting::default();
    for mut chunk in waiting {
        digesting.update(&chunk);
        chunk.clear();
        // Where it cannot be given back it is dropped, and so erased.
        let _ = done.send(chunk);
    }
    digesting.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_make_the_same_digest() {
        let bytes: Vec<u8> =
            (0..1_000_003_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for piece in [1_000, 65_552, 131_072] {
            let [mut here, mut beside] = [0, LONG].map(Summing::of_about);
            assert!(matches!((&here, &beside), (Summing::Here(_), Summing::Beside(_))));
            for bytes in bytes.chunks(piece) {
                here.update(bytes);
                beside.update(bytes);
            }
            let expected = Digest::of(&bytes);
            assert_eq!((here.finish(), beside.finish()), (expected, expected), "{piece}");
        }
    }
}
