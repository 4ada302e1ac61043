//! The tables, their formats, and how the files are opened.
//!
//! In: a path. Out: a connection with the right pragmas and a known format, or the reason why not. The rule it keeps: a
//! file of a newer format, or of another program, is never written to.
//!
//! Format 1 of the ledger: `entries(index, bytes, …)` with the canonical bytes that were hashed; the other columns only
//! find entries again and are checked by `hokan verify` against the bytes. Format 1 of the catalog: one table per kind
//! of fact. Personal data stands only in the catalog.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::StoreError;

/// "hokL" and "hokC": what `file` shows of the databases.
const LEDGER_ID: i64 = 0x686f_6b4c;
const CATALOG_ID: i64 = 0x686f_6b43;
const FORMAT: i64 = 1;
const BUSY: Duration = Duration::from_secs(5);

const LEDGER: &str = "
CREATE TABLE entries(
  idx INTEGER PRIMARY KEY, kind TEXT NOT NULL, record TEXT, sweep TEXT, bytes BLOB NOT NULL) STRICT;
CREATE INDEX entries_record ON entries(record) WHERE record IS NOT NULL;
CREATE INDEX entries_sweep ON entries(sweep) WHERE sweep IS NOT NULL;
CREATE TABLE checkpoints(size INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE frontier(one INTEGER PRIMARY KEY CHECK(one = 1), bytes BLOB NOT NULL) STRICT;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_stand BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
";

const CATALOG: &str = "
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO meta VALUES('reflected', '0');
CREATE TABLE policies(
  digest TEXT PRIMARY KEY, commit_id TEXT, enforced TEXT NOT NULL, bundle BLOB NOT NULL,
  signatures TEXT NOT NULL, entry INTEGER) STRICT;
CREATE TABLE records(
  id TEXT PRIMARY KEY, class TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN ('pending', 'removing', 'held')),
  arrived INTEGER NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
  body TEXT NOT NULL, header TEXT NOT NULL, rule TEXT NOT NULL, persistent INTEGER NOT NULL, salt BLOB NOT NULL,
  path BLOB, sidecar BLOB, sidecar_digest TEXT, device INTEGER, inode INTEGER, plaintext TEXT,
  due TEXT, entry INTEGER) STRICT;
CREATE INDEX records_due ON records(due) WHERE due IS NOT NULL;
CREATE INDEX records_state ON records(state) WHERE state <> 'held';
CREATE INDEX records_class ON records(class);
CREATE TABLE subjects(record TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY(record, subject)) STRICT, WITHOUT ROWID;
CREATE INDEX subjects_subject ON subjects(subject);
CREATE TABLE dates(record TEXT NOT NULL, name TEXT NOT NULL, date TEXT NOT NULL,
  PRIMARY KEY(record, name)) STRICT, WITHOUT ROWID;
CREATE TABLE events(
  id INTEGER PRIMARY KEY, subject TEXT NOT NULL, event TEXT NOT NULL, date TEXT NOT NULL, who TEXT NOT NULL,
  salt BLOB NOT NULL, entry INTEGER) STRICT;
CREATE INDEX events_subject ON events(subject, event);
CREATE TABLE holds(
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, target TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
  salt BLOB NOT NULL, entry INTEGER,
  released_by TEXT, released_why TEXT, release_salt BLOB, release_entry INTEGER) STRICT;
CREATE TABLE plans(digest TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE approvals(
  plan TEXT NOT NULL, fingerprint TEXT NOT NULL, name TEXT NOT NULL, signature TEXT NOT NULL, at INTEGER NOT NULL,
  salt BLOB NOT NULL, entry INTEGER, PRIMARY KEY(plan, fingerprint)) STRICT;
CREATE TABLE openings(
  id INTEGER PRIMARY KEY, record TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, salt BLOB NOT NULL,
  entry INTEGER) STRICT;
";

pub(super) fn create_catalog(path: &Path) -> Result<Connection, StoreError> {
    create(path, CATALOG_ID, CATALOG)
}

pub(super) fn create_ledger(path: &Path) -> Result<Connection, StoreError> {
    create(path, LEDGER_ID, LEDGER)
}

pub(super) fn open_catalog(path: &Path) -> Result<Connection, StoreError> {
    open(path, CATALOG_ID)
}

pub(super) fn open_ledger(path: &Path) -> Result<Connection, StoreError> {
    open(path, LEDGER_ID)
}

fn create(path: &Path, id: i64, tables: &str) -> Result<Connection, StoreError> {
    let fail = |source| explain(path, source);
    private_file(path).map_err(|source| StoreError::File { path: path.to_owned(), source })?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    let marks = format!("PRAGMA application_id = {id}; PRAGMA user_version = {FORMAT}; PRAGMA secure_delete = ON;");
    connection.execute_batch(&format!("{marks} BEGIN; {tables} COMMIT;")).map_err(fail)?;
    prepare(path, connection)
}

/// Makes the empty file with mode 0600, which SQLite's files beside it take over.
#[expect(clippy::disallowed_methods, reason = "the database files are the store's own")]
fn private_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::File::options().write(true).create_new(true).mode(0o600).open(path).map(drop)
}

fn open(path: &Path, id: i64) -> Result<Connection, StoreError> {
    let fail = |source| explain(path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
    connection.busy_timeout(BUSY).map_err(fail)?;
    let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0)).map_err(fail);
    if number("PRAGMA application_id")? != id {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    let found = number("PRAGMA user_version")?;
    if found > FORMAT {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: FORMAT });
    }
    prepare(path, connection)
}

/// Sets what every connection needs: nothing is acknowledged that is not on disk, erased rows are overwritten.
fn prepare(path: &Path, connection: Connection) -> Result<Connection, StoreError> {
    let fail = |source| explain(path, source);
    connection.busy_timeout(BUSY).map_err(fail)?;
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;";
    connection.execute_batch(pragmas).map_err(fail)?;
    Ok(connection)
}

/// Turns a database error into ours: a lock held by somebody else is told apart from damage.
pub(super) fn explain(path: &Path, source: rusqlite::Error) -> StoreError {
    match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(path.to_owned()),
        Some(ErrorCode::SystemIoFailure) if extended(&source) == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
            StoreError::Full(path.to_owned())
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy(path.to_owned()),
        Some(ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
        _ => StoreError::Database { path: path.to_owned(), source },
    }
}

fn extended(source: &rusqlite::Error) -> Option<i32> {
    match source {
        rusqlite::Error::SqliteFailure(error, _) => Some(error.extended_code),
        _ => None,
    }
}
