//! Printing: results to stdout, messages to stderr, progress on terminals.
//!
//! In: lines, tables, JSON. Out: text. The rule it keeps: this file alone prints; colour and progress appear on
//! terminals only.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::arguments::{Arguments, Command, Format, Tongue, When};
use super::failure::Failure;
use crate::diag::{self, Locale};
use crate::engine::{BadRow, Progress};

/// Where a command prints.
pub(super) struct Out {
    is_json: bool,
    is_coloured: bool,
    locale: Locale,
    is_terminal: bool,
    bar: Option<ProgressBar>,
    /// Why a result could not be written.
    lost: Option<String>,
}

impl Out {
    #[expect(clippy::disallowed_methods, reason = "NO_COLOR is a convention of terminals")]
    pub(super) fn new(arguments: &Arguments) -> Out {
        let is_terminal = std::io::stderr().is_terminal();
        let is_coloured = match arguments.color {
            When::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none(),
            When::Always => true,
            When::Never => false,
        };
        let locale = locale(arguments.lang, |name| std::env::var(name).ok());
        let asked = matches!(&arguments.command, Command::Check(wish) if wish.format == Some(Format::Json));
        let is_json = arguments.json || asked;
        Out { is_json, is_coloured, locale, is_terminal, bar: None, lost: None }
    }

    /// Returns the language in which findings and rules are shown.
    pub(super) fn locale(&self) -> Locale {
        self.locale
    }

    /// Returns whether JSON is asked for.
    pub(super) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Prints the result: the document where JSON is asked for, else what `text` prints.
    pub(super) fn result(&mut self, name: &str, mut document: Value, text: impl FnOnce(&mut Out)) {
        self.end();
        if !self.is_json {
            return text(self);
        }
        document["format"] = Value::from(format!("hokan-{name}/1"));
        let printed = serde_json::to_string_pretty(&document).unwrap_or_default();
        self.print(&printed);
    }

    /// Prints text that belongs before the result; where JSON is asked for, the document holds it.
    pub(super) fn before_result(&mut self, text: impl FnOnce(&mut Out)) {
        self.end();
        if !self.is_json {
            text(self);
        }
    }

    /// Shows on a terminal that work whose length is not known goes on, until a result or a failure is printed.
    pub(super) fn working(&mut self, what: &str) {
        if !self.is_terminal {
            return;
        }
        self.end();
        let bar = ProgressBar::new_spinner().with_message(what.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        self.bar = Some(bar);
    }

    /// Returns whether colour is wished for.
    pub(super) fn is_coloured(&self) -> bool {
        self.is_coloured
    }

    /// Prints one line of a result.
    pub(super) fn line(&mut self, text: &str) {
        self.print(&diag::plain(text));
    }

    /// Prints a text of several lines.
    pub(super) fn lines(&mut self, text: &str) {
        text.lines().for_each(|line| self.line(line));
    }

    fn print(&mut self, text: &str) {
        match writeln!(std::io::stdout(), "{text}") {
            // A reader that went away (a pager, `head`) is no failure of the command.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
            Err(error) => self.lost = Some(error.to_string()),
            Ok(()) => {}
        }
    }

    /// Returns the exit code, or that of a result that could not be written.
    pub(super) fn finished(&mut self, code: ExitCode) -> ExitCode {
        match self.lost.take() {
            None => code,
            Some(error) => self.fail(&Failure::Io(format!("the result could not be written: {error}"))),
        }
    }

    /// Prints rows in columns, nothing where there are no rows; columns named in `numbers` are aligned to the right.
    pub(super) fn table(&mut self, head: &[&str], rows: Vec<Vec<String>>, numbers: &[usize]) {
        if rows.is_empty() {
            return;
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header(head.iter().copied());
        table.add_rows(rows);
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 2));
            if numbers.contains(&index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let printed = table.to_string();
        printed.lines().map(str::trim_end).filter(|line| !line.is_empty()).for_each(|line| self.line(line));
    }

    /// Prints a message for people.
    pub(super) fn note(&mut self, text: &str) {
        self.end();
        tell(&format!("{text}\n"));
    }

    /// Prints findings, to stderr as messages are.
    pub(super) fn findings(&mut self, report: &diag::Report, sources: &diag::Sources) {
        self.end();
        tell(&diag::text(report, sources, self.locale, self.is_coloured));
    }

    /// Asks a question on a terminal; `None` where nobody can answer.
    pub(super) fn ask(&mut self, question: &str) -> Option<String> {
        if !self.is_terminal || !std::io::stdin().is_terminal() {
            return None;
        }
        tell(&format!("{question} "));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).ok()?;
        Some(answer.trim().to_owned())
    }

    /// Prints why a command failed and returns its exit code.
    pub(super) fn fail(&mut self, failure: &Failure) -> ExitCode {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let (code, message, help) = match failure {
            Failure::Findings(found) => {
                let (report, sources) = &**found;
                if self.is_json {
                    let document = serde_json::json!({ "findings": diag::json(report), "errors": report.count(diag::Severity::Error) });
                    self.result("findings", document, |_| {});
                } else {
                    self.findings(report, sources);
                }
                return ExitCode::from(failure.exit_code());
            }
            Failure::Rows { file, message, bad } => {
                self.rows(file, message, bad);
                return ExitCode::from(failure.exit_code());
            }
            Failure::Refused { code, message, help } => (Some(*code), message, help.as_deref()),
            Failure::Usage(message) | Failure::Io(message) | Failure::Busy(message) | Failure::Internal(message) => {
                (None, message, None)
            }
        };
        if self.is_json {
            let document = serde_json::json!({ "error": { "code": code, "message": message, "help": help } });
            self.result("error", document, |_| {});
        }
        let title = match code {
            Some(code) => format!("error[{code}]"),
            None => "error".to_owned(),
        };
        let title = if self.is_coloured { format!("\u{1b}[1;31m{title}\u{1b}[0m") } else { title };
        tell(&format!("{title}: {message}\n"));
        if let Some(help) = help {
            tell(&format!("help: {help}\n"));
        }
        ExitCode::from(failure.exit_code())
    }
}

impl Out {
    /// Prints what is wrong with the rows of a table.
    fn rows(&mut self, file: &str, message: &str, bad: &[BadRow]) {
        if self.is_json {
            let error = serde_json::json!({ "code": "table.rows", "message": message, "file": file, "rows": bad });
            self.result("error", serde_json::json!({ "error": error }), |_| {});
        }
        for BadRow { line, column, code, message, help } in bad {
            let shown = diag::plain(message);
            tell(&format!("error[{code}]: {file}:{line}:{column}: {shown}\n"));
            if let Some(help) = help {
                tell(&format!("help: {help}\n"));
            }
        }
        tell(&format!("{message}\n"));
    }
}

/// Prints what a worker answers, and returns the exit code it ends with.
pub(super) fn answer((code, bytes): (u8, Vec<u8>)) -> std::io::Result<ExitCode> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&bytes)?;
    stdout.flush()?;
    Ok(ExitCode::from(code))
}

impl Progress for Out {
    fn begin(&mut self, what: &str, total: u64) {
        if !self.is_terminal || total == 0 {
            return;
        }
        self.end();
        let style = ProgressStyle::with_template("{msg:>16} [{bar:30}] {human_pos}/{human_len} {per_sec} {eta}");
        let bar = ProgressBar::new(total).with_message(what.to_owned());
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        self.bar = Some(bar);
    }

    fn advance(&mut self, steps: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(steps);
        }
    }

    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Writes a message for people. Where not even that can be written nobody is left to be told, and the exit code speaks.
fn tell(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The language asked for, or else the one the environment names first: `HOKAN_LANG`, then what the locale of messages is.
fn locale(asked: Option<Tongue>, variable: impl Fn(&str) -> Option<String>) -> Locale {
    match asked {
        Some(Tongue::En) => return Locale::English,
        Some(Tongue::Ja) => return Locale::Japanese,
        None => {}
    }
    let named = ["HOKAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| variable(name).filter(|it| !it.is_empty()));
    if named.is_some_and(|named| named.starts_with("ja")) { Locale::Japanese } else { Locale::English }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_comes_before_the_environment_and_its_first_word_counts() {
        let environment = |name: &str| match name {
            "LC_ALL" => Some(String::new()),
            "LC_MESSAGES" => Some("ja_JP.UTF-8".to_owned()),
            "LANG" => Some("en_GB.UTF-8".to_owned()),
            _ => None,
        };
        assert_eq!(locale(None, environment), Locale::Japanese);
        assert_eq!(locale(Some(Tongue::En), environment), Locale::English);
        assert_eq!(locale(None, |_| None), Locale::English);
    }
}
