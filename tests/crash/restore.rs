//! A restore that is killed at any moment: nothing that was destroyed comes back for good, and the next call finishes.
//!
//! In: a vault of last week in the place of this week's, and a witness. Out: the four records that were destroyed since are
//! gone, the two others open. The rule it keeps: until a restore is finished, nothing is taken in and nothing swept.

use super::{MOST, at_each, kill, report};
use crate::support::Instance;
use crate::{restore, scene};

#[test]
fn i11_a_restore_killed_at_any_moment_is_finished_by_the_next() {
    let (template, files) = (Instance::new(), scene::files());
    scene::ready(&template);
    scene::fill(&template, &files);
    let place = restore::with_witness(&template);
    template.hokan(&super::TAKE_IN).expect_code(0);
    let identity = template.home().join("identity");
    let (plan, approver) = (template.home().join("plan.json"), template.home().join("approver"));
    let plan = plan.to_str().unwrap();
    scene::approved_plan(&template, plan, approver.to_str().unwrap());
    restore::put(&template, "vault", "../home/vault");
    let before = scene::opened(&template, &identity);
    template.hokan(&["sweep", "run", plan]).expect_code(0);
    let after = scene::opened(&template, &identity);
    let gone: Vec<&String> = before.keys().filter(|id| !after.contains_key(*id)).collect();
    assert!(gone.len() > 2, "{gone:?}");
    restore::put(&template, "../home/vault", "vault");
    assert_eq!(scene::opened(&template, &identity), before);
    // Each case has a witness of its own: they are written to.
    let of = |case: &Instance| -> String {
        let own = case.home().join("witness").display().to_string();
        restore::put(case, place.to_str().unwrap(), &own);
        own
    };
    let unharmed = scene::copy(&template);
    let own = of(&unharmed);
    let points = kill::points(&unharmed, &["restore", "--apply", &own], MOST);
    let is_done = |case: &Instance, moment: &str| {
        assert_eq!(scene::opened(case, &identity), after, "{moment}");
        let vault = case.root().join("vault");
        for folder in ["headers", "bodies"] {
            assert_eq!(scene::below(&vault.join(folder)).len(), after.len(), "{moment}: files below {folder}");
        }
        let ledger = rusqlite::Connection::open(vault.join("ledger.db")).unwrap();
        let count = |kind: &str| -> i64 {
            ledger.query_row("SELECT count(*) FROM entries WHERE kind = ?1", [kind], |row| row.get(0)).unwrap()
        };
        assert_eq!((count("destroyed"), count("restored")), (gone.len() as i64, 1), "{moment}: destroyed, restored");
        case.hokan(&["verify"]).expect_code(0);
        for name in files.keys().filter(|name| !scene::listed(case).contains_key(*name)) {
            let bytes =
                ["catalog.db", "catalog.db-wal"].map(|file| std::fs::read(vault.join(file)).unwrap_or_default());
            let lies = bytes.concat().windows(name.len()).any(|window| window == name.as_bytes());
            assert!(!lies, "{moment}: {name} is in the catalog");
        }
    };
    is_done(&unharmed, "unharmed");
    let killed = at_each(&points, |number, point, worker| {
        let case = scene::copy(&template);
        let own = of(&case);
        let run = ["restore", "--apply", own.as_str()];
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("killed at {point:?}");
        let opened = scene::opened(&case, &identity);
        after.iter().for_each(|(id, bytes)| assert_eq!(opened.get(id), Some(bytes), "{moment}: {id} is lost"));
        if number % 3 == 0 {
            let said = case.hokan(&super::TAKE_IN);
            let is_finished = said.code == Some(0) && scene::opened(&case, &identity) == after;
            let is_refused = said.code == Some(1)
                && ["witness.ledger-older", "restore.unfinished"].iter().any(|code| said.stderr.contains(code));
            assert!(is_finished || is_refused, "{moment}: {said:?}");
        }
        case.hokan(&run).expect_code(0);
        is_done(&case, &moment);
        killed
    });
    report("restore", &points, killed);
}
