//! Print files: the letters of a batch for a print house, which opens them with its own key and needs no hokan.
//!
//! In: an instance whose policy names a print house with a key. Out: files that `age` opens with that key alone. The rule it
//! keeps: what the print house gets is compared with the letters themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::instances::*;
use crate::notice_runs::{many, taken_in};
use crate::support::Instance;

/// More letters than are entered together.
const HOUSEHOLDS: usize = 34;

/// Makes a print house with a key of its own print the letters; returns its identity.
pub fn with_print_house(ready: &Ready) -> PathBuf {
    let identity = ready.home().join("print-house");
    ready.run("age-keygen", &["-o", identity.to_str().unwrap()]).expect_code(0);
    let key = ready.run("age-keygen", &["-y", identity.to_str().unwrap()]).expect_code(0).stdout.trim().to_owned();
    let entrustment = "    to: print-house\n";
    ready.edit("policies/disclosures.yaml", entrustment, &format!("{entrustment}    recipient: {key}\n"));
    let file_as = "    file-as: issued-notices\n";
    let print_file = format!("{file_as}    print-file: {{ entrustment: cost-notice-printing }}\n");
    ready.edit("policies/notices.yaml", file_as, &print_file);
    ready.commit("Have letters printed");
    ready.accept();
    identity
}

/// Opens what was handed out with an identity; returns the file beside it.
fn opened(ready: &Ready, sealed: &Path, identity: &Path) -> Option<PathBuf> {
    let plain = sealed.with_extension("");
    let arguments = ["-d", "-i", identity.to_str().unwrap(), "-o", plain.to_str().unwrap(), sealed.to_str().unwrap()];
    (ready.run("age", &arguments).code == Some(0)).then_some(plain)
}

fn words(ready: &Ready, pdf: &Path) -> String {
    let text = ready.run("pdftotext", &["-layout", pdf.to_str().unwrap(), "-"]).expect_code(0).stdout;
    text.split_whitespace().collect()
}

/// Expects each of these letters to be in exactly one print file, and each print file to have its manifest.
#[track_caller]
pub fn each_in_one(case: &Instance, letters: i64, moment: &str) {
    let catalog = rusqlite::Connection::open(case.root().join("vault/catalog.db")).unwrap();
    for part in ["letters", "manifest"] {
        let sql = "SELECT first, last FROM print_files JOIN records ON id = print_files.record
            WHERE part = ?1 AND print_files.entry IS NOT NULL ORDER BY first";
        let mut select = catalog.prepare(sql).unwrap();
        let ranges: Vec<(i64, i64)> =
            select.query_map([part], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
        let numbers: Vec<i64> = ranges.iter().flat_map(|(first, last)| *first..=*last).collect();
        assert_eq!(numbers, (1..=letters).collect::<Vec<_>>(), "{moment}: {part}");
    }
}

#[test]
fn the_print_house_gets_every_letter_once_in_files_that_it_alone_can_open_with_its_key() {
    let ready = Ready::new();
    let house = with_print_house(&ready);
    let record = taken_in(&ready, &many(HOUSEHOLDS));
    let (out, identity) = (ready.home().join("out"), ready.identity());
    let asked = ["notice", "print-files", "-o", out.to_str().unwrap()];
    assert!(ready.hokan(&asked).expect_code(1).stderr.contains("notice.no-print-file"));
    ready.json(&["notice", "run", "--from", &record, "-i", &identity, "--by", OFFICER]);
    each_in_one(&ready, HOUSEHOLDS as i64, "a run");
    assert_eq!(ready.json(&["notice", "status"])["runs"][1]["print-files"], 2);
    let before = ready.entries_of("opened");
    let files = ready.json(&asked)["files"].as_array().unwrap().clone();
    assert_eq!(ready.entries_of("opened"), before, "handing out opens nothing");
    let of = |part: &str| files.iter().filter(|file| file["part"] == part).collect::<Vec<_>>();
    assert_eq!((of("letters").len(), of("manifest").len()), (2, 2), "{files:?}");
    let (mut told, mut text) = (Vec::new(), String::new());
    for (pdf, manifest) in of("letters").into_iter().zip(of("manifest")) {
        let path = |file: &serde_json::Value| PathBuf::from(file["file"].as_str().unwrap());
        assert!(opened(&ready, &path(pdf), &ready.home().join("planner")).is_none());
        let pdf = opened(&ready, &path(pdf), &house).unwrap();
        let manifest = std::fs::read_to_string(opened(&ready, &path(manifest), &house).unwrap()).unwrap();
        let lines: Vec<(String, usize)> = manifest
            .lines()
            .skip(1)
            .map(|line| {
                line.rsplit_once(',').map(|(number, pages)| (number.to_owned(), pages.parse().unwrap())).unwrap()
            })
            .collect();
        let info = ready.run("pdfinfo", &[pdf.to_str().unwrap()]).expect_code(0).stdout;
        let of = |key: &str| info.lines().find_map(|line| Some(line.strip_prefix(key)?.trim().to_owned())).unwrap();
        let pages: usize = lines.iter().map(|(_, pages)| pages).sum();
        assert_eq!((of("Pages:"), of("Tagged:")), (pages.to_string(), "yes".to_owned()), "{info}");
        ready.run("qpdf", &["--check", pdf.to_str().unwrap()]).expect_code(0);
        let metadata = ready.run("pdfinfo", &["-meta", pdf.to_str().unwrap()]).expect_code(0).stdout;
        for (claim, value) in [("pdfaid:part", "2"), ("pdfaid:conformance", "A"), ("pdfuaid:part", "1")] {
            assert!(metadata.contains(&format!("<{claim}>{value}<")), "{claim}: {metadata}");
        }
        told.extend(lines.into_iter().map(|(number, _)| number));
        text.push_str(&words(&ready, &pdf));
    }
    let numbers: Vec<String> = (1..=HOUSEHOLDS).map(|n| format!("\"み健給発第{n}号\"")).collect();
    assert_eq!(told, numbers);
    let listed = ready.json(&["records", "list", "--class", "issued-notices"]);
    let letters: BTreeSet<String> = listed["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| !one["name"].as_str().unwrap().contains('–'))
        .map(|one| {
            let (id, pdf) = (one["record"].as_str().unwrap(), ready.home().join("one.pdf"));
            std::fs::write(&pdf, ready.opened(id)).unwrap();
            words(&ready, &pdf)
        })
        .collect();
    assert_eq!(letters.len(), HOUSEHOLDS);
    assert!(
        letters.iter().all(|letter| text.matches(letter.as_str()).count() == 1),
        "a letter is not in the files once"
    );
    ready.expect_verified();
}

#[test]
fn a_print_house_keeps_its_key_when_the_recipients_change_and_a_print_file_that_is_gone_is_noticed() {
    let ready = Ready::new();
    let house = with_print_house(&ready);
    taken_in(&ready, &many(1));
    let identity = ready.identity();
    ready.json(&["notice", "run"]);
    crate::rekey::hand_over(&ready);
    let report = ready.json(&["rekey", "--all", "-i", &identity]);
    assert_eq!(report["left"], json!([]), "{report}");
    let out = ready.home().join("out");
    let files = ready.json(&["notice", "print-files", "-o", out.to_str().unwrap()])["files"].clone();
    for file in files.as_array().unwrap() {
        assert!(opened(&ready, Path::new(file["file"].as_str().unwrap()), &house).is_some(), "{file}");
    }
    ready.expect_verified();
    ready.catalog().execute("DELETE FROM print_files WHERE part = 'letters'", []).unwrap();
    let ran = ready.hokan(&["verify"]).expect_code(3);
    assert!(ran.stdout.contains("verify.letter-missing") || ran.stderr.contains("verify.letter-missing"), "{ran:?}");
}

#[test]
fn a_print_house_without_a_key_is_a_finding() {
    let ready = Ready::new();
    let file_as = "    file-as: issued-notices\n";
    let print_file = format!("{file_as}    print-file: {{ entrustment: cost-notice-printing }}\n");
    ready.edit("policies/notices.yaml", file_as, &print_file);
    let ran = ready.hokan(&["check"]).expect_code(1);
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("notices.print-file"), "{ran:?}");
}
