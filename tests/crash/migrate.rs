//! Migrations that are killed at any moment: the vault is whole at every one, and the next command goes on.
//!
//! In: the stored vault of format 1. Out: after the kill both databases hold what they held, after the next `migrate` they
//! are of the newest format. The rule it keeps: the files are opened beside hokan before hokan opens them again.

use rusqlite::Connection;

use super::{at_each, kill, report};
use crate::migration::{formats, stored, tables, works};

const MIGRATE: [&str; 1] = ["migrate"];
/// More calls than this of one kind are thinned out.
const FEWER: usize = 40;
/// A whole sweep is run in every so-manieth case.
const SWEPT: usize = 8;

#[test]
fn a_migration_killed_at_any_moment_leaves_a_whole_vault_and_is_finished_by_the_next() {
    let unharmed = stored("format-1");
    let before = formats(&unharmed);
    let points = kill::points(&unharmed, &MIGRATE, FEWER);
    let (newest, expected) = (formats(&unharmed), tables(&unharmed));
    assert!(newest.iter().zip(before).all(|(newest, before)| *newest > before), "{before:?} → {newest:?}");
    let killed = at_each(&points, |number, point, worker| {
        let case = stored("format-1");
        let killed = kill::killed(&case, &MIGRATE, point, worker);
        let moment = format!("killed at {point:?}");
        for (file, found) in ["catalog", "ledger"].into_iter().zip(formats(&case)) {
            let connection = Connection::open(case.root().join(format!("vault/{file}.db"))).unwrap();
            let is_whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(is_whole, "ok", "{moment}: {file}.db of format {found}");
        }
        case.hokan(&MIGRATE).expect_code(0);
        assert_eq!((formats(&case), tables(&case)), (newest, expected.clone()), "{moment}");
        if number % SWEPT == 0 {
            works(&case, &moment);
        } else {
            case.hokan(&["verify"]).expect_code(0);
        }
        killed
    });
    report("migrate", &points, killed);
}
