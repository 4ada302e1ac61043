//! What changes of records and policies: rows are added pending, marked by their entries, erased.
//!
//! In: a record with its files, an accepted policy, an index of the ledger. Out: rows. The rule it keeps: what is pending
//! counts for nothing but to be finished or dropped, and of what is erased nothing is left in any table.

use rusqlite::{Connection, params};

use super::{Catalog, NewRecord, Origin};
use crate::calendar::Date;
use crate::store::{Paths, Pending, StoreError, Version, Writing, due, letters};
use crate::{Digest, RecordId};

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
        self.insert_record(record, Some(origin), due)
    }

    /// Adds a record that comes from no file, before its ledger entry is there.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_sealed(&self, record: &NewRecord, due: Option<Date>) -> Result<(), StoreError> {
        self.insert_record(record, None, due)
    }

    fn insert_record(&self, record: &NewRecord, origin: Option<&Origin>, due: Option<Date>) -> Result<(), StoreError> {
        let fail = |e| self.paths.catalog(e);
        let sql = "INSERT INTO records(id, class, state, name, bytes, body, header, rule, persistent, salt, letter,
                path, sidecar, device, inode, plaintext, sidecar_digest)
            VALUES(?1, ?2, 'pending', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        let id = record.id.to_string();
        let sidecar = origin.and_then(|origin| origin.sidecar.as_ref());
        let values = params![
            id,
            record.class,
            record.name,
            record.bytes.cast_signed(),
            record.body.to_string(),
            record.header.to_string(),
            record.rule.to_string(),
            record.persistent,
            record.salt,
            record.letter.map(|letter| letter.to_string()),
            origin.map(|origin| &origin.path),
            sidecar.map(|(path, _)| path),
            origin.map(|origin| origin.device.cast_signed()),
            origin.map(|origin| origin.inode.cast_signed()),
            origin.map(|origin| origin.plaintext.to_string()),
            sidecar.map(|(_, digest)| digest.to_string())
        ];
        self.catalog.prepare_cached(sql).and_then(|mut insert| insert.execute(values)).map_err(fail)?;
        due::put(&self.catalog, self.catalog.last_insert_rowid(), &record.class, due).map_err(fail)?;
        let subject = "INSERT INTO subjects(record, subject, handle) VALUES(?1, ?2, ?3)";
        for name in &record.subjects {
            let values = params![id, name, record.handles.get(name).map(ToString::to_string)];
            self.catalog.prepare_cached(subject).and_then(|mut s| s.execute(values)).map_err(fail)?;
        }
        let date = "INSERT INTO dates(record, name, date) VALUES(?1, ?2, ?3)";
        for (name, day) in &record.dates {
            let values = [&id, name, &day.to_string()];
            self.catalog.prepare_cached(date).and_then(|mut s| s.execute(values)).map_err(fail)?;
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
        for table in [
            "subjects",
            "dates",
            "openings",
            "kept",
            "items",
            "early",
            "early_withdrawals",
            "successors",
            "print_files",
        ] {
            run(&format!("DELETE FROM {table} WHERE record = ?1"))?;
        }
        // The number of a letter that never counted comes free; that of one which is destroyed stays taken.
        run("DELETE FROM letters WHERE record = ?1 AND entry IS NULL")?;
        // A claim of what was never taken in; a run that has letters is given up by itself.
        run("DELETE FROM letter_runs WHERE record = ?1 AND claimed <> 0 AND finished = 0
            AND NOT EXISTS (SELECT 1 FROM letters WHERE letters.run = letter_runs.id)")?;
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
pub(in crate::store) fn record_sealed(
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
pub(in crate::store) fn policy_accepted(
    connection: &Connection,
    paths: &Paths,
    digest: Digest,
    entry: u64,
) -> Result<usize, StoreError> {
    let sql = "UPDATE policies SET entry = ?2 WHERE digest = ?1";
    connection.execute(sql, params![digest.to_string(), entry.cast_signed()]).map_err(|e| paths.catalog(e))
}

pub(in crate::store) fn erase_record(connection: &Connection, paths: &Paths, id: RecordId) -> Result<(), StoreError> {
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
