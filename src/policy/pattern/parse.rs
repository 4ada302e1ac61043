//! Reads patterns and globs.
//!
//! In: their text. Out: parts, or why not. The rule it keeps: a pattern is accepted only if every path it matches can be
//! read in one way.

use std::ops::Range;

use crate::diag::{Said, nearest};
use crate::said;

use super::matching::in_word;
use super::{CaptureKind, Part};

/// Longer patterns are refused.
const MOST_CHARACTERS: usize = 400;

/// Reads a path pattern with captures.
pub(super) fn pattern(text: &str) -> Result<Vec<Part>, Said> {
    if let Some(c) = text.chars().find(|c| matches!(c, '?' | '\\')) {
        return Err(said!(
            "`{c}` has no meaning in it (`*` stands for any characters)",
            "`{c}`は使えません（任意の文字は`*`で表します）"
        ));
    }
    let parts = parts(text)?;
    let neighbours = parts.windows(2).try_for_each(|pair| touching(&pair[0], &pair[1]));
    neighbours.and_then(|()| between_wildcards(&parts)).and_then(|()| names(&parts))?;
    Ok(parts)
}

/// Reads a glob, which captures nothing.
pub(super) fn glob(text: &str) -> Result<Vec<Part>, Said> {
    if let Some(c) = text.chars().find(|c| matches!(c, '{' | '}' | '\\')) {
        return Err(said!("`{c}` has no meaning in a glob", "除外するファイルの指定では`{c}`は使えません"));
    }
    parts(text)
}

fn parts(text: &str) -> Result<Vec<Part>, Said> {
    whole_path(text)?;
    let mut parts: Vec<Part> = Vec::new();
    let mut segments = text.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "**" if is_last => parts.push(Part::Rest),
            "**" => parts.push(Part::Folders),
            _ => {
                in_segment(segment, &mut parts)?;
                if !is_last {
                    literal(&mut parts, '/');
                }
            }
        }
    }
    Ok(parts)
}

fn whole_path(text: &str) -> Result<(), Said> {
    if text.is_empty() {
        return Err(said!("it is empty", "空です"));
    }
    if text.starts_with('/') {
        return Err(said!(
            "it begins with `/`; patterns are relative to the folder of records",
            "`/`で始まっています（記録のフォルダーからの相対パスで書きます）"
        ));
    }
    if text.ends_with('/') {
        return Err(said!(
            "it ends with `/`; a pattern names files",
            "`/`で終わっています（ファイルを指すように書きます）"
        ));
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(said!("it is longer than {MOST_CHARACTERS} characters", "{MOST_CHARACTERS}文字を超えています"));
    }
    if text.chars().any(char::is_control) {
        return Err(said!("it holds a control character", "制御文字が入っています"));
    }
    match text.split('/').find(|segment| matches!(*segment, "" | "." | "..")) {
        Some("") => Err(said!("it has an empty segment", "`/`が続いています")),
        Some(dots) => Err(said!("it has a segment `{dots}`", "`{dots}`という区切りが入っています")),
        None => Ok(()),
    }
}

fn in_segment(segment: &str, parts: &mut Vec<Part>) -> Result<(), Said> {
    if segment.contains("**") {
        return Err(said!(
            "`**` stands for whole segments, but in `{segment}` it is not a whole segment",
            "`**`は`/`で区切られた部分の全体を表しますが、`{segment}`ではその一部になっています"
        ));
    }
    let mut rest = segment;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => parts.push(Part::Star),
            '?' => parts.push(Part::One),
            '}' => return Err(said!("a `}}` was never opened", "`}}`に対応する`{{`がありません")),
            '{' => {
                let end = rest.find('}');
                let end = end.ok_or_else(|| said!("a `{{` was never closed", "`{{`に対応する`}}`がありません"))?;
                parts.push(capture(&rest[..end])?);
                rest = &rest[end + 1..];
            }
            _ => literal(parts, c),
        }
    }
    Ok(())
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

/// `name:kind`, or `subject` alone.
fn capture(inside: &str) -> Result<Part, Said> {
    let (name, kind) = match inside.split_once(':') {
        Some((name, kind)) => (name, kind),
        None if inside == "subject" => (inside, inside),
        None if inside.contains('：') => {
            let meant = inside.replacen('：', ":", 1);
            return Err(said!(
                "`{{{inside}}}` has a full-width `：` (write `{{{meant}}}`)",
                "`{{{inside}}}`のコロンが全角です（`{{{meant}}}`のように半角で書きます）"
            ));
        }
        None => {
            return Err(said!(
                "`{{{inside}}}` has no kind (write `{{{inside}:date}}`)",
                "`{{{inside}}}`に種別がありません（`{{{inside}:date}}`のように書きます）"
            ));
        }
    };
    if !is_kebab_case(name) {
        return Err(said!(
            "`{name}` is not the name of a date (lower-case letters, digits, hyphens)",
            "`{name}`は日付の名前として使えません（小文字の英字・数字・ハイフンで書きます）"
        ));
    }
    let known = CaptureKind::NAMES;
    let found = known.iter().find(|(known, _)| *known == kind);
    let (_, kind) = found.ok_or_else(|| {
        let names = known.map(|(name, _)| format!("`{name}`")).join(", ");
        said!("`{kind}` is not a kind (the kinds are {names})", "`{kind}`という種別はありません（使える種別：{names}）")
    })?;
    Ok(Part::Capture(name.to_owned(), *kind))
}

/// Where a capture of a pattern has a kind that is not known, and the kind that was probably meant.
pub(super) fn unknown_kind(text: &str) -> Option<(Range<usize>, Option<&'static str>)> {
    let mut opened = text.match_indices('{').map(|(at, _)| at + 1);
    opened.find_map(|start| {
        let (inside, _) = text[start..].split_once('}')?;
        let (_, kind) = inside.split_once(':')?;
        let known = || CaptureKind::NAMES.iter().map(|(name, _)| *name);
        let end = start + inside.len();
        (!known().any(|known| known == kind)).then(|| (end - kind.len()..end, nearest(kind, known())))
    })
}

/// A capture ends at a literal that cannot be part of it, and does not begin at a wildcard.
fn touching(a: &Part, b: &Part) -> Result<(), Said> {
    const APART: &str = "(put `-`, `_`, `.` or `/` between)";
    const APART_JA: &str = "（間に`-`、`_`、`.`、`/`のいずれかを入れます）";
    if let (Part::Star | Part::One, Part::Capture(name, _)) = (a, b) {
        return Err(said!(
            "`{{{name}}}` touches the wildcard before it {APART}",
            "`{{{name}}}`がすぐ前の`*`とつながっています{APART_JA}"
        ));
    }
    let Part::Capture(name, kind) = a else {
        return Ok(());
    };
    match b {
        Part::Literal(text) if text.chars().next().is_some_and(|c| takes(*kind, c)) => Err(said!(
            "what follows `{{{name}}}` could be part of it {APART}",
            "`{{{name}}}`のすぐ後の文字が、その値の一部とも読めます{APART_JA}"
        )),
        Part::Literal(_) => Ok(()),
        Part::Capture(..) | Part::Star | Part::One | Part::Folders | Part::Rest => Err(said!(
            "`{{{name}}}` touches what follows it {APART}",
            "`{{{name}}}`がすぐ後のものとつながっています{APART_JA}"
        )),
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
fn between_wildcards(parts: &[Part]) -> Result<(), Said> {
    for (n, part) in parts.iter().enumerate() {
        let Part::Capture(name, kind) = part else { continue };
        let (before, after) = (&parts[..n], &parts[n + 1..]);
        let folders = |side: &[Part]| side.iter().any(|part| matches!(part, Part::Folders | Part::Rest));
        let in_segment_before = wildcard_in_segment(before.iter().rev());
        if (folders(before) && folders(after)) || (in_segment_before && wildcard_in_segment(after.iter())) {
            return Err(said!(
                "`{{{name}}}` stands between two wildcards, so its place is not certain",
                "`{{{name}}}`が2つの`*`の間にあり、位置が定まりません"
            ));
        }
        let glued = match before.last() {
            Some(Part::Literal(text)) => text.chars().next_back().is_some_and(|c| takes(*kind, c)),
            Some(Part::One | Part::Star | Part::Folders | Part::Rest | Part::Capture(..)) | None => false,
        };
        if in_segment_before && glued {
            return Err(said!(
                "what stands before `{{{name}}}` could be part of it (put `-`, `_` or `.` between)",
                "`{{{name}}}`のすぐ前の文字が、その値の一部とも読めます（間に`-`、`_`、`.`のいずれかを入れます）"
            ));
        }
    }
    Ok(())
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

fn names(parts: &[Part]) -> Result<(), Said> {
    let mut seen: Vec<&str> = Vec::new();
    let mut subjects = 0;
    for part in parts {
        let Part::Capture(name, kind) = part else { continue };
        if seen.contains(&name.as_str()) {
            return Err(said!("it captures `{name}` twice", "`{name}`が2回出てきます"));
        }
        seen.push(name);
        subjects += usize::from(*kind == CaptureKind::Subject);
    }
    if subjects > 1 {
        let found = said!(
            "it captures two subjects; a record is about one",
            "`subject`が2つあります（1件の記録は1人（1件）についてのものです）"
        );
        return Err(found);
    }
    Ok(())
}
