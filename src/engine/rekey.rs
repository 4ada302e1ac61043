//! Rekeying: the people whom the accepted policy names open records from here on, and nobody else.
//!
//! In: identities that open the records now, and which records. Out: other headers over the same bodies, one ledger entry
//! each, and what a recipient who was removed can still open. The rule it keeps: a record's new header counts from its
//! ledger entry on; a stop at any moment is settled by the next `rekey` or `sweep run`, from digests alone.
//!
//! ```text
//! note the group ─► ID.header.new written, read back, synced ─► entries `rekeyed` ─► exchanged, the former one destroyed
//! ```

use std::collections::BTreeMap;

use super::accept::{InForce, policy_state, still_in_force};
use super::bundle::Bundle;
use super::due::reconcile;
use super::events::Mode;
use super::instance::{Action, Instance};
use super::open::{parse, unconfirmed};
use super::second;
use super::take_in::Progress;
use super::witness::{self, Need};
use super::{EngineError, Result};
use crate::calendar::{Date, Instant};
use crate::diag::nearest;
use crate::ledger::{Entry, What};
use crate::policy::PolicySet;
use crate::retention::plan::class_of;
use crate::store::{RecordState, Store};
use crate::vault::Vault;
use crate::vault::open::{Identities, OpenError};
use crate::vault::rekey::{RekeyError, prepare, settle};
use crate::vault::seal::RecipientKey;
use crate::{Digest, RecordId};

/// How many records share their syncs.
const GROUP: usize = 512;

/// Which records are rekeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every record in the vault.
    All,
    /// The records of these classes, and these records.
    Some {
        /// Ids of classes.
        classes: Vec<String>,
        /// Ids of records.
        records: Vec<RecordId>,
    },
}

/// A record that keeps the header it has.
#[derive(Debug)]
pub struct NotRekeyed {
    /// The record.
    pub record: RecordId,
    /// The name of the reason.
    pub code: &'static str,
    /// Why.
    pub why: String,
}

/// A recipient who opens other records than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients {
    /// The id in the policy.
    pub id: String,
    /// The public key.
    pub key: String,
    /// How many records.
    pub records: u64,
}

/// A recipient whom an earlier rekeying removed, and who may open records still with a backup of their former headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerRecipient {
    /// Who, and how many records.
    pub recipient: Recipients,
    /// The day by which the last of these backups is gone; none where the policy does not say it.
    pub backups_gone: Option<Date>,
}

/// What rekeying came to.
#[derive(Debug, Default)]
pub struct Rekeying {
    /// Records with a new header; on a dry run those that would get one.
    pub rekeyed: Vec<RecordId>,
    /// How many are sealed to these recipients already.
    pub unchanged: u64,
    /// Records that keep their header.
    pub left: Vec<NotRekeyed>,
    /// Who opens records no more.
    pub removed: Vec<Recipients>,
    /// Who opens records that did not before.
    pub added: Vec<Recipients>,
    /// Who opened records before they were rekeyed earlier, by this command before it was stopped or by another.
    pub earlier: Vec<FormerRecipient>,
    /// How many records were sealed under a policy that is not known any more: whom they were sealed to is not told.
    pub unknown: u64,
    /// Records that an earlier stop had left between two headers, settled now.
    pub settled: u64,
    /// The day by which the last backup of the former headers is gone; none where the policy does not say it.
    pub backups_gone: Option<Date>,
}

/// Gives records headers for the recipients of the accepted policy.
///
/// # Errors
/// Refuses without an accepted policy, with recipients nobody has confirmed, classes and records nobody knows, or beside a
/// sweep. A full or failing disk stops it; calling it again goes on with the records that are left.
///
/// # Durability
/// On return each record in `rekeyed` has one header, on disk at its place, named by its ledger entry; the former one is
/// overwritten and gone.
pub fn rekey(
    instance: &Instance,
    identities: &str,
    which: &Which,
    mode: Mode,
    progress: &mut dyn Progress,
) -> Result<Rekeying> {
    let _lock = match mode {
        Mode::Act => Some(instance.lock(Action::Disposal)?),
        Mode::DryRun => None,
    };
    let (vault, key) = (instance.vault()?, instance.key()?);
    let mut report = Rekeying::default();
    let mut store = match mode {
        Mode::DryRun => instance.store_to_read()?,
        Mode::Act => {
            let mut store = instance.store()?;
            reconcile(instance, &mut store, &key)?;
            store
        }
    };
    let state = policy_state(instance, &store)?;
    let InForce { policy, version, .. } = state.accepted()?;
    let vault = second::attach(instance, &store, policy, vault)?;
    if mode == Mode::Act {
        let (settled, stuck) = finish(&mut store, &vault)?;
        (report.settled, report.left) = (settled, stuck.into_iter().map(not_rekeyed).collect());
    }
    if let Some(first) = unconfirmed(&store, policy)?.first() {
        let why = format!("nobody has shown yet that the recipient `{first}` can open what is sealed to it");
        return Err(EngineError::refused("recipients.unconfirmed", why)
            .help("run `hokan recipients confirm -i IDENTITY` with the identity of each recipient"));
    }
    let identities = parse(identities)?;
    let now = instance.now();
    report.backups_gone =
        policy.service.headers_kept.and_then(|kept| kept.after(policy.organization.time_zone.date(now)));
    let todo = find(&store, policy, which, now, &mut report)?;
    if mode == Mode::DryRun {
        count(&todo, &mut report);
        report.rekeyed = todo.into_iter().map(|one| one.record).collect();
        return Ok(report);
    }
    progress.begin("rekeying", todo.len() as u64);
    for group in todo.chunks(GROUP) {
        note(&mut store, &group.iter().map(|one| one.record).collect::<Vec<_>>())?;
        let prepared = match prepare_all(&vault, group, &identities, &mut report) {
            Ok(prepared) => prepared,
            Err(error) => {
                // The first error is the one to report; what cannot be settled now is settled by the next call.
                let _ = finish(&mut store, &vault);
                return Err(error);
            }
        };
        let mut writing = store.write()?;
        still_in_force(&writing, version)?;
        for (one, header) in &prepared {
            let what = What::Rekeyed { record: one.record, policy: version.digest, header: *header };
            writing.append(&Entry { at: now, what })?;
            writing.record_rekeyed(one.record, *header)?;
        }
        writing.commit(&key)?;
        let (_, stuck) = finish(&mut store, &vault)?;
        report.left.extend(stuck.into_iter().map(not_rekeyed));
        let done: Vec<&Todo> = prepared.into_iter().map(|(one, _)| one).collect();
        count(done.iter().copied(), &mut report);
        report.rekeyed.extend(done.iter().map(|one| one.record));
        progress.advance(group.len() as u64);
    }
    progress.end();
    witness::catch_up(instance, &mut store, policy, Need::Seal)?;
    Ok(report)
}

/// Settles the headers of the group that was noted last; returns how many of them are settled, and those that are not.
///
/// The caller holds the disposal lock and has brought the catalog up to date with the ledger.
pub(super) fn finish(store: &mut Store, vault: &Vault) -> Result<(u64, Vec<RekeyError>)> {
    let group = store.catalog().rekeying()?;
    let header = |id: RecordId| Ok((id, store.catalog().record(id)?.map(|row| row.known.header)));
    let expected = group.into_iter().map(header).collect::<Result<Vec<_>>>()?;
    if expected.is_empty() {
        return Ok((0, Vec::new()));
    }
    let (mut settled, mut stuck, mut open) = (0, Vec::new(), Vec::new());
    for (record, result) in settle(vault, &expected) {
        match result {
            Ok(()) => settled += 1,
            Err(error) => {
                open.push(record);
                stuck.push(error);
            }
        }
    }
    note(store, &open)?;
    Ok((settled, stuck))
}

fn note(store: &mut Store, group: &[RecordId]) -> Result<()> {
    let pending = store.write_pending()?;
    pending.set_rekeying(group)?;
    Ok(pending.commit()?)
}

/// A record that is to get another header.
struct Todo {
    record: RecordId,
    header: Digest,
    keys: Vec<RecipientKey>,
    removed: Vec<(String, String)>,
    added: Vec<(String, String)>,
}

/// Finds the records whose recipients are others now than when their headers were written.
fn find(store: &Store, policy: &PolicySet, which: &Which, now: Instant, report: &mut Rekeying) -> Result<Vec<Todo>> {
    check_wish(store, policy, which)?;
    let outside = store.catalog().outside_vault()?;
    let mut known = Known { store, policies: BTreeMap::new() };
    let mut todo = Vec::new();
    let mut rows = Vec::new();
    store.catalog().each(|row| {
        let is_wanted = match which {
            Which::All => true,
            Which::Some { classes, records } => {
                records.contains(&row.known.id) || classes.iter().any(|class| is_of(policy, &row.known.class, class))
            }
        };
        if is_wanted && !outside.contains(&row.known.id) {
            rows.push((row.known.id, row.known.class.clone(), row.known.header, row.state));
        }
        Ok(())
    })?;
    for (record, class, header, state) in rows {
        let mut leave = |code, why: String| report.left.push(NotRekeyed { record, code, why });
        let Some(rule) = class_of(policy, &class) else {
            leave("rekey.class", format!("the class `{class}` of record `{record}` is not in the accepted policy"));
            continue;
        };
        let mut new = pairs(policy, rule.id.as_str());
        new.extend(print_house(store, policy, record)?);
        let old = known.recipients(record, &class)?;
        if old.as_ref().is_some_and(|old| is_same(old, &new)) {
            report.unchanged += 1;
            known.note_earlier(record, &class, &new, (policy, now), &mut report.earlier)?;
            continue;
        }
        if state != RecordState::Held {
            leave("rekey.pending", format!("record `{record}` is being taken in: run `hokan take-in`, then again"));
            continue;
        }
        if let Some(intent) = store.reader().open_intent(record)? {
            let why = format!("record `{record}` is being destroyed (ledger entry {intent})");
            leave("rekey.intent", why);
            continue;
        }
        report.unknown += u64::from(old.is_none());
        let keys = new.iter().map(|(id, key)| {
            RecipientKey::parse(key).map_err(|_| {
                EngineError::refused(
                    "recipients.key",
                    format!("the key of the recipient `{id}` is not an age X25519 key"),
                )
            })
        });
        let keys = keys.collect::<Result<_>>()?;
        let old = old.unwrap_or_default();
        let lacking = |of: &[(String, String)], all: &[(String, String)]| -> Vec<(String, String)> {
            of.iter().filter(|(_, key)| all.iter().all(|(_, other)| other != key)).cloned().collect()
        };
        let (removed, added) = (lacking(&old, &new), lacking(&new, &old));
        todo.push(Todo { record, header, keys, removed, added });
    }
    Ok(todo)
}

/// Whether a row of this class belongs to the class that was named, under its present id or an earlier one.
fn is_of(policy: &PolicySet, row: &str, named: &str) -> bool {
    row == named || class_of(policy, row).is_some_and(|class| class.id == named)
}

fn check_wish(store: &Store, policy: &PolicySet, which: &Which) -> Result<()> {
    let Which::Some { classes, records } = which else { return Ok(()) };
    for class in classes {
        if class_of(policy, class).is_none() {
            let known: Vec<&str> = policy.classes.iter().map(|class| class.id.as_str()).collect();
            let error =
                EngineError::refused("rekey.unknown-class", format!("the accepted policy has no class `{class}`"));
            return Err(match nearest(class, known) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error,
            });
        }
    }
    for record in records {
        if store.catalog().record(*record)?.is_none() {
            let why = format!("the catalog knows no record `{record}`");
            return Err(EngineError::refused("rekey.unknown", why).help("`hokan records list` shows what is held"));
        }
    }
    Ok(())
}

/// The recipients of records by the policies they were sealed under.
struct Known<'a> {
    store: &'a Store,
    policies: BTreeMap<Digest, Option<PolicySet>>,
}

impl Known<'_> {
    /// Returns whom a record is sealed to, as id and key; nothing where the policy it was sealed under is not known.
    fn recipients(&mut self, record: RecordId, class: &str) -> Result<Option<Vec<(String, String)>>> {
        match self.headers(record)?.last() {
            Some((_, under)) => self.recipients_under(*under, record, class),
            None => Ok(None),
        }
    }

    /// Returns when each header of a record was made, the newest last, and the policy it was made under.
    fn headers(&self, record: RecordId) -> Result<Vec<(Instant, Digest)>> {
        let made = self.store.reader().of_record(record)?.into_iter().filter_map(|(_, entry)| match entry.what {
            What::Sealed { policy, .. } | What::Rekeyed { policy, .. } => Some((entry.at, policy)),
            _ => None,
        });
        Ok(made.collect())
    }

    fn recipients_under(
        &mut self,
        under: Digest,
        record: RecordId,
        class: &str,
    ) -> Result<Option<Vec<(String, String)>>> {
        if !self.policies.contains_key(&under) {
            let bundle = self.store.catalog().policy(under)?.and_then(|packed| Bundle::unpack(&packed));
            self.policies.insert(under, bundle.and_then(|bundle| bundle.read().policy));
        }
        let Some(policy) = &self.policies[&under] else { return Ok(None) };
        let mut pairs = pairs(policy, class);
        pairs.extend(print_house(self.store, policy, record)?);
        Ok(Some(pairs).filter(|pairs| !pairs.is_empty()))
    }

    /// Adds those who do not open a record any more, as long as backups of the headers they opened may be there.
    fn note_earlier(
        &mut self,
        record: RecordId,
        class: &str,
        new: &[(String, String)],
        (policy, now): (&PolicySet, Instant),
        earlier: &mut Vec<FormerRecipient>,
    ) -> Result<()> {
        let day = |at| policy.organization.time_zone.date(at);
        let mut former: BTreeMap<String, (String, Option<Date>)> = BTreeMap::new();
        for pair in self.headers(record)?.windows(2) {
            let [(_, under), (replaced, _)] = pair else { continue };
            let gone = policy.service.headers_kept.and_then(|kept| kept.after(day(*replaced)));
            if gone.is_some_and(|gone| gone < day(now)) {
                continue;
            }
            for (id, key) in self.recipients_under(*under, record, class)?.unwrap_or_default() {
                if new.iter().all(|(_, other)| *other != key) {
                    former.insert(key, (id, gone));
                }
            }
        }
        for (key, (id, gone)) in former {
            match earlier.iter_mut().find(|one| one.recipient.key == key) {
                Some(one) => {
                    one.recipient.records += 1;
                    one.backups_gone = one.backups_gone.max(gone);
                }
                None => {
                    earlier.push(FormerRecipient { recipient: Recipients { id, key, records: 1 }, backups_gone: gone })
                }
            }
        }
        Ok(())
    }
}

/// Returns id and key of the recipients of a class, which may have another id by now.
fn pairs(policy: &PolicySet, class: &str) -> Vec<(String, String)> {
    let class = class_of(policy, class).map(|class| policy.recipients_of(class)).unwrap_or_default();
    class.into_iter().map(|one| (one.id.clone(), one.key.clone())).collect()
}

/// The print house that opens a record, too, where it is a print file.
fn print_house(store: &Store, policy: &PolicySet, record: RecordId) -> Result<Option<(String, String)>> {
    let Some(file) = store.catalog().print_file(record)? else { return Ok(None) };
    let run = store.catalog().letter_runs()?.into_iter().find(|run| run.id == file.run);
    let notice = run.and_then(|run| policy.notices.iter().find(|notice| notice.id == run.notice));
    let to = notice.and_then(|notice| notice.print_file.as_ref());
    let entrustment = to.and_then(|to| policy.entrustments.iter().find(|one| one.id == *to));
    Ok(entrustment.and_then(|one| Some((one.id.clone(), one.recipient.clone()?))))
}

/// Whether two sets of recipients are the same keys, whatever they are called.
fn is_same(one: &[(String, String)], other: &[(String, String)]) -> bool {
    let keys =
        |of: &[(String, String)]| of.iter().map(|(_, key)| key.clone()).collect::<std::collections::BTreeSet<String>>();
    keys(one) == keys(other)
}

/// Writes the new headers of a group and makes them durable; those that cannot be made are reported.
fn prepare_all<'a>(
    vault: &Vault,
    group: &'a [Todo],
    identities: &Identities,
    report: &mut Rekeying,
) -> Result<Vec<(&'a Todo, Digest)>> {
    let mut prepared = Vec::new();
    for one in group {
        match prepare(vault, one.record, one.header, identities, &one.keys) {
            Ok(header) => prepared.push((one, header)),
            Err(error @ (RekeyError::Io { .. } | RekeyError::ReadBack { .. })) => return Err(error.into()),
            Err(error) => report.left.push(not_rekeyed(error)),
        }
    }
    vault.sync()?;
    Ok(prepared)
}

fn not_rekeyed(error: RekeyError) -> NotRekeyed {
    let why = error.to_string();
    let (record, code) = match error {
        RekeyError::Open(OpenError::NoMatchingIdentity { record }) => (record, "rekey.no-match"),
        RekeyError::Open(
            OpenError::MissingHeader { record, .. }
            | OpenError::MissingBody { record, .. }
            | OpenError::AlteredHeader { record, .. }
            | OpenError::CorruptedBody { record, .. }
            | OpenError::Undecryptable { record, .. }
            | OpenError::Read { record, .. }
            | OpenError::Write { record, .. },
        ) => (record, "rekey.header"),
        RekeyError::ReadBack { record, .. } | RekeyError::Neither { record, .. } | RekeyError::Io { record, .. } => {
            (record, "rekey.unsettled")
        }
    };
    NotRekeyed { record, code, why }
}

/// Counts for how many of these records somebody is removed or added.
fn count<'a>(done: impl IntoIterator<Item = &'a Todo>, report: &mut Rekeying) {
    fn add(all: &mut Vec<Recipients>, (id, key): &(String, String)) {
        match all.iter_mut().find(|one| one.key == *key) {
            Some(one) => one.records += 1,
            None => all.push(Recipients { id: id.clone(), key: key.clone(), records: 1 }),
        }
    }
    for one in done {
        one.removed.iter().for_each(|pair| add(&mut report.removed, pair));
        one.added.iter().for_each(|pair| add(&mut report.added, pair));
    }
}
