//! `hokan event`: what periods count from.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::{EventCommand, Letters, StatingArguments, WhomArguments};
use super::explain_record::standing;
use super::out::Out;
use super::words::{alike, counted};
use super::{Done, Failure, read_bytes, who};
use crate::calendar::Date;
use crate::diag::{Locale, Said};
use crate::engine::{
    EventFilter, EventWish, Instance, Mode, MovedRecord, StatedEvents, Whom, add_event, add_events, correct_event,
    events, withdraw_event,
};
use crate::policy::Encoding;
use crate::said;
use crate::store::{Listed, Stated};

/// The most records that are listed with their days.
const MOST_LISTED: usize = 20;

pub(super) fn run(instance: &Instance, what: &EventCommand, out: &mut Out) -> Done {
    match what {
        EventCommand::Add { whom, event, date, from, encoding, yes, stating } => match (from, event, date) {
            (Some(file), _, _) => from_file(instance, file, *encoding, *yes, stating, out),
            (None, Some(event), Some(date)) => {
                let wish = EventWish { whom: named(whom)?, event: event.clone(), date: *date };
                let stated = add_event(instance, &wish, &who(stating.by.as_deref())?, mode(stating))?;
                tell("event-add", &said!("{event} on {date}", "出来事「{event}」（{date}）"), &stated, stating, out)
            }
            (None, _, _) => Err(Failure::Usage("an event needs `--event` and `--date`, many need `--from`".to_owned())),
        },
        EventCommand::Correct { event, date, reason, stating } => {
            let by = who(stating.by.as_deref())?;
            let stated = correct_event(instance, *event, *date, (reason, &by), mode(stating))?;
            let title = said!("correction of event {event} to {date}", "出来事{event}の日付の訂正（{date}）");
            tell("event-correct", &title, &stated, stating, out)
        }
        EventCommand::Withdraw { event, reason, stating } => {
            let by = who(stating.by.as_deref())?;
            let stated = withdraw_event(instance, *event, (reason, &by), mode(stating))?;
            tell(
                "event-withdraw",
                &said!("withdrawal of event {event}", "出来事{event}の取消し"),
                &stated,
                stating,
                out,
            )
        }
        EventCommand::List { whom, event, all } => {
            let whom = match (&whom.subject, whom.record) {
                (None, None) => None,
                (..) => Some(named(whom)?),
            };
            list(&events(instance, &EventFilter { whom, event: event.clone() })?, *all, out)
        }
    }
}

fn named(whom: &WhomArguments) -> Result<Whom, Failure> {
    match (&whom.subject, whom.record) {
        (Some(subject), _) => Ok(Whom::Subject(subject.clone())),
        (None, Some(id)) => Ok(Whom::Record(id)),
        (None, None) => Err(Failure::Usage("name whom it is about with `--subject` or `--record`".to_owned())),
    }
}

fn mode(stating: &StatingArguments) -> Mode {
    if stating.dry_run { Mode::DryRun } else { Mode::Act }
}

/// Shows what the table would move, asks, then enters it.
fn from_file(
    instance: &Instance,
    file: &Path,
    letters: Letters,
    yes: bool,
    stating: &StatingArguments,
    out: &mut Out,
) -> Done {
    let bytes = read_bytes(file)?;
    let name = file.display().to_string();
    let encoding = match letters {
        Letters::Utf8 => Encoding::Utf8,
        Letters::ShiftJis => Encoding::ShiftJis,
    };
    let by = who(stating.by.as_deref())?;
    let state = |mode| add_events(instance, (&name, &bytes), encoding, &by, mode);
    let title = |stated: &StatedEvents| {
        let (count, n) = (counted(stated.count, "event", "events"), stated.count);
        said!("{count}", "出来事{n}件")
    };
    if stating.dry_run || !yes {
        let looked = state(Mode::DryRun)?;
        if stating.dry_run {
            return tell("event-add", &title(&looked), &looked, stating, out);
        }
        out.before_result(|out| moves(&looked.moved, out));
        let (events, days, moved) = (title(&looked), records(looked.moved.len()), looked.moved.len());
        let (en, ja) = (events.of(Locale::English), events.of(Locale::Japanese));
        let question = said!(
            "{en} would move {days}. Enter them? [y/N]",
            "{ja}により、{moved}件の記録の廃棄可能日が変わります。登録しますか。[y/N]"
        );
        let answer = out.ask(question.of(out.locale()));
        if !answer.is_some_and(|answer| matches!(answer.as_str(), "y" | "yes" | "Y")) {
            return Err(Failure::Refused {
                code: "event.not-confirmed",
                message: "nothing was written".to_owned(),
                help: Some("look at `--dry-run`, then run it with `--yes`".to_owned()),
            });
        }
    }
    let stated = state(Mode::Act)?;
    tell("event-add", &title(&stated), &stated, stating, out)
}

fn records(count: usize) -> String {
    counted(count, "due day", "due days")
}

fn tell(name: &str, title: &Said, stated: &StatedEvents, stating: &StatingArguments, out: &mut Out) -> Done {
    let document = json!({
        "events": stated.count, "entries": stated.entries, "moved": stated.moved.len(), "dry-run": stating.dry_run,
        "records": stated.moved.iter().map(moved_json).collect::<Vec<Value>>(), "alike": stated.alike,
    });
    let locale = out.locale();
    out.result(name, document, |out| {
        let (en, ja, n) = (title.of(Locale::English), title.of(Locale::Japanese), stated.moved.len());
        let moved = counted(n, "record gets", "records get");
        alike(&stated.alike).iter().for_each(|said| out.line(said.of(locale)));
        if stating.dry_run {
            moves(&stated.moved, out);
            let told = said!(
                "{en}: {moved} another due day; nothing was written",
                "{ja}：{n}件の記録の廃棄可能日が変わります。何も登録していません"
            );
            return out.line(told.of(locale));
        }
        let entry = match stated.entries.as_slice() {
            [one] => said!(" as event {one}", "（番号{one}）"),
            [first, .., last] => said!(" as events {first} to {last}", "（番号{first}から{last}まで）"),
            [] => said!("", ""),
        };
        let (as_en, as_ja) = (entry.of(Locale::English), entry.of(Locale::Japanese));
        let told = said!(
            "{en} entered{as_en}; {moved} another due day",
            "{ja}を登録しました{as_ja}。{n}件の記録の廃棄可能日が変わりました"
        );
        out.line(told.of(locale));
    });
    Ok(ExitCode::SUCCESS)
}

fn moved_json(moved: &MovedRecord) -> Value {
    json!({ "record": moved.record, "class": moved.class, "name": moved.name, "from": moved.from, "to": moved.to })
}

fn moves(moved: &[MovedRecord], out: &mut Out) {
    let locale = out.locale();
    let none = said!("none", "なし");
    let day = |day: Option<Date>| day.map_or(none.of(locale).to_owned(), |day| day.to_string());
    let row =
        |it: &MovedRecord| vec![it.record.to_string(), it.class.clone(), day(it.from), day(it.to), it.name.clone()];
    let rows = moved.iter().take(MOST_LISTED).map(row).collect();
    let head = match locale {
        Locale::English => ["RECORD", "CLASS", "WAS", "WOULD BE", "NAME"],
        Locale::Japanese => ["記録", "種類", "変更前", "変更後", "名称"],
    };
    out.table(&head, rows, &[]);
    if let Some(more) = moved.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        let told = said!("… and {more} more (`--json` lists all)", "…ほか{more}件（すべては`--json`で表示します）");
        out.line(told.of(locale));
    }
}

fn list(listed: &[Listed], all: bool, out: &mut Out) -> Done {
    let shown: Vec<&Listed> = listed.iter().filter(|it| all || it.counts).collect();
    let documents: Vec<Value> = shown.iter().map(|it| event_json(it)).collect();
    let locale = out.locale();
    out.result("events", json!({ "events": documents }), |out| {
        let row = |it: &&Listed| {
            let event = &it.event;
            let (date, by) = (event.date.to_string(), event.by.clone());
            let standing = standing(it).of(locale).to_owned();
            vec![it.entry.to_string(), event.event.clone(), date, event.subject.clone(), by, standing]
        };
        let head = match locale {
            Locale::English => ["ID", "EVENT", "DATE", "ABOUT", "BY", ""],
            Locale::Japanese => ["番号", "出来事", "日付", "対象者", "登録者", ""],
        };
        out.table(&head, shown.iter().map(row).collect(), &[0]);
        let (count, n, hidden) = (counted(shown.len(), "event", "events"), shown.len(), listed.len() - shown.len());
        let told = match hidden {
            0 => said!("{count}", "出来事{n}件"),
            _ => said!(
                "{count}, {hidden} that do not count (`--all`)",
                "出来事{n}件（ほかに効力のないもの{hidden}件、`--all`で表示します）"
            ),
        };
        out.line(told.of(locale));
    });
    Ok(ExitCode::SUCCESS)
}

/// Returns an event as JSON.
pub(super) fn event_json(it: &Listed) -> Value {
    let event = &it.event;
    let kind = match event.stated {
        Stated::Added => "added",
        Stated::Corrected { .. } => "correction",
        Stated::Withdrawn { .. } => "withdrawal",
    };
    json!({
        "id": it.entry, "about": event.subject, "event": event.event, "date": event.date, "by": event.by, "kind": kind,
        "replaces": event.stated.of(), "reason": event.stated.reason(), "replaced-by": it.replaced_by, "counts": it.counts,
    })
}
