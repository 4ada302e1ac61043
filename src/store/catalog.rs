//! The catalog's records and policies.
//!
//! In: what is known about a record when it is taken in. Out: rows by id, class, subject, due date. The rule it keeps:
//! everything about a destroyed record can be erased: nothing about it is copied anywhere else.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Paths, Pending, Store, StoreError, Version, Writing, commitment, due, letters};
use crate::calendar::{Date, Instant};
use crate::ledger::{Exposure, What};
use crate::{Digest, RecordId};

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordState {
    /// Its files are sealed, its ledger entry is not there yet.
    Pending,
    /// It is sealed; its plaintext is still to be removed.
    Removing,
    /// It is sealed and its plaintext is gone.
    Held,
}

impl RecordState {
    fn as_str(self) -> &'static str {
        match self {
            RecordState::Pending => "pending",
            RecordState::Removing => "removing",
            RecordState::Held => "held",
        }
    }

    fn parse(text: &str) -> Option<RecordState> {
        [RecordState::Pending, RecordState::Removing, RecordState::Held].into_iter().find(|s| s.as_str() == text)
    }
}

/// The file a record was taken in from, as long as its plaintext is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its path below `records`, as bytes.
    pub path: Vec<u8>,
    /// The path of its sidecar and the digest of that.
    pub sidecar: Option<(Vec<u8>, Digest)>,
    /// Its device number.
    pub device: u64,
    /// Its inode number.
    pub inode: u64,
    /// The digest of its content.
    pub plaintext: Digest,
}

/// A record that is being taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// Its id.
    pub id: RecordId,
    /// Its class.
    pub class: String,
    /// Its path below `records`, as text: what people know it by.
    pub name: String,
    /// Length of its content.
    pub bytes: u64,
    /// Digest of its body file.
    pub body: Digest,
    /// Digest of its header file.
    pub header: Digest,
    /// Digest of the rule that held when it was taken in.
    pub rule: Digest,
    /// Whether its plaintext lay on a persistent medium.
    pub persistent: bool,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// Whom it is about.
    pub subjects: Vec<String>,
    /// The random id by which the ledger names each of them in events.
    pub handles: BTreeMap<String, RecordId>,
    /// The dates it came with, by declared name.
    pub dates: BTreeMap<String, Date>,
}

impl NewRecord {
    /// Returns the fact about this record that its ledger entry commits to.
    pub fn fact(&self) -> serde_json::Value {
        let mut fact = serde_json::json!({
            "bytes": self.bytes,
            "class": self.class,
            "dates": self.dates,
            "name": self.name,
            "subjects": self.subjects,
        });
        // Records of the first format have none.
        if !self.handles.is_empty() {
            fact["handles"] = serde_json::json!(self.handles);
        }
        fact
    }

    /// Returns what its ledger entry says: sealed under the version `policy`.
    pub fn what(&self, policy: Digest) -> What {
        What::Sealed {
            record: self.id,
            class: self.class.clone(),
            policy,
            rule: self.rule,
            body: self.body,
            header: self.header,
            medium: "electronic".to_owned(),
            exposure: if self.persistent { Exposure::Persistent } else { Exposure::Memory },
            fact: self.commitment(),
        }
    }

    /// Returns when it was taken in: the time of its id, which the ledger has.
    pub fn arrived(&self) -> Instant {
        self.id.time()
    }

    /// Returns the salted commitment to [`NewRecord::fact`].
    pub fn commitment(&self) -> Digest {
        commitment(&self.salt, &self.fact())
    }
}

/// A record in the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it was taken in with.
    pub known: NewRecord,
    /// Where it stands.
    pub state: RecordState,
    /// The file it came from, until that is gone.
    pub origin: Option<Origin>,
    /// The first day on which its disposal is allowed, under the accepted policy.
    pub due: Option<Date>,
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

/// An accepted policy.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Which one.
    pub version: Version,
    /// The digest of what it enforces.
    pub enforced: Digest,
    /// Its files, as the engine packed them.
    pub bundle: Vec<u8>,
    /// The index of its ledger entry.
    pub entry: u64,
}

pub(super) const COLUMNS: &str = "id, class, state, name, bytes, body, header, rule, persistent, salt, path, sidecar, \
    device, inode, plaintext, entry, sidecar_digest";

/// How many records are read at a time where all are looked at.
const PAGE: i64 = 1000;
/// No limit, in SQLite's words.
pub(super) const ALL: i64 = -1;

/// The due day, which lies in a table of its own.
const DUE: &str = "(SELECT day FROM due WHERE due.row = records.row)";

/// Reads the catalog.
pub struct Catalog<'a> {
    connection: &'a Connection,
    paths: &'a Paths,
}

impl Store {
    /// Returns a reader of the catalog.
    pub fn catalog(&self) -> Catalog<'_> {
        Catalog { connection: &self.catalog, paths: &self.paths }
    }
}

impl Writing<'_> {
    /// Returns a reader of the catalog as it stands under the lock.
    pub fn catalog(&self) -> Catalog<'_> {
        Catalog { connection: &self.catalog, paths: &self.paths }
    }
}

impl<'a> Catalog<'a> {
    pub(super) fn fail(&self, source: rusqlite::Error) -> StoreError {
        self.paths.catalog(source)
    }

    pub(super) fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// Returns the record with this id.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn record(&self, id: RecordId) -> Result<Option<Record>, StoreError> {
        Ok(self.records_where("id = ?1", &[&id.to_string()], ALL)?.pop())
    }

    /// Returns all records, by id.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn records(&self) -> Result<Vec<Record>, StoreError> {
        self.records_where("1", &[], ALL)
    }

    /// Looks at every record, by id, a page of them at a time.
    ///
    /// # Errors
    /// Fails as the database does, and as `look`.
    pub fn each(&self, mut look: impl FnMut(&Record) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let mut last = String::new();
        loop {
            let page = self.records_where("id > ?1", &[&last], PAGE)?;
            page.iter().try_for_each(&mut look)?;
            let Some(end) = page.last() else { return Ok(()) };
            last = end.known.id.to_string();
        }
    }

    /// Returns how many records there are, pending ones included.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn record_count(&self) -> Result<u64, StoreError> {
        let count = self.connection.query_row("SELECT count(*) FROM records", [], |row| row.get::<_, i64>(0));
        Ok(count.map_err(|e| self.fail(e))?.unsigned_abs())
    }

    /// Returns the next records by id whose files are at their places, at most `most` of them.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn held_after(&self, after: Option<RecordId>, most: u32) -> Result<Vec<Record>, StoreError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.records_where("id > ?1 AND state = 'held'", &[&after], i64::from(most))
    }

    /// Returns the records that are not merely held: pending ones and those whose plaintext is still there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn unfinished(&self) -> Result<Vec<Record>, StoreError> {
        self.records_where("state <> 'held'", &[], ALL)
    }

    /// Returns the records about `subject`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn about(&self, subject: &str) -> Result<Vec<Record>, StoreError> {
        self.records_where("id IN (SELECT record FROM subjects WHERE subject = ?1)", &[&subject], ALL)
    }

    /// Returns the records that were sealed as `class`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn of_class(&self, class: &str) -> Result<Vec<Record>, StoreError> {
        self.records_where("class = ?1", &[&class], ALL)
    }

    /// Returns whether any record is about `subject`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn is_subject(&self, subject: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS(SELECT 1 FROM subjects WHERE subject = ?1)";
        let mut statement = self.connection.prepare_cached(sql).map_err(|e| self.fail(e))?;
        statement.query_row([subject], |row| row.get(0)).map_err(|e| self.fail(e))
    }

    /// Returns every subject, with how many records are about it.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn subjects(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let sql = "SELECT subject, count(*) FROM subjects GROUP BY subject";
        let mut statement = self.connection.prepare_cached(sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())));
        rows.and_then(Iterator::collect).map_err(|e| self.fail(e))
    }

    pub(super) fn records_where(
        &self,
        condition: &str,
        values: &[&dyn rusqlite::ToSql],
        most: i64,
    ) -> Result<Vec<Record>, StoreError> {
        self.read(&format!("SELECT {COLUMNS}, {DUE} FROM records WHERE {condition} ORDER BY id LIMIT {most}"), values)
    }

    pub(super) fn read(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Record>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map(values, |row| Ok(read(row)));
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        rows.into_iter().map(|record| self.completed(record?)).collect()
    }

    /// Adds subjects and dates, which lie in tables of their own.
    fn completed(&self, mut record: Record) -> Result<Record, StoreError> {
        let id = record.known.id.to_string();
        let sql = "SELECT subject, handle FROM subjects WHERE record = ?1 ORDER BY subject";
        let mut statement = self.connection.prepare_cached(sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([&id], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?)));
        let rows: Vec<(String, Option<String>)> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        for (subject, handle) in rows {
            if let Some(handle) = handle {
                let damaged = |_| StoreError::Damaged { column: "subjects.handle", key: id.clone() };
                record.known.handles.insert(subject.clone(), handle.parse().map_err(damaged)?);
            }
            record.known.subjects.push(subject);
        }
        let sql = "SELECT name, date FROM dates WHERE record = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([&id], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
        let rows: Vec<(String, String)> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        for (name, date) in rows {
            let date = date.parse().map_err(|_| StoreError::Damaged { column: "dates.date", key: id.clone() })?;
            record.known.dates.insert(name, date);
        }
        Ok(record)
    }

    /// Returns how many ledger entries the catalog has seen.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn reflected(&self) -> Result<u64, StoreError> {
        reflected(self.connection, self.paths)
    }

    /// Returns the value stored under `key`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM meta WHERE key = ?1";
        self.connection.query_row(sql, [key], |row| row.get(0)).optional().map_err(|e| self.fail(e))
    }

    /// Returns the packed files of a policy that was accepted once.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn policy(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT bundle FROM policies WHERE digest = ?1 AND entry IS NOT NULL";
        self.connection.query_row(sql, [digest.to_string()], |row| row.get(0)).optional().map_err(|e| self.fail(e))
    }

    /// Returns the policy accepted last.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn accepted(&self) -> Result<Option<Accepted>, StoreError> {
        let sql = "SELECT digest, commit_id, enforced, bundle, entry FROM policies WHERE entry IS NOT NULL
            ORDER BY entry DESC LIMIT 1";
        let row = self.connection.query_row(sql, [], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?, row.get::<_, i64>(4)?))
        });
        let Some((digest, commit, enforced, bundle, entry)) = row.optional().map_err(|e| self.fail(e))? else {
            return Ok(None);
        };
        let damaged = |column| StoreError::Damaged { column, key: digest.clone() };
        let version = Version { digest: digest.parse().map_err(|_| damaged("digest"))?, commit };
        let enforced = enforced.parse().map_err(|_| damaged("enforced"))?;
        Ok(Some(Accepted { version, enforced, bundle, entry: entry.unsigned_abs() }))
    }
}

fn read(row: &Row<'_>) -> Result<Record, StoreError> {
    let text = |n: usize| row.get::<_, String>(n).unwrap_or_default();
    let key = text(0);
    let damaged = |column| StoreError::Damaged { column, key: key.clone() };
    let number = |n: usize, column| row.get::<_, i64>(n).map(i64::cast_unsigned).map_err(|_| damaged(column));
    let digest = |n: usize, column| text(n).parse::<Digest>().map_err(|_| damaged(column));
    let known = NewRecord {
        id: key.parse().map_err(|_| damaged("id"))?,
        class: text(1),
        name: text(3),
        bytes: number(4, "bytes")?,
        body: digest(5, "body")?,
        header: digest(6, "header")?,
        rule: digest(7, "rule")?,
        persistent: number(8, "persistent")? != 0,
        salt: row.get(9).map_err(|_| damaged("salt"))?,
        subjects: Vec::new(),
        handles: BTreeMap::new(),
        dates: BTreeMap::new(),
    };
    let origin = match row.get::<_, Option<Vec<u8>>>(10).map_err(|_| damaged("path"))? {
        None => None,
        Some(path) => Some(Origin {
            path,
            sidecar: match row.get::<_, Option<Vec<u8>>>(11).map_err(|_| damaged("sidecar"))? {
                Some(path) => Some((path, digest(16, "sidecar_digest")?)),
                None => None,
            },
            device: number(12, "device")?,
            inode: number(13, "inode")?,
            plaintext: digest(14, "plaintext")?,
        }),
    };
    let due: Option<String> = row.get(17).map_err(|_| damaged("due"))?;
    let due = due.map(|due| due.parse::<Date>()).transpose().map_err(|_| damaged("due"))?;
    let entry: Option<i64> = row.get(15).map_err(|_| damaged("entry"))?;
    let state = RecordState::parse(&text(2)).ok_or_else(|| damaged("state"))?;
    Ok(Record { known, state, origin, due, entry: entry.map(i64::unsigned_abs) })
}

pub(super) fn reflected(connection: &Connection, paths: &Paths) -> Result<u64, StoreError> {
    let sql = "SELECT value FROM meta WHERE key = 'reflected'";
    let text: String = connection.query_row(sql, [], |row| row.get(0)).map_err(|e| paths.catalog(e))?;
    text.parse().map_err(|_| StoreError::Damaged { column: "value", key: "reflected".to_owned() })
}

pub(super) fn set_reflected(connection: &Connection, paths: &Paths, size: u64) -> Result<(), StoreError> {
    let sql = "UPDATE meta SET value = ?1 WHERE key = 'reflected'";
    connection.execute(sql, [size.to_string()]).map_err(|e| paths.catalog(e))?;
    Ok(())
}

impl Pending<'_> {
    /// Returns a reader of the catalog as it stands under the lock.
    pub fn catalog(&self) -> Catalog<'_> {
        Catalog { connection: &self.catalog, paths: &self.paths }
    }

    /// Adds a record whose files are sealed and durable, before its ledger entry is there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_record(&self, record: &NewRecord, origin: &Origin, due: Option<Date>) -> Result<(), StoreError> {
        let fail = |e| self.paths.catalog(e);
        let sql = format!(
            "INSERT INTO records({COLUMNS}) VALUES(?1,?2,'pending',?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,NULL,?15)"
        );
        let values = params![
            record.id.to_string(),
            record.class,
            record.name,
            record.bytes.cast_signed(),
            record.body.to_string(),
            record.header.to_string(),
            record.rule.to_string(),
            record.persistent,
            record.salt,
            origin.path,
            origin.sidecar.as_ref().map(|(path, _)| path),
            origin.device.cast_signed(),
            origin.inode.cast_signed(),
            origin.plaintext.to_string(),
            origin.sidecar.as_ref().map(|(_, digest)| digest.to_string())
        ];
        self.catalog.prepare_cached(&sql).and_then(|mut insert| insert.execute(values)).map_err(fail)?;
        due::put(&self.catalog, self.catalog.last_insert_rowid(), &record.class, due).map_err(fail)?;
        let subject = "INSERT INTO subjects(record, subject, handle) VALUES(?1, ?2, ?3)";
        for name in &record.subjects {
            let values = params![record.id.to_string(), name, record.handles.get(name).map(ToString::to_string)];
            self.catalog.prepare_cached(subject).and_then(|mut s| s.execute(values)).map_err(fail)?;
        }
        let date = "INSERT INTO dates(record, name, date) VALUES(?1, ?2, ?3)";
        for (name, day) in &record.dates {
            let values = [&record.id.to_string(), name, &day.to_string()];
            self.catalog.prepare_cached(date).and_then(|mut s| s.execute(values)).map_err(fail)?;
        }
        Ok(())
    }

    /// Adds a record that comes from no file, before its ledger entry is there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_sealed(&self, record: &NewRecord, due: Option<Date>) -> Result<(), StoreError> {
        let fail = |e| self.paths.catalog(e);
        let sql = "INSERT INTO records(id, class, state, name, bytes, body, header, rule, persistent, salt)
            VALUES(?1, ?2, 'pending', ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let id = record.id.to_string();
        let values = params![
            id,
            record.class,
            record.name,
            record.bytes.cast_signed(),
            record.body.to_string(),
            record.header.to_string(),
            record.rule.to_string(),
            record.persistent,
            record.salt
        ];
        self.catalog.execute(sql, values).map_err(fail)?;
        due::put(&self.catalog, self.catalog.last_insert_rowid(), &record.class, due).map_err(fail)?;
        for subject in &record.subjects {
            let sql = "INSERT INTO subjects(record, subject, handle) VALUES(?1, ?2, ?3)";
            let values = params![id, subject, record.handles.get(subject).map(ToString::to_string)];
            self.catalog.execute(sql, values).map_err(fail)?;
        }
        for (name, day) in &record.dates {
            let sql = "INSERT INTO dates(record, name, date) VALUES(?1, ?2, ?3)";
            self.catalog.execute(sql, [&id, name, &day.to_string()]).map_err(fail)?;
        }
        Ok(())
    }

    /// Forgets the original file of records whose plaintext is gone (or, `Replaced`, was never this one).
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn plaintext_gone(&self, ids: &[RecordId]) -> Result<(), StoreError> {
        let sql = "UPDATE records SET state = 'held', path = NULL, sidecar = NULL, device = NULL, inode = NULL,
            plaintext = NULL, sidecar_digest = NULL WHERE id = ?1 AND state = 'removing'";
        for id in ids {
            let run = self.catalog.prepare_cached(sql).and_then(|mut update| update.execute([id.to_string()]));
            run.map_err(|e| self.paths.catalog(e))?;
        }
        Ok(())
    }

    /// Drops a pending record that never got its ledger entry.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn drop_record(&self, id: RecordId) -> Result<(), StoreError> {
        delete_record(&self.catalog, &self.paths, id, "AND entry IS NULL")
    }

    /// Stores `value` under `key`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        set_meta(&self.catalog, &self.paths, key, value)
    }

    /// Stores a policy that is about to be accepted.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_policy(
        &self,
        version: &Version,
        enforced: Digest,
        bundle: &[u8],
        signatures: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO policies(digest, commit_id, enforced, bundle, signatures) VALUES(?1, ?2, ?3, ?4, ?5)
            ON CONFLICT(digest) DO UPDATE SET commit_id = excluded.commit_id, signatures = excluded.signatures, bundle = excluded.bundle";
        let values =
            params![version.digest.to_string(), version.commit, enforced.to_string(), bundle, signatures.to_string()];
        self.catalog.execute(sql, values).map_err(|e| self.paths.catalog(e))?;
        Ok(())
    }
}

fn set_meta(connection: &Connection, paths: &Paths, key: &str, value: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value";
    connection.execute(sql, [key, value]).map_err(|e| paths.catalog(e))?;
    Ok(())
}

fn delete_record(connection: &Connection, paths: &Paths, id: RecordId, condition: &str) -> Result<(), StoreError> {
    let fail = |e| paths.catalog(e);
    let id = id.to_string();
    let run = |sql: &str| connection.prepare_cached(sql).and_then(|mut delete| delete.execute([&id])).map_err(fail);
    if run(&format!("DELETE FROM records WHERE id = ?1 {condition}"))? > 0 {
        for table in ["subjects", "dates", "openings", "kept", "items", "early", "early_withdrawals", "successors"] {
            run(&format!("DELETE FROM {table} WHERE record = ?1"))?;
        }
        // The number of a letter that never counted comes free; that of one which is destroyed stays taken.
        run("DELETE FROM letters WHERE record = ?1 AND entry IS NULL")?;
    }
    Ok(())
}

impl Writing<'_> {
    /// Marks a pending record as sealed by the ledger entry `entry`; its plaintext may go from now on.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn record_sealed(&self, id: RecordId, entry: u64) -> Result<(), StoreError> {
        record_sealed(&self.catalog, &self.paths, id, entry).map(drop)
    }

    /// Marks the policy `digest` as accepted by the ledger entry `entry`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn policy_accepted(&self, digest: Digest, entry: u64) -> Result<(), StoreError> {
        policy_accepted(&self.catalog, &self.paths, digest, entry).map(drop)
    }

    /// Stores `value` under `key`.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        set_meta(&self.catalog, &self.paths, key, value)
    }

    /// Erases everything about a destroyed record, and the facts about a subject with the subject's last record.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn erase_record(&self, id: RecordId) -> Result<(), StoreError> {
        erase_record(&self.catalog, &self.paths, id)
    }
}

/// Returns how many rows there were to mark.
pub(super) fn record_sealed(
    connection: &Connection,
    paths: &Paths,
    id: RecordId,
    entry: u64,
) -> Result<usize, StoreError> {
    let sql = "UPDATE records SET state = 'removing', entry = ?2 WHERE id = ?1 AND state = 'pending'";
    let values = params![id.to_string(), entry.cast_signed()];
    letters::letter_sealed(connection, id, entry).map_err(|e| paths.catalog(e))?;
    connection.prepare_cached(sql).and_then(|mut update| update.execute(values)).map_err(|e| paths.catalog(e))
}

/// Returns how many rows there were to mark.
pub(super) fn policy_accepted(
    connection: &Connection,
    paths: &Paths,
    digest: Digest,
    entry: u64,
) -> Result<usize, StoreError> {
    let sql = "UPDATE policies SET entry = ?2 WHERE digest = ?1";
    connection.execute(sql, params![digest.to_string(), entry.cast_signed()]).map_err(|e| paths.catalog(e))
}

pub(super) fn erase_record(connection: &Connection, paths: &Paths, id: RecordId) -> Result<(), StoreError> {
    let fail = |e| paths.catalog(e);
    let key = id.to_string();
    let lonely = "SELECT subject FROM subjects WHERE record = ?1 AND NOT EXISTS
        (SELECT 1 FROM subjects AS other WHERE other.subject = subjects.subject AND other.record <> ?1)";
    let mut statement = connection.prepare_cached(lonely).map_err(fail)?;
    let subjects: Vec<String> =
        statement.query_map([&key], |row| row.get(0)).and_then(Iterator::collect).map_err(fail)?;
    delete_record(connection, paths, id, "")?;
    let run =
        |sql: &str, of: &str| connection.prepare_cached(sql).and_then(|mut delete| delete.execute([of])).map_err(fail);
    for subject in &subjects {
        run("DELETE FROM events WHERE subject = ?1", subject)?;
        run("DELETE FROM consents WHERE member = ?1", subject)?;
        let holds = "DELETE FROM holds WHERE release_entry IS NOT NULL AND (scope = 'subject' AND target = ?1
            OR scope = 'query' AND json_extract(target, '$.subject') = ?1)";
        run(holds, subject)?;
    }
    run("DELETE FROM events WHERE subject = ?1", &key)?;
    // A hold placed after the intent came too late, but stays until somebody releases it: the ledger says it is in force.
    run("DELETE FROM holds WHERE scope = 'record' AND target = ?1 AND release_entry IS NOT NULL", &key)?;
    let reviews = "DELETE FROM hold_reviews WHERE hold NOT IN (SELECT id FROM holds)";
    connection.prepare_cached(reviews).and_then(|mut delete| delete.execute([])).map_err(fail)?;
    Ok(())
}
