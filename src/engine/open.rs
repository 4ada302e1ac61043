//! What people with a private identity do: prove that they hold it, and open a record.
//!
//! In: an identity that a person hands in. Out: a proof, a plaintext, ledger entries. The rule it keeps (I4): the
//! service has no identity; each opening is in the ledger before the first byte is written.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use super::accept::policy_state;
use super::facts::said;
use super::instance::Instance;
use super::{EngineError, Result};
use crate::ledger::{Entry, What};
use crate::policy::PolicySet;
use crate::store::{Catalog, Opening, Store};
use crate::vault::open::{Identities, open, opens};
use crate::vault::seal::RecipientKey;
use crate::vault::{Digests, files};
use crate::{Digest, RecordId};

/// Where the catalog keeps the keys that somebody proved to hold.
const CONFIRMED: &str = "confirmed-recipients";

/// Which recipients are confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// Confirmed just now.
    pub now: Vec<String>,
    /// Confirmed before.
    pub before: Vec<String>,
    /// Not confirmed yet.
    pub missing: Vec<String>,
}

fn confirmed_keys(catalog: &Catalog<'_>) -> Result<BTreeSet<String>> {
    let text = catalog.meta(CONFIRMED)?.unwrap_or_default();
    Ok(text.lines().map(str::to_owned).collect())
}

/// Returns the recipients of the policy that nobody has proved to hold.
pub(super) fn unconfirmed(store: &Store, policy: &PolicySet) -> Result<Vec<String>> {
    let keys = confirmed_keys(&store.catalog())?;
    let recipients = policy.service.recipients.iter().filter(|recipient| !keys.contains(&recipient.key));
    Ok(recipients.map(|recipient| recipient.id.clone()).collect())
}

/// Checks by sealing and opening a random probe which recipients of the accepted policy the identities belong to.
///
/// # Errors
/// Refuses identities that open nothing of the policy's.
///
/// # Durability
/// On return the confirmation is in the ledger.
pub fn confirm_recipients(instance: &Instance, identities: &str) -> Result<Confirmed> {
    let mut store = instance.store()?;
    let state = policy_state(instance, &store)?;
    let recipients = &state.accepted()?.policy.service.recipients;
    let identities = parse(identities)?;
    let keys = confirmed_keys(&store.catalog())?;
    let mut confirmed = Confirmed { now: Vec::new(), before: Vec::new(), missing: Vec::new() };
    let mut proved = Vec::new();
    for recipient in recipients {
        let Ok(key) = RecipientKey::parse(&recipient.key) else {
            let why = format!("the key of the recipient `{}` is not an age X25519 key", recipient.id);
            return Err(EngineError::refused("recipients.key", why));
        };
        if opens(&key, &identities) {
            proved.push(recipient.key.clone());
            confirmed.now.push(recipient.id.clone());
        } else if keys.contains(&recipient.key) {
            confirmed.before.push(recipient.id.clone());
        } else {
            confirmed.missing.push(recipient.id.clone());
        }
    }
    if proved.is_empty() {
        return Err(EngineError::refused(
            "recipients.no-match",
            "this identity belongs to none of the recipients in the accepted policy",
        )
        .help("compare the public key in the identity file with `service.recipients`"));
    }
    let fingerprints = proved.iter().map(|key| Digest::of(key.as_bytes()).to_string()).collect();
    let key = instance.key()?;
    let mut writing = store.write()?;
    // Read again under the lock: somebody may have confirmed another one meanwhile.
    let mut all = confirmed_keys(&writing.catalog())?;
    all.extend(proved);
    let all = all.into_iter().collect::<Vec<String>>().join("\n");
    let what = What::RecipientsConfirmed { recipients: Digest::of(all.as_bytes()), keys: fingerprints };
    writing.append(&Entry { at: instance.now(), what })?;
    writing.set_meta(CONFIRMED, &all)?;
    writing.commit(&key)?;
    Ok(confirmed)
}

pub(super) fn parse(identities: &str) -> Result<Identities> {
    Identities::parse(identities).map_err(|error| {
        EngineError::refused("identity.unreadable", error.to_string())
            .help("hand in an identity file as `age-keygen` writes it")
    })
}

/// Opens a record into a new file.
///
/// # Errors
/// Refuses an unknown record, a target that exists or lies below `records/`; fails when the files differ from the
/// ledger or the identity does not fit.
///
/// # Durability
/// The opening is in the ledger before the file is made; the file is on disk on return, mode 0600.
pub fn open_record(instance: &Instance, id: RecordId, identities: &str, to: &Path, by: &str, why: &str) -> Result<u64> {
    said("open.why", "a reason", why)?;
    said("open.by", "who opens it", by)?;
    if to == Path::new("-") {
        let why = "an opened record is written into a file of its own, and not to standard output";
        return Err(
            EngineError::refused("open.target", why).help("name a new file with `-o`; `./-` is one of that name")
        );
    }
    let (mut store, vault, key) = (instance.store()?, instance.vault()?, instance.key()?);
    let record = store.catalog().record(id)?.ok_or_else(|| {
        EngineError::refused("open.unknown", format!("the catalog knows no record `{id}`"))
            .help("`hokan records list` shows what is held; a destroyed record is in the ledger only")
    })?;
    let state = policy_state(instance, &store)?;
    refuse_below_records(instance, &state.accepted()?.policy, to)?;
    if to.symlink_metadata().is_ok() {
        let why = format!("`{}` exists: hokan never overwrites anything", to.display());
        return Err(EngineError::refused("open.target-exists", why).help("name a new file with `-o`"));
    }
    let identities = parse(identities)?;
    let opening = Opening { record: id, by: by.to_owned(), why: why.to_owned(), salt: instance.salt()? };
    let pending = store.write_pending()?;
    let row = pending.add_opening(&opening)?;
    pending.commit()?;
    let mut writing = store.write()?;
    let what = What::Opened { record: id, fact: opening.commitment() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.opening_entered(row, entry)?;
    writing.commit(&key)?;
    let expected = Digests { header: record.known.header, body: record.known.body };
    let mut file = files::new_file(to).map_err(EngineError::io("make", to))?;
    let opened = open(&vault, id, expected, &identities, &mut file);
    let written = opened.map_err(EngineError::from).and_then(|bytes| {
        file.flush().and_then(|()| file.sync_all()).map_err(EngineError::io("write", to))?;
        Ok(bytes)
    });
    if written.is_err() {
        // Half a plaintext is of no use to anybody.
        let _ = files::remove(to);
    }
    written
}

fn refuse_below_records(instance: &Instance, policy: &PolicySet, to: &Path) -> Result<()> {
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = parent.canonicalize().map_err(EngineError::io("open", parent))?;
    let below = |dir: std::path::PathBuf| dir.canonicalize().is_ok_and(|dir| parent.starts_with(dir));
    if below(instance.records_dir(policy))
        || below(instance.vault_dir().to_owned())
        || below(instance.public_dir(policy))
    {
        let why = format!("`{}` lies below `records`, `vault` or `public`", to.display());
        return Err(EngineError::refused("open.target", why).help("write the opened record to a place of your own"));
    }
    Ok(())
}
