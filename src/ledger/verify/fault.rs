//! What can be wrong with a ledger.
//!
//! In: nothing. Out: [`Problem`] and [`Fault`], the reader's vocabulary. The rule it keeps: a fault names what the
//! ledger claims and what the reader computed, and its problem names the entry.

use std::error::Error;
use std::fmt;

use crate::ledger::{CheckpointError, EntryError, Origin};
use crate::{Digest, RecordId};

/// A fault and its place.
#[derive(Debug)]
pub struct Problem {
    /// The entry at fault, or the first that may be; `None` where the fault is in a checkpoint itself.
    pub index: Option<u64>,
    /// What is wrong.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "entry {index}: {}", self.fault),
            None => self.fault.fmt(f),
        }
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.fault.source()
    }
}

/// What is wrong with a ledger. Indices are those of entries.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The bytes are not an entry, or not one this program knows.
    #[error("it cannot be read")]
    Undecodable(#[source] EntryError),
    /// Entries are missing between this one and the one before, or are in disorder.
    #[error("it should be entry {expected}: entries are missing or in disorder")]
    IndexGap {
        /// The index it should have.
        expected: u64,
    },
    /// The ledger has no readable first entry `created`.
    #[error("the ledger does not begin with a `created` entry: its name and key are unknown")]
    NoBeginning,
    /// A `created` that is not the first entry.
    #[error("`created` stands in the middle of the ledger: another ledger was put here")]
    CreatedAgain,
    /// The ledger's key, as its entries tell, is another than the given one.
    #[error("the ledger's key is `{claimed}` from here on, given was `{given}`")]
    AnotherKey {
        /// The key in the entry.
        claimed: String,
        /// The key given to the reader.
        given: String,
    },
    /// A change of the key that does not start from the key there was.
    #[error("it replaces the key `{claimed}`, the ledger's key was `{known}`")]
    RotatedFromAnother {
        /// The old key in the entry.
        claimed: String,
        /// The key there was.
        known: String,
    },
    /// A change of the key that the old key did not sign.
    #[error("the change of the ledger's key is not signed by the old and the new key")]
    RotationUnsigned,
    /// A checkpoint by a key that was not the ledger's at that size.
    #[error("checkpoint {position} (from 0), of size {size}, is signed by a key that was not the ledger's then")]
    KeyOutOfForce {
        /// Its place among those given, from 0.
        position: usize,
        /// Its size.
        size: u64,
    },
    /// The ids in `created` make no ledger name.
    #[error("`created` names the ledger `{claimed}`, which no checkpoint can be of")]
    BadOrigin {
        /// The name.
        claimed: String,
    },
    /// A checkpoint does not hold.
    #[error("checkpoint {position} (from 0) does not hold")]
    Checkpoint {
        /// Its place among those given, from 0.
        position: usize,
        /// Why.
        #[source]
        source: CheckpointError,
    },
    /// A checkpoint is of another ledger than the first entry names; its signature is by the given key.
    #[error("it names another ledger than checkpoint {position} (from 0), which is of `{claimed}`")]
    AnotherLedger {
        /// Its place among those given, from 0.
        position: usize,
        /// The ledger it is of.
        claimed: Origin,
    },
    /// The entries before `size` are not those that were signed.
    #[error(
        "this entry or one after it, before entry {size}, was altered: the checkpoint of size {size} has the root `{claimed}`, the entries give `{computed}`"
    )]
    RootDiffers {
        /// The checkpoint's size.
        size: u64,
        /// The checkpoint's root.
        claimed: Digest,
        /// The root over the entries found.
        computed: Digest,
    },
    /// A checkpoint covers more entries than there are.
    #[error("the ledger is cut off: it has {size} entries, a checkpoint was signed over {claimed}")]
    CutOff {
        /// How many entries there are.
        size: u64,
        /// The largest checkpoint's size.
        claimed: u64,
    },
    /// An event is corrected or withdrawn that was never added, or is about another subject.
    #[error("it replaces the event of entry {event}, which is no event about the same subject or record")]
    EventNeverAdded {
        /// The entry it names.
        event: u64,
    },
    /// A request for early destruction is taken back that does not stand, or is about another record.
    #[error("it takes back the request of entry {request}, which is no request about this record that still stands")]
    EarlyNotStanding {
        /// The entry it names.
        request: u64,
    },
    /// An event is replaced a second time.
    #[error("the event of entry {event} is replaced again, it was replaced in entry {first}")]
    EventReplacedTwice {
        /// The entry it names.
        event: u64,
        /// The entry that replaced it.
        first: u64,
    },
    /// A record was sealed a second time.
    #[error("record `{record}` is sealed again, it was sealed in entry {first}")]
    SealedTwice {
        /// The record.
        record: RecordId,
        /// The first `sealed`.
        first: u64,
    },
    /// An act on a record that the ledger does not know.
    #[error("record `{record}` was never sealed")]
    NeverSealed {
        /// The record.
        record: RecordId,
    },
    /// An intent on other bytes than those sealed.
    #[error("the intent to destroy `{record}` names {part} `{claimed}`, entry {sealed} sealed `{computed}`")]
    IntentDiffers {
        /// The record.
        record: RecordId,
        /// `header` or `body`.
        part: &'static str,
        /// The digest in the intent.
        claimed: Digest,
        /// The digest in `sealed`.
        computed: Digest,
        /// The entry `sealed`.
        sealed: u64,
    },
    /// An intent while another is open.
    #[error("record `{record}` has an open intent already, entry {first}")]
    IntentTwice {
        /// The record.
        record: RecordId,
        /// The open intent.
        first: u64,
    },
    /// An intent to destroy what is destroyed.
    #[error("an intent to destroy `{record}`, which was destroyed in entry {destroyed}")]
    IntentAfterDestruction {
        /// The record.
        record: RecordId,
        /// The entry `destroyed`.
        destroyed: u64,
    },
    /// An intent that was neither carried out nor abandoned.
    #[error("the intent to destroy `{record}` was never finished: run `hokan sweep run` to finish it")]
    IntentOpen {
        /// The record.
        record: RecordId,
    },
    /// A `destroyed` or `abandoned` that answers no open intent of its sweep.
    #[error("it finishes intent {claimed} on `{record}` in sweep `{sweep}`, the open intent is {}", number(*open))]
    WithoutIntent {
        /// The record.
        record: RecordId,
        /// The sweep.
        sweep: String,
        /// The intent it names.
        claimed: u64,
        /// The open intent of that record, in whatever sweep.
        open: Option<u64>,
    },
    /// A record was destroyed a second time.
    #[error("record `{record}` is destroyed again, it was destroyed in entry {first}")]
    DestroyedTwice {
        /// The record.
        record: RecordId,
        /// The first `destroyed`.
        first: u64,
    },
    /// A destruction in a sweep that was complete.
    #[error("sweep `{sweep}` goes on, it was complete in entry {swept}")]
    DestroyedAfterSwept {
        /// The sweep.
        sweep: String,
        /// The entry `swept`.
        swept: u64,
    },
    /// A sweep ended a second time.
    #[error("sweep `{sweep}` ends again, it was complete in entry {first}")]
    SweptTwice {
        /// The sweep.
        sweep: String,
        /// The first `swept`.
        first: u64,
    },
    /// A sweep whose number of records is not that of the entries.
    #[error("sweep `{sweep}` claims {claimed} destroyed records, the entries say {computed}")]
    SweptCount {
        /// The sweep.
        sweep: String,
        /// The number in `swept`.
        claimed: u64,
        /// The number of entries `destroyed`.
        computed: u64,
    },
    /// A sweep whose list is not that of the entries.
    #[error("sweep `{sweep}` claims the list `{claimed}`, the entries give `{computed}`")]
    SweptAnnex {
        /// The sweep.
        sweep: String,
        /// The digest in `swept`.
        claimed: Digest,
        /// The digest of what the entries list.
        computed: Digest,
    },
    /// A sweep that destroyed something and never ended; the place is its last destruction.
    #[error("sweep `{sweep}` never ended: run `hokan sweep run` to finish it")]
    NeverSwept {
        /// The sweep.
        sweep: String,
    },
    /// A correction of what is destroyed.
    #[error("record `{record}` is corrected, it was destroyed in entry {destroyed}")]
    CorrectedAfterDestruction {
        /// The record.
        record: RecordId,
        /// The entry `destroyed`.
        destroyed: u64,
    },
    /// A correction of a record that lies in the vault.
    #[error("record `{record}` is corrected like a box or a device, entry {sealed} sealed it as a file")]
    CorrectedInVault {
        /// The record.
        record: RecordId,
        /// The entry `sealed`.
        sealed: u64,
    },
    /// A correction of what a work order lists.
    #[error("record `{record}` is corrected while the intent in entry {intent} is open")]
    CorrectedUnderIntent {
        /// The record.
        record: RecordId,
        /// The open intent.
        intent: u64,
    },
    /// Another header for what is destroyed.
    #[error("record `{record}` gets another header, it was destroyed in entry {destroyed}")]
    RekeyedAfterDestruction {
        /// The record.
        record: RecordId,
        /// The entry `destroyed`.
        destroyed: u64,
    },
    /// A header for what lies outside the vault and has none.
    #[error("record `{record}` gets another header, entry {registered} registered it as a box or a device")]
    RekeyedOutside {
        /// The record.
        record: RecordId,
        /// The entry that registered it.
        registered: u64,
    },
    /// Another header while the destruction of the one before is decided.
    #[error("record `{record}` gets another header while the intent in entry {intent} is open")]
    RekeyedUnderIntent {
        /// The record.
        record: RecordId,
        /// The open intent.
        intent: u64,
    },
    /// A step of a work order without the one before, or once more.
    #[error("the work order `{sweep}` takes its steps out of turn")]
    OrderOutOfTurn {
        /// The order.
        sweep: String,
    },
    /// A step of a work order about another number of records than it lists.
    #[error("the work order `{sweep}` claims {claimed} records, the open intents are {computed}")]
    OrderCount {
        /// The order.
        sweep: String,
        /// The number in the entry.
        claimed: u64,
        /// The number of its open intents.
        computed: u64,
    },
    /// A hold was placed a second time.
    #[error("hold `{hold}` is placed again, it was placed in entry {first}")]
    HoldPlacedTwice {
        /// The hold.
        hold: String,
        /// The first `hold-placed`.
        first: u64,
    },
    /// A hold was released that was never placed.
    #[error("hold `{hold}` is released, it was never placed")]
    HoldNeverPlaced {
        /// The hold.
        hold: String,
    },
    /// A hold was released a second time.
    #[error("hold `{hold}` is released again, it was released in entry {first}")]
    HoldReleasedTwice {
        /// The hold.
        hold: String,
        /// The first `hold-released`.
        first: u64,
    },
}

fn number(index: Option<u64>) -> String {
    index.map_or_else(|| "none".to_owned(), |index| index.to_string())
}
