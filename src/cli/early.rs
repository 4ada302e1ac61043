//! `hokan sweep early`: what may go before its period is over, because somebody asks for it.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::out::Out;
use super::{Done, who};
use crate::RecordId;
use crate::engine::{Early, EarlyAnswer, EarlyWish, Instance, Whom, early, withdraw_early};

#[derive(Args)]
#[command(after_help = "Examples:
  hokan sweep early --subject M1004217 --requested-by 'M1004217' --reason 'left the programme' --ask
  hokan sweep early --record 0193… --requested-by 'M1004217' --reason 'request 12' --by 'Sato'

What is granted is due from today on and needs an approved plan. Exit code 1 when a record stays.")]
pub(super) struct EarlyArguments {
    /// One record.
    #[arg(long, required_unless_present = "subject", conflicts_with = "subject")]
    pub record: Option<RecordId>,
    /// Every record about a subject.
    #[arg(long)]
    pub subject: Option<String>,
    /// Who asks for it.
    #[arg(long, value_name = "NAME")]
    pub requested_by: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Who enters it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Only answer for each record; nothing is entered.
    #[arg(long)]
    pub ask: bool,
}

#[derive(Args)]
#[command(after_help = "Example:
  hokan sweep withdraw-early 0193… --reason 'the member changed their mind' --by 'Sato'

An approved plan is void for the record from then on. Exit code 4 when a sweep has begun with it.")]
pub(super) struct WithdrawArguments {
    /// The record.
    pub record: RecordId,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Who enters it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

pub(super) fn run(instance: &Instance, wish: &EarlyArguments, out: &mut Out) -> Done {
    let whom = match (&wish.record, &wish.subject) {
        (Some(id), _) => Whom::Record(*id),
        (None, subject) => Whom::Subject(subject.clone().unwrap_or_default()),
    };
    let (requested_by, reason) = (wish.requested_by.clone(), wish.reason.clone());
    // Who only asks enters nothing.
    let by = if wish.ask { "-".to_owned() } else { who(wish.by.as_deref())? };
    let asked = EarlyWish { whom, requested_by, reason, by, only_asks: wish.ask };
    let answers = early(instance, &asked)?;
    let stays = answers.iter().any(|one| matches!(one.answer, Early::Stays(..)));
    let document = json!({ "entered": !wish.ask, "answers": answers.iter().map(value).collect::<Vec<_>>() });
    out.result("sweep-early", document, |out| {
        let rows = answers.iter().map(|one| {
            let (yes, why) = told(&one.answer);
            vec![if yes { "yes" } else { "no" }.to_owned(), one.class.clone(), one.name.clone(), why]
        });
        out.table(&["EARLY", "CLASS", "RECORD", "WHY"], rows.collect(), &[]);
        let granted = answers.iter().any(|one| matches!(one.answer, Early::Granted(_)));
        match (granted, wish.ask) {
            (true, false) => out.line("what is granted needs an approved plan; next: hokan sweep plan -o plan.json"),
            (true, true) => out.line("nothing was entered; without --ask what may go is granted"),
            (false, _) => {}
        }
    });
    Ok(if stays { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// `hokan sweep withdraw-early`.
pub(super) fn withdraw(instance: &Instance, wish: &WithdrawArguments, out: &mut Out) -> Done {
    let done = withdraw_early(instance, wish.record, (&wish.reason, &who(wish.by.as_deref())?))?;
    let (record, due) = (
        wish.record,
        done.due.map_or("its rule gives no day yet".to_owned(), |day| {
            format!("by its rule the record may go not before {day}")
        }),
    );
    let document = json!({
        "record": record, "request": done.request, "entry": done.entry, "due": done.due, "too-late-perhaps": done.is_begun,
    });
    out.result("sweep-withdraw-early", document, |out| {
        let (request, entry) = (done.request, done.entry);
        out.line(&format!("request of entry {request} withdrawn (ledger entry {entry}): {due}"));
        if done.is_begun {
            out.line(
                "too late perhaps: a sweep has begun with it; `hokan sweep run` keeps it if its header is still whole",
            );
        }
    });
    Ok(if done.is_begun { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

fn told(answer: &Early) -> (bool, String) {
    match answer {
        Early::Granted(day) => (true, format!("from {day} on, once a plan is approved")),
        Early::GrantedBefore(day) => (true, format!("granted on {day} already")),
        Early::DueAlready => (true, "its own rule lets it go already".to_owned()),
        Early::Stays(_, why) => (false, why.clone()),
    }
}

fn value(one: &EarlyAnswer) -> Value {
    let code = match &one.answer {
        Early::Granted(_) => "granted",
        Early::GrantedBefore(_) => "granted-before",
        Early::DueAlready => "due-already",
        Early::Stays(code, _) => code,
    };
    let (may_go, why) = told(&one.answer);
    json!({ "record": one.record, "class": one.class, "name": one.name, "may-go": may_go, "code": code, "why": why })
}
