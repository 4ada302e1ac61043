//! The public test vectors of the age format, cut into header and body and read as a record is.
//!
//! They are part of the age crate's source, where cargo keeps it. Where it is not there, the test says so; with `CI` set it fails.
//!
//! # Source
//! C2SP, CCTV (github.com/C2SP/CCTV), `age/README.md`: `expect`, `payload` (SHA-256 of what opens), `identity`.

use std::path::PathBuf;

use super::*;
use crate::Digest;

/// Headers that the age crate reads although the format does not allow them: stanzas without their last short line, as early
/// programs wrote them. Nothing else opens by that: the MAC is over the header as it is written.
const LENIENT: [&str; 2] = ["stanza_missing_body", "stanza_missing_final_line"];

/// Where the crate's vectors lie.
fn place() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let registries = std::fs::read_dir(home.join("registry/src")).ok()?;
    let mut vectors = registries.flatten().map(|entry| entry.path().join("age-0.12.1/tests/testdata/testkit"));
    vectors.find(|path| path.is_dir())
}

/// Opens an age file as a record: header up to its MAC line, body behind it. Returns what came out before any fault.
fn opened(file: &[u8], identities: &Identities) -> (Vec<u8>, bool) {
    let mac = file.windows(5).position(|five| five == b"\n--- ").map(|at| at + 1);
    let end = mac.and_then(|mac| Some(mac + file[mac..].iter().position(|byte| *byte == b'\n')? + 1));
    let (header, body) = file.split_at(end.unwrap_or(file.len()));
    let mut read = Vec::new();
    let is_whole =
        open_with_identities(header, body, identities).is_ok_and(|mut opened| opened.read_to_end(&mut read).is_ok());
    (read, is_whole)
}

#[test]
#[expect(clippy::disallowed_macros, reason = "what was not tested is for whoever runs the tests")]
fn the_public_vectors_of_the_format_open_and_fail_as_they_should() {
    let Some(place) = place() else {
        assert!(std::env::var_os("CI").is_none(), "the source of the age crate is not where cargo keeps it");
        eprintln!("NOT TESTED: the source of the age crate is not where cargo keeps it");
        return;
    };
    let (mut good, mut bad) = (0, 0);
    let mut names: Vec<PathBuf> = std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    for path in names {
        let (name, bytes) = (path.display().to_string(), std::fs::read(&path).unwrap());
        let cut = bytes.windows(2).position(|two| two == b"\n\n").unwrap();
        let (head, file) = (std::str::from_utf8(&bytes[..cut]).unwrap(), &bytes[cut + 2..]);
        let all = |key: &str| -> Vec<&str> {
            head.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).collect()
        };
        // Passphrases, armour and compression of the file itself are not in a record.
        let is_other = ["passphrase", "armored", "compressed"].iter().any(|key| !all(key).is_empty());
        let Ok(identities) = Identities::parse(&all("identity").join("\n")) else { continue };
        if is_other {
            continue;
        }
        let (read, is_whole) = opened(file, &identities);
        let expected = all("expect")[0];
        if LENIENT.iter().any(|lenient| path.ends_with(lenient)) {
            assert!(is_whole && expected == "header failure", "{name}: the age crate became strict here");
            continue;
        }
        assert_eq!(is_whole, expected == "success", "{name}: {expected}");
        match all("payload").first().map(|text| text.parse::<Digest>().unwrap()) {
            Some(digest) if is_whole => assert_eq!(Digest::of(&read), digest, "{name}"),
            Some(_) => {}
            None => assert!(read.is_empty(), "{name}: something opened"),
        }
        *if is_whole { &mut good } else { &mut bad } += 1;
    }
    assert!(good > 5 && bad > 30, "{good} that open, {bad} that do not");
}
