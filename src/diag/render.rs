//! Prints a report: for people with the source line and a caret, for machines as JSON.
//!
//! In: a [`Report`] and the texts of the files it speaks of. Out: text. The rule it keeps: the same findings give the
//! same text; colour is the caller's choice.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Accepted, Finding, Locale, Place, Report, Severity};

/// The texts of the files a report may point into, by the path the report uses.
pub type Sources = BTreeMap<String, String>;

/// Returns the findings as a terminal shows them: one block each, then one line for each that was accepted.
pub fn text(report: &Report, sources: &Sources, locale: Locale, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let block = |finding| block(&renderer, finding, sources, locale);
    let (accepted, open): (Vec<&Finding>, Vec<&Finding>) =
        report.findings().iter().partition(|finding| finding.accepted.is_some());
    let blocks = open.into_iter().map(block).map(|block| format!("{block}\n\n"));
    let lines = accepted.into_iter().filter_map(|finding| accepted_line(finding, locale));
    blocks.chain(lines).collect()
}

/// One line: what was accepted, where, until when, by whom and why.
fn accepted_line(finding: &Finding, locale: Locale) -> Option<String> {
    let Accepted { reason, by, until } = finding.accepted.as_ref()?;
    let (rule, at) = (finding.rule, finding.at.as_deref().unwrap_or("-"));
    let line = match locale {
        Locale::English => format!("accepted: {rule} at {at} until {until}, by {by} ({reason})"),
        Locale::Japanese => format!("受入れ済み：{at}の{rule}（{until}まで、{by}、{reason}）"),
    };
    Some(format!("{}\n", plain(&line)))
}

/// Returns a text with a mark in the place of what would steer a terminal or turn the direction of what follows: names of files
/// are people's.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || super::is_hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// Returns the findings as a JSON array.
pub fn json(report: &Report) -> serde_json::Value {
    serde_json::to_value(report).unwrap_or(serde_json::Value::Null)
}

/// A line with more bytes is shown in part.
const LONG: usize = 1000;

/// So many bytes of it on each side of a place.
const ROUND: usize = 100;

fn block(renderer: &Renderer, finding: &Finding, sources: &Sources, locale: Locale) -> String {
    let (level, help) = match locale {
        Locale::English => (level(finding.severity), Level::HELP),
        Locale::Japanese => {
            (level(finding.severity).with_name(finding.severity.word(locale)), Level::HELP.with_name("対処"))
        }
    };
    let mut group = Group::with_title(level.primary_title(finding.message.of(locale)).id(finding.rule));
    for (n, place) in finding.places.iter().enumerate() {
        let kind = if n == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        group = match sources.get(&place.file) {
            Some(source) => {
                // The line alone: a report of thousands of findings does not read the file thousands of times.
                let span = visible(source, place);
                let start = source[..span.start].rfind('\n').map_or(0, |n| n + 1);
                let end = source[span.end..].find('\n').map_or(source.len(), |n| span.end + n);
                // The other half of the line end that Windows writes.
                let end = if end > span.end && source[..end].ends_with('\r') { end - 1 } else { end };
                let number = usize::try_from(place.line).unwrap_or(1);
                let path = plain(&place.file);
                if end - start <= LONG {
                    let snippet = Snippet::source(masked(&source[start..end])).line_start(number).path(path);
                    group.element(snippet.annotation(kind.span(span.start - start..span.end - start)))
                } else {
                    // Of a long line what lies round the place: nobody reads more, and each finding would pay for all of it.
                    let from = floor(source, span.start.saturating_sub(ROUND).max(start));
                    let to = floor(source, (span.start + ROUND).min(end)).max(span.start);
                    let origin = Origin::path(path).line(number);
                    let origin =
                        usize::try_from(place.column).map_or(origin.clone(), |at| origin.clone().char_column(at));
                    let snippet = Snippet::source(masked(&source[from..to])).line_start(number);
                    let marked = span.start - from..span.end.min(to) - from;
                    group.element(origin).element(snippet.annotation(kind.span(marked)))
                }
            }
            None => {
                group.element(Level::NOTE.message(format!("{}:{}:{}", plain(&place.file), place.line, place.column)))
            }
        };
    }
    if let Some(said) = &finding.help {
        group = group.element(help.message(said.of(locale)));
    }
    renderer.render(&[group])
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// What begins the text of a private identity.
const SECRET: &str = "AGE-SECRET-KEY-";

/// A line as it is shown: of a secret that was pasted by mistake only its kind, in as many letters.
fn masked(line: &str) -> String {
    let mut shown = String::new();
    let mut rest = line;
    while let Some(at) = rest.to_ascii_uppercase().find(SECRET) {
        let (before, secret) = rest.split_at(at + SECRET.len());
        let end = secret.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(secret.len());
        shown = shown + before + &"*".repeat(end);
        rest = &secret[end..];
    }
    shown + rest
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
    use crate::said;

    #[test]
    fn a_secret_pasted_by_mistake_is_not_shown() {
        let rule = crate::diag::rule("service.recipient-key");
        let source = "a: 1\nkey: AGE-SECRET-KEY-1QXYZ  # age-secret-key-1abc\n";
        let place = Place { file: "p.yaml".into(), line: 2, column: 6, start: 10, end: 31 };
        let report = Report::new(vec![Finding::at(&rule, place, said!("not a public key", "公開鍵ではありません"))]);
        let shown = text(&report, &Sources::from([("p.yaml".into(), source.into())]), Locale::English, false);
        assert!(shown.contains("2 | key: AGE-SECRET-KEY-*****  # age-secret-key-****"), "{shown}");
        assert!(!shown.contains("QXYZ") && !shown.contains("1abc"), "{shown}");
    }

    #[test]
    fn the_name_of_a_file_cannot_steer_a_terminal() {
        let rule = crate::diag::rule("section.syntax");
        let odd = "policies/a\u{1b}[2J\nb\u{202e}.yaml";
        let report = Report::new(vec![Finding::at(&rule, Place::file(odd), said!("no", "不可"))]);
        for sources in [Sources::new(), Sources::from([(odd.to_owned(), "a: 1\n".to_owned())])] {
            let shown = text(&report, &sources, Locale::English, false);
            assert!(shown.contains("policies/a\u{fffd}[2J\u{fffd}b\u{fffd}.yaml:1:1"), "{shown}");
            assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
        }
    }

    #[test]
    fn of_a_long_line_what_lies_round_the_place_is_shown() {
        let rule = crate::diag::rule("section.unknown-key");
        let source = format!("terms: [{}{{ nt: x }}{}]\n", "語, ".repeat(1000), "語, ".repeat(1000));
        let start = source.find("nt").unwrap();
        let place = Place { file: "p.yaml".into(), line: 1, column: 3011, start, end: start + 2 };
        let report = Report::new(vec![Finding::at(&rule, place, said!("not a key here", "キーではありません"))]);
        let shown = text(&report, &Sources::from([("p.yaml".into(), source)]), Locale::English, false);
        assert!(shown.contains("p.yaml:1:3011") && shown.contains("{ nt: x }") && shown.contains("^^"), "{shown}");
        assert!(shown.len() < 1000, "{shown}");
    }

    #[test]
    fn a_finding_shows_its_line_and_its_help() {
        let rule = crate::diag::rule("retention.period");
        let source = "title: 保存\nfor: 5 yeers\n";
        let start = source.find("5 yeers").unwrap();
        let place = Place { file: "policies/r.yaml".into(), line: 2, column: 6, start, end: start + 7 };
        let finding = Finding::at(&rule, place, said!("`5 yeers` is not a duration", "`5 yeers`は期間ではありません"));
        let finding = finding.help(said!("write `P5Y`", "`P5Y`のように書いてください"));
        let sources = Sources::from([("policies/r.yaml".to_owned(), source.to_owned())]);
        let report = Report::new(vec![finding]);
        let english =
            ["error[retention.period]: `5 yeers` is not", "policies/r.yaml:2:6", "^^^^^^^", "help: write `P5Y`"];
        let japanese =
            ["エラー[retention.period]: `5 yeers`は期間", "policies/r.yaml:2:6", "^^^^^^^", "対処: `P5Y`のように"];
        for (locale, parts) in [(Locale::English, english), (Locale::Japanese, japanese)] {
            let shown = text(&report, &sources, locale, false);
            assert!(parts.iter().all(|part| shown.contains(part)), "{shown}");
        }
    }
}
