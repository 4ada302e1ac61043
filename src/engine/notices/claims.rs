//! Letters that begin when their record is taken in: made from the plaintext, which goes once the run ended.
//!
//! In: runs that take-in began. Out: letters, and the removal of the plaintexts. The rule it keeps: no identity is needed and
//! none is read (I4); a plaintext goes only when every row of it is in a sealed letter or in the list of what failed.

use std::path::Path;

use super::super::accept::{InForce, policy_state};
use super::super::instance::{Action, Instance};
use super::super::take_in::{Progress, read_used, remove_used};
use super::super::{EngineError, Result};
use super::{Desk, NoticeRun};
use crate::RecordId;
use crate::policy::PolicySet;
use crate::store::{FailedRows, LetterRun, RecordState};

/// Makes the letters of every record that was taken in for them; of one record alone where `only` names it, and of one
/// notice alone where it names that, too.
///
/// One that fails does not keep the others; it is tried again by the next call. So is a letter whose typesetter was ended, which
/// may have been for want of memory.
///
/// # Errors
/// Fails where nothing can be begun; what each run failed with is in its result.
///
/// # Durability
/// Of each run that ended, every row is in a letter that is sealed and in the ledger, or in the list of what failed, and the
/// plaintext is gone where no other run needs it.
pub fn run_claimed(
    instance: &Instance,
    program: &Path,
    only: Option<(RecordId, Option<&str>)>,
    progress: &mut dyn Progress,
) -> Result<Vec<Result<NoticeRun>>> {
    let is_wanted = |run: &LetterRun| {
        only.is_none_or(|(record, notice)| run.record == record && notice.is_none_or(|notice| run.notice == notice))
    };
    // Not only to read: after an update this may be the first who writes.
    if !instance.store()?.catalog().claims()?.iter().any(is_wanted) {
        return Ok(Vec::new());
    }
    let _lock = instance.lock(Action::Intake)?;
    let mut desk = Desk::open(instance, progress)?;
    let state = policy_state(instance, &desk.store)?;
    let in_force = state.accepted()?;
    let mut runs = Vec::new();
    for run in desk.store.catalog().claims()?.into_iter().filter(is_wanted) {
        if instance.stop.is_asked() {
            break;
        }
        let done = desk.run_claim(in_force, program, run, progress);
        if done.is_err() {
            // What it left pending is dropped first, or the next run would take its numbers for given.
            drop(desk);
            desk = Desk::open(instance, progress)?;
        }
        runs.push(done);
    }
    Ok(runs)
}

impl Desk<'_> {
    fn run_claim(
        &mut self,
        in_force: &InForce,
        program: &Path,
        run: LetterRun,
        progress: &mut dyn Progress,
    ) -> Result<NoticeRun> {
        let policy = &in_force.policy;
        let record = self.store.catalog().record(run.record)?;
        let notice = policy.notices.iter().find(|notice| notice.id == run.notice && notice.read.is_some());
        let plain = record.as_ref().map(|record| read_used(self.instance, policy, record)).transpose()?.flatten();
        let before = self.store.catalog().letters(run.id)?.len() as u64;
        let (Some(notice), Some(plain)) = (notice, plain) else {
            let (code, why) = match notice {
                None => ("notice.which", "the accepted policy has no such letter any more"),
                Some(_) => ("notice.plaintext", "the file was changed or taken away before its letters were made"),
            };
            return self.give_up(in_force, run, before, code, why.to_owned());
        };
        // The letters have the day on which they are made, not the one on which the record came.
        let at = if before == 0 { self.instance.now() } else { run.at };
        let prepared = match self.prepared(in_force, notice, run.record, &plain, at) {
            Err(EngineError::Refused { code: code @ "notice.data", message, .. }) => {
                return self.give_up(in_force, run, before, code, message);
            }
            prepared => prepared?,
        };
        if before == 0 {
            let pending = self.store.write_pending()?;
            pending.set_run_at(run.id, at)?;
            pending.commit()?;
        }
        let run = self.make(in_force, program, notice, LetterRun { at, ..run }, prepared, progress)?;
        self.remove_plaintext(policy, &run.run)?;
        Ok(run)
    }

    /// Ends a run of which no letter can be made any more, so that its record is kept like any other.
    fn give_up(
        &mut self,
        in_force: &InForce,
        run: LetterRun,
        before: u64,
        code: &str,
        why: String,
    ) -> Result<NoticeRun> {
        let failed = vec![FailedRows { rows: vec![1], code: code.to_owned(), why }];
        self.close(run.id, &failed)?;
        let run = LetterRun { is_finished: true, ..run };
        self.remove_plaintext(&in_force.policy, &run)?;
        Ok(NoticeRun { run, is_resumed: before > 0, before, sealed: 0, pages: 0, numbers: None, failed })
    }

    /// Begins the removal of a plaintext that no run needs any more.
    fn remove_plaintext(&mut self, policy: &PolicySet, run: &LetterRun) -> Result<()> {
        if !run.is_finished || self.store.catalog().claims()?.iter().any(|other| other.record == run.record) {
            return Ok(());
        }
        match self.store.catalog().record(run.record)? {
            Some(record) if record.state == RecordState::Removing => {
                remove_used(self.instance, policy, &mut self.store, record)
            }
            Some(_) | None => Ok(()),
        }
    }
}
