//! `hokan recipients`: who can open records.

use std::process::ExitCode;

use serde_json::json;
use zeroize::Zeroizing;

use super::arguments::RecipientsCommand;
use super::out::Out;
use super::{Done, read_text};
use crate::engine::{Instance, confirm_recipients};

pub(super) fn run(instance: &Instance, what: &RecipientsCommand, out: &mut Out) -> Done {
    let RecipientsCommand::Confirm { identities } = what;
    let mut all = Zeroizing::new(String::new());
    for path in identities {
        all.push_str(&read_text(path)?);
        all.push('\n');
    }
    let confirmed = confirm_recipients(instance, &all)?;
    let document = json!({ "confirmed": confirmed.now, "before": confirmed.before, "missing": confirmed.missing });
    out.result("recipients-confirm", document, |out| {
        out.line(&format!("confirmed: {}", confirmed.now.join(", ")));
        if !confirmed.missing.is_empty() {
            out.line(&format!("still to confirm before records are taken in: {}", confirmed.missing.join(", ")));
        }
    });
    Ok(ExitCode::SUCCESS)
}
