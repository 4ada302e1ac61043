//! Reading: one file up to a limit, one directory tree in sorted order.
//!
//! In: paths. Out: bytes, or a list of what lies below a directory. The rule it keeps: links are never followed and
//! nothing is skipped in silence; what could not be read is in the list with its error.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Statx, StatxAttributes, StatxFlags, makedev, statx};
use walkdir::WalkDir;

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// Fails as reading fails, and with `FileTooLarge` beyond the limit.
pub fn read_limited(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {limit} bytes")));
    }
    Ok(bytes)
}

/// Reads standard input, at most `limit` bytes.
///
/// # Errors
/// As [`read_limited`].
pub fn read_input(limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {limit} bytes")));
    }
    Ok(bytes)
}

/// Checks what can be told without opening a file: it must be readable, and its directory writable.
///
/// # Errors
/// Says in words what stands in the way.
pub fn removable(path: &Path) -> Result<(), String> {
    use rustix::fs::{Access, access};
    if access(path, Access::READ_OK).is_err() {
        return Err("it cannot be read: give the service's user the right to".to_owned());
    }
    let parent = path.parent().unwrap_or(path);
    let writable = access(parent, Access::WRITE_OK | Access::EXEC_OK);
    writable.map_err(|_| "its directory is read-only: it could not be removed afterwards".to_owned())
}

/// Whether something is mounted at a path, also where that is a folder or file of the same file system.
///
/// # Errors
/// Fails as looking at the path does.
pub fn is_mount_point(path: &Path) -> io::Result<bool> {
    Ok(has_mount(&looked_at(path)?))
}

/// Whether a path lies on another file system than the one of this number, or something is mounted at it.
///
/// # Errors
/// Fails as looking at the path does.
pub fn is_elsewhere(path: &Path, device: u64) -> io::Result<bool> {
    let found = looked_at(path)?;
    Ok(has_mount(&found) || makedev(found.stx_dev_major, found.stx_dev_minor) != device)
}

fn looked_at(path: &Path) -> io::Result<Statx> {
    Ok(statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty())?)
}

fn has_mount(found: &Statx) -> bool {
    found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT)
}

/// What lies at a path, without following links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedKind {
    /// A regular file.
    File,
    /// A directory (its contents follow in the list).
    Directory,
    /// A symbolic link.
    Symlink,
    /// A pipe, socket or device.
    Other,
}

/// One path below a listed directory.
#[derive(Debug)]
pub struct Listed {
    /// The path below the listed root.
    pub path: PathBuf,
    /// What lies there, or why it could not be told.
    pub kind: Result<ListedKind, io::Error>,
}

/// Lists everything below `root`, sorted by name, without following links or leaving the file system; a directory for
/// which `skip` holds is left out with its contents.
///
/// # Errors
/// Fails when `root` itself cannot be listed; what lies below it and cannot be read is in the list.
pub fn list(root: &Path, mut skip: impl FnMut(&Path) -> bool) -> io::Result<Vec<Listed>> {
    std::fs::read_dir(root)?;
    let below = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
    let walk = WalkDir::new(root).follow_links(false).same_file_system(true).min_depth(1).sort_by_file_name();
    let entries = walk.into_iter().filter_entry(|entry| !skip(&below(entry.path())));
    let listed = entries
        .map(|entry| match entry {
            Ok(entry) => {
                let kind = entry.file_type();
                let kind = match (kind.is_file(), kind.is_dir(), kind.is_symlink()) {
                    (true, _, _) => ListedKind::File,
                    (_, true, _) => ListedKind::Directory,
                    (_, _, true) => ListedKind::Symlink,
                    _ => ListedKind::Other,
                };
                Listed { path: below(entry.path()), kind: Ok(kind) }
            }
            Err(error) => {
                let path = error.path().map(below).unwrap_or_default();
                let error = error.into_io_error().unwrap_or_else(|| io::Error::other("a loop of directories"));
                Listed { path, kind: Err(error) }
            }
        })
        .collect();
    Ok(listed)
}
