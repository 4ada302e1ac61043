//! How late records went: days after the first allowed day, and after the last approval.
//!
//! In: the last entry of each sweep. Out: figures over all of them. The rule it keeps: a figure is one that the records show;
//! nothing is estimated.

use super::Result;
use super::note;
use crate::calendar::Zone;
use crate::retention::certificate::{Days, Lateness as Counted};
use crate::store::Store;

/// Figures over counts of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The records counted.
    pub records: u64,
    /// Within how many days 99 of 100 went.
    pub p99: u32,
    /// After how many days the last went.
    pub most: u32,
}

/// How late records went, over all sweeps that are finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// After the first day their rules allowed.
    pub after_first_day: Figures,
    /// After the day of the last approval, for those that needed one.
    pub after_approval: Option<Figures>,
}

impl Figures {
    fn of(days: &Days) -> Option<Figures> {
        Some(Figures { records: days.count(), p99: days.within(99)?, most: days.within(100)? })
    }
}

/// Returns how late records went; nothing where none was destroyed yet.
pub(super) fn lateness(store: &Store, zone: Zone) -> Result<Option<Lateness>> {
    let mut all = Counted::default();
    for (sweep, _) in store.reader().sweeps()?.into_iter().filter(|(_, finished)| *finished) {
        let one = note::lateness_of(store, zone, &sweep)?;
        all.after_first_day.join(&one.after_first_day);
        all.after_approval.join(&one.after_approval);
    }
    let after_approval = Figures::of(&all.after_approval);
    Ok(Figures::of(&all.after_first_day).map(|after_first_day| Lateness { after_first_day, after_approval }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ninety_nine_of_a_hundred_went_within_the_figure() {
        let figures = |counts: &[(i64, u64)]| {
            let mut days = Days::default();
            counts.iter().for_each(|(one, count)| (0..*count).for_each(|_| days.add(*one)));
            Figures::of(&days)
        };
        assert_eq!(figures(&[]), None);
        assert_eq!(figures(&[(3, 1)]), Some(Figures { records: 1, p99: 3, most: 3 }));
        assert_eq!(figures(&[(0, 99), (40, 1)]), Some(Figures { records: 100, p99: 0, most: 40 }));
        assert_eq!(figures(&[(0, 98), (7, 1), (40, 1)]), Some(Figures { records: 100, p99: 7, most: 40 }));
    }
}
