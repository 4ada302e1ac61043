//! Prints a report: for people with the source line and a caret, for machines as JSON.
//!
//! In: a [`Report`] and the texts of the files it speaks of. Out: text. The rule it keeps: the same findings give the
//! same text; colour is the caller's choice.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Finding, Place, Report, Severity};

/// The texts of the files a report may point into, by the path the report uses.
pub type Sources = BTreeMap<String, String>;

/// Returns the findings as a terminal shows them, one block each, followed by a line that counts them.
pub fn text(report: &Report, sources: &Sources, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let blocks: Vec<String> = report.findings().iter().map(|finding| block(&renderer, finding, sources)).collect();
    blocks.iter().map(|block| format!("{block}\n\n")).collect()
}

/// Returns the findings as a JSON array.
pub fn json(report: &Report) -> serde_json::Value {
    serde_json::to_value(report).unwrap_or(serde_json::Value::Null)
}

fn block(renderer: &Renderer, finding: &Finding, sources: &Sources) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(finding.message.as_str()).id(finding.rule));
    for (n, place) in finding.places.iter().enumerate() {
        let kind = if n == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        group = match sources.get(&place.file) {
            Some(source) => {
                let snippet = Snippet::source(source.as_str()).path(place.file.as_str());
                group.element(snippet.annotation(kind.span(visible(source, place))))
            }
            None => group.element(Level::NOTE.message(format!("{}:{}:{}", place.file, place.line, place.column))),
        };
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The bytes to underline: within the text, on character boundaries, on one line.
fn visible(source: &str, place: &Place) -> std::ops::Range<usize> {
    let start = floor(source, place.start.min(source.len()));
    let line_end = source[start..].find('\n').map_or(source.len(), |n| start + n);
    start..floor(source, place.end.clamp(start, line_end))
}

fn floor(source: &str, mut at: usize) -> usize {
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Rule;

    #[test]
    fn a_finding_shows_its_line_and_its_help() {
        let rule = Rule { name: "retention.period", severity: Severity::Error, what: "", why: "", fix: "" };
        let source = "title: 保存\nfor: 5 yeers\n";
        let start = source.find("5 yeers").unwrap();
        let place = Place { file: "policies/r.yaml".into(), line: 2, column: 6, start, end: start + 7 };
        let finding = Finding::at(&rule, place, "`5 yeers` is not a duration").help("write `P5Y`");
        let sources = Sources::from([("policies/r.yaml".to_owned(), source.to_owned())]);
        let shown = text(&Report::new(vec![finding]), &sources, false);
        for part in ["error[retention.period]", "policies/r.yaml:2:6", "^^^^^^^", "write `P5Y`"] {
            assert!(shown.contains(part), "{shown}");
        }
    }
}
