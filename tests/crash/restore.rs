//! A restore that is killed at any moment: nothing that was destroyed comes back for good, and the next call finishes.
//!
//! In: a vault of last week in the place of this week's, and a witness. Out: the four records that were destroyed since are
//! gone, the two others open. The rule it keeps: until a restore is finished, nothing is taken in and nothing swept.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{MOST, SPREAD, at_each, kill, most, report};
use crate::restore;
use crate::scene::{self, Files};
use crate::support::Instance;

/// An instance with a vault of last week, and the witness of this week.
pub struct LastWeek {
    files: Files,
    identity: PathBuf,
    witness: PathBuf,
    after: BTreeMap<String, Vec<u8>>,
    gone: usize,
}

impl LastWeek {
    pub fn new(template: &Instance) -> LastWeek {
        let files = scene::files();
        scene::ready(template);
        scene::fill(template, &files);
        let witness = restore::with_witness(template);
        template.hokan(&super::TAKE_IN).expect_code(0);
        let identity = template.home().join("identity");
        let (plan, approver) = (template.home().join("plan.json"), template.home().join("approver"));
        let plan = plan.to_str().unwrap();
        scene::approved_plan(template, plan, approver.to_str().unwrap());
        restore::put(template, "vault", "../home/vault");
        let before = scene::opened(template, &identity);
        // A version that the sweep accepts by itself, and the vault of last week does not know.
        let text = template.read("policies/service.yaml");
        template.write("policies/service.yaml", format!("{text}# Looked through in April.\n"));
        template.git(&["commit", "--quiet", "--no-verify", "--all", "--message", "Look through"]);
        template.hokan(&["sweep", "run", plan]).expect_code(0);
        let after = scene::opened(template, &identity);
        let gone = before.keys().filter(|id| !after.contains_key(*id)).count();
        assert!(gone > 2, "{gone}");
        restore::put(template, "../home/vault", "vault");
        assert_eq!(scene::opened(template, &identity), before);
        LastWeek { files, identity, witness, after, gone }
    }

    /// Gives a case a witness of its own, because they are written to; returns its folder.
    pub fn witness_of(&self, case: &Instance) -> String {
        let own = case.home().join("witness").display().to_string();
        restore::put(case, self.witness.to_str().unwrap(), &own);
        own
    }

    /// What was not destroyed is there, whatever came between.
    pub fn nothing_is_lost(&self, case: &Instance, moment: &str) {
        let opened = scene::opened(case, &self.identity);
        self.after.iter().for_each(|(id, bytes)| assert_eq!(opened.get(id), Some(bytes), "{moment}: {id} is lost"));
    }

    /// What was destroyed is gone again, once, and its names with it.
    pub fn is_done(&self, case: &Instance, moment: &str) {
        assert_eq!(scene::opened(case, &self.identity), self.after, "{moment}");
        let vault = case.root().join("vault");
        for folder in ["headers", "bodies"] {
            assert_eq!(scene::below(&vault.join(folder)).len(), self.after.len(), "{moment}: files below {folder}");
        }
        let ledger = rusqlite::Connection::open(vault.join("ledger.db")).unwrap();
        let count = |kind: &str| -> i64 {
            ledger.query_row("SELECT count(*) FROM entries WHERE kind = ?1", [kind], |row| row.get(0)).unwrap()
        };
        assert_eq!((count("destroyed"), count("restored")), (self.gone as i64, 1), "{moment}: destroyed, restored");
        case.hokan(&["policy", "status"]).expect_code(0);
        case.hokan(&["verify"]).expect_code(0);
        let listed = scene::listed(case);
        for name in self.files.keys().filter(|name| !listed.contains_key(*name)) {
            let bytes =
                ["catalog.db", "catalog.db-wal"].map(|file| std::fs::read(vault.join(file)).unwrap_or_default());
            let lies = bytes.concat().windows(name.len()).any(|window| window == name.as_bytes());
            assert!(!lies, "{moment}: {name} is in the catalog");
        }
    }
}

#[test]
fn i11_a_restore_killed_at_any_moment_is_finished_by_the_next() {
    let template = Instance::new();
    let last_week = LastWeek::new(&template);
    let unharmed = scene::copy(&template);
    let own = last_week.witness_of(&unharmed);
    let points = kill::spread(kill::points(&unharmed, &["restore", "--apply", &own], MOST), most(SPREAD, usize::MAX));
    last_week.is_done(&unharmed, "unharmed");
    let killed = at_each(&points, |number, point, worker| {
        let case = scene::copy(&template);
        let own = last_week.witness_of(&case);
        let run = ["restore", "--apply", own.as_str()];
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("killed at {point:?}");
        last_week.nothing_is_lost(&case, &moment);
        if number % 3 == 0 {
            let said = case.hokan(&super::TAKE_IN);
            let is_finished = said.code == Some(0) && scene::opened(&case, &last_week.identity) == last_week.after;
            let is_refused = said.code == Some(1)
                && ["witness.ledger-older", "restore.unfinished"].iter().any(|code| said.stderr.contains(code));
            assert!(is_finished || is_refused, "{moment}: {said:?}");
        }
        case.hokan(&run).expect_code(0);
        last_week.is_done(&case, &moment);
        killed
    });
    report("restore", &points, killed);
}
