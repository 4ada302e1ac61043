//! A new class of records, written as a stanza for people to fill in.
//!
//! In: an id and what is known of the class. Out: YAML, or the file it was added to. The rule it keeps: a file that is there
//! only grows at its end.

use std::path::{Path, PathBuf};

use super::instance::Instance;
use super::places::real;
use super::{EngineError, Result, bundle};
use crate::host::read_limited;
use crate::policy::{self, ClassWish, NotAStanza};
use crate::vault::files::{self, Readers};

/// The largest policy file.
const MOST_BYTES: u64 = 1 << 20;

/// Returns the stanza of a new class, as it stands in a file of its own.
///
/// # Errors
/// Refuses an id that is none or is taken, and a title in a language the policy does not have.
pub fn new_class(instance: &Instance, wish: &ClassWish) -> Result<String> {
    policy::with_stanza(None, &written(instance, wish)?).map_err(|error| refused(&error))
}

/// Adds the stanza of a new class to a file, which is made if it is not there.
///
/// # Errors
/// As [`new_class`]; refuses a file at whose end no class can stand.
///
/// # Durability
/// On return the file is on disk, whole.
pub fn append_class(instance: &Instance, wish: &ClassWish, file: &Path) -> Result<PathBuf> {
    let stanza = written(instance, wish)?;
    is_policy_file(instance, file)?;
    let text = match read_limited(file, MOST_BYTES) {
        Ok(bytes) => Some(String::from_utf8(bytes).map_err(|_| {
            EngineError::refused("policy.unreadable", format!("`{}` is not a text file", file.display()))
        })?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(source) => return Err(EngineError::Io { act: "read", path: file.to_owned(), source }),
    };
    let grown = policy::with_stanza(text.as_deref(), &stanza).map_err(|error| refused(&error))?;
    files::replace_file(file, grown.as_bytes(), Readers::Everyone).map_err(EngineError::io("write", file))?;
    Ok(file.to_owned())
}

/// Refuses a file that would be no part of the policy: hokan writes into nothing else.
fn is_policy_file(instance: &Instance, file: &Path) -> Result<()> {
    let policies = real(&instance.dir.join("policies"));
    let below = real(file);
    let below = below.strip_prefix(&policies).ok().filter(|below| !below.starts_with("laws"));
    let is_read = |path: &Path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    if below.is_some_and(is_read) {
        return Ok(());
    }
    let why = format!("`{}` is no file of classes (expected `.yaml` or `.yml` below `policies/`)", file.display());
    Err(EngineError::refused("policy.new-class-file", why)
        .help("name a new file such as `policies/letters.yaml`: the classes of all files are joined"))
}

fn written(instance: &Instance, wish: &ClassWish) -> Result<String> {
    let (bundle, _) = bundle::work_tree(&instance.dir)?;
    policy::stanza(&bundle.sources().0, wish).map_err(|error| refused(&error))
}

fn refused(error: &NotAStanza) -> EngineError {
    let said = error.to_string();
    match error {
        NotAStanza::Id(_) => EngineError::refused("policy.new-class-id", said),
        NotAStanza::Taken(_) => EngineError::refused("policy.new-class-taken", said)
            .help("choose another id, or edit the class that is there"),
        NotAStanza::Language(_) => EngineError::refused("policy.new-class-language", said)
            .help("write the title as `--title LANGUAGE=TEXT` in a language of `organization.languages`"),
        NotAStanza::NotAtEnd => EngineError::refused("policy.new-class-file", said)
            .help("name a new file below `policies/`: the classes of all files are joined"),
    }
}
