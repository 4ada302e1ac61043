//! Checking a certificate without the vault it came from.
//!
//! In: the bytes of a certificate and of its list, keys and checkpoints somebody kept. Out: everything that is wrong, and
//! what is thereby known. The rule it keeps: nothing is believed because the certificate says so; what stands in the ledger
//! is proved by its entry, what does not is bound by the signature of the ledger's key, and what was asked for and could
//! not be compared is told apart from what is wrong.

mod kept;

use std::collections::BTreeMap;

use super::list::List;
use super::{
    Approval, Certificate, ClassSwept, Days, FORMAT, Lateness, Left, PROVED, ProvenEntry, RecordSwept, Statement,
    signer,
};
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
    /// The accepted policies: commit and digest.
    policies: Vec<(Option<String>, Digest)>,
    /// The approvals: plan, fingerprint, time.
    approvals: Vec<(Digest, String, crate::calendar::Instant)>,
    /// Why records went in another way than by their period, by ledger index.
    grounds: Vec<(u64, What)>,
    /// The entry `swept`: its time, sweep, count and list.
    swept: (crate::calendar::Instant, String, u64, Digest),
    /// How late the records went by that entry, where it says so.
    lateness: Option<Lateness>,
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
    let (policies, approvals) = stated(&entries);
    let (created, swept) = (entries.first(), entries.last());
    let (Some((0, Entry { what: What::Created { log, organization, key }, .. })), Some((_, last)), Some(checkpoint)) =
        (created, swept, checkpoint)
    else {
        checked.wrong("certificate.proof", "the proofs do not begin with the entry `created` at index 0");
        return None;
    };
    let What::Swept { sweep, count, annex, late, waited, .. } = &last.what else {
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
    let lateness = late.clone().zip(waited.clone()).map(|(late, waited)| Lateness {
        after_first_day: Days::of_pairs(late),
        after_approval: Days::of_pairs(waited),
    });
    Some(Proved { organization: organization.clone(), policies, approvals, grounds, swept, lateness, keys, checkpoint })
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

/// Returns the accepted policies and the approvals among proved entries.
fn stated(entries: &[(u64, Entry)]) -> (Vec<(Option<String>, Digest)>, Approved) {
    let (mut policies, mut approvals) = (Vec::new(), Vec::new());
    for (_, entry) in entries {
        match &entry.what {
            What::PolicyAccepted { commit, policy: digest, .. } => policies.push((commit.clone(), *digest)),
            What::PlanApproved { plan, by, .. } => approvals.push((*plan, by.clone(), entry.at)),
            _ => {}
        }
    }
    (policies, approvals)
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
    let version = |commit: &Option<String>, digest: &Digest| match commit {
        Some(commit) => format!("{digest} (commit {commit})"),
        None => digest.to_string(),
    };
    // A policy stands once in the evidence, and the one that decided later beside it.
    let later = statement.taken_up.as_ref();
    let mut policies: Vec<String> = std::iter::once(&statement.policy)
        .chain(later.map(|later| &later.policy))
        .map(|one| version(&one.commit, &one.digest))
        .collect();
    if proved.policies.len() < policies.len() {
        policies.dedup();
    }
    let found: Vec<String> = proved.policies.iter().map(|(commit, digest)| version(commit, digest)).collect();
    same("policy", policies.join(", "), found.join(", "));
    let approval = |one: &Approval| format!("{} {}", one.fingerprint, one.at);
    let found: Vec<String> = proved.approvals.iter().map(|(_, by, at)| format!("{by} {at}")).collect();
    let lists = [Some(&statement.approvals), later.map(|later| &later.approvals)]
        .map(|list| list.into_iter().flatten().map(approval).collect::<Vec<String>>());
    for list in &lists {
        let of_list = found.iter().filter(|one| list.contains(one) || !lists.concat().contains(one));
        same("approvals", list.join(", "), of_list.cloned().collect::<Vec<_>>().join(", "));
    }
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
    checked.expect(proved.lateness.as_ref().is_none_or(|late| *late == counted.lateness), "certificate.list", || {
        "the list says another lateness than the ledger".to_owned()
    });
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
mod tests;
