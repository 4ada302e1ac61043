//! `hokan consent`: what members said about the items of `consent`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::out::Out;
use super::words::counted;
use super::{Done, who};
use crate::RecordId;
use crate::calendar::Date;
use crate::engine::{ConsentFilter, ConsentWish, Instance, consents, state_consent};
use crate::store::{Choice, ConsentStatement};

#[derive(Subcommand)]
pub(super) enum ConsentCommand {
    /// Enter that a member objects to an item, or reserves their consent.
    #[command(after_help = "Example:
  hokan consent object household-cost-notice --member M1004217 --evidence 0193… --by 'Sato'

An objection needs no reason. A record about the member that is named as evidence keeps the statement in the register as
long as it is held.")]
    Object(StateArguments),
    /// Enter that a member consents to an item.
    #[command(
        after_help = "Example:\n  hokan consent grant stress-check-results --member M1004217 --evidence 0193… --by 'Sato'"
    )]
    Grant(StateArguments),
    /// Enter that a member takes back what they said: from then on it is as if nothing had been said.
    #[command(
        after_help = "Example:\n  hokan consent withdraw household-cost-notice --member M1004217 --since 2027-04-01 --by 'Sato'"
    )]
    Withdraw(StateArguments),
    /// List the register; for one member also what may be done.
    #[command(
        after_help = "Examples:\n  hokan consent list --item household-cost-notice\n  hokan consent list --member M1004217 --on 2027-04-01"
    )]
    List {
        /// Of this member.
        #[arg(long)]
        member: Option<String>,
        /// About this item.
        #[arg(long)]
        item: Option<String>,
        /// The day for which the answers are given; today by default.
        #[arg(long, value_name = "DATE", requires = "member")]
        on: Option<Date>,
    },
}

#[derive(Args)]
pub(super) struct StateArguments {
    /// The item, as the policy calls it.
    pub item: String,
    /// The member.
    #[arg(long)]
    pub member: String,
    /// The day on which they said it; today by default.
    #[arg(long, value_name = "DATE")]
    pub said: Option<Date>,
    /// The day from which it holds; the day it was said by default.
    #[arg(long, value_name = "DATE")]
    pub since: Option<Date>,
    /// The record that shows it.
    #[arg(long, value_name = "RECORD")]
    pub evidence: Option<RecordId>,
    /// Who enters it.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

pub(super) fn run(instance: &Instance, what: &ConsentCommand, out: &mut Out) -> Done {
    match what {
        ConsentCommand::Object(wish) => state(instance, wish, Choice::Objected, "consent-object", out),
        ConsentCommand::Grant(wish) => state(instance, wish, Choice::Granted, "consent-grant", out),
        ConsentCommand::Withdraw(wish) => state(instance, wish, Choice::Withdrawn, "consent-withdraw", out),
        ConsentCommand::List { member, item, on } => {
            list(instance, &ConsentFilter { member: member.clone(), item: item.clone(), on: *on }, out)
        }
    }
}

fn state(instance: &Instance, wish: &StateArguments, choice: Choice, name: &str, out: &mut Out) -> Done {
    let (member, item, by) = (wish.member.clone(), wish.item.clone(), who(wish.by.as_deref())?);
    let (said, since, evidence) = (wish.said, wish.since, wish.evidence);
    let stated = state_consent(instance, ConsentWish { member, item, choice, said, since, evidence, by })?;
    let statement = &stated.statement;
    let document = json!({
        "statement": value(statement), "answer": stated.answer.word(), "may": stated.answer.is_yes(),
        "known": stated.was_known,
    });
    out.result(name, document, |out| {
        let ConsentStatement { member, item, since, .. } = statement;
        out.line(&format!("{member} {} {item}, from {since} on", choice.as_str()));
        let may = if stated.answer.is_yes() { "may be done" } else { "may not be done" };
        out.line(&format!("it {may} for {member} then: {}", stated.answer.word()));
        if !stated.was_known {
            out.line(&format!("nothing was known of `{member}` before: look whether the number is right"));
        }
    });
    Ok(ExitCode::SUCCESS)
}

fn value(statement: &ConsentStatement) -> Value {
    json!({
        "member": statement.member, "item": statement.item, "choice": statement.choice.as_str(),
        "said": statement.said, "since": statement.since, "evidence": statement.evidence, "by": statement.by,
        "entry": statement.entry,
    })
}

fn list(instance: &Instance, filter: &ConsentFilter, out: &mut Out) -> Done {
    let found = consents(instance, filter)?;
    let answers = found.answers.iter();
    let answers = answers.map(|(item, it)| json!({ "item": item, "answer": it.word(), "may": it.is_yes() }));
    let document = json!({
        "statements": found.statements.iter().map(value).collect::<Vec<_>>(),
        "on": found.on, "answers": answers.collect::<Vec<_>>(),
    });
    out.result("consent-list", document, |out| {
        let rows = found.statements.iter().map(|it| {
            let evidence = it.evidence.map_or("-".to_owned(), |id| id.to_string());
            let (choice, since) = (it.choice.as_str().to_owned(), it.since.to_string());
            vec![it.member.clone(), it.item.clone(), choice, since, it.said.to_string(), evidence]
        });
        out.table(&["MEMBER", "ITEM", "CHOICE", "SINCE", "SAID", "EVIDENCE"], rows.collect(), &[]);
        out.line(&counted(found.statements.len(), "statement", "statements"));
        if found.answers.is_empty() {
            return;
        }
        out.line(&format!("on {}:", found.on));
        let rows = found.answers.iter().map(|(item, it)| {
            vec![item.clone(), if it.is_yes() { "may" } else { "may not" }.to_owned(), it.word().to_owned()]
        });
        out.table(&["ITEM", "", "BECAUSE"], rows.collect(), &[]);
    });
    Ok(ExitCode::SUCCESS)
}
