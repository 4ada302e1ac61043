//! `hokan dates`: periods worked out, without a record.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::DatesArguments;
use super::out::Out;
use super::steps::{steps, together};
use super::words::counted as amount;
use super::{Done, Failure, read_text};
use crate::calendar::{Date, MonthDay};
use crate::diag::{Locale, Said};
use crate::engine::{Instance, Worked, dates_of_class, work_out_all, work_out_line, work_out_period};
use crate::host::Host;
use crate::retention::count::{Counted, Step};
use crate::said;

pub(super) fn run(dir: &Path, wish: &DatesArguments, out: &mut Out) -> Done {
    if let Some(file) = &wish.vectors {
        return vectors(file, out);
    }
    if wish.lines {
        return lines(wish.fiscal_year_starts, out);
    }
    if let Some(class) = &wish.class {
        let instance = Instance::open(dir, Host::machine())?;
        let dates: BTreeMap<String, Date> = wish.date.iter().cloned().collect();
        let (counted, year_starts) = dates_of_class(&instance, class, &dates)?;
        return show(&counted, year_starts, out);
    }
    let (Some(period), Some(date)) = (wish.period, wish.after) else {
        return Err(Failure::Usage("expected --for with --after, --class, --vectors or --lines".to_owned()));
    };
    let counted = work_out_period(period, date, wish.starting, wish.fiscal_year_starts);
    show(&counted, wish.fiscal_year_starts, out)
}

fn show(counted: &Counted, year_starts: MonthDay, out: &mut Out) -> Done {
    let document = json!({
        "first-day-allowed": counted.due.day(), "steps": counted.steps.iter().map(step_json).collect::<Vec<Value>>(),
        "combine": counted.combine,
    });
    let locale = out.locale();
    out.result("dates", document, |out| {
        for step in &counted.steps {
            let name = &step.after;
            let title = if name == "date" { said!("date", "基準となる日") } else { said!("{name}", "{name}") };
            steps(step, &title, year_starts).iter().for_each(|said| out.line(said.of(locale)));
        }
        if let Some(said) = together(counted) {
            out.line(said.of(locale));
        }
        if counted.steps.is_empty() {
            let said: Said = said!("kept for ever", "期限なく保存します");
            out.line(said.of(locale));
        }
    });
    Ok(ExitCode::SUCCESS)
}

/// Returns one counted period as JSON.
pub(super) fn step_json(step: &Step) -> Value {
    json!({
        "after": step.after, "date": step.date, "starting": step.starting, "first-day": step.first,
        "for": step.period, "first-day-allowed": step.due.day(),
    })
}

fn said_day(day: Option<Date>) -> String {
    day.map_or("none".to_owned(), |day| day.to_string())
}

fn vectors(file: &Path, out: &mut Out) -> Done {
    let worked = work_out_all(&read_text(file)?)?;
    let wrong = worked.iter().filter(|worked| worked.differs()).count();
    let listed: Vec<Value> = worked
        .iter()
        .map(|worked| {
            json!({
                "id": worked.example.id, "expected": worked.example.expected.flatten(),
                "found": worked.counted.due.day(), "agrees": !worked.differs(),
                "steps": worked.counted.steps.iter().map(step_json).collect::<Vec<Value>>(),
            })
        })
        .collect();
    let locale = out.locale();
    out.result("dates", json!({ "vectors": listed, "wrong": wrong }), |out| {
        let rows = worked.iter().map(|worked| row(worked, locale)).collect();
        let heads = match locale {
            Locale::English => ["VECTOR", "EXPECTED", "FOUND", ""],
            Locale::Japanese => ["例", "期待する日", "計算した日", ""],
        };
        out.table(&heads, rows, &[]);
        let (all, count) = (amount(worked.len(), "vector", "vectors"), worked.len());
        let said = match wrong {
            0 => said!("{all}: all agree", "{count}件の例は、すべて一致しました"),
            _ => said!("{all}: {wrong} differ", "{count}件の例のうち、{wrong}件が一致しません"),
        };
        out.line(said.of(locale));
    });
    Ok(ExitCode::from(u8::from(wrong > 0)))
}

fn row(worked: &Worked, locale: Locale) -> Vec<String> {
    let verdict = match (worked.differs(), locale) {
        (false, _) => "",
        (true, Locale::English) => "differs",
        (true, Locale::Japanese) => "不一致",
    };
    vec![
        worked.example.id.clone(),
        said_day(worked.example.expected.flatten()),
        said_day(worked.counted.due.day()),
        verdict.to_owned(),
    ]
}

/// Answers each line of standard input with a line.
fn lines(year_starts: MonthDay, out: &mut Out) -> Done {
    let text = read_text(Path::new("-"))?;
    let (mut wrong, mut answers) = (false, String::new());
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let answer = match work_out_line(line, year_starts) {
            Ok(worked) => answer(&worked),
            Err(why) => {
                wrong = true;
                json!({ "line": n + 1, "error": why })
            }
        };
        answers.push_str(&answer.to_string());
        answers.push('\n');
    }
    out.lines(&answers);
    Ok(ExitCode::from(u8::from(wrong)))
}

fn answer(worked: &Worked) -> Value {
    let mut answer = json!({ "id": worked.example.id, "first_day_disposal_allowed": worked.counted.due.day() });
    if let Some((today, is_allowed)) = worked.at_the_moment() {
        answer["today"] = json!(today);
        answer["is_allowed"] = json!(is_allowed);
    }
    answer
}
