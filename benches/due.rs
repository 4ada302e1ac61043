//! Fills a vault with records, and measures what the index of due days costs.
//!
//! In: `fill VAULT COUNT DUE` or `measure VAULT POLICIES`. Out: COUNT records, DUE of them due, written by the store's own
//! functions; or lines of figures. The rule it keeps: nothing is written past the store. `benches/due.sh` runs it.
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a measurement reads clocks and prints")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant as Clock;

use hokan::calendar::{Date, Instant};
use hokan::diag::Sources;
use hokan::ledger::{Entry, Exposure, LedgerKey, What};
use hokan::policy::{AsOf, Policy, PolicySet};
use hokan::retention::due::{Known, counts_from_events, due};
use hokan::retention::gate;
use hokan::retention::plan::{Grounds, Verdict, class_of};
use hokan::store::{NewRecord, Origin, Store, StoreError, Writing};
use hokan::{Digest, RecordId};

/// Records in one transaction.
const BATCH: u64 = 10_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["fill", vault, count, due] => fill(Path::new(vault), count.parse().unwrap(), due.parse().unwrap()),
        ["measure", vault, policies] => measure(Path::new(vault), Path::new(policies)),
        _ => println!("due fill VAULT COUNT DUE | due measure VAULT POLICIES (see benches/due.sh)"),
    }
}

fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Instant::from_micros(i64::try_from(since.as_micros()).unwrap())
}

fn key(vault: &Path) -> LedgerKey {
    LedgerKey::from_seed(&std::fs::read(vault.join("key.ed25519")).unwrap().try_into().unwrap())
}

/// Four of five records count from dates of their own; each fifth one counts from an event too, and has one subject more.
fn record(n: u64, is_due: bool, at: Instant) -> NewRecord {
    let digest = Digest::of(&n.to_be_bytes());
    let mut random = [0; 10];
    random[2..].copy_from_slice(&n.to_be_bytes());
    let (class, name) = if n % 5 == 4 && !is_due { ("checkups", "made") } else { ("receipts", "treated") };
    let month = u32::try_from(n % 12).unwrap() + 1;
    let year = if is_due { 2015 } else { 2024 + i32::try_from(n % 2).unwrap() };
    NewRecord {
        id: RecordId::new(at, random),
        class: class.to_owned(),
        name: format!("{class}/{year}-{month:02}/M{n}-fees.csv"),
        bytes: 8192,
        body: digest,
        header: digest,
        rule: digest,
        persistent: true,
        salt: [7; 16],
        subjects: vec![format!("M{}", n / 4)],
        handles: BTreeMap::new(),
        dates: BTreeMap::from([(name.to_owned(), Date::from_ymd(year, month, 28).unwrap())]),
        letter: None,
    }
}

fn fill(vault: &Path, count: u64, due: u64) {
    let (mut store, key) = (Store::open(vault).unwrap(), key(vault));
    let origin = Origin { path: b"p".to_vec(), sidecar: None, device: 1, inode: 1, plaintext: Digest::of(b"") };
    let begun = Clock::now();
    // Those that are due lie among the others, as in life.
    let apart = (count / due.max(1)).max(1);
    for first in (0..count).step_by(usize::try_from(BATCH).unwrap()) {
        let at = now();
        let records: Vec<NewRecord> =
            (first..count.min(first + BATCH)).map(|n| record(n, n % apart == 0 && n / apart < due, at)).collect();
        let pending = store.write_pending().unwrap();
        records.iter().for_each(|record| pending.add_record(record, &origin, None).unwrap());
        pending.commit().unwrap();
        let mut writing = store.write().unwrap();
        for record in &records {
            let what = What::Sealed {
                record: record.id,
                class: record.class.clone(),
                policy: record.rule,
                rule: record.rule,
                body: record.body,
                header: record.header,
                medium: "electronic".to_owned(),
                exposure: Exposure::Persistent,
                fact: record.commitment(),
            };
            let entry = writing.append(&Entry { at, what }).unwrap();
            writing.record_sealed(record.id, entry).unwrap();
        }
        writing.commit(&key).unwrap();
        let pending = store.write_pending().unwrap();
        pending.plaintext_gone(&records.iter().map(|record| record.id).collect::<Vec<_>>()).unwrap();
        pending.commit().unwrap();
    }
    println!("filled with {count} records in {:.1} s", begun.elapsed().as_secs_f64());
}

fn policy(folder: &Path) -> PolicySet {
    let mut sources = Sources::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let name = format!("policies/{}", path.file_name().unwrap().to_str().unwrap());
            sources.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
    hokan::policy::check(&sources, AsOf::Now(now())).1.expect("the policy checks clean")
}

/// As an acceptance does: one row at a time, events asked for where the rule counts from one.
fn recompute(writing: &Writing<'_>, policy: &Policy) -> usize {
    let catalog = writing.catalog();
    let day = writing.rewrite_due(|standing| {
        let class = class_of(policy, &standing.class).expect("its class is in the policy");
        let dates = std::mem::take(&mut standing.dates);
        let known = match counts_from_events(policy, class) {
            true => gate::known_of(&catalog, standing.record, &standing.subjects, dates)?,
            false => Known { dates, ..Known::default() },
        };
        Ok::<_, StoreError>(due(policy, class, &known).day())
    });
    day.unwrap()
}

fn measure(vault: &Path, policies: &Path) {
    let (mut store, key, policy) = (Store::open(vault).unwrap(), key(vault), policy(policies));
    for (what, is_kept) in [("first, or after another policy", true), ("again, nothing moves", true)] {
        let begun = Clock::now();
        let writing = store.write().unwrap();
        let moved = recompute(&writing, &policy);
        if is_kept {
            writing.commit(&key).unwrap();
        }
        println!("recompute ({what}): {moved} moved in {:.2} s", begun.elapsed().as_secs_f64());
    }
    let catalog = store.catalog();
    let today = policy.organization.time_zone.date(now());
    timed("find what is due", || catalog.find_due(today).unwrap().len());
    timed("find and read the records", || catalog.due_by(today).unwrap().len());
    let (holds, released) = (catalog.holds().unwrap(), catalog.released_holds().unwrap());
    let kept = catalog.kept_until().unwrap();
    let grounds =
        Grounds { policy: &policy, waiting: None, holds: &holds, released: &released, kept: &kept, day: today };
    timed("find, read and judge", || {
        let judged = gate::judge_all(&catalog, &grounds).unwrap();
        judged.iter().filter(|one| one.verdict == Verdict::Due).count()
    });
}

/// Does it fifteen times and prints how many records it was about.
fn timed(what: &str, mut act: impl FnMut() -> usize) {
    let (mut times, mut found) = (Vec::new(), 0);
    for _ in 0..15 {
        let begun = Clock::now();
        found = act();
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!("{what}: {found} due, median {:.2} ms, slowest {:.2} ms", times[7], times[14]);
}
