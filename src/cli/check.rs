//! `hokan check`: the findings of the work tree.

use std::process::ExitCode;

use serde_json::json;

use super::Done;
use super::out::Out;
use super::words::counted;
use crate::diag::{self, Severity};
use crate::engine::{Instance, check};

pub(super) fn run(instance: &Instance, out: &mut Out) -> Done {
    let (report, sources) = check(instance)?;
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    let document = json!({ "findings": diag::json(&report), "errors": errors });
    out.result("check", document, |out| {
        out.findings(&report, &sources);
        let files = sources.len();
        out.line(&match report.findings().len() {
            0 => format!("{}, no findings", counted(files, "policy file", "policy files")),
            all => format!(
                "{}, {}: {}, {}",
                counted(files, "policy file", "policy files"),
                counted(all, "finding", "findings"),
                counted(errors, "error", "errors"),
                counted(warnings, "warning", "warnings")
            ),
        });
    });
    Ok(ExitCode::from(u8::from(report.has_errors())))
}
