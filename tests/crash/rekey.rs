//! A rekeying that is killed at any moment: one good header for each record, and the next call finishes.
//!
//! In: an instance with six records and a policy that names another recipient. Out: every record opens for the new one. The
//! rule it keeps: as the kill left it, each record opens for the former or the new recipient, by the header at its place.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{MOST, at_each, kill, report};
use crate::support::Instance;
use crate::{rekey, scene};

/// An instance with six records whose policy names another recipient than they are sealed to.
pub struct Handed {
    old: PathBuf,
    pub new: PathBuf,
    before: BTreeMap<String, Vec<u8>>,
}

impl Handed {
    pub fn new(template: &Instance) -> Handed {
        scene::ready(template);
        Handed::of_ready(template)
    }

    /// As [`Handed::new`], of an instance that is ready.
    pub fn of_ready(template: &Instance) -> Handed {
        scene::fill(template, &scene::files());
        template.hokan(&super::TAKE_IN).expect_code(0);
        let new = rekey::hand_over(template);
        let old = template.home().join("identity");
        let before = scene::opened(template, &old);
        Handed { old, new, before }
    }

    pub fn run(&self) -> [&str; 4] {
        ["rekey", "--all", "-i", self.old.to_str().unwrap()]
    }

    /// Who comes after a stop may have either kind of header before him.
    pub fn again(&self) -> [&str; 6] {
        ["rekey", "--all", "-i", self.old.to_str().unwrap(), "-i", self.new.to_str().unwrap()]
    }

    /// Each record opens for the former or the new recipient.
    pub fn opens(&self, case: &Instance, moment: &str) {
        let mut opened = scene::opened(case, &self.old);
        opened.extend(scene::opened(case, &self.new));
        assert_eq!(opened, self.before, "{moment}: a record opens for nobody");
    }

    /// Each record opens for the new recipient alone, and was rekeyed once.
    pub fn is_done(&self, case: &Instance, moment: &str) {
        assert_eq!(scene::opened(case, &self.new), self.before, "{moment}");
        assert!(scene::opened(case, &self.old).is_empty(), "{moment}: the former recipient opens a record");
        let headers = scene::below(&case.root().join("vault/headers"));
        assert_eq!(headers.len(), self.before.len(), "{moment}: {headers:?}");
        let ledger = rusqlite::Connection::open(case.root().join("vault/ledger.db")).unwrap();
        let sql = "SELECT count(*), count(DISTINCT record) FROM entries WHERE kind = 'rekeyed'";
        let counts: (i64, i64) = ledger.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let expected = self.before.len() as i64;
        assert_eq!(counts, (expected, expected), "{moment}: entries, records");
        case.hokan(&["verify"]).expect_code(0);
    }
}

#[test]
fn a_rekeying_killed_at_any_moment_leaves_one_good_header_and_is_finished_by_the_next() {
    let template = Instance::new();
    let handed = Handed::new(&template);
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &handed.run(), MOST);
    handed.is_done(&unharmed, "unharmed");
    let killed = at_each(&points, |number, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &handed.run(), point, worker);
        let moment = format!("killed at {point:?}");
        handed.opens(&case, &moment);
        let (record, bytes) = handed.before.iter().next().unwrap();
        let target = case.home().join("opened");
        let both = case.home().join("both");
        std::fs::write(&both, [&handed.old, &handed.new].map(|path| std::fs::read(path).unwrap()).concat()).unwrap();
        let (both, to) = (both.to_str().unwrap(), target.to_str().unwrap());
        match number % 3 {
            // A sweep settles what lies aside before it looks at anything.
            0 => drop(case.hokan(&["sweep", "run"]).expect_code(0)),
            // Where the ledger names a header that has not taken its place yet, hokan finds it.
            1 => {
                case.hokan(&super::TAKE_IN).expect_code(0);
                case.hokan(&["open", record, "-i", both, "-o", to, "--why", "test"]).expect_code(0);
                assert_eq!(&std::fs::read(&target).unwrap(), bytes, "{moment}");
            }
            _ => {}
        }
        case.hokan(&handed.again()).expect_code(0);
        handed.is_done(&case, &moment);
        killed
    });
    report("rekey", &points, killed);
}
