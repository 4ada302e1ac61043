//! What an operator should know of the machine: owners and modes, room on disks, swap, encryption below a path.
//!
//! In: a path, or nothing. Out: values as the kernel tells them. The rule it keeps: what the kernel does not tell is
//! `None` or an error, never a guess.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Who owns a file, and who may do what with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The permission bits, such as `0o600`.
    pub mode: u32,
    /// The owner's number.
    pub owner: u32,
}

/// Room on a file system, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// What this process may still write.
    pub free: u64,
    /// All there is.
    pub total: u64,
}

/// One place the kernel moves memory to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// The device or file.
    pub place: PathBuf,
    /// Whether what lies there is gone or unreadable once the power is off: compressed memory, or an encrypted device.
    pub is_safe: bool,
}

/// Returns owner and mode of what lies at a path, without following a link.
///
/// # Errors
/// Fails when there is nothing, or it cannot be asked.
pub fn guard_of(path: &Path) -> io::Result<Guard> {
    let found = std::fs::symlink_metadata(path)?;
    Ok(Guard { mode: found.mode() & 0o7777, owner: found.uid() })
}

/// Returns the number of the file system that a path lies on.
///
/// # Errors
/// Fails when there is nothing, or it cannot be asked.
pub fn device_of(path: &Path) -> io::Result<u64> {
    Ok(std::fs::metadata(path)?.dev())
}

/// Returns the number of the user this process acts as.
pub fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Returns the room on the file system of a path.
///
/// # Errors
/// Fails when the path is not there.
pub fn space_of(path: &Path) -> io::Result<Space> {
    let found = rustix::fs::statvfs(path)?;
    Ok(Space { free: found.f_bavail * found.f_frsize, total: found.f_blocks * found.f_frsize })
}

/// Returns whether the block device below a path is an encrypted one (dm-crypt); `None` where that cannot be told, as in
/// memory, in containers, or with encryption inside a file system or a disk.
pub fn is_encrypted(path: &Path) -> Option<bool> {
    let device = std::fs::metadata(path).ok()?.dev();
    let place = format!("/sys/dev/block/{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    Path::new(&place).exists().then(|| is_crypt(Path::new(&place)))
}

fn is_crypt(block: &Path) -> bool {
    let lower =
        |dir: io::Result<std::fs::ReadDir>| dir.into_iter().flatten().flatten().any(|below| is_crypt(&below.path()));
    std::fs::read_to_string(block.join("dm/uuid")).is_ok_and(|id| id.starts_with("CRYPT-"))
        || lower(std::fs::read_dir(block.join("slaves")))
}

/// Returns where the kernel swaps to.
///
/// # Errors
/// Fails when the kernel's list cannot be read.
pub fn swaps() -> io::Result<Vec<Swap>> {
    Ok(listed(&std::fs::read_to_string("/proc/swaps")?, |name| is_crypt(&Path::new("/sys/class/block").join(name))))
}

/// Reads the kernel's list: a heading, then one place a line, white space in names as `\040`.
fn listed(text: &str, is_crypt: impl Fn(&str) -> bool) -> Vec<Swap> {
    let lines = text.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    let swaps = lines.map(|place| {
        let name = place.rsplit('/').next().unwrap_or_default();
        Swap { is_safe: name.starts_with("zram") || is_crypt(name), place: place.replace("\\040", " ").into() }
    });
    swaps.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_in_memory_or_on_an_encrypted_device_is_safe() {
        let text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
/dev/zram0                              partition\t8388604\t\t0\t\t100
/dev/dm-1                               partition\t8388604\t\t0\t\t-2
/swap\\040file                           file\t\t2097148\t\t0\t\t-3
";
        let swaps = listed(text, |name| name == "dm-1");
        let safe: Vec<bool> = swaps.iter().map(|swap| swap.is_safe).collect();
        assert_eq!(safe, [true, true, false]);
        assert_eq!(swaps[2].place, Path::new("/swap file"));
        assert!(listed("Filename Type\n", |_| true).is_empty());
    }

    #[test]
    fn the_kernel_tells_of_files_that_are_there() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(guard_of(file.path()).unwrap(), Guard { mode: 0o600, owner: user() });
        let space = space_of(file.path()).unwrap();
        assert!(space.free <= space.total && space.total > 0);
        assert!(guard_of(Path::new("/no/such/file")).is_err());
        assert_eq!(is_encrypted(Path::new("/proc/self")), None);
    }
}
