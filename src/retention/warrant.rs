//! The permission to destroy one record.
//!
//! In: the gate's answer, given while it held both stores' write locks and committed the intent. Out: the only value that
//! `vault::destroy` accepts. The rule it keeps: a warrant can be made inside `retention` alone and is neither copied nor
//! written down, so no path to destruction leads around the gate.

use crate::{Digest, RecordId};

/// The permission to destroy one record: its id, its intent, and the digests its two files have according to the ledger.
///
/// Neither `Clone` nor serialisable: each permission comes from its own pass through the gate.
#[must_use = "a warrant that is not carried out leaves an intent open"]
pub struct Warrant {
    intent: u64,
    record: RecordId,
    header: Digest,
    body: Digest,
}

impl Warrant {
    /// Issues a warrant for an intent that is committed.
    ///
    /// Only `retention::gate` calls this; a test over the sources enforces it.
    pub(in crate::retention) fn issue(intent: u64, record: RecordId, header: Digest, body: Digest) -> Warrant {
        Warrant { intent, record, header, body }
    }

    /// Returns the index of the intent it carries out.
    pub fn intent(&self) -> u64 {
        self.intent
    }

    /// Returns the record that may be destroyed.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// Returns the digest its header has according to the ledger.
    pub fn header(&self) -> Digest {
        self.header
    }

    /// Returns the digest its body has according to the ledger.
    pub fn body(&self) -> Digest {
        self.body
    }

    /// Makes a warrant without a gate, for tests of what a warrant permits.
    #[cfg(test)]
    pub(crate) fn for_test(record: RecordId, header: Digest, body: Digest) -> Warrant {
        Warrant { intent: 0, record, header, body }
    }
}
