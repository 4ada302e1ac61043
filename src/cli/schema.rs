//! `hokan schema`: the JSON Schemas of a policy file and of a law pack.

use std::process::ExitCode;

use super::Done;
use super::out::Out;
use crate::engine::{law_pack_schema_text, schema_text};

pub(super) fn run(is_of_law_pack: bool, out: &mut Out) -> Done {
    out.lines(&if is_of_law_pack { law_pack_schema_text() } else { schema_text() });
    Ok(ExitCode::SUCCESS)
}
