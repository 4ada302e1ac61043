//! Which topic somebody meant who wrote the number of an article, or the end of a name, in its place.
//!
//! In: what was written, the day. Out: topics. The rule it keeps: a number that holds on the day comes before one that held
//! earlier; what several topics share is no answer but a choice.

use super::Law;
use super::cite::Cite;
use super::pack::{Entry, Topic};
use crate::calendar::{Date, half_width};

/// No number and no name of a topic is longer.
const MOST_BYTES: usize = 200;

impl Law {
    /// Returns the ids of the topics that may be meant, in the order of the packs: those with the number, or those whose
    /// name ends like this.
    pub(in crate::policy) fn topics_meant(&self, written: &str, on: Date) -> Vec<&str> {
        if written.len() > MOST_BYTES {
            return Vec::new();
        }
        let ending = format!(".{}", written.trim().to_lowercase().replace(['_', ' '], "-"));
        let named: Vec<&str> =
            self.topics().map(|topic| topic.id.as_str()).filter(|id| id.ends_with(&ending)).collect();
        if !named.is_empty() {
            return named;
        }
        let Some((statute, cite)) = self.cited(written) else { return Vec::new() };
        let with = |is_meant: &dyn Fn(&Entry) -> bool| -> Vec<&str> {
            let of_law = self.topics().filter(|topic| statute.is_none_or(|statute| topic.statute == statute));
            let has = |topic: &&Topic| topic.entries.iter().any(|entry| entry.cite == cite && is_meant(entry));
            of_law.filter(has).map(|topic| topic.id.as_str()).collect()
        };
        let now = with(&|entry| entry.span.holds(on));
        if now.is_empty() { with(&|_| true) } else { now }
    }

    /// Returns the topics of the law that somebody names, first those that set a shortest period; nothing where no law has the
    /// name.
    pub(in crate::policy) fn topics_of_law(&self, written: &str) -> Option<Vec<&str>> {
        let written = half_width(written.trim()).to_lowercase();
        let statute = self.statutes().find(|statute| {
            let others = statute.also.values().chain(statute.not.values()).flatten();
            statute.name.0.values().chain(others).any(|name| name.to_lowercase() == written)
        })?;
        let mut topics: Vec<&Topic> = self.topics().filter(|topic| topic.statute == statute.id).collect();
        topics.sort_by_key(|topic| topic.minimums.is_empty());
        Some(topics.into_iter().map(|topic| topic.id.as_str()).collect())
            .filter(|topics: &Vec<&str>| !topics.is_empty())
    }

    /// The law and the number that are written: the main law where none is named.
    fn cited(&self, written: &str) -> Option<(Option<&str>, Cite)> {
        let written = half_width(written.trim());
        if let Some(citation) = self.citations(&written).into_iter().next() {
            let statute = self.statute(&citation.statute)?;
            return Some((Some(statute.id.as_str()), citation.cite));
        }
        let number = written.trim_start_matches(|c: char| !c.is_ascii_digit() && c != 'S').replace(' ', "");
        let main = self.statutes().find(|statute| statute.main).map(|statute| statute.id.as_str());
        number.parse().ok().map(|cite| (main, cite))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_number_or_the_end_of_a_name_finds_the_topic() {
        let law = crate::policy::check::shipped_law(&["jp"]);
        let on = "2026-11-22".parse().unwrap();
        for written in
            ["32(2)", "32 (2)", "第32条第2項", "法第32条第2項", "Article 32(2)", "３２（２）", "purpose_notice"]
        {
            assert_eq!(law.topics_meant(written, on), ["appi.purpose-notice"], "{written}");
        }
        // The number of an earlier edition.
        assert_eq!(law.topics_meant("23(5)(iii)", on), ["appi.joint-use"]);
        for written in ["", "999", "something", "-"] {
            assert!(law.topics_meant(written, on).is_empty(), "{written}");
        }
    }
}
