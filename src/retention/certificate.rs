//! The certificate of one sweep: what was destroyed, by which rule, how, and what is not claimed.
//!
//! In: the ledger's entries and the plan of the sweep. Out: a value that prints as JSON and as a document. The rule it
//! keeps: it names methods and conditions, never "unrecoverable"; it holds ids, digests, classes and dates, and no
//! personal data: no file name, no subject, no content. The names of approvers are those of office, from the policy.
//!
//! The fields follow the certificate of NIST SP 800-88 Rev. 1, 4.8 (withdrawn in 2025); the conditions are those of
//! cryptographic erase, which Rev. 2 still describes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Instant};
use crate::{Digest, RecordId};

/// A text by language.
pub type Words = BTreeMap<String, String>;

/// What one sweep did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Certificate {
    /// The version of this format: [`FORMAT`].
    pub format: String,
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
    /// The digest of the plan; none when the rules alone decided.
    pub plan: Option<Digest>,
    /// Who approved the plan, in the order of approval.
    pub approvals: Vec<Approval>,
    /// How the records were destroyed.
    pub method: Method,
    /// Where the headers and bodies lay.
    pub media: Media,
    /// How far the conditions of a cryptographic erase hold.
    pub conditions: Conditions,
    /// The day on which the last backup that may hold a header is gone; none when backups are not known.
    pub header_backups_expire: Option<Date>,
    /// Whether the operation was checked to have completed.
    pub verification: Examination,
    /// Whether the outcome was examined for being good enough, such as by an attempt to recover.
    pub validation: Examination,
    /// Counts and dates by class, sorted by class.
    pub classes: Vec<ClassSwept>,
    /// Every record destroyed, sorted by id.
    pub records: Vec<RecordSwept>,
    /// Records of the plan that were not destroyed, sorted by id; they stay due.
    pub left: Vec<RecordLeft>,
    /// Where all this stands in the ledger.
    pub ledger: LedgerProof,
}

/// The version of the format this program writes.
pub const FORMAT: &str = "hokan-certificate/1";

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
    /// Its title.
    pub title: Words,
    /// Its rule in words, as published.
    pub rule: Words,
    /// The digest of the rule.
    pub rule_digest: Digest,
    /// How many records were destroyed.
    pub count: u64,
    /// The earliest first day allowed among them.
    pub earliest_due: Date,
    /// The latest.
    pub latest_due: Date,
}

/// One destroyed record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecordSwept {
    /// Its id.
    pub id: RecordId,
    /// The id of its class.
    pub class: String,
    /// The first day on which its disposal was allowed.
    pub first_day_allowed: Date,
    /// The day it was sealed.
    pub sealed_on: Date,
    /// When its destruction was completed.
    pub destroyed_at: Instant,
    /// What its plaintext touched before it was sealed.
    pub exposure: Exposure,
    /// The ledger index of its entry `sealed`.
    pub sealed_entry: u64,
    /// The ledger index of the intent.
    pub intent_entry: u64,
    /// The ledger index of the completion.
    pub destroyed_entry: u64,
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

/// A record that was not destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecordLeft {
    /// Its id.
    pub id: RecordId,
    /// The id of its class.
    pub class: String,
    /// Why, as a stable code such as `on-hold`.
    pub why: String,
}

/// Where a sweep stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LedgerProof {
    /// The name of the log, `hokan/<organization>/<log>`.
    pub origin: String,
    /// How many entries the tree had.
    pub tree_size: u64,
    /// Its root.
    pub root: Digest,
    /// The index of the entry `swept`.
    pub entry: u64,
    /// The signed checkpoint.
    pub checkpoint: String,
    /// The proof that the entry is in the tree.
    pub proof: String,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A certificate over `records` records of two classes.
    pub(crate) fn sample(records: u64) -> Certificate {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let noon = Instant::from_micros(1_795_348_800_000_000);
        let words = |ja: &str, en: &str| Words::from([("ja".into(), ja.into()), ("en".into(), en.into())]);
        let record = |n: u64| RecordSwept {
            id: RecordId::new(
                noon.plus_days(-40).plus_seconds(n as i64),
                Digest::of(&n.to_le_bytes()).as_bytes()[..10].try_into().unwrap(),
            ),
            class: if n.is_multiple_of(3) { "checkups" } else { "receipts" }.into(),
            first_day_allowed: date("2026-11-01"),
            sealed_on: date("2026-10-13"),
            destroyed_at: noon.plus_seconds(n as i64),
            exposure: if n.is_multiple_of(7) { Exposure::Memory } else { Exposure::Persistent },
            sealed_entry: 10 + n,
            intent_entry: 2000 + n,
            destroyed_entry: 4000 + n,
        };
        let class = |id: &str, title, rule, count| ClassSwept {
            class: id.into(),
            title,
            rule,
            rule_digest: Digest::of(id.as_bytes()),
            count,
            earliest_due: date("2026-11-01"),
            latest_due: date("2026-11-01"),
        };
        Certificate {
            format: FORMAT.into(),
            organization: "minato-kenpo".into(),
            sweep: "2026-11-22-1".into(),
            started: noon,
            finished: noon.plus_seconds(95),
            tool: Tool { name: "hokan".into(), version: "0.1.0".into(), time_zone_data: "2025b".into() },
            policy: PolicyVersion { commit: Some("9f2c".repeat(10)), digest: Digest::of(b"policy") },
            plan: Some(Digest::of(b"plan")),
            approvals: vec![
                Approval { name: "総務課長".into(), fingerprint: "SHA256:uNiVztksCsDhcc0u9e8BrpVXXjuHKsJyPuPLYbMxqH4".into(), at: noon.plus_days(-1) },
                Approval { name: "給付課長".into(), fingerprint: "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM".into(), at: noon.plus_days(-1).plus_seconds(3600) },
            ],
            method: Method::CryptographicErase,
            media: Media { headers: "ext4".into(), bodies: "ext4".into(), overwriting: Overwriting::NotKnown },
            conditions: Conditions {
                always_encrypted: Condition::NotMet,
                strength: Condition::Met,
                vetted: Condition::Met,
                every_copy: Condition::NotKnown,
                no_earlier_plaintext: Condition::NotMet,
                recorded: Condition::Met,
            },
            header_backups_expire: Some(date("2026-12-22")),
            verification: Examination::Full,
            validation: Examination::None,
            classes: vec![
                class("checkups", words("健康診査結果", "Health check-up results"), words("作成した年度の末日の翌日から5年間", "5 years, counted from the day after the end of the fiscal year in which they were made"), records.div_ceil(3)),
                class("receipts", words("診療報酬明細書", "Medical fee statements"), words("診療月の末日の翌日から5年間", "5 years, counted from the day after the end of the month of treatment"), records - records.div_ceil(3)),
            ],
            records: (0..records).map(record).collect(),
            left: vec![RecordLeft { id: record(9000).id, class: "receipts".into(), why: "on-hold".into() }],
            ledger: LedgerProof {
                origin: "hokan/minato-kenpo/5f0c8d9e2a417b36".into(),
                tree_size: 6021,
                root: Digest::of(b"root"),
                entry: 6020,
                checkpoint: "hokan/minato-kenpo/5f0c8d9e2a417b36\n6021\nSBPoc5RXDTXs9mmTwlUqAo4n9Lrr8iIhE6XHyyWyTzo=\n\n— hokan/minato-kenpo/5f0c8d9e2a417b36 kJ0cYw3q1zVY2mS7mYw7q0hY3Vd8b2xq0m1c3iKkT9f6sPp1uJmXo9vB2dQe4rT8yUw6zA5cNnLhGgFjEKxD0Q8=\n".into(),
                proof: format!("c2sp.org/tlog-proof@v1\nindex 6020\n{}", "SBPoc5RXDTXs9mmTwlUqAo4n9Lrr8iIhE6XHyyWyTzo=\n".repeat(7)),
            },
        }
    }

    #[test]
    fn a_certificate_reads_back_what_it_writes() {
        let certificate = sample(3);
        let json = serde_json::to_string(&certificate).unwrap();
        assert_eq!(serde_json::from_str::<Certificate>(&json).unwrap(), certificate);
        assert!(json.contains("\"header-backups-expire\":\"2026-12-22\""));
    }

    #[test]
    fn one_open_condition_is_enough_to_forbid_the_word_purge() {
        let mut conditions = sample(1).conditions;
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
}
