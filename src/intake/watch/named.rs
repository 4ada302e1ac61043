//! Watching for names: a hint that one of a few files of a folder was written.
//!
//! In: folders, and which paths count. Out: rings of the [`Bell`]. The rule it keeps: as for records, an event only wakes;
//! what changed is looked up by whoever is woken.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::{Bell, WatchError};

/// How far below a folder paths count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The files of the folder itself.
    Here,
    /// Everything below it.
    Below,
}

/// Watches some folders for paths that count, as long as it lives.
pub struct NameWatcher {
    _watcher: RecommendedWatcher,
}

impl NameWatcher {
    /// Starts watching; a written, moved or removed path for which `counts` holds rings `bell`. Folders that are not there
    /// are left out.
    ///
    /// # Errors
    /// Fails where the system cannot watch a folder.
    pub fn start(
        folders: &[(PathBuf, Depth)],
        counts: impl Fn(&Path) -> bool + Send + 'static,
        bell: Arc<Bell>,
    ) -> Result<NameWatcher, WatchError> {
        let hear = move |event: notify::Result<notify::Event>| {
            let matters = event.map_or(true, |event| {
                let is_change = !matches!(event.kind, EventKind::Access(_));
                event.need_rescan() || is_change && event.paths.iter().any(|path| counts(path))
            });
            if matters {
                bell.ring();
            }
        };
        let fail = |path: &Path, source| WatchError { path: path.to_owned(), source };
        let mut watcher = notify::recommended_watcher(hear).map_err(|source| fail(Path::new("."), source))?;
        for (folder, depth) in folders.iter().filter(|(folder, _)| folder.is_dir()) {
            let mode = match depth {
                Depth::Here => RecursiveMode::NonRecursive,
                Depth::Below => RecursiveMode::Recursive,
            };
            watcher.watch(folder, mode).map_err(|source| fail(folder, source))?;
        }
        Ok(NameWatcher { _watcher: watcher })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Wake;
    use super::*;

    #[test]
    fn a_name_that_counts_rings_also_when_it_is_put_there_by_a_rename() {
        let dir = tempfile::tempdir().unwrap();
        let bell = Arc::new(Bell::default());
        let counts = |path: &Path| path.ends_with("HEAD");
        let _watcher = NameWatcher::start(&[(dir.path().to_owned(), Depth::Here)], counts, bell.clone()).unwrap();
        std::fs::write(dir.path().join("HEAD.lock"), "x").unwrap();
        std::fs::rename(dir.path().join("HEAD.lock"), dir.path().join("HEAD")).unwrap();
        assert_eq!(bell.wait(Duration::from_secs(60)), Wake::Changed);
    }
}
