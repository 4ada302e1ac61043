//! Work orders: how boxes, binders and devices are disposed of, by people.
//!
//! In: what the gate let through, what people state. Out: the facts of the three steps, and where an order stands. The
//! rule it keeps: the words follow the facts: `ordered`, `handed over`, and only after a confirmation `destroyed`.
//!
//! An order is a sweep whose id begins with `order-`: its intents stay open until somebody confirms.

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::ledger::OrderStep;
use crate::store::{OrderFact, StoreError};
use crate::{Digest, RecordId};

/// What the ids of orders begin with.
const PREFIX: &str = "order-";

/// Returns the id of an order made on `day`.
pub fn order_id(day: Date, random: [u8; 4]) -> String {
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{PREFIX}{day}-{random}")
}

/// Returns whether a sweep is a work order: people carry it out, a sweep does not continue it.
pub fn is_order(sweep: &str) -> bool {
    sweep.starts_with(PREFIX)
}

/// One box, binder or device of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Listed {
    /// The record.
    pub record: RecordId,
    /// Its class.
    pub class: String,
    /// The register that tells of it.
    pub register: String,
    /// The number on it.
    pub number: String,
    /// Where it stands.
    pub place: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What else the register says of it.
    pub details: Vec<(String, String)>,
    /// The first day on which its disposal was allowed.
    pub due: Date,
    /// What other registers have under its number; absent where nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
}

/// A thing of the same number in another register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Also {
    /// Its register.
    pub register: String,
    /// Its number, as that register writes it.
    pub number: String,
    /// Whether it is on hold.
    pub on_hold: bool,
}

/// The first step: what is to be disposed of, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Order {
    /// Its running number in the fiscal year.
    pub number: u32,
    /// The year in which that fiscal year begins.
    pub fiscal_year: i32,
    /// When it was made.
    pub day: Date,
    /// `paper` or `device`.
    pub medium: String,
    /// How, such as `shred`.
    pub method: String,
    /// How finely paper is cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub particle: Option<String>,
    /// Before what a device is erased: `disposal` or `lease-return`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The entrustment; none where the organization's own staff does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrustment: Option<String>,
    /// The approved plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Digest>,
    /// The last day of the narrowest window among its records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Date>,
    /// What it lists, by place and number.
    pub items: Vec<Listed>,
}

/// The second step: it left, or the organization's own staff began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HandedOver {
    /// When.
    pub on: Date,
    /// Who handed over.
    pub by: String,
    /// Until when the confirmation is expected.
    pub expected: Date,
    /// What was handed over.
    pub records: Vec<RecordId>,
}

/// The third step: somebody confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Confirmed {
    /// When it was disposed of.
    pub on: Date,
    /// Who checked that.
    pub by: String,
    /// The contractor's certificate, a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<RecordId>,
    /// What the certificate is called by whom it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_number: Option<String>,
    /// What a hold covered by then that was placed after it had left: the hold came too late for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_hold: Vec<RecordId>,
    /// What was disposed of: their numbers are never used again.
    pub items: Vec<Listed>,
}

/// Where an order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderState {
    /// Its id.
    pub id: String,
    /// The first step.
    pub order: Order,
    /// The second.
    pub handed_over: Option<HandedOver>,
    /// The third.
    pub confirmed: Option<Confirmed>,
}

impl OrderState {
    /// Reads the steps of every order.
    ///
    /// # Errors
    /// Fails where a step cannot be read.
    pub fn all(facts: Vec<OrderFact>) -> Result<Vec<OrderState>, StoreError> {
        let mut orders: Vec<OrderState> = Vec::new();
        for fact in facts {
            let damaged = || StoreError::Damaged { column: "orders.fact", key: fact.order.clone() };
            let known = orders.iter_mut().find(|order| order.id == fact.order);
            match (fact.step, known) {
                (OrderStep::Ordered, _) => {
                    let order = serde_json::from_value(fact.fact.clone()).map_err(|_| damaged())?;
                    orders.push(OrderState { id: fact.order, order, handed_over: None, confirmed: None });
                }
                (OrderStep::HandedOver, Some(known)) => {
                    known.handed_over = Some(serde_json::from_value(fact.fact.clone()).map_err(|_| damaged())?);
                }
                (OrderStep::Confirmed, Some(known)) => {
                    known.confirmed = Some(serde_json::from_value(fact.fact.clone()).map_err(|_| damaged())?);
                }
                (OrderStep::HandedOver | OrderStep::Confirmed, None) => return Err(damaged()),
            }
        }
        Ok(orders)
    }

    /// Returns how the ledger names the method: who did it is part of it.
    pub fn method(&self) -> String {
        match self.order.entrustment {
            Some(_) => format!("{}-by-contractor", self.order.method),
            None => self.order.method.clone(),
        }
    }

    /// Returns the step it has reached, as it is printed.
    pub fn step(&self) -> &'static str {
        match (&self.handed_over, &self.confirmed) {
            (_, Some(_)) => "confirmed",
            (Some(_), None) => "handed-over",
            (None, None) => "ordered",
        }
    }

    /// Returns whether its confirmation is late on `day`.
    pub fn is_late(&self, day: Date) -> bool {
        let expected = self.handed_over.as_ref().filter(|_| self.confirmed.is_none()).map(|handed| handed.expected);
        expected.is_some_and(|expected| expected < day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(step: OrderStep, fact: serde_json::Value) -> OrderFact {
        OrderFact { order: "order-1".into(), step, fact, salt: [0; 16], entry: Some(1) }
    }

    #[test]
    fn a_confirmation_is_late_from_the_day_after_it_was_expected_until_it_is_there() {
        let ordered = serde_json::json!({ "number": 1, "fiscal-year": 2026, "day": "2026-11-28", "medium": "paper",
            "method": "shred", "entrustment": "document-destruction", "items": [] });
        let handed = serde_json::json!({ "on": "2026-11-28", "by": "Sato", "expected": "2026-12-28", "records": [] });
        let confirmed = serde_json::json!({ "on": "2027-01-05", "by": "Sato", "items": [] });
        let day = |text: &str| text.parse::<Date>().unwrap();
        let mut facts = vec![fact(OrderStep::Ordered, ordered)];
        let state = |facts: &[OrderFact]| OrderState::all(facts.to_vec()).unwrap().remove(0);
        assert_eq!((state(&facts).step(), state(&facts).is_late(day("2030-01-01"))), ("ordered", false));
        facts.push(fact(OrderStep::HandedOver, handed));
        assert_eq!((state(&facts).step(), state(&facts).is_late(day("2026-12-28"))), ("handed-over", false));
        assert!(state(&facts).is_late(day("2026-12-29")));
        assert_eq!(state(&facts).method(), "shred-by-contractor");
        facts.push(fact(OrderStep::Confirmed, confirmed));
        assert_eq!((state(&facts).step(), state(&facts).is_late(day("2027-02-01"))), ("confirmed", false));
        let lone = vec![fact(OrderStep::Confirmed, serde_json::json!({}))];
        assert!(OrderState::all(lone).is_err(), "a step without the one before it is damage");
    }
}
