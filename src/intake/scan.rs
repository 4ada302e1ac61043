//! The scan: what lies under `records/` at one moment.
//!
//! In: the folder. Out: every path below it with what decides its state. The rule it keeps: links are not followed,
//! nothing is skipped in silence, and nothing is opened.

use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::calendar::Instant;
use crate::host::{self, ListedKind, list};

/// hokan's own folder below `records/`: plaintexts on their way out.
pub const WORK: &str = ".hokan";

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundKind {
    /// A regular file.
    File(Meta),
    /// A symbolic link.
    Symlink,
    /// A pipe, socket or device.
    Special,
    /// A directory or file of another file system, with all that lies below it.
    Mount,
    /// Something that could not be looked at.
    Unreadable(String),
}

/// What decides the state of a regular file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Length in bytes.
    pub bytes: u64,
    /// Number of names the file has.
    pub links: u64,
    /// Device number.
    pub device: u64,
    /// Inode number.
    pub inode: u64,
    /// When its content, name or mode last changed, by the kernel.
    pub changed: Instant,
    /// Whether the file can be removed and read.
    pub removable: Result<(), String>,
}

/// One path below `records/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The path below `records/`, as bytes.
    pub path: Vec<u8>,
    /// What lies there.
    pub kind: FoundKind,
}

/// Returns everything below `root` except directories, `.git/` and hokan's own folder, sorted by path.
///
/// # Errors
/// Fails when `root` itself cannot be listed.
pub fn scan(root: &Path) -> io::Result<Vec<Found>> {
    let own = |path: &Path| {
        let name = path.file_name().map(OsStrExt::as_bytes);
        (name == Some(b".git") || name == Some(WORK.as_bytes())) && root.join(path).is_dir()
    };
    let listed = list(root, own)?.into_iter();
    let device = std::fs::metadata(root)?.dev();
    let mut found: Vec<Found> = listed
        .filter_map(|listed| {
            let kind = match listed.kind {
                Ok(ListedKind::Directory) => elsewhere(root, &listed.path, device)?,
                Ok(ListedKind::Symlink) => FoundKind::Symlink,
                Ok(ListedKind::Other) => FoundKind::Special,
                Ok(ListedKind::File) => elsewhere(root, &listed.path, device).or_else(|| file(root, &listed.path))?,
                Err(error) => FoundKind::Unreadable(error.to_string()),
            };
            Some(Found { path: listed.path.as_os_str().as_bytes().to_vec(), kind })
        })
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// What is said of a path that lies on another file system: the list does not go into it.
fn elsewhere(root: &Path, path: &Path, device: u64) -> Option<FoundKind> {
    let meta = std::fs::symlink_metadata(root.join(path)).ok()?;
    (meta.dev() != device).then_some(FoundKind::Mount)
}

/// Looks at a regular file; one that went away since it was listed is not there any more.
fn file(root: &Path, path: &Path) -> Option<FoundKind> {
    let path = root.join(path);
    let meta = match std::fs::symlink_metadata(&path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => return Some(FoundKind::Unreadable(error.to_string())),
    };
    let (seconds, nanos) = (meta.ctime(), meta.ctime_nsec());
    Some(FoundKind::File(Meta {
        bytes: meta.len(),
        links: meta.nlink(),
        device: meta.dev(),
        inode: meta.ino(),
        changed: Instant::from_micros(seconds.saturating_mul(1_000_000).saturating_add(nanos / 1000)),
        removable: host::removable(&path),
    }))
}
