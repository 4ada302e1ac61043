//! What was in force and what stood between, as one history.
//!
//! In: the revisions of the main line, and what the ledger says was in force. Out: both in one order, the oldest first. The
//! rule it keeps: what was in force stands in the order of the ledger, and none of it is left out for what became of its
//! commit: a merge, a squash or a rebase changes which commits are on the main line, not what readers saw.

use std::collections::{BTreeMap, BTreeSet};

use super::Found;

/// Weaves a main line and what was in force, each with its place on the line if its commit has one.
pub(super) fn woven(line: &[Found], in_force: Vec<(Found, Option<usize>)>) -> Vec<Found> {
    let ids: BTreeSet<String> = in_force.iter().map(|(one, _)| one.revision.id.clone()).collect();
    let places = forwards(in_force.iter().map(|(_, place)| *place));
    let stages =
        |of: &[Found]| -> Vec<Found> { of.iter().filter(|one| !ids.contains(&one.revision.id)).cloned().collect() };
    let (mut woven, mut reached): (Vec<Found>, usize) = (Vec::new(), 0);
    let mut tree_in_force = None;
    for (at, (one, _)) in in_force.into_iter().enumerate() {
        let next = places[at..].iter().flatten().next().copied().unwrap_or(line.len());
        // A merge may have brought the same content under another commit.
        let same = || (reached..next).find(|place| line[*place].tree == one.tree);
        match places[at].or_else(same) {
            Some(place) => {
                woven.extend(stages(&line[reached..place]));
                reached = place + 1;
                tree_in_force = Some(one.tree.clone());
                woven.push(Found { is_on_line: true, ..one });
            }
            // Templates alone were accepted.
            None if tree_in_force.as_ref() == Some(&one.tree) => {}
            None => {
                tree_in_force = Some(one.tree.clone());
                woven.push(Found { is_on_line: false, ..one });
            }
        }
    }
    woven.extend(stages(&line[reached..]));
    numbered(woven)
}

/// Leaves out the places that lie at or before an earlier one.
fn forwards(places: impl Iterator<Item = Option<usize>>) -> Vec<Option<usize>> {
    let mut reached = 0;
    let forward = |place: Option<usize>| {
        let place = place.filter(|place| *place >= reached)?;
        reached = place + 1;
        Some(place)
    };
    places.map(forward).collect()
}

/// Tells apart what was in force more than once.
fn numbered(mut woven: Vec<Found>) -> Vec<Found> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for one in &mut woven {
        let times = times.entry(one.revision.id.clone()).or_default();
        one.revision.again = *times;
        *times += 1;
    }
    woven
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;
    use crate::calendar::{Date, Instant};
    use crate::publish::history::{Revision, What};

    fn found(id: &str, tree: &str, in_force: bool) -> Found {
        let date = Date::from_ymd(2026, 11, 29).unwrap();
        let (at, in_force) = (Instant::EPOCH, in_force.then_some(date));
        let revision = Revision { id: id.to_owned(), is_commit: true, again: 0, date, at, in_force, what: What::First };
        Found { revision, tree: tree.to_owned(), from: Place::Commit(id.to_owned()), is_on_line: true }
    }

    /// Weaves revisions written `id:tree`, those in force with their place; returns ids, `*` for what was in force and `'` for
    /// what was so before.
    fn ids(line: &str, in_force: &str) -> String {
        let read = |one: &str, in_force| {
            let (id, tree) = one.split_once(':').unwrap();
            found(id, tree, in_force)
        };
        let line: Vec<Found> = line.split_whitespace().map(|one| read(one, false)).collect();
        let place = |id: &str| line.iter().position(|one| one.revision.id == id);
        let accepted = in_force.split_whitespace().map(|one| read(one, true));
        let accepted = accepted.map(|one| (one.clone(), place(&one.revision.id))).collect();
        let told = woven(&line, accepted).into_iter().map(|one| {
            let mark = if one.revision.in_force.is_some() { "*" } else { "" };
            format!("{}{mark}{}", one.revision.id, "'".repeat(one.revision.again))
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn everything_in_force_stands_in_its_order_whatever_was_merged() {
        // A straight line, with a stage and one that waits.
        assert_eq!(ids("a:1 b:2 c:3 d:4", "a:1 c:3"), "a* b c* d");
        // `p` was published, then a merge made it a side branch.
        assert_eq!(ids("a:1 e:5 m:6", "a:1 p:2 m:6"), "a* p* e m*");
        // The merge brought the published content itself.
        assert_eq!(ids("a:1 m:2 e:3", "a:1 p:2 e:3"), "a* p* e*");
        // Two published versions were squashed with an edit.
        assert_eq!(ids("a:1 s:4", "a:1 p:2 q:3 s:4"), "a* p* q* s*");
        // Templates alone changed, and an older version was put back.
        assert_eq!(ids("a:1", "a:1 a:1 p:2 a:1"), "a* p* a*'");
        assert_eq!(ids("", "a:1 p:2 p:2 a:1"), "a* p* a*'");
    }
}
