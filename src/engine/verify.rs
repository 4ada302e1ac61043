//! Checking everything against everything: ledger, catalog, files.
//!
//! In: what is on disk, and a checkpoint somebody kept. Out: problems, none of them fatal to the rest. The rule it
//! keeps: nothing is repaired here, and no store says itself that it is right.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::accept::policy_state;
use super::instance::Instance;
use super::take_in::Progress;
use super::{EngineError, Result};
use crate::ledger::{Checkpoint, Verified, check_consistency, verify as read_ledger, write_consistency};
use crate::retention::due::due;
use crate::retention::{gate, plan};
use crate::store::{Record, RecordState, Store};
use crate::vault::{Found, Vault, rekey};
use crate::{Digest, RecordId};

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
    /// Facts whose commitments were compared.
    pub facts: u64,
    /// What is wrong, sorted. Empty: everything agrees.
    pub problems: Vec<Wrong>,
    /// Worth a look, not wrong.
    pub notes: Vec<String>,
}

/// Checks ledger, commitments, bodies, headers and accounts; `kept` are checkpoints kept elsewhere.
///
/// # Errors
/// Fails only when a store cannot be read at all; everything else is a problem in the report.
pub fn verify(instance: &Instance, kept: &[String], progress: &mut dyn Progress) -> Result<VerifyReport> {
    let (store, vault, key) = (instance.store_to_read()?, instance.vault()?, instance.key()?);
    let mut checkpoints = store.reader().checkpoints()?;
    checkpoints.extend(kept.iter().map(|text| self::kept(text)));
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
    let records = store.catalog().records()?;
    let facts = check_facts(&store, &ledger, &records, &mut wrong)?;
    check_due(instance, &store, &records, &mut wrong)?;
    let outside = check_items(&store, &records, &mut wrong)?;
    let files = check_files(&vault, &ledger, &records, &outside, &store.catalog().rekeying()?, &mut wrong, progress)?;
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
        facts,
        problems: wrong,
        notes: ledger.notes.iter().map(ToString::to_string).collect(),
    })
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

/// Compares bodies and headers with their digests; returns how many files were read.
fn check_files(
    vault: &Vault,
    ledger: &Verified,
    records: &[Record],
    outside: &BTreeSet<RecordId>,
    rekeying: &[RecordId],
    wrong: &mut Vec<Wrong>,
    progress: &mut dyn Progress,
) -> Result<u64> {
    let mut files = 0;
    progress.begin("verifying", records.len() as u64);
    let in_vault = |record: &&Record| record.state != RecordState::Pending && !outside.contains(&record.known.id);
    let rekeying: BTreeSet<RecordId> = rekeying.iter().copied().collect();
    for record in records.iter().filter(in_vault) {
        let id = record.known.id;
        if rekeying.contains(&id) && rekey::aside(vault, id)?.is_some() {
            files += 2;
            wrong.push(Wrong {
                code: "verify.rekey-unfinished",
                message: format!("record {id} was being rekeyed when the machine stopped; it opens, and the next `hokan rekey` or `hokan sweep run` finishes"),
            });
            continue;
        }
        let look = vault.look(id)?;
        for (part, found, expected) in
            [("header", look.header, record.known.header), ("body", look.body, record.known.body)]
        {
            files += 1;
            match found {
                Found::Missing => wrong.push(Wrong {
                    code: "verify.file-missing",
                    message: format!("the {part} of record {id} is missing"),
                }),
                Found::Present { digest, .. } if digest != expected => {
                    wrong.push(Wrong {
                        code: "verify.file-altered",
                        message: format!("the {part} of record {id} has digest {digest}, the ledger says {expected}"),
                    });
                }
                Found::Present { .. } => {}
            }
        }
        progress.advance(1);
    }
    progress.end();
    let listing = vault.list();
    let known: std::collections::BTreeSet<RecordId> = records.iter().map(|record| record.known.id).collect();
    for kept in listing.kept.iter().filter(|kept| !known.contains(&kept.record)) {
        let gone = ledger.records.get(&kept.record).is_some_and(|standing| standing.destroyed.is_some());
        let (code, what) = if gone {
            ("verify.file-left", "was destroyed by the ledger")
        } else {
            ("verify.file-extra", "is in no store")
        };
        wrong.push(Wrong {
            code,
            message: format!("a file of record {} lies in the vault, but the record {what}", kept.record),
        });
    }
    let is_aside = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".header.new"));
        name.and_then(|id| id.parse().ok()).is_some_and(|id: RecordId| rekeying.contains(&id))
    };
    for strange in listing.strange.iter().filter(|path| !is_aside(path)) {
        wrong.push(Wrong {
            code: "verify.file-strange",
            message: format!("`{}` does not belong in the vault", strange.display()),
        });
    }
    Ok(files)
}
