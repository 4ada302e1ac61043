//! Reads patterns and globs.
//!
//! In: their text. Out: parts, or what is wrong. The rule it keeps: a pattern is accepted only if every path it matches can
//! be read in one way.

use std::ops::Range;

use crate::said;

use super::fault::{self, Fault};
use super::foreign;
use super::matching::in_word;
use super::{CaptureKind, Part};

/// Longer patterns are refused.
const MOST_CHARACTERS: usize = 400;

/// Reads a path pattern with captures; what cannot be read and is a pattern of another language is told as that.
pub(super) fn pattern(text: &str) -> Result<Vec<Part>, Box<Fault>> {
    not_too_long(text)?;
    let is_read = |path: &str| path_pattern(path).is_ok();
    let foreign = || foreign::regular_expression(text, is_read).or_else(|| foreign::alternatives(text));
    path_pattern(text).map_err(|fault| foreign().unwrap_or(fault))
}

fn path_pattern(text: &str) -> Result<Vec<Part>, Box<Fault>> {
    match text.char_indices().find(|(_, c)| matches!(c, '?' | '\\')) {
        Some((at, '?')) => return Err(fault::one_character(at)),
        Some(_) => return Err(fault::backslash(text)),
        None => {}
    }
    let parts = parts(text)?;
    let captures = captures(&parts, text);
    captures.iter().try_for_each(|capture| touching(&parts, capture))?;
    captures.iter().try_for_each(|capture| between_wildcards(&parts, capture))?;
    names(&captures)?;
    Ok(parts)
}

/// Refuses a text that nobody could read again in a message.
fn not_too_long(text: &str) -> Result<(), Box<Fault>> {
    if text.chars().count() > MOST_CHARACTERS {
        let why = said!("it is longer than {MOST_CHARACTERS} characters", "{MOST_CHARACTERS}文字を超えています");
        let help = said!("write `*` for what need not be spelt out", "書き出す必要のない部分は`*`にしてください");
        return Err(Fault::new(0..text.len(), why, help));
    }
    Ok(())
}

/// Reads a glob, which captures nothing.
pub(super) fn glob(text: &str) -> Result<Vec<Part>, Box<Fault>> {
    not_too_long(text)?;
    match text.char_indices().find(|(_, c)| matches!(c, '{' | '}' | '\\')) {
        Some((_, '\\')) => return Err(fault::backslash(text)),
        Some((at, c)) => return Err(fault::brace(at, c)),
        None => {}
    }
    parts(text)
}

/// Returns the text as it was meant: with every fault mended for which only one thing can be written.
pub(super) fn mended(text: &str, read: fn(&str) -> Result<Vec<Part>, Box<Fault>>) -> Option<String> {
    /// The most faults of one pattern that are mended together.
    const MOST: usize = 8;
    let mut text = text.to_owned();
    for _ in 0..MOST {
        let Err(fault) = read(&text) else { return Some(text) };
        text = fault.mend(&text)?;
    }
    None
}

fn parts(text: &str) -> Result<Vec<Part>, Box<Fault>> {
    whole_path(text)?;
    let mut parts: Vec<Part> = Vec::new();
    let mut segments = text.split('/').peekable();
    let mut at = 0;
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "**" if is_last => parts.push(Part::Rest),
            "**" => parts.push(Part::Folders),
            _ => {
                in_segment((segment, at), &mut parts)?;
                if !is_last {
                    literal(&mut parts, '/');
                }
            }
        }
        at += segment.len() + 1;
    }
    Ok(parts)
}

fn whole_path(text: &str) -> Result<(), Box<Fault>> {
    let whole = 0..text.len();
    if text.is_empty() {
        let help = said!("write a path such as `letters/*.pdf`", "`letters/*.pdf`のようにパスを書いてください");
        return Err(Fault::new(whole, said!("it is empty", "空です"), help));
    }
    if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
        let why = said!("it holds a control character", "制御文字が入っています");
        let help = said!("remove the character", "その文字を除いてください");
        return Err(Fault::new(at..at + c.len_utf8(), why, help));
    }
    let below = text.trim_start_matches('/');
    if below.len() < text.len() {
        return Err(Fault::mended_by(
            0..text.len() - below.len(),
            said!("it begins with `/`", "`/`で始まっています"),
            said!(
                "leave `/` out at the beginning: paths count from the folder of records on",
                "先頭の`/`を除いてください（パスは記録のフォルダーから書きます）"
            ),
            "",
        ));
    }
    if text.ends_with('/') {
        let folder = text.trim_end_matches('/');
        return Err(Fault::new(
            folder.len()..text.len(),
            said!("it ends with `/`; a pattern names files", "`/`で終わっています（ファイルを指すように書きます）"),
            said!(
                "write `{folder}/*` for the files of that folder, `{folder}/**` for everything below it",
                "そのフォルダーのファイルなら`{folder}/*`、その下のすべてなら`{folder}/**`と書いてください"
            ),
        ));
    }
    segments(text)
}

/// Refuses segments that are empty or climb.
fn segments(text: &str) -> Result<(), Box<Fault>> {
    let mut at = 0;
    for segment in text.split('/') {
        let end = at + segment.len();
        let fault = match segment {
            "" => Fault::mended_by(
                at..at + 1,
                said!("it has an empty segment", "`/`が続いています"),
                said!("write one `/` between two names", "名前の間の`/`は1つにしてください"),
                "",
            ),
            "." if end < text.len() => Fault::mended_by(
                at..end + 1,
                said!("it has a segment `.`", "`.`という区切りが入っています"),
                said!("leave `./` out", "`./`を除いてください"),
                "",
            ),
            "." | ".." => Fault::new(
                at..end,
                said!("it has a segment `{segment}`", "`{segment}`という区切りが入っています"),
                said!(
                    "write the way down from the folder of records: a pattern never leaves it",
                    "記録のフォルダーからのパスを書いてください（その外のファイルは受け入れられません）"
                ),
            ),
            _ => {
                at = end + 1;
                continue;
            }
        };
        return Err(fault);
    }
    Ok(())
}

/// Reads a segment that begins at a byte of the pattern.
fn in_segment((segment, start): (&str, usize), parts: &mut Vec<Part>) -> Result<(), Box<Fault>> {
    if segment.contains("**") {
        return Err(fault::part_of_segment(start..start + segment.len(), segment));
    }
    let mut at = 0;
    while let Some(c) = segment[at..].chars().next() {
        match c {
            '*' => parts.push(Part::Star),
            '?' => parts.push(Part::One),
            '}' => return Err(never_opened((segment, start), at)),
            '{' => {
                let rest = &segment[at + 1..];
                let end = rest.find(['{', '}']).filter(|end| rest[*end..].starts_with('}'));
                let Some(end) = end else { return Err(never_closed(rest, start + at)) };
                parts.push(capture(&rest[..end], start + at)?);
                at += end + 1;
            }
            _ => literal(parts, c),
        }
        at += c.len_utf8();
    }
    Ok(())
}

/// A brace that nothing opened: the capture begins with its segment, where that is one.
fn never_opened((segment, start): (&str, usize), at: usize) -> Box<Fault> {
    let begin = segment[..at].rfind('}').map_or(0, |brace| brace + 1);
    let inside = Some(&segment[begin..at]).filter(|inside| capture(inside, 0).is_ok());
    let begin = if inside.is_some() { begin } else { at };
    fault::never_opened(start + begin..start + at + 1, inside)
}

/// A brace that nothing closes: the capture ends where the letters of a name do, if it is one then.
fn never_closed(rest: &str, at: usize) -> Box<Fault> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':');
    let end = rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
    let inside = rest[..end].trim_end_matches('-');
    let inside = Some(inside).filter(|inside| capture(inside, 0).is_ok());
    fault::never_closed(at..at + 1 + inside.map_or(0, str::len), inside)
}

fn literal(parts: &mut Vec<Part>, c: char) {
    match parts.last_mut() {
        Some(Part::Literal(text)) => text.push(c),
        Some(Part::One | Part::Star | Part::Folders | Part::Rest | Part::Capture(..)) | None => {
            parts.push(Part::Literal(c.to_string()));
        }
    }
}

/// Returns whether a text is a name in kebab-case: lower-case letters, digits and single hyphens, a letter first.
pub(in crate::policy) fn is_kebab_case(text: &str) -> bool {
    let words_hold = text.split('-').all(|word| !word.is_empty());
    let letters_hold = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    words_hold && letters_hold && text.as_bytes()[0].is_ascii_lowercase()
}

/// Returns the id that a word becomes with small letters and hyphens, if it is one then.
pub(in crate::policy) fn kebab_case(written: &str) -> Option<String> {
    let id = written.trim().to_lowercase().replace(['_', ' '], "-");
    is_kebab_case(&id).then_some(id)
}

/// `name:kind`, or `subject` alone, in braces that open at a byte of the pattern.
fn capture(inside: &str, start: usize) -> Result<Part, Box<Fault>> {
    let whole = start..start + inside.len() + 2;
    let (name, kind) = match inside.split_once(':') {
        Some((name, kind)) => (name, kind),
        None if inside == "subject" => (inside, inside),
        None if inside.contains('：') => return Err(fault::full_width_colon(whole, inside)),
        None => return Err(fault::no_kind(whole, inside)),
    };
    let known = |kind: &str| CaptureKind::NAMES.iter().find(|(known, _)| *known == kind).map(|(_, kind)| *kind);
    if known(kind).is_none() && known(name).is_some() && is_kebab_case(kind) && fault::kind_meant(kind).is_none() {
        return Err(fault::wrong_way_round(whole, (name, kind)));
    }
    if !is_kebab_case(name) {
        let kind = if known(kind).is_some() { Some(kind) } else { fault::kind_meant(kind) };
        let meant = kebab_case(name).zip(kind).map(|(name, kind)| format!("{{{name}:{kind}}}"));
        return Err(fault::no_name(whole, name, meant));
    }
    let at = start + 1 + name.len() + 1;
    let kind = known(kind).ok_or_else(|| fault::no_such_kind(at..at + kind.len(), kind))?;
    Ok(Part::Capture(name.to_owned(), kind))
}

/// A capture among the parts of a pattern.
struct Captured<'p> {
    /// Which part it is.
    n: usize,
    name: &'p str,
    kind: CaptureKind,
    /// Its bytes in the text, with the braces.
    at: Range<usize>,
}

/// The captures of a pattern, in order.
fn captures<'p>(parts: &'p [Part], text: &str) -> Vec<Captured<'p>> {
    let spans = text.match_indices('{').filter_map(|(start, _)| Some(start..start + text[start..].find('}')? + 1));
    let captures = parts.iter().enumerate().filter_map(|(n, part)| match part {
        Part::Capture(name, kind) => Some((n, name.as_str(), *kind)),
        Part::Literal(_) | Part::One | Part::Star | Part::Folders | Part::Rest => None,
    });
    captures.zip(spans).map(|((n, name, kind), at)| Captured { n, name, kind, at }).collect()
}

/// A capture ends at a literal that cannot be part of it, and does not begin at a wildcard.
fn touching(parts: &[Part], capture: &Captured<'_>) -> Result<(), Box<Fault>> {
    let Captured { n, name, kind, at } = capture;
    if let Some(Part::Star | Part::One) = n.checked_sub(1).and_then(|before| parts.get(before)) {
        return Err(fault::touches_before(at.clone(), name));
    }
    match parts.get(n + 1) {
        Some(Part::Literal(text)) if text.chars().next().is_some_and(|c| takes(*kind, c)) => {
            Err(fault::could_take_after(at.clone(), name))
        }
        Some(Part::Literal(_)) | None => Ok(()),
        Some(Part::Capture(..) | Part::Star | Part::One | Part::Folders | Part::Rest) => {
            Err(fault::touches_after(at.clone(), name))
        }
    }
}

fn takes(kind: CaptureKind, c: char) -> bool {
    match kind {
        CaptureKind::Subject | CaptureKind::Text => in_word(c),
        CaptureKind::FiscalYear => c.is_ascii_digit(),
        CaptureKind::Date | CaptureKind::Month | CaptureKind::Year => false,
    }
}

/// Within a segment, and over the whole path, wildcards stand on one side of a capture only: the other side holds it
/// in place.
fn between_wildcards(parts: &[Part], capture: &Captured<'_>) -> Result<(), Box<Fault>> {
    let Captured { n, name, kind, at } = capture;
    let (before, after) = (&parts[..*n], &parts[n + 1..]);
    let folders = |side: &[Part]| side.iter().any(|part| matches!(part, Part::Folders | Part::Rest));
    let in_segment_before = wildcard_in_segment(before.iter().rev());
    if (folders(before) && folders(after)) || (in_segment_before && wildcard_in_segment(after.iter())) {
        return Err(fault::between_wildcards(at.clone(), name));
    }
    let glued = match before.last() {
        Some(Part::Literal(text)) => text.chars().next_back().is_some_and(|c| takes(*kind, c)),
        Some(Part::One | Part::Star | Part::Folders | Part::Rest | Part::Capture(..)) | None => false,
    };
    if in_segment_before && glued { Err(fault::could_take_before(at.clone(), name)) } else { Ok(()) }
}

/// Whether a wildcard comes before the segment's end, going outwards.
fn wildcard_in_segment<'p>(outwards: impl Iterator<Item = &'p Part>) -> bool {
    for part in outwards {
        match part {
            Part::Star => return true,
            Part::Folders | Part::Rest => return false,
            Part::Literal(text) if text.contains('/') => return false,
            Part::Literal(_) | Part::One | Part::Capture(..) => {}
        }
    }
    false
}

fn names(captures: &[Captured<'_>]) -> Result<(), Box<Fault>> {
    let (mut seen, mut has_subject): (Vec<&str>, bool) = (Vec::new(), false);
    for Captured { name, kind, at, .. } in captures {
        if seen.contains(name) {
            return Err(fault::twice(at.clone(), name));
        }
        let is_subject = *kind == CaptureKind::Subject;
        if is_subject && has_subject {
            return Err(fault::two_subjects(at.clone(), name));
        }
        seen.push(name);
        has_subject |= is_subject;
    }
    Ok(())
}
