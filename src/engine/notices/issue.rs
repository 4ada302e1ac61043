//! Printing, numbering and sealing letters, a batch at a time.
//!
//! In: letters to make. Out: records, each with its number, the print file of each batch, and what could not be printed. The
//! rule it keeps: the letters of a batch are printed with the numbers that come next, and entered in one transaction that
//! looks whether they still do, its print file with them; where one cannot be printed, those after it are printed again with
//! other numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::super::accept::{InForce, still_in_force};
use super::super::instance::Instance;
use super::super::render::typesetter;
use super::super::take_in::{Progress, due_day};
use super::super::{EngineError, Result};
use super::prepare::{Prepared, ToMake};
use super::print_file::{PrintBatch, print_batch, print_house};
use crate::calendar::{Date, Instant};
use crate::ledger::{Entry, LedgerKey};
use crate::policy::{Class, ComesFrom, Notice, Numbering, PolicySet, SeriesYear};
use crate::publish::Imprint;
use crate::publish::notice::{Letter, Shown, medical_cost};
use crate::publish::typeset::{Choice, Embedded, Files, Job, Printed, TypesetError, Typesetter, print_each};
use crate::store::{FailedRows, IssuedLetter, LetterRun, NewRecord, PrintFile, PrintPart, Store};
use crate::vault::seal::{RecipientKey, seal};
use crate::vault::{Vault, files};
use crate::{Digest, RecordId};

/// How fine the pictures of a letter are.
const DOTS_PER_INCH: u32 = 144;

/// Letters that are entered together.
const BATCH: usize = 32;

/// How many letters of a run may fail by what passes before it is left to another time.
const MOST_IN_VAIN: usize = 4;

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
    /// Whether it was asked to stop before the last.
    pub is_stopped: bool,
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
        let mut issued = Issued { sealed: 0, pages: 0, numbers: None, failed, is_stopped: false };
        let mut passing = Vec::new();
        let choice = typesetter(&self.in_force.policy, program);
        let day = self.in_force.policy.organization.time_zone.date(self.run.at);
        let series = series(&self.in_force.policy, self.notice, day)?;
        let files = sources(self.in_force);
        while !letters.is_empty() {
            if self.instance.stop.is_asked() {
                issued.is_stopped = true;
                break;
            }
            self.instance.stop.beat();
            let mut batch: Vec<ToMake> = letters.drain(..letters.len().min(BATCH)).collect();
            let count = batch.len() as u64;
            let next = self.store.catalog().next_number(&series.id)?;
            let printed = self.print(&choice, &files, &series, next, &mut batch, (&mut issued.failed, &mut passing))?;
            let merged = self.merged(&choice, &files, &series, &batch, &printed)?;
            self.enter(&series, (next, statements), &batch, &printed, merged.as_ref())?;
            if let Some(last) = batch.len().checked_sub(1) {
                let first = issued.numbers.take().map_or_else(|| series.number(next), |(first, _)| first);
                issued.numbers = Some((first, series.number(next + last as u64)));
            }
            issued.sealed += batch.len() as u64;
            issued.pages += printed.iter().map(|printed| printed.pages as u64).sum::<u64>();
            progress.advance(count);
        }
        // The others are sealed; the run is not over, so that the next call tries these again.
        match passing.into_iter().next() {
            Some(error) => Err(error.into()),
            None => Ok(issued),
        }
    }

    /// Prints a batch with the numbers from `next` on; what cannot be printed leaves it, for good or until the next call.
    fn print(
        &self,
        choice: &Choice,
        files: &Files,
        series: &Series<'_>,
        next: u64,
        batch: &mut Vec<ToMake>,
        (failed, passing): (&mut Vec<FailedRows>, &mut Vec<TypesetError>),
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
                    // Where one after the other fails, it is not the letters.
                    Err(error) if error.may_pass() && passing.len() >= MOST_IN_VAIN => return Err(error.into()),
                    Err(error) if error.may_pass() => {
                        batch.remove(place);
                        passing.push(error);
                        break;
                    }
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

    /// The print file of a batch, where a print house gets one.
    fn merged(
        &self,
        choice: &Choice,
        files: &Files,
        series: &Series<'_>,
        batch: &[ToMake],
        printed: &[Printed],
    ) -> Result<Option<PrintBatch>> {
        if self.notice.print_file.is_none() || batch.is_empty() {
            return Ok(None);
        }
        let job = |one: &ToMake| job(self.in_force, self.notice, &one.letter, series.language, files, self.run.at);
        let jobs = batch.iter().map(job).collect::<Result<Vec<_>>>()?;
        let numbers = batch.iter().map(|one| one.letter.number.as_deref().unwrap_or_default());
        let letters: Vec<(&str, usize)> = numbers.zip(printed.iter().map(|printed| printed.pages)).collect();
        print_batch(choice, self.notice.title.get(series.language), &jobs, &letters).map(Some)
    }

    /// Seals and enters a batch, whose first letter has the number `next`.
    fn enter(
        &mut self,
        series: &Series<'_>,
        (next, statements): (u64, usize),
        batch: &[ToMake],
        printed: &[Printed],
        merged: Option<&PrintBatch>,
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
        let run = self.run.id;
        let mut entered = Vec::new();
        for (number, (letter, printed)) in (next..).zip(batch.iter().zip(printed)) {
            let (record, salt) = self.fresh()?;
            let (rows, pages) = (letter.rows.clone(), printed.pages as u64);
            let issued = IssuedLetter { run, series: series.id.clone(), number, record, rows, pages };
            let (name, subjects) = (format!("{}.pdf", series.number(number)), letter.members.clone());
            let letter = issued.commitment(&salt, self.run);
            let copy = Copy { id: record, salt, name, subjects, letter };
            entered.push((self.seal(class, &keys, &printed.pdf, copy)?, Row::Letter(issued)));
        }
        let house = print_house(policy, self.notice)?;
        if let Some((merged, house)) = merged.zip(house) {
            let keys: Vec<RecipientKey> = keys.iter().cloned().chain([house]).collect();
            let last = next + batch.len() as u64 - 1;
            let members: BTreeSet<&String> = batch.iter().flat_map(|letter| &letter.members).collect();
            for (part, content) in [(PrintPart::Letters, &merged.pdf), (PrintPart::Manifest, &merged.manifest)] {
                let (record, salt) = self.fresh()?;
                let file = PrintFile { run, series: series.id.clone(), first: next, last, part, record };
                let (name, letter) = (merged.name(part), file.commitment(&salt, self.run));
                let subjects = members.iter().map(|member| (*member).clone()).collect();
                let copy = Copy { id: record, salt, name, subjects, letter };
                entered.push((self.seal(class, &keys, content, copy)?, Row::PrintFile(file)));
            }
        }
        self.vault.sync()?;
        self.commit(&series.id, next, statements, &mut entered)
    }

    /// A new id and a new salt.
    fn fresh(&self) -> Result<(RecordId, [u8; 16])> {
        Ok((RecordId::new(self.instance.now(), self.instance.host.random()?), self.instance.salt()?))
    }

    fn seal(&self, class: &Class, keys: &[RecipientKey], content: &[u8], copy: Copy) -> Result<NewRecord> {
        let policy = &self.in_force.policy;
        let day = policy.organization.time_zone.date(self.run.at);
        let mut source = files::memory_file(content).map_err(EngineError::io("write", "memory"))?;
        let sealed = seal(self.vault, copy.id, &mut source, keys)?;
        Ok(NewRecord {
            id: copy.id,
            class: class.id.clone(),
            name: format!("{}/{day}/{}", class.id, copy.name),
            bytes: sealed.bytes,
            body: sealed.body,
            header: sealed.header,
            rule: policy.rule_digest(class),
            persistent: false,
            salt: copy.salt,
            subjects: copy.subjects,
            handles: BTreeMap::new(),
            dates: dates(policy, class, day),
            letter: Some(copy.letter),
        })
    }

    fn commit(&mut self, series: &str, next: u64, statements: usize, entered: &mut [(NewRecord, Row)]) -> Result<()> {
        let InForce { policy, version, .. } = self.in_force;
        let instance = self.instance;
        let pending = self.store.write_pending()?;
        if pending.catalog().next_number(series)? != next {
            let why = "another run has allotted these numbers meanwhile: nothing of this batch was entered";
            return Err(EngineError::refused("notice.number", why).help("run the command again"));
        }
        for (record, row) in entered.iter_mut() {
            let make = || Ok::<_, EngineError>(RecordId::new(instance.now(), instance.host.random()?));
            record.handles = pending.handles(&record.subjects, make)?;
            let due = due_day(policy, &pending.catalog(), record)?;
            pending.add_sealed(record, due)?;
            match row {
                Row::Letter(letter) => pending.add_letter(letter)?,
                Row::PrintFile(file) => pending.add_print_file(file)?,
            }
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

/// What a record of a batch is.
enum Row {
    Letter(IssuedLetter),
    PrintFile(PrintFile),
}

/// A document of a batch that is to be sealed.
struct Copy {
    id: RecordId,
    salt: [u8; 16],
    /// Its file's name.
    name: String,
    subjects: Vec<String>,
    /// The commitment to its row.
    letter: Digest,
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
