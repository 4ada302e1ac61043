//! The watcher: a hint that something under `records/` changed.
//!
//! In: the folder. Out: [`Hint`]s. The rule it keeps: an event only wakes the scan; events are never counted, matched
//! or trusted, and a lost one costs only the time until the next rescan.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::scan::WORK;

/// Why the wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Something changed: look soon.
    Changed,
    /// Nothing was heard for that long.
    Quiet,
    /// The watcher is gone; only rescans find anything.
    Deaf,
}

/// The folder cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` cannot be watched: files are found by rescans only")]
pub struct WatchError {
    /// The folder.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: notify::Error,
}

/// Watches one folder with everything below it.
pub struct Watcher {
    _watcher: RecommendedWatcher,
    hints: Receiver<()>,
}

impl Watcher {
    /// Starts watching `root`.
    ///
    /// # Errors
    /// Fails where the system cannot watch it.
    pub fn start(root: &Path) -> Result<Watcher, WatchError> {
        let fail = |source| WatchError { path: root.to_owned(), source };
        // One waiting hint says everything: the scan looks at all there is.
        let (sender, hints) = sync_channel(1);
        let own = root.join(WORK);
        let mut watcher = notify::recommended_watcher(move |event| hint(&sender, &own, event)).map_err(fail)?;
        watcher.watch(root, RecursiveMode::Recursive).map_err(fail)?;
        Ok(Watcher { _watcher: watcher, hints })
    }

    /// Waits for a hint, at most `most`.
    pub fn wait(&self, most: Duration) -> Hint {
        match self.hints.recv_timeout(most) {
            Ok(()) => Hint::Changed,
            Err(RecvTimeoutError::Timeout) => Hint::Quiet,
            Err(RecvTimeoutError::Disconnected) => Hint::Deaf,
        }
    }
}

fn hint(sender: &SyncSender<()>, own: &Path, event: notify::Result<notify::Event>) {
    let matters = match &event {
        Err(_) => true,
        Ok(event) if event.need_rescan() => true,
        Ok(event) => {
            let kind = matches!(
                event.kind,
                EventKind::Access(AccessKind::Close(AccessMode::Write))
                    | EventKind::Create(_)
                    | EventKind::Modify(ModifyKind::Name(_))
                    | EventKind::Remove(_)
            );
            kind && !event.paths.iter().all(|path| path.starts_with(own))
        }
    };
    if matters {
        match sender.try_send(()) {
            Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
        }
    }
}
