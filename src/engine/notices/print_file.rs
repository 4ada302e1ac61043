//! Print files: the letters of a batch for a print house, and the way out of the vault.
//!
//! In: the jobs of a batch. Out: one document, set anew from the same data, and its manifest; later the sealed bytes of both,
//! as files that the print house opens with its own key. The rule it keeps: what is handed out was never opened.

use std::path::{Path, PathBuf};

use super::super::instance::Instance;
use super::super::{EngineError, Result, accept, save};
use crate::policy::{Notice, PolicySet};
use crate::publish::notice::merged;
use crate::publish::typeset::{Choice, Job};
use crate::store::{LetterRun, PrintFile, PrintPart};
use crate::vault::Digests;
use crate::vault::open::read_sealed;
use crate::vault::seal::RecipientKey;

/// The letters of a batch for a print house.
pub(super) struct PrintBatch {
    /// The first and the last number, as printed.
    numbers: (String, String),
    /// All letters in one document.
    pub pdf: Vec<u8>,
    /// CSV: each letter by its number, with its pages.
    pub manifest: Vec<u8>,
}

impl PrintBatch {
    /// Returns the name of one of its files.
    pub(super) fn name(&self, part: PrintPart) -> String {
        let (first, last) = &self.numbers;
        format!("{first} – {last}.{}", ending(part))
    }
}

fn ending(part: PrintPart) -> &'static str {
    match part {
        PrintPart::Letters => "pdf",
        PrintPart::Manifest => "csv",
    }
}

/// Returns the key of the print house that a notice is printed by.
pub(super) fn print_house(policy: &PolicySet, notice: &Notice) -> Result<Option<RecipientKey>> {
    let Some(to) = &notice.print_file else { return Ok(None) };
    let key = policy.entrustments.iter().find(|one| one.id == *to).and_then(|one| one.recipient.as_deref());
    let key = key.and_then(|key| RecipientKey::parse(key).ok());
    let why = || EngineError::refused("recipients.key", format!("the entrustment `{to}` has no age X25519 key"));
    key.ok_or_else(why).map(Some)
}

/// Sets the letters of a batch as one document; `letters` are their numbers and pages.
pub(super) fn print_batch(choice: &Choice, title: &str, jobs: &[Job], letters: &[(&str, usize)]) -> Result<PrintBatch> {
    let (first, last) = (letters.first().map_or("", |one| one.0), letters.last().map_or("", |one| one.0));
    let nothing = || EngineError::refused("notice.print-file", "a batch without letters has no print file");
    let job = merged(&format!("{title} {first} – {last}"), jobs).ok_or_else(nothing)?;
    let mut typesetter = choice.start()?;
    let printed = typesetter.print(&job)?;
    typesetter.finish()?;
    let pages: usize = letters.iter().map(|(_, pages)| pages).sum();
    if printed.pages != pages {
        let why = format!("the letters have {pages} pages, the print file has {}: nothing was entered", printed.pages);
        return Err(EngineError::refused("notice.print-file", why)
            .help("a template begins each letter on a new page and sets it as if it stood alone"));
    }
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let lines = letters.iter().map(|(number, pages)| format!("{},{pages}\r\n", quoted(number)));
    let manifest = std::iter::once("letter,pages\r\n".to_owned()).chain(lines).collect::<String>().into_bytes();
    Ok(PrintBatch { numbers: (first.to_owned(), last.to_owned()), pdf: printed.pdf, manifest })
}

/// A print file that was handed out.
pub struct HandedOut {
    /// Where it lies.
    pub path: PathBuf,
    /// Which one it is.
    pub file: PrintFile,
}

/// Writes the print files of a run, or of all runs, into a folder: sealed as they are, for whoever holds the print house's key.
///
/// # Errors
/// Refuses an unknown run, a run without print files, and to overwrite another file; fails where a file of the vault is not what
/// the ledger says.
///
/// # Durability
/// On return the files are on disk.
pub fn print_files(instance: &Instance, run: Option<i64>, to: &Path) -> Result<Vec<HandedOut>> {
    let (store, vault) = (instance.store_to_read()?, instance.vault()?);
    let zone = accept::policy_state(instance, &store)?.accepted()?.policy.organization.time_zone;
    let runs: Vec<LetterRun> =
        store.catalog().letter_runs()?.into_iter().filter(|one| run.is_none_or(|wanted| one.id == wanted)).collect();
    let mut handed_out = Vec::new();
    for run in runs {
        for file in store.catalog().print_files(run.id)? {
            let Some(record) = store.catalog().record(file.record)? else { continue };
            let expected = Digests { header: record.known.header, body: record.known.body };
            let sealed = read_sealed(&vault, file.record, expected)?;
            let (day, notice) = (zone.date(run.at), &run.notice);
            let name = format!("{day}-{notice}-{}-{}.{}.age", file.first, file.last, ending(file.part));
            save(&to.join(&name), &sealed)?;
            handed_out.push(HandedOut { path: to.join(name), file });
        }
    }
    if handed_out.is_empty() {
        return Err(EngineError::refused("notice.no-print-file", "there is no print file to hand out").help(
            "`hokan notice status` lists the runs; a notice has print files where the policy says `print-file`",
        ));
    }
    Ok(handed_out)
}
