//! Holds: what they cover, who answers for them, when they are looked at again, and their release.
//!
//! In: what people state about holds, with a salt. Out: rows. The rule it keeps: a hold counts from its first commit on;
//! its release and a new review date count from their ledger entries on.

use std::collections::BTreeMap;
use std::fmt;

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::catalog::Catalog;
use super::commitment;
use super::{Pending, StoreError, Writing};
use crate::calendar::{Date, Days, Instant};
use crate::ledger::{Entry, What};
use crate::{Digest, RecordId};

/// What a hold covers, now and among what arrives later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One record, by id.
    Record(RecordId),
    /// Every record about a subject.
    Subject(String),
    /// Every record of a class.
    Class(String),
    /// Every record whose name, its path below `records`, matches a glob.
    Path(String),
    /// Every record that meets all of several conditions.
    Query(Query),
}

/// Conditions on records, all of which must be met; at least one is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Query {
    /// Of this class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// About this subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// With a name that matches this glob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Taken in on one of these days, in the organization's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_in: Option<Days>,
    /// Came with these dates, by declared name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dates: BTreeMap<String, Days>,
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [("class", &self.class), ("subject", &self.subject), ("path", &self.path)];
        let named = named.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
        let taken_in = self.taken_in.map(|days| format!("taken in {days}"));
        let dates = self.dates.iter().map(|(name, days)| format!("{name} {days}"));
        let all: Vec<String> = named.chain(taken_in).chain(dates).collect();
        f.write_str(&all.join(", "))
    }
}

impl Scope {
    /// Returns the kind of scope as it is written: `record`, `subject`, `class`, `path` or `query`.
    pub fn kind(&self) -> &'static str {
        match self {
            Scope::Record(_) => "record",
            Scope::Subject(_) => "subject",
            Scope::Class(_) => "class",
            Scope::Path(_) => "path",
            Scope::Query(_) => "query",
        }
    }

    /// Returns what is covered as it is stored: an id, a subject, a class, a glob, or a query as canonical JSON.
    pub fn target(&self) -> String {
        match self {
            Scope::Record(id) => id.to_string(),
            Scope::Subject(target) | Scope::Class(target) | Scope::Path(target) => target.clone(),
            Scope::Query(query) => {
                let value = serde_json::to_value(query).expect("texts and days are always JSON");
                let bytes = crate::ledger::canonical(&value).expect("a query holds texts alone");
                String::from_utf8_lossy(&bytes).into_owned()
            }
        }
    }

    fn read(kind: &str, target: String) -> Option<Scope> {
        match kind {
            "record" => target.parse().ok().map(Scope::Record),
            "subject" => Some(Scope::Subject(target)),
            "class" => Some(Scope::Class(target)),
            "path" => Some(Scope::Path(target)),
            "query" => serde_json::from_str(&target).ok().map(Scope::Query),
            _ => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Query(query) => write!(f, "{query}"),
            other => write!(f, "{} {}", other.kind(), other.target()),
        }
    }
}

/// A hold: nothing it covers is destroyed until it is released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: String,
    /// What it covers.
    pub scope: Scope,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub by: String,
    /// Who answers for it.
    pub owner: String,
    /// When it was to be looked at again, as it was placed; nothing for holds of earlier versions.
    pub review: Option<Date>,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry; a hold without one counts all the same.
    pub entry: Option<u64>,
}

impl Hold {
    /// Returns the fact its ledger entry commits to.
    pub fn fact(&self) -> serde_json::Value {
        let mut fact = serde_json::json!({ "by": self.by, "hold": self.id, "reason": self.reason,
            "scope": self.scope.kind(), "target": self.scope.target() });
        // Holds of earlier versions had neither.
        if let Some(review) = self.review {
            fact["owner"] = self.owner.clone().into();
            fact["review"] = review.to_string().into();
        }
        fact
    }

    /// Returns the salted commitment to [`Hold::fact`].
    pub fn commitment(&self) -> Digest {
        commitment(&self.salt, &self.fact())
    }
}

/// The release of a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The hold.
    pub hold: String,
    /// Who released it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
}

impl Release {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        commitment(&self.salt, &serde_json::json!({ "by": self.by, "hold": self.hold, "reason": self.reason }))
    }
}

/// A hold that was looked at and stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldReview {
    /// The hold.
    pub hold: String,
    /// When it is to be looked at again.
    pub review: Date,
    /// Why it stays.
    pub reason: String,
    /// Who looked.
    pub by: String,
    /// The salt of its commitment.
    pub salt: [u8; 16],
}

impl HoldReview {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        let fact =
            serde_json::json!({ "by": self.by, "hold": self.hold, "reason": self.reason, "review": self.review });
        commitment(&self.salt, &fact)
    }
}

/// A hold, and its release with the index of that entry.
pub type Whole = (Hold, Option<(Release, Option<u64>)>);

/// What can be read of a hold's row.
pub struct HoldRow {
    /// Its id.
    pub id: String,
    /// What it covers, where that can be read.
    pub scope: Option<Scope>,
    /// Whether it says that it was released.
    pub is_released: bool,
    /// All of it, where all can be read.
    pub whole: Option<Whole>,
}

impl Catalog<'_> {
    /// Returns the holds in force: those without a release in the ledger, pending ones included.
    ///
    /// # Errors
    /// Fails as the database does, and where a scope cannot be read.
    pub fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        let all = self.all_holds()?.into_iter();
        Ok(all.filter(|(_, release)| !matches!(release, Some((_, Some(_))))).map(|(hold, _)| hold).collect())
    }

    /// Returns the holds that were released, as far as they are still known.
    ///
    /// # Errors
    /// As [`Catalog::holds`].
    pub fn released_holds(&self) -> Result<Vec<Hold>, StoreError> {
        let all = self.all_holds()?.into_iter();
        Ok(all.filter(|(_, release)| matches!(release, Some((_, Some(_))))).map(|(hold, _)| hold).collect())
    }

    /// Returns every hold by id, with its release and the index of that entry.
    ///
    /// # Errors
    /// As [`Catalog::holds`].
    pub fn all_holds(&self) -> Result<Vec<Whole>, StoreError> {
        // A hold that cannot be read covers nobody knows what: nothing goes on.
        let whole = |row: HoldRow| match row.whole {
            Some(whole) => Some(Ok(whole)),
            // One that is released holds nothing any more; the gate asks the ledger whether it is.
            None => (!row.is_released).then(|| Err(StoreError::HoldDamaged(row.id))),
        };
        self.hold_rows()?.into_iter().filter_map(whole).collect()
    }

    /// Returns the row of every hold by id, with what of it can be read.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn hold_rows(&self) -> Result<Vec<HoldRow>, StoreError> {
        let sql = "SELECT id, scope, target, reason, who, owner, review, salt, entry, released_by, released_why,
            release_salt, release_entry FROM holds ORDER BY id";
        self.select(sql, &[], |row| {
            let id: String = row.get(0)?;
            let text = |column| row.get::<_, String>(column).ok();
            let scope = text(1).zip(text(2)).and_then(|(kind, target)| Scope::read(&kind, target));
            let whole = || {
                let (reason, by, owner, salt) = (text(3)?, text(4)?, text(5)?, row.get(7).ok()?);
                let review: Option<String> = row.get(6).ok()?;
                let review = review.map(|day| day.parse::<Date>()).transpose().ok()?;
                let entry = |column| Some(row.get::<_, Option<i64>>(column).ok()?.map(i64::unsigned_abs));
                let hold =
                    Hold { id: id.clone(), scope: scope.clone()?, reason, by, owner, review, salt, entry: entry(8)? };
                let release = match row.get::<_, Option<[u8; 16]>>(11).ok()? {
                    None => None,
                    Some(salt) => {
                        Some((Release { hold: id.clone(), by: text(9)?, reason: text(10)?, salt }, entry(12)?))
                    }
                };
                Some((hold, release))
            };
            let whole = whole();
            let is_released = row.get::<_, Option<i64>>(12)?.is_some();
            Ok(HoldRow { id, scope, is_released, whole })
        })
    }

    /// Returns the reviews of holds whose entry is there, in the order they were stated, with its index.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn hold_reviews(&self) -> Result<Vec<(HoldReview, u64)>, StoreError> {
        let sql =
            "SELECT hold, review, reason, who, salt, entry FROM hold_reviews WHERE entry IS NOT NULL ORDER BY entry";
        let rows = self.select(sql, &[], |row| {
            let parts = (row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            Ok((parts, row.get::<_, i64>(5)?.unsigned_abs()))
        })?;
        let damaged = |_| StoreError::Damaged { column: "review", key: "hold_reviews".to_owned() };
        let read = rows.into_iter().map(|((hold, review, reason, by, salt), entry)| {
            Ok((HoldReview { hold, review: review.parse().map_err(damaged)?, reason, by, salt }, entry))
        });
        read.collect()
    }
}

impl Pending<'_> {
    /// Adds a hold; it counts from this commit on.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_hold(&self, hold: &Hold) -> Result<(), StoreError> {
        let sql = "INSERT INTO holds(id, scope, target, reason, who, owner, review, salt)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let (kind, target) = (hold.scope.kind(), hold.scope.target());
        let review = hold.review.map(|day| day.to_string());
        self.run(sql, params![hold.id, kind, target, hold.reason, hold.by, hold.owner, review, hold.salt])?;
        Ok(())
    }

    /// States a hold anew whose row was lost or altered; it counts from this commit on.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn restate_hold(&self, hold: &Hold) -> Result<(), StoreError> {
        self.run("DELETE FROM holds WHERE id = ?1", params![hold.id])?;
        self.add_hold(hold)
    }

    /// Notes a release; the hold counts until the release has its ledger entry. Returns whether there was such a hold.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_release(&self, release: &Release) -> Result<bool, StoreError> {
        let sql = "UPDATE holds SET released_by = ?2, released_why = ?3, release_salt = ?4
            WHERE id = ?1 AND release_entry IS NULL AND entry IS NOT NULL";
        Ok(self.run(sql, params![release.hold, release.by, release.reason, release.salt])? > 0)
    }

    /// Adds the review of a hold in force and returns its row; nothing where no such hold is in force.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_hold_review(&self, review: &HoldReview) -> Result<Option<i64>, StoreError> {
        let sql = "INSERT INTO hold_reviews(hold, review, reason, who, salt) SELECT id, ?2, ?3, ?4, ?5 FROM holds
            WHERE id = ?1 AND release_entry IS NULL AND entry IS NOT NULL";
        let values = params![review.hold, review.review.to_string(), review.reason, review.by, review.salt];
        Ok((self.run(sql, values)? > 0).then(|| self.catalog.last_insert_rowid()))
    }
}

impl Writing<'_> {
    /// Enters a hold that waits for its entry, as placed.
    ///
    /// # Errors
    /// Fails as the databases do.
    pub fn enter_hold(&mut self, hold: &Hold, at: Instant) -> Result<(), StoreError> {
        let (id, fact) = (hold.id.clone(), hold.commitment());
        self.enter(&hold.id, at, What::HoldPlaced { hold: id, fact })
    }

    /// Enters a hold that waits for its entry and that the ledger has already, as stated anew.
    ///
    /// # Errors
    /// Fails as the databases do.
    pub fn enter_hold_anew(&mut self, hold: &Hold, at: Instant) -> Result<(), StoreError> {
        let (id, fact) = (hold.id.clone(), hold.commitment());
        self.enter(&hold.id, at, What::HoldRestated { hold: id, fact })
    }

    fn enter(&mut self, id: &str, at: Instant, what: What) -> Result<(), StoreError> {
        let entry = self.append(&Entry { at, what })?;
        self.mark("UPDATE holds SET entry = ?2 WHERE id = ?1", params![id, entry.cast_signed()])
    }

    /// Notes the ledger entry of a release: the hold ends here.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn release_entered(&self, id: &str, entry: u64) -> Result<(), StoreError> {
        self.mark("UPDATE holds SET release_entry = ?2 WHERE id = ?1", params![id, entry.cast_signed()])
    }

    /// Notes the ledger entry of a hold's review.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn hold_review_entered(&self, row: i64, entry: u64) -> Result<(), StoreError> {
        self.mark("UPDATE hold_reviews SET entry = ?2 WHERE id = ?1", params![row, entry.cast_signed()])
    }
}
