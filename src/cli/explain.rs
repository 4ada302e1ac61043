//! `hokan explain`: why a record falls due on its day; a rule's page, or all of them.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::ExplainArguments;
use super::out::Out;
use super::{Done, Failure, explain_record};
use crate::RecordId;
use crate::diag::{Locale, Rule, Weight, markdown, nearest, page};
use crate::engine::{self, Instance, days_of, rules};
use crate::host::Host;

pub(super) fn run(dir: &Path, wish: &ExplainArguments, out: &mut Out) -> Done {
    let (all, locale) = (rules(), out.locale());
    if let Some(Ok(id)) = wish.what.as_ref().map(|what| what.parse::<RecordId>()) {
        explain_record::show(&engine::explain_record(&Instance::open(dir, Host::machine())?, id)?, out);
        return Ok(ExitCode::SUCCESS);
    }
    let Some(name) = &wish.what else {
        let listed: Vec<Value> = all.iter().map(|rule| document(rule)).collect();
        out.result("rules", json!({ "rules": listed }), |out| match wish.markdown {
            true => {
                let pages: Vec<_> = all.iter().map(|rule| (*rule, days_of(rule))).collect();
                out.lines(markdown(&pages, locale).trim_end());
            }
            false => out.table(&["RULE", "SEVERITY", "FINDS"], all.iter().map(|rule| row(rule, locale)).collect(), &[]),
        });
        return Ok(ExitCode::SUCCESS);
    };
    let Some(rule) = all.iter().find(|rule| rule.name == name) else {
        let near = nearest(name, all.iter().map(|rule| rule.name)).map(|near| format!("did you mean `{near}`? "));
        return Err(Failure::Refused {
            code: "explain.unknown",
            message: format!("there is no rule `{name}`"),
            help: Some(format!(
                "{}`hokan explain` lists all rules; a record is named by its id, which `hokan records list` shows",
                near.unwrap_or_default()
            )),
        });
    };
    out.result("rule", document(rule), |out| out.lines(page(rule, days_of(rule).as_ref(), locale).trim_end()));
    Ok(ExitCode::SUCCESS)
}

fn row(rule: &Rule, locale: Locale) -> Vec<String> {
    vec![rule.name.to_owned(), rule.severity.word(locale).to_owned(), rule.what.of(locale).to_owned()]
}

fn document(rule: &Rule) -> Value {
    json!({
        "rule": rule.name, "severity": rule.severity, "adjustable": rule.weight == Weight::Adjustable,
        "what": rule.what.en, "why": rule.why.en, "law": days_of(rule).map(|said| said.en), "example": rule.example,
        "fix": rule.fix.en,
    })
}
