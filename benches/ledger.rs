//! Measures the ledger: appends in batches, and inclusion and consistency proofs out of many entries.
//!
//! `cargo bench --bench ledger -- [ENTRIES] [DIR]`: 1,000,000 entries by default, in a new directory below DIR (default: the
//! directory of temporary files), which is removed at the end. Every batch of 1,000 is durable before the next begins;
//! each proof is made from a store that was opened anew, and checked. It ends with 1 if one does not hold.
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "it measures, and says what it measured")]

use std::time::{Duration, Instant as Clock};

use hokan::calendar::Instant;
use hokan::ledger::{Checkpoint, Entry, Exposure, LedgerKey, What, leaf_hash, verify_consistency, verify_inclusion};
use hokan::store::Store;
use hokan::{Digest, RecordId};

const BATCH: u64 = 1000;
const PROOFS: u64 = 1000;
const START: i64 = 1_795_273_200_000_000;

fn sealed(n: u64) -> Entry {
    let digest = Digest::of(&n.to_le_bytes());
    let at = Instant::from_micros(START + n as i64);
    let record = RecordId::new(at, digest.as_bytes()[..10].try_into().unwrap());
    let what = What::Sealed {
        record,
        class: "receipts".into(),
        policy: digest,
        rule: digest,
        body: digest,
        header: digest,
        medium: "electronic".into(),
        exposure: Exposure::Persistent,
        fact: digest,
    };
    Entry { at, what }
}

fn percent(sorted: &[Duration], of: usize) -> String {
    format!("{:.2} ms", sorted[(sorted.len() - 1) * of / 100].as_secs_f64() * 1000.0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let entries: u64 = arguments.first().map_or(1_000_000, |text| text.parse().expect("a number of entries"));
    let below = arguments.get(1).map_or_else(std::env::temp_dir, Into::into);
    let dir = tempfile::tempdir_in(below).unwrap();
    let key = LedgerKey::from_seed(&[7; 32]);
    let mut store = Store::create(dir.path(), &key, "00112233aabbccdd", "bench", Instant::from_micros(START)).unwrap();
    let begin = Clock::now();
    for first in (0..entries).step_by(BATCH as usize) {
        let mut writing = store.write().unwrap();
        for n in first..(first + BATCH).min(entries) {
            writing.append(&sealed(n)).unwrap();
        }
        writing.commit(&key).unwrap();
    }
    let taken = begin.elapsed();
    println!(
        "append     {:.0} entries/s ({entries} in batches of {BATCH}, each durable)",
        entries as f64 / taken.as_secs_f64()
    );
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    let reader = store.reader();
    let newest = Checkpoint::open(&reader.checkpoint().unwrap(), &key.public()).unwrap();
    let (mut included, mut consistent) = (Vec::new(), Vec::new());
    for n in 0..PROOFS {
        let random = Digest::of(&(n ^ 0x5eed).to_le_bytes());
        let index = u64::from_le_bytes(random.as_bytes()[..8].try_into().unwrap()) % newest.size;
        let begin = Clock::now();
        let proof = reader.inclusion(index, newest.size).unwrap().unwrap();
        included.push(begin.elapsed());
        let leaf = leaf_hash(&reader.bytes_of(index).unwrap());
        assert!(
            verify_inclusion(leaf, index, newest.size, &proof, newest.root),
            "the proof of entry {index} does not hold"
        );
        let begin = Clock::now();
        let proof = reader.consistency(index + 1, newest.size).unwrap().unwrap();
        consistent.push(begin.elapsed());
        let old = reader.range_root(0..index + 1).unwrap();
        assert!(verify_consistency(index + 1, old, newest.size, newest.root, &proof), "from {} entries", index + 1);
    }
    for (name, mut times) in [("inclusion", included), ("consistency", consistent)] {
        times.sort();
        let [half, most, all] = [50, 99, 100].map(|of| percent(&times, of));
        println!(
            "{name:<11}half within {half}, 99% within {most}, all within {all} ({PROOFS} proofs, checked, of {} entries)",
            newest.size
        );
    }
}
