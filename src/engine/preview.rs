//! The preview: the work tree as a site, again after every edit, until stopped.
//!
//! In: an instance, a bell. Out: what each edit came to, to whoever listens. The rule it keeps: nothing is written; while
//! the policy has errors the last site without any stays, with the findings beside it; what is shown is what was checked; and
//! no edit waits for the documents of another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use super::bundle::{self, Bundle};
use super::draft::ready_work_tree;
use super::instance::Instance;
use super::pages::pages;
use super::render::{documents, print_all};
use super::stop::Stop;
use super::{EngineError, Result};
use crate::Digest;
use crate::diag::{Report, Sources};
use crate::intake::{Wake, Watcher};
use crate::policy::{AsOf, PolicySet};
use crate::publish::typeset::Job;

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
    /// The work tree cannot be read; it is tried again.
    Unread(EngineError),
}

/// The documents of a state.
struct Order {
    /// The state.
    digest: Digest,
    policy: PolicySet,
    jobs: Vec<(String, Job)>,
}

/// What becomes of an order.
type Documents = (Digest, Result<BTreeMap<String, Vec<u8>>>);

/// Prints the documents of the newest state beside the preview, of one state at a time.
struct Printer {
    program: PathBuf,
    stop: Stop,
    is_busy: bool,
    next: Option<Order>,
    done: (Sender<Documents>, Receiver<Documents>),
}

impl Printer {
    /// Takes an order in the place of one that has not begun; nothing of it takes that one away.
    fn order(&mut self, order: Option<Order>) {
        self.next = order;
        self.go_on();
    }

    /// Returns the documents that were printed since it was asked last.
    fn printed(&mut self) -> Option<Documents> {
        let printed = self.done.1.try_recv().ok()?;
        self.is_busy = false;
        self.go_on();
        Some(printed)
    }

    fn go_on(&mut self) {
        if self.is_busy {
            return;
        }
        let Some(Order { digest, policy, jobs }) = self.next.take() else { return };
        self.is_busy = true;
        let (program, stop, done) = (self.program.clone(), self.stop.clone(), self.done.0.clone());
        std::thread::spawn(move || {
            // Whoever ended the preview wants no documents.
            let _ = done.send((digest, print_all(&program, &policy, jobs)));
            stop.look();
        });
    }
}

/// Renders the work tree after every edit until stopped.
///
/// # Errors
/// None: every failure is told and tried again.
pub fn preview_site(instance: &Instance, program: &Path, stop: &Stop, show: &mut dyn FnMut(Seen<'_>)) -> Result<()> {
    // Where a folder cannot be watched, the next look finds the edit.
    let watched = ["policies", "templates"].map(|part| Watcher::start(&instance.dir.join(part), stop.bell()));
    let mut printer =
        Printer { program: program.to_owned(), stop: stop.clone(), is_busy: false, next: None, done: mpsc::channel() };
    let mut last: Option<Digest> = None;
    let mut is_unread = false;
    loop {
        match bundle::work_tree(&instance.dir) {
            Ok((bundle, unread)) if last != Some(bundle.digest()) => {
                (last, is_unread) = (Some(bundle.digest()), false);
                let checked = bundle.check_whole(instance, unread, AsOf::Now(instance.now()));
                printer.order(look(instance, &bundle, checked, show));
            }
            Ok(_) => {}
            Err(error) => {
                // Told once, and anew after the next state that could be read.
                last = None;
                if !std::mem::replace(&mut is_unread, true) {
                    show(Seen::Unread(error));
                }
            }
        }
        while let Some((digest, documents)) = printer.printed() {
            if last == Some(digest) {
                show(Seen::Printed(documents));
            }
        }
        if let Wake::Stopped = stop.wait(LOOK) {
            drop(watched);
            return Ok(());
        }
    }
}

/// Shows what a state that was checked came to; returns its documents.
fn look(
    instance: &Instance,
    bundle: &Bundle,
    checked: bundle::Checked,
    show: &mut dyn FnMut(Seen<'_>),
) -> Option<Order> {
    let (report, sources) = (&checked.report, &checked.sources);
    let Some(policy) = checked.policy else {
        show(Seen::Checked { report, sources, pages: None, failure: None });
        return None;
    };
    let made = ready_work_tree(instance, bundle, policy).and_then(|ready| {
        let printing = ready.printing();
        let (pages, jobs) = (pages(&printing)?, documents(&printing)?);
        Ok((Order { digest: bundle.digest(), jobs, policy: ready.policy }, pages))
    });
    let (order, pages, failure) = match made {
        Ok((order, pages)) => (Some(order), Some(pages), None),
        Err(error) => (None, None, Some(error)),
    };
    show(Seen::Checked { report, sources, pages, failure });
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::sample;

    #[test]
    fn documents_are_those_of_the_newest_state_and_of_one_at_a_time() {
        let stop = Stop::default();
        let program = PathBuf::from("/nowhere");
        let mut printer = Printer { program, stop: stop.clone(), is_busy: false, next: None, done: mpsc::channel() };
        let order = |name: &str| Order { digest: Digest::of(name.as_bytes()), policy: sample(), jobs: Vec::new() };
        for name in ["first", "second", "third"] {
            printer.order(Some(order(name)));
        }
        let mut printed = Vec::new();
        while printed.len() < 2 {
            assert_eq!(stop.wait(Duration::from_secs(60)), Wake::Changed);
            while let Some((digest, documents)) = printer.printed() {
                assert!(documents.unwrap().is_empty());
                printed.push(digest);
            }
        }
        assert_eq!(printed, ["first", "third"].map(|name| Digest::of(name.as_bytes())));
        assert!(!printer.is_busy && printer.next.is_none());
    }
}
