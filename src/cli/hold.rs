//! `hokan hold`: what is not destroyed.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::{HoldCommand, ScopeArguments};
use super::out::Out;
use super::words::counted;
use super::{Done, Failure, who};
use crate::engine::{Instance, holds, place_hold, release_hold};
use crate::store::Scope;

pub(super) fn run(instance: &Instance, what: &HoldCommand, out: &mut Out) -> Done {
    match what {
        HoldCommand::Place { scope, reason, by } => {
            let (hold, covered) = place_hold(instance, scope_of(scope)?, reason, &who(by.as_deref()))?;
            let count = covered.map_or(String::new(), |n| format!(": {} now", counted(n, "record", "records")));
            let said = format!("{} placed on {} {}{count}", hold.id, hold.scope.kind(), hold.scope.target());
            out.result("hold-place", json!({ "hold": hold.id, "covers": covered }), |out| out.line(&said));
        }
        HoldCommand::Release { hold, reason, by } => {
            release_hold(instance, hold, reason, &who(by.as_deref()))?;
            out.result("hold-release", json!({ "hold": hold }), |out| out.line(&format!("{hold} released")));
        }
        HoldCommand::List => list(instance, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn scope_of(scope: &ScopeArguments) -> Result<Scope, Failure> {
    match (scope.record, &scope.subject, &scope.class) {
        (Some(id), _, _) => Ok(Scope::Record(id)),
        (None, Some(subject), _) => Ok(Scope::Subject(subject.clone())),
        (None, None, Some(class)) => Ok(Scope::Class(class.clone())),
        (None, None, None) => {
            Err(Failure::Usage("name what is held with `--record`, `--subject` or `--class`".to_owned()))
        }
    }
}

fn list(instance: &Instance, out: &mut Out) -> Result<(), Failure> {
    let holds = holds(instance)?;
    let listed: Vec<Value> = holds
        .iter()
        .map(|hold| {
            json!({ "hold": hold.id, "scope": hold.scope.kind(), "target": hold.scope.target(), "reason": hold.reason, "by": hold.by })
        })
        .collect();
    out.result("hold-list", json!({ "holds": listed }), |out| {
        let rows = holds.iter().map(|hold| {
            let scope = format!("{} {}", hold.scope.kind(), hold.scope.target());
            vec![hold.id.clone(), scope, hold.by.clone(), hold.reason.clone()]
        });
        out.table(&["HOLD", "COVERS", "BY", "REASON"], rows.collect(), &[]);
        out.line(&format!("{} in force", counted(holds.len(), "hold", "holds")));
    });
    Ok(())
}
