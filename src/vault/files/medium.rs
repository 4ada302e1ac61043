//! The kind of file system a path lies on, for the ledger and the certificate.
//!
//! In: a path. Out: the kind's name and whether it outlives the machine's power. The rule it keeps: a kind that is not
//! known is printed as its number and counts as persistent; nothing better is claimed than what the kernel says.

use std::io;
use std::path::Path;

/// The file system below a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Medium {
    /// Its kind, such as `ext4`, `tmpfs` or `unknown 0x1234`. The ext family shares one number: ext2 and ext3 are
    /// called `ext4`, whose driver mounts them.
    pub name: String,
    /// Whether what is written there is still there after the power was off.
    pub persistent: bool,
}

/// Whether writing over a file reaches the place it was stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It does: memory.
    InPlace,
    /// It need not: copy-on-write, log-structured, layered, or on another machine.
    Elsewhere,
    /// The file system writes in place; what the disk below it does is not known.
    NotKnown,
}

impl Medium {
    /// Returns whether writing over a file reaches the place it was stored in, as far as the kind of file system tells.
    pub fn placement(&self) -> Placement {
        match self.name.as_str() {
            "tmpfs" | "ramfs" => Placement::InPlace,
            "btrfs" | "zfs" | "bcachefs" | "f2fs" | "overlayfs" => Placement::Elsewhere,
            "nfs" | "smb" | "cifs" | "9p" | "fuse" => Placement::Elsewhere,
            _ => Placement::NotKnown,
        }
    }
}

/// Kinds by the number `statfs` gives.
///
/// # Source
/// `include/uapi/linux/magic.h` of Linux; ZFS and NTFS3 from their own sources.
const KINDS: [(u64, &str); 17] = [
    (0xef53, "ext4"),
    (0x0102_1994, "tmpfs"),
    (0x8584_58f6, "ramfs"),
    (0x9123_683e, "btrfs"),
    (0x5846_5342, "xfs"),
    (0x794c_7630, "overlayfs"),
    (0x6969, "nfs"),
    (0x2fc1_2fc1, "zfs"),
    (0xf2f5_2010, "f2fs"),
    (0xca45_1a4e, "bcachefs"),
    (0x4d44, "vfat"),
    (0x2011_bab0, "exfat"),
    (0x7366_746e, "ntfs3"),
    (0x6573_5546, "fuse"),
    (0xfe53_4d42, "smb"),
    (0xff53_4d42, "cifs"),
    (0x0102_1997, "9p"),
];

/// Returns the file system that `path` lies on.
///
/// # Errors
/// Fails when the path is not there or cannot be asked.
pub fn medium_of(path: &Path) -> io::Result<Medium> {
    let number = rustix::fs::statfs(path)?.f_type as u64 & 0xffff_ffff;
    Ok(medium(number))
}

fn medium(number: u64) -> Medium {
    let known = KINDS.iter().find(|(of, _)| *of == number);
    let name = known.map_or_else(|| format!("unknown {number:#x}"), |(_, name)| (*name).to_owned());
    let persistent = !matches!(name.as_str(), "tmpfs" | "ramfs");
    Medium { name, persistent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_known_by_its_number_and_says_where_overwriting_ends_up() {
        use Placement::{Elsewhere, InPlace, NotKnown};
        let kinds = [
            (0xef53, "ext4", NotKnown),
            (0x5846_5342, "xfs", NotKnown),
            (0x0102_1994, "tmpfs", InPlace),
            (0x9123_683e, "btrfs", Elsewhere),
            (0x794c_7630, "overlayfs", Elsewhere),
            (0x2fc1_2fc1, "zfs", Elsewhere),
            (0x6969, "nfs", Elsewhere),
            (0xfe53_4d42, "smb", Elsewhere),
            (0xff53_4d42, "cifs", Elsewhere),
            (0x0102_1997, "9p", Elsewhere),
            (0x6573_5546, "fuse", Elsewhere),
            (0x1234, "unknown 0x1234", NotKnown),
        ];
        for (number, name, placement) in kinds {
            let found = medium(number);
            assert_eq!((found.name.as_str(), found.placement()), (name, placement));
            assert_eq!(found.persistent, placement != InPlace, "{name}");
        }
    }

    #[test]
    fn memory_is_not_persistent_and_the_unknown_is() {
        assert_eq!(medium(0x0102_1994), Medium { name: "tmpfs".to_owned(), persistent: false });
        assert_eq!(medium(0x1234), Medium { name: "unknown 0x1234".to_owned(), persistent: true });
        assert!(medium_of(Path::new("/proc/self")).unwrap().name.starts_with("unknown"));
        assert!(medium_of(Path::new("/no/such/path")).is_err());
    }
}
