//! The index of due days: which records may go by a day, and how many have a day at all.
//!
//! In: rows of the catalog, one after the other. Out: their due days, stored and found again. The rule it keeps: finding
//! what is due costs what is due, whatever else is kept; and a walk over the catalog holds one row at a time.
//!
//! The table `due` has a row for each record that has a day: the record's number, its class as it was sealed, the day.
//! Its index is ordered by class and day, so it answers "due by" and "how many of a class" alike, without the table; the
//! records themselves are read afterwards, one at a time. Where many days move it
//! is dropped, the small table is rewritten in order, and it is built anew: seconds for a million.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::{Connection, OptionalExtension, Row, Rows, params};

use super::catalog::{COLUMNS, Catalog};
use super::{Record, StoreError, Writing};
use crate::RecordId;
use crate::calendar::Date;

/// From this many moved days on, and this share of all, the index is built anew.
const MANY: usize = 20_000;
const SHARE: u64 = 10;

/// What a due day is computed from, events apart: one row of a walk over the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The record.
    pub record: RecordId,
    /// Its class as it was sealed.
    pub class: String,
    /// Its path below `records`, as text.
    pub name: String,
    /// Whom it is about.
    pub subjects: Vec<String>,
    /// The dates it came with, by declared name.
    pub dates: BTreeMap<String, Date>,
    /// Its due day as it is stored.
    pub due: Option<Date>,
    row: i64,
}

/// How many records of a class there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassCount {
    /// The class as its records were sealed.
    pub class: String,
    /// Its records.
    pub records: u64,
    /// Of them: have a due day.
    pub dated: u64,
    /// The first due day after the day that was asked about.
    pub next: Option<Date>,
}

/// A record whose day has come, as the index names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dated {
    row: i64,
    /// The first day on which its disposal is allowed.
    pub day: Date,
}

/// Finds what is due by one seek for each class that stands in the index; no other table is looked at, so that it costs the
/// same however many records there are besides.
const FIND: &str = "WITH RECURSIVE classes(class) AS (
    SELECT min(class) FROM due UNION ALL
    SELECT (SELECT min(class) FROM due WHERE due.class > classes.class) FROM classes WHERE classes.class IS NOT NULL)
    SELECT due.row, due.day FROM classes CROSS JOIN due ON due.class = classes.class AND due.day <= ?1";

impl Catalog<'_> {
    /// Returns which records may be disposed of on `day` or before, in the order they were taken in.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn find_due(&self, day: Date) -> Result<Vec<Dated>, StoreError> {
        let mut statement = self.connection().prepare_cached(FIND).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([day.to_string()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        let read = |(row, day): (i64, String)| {
            let day = day.parse().map_err(|_| damaged("due.day", &row.to_string()))?;
            Ok(Dated { row, day })
        };
        let mut found = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
        found.sort_unstable();
        Ok(found)
    }

    /// Returns the record that the index named, unless it is gone meanwhile.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn dated(&self, found: Dated) -> Result<Option<Record>, StoreError> {
        let sql = format!("SELECT {COLUMNS}, ?2 FROM records WHERE row = ?1");
        Ok(self.read(&sql, &[&found.row, &found.day.to_string()])?.pop())
    }

    /// Returns the records whose disposal is allowed on `day` or before, by id.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn due_by(&self, day: Date) -> Result<Vec<Record>, StoreError> {
        let found = self.find_due(day)?.into_iter().filter_map(|found| self.dated(found).transpose());
        let mut records = found.collect::<Result<Vec<_>, _>>()?;
        records.sort_by_key(|record| record.known.id);
        Ok(records)
    }

    /// Counts the records of each class, and those that have a due day, without looking at any of them.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn class_counts(&self, after: Date) -> Result<Vec<ClassCount>, StoreError> {
        let sql = "SELECT class, count(*), (SELECT count(*) FROM due WHERE due.class = records.class),
            (SELECT min(day) FROM due WHERE due.class = records.class AND day > ?1) FROM records GROUP BY class";
        let mut statement = self.connection().prepare_cached(sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([after.to_string()], |row| {
            let (records, dated) = (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?);
            Ok((
                row.get::<_, String>(0)?,
                records.unsigned_abs(),
                dated.unsigned_abs(),
                row.get::<_, Option<String>>(3)?,
            ))
        });
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        let counts = rows.into_iter().map(|(class, records, dated, next)| {
            let next = next.map(|day| day.parse().map_err(|_| damaged("due.day", &class))).transpose()?;
            Ok(ClassCount { class, records, dated, next })
        });
        counts.collect()
    }

    /// Returns the classes that records were sealed under.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn classes(&self) -> Result<Vec<String>, StoreError> {
        let sql = "WITH RECURSIVE classes(class) AS (SELECT min(class) FROM records UNION ALL
            SELECT (SELECT min(class) FROM records WHERE records.class > classes.class) FROM classes
            WHERE classes.class IS NOT NULL) SELECT class FROM classes WHERE class IS NOT NULL";
        let mut statement = self.connection().prepare_cached(sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([], |row| row.get(0));
        rows.and_then(Iterator::collect).map_err(|e| self.fail(e))
    }

    /// Returns the ids of the records that were sealed under `class`, sorted.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn ids_of(&self, class: &str) -> Result<Vec<RecordId>, StoreError> {
        let mut statement = self
            .connection()
            .prepare_cached("SELECT id FROM records WHERE class = ?1 ORDER BY id")
            .map_err(|e| self.fail(e))?;
        let ids = statement.query_map([class], |row| row.get::<_, String>(0));
        let ids = ids.map_err(|e| self.fail(e))?.map(|id| {
            let id = id.map_err(|e| self.fail(e))?;
            id.parse().map_err(|_| damaged("records.id", &id))
        });
        ids.collect()
    }

    /// Looks at every record, by id, with what its due day is computed from; one row is in memory at a time.
    ///
    /// # Errors
    /// Fails as the database does, and as `look`.
    pub fn walk<E: From<StoreError>>(&self, mut look: impl FnMut(&mut Standing) -> Result<(), E>) -> Result<(), E> {
        let fail = |error| self.fail(error);
        let prepare = |sql| self.connection().prepare_cached(sql).map_err(fail);
        let mut records = prepare(
            "SELECT records.row, id, records.class, day, name FROM records LEFT JOIN due ON due.row = records.row ORDER BY id",
        )?;
        let mut subjects = prepare("SELECT record, subject FROM subjects ORDER BY record, subject")?;
        let mut dates = prepare("SELECT record, name, date FROM dates ORDER BY record, name")?;
        let mut subjects = Beside::new(subjects.query([]).map_err(fail)?);
        let mut dates = Beside::new(dates.query([]).map_err(fail)?);
        let mut rows = records.query([]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let id: String = row.get(1).map_err(fail)?;
            let due = row.get::<_, Option<String>>(3).map_err(fail)?;
            let mut standing = Standing {
                record: id.parse().map_err(|_| damaged("records.id", &id))?,
                class: row.get(2).map_err(fail)?,
                name: row.get(4).map_err(fail)?,
                subjects: Vec::new(),
                dates: BTreeMap::new(),
                due: due.map(|day| day.parse().map_err(|_| damaged("due.day", &id))).transpose()?,
                row: row.get(0).map_err(fail)?,
            };
            while let Some(row) = subjects.next_of(&id).map_err(fail)? {
                standing.subjects.push(row.get(1).map_err(fail)?);
            }
            while let Some(row) = dates.next_of(&id).map_err(fail)? {
                let date: String = row.get(2).map_err(fail)?;
                let date = date.parse().map_err(|_| damaged("dates.date", &id))?;
                standing.dates.insert(row.get(1).map_err(fail)?, date);
            }
            look(&mut standing)?;
        }
        Ok(())
    }
}

/// Rows of a table beside `records`, in the order of its ids.
struct Beside<'a> {
    rows: Rows<'a>,
    is_taken: bool,
}

impl<'a> Beside<'a> {
    fn new(rows: Rows<'a>) -> Beside<'a> {
        Beside { rows, is_taken: true }
    }

    /// Returns the next row of the record `id`, or nothing; rows of records before it, which are not there, are passed.
    fn next_of(&mut self, id: &str) -> rusqlite::Result<Option<&Row<'a>>> {
        loop {
            if self.is_taken {
                self.rows.advance()?;
                self.is_taken = false;
            }
            let Some(row) = self.rows.get() else { return Ok(None) };
            match row.get_ref(0)?.as_str()?.cmp(id) {
                Ordering::Greater => return Ok(None),
                Ordering::Less => self.is_taken = true,
                Ordering::Equal => break,
            }
        }
        self.is_taken = true;
        Ok(self.rows.get())
    }
}

fn damaged(column: &'static str, key: &str) -> StoreError {
    StoreError::Damaged { column, key: key.to_owned() }
}

impl Writing<'_> {
    /// Computes the due day of every record anew and returns how many moved.
    ///
    /// # Errors
    /// Fails as the database does, and as `day`.
    pub fn rewrite_due<E: From<StoreError>>(
        &self,
        mut day: impl FnMut(&mut Standing) -> Result<Option<Date>, E>,
    ) -> Result<usize, E> {
        let (mut moved, mut all) = (Vec::new(), 0_u64);
        let mut classes: Vec<String> = Vec::new();
        self.catalog().walk(|standing| {
            all += 1;
            let is = day(standing)?;
            if is != standing.due {
                // A few dozen classes at the most, mostly the same one again.
                let class = classes.iter().rposition(|class| *class == standing.class);
                let class = class.unwrap_or_else(|| {
                    classes.push(standing.class.clone());
                    classes.len() - 1
                });
                moved.push((standing.row, class, is));
            }
            Ok::<(), E>(())
        })?;
        let fail = |error| self.paths.catalog(error);
        let is_rebuilt = moved.len() >= MANY && moved.len() as u64 * SHARE >= all;
        if is_rebuilt {
            self.catalog.execute_batch("DROP INDEX due_class_day").map_err(fail)?;
        }
        for (row, class, day) in &moved {
            self.put_due(*row, &classes[*class], *day)?;
        }
        if is_rebuilt {
            self.catalog.execute_batch("CREATE INDEX due_class_day ON due(class, day)").map_err(fail)?;
        }
        Ok(moved.len())
    }

    /// Stores the first day on which disposal of `id` is allowed.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn set_due(&self, id: RecordId, due: Option<Date>) -> Result<(), StoreError> {
        let sql = "SELECT row, class FROM records WHERE id = ?1";
        let found = self
            .catalog
            .prepare_cached(sql)
            .and_then(|mut select| select.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional());
        let found: Option<(i64, String)> = found.map_err(|error| self.paths.catalog(error))?;
        found.map_or(Ok(()), |(row, class)| self.put_due(row, &class, due))
    }

    fn put_due(&self, row: i64, class: &str, day: Option<Date>) -> Result<(), StoreError> {
        put(&self.catalog, row, class, day).map_err(|error| self.paths.catalog(error))
    }
}

/// Stores the due day of one row.
pub(super) fn put(connection: &Connection, row: i64, class: &str, day: Option<Date>) -> rusqlite::Result<()> {
    match day {
        Some(day) => {
            let sql = "INSERT INTO due(row, class, day) VALUES(?1, ?2, ?3) ON CONFLICT(row) DO UPDATE SET day = ?3";
            connection.prepare_cached(sql)?.execute(params![row, class, day.to_string()])?;
        }
        None => drop(connection.prepare_cached("DELETE FROM due WHERE row = ?1")?.execute([row])?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;
    use crate::calendar::Instant;
    use crate::ledger::LedgerKey;
    use crate::store::{NewRecord, Origin, Store};

    const NOW: Instant = Instant::from_micros(1_767_225_600_000_000);

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn record(n: u64) -> NewRecord {
        let digest = Digest::of(&n.to_be_bytes());
        let mut random = [0; 10];
        random[2..].copy_from_slice(&n.to_be_bytes());
        NewRecord {
            id: RecordId::new(NOW, random),
            class: format!("class-{}", n % 3),
            name: n.to_string(),
            bytes: 1,
            body: digest,
            header: digest,
            rule: digest,
            persistent: true,
            salt: [0; 16],
            handles: BTreeMap::new(),
            subjects: (0..n % 3).map(|subject| format!("M{subject}")).collect(),
            dates: (0..n % 4).map(|date| (format!("date-{date}"), day("2020-02-29"))).collect(),
            letter: None,
        }
    }

    fn with_records(dir: &std::path::Path, count: u64) -> Store {
        let mut store = Store::create(dir, &LedgerKey::from_seed(&[1; 32]), "log", "society", NOW).unwrap();
        let origin = Origin { path: vec![1], sidecar: None, device: 1, inode: 1, plaintext: Digest::of(b"") };
        let pending = store.write_pending().unwrap();
        (0..count).for_each(|n| pending.add_record(&record(n), &origin, None).unwrap());
        pending.commit().unwrap();
        store
    }

    /// Spreads days over a month; every seventh record has none.
    fn spread(standing: &mut Standing) -> Result<Option<Date>, StoreError> {
        let number = standing.row.unsigned_abs() % 28;
        Ok((!number.is_multiple_of(7)).then(|| Date::from_ymd(2026, 1, u32::try_from(number).unwrap()).unwrap()))
    }

    #[test]
    fn a_walk_tells_of_each_record_what_it_came_with() {
        let dir = tempfile::tempdir().unwrap();
        let store = with_records(dir.path(), 50);
        let mut seen = 0;
        let walked = store.catalog().walk(|standing| {
            let expected = record(seen);
            assert_eq!((standing.record, &standing.class), (expected.id, &expected.class));
            assert_eq!((&standing.subjects, &standing.dates), (&expected.subjects, &expected.dates));
            assert_eq!(standing.name, expected.name);
            seen += 1;
            Ok::<(), StoreError>(())
        });
        walked.unwrap();
        assert_eq!(seen, 50);
        let of_class: Vec<RecordId> = (0..50).filter(|n| n % 3 == 1).map(|n| record(n).id).collect();
        assert_eq!(store.catalog().ids_of("class-1").unwrap(), of_class);
        assert_eq!(store.catalog().ids_of("class-9").unwrap(), []);
    }

    #[test]
    fn what_is_due_is_found_whether_few_days_moved_or_so_many_that_the_index_was_built_anew() {
        for count in [100, MANY as u64 + 5000] {
            let dir = tempfile::tempdir().unwrap();
            let mut store = with_records(dir.path(), count);
            let writing = store.write().unwrap();
            let moved = writing.rewrite_due(spread).unwrap();
            assert_eq!(writing.rewrite_due(spread).unwrap(), 0, "nothing moves twice");
            writing.commit(&LedgerKey::from_seed(&[1; 32])).unwrap();
            let (catalog, until) = (store.catalog(), day("2026-01-10"));
            let mut expected = 0;
            catalog
                .walk(|standing| {
                    expected += usize::from(standing.due.is_some_and(|due| due <= until));
                    Ok::<(), StoreError>(())
                })
                .unwrap();
            let found = catalog.due_by(until).unwrap();
            assert!(found.len() == expected && found.iter().all(|record| record.due.unwrap() <= until));
            assert!(found.is_sorted_by_key(|record| record.known.id));
            assert_eq!(catalog.due_by(day("2025-12-31")).unwrap(), []);
            let counts = catalog.class_counts(until).unwrap();
            assert_eq!(counts.iter().map(|count| count.records).sum::<u64>(), count);
            assert_eq!(counts.iter().map(|count| count.dated).sum::<u64>(), moved as u64);
            assert!(counts.iter().all(|count| count.next == Some(day("2026-01-11"))), "{counts:?}");
            assert_eq!(catalog.classes().unwrap(), ["class-0", "class-1", "class-2"]);
        }
    }

    /// Steps of SQLite's machine that finding takes.
    fn steps(store: &Store, until: Date) -> (usize, i32) {
        let mut statement = store.catalog().connection().prepare(FIND).unwrap();
        let found = statement.query_map([until.to_string()], |row| row.get::<_, i64>(0)).unwrap().count();
        (found, statement.get_status(rusqlite::StatementStatus::VmStep))
    }

    #[test]
    fn finding_costs_what_is_due_and_nothing_for_what_is_not() {
        let until = day("2026-01-10");
        let measured = [60, 6000].map(|count| {
            let dir = tempfile::tempdir().unwrap();
            let mut store = with_records(dir.path(), count);
            let writing = store.write().unwrap();
            let moved = writing.rewrite_due(|standing| {
                let is_due = standing.row <= 30;
                Ok::<_, StoreError>(Some(if is_due { day("2026-01-01") } else { day("2027-01-01") }))
            });
            assert_eq!(moved.unwrap() as u64, count);
            writing.commit(&LedgerKey::from_seed(&[1; 32])).unwrap();
            steps(&store, until)
        });
        assert_eq!(measured[0].0, 30);
        assert_eq!(measured[0], measured[1], "one step more would be one for each record");
    }

    #[test]
    fn one_day_is_set_and_taken_back_and_goes_with_its_record() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = with_records(dir.path(), 3);
        let writing = store.write().unwrap();
        let due = || writing.catalog().due_by(day("2026-12-31")).unwrap().len();
        for (date, expected) in [(Some(day("2026-01-01")), 1), (Some(day("2027-01-01")), 0), (None, 0)] {
            writing.set_due(record(1).id, date).unwrap();
            assert_eq!((due(), writing.catalog().record(record(1).id).unwrap().unwrap().due), (expected, date));
        }
        writing.set_due(record(1).id, Some(day("2026-01-01"))).unwrap();
        writing.erase_record(record(1).id).unwrap();
        assert_eq!(due(), 0);
        let left: i64 = writing.catalog.query_row("SELECT count(*) FROM due", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0);
    }
}
