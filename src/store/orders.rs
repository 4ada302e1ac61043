//! Work orders: what was listed, handed over and confirmed.
//!
//! In: the fact of each step. Out: rows by order. The rule it keeps: a step is pending until its ledger entry is there;
//! what was listed stays when its records are erased, so that a number that was disposed of is known for ever.

use rusqlite::params;

use super::catalog::Catalog;
use super::facts::Recorded;
use super::{Pending, StoreError, Writing, commitment};
use crate::Digest;
use crate::ledger::OrderStep;

/// One step of a work order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFact {
    /// The order.
    pub order: String,
    /// The step.
    pub step: OrderStep,
    /// What it says, as JSON.
    pub fact: serde_json::Value,
    /// The salt of its commitment.
    pub salt: [u8; 16],
    /// The index of its ledger entry.
    pub entry: Option<u64>,
}

impl OrderFact {
    /// Returns the salted commitment its ledger entry holds.
    pub fn commitment(&self) -> Digest {
        commitment(&self.salt, &self.fact)
    }
}

fn word(step: OrderStep) -> &'static str {
    match step {
        OrderStep::Ordered => "ordered",
        OrderStep::HandedOver => "handed-over",
        OrderStep::Confirmed => "confirmed",
    }
}

fn step(word: &str) -> Option<OrderStep> {
    [OrderStep::Ordered, OrderStep::HandedOver, OrderStep::Confirmed].into_iter().find(|step| self::word(*step) == word)
}

impl Catalog<'_> {
    /// Returns the steps of every work order that have their ledger entry, in the order of the ledger.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn order_facts(&self) -> Result<Vec<OrderFact>, StoreError> {
        self.order_rows("entry IS NOT NULL ORDER BY entry")
    }

    /// Returns the steps that wait for their ledger entry.
    pub(super) fn waiting_order_facts(&self) -> Result<Vec<OrderFact>, StoreError> {
        self.order_rows("entry IS NULL")
    }

    pub(super) fn recorded_orders(&self) -> Result<Vec<Recorded>, StoreError> {
        let recorded = |fact: OrderFact| {
            let what = format!("step `{}` of work order {}", word(fact.step), fact.order);
            fact.entry.map(|entry| Recorded { what, entry, commitment: fact.commitment() })
        };
        Ok(self.order_facts()?.into_iter().filter_map(recorded).collect())
    }

    fn order_rows(&self, condition: &str) -> Result<Vec<OrderFact>, StoreError> {
        let sql = format!("SELECT id, step, fact, salt, entry FROM orders WHERE {condition}");
        let mut statement = self.connection().prepare_cached(&sql).map_err(|e| self.fail(e))?;
        let rows = statement.query_map([], |row| {
            let texts: (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((texts, row.get::<_, [u8; 16]>(3)?, row.get::<_, Option<i64>>(4)?))
        });
        let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(|e| self.fail(e))?;
        let read = |((order, word, fact), salt, entry): ((String, String, String), [u8; 16], Option<i64>)| {
            let damaged = |column| StoreError::Damaged { column, key: order.clone() };
            let step = step(&word).ok_or_else(|| damaged("orders.step"))?;
            let fact = serde_json::from_str(&fact).map_err(|_| damaged("orders.fact"))?;
            Ok(OrderFact { order, step, fact, salt, entry: entry.map(i64::unsigned_abs) })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Pending<'_> {
    /// Adds a step that waits for its ledger entry; one that waited already is replaced.
    ///
    /// # Errors
    /// Fails as the database does.
    pub fn add_order_fact(&self, fact: &OrderFact) -> Result<(), StoreError> {
        let sql = "INSERT INTO orders(id, step, fact, salt) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(id, step) DO UPDATE SET
            fact = excluded.fact, salt = excluded.salt WHERE entry IS NULL";
        let values = params![fact.order, word(fact.step), fact.fact.to_string(), fact.salt];
        self.catalog.execute(sql, values).map(drop).map_err(|e| self.paths.catalog(e))
    }
}

impl Writing<'_> {
    /// Notes the ledger entry of a step.
    ///
    /// # Errors
    /// Fails as the database does, with `Dropped` where the step is not there any more.
    pub fn order_entered(&self, fact: &OrderFact, entry: u64) -> Result<(), StoreError> {
        let sql = "UPDATE orders SET entry = ?3 WHERE id = ?1 AND step = ?2 AND salt = ?4 AND entry IS NULL";
        let values = params![fact.order, word(fact.step), entry.cast_signed(), fact.salt];
        match self.catalog.execute(sql, values).map_err(|e| self.paths.catalog(e))? {
            0 => Err(StoreError::Dropped),
            _ => Ok(()),
        }
    }
}
