//! A folder in memory: for files that another program must read and that may never reach a disk.
//!
//! In: paths and bytes. Out: files on a tmpfs, for this user alone. The rule it keeps: where there is no tmpfs there is no
//! folder; it is removed with the value, and what a killed process left is removed by the next one.
//!
//! Names: `hokan-PID-RANDOM`. A tmpfs may be swapped out: `hokan doctor` tells whether the swap is encrypted.

use std::io;
use std::path::{Path, PathBuf};

/// What marks a tmpfs.
///
/// # Source
/// statfs(2), `TMPFS_MAGIC`.
const TMPFS: i64 = 0x0102_1994;

/// How the names of such folders begin.
const PREFIX: &str = "hokan-";

/// A folder in memory, removed when the value is dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes a folder below `$XDG_RUNTIME_DIR` or `/dev/shm`, whichever is a tmpfs.
    ///
    /// # Errors
    /// Refuses where neither is one.
    #[expect(clippy::disallowed_methods, reason = "the environment is the host's")]
    pub fn new() -> io::Result<Scratch> {
        let places = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).into_iter().chain(["/dev/shm".into()]);
        Scratch::within(places)
    }

    #[expect(clippy::disallowed_methods, reason = "nothing here is meant to last")]
    fn within(places: impl Iterator<Item = PathBuf>) -> io::Result<Scratch> {
        use std::os::unix::fs::DirBuilderExt;
        let mut refused = Vec::new();
        for place in places {
            if !is_tmpfs(&place) {
                refused.push(format!("`{}` is not a tmpfs", place.display()));
                continue;
            }
            remove_left(&place);
            let mut random = [0u8; 8];
            getrandom::fill(&mut random).map_err(|e| io::Error::other(e.to_string()))?;
            let folder = place.join(format!("{PREFIX}{}-{:016x}", std::process::id(), u64::from_be_bytes(random)));
            match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Ok(Scratch(folder)),
                Err(error) => refused.push(format!("`{}`: {error}", folder.display())),
            }
        }
        Err(io::Error::new(io::ErrorKind::Unsupported, refused.join("; ")))
    }

    /// Returns where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file below it, with the folders above it.
    ///
    /// # Errors
    /// Fails as writing does, and on a path that leads out.
    #[expect(clippy::disallowed_methods, reason = "nothing here is meant to last")]
    pub fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let inside = Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{path}` leads out of the folder")));
        }
        let path = self.0.join(path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, bytes)
    }
}

impl Drop for Scratch {
    #[expect(clippy::disallowed_methods, reason = "it holds what this value wrote and nothing else")]
    fn drop(&mut self) {
        // What stays is removed by the next one.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn is_tmpfs(place: &Path) -> bool {
    rustix::fs::statfs(place).is_ok_and(|found| found.f_type == TMPFS)
}

/// Removes this user's folders of processes that are no more.
#[expect(clippy::disallowed_methods, reason = "they hold what a killed process wrote and nothing else")]
fn remove_left(place: &Path) {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    let is_ours = |found: &std::fs::DirEntry| found.metadata().is_ok_and(|found| found.is_dir() && found.uid() == me);
    for found in std::fs::read_dir(place).into_iter().flatten().flatten().filter(is_ours) {
        let name = found.file_name();
        let name = name.to_string_lossy();
        let left = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-')?.0.parse::<u32>().ok());
        if left.is_some_and(|process| !Path::new("/proc").join(process.to_string()).exists()) {
            let _ = std::fs::remove_dir_all(found.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_in_memory_alone_and_goes_with_its_value() {
        let disk = tempfile::TempDir::new_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let refused = Scratch::within([disk.path().to_owned()].into_iter()).unwrap_err();
        assert!(refused.to_string().ends_with("is not a tmpfs"), "{refused}");
        let scratch = Scratch::new().unwrap();
        scratch.write("a/b.json", b"1").unwrap();
        assert!(scratch.write("../b.json", b"1").is_err() && scratch.write("/b.json", b"1").is_err());
        let path = scratch.path().to_owned();
        assert!(path.join("a/b.json").is_file());
        drop(scratch);
        assert!(!path.exists());
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_a_running_one_has_is_not() {
        let place = tempfile::TempDir::new_in("/dev/shm").unwrap();
        // No process has this number: it is above the largest one there can be.
        let (left, kept) = (place.path().join("hokan-4194305-0"), place.path().join("hokan-1-0"));
        for folder in [&left, &kept] {
            std::fs::create_dir(folder).unwrap();
        }
        let scratch = Scratch::within([place.path().to_owned()].into_iter()).unwrap();
        assert!(!left.exists() && kept.exists() && scratch.path().exists());
    }
}
