//! What the demo puts among its records so that it is refused, each for a reason of its own.
//!
//! In: today's date. Out: what to create, as values; the caller creates it.
//! The rule it keeps: no path here is one of the demo's records, so refusing costs no record.

use crate::calendar::Date;

use super::chance::Chance;
use super::past::{Past, month};
use super::people::members;
use super::tables::household;

/// Something that is not taken in. Paths lie below the folder of records, with `/` between the parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemoRefused {
    /// A symbolic link at `path` with the text `target`, which leads out of the folder.
    Symlink {
        /// Where the link lies.
        path: String,
        /// What the link says.
        target: String,
    },
    /// A file with two names: to be written at `path`, then linked as `other`. Both names are refused.
    HardLink {
        /// The first name.
        path: String,
        /// The second name.
        other: String,
        /// What stands in the file.
        bytes: Vec<u8>,
    },
    /// A named pipe.
    Fifo {
        /// Where it lies.
        path: String,
    },
    /// A file without content.
    Empty {
        /// Where it lies.
        path: String,
    },
    /// A file whose path carries a date in the future.
    FutureDate {
        /// Where it lies.
        path: String,
        /// What stands in it.
        bytes: Vec<u8>,
    },
    /// A file whose path has the shape of a class, with a day that no calendar has.
    NoSuchDate {
        /// Where it lies.
        path: String,
        /// What stands in it.
        bytes: Vec<u8>,
    },
    /// A file that no class accepts.
    Unclassified {
        /// Where it lies.
        path: String,
        /// What stands in it.
        bytes: Vec<u8>,
    },
    /// A file whose name is not UTF-8.
    BadName {
        /// The bytes of its path: the file's name is Shift_JIS.
        path: Vec<u8>,
        /// What stands in it.
        bytes: Vec<u8>,
    },
}

/// 写し in Shift_JIS, which is no UTF-8.
const COPY_IN_SHIFT_JIS: [u8; 4] = [0x8e, 0xca, 0x82, 0xb5];

/// A member whom no record of the demo is about.
const NOBODY: &str = "M1099001";

/// Returns what is refused, one for each reason.
pub fn refused(today: Date) -> Vec<DemoRefused> {
    let past = Past { today };
    let last = month(past.month_ago(1));
    let future = today.plus_days(220).unwrap_or(today);
    let year = past.fiscal_year(0) - 3;
    let nobody = members(0, &[NOBODY], 1);
    let list = |name: &str| household(&nobody[0], &mut Chance::new(0, name));
    vec![
        DemoRefused::Symlink {
            path: format!("receipts/{last}/{NOBODY}-診療報酬明細書.csv"),
            target: "../../../../README.md".to_owned(),
        },
        DemoRefused::HardLink {
            path: format!("receipts/{last}/{NOBODY}-調剤報酬明細書.csv"),
            other: format!("receipts/{last}/{NOBODY}-調剤報酬明細書(控).csv"),
            bytes: list("hard link"),
        },
        DemoRefused::Fifo { path: format!("access-logs/{last}/受信待ち.csv") },
        DemoRefused::Empty {
            path: format!("requests/{}/{NOBODY}-保有個人データ開示請求書.pdf", past.days_ago(20))
        },
        DemoRefused::FutureDate {
            path: format!("provision-records/{future}-事業主提供記録.csv"),
            bytes: list("future date"),
        },
        DemoRefused::NoSuchDate {
            path: format!("provision-records/{year}-02-30-事業主提供記録.csv"),
            bytes: list("no such date"),
        },
        DemoRefused::Unclassified {
            path: "引継ぎ/担当者メモ.txt".to_owned(),
            bytes: "給付課の引継ぎ\n・月次の照合は5日まで\n・倉庫の鍵は総務課\n".into(),
        },
        DemoRefused::BadName {
            path: [format!("receipts/{last}/{NOBODY}-").as_bytes(), &COPY_IN_SHIFT_JIS, b".csv"].concat(),
            bytes: list("bad name"),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_for_each_reason() {
        let found = refused("2026-11-22".parse().unwrap());
        let kinds: std::collections::BTreeSet<String> =
            found.iter().map(|one| format!("{:?}", std::mem::discriminant(one))).collect();
        assert_eq!(kinds.len(), found.len());
        assert!(found.len() >= 5);
    }

    #[test]
    fn the_bad_name_is_no_utf_8_and_the_impossible_day_does_not_exist() {
        for one in refused("2026-11-22".parse().unwrap()) {
            match one {
                DemoRefused::BadName { path, .. } => assert!(std::str::from_utf8(&path).is_err()),
                DemoRefused::NoSuchDate { path, .. } => {
                    let day = &path["provision-records/".len()..][..10];
                    assert!(day.parse::<Date>().is_err(), "{day}");
                }
                DemoRefused::FutureDate { path, .. } => {
                    let day: Date = path["provision-records/".len()..][..10].parse().unwrap();
                    assert!(day > "2026-11-22".parse().unwrap());
                }
                DemoRefused::Symlink { .. }
                | DemoRefused::HardLink { .. }
                | DemoRefused::Fifo { .. }
                | DemoRefused::Empty { .. }
                | DemoRefused::Unclassified { .. } => {}
            }
        }
    }
}
