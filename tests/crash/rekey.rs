//! A rekeying that is killed at any moment: one good header for each record, and the next call finishes.
//!
//! In: an instance with six records and a policy that names another recipient. Out: every record opens for the new one. The
//! rule it keeps: as the kill left it, each record opens for the former or the new recipient, by the header at its place.

use super::{MOST, at_each, kill, report};
use crate::support::Instance;
use crate::{rekey, scene};

#[test]
fn a_rekeying_killed_at_any_moment_leaves_one_good_header_and_is_finished_by_the_next() {
    let (template, files) = (Instance::new(), scene::files());
    scene::ready(&template);
    scene::fill(&template, &files);
    template.hokan(&super::TAKE_IN).expect_code(0);
    let new = rekey::hand_over(&template);
    let old = template.home().join("identity");
    let (old_name, new_name) = (old.to_str().unwrap(), new.to_str().unwrap());
    let before = scene::opened(&template, &old);
    let run = ["rekey", "--all", "-i", old_name];
    // Who comes after a stop may have either kind of header before him.
    let again = ["rekey", "--all", "-i", old_name, "-i", new_name];
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &run, MOST);
    let is_done = |case: &Instance, moment: &str| {
        assert_eq!(scene::opened(case, &new), before, "{moment}");
        assert!(scene::opened(case, &old).is_empty(), "{moment}: the former recipient opens a record");
        let headers = scene::below(&case.root().join("vault/headers"));
        assert_eq!(headers.len(), files.len(), "{moment}: {headers:?}");
        let ledger = rusqlite::Connection::open(case.root().join("vault/ledger.db")).unwrap();
        let sql = "SELECT count(*), count(DISTINCT record) FROM entries WHERE kind = 'rekeyed'";
        let counts: (i64, i64) = ledger.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let expected = files.len() as i64;
        assert_eq!(counts, (expected, expected), "{moment}: entries, records");
        case.hokan(&["verify"]).expect_code(0);
    };
    is_done(&unharmed, "unharmed");
    let killed = at_each(&points, |number, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &run, point, worker);
        let moment = format!("killed at {point:?}");
        let mut opened = scene::opened(&case, &old);
        opened.extend(scene::opened(&case, &new));
        assert_eq!(opened, before, "{moment}: a record opens for nobody");
        let record = before.keys().next().unwrap();
        let target = case.home().join("opened");
        let both = case.home().join("both");
        std::fs::write(&both, [std::fs::read(&old).unwrap(), std::fs::read(&new).unwrap()].concat()).unwrap();
        let (both, to) = (both.to_str().unwrap(), target.to_str().unwrap());
        match number % 3 {
            // A sweep settles what lies aside before it looks at anything.
            0 => drop(case.hokan(&["sweep", "run"]).expect_code(0)),
            // Where the ledger names a header that has not taken its place yet, hokan finds it.
            1 => {
                case.hokan(&super::TAKE_IN).expect_code(0);
                case.hokan(&["open", record, "-i", both, "-o", to, "--why", "test"]).expect_code(0);
                assert_eq!(std::fs::read(&target).unwrap(), before[record], "{moment}");
            }
            _ => {}
        }
        case.hokan(&again).expect_code(0);
        is_done(&case, &moment);
        killed
    });
    report("rekey", &points, killed);
}
