//! Checks a whole policy set and makes the checked one.
//!
//! In: the texts of the files. Out: every finding, and a [`PolicySet`] if none is an error. The way: each file is read as
//! YAML, the sections of all files are joined, ids are collected, then each section is checked against them. The rule it
//! keeps: a value that cannot be used has a finding of severity error ([`desk::Refused`] is its receipt), so a set is
//! never made with something left out.

mod consent;
mod desk;
mod item;
mod joint_use;
mod known;
mod organization;
mod publication;
mod purposes;
mod retention;
mod sections;
mod service;
#[cfg(test)]
mod tests;

use super::raw::{self, Node};
use super::{Policy, PolicySet};
use crate::diag::{Finding, Report, Sources};

use desk::{Checked, Desk};
use known::Known;
use sections::Sections;

/// Reads and checks the set; see [`super::check()`].
pub(super) fn check(sources: &Sources) -> (Report, Option<PolicySet>) {
    let (trees, unreadable) = read(sources);
    if !unreadable.is_empty() {
        // What the unreadable files declare is not known: references to it would be findings about nothing.
        return (Report::new(unreadable), None);
    }
    let mut desk = Desk::default();
    let sections = Sections::join(&trees, &desk);
    desk.speak(organization::languages(&sections));
    let policy = policy(&sections, &desk);
    let report = Report::new(desk.into_findings());
    let set = policy.ok().filter(|_| !report.has_errors()).map(PolicySet);
    (report, set)
}

fn read(sources: &Sources) -> (Vec<Node>, Vec<Finding>) {
    let (mut trees, mut unreadable) = (Vec::new(), Vec::new());
    for (file, text) in sources {
        match raw::read(file, text) {
            Ok(tree) => trees.push(tree),
            Err(finding) => unreadable.push(*finding),
        }
    }
    (trees, unreadable)
}

/// Checks every section, then puts the policy together.
fn policy(sections: &Sections, desk: &Desk) -> Checked<Policy> {
    let known = Known::collect(sections, desk);
    let organization = organization::organization(sections, &known, desk);
    let parties = organization::parties(sections, desk);
    let principles = organization::principles(sections, desk);
    let purposes = purposes::purposes(sections, desk);
    let information = purposes::information(sections, &known, desk);
    let joint_use = joint_use::joint_uses(sections, &known, desk);
    let consent = consent::consent(sections, &known, desk);
    let dates = retention::dates::dates(sections, desk);
    let classes = retention::classes(sections, &known, desk);
    let disposal_methods = publication::disposal_methods(sections, desk);
    let pages = publication::pages(sections, desk);
    let notices = publication::notices(sections, desk);
    let service = service::service(sections, desk);
    if let (Ok(classes), Ok(service)) = (&classes, &service) {
        retention::openable(classes, service, &known, desk);
    }
    Ok(Policy {
        organization: organization?,
        parties: parties?,
        principles: principles?,
        purposes: purposes?,
        information: information?,
        joint_use: joint_use?,
        consent: consent?,
        dates: dates?,
        classes: classes?,
        disposal_methods: disposal_methods?,
        pages: pages?,
        notices: notices?,
        service: service?,
    })
}
