//! The two databases: the append-only ledger and the catalog of what is known about records.
//!
//! In: entries, rows. Out: rows, indices. The rule it keeps: rows in, rows out, no policy's meaning; every writer takes
//! the catalog's write lock, then the ledger's; nothing here repairs anything except [`Store::reconcile`], which only
//! take-in, sweeps and `restore` call.
//!
//! No transaction spans both files. A fact is committed to the catalog as pending, then to the ledger, and counts from
//! its ledger entry on (a pending hold counts at once). A destruction is committed to the ledger, then erased from the
//! catalog. `meta.reflected` is the number of ledger entries the catalog has seen; [`Store::reconcile`] applies the rest.

mod catalog;
mod consents;
mod due;
mod ends;
mod events;
mod facts;
mod hold;
mod items;
mod kept;
mod ledger;
mod letters;
mod migrate;
mod orders;
mod print_files;
mod reconcile;
mod rekey;
mod restore;
mod schema;
mod tree;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Digest;
use crate::calendar::Instant;
use crate::ledger::{Entry, LedgerKey, Origin as LedgerName, What};

pub use catalog::{Accepted, Catalog, NewRecord, Origin, Record, RecordState};
pub use consents::{Choice, ConsentStatement};
pub use due::{ClassCount, Dated, Standing};
pub use ends::{EarlyRequest, EarlyWithdrawal, Successor};
pub use events::{Event, Listed, Stated};
pub use facts::{Approval, Opening, Recorded};
pub use hold::{Hold, HoldReview, HoldRow, Query, Release, Scope};
pub use items::{Item, Told};
pub use kept::{How, Kept, KeptUntil};
pub use ledger::LedgerReader;
pub use letters::{FailedRows, IssuedLetter, LetterRun};
pub use migrate::Migrated;
pub use orders::OrderFact;
pub use print_files::{PrintFile, PrintPart};
pub use reconcile::Reconciled;

/// What can go wrong with the databases.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no vault here.
    #[error("there is no vault at `{0}`: make one with `hokan init`, or name the instance with `--dir`")]
    Missing(PathBuf),
    /// Written by a newer hokan.
    #[error("`{path}` has format {found}, this hokan knows formats up to {known}: use a newer hokan")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest one known.
        known: i64,
    },
    /// Written by an older hokan, and not to be changed by whoever only reads, or cannot write.
    #[error(
        "`{path}` has format {found}, this hokan works with format {newest}: run `hokan migrate` as the user who owns the vault"
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The format it needs.
        newest: i64,
    },
    /// Not a database of hokan's.
    #[error("`{0}` is not a database of hokan's")]
    Foreign(PathBuf),
    /// No room left.
    #[error("the disk that holds `{0}` is full: free some space and run the command again")]
    Full(PathBuf),
    /// It cannot be written, which reading needs, too: SQLite keeps its locks in a file beside it.
    #[error(
        "`{0}` is on a read-only file system, or this user may not write it: copy the whole instance (`cp -a`) to a place where you may write and look at the copy with `--dir`, or mount it writable"
    )]
    ReadOnly(PathBuf),
    /// Another process holds the lock.
    #[error("`{0}` is in use by another hokan; try again in a moment")]
    Busy(PathBuf),
    /// Ledger and catalog do not belong together.
    #[error(
        "the catalog has seen {reflected} ledger entries, the ledger has {size}: one of the two is an old copy; nothing is destroyed until both are from the same day"
    )]
    LedgerBehind {
        /// Entries the catalog has seen.
        reflected: u64,
        /// Entries there are.
        size: u64,
    },
    /// The catalog is an older copy.
    #[error(
        "ledger entry {0} states something this catalog never held: the catalog is an older copy; nothing is sealed or destroyed until the newest copy of `catalog.db` is put back (holds and events may be missing in this one)"
    )]
    CatalogOld(u64),
    /// The catalog lags behind the ledger.
    #[error(
        "the catalog has not seen {0} ledger entries yet: run `hokan take-in` or `hokan sweep run`, which bring it up to date"
    )]
    CatalogBehind(u64),
    /// A pending fact that another process dropped before its entry was written.
    #[error(
        "another hokan brought the catalog up to date at this moment and dropped what was being stated: state it again"
    )]
    Dropped,
    /// The ledger's key was replaced after this command had read it.
    #[error("the ledger's signing key was replaced at this moment: nothing was written; run the command again")]
    KeyReplaced,
    /// An entry that cannot be read.
    #[error("ledger entry {index} cannot be read: run `hokan verify`")]
    Entry {
        /// Its index.
        index: u64,
        /// Why.
        #[source]
        source: crate::ledger::EntryError,
    },
    /// A value in a row is not what it must be.
    #[error("`{column}` of `{key}` in the catalog is damaged: run `hokan verify`")]
    Damaged {
        /// The column.
        column: &'static str,
        /// The row.
        key: String,
    },
    /// A hold whose row cannot be read: it covers nobody knows what.
    #[error(
        "the hold `{0}` cannot be read in the catalog: put the newest copy of `catalog.db` back, or state it anew with `hokan hold place --anew {0}`"
    )]
    HoldDamaged(String),
    /// The database itself.
    #[error("the database `{path}` failed")]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// A file beside the databases.
    #[error("`{path}` cannot be used")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Both databases of one vault, open.
pub struct Store {
    catalog: Connection,
    ledger: Connection,
    paths: Paths,
    origin: LedgerName,
}

/// The two files.
#[derive(Clone)]
struct Paths {
    catalog: PathBuf,
    ledger: PathBuf,
}

impl Paths {
    fn below(vault: &Path) -> Paths {
        Paths { catalog: vault.join("catalog.db"), ledger: vault.join("ledger.db") }
    }

    /// Returns the two files of a vault that is there.
    fn of(vault: &Path) -> Result<Paths, StoreError> {
        let paths = Paths::below(vault);
        if paths.ledger.is_file() && paths.catalog.is_file() {
            Ok(paths)
        } else {
            Err(StoreError::Missing(vault.to_owned()))
        }
    }

    fn catalog(&self, source: rusqlite::Error) -> StoreError {
        migrate::explain(&self.catalog, source)
    }

    fn ledger(&self, source: rusqlite::Error) -> StoreError {
        migrate::explain(&self.ledger, source)
    }
}

impl Store {
    /// Makes both databases below `vault` and writes the ledger's first entry.
    ///
    /// # Errors
    /// Fails when one exists already or cannot be made.
    ///
    /// # Durability
    /// On return both files are on disk with the first entry and its checkpoint.
    pub fn create(
        vault: &Path,
        key: &LedgerKey,
        log: &str,
        organization: &str,
        now: Instant,
    ) -> Result<Store, StoreError> {
        let paths = Paths::below(vault);
        let (catalog, ledger) =
            (migrate::create(&paths.catalog, &schema::CATALOG)?, migrate::create(&paths.ledger, &schema::LEDGER)?);
        let origin = origin_of(&paths, organization, log)?;
        let mut store = Store { catalog, ledger, paths, origin };
        let what = What::Created { log: log.to_owned(), organization: organization.to_owned(), key: key.public() };
        let mut writing = store.write()?;
        writing.append(&Entry { at: now, what })?;
        writing.commit(key)?;
        Ok(store)
    }

    /// Opens both databases below `vault` to write; older ones are brought to the newest format first.
    ///
    /// # Errors
    /// Fails when they are missing, foreign, newer, or unreadable, or older and not to be written.
    pub fn open(vault: &Path) -> Result<Store, StoreError> {
        let paths = Paths::of(vault)?;
        let (catalog, ledger, _) = migrate::open_both(&paths)?;
        Store::opened(paths, catalog, ledger)
    }

    /// Opens both databases below `vault` to read; refuses older ones, which only writers may change.
    ///
    /// # Errors
    /// Fails when they are missing, foreign, newer, older, or unreadable.
    pub fn open_to_read(vault: &Path) -> Result<Store, StoreError> {
        let paths = Paths::of(vault)?;
        let (catalog, ledger) = migrate::open_both_to_read(&paths)?;
        Store::opened(paths, catalog, ledger)
    }

    fn opened(paths: Paths, catalog: Connection, ledger: Connection) -> Result<Store, StoreError> {
        let reader = LedgerReader { ledger: &ledger, paths: &paths };
        let What::Created { log, organization, .. } = reader.entry(0)?.what else {
            return Err(StoreError::Foreign(paths.ledger));
        };
        let origin = origin_of(&paths, &organization, &log)?;
        Ok(Store { catalog, ledger, paths, origin })
    }

    /// Returns the ledger's name, `hokan/<organization id>/<log id>`.
    pub fn origin(&self) -> String {
        self.origin.to_string()
    }

    /// Returns a reader of the ledger.
    pub fn reader(&self) -> LedgerReader<'_> {
        LedgerReader { ledger: &self.ledger, paths: &self.paths }
    }

    /// Takes both write locks, the catalog's first; nobody else can write until it is committed or dropped.
    ///
    /// # Errors
    /// `Busy` when another process holds a lock for longer than the time-out.
    pub fn write(&mut self) -> Result<Writing<'_>, StoreError> {
        let writing = self.lock()?;
        writing.check_reflected()?;
        Ok(writing)
    }

    /// Takes both write locks without asking whether the catalog has seen the whole ledger.
    fn lock(&mut self) -> Result<Writing<'_>, StoreError> {
        let paths = self.paths.clone();
        let immediate = TransactionBehavior::Immediate;
        let catalog = self.catalog.transaction_with_behavior(immediate).map_err(|e| paths.catalog(e))?;
        let ledger = self.ledger.transaction_with_behavior(immediate).map_err(|e| paths.ledger(e))?;
        migrate::still_known(&paths.catalog, &catalog, &schema::CATALOG)?;
        migrate::still_known(&paths.ledger, &ledger, &schema::LEDGER)?;
        let frontier = ledger::frontier(&ledger, &paths)?;
        Ok(Writing { catalog, ledger, paths, origin: &self.origin, frontier, appended: 0 })
    }

    /// Takes only the catalog's write lock: for rows that are pending until their entry is in the ledger.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_pending(&mut self) -> Result<Pending<'_>, StoreError> {
        let paths = self.paths.clone();
        let immediate = TransactionBehavior::Immediate;
        let catalog = self.catalog.transaction_with_behavior(immediate).map_err(|e| paths.catalog(e))?;
        migrate::still_known(&paths.catalog, &catalog, &schema::CATALOG)?;
        Ok(Pending { catalog, paths })
    }

    /// Empties the catalog's write-ahead log into the file, so that nothing erased stays readable in it, and gives the
    /// pages of erased rows back.
    ///
    /// # Errors
    /// Fails as the database does, with `Busy` while somebody else reads the log.
    pub fn scrub(&self) -> Result<(), StoreError> {
        let fail = |e| self.paths.catalog(e);
        self.catalog.execute_batch("VACUUM").map_err(fail)?;
        // A reader in the way is no error to SQLite: it is told in the first column.
        let is_busy: bool =
            self.catalog.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map_err(fail)?;
        if is_busy { Err(StoreError::Busy(self.paths.catalog.clone())) } else { Ok(()) }
    }
}

#[cfg(test)]
impl Store {
    /// Asks before each commit of either database whether it is refused: to a test it is as if the program was killed.
    pub(crate) fn refuse_commits(&mut self, is_refused: impl FnMut() -> bool + Clone + Send + 'static) {
        for connection in [&mut self.catalog, &mut self.ledger] {
            connection.commit_hook(Some(is_refused.clone())).expect("a new connection is idle");
        }
    }
}

fn origin_of(paths: &Paths, organization: &str, log: &str) -> Result<LedgerName, StoreError> {
    LedgerName::new(organization, log).map_err(|_| StoreError::Foreign(paths.ledger.clone()))
}

/// Both write locks, held: what is read here cannot change until the commit.
pub struct Writing<'a> {
    catalog: Transaction<'a>,
    ledger: Transaction<'a>,
    paths: Paths,
    origin: &'a LedgerName,
    frontier: crate::ledger::Frontier,
    appended: u64,
}

impl Writing<'_> {
    /// Appends an entry and returns its index.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn append(&mut self, entry: &Entry) -> Result<u64, StoreError> {
        let bytes = entry.encode();
        let index = self.frontier.size();
        ledger::insert(&self.ledger, &self.paths, index, &bytes)?;
        let mut completed = Vec::new();
        self.frontier.append(crate::ledger::leaf_hash(&bytes), |subtree| {
            completed.extend((subtree.level >= tree::LEAST).then_some(subtree));
        });
        completed.iter().try_for_each(|subtree| tree::put(&self.ledger, &self.paths, subtree))?;
        self.appended += 1;
        Ok(index)
    }

    /// Signs a checkpoint over what was appended, commits the ledger, then the catalog.
    ///
    /// # Errors
    /// Refuses a key that is not the ledger's any more. Fails as the databases do; after a failure of the second commit the catalog is behind and is brought up to date
    /// by [`Store::reconcile`].
    ///
    /// # Durability
    /// On return both are on disk.
    pub fn commit(self, key: &LedgerKey) -> Result<(), StoreError> {
        self.commit_by(&[key])
    }

    /// As [`Writing::commit`], signed by several keys: the old one and, last, the one that the newest entry names.
    ///
    /// # Errors
    /// As [`Writing::commit`].
    pub fn commit_by(self, keys: &[&LedgerKey]) -> Result<(), StoreError> {
        if self.appended > 0 {
            let known = self.reader().key()?;
            if keys.last().is_none_or(|key| key.public() != known) {
                return Err(StoreError::KeyReplaced);
            }
            let size = self.frontier.size();
            ledger::put_frontier(&self.ledger, &self.paths, &self.frontier, self.origin, keys)?;
            catalog::set_reflected(&self.catalog, &self.paths, size)?;
        }
        self.ledger.commit().map_err(|e| self.paths.ledger(e))?;
        self.catalog.commit().map_err(|e| self.paths.catalog(e))
    }

    /// Returns the ledger's name.
    pub fn origin(&self) -> String {
        self.origin.to_string()
    }

    /// Returns a reader of the ledger as it stands under the lock.
    pub fn reader(&self) -> LedgerReader<'_> {
        LedgerReader { ledger: &self.ledger, paths: &self.paths }
    }

    fn check_reflected(&self) -> Result<(), StoreError> {
        let (reflected, size) = (catalog::reflected(&self.catalog, &self.paths)?, self.frontier.size());
        match reflected.cmp(&size) {
            std::cmp::Ordering::Less => Err(StoreError::CatalogBehind(size - reflected)),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(StoreError::LedgerBehind { reflected, size }),
        }
    }
}

/// The catalog's write lock alone, held.
pub struct Pending<'a> {
    catalog: Transaction<'a>,
    paths: Paths,
}

impl Pending<'_> {
    /// Commits the pending rows.
    ///
    /// # Errors
    /// Fails as the database does.
    ///
    /// # Durability
    /// On return they are on disk.
    pub fn commit(self) -> Result<(), StoreError> {
        self.catalog.commit().map_err(|e| self.paths.catalog(e))
    }
}

/// Commits to a fact of the catalog's: texts, lists and whole numbers, which always have a canonical form.
fn commitment(salt: &[u8; 16], fact: &serde_json::Value) -> Digest {
    crate::ledger::commit(salt, fact).expect("facts hold texts, lists and lengths of files, no fractions")
}

/// A policy version: the digest of its files, and the commit they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The digest of `policies/` and `templates/`.
    pub digest: Digest,
    /// The git commit.
    pub commit: Option<String>,
}
