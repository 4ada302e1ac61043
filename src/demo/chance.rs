//! The demo's dice: a small generator that gives the same numbers for the same seed and name, everywhere.
//!
//! In: a seed and a name, such as a path. Out: numbers and choices.
//! The rule it keeps: two names never share a stream, so a file's content does not change when another file is added.
//! Not for secrets: the numbers can be predicted by anyone.

use crate::Digest;

/// A stream of numbers (SplitMix64).
pub(super) struct Chance(u64);

impl Chance {
    /// Starts the stream of `name` under `seed`.
    pub(super) fn new(seed: u64, name: &str) -> Chance {
        let digest = Digest::of_parts(&[b"hokan demo\0", &seed.to_be_bytes(), name.as_bytes()]);
        Chance(digest.as_bytes()[..8].iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }

    /// Returns the next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from `low` to `high`, both possible; `low` if they are the wrong way round.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        let offset = ((self.bits() >> 32) * span) >> 32;
        low + offset as u32
    }

    /// Returns an index below `count` (0 for an empty list).
    pub(super) fn index(&mut self, count: usize) -> usize {
        let last = u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX);
        self.between(0, last) as usize
    }

    /// Returns one of `choices`, which a caller never leaves empty.
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }

    /// Answers yes in `percent` of a hundred cases.
    pub(super) fn happens(&mut self, percent: u32) -> bool {
        self.between(1, 100) <= percent
    }

    /// Returns a number from `low` up to `high`.
    pub(super) fn fraction(&mut self, low: f32, high: f32) -> f32 {
        let unit = (self.bits() >> 40) as f32 / (1u32 << 24) as f32;
        low + (high - low) * unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_own_stream_and_always_the_same() {
        let first = |seed, name| Chance::new(seed, name).bits();
        assert_eq!(first(7, "a"), first(7, "a"));
        assert_ne!(first(7, "a"), first(7, "b"));
        assert_ne!(first(7, "a"), first(8, "a"));
    }

    #[test]
    fn numbers_stay_between_their_bounds_and_reach_both() {
        let mut chance = Chance::new(1, "bounds");
        let drawn: Vec<u32> = (0..2000).map(|_| chance.between(3, 9)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&3), Some(&9)));
        assert_eq!(chance.between(5, 5), 5);
        assert!((0..1000).map(|_| chance.fraction(-1.0, 1.0)).all(|x| (-1.0..1.0).contains(&x)));
    }
}
