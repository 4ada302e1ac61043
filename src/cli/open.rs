//! `hokan open`: a record's content for a person with an identity.

use std::process::ExitCode;

use serde_json::json;

use super::arguments::OpenArguments;
use super::out::Out;
use super::{Done, read_text, who};
use crate::engine::{Instance, open_record};

pub(super) fn run(instance: &Instance, wish: &OpenArguments, out: &mut Out) -> Done {
    let identity = read_text(&wish.identity)?;
    let bytes = open_record(instance, wish.id, &identity, &wish.output, &who(wish.by.as_deref())?, &wish.why)?;
    let document = json!({ "record": wish.id, "file": wish.output, "bytes": bytes });
    out.result("open", document, |out| {
        out.line(&format!("{bytes} bytes in {} (mode 0600); the opening is in the ledger", wish.output.display()));
    });
    Ok(ExitCode::SUCCESS)
}
