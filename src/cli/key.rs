//! `hokan key`: the key that signs the ledger's checkpoints.

use std::process::ExitCode;

use serde_json::json;

use super::Done;
use super::arguments::KeyCommand;
use super::out::Out;
use crate::engine::{Instance, PublicKey, public_key, rotate_key};

pub(super) fn run(instance: &Instance, what: &KeyCommand, out: &mut Out) -> Done {
    match what {
        KeyCommand::Show => show(instance, out),
        KeyCommand::Rotate => rotate(instance, out),
    }
}

fn show(instance: &Instance, out: &mut Out) -> Done {
    let key = public_key(instance)?;
    let document = json!({ "ledger": key.origin, "key": key.public, "verifier": key.verifier, "former": key.former });
    out.result("key", document, |out| tell(&key, out));
    Ok(ExitCode::SUCCESS)
}

fn tell(key: &PublicKey, out: &mut Out) {
    out.line(&format!("ledger    {}", key.origin));
    out.line(&format!("key       {}", key.public));
    out.line(&format!("verifier  {}", key.verifier));
    key.former.iter().for_each(|former| out.line(&format!("former    {former}")));
}

fn rotate(instance: &Instance, out: &mut Out) -> Done {
    let rotated = rotate_key(instance)?;
    let key = &rotated.key;
    let document = json!({
        "ledger": key.origin, "key": key.public, "verifier": key.verifier, "former": key.former,
        "entry": rotated.entry, "was-begun": rotated.was_begun,
    });
    out.result("key-rotate", document, |out| {
        out.line(&match rotated.was_begun {
            true => {
                format!("finished the replacement of the key that was begun before (ledger entry {})", rotated.entry)
            }
            false => format!("the ledger's key is replaced (ledger entry {}), the old one is destroyed", rotated.entry),
        });
        tell(key, out);
        out.line(
            "next: keep the new key and `hokan checkpoint` elsewhere; backups of the old key are yours to destroy",
        );
    });
    Ok(ExitCode::SUCCESS)
}
