//! The rows of records that get another header, and the group of them that is being worked on.
//!
//! In: records and digests. Out: rows. The rule it keeps: a row names the header that the newest entry names, and the
//! group is noted before the first file of it is written, so that a stop finds what it left without searching.

use rusqlite::{Connection, params};

use super::{Catalog, Paths, Pending, StoreError, Writing};
use crate::{Digest, RecordId};

/// Where the catalog notes the records whose headers are being exchanged, one a line.
const GROUP: &str = "rekeying";

impl Catalog<'_> {
    /// Returns the records whose headers were being exchanged when it was noted last.
    ///
    /// # Errors
    /// Fails as the database does, or when the note is damaged.
    pub fn rekeying(&self) -> Result<Vec<RecordId>, StoreError> {
        let damaged = |_| StoreError::Damaged { column: "value", key: GROUP.to_owned() };
        let text = self.meta(GROUP)?.unwrap_or_default();
        text.lines().map(|line| line.parse().map_err(damaged)).collect()
    }
}

impl Pending<'_> {
    /// Notes the records whose headers are exchanged next; none when that is over.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn set_rekeying(&self, records: &[RecordId]) -> Result<(), StoreError> {
        let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
        self.set_meta(GROUP, &lines.join("\n"))
    }
}

impl Writing<'_> {
    /// Notes the header that a ledger entry of this transaction names for a record.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn record_rekeyed(&self, record: RecordId, header: Digest) -> Result<(), StoreError> {
        put_header(&self.catalog, &self.paths, record, header).map(drop)
    }
}

/// Returns how many rows there were to change.
pub(super) fn put_header(
    connection: &Connection,
    paths: &Paths,
    record: RecordId,
    header: Digest,
) -> Result<usize, StoreError> {
    let sql = "UPDATE records SET header = ?2 WHERE id = ?1";
    let values = params![record.to_string(), header.to_string()];
    connection.prepare_cached(sql).and_then(|mut update| update.execute(values)).map_err(|e| paths.catalog(e))
}
