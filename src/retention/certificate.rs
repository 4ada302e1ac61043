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
mod erase;
mod lateness;
pub mod list;
mod record;
#[cfg(test)]
pub(crate) mod sample;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Digest;
use crate::calendar::{Date, Instant};

pub use erase::{Claim, Condition, Conditions, Examination, Media, Medium, Method, Overwriting};
pub use lateness::{Days, Lateness};
pub use record::{Exposure, Masked, RecordLeft, RecordSwept};

/// A text by language.
pub type Words = BTreeMap<String, String>;

/// The version of the format this program writes.
pub const FORMAT: &str = "hokan-certificate/3";

/// The most grounds that a certificate proves one by one: the list names the entries of all of them.
pub const PROVED: usize = 1000;

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
    #[serde(deserialize_with = "stated")]
    pub plan: Option<Digest>,
    /// Who approved the plan, in the order of approval.
    pub approvals: Vec<Approval>,
    /// The ids of the holds in force when the intents were written: each record was compared with each of them.
    pub holds: Vec<String>,
    /// What decided about the records of it that were given up, where the sweep had stopped and was taken up again under
    /// another policy, other holds or other approvals; absent otherwise.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub taken_up: Option<TakenUp>,
    /// Where the headers and bodies lay.
    pub media: Media,
    /// How far the conditions of a cryptographic erase hold.
    pub conditions: Conditions,
    /// What may be claimed at most, in the terms of NIST SP 800-88 Rev. 2.
    pub claim: Claim,
    /// The day on which the last backup that may hold a header is gone; none when backups are not known.
    #[serde(deserialize_with = "stated")]
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
    #[serde(deserialize_with = "stated")]
    pub commit: Option<String>,
    /// The digest of policies and templates.
    pub digest: Digest,
}

/// What decided about the records that a sweep gave up when it was taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TakenUp {
    /// The accepted policy then.
    pub policy: PolicyVersion,
    /// The approvals of the plan that counted then.
    pub approvals: Vec<Approval>,
    /// The ids of the holds in force then.
    pub holds: Vec<String>,
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
    #[serde(deserialize_with = "stated")]
    pub law: Option<LawCited>,
    /// How many records were destroyed.
    pub count: u64,
    /// How many of them had been opened, at least once, since they were sealed.
    pub opened: u64,
    /// How many of them went before their period was over, because somebody asked.
    pub early: u64,
    /// How many of them have a masked successor: their Individual Number alone was due.
    pub masked: u64,
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

/// Entries of the ledger, each with the proof that it is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Evidence {
    /// The public key that signed the checkpoint in the proofs, in base64.
    pub key: String,
    /// `created`, `policy-accepted`, each `plan-approved`, `swept`, and what decided later: in the order of the ledger.
    pub entries: Vec<ProvenEntry>,
    /// `early-requested` and `succeeded`: why records went in another way than by their period, as the list names them,
    /// record by record; of more than [`PROVED`] the first.
    pub grounds: Vec<ProvenEntry>,
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

/// Reads what may be null and must not be missing: a key that was taken out is an alteration.
fn stated<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(value)
}

/// Reads what may be absent and is never null: one spelling for what is not there.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

impl Certificate {
    /// Returns the entry that ended the sweep, with its proof.
    pub fn swept(&self) -> Option<&ProvenEntry> {
        self.evidence.entries.last()
    }
}

/// Returns the signed checkpoint in what somebody kept: a checkpoint as it is, the one a certificate or a proof leads to;
/// nothing where a text is a certificate of a form this program does not read.
pub fn checkpoint_in(kept: &str) -> Option<String> {
    let note = if kept.starts_with('{') {
        serde_json::from_str::<Certificate>(kept).ok()?.swept()?.checkpoint()?.to_owned()
    } else if kept.starts_with("c2sp.org/tlog-proof") {
        crate::ledger::proof_checkpoint(kept)?.to_owned()
    } else {
        kept.to_owned()
    };
    // A signed note ends with one line feed, whatever an editor or a shell made of it.
    Some(format!("{}\n", note.trim_end()))
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
mod tests {
    use super::sample::{ORIGIN, sample};
    use super::*;

    #[test]
    fn a_certificate_reads_back_what_it_writes() {
        let (certificate, _) = sample(3);
        let json = serde_json::to_string(&certificate).unwrap();
        assert_eq!(serde_json::from_str::<Certificate>(&json).unwrap(), certificate);
        assert!(json.contains("\"header-backups-expire\":\"2026-12-22\""));
        assert_eq!(certificate.swept().and_then(ProvenEntry::index), Some(6));
        assert!(certificate.swept().and_then(ProvenEntry::checkpoint).unwrap().starts_with(ORIGIN));
    }

    #[test]
    fn a_checkpoint_is_found_in_a_certificate_in_its_proof_and_in_itself() {
        let (certificate, _) = sample(3);
        let swept = certificate.swept().unwrap();
        let note = swept.checkpoint().unwrap();
        for kept in [note, note.trim_end(), &swept.proof, &serde_json::to_string_pretty(&certificate).unwrap()] {
            assert_eq!(checkpoint_in(kept).as_deref(), Some(note), "{kept}");
        }
        assert_eq!(checkpoint_in("{}"), None);
    }
}
