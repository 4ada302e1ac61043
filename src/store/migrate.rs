//! How the database files are made, opened, and brought to the newest format.
//!
//! In: a path and the steps of its formats. Out: a connection with the right pragmas and the newest format, or the reason
//! why not. The rule it keeps: a file of a newer format, or of another program, is never written to; an older one is
//! changed by writers alone, one step in one transaction, so that a stop in between leaves a whole file of some format.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::schema::{Schema, Step};
use super::{Paths, Store, StoreError, schema};

const BUSY: Duration = Duration::from_secs(5);
/// How many compiled statements a connection keeps: more than judging and destroying one record needs.
const STATEMENTS: usize = 64;

/// What was done to one database to bring it to the newest format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Which one: `catalog` or `ledger`.
    pub database: &'static str,
    /// The format it had.
    pub from: i64,
    /// The format it has.
    pub to: i64,
    /// The names of the steps that were taken, in order.
    pub steps: Vec<&'static str>,
}

impl Store {
    /// Brings both databases below `vault` to the newest format and returns what was done, the catalog first.
    ///
    /// # Errors
    /// Fails as [`Store::open`] does.
    ///
    /// # Durability
    /// Each step is on disk before the next one begins.
    pub fn migrate(vault: &Path) -> Result<Vec<Migrated>, StoreError> {
        let paths = Paths::of(vault)?;
        let (_, _, done) = open_both(&paths)?;
        Ok(done)
    }
}

/// Opens catalog and ledger, and brings them to the newest format once both are known to be ours.
pub(super) fn open_both(paths: &Paths) -> Result<(Connection, Connection, Vec<Migrated>), StoreError> {
    let mut catalog = open(&paths.catalog, &schema::CATALOG)?;
    let mut ledger = open(&paths.ledger, &schema::LEDGER)?;
    let done = vec![
        migrate(&paths.catalog, &mut catalog, &schema::CATALOG)?,
        migrate(&paths.ledger, &mut ledger, &schema::LEDGER)?,
    ];
    Ok((catalog, ledger, done))
}

/// Opens catalog and ledger as they are; refuses them while one has an older format.
pub(super) fn open_both_to_read(paths: &Paths) -> Result<(Connection, Connection), StoreError> {
    let opened = |path, schema: &Schema| {
        let connection = open(path, schema)?;
        let found = format(path, &connection)?;
        if found < schema.newest() { Err(older(path, found, schema)) } else { Ok(connection) }
    };
    Ok((opened(&paths.catalog, &schema::CATALOG)?, opened(&paths.ledger, &schema::LEDGER)?))
}

/// Makes a database of the newest format.
pub(super) fn create(path: &Path, schema: &Schema) -> Result<Connection, StoreError> {
    let fail = |source| explain(path, source);
    private_file(path).map_err(|source| StoreError::File { path: path.to_owned(), source })?;
    let mut connection = prepare(path, connect(path)?)?;
    // All of it or nothing: a file without the mark is nobody's.
    let transaction = connection.transaction().map_err(fail)?;
    transaction.pragma_update(None, "application_id", schema.id).map_err(fail)?;
    for step in schema.steps {
        transaction.execute_batch(step.sql).map_err(fail)?;
    }
    transaction.pragma_update(None, "user_version", schema.newest()).map_err(fail)?;
    transaction.commit().map_err(fail)?;
    Ok(connection)
}

/// Makes an empty database of the newest format in memory, to compare others with.
pub(super) fn pattern(schema: &Schema) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    schema.steps.iter().try_for_each(|step| connection.execute_batch(step.sql))?;
    Ok(connection)
}

/// Refuses a database whose format another hokan raised after it was opened here.
pub(super) fn still_known(path: &Path, connection: &Connection, schema: &Schema) -> Result<(), StoreError> {
    let (found, known) = (format(path, connection)?, schema.newest());
    if found > known { Err(StoreError::Newer { path: path.to_owned(), found, known }) } else { Ok(()) }
}

/// Makes the empty file with mode 0600, which SQLite's files beside it take over.
#[expect(clippy::disallowed_methods, reason = "the database files are the store's own")]
fn private_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::File::options().write(true).create_new(true).mode(0o600).open(path).map(drop)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|source| explain(path, source))
}

/// Opens a database of ours whose format is known; nothing is changed.
fn open(path: &Path, schema: &Schema) -> Result<Connection, StoreError> {
    let fail = |source| explain(path, source);
    let connection = connect(path)?;
    connection.busy_timeout(BUSY).map_err(fail)?;
    let id: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(fail)?;
    if id != schema.id || format(path, &connection)? < 1 {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    still_known(path, &connection, schema)?;
    prepare(path, connection)
}

fn format(path: &Path, connection: &Connection) -> Result<i64, StoreError> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|source| explain(path, source))
}

fn migrate(path: &Path, connection: &mut Connection, schema: &Schema) -> Result<Migrated, StoreError> {
    let from = format(path, connection)?;
    let mut done = Migrated { database: schema.name, from, to: from, steps: Vec::new() };
    while done.to < schema.newest() {
        let taken = take_step(connection, schema).map_err(|source| match source.sqlite_error_code() {
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => older(path, done.to, schema),
            _ => explain(path, source),
        })?;
        let Some((format, step)) = taken else { break };
        done.to = format;
        done.steps.push(step.name);
    }
    still_known(path, connection, schema)?;
    Ok(done)
}

/// Takes the next step and returns the format it led to; nothing where another process has taken the last one meanwhile.
fn take_step<'a>(connection: &mut Connection, schema: &'a Schema) -> rusqlite::Result<Option<(i64, &'a Step)>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let next = usize::try_from(found).ok().and_then(|found| schema.steps.get(found));
    let Some(step) = next else { return Ok(None) };
    transaction.execute_batch(step.sql)?;
    transaction.pragma_update(None, "user_version", found + 1)?;
    transaction.commit()?;
    Ok(Some((found + 1, step)))
}

fn older(path: &Path, found: i64, schema: &Schema) -> StoreError {
    StoreError::Older { path: path.to_owned(), found, newest: schema.newest() }
}

/// Sets what every connection needs: nothing is acknowledged that is not on disk, erased rows are overwritten.
fn prepare(path: &Path, connection: Connection) -> Result<Connection, StoreError> {
    let fail = |source| explain(path, source);
    connection.busy_timeout(BUSY).map_err(fail)?;
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
        PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;";
    connection.execute_batch(pragmas).map_err(fail)?;
    // Without it SQLite compiles a statement again for each new value that a partial index might depend on.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fail)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
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
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly(path.to_owned()),
        Some(ErrorCode::CannotOpen) if path.exists() => StoreError::ReadOnly(path.to_owned()),
        _ => StoreError::Database { path: path.to_owned(), source },
    }
}

fn extended(source: &rusqlite::Error) -> Option<i32> {
    match source {
        rusqlite::Error::SqliteFailure(error, _) => Some(error.extended_code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Step = Step { name: "begin", sql: "CREATE TABLE t(a INTEGER) STRICT; INSERT INTO t(a) VALUES(1);" };
    const MORE: Step = Step { name: "more", sql: "ALTER TABLE t ADD COLUMN b INTEGER; UPDATE t SET b = a + 1;" };
    const BROKEN: Step = Step { name: "broken", sql: "UPDATE t SET b = 9; INSERT INTO nowhere(a) VALUES(1);" };
    const LAST: Step = Step { name: "last", sql: "UPDATE t SET b = b * 10;" };

    fn schema(steps: &'static [Step]) -> Schema {
        Schema { name: "test", id: 7, steps }
    }

    fn row(connection: &Connection) -> (i64, Option<i64>) {
        connection.query_row("SELECT a, b FROM t", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    }

    #[test]
    fn an_older_file_takes_the_steps_it_lacks_and_a_new_one_all_of_them() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (dir.path().join("old.db"), dir.path().join("new.db"));
        create(&old, &schema(&[BEGIN])).unwrap();
        let all = schema(&[BEGIN, MORE, LAST]);
        let mut connection = open(&old, &all).unwrap();
        let done = migrate(&old, &mut connection, &all).unwrap();
        assert_eq!((done.from, done.to, done.steps), (1, 3, vec!["more", "last"]));
        assert_eq!(row(&connection), (1, Some(20)));
        assert_eq!(row(&create(&new, &all).unwrap()), (1, Some(20)));
        let again = migrate(&old, &mut open(&old, &all).unwrap(), &all).unwrap();
        assert_eq!((again.from, again.to, again.steps), (3, 3, Vec::new()));
    }

    #[test]
    fn a_step_that_fails_leaves_the_format_before_it_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("old.db");
        create(&path, &schema(&[BEGIN])).unwrap();
        let broken = schema(&[BEGIN, MORE, BROKEN]);
        let mut connection = open(&path, &broken).unwrap();
        assert!(matches!(migrate(&path, &mut connection, &broken), Err(StoreError::Database { .. })));
        drop(connection);
        let mended = schema(&[BEGIN, MORE, LAST]);
        let mut connection = open(&path, &mended).unwrap();
        assert_eq!((format(&path, &connection).unwrap(), row(&connection)), (2, (1, Some(2))));
        assert_eq!(migrate(&path, &mut connection, &mended).unwrap().steps, ["last"]);
        assert_eq!(row(&connection), (1, Some(20)));
    }

    #[test]
    fn a_newer_file_is_refused_also_when_it_became_so_while_it_was_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file.db");
        let (old, new) = (schema(&[BEGIN]), schema(&[BEGIN, MORE]));
        create(&path, &old).unwrap();
        let slow = open(&path, &old).unwrap();
        migrate(&path, &mut open(&path, &new).unwrap(), &new).unwrap();
        assert!(matches!(still_known(&path, &slow, &old), Err(StoreError::Newer { found: 2, known: 1, .. })));
        assert!(matches!(open(&path, &old), Err(StoreError::Newer { found: 2, known: 1, .. })));
    }

    #[test]
    fn a_file_that_is_not_ours_or_was_never_finished_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file.db");
        private_file(&path).unwrap();
        assert!(matches!(open(&path, &schema(&[BEGIN])), Err(StoreError::Foreign(_))));
        let other = dir.path().join("other.db");
        create(&other, &Schema { id: 8, ..schema(&[BEGIN]) }).unwrap();
        assert!(matches!(open(&other, &schema(&[BEGIN])), Err(StoreError::Foreign(_))));
    }

    #[test]
    fn a_database_that_cannot_be_written_is_told_from_one_that_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("catalog.db");
        let failed = |code| explain(&path, rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None));
        assert!(matches!(failed(rusqlite::ffi::SQLITE_CANTOPEN), StoreError::Database { .. }), "it is not there");
        std::fs::write(&path, "").unwrap();
        for code in [rusqlite::ffi::SQLITE_CANTOPEN, rusqlite::ffi::SQLITE_READONLY] {
            let error = failed(code);
            assert!(matches!(error, StoreError::ReadOnly(_)) && error.to_string().contains("cp -a"), "{error}");
        }
        assert!(matches!(failed(rusqlite::ffi::SQLITE_CORRUPT), StoreError::Database { .. }));
    }
}
