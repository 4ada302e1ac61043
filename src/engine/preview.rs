//! The preview: the work tree as a site, again after every edit, until stopped.
//!
//! In: an instance, a bell. Out: what each edit came to, to whoever listens. The rule it keeps: nothing is written; while
//! the policy has errors the last site without any stays, with the findings beside it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::bundle;
use super::draft::{State, ready};
use super::instance::Instance;
use super::render::{documents, print_all};
use super::stop::Stop;
use super::{EngineError, Result};
use crate::Digest;
use crate::diag::{Report, Sources};
use crate::intake::{Wake, Watcher};
use crate::policy::AsOf;
use crate::publish::site;

/// How long an edit that no watcher told of stays unnoticed.
const LOOK: Duration = Duration::from_secs(2);

/// What an edit came to.
pub enum Seen<'a> {
    /// The policy was checked: its findings, the pages where they could be made, and why not where they could not.
    Checked {
        /// The findings.
        report: &'a Report,
        /// The texts they point into.
        sources: &'a Sources,
        /// The pages, by path.
        pages: Option<BTreeMap<String, Vec<u8>>>,
        /// What failed besides the policy.
        failure: Option<EngineError>,
    },
    /// The documents of the pages shown last were printed, or could not be.
    Printed(Result<BTreeMap<String, Vec<u8>>>),
}

/// Renders the work tree after every edit until stopped.
///
/// # Errors
/// Fails when the work tree cannot be listed at the start; later every failure is told and tried again.
pub fn preview_site(instance: &Instance, program: &Path, stop: &Stop, show: &mut dyn FnMut(Seen<'_>)) -> Result<()> {
    // Where a folder cannot be watched, the next look finds the edit.
    let watched = ["policies", "templates"].map(|part| Watcher::start(&instance.dir.join(part), stop.bell()));
    let mut last: Option<Digest> = None;
    loop {
        let (bundle, unread) = bundle::work_tree(&instance.dir)?;
        let digest = bundle.digest();
        if last != Some(digest) {
            last = Some(digest);
            look(instance, program, &bundle.check_whole(instance, unread, AsOf::Now(instance.now())), show);
        }
        if let Wake::Stopped = stop.wait(LOOK) {
            drop(watched);
            return Ok(());
        }
    }
}

fn look(instance: &Instance, program: &Path, checked: &bundle::Checked, show: &mut dyn FnMut(Seen<'_>)) {
    let (report, sources) = (&checked.report, &checked.sources);
    if checked.policy.is_none() {
        return show(Seen::Checked { report, sources, pages: None, failure: None });
    }
    let made = ready(instance, &State::WorkTree).and_then(|ready| {
        let pages = site::render(&ready.policy, &ready.issue, &ready.templates)?;
        let jobs = documents(&ready.printing())?;
        Ok((jobs, pages, ready))
    });
    match made {
        Err(error) => show(Seen::Checked { report, sources, pages: None, failure: Some(error) }),
        Ok((jobs, pages, ready)) => {
            show(Seen::Checked { report, sources, pages: Some(pages), failure: None });
            show(Seen::Printed(print_all(program, &ready.policy, jobs)));
        }
    }
}
