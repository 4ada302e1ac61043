//! `hokan explain`: a rule's page.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::arguments::ExplainArguments;
use super::out::Out;
use super::{Done, Failure};
use crate::diag::{Rule, Severity, Words, nearest};
use crate::engine::rules;

const WHAT: Words = Words { en: "What", ja: "内容" };
const WHY: Words = Words { en: "Why", ja: "理由" };
const FIX: Words = Words { en: "Fix", ja: "直し方" };

pub(super) fn run(wish: &ExplainArguments, out: &mut Out) -> Done {
    let (all, locale) = (rules(), out.locale());
    let Some(name) = &wish.rule else {
        let listed: Vec<Value> = all.iter().map(|rule| page(rule)).collect();
        out.result("rules", json!({ "rules": listed }), |out| {
            let rows = all
                .iter()
                .map(|rule| vec![rule.name.to_owned(), severity(rule).to_owned(), rule.what.of(locale).to_owned()]);
            out.table(&["RULE", "SEVERITY", "FINDS"], rows.collect(), &[]);
        });
        return Ok(ExitCode::SUCCESS);
    };
    let Some(rule) = all.iter().find(|rule| rule.name == name) else {
        let near = nearest(name, all.iter().map(|rule| rule.name)).map(|near| format!("did you mean `{near}`? "));
        return Err(Failure::Refused {
            code: "explain.unknown",
            message: format!("there is no rule `{name}`"),
            help: Some(format!("{}`hokan explain` lists all rules", near.unwrap_or_default())),
        });
    };
    out.result("rule", page(rule), |out| {
        out.line(&format!("{} ({})", rule.name, severity(rule)));
        for (heading, said) in [(WHAT, rule.what), (WHY, rule.why), (FIX, rule.fix)] {
            out.line("");
            out.line(heading.of(locale));
            out.line(&format!("  {}", said.of(locale)));
        }
    });
    Ok(ExitCode::SUCCESS)
}

fn page(rule: &Rule) -> Value {
    json!({ "rule": rule.name, "severity": severity(rule), "what": rule.what.en, "why": rule.why.en, "fix": rule.fix.en })
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
