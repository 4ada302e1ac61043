//! Certificates that are true, and certificates that lie: what the check says of each.

use super::super::sample::{certificate, key, list, sample, sample_of_before, statement};
use super::super::{Certificate, Condition, Examination, RecordSwept, Statement};
use super::*;
use crate::ledger::{LedgerKey, sign_note};

fn codes(certificate: &Certificate, list: &str, kept: &Kept) -> Vec<&'static str> {
    let bytes = serde_json::to_vec_pretty(certificate).unwrap();
    check(&bytes, Some(list.as_bytes()), kept).problems.iter().map(|wrong| wrong.code).collect()
}

/// Signs a changed statement anew: what somebody could do who has the ledger's key.
fn resigned(mut certificate: Certificate, change: impl Fn(&mut Statement)) -> Certificate {
    change(&mut certificate.statement);
    let name = signer("hokan/minato-kenpo/5f0c8d9e2a417b36");
    certificate.signature = sign_note(&certificate.statement.note(), &name, &key());
    certificate
}

#[test]
fn a_certificate_is_valid_with_its_list_its_key_and_its_checkpoint() {
    let (certificate, list) = sample(40);
    let checkpoint = certificate.swept().unwrap().checkpoint().unwrap().to_owned();
    let kept = Kept { key: Some(key().public()), checkpoints: vec![checkpoint], ..Kept::default() };
    let checked = check(&serde_json::to_vec(&certificate).unwrap(), Some(list.text().as_bytes()), &kept);
    assert_eq!(checked.problems, []);
    assert!(checked.is_pinned && checked.agreeing == 1);
    assert_eq!(checked.statement.unwrap().count(), 40);
}

#[test]
fn what_is_no_certificate_or_has_no_list_is_named() {
    let (certificate, list) = sample(2);
    let kept = Kept::default();
    assert_eq!(check(b"{}", None, &kept).problems[0].code, "certificate.format");
    let newer = Certificate { format: "hokan-certificate/4".into(), ..certificate.clone() };
    assert_eq!(codes(&newer, &list.text(), &kept), ["certificate.format"]);
    let without = check(&serde_json::to_vec(&certificate).unwrap(), None, &kept);
    assert_eq!(without.problems.iter().map(|wrong| wrong.code).collect::<Vec<_>>(), ["certificate.list"]);
}

#[test]
fn an_altered_statement_breaks_the_signature() {
    let changes: [fn(&mut Statement); 4] = [
        |statement| statement.validation = Examination::Full,
        |statement| statement.conditions.every_copy = Condition::Met,
        |statement| statement.header_backups_expire = None,
        |statement| statement.tool.version = "9.9".into(),
    ];
    for change in changes {
        let (mut certificate, list) = sample(2);
        change(&mut certificate.statement);
        assert_eq!(codes(&certificate, &list.text(), &Kept::default()), ["certificate.signature"]);
    }
}

#[test]
fn whoever_has_the_key_still_cannot_contradict_the_ledger() {
    let changes: [fn(&mut Statement); 6] = [
        |statement| statement.sweep = "2026-11-22-other".into(),
        |statement| statement.organization = "another".into(),
        |statement| statement.policy.commit = None,
        |statement| statement.plan = None,
        |statement| drop(statement.approvals.pop()),
        |statement| statement.finished = statement.finished.plus_seconds(1),
    ];
    for change in changes {
        let (certificate, list) = sample(2);
        let altered = resigned(certificate, change);
        assert!(codes(&altered, &list.text(), &Kept::default()).contains(&"certificate.ledger"));
    }
}

#[test]
fn an_altered_list_is_found_twice() {
    let (certificate, list) = sample(5);
    let text = list.text();
    let shorter = text.replacen(text.lines().nth(2).unwrap(), "", 1).replace("\n\n", "\n");
    let id = list.destroyed[1].id.to_string();
    let other_id = text.replacen(&id, &id.replace(&id[30..], "abcdef"), 1);
    for altered in [shorter.as_str(), &text.replace("receipts", "minutes"), &other_id, ""] {
        assert!(codes(&certificate, altered, &Kept::default()).contains(&"certificate.list"), "{altered}");
        let bound = resigned(certificate.clone(), |one| one.list.sha256 = Digest::of(altered.as_bytes()));
        assert!(codes(&bound, altered, &Kept::default()).contains(&"certificate.list"), "{altered}");
    }
}

#[test]
fn a_first_day_is_bound_by_the_ledger_and_an_annex_of_before_stays_valid() {
    // The honest annex, and the one an earlier version wrote: without days.
    assert!(
        lied(3, |list| list.destroyed[0].first_day_allowed = "2026-11-21".parse().unwrap())
            .contains(&"certificate.list")
    );
    let (certificate, list) = sample_of_before(3);
    assert_eq!(codes(&certificate, &list.text(), &Kept::default()), Vec::<&str>::new());
}

#[test]
fn counts_and_days_must_be_those_of_the_list() {
    let changes: [fn(&mut Statement); 6] = [
        |statement| statement.classes[0].opened += 1,
        |statement| statement.classes[0].early += 1,
        |statement| statement.classes[1].masked += 1,
        |statement| statement.lateness = Lateness::default(),
        |statement| statement.left.clear(),
        |statement| statement.classes[0].latest_by = 999,
    ];
    for change in changes {
        let (certificate, list) = sample(30);
        assert_eq!(codes(&resigned(certificate, change), &list.text(), &Kept::default()), ["certificate.counts"]);
    }
}

#[test]
fn a_record_that_went_too_early_is_named_whatever_was_signed() {
    let mut early = list(3);
    let one: &mut RecordSwept = &mut early.destroyed[0];
    one.first_day_allowed = one.destroyed_on.plus_days(1).unwrap();
    let certificate = certificate(statement(&early), &early);
    assert!(codes(&certificate, &early.text(), &Kept::default()).contains(&"certificate.early"));
}

/// A certificate over a changed list, its digests right: what a program could write that lies.
fn lied(records: u64, change: impl Fn(&mut List)) -> Vec<&'static str> {
    let honest = list(records);
    let mut told = honest.clone();
    change(&mut told);
    let certificate = Certificate {
        evidence: certificate(statement(&honest), &honest).evidence,
        ..certificate(statement(&told), &told)
    };
    codes(&certificate, &told.text(), &Kept::default())
}

#[test]
fn why_a_record_went_early_or_what_stays_of_it_must_be_what_the_ledger_says() {
    assert_eq!(lied(9, |_| ()), Vec::<&str>::new());
    for (what, change) in [
        ("a request that nobody made", (|list| list.destroyed[0].early_entry = Some(2)) as fn(&mut List)),
        ("a request that is not told", |list| list.destroyed[1].early_entry = None),
        ("a request of another entry", |list| list.destroyed[1].early_entry = Some(4)),
        ("a request after the intent", |list| list.destroyed[1].early_entry = Some(9000)),
        ("nothing stays", |list| list.destroyed[2].masked = None),
        ("something else stays", |list| {
            let other = list.destroyed[8].id;
            list.destroyed[2].masked.iter_mut().for_each(|masked| masked.successor = other);
        }),
    ] {
        assert!(lied(9, change).contains(&"certificate.ground"), "{what}");
    }
}

#[test]
fn another_key_and_another_history_are_named() {
    let (certificate, list) = sample(2);
    let other = LedgerKey::from_seed(&[1; 32]).public();
    let kept = Kept { key: Some(other), ..Kept::default() };
    assert_eq!(codes(&certificate, &list.text(), &kept), ["certificate.key"]);

    let ours = Checkpoint::open(certificate.swept().unwrap().checkpoint().unwrap(), &key().public()).unwrap();
    let forked = Checkpoint { root: Digest::of(b"another history"), ..ours.clone() };
    let kept = Kept { checkpoints: vec![forked.sign(&key())], ..Kept::default() };
    assert_eq!(codes(&certificate, &list.text(), &kept), ["certificate.forked"]);
}

#[test]
fn no_altered_byte_of_a_proof_goes_unseen() {
    let (certificate, list) = sample(3);
    for place in 0..certificate.evidence.entries.len() + certificate.evidence.grounds.len() {
        let parts: [fn(&mut ProvenEntry) -> &mut String; 2] = [|one| &mut one.entry, |one| &mut one.proof];
        for part in parts {
            let mut altered = certificate.clone();
            let evidence = &mut altered.evidence;
            let text: &mut String = part(evidence.entries.iter_mut().chain(&mut evidence.grounds).nth(place).unwrap());
            let at = text.len() / 2;
            let other = if &text[at..=at] == "0" { "1" } else { "0" };
            text.replace_range(at..=at, other);
            assert!(!codes(&altered, &list.text(), &Kept::default()).is_empty(), "evidence {place}");
        }
    }
}
