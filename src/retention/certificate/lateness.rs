//! How late the records of a sweep went: counts of days, and what they say together.
//!
//! In: days, record by record. Out: how many took how many, joined over sweeps. The rule it keeps: counts alone are kept,
//! so that every figure can be computed again from the list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How late the records of a sweep went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lateness {
    /// Days from the first day on which disposal was allowed, for every record.
    pub after_first_day: Days,
    /// Days from the last approval, for the records that needed one.
    pub after_approval: Days,
}

/// How many records took how many days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Days(BTreeMap<u32, u64>);

impl Days {
    /// Counts one record; a negative number of days counts as none.
    pub fn add(&mut self, days: i64) {
        *self.0.entry(u32::try_from(days.max(0)).unwrap_or(u32::MAX)).or_default() += 1;
    }

    /// Returns how many records took how many days, by days: as the ledger has it.
    pub fn pairs(&self) -> Vec<(u32, u64)> {
        self.0.iter().map(|(days, records)| (*days, *records)).collect()
    }

    /// Reads what [`Days::pairs`] returns.
    pub fn of_pairs(pairs: Vec<(u32, u64)>) -> Days {
        Days(pairs.into_iter().collect())
    }

    /// Counts the records of another sweep, too.
    pub fn join(&mut self, other: &Days) {
        other.0.iter().for_each(|(days, count)| *self.0.entry(*days).or_default() += count);
    }

    /// Returns how many records were counted.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// Returns the number of days within which `percent` of a hundred records went: the smallest that so many records
    /// did not exceed (nearest rank). Nothing where no record was counted.
    pub fn within(&self, percent: u64) -> Option<u32> {
        let rank = (self.count() * percent.min(100)).div_ceil(100).max(1);
        let mut counted = 0;
        self.0.iter().find_map(|(days, count)| {
            counted += count;
            (counted >= rank).then_some(*days)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_within_which_most_went_are_the_smallest_that_so_many_did_not_exceed() {
        let mut days = Days::default();
        assert_eq!((days.within(99), days.count()), (None, 0));
        (0..99).for_each(|_| days.add(2));
        days.add(40);
        assert_eq!(
            (days.within(0), days.within(50), days.within(99), days.within(100)),
            (Some(2), Some(2), Some(2), Some(40))
        );
        days.add(-3);
        assert_eq!((days.count(), days.within(0), days.within(99)), (101, Some(0), Some(2)));
        let mut both = Days::default();
        both.join(&days);
        both.join(&days);
        assert_eq!((both.count(), both.within(99)), (202, Some(2)));
        assert_eq!(Days::of_pairs(both.pairs()), both);
    }
}
