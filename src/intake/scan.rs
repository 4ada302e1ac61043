//! The scan: what lies under `records/` at one moment.
//!
//! In: the folder. Out: every path below it with what decides its state. The rule it keeps: links are not followed,
//! nothing is skipped in silence, and nothing is opened.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

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
    /// A directory or file that is mounted there or is of another file system, with all that lies below it.
    Mount,
    /// A folder with the name of git's or of hokan's own, but not in their place, with all that lies below it.
    Owned,
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

/// Returns everything below `root` except directories, sorted by path. Its own `.git/` and `.hokan/` are left out; elsewhere
/// a folder of these names is one path, and nothing below it is listed.
///
/// # Errors
/// Fails when `root` itself cannot be listed.
pub fn scan(root: &Path) -> io::Result<Vec<Found>> {
    let device = std::fs::metadata(root)?.dev();
    let (mut mounts, mut owned) = (BTreeSet::<PathBuf>::new(), BTreeSet::<PathBuf>::new());
    let skip = |path: &Path| {
        if path.parent().is_some_and(|folder| mounts.contains(folder) || owned.contains(folder)) {
            return true;
        }
        // What went away since is told, or not there, when it is looked at.
        if host::is_elsewhere(&root.join(path), device).unwrap_or(false) {
            mounts.insert(path.to_owned());
        } else if is_owned(root, path) {
            owned.insert(path.to_owned());
        }
        path.components().count() == 1 && owned.contains(path)
    };
    let listed = list(root, skip)?.into_iter();
    let mut found: Vec<Found> = listed
        .filter_map(|listed| {
            let kind = match listed.kind {
                Ok(_) if mounts.contains(&listed.path) => FoundKind::Mount,
                // Listed already; what lies below it is nobody's business here.
                Err(_) if mounts.contains(&listed.path) || owned.contains(&listed.path) => return None,
                Ok(ListedKind::Directory) if owned.contains(&listed.path) => FoundKind::Owned,
                Ok(ListedKind::Directory) => return None,
                Ok(ListedKind::Symlink) => FoundKind::Symlink,
                Ok(ListedKind::Other) => FoundKind::Special,
                Ok(ListedKind::File) => file(root, &listed.path)?,
                Err(error) => FoundKind::Unreadable(error.to_string()),
            };
            Some(Found { path: listed.path.as_os_str().as_bytes().to_vec(), kind })
        })
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether a path is a folder (no link to one) with the name of git's or of hokan's own.
fn is_owned(root: &Path, path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".git" || name == WORK)
        && std::fs::symlink_metadata(root.join(path)).is_ok_and(|meta| meta.is_dir())
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
