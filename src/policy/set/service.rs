//! How the service runs.
//!
//! In: nothing. Out: the types of `service`. The rule they keep: a value exists only if the checker made it.

use serde::Serialize;

use super::{Id, Text};
use crate::calendar::{Period, Schedule, Wait};
use crate::policy::Glob;

/// How the service runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Where things lie, relative to the instance or absolute.
    pub paths: Paths,
    /// Who can open records.
    pub recipients: Vec<Recipient>,
    /// Who can approve plans and policies.
    pub approvers: Vec<Approver>,
    /// How long backups of headers and catalog live; needed before the first sweep.
    pub headers_kept: Option<Period>,
    /// In which encoding names of files below `records` are read.
    pub file_names: FileNames,
    /// How files are noticed.
    pub watch: Watch,
    /// When sweeps run by themselves.
    pub sweep_schedule: Option<Schedule>,
    /// A second place that must be durable before a plaintext goes.
    pub second_copy: Option<String>,
    /// A place outside the vault for checkpoints and destroyed ids.
    pub witness: Option<String>,
    /// What sets notices.
    pub typesetter: Typesetter,
    /// The most records one sweep destroys without an approved plan that names them.
    pub sweep_at_most: u32,
}

/// Where things lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// The watched folder.
    pub records: String,
    /// The vault.
    pub vault: String,
    /// The rendered site.
    pub public: String,
}

/// Somebody who can open records: an age X25519 public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipient {
    /// Its id.
    pub id: Id,
    /// Who that is.
    pub name: Text,
    /// The public key, `age1…`.
    pub key: String,
    /// Whether every record is sealed to it, whatever its class names.
    pub always: bool,
}

/// Somebody who approves: an SSH Ed25519 public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approver {
    /// Their name.
    pub name: String,
    /// The public key, `ssh-ed25519 AAAA…`.
    pub key: String,
}

/// In which encoding file names are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileNames {
    /// UTF-8 only.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-8, or Shift_JIS where it is not UTF-8.
    #[serde(rename = "utf-8-or-shift-jis")]
    Utf8OrShiftJis,
}

/// How files below `records` are noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watch {
    /// How long a file must stay unchanged before it is taken in.
    pub settle: Wait,
    /// How often the whole folder is read again.
    pub rescan: Wait,
    /// Paths that are left alone: glob patterns with `*`, `**` and `?`.
    pub ignore: Vec<Glob>,
}

/// What sets notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Typesetter {
    /// The one built in.
    Embedded,
    /// The `typst` command.
    TypstCli,
}
