//! The retention rule of a class in words a member understands, with an example computed by the rule itself.
//!
//! In: the [`Keep`] that is enforced. Out: [`KeepFacts`]. The rule it keeps: words and example come from the same
//! values as the due date of a record (I9); nothing here is typed by hand for a class.

use serde::Serialize;

use super::{DateFacts, FactsError, date_facts};
use crate::calendar::{Date, MonthDay, Period, Starting, first_day_allowed};
use crate::policy::{Disposal, Id, Keep, Leg, Policy, Then};
use crate::publish::messages::Messages;

/// How long records of a class are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeepFacts {
    /// `permanent`, `for`, `earlier-of` or `later-of`.
    pub kind: &'static str,
    /// The whole rule as one sentence.
    pub sentence: String,
    /// What stands before the periods, where there are several.
    pub lead: Option<String>,
    /// The periods; none when records are kept permanently.
    pub periods: Vec<PeriodFacts>,
}

/// One period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeriodFacts {
    /// In words, such as 診療年月の末日の翌日から5年間.
    pub words: String,
    /// How long, in ISO 8601.
    pub duration: Period,
    /// The declared date it counts from.
    pub after: Id,
    /// When counting begins, as written in the policy.
    pub starting: Starting,
    /// A worked example; none where the period reaches beyond the calendar.
    pub example: Option<ExampleFacts>,
}

/// A worked example of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExampleFacts {
    /// The date it counts from.
    pub date: DateFacts,
    /// The first day on which disposal, or the deletion of the Individual Number, is allowed.
    pub first_day_allowed: DateFacts,
    /// In words.
    pub words: String,
}

/// Returns the rule in words; examples count from `example` and name what is done `then`.
///
/// # Errors
/// When the language lacks a message.
pub fn keep_facts(
    policy: &Policy,
    keep: &Keep,
    then: Then,
    messages: &Messages,
    example: Date,
) -> Result<KeepFacts, FactsError> {
    let periods = keep.legs().iter().map(|leg| period_facts(policy, leg, then, messages, example));
    let periods = periods.collect::<Result<Vec<_>, _>>()?;
    let (kind, lead) = match keep {
        Keep::Permanent => ("permanent", None),
        Keep::For(_) => ("for", None),
        Keep::EarlierOf(_) => ("earlier-of", Some(messages.word("keep_earlier_of")?.to_owned())),
        Keep::LaterOf(_) => ("later-of", Some(messages.word("keep_later_of")?.to_owned())),
    };
    let words: Vec<&str> = periods.iter().map(|period| period.words.as_str()).collect();
    let listed = words.join(messages.word("keep_sentence_separator")?);
    let sentence = match &lead {
        Some(lead) => messages.say("keep_sentence", &[("lead", lead), ("periods", &listed)])?,
        None if periods.is_empty() => messages.word("keep_permanent")?.to_owned(),
        None => listed,
    };
    Ok(KeepFacts { kind, sentence, lead, periods })
}

fn period_facts(
    policy: &Policy,
    leg: &Leg,
    then: Then,
    messages: &Messages,
    example: Date,
) -> Result<PeriodFacts, FactsError> {
    let example_of = match then {
        Then::Destroy => "example",
        Then::DeleteNumber => "example_delete_number",
        Then::Transfer => "example_transfer",
    };
    let fiscal_year_starts = policy.organization.fiscal_year_starts;
    let first = first_day_allowed(example, leg.period, leg.starting, fiscal_year_starts);
    let example = first.map(|first| -> Result<ExampleFacts, FactsError> {
        let (date, first) = (date_facts(messages, example)?, date_facts(messages, first)?);
        let words = messages.say(example_of, &[("date", &date.text), ("first", &first.text)])?;
        Ok(ExampleFacts { date, first_day_allowed: first, words })
    });
    Ok(PeriodFacts {
        words: leg_words(policy, leg, messages)?,
        duration: leg.period,
        after: leg.after.clone(),
        starting: leg.starting,
        example: example.transpose()?,
    })
}

fn leg_words(policy: &Policy, leg: &Leg, messages: &Messages) -> Result<String, FactsError> {
    let title = policy.date(&leg.after).map_or(leg.after.as_str(), |date| date.title.get(messages.language()));
    let start = start_words(leg.starting, title, policy.organization.fiscal_year_starts, messages)?;
    if !is_zero(leg.period) {
        let duration = duration_words(leg.period, messages)?;
        return Ok(messages.say("leg", &[("start", &start), ("duration", &duration)])?);
    }
    let until = match leg.starting {
        Starting::NextDay => messages.say("leg_zero_next_day", &[("date", title)])?,
        Starting::SameDay
        | Starting::MonthEnd
        | Starting::YearEnd
        | Starting::FiscalYearEnd
        | Starting::NextFiscalYearEnd
        | Starting::Following(_) => messages.say("leg_zero", &[("start", &start)])?,
    };
    Ok(until)
}

/// Names the first day of a period that counts from the date called `title`.
fn start_words(starting: Starting, title: &str, year: MonthDay, messages: &Messages) -> Result<String, FactsError> {
    let date = ("date", title);
    let said = match starting {
        Starting::SameDay => messages.say("start_same_day", &[date]),
        Starting::NextDay => messages.say("start_next_day", &[date]),
        Starting::MonthEnd if names_a_month(title, messages)? => messages.say("start_month_end_of_month", &[date]),
        Starting::MonthEnd => messages.say("start_month_end", &[date]),
        Starting::YearEnd => messages.say("start_year_end", &[date]),
        Starting::FiscalYearEnd => {
            messages.say("start_fiscal_year_end", &[date, ("first", &month_day_words(year, messages)?)])
        }
        Starting::NextFiscalYearEnd => {
            messages.say("start_next_fiscal_year_end", &[date, ("first", &month_day_words(year, messages)?)])
        }
        Starting::Following(day) => messages.say("start_following", &[date, ("day", &month_day_words(day, messages)?)]),
    };
    Ok(said?)
}

/// Whether a title already names a month (診療月, `month of treatment`), so that the words need not say it again.
fn names_a_month(title: &str, messages: &Messages) -> Result<bool, FactsError> {
    let (front, back) = messages.word("names_a_month")?.split_once('*').unwrap_or_default();
    Ok(!(front.is_empty() && back.is_empty()) && title.starts_with(front) && title.ends_with(back))
}

fn is_zero(period: Period) -> bool {
    matches!(period, Period::Months(0) | Period::Days(0))
}

/// Returns a period in words, such as 1年6か月 or `1 year and 6 months`.
///
/// # Errors
/// When the language lacks a message.
pub fn duration_words(period: Period, messages: &Messages) -> Result<String, FactsError> {
    let count = |unit: &str, count: u32| {
        let key = if count == 1 { format!("{unit}_one") } else { format!("{unit}_many") };
        messages.say(&key, &[("count", &count.to_string())])
    };
    let said = match period {
        Period::Days(days) => count("days", days)?,
        Period::Months(months) if months % 12 == 0 => count("years", months / 12)?,
        Period::Months(months) if months < 12 => count("months", months)?,
        Period::Months(months) => {
            let (years, months) = (count("years", months / 12)?, count("months", months % 12)?);
            messages.say("years_and_months", &[("years", &years), ("months", &months)])?
        }
    };
    Ok(said)
}

/// Returns what is done with a record when its period is over and how soon, in words.
pub(in crate::publish) fn within_words(
    keep: &Keep,
    disposal: &Disposal,
    messages: &Messages,
) -> Result<String, FactsError> {
    let (within, at_once) = match disposal.then {
        Then::Destroy => ("within", "within_zero"),
        Then::DeleteNumber => ("within_delete_number", "within_zero_delete_number"),
        Then::Transfer => ("within_transfer", "within_zero_transfer"),
    };
    let said = match keep {
        Keep::Permanent => messages.word("within_permanent")?.to_owned(),
        Keep::For(_) | Keep::EarlierOf(_) | Keep::LaterOf(_) if is_zero(disposal.within) => {
            messages.word(at_once)?.to_owned()
        }
        Keep::For(_) | Keep::EarlierOf(_) | Keep::LaterOf(_) => {
            messages.say(within, &[("duration", &duration_words(disposal.within, messages)?)])?
        }
    };
    Ok(said)
}

fn month_day_words(day: MonthDay, messages: &Messages) -> Result<String, FactsError> {
    // The day exists every year, so the year asked is of no consequence.
    let date = day.in_year(2023).expect("a `MonthDay` exists every year");
    let month = messages.word(&format!("month_{}", date.month()))?;
    Ok(messages.say("month_day", &[("month", month), ("day", &date.day().to_string())])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample::{sample, sample_with};
    use crate::publish::templates::Templates;
    use proptest::prelude::*;

    fn messages(language: &str) -> Messages {
        Messages::read(&Templates::shipped(), language).unwrap()
    }

    fn leg(period: &str, after: &str, starting: &str) -> Leg {
        Leg { period: period.parse().unwrap(), after: after.to_owned(), starting: starting.parse().unwrap() }
    }

    fn words(keep: &Keep, language: &str) -> String {
        keep_facts(&sample(), keep, Then::Destroy, &messages(language), Date::from_ymd(2026, 11, 30).unwrap())
            .unwrap()
            .sentence
    }

    #[test]
    fn every_starting_rule_has_words_in_both_languages() {
        let cases = [
            (
                "P5Y",
                "treated",
                "month-end",
                "診療年月の末日の翌日から5年間",
                "5 years, counted from the day after the end of the month of treatment",
            ),
            (
                "P6M",
                "completed",
                "month-end",
                "完結日の属する月の末日の翌日から6か月間",
                "6 months, counted from the day after the end of the month of the date of completion",
            ),
            ("P1Y", "completed", "same-day", "完結日から1年間", "1 year, counted from the date of completion"),
            (
                "P30D",
                "completed",
                "next-day",
                "完結日の翌日から30日間",
                "30 days, counted from the day after the date of completion",
            ),
            (
                "P18M",
                "completed",
                "year-end",
                "完結日の属する年の翌年の1月1日から1年6か月間",
                "1 year and 6 months, counted from 1 January of the year after that of the date of completion",
            ),
            (
                "P5Y",
                "completed",
                "fiscal-year-end",
                "完結日の属する年度の翌年度の4月1日から5年間",
                "5 years, counted from 1 April of the fiscal year after that of the date of completion",
            ),
            (
                "P0D",
                "moved",
                "next-fiscal-year-end",
                "他の保険者への異動日の属する年度の翌々年度の4月1日の前日まで",
                "until the day before 1 April of the second fiscal year after that of the date of moving to another insurer",
            ),
            (
                "P7Y",
                "completed",
                "following 01-10",
                "完結日の属する年の翌年の1月10日の翌日から7年間",
                "7 years, counted from the day after 10 January of the year after that of the date of completion",
            ),
            (
                "P0D",
                "moved",
                "next-day",
                "他の保険者への異動日の当日まで",
                "until the date of moving to another insurer",
            ),
        ];
        for (period, after, starting, ja, en) in cases {
            let keep = Keep::For(leg(period, after, starting));
            assert_eq!(words(&keep, "ja"), ja);
            assert_eq!(words(&keep, "en"), en);
        }
        assert_eq!(words(&Keep::Permanent, "ja"), "永年保存");
    }

    #[test]
    fn several_periods_are_one_sentence() {
        let legs = vec![leg("P5Y", "completed", "next-day"), leg("P0D", "moved", "next-day")];
        assert_eq!(
            words(&Keep::LaterOf(legs), "en"),
            "Whichever of these ends last: 5 years, counted from the day after the date of completion; until the date of moving to another insurer"
        );
    }

    proptest! {
        #[test]
        fn i9_the_period_printed_is_the_period_enforced(months in 0u32..400, rule in 0usize..7, day in 0u32..9000) {
            let rules = ["same-day", "next-day", "month-end", "year-end", "fiscal-year-end", "next-fiscal-year-end", "following 01-10"];
            let enforced = Leg { period: Period::Months(months), after: "treated".to_owned(), starting: rules[rule].parse().unwrap() };
            let policy = sample_with(|policy| policy.classes[0].keep = Keep::For(enforced.clone()));
            let date = Date::from_ymd(2001, 1, 1).unwrap().plus_days(day).unwrap();
            let messages = messages("en");
            let printed = keep_facts(&policy, &policy.classes[0].keep, Then::Destroy, &messages, date).unwrap();
            let due = first_day_allowed(date, enforced.period, enforced.starting, MonthDay::APRIL_1).unwrap();
            let example = printed.periods[0].example.as_ref().unwrap();
            prop_assert_eq!(example.first_day_allowed.date, due);
            prop_assert_eq!(&example.first_day_allowed.text, &date_facts(&messages, due).unwrap().text);
            prop_assert_eq!(printed.periods[0].duration, enforced.period);
            if months > 0 {
                prop_assert!(printed.sentence.starts_with(&duration_words(enforced.period, &messages).unwrap()));
            }
        }
    }
}
