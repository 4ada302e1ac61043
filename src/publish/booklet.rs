//! The booklet: the whole policy as one document, or where that would be very long as several volumes, as jobs for the
//! typesetter.
//!
//! In: the checked policy, its issue, the templates. Out: [`Job`]s whose data holds the facts, the fixed words and the
//! history that the pages print. The rule it keeps: it says what the pages say, because it is made of the same values; every
//! entry stands in one volume.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Issue;
use super::facts::{Facts, FactsError};
use super::messages::{Messages, MessagesError};
use super::templates::Templates;
use super::typeset::{Files, Job};
use crate::calendar::Instant;
use crate::policy::{Language, Policy, PolicySet};

/// The name of the first volume beside the pages of a language, without `.pdf`; no notice may have this id.
pub const NAME: &str = "booklet";

/// Its template below `templates/`.
const TEMPLATE: &str = "notices/booklet.typ";

/// How many bytes of the policy one volume holds in its long lists, in each language: some two hundred pages, a quarter of what
/// a worker of the typesetter has memory for.
pub(super) const MOST: usize = 250_000;

/// What of the facts only the first volume holds.
const FIRST: [&str; 3] = ["principles", "purposes", "notice_exceptions"];

/// What of the facts only the last volume holds.
const LAST: [&str; 8] =
    ["exceptions", "not_third_parties", "abroad", "consent", "disposal_methods", "security", "procedures", "contacts"];

/// A part of the booklet that is a document of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    number: usize,
    of: usize,
    /// Which entries of the long lists it holds, by key of the facts.
    entries: BTreeMap<&'static str, Range<usize>>,
}

impl Volume {
    /// Returns its name beside the pages of a language, without `.pdf`: `booklet`, `booklet_2` and so on. No notice has an
    /// underscore in its id.
    pub fn name(&self) -> String {
        if self.number == 1 { NAME.to_owned() } else { format!("{NAME}_{}", self.number) }
    }

    /// Returns which of how many it is, in words; nothing where it is the whole booklet.
    ///
    /// # Errors
    /// When the language lacks the message.
    pub fn title(&self, messages: &Messages) -> Result<Option<String>, MessagesError> {
        which(self.number, self.of, messages)
    }

    fn is_last(&self) -> bool {
        self.number == self.of
    }

    /// The facts it holds: the others are there and empty, so that one template prints every volume.
    fn of_facts(&self, facts: &Map<String, Value>) -> Map<String, Value> {
        let part = |(key, value): (&String, &Value)| {
            let is_elsewhere =
                (FIRST.contains(&key.as_str()) && self.number > 1) || (LAST.contains(&key.as_str()) && !self.is_last());
            let held = match value {
                _ if is_elsewhere => emptied(value),
                Value::Array(list) if LONG.contains(&key.as_str()) => {
                    let range = self.entries.get(key.as_str()).cloned().unwrap_or_default();
                    Value::Array(list.get(range).unwrap_or_default().to_vec())
                }
                other => other.clone(),
            };
            (key.clone(), held)
        };
        facts.iter().map(part).collect()
    }
}

/// Says which of how many a document is; nothing where it is the only one.
pub(super) fn which(number: usize, of: usize, messages: &Messages) -> Result<Option<String>, MessagesError> {
    let said = || messages.say("volume", &[("number", &number.to_string()), ("of", &of.to_string())]);
    (of > 1).then(said).transpose()
}

/// A list without entries, cases without cases; of anything else, nothing.
fn emptied(value: &Value) -> Value {
    match value {
        Value::Array(_) => json!([]),
        Value::Object(keys) if keys.contains_key("cases") => {
            let without =
                |(key, value): (&String, &Value)| (key.clone(), if key == "cases" { json!([]) } else { value.clone() });
            keys.iter().map(without).collect()
        }
        _ => Value::Null,
    }
}

/// The lists that may be long, by key of the facts, in the order in which they are printed.
const LONG: [&str; 6] = ["information", "processes", "joint_uses", "entrustments", "provisions", "retention"];

/// Returns the volumes of a policy's booklet; most have one.
pub fn volumes(policy: &Policy) -> Vec<Volume> {
    let languages = policy.organization.languages.len();
    let lists = [
        sizes(&policy.information),
        sizes(&policy.processes),
        sizes(&policy.joint_use),
        sizes(&policy.entrustments),
        sizes(&policy.provisions),
        sizes(&policy.classes),
    ];
    let ranges = packed(&lists.concat(), languages);
    let of = ranges.len();
    let volume = |(n, range): (usize, Range<usize>)| {
        let (mut entries, mut first) = (BTreeMap::new(), 0);
        for (list, sizes) in LONG.into_iter().zip(&lists) {
            let (begin, end) = (range.start.max(first), range.end.min(first + sizes.len()));
            if begin < end {
                entries.insert(list, begin - first..end - first);
            }
            first += sizes.len();
        }
        Volume { number: n + 1, of, entries }
    };
    ranges.into_iter().enumerate().map(volume).collect()
}

/// Returns which of the entries with these sizes, in so many languages, stand together: at least one range, and none longer than
/// [`MOST`] that has more than one entry.
pub(super) fn packed(sizes: &[usize], languages: usize) -> Vec<Range<usize>> {
    let (mut ranges, mut begin, mut size) = (Vec::new(), 0, 0);
    for (at, bytes) in sizes.iter().map(|bytes| bytes / languages.max(1)).enumerate() {
        if size > 0 && size + bytes > MOST {
            ranges.push(begin..at);
            (begin, size) = (at, 0);
        }
        size += bytes;
    }
    ranges.push(begin..sizes.len());
    ranges
}

/// How many bytes each entry has, in all languages.
pub(super) fn sizes<T: Serialize>(list: &[T]) -> Vec<usize> {
    list.iter().map(|entry| serde_json::to_string(entry).map_or(0, |text| text.len())).collect()
}

/// Writes the booklet in the language of `messages`, by the names of its volumes; `at` is the moment in its properties.
///
/// # Errors
/// When the language lacks a message.
pub fn booklet(
    policy: &PolicySet,
    issue: &Issue,
    templates: &Templates,
    messages: &Messages,
    at: Instant,
) -> Result<Vec<(String, Job)>, FactsError> {
    let organization = &policy.organization;
    let facts = Facts::of(policy, &issue.imprint, messages)?;
    let has_numbers = facts.information.iter().any(|one| one.individual_number);
    let facts = match serde_json::to_value(facts) {
        Ok(Value::Object(facts)) => facts,
        Ok(_) | Err(_) => Map::new(),
    };
    let mut history = issue.history.facts(&organization.id, &issue.imprint, messages)?;
    let first = organization.languages.first().filter(|first| *first != messages.language());
    let authoritative = first.map(|first| authoritative(first, templates, messages)).transpose()?;
    let title = messages.word("booklet_title")?;
    let files = templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
    let files = Files::from(files.collect::<BTreeMap<String, Vec<u8>>>());
    let revisions = std::mem::take(&mut history.revisions);
    let mut jobs = Vec::new();
    for volume in volumes(policy) {
        let which = volume.title(messages)?;
        if volume.is_last() {
            history.revisions.clone_from(&revisions);
        }
        let data = json!({
            "title": title,
            "volume": which,
            "is_last": volume.is_last(),
            "individual_numbers": has_numbers,
            "facts": volume.of_facts(&facts),
            "words": messages.texts(),
            "history": history,
            "authoritative": authoritative,
            "banner": issue.banner(messages)?,
            "imprint": { "commit": issue.imprint.short_commit(), "digest": issue.imprint.short_digest() },
        });
        let name = volume.name();
        let which = which.map(|which| format!(" ({which})")).unwrap_or_default();
        let job = Job {
            template: TEMPLATE.to_owned(),
            files: files.clone(),
            data,
            language: messages.language().to_owned(),
            title: format!("{title}{which} - {}", organization.name.get(messages.language())),
            at,
            ident: format!("hokan/{}/{}/{name}", organization.id, messages.language()),
        };
        jobs.push((name, job));
    }
    Ok(jobs)
}

/// Says in which language the authoritative text is: in the words of the booklet's own language where it has a name for it.
fn authoritative(first: &Language, templates: &Templates, messages: &Messages) -> Result<String, FactsError> {
    let name = match messages.texts().get(&format!("language_{first}")) {
        Some(name) => name.clone(),
        None => Messages::read(templates, first)?.word("language_name")?.to_owned(),
    };
    Ok(messages.say("booklet_translation", &[("language", &name)])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::{sample, sample_with};

    #[test]
    fn a_policy_as_others_are_is_one_booklet() {
        let volumes = volumes(&sample());
        assert_eq!(volumes.iter().map(Volume::name).collect::<Vec<_>>(), ["booklet"]);
        assert!(volumes[0].is_last());
    }

    #[test]
    fn every_entry_of_a_long_policy_stands_in_one_volume() {
        let policy = sample_with(|policy| {
            let (joint, class) = (policy.joint_use[0].clone(), policy.classes[0].clone());
            policy.joint_use =
                (0..800).map(|n| crate::policy::JointUse { id: format!("joint-{n}"), ..joint.clone() }).collect();
            policy.classes =
                (0..800).map(|n| crate::policy::Class { id: format!("class-{n}"), ..class.clone() }).collect();
        });
        let messages = Messages::read(&Templates::shipped(), "en").unwrap();
        let date = "2026-11-22".parse().unwrap();
        let issue = Issue::alone(crate::publish::Imprint::published(None, crate::Digest::of(b"x"), date));
        let jobs = booklet(&policy, &issue, &Templates::shipped(), &messages, Instant::EPOCH).unwrap();
        let names: Vec<&str> = jobs.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.len() > 1 && names[..2] == ["booklet", "booklet_2"], "{names:?}");
        let all = |list: &str, key: &str| -> Vec<String> {
            let lists = jobs.iter().flat_map(|(_, job)| job.data["facts"][list].as_array().unwrap());
            lists.map(|entry| entry[key].as_str().unwrap_or_default().to_owned()).collect()
        };
        let whole = Facts::of(&policy, &issue.imprint, &messages).unwrap();
        assert_eq!(all("joint_uses", "id"), whole.joint_uses.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
        assert_eq!(all("retention", "id"), whole.retention.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
        for (list, key, count) in [
            ("principles", "id", whole.principles.len()),
            ("information", "id", whole.information.len()),
            ("contacts", "id", whole.contacts.len()),
            ("disposal_methods", "text", whole.disposal_methods.len()),
        ] {
            assert_eq!(all(list, key).len(), count, "{list}");
        }
        for (n, (_, job)) in jobs.iter().enumerate() {
            assert_eq!(job.data["volume"], json!(format!("Volume {} of {}", n + 1, jobs.len())));
        }
        let lists = [("joint_uses", sizes(&policy.joint_use)), ("retention", sizes(&policy.classes))];
        for volume in volumes(&policy) {
            let held = |(list, sizes): &(&str, Vec<usize>)| -> usize {
                volume.entries.get(list).map_or(0, |range| sizes[range.clone()].iter().sum())
            };
            assert!(lists.iter().map(held).sum::<usize>() <= 2 * MOST);
        }
    }
}
