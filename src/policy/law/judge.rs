//! Whether a number typed by hand is the one that holds on a day.
//!
//! In: a number, the day, the sentence around it, the section it stands in. Out: a [`Verdict`]. The rule it keeps: the same
//! number means different things in different editions of a law, so the topic decides first and the date second; a number
//! that may be right is left alone.

use super::Law;
use super::cite::Cite;
use super::pack::{Edition, Entry, Topic};
use super::prose::Citation;
use crate::calendar::Date;

/// A judged number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged<'l> {
    /// What was found.
    pub verdict: Verdict<'l>,
    /// The edition of the law the number belongs to, where that is one edition.
    pub edition: Option<&'l Edition>,
}

/// What a number typed by hand is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<'l> {
    /// A number that holds on the day.
    Current,
    /// One that held before: the topic, the entry that held, and the number that holds now, if it still has one.
    Outdated {
        /// The topic.
        topic: &'l Topic,
        /// The entry that the number was.
        entry: &'l Entry,
        /// What it is now.
        now: Option<Cite>,
    },
    /// One that held before, and which of several topics is meant cannot be told.
    Ambiguous(Vec<(&'l Topic, &'l Entry)>),
    /// One that no pack knows.
    Unknown,
}

/// How closely an entry fits a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The number is a part of what the entry cites.
    Within,
    /// It is the entry's.
    Exact,
}

/// Which topics a sentence and its place speak of.
struct Context<'c> {
    words: Vec<&'c str>,
    place: &'c [&'c str],
}

impl Context<'_> {
    fn names(&self, topic: &Topic) -> bool {
        self.words.iter().chain(self.place).any(|id| topic.is_kin(id))
    }

    /// Words in the sentence count more than the place; an earlier topic of the place more than a later one.
    fn rank(&self, topic: &Topic, entry: &Entry) -> (bool, bool, Date, usize) {
        let said = self.words.contains(&topic.id.as_str());
        let at = self.place.iter().position(|id| *id == topic.id);
        (said, at.is_some() || said, entry.span.from, usize::MAX - at.unwrap_or(usize::MAX))
    }
}

impl Law {
    /// Judges a number found in a text; `place` names the topics of the section it stands in, the nearest first.
    pub fn judge(&self, citation: &Citation, text: &str, language: &str, place: &[&str], on: Date) -> Judged<'_> {
        let sentence = citation.sentence(text).to_lowercase();
        let mut held: Vec<(&Topic, &Entry, Fit)> = Vec::new();
        let (mut current, mut words) = (Vec::new(), Vec::new());
        for topic in self.topics().filter(|topic| topic.statute == citation.statute) {
            let says = |words: &Vec<String>| words.iter().any(|word| sentence.contains(&word.to_lowercase()));
            if topic.words.get(language).is_some_and(says) {
                words.push(topic.id.as_str());
            }
            for entry in &topic.entries {
                match fit(entry, &citation.cite) {
                    Some(_) if entry.span.holds(on) => current.push((topic, entry)),
                    Some(fit) if entry.span.is_past(on) => held.push((topic, entry, fit)),
                    Some(_) | None => {}
                }
            }
        }
        held.retain(|(topic, _, _)| !current.iter().any(|(same, _)| same.id == topic.id));
        let context = Context { words, place };
        let verdict = decide(&current, &held, &context, &citation.cite, on);
        let entry = match &verdict {
            Verdict::Current => current.first().map(|(_, entry)| *entry),
            Verdict::Outdated { entry, .. } => Some(*entry),
            Verdict::Ambiguous(_) | Verdict::Unknown => None,
        };
        let edition = entry.and_then(|entry| self.edition(&citation.statute, entry));
        Judged { verdict, edition }
    }

    /// The one edition an entry belongs to; none if it held in several.
    fn edition(&self, statute: &str, entry: &Entry) -> Option<&Edition> {
        let editions = &self.statute(statute)?.editions;
        let one = editions.iter().find(|edition| edition.span.holds(entry.span.from))?;
        (one.span.until == entry.span.until).then_some(one)
    }
}

fn decide<'l>(
    current: &[(&'l Topic, &'l Entry)],
    held: &[(&'l Topic, &'l Entry, Fit)],
    context: &Context<'_>,
    cite: &Cite,
    on: Date,
) -> Verdict<'l> {
    let best = |candidates: &[&(&'l Topic, &'l Entry, Fit)]| {
        let best = candidates.iter().max_by_key(|(topic, entry, fit)| (*fit, context.rank(topic, entry)));
        best.map(|(topic, entry, _)| (*topic, *entry))
    };
    let outdated =
        |(topic, entry): (&'l Topic, &'l Entry)| Verdict::Outdated { topic, entry, now: now(topic, entry, cite, on) };
    let named: Vec<_> = held.iter().filter(|(topic, _, _)| context.names(topic)).collect();
    if !current.is_empty() {
        let meant: Vec<_> = named.into_iter().filter(|(_, _, fit)| *fit == Fit::Exact).collect();
        let is_meant = current.iter().any(|(topic, _)| context.names(topic));
        return if is_meant { Verdict::Current } else { best(&meant).map_or(Verdict::Current, outdated) };
    }
    let exact = held.iter().any(|(_, _, fit)| *fit == Fit::Exact);
    let fitting: Vec<_> = held.iter().filter(|(_, _, fit)| !exact || *fit == Fit::Exact).collect();
    let named: Vec<_> = fitting.iter().copied().filter(|(topic, _, _)| context.names(topic)).collect();
    if let Some(found) = best(&named) {
        return outdated(found);
    }
    let mut topics: Vec<&str> = fitting.iter().map(|(topic, _, _)| topic.id.as_str()).collect();
    topics.dedup();
    match (topics.len(), best(&fitting)) {
        (1, Some(found)) => outdated(found),
        (_, Some(_)) => Verdict::Ambiguous(fitting.iter().map(|(topic, entry, _)| (*topic, *entry)).collect()),
        (_, None) => Verdict::Unknown,
    }
}

fn fit(entry: &Entry, cite: &Cite) -> Option<Fit> {
    if entry.cite == *cite {
        return Some(Fit::Exact);
    }
    if !entry.cite.is_of_article(cite) || entry.cite.item.is_some() {
        return None;
    }
    let inside = match (entry.cite.paragraph, cite.paragraph, cite.item) {
        (None, Some(paragraph), _) => paragraph <= entry.paragraphs,
        (Some(paragraph), Some(same), Some(item)) => paragraph == same && item <= entry.items,
        (None | Some(_), None | Some(_), None) | (None | Some(_), None, Some(_)) => false,
    };
    inside.then_some(Fit::Within)
}

/// The number that a topic has on the day, with the parts of `cite` that are finer than its old one.
fn now(topic: &Topic, entry: &Entry, cite: &Cite, on: Date) -> Option<Cite> {
    let current = topic.entry(on)?;
    let finer = Cite {
        paragraph: current.cite.paragraph.or(cite.paragraph),
        item: current.cite.item.or(cite.item),
        ..current.cite.clone()
    };
    let fits = entry.cite == *cite || fit(current, &finer).is_some();
    let exact = entry.cite == *cite;
    Some(if exact || !fits { current.cite.clone() } else { finer })
}
