//! Numbers as English writes them: Article 23(4)(iii), art. 23(1), Art. 23 para. 4 item 3, and 23(1) beside a law's name.
//!
//! In: a text, the names of laws. Out: citations. The rule it keeps: "Article 5 of our statutes" names another document,
//! so it is not a citation.

use super::{Citation, Form, Names, window_after, window_before};
use crate::policy::law::cite::{Cite, from_roman};
use crate::policy::law::pack::Statute;

/// Words before a number that make it the number of an article; in lower case.
const ARTICLE: [&str; 10] =
    ["articles", "article", "arts.", "art.", "arts", "art", "sections", "section", "secs.", "sec."];

/// Words before a further number of the same list.
const AND: [&str; 4] = ["and", "or", "to", ","];

/// Words that stand for the law spoken of.
const THE_ACT: [&str; 6] =
    ["of the act", "of that act", "of this act", "of the same act", "of the said act", "of the law"];

/// Words that say that a number is an old one; in lower case.
const FORMER: [&str; 4] = ["former", "old", "previous", "then"];

/// Words for a paragraph and for an item beside a number; in lower case.
const PARAGRAPHS: [&str; 3] = ["paragraph", "para.", "par."];
const ITEMS: [&str; 5] = ["item", "no.", "sub.", "subparagraph", "point"];

/// A number that was read: where it ends, what it is, how it is written.
struct Read {
    end: usize,
    cite: Cite,
    form: Form,
}

/// Finds the numbers of a text; Japanese texts hold such numbers too.
pub(super) fn find(text: &str, names: &Names<'_>) -> Vec<Citation> {
    let mut found: Vec<Citation> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|letter: char| letter.is_ascii_digit()).map(|next| at + next) {
        let near = window_after(&text[start..]);
        let digits = near.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(near.len()).max(1);
        let is_inside = text[..start].ends_with(|letter: char| letter.is_alphanumeric() && letter.is_ascii());
        let read = read(near, 0);
        at = start + read.as_ref().map_or(digits, |read| read.end);
        // 条 after the number: Japanese reads it.
        let Some(read) = read.filter(|_| !is_inside && !text[at..].starts_with('条')) else { continue };
        let last = found.last().map(|last| (&text[last.range.end..start], last));
        found.extend(citation(text, start, read, last, names));
    }
    found
}

/// Makes a citation of a number that begins at a byte, if a law has it; `last` is the one before it and what stands
/// between.
fn citation(
    text: &str,
    start: usize,
    read: Read,
    last: Option<(&str, &Citation)>,
    names: &Names<'_>,
) -> Option<Citation> {
    let Read { end, cite, form } = read;
    let (before, rest) = (window_before(&text[..start]).trim_end(), window_after(&text[start + end..]));
    let made =
        |range, cite, (statute, is_named): (String, bool), form| Citation { range, statute, cite, is_named, form };
    let is_next = |between: &str| between.is_empty() || AND.contains(&between);
    if let Some((_, last)) = last.filter(|(between, _)| cite.paragraph.is_some() && is_next(between.trim())) {
        return Some(made(start..start + end, cite, (last.statute.clone(), last.is_named), form));
    }
    let lower = before.to_ascii_lowercase();
    let word = ARTICLE.iter().find_map(|word| lower.strip_suffix(word));
    let Some(front) = word.filter(|front| !front.ends_with(char::is_alphanumeric)) else {
        // Without the word, more than an article and the name of a law right before it are needed.
        let hyphens = hyphened(&cite);
        let (cite, form) = match (cite.paragraph, hyphens) {
            (Some(_), _) => (cite, form),
            (None, Some(hyphens)) => (hyphens, Form::Apart),
            (None, None) => return None,
        };
        return Some(made(start..start + end, cite, (beside(before, names)?, true), form));
    };
    let front = before[..front.len()].trim_end();
    let (front, cite, form, back) = match reversed(front, &cite) {
        Some((at, whole)) => (front[..at].trim_end(), whole, Form::Apart, before.len() - at),
        None => (front, cite, form, 0),
    };
    if FORMER.iter().any(|word| front.to_ascii_lowercase().ends_with(word)) {
        return None;
    }
    let (statute, is_named) = after(rest, front, names)?;
    if !is_named && cite.paragraph.or(cite.item).is_none() {
        return None;
    }
    let form = if is_more(rest, front, &cite) { Form::Unread } else { form };
    let gap = text[..start].len() - text[..start].trim_end().len();
    let start_at = if back == 0 { start } else { start - gap - back };
    Some(made(start_at..start + end, cite, (statute.id.clone(), is_named), form))
}

/// The law whose name, or 法, ends right before a number.
fn beside(before: &str, names: &Names<'_>) -> Option<String> {
    if before.ends_with('法') {
        return super::japanese::cited(before, names).map(|statute| statute.id.clone());
    }
    let (end, statute) = names.last_in(before)?;
    before[end..].trim_matches([' ', '　', ',', '第']).is_empty().then(|| statute.id.clone())
}

/// 23-4-3 as paragraph and item of an article.
fn hyphened(cite: &Cite) -> Option<Cite> {
    let [article, paragraph, item] = cite.article[..] else { return None };
    (cite.item.is_none()).then(|| Cite {
        article: vec![article],
        paragraph: Some(paragraph),
        item: Some(item),
        ..cite.clone()
    })
}

/// `item (iii) of paragraph (4) of` before the word for an article: where it begins, and the whole number.
fn reversed(front: &str, cite: &Cite) -> Option<(usize, Cite)> {
    let part = |text: &'_ str, words: &[&str]| -> Option<(usize, u16)> {
        let lower = text.trim_end().to_ascii_lowercase();
        let lower = lower.strip_suffix("of").or_else(|| lower.strip_suffix(','))?.trim_end();
        let number = lower.rsplit(char::is_whitespace).next()?;
        let before = lower[..lower.len() - number.len()].trim_end();
        let number = number.trim_end_matches(',').trim_start_matches('(').trim_end_matches(')');
        let number = number.parse().ok().or_else(|| from_roman(number)).filter(|number| *number > 0)?;
        let rest = words.iter().find_map(|word| before.strip_suffix(word))?;
        // A subparagraph is no paragraph.
        (!rest.ends_with(char::is_alphabetic)).then_some((rest.len(), number))
    };
    let paragraph = part(front, &PARAGRAPHS).filter(|_| cite.paragraph.is_none());
    let before = paragraph.map_or(front, |(at, _)| &front[..at]);
    let item = part(before, &ITEMS).filter(|_| cite.item.is_none());
    let (at, _) = item.or(paragraph)?;
    let number = |part: Option<(usize, u16)>, own| part.map(|(_, number)| number).or(own);
    Some((at, Cite { paragraph: number(paragraph, cite.paragraph), item: number(item, cite.item), ..cite.clone() }))
}

/// Whether words for a paragraph or an item stand beside a number that were not read with it.
fn is_more(rest: &str, front: &str, cite: &Cite) -> bool {
    let follows = rest.trim_start_matches([' ', ',', '(']).to_ascii_lowercase();
    // What belongs to the article before its number ends with "of".
    let front = front.to_ascii_lowercase();
    let near = front.len().saturating_sub(40);
    let near = (near..=front.len()).find_map(|at| front.get(at..)).filter(|near| near.ends_with("of"));
    let stand = |words: &[&str]| {
        words.iter().any(|word| follows.starts_with(word) || near.is_some_and(|near| near.contains(word)))
    };
    cite.item.is_none() && (stand(&ITEMS) || (cite.paragraph.is_none() && stand(&PARAGRAPHS)))
}

/// The law named after a number, or else before it, and whether it is named at all.
fn after<'l>(rest: &str, front: &str, names: &Names<'l>) -> Option<(&'l Statute, bool)> {
    let named = || names.last_in(front).map(|(_, statute)| statute);
    // A remark in brackets may stand before the law, and a list of numbers has its law at the end.
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('(').and_then(|remark| remark.split_once(')')).map_or(rest, |(_, after)| after);
    let rest = rest.trim_start_matches(|letter: char| letter != '.' && !letter.is_ascii_alphabetic());
    let rest = skip_list(rest);
    let lower = rest.to_ascii_lowercase();
    if THE_ACT.iter().any(|words| lower.starts_with(words) && !lower[words.len()..].starts_with(" on")) {
        return named().or(names.main).map(|statute| (statute, true));
    }
    let known =
        |rest: &str| names.statutes.iter().find(|(known, _)| rest.starts_with(known)).map(|(_, statute)| *statute);
    match lower.strip_prefix("of ") {
        Some(_) => {
            let name = rest["of ".len()..].trim_start();
            known(name.strip_prefix("the ").unwrap_or(name)).map(|statute| (statute, true))
        }
        None => {
            let named = known(rest).or_else(named).map(|statute| (statute, true));
            named.or_else(|| names.main.map(|main| (main, false)))
        }
    }
}

/// Leaves out further numbers: `and 27(5) of the Act`.
fn skip_list(text: &str) -> &str {
    let mut rest = text;
    loop {
        let word = AND.iter().find_map(|word| rest.strip_prefix(word)).map(str::trim_start);
        let number = word.filter(|after| after.starts_with(|letter: char| letter.is_ascii_digit()));
        match number.and_then(|after| read(after, 0).map(|read| after[read.end..].trim_start())) {
            Some(after) => rest = after,
            None => return rest,
        }
    }
}

/// Reads a number that begins at a byte.
fn read(text: &str, start: usize) -> Option<Read> {
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
        match (inner.parse::<u16>().ok().filter(|n| (1..100).contains(n)), from_roman(inner)) {
            (Some(paragraph), _) if cite.paragraph.is_none() && cite.item.is_none() => cite.paragraph = Some(paragraph),
            (Some(item), _) | (None, Some(item)) if cite.item.is_none() => cite.item = Some(item),
            // (f) belongs to a law that numbers otherwise.
            (Some(_) | None, Some(_) | None) if inner.len() <= 3 && text[end..].starts_with('(') => return None,
            (Some(_) | None, Some(_) | None) => break,
        }
        form = if text[end..].starts_with('(') { form } else { Form::Spaced };
        end = after;
    }
    let worded = |end: usize, words: &[&str]| worded(text, end, words);
    if let Some((after, paragraph, words)) = worded(end, &PARAGRAPHS).filter(|_| cite.paragraph.is_none()) {
        (cite.paragraph, end) = (Some(paragraph), after);
        form = Form::Words(words, ", item ".to_owned());
    }
    if let Some((after, item, words)) = worded(end, &ITEMS).filter(|_| cite.item.is_none()) {
        (cite.item, end) = (Some(item), after);
        form = match form {
            Form::Words(paragraph, _) => Form::Words(paragraph, words),
            Form::Kanji | Form::Short | Form::Brackets | Form::Spaced if cite.paragraph.is_none() => {
                Form::Words(", paragraph ".to_owned(), words)
            }
            // 23(4), item 3 mixes two ways.
            Form::Kanji | Form::Short | Form::Brackets | Form::Spaced | Form::Apart | Form::Unread => Form::Apart,
        };
    }
    Some(Read { end, cite, form })
}

/// `, paragraph 4` or ` para. (4)` at a byte: where it ends, the number, and the words as they are written.
fn worded(text: &str, from: usize, words: &[&str]) -> Option<(usize, u16, String)> {
    let rest = &text[from..];
    let blank = rest.len() - rest.trim_start_matches([',', ' ']).len();
    let word = words
        .iter()
        .find(|word| rest.get(blank..blank + word.len()).is_some_and(|written| written.eq_ignore_ascii_case(word)))?;
    let gap = rest[blank + word.len()..].len() - rest[blank + word.len()..].trim_start_matches(' ').len();
    if blank == 0 || (gap == 0 && !word.ends_with('.')) {
        return None;
    }
    let after = from + blank + word.len() + gap;
    let written = text[from..after].to_owned();
    if let Some((end, inner)) = bracket(text, after) {
        return Some((end, inner.parse().ok().or_else(|| from_roman(inner))?, written));
    }
    let end = after + text[after..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len() - after);
    let number = &text[after..end];
    Some((end, number.parse().ok().or_else(|| from_roman(number))?, written))
}

/// A short bracket at a byte, also after a space: where it ends, and what stands in it.
fn bracket(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = &text[from..];
    let inner = rest.strip_prefix(' ').unwrap_or(rest).strip_prefix('(')?;
    let length = inner.bytes().take(16).position(|byte| byte == b')')?;
    Some((text.len() - inner.len() + length + 1, &inner[..length]))
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
