//! Numbers as Japanese writes them: 第23条第4項第3号, 23条4項3号, 第二十三条, with full-width digits or kanji.
//!
//! In: a text, the names of laws. Out: citations. The rule it keeps: the nearest document named before the number is the
//! one that is cited; if that is not a law of a pack, there is no citation.

use super::{Citation, Form, Names, window_after, window_before};
use crate::policy::law::cite::Cite;
use crate::policy::law::pack::Statute;

/// Documents that are numbered by articles and are not laws of a pack.
const OTHERS: [&str; 19] = [
    "規約",
    "規程",
    "規則",
    "規定",
    "条例",
    "約款",
    "要綱",
    "要領",
    "細則",
    "契約",
    "契約書",
    "憲章",
    "協定",
    "協約",
    "覚書",
    "定款",
    "施行令",
    "政令",
    "省令",
];

/// Words that say that a number is an old one.
const FORMER: [&str; 4] = ["旧", "改正前の", "改正前", "廃止前の"];

/// Finds the numbers of a text.
pub(super) fn find(text: &str, names: &Names<'_>) -> Vec<Citation> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('条') {
        let Some((start, article)) = article_before(text, at) else { continue };
        let after = at + '条'.len_utf8();
        let (length, cite, form) = parts(window_after(&text[after..]), article);
        let form = form.unwrap_or(if text[start..].starts_with('第') { Form::Kanji } else { Form::Short });
        let before = window_before(&text[..start]);
        let named = cited(before, names).map(|statute| (statute, true));
        let unnamed =
            || names.main.filter(|main| cite.paragraph.or(cite.item).is_some() && is_free(before, main, names));
        if let Some((statute, is_named)) = named.or_else(|| unnamed().map(|statute| (statute, false))) {
            let range = start..after + length;
            found.push(Citation { range, statute: statute.id.clone(), cite, is_named, form });
        }
    }
    found
}

/// The number that ends before 条, and where it begins, with 第 if it has one.
fn article_before(text: &str, at: usize) -> Option<(usize, u16)> {
    let digits = text[..at].char_indices().rev().take_while(|(_, letter)| is_digit(*letter)).last()?.0;
    let article = number(&text[digits..at])?;
    Some((text[..digits].strip_suffix('第').map_or(digits, str::len), article))
}

/// Reads の2, 第4項, 第3号 after 条: how many bytes that takes, the number, and its form where that is no common one.
fn parts(rest: &str, article: u16) -> (usize, Cite, Option<Form>) {
    let mut cite = Cite { supplementary: false, article: vec![article], paragraph: None, item: None };
    let mut end = 0;
    while let Some((after, branch)) = rest[end..].strip_prefix('の').and_then(|branch| leading(rest, branch)) {
        // 第2条の一部 has no branch.
        if rest[after..].starts_with(['部', '般', '定', '方', '連', 'つ', '人']) {
            break;
        }
        cite.article.push(branch);
        end = after;
    }
    let mut form = None;
    if let Some((after, paragraph)) = circled(rest, end) {
        (cite.paragraph, end, form) = (Some(paragraph), after, Some(Form::Apart));
        // 第23条④三 is item 3 of paragraph 4.
        if let Some((after, item)) = leading(rest, &rest[end..]).filter(|_| rest[after..].starts_with(is_kanji_digit)) {
            (cite.item, end) = (Some(item), after);
        }
        return (end, cite, form);
    }
    for (unit, number) in [('項', &mut cite.paragraph), ('号', &mut cite.item)] {
        let plain = part(rest, end, unit).map(|part| (part, None));
        let apart = || part(rest, end + remark(&rest[end..]), unit).map(|part| (part, Some(Form::Apart)));
        if let Some(((after, read), how)) = plain.or_else(apart) {
            (*number, end, form) = (Some(read), after, how.or(form));
        }
    }
    if is_more(&rest[end..], &cite) {
        form = Some(Form::Unread);
    }
    (end, cite, form)
}

/// How many bytes a bracketed remark, and what joins it to the rest, takes: （第三者提供の制限） or の.
fn remark(rest: &str) -> usize {
    let trimmed = rest.trim_start_matches([' ', '　']);
    let bracketed = trimmed.strip_prefix('（').and_then(|inner| inner.split_once('）'));
    let bracketed = bracketed.or_else(|| trimmed.strip_prefix('(').and_then(|inner| inner.split_once(')')));
    let after = bracketed.map_or(trimmed, |(_, after)| after).trim_start_matches([' ', '　']);
    rest.len() - after.strip_prefix('の').unwrap_or(after).len()
}

/// Whether a further number of a paragraph or an item follows that belongs to this one.
fn is_more(rest: &str, cite: &Cite) -> bool {
    let after = rest.trim_start_matches([' ', '　', '、', '，', ',', 'の']);
    let follows = |unit: char| part(after, 0, unit).is_some();
    cite.item.is_none() && (follows('号') || (cite.paragraph.is_none() && follows('項')))
}

/// ④ for a paragraph.
fn circled(rest: &str, from: usize) -> Option<(usize, u16)> {
    let letter = rest[from..].chars().next()?;
    let number = u16::try_from(u32::from(letter).checked_sub(u32::from('①'))? + 1).ok()?;
    (number <= 20).then(|| (from + letter.len_utf8(), number))
}

fn part(text: &str, from: usize, unit: char) -> Option<(usize, u16)> {
    let rest = text[from..].trim_start_matches([' ', '　']);
    let rest = rest.strip_prefix('第').unwrap_or(rest);
    let (after, number) = leading(text, rest)?;
    text[after..].starts_with(unit).then(|| (after + unit.len_utf8(), number))
}

/// Whether no other document and no other law is named before a number, so that the place may decide.
fn is_free(before: &str, main: &Statute, names: &Names<'_>) -> bool {
    let bare = without_remarks(before);
    let is_joined = bare.chars().next_back().is_some_and(is_name_letter);
    let is_former = FORMER.iter().any(|word| bare.ends_with(word));
    let other = || OTHERS.iter().any(|word| before.contains(word));
    let law = || names.last_in(before).is_none_or(|(_, statute)| statute.id == main.id);
    !is_joined && !is_former && !other() && law()
}

/// The number at the start of `rest`, which is the end of `text`, and the byte of `text` after it.
fn leading(text: &str, rest: &str) -> Option<(usize, u16)> {
    let length = rest.find(|letter| !is_digit(letter)).unwrap_or(rest.len());
    Some((text.len() - rest.len() + length, number(&rest[..length])?))
}

/// The law that a number after `before` belongs to.
pub(super) fn cited<'l>(before: &str, names: &Names<'l>) -> Option<&'l Statute> {
    let bare = without_remarks(before);
    if FORMER.iter().any(|word| bare.ends_with(word)) {
        return None;
    }
    let named = names.last_in(before).filter(|(end, statute)| !is_part_of_a_name(before, *end, statute, names));
    if let Some((end, statute)) = names.last_in(bare).filter(|(end, _)| *end == bare.len()) {
        let is_whole = !is_part_of_a_name(bare, end, statute, names) && !is_former(bare, end, names);
        return is_whole.then_some(statute);
    }
    if bare.ends_with("同法") {
        return named.map(|(_, statute)| statute).or(names.main);
    }
    if let Some(front) = bare.strip_suffix('法') {
        let is_bare = front.chars().next_back().is_none_or(|letter| !is_name_letter(letter));
        return names.main.filter(|_| is_bare);
    }
    let other = OTHERS.iter().filter_map(|word| before.rfind(word).map(|at| at + word.len())).max();
    let (end, statute) = named?;
    let is_nearest = other.is_none_or(|other| other <= end) && !before[end..].contains('。');
    (is_nearest && !is_former(before, end, names)).then_some(statute)
}

/// Without spaces, a closing bracket and what stands in it, or a closing quotation mark at the end.
fn without_remarks(before: &str) -> &str {
    let mut bare = before.trim_end();
    loop {
        let shorter = match bare.chars().next_back() {
            Some('）') => bare.rfind('（').map(|at| &bare[..at]),
            Some(')') => bare.rfind('(').map(|at| &bare[..at]),
            Some('」' | '』') => bare.strip_suffix(['」', '』']),
            Some(_) | None => None,
        };
        match shorter {
            Some(shorter) => bare = shorter.trim_end(),
            None => return bare,
        }
    }
}

/// Whether the name that ends at a byte is the end of a longer one, as 健康保険法 is of 国民健康保険法.
fn is_part_of_a_name(text: &str, end: usize, statute: &Statute, names: &Names<'_>) -> bool {
    let front = before_name(text, end, statute, names);
    let bare = ["改正", "現行", "新", "旧"].iter().find_map(|word| front.strip_suffix(word)).unwrap_or(front);
    bare.chars().next_back().is_some_and(is_name_letter)
}

fn is_former(text: &str, end: usize, names: &Names<'_>) -> bool {
    let fronts = names.statutes.iter().filter_map(|(name, _)| text[..end].strip_suffix(name));
    fronts.into_iter().any(|front| FORMER.iter().any(|word| front.ends_with(word)))
}

/// What stands before the name of a law that ends at a byte.
fn before_name<'t>(text: &'t str, end: usize, statute: &Statute, names: &Names<'_>) -> &'t str {
    let own = names.statutes.iter().filter(|(_, one)| one.id == statute.id);
    own.filter_map(|(name, _)| text[..end].strip_suffix(name)).min_by_key(|front| front.len()).unwrap_or_default()
}

/// Kanji and katakana go on a name; kana and marks do not.
fn is_name_letter(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}' | '々' | '\u{30a1}'..='\u{30ff}')
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('０'..='９').contains(&letter) || is_kanji_digit(letter)
}

fn is_kanji_digit(letter: char) -> bool {
    KANJI.contains(letter) || TENS.contains(letter)
}

const KANJI: &str = "〇一二三四五六七八九";
const TENS: &str = "十百";

/// Reads ASCII, full-width or kanji digits.
fn number(text: &str) -> Option<u16> {
    if text.is_empty() {
        return None;
    }
    let (mut total, mut last): (u32, Option<u32>) = (0, None);
    for letter in text.chars() {
        let full_width = u32::from(letter).checked_sub(u32::from('０')).filter(|digit| *digit < 10);
        let kanji = KANJI.chars().position(|one| one == letter).and_then(|digit| u32::try_from(digit).ok());
        match letter.to_digit(10).or(full_width).or(kanji) {
            Some(digit) => last = Some(last.unwrap_or(0).checked_mul(10)?.checked_add(digit)?),
            None => {
                let unit = if letter == '百' { 100 } else { 10 };
                total = total.checked_add(last.take().unwrap_or(1).checked_mul(unit)?)?;
            }
        }
    }
    u16::try_from(total.checked_add(last.unwrap_or(0))?).ok().filter(|number| *number > 0)
}
