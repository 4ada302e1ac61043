//! Rules about numbers of laws typed into texts.
//!
//! In: the texts for readers. Out: the pages of these rules, and each number judged. The rule it keeps: one file per rule.

pub(in crate::policy) mod mixed_generations;
pub(in crate::policy) mod outdated;

use crate::policy::Basis;
use crate::policy::lint::{Cited, Lint};

/// Every number of a law in the texts, judged by what the place speaks of and by the day.
fn cited<'l, 'a>(lint: &'l Lint<'a>) -> &'l [Cited<'a>] {
    lint.cited(|| {
        let mut found = Vec::new();
        for text in lint.texts() {
            let citations = lint.law.citations(text.text);
            let topics = if citations.is_empty() { Vec::new() } else { topics_at(lint, &text.at) };
            for citation in citations.into_iter().filter(|one| one.is_named || lint.law.has_had(&topics, one)) {
                let judged = lint.law.judge(&citation, text.text, text.language, &topics, lint.as_of);
                found.push(Cited { text: text.clone(), citation, judged });
            }
        }
        found
    })
}

/// The topics an item speaks of, the nearest first: those it names itself, then those of its section.
fn topics_at<'a>(lint: &Lint<'a>, at: &str) -> Vec<&'a str> {
    let (section, id) = at.split_once('.').unwrap_or((at, ""));
    let policy = lint.policy;
    let mut topics: Vec<&str> = Vec::new();
    let duties = policy.principles.iter().filter(|one| section == "principles" && one.id == id);
    topics.extend(duties.flat_map(|principle| &principle.duty).map(String::as_str));
    let classes = policy.classes.iter().filter(|one| section == "retention" && one.id == id);
    topics.extend(classes.filter_map(|class| class.authority.topic.as_deref()));
    let procedures = policy.procedures.iter().filter(|one| section == "procedures" && one.request == id);
    topics.extend(procedures.filter_map(|procedure| procedure.topic.as_deref()));
    let requests = lint.law.requests(lint.as_of).into_iter().filter(|one| section == "procedures" && one.id == id);
    topics.extend(requests.map(|request| request.topic.as_str()));
    let provisions = policy.provisions.iter().filter(|one| section == "provisions" && one.id == id);
    topics.extend(provisions.filter_map(|provision| match &provision.basis {
        Basis::Law(topic) => Some(topic.as_str()),
        Basis::Consent(_) => None,
    }));
    topics.extend(lint.law.topics_of(section));
    topics
}
