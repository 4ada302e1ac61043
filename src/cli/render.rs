//! `hokan render`: the public site.

use std::process::ExitCode;

use serde_json::json;

use super::out::Out;
use super::words::{acceptance, version, version_json};
use super::{Done, program};
use crate::engine::{Instance, render};

pub(super) fn run(instance: &Instance, out: &mut Out) -> Done {
    out.working("printing");
    let rendered = render(instance, &program()?)?;
    if let Some(accepted) = &rendered.accepted {
        out.note(&acceptance(accepted));
    }
    if let Some(waiting) = &rendered.waiting {
        out.note(&format!("{} waits for `hokan policy accept` and is not published", version(waiting)));
    }
    let document = json!({
        "policy": version_json(&rendered.version), "public": rendered.public, "files": rendered.files,
    });
    out.result("render", document, |out| {
        out.line(&format!("published {} into {}", version(&rendered.version), rendered.public.display()));
        let bytes: usize = rendered.files.values().sum();
        let (pages, letters) = rendered.files.keys().fold((0, 0), |(pages, letters), path| {
            (pages + usize::from(path.ends_with(".html")), letters + usize::from(path.ends_with(".pdf")))
        });
        out.line(&format!("{pages} pages, {letters} notices, {} files, {} KiB", rendered.files.len(), bytes / 1024));
    });
    Ok(ExitCode::SUCCESS)
}
