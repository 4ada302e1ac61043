//! Trying out templates before a policy is accepted.
//!
//! In: a policy version with its files. Out: what could not be published, or certified once records are gone. The rule it
//! keeps: what is built in is known to print; a version with templates of its own prints everything it will ever print
//! once, and throws it away.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::bundle::{Bundle, broken_template};
use super::certify::specimen;
use super::instance::Instance;
use super::pages::pages;
use super::render::{Printing, documents, print_all};
use super::{EngineError, Result};
use crate::Digest;
use crate::calendar::Instant;
use crate::diag::{Finding, Place, Said, Sources};
use crate::host;
use crate::policy::{self, NoticeWhen, PolicySet};
use crate::publish::history::History;
use crate::publish::messages::{Odd, OddMessage, lacking, odd};
use crate::publish::notice;
use crate::publish::site::{self, Fault, SiteError};
use crate::publish::typeset::{Job, TypesetError};
use crate::publish::{Imprint, Issue};
use crate::said;

/// The version whose page templates were found at fault last, with the faults: a service looks at it again and again, and a
/// template without end costs seconds each time.
#[derive(Clone, Default)]
pub(super) struct Tried(Arc<Mutex<Option<Faulty>>>);

/// A version and its faults.
type Faulty = (Digest, Vec<Finding>);

impl Tried {
    fn faults(&self, version: Digest) -> Option<Vec<Finding>> {
        self.last().as_ref().filter(|(last, _)| *last == version).map(|(_, faults)| faults.clone())
    }

    fn keep(&self, version: Digest, faults: &[Finding]) {
        *self.last() = Some((version, faults.to_vec()));
    }

    /// A panic while the lock was held leaves what was known before.
    fn last(&self) -> MutexGuard<'_, Option<Faulty>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what is wrong with the templates of a version: every fault of the pages, and the first one of the notices.
pub(super) fn try_templates(
    instance: &Instance,
    bundle: &Bundle,
    policy: &PolicySet,
    sources: &Sources,
) -> Vec<Finding> {
    let version = bundle.digest();
    if let Some(faults) = instance.tried.faults(version) {
        return faults.into_iter().chain(missing(bundle, policy, sources)).collect();
    }
    let imprint = Imprint::published(None, version, policy.organization.enacted);
    let history = History::specimen(imprint.date);
    let issue = Issue { history, ..Issue::alone(imprint) };
    let templates = bundle.templates();
    let has_own = |folder: &str| templates.own(folder).next().is_some() || templates.own("messages/").next().is_some();
    let printing = Printing { policy, templates: &templates, source: bundle, issue, at: Instant::EPOCH };
    let odd = odd_words(&printing);
    if !odd.is_empty() {
        instance.tried.keep(version, &odd);
        return odd.into_iter().chain(missing(bundle, policy, sources)).collect();
    }
    let tried = match has_own("pages/") {
        true => pages(&printing).map(drop),
        false => site::check_words(policy, &printing.issue, &templates).map_err(EngineError::from),
    };
    let is_certain = matches!(&tried, Err(EngineError::Site(SiteError::Templates { .. })));
    let mut found = tried.map_or_else(|error| of_pages(&error, &printing), |()| Vec::new());
    // What else fails, such as a process that cannot be started, may succeed at the next look.
    if is_certain {
        instance.tried.keep(version, &found);
    }
    let missing = missing(bundle, policy, sources);
    if has_own("notices/") && found.is_empty() && missing.is_empty() {
        found.extend(print_once(&printing).err().map(|error| of_notice(&error)));
    }
    found.into_iter().chain(missing).collect()
}

/// Notices whose template is not among the files.
fn missing(bundle: &Bundle, policy: &PolicySet, sources: &Sources) -> Vec<Finding> {
    let rule = policy::rules().find(|rule| rule.name == "notices.template").expect("the rule is one of the policy's");
    let templates = bundle.templates();
    let printed = policy
        .notices
        .iter()
        .filter(|one| matches!(one.when, NoticeWhen::PolicyChanges(_) | NoticeWhen::SweepCompleted));
    let missing = printed.filter(|notice| templates.get(&notice.template).is_none()).map(|notice| {
        let template = &notice.template;
        let known: Vec<&str> = templates.below("notices/").map(|(name, _)| name).collect();
        let place = policy::place_of(sources, &format!("notices.{}.template", notice.id));
        let found = said!("there is no `templates/{template}`", "`templates/{template}`がありません");
        let finding = Finding::at(rule, place, found);
        match crate::diag::nearest(template, known.iter().copied()) {
            Some(near) => {
                let help = said!("did you mean `{near}`?", "`{near}`の間違いではありませんか");
                finding.help(help).replace_by(near)
            }
            None => finding,
        }
    });
    missing.collect()
}

/// Prints everything that is printed of a policy, and a certificate with every part one can have.
fn print_once(printing: &Printing<'_>) -> Result<()> {
    let Printing { policy, templates, .. } = printing;
    let mut jobs: Vec<(String, Job)> = documents(printing)?;
    let files: BTreeMap<String, Vec<u8>> =
        templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    let (certificate, list) = specimen(policy);
    for wanted in policy.notices.iter().filter(|notice| notice.when == NoticeWhen::SweepCompleted) {
        for language in &policy.organization.languages {
            let job = notice::certificate(policy, &certificate, &list, wanted, language, &files)?;
            jobs.push((format!("{language}/{}", wanted.id), job));
        }
    }
    let program = host::own_program().map_err(EngineError::io("find", "hokan"))?;
    print_all(&program, policy, jobs).map(drop)
}

/// Messages of one's own that cannot be printed, whether or not anything that is printed today says them.
fn odd_words(printing: &Printing<'_>) -> Vec<Finding> {
    let own =
        |language: &str| printing.templates.own("messages/").any(|name| name == format!("messages/{language}.json"));
    let languages = printing.policy.organization.languages.iter().filter(|language| own(language));
    let odd = languages.flat_map(|language| {
        let odd = odd(printing.templates, language).unwrap_or_default();
        odd.into_iter().map(move |one| of_odd(language, &one))
    });
    odd.collect()
}

fn of_odd(language: &str, OddMessage { key, line, column, odd }: &OddMessage) -> Finding {
    let number = |number: usize| u32::try_from(number).unwrap_or(1);
    let file = format!("templates/messages/{language}.json");
    let place = Place { line: number(*line), column: number(*column), ..Place::file(file) };
    let said = match odd {
        Odd::Empty => said!("the message `{key}` has no words", "`{key}`の文が空です"),
        Odd::Twice => said!(
            "the message `{key}` stands here a second time: only the last one counts",
            "`{key}`の文が2つあります（有効なのは最後のものだけです）"
        ),
        Odd::Value(name, known) if known.is_empty() => said!(
            "the message `{key}` asks for `{{{name}}}`, and no value is put into it",
            "`{key}`の文に`{{{name}}}`がありますが、この文に入る値はありません"
        ),
        Odd::Value(name, known) => {
            let known = known.iter().map(|one| format!("`{{{one}}}`")).collect::<Vec<_>>().join(", ");
            said!(
                "the message `{key}` asks for `{{{name}}}`, and has only {known}",
                "`{key}`の文に`{{{name}}}`がありますが、使えるのは{known}だけです"
            )
        }
    };
    Finding::at(&broken_template::RULE, place, said)
}

/// Returns what is wrong with the pages; of words that are missing, all.
fn of_pages(error: &EngineError, printing: &Printing<'_>) -> Vec<Finding> {
    let EngineError::Site(error) = error else {
        return vec![broken(Place::file("templates/pages"), error.without_names())];
    };
    let missing = missing_words(printing);
    match missing.is_empty() {
        true => error.faults().iter().map(of_fault).collect(),
        false => missing,
    }
}

/// The languages that lack words, each with all of them.
fn missing_words(printing: &Printing<'_>) -> Vec<Finding> {
    let each = printing.policy.organization.languages.iter().filter_map(|language| {
        let keys = lacking(printing.templates, language).ok().filter(|keys| !keys.is_empty())?;
        let count = keys.len();
        let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let file = format!("templates/messages/{language}.json");
        let said = match count {
            1 => said!("the message {keys} is missing", "{keys}の文がありません"),
            _ => said!("{count} messages are missing: {keys}", "次の{count}件の文がありません（{keys}）"),
        };
        Some(Finding::at(&broken_template::RULE, Place::file(file), said))
    });
    each.collect()
}

fn of_fault(fault: &Fault) -> Finding {
    let number = |number: usize| u32::try_from(number).unwrap_or(1);
    let place = match &fault.template {
        Some(template) => Place {
            line: number(fault.line),
            column: number(fault.column),
            ..Place::file(format!("templates/{template}"))
        },
        None => Place::file("templates/pages"),
    };
    broken(place, fault.message.clone())
}

fn of_notice(error: &EngineError) -> Finding {
    let mut place = Place::file("templates/notices");
    if let EngineError::Typeset(TypesetError::Template { faults, .. }) = error
        && let Some((fault, file)) = faults.iter().find_map(|fault| Some((fault, fault.file.as_ref()?)))
    {
        place = Place { line: fault.line, column: fault.column, ..Place::file(format!("templates/{file}")) };
    }
    broken(place, error.to_string())
}

fn broken(place: Place, said: String) -> Finding {
    let ja = format!("テンプレートを使えません（{said}）");
    Finding::at(&broken_template::RULE, place, Said { en: said, ja })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_remembered_of_the_version_they_were_found_in_and_of_no_other() {
        let (tried, faults) =
            (Tried::default(), [broken(Place::file("templates/pages/page.html"), "endless".to_owned())]);
        let versions = [b"one", b"two"].map(|bytes| Digest::of(bytes));
        tried.keep(versions[0], &faults);
        assert_eq!(tried.clone().faults(versions[0]).as_deref(), Some(&faults[..]));
        assert_eq!(tried.faults(versions[1]), None);
    }
}
