//! The sheet of a plan: what planner and approvers read before they sign the file.
//!
//! In: the checked policy, what the plan lists. Out: a [`Job`]. The rule it keeps: ids, classes and days, never what a
//! record is called or whom it is about: who must know that asks hokan for the record by its id.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{NoticeError, day_in_words, visible};
use crate::calendar::{Date, Instant};
use crate::policy::PolicySet;
use crate::publish::typeset::Job;

/// The most records whose ids are printed; the file lists all of them, and the sheet carries its digest.
pub const MOST_PRINTED: usize = 5_000;

/// The template.
const TEMPLATE: &str = "notices/disposal-plan.typ";

/// What a plan lists.
pub struct Sheet {
    /// The digest of the plan's file.
    pub digest: String,
    /// The ledger it is for.
    pub ledger: String,
    /// When it was made.
    pub made: Instant,
    /// The day up to which records fall due to stand in it.
    pub day: Date,
    /// The planner's name.
    pub planner: String,
    /// The fingerprint of the planner's key.
    pub fingerprint: String,
    /// The commit of the policy it was made under.
    pub commit: Option<String>,
    /// The digest of that policy.
    pub policy: String,
    /// How many approvers each class needs.
    pub needed: BTreeMap<String, usize>,
    /// Each record, by id.
    pub records: Vec<Row>,
}

/// A record in the list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub record: String,
    /// Its class.
    pub class: String,
    /// The first day on which its disposal is allowed.
    pub due: Date,
    /// Whether that day is before its rule's own, because somebody asked.
    pub is_early: bool,
}

/// Writes the sheet of a plan as a document.
///
/// # Errors
/// Fails when a day cannot be printed in `language`.
pub fn sheet(
    policy: &PolicySet,
    sheet: &Sheet,
    language: &str,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Job, NoticeError> {
    let organization = &policy.organization;
    let day = |date| {
        day_in_words(date, language).map_err(|source| NoticeError::Date { notice: "disposal-plan".to_owned(), source })
    };
    let printed = sheet.records.iter().take(MOST_PRINTED);
    let short = |text: &str| text.chars().take(12).collect::<String>();
    let data = json!({
        "sender": organization.name.get(language),
        "digest": sheet.digest,
        "ledger": sheet.ledger,
        "made": organization.time_zone.minute(sheet.made),
        "time-zone": organization.time_zone,
        "day": day(sheet.day)?,
        "planner": sheet.planner,
        "fingerprint": sheet.fingerprint,
        "policy": { "commit": sheet.commit, "digest": sheet.policy },
        "count": sheet.records.len(),
        "early": sheet.records.iter().filter(|row| row.is_early).count(),
        "classes": classes(policy, sheet, language, &day)?,
        "records": printed.map(|row| json!([row.record, row.class, row.due, row.is_early])).collect::<Vec<_>>(),
        "not-printed": sheet.records.len().saturating_sub(MOST_PRINTED),
        "imprint": { "commit": sheet.commit.as_deref().map(short), "digest": short(&sheet.policy) },
    });
    let name = organization.name.get(language);
    let title = if language == "ja" { format!("廃棄計画書 - {name}") } else { format!("Disposal plan - {name}") };
    Ok(Job {
        template: TEMPLATE.to_owned(),
        files: files.clone().into(),
        data: visible(data),
        language: language.to_owned(),
        title,
        at: sheet.made,
        ident: format!("hokan/{}/{language}/plan/{}", organization.id, sheet.digest),
    })
}

fn classes(
    policy: &PolicySet,
    sheet: &Sheet,
    language: &str,
    day: &impl Fn(Date) -> Result<String, NoticeError>,
) -> Result<Vec<Value>, NoticeError> {
    let mut days: BTreeMap<&str, Vec<Date>> = BTreeMap::new();
    sheet.records.iter().for_each(|row| days.entry(&row.class).or_default().push(row.due));
    let mut rows = Vec::new();
    for (id, days) in days {
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { continue };
        let title = policy.class(id).map_or(id, |class| class.title.get(language));
        let needed = sheet.needed.get(id).copied().unwrap_or(1);
        rows.push(json!({
            "class": id, "title": title, "count": days.len(), "first": day(*first)?, "last": day(*last)?,
            "needed": needed,
        }));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::sample;
    use crate::publish::templates::Templates;
    use crate::publish::typeset::print_here;

    fn of(records: usize) -> Sheet {
        let id = |n: usize| format!("01a20546-9eed-777d-80a1-{n:012x}");
        let due = "2025-04-01".parse().unwrap();
        let row = |n| Row { record: id(n), class: "receipts".to_owned(), due, is_early: n % 7 == 0 };
        Sheet {
            digest: "ab".repeat(32),
            ledger: "hokan/minato-kenpo/00112233aabbccdd".into(),
            made: Instant::from_micros(1_795_348_800_000_000),
            day: "2026-12-01".parse().unwrap(),
            planner: "記録管理担当".into(),
            fingerprint: "SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG".into(),
            commit: None,
            policy: "cd".repeat(32),
            needed: BTreeMap::from([("receipts".to_owned(), 2)]),
            records: (0..records).map(row).collect(),
        }
    }

    fn files() -> BTreeMap<String, Vec<u8>> {
        Templates::shipped().below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
    }

    #[test]
    fn a_plan_can_be_printed_in_both_languages() {
        for language in ["ja", "en"] {
            let job = sheet(&sample(), &of(120), language, &files()).unwrap();
            assert_eq!(job.data["classes"][0]["needed"], 2);
            assert!(print_here(job).unwrap().starts_with(b"%PDF-"));
        }
    }

    #[test]
    fn a_long_plan_prints_as_many_ids_as_anybody_reads_and_says_how_many_it_leaves_out() {
        let job = sheet(&sample(), &of(MOST_PRINTED + 7), "en", &files()).unwrap();
        assert_eq!(job.data["records"].as_array().unwrap().len(), MOST_PRINTED);
        assert_eq!((&job.data["not-printed"], &job.data["count"]), (&json!(7), &json!(MOST_PRINTED + 7)));
    }
}
