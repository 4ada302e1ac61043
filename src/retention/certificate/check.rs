//! Checking a certificate without the vault it came from.
//!
//! In: the bytes of a certificate and of its list, keys and checkpoints somebody kept. Out: everything that is wrong, and
//! what is thereby known. The rule it keeps: nothing is believed because the certificate says so; what stands in the ledger
//! is proved by its entry, what does not is bound by the signature of the ledger's key, and what was asked for and could
//! not be compared is told apart from what is wrong.

mod kept;

use std::collections::BTreeMap;

use super::list::List;
use super::{Certificate, ClassSwept, FORMAT, Lateness, Left, PROVED, ProvenEntry, RecordSwept, Statement, signer};
use crate::Digest;
use crate::ledger::{
    AnnexLine, Checkpoint, Entry, Origin, What, annex, check_proof, open_note, proof_checkpoint, public_of,
};

/// What somebody kept who does not have the vault.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The ledger's public key: base64, or as other readers of signed notes take it.
    pub key: Option<String>,
    /// Checkpoints of the same ledger, or certificates or proofs that have one.
    pub checkpoints: Vec<String>,
    /// Proofs that one checkpoint is the beginning of another, with the changes of the key between them.
    pub consistency: Vec<String>,
    /// The proof that lies beside the certificate, where one does.
    pub proof: Option<String>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrong {
    /// Its stable name, such as `certificate.list`.
    pub code: &'static str,
    /// What was found and what was expected.
    pub message: String,
}

/// What a certificate was found to be.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Everything that is wrong. Empty: the certificate is valid.
    pub problems: Vec<Wrong>,
    /// Checkpoints that were handed in and could be held against it by no proof. They say nothing for or against it.
    pub not_compared: Vec<Wrong>,
    /// What is said; nothing for a file that is no certificate.
    pub statement: Option<Statement>,
    /// The checkpoint that covers the sweep.
    pub checkpoint: Option<Checkpoint>,
    /// The key that signed that checkpoint, in base64.
    pub key: Option<String>,
    /// Whether the key is one that was handed in.
    pub is_pinned: bool,
    /// How many of the checkpoints that were handed in agree.
    pub agreeing: usize,
}

impl Checked {
    fn wrong(&mut self, code: &'static str, message: impl Into<String>) {
        self.problems.push(Wrong { code, message: message.into() });
    }

    fn expect(&mut self, holds: bool, code: &'static str, message: impl FnOnce() -> String) {
        if !holds {
            self.wrong(code, message());
        }
    }
}

/// Checks a certificate: its signature, its proofs, its list, and what was kept elsewhere.
///
/// `list` are the bytes of the list; nothing where it is not at hand, which is a problem, too.
pub fn check(certificate: &[u8], list: Option<&[u8]>, kept: &Kept) -> Checked {
    let mut checked = Checked::default();
    let certificate: Certificate = match serde_json::from_slice(certificate) {
        Ok(certificate) => certificate,
        Err(error) => {
            checked
                .wrong("certificate.format", format!("the file is not a certificate of the form `{FORMAT}`: {error}"));
            return checked;
        }
    };
    if certificate.format != FORMAT {
        let found = &certificate.format;
        checked.wrong("certificate.format", format!("the certificate has the form `{found}` (expected `{FORMAT}`)"));
        return checked;
    }
    if let Some(proved) = prove(&certificate, kept, &mut checked) {
        compare(&certificate.statement, &proved, &mut checked);
        check_list(&certificate.statement, &proved, list, &mut checked);
        kept::check(&proved, kept, &mut checked);
        let is_same =
            kept.proof.as_ref().is_none_or(|beside| certificate.swept().is_some_and(|one| one.proof == *beside));
        checked.expect(is_same, "certificate.proof", || "the proof beside it is not the one it has".to_owned());
        (checked.checkpoint, checked.key) = (Some(proved.checkpoint), Some(certificate.evidence.key));
    }
    checked.statement = Some(certificate.statement);
    checked
}

/// What the proofs show.
struct Proved {
    checkpoint: Checkpoint,
    /// The keys of the ledger that are known, oldest first.
    keys: Vec<String>,
    organization: String,
    /// The last accepted policy: commit and digest.
    policy: Option<(Option<String>, Digest)>,
    /// The approvals: plan, fingerprint, time.
    approvals: Vec<(Digest, String, crate::calendar::Instant)>,
    /// Why records went in another way than by their period, by ledger index.
    grounds: Vec<(u64, What)>,
    /// The entry `swept`: its time, sweep, count and list.
    swept: (crate::calendar::Instant, String, u64, Digest),
}

/// Follows every proof; nothing where the evidence does not hold together.
fn prove(certificate: &Certificate, kept: &Kept, checked: &mut Checked) -> Option<Proved> {
    let evidence = &certificate.evidence;
    let (mut entries, mut checkpoint) = (Vec::new(), None::<Checkpoint>);
    for (place, proven) in evidence.entries.iter().enumerate() {
        let (index, entry, under) = follow(proven, &evidence.key, "certificate.proof", place, checked)?;
        let ordered = entries.last().is_none_or(|(before, _): &(u64, Entry)| *before < index);
        checked.expect(ordered, "certificate.proof", || format!("entry {index} is not in the order of the ledger"));
        let same = checkpoint.as_ref().is_none_or(|first| *first == under);
        checked.expect(same, "certificate.proof", || format!("entry {index} is proved under another checkpoint"));
        checkpoint.get_or_insert(under);
        entries.push((index, entry));
    }
    let (policy, approvals) = stated(&entries);
    let (created, swept) = (entries.first(), entries.last());
    let (Some((0, Entry { what: What::Created { log, organization, key }, .. })), Some((_, last)), Some(checkpoint)) =
        (created, swept, checkpoint)
    else {
        checked.wrong("certificate.proof", "the proofs do not begin with the entry `created` at index 0");
        return None;
    };
    let What::Swept { sweep, count, annex, .. } = &last.what else {
        checked.wrong("certificate.proof", "the proofs do not end with an entry `swept`");
        return None;
    };
    let named = Origin::new(organization, log).is_ok_and(|origin| origin == checkpoint.origin);
    checked.expect(named, "certificate.proof", || {
        format!("the checkpoint is of `{}`, the ledger began as `hokan/{organization}/{log}`", checkpoint.origin)
    });
    let mut grounds = Vec::new();
    for (place, proven) in evidence.grounds.iter().enumerate() {
        let (index, entry, under) = follow(proven, &evidence.key, "certificate.ground", place, checked)?;
        checked.expect(under == checkpoint, "certificate.ground", || {
            format!("entry {index} is proved under another checkpoint")
        });
        grounds.push((index, entry.what));
    }
    let mut keys = keys_of(key, certificate, &checkpoint, checked);
    check_signature(certificate, &keys, &checkpoint, checked);
    kept::follow_changes(&mut keys, kept, &checkpoint, checked);
    pin(&keys, kept, &checkpoint, checked);
    let swept = (last.at, sweep.clone(), *count, *annex);
    Some(Proved { organization: organization.clone(), policy, approvals, grounds, swept, keys, checkpoint })
}

/// Follows one proof: the entry's index, the entry, and the checkpoint it leads to.
fn follow(
    proven: &ProvenEntry,
    key: &str,
    code: &'static str,
    place: usize,
    checked: &mut Checked,
) -> Option<(u64, Entry, Checkpoint)> {
    let refused =
        |error: String| Wrong { code, message: format!("the proof of evidence {place} does not hold: {error}") };
    let proof = check_proof(&proven.proof, proven.entry.as_bytes(), key).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        refused(format!("{error}{cause}"))
    });
    let read = proof.and_then(|proof| {
        let entry = Entry::decode(proven.entry.as_bytes()).map_err(|error| refused(error.to_string()))?;
        Ok((proof.index, entry, proof.checkpoint))
    });
    read.map_err(|wrong| checked.problems.push(wrong)).ok()
}

type Approved = Vec<(Digest, String, crate::calendar::Instant)>;

/// Returns the policy accepted last and the approvals among proved entries.
fn stated(entries: &[(u64, Entry)]) -> (Option<(Option<String>, Digest)>, Approved) {
    let (mut policy, mut approvals) = (None, Vec::new());
    for (_, entry) in entries {
        match &entry.what {
            What::PolicyAccepted { commit, policy: digest, .. } => policy = Some((commit.clone(), *digest)),
            What::PlanApproved { plan, by, .. } => approvals.push((*plan, by.clone(), entry.at)),
            _ => {}
        }
    }
    (policy, approvals)
}

/// Follows the changes of the ledger's key from its first one; returns the keys, oldest first.
fn keys_of(first: &str, certificate: &Certificate, under: &Checkpoint, checked: &mut Checked) -> Vec<String> {
    let mut keys = vec![first.to_owned()];
    for (place, proven) in certificate.evidence.key_changes.iter().enumerate() {
        let before = keys.last().cloned().unwrap_or_default();
        let Some(new) = changed(&before, proven, place, &under.origin, checked) else { break };
        keys.push(new);
    }
    let signed_by = &certificate.evidence.key;
    checked.expect(keys.contains(signed_by), "certificate.key", || {
        format!("the checkpoint is signed by `{signed_by}`, which is none of the ledger's keys ({})", keys.join(", "))
    });
    keys
}

/// Follows one change of the key `before`, in a checkpoint of its own that both keys signed; returns the new key.
fn changed(before: &str, proven: &ProvenEntry, place: usize, origin: &Origin, checked: &mut Checked) -> Option<String> {
    let code = "certificate.key-change";
    let (index, entry, checkpoint) = follow(proven, before, code, place, checked)?;
    let What::KeyRotated { old, new } = entry.what else {
        checked.wrong(code, format!("entry {index} is no change of the ledger's key"));
        return None;
    };
    let by_both = proof_checkpoint(&proven.proof).is_some_and(|text| Checkpoint::open(text, &new).is_ok());
    let whole = checkpoint.size == index + 1 && checkpoint.origin == *origin;
    let holds = old == before && by_both && whole;
    checked.expect(holds, code, || {
        format!("the change of the key in entry {index} is not signed by the old and the new key")
    });
    holds.then_some(new)
}

/// Checks the signature over the statement, which is by the newest key.
fn check_signature(certificate: &Certificate, keys: &[String], checkpoint: &Checkpoint, checked: &mut Checked) {
    let name = signer(&checkpoint.origin.to_string());
    let key = keys.last().map(String::as_str).unwrap_or_default();
    match open_note(&certificate.signature, &name, key) {
        Err(error) => checked.wrong("certificate.signature", format!("the signature does not hold: {error}")),
        Ok(body) => {
            let expected = certificate.statement.note();
            checked.expect(body == expected, "certificate.signature", || {
                format!("the statement was altered: its digest is `{}`", certificate.statement.digest())
            });
        }
    }
}

/// Compares the ledger's keys with the one that was kept.
fn pin(keys: &[String], kept: &Kept, checkpoint: &Checkpoint, checked: &mut Checked) {
    let Some(given) = &kept.key else { return };
    let Some(public) = public_of(given, &checkpoint.origin) else {
        let why = format!(
            "`{given}` is not a key of this ledger (expected 32 bytes in base64, or `{}+…`)",
            checkpoint.origin
        );
        return checked.wrong("certificate.key", why);
    };
    checked.is_pinned = keys.contains(&public);
    checked.expect(keys.contains(&public), "certificate.key", || {
        format!("the ledger of this certificate has the keys {}, not `{public}`", keys.join(", "))
    });
}

/// Compares what is stated with what is proved.
fn compare(statement: &Statement, proved: &Proved, checked: &mut Checked) {
    let (at, sweep, count, _) = &proved.swept;
    let mut same = |what: &str, stated: String, found: String| {
        checked.expect(stated == found, "certificate.ledger", || {
            format!("the certificate says {what} `{stated}`, the ledger says `{found}`")
        });
    };
    same("organization", statement.organization.clone(), proved.organization.clone());
    same("sweep", statement.sweep.clone(), sweep.clone());
    same("finished", statement.finished.to_string(), at.to_string());
    same("destroyed", statement.count().to_string(), count.to_string());
    let (commit, digest) = proved.policy.clone().map_or((None, String::new()), |(c, d)| (c, d.to_string()));
    same("policy", statement.policy.digest.to_string(), digest);
    same("commit", statement.policy.commit.clone().unwrap_or_default(), commit.unwrap_or_default());
    let stated = statement.approvals.iter().map(|one| format!("{} {}", one.fingerprint, one.at));
    let found = proved.approvals.iter().map(|(_, by, at)| format!("{by} {at}"));
    same("approvals", stated.collect::<Vec<_>>().join(", "), found.collect::<Vec<_>>().join(", "));
    for (plan, ..) in &proved.approvals {
        same("plan", statement.plan.map(|plan| plan.to_string()).unwrap_or_default(), plan.to_string());
    }
}

/// Checks the list against its two digests and against the counts that are stated.
fn check_list(statement: &Statement, proved: &Proved, bytes: Option<&[u8]>, checked: &mut Checked) {
    let bound = &statement.list;
    let Some(bytes) = bytes else {
        let why = format!(
            "the list `{}` is not at hand: put it beside the certificate, or name it with `--list`",
            bound.file
        );
        return checked.wrong("certificate.list", why);
    };
    let found = Digest::of(bytes);
    checked.expect(found == bound.sha256, "certificate.list", || {
        format!("the list has the digest `{found}`, the certificate says `{}`", bound.sha256)
    });
    let list = match std::str::from_utf8(bytes).map_err(|error| error.to_string()) {
        Ok(text) => List::parse(text).map_err(|error| error.to_string()),
        Err(error) => Err(error),
    };
    let list = match list {
        Ok(list) => list,
        Err(error) => return checked.wrong("certificate.list", error),
    };
    let (_, _, count, digest) = &proved.swept;
    let lines = list.annex();
    let computed = annex(&lines);
    // The intents of earlier sweeps name no first day: their annex has none.
    let without_days: Vec<AnnexLine> = lines.into_iter().map(|line| AnnexLine { due: None, ..line }).collect();
    let is_bound = computed == *digest || annex(&without_days) == *digest;
    checked.expect(is_bound && list.destroyed.len() as u64 == *count, "certificate.list", || {
        let found = list.destroyed.len();
        format!("the list names {found} records with the digest `{computed}`, the ledger says {count} with `{digest}`")
    });
    for early in list.destroyed.iter().filter(|one| one.days_after_first() < 0) {
        let (id, gone, first) = (early.id, early.destroyed_on, early.first_day_allowed);
        checked.wrong("certificate.early", format!("record {id} was destroyed on {gone}, before {first}"));
    }
    check_grounds(&list, &proved.grounds, checked);
    let counted = Counted::of(&list);
    checked.expect(counted.agrees_with(statement), "certificate.counts", || {
        "classes, lateness or reasons of the certificate are not those of its list".to_owned()
    });
}

/// Compares why records went in another way than by their period with the entries that are proved: the first
/// [`PROVED`] of them, in the order of the list.
fn check_grounds(list: &List, proved: &[(u64, What)], checked: &mut Checked) {
    let named = list.destroyed.iter().flat_map(|one| one.grounds().map(move |index| (index, one)));
    let mut proved = proved.iter();
    for (place, (index, one)) in named.enumerate() {
        checked.expect(index < one.intent_entry, "certificate.ground", || {
            format!("the list says that entry {index} is why record {} went, which was destroyed before", one.id)
        });
        if place < PROVED {
            let is_proved = proved.next().is_some_and(|(at, what)| *at == index && is_ground_of(what, one));
            checked.expect(is_proved, "certificate.ground", || {
                format!("no proof shows that entry {index} of the ledger is why record {} went", one.id)
            });
        }
    }
    checked.expect(proved.next().is_none(), "certificate.ground", || {
        "an entry is proved that the list does not name".to_owned()
    });
}

fn is_ground_of(what: &What, one: &RecordSwept) -> bool {
    match what {
        What::EarlyRequested { record, .. } => *record == one.id,
        What::Succeeded { record, successor, .. } => {
            *record == one.id && one.masked.is_some_and(|masked| masked.successor == *successor)
        }
        _ => false,
    }
}

/// What a list adds up to.
struct Counted {
    destroyed: u64,
    left: u64,
    opened: u64,
    early: u64,
    masked: u64,
    lateness: Lateness,
    reasons: Vec<Left>,
}

impl Counted {
    fn of(list: &List) -> Counted {
        let count = |is: fn(&RecordSwept) -> bool| list.destroyed.iter().filter(|one| is(one)).count() as u64;
        Counted {
            destroyed: list.destroyed.len() as u64,
            left: list.left.len() as u64,
            opened: count(|one| one.opened > 0),
            early: count(|one| one.early_entry.is_some()),
            masked: count(|one| one.masked.is_some()),
            lateness: list.lateness(),
            reasons: reasons(list),
        }
    }

    fn agrees_with(&self, statement: &Statement) -> bool {
        let sum = |of: fn(&ClassSwept) -> u64| statement.classes.iter().map(of).sum::<u64>();
        let latest = statement.classes.iter().map(|class| class.latest_by).max();
        let lists = [statement.list.destroyed, statement.list.left];
        let sums =
            [sum(|class| class.count), sum(|class| class.opened), sum(|class| class.early), sum(|class| class.masked)];
        lists == [self.destroyed, self.left]
            && sums == [self.destroyed, self.opened, self.early, self.masked]
            && statement.lateness == self.lateness
            && latest == self.lateness.after_first_day.within(100)
            && statement.left == self.reasons
    }
}

/// Returns how many records of a list were left, by class and reason.
pub fn reasons(list: &List) -> Vec<Left> {
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    list.left.iter().for_each(|one| *counts.entry((&one.class, &one.why)).or_default() += 1);
    let left =
        |((class, why), count): ((&str, &str), u64)| Left { class: class.to_owned(), why: why.to_owned(), count };
    counts.into_iter().map(left).collect()
}

#[cfg(test)]
mod tests {
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
                let text: &mut String =
                    part(evidence.entries.iter_mut().chain(&mut evidence.grounds).nth(place).unwrap());
                let at = text.len() / 2;
                let other = if &text[at..=at] == "0" { "1" } else { "0" };
                text.replace_range(at..=at, other);
                assert!(!codes(&altered, &list.text(), &Kept::default()).is_empty(), "evidence {place}");
            }
        }
    }
}
