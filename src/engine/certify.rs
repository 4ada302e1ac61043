//! The certificate of a sweep: its statement, its list, its evidence, and its documents.
//!
//! In: the ledger, what the sweep noted, the policy that was in force then. Out: a [`Certificate`], the list of its
//! records, and a PDF in each language. The rule it keeps: what was done is stated from the ledger and what the sweep
//! noted, never from memory; only the media and the program are those of the day it is asked for; and what hokan itself
//! would not find valid is never handed out.

mod evidence;
mod records;
mod specimen;

pub(super) use evidence::key_changes;
pub(super) use specimen::specimen;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::bundle::Bundle;
use super::instance::Instance;
use super::render::print_all;
use super::{EngineError, Result};
use crate::Digest;
use crate::calendar::{Date, Instant, zone_data_version};
use crate::ledger::{Origin, What, sign_note};
use crate::policy::{Class, Notice, NoticeWhen, PolicySet};
use crate::publish::facts::keep_facts;
use crate::publish::messages::Messages;
use crate::publish::notice;
use crate::publish::templates::Templates;
use crate::retention::approval;
use crate::retention::certificate::check::{Checked, Kept, check, reasons};
use crate::retention::certificate::list::List;
use crate::retention::certificate::{
    Approval, Certificate, Claim, ClassSwept, Condition, Conditions, Examination, Exposure, FORMAT, LawCited,
    ListBound, Media, Medium, Method, Overwriting, PolicyVersion, RecordSwept, Statement, TakenUp, Tool, Words, signer,
};
use crate::retention::order::is_order;
use crate::retention::plan::{Plan, class_of};
use crate::store::Store;
use crate::vault::{Part, Placement, Vault};

/// A certificate and what belongs to it.
pub struct Certified {
    /// The value.
    pub certificate: Certificate,
    /// The list of its records, as CSV.
    pub list: String,
    /// The PDF by language; empty where the policy names no notice for completed sweeps.
    pub documents: BTreeMap<String, Vec<u8>>,
    /// What a person should know about the documents: none were asked for, or the policy's template could not be used.
    pub note: Option<String>,
}

/// Makes the certificate of a sweep (the newest one by default).
///
/// # Errors
/// Refuses an unknown sweep, one that is not finished, and a certificate that does not hold.
pub fn certificate(instance: &Instance, sweep: Option<&str>, program: &Path) -> Result<Certified> {
    let (store, vault, key) = (instance.store_to_read()?, instance.vault()?, instance.key()?);
    let sweep = chosen(&store, sweep)?;
    let began = store.reader().sweep_began(&sweep)?.unwrap_or_default();
    let (policy, templates, version) = policy_of(&store, began)?;
    let vault = super::second::attach(instance, &store, &policy, vault)?;
    let told = records::of(&store, &policy, &sweep, began)?;
    let statement = statement(&store, &vault, &policy, &templates, version, &told, began)?;
    let evidence = evidence::of(&store, began, &told)?;
    let signature = sign_note(&statement.note(), &signer(&store.origin()), &key);
    let certificate = Certificate { format: FORMAT.to_owned(), statement, evidence, signature };
    let list = told.list.text();
    must_hold(&certificate, &list, &key.public())?;
    let (documents, note) = documents(&policy, &templates, &certificate, &told.list, program)?;
    Ok(Certified { certificate, list, documents, note })
}

/// The documents by language, and what a person should know about them.
type Printed = (BTreeMap<String, Vec<u8>>, Option<String>);

/// The template that is built in.
const BUILT_IN: &str = "notices/disposal-certificate.typ";

/// Prints the documents: with the templates of the policy the sweep followed, or where these cannot be used, which nobody
/// can mend any more, with those built in.
fn documents(
    policy: &PolicySet,
    templates: &Templates,
    certificate: &Certificate,
    list: &List,
    program: &Path,
) -> Result<Printed> {
    let Some(wanted) = policy.notices.iter().find(|notice| notice.when == NoticeWhen::SweepCompleted) else {
        let note =
            "no document was printed: the policy of this sweep names no notice with `when: { sweep: completed }`";
        return Ok((BTreeMap::new(), Some(note.to_owned())));
    };
    let printed = |templates: &Templates, wanted: &Notice| {
        let files: BTreeMap<String, Vec<u8>> =
            templates.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
        let job = |language: &String| {
            let job = notice::certificate(policy, certificate, list, wanted, language, &files)?;
            Ok::<_, EngineError>((language.clone(), job))
        };
        print_all(program, policy, policy.organization.languages.iter().map(job).collect::<Result<_>>()?)
    };
    match printed(templates, wanted) {
        Err(EngineError::Typeset(why)) if why.is_of_the_template() => {
            let wanted = Notice { template: BUILT_IN.to_owned(), ..wanted.clone() };
            let documents = printed(&Templates::shipped(), &wanted)?;
            let note = format!(
                "the documents were printed with the template built in, because the policy's cannot be used: {why}"
            );
            Ok((documents, Some(note)))
        }
        printed => Ok((printed?, None)),
    }
}

/// Checks a certificate as anybody can who has no vault.
///
/// `list` are the bytes of its list, where they are at hand.
pub fn verify_certificate(certificate: &[u8], list: Option<&[u8]>, kept: &Kept) -> Checked {
    check(certificate, list, kept)
}

/// Returns the file name of a certificate's list; nothing for what is no certificate or names no plain file.
pub fn list_of(certificate: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(certificate).ok()?;
    let name = value["statement"]["list"]["file"].as_str()?;
    let is_plain = Path::new(name).file_name().is_some_and(|file| file == name);
    is_plain.then(|| name.to_owned())
}

fn must_hold(certificate: &Certificate, list: &str, key: &str) -> Result<()> {
    let bytes = serde_json::to_vec(certificate).expect("texts, dates and whole numbers are always JSON");
    let kept = Kept { key: Some(key.to_owned()), ..Kept::default() };
    match check(&bytes, Some(list.as_bytes()), &kept).problems.into_iter().next() {
        None => Ok(()),
        Some(wrong) => {
            let why = format!("the certificate would not be valid ({}): {}", wrong.code, wrong.message);
            Err(EngineError::refused("certificate.invalid", why)
                .help("run `hokan verify`: what the vault says of this sweep does not hold together"))
        }
    }
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

/// The policy that was in force when the sweep began, at the entry `began`.
pub(super) fn policy_of(store: &Store, began: u64) -> Result<(PolicySet, Templates, PolicyVersion)> {
    let missing =
        || EngineError::refused("certificate.policy", "the policy this sweep followed is not in the catalog any more");
    let accepted = store.reader().policy_before(began)?.map(|(_, entry)| entry.what);
    let Some(What::PolicyAccepted { commit, policy: digest, .. }) = accepted else { return Err(missing()) };
    let bundle = store.catalog().policy(digest)?.and_then(|packed| Bundle::unpack(&packed)).ok_or_else(missing)?;
    let templates = bundle.templates();
    Ok((bundle.read().accepted()?, templates, PolicyVersion { commit, digest }))
}

/// What decided when a sweep was taken up again, with the ledger entries of its policy and its approvals.
struct Later {
    stated: TakenUp,
    entries: Vec<u64>,
}

/// What the ledger and the sweep's note tell of its records.
struct Told {
    sweep: String,
    list: List,
    /// For each destroyed record of the list, the class it belongs to today.
    classes: Vec<String>,
    plan: Option<Digest>,
    /// The approvals that counted, with their ledger entries.
    approvals: Vec<(u64, Approval)>,
    /// What decided later, where that was something else.
    taken_up: Option<Later>,
    started: Instant,
    finished: Instant,
    /// The index of the entry `swept`.
    swept: u64,
}

fn statement(
    store: &Store,
    vault: &Vault,
    policy: &PolicySet,
    templates: &Templates,
    version: PolicyVersion,
    told: &Told,
    began: u64,
) -> Result<Statement> {
    let (headers, bodies) = (vault.media(Part::Header)?, vault.media(Part::Body)?);
    let placed = |placement| headers.iter().any(|medium| medium.placement() == placement);
    // Of several places the worst counts.
    let overwriting = match (placed(Placement::Elsewhere), placed(Placement::NotKnown)) {
        (true, _) => Overwriting::Remapped,
        (false, true) => Overwriting::NotKnown,
        (false, false) => Overwriting::InPlace,
    };
    let named = |media: &[crate::vault::Medium]| {
        let mut names: Vec<&str> = media.iter().map(|medium| medium.name.as_str()).collect();
        names.dedup();
        names.join(", ")
    };
    let exposed = told.list.destroyed.iter().any(|record| record.exposure == Exposure::Persistent);
    let encrypted = if exposed { Condition::NotMet } else { Condition::Met };
    let conditions = Conditions {
        always_encrypted: encrypted,
        strength: Condition::Met,
        vetted: Condition::Met,
        every_copy: Condition::NotKnown,
        no_earlier_plaintext: encrypted,
        recorded: Condition::Met,
    };
    let zone = policy.organization.time_zone;
    Ok(Statement {
        organization: policy.organization.id.clone(),
        sweep: told.sweep.clone(),
        started: told.started,
        finished: told.finished,
        tool: Tool {
            name: "hokan".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            time_zone_data: zone_data_version().to_owned(),
        },
        policy: version,
        laws: policy.law.packs().map(|pack| (pack.name.clone(), pack.version)).collect(),
        plan: told.plan,
        approvals: told.approvals.iter().map(|(_, approval)| approval.clone()).collect(),
        holds: store.reader().holds_before(began)?,
        taken_up: told.taken_up.as_ref().map(|later| later.stated.clone()),
        media: Media { headers: named(&headers), bodies: named(&bodies), overwriting },
        conditions,
        claim: if conditions.all_met() { Claim::Purge } else { Claim::Clear },
        header_backups_expire: policy.service.headers_kept.and_then(|kept| kept.after(zone.date(told.finished))),
        verification: Examination::Full,
        validation: Examination::None,
        classes: classes(policy, templates, told, zone.date(told.finished))?,
        lateness: told.list.lateness(),
        left: reasons(&told.list),
        list: ListBound {
            file: format!("{}.csv", told.sweep),
            sha256: Digest::of(told.list.text().as_bytes()),
            destroyed: told.list.destroyed.len() as u64,
            left: told.list.left.len() as u64,
        },
    })
}

/// The approvals that counted when the sweep began: by approvers of its policy, the planner apart. Names are in the catalog.
pub(super) fn approvals(
    store: &Store,
    policy: &PolicySet,
    plan: Option<Digest>,
    before: u64,
) -> Result<Vec<(u64, Approval)>> {
    let Some(plan) = plan else { return Ok(Vec::new()) };
    let catalog = store.catalog();
    let names: BTreeMap<String, String> =
        catalog.approvals(plan)?.into_iter().map(|one| (one.fingerprint, one.name)).collect();
    let parsed = catalog.plan(plan)?.and_then(|bytes| Plan::parse(&bytes, &store.origin()).ok());
    let listed = &policy.service.approvers;
    let counting = parsed.map_or_else(|| listed.clone(), |plan| approval::others(listed, &approval::planner(&plan)));
    let counting: BTreeSet<String> = counting.iter().filter_map(|one| approval::fingerprint(&one.key)).collect();
    let given = store.reader().approvals_before(before)?.into_iter().filter_map(|(index, entry)| match entry.what {
        What::PlanApproved { plan: of, by, .. } if of == plan && counting.contains(&by) => {
            let name = names.get(&by).cloned().unwrap_or_default();
            Some((index, Approval { name, fingerprint: by, at: entry.at }))
        }
        _ => None,
    });
    Ok(given.collect())
}

fn classes(policy: &PolicySet, templates: &Templates, told: &Told, day: Date) -> Result<Vec<ClassSwept>> {
    let mut by_class: BTreeMap<&str, Vec<&RecordSwept>> = BTreeMap::new();
    let records = told.classes.iter().zip(&told.list.destroyed);
    records.for_each(|(class, record)| by_class.entry(class).or_default().push(record));
    let messages = policy.organization.languages.iter().map(|language| Messages::read(templates, language));
    let messages = messages.collect::<std::result::Result<Vec<_>, _>>()?;
    let swept = by_class.into_iter().filter_map(|(id, records)| Some((class_of(policy, id)?, records)));
    swept.map(|(class, records)| class_swept(policy, &messages, class, &records, day)).collect()
}

fn class_swept(
    policy: &PolicySet,
    messages: &[Messages],
    class: &Class,
    records: &[&RecordSwept],
    day: Date,
) -> Result<ClassSwept> {
    let (mut title, mut rule, mut citation) = (Words::new(), Words::new(), Words::new());
    for messages in messages {
        let language = messages.language();
        title.insert(language.to_owned(), class.title.get(language).to_owned());
        rule.insert(language.to_owned(), keep_facts(policy, &class.keep, class.disposal.then, messages, day)?.sentence);
        let cited = class.authority.topic.as_ref().and_then(|topic| policy.law.citation(topic, day, language));
        cited.map(|cited| citation.insert(language.to_owned(), cited));
    }
    let first = |record: &&RecordSwept| record.first_day_allowed;
    Ok(ClassSwept {
        class: class.id.clone(),
        medium: Medium::Electronic,
        method: Method::CryptographicErase,
        title,
        rule,
        rule_digest: policy.rule_digest(class),
        law: class.authority.topic.clone().map(|topic| LawCited { topic, citation }),
        count: records.len() as u64,
        opened: records.iter().filter(|record| record.opened > 0).count() as u64,
        early: records.iter().filter(|record| record.early_entry.is_some()).count() as u64,
        masked: records.iter().filter(|record| record.masked.is_some()).count() as u64,
        earliest_due: records.iter().map(first).min().unwrap_or(day),
        latest_due: records.iter().map(first).max().unwrap_or(day),
        latest_by: records.iter().filter_map(|one| u32::try_from(one.days_after_first()).ok()).max().unwrap_or(0),
    })
}

/// Returns the name a ledger's checkpoints carry.
fn origin(store: &Store) -> Result<Origin> {
    store.origin().parse().map_err(|_| EngineError::refused("certificate.incomplete", "the ledger has no name"))
}
