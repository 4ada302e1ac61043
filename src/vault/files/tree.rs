//! Whole trees: the verbs for what hokan writes for people, outside the vault.
//!
//! In: paths the operator chose. Out: directories and files made or removed. The rule it keeps: what is removed here was
//! written by hokan itself.
#![expect(clippy::disallowed_methods, reason = "this file is one of the doors to the file system")]

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::Readers;

/// Makes a directory and the missing ones above it.
///
/// # Durability
/// Each directory it made is on disk under its name.
pub(crate) fn make_dirs(path: &Path, readers: Readers) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = parent_of(path);
    make_dirs(parent, readers)?;
    let mode = match readers {
        Readers::Owner => 0o700,
        Readers::Everyone => 0o755,
    };
    match DirBuilder::new().mode(mode).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() => Err(error),
        _ => File::open(parent)?.sync_all(),
    }
}

fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a file that is not there yet, readable for its owner alone, and opens it for writing.
///
/// # Errors
/// A name that is taken is `AlreadyExists`.
///
/// # Durability
/// The name is on disk; sync the file once it is written.
pub(crate) fn new_file(path: &Path) -> io::Result<File> {
    let file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    File::open(parent_of(path))?.sync_all()?;
    Ok(file)
}

/// Removes a file.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

/// Removes a directory with everything in it; one that is not there is fine.
pub(crate) fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Gives a directory its name; the name must be free.
///
/// # Durability
/// The name is on disk.
pub(crate) fn rename_dir(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    File::open(parent_of(to))?.sync_all()
}

/// Lets everyone run a script.
pub(crate) fn allow_running(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Writes a file and the directories above it, for a demonstration: nothing is synced.
pub(crate) fn scratch(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, bytes)
}

/// Makes a symbolic link, for a demonstration.
pub(crate) fn symlink(target: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    std::os::unix::fs::symlink(target, path)
}

/// Gives a file a second name, for a demonstration.
pub(crate) fn hard_link(path: &Path, other: &Path) -> io::Result<()> {
    fs::create_dir_all(other.parent().unwrap_or(other))?;
    fs::hard_link(path, other)
}

/// Makes a pipe, for a demonstration.
pub(crate) fn fifo(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    Ok(rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)?)
}
