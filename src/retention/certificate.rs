//! The certificate of one sweep: what was destroyed, by which rule, how, and what is not claimed.
//!
//! In: the ledger's entries and what the sweep noted. Out: a value that prints as JSON and as a document, a list of the
//! records as CSV, and the check of both. The rule it keeps: it names methods and conditions, never "unrecoverable"; it
//! holds ids, digests, classes and dates, and no personal data: no file name, no subject, no content. The names of
//! approvers are those of office, from the policy.
//!
//! ```text
//! Certificate ─┬─ statement   what is said, bound by `signature` to the ledger's key
//!              ├─ evidence    entries of the ledger with their proofs under one signed checkpoint
//!              └─ signature   a note over the statement's digest
//! list.csv ──────── bound twice: its digest stands in the statement, its records in the entry `swept`
//! ```
//!
//! # Source
//! NIST SP 800-88 Rev. 2 (2025): its terms, the parting of verification and validation, and the conditions of cryptographic
//! erase; the fields follow the certificate of Rev. 1 (withdrawn), 4.8.

pub mod check;
pub mod list;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Instant};
use crate::{Digest, RecordId};

/// A text by language.
pub type Words = BTreeMap<String, String>;

/// The version of the format this program writes.
pub const FORMAT: &str = "hokan-certificate/2";

/// What the file of a certificate holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Certificate {
    /// The version of this format: [`FORMAT`].
    pub format: String,
    /// What is said.
    pub statement: Statement,
    /// What proves it.
    pub evidence: Evidence,
    /// A signed note of the ledger's key over the digest of the statement.
    pub signature: String,
}

/// What one sweep did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Statement {
    /// The id of the organization.
    pub organization: String,
    /// The name of the sweep.
    pub sweep: String,
    /// When the first intent was written.
    pub started: Instant,
    /// When the entry `swept` was written.
    pub finished: Instant,
    /// What carried it out.
    pub tool: Tool,
    /// The accepted policy it carried out.
    pub policy: PolicyVersion,
    /// The law packs its citations come from, by name.
    pub laws: BTreeMap<String, Date>,
    /// The digest of the plan; none when the rules alone decided.
    pub plan: Option<Digest>,
    /// Who approved the plan, in the order of approval.
    pub approvals: Vec<Approval>,
    /// The ids of the holds in force when the intents were written: each record was compared with each of them.
    pub holds: Vec<String>,
    /// Where the headers and bodies lay.
    pub media: Media,
    /// How far the conditions of a cryptographic erase hold.
    pub conditions: Conditions,
    /// What may be claimed at most, in the terms of NIST SP 800-88 Rev. 2.
    pub claim: Claim,
    /// The day on which the last backup that may hold a header is gone; none when backups are not known.
    pub header_backups_expire: Option<Date>,
    /// Whether the operation was checked to have completed.
    pub verification: Examination,
    /// Whether the outcome was examined for being good enough, such as by an attempt to recover.
    pub validation: Examination,
    /// Counts and dates by class, sorted by class.
    pub classes: Vec<ClassSwept>,
    /// How late the records went.
    pub lateness: Lateness,
    /// Records of the plan that were not destroyed, by class and reason; they stay due.
    pub left: Vec<Left>,
    /// The list of all records.
    pub list: ListBound,
}

/// What carried a sweep out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The release of the time-zone data in it, such as `2025b`.
    pub time_zone_data: String,
}

/// A version of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PolicyVersion {
    /// The git commit; none outside git.
    pub commit: Option<String>,
    /// The digest of policies and templates.
    pub digest: Digest,
}

/// One approval of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Approval {
    /// The approver's name in the policy.
    pub name: String,
    /// The fingerprint of the key that signed, `SHA256:…`.
    pub fingerprint: String,
    /// When it reached the ledger.
    pub at: Instant,
}

/// How records are destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The header, which holds the only wrapped copies of the record's key, is overwritten in place; then header and
    /// body are unlinked. The body is not overwritten.
    CryptographicErase,
}

/// What records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// Sealed files.
    Electronic,
}

/// The most that may be claimed.
///
/// # Source
/// NIST SP 800-88 Rev. 2: Clear, Purge; cryptographic erase is a Purge under its conditions alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// Purge by cryptographic erase: all six conditions are met.
    Purge,
    /// Clear, for the overwritten headers and under their paths alone; the erase is named, not claimed as a Purge.
    Clear,
}

/// The file systems a sweep worked on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Media {
    /// The file system of the headers, such as `ext4`.
    pub headers: String,
    /// The file system of the bodies.
    pub bodies: String,
    /// Whether overwriting a header reaches the very place it was stored in.
    pub overwriting: Overwriting,
}

/// Whether writing over a file reaches the place it was stored in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overwriting {
    /// It does: the medium does not remap.
    InPlace,
    /// It need not: copy-on-write, journaled data, flash, network or snapshots.
    Remapped,
    /// That is not known, which is the honest answer for most disks.
    NotKnown,
}

/// How far one condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// It holds for every record of the sweep.
    Met,
    /// It does not hold for at least one record.
    NotMet,
    /// Nothing in the ledger tells.
    NotKnown,
}

/// The six conditions under which destroying a key sanitizes data.
///
/// # Source
/// NIST SP 800-88 Rev. 1, appendix D, and Rev. 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Conditions {
    /// The data was always encrypted before it was stored.
    pub always_encrypted: Condition,
    /// Cipher strength and key entropy are at least 128 bits.
    pub strength: Condition,
    /// Implementation and random source are vetted.
    pub vetted: Condition,
    /// Every copy of the key is sanitized, backups included.
    pub every_copy: Condition,
    /// It is known that no plaintext was stored before.
    pub no_earlier_plaintext: Condition,
    /// How the key was erased is recorded.
    pub recorded: Condition,
}

impl Conditions {
    /// Returns whether all of them are met: only then may the erase be called a purge.
    pub fn all_met(&self) -> bool {
        let all = [
            self.always_encrypted,
            self.strength,
            self.vetted,
            self.every_copy,
            self.no_earlier_plaintext,
            self.recorded,
        ];
        all.iter().all(|condition| *condition == Condition::Met)
    }
}

/// How much was examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Examination {
    /// Every record.
    Full,
    /// Some.
    Sample,
    /// None.
    None,
}

/// What a sweep did in one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClassSwept {
    /// The id of the class.
    pub class: String,
    /// What its records are.
    pub medium: Medium,
    /// How they were destroyed.
    pub method: Method,
    /// Its title.
    pub title: Words,
    /// Its rule in words, as published.
    pub rule: Words,
    /// The digest of the rule.
    pub rule_digest: Digest,
    /// The law that sets a minimum for it.
    pub law: Option<LawCited>,
    /// How many records were destroyed.
    pub count: u64,
    /// How many of them had been opened, at least once, since they were sealed.
    pub opened: u64,
    /// The earliest first day allowed among them.
    pub earliest_due: Date,
    /// The latest.
    pub latest_due: Date,
    /// The most days that passed after the first day allowed.
    pub latest_by: u32,
}

/// A law, cited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LawCited {
    /// The topic of the law pack.
    pub topic: String,
    /// Its number on the day of the sweep, as each language cites it.
    pub citation: Words,
}

/// How late the records of a sweep went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lateness {
    /// Days from the first day on which disposal was allowed, for every record.
    pub after_first_day: Days,
    /// Days from the last approval, for the records that needed one.
    pub after_approval: Days,
}

/// How many records took how many days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Days(BTreeMap<u32, u64>);

impl Days {
    /// Counts one record; a negative number of days counts as none.
    pub fn add(&mut self, days: i64) {
        *self.0.entry(u32::try_from(days.max(0)).unwrap_or(u32::MAX)).or_default() += 1;
    }

    /// Counts the records of another sweep, too.
    pub fn join(&mut self, other: &Days) {
        other.0.iter().for_each(|(days, count)| *self.0.entry(*days).or_default() += count);
    }

    /// Returns how many records were counted.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// Returns the number of days within which `percent` of a hundred records went: the smallest that so many records
    /// did not exceed (nearest rank). Nothing where no record was counted.
    pub fn within(&self, percent: u64) -> Option<u32> {
        let rank = (self.count() * percent.min(100)).div_ceil(100).max(1);
        let mut counted = 0;
        self.0.iter().find_map(|(days, count)| {
            counted += count;
            (counted >= rank).then_some(*days)
        })
    }
}

/// Records of a plan that a sweep did not destroy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Left {
    /// The id of their class.
    pub class: String,
    /// Why, as a stable code such as `on-hold`.
    pub why: String,
    /// How many.
    pub count: u64,
}

/// The list of records, a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ListBound {
    /// Its file name, beside the certificate.
    pub file: String,
    /// The digest of its bytes.
    pub sha256: Digest,
    /// How many records it says were destroyed.
    pub destroyed: u64,
    /// How many it says were left.
    pub left: u64,
}

/// What a plaintext touched before it was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// A medium that keeps data without power: remains may be on it although the path was overwritten.
    Persistent,
    /// Memory alone (tmpfs).
    Memory,
}

/// One destroyed record, a line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSwept {
    /// Its id.
    pub id: RecordId,
    /// The id of its class when it was sealed.
    pub class: String,
    /// The digest of the rule that allowed it.
    pub rule: Digest,
    /// The first day on which its disposal was allowed.
    pub first_day_allowed: Date,
    /// The day it was sealed.
    pub sealed_on: Date,
    /// The day its destruction was completed.
    pub destroyed_on: Date,
    /// What its plaintext touched before it was sealed.
    pub exposure: Exposure,
    /// How often it was opened.
    pub opened: u64,
    /// Days between the last approval and its destruction; none where it needed none.
    pub days_after_approval: Option<u32>,
    /// The ledger index of its entry `sealed`.
    pub sealed_entry: u64,
    /// The ledger index of the intent.
    pub intent_entry: u64,
    /// The ledger index of the completion.
    pub destroyed_entry: u64,
}

impl RecordSwept {
    /// Returns the days between the first day allowed and its destruction; negative if it was destroyed too early.
    pub fn days_after_first(&self) -> i64 {
        self.destroyed_on.days_since(self.first_day_allowed)
    }
}

/// A record that was not destroyed, a line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordLeft {
    /// Its id.
    pub id: RecordId,
    /// The id of its class.
    pub class: String,
    /// Why, as a stable code such as `on-hold`.
    pub why: String,
}

/// Entries of the ledger, each with the proof that it is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Evidence {
    /// The public key that signed the checkpoint in the proofs, in base64.
    pub key: String,
    /// `created`, `policy-accepted`, each `plan-approved`, `swept`: in the order of the ledger.
    pub entries: Vec<ProvenEntry>,
    /// Changes of the ledger's key since that checkpoint or before it, in order: each `key-rotated` with a proof whose
    /// checkpoint the old and the new key signed.
    pub key_changes: Vec<ProvenEntry>,
}

/// One entry and its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProvenEntry {
    /// The bytes that were hashed.
    pub entry: String,
    /// The proof, a C2SP `tlog-proof`.
    pub proof: String,
}

impl Statement {
    /// Returns the digest that the signature is over: that of the statement as canonical JSON.
    pub fn digest(&self) -> Digest {
        let value = serde_json::to_value(self).expect("texts, dates and whole numbers are always JSON");
        Digest::of(&crate::ledger::canonical(&value).expect("a statement holds whole numbers alone"))
    }

    /// Returns the text that the signature is over.
    pub fn note(&self) -> String {
        format!("{FORMAT}\n{}\n{}\n", self.sweep, self.digest())
    }

    /// Returns how many records were destroyed.
    pub fn count(&self) -> u64 {
        self.list.destroyed
    }
}

/// Returns the name that signs certificates of a ledger: another than the one that signs its checkpoints.
pub fn signer(origin: &str) -> String {
    format!("{origin}/certificates")
}

impl Certificate {
    /// Returns the entry that ended the sweep, with its proof.
    pub fn swept(&self) -> Option<&ProvenEntry> {
        self.evidence.entries.last()
    }
}

impl ProvenEntry {
    /// Returns the index of the entry, as its proof says.
    pub fn index(&self) -> Option<u64> {
        self.proof.lines().find_map(|line| line.strip_prefix("index "))?.parse().ok()
    }

    /// Returns the signed checkpoint its proof leads to.
    pub fn checkpoint(&self) -> Option<&str> {
        crate::ledger::proof_checkpoint(&self.proof)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::list::List;
    use super::*;
    use crate::ledger::{
        Checkpoint, Entry, LedgerKey, What, annex, inclusion_proof, leaf_hash, root, sign_note, write_proof,
    };

    const ORIGIN: &str = "hokan/minato-kenpo/5f0c8d9e2a417b36";

    fn noon() -> Instant {
        Instant::from_micros(1_795_348_800_000_000)
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// The ledger's key in the samples.
    pub(crate) fn key() -> LedgerKey {
        LedgerKey::from_seed(&[5; 32])
    }

    /// A list of `records` destroyed records of two classes and one left.
    pub(crate) fn list(records: u64) -> List {
        let id = |n: u64| {
            let random = Digest::of(&n.to_le_bytes()).as_bytes()[..10].try_into().unwrap();
            RecordId::new(noon().plus_days(-40).plus_seconds(n as i64), random)
        };
        let one = |n: u64| RecordSwept {
            id: id(n),
            class: if n.is_multiple_of(3) { "checkups" } else { "receipts" }.into(),
            rule: Digest::of(if n.is_multiple_of(3) { b"checkups" } else { b"receipts" }),
            first_day_allowed: date("2026-11-22").minus_days((n % 20) as u32).unwrap(),
            sealed_on: date("2026-10-13"),
            destroyed_on: date("2026-11-22"),
            exposure: if n.is_multiple_of(7) { Exposure::Memory } else { Exposure::Persistent },
            opened: u64::from(n.is_multiple_of(11)),
            days_after_approval: (!n.is_multiple_of(3)).then_some(1),
            sealed_entry: 10 + n,
            intent_entry: 2000 + n,
            destroyed_entry: 4000 + n,
        };
        let left = RecordLeft { id: id(900_000), class: "receipts".into(), why: "on-hold".into() };
        List { destroyed: (0..records).map(one).collect(), left: vec![left] }
    }

    /// What a certificate over that list says.
    pub(crate) fn statement(list: &List) -> Statement {
        let words = |ja: &str, en: &str| Words::from([("ja".into(), ja.into()), ("en".into(), en.into())]);
        let class = |id: &str, title, rule, law| {
            let of: Vec<&RecordSwept> = list.destroyed.iter().filter(|one| one.class == id).collect();
            ClassSwept {
                class: id.into(),
                medium: Medium::Electronic,
                method: Method::CryptographicErase,
                title,
                rule,
                rule_digest: Digest::of(id.as_bytes()),
                law,
                count: of.len() as u64,
                opened: of.iter().filter(|one| one.opened > 0).count() as u64,
                earliest_due: of.iter().map(|one| one.first_day_allowed).min().unwrap_or(date("2026-11-01")),
                latest_due: of.iter().map(|one| one.first_day_allowed).max().unwrap_or(date("2026-11-01")),
                latest_by: of.iter().map(|one| one.days_after_first() as u32).max().unwrap_or(0),
            }
        };
        let mut lateness = Lateness::default();
        for one in &list.destroyed {
            lateness.after_first_day.add(one.days_after_first());
            one.days_after_approval.iter().for_each(|days| lateness.after_approval.add(i64::from(*days)));
        }
        let law = LawCited {
            topic: "specific-checkup-records".into(),
            citation: words(
                "特定健康診査及び特定保健指導の実施に関する基準第10条",
                "Article 10 of the Standards for Specific Health Checkups",
            ),
        };
        let approval = |name: &str, by: &str, seconds| Approval {
            name: name.into(),
            fingerprint: by.into(),
            at: noon().plus_days(-1).plus_seconds(seconds),
        };
        Statement {
            organization: "minato-kenpo".into(),
            sweep: "2026-11-22-5f0c8d9e".into(),
            started: noon(),
            finished: noon().plus_seconds(95),
            tool: Tool { name: "hokan".into(), version: "0.1.0".into(), time_zone_data: "2025b".into() },
            policy: PolicyVersion { commit: Some("9f2c".repeat(10)), digest: Digest::of(b"policy") },
            laws: BTreeMap::from([("jp".into(), date("2026-10-01"))]),
            plan: Some(Digest::of(b"plan")),
            approvals: vec![
                approval("総務課長", "SHA256:uNiVztksCsDhcc0u9e8BrpVXXjuHKsJyPuPLYbMxqH4", 0),
                approval("給付課長", "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM", 3600),
            ],
            holds: vec!["hold-0b612b3d".into()],
            media: Media { headers: "ext4".into(), bodies: "ext4".into(), overwriting: Overwriting::NotKnown },
            conditions: Conditions {
                always_encrypted: Condition::NotMet,
                strength: Condition::Met,
                vetted: Condition::Met,
                every_copy: Condition::NotKnown,
                no_earlier_plaintext: Condition::NotMet,
                recorded: Condition::Met,
            },
            claim: Claim::Clear,
            header_backups_expire: Some(date("2026-12-22")),
            verification: Examination::Full,
            validation: Examination::None,
            classes: vec![
                class(
                    "checkups",
                    words("健康診査結果", "Health check-up results"),
                    words(
                        "作成した年度の末日の翌日から5年間",
                        "5 years, counted from the day after the end of the fiscal year in which they were made",
                    ),
                    Some(law),
                ),
                class(
                    "receipts",
                    words("診療報酬明細書", "Medical fee statements"),
                    words(
                        "診療月の末日の翌日から5年間",
                        "5 years, counted from the day after the end of the month of treatment",
                    ),
                    None,
                ),
            ],
            lateness,
            left: check::reasons(list),
            list: ListBound {
                file: "2026-11-22-5f0c8d9e.csv".into(),
                sha256: Digest::of(list.text().as_bytes()),
                destroyed: list.destroyed.len() as u64,
                left: list.left.len() as u64,
            },
        }
    }

    /// A certificate over a list, with evidence from a ledger of its own.
    pub(crate) fn certificate(statement: Statement, list: &List) -> Certificate {
        let mut whats = vec![
            What::Created { log: "5f0c8d9e2a417b36".into(), organization: "minato-kenpo".into(), key: key().public() },
            What::PolicyAccepted {
                commit: Some("9f2c".repeat(10)),
                policy: Digest::of(b"policy"),
                enforced: Digest::of(b"enforced"),
                by: Vec::new(),
            },
        ];
        let approved = |one: &Approval| What::PlanApproved {
            plan: Digest::of(b"plan"),
            by: one.fingerprint.clone(),
            fact: Digest::of(one.name.as_bytes()),
        };
        whats.extend(statement.approvals.iter().map(approved));
        let (count, method) = (list.destroyed.len() as u64, "cryptographic-erase".to_owned());
        whats.push(What::Swept { sweep: statement.sweep.clone(), count, method, annex: annex(&list.annex()) });
        let last = whats.len() - 1;
        let at = |place: usize| match place {
            place if place == last => noon().plus_seconds(95),
            place => noon().plus_days(-1).plus_seconds(3600 * (place as i64 - 2)),
        };
        let entries: Vec<Vec<u8>> =
            whats.into_iter().enumerate().map(|(place, what)| Entry { at: at(place), what }.encode()).collect();
        let leaves: Vec<Digest> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let size = entries.len() as u64;
        let checkpoint = Checkpoint { origin: ORIGIN.parse().unwrap(), size, root: root(&leaves) }.sign(&key());
        let proven = |(index, entry): (u64, Vec<u8>)| ProvenEntry {
            entry: String::from_utf8(entry).unwrap(),
            proof: write_proof(index, &inclusion_proof(&leaves, index).unwrap(), &checkpoint),
        };
        let entries = (0..).zip(entries).map(proven).collect();
        let signature = sign_note(&statement.note(), &signer(ORIGIN), &key());
        let evidence = Evidence { key: key().public(), entries, key_changes: Vec::new() };
        Certificate { format: FORMAT.into(), statement, evidence, signature }
    }

    /// A certificate and its list.
    pub(crate) fn sample(records: u64) -> (Certificate, List) {
        let list = list(records);
        (certificate(statement(&list), &list), list)
    }

    #[test]
    fn a_certificate_reads_back_what_it_writes() {
        let (certificate, _) = sample(3);
        let json = serde_json::to_string(&certificate).unwrap();
        assert_eq!(serde_json::from_str::<Certificate>(&json).unwrap(), certificate);
        assert!(json.contains("\"header-backups-expire\":\"2026-12-22\""));
        assert_eq!(certificate.swept().and_then(ProvenEntry::index), Some(4));
        assert!(certificate.swept().and_then(ProvenEntry::checkpoint).unwrap().starts_with(ORIGIN));
    }

    #[test]
    fn one_open_condition_is_enough_to_forbid_the_word_purge() {
        let mut conditions = sample(1).0.statement.conditions;
        assert!(!conditions.all_met());
        for condition in
            [&mut conditions.always_encrypted, &mut conditions.every_copy, &mut conditions.no_earlier_plaintext]
        {
            *condition = Condition::Met;
        }
        assert!(conditions.all_met());
        conditions.every_copy = Condition::NotKnown;
        assert!(!conditions.all_met());
    }

    #[test]
    fn the_days_within_which_most_went_are_the_smallest_that_so_many_did_not_exceed() {
        let mut days = Days::default();
        assert_eq!((days.within(99), days.count()), (None, 0));
        (0..99).for_each(|_| days.add(2));
        days.add(40);
        assert_eq!(
            (days.within(0), days.within(50), days.within(99), days.within(100)),
            (Some(2), Some(2), Some(2), Some(40))
        );
        days.add(-3);
        assert_eq!((days.count(), days.within(0), days.within(99)), (101, Some(0), Some(2)));
        let mut both = Days::default();
        both.join(&days);
        both.join(&days);
        assert_eq!((both.count(), both.within(99)), (202, Some(2)));
    }
}
