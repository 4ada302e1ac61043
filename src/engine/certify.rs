//! The certificate of a sweep, as JSON and as a document.
//!
//! In: the ledger, the list the sweep noted, the policy that was in force then. Out: a [`Certificate`] and its PDF in
//! each language. The rule it keeps: what was done is stated from the ledger and what the sweep noted, never from
//! memory; only the media and the program are those of the day it is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::bundle::Bundle;
use super::instance::Instance;
use super::render::print_all;
use super::sweep::{Noted, noted, plan_of};
use super::{EngineError, Result};
use crate::calendar::{Date, Instant, zone_data_version};
use crate::ledger::{Entry, Exposure as Lay, What, inclusion_proof, root, write_proof};
use crate::policy::{NoticeWhen, PolicySet};
use crate::publish::facts::keep_facts;
use crate::publish::messages::Messages;
use crate::publish::notice;
use crate::publish::templates::Templates;
use crate::retention::approval;
use crate::retention::certificate::{
    Approval, Certificate, ClassSwept, Condition, Conditions, Examination, Exposure, FORMAT, LedgerProof, Media,
    Method, Overwriting, PolicyVersion, RecordLeft, RecordSwept, Tool, Words,
};
use crate::retention::order::is_order;
use crate::retention::plan::{Plan, class_of};
use crate::store::{LedgerReader, Store};
use crate::vault::{Part, Vault};
use crate::{Digest, RecordId};

/// A certificate and its documents.
pub struct Certified {
    /// The value.
    pub certificate: Certificate,
    /// The PDF by language; empty where the policy names no notice for completed sweeps.
    pub documents: BTreeMap<String, Vec<u8>>,
}

/// Makes the certificate of a sweep (the newest one by default).
///
/// # Errors
/// Refuses an unknown sweep, and one that is not finished.
pub fn certificate(instance: &Instance, sweep: Option<&str>, program: &Path) -> Result<Certified> {
    let (store, vault) = (instance.store_to_read()?, instance.vault()?);
    let sweep = chosen(&store, sweep)?;
    let (policy, templates, version) = policy_of(&store, &sweep)?;
    let certificate = build(&store, &vault, &policy, &templates, version, &sweep)?;
    let mut jobs = Vec::new();
    let files: BTreeMap<String, Vec<u8>> =
        templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
    if let Some(wanted) = policy.notices.iter().find(|notice| notice.when == NoticeWhen::SweepCompleted) {
        for language in &policy.organization.languages {
            let job = notice::certificate(&policy, &certificate, wanted, language, &files, certificate.finished)?;
            jobs.push((language.clone(), job));
        }
    }
    let documents = print_all(program, jobs)?;
    Ok(Certified { certificate, documents })
}

fn chosen(store: &Store, sweep: Option<&str>) -> Result<String> {
    let sweeps = store.reader().sweeps()?;
    let unknown = |sweep: &str| {
        let known: Vec<&str> = sweeps.iter().rev().take(5).map(|(sweep, _)| sweep.as_str()).collect();
        let error = EngineError::refused("certificate.unknown-sweep", format!("the ledger knows no sweep `{sweep}`"));
        if known.is_empty() {
            error.help("nothing was swept yet")
        } else {
            error.help(format!("the newest are: {}", known.join(", ")))
        }
    };
    let found = match sweep {
        Some(wanted) => sweeps.iter().find(|(sweep, _)| sweep == wanted).ok_or_else(|| unknown(wanted))?,
        None => sweeps.iter().rev().find(|(sweep, _)| !is_order(sweep)).ok_or_else(|| {
            EngineError::refused("certificate.no-sweep", "nothing was swept yet: there is nothing to certify")
        })?,
    };
    match found {
        (sweep, _) if is_order(sweep) => {
            let why =
                format!("`{sweep}` is a work order: people carried it out, and its record is a document of its own");
            Err(EngineError::refused("certificate.work-order", why)
                .help(format!("run `hokan sweep orders {sweep} -o DIR`, which prints it")))
        }
        (sweep, true) => Ok(sweep.clone()),
        (sweep, false) => {
            Err(EngineError::refused("certificate.unfinished", format!("the sweep `{sweep}` is not finished"))
                .help("run `hokan sweep run`, which continues it"))
        }
    }
}

/// The policy that was in force when the sweep began.
fn policy_of(store: &Store, sweep: &str) -> Result<(PolicySet, Templates, PolicyVersion)> {
    let reader = store.reader();
    let began = reader.of_sweep(sweep)?.first().map_or(0, |(index, _)| *index);
    let accepted =
        reader.from(0)?.into_iter().take_while(|(index, _)| *index < began).filter_map(|(_, entry)| match entry.what {
            What::PolicyAccepted { commit, policy, .. } => Some((commit, policy)),
            _ => None,
        });
    let missing =
        || EngineError::refused("certificate.policy", "the policy this sweep followed is not in the catalog any more");
    let (commit, digest) = accepted.last().ok_or_else(missing)?;
    let bundle = store.catalog().policy(digest)?.and_then(|packed| Bundle::unpack(&packed)).ok_or_else(missing)?;
    let templates = bundle.templates();
    Ok((bundle.read().accepted()?, templates, PolicyVersion { commit, digest }))
}

fn build(
    store: &Store,
    vault: &Vault,
    policy: &PolicySet,
    templates: &Templates,
    version: PolicyVersion,
    sweep: &str,
) -> Result<Certificate> {
    let reader = store.reader();
    let entries = reader.of_sweep(sweep)?;
    let plan = plan_of(&entries);
    let due: BTreeMap<RecordId, Noted> = noted(store, sweep)?.into_iter().map(|item| (item.record, item)).collect();
    let records = records(&reader, policy, &entries, &due)?;
    let exposed = records.iter().any(|record| record.exposure == Exposure::Persistent);
    let encrypted = if exposed { Condition::NotMet } else { Condition::Met };
    let (headers, bodies) = (vault.medium(Part::Header)?, vault.medium(Part::Body)?);
    let finished = at_of(&entries, |what| matches!(what, What::Swept { .. }));
    let zone = policy.organization.time_zone;
    let approvals = plan.map(|plan| approvals(store, plan)).transpose()?.unwrap_or_default();
    Ok(Certificate {
        format: FORMAT.to_owned(),
        organization: policy.organization.id.clone(),
        sweep: sweep.to_owned(),
        started: at_of(&entries, |what| matches!(what, What::Intent { .. })),
        finished,
        tool: Tool {
            name: "hokan".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            time_zone_data: zone_data_version().to_owned(),
        },
        policy: version,
        plan,
        approvals: approvals
            .into_iter()
            .map(|a| Approval { name: a.name, fingerprint: a.fingerprint, at: a.at })
            .collect(),
        method: Method::CryptographicErase,
        media: Media {
            headers: headers.name,
            bodies: bodies.name,
            overwriting: if headers.persistent { Overwriting::NotKnown } else { Overwriting::InPlace },
        },
        conditions: Conditions {
            always_encrypted: encrypted,
            strength: Condition::Met,
            vetted: Condition::Met,
            every_copy: Condition::NotKnown,
            no_earlier_plaintext: encrypted,
            recorded: Condition::Met,
        },
        header_backups_expire: policy.service.headers_kept.and_then(|kept| kept.after(zone.date(finished))),
        verification: Examination::Full,
        validation: Examination::None,
        classes: classes(policy, templates, &records, finished)?,
        left: left(store, plan, &entries, &records)?,
        records,
        ledger: proof(&reader, store, sweep, &entries)?,
    })
}

fn at_of(entries: &[(u64, Entry)], wanted: impl Fn(&What) -> bool) -> Instant {
    let found = entries.iter().find(|(_, entry)| wanted(&entry.what)).or(entries.last());
    found.map_or(Instant::from_micros(0), |(_, entry)| entry.at)
}

fn records(
    reader: &LedgerReader<'_>,
    policy: &PolicySet,
    entries: &[(u64, Entry)],
    due: &BTreeMap<RecordId, Noted>,
) -> Result<Vec<RecordSwept>> {
    let mut records = Vec::new();
    for (destroyed, entry) in entries {
        let What::Destroyed { record, intent, .. } = &entry.what else { continue };
        let sealed = reader.of_record(*record)?.into_iter().find_map(|(index, entry)| match entry.what {
            What::Sealed { exposure, .. } => Some((index, entry.at, exposure)),
            _ => None,
        });
        let incomplete = |what: &str| {
            EngineError::refused(
                "certificate.incomplete",
                format!("{what} of the destroyed record `{record}` is missing: nothing is certified that is not known"),
            )
            .help("run `hokan verify`; put back the newest copy of the catalog")
        };
        let (sealed, sealed_at, exposure) = sealed.ok_or_else(|| incomplete("the ledger entry `sealed`"))?;
        let item = due.get(record).ok_or_else(|| incomplete("the sweep's note"))?;
        let zone = policy.organization.time_zone;
        records.push(RecordSwept {
            id: *record,
            class: item.class.clone(),
            first_day_allowed: item.due,
            sealed_on: zone.date(sealed_at),
            destroyed_at: entry.at,
            exposure: match exposure {
                Lay::Persistent => Exposure::Persistent,
                Lay::Memory => Exposure::Memory,
            },
            sealed_entry: sealed,
            intent_entry: *intent,
            destroyed_entry: *destroyed,
        });
    }
    records.sort_by_key(|record| record.id);
    Ok(records)
}

fn classes(
    policy: &PolicySet,
    templates: &Templates,
    records: &[RecordSwept],
    finished: Instant,
) -> Result<Vec<ClassSwept>> {
    let mut by_class: BTreeMap<&str, Vec<Date>> = BTreeMap::new();
    records.iter().for_each(|record| by_class.entry(&record.class).or_default().push(record.first_day_allowed));
    let example = policy.organization.time_zone.date(finished);
    let mut classes = Vec::new();
    for (id, days) in by_class {
        let (Some(class), Some(first), Some(last)) = (class_of(policy, id), days.iter().min(), days.iter().max())
        else {
            continue;
        };
        let (mut title, mut rule) = (Words::new(), Words::new());
        for language in &policy.organization.languages {
            let messages = Messages::read(templates, language).map_err(crate::publish::facts::FactsError::from)?;
            title.insert(language.clone(), class.title.get(language).to_owned());
            rule.insert(language.clone(), keep_facts(policy, &class.keep, &messages, example)?.sentence);
        }
        let rule_digest = policy.rule_digest(class);
        let (count, earliest_due, latest_due) = (days.len() as u64, *first, *last);
        classes.push(ClassSwept { class: id.to_owned(), title, rule, rule_digest, count, earliest_due, latest_due });
    }
    Ok(classes)
}

/// The signatures of a plan but for its planner's, which is no approval.
fn approvals(store: &Store, plan: Digest) -> Result<Vec<crate::store::Approval>> {
    let bytes = store.catalog().plan(plan)?.unwrap_or_default();
    let planner = Plan::parse(&bytes, &store.origin()).ok().and_then(|plan| approval::fingerprint(&plan.planner.key));
    let signed = store.catalog().approvals(plan)?.into_iter();
    Ok(signed.filter(|one| Some(&one.fingerprint) != planner.as_ref()).collect())
}

/// The records of the plan that this sweep did not destroy.
fn left(
    store: &Store,
    plan: Option<Digest>,
    entries: &[(u64, Entry)],
    swept: &[RecordSwept],
) -> Result<Vec<RecordLeft>> {
    let Some(bytes) = plan.map(|plan| store.catalog().plan(plan)).transpose()?.flatten() else { return Ok(Vec::new()) };
    let abandoned: BTreeMap<RecordId, &str> = entries
        .iter()
        .filter_map(|(_, entry)| match &entry.what {
            What::Abandoned { record, why, .. } => Some((*record, why.as_str())),
            _ => None,
        })
        .collect();
    let why = |record| abandoned.get(&record).copied().unwrap_or("refused-at-the-gate").to_owned();
    let gone: BTreeSet<RecordId> = swept.iter().map(|swept| swept.id).collect();
    let left = Plan::listed(&bytes).into_iter().filter(|(id, _)| !gone.contains(id));
    Ok(left.map(|(id, class)| RecordLeft { id, why: why(id), class }).collect())
}

/// The proof that the sweep's last entry is in the ledger, under the checkpoint signed with it.
fn proof(reader: &LedgerReader<'_>, store: &Store, sweep: &str, entries: &[(u64, Entry)]) -> Result<LedgerProof> {
    let missing = || EngineError::refused("certificate.unfinished", format!("the sweep `{sweep}` is not finished"));
    let entry = entries
        .iter()
        .find(|(_, entry)| matches!(entry.what, What::Swept { .. }))
        .map(|(index, _)| *index)
        .ok_or_else(missing)?;
    let size = entry + 1;
    let leaves: Vec<Digest> = reader.leaves()?.into_iter().take(usize::try_from(size).unwrap_or(usize::MAX)).collect();
    let checkpoint = reader.checkpoint_at(size)?;
    let siblings = inclusion_proof(&leaves, entry).ok_or_else(missing)?;
    let proof = write_proof(entry, &siblings, &checkpoint);
    Ok(LedgerProof { origin: store.origin(), tree_size: size, root: root(&leaves), entry, checkpoint, proof })
}
