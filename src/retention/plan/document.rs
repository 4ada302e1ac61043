//! The plan people read and sign: a list of records to destroy, as bytes.
//!
//! In: judged records, a planner, a day. Out: a [`Plan`] in canonical JSON; its digest is that of the file. The rule it
//! keeps: any byte that hokan would not have written is refused, and an empty plan is an error, never "everything".

use serde::{Deserialize, Serialize};

use super::{Judged, Verdict};
use crate::calendar::{Date, Instant};
use crate::ledger::canonical;
use crate::{Digest, RecordId};

/// One record of a plan, with everything whose change makes its approval void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Item {
    /// The record.
    pub record: RecordId,
    /// Its class.
    pub class: String,
    /// The first day on which its disposal is allowed.
    pub due: Date,
    /// Whether that day is before its rule's own, because somebody asked; absent where it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// The digest of the rule that decided.
    pub rule: Digest,
    /// The digest of its header.
    pub header: Digest,
    /// The salted digest of its dates and events.
    pub facts: Digest,
    /// The holds that covered it once and were released before the plan was made, sorted; absent where there were none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<String>,
}

/// Who made a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Planner {
    /// Their name.
    pub name: String,
    /// Their public key, `ssh-ed25519 AAAA…`; it must sign the plan, and never counts as an approver of it.
    pub key: String,
}

/// A list of records to destroy, as people approve it. Its bytes are canonical JSON; its digest is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// Always `hokan-plan/3`.
    pub format: String,
    /// The ledger it is for.
    pub ledger: String,
    /// The digest of the accepted policy.
    pub policy: Digest,
    /// When it was made, in microseconds since 1970 UTC.
    pub made: Instant,
    /// How many entries the ledger had then: what is entered later is later than the plan, whatever a clock says.
    pub entries: u64,
    /// The root of the ledger's tree over these entries: it cannot be known before they are there.
    pub root: Digest,
    /// The day up to which records fall due to stand in it; each goes on its own day, never earlier.
    pub day: Date,
    /// Who made it.
    pub planner: Planner,
    /// The records, by id, each once.
    pub records: Vec<Item>,
}

/// When a plan is made, by the clock and by the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// By the clock.
    pub made: Instant,
    /// How many entries the ledger has.
    pub entries: u64,
    /// The root over them.
    pub root: Digest,
}

/// A file that is not a plan.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Not the bytes hokan wrote.
    #[error("this is not a plan of hokan's, or it was cut off or changed: make one with `hokan sweep plan -o FILE`")]
    NotAPlan,
    /// Written by an older hokan, without a planner or without its place in the ledger.
    #[error(
        "the plan has the older format `{0}`, which does not say after which ledger entries it was made: make a new one with `hokan sweep plan -o FILE`"
    )]
    Older(String),
    /// Written by a newer hokan.
    #[error("the plan has format `{0}`, this hokan reads `{format}`: use the hokan that wrote it", format = Plan::FORMAT)]
    Newer(String),
    /// A record stands in it twice, or the records are out of order.
    #[error("record {0} stands twice or out of order in the plan: make one with `hokan sweep plan -o FILE`")]
    Order(RecordId),
    /// Made for another ledger.
    #[error("the plan is for the ledger `{found}`, this is `{here}`: make a plan in this instance")]
    OtherLedger {
        /// The plan's ledger.
        found: String,
        /// This ledger.
        here: String,
    },
    /// It was made after entries that this ledger does not have.
    #[error(
        "the plan was made after {0} ledger entries that this ledger does not have: make a new one with `hokan sweep plan -o FILE`"
    )]
    OtherHistory(u64),
    /// Nothing to destroy.
    #[error("nothing is due by {0}: there is no plan to make")]
    Empty(Date),
    /// More records than one plan may list.
    #[error("{0} records would be in the plan, and at most {most} fit: make one for each class with `--class`", most = Plan::MOST)]
    TooMany(usize),
}

/// What every version of the format has.
#[derive(Deserialize)]
struct Head {
    format: String,
}

/// What every version of the format says of a record.
#[derive(Deserialize)]
struct Listed {
    record: RecordId,
    class: String,
}

impl Plan {
    /// The format this hokan writes.
    pub const FORMAT: &'static str = "hokan-plan/3";

    /// The most records one plan lists: its file stays well below what is read as an argument.
    pub const MOST: usize = 500_000;

    /// How many days ahead a plan may be made.
    pub const DAYS_AHEAD: i64 = 60;

    /// Makes the plan of everything that is due on `day`.
    ///
    /// # Errors
    /// Refuses an empty plan, and one that nobody could read.
    pub fn make(
        ledger: &str,
        policy: Digest,
        Moment { made, entries, root }: Moment,
        day: Date,
        planner: &Planner,
        judged: &[Judged],
    ) -> Result<Plan, PlanError> {
        let mut records: Vec<Item> = judged.iter().filter_map(Item::of).collect();
        records.sort_by_key(|item| item.record);
        if records.is_empty() {
            return Err(PlanError::Empty(day));
        }
        if records.len() > Plan::MOST {
            return Err(PlanError::TooMany(records.len()));
        }
        let (format, ledger, planner) = (Plan::FORMAT.to_owned(), ledger.to_owned(), planner.clone());
        Ok(Plan { format, ledger, policy, made, entries, root, day, planner, records })
    }

    /// Returns the canonical bytes that planner and approvers sign.
    pub fn bytes(&self) -> Vec<u8> {
        let value = serde_json::to_value(self).expect("ids, dates and digests are always JSON");
        canonical(&value).expect("a plan holds texts and one whole number of microseconds")
    }

    /// Returns the digest of [`Plan::bytes`].
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes())
    }

    /// Reads a plan for `ledger`; any byte that hokan would not have written is refused.
    ///
    /// # Errors
    /// Refuses anything but a plan for this ledger.
    pub fn parse(bytes: &[u8], ledger: &str) -> Result<Plan, PlanError> {
        let head: Head = serde_json::from_slice(bytes).map_err(|_| PlanError::NotAPlan)?;
        match head.format.strip_prefix("hokan-plan/").and_then(|version| version.parse::<u32>().ok()) {
            Some(3) => {}
            Some(0) | None => return Err(PlanError::NotAPlan),
            Some(1 | 2) => return Err(PlanError::Older(head.format)),
            Some(_) => return Err(PlanError::Newer(head.format)),
        }
        let plan: Plan = serde_json::from_slice(bytes).map_err(|_| PlanError::NotAPlan)?;
        if let Some(pair) = plan.records.windows(2).find(|pair| pair[0].record >= pair[1].record) {
            return Err(PlanError::Order(pair[1].record));
        }
        if plan.bytes() != bytes || plan.records.is_empty() {
            return Err(PlanError::NotAPlan);
        }
        if plan.ledger != ledger {
            return Err(PlanError::OtherLedger { found: plan.ledger, here: ledger.to_owned() });
        }
        Ok(plan)
    }

    /// Returns the records and classes that a plan of any version lists; nothing where the bytes are none.
    ///
    /// For telling what an old plan named; nothing is destroyed by this reading.
    pub fn listed(bytes: &[u8]) -> Vec<(RecordId, String)> {
        #[derive(Deserialize)]
        struct Any {
            records: Vec<Listed>,
        }
        let any = serde_json::from_slice::<Any>(bytes).map(|any| any.records).unwrap_or_default();
        any.into_iter().map(|one| (one.record, one.class)).collect()
    }
}

impl Item {
    /// Returns what a plan says of a record, if it may be destroyed.
    pub fn of(judged: &Judged) -> Option<Item> {
        let (Verdict::Due, Some(basis), Some(due)) = (&judged.verdict, &judged.basis, judged.due.day()) else {
            return None;
        };
        Some(Item {
            record: judged.record,
            class: judged.class.clone(),
            due,
            early: judged.is_early,
            rule: judged.rule,
            header: judged.header,
            facts: basis.facts,
            holds: basis.released.clone(),
        })
    }

    /// Returns what differs from the record as it is now, if anything; another class of the same rule does not count.
    pub fn change(&self, now: &Item) -> Option<Change> {
        let changes = [
            (self.rule != now.rule, Change::Rule),
            ((&self.facts, self.due, self.early) != (&now.facts, now.due, now.early), Change::Facts),
            (self.holds != now.holds, Change::Holds),
            (self.header != now.header, Change::Header),
        ];
        changes.into_iter().find_map(|(differs, change)| differs.then_some(change))
    }
}

/// What changed of a record since a plan was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The rule of its class.
    Rule,
    /// A date or an event.
    Facts,
    /// A hold was placed and released.
    Holds,
    /// Some hold was stated anew: nobody can tell whether its earlier words covered the record.
    HoldRestated,
    /// It was sealed to other recipients.
    Header,
    /// The ledger has other entries than those after which the plan was made.
    History,
}
