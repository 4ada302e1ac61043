//! Certificates for tests: of any number of records, with a ledger that holds just what they need.

use super::list::List;
use super::*;
use crate::RecordId;
use crate::ledger::{
    AnnexLine, Checkpoint, Entry, LedgerKey, What, annex, inclusion_proof, leaf_hash, root, sign_note, write_proof,
};

pub(super) const ORIGIN: &str = "hokan/minato-kenpo/5f0c8d9e2a417b36";

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

/// The records that went at a request, and those that were masked, with the entry that says so.
const EARLY: [(u64, u64); 3] = [(1, 2), (4, 4), (7, 6)];
const MASKED: [(u64, u64); 2] = [(2, 3), (5, 5)];

/// A list of `records` destroyed records of two classes and one left.
pub(crate) fn list(records: u64) -> List {
    let id = |n: u64| {
        let random = Digest::of(&n.to_le_bytes()).as_bytes()[..10].try_into().unwrap();
        RecordId::new(noon().plus_days(-40).plus_seconds(n as i64), random)
    };
    let ground = |of: &[(u64, u64)], n: u64| of.iter().find(|(place, _)| *place == n).map(|(_, entry)| *entry);
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
        early_entry: ground(&EARLY, n),
        masked: ground(&MASKED, n).map(|entry| Masked { successor: id(800_000 + n), entry }),
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
            early: of.iter().filter(|one| one.early_entry.is_some()).count() as u64,
            masked: of.iter().filter(|one| one.masked.is_some()).count() as u64,
            earliest_due: of.iter().map(|one| one.first_day_allowed).min().unwrap_or(date("2026-11-01")),
            latest_due: of.iter().map(|one| one.first_day_allowed).max().unwrap_or(date("2026-11-01")),
            latest_by: of.iter().map(|one| one.days_after_first() as u32).max().unwrap_or(0),
        }
    };
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
        taken_up: None,
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
        lateness: list.lateness(),
        left: check::reasons(list),
        list: ListBound {
            file: "2026-11-22-5f0c8d9e.csv".into(),
            sha256: Digest::of(list.text().as_bytes()),
            destroyed: list.destroyed.len() as u64,
            left: list.left.len() as u64,
        },
    }
}

/// Everything the ledger of the samples says, in its order.
fn entries(statement: &Statement, list: &List, annexed: &[AnnexLine]) -> Vec<Entry> {
    let mut whats = vec![
        What::Created { log: "5f0c8d9e2a417b36".into(), organization: "minato-kenpo".into(), key: key().public() },
        What::PolicyAccepted {
            commit: Some("9f2c".repeat(10)),
            policy: Digest::of(b"policy"),
            enforced: Digest::of(b"enforced"),
            by: Vec::new(),
        },
    ];
    for one in &list.destroyed {
        let fact = Digest::of(one.id.to_string().as_bytes());
        whats.extend(one.early_entry.map(|_| What::EarlyRequested { record: one.id, fact }));
        let succeeded = |masked: Masked| What::Succeeded { record: one.id, successor: masked.successor, fact };
        whats.extend(one.masked.map(succeeded));
    }
    let before = |what| Entry { at: noon().plus_days(-2), what };
    let mut entries: Vec<Entry> = whats.into_iter().map(before).collect();
    entries.extend(statement.approvals.iter().map(|one| {
        let (by, fact) = (one.fingerprint.clone(), Digest::of(one.name.as_bytes()));
        Entry { at: one.at, what: What::PlanApproved { plan: Digest::of(b"plan"), by, fact } }
    }));
    let (count, method) = (list.destroyed.len() as u64, "cryptographic-erase".to_owned());
    let late = Some(list.lateness().after_first_day.pairs());
    let waited = Some(list.lateness().after_approval.pairs());
    let what = What::Swept { sweep: statement.sweep.clone(), count, method, annex: annex(annexed), late, waited };
    entries.push(Entry { at: noon().plus_seconds(95), what });
    entries
}

/// A certificate over a list, with evidence from a ledger of its own.
pub(crate) fn certificate(statement: Statement, list: &List) -> Certificate {
    certificate_with(statement, list, &list.annex())
}

fn certificate_with(statement: Statement, list: &List, annexed: &[AnnexLine]) -> Certificate {
    let entries = entries(&statement, list, annexed);
    let bytes: Vec<Vec<u8>> = entries.iter().map(Entry::encode).collect();
    let leaves: Vec<Digest> = bytes.iter().map(|entry| leaf_hash(entry)).collect();
    let size = bytes.len() as u64;
    let checkpoint = Checkpoint { origin: ORIGIN.parse().unwrap(), size, root: root(&leaves) }.sign(&key());
    let proven = |(index, entry): (u64, Vec<u8>)| ProvenEntry {
        entry: String::from_utf8(entry).unwrap(),
        proof: write_proof(index, &inclusion_proof(&leaves, index).unwrap(), &checkpoint),
    };
    let is_ground = |entry: &Entry| matches!(entry.what, What::EarlyRequested { .. } | What::Succeeded { .. });
    let all = (0..).zip(bytes).map(proven);
    let (grounds, entries): (Vec<_>, Vec<_>) = all.zip(&entries).partition(|(_, entry)| is_ground(entry));
    let proofs = |of: Vec<(ProvenEntry, &Entry)>| of.into_iter().map(|(proven, _)| proven).collect();
    let signature = sign_note(&statement.note(), &signer(ORIGIN), &key());
    let (entries, grounds) = (proofs(entries), proofs(grounds));
    let evidence = Evidence { key: key().public(), entries, grounds, key_changes: Vec::new() };
    Certificate { format: FORMAT.into(), statement, evidence, signature }
}

/// A certificate whose intents name no first day, and its list.
pub(crate) fn sample_of_before(records: u64) -> (Certificate, List) {
    let list = list(records);
    let annexed: Vec<AnnexLine> = list.annex().into_iter().map(|line| AnnexLine { due: None, ..line }).collect();
    (certificate_with(statement(&list), &list, &annexed), list)
}

/// A certificate and its list.
pub(crate) fn sample(records: u64) -> (Certificate, List) {
    let list = list(records);
    (certificate(statement(&list), &list), list)
}
