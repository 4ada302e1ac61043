//! `hokan notice`: letters from records.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::out::Out;
use super::words::counted;
use super::{Done, Failure, program, read_bytes, read_text, who};
use crate::RecordId;
use crate::calendar::Date;
use crate::engine::{
    AnnounceWish, Attempt, Instance, NoticeRun, NoticeWish, announce_change, notice_runs, preview_notice, print_files,
    run_claimed, run_notice, save,
};
use crate::store::{FailedRows, PrintFile};

/// How many reasons a list for people shows.
const SHOWN: usize = 20;

#[derive(Subcommand)]
pub(super) enum NoticeCommand {
    /// Print, number and seal the letters of what was taken in for them, or of a sealed record; a run that was stopped goes on
    /// where it stopped.
    #[command(after_help = "Example:
  hokan notice run
  hokan notice run --from 0193… -i identity --by 'Sato'

Exit code 1 when rows are in no letter: they are listed, and `hokan notice status` lists them again.")]
    Run(RunArguments),
    /// Try the rows again that are in no letter, such as after an objection was withdrawn.
    #[command(after_help = "Example:\n  hokan notice retry --from 0193… -i identity --by 'Sato'")]
    Retry(RetryArguments),
    /// List the runs with their letters and the rows that are in none.
    #[command(after_help = "Example:\n  hokan notice status")]
    Status,
    /// Write the print files of a run for the print house: sealed, it opens them with its own key.
    #[command(after_help = "Example:\n  hokan notice print-files --run 3 -o to-print-house")]
    PrintFiles {
        /// The run; all of them by default.
        #[arg(long, value_name = "RUN")]
        run: Option<i64>,
        /// The folder they go into.
        #[arg(short, long, value_name = "FOLDER")]
        output: PathBuf,
    },
    /// Print the announcement that a change of purposes or joint uses owes, with what was and what is.
    #[command(after_help = "Examples:
  hokan notice change -o announcement                        HEAD and the work tree
  hokan notice change v1 HEAD --since 2027-04-01 -o announcement")]
    Change {
        /// The version before: a commit, branch or tag; `HEAD` by default.
        #[arg(value_name = "BEFORE")]
        before: Option<String>,
        /// The version after; the work tree by default.
        #[arg(value_name = "AFTER")]
        after: Option<String>,
        /// The day from which the change holds.
        #[arg(long, value_name = "DATE")]
        since: Option<Date>,
        /// The folder for the documents, one for each language.
        #[arg(short, long, value_name = "FOLDER")]
        output: PathBuf,
    },
    /// Print the letter that a row of a file would be in, without number; nothing is entered.
    #[command(
        after_help = "Example:\n  hokan notice preview medical-cost-notice --data sample.csv --row 2 -o letter.pdf"
    )]
    Preview {
        /// The notice.
        notice: String,
        /// The file with the rows; `-` reads standard input.
        #[arg(long, value_name = "FILE")]
        data: PathBuf,
        /// The line of the row, the first below the names being 2.
        #[arg(long, value_name = "LINE")]
        row: u64,
        /// Where the letter goes; pictures of its pages go beside it, as `letter.1.png` beside `letter.pdf`.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Args)]
pub(super) struct RunArguments {
    /// The notice; the only one that is printed from records of that class by default.
    #[arg(requires = "from")]
    pub notice: Option<String>,
    /// The record with the rows; everything that was taken in for letters by default.
    #[arg(long, value_name = "RECORD")]
    pub from: Option<RecordId>,
    /// An age identity file; `-` reads standard input. Needed where the plaintext is gone.
    #[arg(short, long, value_name = "FILE", requires = "from")]
    pub identity: Option<PathBuf>,
    /// Who asks for the letters.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

#[derive(Args)]
pub(super) struct RetryArguments {
    /// The notice; the only one that is printed from records of that class by default.
    pub notice: Option<String>,
    /// The record with the rows.
    #[arg(long, value_name = "RECORD")]
    pub from: RecordId,
    /// An age identity file; `-` reads standard input.
    #[arg(short, long, value_name = "FILE")]
    pub identity: PathBuf,
    /// Who asks for the letters.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

pub(super) fn run(instance: &Instance, what: &NoticeCommand, out: &mut Out) -> Done {
    match what {
        NoticeCommand::Run(wish) => begin(instance, wish, out),
        NoticeCommand::Retry(RetryArguments { notice, from, identity, by }) => {
            let (identities, by) = (read_text(identity)?, who(by.as_deref())?);
            let notice = notice.as_deref();
            let asked = NoticeWish { notice, from: *from, identities: &identities, by: &by, attempt: Attempt::Failed };
            letters(&run_notice(instance, &program()?, &asked, out)?, "notice-retry", out)
        }
        NoticeCommand::Status => status(instance, out),
        NoticeCommand::Change { before, after, since, output } => {
            let (before, after) = (before.as_deref(), after.as_deref());
            let wish = AnnounceWish { before, after, since: *since, to: output };
            let done = announce_change(instance, &program()?, &wish)?;
            let document = json!({ "items": done.items, "need-consent": done.need_consent, "untold": done.untold, "files": done.files });
            out.result("notice-change", document, |out| {
                if done.items.is_empty() {
                    out.line("no change of purposes or joint uses has to be announced");
                }
                done.files.iter().for_each(|path| out.line(&path.display().to_string()));
                for item in &done.untold {
                    out.line(&format!(
                        "no page says what differs of {item}: tell it in words of your own, see `hokan diff`"
                    ));
                }
                for item in &done.need_consent {
                    out.line(&format!("{item} needs consent besides: telling people is not enough, see `hokan diff`"));
                }
            });
            Ok(ExitCode::SUCCESS)
        }
        NoticeCommand::PrintFiles { run, output } => {
            let files = print_files(instance, *run, output)?;
            let documents = files.iter().map(|one| {
                let PrintFile { run, first, last, part, record, .. } = &one.file;
                json!({ "file": one.path, "run": run, "part": part.as_str(), "first": first, "last": last, "record": record })
            });
            out.result("notice-print-files", json!({ "files": documents.collect::<Vec<_>>() }), |out| {
                files.iter().for_each(|one| out.line(&one.path.display().to_string()));
            });
            Ok(ExitCode::SUCCESS)
        }
        NoticeCommand::Preview { notice, data, row, output } => {
            let data = zeroize::Zeroizing::new(read_bytes(data)?);
            let seen = preview_notice(instance, &program()?, notice, &data, *row)?;
            save(output, &seen.pdf)?;
            let picture = |page: usize| output.with_extension(format!("{page}.png"));
            let pictures: Vec<PathBuf> = (1..=seen.pictures.len()).map(picture).collect();
            for (path, picture) in pictures.iter().zip(&seen.pictures) {
                save(path, picture)?;
            }
            let document = json!({ "file": output, "pictures": pictures, "pages": seen.pages, "rows": seen.rows });
            out.result("notice-preview", document, |out| {
                let pages = counted(seen.pages, "page", "pages");
                out.line(&format!("{}: {pages}, {}", output.display(), counted(seen.rows.len(), "row", "rows")));
                pictures.iter().for_each(|path| out.line(&path.display().to_string()));
                out.line("they hold personal data: remove them when you have looked at them");
            });
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Makes the letters of what waits for them; those of a sealed record where there is an identity.
fn begin(instance: &Instance, wish: &RunArguments, out: &mut Out) -> Done {
    let program = program()?;
    let only = wish.from.map(|from| (from, wish.notice.as_deref()));
    let mut claimed = run_claimed(instance, &program, only, out)?;
    let Some(from) = wish.from.filter(|_| claimed.len() < 2) else { return all(claimed, out) };
    if let Some(done) = claimed.pop() {
        return letters(&done?, "notice-run", out);
    }
    let Some(identity) = &wish.identity else {
        return Err(Failure::Refused {
            code: "notice.identity",
            message: format!("the record `{from}` is sealed"),
            help: Some("name an identity that opens it with `-i`".to_owned()),
        });
    };
    let (identities, by) = (read_text(identity)?, who(wish.by.as_deref())?);
    let notice = wish.notice.as_deref();
    let asked = NoticeWish { notice, from, identities: &identities, by: &by, attempt: Attempt::Rest };
    letters(&run_notice(instance, &program, &asked, out)?, "notice-run", out)
}

/// Says what came of every run; the first failure ends the command once all are told.
fn all(runs: Vec<crate::engine::Result<NoticeRun>>, out: &mut Out) -> Done {
    let (mut done, mut failed) = (Vec::new(), None);
    for run in runs {
        match run {
            Ok(run) => done.push(run),
            Err(error) => drop(failed.get_or_insert(error)),
        }
    }
    let documents: Vec<Value> = done.iter().map(document).collect();
    out.result("notice-runs", json!({ "runs": documents }), |out| {
        if done.is_empty() && failed.is_none() {
            out.line("nothing waits for its letters");
        }
        done.iter().for_each(|done| told(done, out));
    });
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(ExitCode::from(u8::from(done.iter().any(|done| !done.failed.is_empty())))),
    }
}

fn letters(done: &NoticeRun, name: &str, out: &mut Out) -> Done {
    out.result(name, document(done), |out| told(done, out));
    Ok(if done.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn document(done: &NoticeRun) -> Value {
    json!({
        "run": done.run.id, "notice": done.run.notice, "record": done.run.record, "resumed": done.is_resumed,
        "before": done.before, "sealed": done.sealed, "pages": done.pages, "numbers": done.numbers,
        "failed": rows(&done.failed), "finished": done.run.is_finished,
    })
}

fn rows(failed: &[FailedRows]) -> Vec<Value> {
    failed.iter().map(|one| json!({ "rows": one.rows, "code": one.code, "why": one.why })).collect()
}

fn told(done: &NoticeRun, out: &mut Out) {
    let resumed = if done.is_resumed { format!(", {} before the stop", done.before) } else { String::new() };
    let sealed = usize::try_from(done.sealed).unwrap_or(usize::MAX);
    out.line(&format!("run {}: {} sealed{resumed}", done.run.id, counted(sealed, "letter", "letters")));
    if let Some((first, last)) = &done.numbers {
        out.line(&format!("numbers {first} to {last}, {} pages", done.pages));
    }
    if !done.run.is_finished {
        out.line("stopped: `hokan notice run` goes on");
    }
    reasons(&done.failed, out);
}

fn reasons(failed: &[FailedRows], out: &mut Out) {
    if failed.is_empty() {
        return;
    }
    let lines: usize = failed.iter().map(|one| one.rows.len()).sum();
    out.line(&format!("{} in no letter:", counted(lines, "row is", "rows are")));
    for one in failed.iter().take(SHOWN) {
        let rows = one.rows.iter().take(SHOWN).map(u64::to_string).collect::<Vec<_>>().join(", ");
        out.line(&format!("  {}  rows {rows}: {}", one.code, one.why));
    }
    if failed.len() > SHOWN {
        out.line(&format!("  … and {} more: hokan --json notice status", failed.len() - SHOWN));
    }
}

fn status(instance: &Instance, out: &mut Out) -> Done {
    let runs = notice_runs(instance)?;
    let documents = runs.iter().map(|it| {
        json!({
            "run": it.run.id, "notice": it.run.notice, "record": it.run.record, "at": it.run.at, "by": it.run.by,
            "finished": it.run.is_finished, "sealed": it.sealed, "pages": it.pages, "print-files": it.print_files,
            "failed": rows(&it.failed),
        })
    });
    out.result("notice-status", json!({ "runs": documents.collect::<Vec<_>>() }), |out| {
        let table = runs.iter().map(|it| {
            let state = match (it.run.is_finished, it.run.is_claim && it.sealed == 0) {
                (true, _) => "ended",
                (false, true) => "waiting",
                (false, false) => "stopped",
            };
            let failed: usize = it.failed.iter().map(|one| one.rows.len()).sum();
            vec![
                it.run.id.to_string(),
                it.run.notice.clone(),
                it.run.record.to_string(),
                state.to_owned(),
                it.sealed.to_string(),
                failed.to_string(),
            ]
        });
        out.table(&["RUN", "NOTICE", "RECORD", "STATE", "LETTERS", "ROWS LEFT"], table.collect(), &[]);
        for it in runs.iter().filter(|it| !it.run.is_finished) {
            let (run, record) = (it.run.id, it.run.record);
            out.line(&match it.run.is_claim {
                true => format!("run {run} waits: hokan notice run"),
                false => format!("run {run} was stopped: hokan notice run --from {record} -i IDENTITY goes on"),
            });
        }
        runs.iter().for_each(|it| reasons(&it.failed, out));
    });
    Ok(ExitCode::SUCCESS)
}
