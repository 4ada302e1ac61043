//! Work orders: what is to be disposed of, by whom and how; after its confirmation the record of that.
//!
//! In: the checked policy, where an order stands. Out: a job for the typesetter. The rule it keeps: an order that is not
//! confirmed never says that anything was destroyed; methods and conditions are those that the order was made with.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{NoticeError, day_in_words, visible};
use crate::Digest;
use crate::calendar::{self, Date, Instant};
use crate::policy::{Officer, PolicySet, ReEntrustment, Text};
use crate::publish::typeset::Job;
use crate::retention::order::{Listed, OrderState};

/// Its template.
const TEMPLATE: &str = "notices/work-order.typ";

/// Writes an order, or the record of what became of it.
///
/// # Errors
/// Fails where a date cannot be printed.
pub fn work_order(
    policy: &PolicySet,
    imprint: (Option<&str>, Digest),
    state: &OrderState,
    language: &str,
    files: &BTreeMap<String, Vec<u8>>,
    at: Instant,
) -> Result<Job, NoticeError> {
    let writing = Writing { policy, state, language };
    let (order, organization) = (&state.order, &policy.organization);
    let number = writing.number()?;
    let entrustment = policy.entrustments.iter().find(|one| Some(&one.id) == order.entrustment.as_ref());
    let contractor = entrustment.and_then(|work| policy.party(&work.to));
    let short = |text: &str| text.chars().take(12).collect::<String>();
    let data = json!({
        "id": state.id,
        "number": number,
        "step": state.step(),
        "date": writing.day(state.confirmed.as_ref().map_or(order.day, |confirmed| confirmed.on))?,
        "ordered-on": writing.day(order.day)?,
        "sender": {
            "name": writing.say(&organization.name),
            "short-name": writing.say(&organization.short_name),
            "address": writing.say(&organization.address),
            "representative": writing.officer(&organization.representative),
        },
        "privacy-officer": writing.officer(&organization.privacy_officer),
        "contractor": contractor.map(|party| json!({
            "name": writing.say(&party.name),
            "address": party.address.as_ref().map(|text| writing.say(text)),
            "representative": party.representative.as_ref().map(|one| writing.officer(one)),
        })),
        "work": entrustment.map(|work| json!({
            "title": writing.say(&work.title),
            "re-entrustment": match work.re_entrustment {
                ReEntrustment::None => "none",
                ReEntrustment::WithPermission => "with-permission",
                ReEntrustment::Allowed => "allowed",
            },
        })),
        "medium": order.medium,
        "method": order.method,
        "particle": order.particle,
        "before": order.before,
        "by": order.by.filter(|day| *day >= order.day).map(|day| writing.day(day)).transpose()?,
        "plan": order.plan,
        "handed-over": state.handed_over.as_ref().map(|handed| Ok::<Value, NoticeError>(json!({
            "on": writing.day(handed.on)?, "by": handed.by, "expected": writing.day(handed.expected)?,
        }))).transpose()?,
        "confirmed": state.confirmed.as_ref().map(|confirmed| Ok::<Value, NoticeError>(json!({
            "on": writing.day(confirmed.on)?,
            "by": confirmed.by,
            "certificate": confirmed.certificate,
            "certificate-number": confirmed.certificate_number,
            "on-hold": confirmed.items.iter().filter(|item| confirmed.on_hold.contains(&item.record)).map(|item| &item.number).collect::<Vec<_>>(),
        }))).transpose()?,
        "items": writing.items(state.confirmed.as_ref().map_or(&order.items, |confirmed| &confirmed.items))?,
        "contact": organization.contacts.first().map(|contact| json!({
            "title": writing.say(&contact.title),
            "department": contact.department.as_ref().map(|text| writing.say(text)),
            "telephone": contact.telephone,
            "email": contact.email,
        })),
        "imprint": { "commit": imprint.0.map(short), "digest": short(&imprint.1.to_string()) },
    });
    Ok(Job {
        template: TEMPLATE.to_owned(),
        files: files.clone().into(),
        data: visible(data),
        language: language.to_owned(),
        title: format!("{number} - {}", writing.say(&organization.name)),
        at,
        ident: format!("hokan/{}/{language}/{}/{}", organization.id, state.id, state.step()),
    })
}

struct Writing<'a> {
    policy: &'a PolicySet,
    state: &'a OrderState,
    language: &'a str,
}

impl<'a> Writing<'a> {
    fn say(&self, text: &'a Text) -> &'a str {
        text.get(self.language)
    }

    fn day(&self, date: Date) -> Result<String, NoticeError> {
        let named = |source| NoticeError::Date { notice: self.state.id.clone(), source };
        day_in_words(date, self.language).map_err(named)
    }

    fn officer(&self, officer: &'a Officer) -> Value {
        json!({ "title": self.say(&officer.title), "name": self.say(&officer.name) })
    }

    /// The number of the document: a running number that starts anew each fiscal year.
    fn number(&self) -> Result<String, NoticeError> {
        let order = &self.state.order;
        let first = self.policy.organization.fiscal_year_starts.in_year(order.fiscal_year);
        let named = |source| NoticeError::Date { notice: self.state.id.clone(), source };
        match (self.language, first) {
            ("ja", Some(first)) => {
                let year = calendar::japanese_fiscal_year(first).map_err(named)?;
                Ok(format!("{year}　廃棄第{}号", order.number))
            }
            (_, _) => Ok(format!("Disposal order {} of fiscal year {}", order.number, order.fiscal_year)),
        }
    }

    fn items(&self, items: &'a [Listed]) -> Result<Vec<Value>, NoticeError> {
        let row = |item: &'a Listed| {
            let class = self.policy.classes.iter().find(|class| class.id == item.class);
            Ok::<Value, NoticeError>(json!({
                "record": item.record,
                "number": item.number,
                "place": item.place,
                "title": item.title,
                "class": class.map_or(item.class.as_str(), |class| self.say(&class.title)),
                "details": item.details.iter().filter(|(_, text)| !text.is_empty()).collect::<Vec<_>>(),
                "due": self.day(item.due)?,
                "also": item.also,
            }))
        };
        items.iter().map(row).collect()
    }
}
