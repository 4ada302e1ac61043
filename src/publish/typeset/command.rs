//! The other typesetter: the program `typst`, run once for each document.
//!
//! In: jobs. Out: their PDFs. The rule it keeps: what a document says lies on a tmpfs or nowhere, and the program can read
//! that folder, write nothing and reach no network. The program is of the version of Typst that is built in: both must
//! print the same.
//!
//! It tells what is wrong in text alone, one line for each fault: `FILE:LINE:COLUMN: error: MESSAGE`.

use std::path::{Path, PathBuf};

use super::error::{Fault, Missing, Refusal};
use super::{Files, Job, LIMITS, Printed, TypesetError, Typesetter, fonts, limits, press};
use crate::host::{self, Ended, Limits, ProcessError, Scratch};
use crate::policy::glyphs;

/// The version of Typst that is built in; a test compares it with the lock.
const VERSION: &str = "0.15.1";

/// What the program gets beside root and template. The two folders of packages do not exist: there are none.
const ARGUMENTS: &str = "compile --root . --font-path fonts --ignore-system-fonts \
    --package-path no-packages --package-cache-path no-packages --pdf-standard a-2a,ua-1 \
    --diagnostic-format short --jobs 1 --format pdf";

/// As `--ignore-embedded-fonts`, which a program built without fonts does not know.
const VARIABLES: &[(&str, &str)] = &[("TYPST_IGNORE_EMBEDDED_FONTS", "true")];

/// The program, with the folder it reads.
pub(super) struct TypstCommand {
    program: PathBuf,
    folder: Scratch,
    files: Option<Files>,
}

impl TypstCommand {
    /// Finds the program, asks for its version, and makes the folder with the fonts.
    pub(super) fn start(program: &Path) -> Result<TypstCommand, TypesetError> {
        let program = host::program_on_path(program)
            .ok_or_else(|| TypesetError::NoCommand { program: program.to_owned(), version: VERSION })?;
        let folder = Scratch::new().map_err(|source| TypesetError::Memory { source })?;
        for (n, font) in fonts::EMBEDDED.iter().enumerate() {
            folder.write(&format!("fonts/{n}.ttf"), font).map_err(|source| TypesetError::Memory { source })?;
        }
        let mut command = TypstCommand { program, folder, files: None };
        let told = command.run(&["--version"], "the version of `typst`", LIMITS)?.stdout;
        let told = String::from_utf8_lossy(&told).trim().to_owned();
        match told.split_whitespace().nth(1) == Some(VERSION) {
            true => Ok(command),
            false => {
                let program = std::mem::take(&mut command.program);
                Err(TypesetError::OtherVersion { program, version: VERSION, found: told })
            }
        }
    }

    fn run(&self, arguments: &[&str], job: &str, limits: Limits) -> Result<Ended, TypesetError> {
        let failed = |error: ProcessError| TypesetError::Start {
            program: self.program.clone(),
            source: std::io::Error::other(error),
        };
        let late = || TypesetError::too_long(job, limits, String::new());
        let ended = host::run_confined(&self.program, arguments, VARIABLES, self.folder.path(), limits);
        ended.map_err(failed)?.ok_or_else(late)
    }

    /// Writes what the program reads; returns how many bytes of data that is.
    fn lay_out(&mut self, job: &Job) -> Result<usize, TypesetError> {
        let failed = |source| TypesetError::Memory { source };
        if self.files.as_ref() != Some(&job.files) {
            for (path, bytes) in job.files.iter() {
                self.folder.write(path, bytes).map_err(failed)?;
            }
            self.files = Some(Files::clone(&job.files));
        }
        let data = job.data.to_string();
        self.folder.write(press::DATA, data.as_bytes()).map_err(failed)?;
        self.folder.write(press::JOB, job.about().to_string().as_bytes()).map_err(failed)?;
        Ok(data.len())
    }
}

impl Typesetter for TypstCommand {
    fn print(&mut self, job: &Job) -> Result<Printed, TypesetError> {
        let missing = missing(job);
        if !missing.is_empty() {
            return Err(Refusal::Missing(missing).of(job));
        }
        let data = self.lay_out(job)?;
        let seconds = job.at.micros().div_euclid(1_000_000).to_string();
        let mut arguments: Vec<&str> = ARGUMENTS.split_whitespace().collect();
        arguments.extend(["--creation-timestamp", &seconds, &job.template, "-"]);
        let ended = self.run(&arguments, &job.ident, limits(LIMITS, data))?;
        let faults = faults(&ended.stderr);
        if ended.code == 0 && faults.is_empty() {
            let pages = pages(&ended.stdout);
            return Ok(Printed { pages, pdf: ended.stdout });
        }
        if ended.code > 1 || faults.is_empty() {
            return Err(TypesetError::Died {
                job: job.ident.clone(),
                status: format!("exit code {}", ended.code),
                stderr: ended.stderr,
                source: std::io::ErrorKind::UnexpectedEof.into(),
            });
        }
        Err(Refusal::Faults(faults).of(job))
    }

    fn finish(self: Box<Self>) -> Result<(), TypesetError> {
        Ok(())
    }
}

/// The characters of the data that no font can show: the program prints boxes for them without a word.
fn missing(job: &Job) -> Vec<Missing> {
    let mut found = std::collections::BTreeSet::new();
    press::texts(&job.data, "", &mut |_, text| {
        let mut rest = text;
        while let Some(range) = glyphs::unshown(rest) {
            found.insert(rest[range.clone()].to_owned());
            rest = &rest[range.end..];
        }
    });
    found.into_iter().map(|text| Missing { pointers: press::pointers(&job.data, &text), text }).collect()
}

/// Reads `FILE:LINE:COLUMN: error: MESSAGE`; a warning is a fault too. A line of another form is a fault without a place,
/// but for the calls that led to a fault, which are told as `help`.
fn faults(stderr: &str) -> Vec<Fault> {
    let lines = stderr.lines().filter(|line| !line.trim().is_empty() && !line.contains(": help: "));
    let mut faults: Vec<Fault> = lines.map(fault).collect();
    faults.sort();
    faults.dedup();
    faults
}

fn fault(line: &str) -> Fault {
    let said = ["error: ", "warning: "].iter().find_map(|kind| line.split_once(kind));
    let Some((place, message)) = said else {
        return Fault { file: None, line: 0, column: 0, message: line.to_owned(), hints: Vec::new() };
    };
    let mut parts = place.trim_end_matches([' ', ':']).rsplitn(3, ':');
    let mut number = || parts.next().and_then(|number| number.parse().ok());
    // The program counts columns from 0.
    let (column, row) = (number().map(|column: u32| column + 1), number());
    match (parts.next(), row, column) {
        (Some(file), Some(line), Some(column)) => {
            Fault { file: Some(file.to_owned()), line, column, message: message.to_owned(), hints: Vec::new() }
        }
        _ => Fault { file: None, line: 0, column: 0, message: message.to_owned(), hints: Vec::new() },
    }
}

/// Counts the pages of a PDF of the version above, which writes the objects of pages as plain text.
fn pages(pdf: &[u8]) -> usize {
    const PAGE: &[u8] = b"/Type/Page";
    let begins = |rest: &[u8]| rest.starts_with(PAGE) && !rest.get(PAGE.len()).is_some_and(u8::is_ascii_alphabetic);
    (0..pdf.len()).filter(|start| begins(&pdf[*start..])).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_crate() {
        let lock = include_str!("../../../Cargo.lock");
        assert!(lock.contains(&format!("name = \"typst\"\nversion = \"{VERSION}\"\n")));
    }

    #[test]
    fn what_the_program_says_is_read_with_its_place() {
        let stderr = "notices/a.typ:3:6: error: unknown variable: x\nnotices/b.typ:1:0: warning: no font: y\n";
        let read = faults(stderr);
        let told: Vec<String> = read.iter().map(Fault::to_string).collect();
        let expected = ["templates/notices/a.typ:3:7: unknown variable: x", "templates/notices/b.typ:1:1: no font: y"];
        assert_eq!(told, expected);
        assert_eq!(faults("error: input file not found")[0].message, "input file not found");
        assert_eq!(faults("something else")[0].message, "something else");
        assert!(faults("\nnotices/a.typ:9:1: help: error occurred in this call of function `f`\n").is_empty());
    }

    #[test]
    fn a_page_is_not_the_tree_of_pages() {
        assert_eq!(pages(b"/Type/Pages/Kids\n/Type/Page\n/Type/Page/Parent"), 2);
    }
}
