//! Sweeps that are killed at any moment: finished by the next one, or given up where a hold came in between.
//!
//! In: an instance with four records in an approved plan, one on hold and one kept for ever. Out: each planned record is
//! destroyed once, the other two open. The rule it keeps: the ledger is read as it lies in its file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::{MOST, SPREAD, at_each, kill, most, report};
use crate::scene::{self, Files};
use crate::support::Instance;

/// Where there is a second command to run in each case, fewer moments are tried.
const FEWER: usize = 16;
/// A certificate is printed in every so-manieth case: it takes longer than all the rest.
const CERTIFIED: usize = 24;

#[test]
fn i3_a_sweep_killed_at_any_moment_is_finished_once_by_the_next() {
    let template = Instance::new();
    let planned = Planned::new(&template);
    let run = ["sweep", "run", planned.plan.to_str().unwrap()];
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &run, MOST);
    planned.is_done(&unharmed, "unharmed", &[]);
    planned.is_certified(&unharmed, "unharmed");
    let killed = at_each(&points, |number, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("killed at {point:?}");
        planned.keeps_what_it_must(&case, &moment);
        case.hokan(&run).expect_code(0);
        planned.is_done(&case, &moment, &[]);
        if number % CERTIFIED == 0 {
            planned.is_certified(&case, &moment);
        }
        killed
    });
    report("sweep run", &points, killed);
}

#[test]
fn i3_a_sweep_of_several_groups_killed_at_any_moment_is_finished_once_by_the_next() {
    let template = Instance::new();
    let planned = Planned::new(&template);
    let this = std::env::current_exe().unwrap().display().to_string();
    let child =
        kill::Program { path: &this, arguments: &["--ignored", "--exact", "crash::sweep::child_in_groups_of_two"] };
    let prepared = || {
        let case = scene::copy(&template);
        std::fs::copy(&planned.plan, case.root().join(PLAN)).unwrap();
        case
    };
    let unharmed = prepared();
    let points = kill::spread(kill::points_of(&unharmed, child, MOST), most(SPREAD, usize::MAX));
    planned.is_done(&unharmed, "unharmed, in groups", &[]);
    assert_eq!(notes(&unharmed), 2, "four records in groups of two");
    let killed = at_each(&points, |number, point, worker| {
        let case = prepared();
        let killed = kill::killed_of(&case, child, point, worker);
        let moment = format!("killed in groups at {point:?}");
        planned.keeps_what_it_must(&case, &moment);
        // Every second case is continued in groups, too.
        if number % 2 == 0 {
            case.run(child.path, child.arguments).expect_code(0);
        } else {
            case.hokan(&["sweep", "run", PLAN]).expect_code(0);
        }
        planned.is_done(&case, &moment, &[]);
        if number % CERTIFIED == 0 {
            planned.is_certified(&case, &moment);
        }
        killed
    });
    report("a sweep in groups of two", &points, killed);
}

/// The plan beside a vault, which only the child below looks for.
const PLAN: &str = "in-groups.json";

/// Runs in a process of its own, in the directory of an instance.
#[test]
#[ignore = "i3_a_sweep_of_several_groups… starts it"]
fn child_in_groups_of_two() {
    let plan = std::fs::read(PLAN).expect("it is started in an instance with a plan");
    let instance = hokan::engine::Instance::open(".".as_ref(), hokan::host::Host::machine()).unwrap();
    let two = std::num::NonZeroUsize::new(2).unwrap();
    hokan::engine::run_sweep(&instance.in_groups_of(two), Some(&plan)).unwrap();
}

#[test]
fn i3_an_intent_that_a_hold_overtook_ends_as_abandoned_and_a_begun_one_is_finished() {
    let template = Instance::new();
    let planned = Planned::new(&template);
    let run = ["sweep", "run", planned.plan.to_str().unwrap()];
    let points = kill::points(&scene::copy(&template), &run, FEWER);
    let is_certified = AtomicBool::new(false);
    let killed = at_each(&points, |_, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("killed at {point:?}, then held");
        let whole: Vec<String> = planned.keeps_what_it_must(&case, &moment);
        let mut given_up = false;
        for record in &whole {
            // Whether or not its entry could be written at once, the hold counts from here on.
            let had_intent = count(&entries(&case), "intent", record) > 0;
            let place = ["hold", "place", "--record", record, "--reason", "an inspection", "--by", "Test"];
            let placed = case.hokan(&place);
            // Who comes while a sweep is open is told so, also where its entry could not be written at once.
            let told = (placed.code == Some(4), placed.stdout.contains("too late for 1 record perhaps"));
            assert_eq!(told, (had_intent, had_intent), "{moment}: {placed:?}");
            assert!(had_intent || placed.code == Some(0), "{moment}: {placed:?}");
            given_up |= had_intent;
        }
        let ran = case.hokan(&run).expect_code(0);
        if given_up {
            assert!(ran.stdout.contains("stay:") && ran.stdout.contains("on hold"), "{moment}: {}", ran.stdout);
            if !is_certified.swap(true, Ordering::Relaxed) {
                planned.says_what_decided_later(&case, &moment);
            }
        }
        planned.is_done(&case, &moment, &whole);
        killed
    });
    report("sweep run, then hold place", &points, killed);
    assert!(is_certified.into_inner(), "no sweep was given up");
}

/// An instance with an approved plan.
pub struct Planned {
    identity: PathBuf,
    files: Files,
    pub plan: PathBuf,
    /// The names of all records by id.
    names: BTreeMap<String, String>,
    /// The ids of the records in the plan.
    due: Vec<String>,
}

impl Planned {
    pub fn new(template: &Instance) -> Planned {
        scene::ready(template);
        Planned::of_ready(template)
    }

    /// As [`Planned::new`], of an instance that is ready.
    pub fn of_ready(template: &Instance) -> Planned {
        let files = scene::files();
        scene::fill(template, &files);
        template.hokan(&super::TAKE_IN).expect_code(0);
        let hold = ["hold", "place", "--subject", scene::HELD, "--reason", "a lawsuit", "--by", "Test"];
        template.hokan(&hold).expect_code(0);
        let plan = template.home().join("plan.json");
        let (path, key) = (plan.display().to_string(), template.home().join("approver").display().to_string());
        scene::approved_plan(template, &path, &key);
        let listed = scene::listed(template);
        let id = |record: &serde_json::Value| record["record"].as_str().unwrap().to_owned();
        let names: BTreeMap<String, String> = listed.iter().map(|(name, record)| (id(record), name.clone())).collect();
        let due: Vec<String> = names.iter().filter(|(_, name)| !stays(name)).map(|(id, _)| id.clone()).collect();
        assert_eq!(due.len(), 4);
        Planned { identity: template.home().join("identity"), files, plan, names, due }
    }

    /// What the kill left: what stays opens, and what does not open has its intent (I3). Returns the planned records that
    /// still open.
    pub fn keeps_what_it_must(&self, case: &Instance, moment: &str) -> Vec<String> {
        let (opened, entries) = (scene::opened(case, &self.identity), entries(case));
        for (id, name) in &self.names {
            match opened.get(id) {
                Some(bytes) => assert_eq!(bytes, &self.files[name], "{moment}: {name}"),
                None => {
                    assert!(!stays(name), "{moment}: {name} is not to be destroyed");
                    assert!(entries.contains(&("intent".to_owned(), id.clone())), "{moment}: no intent for {name}");
                }
            }
        }
        self.due.iter().filter(|id| opened.contains_key(*id)).cloned().collect()
    }

    /// What the next run leaves: what stays and what was held open, everything else is destroyed, once.
    pub fn is_done(&self, case: &Instance, moment: &str, held: &[String]) {
        let (opened, listed, entries) = (scene::opened(case, &self.identity), scene::listed(case), entries(case));
        let count = |kind: &str, id: &String| count(&entries, kind, id);
        for (id, name) in &self.names {
            let kept = stays(name) || held.contains(id);
            assert_eq!(opened.get(id), kept.then(|| &self.files[name]), "{moment}: {name}");
            assert_eq!(listed.contains_key(name), kept, "{moment}: {name} in the catalog");
            assert_eq!(count("destroyed", id), usize::from(!kept), "{moment}: destructions of {name}");
            let open = count("intent", id) - count("destroyed", id) - count("abandoned", id);
            assert_eq!(open, 0, "{moment}: open intents of {name}");
            assert!(kept || !self.names_lie_in_the_catalog(case, name), "{moment}: {name} is in the catalog's file");
        }
        let left = opened.len();
        for folder in ["vault/headers", "vault/bodies"] {
            assert_eq!(scene::below(&case.root().join(folder)).len(), left, "{moment}: files below {folder}");
        }
        case.hokan(&["verify"]).expect_code(0);
    }

    /// Whether the name of a destroyed record is still to be read in the catalog's files (I5).
    fn names_lie_in_the_catalog(&self, case: &Instance, name: &str) -> bool {
        let files = ["catalog.db", "catalog.db-wal"].map(|file| case.root().join("vault").join(file));
        files
            .iter()
            .filter_map(|path| std::fs::read(path).ok())
            .any(|bytes| bytes.windows(name.len()).any(|window| window == name.as_bytes()))
    }

    /// The certificate of the first sweep has the holds by which its records were given up; both verifiers believe it.
    fn says_what_decided_later(&self, case: &Instance, moment: &str) {
        let out = case.home().join("certificates");
        let first = "SELECT sweep FROM entries WHERE kind = 'abandoned' ORDER BY idx LIMIT 1";
        let sweep: String = ledger(case).query_row(first, [], |row| row.get(0)).unwrap();
        case.hokan(&["certificate", &sweep, "-o", out.to_str().unwrap()]).expect_code(0);
        let path = out.join(format!("{sweep}.json"));
        let certificate: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let said = &certificate["statement"];
        let [before, later] = [&said["holds"], &said["taken-up"]["holds"]].map(|holds| holds.as_array().unwrap().len());
        assert!(later > before, "{moment}: {said:#}");
        assert_eq!(said["policy"], said["taken-up"]["policy"], "{moment}");
        case.hokan(&["verify", "--certificate", path.to_str().unwrap()]).expect_code(0);
        assert_eq!(crate::tamper::independent(&["certificate", path.to_str().unwrap()]), (0, "valid\n".to_owned()));
    }

    /// The certificates of the sweeps that destroyed anything name the four records together.
    fn is_certified(&self, case: &Instance, moment: &str) {
        let out = case.home().join("certificates");
        let sweeps = sweeps(case);
        for sweep in &sweeps {
            case.hokan(&["certificate", sweep, "-o", out.to_str().unwrap()]).expect_code(0);
        }
        let lists = sweeps.iter().map(|sweep| std::fs::read_to_string(out.join(format!("{sweep}.csv"))).unwrap());
        let text: String = lists.collect();
        for sweep in &sweeps {
            let certificate = out.join(format!("{sweep}.json"));
            case.hokan(&["verify", "--certificate", certificate.to_str().unwrap()]).expect_code(0);
        }
        for id in &self.due {
            assert!(text.contains(id.as_str()), "{moment}: no certificate names {id}");
        }
    }
}

/// Whether a record of the scene is on hold or kept for ever.
fn stays(name: &str) -> bool {
    name == scene::FOR_EVER || name.contains(scene::HELD)
}

fn ledger(case: &Instance) -> Connection {
    let path = case.root().join("vault/ledger.db");
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// Kind and record of every entry about a record.
fn entries(case: &Instance) -> Vec<(String, String)> {
    let ledger = ledger(case);
    let mut select = ledger.prepare("SELECT kind, record FROM entries WHERE record IS NOT NULL ORDER BY idx").unwrap();
    select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn count(entries: &[(String, String)], kind: &str, record: &String) -> usize {
    entries.iter().filter(|(of, id)| of == kind && id == record).count()
}

/// How many lists the sweeps noted.
fn notes(case: &Instance) -> i64 {
    let path = case.root().join("vault/catalog.db");
    let catalog = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    catalog.query_row("SELECT count(*) FROM meta WHERE key GLOB 'sweep:*/*'", [], |row| row.get(0)).unwrap()
}

/// The sweeps that destroyed anything.
fn sweeps(case: &Instance) -> Vec<String> {
    let ledger = ledger(case);
    let mut select = ledger.prepare("SELECT DISTINCT sweep FROM entries WHERE kind = 'destroyed'").unwrap();
    select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
