//! What a certificate says of one record.
//!
//! In: the ledger's entries about it. Out: a line of the list. The rule it keeps: ids, classes and days; who asked, and
//! whom it was about, stays out.

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::{Digest, RecordId};

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
    /// The ledger index of the request for which it went before its period was over; none where it went by its period.
    pub early_entry: Option<u64>,
    /// What stays of it; none where all of it was due.
    pub masked: Option<Masked>,
}

/// What stays of a record whose Individual Number alone was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The record in which the number is masked.
    pub successor: RecordId,
    /// The ledger index of the entry `succeeded`, which links the two.
    pub entry: u64,
}

impl RecordSwept {
    /// Returns the days between the first day allowed and its destruction; negative if it was destroyed too early.
    pub fn days_after_first(&self) -> i64 {
        self.destroyed_on.days_since(self.first_day_allowed)
    }

    /// Returns the ledger indices that say why it went in another way than by its period.
    pub fn grounds(&self) -> impl Iterator<Item = u64> {
        self.early_entry.into_iter().chain(self.masked.map(|masked| masked.entry))
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
