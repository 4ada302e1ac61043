//! A replacement of the ledger's key that is killed at any moment: the vault works in between, and the next call finishes.
//!
//! In: a ready instance and a checkpoint of its first key. Out: one key, in its place, that the ledger names. The rule it
//! keeps: the old private key is nowhere in the vault at the end, and what it signed still counts.

use super::{MOST, at_each, kill, report};
use crate::scene;
use crate::support::Instance;

const ROTATE: [&str; 2] = ["key", "rotate"];

#[test]
fn a_key_rotation_killed_at_any_moment_leaves_one_key_and_is_finished_by_the_next() {
    let template = Instance::new();
    scene::ready(&template);
    let kept = template.home().join("kept");
    std::fs::write(&kept, template.hokan(&["checkpoint"]).expect_code(0).stdout).unwrap();
    let kept = kept.to_str().unwrap();
    let old = std::fs::read(template.root().join("vault/key.ed25519")).unwrap();
    let unharmed = scene::copy(&template);
    let points = kill::points(&unharmed, &ROTATE, MOST);
    is_rotated(&unharmed, &old, kept, "unharmed");
    let killed = at_each(&points, |_, point, worker| {
        let case = scene::copy(&template);
        let killed = kill::killed(&case, &ROTATE, point, worker);
        let moment = format!("killed at {point:?}");
        // Nobody waits for the next call: reading and verifying go on at once, writing after the next take-in.
        case.hokan(&["verify", "--checkpoint", kept]).expect_code(0);
        case.hokan(&super::TAKE_IN).expect_code(0);
        case.hokan(&["clock", "confirm", "--reason", "in between", "--by", "Test"]).expect_code(0);
        case.hokan(&ROTATE).expect_code(0);
        is_rotated(&case, &old, kept, &moment);
        killed
    });
    report("key rotate", &points, killed);
}

/// One key that is not the old one, which is in no file of the vault; everything verifies, the old checkpoint too.
fn is_rotated(case: &Instance, old: &[u8], kept: &str, moment: &str) {
    let vault = case.root().join("vault");
    assert!(!vault.join("key.ed25519.new").exists(), "{moment}: two keys");
    for path in scene::below(&vault) {
        let bytes = std::fs::read(&path).unwrap();
        let has = bytes.windows(old.len()).any(|window| window == old);
        assert!(!has, "{moment}: the old key is in {}", path.display());
    }
    let shown = scene::json(case, &["key", "show"]);
    assert!(!shown["former"].as_array().unwrap().is_empty(), "{moment}: {shown}");
    case.hokan(&["verify", "--checkpoint", kept]).expect_code(0);
}
