//! Finds out whether two patterns can match one path, and whether they can read it differently.
//!
//! In: the parts of both. Out: yes or no. The rule it keeps: the answer is exact about shapes (it walks both patterns at
//! once over sets of characters), so two classes that can both claim a path, and a date that could be another, are found
//! before any file is.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::matching::in_word;
use super::{CaptureKind, Part, Pattern};

/// A set of characters that can come next.
#[derive(Clone, Copy)]
pub(super) enum Set {
    /// This one.
    Just(char),
    /// A digit.
    Digit,
    /// What a subject may hold.
    Word,
    /// Anything but `/`.
    NoSlash,
    /// Anything.
    Any,
}

/// One step of a pattern taken apart: what may be read, and where that leads.
pub(super) struct Step {
    pub(super) reads: Set,
    pub(super) to: usize,
    /// The capture that keeps what is read, by its place in the machine's list.
    kept: Option<usize>,
}

/// A pattern as states: state `n` has steps that read a character and jumps that read nothing.
#[derive(Default)]
pub(super) struct Machine {
    pub(super) steps: Vec<Vec<Step>>,
    pub(super) jumps: Vec<Vec<usize>>,
    /// The captures that are kept: name and kind.
    captures: Vec<(String, CaptureKind)>,
    /// The one of them that is being added.
    keeping: Option<usize>,
}

/// A pattern made ready to be compared with many.
pub(in crate::policy) struct Outline<'p> {
    pattern: &'p Pattern,
    /// Its segments up to the first `**`, from left to right.
    segments: Vec<Segment>,
    /// Whether a `**` follows, so that any number of segments may.
    is_open: bool,
    machine: OnceCell<Machine>,
}

/// One segment of a pattern: what its text begins and ends with.
#[derive(Default)]
struct Segment {
    start: String,
    end: String,
    /// Whether it is nothing but that text.
    is_fixed: bool,
}

impl<'p> Outline<'p> {
    /// Makes a pattern ready.
    pub(in crate::policy) fn of(pattern: &'p Pattern) -> Outline<'p> {
        let is_wide = |part: &Part| matches!(part, Part::Folders | Part::Rest);
        let near = pattern.parts.split(is_wide).next().unwrap_or_default();
        let is_open = near.len() < pattern.parts.len();
        let mut segments = segments(near);
        if is_open {
            // What stands right before `**` may go on.
            segments.pop();
        }
        Outline { pattern, segments, is_open, machine: OnceCell::new() }
    }

    /// Returns whether some path has the shape of both: what is written in them is compared first.
    pub(in crate::policy) fn meets(&self, other: &Outline<'_>) -> bool {
        let as_many = self.is_open || other.is_open || self.segments.len() == other.segments.len();
        as_many
            && self.pattern.ends_like(other.pattern)
            && self.segments.iter().zip(&other.segments).all(|(one, other)| one.fits(other))
            && overlap(self.machine(), other.machine())
    }

    fn machine(&self) -> &Machine {
        self.machine.get_or_init(|| Machine::of(&self.pattern.parts))
    }
}

impl Segment {
    fn fits(&self, other: &Segment) -> bool {
        match (self.is_fixed, other.is_fixed) {
            (true, true) => self.start == other.start,
            (true, false) => self.start.starts_with(&other.start) && self.start.ends_with(&other.end),
            (false, true) => other.fits(self),
            (false, false) => {
                let (one, two) = (&self.start, &other.start);
                let starts = one.starts_with(two.as_str()) || two.starts_with(one.as_str());
                let (one, two) = (&self.end, &other.end);
                starts && (one.ends_with(two.as_str()) || two.ends_with(one.as_str()))
            }
        }
    }
}

/// The segments of parts that none goes beyond.
fn segments(parts: &[Part]) -> Vec<Segment> {
    let mut segments = vec![Segment { is_fixed: true, ..Segment::default() }];
    for part in parts {
        match part {
            Part::Literal(text) => {
                for (n, text) in text.split('/').enumerate() {
                    if n > 0 {
                        segments.push(Segment { is_fixed: true, ..Segment::default() });
                    }
                    if let Some(last) = segments.last_mut() {
                        last.start.push_str(if last.is_fixed { text } else { "" });
                        last.end.push_str(text);
                    }
                }
            }
            Part::One | Part::Star | Part::Folders | Part::Rest | Part::Capture(..) => {
                if let Some(last) = segments.last_mut() {
                    last.is_fixed = false;
                    last.end.clear();
                }
            }
        }
    }
    segments
}

/// Returns whether some path has the shape of both.
fn overlap(a: &Machine, b: &Machine) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![(0, 0)];
    while let Some((x, y)) = open.pop() {
        if !seen.insert((x, y)) {
            continue;
        }
        if x == a.end() && y == b.end() {
            return true;
        }
        open.extend(a.jumps[x].iter().map(|to| (*to, y)));
        open.extend(b.jumps[y].iter().map(|to| (x, *to)));
        for left in &a.steps[x] {
            let meets = b.steps[y].iter().filter(|right| meet(left.reads, right.reads));
            open.extend(meets.map(|right| (left.to, right.to)));
        }
    }
    false
}

/// Returns whether some path that has the shape of both is read differently by them: another date or subject, or one that
/// the other does not read. A pattern compared with itself differs where it can read one path in two ways.
pub(super) fn differ(a: &[Part], b: &[Part]) -> bool {
    let (a, b) = (Machine::of(a), Machine::of(b));
    if a.captures.is_empty() && b.captures.is_empty() {
        return false;
    }
    let mut seen = HashSet::new();
    let mut open = vec![(0, 0, false)];
    while let Some((x, y, differs)) = open.pop() {
        // What is reached with a difference needs no second look without one.
        if seen.contains(&(x, y, true)) || !seen.insert((x, y, differs)) {
            continue;
        }
        if differs && x == a.end() && y == b.end() {
            return true;
        }
        open.extend(a.jumps[x].iter().map(|to| (*to, y, differs)));
        open.extend(b.jumps[y].iter().map(|to| (x, *to, differs)));
        for left in &a.steps[x] {
            let meets = b.steps[y].iter().filter(|right| meet(left.reads, right.reads));
            open.extend(meets.map(|right| (left.to, right.to, differs || a.kept(left) != b.kept(right))));
        }
    }
    false
}

/// Whether two sets share a character.
fn meet(a: Set, b: Set) -> bool {
    match (a, b) {
        (Set::Just(c), set) | (set, Set::Just(c)) => holds(set, c),
        (Set::Digit | Set::Word | Set::NoSlash | Set::Any, Set::Digit | Set::Word | Set::NoSlash | Set::Any) => true,
    }
}

/// Returns whether a set holds a character.
pub(super) fn holds(set: Set, c: char) -> bool {
    match set {
        Set::Just(this) => this == c,
        Set::Digit => c.is_ascii_digit(),
        Set::Word => in_word(c),
        Set::NoSlash => c != '/',
        Set::Any => true,
    }
}

impl Machine {
    /// Takes a pattern apart.
    pub(super) fn of(parts: &[Part]) -> Machine {
        let mut machine = Machine::default();
        machine.state();
        for part in parts {
            machine.add(part);
        }
        machine
    }

    /// Returns the state in which the whole of it was read.
    pub(super) fn end(&self) -> usize {
        self.steps.len() - 1
    }

    /// Returns name and kind of the capture that keeps what a step reads.
    fn kept(&self, step: &Step) -> Option<&(String, CaptureKind)> {
        step.kept.and_then(|place| self.captures.get(place))
    }

    fn step(&self, reads: Set, to: usize) -> Step {
        Step { reads, to, kept: self.keeping }
    }

    fn state(&mut self) -> usize {
        self.steps.push(Vec::new());
        self.jumps.push(Vec::new());
        self.end()
    }

    /// Adds a step from `from` to a new state.
    fn then(&mut self, from: usize, reads: Set) -> usize {
        let to = self.state();
        let step = self.step(reads, to);
        self.steps[from].push(step);
        to
    }

    fn text(&mut self, mut from: usize, text: &str) -> usize {
        for c in text.chars() {
            from = self.then(from, if c == '0' { Set::Digit } else { Set::Just(c) });
        }
        from
    }

    fn add(&mut self, part: &Part) {
        let from = self.end();
        match part {
            Part::Literal(text) => {
                text.chars().fold(from, |at, c| self.then(at, Set::Just(c)));
            }
            Part::One => {
                self.then(from, Set::NoSlash);
            }
            Part::Star => self.again(from, Set::NoSlash, from),
            Part::Rest => {
                let to = self.then(from, Set::Any);
                self.again(to, Set::Any, to);
            }
            Part::Folders => {
                let inside = self.then(from, Set::NoSlash);
                self.again(inside, Set::NoSlash, inside);
                self.again(inside, Set::Just('/'), from);
                let after = self.state();
                self.jumps[from].push(after);
            }
            Part::Capture(name, kind) => {
                if *kind != CaptureKind::Text {
                    self.keeping = Some(self.captures.len());
                    self.captures.push((name.clone(), *kind));
                }
                self.capture(from, *kind);
                self.keeping = None;
            }
        }
    }

    /// Adds a step to a state that is there already.
    fn again(&mut self, from: usize, reads: Set, to: usize) {
        let step = self.step(reads, to);
        self.steps[from].push(step);
    }

    fn capture(&mut self, from: usize, kind: CaptureKind) {
        let shapes: &[&str] = match kind {
            CaptureKind::Date => &["0000-00-00", "00000000"],
            CaptureKind::Month => &["0000-00"],
            CaptureKind::Year => &["0000"],
            CaptureKind::FiscalYear => &["FY0000", "R0", "R00", "R000"],
            CaptureKind::Subject | CaptureKind::Text => {
                let to = self.then(from, Set::Word);
                self.again(to, Set::Word, to);
                return;
            }
        };
        let ends: Vec<usize> = shapes.iter().map(|shape| self.text(from, shape)).collect();
        let after = self.state();
        ends.into_iter().for_each(|end| self.jumps[end].push(after));
    }
}
