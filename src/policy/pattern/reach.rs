//! Finds out whether a pattern can match any path that is not hidden.
//!
//! In: the parts of a pattern and of the globs that hide paths. Out: yes or no. The rule it keeps: the answer is exact
//! about shapes (it walks the pattern and everything that hides at once, character by character), and it counts only
//! paths that can exist: whole segments, none of them `.` or `..`, none longer than a file name may be.

use std::collections::HashMap;

use super::Part;
use super::overlap::{Machine, Set, holds};

/// The longest file name in bytes on the file systems hokan runs on.
const LONGEST_NAME: usize = 255;
/// Globs that make more states than this are not followed further.
const MOST_STATES: usize = 20_000;

/// What has been read of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Segment {
    Empty,
    Dot,
    Dots,
    Name,
}

/// Where a path leads: a state of the pattern, the states of everything that hides, the segment being read.
type At = (usize, Vec<(usize, usize)>, Segment);

/// Returns whether some path has the shape of `pattern` and of none of `hiding`.
pub(super) fn reaches(pattern: &[Part], hiding: &[&[Part]]) -> bool {
    let pattern = Machine::of(pattern);
    let hiding: Vec<Machine> = hiding.iter().map(|parts| Machine::of(parts)).collect();
    let alphabet = alphabet(&pattern, &hiding);
    let begin = closed(&hiding, (0..hiding.len()).map(|machine| (machine, 0)).collect());
    let mut shortest: HashMap<At, usize> = HashMap::new();
    let mut open: Vec<(At, usize)> = vec![((0, begin, Segment::Empty), 0)];
    while let Some((at, bytes)) = open.pop() {
        if shortest.get(&at).is_some_and(|known| *known <= bytes) {
            continue;
        }
        shortest.insert(at.clone(), bytes);
        let (state, hidden, segment) = &at;
        let is_hidden = hidden.iter().any(|(machine, state)| *state == hiding[*machine].end());
        if (*state == pattern.end() && *segment == Segment::Name && !is_hidden) || shortest.len() > MOST_STATES {
            return true;
        }
        open.extend(pattern.jumps[*state].iter().map(|to| ((*to, hidden.clone(), *segment), bytes)));
        for step in &pattern.steps[*state] {
            for c in alphabet.iter().filter(|c| holds(step.reads, **c)) {
                if let Some((segment, bytes)) = after(*segment, bytes, *c) {
                    open.push(((step.to, moved(&hiding, hidden, *c), segment), bytes));
                }
            }
        }
    }
    false
}

/// The segment and its length after one more character; nothing if no path goes on like that.
fn after(segment: Segment, bytes: usize, c: char) -> Option<(Segment, usize)> {
    let bytes = bytes + c.len_utf8();
    match (segment, c) {
        (Segment::Name, '/') => Some((Segment::Empty, 0)),
        (Segment::Empty | Segment::Dot | Segment::Dots, '/') => None,
        _ if bytes > LONGEST_NAME => None,
        (Segment::Empty, '.') => Some((Segment::Dot, bytes)),
        (Segment::Dot, '.') => Some((Segment::Dots, bytes)),
        (Segment::Empty | Segment::Dot | Segment::Dots | Segment::Name, _) => Some((Segment::Name, bytes)),
    }
}

/// Characters enough to tell every two states apart: those that are named, all digits, what ends a word, and one that
/// nobody names.
fn alphabet(pattern: &Machine, hiding: &[Machine]) -> Vec<char> {
    let mut letters: Vec<char> = "0123456789/._-".chars().collect();
    let steps = std::iter::once(pattern).chain(hiding).flat_map(|machine| machine.steps.iter().flatten());
    letters.extend(steps.filter_map(|step| match step.reads {
        Set::Just(c) => Some(c),
        Set::Digit | Set::Word | Set::NoSlash | Set::Any => None,
    }));
    let fresh = ('a'..='z').chain('ぁ'..='ん').chain('一'..='龠').find(|c| !letters.contains(c));
    letters.extend(fresh);
    letters.sort_unstable();
    letters.dedup();
    letters
}

fn moved(hiding: &[Machine], from: &[(usize, usize)], c: char) -> Vec<(usize, usize)> {
    let steps = |(machine, state): &(usize, usize)| {
        let machine = *machine;
        let taken = hiding[machine].steps[*state].iter().filter(move |step| holds(step.reads, c));
        taken.map(move |step| (machine, step.to))
    };
    closed(hiding, from.iter().flat_map(steps).collect())
}

/// Adds everything that jumps lead to.
fn closed(hiding: &[Machine], mut states: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut n = 0;
    while let Some((machine, state)) = states.get(n).copied() {
        for to in &hiding[machine].jumps[state] {
            if !states.contains(&(machine, *to)) {
                states.push((machine, *to));
            }
        }
        n += 1;
    }
    states.sort_unstable();
    states.dedup();
    states
}

#[cfg(test)]
mod tests {
    use crate::policy::{Glob, Pattern};

    #[test]
    fn a_pattern_that_is_wholly_hidden_reaches_nothing() {
        let long = format!("{}/*.pdf", "録".repeat(86));
        let cases = [
            ("a/*.csv", vec!["**/Thumbs.db"], true),
            ("a/*.csv", vec!["a/**"], false),
            ("a/*.csv", vec!["**/*.csv"], false),
            ("a/*.csv", vec!["a/b*.csv"], true),
            ("a/{d:year}/*.csv", vec!["a/20*/**"], true),
            ("a/{d:year}/*.csv", vec!["a/????/*"], false),
            ("a/{d:date}.csv", vec!["a/????-??-??.csv"], true),
            ("a/{d:date}.csv", vec!["a/????-??-??.csv", "**/????????.csv"], false),
            ("a/*", vec!["a/*.*", "a/*e*"], true),
            ("a/**/x", vec!["a/x", "a/*/**"], false),
            ("a/**/x", vec!["a/x"], true),
            (".git/*", vec![], false),
            ("a/.hokan/*.pdf", vec![], false),
            ("a/.hokan", vec![], true),
            ("a/*.meta.yaml", vec![], false),
            ("a/*.yaml", vec![], true),
            ("a/.*", vec![], true),
            (&long, vec![], false),
            (&long[3..], vec![], true),
        ];
        for (pattern, ignored, expected) in cases {
            let ignored: Vec<Glob> = ignored.iter().map(|glob| glob.parse().unwrap()).collect();
            let found = Pattern::parse(pattern).unwrap().reaches(&ignored);
            assert_eq!(found, expected, "{pattern} beside {ignored:?}");
        }
    }

    #[test]
    fn hostile_globs_take_no_time() {
        let pattern = Pattern::parse("**/x").unwrap();
        let ignored: Vec<Glob> = (0..20).map(|n| format!("**/*a{}b", "?".repeat(n)).parse().unwrap()).collect();
        assert!(pattern.reaches(&ignored));
    }
}
