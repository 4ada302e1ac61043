//! Checking everything against everything: ledger, catalog, files.
//!
//! In: what is on disk, and a checkpoint somebody kept. Out: problems, none of them fatal to the rest. The rule it
//! keeps: nothing is repaired here, and no store says itself that it is right.

mod files;
mod round;

use std::collections::{BTreeMap, BTreeSet};

use super::accept::policy_state;
use super::instance::Instance;
use super::take_in::Progress;
use super::{EngineError, Result};
use crate::ledger::{Checkpoint, Verified, check_consistency, verify as read_ledger, write_consistency};
use crate::retention::due::due;
use crate::retention::{gate, plan};
use crate::store::{Record, RecordState, Store};
use crate::vault::Vault;
use crate::{Digest, RecordId};
use files::{Looking, check_opener, open_all, picked};

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
    /// Checkpoints that were kept elsewhere.
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
    checkpoints.extend(wish.kept.iter().map(|text| kept(text)));
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
    let records = store.catalog().records()?;
    let facts = check_facts(&store, &ledger, &records, &mut wrong)?;
    check_due(instance, &store, &records, &mut wrong)?;
    let outside = check_items(&store, &records, &mut wrong)?;
    let vault = second_place(instance, &store, vault, &mut wrong)?;
    let looking = Looking::of(&store, &vault)?;
    let picked = picked(instance, &records, &outside, wish.extent)?;
    let mut sound = Vec::new();
    progress.begin("verifying", picked.len() as u64);
    for record in &picked {
        let found = looking.look(record);
        if found.is_empty() {
            sound.push(*record);
        }
        wrong.extend(found);
        progress.advance(1);
    }
    progress.end();
    looking.strangers(&ledger, &records, &mut wrong);
    let files = looking.files_of_one() * picked.len() as u64;
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
        records: records.len() as u64,
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
    /// The proof that the one is the beginning of the other; what is wrong where it is not.
    pub proof: std::result::Result<String, Wrong>,
}

/// Proves that two checkpoints are of one history; the newest of the ledger stands in where only one is given.
///
/// # Errors
/// Refuses what is no checkpoint of this ledger; fails as the store does.
pub fn consistency(instance: &Instance, one: &str, other: Option<&str>) -> Result<Consistency> {
    let store = instance.store_to_read()?;
    let reader = store.reader();
    let newest = reader.checkpoint()?;
    let (one, other) = (kept(one), other.map_or(newest, kept));
    let keys = reader.keys()?;
    let opened = |text: &str| -> Result<Checkpoint> {
        let found = keys.iter().rev().find_map(|(_, key)| Checkpoint::open(text, key).ok());
        found.filter(|known| known.origin.to_string() == store.origin()).ok_or_else(|| {
            EngineError::refused("ledger.no-checkpoint", "a text that was given is no signed checkpoint of this ledger")
                .help("hand in what `hokan checkpoint` printed")
        })
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
        let proof = write_consistency(old.size, &hashes, &newer);
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

/// A signed note ends with one line feed, whatever an editor or a shell made of it.
fn kept(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// Compares the catalog's facts with the ledger's commitments; returns how many were compared.
fn check_facts(store: &Store, ledger: &Verified, records: &[Record], wrong: &mut Vec<Wrong>) -> Result<u64> {
    let mut compared = 0;
    let by_id: BTreeMap<RecordId, &Record> = records.iter().map(|record| (record.known.id, record)).collect();
    for (id, standing) in &ledger.records {
        match (by_id.get(id), standing.destroyed) {
            (None, None) => wrong.push(Wrong {
                code: "verify.row-missing",
                message: format!("record {id} is in the ledger (entry {}), but not in the catalog", standing.sealed),
            }),
            (Some(_), Some(index)) => wrong.push(Wrong {
                code: "verify.row-left",
                message: format!("record {id} was destroyed (entry {index}), but is still in the catalog"),
            }),
            (Some(record), None) => {
                compared += 1;
                let item = store.catalog().item(*id)?;
                if item.map_or(record.known.commitment(), |item| item.commitment()) != standing.fact {
                    wrong.push(Wrong {
                        code: "verify.fact-altered",
                        message: format!(
                            "what the catalog says about record {id} is not what ledger entry {} committed to",
                            standing.sealed
                        ),
                    });
                }
                if (record.known.header, record.known.body, &record.known.class)
                    != (standing.header, standing.body, &standing.class)
                {
                    wrong.push(Wrong {
                        code: "verify.row-altered",
                        message: format!(
                            "class or digests of record {id} differ from ledger entry {}",
                            standing.sealed
                        ),
                    });
                }
            }
            (None, Some(_)) => {}
        }
    }
    for record in records.iter().filter(|record| !ledger.records.contains_key(&record.known.id)) {
        if record.state != RecordState::Pending {
            wrong.push(Wrong {
                code: "verify.row-extra",
                message: format!("record {} is in the catalog, but the ledger never sealed it", record.known.id),
            });
        }
    }
    for fact in store.catalog().recorded()? {
        compared += 1;
        if ledger.facts.get(&fact.entry) != Some(&fact.commitment) {
            wrong.push(Wrong {
                code: "verify.fact-altered",
                message: format!("{} in the catalog is not what ledger entry {} committed to", fact.what, fact.entry),
            });
        }
    }
    missing_events(store, ledger, records, wrong)?;
    let early: BTreeMap<RecordId, u64> = ledger.early.iter().map(|(entry, record)| (*record, *entry)).collect();
    for record in records {
        let standing = early.get(&record.known.id).copied();
        let known = store.catalog().early(record.known.id)?.and_then(|request| request.entry);
        if known != standing {
            let said =
                |entry: Option<u64>| entry.map_or("none".to_owned(), |entry| format!("the one of entry {entry}"));
            let message = format!(
                "which request for early destruction of record {} stands: {} by the catalog, {} by the ledger",
                record.known.id,
                said(known),
                said(standing)
            );
            wrong.push(Wrong { code: "verify.early-altered", message });
        }
    }
    let kept: BTreeSet<Option<u64>> = store.catalog().kept()?.into_iter().map(|kept| kept.entry).collect();
    for (index, record) in store.reader().kept_longer()? {
        if by_id.contains_key(&record) && !kept.contains(&Some(index)) {
            let message = format!("entry {index} keeps record {record} longer; the catalog does not know it any more");
            wrong.push(Wrong { code: "verify.kept-missing", message });
        }
    }
    let (known, newest) =
        (store.catalog().accepted()?.map(|accepted| accepted.entry), store.reader().newest_acceptance()?);
    if known != newest {
        let said = |entry: Option<u64>| entry.map_or("none".to_owned(), |entry| format!("that of entry {entry}"));
        let message =
            format!("which policy is in force: {} by the catalog, {} by the ledger", said(known), said(newest));
        wrong.push(Wrong { code: "verify.policy-altered", message });
    }
    let held: Vec<String> = store.catalog().holds()?.into_iter().map(|hold| hold.id).collect();
    for (id, seen) in ledger.holds.iter().filter(|(_, seen)| seen.released.is_none()) {
        if !held.contains(id) {
            wrong.push(Wrong {
                code: "verify.hold-missing",
                message: format!("the hold `{id}` (entry {}) is not in the catalog any more", seen.placed),
            });
        }
    }
    Ok(compared)
}

/// Names the events of the ledger's that are about a record held, or its subject, and are not in the catalog.
fn missing_events(store: &Store, ledger: &Verified, records: &[Record], wrong: &mut Vec<Wrong>) -> Result<()> {
    let mut held: BTreeMap<RecordId, RecordId> = BTreeMap::new();
    for record in records {
        held.insert(record.known.id, record.known.id);
        held.extend(record.known.handles.values().map(|handle| (*handle, record.known.id)));
    }
    let there: std::collections::BTreeSet<u64> =
        store.catalog().event_facts(None)?.into_iter().map(|fact| fact.entry).collect();
    for (entry, about) in ledger.events.iter().filter(|(entry, _)| !there.contains(entry)) {
        if let Some(record) = about.as_ref().and_then(|about| held.get(about)) {
            let message =
                format!("the event of ledger entry {entry}, which record {record} depends on, is not in the catalog");
            wrong.push(Wrong { code: "verify.event-missing", message });
        }
    }
    Ok(())
}

/// Compares the stored due days with the rule.
fn check_due(instance: &Instance, store: &Store, records: &[Record], wrong: &mut Vec<Wrong>) -> Result<()> {
    let state = match policy_state(instance, store) {
        Ok(state) => state,
        Err(error @ (EngineError::Policy { .. } | EngineError::Refused { .. })) => {
            wrong
                .push(Wrong { code: "verify.policy", message: format!("the accepted policy cannot be used: {error}") });
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    let Some(in_force) = &state.in_force else { return Ok(()) };
    for record in records {
        let known = gate::known(&store.catalog(), record)?;
        let class = plan::class_of(&in_force.policy, &record.known.class);
        let day = class.and_then(|class| due(&in_force.policy, class, &known).day());
        if day != record.due {
            let said = |day: Option<crate::calendar::Date>| day.map_or("none".to_owned(), |day| day.to_string());
            wrong.push(Wrong {
                code: "verify.due-altered",
                message: format!(
                    "the catalog says record {} may go from {}, the rule says {}",
                    record.known.id,
                    said(record.due),
                    said(day)
                ),
            });
        }
    }
    Ok(())
}

/// Compares rows of boxes, binders and devices with what registers say of them; returns which these are.
fn check_items(store: &Store, records: &[Record], wrong: &mut Vec<Wrong>) -> Result<BTreeSet<RecordId>> {
    let outside = store.catalog().outside_vault()?;
    for record in records.iter().filter(|record| record.state != RecordState::Pending) {
        let Some(item) = store.catalog().item(record.known.id)? else { continue };
        if !item.is_repeated_by(&record.known) {
            wrong.push(Wrong {
                code: "verify.row-altered",
                message: format!("the row of record {} is not what its register says", record.known.id),
            });
        }
    }
    Ok(outside)
}
