//! Checks a whole policy set and makes the checked one.
//!
//! In: the texts of the files, the day whose law holds. Out: every finding, and a [`PolicySet`] if none is an error. The
//! way: each file is read as YAML, the sections of all files are joined, ids are collected, each section is checked against
//! them, then the rules look at the whole ([`super::lint`]), and what the organization decided about findings is applied.
//! The rule it keeps: a value that cannot be used has a finding of severity error ([`desk::Refused`] is its receipt), so a
//! set is never made with something left out; one broken value never hides another.

mod conduct;
mod consent;
pub(in crate::policy) mod desk;
mod disclosure;
mod item;
mod known;
pub(in crate::policy) mod law;
mod organization;
mod publication;
mod purposes;
mod reason;
mod repeated;
mod retention;
pub(in crate::policy) mod sections;
mod service;
mod settings;
mod spelling;
#[cfg(test)]
mod tests;
mod unread;

use std::sync::Arc;

use rayon::iter::{Either, IntoParallelRefIterator, ParallelIterator};

use super::law::{Law, Pack};
use super::raw::{self, Node};
use super::{AsOf, Language, Policy, PolicySet, Unreadable, lint, rules};
use crate::calendar::Instant;
use crate::diag::{Finding, Place, Report, Sources};

use desk::{Checked, Desk};
pub(super) use item::{half_width_colon, meant};
use known::Known;
use sections::Sections;
use unread::Unread;
pub use unread::more_may_follow;

/// Reads and checks the set; see [`super::check_beside()`].
pub(super) fn check(sources: &Sources, beside: &Unreadable, as_of: AsOf) -> (Report, Option<PolicySet>) {
    // The shipped law takes as long to read as the set.
    let (trees, ()) = rayon::join(|| trees(sources), law::prepare);
    let (mut trees, unreadable) = trees;
    let unread = Arc::new(Unread::of(&unreadable, sources, beside));
    let repeated = repeated::take_out(&mut trees);
    let (desk, policy) = checked(sources, &mut trees, as_of, Arc::clone(&unread));
    for finding in unreadable.into_iter().map(more_may_follow).chain(repeated) {
        desk.refuse(finding);
    }
    let map = lint::Map::new(&trees, sources, desk.languages());
    let as_of = desk.as_of();
    let findings = match &policy {
        Ok(policy) => {
            let lint = lint::Lint::new(policy, &map, &desk);
            rules::pages().filter_map(|page| page.check).for_each(|check| check(&lint));
            let is_whole = lint.is_unbroken() && policy.law.is_whole() && unread.is_empty();
            lint::weigh(unread.certain(desk.into_findings(), &trees), policy, &map, as_of, is_whole)
        }
        Err(_) => unread.certain(desk.into_findings(), &trees),
    };
    set(findings, policy)
}

/// Returns the shipped law packs.
pub(super) fn shipped_packs() -> impl Iterator<Item = &'static Pack> {
    law::shipped_packs()
}

/// Returns the shipped packs of these names.
#[cfg(test)]
pub(super) fn shipped_law(names: &[&str]) -> Law {
    law::shipped_law(names)
}

/// Reads the set; see [`super::read()`].
pub(super) fn read(sources: &Sources) -> (Report, Option<PolicySet>) {
    let (mut trees, unreadable) = trees(sources);
    if !unreadable.is_empty() {
        return (Report::new(unreadable), None);
    }
    let (desk, policy) = checked(sources, &mut trees, AsOf::Now(Instant::EPOCH), Arc::default());
    set(desk.into_missing(), policy)
}

fn set(findings: Vec<Finding>, policy: Checked<Policy>) -> (Report, Option<PolicySet>) {
    let report = Report::new(findings);
    let set = policy.ok().filter(|_| !report.has_errors()).map(PolicySet);
    (report, set)
}

fn checked(sources: &Sources, trees: &mut [Node], as_of: AsOf, unread: Arc<Unread>) -> (Desk, Checked<Policy>) {
    let mut desk = Desk::beside(organization::day(trees, as_of), unread);
    let spoken = spelling::mend(trees, &desk);
    let sections = Sections::join(trees, &desk);
    desk.speak(organization::languages(&sections, &spoken, &desk));
    let law = law::law(sources, &sections, &desk);
    desk.know(law.clone());
    let policy = policy(&sections, law, &desk);
    (desk, policy)
}

/// Returns the place of a path; see [`super::place_of()`].
pub(super) fn place_of(sources: &Sources, path: &str) -> Place {
    let (trees, _) = trees(sources);
    lint::Map::new(&trees, sources, &[]).place(path)
}

/// What a set declares, as far as it can be read.
pub(super) struct Outline {
    /// The languages of texts for readers.
    pub(super) languages: Vec<Language>,
    /// The ids of the classes.
    pub(super) classes: Vec<String>,
    /// The ids of the types of information.
    pub(super) information: Vec<String>,
    /// The ids of the dates.
    pub(super) dates: Vec<String>,
    /// The ids of the recipients.
    pub(super) recipients: Vec<String>,
}

/// Reads what a set declares; files that are no YAML declare nothing.
pub(super) fn outline(sources: &Sources) -> Outline {
    let policies = sources.iter().filter(|(file, _)| !file.starts_with(law::FOLDER));
    let mut trees: Vec<Node> = policies.filter_map(|(file, text)| raw::read(file, text).ok()).collect();
    let desk = Desk::new(organization::day(&trees, AsOf::Now(Instant::EPOCH)));
    let spoken = spelling::mend(&mut trees, &desk);
    let sections = Sections::join(&trees, &desk);
    let known = Known::collect(&sections, &desk);
    let names = |ids: &known::Ids| ids.names().map(str::to_owned).collect();
    Outline {
        languages: organization::languages(&sections, &spoken, &desk),
        classes: names(&known.classes),
        information: names(&known.information),
        dates: names(&known.dates),
        recipients: names(&known.recipients),
    }
}

/// The trees of the files that can be read, and what is wrong with the others.
fn trees(sources: &Sources) -> (Vec<Node>, Vec<Finding>) {
    let policies = sources.par_iter().filter(|(file, _)| !file.starts_with(law::FOLDER));
    policies.partition_map(|(file, text)| match raw::read(file, text) {
        Ok(tree) => Either::Left(tree),
        Err(finding) => Either::Right(*finding),
    })
}

/// Checks every section and puts together what could be read; only a set without an organization has nothing to look at.
fn policy(sections: &Sections, law: Law, desk: &Desk) -> Checked<Policy> {
    let known = Known::collect(sections, desk);
    let organization = organization::organization(sections, &known, desk);
    let classes = retention::classes(sections, &known, desk);
    let service = service::service(sections, desk);
    if let Ok(service) = &service {
        retention::openable(sections, &classes, service, &known, desk);
    }
    let consent = consent::consent(sections, &known, desk).unwrap_or_default();
    let policy = organization.map(|organization| Policy {
        parties: organization::parties(sections, desk),
        terms: organization::terms(sections, desk),
        principles: organization::principles(sections, desk),
        purposes: purposes::purposes(sections, &known, desk),
        information: purposes::information(sections, &known, desk),
        processes: purposes::processes(sections, &known, desk),
        joint_use: disclosure::joint_uses(sections, &known, desk),
        entrustments: disclosure::entrustments(sections, &known, desk),
        provisions: disclosure::provisions(sections, &known, desk),
        exceptions: disclosure::cases(sections.exceptions.as_ref(), desk),
        notice_exceptions: disclosure::cases(sections.notice_exceptions.as_ref(), desk),
        not_third_parties: disclosure::cases(sections.not_third_parties.as_ref(), desk),
        abroad: disclosure::abroad(sections, &known, desk),
        consent,
        dates: retention::dates::dates(sections, desk),
        classes,
        disposal_methods: retention::methods::methods(sections, &known, desk),
        security: conduct::security(sections, desk),
        procedures: conduct::procedures(sections, &known, desk),
        pages: publication::pages(sections, desk),
        notices: publication::notices(sections, &known, desk),
        service: service.unwrap_or_else(|_| service::stand_in()),
        rules: settings::severities(sections, desk),
        accepted_findings: settings::accepted(sections, desk),
        law,
        organization,
    });
    known.tell(desk);
    policy
}
