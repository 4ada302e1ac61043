//! Boxes, binders and devices: records that lie outside the vault, as registers tell of them.
//!
//! In: what a register says of each. Out: rows by record or register. The rule it keeps: what a register said is never
//! changed, a later one adds a version; the newest version with a ledger entry is what counts, and the row in `records`
//! repeats it, so that due days, holds and plans treat these records like any other.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::catalog::Catalog;
use super::facts::Recorded;
use super::{NewRecord, Paths, Pending, StoreError, Writing, commitment};
use crate::calendar::Date;
use crate::{Digest, RecordId};

/// What a register says of one box, binder or device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Told {
    /// Its class.
    pub class: String,
    /// Its medium: `paper` or `device`.
    pub medium: String,
    /// The register: the folder of its files below `records`.
    pub register: String,
    /// The register file that said so, itself a record.
    pub evidence: RecordId,
    /// The number on it, unique in its register.
    pub number: String,
    /// Where it stands.
    pub place: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What a work order says of it besides, as pairs of column and text.
    pub details: Vec<(String, String)>,
    /// Whom or what it is about.
    pub subjects: Vec<String>,
    /// The random ids by which the ledger's events name those subjects; none in what older registers told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub handles: BTreeMap<String, RecordId>,
    /// Its dates, by declared name.
    pub dates: BTreeMap<String, Date>,
    /// Whether the newest register lists it; what it no longer lists is kept and disposed of all the same.
    pub listed: bool,
}

/// One version of what is known of a box, binder or device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The record.
    pub record: RecordId,
    /// What the register says.
    pub told: Told,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

impl Item {
    /// Returns the salted commitment its ledger entry holds: it stands for the header and the body of a sealed record.
    pub fn commitment(&self) -> Digest {
        let fact = serde_json::to_value(&self.told).expect("texts, dates and a flag are always JSON");
        commitment(&self.salt, &fact)
    }

    /// Returns whether a row of `records` repeats what this version says.
    pub fn is_repeated_by(&self, known: &NewRecord) -> bool {
        let fact = self.commitment();
        (known.header, known.body, known.salt) == (fact, fact, self.salt)
            && (&known.class, &known.name, &known.subjects, &known.handles, &known.dates)
                == (&self.told.class, &self.told.number, &self.told.subjects, &self.told.handles, &self.told.dates)
    }
}

const NEWEST: &str = "SELECT record, fact, salt, entry FROM items AS one WHERE entry IS NOT NULL AND seq =
    (SELECT max(seq) FROM items AS other WHERE other.record = one.record AND other.entry IS NOT NULL)";

impl Catalog<'_> {
    /// Returns what is known of a box, binder or device; nothing for a record in the vault.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn item(&self, record: RecordId) -> Result<Option<Item>, StoreError> {
        Ok(self.items_where(&format!("{NEWEST} AND record = ?1"), &[&record.to_string()])?.pop())
    }

    /// Returns every box, binder and device, by record.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn items(&self) -> Result<Vec<Item>, StoreError> {
        self.items_where(&format!("{NEWEST} ORDER BY record"), &[])
    }

    /// Returns the boxes, binders and devices of one register, by number.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn items_of(&self, register: &str) -> Result<BTreeMap<String, Item>, StoreError> {
        let items = self.items_where(&format!("{NEWEST} AND register = ?1"), &[&register])?;
        Ok(items.into_iter().map(|item| (item.told.number.clone(), item)).collect())
    }

    /// Returns the ids of the records that lie outside the vault.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn outside_vault(&self) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut statement =
            self.connection().prepare_cached("SELECT DISTINCT record FROM items").map_err(|e| self.fail(e))?;
        let rows: Vec<String> =
            statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        rows.into_iter().map(|id| id.parse().map_err(|_| damaged("record", &id))).collect()
    }

    /// Returns every version that has a ledger entry, with its commitment recomputed.
    pub(super) fn item_facts(&self) -> Result<Vec<Recorded>, StoreError> {
        let items = self.items_where("SELECT record, fact, salt, entry FROM items WHERE entry IS NOT NULL", &[])?;
        let recorded = |item: Item| {
            let what = format!("what a register says of record {}", item.record);
            item.entry.map(|entry| Recorded { what, entry, commitment: item.commitment() })
        };
        Ok(items.into_iter().filter_map(recorded).collect())
    }

    fn items_where(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Item>, StoreError> {
        items_where(self.connection(), |e| self.fail(e), sql, values)
    }
}

fn items_where(
    connection: &Connection,
    fail: impl Fn(rusqlite::Error) -> StoreError,
    sql: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<Item>, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(&fail)?;
    let rows = statement.query_map(values, columns);
    let rows: Vec<Columns> = rows.and_then(Iterator::collect).map_err(&fail)?;
    rows.into_iter().map(read).collect()
}

type Columns = (String, String, [u8; 16], Option<i64>);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn read((id, fact, salt, entry): Columns) -> Result<Item, StoreError> {
    let record = id.parse().map_err(|_| damaged("record", &id))?;
    let told = serde_json::from_str(&fact).map_err(|_| damaged("items.fact", &id))?;
    Ok(Item { record, told, salt, entry: entry.map(i64::unsigned_abs) })
}

fn damaged(column: &'static str, key: &str) -> StoreError {
    StoreError::Damaged { column, key: key.to_owned() }
}

impl Pending<'_> {
    /// Adds a box, binder or device that a register tells of for the first time, before its ledger entry is there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_item(&self, item: &Item, row: &NewRecord, due: Option<Date>) -> Result<(), StoreError> {
        let sql = "INSERT INTO records(id, class, state, name, bytes, body, header, rule, persistent, salt)
            VALUES(?1, ?2, 'pending', ?3, 0, ?4, ?4, ?5, 1, ?6)";
        let fact = item.commitment().to_string();
        let id = row.id.to_string();
        let values = params![id, row.class, row.name, fact, row.rule.to_string(), row.salt];
        let run = self.catalog.prepare_cached(sql).and_then(|mut insert| insert.execute(values));
        let number = run.map(|_| self.catalog.last_insert_rowid()).map_err(|e| self.paths.catalog(e))?;
        super::due::put(&self.catalog, number, &row.class, due).map_err(|e| self.paths.catalog(e))?;
        repeat(&self.catalog, &self.paths, item)?;
        self.add_version(item)
    }

    /// Adds what a later register says, before its ledger entry is there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_correction(&self, item: &Item) -> Result<(), StoreError> {
        self.add_version(item)
    }

    /// Drops what a later register says of a record and never got its ledger entry.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn drop_correction(&self, record: RecordId) -> Result<(), StoreError> {
        let sql = "DELETE FROM items WHERE record = ?1 AND entry IS NULL";
        self.catalog.execute(sql, [record.to_string()]).map(drop).map_err(|e| self.paths.catalog(e))
    }

    fn add_version(&self, item: &Item) -> Result<(), StoreError> {
        let sql = "INSERT INTO items(record, seq, register, number, fact, salt)
            SELECT ?1, coalesce(max(seq) + 1, 0), ?2, ?3, ?4, ?5 FROM items WHERE record = ?1";
        let fact = serde_json::to_string(&item.told).expect("texts, dates and a flag are always JSON");
        let values = params![item.record.to_string(), item.told.register, item.told.number, fact, item.salt];
        let run = self.catalog.prepare_cached(sql).and_then(|mut insert| insert.execute(values));
        run.map(drop).map_err(|e| self.paths.catalog(e))
    }
}

impl Writing<'_> {
    /// Notes the ledger entry of a version: the first one makes the record held, a later one changes its row.
    ///
    /// # Errors
    /// Fails as the database does, with `Dropped` where the version is not there any more.
    pub fn item_entered(&self, item: &Item, entry: u64) -> Result<(), StoreError> {
        match item_entered(&self.catalog, &self.paths, item.record, item.commitment(), entry)? {
            0 => Err(StoreError::Dropped),
            _ => Ok(()),
        }
    }
}

/// Gives the waiting version of `record` that was committed to as `fact` its entry; returns how many there were.
pub(super) fn item_entered(
    connection: &Connection,
    paths: &Paths,
    record: RecordId,
    fact: Digest,
    entry: u64,
) -> Result<usize, StoreError> {
    let fail = |e| paths.catalog(e);
    let sql = "SELECT record, fact, salt, entry FROM items WHERE record = ?1 AND entry IS NULL";
    let waiting = items_where(connection, fail, sql, &[&record.to_string()])?;
    let Some(item) = waiting.into_iter().find(|item| item.commitment() == fact) else { return Ok(0) };
    let (id, entry) = (record.to_string(), entry.cast_signed());
    let mark = "UPDATE items SET entry = ?2 WHERE record = ?1 AND salt = ?3";
    connection.execute(mark, params![id, entry, item.salt]).map_err(fail)?;
    let held = "UPDATE records SET state = 'held', entry = coalesce(entry, ?2), class = ?3, name = ?4, body = ?5,
        header = ?5, salt = ?6 WHERE id = ?1";
    let values = params![id, entry, item.told.class, item.told.number, fact.to_string(), item.salt];
    let marked = connection.execute(held, values).map_err(fail)?;
    repeat(connection, paths, &item)?;
    Ok(marked)
}

/// Writes subjects and dates of an item where those of records stand.
fn repeat(connection: &Connection, paths: &Paths, item: &Item) -> Result<(), StoreError> {
    let fail = |e| paths.catalog(e);
    let id = item.record.to_string();
    for table in ["subjects", "dates"] {
        connection.execute(&format!("DELETE FROM {table} WHERE record = ?1"), [&id]).map_err(fail)?;
    }
    for subject in &item.told.subjects {
        let handle = item.told.handles.get(subject).map(ToString::to_string);
        let sql = "INSERT INTO subjects(record, subject, handle) VALUES(?1, ?2, ?3)";
        connection.execute(sql, params![id, subject, handle]).map_err(fail)?;
    }
    for (name, day) in &item.told.dates {
        connection
            .execute("INSERT INTO dates(record, name, date) VALUES(?1, ?2, ?3)", [&id, name, &day.to_string()])
            .map_err(fail)?;
    }
    Ok(())
}
