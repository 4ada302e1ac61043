//! Numbers of provisions typed into texts for readers, in Japanese and in English.
//!
//! In: a text, the laws. Out: each [`Citation`]: which law, which number, where. The rule it keeps: a number counts with
//! the name of a law, or a word that stands for one, beside it; one that names a paragraph or an item and no document at
//! all is told apart, for the place to decide; 第3条 of the organization's own statutes is none, and a number that is said
//! to be a former one is left alone.

mod english;
mod japanese;

use std::ops::Range;

use super::Law;
use super::cite::Cite;
use super::pack::Statute;
use crate::policy::{Id, Language};

/// A number of a law in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The bytes of the number, without the name of the law.
    pub range: Range<usize>,
    /// The law.
    pub statute: Id,
    /// The number.
    pub cite: Cite,
    /// Whether a law, or a word that stands for one, is named beside it; if not, it may be of any document.
    pub is_named: bool,
    /// How it is written.
    form: Form,
}

/// How a number is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// 第27条第5項第3号.
    Kanji,
    /// 27条5項3号.
    Short,
    /// 27(5)(iii).
    Brackets,
    /// 27 (5) (iii).
    Spaced,
    /// 27, paragraph 5, item 3; the words are the author's.
    Words(String, String),
    /// 第27条（第三者提供の制限）第5項第3号, `item (iii) of paragraph (5) of Article 27`: read, and not written again.
    Apart,
    /// Words for a paragraph or an item stand beside it that could not be read: the number is not known.
    Unread,
}

/// How many bytes around a number are read.
const WINDOW: usize = 1024;

/// The last part of a text that is read before a number.
fn window_before(text: &str) -> &str {
    let start = text.len().saturating_sub(WINDOW);
    &text[(start..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())..]
}

/// The first part of a text that is read after a number.
fn window_after(text: &str) -> &str {
    let end = text.len().min(WINDOW);
    &text[..(0..=end).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)]
}

impl Citation {
    /// Returns another number to write in its place, in the same way where it has a common one; nothing where the number
    /// itself could not be read as a whole.
    pub fn written(&self, cite: &Cite) -> Option<String> {
        let plain = |cite: &Cite| Cite { paragraph: None, item: None, ..cite.clone() }.to_string();
        Some(match &self.form {
            Form::Kanji => cite.japanese(),
            Form::Short => cite.japanese().replace('第', ""),
            Form::Brackets | Form::Apart => cite.to_string(),
            Form::Spaced => cite.to_string().replace('(', " ("),
            Form::Words(paragraph, item) => {
                let part = |word: &str, number: Option<u16>| number.map_or_else(String::new, |n| format!("{word}{n}"));
                plain(cite) + &part(paragraph, cite.paragraph) + &part(item, cite.item)
            }
            Form::Unread => return None,
        })
    }

    /// Returns whether another number can be put in its place as it stands.
    pub fn is_exact(&self) -> bool {
        !matches!(self.form, Form::Apart | Form::Unread)
    }

    /// Returns the sentence around it, as far as it is near.
    pub fn sentence<'t>(&self, text: &'t str) -> &'t str {
        let before = window_before(&text[..self.range.start]);
        let before = before.rfind(['。', '\n']).map_or(before, |at| before[at..].trim_start_matches(['。', '\n']));
        let before = english::last_end(before).map_or(before, |end| &before[end..]);
        let rest = window_after(&text[self.range.end..]);
        let end = rest.find(['。', '\n']).unwrap_or(rest.len());
        let end = english::first_end(&rest[..end]).unwrap_or(end);
        &text[self.range.start - before.len()..self.range.end + end]
    }
}

impl Law {
    /// Returns the numbers of laws in a text, in its order.
    pub fn citations(&self, text: &str) -> Vec<Citation> {
        if !may_cite(text) {
            return Vec::new();
        }
        let names = Names::of(self);
        let mut found = japanese::find(text, &names);
        found.extend(english::find(text, &names));
        found.sort_by_key(|citation| citation.range.start);
        found
    }

    /// Returns whether one of these topics has the number, or had it: then it is of that law, also where none is named.
    pub fn has_had(&self, topics: &[&str], citation: &Citation) -> bool {
        let mut topics = topics.iter().filter_map(|id| self.topic(id));
        topics.any(|topic| {
            topic.entries.iter().any(|entry| entry.cite == citation.cite && topic.statute == citation.statute)
        })
    }
}

/// Whether a text is worth reading: it holds 条, a number with brackets or joined to another, or a number and a word for
/// an article.
fn may_cite(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |test: fn(&[u8]) -> bool| bytes.windows(3).any(test);
    let joined = has(|three| three[0].is_ascii_digit() && matches!(three[1], b'(' | b'-'));
    let spaced = || has(|three| three[0].is_ascii_digit() && three[1] == b' ' && three[2] == b'(');
    let article = || has(|three| three.eq_ignore_ascii_case(b"art") || three.eq_ignore_ascii_case(b"sec"));
    text.contains('条') || joined || (bytes.iter().any(u8::is_ascii_digit) && (spaced() || article()))
}

/// The names of the laws of a set.
struct Names<'l> {
    statutes: Vec<(&'l str, &'l Statute)>,
    main: Option<&'l Statute>,
}

impl<'l> Names<'l> {
    fn of(law: &'l Law) -> Names<'l> {
        let all = |statute: &'l Statute| {
            let listed = |names: &'l std::collections::BTreeMap<Language, Vec<String>>| names.values().flatten();
            let names = statute.name.0.values().chain(listed(&statute.also)).chain(listed(&statute.not));
            names.map(move |name| (name.as_str(), statute))
        };
        let mut statutes: Vec<_> = law.statutes().flat_map(all).collect();
        // The longest name first: 健康保険法施行規則 is not 健康保険法.
        statutes.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Names { statutes, main: law.statutes().find(|statute| statute.main) }
    }

    /// The last law named in a text, with the byte after its name.
    fn last_in(&self, text: &str) -> Option<(usize, &'l Statute)> {
        let ends = self.statutes.iter().filter_map(|(name, statute)| Some((text.rfind(name)? + name.len(), *statute)));
        // Of names that end at the same byte the first one is the longest.
        ends.rev().max_by_key(|(end, _)| *end)
    }
}

#[cfg(test)]
mod tests;
