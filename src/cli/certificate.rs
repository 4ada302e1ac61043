//! `hokan certificate`: what a sweep did, for people and machines.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::arguments::CertificateArguments;
use super::out::Out;
use super::words::counted;
use super::{Done, Failure, program};
use crate::engine::{Certified, Instance, certificate, save};

pub(super) fn run(instance: &Instance, wish: &CertificateArguments, out: &mut Out) -> Done {
    out.working("printing");
    let certified = certificate(instance, wish.sweep.as_deref(), &program()?)?;
    let dir = wish.output.clone().unwrap_or_else(|| instance.dir.join("certificates"));
    let files = files(&certified, &dir)?;
    let (value, said) = (&certified.certificate, &certified.certificate.statement);
    for (path, bytes) in &files {
        save(path, bytes)?;
    }
    let paths: Vec<_> = files.iter().map(|(path, _)| path).collect();
    let entry = value.swept().and_then(|swept| swept.index());
    let document = json!({
        "sweep": said.sweep, "records": said.count(), "statement": said.digest(), "entry": entry, "files": paths,
        "note": certified.note,
    });
    out.result("certificate", document, |out| {
        let records = counted(usize::try_from(said.count()).unwrap_or(usize::MAX), "record", "records");
        let entry = entry.map(|entry| entry.to_string()).unwrap_or_default();
        out.line(&format!("sweep {}: {records} destroyed, ledger entry {entry}", said.sweep));
        paths.iter().for_each(|path| out.line(&format!("  {}", path.display())));
    });
    certified.note.iter().for_each(|note| out.note(&format!("note: {note}")));
    Ok(ExitCode::SUCCESS)
}

/// Returns the files a certificate is kept as: data, list, proof, and a document in each language.
pub(super) fn files(certified: &Certified, dir: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
    let value = &certified.certificate;
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Internal(error.to_string()))?;
    let named = |ending: &str| dir.join(format!("{}.{ending}", value.statement.sweep));
    let proof = value.swept().map(|swept| swept.proof.clone()).unwrap_or_default();
    let mut files = vec![
        (named("json"), format!("{text}\n").into_bytes()),
        (dir.join(&value.statement.list.file), certified.list.clone().into_bytes()),
        (named("tlog-proof"), proof.into_bytes()),
    ];
    let printed = certified.documents.iter();
    files.extend(printed.map(|(language, pdf)| (named(&format!("{language}.pdf")), pdf.clone())));
    Ok(files)
}
