//! Events: what happened to a subject or a record, as people state it, correct it and take it back.
//!
//! In: who states what, with a salt. Out: rows, and which of them count. The rule it keeps: nothing stated is ever edited.
//! A correction and a withdrawal are rows of their own that name the ledger entry of the one they replace; they stand in
//! its place, not at the end. Each entry names whom it is about by a random id, which the sealed record commits to: a row
//! that is gone from the catalog is noticed, and the ledger still tells nobody who it was about.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Row, params};

use super::catalog::Catalog;
use super::facts::Recorded;
use super::{Pending, StoreError, Writing, commitment};
use crate::calendar::Date;
use crate::ledger::What;
use crate::store::NewRecord;
use crate::{Digest, RecordId};

/// Something that happened to a subject or a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whom or what it is about: a subject, or the id of a record.
    pub subject: String,
    /// The declared event.
    pub event: String,
    /// When it happened; for a withdrawal, what the withdrawn one said.
    pub date: Date,
    /// Who reported it.
    pub by: String,
    /// Whether it is new, or replaces another.
    pub stated: Stated,
    /// The salt of its commitment.
    pub salt: [u8; 16],
}

/// How an event is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated {
    /// For the first time.
    Added,
    /// With another date than the one of this ledger entry had.
    Corrected {
        /// The ledger entry of the event it replaces.
        of: u64,
        /// Why.
        reason: String,
    },
    /// The event of this ledger entry never happened.
    Withdrawn {
        /// The ledger entry of the event it takes back.
        of: u64,
        /// Why.
        reason: String,
    },
}

impl Stated {
    /// Returns the ledger entry of the event it replaces.
    pub fn of(&self) -> Option<u64> {
        match self {
            Stated::Added => None,
            Stated::Corrected { of, .. } | Stated::Withdrawn { of, .. } => Some(*of),
        }
    }

    /// Returns why it replaces another.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Stated::Added => None,
            Stated::Corrected { reason, .. } | Stated::Withdrawn { reason, .. } => Some(reason),
        }
    }

    fn is_withdrawal(&self) -> bool {
        matches!(self, Stated::Withdrawn { .. })
    }
}

impl Event {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let Event { subject, event, date, by, stated, salt } = self;
        let fact = match stated {
            Stated::Added => serde_json::json!({ "by": by, "date": date, "event": event, "subject": subject }),
            Stated::Corrected { of, reason } => serde_json::json!({
                "by": by, "corrects": of, "date": date, "event": event, "reason": reason, "subject": subject }),
            Stated::Withdrawn { of, reason } => serde_json::json!({
                "by": by, "event": event, "reason": reason, "subject": subject, "withdraws": of }),
        };
        commitment(salt, &fact)
    }

    /// Returns what its ledger entry says; `about` stands for whom it is about.
    pub fn what(&self, about: Option<RecordId>) -> What {
        let fact = self.commitment();
        match &self.stated {
            Stated::Added => What::EventAdded { about, fact },
            Stated::Corrected { of, .. } => What::EventCorrected { about, event: *of, fact },
            Stated::Withdrawn { of, .. } => What::EventWithdrawn { about, event: *of, fact },
        }
    }
}

/// An event with its ledger entry, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The index of its ledger entry, by which people name it.
    pub entry: u64,
    /// What was stated.
    pub event: Event,
    /// The entry of the event that replaces it, where one does.
    pub replaced_by: Option<u64>,
    /// Whether it is the one that counts: of each event of a subject the one stated last.
    pub counts: bool,
}

const COLUMNS: &str = "subject, event, date, who, salt, replaces, reason, withdrawn";

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Event, StoreError>> {
    let date: String = row.get(2)?;
    let (replaces, reason): (Option<i64>, Option<String>) = (row.get(5)?, row.get(6)?);
    let is_withdrawal: bool = row.get(7)?;
    let stated = match (replaces, reason, is_withdrawal) {
        (Some(of), Some(reason), false) => Some(Stated::Corrected { of: of.unsigned_abs(), reason }),
        (Some(of), Some(reason), true) => Some(Stated::Withdrawn { of: of.unsigned_abs(), reason }),
        (None, None, false) => Some(Stated::Added),
        _ => None,
    };
    let damaged = |column| StoreError::Damaged { column, key: "events".to_owned() };
    let (subject, event, by, salt) = (row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?);
    let date = date.parse().map_err(|_| damaged("date"));
    let stated = stated.ok_or_else(|| damaged("replaces"));
    Ok(date.and_then(|date| Ok(Event { subject, event, date, by, stated: stated?, salt })))
}

impl Catalog<'_> {
    fn events_where(
        &self,
        condition: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<(i64, Option<u64>, Event)>, StoreError> {
        let sql = format!("SELECT {COLUMNS}, id, entry FROM events WHERE {condition} ORDER BY entry, id");
        let mut statement = self.connection().prepare_cached(&sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map(values, |row| {
            let entry: Option<i64> = row.get(9)?;
            Ok((row.get(8)?, entry.map(i64::unsigned_abs), read(row)?))
        });
        let rows: Vec<(i64, Option<u64>, _)> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        rows.into_iter().map(|(row, entry, event)| Ok((row, entry, event?))).collect()
    }

    /// Returns the events that count for `subject`: of each event the one stated last, ledger entry there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn events_of(&self, subject: &str) -> Result<Vec<Listed>, StoreError> {
        Ok(self.events(Some(subject))?.into_iter().filter(|listed| listed.counts).collect())
    }

    /// Returns the events about `subject`, or all of them, with what became of each.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn events(&self, subject: Option<&str>) -> Result<Vec<Listed>, StoreError> {
        let rows = match subject {
            Some(subject) => self.events_where("entry IS NOT NULL AND subject = ?1", &[&subject])?,
            None => self.events_where("entry IS NOT NULL", &[])?,
        };
        Ok(listed(rows.into_iter().filter_map(|(_, entry, event)| Some((entry?, event))).collect()))
    }

    /// Returns the event that was entered as `entry`, with what became of it.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn event(&self, entry: u64) -> Result<Option<Listed>, StoreError> {
        let found = self.events_where("entry = ?1", &[&entry.cast_signed()])?.pop();
        let Some((_, _, event)) = found else { return Ok(None) };
        Ok(self.events(Some(&event.subject))?.into_iter().find(|listed| listed.entry == entry))
    }

    /// Returns every event that has a ledger entry, with its commitment recomputed.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn event_facts(&self, subject: Option<&str>) -> Result<Vec<Recorded>, StoreError> {
        let listed = self.events(subject)?.into_iter();
        let fact =
            |it: Listed| Recorded { what: "event".to_owned(), entry: it.entry, commitment: it.event.commitment() };
        Ok(listed.map(fact).collect())
    }

    /// Returns the events that wait for their ledger entry, by row.
    pub(super) fn pending_events(&self) -> Result<Vec<(i64, Event)>, StoreError> {
        let rows = self.events_where("entry IS NULL", &[])?;
        Ok(rows.into_iter().map(|(row, _, event)| (row, event)).collect())
    }

    /// Returns the random id that stands for a subject in the ledger, where one was given.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn handle(&self, subject: &str) -> Result<Option<RecordId>, StoreError> {
        let sql = "SELECT handle FROM subjects WHERE subject = ?1 AND handle IS NOT NULL
            UNION ALL SELECT handle FROM consents WHERE member = ?1 LIMIT 1";
        let found = self.connection().query_row(sql, [subject], |row| row.get::<_, String>(0)).optional();
        let damaged = |_| StoreError::Damaged { column: "handle", key: "subjects".to_owned() };
        found.map_err(|e| self.fail(e))?.map(|text| text.parse().map_err(damaged)).transpose()
    }
}

/// Says what became of each event; `events` are in the order of their entries.
fn listed(events: Vec<(u64, Event)>) -> Vec<Listed> {
    let replaced: BTreeMap<u64, u64> =
        events.iter().filter_map(|(entry, event)| Some((event.stated.of()?, *entry))).collect();
    // A correction stands in the place of what it corrects.
    let mut places: BTreeMap<u64, u64> = BTreeMap::new();
    let mut last: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for (entry, event) in &events {
        let place = event.stated.of().map_or(*entry, |of| places.get(&of).copied().unwrap_or(of));
        places.insert(*entry, place);
        if replaced.contains_key(entry) || event.stated.is_withdrawal() {
            continue;
        }
        let latest = last.entry((event.subject.clone(), event.event.clone())).or_insert((place, *entry));
        if place >= latest.0 {
            *latest = (place, *entry);
        }
    }
    let counting: BTreeSet<u64> = last.into_values().map(|(_, entry)| entry).collect();
    let list = events.into_iter().map(|(entry, event)| Listed {
        entry,
        event,
        replaced_by: replaced.get(&entry).copied(),
        counts: counting.contains(&entry),
    });
    list.collect()
}

impl Pending<'_> {
    /// Adds an event and returns its row.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_event(&self, event: &Event) -> Result<i64, StoreError> {
        insert(&self.catalog, event, None).map_err(|e| self.paths.catalog(e))
    }

    /// Returns the random ids that stand for these subjects in the ledger; `make` makes one for a subject without.
    ///
    /// # Errors
    /// Fails as the database does, or as `make` does.
    pub fn handles<E: From<StoreError>>(
        &self,
        subjects: &[String],
        mut make: impl FnMut() -> Result<RecordId, E>,
    ) -> Result<BTreeMap<String, RecordId>, E> {
        let mut handles = BTreeMap::new();
        for subject in subjects {
            let handle = match self.catalog().handle(subject)? {
                Some(handle) => handle,
                None => make()?,
            };
            handles.insert(subject.clone(), handle);
        }
        Ok(handles)
    }
}

fn insert(connection: &rusqlite::Connection, event: &Event, entry: Option<u64>) -> rusqlite::Result<i64> {
    let of = event.stated.of().map(u64::cast_signed);
    let sql = format!("INSERT INTO events({COLUMNS}, entry) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    let values = params![
        event.subject,
        event.event,
        event.date.to_string(),
        event.by,
        event.salt,
        of,
        event.stated.reason(),
        event.stated.is_withdrawal(),
        entry.map(u64::cast_signed)
    ];
    connection.prepare_cached(&sql)?.execute(values)?;
    Ok(connection.last_insert_rowid())
}

impl Writing<'_> {
    /// Notes the ledger entry of an event.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn event_entered(&self, row: i64, entry: u64) -> Result<(), StoreError> {
        self.mark("UPDATE events SET entry = ?2 WHERE id = ?1", params![row, entry.cast_signed()])
    }

    /// Adds an event as if it had been entered: for looking at what it would do, before everything is dropped again.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn suppose_event(&self, event: &Event, entry: u64) -> Result<(), StoreError> {
        insert(&self.catalog, event, Some(entry)).map(drop).map_err(|e| self.paths.catalog(e))
    }

    /// Whether the events about a record and its subjects are those the ledger has: none altered, none gone (I6).
    ///
    /// # Errors
    /// Fails as the databases do.
    pub fn events_as_committed(&self, record: &NewRecord) -> Result<bool, StoreError> {
        let (catalog, reader) = (self.catalog(), self.reader());
        let own = record.id.to_string();
        let known = record.subjects.iter().map(|subject| (subject, record.handles.get(subject).copied()));
        for (subject, about) in known.chain([(&own, Some(record.id))]) {
            let facts = catalog.event_facts(Some(subject))?;
            for fact in &facts {
                let is_event = |what: &What| {
                    matches!(what, What::EventAdded { .. } | What::EventCorrected { .. } | What::EventWithdrawn { .. })
                };
                let what = reader.entry(fact.entry)?.what;
                if !is_event(&what) || what.fact() != Some(fact.commitment) {
                    return Ok(false);
                }
            }
            let entered = about.map(|about| reader.events_about(about)).transpose()?.unwrap_or_default();
            if entered.iter().any(|entry| !facts.iter().any(|fact| fact.entry == *entry)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, date: &str, stated: Stated) -> Event {
        let (subject, by) = ("M1".to_owned(), "Sato".to_owned());
        Event { subject, event: name.to_owned(), date: date.parse().unwrap(), by, stated, salt: [0; 16] }
    }

    fn counting(events: &[(u64, Event)]) -> Vec<u64> {
        listed(events.to_vec()).into_iter().filter(|it| it.counts).map(|it| it.entry).collect()
    }

    #[test]
    fn a_correction_stands_in_the_place_of_what_it_corrects() {
        let reason = || "typing error".to_owned();
        let mut events = vec![(10, event("audited", "2024-01-01", Stated::Added))];
        events.push((20, event("audited", "2025-01-01", Stated::Added)));
        assert_eq!(counting(&events), [20], "of each event the one stated last counts");
        events.push((30, event("audited", "2024-02-01", Stated::Corrected { of: 10, reason: reason() })));
        assert_eq!(counting(&events), [20], "an older one was corrected");
        events.push((40, event("audited", "2025-02-01", Stated::Corrected { of: 20, reason: reason() })));
        assert_eq!(counting(&events), [40]);
        events.push((50, event("audited", "2025-02-01", Stated::Withdrawn { of: 40, reason: reason() })));
        assert_eq!(counting(&events), [30], "without the last one the one before counts again");
        let replaced: Vec<Option<u64>> = listed(events).into_iter().map(|it| it.replaced_by).collect();
        assert_eq!(replaced, [Some(30), Some(40), None, Some(50), None]);
    }

    #[test]
    fn what_is_committed_to_tells_a_correction_from_an_addition() {
        let plain = event("moved", "2024-01-01", Stated::Added);
        let reason = "why".to_owned();
        let corrected = Event { stated: Stated::Corrected { of: 1, reason: reason.clone() }, ..plain.clone() };
        let withdrawn = Event { stated: Stated::Withdrawn { of: 1, reason }, ..plain.clone() };
        let all = BTreeSet::from([plain.commitment(), corrected.commitment(), withdrawn.commitment()]);
        assert_eq!(all.len(), 3);
    }
}
