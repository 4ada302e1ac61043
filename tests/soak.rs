//! A soak: files arrive, are replaced and held, sweeps run, and the service is killed, in an order nobody chose.
//!
//! In: a seed and a time. Out: every file that ever arrived is accounted for: it lies where it was put, or its record opens to
//! its exact bytes, once, or it was destroyed by an approved plan. The rule it keeps: what arrived is known to the test alone,
//! and what is held is read with `age`.
//!
//! `HOKAN_SOAK_SECONDS=600 cargo test --release --test suite soak -- --nocapture` runs ten minutes; `HOKAN_SOAK_SEED` repeats an
//! order. The seed is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::instances::{Ready, Running, until};
use crate::scene;

/// How long it runs in every run of the tests, in seconds.
const SECONDS: u64 = 60;

/// Numbers in an order that a seed decides (xorshift).
pub struct Lot(pub u64);

impl Lot {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

pub fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// What the test knows.
struct Soak {
    ready: Ready,
    lot: Lot,
    /// What arrived, by path, the newest last. Earlier ones may have been replaced before they were taken.
    arrived: BTreeMap<String, Vec<Vec<u8>>>,
    /// The bytes of records that an approved plan may destroy.
    may_go: BTreeSet<Vec<u8>>,
    holds: Vec<String>,
    counts: BTreeMap<&'static str, u64>,
}

impl Soak {
    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// A file of its own appears under a name.
    fn arrive(&mut self, path: &str) {
        let number = self.arrived.values().map(Vec::len).sum::<usize>();
        let line = format!("file {number} at {path}\n");
        let bytes: Vec<u8> = line.bytes().cycle().take(1 + self.lot.below(40_000) as usize + line.len()).collect();
        self.ready.arrive(path, &bytes);
        self.arrived.entry(path.to_owned()).or_default().push(bytes);
    }

    fn new_path(&mut self) -> String {
        let (member, n) = (self.lot.below(20), self.arrived.len());
        match self.lot.below(3) {
            0 => format!("receipts/2015-0{}/M10000{member:02}-{n}.csv", 1 + self.lot.below(9)),
            1 => format!("access-logs/2016-0{}/{n}.csv", 1 + self.lot.below(9)),
            _ => format!("minutes/2015-01-2{}-{n}.pdf", self.lot.below(9)),
        }
    }

    fn act(&mut self) {
        match self.lot.below(10) {
            0..=4 => {
                for _ in 0..=self.lot.below(6) {
                    let path = self.new_path();
                    self.arrive(&path);
                    self.count("arrivals");
                }
            }
            5..=6 => {
                let at = self.lot.below(self.arrived.len().max(1) as u64) as usize;
                if let Some(path) = self.arrived.keys().nth(at).cloned() {
                    self.arrive(&path);
                    self.count("replacements");
                }
            }
            7 => {
                let subject = format!("M10000{:02}", self.lot.below(20));
                let place = ["--json", "hold", "place", "--subject", &subject, "--reason", "監査", "--by", "佐藤"];
                let ran = self.ready.hokan(&place);
                if ran.code == Some(0) {
                    let placed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
                    self.holds.extend(placed["hold"].as_str().map(str::to_owned));
                    self.count("holds");
                }
            }
            8 => {
                if let Some(hold) = self.holds.pop() {
                    let release = ["hold", "release", &hold, "--reason", "終了", "--by", "佐藤"];
                    if self.ready.hokan(&release).code == Some(0) {
                        self.count("releases");
                    }
                }
            }
            _ => self.sweep(),
        }
    }

    /// Plans, approves and sweeps what is due now; what the plan lists may go from here on.
    fn sweep(&mut self) {
        let (planner, approver) = (self.ready.planner(), self.ready.approver());
        let plan = format!("plan-{}.json", self.counts.values().sum::<u64>());
        if self.ready.hokan(&["sweep", "plan", "-o", &plan, "--no-pdf", "--key", &planner]).code != Some(0)
            || self.ready.hokan(&["sweep", "approve", &plan, "--key", &approver]).code != Some(0)
        {
            return;
        }
        let listed = self.ready.read(&plan);
        let opened = scene::opened(&self.ready, &PathBuf::from(self.ready.identity()));
        self.may_go.extend(opened.into_iter().filter(|(id, _)| listed.contains(id.as_str())).map(|(_, bytes)| bytes));
        let code = self.ready.hokan(&["sweep", "run", &plan]).code;
        assert!(matches!(code, Some(0 | 1 | 4 | 75)), "sweep run ended with {code:?}");
        self.count("sweeps");
    }

    /// The service works while things happen, and is killed or asked to end at any moment.
    fn round(&mut self) {
        let mut command = self.ready.command(env!("CARGO_BIN_EXE_hokan"), &["run", "--yes"]);
        let mut service =
            Running(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        for _ in 0..=self.lot.below(4) {
            self.act();
        }
        let wait = self.lot.below(3) > 0;
        let last = self.arrived.keys().next_back().cloned();
        if let (true, Some(path)) = (wait, last) {
            until("the newest file is taken", || (!self.ready.inbox(&path).exists()).then_some(()));
        }
        if self.lot.below(4) == 0 {
            // A service that has hardly begun ends by the signal itself.
            let code = service.terminate();
            assert!(matches!(code, Some(0) | None), "the service ended with {code:?}");
            self.count("stops");
        } else {
            drop(service);
            self.count("kills");
        }
    }

    /// Every file is accounted for.
    fn settle(&mut self) {
        self.ready.take_in();
        self.ready.hokan(&["sweep", "run"]).expect_code(0);
        self.ready.expect_verified();
        assert_eq!(scene::below(&self.ready.root().join("records/in")), Vec::<PathBuf>::new());
        let opened = scene::opened(&self.ready, &PathBuf::from(self.ready.identity()));
        let mut held: BTreeMap<&[u8], usize> = BTreeMap::new();
        opened.values().for_each(|bytes| *held.entry(bytes).or_default() += 1);
        let (mut gone, mut replaced) = (0, 0);
        for (path, versions) in &self.arrived {
            for (n, bytes) in versions.iter().enumerate() {
                match held.remove(bytes.as_slice()) {
                    Some(times) => assert_eq!(times, 1, "{path}: version {n} is there {times} times"),
                    None if self.may_go.contains(bytes) => gone += 1,
                    None => {
                        assert!(n + 1 < versions.len(), "{path}: the newest version is lost");
                        replaced += 1;
                    }
                }
            }
        }
        assert!(held.is_empty(), "{} records hold what never arrived", held.len());
        let destroyed = self.ready.entries_of("destroyed");
        assert!(gone as i64 <= destroyed, "{gone} gone, {destroyed} destroyed by the ledger");
        let of = "replaced by their owner before they were taken";
        said(&format!(
            "{} records held, {destroyed} destroyed, {replaced} files {of}: {:?}",
            opened.len(),
            self.counts
        ));
    }
}

#[expect(clippy::disallowed_macros, reason = "who wants to repeat it needs the seed")]
pub fn said(text: &str) {
    println!("soak: {text}");
}

#[test]
fn i1_every_file_that_ever_arrived_is_accounted_for() {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = asked("HOKAN_SOAK_SEED").unwrap_or(clock.as_nanos() as u64).max(1);
    let seconds = asked("HOKAN_SOAK_SECONDS").unwrap_or(SECONDS);
    said(&format!("HOKAN_SOAK_SEED={seed} HOKAN_SOAK_SECONDS={seconds}"));
    let mut soak = Soak {
        ready: Ready::new(),
        lot: Lot(seed),
        arrived: BTreeMap::new(),
        may_go: BTreeSet::new(),
        holds: Vec::new(),
        counts: BTreeMap::new(),
    };
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(seconds) {
        soak.round();
    }
    soak.settle();
}
