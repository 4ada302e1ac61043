//! The watcher: a hint that something under `records/` changed.
//!
//! In: the folder. Out: rings of the [`Bell`]. The rule it keeps: an event only wakes the scan; events are never counted,
//! matched or trusted, and a lost one costs only the time until the next rescan.

mod named;

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::scan::WORK;

pub use named::{Depth, NameWatcher};

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Something changed: look soon.
    Changed,
    /// Somebody asked to stop.
    Stopped,
    /// Nothing was heard for that long.
    Quiet,
}

/// What the service waits on: hints that something changed, and the wish to stop.
#[derive(Default)]
pub struct Bell {
    state: Mutex<Rung>,
    rang: Condvar,
}

#[derive(Default)]
struct Rung {
    is_changed: bool,
    is_stopped: bool,
}

impl Bell {
    /// Says that something changed; several hints before the next wait are one.
    pub fn ring(&self) {
        self.set(|rung| rung.is_changed = true);
    }

    /// Says that the service shall stop; every wait from now on ends at once.
    pub fn stop(&self) {
        self.set(|rung| rung.is_stopped = true);
    }

    /// Returns whether somebody asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_stopped
    }

    fn set(&self, change: impl FnOnce(&mut Rung)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.rang.notify_all();
    }

    /// Waits for a hint or the wish to stop, at most `most`.
    pub fn wait(&self, most: Duration) -> Wake {
        let rung = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let quiet = |rung: &mut Rung| !rung.is_changed && !rung.is_stopped;
        let (mut rung, _) = self.rang.wait_timeout_while(rung, most, quiet).unwrap_or_else(PoisonError::into_inner);
        if rung.is_stopped {
            return Wake::Stopped;
        }
        if std::mem::take(&mut rung.is_changed) { Wake::Changed } else { Wake::Quiet }
    }
}

/// The folder cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be watched: files are found by rescans only", .path.display())]
pub struct WatchError {
    /// The folder.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: notify::Error,
}

/// Watches one folder with everything below it, as long as it lives.
pub struct Watcher {
    root: PathBuf,
    folder: Option<Identity>,
    _watcher: RecommendedWatcher,
}

/// What tells a folder from one that was made in its place, also where that got the same number.
type Identity = (u64, u64, Option<SystemTime>);

fn identity(root: &Path) -> Option<Identity> {
    let meta = std::fs::metadata(root).ok()?;
    Some((meta.dev(), meta.ino(), meta.created().ok()))
}

impl Watcher {
    /// Starts watching `root`; changes ring `bell`.
    ///
    /// # Errors
    /// Fails where the system cannot watch it.
    pub fn start(root: &Path, bell: Arc<Bell>) -> Result<Watcher, WatchError> {
        let fail = |source| WatchError { path: root.to_owned(), source };
        let own = root.join(WORK);
        let hear = move |event: notify::Result<notify::Event>| {
            if matters(&event, &own) {
                bell.ring();
            }
        };
        let folder = identity(root);
        let mut watcher = notify::recommended_watcher(hear).map_err(fail)?;
        watcher.watch(root, RecursiveMode::Recursive).map_err(fail)?;
        Ok(Watcher { root: root.to_owned(), folder, _watcher: watcher })
    }

    /// Returns whether the folder is the one that is watched; one that was made anew in its place is not heard of.
    pub fn is_of_folder(&self) -> bool {
        self.folder.is_some() && identity(&self.root) == self.folder
    }
}

/// Whether an event can mean a new or changed file; what hokan does in its own folder never does.
fn matters(event: &notify::Result<notify::Event>, own: &Path) -> bool {
    let Ok(event) = event else { return true };
    let kind = matches!(
        event.kind,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Create(_)
            | EventKind::Modify(ModifyKind::Name(_))
            | EventKind::Remove(_)
    );
    event.need_rescan() || (kind && !event.paths.iter().any(|path| path.starts_with(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_tells_stop_from_change_from_quiet() {
        let bell = Bell::default();
        assert_eq!(bell.wait(Duration::ZERO), Wake::Quiet);
        bell.ring();
        bell.ring();
        assert_eq!(bell.wait(Duration::from_secs(60)), Wake::Changed);
        assert_eq!(bell.wait(Duration::ZERO), Wake::Quiet);
        bell.stop();
        bell.ring();
        assert_eq!(bell.wait(Duration::from_secs(60)), Wake::Stopped);
        assert_eq!(bell.wait(Duration::from_secs(60)), Wake::Stopped);
    }
}
