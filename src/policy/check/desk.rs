//! Where findings are collected while a set is checked.
//!
//! In: rules, places, messages. Out: findings, and [`Refused`] for each value that cannot be used. The rule it keeps:
//! only a reported error makes a `Refused`, so nothing can be left out of a checked set in silence; and an error whose value
//! can be used is told apart, so that a policy accepted before that error was known can still be read.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::calendar::Date;
use crate::diag::{Finding, Place, Rule, Said, Severity, near};
use crate::policy::Language;
use crate::policy::law::Law;
use crate::policy::lint::Map;
use crate::policy::rules;
use crate::said;

use super::sections::SECTIONS;
use super::unread::Unread;

/// The receipt for an error that was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused(());

/// A checked value, or the receipt for the error that stands in its place.
pub(super) type Checked<T> = Result<T, Refused>;

/// The most findings of a rule that a run tells one by one; the others are counted.
const MOST: usize = 1000;

/// Collects the findings of one run.
pub(in crate::policy) struct Desk {
    findings: RefCell<Vec<Finding>>,
    missing: RefCell<Vec<Finding>>,
    /// How many findings of a rule there are; of very many, the first are told.
    counts: RefCell<BTreeMap<&'static str, usize>>,
    /// Places whose error is reported once everything has been read.
    owed: RefCell<Vec<Place>>,
    languages: Vec<Language>,
    law: Law,
    as_of: Date,
    is_of_pack: bool,
    /// What the files of the set that cannot be read may hold.
    unread: Arc<Unread>,
}

impl Desk {
    /// Opens a desk for the law of a day.
    pub(super) fn new(as_of: Date) -> Desk {
        Desk {
            findings: RefCell::default(),
            missing: RefCell::default(),
            owed: RefCell::default(),
            counts: RefCell::default(),
            languages: Vec::new(),
            law: Law::default(),
            as_of,
            is_of_pack: false,
            unread: Arc::default(),
        }
    }

    /// Opens a desk for the law of a day and a set of which these files cannot be read.
    pub(super) fn beside(as_of: Date, unread: Arc<Unread>) -> Desk {
        Desk { unread, ..Desk::new(as_of) }
    }

    /// Returns what files that cannot be read may hold.
    pub(super) fn unread(&self) -> &Arc<Unread> {
        &self.unread
    }

    /// Returns the day whose law holds.
    pub(in crate::policy) fn as_of(&self) -> Date {
        self.as_of
    }

    /// Opens a desk for a law pack, whose languages are its own.
    pub(super) fn of_pack(as_of: Date) -> Desk {
        Desk { is_of_pack: true, ..Desk::new(as_of) }
    }

    /// Returns whether the languages are those of a law pack.
    pub(super) fn is_of_pack(&self) -> bool {
        self.is_of_pack
    }

    /// Sets the languages every text is given in.
    pub(super) fn speak(&mut self, languages: Vec<Language>) {
        self.languages = languages;
    }

    /// Returns the languages every text is given in; empty while they are not known.
    pub(in crate::policy) fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// Sets the law that holds.
    pub(super) fn know(&mut self, law: Law) {
        self.law = law;
    }

    /// Returns the law that holds; none while it is not known.
    pub(super) fn law(&self) -> &Law {
        &self.law
    }

    /// Reports a finding that leaves its value usable.
    pub(in crate::policy) fn report(&self, finding: Finding) {
        if self.counted(finding.rule) {
            self.findings.borrow_mut().push(finding);
        }
    }

    /// Counts a finding of a rule; returns whether it is one of those that are told.
    fn counted(&self, rule: &'static str) -> bool {
        let mut counts = self.counts.borrow_mut();
        let count = counts.entry(rule).or_default();
        *count += 1;
        *count <= MOST
    }

    /// Gives the receipt for one more error of a rule of which enough is told, so that nobody need word it.
    pub(super) fn passed_over(&self, rule: &Rule) -> Option<Refused> {
        let mut counts = self.counts.borrow_mut();
        let count = counts.get_mut(rule.name).filter(|count| **count >= MOST)?;
        *count += 1;
        Some(Refused(()))
    }

    /// Returns what stands for the findings that are not told one by one.
    fn more(&self) -> Vec<Finding> {
        let counts = self.counts.borrow();
        let many = counts.iter().filter(|(_, count)| **count > MOST);
        let findings = many.filter_map(|(name, count)| {
            let rule = rules::all().find(|rule| rule.name == *name)?;
            let more = count - MOST;
            let found = said!("and {more} more of this rule", "同じ規則の指摘がほかに{more}件あります");
            let help = said!(
                "mend the ones that are shown, then check again",
                "示されたものを直してから、もう一度確認してください"
            );
            Some(Finding::whole(rule, found).help(help))
        });
        findings.collect()
    }

    /// Reports that `rule` finds something at `place` whose value stays usable.
    pub(super) fn report_at(&self, rule: &Rule, place: Place, message: Said) {
        self.report(Finding::at(rule, place, message));
    }

    /// Reports an error whose value cannot be used: the set lacks it.
    pub(super) fn refuse(&self, finding: Finding) -> Refused {
        if self.counted(finding.rule) {
            self.missing.borrow_mut().push(Finding { severity: Severity::Error, ..finding });
        }
        Refused(())
    }

    /// Gives the receipt for an error at a place that is reported once everything has been read.
    pub(super) fn owe(&self, place: Place) -> Refused {
        self.owed.borrow_mut().push(place);
        Refused(())
    }

    /// Reports an error of `rule` at `place` whose value cannot be used.
    pub(super) fn refuse_at(&self, rule: &Rule, place: Place, message: Said) -> Refused {
        self.refuse(Finding::at(rule, place, message))
    }

    /// Returns the sections in which an error was reported, or that a file which cannot be read has a part of.
    pub(in crate::policy) fn refused_in(&self, map: &Map<'_>) -> BTreeSet<String> {
        let (findings, missing) = (self.findings.borrow(), self.missing.borrow());
        let errors = findings.iter().chain(missing.iter()).filter(|finding| finding.severity == Severity::Error);
        let owed = self.owed.borrow();
        let places = errors.filter_map(|finding| finding.places.first()).chain(owed.iter());
        let items = places.filter_map(|place| map.item_at(place));
        let sections = items.map(|item| item.split('.').next().unwrap_or(item));
        // A section whose name is misspelt is the one that was meant.
        let meant = |section| {
            if SECTIONS.contains(&section) { vec![section] } else { near(section, SECTIONS).names().collect() }
        };
        sections.flat_map(meant).map(str::to_owned).chain(self.unread.sections().map(str::to_owned)).collect()
    }

    /// Returns everything reported.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let more = self.more();
        let mut all = self.findings.into_inner();
        all.extend(more);
        all.append(&mut self.missing.into_inner());
        all
    }

    /// Hands what was reported here on to another desk, where all of it leaves the set usable.
    pub(super) fn tell(self, desk: &Desk) {
        let (findings, missing) = (self.findings.take(), self.missing.take());
        findings.into_iter().chain(missing).for_each(|finding| desk.report(finding));
        self.hand_counts(desk);
    }

    /// Lets another desk count what is not told one by one.
    fn hand_counts(&self, desk: &Desk) {
        for (rule, count) in self.counts.borrow().iter().filter(|(_, count)| **count > MOST) {
            *desk.counts.borrow_mut().entry(rule).or_default() += count - MOST;
        }
    }

    /// Hands what was reported here, and is worth telling, on to another desk; returns whether every value can be used.
    pub(super) fn hand_on(self, desk: &Desk, mut is_told: impl FnMut(&Finding) -> bool) -> bool {
        self.findings.take().into_iter().filter(&mut is_told).for_each(|finding| desk.report(finding));
        let missing = self.missing.take();
        let is_whole = missing.is_empty();
        missing.into_iter().filter(is_told).for_each(|finding| {
            desk.refuse(finding);
        });
        self.hand_counts(desk);
        is_whole
    }

    /// Returns the errors whose values cannot be used.
    pub(super) fn into_missing(self) -> Vec<Finding> {
        self.missing.into_inner()
    }
}

/// Checks every item and returns the good ones: the rules still look at them when another one is refused.
pub(super) fn good<N, T>(items: impl IntoIterator<Item = N>, check: impl FnMut(N) -> Checked<T>) -> Vec<T> {
    items.into_iter().map(check).filter_map(Checked::ok).collect()
}

/// Checks every item, then returns all of them or the first refusal.
pub(super) fn all<N, T>(items: impl IntoIterator<Item = N>, check: impl FnMut(N) -> Checked<T>) -> Checked<Vec<T>> {
    let checked: Vec<Checked<T>> = items.into_iter().map(check).collect();
    checked.into_iter().collect()
}
