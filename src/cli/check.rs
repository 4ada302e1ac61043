//! `hokan check`: the findings of the work tree.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::{CheckArguments, Format};
use super::out::Out;
use super::words::counted;
use super::{Done, Failure};
use crate::diag::{self, Locale, Report, Severity, Sources};
use crate::engine::{Instance, check, rules};

pub(super) fn run(instance: &Instance, wish: &CheckArguments, out: &mut Out) -> Done {
    if out.is_json() && !matches!(wish.format, None | Some(Format::Json)) {
        return Err(Failure::Usage("`--json` is `--format json`: name one format".to_owned()));
    }
    let (report, sources) = check(instance, wish.as_of)?;
    match wish.format.unwrap_or(Format::Text) {
        Format::Text | Format::Json => show(&report, &sources, out),
        Format::Sarif => {
            let log = diag::sarif(&report, &sources, &rules(), env!("CARGO_PKG_VERSION"));
            out.lines(&serde_json::to_string_pretty(&log).unwrap_or_default());
        }
        Format::Github => out.lines(&diag::github(&report, &sources)),
    }
    Ok(ExitCode::from(u8::from(report.has_errors())))
}

fn show(report: &Report, sources: &Sources, out: &mut Out) {
    let errors = report.count(Severity::Error);
    let document = json!({ "findings": diag::json(report), "errors": errors, "accepted": report.accepted() });
    out.result("check", document, |out| {
        out.findings(report, sources);
        let line = match out.locale() {
            Locale::English => summary(report, sources.len()),
            Locale::Japanese => summary_ja(report, sources.len()),
        };
        out.line(&line);
    });
}

/// Returns how many findings there are, and how many of each severity.
pub(super) fn counts(report: &Report, locale: Locale) -> String {
    let count = |severity| report.count(severity);
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    match (errors + warnings + notes, locale) {
        (0, Locale::English) => "no findings".to_owned(),
        (0, Locale::Japanese) => "指摘はありません".to_owned(),
        (all, Locale::English) => format!(
            "{}: {}, {}, {}",
            counted(all, "finding", "findings"),
            counted(errors, "error", "errors"),
            counted(warnings, "warning", "warnings"),
            counted(notes, "note", "notes")
        ),
        (all, Locale::Japanese) => format!("指摘{all}件（エラー{errors}件、警告{warnings}件、参考{notes}件）"),
    }
}

fn summary(report: &Report, files: usize) -> String {
    let accepted = match report.accepted() {
        0 => String::new(),
        accepted => format!("; {accepted} accepted"),
    };
    let counts = counts(report, Locale::English);
    format!("{}, {counts}{accepted}", counted(files, "policy file", "policy files"))
}

fn summary_ja(report: &Report, files: usize) -> String {
    let accepted = match report.accepted() {
        0 => String::new(),
        accepted => format!("、受入れ済み{accepted}件"),
    };
    format!("方針ファイル{files}件：{}{accepted}", counts(report, Locale::Japanese))
}
