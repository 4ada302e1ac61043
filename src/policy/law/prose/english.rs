//! Numbers as English writes them: Article 23(4)(iii), art. 23(1), Art. 23 para. 4 item 3, and 23(1) beside a law's name.
//!
//! In: a text, the names of laws. Out: citations. The rule it keeps: "Article 5 of our statutes" names another document,
//! so it is not a citation.

use super::{Citation, Form, Names};
use crate::policy::law::cite::{Cite, from_roman};
use crate::policy::law::pack::Statute;

/// Words before a number that make it the number of an article; in lower case.
const ARTICLE: [&str; 6] = ["articles", "article", "arts.", "art.", "arts", "art"];

/// Words before a further number of the same list.
const AND: [&str; 4] = ["and", "or", "to", ","];

/// Words that stand for the law spoken of.
const THE_ACT: [&str; 6] =
    ["of the act", "of that act", "of this act", "of the same act", "of the said act", "of the law"];

/// Words that say that a number is an old one; in lower case.
const FORMER: [&str; 4] = ["former", "old", "previous", "then"];

/// Finds the numbers of a text; `language` is not looked at: Japanese texts hold brackets too.
pub(super) fn find(text: &str, names: &Names<'_>, _language: &str) -> Vec<Citation> {
    let mut found: Vec<Citation> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|letter: char| letter.is_ascii_digit()).map(|next| at + next) {
        let (end, cite, form) = match read(text, start) {
            Some(read) if !text[..start].ends_with(|letter: char| letter.is_alphanumeric() && letter.is_ascii()) => {
                read
            }
            Some((end, ..)) => {
                at = end;
                continue;
            }
            None => {
                at = start + text[start..].find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len() - start);
                continue;
            }
        };
        at = end;
        // 条 after the number: Japanese reads it.
        if text[end..].starts_with('条') {
            continue;
        }
        let last = found.last().map(|last| (last.range.end, last.statute.clone()));
        let statute = statute_of(text, start..end, &cite, last, names);
        found.extend(statute.map(|statute| Citation { range: start..end, statute, cite, form }));
    }
    found
}

fn statute_of(
    text: &str,
    range: std::ops::Range<usize>,
    cite: &Cite,
    last: Option<(usize, String)>,
    names: &Names<'_>,
) -> Option<String> {
    let before = text[..range.start].trim_end();
    let continues = last.filter(|(end, _)| {
        let between = text.get(*end..range.start).unwrap_or("x").trim();
        AND.contains(&between) || between.is_empty()
    });
    if let (Some((_, statute)), true) = (continues, cite.paragraph.is_some()) {
        return Some(statute);
    }
    let lower = before.to_lowercase();
    let word = ARTICLE.iter().find_map(|word| lower.strip_suffix(word));
    let front = match word {
        Some(front) if !front.ends_with(char::is_alphanumeric) => before.get(..front.len())?.trim_end(),
        // Without the word, brackets and the name of a law right before it are needed.
        Some(_) | None if cite.paragraph.is_none() => return None,
        Some(_) | None if before.ends_with('法') => {
            return super::japanese::cited(before, names).map(|statute| statute.id.clone());
        }
        Some(_) | None => {
            let (end, statute) = names.last_in(before)?;
            let is_beside = before.len() == end || before[end..].trim_matches([' ', '　', ',', '第']).is_empty();
            return is_beside.then(|| statute.id.clone());
        }
    };
    if FORMER.iter().any(|word| front.to_lowercase().ends_with(word)) {
        return None;
    }
    after(&text[range.end..], front, names).map(|statute| statute.id.clone())
}

/// The law named after a number, or else before it.
fn after<'l>(rest: &str, front: &str, names: &Names<'l>) -> Option<&'l Statute> {
    let named = || names.last_in(front).map(|(_, statute)| statute);
    // A list of numbers has its law at the end.
    let rest = rest.trim_start_matches(|letter: char| letter != '.' && !letter.is_ascii_alphabetic());
    let rest = skip_list(rest);
    let lower = rest.to_lowercase();
    if THE_ACT.iter().any(|words| lower.starts_with(words) && !lower[words.len()..].starts_with(" on")) {
        return named().or(names.main);
    }
    match lower.strip_prefix("of ") {
        Some(_) => {
            let name = rest["of ".len()..].trim_start();
            let name = name.strip_prefix("the ").unwrap_or(name);
            names.statutes.iter().find(|(known, _)| name.starts_with(known)).map(|(_, statute)| *statute)
        }
        None => {
            let known = names.statutes.iter().find(|(known, _)| rest.starts_with(known));
            known.map(|(_, statute)| *statute).or_else(named).or(names.main)
        }
    }
}

/// Leaves out further numbers: `and 27(5) of the Act`.
fn skip_list(text: &str) -> &str {
    let mut rest = text;
    loop {
        let word = AND.iter().find_map(|word| rest.strip_prefix(word)).map(str::trim_start);
        let number = word.filter(|after| after.starts_with(|letter: char| letter.is_ascii_digit()));
        match number.and_then(|after| read(after, 0).map(|(end, ..)| after[end..].trim_start())) {
            Some(after) => rest = after,
            None => return rest,
        }
    }
}

/// Reads a number that begins at a byte: where it ends, what it is, how it is written.
fn read(text: &str, start: usize) -> Option<(usize, Cite, Form)> {
    let mut cite = Cite { supplementary: false, article: Vec::new(), paragraph: None, item: None };
    let mut end = start;
    loop {
        let (after, number) = digits(text, end)?;
        cite.article.push(number);
        end = after;
        let is_branch =
            text[end..].strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if !is_branch {
            break;
        }
        end += 1;
    }
    let mut form = Form::Brackets;
    while let Some((after, inner)) = bracket(text, end) {
        match (inner.parse::<u16>().ok().filter(|n| *n > 0), from_roman(inner)) {
            (Some(paragraph), _) if cite.paragraph.is_none() && cite.item.is_none() => cite.paragraph = Some(paragraph),
            (Some(item), _) | (None, Some(item)) if cite.item.is_none() => cite.item = Some(item),
            // (f) belongs to a law that numbers otherwise.
            (Some(_) | None, Some(_) | None) if inner.len() <= 3 => return None,
            (Some(_) | None, Some(_) | None) => break,
        }
        end = after;
    }
    if let Some((after, paragraph, words)) = worded(text, end, &PARAGRAPHS).filter(|_| cite.paragraph.is_none()) {
        (cite.paragraph, end) = (Some(paragraph), after);
        form = Form::Words(words, ", item ");
    }
    if let Some((after, item, words)) = worded(text, end, &ITEMS).filter(|_| cite.item.is_none()) {
        (cite.item, end) = (Some(item), after);
        form = match form {
            Form::Words(paragraph, _) => Form::Words(paragraph, words),
            Form::Brackets | Form::Kanji | Form::Short => Form::Words(", paragraph ", words),
        };
    }
    Some((end, cite, form))
}

const PARAGRAPHS: [&str; 6] = [", paragraph ", " paragraph ", ", para. ", " para. ", ", par. ", " par. "];
const ITEMS: [&str; 6] = [", item ", " item ", ", no. ", " no. ", ", sub. ", " sub. "];

fn worded(text: &str, from: usize, words: &[&'static str]) -> Option<(usize, u16, &'static str)> {
    let rest = &text[from..];
    let word = words.iter().find(|word| rest.starts_with(**word))?;
    let after = from + word.len();
    if let Some((end, inner)) = bracket(text, after) {
        return Some((end, inner.parse().ok().or_else(|| from_roman(inner))?, word));
    }
    let end = after + text[after..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len() - after);
    let number = &text[after..end];
    Some((end, number.parse().ok().or_else(|| from_roman(number))?, word))
}

fn bracket(text: &str, from: usize) -> Option<(usize, &str)> {
    let inner = text[from..].strip_prefix('(')?;
    let (inner, _) = inner.split_once(')')?;
    Some((from + inner.len() + 2, inner))
}

fn digits(text: &str, from: usize) -> Option<(usize, u16)> {
    let length = text[from..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - from);
    let number = text[from..from + length].parse().ok().filter(|number| *number > 0)?;
    Some((from + length, number))
}

/// The byte after the last end of a sentence: a stop, a space and a capital letter.
pub(super) fn last_end(text: &str) -> Option<usize> {
    text.rmatch_indices(". ").find(|(at, _)| is_end(text, *at)).map(|(at, stop)| at + stop.len())
}

/// The byte of the stop that ends the first sentence.
pub(super) fn first_end(text: &str) -> Option<usize> {
    text.match_indices(". ").find(|(at, _)| is_end(text, *at)).map(|(at, _)| at)
}

fn is_end(text: &str, at: usize) -> bool {
    text[at + 2..].starts_with(|letter: char| letter.is_uppercase())
}
