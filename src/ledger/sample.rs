//! A small ledger for tests: one story that tells every kind of entry.
//!
//! In: nothing. Out: entries, their bytes, a key and checkpoints, always the same. The rule it keeps: the story as it
//! stands verifies without a problem.

use super::entry::OrderStep;
use super::{AnnexLine, Checkpoint, Entry, Exposure, LedgerKey, Origin, What, annex, leaf_hash, root};
use crate::calendar::{Date, Instant};
use crate::{Digest, RecordId};

const START: i64 = 1_795_273_200_000_000;

/// Returns the ledger's key.
pub(crate) fn key() -> LedgerKey {
    LedgerKey::from_seed(&[7; 32])
}

/// Returns the ledger's name.
pub(crate) fn origin() -> Origin {
    "hokan/minato-kenpo/00112233aabbccdd".parse().expect("it is an origin")
}

/// Returns the id of the `n`th record of the story.
pub(crate) fn record(n: u8) -> RecordId {
    RecordId::new(Instant::from_micros(START + i64::from(n) * 1000), [n; 10])
}

fn digest(what: &str) -> Digest {
    Digest::of(what.as_bytes())
}

fn sealed(n: u8) -> What {
    What::Sealed {
        record: record(n),
        class: "receipts".into(),
        policy: digest("policy"),
        rule: digest("rule"),
        body: digest(&format!("body {n}")),
        header: digest(&format!("header {n}")),
        medium: "electronic".into(),
        exposure: if n.is_multiple_of(2) { Exposure::Memory } else { Exposure::Persistent },
        fact: digest(&format!("fact {n}")),
    }
}

/// The first day allowed; the second record's intent has none, as those of before.
fn due(n: u8) -> Option<Date> {
    Date::from_ymd(2026, 4, n.into()).filter(|_| n != 2)
}

/// Returns an intent to destroy the `n`th record.
pub(crate) fn intent(n: u8) -> What {
    What::Intent {
        record: record(n),
        sweep: "s-1".into(),
        header: digest(&format!("header {n}")),
        body: digest(&format!("body {n}")),
        rule: digest("rule"),
        plan: (n == 2).then(|| digest("plan")),
        due: due(n),
    }
}

/// Returns the completion of the intent at `intent`.
pub(crate) fn destroyed(n: u8, intent: u64) -> What {
    What::Destroyed { record: record(n), sweep: "s-1".into(), intent, method: "cryptographic-erase".into() }
}

/// Returns the end of the sweep that destroyed these records (number, index of `destroyed`).
pub(crate) fn swept(destroyed: &[(u8, u64)]) -> What {
    let line = |(n, destroyed)| {
        let (record, due) = (record(n), due(n));
        AnnexLine { record, class: "receipts".into(), rule: digest("rule"), destroyed, due }
    };
    let lines: Vec<AnnexLine> = destroyed.iter().copied().map(line).collect();
    What::Swept {
        sweep: "s-1".into(),
        count: lines.len() as u64,
        method: "cryptographic-erase".into(),
        annex: annex(&lines),
        late: Some(vec![(3, lines.len() as u64)]),
        waited: Some(Vec::new()),
    }
}

/// Returns the story: four records sealed, one put on hold, two destroyed, one intent given up.
pub(crate) fn story() -> Vec<Entry> {
    let whats = [
        What::Created { log: "00112233aabbccdd".into(), organization: "minato-kenpo".into(), key: key().public() },
        What::PolicyAccepted {
            commit: Some("0b2cbd0".into()),
            policy: digest("policy"),
            enforced: digest("enforced"),
            by: vec!["SHA256:approver".into()],
        },
        What::RecipientsConfirmed { recipients: digest("recipients"), keys: vec!["age1example".into()] },
        sealed(1),
        sealed(2),
        sealed(3),
        sealed(4),
        What::EventAdded { about: Some(record(9)), fact: digest("event") },
        What::HoldPlaced { hold: "h-1".into(), fact: digest("hold") },
        What::Opened { record: record(4), fact: digest("opening") },
        What::PlanApproved { plan: digest("plan"), by: "SHA256:approver".into(), fact: digest("approval") },
        intent(2),
        intent(1),
        intent(3),
        What::Abandoned { record: record(3), sweep: "s-1".into(), intent: 13, why: "on-hold".into() },
        destroyed(1, 12),
        destroyed(2, 11),
        swept(&[(1, 15), (2, 16)]),
        What::HoldReleased { hold: "h-1".into(), fact: digest("release") },
    ];
    after(Vec::new(), whats)
}

/// Returns entries of every kind.
pub(crate) fn every_kind() -> Vec<Entry> {
    let (policy, rule, class) = (digest("policy"), digest("rule"), "forms");
    let about = Some(record(9));
    let rotated = What::KeyRotated { old: key().public(), new: LedgerKey::from_seed(&[8; 32]).public() };
    let whats = [
        What::ClockConfirmed { fact: digest("clock") },
        What::Heartbeat {},
        What::PlanMade { plan: digest("plan"), by: "SHA256:planner".into(), fact: digest("planning") },
        What::Registered {
            record: record(5),
            class: class.into(),
            policy,
            rule,
            medium: "paper".into(),
            fact: digest("box"),
        },
        What::Corrected {
            record: record(5),
            class: class.into(),
            policy,
            rule,
            medium: "paper".into(),
            fact: digest("box moved"),
        },
        What::EarlyRequested { record: record(3), fact: digest("early") },
        What::Succeeded { record: record(3), successor: record(4), fact: digest("masked") },
        What::WorkOrder {
            sweep: "order-1".into(),
            step: OrderStep::Ordered,
            count: 0,
            certificate: None,
            fact: digest("list"),
        },
        What::WorkOrder {
            sweep: "order-1".into(),
            step: OrderStep::Confirmed,
            count: 0,
            certificate: Some(record(4)),
            fact: digest("certified"),
        },
        What::EventCorrected { about, event: 7, fact: digest("correction") },
        What::EventWithdrawn { about, event: 28, fact: digest("withdrawal") },
        rotated,
        What::HoldReviewed { hold: "h-1".into(), fact: digest("review") },
        What::HoldRestated { hold: "h-1".into(), fact: digest("hold anew") },
        What::KeptLonger { record: record(4), fact: digest("kept") },
        What::ConsentStated { about: record(9), fact: digest("objection") },
        What::Restored { adopted: 3, again: 1, quarantined: 0, lost: 2 },
        What::Rekeyed { record: record(4), policy, header: digest("another header") },
        What::EarlyWithdrawn { record: record(3), request: 24, fact: digest("changed their mind") },
    ];
    after(story(), whats)
}

/// Returns `story` with these entries after it, each a second later than the one before.
pub(crate) fn after(mut story: Vec<Entry>, whats: impl IntoIterator<Item = What>) -> Vec<Entry> {
    for what in whats {
        let at = Instant::from_micros(START).plus_seconds(story.len() as i64);
        story.push(Entry { at, what });
    }
    story
}

/// Returns the bytes of the story's entries.
pub(crate) fn bytes() -> Vec<Vec<u8>> {
    story().iter().map(Entry::encode).collect()
}

/// Returns the signed checkpoint over these entries.
pub(crate) fn checkpoint(entries: &[Vec<u8>]) -> String {
    let leaves: Vec<Digest> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    Checkpoint { origin: origin(), size: entries.len() as u64, root: root(&leaves) }.sign(&key())
}
