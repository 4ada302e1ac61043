//! The notice of medical costs: what one letter says, and many letters in one document.
//!
//! In: the checked policy, its notice, a [`Letter`] with everything decided. Out: a [`Job`] whose data holds words ready to
//! be printed. The rule it keeps: a letter holds what a reader needs and no number that identifies: there is no field for
//! insurer number, symbol, number or Individual Number, so none can be printed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{NoticeError, Shown, Writing};
use crate::calendar::{self, Date, Instant};
use crate::policy::{Notice, PolicySet};
use crate::publish::typeset::Job;

/// A letter about medical costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The document number as it is printed; none makes it a minor letter.
    pub number: Option<String>,
    /// The date of the letter.
    pub date: Date,
    /// To whom it goes.
    pub addressee: Addressee,
    /// The name of the insured person.
    pub insured: String,
    /// Any day of the first month that is covered.
    pub from: Date,
    /// Any day of the last month that is covered.
    pub to: Date,
    /// The persons treated with their costs, in this order.
    pub members: Vec<Member>,
    /// Whom the letter is about.
    pub grouping: Grouping,
}

/// What stands in the window of the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// Such as `100-0001`.
    pub postal_code: Option<String>,
    /// The lines of the address.
    pub address: Vec<String>,
    /// The name, without a title.
    pub name: String,
}

/// A person treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: String,
    /// What treatment cost; printed month by month, those of one month in this order.
    pub costs: Vec<Cost>,
}

/// What a month at a provider cost, in yen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Any day of the month of treatment.
    pub month: Date,
    /// The hospital, clinic or pharmacy; empty where it is not known.
    pub provider: String,
    /// Such as 外来 or 調剤.
    pub kind: Option<String>,
    /// The whole cost.
    pub total: Option<u64>,
    /// What the insured person paid.
    pub paid: u64,
}

/// Whom a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Everybody of a household who has not objected.
    Household,
    /// The addressee alone: who objected, or of whom nothing is known.
    Own,
}

/// Writes a letter about medical costs.
///
/// # Errors
/// Fails when the policy does not speak `language` or a date lies before the eras.
///
/// # Source
/// Income Tax Act, article 120; the six items are those of the National Tax Agency's guide to the deduction for medical
/// expenses.
pub fn medical_cost(
    policy: &PolicySet,
    shown: &Shown<'_>,
    notice: &Notice,
    letter: &Letter,
    language: &str,
    files: &Arc<BTreeMap<String, Vec<u8>>>,
    at: Instant,
) -> Result<Job, NoticeError> {
    let writing = Writing::new(policy, notice, language)?;
    let members = letter.members.iter().map(|member| writing.member(member)).collect::<Result<Vec<_>, _>>()?;
    let costs: Vec<&Cost> = letter.members.iter().flat_map(|member| &member.costs).collect();
    let imprint = shown.imprint;
    let data = json!({
        "number": letter.number,
        "date": { "date": letter.date, "text": writing.day(letter.date)? },
        "sender": writing.sender(),
        "addressee": {
            "postal-code": letter.addressee.postal_code,
            "address": letter.addressee.address,
            "name": letter.addressee.name,
        },
        "subject": writing.say(&notice.title),
        "insured": letter.insured,
        "insurer": writing.say(&policy.organization.name),
        "period": { "from": writing.month(letter.from)?, "to": writing.month(letter.to)? },
        "grouping": match letter.grouping {
            Grouping::Household => "household",
            Grouping::Own => "own",
        },
        "complete": costs.iter().all(|cost| !cost.provider.trim().is_empty()),
        "members": members,
        "totals": sums(costs.iter().copied()),
        "contacts": writing.contacts(&[]),
        "imprint": writing.imprint(imprint.commit.as_deref(), &imprint.digest.to_string()),
        "banner": shown.banner,
    });
    let mut job = writing.job(data, files, at);
    if let Some(number) = &letter.number {
        job.ident = format!("{}/{number}", job.ident);
    }
    Ok(job)
}

/// Returns one document with all of these letters, each on pages of its own; nothing where there is no letter.
///
/// The letters are of one notice and one language. `name` identifies the document and is its title.
pub fn merged(name: &str, letters: &[Job]) -> Option<Job> {
    let first = letters.first()?;
    let data = json!({ "letters": letters.iter().map(|letter| &letter.data).collect::<Vec<_>>() });
    Some(Job { data, title: name.to_owned(), ident: name.to_owned(), ..first.clone() })
}

impl Writing<'_> {
    fn member(&self, member: &Member) -> Result<Value, NoticeError> {
        let cost = |cost: &Cost| {
            Ok(json!({
                "month": self.month(cost.month)?,
                "provider": cost.provider.trim(),
                "kind": cost.kind,
                "total": cost.total.map(grouped),
                "paid": grouped(cost.paid),
            }))
        };
        let mut costs: Vec<&Cost> = member.costs.iter().collect();
        costs.sort_by_key(|cost| (cost.month.year(), cost.month.month()));
        let costs = costs.into_iter().map(cost).collect::<Result<Vec<_>, NoticeError>>()?;
        let mut data = sums(&member.costs);
        data["name"] = json!(member.name);
        data["costs"] = json!(costs);
        Ok(data)
    }

    fn month(&self, date: Date) -> Result<Value, NoticeError> {
        let text = match self.language {
            "ja" => calendar::japanese_month(date)
                .map_err(|source| NoticeError::Date { notice: self.notice.id.clone(), source })?,
            "en" => format!("{} {}", calendar::english_month(date.month()), date.year()),
            _ => format!("{:04}-{:02}", date.year(), date.month()),
        };
        Ok(json!({ "month": format!("{:04}-{:02}", date.year(), date.month()), "text": text }))
    }
}

/// The sums of costs; the whole cost only where it is known of each.
fn sums<'a>(costs: impl IntoIterator<Item = &'a Cost>) -> Value {
    let costs: Vec<&Cost> = costs.into_iter().collect();
    let total: Option<u64> = costs.iter().map(|cost| cost.total).sum();
    let paid: u64 = costs.iter().map(|cost| cost.paid).sum();
    json!({ "total": total.map(grouped), "paid": grouped(paid) })
}

/// An amount with a comma before every three digits.
fn grouped(amount: u64) -> String {
    let digits = amount.to_string();
    let places = digits.len();
    let comma = |place: usize| if place > 0 && (places - place).is_multiple_of(3) { "," } else { "" };
    digits.chars().enumerate().map(|(place, digit)| format!("{}{digit}", comma(place))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{imprint, notice, shown};
    use super::*;
    use crate::policy::{NoticeWhen, sample};
    use crate::publish::templates::Templates;
    use crate::publish::typeset::{Files, print_here};

    const AT: Instant = Instant::from_micros(1_795_348_800_000_000);

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn files() -> Files {
        let shipped = Templates::shipped();
        let files = shipped.below("notices/").map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
        files.collect::<BTreeMap<_, _>>().into()
    }

    fn cost(month: &str, provider: &str, total: u64, paid: u64) -> Cost {
        let kind = Some("外来".to_owned());
        Cost { month: day(month), provider: provider.to_owned(), kind, total: Some(total), paid }
    }

    fn letter() -> Letter {
        let costs = [cost("2026-05-01", "汐見台内科", 12_300, 3_690), cost("2026-06-30", "港南薬局", 1_000, 300)];
        let members =
            [("港 太郎", costs.to_vec()), ("港 花子", vec![cost("2026-07-01", "みなと中央病院", 1_234_560, 370_368)])];
        Letter {
            number: Some("み健給発第12号".to_owned()),
            date: day("2026-11-20"),
            addressee: Addressee {
                postal_code: Some("100-0001".to_owned()),
                address: vec!["東京都港区汐見台1丁目2番3号".to_owned()],
                name: "港 太郎".to_owned(),
            },
            insured: "港 太郎".to_owned(),
            from: day("2026-01-01"),
            to: day("2026-10-31"),
            members: members.map(|(name, costs)| Member { name: name.to_owned(), costs }).to_vec(),
            grouping: Grouping::Household,
        }
    }

    fn job(letter: &Letter, language: &str) -> Job {
        let mut notice = notice("costs", NoticeWhen::SweepCompleted);
        notice.template = "notices/medical-cost.typ".to_owned();
        notice.title = sample::text("医療費のお知らせ", "Notice of medical costs");
        medical_cost(&sample::sample(), &shown(&imprint()), &notice, letter, language, &files(), AT).unwrap()
    }

    #[test]
    fn a_letter_holds_the_six_items_as_words() {
        let data = job(&letter(), "ja").data;
        assert_eq!(data["date"], json!({ "date": "2026-11-20", "text": "令和8年11月20日" }));
        assert_eq!(
            (&data["insured"], &data["insurer"]),
            (&json!("港 太郎"), &json!(sample::sample().organization.name.get("ja")))
        );
        let first = &data["members"][0];
        assert_eq!(first["name"], "港 太郎");
        let month = json!({ "month": "2026-05", "text": "令和8年5月" });
        let expected =
            json!({ "month": month, "provider": "汐見台内科", "kind": "外来", "total": "12,300", "paid": "3,690" });
        assert_eq!(first["costs"][0], expected);
        assert_eq!((&first["total"], &first["paid"]), (&json!("13,300"), &json!("3,990")));
        assert_eq!(data["totals"], json!({ "total": "1,247,860", "paid": "374,358" }));
        assert_eq!(data["complete"], true);
        assert_eq!(job(&letter(), "en").data["period"]["to"], json!({ "month": "2026-10", "text": "October 2026" }));
    }

    #[test]
    fn the_costs_of_a_member_stand_month_by_month() {
        let mut letter = letter();
        letter.members[0].costs = [("2026-07-01", "c"), ("2025-12-01", "a"), ("2026-07-01", "b"), ("2026-06-30", "d")]
            .map(|(month, provider)| cost(month, provider, 10, 3))
            .to_vec();
        let data = job(&letter, "en").data;
        let providers: Vec<&str> = data["members"][0]["costs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["provider"].as_str().unwrap())
            .collect();
        assert_eq!(providers, ["a", "d", "c", "b"]);
    }

    #[test]
    fn what_is_not_known_makes_the_notice_unfit_for_the_deduction_and_leaves_its_sum_out() {
        let mut letter = letter();
        letter.members[1].costs[0].provider = "　".to_owned();
        letter.members[1].costs[0].total = None;
        let data = job(&letter, "ja").data;
        assert_eq!(data["complete"], false);
        assert_eq!((&data["totals"]["total"], &data["members"][0]["total"]), (&Value::Null, &json!("13,300")));
        assert_eq!(data["members"][1]["costs"][0]["provider"], "");
    }

    #[test]
    fn letters_and_the_print_file_of_a_batch_can_be_printed_in_both_languages() {
        let mut own = letter();
        own.grouping = Grouping::Own;
        own.number = None;
        own.addressee.postal_code = None;
        own.members.truncate(1);
        own.members[0].costs.iter_mut().for_each(|cost| (cost.kind, cost.total) = (None, None));
        for language in ["ja", "en"] {
            let jobs = [job(&letter(), language), job(&own, language)];
            let batch = merged("batch 1", &jobs).unwrap();
            assert_eq!(batch.data["letters"][1], jobs[1].data);
            for job in jobs.into_iter().chain([batch]) {
                assert!(print_here(job).unwrap().starts_with(b"%PDF-"));
            }
        }
        assert_eq!(merged("batch 2", &[]), None);
    }

    #[test]
    fn letters_of_one_run_differ_in_their_idents() {
        let first = job(&letter(), "ja");
        let second = job(&Letter { number: Some("み健給発第13号".to_owned()), ..letter() }, "ja");
        assert!(first.ident.ends_with("/costs/み健給発第12号") && second.ident.ends_with("/costs/み健給発第13号"));
    }

    #[test]
    fn amounts_have_a_comma_every_three_digits() {
        let cases =
            [(0, "0"), (999, "999"), (1_000, "1,000"), (123_456, "123,456"), (u64::MAX, "18,446,744,073,709,551,615")];
        for (amount, expected) in cases {
            assert_eq!(grouped(amount), expected);
        }
    }
}
