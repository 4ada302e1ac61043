//! Numbers of provisions typed into texts for readers, in Japanese and in English.
//!
//! In: a text, the laws. Out: each [`Citation`]: which law, which number, where. The rule it keeps: a number counts only
//! with the name of a law, or a word that stands for one, beside it; 第3条 of the organization's own statutes is not one,
//! and a number that is said to be a former one is left alone.

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
    /// How it is written.
    form: Form,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// 第27条第5項第3号.
    Kanji,
    /// 27条5項3号.
    Short,
    /// 27(5)(iii).
    Brackets,
    /// 27, paragraph 5, item 3; the words are the author's.
    Words(&'static str, &'static str),
}

impl Citation {
    /// Returns another number written in the same way.
    pub fn written(&self, cite: &Cite) -> String {
        let plain = |cite: &Cite| Cite { paragraph: None, item: None, ..cite.clone() }.to_string();
        match self.form {
            Form::Kanji => cite.japanese(),
            Form::Short => cite.japanese().replace('第', ""),
            Form::Brackets => cite.to_string(),
            Form::Words(paragraph, item) => {
                let part = |word: &str, number: Option<u16>| number.map_or_else(String::new, |n| format!("{word}{n}"));
                plain(cite) + &part(paragraph, cite.paragraph) + &part(item, cite.item)
            }
        }
    }

    /// Returns the sentence around it.
    pub fn sentence<'t>(&self, text: &'t str) -> &'t str {
        let start = text[..self.range.start].rfind(['。', '\n']).map_or(0, |at| at + 1);
        let start = (start..=self.range.start).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start = english::last_end(&text[start..self.range.start]).map_or(start, |end| start + end);
        let rest = &text[self.range.end..];
        let end = rest.find(['。', '\n']).unwrap_or(rest.len());
        let end = english::first_end(&rest[..end]).unwrap_or(end);
        &text[start..self.range.end + end]
    }
}

impl Law {
    /// Returns the numbers of laws in a text, in its order.
    pub fn citations(&self, text: &str, language: &str) -> Vec<Citation> {
        if !may_cite(text) {
            return Vec::new();
        }
        let names = Names::of(self);
        let mut found = japanese::find(text, &names);
        found.extend(english::find(text, &names, language));
        found.sort_by_key(|citation| citation.range.start);
        found
    }
}

/// Whether a text is worth reading: it holds 条, a number with brackets, or a number and a word for an article.
fn may_cite(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |test: fn(&[u8]) -> bool| bytes.windows(3).any(test);
    let brackets = has(|three| three[0].is_ascii_digit() && three[1] == b'(');
    let article = || bytes.iter().any(u8::is_ascii_digit) && has(|three| three.eq_ignore_ascii_case(b"art"));
    text.contains('条') || brackets || article()
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
