//! `hokan hold`: what is not destroyed.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::{HoldCommand, PlaceArguments, ScopeArguments};
use super::out::Out;
use super::words::{alike, counted};
use super::{Done, Failure, who};
use crate::engine::{HoldView, HoldWish, Instance, TooLate, holds, place_hold, release_hold, review_hold, show_hold};
use crate::store::{Query, Scope};

/// How many records a list for people shows.
const SHOWN: usize = 20;

pub(super) fn run(instance: &Instance, what: &HoldCommand, out: &mut Out) -> Done {
    match what {
        HoldCommand::Place(wish) => return place(instance, wish, out),
        HoldCommand::Release { hold, reason, by } => {
            release_hold(instance, hold, reason, &who(by.as_deref())?)?;
            out.result("hold-release", json!({ "hold": hold }), |out| out.line(&format!("{hold} released")));
        }
        HoldCommand::Review { hold, next, reason, by } => {
            review_hold(instance, hold, *next, reason, &who(by.as_deref())?)?;
            let said = format!("{hold} stays; it is to be looked at again on {next}");
            out.result("hold-review", json!({ "hold": hold, "review": next }), |out| out.line(&said));
        }
        HoldCommand::Show { hold } => {
            let view = show_hold(instance, hold)?;
            out.result("hold-show", document(&view), |out| show(&view, out));
        }
        HoldCommand::List => list(instance, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn place(instance: &Instance, wish: &PlaceArguments, out: &mut Out) -> Done {
    let PlaceArguments { scope, reason, by, owner, review, anew } = wish;
    let (reason, by, owner, review) = (reason.clone(), who(by.as_deref())?, owner.clone(), *review);
    let wish = HoldWish { scope: scope_of(scope)?, reason, by, owner, review, anew: anew.clone() };
    let placed = place_hold(instance, wish)?;
    let hold = &placed.hold;
    let too_late: Vec<Value> = placed.too_late.iter().map(late).collect();
    let document = json!({
        "hold": hold.id, "covers": placed.covers, "owner": hold.owner, "review": hold.review, "too-late": too_late,
        "alike": placed.alike, "entered": placed.is_entered,
    });
    out.result("hold-place", document, |out| {
        let count = placed.covers.map_or(String::new(), |n| format!(": {} now", counted(n, "record", "records")));
        let done = if anew.is_some() { "stated anew" } else { "placed" };
        out.line(&format!("{} {done} on {}{count}", hold.id, hold.scope));
        if anew.is_some() {
            out.line("what it covered before is not known: approvals of every plan made until now are void");
        }
        let review = hold.review.map_or(String::new(), |day| format!(", to be looked at again on {day}"));
        out.line(&format!("{} answers for it{review}", hold.owner));
        if placed.covers == Some(0) && matches!(hold.scope, Scope::Path(_) | Scope::Query(Query { path: Some(_), .. })) {
            out.line("no record has such a path now: hokan records list shows paths; upper and lower case are told apart, and only `*`, `**` and `?` stand for other characters");
        }
        alike(&placed.alike).iter().for_each(|said| out.line(said.of(crate::diag::Locale::English)));
        if !placed.is_entered {
            out.line("it counts from now on, and stands in catalog.db alone: that is behind the ledger, or an older copy");
            out.line("where it is only behind, the next take-in or sweep enters it in the ledger; where another copy of catalog.db is put in its place, place the hold again");
        }
        tell_late(&placed.too_late, out);
    });
    // A sweep was begun and is not finished: what it had begun on may be gone.
    Ok(if placed.too_late.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(4) })
}

fn late(late: &TooLate) -> Value {
    json!({ "record": late.record, "sweep": late.sweep, "intent": late.intent, "handed-over": late.is_handed_over })
}

fn tell_late(too_late: &[TooLate], out: &mut Out) {
    if too_late.is_empty() {
        return;
    }
    let count = counted(too_late.len(), "record", "records");
    out.line(&format!("too late for {count} perhaps: a sweep had begun on them before the hold was placed"));
    for late in too_late.iter().take(SHOWN) {
        match late.is_handed_over {
            true => out.line(&format!(
                "  {} was handed over by the work order {}: call it back, then hokan sweep take-back {} --record {} --why on-hold",
                late.record, late.sweep, late.sweep, late.record
            )),
            false => out.line(&format!("  {} in sweep {}, ledger entry {}", late.record, late.sweep, late.intent)),
        }
    }
    if too_late.iter().any(|late| !late.is_handed_over) {
        out.line(
            "one whose header is still whole is kept by the hold; hokan sweep run, then hokan records show ID, tells",
        );
    }
}

fn scope_of(scope: &ScopeArguments) -> Result<Scope, Failure> {
    let ScopeArguments { record, subject, class, path, taken_in, date } = scope;
    let (subject, class, path, taken_in) = (subject.clone(), class.clone(), path.clone(), *taken_in);
    let mut dates = BTreeMap::new();
    for (name, days) in date {
        if dates.insert(name.clone(), *days).is_some() {
            return Err(Failure::Usage(format!("the date `{name}` is named twice")));
        }
    }
    let alone = dates.is_empty() && taken_in.is_none();
    match (*record, subject, class, path) {
        (Some(id), None, None, None) if alone => Ok(Scope::Record(id)),
        (None, Some(subject), None, None) if alone => Ok(Scope::Subject(subject)),
        (None, None, Some(class), None) if alone => Ok(Scope::Class(class)),
        (None, None, None, Some(path)) if alone => Ok(Scope::Path(path)),
        (Some(_), ..) => Err(Failure::Usage("`--record` names one record and takes no further condition".to_owned())),
        (None, None, None, None) if alone => Err(Failure::Usage("name what is held: `--record`, `--subject`, `--class`, `--path`, `--taken-in` or `--date`; conditions that stand together must all be met".to_owned())),
        (None, subject, class, path) => Ok(Scope::Query(Query { class, subject, path, taken_in, dates })),
    }
}

fn document(view: &HoldView) -> Value {
    let hold = &view.hold;
    let target = match &hold.scope {
        Scope::Query(query) => json!(query),
        other => json!(other.target()),
    };
    let reviews = view.reviews.iter();
    let reviews = reviews.map(|one| json!({ "review": one.review, "reason": one.reason, "by": one.by }));
    let release = view.release.as_ref().map(|one| json!({ "reason": one.reason, "by": one.by }));
    let restated = view.restated.map(|one| json!({ "on": one.on, "entry": one.entry, "reviewed": one.is_reviewed }));
    json!({
        "hold": hold.id, "scope": hold.scope.kind(), "target": target, "reason": hold.reason, "by": hold.by,
        "owner": hold.owner, "review": view.next_review(), "reviews": reviews.collect::<Vec<_>>(),
        "release": release, "covers": view.covers, "entry": hold.entry, "restated": restated,
    })
}

fn show(view: &HoldView, out: &mut Out) {
    let hold = &view.hold;
    let day = |day: Option<crate::calendar::Date>| day.map_or("-".to_owned(), |day| day.to_string());
    let mut lines = vec![
        ("hold", hold.id.clone()),
        ("covers", hold.scope.to_string()),
        ("reason", hold.reason.clone()),
        ("placed by", hold.by.clone()),
        ("owner", hold.owner.clone()),
        ("review", day(view.next_review())),
    ];
    lines.extend(view.restated.map(|one| ("restated", format!("on {}; what it covered before is not known", one.on))));
    lines.extend(
        view.reviews.iter().map(|one| ("reviewed", format!("{} by {}, next {}", one.reason, one.by, one.review))),
    );
    lines.extend(view.release.iter().map(|one| ("released", format!("{} by {}", one.reason, one.by))));
    lines.extend(hold.entry.map(|entry| ("ledger", entry.to_string())));
    lines.into_iter().for_each(|(name, value)| out.line(&format!("{name:<10} {value}")));
    let Some(covered) = &view.covers else { return };
    out.line(&format!("{} covered now", counted(covered.len(), "record", "records")));
    covered.iter().take(SHOWN).for_each(|id| out.line(&format!("  {id}")));
    if covered.len() > SHOWN {
        out.line(&format!("  … and {} more: hokan --json hold show {}", covered.len() - SHOWN, hold.id));
    }
}

fn list(instance: &Instance, out: &mut Out) -> Result<(), Failure> {
    let views = holds(instance)?;
    let document = json!({ "holds": views.iter().map(document).collect::<Vec<_>>() });
    out.result("hold-list", document, |out| {
        let rows = views.iter().map(|view| {
            let hold = &view.hold;
            let review = view.next_review().map_or("-".to_owned(), |day| day.to_string());
            let restated = view.restated.map_or(String::new(), |one| format!(" (stated anew on {})", one.on));
            let covers = format!("{}{restated}", hold.scope);
            vec![hold.id.clone(), covers, hold.owner.clone(), review, hold.reason.clone()]
        });
        out.table(&["HOLD", "COVERS", "OWNER", "REVIEW", "REASON"], rows.collect(), &[]);
        out.line(&format!("{} in force", counted(views.len(), "hold", "holds")));
    });
    Ok(())
}
