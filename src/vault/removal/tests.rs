//! The plaintext's way out, with real files.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use super::*;
use crate::calendar::Instant;

struct Bench {
    root: tempfile::TempDir,
    removal: Removal,
}

impl Bench {
    fn new() -> Bench {
        let root = tempfile::tempdir().unwrap();
        let removal = Removal::new(root.path()).unwrap();
        Bench { root, removal }
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.root.path().join(path)).unwrap()
    }

    fn take(&mut self, path: &str, record: RecordId) {
        self.removal.to_checking(Path::new(path), record, None).unwrap();
    }

    fn take_both(&mut self, path: &str, record: RecordId) {
        let sidecar = format!("{path}{SIDECAR}");
        self.removal.to_checking(Path::new(path), record, Some(Path::new(&sidecar))).unwrap();
    }

    fn put_back(&self, record: RecordId, path: &str) -> String {
        self.removal.put_back(record, Path::new(path)).unwrap().to_str().unwrap().to_owned()
    }
}

fn id(number: u8) -> RecordId {
    RecordId::new(Instant::from_micros(1_795_348_800_000_000), [number; 10])
}

#[test]
fn a_file_and_its_sidecar_go_out_in_steps() {
    let mut bench = Bench::new();
    bench.write("in/a.pdf", b"plaintext");
    bench.write("in/a.pdf.meta.yaml", b"facts");
    let inode = fs::metadata(bench.root.path().join("in/a.pdf")).unwrap().ino();
    bench.take_both("in/a.pdf", id(1));
    let looked = bench.removal.look(id(1)).unwrap();
    assert_eq!((looked.file.inode, looked.file.links, looked.file.bytes), (inode, 1, 9));
    assert_eq!(looked.file.digest, Digest::of(b"plaintext"));
    assert_eq!(looked.sidecar.unwrap().digest, Digest::of(b"facts"));
    assert_eq!(bench.removal.checking().unwrap().records, [id(1)]);

    bench.removal.to_removing(&[id(1)]).unwrap();
    bench.removal.to_removing(&[id(1)]).unwrap();
    assert_eq!(bench.removal.checking().unwrap(), Passing::default());
    assert_eq!(bench.removal.removing().unwrap().records, [id(1)]);

    let results = bench.removal.destroy(&[id(1), id(2)]);
    assert!(results.iter().all(|(_, result)| result.is_ok()), "what is not there counts as destroyed");
    assert_eq!(bench.removal.removing().unwrap(), Passing::default());
    assert_eq!(fs::read_dir(bench.root.path().join("in")).unwrap().count(), 0);
}

#[test]
fn destroying_overwrites_in_place_before_it_truncates() {
    let mut bench = Bench::new();
    bench.write("in/a", &[7; 100_000]);
    bench.take("in/a", id(1));
    bench.removal.to_removing(&[id(1)]).unwrap();
    bench.removal.overwrite(id(1)).unwrap();
    assert_eq!(bench.read(&format!(".hokan/removing/{}", id(1))), vec![0; 100_000]);
    bench.removal.unlink(id(1)).unwrap();
    assert_eq!(bench.removal.removing().unwrap(), Passing::default());
}

#[test]
fn a_read_only_file_goes_too() {
    let mut bench = Bench::new();
    bench.write("in/a", b"x");
    fs::set_permissions(bench.root.path().join("in/a"), fs::Permissions::from_mode(0o400)).unwrap();
    bench.take("in/a", id(1));
    bench.removal.to_removing(&[id(1)]).unwrap();
    assert!(bench.removal.destroy(&[id(1)])[0].1.is_ok());
    assert_eq!(bench.removal.removing().unwrap(), Passing::default());
}

#[test]
fn i1_a_changed_file_goes_back_to_its_name() {
    let mut bench = Bench::new();
    bench.write("in/deep/a.pdf", b"new bytes");
    bench.take("in/deep/a.pdf", id(1));
    assert_ne!(bench.removal.look(id(1)).unwrap().file.digest, Digest::of(b"old bytes"));
    assert_eq!(bench.put_back(id(1), "in/deep/a.pdf"), "in/deep/a.pdf");
    assert_eq!(bench.read("in/deep/a.pdf"), b"new bytes");
}

#[test]
fn i1_putting_back_never_replaces_and_keeps_file_and_sidecar_together() {
    let mut bench = Bench::new();
    bench.write("in/a.pdf", b"first");
    bench.write("in/a.pdf.meta.yaml", b"facts of the first");
    bench.take_both("in/a.pdf", id(1));
    bench.write("in/a.pdf", b"second");
    bench.write("in/a (2).pdf.meta.yaml", b"facts of another");
    assert_eq!(bench.put_back(id(1), "in/a.pdf"), "in/a (3).pdf");
    assert_eq!(bench.read("in/a.pdf"), b"second");
    assert_eq!(bench.read("in/a (3).pdf"), b"first");
    assert_eq!(bench.read("in/a (3).pdf.meta.yaml"), b"facts of the first");
    assert_eq!(bench.read("in/a (2).pdf.meta.yaml"), b"facts of another");
    assert!(!bench.root.path().join("in/a (2).pdf").exists());
}

#[test]
fn putting_back_makes_a_directory_again_and_works_from_removing() {
    let mut bench = Bench::new();
    bench.write("in/gone/a", b"x");
    bench.take("in/gone/a", id(1));
    bench.removal.to_removing(&[id(1)]).unwrap();
    fs::remove_dir(bench.root.path().join("in/gone")).unwrap();
    assert_eq!(bench.put_back(id(1), "in/gone/a"), "in/gone/a");
    assert_eq!(bench.read("in/gone/a"), b"x");
    assert!(matches!(bench.removal.put_back(id(1), Path::new("in/gone/a")), Err(RemovalError::Missing { .. })));
}

#[test]
fn a_sidecar_that_went_alone_goes_back_alone() {
    let mut bench = Bench::new();
    bench.write("in/a.meta.yaml", b"facts");
    let moved = bench.removal.to_checking(Path::new("in/a"), id(1), Some(Path::new("in/a.meta.yaml")));
    assert!(matches!(moved, Err(RemovalError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound));
    bench.write("in/a", b"arrived late");
    assert_eq!(bench.put_back(id(1), "in/a"), "in/a");
    assert_eq!((bench.read("in/a"), bench.read("in/a.meta.yaml")), (b"arrived late".to_vec(), b"facts".to_vec()));
}

#[test]
fn a_link_is_neither_walked_through_nor_looked_at() {
    let mut bench = Bench::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("a"), b"not ours").unwrap();
    symlink(outside.path(), bench.root.path().join("link")).unwrap();
    symlink(outside.path().join("a"), bench.root.path().join("last")).unwrap();
    assert!(bench.removal.to_checking(Path::new("link/a"), id(1), None).is_err());
    // A link that took the place of a file is moved as a link, and never opened.
    bench.take("last", id(1));
    assert!(matches!(bench.removal.look(id(1)), Err(RemovalError::Io { .. })));
    assert_eq!(bench.put_back(id(1), "last"), "last");
    assert_eq!(fs::read(outside.path().join("a")).unwrap(), b"not ours");
}

#[test]
fn a_link_in_the_place_of_the_way_out_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), root.path().join(".hokan")).unwrap();
    assert!(Removal::new(root.path()).is_err());
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn strange_files_on_the_way_out_are_told_and_left() {
    let bench = Bench::new();
    bench.write(".hokan/removing/notes.txt", b"x");
    let passing = bench.removal.removing().unwrap();
    assert_eq!((passing.records.len(), passing.strange.len()), (0, 1));
    assert!(passing.strange[0].ends_with("notes.txt"));
}

#[test]
fn folders_go_when_they_are_empty_the_deepest_first_and_nothing_else_goes() {
    let bench = Bench::new();
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir(outside.path().join("empty")).unwrap();
    bench.write("full/a/x", b"x");
    for path in ["in/m/n", "in/other", "full/b"] {
        fs::create_dir_all(bench.root.path().join(path)).unwrap();
    }
    symlink(outside.path(), bench.root.path().join("link")).unwrap();
    bench.write("file", b"x");
    // No directory can have this name: whatever the system answers, nothing depends on it.
    let long = "n".repeat(300);
    let asked = ["in/m", "in/m/n", "full", "full/a", "full/b", "link/empty", "link", "file", "gone/too", "", &long];
    bench.removal.remove_empty(&asked.map(PathBuf::from).into()).unwrap();
    let is_there = |path: &&str| bench.root.path().join(path).symlink_metadata().is_ok();
    let left = ["in", "in/other", "in/m", "in/m/n", "full/a/x", "full/b", "link", "file"];
    assert_eq!(left.into_iter().filter(is_there).collect::<Vec<_>>(), ["in", "in/other", "full/a/x", "link", "file"]);
    assert!(outside.path().join("empty").exists());
}
