//! A scene for the tests that stop the program half-way: a ready instance, a few files, and what must become of them.
//!
//! In: an empty directory. Out: an instance whose policy is accepted, whose recipients are confirmed and below whose
//! `records/in` lie files of five classes. The rule it keeps: what a record holds is read with `age`, not with hokan, so
//! that a fault of hokan's cannot hide itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::Instance;

/// The file that is longer than what is read back whole, in bytes.
const LONG: usize = 3 << 19;
/// The record with a sidecar, and the subject that only the sidecar names.
pub const WITH_SIDECAR: &str = "requests/2015-05-01/M3-disclosure.pdf";
pub const NAMED_BY_SIDECAR: &str = "M4";
/// The subject of the record that is put on hold.
pub const HELD: &str = "M2";
/// The record that is kept for ever.
pub const FOR_EVER: &str = "minutes/2015-01-20-board.pdf";

/// The files below `records/in` by path, without sidecars.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Returns the files of the scene: six records, each with bytes of its own.
pub fn files() -> Files {
    let text = |path: &str, bytes: usize| {
        let line = format!("{path}: the content of this record and of no other\n");
        (path.to_owned(), line.bytes().cycle().take(bytes).collect())
    };
    BTreeMap::from([
        text("receipts/2015-04/M1-fees.csv", 900),
        text("receipts/2015-04/M2-fees.csv", 8192),
        text(WITH_SIDECAR, 70_000),
        text("provision-records/2015-06-01-list.csv", LONG),
        text("access-logs/2015-07/application.csv", 1),
        text(FOR_EVER, 3000),
    ])
}

/// Makes a ready instance in the empty directory `instance.root()`; its keys lie in the home beside it.
pub fn ready(instance: &Instance) {
    let root = instance.root();
    let key = |name: &str| instance.home().join(name).display().to_string();
    let root = root.to_str().unwrap();
    let made =
        ["init", root, "--identity-out", &key("identity"), "--approver-out", &key("approver"), "--settle", "PT0S"];
    instance.hokan(&made).expect_code(0);
    let (class, with_sidecar) = ("    - id: requests\n", "    - id: requests\n      sidecar: optional\n");
    let policy = instance.read("policies/retention.yaml");
    assert!(policy.contains(class), "the example policy has no class `requests`");
    instance.write("policies/retention.yaml", policy.replace(class, with_sidecar));
    instance.git(&["add", "--all"]);
    instance.git(&["commit", "--quiet", "--no-verify", "--message", "Adopt the example policy"]);
    instance.hokan(&["policy", "accept", "--key", &key("approver")]).expect_code(0);
    let (daily, spare) = (key("identity"), key("identity.escrow"));
    instance.hokan(&["recipients", "confirm", "-i", &daily, "-i", &spare]).expect_code(0);
}

/// Makes the plan of what is due, signed by a planner of its own, and has it approved with `approver`.
pub fn approved_plan(instance: &Instance, plan: &str, approver: &str) {
    let planner = instance.home().join("planner").display().to_string();
    if !Path::new(&planner).exists() {
        crate::instances::make_planner(instance);
    }
    instance.hokan(&["sweep", "plan", "-o", plan, "--no-pdf", "--key", &planner]).expect_code(0);
    instance.hokan(&["sweep", "approve", plan, "--key", approver]).expect_code(0);
}

/// Puts files below `records/in`, the sidecar of one of them beside it.
pub fn fill(instance: &Instance, files: &Files) {
    for (path, bytes) in files {
        instance.write(Path::new("records/in").join(path), bytes);
    }
    let sidecar = format!("records/in/{WITH_SIDECAR}.meta.yaml");
    instance.write(sidecar, format!("class: requests\nsubject: {NAMED_BY_SIDECAR}\n"));
}

/// Copies an instance as it lies on the disk into a new directory; the keys stay where they are.
pub fn copy(from: &Instance) -> Instance {
    let to = Instance::new();
    let copied = Command::new("cp").arg("-a").arg(from.root().join(".")).arg(to.root()).status().unwrap();
    assert!(copied.success());
    to
}

/// Returns what hokan prints with `--json`.
pub fn json(instance: &Instance, arguments: &[&str]) -> Value {
    let ran = instance.hokan(&[&["--json"], arguments].concat()).expect_code(0);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{}: {error}\n{}", ran.command, ran.stdout))
}

/// Returns the records that the catalog lists, by name; a name that stands twice is a fault.
pub fn listed(instance: &Instance) -> BTreeMap<String, Value> {
    let list = json(instance, &["records", "list"]);
    let records = list["records"].as_array().unwrap();
    let by_name: BTreeMap<String, Value> =
        records.iter().map(|record| (record["name"].as_str().unwrap().to_owned(), record.clone())).collect();
    assert_eq!(by_name.len(), records.len(), "a record is there twice: {list:#}");
    by_name
}

/// Returns every regular file below a directory, except those below `.git`.
pub fn below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display())) {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && entry.file_name() != ".git" {
            found.extend(below(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

/// Opens everything in the vault that has a header and a body, with `age` and `identity`; by record id.
pub fn opened(instance: &Instance, identity: &Path) -> BTreeMap<String, Vec<u8>> {
    opened_in(&instance.root().join("vault"), identity)
}

/// As [`opened`], in a vault or a second copy of one.
pub fn opened_in(vault: &Path, identity: &Path) -> BTreeMap<String, Vec<u8>> {
    let part = |folder: &str, ending: &str| -> BTreeMap<String, PathBuf> {
        let id = |path: &PathBuf| Some(path.file_name()?.to_str()?.strip_suffix(ending)?.to_owned());
        below(&vault.join(folder)).into_iter().filter_map(|path| Some((id(&path)?, path))).collect()
    };
    let (headers, bodies) = (part("headers", ".header"), part("bodies", ".body"));
    let both = headers.iter().filter_map(|(id, header)| Some((id, header, bodies.get(id)?)));
    both.filter_map(|(id, header, body)| Some((id.clone(), open(header, body, identity)?))).collect()
}

/// Opens one record as anybody can who holds the identity; nothing if it cannot be opened.
fn open(header: &Path, body: &Path, identity: &Path) -> Option<Vec<u8>> {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"cat "$1" "$2" | age -d -i "$3""#, "sh"]).args([header, body, identity]);
    let output = shell.output().unwrap();
    output.status.success().then_some(output.stdout)
}

/// What must be true after taking in.
pub struct Taken {
    pub files: Files,
    /// What the catalog says when nothing stopped it.
    pub records: BTreeMap<String, Value>,
    pub identity: PathBuf,
}

impl Taken {
    /// Every content is below `records/in` still, or its record opens to it (I1).
    pub fn nothing_is_lost(&self, case: &Instance, moment: &str) {
        let plain = below(&case.root().join("records/in"));
        let plain: Vec<Vec<u8>> = plain.iter().map(|path| std::fs::read(path).unwrap()).collect();
        let opened = opened(case, &self.identity);
        for (path, bytes) in &self.files {
            let is_there = plain.contains(bytes) || opened.values().any(|opened| opened == bytes);
            assert!(is_there, "{moment}: `{path}` is neither below records/in nor in the vault");
        }
    }

    /// Every file is one record, which opens to its bytes and is known as if nothing had stopped; no file is left.
    pub fn hold_in(&self, case: &Instance, moment: &str) {
        let listed = listed(case);
        assert_eq!(named(&listed), named(&self.records), "{moment}");
        let opened = opened(case, &self.identity);
        assert_eq!(opened.len(), listed.len(), "{moment}: the vault holds other records than the catalog");
        for (name, record) in &listed {
            assert_eq!(opened.get(record["record"].as_str().unwrap()), self.files.get(name), "{moment}: {name}");
            for fact in ["class", "subjects", "dates", "state", "due", "bytes"] {
                assert_eq!(record[fact], self.records[name][fact], "{moment}: `{fact}` of {name}");
            }
        }
        // The folder that a capture named goes with its last file.
        for path in self.files.keys().filter(|path| path.matches('/').count() == 2) {
            let folder = case.root().join("records/in").join(path).parent().unwrap().to_owned();
            assert!(!folder.exists(), "{moment}: {} is left", folder.display());
        }
        for dir in ["records/in", "vault/bodies/incoming", "vault/headers/incoming"] {
            assert_eq!(below(&case.root().join(dir)), Vec::<PathBuf>::new(), "{moment}");
        }
        case.hokan(&["verify"]).expect_code(0);
    }
}

fn named(records: &BTreeMap<String, Value>) -> Vec<&String> {
    records.keys().collect()
}
