//! Who gets which letter: rows about people, grouped by household, with those who objected taken out.
//!
//! In: rows that say whom they are about and in which household, and an answer for each person. Out: letters as lists of
//! rows, and the rows that go into none. The rule it keeps: no row reaches a letter that its owner does not allow, and
//! every row is in exactly one place.

use std::collections::{BTreeMap, BTreeSet};

use super::Answer;
use crate::policy::Otherwise;

/// A row, as far as grouping asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owned<'a> {
    /// The number of the row in the data.
    pub row: u64,
    /// Whom it is about.
    pub member: &'a str,
    /// The household; the member alone where letters are not grouped.
    pub household: &'a str,
}

/// Whom a letter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum For<'a> {
    /// A household, for all its members who allow it.
    Household(&'a str),
    /// One member, who does not share a letter.
    Member(&'a str),
}

/// Rows and where they go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouped<'a> {
    /// The letters, in the order of their first rows, each with its rows in the order of the data.
    pub letters: Vec<(For<'a>, Vec<u64>)>,
    /// Rows that go into no letter, because their owner does not allow it and no own letter is asked for.
    pub left_out: Vec<u64>,
    /// Rows of people who stand in more than one household: which letter would be right nobody knows.
    pub unclear: Vec<u64>,
}

/// Groups rows; `answer` tells what each member allows, `otherwise` what happens with the others.
pub fn group<'a>(rows: &[Owned<'a>], otherwise: Otherwise, answer: impl Fn(&str) -> Answer) -> Grouped<'a> {
    let mut households: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        households.entry(row.member).or_default().insert(row.household);
    }
    let torn: BTreeSet<&str> = households.values().filter(|of| of.len() > 1).flatten().copied().collect();
    let answers: BTreeMap<&str, Answer> = households.keys().map(|member| (*member, answer(member))).collect();
    let mut grouped = Grouped::default();
    let mut letters: BTreeMap<For<'a>, Vec<u64>> = BTreeMap::new();
    for row in rows {
        let may = answers.get(row.member).is_some_and(|answer| answer.is_yes());
        match (torn.contains(row.household), may, otherwise) {
            // The whole household waits: a letter without one of its people would be wrong, too.
            (true, _, _) => grouped.unclear.push(row.row),
            (false, true, _) => letters.entry(For::Household(row.household)).or_default().push(row.row),
            (false, false, Otherwise::SplitByMember) => {
                letters.entry(For::Member(row.member)).or_default().push(row.row)
            }
            (false, false, Otherwise::LeaveOut) => grouped.left_out.push(row.row),
        }
    }
    grouped.letters = letters.into_iter().collect();
    grouped.letters.sort_by_key(|(_, rows)| rows.first().copied());
    grouped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Ground, Reason};
    use super::*;

    const MEMBERS: [&str; 6] = ["M1", "M2", "M3", "M4", "M5", "M6"];
    const HOUSEHOLDS: [&str; 3] = ["H1", "H2", "H3"];

    fn owned(row: u64, member: &'static str, household: &'static str) -> Owned<'static> {
        Owned { row, member, household }
    }

    #[test]
    fn who_objects_gets_an_own_letter_and_the_others_share_theirs() {
        let rows = [owned(2, "M1", "H1"), owned(3, "M2", "H1"), owned(4, "M3", "H1"), owned(5, "M2", "H1")];
        let answer = |member: &str| match member {
            "M2" => Answer::No(Reason::Objected),
            _ => Answer::Yes(Ground::Implied),
        };
        let split = group(&rows, Otherwise::SplitByMember, answer);
        assert_eq!(split.letters, [(For::Household("H1"), vec![2, 4]), (For::Member("M2"), vec![3, 5])]);
        let left = group(&rows, Otherwise::LeaveOut, answer);
        assert_eq!((left.letters.len(), left.left_out), (1, vec![3, 5]));
    }

    #[test]
    fn who_stands_in_two_households_stops_both_and_no_other() {
        let rows = [owned(2, "M1", "H1"), owned(3, "M1", "H2"), owned(4, "M2", "H2"), owned(5, "M3", "H3")];
        let grouped = group(&rows, Otherwise::SplitByMember, |_| Answer::Yes(Ground::Implied));
        assert_eq!((grouped.letters, grouped.unclear), (vec![(For::Household("H3"), vec![5])], vec![2, 3, 4]));
    }

    proptest! {
        /// For any register and any data: no row reaches a letter that its owner does not allow, and none is lost.
        #[test]
        fn no_row_reaches_a_letter_its_owner_objected_to_and_none_is_lost(
            data in proptest::collection::vec((0usize..6, 0usize..3), 0..40),
            objects in proptest::collection::vec(any::<bool>(), 6),
            splits: bool,
        ) {
            let rows: Vec<Owned<'_>> = data.iter().zip(2u64..)
                .map(|((member, household), row)| owned(row, MEMBERS[*member], HOUSEHOLDS[*household])).collect();
            let objected = |member: &str| objects[MEMBERS.iter().position(|known| *known == member).unwrap()];
            let otherwise = if splits { Otherwise::SplitByMember } else { Otherwise::LeaveOut };
            let answer = |member: &str| match objected(member) {
                true => Answer::No(Reason::Objected),
                false => Answer::Yes(Ground::Implied),
            };
            let grouped = group(&rows, otherwise, answer);
            let of = |row: u64| &rows[usize::try_from(row - 2).unwrap()];
            for (to, its) in &grouped.letters {
                for row in its {
                    match to {
                        For::Household(household) => {
                            prop_assert!(!objected(of(*row).member));
                            prop_assert_eq!(of(*row).household, *household);
                        }
                        For::Member(member) => prop_assert_eq!(of(*row).member, *member),
                    }
                }
                prop_assert!(its.is_sorted());
            }
            let mut seen: Vec<u64> = grouped.letters.iter().flat_map(|(_, its)| its.iter().copied())
                .chain(grouped.left_out.iter().copied()).chain(grouped.unclear.iter().copied()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, rows.iter().map(|row| row.row).collect::<Vec<_>>());
            prop_assert!(!splits || grouped.left_out.is_empty());
        }
    }
}
