//! Entries as bytes: one spelling for each.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Map;

use super::*;
use crate::ledger::sample;

fn object(entry: &Entry) -> Map<String, Value> {
    serde_json::from_slice(&entry.encode()).unwrap()
}

#[test]
fn every_kind_reads_back_what_it_wrote() {
    let story = sample::every_kind();
    for entry in &story {
        assert_eq!(&Entry::decode(&entry.encode()).unwrap(), entry);
    }
    let kinds: BTreeSet<String> =
        story.iter().map(|entry| object(entry)["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, KINDS.iter().map(|kind| kind.to_string()).collect(), "the sample story tells every kind");
}

#[test]
fn the_bytes_of_an_entry_are_these() {
    let entry = Entry {
        at: Instant::from_micros(1_795_273_200_000_000),
        what: What::HoldPlaced { hold: "h-1".into(), fact: Digest::from_bytes([0xab; 32]) },
    };
    let expected = format!(
        "{{\"at\":1795273200000000,\"fact\":\"{}\",\"hold\":\"h-1\",\"kind\":\"hold-placed\",\"v\":1}}",
        "ab".repeat(32)
    );
    assert_eq!(String::from_utf8(entry.encode()).unwrap(), expected);
}

#[test]
fn i5_no_kind_has_a_field_for_personal_data() {
    let allowed: BTreeSet<&str> = [
        "v",
        "at",
        "kind", // every entry
        "log",
        "organization",
        "key",
        "keys",
        "old",
        "new",
        "by", // the service, its keys, key fingerprints
        "commit",
        "policy",
        "enforced",
        "recipients",
        "rule",
        "plan",
        "annex", // versions and digests
        "record",
        "class",
        "body",
        "header",
        "medium",
        "exposure",    // the sealed thing
        "certificate", // a record, by id
        "step",
        "successor",
        "hold",
        "sweep",
        "intent",
        "method",
        "why",
        "count", // acts, as ids and codes
        "late",
        "waited", // days and how many, without records
        "adopted",
        "again",
        "quarantined",
        "lost", // how many
        "due",  // the first day allowed, as the certificate's list has it
        "about",
        "event",
        "request", // the random id of a subject; the indices of other entries
        "fact",    // salted commitment
    ]
    .into();
    for entry in sample::every_kind() {
        for (name, value) in object(&entry) {
            assert!(allowed.contains(name.as_str()), "`{name}` is not an allowed field of the ledger");
            assert!(!value.is_object() && !value.is_null(), "`{name}` hides fields or has no value");
        }
    }
}

#[test]
fn an_unknown_kind_and_a_newer_format_are_told_apart_from_damage() {
    let kind = Entry::decode(br#"{"at":1,"kind":"melted","v":1}"#).unwrap_err();
    assert!(matches!(kind, EntryError::UnknownKind { kind } if kind == "melted"));
    let newer = Entry::decode(br#"{"at":1,"kind":"event-added","v":2}"#).unwrap_err();
    assert!(matches!(newer, EntryError::Newer { found: 2 }));
    assert!(matches!(Entry::decode(b"{\"at\":1").unwrap_err(), EntryError::NotAnEntry(_)));
    assert!(matches!(Entry::decode(b"[]").unwrap_err(), EntryError::NotAnEntry(_)));
}

#[test]
fn missing_and_unknown_fields_are_refused() {
    let fact = Digest::of(b"fact");
    let missing = r#"{"at":1,"kind":"event-added","v":1}"#.to_owned();
    let unknown = format!(r#"{{"at":1,"fact":"{fact}","kind":"event-added","name":"Sato","v":1}}"#);
    for text in [missing, unknown] {
        let error = Entry::decode(text.as_bytes()).unwrap_err();
        assert!(matches!(&error, EntryError::Fields { kind, .. } if kind == "event-added"), "{error:?}");
    }
}

#[test]
fn other_spellings_of_an_entry_are_refused() {
    let fact = Digest::of(b"fact");
    let spellings = [
        format!(r#"{{"at":1, "fact":"{fact}","kind":"event-added","v":1}}"#),
        format!(r#"{{"fact":"{fact}","at":1,"kind":"event-added","v":1}}"#),
        format!(r#"{{"at":1,"fact":"{fact}","kind":"event-\u0061dded","v":1}}"#),
        format!(r#"{{"at":1,"fact":"{fact}","kind":"event-added","v":1}}"#) + "\n",
        format!(r#"{{"at":1,"fact":"{fact}","fact":"{fact}","kind":"event-added","v":1}}"#),
        format!(
            r#"{{"at":1,"by":[],"commit":null,"enforced":"{fact}","kind":"policy-accepted","policy":"{fact}","v":1}}"#
        ),
    ];
    for text in spellings {
        let error = Entry::decode(text.as_bytes()).unwrap_err();
        assert!(matches!(error, EntryError::NotCanonical { .. }), "{text}: {error:?}");
    }
    let exponent = format!(r#"{{"at":1e0,"fact":"{fact}","kind":"event-added","v":1}}"#);
    assert!(Entry::decode(exponent.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn what_decodes_encodes_to_the_same_bytes(which in 0usize..100, at in 0usize..10_000, byte in any::<u8>()) {
        let story = sample::every_kind();
        let mut bytes = story[which % story.len()].encode();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(entry.encode(), bytes);
        }
    }
}
