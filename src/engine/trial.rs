//! Trying out templates before a policy is accepted.
//!
//! In: a policy version with its files. Out: what could not be published, or certified once records are gone. The rule it
//! keeps: what is built in is known to print; a version with templates of its own prints everything it will ever print
//! once, and throws it away.

use std::collections::BTreeMap;

use super::bundle::{Bundle, broken_template};
use super::certify::specimen;
use super::render::{Printing, documents, print_all};
use super::{EngineError, Result};
use crate::calendar::Instant;
use crate::diag::{Finding, Place, Said, Sources};
use crate::host;
use crate::policy::{self, NoticeWhen, PolicySet};
use crate::publish::history::History;
use crate::publish::notice;
use crate::publish::site::{self, SiteError};
use crate::publish::typeset::{Job, TypesetError};
use crate::publish::{Edition, Issue};
use crate::said;

/// Returns what is wrong with the templates of a version: the first fault of the pages and of the notices each.
pub(super) fn try_templates(bundle: &Bundle, policy: &PolicySet, sources: &Sources) -> Vec<Finding> {
    let edition = Edition::published(None, bundle.digest(), policy.organization.enacted);
    let history = History::specimen(edition.date);
    let issue = Issue { history, ..Issue::alone(edition) };
    let is_own = |folder: &str| bundle.paths().any(|path| path.starts_with(folder));
    let has_own_pages = is_own("templates/pages/") || is_own("templates/messages/");
    let look = if has_own_pages { site::check } else { site::check_words };
    let pages = look(policy, &issue, &bundle.templates()).err().map(|error| of_page(&error));
    let missing = missing(bundle, policy, sources);
    let has_own_notices = is_own("templates/notices/") || is_own("templates/messages/");
    let notices = match has_own_notices && pages.is_none() && missing.is_empty() {
        true => print_once(bundle, policy, issue).err().map(|error| of_notice(&error)),
        false => None,
    };
    pages.into_iter().chain(missing).chain(notices).collect()
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
fn print_once(bundle: &Bundle, policy: &PolicySet, issue: Issue) -> Result<()> {
    let templates = bundle.templates();
    let at = Instant::EPOCH;
    let printing = Printing { policy, templates: &templates, issue, at };
    let mut jobs: Vec<(String, Job)> = documents(&printing)?;
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

fn of_page(error: &SiteError) -> Finding {
    let mut place = Place::file("templates");
    if let SiteError::Template { template, line, column, .. } = error {
        place.file = format!("templates/{template}");
        place.line = u32::try_from(*line).unwrap_or(1);
        place.column = u32::try_from(*column).unwrap_or(1);
    }
    broken(place, error.to_string())
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
