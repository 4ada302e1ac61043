//! The story: one function per verb, each only composition.
//!
//! In: an open [`Instance`] and what the user asked for. Out: a value that says what happened; nothing is printed here.
//! The rule it keeps: everything is decided by the modules below before anything is done, and one decision sees one
//! reading of the clock.
//!
//! ```text
//! check        texts of the work tree → findings
//! render       accepted policy → site and notices → public/, replaced as a whole
//! diff         two versions, the records held → what the edit does
//! accept       committed policy, a signature → accepted policy
//! take_in      scan → classify → seal → catalog, ledger → plaintext destroyed
//! sweep        due → judge → plan → approve → gate → destroy → completion → certificate
//! verify       ledger, catalog, files → problems
//! run_notice   record, identity, register of consents → letters, numbered and sealed
//! rekey        identities, accepted recipients → other headers over the same bodies
//! restore      a vault of an earlier day, its witness → destroyed again, in quarantine
//! doctor       the installation → what to mend
//! run          the above, on events, rescans and the schedule, until stopped
//! ```

mod accept;
mod alike;
mod announce;
mod approved;
mod archive;
mod attention;
mod bundle;
mod certify;
mod confined;
mod consents;
mod dates;
mod demo;
mod diff;
mod doctor;
mod draft;
mod due;
mod early;
mod events;
mod explain;
mod facts;
mod heartbeat;
mod history;
mod holds;
mod init;
mod instance;
mod keep;
mod key;
mod lateness;
mod mask;
mod metrics;
mod migrate;
mod mirror;
mod needs;
mod new_class;
mod note;
mod notices;
mod open;
mod orders;
mod pages;
mod places;
mod plan;
mod preview;
mod rekey;
mod render;
mod restore;
mod run;
mod scheduled;
mod second;
mod signing;
mod status;
mod stop;
mod sweep;
mod take_in;
mod trial;
mod verify;
mod witness;

use std::path::PathBuf;

use crate::diag::{Report, Rule, Sources};

pub use crate::policy::days_of;
pub use crate::retention::certificate::check::{Checked, Kept};
pub use accept::{Acceptance, Candidate, accept, accept_unsigned, message, policy_versions};
pub use alike::{Alike, Namesake};
pub use announce::{AnnounceWish, AnnouncedChange, announce_change};
pub use approved::Left;
pub use archive::{Publication, publications, published_on, zone};
pub use attention::{Attention, Expiring};
pub use bundle::check;
pub use certify::{Certified, certificate, list_of, verify_certificate};
pub use consents::{ConsentFilter, ConsentStated, ConsentWish, Consents, consents, state_consent};
pub use dates::{Worked, dates_of_class, work_out_all, work_out_line, work_out_period};
pub use demo::{DemoOutcome, demo};
pub use diff::{Diffed, Difference, Faulty, Side, Which, diff, waiting_effect};
pub use doctor::{Diagnosis, Health, doctor};
pub use draft::{Drafted, State, archived, draft};
pub use early::{Early, EarlyAnswer, EarlyWish, EarlyWithdrawn, early, withdraw_early};
pub use events::{
    EventFilter, EventWish, Mode, MovedRecord, StatedEvents, Whom, add_event, add_events, correct_event, events,
    withdraw_event,
};
pub use explain::{ByLanguage, Explained, LawSaid, LegalMinimum, Origin, explain_record};
pub use facts::confirm_clock;
pub use holds::{HoldView, HoldWish, Placed, TooLate, holds, place_hold, release_hold, review_hold, show_hold};
pub use init::{ApproverWish, InitWish, Initialised, KeyPlace, init};
pub use instance::{Instance, OpenError};
pub use keep::{KeepWish, keep_longer};
pub use key::{PublicKey, Rotated, public_key, rotate_key};
pub use lateness::{Figures, Lateness};
pub use mask::{MaskDone, MaskWish, mask};
pub use metrics::write_metrics;
pub use migrate::migrate;
pub use mirror::verify_site;
pub use new_class::{append_class, new_class};
pub use notices::{
    Attempt, HandedOut, NoticePreview, NoticeRun, NoticeStatus, NoticeWish, notice_runs, preview_notice, print_files,
    run_claimed, run_notice,
};
pub use open::{Confirmed, confirm_recipients, open_record};
pub use orders::{
    Confirmation, OrderMade, OrderPrinted, OrderWaiting, OrderWish, TakenBack, confirm, hand_over, make_order,
    print_order, take_back, work_orders,
};
pub use pages::{PAGES_WORKER, pages_worker};
pub use plan::{PlanSigned, PlanWish, Planned, Role, approve_plan, make_plan, plan_sheets};
pub use preview::{Seen, preview_site};
pub use rekey::{FormerRecipient, NotRekeyed, Recipients, Rekeying, Which as RekeyWhich, rekey};
pub use render::{Rendered, render};
pub use restore::{Lost, Restored, restore};
pub use run::{NotInForce, Report as Happened, run};
pub use scheduled::{Scheduled, run_scheduled};
pub use second::{Copied, copy_again};
pub use signing::Consent;
pub use status::{
    ClassStatus, Held, HoldToReview, Overdue, PathStatus, RecordFilter, RecordView, Status, records, state_name, status,
};
pub use stop::Stop;
pub use sweep::{Forecast, Swept, forecast, run_sweep};
pub use take_in::{
    Intake, NotTakenIn, Preview, Progress, Recovered, RegisterTaken, TakenIn, Unwatched, agree, has_agreed, preview,
    take_in,
};
pub use verify::{
    Consistency, Extent, Finished, Opener, Round, Share, VerifyReport, VerifyWish, Wrong, checkpoint, consistency,
    verify, verify_round, verify_share,
};

/// Returns every rule hokan checks policies with.
pub fn rules() -> Vec<&'static Rule> {
    let own = [&bundle::unreadable::RULE, &bundle::not_read::RULE, &bundle::broken_template::RULE];
    crate::policy::rules().chain(own).collect()
}

/// Returns the JSON Schema of a policy file, as it is written into an instance.
pub fn schema_text() -> String {
    serde_json::to_string_pretty(&crate::policy::schema()).unwrap_or_default()
}

/// Returns the JSON Schema of a law pack, as it is written into an instance.
pub fn law_pack_schema_text() -> String {
    serde_json::to_string_pretty(&crate::policy::law_pack_schema()).unwrap_or_default()
}

/// Returns the templates built into hokan by their paths below `templates/`, sorted.
pub fn shipped_templates() -> Vec<(&'static str, std::borrow::Cow<'static, str>)> {
    let shipped = crate::publish::templates::SHIPPED.iter();
    let mut texts: Vec<_> = shipped.map(|(name, bytes)| (*name, String::from_utf8_lossy(bytes))).collect();
    texts.sort_by_key(|(name, _)| *name);
    texts
}

/// A row of a table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BadRow {
    /// The line it begins on, from 1.
    pub line: u64,
    /// The number of the column, from 1.
    pub column: u64,
    /// The name of the refusal.
    pub code: &'static str,
    /// What was found and what was expected.
    pub message: String,
    /// The next step.
    pub help: Option<String>,
}

/// What stops a verb.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The policy has errors.
    #[error("the policy has {} error(s)", .report.count(crate::diag::Severity::Error))]
    Policy {
        /// The findings.
        report: Report,
        /// The texts they point into.
        sources: Sources,
    },
    /// Something is refused; nothing was done.
    #[error("{message}")]
    Refused {
        /// The name of the refusal, `section.what`.
        code: &'static str,
        /// What was refused and why.
        message: String,
        /// The next step.
        help: Option<String>,
    },
    /// Rows of a table cannot be used; nothing was done.
    #[error("{}", rows_said(file, *rows, .bad.len()))]
    Rows {
        /// The table.
        file: String,
        /// How many rows it has; none where it cannot be read as a table.
        rows: usize,
        /// What is wrong with which of them.
        bad: Vec<BadRow>,
    },
    /// Another hokan is at work.
    #[error("`{}` is held by another hokan: wait until it is done and try again", .0.display())]
    Locked(PathBuf),
    /// The instance cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Reading or writing failed.
    #[error("could not {act} `{}`", .path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// With what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The databases.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
    /// Opening a record.
    #[error(transparent)]
    OpenRecord(#[from] crate::vault::open::OpenError),
    /// Another header for a record.
    #[error(transparent)]
    Rekey(#[from] crate::vault::rekey::RekeyError),
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] crate::vault::seal::SealError),
    /// The plaintext's way out.
    #[error(transparent)]
    Removal(#[from] crate::vault::removal::RemovalError),
    /// The gate.
    #[error(transparent)]
    Gate(#[from] crate::retention::gate::GateError),
    /// A plan file.
    #[error(transparent)]
    Plan(#[from] crate::retention::plan::PlanError),
    /// A signature.
    #[error(transparent)]
    Approval(#[from] crate::retention::approval::ApprovalError),
    /// Another program.
    #[error(transparent)]
    Process(#[from] crate::host::ProcessError),
    /// Randomness.
    #[error(transparent)]
    Entropy(#[from] crate::host::EntropyError),
    /// Pages.
    #[error(transparent)]
    Site(#[from] crate::publish::site::SiteError),
    /// Words of certificates.
    #[error(transparent)]
    Facts(#[from] crate::publish::facts::FactsError),
    /// What a notice needs.
    #[error(transparent)]
    Notice(#[from] crate::publish::notice::NoticeError),
    /// Typesetting.
    #[error(transparent)]
    Typeset(#[from] crate::publish::typeset::TypesetError),
}

impl From<crate::publish::messages::MessagesError> for EngineError {
    fn from(error: crate::publish::messages::MessagesError) -> EngineError {
        EngineError::Facts(error.into())
    }
}

fn rows_said(file: &str, rows: usize, bad: usize) -> String {
    match rows {
        0 => format!("`{file}` cannot be used: nothing was written"),
        _ => format!("{bad} of {rows} rows of `{file}` cannot be used: nothing was written"),
    }
}

impl EngineError {
    /// Returns what happened, with its causes and without the names that people gave to files: for logs.
    pub fn without_names(&self) -> String {
        if let EngineError::Removal(error) = self {
            return error.without_names();
        }
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(next) = cause {
            let said = next.to_string();
            if !text.contains(&said) {
                text = format!("{text}: {said}");
            }
            cause = next.source();
        }
        text
    }

    fn refused(code: &'static str, message: impl Into<String>) -> EngineError {
        EngineError::Refused { code, message: message.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> EngineError {
        match self {
            EngineError::Refused { code, message, .. } => {
                EngineError::Refused { code, message, help: Some(help.into()) }
            }
            other => other,
        }
    }

    fn io(act: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> EngineError {
        let path = path.into();
        move |source| EngineError::Io { act, path, source }
    }
}

/// Writes a result into a new file a person asked for.
///
/// # Errors
/// Fails where the file exists already with other content, or cannot be written.
///
/// # Durability
/// The file is on disk on return.
pub fn save(path: &std::path::Path, bytes: &[u8]) -> Result<()> {
    use crate::vault::files::{Readers, make_dirs, write_new};
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_dirs(parent, Readers::Everyone).map_err(EngineError::io("make", parent))?;
    }
    match write_new(path, bytes, Readers::Everyone) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            if crate::host::read_limited(path, bytes.len() as u64).is_ok_and(|there| there == bytes) {
                return Ok(());
            }
            let why = format!("`{}` exists: hokan never overwrites a result", path.display());
            Err(EngineError::refused("output.exists", why).help("name another file, or move the old one away"))
        }
        other => other.map_err(EngineError::io("write", path)),
    }
}

/// A verb's result.
pub type Result<T> = std::result::Result<T, EngineError>;
