//! `hokan certificate`: what a sweep did, for people and machines.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::CertificateArguments;
use super::out::Out;
use super::words::counted;
use super::{Done, Failure, program};
use crate::engine::{Instance, certificate, save};

pub(super) fn run(instance: &Instance, wish: &CertificateArguments, out: &mut Out) -> Done {
    out.working("printing");
    let certified = certificate(instance, wish.sweep.as_deref(), &program()?)?;
    let dir = wish.output.clone().unwrap_or_else(|| instance.dir.join("certificates"));
    let value = &certified.certificate;
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Internal(error.to_string()))?;
    let mut files = vec![(dir.join(format!("{}.json", value.sweep)), format!("{text}\n").into_bytes())];
    files.extend(
        certified
            .documents
            .iter()
            .map(|(language, pdf)| (dir.join(format!("{}.{language}.pdf", value.sweep)), pdf.clone())),
    );
    for (path, bytes) in &files {
        save(path, bytes)?;
    }
    let paths: Vec<_> = files.iter().map(|(path, _)| path).collect();
    out.result("certificate", json!({ "sweep": value.sweep, "records": value.records.len(), "files": paths }), |out| {
        out.line(&format!(
            "sweep {}: {} destroyed, ledger entry {}",
            value.sweep,
            counted(value.records.len(), "record", "records"),
            value.ledger.entry
        ));
        paths.iter().for_each(|path| out.line(&format!("  {}", path.display())));
    });
    Ok(ExitCode::SUCCESS)
}
