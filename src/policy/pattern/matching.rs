//! Matches a path against the parts of a pattern and reads what it captured.
//!
//! In: parts, a path. Out: the piece of the path each part took; dates and subject. The rule it keeps: each pair of a
//! part and a position is tried once, so no pattern is slower than its length times the path's.

use crate::calendar::{Date, MonthDay};

use super::{CaptureKind, Captured, Part};

/// Returns the end of the piece each part takes if together they take the whole path.
pub(super) fn pieces(parts: &[Part], path: &str) -> Option<Vec<usize>> {
    // Most paths are not this pattern's: they differ in the first folder.
    first_end(parts.first()?, path, 0)?;
    let tried = vec![false; parts.len() * (path.len() + 1)];
    let mut search = Search { parts, path, tried, ends: Vec::with_capacity(parts.len()) };
    search.from(0, 0).then_some(search.ends)
}

struct Search<'p> {
    parts: &'p [Part],
    path: &'p str,
    /// For each part, at each position of the path, whether it was tried there.
    tried: Vec<bool>,
    ends: Vec<usize>,
}

impl Search<'_> {
    /// Returns whether the parts from `part` on take the path from `at` on. Recursion is as deep as there are parts.
    fn from(&mut self, part: usize, at: usize) -> bool {
        let Some(this) = self.parts.get(part) else {
            return at == self.path.len();
        };
        if !self.is_first(part, at) {
            return false;
        }
        let mut next = first_end(this, self.path, at);
        while let Some(end) = next {
            self.ends.push(end);
            if self.from(part + 1, end) {
                return true;
            }
            self.ends.pop();
            // A wildcard that began where this one has come to would try just what is left.
            next = longer_end(this, self.path, end).filter(|end| self.is_first(part, *end));
        }
        false
    }

    /// Notes that a part is tried at a position; returns whether it was not before.
    fn is_first(&mut self, part: usize, at: usize) -> bool {
        let tried = &mut self.tried[part * (self.path.len() + 1) + at];
        !std::mem::replace(tried, true)
    }
}

/// The end of the shortest piece a part can take at `at`.
fn first_end(part: &Part, path: &str, at: usize) -> Option<usize> {
    let rest = &path[at..];
    match part {
        Part::Literal(text) => rest.starts_with(text.as_str()).then_some(at + text.len()),
        Part::One => rest.chars().next().filter(|c| *c != '/').map(|c| at + c.len_utf8()),
        Part::Star | Part::Folders => Some(at),
        Part::Rest => (!rest.is_empty()).then_some(path.len()),
        Part::Capture(_, kind) => capture_length(*kind, rest).map(|length| at + length),
    }
}

/// The end of the next longer piece after one that ends at `end`.
fn longer_end(part: &Part, path: &str, end: usize) -> Option<usize> {
    let rest = &path[end..];
    match part {
        Part::Star => rest.chars().next().filter(|c| *c != '/').map(|c| end + c.len_utf8()),
        Part::Folders => rest.find('/').filter(|length| *length > 0).map(|length| end + length + 1),
        Part::Literal(_) | Part::One | Part::Rest | Part::Capture(..) => None,
    }
}

/// Returns whether a subject or a text may hold this character.
pub(super) fn in_word(c: char) -> bool {
    !matches!(c, '.' | '_' | '-' | '/') && !c.is_control()
}

/// How many bytes a capture takes; the reader of patterns has made sure that there is only one possibility.
fn capture_length(kind: CaptureKind, rest: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let shaped = |shape: &str| {
        let fits = |(s, b): (u8, u8)| if s == b'0' { b.is_ascii_digit() } else { b == s };
        (rest.len() >= shape.len() && shape.bytes().zip(rest.bytes()).all(fits)).then_some(shape.len())
    };
    match kind {
        CaptureKind::Date => shaped("0000-00-00").or_else(|| shaped("00000000")),
        CaptureKind::Month => shaped("0000-00"),
        CaptureKind::Year => shaped("0000"),
        CaptureKind::FiscalYear => match rest.strip_prefix('R').map(digits) {
            Some(count) => (1..=3).contains(&count).then_some(1 + count),
            None => shaped("FY0000"),
        },
        CaptureKind::Subject | CaptureKind::Text => {
            Some(rest.find(|c| !in_word(c)).unwrap_or(rest.len())).filter(|length| *length > 0)
        }
    }
}

/// Reads the pieces the captures took.
pub(super) fn read(
    parts: &[Part],
    ends: &[usize],
    path: &str,
    fiscal_year_starts: MonthDay,
) -> Result<Captured, String> {
    let mut captured = Captured::default();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    for ((part, start), end) in parts.iter().zip(starts).zip(ends) {
        let Part::Capture(name, kind) = part else { continue };
        let piece = &path[start..*end];
        match kind {
            CaptureKind::Subject => captured.subject = Some(piece.to_owned()),
            CaptureKind::Text => {}
            CaptureKind::Date | CaptureKind::Month | CaptureKind::Year | CaptureKind::FiscalYear => {
                let refuse = || format!("`{piece}` for `{name}` is not a date between 1873 and 2999");
                captured.dates.insert(name.clone(), date(*kind, piece, fiscal_year_starts).ok_or_else(refuse)?);
            }
        }
    }
    Ok(captured)
}

/// The day a captured text stands for: the last one of the time it names.
fn date(kind: CaptureKind, text: &str, fiscal_year_starts: MonthDay) -> Option<Date> {
    match kind {
        CaptureKind::Date if text.len() == 8 => {
            Date::from_ymd(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)
        }
        CaptureKind::Date => text.parse().ok(),
        CaptureKind::Month => format!("{text}-01").parse::<Date>().ok().map(|first| first.last_of_month()),
        CaptureKind::Year => Date::from_ymd(text.parse().ok()?, 12, 31),
        CaptureKind::FiscalYear => {
            let year = fiscal_year(text)?;
            fiscal_year_starts.in_year(year)?;
            fiscal_year_starts.in_year(year + 1)?.minus_days(1)
        }
        CaptureKind::Subject | CaptureKind::Text => None,
    }
}

/// The day that the whole of `text` stands for, where it is of this kind.
pub(in crate::policy) fn whole_date(kind: CaptureKind, text: &str, fiscal_year_starts: MonthDay) -> Option<Date> {
    let is_whole = capture_length(kind, text) == Some(text.len());
    if is_whole { date(kind, text, fiscal_year_starts) } else { None }
}

/// `FY2026` and `R8` (令和8年度) both begin in 2026.
fn fiscal_year(text: &str) -> Option<i32> {
    const BEFORE_REIWA_1: i32 = 2018;
    match text.strip_prefix('R') {
        Some(era_year) => era_year.parse::<i32>().ok().filter(|n| *n > 0).map(|n| BEFORE_REIWA_1 + n),
        None => text.strip_prefix("FY")?.parse().ok(),
    }
}
