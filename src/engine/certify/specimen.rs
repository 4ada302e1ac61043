//! A certificate for trying out templates: of a sweep that never was, with every part a certificate can have.
//!
//! In: the policy. Out: a certificate and its list. The rule it keeps: it proves nothing and leaves the program in no
//! form.

use std::collections::BTreeMap;

use crate::calendar::{Date, Instant};
use crate::ledger::write_proof;
use crate::policy::{Class, PolicySet};
use crate::retention::certificate::list::List;
use crate::retention::certificate::{
    Approval, Certificate, Claim, ClassSwept, Condition, Conditions, Evidence, Examination, Exposure, FORMAT, Lateness,
    LawCited, ListBound, Masked, Media, Medium, Method, Overwriting, PolicyVersion, ProvenEntry, RecordLeft,
    RecordSwept, Statement, TakenUp, Tool, Words,
};
use crate::{Digest, RecordId};

/// Makes the specimen.
pub(in crate::engine) fn specimen(policy: &PolicySet) -> (Certificate, List) {
    let day = policy.organization.enacted;
    let id = |n: u8| RecordId::new(Instant::EPOCH, [n; 10]);
    let class = policy.classes.first().map(|class| class.id.clone()).unwrap_or_default();
    let digest = Digest::of(b"specimen");
    let swept = |n: u8, exposure| RecordSwept {
        id: id(n),
        class: class.clone(),
        rule: digest,
        first_day_allowed: day,
        sealed_on: day,
        destroyed_on: day,
        exposure,
        opened: u64::from(n),
        days_after_approval: Some(0),
        sealed_entry: 1,
        intent_entry: 2,
        destroyed_entry: 3,
        early_entry: Some(4),
        masked: Some(Masked { successor: id(3), entry: 5 }),
    };
    let left = RecordLeft { id: id(2), class: class.clone(), why: "on-hold".to_owned() };
    let list = List { destroyed: vec![swept(0, Exposure::Memory), swept(1, Exposure::Persistent)], left: vec![left] };
    let mut lateness = Lateness::default();
    lateness.after_first_day.add(0);
    lateness.after_approval.add(0);
    let fingerprint = "SHA256:0000000000000000000000000000000000000000000".to_owned();
    let approval = Approval { name: "specimen".to_owned(), fingerprint, at: Instant::EPOCH };
    let statement = Statement {
        organization: policy.organization.id.clone(),
        sweep: "specimen".to_owned(),
        started: Instant::EPOCH,
        finished: Instant::EPOCH,
        tool: Tool { name: "hokan".to_owned(), version: "0".to_owned(), time_zone_data: "0".to_owned() },
        policy: PolicyVersion { commit: Some(digest.to_string()), digest },
        laws: BTreeMap::from([("jp".to_owned(), day)]),
        plan: Some(digest),
        approvals: vec![approval.clone()],
        holds: vec!["hold-00000000".to_owned()],
        taken_up: Some(TakenUp {
            policy: PolicyVersion { commit: None, digest },
            approvals: vec![approval],
            holds: vec!["hold-00000001".to_owned()],
        }),
        media: Media { headers: "ext4".to_owned(), bodies: "ext4".to_owned(), overwriting: Overwriting::NotKnown },
        conditions: Conditions {
            always_encrypted: Condition::NotMet,
            strength: Condition::Met,
            vetted: Condition::Met,
            every_copy: Condition::NotKnown,
            no_earlier_plaintext: Condition::NotMet,
            recorded: Condition::Met,
        },
        claim: Claim::Clear,
        header_backups_expire: Some(day),
        verification: Examination::Full,
        validation: Examination::None,
        classes: policy.classes.iter().take(1).map(|class| class_swept(policy, class, day, digest)).collect(),
        lateness,
        left: crate::retention::certificate::check::reasons(&list),
        list: ListBound { file: "specimen.csv".to_owned(), sha256: digest, destroyed: 2, left: 1 },
    };
    let proven = ProvenEntry { entry: String::new(), proof: write_proof(3, &[digest], "specimen\n4\n") };
    let evidence = Evidence { key: String::new(), entries: vec![proven], grounds: Vec::new(), key_changes: Vec::new() };
    (Certificate { format: FORMAT.to_owned(), statement, evidence, signature: String::new() }, list)
}

fn class_swept(policy: &PolicySet, class: &Class, day: Date, digest: Digest) -> ClassSwept {
    let languages = &policy.organization.languages;
    let words = || -> Words { languages.iter().map(|one| (one.clone(), "specimen".to_owned())).collect() };
    ClassSwept {
        class: class.id.clone(),
        medium: Medium::Electronic,
        method: Method::CryptographicErase,
        title: languages.iter().map(|one| (one.clone(), class.title.get(one).to_owned())).collect(),
        rule: words(),
        rule_digest: digest,
        law: Some(LawCited { topic: "specimen".to_owned(), citation: words() }),
        count: 2,
        opened: 1,
        early: 1,
        masked: 1,
        earliest_due: day,
        latest_due: day,
        latest_by: 0,
    }
}
