//! The entries of the ledger: what can be said in it, and the bytes it is said with.
//!
//! In: an [`Entry`], or bytes. Out: bytes, or an [`Entry`]. The rule it keeps: an entry has one spelling. What does not
//! read back to the very bytes given is refused, so that the hash of the bytes is the hash of the meaning.
//!
//! To the byte: one canonical JSON object ([`canonical`](super::canonical())) without a final newline, holding `"v":1`
//! (the version of this format), `"at"` (microseconds since 1970 UTC), `"kind"` and the fields of that kind. Digests
//! and record ids are lower-case texts; a field that has no value is absent, never null. Integers are written in full;
//! all of them stay below 2^53, times until the year 2255.
//!
//! ```text
//! {"at":1795273200000000,"intent":7,"kind":"destroyed","method":"cryptographic-erase","record":"019a…","sweep":"s-1","v":1}
//! ```

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canonical::written;
use crate::calendar::{Date, Instant};
use crate::{Digest, RecordId};

/// The version of the format that this program writes.
const VERSION: u64 = 1;

/// Every kind this program reads.
const KINDS: [&str; 31] = [
    "created",
    "policy-accepted",
    "recipients-confirmed",
    "sealed",
    "registered",
    "corrected",
    "rekeyed",
    "work-order",
    "early-requested",
    "early-withdrawn",
    "succeeded",
    "event-added",
    "event-corrected",
    "event-withdrawn",
    "consent-stated",
    "hold-placed",
    "hold-restated",
    "hold-reviewed",
    "hold-released",
    "plan-made",
    "plan-approved",
    "kept-longer",
    "opened",
    "clock-confirmed",
    "heartbeat",
    "key-rotated",
    "restored",
    "intent",
    "destroyed",
    "abandoned",
    "swept",
];

/// One entry: what happened, and when the service wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The clock when the entry was made.
    pub at: Instant,
    /// What happened.
    pub what: What,
}

/// What an entry says. A `fact` is a salted commitment; the fact itself lies in the catalog until it is erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// The ledger begins. Always the first entry, and only that.
    Created {
        /// The ledger's own random id, 16 hexadecimal digits.
        log: String,
        /// The organization's id.
        organization: String,
        /// The Ed25519 public key that signs checkpoints, 32 bytes in base64.
        key: String,
    },
    /// A policy is in force from here on.
    PolicyAccepted {
        /// The git commit it comes from; absent without git.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        commit: Option<String>,
        /// The digest of the policy's files.
        policy: Digest,
        /// The digest of what hokan enforces of it.
        enforced: Digest,
        /// Key fingerprints of the people who accepted it; empty when the service did so alone.
        by: Vec<String>,
    },
    /// Somebody proved to hold the keys that records are sealed to from here on.
    RecipientsConfirmed {
        /// The digest of the sorted set of recipients.
        recipients: Digest,
        /// Fingerprints of the keys that were proved.
        keys: Vec<String>,
    },
    /// A record was taken in and sealed.
    Sealed {
        /// The record.
        record: RecordId,
        /// Its class.
        class: String,
        /// The digest of the policy in force.
        policy: Digest,
        /// The digest of the rule of its class.
        rule: Digest,
        /// The digest of the sealed body.
        body: Digest,
        /// The digest of the header that opens it.
        header: Digest,
        /// The medium's kind, such as `electronic`.
        medium: String,
        /// Where the plaintext lay before.
        exposure: Exposure,
        /// Commitment to what the catalog holds about it.
        fact: Digest,
    },
    /// A box, binder or device that a register tells of became a record: it lies outside the vault.
    Registered {
        /// The record.
        record: RecordId,
        /// Its class.
        class: String,
        /// The digest of the policy in force.
        policy: Digest,
        /// The digest of the rule of its class.
        rule: Digest,
        /// The medium's kind: `paper` or `device`.
        medium: String,
        /// Commitment to what the register says of it. Its intent repeats it as `header` and as `body`.
        fact: Digest,
    },
    /// A later register says something else of it, or does not list it any more.
    Corrected {
        /// The record.
        record: RecordId,
        /// Its class from here on.
        class: String,
        /// The digest of the policy in force.
        policy: Digest,
        /// The digest of the rule of its class.
        rule: Digest,
        /// The medium's kind from here on.
        medium: String,
        /// Commitment to what is known of it from here on.
        fact: Digest,
    },
    /// A record has another header: its key is wrapped for other people, its body is as it was.
    Rekeyed {
        /// The record.
        record: RecordId,
        /// The digest of the policy whose recipients of its class it is wrapped for.
        policy: Digest,
        /// The digest of the header that opens it from here on.
        header: Digest,
    },
    /// Somebody asked that a record be destroyed before its period is over; no law and no hold stands against it.
    EarlyRequested {
        /// The record.
        record: RecordId,
        /// Commitment to who asked, why, and from when on it may go.
        fact: Digest,
    },
    /// Such a request was taken back: the record is kept as long as its rule says.
    EarlyWithdrawn {
        /// The record.
        record: RecordId,
        /// The index of the entry `early-requested`.
        request: u64,
        /// Commitment to who took it back, and why.
        fact: Digest,
    },
    /// The Individual Number of a record was masked: what stays of it is sealed as a record of its own.
    Succeeded {
        /// The record with the number.
        record: RecordId,
        /// The record without it.
        successor: RecordId,
        /// Commitment to who masked it, and how it was looked through.
        fact: Digest,
    },
    /// A step of the disposal of boxes or devices: a work order is a sweep that people carry out.
    WorkOrder {
        /// The sweep's id, which is the order's.
        sweep: String,
        /// The step.
        step: OrderStep,
        /// How many records it is about.
        count: u64,
        /// The record that is the contractor's certificate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        certificate: Option<RecordId>,
        /// Commitment to what the step says: the list, who handed over, what was certified.
        fact: Digest,
    },
    /// An event about a record or a subject was recorded.
    EventAdded {
        /// The record, or the random id that stands for the subject; absent in entries of the first version.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<RecordId>,
        /// Commitment to the event.
        fact: Digest,
    },
    /// An event was stated again with another date.
    EventCorrected {
        /// As in `event-added`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<RecordId>,
        /// The index of the entry it replaces.
        event: u64,
        /// Commitment to the event and the reason.
        fact: Digest,
    },
    /// An event was taken back: it never happened.
    EventWithdrawn {
        /// As in `event-added`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<RecordId>,
        /// The index of the entry it takes back.
        event: u64,
        /// Commitment to the event and the reason.
        fact: Digest,
    },
    /// A member objected to an item of consent, consented to it, or took back what they had said.
    ConsentStated {
        /// The random id that stands for the member.
        about: RecordId,
        /// Commitment to who said what about which item, since when, and on what evidence.
        fact: Digest,
    },
    /// A hold was placed: what it covers is not destroyed.
    HoldPlaced {
        /// The hold's id.
        hold: String,
        /// Commitment to its scope and reason.
        fact: Digest,
    },
    /// What a hold in force covers and why was stated anew: the catalog had lost it.
    HoldRestated {
        /// The hold's id.
        hold: String,
        /// Commitment to its scope and reason, as they are from here on.
        fact: Digest,
    },
    /// A hold was looked at and stays.
    HoldReviewed {
        /// The hold's id.
        hold: String,
        /// Commitment to who looked, why it stays and when it is looked at again.
        fact: Digest,
    },
    /// A hold was released.
    HoldReleased {
        /// The hold's id.
        hold: String,
        /// Commitment to who released it, and why.
        fact: Digest,
    },
    /// A person made a plan of destruction and signed it.
    PlanMade {
        /// The digest of the plan.
        plan: Digest,
        /// The fingerprint of the planner's key, which is no approver's of this plan.
        by: String,
        /// Commitment to the planner's name.
        fact: Digest,
    },
    /// A person approved a plan of destruction.
    PlanApproved {
        /// The digest of the plan.
        plan: Digest,
        /// The fingerprint of the approver's key.
        by: String,
        /// Commitment to the approver's name.
        fact: Digest,
    },
    /// A record is kept longer than its rule says.
    KeptLonger {
        /// The record.
        record: RecordId,
        /// Commitment to how, until when, by whom and why.
        fact: Digest,
    },
    /// A sealed record was opened.
    Opened {
        /// The record.
        record: RecordId,
        /// Commitment to who opened it, and why.
        fact: Digest,
    },
    /// A person checked the clock after it had moved in a way nobody believed.
    ClockConfirmed {
        /// Commitment to who did, and why.
        fact: Digest,
    },
    /// The service is alive: at most one a day, so that a silence of the ledger means something.
    Heartbeat {},
    /// Another key signs the checkpoints from here on; the checkpoint that ends with this entry is signed by both.
    KeyRotated {
        /// The public key until now, 32 bytes in base64.
        old: String,
        /// The public key from here on.
        new: String,
    },
    /// A vault that came back from a backup was brought to what its witness knows.
    Restored {
        /// Ledger entries that were taken over from the witness.
        adopted: u64,
        /// Records destroyed before that were there again, and were destroyed again.
        again: u64,
        /// Records whose files no row tells of, put into quarantine.
        quarantined: u64,
        /// Entries that state what the catalog never held.
        lost: u64,
    },
    /// A record is about to be destroyed: every condition was checked.
    Intent {
        /// The record.
        record: RecordId,
        /// The sweep's id.
        sweep: String,
        /// The digest of the header that will be overwritten.
        header: Digest,
        /// The digest of the body that will be unlinked.
        body: Digest,
        /// The digest of the rule that allows it.
        rule: Digest,
        /// The digest of the approved plan; absent where the rule needs no approval.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plan: Option<Digest>,
        /// The first day on which its disposal is allowed; absent in entries of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Date>,
    },
    /// A record was destroyed.
    Destroyed {
        /// The record.
        record: RecordId,
        /// The sweep's id.
        sweep: String,
        /// The index of the entry `intent`.
        intent: u64,
        /// How, such as `cryptographic-erase`.
        method: String,
    },
    /// An intent was given up; the record stays.
    Abandoned {
        /// The record.
        record: RecordId,
        /// The sweep's id.
        sweep: String,
        /// The index of the entry `intent`.
        intent: u64,
        /// Why, as a code such as `on-hold`.
        why: String,
    },
    /// A sweep is complete.
    Swept {
        /// The sweep's id.
        sweep: String,
        /// How many records it destroyed.
        count: u64,
        /// How.
        method: String,
        /// The digest of their list ([`annex`](super::annex())).
        annex: Digest,
        /// How many of them went so many days after the first day allowed, as pairs of days and records by days; absent in
        /// entries of before and of work orders.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late: Option<Vec<(u32, u64)>>,
        /// The same after the last approval, of those that had one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waited: Option<Vec<(u32, u64)>>,
    },
}

/// A step of a work order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderStep {
    /// The list stands, every condition was checked; nothing has left.
    Ordered,
    /// The things left the organization's hands, or its own staff began.
    HandedOver,
    /// Somebody confirmed that they were disposed of.
    Confirmed,
}

/// Where a record's plaintext lay before it was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// On a medium that keeps data without power: traces may remain in unused blocks.
    Persistent,
    /// In memory only (tmpfs).
    Memory,
}

/// Bytes that are not an entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Not an object with version, time and kind.
    #[error("not a ledger entry (expected a JSON object with `v`, `at` and `kind`)")]
    NotAnEntry(#[source] serde_json::Error),
    /// Written in a later version of the format.
    #[error("the entry has format {found}, this program reads format {VERSION}: use a newer hokan")]
    Newer {
        /// The version found.
        found: u64,
    },
    /// Of a kind that this program does not know.
    #[error("the entry is of kind `{kind}`, which this program does not know: use a newer hokan")]
    UnknownKind {
        /// The kind found.
        kind: String,
    },
    /// A known kind with missing, unknown or wrong fields.
    #[error("the fields of the `{kind}` entry are not those of its kind")]
    Fields {
        /// The kind.
        kind: String,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// The right content in another spelling.
    #[error("the entry is not canonical JSON: byte {byte} differs from the canonical spelling")]
    NotCanonical {
        /// The first byte that differs, from 0.
        byte: usize,
    },
}

/// What every version of the format has.
#[derive(Deserialize)]
struct Head {
    v: u64,
    at: Instant,
    kind: String,
}

impl Entry {
    /// Returns the bytes of the entry: those that are stored and hashed.
    pub fn encode(&self) -> Vec<u8> {
        let mut value = serde_json::to_value(&self.what).expect("texts, integers and digests are always JSON");
        value["at"] = Value::from(self.at.micros());
        value["v"] = Value::from(VERSION);
        written(&value).into_bytes()
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// Everything is refused that [`Entry::encode`] would not write with exactly these bytes. A newer version and an
    /// unknown kind are told apart from damage.
    pub fn decode(bytes: &[u8]) -> Result<Entry, EntryError> {
        let mut value: Value = serde_json::from_slice(bytes).map_err(EntryError::NotAnEntry)?;
        let Head { v, at, kind } = Head::deserialize(&value).map_err(EntryError::NotAnEntry)?;
        if v != VERSION {
            return Err(EntryError::Newer { found: v });
        }
        if !KINDS.contains(&kind.as_str()) {
            return Err(EntryError::UnknownKind { kind });
        }
        if let Some(fields) = value.as_object_mut() {
            fields.remove("v");
            fields.remove("at");
        }
        let what = serde_json::from_value(value).map_err(|source| EntryError::Fields { kind, source })?;
        let entry = Entry { at, what };
        match first_difference(bytes, &entry.encode()) {
            Some(byte) => Err(EntryError::NotCanonical { byte }),
            None => Ok(entry),
        }
    }

    /// Returns when an entry was made and whether a person confirmed the clock by it, without reading the rest of it.
    ///
    /// # Errors
    /// Refuses what has no version, time and kind; a newer version.
    pub fn time(bytes: &[u8]) -> Result<(Instant, bool), EntryError> {
        let Head { v, at, kind } = serde_json::from_slice(bytes).map_err(EntryError::NotAnEntry)?;
        if v != VERSION {
            return Err(EntryError::Newer { found: v });
        }
        Ok((at, kind == "clock-confirmed"))
    }
}

fn first_difference(found: &[u8], expected: &[u8]) -> Option<usize> {
    let common = found.iter().zip(expected).take_while(|(a, b)| a == b).count();
    (common < found.len().max(expected.len())).then_some(common)
}

impl What {
    /// Returns the kind as it stands in the entry.
    pub fn kind(&self) -> &'static str {
        match self {
            What::Created { .. } => "created",
            What::PolicyAccepted { .. } => "policy-accepted",
            What::RecipientsConfirmed { .. } => "recipients-confirmed",
            What::Sealed { .. } => "sealed",
            What::Registered { .. } => "registered",
            What::Corrected { .. } => "corrected",
            What::Rekeyed { .. } => "rekeyed",
            What::WorkOrder { .. } => "work-order",
            What::EarlyRequested { .. } => "early-requested",
            What::EarlyWithdrawn { .. } => "early-withdrawn",
            What::Succeeded { .. } => "succeeded",
            What::EventAdded { .. } => "event-added",
            What::EventCorrected { .. } => "event-corrected",
            What::EventWithdrawn { .. } => "event-withdrawn",
            What::ConsentStated { .. } => "consent-stated",
            What::HoldPlaced { .. } => "hold-placed",
            What::HoldRestated { .. } => "hold-restated",
            What::HoldReviewed { .. } => "hold-reviewed",
            What::HoldReleased { .. } => "hold-released",
            What::PlanMade { .. } => "plan-made",
            What::PlanApproved { .. } => "plan-approved",
            What::KeptLonger { .. } => "kept-longer",
            What::Opened { .. } => "opened",
            What::ClockConfirmed { .. } => "clock-confirmed",
            What::Heartbeat {} => "heartbeat",
            What::KeyRotated { .. } => "key-rotated",
            What::Restored { .. } => "restored",
            What::Intent { .. } => "intent",
            What::Destroyed { .. } => "destroyed",
            What::Abandoned { .. } => "abandoned",
            What::Swept { .. } => "swept",
        }
    }

    /// Returns the commitment that this kind of entry makes, if it makes one.
    pub fn fact(&self) -> Option<Digest> {
        match self {
            What::Sealed { fact, .. }
            | What::Registered { fact, .. }
            | What::Corrected { fact, .. }
            | What::WorkOrder { fact, .. }
            | What::EarlyRequested { fact, .. }
            | What::EarlyWithdrawn { fact, .. }
            | What::Succeeded { fact, .. }
            | What::EventAdded { fact, .. }
            | What::EventCorrected { fact, .. }
            | What::EventWithdrawn { fact, .. }
            | What::ConsentStated { fact, .. }
            | What::HoldPlaced { fact, .. }
            | What::HoldRestated { fact, .. }
            | What::HoldReviewed { fact, .. }
            | What::HoldReleased { fact, .. }
            | What::PlanMade { fact, .. }
            | What::PlanApproved { fact, .. }
            | What::KeptLonger { fact, .. }
            | What::Opened { fact, .. }
            | What::ClockConfirmed { fact } => Some(*fact),
            What::Created { .. }
            | What::PolicyAccepted { .. }
            | What::RecipientsConfirmed { .. }
            | What::Heartbeat {}
            | What::KeyRotated { .. }
            | What::Restored { .. }
            | What::Rekeyed { .. }
            | What::Intent { .. }
            | What::Destroyed { .. }
            | What::Abandoned { .. }
            | What::Swept { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
