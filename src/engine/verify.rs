//! Checking everything against everything: ledger, catalog, files.
//!
//! In: what is on disk, and a checkpoint somebody kept. Out: problems, none of them fatal to the rest. The rule it
//! keeps: nothing is repaired here, and no store says itself that it is right.

mod files;
mod round;
mod rows;

use super::instance::Instance;
use super::take_in::Progress;
use super::{EngineError, Result};
use crate::Digest;
use crate::ledger::{Checkpoint, check_consistency, verify as read_ledger, write_consistency};
use crate::retention::certificate::checkpoint_in;
use crate::store::{RecordState, Store};
use crate::vault::Vault;
use files::{Looking, check_opener, chosen, open_all};
use rows::{Rows, each_row};

pub use files::{Extent, Opener};
pub(super) use round::read as read_round;
pub use round::{Finished, Round, Share, verify_round, verify_share};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrong {
    /// Its stable name, such as `verify.header-altered`.
    pub code: &'static str,
    /// What was found and what was expected.
    pub message: String,
}

/// What was checked and what was found.
#[derive(Debug)]
pub struct VerifyReport {
    /// Ledger entries read.
    pub entries: u64,
    /// The root of the ledger's tree.
    pub root: Digest,
    /// Up to which size a signed checkpoint agrees.
    pub confirmed: Option<u64>,
    /// Records held.
    pub records: u64,
    /// Records destroyed, by the ledger.
    pub destroyed: u64,
    /// Bodies and headers whose digests were compared.
    pub files: u64,
    /// Records that were opened to their end.
    pub opened: u64,
    /// Facts whose commitments were compared.
    pub facts: u64,
    /// What is wrong, sorted. Empty: everything agrees.
    pub problems: Vec<Wrong>,
    /// Worth a look, not wrong.
    pub notes: Vec<String>,
}

/// What is checked besides ledger and catalog.
pub struct VerifyWish<'a> {
    /// Checkpoints that were kept elsewhere, or certificates or proofs that have one.
    pub kept: &'a [String],
    /// Which records' files are looked at.
    pub extent: Extent,
    /// Who opens these records, too.
    pub opener: Option<Opener<'a>>,
}

/// Checks ledger, commitments, bodies, headers and accounts.
///
/// # Errors
/// Fails only when a store cannot be read at all, or an identity is none; everything else is a problem in the report.
///
/// # Durability
/// Where records are opened, each opening is in the ledger before.
pub fn verify(instance: &Instance, wish: &VerifyWish<'_>, progress: &mut dyn Progress) -> Result<VerifyReport> {
    wish.opener.as_ref().map_or(Ok(()), check_opener)?;
    let mut store = if wish.opener.is_some() { instance.store()? } else { instance.store_to_read()? };
    let (vault, key) = (instance.vault()?, instance.key()?);
    let mut checkpoints = store.reader().checkpoints()?;
    for text in wish.kept {
        checkpoints.push(checkpoint_in(text).ok_or_else(no_checkpoint)?);
    }
    let ledger = read_ledger(store.reader().bytes()?, &checkpoints, &key.public());
    let mut wrong = Vec::new();
    for problem in &ledger.problems {
        let cause = std::error::Error::source(problem).map(|cause| format!(": {cause}")).unwrap_or_default();
        wrong.push(Wrong { code: "verify.ledger", message: format!("{problem}{cause}") });
    }
    for index in store.reader().misfiled()? {
        wrong.push(Wrong {
            code: "verify.misfiled",
            message: format!("ledger entry {index} is filed under another kind, record or sweep than its bytes say"),
        });
    }
    if !store.reader().has_own_tables()? {
        let message = "the tables of `ledger.db` are not those hokan made: an entry may be filed under what it is not";
        wrong.push(Wrong { code: "verify.ledger-tables", message: message.to_owned() });
    }
    check_tree(&store, &mut wrong)?;
    let reflected = store.catalog().reflected()?;
    if reflected > ledger.size {
        wrong.push(Wrong {
            code: "verify.ledger-behind",
            message: format!("the catalog has seen {reflected} ledger entries, the ledger has {}", ledger.size),
        });
    }
    match super::witness::check_known(&store) {
        Ok(()) => {}
        Err(EngineError::Refused { message, .. }) => wrong.push(Wrong { code: "verify.witness", message }),
        Err(other) => return Err(other),
    }
    let vault = second_place(instance, &store, vault, &mut wrong)?;
    let mut rows = Rows::of(instance, &store, &ledger, &mut wrong)?;
    let looking = Looking::of(&store, &vault)?;
    let chosen = chosen(instance, &store, &rows.outside, wish.extent)?;
    let (mut looked, mut sound) = (0u64, Vec::new());
    progress.begin("verifying", store.catalog().record_count()?);
    each_row(&store, |record| {
        rows.check(record, &mut wrong)?;
        progress.advance(1);
        let is_chosen = chosen.as_ref().is_none_or(|chosen| chosen.contains(&record.known.id));
        if record.state == RecordState::Pending || rows.outside.contains(&record.known.id) || !is_chosen {
            return Ok(());
        }
        looked += 1;
        let found = looking.look(record);
        if found.is_empty() && wish.opener.is_some() {
            sound.push(record.clone());
        }
        wrong.extend(found);
        Ok(())
    })?;
    progress.end();
    let (known, facts) = rows.finish(&mut wrong)?;
    looking.strangers(&ledger, &known, &mut wrong);
    let files = looking.files_of_one() * looked;
    let opened = match &wish.opener {
        Some(opener) => {
            let (opened, faults) = open_all(instance, &mut store, &vault, opener, &sound, progress)?;
            wrong.extend(faults);
            opened
        }
        None => 0,
    };
    wrong.extend(super::archive::problems(instance));
    wrong.sort();
    let destroyed = ledger.records.values().filter(|standing| standing.destroyed.is_some()).count() as u64;
    Ok(VerifyReport {
        entries: ledger.size,
        root: ledger.root,
        confirmed: ledger.confirmed,
        records: known.len() as u64,
        destroyed,
        files,
        opened,
        facts,
        problems: wrong,
        notes: ledger.notes.iter().map(ToString::to_string).collect(),
    })
}

/// Opens the second place, too; one that is away is a problem in the report.
fn second_place(instance: &Instance, store: &Store, vault: Vault, wrong: &mut Vec<Wrong>) -> Result<Vault> {
    let Ok(Some(in_force)) = super::accept::in_force(store) else { return Ok(vault) };
    match super::second::attach(instance, store, &in_force.policy, vault) {
        Ok(vault) => Ok(vault),
        Err(EngineError::Refused { message, .. }) => {
            wrong.push(Wrong { code: "verify.copy-away", message });
            instance.vault()
        }
        Err(other) => Err(other),
    }
}

/// Returns the newest signed checkpoint of the ledger.
///
/// # Errors
/// Fails as the store does.
pub fn checkpoint(instance: &Instance) -> Result<String> {
    Ok(instance.store_to_read()?.reader().checkpoint()?)
}

/// What is between two checkpoints.
#[derive(Debug)]
pub struct Consistency {
    /// The smaller one.
    pub old: Checkpoint,
    /// The larger one.
    pub new: Checkpoint,
    /// The proof that the one is the beginning of the other, with the changes of the key between them; what is wrong where
    /// it is not.
    pub proof: std::result::Result<String, Wrong>,
}

/// Proves that two checkpoints are of one history; the newest of the ledger stands in where only one is given. Either may
/// be a certificate, or the proof that lies beside it.
///
/// # Errors
/// Refuses what is no checkpoint of this ledger; fails as the store does.
pub fn consistency(instance: &Instance, one: &str, other: Option<&str>) -> Result<Consistency> {
    let store = instance.store_to_read()?;
    let reader = store.reader();
    let newest = reader.checkpoint()?;
    let given = |text: &str| checkpoint_in(text).ok_or_else(no_checkpoint);
    let (one, other) = (given(one)?, other.map_or(Ok(newest), given)?);
    let keys = reader.keys()?;
    let opened = |text: &str| -> Result<Checkpoint> {
        let found = keys.iter().rev().find_map(|(_, key)| Checkpoint::open(text, key).ok());
        found.filter(|known| known.origin.to_string() == store.origin()).ok_or_else(no_checkpoint)
    };
    let (mut old, mut new, mut newer) = (opened(&one)?, opened(&other)?, other);
    if old.size > new.size {
        (old, new, newer) = (new, old, one);
    }
    let wrong = |code, message| Ok(Err(Wrong { code, message }));
    let size = reader.size()?;
    let proof: Result<std::result::Result<String, Wrong>> = if new.size > size {
        wrong("ledger.cut-off", format!("the ledger has {size} entries, a checkpoint was signed over {}", new.size))
    } else {
        let hashes = reader.consistency(old.size, new.size)?.unwrap_or_default();
        let changes = super::certify::key_changes(&reader, old.size..new.size)?;
        let changes: Vec<_> = changes.into_iter().map(|change| (change.entry, change.proof)).collect();
        let proof = write_consistency(old.size, &hashes, &newer, &changes);
        let is_ours = reader.range_root(0..new.size)? == new.root;
        if is_ours && check_consistency(&proof, &old, &new) {
            Ok(Ok(proof))
        } else {
            let at = if is_ours { old.size } else { new.size };
            wrong(
                "ledger.forked",
                format!("the ledger's first {at} entries are not those a checkpoint was signed over"),
            )
        }
    };
    Ok(Consistency { proof: proof?, old, new })
}

/// Compares the stored parts of the tree with the entries.
fn check_tree(store: &Store, wrong: &mut Vec<Wrong>) -> Result<()> {
    let faults = store.reader().tree_faults()?;
    let subtree = |range: std::ops::Range<u64>| Wrong {
        code: "verify.tree",
        message: format!(
            "the root that is stored over the ledger entries {} to {} is not the one they have: no proof can be made with it",
            range.start,
            range.end - 1
        ),
    };
    wrong.extend(faults.subtrees.into_iter().map(subtree));
    if faults.edge {
        let message =
            "the right edge of the ledger's tree is not the one its entries make: the next checkpoint would be wrong";
        wrong.push(Wrong { code: "verify.tree", message: message.to_owned() });
    }
    Ok(())
}

fn no_checkpoint() -> EngineError {
    EngineError::refused("ledger.no-checkpoint", "a text that was given is no signed checkpoint of this ledger")
        .help("hand in what `hokan checkpoint` printed, or a certificate (`.json` or `.tlog-proof`)")
}
