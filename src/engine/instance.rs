//! An instance: one directory with policies, templates, records and a vault.
//!
//! In: a directory. Out: where everything lies, the stores, the locks. The rule it keeps: no lock is held for a
//! process's life, and an instance is opened without reading its policies.

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::num::NonZeroUsize;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::stop::Stop;
use super::trial::Tried;
use super::{EngineError, Result};
use crate::calendar::Instant;
use crate::host::{Host, Running, read_limited};
use crate::intake::Sightings;
use crate::ledger::LedgerKey;
use crate::policy::PolicySet;
use crate::retention::sweep::GROUP;
use crate::store::{Store, StoreError};
use crate::vault::Vault;

/// The file that tells where the vault lies when it is not `vault/`.
const VAULT_POINTER: &str = ".hokan/vault";

/// The file of the ledger's signing key, below the vault.
pub(super) const KEY: &str = "key.ed25519";

/// The file of the next key, and of the one before until it is destroyed: there only while the key is replaced.
pub(super) const NEW_KEY: &str = "key.ed25519.new";

/// Why an instance cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such directory.
    #[error("`{}` is not a directory: name the instance with `--dir`, or make one with `hokan init DIR`", .0.display())]
    NoDirectory(PathBuf),
    /// There is no vault in it.
    #[error("`{}` is not an instance of hokan's: it has no vault at `{}`; make an instance with `hokan init DIR`", .dir.display(), .vault.display())]
    NoVault {
        /// The directory.
        dir: PathBuf,
        /// Where the vault was looked for.
        vault: PathBuf,
    },
    /// The ledger's key is missing or damaged.
    #[error("the ledger's signing key `{}` is missing or damaged: restore it from a backup of the vault", .0.display())]
    Key(PathBuf),
}

/// One directory with policies, templates, records and a vault, and the outside it acts with.
pub struct Instance {
    /// The directory.
    pub dir: PathBuf,
    /// Clock and randomness.
    pub host: Host,
    vault: PathBuf,
    /// How many records a sweep destroys together.
    pub(super) group: NonZeroUsize,
    /// Whom long work shows that it goes on, and who may stop it.
    pub(super) stop: Stop,
    /// What is at fault in the templates of the version tried last.
    pub(super) tried: Tried,
    /// What a service saw at its earlier looks; nothing for a command of its own.
    pub(super) looks: Option<Looks>,
}

/// What a service saw at its earlier looks.
pub(super) struct Looks {
    sightings: Mutex<Sightings>,
    pub(super) since: Running,
}

impl Looks {
    pub(super) fn sightings(&self) -> MutexGuard<'_, Sightings> {
        self.sightings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lock file, held until dropped.
pub(super) struct Lock {
    _file: File,
}

/// The actions that exclude themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// From the scan to the removal of plaintexts.
    Intake,
    /// Sweeps.
    Disposal,
    /// Replacing the published folder.
    Publish,
    /// Writing to the witness.
    Witness,
}

impl Instance {
    /// Opens the instance at `dir`.
    ///
    /// # Errors
    /// Fails when there is no directory or no vault.
    pub fn open(dir: &Path, host: Host) -> Result<Instance> {
        let instance = Instance::at(dir, host)?;
        if !instance.vault.is_dir() {
            return Err(OpenError::NoVault { dir: dir.to_owned(), vault: instance.vault }.into());
        }
        Ok(instance)
    }

    /// Names the instance at `dir` without asking for a vault: for `check` and `init`.
    ///
    /// # Errors
    /// Fails when there is no such directory, or the file that names the vault cannot be read.
    pub fn at(dir: &Path, host: Host) -> Result<Instance> {
        if !dir.is_dir() {
            return Err(OpenError::NoDirectory(dir.to_owned()).into());
        }
        let pointer = dir.join(VAULT_POINTER);
        let vault = match read_limited(&pointer, 4096) {
            Ok(path) => dir.join(OsStr::from_bytes(path.trim_ascii_end())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => dir.join("vault"),
            Err(source) => return Err(EngineError::Io { act: "read", path: pointer, source }),
        };
        let (stop, tried) = (Stop::default(), Tried::default());
        Ok(Instance { dir: dir.to_owned(), host, vault, group: GROUP, stop, tried, looks: None })
    }

    /// Returns the instance with sweeps that destroy so many records together, in the place of the usual number.
    pub fn in_groups_of(self, group: NonZeroUsize) -> Instance {
        Instance { group, ..self }
    }

    /// Returns the same instance, whose long work can be stopped and shows that it goes on.
    pub fn heeding(&self, stop: &Stop) -> Instance {
        let (dir, host, vault) = (self.dir.clone(), self.host.clone(), self.vault.clone());
        let (stop, tried) = (stop.clone(), self.tried.clone());
        Instance { dir, host, vault, group: self.group, stop, tried, looks: None }
    }

    /// Returns the same instance for a service, which looks again and again: a file settles between its looks.
    pub(super) fn serving(self) -> Instance {
        let looks = Looks { sightings: Mutex::default(), since: Running::now() };
        Instance { looks: Some(looks), ..self }
    }

    /// Returns where the vault lies.
    pub fn vault_dir(&self) -> &Path {
        &self.vault
    }

    /// Returns the watched folder the accepted policy names.
    pub fn records_dir(&self, policy: &PolicySet) -> PathBuf {
        self.dir.join(&policy.service.paths.records)
    }

    /// Returns the folder of the rendered site.
    pub fn public_dir(&self, policy: &PolicySet) -> PathBuf {
        self.dir.join(&policy.service.paths.public)
    }

    /// Opens the stores to write: older formats are brought to the newest one first. A ledger that is older than its
    /// witness is refused, and so is a vault whose restore was begun.
    pub(super) fn store(&self) -> Result<Store> {
        let store = self.store_of_any_day()?;
        super::witness::check_known(&store)?;
        Ok(store)
    }

    /// Opens the stores to write, whatever day they are of: for restoring alone.
    pub(super) fn store_of_any_day(&self) -> Result<Store> {
        self.opened(Store::open(&self.vault))
    }

    /// Opens the stores to read: older formats are refused, for readers change nothing.
    pub(super) fn store_to_read(&self) -> Result<Store> {
        self.opened(Store::open_to_read(&self.vault))
    }

    pub(super) fn opened<T>(&self, opened: std::result::Result<T, StoreError>) -> Result<T> {
        match opened {
            Err(StoreError::Missing(vault)) => Err(OpenError::NoVault { dir: self.dir.clone(), vault }.into()),
            other => Ok(other?),
        }
    }

    pub(super) fn vault(&self) -> Result<Vault> {
        Ok(Vault::open(&self.vault)?)
    }

    /// Reads the ledger's signing key: while it is being replaced, the file of the two that the ledger names.
    pub(super) fn key(&self) -> Result<LedgerKey> {
        let key = self.key_in(KEY)?.unwrap_or_else(|| Err(OpenError::Key(self.vault.join(KEY))));
        let Some(Ok(other)) = self.key_in(NEW_KEY)? else { return Ok(key?) };
        let is_other = self.store_to_read()?.reader().key()? == other.public();
        if is_other { Ok(other) } else { Ok(key?) }
    }

    /// Reads a key file; nothing where there is none, an error inside where it holds no key.
    pub(super) fn key_in(&self, name: &str) -> Result<Option<std::result::Result<LedgerKey, OpenError>>> {
        let path = self.vault.join(name);
        let bytes = match read_limited(&path, 32) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Ok(Some(Err(OpenError::Key(path)))),
        };
        let seed: Option<&[u8; 32]> = bytes.as_slice().try_into().ok();
        Ok(Some(seed.map(LedgerKey::from_seed).ok_or(OpenError::Key(path))))
    }

    /// Takes the lock of an action, or says who has it.
    pub(super) fn lock(&self, action: Action) -> Result<Lock> {
        let (path, file) = self.lock_file(action)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(EngineError::Locked(path)),
            Err(TryLockError::Error(source)) => Err(EngineError::Io { act: "lock", path, source }),
        }
    }

    /// Takes the lock of an action that others hold for moments only.
    pub(super) fn lock_soon(&self, action: Action) -> Result<Lock> {
        let (path, file) = self.lock_file(action)?;
        file.lock().map_err(EngineError::io("lock", &path))?;
        Ok(Lock { _file: file })
    }

    fn lock_file(&self, action: Action) -> Result<(PathBuf, File)> {
        let name = match action {
            Action::Intake => "intake.lock",
            Action::Disposal => "disposal.lock",
            Action::Publish => "publish.lock",
            Action::Witness => "witness.lock",
        };
        let path = self.vault.join(name);
        let file = crate::vault::files::lock_file(&path).map_err(EngineError::io("open the lock file", &path))?;
        Ok((path, file))
    }

    pub(super) fn salt(&self) -> Result<[u8; 16]> {
        Ok(self.host.random::<16>()?)
    }

    pub(super) fn now(&self) -> Instant {
        self.host.now()
    }
}
