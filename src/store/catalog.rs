//! The catalog's records and policies.
//!
//! In: what is known about a record when it is taken in. Out: rows by id, class, subject, due date. The rule it keeps:
//! everything about a destroyed record can be erased: nothing about it is copied anywhere else.

mod changes;

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Paths, Store, StoreError, Version, Writing, commitment};
use crate::calendar::{Date, Instant};
use crate::ledger::{Exposure, What};
use crate::{Digest, RecordId};

pub(super) use changes::{erase_record, policy_accepted, record_sealed};

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
    /// For a letter or a print file, the commitment to its row among those.
    pub letter: Option<Digest>,
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
        if let Some(letter) = &self.letter {
            fact["letter"] = serde_json::json!(letter);
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
    device, inode, plaintext, entry, sidecar_digest, letter";

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
        letter: match row.get::<_, Option<String>>(17).map_err(|_| damaged("letter"))? {
            Some(letter) => Some(letter.parse().map_err(|_| damaged("letter"))?),
            None => None,
        },
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
    let due: Option<String> = row.get(18).map_err(|_| damaged("due"))?;
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
