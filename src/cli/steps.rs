//! How a period was counted, in sentences of both languages.
//!
//! In: a counted step. Out: lines such as "5 years from 1 May 2021 end with 30 April 2026". The rule it keeps: each line
//! says one step and the day it leads to; nothing is computed here.

use crate::calendar::{Date, MonthDay, Period, Starting, english_date, english_month, japanese_date};
use crate::diag::{Locale, Said};
use crate::policy::Combine;
use crate::retention::count::{Counted, Step};
use crate::retention::due::Due;
use crate::said;

/// Returns a date as people of a language write it.
pub(super) fn day(date: Date, locale: Locale) -> String {
    match locale {
        Locale::English => english_date(date),
        Locale::Japanese => {
            let western = format!("年（{}年）", date.year());
            japanese_date(date).map_or_else(|_| date.to_string(), |japanese| japanese.replacen('年', &western, 1))
        }
    }
}

fn both(date: Date) -> (String, String) {
    (day(date, Locale::English), day(date, Locale::Japanese))
}

/// Returns a period in words.
pub(super) fn length(period: Period) -> Said {
    let (count, one, many, ja) = match period {
        Period::Days(days) => (days, "day", "days", "日"),
        Period::Months(months) if months.is_multiple_of(12) => (months / 12, "year", "years", "年"),
        Period::Months(months) if months < 12 => (months, "month", "months", "か月"),
        Period::Months(months) => {
            let (years, rest) = (length(Period::Months(months - months % 12)), length(Period::Months(months % 12)));
            let ((years_en, years_ja), (rest_en, rest_ja)) = ((years.en, years.ja), (rest.en, rest.ja));
            return said!("{years_en} and {rest_en}", "{years_ja}{rest_ja}");
        }
    };
    let unit = if count == 1 { one } else { many };
    said!("{count} {unit}", "{count}{ja}")
}

/// Returns the steps of one period; `title` is what the date is called.
pub(super) fn steps(step: &Step, title: &Said, year_starts: MonthDay) -> Vec<Said> {
    let Some(date) = step.date else {
        let (en, ja) = (&title.en, &title.ja);
        return vec![match step.period {
            Some(_) => said!("{en}: not known yet", "{ja}：まだ分かっていません"),
            None => said!("kept for ever", "期限なく保存します"),
        }];
    };
    let (en, ja) = both(date);
    let (title_en, title_ja) = (&title.en, &title.ja);
    let mut lines = vec![said!("{title_en}: {en}", "{title_ja}：{ja}")];
    let Some(period) = step.period else {
        lines.push(said!("kept for ever", "期限なく保存します"));
        return lines;
    };
    let Some(first) = step.first else {
        lines.push(beyond());
        return lines;
    };
    lines.push(begins(step.starting, date, first, year_starts));
    let Due::On(allowed) = step.due else {
        lines.push(beyond());
        return lines;
    };
    lines.push(ends(period, first, allowed));
    let (en, ja) = both(allowed);
    lines.push(said!("may be destroyed from {en} on", "廃棄できる最初の日：{ja}"));
    lines
}

fn beyond() -> Said {
    said!(
        "the period reaches beyond the year 2999: it never ends",
        "満了日が西暦2999年を過ぎるため、満了することはありません"
    )
}

fn begins(starting: Starting, date: Date, first: Date, year_starts: MonthDay) -> Said {
    let (en, ja) = both(first);
    let why = match starting {
        Starting::SameDay => said!("that day itself counts", "当日を算入します"),
        Starting::NextDay => said!("the day after; the day itself is not counted", "当日は算入せず、その翌日"),
        Starting::MonthEnd => said!("the first day of the next month", "その月の末日の翌日"),
        Starting::YearEnd => said!("the first day of the next year", "翌年の1月1日"),
        Starting::FiscalYearEnd | Starting::NextFiscalYearEnd => return fiscal(starting, date, first, year_starts),
        Starting::Following(day) => {
            let (month_ja, day) = day.in_year(2023).map(|date| (date.month(), date.day())).unwrap_or_default();
            let month = english_month(month_ja);
            said!("the day after {day} {month} of the following year", "翌年の{month_ja}月{day}日の翌日")
        }
    };
    let (why_en, why_ja) = (why.en, why.ja);
    said!("counting begins on {en}: {why_en}", "起算日は{ja}：{why_ja}")
}

/// Names the fiscal year the date lies in, and the one counting begins with.
fn fiscal(starting: Starting, date: Date, first: Date, year_starts: MonthDay) -> Said {
    let (en, ja) = both(first);
    let next = Starting::FiscalYearEnd.first_day(date, year_starts);
    let last = next.and_then(|next| next.minus_days(1)).unwrap_or(date);
    let ((last_en, last_ja), is_next) = (both(last), starting == Starting::NextFiscalYearEnd);
    if is_next {
        return said!(
            "counting begins on {en}: the fiscal year of that day ends on {last_en}, and the whole next one is left out",
            "起算日は{ja}：その日の属する年度（{last_ja}まで）の翌年度の末日の翌日"
        );
    }
    said!(
        "counting begins on {en}: the fiscal year of that day ends on {last_en}",
        "起算日は{ja}：その日の属する年度の末日（{last_ja}）の翌日"
    )
}

fn ends(period: Period, first: Date, allowed: Date) -> Said {
    let (first_en, first_ja) = both(first);
    if allowed == first {
        return said!("no further period is counted", "その後の保存期間はありません（起算日の前日まで保存します）");
    }
    let last = allowed.minus_days(1).unwrap_or(allowed);
    let ((last_en, last_ja), length) = (both(last), length(period));
    let (length_en, length_ja) = (length.en, length.ja);
    let is_whole = match period {
        Period::Months(_) => allowed.day() == first.day(),
        Period::Days(_) => true,
    };
    if is_whole {
        return said!(
            "{length_en} from {first_en} are over at the end of {last_en}",
            "{first_ja}から{length_ja}間、{last_ja}まで保存します"
        );
    }
    let number = first.day();
    said!(
        "{length_en} from {first_en} are over at the end of {last_en}: that month has no day {number}, so the period ends with the month",
        "{first_ja}から{length_ja}間、{last_ja}まで保存します（その月に{number}日がないため、月の末日で満了します）"
    )
}

/// Returns when counting begins, in words, without a date.
pub(super) fn starts(starting: Starting) -> Said {
    match starting {
        Starting::SameDay => said!("counted from that day", "当日から起算"),
        Starting::NextDay => said!("counted from the day after", "翌日から起算"),
        Starting::MonthEnd => said!("counted from the next month", "翌月から起算"),
        Starting::YearEnd => said!("counted from the next year", "翌年から起算"),
        Starting::FiscalYearEnd => said!("counted from the next fiscal year", "翌年度から起算"),
        Starting::NextFiscalYearEnd => said!("counted from the fiscal year after the next", "翌々年度から起算"),
        Starting::Following(day) => {
            let (month, day) = day.in_year(2023).map(|date| (date.month(), date.day())).unwrap_or_default();
            said!("counted from the day after {month}/{day} of the next year", "翌年{month}月{day}日の翌日から起算")
        }
    }
}

/// Returns what the periods come to together; nothing where there is one.
pub(super) fn together(counted: &Counted) -> Option<Said> {
    let combine = counted.combine?;
    let rule = match combine {
        Combine::EarlierOf => said!("the earlier one decides", "早い方によります"),
        Combine::LaterOf => said!("the later one decides", "遅い方によります"),
    };
    let (rule_en, rule_ja) = (rule.en, rule.ja);
    Some(match (&counted.due, combine) {
        (Due::On(allowed), _) => {
            let (en, ja) = both(*allowed);
            said!("{rule_en}: {en}", "{rule_ja}：{ja}")
        }
        (Due::Waiting(_), Combine::LaterOf) => said!(
            "{rule_en}, and one of the dates is not known: there is no day yet",
            "{rule_ja}が、分かっていない日付があるため、廃棄できる日はまだ決まりません"
        ),
        (Due::Waiting(_), Combine::EarlierOf) => said!(
            "{rule_en}, and none of the dates is known: there is no day yet",
            "{rule_ja}が、どの日付も分かっていないため、廃棄できる日はまだ決まりません"
        ),
        (Due::Permanent, _) => said!("{rule_en}: never", "{rule_ja}：廃棄できる日はありません"),
    })
}
