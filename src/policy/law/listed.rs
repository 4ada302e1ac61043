//! Several numbers of the law in one breath: Articles 17 and 18 of an act, not the act's name twice.
//!
//! In: topics, a day, a language. Out: how they are cited together. The rule it keeps: the order of the topics is the order
//! of the numbers; a topic without a number on the day is left out, and so is a paragraph of an article that is cited whole.

use super::{Law, Statute, in_language};
use crate::calendar::Date;
use crate::policy::Id;
use crate::policy::law::Cite;

impl Law {
    /// Returns how topics are cited together on a day, such as `Articles 17 and 18 of the Act on the Protection of Personal
    /// Information`; nothing if none of them has a number then.
    pub fn cited_together(&self, topics: &[Id], on: Date, language: &str) -> Option<String> {
        let mut runs: Vec<(&Statute, Vec<&Cite>)> = Vec::new();
        for topic in topics.iter().filter_map(|id| self.topic(id)) {
            let Some((statute, entry)) = self.statute(&topic.statute).zip(topic.entry(on)) else { continue };
            match runs.last_mut().filter(|(last, _)| last.id == statute.id) {
                Some((_, cites)) if cites.iter().any(|cite| holds(cite, &entry.cite)) => {}
                Some((_, cites)) => cites.push(&entry.cite),
                None => runs.push((statute, vec![&entry.cite])),
            }
        }
        let said: Vec<String> = runs.iter().map(|(statute, cites)| statute.cites_all(cites, language)).collect();
        (!said.is_empty()).then(|| said.join(separator(language)))
    }
}

impl Statute {
    /// Returns several numbers of this law as they are cited together in a language.
    fn cites_all(&self, cites: &[&Cite], language: &str) -> String {
        let is_plain = !self.form.contains_key(language) && cites.iter().all(|cite| !cite.supplementary);
        let name = in_language(&self.name, language);
        match (cites, language) {
            (_, "ja") if is_plain => {
                let cites: Vec<String> = cites.iter().map(|cite| cite.japanese()).collect();
                format!("{name}{}", cites.join("、"))
            }
            ([first @ .., last], _) if is_plain && !first.is_empty() => {
                let first: Vec<String> = first.iter().map(ToString::to_string).collect();
                format!("Articles {} and {last} of the {name}", first.join(", "))
            }
            (cites, _) => {
                let each: Vec<String> = cites.iter().map(|cite| self.cites(cite, language)).collect();
                each.join(separator(language))
            }
        }
    }
}

/// Whether one number is the other, or the article it stands in.
fn holds(outer: &Cite, inner: &Cite) -> bool {
    outer == inner || outer.paragraph.is_none() && outer.is_of_article(inner)
}

/// What stands between the citations of two laws.
fn separator(language: &str) -> &'static str {
    if language == "ja" { "、" } else { "; " }
}
