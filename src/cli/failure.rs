//! What a command that failed says, and its exit code.
//!
//! In: an engine error. Out: code, message, help, exit code. The rule it keeps: the kind decides the exit code, never
//! the text.

use std::error::Error as _;
use std::io::ErrorKind;

use crate::diag::{Report, Sources};
use crate::engine::{BadRow, EngineError};
use crate::retention::gate::GateError;
use crate::store::StoreError;

/// Why a command failed.
pub enum Failure {
    /// Findings in the policy.
    Findings(Box<(Report, Sources)>),
    /// A refusal: nothing was done.
    Refused {
        /// Its stable name.
        code: &'static str,
        /// What was refused and why.
        message: String,
        /// The next step.
        help: Option<String>,
    },
    /// Rows of a table that cannot be used: nothing was done.
    Rows {
        /// The table.
        file: String,
        /// What is wrong as a whole.
        message: String,
        /// What is wrong with which rows.
        bad: Vec<BadRow>,
    },
    /// The command line was wrong.
    Usage(String),
    /// Reading or writing failed.
    Io(String),
    /// Another hokan is at work.
    Busy(String),
    /// hokan itself failed.
    Internal(String),
}

impl Failure {
    /// Returns the exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Findings(_) | Failure::Refused { .. } | Failure::Rows { .. } => 1,
            Failure::Usage(_) => 2,
            Failure::Internal(_) => 70,
            Failure::Io(_) => 74,
            Failure::Busy(_) => 75,
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Failure {
        let message = chain(&error);
        let refused = |code| Failure::Refused { code, message: message.clone(), help: None };
        match error {
            EngineError::Policy { report, sources } => Failure::Findings(Box::new((report, sources))),
            EngineError::Refused { code, message, help } => Failure::Refused { code, message, help },
            EngineError::Rows { file, bad, .. } => Failure::Rows { file, message, bad },
            EngineError::Locked(_) => Failure::Busy(message),
            EngineError::Store(error) | EngineError::Gate(GateError::Store(error)) => of_store(&error, message),
            EngineError::Gate(GateError::Clock(_)) => refused("sweep.clock"),
            EngineError::Gate(GateError::PolicyChanged | GateError::Moved) => Failure::Busy(message),
            EngineError::Gate(GateError::Hold(_)) => refused("sweep.hold-altered"),
            EngineError::Gate(GateError::Policy(_)) => refused("sweep.policy-altered"),
            EngineError::Gate(GateError::Gap) => refused("sweep.ledger-gap"),
            EngineError::Gate(GateError::Tables) => refused("sweep.ledger-tables"),
            EngineError::Gate(GateError::Unsigned(_)) => {
                let help = "its planner signs first: `ssh-keygen -Y sign -n hokan-plan -f KEY PLAN`, then `hokan sweep approve PLAN --signature PLAN.sig`; or make a plan with `hokan sweep plan -o FILE --key KEY`";
                Failure::Refused { code: "plan.unsigned", message, help: Some(help.to_owned()) }
            }
            EngineError::Gate(GateError::HeadersKept) => refused("sweep.headers-kept"),
            EngineError::Open(_) => refused("instance.open"),
            EngineError::OpenRecord(error) if error.source().is_some_and(|cause| cause.is::<std::io::Error>()) => {
                Failure::Io(message)
            }
            EngineError::OpenRecord(_) => refused("open.refused"),
            EngineError::Rekey(_) => Failure::Io(message),
            EngineError::Plan(_) => refused("plan.refused"),
            EngineError::Approval(_) => refused("approval.refused"),
            EngineError::Site(_) | EngineError::Facts(_) | EngineError::Notice(_) => refused("render.template"),
            EngineError::Typeset(_) => refused("render.typeset"),
            EngineError::Io { .. } | EngineError::Vault(_) | EngineError::Seal(_) | EngineError::Removal(_) => {
                Failure::Io(message)
            }
            EngineError::Process(_) => Failure::Io(message),
            EngineError::Entropy(_) => Failure::Internal(message),
        }
    }
}

fn of_store(error: &StoreError, message: String) -> Failure {
    match error {
        StoreError::Busy(_) | StoreError::Dropped | StoreError::KeyReplaced => Failure::Busy(message),
        StoreError::Missing(_)
        | StoreError::Newer { .. }
        | StoreError::Older { .. }
        | StoreError::Foreign(_)
        | StoreError::ReadOnly(_) => Failure::Refused { code: "store.unusable", message, help: None },
        StoreError::LedgerBehind { .. }
        | StoreError::CatalogOld(_)
        | StoreError::CatalogBehind(_)
        | StoreError::Entry { .. }
        | StoreError::HoldDamaged(_)
        | StoreError::Damaged { .. } => Failure::Refused { code: "store.inconsistent", message, help: None },
        StoreError::Full(_) | StoreError::Database { .. } | StoreError::File { .. } => Failure::Io(message),
    }
}

/// An error with its causes, as one line; a cause whose words stand in the error already is left out.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = match next.downcast_ref::<std::io::Error>().map(std::io::Error::kind) {
            Some(ErrorKind::StorageFull) => "the disk is full: free some space and run the command again".to_owned(),
            _ => next.to_string(),
        };
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    text
}
