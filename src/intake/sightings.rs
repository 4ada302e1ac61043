//! What the service saw of files at its earlier looks.
//!
//! In: what a scan found, and how long the service has been running. Out: the same, in which a file counts as changed just now
//! until it was seen unchanged for as long as it must settle. The rule it keeps: a clock that is set forward settles nothing.

use std::time::Duration;

use super::scan::{Found, FoundKind};
use crate::calendar::Instant;

/// What was seen of each file, sorted by file.
#[derive(Debug, Default)]
pub struct Sightings {
    seen: Vec<Sighting>,
}

/// One file: since when its length and its last change are so.
#[derive(Clone, Copy, Debug)]
struct Sighting {
    /// Its file system and its number there.
    file: (u64, u64),
    state: (u64, Instant),
    since: Duration,
}

/// Room for what a look will see.
pub struct Room(Vec<Sighting>);

impl Sightings {
    /// Returns room for the next look. Ask for it before the scan: what stays must not lie behind all that a look
    /// allocates, or an idle service could give none of that back to the system.
    pub fn room(&self) -> Room {
        Room(Vec::with_capacity(self.seen.len() + self.seen.len() / 8))
    }

    /// Compares what was found after `running` with the look before; what is gone is forgotten.
    pub fn look(&mut self, room: Room, found: &mut [Found], now: Instant, running: Duration, settle: Duration) {
        let Room(mut seen) = room;
        for found in found {
            let FoundKind::File(meta) = &mut found.kind else { continue };
            let (file, state) = ((meta.device, meta.inode), (meta.bytes, meta.changed));
            let since = self.before(file).filter(|one| one.state == state).map_or(running, |one| one.since);
            seen.push(Sighting { file, state, since });
            if running.saturating_sub(since) < settle {
                meta.changed = meta.changed.max(now);
            }
        }
        seen.sort_unstable_by_key(|one| one.file);
        self.seen = seen;
    }

    fn before(&self, file: (u64, u64)) -> Option<&Sighting> {
        let at = self.seen.binary_search_by_key(&file, |one| one.file).ok()?;
        self.seen.get(at)
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::Meta;
    use super::*;

    #[test]
    fn a_file_settles_by_the_time_that_really_passed_whatever_the_clock_says() {
        let at = |seconds: i64| Instant::from_micros(seconds * 1_000_000);
        let mut sightings = Sightings::default();
        // Returns when the file counts as changed, at a look when the clock says `clock` and so many seconds really passed.
        let mut look = |changed: i64, bytes: u64, clock: i64, running: u64| {
            let meta = Meta { bytes, links: 1, device: 1, inode: 7, changed: at(changed), removable: Ok(()) };
            let mut found = [Found { path: b"a".to_vec(), kind: FoundKind::File(meta) }];
            let room = sightings.room();
            sightings.look(room, &mut found, at(clock), Duration::from_secs(running), Duration::from_secs(60));
            match &found[0].kind {
                FoundKind::File(meta) => meta.changed,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(look(1000, 5, 1001, 0), at(1001));
        // Ten seconds later the clock jumps by a day.
        assert_eq!(look(1000, 5, 90_000, 10), at(90_000));
        assert_eq!(look(1000, 5, 90_050, 60), at(1000));
        // It is written to: everything begins anew.
        assert_eq!(look(90_051, 9, 180_000, 61), at(180_000));
        assert_eq!(look(90_051, 9, 180_059, 120), at(180_059));
        assert_eq!(look(90_051, 9, 180_060, 121), at(90_051));
    }
}
