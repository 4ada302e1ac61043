//! Which state a path is in: the pure decision of intake.
//!
//! In: the scan, the accepted policy, sidecar texts, the present moment. Out: one state for each path. The rule it
//! keeps (I7): every path gets exactly one state; what is not understood is refused or unclassified, never taken in.

use std::collections::{BTreeMap, BTreeSet};

use super::SIDECAR;
use super::fields::FieldFacts;
use super::names::{decoded, unfit};
use super::register::{Refusal, RegisterFile};
use super::scan::{Found, FoundKind, Meta};
use crate::Digest;
use crate::calendar::{Date, Instant};
use crate::policy::{Captured, Class, ComesFrom, PolicySet, Sidecar, SidecarFacts};

/// The state of a path under `records/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The policy says to leave it alone.
    Ignored,
    /// It changed too recently.
    Settling,
    /// It waits for its sidecar, or is a sidecar that waits for its record.
    Waiting,
    /// No class accepts its path.
    Unclassified,
    /// It cannot be taken in: a code, and the reason in words.
    Refused(&'static str, String),
    /// It is sealed already and its plaintext is still to be removed.
    RemovalPending,
    /// It is sealed already, and its plaintext stays until its letters are made.
    InUse,
    /// It goes with the record of the same name.
    SidecarOf(Vec<u8>),
    /// It can be taken in.
    Ready(Box<Ready>),
}

/// A file that can be taken in, with everything its path and sidecar say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Its path below `records/`, as text.
    pub name: String,
    /// Its class.
    pub class: String,
    /// Whom it is about.
    pub subjects: Vec<String>,
    /// Its dates.
    pub dates: BTreeMap<String, Date>,
    /// Its sidecar.
    pub sidecar: Option<SidecarFile>,
    /// Its device and inode, to recognise it when it is opened.
    pub device: u64,
    /// Its inode.
    pub inode: u64,
    /// Its length.
    pub bytes: u64,
    /// The digest of the content its fields were read from, where its class reads any.
    pub content: Option<Digest>,
    /// What it says, where it is a register of boxes or devices.
    pub register: Option<RegisterFile>,
}

/// A sidecar as the scan saw it: its facts count only as long as it stays so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SidecarFile {
    /// Its path below `records/`.
    pub path: Vec<u8>,
    /// Its device.
    pub device: u64,
    /// Its inode.
    pub inode: u64,
    /// When it last changed.
    pub changed: Instant,
}

/// What classification depends on besides the paths themselves.
pub struct Grounds<'a> {
    /// The accepted policy.
    pub policy: &'a PolicySet,
    /// The present moment.
    pub now: Instant,
    /// The texts of the sidecars that could be read, by path; an error in words for the others.
    pub sidecars: &'a BTreeMap<Vec<u8>, Result<SidecarFacts, String>>,
    /// What the fields of files say whose class reads them, by path; an error in words for those that cannot be read.
    pub fields: &'a BTreeMap<Vec<u8>, Result<FieldFacts, String>>,
    /// The registers that lie there, by path: what they say, or why they are refused.
    pub registers: &'a BTreeMap<Vec<u8>, Result<RegisterFile, Refusal>>,
    /// The inodes of the files whose records are sealed already: a scan stays on one file system, whose number is another
    /// after the machine was started again.
    pub pending: &'a BTreeSet<u64>,
    /// Those of them that letters are still made from.
    pub in_use: &'a BTreeSet<u64>,
}

/// Everything the scan found, by path.
type Paths<'a> = BTreeMap<&'a [u8], &'a Found>;

/// Returns the state of every path, in the order of the scan.
pub fn classify(found: &[Found], grounds: &Grounds<'_>) -> Vec<State> {
    let paths: Paths<'_> = found.iter().map(|found| (found.path.as_slice(), found)).collect();
    found.iter().map(|one| state(one, &paths, grounds)).collect()
}

/// Returns the class whose fields are to be read from a file, with the file's name: one that could be taken in.
pub fn read_class<'p>(found: &Found, policy: &'p PolicySet, now: Instant) -> Option<(&'p Class, String)> {
    let FoundKind::File(meta) = &found.kind else { return None };
    let name = decoded(&found.path, policy.service.file_names)?;
    let is_open = !policy.service.watch.ignore.iter().any(|glob| glob.matches(&name)) && !name.ends_with(SIDECAR);
    let (class, _) = accepted(&name, policy).ok().flatten().filter(|(class, _)| !class.read.is_empty())?;
    let fits = is_open && settled(meta, policy, now) && meta.bytes > 0 && meta.links == 1 && meta.removable.is_ok();
    fits.then_some((class, name))
}

fn state(found: &Found, paths: &Paths<'_>, grounds: &Grounds<'_>) -> State {
    let watch = &grounds.policy.service.watch;
    let name = decoded(&found.path, grounds.policy.service.file_names);
    if name.as_ref().is_some_and(|name| watch.ignore.iter().any(|glob| glob.matches(name))) {
        return State::Ignored;
    }
    let meta = match &found.kind {
        FoundKind::File(meta) => meta,
        FoundKind::Symlink => return refused("intake.symlink", "it is a symbolic link: put the file itself here"),
        FoundKind::Mount => {
            let why = "another file system or folder is mounted here: nothing below is taken in; unmount it, or name it in `service.paths.records`";
            return refused("intake.mount", why);
        }
        FoundKind::Owned => {
            let why = "a folder of this name belongs to git or to hokan: nothing below is taken in; move it away, or rename it";
            return refused("intake.owned-folder", why);
        }
        FoundKind::Special => return refused("intake.special", "it is a pipe, a socket or a device, not a file"),
        FoundKind::Unreadable(why) => return refused("intake.unreadable", format!("it cannot be looked at: {why}")),
    };
    if grounds.pending.contains(&meta.inode) {
        return if grounds.in_use.contains(&meta.inode) { State::InUse } else { State::RemovalPending };
    }
    let Some(name) = name else {
        return refused("intake.name", "its name is not UTF-8: rename it, or set `service.intake.file-names`");
    };
    if let Err(why) = &meta.removable {
        return refused("intake.access", why.clone());
    }
    if meta.links > 1 {
        return refused(
            "intake.hard-link",
            format!("it has {} names: removing this one would leave the others", meta.links),
        );
    }
    if let Some(record) = found.path.strip_suffix(SIDECAR.as_bytes()) {
        return if paths.contains_key(record) { State::SidecarOf(record.to_vec()) } else { State::Waiting };
    }
    if !settled(meta, grounds.policy, grounds.now) {
        return State::Settling;
    }
    if meta.bytes == 0 {
        return refused("intake.empty", "it is empty");
    }
    match accepted(&name, grounds.policy) {
        Ok(None) => State::Unclassified,
        Ok(Some((class, captured))) => with_sidecar(found, meta, name, class, captured, paths, grounds),
        Err(refusal) => refusal,
    }
}

/// Whether a file has been unchanged for as long as the policy asks.
pub fn settled(meta: &Meta, policy: &PolicySet, now: Instant) -> bool {
    meta.changed.plus_seconds(i64::from(policy.service.watch.settle.as_seconds())) <= now
}

fn refused(code: &'static str, why: impl Into<String>) -> State {
    State::Refused(code, why.into())
}

/// Finds the one class that accepts `name`.
fn accepted<'a>(name: &str, policy: &'a PolicySet) -> Result<Option<(&'a Class, Captured)>, State> {
    let starts = policy.organization.fiscal_year_starts;
    let mut found: Option<(&Class, Captured)> = None;
    for class in &policy.classes {
        let mut readings = class.accept.iter().filter_map(|pattern| pattern.captures(name, starts));
        let Some(captured) = readings.next() else { continue };
        if readings.any(|other| other != captured) {
            let why = format!("the patterns of `{}` read its dates or subject in two ways: keep one of them", class.id);
            return Err(State::Refused("intake.two-readings", why));
        }
        let captured = captured.map_err(|why| State::Refused("intake.date", why))?;
        if let Some((other, _)) = found {
            let why = format!(
                "the classes `{}` and `{}` both accept it: make their `accept` patterns differ",
                other.id, class.id
            );
            return Err(State::Refused("intake.two-classes", why));
        }
        found = Some((class, captured));
    }
    Ok(found)
}

fn with_sidecar(
    found: &Found,
    meta: &Meta,
    name: String,
    class: &Class,
    captured: Captured,
    paths: &Paths<'_>,
    grounds: &Grounds<'_>,
) -> State {
    let sidecar = [found.path.as_slice(), SIDECAR.as_bytes()].concat();
    let beside = match paths.get(sidecar.as_slice()).map(|found| beside(found, grounds)).transpose() {
        Ok(beside) => beside,
        Err(state) => return state,
    };
    let mut facts = SidecarFacts::default();
    match (class.sidecar, beside.is_some()) {
        (Sidecar::None, true) => {
            return refused(
                "intake.sidecar",
                format!("class `{}` takes no sidecar: remove `{name}{SIDECAR}`", class.id),
            );
        }
        (Sidecar::Required, false) => return State::Waiting,
        (Sidecar::Optional | Sidecar::Required, true) => match grounds.sidecars.get(&sidecar) {
            Some(Ok(read)) => facts = read.clone(),
            Some(Err(why)) => return refused("intake.sidecar", format!("its sidecar: {why}")),
            None => return State::Waiting,
        },
        (Sidecar::None | Sidecar::Optional, false) => {}
    }
    let fields = match (class.read.is_empty(), grounds.fields.get(&found.path)) {
        (true, _) => None,
        (false, Some(Ok(read))) => Some(read),
        (false, Some(Err(why))) => return refused("intake.field", why.clone()),
        // It became ready after the fields were read: the next look has them.
        (false, None) => return State::Settling,
    };
    let register = match (&class.register, grounds.registers.get(&found.path)) {
        (None, _) => None,
        (Some(_), Some(Ok(register))) => Some(register.clone()),
        (Some(_), Some(Err((code, why)))) => return refused(code, why.clone()),
        (Some(_), None) => return State::Settling,
    };
    match merged(class, captured, facts, fields, grounds) {
        Err(refusal) => refusal,
        Ok((subjects, dates)) => State::Ready(Box::new(Ready {
            name,
            class: class.id.clone(),
            subjects,
            dates,
            sidecar: beside,
            device: meta.device,
            inode: meta.inode,
            bytes: meta.bytes,
            content: fields.map(|read| read.content),
            register,
        })),
    }
}

/// Returns the sidecar where it can be taken in with its record, or the state it leaves the record in.
fn beside(found: &Found, grounds: &Grounds<'_>) -> Result<SidecarFile, State> {
    let no = |why: &str| Err(refused("intake.sidecar", format!("its sidecar: {why}")));
    match &found.kind {
        FoundKind::File(meta) if meta.links > 1 => no("it has more than one name"),
        FoundKind::File(meta) if !settled(meta, grounds.policy, grounds.now) => Err(State::Settling),
        FoundKind::File(Meta { removable: Err(why), .. }) | FoundKind::Unreadable(why) => no(why),
        FoundKind::File(Meta { device, inode, changed, .. }) => {
            Ok(SidecarFile { path: found.path.clone(), device: *device, inode: *inode, changed: *changed })
        }
        FoundKind::Symlink | FoundKind::Special | FoundKind::Mount | FoundKind::Owned => no("it is not a regular file"),
    }
}

/// Joins what the path says with what sidecar and fields add; a contradiction is refused.
fn merged(
    class: &Class,
    captured: Captured,
    facts: SidecarFacts,
    fields: Option<&FieldFacts>,
    grounds: &Grounds<'_>,
) -> Result<(Vec<String>, BTreeMap<String, Date>), State> {
    if let Some(stated) = facts.class.filter(|stated| *stated != class.id) {
        let why = format!("its sidecar says class `{stated}`, its path says `{}`", class.id);
        return Err(State::Refused("intake.sidecar-contradicts", why));
    }
    let mut dates = captured.dates;
    for (name, date) in facts.dates {
        let declared = grounds.policy.date(&name).map(|date| date.comes_from);
        match (dates.get(&name), declared) {
            (Some(path), _) if *path == date => {}
            (Some(path), _) => {
                let why = format!("its sidecar says `{name}` is {date}, its path says {path}");
                return Err(State::Refused("intake.sidecar-contradicts", why));
            }
            (None, Some(ComesFrom::Sidecar)) => {
                dates.insert(name, date);
            }
            (None, _) => {
                let why = format!("its sidecar names the date `{name}`, which does not come from sidecars");
                return Err(State::Refused("intake.sidecar", why));
            }
        }
    }
    dates.extend(fields.iter().flat_map(|read| read.dates.clone()));
    let today = grounds.policy.organization.time_zone.date(grounds.now);
    if let Some((name, date)) = dates.iter().find(|(_, date)| **date > today && !current(**date, today, grounds)) {
        return Err(State::Refused("intake.future-date", format!("`{name}` is {date}, which lies in the future")));
    }
    let in_fields = fields.iter().flat_map(|read| read.subjects.iter().cloned());
    let mut subjects: Vec<String> = captured.subject.into_iter().chain(facts.subjects).chain(in_fields).collect();
    subjects.sort();
    subjects.dedup();
    if let Some((subject, fault)) = subjects.iter().find_map(|subject| Some((subject, unfit(subject)?))) {
        let why = format!("`{subject}` {fault}: holds and events by that subject would miss the record");
        return Err(State::Refused("intake.subject", why));
    }
    Ok((subjects, dates))
}

/// A captured month, year or fiscal year stands for its last day, which may still be to come while it runs.
fn current(date: Date, today: Date, grounds: &Grounds<'_>) -> bool {
    let starts = grounds.policy.organization.fiscal_year_starts;
    let last_of_fiscal_year = starts
        .fiscal_year_of(today)
        .and_then(|first| starts.in_year(first.year() + 1))
        .and_then(|next| next.minus_days(1));
    let last_of_year = Date::from_ymd(today.year(), 12, 31);
    date == today.last_of_month() || Some(date) == last_of_year || Some(date) == last_of_fiscal_year
}
