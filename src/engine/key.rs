//! The ledger's signing key: what it is, and its replacement.
//!
//! In: an instance. Out: the public key, or a new one in force. The rule it keeps: at every moment one file in the vault
//! holds the key that the newest entry names; the old private key is overwritten only after the change is in the ledger,
//! signed by both, and the new file has taken its place.
//!
//! ```text
//! key.ed25519.new written ─► entry `key-rotated`, its checkpoint signed by both ─► names exchanged ─► old one destroyed
//! ```
//!
//! A stop at any point is finished by the next `key rotate` or `sweep run`, from what the ledger and the two files say.

use zeroize::Zeroizing;

use super::instance::{Action, Instance, KEY, NEW_KEY};
use super::{EngineError, OpenError, Result};
use crate::ledger::{Entry, LedgerKey, Origin, What};
use crate::store::Store;
use crate::vault::files::{self, Dir, Purpose, Readers};

/// The ledger's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The ledger's name.
    pub origin: String,
    /// 32 bytes in base64.
    pub public: String,
    /// As other readers of signed notes take it.
    pub verifier: String,
    /// The keys before, oldest first.
    pub former: Vec<String>,
}

/// A replacement of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that counts from here on.
    pub key: PublicKey,
    /// The index of the ledger entry.
    pub entry: u64,
    /// Whether this command only finished what an earlier one had begun.
    pub was_begun: bool,
}

/// Returns the ledger's public key.
///
/// # Errors
/// Fails as the store does, or when the key's file does not hold it.
pub fn public_key(instance: &Instance) -> Result<PublicKey> {
    named(&instance.store_to_read()?, &instance.key()?)
}

fn named(store: &Store, key: &LedgerKey) -> Result<PublicKey> {
    let origin = store.origin();
    let parsed: Origin = origin.parse().map_err(|_| EngineError::refused("key.origin", "the ledger has no name"))?;
    let mut former: Vec<String> = store.reader().keys()?.into_iter().map(|(_, key)| key).collect();
    former.pop();
    Ok(PublicKey { verifier: key.verifier_key(&parsed), public: key.public(), origin, former })
}

/// Replaces the ledger's signing key and destroys the old one; finishes a replacement that was begun instead.
///
/// # Errors
/// Refuses while a sweep runs. Fails as stores and files do; then the next call finishes.
///
/// # Durability
/// On return the change is in the ledger, the new key is at its place, the old one's file is overwritten and gone.
pub fn rotate_key(instance: &Instance) -> Result<Rotated> {
    let _lock = instance.lock(Action::Disposal)?;
    let mut store = instance.store()?;
    let old = instance.key()?;
    super::due::reconcile(instance, &mut store, &old)?;
    if finish(instance, &store)? {
        let entry = store.reader().keys()?.last().map_or(0, |(index, _)| *index);
        return Ok(Rotated { key: named(&store, &instance.key()?)?, entry, was_begun: true });
    }
    let seed = Zeroizing::new(instance.host.random::<32>()?);
    let path = instance.vault_dir().join(NEW_KEY);
    files::write_new(&path, seed.as_slice(), Readers::Owner).map_err(EngineError::io("write", &path))?;
    let new = LedgerKey::from_seed(&seed);
    let mut writing = store.write()?;
    let what = What::KeyRotated { old: old.public(), new: new.public() };
    let entry = writing.append(&Entry { at: instance.now(), what })?;
    writing.commit_by(&[&old, &new])?;
    finish(instance, &store)?;
    Ok(Rotated { key: named(&store, &new)?, entry, was_begun: false })
}

/// Finishes a replacement that was begun; returns whether one was in the ledger already. The caller holds the disposal
/// lock.
///
/// # Errors
/// Fails as stores and files do, and where neither file holds the ledger's key.
pub(super) fn finish(instance: &Instance, store: &Store) -> Result<bool> {
    let (place, aside) = (instance.vault_dir().join(KEY), instance.vault_dir().join(NEW_KEY));
    let Some(other) = instance.key_in(NEW_KEY)? else { return Ok(false) };
    let (current, now) = (instance.key_in(KEY)?.and_then(std::result::Result::ok), store.reader().key()?);
    let is_entered = other.is_ok_and(|key| key.public() == now);
    if is_entered {
        files::exchange(&place, &aside).map_err(EngineError::io("exchange", &place))?;
    } else if current.is_none_or(|key| key.public() != now) {
        return Err(OpenError::Key(place).into());
    }
    // What lies aside is the old key, or one that never came into the ledger.
    destroy(instance)?;
    Ok(is_entered)
}

/// Overwrites and removes the key that lies aside.
fn destroy(instance: &Instance) -> Result<()> {
    let failed = |act| EngineError::io(act, instance.vault_dir().join(NEW_KEY));
    let dir = Dir::open(instance.vault_dir()).map_err(failed("open the directory of"))?;
    let file = dir.open_file(NEW_KEY, Purpose::Overwrite).map_err(failed("open"))?;
    files::overwrite(&file).map_err(failed("overwrite"))?;
    file.sync_all().map_err(failed("sync"))?;
    dir.unlink(NEW_KEY).map_err(failed("unlink"))?;
    dir.sync().map_err(failed("sync the directory of"))
}
