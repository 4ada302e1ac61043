//! Letters from records: who gets which, printed, numbered, sealed, each exactly once.
//!
//! In: a record that is being taken in, or a sealed one and an identity that a person hands in; the register of consents. Out:
//! letters, sealed as records of their class, and the rows that are in none. The rule it keeps: a row that is in a sealed letter is in no other; a number
//! is allotted in the transaction that enters the letter, so that a stop at any moment leaves neither a gap nor a double.

mod claims;
mod issue;
mod prepare;
mod print_file;

use std::path::Path;

use zeroize::Zeroizing;

use super::accept::{InForce, policy_state};
use super::due::reconcile;
use super::facts::said;
use super::instance::{Action, Instance};
use super::open::{parse, unconfirmed};
use super::take_in::{Progress, finish_stopped};
use super::{EngineError, Result};
use crate::RecordId;
use crate::calendar::Instant;
use crate::ledger::{Entry, LedgerKey, What};
use crate::policy::{Notice, PolicySet};
use crate::retention::plan::class_of;
use crate::store::{FailedRows, LetterRun, Opening, PrintPart, Record, RecordState, Store};
use crate::vault::open::open;
use crate::vault::{Digests, Vault};

pub use claims::run_claimed;
pub use print_file::{HandedOut, print_files};

/// Which letters are asked for.
pub struct NoticeWish<'a> {
    /// The notice; the only one that is printed from records of that class by default.
    pub notice: Option<&'a str>,
    /// The record with the rows.
    pub from: RecordId,
    /// The text of age identities.
    pub identities: &'a str,
    /// Who asks.
    pub by: &'a str,
    /// Whether rows that failed in a run that ended are tried again.
    pub attempt: Attempt,
}

/// Which rows are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// All of a new run, or what a run that was stopped left.
    Rest,
    /// Those that failed.
    Failed,
}

/// What a run came to.
pub struct NoticeRun {
    /// The run.
    pub run: LetterRun,
    /// Whether letters of it were made by an earlier call.
    pub is_resumed: bool,
    /// How many letters of it were sealed before.
    pub before: u64,
    /// How many were sealed now.
    pub sealed: u64,
    /// How many pages these have.
    pub pages: u64,
    /// The first and the last number allotted now, as printed.
    pub numbers: Option<(String, String)>,
    /// The rows that are in no letter, and why.
    pub failed: Vec<FailedRows>,
}

/// Prints, numbers and seals the letters of a record; a run that was stopped goes on where it stopped.
///
/// # Errors
/// Refuses a record or notice that is not for letters, one whose letters were all made, recipients nobody has confirmed and
/// an identity that does not fit; fails where a file cannot be read whole or no typesetter starts. What was sealed by then
/// counts, and the next call goes on.
///
/// # Durability
/// On return every row is in a letter that is sealed and in the ledger, or in the list of what failed, unless the run was
/// asked to stop.
pub fn run_notice(
    instance: &Instance,
    program: &Path,
    wish: &NoticeWish<'_>,
    progress: &mut dyn Progress,
) -> Result<NoticeRun> {
    said("notice.by", "who asks for it", wish.by)?;
    let _lock = instance.lock(Action::Intake)?;
    let mut desk = Desk::open(instance, progress)?;
    let state = policy_state(instance, &desk.store)?;
    let in_force = state.accepted()?;
    let record = readable(&desk.store, wish.from)?;
    let notice = notice_of(&in_force.policy, &record, wish.notice)?;
    let identities = parse(wish.identities)?;
    let before = runs_of(&desk.store, notice, wish.from)?;
    begun(&desk.store, before.last(), wish)?;
    opened(instance, &mut desk.store, wish.from, wish.by, &notice.id)?;
    let mut plain = Zeroizing::new(Vec::new());
    let expected = Digests { header: record.known.header, body: record.known.body };
    open(&desk.vault, wish.from, expected, &identities, &mut *plain)?;
    let stopped = before.last().filter(|run| !run.is_finished).cloned();
    let at = stopped.as_ref().map_or_else(|| instance.now(), |run| run.at);
    let prepared = desk.prepared(in_force, notice, wish.from, &plain, at)?;
    let run = match stopped {
        Some(run) => run,
        None => begin(&mut desk.store, notice, at, wish)?,
    };
    desk.make(in_force, program, notice, run, prepared, progress)
}

/// What letters are made with, under the lock of taking in.
struct Desk<'a> {
    instance: &'a Instance,
    store: Store,
    vault: Vault,
    key: LedgerKey,
}

impl<'a> Desk<'a> {
    /// Finishes what a stop left, and refuses to seal to recipients that nobody has confirmed.
    fn open(instance: &'a Instance, progress: &mut dyn Progress) -> Result<Desk<'a>> {
        let (mut store, vault, key) = (instance.store()?, instance.vault()?, instance.key()?);
        reconcile(instance, &mut store, &key)?;
        let state = policy_state(instance, &store)?;
        let policy = &state.accepted()?.policy;
        let vault = super::second::attach_to_seal(instance, &mut store, policy, vault, progress)?;
        finish_stopped(instance, policy, &mut store, &vault)?;
        if let Some(first) = unconfirmed(&store, policy)?.first() {
            let why = format!("nobody has shown yet that the recipient `{first}` can open what is sealed to it");
            return Err(EngineError::refused("recipients.unconfirmed", why)
                .help("run `hokan recipients confirm -i IDENTITY` with the identity of each recipient"));
        }
        Ok(Desk { instance, store, vault, key })
    }

    /// Reads the rows of a record and decides who gets which; what is in sealed letters is left out.
    fn prepared(
        &self,
        in_force: &InForce,
        notice: &Notice,
        from: RecordId,
        plain: &[u8],
        at: Instant,
    ) -> Result<prepare::Prepared> {
        let done = prepare::lettered(&self.store, notice, from)?;
        prepare::prepare(&prepare::Question {
            store: &self.store,
            policy: &in_force.policy,
            notice,
            plain,
            on: in_force.policy.organization.time_zone.date(at),
            from: Some(from),
            done: &done,
        })
    }

    /// Makes the letters of a run and ends it, unless it is asked to stop.
    fn make(
        &mut self,
        in_force: &InForce,
        program: &Path,
        notice: &Notice,
        run: LetterRun,
        prepared: prepare::Prepared,
        progress: &mut dyn Progress,
    ) -> Result<NoticeRun> {
        let before = self.store.catalog().letters(run.id)?.len() as u64;
        progress.begin("letters", prepared.letters.len() as u64);
        let mut issuing = issue::Issuing {
            instance: self.instance,
            store: &mut self.store,
            vault: &self.vault,
            key: &self.key,
            in_force,
            notice,
            run: &run,
        };
        let issued = issuing.issue(program, prepared, progress)?;
        progress.end();
        if !issued.is_stopped {
            self.close(run.id, &issued.failed)?;
        }
        let run = LetterRun { is_finished: !issued.is_stopped, ..run };
        let issue::Issued { sealed, pages, numbers, failed, .. } = issued;
        Ok(NoticeRun { is_resumed: before > 0, run, before, sealed, pages, numbers, failed })
    }

    /// Notes that every row of a run is in a sealed letter or failed.
    fn close(&mut self, run: i64, failed: &[FailedRows]) -> Result<()> {
        let closing = self.store.write_pending()?;
        closing.set_failed_rows(run, failed)?;
        closing.set_run_finished(run, true)?;
        Ok(closing.commit()?)
    }
}

/// The record, if its rows can be read.
fn readable(store: &Store, id: RecordId) -> Result<Record> {
    let record = store.catalog().record(id)?.ok_or_else(|| {
        EngineError::refused("notice.unknown-record", format!("the catalog knows no record `{id}`"))
            .help("`hokan records list` shows what is held")
    })?;
    if store.catalog().claims()?.iter().any(|claim| claim.record == id) {
        return Err(EngineError::refused("notice.pending", "its plaintext waits for its letters")
            .help("run `hokan notice run`, without an identity"));
    }
    if record.state != RecordState::Held || store.catalog().item(id)?.is_some() {
        let why = "its plaintext is still to be removed, or it lies outside the vault";
        return Err(EngineError::refused("notice.pending", why).help("run `hokan take-in` first"));
    }
    Ok(record)
}

/// The notice that is printed from a record.
fn notice_of<'a>(policy: &'a PolicySet, record: &Record, wanted: Option<&str>) -> Result<&'a Notice> {
    let class = class_of(policy, &record.known.class).map_or(record.known.class.as_str(), |class| class.id.as_str());
    let fits = |notice: &&Notice| notice.is_printed_from(class);
    let all: Vec<&Notice> = policy.notices.iter().filter(fits).collect();
    let chosen: Vec<&Notice> = all.iter().copied().filter(|notice| wanted.is_none_or(|id| notice.id == id)).collect();
    match (chosen[..].first(), chosen.len()) {
        (Some(notice), 1) => Ok(notice),
        _ => {
            let known: Vec<&str> = all.iter().map(|notice| notice.id.as_str()).collect();
            let why = format!("no one notice of the accepted policy is printed from records of `{class}`");
            let help = match known.is_empty() {
                true => "a notice says so with `when: { record: CLASS }`".to_owned(),
                false => format!("name one of: {}", known.join(", ")),
            };
            Err(EngineError::refused("notice.which", why).help(help))
        }
    }
}

fn runs_of(store: &Store, notice: &Notice, record: RecordId) -> Result<Vec<LetterRun>> {
    let all = store.catalog().letter_runs()?.into_iter();
    Ok(all.filter(|run| run.notice == notice.id && run.record == record).collect())
}

/// Refuses to make letters a second time, and to try again what did not fail.
fn begun(store: &Store, last: Option<&LetterRun>, wish: &NoticeWish<'_>) -> Result<()> {
    let Some(run) = last.filter(|run| run.is_finished) else { return Ok(()) };
    let failed = store.catalog().failed_rows(run.id)?.len();
    match (wish.attempt, failed) {
        (Attempt::Failed, 1..) => Ok(()),
        (Attempt::Failed, 0) => Err(EngineError::refused(
            "notice.nothing-failed",
            "every row of this record is in a letter: nothing failed",
        )),
        (Attempt::Rest, _) => {
            let why = format!("the letters of this record were made in run {}: nobody gets a letter twice", run.id);
            let help = match failed {
                0 => "`hokan notice status` shows them".to_owned(),
                _ => format!(
                    "{failed} entries stand in the list of what failed: `hokan notice retry --from {}`",
                    wish.from
                ),
            };
            Err(EngineError::refused("notice.done", why).help(help))
        }
    }
}

fn begin(store: &mut Store, notice: &Notice, at: Instant, wish: &NoticeWish<'_>) -> Result<LetterRun> {
    let pending = store.write_pending()?;
    let id = pending.add_letter_run(&notice.id, wish.from, at, wish.by)?;
    pending.commit()?;
    let (notice, by) = (notice.id.clone(), wish.by.to_owned());
    Ok(LetterRun { id, notice, record: wish.from, at, by, is_finished: false, is_claim: false })
}

/// Enters that the record is opened, before it is.
fn opened(instance: &Instance, store: &mut Store, record: RecordId, by: &str, notice: &str) -> Result<()> {
    let (by, why) = (by.to_owned(), format!("letters of the notice {notice}"));
    let opening = Opening { record, by, why, salt: instance.salt()? };
    let pending = store.write_pending()?;
    let row = pending.add_opening(&opening)?;
    pending.commit()?;
    let key = instance.key()?;
    let mut writing = store.write()?;
    let what = What::Opened { record, fact: opening.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.opening_entered(row, entry)?;
    Ok(writing.commit(&key)?)
}

/// A run, as it stands.
pub struct NoticeStatus {
    /// The run.
    pub run: LetterRun,
    /// How many letters are sealed.
    pub sealed: u64,
    /// How many pages they have.
    pub pages: u64,
    /// How many print files were made of them.
    pub print_files: u64,
    /// The rows that are in no letter, and why; known once the run ended.
    pub failed: Vec<FailedRows>,
}

/// Returns every run of letters, in the order they began.
///
/// # Errors
/// Fails as the store does.
pub fn notice_runs(instance: &Instance) -> Result<Vec<NoticeStatus>> {
    let store = instance.store_to_read()?;
    let catalog = store.catalog();
    let runs = catalog.letter_runs()?.into_iter();
    let status = runs.map(|run| {
        let letters = catalog.letters(run.id)?;
        let pages = letters.iter().map(|letter| letter.pages).sum();
        let files = catalog.print_files(run.id)?;
        let print_files = files.iter().filter(|file| file.part == PrintPart::Letters).count() as u64;
        let (sealed, failed) = (letters.len() as u64, catalog.failed_rows(run.id)?);
        Ok(NoticeStatus { sealed, pages, print_files, failed, run })
    });
    status.collect()
}

/// A letter that is only looked at.
pub struct NoticePreview {
    /// The document.
    pub pdf: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Its pages as PNG.
    pub pictures: Vec<Vec<u8>>,
    /// The lines of its rows.
    pub rows: Vec<u64>,
}

/// Prints the letter that a row of a file would be in, without number and without entering anything.
///
/// # Errors
/// Refuses an unknown notice and a row that is in no letter; fails where the file cannot be read whole or printed.
pub fn preview_notice(
    instance: &Instance,
    program: &Path,
    notice: &str,
    data: &[u8],
    row: u64,
) -> Result<NoticePreview> {
    let store = instance.store_to_read()?;
    let state = policy_state(instance, &store)?;
    let in_force @ InForce { policy, .. } = state.accepted()?;
    let found = policy.notices.iter().find(|known| known.id == notice && known.read.is_some());
    let found = found
        .ok_or_else(|| EngineError::refused("notice.which", format!("the accepted policy has no letter `{notice}`")))?;
    let (on, done) = (policy.organization.time_zone.date(instance.now()), Default::default());
    let asked = prepare::Question { store: &store, policy, notice: found, plain: data, on, from: None, done: &done };
    let prepared = prepare::prepare(&asked)?;
    let letter = prepared.letters.iter().find(|letter| letter.rows.contains(&row)).ok_or_else(|| {
        let why = prepared.failed.iter().find(|failed| failed.rows.contains(&row));
        let why = why.map_or("it is no row of the file".to_owned(), |failed| failed.why.clone());
        EngineError::refused("notice.row", format!("line {row} is in no letter: {why}"))
            .help("`--row` takes the line of the file, the first row below the names being 2")
    })?;
    let (printed, pictures) = issue::print_one(in_force, found, letter, instance.now(), program)?;
    Ok(NoticePreview { pdf: printed.pdf, pages: printed.pages, pictures, rows: letter.rows.clone() })
}
