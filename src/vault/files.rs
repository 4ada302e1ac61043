//! The few durable verbs on files: create, rename, exchange, overwrite, unlink, sync.
//!
//! In: an open directory and a name below it, or a path. Out: an open file, or nothing; each verb says what is on disk
//! when it returns. The rule it keeps: nothing is replaced unless the verb's name says so, no link is followed below an
//! open directory, and a name counts only after its directory was synced.

mod medium;
mod tree;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{Advice, AtFlags, Mode, OFlags, RenameFlags, ResolveFlags};
use rustix::io::Errno;

pub use medium::{Medium, Placement, medium_of};
pub(crate) use tree::{
    allow_running, append, fifo, hard_link, make_dirs, move_group, new_file, remove, remove_tree, rename_dir, scratch,
    symlink, write_group,
};

/// How an existing file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To read it.
    Read,
    /// To read it and write over it in place.
    Overwrite,
}

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// The service's user alone (0600).
    Owner,
    /// Everyone on the machine (0644).
    Everyone,
}

/// Whether an unlink found something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unlinked {
    /// The name was there and is gone.
    Now,
    /// There was no such name.
    Before,
}

/// What tells one open file from every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity {
    /// The number of its file system.
    pub(crate) device: u64,
    /// Its number there.
    pub(crate) inode: u64,
    /// How many names it has.
    pub(crate) links: u64,
    /// Its length.
    pub(crate) bytes: u64,
}

/// An open directory: names below it are resolved from here, whatever happens to the path that led to it.
pub(crate) struct Dir {
    handle: File,
    path: PathBuf,
}

/// Below an open directory: no link, no `..` out of it, no other file system.
const STRICT: ResolveFlags = ResolveFlags::BENEATH
    .union(ResolveFlags::NO_SYMLINKS)
    .union(ResolveFlags::NO_MAGICLINKS)
    .union(ResolveFlags::NO_XDEV);
const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

impl Dir {
    /// Opens the directory at `path`, which the operator chose: links in it are followed.
    pub(crate) fn open(path: &Path) -> io::Result<Dir> {
        let handle = rustix::fs::open(path, DIRECTORY, Mode::empty())?;
        Ok(Dir { handle: handle.into(), path: path.to_owned() })
    }

    /// Opens a directory below this one. The empty path is this directory.
    pub(crate) fn beneath(&self, path: &Path) -> io::Result<Dir> {
        let asked = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let handle = rustix::fs::openat2(&self.handle, asked, DIRECTORY, Mode::empty(), STRICT)?;
        Ok(Dir { handle: handle.into(), path: self.path.join(path) })
    }

    /// Opens a directory below this one and makes each part of the path that is missing, with mode 0700.
    ///
    /// # Durability
    /// Each directory of the path is on disk under its name, also one that an interrupted call had made.
    pub(crate) fn make(&self, path: &Path) -> io::Result<Dir> {
        let mut at = self.beneath(Path::new(""))?;
        for part in path.components() {
            let Component::Normal(name) = part else {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain path below the directory"));
            };
            match rustix::fs::mkdirat(&at.handle, name, Mode::RWXU) {
                Ok(()) | Err(Errno::EXIST) => at.sync()?,
                Err(error) => return Err(error.into()),
            }
            at = at.beneath(Path::new(name))?;
        }
        Ok(at)
    }

    /// Returns the path of `name` in this directory, for messages.
    pub(crate) fn path_of(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path.join(name)
    }

    /// Returns the path it was opened by.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the number of the file system it lies on.
    pub(crate) fn device(&self) -> io::Result<u64> {
        Ok(self.handle.metadata()?.dev())
    }

    /// Returns the names in it, sorted.
    pub(crate) fn names(&self) -> io::Result<Vec<PathBuf>> {
        let mut names = BTreeSet::new();
        for entry in rustix::fs::Dir::read_from(&self.handle)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                names.insert(PathBuf::from(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name)));
            }
        }
        Ok(names.into_iter().collect())
    }

    /// Returns whether there is anything under this name; a link counts, whatever it points to.
    pub(crate) fn has(&self, name: impl AsRef<Path>) -> io::Result<bool> {
        match rustix::fs::statat(&self.handle, name.as_ref(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Creates a file of mode 0600 for reading and writing; a name that is taken is an error.
    ///
    /// # Durability
    /// Nothing yet: sync the file (or its file system) and then this directory.
    pub(crate) fn create(&self, name: impl AsRef<Path>) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.handle, name.as_ref(), flags, Mode::RUSR | Mode::WUSR)?.into())
    }

    /// Opens a regular file below this directory without following any link and without waiting for a pipe's other end.
    ///
    /// # Errors
    /// Anything but a regular file is `InvalidInput`.
    pub(crate) fn open_file(&self, path: impl AsRef<Path>, purpose: Purpose) -> io::Result<File> {
        let access = match purpose {
            Purpose::Read => OFlags::RDONLY,
            Purpose::Overwrite => OFlags::RDWR,
        };
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::openat2(&self.handle, path.as_ref(), flags, Mode::empty(), STRICT)?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        Ok(file)
    }

    /// Gives a file another name, here or in another directory of the file system; a name that is taken is an error.
    ///
    /// # Durability
    /// The old or the new name is there after a crash, never both or neither; the new one for certain when both
    /// directories were synced.
    pub(crate) fn rename(&self, name: impl AsRef<Path>, to: &Dir, to_name: impl AsRef<Path>) -> io::Result<()> {
        let flags = RenameFlags::NOREPLACE;
        Ok(rustix::fs::renameat_with(&self.handle, name.as_ref(), &to.handle, to_name.as_ref(), flags)?)
    }

    /// Exchanges two names in this directory in one step: at no moment is one of them missing.
    ///
    /// # Durability
    /// Sync this directory.
    pub(crate) fn exchange(&self, name: impl AsRef<Path>, other: impl AsRef<Path>) -> io::Result<()> {
        let flags = RenameFlags::EXCHANGE;
        Ok(rustix::fs::renameat_with(&self.handle, name.as_ref(), &self.handle, other.as_ref(), flags)?)
    }

    /// Removes a name, if it is there.
    ///
    /// # Durability
    /// Sync this directory.
    pub(crate) fn unlink(&self, name: impl AsRef<Path>) -> io::Result<Unlinked> {
        match rustix::fs::unlinkat(&self.handle, name.as_ref(), AtFlags::empty()) {
            Ok(()) => Ok(Unlinked::Now),
            Err(Errno::NOENT) => Ok(Unlinked::Before),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes an empty directory below this one and returns the one it was in; one that is not empty, is not there or may
    /// not be removed stays as it is: nothing depends on it.
    ///
    /// # Errors
    /// Fails where the disk does not write or the system has no handle left.
    ///
    /// # Durability
    /// Sync the directory returned.
    pub(crate) fn remove_empty(&self, path: &Path) -> io::Result<Option<Dir>> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return Ok(None) };
        let removed = self.beneath(parent).and_then(|parent| {
            rustix::fs::unlinkat(&parent.handle, name, AtFlags::REMOVEDIR)?;
            Ok(parent)
        });
        // Nothing else is a reason to come by again.
        let is_failing = |error: &io::Error| {
            matches!(Errno::from_io_error(error), Some(Errno::IO | Errno::ROFS | Errno::MFILE | Errno::NFILE))
        };
        match removed {
            Err(error) if is_failing(&error) => Err(error),
            removed => Ok(removed.ok()),
        }
    }

    /// Makes the names in this directory durable.
    ///
    /// # Durability
    /// Every create, rename and unlink in it that returned before is on disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.handle.sync_all()
    }

    /// Makes everything durable that was written to the file system this directory lies on.
    ///
    /// The kernel reports a failed write only to those who opened the file system before it: keep the directory open
    /// from before the first write.
    ///
    /// # Durability
    /// Bytes and names written before the call are on disk.
    pub(crate) fn sync_file_system(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.handle)?)
    }
}

/// Returns what tells an open file from every other.
pub(crate) fn identity(file: &File) -> io::Result<FileIdentity> {
    let metadata = file.metadata()?;
    Ok(FileIdentity { device: metadata.dev(), inode: metadata.ino(), links: metadata.nlink(), bytes: metadata.len() })
}

/// Opens a regular file below `root` for reading: no link in the path is followed, no other file system entered.
///
/// # Errors
/// Fails as opening fails; anything but a regular file is `InvalidInput`.
pub(crate) fn open_beneath(root: &Path, path: &Path) -> io::Result<File> {
    Dir::open(root)?.open_file(path, Purpose::Read)
}

/// Whether opening failed because something else than a regular file lies there: a pipe, a folder, a link.
pub(crate) fn is_no_file(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidInput || Errno::from_io_error(error) == Some(Errno::LOOP)
}

/// Makes a file that is in memory alone, holding `bytes`, ready to be read from its start.
pub(crate) fn memory_file(bytes: &[u8]) -> io::Result<File> {
    use std::io::{Seek, Write};
    let mut file = File::from(rustix::fs::memfd_create("masked", rustix::fs::MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}

/// Writes zeros over all bytes of a file, in place.
///
/// Zeros are the pattern of a Clear, and show on the disk that the pass was made.
///
/// # Durability
/// Nothing yet: sync before the file is truncated or unlinked, or the old bytes stay where they are.
pub(crate) fn overwrite(file: &File) -> io::Result<u64> {
    static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];
    let bytes = file.metadata()?.len();
    let mut at = 0;
    while at < bytes {
        let piece = usize::try_from(bytes - at).unwrap_or(usize::MAX).min(ZEROS.len());
        file.write_all_at(&ZEROS[..piece], at)?;
        at += piece as u64;
    }
    Ok(bytes)
}

/// Asks the system to begin with writing `length` bytes of a file to the disk, without waiting: the sync that makes them
/// durable finds less to do. Where it does not, that sync does all of it.
///
/// # Durability
/// None.
pub(crate) fn begin_writing(file: &File, from: u64, length: NonZeroU64) {
    // Only a hint: whether the bytes reach the disk is told by the sync.
    let _ = rustix::fs::fadvise(file, from, Some(length), Advice::DontNeed);
}

/// Lets the owner write to a file that is open for reading.
pub(crate) fn allow_writing(file: &File) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(0o600))
}

/// Opens a file to lock it, made where it is missing; its content means nothing.
#[expect(clippy::disallowed_methods, reason = "this file is one of the doors to the file system")]
pub(crate) fn lock_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().create(true).truncate(false).read(true).write(true).mode(0o600).open(path)
}

/// Exchanges two names on one file system in one step: at no moment is one of them missing.
///
/// # Durability
/// The exchange is on disk.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    let ((one_dir, one_name), (other_dir, other_name)) = (parted(one)?, parted(other)?);
    rustix::fs::renameat_with(&one_dir.handle, one_name, &other_dir.handle, other_name, RenameFlags::EXCHANGE)?;
    one_dir.sync()?;
    other_dir.sync()
}

/// Writes a file that is not there yet.
///
/// # Errors
/// A name that is taken is `AlreadyExists`; on any error the name is as it was.
///
/// # Durability
/// All bytes and the name are on disk. After a crash the file is whole or not there, and a temporary `.NAME.….new` may
/// lie beside it.
pub(crate) fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    write_then(path, bytes, readers, RenameFlags::NOREPLACE)
}

/// Writes a file whole, in place of the one that may be there.
///
/// # Durability
/// All bytes and the name are on disk. After a crash the old or the new file is there, whole, and a temporary
/// `.NAME.….new` may lie beside it.
pub(crate) fn replace_file(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    write_then(path, bytes, readers, RenameFlags::empty())
}

fn write_then(path: &Path, bytes: &[u8], readers: Readers, flags: RenameFlags) -> io::Result<()> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let (dir, name) = parted(path)?;
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let aside = format!(".{}.{}-{number}.new", name.display(), std::process::id());
    let file = dir.create(&aside)?;
    let written = fill(file, bytes, readers)
        .and_then(|()| Ok(rustix::fs::renameat_with(&dir.handle, aside.as_str(), &dir.handle, name, flags)?));
    if let Err(error) = written {
        // The first error is the one to report; a temporary that cannot be removed is only litter.
        let _ = dir.unlink(&aside);
        return Err(error);
    }
    dir.sync()
}

fn fill(mut file: File, bytes: &[u8], readers: Readers) -> io::Result<()> {
    match readers {
        Readers::Owner => {}
        Readers::Everyone => file.set_permissions(Permissions::from_mode(0o644))?,
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// Opens the directory of a path and returns it with the last name.
fn parted(path: &Path) -> io::Result<(Dir, &OsStr)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    Ok((Dir::open(parent.unwrap_or(Path::new(".")))?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there() -> (tempfile::TempDir, Dir) {
        let temporary = tempfile::tempdir().unwrap();
        let dir = Dir::open(temporary.path()).unwrap();
        (temporary, dir)
    }

    #[test]
    fn a_new_file_is_whole_private_and_never_replaces() {
        let (temporary, dir) = there();
        let path = temporary.path().join("a");
        write_new(&path, b"one", Readers::Owner).unwrap();
        assert_eq!(write_new(&path, b"two", Readers::Owner).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(dir.names().unwrap(), [PathBuf::from("a")], "no temporary stays behind");
    }

    #[test]
    fn replacing_writes_over_and_exchanging_swaps() {
        let (temporary, dir) = there();
        let (a, b) = (temporary.path().join("a"), temporary.path().join("b"));
        write_new(&a, b"one", Readers::Owner).unwrap();
        replace_file(&a, b"two", Readers::Everyone).unwrap();
        write_new(&b, b"three", Readers::Owner).unwrap();
        exchange(&a, &b).unwrap();
        assert_eq!((std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap()), (b"three".to_vec(), b"two".to_vec()));
        assert_eq!(std::fs::metadata(&b).unwrap().mode() & 0o777, 0o644);
        assert_eq!(dir.names().unwrap().len(), 2);
    }

    #[test]
    fn overwriting_keeps_the_file_and_its_length() {
        let (temporary, dir) = there();
        let path = temporary.path().join("a");
        std::fs::write(&path, vec![7; 70_000]).unwrap();
        let file = dir.open_file("a", Purpose::Overwrite).unwrap();
        assert_eq!(overwrite(&file).unwrap(), 70_000);
        assert_eq!(std::fs::read(&path).unwrap(), vec![0; 70_000]);
    }

    #[test]
    fn a_path_out_of_the_root_through_a_link_or_to_no_file_is_refused() {
        let (temporary, dir) = there();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), b"x").unwrap();
        std::os::unix::fs::symlink(outside.path(), temporary.path().join("link")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), temporary.path().join("last")).unwrap();
        std::fs::create_dir(temporary.path().join("folder")).unwrap();
        rustix::fs::mkfifoat(&dir.handle, "pipe", Mode::RWXU).unwrap();
        let up = format!("../{}/secret", outside.path().file_name().unwrap().display());
        for path in ["link/secret", "last", "folder", "pipe", &up, outside.path().join("secret").to_str().unwrap()] {
            assert!(open_beneath(temporary.path(), Path::new(path)).is_err(), "{path}");
        }
        assert!(dir.make(Path::new("../x")).is_err());
        assert!(dir.make(Path::new("link/x")).is_err());
    }
}
