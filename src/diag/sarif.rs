//! Prints a report as SARIF, the exchange format of static analysis, for code-scanning services and editors.
//!
//! In: a [`Report`], the texts it speaks of, the rules. Out: one log of version 2.1.0 with one run. The rule it keeps:
//! lines and columns count characters from 1, an end is the character after the last; what was accepted is there, marked
//! as suppressed; the words are English.
//!
//! # Source
//! OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.

use serde_json::{Value, json};

use super::{Accepted, Finding, Place, Report, Rule, Severity, Sources, Weight, capital};

/// Returns the report as a SARIF log.
pub fn sarif(report: &Report, sources: &Sources, rules: &[&Rule], version: &str) -> Value {
    let described: Vec<Value> = rules.iter().map(|rule| described(rule)).collect();
    let results: Vec<Value> = report.findings().iter().map(|finding| result(finding, sources, rules)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "hokan", "semanticVersion": version, "rules": described } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn described(rule: &Rule) -> Value {
    let Rule { name, severity, weight, what, why, example, fix } = rule;
    let example = if example.is_empty() { String::new() } else { format!("\n\n```yaml\n{}\n```", example.trim_end()) };
    json!({
        "id": name,
        "shortDescription": { "text": what.en },
        "fullDescription": { "text": format!("{} {}", what.en, why.en) },
        "help": {
            "text": format!("{} {}", why.en, fix.en),
            "markdown": format!("{}\n\n{}{example}\n\n{}", what.en, why.en, fix.en),
        },
        "defaultConfiguration": { "level": level(*severity) },
        "properties": { "adjustable": *weight == Weight::Adjustable },
    })
}

fn result(finding: &Finding, sources: &Sources, rules: &[&Rule]) -> Value {
    let (main, others) = finding.places.split_at(finding.places.len().min(1));
    let message = match &finding.help {
        Some(help) => format!("{}. {}", capital(&finding.message.en), capital(&help.en)),
        None => capital(&finding.message.en),
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": message },
        "locations": main.iter().map(|place| location(place, sources)).collect::<Vec<Value>>(),
    });
    if let Some(index) = rules.iter().position(|rule| rule.name == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if !others.is_empty() {
        result["relatedLocations"] = others
            .iter()
            .enumerate()
            .map(|(n, place)| {
                let mut related = location(place, sources);
                related["id"] = json!(n);
                related["message"] = json!({ "text": "see also" });
                related
            })
            .collect();
    }
    if let Some(replacement) = &finding.replacement {
        let changed = json!({
            "deletedRegion": region(&replacement.place, sources),
            "insertedContent": { "text": replacement.text },
        });
        result["fixes"] = json!([{
            "description": { "text": format!("Write `{}`", replacement.text) },
            "artifactChanges": [{ "artifactLocation": artifact(&replacement.place), "replacements": [changed] }],
        }]);
    }
    if let Some(Accepted { reason, by, until }) = &finding.accepted {
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": format!("{reason} ({by}, until {until})"),
        }]);
    }
    result
}

fn location(place: &Place, sources: &Sources) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(place), "region": region(place, sources) } })
}

fn artifact(place: &Place) -> Value {
    json!({ "uri": uri(&place.file) })
}

fn region(place: &Place, sources: &Sources) -> Value {
    let (end_line, end_column) = end(place, sources);
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": end_line,
        "endColumn": end_column,
    })
}

/// The line and the column of the character after the place.
pub(super) fn end(place: &Place, sources: &Sources) -> (u32, u32) {
    let shown = sources.get(&place.file).and_then(|text| text.get(place.bytes())).unwrap_or_default();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    match shown.rsplit_once('\n') {
        None => (place.line, place.column.saturating_add(number(shown.chars().count()))),
        Some((above, last)) => {
            let lines = above.matches('\n').count() + 1;
            (place.line.saturating_add(number(lines)), number(last.chars().count()).saturating_add(1))
        }
    }
}

/// A path as a relative URI: what is no plain letter of a path is written as percent and two digits.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said;

    #[test]
    fn columns_count_characters_and_an_end_may_lie_on_another_line() {
        let text = "題: 保存期間\nwhy: |\n  一\n  二三\n";
        let sources = Sources::from([("policies/a b.yaml".to_owned(), text.to_owned())]);
        let place = |line, column, shown: &str| {
            let start = text.find(shown).unwrap();
            Place { file: "policies/a b.yaml".into(), line, column, start, end: start + shown.len() }
        };
        assert_eq!(end(&place(1, 4, "保存期間"), &sources), (1, 8));
        assert_eq!(end(&place(3, 3, "一\n  二三"), &sources), (4, 5));
        assert_eq!(uri("policies/a b.yaml"), "policies/a%20b.yaml");
    }

    #[test]
    fn a_result_carries_its_fix_and_its_suppression() {
        let rule = crate::diag::rule("a.b");
        let sources = Sources::from([("a.yaml".to_owned(), "kind: bodie\n".to_owned())]);
        let place = Place { file: "a.yaml".into(), line: 1, column: 7, start: 6, end: 11 };
        let mut finding = Finding::at(&rule, place.clone(), said!("`bodie` is not known", "x")).replace_by("body");
        finding.accepted = Some(Accepted { reason: "it is".into(), by: "Unno".into(), until: "2027-03-31".into() });
        let log = sarif(&Report::new(vec![finding.also(place)]), &sources, &[&rule], "1.2.3");
        let result = &log["runs"][0]["results"][0];
        let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(replacement["deletedRegion"]["endColumn"], 12);
        assert_eq!(replacement["insertedContent"]["text"], "body");
        assert_eq!(result["suppressions"][0]["justification"], "it is (Unno, until 2027-03-31)");
        assert_eq!((&result["ruleIndex"], &result["relatedLocations"][0]["id"]), (&json!(0), &json!(0)));
    }
}
