//! Holding a certificate against checkpoints that were kept elsewhere.
//!
//! In: what the certificate proves, checkpoints, and proofs that lead from one to another. Out: how many agree, what is
//! wrong, and what could not be compared. The rule it keeps: a checkpoint that no proof leads to says nothing about the
//! certificate, whichever of them is the older one.

use super::super::{ProvenEntry, checkpoint_in};
use super::{Checked, Kept, Proved, Wrong, changed};
use crate::ledger::{Checkpoint, CheckpointError, Entry, What, changes_in, check_consistency};

/// Adds the keys that came after those the certificate names, as far as the proofs of consistency lead.
pub(super) fn follow_changes(keys: &mut Vec<String>, kept: &Kept, under: &Checkpoint, checked: &mut Checked) {
    let changes: Vec<(String, String)> = kept.consistency.iter().flat_map(|proof| changes_in(proof)).collect();
    let is_change =
        |entry: &str| Entry::decode(entry.as_bytes()).is_ok_and(|entry| matches!(entry.what, What::KeyRotated { .. }));
    checked.expect(changes.iter().all(|(entry, _)| is_change(entry)), "certificate.key-change", || {
        "a proof that was handed in was altered: what it says of the ledger's key cannot be read".to_owned()
    });
    let replaces = |entry: &str, key: Option<&String>, keys: &[String]| match Entry::decode(entry.as_bytes()) {
        Ok(Entry { what: What::KeyRotated { old, new }, .. }) => Some(&old) == key && !keys.contains(&new),
        Ok(_) | Err(_) => false,
    };
    while let Some(place) = changes.iter().position(|(entry, _)| replaces(entry, keys.last(), keys)) {
        let (entry, proof) = changes[place].clone();
        let before = keys.last().cloned().unwrap_or_default();
        let Some(new) = changed(&before, &ProvenEntry { entry, proof }, place, &under.origin, checked) else { break };
        keys.push(new);
    }
}

/// Holds the certificate's checkpoint against those that were kept.
pub(super) fn check(proved: &Proved, kept: &Kept, checked: &mut Checked) {
    let ours = &proved.checkpoint;
    for text in &kept.checkpoints {
        let Some(theirs) = open(text, proved, checked) else { continue };
        if theirs.origin != ours.origin {
            let why =
                format!("the checkpoint that was kept is of `{}`, the certificate of `{}`", theirs.origin, ours.origin);
            checked.wrong("certificate.checkpoint", why);
        } else if theirs.size == ours.size {
            checked.expect(theirs.root == ours.root, "certificate.forked", || {
                format!(
                    "two ledgers: at {} entries the checkpoint that was kept has the root `{}`, the certificate `{}`",
                    ours.size, theirs.root, ours.root
                )
            });
            checked.agreeing += usize::from(theirs.root == ours.root);
        } else {
            let (old, new) = if theirs.size < ours.size { (&theirs, ours) } else { (ours, &theirs) };
            if kept.consistency.iter().any(|proof| check_consistency(proof, old, new)) {
                checked.agreeing += 1;
            } else {
                let why = format!(
                    "the checkpoint that was kept has {} entries, the certificate's {}: no proof that was handed in leads from one to the other",
                    theirs.size, ours.size
                );
                checked.not_compared.push(Wrong { code: "certificate.not-compared", message: why });
            }
        }
    }
}

/// Opens what was kept with a key of the ledger; nothing where it is none, which is told.
fn open(text: &str, proved: &Proved, checked: &mut Checked) -> Option<Checkpoint> {
    let Some(text) = checkpoint_in(text) else {
        checked.wrong("certificate.checkpoint", "what was kept is neither a checkpoint nor a certificate of this form");
        return None;
    };
    let mut unsigned = !proved.keys.is_empty();
    for key in proved.keys.iter().rev() {
        match Checkpoint::open(&text, key) {
            Ok(theirs) => return Some(theirs),
            Err(error) => unsigned &= matches!(error, CheckpointError::NoSignature { .. }),
        }
    }
    if unsigned && text.lines().next() == Some(&proved.checkpoint.origin.to_string()) {
        let why = "the checkpoint that was kept is signed by none of the keys that are known here: if the ledger's key was changed after the certificate, the proof between the two has the change";
        checked.not_compared.push(Wrong { code: "certificate.not-compared", message: why.to_owned() });
    } else {
        checked.wrong("certificate.checkpoint", "a checkpoint that was kept is signed by none of the ledger's keys");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{key, sample};
    use super::super::check;
    use super::*;
    use crate::Digest;
    use crate::ledger::{LedgerKey, write_consistency};

    /// The codes of what is wrong, and of what was not compared.
    fn codes(kept: &Kept) -> [Vec<&'static str>; 2] {
        let (certificate, list) = sample(2);
        let bytes = serde_json::to_vec(&certificate).unwrap();
        let checked = check(&bytes, Some(list.text().as_bytes()), kept);
        [checked.problems, checked.not_compared].map(|all| all.iter().map(|wrong| wrong.code).collect())
    }

    fn ours() -> Checkpoint {
        let (certificate, _) = sample(2);
        Checkpoint::open(certificate.swept().unwrap().checkpoint().unwrap(), &key().public()).unwrap()
    }

    #[test]
    fn another_history_is_wrong_and_a_checkpoint_without_a_proof_is_not_compared() {
        let forked = Checkpoint { root: Digest::of(b"another history"), ..ours() };
        let kept = Kept { checkpoints: vec![forked.sign(&key())], ..Kept::default() };
        assert_eq!(codes(&kept), [vec!["certificate.forked"], vec![]]);

        let later = Checkpoint { size: ours().size + 1, ..forked };
        let kept = Kept { checkpoints: vec![later.sign(&key())], ..Kept::default() };
        assert_eq!(codes(&kept), [vec![], vec!["certificate.not-compared"]]);
        let consistency =
            vec![write_consistency(ours().size, &[ours().root, Digest::of(b"")], &later.sign(&key()), &[])];
        let kept = Kept { consistency, ..kept };
        assert_eq!(codes(&kept), [vec![], vec!["certificate.not-compared"]]);
    }

    #[test]
    fn a_key_that_no_proof_names_compares_nothing_and_another_ledger_is_wrong() {
        let unknown = LedgerKey::from_seed(&[1; 32]);
        let kept = |checkpoint: String| Kept { checkpoints: vec![checkpoint], ..Kept::default() };
        assert_eq!(codes(&kept(ours().sign(&unknown))), [vec![], vec!["certificate.not-compared"]]);
        let elsewhere = Checkpoint { origin: "hokan/a/b".parse().unwrap(), ..ours() };
        for text in [elsewhere.sign(&key()), elsewhere.sign(&unknown), "no note".to_owned(), "{}".to_owned()] {
            assert_eq!(codes(&kept(text.clone())), [vec!["certificate.checkpoint"], vec![]], "{text}");
        }
        let altered = ours().sign(&key()).replacen(&format!("\n{}\n", ours().size), "\n9\n", 1);
        assert_eq!(codes(&kept(altered)), [vec!["certificate.checkpoint"], vec![]]);
    }
}
