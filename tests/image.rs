//! What really lies on a disk: an instance on an ext4 file system of its own, in a file whose bytes can be searched.
//!
//! In: an image, mounted through a loop device. Out: which bytes are in it and which are not. The rule it keeps: first
//! the test shows that it would find what it looks for, then that it is gone. It holds for ext4 as it is made by default
//! (data in place, the journal holds no content); other file systems and the insides of an SSD promise less.
//!
//! Mounting needs root. Without it these tests say so and pass; with `CI` in the environment they fail.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::scene::{self, Taken};
use crate::support::{Instance, Ran};

/// The kinds of file systems that are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Ext4,
    Xfs,
    Btrfs,
}

impl Kind {
    /// The size of the image in bytes: xfs is not made smaller, btrfs not much.
    fn size(self) -> u64 {
        match self {
            Kind::Ext4 => 96 << 20,
            Kind::Xfs => 320 << 20,
            Kind::Btrfs => 128 << 20,
        }
    }

    /// The program that makes one, and its options.
    fn maker(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Kind::Ext4 => ("mke2fs", &["-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0"]),
            Kind::Xfs => ("mkfs.xfs", &["-q", "-f"]),
            Kind::Btrfs => ("mkfs.btrfs", &["-q", "-f"]),
        }
    }

    /// How it is mounted: what nobody asked for is written late, and a copy beside its original is no mistake.
    fn options(self) -> &'static str {
        match self {
            Kind::Ext4 | Kind::Btrfs => "loop,commit=300",
            Kind::Xfs => "loop,nouuid",
        }
    }
}

/// An instance's directory on a file system of its own, unmounted at the end.
pub struct Mounted {
    pub instance: Instance,
    place: TempDir,
    kind: Kind,
}

impl Mounted {
    /// Makes and mounts an empty image; nothing where that is not possible.
    pub fn new() -> Option<Mounted> {
        Mounted::of(Kind::Ext4)
    }

    /// As [`Mounted::new`], of any kind whose program is there.
    pub fn of(kind: Kind) -> Option<Mounted> {
        let mounted = Mounted { instance: Instance::new(), place: TempDir::new().unwrap(), kind };
        let image = mounted.image();
        File::create(&image).unwrap().set_len(kind.size()).unwrap();
        let (maker, options) = kind.maker();
        mounted.instance.run(maker, &[options, &[image.to_str().unwrap()]].concat()).expect_code(0);
        let ran = mounted.mount();
        if ran.code != Some(0) {
            not_tried(&ran.stderr);
            return None;
        }
        if kind == Kind::Ext4 {
            std::fs::remove_dir(mounted.instance.root().join("lost+found")).unwrap();
        }
        Some(mounted)
    }

    /// Mounts the image. The journal is written when a program asks for it and hardly ever besides, so that what nobody
    /// asked for is not on the disk by chance.
    fn mount(&self) -> Ran {
        let (image, root) = (self.image(), self.instance.root());
        self.instance.run("mount", &["-o", self.kind.options(), image.to_str().unwrap(), root.to_str().unwrap()])
    }

    /// Mounts a copy of what is on the disk now, as it would be found after a power failure at this moment: what no program
    /// had synced is not there, and the journal is replayed.
    pub fn after_power_failure(&self) -> Mounted {
        let copy = Mounted { instance: Instance::new(), place: TempDir::new().unwrap(), kind: self.kind };
        let (from, to) = (self.image(), copy.image());
        let images = ["--sparse=always", from.to_str().unwrap(), to.to_str().unwrap()];
        self.instance.run("cp", &images).expect_code(0);
        copy.mount().expect_code(0);
        copy
    }

    /// Mounts a copy of everything that was written.
    pub fn copy(&self) -> Mounted {
        self.sync();
        self.after_power_failure()
    }

    fn sync(&self) {
        self.instance.run("sync", &["-f", self.instance.root().to_str().unwrap()]).expect_code(0);
    }

    fn image(&self) -> PathBuf {
        self.place.path().join("image")
    }

    /// Returns how often `wanted` occurs in the image, once everything is written to it.
    fn occurrences(&self, wanted: &[u8]) -> usize {
        self.sync();
        let bytes = std::fs::read(self.image()).unwrap();
        let (first, rest) = wanted.split_first().unwrap();
        let starts = bytes.iter().enumerate().filter(|(_, byte)| *byte == first);
        starts.filter(|(at, _)| bytes[at + 1..].starts_with(rest)).count()
    }

    /// Returns the free bytes of the file system.
    fn free(&self) -> u64 {
        let ran = self.instance.run("stat", &["-f", "-c", "%a %S", "."]).expect_code(0);
        let numbers: Vec<u64> = ran.stdout.split_whitespace().map(|number| number.parse().unwrap()).collect();
        numbers[0] * numbers[1]
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Also when a test failed; where nothing was mounted there is nothing to do.
        let _ = Command::new("umount").arg("-l").arg(self.instance.root()).output();
    }
}

#[expect(clippy::disallowed_macros, reason = "what was not tested is for whoever runs the tests")]
pub fn not_tried(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "no image could be mounted: {why}");
    eprintln!("NOT TESTED: no image could be mounted (run the tests as root): {why}");
}

/// Returns 64 letters that are nowhere else.
fn marker() -> String {
    let letters = || std::fs::read_to_string("/proc/sys/kernel/random/uuid").unwrap().replace(['-', '\n'], "");
    letters() + &letters()
}

#[test]
fn a_power_failure_takes_what_was_not_synced() {
    let Some(mounted) = Mounted::new() else { return };
    mounted.instance.write("kept", "kept");
    mounted.sync();
    mounted.instance.write("lost", "lost");
    let after = mounted.after_power_failure();
    assert_eq!(after.instance.read("kept"), "kept");
    assert!(!after.instance.root().join("lost").exists(), "the test does not see what a power failure does");
    assert_eq!(mounted.copy().instance.read("lost"), "lost");
}

#[test]
fn i1_a_plaintext_that_was_taken_in_is_nowhere_on_the_disk_but_its_name_is() {
    let Some(mounted) = Mounted::new() else { return };
    let (marker, name) = (marker(), format!("M1-{}.csv", &marker()[..32]));
    scene::ready(&mounted.instance);
    mounted.instance.write(format!("records/in/receipts/2015-04/{name}"), marker.repeat(4000));
    assert!(mounted.occurrences(marker.as_bytes()) >= 4000, "the test does not find what is there");
    mounted.instance.hokan(&["take-in", "--yes"]).expect_code(0);
    assert_eq!(mounted.occurrences(marker.as_bytes()), 0, "the plaintext is still on the disk");
    // As the documentation says: names stay in directories, in the catalog, in the journal.
    assert!(mounted.occurrences(name.as_bytes()) > 0, "names do not stay, against what is documented");
}

#[test]
fn i3_the_header_of_a_destroyed_record_is_nowhere_on_the_disk() {
    let Some(mounted) = Mounted::new() else { return };
    let instance = &mounted.instance;
    scene::ready(instance);
    scene::fill(instance, &scene::files());
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let listed = scene::listed(instance);
    let slice = |name: &String| key_slice(instance, listed[name]["record"].as_str().unwrap());
    let stays = slice(&scene::FOR_EVER.to_owned());
    let goes: Vec<Vec<u8>> = listed.keys().filter(|name| *name != scene::FOR_EVER).map(slice).collect();
    assert!(goes.iter().all(|slice| mounted.occurrences(slice) > 0), "the test does not find what is there");
    let (plan, key) = (instance.home().join("plan.json"), instance.home().join("approver"));
    let (plan, key) = (plan.to_str().unwrap(), key.to_str().unwrap());
    scene::approved_plan(instance, plan, key);
    instance.hokan(&["sweep", "run", plan]).expect_code(0);
    assert_eq!(scene::listed(instance).len(), 1);
    for slice in &goes {
        assert_eq!(mounted.occurrences(slice), 0, "a destroyed record's key is still on the disk");
    }
    assert!(mounted.occurrences(&stays) > 0);
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn the_former_header_of_a_rekeyed_record_is_nowhere_on_the_disk() {
    let Some(mounted) = Mounted::new() else { return };
    let instance = &mounted.instance;
    scene::ready(instance);
    scene::fill(instance, &scene::files());
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let listed = scene::listed(instance);
    let slices = || -> Vec<Vec<u8>> {
        listed.values().map(|record| key_slice(instance, record["record"].as_str().unwrap())).collect()
    };
    let former = slices();
    assert!(former.iter().all(|slice| mounted.occurrences(slice) > 0), "the test does not find what is there");
    let new = crate::rekey::hand_over(instance);
    let identity = instance.home().join("identity");
    instance.hokan(&["rekey", "--all", "-i", identity.to_str().unwrap()]).expect_code(0);
    assert!(slices().iter().all(|slice| mounted.occurrences(slice) > 0));
    for slice in &former {
        assert_eq!(mounted.occurrences(slice), 0, "a removed recipient's key is still on the disk");
    }
    assert_eq!(scene::opened(instance, &new).len(), former.len());
    instance.hokan(&["verify"]).expect_code(0);
}

/// Returns 64 bytes out of a record's header: its key as it is wrapped for the first recipient.
fn key_slice(instance: &Instance, record: &str) -> Vec<u8> {
    let all = scene::below(&instance.root().join("vault/headers"));
    let path = all.iter().find(|path| path.ends_with(format!("{record}.header"))).unwrap();
    let header = std::fs::read(path).unwrap();
    let first = header.windows(3).position(|window| window == b"-> ").unwrap();
    header[first + 10..first + 74].to_vec()
}

#[test]
fn i1_a_full_disk_stops_the_take_in_and_harms_nothing() {
    let Some(mounted) = Mounted::new() else { return };
    let (instance, files) = (&mounted.instance, scene::files());
    scene::ready(instance);
    scene::fill(instance, &files);
    let ballast = instance.root().join("ballast");
    let mut taken = Taken { files, records: BTreeMap::new(), identity: instance.home().join("identity") };
    for left in [0, 256 << 10, 1 << 20] {
        let before = plaintexts(instance);
        fill_up(&mounted, left);
        let code = instance.hokan(&["take-in", "--yes"]).code;
        // Where there is a little room, what is short may go in, and the long file stays.
        assert!(code == Some(74) || code == Some(1) && left > 0, "{left} bytes free: {code:?}");
        assert!(code == Some(1) || plaintexts(instance) == before, "a file changed with {left} bytes free");
        taken.nothing_is_lost(instance, &format!("{left} bytes free"));
        std::fs::remove_file(&ballast).unwrap();
    }
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    taken.records = scene::listed(instance);
    taken.hold_in(instance, "after a full disk");
}

#[test]
fn a_file_for_which_there_is_no_room_stays_alone_and_is_told() {
    let Some(mounted) = Mounted::new() else { return };
    let (instance, files) = (&mounted.instance, scene::files());
    scene::ready(instance);
    scene::fill(instance, &files);
    let long = "access-logs/2015-08/application.csv";
    instance.write(format!("records/in/{long}"), vec![b'x'; 12 << 20]);
    fill_up(&mounted, 9 << 20);
    let told = "1 file fails to be taken in (intake.no-room): hokan take-in says why";
    for taken_now in [files.len(), 0] {
        let ran = instance.hokan(&["--json", "take-in", "--yes"]).expect_code(1);
        let taken: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(taken["taken"].as_array().unwrap().len(), taken_now, "{taken:#}");
        let failed = taken["failed"].as_array().unwrap();
        assert_eq!((failed.len(), &failed[0]["name"], &failed[0]["code"]), (1, &long.into(), &"intake.no-room".into()));
        let attention = instance.hokan(&["status", "--attention"]).expect_code(1).stdout;
        assert!(attention.lines().any(|line| line == told), "{attention}");
    }
    std::fs::remove_file(instance.root().join("ballast")).unwrap();
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let attention = instance.hokan(&["status", "--attention"]).stdout;
    assert!(!attention.contains("intake.no-room"), "{attention}");
    assert_eq!(scene::listed(instance).len(), files.len() + 1);
    instance.hokan(&["verify"]).expect_code(0);
}

/// An instance on a disk of its own whose records are due and approved, but one; the path of the plan.
fn planned(mounted: &Mounted) -> String {
    let instance = &mounted.instance;
    scene::ready(instance);
    scene::fill(instance, &scene::files());
    instance.hokan(&["take-in", "--yes"]).expect_code(0);
    let (plan, key) = (instance.home().join("plan.json"), instance.home().join("approver"));
    let (plan, key) = (plan.to_str().unwrap(), key.to_str().unwrap());
    scene::approved_plan(instance, plan, key);
    plan.to_owned()
}

/// Every record that does not open any more has an intent in the ledger; those that are destroyed by it do not open.
fn nothing_is_lost(instance: &Instance, moment: &str) {
    let opened = scene::opened(instance, &instance.home().join("identity"));
    let ledger = rusqlite::Connection::open(instance.root().join("vault/ledger.db")).unwrap();
    let of = |kind: &str| -> Vec<String> {
        let mut select = ledger.prepare("SELECT record FROM entries WHERE kind = ?1").unwrap();
        select.query_map([kind], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let (sealed, intents, destroyed) = (of("sealed"), of("intent"), of("destroyed"));
    for record in sealed {
        assert!(opened.contains_key(&record) || intents.contains(&record), "{moment}: {record} is lost");
        assert!(!opened.contains_key(&record) || !destroyed.contains(&record), "{moment}: {record} is still there");
    }
}

#[test]
fn i3_a_full_disk_stops_the_sweep_which_is_finished_once_there_is_room() {
    let Some(mounted) = Mounted::new() else { return };
    let (instance, plan) = (&mounted.instance, planned(&mounted));
    let ballast = instance.root().join("ballast");
    let mut codes = Vec::new();
    for left in [0, 16 << 10, 64 << 10, 128 << 10, 256 << 10] {
        fill_up(&mounted, left);
        let ran = instance.hokan(&["sweep", "run", &plan]);
        std::fs::remove_file(&ballast).unwrap();
        nothing_is_lost(instance, &format!("{left} bytes free"));
        codes.push(ran.code);
    }
    assert_eq!(codes[0], Some(74), "{codes:?}");
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 4 | 74))), "{codes:?}");
    instance.hokan(&["sweep", "run", &plan]).expect_code(0);
    assert_eq!(scene::listed(instance).keys().collect::<Vec<_>>(), [scene::FOR_EVER]);
    instance.hokan(&["verify"]).expect_code(0);
}

#[test]
fn i3_a_disk_that_fails_leaves_records_open_and_the_next_sweep_finishes_them() {
    for (call, expected) in [("syncfs", 4), ("unlinkat", 4), ("openat2", 74), ("fsync", 74)] {
        let Some(mounted) = Mounted::new() else { return };
        let (instance, plan) = (&mounted.instance, planned(&mounted));
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:error=EIO"));
        let log = instance.home().join("strace");
        let options = ["-qq", "-o", log.to_str().unwrap(), "-e", &trace, "-e", &inject];
        let run = ["--", env!("CARGO_BIN_EXE_hokan"), "sweep", "run", &plan];
        let ran = instance.run("strace", &[&options[..], &run[..]].concat());
        assert_eq!(ran.code, Some(expected), "{call} fails: {}{}", ran.stdout, ran.stderr);
        nothing_is_lost(instance, &format!("{call} fails"));
        // Where headers were overwritten already, `verify` names each intent that is still open.
        let verified = instance.hokan(&["--json", "verify"]).stdout;
        let verified: serde_json::Value = serde_json::from_str(&verified).unwrap();
        assert_eq!(verified["destroyed"], 0, "{call} fails: a destruction that is not on the disk is written down");
        instance.hokan(&["sweep", "run", &plan]).expect_code(0);
        assert_eq!(scene::listed(instance).keys().collect::<Vec<_>>(), [scene::FOR_EVER], "{call}");
        instance.hokan(&["verify"]).expect_code(0);
    }
}

fn plaintexts(instance: &Instance) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = scene::below(&instance.root().join("records/in")).into_iter();
    paths.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Writes a file that leaves about `left` bytes of the file system free.
fn fill_up(mounted: &Mounted, left: u64) {
    let mut ballast = File::create(mounted.instance.root().join("ballast")).unwrap();
    let piece = vec![1; 64 << 10];
    while ballast.write_all(&piece).is_ok() {}
    let bytes = ballast.metadata().unwrap().len();
    ballast.set_len(bytes - left).unwrap();
    ballast.sync_all().unwrap();
    assert!(mounted.free() <= left + (64 << 10), "{} bytes are free", mounted.free());
}
