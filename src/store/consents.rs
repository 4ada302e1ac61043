//! The register of consents: what members said about the items of `consent`.
//!
//! In: who said what about which item, since when, on what evidence, with a salt. Out: rows. The rule it keeps: rows are
//! added and never changed; a statement counts from its ledger entry on, which names the member by a random id, so that a
//! row that is gone is noticed while anything about the member is held.

use rusqlite::{Row, params};

use super::catalog::Catalog;
use super::facts::Recorded;
use super::{Pending, StoreError, Writing, commitment};
use crate::calendar::Date;
use crate::{Digest, RecordId};

/// What a member said about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// Yes.
    Granted,
    /// No, or not for now.
    Objected,
    /// What was said before holds no more: it is as if nothing had been said.
    Withdrawn,
}

impl Choice {
    const ALL: [Choice; 3] = [Choice::Granted, Choice::Objected, Choice::Withdrawn];

    /// Returns the word it is written with.
    pub fn as_str(self) -> &'static str {
        match self {
            Choice::Granted => "granted",
            Choice::Objected => "objected",
            Choice::Withdrawn => "withdrawn",
        }
    }
}

/// One statement of a member about an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentStatement {
    /// The member.
    pub member: String,
    /// The item of `consent`.
    pub item: String,
    /// What they said.
    pub choice: Choice,
    /// The day on which they said it.
    pub said: Date,
    /// The day from which it holds.
    pub since: Date,
    /// The record that shows it.
    pub evidence: Option<RecordId>,
    /// Who entered it.
    pub by: String,
    /// The random id that stands for the member in the ledger.
    pub handle: RecordId,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

impl ConsentStatement {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let mut fact = serde_json::json!({ "by": self.by, "choice": self.choice.as_str(), "item": self.item,
            "member": self.member, "said": self.said, "since": self.since });
        if let Some(evidence) = self.evidence {
            fact["evidence"] = evidence.to_string().into();
        }
        commitment(&self.salt, &fact)
    }
}

const COLUMNS: &str = "member, item, choice, said, since, evidence, who, handle, salt, entry, id";

fn read(row: &Row<'_>) -> rusqlite::Result<Option<(i64, ConsentStatement)>> {
    let text = |n: usize| row.get::<_, String>(n);
    let (choice, evidence) = (text(2)?, row.get::<_, Option<String>>(5)?);
    let evidence = evidence.map(|id| id.parse()).transpose();
    let choice = Choice::ALL.into_iter().find(|known| known.as_str() == choice);
    let (said, since, handle) = (text(3)?.parse(), text(4)?.parse(), text(7)?.parse());
    let (member, item, by, salt, id) = (row.get(0)?, row.get(1)?, row.get(6)?, row.get(8)?, row.get(10)?);
    let entry = row.get::<_, Option<i64>>(9)?.map(i64::unsigned_abs);
    Ok(match (choice, said, since, evidence, handle) {
        (Some(choice), Ok(said), Ok(since), Ok(evidence), Ok(handle)) => {
            Some((id, ConsentStatement { member, item, choice, said, since, evidence, by, handle, salt, entry }))
        }
        _ => None,
    })
}

impl Catalog<'_> {
    fn consents_where(
        &self,
        condition: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<(i64, ConsentStatement)>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM consents WHERE {condition} ORDER BY entry, id");
        // A statement that cannot be read says nobody knows what: nothing goes on.
        let damaged = || StoreError::Damaged { column: "choice", key: "consents".to_owned() };
        self.select(&sql, values, read)?.into_iter().map(|row| row.ok_or_else(damaged)).collect()
    }

    /// Returns every statement that counts, in the order they were entered.
    ///
    /// # Errors
    /// Fails as the database does, and where a row cannot be read.
    pub fn consents(&self) -> Result<Vec<ConsentStatement>, StoreError> {
        Ok(self.consents_where("entry IS NOT NULL", &[])?.into_iter().map(|(_, statement)| statement).collect())
    }

    /// Returns whether a random id stands for somebody who is known by a record or a statement.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn knows_handle(&self, handle: RecordId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS(SELECT 1 FROM subjects WHERE handle = ?1)
            OR EXISTS(SELECT 1 FROM consents WHERE handle = ?1)";
        let found = self.select(sql, &[&handle.to_string()], |row| row.get(0))?;
        Ok(found.first().copied().unwrap_or_default())
    }

    /// Returns whether any record is about a member, besides one.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn is_subject_besides(&self, member: &str, but: Option<RecordId>) -> Result<bool, StoreError> {
        let but = but.map(|id| id.to_string()).unwrap_or_default();
        let sql = "SELECT EXISTS(SELECT 1 FROM subjects WHERE subject = ?1 AND record <> ?2)";
        let found = self.select(sql, &[&member, &but], |row| row.get(0))?;
        Ok(found.first().copied().unwrap_or_default())
    }

    /// Returns the statements that wait for their entry, by row.
    pub(super) fn waiting_consents(&self) -> Result<Vec<(i64, ConsentStatement)>, StoreError> {
        self.consents_where("entry IS NULL", &[])
    }

    /// Returns every statement that has an entry, with its commitment recomputed.
    pub(super) fn recorded_consents(&self) -> Result<Vec<Recorded>, StoreError> {
        let fact = |it: ConsentStatement| {
            let commitment = it.commitment();
            Some(Recorded { what: "statement about consent".to_owned(), entry: it.entry?, commitment })
        };
        Ok(self.consents()?.into_iter().filter_map(fact).collect())
    }
}

impl Pending<'_> {
    /// Adds a statement and returns its row.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_consent(&self, statement: &ConsentStatement) -> Result<i64, StoreError> {
        let sql = "INSERT INTO consents(member, item, choice, said, since, evidence, who, handle, salt)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let values = params![
            statement.member,
            statement.item,
            statement.choice.as_str(),
            statement.said.to_string(),
            statement.since.to_string(),
            statement.evidence.map(|id| id.to_string()),
            statement.by,
            statement.handle.to_string(),
            statement.salt
        ];
        self.run(sql, values)?;
        Ok(self.catalog.last_insert_rowid())
    }
}

impl Writing<'_> {
    /// Notes the ledger entry of a statement.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn consent_entered(&self, row: i64, entry: u64) -> Result<(), StoreError> {
        self.mark("UPDATE consents SET entry = ?2 WHERE id = ?1", params![row, entry.cast_signed()])
    }
}
