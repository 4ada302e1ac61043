//! Looks for the cause of a fault by trying what may have been meant.
//!
//! In: a text and the place where reading it stopped. Out: the cause, with what belongs in its place. The rule it keeps: a
//! guess is said only where the text reads on with it; a few guesses are tried, in the line where reading stopped and in
//! the one before.

use serde_saphyr::Error;

use crate::diag::{Place, Said};
use crate::said;

use super::cause::Cause;
use super::piece::{Piece, Within, pieces};
use super::{byte_of, hint, mark, quoting, reading};

/// The most guesses that are tried.
const MOST: usize = 6;

/// Returns the cause of what stopped the reader at `place`.
pub(super) fn cause(text: &str, place: &Place) -> Option<Cause> {
    if let Some(conflict) = mark::conflict(text, place.line) {
        return Some(conflict);
    }
    // Where a line ends for the reader of YAML is no end of a line here: nothing can be said of lines.
    if text.replace("\r\n", "").contains('\r') {
        return None;
    }
    if let Some(unclosed) = unclosed(text, place.line).filter(|guess| reads_on(text, place, guess)) {
        return Some(unclosed);
    }
    let lines = [Some(place.line), before(text, place.line)];
    let lacking = lines.into_iter().flatten().flat_map(|number| lacking(text, number));
    let guesses = lines.into_iter().flatten().flat_map(|number| guesses(text, number)).chain(lacking);
    guesses.take(MOST).find(|guess| reads_on(text, place, guess))
}

/// A bracket of an earlier line below which a list or a map goes on in lines of its own.
fn unclosed(text: &str, stopped: u32) -> Option<Cause> {
    let (number, column, open) = hint::open_brackets(text, stopped, 1).pop()?;
    let next = (number.saturating_add(1)..=stopped).map(|number| hint::line_of(text, number).trim());
    let next = next.into_iter().find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let is_of_lines = next.starts_with("- ") || next.contains(": ") || next.ends_with(':');
    if !is_of_lines || next.ends_with([',', ']', '}']) {
        return None;
    }
    let close = if open == '[' { ']' } else { '}' };
    let skipped = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let rest: String = hint::line_of(text, number).trim_end().chars().skip(skipped).collect();
    let found = said!("`{rest}` is not closed", "`{rest}`の括弧が閉じられていません");
    let (help, instead) = match rest.len() {
        1 => (
            said!(
                "leave it out: what stands in lines of its own below needs no bracket",
                "取り除いてください。下に行を分けて書くときは、括弧は要りません"
            ),
            String::new(),
        ),
        _ => {
            let instead = format!("{rest}{close}");
            (said!("close it: `{instead}`", "`{instead}`のように閉じてください"), instead)
        }
    };
    Some(Cause { line: number, column, letters: rest, found, help, instead: Some(instead) })
}

/// The last line with something in it before a line.
fn before(text: &str, line: u32) -> Option<u32> {
    let is_content = |(_, line): &(u32, &str)| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    (1..line).zip(text.lines()).filter(is_content).last().map(|(number, _)| number)
}

fn lacking(text: &str, number: u32) -> Vec<Cause> {
    match hint::open_bracket(text, number) {
        None => mark::lacks(number, hint::line_of(text, number)),
        Some(_) => Vec::new(),
    }
}

fn guesses(text: &str, number: u32) -> Vec<Cause> {
    let line = hint::line_of(text, number);
    let open = hint::open_bracket(text, number);
    let marks = if open.is_none() { mark::faults(number, line) } else { Vec::new() };
    let of_value = pieces(line, open).into_iter().flat_map(|piece| {
        let more = continued(text, number, line, &piece);
        let whole = [line.trim_end(), &more.replace(['\n', '\r'], " ")].concat();
        let faults = quoting::faults(&whole, &piece.longer_by(more.len()));
        faults.into_iter().map(move |quoting::Fault { at, found, help, instead }| {
            let column = u32::try_from(line[..at.start].chars().count()).unwrap_or(u32::MAX).saturating_add(1);
            let letters = [line.trim_end(), more].concat()[at].to_owned();
            let instead = if more.is_empty() { instead } else { in_one_line(&instead) };
            let [found, help] = if more.is_empty() { [found, help] } else { [found, help].map(all_in_one_line) };
            Cause { line: number, column, letters, found, help, instead: Some(instead) }
        })
    });
    marks.into_iter().chain(of_value).collect()
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn all_in_one_line(said: Said) -> Said {
    Said { en: in_one_line(&said.en), ja: in_one_line(&said.ja) }
}

/// The lines in which a text without quotes goes on.
fn continued<'t>(text: &'t str, number: u32, line: &str, piece: &Piece) -> &'t str {
    let Piece::Value { at, within: Within::Line, key } = piece else { return "" };
    if at.end < line.trim_end().len() || line[at.clone()].starts_with(['"', '\'', '|', '>']) {
        return "";
    }
    let indentation = line.len() - line.trim_start_matches(' ').len();
    let least = if key.is_some() { indentation + 1 } else { indentation.max(1) };
    let start = byte_of(text, number, 1) + line.trim_end().len();
    let (mut end, mut taken) = (start, byte_of(text, number.saturating_add(1), 1));
    for next in text.get(taken..).unwrap_or_default().split_inclusive('\n') {
        let rest = next.trim_start_matches(' ');
        let is_more = next.len() - rest.len() >= least && !rest.trim().is_empty();
        if !is_more || rest.starts_with(['-', '#']) || rest.contains(':') {
            break;
        }
        end = taken + next.trim_end().len();
        taken += next.len();
    }
    text.get(start..end).unwrap_or_default()
}

/// Whether a text with what was guessed in its place is read beyond the place where it stopped.
fn reads_on(text: &str, place: &Place, guess: &Cause) -> bool {
    let Some(instead) = &guess.instead else { return true };
    let start = byte_of(text, guess.line, guess.column);
    let end = start + guess.letters.len();
    if text.get(start..end) != Some(guess.letters.as_str()) {
        return false;
    }
    let mended = [&text[..start], instead, &text[end..]].concat();
    let Err(error) = reading(&mended) else { return true };
    let Some((line, column)) = stopped(&error) else { return false };
    // In the same line what was put in moves the same fault by as many letters.
    let longer = instead.chars().count().saturating_sub(guess.letters.chars().count()) as u64;
    let end = u64::from(guess.column) + instead.chars().count() as u64;
    match line.cmp(&u64::from(place.line)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => {
            let beyond = u64::from(place.column) + if guess.line == place.line { longer } else { 0 };
            column > beyond && (guess.line < place.line || column >= end)
        }
        std::cmp::Ordering::Greater => true,
    }
}

fn stopped(error: &Error) -> Option<(u64, u64)> {
    error.without_snippet().location().map(|at| (at.line(), at.column()))
}
