//! `hokan check`: the findings of the work tree.

use std::process::ExitCode;

use serde_json::json;

use super::Done;
use super::out::Out;
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
            0 => format!("{files} policy files, no findings"),
            all => format!("{files} policy files, {all} findings: {errors} errors, {warnings} warnings"),
        });
    });
    Ok(ExitCode::from(u8::from(report.has_errors())))
}
