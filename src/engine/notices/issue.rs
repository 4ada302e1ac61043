//! Printing, numbering and sealing letters, a batch at a time.
//!
//! In: letters to make. Out: records, each with its number, and what could not be printed. The rule it keeps: the letters
//! of a batch are printed with the numbers that come next, and entered in one transaction that looks whether they still
//! do; where one cannot be printed, those after it are printed again with other numbers.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::super::accept::{InForce, still_in_force};
use super::super::instance::Instance;
use super::super::render::typesetter;
use super::super::take_in::{Progress, due_day};
use super::super::{EngineError, Result};
use super::prepare::{Prepared, ToMake};
use crate::RecordId;
use crate::calendar::{Date, Instant};
use crate::ledger::{Entry, LedgerKey};
use crate::policy::{Class, ComesFrom, Notice, Numbering, PolicySet, SeriesYear};
use crate::publish::Imprint;
use crate::publish::notice::{Letter, Shown, medical_cost};
use crate::publish::typeset::{Choice, Embedded, Files, Job, Printed, TypesetError, Typesetter, print_each};
use crate::store::{FailedRows, IssuedLetter, LetterRun, NewRecord, Store};
use crate::vault::seal::{RecipientKey, seal};
use crate::vault::{Vault, files};

/// How fine the pictures of a letter are.
const DOTS_PER_INCH: u32 = 144;

/// Letters that are entered together.
const BATCH: usize = 32;

/// Everything a run works with.
pub(super) struct Issuing<'a> {
    pub instance: &'a Instance,
    pub store: &'a mut Store,
    pub vault: &'a Vault,
    pub key: &'a LedgerKey,
    pub in_force: &'a InForce,
    pub notice: &'a Notice,
    pub run: &'a LetterRun,
}

/// What was made.
pub(super) struct Issued {
    pub sealed: u64,
    pub pages: u64,
    /// The first and the last number, as printed.
    pub numbers: Option<(String, String)>,
    pub failed: Vec<FailedRows>,
}

/// The series of a run's numbers.
struct Series<'a> {
    /// Its key in the catalog.
    id: String,
    numbering: &'a Numbering,
    language: &'a str,
}

impl Series<'_> {
    fn number(&self, number: u64) -> String {
        let code = self.numbering.code.get(self.language);
        match self.language {
            "ja" => format!("{code}第{number}号"),
            _ => format!("{code} {number}"),
        }
    }
}

impl Issuing<'_> {
    /// Makes all letters.
    pub(super) fn issue(&mut self, program: &Path, prepared: Prepared, progress: &mut dyn Progress) -> Result<Issued> {
        let Prepared { statements, mut letters, failed } = prepared;
        let mut issued = Issued { sealed: 0, pages: 0, numbers: None, failed };
        let choice = typesetter(&self.in_force.policy, program);
        let day = self.in_force.policy.organization.time_zone.date(self.run.at);
        let series = series(&self.in_force.policy, self.notice, day)?;
        let files = sources(self.in_force);
        while !letters.is_empty() {
            let mut batch: Vec<ToMake> = letters.drain(..letters.len().min(BATCH)).collect();
            let count = batch.len() as u64;
            let next = self.store.catalog().next_number(&series.id)?;
            let printed = self.print(&choice, &files, &series, next, &mut batch, &mut issued.failed)?;
            self.enter(&series, next, statements, &batch, &printed)?;
            if let Some(last) = batch.len().checked_sub(1) {
                let first = issued.numbers.take().map_or_else(|| series.number(next), |(first, _)| first);
                issued.numbers = Some((first, series.number(next + last as u64)));
            }
            issued.sealed += batch.len() as u64;
            issued.pages += printed.iter().map(|printed| printed.pages as u64).sum::<u64>();
            progress.advance(count);
        }
        Ok(issued)
    }

    /// Prints a batch with the numbers from `next` on; what cannot be printed leaves it.
    fn print(
        &self,
        choice: &Choice,
        files: &Files,
        series: &Series<'_>,
        next: u64,
        batch: &mut Vec<ToMake>,
        failed: &mut Vec<FailedRows>,
    ) -> Result<Vec<Printed>> {
        let mut done: Vec<Printed> = Vec::new();
        while done.len() < batch.len() {
            let mut jobs = Vec::new();
            for (place, letter) in batch.iter_mut().enumerate().skip(done.len()) {
                letter.letter.number = Some(series.number(next + place as u64));
                jobs.push((
                    place,
                    job(self.in_force, self.notice, &letter.letter, series.language, files, self.run.at)?,
                ));
            }
            let mut answers: BTreeMap<usize, std::result::Result<Printed, TypesetError>> = BTreeMap::new();
            print_each(choice, jobs.into_iter(), |place, printed| {
                answers.insert(place, printed);
                ControlFlow::Continue(())
            })?;
            // Everything before the first that failed has its number; what comes after gets another.
            for (place, answer) in answers {
                match answer {
                    Ok(printed) => done.push(printed),
                    Err(error) => {
                        let rows = batch.remove(place).rows;
                        let why = format!("the letter of line {} could not be printed: {error}", rows[0]);
                        failed.push(FailedRows { rows, code: "notice.print".to_owned(), why });
                        break;
                    }
                }
            }
        }
        Ok(done)
    }

    /// Seals and enters a batch.
    fn enter(
        &mut self,
        series: &Series<'_>,
        next: u64,
        statements: usize,
        batch: &[ToMake],
        printed: &[Printed],
    ) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let policy = &self.in_force.policy;
        let class = class(policy, self.notice)?;
        let keys = policy.recipients_of(class).into_iter().map(|one| RecipientKey::parse(&one.key));
        let keys = keys.collect::<std::result::Result<Vec<_>, _>>().map_err(|_| {
            EngineError::refused("recipients.key", format!("a recipient of `{}` has no age X25519 key", class.id))
        })?;
        let day = policy.organization.time_zone.date(self.run.at);
        let mut entered = Vec::new();
        for (place, (letter, printed)) in (0u64..).zip(batch.iter().zip(printed)) {
            let id = RecordId::new(self.instance.now(), self.instance.host.random()?);
            let mut source = files::memory_file(&printed.pdf).map_err(EngineError::io("write", "memory"))?;
            let sealed = seal(self.vault, id, &mut source, &keys)?;
            let (run, series_id, number) = (self.run.id, series.id.clone(), next + place);
            let (rows, pages) = (letter.rows.clone(), printed.pages as u64);
            let issued = IssuedLetter { run, series: series_id, number, record: id, rows, pages };
            let salt = self.instance.salt()?;
            let record = NewRecord {
                id,
                class: class.id.clone(),
                name: format!("{}/{day}/{}.pdf", class.id, series.number(number)),
                bytes: sealed.bytes,
                body: sealed.body,
                header: sealed.header,
                rule: policy.rule_digest(class),
                persistent: false,
                salt,
                subjects: letter.members.clone(),
                handles: BTreeMap::new(),
                dates: dates(policy, class, day),
                letter: Some(issued.commitment(&salt, self.run)),
            };
            entered.push((record, issued));
        }
        self.vault.sync()?;
        self.commit(&series.id, next, statements, &mut entered)
    }

    fn commit(
        &mut self,
        series: &str,
        next: u64,
        statements: usize,
        entered: &mut [(NewRecord, IssuedLetter)],
    ) -> Result<()> {
        let InForce { policy, version, .. } = self.in_force;
        let instance = self.instance;
        let pending = self.store.write_pending()?;
        if pending.catalog().next_number(series)? != next {
            let why = "another run has allotted these numbers meanwhile: nothing of this batch was entered";
            return Err(EngineError::refused("notice.number", why).help("run the command again"));
        }
        for (record, letter) in entered.iter_mut() {
            let make = || Ok::<_, EngineError>(RecordId::new(instance.now(), instance.host.random()?));
            record.handles = pending.handles(&record.subjects, make)?;
            let due = due_day(policy, &pending.catalog(), record)?;
            pending.add_sealed(record, due)?;
            pending.add_letter(letter)?;
        }
        pending.commit()?;
        let mut writing = self.store.write()?;
        still_in_force(&writing, version)?;
        // What is pending is dropped by the next call, which asks the register again.
        if writing.reader().consents()?.len() != statements {
            let why = "somebody stated something about consent meanwhile: no letter of this batch was entered";
            return Err(
                EngineError::refused("notice.register", why).help("run the command again: it goes on from here")
            );
        }
        for (record, _) in entered.iter() {
            let entry = writing.append(&Entry { at: instance.now(), what: record.what(version.digest) })?;
            writing.record_sealed(record.id, entry)?;
        }
        writing.commit(self.key)?;
        let ids: Vec<RecordId> = entered.iter().map(|(record, _)| record.id).collect();
        self.vault.publish(&ids)?;
        let closing = self.store.write_pending()?;
        closing.plaintext_gone(&ids)?;
        Ok(closing.commit()?)
    }
}

/// The class under which letters are sealed.
fn class<'a>(policy: &'a PolicySet, notice: &Notice) -> Result<&'a Class> {
    let class = notice.file_as.as_ref().and_then(|id| policy.class(id));
    class.ok_or_else(|| EngineError::refused("notice.class", format!("`{}` names no class for its letters", notice.id)))
}

/// The day of the letters, for each date of the class that does not come from an event.
fn dates(policy: &PolicySet, class: &Class, day: Date) -> BTreeMap<String, Date> {
    let needed = class.keep.legs().iter().map(|leg| &leg.after);
    let own = needed.filter(|name| policy.date(name).is_some_and(|date| date.comes_from != ComesFrom::Event));
    own.map(|name| (name.clone(), day)).collect()
}

fn series<'a>(policy: &'a PolicySet, notice: &'a Notice, day: Date) -> Result<Series<'a>> {
    let without = || EngineError::refused("notice.which", format!("`{}` has no `number`", notice.id));
    let numbering = notice.number.as_ref().ok_or_else(without)?;
    let language = policy.organization.languages.first().map_or("ja", String::as_str);
    let year = match numbering.year {
        SeriesYear::Calendar => day.year(),
        SeriesYear::Fiscal => policy.organization.fiscal_year_starts.fiscal_year_of(day).unwrap_or(day).year(),
    };
    Ok(Series { id: format!("{}/{year}", numbering.code.get(language)), numbering, language })
}

fn sources(in_force: &InForce) -> Files {
    Arc::new(in_force.templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect())
}

fn job(
    in_force: &InForce,
    notice: &Notice,
    letter: &Letter,
    language: &str,
    files: &Files,
    at: Instant,
) -> Result<Job> {
    let InForce { version, policy, accepted, .. } = in_force;
    let date = policy.organization.time_zone.date(*accepted);
    let imprint = Imprint::published(version.commit.clone(), version.digest, date);
    Ok(medical_cost(
        policy,
        &Shown { imprint: &imprint, banner: None, which: None },
        notice,
        letter,
        language,
        files,
        at,
    )?)
}

/// Prints one letter, without number, as a document and as pictures of its pages.
pub(super) fn print_one(
    in_force: &InForce,
    notice: &Notice,
    letter: &ToMake,
    at: Instant,
    program: &Path,
) -> Result<(Printed, Vec<Vec<u8>>)> {
    let language = in_force.policy.organization.languages.first().map_or("ja", String::as_str);
    let job = job(in_force, notice, &letter.letter, language, &sources(in_force), at)?;
    let mut typesetter = typesetter(&in_force.policy, program).start()?;
    let printed = typesetter.print(&job)?;
    typesetter.finish()?;
    let mut drawing = Embedded::start(program)?;
    let pictures = drawing.pictures(&job, DOTS_PER_INCH)?;
    Box::new(drawing).finish()?;
    Ok((printed, pictures))
}
