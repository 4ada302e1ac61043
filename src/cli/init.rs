//! `hokan init`: a new instance.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::arguments::InitArguments;
use super::out::Out;
use super::{Done, Failure, new_place, read_text};
use crate::engine::{ApproverWish, InitWish, Initialised, KeyPlace, init};
use crate::host::Host;

pub(super) fn run(wish: &InitArguments, named: Option<&Path>, out: &mut Out) -> Done {
    let dir = new_place(wish.place.as_deref(), named)?
        .ok_or_else(|| Failure::Usage("name the new directory: `hokan init DIR`".to_owned()))?;
    let identity_out = match &wish.identity_out {
        Some(path) => absolute(path)?,
        None => default_keys(dir)?.join("identity"),
    };
    let beside = identity_out.parent().unwrap_or(Path::new("")).join("approver");
    let approver = match &wish.approver {
        Some(path) => ApproverWish::Existing(read_text(path)?.to_string()),
        None => ApproverWish::New(wish.approver_out.as_deref().map(absolute).transpose()?.unwrap_or(beside)),
    };
    let made = init(
        &Host::machine(),
        &InitWish { dir: dir.to_owned(), identity_out, approver, place: KeyPlace::Outside, settle: wish.settle },
    )?;
    let document = json!({
        "dir": made.dir, "identities": made.identities, "approver-key": made.approver_key, "ledger": made.ledger,
    });
    out.result("init", document, |out| tell(&made, wish, out));
    Ok(ExitCode::SUCCESS)
}

/// The next steps are taken in the new directory, so keys are named from the root on.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::Io(format!("could not tell where `{}` is: {error}", path.display())))
}

#[expect(clippy::disallowed_methods, reason = "the home directory is where keys belong by default")]
fn default_keys(dir: &Path) -> Result<PathBuf, Failure> {
    let name = dir.file_name().ok_or_else(|| Failure::Usage(format!("`{}` has no name of its own", dir.display())))?;
    let home = std::env::var_os("HOME")
        .ok_or_else(|| Failure::Usage("name a file with `--identity-out`: HOME is not set".to_owned()))?;
    Ok(PathBuf::from(home).join(".config/hokan").join(name))
}

fn tell(made: &Initialised, wish: &InitArguments, out: &mut Out) {
    let dir = made.dir.display();
    out.line(&format!("made an instance in {dir}, ledger {}", made.ledger));
    out.line("");
    out.line("keys (keep them off this machine; without an identity no record can be opened):");
    for (path, what) in made.identities.iter().zip(["daily identity", "spare identity, for the safe"]) {
        out.line(&format!("  {}  {what}", path.display()));
    }
    let key = match (&made.approver_key, &wish.approver) {
        (Some(path), _) => {
            out.line(&format!("  {}  approver's SSH key", path.display()));
            path.display().to_string()
        }
        (None, Some(_)) | (None, None) => "YOUR_APPROVER_KEY".to_owned(),
    };
    out.line("");
    out.line("next:");
    let identities: Vec<String> = made.identities.iter().map(|path| format!("-i {}", path.display())).collect();
    for step in [
        format!("edit {dir}/policies, then: cd {dir} && hokan check && git add . && git commit"),
        format!("hokan policy accept --key {key}"),
        format!("hokan recipients confirm {}", identities.join(" ")),
        "hokan take-in --dry-run, then hokan take-in".to_owned(),
    ] {
        out.line(&format!("  {step}"));
    }
}
