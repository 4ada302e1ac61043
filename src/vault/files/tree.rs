//! Whole trees: the verbs for what hokan writes for people, outside the vault.
//!
//! In: paths the operator chose. Out: directories and files made or removed. The rule it keeps: what is removed here was
//! written by hokan itself.
#![expect(clippy::disallowed_methods, reason = "this file is one of the doors to the file system")]

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
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
        Ok(()) => {
            // A mask may have narrowed it: a service of its own has a strict one, and a web server must read the site.
            fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
            File::open(parent)?.sync_all()
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => File::open(parent)?.sync_all(),
        Err(error) => Err(error),
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

/// Writes bytes behind the first `keep` bytes of a file, which is made where it is missing, readable for its owner alone;
/// what it had behind them goes.
///
/// # Durability
/// All bytes and the name are on disk. After a crash the file may end in a part of the bytes.
pub(crate) fn append(path: &Path, keep: u64, bytes: &[u8]) -> io::Result<()> {
    let file = File::options().create(true).truncate(false).read(true).write(true).mode(0o600).open(path)?;
    if file.metadata()?.len() < keep {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is shorter than it was"));
    }
    file.set_len(keep)?;
    std::os::unix::fs::FileExt::write_all_at(&file, bytes, keep)?;
    file.sync_all()?;
    File::open(parent_of(path))?.sync_all()
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

/// Writes files into a directory that is not there yet, each at its path below it.
///
/// # Durability
/// All bytes and names are on disk, by one sync of the file system for all of them.
pub(crate) fn write_group<'a>(
    dir: &Path,
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
    readers: Readers,
) -> io::Result<()> {
    let (folders, mode) = match readers {
        Readers::Owner => (0o700, 0o600),
        Readers::Everyone => (0o755, 0o644),
    };
    DirBuilder::new().mode(folders).create(dir)?;
    fs::set_permissions(dir, fs::Permissions::from_mode(folders))?;
    // Opened before the first write: the kernel reports a failed one only to those who were there.
    let handle = File::open(dir)?;
    for (path, bytes) in files {
        let path = dir.join(path);
        make_below(dir, parent_of(&path), folders)?;
        let mut file = File::options().write(true).create_new(true).mode(mode).open(&path)?;
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        file.write_all(bytes)?;
    }
    rustix::fs::syncfs(&handle)?;
    File::open(parent_of(dir))?.sync_all()
}

/// Makes the directories between `dir` and `path`, with a mode that no mask narrows.
fn make_below(dir: &Path, path: &Path, mode: u32) -> io::Result<()> {
    if path == dir || path.is_dir() {
        return Ok(());
    }
    make_below(dir, parent_of(path), mode)?;
    DirBuilder::new().mode(mode).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Moves files of one directory into another, in place of those of the same names.
///
/// # Durability
/// All names are on disk.
pub(crate) fn move_group(from: &Path, to: &Path, names: &[&str]) -> io::Result<()> {
    for name in names {
        fs::rename(from.join(name), to.join(name))?;
    }
    File::open(to)?.sync_all()
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
