//! `hokan schema`: the JSON Schema of a policy file.

use std::process::ExitCode;

use super::Done;
use super::out::Out;
use crate::engine::schema_text;

pub(super) fn run(out: &mut Out) -> Done {
    out.lines(&schema_text());
    Ok(ExitCode::SUCCESS)
}
